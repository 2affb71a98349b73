//! Figures as pages: all of them, and one of them with its definition, parts and slices.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_facts::Day;
use liren_packs::{Figure, When};
use serde::Deserialize;

use super::asked::{AskBar, Asked, href, query};
use super::card::{Card, Part, bar, card, shown};
use super::desk::{Ask, Desk};
use super::guard::{Guard, numbers};
use super::history::asked_for;
use super::listing;
use super::queries;
use super::targets::Target;
use super::value::{Slice, decimal};
use crate::accounts::rules::folded;
use crate::base::web::{Query, Reader, Shell};
use crate::base::{App, Asked as OfKind, Lang, Moment, Permission, Result, Scope, error};

#[derive(Template)]
#[template(path = "figures/list.html")]
struct ListPage {
    s: Shell,
    bar: AskBar,
    packs: Vec<(String, Vec<Line>)>,
    found: usize,
}

struct Line {
    href: String,
    title: String,
    text: String,
    unit: String,
    scope: String,
    unknown: usize,
}

/// What the list of figures is searched for.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// Whether a figure is meant by a word: of its title, of the words clerks use for it, of its scope.
fn meant(figure: &Figure, q: &str) -> bool {
    let words = [&figure.title.zh, &figure.title.en, &figure.scope.zh, &figure.scope.en, &figure.id];
    q.is_empty() || words.into_iter().chain(&figure.also).any(|word| folded(word).contains(q))
}

pub async fn list(Query(asked): Query<Asked>, Query(search): Query<Search>, mut r: Reader) -> Result<Response> {
    let mut desk = asked.desk(&r.app, &r.scope()).await?;
    let ask = Ask { slice: None, opening: false, ..asked.ask(&desk)? };
    let (loaded, default, lang) = (r.app.packs().clone(), desk.this_year(), r.lang);
    let q = folded(search.q.trim());
    let guard = Guard::of(&r.actor, &mut desk, &ask).await?;
    let mut packs: Vec<(String, Vec<Line>)> = Vec::new();
    for pack in &loaded.packs {
        let mut lines = Vec::new();
        for figure in loaded.figures.iter().filter(|f| f.pack == pack.id && meant(f, &q)) {
            let value = desk.value(figure, &ask).await?;
            let told = guard.tells(&figure.id);
            lines.push(Line {
                href: href(&figure.id, &ask, default),
                title: lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
                text: if told { shown(&value, lang) } else { lang.t("不单独显示").to_owned() },
                unit: lang.t(&figure.unit).to_owned(),
                scope: lang.pick(&figure.scope.zh, &figure.scope.en).to_owned(),
                unknown: if told { value.unknown } else { 0 },
            });
        }
        if !lines.is_empty() {
            packs.push((lang.pick(&pack.title.zh, &pack.title.en).to_owned(), lines));
        }
    }
    let place = listing::place_name(&desk, &r.actor.scope);
    let bar = AskBar { q: Some(search.q), ..AskBar::of("/figures", &ask, &desk, false) };
    let found = packs.iter().map(|(_, lines)| lines.len()).sum();
    let s = r.shell(lang.t("指标"), "/figures", &place);
    r.page(&ListPage { s, bar, packs, found })
}

/// A table of slices along one cut.
pub struct CutTable {
    pub title: String,
    pub rows: Vec<Part>,
    pub partition: bool,
}

#[derive(Template)]
#[template(path = "figures/show.html")]
struct ShowPage {
    s: Shell,
    bar: AskBar,
    card: Card,
    when: String,
    place: Option<String>,
    slice: Option<String>,
    /// Where the part about time is fetched from, for those who are told it.
    history: Option<String>,
    cuts: Vec<CutTable>,
    may_list: bool,
    targets: Vec<Aim>,
    frozen: Vec<Kept>,
}

/// A target of the figure: 60人以内, until when, who sees to it.
struct Aim {
    text: String,
    until: String,
    owner: Option<String>,
    href: String,
}

