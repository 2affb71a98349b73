//! Loading the frames of this slice: the statements that read a whole community at once.

use std::collections::HashMap;

use liren_rules::{Cell, FrameBuilder};

use super::queries::{aliases, now};
use crate::base::{Loading, Result};
use crate::org::queries::one;

/// Frame `person`: everyone known of the moment, merged records left out and read through.
pub async fn load_persons(l: &mut Loading<'_>) -> Result<()> {
    let alias = aliases(l).await?;
    people(l, &alias).await?;
    births(l, &alias).await?;
    lives(l, &alias).await?;
    residencies(l, &alias).await?;
    confirmations(l, &alias).await?;
    memberships(l, &alias).await?;
    for (table, column) in [
        ("person_marital", "marital"),
        ("person_schooling", "education"),
        ("person_political", "political"),
        ("person_work", "employment"),
    ] {
        codes(l, &alias, table, column).await?;
    }
    marks(l, &alias, "person_identifier", "has_number").await?;
    marks(l, &alias, "person_contact", "has_phone").await?;
    fields(l, "person", &alias).await
}

/// The order in which states are read while somebody is merged: what was written under a merged id first, so that an
/// own state wins over it. Nobody is, mostly, and then no order is asked for.
fn merged_first(alias: &HashMap<i64, i64>, column: &str) -> String {
    if alias.is_empty() {
        return String::new();
    }
    format!(
        " order by case when exists (select 1 from alias a where a.community_id = s.community_id
              and a.person_id = s.{column} and a.recorded <= $3 and (a.superseded is null or a.superseded > $3))
          then 0 else 1 end, s.{column}"
    )
}

/// The row of a person, through an alias.
fn row_of(frame: &mut FrameBuilder, alias: &HashMap<i64, i64>, id: i64) -> Option<u32> {
    let id = alias.get(&id).copied().unwrap_or(id);
    frame.row_of(id)
}

/// A person is known from the revision and the day of their first state. The order of names is made here,
/// alike on both engines, not by a collation.
async fn people(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let rank = l.slot("name_rank");
    let sql = format!(
        "select s.person_id, s.sort_key from person_naming s where s.community_id = $1 and {} order by s.person_id",
        now("s")
    );
    let (params, frame) = (l.params(), &mut l.frame);
    // One text for all keys: (first bytes, start, end, row), so that most comparisons are of two numbers.
    let mut text = String::new();
    let mut keys: Vec<(u64, usize, usize, u32)> = Vec::new();
    l.tx.each(&sql, params, |row| {
        let id = row.get(0)?;
        if !alias.contains_key(&id) {
            let start = text.len();
            text.push_str(row.text(1)?.unwrap_or_default());
            let mut first = [0; 8];
            for (to, from) in first.iter_mut().zip(text[start..].bytes()) {
                *to = from;
            }
            keys.push((u64::from_be_bytes(first), start, text.len(), frame.push(id)));
        }
        Ok(())
    })
    .await?;
    keys.sort_unstable_by(|a, b| {
        let rest = || text[a.1..a.2].cmp(&text[b.1..b.2]);
        a.0.cmp(&b.0).then_with(rest).then(a.3.cmp(&b.3))
    });
    for (at, (.., row)) in keys.into_iter().enumerate() {
        frame.set_int(row, rank, Some(at as i64));
    }
    for mark in ["has_number", "has_phone"] {
        let slot = l.slot(mark);
        l.frame.fill(slot, Cell::Bool(false));
    }
    Ok(())
}

async fn births(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let (sex, born, ethnic) = (l.slot("sex"), l.slot("born"), l.slot("ethnic"));
    let sql = format!(
        "select s.person_id, s.sex, s.born_first, s.born_last, s.ethnic from person_birth s
         where s.community_id = $1 and {}",
        now("s")
    ) + &merged_first(alias, "person_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |state| {
            if let Some(row) = row_of(frame, alias, state.get(0)?) {
                frame.set_code(row, sex, state.text(1)?);
                let (first, last): (Option<i64>, Option<i64>) = (state.get(2)?, state.get(3)?);
                let days = first.zip(last).map(|(a, b)| (a as i32, b as i32));
                frame.set_partial_day(row, born, days);
                frame.set_code(row, ethnic, state.text(4)?);
            }
            Ok(())
        })
        .await?)
}

