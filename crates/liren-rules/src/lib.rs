//! Frames (columns) and three-valued expressions over them. Pure: no I/O, no clock, no SQL.
//!
//! The host declares a [`Schema`] (kinds, columns, relations, code tables, programmes, parameters, derived
//! columns, rules), fills one [`Frame`] per kind and community, and joins the frames of a day to a [`World`].
//! Texts are checked against the schema; what is wrong comes back as [`Finding`]s, never as an `Err`.

mod block;
mod calendar;
mod check;
mod explain;
mod finding;
mod frame;
mod lex;
mod number;
mod op;
mod parse;
mod program;
mod result;
mod run;
mod schema;
mod set;
mod suggest;
mod typed;
mod world;

pub use check::{Ask, Want};
pub use explain::{Explainer, Explanation, Fact, Gap, How, Missing, Reason, explain};
pub use finding::{Finding, Place, Severity};
pub use frame::{Cell, Cells, Frame, FrameBuilder, Slot, Whole};
pub use program::{Program, Values};
pub use result::{Outcome, Total, Value};
pub use run::Results;
pub use schema::{
    Code, CodeTable, Column, Condition, Derived, Kind, KindBuilder, KindId, Many, ManyId, Param,
    Programme, Records, RuleText, Schema, SchemaBuilder, Stage, TableId, Title, Type, TypeName,
};
pub use set::{Bitmap, Set};
pub use suggest::nearest;
pub use typed::{Checked, Ty};
pub use world::World;

#[cfg(test)]
mod tests;
