//! A person's file: what is known of them, their household, what they are enrolled in, and their history.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use liren_facts::{Day, name};

use super::chosen::Chosen;
use super::pages::{Row, code, rows};
use super::queries;
use crate::base::trail::Action;
use crate::base::web::{self, Reply, Shell, Visitor};
use crate::base::{Aliases, App, Key, Lang, Look, Result, error};
use crate::org::Tree;

#[derive(Template)]
#[template(path = "people/show.html")]
struct ShowPage {
    s: Shell,
    id: i64,
    person: Row,
    facts: Vec<(&'static str, String)>,
    remarks: Vec<String>,
    /// Keys of the records merged into this one.
    merged: Vec<String>,
    inferred: bool,
    phones: Vec<String>,
    members: Vec<Row>,
    work: Vec<(String, String, String)>,
    history: Vec<(String, String, String, String, bool)>,
    source: Option<String>,
}

pub async fn show(State(app): State<App>, visitor: Visitor, Path(key): Path<String>) -> Reply {
    let shown = match show_page(&app, &visitor, &key).await {
        // Without a trace nothing is shown.
        Ok(Shown::Page(page)) => traced(&app, &visitor, page.id).await.map(|()| Shown::Page(page)),
        other => other,
    };
    match shown {
        Ok(Shown::Page(page)) => web::html(&visitor, &*page),
        Ok(Shown::Merged(into)) => Ok(Redirect::to(&into).into_response()),
        Err(error) => Err(visitor.fail(error)),
    }
}

async fn traced(app: &App, visitor: &Visitor, person: i64) -> Result<()> {
    app.trail.note(visitor.access(Action::ReadPerson)?.person(person)).await
}

enum Shown {
    Page(Box<ShowPage>),
    /// The record was merged; the address of the one it stands for.
    Merged(String),
}

async fn show_page(app: &App, visitor: &Visitor, key: &str) -> Result<Shown> {
    let actor = visitor.actor()?;
    let (scope, lang, today) = (&actor.scope, visitor.lang, app.clock.today());
    let key = Key::parse(key).filter(|k| k.community == scope.community).ok_or_else(|| error::not_found("居民"))?;
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, scope.community, today).await?;
    let chosen = Chosen::load(app, &mut tx, scope, moment).await?;
    let aliases = Aliases::now(&mut tx, scope).await?;
    let into = aliases.of(key.id);
    if into != key.id && chosen.contains(into) {
        return Ok(Shown::Merged(format!("/people/{}-{into}", scope.community)));
    }
    if !chosen.contains(key.id) {
        return Err(error::not_found("居民"));
    }
    let line = queries::lines(&mut tx, scope, today, &[key.id]).await?.pop().ok_or_else(|| error::not_found("居民"))?;
    let person =
        rows(app, &mut tx, scope, today, &[key.id], lang).await?.pop().ok_or_else(|| error::not_found("居民"))?;
    let numbers =
        super::identity::open(app, &mut tx, scope, today, Some(&[key.id])).await?.remove(&key.id).unwrap_or_default();
    let members = match line.household {
        Some(household) => {
            let ids = chosen.members(household);
            rows(app, &mut tx, scope, today, &ids, lang).await?
        }
        None => vec![],
    };
    let work = enrolments(app, &chosen.look, key.id, line.household, lang);
    let remarks = super::identity::remarks(app, &mut tx, scope, key.id).await?;
    let history = queries::history(&mut tx, scope, key.id).await?;
    let history = history.into_iter().map(|h| history_line(app, h, lang)).collect();
    let facts = vec![
        ("出生日期", line.born.map_or_else(|| lang.t("待核实").to_owned(), |b| b.to_string())),
        ("民族", code(app, "ethnic", line.ethnic.as_deref(), lang)),
        ("婚姻状况", code(app, "marital", line.marital.as_deref(), lang)),
        ("学历", code(app, "education", line.education.as_deref(), lang)),
        ("政治面貌", code(app, "political", line.political.as_deref(), lang)),
        ("从业状况", code(app, "employment", line.employment.as_deref(), lang)),
        ("入住日期", line.since.map_or_else(|| lang.t("未登记").to_owned(), |d| d.to_string())),
        (
            "证件状态",
            lang.t(match numbers.id_state.as_deref() {
                Some("ok") => "号码有效",
                Some(_) => "号码有误，待核实",
                None => "未登记",
            })
            .to_owned(),
        ),
    ];
    let place = Tree::of(&mut tx, scope, today).await?.name();
    let source = line.source.as_ref().map(|title| match &line.source_ref {
        Some(at) => format!("{title} · {at}"),
        None => title.clone(),
    });
    Ok(Shown::Page(Box::new(ShowPage {
        s: Shell::new(app, visitor, &person.name, "/people", &place),
        id: key.id,
        phones: numbers.phones.iter().map(|p| liren_facts::identifier::masked(p)).collect(),
        person,
        facts,
        remarks,
        merged: aliases.merged_into(key.id).into_iter().map(|id| format!("{}-{id}", scope.community)).collect(),
        inferred: line.inferred,
        members,
        work,
        history,
        source,
    })))
}

/// Programme, stage and since when, in words.
fn enrolments(
    app: &App,
    look: &Look,
    person: i64,
    household: Option<i64>,
    lang: Lang,
) -> Vec<(String, String, String)> {
    let schema = app.schema();
    let word = |table: &str, n: u16| {
        let code = schema.table(table).and_then(|t| schema.table_of(t).codes.get(usize::from(n)));
        code.map_or_else(String::new, |c| lang.pick(&c.title.zh, &c.title.en).to_owned())
    };
    look.enrolments(person, household)
        .into_iter()
        .map(|(p, s, d)| (word("programme", p), word("stage", s), Day(d).to_string()))
        .collect()
}

fn history_line(app: &App, h: queries::HistoryLine, lang: Lang) -> (String, String, String, String, bool) {
    let text = match h.what {
        "居住" => code(app, "residency", Some(h.text.as_str()).filter(|t| !t.is_empty()), lang),
        "在世" => lang.t(if h.text == "alive" { "在世" } else { "已故" }).to_owned(),
        "婚姻" => code(app, "marital", Some(h.text.as_str()).filter(|t| !t.is_empty()), lang),
        "户@记录" => code(app, "relation", Some(h.text.as_str()).filter(|t| !t.is_empty()), lang),
        _ => name::masked(&h.text),
    };
    let span = match h.to {
        Some(to) => format!("{} — {to}", h.from),
        None => format!("{} —", h.from),
    };
    let source = match (h.source, h.source_ref) {
        (Some(title), Some(at)) => format!("{title} · {at}"),
        (Some(title), None) => title,
        _ => lang.t("登记").to_owned(),
    };
    (lang.t(h.what).to_owned(), text, span, source, h.superseded.is_some())
}
