//! Looking for residents: the words of a search, the views of the list, and whom they find.

use liren_facts::Day;
use liren_rules::Bitmap;
use liren_store::Tx;
use serde::Deserialize;

use super::chosen::Chosen;
use super::queries;
use crate::base::trail::Action;
use crate::base::web::Visitor;
use crate::base::{App, Result, Scope, error};
use crate::places;

/// 筛选 — what a list of residents is asked for: in its address, in an export.
#[derive(Deserialize, Default, Clone)]
pub struct Filter {
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub residency: String,
    #[serde(default)]
    pub area: Option<i64>,
    #[serde(default)]
    pub sort: String,
    #[serde(default)]
    pub skip: usize,
}

/// Everybody on record is in one of the views: who has left or died in the last only, and who may live here in
/// 待核实 too.
pub(super) const VIEWS: [(&str, &str); 6] = [
    ("", "实有"),
    ("resident", "常住"),
    ("temporary", "暂住"),
    ("hukou_only", "空挂"),
    ("unknown", "待核实"),
    ("all", "全部记录"),
];

/// Whether somebody looks for the end of an ID number or a phone.
pub(super) fn by_number(q: &str) -> bool {
    let q = q.trim();
    q.chars().count() == 4 && q.chars().all(|c| c.is_ascii_alphanumeric())
}

/// So often an account may search by number within an hour: enough for a counter, too little to try all endings.
const SEARCHES: i64 = 120;

/// Notes a search by number; one more than is allowed is refused.
pub(super) async fn allowed(app: &App, visitor: &Visitor) -> Result<()> {
    let access = visitor.access(Action::SearchNumber)?;
    let since = app.clock.instant() - 3_600 * 1_000_000;
    let account = access.account.unwrap_or_default();
    if app.trail.times(access.chain, account, Action::SearchNumber, since).await? >= SEARCHES {
        return Err(error::invalid(
            format!("一小时内按号码查找已满 {SEARCHES} 次，没有再查。请用姓名或住址查找，或稍后再试。"),
            format!(
                "You searched by number {SEARCHES} times within an hour; no more was looked for. Search by name or address, or try later."
            ),
        ));
    }
    app.trail.note(access).await
}

/// Whom a filter finds within the reader's scope, its view left aside.
pub(super) async fn found(app: &App, tx: &mut Tx, scope: &Scope, chosen: &Chosen, filter: &Filter) -> Result<Bitmap> {
    let q = filter.q.trim();
    let mut found = chosen.scope.clone();
    if let Some(area) = filter.area {
        found = found.and(&chosen.look.inside(chosen.kind, area));
    }
    if !q.is_empty() {
        let keys = app.community_keys(tx, scope.community).await?;
        let tail = by_number(q).then(|| keys.tail(q));
        let mut hits = queries::hits(tx, scope, q, tail).await?;
        hits.extend(at_address(tx, scope, chosen, q).await?);
        let frame = chosen.look.world.frame(chosen.kind);
        found = found.and(&Bitmap::of(frame.len(), hits.into_iter().filter_map(|id| frame.row_of(id))));
    }
    Ok(found)
}

/// Everybody on the list a filter means, in its order, as of today.
pub async fn ids(app: &App, tx: &mut Tx, scope: &Scope, filter: &Filter) -> Result<Vec<i64>> {
    let moment = app.moment(tx, scope.community, app.clock.today()).await?;
    let chosen = Chosen::load(app, tx, scope, moment).await?;
    let found = found(app, tx, scope, &chosen, filter).await?;
    let (word, _) = filter.view();
    let view = chosen.of_residencies(&[word]).pop();
    let set = view.map_or(found.clone(), |view| view.and(&found));
    Ok(chosen.ordered(&set, filter.order(scope), 0, usize::MAX))
}

impl Filter {
    /// By name only for whoever sees names: their order would tell them.
    pub fn order(&self, scope: &Scope) -> &str {
        if scope.full_names { &self.sort } else { "" }
    }

    /// The view meant; a word that is none means the first.
    pub fn view(&self) -> (&'static str, &'static str) {
        VIEWS.into_iter().find(|(word, _)| *word == self.residency).unwrap_or(VIEWS[0])
    }

    pub fn href(&self) -> String {
        let mut query = Vec::new();
        if !self.q.is_empty() {
            query.push(format!("q={}", encode(&self.q)));
        }
        if !self.residency.is_empty() {
            query.push(format!("residency={}", encode(&self.residency)));
        }
        if let Some(area) = self.area {
            query.push(format!("area={area}"));
        }
        if !self.sort.is_empty() {
            query.push(format!("sort={}", encode(&self.sort)));
        }
        if self.skip > 0 {
            query.push(format!("skip={}", self.skip));
        }
        if query.is_empty() { "/people".into() } else { format!("/people?{}", query.join("&")) }
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// People whose address contains the text: `3号楼2单元501`, `3-2-501`.
async fn at_address(tx: &mut Tx, scope: &Scope, chosen: &Chosen, q: &str) -> Result<Vec<i64>> {
    if !q.chars().any(|c| c.is_ascii_digit() || "楼单元室小区苑园".contains(c)) {
        return Ok(vec![]);
    }
    let wanted = liren_facts::address::read(q);
    let homes: Vec<i64> = places::queries::dwellings(tx, scope, Day(chosen.look.world.day()))
        .await?
        .into_iter()
        .filter(|d| {
            let same = |part: &Option<String>, have: &str| part.as_deref().is_none_or(|p| p == have);
            let read = wanted.as_ref().is_some_and(|w| {
                w.is_door()
                    && same(&w.building, &d.building_name)
                    && same(&w.unit, &d.unit)
                    && same(&w.room, &d.room)
                    && w.estate.as_deref().is_none_or(|e| d.estate_name.contains(e))
            });
            read || d.label().contains(q)
        })
        .map(|d| d.id)
        .collect();
    let frame = chosen.look.world.frame(chosen.kind);
    let Some(slot) = chosen.slot("dwelling") else {
        return Ok(vec![]);
    };
    let homes: std::collections::HashSet<i64> = homes.into_iter().collect();
    Ok((0..frame.len() as u32)
        .filter(|row| matches!(frame.cell(slot, *row), liren_rules::Cell::One(home) if homes.contains(&home)))
        .map(|row| frame.id(row))
        .collect())
}
