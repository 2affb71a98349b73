//! The text to be read: the original string, and where its blocks (headings, paragraphs, table rows) lie in it.
//! Every offset this crate takes or gives counts Unicode scalar values of that original string.

use std::ops::Range;

/// What a block of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading; 1 is the title.
    Heading(u8),
    Paragraph,
    /// One row of a table, its cells parted by tabs.
    Row,
}

/// A block and where it lies in the original, in Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    pub span: Range<usize>,
}

/// A block of a file as it was read: its text, and what a reader of the text alone does not see.
#[derive(Debug, Clone)]
pub struct Part {
    pub kind: BlockKind,
    pub text: String,
    /// Tracked changes nobody has decided on, in characters of the text; what was deleted is an empty span.
    pub changes: Vec<Range<usize>>,
    /// Words in it are struck out, and left out.
    pub struck: bool,
}

/// A text with its blocks.
#[derive(Debug, Clone)]
pub struct Text {
    chars: Vec<char>,
    changes: Vec<Range<usize>>,
    struck: Vec<Range<usize>>,
    blocks: Vec<Block>,
    lines: Vec<usize>,
}

impl Text {
    /// A plain text. Every line is a block; a line that was only wrapped (long, without an end mark, followed by
    /// an unindented line) is joined to the next; a line with tabs or upright bars between cells is a table row.
    pub fn plain(original: &str) -> Text {
        let chars: Vec<char> = original.chars().collect();
        let mut blocks: Vec<Block> = Vec::new();
        let mut start = 0;
        let mut open: Option<Range<usize>> = None;
        while start <= chars.len() {
            let end = chars[start..].iter().position(|&c| c == '\n').map_or(chars.len(), |n| start + n);
            let line = &chars[start..end];
            if let Some(span) = open.take() {
                if joins(&chars[span.clone()], line) {
                    open = Some(span.start..end);
                } else {
                    blocks.push(block_of(&chars, span));
                    open = content(line).then_some(start..end);
                }
            } else if content(line) {
                open = Some(start..end);
            }
            start = end + 1;
        }
        if let Some(span) = open {
            blocks.push(block_of(&chars, span));
        }
        Text::assemble(chars, blocks)
    }

    /// A text whose blocks are already known, as the documents crate finds them in DOCX and HTML files.
    /// Blocks are sorted; spans beyond the end are cut.
    pub fn with_blocks(original: &str, mut blocks: Vec<Block>) -> Text {
        let chars: Vec<char> = original.chars().collect();
        for block in &mut blocks {
            block.span.end = block.span.end.min(chars.len());
            block.span.start = block.span.start.min(block.span.end);
        }
        blocks.sort_by_key(|block| block.span.start);
        Text::assemble(chars, blocks)
    }

    /// A text built from blocks in order; the original is the blocks joined by line breaks.
    pub fn from_blocks<S: AsRef<str>>(parts: impl IntoIterator<Item = (BlockKind, S)>) -> Text {
        let mut chars = Vec::new();
        let mut blocks = Vec::new();
        for (kind, part) in parts {
            if !chars.is_empty() {
                chars.push('\n');
            }
            let start = chars.len();
            chars.extend(part.as_ref().chars());
            blocks.push(Block { kind, span: start..chars.len() });
        }
        Text::assemble(chars, blocks)
    }

    /// A text of the blocks of a file, with its open changes and struck words.
    pub fn from_parts(parts: impl IntoIterator<Item = Part>) -> Text {
        let (mut changes, mut struck, mut at) = (Vec::new(), Vec::new(), 0);
        let mut blocks = Vec::new();
        for part in parts {
            let length = part.text.chars().count();
            changes.extend(part.changes.iter().map(|span| at + span.start.min(length)..at + span.end.min(length)));
            if part.struck {
                struck.push(at..at + length);
            }
            at += length + 1;
            blocks.push((part.kind, part.text));
        }
        Text { changes, struck, ..Text::from_blocks(blocks) }
    }

