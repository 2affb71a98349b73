//! The residents list and a person's page, masked, cut by scope, read-only.

use askama::Template;
use axum::extract::State;
use liren_facts::{Day, name};
use liren_rules::Bitmap;
use liren_store::Tx;
use serde::Deserialize;

use super::chosen::Chosen;
use super::queries::{self, PersonLine};
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{App, Lang, Result, Scope};
use crate::places;

/// 居民行 — one person as a list shows them: masked on the server.
pub struct Row {
    pub href: String,
    pub name: String,
    pub sex: String,
    pub age: String,
    pub id_number: String,
    pub address: String,
    pub relation: String,
    pub residency: String,
    pub residency_class: &'static str,
}

/// Lines of people for a list, in the order of `ids`.
pub async fn rows(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    on: Day,
    ids: &[i64],
    lang: Lang,
) -> Result<Vec<Row>> {
    let lines = queries::lines(tx, scope, on, ids).await?;
    let homes = places::queries::addresses(tx, scope, lines.iter().filter_map(|l| l.dwelling));
    let homes = homes.await?;
    let mut numbers = super::identity::open(app, tx, scope, Some(ids)).await?;
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let number = numbers.remove(&line.id).and_then(|n| n.id_number);
        let (residency, residency_class) = residency(app, &line, lang);
        rows.push(Row {
            href: format!("/people/{}-{}", scope.community, line.id),
            name: shown_name(&line, lang),
            sex: code(app, "sex", line.sex.as_deref(), lang),
            age: line
                .born
                .and_then(|b| b.age(on))
                .map_or_else(|| lang.t("待核实").to_owned(), |a| a.to_string()),
            id_number: number.map_or_else(
                || lang.t("未登记").to_owned(),
                |n| liren_facts::identifier::masked(&n),
            ),
            address: line
                .dwelling
                .and_then(|d| homes.get(&d).cloned())
                .unwrap_or_default(),
            relation: code(app, "relation", line.relation.as_deref(), lang),
            residency,
            residency_class,
        });
    }
    Ok(rows)
}

fn shown_name(line: &PersonLine, lang: Lang) -> String {
    match line.name.as_deref() {
        Some(text) if !text.is_empty() => name::masked(text),
        _ => lang.t("姓名未登记").to_owned(),
    }
}

/// The words of a code in the page's language; 待核实 when it is not known.
pub fn code(app: &App, table: &str, code: Option<&str>, lang: Lang) -> String {
    let Some(code) = code else {
        return lang.t("待核实").to_owned();
    };
    let schema = app.schema();
    let found = schema.table(table).and_then(|t| {
        let table = schema.table_of(t);
        table
            .find(code)
            .and_then(|n| table.codes.get(usize::from(n)))
    });
    found.map_or_else(
        || code.to_owned(),
        |c| lang.pick(&c.title.zh, &c.title.en).to_owned(),
    )
}

/// The word of a person's residency and the class of its tag.
fn residency(app: &App, line: &PersonLine, lang: Lang) -> (String, &'static str) {
    if line.alive == Some(false) {
        return (lang.t("已故").to_owned(), "");
    }
    let word = line.residency();
    let class = match word {
        Some("resident") => "pri",
        Some("temporary") => "line",
        Some("hukou_only") => "warn",
        Some(_) => "",
        None => "unk",
    };
    (code(app, "residency", word, lang), class)
}

#[derive(Deserialize, Default, Clone)]
pub struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    residency: String,
    #[serde(default)]
    area: Option<i64>,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    skip: usize,
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    s: Shell,
    q: String,
    residency: String,
    total: usize,
    first: usize,
    last: usize,
    people: Vec<Row>,
    views: Vec<(String, &'static str, usize, bool)>,
    areas: Vec<(i64, String, bool)>,
    newer: Option<String>,
    older: Option<String>,
}

const PAGE: usize = 50;

/// Everybody on record is in one of the views: who has left or died in the last only, and who may live here in
/// 待核实 too.
const VIEWS: [(&str, &str); 6] = [
    ("", "实有"),
    ("resident", "常住"),
    ("temporary", "暂住"),
    ("hukou_only", "空挂"),
    ("unknown", "待核实"),
    ("all", "全部记录"),
];

