//! `.xls` (BIFF) and `.ods` through calamine.

use std::io::Cursor;

use calamine::{Data, Reader, SheetVisible, Sheets, Xls, XlsError, open_workbook_auto_from_rs};

use crate::book::{Fault, Range, Sheet, Unreadable, Value, Workbook};
use crate::read::biff::Unsound;
use crate::read::meter::Meter;
use crate::read::{not_a_table, unreadable};

pub(crate) fn read(bytes: &[u8], meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    if has_stream(bytes, "EncryptedPackage") {
        return Err(unreadable(Fault::Password));
    }
    if has_stream(bytes, "WordDocument") {
        return Err(not_a_table("Word 文档 (a Word document)"));
    }
    if has_stream(bytes, "PowerPoint Document") {
        return Err(not_a_table("演示文稿 (a presentation)"));
    }
    let sound = super::biff::sound(bytes, meter.budget.cells).map_err(|why| match why {
        Unsound::Broken => unreadable(Fault::Broken),
        Unsound::TooFar => unreadable(Fault::TooLarge),
    })?;
    guarded(|| values(&sound, bytes, meter))?
}

/// The values of `sound`, and what calamine leaves out from `bytes`.
fn values(sound: &[u8], bytes: &[u8], meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    let mut book = Xls::new(Cursor::new(sound)).map_err(|e| match e {
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
        if !meter.sheet(out.sheets.len()) {
            continue;
        }
        let Ok(range) = book.worksheet_range(&name) else {
            continue;
        };
        let mut sheet = sheet_of(&name, hidden, &range, from_1904, meter)?;
        for d in book.merge_cells_by_sheet_name(&name).unwrap_or_default() {
            let columns = (u16::try_from(d.start.1), u16::try_from(d.end.1));
            if let (Ok(first_column), Ok(last_column)) = columns {
                let (first_row, last_row) = (d.start.0, d.end.0);
                if first_row <= last_row && first_column <= last_column {
                    meter.merge(&mut sheet, Range { first_row, first_column, last_row, last_column });
                }
            }
        }
        sheet.comments = extra.comments;
        sheet.hidden_rows.extend(extra.hidden_rows);
        sheet.hidden_columns = extra.hidden_columns.into_iter().filter(|c| *c < meter.budget.columns).collect();
        out.sheets.push(sheet);
    }
    Ok(out)
}

/// `.ods` and `.xlsb`: values only.
pub(crate) fn read_by_calamine(bytes: &[u8], meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    guarded(|| by_calamine(bytes, meter))?
}

fn by_calamine(bytes: &[u8], meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    let mut book: Sheets<_> = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| unreadable(Fault::Broken))?;
    let mut out = Workbook::default();
    for meta in book.sheets_metadata().to_vec() {
        if !meter.sheet(out.sheets.len()) {
            continue;
        }
        if let Ok(range) = book.worksheet_range(&meta.name) {
            let hidden = meta.visible != SheetVisible::Visible;
            out.sheets.push(sheet_of(&meta.name, hidden, &range, false, meter)?);
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

fn sheet_of(
    name: &str,
    hidden: bool,
    range: &calamine::Range<Data>,
    from_1904: bool,
    meter: &mut Meter<'_>,
) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet { name: meter.name(name), hidden, ..Sheet::default() };
    let Some((first_row, first_column)) = range.start() else {
        return Ok(sheet);
    };
    meter.cells(first_row as usize)?;
    sheet.rows.resize_with(first_row as usize, Vec::new);
    for row in range.rows() {
        let mut cells: Vec<Value> = Vec::new();
        meter.cells(1)?;
        for (column, data) in (first_column..).zip(row) {
            let value = match value(data, meter) {
                Value::Empty => continue,
                Value::Date(days) if from_1904 => Value::Date(days + 1_462.0),
                value => value,
            };
            meter.put(&mut cells, u16::try_from(column).unwrap_or(u16::MAX), value)?;
        }
        sheet.rows.push(cells);
    }
    Ok(sheet)
}

fn value(data: &Data, meter: &mut Meter<'_>) -> Value {
    match data {
        Data::Empty => Value::Empty,
        Data::String(text) if text.is_empty() => Value::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Value::Text(meter.text(text).into()),
        #[allow(clippy::cast_precision_loss)]
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::Bool(b) => Value::Bool(*b),
        Data::DateTime(date) => Value::Date(date.as_f64()),
        Data::Error(error) => Value::Error(error.to_string().into()),
    }
}
