//! `.csv` and `.txt`: UTF-8, UTF-16 or GB18030, and the delimiter the lines agree on.

use std::sync::Arc;

use crate::book::{Fault, Finding, Sheet, Unreadable, Value, Workbook};
use crate::read::unreadable;

pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Workbook, Unreadable> {
    let (text, damaged) = decode(bytes);
    // Control characters in number mean a binary file.
    let odd = text.chars().take(4_000).filter(|c| c.is_control() && !c.is_whitespace()).count();
    if odd > 40 {
        return Err(unreadable(Fault::NotATable));
    }
    let delimiter = delimiter(&text);
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    records(&text, delimiter, |row| sheet.rows.push(trimmed(row)));
    let mut book = Workbook { from_1904: false, sheets: vec![sheet], findings: Vec::new(), untyped: true };
    if damaged {
        book.findings.push(Finding {
            sheet: None,
            zh: "文件中有无法识别的字符，已用“�”代替。请用 Excel 打开后另存为“CSV UTF-8”再试。".to_owned(),
            en: "Some characters could not be decoded and show as “�”. Save the file as CSV UTF-8 in Excel and try again.".to_owned(),
        });
    }
    Ok(book)
}

/// The text, and whether some of it could not be decoded.
pub(crate) fn decode(bytes: &[u8]) -> (String, bool) {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (text.into_owned(), damaged);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), false);
    }
    // UTF-16 without a mark: every other byte of the separators is zero.
    let zeros = bytes.iter().take(2_000).filter(|b| **b == 0).count();
    if zeros > 20 {
        let (text, _, damaged) = encoding_rs::UTF_16LE.decode(bytes);
        return (text.into_owned(), damaged);
    }
    let (text, _, damaged) = encoding_rs::GB18030.decode(bytes);
    (text.into_owned(), damaged)
}

/// Cuts the text into records (RFC 4180); a blank line is an empty record, so that rows keep the numbers a
/// spreadsheet would show. A quote inside an unquoted field is an ordinary character.
fn records(text: &str, delimiter: char, mut take: impl FnMut(Vec<Value>)) {
    let mut row = Vec::new();
    let mut field = String::new();
    let (mut quoted, mut at_start) = (false, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if at_start && field.is_empty() => quoted = true,
            c if quoted => field.push(c),
            c if c == delimiter => {
                row.push(value(&field));
                field.clear();
                at_start = true;
                continue;
            }
            '\r' => continue,
            '\n' => {
                row.push(value(&field));
                field.clear();
                take(std::mem::take(&mut row));
                at_start = true;
                continue;
            }
            c => field.push(c),
        }
        at_start = false;
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(value(&field));
        take(row);
    }
}

/// The sign that cuts the first lines into the most even number of cells.
fn delimiter(text: &str) -> char {
    let mut best = (b',', 0usize);
    for candidate in [b',', b'\t', b';', b'|'] {
        let mut counts: Vec<usize> = Vec::new();
        for line in text.lines().filter(|l| !l.trim().is_empty()).take(60) {
            let mut quoted = false;
            let mut count = 0;
            for byte in line.bytes() {
                quoted ^= byte == b'"';
                count += usize::from(byte == candidate && !quoted);
            }
            counts.push(count);
        }
        // The commonest count that is not zero, times how many lines have it.
        let score = counts
            .iter()
            .filter(|c| **c > 0)
            .map(|c| counts.iter().filter(|o| *o == c).count() * (*c).min(30))
            .max()
            .unwrap_or(0);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    char::from(best.0)
}

fn value(field: &str) -> Value {
    // Excel exports ="0123" to keep digits.
    let field = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field);
    if field.is_empty() {
        Value::Empty
    } else if field.starts_with('#')
        && matches!(field, "#VALUE!" | "#REF!" | "#N/A" | "#NAME?" | "#DIV/0!" | "#NUM!" | "#NULL!")
    {
        Value::Error(field.into())
    } else {
        Value::Text(Arc::from(field))
    }
}

fn trimmed(mut row: Vec<Value>) -> Vec<Value> {
    while row.last().is_some_and(|v| *v == Value::Empty) {
        row.pop();
    }
    row
}
