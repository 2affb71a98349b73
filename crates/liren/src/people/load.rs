//! Loading the frames of this slice: the statements that read a whole community at once.

use std::collections::{BTreeMap, HashMap};

use liren_facts::Day;
use liren_rules::{Cell, FrameBuilder};
use liren_store::FromRow as _;

use super::facts::FACTS;
use crate::base::states::{as_of, known};
use crate::base::{Aliases, Loading, Result, row};
use crate::org::one;

/// Frame `person`: everyone known of the moment, merged records left out and read through.
pub async fn persons(l: &mut Loading<'_>) -> Result<()> {
    let alias = Aliases::load(l).await?;
    // Who was merged is read through the record that stands for them, whichever of them was written to.
    l.widen(|id| {
        let stands = alias.of(id);
        std::iter::once(stands).chain(alias.merged_into(stands)).collect()
    });
    people(l, &alias).await?;
    births(l, &alias).await?;
    lives(l, &alias).await?;
    residencies(l, &alias).await?;
    confirmations(l, &alias).await?;
    memberships(l, &alias).await?;
    for fact in FACTS.iter().filter(|f| f.codes.is_some() && !["sex", "ethnic"].contains(&f.id)) {
        codes(l, &alias, fact.table.name, fact.id).await?;
    }
    marks(l, &alias, "person_identifier", "has_number").await?;
    marks(l, &alias, "person_contact", "has_phone").await?;
    fields(l, "person", &alias).await
}

/// The condition on states of the moment.
fn now(t: &str) -> String {
    as_of(t, 2, 3)
}

/// The order in which states are read while somebody is merged: what was written under a merged id first, so that an
/// own state wins over it. Nobody is, mostly, and then no order is asked for.
fn merged_first(alias: &Aliases, column: &str) -> String {
    if alias.is_empty() {
        return String::new();
    }
    format!(
        " order by case when exists (select 1 from alias a where a.community_id = s.community_id
              and a.person_id = s.{column} and {}) then 0 else 1 end, s.{column}",
        known("a", 3)
    )
}

/// The row of a person, through an alias.
fn row_of(frame: &mut FrameBuilder, alias: &Aliases, id: i64) -> Option<u32> {
    frame.row_of(alias.of(id))
}

/// A person is known from the revision and the day of their first state, their own or that of a record merged into
/// theirs: whoever was here under another number was here. The order of names is made here, alike on both engines, not by
/// a collation.
async fn people(l: &mut Loading<'_>, alias: &Aliases) -> Result<()> {
    let rank = l.slot("name_rank");
    let names = format!(
        "select s.person_id, s.sort_key from person_naming s where s.community_id = $1 and {}{}",
        now("s"),
        l.among("s.person_id")
    );
    // By whom they stand for, in order; dropped where those have a name of their own on this day.
    let mut merged: BTreeMap<i64, String> = BTreeMap::new();
    if !alias.is_empty() {
        l.each(&format!("{names} order by s.person_id"), l.bound(), |_, row| {
            let id = row.get(0)?;
            if alias.is_merged(id) {
                merged.insert(alias.of(id), row.text(1)?.unwrap_or_default().to_owned());
            }
            Ok(())
        })
        .await?;
    }
    // One text for all keys: (first bytes, start, end, row), so that most comparisons are of two numbers.
    let mut text = String::new();
    let mut keys: Vec<(u64, usize, usize, u32)> = Vec::new();
    let mut add = |frame: &mut FrameBuilder, id: i64, name: &str| {
        let start = text.len();
        text.push_str(name);
        let mut first = [0; 8];
        for (to, from) in first.iter_mut().zip(text[start..].bytes()) {
            *to = from;
        }
        keys.push((u64::from_be_bytes(first), start, text.len(), frame.push(id)));
    };
    l.each(&format!("{names} order by s.person_id"), l.bound(), |frame, row| {
        let id = row.get(0)?;
        if !alias.is_merged(id) {
            while let Some(entry) = merged.first_entry().filter(|e| *e.key() <= id) {
                let (other, name) = entry.remove_entry();
                if other < id {
                    add(frame, other, &name);
                }
            }
            add(frame, id, row.text(1)?.unwrap_or_default());
        }
        Ok(())
    })
    .await?;
    for (id, name) in merged {
        add(&mut l.frame, id, &name);
    }
    keys.sort_unstable_by(|a, b| {
        let rest = || text[a.1..a.2].cmp(&text[b.1..b.2]);
        a.0.cmp(&b.0).then_with(rest).then(a.3.cmp(&b.3))
    });
    for (at, (.., row)) in keys.into_iter().enumerate() {
        l.frame.set_int(row, rank, Some(at as i64));
    }
    for mark in ["has_number", "has_phone"] {
        let slot = l.slot(mark);
        l.frame.fill(slot, Cell::Bool(false));
    }
    Ok(())
}

