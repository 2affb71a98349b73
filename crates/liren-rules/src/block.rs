//! The inner loops: one operation over one block of rows. Plain loops over slices, which the compiler turns
//! into vector code. Tests go 64 rows at a time, first to bytes, then to the bits of one word.

use std::array::from_fn;

use crate::calendar;
use crate::frame::{
    ABSENT32, ABSENT64, CODE_ABSENT, CODE_UNKNOWN, Cells, PARTIAL_ABSENT, PARTIAL_UNKNOWN, UNKNOWN32, UNKNOWN64, Whole,
};
use crate::number::{self, ABOVE, BELOW, RANGE_ABSENT, RANGE_UNKNOWN};
use crate::op::Within;
use crate::parse::{Compare, Sum};
use crate::truth::{Truths, pack};

/// Rows in a block, whole words of them: what several rules read of so many rows stays in the nearer caches,
/// and memory is read in runs long enough to be fetched ahead. Tests see many blocks in small frames.
pub(crate) const BLOCK: usize = if cfg!(test) { 128 } else { 16_384 };

/// The rows of one block: neighbours, or a selection.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    Span(usize, usize),
    List(&'a [u32]),
}

impl Rows<'_> {
    pub fn len(&self) -> usize {
        match self {
            Rows::Span(from, to) => to - from,
            Rows::List(rows) => rows.len(),
        }
    }

    pub fn row(&self, at: usize) -> usize {
        match self {
            Rows::Span(from, _) => from + at,
            Rows::List(rows) => rows[at] as usize,
        }
    }

    /// The values of 64 rows, where they lie or, at the end and of a selection, in `room`. Behind the last row
    /// they mean nothing.
    #[inline(always)]
    pub fn chunk<'c, T: Copy>(&self, column: &'c [T], word: usize, room: &'c mut [T; 64]) -> &'c [T; 64] {
        match self {
            Rows::Span(from, to) => {
                let values = &column[from + word * 64..*to];
                if let Some(chunk) = values.first_chunk() {
                    return chunk;
                }
                room[..values.len()].copy_from_slice(values);
            }
            Rows::List(rows) => {
                for (to, &row) in room.iter_mut().zip(&rows[word * 64..]) {
                    *to = column[row as usize];
                }
            }
        }
        room
    }
}

pub(crate) fn map<T: Copy, U>(a: &[T], out: &mut [U], f: impl Fn(T) -> U) {
    for (o, &v) in out.iter_mut().zip(a) {
        *o = f(v);
    }
}

/// Tests the cells of a column: `f` says whether a value is true and whether it is false.
pub(crate) fn test<T: Copy + Default>(column: &[T], rows: Rows, out: &mut Truths, f: impl Fn(T) -> (bool, bool)) {
    let mut room = [T::default(); 64];
    for word in 0..rows.len().div_ceil(64) {
        let values = rows.chunk(column, word, &mut room);
        put(out, word, |i| f(values[i]));
    }
}

/// Tests the cells of two columns together.
pub(crate) fn test2<T: Copy + Default, U: Copy + Default>(
    a: &[T],
    b: &[U],
    rows: Rows,
    out: &mut Truths,
    f: impl Fn(T, U) -> (bool, bool),
) {
    let (mut room_a, mut room_b) = ([T::default(); 64], [U::default(); 64]);
    for word in 0..rows.len().div_ceil(64) {
        let a = rows.chunk(a, word, &mut room_a);
        let b = rows.chunk(b, word, &mut room_b);
        put(out, word, |i| f(a[i], b[i]));
    }
}

/// One word of a test of 64 rows.
#[inline(always)]
fn put(out: &mut Truths, word: usize, f: impl Fn(usize) -> (bool, bool)) {
    let (mut yes, mut no) = ([0; 64], [0; 64]);
    for i in 0..64 {
        let (is, is_not) = f(i);
        (yes[i], no[i]) = (u8::from(is), u8::from(is_not));
    }
    out.put(word, (pack(&yes), pack(&no)));
}

