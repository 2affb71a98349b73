//! Workbooks in and out: cells, merges, comments, streaming writers. Knows cells, not residents.

pub mod book;
mod read;

pub use book::{Comment, Finding, Range, Sheet, Unreadable, Value, Workbook};
pub use read::read;
