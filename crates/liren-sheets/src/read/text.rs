//! `.csv` and `.txt`: UTF-8, UTF-16 or GB18030, and the delimiter the lines agree on.

use std::sync::Arc;

use crate::book::{Fault, Finding, Sheet, Unreadable, Value, Workbook};
use crate::budget::TEXT;
use crate::read::meter::Meter;
use crate::read::unreadable;

pub(crate) fn read(bytes: &[u8], name: &str, meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    let (text, damaged) = decode(bytes);
    // Control characters in number mean a binary file.
    let odd = text.chars().take(4_000).filter(|c| c.is_control() && !c.is_whitespace()).count();
    if odd > 40 {
        return Err(unreadable(Fault::NotATable));
    }
    let mut sheet = Sheet { name: meter.name(name), ..Sheet::default() };
    let open = Records::of(&text).read(meter, &mut sheet.rows)?;
    let mut book = Workbook { from_1904: false, sheets: vec![sheet], findings: Vec::new(), untyped: true };
    if damaged {
        book.findings.push(Finding {
            sheet: None,
            zh: "文件中有无法识别的字符，已用“�”代替。请用 Excel 打开后另存为“CSV UTF-8”再试。".to_owned(),
            en: "Some characters could not be decoded and show as “�”. Save the file as CSV UTF-8 in Excel and try again.".to_owned(),
        });
    }
    if open > 0 {
        book.findings.push(Finding {
            sheet: None,
            zh: format!("有 {open} 个引号没有与它配对的另一个，已当作普通文字读入。请核对这些行。"),
            en: format!(
                "{open} quotation marks have no partner and were read as ordinary characters. Check those rows."
            ),
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

/// So many lines may stand in one cell of a list without delimiters.
const LINES_IN_A_CELL: usize = 20;

/// Cuts the text into records (RFC 4180); a blank line is an empty record, so that rows keep the numbers a
/// spreadsheet would show. A quote inside an unquoted field is an ordinary character, and so is one that opens a field
/// and is never closed: it does not swallow the rows that follow.
struct Records<'a> {
    text: &'a str,
    bytes: &'a [u8],
    delimiter: u8,
    /// How many delimiters a row of this table has.
    usual: usize,
}

/// Where a field that begins with a quote ends.
enum Closed {
    /// At this quote.
    At(usize),
    /// At this quote, though more of the field follows it.
    Early(usize),
    Never,
}

impl<'a> Records<'a> {
    fn of(text: &'a str) -> Records<'a> {
        let (delimiter, usual) = delimiter(text);
        Records { text, bytes: text.as_bytes(), delimiter, usual }
    }

    /// Reads all rows; how many quotes were never closed.
    fn read(&self, meter: &mut Meter<'_>, rows: &mut Vec<Vec<Value>>) -> Result<usize, Unreadable> {
        let (mut at, mut open, mut field) = (0, 0, String::new());
        while at < self.bytes.len() {
            let (mut row, mut column) = (Vec::new(), 0u16);
            meter.cells(1)?;
            loop {
                field.clear();
                if self.bytes.get(at) == Some(&b'"') {
                    match self.closing(at) {
                        Closed::At(end) | Closed::Early(end) => {
                            field.push_str(&self.text[at + 1..end].replace("\"\"", "\"").replace("\r\n", "\n"));
                            at = end + 1;
                        }
                        Closed::Never => open += 1,
                    }
                }
                let end = self.bytes[at..].iter().position(|b| *b == self.delimiter || *b == b'\n');
                let end = end.map_or(self.bytes.len(), |n| at + n);
                field.push_str(self.text[at..end].trim_end_matches('\r'));
                let value = value(&field, meter);
                if value != Value::Empty {
                    meter.put(&mut row, column, value)?;
                }
                column = column.saturating_add(1);
                at = end + 1;
                if self.bytes.get(end) != Some(&self.delimiter) {
                    break;
                }
            }
            rows.push(row);
        }
        Ok(open)
    }

    /// Looks for the quote that closes the one at `start`: an odd one, with nothing but spaces behind it. In a cell of
    /// several lines no line may look like a whole row, or the quote was never meant to open a cell.
    fn closing(&self, start: usize) -> Closed {
        let (mut at, mut line, mut lines) = (start + 1, start + 1, 1);
        while at < self.bytes.len() && at - start <= 4 * TEXT {
            match self.bytes[at] {
                b'"' => {
                    let run = self.bytes[at..].iter().take_while(|b| **b == b'"').count();
                    let end = at + run - 1;
                    if run % 2 == 1 {
                        let behind = self.bytes[end + 1..].iter().find(|b| **b != b' ');
                        let last = behind.is_none_or(|b| *b == self.delimiter || matches!(b, b'\n' | b'\r'));
                        return match last {
                            true => Closed::At(end),
                            false if lines == 1 => Closed::Early(end),
                            false => Closed::Never,
                        };
                    }
                    at = end + 1;
                }
                b'\n' => {
                    let cuts = self.bytes[line..at].iter().filter(|b| **b == self.delimiter).count();
                    let whole = if self.usual == 0 { lines > LINES_IN_A_CELL } else { lines > 1 && cuts >= self.usual };
                    if whole {
                        return Closed::Never;
                    }
                    lines += 1;
                    at += 1;
                    line = at;
                }
                _ => at += 1,
            }
        }
        Closed::Never
    }
}

/// The sign that cuts the first lines into the most even number of cells, and how often it stands in a line.
fn delimiter(text: &str) -> (u8, usize) {
    let mut best = (b',', 0, 0);
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
            .map(|c| (counts.iter().filter(|o| *o == c).count() * (*c).min(30), *c))
            .max()
            .unwrap_or_default();
        if score.0 > best.1 {
            best = (candidate, score.0, score.1);
        }
    }
    (best.0, best.2)
}

fn value(field: &str, meter: &mut Meter<'_>) -> Value {
    // Excel exports ="0123" to keep digits.
    let field = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field);
    if field.is_empty() {
        Value::Empty
    } else if field.starts_with('#')
        && matches!(field, "#VALUE!" | "#REF!" | "#N/A" | "#NAME?" | "#DIV/0!" | "#NUM!" | "#NULL!")
    {
        Value::Error(field.into())
    } else {
        Value::Text(Arc::from(meter.text(field)))
    }
}
