//! The inner loops: one operation over one block of rows. Plain loops over slices, which the compiler turns
//! into vector code.

use crate::calendar;
use crate::frame::{
    ABSENT32, ABSENT64, CODE_ABSENT, CODE_UNKNOWN, PARTIAL_ABSENT, PARTIAL_UNKNOWN, UNKNOWN32,
    UNKNOWN64,
};
use crate::number::{self, RANGE_ABSENT, RANGE_UNKNOWN};
use crate::op::Within;
use crate::parse::{Compare, Sum};

/// Rows in a block; registers of this many rows stay in the nearest cache.
pub(crate) const BLOCK: usize = 2048;

/// The rows of one block: neighbours, or a selection.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    Span(usize, usize),
    List(&'a [u32]),
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

pub(crate) fn load2<T: Copy, U>(
    a: &[T],
    b: &[T],
    rows: Rows,
    out: &mut [U],
    f: impl Fn(T, T) -> U,
) {
    match rows {
        Rows::Span(from, to) => {
            for ((o, &x), &y) in out.iter_mut().zip(&a[from..to]).zip(&b[from..to]) {
                *o = f(x, y);
            }
        }
        Rows::List(rows) => {
            for (o, &row) in out.iter_mut().zip(rows) {
                *o = f(a[row as usize], b[row as usize]);
            }
        }
    }
}

pub(crate) fn map<T: Copy, U>(a: &[T], out: &mut [U], f: impl Fn(T) -> U) {
    for (o, &v) in out.iter_mut().zip(a) {
        *o = f(v);
    }
}

pub(crate) fn map2<T: Copy, U>(a: &[T], b: &[T], out: &mut [U], f: impl Fn(T, T) -> U) {
    for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
        *o = f(x, y);
    }
}

pub(crate) fn settle(t: u8) -> u8 {
    t & !(t >> 1 & 1)
}

pub(crate) fn not(t: u8) -> u8 {
    t >> 1 | (t & 1) << 1
}

pub(crate) fn and(a: u8, b: u8) -> u8 {
    (a & b & 1) | ((a | b) & 2)
}

pub(crate) fn or(a: u8, b: u8) -> u8 {
    ((a | b) & 1) | (a & b & 2)
}

/// A truth byte from "is true" and "is false"; false wins, as absent makes both true.
fn truth(yes: bool, no: bool) -> u8 {
    (u8::from(yes) & !u8::from(no)) | u8::from(no) << 1
}

pub(crate) fn narrow_within(within: Within) -> impl Fn(i32) -> u8 {
    // Bounds beyond 32 bits are as good as none; the marks lie outside of both.
    let low = within
        .low
        .clamp(i64::from(UNKNOWN32) + 1, i64::from(ABSENT32)) as i32;
    let high = within
        .high
        .clamp(i64::from(UNKNOWN32), i64::from(ABSENT32) - 1) as i32;
    let outside = within.outside;
    move |v| {
        let inside = (v >= low) & (v <= high);
        let yes = (inside ^ outside) & (v != UNKNOWN32) & (v != ABSENT32);
        let no = ((inside == outside) & (v != UNKNOWN32)) | (v == ABSENT32);
        u8::from(yes) | u8::from(no) << 1
    }
}

pub(crate) fn wide_within(within: Within) -> impl Fn(i64) -> u8 {
    let Within { low, high, outside } = within;
    move |v| {
        let inside = (v >= low) & (v <= high);
        let yes = (inside ^ outside) & (v != UNKNOWN64) & (v != ABSENT64);
        let no = ((inside == outside) & (v != UNKNOWN64)) | (v == ABSENT64);
        u8::from(yes) | u8::from(no) << 1
    }
}

pub(crate) fn partial_within(within: Within) -> impl Fn(i32, i32) -> u8 {
    // The unknown line reaches one day beyond any bound, so it is never inside.
    let low = within.low.clamp(
        i64::from(PARTIAL_UNKNOWN.0) + 1,
        i64::from(PARTIAL_ABSENT.0),
    ) as i32;
    let high = within.high.clamp(
        i64::from(PARTIAL_ABSENT.1),
        i64::from(PARTIAL_UNKNOWN.1) - 1,
    ) as i32;
    let outside = within.outside;
    move |first, last| {
        let inside = (first >= low) & (last <= high);
        let beyond = (last < low) | (first > high);
        let absent = first > last;
        if outside {
            truth(beyond, inside | absent)
        } else {
            truth(inside, beyond | absent)
        }
    }
}

