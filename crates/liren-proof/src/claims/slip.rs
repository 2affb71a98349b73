//! 笔误 — whether an equation that fails could have held before a typist touched one figure of it: a digit typed for
//! another, two exchanged, one lost or typed twice, a point or a 万 in the wrong place. What no slip explains was more
//! likely read by us otherwise than it was meant.

use super::{Fit, Formula};
use crate::page::Page;

/// So many digits a figure may have to be looked at: what is longer is no count.
const DIGITS: usize = 15;

/// Whether one figure, as a slip of the hand leaves it, makes the equation hold.
pub fn could_be(page: &mut Page, formula: &Formula) -> bool {
    // A part that is larger than its whole needs no exact value to be right.
    if matches!(formula, Formula::AtMost { .. } | Formula::Proportion { .. }) {
        return true;
    }
    let figures = formula.figures();
    for n in figures {
        let number = page.quantities[n].number.clone();
        let meant = before(number.value, number.step);
        for value in meant {
            page.quantities[n].number.value = value;
            if matches!(formula.fit(page), Fit::Exact | Fit::LastPlace) {
                page.quantities[n].number = number;
                return true;
            }
        }
        page.quantities[n].number = number;
    }
    false
}

/// The values a figure may have had before the slip.
fn before(value: f64, step: f64) -> Vec<f64> {
    let printed = (value.abs() / step).round();
    if step <= 0.0 || !printed.is_finite() || printed > 1e15 {
        return vec![];
    }
    let digits: Vec<u8> = format!("{printed:.0}").into_bytes();
    if digits.len() > DIGITS {
        return vec![];
    }
    let mut all: Vec<Vec<u8>> = Vec::new();
    for at in 0..digits.len() {
        for digit in b'0'..=b'9' {
            let mut one = digits.clone();
            one[at] = digit;
            all.push(one);
        }
        let mut lost = digits.clone();
        lost.remove(at);
        all.push(lost);
        if at + 1 < digits.len() {
            let mut exchanged = digits.clone();
            exchanged.swap(at, at + 1);
            all.push(exchanged);
        }
    }
    for at in 0..=digits.len() {
        for digit in b'0'..=b'9' {
            let mut more = digits.clone();
            more.insert(at, digit);
            all.push(more);
        }
    }
    let sign = if value < 0.0 { -1.0 } else { 1.0 };
    let of = |digits: &Vec<u8>| std::str::from_utf8(digits).ok()?.parse::<f64>().ok().map(|n| n * step * sign);
    // -1: 增加 written for 减少.
    let shifted = [-1.0, 1e-8, 1e-4, 1e-3, 0.01, 0.1, 10.0, 100.0, 1e3, 1e4, 1e8].map(|by| value * by);
    all.iter().filter_map(of).chain(shifted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_digit_two_exchanged_one_lost_one_more_or_a_point() {
        let was = |told: f64, step: f64, meant: f64| before(told, step).iter().any(|v| (v - meant).abs() < step / 10.0);
        for meant in [4258.0, 4286.0, 428.0] {
            assert!(was(4268.0, 1.0, meant), "{meant}");
        }
        assert!(was(42.0, 1.0, 426.0) && was(12.3, 0.1, 13.2) && was(1.23, 0.01, 12.3) && was(12_000.0, 1_000.0, 1.2));
        assert!(!was(177.0, 1.0, 124.0) && !was(83.0, 1.0, 72.0));
    }
}