/// `out[i] = f(column[row i])`.
pub(crate) fn load<T: Copy, U>(column: &[T], rows: Rows, out: &mut [U], f: impl Fn(T) -> U) {
    match rows {
        Rows::Span(from, to) => {
            for (o, &v) in out.iter_mut().zip(&column[from..to]) {
                *o = f(v);
            }
        }
        Rows::List(rows) => {
            for (o, &row) in out.iter_mut().zip(rows) {
                *o = f(column[row as usize]);
            }
        }
    }
}

/// Whether a number lies inside or not; what is absent is neither.
pub(crate) fn narrow_within(within: Within) -> impl Fn(i32) -> (bool, bool) {
    // Bounds beyond 32 bits are as good as none; the marks lie outside of both.
    let low = within.low.clamp(i64::from(UNKNOWN32) + 1, i64::from(ABSENT32)) as i32;
    let high = within.high.clamp(i64::from(UNKNOWN32), i64::from(ABSENT32) - 1) as i32;
    let outside = within.outside;
    move |v| {
        let inside = (v >= low) & (v <= high);
        let absent = v == ABSENT32;
        let known = v != UNKNOWN32;
        ((inside ^ outside) & known & !absent, (inside == outside) & known | absent)
    }
}

pub(crate) fn wide_within(within: Within) -> impl Fn(i64) -> (bool, bool) {
    let Within { low, high, outside } = within;
    move |v| {
        let inside = (v >= low) & (v <= high);
        let absent = v == ABSENT64;
        let known = v != UNKNOWN64;
        ((inside ^ outside) & known & !absent, (inside == outside) & known | absent)
    }
}

/// Tests partial days. With one bound, which is what an age comes to, one comparison of either end is enough.
pub(crate) fn partial_within(within: Within, first: &[i32], last: &[i32], rows: Rows, out: &mut Truths) {
    // The unknown line reaches one day beyond any bound, so it is never inside and never beyond.
    let low = within.low.clamp(i64::from(PARTIAL_UNKNOWN.0) + 1, i64::from(PARTIAL_ABSENT.0)) as i32;
    let high = within.high.clamp(i64::from(PARTIAL_UNKNOWN.0), i64::from(PARTIAL_UNKNOWN.1) - 1) as i32;
    match within {
        Within { low: BELOW, outside: false, .. } => {
            let inside = |last: &[i32; 64]| from_fn(|i| u8::from(last[i] <= high));
            let beyond = |first: &[i32; 64]| from_fn(|i| u8::from(first[i] > high));
            apart(last, inside, first, beyond, rows, out);
        }
        Within { high: ABOVE, outside: false, .. } => {
            let inside = |first: &[i32; 64]| from_fn(|i| u8::from(first[i] >= low));
            let beyond = |last: &[i32; 64]| from_fn(|i| u8::from(last[i] < low));
            apart(first, inside, last, beyond, rows, out);
        }
        Within { outside, .. } => test2(first, last, rows, out, |first, last| {
            let inside = (first >= low) & (last <= high);
            let beyond = (last < low) | (first > high);
            decide(inside, beyond, first > last, outside)
        }),
    }
}

/// True where `yes` is and `no` is not: two comparisons that meet only as words.
fn apart(
    a: &[i32],
    yes: impl Fn(&[i32; 64]) -> [u8; 64],
    b: &[i32],
    no: impl Fn(&[i32; 64]) -> [u8; 64],
    rows: Rows,
    out: &mut Truths,
) {
    let mut room = [0; 64];
    for word in 0..rows.len().div_ceil(64) {
        let no = pack(&no(rows.chunk(b, word, &mut room)));
        let yes = pack(&yes(rows.chunk(a, word, &mut room)));
        out.put(word, (yes & !no, no));
    }
}

pub(crate) fn range_within(within: Within) -> impl Fn(i64, i64) -> (bool, bool) {
    let Within { low, high, outside } = within;
    move |first, last| {
        let inside = (first >= low) & (last <= high);
        let beyond = (last < low) | (first > high);
        decide(inside, beyond, first > last, outside)
    }
}

/// True and false of an interval test; what is absent is turned inside out, lies beyond any bound and is false.
fn decide(inside: bool, beyond: bool, absent: bool, outside: bool) -> (bool, bool) {
    let (yes, no) = if outside { (beyond, inside) } else { (inside, beyond) };
    (yes & !absent & !no, no | absent)
}

