//! The checks, one file each. To add one, write `fn(&Reading, &mut Findings)` and put it in the table.

mod listings;
mod partitions;
mod ratios;
mod same_label;
mod subsets;

use crate::findings::Findings;
use crate::reading::Reading;

/// A check looks at the reading and reports to the factory.
pub type Check = fn(&Reading, &mut Findings);

/// Every check, in the order its findings matter.
pub const CHECKS: &[Check] = &[
    partitions::check, ratios::check,
    listings::check,
    same_label::check,
    subsets::check,
];
