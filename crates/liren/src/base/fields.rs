//! The fields that packs declare for whatever lasts: persons, households, enrolments. Those of records lie in `record_value`.

use liren_facts::Day;
use liren_store::{Row, Value, params};

use super::error::Result;
use super::ids::{Id, Mine};
use super::records::FactValue;
use super::states::{OfKind, Subject, state};
use super::write::{Origin, Write};

/// A field that a pack declares, of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldOf {
    /// Frame kind of the subject.
    pub kind: String,
    pub id: i64,
    pub field: String,
}

impl Subject for FieldOf {
    fn key(&self) -> Vec<Value> {
        params![self.kind.as_str(), self.id, self.field.as_str()]
    }

    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<FieldOf> {
        Ok(FieldOf { kind: row.get(first)?, id: row.get(first + 1)?, field: row.get(first + 2)? })
    }
}

impl OfKind for FieldOf {
    /// Its subject column says it.
    const KIND: &'static str = "";
}

state! {
    /// 条线字段 — what packs declare for persons, households, enrolments.
    pub struct Field in "field_value" of FieldOf as "subject_kind" and "subject_id" and "field" {
        number: Option<i64> = "number",
        text: Option<String> = "text",
    }
}

impl Field {
    pub fn of(value: &FactValue) -> Field {
        match value {
            FactValue::Number(n) => Field { number: Some(*n), text: None },
            FactValue::Text(t) => Field { number: None, text: Some(t.clone()) },
        }
    }
}

/// A field is so from `on` on, for a person, a household, an enrolment …
pub async fn set_field<T: Id>(
    w: &mut Write,
    on: Day,
    subject: Mine<T>,
    field: &str,
    value: &FactValue,
    origin: &Origin,
) -> Result<()> {
    let of = FieldOf { kind: T::KIND.into(), id: subject.number(), field: field.to_owned() };
    Field::of(value).record(w, of, on, origin).await
}
