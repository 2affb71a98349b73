//! 比率 — a percentage, a growth, a mean, and the two figures it is made of. A ratio names its base (占总人口的…),
//! leaves it to the sentence (办结率…, 占…), or compares two periods (比上年增长…). The reading that holds is taken;
//! only if none does is the most natural one reported, with another base if that one would fit.

pub mod changes;
mod means;
mod rates;
mod shares;

use crate::reading::Reading;
use crate::report::FigureKind;

/// How a ratio says what it is a ratio of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// 占总人口的: named in words, and found.
    Named,
    /// 占12%: the whole the numerator is a part of.
    Whole,
    /// 占52%, of the last numbers together.
    Several,
    /// 办结率, 参保率: the pair of counts before it.
    Pair,
    /// 比上年增长: two periods.
    Growth,
    /// 人均, 户均, 密度
    Mean,
}

/// How well the arithmetic agrees with what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Exact,
    /// The digits were cut off instead of rounded.
    Truncated,
    No,
}

/// A ratio and the figures that make it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    pub rate: usize,
    pub numerator: usize,
    pub base: usize,
    pub basis: Basis,
    pub fit: Fit,
    /// What the two figures make, in the unit of the rate.
    pub value: f64,
    /// A base that does fit, where the natural one does not.
    pub better: Option<usize>,
    /// The connection is certain enough to call a misfit an error.
    pub sure: bool,
}

/// How many numbers of its sentence before a rate and behind it are looked at: more than any sentence has that somebody
/// wrote. Each pair of them is tried, and a list without end has too many.
const BEFORE: usize = 40;
const BEHIND: usize = 20;

/// Every ratio whose figures are in the text.
pub fn find(reading: &Reading) -> Vec<Ratio> {
    let mut found: Vec<Ratio> = Vec::new();
    for sentence in 0..reading.sentences.len() {
        let all = reading.counted(sentence);
        for (at, &rate) in all.iter().enumerate() {
            let quantity = &reading.quantities[rate];
            let from = at.saturating_sub(BEFORE);
            let (items, at) = (&all[from..all.len().min(at + BEHIND + 1)], at - from);
            if quantity.kind != FigureKind::Rate {
                found.extend(means::mean(reading, items, at));
            } else if quantity.is_exact() && quantity.unit != "百分点" {
                let ratio = shares::share(reading, items, at, &found)
                    .or_else(|| changes::growth(reading, items, at))
                    .or_else(|| rates::pair(reading, items, at));
                found.extend(ratio);
            }
        }
    }
    found
}

/// What `numerator / base` makes in per cent or per mille, and whether the printed rate agrees.
fn fit(reading: &Reading, numerator: f64, base: f64, rate: usize) -> (f64, Fit) {
    let quantity = &reading.quantities[rate];
    let per = if quantity.unit == "‰" { 1000.0 } else { 100.0 };
    if base <= 0.0 {
        return (0.0, Fit::No);
    }
    let value = numerator / base * per;
    (value, agrees(value, quantity.number.value, quantity.number.step))
}

/// Half the last digit, or cut off.
fn agrees(value: f64, printed: f64, step: f64) -> Fit {
    if (value - printed).abs() <= step / 2.0 + 1e-9 * printed.abs().max(1.0) {
        Fit::Exact
    } else if value > printed && value - printed < step && step < 10.0 {
        Fit::Truncated
    } else {
        Fit::No
    }
}

/// The fit of two quantities, allowing for how they were rounded themselves.
fn fit_of(reading: &Reading, numerator: usize, base: usize, rate: usize) -> (f64, Fit) {
    let (n, b) = (&reading.quantities[numerator], &reading.quantities[base]);
    let (value, exact) = fit(reading, n.base(), b.base(), rate);
    if exact != Fit::No || (n.slack() == 0.0 && b.slack() == 0.0 && n.is_exact() && b.is_exact()) {
        return (value, exact);
    }
    let (low, _) = fit(reading, (n.base() - n.slack()).max(0.0), b.base() + b.slack(), rate);
    let (high, _) = fit(reading, n.base() + n.slack(), (b.base() - b.slack()).max(1e-9), rate);
    let printed = &reading.quantities[rate].number;
    let half = printed.step / 2.0;
    let inside = low - half <= printed.value && printed.value <= high + half;
    (value, if inside { Fit::Exact } else { Fit::No })
}

/// Counts of the sentence, then of the sentences around.
fn near(reading: &Reading, rate: usize, items: &[usize]) -> Vec<usize> {
    let quantity = &reading.quantities[rate];
    let mut near: Vec<usize> = items.iter().copied().rev().collect();
    let around = quantity.sentence.saturating_sub(10)..(quantity.sentence + 3).min(reading.sentences.len());
    for sentence in around.rev().filter(|&sentence| sentence != quantity.sentence) {
        near.extend(reading.counted(sentence));
    }
    near.truncate(80);
    near
}

fn lead_words(reading: &Reading, n: usize) -> String {
    reading.words(reading.quantities[n].lead.clone())
}

fn sentence_start(reading: &Reading, n: usize) -> usize {
    reading.sentences[reading.quantities[n].sentence].span.start
}