/// Tests codes against one or several: a comparison for each, which is faster than a table for a short list.
pub(crate) fn code_in<T: Copy + Default + PartialEq + TryFrom<u16>>(
    column: &[T],
    codes: &[u16],
    none: bool,
    rows: Rows,
    out: &mut Truths,
) {
    let narrow = |code: u16| T::try_from(code).ok();
    // A code that the column cannot hold is in no row.
    let codes: Vec<T> = codes.iter().filter_map(|&code| narrow(code)).collect();
    let (unknown, absent) = (narrow(CODE_UNKNOWN).unwrap_or_default(), narrow(CODE_ABSENT).unwrap_or_default());
    let says = |hit: bool, v: T| {
        ((hit ^ none) & (v != unknown) & (v != absent), (hit == none) & (v != unknown) | (v == absent))
    };
    if let [code] = codes[..] {
        return test(column, rows, out, |v| says(v == code, v));
    }
    let mut room = [T::default(); 64];
    for word in 0..rows.len().div_ceil(64) {
        let values = rows.chunk(column, word, &mut room);
        let mut hits = [false; 64];
        for &code in &codes {
            for (hit, &v) in hits.iter_mut().zip(values) {
                *hit |= v == code;
            }
        }
        put(out, word, |i| says(hits[i], values[i]));
    }
}

pub(crate) fn compare_points(op: Compare, a: &[i64], b: &[i64], out: &mut Truths) {
    fn with(a: &[i64], b: &[i64], out: &mut Truths, f: impl Fn(i64, i64) -> bool) {
        test2(a, b, Rows::Span(0, a.len()), out, |x, y| {
            let absent = (x == ABSENT64) | (y == ABSENT64);
            let known = (x != UNKNOWN64) & (y != UNKNOWN64);
            let hit = f(x, y);
            (hit & known & !absent, !hit & known | absent)
        });
    }
    match op {
        Compare::Eq => with(a, b, out, |x, y| x == y),
        Compare::Ne => with(a, b, out, |x, y| x != y),
        Compare::Lt => with(a, b, out, |x, y| x < y),
        Compare::Le => with(a, b, out, |x, y| x <= y),
        Compare::Gt => with(a, b, out, |x, y| x > y),
        Compare::Ge => with(a, b, out, |x, y| x >= y),
    }
}

/// A pair of registers holding the ends of ranges.
pub(crate) type Ends<'a> = (&'a [i64], &'a [i64]);

pub(crate) fn compare_ranges(op: Compare, a: Ends, b: Ends, out: &mut Truths) {
    let rows = a.0.len();
    for word in 0..rows.div_ceil(64) {
        let (mut yes, mut no) = ([0; 64], [0; 64]);
        for (i, row) in (word * 64..rows.min(word * 64 + 64)).enumerate() {
            let truth = number::compare(op, (a.0[row], a.1[row]), (b.0[row], b.1[row]));
            (yes[i], no[i]) = (truth & 1, truth >> 1);
        }
        out.put(word, (pack(&yes), pack(&no)));
    }
}

/// How a value compares with a range: whether certainly, and whether certainly not.
///
/// `<=` is `<` against one more, `>=` and `>` are their opposites.
#[inline(always)]
fn order<T: Copy + PartialOrd>(v: T, low: T, high: T, opposite: bool) -> (bool, bool) {
    let (yes, no) = (v < low, v >= high);
    if opposite { (no, yes) } else { (yes, no) }
}

#[inline(always)]
fn equal<T: Copy + PartialOrd>(v: T, low: T, high: T, opposite: bool) -> (bool, bool) {
    let (yes, no) = ((v == low) & (low == high), (v < low) | (v > high));
    if opposite { (no, yes) } else { (yes, no) }
}

/// What to add to a range, whether to take the opposite, and whether to ask for equality instead of order.
fn against(op: Compare) -> (i8, bool, bool) {
    match op {
        Compare::Lt => (0, false, false),
        Compare::Le => (1, false, false),
        Compare::Ge => (0, true, false),
        Compare::Gt => (1, true, false),
        Compare::Eq => (0, false, true),
        Compare::Ne => (0, true, true),
    }
}