    fn assemble(chars: Vec<char>, blocks: Vec<Block>) -> Text {
        let mut lines = vec![0];
        lines.extend(chars.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(at, _)| at + 1));
        Text { chars, changes: Vec::new(), struck: Vec::new(), blocks, lines }
    }

    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Tracked changes nobody has decided on.
    pub fn changes(&self) -> &[Range<usize>] {
        &self.changes
    }

    /// Blocks in which words are struck out.
    pub fn struck(&self) -> &[Range<usize>] {
        &self.struck
    }

    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The piece of the original between two offsets.
    pub fn slice(&self, span: Range<usize>) -> String {
        let end = span.end.min(self.chars.len());
        self.chars[span.start.min(end)..end].iter().collect()
    }

    /// The line (from 1) and column (from 1) of an offset.
    pub fn position(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= at);
        (line, at - self.lines[line - 1] + 1)
    }

    /// Where a line (from 1) lies, without its line break.
    pub fn line(&self, number: usize) -> Range<usize> {
        let start = self.lines[number - 1];
        let end = self.lines.get(number).map_or(self.chars.len(), |next| next - 1);
        start..end
    }
}

fn content(line: &[char]) -> bool {
    line.iter().any(|c| !c.is_whitespace())
}

/// A line shorter than this was ended on purpose.
const WRAP: usize = 24;

/// Whether `next` merely continues a paragraph that was wrapped at the end of its last line.
fn joins(before: &[char], next: &[char]) -> bool {
    let last_line = before.rsplit(|&c| c == '\n').next().unwrap_or(before);
    let trimmed: Vec<char> = last_line.iter().copied().filter(|c| !c.is_whitespace()).collect();
    let Some(&last) = trimmed.last() else {
        return false;
    };
    let Some(&first) = next.first() else {
        return false;
    };
    // A page number pushed into a number: "796" / "2、12人".
    if page_mark(next).is_some() && last.is_ascii_digit() && trimmed.len() >= WRAP {
        return true;
    }
    let ends = "。！？；：!?;:”」』】…".contains(last);
    let indented = first.is_whitespace();
    let cells = |line: &[char]| line.contains(&'\t') || line.contains(&'|');
    trimmed.len() >= WRAP
        && !ends
        && !indented
        && content(next)
        && !starts_item(next)
        && !cells(last_line)
        && !cells(next)
}

/// The length of a page mark at the start of a line that goes on with the middle of a number: 2、12人.
pub(crate) fn page_mark(line: &[char]) -> Option<usize> {
    let digits = line.iter().take_while(|c| c.is_ascii_digit()).count();
    let mark = (1..=2).contains(&digits) && line.get(digits) == Some(&'、');
    let on = line.get(digits + 1).is_some_and(|c| c.is_ascii_digit() || "人户名元万件".contains(*c));
    (mark && on).then_some(digits + 1)
}

/// Whether a line opens with a list mark or a heading number: 一、 （二） 3. # -
pub(crate) fn starts_item(line: &[char]) -> bool {
    let mut chars = line.iter().copied().filter(|c| !c.is_whitespace());
    let Some(first) = chars.next() else {
        return false;
    };
    if "#-*•·●■◆★第(（①②③④⑤⑥⑦⑧⑨⑩".contains(first) {
        return true;
    }
    let numeral = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || "一二三四五六七八九十".contains(c);
    numeral(first) && chars.find(|&c| !numeral(c)).is_some_and(|c| "、.．)）".contains(c))
}

fn block_of(chars: &[char], span: Range<usize>) -> Block {
    let line = &chars[span.clone()];
    let bars = line.iter().filter(|&&c| c == '|').count();
    let tab_inside = line.iter().skip_while(|c| c.is_whitespace()).any(|&c| c == '\t');
    let kind = if tab_inside || bars >= 2 {
        BlockKind::Row
    } else if is_heading(line) {
        BlockKind::Heading(2)
    } else {
        BlockKind::Paragraph
    };
    Block { kind, span }
}

/// A short line with a heading number or mark and no full sentence in it.
fn is_heading(line: &[char]) -> bool {
    let shown = line.iter().filter(|c| !c.is_whitespace()).count();
    let sentence = line.iter().any(|c| "，,；;".contains(*c));
    let closed = line.iter().rev().find(|c| !c.is_whitespace()).is_some_and(|c| "。；，：".contains(*c));
    (shown <= 30 && !sentence && !closed)
        || (shown <= 40 && starts_item(line) && !sentence && line.iter().filter(|&&c| c == '。').count() <= 1)
}
