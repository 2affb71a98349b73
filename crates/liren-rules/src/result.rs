//! What a run yields: sets for conditions, columns of numbers, codes or rows for everything else.

use std::collections::BTreeMap;

use crate::frame::{ABSENT64, CODE_ABSENT, CODE_UNKNOWN, ROW_ABSENT, ROW_UNKNOWN, UNKNOWN64};
use crate::number::{RANGE_UNKNOWN, to_point};
use crate::set::{Bitmap, Set};

/// The value of an expression for one row. Days are numbers: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    Unknown,
    Absent,
    Bool(bool),
    Number(i64),
    /// Only the first and last possible value are known; `i64::MIN + 1` and `i64::MAX - 1` are no bound.
    Between(i64, i64),
    /// Position in the code table.
    Code(u16),
    /// Row of the frame of the kind pointed to.
    Row(u32),
}

/// One value per row, by the type of the expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Truth(Set),
    /// Whole numbers or days; `MIN` unknown, `MAX` absent.
    Points(Vec<i64>),
    /// First and last possible numbers or days.
    Ranges(Vec<i64>, Vec<i64>),
    /// 0 unknown, 1 absent, code n as n + 2.
    Codes(Vec<u16>),
    /// Rows of the kind pointed to; `MAX` unknown, `MAX - 1` absent.
    Rows(Vec<u32>),
}

/// What a column sums up to over some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Sum of the known values; `None` when it does not fit 64 bits.
    pub sum: Option<i64>,
    pub known: usize,
    pub unknown: usize,
    pub absent: usize,
}

impl Outcome {
    pub fn value(&self, row: u32) -> Value {
        let at = row as usize;
        match self {
            Outcome::Truth(set) => set.answer(row).map_or(Value::Unknown, Value::Bool),
            Outcome::Points(v) => match v[at] {
                UNKNOWN64 => Value::Unknown,
                ABSENT64 => Value::Absent,
                n => Value::Number(n),
            },
            Outcome::Ranges(low, high) => match (low[at], high[at]) {
                RANGE_UNKNOWN => Value::Unknown,
                (a, b) if a > b => Value::Absent,
                (a, b) if a == b => Value::Number(a),
                (a, b) => Value::Between(a, b),
            },
            Outcome::Codes(v) => match v[at] {
                CODE_UNKNOWN => Value::Unknown,
                CODE_ABSENT => Value::Absent,
                c => Value::Code(c - 2),
            },
            Outcome::Rows(v) => match v[at] {
                ROW_UNKNOWN => Value::Unknown,
                ROW_ABSENT => Value::Absent,
                r => Value::Row(r),
            },
        }
    }

    /// The set of a condition.
    pub fn set(&self) -> Option<&Set> {
        if let Outcome::Truth(set) = self { Some(set) } else { None }
    }

    pub fn into_set(self) -> Option<Set> {
        if let Outcome::Truth(set) = self { Some(set) } else { None }
    }

    /// Sums the numbers of `rows`. A value only known within bounds counts as unknown.
    pub fn total(&self, rows: &Bitmap) -> Total {
        let mut total = Total { sum: Some(0), ..Total::default() };
        for row in rows.iter() {
            let at = row as usize;
            let point = match self {
                Outcome::Points(v) => v[at],
                Outcome::Ranges(low, high) => to_point((low[at], high[at])),
                _ => UNKNOWN64,
            };
            match point {
                UNKNOWN64 => total.unknown += 1,
                ABSENT64 => total.absent += 1,
                n => {
                    total.known += 1;
                    total.sum = total.sum.and_then(|s| s.checked_add(n));
                }
            }
        }
        total
    }

    /// Cuts `rows` into slices by the value of this outcome; the slices partition `rows`. Each slice is a
    /// bitmap over the whole frame: cut by what has few values (a code, an area), not by household.
    pub fn cut(&self, rows: &Bitmap) -> BTreeMap<Value, Bitmap> {
        let mut slices: BTreeMap<Value, Bitmap> = BTreeMap::new();
        if let Outcome::Truth(Set { yes, unknown }) = self {
            slices.insert(Value::Bool(true), rows.and(yes));
            slices.insert(Value::Bool(false), rows.minus(yes).minus(unknown));
            slices.insert(Value::Unknown, rows.and(unknown));
            slices.retain(|_, slice| !slice.is_empty());
            return slices;
        }
        // Raw keys of codes and rows are small: their slices are found without comparing values.
        let raw = |row: u32| match self {
            Outcome::Codes(v) => Some(usize::from(v[row as usize])),
            Outcome::Rows(v) => Some((v[row as usize] as usize).wrapping_add(2) & 0xffff_ffff),
            _ => None,
        };
        let mut by_raw: Vec<Option<Bitmap>> = vec![];
        for row in rows.iter() {
            let slice = match raw(row) {
                Some(key) => {
                    if by_raw.len() <= key {
                        by_raw.resize(key + 1, None);
                    }
                    by_raw[key].get_or_insert_with(|| Bitmap::none(rows.len()))
                }
                None => slices.entry(self.value(row)).or_insert_with(|| Bitmap::none(rows.len())),
            };
            slice.insert(row);
        }
        for slice in by_raw.into_iter().flatten() {
            let first = slice.iter().next();
            if let Some(row) = first {
                slices.insert(self.value(row), slice);
            }
        }
        slices
    }

    /// How many of `rows` have each value: [`Outcome::cut`] without the slices.
    pub fn counts(&self, rows: &Bitmap) -> BTreeMap<Value, usize> {
        let mut counts: BTreeMap<Value, usize> = BTreeMap::new();
        for row in rows.iter() {
            *counts.entry(self.value(row)).or_default() += 1;
        }
        counts
    }

    /// The distinct rows pointed to from `rows`, as a set over the `len` rows of the target kind: what a
    /// count of a path counts, each once.
    pub fn targets(&self, rows: &Bitmap, len: usize) -> Bitmap {
        let Outcome::Rows(v) = self else {
            return Bitmap::none(len);
        };
        Bitmap::of(len, rows.iter().map(|row| v[row as usize]))
    }
}
