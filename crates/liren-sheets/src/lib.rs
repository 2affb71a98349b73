//! Workbooks in and out: cells, merges, comments, streaming writers. Knows cells, not residents.

pub mod annotate;
pub mod book;
pub mod export;
mod read;
pub mod write;

pub use book::{Comment, Finding, Range, Sheet, Unreadable, Value, Workbook};
pub use read::read;
