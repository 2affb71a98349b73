//! One group of operations, block by block.

use std::sync::Arc;

use super::columns::{Column, Selection};
use super::seen::Seen;
use super::step::Step;
use super::{Run, direct};
use crate::block::{BLOCK, Rows};
use crate::frame::{Cells, Frame};
use crate::op::{Class, Code, Op};
use crate::set::Set;
use crate::truth::Truths;
use crate::world::World;

/// What an operation reads besides registers; made once per group, not per block.
pub(super) enum Input<'a> {
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
    /// Whether the subjects of a programme are enrolled, and what stage they are in, perhaps seen through a
    /// to-one column.
    Enrolled {
        link: Option<Arc<Vec<u32>>>,
        truths: &'a Truths,
    },
    Stage {
        link: Option<Arc<Vec<u32>>>,
        codes: &'a [u16],
    },
    /// A whole column over the group's selection.
    Ready(Column),
    /// Per row of the selection, how many records certainly (lower half) and at most count (upper half;
    /// [`block::MANY`] is no bound).
    Counts(Arc<Vec<u64>>),
    /// The truth of each row of the frame.
    Truths(Truths),
    /// Bits of a truth among those seen through a relation together.
    Seen {
        at: usize,
        bit: u8,
    },
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
                set.put(start, truth, rows);
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
            Out::Set(set) => (Column::Truth(Truths::default()), Some(set)),
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
        let mut seen = vec![];
        let mut inputs: Vec<Input> = vec![];
        for op in &ops {
            let input = match op.code {
                Code::CountWithin(count, _) | Code::CellHeads(_, _, _, count) | Code::ToRange(count) => {
                    let at = group.ops.iter().position(|&o| o == count);
                    match at.map(|at| &inputs[at]) {
                        Some(Input::Counts(counts)) => Input::Counts(counts.clone()),
                        _ => Input::None,
                    }
                }
                _ => self.input(op, selection, &mut overflows),
            };
            inputs.push(self.together(op, input, selection, &mut seen));
        }
        let mut outs: Vec<Out> = group
            .outs
            .iter()
            .map(|&reg| {
                let class = self.program.ops.op(reg).class;
                let whole = matches!(selection, Selection::All);
                if whole && class == Class::Truth && !self.program.plan.sources[reg as usize] {
                    Out::Set(Set::nobody(total))
                } else {
                    Out::Column(Column::new(class, total))
                }
            })
            .collect();
        let size = total.min(BLOCK);
        let mut registers: Vec<Column> = group.registers.iter().map(|&c| Column::register(c, size)).collect();
        let mut start = 0;
        while start < total {
            let end = (start + BLOCK).min(total);
            let rows = match selection {
                Selection::All => Rows::Span(start, end),
                Selection::Rows(list) => Rows::List(&list[start..end]),
            };
            seen.iter_mut().for_each(|s| s.look(start, end));
            for (i, op) in ops.iter().enumerate() {
                let slot = group.slots[i];
                let mut out = std::mem::replace(&mut registers[slot], Column::Nothing);
                let step = Step {
                    frame: &frame,
                    rows,
                    start,
                    registers: &registers,
                    seen: &seen,
                    args: group.args[i],
                    len: end - start,
                };
                overflows += step.compute(op, &inputs[i], &mut out);
                if let Some(at) = group.out_of[i] {
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
                        Code::Enrolled(p) => Input::Enrolled { link: Some(link), truths: world.enrolled(p) },
                        Code::Stage(p) => Input::Stage { link: Some(link), codes: world.stages(p) },
                        Code::LoadRow(then) => Input::LinkLink { link, then: world.link(from.kind, then) },
                        Code::Load(slot) => Input::Cells { link, frame: world.frame(from.kind), slot },
                        _ => Input::None,
                    };
                }
                let (group, _) = self.program.plan.place[*source as usize];
                match &self.selections[group] {
                    Some(rows) => {
                        Input::Column { link, column: self.column(*source), rows, len: world.frame(from.kind).len() }
                    }
                    None => Input::None,
                }
            }
            Code::Enrolled(p) => Input::Enrolled { link: None, truths: world.enrolled(*p) },
            Code::Stage(p) => Input::Stage { link: None, codes: world.stages(*p) },
            Code::Under(area) => Input::Truths(Truths::of(&world.under(*area))),
            Code::Count(many, e) => Input::Counts(Arc::new(self.count(op, *many, *e, selection))),
            Code::Any(many, e) => Input::Ready(self.any(op, *many, *e, selection)),
            Code::All(many, e) => Input::Ready(self.all_of(op, *many, *e, selection)),
            Code::Total(many, value, e) => Input::Ready(self.total(op, *many, *value, *e, selection, overflows)),
            _ => Input::None,
        }
    }

    /// Joins a truth behind a relation to the others behind it, when a whole frame looks through.
    fn together<'a>(&self, op: &Op, input: Input<'a>, selection: &Selection, seen: &mut Vec<Seen>) -> Input<'a> {
        let (Class::Truth, Code::Gather(slot, source), Selection::All) = (op.class, &op.code, selection) else {
            return input;
        };
        let Some((link, truths)) = input.behind() else {
            return input;
        };
        let targets = self.world.frame(self.program.ops.op(*source).kind).len();
        let rows = self.world.frame(op.kind).len();
        // A few rows that look into a large frame had better look one by one.
        if targets > rows.saturating_mul(4) + 64 {
            return input;
        }
        let at = seen.iter().position(|s| s.has_room(*slot)).unwrap_or_else(|| {
            seen.push(Seen::new(*slot, link.clone(), targets, rows.min(BLOCK)));
            seen.len() - 1
        });
        Input::Seen { at, bit: seen[at].add(truths) }
    }
}

impl Input<'_> {
    /// The truths behind a to-one column.
    pub fn behind(&self) -> Option<(&Arc<Vec<u32>>, &Truths)> {
        match self {
            Input::Column { link, column: Column::Truth(truths), rows: Selection::All, .. } => Some((link, truths)),
            Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                Cells::Bool(truths) => Some((link, truths)),
                _ => None,
            },
            Input::Enrolled { link: Some(link), truths } => Some((link, truths)),
            _ => None,
        }
    }
}
