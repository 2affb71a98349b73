//! Statements that find and show people, as of a day as known now, merged records read through. Who belongs on a list is
//! decided in frames; SQL finds by key, by text and by the time columns, and fetches the lines of one page by id.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use super::person::PersonLine;
use super::settle::LifeEvent;
use super::states::partial;
use crate::base::records::{self, Kept};
use crate::base::states::{StateTable, TIME, on_day};
use crate::base::{Aliases, Asked, FactValue, PersonId, Reading, Result, Scope, Write};

pub mod erasing;
mod history;

pub use history::{Fresh, HistoryLine, Passage, freshness, history, life_events, phone_slots, remarks};

/// `$first, $first+1, …` for ids.
pub(super) fn among(ids: &[i64], first: usize) -> String {
    let places: Vec<String> = (0..ids.len()).map(|i| format!("${}", i + first)).collect();
    places.join(", ")
}

/// How many ids one statement takes.
const SOME: usize = 5_000;

/// One sealed number of a person.
pub struct Sealed {
    pub person: i64,
    pub wrapped: Option<Vec<u8>>,
    pub cipher: Vec<u8>,
    /// The state of an identifier; `None` for a phone.
    pub state: Option<String>,
}

/// The sealed numbers that hold on a day, of everyone or of some people, each person's own before those of merged records and
/// phones after the identifier.
pub async fn sealed(tx: &mut Tx, scope: &Scope, on: Day, only: Option<&[i64]>) -> Result<Vec<Sealed>> {
    let aliases = Aliases::now(tx, scope).await?;
    let mut all = Vec::new();
    match only {
        None => sealed_of(tx, scope, on, "", &[], &mut all).await?,
        Some(ids) => {
            let whole: Vec<i64> = ids.iter().flat_map(|id| aliases.whole(PersonId(*id))).map(|id| id.0).collect();
            for ids in whole.chunks(SOME) {
                let among = format!("and s.person_id in ({})", among(ids, 3));
                sealed_of(tx, scope, on, &among, ids, &mut all).await?;
            }
        }
    }
    // A stable order: of one kind, own numbers come first.
    all.sort_by_key(|s: &Sealed| (s.state.is_none(), aliases.is_merged(s.person)));
    for s in &mut all {
        s.person = aliases.of(s.person);
    }
    Ok(all)
}

async fn sealed_of(tx: &mut Tx, scope: &Scope, on: Day, among: &str, ids: &[i64], all: &mut Vec<Sealed>) -> Result<()> {
    let mut bound = params![scope.community, on];
    bound.extend(ids.iter().map(|id| Value::from(*id)));
    for (table, state, order) in [("person_identifier", "s.state", ""), ("person_contact", "''", ", s.slot")] {
        let sql = format!(
            "select s.person_id, p.data_key, s.cipher, {state} from {table} s
             join person p on p.community_id = s.community_id and p.id = s.person_id
             where s.community_id = $1 and {} {among} order by s.person_id{order}",
            on_day("s", 2)
        );
        let rows: Vec<(i64, Option<Vec<u8>>, Vec<u8>, String)> = tx.rows(&sql, bound.clone()).await?;
        all.extend(rows.into_iter().map(|(person, wrapped, cipher, state)| Sealed {
            person,
            wrapped,
            cipher,
            state: Some(state).filter(|state| !state.is_empty()),
        }));
    }
    Ok(())
}

/// The state tables a line is read from, with their alias. Of each the person's own state counts, else a merged record's.
const TABLES: [(&str, &str); 9] = [
    ("person_naming", "n"),
    ("person_birth", "b"),
    ("person_life", "l"),
    ("person_residency", "r"),
    ("person_membership", "m"),
    ("person_marital", "g"),
    ("person_schooling", "s"),
    ("person_political", "o"),
    ("person_work", "k"),
];

/// A line and which of [`TABLES`] had anything for it.
struct Told {
    line: PersonLine,
    by: [bool; TABLES.len()],
}

