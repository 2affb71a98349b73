//! Rosters in, lists out: the importer's plan and writing, and exports.

pub mod export;
mod import;
mod known;
mod ledger;
mod person;
mod places;
mod plan;
pub mod queries;
mod say;

pub use import::{Outcome, Request, file_name, run};
pub use plan::{Change, Plan};
pub use say::{annotated, summary, summary_text};

#[cfg(test)]
mod tests;
