//! 判断 — of the readings of a claim the one that explains it, or none.

use super::{Claim, Fit, Formula, Kind, Reading, Tie, slip};
use crate::page::Page;
use crate::report::Severity;

/// A claim, the reading taken, and what is to be said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub kind: Kind,
    pub reading: Reading,
    pub fit: Fit,
    /// Nothing where the claim holds.
    pub severity: Option<Severity>,
    /// Another reading that leaves as little doubt and fails too.
    pub other: Option<Reading>,
    /// A reading that is exact, though the words mean another.
    pub better: Option<Reading>,
}

/// So far from what the figures make, and by no slip of a typist: another reading than ours is meant.
const WILD: f64 = 2.0;

/// Judge every claim; those of which nothing can be said are left out.
pub fn judge(page: &mut Page, claims: Vec<Claim>) -> Vec<Verdict> {
    claims.into_iter().filter_map(|claim| one(page, claim)).collect()
}

fn one(page: &mut Page, claim: Claim) -> Option<Verdict> {
    let mut claim = claim;
    // 已办结52件，阶段性办结人，未办结5件: what is reckoned over a lost number accuses nobody.
    for reading in claim.readings.iter_mut().filter(|reading| holed(page, &reading.formula)) {
        reading.tie = Tie::Possible;
    }
    let fits: Vec<Fit> = claim.readings.iter().map(|reading| reading.formula.fit(page)).collect();
    let verdict = |n: usize, severity| Verdict {
        kind: claim.kind,
        reading: claim.readings[n].clone(),
        fit: fits[n],
        severity,
        other: None,
        better: None,
    };
    let with = |fit: Fit| (0..fits.len()).filter(|&n| fits[n] == fit).min_by_key(|&n| claim.readings[n].tie);
    let stated: Vec<usize> = (0..fits.len()).filter(|&n| claim.readings[n].tie == Tie::Stated).collect();
    if let Some(n) = with(Fit::Exact).or_else(|| with(Fit::LastPlace)) {
        // 占总人口的96%, where 总人口 does not make it and 农业人口 does: say which is meant.
        let named = stated.first().copied().filter(|&m| fits[m] == Fit::No && named_exactly(page, &claim.readings[m]));
        return match named.filter(|_| claim.kind == Kind::Share && claim.readings[n].tie == Tie::Possible) {
            Some(m) => Some(Verdict { better: Some(claim.readings[n].clone()), ..verdict(m, Some(Severity::Warning)) }),
            None => Some(verdict(n, None)),
        };
    }
    // What is nearly right, or cannot be said, accuses nobody.
    if stated.iter().any(|&n| matches!(fits[n], Fit::Near | Fit::Vague)) {
        return None;
    }
    // Of several ways to take it the one that a slip of the typist explains comes first.
    let slips: Vec<bool> =
        (0..fits.len()).map(|n| fits[n] == Fit::No && slip::could_be(page, &claim.readings[n].formula)).collect();
    let page: &Page = page;
    let slipped = stated.iter().copied().find(|&n| slips[n]);
    let elsewhere = || (0..fits.len()).filter(|&n| claim.readings[n].tie != Tie::Faint && fits[n] == Fit::No);
    if !stated.is_empty() {
        let explained = slipped.or_else(|| elsewhere().find(|&n| slips[n]));
        // Nobody types so wrong: more likely something was read that was not said.
        if explained.is_none() && stated.iter().all(|&n| off(page, &claim.readings[n]) > WILD) {
            return None;
        }
        let first = explained.unwrap_or(stated[0]);
        let other = stated.iter().find(|&&n| n != first).map(|&n| claim.readings[n].clone());
        let doubt = other.is_some()
            || slipped.is_none()
            || far(page, claim.kind, &claim.readings[first])
            || !said_within(page, &claim.readings[first]);
        // A larger number beside a smaller one is no part of it unless the words say so.
        let told = |reading: &Reading| ["后一步", "细分", "候选人"].iter().any(|name| reading.name.0.starts_with(name));
        if !said_within(page, &claim.readings[first]) && !told(&claim.readings[first]) {
            return None;
        }
        let severity = if doubt { Severity::Warning } else { Severity::Error };
        return Some(Verdict { other, ..verdict(first, Some(severity)) });
    }
    let likely: Vec<usize> = (0..fits.len())
        .filter(|&n| claim.readings[n].tie == Tie::Likely && fits[n] == Fit::No)
        .filter(|&n| !matches!(claim.kind, Kind::Share | Kind::Rate) || close(page, &claim.readings[n]))
        .collect();
    // A misfit that no slip explains is worth a question only where it is small, or the share stands by its figure.
    let explained = elsewhere().find(|&n| !likely.is_empty() && slips[n]);
    let near = || likely.first().copied().filter(|_| matches!(claim.kind, Kind::Share | Kind::Rate));
    if let Some(n) = explained.or_else(near) {
        return Some(verdict(n, Some(Severity::Warning)));
    }
    let faint = (0..fits.len()).find(|&n| claim.readings[n].tie == Tie::Faint && fits[n] == Fit::No);
    faint.map(|n| verdict(n, Some(Severity::Hint)))
}

