//! The one helper that writes time columns, with four verbs: [`record`], [`end`], [`correct`], [`confirm`].
//!
//! A state table holds dated facts of one subject. Intervals are half-open and never empty, and at any
//! revision those of one subject do not overlap. Nothing is overwritten: a replaced row is superseded and
//! what remains of it is written again. [`state!`](crate::state) makes a typed struct of a table; the verbs below work on any table.

use liren_facts::Day;
use liren_store::{Row, Tx, Value, params};

use super::Scope;
use super::error::Result;
use super::text::{kept, kept_text};
use super::write::{Origin, Write};

/// A table of dated states: its subject columns, its own columns, and the kind of thing it tells of.
#[derive(Debug)]
pub struct StateTable {
    pub name: &'static str,
    pub subject: &'static [&'static str],
    pub columns: &'static [&'static str],
    /// The frame kind whose records these are; for fields that packs declare the first subject column says it.
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

/// A state as it stands in its table.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated<T> {
    pub from: Day,
    pub to: Option<Day>,
    /// The revision that wrote it, and the one that no longer holds it to be so.
    pub recorded: i64,
    pub superseded: Option<i64>,
    pub origin: Origin,
    pub value: T,
}

/// What a struct made by [`state!`](crate::state) knows of its table.
pub trait Stated: Sized + Clone + Send + Sync + 'static {
    type Subject: Subject;
    const TABLE: StateTable;
    /// In the order of the table's columns.
    fn values(&self) -> Vec<Value>;
    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<Self>;
}

/// Whom or what a state is about: one id, or several columns.
pub trait Subject: Clone + Send + Sync {
    fn key(&self) -> Vec<Value>;
    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<Self>;
}

impl<T: super::Id> Subject for T {
    fn key(&self) -> Vec<Value> {
        params![*self]
    }

    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<T> {
        row.get(first)
    }
}

