//! Every statement of this slice: the records a report cites.

use std::collections::HashMap;

use liren_facts::{Day, Period};
use liren_store::{Tx, params};

use crate::base::{Result, Scope};

/// 记录 — an event as a report cites it.
#[derive(Clone, Debug)]
pub struct EventRecord {
    pub id: i64,
    pub kind: String,
    pub day: Day,
    pub last_day: Option<Day>,
    pub title: Option<String>,
    pub organisation: Option<(i64, String)>,
    pub building: Option<(i64, String)>,
    pub fields: HashMap<String, String>,
}

/// The events of a year as known at a revision, those that are only planned included: a report cites no other
/// year's.
pub async fn events(tx: &mut Tx, scope: &Scope, year: Period, known_at: i64) -> Result<Vec<EventRecord>> {
    type Raw =
        (i64, String, i64, Option<i64>, Option<String>, Option<i64>, Option<String>, Option<i64>, Option<String>);
    let rows: Vec<Raw> = tx
        .rows(
            "select e.id, e.kind, e.day, e.last_day, e.title, o.organisation_id, o.name, b.building_id, b.name
             from event e
             left join organisation_state o on o.community_id = e.community_id
                  and o.organisation_id = e.organisation_id and o.superseded is null and o.valid_to is null
             left join building_state b on b.community_id = e.community_id
                  and b.building_id = e.building_id and b.superseded is null and b.valid_to is null
             where e.community_id = $1 and e.recorded <= $4 and (e.superseded is null or e.superseded > $4)
               and e.person_id is null and e.dwelling_id is null
               and e.day >= $2 and e.day <= $3
             order by e.day, e.id",
            params![scope.community, year.first.0, year.last.0, known_at],
        )
        .await?;
    let fields: Vec<(i64, String, Option<i64>, Option<String>)> = tx
        .rows(
            "select f.subject_id, f.field, f.number, f.text from field_value f
             join event e on e.community_id = f.community_id and e.id = f.subject_id
                         and e.person_id is null and e.dwelling_id is null
             where f.community_id = $1 and f.subject_kind = 'event'
               and f.recorded <= $2 and (f.superseded is null or f.superseded > $2)",
            params![scope.community, known_at],
        )
        .await?;
    let mut by_event: HashMap<i64, HashMap<String, String>> = HashMap::new();
    for (id, field, number, text) in fields {
        let value = text.or(number.map(|n| n.to_string())).unwrap_or_default();
        by_event.entry(id).or_default().insert(field, value);
    }
    Ok(rows
        .into_iter()
        .map(|(id, kind, day, last, title, org, org_name, building, building_name)| EventRecord {
            id,
            kind,
            day: Day(day as i32),
            last_day: last.map(|d| Day(d as i32)),
            title,
            organisation: org.zip(org_name),
            building: building.zip(building_name),
            fields: by_event.remove(&id).unwrap_or_default(),
        })
        .collect())
}

/// Organisations there are, as known at a revision: (id, kind, name), oldest first.
pub async fn organisations(tx: &mut Tx, scope: &Scope, known_at: i64) -> Result<Vec<(i64, String, String)>> {
    Ok(tx
        .rows(
            "select organisation_id, kind, name from organisation_state
             where community_id = $1 and valid_to is null
               and recorded <= $2 and (superseded is null or superseded > $2) order by organisation_id",
            params![scope.community, known_at],
        )
        .await?)
}

/// 记录 — one thing or happening with what is on record of it.
#[derive(Clone, Debug, Default)]
pub struct Described {
    pub title: Option<String>,
    /// Code of an organisation's kind.
    pub kind: Option<String>,
    pub day: Option<Day>,
    pub last_day: Option<Day>,
    pub organisation: Option<String>,
    pub building: Option<String>,
    pub estate: Option<String>,
    /// Number and text of each field.
    pub fields: HashMap<String, (Option<i64>, Option<String>)>,
    /// File and place in it.
    pub source: Option<String>,
}

/// A record a report may cite: an organisation, a building, or an event that is about no person and no home.
pub async fn described(tx: &mut Tx, scope: &Scope, kind: &str, id: i64) -> Result<Option<Described>> {
    match kind {
        "organisation" => {
            let row: Option<(String, String, Option<String>, Option<String>)> = tx
                .opt(
                    "select s.name, s.kind, f.title, s.source_ref from organisation_state s
                     left join source f on f.community_id = s.community_id and f.id = s.source_id
                     where s.community_id = $1 and s.organisation_id = $2
                       and s.superseded is null and s.valid_to is null",
                    params![scope.community, id],
                )
                .await?;
            Ok(row.map(|(name, kind, file, at)| Described {
                title: Some(name),
                kind: Some(kind),
                source: place(file, at),
                ..Described::default()
            }))
        }
        "building" => {
            let row: Option<(String, Option<String>, Option<String>, Option<String>)> = tx
                .opt(
                    "select s.name, e.name, f.title, s.source_ref from building_state s
                     left join estate_state e on e.community_id = s.community_id and e.estate_id = s.estate_id
                          and e.superseded is null and e.valid_to is null
                     left join source f on f.community_id = s.community_id and f.id = s.source_id
                     where s.community_id = $1 and s.building_id = $2
                       and s.superseded is null and s.valid_to is null",
                    params![scope.community, id],
                )
                .await?;
            Ok(row.map(|(name, estate, file, at)| Described {
                title: Some(name),
                estate,
                source: place(file, at),
                ..Described::default()
            }))
        }
        _ => event(tx, scope, kind, id).await,
    }
}