/// Whether a number is gone between the figures of an equation that adds.
fn holed(page: &Page, formula: &Formula) -> bool {
    let adds = matches!(formula, Formula::Sum { .. } | Formula::AtMost { .. });
    let figures = formula.figures();
    let from = figures.iter().map(|&n| page.quantities[n].span.start).min().unwrap_or(0);
    let to = figures.iter().map(|&n| page.quantities[n].span.end).max().unwrap_or(0);
    adds && page.holes.iter().any(|hole| from < hole.start && hole.end < to + 12)
}

/// How far what the figures make is from what is printed.
fn off(page: &Page, reading: &Reading) -> f64 {
    let printed = page.quantities[reading.formula.result()].base_rate();
    let value = reading.formula.value(page);
    if printed == 0.0 || value <= 0.0 { f64::INFINITY } else { (value / printed).max(printed / value) - 1.0 }
}

/// A rate that is far off is more likely of another base than wrong, unless the base is named.
fn far(page: &Page, kind: Kind, reading: &Reading) -> bool {
    let named = reading.name.0.contains("写明") || reading.name.0.contains("相邻");
    match kind {
        Kind::Share if !named => off(page, reading) > 0.4,
        Kind::Rate => off(page, reading) > 0.2 && reading.name.0.contains("率前"),
        _ => false,
    }
}

/// Whether the words say that what must not be more lies in what it is held against: a later step of the same work, 其中
/// between the two in one sentence, or one name for both. Two numbers side by side are seldom part and whole.
fn said_within(page: &Page, reading: &Reading) -> bool {
    let Formula::AtMost { parts, bound, .. } = &reading.formula else { return true };
    let Some(part) = parts.first() else { return true };
    let (from, to) = (part.figure.min(*bound), part.figure.max(*bound));
    let gap = page.gap(from, to);
    let label = |n: usize| page.quantities[n].label.as_str();
    let shared = label(part.figure).chars().rev().zip(label(*bound).chars().rev()).take_while(|(a, b)| a == b).count();
    reading.name.0.starts_with("后一步")
        || shared >= 2
        || (*bound < part.figure && gap.contains("其中") && !gap.contains('。'))
}

/// A likely reading is worth a question where it nearly fits, or where the share stands right behind its figure.
fn close(page: &Page, reading: &Reading) -> bool {
    let Formula::Quotient { tops, rate, .. } = &reading.formula else { return true };
    let beside = tops.last().is_some_and(|term| {
        term.figure < *rate && {
            let gap = page.gap(term.figure, *rate);
            gap.contains('占') && gap.chars().count() <= 10
        }
    });
    off(page, reading) < 0.25 || beside
}

/// The base is told by its very label, or with its number.
fn named_exactly(page: &Page, reading: &Reading) -> bool {
    let Formula::Quotient { bases, rate, .. } = &reading.formula else { return false };
    let words = page.clause_before(*rate);
    let base = bases.first().map(|term| page.quantities[term.figure].label.as_str()).unwrap_or_default();
    base.chars().count() >= 2
        && words.split_once('占').is_some_and(|(_, named)| named.trim_end_matches('的').ends_with(base))
}
