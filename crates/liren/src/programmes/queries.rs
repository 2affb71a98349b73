//! Every statement of this slice that writes, and those that read single enrolments.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::{Tx, params};

use crate::base::states::{self, StateTable};
use crate::base::{Origin, Result, Scope, Write};
use crate::people::{FactValue, register};

pub const STAGE: StateTable =
    StateTable { name: "enrolment_stage", subject: &["enrolment_id"], columns: &["stage"], kind: "enrolment" };

/// 办理对象 — who or what is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Person(i64),
    Household(i64),
    Dwelling(i64),
    Organisation(i64),
}

impl Subject {
    /// Columns person, household, dwelling, organisation.
    pub fn columns(self) -> [Option<i64>; 4] {
        match self {
            Subject::Person(id) => [Some(id), None, None, None],
            Subject::Household(id) => [None, Some(id), None, None],
            Subject::Dwelling(id) => [None, None, Some(id), None],
            Subject::Organisation(id) => [None, None, None, Some(id)],
        }
    }
}

/// An enrolment to be made: its programme and subject, and the stages it went through, in order.
pub struct NewEnrolment {
    pub programme: String,
    pub subject: Subject,
    pub stages: Vec<(Day, String)>,
    /// Those of the stages whose day is only when they were first seen: no transition tells when they were entered.
    pub first_seen: Vec<String>,
    pub fields: Vec<(String, FactValue)>,
    pub origin: Origin,
}

/// Enrols many; their ids in order. Each stage is a state and a transition into it.
pub async fn enrol(w: &mut Write, new: Vec<NewEnrolment>) -> Result<Vec<i64>> {
    let (community, revision) = (w.community, w.revision);
    let mut ids = Vec::with_capacity(new.len());
    let (mut rows, mut stages, mut transitions, mut fields) = (vec![], vec![], vec![], vec![]);
    for e in new {
        let id = w.id();
        ids.push(id);
        let [person, household, dwelling, organisation] = e.subject.columns();
        rows.push(params![community, id, e.programme, person, household, dwelling, organisation]);
        let first = e.stages.first().map_or(w.today, |s| s.0);
        for (at, (day, stage)) in e.stages.iter().enumerate() {
            let next = e.stages.get(at + 1).map(|s| s.0);
            if next != Some(*day) {
                stages.push(states::State {
                    subject: params![id],
                    from: *day,
                    to: next,
                    values: params![stage],
                    origin: e.origin.clone(),
                });
            }
            if e.first_seen.contains(stage) {
                continue;
            }
            let transition = w.id();
            transitions.push(params![
                community,
                transition,
                id,
                stage,
                day.0,
                revision,
                e.origin.source,
                e.origin.place.clone()
            ]);
        }
        for (field, value) in &e.fields {
            fields.push(states::State {
                subject: params!["enrolment", id, field],
                from: first,
                to: None,
                values: register::fact_values(value),
                origin: e.origin.clone(),
            });
        }
    }
    let columns = ["community_id", "id", "programme", "person_id", "household_id", "dwelling_id", "organisation_id"];
    w.tx.insert("enrolment", &columns, rows).await?;
    states::insert(w, &STAGE, stages).await?;
    states::insert(w, &register::FIELD, fields).await?;
    let columns = ["community_id", "id", "enrolment_id", "stage", "day", "recorded", "source_id", "source_ref"];
    w.tx.insert("transition", &columns, transitions).await?;
    w.touch("enrolment");
    w.touch("transition");
    Ok(ids)
}

/// The stage an enrolment is in on a day, and since when.
pub async fn stage_on(w: &mut Write, enrolment: i64, day: Day) -> Result<Option<(String, Day)>> {
    let row: Option<(String, i64)> =
        w.tx.opt(
            "select stage, valid_from from enrolment_stage
             where community_id = $1 and enrolment_id = $2 and superseded is null
               and valid_from <= $3 and (valid_to is null or valid_to > $3)",
            params![w.community, enrolment, day.0],
        )
        .await?;
    Ok(row.map(|(stage, since)| (stage, Day(since as i32))))
}

