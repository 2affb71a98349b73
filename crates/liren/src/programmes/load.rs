//! Loading the frames of this slice.

use std::collections::HashMap;

use liren_rules::Slot;
use liren_store::params;

use crate::base::states::as_of;
use crate::base::{Earlier, Error, Loading, Result};
use crate::org::queries::one;
use crate::people::load_fields;
use crate::people::queries::aliases;

/// Area of every person and of every household, as their frames say.
struct Places {
    persons: (Earlier, Option<Slot>),
    households: (Earlier, Option<Slot>),
}

impl Places {
    fn of(l: &Loading<'_>) -> Result<Places> {
        let with_area = |kind: &str| {
            let frame = l.earlier(kind)?;
            let area = frame.slot("area");
            Ok::<_, Error>((frame, area))
        };
        Ok(Places { persons: with_area("person")?, households: with_area("household")? })
    }
}

fn place(places: &Places, person: Option<i64>, household: Option<i64>) -> Option<i64> {
    let area = |(frame, slot): &(Earlier, Option<Slot>), id: Option<i64>| frame.number(id?, *slot);
    area(&places.persons, person).or_else(|| area(&places.households, household))
}

/// Sets a to-one cell where the kind declares the relation.
fn subject(l: &mut Loading<'_>, row: u32, kind: &str, id: Option<i64>) {
    if let Some(slot) = l.frame.slot(kind) {
        one(l, row, slot, id);
    }
}

