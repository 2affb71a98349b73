//! A workbook in memory: typed cells, merges, what is hidden, comments. Rows and columns count from 0.

use std::collections::BTreeSet;
use std::sync::Arc;

/// 工作簿 — every sheet of a file, and what was wrong with the file itself.
#[derive(Clone, Debug, Default)]
pub struct Workbook {
    pub sheets: Vec<Sheet>,
    /// What the reader had to leave out or repair (a truncated sheet, an undecodable character).
    pub findings: Vec<Finding>,
    /// A text file: its cells are texts only, also where they were numbers before.
    pub untyped: bool,
    /// Serial numbers of dates count from 1904. Cells that show a date are converted; a bare number cannot be.
    pub from_1904: bool,
}

/// 工作表
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    /// Row by row; a row is as long as its last filled cell.
    pub rows: Vec<Vec<Value>>,
    pub merges: Vec<Range>,
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_columns: BTreeSet<u16>,
    pub comments: Vec<Comment>,
    /// Cells that hold a formula; their value is the cached one.
    pub formulas: BTreeSet<(u32, u16)>,
}

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Empty,
    Text(Arc<str>),
    Number(f64),
    /// A number shown as a date: days since 1899-12-30 (workbooks that count from 1904 are converted).
    Date(f64),
    Bool(bool),
    /// `#VALUE!`
    Error(Arc<str>),
}

/// Merged cells, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub first_row: u32,
    pub first_column: u16,
    pub last_row: u32,
    pub last_column: u16,
}

/// 批注
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub row: u32,
    pub column: u16,
    pub author: String,
    pub text: String,
}

/// Something about the file a clerk should know; the rest of it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub sheet: Option<String>,
    pub zh: String,
    pub en: String,
}

/// Why a file could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub fault: Fault,
    pub zh: String,
    pub en: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    Empty,
    Password,
    /// Not a table: Word, PDF, a picture, HTML saved as .xls …
    NotATable,
    Broken,
    /// Unpacks to more than is reasonable.
    TooLarge,
}

impl Sheet {
    /// The value of a cell; cells outside are empty.
    pub fn value(&self, row: u32, column: u16) -> &Value {
        static EMPTY: Value = Value::Empty;
        self.rows.get(row as usize).and_then(|r| r.get(usize::from(column))).unwrap_or(&EMPTY)
    }

    /// The number of columns of the longest row.
    pub fn width(&self) -> u16 {
        let width = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        u16::try_from(width).unwrap_or(u16::MAX)
    }
}

impl Value {
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Empty => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As a person would read it: numbers without a trailing `.0`, dates as `1985-03-07`.
    pub fn shown(&self) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Text(text) | Value::Error(text) => text.to_string(),
            Value::Number(number) => number_text(*number),
            Value::Date(serial) => date_text(*serial),
            Value::Bool(true) => "TRUE".to_owned(),
            Value::Bool(false) => "FALSE".to_owned(),
        }
    }
}

/// `12`, `1985.3`. Whole numbers beyond 15 digits show what a spreadsheet shows: 15 digits and zeros.
pub fn number_text(number: f64) -> String {
    if number.fract() != 0.0 || number.abs() >= 1e18 {
        return format!("{number}");
    }
    if number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let scientific = format!("{:.14e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let mut digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let length = exponent.parse::<usize>().unwrap_or(0) + 1;
    while digits.len() < length {
        digits.push('0');
    }
    if number < 0.0 { format!("-{digits}") } else { digits }
}

/// The civil date of a spreadsheet's serial number (days since 1899-12-30).
pub fn date_of(serial: f64) -> Option<(i32, u32, u32)> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)]
    let serial = serial.floor() as i64;
    // Serial 60 is the 29 February 1900 that never was.
    let days = serial - 25_569 + i64::from(serial < 60);
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    Some((i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?))
}

fn date_text(serial: f64) -> String {
    match date_of(serial) {
        Some((y, m, d)) => format!("{y:04}-{m:02}-{d:02}"),
        None => number_text(serial),
    }
}

/// `A`, `Z`, `AA` for 0, 25, 26.
pub fn column_letters(column: u16) -> String {
    let mut rest = u32::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// `B7` → (6, 1).
pub fn cell_of(reference: &str) -> Option<(u32, u16)> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 || letters > 3 {
        return None;
    }
    let mut column = 0u32;
    for byte in reference[..letters].bytes() {
        column = column * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1;
    }
    let row: u32 = reference[letters..].parse().ok()?;
    Some((row.checked_sub(1)?, u16::try_from(column - 1).ok()?))
}
