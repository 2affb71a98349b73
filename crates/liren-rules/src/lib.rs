//! Frames (columns) and three-valued expressions over them. Pure: no I/O, no clock, no SQL.
//!
//! The host declares a [`Schema`] (kinds, columns, relations, code tables, programmes, parameters, derived
//! columns, rules), fills one [`Frame`] per kind and community, and joins the frames of a day to a [`World`].
//! Texts are checked against the schema; what is wrong comes back as [`Finding`]s, never as an `Err`.
//! [`Schema::check`] → [`Checked`] → [`Program::new`] → [`Program::run`] or [`Program::run_rows`] →
//! [`Outcome`]; [`Explainer`] says why, and which facts are missing.
//!
//! # The language
//!
//! CEL's syntax, a subset; every word has a Chinese one, and full-width signs are read too.
//!
//! | | |
//! |---|---|
//! | values | `80`, `2013-10-01` or `date("2013-10-01")`, `true` 真, `"resident"` or `"常住"` (a code of the other side's table) |
//! | paths | `age`, `person.age`, `household.dwelling.area`, `人.年龄`; `today` 今天, `param.age`, `param.elder-allowance.age` |
//! | operators | `== != < <= > >= in [ … ]`, `&&` 且, `\|\|` 或, `!` 非, `+ - *`, `c ? a : b` |
//! | functions | `has(p)` 有, `enrolled("id")` 在册, `stage("id")` 阶段, `inside("area")` 位于, `years_between(a, b)` 整年数, `rule("pack.id")` or `rule.id` 规则 |
//! | to-many | `members.count(e)` 计数, `.any(e)` 任一, `.all(e)` 全部, `.sum(column, e)` 合计; inside `e` bare names are the member's first, the outer record goes by its kind's name |
//!
//! # Three values
//!
//! A cell is known, *absent* (known not to exist) or *unknown*. Unknown spreads as Kleene has it, so
//! `x || !x` stays unknown. A comparison with an absent value is false, also `!=`; `!` of it is then true.
//! Partial days, counts and sums are ranges: a comparison is unknown only while the range straddles it.
//! Arithmetic with an unknown is unknown, and so is a result that does not fit 64 bits (counted in
//! [`Results::overflows`]). A parameter without a value on the day is unknown ([`Program::missing_params`]).
//! `c ? a : b` with `c` unknown is known only when both branches agree.

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
mod truth;
mod typed;
mod world;

pub use check::{Ask, Want};
pub use explain::{Explainer, Explanation, Fact, Gap, How, Missing, Reason, explain};
pub use finding::{Finding, Place, Severity};
pub use frame::{Cell, Frame, FrameBuilder, Slot};
pub use program::{Program, Values};
pub use result::{Outcome, Total, Value};
pub use run::Results;
pub use schema::{
    Code, CodeTable, Column, Condition, Derived, Ending, Kind, KindBuilder, KindId, Many, ManyId, Param, Programme,
    Records, RuleText, Schema, SchemaBuilder, Stage, TableId, Title, Type, TypeName,
};
pub use set::{Bitmap, Set};
pub use suggest::nearest;
pub use typed::{Checked, Ty};
pub use world::{Unkept, World};

#[cfg(test)]
mod tests;
