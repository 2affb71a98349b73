//! The annual report as a page: the text with figure chips, an outline, the checks, and a panel that shows
//! the figure a chip opens.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use liren_documents::{Block, html};
use serde::Deserialize;

use super::compose::{self, annual as compose_annual};
use super::files::{self, Format};
use crate::base::web::{self, Query, Reader, Reply, Shell, Visitor};
use crate::base::{App, Result, error};
use crate::figures::{self, Ask, Card, checks};

#[derive(Template)]
#[template(path = "reports/annual.html")]
struct AnnualPage {
    s: Shell,
    title: String,
    body: String,
    outline: Vec<(String, String, u8)>,
    spans: usize,
    verified: usize,
    checks: Vec<CheckLine>,
    findings: Vec<(String, String, &'static str)>,
    year: i32,
    left: Vec<(String, String, Option<String>)>,
    /// The years before and after, as far as there is something to tell.
    before: Option<i32>,
    after: Option<i32>,
}

struct CheckLine {
    because: String,
    arithmetic: String,
    icon: &'static str,
    class: &'static str,
}

#[derive(Deserialize)]
pub struct Year {
    year: Option<i32>,
    /// `residents`: for the notice board.
    edition: Option<String>,
}

#[derive(Template)]
#[template(path = "reports/state.html")]
struct StatePart {
    s: Shell,
    year: i32,
    told: usize,
    spans: usize,
    left: usize,
    failing: usize,
}

/// `GET /reports/annual/state` — how far this year's report is, for the desk.
pub async fn state(State(app): State<App>, mut r: Reader) -> Result<Response> {
    let (scope, year) = (r.scope(), r.today().year());
    let mut composed = compose_annual(&app, &scope, year).await?;
    let ask = Ask::of(composed.period);
    let failing = checks(&mut composed.desk, &ask).await?.into_iter().filter(|c| c.holds == Some(false)).count();
    let told = composed.document.blocks.iter().filter(|b| matches!(b, Block::Heading { .. })).count();
    let (spans, left) = (composed.spans.len(), composed.left.len());
    let part = StatePart { s: r.shell("", "", ""), year, told, spans, left, failing };
    r.page(&part)
}

pub async fn annual(State(app): State<App>, visitor: Visitor, Query(asked): Query<Year>) -> Reply {
    let work = async {
        let actor = visitor.actor()?;
        let year = asked.year.unwrap_or(app.clock.today().year());
        let mut composed = compose_annual(&app, &actor.scope, year).await?;
        let lang = visitor.lang;
        let ask = Ask::of(composed.period);
        let checked = checks(&mut composed.desk, &ask).await?;
        let lines: Vec<CheckLine> = checked
            .into_iter()
            .map(|c| {
                let (icon, class) = match c.holds {
                    Some(true) => ("circle-check", "ok-t"),
                    Some(false) => ("alert-triangle", "bad-t"),
                    None => ("help-circle", "warn-t"),
                };
                CheckLine {
                    because: lang.pick(&c.because.zh, &c.because.en).to_owned(),
                    arithmetic: if let Some(doubt) = c.doubt {
                        format!("{} · {}", c.arithmetic, lang.pick(&doubt.zh, &doubt.en))
                    } else if c.holds.is_some() {
                        c.arithmetic
                    } else {
                        lang.t("有数字待核实，还不能核对").to_owned()
                    },
                    icon,
                    class,
                }
            })
            .collect();
        let findings = proofread(&composed, lang);
        let (body, outline) = with_anchors(&composed.document);
        let place = composed.desk.tree.areas.first().map(|a| a.name.clone()).unwrap_or_default();
        let left = composed.left.iter().map(|l| {
            (lang.pick(&l.title.zh, &l.title.en).to_owned(), lang.pick(&l.why.zh, &l.why.en).to_owned(), l.href.clone())
        });
        let left = left.collect();
        Ok(AnnualPage {
            s: Shell::new(&app, &visitor, lang.t("年度报告"), "/reports/annual", &place),
            title: composed.document.title.clone(),
            body,
            outline,
            spans: composed.spans.len(),
            verified: lines.iter().filter(|c| c.class == "ok-t").count(),
            checks: lines,
            findings,
            year,
            before: (year > 2000).then_some(year - 1),
            after: (year < app.clock.today().year()).then_some(year + 1),
            left,
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

/// How many errors the proofreader finds in our own report.
pub(super) fn errors_of(composed: &compose::Composed) -> usize {
    let found = proofread(composed, crate::base::Lang::Zh);
    found.iter().filter(|(_, _, class)| *class == "bad").count()
}

/// What the proofreader says of our own report.
fn proofread(composed: &compose::Composed, lang: crate::base::Lang) -> Vec<(String, String, &'static str)> {
    let text = liren_proof::Text::plain(&liren_documents::text::write(&composed.document));
    let report = liren_proof::read(&text, &liren_proof::Options::default());
    let spoken = if lang.is_en() { liren_proof::Lang::En } else { liren_proof::Lang::Zh };
    report
        .findings
        .iter()
        .map(|f| {
            let class = match f.severity {
                liren_proof::Severity::Error => "bad",
                liren_proof::Severity::Warning => "warn",
                liren_proof::Severity::Hint => "",
            };
            let quote = f.quotes.first().map(|q| q.text.clone()).unwrap_or_default();
            (f.message.get(spoken).to_owned(), quote, class)
        })
        .collect()
}

/// The fragment with an id on every heading, and the outline that leads to them.
fn with_anchors(document: &liren_documents::Document) -> (String, Vec<(String, String, u8)>) {
    let mut outline = Vec::new();
    for (i, block) in document.blocks.iter().enumerate() {
        if let Block::Heading { level, .. } = block {
            outline.push((format!("h{i}"), block.text(), *level));
        }
    }
    (html::fragment(document), outline)
}

#[derive(Template)]
#[template(path = "reports/panel.html")]
struct Panel {
    s: Shell,
    card: Card,
    href: String,
    may_list: bool,
}

pub async fn panel(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<figures::Asked>,
) -> Reply {
    let work = async {
        let actor = visitor.actor()?;
        let mut desk = asked.desk(&app, &actor.scope).await?;
        let figure = app.packs().figure(&id).cloned().ok_or_else(|| error::not_found("指标"))?;
        let ask = asked.ask(&desk)?;
        let guard = figures::Guard::of(actor, &mut desk, &ask).await?;
        guard.check(&mut desk, &figure, &ask).await?;
        let card = figures::card(&mut desk, &figure, &ask, &guard, visitor.lang).await?;
        let href = figures::href(&id, &ask, desk.this_year());
        let may_list = actor.may(crate::base::Permission::ReadPeople);
        Ok(Panel { s: Shell::bare(&visitor, &card.title), card, href, may_list })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

pub async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path(format): Path<String>,
    Query(asked): Query<Year>,
) -> Reply {
    let work = async {
        let actor = visitor.actor()?;
        let format = Format::of(&format).ok_or_else(|| error::not_found("文件"))?;
        let year = asked.year.unwrap_or(app.clock.today().year());
        let mut composed = compose_annual(&app, &actor.scope, year).await?;
        let residents = asked.edition.as_deref() == Some("residents");
        if residents {
            super::residents::edition(&app, &mut composed).await?;
        }
        let bytes = files::write(&app, &mut composed, format).await?;
        let edition = if residents { "-residents" } else { "" };
        let name = format!("attachment; filename=\"annual-{year}{edition}.{}\"", format.ending());
        Ok(([(header::CONTENT_TYPE, format.content_type().to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
            .into_response())
    };
    work.await.map_err(|e| visitor.fail(e))
}
