//! Every statement of this slice.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::{Tx, params};

use crate::base::{Result, Scope, Write};

/// Titles and days of records of a kind, for lists that are not people: (id, day, title).
pub async fn event_lines(
    tx: &mut Tx,
    scope: &Scope,
    kind: &str,
) -> Result<Vec<(i64, Day, Option<String>)>> {
    let rows: Vec<(i64, i64, Option<String>)> = tx
        .rows(
            "select id, day, title from event where community_id = $1 and kind = $2 and superseded is null
             order by day, id",
            params![scope.community, kind],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, day, title)| (id, Day(day as i32), title))
        .collect())
}

/// Names of things that have one: organisations, estates, facilities, areas, buildings.
pub async fn names(tx: &mut Tx, scope: &Scope, kind: &str) -> Result<HashMap<i64, String>> {
    let table = match kind {
        "organisation" | "estate" | "facility" | "building" | "area" => kind,
        _ => return Ok(HashMap::new()),
    };
    let sql = format!(
        "select {table}_id, name from {table}_state
         where community_id = $1 and superseded is null and valid_to is null"
    );
    let rows: Vec<(i64, String)> = tx.rows(&sql, params![scope.community]).await?;
    Ok(rows.into_iter().collect())
}

/// One value of a frozen set.
pub struct FrozenValue {
    pub figure: String,
    pub number: Option<i64>,
    pub base: Option<i64>,
    pub digest: String,
    pub kind: Option<String>,
    pub ids: Option<Vec<u8>>,
}

/// Writes a frozen set of values; its id.
pub async fn freeze(
    w: &mut Write,
    name: &str,
    period: liren_facts::Period,
    values: Vec<FrozenValue>,
) -> Result<i64> {
    let id = w.id();
    let columns = [
        "community_id",
        "id",
        "name",
        "first_day",
        "last_day",
        "known_at",
        "recorded",
    ];
    let known = w.revision - 1;
    let row = params![
        w.community,
        id,
        name,
        period.first.0,
        period.last.0,
        known,
        w.revision
    ];
    w.tx.insert("frozen_set", &columns, vec![row]).await?;
    let community = w.community;
    let rows = values
        .into_iter()
        .map(|v| {
            params![
                community, id, v.figure, "", v.number, v.base, v.digest, v.kind, v.ids
            ]
        })
        .collect();
    let columns = [
        "community_id",
        "freeze_id",
        "figure",
        "arguments",
        "number",
        "base",
        "digest",
        "kind",
        "ids",
    ];
    w.tx.insert("frozen_value", &columns, rows).await?;
    Ok(id)
}

/// The ids a frozen figure counted, and its number.
pub async fn frozen(
    tx: &mut Tx,
    scope: &Scope,
    freeze: i64,
    figure: &str,
) -> Result<Option<(Option<i64>, Option<Vec<u8>>)>> {
    Ok(tx
        .opt(
            "select number, ids from frozen_value where community_id = $1 and freeze_id = $2 and figure = $3",
            params![scope.community, freeze, figure],
        )
        .await?)
}