pub(crate) fn range_within(within: Within) -> impl Fn(i64, i64) -> u8 {
    let Within { low, high, outside } = within;
    move |first, last| {
        let inside = (first >= low) & (last <= high);
        let beyond = (last < low) | (first > high);
        let absent = first > last;
        if outside {
            truth(beyond, inside | absent)
        } else {
            truth(inside, beyond | absent)
        }
    }
}

/// One code, or none of it: the common case as a comparison.
pub(crate) fn code_is<T: Copy + PartialEq + From<u8>>(code: T, none: bool) -> impl Fn(T) -> u8 {
    let (unknown, absent) = (T::from(CODE_UNKNOWN as u8), T::from(CODE_ABSENT as u8));
    move |v| {
        let hit = v == code;
        let yes = (hit ^ none) & (v != unknown) & (v != absent);
        let no = ((hit == none) & (v != unknown)) | (v == absent);
        u8::from(yes) | u8::from(no) << 1
    }
}

/// Truth of each stored code, for tests against several.
pub(crate) fn code_table(codes: &[u16], none: bool, size: usize) -> Vec<u8> {
    let mut table = vec![if none { 1 } else { 2 }; size.max(256)];
    for &code in codes {
        if let Some(t) = table.get_mut(usize::from(code)) {
            *t = if none { 2 } else { 1 };
        }
    }
    table[usize::from(CODE_UNKNOWN)] = 0;
    table[usize::from(CODE_ABSENT)] = 2;
    table
}

pub(crate) fn compare_points(op: Compare, a: &[i64], b: &[i64], out: &mut [u8]) {
    fn with(a: &[i64], b: &[i64], out: &mut [u8], f: impl Fn(i64, i64) -> bool) {
        map2(a, b, out, |x, y| {
            let absent = (x == ABSENT64) | (y == ABSENT64);
            let known = (x != UNKNOWN64) & (y != UNKNOWN64);
            let hit = f(x, y);
            u8::from(hit & known & !absent) | u8::from((!hit & known) | absent) << 1
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

pub(crate) fn compare_ranges(op: Compare, a: Ends, b: Ends, out: &mut [u8]) {
    for (i, o) in out.iter_mut().enumerate() {
        *o = number::compare(op, (a.0[i], a.1[i]), (b.0[i], b.1[i]));
    }
}

pub(crate) fn compare_truths(ne: bool, a: u8, b: u8) -> u8 {
    if a == 3 || b == 3 {
        2
    } else if a == 0 || b == 0 {
        0
    } else if (a == b) ^ ne {
        1
    } else {
        2
    }
}

pub(crate) fn compare_codes(ne: bool, a: u16, b: u16) -> u8 {
    if a == CODE_ABSENT || b == CODE_ABSENT {
        2
    } else if a == CODE_UNKNOWN || b == CODE_UNKNOWN {
        0
    } else if (a == b) ^ ne {
        1
    } else {
        2
    }
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
        let range =
            number::sum_ranges(op, (a.0[i], a.1[i]), (b.0[i], b.1[i])).unwrap_or_else(|| {
                overflows += 1;
                RANGE_UNKNOWN
            });
        (low[i], high[i]) = range;
    }
    overflows
}

/// Ranges times a constant between 0 and 2^31.
pub(crate) fn scale(n: i64, a: Ends, low: &mut [i64], high: &mut [i64]) -> usize {
    let mut overflows = 0;
    for (((l, h), &first), &last) in low.iter_mut().zip(high).zip(a.0).zip(a.1) {
        (*l, *h) = if number::small((first, last)) {
            (first * n, last * n)
        } else {
            number::sum_ranges(Sum::Mul, (first, last), (n, n)).unwrap_or_else(|| {
                overflows += 1;
                RANGE_UNKNOWN
            })
        };
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
        [Some(a_last), Some(b_first), Some(a_first), Some(b_last)] => (
            i64::from(calendar::years_between(a_last, b_first)),
            i64::from(calendar::years_between(a_first, b_last)),
        ),
        _ => RANGE_UNKNOWN,
    }
}

/// The position of a linked row in a column of `n` entries that ends with one for absent and one for unknown.
pub(crate) fn place(row: u32, n: usize) -> usize {
    let row = row as usize;
    // The marks are MAX - 1 (even: absent) and MAX (odd: unknown).
    if row < n { row } else { n + (row & 1) }
}
