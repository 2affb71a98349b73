//! The one helper that writes time columns, with four verbs: [`record`], [`end`], [`correct`], [`confirm`].
//!
//! A state table holds dated facts of one subject. Intervals are half-open and never empty, and at any
//! revision those of one subject do not overlap. Nothing is overwritten: a replaced row is superseded and
//! what remains of it is written again.

use liren_facts::Day;
use liren_store::{Value, params};

use super::error::Result;
use super::write::{Origin, Write};

/// A table of dated states: its subject columns, its own columns, and the frame kind that reads it.
#[derive(Debug)]
pub struct StateTable {
    pub name: &'static str,
    pub subject: &'static [&'static str],
    pub columns: &'static [&'static str],
    pub kind: &'static str,
}

/// A row of bulk input: subject, first day, last day (open when `None`), values in the table's order.
pub struct State {
    pub subject: Vec<Value>,
    pub from: Day,
    pub to: Option<Day>,
    pub values: Vec<Value>,
    pub origin: Origin,
}

/// The condition that picks the states of a day as known at a revision: `$day` and `$revision` are the
/// placeholders' numbers, `t` the table's alias.
pub fn as_of(t: &str, day: usize, revision: usize) -> String {
    format!(
        "{t}.valid_from <= ${day} and ({t}.valid_to is null or {t}.valid_to > ${day}) \
         and {t}.recorded <= ${revision} and ({t}.superseded is null or {t}.superseded > ${revision})"
    )
}

/// A new thing of the table `x_state`: its row in `x` and what is so from `on` on; its id.
pub async fn create(w: &mut Write, table: &StateTable, on: Day, values: Vec<Value>) -> Result<i64> {
    let things = table.name.trim_end_matches("_state");
    let id = w.id();
    let row = params![w.community, id];
    w.tx.insert(things, &["community_id", "id"], vec![row]).await?;
    record(w, table, &params![id], on, values, &Origin::default()).await?;
    Ok(id)
}

/// So from `from` on, until the next thing already known.
pub async fn record(
    w: &mut Write,
    table: &StateTable,
    subject: &[Value],
    from: Day,
    values: Vec<Value>,
    origin: &Origin,
) -> Result<()> {
    let sql = format!(
        "select min(valid_from) from {} where {} and superseded is null and valid_from > ${}",
        table.name,
        subject_is(table, 1),
        subject.len() + 2
    );
    let mut bound = key(w, subject);
    bound.push(Value::from(from.0));
    let (next,): (Option<i64>,) = w.tx.row(&sql, bound).await?;
    correct(w, table, subject, from, next.map(|d| Day(d as i32)), values, origin).await
}

/// No longer so from `on` on; what is known of later days stays.
pub async fn end(w: &mut Write, table: &StateTable, subject: &[Value], on: Day) -> Result<()> {
    w.touch(table.kind);
    let sql = format!(
        "select valid_from, valid_to, recorded from {} where {} and superseded is null \
         and valid_from <= ${n} and (valid_to is null or valid_to > ${n})",
        table.name,
        subject_is(table, 1),
        n = subject.len() + 2
    );
    let mut bound = key(w, subject);
    bound.push(Value::from(on.0));
    let rows: Vec<(i64, Option<i64>, i64)> = w.tx.rows(&sql, bound).await?;
    for (from, _, recorded) in rows {
        // A state that began on this very day leaves nothing behind.
        let left = (from < i64::from(on.0)).then_some(on);
        clip(w, table, subject, from, recorded, left, None).await?;
    }
    Ok(())
}

/// Replaces what is known of `from .. to`: clips its neighbours, keeps what is earlier and later.
pub async fn correct(
    w: &mut Write,
    table: &StateTable,
    subject: &[Value],
    from: Day,
    to: Option<Day>,
    values: Vec<Value>,
    origin: &Origin,
) -> Result<()> {
    if to.is_some_and(|to| to <= from) {
        return Ok(());
    }
    w.touch(table.kind);
    let n = subject.len();
    let sql = format!(
        "select valid_from, valid_to, recorded from {} where {} and superseded is null \
         and (valid_to is null or valid_to > ${}) and (${} is null or valid_from < ${})",
        table.name,
        subject_is(table, 1),
        n + 2,
        n + 3,
        n + 3
    );
    let mut bound = key(w, subject);
    bound.push(Value::from(from.0));
    bound.push(Value::Int(to.map(|d| i64::from(d.0))));
    let rows: Vec<(i64, Option<i64>, i64)> = w.tx.rows(&sql, bound).await?;
    for (start, stop, recorded) in rows {
        let left = (start < i64::from(from.0)).then_some(from);
        let right = match to {
            Some(to) if stop.is_none_or(|stop| stop > i64::from(to.0)) => Some(to),
            _ => None,
        };
        clip(w, table, subject, start, recorded, left, right).await?;
    }
    let state = State { subject: subject.to_vec(), from, to, values, origin: origin.clone() };
    insert(w, table, vec![state]).await
}

