//! The checks, one file each. To add one, write `fn(&Reading, &mut Findings)` and put it in the table.

mod damage;
mod dates;
mod differences;
mod known;
mod listings;
mod partitions;
mod plans;
mod products;
mod ratios;
mod repeats;
mod same_label;
mod steps;
mod subsets;
mod tables;

use crate::findings::Findings;
use crate::reading::Reading;

/// A check looks at the reading and reports to the factory.
pub type Check = fn(&Reading, &mut Findings);

/// Every check, in the order of the issue that asked for them.
pub const CHECKS: &[Check] = &[
    partitions::check,
    tables::check,
    listings::check,
    ratios::check,
    differences::check,
    same_label::check,
    subsets::check,
    steps::check,
    products::check,
    dates::check,
    damage::check,
    plans::check,
    repeats::check,
    known::check,
];