impl Told {
    /// Takes over what only a merged record says.
    fn complete(&mut self, merged: &Told) {
        let (into, from) = (&mut self.line, &merged.line);
        for (at, says) in merged.by.iter().enumerate() {
            if !says || self.by[at] {
                continue;
            }
            self.by[at] = true;
            match at {
                0 => {
                    into.name.clone_from(&from.name);
                    into.former_name.clone_from(&from.former_name);
                    into.source.clone_from(&from.source);
                    into.source_ref.clone_from(&from.source_ref);
                    into.confirmed_on = from.confirmed_on;
                }
                1 => {
                    into.sex.clone_from(&from.sex);
                    into.born = from.born;
                    into.ethnic.clone_from(&from.ethnic);
                }
                2 => into.alive = from.alive,
                3 => {
                    into.hukou_here = from.hukou_here;
                    into.lives_here = from.lives_here;
                    into.inferred = from.inferred;
                    into.since = from.since;
                    into.dwelling = from.dwelling;
                }
                4 => {
                    into.household = from.household;
                    into.relation.clone_from(&from.relation);
                }
                5 => into.marital.clone_from(&from.marital),
                6 => into.education.clone_from(&from.education),
                7 => into.political.clone_from(&from.political),
                _ => {
                    into.employment.clone_from(&from.employment);
                    into.employer.clone_from(&from.employer);
                }
            }
        }
    }
}

/// The lines of people, as of a day as known now, in the order of `ids`.
pub async fn lines(tx: &mut Tx, scope: &Scope, on: Day, ids: &[i64]) -> Result<Vec<PersonLine>> {
    let aliases = Aliases::now(tx, scope).await?;
    let merged: Vec<i64> = ids.iter().flat_map(|id| aliases.merged_into(*id)).collect();
    let mut found: HashMap<i64, Told> = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(SOME).chain(merged.chunks(SOME)) {
        for told in chunk_lines(tx, scope, on, chunk).await? {
            found.insert(told.line.id, told);
        }
    }
    for id in merged {
        let other = found.remove(&id);
        if let (Some(told), Some(other)) = (found.get_mut(&aliases.of(id)), other) {
            told.complete(&other);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(|told| told.line).collect())
}

async fn chunk_lines(tx: &mut Tx, scope: &Scope, on: Day, ids: &[i64]) -> Result<Vec<Told>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut sql = "select p.id, n.name, n.former_name, b.sex, b.born_first, b.born_last, b.ethnic, l.alive,
                r.hukou_here, r.lives_here, r.since, r.dwelling_id, m.household_id, m.relation,
                g.marital, s.education, o.political, k.employment, k.employer, f.title, n.source_ref, n.confirmed_on,
                r.inferred"
        .to_owned();
    for (_, t) in TABLES {
        sql.push_str(&format!(", {t}.valid_from is not null"));
    }
    sql.push_str(" from person p");
    for (table, t) in TABLES {
        sql.push_str(&format!(
            " left join {table} {t} on {t}.community_id = p.community_id and {t}.person_id = p.id and {}",
            on_day(t, 2)
        ));
    }
    sql.push_str(" left join source f on f.community_id = p.community_id and f.id = n.source_id");
    sql.push_str(&format!(" where p.community_id = $1 and p.id in ({})", among(ids, 3)));
    let mut bound = params![scope.community, on];
    bound.extend(ids.iter().map(|id| Value::from(*id)));
    let mut lines = Vec::with_capacity(ids.len());
    tx.each(&sql, bound, |row| {
        let line = PersonLine {
            id: row.get(0)?,
            name: row.get(1)?,
            former_name: row.get(2)?,
            sex: row.get(3)?,
            born: partial(row.get(4)?, row.get(5)?),
            ethnic: row.get(6)?,
            alive: row.get(7)?,
            hukou_here: row.get(8)?,
            lives_here: row.get(9)?,
            since: row.get(10)?,
            dwelling: row.get(11)?,
            household: row.get(12)?,
            relation: row.get(13)?,
            marital: row.get(14)?,
            education: row.get(15)?,
            political: row.get(16)?,
            employment: row.get(17)?,
            employer: row.get(18)?,
            source: row.get(19)?,
            source_ref: row.get(20)?,
            confirmed_on: row.get(21)?,
            inferred: row.get::<Option<bool>>(22)? == Some(true),
        };
        let mut by = [false; TABLES.len()];
        for (at, says) in by.iter_mut().enumerate() {
            *says = row.get(23 + at)?;
        }
        lines.push(Told { line, by });
        Ok(())
    })
    .await?;
    Ok(lines)
}

