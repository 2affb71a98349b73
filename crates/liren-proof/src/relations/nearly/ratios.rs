//! A rate and the two figures that may make it.
use super::{Candidate, alike, plain};
use crate::claims::{Formula, Kind, Term};
use crate::page::Page;
use crate::read::roles::Role;
use crate::report::FigureKind;

const SHARE: (&str, &str) = ("相邻两数之比", "one of two neighbours over the other");
const GROWTH: (&str, &str) = ("相邻两数的增减", "the change between two neighbours");

pub fn candidates(page: &Page) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (n, rate) in page.quantities.iter().enumerate() {
        let good =
            rate.kind == FigureKind::Rate && rate.is_exact() && rate.number.value > 0.0 && !rate.unit.contains('点');
        if !good || !matches!(rate.unit.as_str(), "%" | "‰" | "倍") {
            continue;
        }
        let from = n.saturating_sub(10);
        let before: Vec<usize> = (from..n)
            .rev()
            .filter(|&m| plain(&page.quantities[m]) && page.quantities[m].block == rate.block)
            .take(5)
            .collect();
        let per = match rate.unit.as_str() {
            "%" => 100.0,
            "‰" => 1000.0,
            _ => 1.0,
        };
        let grows = matches!(rate.role, Role::Growth);
        for &a in &before {
            for &b in &before {
                if a == b || !alike(&page.quantities[a], &page.quantities[b]) {
                    continue;
                }
                let (kind, tops) = if grows {
                    (Kind::Growth, vec![Term::plus(a), Term::minus(b)])
                } else {
                    (Kind::Share, vec![Term::plus(a)])
                };
                let formula = Formula::Quotient { tops, bases: vec![Term::plus(b)], per, rate: n };
                let same = page.quantities[a].sentence == rate.sentence && page.quantities[b].sentence == rate.sentence;
                // The last figure before the rate is one of the two; both are the last two.
                let last = before[0] == a || before[0] == b;
                let both = before[..2].contains(&a) && before[..2].contains(&b);
                let often = match (same, last, both, grows) {
                    (true, _, true, true) => 0.07,
                    (true, _, true, false) => 0.145,
                    (true, true, false, true) => 0.04,
                    (true, true, false, false) => 0.08,
                    (false, true, _, false) => 0.045,
                    (true, false, _, _) => 0.02,
                    (false, true, _, true) => 0.015,
                    (false, false, ..) => 0.012,
                };
                found.push(Candidate { kind, formula, name: if grows { GROWTH } else { SHARE }, often });
                if grows {
                    // The change itself is told.
                    for other in [None, Some(Term::minus(a)), Some(Term::plus(a))] {
                        let bases = [Term::plus(b)].into_iter().chain(other).collect();
                        let formula = Formula::Quotient { tops: vec![Term::plus(a)], bases, per, rate: n };
                        found.push(Candidate { kind: Kind::Growth, formula, name: GROWTH, often: often * 0.8 });
                    }
                }
            }
        }
    }
    found
}
