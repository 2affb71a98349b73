//! Every statement of this slice: the records a report cites.

use std::collections::HashMap;

use liren_facts::{Day, Period};
use liren_store::{Tx, params};

use crate::base::records::{self, Kept};
use crate::base::states::{as_of, known, on_day};
use crate::base::{FactValue, Fields, Mine, ReportId, Result, Scope, Write, row};
use crate::figures::targets::Target;
use crate::programmes::events::Event;

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
    let condition = format!(
        "t.community_id = $1 and t.day >= $2 and t.day <= $3 and {} and t.person_id is null and t.dwelling_id is null
         order by t.day, t.id",
        known("t", 4)
    );
    let bound = params![scope.community, year.first, year.last, known_at];
    let kept: Vec<Kept<Event>> = records::read(tx, &condition, bound).await?;
    let mut fields = records::fields(tx, scope, &kept).await?;
    let organisations = names(tx, scope, "organisation", year.last, known_at).await?;
    let buildings = names(tx, scope, "building", year.last, known_at).await?;
    Ok(kept
        .into_iter()
        .map(|k| EventRecord {
            id: k.id,
            kind: k.value.kind,
            day: k.value.day,
            last_day: k.value.last_day,
            title: k.value.title,
            organisation: k.value.organisation.and_then(|id| Some((id.0, organisations.get(&id.0)?.clone()))),
            building: k.value.building.and_then(|id| Some((id.0, buildings.get(&id.0)?.clone()))),
            fields: in_words(fields.remove(&k.id).unwrap_or_default()),
        })
        .collect())
}

fn in_words(fields: Fields) -> HashMap<String, String> {
    let word = |value| match value {
        FactValue::Text(text) => text,
        FactValue::Number(n) => n.to_string(),
    };
    fields.into_iter().map(|(field, value)| (field, word(value))).collect()
}

/// What things of a kind were called on a day, as known at a revision.
async fn names(tx: &mut Tx, scope: &Scope, kind: &str, on: Day, known_at: i64) -> Result<HashMap<i64, String>> {
    let sql =
        format!("select s.{kind}_id, s.name from {kind}_state s where s.community_id = $1 and {}", as_of("s", 2, 3));
    let rows: Vec<(i64, String)> = tx.rows(&sql, params![scope.community, on, known_at]).await?;
    Ok(rows.into_iter().collect())
}

/// Organisations there are on a day, as known at a revision: (id, kind, name), oldest first.
pub async fn organisations(tx: &mut Tx, scope: &Scope, on: Day, known_at: i64) -> Result<Vec<(i64, String, String)>> {
    let sql = format!(
        "select s.organisation_id, s.kind, s.name from organisation_state s
         where s.community_id = $1 and {} order by s.organisation_id",
        as_of("s", 2, 3)
    );
    Ok(tx.rows(&sql, params![scope.community, on, known_at]).await?)
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
    pub fields: Fields,
    /// File and place in it.
    pub source: Option<String>,
}

/// A record a report may cite: an organisation, a building, or an event that is about no person and no home.
pub async fn described(tx: &mut Tx, scope: &Scope, kind: &str, id: i64, on: Day) -> Result<Option<Described>> {
    match kind {
        "organisation" => {
            let sql = format!(
                "select s.name, s.kind, f.title, s.source_ref from organisation_state s
                 left join source f on f.community_id = s.community_id and f.id = s.source_id
                 where s.community_id = $1 and {} and s.organisation_id = $3",
                on_day("s", 2)
            );
            let row: Option<(String, String, Option<String>, Option<String>)> =
                tx.opt(&sql, params![scope.community, on, id]).await?;
            Ok(row.map(|(name, kind, file, at)| Described {
                title: Some(name),
                kind: Some(kind),
                source: place(file, at),
                ..Described::default()
            }))
        }
        "building" => {
            let sql = format!(
                "select s.name, e.name, f.title, s.source_ref from building_state s
                 left join estate_state e on e.community_id = s.community_id and e.estate_id = s.estate_id and {}
                 left join source f on f.community_id = s.community_id and f.id = s.source_id
                 where s.community_id = $1 and {} and s.building_id = $3",
                on_day("e", 2),
                on_day("s", 2)
            );
            let row: Option<(String, Option<String>, Option<String>, Option<String>)> =
                tx.opt(&sql, params![scope.community, on, id]).await?;
            Ok(row.map(|(name, estate, file, at)| Described {
                title: Some(name),
                estate,
                source: place(file, at),
                ..Described::default()
            }))
        }
        _ => event(tx, scope, kind, id, on).await,
    }
}