async fn births(l: &mut Loading<'_>, alias: &Aliases) -> Result<()> {
    let (sex, born, ethnic) = (l.slot("sex"), l.slot("born"), l.slot("ethnic"));
    let sql = format!(
        "select s.person_id, s.sex, s.born_first, s.born_last, s.ethnic from person_birth s
         where s.community_id = $1 and {}{}",
        now("s"),
        l.among("s.person_id")
    ) + &merged_first(alias, "person_id");
    l.each(&sql, l.bound(), |frame, state| {
        if let Some(row) = row_of(frame, alias, state.get(0)?) {
            frame.set_code(row, sex, state.text(1)?);
            let (first, last): (Option<Day>, Option<Day>) = (state.get(2)?, state.get(3)?);
            frame.set_partial_day(row, born, first.zip(last).map(|(a, b)| (a.0, b.0)));
            frame.set_code(row, ethnic, state.text(4)?);
        }
        Ok(())
    })
    .await
}

async fn lives(l: &mut Loading<'_>, alias: &Aliases) -> Result<()> {
    let alive = l.slot("alive");
    let sql = format!(
        "select s.person_id, s.alive from person_life s where s.community_id = $1 and {}{}",
        now("s"),
        l.among("s.person_id")
    ) + &merged_first(alias, "person_id");
    l.each(&sql, l.bound(), |frame, state| {
        if let Some(row) = row_of(frame, alias, state.get(0)?) {
            frame.set_bool(row, alive, Some(state.get(1)?));
        }
        Ok(())
    })
    .await
}

row! {
    struct ResidencyRow {
        person: i64 = "s.person_id",
        hukou_here: Option<bool> = "s.hukou_here",
        lives_here: Option<bool> = "s.lives_here",
        since: Option<Day> = "s.since",
        left_since: Option<Day> = "s.left_since",
        dwelling: Option<i64> = "s.dwelling_id",
        inferred: Option<bool> = "s.inferred",
    }
}

/// Where somebody lives also says their place in the tree and in the order of addresses: the dwelling's.
async fn residencies(l: &mut Loading<'_>, alias: &Aliases) -> Result<()> {
    let (hukou, lives, since) = (l.slot("hukou_here"), l.slot("lives_here"), l.slot("since"));
    let (left, dwelling, area) = (l.slot("left_since"), l.slot("dwelling"), l.slot("area"));
    let (place, inferred) = (l.slot("place_rank"), l.slot("residency_inferred"));
    let homes = l.earlier("dwelling").await?;
    let (home_area, home_rank) = (homes.slot("area"), homes.slot("rank"));
    let sql = format!(
        "select {} from person_residency s where s.community_id = $1 and {}{}",
        ResidencyRow::COLUMNS,
        now("s"),
        l.among("s.person_id")
    ) + &merged_first(alias, "person_id");
    l.each(&sql, l.bound(), |frame, state| {
        let r = ResidencyRow::read(state)?;
        let Some(row) = row_of(frame, alias, r.person) else {
            return Ok(());
        };
        frame.set_bool(row, hukou, r.hukou_here);
        frame.set_bool(row, lives, r.lives_here);
        frame.set_bool(row, inferred, Some(r.inferred == Some(true)));
        frame.set_day(row, since, r.since.map(|d| d.0));
        frame.set_day(row, left, r.left_since.map(|d| d.0));
        frame.set_one(row, dwelling, r.dwelling);
        if let Some(rank) = r.dwelling.and_then(|home| homes.number(home, home_rank)) {
            frame.set_one(row, area, r.dwelling.and_then(|home| homes.number(home, home_area)));
            frame.set_int(row, place, Some(rank));
        }
        Ok(())
    })
    .await
}

