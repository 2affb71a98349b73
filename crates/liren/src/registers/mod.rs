//! 台账登记: which registers a community keeps. A figure of a kind of record is 0 only while that register is kept; before, or where
//! nobody keeps it, it is 待核实.

mod kept;
pub mod queries;
mod words;

pub use kept::{
    Cover, Gap, KINDS, Kept, ProgrammeOf, ProgrammeUse, Registers, begin_by_list, keep, report_none, withdraw,
};
pub use words::{all, title};

#[cfg(test)]
mod tests;

use crate::base::Slice;

pub const SLICE: Slice = Slice {
    name: "registers",
    states: &[ProgrammeUse::TABLE],
    records: &[Kept::TABLE],
    unkept: Some(|tx, schema, moment| Box::pin(queries::unkept(tx, schema, moment))),
    ..Slice::EMPTY
};
