//! One operation over one block of rows: reads registers, columns and inputs, fills a register.

use super::columns::{Column, Selection};
use super::exec::Input;
use super::seen::Seen;
use crate::block::{self, Rows};
use crate::frame::{
    ABSENT64, CODE_ABSENT, Cells, Frame, PARTIAL_ABSENT, PARTIAL_UNKNOWN, ROW_ABSENT, ROW_UNKNOWN, UNKNOWN64, Whole,
    widen,
};
use crate::number::{self, RANGE_ABSENT, RANGE_UNKNOWN};
use crate::op::{Code, Op};
use crate::truth::{self, Truths};
use crate::world::code_at;

static NO_TRUTHS: Truths = Truths(vec![]);

/// One operation on one block.
pub(super) struct Step<'a> {
    pub frame: &'a Frame,
    pub rows: Rows<'a>,
    /// Position of the block's first row in the selection.
    pub start: usize,
    pub registers: &'a [Column],
    pub seen: &'a [Seen],
    pub args: [usize; 3],
    pub len: usize,
}

impl Step<'_> {
    fn truth(&self, n: usize) -> &Truths {
        match &self.registers[self.args[n]] {
            Column::Truth(v) => v,
            _ => &NO_TRUTHS,
        }
    }

    /// The rows of the block in registers.
    fn all(&self) -> Rows<'static> {
        Rows::Span(0, self.len)
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
    pub fn compute(&self, op: &Op, input: &Input, out: &mut Column) -> usize {
        match out {
            Column::Truth(out) => return self.compute_truth(op, input, out),
            Column::Point(out) => return self.compute_point(op, input, &mut out[..self.len]),
            Column::Range(low, high) => {
                return self.compute_range(op, input, &mut low[..self.len], &mut high[..self.len]);
            }
            Column::Code(out) => self.compute_code(op, input, &mut out[..self.len]),
            Column::Row(out) => self.compute_row(input, &mut out[..self.len]),
            Column::Nothing => {}
        }
        0
    }

    fn compute_truth(&self, op: &Op, input: &Input, out: &mut Truths) -> usize {
        let rows = self.rows;
        let words = self.len.div_ceil(64);
        match &op.code {
            Code::Truth(t) => out.fill(*t),
            Code::Load(slot) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Bool(v) => load_truths(v, rows, out),
                _ => out.fill(truth::UNKNOWN),
            },
            Code::HasRow(_) => {
                if let Input::Link(link) = input {
                    block::test(link, rows, out, |row| (row < ROW_ABSENT, row == ROW_ABSENT));
                }
            }
            Code::Under(_) => match input {
                Input::Truths(truths) => load_truths(truths, rows, out),
                _ => out.fill(truth::UNKNOWN),
            },
            Code::CellWithin(slot, within) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Day(v) | Cells::Int(Whole::Narrow(v)) => {
                    block::test(v, rows, out, block::narrow_within(*within));
                }
                Cells::Int(Whole::Wide(v)) => {
                    block::test(v, rows, out, block::wide_within(*within));
                }
                _ => out.fill(truth::UNKNOWN),
            },
            Code::PartialWithin(slot, within) => match &self.frame.columns[usize::from(*slot)] {
                Cells::PartialDay { first, last } => {
                    block::partial_within(*within, first, last, rows, out);
                }
                _ => out.fill(truth::UNKNOWN),
            },
            Code::CellIn(slot, codes, none) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Code8(v) => block::code_in(v, codes, *none, rows, out),
                Cells::Code16(v) => block::code_in(v, codes, *none, rows, out),
                _ => out.fill(truth::UNKNOWN),
            },
            Code::PointWithin(_, within) => {
                block::test(self.point(0), self.all(), out, block::wide_within(*within));
            }
            Code::RangeWithin(_, within) => {
                let (low, high) = self.range(0);
                block::test2(low, high, self.all(), out, block::range_within(*within));
            }
            Code::CountWithin(_, within) => {
                if let Input::Counts(counts) = input {
                    let counts = &counts[self.start..self.start + self.len];
                    block::count_within(*within, counts, out);
                }
            }
            Code::CellHeads(op, slot, n, _) => {
                if let Input::Counts(counts) = input {
                    let cells = &self.frame.columns[usize::from(*slot)];
                    let counts = &counts[self.start..self.start + self.len];
                    return block::heads(*op, cells, rows, *n, counts, out);
                }
            }
            Code::OneOf(_, codes, none) => {
                block::code_in(self.code(0), codes, *none, self.all(), out);
            }
            Code::Settle(_) => out.map(self.truth(0), words, truth::settle),
            Code::Not(_) => out.map(self.truth(0), words, truth::not),
            Code::And(..) => out.map2(self.truth(0), self.truth(1), words, truth::and),
            Code::Or(..) => out.map2(self.truth(0), self.truth(1), words, truth::or),
            Code::ComparePoints(op, ..) => {
                block::compare_points(*op, self.point(0), self.point(1), out);
            }
            Code::CompareRanges(op, ..) => {
                block::compare_ranges(*op, self.range(0), self.range(1), out);
            }
            Code::ComparePointRange(op, ..) => {
                block::compare_point_range(*op, self.point(0), self.range(1), out);
            }
            Code::CompareTruths(ne, ..) => {
                out.map2(self.truth(0), self.truth(1), words, |a, b| truth::equal(*ne, a, b));
            }
            Code::CompareCodes(ne, ..) => {
                block::test2(self.code(0), self.code(1), self.all(), out, |a, b| block::compare_codes(*ne, a, b));
            }
            Code::If(..) => {
                let branches = self.truth(1).words().zip(self.truth(2).words());
                let choices = self.truth(0).words().zip(branches);
                for (word, (c, (a, b))) in choices.take(words).enumerate() {
                    out.put(word, truth::choose(c, a, b));
                }
            }
            Code::Has(_) => self.has(out),
            Code::Gather(..) => match input {
                Input::Seen { at, bit } => {
                    let (yes, no) = (1 << bit, 2 << bit);
                    block::test(&self.seen[*at].block, self.all(), out, |byte| (byte & yes != 0, byte & no != 0));
                }
                Input::Column { link, column: Column::Truth(truths), rows: selection, .. } => {
                    gather_truths(link, rows, out, |r| truths.get(selection.spot(r)))
                }
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::Bool(truths) => gather_truths(link, rows, out, |r| truths.get(r)),
                    _ => gather_truths(link, rows, out, |_| truth::UNKNOWN),
                },
                Input::Enrolled { link: Some(link), truths } => gather_truths(link, rows, out, |r| truths.get(r)),
                _ => out.fill(truth::UNKNOWN),
            },
            Code::Enrolled(_) => {
                if let Input::Enrolled { truths, .. } = input {
                    load_truths(truths, rows, out);
                }
            }
            Code::Any(..) | Code::All(..) => {
                if let Input::Ready(Column::Truth(v)) = input {
                    out.copy(v, self.start / 64, words);
                }
            }
            _ => out.fill(truth::UNKNOWN),
        }
        0
    }

    fn has(&self, out: &mut Truths) {
        let rows = self.all();
        match &self.registers[self.args[0]] {
            Column::Truth(v) => out.map(v, self.len.div_ceil(64), truth::has),
            Column::Point(v) => block::test(v, rows, out, |v| (v != UNKNOWN64 && v != ABSENT64, v == ABSENT64)),
            Column::Range(low, high) => {
                block::test2(low, high, rows, out, |a, b| ((a, b) != RANGE_UNKNOWN && a <= b, a > b))
            }
            Column::Code(v) => block::test(v, rows, out, |c| (c > CODE_ABSENT, c == CODE_ABSENT)),
            Column::Row(v) => {
                block::test(v, rows, out, |r| (r < ROW_ABSENT, r == ROW_ABSENT));
            }
            Column::Nothing => out.fill(truth::UNKNOWN),
        }
    }

    /// Through a to-one relation out of a column computed before.
    fn gather<T: Copy>(&self, link: &[u32], column: &[T], selection: &Selection, len: usize, out: &mut [T]) {
        match selection {
            Selection::All => block::load(link, self.rows, out, |r| column[block::place(r, len)]),
            Selection::Rows(list) => block::load(link, self.rows, out, |r| {
                let at = list.binary_search(&r).unwrap_or_else(|_| block::place(r, 0) + list.len());
                column[at]
            }),
        }
    }

    fn compute_point(&self, op: &Op, input: &Input, out: &mut [i64]) -> usize {
        match &op.code {
            Code::Number(n) => out.fill(*n),
            Code::Load(slot) => match &self.frame.columns[usize::from(*slot)] {
                Cells::Day(v) | Cells::Int(Whole::Narrow(v)) => block::load(v, self.rows, out, widen),
                Cells::Int(Whole::Wide(v)) => block::load(v, self.rows, out, |v| v),
                _ => out.fill(UNKNOWN64),
            },
            Code::SumPoints(op, ..) => {
                return block::sum_points(*op, self.point(0), self.point(1), out);
            }
            Code::If(..) => {
                let (c, a, b) = (self.truth(0), self.point(1), self.point(2));
                for (i, o) in out.iter_mut().enumerate() {
                    *o = choose(c.get(i), a[i], b[i], UNKNOWN64);
                }
            }
            Code::Gather(..) => match input {
                Input::Column { link, column: Column::Point(v), rows, len } => self.gather(link, v, rows, *len, out),
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::Day(v) | Cells::Int(Whole::Narrow(v)) => {
                        gather_cells(link, v, self.rows, out, widen, (ABSENT64, UNKNOWN64));
                    }
                    Cells::Int(Whole::Wide(v)) => {
                        gather_cells(link, v, self.rows, out, |v| v, (ABSENT64, UNKNOWN64));
                    }
                    _ => block::load(link, self.rows, out, |r| if r == ROW_ABSENT { ABSENT64 } else { UNKNOWN64 }),
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
            Code::ToRange(_) => match input {
                Input::Counts(counts) => {
                    let counts = &counts[self.start..self.start + self.len];
                    each(&|i| block::counted(counts[i]));
                }
                _ => {
                    let a = self.point(0);
                    each(&|i| number::to_range(a[i]));
                }
            },
            Code::SumRanges(op, ..) => {
                return block::sum_ranges(*op, self.range(0), self.range(1), low, high);
            }
            Code::Scale(_, n) => return block::scale(*n, self.range(0), low, high),
            Code::Years(..) => {
                let a = self.range(0);
                match &self.registers[self.args[1]] {
                    Column::Point(b) => each(&|i| block::years((a.0[i], a.1[i]), number::to_range(b[i]))),
                    _ => {
                        let b = self.range(1);
                        each(&|i| block::years((a.0[i], a.1[i]), (b.0[i], b.1[i])));
                    }
                }
            }
            Code::If(..) => {
                let (c, a, b) = (self.truth(0), self.range(1), self.range(2));
                each(&|i| choose(c.get(i), (a.0[i], a.1[i]), (b.0[i], b.1[i]), RANGE_UNKNOWN));
            }
            Code::Gather(..) => match input {
                Input::Column { link, column: Column::Range(a, b), rows, len } => {
                    self.gather(link, a, rows, *len, low);
                    self.gather(link, b, rows, *len, high);
                }
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::PartialDay { first, last } => {
                        let marks = (RANGE_ABSENT, RANGE_UNKNOWN);
                        gather_cells(link, first, self.rows, low, partial_end, (marks.0.0, marks.1.0));
                        gather_cells(link, last, self.rows, high, partial_end, (marks.0.1, marks.1.1));
                    }
                    _ => {
                        block::load(link, self.rows, low, |r| {
                            if r == ROW_ABSENT { RANGE_ABSENT.0 } else { RANGE_UNKNOWN.0 }
                        });
                        block::load(link, self.rows, high, |r| {
                            if r == ROW_ABSENT { RANGE_ABSENT.1 } else { RANGE_UNKNOWN.1 }
                        });
                    }
                },
                _ => each(&|_| RANGE_UNKNOWN),
            },
            Code::Total(..) => {
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
                    *o = choose(c.get(i), a[i], b[i], 0);
                }
            }
            Code::Gather(..) => match input {
                Input::Column { link, column: Column::Code(v), rows, len } => self.gather(link, v, rows, *len, out),
                Input::Cells { link, frame, slot } => match &frame.columns[usize::from(*slot)] {
                    Cells::Code8(v) => gather_cells(link, v, self.rows, out, u16::from, (1, 0)),
                    cells => block::load(link, self.rows, out, |r| match r {
                        ROW_UNKNOWN => 0,
                        ROW_ABSENT => 1,
                        r => code_at(cells, r as usize),
                    }),
                },
                Input::Stage { link: Some(link), codes } => {
                    let n = codes.len() - 2;
                    block::load(link, self.rows, out, |r| codes[block::place(r, n)]);
                }
                _ => out.fill(0),
            },
            Code::Stage(_) => {
                if let Input::Stage { codes, .. } = input {
                    block::load(codes, self.rows, out, |c| c);
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
            Input::Column { link, column: Column::Row(v), rows, len } => self.gather(link, v, rows, *len, out),
            _ => out.fill(ROW_UNKNOWN),
        }
    }
}

fn load_truths(truths: &Truths, rows: Rows, out: &mut Truths) {
    match rows {
        Rows::Span(from, to) => out.copy(truths, from / 64, (to - from).div_ceil(64)),
        Rows::List(rows) => {
            for (i, &row) in rows.iter().enumerate() {
                out.set(i, truths.get(row as usize));
            }
        }
    }
}

/// Truths through a to-one relation, row by row; see [`Seen`] for whole frames.
fn gather_truths(link: &[u32], rows: Rows, out: &mut Truths, truth: impl Fn(usize) -> u8) {
    let mut room = [0; 64];
    for word in 0..rows.len().div_ceil(64) {
        let links = &rows.chunk(link, word, &mut room)[..64.min(rows.len() - word * 64)];
        for (i, &row) in links.iter().enumerate() {
            let truth = match row {
                ROW_UNKNOWN => truth::UNKNOWN,
                ROW_ABSENT => truth::ABSENT,
                row => truth(row as usize),
            };
            out.set(word * 64 + i, truth);
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
