//! 人均, 户均, 密度: a total spread over heads.

use super::{Basis, Fit, Ratio, lead_words, near};
use crate::read::measures::Kind;
use crate::reading::Reading;
use crate::report::FigureKind;

/// 人均, 户均, 平均每户, 人口密度.
pub fn mean(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let quantity = &reading.quantities[rate];
    let words = lead_words(reading, rate);
    let per = if words.contains("人均") || words.contains("平均每人") || words.contains("每人平均") {
        Kind::Person
    } else if words.contains("户均") || words.contains("平均每户") {
        Kind::Household
    } else if words.contains("密度") {
        Kind::Area
    } else {
        return None;
    };
    if !quantity.is_exact() || words.contains("可支配") || words.contains("纯收入") {
        return None;
    }
    let kind = if per == Kind::Area { Kind::Person } else { quantity.measure_kind() };
    let mut best: Option<Ratio> = None;
    // A density is often told before what it is made of.
    let told_in = if per == Kind::Area { items } else { &items[..at] };
    let others: Vec<usize> = told_in
        .iter()
        .copied()
        .filter(|&n| n != rate)
        .filter(|&n| reading.quantities[n].is_exact() && reading.quantities[n].kind == FigureKind::Count)
        .collect();
    // The nearest, or each pair of a list without end would be tried.
    let others = &others[others.len().saturating_sub(24)..];
    // Heads told in a sentence before only ever verify.
    let told = |n: usize| reading.quantities[n].measure_kind() == per && per != Kind::Area;
    let above: Vec<usize> = if others.iter().any(|&n| told(n)) { Vec::new() } else { near(reading, rate, items) };
    for &total in others.iter().rev() {
        for &heads in others.iter().rev().chain(above.iter().filter(|&&n| told(n) && reading.quantities[n].is_exact()))
        {
            let (t, h) = (&reading.quantities[total], &reading.quantities[heads]);
            if t.measure_kind() != kind || h.measure_kind() != per || total == heads {
                continue;
            }
            let scale = if per == Kind::Area { 1e6 } else { 1.0 };
            let value = t.base() / h.base() * scale;
            let printed = quantity.base();
            // Means are often taken over another month or rounded on the way: half a per cent is no contradiction.
            let slack = (printed * 0.005
                + quantity.slack().max(0.5 * quantity.number.step)
                + value * (t.slack() / t.base() + h.slack() / h.base()))
            .max(1e-9);
            let fit = if (value - printed).abs() <= slack * 1.01 {
                Fit::Exact
            } else if value > printed
                && value - printed < quantity.number.step * quantity.measure.map_or(1.0, |m| m.factor) * 0.99
            {
                Fit::Truncated
            } else {
                Fit::No
            };
            let ratio = Ratio {
                rate,
                numerator: total,
                base: heads,
                basis: Basis::Mean,
                fit,
                value: value / quantity.number.scale / quantity.measure.map_or(1.0, |m| m.factor),
                better: None,
                sure: false,
            };
            if fit == Fit::Exact {
                return Some(ratio);
            }
            // 耕地3280亩，人均耕地1.49亩: the total is of the very thing.
            let stem = quantity.label.trim_start_matches("人均").trim_start_matches("户均");
            let same = stem.chars().count() >= 2
                && t.label.contains(stem)
                && ["人口", "户"].iter().any(|word| h.label.ends_with(word));
            // A rate told between belongs to another matter.
            let between = heads.min(total)..rate;
            let apart = between.clone().any(|n| reading.quantities[n].is_rate());
            if (others.contains(&heads) && !apart) || same {
                best.get_or_insert(ratio);
            }
        }
    }
    best
}
