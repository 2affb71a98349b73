//! Relations between figures. Each file knows one and proposes claims: readings of the words, as equations.

pub mod balances;
pub mod bounds;
pub mod categories;
pub mod complete;
pub mod differences;
pub mod divisions;
pub mod flows;
pub mod growth;
pub mod listings;
pub mod means;
pub mod names;
pub mod openers;
pub mod products;
pub mod proportions;
pub mod rates;
pub mod row;
pub mod shares;
pub mod slogans;
pub mod tables;
pub mod votes;

use crate::claims::judge::{Verdict, judge};
use crate::claims::{Claim, Formula, Kind, Reading, Term};
use crate::page::Page;
use divisions::Division;

/// What the figures of the text say about each other: every claim with its verdict, and the divisions they rest on.
pub struct Outcome {
    pub verdicts: Vec<Verdict>,
    pub divisions: Vec<Division>,
}

impl Outcome {
    /// The divisions a figure is in, as whole or part.
    pub fn divisions_with(&self, figure: usize) -> impl Iterator<Item = &Division> {
        self.divisions.iter().filter(move |division| division.has(figure))
    }

    /// The divisions a figure is a part of.
    pub fn divisions_of(&self, part: usize) -> impl Iterator<Item = &Division> {
        self.divisions.iter().filter(move |division| division.members().any(|n| n == part))
    }
}

/// Take every claim of the text and judge it.
pub fn judged(whole: &mut Page) -> Outcome {
    let page: &Page = whole;
    let shares = shares::Shares::read(page);
    let divisions = divisions::find(page, &shares);
    let rates = rates::claims(page, &divisions);
    let mut claims: Vec<Claim> = divisions.iter().map(of_division).collect();
    claims.extend(shares::claims(page, &shares, &divisions));
    claims.extend(proportions::claims(page, &divisions));
    claims.extend(balances::claims(page, &divisions, &rates));
    claims.extend(rates);
    claims.extend(growth::claims(page));
    claims.extend(differences::claims(page));
    claims.extend(means::claims(page));
    claims.extend(products::claims(page));
    claims.extend(votes::claims(page));
    claims.extend(bounds::claims(page));
    Outcome { verdicts: judge(whole, claims), divisions }
}

/// A division as a claim: its parts make the whole, or one of them is more than it.
fn of_division(division: &Division) -> Claim {
    let formula = match division.exceeds {
        Some(part) => Formula::AtMost { parts: vec![Term::plus(part)], bound: division.whole, times: 1.0 },
        None => Formula::Sum { terms: division.parts.clone(), result: division.whole },
    };
    let kind = if division.exceeds.is_some() { Kind::Bound } else { Kind::Sum };
    Claim { kind, readings: vec![Reading { formula, tie: division.tie, name: division.form.name() }] }
}
