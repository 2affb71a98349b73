//! What the figures say about each other: every claim that was judged.

use crate::claims::Fit;
use crate::claims::judge::Verdict;
use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;

pub fn check(page: &Page, outcome: &Outcome, findings: &mut Findings) {
    for verdict in &outcome.verdicts {
        match verdict.severity {
            Some(severity) => findings.fails(verdict, severity),
            None if verdict.fit == Fit::Exact => findings.holds(verdict),
            None => {}
        }
    }
    // Cut off, not rounded: what the figures make is more than what is printed.
    let cut = |verdict: &&Verdict| {
        let formula = &verdict.reading.formula;
        let rate = &page.quantities[formula.result()];
        verdict.severity.is_none()
            && verdict.fit == Fit::LastPlace
            && rate.is_rate()
            && formula.value(page) > rate.number.value
    };
    let cut: Vec<&Verdict> = outcome.verdicts.iter().filter(cut).collect();
    findings.ratios_truncated(&cut);
}
