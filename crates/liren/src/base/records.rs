//! What is no state: an event, a transition, a payment, a target, a remark. Three verbs: [`add`], [`replace`], [`withdraw`].
//!
//! A record keeps its id through corrections: its key is `(community_id, id, recorded)`, and the version that was replaced or
//! withdrawn is superseded. The fields that packs declare lie in `record_value`, versioned with it. Why a record was
//! corrected stands in the change row.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::{Row, Tx, Value, params};

use super::Scope;
use super::error::{Result, not_found};
use super::text::{kept, kept_text};
use super::write::{Origin, Write};

/// A table of records: its own columns, and the frame kind that shows them (events say theirs in a column).
#[derive(Debug)]
pub struct RecordTable {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    pub kind: &'static str,
    /// Whom it is a part of: the kind, and the column that holds its id. A part is corrected and taken back with the whole.
    pub part_of: Option<(&'static str, &'static str)>,
}

/// What a struct made by [`record!`](crate::record) knows of its table.
pub trait Recorded: Sized + Clone + Send + Sync + 'static {
    const TABLE: RecordTable;
    fn values(&self) -> Vec<Value>;
    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<Self>;
    /// The frame kind of this one.
    fn kind(&self) -> &str {
        Self::TABLE.kind
    }
}

/// A value of a field that a pack declares.
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue {
    Number(i64),
    Text(String),
}

impl FactValue {
    /// The columns `number` and `text`.
    pub fn columns(&self) -> [Value; 2] {
        match self {
            FactValue::Number(n) => [Value::from(*n), Value::from(None::<String>)],
            FactValue::Text(t) => [Value::from(None::<i64>), Value::from(t.as_str())],
        }
    }

    /// What the two columns hold; `None` when both are empty.
    pub fn of(number: Option<i64>, text: Option<String>) -> Option<FactValue> {
        number.map(FactValue::Number).or(text.map(FactValue::Text))
    }
}

impl From<Day> for FactValue {
    fn from(day: Day) -> FactValue {
        FactValue::Number(i64::from(day.0))
    }
}

/// The fields a pack declares, with what a record holds in them.
pub type Fields = Vec<(String, FactValue)>;

/// A record as it stands in its table.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<T> {
    pub id: i64,
    pub recorded: i64,
    pub superseded: Option<i64>,
    pub origin: Origin,
    pub value: T,
}

/// The first of at most one.
pub const fn part_of(whole: &'static [(&'static str, &'static str)]) -> Option<(&'static str, &'static str)> {
    match whole {
        [one, ..] => Some(*one),
        [] => None,
    }
}

/// A struct over a table of records.
#[macro_export]
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident in $table:literal, frame $kind:literal $(by $by:ident)?
     $(, part of $whole:literal in $whole_column:literal)? {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $column:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),+ }

        impl $crate::base::records::Recorded for $name {
            const TABLE: $crate::base::records::RecordTable = $crate::base::records::RecordTable {
                name: $table,
                columns: &[$($column),+],
                kind: $kind,
                part_of: $crate::base::records::part_of(&[$(($whole, $whole_column))?]),
            };
            fn values(&self) -> Vec<liren_store::Value> {
                liren_store::params![$(self.$field.clone()),+]
            }
            fn read(row: &liren_store::Row<'_>, first: usize) -> liren_store::Result<$name> {
                let mut at = first..;
                let mut next = || at.next().unwrap_or(usize::MAX);
                Ok($name { $($field: row.get(next())?),+ })
            }
            $(fn kind(&self) -> &str { &self.$by })?
        }

        impl $name {
            pub const TABLE: &'static $crate::base::records::RecordTable =
                &<$name as $crate::base::records::Recorded>::TABLE;
        }
    };
}

pub use crate::record;

/// Adds one record; its id.
pub async fn add<T: Recorded>(w: &mut Write, value: T, fields: Fields, origin: &Origin) -> Result<i64> {
    let ids = add_all(w, vec![(value, fields, origin.clone())]).await?;
    ids.first().copied().ok_or_else(|| not_found("记录"))
}

/// Adds many records with few statements; their ids in order.
pub async fn add_all<T: Recorded>(w: &mut Write, new: Vec<(T, Fields, Origin)>) -> Result<Vec<i64>> {
    let first = w.ids(new.len() as i64);
    let ids: Vec<i64> = (first..).take(new.len()).collect();
    write(w, ids.iter().copied().zip(new).collect()).await?;
    Ok(ids)
}

/// The record was not so: its id stays, what it said is superseded.
pub async fn replace<T: Recorded>(w: &mut Write, id: i64, value: T, fields: Fields, origin: &Origin) -> Result<()> {
    supersede::<T>(w, id).await?;
    write(w, vec![(id, (value, fields, origin.clone()))]).await
}