/// The last day on which a residency was confirmed: by whoever was asked, or by the roster that said or repeated it.
async fn confirmations(l: &mut Loading<'_>, alias: &Aliases) -> Result<()> {
    let confirmed = l.slot("confirmed");
    let sql = format!(
        "select c.subject_id, max(c.on_day) from confirmation c
         where c.community_id = $1 and c.table_name = 'person_residency' and c.on_day <= $2 and {}{}
         group by c.subject_id",
        known("c", 3),
        l.among("c.subject_id")
    );
    let repeated: Vec<(i64, Day)> = l.rows(&sql, l.bound()).await?;
    let repeated: HashMap<i64, Day> = repeated.into_iter().collect();
    let sql = format!(
        "select s.person_id, coalesce(s.confirmed_on, f.on_day, s.valid_from) from person_residency s
         left join source f on f.community_id = s.community_id and f.id = s.source_id
         where s.community_id = $1 and {}{}",
        now("s"),
        l.among("s.person_id")
    ) + &merged_first(alias, "person_id");
    l.each(&sql, l.bound(), |frame, state| {
        let id: i64 = state.get(0)?;
        if let Some(row) = row_of(frame, alias, id) {
            let said: Day = state.get(1)?;
            let last = repeated.get(&id).copied().map_or(said, |day| day.max(said));
            frame.set_day(row, confirmed, Some(last.0));
        }
        Ok(())
    })
    .await
}

async fn memberships(l: &mut Loading<'_>, alias: &Aliases) -> Result<()> {
    let (household, relation) = (l.slot("household"), l.slot("relation"));
    let sql = format!(
        "select s.person_id, s.household_id, s.relation from person_membership s where s.community_id = $1 and {}{}",
        now("s"),
        l.among("s.person_id")
    ) + &merged_first(alias, "person_id");
    l.each(&sql, l.bound(), |frame, state| {
        if let Some(row) = row_of(frame, alias, state.get(0)?) {
            frame.set_one(row, household, state.get(1)?);
            frame.set_code(row, relation, state.text(2)?);
        }
        Ok(())
    })
    .await
}

async fn codes(l: &mut Loading<'_>, alias: &Aliases, table: &str, column: &str) -> Result<()> {
    let slot = l.slot(column);
    let sql = format!(
        "select s.person_id, s.{column} from {table} s where s.community_id = $1 and {}{}",
        now("s"),
        l.among("s.person_id")
    ) + &merged_first(alias, "person_id");
    l.each(&sql, l.bound(), |frame, state| {
        let row = row_of(frame, alias, state.get(0)?);
        if let (Some(row), Some(code)) = (row, state.text(1)?) {
            frame.set_code(row, slot, Some(code));
        }
        Ok(())
    })
    .await
}

async fn marks(l: &mut Loading<'_>, alias: &Aliases, table: &str, column: &str) -> Result<()> {
    let slot = l.slot(column);
    let sql = format!(
        "select s.person_id from {table} s where s.community_id = $1 and {}{}",
        now("s"),
        l.among("s.person_id")
    );
    l.each(&sql, l.bound(), |frame, state| {
        if let Some(row) = row_of(frame, alias, state.get(0)?) {
            frame.set_bool(row, slot, Some(true));
        }
        Ok(())
    })
    .await
}

/// Columns that packs declare on a kind whose facts are states: the values of `field_value`.
pub async fn fields(l: &mut Loading<'_>, kind: &str, alias: &Aliases) -> Result<()> {
    let sql = format!(
        "select s.subject_id, s.field, s.number, s.text from field_value s
         where s.community_id = $1 and s.subject_kind = '{kind}' and {}{}",
        now("s"),
        l.among("s.subject_id")
    ) + &merged_first(alias, "subject_id");
    l.each(&sql, l.bound(), |frame, value| {
        if let Some(row) = row_of(frame, alias, value.get(0)?) {
            let field = value.text(1)?.unwrap_or_default();
            set_field(frame, row, field, value.get(2)?, value.text(3)?);
        }
        Ok(())
    })
    .await
}