/// Frame `enrolment`: those that have a stage on the moment's day.
pub async fn load_enrolments(l: &mut Loading<'_>) -> Result<()> {
    let (programme, stage, in_force) = (l.slot("programme"), l.slot("stage"), l.slot("in_force"));
    let (since, stage_since, area) = (l.slot("since"), l.slot("stage_since"), l.slot("area"));
    let alias = aliases(l).await?;
    let places = Places::of(l)?;
    let firsts = first_days(l).await?;
    let forces = l.in_force.clone();
    let sql = format!(
        "select e.id, e.programme, s.stage, s.valid_from, e.person_id, e.household_id, e.dwelling_id,
                e.organisation_id
         from enrolment e
         join enrolment_stage s on s.community_id = e.community_id and s.enrolment_id = e.id and {}
         where e.community_id = $1 order by e.id",
        as_of("s", 2, 3)
    );
    type Raw = (i64, String, String, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let rows: Vec<Raw> = l.tx.rows(&sql, l.params()).await?;
    for (id, p, st, from, person, household, dwelling, organisation) in rows {
        let person = person.map(|p| alias.get(&p).copied().unwrap_or(p));
        let row = l.frame.push(id);
        l.frame.set_code(row, programme, Some(&p));
        l.frame.set_code(row, stage, Some(&st));
        l.frame.set_bool(row, in_force, Some(forces.contains(&(p, st))));
        l.frame.set_day(row, stage_since, Some(from as i32));
        l.frame.set_day(row, since, firsts.get(&id).map(|d| *d as i32));
        subject(l, row, "person", person);
        subject(l, row, "household", household);
        subject(l, row, "dwelling", dwelling);
        subject(l, row, "organisation", organisation);
        one(l, row, area, place(&places, person, household));
    }
    load_fields(l, "enrolment", &HashMap::new()).await
}

/// The first day of every enrolment, of all its stages.
async fn first_days(l: &mut Loading<'_>) -> Result<HashMap<i64, i64>> {
    let mut firsts: HashMap<i64, i64> = HashMap::new();
    l.tx.each(
        "select enrolment_id, day from transition
         where community_id = $1 and recorded <= $2 and (superseded is null or superseded > $2)",
        params![l.community, l.revision],
        |row| {
            let day = row.get(1)?;
            let first = firsts.entry(row.get(0)?).or_insert(day);
            *first = day.min(*first);
            Ok(())
        },
    )
    .await?;
    Ok(firsts)
}

/// Frame `transition`: enrolments entering a stage, up to the moment's day.
pub async fn load_transitions(l: &mut Loading<'_>) -> Result<()> {
    let (day, programme, stage) = (l.slot("day"), l.slot("programme"), l.slot("stage"));
    let (enrolment, area) = (l.slot("enrolment"), l.slot("area"));
    let alias = aliases(l).await?;
    let places = Places::of(l)?;
    let rows: Vec<(i64, i64, String, i64, String, Option<i64>, Option<i64>)> =
        l.tx.rows(
            "select t.id, t.enrolment_id, t.stage, t.day, e.programme, e.person_id, e.household_id
             from transition t
             join enrolment e on e.community_id = t.community_id and e.id = t.enrolment_id
             where t.community_id = $1 and t.day <= $2
               and t.recorded <= $3 and (t.superseded is null or t.superseded > $3)
             order by t.id",
            l.params(),
        )
        .await?;
    for (id, of, st, on, p, person, household) in rows {
        let person = person.map(|p| alias.get(&p).copied().unwrap_or(p));
        let row = l.frame.push(id);
        l.frame.set_day(row, day, Some(on as i32));
        l.frame.set_code(row, programme, Some(&p));
        l.frame.set_code(row, stage, Some(&st));
        l.frame.set_one(row, enrolment, Some(of));
        subject(l, row, "person", person);
        subject(l, row, "household", household);
        one(l, row, area, place(&places, person, household));
    }
    Ok(())
}

/// Frame `payment`, up to the moment's day.
pub async fn load_payments(l: &mut Loading<'_>) -> Result<()> {
    let (day, programme, amount) = (l.slot("day"), l.slot("programme"), l.slot("amount"));
    let (enrolment, area) = (l.slot("enrolment"), l.slot("area"));
    let alias = aliases(l).await?;
    let places = Places::of(l)?;
    let rows: Vec<(i64, i64, String, Option<i64>, Option<i64>, i64, i64)> =
        l.tx.rows(
            "select id, enrolment_id, programme, person_id, household_id, day, amount from payment
             where community_id = $1 and day <= $2
               and recorded <= $3 and (superseded is null or superseded > $3)
             order by id",
            l.params(),
        )
        .await?;
    for (id, of, p, person, household, on, fen) in rows {
        let person = person.map(|p| alias.get(&p).copied().unwrap_or(p));
        let row = l.frame.push(id);
        l.frame.set_day(row, day, Some(on as i32));
        l.frame.set_code(row, programme, Some(&p));
        l.frame.set_int(row, amount, Some(fen));
        l.frame.set_one(row, enrolment, Some(of));
        subject(l, row, "person", person);
        subject(l, row, "household", household);
        one(l, row, area, place(&places, person, household));
    }
    Ok(())
}

/// A frame of one kind of event that a pack declares, up to the moment's day.
pub async fn load_event(l: &mut Loading<'_>) -> Result<()> {
    let day = l.slot("day");
    let area = l.frame.slot("area");
    let alias = aliases(l).await?;
    let places = Places::of(l)?;
    let mut bound = l.params();
    bound.push(l.kind.as_str().into());
    type Raw = (i64, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let rows: Vec<Raw> =
        l.tx.rows(
            "select id, day, person_id, household_id, dwelling_id, building_id, organisation_id, facility_id,
                    area_id
             from event where community_id = $1 and kind = $4 and day <= $2
               and recorded <= $3 and (superseded is null or superseded > $3)
             order by id",
            bound,
        )
        .await?;
    for (id, on, person, household, dwelling, building, organisation, facility, at) in rows {
        let person = person.map(|p| alias.get(&p).copied().unwrap_or(p));
        let row = l.frame.push(id);
        l.frame.set_day(row, day, Some(on as i32));
        subject(l, row, "person", person);
        subject(l, row, "household", household);
        subject(l, row, "dwelling", dwelling);
        subject(l, row, "building", building);
        subject(l, row, "organisation", organisation);
        subject(l, row, "facility", facility);
        if let Some(area) = area {
            one(l, row, area, at.or_else(|| place(&places, person, household)));
        }
    }
    // A community has many kinds of events and few of them have fields: a kind without a record asks for none.
    if l.frame.is_empty() {
        return Ok(());
    }
    load_fields(l, "event", &HashMap::new()).await
}
