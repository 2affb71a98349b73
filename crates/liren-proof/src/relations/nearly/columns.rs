//! What the columns of a table keep to each other in all rows but one: the last is the sum of others, the share of one in
//! another, the growth between two.

use super::Candidate;
use crate::claims::{Formula, Kind, Term};
use crate::page::Page;
use crate::relations::tables::{self, Cells};
use crate::report::FigureKind;

const NAME: (&str, &str) = ("与表中其余各行同样的算法", "what all other rows of the table keep");

/// So many rows must keep it, for one that breaks it; so many columns are looked at.
const KEPT: usize = 3;
const WIDTH: usize = 10;
const ROWS: usize = 80;

/// So many figures before a table are tried as the whole of its shares.
const BEFORE: usize = 12;

/// The rows that break what the others keep.
pub fn candidates(page: &Page) -> Vec<Candidate> {
    let mut found = Vec::new();
    for rows in tables::grids(page) {
        let rows: Vec<&Cells> = rows.iter().take(ROWS).collect();
        let width = rows.iter().map(|row| row.len()).max().unwrap_or(0).min(WIDTH);
        for result in 0..width {
            for a in (0..width).filter(|&a| a != result) {
                for b in (0..width).filter(|&b| b != result && b != a) {
                    for rule in RULES {
                        if rule.ordered || a < b {
                            broken(page, &rows, rule, [a, b, result], &mut found);
                        }
                    }
                }
            }
            for a in (0..width).filter(|&a| a != result) {
                shares(page, &rows, a, result, &mut found);
            }
            // A run of columns and the one that is their sum.
            for from in 0..width {
                for to in from + 3..=width {
                    if !(from..to).contains(&result) {
                        let parts: Vec<usize> = (from..to).collect();
                        sums(page, &rows, &parts, result, &mut found);
                    }
                }
            }
        }
    }
    found
}

/// How two columns make a third.
struct Rule {
    /// Whether it matters which comes first.
    ordered: bool,
    kind: Kind,
    of: fn(usize, usize, usize) -> Formula,
}

static RULES: &[Rule] = &[
    Rule {
        ordered: false,
        kind: Kind::Sum,
        of: |a, b, c| Formula::Sum { terms: vec![Term::plus(a), Term::plus(b)], result: c },
    },
    Rule {
        ordered: true,
        kind: Kind::Rate,
        of: |a, b, c| Formula::Quotient { tops: vec![Term::plus(a)], bases: vec![Term::plus(b)], per: 100.0, rate: c },
    },
    Rule {
        ordered: true,
        kind: Kind::Growth,
        of: |a, b, c| Formula::Quotient {
            tops: vec![Term::plus(a), Term::minus(b)],
            bases: vec![Term::plus(b)],
            per: 100.0,
            rate: c,
        },
    },
];

fn broken(page: &Page, rows: &[&Cells], rule: &Rule, [a, b, c]: [usize; 3], found: &mut Vec<Candidate>) {
    let formulas = rows.iter().filter_map(|row| {
        let cell = |n: usize| row.get(n).copied().flatten();
        Some((rule.of)(cell(a)?, cell(b)?, cell(c)?))
    });
    take(page, formulas.collect(), rule.kind, found);
}

fn sums(page: &Page, rows: &[&Cells], parts: &[usize], result: usize, found: &mut Vec<Candidate>) {
    let formulas = rows.iter().filter_map(|row| {
        let cell = |n: usize| row.get(n).copied().flatten();
        let terms: Option<Vec<Term>> = parts.iter().map(|&n| cell(n).map(Term::plus)).collect();
        Some(Formula::Sum { terms: terms?, result: cell(result)? })
    });
    take(page, formulas.collect(), Kind::Sum, found);
}

/// A column of shares of a figure told before the table, or of its own total.
fn shares(page: &Page, rows: &[&Cells], part: usize, share: usize, found: &mut Vec<Candidate>) {
    let pairs: Vec<(usize, usize)> =
        rows.iter().filter_map(|row| Some((row.get(part).copied()??, row.get(share).copied()??))).collect();
    let Some(&(first, rate)) = pairs.first() else { return };
    let ratio = page.quantities[rate].number.value;
    let before = (first.saturating_sub(BEFORE)..first).filter(|&n| {
        let quantity = &page.quantities[n];
        quantity.kind == FigureKind::Count && quantity.is_exact() && quantity.number.value > 1.0
    });
    for whole in before.chain(pairs.iter().map(|pair| pair.0)) {
        for scale in [1.0, 1e4, 1e8] {
            let made = page.quantities[first].base() / page.quantities[whole].base() * scale * 100.0;
            // The first or the second row must keep it: most wholes are no base at all.
            let second = pairs.get(1).map(|&(part, rate)| {
                (
                    page.quantities[part].base() / page.quantities[whole].base() * scale * 100.0,
                    page.quantities[rate].number.value,
                )
            });
            let close = |(made, told): (f64, f64)| (made - told).abs() <= told * 0.02 + 0.1;
            if !close((made, ratio)) && !second.is_some_and(close) {
                continue;
            }
            let formulas = pairs.iter().filter(|pair| pair.0 != whole).map(|&(part, rate)| Formula::Quotient {
                tops: vec![Term::plus(part)],
                bases: vec![Term::plus(whole)],
                per: 100.0 * scale,
                rate,
            });
            take(page, formulas.collect(), Kind::Share, found);
        }
    }
}

/// One row that breaks it, where all others keep it.
fn take(page: &Page, formulas: Vec<Formula>, kind: Kind, found: &mut Vec<Candidate>) {
    if formulas.len() <= KEPT {
        return;
    }
    let mut broken = formulas.iter().filter(|formula| !formula.fit(page).holds());
    let (first, second) = (broken.next(), broken.next());
    let few = second.is_none() || (formulas.len() >= 3 * KEPT && broken.next().is_none());
    if few {
        for formula in first.into_iter().chain(second) {
            found.push(Candidate { kind, formula: formula.clone(), name: NAME, often: 0.97 });
        }
    }
}
