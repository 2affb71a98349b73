//! Every statement of this slice that reads single records, and the one that makes a community.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use super::area::{Area, Level, add_areas};
use crate::base::states::{as_of, on_day};
use crate::base::{Actor, App, Asked, Moment, Reading, Result, Scope, Write, error, row};

row! {
    /// One community as a list shows it.
    pub struct CommunityLine {
        pub id: i64 = "id",
        pub name: String = "name",
        pub fictional: bool = "fictional",
    }
}

/// Creates a community with its root area; its id. Communities are few: ids count from 1.
pub async fn create_community(app: &App, name: &str, fictional: bool, on: Day) -> Result<i64> {
    let mut tx = app.db.write().await?;
    let (id,): (i64,) = tx.row("select coalesce(max(id), 0) + 1 from community", params![]).await?;
    let wrapped = app.new_community_key(&mut tx).await?;
    let columns = ["id", "name", "fictional", "revision", "next_id", "wrapped_key"];
    let row = params![id, name, fictional, 0, 1, wrapped];
    match tx.insert("community", &columns, vec![row]).await {
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
    add_areas(&mut w, on, vec![Area::root(name)]).await?;
    w.commit().await?;
    Ok(id)
}

/// Every community, by id. A reference list: the names of communities are public.
pub async fn communities(tx: &mut Tx) -> Result<Vec<CommunityLine>> {
    Ok(tx.rows(&format!("select {} from community order by id", CommunityLine::COLUMNS), params![]).await?)
}

/// One community.
pub async fn community(tx: &mut Tx, scope: &Scope) -> Result<CommunityLine> {
    let sql = format!("select {} from community where id = $1", CommunityLine::COLUMNS);
    tx.opt(&sql, params![scope.community]).await?.ok_or_else(|| error::not_found("社区"))
}

row! {
    pub(super) struct Node {
        pub id: i64 = "s.area_id",
        pub parent: Option<i64> = "s.parent_id",
        pub name: String = "s.name",
        pub level: String = "s.level",
    }
}

/// The areas of a moment, siblings in their order.
pub(super) async fn nodes(tx: &mut Tx, moment: Moment) -> Result<Vec<Node>> {
    let sql = format!(
        "select {} from area_state s where s.community_id = $1 and {} order by s.rank, s.area_id",
        Node::COLUMNS,
        as_of("s", 2, 3)
    );
    Ok(tx.rows(&sql, params![moment.community, moment.day, moment.revision]).await?)
}

/// Names of things that have one on a day: the kind is also the name of their table.
pub fn names<'a>(tx: &'a mut Tx, scope: &'a Scope, asked: Asked<'a>) -> Reading<'a, HashMap<i64, String>> {
    Box::pin(async move {
        let kind = asked.kind;
        let mut all = HashMap::new();
        for ids in asked.ids.chunks(5_000) {
            let places: Vec<String> = (0..ids.len()).map(|i| format!("${}", i + 3)).collect();
            let sql = format!(
                "select s.{kind}_id, s.name from {kind}_state s where s.community_id = $1 and {} and s.{kind}_id in ({})",
                on_day("s", 2),
                places.join(", ")
            );
            let mut bound = params![scope.community, asked.on];
            bound.extend(ids.iter().map(|id| Value::from(*id)));
            all.extend(tx.rows::<(i64, String)>(&sql, bound).await?);
        }
        Ok(all)
    })
}
