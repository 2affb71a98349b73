//! Characters by their places, put together to lines; lines to paragraphs (one goes on where the line before was full and
//! this one is not indented) and rows (a line in a table that is ruled, or one with gaps).

use super::grid::Grid;
use crate::read::{Kind, Read, block};

/// A string on a page: where it begins and ends, its base line and size.
pub struct Piece {
    pub x: f64,
    pub y: f64,
    pub end: f64,
    pub size: f64,
    pub text: String,
}

/// What stands on a page.
#[derive(Default)]
pub struct Sheet {
    pub pieces: Vec<Piece>,
    pub grid: Grid,
}

/// A line of a page.
struct Line {
    x: f64,
    end: f64,
    y: f64,
    size: f64,
    cells: Vec<String>,
    /// The lines above and below it, where it is in a ruled table.
    band: Option<(f64, f64)>,
}

impl Line {
    fn is_row(&self) -> bool {
        self.cells.len() > 1
    }
}

/// The blocks of all pages.
pub fn blocks(sheets: Vec<Sheet>) -> Vec<Read> {
    let mut pages: Vec<Vec<Line>> = sheets.into_iter().map(lines).collect();
    margins(&mut pages);
    let all = || pages.iter().flatten();
    let mut sizes: Vec<f64> = all().map(|line| line.size).collect();
    sizes.sort_by(f64::total_cmp);
    let body = sizes.get(sizes.len() / 2).copied().unwrap_or(1.0);
    let left = all().filter(|line| !line.is_row()).map(|line| line.x).fold(f64::INFINITY, f64::min);
    let right = all().filter(|line| !line.is_row()).map(|line| line.end).fold(0.0, f64::max);
    let mut out: Vec<Read> = Vec::new();
    let mut open: Option<(String, f64)> = None;
    for line in pages.into_iter().flatten() {
        if line.is_row() || line.size > body * 1.15 {
            out.extend(open.take().and_then(|(text, _)| block(Kind::Paragraph, text)));
            let kind = match line.size > body * 1.3 {
                _ if line.is_row() => Kind::Row,
                large => Kind::Heading(if large { 1 } else { 2 }),
            };
            // A title may take two lines.
            match out.last_mut() {
                Some(last) if kind != Kind::Row && last.kind == kind => join(&mut last.text, &line.cells[0]),
                _ => out.extend(block(kind, line.cells.join("\t"))),
            }
            continue;
        }
        let full = open.as_ref().is_some_and(|(_, end)| *end > right - line.size * 2.5);
        let flush = line.x < left + line.size * 1.2;
        let text = line.cells.concat();
        match open.as_mut() {
            Some((before, end)) if full && flush => {
                join(before, &text);
                *end = line.end;
            }
            _ => {
                out.extend(open.replace((text, line.end)).and_then(|(text, _)| block(Kind::Paragraph, text)));
            }
        }
    }
    out.extend(open.and_then(|(text, _)| block(Kind::Paragraph, text)));
    out
}

/// Words of two lines; between Latin words stands a space.
fn join(text: &mut String, next: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if latin(text.chars().next_back()) && latin(next.chars().next()) {
        text.push(' ');
    }
    text.push_str(next);
}

