//! Lines of work, generic over packs: enrolments and their stages, payments, and the events packs declare.
//!
//! This slice contains no programme's name: what a stage or a field means is said by the pack.

pub mod events;
mod gates;
mod load;
pub mod payments;
pub mod queries;
pub mod screening;

pub use gates::{advance, may_enter};

use liren_rules::{Code, CodeTable, Column, Many, SchemaBuilder, Title};

use crate::base::stages::{MatterName, Stage, Transition};
use crate::base::{Kind, Slice};

pub const SLICE: Slice = Slice {
    name: "programmes",
    frames,
    kinds: &[
        Kind::new("enrolment", |l| Box::pin(load::enrolments(l))),
        Kind::new("transition", |l| Box::pin(load::transitions(l))),
        Kind::new("payment", |l| Box::pin(load::payments(l))),
        Kind::new("ending", |l| Box::pin(load::endings::load(l))),
        Kind::new(".", |l| Box::pin(load::event(l))).labelled(load::titles),
    ],
    states: &[MatterName::TABLE, Stage::TABLE],
    records: &[Transition::TABLE, payments::Payment::TABLE, events::Event::TABLE],
    ..Slice::EMPTY
};

/// The frame kinds of this slice. `enrolment` itself and each `pack.event` are declared by the packs.
fn frames(schema: &mut SchemaBuilder) {
    let reasons = vec![Code::new("death", "去世", "Died"), Code::new("departure", "迁出", "Moved away")];
    schema.table(CodeTable::new("end_reason", Title::new("终止原因", "Why it ended"), reasons));
    schema
        .kind("enrolment", "办理", "Enrolment")
        .column(Column::one("person", "person", "人", "Person"))
        .column(Column::one("household", "household", "户", "Household"))
        .column(Column::day("since", "起始日期", "Since"))
        .column(Column::day("stage_since", "阶段起始日期", "In this stage since"))
        .column(Column::one("area", "area", "区划", "Area"))
        .column(Column::partial_day("ended", "终止日期", "Ended"))
        .column(Column::code("end_reason", "end_reason", "终止原因", "Why it ended"))
        .column(Column::bool("to_check", "是否延续待问", "Whether it goes on is to be asked"))
        .column(Column::one("whom", "person", "问谁", "Whom to ask about"))
        .many(Many::new("payments", "payment", "enrolment", "发放", "Payments"))
        .many(Many::new("transitions", "transition", "enrolment", "经历阶段", "Transitions"));
    let kinds =
        [("transition", "进入阶段", "Transition"), ("payment", "发放", "Payment"), ("ending", "终止", "Ending")];
    for (kind, zh, en) in kinds {
        // A list shows who is in a stage and not since when: the day of a transition may be known in part.
        let day = if kind == "payment" { Column::day } else { Column::partial_day };
        schema
            .kind(kind, zh, en)
            .column(day("day", "日期", "Day"))
            .column(Column::code("programme", "programme", "条线", "Programme"))
            .column(Column::one("enrolment", "enrolment", "办理", "Enrolment"))
            .column(Column::one("person", "person", "人", "Person"))
            .column(Column::one("household", "household", "户", "Household"))
            .column(Column::one("area", "area", "区划", "Area"));
    }
    schema.kind("transition", "进入阶段", "Transition").column(Column::code("stage", "stage", "阶段", "Stage"));
    schema.kind("payment", "发放", "Payment").column(Column::int("amount", "金额", "Amount"));
    schema
        .kind("ending", "终止", "Ending")
        .column(Column::code("end_reason", "end_reason", "终止原因", "Why it ended"));
    schema
        .kind("person", "人", "Person")
        .many(Many::new(
            "ended_standings", "enrolment", "whom", "终止或待问的登记", "Enrolments ended or to be asked about",
        ))
        .many(Many::new("payments", "payment", "person", "发放", "Payments"))
        .many(Many::new("transitions", "transition", "person", "经历阶段", "Transitions"));
}

#[cfg(test)]
mod tests;
