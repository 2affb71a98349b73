//! A workbook as bytes, from the process that reads foreign files to the one that uses what they say. The bytes are
//! believed no more than a file: a count that cannot be true ends the reading.

use std::collections::HashMap;
use std::sync::Arc;

use crate::book::{Comment, Finding, Range, Sheet, Value, Workbook};
use crate::budget::Budget;

/// The bytes are no workbook.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

const EMPTY: u8 = 0;
const TEXT: u8 = 1;
const NUMBER: u8 = 2;
const DATE: u8 = 3;
const FALSE: u8 = 4;
const TRUE: u8 = 5;
const ERROR: u8 = 6;
/// So many empty cells.
const GAP: u8 = 7;
/// A text that no other cell shares, as it is.
const OWN: u8 = 8;

pub fn encode(book: &Workbook) -> Vec<u8> {
    let mut strings = Strings::default();
    for value in book.sheets.iter().flat_map(|s| s.rows.iter().flatten()) {
        match value {
            Value::Text(text) if Arc::strong_count(text) == 1 => {}
            Value::Text(text) | Value::Error(text) => strings.add(text),
            _ => {}
        }
    }
    let mut out = Out(Vec::new());
    out.flag(book.untyped);
    out.flag(book.from_1904);
    out.count(strings.all.len());
    for text in &strings.all {
        out.text(text);
    }
    out.count(book.findings.len());
    for finding in &book.findings {
        out.flag(finding.sheet.is_some());
        out.text(finding.sheet.as_deref().unwrap_or_default());
        out.text(&finding.zh);
        out.text(&finding.en);
    }
    out.count(book.sheets.len());
    for sheet in &book.sheets {
        out.sheet(sheet, &strings);
    }
    out.0
}

pub fn decode(bytes: &[u8], budget: &Budget) -> Result<Workbook, Malformed> {
    let mut from = From { bytes, cells: budget.cells };
    let mut book = Workbook { untyped: from.flag()?, from_1904: from.flag()?, ..Workbook::default() };
    let strings = from.many(|from| from.text().map(Arc::<str>::from))?;
    book.findings = from.many(|from| {
        let named = from.flag()?;
        let sheet = from.text()?.to_owned();
        Ok(Finding { sheet: named.then_some(sheet), zh: from.text()?.to_owned(), en: from.text()?.to_owned() })
    })?;
    book.sheets = from.many(|from| from.sheet(&strings))?;
    if from.bytes.is_empty() { Ok(book) } else { Err(Malformed) }
}

/// Texts that many cells share are sent once.
#[derive(Default)]
struct Strings<'a> {
    all: Vec<&'a str>,
    at: HashMap<*const u8, usize>,
}

impl<'a> Strings<'a> {
    fn add(&mut self, text: &'a Arc<str>) {
        let next = self.all.len();
        // Two empty texts may lie at one place; nothing else does.
        self.at.entry(text.as_ptr()).or_insert_with(|| {
            self.all.push(text);
            next
        });
    }

    fn of(&self, text: &Arc<str>) -> usize {
        self.at.get(&text.as_ptr()).copied().unwrap_or_default()
    }
}

struct Out(Vec<u8>);

impl Out {
    fn count(&mut self, n: usize) {
        let mut rest = n as u64;
        loop {
            let low = (rest & 0x7f) as u8;
            rest >>= 7;
            if rest == 0 {
                return self.0.push(low);
            }
            self.0.push(low | 0x80);
        }
    }