/// The record was not so at all; it is no longer counted. What it said can be read at an earlier revision.
pub async fn withdraw<T: Recorded>(w: &mut Write, id: i64) -> Result<T> {
    let gone = one::<T>(&mut w.tx, &Scope::whole(w.community), id).await?.ok_or_else(|| not_found("记录"))?;
    supersede::<T>(w, id).await?;
    w.changed(gone.value.kind(), id, T::TABLE.name);
    Ok(gone.value)
}

/// A record that holds now.
pub async fn one<T: Recorded>(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Option<Kept<T>>> {
    let found = read(tx, "t.community_id = $1 and t.id = $2 and t.superseded is null", params![scope.community, id]);
    Ok(found.await?.pop())
}

/// The records for which a condition holds; `t` is the table, the placeholders are the caller's.
pub async fn read<T: Recorded>(tx: &mut Tx, condition: &str, bound: Vec<Value>) -> Result<Vec<Kept<T>>> {
    let own: Vec<String> = T::TABLE.columns.iter().map(|c| format!("t.{c}")).collect();
    let sql = format!(
        "select t.id, t.recorded, t.superseded, t.source_id, t.source_ref, {} from {} t where {condition}",
        own.join(", "),
        T::TABLE.name
    );
    let mut found = Vec::new();
    tx.each(&sql, bound, |row| {
        found.push(Kept {
            id: row.get(0)?,
            recorded: row.get(1)?,
            superseded: row.get(2)?,
            origin: Origin { source: row.get(3)?, place: row.get(4)?, confirmed_on: None },
            value: T::read(row, 5)?,
        });
        Ok(())
    })
    .await?;
    Ok(found)
}

/// The fields of these very versions of records, by record.
pub async fn fields<T>(tx: &mut Tx, scope: &Scope, of: &[Kept<T>]) -> Result<HashMap<i64, Fields>> {
    let mut all: HashMap<i64, Fields> = HashMap::new();
    for some in of.chunks(5_000) {
        let places: Vec<String> = (0..some.len()).map(|i| format!("${}", i + 2)).collect();
        let sql = format!(
            "select v.id, v.recorded, v.field, v.number, v.text from record_value v
             where v.community_id = $1 and v.id in ({}) order by v.id, v.field",
            places.join(", ")
        );
        let mut bound = params![scope.community];
        bound.extend(some.iter().map(|kept| Value::from(kept.id)));
        let versions: HashMap<i64, i64> = some.iter().map(|kept| (kept.id, kept.recorded)).collect();
        let rows: Vec<(i64, i64, String, Option<i64>, Option<String>)> = tx.rows(&sql, bound).await?;
        for (id, recorded, field, number, text) in rows {
            if versions.get(&id) == Some(&recorded)
                && let Some(value) = FactValue::of(number, text)
            {
                all.entry(id).or_default().push((field, value));
            }
        }
    }
    Ok(all)
}

async fn write<T: Recorded>(w: &mut Write, records: Vec<(i64, (T, Fields, Origin))>) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    w.touch(T::TABLE.name);
    let (community, revision) = (w.community, w.revision);
    let (mut rows, mut values) = (Vec::with_capacity(records.len()), Vec::new());
    for (id, (value, fields, origin)) in records {
        w.changed(value.kind(), id, T::TABLE.name);
        let mut row = params![community, id, revision, None::<i64>, origin.source, origin.place.map(kept_text)];
        row.extend(value.values().into_iter().map(kept));
        rows.push(row);
        for (field, value) in fields {
            let [number, text] = value.columns();
            values.push(vec![community.into(), id.into(), revision.into(), Value::from(field), number, kept(text)]);
        }
    }
    w.tx.insert(T::TABLE.name, &all_columns(&T::TABLE), rows).await?;
    w.tx.insert("record_value", &VALUE, values).await?;
    Ok(())
}

const VALUE: [&str; 6] = ["community_id", "id", "recorded", "field", "number", "text"];

pub(super) fn all_columns(table: &RecordTable) -> Vec<&'static str> {
    let mut all = vec!["community_id", "id", "recorded", "superseded", "source_id", "source_ref"];
    all.extend(table.columns);
    all
}

/// Supersedes the version that holds now. One that this very transaction wrote was never visible: it goes.
async fn supersede<T: Recorded>(w: &mut Write, id: i64) -> Result<()> {
    w.touch(T::TABLE.name);
    let key = params![w.community, id, w.revision];
    let here = "community_id = $1 and id = $2 and recorded = $3";
    let own = w.tx.run(&format!("delete from {} where {here}", T::TABLE.name), key.clone()).await?;
    w.tx.run(&format!("delete from record_value where {here}"), key.clone()).await?;
    let sql = format!(
        "update {} set superseded = $3 where community_id = $1 and id = $2 and superseded is null",
        T::TABLE.name
    );
    if w.tx.run(&sql, key).await? + own == 0 {
        return Err(not_found("记录"));
    }
    Ok(())
}