fn place(file: Option<String>, at: Option<String>) -> Option<String> {
    match (file, at) {
        (Some(file), Some(at)) => Some(format!("{file} · {at}")),
        (file, _) => file,
    }
}

async fn event(tx: &mut Tx, scope: &Scope, kind: &str, id: i64, on: Day) -> Result<Option<Described>> {
    let Some(kept) = records::one::<Event>(tx, scope, id).await? else {
        return Ok(None);
    };
    let private = kept.value.person.is_some() || kept.value.household.is_some() || kept.value.dwelling.is_some();
    if kept.value.kind != kind || private {
        return Ok(None);
    }
    let organisations = names(tx, scope, "organisation", on, i64::MAX).await?;
    let buildings = names(tx, scope, "building", on, i64::MAX).await?;
    let file: Option<(String,)> = tx
        .opt(
            "select title from source where community_id = $1 and id = $2",
            params![scope.community, kept.origin.source],
        )
        .await?;
    let fields = records::fields(tx, scope, std::slice::from_ref(&kept)).await?.remove(&id).unwrap_or_default();
    Ok(Some(Described {
        title: kept.value.title,
        day: Some(kept.value.day),
        last_day: kept.value.last_day,
        organisation: kept.value.organisation.and_then(|id| organisations.get(&id.0).cloned()),
        building: kept.value.building.and_then(|id| buildings.get(&id.0).cloned()),
        fields,
        source: place(file.map(|f| f.0), kept.origin.place),
        ..Described::default()
    }))
}

row! {
    /// A value a community set for a parameter itself.
    pub struct OwnValue {
        pub value: i64 = "value",
        pub from: Day = "valid_from",
        pub to: Option<Day> = "valid_to",
        pub source: String = "source",
    }
}

/// The values a community set for a parameter, the latest first.
pub async fn own_values(tx: &mut Tx, scope: &Scope, param: &str) -> Result<Vec<OwnValue>> {
    let sql = format!(
        "select {} from param_override where community_id = $1 and param = $2 and superseded is null
         order by valid_from desc",
        OwnValue::COLUMNS
    );
    Ok(tx.rows(&sql, params![scope.community, param]).await?)
}

