//! Workbooks in and out: cells, merges, comments, streaming writers. Knows cells, not residents.

pub mod annotate;
pub mod book;
pub mod budget;
pub mod export;
mod read;
pub mod wire;
pub mod write;

pub use book::{Comment, Finding, Range, Sheet, Unreadable, Value, Workbook};
pub use budget::Budget;
pub use read::{read, read_within};