/// Everyone with a name state here, merged records left out, by id.
pub async fn everyone(tx: &mut Tx, scope: &Scope) -> Result<Vec<i64>> {
    let aliases = Aliases::now(tx, scope).await?;
    let rows: Vec<(i64,)> = tx
        .rows(
            "select distinct person_id from person_naming where community_id = $1 and superseded is null
             order by person_id",
            params![scope.community],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.0).filter(|id| !aliases.is_merged(*id)).collect())
}

/// Whether there is a record of this id, merged or not.
pub async fn exists(tx: &mut Tx, scope: &Scope, person: i64) -> Result<bool> {
    let row: Option<(i64,)> =
        tx.opt("select id from person where community_id = $1 and id = $2", params![scope.community, person]).await?;
    Ok(row.is_some())
}

/// People whose name, former name or pinyin initials match, or whose number ends as asked (`tail` is its
/// keyed index), also by what a merged record says. Ids only: the caller cuts them by frame and scope.
pub async fn hits(tx: &mut Tx, scope: &Scope, text: &str, tail: Option<Vec<u8>>) -> Result<Vec<i64>> {
    // Compared here, alike on both engines: their `like` and `lower` differ in case and in its signs.
    let text = text.trim().to_lowercase();
    let inner = format!(" {text}");
    let holds = |name: &str| {
        name.contains(&text) || (name.chars().any(char::is_uppercase) && name.to_lowercase().contains(&text))
    };
    let mut hits = Vec::new();
    // Whoever does not see a name could spell it out by asking for one sign after another.
    if scope.full_names {
        tx.each(
            "select person_id, name, former_name, initials from person_naming
             where community_id = $1 and superseded is null",
            params![scope.community],
            |row| {
                let sounds = |initials: &str| initials.starts_with(&text) || initials.contains(&inner);
                if row.text(1)?.is_some_and(holds)
                    || row.text(2)?.is_some_and(holds)
                    || row.text(3)?.is_some_and(sounds)
                {
                    hits.push(row.get(0)?);
                }
                Ok(())
            },
        )
        .await?;
    }
    if let Some(tail) = tail {
        let rows: Vec<(i64,)> = tx
            .rows(
                "select person_id from person_identifier
                 where community_id = $1 and superseded is null and tail_index = $2
                 union
                 select person_id from person_contact
                 where community_id = $1 and superseded is null and tail_index = $2",
                params![scope.community, tail],
            )
            .await?;
        hits.extend(rows.into_iter().map(|r| r.0));
    }
    let aliases = Aliases::now(tx, scope).await?;
    Ok(hits.into_iter().map(|id| aliases.of(id)).collect())
}

/// Households as a list calls them: their head's name and their address.
pub fn household_labels<'a>(tx: &'a mut Tx, scope: &'a Scope, asked: Asked<'a>) -> Reading<'a, HashMap<i64, String>> {
    Box::pin(async move {
        let (on, mut heads): (Day, HashMap<i64, String>) = (asked.on, HashMap::new());
        let (mut homes, wanted): (HashMap<i64, i64>, BTreeSet<i64>) =
            (HashMap::new(), asked.ids.iter().copied().collect());
        // Two plain statements: a name looked for within each household cost an engine a walk through all of them.
        let sql = format!(
            "select m.household_id, n.name from person_membership m
             join person_naming n on n.community_id = m.community_id and n.person_id = m.person_id and {}
             where m.community_id = $1 and {} and m.household_id is not null and m.relation in ('01', '02')",
            on_day("n", 2),
            on_day("m", 2)
        );
        let named: Vec<(i64, Option<String>)> = tx.rows(&sql, params![scope.community, on]).await?;
        for (household, name) in named.into_iter().filter(|(household, _)| wanted.contains(household)) {
            // Of several heads one is told, the same on both engines.
            if let Some(name) = name
                && heads.get(&household).is_none_or(|told| name < *told)
            {
                heads.insert(household, name);
            }
        }
        let sql = format!(
            "select h.household_id, h.dwelling_id from household_state h where h.community_id = $1 and {}",
            on_day("h", 2)
        );
        let rows: Vec<(i64, Option<i64>)> = tx.rows(&sql, params![scope.community, on]).await?;
        homes.extend(rows.into_iter().filter(|(id, _)| wanted.contains(id)).filter_map(|(id, home)| Some((id, home?))));
        let addresses = crate::places::queries::addresses(tx, scope, on, homes.values().copied()).await?;
        Ok(wanted
            .into_iter()
            .map(|id| {
                let home = homes.get(&id).and_then(|home| addresses.get(home).cloned());
                let head = heads.get(&id).map(|name| scope.name(name));
                let told: Vec<String> = [head, home].into_iter().flatten().collect();
                (id, told.join(" "))
            })
            .collect())
    })
}

