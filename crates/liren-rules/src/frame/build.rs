//! Filling a frame from the rows of several queries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::{
    ABSENT32, ABSENT64, CODE_ABSENT, CODE_UNKNOWN, Cell, Cells, Frame, PARTIAL_ABSENT, PARTIAL_UNKNOWN, Slot,
    UNKNOWN32, UNKNOWN64, Whole,
};
use crate::number;
use crate::schema::{KindId, Schema, Type};
use crate::truth::{self, Truths};

/// Fills a frame. Rows come first (`push`), cells in any order and from several queries; a cell that is
/// never set is unknown, or what [`FrameBuilder::fill`] says.
///
/// ```
/// # use liren_rules::{Column, FrameBuilder, SchemaBuilder};
/// let mut schema = SchemaBuilder::new();
/// schema.kind("person", "人", "Person").column(Column::bool("lives_here", "住在本社区", "Lives here"));
/// let (schema, findings) = schema.build();
/// assert!(findings.is_empty());
/// let schema = std::sync::Arc::new(schema);
/// let mut frame = FrameBuilder::new(&schema, schema.kind("person").expect("declared above"));
/// let lives_here = frame.slot("lives_here").expect("declared above");
/// let row = frame.push(1207);
/// frame.set_bool(row, lives_here, Some(true));
/// assert_eq!(frame.finish().len(), 1);
/// ```
pub struct FrameBuilder {
    schema: Arc<Schema>,
    kind: KindId,
    ids: Vec<i64>,
    columns: Vec<Filling>,
    fills: Vec<Cell>,
    /// Whether every id pushed is greater than the one before.
    ascending: bool,
    /// The row found last: a statement tells of records mostly in their order.
    near: usize,
    /// Rows by id, when ids do not ascend.
    rows: HashMap<i64, u32>,
    /// Per column, the words met and their codes: they are few and come again in every row.
    words: Vec<Vec<(Box<str>, u16)>>,
    strange: HashMap<(u16, String), usize>,
}

/// Words of a column that are compared one by one before they are looked up.
const WORDS: usize = 12;

enum Filling {
    Bool(Vec<u8>),
    Whole(Vec<i64>),
    Day(Vec<i32>),
    PartialDay(Vec<(i32, i32)>),
    Code(Vec<u16>),
}

impl FrameBuilder {
    pub fn new(schema: &Arc<Schema>, kind: KindId) -> FrameBuilder {
        let columns: Vec<Filling> = schema
            .kind_of(kind)
            .columns
            .iter()
            .map(|c| match c.ty() {
                Type::Bool => Filling::Bool(vec![]),
                Type::Int | Type::One(_) => Filling::Whole(vec![]),
                Type::Day => Filling::Day(vec![]),
                Type::PartialDay => Filling::PartialDay(vec![]),
                Type::Code(_) => Filling::Code(vec![]),
            })
            .collect();
        FrameBuilder {
            schema: schema.clone(),
            kind,
            ids: vec![],
            fills: vec![Cell::Unknown; columns.len()],
            words: vec![vec![]; columns.len()],
            columns,
            ascending: true,
            near: 0,
            rows: HashMap::new(),
            strange: HashMap::new(),
        }
    }

