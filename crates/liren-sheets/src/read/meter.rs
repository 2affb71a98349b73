//! What has been read of a budget, and what was left out or repaired because of it.

use std::borrow::Cow;

use crate::book::{Fault, Finding, Range, Sheet, Unreadable, Value, column_letters};
use crate::budget::{Budget, MARKS, NAME, TEXT};
use crate::read::unreadable;

pub(crate) struct Meter<'a> {
    pub budget: &'a Budget,
    cells: usize,
    /// Columns that merged areas cover, of all sheets: each is looked at later.
    merged: usize,
    hidden: usize,
    /// Cells further out than rows and columns are read.
    far: usize,
    /// Texts that were cut, and texts that held characters nobody can see.
    long: usize,
    unseen: usize,
    /// Merges, hidden rows and comments beyond the budget.
    marks: usize,
    sheets: usize,
    /// Sheets that are the same part as one before.
    twins: usize,
}

impl<'a> Meter<'a> {
    pub fn new(budget: &'a Budget) -> Meter<'a> {
        Meter { budget, cells: 0, merged: 0, hidden: 0, far: 0, long: 0, unseen: 0, marks: 0, sheets: 0, twins: 0 }
    }

    /// Takes so many cells; a book that has too many is not read at all, since half a roster misleads.
    pub fn cells(&mut self, n: usize) -> Result<(), Unreadable> {
        self.cells += n;
        if self.cells > self.budget.cells { Err(unreadable(Fault::TooLarge)) } else { Ok(()) }
    }

    /// Puts a value into its row, which grows as far as it must.
    pub fn put(&mut self, row: &mut Vec<Value>, column: u16, value: Value) -> Result<(), Unreadable> {
        if column >= self.budget.columns {
            self.far += 1;
            return Ok(());
        }
        let column = usize::from(column);
        if column >= row.len() {
            self.cells(column + 1 - row.len())?;
            row.resize(column, Value::Empty);
            row.push(value);
        } else {
            row[column] = value;
        }
        Ok(())
    }

    /// A cell so far out that it is left out.
    pub fn far(&mut self) {
        self.far += 1;
    }

    /// Text as it enters: without characters that nobody can see and no database takes, and not without end.
    pub fn text<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        if text.chars().any(unseen) {
            self.unseen += 1;
            text = Cow::Owned(text.chars().filter(|c| !unseen(*c)).collect());
        }
        // As many bytes as characters are allowed are never too many.
        if text.len() > TEXT
            && let Some((at, _)) = text.char_indices().nth(TEXT)
        {
            self.long += 1;
            text = Cow::Owned(text[..at].to_owned());
        }
        text
    }

    /// A sheet's name.
    pub fn name(&mut self, name: &str) -> String {
        self.text(name).chars().take(NAME).collect()
    }

    /// Whether one more sheet is read.
    pub fn sheet(&mut self, read: usize) -> bool {
        let more = read < self.budget.sheets;
        self.sheets += usize::from(!more);
        more
    }

    pub fn twin(&mut self) {
        self.twins += 1;
    }

    pub fn merge(&mut self, sheet: &mut Sheet, range: Range) {
        let last_column = range.last_column.min(self.budget.columns - 1);
        if range.first_column > last_column {
            self.marks += 1;
            return;
        }
        let width = usize::from(last_column - range.first_column) + 1;
        if sheet.merges.len() >= MARKS || self.merged + width > 10 * MARKS {
            self.marks += 1;
            return;
        }
        self.merged += width;
        sheet.merges.push(Range { last_column, ..range });
    }

    /// Hides columns, as far as columns are read.
    pub fn hide(&mut self, sheet: &mut Sheet, columns: std::ops::Range<u16>) {
        let columns = columns.start..columns.end.min(self.budget.columns);
        // A thousand columns said to be hidden ten thousand times are ten million.
        self.hidden += columns.len();
        if self.hidden <= MARKS {
            sheet.hidden_columns.extend(columns);
        }
    }

    /// Whether one more hidden row or comment of a sheet is kept.
    pub fn mark(&mut self, kept: usize) -> bool {
        let more = kept < MARKS;
        self.marks += usize::from(!more);
        more
    }

    /// What a clerk should know of it.
    pub fn findings(&self) -> Vec<Finding> {
        let columns = column_letters(self.budget.columns - 1);
        let sheets = self.budget.sheets;
        let all = [
            (
                self.far,
                format!("有 {} 个单元格离表太远(在 {columns} 列以外，或隔着几十万空行)，没有读。", self.far),
                format!(
                    "{} cells stand too far out (beyond column {columns}, or after hundreds of thousands of empty rows) and were not read.",
                    self.far
                ),
            ),
            (
                self.long,
                format!("有 {} 处文字超过 {TEXT} 个字，只读了前面的部分。", self.long),
                format!("{} texts have more than {TEXT} characters; only their beginning was read.", self.long),
            ),
            (
                self.unseen,
                format!("有 {} 处文字含看不见的控制字符，已去掉这些字符。请核对来源。", self.unseen),
                format!(
                    "{} texts held control characters nobody can see; these were taken out. Check where they come from.",
                    self.unseen
                ),
            ),
            (
                self.sheets,
                format!("工作表太多，只读了前 {sheets} 个，其余 {} 个没有读。", self.sheets),
                format!("There are too many sheets: the first {sheets} were read, the other {} were not.", self.sheets),
            ),
            (
                self.twins,
                format!("有 {} 个工作表与前面的是同一份内容，没有重复读。", self.twins),
                format!("{} sheets are the very part of one before and were not read again.", self.twins),
            ),
            (
                self.marks,
                format!("合并单元格、隐藏行或批注太多，有 {} 处没有读。", self.marks),
                format!("There are too many merged areas, hidden rows or comments; {} were not read.", self.marks),
            ),
        ];
        let told = all.into_iter().filter(|(n, ..)| *n > 0);
        told.map(|(_, zh, en)| Finding { sheet: None, zh, en }).collect()
    }
}

/// Control characters, but for the ends of lines and tabs that people type.
fn unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}