/// Sets one declared field; a text field is no column and stays in the database.
pub fn set_field(frame: &mut FrameBuilder, row: u32, field: &str, number: Option<i64>, text: Option<&str>) {
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
pub async fn households(l: &mut Loading<'_>) -> Result<()> {
    let (dwelling, area) = (l.slot("dwelling"), l.slot("area"));
    let homes = l.earlier("dwelling").await?;
    let home_area = homes.slot("area");
    let sql = format!(
        "select s.household_id, s.dwelling_id from household_state s
         where s.community_id = $1 and {} order by s.household_id",
        now("s")
    );
    l.each(&sql, l.params(), |frame, state| {
        let home: Option<i64> = state.get(1)?;
        let row = frame.push(state.get(0)?);
        frame.set_one(row, dwelling, home);
        frame.set_one(row, area, home.and_then(|home| homes.number(home, home_area)));
        Ok(())
    })
    .await?;
    fields(l, "household", &Aliases::default()).await
}

row! {
    struct EventRow {
        id: i64 = "e.id",
        kind: String = "e.kind",
        first: Option<Day> = "e.first_day",
        last: Day = "e.last_day",
        person: i64 = "e.person_id",
        residency: Option<String> = "e.residency",
        from_area: Option<i64> = "bf.area_id",
        to_area: Option<i64> = "bt.area_id",
    }
}

/// Nothing bounds the first day of something that was only seen: no record of a community is older.
pub const LONG_AGO: Day = Day(-36_525);

/// Frames `birth`, `death`, `marriage`, `divorce`, `move`: all up to the moment's day, each with the places of its own day.
pub async fn events(l: &mut Loading<'_>) -> Result<()> {
    let (day, residency, direction) = (l.slot("day"), l.slot("residency"), l.slot("direction"));
    let (person, area, from_area) = (l.slot("person"), l.slot("area"), l.slot("from_area"));
    let alias = Aliases::load(l).await?;
    let then = |t: &str| {
        format!(
            "{t}.valid_from <= e.last_day and ({t}.valid_to is null or {t}.valid_to > e.last_day) and {}",
            known(t, 3)
        )
    };
    // Whoever left lived there until the day itself.
    let until = |t: &str| {
        format!(
            "{t}.valid_from < e.last_day and ({t}.valid_to is null or {t}.valid_to >= e.last_day) and {}",
            known(t, 3)
        )
    };
    let sql = format!(
        "select {} from life_event e
         left join dwelling_state df on df.community_id = e.community_id and df.dwelling_id = e.from_dwelling_id and {}
         left join building_state bf on bf.community_id = e.community_id and bf.building_id = df.building_id and {}
         left join dwelling_state dt on dt.community_id = e.community_id and dt.dwelling_id = e.to_dwelling_id and {}
         left join building_state bt on bt.community_id = e.community_id and bt.building_id = dt.building_id and {}
         where e.community_id = $1 and (e.kind = '{kind}' or e.kind like '{kind}.%')
           and (e.first_day is null or e.first_day <= $2) and {} order by e.id",
        EventRow::COLUMNS,
        until("df"),
        until("bf"),
        then("dt"),
        then("bt"),
        known("e", 3),
        kind = l.kind
    );
    l.each(&sql, l.params(), |frame, event| {
        let e = EventRow::read(event)?;
        let row = frame.push(e.id);
        frame.set_partial_day(row, day, Some((e.first.unwrap_or(LONG_AGO).0, e.last.0)));
        frame.set_code(row, residency, e.residency.as_deref());
        match e.kind.split_once('.') {
            Some((_, way)) => frame.set_code(row, direction, Some(way)),
            None => frame.set_absent(row, direction),
        }
        frame.set_one(row, person, Some(alias.of(e.person)));
        one(frame, row, area, e.to_area.or(e.from_area));
        one(frame, row, from_area, e.from_area);
        Ok(())
    })
    .await
}