/// A point with ranges; see [`number::compare`] for two ranges.
pub(crate) fn compare_point_range(op: Compare, a: &[i64], b: Ends, out: &mut Truths) {
    fn with(a: &[i64], b: Ends, out: &mut Truths, f: impl Fn(i64, i64, i64) -> (bool, bool)) {
        let rows = Rows::Span(0, a.len());
        let (mut room, mut room_low, mut room_high) = ([0; 64], [0; 64], [0; 64]);
        for word in 0..a.len().div_ceil(64) {
            let a = rows.chunk(a, word, &mut room);
            let low = rows.chunk(b.0, word, &mut room_low);
            let high = rows.chunk(b.1, word, &mut room_high);
            put(out, word, |i| {
                let absent = (a[i] == ABSENT64) | (low[i] > high[i]);
                let known = (a[i] != UNKNOWN64) & !absent;
                let (yes, no) = f(a[i], low[i], high[i]);
                (yes & known, no & known | absent)
            });
        }
    }
    let (more, opposite, same) = against(op);
    let more = i64::from(more);
    if same {
        with(a, b, out, |v, low, high| equal(v, low, high, opposite));
    } else {
        // What is absent may wrap around: it is not asked.
        with(a, b, out, |v, low, high| order(v, low.wrapping_add(more), high.wrapping_add(more), opposite));
    }
}

/// No bound to how many records count, in the upper half of a count.
pub(crate) const MANY: u32 = i32::MAX as u32;

/// A count as a range.
pub(crate) fn counted(count: u64) -> (i64, i64) {
    let high = (count >> 32) as u32;
    let high = if high == MANY { ABOVE } else { i64::from(high) };
    ((count & 0xffff_ffff) as i64, high)
}

pub(crate) fn count_within(within: Within, counts: &[u64], out: &mut Truths) {
    let most = i64::from(MANY);
    let low = within.low.clamp(-1, most) as i32;
    // No bound lies only within no bound.
    let high = match within.high {
        ABOVE => MANY as i32,
        high => high.clamp(-1, most - 1) as i32,
    };
    let mut room = [0; 64];
    for word in 0..counts.len().div_ceil(64) {
        let counts = Rows::Span(0, counts.len()).chunk(counts, word, &mut room);
        let first: [i32; 64] = from_fn(|i| counts[i] as u32 as i32);
        let last: [i32; 64] = from_fn(|i| (counts[i] >> 32) as i32);
        put(out, word, |i| {
            let inside = (first[i] >= low) & (last[i] <= high);
            let beyond = (last[i] < low) | (first[i] > high);
            decide(inside, beyond, false, within.outside)
        });
    }
}

/// Cells with so many times a count each: `income < line * members.count()`. Returns how many products overflowed.
pub(crate) fn heads(op: Compare, cells: &Cells, rows: Rows, n: i64, counts: &[u64], out: &mut Truths) -> usize {
    let all = counts.iter().fold(0, |all, c| all | c);
    let bound = i64::from((all as u32).max((all >> 32) as u32));
    let narrow = n.checked_mul(bound).is_some_and(|most| most < i64::from(ABSENT32));
    let (Cells::Int(Whole::Narrow(cells)), true) = (cells, narrow) else {
        return far_heads(op, cells, rows, n, counts, out);
    };
    let (more, opposite, same) = against(op);
    let (more, n) = (i32::from(more), n as u64);
    let says = |v: i32, (yes, no): (bool, bool)| {
        let (known, absent) = (v != UNKNOWN32, v == ABSENT32);
        (yes & known & !absent, no & known | absent)
    };
    let (mut room, mut room_counts) = ([0; 64], [0; 64]);
    for word in 0..counts.len().div_ceil(64) {
        let cells = rows.chunk(cells, word, &mut room);
        let counts = Rows::Span(0, counts.len()).chunk(counts, word, &mut room_counts);
        // Products first: the comparison is then all in 32 bits.
        let low: [i32; 64] = from_fn(|i| ((counts[i] & 0xffff_ffff) * n) as i32 + more);
        let high: [i32; 64] = from_fn(|i| ((counts[i] >> 32) * n) as i32 + more);
        if same {
            put(out, word, |i| says(cells[i], equal(cells[i], low[i], high[i], opposite)));
        } else {
            put(out, word, |i| says(cells[i], order(cells[i], low[i], high[i], opposite)));
        }
    }
    0
}

