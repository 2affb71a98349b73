//! One group of operations, block by block.

use std::sync::Arc;

use super::columns::{Column, Selection};
use super::{Run, direct};
use crate::block::{self, BLOCK, Rows};
use crate::frame::{
    ABSENT64, Cells, Frame, PARTIAL_ABSENT, PARTIAL_UNKNOWN, ROW_ABSENT, ROW_UNKNOWN, UNKNOWN64,
    Whole, widen,
};
use crate::number::{self, ABOVE, RANGE_ABSENT, RANGE_UNKNOWN};
use crate::op::{Class, Code, Op, Reg};
use crate::set::{Bitmap, Set};
use crate::world::{Enrolments, World, code_at};

/// What an operation reads besides registers; made once per group, not per block.
enum Input<'a> {
    None,
    /// A to-one column and the target's frame it is read from directly.
    Cells {
        link: Arc<Vec<u32>>,
        frame: &'a Frame,
        slot: u16,
    },
    /// A to-one column and a column computed before, with the selection it covers.
    Column {
        link: Arc<Vec<u32>>,
        column: &'a Column,
        rows: &'a Selection,
        len: usize,
    },
    LinkLink {
        link: Arc<Vec<u32>>,
        then: Arc<Vec<u32>>,
    },
    Link(Arc<Vec<u32>>),
    Programme {
        link: Option<Arc<Vec<u32>>>,
        list: &'a Enrolments,
    },
    /// A whole column over the group's selection.
    Ready(Column),
    /// Truth of each stored code, or of each row.
    Table(Vec<u8>),
}

/// Where the values of an operation go that leaves its group.
enum Out {
    Column(Column),
    Set(Set),
}

impl Out {
    /// Adds the `rows` values of a block that begins at `start`.
    fn add(&mut self, register: &Column, start: usize, rows: usize) {
        match (self, register) {
            (Out::Column(column), register) => column.append(register, rows),
            (Out::Set(set), Column::Truth(truth)) => {
                set.yes.put_bytes(start, |b| b & !(b >> 1), &truth[..rows]);
                set.unknown
                    .put_bytes(start, |b| !(b | b >> 1), &truth[..rows]);
            }
            _ => {}
        }
    }

    fn finish(self) -> (Column, Option<Set>) {
        match self {
            Out::Column(mut column) => {
                column.close();
                (column, None)
            }
            Out::Set(set) => (Column::Truth(vec![]), Some(set)),
        }
    }
}

