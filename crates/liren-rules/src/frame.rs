//! A frame: the columnar image of one kind of record for one community as of a day.
//!
//! Each cell is known, absent (known not to exist) or unknown. The three states live inside the column, in two
//! bits of a bool and as sentinels of all else, so that a block of rows is one load. Personal names and numbers
//! never enter a frame.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use crate::schema::{KindId, Schema};
use crate::truth::{self, Truths};

mod build;
pub use build::FrameBuilder;

/// Marks in columns of days, whole numbers and ids.
pub(crate) const UNKNOWN32: i32 = i32::MIN;
pub(crate) const ABSENT32: i32 = i32::MAX;
pub(crate) const UNKNOWN64: i64 = i64::MIN;
pub(crate) const ABSENT64: i64 = i64::MAX;
/// Marks in code columns; code `n` of the table is stored as `n + 2`.
pub(crate) const CODE_UNKNOWN: u16 = 0;
pub(crate) const CODE_ABSENT: u16 = 1;
/// Marks in row-index columns.
pub(crate) const ROW_UNKNOWN: u32 = u32::MAX;
pub(crate) const ROW_ABSENT: u32 = u32::MAX - 1;
/// A partial day is `first ..= last`; unknown is the whole line, absent is turned inside out.
pub(crate) const PARTIAL_UNKNOWN: (i32, i32) = (i32::MIN + 1, i32::MAX - 1);
pub(crate) const PARTIAL_ABSENT: (i32, i32) = (i32::MAX, i32::MIN);

/// Whole numbers, in 32 bits when all fit. `MIN` is unknown, `MAX` is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whole {
    Narrow(Vec<i32>),
    Wide(Vec<i64>),
}

impl Whole {
    fn pack(wide: Vec<i64>) -> Whole {
        let fits =
            |v: &i64| *v == UNKNOWN64 || *v == ABSENT64 || (*v > i64::from(UNKNOWN32) && *v < i64::from(ABSENT32));
        if !wide.iter().all(fits) {
            return Whole::Wide(wide);
        }
        let narrow = |v: &i64| match *v {
            UNKNOWN64 => UNKNOWN32,
            ABSENT64 => ABSENT32,
            v => v as i32,
        };
        Whole::Narrow(wide.iter().map(narrow).collect())
    }

    /// The number in `row`, with `i64::MIN` for unknown and `i64::MAX` for absent.
    pub fn get(&self, row: usize) -> i64 {
        match self {
            Whole::Narrow(v) => widen(v[row]),
            Whole::Wide(v) => v[row],
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Whole::Narrow(v) => v.len(),
            Whole::Wide(v) => v.len(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Whole::Narrow(v) => v.len() * 4,
            Whole::Wide(v) => v.len() * 8,
        }
    }
}

pub(crate) fn widen(v: i32) -> i64 {
    match v {
        UNKNOWN32 => UNKNOWN64,
        ABSENT32 => ABSENT64,
        v => i64::from(v),
    }
}

/// The cells of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Every cell unknown: a column nobody filled takes no memory.
    Unknown,
    Bool(Truths),
    Int(Whole),
    /// Days since 1970-01-01; `MIN` unknown, `MAX` absent.
    Day(Vec<i32>),
    /// First and last possible day.
    PartialDay {
        first: Vec<i32>,
        last: Vec<i32>,
    },
    /// 0 unknown, 1 absent, code n as n + 2; tables of up to 254 codes.
    Code8(Vec<u8>),
    Code16(Vec<u16>),
    /// Ids of the target kind; rows are found when a world is joined.
    One(Whole),
}

impl Cells {
    /// Takes over the cells of `from` at these rows; false when they do not fit.
    fn take_over(&mut self, from: &Cells, rows: &[usize]) -> bool {
        fn each<T: Copy>(into: &mut [T], from: &[T], rows: &[usize]) -> bool {
            for (at, row) in rows.iter().enumerate() {
                into[*row] = from[at];
            }
            true
        }
        let whole = |into: &mut Whole, from: &Whole| match (into, from) {
            (Whole::Narrow(into), Whole::Narrow(from)) => each(into, from, rows),
            (Whole::Wide(into), Whole::Wide(from)) => each(into, from, rows),
            (Whole::Wide(into), Whole::Narrow(from)) => {
                for (at, row) in rows.iter().enumerate() {
                    into[*row] = widen(from[at]);
                }
                true
            }
            _ => false,
        };
        match (self, from) {
            (Cells::Unknown, Cells::Unknown) => true,
            (Cells::Bool(into), Cells::Bool(from)) => {
                for (at, row) in rows.iter().enumerate() {
                    into.set(*row, from.get(at));
                }
                true
            }
            (Cells::Int(into), Cells::Int(from)) | (Cells::One(into), Cells::One(from)) => whole(into, from),
            (Cells::Day(into), Cells::Day(from)) => each(into, from, rows),
            (Cells::PartialDay { first, last }, Cells::PartialDay { first: a, last: b }) => {
                each(first, a, rows) && each(last, b, rows)
            }
            (Cells::Code8(into), Cells::Code8(from)) => each(into, from, rows),
            (Cells::Code16(into), Cells::Code16(from)) => each(into, from, rows),
            // A column nobody filled says that every cell is unknown.
            (into, Cells::Unknown) => into.forget(rows),
            _ => false,
        }
    }

