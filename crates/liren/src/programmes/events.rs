//! Events that packs declare: an activity, a milestone, a prize, lamps put up. Their kind is `pack.event`.

use liren_facts::Day;

use crate::base::records::{self, record};
use crate::base::{
    AreaId, BuildingId, DwellingId, FacilityId, FactValue, Fields, HouseholdId, OrganisationId, Origin, PersonId,
    Result, Write,
};

record! {
    /// 事件 — what happened, when, to what; `of` is the event it belongs to (a milestone of a project).
    pub struct Event in "event", frame "." by kind {
        kind: String = "kind",
        title: Option<String> = "title",
        day: Day = "day",
        last_day: Option<Day> = "last_day",
        person: Option<PersonId> = "person_id",
        household: Option<HouseholdId> = "household_id",
        dwelling: Option<DwellingId> = "dwelling_id",
        building: Option<BuildingId> = "building_id",
        organisation: Option<OrganisationId> = "organisation_id",
        facility: Option<FacilityId> = "facility_id",
        area: Option<AreaId> = "area_id",
        of: Option<i64> = "of_id",
    }
}

impl Event {
    /// Whom or which home it happened to; nobody for what is the community's.
    pub fn subject(&self) -> (Option<PersonId>, Option<HouseholdId>, Option<DwellingId>) {
        (self.person, self.household, self.dwelling)
    }
}

/// An event to be recorded, with the fields its pack declares.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub event: Event,
    pub fields: Fields,
    pub origin: Origin,
}

impl NewEvent {
    pub fn new(kind: &str, day: Day) -> NewEvent {
        let event = Event {
            kind: kind.to_owned(),
            title: None,
            day,
            last_day: None,
            person: None,
            household: None,
            dwelling: None,
            building: None,
            organisation: None,
            facility: None,
            area: None,
            of: None,
        };
        NewEvent { event, fields: vec![], origin: Origin::default() }
    }

    pub fn titled(mut self, title: &str) -> NewEvent {
        self.event.title = Some(title.to_owned());
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
    records::add_all(w, events.into_iter().map(|e| (e.event, e.fields, e.origin)).collect()).await
}

/// An event was otherwise.
pub async fn correct(w: &mut Write, id: i64, now: NewEvent) -> Result<()> {
    records::replace(w, id, now.event, now.fields, &now.origin).await
}

/// An event did not happen.
pub async fn withdraw(w: &mut Write, id: i64) -> Result<Event> {
    records::withdraw(w, id).await
}