/// Fields of packs that hold on a day for people, by person.
pub async fn facts(tx: &mut Tx, scope: &Scope, on: Day) -> Result<HashMap<i64, Vec<(String, FactValue)>>> {
    let aliases = Aliases::now(tx, scope).await?;
    let sql = format!(
        "select f.subject_id, f.field, f.number, f.text from field_value f
         where f.community_id = $1 and f.subject_kind = 'person' and {}",
        on_day("f", 2)
    );
    let mut rows: Vec<(i64, String, Option<i64>, Option<String>)> = tx.rows(&sql, params![scope.community, on]).await?;
    rows.sort_by_key(|(id, ..)| aliases.is_merged(*id));
    let mut facts: HashMap<i64, BTreeMap<String, FactValue>> = HashMap::new();
    for (id, field, number, text) in rows {
        if let Some(value) = FactValue::of(number, text) {
            facts.entry(aliases.of(id)).or_default().entry(field).or_insert(value);
        }
    }
    Ok(facts.into_iter().map(|(id, facts)| (id, facts.into_iter().collect())).collect())
}

/// The wrapped data key of one person.
pub async fn data_key(w: &mut Write, person: PersonId) -> Result<Option<Vec<u8>>> {
    let row: Option<(Option<Vec<u8>>,)> =
        w.tx.opt("select data_key from person where community_id = $1 and id = $2", params![w.community, person])
            .await?;
    Ok(row.and_then(|r| r.0))
}

/// The slots of somebody's phones, also those that have ended: a new phone takes a slot that was never used.
pub async fn last_slot(w: &mut Write, person: PersonId) -> Result<i64> {
    let (last,): (Option<i64>,) =
        w.tx.row(
            "select max(slot) from person_contact where community_id = $1 and person_id = $2",
            params![w.community, person],
        )
        .await?;
    Ok(last.unwrap_or(-1))
}

/// Writes and ends aliases. Whom a merged record stands for now.
pub async fn alias_of(w: &mut Write, person: PersonId) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        w.tx.opt(
            "select target_id from alias where community_id = $1 and person_id = $2 and superseded is null",
            params![w.community, person],
        )
        .await?;
    Ok(row.map(|r| r.0))
}

/// Supersedes the alias of a person; how many there were.
pub async fn end_alias(w: &mut Write, person: PersonId) -> Result<u64> {
    let revision = w.revision;
    Ok(w.tx
        .run(
            "update alias set superseded = $3 where community_id = $1 and person_id = $2 and superseded is null",
            params![w.community, person, revision],
        )
        .await?)
}

/// The people of whom a state of this transaction tells, and their spouses: whose lives must be settled.
pub(super) async fn spouses(w: &mut Write, ids: &[i64]) -> Result<Vec<i64>> {
    let mut all = Vec::new();
    for ids in ids.chunks(SOME) {
        let sql = format!(
            "select spouse_id from person_marital where community_id = $1 and spouse_id is not null and person_id in ({0})
             union select person_id from person_marital where community_id = $1 and spouse_id in ({0})",
            among(ids, 2)
        );
        let mut bound = params![w.community];
        bound.extend(ids.iter().map(|id| Value::from(*id)));
        all.extend(w.tx.rows::<(i64,)>(&sql, bound).await?.into_iter().map(|r| r.0));
    }
    Ok(all)
}

