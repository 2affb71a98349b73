//! Frames (columns) and three-valued expressions over them. Pure: no I/O, no clock, no SQL.
//!
//! The host declares a [`Schema`] (kinds, columns, relations, code tables, programmes, parameters, derived
//! columns, rules), fills one [`Frame`] per kind and community, and joins the frames of a day to a [`World`].
//! Texts are checked against the schema; what is wrong comes back as [`Finding`]s, never as an `Err`.

mod finding;
mod frame;
mod schema;
mod world;

pub use finding::{Finding, Place, Severity};
pub use frame::{Cell, Cells, Frame, FrameBuilder, Slot, Whole};
pub use schema::{
    Code, CodeTable, Column, Derived, Kind, KindBuilder, KindId, Many, ManyId, Param, Programme,
    Records, RuleText, Schema, SchemaBuilder, Stage, TableId, Title, Type, TypeName,
};
pub use world::World;
