//! What became of a person: their events, their dated states, and what rosters remarked.

use std::collections::HashMap;

use liren_facts::{Day, Period};
use liren_store::{Tx, params};

use crate::base::{Result, Scope};
use crate::people::residency_word;

/// How somebody came to be counted here, or ceased to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeEvent {
    Birth,
    MoveIn,
    Death,
    MoveOut,
}

/// The last event of a period by which somebody came or went, for each of them.
pub async fn life_events(tx: &mut Tx, scope: &Scope, period: Period, known_at: i64) -> Result<HashMap<i64, LifeEvent>> {
    let rows: Vec<(i64, String)> = tx
        .rows(
            "select person_id, kind from life_event
             where community_id = $1 and day >= $2 and day <= $3
               and recorded <= $4 and (superseded is null or superseded > $4)
               and kind in ('birth', 'death', 'move.in', 'move.out')
             order by day, id",
            params![scope.community, period.first.0, period.last.0, known_at],
        )
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(person, kind)| {
            let event = match kind.as_str() {
                "birth" => LifeEvent::Birth,
                "move.in" => LifeEvent::MoveIn,
                "death" => LifeEvent::Death,
                "move.out" => LifeEvent::MoveOut,
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

/// Everything ever recorded of one person's residency, household and life, newest first.
pub async fn history(tx: &mut Tx, scope: &Scope, person: i64) -> Result<Vec<HistoryLine>> {
    let mut lines = Vec::new();
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
    ] {
        let sql = format!(
            "select s.valid_from, s.valid_to, {text}, s.recorded, s.superseded, f.title, s.source_ref
             from {table} s left join source f on f.community_id = s.community_id and f.id = s.source_id
             where s.community_id = $1 and s.person_id = $2 order by s.valid_from desc, s.recorded desc"
        );
        type Raw = (i64, Option<i64>, String, i64, Option<i64>, Option<String>, Option<String>);
        let rows: Vec<Raw> = tx.rows(&sql, params![scope.community, person]).await?;
        lines.extend(rows.into_iter().map(|(from, to, text, recorded, superseded, source, place)| HistoryLine {
            what,
            from: Day(from as i32),
            to: to.map(|d| Day(d as i32)),
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

/// Whom a merged record stands for in the end, if it has been merged.
pub async fn stands_for(tx: &mut Tx, scope: &Scope, person: i64) -> Result<Option<i64>> {
    let rows: Vec<(i64, i64)> = tx
        .rows(
            "select person_id, target_id from alias where community_id = $1 and superseded is null",
            params![scope.community],
        )
        .await?;
    Ok(resolved(rows.into_iter().collect()).remove(&person))
}

/// Each merged record with the one it stands for in the end: what it was merged into may have been merged later.
pub fn resolved(direct: HashMap<i64, i64>) -> HashMap<i64, i64> {
    let end = |mut at: i64| {
        // No record is merged into one that stands for it, so a way is no longer than there are records.
        for _ in 0..direct.len() {
            match direct.get(&at) {
                Some(next) => at = *next,
                None => break,
            }
        }
        at
    };
    direct.iter().map(|(id, target)| (*id, end(*target))).collect()
}

/// The records that have been merged into a person's.
pub async fn merged_into(tx: &mut Tx, scope: &Scope, person: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx
        .rows(
            "select person_id from alias where community_id = $1 and target_id = $2 and superseded is null
             order by person_id",
            params![scope.community, person],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// The remarks of a person: wrapped key, ciphertext, and the text of those written before they were sealed.
pub async fn remarks(
    tx: &mut Tx,
    scope: &Scope,
    person: i64,
) -> Result<Vec<(Option<Vec<u8>>, Option<Vec<u8>>, String)>> {
    Ok(tx
        .rows(
            "select p.data_key, r.cipher, r.text from person_remark r
             join person p on p.community_id = r.community_id and p.id = r.person_id
             where r.community_id = $1 and r.person_id = $2 and r.superseded is null order by r.id desc",
            params![scope.community, person],
        )
        .await?)
}