impl Run<'_> {
    pub(super) fn group(&mut self, g: usize, selection: &Selection) -> Vec<Column> {
        let group = &self.program.plan.groups[g];
        let frame = self.world.frame(group.kind).clone();
        let total = selection.len(frame.len());
        let ops: Vec<&Op> = group.ops.iter().map(|&r| self.program.ops.op(r)).collect();
        let mut overflows = 0;
        let inputs: Vec<Input> = ops
            .iter()
            .map(|op| self.input(op, selection, &mut overflows))
            .collect();
        let mut outs: Vec<Out> = group
            .outs
            .iter()
            .map(|&reg| {
                let class = self.program.ops.op(reg).class;
                let whole = matches!(selection, Selection::All);
                if whole && class == Class::Truth && !self.program.plan.sources.contains(&reg) {
                    Out::Set(Set {
                        yes: Bitmap::none(total),
                        unknown: Bitmap::none(total),
                    })
                } else {
                    Out::Column(Column::new(class, total))
                }
            })
            .collect();
        let out_of: Vec<Option<usize>> = group
            .ops
            .iter()
            .map(|r| group.outs.iter().position(|o| o == r))
            .collect();
        let size = total.min(BLOCK);
        let mut registers: Vec<Column> = group
            .registers
            .iter()
            .map(|&c| Column::register(c, size))
            .collect();
        let mut start = 0;
        while start < total {
            let end = (start + BLOCK).min(total);
            let rows = match selection {
                Selection::All => Rows::Span(start, end),
                Selection::Rows(list) => Rows::List(&list[start..end]),
            };
            for (i, op) in ops.iter().enumerate() {
                let slot = group.slots[i];
                let mut out = std::mem::replace(&mut registers[slot], Column::Row(vec![]));
                let step = Step {
                    frame: &frame,
                    rows,
                    start,
                    registers: &registers,
                    args: group.args[i],
                    len: end - start,
                };
                overflows += step.compute(op, &inputs[i], &mut out);
                if let Some(at) = out_of[i] {
                    outs[at].add(&out, start, end - start);
                }
                registers[slot] = out;
            }
            start = end;
        }
        let mut columns = vec![];
        let mut sets = vec![];
        for (&reg, out) in group.outs.iter().zip(outs) {
            let (column, set) = out.finish();
            columns.push(column);
            sets.extend(set.map(|set| (reg, set)));
        }
        self.sets.extend(sets);
        self.overflows += overflows;
        columns
    }

    fn input(&self, op: &Op, selection: &Selection, overflows: &mut usize) -> Input<'_> {
        let world: &World = self.world;
        match &op.code {
            Code::LoadRow(slot) | Code::HasRow(slot) => Input::Link(world.link(op.kind, *slot)),
            Code::Gather(slot, source) => {
                let link = world.link(op.kind, *slot);
                let from = self.program.ops.op(*source);
                if direct(&self.program.ops, *source, &op.code) {
                    return match from.code {
                        Code::Enrolled(p) => Input::Programme {
                            link: Some(link),
                            list: world.enrolments(p),
                        },
                        Code::Stage(p) => Input::Programme {
                            link: Some(link),
                            list: world.enrolments(p),
                        },
                        Code::LoadRow(then) => Input::LinkLink {
                            link,
                            then: world.link(from.kind, then),
                        },
                        Code::Load(slot) => Input::Cells {
                            link,
                            frame: world.frame(from.kind),
                            slot,
                        },
                        _ => Input::None,
                    };
                }
                let (group, _) = self.program.plan.place[source];
                match &self.selections[group] {
                    Some(rows) => Input::Column {
                        link,
                        column: self.column(*source),
                        rows,
                        len: world.frame(from.kind).len(),
                    },
                    None => Input::None,
                }
            }
            Code::Enrolled(p) => Input::Programme {
                link: None,
                list: world.enrolments(*p),
            },
            Code::Stage(p) => Input::Programme {
                link: None,
                list: world.enrolments(*p),
            },
            Code::CellIn(slot, codes, none) if codes.len() > 1 => {
                let size = match &world.frame(op.kind).columns[usize::from(*slot)] {
                    Cells::Code16(_) => 1 << 16,
                    _ => 256,
                };
                Input::Table(block::code_table(codes, *none, size))
            }
            Code::OneOf(_, codes, none) if codes.len() > 1 => {
                Input::Table(block::code_table(codes, *none, 1 << 16))
            }
            Code::Under(area) => Input::Table(world.under(*area)),
            Code::Count(many, e) => Input::Ready(self.count(op, *many, *e, selection)),
            Code::Any(many, e) => {
                Input::Ready(self.fold(op, *many, *e, selection, (2, block::or, 1)))
            }
            Code::All(many, e) => {
                Input::Ready(self.fold(op, *many, Some(*e), selection, (1, block::and, 2)))
            }
            Code::Total(many, value, e) => {
                Input::Ready(self.total(op, *many, *value, *e, selection, overflows))
            }
            _ => Input::None,
        }
    }

    /// Calls `each(outer position, inner row)` for the records of a to-many relation of the selection.
    fn each(&self, op: &Op, many: u16, selection: &Selection, mut each: impl FnMut(usize, usize)) {
        match selection {
            Selection::All => {
                let relation = &self.world.schema().kind_of(op.kind).manys[usize::from(many)];
                let link = self.world.link(relation.target_id, relation.via_slot);
                let outer = self.world.frame(op.kind).len();
                for (row, &to) in link.iter().enumerate() {
                    if (to as usize) < outer {
                        each(to as usize, row);
                    }
                }
            }
            Selection::Rows(rows) => {
                let inverse = self.world.inverse(op.kind, many);
                for (at, &row) in rows.iter().enumerate() {
                    for &member in inverse.of(row) {
                        each(at, member as usize);
                    }
                }
            }
        }
    }

    fn is_open(&self, op: &Op, many: u16) -> bool {
        self.world.schema().kind_of(op.kind).manys[usize::from(many)].open
    }

    /// A computed condition and where its rows lie.
    fn truths(&self, source: Option<Reg>) -> Option<(&[u8], &Selection)> {
        let source = source?;
        match (self.column(source), self.covered(source)) {
            (Column::Truth(v), Some(rows)) => Some((v, rows)),
            _ => None,
        }
    }

    /// The rows a computed column covers.
    fn covered(&self, source: Reg) -> Option<&Selection> {
        self.selections[self.program.plan.place[&source].0].as_ref()
    }

    fn count(&self, op: &Op, many: u16, e: Option<Reg>, selection: &Selection) -> Column {
        let rows = selection.len(self.world.frame(op.kind).len());
        // Certain records in the lower half, possible ones in the upper: one addition a record.
        let mut counts = vec![0u64; rows];
        match self.truths(e) {
            Some((truth, Selection::All)) => self.each(op, many, selection, |outer, inner| {
                counts[outer] += counted(truth[inner]);
            }),
            Some((truth, rows)) => self.each(op, many, selection, |outer, inner| {
                counts[outer] += counted(truth[rows.spot(inner)]);
            }),
            None => self.each(op, many, selection, |outer, _| counts[outer] += counted(1)),
        }
        let low = counts.iter().map(|c| (c & 0xffff_ffff) as i64).collect();
        let high = match self.is_open(op, many) {
            true => vec![ABOVE; rows],
            false => counts.iter().map(|c| (c >> 32) as i64).collect(),
        };
        Column::Range(low, high)
    }

    /// `any` and `all`: Kleene's or and and; `decided` is the truth that records not yet known cannot change.
    fn fold(
        &self,
        op: &Op,
        many: u16,
        e: Option<Reg>,
        selection: &Selection,
        (start, join, decided): (u8, impl Fn(u8, u8) -> u8, u8),
    ) -> Column {
        let rows = selection.len(self.world.frame(op.kind).len());
        let mut out = vec![start; rows];
        match self.truths(e) {
            Some((truth, rows)) => {
                self.each(op, many, selection, |outer, inner| {
                    out[outer] = join(out[outer], block::settle(truth[rows.spot(inner)]));
                });
            }
            None => self.each(op, many, selection, |outer, _| {
                out[outer] = join(out[outer], 1)
            }),
        }
        if self.is_open(op, many) {
            out.iter_mut()
                .filter(|t| **t != decided)
                .for_each(|t| *t = 0);
        }
        Column::Truth(out)
    }

    fn total(
        &self,
        op: &Op,
        many: u16,
        value: Reg,
        e: Option<Reg>,
        selection: &Selection,
        overflows: &mut usize,
    ) -> Column {
        let rows = selection.len(self.world.frame(op.kind).len());
        let mut sums: Vec<Option<(i64, i64)>> = vec![Some((0, 0)); rows];
        let truth = self.truths(e);
        if let (Column::Range(low, high), Some(rows)) = (self.column(value), self.covered(value)) {
            self.each(op, many, selection, |outer, inner| {
                let t = truth.map_or(1, |(t, rows)| block::settle(t[rows.spot(inner)]));
                let at = rows.spot(inner);
                let range = (low[at], high[at]);
                if t == 2 || range.0 > range.1 {
                    return;
                }
                // A record that perhaps does not count adds anything between nothing and its value.
                let range = if t == 1 || range == RANGE_UNKNOWN {
                    range
                } else {
                    (range.0.min(0), range.1.max(0))
                };
                sums[outer] = sums[outer]
                    .and_then(|sum| number::sum_ranges(crate::parse::Sum::Add, sum, range));
            });
        }
        let open = self.is_open(op, many);
        let (mut lows, mut highs) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        for sum in sums {
            let (low, high) = sum.unwrap_or_else(|| {
                *overflows += 1;
                RANGE_UNKNOWN
            });
            lows.push(low);
            highs.push(if open { ABOVE } else { high });
        }
        Column::Range(lows, highs)
    }
}

