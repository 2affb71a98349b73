//! Figures as pages: all of them, and one of them with its definition, parts and slices.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use liren_facts::{Day, Period};
use liren_packs::{Figure, Formula, When};
use serde::Deserialize;

use super::answer::{Answer, Way};
use super::desk::{Ask, Desk};
use super::listing;
use super::small;
use super::value::{Slice, SliceOf, Value, decimal};
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{Actor, App, Asked as OfKind, Lang, Permission, Result, days, error};

/// What an address may ask of a figure.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    from: Option<String>,
    to: Option<String>,
    opening: Option<String>,
    area: Option<i64>,
    /// `0:1` — the slice of the first cut whose key is `1`; a word alone means the first cut.
    slice: Option<String>,
}

impl Asked {
    /// The question meant; days that are none are said so.
    pub fn ask(&self, desk: &Desk) -> crate::base::Result<Ask> {
        let year = desk.this_year();
        let day = |text: &Option<String>, default: Day| text.as_deref().map_or(Ok(default), days::asked);
        let period = Period { first: day(&self.from, year.first)?, last: day(&self.to, year.last)? };
        if period.last < period.first {
            return Err(error::invalid(
                "网址里的起始日期晚于结束日期，请对调。",
                "The first day in the address is later than the last; swap them.",
            ));
        }
        Ok(Ask {
            period,
            area: self.area,
            slice: self.slice.as_deref().map(SliceOf::parse),
            opening: self.opening.is_some(),
        })
    }
}

impl SliceOf {
    /// `0:1` or a word for a value of the first cut.
    pub fn parse(text: &str) -> SliceOf {
        match text.split_once(':') {
            Some((cut, key)) => SliceOf { cut: cut.parse().unwrap_or(0), key: key.to_owned() },
            None => SliceOf { cut: 0, key: text.to_owned() },
        }
    }
}

/// The address of a figure asked in a way.
pub fn href(id: &str, ask: &Ask, default: Period) -> String {
    let mut query = Vec::new();
    if ask.period != default {
        query.push(format!("from={}&to={}", ask.period.first, ask.period.last));
    }
    if ask.opening {
        query.push("opening=1".to_owned());
    }
    if let Some(area) = ask.area {
        query.push(format!("area={area}"));
    }
    if let Some(slice) = &ask.slice {
        query.push(format!("slice={}:{}", slice.cut, slice.key));
    }
    if query.is_empty() { format!("/figures/{id}") } else { format!("/figures/{id}?{}", query.join("&")) }
}

#[derive(Template)]
#[template(path = "figures/list.html")]
struct ListPage {
    s: Shell,
    packs: Vec<(String, Vec<Line>)>,
}

struct Line {
    id: String,
    title: String,
    text: String,
    unit: String,
    scope: String,
    unknown: usize,
}