    /// Makes cells unknown.
    fn forget(&mut self, rows: &[usize]) -> bool {
        for &row in rows {
            match self {
                Cells::Unknown => {}
                Cells::Bool(v) => v.set(row, truth::UNKNOWN),
                Cells::Int(Whole::Narrow(v)) | Cells::One(Whole::Narrow(v)) | Cells::Day(v) => v[row] = UNKNOWN32,
                Cells::Int(Whole::Wide(v)) | Cells::One(Whole::Wide(v)) => v[row] = UNKNOWN64,
                Cells::PartialDay { first, last } => (first[row], last[row]) = PARTIAL_UNKNOWN,
                Cells::Code8(v) => v[row] = CODE_UNKNOWN as u8,
                Cells::Code16(v) => v[row] = CODE_UNKNOWN,
            }
        }
        true
    }
}

/// 单元格 — what one cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Unknown,
    Absent,
    Bool(bool),
    Int(i64),
    Day(i32),
    /// First and last possible day, both included.
    PartialDay(i32, i32),
    /// Position in the code table.
    Code(u16),
    /// Id of the target row.
    One(i64),
}

/// 表框 — one kind's rows and columns. Immutable; shared by `Arc` between the worlds of several days.
#[derive(Debug)]
pub struct Frame {
    pub(crate) kind: KindId,
    pub(crate) ids: Whole,
    pub(crate) columns: Vec<Cells>,
    rows_by_id: OnceLock<Rows>,
    /// Per to-one column: the target frame it was last joined to, and the row each id has there.
    links: Mutex<HashMap<u16, Link>>,
}

type Link = (Weak<Frame>, Arc<Vec<u32>>);

#[derive(Debug)]
enum Rows {
    /// Ids ascend: binary search.
    Ascending,
    /// Ids lie close together: a table from `id - first`.
    Dense {
        first: i64,
        rows: Vec<u32>,
    },
    Sorted(Vec<(i64, u32)>),
}

impl Frame {
    /// A frame without rows.
    pub fn empty(schema: &Arc<Schema>, kind: KindId) -> Frame {
        FrameBuilder::new(schema, kind).finish()
    }

