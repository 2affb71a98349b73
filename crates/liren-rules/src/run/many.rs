//! Aggregates over to-many relations, as whole columns of the kind that has the relation.

use std::sync::Arc;

use super::Run;
use super::columns::{Column, Selection};
use crate::block::{self, Rows};
use crate::number::{self, ABOVE, RANGE_UNKNOWN};
use crate::op::{Op, Reg};
use crate::truth::{self, Both, Truths};

impl Run<'_> {
    /// Calls `each(outer position, inner row)` for the records of a to-many relation of the selection.
    fn each(&self, op: &Op, many: u16, selection: &Selection, mut each: impl FnMut(usize, usize)) {
        match selection {
            Selection::All => {
                let (link, outer) = self.belongs(op, many);
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

    /// Calls `each(outer position, hit)` for the records of a to-many relation: bit 0 of a hit is set where the
    /// record certainly, bit 1 where it perhaps fulfils a condition, first turned by `turn`. A record of
    /// nobody has a position beyond all.
    fn each_truth(
        &self,
        op: &Op,
        many: u16,
        e: Option<Reg>,
        selection: &Selection,
        turn: fn(Both) -> Both,
        mut each: impl FnMut(usize, u8),
    ) {
        let Some((truths, rows)) = self.truths(e) else {
            return self.each(op, many, selection, |outer, _| each(outer, 3));
        };
        if let Selection::Rows(_) = selection {
            return self.each(op, many, selection, |outer, inner| {
                each(outer, hit(turn(bits(truths.get(rows.spot(inner))))));
            });
        }
        let (link, _) = self.belongs(op, many);
        for (targets, both) in link.chunks(64).zip(truths.words()) {
            let (yes, maybe) = possible(turn(both));
            let mut hits = [0; 64];
            for (i, eight) in hits.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                let byte = |word: u64| truth::spread((word >> (8 * i)) as u8);
                *eight = (byte(yes) | byte(maybe) << 1).to_le_bytes();
            }
            for (&to, &hit) in targets.iter().zip(&hits) {
                each(to as usize, hit);
            }
        }
    }

    /// The to-one column that makes a to-many relation, and the number of rows it can point to.
    fn belongs(&self, op: &Op, many: u16) -> (Arc<Vec<u32>>, usize) {
        let relation = &self.world.schema().kind_of(op.kind).manys[usize::from(many)];
        let link = self.world.link(relation.target_id, relation.via_slot);
        (link, self.world.frame(op.kind).len())
    }

    fn is_open(&self, op: &Op, many: u16) -> bool {
        self.world.is_open(op.kind, usize::from(many))
    }

    /// A computed condition and where its rows lie.
    fn truths(&self, source: Option<Reg>) -> Option<(&Truths, &Selection)> {
        let source = source?;
        match (self.column(source), self.covered(source)) {
            (Column::Truth(v), Some(rows)) => Some((v, rows)),
            _ => None,
        }
    }

    /// The rows a computed column covers.
    fn covered(&self, source: Reg) -> Option<&Selection> {
        self.selections[self.program.plan.place[source as usize].0].as_ref()
    }

    pub(super) fn count(&self, op: &Op, many: u16, e: Option<Reg>, selection: &Selection) -> Vec<u64> {
        let rows = selection.len(self.world.frame(op.kind).len());
        // One addition a record, of both halves.
        let mut counts = vec![0u64; rows];
        self.each_truth(op, many, e, selection, truth::settle, |outer, hit| {
            if let Some(count) = counts.get_mut(outer) {
                *count += BOTH_HALVES[usize::from(hit & 3)];
            }
        });
        if self.is_open(op, many) {
            let many = u64::from(block::MANY) << 32;
            counts.iter_mut().for_each(|c| *c = *c & 0xffff_ffff | many);
        }
        counts
    }

    /// `any`: true where one record is, false where all are false.
    pub(super) fn any(&self, op: &Op, many: u16, e: Option<Reg>, selection: &Selection) -> Column {
        Column::Truth(self.found(op, many, e, selection, truth::settle))
    }

    /// `all`: unless any is not.
    pub(super) fn all_of(&self, op: &Op, many: u16, e: Reg, selection: &Selection) -> Column {
        let turn = |t| truth::not(truth::settle(t));
        let mut found = self.found(op, many, Some(e), selection, turn);
        found.0.iter_mut().for_each(|t| *t = truth::not(*t));
        Column::Truth(found)
    }

    fn found(&self, op: &Op, many: u16, e: Option<Reg>, selection: &Selection, turn: fn(Both) -> Both) -> Truths {
        let rows = selection.len(self.world.frame(op.kind).len());
        let mut found = vec![0u8; rows];
        self.each_truth(op, many, e, selection, turn, |outer, hit| {
            if let Some(found) = found.get_mut(outer) {
                *found |= hit;
            }
        });
        // Of an open relation, records not yet known could still be found.
        let open = self.is_open(op, many);
        let mut out = Truths::unknown(rows);
        block::test(&found, Rows::Span(0, rows), &mut out, |f| (f & 1 != 0, !open & (f & 2 == 0)));
        out
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
                let hit = truth.map_or(3, |(t, rows)| hit(bits(t.get(rows.spot(inner)))));
                let at = rows.spot(inner);
                let range = (low[at], high[at]);
                if hit == 0 || range.0 > range.1 {
                    return;
                }
                // A record that perhaps does not count adds anything between nothing and its value.
                let range =
                    if hit & 1 == 1 || range == RANGE_UNKNOWN { range } else { (range.0.min(0), range.1.max(0)) };
                sums[outer] = sums[outer].and_then(|sum| number::sum_ranges(crate::parse::Sum::Add, sum, range));
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

/// The truth of one record, in the lowest bits.
fn bits(truth: u8) -> Both {
    (u64::from(truth & 1), u64::from(truth >> 1))
}

/// What a hit adds to a count.
const BOTH_HALVES: [u64; 4] = [0, 1, 1 << 32, 1 << 32 | 1];

/// Bit 0 where a record certainly, bit 1 where it perhaps counts.
fn hit(truth: Both) -> u8 {
    let (yes, maybe) = possible(truth);
    (yes & 1 | (maybe & 1) << 1) as u8
}

/// Where something certainly and where it perhaps holds.
fn possible((yes, no): Both) -> Both {
    (yes & !no, !no)
}