/// What the fields of a programme's enrolments hold now: enrolment, field, value.
pub async fn fields(tx: &mut Tx, scope: &Scope, programme: &str) -> Result<HashMap<(i64, String), FactValue>> {
    let rows: Vec<(i64, String, Option<i64>, Option<String>)> = tx
        .rows(
            "select f.subject_id, f.field, f.number, f.text from field_value f
             join enrolment e on e.community_id = f.community_id and e.id = f.subject_id
             where f.community_id = $1 and f.subject_kind = 'enrolment' and e.programme = $2
               and f.superseded is null and f.valid_to is null",
            params![scope.community, programme],
        )
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, field, number, text)| {
            let value = number.map(FactValue::Number).or(text.map(FactValue::Text))?;
            Some(((id, field), value))
        })
        .collect())
}

/// An enrolment enters a stage, as a ledger or a record says it did: [`super::advance`] asks the pack first.
pub async fn enter(w: &mut Write, enrolment: i64, day: Day, stage: &str, origin: &Origin) -> Result<()> {
    states::record(w, &STAGE, &params![enrolment], day, params![stage], origin).await?;
    let id = w.id();
    let row = params![w.community, id, enrolment, stage, day.0, w.revision, origin.source, origin.place.clone()];
    let columns = ["community_id", "id", "enrolment_id", "stage", "day", "recorded", "source_id", "source_ref"];
    w.tx.insert("transition", &columns, vec![row]).await?;
    w.touch("transition");
    Ok(())
}

/// An enrolment is seen in a stage on a day; when it was entered nobody has said.
pub async fn seen(w: &mut Write, enrolment: i64, day: Day, stage: &str, origin: &Origin) -> Result<()> {
    states::record(w, &STAGE, &params![enrolment], day, params![stage], origin).await
}

/// Money paid within an enrolment; `amount` in fen.
pub async fn pay(
    w: &mut Write,
    programme: &str,
    enrolment: i64,
    subject: Subject,
    day: Day,
    amount: i64,
) -> Result<()> {
    let id = w.id();
    let [person, household, ..] = subject.columns();
    let row = params![w.community, id, programme, enrolment, person, household, day.0, amount, w.revision];
    let columns =
        ["community_id", "id", "programme", "enrolment_id", "person_id", "household_id", "day", "amount", "recorded"];
    w.tx.insert("payment", &columns, vec![row]).await?;
    w.touch("payment");
    Ok(())
}

/// Today's enrolments of a programme: subject to (enrolment, stage).
pub async fn enrolments(tx: &mut Tx, scope: &Scope, programme: &str) -> Result<HashMap<Subject, (i64, String)>> {
    type Raw = (i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, String);
    let rows: Vec<Raw> = tx
        .rows(
            "select e.id, e.person_id, e.household_id, e.dwelling_id, e.organisation_id, s.stage
             from enrolment e
             join enrolment_stage s on s.community_id = e.community_id and s.enrolment_id = e.id
                                   and s.superseded is null and s.valid_to is null
             where e.community_id = $1 and e.programme = $2 order by e.id",
            params![scope.community, programme],
        )
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, person, household, dwelling, organisation, stage)| {
            let subject = person
                .map(Subject::Person)
                .or(household.map(Subject::Household))
                .or(dwelling.map(Subject::Dwelling))
                .or(organisation.map(Subject::Organisation))?;
            Some((subject, (id, stage)))
        })
        .collect())
}

/// A person's enrolments of today: programme, stage, since.
pub async fn of_person(tx: &mut Tx, scope: &Scope, person: i64) -> Result<Vec<(String, String, Day)>> {
    let rows: Vec<(String, String, i64)> = tx
        .rows(
            "select e.programme, s.stage, s.valid_from
             from enrolment e
             join enrolment_stage s on s.community_id = e.community_id and s.enrolment_id = e.id
                                   and s.superseded is null and s.valid_to is null
             where e.community_id = $1 and (e.person_id = $2 or e.household_id in (
                   select household_id from person_membership where community_id = $1 and person_id = $2
                      and superseded is null and valid_to is null))
             order by e.programme, e.id",
            params![scope.community, person],
        )
        .await?;
    Ok(rows.into_iter().map(|(p, s, d)| (p, s, Day(d as i32))).collect())
}
