//! What became of a person: their events, their dated states, and what rosters remarked.

use std::collections::HashMap;

use liren_facts::{Day, Period};
use liren_store::{Tx, Value, params};

use super::among;
use crate::base::states::known;
use crate::base::{Aliases, PersonId, Result, Scope};
use crate::people::residency_word;

/// 进出 — how somebody came to be counted here, or ceased to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    Birth,
    MoveIn,
    Death,
    MoveOut,
}

/// The last event of a period by which somebody came or went, for each of them.
pub async fn life_events(tx: &mut Tx, scope: &Scope, period: Period, known_at: i64) -> Result<HashMap<i64, Passage>> {
    let sql = format!(
        "select e.person_id, e.kind from life_event e
         where e.community_id = $1 and e.last_day >= $2 and e.last_day <= $3 and {}
           and e.kind in ('birth', 'death', 'move.in', 'move.out') order by e.last_day, e.id",
        known("e", 4)
    );
    let rows: Vec<(i64, String)> = tx.rows(&sql, params![scope.community, period.first, period.last, known_at]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(person, kind)| {
            let event = match kind.as_str() {
                "birth" => Passage::Birth,
                "move.in" => Passage::MoveIn,
                "death" => Passage::Death,
                "move.out" => Passage::MoveOut,
                _ => return None,
            };
            Some((person, event))
        })
        .collect())
}

/// One dated state as the history of a person shows it.
pub struct HistoryLine {
    pub what: &'static str,
    pub from: Day,
    pub to: Option<Day>,
    pub text: String,
    pub recorded: i64,
    pub superseded: Option<i64>,
    pub source: Option<String>,
    pub source_ref: Option<String>,
}

/// Everything ever recorded of one person's (and of the records merged into theirs) residency, household and life, newest first.
pub async fn history(tx: &mut Tx, scope: &Scope, person: i64) -> Result<Vec<HistoryLine>> {
    let mut lines = Vec::new();
    let ids = whole(tx, scope, person).await?;
    for (what, table, text) in [
        (
            "居住",
            "person_residency",
            "case when s.lives_here then 'y' when s.lives_here is null then '?' else 'n' end ||
             case when s.hukou_here then 'y' when s.hukou_here is null then '?' else 'n' end",
        ),
        ("在世", "person_life", "case when s.alive then 'alive' else 'dead' end"),
        ("婚姻", "person_marital", "coalesce(s.marital, '')"),
        ("户@记录", "person_membership", "coalesce(s.relation, '')"),
        ("姓名", "person_naming", "coalesce(s.name, '')"),
        ("学历", "person_schooling", "coalesce(s.education, '')"),
        ("政治面貌", "person_political", "coalesce(s.political, '')"),
        ("从业", "person_work", "coalesce(s.employment, '') || ' ' || coalesce(s.employer, '')"),
        ("性别", "person_birth", "coalesce(s.sex, '')"),
    ] {
        let sql = format!(
            "select s.valid_from, s.valid_to, {text}, s.recorded, s.superseded, f.title, s.source_ref
             from {table} s left join source f on f.community_id = s.community_id and f.id = s.source_id
             where s.community_id = $1 and s.person_id in ({}) order by s.valid_from desc, s.recorded desc",
            among(&ids, 2)
        );
        let mut bound = params![scope.community];
        bound.extend(ids.iter().map(|id| Value::from(*id)));
        type Raw = (Day, Option<Day>, String, i64, Option<i64>, Option<String>, Option<String>);
        let rows: Vec<Raw> = tx.rows(&sql, bound).await?;
        lines.extend(rows.into_iter().map(|(from, to, text, recorded, superseded, source, place)| HistoryLine {
            what,
            from,
            to,
            text: if what == "居住" { stored_residency(&text) } else { text },
            recorded,
            superseded,
            source,
            source_ref: place,
        }));
    }
    Ok(lines)
}

/// `yn` and the like, lives here and hukou here, as a code of `residency`; empty while it is unknown.
fn stored_residency(two: &str) -> String {
    let fact = |at: usize| match two.as_bytes().get(at) {
        Some(b'y') => Some(true),
        Some(b'n') => Some(false),
        _ => None,
    };
    residency_word(fact(0), fact(1)).unwrap_or_default().to_owned()
}

/// The remarks on a person and on the records merged into theirs: wrapped key, ciphertext, and the text of those written
/// before they were sealed. Newest first.
pub async fn remarks(
    tx: &mut Tx,
    scope: &Scope,
    person: i64,
) -> Result<Vec<(Option<Vec<u8>>, Option<Vec<u8>>, String)>> {
    let ids = whole(tx, scope, person).await?;
    let sql = format!(
        "select p.data_key, r.cipher, r.text from person_remark r
         join person p on p.community_id = r.community_id and p.id = r.person_id
         where r.community_id = $1 and r.superseded is null and r.person_id in ({}) order by r.id desc",
        among(&ids, 2)
    );
    let mut bound = params![scope.community];
    bound.extend(ids.into_iter().map(Value::from));
    Ok(tx.rows(&sql, bound).await?)
}

async fn whole(tx: &mut Tx, scope: &Scope, person: i64) -> Result<Vec<i64>> {
    let aliases = Aliases::now(tx, scope).await?;
    Ok(aliases.whole(PersonId(person)).into_iter().map(|id| id.0).collect())
}

/// What is recorded of a person in one table today: by whom it is said, and when somebody last looked.
pub struct Fresh {
    pub table: &'static str,
    pub source: Option<String>,
    pub place: Option<String>,
    /// The later of the day the source confirmed and the day somebody said that it still holds.
    pub confirmed: Option<Day>,
}

/// Source and freshness of what is known of a person on a day, table by table; nothing for tables that say nothing.
pub async fn freshness(
    tx: &mut Tx,
    scope: &Scope,
    person: i64,
    on: Day,
    tables: &[&'static str],
) -> Result<Vec<Fresh>> {
    let ids = whole(tx, scope, person).await?;
    let mut out = Vec::new();
    for table in tables {
        let sql = format!(
            "select f.title, s.source_ref, s.confirmed_on, f.on_day,
                (select max(c.on_day) from confirmation c where c.community_id = s.community_id
                   and c.table_name = $3 and c.subject_id = s.person_id and c.superseded is null)
             from {table} s left join source f on f.community_id = s.community_id and f.id = s.source_id
             where s.community_id = $1 and {} and s.person_id in ({}) order by s.recorded desc limit 1",
            crate::base::states::on_day("s", 2),
            among(&ids, 4)
        );
        let mut bound = params![scope.community, on, *table];
        bound.extend(ids.iter().map(|id| Value::from(*id)));
        type Raw = (Option<String>, Option<String>, Option<Day>, Option<Day>, Option<Day>);
        let row: Option<Raw> = tx.opt(&sql, bound).await?;
        if let Some((source, place, confirmed, said, again)) = row {
            out.push(Fresh { table, source, place, confirmed: [confirmed, said, again].into_iter().flatten().max() });
        }
    }
    Ok(out)
}

/// The slots and ciphertexts of a person's phones, as known today: `PhoneOf` is what a form ends.
pub async fn phone_slots(tx: &mut Tx, scope: &Scope, person: i64, on: Day) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = format!(
        "select s.slot, s.cipher from person_contact s where s.community_id = $1 and {} and s.person_id = $3 order by s.slot",
        crate::base::states::on_day("s", 2)
    );
    Ok(tx.rows(&sql, params![scope.community, on, person]).await?)
}
