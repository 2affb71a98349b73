//! A sheet seen cell by cell, merges resolved: which cell a merged one belongs to, and what it shows.

use liren_sheets::{Range, Sheet, Value};

/// A sheet with an index of its merges.
pub(crate) struct Grid<'a> {
    pub sheet: &'a Sheet,
    /// For each column the merges that cover it, sorted by first row.
    merges: Vec<Vec<Range>>,
}

impl<'a> Grid<'a> {
    pub fn new(sheet: &'a Sheet) -> Grid<'a> {
        let mut merges: Vec<Vec<Range>> = Vec::new();
        for merge in &sheet.merges {
            // A merge of a whole row or column is a title or a mistake; 300 columns are more than any roster has.
            for column in merge.first_column..=merge.last_column.min(merge.first_column.saturating_add(300)) {
                let column = usize::from(column);
                if column >= merges.len() {
                    merges.resize_with(column + 1, Vec::new);
                }
                merges[column].push(*merge);
            }
        }
        for column in &mut merges {
            column.sort_by_key(|m| m.first_row);
        }
        Grid { sheet, merges }
    }

    pub fn rows(&self) -> u32 {
        u32::try_from(self.sheet.rows.len()).unwrap_or(u32::MAX)
    }

    pub fn width(&self) -> u16 {
        self.sheet.width()
    }

    /// The merge a cell lies in.
    pub fn merge(&self, row: u32, column: u16) -> Option<Range> {
        let merges = self.merges.get(usize::from(column))?;
        let at = merges.partition_point(|m| m.first_row <= row);
        let merge = merges.get(at.checked_sub(1)?)?;
        (merge.last_row >= row).then_some(*merge)
    }

    /// The cell's own value: empty inside a merge except at its first cell.
    pub fn own(&self, row: u32, column: u16) -> &'a Value {
        self.sheet.value(row, column)
    }

    /// What the cell shows: inside a merge the value of its first cell. True when it is not its own.
    pub fn shown(&self, row: u32, column: u16) -> (&'a Value, bool) {
        let own = self.own(row, column);
        if !own.is_empty() {
            return (own, false);
        }
        match self.merge(row, column) {
            Some(m) if (m.first_row, m.first_column) != (row, column) => {
                (self.sheet.value(m.first_row, m.first_column), true)
            }
            _ => (own, false),
        }
    }

    /// The filled cells of a row: column and value.
    pub fn filled(&self, row: u32) -> impl Iterator<Item = (u16, &'a Value)> + use<'a> {
        self.sheet
            .rows
            .get(row as usize)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter(|(_, v)| !v.is_empty())
            .map(|(at, v)| (u16::try_from(at).unwrap_or(u16::MAX), v))
    }

    pub fn is_blank(&self, row: u32) -> bool {
        self.filled(row).next().is_none()
    }
}

/// Digits of a long number however the cell holds it; `None` for anything else.
pub(crate) fn is_number_like(value: &Value) -> bool {
    match value {
        Value::Number(n) => *n >= 1e14,
        Value::Text(text) => {
            let mut digits = 0;
            let mut others = 0;
            for c in text.chars() {
                if c.is_ascii_digit() || ('０'..='９').contains(&c) {
                    digits += 1;
                } else if !c.is_whitespace() {
                    others += 1;
                }
            }
            digits >= 14 && others <= 3
        }
        _ => false,
    }
}