pub async fn list(State(app): State<App>, visitor: Visitor, Query(filter): Query<Filter>) -> Reply {
    let page = list_page(&app, &visitor, filter)
        .await
        .map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

async fn list_page(app: &App, visitor: &Visitor, filter: Filter) -> Result<ListPage> {
    let actor = visitor.actor()?;
    let scope = &actor.scope;
    let today = app.clock.today();
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, scope.community, today).await?;
    let chosen = Chosen::load(app, &mut tx, scope, moment).await?;
    let q = filter.q.trim().to_owned();
    let mut found = chosen.scope.clone();
    if let Some(area) = filter.area {
        found = found.and(&chosen.look.inside(chosen.kind, area));
    }
    if !q.is_empty() {
        let keys = app.community_keys(&mut tx, scope.community).await?;
        let tail = (q.chars().count() == 4 && q.chars().all(|c| c.is_ascii_alphanumeric()))
            .then(|| keys.tail(&q));
        let mut hits = queries::hits(&mut tx, scope, &q, tail).await?;
        hits.extend(at_address(&mut tx, scope, &chosen, &q).await?);
        let frame = chosen.look.world.frame(chosen.kind);
        found = found.and(&Bitmap::of(
            frame.len(),
            hits.into_iter().filter_map(|id| frame.row_of(id)),
        ));
    }
    // A view's number is the length of the list behind it, what was searched for included.
    let mut set = None;
    let mut views = Vec::with_capacity(VIEWS.len());
    let residencies = chosen.of_residencies(&VIEWS.map(|(word, _)| word));
    let first = residencies.first().map(|view| view.and(&found));
    for ((word, title), residency) in VIEWS.into_iter().zip(residencies) {
        let mut to = filter.clone();
        word.clone_into(&mut to.residency);
        to.skip = 0;
        let view = residency.and(&found);
        let here = filter.residency == word;
        views.push((to.href(), title, view.count(), here));
        if here {
            set = Some(view);
        }
    }
    // A word that is no view means the first of them.
    let set = set.or(first).unwrap_or(found);
    let total = set.count();
    let page = chosen.ordered(&set, &filter.sort, filter.skip, PAGE);
    let people = rows(app, &mut tx, scope, today, &page, visitor.lang).await?;
    let areas = crate::org::queries::tree(&mut tx, scope).await?;
    let place = areas.first().map(|a| a.name.clone()).unwrap_or_default();
    let step = |skip: usize| {
        Filter {
            skip,
            ..filter.clone()
        }
        .href()
    };
    Ok(ListPage {
        s: Shell::new(app, visitor, visitor.lang.t("居民"), "/people", &place),
        q,
        residency: filter.residency.clone(),
        total,
        first: if page.is_empty() { 0 } else { filter.skip + 1 },
        last: filter.skip + page.len(),
        people,
        views,
        areas: areas
            .into_iter()
            .filter(|a| a.level == "group" || a.level == "station")
            .map(|a| (a.id, a.name, filter.area == Some(a.id)))
            .collect(),
        newer: (filter.skip > 0).then(|| step(filter.skip.saturating_sub(PAGE))),
        older: (filter.skip + PAGE < total).then(|| step(filter.skip + PAGE)),
    })
}

impl Filter {
    fn href(&self) -> String {
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
        if query.is_empty() {
            "/people".into()
        } else {
            format!("/people?{}", query.join("&"))
        }
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// People whose address contains the text: `3号楼2单元501`, `3-2-501`.
async fn at_address(tx: &mut Tx, scope: &Scope, chosen: &Chosen, q: &str) -> Result<Vec<i64>> {
    if !q
        .chars()
        .any(|c| c.is_ascii_digit() || "楼单元室小区苑园".contains(c))
    {
        return Ok(vec![]);
    }
    let wanted = liren_facts::address::read(q);
    let homes: Vec<i64> = places::queries::dwellings(tx, scope)
        .await?
        .into_iter()
        .filter(|d| {
            let same =
                |part: &Option<String>, have: &str| part.as_deref().is_none_or(|p| p == have);
            let read = wanted.as_ref().is_some_and(|w| {
                w.is_door()
                    && same(&w.building, &d.building_name)
                    && same(&w.unit, &d.unit)
                    && same(&w.room, &d.room)
                    && w.estate
                        .as_deref()
                        .is_none_or(|e| d.estate_name.contains(e))
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

/// `3-1207`
pub struct Key {
    pub community: i64,
    pub id: i64,
}

impl Key {
    pub fn parse(text: &str) -> Option<Key> {
        let (community, id) = text.split_once('-')?;
        Some(Key {
            community: community.parse().ok()?,
            id: id.parse().ok()?,
        })
    }
}