fn place(file: Option<String>, at: Option<String>) -> Option<String> {
    match (file, at) {
        (Some(file), Some(at)) => Some(format!("{file} · {at}")),
        (file, _) => file,
    }
}

async fn event(tx: &mut Tx, scope: &Scope, kind: &str, id: i64) -> Result<Option<Described>> {
    type Raw = (i64, Option<i64>, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
    let row: Option<Raw> = tx
        .opt(
            "select e.day, e.last_day, e.title, o.name, b.name, f.title, e.source_ref
             from event e
             left join organisation_state o on o.community_id = e.community_id
                  and o.organisation_id = e.organisation_id and o.superseded is null and o.valid_to is null
             left join building_state b on b.community_id = e.community_id
                  and b.building_id = e.building_id and b.superseded is null and b.valid_to is null
             left join source f on f.community_id = e.community_id and f.id = e.source_id
             where e.community_id = $1 and e.kind = $2 and e.id = $3 and e.superseded is null
               and e.person_id is null and e.household_id is null and e.dwelling_id is null",
            params![scope.community, kind, id],
        )
        .await?;
    let Some((day, last, title, organisation, building, file, at)) = row else {
        return Ok(None);
    };
    let fields: Vec<(String, Option<i64>, Option<String>)> = tx
        .rows(
            "select field, number, text from field_value
             where community_id = $1 and subject_kind = 'event' and subject_id = $2
               and superseded is null and valid_to is null",
            params![scope.community, id],
        )
        .await?;
    Ok(Some(Described {
        title,
        day: Some(Day(day as i32)),
        last_day: last.map(|d| Day(d as i32)),
        organisation,
        building,
        fields: fields.into_iter().map(|(field, number, text)| (field, (number, text))).collect(),
        source: place(file, at),
        ..Described::default()
    }))
}

/// A value a community set for a parameter itself.
pub struct OwnValue {
    pub value: i64,
    pub from: Day,
    pub to: Option<Day>,
    pub source: String,
}

/// The values a community set for a parameter, the latest first.
pub async fn own_values(tx: &mut Tx, scope: &Scope, param: &str) -> Result<Vec<OwnValue>> {
    let rows: Vec<(i64, i64, Option<i64>, String)> = tx
        .rows(
            "select value, valid_from, valid_to, source from param_override
             where community_id = $1 and param = $2 and superseded is null order by valid_from desc",
            params![scope.community, param],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(value, from, to, source)| OwnValue {
            value,
            from: Day(from as i32),
            to: to.map(|d| Day(d as i32)),
            source,
        })
        .collect())
}

/// 目标 — what is planned for a figure.
pub struct TargetRecord {
    pub id: i64,
    pub figure: String,
    pub bound: String,
    pub number: i64,
    pub last: Day,
    pub owner: String,
}

/// One target.
pub async fn target(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Option<TargetRecord>> {
    let row: Option<(i64, String, String, i64, i64, Option<String>)> = tx
        .opt(
            "select id, figure, bound, number, last_day, owner from target
             where community_id = $1 and id = $2 and superseded is null",
            params![scope.community, id],
        )
        .await?;
    Ok(row.map(target_record))
}

fn target_record(
    (id, figure, bound, number, last, owner): (i64, String, String, i64, i64, Option<String>),
) -> TargetRecord {
    TargetRecord { id, figure, bound, number, last: Day(last as i32), owner: owner.unwrap_or_default() }
}

/// Targets whose period begins in a year, as known at a revision.
pub async fn targets(tx: &mut Tx, scope: &Scope, year: i32, known_at: i64) -> Result<Vec<TargetRecord>> {
    let (first, last) = (Day::ymd(year, 1, 1), Day::ymd(year, 12, 31));
    let rows: Vec<(i64, String, String, i64, i64, Option<String>)> = tx
        .rows(
            "select id, figure, bound, number, last_day, owner from target
             where community_id = $1 and first_day >= $2 and first_day <= $3
               and recorded <= $4 and (superseded is null or superseded > $4) order by id",
            params![scope.community, first.map(|d| d.0), last.map(|d| d.0), known_at],
        )
        .await?;
    Ok(rows.into_iter().map(target_record).collect())
}
