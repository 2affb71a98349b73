//! Statements that find and show people. Who belongs on a list is decided in frames; SQL finds by key, by
//! text and by the time columns, and fetches the lines of one page by id.

use std::collections::HashMap;

use liren_facts::{Day, PartialDay};
use liren_store::{Tx, Value, params};

use super::person::{Residency, residency_word};
use crate::base::states::as_of;
use crate::base::{Result, Scope, Write};

mod history;

pub use history::{HistoryLine, LifeEvent, history, life_events, merged_into, remarks, resolved, stands_for};

/// One sealed number of a person.
pub struct Sealed {
    pub person: i64,
    pub wrapped: Option<Vec<u8>>,
    pub cipher: Vec<u8>,
    /// The state of an identifier; `None` for a phone.
    pub state: Option<String>,
}

/// The residency of a person on a day, all unknown when nothing is recorded.
pub async fn residency_on(w: &mut Write, person: i64, day: Day) -> Result<Residency> {
    let row: Option<(Option<bool>, Option<bool>, Option<i64>, Option<i64>, Option<i64>)> =
        w.tx.opt(
            "select hukou_here, lives_here, since, left_since, dwelling_id from person_residency
             where community_id = $1 and person_id = $2 and superseded is null
               and valid_from <= $3 and (valid_to is null or valid_to > $3)",
            params![w.community, person, day.0],
        )
        .await?;
    Ok(row.map_or_else(Residency::default, |(hukou, lives, since, left, dwelling)| Residency {
        hukou_here: hukou,
        lives_here: lives,
        since: since.map(|d| Day(d as i32)),
        left_since: left.map(|d| Day(d as i32)),
        dwelling,
        inferred: false,
    }))
}

/// The place in the tree of a dwelling of today.
pub async fn area_of_dwelling(w: &mut Write, dwelling: Option<i64>) -> Result<Option<i64>> {
    let Some(dwelling) = dwelling else {
        return Ok(None);
    };
    let row: Option<(Option<i64>,)> =
        w.tx.opt(
            "select b.area_id from dwelling_state d
             join building_state b on b.community_id = d.community_id and b.building_id = d.building_id
                                  and b.superseded is null and b.valid_to is null
             where d.community_id = $1 and d.dwelling_id = $2 and d.superseded is null and d.valid_to is null",
            params![w.community, dwelling],
        )
        .await?;
    Ok(row.and_then(|r| r.0))
}

/// Whom a merged record stands for now.
pub async fn alias_of(w: &mut Write, person: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        w.tx.opt(
            "select target_id from alias where community_id = $1 and person_id = $2 and superseded is null",
            params![w.community, person],
        )
        .await?;
    Ok(row.map(|r| r.0))
}

/// Supersedes the alias of a person; how many there were.
pub async fn end_alias(w: &mut Write, person: i64) -> Result<u64> {
    let revision = w.revision;
    Ok(w.tx
        .run(
            "update alias set superseded = $3 where community_id = $1 and person_id = $2 and superseded is null",
            params![w.community, person, revision],
        )
        .await?)
}

/// Destroys the data key and blanks the words of a person.
pub async fn blank(w: &mut Write, person: i64) -> Result<()> {
    let key = params![w.community, person];
    w.tx.run("update person set data_key = null where community_id = $1 and id = $2", key.clone()).await?;
    w.tx.run(
        "update person_naming set name = null, former_name = null, initials = null, sort_key = null
         where community_id = $1 and person_id = $2",
        key.clone(),
    )
    .await?;
    w.tx.run("update person_work set employer = null where community_id = $1 and person_id = $2", key.clone()).await?;
    w.tx.run("update person_remark set text = '', cipher = null where community_id = $1 and person_id = $2", key)
        .await?;
    Ok(())
}

