//! Proofreader of Chinese official prose: figures, sums, ratios, contradictions. Pure.
//!
//! `read(&Text, &Options) -> Report` runs a pipeline of small pieces: the reader normalises the text (`read/normal.rs`),
//! tokens become quantities with labels (`read/`), quantities are related (`relate/`), checks look at the relations
//! (`checks/`, one file each) and report through one factory (`findings.rs`). Nothing here does I/O, and bad content is
//! never an `Err`: it is a `Finding` with offsets into the original string.

pub mod decode;
pub mod html;
pub mod options;
pub mod quality;
pub mod report;
pub mod terminal;
pub mod text;

mod checks;
mod claims;
mod findings;
mod page;
mod read;
mod relations;

pub use decode::decode;
pub use options::{KnownFigure, Lang, Options, ReportPeriod};
pub use report::{
    Bound, Figure, FigureKind, Finding, Fix, Message, Quote, Report, Role, Severity, Summary, Value, Verified,
};
pub use text::{Block, BlockKind, Part, Text};

/// Read a text and say which of its figures cannot be true.
pub fn read(text: &Text, options: &Options) -> Report {
    let mut page = page::Page::of(text, options);
    let outcome = relations::judged(&mut page);
    let mut findings = findings::Findings::new(&page);
    for check in checks::CHECKS {
        check(&page, &outcome, &mut findings);
    }
    findings.into_report(&outcome)
}

#[cfg(test)]
mod tests;
