//! Reads people out of the rosters communities keep. Pure: knows residents and cells, not SQL.
//!
//! [`read`] takes a workbook, what the registry already knows, and how strict to be; it returns a
//! [`Reading`]: sheets as they were understood, one [`Draft`] for each distinct person with the cells it
//! stands in, households, ledger lines, and problems in words a clerk can act on.

mod card;
mod content;
pub mod draft;
mod extract;
mod forms;
mod grid;
mod households;
pub mod known;
mod layout;
pub mod ledger;
mod ledgers;
mod legend;
mod link;
pub mod mapping;
mod marks;
mod meanings;
pub mod problem;
pub mod question;
mod read;
mod result;
mod rows;
pub mod same;
mod stage;
pub mod standing;
pub mod table;
mod understand;
mod unfold;
mod words;

use liren_facts::Day;

pub use draft::{Draft, Household, Reading};
pub use known::{Known, KnownPerson};
pub use layout::{Layout, layouts};
pub use ledger::LedgerKind;
pub use mapping::Mapping;
pub use problem::{Level, Problem};
pub use question::Question;
pub use read::read;
pub use standing::Vocabulary;

/// How a workbook is to be read.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The day of the reading: future births, two-digit years and ages are judged by it.
    pub on: Day,
    /// Accept the region 99, which no real identity number has.
    pub fictional: bool,
    /// The community's own name (祥和社区), to cut it off addresses.
    pub community: &'a str,
    /// The community's id, as the keys of our own lists begin.
    pub community_id: i64,
    /// A mapping a clerk corrected.
    pub map: Option<&'a Mapping>,
    pub ledgers: &'a [LedgerKind],
    /// The words of lists for standings.
    pub vocabulary: &'a Vocabulary,
    /// Name of the file: a hint like a title.
    pub file: &'a str,
}
