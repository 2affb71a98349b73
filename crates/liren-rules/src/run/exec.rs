//! One group of operations, block by block.

use std::sync::Arc;

use super::columns::{Column, Selection};
use super::step::Step;
use super::{Run, direct};
use crate::block::{self, BLOCK, Rows};
use crate::frame::{Cells, Frame};
use crate::op::{Class, Code, Op};
use crate::set::{Bitmap, Set};
use crate::world::{Enrolments, World};

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
}
