//! The demo community: deterministic, fictional, and made by the main job itself.
//!
//! Its people and ledgers arrive as workbooks that are written into the data folder and imported through the
//! code a user runs; what no roster carries is recorded by the slices. It is also the fixture of tests,
//! screenshots and benchmarks. The source report is of 2013: the demo's clock stands at 2013-11-20.

mod build;
mod chance;
mod ledgers;
mod names;
mod rosters;
mod story;
mod town;
mod work;
mod year;

pub use build::{Made, build};
pub use town::{Soul, Town};

use liren_facts::Day;

/// The demo's business day: 2013-11-20.
pub const TODAY: Day = Day(16_029);
/// The day of the opening roster: 2012-12-31.
pub const OPENING: Day = Day(15_705);
/// 明德社区
pub const NAME: &str = "明德社区";
/// Its two estates.
pub const ESTATES: [&str; 2] = ["榆园小区", "朝阳花园"];
/// Its four residents' groups, the fourth being the second estate.
pub const GROUPS: [&str; 4] = ["第一小组", "第二小组", "第三小组", "第四小组"];

#[cfg(test)]
mod tests;
