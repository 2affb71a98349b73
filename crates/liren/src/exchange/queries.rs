//! Every statement of this slice, and the small words it shares.

pub mod uploads;

use std::collections::{BTreeSet, HashMap, HashSet};

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use crate::base::text::kept_text;
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
    pub source: i64,
    pub sheet: String,
    pub row: u32,
    pub column: Option<String>,
    pub kind: String,
    pub level: &'static str,
    pub person: Option<i64>,
    /// What the register and the list say, where they differ and no name stands in it.
    pub sides: Option<(String, String)>,
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

/// The day of which a source speaks.
pub async fn day_of(w: &mut Write, source: i64) -> Result<Option<Day>> {
    let found: Option<(Option<Day>,)> =
        w.tx.opt("select on_day from source where community_id = $1 and id = $2", params![w.community, source]).await?;
    Ok(found.and_then(|(day,)| day))
}

/// Whom a list of a later day says to live here.
pub async fn seen_after(tx: &mut Tx, scope: &Scope, on: Day) -> Result<HashSet<i64>> {
    let rows: Vec<(i64,)> = tx
        .rows(
            "select r.person_id from person_residency r
             join source s on s.community_id = r.community_id and s.id = r.source_id
             where r.community_id = $1 and r.superseded is null and r.lives_here and s.on_day > $2
             union select subject_id from confirmation
             where community_id = $1 and table_name = 'person_residency' and superseded is null and on_day > $2",
            params![scope.community, on],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Somebody who lives here since a first day, as a list says.
pub struct Came {
    pub person: i64,
    /// Their day of birth, when all of it is known.
    pub born: Option<Day>,
    pub since: Option<Day>,
    /// Since when the register has them here.
    pub from: Day,
    /// The day of the list.
    pub listed: Day,
    pub source: Option<i64>,
    pub place: Option<String>,
}

/// Whoever is first on record as living here by a list, and was born or came after `on`, up to `until`.
pub async fn came_between(w: &mut Write, on: Day, until: Day) -> Result<Vec<Came>> {
    type Row = (i64, Option<Day>, Option<Day>, Option<Day>, Day, Day, Option<i64>, Option<String>);
    let rows: Vec<Row> =
        w.tx.rows(
            "select r.person_id, b.born_first, b.born_last, r.since, r.valid_from, s.on_day, r.source_id, r.source_ref
             from person_residency r
             join source s on s.community_id = r.community_id and s.id = r.source_id and s.kind = 'roster'
             left join person_birth b on b.community_id = r.community_id and b.person_id = r.person_id
               and b.superseded is null and b.valid_from <= r.valid_from and (b.valid_to is null or b.valid_to > r.valid_from)
             where r.community_id = $1 and r.superseded is null and r.lives_here and s.on_day is not null
               and (r.since > $2 and r.since <= $3
                    or b.born_first > $2 and b.born_first <= $3 and b.born_first = b.born_last)
               and not exists (select 1 from person_residency e where e.community_id = r.community_id
                    and e.person_id = r.person_id and e.superseded is null and e.valid_from < r.valid_from)
             order by r.person_id",
            params![w.community, on, until],
        )
        .await?;
    let came = |(person, first, last, since, from, listed, source, place): Row| Came {
        person,
        born: first.filter(|_| first == last),
        since,
        from,
        listed,
        source,
        place,
    };
    Ok(rows.into_iter().map(came).collect())
}

/// The phones on record of a person: their place, and the index by which one is found.
pub async fn phones(w: &mut Write, person: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(w.tx
        .rows(
            "select slot, whole_index from person_contact
             where community_id = $1 and person_id = $2 and superseded is null order by slot",
            params![w.community, person],
        )
        .await?)
}

/// The last day of which any list of people speaks.
pub async fn last_list(tx: &mut Tx, scope: &Scope) -> Result<Option<Day>> {
    let sql = "select max(s.on_day) from source s where s.community_id = $1 and not exists (
                   select 1 from change c where c.community_id = s.community_id and c.undoes = s.recorded)";
    let (day,): (Option<Day>,) = tx.row(sql, params![scope.community]).await?;
    Ok(day)
}

/// When somebody was last said to live where they do, on or before a day.
pub async fn last_seen(w: &mut Write, person: i64, on: Day) -> Result<Option<Day>> {
    let (state,): (Option<Day>,) =
        w.tx.row(
            "select max(valid_from) from person_residency
             where community_id = $1 and person_id = $2 and superseded is null and lives_here
               and valid_from <= $3 and (valid_to is null or valid_to > $3)",
            params![w.community, person, on],
        )
        .await?;
    let (confirmed,): (Option<Day>,) =
        w.tx.row(
            "select max(on_day) from confirmation
             where community_id = $1 and table_name = 'person_residency' and superseded is null
               and subject_id = $2 and on_day <= $3",
            params![w.community, person, on],
        )
        .await?;
    Ok(state.max(confirmed))
}

/// The sheet and row of a [`source_place`].
pub fn sheet_and_row(place: &str) -> Option<(String, u32)> {
    let (sheet, row) = place.rsplit_once('!')?;
    Some((sheet.to_owned(), row.parse().ok()?))
}

/// Keeps the problems of an import for the data-quality page.
pub async fn keep_problems(w: &mut Write, problems: Vec<KeptProblem>) -> Result<()> {
    let community = w.community;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(problems.len());
    for p in problems {
        let id = w.id();
        let (sheet, column) = (kept_text(p.sheet), p.column.map(kept_text));
        let (on_record, said) = p.sides.unzip();
        rows.push(params![
            community,
            id,
            p.source,
            sheet,
            i64::from(p.row),
            column,
            p.kind,
            p.level,
            p.person,
            on_record,
            said
        ]);
    }
    let columns = [
        "community_id", "id", "source_id", "sheet", "row_number", "column_name", "kind", "level", "person_id",
        "on_record", "said",
    ];
    w.tx.insert("import_problem", &columns, rows).await?;
    Ok(())
}

/// A problem of an earlier import that is still open.
pub struct OpenProblem {
    pub id: i64,
    pub person: Option<i64>,
    pub column: Option<String>,
    pub file: String,
}

/// The problems that nobody has settled.
pub async fn open_problems(w: &mut Write) -> Result<Vec<OpenProblem>> {
    let rows: Vec<(i64, Option<i64>, Option<String>, String)> =
        w.tx.rows(
            "select p.id, p.person_id, p.column_name, s.title from import_problem p
             join source s on s.community_id = p.community_id and s.id = p.source_id
             where p.community_id = $1 and p.settled is null",
            params![w.community],
        )
        .await?;
    let open = |(id, person, column, file)| OpenProblem { id, person, column, file };
    Ok(rows.into_iter().map(open).collect())
}

/// These problems are settled by this revision.
pub async fn settle_problems(w: &mut Write, ids: &[i64]) -> Result<()> {
    for some in ids.chunks(5_000) {
        let places: Vec<String> = (0..some.len()).map(|i| format!("${}", i + 3)).collect();
        let mut bound = params![w.community, w.revision];
        bound.extend(some.iter().map(|id| Value::from(*id)));
        let sql =
            format!("update import_problem set settled = $2 where community_id = $1 and id in ({})", places.join(", "));
        w.tx.run(&sql, bound).await?;
    }
    Ok(())
}

/// What an earlier list said otherwise of somebody is open no more: a later one says it now.
pub async fn settle_difference(w: &mut Write, kind: &str, person: Option<i64>) -> Result<()> {
    let sql = "update import_problem set settled = $4
               where community_id = $1 and settled is null and kind = $2 and person_id = $3";
    w.tx.run(sql, params![w.community, kind, person, w.revision]).await?;
    Ok(())
}

/// The sources of a revision that speak of one sheet of its file.
pub async fn sources_of(w: &mut Write, revision: i64, sheet: &str) -> Result<BTreeSet<i64>> {
    let tables = ["person_naming", "person_residency", "matter_stage", "field_value", "person_contact", "person_birth"];
    let mut sources = BTreeSet::new();
    for table in tables {
        let sql = format!(
            "select distinct source_id, source_ref from {table}
             where community_id = $1 and recorded = $2 and source_id is not null and source_ref is not null"
        );
        let rows: Vec<(i64, String)> = w.tx.rows(&sql, params![w.community, revision]).await?;
        let of = |place: &String| sheet_and_row(place).is_some_and(|(name, _)| name == sheet);
        sources.extend(rows.into_iter().filter(|(_, place)| of(place)).map(|(source, _)| source));
    }
    Ok(sources)
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

/// A mapping that somebody confirmed for sheets of one layout.
pub struct KeptLayout {
    pub layout: String,
    pub title: String,
    pub mapping: String,
    pub recorded: i64,
    /// When it was confirmed, in UTC microseconds.
    pub at: i64,
}

/// Every mapping that is kept.
pub async fn kept_layouts(tx: &mut Tx, scope: &Scope) -> Result<Vec<KeptLayout>> {
    let rows: Vec<(String, String, String, i64, Option<i64>)> = tx
        .rows(
            "select l.layout, l.title, l.mapping, l.recorded, c.at from import_layout l
             left join change c on c.community_id = l.community_id and c.revision = l.recorded
             where l.community_id = $1 and l.superseded is null order by l.id",
            params![scope.community],
        )
        .await?;
    let kept = |(layout, title, mapping, recorded, at): (_, _, _, _, Option<i64>)| KeptLayout {
        layout,
        title,
        mapping,
        recorded,
        at: at.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Keeps a mapping in place of an earlier one of the same layout and title.
pub async fn keep_layout(w: &mut Write, layout: &str, title: &str, mapping: &str) -> Result<()> {
    w.tx.run(
        "update import_layout set superseded = $4
         where community_id = $1 and layout = $2 and title = $3 and superseded is null",
        params![w.community, layout, title, w.revision],
    )
    .await?;
    let id = w.id();
    let row = params![w.community, id, w.revision, layout, title, mapping];
    w.tx.insert("import_layout", &["community_id", "id", "recorded", "layout", "title", "mapping"], vec![row]).await?;
    Ok(())
}
