//! Columns computed during a run, and the rows they cover.

use std::sync::Arc;

use crate::frame::{ABSENT64, CODE_ABSENT, CODE_UNKNOWN, ROW_ABSENT, ROW_UNKNOWN, UNKNOWN64};
use crate::number::{RANGE_ABSENT, RANGE_UNKNOWN};
use crate::op::Class;
use crate::result::{Outcome, Value};
use crate::truth::{self, Truths};

/// All rows of a frame, or some of them, ascending.
#[derive(Clone, Debug)]
pub(super) enum Selection {
    All,
    Rows(Arc<Vec<u32>>),
}

impl Selection {
    pub fn join(self, other: Selection) -> Selection {
        match (self, other) {
            (Selection::Rows(a), Selection::Rows(b)) => {
                if Arc::ptr_eq(&a, &b) || b.is_empty() {
                    return Selection::Rows(a);
                }
                let mut all = a.to_vec();
                all.extend_from_slice(&b);
                all.sort_unstable();
                all.dedup();
                Selection::Rows(Arc::new(all))
            }
            _ => Selection::All,
        }
    }

    /// Where `row` of a frame of `len` rows lies in a column over this selection.
    pub fn position(&self, row: u32, len: usize) -> Option<usize> {
        match self {
            Selection::All => ((row as usize) < len).then_some(row as usize),
            Selection::Rows(rows) => rows.binary_search(&row).ok(),
        }
    }

    /// Where a row that was asked for lies.
    pub fn spot(&self, row: usize) -> usize {
        match self {
            Selection::All => row,
            Selection::Rows(rows) => rows.binary_search(&(row as u32)).unwrap_or(0),
        }
    }

    /// Number of rows, of a frame of `len`.
    pub fn len(&self, len: usize) -> usize {
        match self {
            Selection::All => len,
            Selection::Rows(rows) => rows.len(),
        }
    }
}

/// One value per row of a selection, then, but for truths, one for an absent and one for an unknown row.
#[derive(Debug)]
pub(super) enum Column {
    Truth(Truths),
    Point(Vec<i64>),
    Range(Vec<i64>, Vec<i64>),
    Code(Vec<u16>),
    Row(Vec<u32>),
    /// Values that lie elsewhere: counts, and what is being computed.
    Nothing,
}

impl Column {
    pub fn new(class: Class, rows: usize) -> Column {
        match class {
            Class::Truth => Column::Truth(Truths::with_room(rows)),
            Class::Point => Column::Point(Vec::with_capacity(rows + 2)),
            Class::Range => Column::Range(Vec::with_capacity(rows + 2), Vec::with_capacity(rows + 2)),
            Class::Code => Column::Code(Vec::with_capacity(rows + 2)),
            Class::Row => Column::Row(Vec::with_capacity(rows + 2)),
            Class::Count => Column::Nothing,
        }
    }

    /// A register of `rows` rows.
    pub fn register(class: Class, rows: usize) -> Column {
        match class {
            Class::Truth => Column::Truth(Truths::unknown(rows)),
            Class::Point => Column::Point(vec![0; rows]),
            Class::Range => Column::Range(vec![0; rows], vec![0; rows]),
            Class::Code => Column::Code(vec![0; rows]),
            Class::Row => Column::Row(vec![0; rows]),
            Class::Count => Column::Nothing,
        }
    }

    /// Appends the first `rows` values of a register of the same class; all but the last blocks are full.
    pub fn append(&mut self, register: &Column, rows: usize) {
        match (self, register) {
            (Column::Truth(to), Column::Truth(from)) => to.append(from, rows.div_ceil(64)),
            (Column::Point(to), Column::Point(from)) => to.extend_from_slice(&from[..rows]),
            (Column::Range(low, high), Column::Range(a, b)) => {
                low.extend_from_slice(&a[..rows]);
                high.extend_from_slice(&b[..rows]);
            }
            (Column::Code(to), Column::Code(from)) => to.extend_from_slice(&from[..rows]),
            (Column::Row(to), Column::Row(from)) => to.extend_from_slice(&from[..rows]),
            _ => {}
        }
    }

    /// Adds the two entries that stand for absent and unknown rows.
    pub fn close(&mut self) {
        match self {
            Column::Truth(_) | Column::Nothing => {}
            Column::Point(v) => v.extend([ABSENT64, UNKNOWN64]),
            Column::Range(low, high) => {
                low.extend([RANGE_ABSENT.0, RANGE_UNKNOWN.0]);
                high.extend([RANGE_ABSENT.1, RANGE_UNKNOWN.1]);
            }
            Column::Code(v) => v.extend([CODE_ABSENT, CODE_UNKNOWN]),
            Column::Row(v) => v.extend([ROW_ABSENT, ROW_UNKNOWN]),
        }
    }

    pub fn value(&self, at: usize) -> Value {
        match self {
            Column::Truth(v) => match v.get(at) {
                truth::UNKNOWN => Value::Unknown,
                truth::TRUE => Value::Bool(true),
                truth::ABSENT => Value::Absent,
                _ => Value::Bool(false),
            },
            Column::Point(v) => one(Outcome::Points(vec![v[at]])),
            Column::Range(low, high) => one(Outcome::Ranges(vec![low[at]], vec![high[at]])),
            Column::Code(v) => one(Outcome::Codes(vec![v[at]])),
            Column::Row(v) => one(Outcome::Rows(vec![v[at]])),
            Column::Nothing => Value::Unknown,
        }
    }
}

fn one(outcome: Outcome) -> Value {
    outcome.value(0)
}
