//! Every statement of this slice, and the small words it shares.

use std::collections::{HashMap, HashSet};

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use crate::base::{Result, Scope, Write};

/// `sheet!row`, as states keep it.
pub fn source_place(sheet: &str, row: u32) -> String {
    format!("{sheet}!{row}")
}

/// An address part that may be empty.
pub fn part(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A problem as it is kept: where, what kind, whose; never the value.
pub struct KeptProblem {
    pub sheet: String,
    pub row: u32,
    pub column: Option<String>,
    pub kind: String,
    pub level: &'static str,
    pub person: Option<i64>,
}

/// In which row a file of these very bytes named each person before: `sheet!row`.
pub async fn rows_of(tx: &mut Tx, scope: &Scope, digest: &str) -> Result<HashMap<i64, String>> {
    let rows: Vec<(i64, Option<String>)> = tx
        .rows(
            "select n.person_id, n.source_ref from person_naming n
             join source s on s.community_id = n.community_id and s.id = n.source_id
             where n.community_id = $1 and s.digest = $2 and n.superseded is null and n.valid_to is null",
            params![scope.community, digest],
        )
        .await?;
    Ok(rows.into_iter().filter_map(|(person, place)| Some((person, place?))).collect())
}

/// The stages of a programme's enrolments of which the day of entering is on record.
pub async fn dated_stages(tx: &mut Tx, scope: &Scope, programme: &str) -> Result<HashSet<(i64, String)>> {
    let rows: Vec<(i64, String)> = tx
        .rows(
            "select t.enrolment_id, t.stage from transition t
             join enrolment e on e.community_id = t.community_id and e.id = t.enrolment_id
             where t.community_id = $1 and e.programme = $2 and t.superseded is null",
            params![scope.community, programme],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// A household as it stands on record on a day.
pub struct HouseholdLine {
    pub number: Option<String>,
    pub dwelling: Option<i64>,
}

/// The households that have a state on a day.
pub async fn households_on(tx: &mut Tx, scope: &Scope, on: Day) -> Result<HashMap<i64, HouseholdLine>> {
    let rows: Vec<(i64, Option<String>, Option<i64>)> = tx
        .rows(
            "select household_id, number, dwelling_id from household_state
             where community_id = $1 and superseded is null
               and valid_from <= $2 and (valid_to is null or valid_to > $2)",
            params![scope.community, on.0],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, number, dwelling)| (id, HouseholdLine { number, dwelling })).collect())
}

/// The last day of which any list of people speaks.
pub async fn last_list(tx: &mut Tx, scope: &Scope) -> Result<Option<Day>> {
    let (day,): (Option<i64>,) =
        tx.row("select max(on_day) from source where community_id = $1", params![scope.community]).await?;
    Ok(day.map(|d| Day(d as i32)))
}

/// When somebody was last said to live where they do, on or before a day.
pub async fn last_seen(w: &mut Write, person: i64, on: Day) -> Result<Option<Day>> {
    let (state,): (Option<i64>,) =
        w.tx.row(
            "select max(valid_from) from person_residency
             where community_id = $1 and person_id = $2 and superseded is null and lives_here
               and valid_from <= $3 and (valid_to is null or valid_to > $3)",
            params![w.community, person, on.0],
        )
        .await?;
    let (confirmed,): (Option<i64>,) =
        w.tx.row(
            "select max(on_day) from confirmation
             where community_id = $1 and table_name = 'person_residency' and subject_id = $2 and on_day <= $3",
            params![w.community, person, on.0],
        )
        .await?;
    Ok(state.max(confirmed).map(|d| Day(d as i32)))
}

/// The sheet and row of a [`source_place`].
pub fn sheet_and_row(place: &str) -> Option<(String, u32)> {
    let (sheet, row) = place.rsplit_once('!')?;
    Some((sheet.to_owned(), row.parse().ok()?))
}

/// Keeps the problems of an import for the data-quality page.
pub async fn keep_problems(w: &mut Write, source: i64, problems: Vec<KeptProblem>) -> Result<()> {
    let community = w.community;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(problems.len());
    for p in problems {
        let id = w.id();
        rows.push(params![community, id, source, p.sheet, i64::from(p.row), p.column, p.kind, p.level, p.person]);
    }
    let columns =
        ["community_id", "id", "source_id", "sheet", "row_number", "column_name", "kind", "level", "person_id"];
    w.tx.insert("import_problem", &columns, rows).await?;
    Ok(())
}

/// Whether this very file was imported before.
pub async fn imported(w: &mut Write, digest: &str) -> Result<bool> {
    let row: Option<(i64,)> =
        w.tx.opt("select id from source where community_id = $1 and digest = $2 limit 1", params![w.community, digest])
            .await?;
    Ok(row.is_some())
}