/// The sealed numbers that hold now, of everyone or of some people, phones after the identifier.
pub async fn sealed(tx: &mut Tx, scope: &Scope, only: Option<&[i64]>) -> Result<Vec<Sealed>> {
    let mut all = Vec::new();
    match only {
        None => sealed_of(tx, scope, "", &[], &mut all).await?,
        Some(ids) => {
            for ids in ids.chunks(5_000) {
                let places: Vec<String> = (0..ids.len()).map(|i| format!("${}", i + 2)).collect();
                let among = format!("and s.person_id in ({})", places.join(", "));
                sealed_of(tx, scope, &among, ids, &mut all).await?;
            }
        }
    }
    Ok(all)
}

async fn sealed_of(tx: &mut Tx, scope: &Scope, among: &str, ids: &[i64], all: &mut Vec<Sealed>) -> Result<()> {
    let mut bound = params![scope.community];
    bound.extend(ids.iter().map(|id| Value::from(*id)));
    let from = |table: &str, columns: &str, order: &str| {
        format!(
            "select s.person_id, p.data_key, s.cipher{columns} from {table} s
             join person p on p.community_id = s.community_id and p.id = s.person_id
             where s.community_id = $1 and s.superseded is null and s.valid_to is null {among}
             order by s.person_id{order}"
        )
    };
    let sql = from("person_identifier", ", s.state", "");
    let identifiers: Vec<(i64, Option<Vec<u8>>, Vec<u8>, String)> = tx.rows(&sql, bound.clone()).await?;
    let phones: Vec<(i64, Option<Vec<u8>>, Vec<u8>)> = tx.rows(&from("person_contact", "", ", s.slot"), bound).await?;
    all.extend(identifiers.into_iter().map(|(person, wrapped, cipher, state)| Sealed {
        person,
        wrapped,
        cipher,
        state: Some(state),
    }));
    all.extend(phones.into_iter().map(|(person, wrapped, cipher)| Sealed { person, wrapped, cipher, state: None }));
    Ok(())
}

/// What a list or an export says about a person, numbers left out.
#[derive(Clone, Debug, Default)]
pub struct PersonLine {
    pub id: i64,
    pub name: Option<String>,
    pub former_name: Option<String>,
    pub sex: Option<String>,
    pub born: Option<PartialDay>,
    pub alive: Option<bool>,
    pub hukou_here: Option<bool>,
    pub lives_here: Option<bool>,
    /// The residency was concluded from what a roster says, not said by it.
    pub inferred: bool,
    pub since: Option<Day>,
    pub dwelling: Option<i64>,
    pub household: Option<i64>,
    pub relation: Option<String>,
    pub ethnic: Option<String>,
    pub marital: Option<String>,
    pub education: Option<String>,
    pub political: Option<String>,
    pub employment: Option<String>,
    pub employer: Option<String>,
    /// Title of the source file and the place in it.
    pub source: Option<String>,
    pub source_ref: Option<String>,
    pub confirmed_on: Option<Day>,
}

impl PersonLine {
    /// The code of `residency`: somebody who has died lives nowhere here; `None` while it is unknown.
    pub fn residency(&self) -> Option<&'static str> {
        match self.alive {
            Some(false) => Some("elsewhere"),
            _ => residency_word(self.lives_here, self.hukou_here),
        }
    }

    /// `deceased`, `moved_out` or `active`.
    pub fn status(&self) -> &'static str {
        match (self.alive, self.lives_here, self.hukou_here) {
            (Some(false), ..) => "deceased",
            (_, Some(false), Some(false)) => "moved_out",
            _ => "active",
        }
    }
}