    fn flag(&mut self, flag: bool) {
        self.0.push(u8::from(flag));
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, kind: u8, number: f64) {
        self.0.push(kind);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn sheet(&mut self, sheet: &Sheet, strings: &Strings<'_>) {
        self.text(&sheet.name);
        self.flag(sheet.hidden);
        self.count(sheet.rows.len());
        for row in &sheet.rows {
            self.row(row, strings);
        }
        self.count(sheet.merges.len());
        for m in &sheet.merges {
            for n in [m.first_row, m.last_row] {
                self.count(n as usize);
            }
            for n in [m.first_column, m.last_column] {
                self.count(usize::from(n));
            }
        }
        self.count(sheet.hidden_rows.len());
        for row in &sheet.hidden_rows {
            self.count(*row as usize);
        }
        self.count(sheet.hidden_columns.len());
        for column in &sheet.hidden_columns {
            self.count(usize::from(*column));
        }
        self.count(sheet.comments.len());
        for comment in &sheet.comments {
            self.count(comment.row as usize);
            self.count(usize::from(comment.column));
            self.text(&comment.author);
            self.text(&comment.text);
        }
        self.count(sheet.formulas.len());
        for (row, column) in &sheet.formulas {
            self.count(*row as usize);
            self.count(usize::from(*column));
        }
    }

    fn row(&mut self, row: &[Value], strings: &Strings<'_>) {
        self.count(row.len());
        let mut at = 0;
        while let Some(value) = row.get(at) {
            at += 1;
            match value {
                Value::Empty => {
                    let more = row[at..].iter().take_while(|v| matches!(v, Value::Empty)).count();
                    if more == 0 {
                        self.0.push(EMPTY);
                    } else {
                        self.0.push(GAP);
                        self.count(more + 1);
                        at += more;
                    }
                }
                Value::Text(text) if Arc::strong_count(text) == 1 => {
                    self.0.push(OWN);
                    self.text(text);
                }
                Value::Text(text) => {
                    self.0.push(TEXT);
                    self.count(strings.of(text));
                }
                Value::Number(number) => self.number(NUMBER, *number),
                Value::Date(serial) => self.number(DATE, *serial),
                Value::Bool(value) => self.0.push(if *value { TRUE } else { FALSE }),
                Value::Error(text) => {
                    self.0.push(ERROR);
                    self.count(strings.of(text));
                }
            }
        }
    }
}

struct From<'a> {
    bytes: &'a [u8],
    /// How many cells may still come.
    cells: usize,
}

