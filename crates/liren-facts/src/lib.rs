//! What a fact looks like, wherever it comes from: days and partial dates, identifiers, code tables,
//! names, phones, addresses. Pure: no I/O, no clock.

pub mod address;
pub mod code;
pub mod date;
pub mod day;
mod hidden;
pub mod identifier;
pub mod name;
pub mod nothing;
mod numeral;
pub mod phone;
pub mod script;

pub use day::{Day, PartialDay, Period};
pub use hidden::without_numbers;
