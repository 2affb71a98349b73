//! Lines of work, generic over packs: enrolments and their stages, payments, and the events packs declare.
//!
//! This slice contains no programme's name: what a stage or a field means is said by the pack.

pub mod events;
mod gates;
mod load;
pub mod queries;
pub mod screening;

pub use gates::{advance, may_enter};
pub use load::{load_enrolments, load_event, load_payments, load_transitions};
pub use queries::{NewEnrolment, Subject};

use liren_rules::{Column, Many, SchemaBuilder};

/// The frame kinds of this slice. `enrolment` itself and each `pack.event` are declared by the packs.
pub fn frames(schema: &mut SchemaBuilder) {
    schema
        .kind("enrolment", "办理", "Enrolment")
        .column(Column::one("person", "person", "人", "Person"))
        .column(Column::one("household", "household", "户", "Household"))
        .column(Column::day("since", "起始日期", "Since"))
        .column(Column::day("stage_since", "阶段起始日期", "In this stage since"))
        .column(Column::one("area", "area", "区划", "Area"))
        .many(Many::new("payments", "payment", "enrolment", "发放", "Payments"))
        .many(Many::new("transitions", "transition", "enrolment", "经历阶段", "Transitions"));
    for (kind, zh, en) in [("transition", "进入阶段", "Transition"), ("payment", "发放", "Payment")] {
        schema
            .kind(kind, zh, en)
            .column(Column::day("day", "日期", "Day"))
            .column(Column::code("programme", "programme", "条线", "Programme"))
            .column(Column::one("enrolment", "enrolment", "办理", "Enrolment"))
            .column(Column::one("person", "person", "人", "Person"))
            .column(Column::one("household", "household", "户", "Household"))
            .column(Column::one("area", "area", "区划", "Area"));
    }
    schema.kind("transition", "进入阶段", "Transition").column(Column::code("stage", "stage", "阶段", "Stage"));
    schema.kind("payment", "发放", "Payment").column(Column::int("amount", "金额", "Amount"));
    schema
        .kind("person", "人", "Person")
        .many(Many::new("payments", "payment", "person", "发放", "Payments"))
        .many(Many::new("transitions", "transition", "person", "经历阶段", "Transitions"));
}

#[cfg(test)]
mod tests;