pub async fn list(State(app): State<App>, visitor: Visitor) -> Reply {
    let work = async {
        let actor = visitor.actor()?;
        let mut desk = Desk::today(&app, &actor.scope).await?;
        let mut packs: Vec<(String, Vec<Line>)> = Vec::new();
        for pack in &app.packs().packs {
            let mut lines = Vec::new();
            for figure in app.packs().figures.iter().filter(|f| f.pack == pack.id) {
                let value = desk.whole(figure).await?;
                lines.push(Line {
                    id: figure.id.clone(),
                    title: visitor.lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
                    text: shown(&value, visitor.lang),
                    unit: visitor.lang.t(&figure.unit).to_owned(),
                    scope: visitor.lang.pick(&figure.scope.zh, &figure.scope.en).to_owned(),
                    unknown: value.unknown,
                });
            }
            if !lines.is_empty() {
                packs.push((visitor.lang.pick(&pack.title.zh, &pack.title.en).to_owned(), lines));
            }
        }
        let place = listing::place_name(&desk, &actor.scope);
        Ok(ListPage { s: Shell::new(&app, &visitor, visitor.lang.t("指标"), "/figures", &place), packs })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

/// A value as a page shows it.
pub fn shown(value: &Value, lang: Lang) -> String {
    match (&value.answer, value.number) {
        (Answer::NotApplicable(_), _) => lang.t("不适用").to_owned(),
        (Answer::Unknown(_), _) | (_, None) => lang.t("待核实").to_owned(),
        (Answer::AtLeast(_), Some(_)) => {
            let plain = value.exact().map_or_else(String::new, |(n, scale)| decimal(n, scale));
            lang.t_with("至少 {n}", &[("n", &plain)])
        }
        (Answer::Known, Some(_)) => value.text(),
    }
}

/// The page on which an open answer is settled.
fn settle(value: &Value) -> Option<String> {
    settled_at(&value.answer.why()?.way)
}

/// The address of a way to settle something.
pub fn settled_at(way: &Way) -> Option<String> {
    match way {
        Way::Register(id) => Some(format!("/registers#{}", id.replace('/', "-"))),
        Way::Return(_) | Way::Parts | Way::None => None,
    }
}

/// The value card of a figure: shared by its page and the report's side panel.
pub struct Card {
    pub id: String,
    pub title: String,
    pub text: String,
    pub unit: String,
    pub scope: String,
    pub formula: String,
    pub filter: Option<String>,
    pub period: String,
    pub on: String,
    pub revision: i64,
    pub base: Option<(i64, i64)>,
    pub unknown: usize,
    pub why: Option<String>,
    /// Where an open answer is settled.
    pub settle: Option<String>,
    pub list_day: Option<String>,
    pub note: Option<String>,
    pub also: String,
    pub list: Option<(String, usize)>,
    pub partitions: Vec<Partition>,
}

/// Named figures that make up another: their bar, the sum written out, and whether it is the total (`None`: one
/// of them has no value).
pub struct Partition {
    pub parts: Vec<Part>,
    pub equation: String,
    pub holds: Option<bool>,
}

/// One part of a figure, with its share of the bar.
pub struct Part {
    pub title: String,
    pub number: i64,
    pub text: String,
    pub href: String,
    pub share: String,
    /// Left edge and width of its bar, of 1000.
    pub x: i64,
    pub width: i64,
    pub colour: usize,
    /// The title is a name, which no translation has.
    pub name: bool,
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
    card: Card,
    cuts: Vec<CutTable>,
    may_list: bool,
}

pub async fn card(desk: &mut Desk, figure: &Figure, ask: &Ask, lang: Lang) -> crate::base::Result<Card> {
    let value = desk.value(figure, ask).await?;
    let default = desk.this_year();
    let mut partitions = Vec::new();
    let unsliced = Ask { slice: None, ..ask.clone() };
    for named in &figure.parts {
        let mut items = Vec::new();
        let mut terms = Vec::new();
        let mut sum = Some(0);
        for id in named {
            let Some(part) = desk.named(id).cloned() else {
                continue;
            };
            let v = desk.value(&part, &unsliced).await?;
            let title = lang.pick(&part.title.zh, &part.title.en).to_owned();
            let to = href(&part.id, &unsliced, default);
            terms.push(shown(&v, lang));
            let known = v.number.filter(|_| matches!(v.answer, Answer::Known));
            sum = sum.zip(known).map(|(a, b)| a + b);
            items.push((title, v.number.unwrap_or(0), shown(&v, lang), to));
        }
        // With a part unknown there is nothing to compare the total with.
        let whole = value.number.filter(|_| matches!(value.answer, Answer::Known));
        let holds = whole.zip(sum).map(|(whole, sum)| whole == sum);
        let total = sum.map_or_else(|| lang.t("待核实").to_owned(), |n| n.to_string());
        partitions.push(Partition {
            parts: bar(items, sum.unwrap_or(0)),
            equation: format!("{} {} {total}", terms.join(" + "), if holds == Some(false) { "≠" } else { "=" }),
            holds,
        });
    }
    let list = value
        .ids
        .as_ref()
        .filter(|_| figure.list && value.number.is_some())
        .map(|(_, ids)| (href(&format!("{}/list", figure.id), ask, default), ids.len()));
    Ok(Card {
        id: figure.id.clone(),
        title: lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
        text: shown(&value, lang),
        unit: lang.t(&figure.unit).to_owned(),
        scope: lang.pick(&figure.scope.zh, &figure.scope.en).to_owned(),
        formula: formula(figure, desk, lang),
        filter: figure.filter_text.clone(),
        period: match figure.when {
            Some(When::During) => format!("{} — {}", value.period.first, value.period.last),
            _ => value.on.to_string(),
        },
        on: value.on.to_string(),
        revision: value.revision,
        base: value.number.zip(value.base),
        // What a return lacks is said by `why`; no record of ours could settle it.
        unknown: if !matches!(figure.formula, Formula::Line { .. }) { value.unknown } else { 0 },
        why: value.why().map(|w| lang.pick(&w.zh, &w.en).to_owned()),
        settle: settle(&value),
        list_day: value.list_day.map(|day| lang.t_with("据 {day} 名单", &[("day", &day.to_string())])),
        note: figure.note.as_ref().map(|n| lang.pick(&n.zh, &n.en).to_owned()),
        also: figure.also.join("、"),
        list,
        partitions,
    })
}

/// What is done to get the number, in a sentence.
fn formula(figure: &Figure, desk: &Desk, lang: Lang) -> String {
    let schema = desk.packs().schema.clone();
    let kind = |k: liren_rules::KindId| {
        let title = &schema.kind_of(k).title;
        lang.pick(&title.zh, &title.en).to_owned()
    };
    match &figure.formula {
        Formula::Count { kind: of, path: None, .. } => format!("{} · {}", lang.t("计数"), kind(*of)),
        Formula::Count { kind: of, path: Some(path), .. } => {
            format!("{} · {} → {} ({})", lang.t("计数"), kind(*of), path.text(), lang.t("各计一次"))
        }
        Formula::Sum { kind: of, value } => {
            format!("{} · {} · {}", lang.t("求和"), kind(*of), value.text())
        }
        Formula::Mean { kind: of, value } => {
            format!("{} · {} · {}", lang.t("平均"), kind(*of), value.text())
        }
        Formula::Ratio { of, base } => format!("{of} ÷ {base}"),
        Formula::Total(parts) => parts.join(" ∪ "),
        Formula::Line { ret, line } => format!("{} · {ret}.{line}", lang.t("上报")),
    }
}

fn bar(items: Vec<(String, i64, String, String)>, sum: i64) -> Vec<Part> {
    let mut x = 0;
    let count = items.len();
    items
        .into_iter()
        .enumerate()
        .map(|(i, (title, number, text, href))| {
            // The last takes what rounding left; of nothing there is nothing to share.
            let width = match sum {
                ..=0 => 0,
                _ if i + 1 == count => (1000 - x).max(0),
                _ => number * 1000 / sum,
            };
            let share = if sum > 0 {
                super::value::decimal(((2000 * number + sum) / (2 * sum)).into(), 10)
            } else {
                "0".into()
            };
            let part = Part { title, number, text, href, share, x, width, colour: i % 6 + 1, name: false };
            x += width;
            part
        })
        .collect()
}

/// Whether somebody works with the people of an area, or of the whole community.
fn covers(actor: &Actor, desk: &Desk, area: Option<i64>) -> bool {
    if !actor.may(Permission::ReadPeople) {
        return false;
    }
    match (&actor.over(Permission::ReadPeople).areas, area) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(own), Some(area)) => own.iter().any(|own| desk.tree.lies_in(area, *own)),
    }
}

