//! `.xls` (BIFF) and `.ods` through calamine.

use std::io::Cursor;

use calamine::{Data, Reader, SheetVisible, Sheets, Xls, XlsError, open_workbook_auto_from_rs};

use crate::book::{Fault, Range, Sheet, Unreadable, Value, Workbook};
use crate::read::{not_a_table, unreadable};

pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, Unreadable> {
    if has_stream(bytes, "EncryptedPackage") {
        return Err(unreadable(Fault::Password));
    }
    if has_stream(bytes, "WordDocument") {
        return Err(not_a_table("Word 文档 (a Word document)"));
    }
    if has_stream(bytes, "PowerPoint Document") {
        return Err(not_a_table("演示文稿 (a presentation)"));
    }
    let mut book = guarded(|| Xls::new(Cursor::new(bytes)))?.map_err(|e| match e {
        XlsError::Password => unreadable(Fault::Password),
        _ => unreadable(Fault::Broken),
    })?;
    let from_1904 = book.has_1904_epoch();
    let mut out = Workbook { from_1904, ..Workbook::default() };
    let sheets: Vec<(String, bool)> =
        book.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible != SheetVisible::Visible)).collect();
    let mut extras = super::biff::extras(bytes).into_iter();
    for (name, hidden) in sheets {
        let extra = extras.next().unwrap_or_default();
        let Ok(range) = book.worksheet_range(&name) else {
            continue;
        };
        let mut sheet = sheet_of(&name, hidden, &range, from_1904);
        sheet.merges = book
            .merge_cells_by_sheet_name(&name)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|d| {
                Some(Range {
                    first_row: d.start.0,
                    first_column: u16::try_from(d.start.1).ok()?,
                    last_row: d.end.0,
                    last_column: u16::try_from(d.end.1).ok()?,
                })
            })
            .collect();
        sheet.comments = extra.comments;
        sheet.hidden_rows.extend(extra.hidden_rows);
        sheet.hidden_columns.extend(extra.hidden_columns);
        out.sheets.push(sheet);
    }
    Ok(out)
}

/// `.ods` and `.xlsb`: values only.
pub(crate) fn read_by_calamine(bytes: &[u8]) -> Result<Workbook, Unreadable> {
    let mut book: Sheets<_> =
        guarded(|| open_workbook_auto_from_rs(Cursor::new(bytes)))?.map_err(|_| unreadable(Fault::Broken))?;
    let mut out = Workbook::default();
    for meta in book.sheets_metadata().to_vec() {
        if let Ok(range) = book.worksheet_range(&meta.name) {
            out.sheets.push(sheet_of(&meta.name, meta.visible != SheetVisible::Visible, &range, false));
        }
    }
    Ok(out)
}

/// A damaged file may make the parser panic; it is not our code, so the fence stands here.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Unreadable> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|_| unreadable(Fault::Broken))
}

/// Directory entries of a compound file name their streams in UTF-16.
fn has_stream(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wide.len()).any(|w| w == wide)
}

fn sheet_of(name: &str, hidden: bool, range: &calamine::Range<Data>, from_1904: bool) -> Sheet {
    let mut sheet = Sheet { name: name.to_owned(), hidden, ..Sheet::default() };
    let Some((first_row, first_column)) = range.start() else {
        return sheet;
    };
    sheet.rows.resize_with(first_row as usize, Vec::new);
    for row in range.rows() {
        let mut cells: Vec<Value> = vec![Value::Empty; first_column as usize];
        cells.extend(row.iter().map(|data| match value(data) {
            Value::Date(days) if from_1904 => Value::Date(days + 1_462.0),
            value => value,
        }));
        while cells.last().is_some_and(|v| *v == Value::Empty) {
            cells.pop();
        }
        sheet.rows.push(cells);
    }
    sheet
}

fn value(data: &Data) -> Value {
    match data {
        Data::Empty => Value::Empty,
        Data::String(text) if text.is_empty() => Value::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Value::Text(text.as_str().into()),
        #[allow(clippy::cast_precision_loss)]
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::Bool(b) => Value::Bool(*b),
        Data::DateTime(date) => Value::Date(date.as_f64()),
        Data::Error(error) => Value::Error(error.to_string().into()),
    }
}