/// A struct over a state table: its fields are the table's columns, its verbs are those of this file.
///
/// ```ignore
/// state! {
///     /// 小区
///     pub struct Estate in "estate_state" of EstateId as "estate_id" {
///         name: String = "name",
///     }
/// }
/// Estate { name: "榆园小区".into() }.record(w, id, day, &origin).await?;
/// let now = Estate::at(tx, scope, &[id], day).await?;
/// ```
#[macro_export]
macro_rules! state {
    ($(#[$doc:meta])* pub struct $name:ident in $table:literal of $subject:ty as $($key:literal)and+ {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $column:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),+ }

        impl $crate::base::states::Stated for $name {
            type Subject = $subject;
            const TABLE: $crate::base::states::StateTable = $crate::base::states::StateTable {
                name: $table,
                subject: &[$($key),+],
                columns: &[$($column),+],
                kind: <$subject as $crate::base::states::OfKind>::KIND,
            };
            fn values(&self) -> Vec<liren_store::Value> {
                liren_store::params![$(self.$field.clone()),+]
            }
            fn read(row: &liren_store::Row<'_>, first: usize) -> liren_store::Result<$name> {
                let mut at = first..;
                let mut next = || at.next().unwrap_or(usize::MAX);
                Ok($name { $($field: row.get(next())?),+ })
            }
        }

        #[allow(dead_code)]
        impl $name {
            pub const TABLE: &'static $crate::base::states::StateTable =
                &<$name as $crate::base::states::Stated>::TABLE;

            /// So from `from` on, until the next thing already known.
            pub async fn record(
                &self, w: &mut $crate::base::Write, of: $subject, from: liren_facts::Day, origin: &$crate::base::Origin,
            ) -> $crate::base::Result<()> {
                use $crate::base::states::{self, Stated, Subject};
                states::record(w, Self::TABLE, &of.key(), from, self.values(), origin).await
            }

            /// Replaces what is known of `from .. to`.
            pub async fn correct(
                &self, w: &mut $crate::base::Write, of: $subject, from: liren_facts::Day, to: Option<liren_facts::Day>,
                origin: &$crate::base::Origin,
            ) -> $crate::base::Result<()> {
                use $crate::base::states::{self, Stated, Subject};
                states::correct(w, Self::TABLE, &of.key(), from, to, self.values(), origin).await
            }

            /// No longer so from `on` on.
            pub async fn end(
                w: &mut $crate::base::Write, of: $subject, on: liren_facts::Day,
            ) -> $crate::base::Result<()> {
                use $crate::base::states::{self, Subject};
                states::end(w, Self::TABLE, &of.key(), on).await
            }

            /// A row of bulk input, open at its end.
            pub fn from(
                &self, of: $subject, from: liren_facts::Day, origin: &$crate::base::Origin,
            ) -> $crate::base::states::State {
                use $crate::base::states::{Stated, Subject};
                $crate::base::states::State {
                    subject: of.key(), from, to: None, values: self.values(), origin: origin.clone(),
                }
            }

            /// What is so on a day as known now: of the first of `of` of whom anything is.
            pub async fn at(
                tx: &mut liren_store::Tx, scope: &$crate::base::Scope, of: &[$subject], on: liren_facts::Day,
            ) -> $crate::base::Result<Option<$crate::base::states::Dated<$name>>> {
                $crate::base::states::at::<$name>(tx, scope, of, on).await
            }

            /// Everything that is so on a day as known now.
            pub async fn all(
                tx: &mut liren_store::Tx, scope: &$crate::base::Scope, on: liren_facts::Day,
            ) -> $crate::base::Result<Vec<($subject, $crate::base::states::Dated<$name>)>> {
                $crate::base::states::all::<$name>(tx, scope, on).await
            }

            /// Everything ever recorded of one subject, newest first.
            pub async fn history(
                tx: &mut liren_store::Tx, scope: &$crate::base::Scope, of: $subject,
            ) -> $crate::base::Result<Vec<$crate::base::states::Dated<$name>>> {
                $crate::base::states::history::<$name>(tx, scope, of).await
            }
        }
    };
}

pub use crate::state;

/// The kind of record a subject is.
pub trait OfKind {
    const KIND: &'static str;
}

impl<T: super::Id> OfKind for T {
    const KIND: &'static str = T::KIND;
}

/// The condition that picks the states of a day as known at a revision: `$day` and `$revision` are the
/// placeholders' numbers, `t` the table's alias.
pub fn as_of(t: &str, day: usize, revision: usize) -> String {
    format!("{} and {}", holds(t, day), known(t, revision))
}

/// The condition that picks the states of a day as known now. Never "without an end": a state may end or begin later.
pub fn on_day(t: &str, day: usize) -> String {
    format!("{t}.superseded is null and {}", holds(t, day))
}

/// The condition that picks what is known at a revision, of states and records alike.
pub fn known(t: &str, revision: usize) -> String {
    format!("{t}.recorded <= ${revision} and ({t}.superseded is null or {t}.superseded > ${revision})")
}

fn holds(t: &str, day: usize) -> String {
    format!("{t}.valid_from <= ${day} and ({t}.valid_to is null or {t}.valid_to > ${day})")
}

/// A new thing of the table `x_state`: its row in `x` and what is so from `on` on; its id.
pub async fn create(w: &mut Write, table: &StateTable, on: Day, values: Vec<Value>) -> Result<i64> {
    let id = things(w, table, 1).await?;
    record(w, table, &params![id], on, values, &Origin::default()).await?;
    Ok(id)
}

/// New things of the table `x_state`, one for each value; their ids in order.
pub async fn create_all<T: Stated>(w: &mut Write, on: Day, new: Vec<(T, Origin)>) -> Result<Vec<T::Subject>>
where
    T::Subject: super::Id,
{
    let first = things(w, &T::TABLE, new.len() as i64).await?;
    let ids: Vec<T::Subject> = (first..).take(new.len()).map(liren_store::Number::of_number).collect();
    let states = ids.iter().zip(new).map(|(id, (value, origin))| State {
        subject: id.key(),
        from: on,
        to: None,
        values: value.values(),
        origin,
    });
    insert(w, &T::TABLE, states.collect()).await?;
    Ok(ids)
}

/// The identity rows of `count` new things of `x_state`, with ids in a row; the first id.
async fn things(w: &mut Write, table: &StateTable, count: i64) -> Result<i64> {
    let name = table.name.trim_end_matches("_state");
    let first = w.ids(count);
    let community = w.community;
    let mut rows = (first..first + count).map(|id| params![community, id]);
    w.tx.insert_from(name, &["community_id", "id"], &mut rows).await?;
    Ok(first)
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
    bound.push(from.into());
    let (next,): (Option<Day>,) = w.tx.row(&sql, bound).await?;
    correct(w, table, subject, from, next, values, origin).await
}

/// No longer so from `on` on; what is known of later days stays.
pub async fn end(w: &mut Write, table: &StateTable, subject: &[Value], on: Day) -> Result<()> {
    let sql = format!(
        "select valid_from, valid_to, recorded from {} where {} and superseded is null \
         and valid_from <= ${n} and (valid_to is null or valid_to > ${n})",
        table.name,
        subject_is(table, 1),
        n = subject.len() + 2
    );
    let mut bound = key(w, subject);
    bound.push(on.into());
    let rows: Vec<(Day, Option<Day>, i64)> = w.tx.rows(&sql, bound).await?;
    for (from, _, recorded) in rows {
        note(w, table, subject);
        // A state that began on this very day leaves nothing behind.
        clip(w, table, subject, from, recorded, (from < on).then_some(on), None).await?;
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
    bound.extend(params![from, to]);
    let rows: Vec<(Day, Option<Day>, i64)> = w.tx.rows(&sql, bound).await?;
    for (start, stop, recorded) in rows {
        let left = (start < from).then_some(from);
        let right = to.filter(|to| stop.is_none_or(|stop| stop > *to));
        clip(w, table, subject, start, recorded, left, right).await?;
    }
    let state = State { subject: subject.to_vec(), from, to, values, origin: origin.clone() };
    insert(w, table, vec![state]).await
}

/// Somebody confirmed that facts still hold; no new states.
pub async fn confirm(w: &mut Write, table: &StateTable, subjects: &[i64], on: Day) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    w.touch("confirmation");
    let mut rows = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let id = w.id();
        rows.push(params![w.community, id, table.name, *subject, on, w.actor.login.clone(), w.revision]);
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
    let (community, revision) = (w.community, w.revision);
    for state in &states {
        note(w, table, &state.subject);
    }
    // What is said of people in words may carry numbers; codes of things (credit codes) are what they are.
    let of_people = table.name.starts_with("person_") || ["household_state", "field_value"].contains(&table.name);
    let keep = |value: Value| if of_people { kept(value) } else { value };
    let mut rows = states.into_iter().map(|s| {
        let mut row = Vec::with_capacity(1 + s.subject.len() + TIME.len() + s.values.len());
        row.push(Value::from(community));
        row.extend(s.subject);
        row.extend(params![
            s.from,
            s.to,
            revision,
            None::<i64>,
            s.origin.source,
            s.origin.place.map(kept_text),
            s.origin.confirmed_on
        ]);
        row.extend(s.values.into_iter().map(keep));
        row
    });
    w.tx.insert_from(table.name, &all_columns(table), &mut rows).await?;
    Ok(())
}

/// Makes the states of one subject those that are wanted: others are superseded, missing ones are written.
pub async fn agree(w: &mut Write, table: &StateTable, there: Vec<State>, wanted: Vec<State>) -> Result<()> {
    let same = |a: &State, b: &State| a.from == b.from && a.to == b.to && a.values == b.values;
    for state in there.iter().filter(|state| !wanted.iter().any(|w| same(w, state))) {
        let sql = format!(
            "select recorded from {} where {} and superseded is null and valid_from = ${}",
            table.name,
            subject_is(table, 1),
            state.subject.len() + 2
        );
        let mut bound = key(w, &state.subject);
        bound.push(state.from.into());
        let (recorded,): (i64,) = w.tx.row(&sql, bound).await?;
        note(w, table, &state.subject);
        clip(w, table, &state.subject, state.from, recorded, None, None).await?;
    }
    let missing = wanted.into_iter().filter(|state| !there.iter().any(|t| same(t, state))).collect();
    insert(w, table, missing).await
}

/// What is so on a day as known now: of the first of `of` of whom anything is. Several ids are one person and the records
/// merged into theirs.
pub async fn at<T: Stated>(tx: &mut Tx, scope: &Scope, of: &[T::Subject], on: Day) -> Result<Option<Dated<T>>> {
    for subject in of {
        let subject = subject.key();
        let n = subject.len();
        let condition = format!("{} and {}", subject_is(&T::TABLE, 1), on_day("t", n + 2));
        let mut bound = params![scope.community];
        bound.extend(subject);
        bound.push(on.into());
        if let Some(found) = read::<T>(tx, &condition, bound).await?.pop() {
            return Ok(Some(found.1));
        }
    }
    Ok(None)
}

/// Everything that is so on a day as known now.
pub async fn all<T: Stated>(tx: &mut Tx, scope: &Scope, on: Day) -> Result<Vec<(T::Subject, Dated<T>)>> {
    let condition = format!("t.community_id = $1 and {}", on_day("t", 2));
    read(tx, &condition, params![scope.community, on]).await
}

/// Everything ever recorded of one subject, newest first.
pub async fn history<T: Stated>(tx: &mut Tx, scope: &Scope, of: T::Subject) -> Result<Vec<Dated<T>>> {
    let condition = format!("{} order by t.valid_from desc, t.recorded desc", subject_is(&T::TABLE, 1));
    let mut bound = params![scope.community];
    bound.extend(of.key());
    let found = read::<T>(tx, &condition, bound).await?;
    Ok(found.into_iter().map(|(_, dated)| dated).collect())
}

async fn read<T: Stated>(tx: &mut Tx, condition: &str, bound: Vec<Value>) -> Result<Vec<(T::Subject, Dated<T>)>> {
    let columns: Vec<&str> = T::TABLE.subject.iter().chain(&TIME).chain(T::TABLE.columns).copied().collect();
    let sql = format!("select {} from {} t where {condition}", columns.join(", "), T::TABLE.name);
    let mut found = Vec::new();
    let at = T::TABLE.subject.len();
    tx.each(&sql, bound, |row| {
        let dated = Dated {
            from: row.get(at)?,
            to: row.get(at + 1)?,
            recorded: row.get(at + 2)?,
            superseded: row.get(at + 3)?,
            origin: Origin { source: row.get(at + 4)?, place: row.get(at + 5)?, confirmed_on: row.get(at + 6)? },
            value: T::read(row, at + TIME.len())?,
        };
        found.push((T::Subject::read(row, 0)?, dated));
        Ok(())
    })
    .await?;
    Ok(found)
}

/// The columns of a state table that say when something is so and where it is from.
pub const TIME: [&str; 7] =
    ["valid_from", "valid_to", "recorded", "superseded", "source_id", "source_ref", "confirmed_on"];

pub(super) fn all_columns(table: &StateTable) -> Vec<&'static str> {
    let mut all = vec!["community_id"];
    all.extend(table.subject);
    all.extend(TIME);
    all.extend(table.columns);
    all
}