/// One record in a count: 1 if certain, 1 << 32 if possible.
fn counted(truth: u8) -> u64 {
    let t = block::settle(truth);
    u64::from(t & 1) | u64::from(t >> 1 ^ 1) << 32
}

/// One operation on one block.
struct Step<'a> {
    frame: &'a Frame,
    rows: Rows<'a>,
    /// Position of the block's first row in the selection.
    start: usize,
    registers: &'a [Column],
    args: [usize; 3],
    len: usize,
}

impl Step<'_> {
    fn truth(&self, n: usize) -> &[u8] {
        match &self.registers[self.args[n]] {
            Column::Truth(v) => &v[..self.len],
            _ => &[],
        }
    }

    fn point(&self, n: usize) -> &[i64] {
        match &self.registers[self.args[n]] {
            Column::Point(v) => &v[..self.len],
            _ => &[],
        }
    }

    fn range(&self, n: usize) -> block::Ends<'_> {
        match &self.registers[self.args[n]] {
            Column::Range(low, high) => (&low[..self.len], &high[..self.len]),
            _ => (&[], &[]),
        }
    }

    fn code(&self, n: usize) -> &[u16] {
        match &self.registers[self.args[n]] {
            Column::Code(v) => &v[..self.len],
            _ => &[],
        }
    }

    /// Returns how many sums overflowed.
    fn compute(&self, op: &Op, input: &Input, out: &mut Column) -> usize {
        match out {
            Column::Truth(out) => self.compute_truth(op, input, &mut out[..self.len]),
            Column::Point(out) => return self.compute_point(op, input, &mut out[..self.len]),
            Column::Range(low, high) => {
                return self.compute_range(op, input, &mut low[..self.len], &mut high[..self.len]);
            }
            Column::Code(out) => self.compute_code(op, input, &mut out[..self.len]),
            Column::Row(out) => self.compute_row(input, &mut out[..self.len]),
        }
        0
    }

    fn compute_truth(&self, op: &Op, input: &Input, out: &mut [u8]) {
        let rows = self.rows;
        match &op.code {
            Code::Truth(t) => out.fill(*t),
            Code::Load(slot) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Bool(v) => block::load(v, rows, out, |t| t),
                _ => out.fill(0),
            },
            Code::HasRow(_) => {
                if let Input::Link(link) = input {
                    block::load(link, rows, out, |row| match row {
                        ROW_UNKNOWN => 0,
                        ROW_ABSENT => 2,
                        _ => 1,
                    });
                }
            }
            Code::Under(_) => match input {
                Input::Table(truths) => block::load(truths, rows, out, |t| t),
                _ => out.fill(0),
            },
            Code::CellWithin(slot, within) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Day(v) | Cells::Int(Whole::Narrow(v)) => {
                    block::load(v, rows, out, block::narrow_within(*within))
                }
                Cells::Int(Whole::Wide(v)) => {
                    block::load(v, rows, out, block::wide_within(*within))
                }
                _ => out.fill(0),
            },
            Code::PartialWithin(slot, within) => match &self.frame.columns[usize::from(*slot)] {
                Cells::PartialDay { first, last } => {
                    block::load2(first, last, rows, out, block::partial_within(*within))
                }
                _ => out.fill(0),
            },
            Code::CellIn(slot, codes, none) => {
                match (&self.frame.columns[usize::from(*slot)], input) {
                    (Cells::Code8(v), Input::Table(table)) => {
                        block::load(v, rows, out, |c| table[usize::from(c)])
                    }
                    (Cells::Code16(v), Input::Table(table)) => {
                        block::load(v, rows, out, |c| table[usize::from(c)])
                    }
                    (Cells::Code8(v), _) => {
                        block::load(v, rows, out, block::code_is(codes[0] as u8, *none))
                    }
                    (Cells::Code16(v), _) => {
                        block::load(v, rows, out, block::code_is(codes[0], *none))
                    }
                    _ => out.fill(0),
                }
            }
            Code::PointWithin(_, within) => {
                block::map(self.point(0), out, block::wide_within(*within))
            }
            Code::RangeWithin(_, within) => {
                let (low, high) = self.range(0);
                block::map2(low, high, out, block::range_within(*within));
            }
            Code::OneOf(_, codes, none) => match input {
                Input::Table(table) => block::map(self.code(0), out, |c| table[usize::from(c)]),
                _ => block::map(self.code(0), out, block::code_is(codes[0], *none)),
            },
            Code::Settle(_) => block::map(self.truth(0), out, block::settle),
            Code::Not(_) => block::map(self.truth(0), out, block::not),
            Code::And(..) => block::map2(self.truth(0), self.truth(1), out, block::and),
            Code::Or(..) => block::map2(self.truth(0), self.truth(1), out, block::or),
            Code::ComparePoints(op, ..) => {
                block::compare_points(*op, self.point(0), self.point(1), out)
            }
            Code::CompareRanges(op, ..) => {
                block::compare_ranges(*op, self.range(0), self.range(1), out)
            }
            Code::CompareTruths(ne, ..) => {
                block::map2(self.truth(0), self.truth(1), out, |a, b| {
                    block::compare_truths(*ne, a, b)
                });
            }
            Code::CompareCodes(ne, ..) => {
                block::map2(self.code(0), self.code(1), out, |a, b| {
                    block::compare_codes(*ne, a, b)
                });
            }
            Code::If(..) => {
                let (c, a, b) = (self.truth(0), self.truth(1), self.truth(2));
                for (i, o) in out.iter_mut().enumerate() {
                    *o = choose(c[i], a[i], b[i], 0);
                }
            }
            Code::Has(_) => self.has(out),
            Code::Gather(..) => match input {
                Input::Column {
                    link,
                    column: Column::Truth(v),
                    rows: selection,
                    len,
                } => {
                    self.gather(link, v, selection, *len, out);
                }
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::Bool(v) => gather_cells(link, v, rows, out, |t| t, (3, 0)),
                    _ => gather_cells(link, &vec![0u8; frame.len()], rows, out, |t| t, (3, 0)),
                },
                Input::Programme {
                    link: Some(link),
                    list,
                    ..
                } => {
                    let n = list.enrolled.len() - 2;
                    block::load(link, rows, out, |r| list.enrolled[block::place(r, n)]);
                }
                _ => out.fill(0),
            },
            Code::Enrolled(_) => {
                if let Input::Programme { list, .. } = input {
                    block::load(&list.enrolled, rows, out, |t| t);
                }
            }
            Code::Any(..) | Code::All(..) => {
                if let Input::Ready(Column::Truth(v)) = input {
                    out.copy_from_slice(&v[self.start..self.start + self.len]);
                }
            }
            _ => out.fill(0),
        }
    }

    fn has(&self, out: &mut [u8]) {
        let known = |unknown: bool, absent: bool| if unknown { 0 } else { 1 + u8::from(absent) };
        match &self.registers[self.args[0]] {
            Column::Truth(v) => block::map(&v[..self.len], out, |t| known(t == 0, t == 3)),
            Column::Point(v) => block::map(&v[..self.len], out, |v| {
                known(v == UNKNOWN64, v == ABSENT64)
            }),
            Column::Range(low, high) => {
                block::map2(&low[..self.len], &high[..self.len], out, |a, b| {
                    known((a, b) == RANGE_UNKNOWN, a > b)
                });
            }
            Column::Code(v) => block::map(&v[..self.len], out, |c| known(c == 0, c == 1)),
            Column::Row(v) => block::map(&v[..self.len], out, |r| {
                known(r == ROW_UNKNOWN, r == ROW_ABSENT)
            }),
        }
    }

    /// Through a to-one relation out of a column computed before.
    fn gather<T: Copy>(
        &self,
        link: &[u32],
        column: &[T],
        selection: &Selection,
        len: usize,
        out: &mut [T],
    ) {
        match selection {
            Selection::All => block::load(link, self.rows, out, |r| column[block::place(r, len)]),
            Selection::Rows(list) => block::load(link, self.rows, out, |r| {
                let at = list
                    .binary_search(&r)
                    .unwrap_or_else(|_| block::place(r, 0) + list.len());
                column[at]
            }),
        }
    }

    fn compute_point(&self, op: &Op, input: &Input, out: &mut [i64]) -> usize {
        match &op.code {
            Code::Number(n) => out.fill(*n),
            Code::Load(slot) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Day(v) | Cells::Int(Whole::Narrow(v)) => {
                    block::load(v, self.rows, out, widen)
                }
                Cells::Int(Whole::Wide(v)) => block::load(v, self.rows, out, |v| v),
                _ => out.fill(UNKNOWN64),
            },
            Code::SumPoints(op, ..) => {
                return block::sum_points(*op, self.point(0), self.point(1), out);
            }
            Code::If(..) => {
                let (c, a, b) = (self.truth(0), self.point(1), self.point(2));
                for (i, o) in out.iter_mut().enumerate() {
                    *o = choose(c[i], a[i], b[i], UNKNOWN64);
                }
            }
            Code::Gather(..) => match input {
                Input::Column {
                    link,
                    column: Column::Point(v),
                    rows,
                    len,
                } => self.gather(link, v, rows, *len, out),
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::Day(v) | Cells::Int(Whole::Narrow(v)) => {
                        gather_cells(link, v, self.rows, out, widen, (ABSENT64, UNKNOWN64));
                    }
                    Cells::Int(Whole::Wide(v)) => {
                        gather_cells(link, v, self.rows, out, |v| v, (ABSENT64, UNKNOWN64));
                    }
                    _ => block::load(link, self.rows, out, |r| {
                        if r == ROW_ABSENT { ABSENT64 } else { UNKNOWN64 }
                    }),
                },
                _ => out.fill(UNKNOWN64),
            },
            _ => out.fill(UNKNOWN64),
        }
        0
    }

    fn compute_range(&self, op: &Op, input: &Input, low: &mut [i64], high: &mut [i64]) -> usize {
        let mut each = |f: &dyn Fn(usize) -> (i64, i64)| {
            for i in 0..self.len {
                (low[i], high[i]) = f(i);
            }
        };
        match &op.code {
            Code::Load(slot) => match &self.frame.columns[usize::from(*slot)] {
                Cells::PartialDay { first, last } => {
                    block::load(first, self.rows, low, partial_end);
                    block::load(last, self.rows, high, partial_end);
                }
                _ => each(&|_| RANGE_UNKNOWN),
            },
            Code::ToRange(_) => {
                let a = self.point(0);
                each(&|i| number::to_range(a[i]));
            }
            Code::SumRanges(op, ..) => {
                return block::sum_ranges(*op, self.range(0), self.range(1), low, high);
            }
            Code::Years(..) => {
                let a = self.range(0);
                match &self.registers[self.args[1]] {
                    Column::Point(b) => {
                        each(&|i| block::years((a.0[i], a.1[i]), number::to_range(b[i])))
                    }
                    _ => {
                        let b = self.range(1);
                        each(&|i| block::years((a.0[i], a.1[i]), (b.0[i], b.1[i])));
                    }
                }
            }
            Code::If(..) => {
                let (c, a, b) = (self.truth(0), self.range(1), self.range(2));
                each(&|i| choose(c[i], (a.0[i], a.1[i]), (b.0[i], b.1[i]), RANGE_UNKNOWN));
            }
            Code::Gather(..) => match input {
                Input::Column {
                    link,
                    column: Column::Range(a, b),
                    rows,
                    len,
                } => {
                    self.gather(link, a, rows, *len, low);
                    self.gather(link, b, rows, *len, high);
                }
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::PartialDay { first, last } => {
                        let marks = (RANGE_ABSENT, RANGE_UNKNOWN);
                        gather_cells(
                            link,
                            first,
                            self.rows,
                            low,
                            partial_end,
                            (marks.0.0, marks.1.0),
                        );
                        gather_cells(
                            link,
                            last,
                            self.rows,
                            high,
                            partial_end,
                            (marks.0.1, marks.1.1),
                        );
                    }
                    _ => {
                        block::load(link, self.rows, low, |r| {
                            if r == ROW_ABSENT {
                                RANGE_ABSENT.0
                            } else {
                                RANGE_UNKNOWN.0
                            }
                        });
                        block::load(link, self.rows, high, |r| {
                            if r == ROW_ABSENT {
                                RANGE_ABSENT.1
                            } else {
                                RANGE_UNKNOWN.1
                            }
                        });
                    }
                },
                _ => each(&|_| RANGE_UNKNOWN),
            },
            Code::Count(..) | Code::Total(..) => {
                if let Input::Ready(Column::Range(a, b)) = input {
                    low.copy_from_slice(&a[self.start..self.start + self.len]);
                    high.copy_from_slice(&b[self.start..self.start + self.len]);
                }
            }
            _ => each(&|_| RANGE_UNKNOWN),
        }
        0
    }

    fn compute_code(&self, op: &Op, input: &Input, out: &mut [u16]) {
        match &op.code {
            Code::Constant(c) => out.fill(*c),
            Code::Load(slot) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Code8(v) => block::load(v, self.rows, out, u16::from),
                Cells::Code16(v) => block::load(v, self.rows, out, |c| c),
                _ => out.fill(0),
            },
            Code::If(..) => {
                let (c, a, b) = (self.truth(0), self.code(1), self.code(2));
                for (i, o) in out.iter_mut().enumerate() {
                    *o = choose(c[i], a[i], b[i], 0);
                }
            }
            Code::Gather(..) => match input {
                Input::Column {
                    link,
                    column: Column::Code(v),
                    rows,
                    len,
                } => self.gather(link, v, rows, *len, out),
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::Code8(v) => gather_cells(link, v, self.rows, out, u16::from, (1, 0)),
                    cells => block::load(link, self.rows, out, |r| match r {
                        ROW_UNKNOWN => 0,
                        ROW_ABSENT => 1,
                        r => code_at(cells, r as usize),
                    }),
                },
                Input::Programme {
                    link: Some(link),
                    list,
                    ..
                } => {
                    let n = list.stage.len() - 2;
                    block::load(link, self.rows, out, |r| list.stage[block::place(r, n)]);
                }
                _ => out.fill(0),
            },
            Code::Stage(_) => {
                if let Input::Programme { list, .. } = input {
                    block::load(&list.stage, self.rows, out, |c| c);
                }
            }
            _ => out.fill(0),
        }
    }

    fn compute_row(&self, input: &Input, out: &mut [u32]) {
        match input {
            Input::Link(link) => block::load(link, self.rows, out, |r| r),
            Input::LinkLink { link, then } => block::load(link, self.rows, out, |r| match r {
                ROW_UNKNOWN | ROW_ABSENT => r,
                r => then[r as usize],
            }),
            Input::Column {
                link,
                column: Column::Row(v),
                rows,
                len,
            } => self.gather(link, v, rows, *len, out),
            _ => out.fill(ROW_UNKNOWN),
        }
    }
}

