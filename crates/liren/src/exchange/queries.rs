//! Every statement of this slice, and the small words it shares.

use std::collections::HashMap;

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
             where n.community_id = $1 and s.digest = $2 and n.superseded is null",
            params![scope.community, digest],
        )
        .await?;
    Ok(rows.into_iter().filter_map(|(person, place)| Some((person, place?))).collect())
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
        w.tx.opt(
            "select id from source where community_id = $1 and digest = $2 and not exists (
                 select 1 from change c where c.community_id = $1 and c.undoes = source.recorded) limit 1",
            params![w.community, digest],
        )
        .await?;
    Ok(row.is_some())
}

/// The revision of the last import of a file that has not been taken back, found by the file's name or its bytes.
pub async fn imported_at(w: &mut Write, name: &str, digest: Option<&str>) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        w.tx.opt(
            "select s.recorded from source s where s.community_id = $1 and (s.title = $2 or s.digest = $3)
               and not exists (select 1 from change c where c.community_id = s.community_id and c.undoes = s.recorded)
             order by s.recorded desc",
            params![w.community, name, digest],
        )
        .await?;
    Ok(row.map(|r| r.0))
}