/// The figure in a frozen set.
struct Kept {
    name: String,
    text: String,
}

pub async fn show(Path(id): Path<String>, Query(asked): Query<Asked>, mut r: Reader) -> Result<Response> {
    let (lang, scope) = (r.lang, r.scope());
    let mut desk = asked.desk(&r.app, &scope).await?;
    let figure = r.app.packs().figure(&id).cloned().ok_or_else(|| error::not_found("指标"))?;
    let ask = asked.ask(&desk)?;
    let place = match ask.area {
        None => None,
        Some(area) => Some(desk.tree.find(area).map(|a| a.name.clone()).ok_or_else(|| error::not_found("区划"))?),
    };
    let guard = Guard::of(&r.actor, &mut desk, &ask).await?;
    guard.check(&mut desk, &figure, &ask).await?;
    let all = guard.tells_slices(&figure);
    let card = card(&mut desk, &figure, &ask, &guard, lang).await?;
    let default = desk.this_year();
    let value = desk.value(&figure, &ask).await?;
    let (mut cuts, mut slice) = (Vec::new(), None);
    match &ask.slice {
        None => {
            for at in 0..figure.by.len() {
                cuts.push(cut_table(&r.app, &desk, &figure, &ask, (at, all, value.number), lang).await?);
            }
        }
        Some(of) => {
            let whole = Ask { slice: None, ..ask.clone() };
            desk.value(&figure, &whole).await?;
            let slices = desk.slices(&figure, &whole, of.cut);
            if let Some(cut) = figure.by.get(of.cut) {
                let names = slice_names(&r.app, &scope, cut, desk.today, &slices).await?;
                let found = slices.iter().find(|s| s.of == *of);
                slice = found.map(|s| slice_title(s, &names, lang));
            }
        }
    }
    let path = format!("/figures/{}", figure.id);
    let bar = AskBar::of(&path, &ask, &desk, figure.when != Some(When::During));
    let moment = Moment { community: r.community(), day: desk.today, revision: desk.revision };
    let targets = aims(&mut r, moment, &figure, &ask, lang).await?;
    let frozen = kept(&mut r, &desk, &figure, &ask, lang).await?;
    let may_list = r.actor.may(Permission::ReadPeople);
    let name = listing::place_name(&desk, &scope);
    let when = asked_for(&figure, &value, lang);
    let history = guard.tells_history(&ask).then(|| format!("{path}/history{}", query(&ask, default)));
    let s = r.shell(&card.title, "/figures", &name);
    r.page(&ShowPage { s, bar, card, when, place, slice, history, cuts, may_list, targets, frozen })
}

/// What a slice is called.
fn slice_title(slice: &Slice, names: &HashMap<i64, String>, lang: Lang) -> String {
    match slice.of.key.parse().ok().and_then(|id: i64| names.get(&id)) {
        Some(name) => name.clone(),
        None => lang.pick(&slice.title.zh, &slice.title.en).to_owned(),
    }
}

/// One cut of a figure; numbers that would say who it is are left out unless `all` are told.
async fn cut_table(
    app: &App,
    desk: &Desk,
    figure: &Figure,
    ask: &Ask,
    (at, all, whole): (usize, bool, Option<i64>),
    lang: Lang,
) -> Result<CutTable> {
    let (cut, default) = (&figure.by[at], desk.this_year());
    let slices = desk.slices(figure, ask, at);
    let names = slice_names(app, &desk.scope, cut, desk.today, &slices).await?;
    let sum: i64 = slices.iter().map(|s| s.number).sum();
    let told = numbers(&slices, all);
    let items = slices
        .into_iter()
        .zip(told)
        .map(|(s, told)| {
            let title = slice_title(&s, &names, lang);
            let to = href(&figure.id, &Ask { slice: Some(s.of), ..ask.clone() }, default);
            match told {
                Some(n) => (title, n, n.to_string(), to),
                None => (title, 0, lang.t("不单独显示").to_owned(), to),
            }
        })
        .collect();
    Ok(CutTable {
        title: cut_title(app, cut, lang),
        partition: whole.is_none_or(|whole| sum == whole),
        rows: bar(items, sum).into_iter().map(|row| Part { name: !names.is_empty(), ..row }).collect(),
    })
}

