//! Loading the frames of this slice: the statements that read a whole community at once.

use std::collections::HashMap;

use liren_rules::Cell;

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
    name_ranks(l, &alias).await?;
    fields(l, "person", &alias).await
}

/// The row of a person, through an alias; an own state wins over one read through a merge.
fn row_of(l: &mut Loading<'_>, alias: &HashMap<i64, i64>, id: i64) -> Option<u32> {
    let id = alias.get(&id).copied().unwrap_or(id);
    l.frame.row_of(id)
}

async fn people(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    // A person is known from the revision and the day of their first state.
    let sql = format!(
        "select s.person_id from person_naming s where s.community_id = $1 and {} order by s.person_id",
        now("s")
    );
    let rows: Vec<(i64,)> = l.tx.rows(&sql, l.params()).await?;
    for (id,) in rows {
        if !alias.contains_key(&id) {
            l.frame.push(id);
        }
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
    );
    let rows: Vec<(
        i64,
        Option<String>,
        Option<i64>,
        Option<i64>,
        Option<String>,
    )> = l.tx.rows(&sql, l.params()).await?;
    for (id, s, first, last, e) in rows {
        if let Some(row) = row_of(l, alias, id) {
            l.frame.set_code(row, sex, s.as_deref());
            let days = first.zip(last).map(|(a, b)| (a as i32, b as i32));
            l.frame.set_partial_day(row, born, days);
            l.frame.set_code(row, ethnic, e.as_deref());
        }
    }
    Ok(())
}

async fn lives(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let alive = l.slot("alive");
    let sql = format!(
        "select s.person_id, s.alive from person_life s where s.community_id = $1 and {}",
        now("s")
    );
    let rows: Vec<(i64, bool)> = l.tx.rows(&sql, l.params()).await?;
    for (id, lives) in rows {
        if let Some(row) = row_of(l, alias, id) {
            l.frame.set_bool(row, alive, Some(lives));
        }
    }
    Ok(())
}

async fn residencies(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let (hukou, lives, since) = (l.slot("hukou_here"), l.slot("lives_here"), l.slot("since"));
    let (left, dwelling, area) = (l.slot("left_since"), l.slot("dwelling"), l.slot("area"));
    let (place, inferred) = (l.slot("place_rank"), l.slot("residency_inferred"));
    let homes = homes(l).await?;
    let sql = format!(
        "select s.person_id, s.hukou_here, s.lives_here, s.since, s.left_since, s.dwelling_id,
                s.inferred
         from person_residency s where s.community_id = $1 and {}",
        now("s")
    );
    type Raw = (
        i64,
        Option<bool>,
        Option<bool>,
        Option<i64>,
        Option<i64>,
        Option<i64>,
        Option<bool>,
    );
    let rows: Vec<Raw> = l.tx.rows(&sql, l.params()).await?;
    for (id, h, lv, s, left_on, home, concluded) in rows {
        let Some(row) = row_of(l, alias, id) else {
            continue;
        };
        l.frame.set_bool(row, hukou, h);
        l.frame.set_bool(row, lives, lv);
        l.frame
            .set_bool(row, inferred, Some(concluded == Some(true)));
        l.frame.set_day(row, since, s.map(|d| d as i32));
        l.frame.set_day(row, left, left_on.map(|d| d as i32));
        l.frame.set_one(row, dwelling, home);
        if let Some((at, rank)) = home.and_then(|home| homes.get(&home)) {
            l.frame.set_one(row, area, *at);
            l.frame.set_int(row, place, Some(*rank));
        }
    }
    Ok(())
}

/// Dwelling to its area and its rank by address.
async fn homes(l: &mut Loading<'_>) -> Result<HashMap<i64, (Option<i64>, i64)>> {
    let sql = format!(
        "select d.dwelling_id, b.area_id from dwelling_state d
         left join building_state b on b.community_id = d.community_id and b.building_id = d.building_id and {}
         where d.community_id = $1 and {}
         order by b.estate_id, b.building_id, d.unit, d.floor, d.room",
        now("b"),
        now("d")
    );
    let rows: Vec<(i64, Option<i64>)> = l.tx.rows(&sql, l.params()).await?;
    Ok(rows
        .into_iter()
        .enumerate()
        .map(|(rank, (id, area))| (id, (area, rank as i64)))
        .collect())
}

async fn memberships(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let (household, relation) = (l.slot("household"), l.slot("relation"));
    let sql = format!(
        "select s.person_id, s.household_id, s.relation from person_membership s
         where s.community_id = $1 and {}",
        now("s")
    );
    let rows: Vec<(i64, Option<i64>, Option<String>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, of, as_what) in rows {
        if let Some(row) = row_of(l, alias, id) {
            l.frame.set_one(row, household, of);
            l.frame.set_code(row, relation, as_what.as_deref());
        }
    }
    Ok(())
}

