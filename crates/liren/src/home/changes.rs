//! 一次修改 — what a revision changed, which figures it moved, and taking it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::base::web::{Form, Reader, Refused, Shell, Submitted, see};
use crate::base::{App, Lang, PersonId, Result, Scope, Write, changes, error, undo};
use crate::figures::{Ask, Desk, href, shown};
use crate::people;

/// 动了的指标 — one figure before and after.
pub struct Moved {
    pub title: String,
    pub unit: String,
    pub before: String,
    pub after: String,
    pub href: String,
}

#[derive(Template)]
#[template(path = "home/moved.html")]
struct MovedPart {
    s: Shell,
    moved: Vec<Moved>,
}

#[derive(Template)]
#[template(path = "home/change.html")]
struct ChangePage {
    s: Shell,
    form: Form,
    revision: i64,
    reason: String,
    by: String,
    at: String,
    subjects: Vec<(String, Option<String>)>,
    more: usize,
    undone: Option<i64>,
    may_undo: bool,
    moved: Vec<Moved>,
}

/// The figures that a revision moved, within a scope.
pub async fn moved(app: &App, scope: &Scope, revision: i64, lang: Lang) -> Result<Vec<Moved>> {
    let today = app.clock.today();
    let mut before = Desk::known(app, scope, today, Some(revision - 1)).await?;
    let mut after = Desk::known(app, scope, today, Some(revision)).await?;
    let year = after.this_year();
    let ask = Ask { area: None, ..Ask::of(year) };
    let mut all = Vec::new();
    for figure in app.packs().figures.clone() {
        let (was, is) = (before.value(&figure, &ask).await?, after.value(&figure, &ask).await?);
        let (was, is) = (shown(&was, lang), shown(&is, lang));
        if was != is {
            all.push(Moved {
                title: lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
                unit: lang.t(&figure.unit).to_owned(),
                before: was,
                after: is,
                href: href(&figure.id, &ask, year),
            });
        }
    }
    Ok(all)
}

/// `GET /changes/{revision}/figures` — a fragment, loaded after the page that shows the flash.
pub async fn figures(State(app): State<App>, mut r: Reader, Path(revision): Path<i64>) -> Result<Response> {
    let (scope, lang) = (r.scope(), r.lang);
    let moved = moved(&app, &scope, revision, lang).await?;
    let part = MovedPart { s: r.shell("", "", ""), moved };
    r.page(&part)
}

pub async fn show(mut r: Reader, Path(revision): Path<i64>) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, revision, form).await?;
    r.page(&page)
}

const SUBJECTS: usize = 30;

async fn page(r: &mut Reader, revision: i64, form: Form) -> Result<ChangePage> {
    let (scope, lang, app) = (r.scope(), r.lang, r.app.clone());
    let change =
        changes::change(&mut r.tx, scope.community, revision).await?.ok_or_else(|| error::not_found("修订"))?;
    let all = changes::subjects(&mut r.tx, scope.community, revision).await?;
    // What lies outside the reader's area is counted and not named.
    let within = crate::people::Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
    let mine = |kind: &str, id: i64| scope.areas.is_none() || (kind == "person" && within.contains(id));
    let shown: Vec<&(String, i64)> = all.iter().filter(|(kind, id)| mine(kind, *id)).take(SUBJECTS).collect();
    let people: Vec<i64> = shown.iter().filter(|(k, _)| k == "person").map(|(_, id)| *id).collect();
    let today = r.today();
    let rows = crate::people::rows(&app, &mut r.tx, &scope, today, &people, lang).await?;
    let mut rows = rows.into_iter();
    let mut subjects = Vec::new();
    for (kind, id) in &shown {
        if kind == "person" {
            if let Some(row) = rows.next() {
                subjects.push((row.name, Some(row.href)));
            }
        } else {
            let title = app.schema().kind(kind).map(|k| &app.schema().kind_of(k).title);
            let title = title.map_or_else(|| kind.clone(), |t| lang.pick(&t.zh, &t.en).to_owned());
            subjects.push((format!("{title} {id}"), None));
        }
    }
    let more = all.len() - shown.len();
    let undone = changes::undone_by(&mut r.tx, scope.community, revision).await?;
    let may_undo = undone.is_none() && change.undoes.is_none() && may_undo(&r.actor, &change.actor);
    let moved = moved(&app, &scope, revision, lang).await?;
    let title = lang.t("一次修改");
    Ok(ChangePage {
        s: r.shell(title, "", ""),
        form,
        revision,
        reason: change.reason,
        by: change.actor,
        at: crate::base::clock::minute(change.at),
        subjects,
        more,
        undone,
        may_undo,
        moved,
    })
}

/// One's own change, or any for whoever records in the whole community.
fn may_undo(actor: &crate::base::Actor, by: &str) -> bool {
    let scope = actor.clone().doing(crate::base::Permission::Record).scope;
    actor.may(crate::base::Permission::Record) && (actor.login == by || scope.areas.is_none())
}

/// `POST /changes/{revision}/undo` — takes back what nobody has built on since; what was is said by name.
pub async fn undo(State(app): State<App>, Path(revision): Path<i64>, s: Submitted) -> Result<Response> {
    let actor = s.actor()?.clone();
    let saved = async {
        let mut tx = app.db.read().await?;
        let change = changes::change(&mut tx, actor.scope.community, revision).await?;
        let done = changes::undone_by(&mut tx, actor.scope.community, revision).await?;
        drop(tx);
        let change = change.ok_or_else(|| error::not_found("修订"))?;
        if !may_undo(&actor, &change.actor) {
            return Err(Refused::Error(error::invalid(
                "这次修改是别人做的。请他本人或社区工作人员撤销。",
                "Somebody else made this change. They, or a worker of the community, can take it back.",
            )));
        }
        let then = s.form.v("then");
        let back = own_path(then).map_or_else(|| format!("/changes/{revision}"), str::to_owned);
        if done.is_some() {
            return Ok(see(&back));
        }
        let mut w = Write::begin(&app, &actor, actor.scope.community, &format!("撤销：{}", change.reason)).await?;
        undo::undo(&mut w, revision, undo::Only::All).await?;
        // A person who was added and taken back has no page any more.
        let person = back.strip_prefix("/people/").and_then(crate::base::Key::parse).map(|key| PersonId(key.id));
        let gone = match person {
            Some(person) => {
                let scope = Scope::whole(w.community);
                people::Naming::at(&mut w.tx, &scope, &[person], app.clock.today()).await?.is_none()
            }
            None => false,
        };
        let revision = w.commit().await?;
        let back = if gone { "/people".to_owned() } else { back };
        Ok(see(&format!("{back}?done={revision}")))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, revision, form).await).await
}

/// Only a path of our own.
fn own_path(then: &str) -> Option<&str> {
    (then.starts_with('/') && !then.starts_with("//") && !then.contains(['\\', '?', '#', '\n', '\r'])).then_some(then)
}