/// The new people of this transaction whose states tell a day on which something happened.
pub(super) async fn telling_days(w: &mut Write) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = w
        .tx
        .rows(
            "select r.person_id from person_residency r
             where r.community_id = $1 and r.recorded = $2 and r.superseded is null
               and (r.since = r.valid_from or r.left_since = r.valid_from or exists (
                    select 1 from person_birth b where b.community_id = r.community_id and b.person_id = r.person_id
                       and b.superseded is null and b.born_first = r.valid_from))
             union select person_id from person_life where community_id = $1 and recorded = $2 and not alive
             union select person_id from person_marital where community_id = $1 and recorded = $2 and since is not null",
            params![w.community, w.revision],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.0).filter(|id| w.is_new(*id)).collect())
}

/// The states of some people that are not superseded, in order of their days.
pub(super) fn spans_text(table: &StateTable, ids: &str) -> String {
    let columns: Vec<&str> = TIME.iter().chain(table.columns).copied().collect();
    format!(
        "select person_id, {} from {} where community_id = $1 and superseded is null and person_id in ({ids})
         order by person_id, valid_from",
        columns.join(", "),
        table.name
    )
}

/// The life events on record of some people.
pub(super) async fn settled(w: &mut Write, people: &[i64], kinds: &[&str]) -> Result<Vec<Kept<LifeEvent>>> {
    let mut all = Vec::new();
    let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
    for ids in people.chunks(SOME) {
        let condition = format!(
            "t.community_id = $1 and t.superseded is null and t.kind in ({}) and t.person_id in ({}) order by t.id",
            kinds.join(", "),
            among(ids, 2)
        );
        let mut bound = params![w.community];
        bound.extend(ids.iter().map(|id| Value::from(*id)));
        all.extend(records::read(&mut w.tx, &condition, bound).await?);
    }
    Ok(all)
}

/// How many events of each kind this transaction has settled.
pub async fn settled_now(w: &mut Write) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> =
        w.tx.rows(
            "select kind, count(*) from life_event
             where community_id = $1 and recorded = $2 and superseded is null group by kind",
            params![w.community, w.revision],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Who holds a whole number or phone, by its keyed index, on a day; merged records as whom they stand for.
pub async fn holders(tx: &mut Tx, scope: &Scope, on: Day, index: &[u8]) -> Result<Vec<i64>> {
    let aliases = Aliases::now(tx, scope).await?;
    let sql = format!(
        "select distinct s.person_id from person_identifier s where s.community_id = $1 and {} and s.whole_index = $3 order by s.person_id",
        on_day("s", 2)
    );
    let rows: Vec<(i64,)> = tx.rows(&sql, params![scope.community, on, index]).await?;
    let mut ids: Vec<i64> = rows.into_iter().map(|(id,)| aliases.of(id)).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Who is called exactly so on a day.
pub async fn named(tx: &mut Tx, scope: &Scope, on: Day, name: &str) -> Result<Vec<i64>> {
    let aliases = Aliases::now(tx, scope).await?;
    let sql = format!(
        "select distinct s.person_id from person_naming s where s.community_id = $1 and {} and s.name = $3 order by s.person_id",
        on_day("s", 2)
    );
    let rows: Vec<(i64,)> = tx.rows(&sql, params![scope.community, on, name]).await?;
    let mut ids: Vec<i64> = rows.into_iter().map(|(id,)| aliases.of(id)).collect();
    ids.dedup();
    Ok(ids)
}

/// Who can be reached by a phone, by its keyed index, on a day.
pub async fn reached_by(tx: &mut Tx, scope: &Scope, on: Day, index: &[u8]) -> Result<Vec<i64>> {
    let aliases = Aliases::now(tx, scope).await?;
    let sql = format!(
        "select distinct s.person_id from person_contact s where s.community_id = $1 and {} and s.whole_index = $3 order by s.person_id",
        on_day("s", 2)
    );
    let rows: Vec<(i64,)> = tx.rows(&sql, params![scope.community, on, index]).await?;
    Ok(rows.into_iter().map(|(id,)| aliases.of(id)).collect())
}

/// The wrapped key of a person; `None` for somebody who was erased.
pub async fn key_row(tx: &mut Tx, scope: &Scope, person: i64) -> Result<Option<Vec<u8>>> {
    let row: Option<(Option<Vec<u8>>,)> = tx
        .opt("select data_key from person where community_id = $1 and id = $2", params![scope.community, person])
        .await?;
    Ok(row.and_then(|(key,)| key))
}
