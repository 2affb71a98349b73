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
pub mod nearly;
pub mod openers;
pub mod products;
pub mod proportions;
pub mod rates;
pub mod row;
pub mod shares;
pub mod slogans;
pub mod tables;
pub mod votes;

use std::collections::HashMap;

use crate::claims::judge::{Verdict, judge};
use crate::claims::{Claim, Formula, Kind, Reading, Term};
use crate::page::Page;
use divisions::Division;

/// What the figures of the text say about each other: every claim with its verdict, and the divisions they rest on.
pub struct Outcome {
    pub verdicts: Vec<Verdict>,
    pub divisions: Vec<Division>,
    /// The divisions of each part, and those of each whole.
    parts: HashMap<usize, Vec<usize>>,
    wholes: HashMap<usize, Vec<usize>>,
}

impl Outcome {
    fn new(verdicts: Vec<Verdict>, divisions: Vec<Division>) -> Outcome {
        let (mut parts, mut wholes) = (HashMap::<usize, Vec<usize>>::new(), HashMap::<usize, Vec<usize>>::new());
        for (n, division) in divisions.iter().enumerate() {
            wholes.entry(division.whole).or_default().push(n);
            division.members().for_each(|part| parts.entry(part).or_default().push(n));
        }
        Outcome { verdicts, divisions, parts, wholes }
    }

    /// The divisions a figure is in, as whole or part.
    pub fn divisions_with(&self, figure: usize) -> impl Iterator<Item = &Division> {
        let whole = self.wholes.get(&figure).into_iter().flatten().map(|&n| &self.divisions[n]);
        whole.chain(self.divisions_of(figure))
    }

    /// The divisions a figure is a part of.
    pub fn divisions_of(&self, part: usize) -> impl Iterator<Item = &Division> {
        self.parts.get(&part).into_iter().flatten().map(|&n| &self.divisions[n])
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
    let mut verdicts = judge(whole, claims);
    verdicts.extend(nearly::find(whole, &verdicts));
    Outcome::new(verdicts, divisions)
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
