//! 公文 — the measures of GB/T 9704-2012 that Word and PDF share, and the few decisions about tables, signatures
//! and unprintable characters that must come out the same in both.

use crate::{Block, Document, Span};

/// A4, 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm: all in points.
pub const PAGE: (f32, f32) = (595.28, 841.89);
pub const TOP: f32 = 104.88;
pub const LEFT: f32 = 79.37;
pub const WIDTH: f32 = 442.2;
/// 22 lines of 28 characters in 3号 (16 pt).
pub const LINES: usize = 22;
pub const CHARACTERS: usize = 28;
pub const PITCH: f32 = 28.95;
pub const BODY: f32 = 16.0;
pub const TITLE: f32 = 22.0;
pub const NUMBER: f32 = 14.0;
/// Tables are set in 小四, and in the sizes after it when they have so many columns that numbers would be cut.
const CELLS: [f32; 5] = [12.0, 10.5, 9.0, 7.5, 6.5];
/// What a cell keeps free at its left and right.
pub const PAD: f32 = 5.4;

/// Characters a file can carry and a reader can see; a line end and a tab stay what they are.
pub fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}', '\u{85}'], "\n");
    text.chars().filter(|&c| shown(c)).collect()
}

// XML 1.0 has no place for control characters; the others are invisible and would only break searching.
fn shown(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    }
}

/// Width in characters of the grid: ASCII takes half a cell.
pub fn cells(text: &str) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

/// How far from the left edge, in characters, the signature and the date begin.
///
/// GB/T 9704-2012 7.3.5.2: 署名 ends two characters before the right edge and the date begins two characters after
/// the first of 署名; if the date is longer, it is the date that ends two characters before the edge.
pub fn signature(doc: &Document) -> (f32, f32) {
    let width = |line: &Option<String>| line.as_deref().map_or(0.0, cells);
    let (name, date) = (width(&doc.signature), width(&doc.date));
    let edge = CHARACTERS as f32;
    let name_at = if doc.signature.is_some() && date <= name { edge - 2.0 - name } else { edge - 4.0 - date };
    (name_at.max(0.0), (name_at + 2.0).clamp(0.0, (edge - date).max(0.0)))
}

/// 主送机关 — an opening paragraph that ends with a colon names who is written to and begins at the edge.
pub fn addressee(doc: &Document, block: usize) -> bool {
    block == 0
        && matches!(&doc.blocks[..], [Block::Paragraph { spans }, ..] if spans.last().is_some_and(|s| s.text().ends_with('：')))
}

/// A table with as many cells in every row as in the widest one.
pub struct Grid<'a> {
    pub caption: &'a str,
    pub head: Vec<&'a str>,
    pub rows: Vec<Vec<&'a [Span]>>,
    /// Of the text, in points.
    pub size: f32,
    /// Shares of the text width, together 1.
    pub columns: Vec<f32>,
    /// Long text starts at the left of its column; numbers and short words are centred.
    pub centred: Vec<bool>,
}

impl<'a> Grid<'a> {
    /// Nothing for blocks of other kinds and for a table without a single column.
    pub fn of(block: &'a Block) -> Option<Grid<'a>> {
        let Block::Table { caption, head, rows } = block else {
            return None;
        };
        let count = rows.iter().map(Vec::len).max().unwrap_or(0).max(head.len());
        if count == 0 {
            return None;
        }
        let head = (0..count).map(|i| head.get(i).map_or("", String::as_str)).collect::<Vec<_>>();
        let rows = rows
            .iter()
            .map(|row| (0..count).map(|i| row.get(i).map_or(&[][..], Vec::as_slice)).collect())
            .collect::<Vec<Vec<&[Span]>>>();
        let longest = |i: usize| {
            let cell = |spans: &[Span]| spans.iter().map(|s| cells(s.text())).sum::<f32>();
            rows.iter().map(|row| cell(row[i])).fold(0.0_f32, f32::max)
        };
        let words = |i: usize| {
            let cells = rows.iter().flat_map(|row| row[i]).map(Span::text).chain([head[i]]);
            cells.map(word).fold(1.0_f32, f32::max)
        };
        let least: Vec<f32> = (0..count).map(words).collect();
        let needed = |size: &f32| least.iter().map(|l| l * size + 2.0 * PAD).sum::<f32>();
        let size = CELLS.into_iter().find(|size| needed(size) <= WIDTH).unwrap_or(CELLS[4]);
        let room = |cells: f32| cells * size + 2.0 * PAD;
        let wanted = (0..count).map(|i| room(longest(i).max(cells(head[i])).clamp(2.0, 60.0) + 0.6));
        let columns = shares(&wanted.collect::<Vec<_>>(), &least.iter().map(|l| room(*l)).collect::<Vec<_>>());
        let centred = (0..count).map(|i| longest(i) <= 10.0).collect();
        Some(Grid { size, caption, head, rows, columns, centred })
    }
}

/// Shares of the width for columns that want so much: narrow columns get it, and the wide ones share what is left and
/// wrap, though never within a word.
fn shares(wanted: &[f32], least: &[f32]) -> Vec<f32> {
    let at = |limit: f32| wanted.iter().zip(least).map(move |(want, least)| want.min(limit).max(*least));
    let (mut low, mut high) = (0.0, WIDTH);
    for _ in 0..30 {
        let middle = (low + high) / 2.0;
        if at(middle).sum::<f32>() < WIDTH { low = middle } else { high = middle }
    }
    let total = at(high).sum::<f32>();
    at(high).map(|width| width / total).collect()
}

/// The longest piece that no line may cut, in characters; digits and letters of most fonts are wider than half.
fn word(text: &str) -> f32 {
    let pieces = text.split(|c: char| !c.is_ascii_graphic());
    pieces.map(|piece| piece.len().min(24) as f32 * 0.58).fold(0.0, f32::max)
}

/// How many characters wide a title of several lines is set, so that its lines are about as long as each other.
pub fn title_width(title: &str) -> Option<f32> {
    let most = WIDTH / TITLE;
    let lines = (cells(title) / most).ceil();
    let width = (cells(title) / lines + 1.0).ceil();
    (lines > 1.0 && width < most).then_some(width)
}
