//! Whole numbers of which perhaps only the first and last possible value are known.
//!
//! A range is `(low, high)`. Unknown is the whole line, `(BELOW, ABOVE)`; a count over an open relation is
//! `(n, ABOVE)`; absent is turned inside out, `(MAX, MIN)`, so that every comparison with it comes out false.

use crate::frame::{ABSENT64, UNKNOWN64};
use crate::parse::{Compare, Sum};

/// Minus and plus infinity.
pub(crate) const BELOW: i64 = i64::MIN + 1;
pub(crate) const ABOVE: i64 = i64::MAX - 1;
pub(crate) const RANGE_UNKNOWN: (i64, i64) = (BELOW, ABOVE);
pub(crate) const RANGE_ABSENT: (i64, i64) = (i64::MAX, i64::MIN);

/// A point as a range.
pub(crate) fn to_range(point: i64) -> (i64, i64) {
    match point {
        UNKNOWN64 => RANGE_UNKNOWN,
        ABSENT64 => RANGE_ABSENT,
        v => (v, v),
    }
}

/// A range as a point: known only when both ends agree.
pub(crate) fn to_point((low, high): (i64, i64)) -> i64 {
    if low > high {
        ABSENT64
    } else if low == high {
        low
    } else {
        UNKNOWN64
    }
}

/// Truth byte of a comparison of two ranges.
#[inline]
pub(crate) fn compare(op: Compare, a: (i64, i64), b: (i64, i64)) -> u8 {
    let absent = (a.0 > a.1) | (b.0 > b.1);
    let (yes, no) = match op {
        Compare::Lt => (a.1 < b.0, a.0 >= b.1),
        Compare::Le => (a.1 <= b.0, a.0 > b.1),
        Compare::Gt => (a.0 > b.1, a.1 <= b.0),
        Compare::Ge => (a.0 >= b.1, a.1 < b.0),
        Compare::Eq => ((a.0 == a.1) & (a == b), (a.1 < b.0) | (a.0 > b.1)),
        Compare::Ne => ((a.1 < b.0) | (a.0 > b.1), (a.0 == a.1) & (a == b)),
    };
    u8::from(yes & !absent) | u8::from(no | absent) << 1
}

/// A number no column may hold: the marks and the infinities.
pub(crate) fn fits(v: i64) -> bool {
    v > BELOW && v < ABOVE
}

/// Adds, subtracts or multiplies two points; absent and unknown pass through. `None` is an overflow.
pub(crate) fn sum_points(op: Sum, a: i64, b: i64) -> Option<i64> {
    if a == ABSENT64 || b == ABSENT64 {
        return Some(ABSENT64);
    }
    if a == UNKNOWN64 || b == UNKNOWN64 {
        return Some(UNKNOWN64);
    }
    let result = match op {
        Sum::Add => a.checked_add(b),
        Sum::Sub => a.checked_sub(b),
        Sum::Mul => a.checked_mul(b),
    };
    result.filter(|&v| fits(v))
}

/// The same for ranges; unknown when one of them is wholly unknown. `None` is an overflow.
#[inline]
pub(crate) fn sum_ranges(op: Sum, a: (i64, i64), b: (i64, i64)) -> Option<(i64, i64)> {
    if a.0 > a.1 || b.0 > b.1 {
        return Some(RANGE_ABSENT);
    }
    if a == RANGE_UNKNOWN || b == RANGE_UNKNOWN {
        return Some(RANGE_UNKNOWN);
    }
    if small(a) && small(b) {
        return Some(sum_small(op, a, b));
    }
    let (al, ah, bl, bh) = (far(a.0), far(a.1), far(b.0), far(b.1));
    let (low, high) = match op {
        Sum::Add => (al.saturating_add(bl), ah.saturating_add(bh)),
        Sum::Sub => (al.saturating_sub(bh), ah.saturating_sub(bl)),
        Sum::Mul => {
            let ends = [times(al, bl), times(al, bh), times(ah, bl), times(ah, bh)];
            let least = ends.iter().copied().min().unwrap_or(0);
            (least, ends.iter().copied().max().unwrap_or(0))
        }
    };
    Some((near(low)?, near(high)?))
}

/// Both ends fit 31 bits: sums and products of two such stay far within 64.
fn small(a: (i64, i64)) -> bool {
    const BOUND: i64 = 1 << 31;
    (a.0 > -BOUND) & (a.0 < BOUND) & (a.1 > -BOUND) & (a.1 < BOUND)
}

fn sum_small(op: Sum, a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    match op {
        Sum::Add => (a.0 + b.0, a.1 + b.1),
        Sum::Sub => (a.0 - b.1, a.1 - b.0),
        Sum::Mul => {
            let ends = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
            let low = ends[0].min(ends[1]).min(ends[2].min(ends[3]));
            (low, ends[0].max(ends[1]).max(ends[2].max(ends[3])))
        }
    }
}

/// Infinity in sums: far beyond any product of two numbers that fit.
const FAR: i128 = 1 << 126;

fn far(end: i64) -> i128 {
    match end {
        BELOW => -FAR,
        ABOVE => FAR,
        v => i128::from(v),
    }
}

fn times(a: i128, b: i128) -> i128 {
    let infinite = a.abs() == FAR || b.abs() == FAR;
    if !infinite || a == 0 || b == 0 { a.saturating_mul(b) } else { FAR * a.signum() * b.signum() }
}

/// Back to 64 bits; `None` when a finite end does not fit.
fn near(end: i128) -> Option<i64> {
    // A finite number may have moved an infinity by up to 2^63.
    if end > FAR - (1 << 64) {
        return Some(ABOVE);
    }
    if end < (1 << 64) - FAR {
        return Some(BELOW);
    }
    i64::try_from(end).ok().filter(|&v| fits(v))
}
