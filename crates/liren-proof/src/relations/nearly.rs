//! 近合 — equations that no word states, found by their arithmetic: figures of one unit that stand side by side and add up
//! but for a slip of the hand, a rate that its neighbours nearly make, a row of a table that breaks what all other rows
//! keep. Where they stand says what may belong together; how seldom chance comes so near says whether it does.

mod chance;
mod columns;
mod products;
mod ratios;
mod sums;

use std::collections::HashMap;

use crate::claims::judge::Verdict;
use crate::claims::{Fit, Formula, Kind, Reading, Tie};
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::measures::Kind as Unit;
use crate::report::{FigureKind, Severity};
use chance::{Hand, Near};

/// An equation the place of the figures suggests.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub kind: Kind,
    pub formula: Formula,
    pub name: (&'static str, &'static str),
    /// How often figures that stand so make such an equation, as counted over texts of many hands.
    pub often: f64,
}

/// So likely a slip must be, held against chance, that somebody should look; and that it is called an error: likelier a
/// slip than not.
const LOOK: f64 = 0.11;
const SURE: f64 = 1.0;

/// An equation that fails by a slip.
struct Suspect<'a> {
    candidate: &'a Candidate,
    near: Near,
    odds: f64,
}

/// The equations that fail by a slip, and are hardly chance.
pub fn find(page: &Page, verdicts: &[Verdict]) -> Vec<Verdict> {
    let mut known = vec![false; page.quantities.len()];
    let mut told = vec![false; page.quantities.len()];
    for verdict in verdicts {
        let figures = verdict.reading.formula.figures();
        if verdict.severity.is_none() && verdict.fit == Fit::Exact && verdict.kind != Kind::Bound {
            figures.iter().for_each(|&n| known[n] = true);
        } else if verdict.severity.is_some_and(|severity| severity <= Severity::Warning) {
            figures.iter().for_each(|&n| told[n] = true);
        }
    }
    let mut candidates = sums::candidates(page);
    candidates.extend(ratios::candidates(page));
    candidates.extend(products::candidates(page));
    candidates.extend(columns::candidates(page));
    candidates.retain(|candidate| {
        let holds = candidate.formula.fit(page).holds();
        if holds && candidate.often / chance::by_chance(page, &candidate.formula) > PROVEN {
            candidate.formula.figures().iter().for_each(|&n| known[n] = true);
        }
        !holds
    });
    let mut suspects: Vec<Suspect> =
        candidates.iter().filter_map(|candidate| suspect(page, candidate, &known)).collect();
    together(&mut suspects);
    suspects.retain(|suspect| suspect.odds >= LOOK);
    suspects.sort_by(|a, b| b.odds.total_cmp(&a.odds));
    let mut found = Vec::new();
    for suspect in suspects {
        let figures = suspect.candidate.formula.figures();
        if told[suspect.near.figure] || figures.iter().filter(|&&n| told[n]).count() >= 2 {
            continue;
        }
        figures.iter().for_each(|&n| told[n] = true);
        let Candidate { kind, formula, name, .. } = suspect.candidate.clone();
        let severity = if suspect.odds >= SURE { Severity::Error } else { Severity::Warning };
        let reading = Reading { formula, tie: Tie::Likely, name };
        found.push(Verdict { kind, reading, fit: Fit::No, severity: Some(severity), other: None, better: None });
    }
    found
}

/// Figures that make an equation so often are meant to, and may miss it by more than a slip.
const STATED: f64 = 0.12;

/// An equation that holds is no chance where it is so much more likely meant.
const PROVEN: f64 = 10.0;

/// How often the commonest slip is made in an equation.
const MOST: f64 = 0.05;

/// How likely a slip is, held against chance: how often such figures belong together, how often a hand slips so, and how
/// seldom chance does the same.
fn suspect<'a>(page: &Page, candidate: &'a Candidate, known: &[bool]) -> Option<Suspect<'a>> {
    // Too few digits to tell a slip from chance, where such figures seldom belong together.
    let hopeless = candidate.often / (1.0 - candidate.often) * MOST < LOOK * chance::least(page, &candidate.formula);
    if (hopeless && candidate.often < STATED) || candidate.formula.figures().iter().all(|&n| known[n]) {
        return None;
    }
    let slipped = chance::near(page, &candidate.formula, |n| !known[n]);
    let stated = || {
        let fits = candidate.often >= STATED && !known[candidate.formula.result()];
        if fits { chance::close(page, &candidate.formula) } else { None }
    };
    let near = slipped.or_else(stated)?;
    let slips = match near.hand {
        Hand::Exchanged => MOST,
        Hand::Place => 0.03,
        Hand::Digit => 0.02,
        Hand::Length => 0.01,
        Hand::Other => 0.03,
    };
    let odds = candidate.often / (1.0 - candidate.often) * slips / near.chance.max(1e-6);
    Some(Suspect { candidate, near, odds })
}

/// Two equations of different kinds that ask the same value of one figure are no chance.
fn together(suspects: &mut [Suspect]) {
    let mut of: HashMap<usize, Vec<(Kind, f64, f64)>> = HashMap::new();
    for one in suspects.iter() {
        let weight = one.candidate.often / one.near.chance.max(1e-6);
        of.entry(one.near.figure).or_default().push((one.candidate.kind, one.near.meant, weight));
    }
    for one in suspects {
        let others = of[&one.near.figure].iter().take(200).filter(|(kind, meant, _)| {
            *kind != one.candidate.kind && (meant - one.near.meant).abs() <= one.near.meant * 0.002
        });
        one.odds *= others.map(|(_, _, weight)| *weight).fold(1.0, f64::max);
    }
}

/// What can be added to each other: one kind of thing in one unit.
fn alike(a: &Quantity, b: &Quantity) -> bool {
    let bare = |q: &Quantity| q.unit.is_empty();
    if bare(a) || bare(b) {
        return bare(a) && bare(b) || a.number.digits.min(b.number.digits) >= 4;
    }
    let unit = |q: &'_ Quantity| q.unit.trim_start_matches(['万', '亿']).len();
    let same = || a.unit.ends_with(b.unit.trim_start_matches(['万', '亿'])) && unit(a) == unit(b);
    match (a.measure_kind(), b.measure_kind()) {
        (x, y) if x == y => match x {
            Unit::Person | Unit::Money | Unit::Area | Unit::Mass | Unit::Volume | Unit::Energy | Unit::Length => true,
            _ => same(),
        },
        _ => ballot(a) && ballot(b),
    }
}

/// 张, 票 and the people who cast them are counted against each other.
fn ballot(quantity: &Quantity) -> bool {
    let unit = quantity.unit.as_str();
    unit == "票" || (matches!(unit, "张" | "人" | "份" | "名") && quantity.label.contains('票'))
}

/// A plain number of the text that may be reckoned with.
fn plain(quantity: &Quantity) -> bool {
    matches!(quantity.kind, FigureKind::Count)
        && !quantity.weak
        && quantity.is_exact()
        && quantity.number.value > 0.0
        && quantity.number.upper.is_none()
        && !matches!(quantity.measure_kind(), Unit::Ratio | Unit::Per | Unit::Listing)
}