/// `community_id = $n and …` for the subject columns, from placeholder `first` on.
pub fn subject_is(table: &StateTable, first: usize) -> String {
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

/// Leaves the trace that a subject's facts of this table changed: for conflicts, undoing, "who changed", and stale frames.
fn note(w: &mut Write, table: &StateTable, subject: &[Value]) {
    w.touch(table.name);
    match subject {
        [Value::Int(Some(id)), ..] => w.changed(table.kind, *id, table.name),
        // A word instead of a record: a parameter, a programme.
        [Value::Text(Some(_))] => w.changed(table.kind, 0, table.name),
        // A field that packs declare: the kind of its subject, its id, its name.
        [Value::Text(Some(kind)), Value::Int(Some(id)), Value::Text(Some(field))] => w.changed(kind, *id, field),
        _ => {}
    }
}

/// Supersedes one row, writing again what lies before `left` and from `right` on. A row recorded by this
/// very transaction was never visible to anyone: it is changed in place.
async fn clip(
    w: &mut Write,
    table: &StateTable,
    subject: &[Value],
    start: Day,
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
        values.extend(params![right, w.revision]);
        w.tx.run(&sql, values).await?;
    }
    if recorded == w.revision {
        let sql = match left {
            Some(_) => format!("update {} set valid_to = ${} where {this}", table.name, n + 4),
            None => format!("delete from {} where {this}", table.name),
        };
        let mut values = bound(w);
        values.extend(left.map(Value::from));
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
        values.extend(params![w.revision, left]);
        w.tx.run(&sql, values).await?;
    }
    let sql = format!("update {} set superseded = ${} where {this}", table.name, n + 4);
    let mut values = bound(w);
    values.push(Value::from(w.revision));
    w.tx.run(&sql, values).await?;
    Ok(())
}