    pub fn kind(&self) -> KindId {
        self.kind
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn id(&self, row: u32) -> i64 {
        self.ids.get(row as usize)
    }

    /// The row of `id`, if it is in this frame.
    pub fn row_of(&self, id: i64) -> Option<u32> {
        match self.rows_by_id.get_or_init(|| self.index_ids()) {
            Rows::Ascending => {
                let (mut low, mut high) = (0, self.len());
                while low < high {
                    let middle = low.midpoint(high);
                    if self.ids.get(middle) < id { low = middle + 1 } else { high = middle }
                }
                (low < self.len() && self.ids.get(low) == id).then_some(low as u32)
            }
            Rows::Dense { first, rows } => {
                let at = usize::try_from(id.checked_sub(*first)?).ok()?;
                rows.get(at).copied().filter(|&r| r != ROW_UNKNOWN)
            }
            Rows::Sorted(pairs) => pairs.binary_search_by_key(&id, |p| p.0).ok().map(|at| pairs[at].1),
        }
    }

    /// This frame with the rows of `patch` in place of its own of the same ids; the columns `kept` stay as they are. `None` when
    /// a row is new or a column is of another width: then the frame must be made anew.
    pub fn patched(&self, patch: &Frame, kept: &[Slot]) -> Option<Frame> {
        let rows: Vec<usize> =
            (0..patch.len() as u32).map(|r| self.row_of(patch.id(r)).map(|r| r as usize)).collect::<Option<_>>()?;
        let mut columns = self.columns.clone();
        for (at, (into, from)) in columns.iter_mut().zip(&patch.columns).enumerate() {
            if !kept.contains(&Slot(at as u16)) && !into.take_over(from, &rows) {
                return None;
            }
        }
        Some(Frame {
            kind: self.kind,
            ids: self.ids.clone(),
            columns,
            rows_by_id: OnceLock::new(),
            links: Mutex::default(),
        })
    }

    /// What the cell of column `slot` says in `row`.
    pub fn cell(&self, slot: Slot, row: u32) -> Cell {
        let row = row as usize;
        let whole = |v: i64, known: fn(i64) -> Cell| match v {
            UNKNOWN64 => Cell::Unknown,
            ABSENT64 => Cell::Absent,
            v => known(v),
        };
        let code = |c: u16| match c {
            CODE_UNKNOWN => Cell::Unknown,
            CODE_ABSENT => Cell::Absent,
            c => Cell::Code(c - 2),
        };
        match &self.columns[usize::from(slot.0)] {
            Cells::Unknown => Cell::Unknown,
            Cells::Bool(v) => match v.get(row) {
                truth::TRUE => Cell::Bool(true),
                truth::FALSE => Cell::Bool(false),
                truth::ABSENT => Cell::Absent,
                _ => Cell::Unknown,
            },
            Cells::Int(v) => whole(v.get(row), Cell::Int),
            Cells::One(v) => whole(v.get(row), Cell::One),
            Cells::Day(v) => whole(widen(v[row]), |d| Cell::Day(d as i32)),
            Cells::PartialDay { first, last } => match (first[row], last[row]) {
                PARTIAL_UNKNOWN => Cell::Unknown,
                PARTIAL_ABSENT => Cell::Absent,
                (a, b) => Cell::PartialDay(a, b),
            },
            Cells::Code8(v) => code(u16::from(v[row])),
            Cells::Code16(v) => code(v[row]),
        }
    }

    /// Memory of ids and columns, in bytes.
    pub fn bytes(&self) -> usize {
        let columns: usize = self
            .columns
            .iter()
            .map(|c| match c {
                Cells::Unknown => 0,
                Cells::Bool(v) => v.size(),
                Cells::Code8(v) => v.len(),
                Cells::Int(w) | Cells::One(w) => w.bytes(),
                Cells::Day(v) => v.len() * 4,
                Cells::PartialDay { first, last } => (first.len() + last.len()) * 4,
                Cells::Code16(v) => v.len() * 2,
            })
            .sum();
        self.ids.bytes() + columns
    }

    /// The row in `target` of each id of to-one column `slot`; an id that is not in `target` is unknown.
    pub(crate) fn link(&self, slot: u16, target: &Arc<Frame>) -> Arc<Vec<u32>> {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((frame, rows)) = links.get(&slot)
            && frame.upgrade().is_some_and(|f| Arc::ptr_eq(&f, target))
        {
            return rows.clone();
        }
        let rows = Arc::new(self.find_rows(slot, target));
        links.insert(slot, (Arc::downgrade(target), rows.clone()));
        rows
    }

    fn find_rows(&self, slot: u16, target: &Frame) -> Vec<u32> {
        let Cells::One(ids) = &self.columns[usize::from(slot)] else {
            return vec![ROW_UNKNOWN; self.len()];
        };
        let find: &dyn Fn(i64) -> u32 = match target.rows_by_id.get_or_init(|| target.index_ids()) {
            Rows::Dense { first, rows } => &|id| {
                let at = id.checked_sub(*first).and_then(|at| usize::try_from(at).ok());
                at.and_then(|at| rows.get(at)).copied().unwrap_or(ROW_UNKNOWN)
            },
            _ => &|id| target.row_of(id).unwrap_or(ROW_UNKNOWN),
        };
        // Neighbours often point to the same row.
        let (mut last_id, mut last_row) = (UNKNOWN64, ROW_UNKNOWN);
        (0..self.len())
            .map(|row| match ids.get(row) {
                UNKNOWN64 => ROW_UNKNOWN,
                ABSENT64 => ROW_ABSENT,
                id if id == last_id => last_row,
                id => {
                    (last_id, last_row) = (id, find(id));
                    last_row
                }
            })
            .collect()
    }

    fn index_ids(&self) -> Rows {
        let n = self.len();
        let (mut least, mut most, mut ascending) = (i64::MAX, i64::MIN, true);
        let mut before = i64::MIN;
        for row in 0..n {
            let id = self.ids.get(row);
            least = least.min(id);
            most = most.max(id);
            ascending &= row == 0 || before < id;
            before = id;
        }
        let room = n.saturating_mul(4).saturating_add(1024);
        let width = most.checked_sub(least).and_then(|w| usize::try_from(w).ok()).unwrap_or(usize::MAX);
        if n > 0 && width < room {
            let mut rows = vec![ROW_UNKNOWN; width + 1];
            for row in 0..n {
                rows[(self.ids.get(row) - least) as usize] = row as u32;
            }
            return Rows::Dense { first: least, rows };
        }
        if ascending {
            return Rows::Ascending;
        }
        let mut pairs: Vec<(i64, u32)> = (0..n).map(|row| (self.ids.get(row), row as u32)).collect();
        pairs.sort_unstable();
        Rows::Sorted(pairs)
    }
}

/// Position of a column or to-one relation of a kind; found once by name with [`FrameBuilder::slot`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(pub u16);