/// The targets that are set for a figure in an area.
async fn aims(r: &mut Reader, moment: Moment, figure: &Figure, ask: &Ask, lang: Lang) -> Result<Vec<Aim>> {
    let root = crate::org::Tree::at(&mut r.tx, moment).await?.root().map(|id| id.0);
    let held = queries::targets(&mut r.tx, moment, &figure.id).await?;
    let mine = held.into_iter().filter(|t| Some(t.value.area.0) == ask.area.or(root));
    let unit = lang.t(&figure.unit).to_owned();
    let text = |t: &Target| {
        let n = if figure.unit == "元" { decimal(t.number.into(), 100) } else { t.number.to_string() };
        let put = [("n", n.as_str()), ("unit", unit.as_str())];
        match t.bound.as_str() {
            "<=" => lang.t_with("{n}{unit}以内", &put),
            ">=" => lang.t_with("{n}{unit}以上", &put),
            _ => lang.t_with("{n}{unit}", &put),
        }
    };
    Ok(mine
        .map(|t| Aim {
            text: text(&t.value),
            until: t.value.last.to_string(),
            owner: t.value.owner.clone(),
            href: format!("/targets/{}", t.id),
        })
        .collect())
}

/// The frozen sets that hold the figure, the latest first.
async fn kept(r: &mut Reader, desk: &Desk, figure: &Figure, ask: &Ask, lang: Lang) -> Result<Vec<Kept>> {
    if ask.area.is_some() || ask.slice.is_some() {
        return Ok(vec![]);
    }
    let scope = r.scope();
    let rows = queries::frozen_of(&mut r.tx, &scope, &figure.id).await?;
    let kept = rows.into_iter().map(|(set, frozen)| {
        let value = super::compare::value(desk, &frozen, set.period, set.known_at);
        let text = value.map_or_else(|| lang.t("待核实").to_owned(), |v| shown(&v, lang));
        Kept { name: set.name, text }
    });
    Ok(kept.collect())
}

/// Names behind the ids of a cut that ends in a thing.
pub async fn slice_names(
    app: &App,
    scope: &Scope,
    cut: &liren_packs::Cut,
    on: Day,
    slices: &[Slice],
) -> Result<HashMap<i64, String>> {
    let ids: Vec<i64> = slices.iter().filter_map(|s| s.of.key.parse().ok()).collect();
    let liren_rules::Ty::One(kind) = cut.path.ty() else {
        return Ok(Default::default());
    };
    let mut tx = app.db.read().await?;
    let name = app.schema().kind_of(kind).name.as_str();
    match app.joined.slices.kind(name).and_then(|kind| kind.label) {
        Some(label) => label(&mut tx, scope, OfKind { kind: name, on, ids: &ids }).await,
        None => Ok(HashMap::new()),
    }
}

/// What a cut is called: the column or relation its path ends in.
pub fn cut_title(app: &App, cut: &liren_packs::Cut, lang: Lang) -> String {
    let last = cut.text.rsplit('.').next().unwrap_or(&cut.text);
    let schema = app.schema();
    let own = schema.kind_of(cut.path.kind());
    let derived = schema.derived.iter().find(|d| d.kind == own.name && d.name == last).map(|d| &d.title);
    let column = own.columns.iter().find(|c| c.name == last).map(|c| &c.title);
    let other = || schema.kinds.iter().flat_map(|k| &k.columns).find(|c| c.name == last).map(|c| &c.title);
    derived.or(column).or_else(other).map_or_else(|| last.to_owned(), |t| lang.pick(&t.zh, &t.en).to_owned())
}