/// The same for products that may not fit 32 bits.
fn far_heads(op: Compare, cells: &Cells, rows: Rows, n: i64, counts: &[u64], out: &mut Truths) -> usize {
    let mut overflows = 0;
    for (i, &count) in counts.iter().enumerate() {
        let cell = match cells {
            Cells::Int(cells) => cells.get(rows.row(i)),
            _ => UNKNOWN64,
        };
        let line = number::sum_ranges(Sum::Mul, counted(count), (n, n)).unwrap_or_else(|| {
            overflows += 1;
            RANGE_UNKNOWN
        });
        out.set(i, number::compare(op, number::to_range(cell), line));
    }
    overflows
}

pub(crate) fn compare_codes(ne: bool, a: u16, b: u16) -> (bool, bool) {
    let absent = (a == CODE_ABSENT) | (b == CODE_ABSENT);
    let known = (a != CODE_UNKNOWN) & (b != CODE_UNKNOWN) & !absent;
    let hit = (a == b) ^ ne;
    (hit & known, !hit & known | absent)
}

/// Returns how many results overflowed; they are unknown.
pub(crate) fn sum_points(op: Sum, a: &[i64], b: &[i64], out: &mut [i64]) -> usize {
    let mut overflows = 0;
    for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
        *o = number::sum_points(op, x, y).unwrap_or_else(|| {
            overflows += 1;
            UNKNOWN64
        });
    }
    overflows
}

pub(crate) fn sum_ranges(op: Sum, a: Ends, b: Ends, low: &mut [i64], high: &mut [i64]) -> usize {
    let mut overflows = 0;
    for i in 0..low.len() {
        let range = number::sum_ranges(op, (a.0[i], a.1[i]), (b.0[i], b.1[i])).unwrap_or_else(|| {
            overflows += 1;
            RANGE_UNKNOWN
        });
        (low[i], high[i]) = range;
    }
    overflows
}

/// Ranges times a constant between 0 and 2^31.
pub(crate) fn scale(n: i64, a: Ends, low: &mut [i64], high: &mut [i64]) -> usize {
    // When all of the block fits 32 bits, which is seen at once by its upper halves, no product overflows.
    let halves = a.0.iter().chain(a.1).fold(0, |all, &v| all | v.wrapping_add(1 << 31));
    if halves >> 32 == 0 {
        map(a.0, low, |v| v * n);
        map(a.1, high, |v| v * n);
        return 0;
    }
    let mut overflows = 0;
    for (((l, h), &first), &last) in low.iter_mut().zip(high).zip(a.0).zip(a.1) {
        (*l, *h) = number::sum_ranges(Sum::Mul, (first, last), (n, n)).unwrap_or_else(|| {
            overflows += 1;
            RANGE_UNKNOWN
        });
    }
    overflows
}

/// Completed years between two days, each perhaps a range.
pub(crate) fn years(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    if a.0 > a.1 || b.0 > b.1 {
        return RANGE_ABSENT;
    }
    let days = [a.1, b.0, a.0, b.1].map(|d| i32::try_from(d).ok().filter(|d| d.abs() < 3_000_000));
    match days {
        [Some(a_last), Some(b_first), Some(a_first), Some(b_last)] => {
            (i64::from(calendar::years_between(a_last, b_first)), i64::from(calendar::years_between(a_first, b_last)))
        }
        _ => RANGE_UNKNOWN,
    }
}

/// The position of a linked row in a column of `n` entries that ends with one for absent and one for unknown.
pub(crate) fn place(row: u32, n: usize) -> usize {
    // The marks are MAX - 1 (absent) and MAX (unknown): two more wraps them around to 0 and 1.
    row.min(row.wrapping_add(n as u32 + 2)) as usize
}
