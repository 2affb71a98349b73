//! Lists out of the product: title, filter, date and scope above a header, then rows from an iterator in
//! constant memory, as `.xlsx` or `.csv`.

use std::io::{self, Write};

use rust_xlsxwriter::Workbook;

use crate::write::{Cell, Formats, Style, Unwritable, properties, write_cell};

/// What stands above the table: it says what the list is, so that a printed page explains itself.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub title: String,
    /// 范围, 筛选条件, 截至日期 … one line each.
    pub lines: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub header: String,
    /// Width in characters.
    pub width: f64,
    pub style: Style,
}

/// A sheet of a spreadsheet ends here; longer lists go on in another sheet.
const ROWS_MAX: u32 = 1_048_000;

/// Writes an `.xlsx`; returns how many rows it has. Rows live on disk until the file is complete.
pub fn xlsx<W, R>(out: W, about: &About, columns: &[Column], rows: R) -> Result<u64, Unwritable>
where
    W: Write + Send,
    R: IntoIterator<Item = Vec<Cell>>,
{
    let formats = Formats::new();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties()?);
    let mut rows = rows.into_iter().peekable();
    let mut count = 0u64;
    let mut part = 1;
    loop {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(if part == 1 { "清单".to_owned() } else { format!("清单{part}") })?;
        for (at, column) in (0u16..).zip(columns) {
            sheet.set_column_width(at, column.width)?;
        }
        let mut row = 0;
        write_cell(sheet, row, 0, &Cell::Text(about.title.clone()), formats.get(Style::Title))?;
        for line in &about.lines {
            row += 1;
            write_cell(sheet, row, 0, &Cell::Text(line.clone()), formats.get(Style::Subtitle))?;
        }
        row += 1;
        for (at, column) in (0u16..).zip(columns) {
            write_cell(sheet, row, at, &Cell::Text(column.header.clone()), formats.get(Style::Header))?;
        }
        sheet.set_freeze_panes(row + 1, 0)?;
        sheet.set_repeat_rows(row, row)?;
        sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
        row += 1;
        while row < ROWS_MAX
            && let Some(cells) = rows.next()
        {
            for (at, cell) in cells.iter().enumerate() {
                let style = columns.get(at).map_or(Style::Text, |c| c.style);
                let column = u16::try_from(at).map_err(|_| Unwritable("too many columns".to_owned()))?;
                write_cell(sheet, row, column, cell, formats.get(style))?;
            }
            row += 1;
            count += 1;
        }
        if rows.peek().is_none() {
            break;
        }
        part += 1;
    }
    workbook.save_to_writer(out)?;
    Ok(count)
}

/// Writes a `.csv` in UTF-8 with the mark Excel needs to see that it is; returns how many rows it has.
pub fn csv<W, R>(mut out: W, about: &About, columns: &[Column], rows: R) -> io::Result<u64>
where
    W: Write,
    R: IntoIterator<Item = Vec<Cell>>,
{
    out.write_all("\u{feff}".as_bytes())?;
    line(&mut out, [about.title.as_str()].into_iter())?;
    for text in &about.lines {
        line(&mut out, [text.as_str()].into_iter())?;
    }
    line(&mut out, columns.iter().map(|c| c.header.as_str()))?;
    let mut count = 0;
    for cells in rows {
        let texts: Vec<String> = cells.iter().map(text_of).collect();
        line(&mut out, texts.iter().map(String::as_str))?;
        count += 1;
    }
    out.flush()?;
    Ok(count)
}

fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Blank => String::new(),
        // A leading tab keeps spreadsheets from rounding long numbers and from running a formula.
        Cell::Text(text) if is_risky(text) => format!("\t{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => crate::book::number_text(*number),
        Cell::Date(y, m, d) => format!("{y:04}-{m:02}-{d:02}"),
        Cell::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        Cell::Formula(_, cached) => cached.clone(),
        Cell::Link(text, _) => text.clone(),
    }
}

fn is_risky(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
        || (text.len() >= 12 && text.bytes().take(text.len() - 1).all(|b| b.is_ascii_digit()))
}

fn line<'t>(out: &mut impl Write, fields: impl Iterator<Item = &'t str>) -> io::Result<()> {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if field.contains(['"', ',', '\n', '\r']) {
            write!(out, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests;