/// Somebody confirmed that facts still hold; no new states.
pub async fn confirm(w: &mut Write, table: &StateTable, subjects: &[i64], on: Day) -> Result<()> {
    w.touch(table.kind);
    let mut rows = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let id = w.id();
        rows.push(params![w.community, id, table.name, *subject, on.0, &w.actor, w.revision]);
    }
    w.tx.insert(
        "confirmation",
        &["community_id", "id", "table_name", "subject_id", "on_day", "by_whom", "recorded"],
        rows,
    )
    .await?;
    Ok(())
}

/// States of subjects that have none yet (new people of an import): many rows, few statements.
pub async fn insert(w: &mut Write, table: &StateTable, states: Vec<State>) -> Result<()> {
    if states.is_empty() {
        return Ok(());
    }
    w.touch(table.kind);
    let (community, revision) = (w.community, w.revision);
    let mut rows = states.into_iter().map(|s| {
        let mut row = Vec::with_capacity(1 + s.subject.len() + TIME.len() + s.values.len());
        row.push(Value::from(community));
        row.extend(s.subject);
        row.extend([
            Value::from(s.from.0),
            Value::from(s.to.map(|d| d.0)),
            Value::from(revision),
            Value::from(None::<i64>),
            Value::from(s.origin.source),
            Value::from(s.origin.place),
            Value::from(s.origin.confirmed_on.map(|d| d.0)),
        ]);
        row.extend(s.values);
        row
    });
    w.tx.insert_from(table.name, &all_columns(table), &mut rows).await?;
    Ok(())
}

const TIME: [&str; 7] = ["valid_from", "valid_to", "recorded", "superseded", "source_id", "source_ref", "confirmed_on"];

fn all_columns(table: &StateTable) -> Vec<&'static str> {
    let mut all = vec!["community_id"];
    all.extend(table.subject);
    all.extend(TIME);
    all.extend(table.columns);
    all
}

fn subject_is(table: &StateTable, first: usize) -> String {
    let mut text = format!("community_id = ${first}");
    for (i, column) in table.subject.iter().enumerate() {
        text.push_str(&format!(" and {column} = ${}", first + 1 + i));
    }
    text
}

fn key(w: &Write, subject: &[Value]) -> Vec<Value> {
    let mut bound = params![w.community];
    bound.extend(subject.iter().cloned());
    bound
}

/// Supersedes one row, writing again what lies before `left` and from `right` on. A row recorded by this
/// very transaction was never visible to anyone: it is changed in place.
async fn clip(
    w: &mut Write,
    table: &StateTable,
    subject: &[Value],
    start: i64,
    recorded: i64,
    left: Option<Day>,
    right: Option<Day>,
) -> Result<()> {
    let n = subject.len();
    let this = format!("{} and valid_from = ${} and recorded = ${}", subject_is(table, 1), n + 2, n + 3);
    let bound = |w: &Write| {
        let mut bound = key(w, subject);
        bound.extend(params![start, recorded]);
        bound
    };
    let copied: Vec<&str> = all_columns(table)
        .into_iter()
        .filter(|c| !["valid_from", "valid_to", "recorded", "superseded"].contains(c))
        .collect();
    let copied = copied.join(", ");
    if let Some(right) = right {
        let sql = format!(
            "insert into {t} (valid_from, recorded, superseded, valid_to, {copied}) \
             select ${}, ${}, cast(null as bigint), valid_to, {copied} from {t} where {this}",
            n + 4,
            n + 5,
            t = table.name
        );
        let mut values = bound(w);
        values.extend(params![right.0, w.revision]);
        w.tx.run(&sql, values).await?;
    }
    if recorded == w.revision {
        let sql = match left {
            Some(_) => format!("update {} set valid_to = ${} where {this}", table.name, n + 4),
            None => format!("delete from {} where {this}", table.name),
        };
        let mut values = bound(w);
        values.extend(left.map(|d| Value::from(d.0)));
        w.tx.run(&sql, values).await?;
        return Ok(());
    }
    if let Some(left) = left {
        let sql = format!(
            "insert into {t} (valid_from, recorded, superseded, valid_to, {copied}) \
             select valid_from, ${}, cast(null as bigint), ${}, {copied} from {t} where {this}",
            n + 4,
            n + 5,
            t = table.name
        );
        let mut values = bound(w);
        values.extend(params![w.revision, left.0]);
        w.tx.run(&sql, values).await?;
    }
    let sql = format!("update {} set superseded = ${} where {this}", table.name, n + 4);
    let mut values = bound(w);
    values.push(Value::from(w.revision));
    w.tx.run(&sql, values).await?;
    Ok(())
}
