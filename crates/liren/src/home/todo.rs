//! 应享未享 — who is entitled and not enrolled, and what must be asked before anybody knows.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use crate::base::web::{Query, Reader, Shell};
use crate::base::{App, Result, error};
use crate::people::{self, Row, forms};
use crate::programmes::screening;

/// 要做的一件事 — one line with one next step.
pub struct Todo {
    pub class: &'static str,
    pub icon: &'static str,
    pub title: String,
    pub why: String,
    /// Address and words of the next step.
    pub step: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "home/todo.html")]
struct TodoPart {
    s: Shell,
    todos: Vec<Todo>,
}

/// `GET /people/{key}/todo` — a fragment of the person's page.
pub async fn of_person(State(app): State<App>, mut r: Reader, Path(key): Path<String>) -> Result<Response> {
    let about = forms::About::load(&mut r, &key).await?;
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let mut todos = Vec::new();
    if about.line.status() == "active" {
        for one in screening::of_person(&app, &mut r.tx, &scope, today, about.id.0, about.line.household).await? {
            let programme = app.packs().programmes.iter().find(|p| p.id == one.programme);
            let title = programme.map_or_else(String::new, |p| lang.pick(&p.title.zh, &p.title.en).to_owned());
            let record = forms::fact::may(&r.actor);
            if one.missing.is_empty() {
                todos.push(Todo {
                    class: "bad",
                    icon: "gift",
                    title: format!("{title}：{}", lang.t("符合，还没有办")),
                    why: one.source,
                    step: None,
                });
                continue;
            }
            let names: Vec<String> = one.missing.iter().map(|(_, t)| lang.pick(&t.zh, &t.en).to_owned()).collect();
            let first = one.missing.iter().find(|(id, _)| forms::fact::item(&app, id, lang).is_some());
            todos.push(Todo {
                class: "unk",
                icon: "help-circle",
                title: format!("{title}：{}", lang.t("还不知道符不符合")),
                why: format!("{}{}", lang.t("缺："), names.join(lang.pick("、", ", "))),
                step: first
                    .filter(|_| record)
                    .map(|(id, _)| (format!("/people/{key}/facts/{id}"), lang.t("填上").to_owned())),
            });
        }
    }
    let part = TodoPart { s: r.shell("", "", ""), todos };
    r.page(&part)
}

#[derive(Template)]
#[template(path = "home/leads.html")]
struct LeadsPage {
    s: Shell,
    title: String,
    source: String,
    found_n: usize,
    unknown_n: usize,
    unknown: bool,
    rows: Vec<(Row, String)>,
    first: usize,
    last: usize,
    newer: Option<String>,
    older: Option<String>,
    base: String,
}

#[derive(Deserialize)]
pub struct View {
    #[serde(default)]
    unknown: bool,
    #[serde(default)]
    skip: usize,
}

const PAGE: usize = 50;

/// `GET /screening/{programme}` — leads, not decisions: by name, with what is still to be asked.
pub async fn leads(
    State(app): State<App>,
    mut r: Reader,
    Path(id): Path<String>,
    Query(view): Query<View>,
) -> Result<Response> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let programme = app.packs().programmes.iter().find(|p| p.id == id).cloned();
    let programme = programme.ok_or_else(|| error::not_found("条线"))?;
    let screened = screening::screen(&app, &scope, &programme, today).await?.ok_or_else(|| error::not_found("条线"))?;
    let household = app.schema().kind_of(screened.kind).name == "household";
    let total = if view.unknown { screened.unknown.len() } else { screened.found.len() };
    let window: Vec<(i64, Vec<String>)> = if view.unknown {
        screened.unknown.iter().skip(view.skip).take(PAGE).cloned().collect()
    } else {
        screened.found.iter().skip(view.skip).take(PAGE).map(|id| (*id, vec![])).collect()
    };
    // A household stands under its first member.
    let chosen = people::Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
    let mut ids = Vec::new();
    let mut why = Vec::new();
    for (id, missing) in window {
        let person = if household { chosen.members(id).first().copied() } else { Some(id) };
        if let Some(person) = person {
            ids.push(person);
            why.push(missing);
        }
    }
    let rows = people::rows(&app, &mut r.tx, &scope, today, &ids, lang).await?;
    let title_of = |name: &str| forms::fact::item(&app, name, lang).map_or_else(|| name.to_owned(), |i| i.title);
    let rows: Vec<(Row, String)> = rows
        .into_iter()
        .zip(why)
        .map(|(row, missing)| {
            let names: Vec<String> = missing.iter().map(|m| title_of(m)).collect();
            (row, names.join(lang.pick("、", ", ")))
        })
        .collect();
    let base = format!("/screening/{id}");
    let step = |skip: usize| format!("{base}?unknown={}&skip={skip}", view.unknown);
    let title = lang.pick(&programme.title.zh, &programme.title.en).to_owned();
    let page = LeadsPage {
        s: r.shell(&title, "/", ""),
        title,
        source: screened.source.clone(),
        found_n: screened.found.len(),
        unknown_n: screened.unknown.len(),
        unknown: view.unknown,
        first: if rows.is_empty() { 0 } else { view.skip + 1 },
        last: view.skip + rows.len(),
        newer: (view.skip > 0).then(|| step(view.skip.saturating_sub(PAGE))),
        older: (view.skip + PAGE < total).then(|| step(view.skip + PAGE)),
        rows,
        base,
    };
    r.page(&page)
}