    /// The slot of a column or to-one relation, by its declared name.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.schema.kind_of(self.kind).column(name).map(|i| Slot(i as u16))
    }

    /// What the cells of `slot` say that are never set: `Cell::Absent` for a spouse, `Cell::Bool(false)` for a mark.
    pub fn fill(&mut self, slot: Slot, cell: Cell) {
        if let Some(fill) = self.fills.get_mut(usize::from(slot.0)) {
            *fill = cell;
        }
    }

    /// Adds a row, all unknown, and returns its position. Rows keep this order.
    pub fn push(&mut self, id: i64) -> u32 {
        self.ascending &= self.ids.last().is_none_or(|last| *last < id);
        self.ids.push(id);
        (self.ids.len() - 1) as u32
    }

    /// The row already pushed for `id`: to fill columns from a second query.
    pub fn row_of(&mut self, id: i64) -> Option<u32> {
        let next = &self.ids[self.near.min(self.ids.len())..];
        if let Some(step) = next.iter().take(4).position(|have| *have == id) {
            self.near += step;
            return Some(self.near as u32);
        }
        if self.ascending {
            let row = self.ids.binary_search(&id).ok()?;
            self.near = row;
            return Some(row as u32);
        }
        for row in self.rows.len()..self.ids.len() {
            self.rows.insert(self.ids[row], row as u32);
        }
        self.rows.get(&id).copied()
    }

    /// Number of rows pushed.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// `None` is unknown, here and in all `set_…`. A slot of another type is left as it was.
    pub fn set_bool(&mut self, row: u32, slot: Slot, value: Option<bool>) {
        self.set(row, slot, value.map_or(Cell::Unknown, Cell::Bool));
    }

    /// Money in fen, area in 0.01 m².
    pub fn set_int(&mut self, row: u32, slot: Slot, value: Option<i64>) {
        self.set(row, slot, value.map_or(Cell::Unknown, Cell::Int));
    }

    /// Days since 1970-01-01.
    pub fn set_day(&mut self, row: u32, slot: Slot, value: Option<i32>) {
        self.set(row, slot, value.map_or(Cell::Unknown, Cell::Day));
    }

    /// First and last possible day, both included.
    pub fn set_partial_day(&mut self, row: u32, slot: Slot, value: Option<(i32, i32)>) {
        self.set(row, slot, value.map_or(Cell::Unknown, |(a, b)| Cell::PartialDay(a, b)));
    }

    /// A code, by its code (or label or alias). One that is not in the table stays unknown and is counted in
    /// [`FrameBuilder::strange`].
    pub fn set_code(&mut self, row: u32, slot: Slot, value: Option<&str>) {
        let Some(word) = value else {
            return self.set(row, slot, Cell::Unknown);
        };
        let met = self.words.get(usize::from(slot.0));
        if let Some(&(_, code)) = met.and_then(|m| m.iter().find(|(w, _)| **w == *word)) {
            return self.set(row, slot, Cell::Code(code));
        }
        let column = self.schema.kind_of(self.kind).columns.get(usize::from(slot.0));
        let Some(Type::Code(table)) = column.map(|c| c.ty()) else {
            return;
        };
        match self.schema.table_of(table).find(word) {
            Some(code) => {
                self.set(row, slot, Cell::Code(code));
                if let Some(met) = self.words.get_mut(usize::from(slot.0))
                    && met.len() < WORDS
                {
                    met.push((word.into(), code));
                }
            }
            None => *self.strange.entry((slot.0, word.to_string())).or_default() += 1,
        }
    }

    /// The id of the row pointed to.
    pub fn set_one(&mut self, row: u32, slot: Slot, id: Option<i64>) {
        self.set(row, slot, id.map_or(Cell::Unknown, Cell::One));
    }

    /// Known not to exist.
    pub fn set_absent(&mut self, row: u32, slot: Slot) {
        self.set(row, slot, Cell::Absent);
    }

    /// Sets any cell. A cell whose type is not the column's is left as it was; so is everything when the kind
    /// has no such slot.
    pub fn set(&mut self, row: u32, slot: Slot, cell: Cell) {
        let Some(&fill) = self.fills.get(usize::from(slot.0)) else {
            return;
        };
        let row = row as usize;
        match &mut self.columns[usize::from(slot.0)] {
            Filling::Bool(v) => put(v, row, as_bool(cell), as_bool(fill)),
            Filling::Whole(v) => put(v, row, as_whole(cell), as_whole(fill)),
            Filling::Day(v) => put(v, row, as_day(cell), as_day(fill)),
            Filling::PartialDay(v) => put(v, row, as_partial(cell), as_partial(fill)),
            Filling::Code(v) => put(v, row, as_code(cell), as_code(fill)),
        }
    }

    /// Codes that are not in their table: column name, the word found, how many rows.
    pub fn strange(&self) -> Vec<(&str, &str, usize)> {
        let columns = &self.schema.kind_of(self.kind).columns;
        let mut list: Vec<(&str, &str, usize)> = self
            .strange
            .iter()
            .map(|((slot, word), n)| (columns[usize::from(*slot)].name.as_str(), word.as_str(), *n))
            .collect();
        list.sort_unstable();
        list
    }

    pub fn finish(self) -> Frame {
        let rows = self.ids.len();
        let types = &self.schema.kind_of(self.kind).columns;
        let columns = self
            .columns
            .into_iter()
            .zip(&self.fills)
            .zip(types)
            .map(|((filling, &fill), column)| close(filling, fill, rows, column.ty(), &self.schema))
            .collect();
        Frame {
            kind: self.kind,
            ids: Whole::pack(self.ids),
            columns,
            rows_by_id: OnceLock::new(),
            links: Mutex::new(HashMap::new()),
        }
    }
}

