//! Looking for residents: the words of a search, the views of the list, and whom they find.

use liren_facts::Day;
use liren_rules::Bitmap;
use liren_store::Tx;
use serde::Deserialize;

use super::chosen::Chosen;
use super::conditions::{self, Conditions};
use super::queries;
use crate::base::trail::Action;
use crate::base::web::Visitor;
use crate::base::{App, Key, Result, Scope, error};
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
    /// Conditions, as [`Conditions::written`].
    #[serde(default)]
    pub c: String,
    /// Who may fit the conditions, not who does.
    #[serde(default)]
    pub maybe: bool,
    /// Ids of columns with commas; empty for those that go with the list.
    #[serde(default)]
    pub cols: String,
    /// Only these, by key, with commas.
    #[serde(default)]
    pub i: String,
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
pub fn by_number(q: &str) -> bool {
    let q = q.trim();
    q.chars().count() == 4 && q.chars().all(|c| c.is_ascii_alphanumeric())
}

/// So often an account may search by number within an hour: enough for a counter, too little to try all endings.
const SEARCHES: i64 = 120;

/// Notes a search by number; one more than is allowed is refused.
pub async fn allowed(app: &App, visitor: &Visitor) -> Result<()> {
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
    let only: Vec<i64> = filter.only(scope.community);
    if !only.is_empty() {
        let frame = chosen.look.world.frame(chosen.kind);
        found = found.and(&Bitmap::of(frame.len(), only.into_iter().filter_map(|id| frame.row_of(id))));
    }
    if !filter.c.is_empty() {
        let fitting = conditions::fitting(chosen, &[&filter.conditions(app)?]).pop();
        if let Some(fitting) = fitting {
            found = found.and(if filter.maybe { &fitting.maybe } else { &fitting.yes });
        }
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

    /// The conditions meant.
    pub fn conditions(&self, app: &App) -> Result<Conditions> {
        Conditions::read(&conditions::fields(app), &self.c).ok_or_else(|| {
            error::invalid(
                "网址里的条件看不懂，可能被改动过。请回到名单重新加条件。",
                "The conditions in the address cannot be read. Go back to the list and add them again.",
            )
        })
    }

    /// The people chosen one by one.
    fn only(&self, community: i64) -> Vec<i64> {
        let keys = self.i.split(',').filter_map(Key::parse);
        keys.filter(|key| key.community == community).map(|key| key.id).collect()
    }

    /// The same list from its beginning, nobody chosen.
    pub fn whole(&self) -> Filter {
        Filter { skip: 0, i: String::new(), ..self.clone() }
    }

    /// Everything but the page, as fields of a form.
    pub fn hidden(&self) -> Vec<(&'static str, String)> {
        let area = self.area.map(|area| area.to_string()).unwrap_or_default();
        let maybe = if self.maybe { "true" } else { "" };
        let all = [
            ("q", self.q.clone()),
            ("residency", self.residency.clone()),
            ("area", area),
            ("sort", self.sort.clone()),
            ("c", self.c.clone()),
            ("maybe", maybe.to_owned()),
            ("cols", self.cols.clone()),
            ("i", self.i.clone()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    pub fn href(&self) -> String {
        self.at("/people")
    }

    /// The same list at another address.
    pub fn at(&self, path: &str) -> String {
        let mut query: Vec<String> =
            self.hidden().into_iter().map(|(name, value)| format!("{name}={}", encode(&value))).collect();
        if self.skip > 0 {
            query.push(format!("skip={}", self.skip));
        }
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~,".contains(&b) {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
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
