//! What a fact looks like, wherever it comes from: days and partial dates, identifiers, code tables,
//! names, addresses. Pure: no I/O, no clock.

pub mod day;

pub use day::{Day, PartialDay, Period};
