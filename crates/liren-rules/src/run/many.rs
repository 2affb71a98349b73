//! Aggregates over to-many relations, as whole columns of the kind that has the relation.

use super::Run;
use super::columns::{Column, Selection};
use crate::block;
use crate::number::{self, ABOVE, RANGE_UNKNOWN};
use crate::op::{Op, Reg};

impl Run<'_> {
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

    pub(super) fn count(
        &self,
        op: &Op,
        many: u16,
        e: Option<Reg>,
        selection: &Selection,
    ) -> Column {
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
    pub(super) fn fold(
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

    pub(super) fn total(
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
