//! From the marked text a template renders to the tree. The marks are few: `#` the title, `##`, `###`, `####`
//! headings of level 1 to 3, `**strong**`, blank lines between paragraphs, `|` tables, `@` the signature and `@@` the date.
//!
//! Figures stand in the text as tokens ([`token`]), so that nothing a template does to the text around them can
//! turn them back into bare numbers.

use crate::{Block, Document, Figure, Span};

const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// The token that stands for figure `index`.
pub fn token(index: usize) -> String {
    format!("{OPEN}{index}{CLOSE}")
}

/// Every piece of a text in order: what stands between the tokens, and each token with its index.
pub fn each(text: &str, mut visit: impl FnMut(&str, Option<usize>)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        if !before.is_empty() {
            visit(before, None);
        }
        let Some((index, after)) = after.split_once(CLOSE) else { return };
        visit("", index.parse().ok());
        rest = after;
    }
    if !rest.is_empty() {
        visit(rest, None);
    }
}

/// The text with each token's index changed, in the order in which they stand; a token that `change` gives none is taken out.
pub fn renumber(text: &str, mut change: impl FnMut(usize) -> Option<usize>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        let Some((index, after)) = after.split_once(CLOSE) else { break };
        if let Some(index) = index.parse().ok().and_then(&mut change) {
            out.push_str(&token(index));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text without anything that would be read as a token.
pub fn without_tokens(text: &str) -> String {
    text.replace([OPEN, CLOSE], "")
}

/// Builds the tree; a token without a figure is left out and named in the second result.
pub fn compose(text: &str, figures: &[Figure]) -> (Document, Vec<usize>) {
    let mut doc = Document::default();
    let mut lost = Vec::new();
    let mut table: Vec<Vec<String>> = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        let line = line.trim();
        if let Some(row) = line.strip_prefix('|') {
            close(&mut doc, &mut paragraph, figures, &mut lost);
            let row = row.strip_suffix('|').unwrap_or(row);
            let cells: Vec<String> = row.split('|').map(|c| c.trim().to_owned()).collect();
            if !cells.iter().all(|c| c.chars().all(|c| c == '-')) {
                table.push(cells);
            }
            continue;
        }
        if !table.is_empty() {
            let mut rows = std::mem::take(&mut table).into_iter();
            let head = rows.next().unwrap_or_default();
            let rows = rows.map(|r| r.iter().map(|c| spans(c, figures, &mut lost)).collect()).collect();
            doc.blocks.push(Block::Table { caption: String::new(), head, rows });
        }
        if line.is_empty() {
            close(&mut doc, &mut paragraph, figures, &mut lost);
        } else if let Some(title) = line.strip_prefix("# ") {
            doc.title = spans(title, figures, &mut lost).iter().map(Span::text).collect();
        } else if let Some((level, rest)) = heading(line) {
            close(&mut doc, &mut paragraph, figures, &mut lost);
            doc.blocks.push(Block::Heading { level, spans: spans(rest, figures, &mut lost) });
        } else if let Some(date) = line.strip_prefix("@@") {
            doc.date = Some(plain(date.trim(), figures, &mut lost));
        } else if let Some(name) = line.strip_prefix('@') {
            doc.signature = Some(plain(name.trim(), figures, &mut lost));
        } else {
            paragraph.push_str(line);
        }
    }
    (doc, lost)
}

/// Title, signature and date are read as text; a number in them still comes from its span.
fn plain(text: &str, figures: &[Figure], lost: &mut Vec<usize>) -> String {
    spans(text, figures, lost).iter().map(Span::text).collect()
}

fn heading(line: &str) -> Option<(u8, &str)> {
    [("## ", 1), ("### ", 2), ("#### ", 3)]
        .into_iter()
        .find_map(|(mark, level)| line.strip_prefix(mark).map(|rest| (level, rest)))
}

fn close(doc: &mut Document, paragraph: &mut String, figures: &[Figure], lost: &mut Vec<usize>) {
    if !paragraph.is_empty() {
        let spans = spans(&std::mem::take(paragraph), figures, lost);
        doc.blocks.push(Block::Paragraph { spans });
    }
}

fn spans(text: &str, figures: &[Figure], lost: &mut Vec<usize>) -> Vec<Span> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut strong = false;
    let push = |out: &mut Vec<Span>, t: &str, strong: bool| {
        if !t.is_empty() {
            out.push(if strong { Span::Strong(t.to_owned()) } else { Span::Text(t.to_owned()) });
        }
    };
    while !rest.is_empty() {
        let mark = rest.find(OPEN);
        let star = rest.find("**");
        match (mark, star) {
            (Some(at), star) if star.is_none_or(|s| at < s) => {
                push(&mut out, &rest[..at], strong);
                rest = &rest[at + OPEN.len_utf8()..];
                let end = rest.find(CLOSE).unwrap_or(rest.len());
                let index = rest[..end].parse().unwrap_or(usize::MAX);
                match figures.get(index) {
                    Some(figure) => out.push(Span::Figure(figure.clone())),
                    None => lost.push(index),
                }
                rest = rest.get(end + CLOSE.len_utf8()..).unwrap_or("");
            }
            (_, Some(at)) => {
                push(&mut out, &rest[..at], strong);
                strong = !strong;
                rest = &rest[at + 2..];
            }
            _ => {
                push(&mut out, rest, strong);
                rest = "";
            }
        }
    }
    out
}