async fn lives(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let alive = l.slot("alive");
    let sql = format!("select s.person_id, s.alive from person_life s where s.community_id = $1 and {}", now("s"))
        + &merged_first(alias, "person_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |state| {
            if let Some(row) = row_of(frame, alias, state.get(0)?) {
                frame.set_bool(row, alive, Some(state.get(1)?));
            }
            Ok(())
        })
        .await?)
}

/// Where somebody lives also says their place in the tree and in the order of addresses: the dwelling's.
async fn residencies(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let (hukou, lives, since) = (l.slot("hukou_here"), l.slot("lives_here"), l.slot("since"));
    let (left, dwelling, area) = (l.slot("left_since"), l.slot("dwelling"), l.slot("area"));
    let (place, inferred) = (l.slot("place_rank"), l.slot("residency_inferred"));
    let homes = l.earlier("dwelling")?;
    let (home_area, home_rank) = (homes.slot("area"), homes.slot("rank"));
    let sql = format!(
        "select s.person_id, s.hukou_here, s.lives_here, s.since, s.left_since, s.dwelling_id,
                s.inferred
         from person_residency s where s.community_id = $1 and {}",
        now("s")
    ) + &merged_first(alias, "person_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |state| {
            let Some(row) = row_of(frame, alias, state.get(0)?) else {
                return Ok(());
            };
            let day = |at| -> liren_store::Result<Option<i32>> { Ok(state.get::<Option<i64>>(at)?.map(|d| d as i32)) };
            frame.set_bool(row, hukou, state.get(1)?);
            frame.set_bool(row, lives, state.get(2)?);
            let concluded: Option<bool> = state.get(6)?;
            frame.set_bool(row, inferred, Some(concluded == Some(true)));
            frame.set_day(row, since, day(3)?);
            frame.set_day(row, left, day(4)?);
            let home: Option<i64> = state.get(5)?;
            frame.set_one(row, dwelling, home);
            if let Some(rank) = home.and_then(|home| homes.number(home, home_rank)) {
                frame.set_one(row, area, home.and_then(|home| homes.number(home, home_area)));
                frame.set_int(row, place, Some(rank));
            }
            Ok(())
        })
        .await?)
}

/// The last day on which a residency was confirmed: by whoever was asked, or by the roster that said or repeated it.
async fn confirmations(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let confirmed = l.slot("confirmed");
    let repeated: Vec<(i64, i64)> =
        l.tx.rows(
            "select subject_id, max(on_day) from confirmation
             where community_id = $1 and table_name = 'person_residency' and on_day <= $2 and recorded <= $3
             group by subject_id",
            l.params(),
        )
        .await?;
    let repeated: HashMap<i64, i64> = repeated.into_iter().collect();
    let sql = format!(
        "select s.person_id, coalesce(s.confirmed_on, f.on_day, s.valid_from) from person_residency s
         left join source f on f.community_id = s.community_id and f.id = s.source_id
         where s.community_id = $1 and {}",
        now("s")
    ) + &merged_first(alias, "person_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |state| {
            let id: i64 = state.get(0)?;
            if let Some(row) = row_of(frame, alias, id) {
                let said: i64 = state.get(1)?;
                let last = repeated.get(&id).copied().map_or(said, |day| day.max(said));
                frame.set_day(row, confirmed, Some(last as i32));
            }
            Ok(())
        })
        .await?)
}

async fn memberships(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let (household, relation) = (l.slot("household"), l.slot("relation"));
    let sql = format!(
        "select s.person_id, s.household_id, s.relation from person_membership s
         where s.community_id = $1 and {}",
        now("s")
    ) + &merged_first(alias, "person_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |state| {
            if let Some(row) = row_of(frame, alias, state.get(0)?) {
                frame.set_one(row, household, state.get(1)?);
                frame.set_code(row, relation, state.text(2)?);
            }
            Ok(())
        })
        .await?)
}

async fn codes(l: &mut Loading<'_>, alias: &HashMap<i64, i64>, table: &str, column: &str) -> Result<()> {
    let slot = l.slot(column);
    let sql = format!("select s.person_id, s.{column} from {table} s where s.community_id = $1 and {}", now("s"))
        + &merged_first(alias, "person_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |state| {
            let row = row_of(frame, alias, state.get(0)?);
            if let (Some(row), Some(code)) = (row, state.text(1)?) {
                frame.set_code(row, slot, Some(code));
            }
            Ok(())
        })
        .await?)
}

