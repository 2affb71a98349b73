//! Every statement of this slice.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::{Tx, params};

use super::area::{Level, NewArea};
use crate::base::states::{self, StateTable, as_of};
use crate::base::{Actor, App, Loading, Result, Scope, Write, error};

pub const AREA_STATE: StateTable = StateTable {
    name: "area_state",
    subject: &["area_id"],
    columns: &["parent_id", "name", "level", "rank"],
    kind: "area",
};

pub const APPOINTMENT_STATE: StateTable = StateTable {
    name: "appointment_state",
    subject: &["appointment_id"],
    columns: &["person_id", "area_id", "organisation_id", "role"],
    kind: "post",
};

/// One community as a list shows it.
pub struct CommunityLine {
    pub id: i64,
    pub name: String,
    pub fictional: bool,
    pub begins_on: Option<Day>,
}

/// Creates a community with its root area; its id. Communities are few: ids count from 1.
pub async fn create_community(app: &App, name: &str, fictional: bool, on: Day) -> Result<i64> {
    let mut tx = app.db.write().await?;
    let (id,): (i64,) = tx.row("select coalesce(max(id), 0) + 1 from community", params![]).await?;
    let wrapped = app.new_community_key(&mut tx).await?;
    let made = tx
        .insert(
            "community",
            &["id", "name", "fictional", "revision", "next_id", "wrapped_key"],
            vec![params![id, name, fictional, 0, 1, wrapped]],
        )
        .await;
    match made {
        Err(liren_store::Error::Constraint(_)) => {
            return Err(error::invalid(
                format!("已经有名为“{name}”的社区。请换一个名称，或直接使用原来的社区。"),
                format!("There is already a community named “{name}”. Choose another name or use that one."),
            ));
        }
        other => other?,
    }
    let levels = Level::ALL.iter().map(|l| params![id, l.id(), l.title().0, l.title().1]).collect();
    tx.insert("area_level", &["community_id", "level", "title", "head"], levels).await?;
    tx.commit().await?;
    let mut w = Write::begin(app, &Actor::operator(id), id, "建立社区").await?;
    let root = NewArea { parent: None, name, level: Level::Community, rank: 0 };
    add_areas(&mut w, on, vec![root]).await?;
    w.commit().await?;
    Ok(id)
}

/// Every community, by id. A reference list: the names of communities are public.
pub async fn communities(tx: &mut Tx) -> Result<Vec<CommunityLine>> {
    let rows: Vec<(i64, String, bool, Option<i64>)> =
        tx.rows("select id, name, fictional, begins_on from community order by id", params![]).await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, fictional, begins)| CommunityLine {
            id,
            name,
            fictional,
            begins_on: begins.map(|d| Day(d as i32)),
        })
        .collect())
}

/// One community.
pub async fn community(tx: &mut Tx, scope: &Scope) -> Result<CommunityLine> {
    communities(tx).await?.into_iter().find(|c| c.id == scope.community).ok_or_else(|| error::not_found("社区"))
}

/// Says from which day the register speaks; an earlier day wins.
pub async fn begin_register(w: &mut Write, on: Day) -> Result<()> {
    w.tx.run(
        "update community set begins_on = $2 where id = $1 and (begins_on is null or begins_on > $2)",
        params![w.community, on.0],
    )
    .await?;
    Ok(())
}

/// Adds areas, parents before children, and renumbers the tree; their ids in order.
pub async fn add_areas(w: &mut Write, on: Day, areas: Vec<NewArea<'_>>) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    for area in areas {
        ids.push(add_area(w, on, area).await?);
    }
    renumber(w).await?;
    Ok(ids)
}

/// Adds one area; whoever adds many this way renumbers the tree once at the end.
pub async fn add_area(w: &mut Write, on: Day, area: NewArea<'_>) -> Result<i64> {
    let values = params![area.parent, area.name, area.level.id(), area.rank];
    states::create(w, &AREA_STATE, on, values).await
}

/// Derives the nested ranges of today's tree: depth first, siblings by rank.
pub async fn renumber(w: &mut Write) -> Result<()> {
    let rows: Vec<(i64, Option<i64>)> =
        w.tx.rows(
            "select area_id, parent_id from area_state
             where community_id = $1 and superseded is null and valid_to is null order by rank, area_id",
            params![w.community],
        )
        .await?;
    let mut below: HashMap<Option<i64>, Vec<i64>> = HashMap::new();
    for (id, parent) in rows {
        below.entry(parent).or_default().push(id);
    }
    let mut ranges: HashMap<i64, (i64, i64)> = HashMap::new();
    let mut at = 0;
    let mut path: Vec<(i64, usize)> = Vec::new();
    for &root in below.get(&None).into_iter().flatten() {
        at += 1;
        ranges.insert(root, (at, at));
        path.push((root, 0));
        while let Some((id, next)) = path.pop() {
            at += 1;
            match below.get(&Some(id)).and_then(|children| children.get(next)) {
                Some(&child) => {
                    ranges.insert(child, (at, at));
                    path.push((id, next + 1));
                    path.push((child, 0));
                }
                None => {
                    if let Some(range) = ranges.get_mut(&id) {
                        range.1 = at;
                    }
                }
            }
        }
    }
    w.tx.run("delete from area_range where community_id = $1", params![w.community]).await?;
    let community = w.community;
    let rows = ranges.into_iter().map(|(id, (l, r))| params![community, id, l, r]).collect();
    w.tx.insert("area_range", &["community_id", "area_id", "lft", "rgt"], rows).await?;
    Ok(())
}