/// The numbers of a cut that are told, in its order.
fn told(slices: &[Slice], covered: bool) -> Vec<Option<i64>> {
    if covered {
        return slices.iter().map(|s| Some(s.number)).collect();
    }
    let sum = slices.iter().map(|s| s.number).sum();
    small::hide(slices.iter().map(|s| ((), s.number)).collect(), Some(sum)).into_iter().map(|(_, n)| n).collect()
}

/// Refuses to tell the number of a slice, or of an area, that its table would not tell.
async fn unsaid(desk: &mut Desk, figure: &Figure, ask: &Ask) -> Result<()> {
    let hidden = match &ask.slice {
        Some(slice) => {
            let whole = Ask { slice: None, ..ask.clone() };
            desk.value(figure, &whole).await?;
            let slices = desk.slices(figure, &whole, slice.cut);
            let told = told(&slices, false);
            slices.iter().zip(told).any(|(s, told)| s.of == *slice && told.is_none())
        }
        None => {
            let number = desk.value(figure, ask).await?.number;
            ask.area.is_some() && number.is_some_and(|n| (1..small::SMALL).contains(&n))
        }
    };
    match hidden {
        false => Ok(()),
        true => Err(error::invalid(
            "这里人数少，单独显示会看出是谁，所以不显示。可以看整个社区的数。",
            "So few people are in it that the number would say who they are; it is not shown. See the number of the whole community.",
        )),
    }
}

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let work = async {
        let actor = visitor.actor()?;
        let lang = visitor.lang;
        let mut desk = Desk::today(&app, &actor.scope).await?;
        let figure = app.packs().figure(&id).cloned().ok_or_else(|| error::not_found("指标"))?;
        let ask = asked.ask(&desk)?;
        let card = card(&mut desk, &figure, &ask, lang).await?;
        let default = desk.this_year();
        let mut cuts = Vec::new();
        let whole = desk.value(&figure, &ask).await?.number;
        // Who works with these people sees every number; to others a small one would say who it is.
        let counts = matches!(figure.formula, Formula::Count { .. });
        let covered = !counts || covers(actor, &desk, ask.area);
        if !covered {
            unsaid(&mut desk, &figure, &ask).await?;
        }
        if ask.slice.is_none() {
            for (i, cut) in figure.by.iter().enumerate() {
                let slices = desk.slices(&figure, &ask, i);
                let names = slice_names(&app, &actor.scope, cut, desk.today, &slices).await?;
                let sum: i64 = slices.iter().map(|s| s.number).sum();
                let told = told(&slices, covered);
                let items = slices
                    .into_iter()
                    .zip(told)
                    .map(|(s, told)| {
                        let title = match s.of.key.parse().ok().and_then(|id: i64| names.get(&id)) {
                            Some(name) => name.clone(),
                            None => lang.pick(&s.title.zh, &s.title.en).to_owned(),
                        };
                        let to = href(&figure.id, &Ask { slice: Some(s.of), ..ask.clone() }, default);
                        match told {
                            Some(n) => (title, n, n.to_string(), to),
                            None => (title, 0, lang.t("不单独显示").to_owned(), to),
                        }
                    })
                    .collect();
                cuts.push(CutTable {
                    title: cut_title(&app, cut, lang),
                    partition: whole.is_none_or(|whole| sum == whole),
                    rows: bar(items, sum).into_iter().map(|row| Part { name: !names.is_empty(), ..row }).collect(),
                });
            }
        }
        let place = listing::place_name(&desk, &actor.scope);
        let may_list = actor.may(crate::base::Permission::ReadPeople);
        Ok(ShowPage { s: Shell::new(&app, &visitor, &card.title, "/figures", &place), card, cuts, may_list })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

/// Names behind the ids of a cut that ends in a thing.
pub async fn slice_names(
    app: &App,
    scope: &crate::base::Scope,
    cut: &liren_packs::Cut,
    on: Day,
    slices: &[Slice],
) -> crate::base::Result<HashMap<i64, String>> {
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
