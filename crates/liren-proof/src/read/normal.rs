//! The normalised text the grammar works on: full-width forms narrowed, Traditional characters simplified, mirror
//! noise ("社區(qū)") and spaces dropped, Chinese punctuation made uniform. `origin` leads every character back to the original.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::text::{BlockKind, Text, page_mark};

/// Pairs of a Traditional character and its simplified form, from the public OpenCC tables (Apache-2.0), only
/// those that are unambiguous and not themselves in use as simplified characters.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    include_str!("traditional.txt")
        .split_whitespace()
        .filter_map(|pair| {
            let mut chars = pair.chars();
            Some((chars.next()?, chars.next()?))
        })
        .collect()
});

/// A block of the normalised text.
#[derive(Debug, Clone)]
pub struct NormalBlock {
    pub kind: BlockKind,
    pub span: Range<usize>,
}

/// The normalised text; blocks end with a line break.
#[derive(Debug, Clone, Default)]
pub struct Normal {
    pub chars: Vec<char>,
    origin: Vec<usize>,
    pub blocks: Vec<NormalBlock>,
}

impl Normal {
    pub fn of(text: &Text) -> Normal {
        let mut normal = Normal::default();
        for block in text.blocks() {
            let start = normal.chars.len();
            normal.push_block(text.chars(), block.span.clone(), block.kind == BlockKind::Row);
            normal.blocks.push(NormalBlock { kind: block.kind, span: start..normal.chars.len() });
            normal.push('\n', block.span.end);
        }
        normal
    }

    fn push(&mut self, c: char, origin: usize) {
        self.chars.push(c);
        self.origin.push(origin);
    }

    fn push_block(&mut self, chars: &[char], span: Range<usize>, row: bool) {
        let start = self.chars.len();
        let mut at = span.start;
        while at < span.end {
            let c = chars[at];
            if let Some(end) = noise(&chars[..span.end], at) {
                // Half a character and its reading: "總?cè)丝?281戶". What is left shows as one broken mark.
                if c == '?' {
                    self.push('\u{fffd}', at);
                }
                at = end;
                continue;
            }
            if row && (c == '\t' || c == '|') {
                self.push('|', at);
            } else if c == '\n'
                && self.chars.last().is_some_and(char::is_ascii_digit)
                && let Some(length) = page_mark(&chars[at + 1..span.end])
            {
                at += length;
            } else if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' {
                if parts_digits(&self.chars[start..], &chars[at..span.end], &chars[span.start..at]) {
                    self.push(' ', at);
                }
            } else {
                self.push(plain(c), at);
            }
            at += 1;
        }
    }

    /// A span of the original for a span of the normalised text, without trailing noise.
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        if span.start >= span.end || span.end > self.origin.len() {
            let at = self.origin.get(span.start).copied().unwrap_or(0);
            return at..at;
        }
        self.origin[span.start]..self.origin[span.end - 1] + 1
    }

    pub fn slice(&self, span: Range<usize>) -> String {
        if span.start >= span.end { String::new() } else { self.chars[span].iter().collect() }
    }
}

/// One character in its plain form.
pub fn plain(c: char) -> char {
    match c {
        '！'..='～' => plain_ascii(char::from_u32(c as u32 - 0xfee0).unwrap_or(c)),
        '\u{21}'..='\u{7e}' => plain_ascii(c),
        '﹐' | '︐' => '，',
        '﹕' | '∶' | '︰' => '：',
        '﹔' => '；',
        '﹑' | '､' => '、',
        '〜' | '∼' => '~',
        '–' | '—' | '―' | '‐' | '‑' | '−' | '─' => '-',
        '○' => '〇',
        '〈' => '《',
        '〉' => '》',
        '﹪' => '%',
        _ => SIMPLIFIED.get(&c).copied().unwrap_or(c),
    }
}

/// Punctuation that is one mark in Chinese prose whatever key was pressed.
fn plain_ascii(c: char) -> char {
    match c {
        ',' => '，',
        ';' => '；',
        ':' => '：',
        '(' => '（',
        ')' => '）',
        '!' => '！',
        '?' => '？',
        _ => c,
    }
}

/// The end of a pinyin reading left behind by a converting mirror: "社區(qū)", "數(shù)據(jù)".
fn noise(chars: &[char], at: usize) -> Option<usize> {
    if chars[at] == '?' {
        let letters = chars[at + 1..].iter().take(7).take_while(|&&c| c.is_ascii_lowercase() || toned(c)).count();
        let sure = chars[at + 1..].iter().take(letters).any(|&c| toned(c));
        return (sure && chars.get(at + 1 + letters) == Some(&')')).then_some(at + 2 + letters);
    }
    if !matches!(chars[at], '(' | '（') || at == 0 {
        return None;
    }
    let before = chars[at - 1];
    if !('\u{4e00}'..='\u{9fff}').contains(&before) {
        return None;
    }
    let close = chars.iter().skip(at + 1).take(8).position(|&c| matches!(c, ')' | '）'))? + at + 1;
    let inside = &chars[at + 1..close];
    let letters = !inside.is_empty() && inside.iter().all(|&c| c.is_ascii_lowercase() || toned(c));
    let sure = inside.iter().any(|&c| toned(c)) || (SIMPLIFIED.contains_key(&before) && inside.len() >= 2);
    (letters && sure).then_some(close + 1)
}

fn toned(c: char) -> bool {
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê".contains(c)
}

/// Whether the space between two digits parts two numbers, rather than groups of three in one number.
fn parts_digits(before: &[char], rest: &[char], original: &[char]) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '%';
    if !before.last().is_some_and(|&c| word(c)) {
        return false;
    }
    let after: Vec<char> = rest.iter().skip_while(|c| c.is_whitespace()).take(5).map(|&c| plain(c)).collect();
    let Some(&first) = after.first() else {
        return false;
    };
    // 51.16 %: the sign belongs to its number.
    if !word(first) || matches!(first, '%' | '‰') {
        return false;
    }
    let run = before.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    // 1 260 000: groups of three after a first group of one to three.
    let grouped = original.len() > 3
        && original[original.len() - 4].is_whitespace()
        && original[original.len() - 3..].iter().all(|&c| plain(c).is_ascii_digit());
    let group = after.iter().take_while(|c| c.is_ascii_digit()).count() == 3 && ((1..=3).contains(&run) || grouped);
    let decimal = before.len() > run && before[before.len() - run - 1] == '.';
    !group || decimal
}