impl<'a> From<'a> {
    fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.bytes.split_first().ok_or(Malformed)?;
        self.bytes = rest;
        Ok(*first)
    }

    fn count(&mut self) -> Result<usize, Malformed> {
        let mut n = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(n).map_err(|_| Malformed);
            }
        }
        Err(Malformed)
    }

    fn flag(&mut self) -> Result<bool, Malformed> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.bytes.split_at_checked(n).ok_or(Malformed)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed)
    }

    fn number(&mut self) -> Result<f64, Malformed> {
        let eight: [u8; 8] = self.take(8)?.try_into().map_err(|_| Malformed)?;
        Ok(f64::from_le_bytes(eight))
    }

    fn small<T: TryFrom<usize>>(&mut self) -> Result<T, Malformed> {
        T::try_from(self.count()?).map_err(|_| Malformed)
    }

    /// As many as are announced; each takes a byte at least, so more than there are bytes cannot be true.
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        let n = self.count()?;
        if n > self.bytes.len() {
            return Err(Malformed);
        }
        (0..n).map(|_| one(self)).collect()
    }

    fn sheet(&mut self, strings: &[Arc<str>]) -> Result<Sheet, Malformed> {
        Ok(Sheet {
            name: self.text()?.to_owned(),
            hidden: self.flag()?,
            rows: self.many(|from| from.row(strings))?,
            merges: self.many(|from| {
                let (first_row, last_row) = (from.small()?, from.small()?);
                Ok(Range { first_row, last_row, first_column: from.small()?, last_column: from.small()? })
            })?,
            hidden_rows: self.many(Self::small)?.into_iter().collect(),
            hidden_columns: self.many(Self::small)?.into_iter().collect(),
            comments: self.many(|from| {
                let (row, column) = (from.small()?, from.small()?);
                Ok(Comment { row, column, author: from.text()?.to_owned(), text: from.text()?.to_owned() })
            })?,
            formulas: self.many(|from| Ok((from.small()?, from.small()?)))?.into_iter().collect(),
        })
    }

    fn row(&mut self, strings: &[Arc<str>]) -> Result<Vec<Value>, Malformed> {
        let length = self.count()?;
        self.cells = self.cells.checked_sub(length).ok_or(Malformed)?;
        let mut row = Vec::with_capacity(length);
        while row.len() < length {
            let shared = |from: &mut Self| strings.get(from.count()?).cloned().ok_or(Malformed);
            let value = match self.byte()? {
                EMPTY => Value::Empty,
                TEXT => Value::Text(shared(self)?),
                NUMBER => Value::Number(self.number()?),
                DATE => Value::Date(self.number()?),
                FALSE => Value::Bool(false),
                TRUE => Value::Bool(true),
                ERROR => Value::Error(shared(self)?),
                OWN => Value::Text(self.text()?.into()),
                GAP => {
                    let more = self.count()?;
                    if more == 0 || more > length - row.len() {
                        return Err(Malformed);
                    }
                    row.resize(row.len() + more - 1, Value::Empty);
                    Value::Empty
                }
                _ => return Err(Malformed),
            };
            row.push(value);
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => Just(Value::Empty),
            2 => "[a-c王李]{0,3}".prop_map(|t| Value::Text(t.into())),
            1 => any::<f64>().prop_filter("equal to itself", |n| !n.is_nan()).prop_map(Value::Number),
            1 => (0.0..50_000.0).prop_map(Value::Date),
            1 => any::<bool>().prop_map(Value::Bool),
            1 => Just(Value::Error("#N/A".into())),
        ]
    }

    fn sheets() -> impl Strategy<Value = Sheet> {
        let rows = prop::collection::vec(prop::collection::vec(values(), 0..12), 0..12);
        let places = prop::collection::btree_set((0u32..2_000_000, 0u16..u16::MAX), 0..6);
        (rows, places, "[一-三]{0,4}", any::<bool>()).prop_map(|(rows, places, name, hidden)| Sheet {
            comments: places
                .iter()
                .map(|(row, column)| Comment { row: *row, column: *column, author: name.clone(), text: "查".into() })
                .collect(),
            merges: places
                .iter()
                .map(|(row, column)| Range {
                    first_row: *row,
                    last_row: row + 1,
                    first_column: *column,
                    last_column: *column,
                })
                .collect(),
            hidden_rows: places.iter().map(|p| p.0).collect(),
            hidden_columns: places.iter().map(|p| p.1).collect(),
            formulas: places,
            name,
            hidden,
            rows,
        })
    }

    proptest! {
        #[test]
        fn what_is_sent_arrives(sheets in prop::collection::vec(sheets(), 0..4), untyped: bool, from_1904: bool) {
            let finding = Finding { sheet: None, zh: "甲".into(), en: "a".into() };
            let book = Workbook { sheets, findings: vec![finding], untyped, from_1904 };
            let bytes = encode(&book);
            let back = decode(&bytes, &Budget::ORDINARY).unwrap();
            prop_assert_eq!(format!("{back:?}"), format!("{book:?}"));
            // Cut anywhere it is no workbook.
            for cut in 0..bytes.len() {
                prop_assert!(decode(&bytes[..cut], &Budget::ORDINARY).is_err());
            }
        }

        #[test]
        fn nonsense_is_refused_and_asks_for_no_memory(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes, &Budget::ORDINARY);
        }
    }

    #[test]
    fn a_count_that_cannot_be_true_ends_the_reading() {
        // One sheet of one row that claims a hundred million cells, all of them empty.
        let mut out = Out(vec![0, 0, 0, 0, 1, 0, 0, 1]);
        out.count(100_000_000);
        out.0.push(GAP);
        out.count(100_000_000);
        assert_eq!(decode(&out.0, &Budget::ORDINARY).unwrap_err(), Malformed);
    }
}
