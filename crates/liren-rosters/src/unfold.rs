//! Several people in one cell, line by line, with their numbers line by line beside them: a row becomes as many rows as
//! it has people. What is read of them keeps the row of the file.

use std::sync::Arc;

use liren_facts::name;
use liren_sheets::{Range, Sheet, Value};

use crate::draft::Reading;
use crate::grid::is_number_like;
use crate::table::Line;

/// For each row of the unfolded sheet the row of the file, both 0-based.
pub(crate) type Rows = Vec<u32>;

/// The sheet with one person a row; `None` where no row holds several.
pub(crate) fn unfold(sheet: &Sheet) -> Option<(Sheet, Rows)> {
    let counts: Vec<usize> = sheet.rows.iter().map(|row| people_in(row)).collect();
    if counts.iter().all(|n| *n < 2) {
        return None;
    }
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(sheet.rows.len());
    let mut of: Rows = Vec::new();
    // The first of the new rows that each old row became.
    let mut first: Vec<u32> = Vec::with_capacity(counts.len());
    for (at, (row, count)) in sheet.rows.iter().zip(&counts).enumerate() {
        first.push(u32::try_from(rows.len()).ok()?);
        let at = u32::try_from(at).ok()?;
        if *count < 2 {
            rows.push(row.clone());
            of.push(at);
            continue;
        }
        let named = row.iter().position(|v| names(v).len() == *count);
        for person in 0..*count {
            let cell =
                |(column, value): (usize, &Value)| part(value, *count, person, named.is_some_and(|n| n < column));
            rows.push(row.iter().enumerate().map(cell).collect());
            of.push(at);
        }
    }
    let start = |row: u32| first.get(row as usize).copied().unwrap_or(row);
    let end =
        |row: u32| start(row) + counts.get(row as usize).map_or(0, |n| u32::try_from(n.saturating_sub(1)).unwrap_or(0));
    let merges = sheet.merges.iter().map(|m| Range { first_row: start(m.first_row), last_row: end(m.last_row), ..*m });
    let comments = sheet.comments.iter().cloned().map(|mut c| {
        c.row = start(c.row);
        c
    });
    let out = Sheet {
        rows,
        merges: merges.collect(),
        hidden_rows: sheet.hidden_rows.iter().flat_map(|r| start(*r)..=end(*r)).collect(),
        comments: comments.collect(),
        formulas: sheet.formulas.iter().map(|(r, c)| (start(*r), *c)).collect(),
        name: sheet.name.clone(),
        hidden: sheet.hidden,
        hidden_columns: sheet.hidden_columns.clone(),
    };
    Some((out, of))
}

/// How many people a row holds in one cell: as many names as numbers, line by line.
fn people_in(row: &[Value]) -> usize {
    let numbers = row.iter().map(|value| {
        let parts = parts(value);
        if parts.len() > 1 && parts.iter().all(|p| is_number(p)) { parts.len() } else { 0 }
    });
    let count = numbers.max().unwrap_or(0);
    if count > 1 && row.iter().any(|value| names(value).len() == count) { count } else { 0 }
}

fn is_number(text: &str) -> bool {
    is_number_like(&Value::Text(Arc::from(text)))
}

fn parts(value: &Value) -> Vec<&str> {
    let Value::Text(text) = value else { return Vec::new() };
    text.split(['\n', '\r', '、', '；', ';', '，', ',', '/']).map(str::trim).filter(|p| !p.is_empty()).collect()
}

/// The names of a cell of nothing but names.
fn names(value: &Value) -> Vec<&str> {
    let parts = parts(value);
    if parts.iter().all(|p| name::read(p).is_likely()) { parts } else { Vec::new() }
}

/// What of a cell is one person's: their line of it, or all of it where it is not parted. A telephone behind the names
/// is of the first of them.
fn part(value: &Value, count: usize, person: usize, behind: bool) -> Value {
    let parts = parts(value);
    let Value::Text(text) = value else {
        return if person > 0 && behind && matches!(value, Value::Number(n) if *n >= 1e10) {
            Value::Empty
        } else {
            value.clone()
        };
    };
    let lined = text.contains('\n') || parts.iter().all(|p| is_number(p) || name::read(p).is_likely());
    if parts.len() == count && lined {
        return Value::Text(Arc::from(parts[person]));
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let phone =
        (7..14).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '/' | '、'));
    if person > 0 && behind && phone { Value::Empty } else { value.clone() }
}

/// Gives everything read of an unfolded sheet the rows of the file.
pub(crate) fn fold_back(reading: &mut Reading, sheet: usize, rows: &Rows) {
    let row =
        |row: &mut u32| *row = row.checked_sub(1).and_then(|at| rows.get(at as usize)).map_or(*row, |old| old + 1);
    for person in &mut reading.people {
        for source in std::iter::once(&mut person.source).chain(&mut person.also).filter(|s| s.sheet == sheet) {
            row(&mut source.row);
        }
        for line in person.ledger.iter_mut().filter(|l| l.source.sheet == sheet) {
            row(&mut line.source.row);
        }
    }
    reading.embedded.iter_mut().filter(|e| e.source.sheet == sheet).for_each(|e| row(&mut e.source.row));
    reading.problems.iter_mut().filter(|p| p.sheet == sheet).for_each(|p| row(&mut p.row));
    for question in reading.questions.iter_mut().filter(|q| q.sheet == sheet) {
        question.rows.iter_mut().for_each(&row);
        question.rows.dedup();
    }
    let Some(read) = reading.sheets.get_mut(sheet) else { return };
    read.header_rows.iter_mut().flatten().for_each(&row);
    read.stated_totals.iter_mut().for_each(|t| row(&mut t.row));
    let mut lines: Vec<Line> = Vec::new();
    for (line, old) in read.lines.iter().zip(rows) {
        if (*old as usize) < lines.len() {
            continue;
        }
        // The rows of a form between this one and the next are of it.
        while lines.len() < *old as usize {
            lines.push(lines.last().copied().unwrap_or_default());
        }
        if *old as usize == lines.len() {
            lines.push(*line);
        }
    }
    read.lines = lines;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_several_people_becomes_several_rows() {
        let text = |t: &str| Value::Text(Arc::from(t));
        let row = vec![
            text("C栋101房"),
            text("厍进财"),
            text("19900004163"),
            text("步跃进\n贾继业"),
            text("990109199008236070\n99010919931023093X"),
            text("19900000001"),
            Value::Number(2.0),
        ];
        let one = vec![text("C栋102房"), text("王军"), Value::Empty, text("李丽"), text("990109199008236070")];
        let members = vec![text("C栋103房"), text("王军"), Value::Empty, text("李丽、王小军"), Value::Empty];
        let sheet = Sheet { rows: vec![row, one, members], ..Sheet::default() };
        let (out, rows) = unfold(&sheet).unwrap();
        assert_eq!(rows, [0, 0, 1, 2]);
        assert_eq!(out.value(1, 3).shown(), "贾继业");
        assert_eq!(out.value(1, 4).shown(), "99010919931023093X");
        assert_eq!(
            (out.value(1, 0).shown(), out.value(1, 2).shown()),
            ("C栋101房".to_owned(), "19900004163".to_owned())
        );
        assert_eq!((out.value(0, 5).shown(), out.value(1, 5).shown()), ("19900000001".to_owned(), String::new()));
        assert!(unfold(&Sheet { rows: sheet.rows[1..].to_vec(), ..Sheet::default() }).is_none());
    }
}