async fn codes(
    l: &mut Loading<'_>,
    alias: &HashMap<i64, i64>,
    table: &str,
    column: &str,
) -> Result<()> {
    let slot = l.slot(column);
    let sql = format!(
        "select s.person_id, s.{column} from {table} s where s.community_id = $1 and {}",
        now("s")
    );
    let rows: Vec<(i64, Option<String>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, code) in rows {
        if let (Some(row), Some(code)) = (row_of(l, alias, id), code) {
            l.frame.set_code(row, slot, Some(&code));
        }
    }
    Ok(())
}

async fn marks(
    l: &mut Loading<'_>,
    alias: &HashMap<i64, i64>,
    table: &str,
    column: &str,
) -> Result<()> {
    let slot = l.slot(column);
    let sql = format!(
        "select distinct s.person_id from {table} s where s.community_id = $1 and {}",
        now("s")
    );
    let rows: Vec<(i64,)> = l.tx.rows(&sql, l.params()).await?;
    for (id,) in rows {
        if let Some(row) = row_of(l, alias, id) {
            l.frame.set_bool(row, slot, Some(true));
        }
    }
    Ok(())
}

/// The order of names is made here, alike on both engines, not by a collation.
async fn name_ranks(l: &mut Loading<'_>, alias: &HashMap<i64, i64>) -> Result<()> {
    let slot = l.slot("name_rank");
    let sql = format!(
        "select s.person_id, coalesce(s.sort_key, '') from person_naming s where s.community_id = $1 and {}",
        now("s")
    );
    let mut rows: Vec<(i64, String)> = l.tx.rows(&sql, l.params()).await?;
    rows.retain(|(id, _)| !alias.contains_key(id));
    rows.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    for (rank, (id, _)) in rows.into_iter().enumerate() {
        if let Some(row) = l.frame.row_of(id) {
            l.frame.set_int(row, slot, Some(rank as i64));
        }
    }
    Ok(())
}

/// Columns that packs declare on a kind: the values of `field_value`.
pub async fn fields(l: &mut Loading<'_>, kind: &str, alias: &HashMap<i64, i64>) -> Result<()> {
    let sql = format!(
        "select s.subject_id, s.field, s.number, s.text from field_value s
         where s.community_id = $1 and s.subject_kind = '{kind}' and {}",
        now("s")
    );
    let rows: Vec<(i64, String, Option<i64>, Option<String>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, field, number, text) in rows {
        let Some(row) = row_of(l, alias, id) else {
            continue;
        };
        set_field(l, row, &field, number, text.as_deref());
    }
    Ok(())
}

/// Sets one declared field; a text field is no column and stays in the database.
pub fn set_field(
    l: &mut Loading<'_>,
    row: u32,
    field: &str,
    number: Option<i64>,
    text: Option<&str>,
) {
    let Some(slot) = l.frame.slot(field) else {
        return;
    };
    match (number, text) {
        (Some(n), None) => {
            // Only the cell of the column's own type is taken.
            for cell in [
                Cell::Int(n),
                Cell::Day(n as i32),
                Cell::Bool(n != 0),
                Cell::One(n),
            ] {
                l.frame.set(row, slot, cell);
            }
        }
        (None, Some(code)) => l.frame.set_code(row, slot, Some(code)),
        _ => {}
    }
}

/// Frame `household`.
pub async fn load_households(l: &mut Loading<'_>) -> Result<()> {
    let (dwelling, area) = (l.slot("dwelling"), l.slot("area"));
    let homes = homes(l).await?;
    let sql = format!(
        "select s.household_id, s.dwelling_id from household_state s
         where s.community_id = $1 and {} order by s.household_id",
        now("s")
    );
    let rows: Vec<(i64, Option<i64>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, home) in rows {
        let row = l.frame.push(id);
        l.frame.set_one(row, dwelling, home);
        if let Some((at, _)) = home.and_then(|home| homes.get(&home)) {
            l.frame.set_one(row, area, *at);
        }
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
    type Raw = (
        i64,
        String,
        i64,
        i64,
        Option<i64>,
        Option<i64>,
        Option<String>,
    );
    let rows: Vec<Raw> = l.tx.rows(&sql, l.params()).await?;
    for (id, kind, on, who, before, after, as_what) in rows {
        let row = l.frame.push(id);
        l.frame.set_day(row, day, Some(on as i32));
        l.frame.set_code(row, residency, as_what.as_deref());
        match kind.split_once('.') {
            Some((_, way)) => l.frame.set_code(row, direction, Some(way)),
            None => l.frame.set_absent(row, direction),
        }
        l.frame
            .set_one(row, person, Some(alias.get(&who).copied().unwrap_or(who)));
        one(l, row, area, after.or(before));
        one(l, row, from_area, before);
    }
    Ok(())
}
