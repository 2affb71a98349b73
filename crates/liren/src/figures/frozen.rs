//! Frozen sets as pages: which there are, and what became of the figures between two of them.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use liren_facts::{Day, Period};

use super::compare::{Difference, Named, Why, compare};
use super::desk::Desk;
use super::freeze::freeze_all;
use super::listing::{self, Record};
use super::queries;
use super::value::{Value, decimal};
use crate::base::web::{self, Form, Reader, Refused, Reply, Shell, Submitted, Visitor, see};
use crate::base::{App, Lang, Permission, Result, error};

/// How many names are shown of each side; the rest is told as a number.
const NAMES: usize = 60;

#[derive(Template)]
#[template(path = "figures/frozen.html")]
struct ListPage {
    s: Shell,
    form: Form,
    may: bool,
    sets: Vec<SetLine>,
}

struct SetLine {
    name: String,
    period: String,
    /// The minute up to which it knew.
    known_at: String,
    /// Against the set before it, and against what is known now.
    before: Option<(String, String)>,
    now: String,
}

/// Keeps every figure with its names under a name.
pub async fn keep(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let saved = async {
        let name = s.form.need("name", "请写定稿的名称，如 2013年度报告。", "Name the set, such as 2013年度报告.");
        let today = s.today();
        let year = Day::ymd(today.year(), 1, 1).unwrap_or(today);
        let first = s.form.day("from", today).or_else(|| (!s.form.has("from")).then_some(year));
        let last = s.form.day("to", today).or_else(|| (!s.form.has("to")).then_some(today));
        if s.form.resumed {
            return Err(Refused::Form);
        }
        let (Some(name), Some(first), Some(last)) = (name, first, last) else { return Err(Refused::Form) };
        if first > last {
            s.form.problem("from", "第一天要在最后一天前面。", "The first day must come before the last.");
            return Err(Refused::Form);
        }
        let actor = s.actor()?.clone();
        let mut tx = app.db.read().await?;
        let sets = queries::frozen_sets(&mut tx, &actor.scope).await?;
        drop(tx);
        if sets.iter().any(|set| set.name == name) {
            s.form.problem(
                "name",
                "已经有叫这个名称的定稿，请换一个。",
                "A set of this name is there; choose another.",
            );
            return Err(Refused::Form);
        }
        freeze_all(&app, &actor, &name, Period { first, last }).await?;
        Ok(see("/frozen"))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| list_page(&app, r, form).await).await
}

pub async fn list(State(app): State<App>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = list_page(&app, &mut r, form).await?;
    r.page(&page)
}

async fn list_page(app: &App, r: &mut Reader, form: Form) -> Result<ListPage> {
    let scope = r.scope();
    let desk = Desk::today(app, &scope).await?;
    let sets = queries::frozen_sets(&mut r.tx, &scope).await?;
    let place = listing::place_name(&desk, &scope);
    let title = r.lang.t("定稿");
    let may = r.actor.may(Permission::WriteReport);
    let mut minutes = std::collections::HashMap::new();
    for set in &sets {
        let change = crate::base::changes::change(&mut r.tx, scope.community, set.known_at).await?;
        minutes.insert(set.id, change.map_or_else(String::new, |c| crate::base::clock::minute(c.at)));
    }
    let line = |(at, set): (usize, &queries::FrozenSet)| SetLine {
        name: set.name.clone(),
        period: format!("{} – {}", set.period.first, set.period.last),
        known_at: minutes.get(&set.id).cloned().unwrap_or_default(),
        before: at
            .checked_sub(1)
            .and_then(|at| sets.get(at))
            .map(|before| (format!("/frozen/{}/{}", before.id, set.id), before.name.clone())),
        now: format!("/frozen/{}/now", set.id),
    };
    let sets = sets.iter().enumerate().rev().map(line).collect();
    Ok(ListPage { s: r.shell(title, "/figures", &place), form, may, sets })
}

#[derive(Template)]
#[template(path = "figures/compared.html")]
struct ComparedPage {
    s: Shell,
    then: (String, String),
    now: (String, String),
    /// The later side is a set with a name of its own.
    named: bool,
    same: usize,
    lines: Vec<Line>,
    may_list: bool,
}

/// A figure that differs, as the page shows it.
struct Line {
    id: String,
    title: String,
    unit: String,
    then: String,
    now: String,
    by: String,
    /// Why names came, and why they left: `3 迁入`.
    came: Vec<String>,
    left: Vec<String>,
    names: Vec<Name>,
    /// Names that are not shown: outside the reader's area, or more than fit.
    hidden: usize,
}