fn put<T: Copy>(cells: &mut Vec<T>, row: usize, cell: Option<T>, fill: Option<T>) {
    let (Some(cell), Some(fill)) = (cell, fill) else {
        return;
    };
    if cells.len() <= row {
        cells.resize(row, fill);
        cells.push(cell);
    } else {
        cells[row] = cell;
    }
}

fn as_bool(cell: Cell) -> Option<u8> {
    match cell {
        Cell::Unknown => Some(truth::UNKNOWN),
        Cell::Bool(true) => Some(truth::TRUE),
        Cell::Bool(false) => Some(truth::FALSE),
        Cell::Absent => Some(truth::ABSENT),
        _ => None,
    }
}

fn as_whole(cell: Cell) -> Option<i64> {
    match cell {
        Cell::Unknown => Some(UNKNOWN64),
        Cell::Absent => Some(ABSENT64),
        // The marks and infinities are no numbers.
        Cell::Int(v) | Cell::One(v) => Some(if number::fits(v) { v } else { UNKNOWN64 }),
        _ => None,
    }
}

fn as_day(cell: Cell) -> Option<i32> {
    match cell {
        Cell::Unknown => Some(UNKNOWN32),
        Cell::Absent => Some(ABSENT32),
        Cell::Day(v) => Some(v),
        _ => None,
    }
}

fn as_partial(cell: Cell) -> Option<(i32, i32)> {
    match cell {
        Cell::Unknown => Some(PARTIAL_UNKNOWN),
        Cell::Absent => Some(PARTIAL_ABSENT),
        Cell::Day(v) => Some((v, v)),
        Cell::PartialDay(a, b) => Some((a.min(b), a.max(b))),
        _ => None,
    }
}

fn as_code(cell: Cell) -> Option<u16> {
    match cell {
        Cell::Unknown => Some(CODE_UNKNOWN),
        Cell::Absent => Some(CODE_ABSENT),
        Cell::Code(c) => c.checked_add(2),
        _ => None,
    }
}

/// Fills up to `rows` and packs.
fn close(filling: Filling, fill: Cell, rows: usize, ty: Type, schema: &Schema) -> Cells {
    fn full<T: Copy>(mut cells: Vec<T>, fill: Option<T>, rows: usize) -> Option<Vec<T>> {
        cells.resize(rows, fill?);
        Some(cells)
    }
    let untouched = fill == Cell::Unknown
        && match &filling {
            Filling::Bool(v) => v.is_empty(),
            Filling::Whole(v) => v.is_empty(),
            Filling::Day(v) => v.is_empty(),
            Filling::PartialDay(v) => v.is_empty(),
            Filling::Code(v) => v.is_empty(),
        };
    if untouched {
        return Cells::Unknown;
    }
    let cells = match filling {
        Filling::Bool(v) => full(v, as_bool(fill), rows).map(|v| Cells::Bool(Truths::of(&v))),
        Filling::Whole(v) => full(v, as_whole(fill), rows).map(|v| match ty {
            Type::One(_) => Cells::One(Whole::pack(v)),
            _ => Cells::Int(Whole::pack(v)),
        }),
        Filling::Day(v) => full(v, as_day(fill), rows).map(Cells::Day),
        Filling::PartialDay(v) => full(v, as_partial(fill), rows).map(|v| Cells::PartialDay {
            first: v.iter().map(|p| p.0).collect(),
            last: v.iter().map(|p| p.1).collect(),
        }),
        Filling::Code(v) => full(v, as_code(fill), rows).map(|v| {
            let narrow = matches!(ty, Type::Code(t) if schema.table_of(t).codes.len() <= 254);
            if narrow { Cells::Code8(v.iter().map(|&c| c as u8).collect()) } else { Cells::Code16(v) }
        }),
    };
    cells.unwrap_or(Cells::Unknown)
}