/// The lines of a page from top to bottom.
fn lines(sheet: Sheet) -> Vec<Line> {
    let Sheet { mut pieces, mut grid } = sheet;
    grid.sort();
    pieces.retain(|piece| [piece.x, piece.y, piece.end, piece.size].iter().all(|n| n.is_finite()) && piece.size > 0.0);
    pieces.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut groups: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match groups.last_mut() {
            Some(line) if (line[0].y - piece.y).abs() <= line[0].size.max(piece.size) * 0.4 => line.push(piece),
            _ => groups.push(vec![piece]),
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    for line in groups.into_iter().filter_map(|pieces| line(pieces, &grid)) {
        match lines.last_mut() {
            // A cell of several lines.
            Some(last) if last.band.is_some() && last.band == line.band && last.cells.len() == line.cells.len() => {
                last.cells.iter_mut().zip(&line.cells).for_each(|(cell, more)| join(cell, more));
            }
            _ => lines.push(line),
        }
    }
    lines
}

/// The line that pieces of one height make.
fn line(mut pieces: Vec<Piece>, grid: &Grid) -> Option<Line> {
    pieces.sort_by(|a, b| a.x.total_cmp(&b.x));
    let (x, y) = (pieces.first()?.x, pieces.first()?.y);
    let size = pieces.iter().map(|piece| piece.size).fold(0.0, f64::max);
    let columns = grid.columns(y + size * 0.3);
    // A frame around a text is no table.
    let ruled = columns.len() > 2 && x > columns[0] - size;
    let mut cells = vec![String::new()];
    let mut end = x;
    for piece in &pieces {
        let middle = (piece.x + piece.end) / 2.0;
        let cell = if ruled {
            columns[1..columns.len() - 1].iter().filter(|at| **at < middle).count()
        } else {
            cells.len() - 1
        };
        let text = cells.last().map_or("", String::as_str);
        // The same words drawn twice make them bold.
        if piece.x < end - size * 0.5 && text.ends_with(&piece.text) {
            continue;
        }
        let gap = piece.x - end;
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_graphic());
        let apart = gap > size * 0.2 && word(text.chars().next_back()) && word(piece.text.chars().next());
        let new = if ruled { cell >= cells.len() } else { gap > size * 1.1 && !text.trim().is_empty() };
        if new {
            cells.resize((cell + 1).max(if ruled { 0 } else { cells.len() + 1 }), String::new());
        }
        if let Some(cell) = cells.last_mut() {
            if apart && !new {
                cell.push(' ');
            }
            cell.push_str(&piece.text);
        }
        end = end.max(piece.end);
    }
    if ruled {
        cells.resize(columns.len() - 1, String::new());
    }
    cells.iter_mut().for_each(|cell| *cell = cell.trim().replace('\t', " "));
    let band = ruled.then(|| grid.band(y + size * 0.3, columns[0], columns[columns.len() - 1])).flatten();
    cells.iter().any(|cell| !cell.is_empty()).then_some(Line { x, end, y, size, cells, band })
}

/// Page numbers and what stands at the same place of every page are taken away; a title that is repeated stays once.
fn margins(pages: &mut [Vec<Line>]) {
    for end in [true, false] {
        // Two lines at the most: a number, and a name.
        for _ in 0..2 {
            let outer = |page: &Vec<Line>| -> Option<(Vec<String>, f64)> {
                let line = if end { page.last()? } else { page.first()? };
                Some((
                    line.cells.iter().map(|cell| if is_number(cell) { "#".to_owned() } else { cell.clone() }).collect(),
                    line.y,
                ))
            };
            let found: Vec<Option<(Vec<String>, f64)>> = pages.iter().map(outer).collect();
            let alike = |a: &(Vec<String>, f64), b: &(Vec<String>, f64)| a.0 == b.0 && (a.1 - b.1).abs() < 2.0;
            let mut seen: Vec<&(Vec<String>, f64)> = Vec::new();
            for (page, own) in pages.iter_mut().zip(&found) {
                let Some(own) = own.as_ref().filter(|_| page.len() > 1) else { continue };
                let numbers = own.0.iter().all(|cell| cell == "#");
                let again = found.iter().flatten().filter(|other| alike(own, other)).take(2).count() > 1;
                let first = !seen.iter().any(|other| alike(own, other));
                if first && seen.len() < 8 {
                    seen.push(own);
                }
                if numbers || (again && (end || !first)) {
                    if end { drop(page.pop()) } else { drop(page.remove(0)) }
                }
            }
        }
    }
}

/// — 3 —, 3/12, 第3页 共12页, 3.
fn is_number(text: &str) -> bool {
    let marks = |c: char| c.is_whitespace() || "-—–·/第页共,，".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=6).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || marks(c))
        && text.split(marks).all(|number| number.len() <= 3)
}