/// Kleene's choice: with an unknown condition the value is known only when both branches agree.
fn choose<T: Copy + PartialEq>(c: u8, a: T, b: T, unknown: T) -> T {
    match c {
        1 => a,
        2 => b,
        _ if a == b => a,
        _ => unknown,
    }
}

/// One end of a partial day in 64 bits.
fn partial_end(end: i32) -> i64 {
    match end {
        e if e == PARTIAL_UNKNOWN.0 => RANGE_UNKNOWN.0,
        e if e == PARTIAL_UNKNOWN.1 => RANGE_UNKNOWN.1,
        e if e == PARTIAL_ABSENT.0 => RANGE_ABSENT.0,
        e if e == PARTIAL_ABSENT.1 => RANGE_ABSENT.1,
        e => i64::from(e),
    }
}

/// Through a to-one relation out of cells where they lie; `marks` are the values for absent and unknown rows.
fn gather_cells<T: Copy, U: Copy>(
    link: &[u32],
    cells: &[T],
    rows: Rows,
    out: &mut [U],
    f: impl Fn(T) -> U,
    marks: (U, U),
) {
    block::load(link, rows, out, |r| match cells.get(r as usize) {
        Some(&v) => f(v),
        None if r == ROW_ABSENT => marks.0,
        None => marks.1,
    });
}