/// The root area of a community.
pub async fn root(tx: &mut Tx, scope: &Scope) -> Result<i64> {
    let row: Option<(i64,)> = tx
        .opt(
            "select area_id from area_state
             where community_id = $1 and parent_id is null and superseded is null and valid_to is null",
            params![scope.community],
        )
        .await?;
    row.map(|r| r.0).ok_or_else(|| error::not_found("区划"))
}

/// One node of today's tree, in reading order.
#[derive(Clone, Debug)]
pub struct AreaLine {
    pub id: i64,
    pub parent: Option<i64>,
    pub name: String,
    pub level: String,
    pub lft: i64,
    pub rgt: i64,
}

/// Today's tree, cut to the scope, in reading order.
pub async fn tree(tx: &mut Tx, scope: &Scope) -> Result<Vec<AreaLine>> {
    let rows: Vec<(i64, Option<i64>, String, String, i64, i64)> = tx
        .rows(
            "select s.area_id, s.parent_id, s.name, s.level, r.lft, r.rgt
             from area_state s
             join area_range r on r.community_id = s.community_id and r.area_id = s.area_id
             where s.community_id = $1 and s.superseded is null and s.valid_to is null
             order by r.lft",
            params![scope.community],
        )
        .await?;
    let all: Vec<AreaLine> = rows
        .into_iter()
        .map(|(id, parent, name, level, lft, rgt)| AreaLine { id, parent, name, level, lft, rgt })
        .collect();
    let Some(areas) = &scope.areas else {
        return Ok(all);
    };
    let roots: Vec<(i64, i64)> = all.iter().filter(|a| areas.contains(&a.id)).map(|a| (a.lft, a.rgt)).collect();
    Ok(all.into_iter().filter(|a| roots.iter().any(|(l, r)| *l <= a.lft && a.rgt <= *r)).collect())
}

/// Somebody takes up a post from `on`; the appointment's id.
pub async fn appoint(
    w: &mut Write,
    on: Day,
    person: i64,
    area: Option<i64>,
    organisation: Option<i64>,
    role: &str,
) -> Result<i64> {
    let values = params![person, area, organisation, role];
    states::create(w, &APPOINTMENT_STATE, on, values).await
}

/// Frame `area`.
pub async fn load_areas(l: &mut Loading<'_>) -> Result<()> {
    let (level, rank, parent) = (l.slot("level"), l.slot("rank"), l.slot("parent"));
    let sql = format!(
        "select area_id, parent_id, level, rank from area_state s where community_id = $1 and {} order by area_id",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, Option<i64>, String, i64)> = l.tx.rows(&sql, l.params()).await?;
    for (id, above, lv, rk) in rows {
        let row = l.frame.push(id);
        l.frame.set_code(row, level, Some(&lv));
        l.frame.set_int(row, rank, Some(rk));
        match above {
            Some(above) => l.frame.set_one(row, parent, Some(above)),
            None => l.frame.set_absent(row, parent),
        }
    }
    Ok(())
}

/// Frame `post`.
pub async fn load_posts(l: &mut Loading<'_>) -> Result<()> {
    let (role, person) = (l.slot("role"), l.slot("person"));
    let (area, organisation) = (l.slot("area"), l.slot("organisation"));
    let sql = format!(
        "select appointment_id, person_id, area_id, organisation_id, role from appointment_state s
         where community_id = $1 and {} order by appointment_id",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, i64, Option<i64>, Option<i64>, String)> = l.tx.rows(&sql, l.params()).await?;
    for (id, who, where_, of, as_what) in rows {
        let row = l.frame.push(id);
        l.frame.set_code(row, role, Some(&as_what));
        l.frame.set_one(row, person, Some(who));
        one(l, row, area, where_);
        one(l, row, organisation, of);
    }
    Ok(())
}

/// A to-one cell that is absent, not unknown, when the record names nothing.
pub fn one(l: &mut Loading<'_>, row: u32, slot: liren_rules::Slot, id: Option<i64>) {
    match id {
        Some(id) => l.frame.set_one(row, slot, Some(id)),
        None => l.frame.set_absent(row, slot),
    }
}