async fn marks(l: &mut Loading<'_>, alias: &HashMap<i64, i64>, table: &str, column: &str) -> Result<()> {
    let slot = l.slot(column);
    let sql = format!("select s.person_id from {table} s where s.community_id = $1 and {}", now("s"))
        + &merged_first(alias, "person_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |state| {
            if let Some(row) = row_of(frame, alias, state.get(0)?) {
                frame.set_bool(row, slot, Some(true));
            }
            Ok(())
        })
        .await?)
}

/// Columns that packs declare on a kind: the values of `field_value`.
pub async fn fields(l: &mut Loading<'_>, kind: &str, alias: &HashMap<i64, i64>) -> Result<()> {
    let sql = format!(
        "select s.subject_id, s.field, s.number, s.text from field_value s
         where s.community_id = $1 and s.subject_kind = '{kind}' and {}",
        now("s")
    ) + &merged_first(alias, "subject_id");
    let (params, frame) = (l.params(), &mut l.frame);
    Ok(l.tx
        .each(&sql, params, |value| {
            if let Some(row) = row_of(frame, alias, value.get(0)?) {
                let field = value.text(1)?.unwrap_or_default();
                set_field(frame, row, field, value.get(2)?, value.text(3)?);
            }
            Ok(())
        })
        .await?)
}

/// Sets one declared field; a text field is no column and stays in the database.
fn set_field(frame: &mut FrameBuilder, row: u32, field: &str, number: Option<i64>, text: Option<&str>) {
    let Some(slot) = frame.slot(field) else {
        return;
    };
    match (number, text) {
        (Some(n), None) => {
            // Only the cell of the column's own type is taken.
            for cell in [Cell::Int(n), Cell::Day(n as i32), Cell::Bool(n != 0), Cell::One(n)] {
                frame.set(row, slot, cell);
            }
        }
        (None, Some(code)) => frame.set_code(row, slot, Some(code)),
        _ => {}
    }
}

/// Frame `household`.
pub async fn load_households(l: &mut Loading<'_>) -> Result<()> {
    let (dwelling, area) = (l.slot("dwelling"), l.slot("area"));
    let homes = l.earlier("dwelling")?;
    let home_area = homes.slot("area");
    let sql = format!(
        "select s.household_id, s.dwelling_id from household_state s
         where s.community_id = $1 and {} order by s.household_id",
        now("s")
    );
    let rows: Vec<(i64, Option<i64>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, home) in rows {
        let row = l.frame.push(id);
        l.frame.set_one(row, dwelling, home);
        let place = home.and_then(|home| homes.number(home, home_area));
        l.frame.set_one(row, area, place);
    }
    fields(l, "household", &HashMap::new()).await
}

/// Frames `birth`, `death`, `marriage`, `divorce`, `move`: all up to the moment's day.
pub async fn load_events(l: &mut Loading<'_>) -> Result<()> {
    let (day, residency, direction) = (l.slot("day"), l.slot("residency"), l.slot("direction"));
    let (person, area, from_area) = (l.slot("person"), l.slot("area"), l.slot("from_area"));
    let alias = aliases(l).await?;
    let sql = format!(
        "select id, kind, day, person_id, from_area_id, to_area_id, residency from life_event
         where community_id = $1 and (kind = '{kind}' or kind like '{kind}.%') and day <= $2
           and recorded <= $3 and (superseded is null or superseded > $3) order by id",
        kind = l.kind
    );
    type Raw = (i64, String, i64, i64, Option<i64>, Option<i64>, Option<String>);
    let rows: Vec<Raw> = l.tx.rows(&sql, l.params()).await?;
    for (id, kind, on, who, before, after, as_what) in rows {
        let row = l.frame.push(id);
        l.frame.set_day(row, day, Some(on as i32));
        l.frame.set_code(row, residency, as_what.as_deref());
        match kind.split_once('.') {
            Some((_, way)) => l.frame.set_code(row, direction, Some(way)),
            None => l.frame.set_absent(row, direction),
        }
        l.frame.set_one(row, person, Some(alias.get(&who).copied().unwrap_or(who)));
        one(l, row, area, after.or(before));
        one(l, row, from_area, before);
    }
    Ok(())
}