/// One target.
pub async fn target(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Option<Kept<Target>>> {
    records::one(tx, scope, id).await
}

/// Targets whose period begins in a year, as known at a revision.
pub async fn targets(tx: &mut Tx, scope: &Scope, year: i32, known_at: i64) -> Result<Vec<Kept<Target>>> {
    let (first, last) = (Day::ymd(year, 1, 1), Day::ymd(year, 12, 31));
    let condition =
        format!("t.community_id = $1 and t.first_day >= $2 and t.first_day <= $3 and {} order by t.id", known("t", 4));
    records::read(tx, &condition, params![scope.community, first, last, known_at]).await
}

/// Own texts of a year's report, by section.
pub async fn words(tx: &mut Tx, scope: &Scope, year: i32, known_at: i64) -> Result<Vec<(String, String)>> {
    let sql = format!(
        "select t.section, t.text from report_section t
         join report r on r.community_id = t.community_id and r.id = t.report_id and r.kind = 'annual' and r.year = $2
         where t.community_id = $1 and {} order by t.rank, t.id",
        known("t", 3)
    );
    Ok(tx.rows(&sql, params![scope.community, i64::from(year), known_at]).await?)
}

/// The annual report of a year, begun when there is none.
pub async fn report(w: &mut Write, year: i32) -> Result<ReportId> {
    let sql = "select r.id from report r where r.community_id = $1 and r.kind = 'annual' and r.year = $2";
    let rows: Vec<(i64,)> = w.tx.rows(sql, params![w.community, i64::from(year)]).await?;
    if let Some((id,)) = rows.first() {
        return Ok(ReportId(*id));
    }
    let id: Mine<ReportId> = w.add();
    let row = params![w.community, id, "annual", i64::from(year)];
    w.tx.insert("report", &["community_id", "id", "kind", "year"], vec![row]).await?;
    Ok(id.id())
}

/// The record of an own text, if the report has one for a section.
pub async fn own(w: &mut Write, report: ReportId, section: &str) -> Result<Option<i64>> {
    let sql = "select t.id from report_section t
               where t.community_id = $1 and t.report_id = $2 and t.section = $3 and t.superseded is null";
    let rows: Vec<(i64,)> = w.tx.rows(sql, params![w.community, report, section]).await?;
    Ok(rows.first().map(|(id,)| *id))
}

row! {
    /// 报告版本 — what somebody did with a report, and the report as it stood then.
    pub struct Version {
        pub version: i64 = "v.version",
        pub act: String = "v.act",
        pub name: String = "v.name",
        pub at: i64 = "v.at",
        pub remark: Option<String> = "v.remark",
        pub freeze: Option<i64> = "v.freeze_id",
        pub body: String = "v.body",
        pub figures: String = "v.figures",
        pub digest: String = "v.digest",
    }
}

/// Everything done with the annual report of a year, oldest first.
pub async fn versions(tx: &mut Tx, scope: &Scope, year: i32) -> Result<Vec<Version>> {
    let sql = format!(
        "select {} from report_version v
         join report r on r.community_id = v.community_id and r.id = v.report_id and r.kind = 'annual'
         where v.community_id = $1 and r.year = $2 order by v.version",
        Version::COLUMNS
    );
    Ok(tx.rows(&sql, params![scope.community, i64::from(year)]).await?)
}

/// Sets down an act; versions are counted per report.
pub async fn add_version(w: &mut Write, report: ReportId, new: NewVersion<'_>) -> Result<i64> {
    let (version,): (i64,) = w
        .tx
        .row(
            "select coalesce(max(v.version), 0) + 1 from report_version v where v.community_id = $1 and v.report_id = $2",
            params![w.community, report],
        )
        .await?;
    let id = w.id();
    let columns = [
        "community_id", "id", "report_id", "version", "act", "actor", "name", "at", "remark", "known_at", "freeze_id",
        "body", "figures", "digest",
    ];
    let (actor, name, at) = (w.actor.login.clone(), w.actor.name.clone(), w.instant());
    let row = params![
        w.community, id, report, version, new.act, actor, name, at, new.remark, new.known_at, new.freeze, new.body,
        new.figures, new.digest
    ];
    w.tx.insert("report_version", &columns, vec![row]).await?;
    w.changed("report", report.0, "version");
    Ok(version)
}

/// An act and the report as it stands.
pub struct NewVersion<'a> {
    pub act: &'a str,
    pub remark: Option<&'a str>,
    pub known_at: i64,
    pub freeze: Option<i64>,
    pub body: &'a str,
    pub figures: &'a str,
    pub digest: &'a str,
}

/// The annual report of a year, when something of its own was written or done.
pub async fn report_of(tx: &mut Tx, scope: &Scope, year: i32) -> Result<Option<ReportId>> {
    let sql = "select r.id from report r where r.community_id = $1 and r.kind = 'annual' and r.year = $2";
    let row: Option<(i64,)> = tx.opt(sql, params![scope.community, i64::from(year)]).await?;
    Ok(row.map(|(id,)| ReportId(id)))
}