struct Name {
    sign: &'static str,
    label: String,
    href: Option<String>,
    why: &'static str,
}

pub async fn compared(State(app): State<App>, visitor: Visitor, Path((then, now)): Path<(String, String)>) -> Reply {
    let page = compared_page(&app, &visitor, &then, &now).await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

async fn compared_page(app: &App, visitor: &Visitor, then: &str, now: &str) -> Result<ComparedPage> {
    let (actor, lang) = (visitor.actor()?, visitor.lang);
    let number = |text: &str| text.parse::<i64>().map_err(|_| error::not_found("定稿"));
    let later = match now {
        "now" => None,
        id => Some(number(id)?),
    };
    let found = compare(app, &actor.scope, number(then)?, later).await?;
    let may_list = actor.may(Permission::ReadPeople);
    let mut desk = Desk::known(app, &actor.scope, found.now.period.last, Some(found.now.known_at)).await?;
    let mut lines = Vec::new();
    for difference in &found.differences {
        let (names, hidden) = match may_list {
            true => names(app, visitor, &mut desk, difference).await?,
            false => (vec![], 0),
        };
        lines.push(line(&desk, difference, lang, names, hidden));
    }
    let told = |set: &queries::FrozenSet| {
        let name = match set.id {
            0 => lang.t("现在已知的").to_owned(),
            _ => set.name.clone(),
        };
        (name, format!("{} – {}", set.period.first, set.period.last))
    };
    let place = listing::place_name(&desk, &actor.scope);
    Ok(ComparedPage {
        s: Shell::new(app, visitor, lang.t("定稿比较"), "/figures", &place),
        then: told(&found.then),
        now: told(&found.now),
        named: found.now.id != 0,
        same: found.same,
        lines,
        may_list,
    })
}

fn line(desk: &Desk, difference: &Difference, lang: Lang, names: Vec<Name>, hidden: usize) -> Line {
    let figure = desk.named(&difference.figure);
    let told = |value: &Option<Value>| {
        value.as_ref().map_or_else(|| lang.t("没有这个指标").to_owned(), |v| super::shown(v, lang))
    };
    let reasons = |of: &[Named]| {
        Difference::reasons(of).into_iter().map(|(why, n)| format!("{n} {}", lang.t(why.text()))).collect()
    };
    Line {
        id: difference.figure.clone(),
        title: figure.map_or_else(|| difference.figure.clone(), |f| lang.pick(&f.title.zh, &f.title.en).to_owned()),
        unit: figure.map_or_else(String::new, |f| lang.t(&f.unit).to_owned()),
        then: told(&difference.then),
        now: told(&difference.now),
        by: difference.by().map_or_else(String::new, signed),
        came: reasons(&difference.came),
        left: reasons(&difference.left),
        names,
        hidden,
    }
}

/// `+3`, `-0.5`, `0`.
pub fn signed(by: f64) -> String {
    let text = decimal((by * 100.0).round() as i128, 100);
    if by > 0.0 { format!("+{text}") } else { text }
}

/// The names of a difference within the reader's part of the tree, and how many more there are.
async fn names(app: &App, visitor: &Visitor, desk: &mut Desk, difference: &Difference) -> Result<(Vec<Name>, usize)> {
    let scope = &visitor.actor()?.scope;
    let Some(kind) = difference.kind.as_deref().and_then(|kind| app.schema().kind(kind)) else {
        return Ok((vec![], 0));
    };
    let (mut shown, mut hidden) = (Vec::new(), 0);
    for (sign, named, value) in [("+", &difference.came, &difference.now), ("−", &difference.left, &difference.then)]
    {
        let Some(on) = value.as_ref().map(|v| v.on) else {
            hidden += named.len();
            continue;
        };
        let sheet = desk.fetched_sheet(on, kind).await?;
        let ids: Vec<i64> = named.iter().map(|n| n.id).collect();
        let mine = listing::within(&sheet, kind, &ids, scope);
        let page: Vec<i64> = mine.into_iter().take(NAMES).collect();
        hidden += ids.len() - page.len();
        let mut tx = app.db.read().await?;
        let records = listing::labels(app, &mut tx, scope, &sheet, kind, on, &page).await?;
        shown.extend(records.into_iter().map(|Record { id, label, href }| {
            let why = named.iter().find(|n| n.id == id).map_or(Why::Joined, |n| n.why);
            Name { sign, label, href, why: why.text() }
        }));
    }
    Ok((shown, hidden))
}