/// The lines of people, as of a day as known now, in the order of `ids`.
pub async fn lines(tx: &mut Tx, scope: &Scope, on: Day, ids: &[i64]) -> Result<Vec<PersonLine>> {
    let mut found: HashMap<i64, PersonLine> = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(5_000) {
        for line in chunk_lines(tx, scope, on, chunk).await? {
            found.insert(line.id, line);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

async fn chunk_lines(tx: &mut Tx, scope: &Scope, on: Day, ids: &[i64]) -> Result<Vec<PersonLine>> {
    let now = |t: &str| {
        format!("{t}.superseded is null and {t}.valid_from <= $2 and ({t}.valid_to is null or {t}.valid_to > $2)")
    };
    let join = |table: &str, t: &str| {
        format!(" left join {table} {t} on {t}.community_id = p.community_id and {t}.person_id = p.id and {}", now(t))
    };
    let mut sql = "select p.id, n.name, n.former_name, b.sex, b.born_first, b.born_last, b.ethnic, l.alive,
                r.hukou_here, r.lives_here, r.since, r.dwelling_id, m.household_id, m.relation,
                g.marital, s.education, o.political, k.employment, k.employer, f.title, n.source_ref, n.confirmed_on,
                r.inferred
         from person p"
        .to_owned();
    for (table, t) in [
        ("person_naming", "n"),
        ("person_birth", "b"),
        ("person_life", "l"),
        ("person_residency", "r"),
        ("person_membership", "m"),
        ("person_marital", "g"),
        ("person_schooling", "s"),
        ("person_political", "o"),
        ("person_work", "k"),
    ] {
        sql.push_str(&join(table, t));
    }
    sql.push_str(" left join source f on f.community_id = p.community_id and f.id = n.source_id");
    sql.push_str(" where p.community_id = $1 and p.id in (");
    let mut bound = params![scope.community, on.0];
    for (i, id) in ids.iter().enumerate() {
        sql.push_str(if i == 0 { "$" } else { ", $" });
        sql.push_str(&(i + 3).to_string());
        bound.push(Value::from(*id));
    }
    sql.push(')');
    let mut lines = Vec::with_capacity(ids.len());
    tx.each(&sql, bound, |row| {
        let day = |v: Option<i64>| v.map(|d| Day(d as i32));
        let born = match (day(row.get(4)?), day(row.get(5)?)) {
            (Some(first), Some(last)) => Some(PartialDay { first, last }),
            _ => None,
        };
        lines.push(PersonLine {
            id: row.get(0)?,
            name: row.get(1)?,
            former_name: row.get(2)?,
            sex: row.get(3)?,
            born,
            ethnic: row.get(6)?,
            alive: row.get(7)?,
            hukou_here: row.get(8)?,
            lives_here: row.get(9)?,
            since: day(row.get(10)?),
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
            confirmed_on: day(row.get(21)?),
            inferred: row.get::<Option<bool>>(22)? == Some(true),
        });
        Ok(())
    })
    .await?;
    Ok(lines)
}

/// Everyone with a row here, merged records left out, by id.
pub async fn everyone(tx: &mut Tx, scope: &Scope) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx
        .rows(
            "select p.id from person p where p.community_id = $1 and not exists (
                 select 1 from alias a where a.community_id = p.community_id and a.person_id = p.id
                   and a.superseded is null)
             order by p.id",
            params![scope.community],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// Whether there is a record of this id, merged or not.
pub async fn exists(tx: &mut Tx, scope: &Scope, person: i64) -> Result<bool> {
    let row: Option<(i64,)> =
        tx.opt("select id from person where community_id = $1 and id = $2", params![scope.community, person]).await?;
    Ok(row.is_some())
}

/// Whether the register held anybody at a revision.
pub async fn anyone_known(tx: &mut Tx, scope: &Scope, revision: i64) -> Result<bool> {
    let row: Option<(i64,)> = tx
        .opt(
            "select person_id from person_naming where community_id = $1 and recorded <= $2 limit 1",
            params![scope.community, revision],
        )
        .await?;
    Ok(row.is_some())
}

/// People whose name, former name or pinyin initials match, or whose number ends as asked (`tail` is its
/// keyed index). Ids only: the caller cuts them by frame and scope.
pub async fn hits(tx: &mut Tx, scope: &Scope, text: &str, tail: Option<Vec<u8>>) -> Result<Vec<i64>> {
    // Compared here, alike on both engines: their `like` and `lower` differ in case and in its signs.
    let text = text.trim().to_lowercase();
    let inner = format!(" {text}");
    let holds = |name: &str| {
        name.contains(&text) || (name.chars().any(char::is_uppercase) && name.to_lowercase().contains(&text))
    };
    let mut hits = Vec::new();
    tx.each(
        "select person_id, name, former_name, initials from person_naming
         where community_id = $1 and superseded is null",
        params![scope.community],
        |row| {
            let sounds = |initials: &str| initials.starts_with(&text) || initials.contains(&inner);
            if row.text(1)?.is_some_and(holds) || row.text(2)?.is_some_and(holds) || row.text(3)?.is_some_and(sounds) {
                hits.push(row.get(0)?);
            }
            Ok(())
        },
    )
    .await?;
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
    Ok(hits)
}

/// Today's members of a household with their relation, the head first.
pub async fn members(tx: &mut Tx, scope: &Scope, household: i64, on: Day) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx
        .rows(
            "select person_id from person_membership
             where community_id = $1 and household_id = $2 and superseded is null
               and valid_from <= $3 and (valid_to is null or valid_to > $3)
             order by case when relation in ('01', '02') then 0 else 1 end, relation, person_id",
            params![scope.community, household, on.0],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// Households of today by their head's masked name and their address.
pub async fn household_labels(tx: &mut Tx, scope: &Scope) -> Result<HashMap<i64, String>> {
    let homes: HashMap<i64, String> =
        crate::places::queries::dwellings(tx, scope).await?.into_iter().map(|d| (d.id, d.label())).collect();
    // Two plain statements: a name looked for within each household cost an engine a walk through all of them.
    let mut heads: HashMap<i64, String> = HashMap::new();
    let named: Vec<(i64, Option<String>)> = tx
        .rows(
            "select m.household_id, n.name from person_membership m
             join person_naming n on n.community_id = m.community_id and n.person_id = m.person_id
                                 and n.superseded is null and n.valid_to is null
             where m.community_id = $1 and m.superseded is null and m.valid_to is null
               and m.household_id is not null and m.relation in ('01', '02')",
            params![scope.community],
        )
        .await?;
    for (household, name) in named {
        // Of several heads one is told, the same on both engines.
        if let Some(name) = name
            && heads.get(&household).is_none_or(|told| name < *told)
        {
            heads.insert(household, name);
        }
    }
    let rows: Vec<(i64, Option<i64>)> = tx
        .rows(
            "select household_id, dwelling_id from household_state
             where community_id = $1 and superseded is null and valid_to is null",
            params![scope.community],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, dwelling)| {
            let home = dwelling.and_then(|d| homes.get(&d).cloned());
            let head = heads.get(&id).map(|name| liren_facts::name::masked(name));
            let told: Vec<String> = [head, home].into_iter().flatten().collect();
            (id, told.join(" "))
        })
        .collect())
}

/// Fields of packs that hold now for people: (person, field, number, text).
pub async fn facts(tx: &mut Tx, scope: &Scope) -> Result<Vec<(i64, String, Option<i64>, Option<String>)>> {
    Ok(tx
        .rows(
            "select subject_id, field, number, text from field_value
             where community_id = $1 and subject_kind = 'person' and superseded is null and valid_to is null",
            params![scope.community],
        )
        .await?)
}

/// The wrapped data key of one person.
pub async fn data_key(w: &mut Write, person: i64) -> Result<Option<Vec<u8>>> {
    let row: Option<(Option<Vec<u8>>,)> =
        w.tx.opt("select data_key from person where community_id = $1 and id = $2", params![w.community, person])
            .await?;
    Ok(row.and_then(|r| r.0))
}

/// Merged records of a moment: the id written with, the id it stands for.
pub async fn aliases(l: &mut crate::base::Loading<'_>) -> Result<HashMap<i64, i64>> {
    let rows: Vec<(i64, i64)> =
        l.tx.rows(
            "select person_id, target_id from alias
             where community_id = $1 and recorded <= $2 and (superseded is null or superseded > $2)",
            params![l.community, l.revision],
        )
        .await?;
    Ok(resolved(rows.into_iter().collect()))
}

/// The condition on states, for the loading queries of `load.rs`.
pub(super) fn now(t: &str) -> String {
    as_of(t, 2, 3)
}
