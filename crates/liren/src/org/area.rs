//! Areas, their levels, and the tree they make on a day.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::Tx;

use super::queries::{self, Node};
use crate::base::states::{create_all, state};
use crate::base::{AreaId, Mine, Moment, Origin, Result, Scope, Write, error};

/// 层级 — the levels a community is divided into, from the whole to the building.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    Community,
    Station,
    Group,
    Building,
}

impl Level {
    pub const ALL: [Level; 4] = [Level::Community, Level::Station, Level::Group, Level::Building];

    pub fn id(self) -> &'static str {
        match self {
            Level::Community => "community",
            Level::Station => "station",
            Level::Group => "group",
            Level::Building => "building",
        }
    }

    /// What the level and its head are called where a community says nothing else.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Level::Community => ("社区", "社区书记"),
            Level::Station => ("工作站", "站长"),
            Level::Group => ("居民小组", "居民小组长"),
            Level::Building => ("楼栋", "楼长"),
        }
    }
}

state! {
    /// 区划 — a node of the tree; `rank` is its place among its siblings.
    pub struct Area in "area_state" of AreaId as "area_id" {
        parent: Option<AreaId> = "parent_id",
        name: String = "name",
        level: String = "level",
        rank: i64 = "rank",
    }
}

impl Area {
    pub fn new(parent: AreaId, level: Level, name: &str, rank: i64) -> Area {
        Area { parent: Some(parent), name: name.to_owned(), level: level.id().to_owned(), rank }
    }

    /// The root of a community.
    pub fn root(name: &str) -> Area {
        Area { parent: None, name: name.to_owned(), level: Level::Community.id().to_owned(), rank: 0 }
    }
}

/// Adds areas below others; their ids in order.
pub async fn add_areas(w: &mut Write, on: Day, areas: Vec<Area>) -> Result<Vec<AreaId>> {
    create_all(w, on, areas.into_iter().map(|area| (area, Origin::default())).collect()).await
}

/// An area is called otherwise, or lies elsewhere, from `on` on. One that would lie below itself is refused.
pub async fn change(w: &mut Write, on: Day, id: Mine<AreaId>, now: Area, origin: &Origin) -> Result<()> {
    let tree = Tree::of(&mut w.tx, &Scope::whole(w.community), on).await?;
    if now.parent.is_some_and(|parent| tree.lies_in(parent.0, id.number())) {
        return Err(error::invalid(
            "一个区划不能归到它自己下面。请选择上一级的区划。",
            "An area cannot lie below itself. Choose an area above it.",
        ));
    }
    now.record(w, id.id(), on, origin).await
}

/// One node of the tree of a day, in reading order; what lies below it has numbers between its two.
#[derive(Clone, Debug)]
pub struct AreaLine {
    pub id: i64,
    pub parent: Option<i64>,
    pub name: String,
    pub level: String,
    pub lft: i64,
    pub rgt: i64,
}

/// 区划树 — the areas of a community on one day, numbered when they are read.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub areas: Vec<AreaLine>,
}

impl Tree {
    /// The tree of a day as known now, cut to the scope.
    pub async fn of(tx: &mut Tx, scope: &Scope, on: Day) -> Result<Tree> {
        let moment = Moment { community: scope.community, day: on, revision: i64::MAX };
        Ok(Tree::at(tx, moment).await?.cut(scope))
    }

    /// The whole tree of a moment.
    pub async fn at(tx: &mut Tx, moment: Moment) -> Result<Tree> {
        Ok(Tree { areas: number(queries::nodes(tx, moment).await?) })
    }

    /// What a scope sees of the tree.
    fn cut(mut self, scope: &Scope) -> Tree {
        if let Some(areas) = &scope.areas {
            let roots: Vec<(i64, i64)> =
                self.areas.iter().filter(|a| areas.contains(&a.id)).map(|a| (a.lft, a.rgt)).collect();
            self.areas.retain(|a| roots.iter().any(|(l, r)| *l <= a.lft && a.rgt <= *r));
        }
        self
    }

    pub fn find(&self, id: i64) -> Option<&AreaLine> {
        self.areas.iter().find(|a| a.id == id)
    }

    /// Whether an area is another one or lies below it.
    pub fn lies_in(&self, area: i64, ancestor: i64) -> bool {
        match (self.find(area), self.find(ancestor)) {
            (Some(a), Some(b)) => b.lft <= a.lft && a.rgt <= b.rgt,
            _ => false,
        }
    }

    /// The name of what is seen: the root's, or of a part its own.
    pub fn name(&self) -> String {
        self.areas.first().map(|a| a.name.clone()).unwrap_or_default()
    }

    pub fn root(&self) -> Option<AreaId> {
        self.areas.iter().find(|a| a.parent.is_none()).map(|a| AreaId(a.id))
    }
}

/// Depth first, siblings by rank: nested numbers. Areas whose parent is not there hang below nothing and are left out.
fn number(nodes: Vec<Node>) -> Vec<AreaLine> {
    let mut below: HashMap<Option<i64>, Vec<Node>> = HashMap::new();
    for node in nodes.into_iter().rev() {
        below.entry(node.parent).or_default().push(node);
    }
    let (mut lines, mut at): (Vec<AreaLine>, i64) = (Vec::new(), 0);
    let mut open: Vec<usize> = Vec::new();
    loop {
        let parent = open.last().map(|&line| lines[line].id);
        at += 1;
        match below.get_mut(&parent).and_then(Vec::pop) {
            Some(Node { id, parent, name, level }) => {
                open.push(lines.len());
                lines.push(AreaLine { id, parent, name, level, lft: at, rgt: at });
            }
            None => match open.pop() {
                Some(line) => lines[line].rgt = at,
                None => return lines,
            },
        }
    }
}
