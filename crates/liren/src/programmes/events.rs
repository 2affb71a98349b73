//! Events that packs declare: an activity, a milestone, a prize, lamps put up. Their kind is `pack.event`.

use liren_facts::Day;
use liren_store::params;

use crate::base::states::{self, State};
use crate::base::{Origin, Result, Write};
use crate::people::{FactValue, register};

/// 事件 — what happened, when, to what; `of` is the event it belongs to (a milestone of a project).
#[derive(Clone, Debug, Default)]
pub struct NewEvent {
    pub kind: String,
    pub title: Option<String>,
    pub day: Option<Day>,
    pub last_day: Option<Day>,
    pub person: Option<i64>,
    pub household: Option<i64>,
    pub dwelling: Option<i64>,
    pub building: Option<i64>,
    pub organisation: Option<i64>,
    pub facility: Option<i64>,
    pub area: Option<i64>,
    pub of: Option<i64>,
    pub fields: Vec<(String, FactValue)>,
    pub origin: Origin,
}

impl NewEvent {
    pub fn new(kind: &str, day: Day) -> NewEvent {
        NewEvent { kind: kind.to_owned(), day: Some(day), ..NewEvent::default() }
    }

    pub fn titled(mut self, title: &str) -> NewEvent {
        self.title = Some(title.to_owned());
        self
    }

    /// A coded or worded field.
    pub fn word(mut self, field: &str, code: &str) -> NewEvent {
        self.fields.push((field.to_owned(), FactValue::Text(code.to_owned())));
        self
    }

    /// A number: a count, fen, a day.
    pub fn number(mut self, field: &str, n: i64) -> NewEvent {
        self.fields.push((field.to_owned(), FactValue::Number(n)));
        self
    }
}

/// Records events; their ids in order.
pub async fn record(w: &mut Write, events: Vec<NewEvent>) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(events.len());
    let (mut rows, mut fields) = (vec![], vec![]);
    for e in events {
        let id = w.id();
        ids.push(id);
        w.touch(&e.kind);
        let day = e.day.unwrap_or(w.today);
        rows.push(params![
            w.community,
            id,
            e.kind,
            e.title,
            day.0,
            e.last_day.map(|d| d.0),
            e.person,
            e.household,
            e.dwelling,
            e.building,
            e.organisation,
            e.facility,
            e.area,
            e.of,
            w.revision,
            e.origin.source,
            e.origin.place.clone()
        ]);
        fields.extend(e.fields.iter().map(|(field, value)| State {
            subject: params!["event", id, field],
            from: day,
            to: None,
            values: register::fact_values(value),
            origin: e.origin.clone(),
        }));
    }
    let columns = [
        "community_id", "id", "kind", "title", "day", "last_day", "person_id", "household_id", "dwelling_id",
        "building_id", "organisation_id", "facility_id", "area_id", "of_id", "recorded", "source_id", "source_ref",
    ];
    w.tx.insert("event", &columns, rows).await?;
    states::insert(w, &register::FIELD, fields).await?;
    Ok(ids)
}
