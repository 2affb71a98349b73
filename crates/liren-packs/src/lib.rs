//! Reads packs into typed definitions; every mistake with file, line and a suggestion.
//!
//! [`load`] is pure over texts: the product embeds its packs, `liren pack check DIR` reads a folder with
//! [`read_dir`]. What is wrong comes back as findings of [`liren_rules`], printed by [`Packs::check_text`].

mod arithmetic;
mod case;
mod codes;
mod figure;
mod gate;
mod join;
mod ledgers;
mod pack;
mod question;
mod read;
mod register;
mod returns;
mod rule;
mod section;
mod source;
mod texts;

pub use arithmetic::{Check, Comparison, Operand, Range, Term};
pub use case::{Case, Verdict};
pub use figure::{Counted, Cut, Figure, Flows, Formula, When};
pub use gate::Refusal;
pub use pack::{Document, Event, Fact, Field, FieldType, Move, Pack, Programme, Stage};
pub use question::Question;
pub use register::Register;
pub use returns::{Return, ReturnLine};
pub use rule::{Param, ParamValue, Rule};
pub use section::{Chapter, Every, Section};
pub use source::{Language, Source, Spot};
pub use texts::{Packs, Report, load, read_dir};

#[cfg(test)]
mod tests;
