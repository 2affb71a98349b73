//! A workbook given back with remarks: comments at the cells and a summary sheet, nothing else changed.
//!
//! An `.xlsx` keeps its own package: parts are copied as they are, and only relationships, the
//! `legacyDrawing` reference and the parts of comments are added to. Other formats come back as a new book.

mod parts;

use std::collections::BTreeMap;

use crate::book::{Range, Unreadable, Value, Workbook};
use crate::budget::Budget;
use crate::write::{Book, Cell, Style, Unwritable};

/// A remark at a cell (or at a row).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remark {
    pub sheet: String,
    /// 0-based.
    pub row: u32,
    pub column: Option<u16>,
    /// 错误, 警告, 提示
    pub level: Level,
    /// The column's header, for the summary.
    pub header: String,
    /// Whose row it is, and what the cell shows: the summary is worked through without leafing.
    pub name: String,
    pub value: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    #[default]
    Note,
    Warning,
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Note => "提示",
            Level::Warning => "警告",
            Level::Error => "错误",
        }
    }
}

/// Name of the sheet that lists the remarks.
pub const SUMMARY: &str = "导入问题";

/// Why a workbook could not be annotated.
#[derive(Debug)]
pub enum Fault {
    Unreadable(Unreadable),
    Unwritable(Unwritable),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Unreadable(fault) => f.write_str(&fault.zh),
            Fault::Unwritable(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Unreadable> for Fault {
    fn from(fault: Unreadable) -> Fault {
        Fault::Unreadable(fault)
    }
}

impl From<Unwritable> for Fault {
    fn from(fault: Unwritable) -> Fault {
        Fault::Unwritable(fault)
    }
}

/// The file with comments at the cells and a summary sheet; always an `.xlsx`.
pub fn annotate(original: &[u8], name: &str, remarks: &[Remark]) -> Result<Vec<u8>, Fault> {
    annotate_within(original, name, remarks, &Budget::ORDINARY)
}

/// The same, as far as a budget goes.
pub fn annotate_within(original: &[u8], name: &str, remarks: &[Remark], budget: &Budget) -> Result<Vec<u8>, Fault> {
    if original.starts_with(b"PK")
        && let Some(bytes) = parts::annotate(original, remarks, budget)?
    {
        return Ok(bytes);
    }
    Ok(rebuilt(&crate::read_within(original, name, budget)?, remarks)?)
}

/// A comment without the remarks an earlier import left in it; empty when it held nothing else.
pub fn without_remarks(comment: &str) -> &str {
    let ours = ["【错误】", "【警告】", "【提示】"];
    let cut = ours.iter().filter_map(|mark| comment.find(mark)).min().unwrap_or(comment.len());
    comment[..cut].trim()
}

/// Remarks of one cell as one text, the most serious first.
fn by_cell(remarks: &[Remark]) -> BTreeMap<&str, BTreeMap<(u32, u16), String>> {
    let mut sorted: Vec<&Remark> = remarks.iter().collect();
    sorted.sort_by_key(|r| std::cmp::Reverse(r.level));
    let mut out: BTreeMap<&str, BTreeMap<(u32, u16), String>> = BTreeMap::new();
    for remark in sorted {
        let text = out.entry(&remark.sheet).or_default().entry((remark.row, remark.column.unwrap_or(0))).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("【{}】{}", remark.level.word(), remark.text));
    }
    out
}

/// A row of the summary.
struct Line {
    level: Level,
    cells: [String; 7],
    /// `'居民'!C5`
    place: String,
}

const HEADER: [&str; 7] = ["工作表", "行", "姓名", "栏目", "原值", "级别", "问题与处理办法"];
/// The column of the summary that leads to the cell.
const LINK: &str = "单元格";
const WIDTHS: [f64; 8] = [16.0, 6.0, 10.0, 14.0, 22.0, 8.0, 80.0, 10.0];

/// The rows of the summary, sheet by sheet and row by row, as somebody works through them.
fn summary(remarks: &[Remark], sheets: &[&str]) -> Vec<Line> {
    let mut sorted: Vec<&Remark> = remarks.iter().collect();
    let order = |r: &Remark| sheets.iter().position(|s| *s == r.sheet).unwrap_or(usize::MAX);
    sorted.sort_by_key(|r| (order(r), r.row, std::cmp::Reverse(r.level), r.column));
    sorted
        .into_iter()
        .map(|remark| {
            let cell = format!("{}{}", crate::book::column_letters(remark.column.unwrap_or(0)), remark.row + 1);
            Line {
                level: remark.level,
                cells: [
                    remark.sheet.clone(),
                    (remark.row + 1).to_string(),
                    remark.name.clone(),
                    remark.header.clone(),
                    remark.value.chars().take(200).collect(),
                    remark.level.word().to_owned(),
                    remark.text.clone(),
                ],
                place: format!("'{}'!{cell}", remark.sheet.replace('\'', "''")),
            }
        })
        .collect()
}

/// `C5` of `'居民'!C5`.
fn cell_of_place(place: &str) -> &str {
    place.rsplit('!').next().unwrap_or(place)
}

/// A new book with the values, merges and hidden parts of the old one.
fn rebuilt(book: &Workbook, remarks: &[Remark]) -> Result<Vec<u8>, Unwritable> {
    let mut out = Book::new();
    let cells = by_cell(remarks);
    let names: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    summary_page(&mut out, &summary(remarks, &names));
    for sheet in &book.sheets {
        let page = out.page(&sheet.name);
        let merged =
            |row: u32, column: u16| sheet.merges.iter().any(|m| (m.first_row, m.first_column) == (row, column));
        for (row, values) in (0u32..).zip(&sheet.rows) {
            for (column, value) in (0u16..).zip(values) {
                if *value != Value::Empty && !merged(row, column) {
                    let (cell, style) = cell_of(value);
                    page.put_styled(row, column, cell, style);
                }
            }
        }
        for merge in &sheet.merges {
            let (cell, _) = cell_of(sheet.value(merge.first_row, merge.first_column));
            let clear = |m: &Range| m.last_row > m.first_row || m.last_column > m.first_column;
            if clear(merge) {
                page.merge(*merge, cell, Style::Centre);
            }
        }
        let own = cells.get(sheet.name.as_str());
        for comment in &sheet.comments {
            if own.is_none_or(|c| !c.contains_key(&(comment.row, comment.column))) {
                page.comment(comment.row, comment.column, &comment.text);
            }
        }
        for ((row, column), text) in own.into_iter().flatten() {
            let before = sheet.comments.iter().find(|c| (c.row, c.column) == (*row, *column));
            let text = before.map_or_else(|| text.clone(), |c| format!("{}\n{text}", c.text));
            page.comment(*row, *column, &text);
        }
        for row in &sheet.hidden_rows {
            page.hide_row(*row);
        }
        for column in &sheet.hidden_columns {
            page.hide_column(*column);
        }
        if sheet.hidden {
            page.hide();
        }
    }
    out.to_bytes()
}

/// The summary, the first sheet of the book.
fn summary_page(out: &mut Book, lines: &[Line]) {
    let page = out.page(SUMMARY);
    page.row(0, HEADER.into_iter().chain([LINK]), Style::Header);
    for (row, line) in (1u32..).zip(lines) {
        let style = match line.level {
            Level::Error => Style::Error,
            Level::Warning => Style::Warning,
            Level::Note => Style::Text,
        };
        page.row(row, line.cells.iter().map(String::as_str), style);
        let link = Cell::Link(cell_of_place(&line.place).to_owned(), line.place.clone());
        page.put_styled(row, 7, link, style);
    }
    for (column, width) in (0u16..).zip(WIDTHS) {
        page.width(column, width);
    }
    let last_row = u32::try_from(lines.len()).unwrap_or(0);
    page.freeze(1, 0).filter(Range { first_row: 0, first_column: 0, last_row, last_column: 7 });
}

fn cell_of(value: &Value) -> (Cell, Style) {
    match value {
        Value::Empty => (Cell::Blank, Style::Plain),
        Value::Text(text) => (Cell::Text(text.to_string()), Style::Text),
        Value::Error(text) => (Cell::Text(text.to_string()), Style::Text),
        Value::Number(number) => (Cell::Number(*number), Style::Plain),
        Value::Bool(value) => (Cell::Bool(*value), Style::Plain),
        Value::Date(serial) => match crate::book::date_of(*serial) {
            Some((y, m, d)) => (Cell::Date(y, m, d), Style::Date),
            None => (Cell::Number(*serial), Style::Plain),
        },
    }
}

#[cfg(test)]
mod tests;
