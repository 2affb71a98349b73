//! The checks, one file each: a check sees the page and the judged claims, both finished, and reports to the factory.

mod damage;
mod dates;
mod issued;
mod known;
mod listings;
mod pending;
mod percentages;
mod plans;
mod plausible;
mod repeats;
mod revisions;
mod same_label;
mod steps;
mod subsets;
mod tables;
mod turns;
mod verdicts;

use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;

/// A check looks at the page and at what its figures say about each other, and reports to the factory.
pub type Check = fn(&Page, &Outcome, &mut Findings);

/// Every check.
pub const CHECKS: &[Check] = &[
    verdicts::check,
    tables::check,
    listings::check,
    percentages::check,
    turns::check,
    same_label::check,
    subsets::check,
    steps::check,
    plausible::check,
    dates::check,
    issued::check,
    damage::check,
    plans::check,
    pending::check,
    revisions::check,
    repeats::check,
    known::check,
];
