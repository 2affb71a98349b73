//! 其他报告 — every frame of the packs besides the annual report: a bulletin of a month, a summary of a line of work, a plan.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use liren_documents::html;
use liren_facts::{Day, Period};
use liren_packs::Every;
use serde::Deserialize;

use super::compose::of_frame;
use super::files::{self, Format};
use super::period::period_of;
use crate::base::web::{Query, Reader, Shell};
use crate::base::{App, Lang, Result, days, error};
use crate::org::Tree;

/// Of which period: a day in it.
#[derive(Deserialize)]
pub struct Of {
    of: Option<String>,
}

impl Of {
    fn day(&self, app: &App) -> Result<Day> {
        let today = app.clock.today();
        match self.of.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            None => Ok(today),
            Some(text) => match days::asked(text) {
                Ok(day) => Ok(day),
                // 2013-10 and 2013 mean their first day.
                Err(e) => {
                    let first = format!("{text}-01");
                    days::asked(&first).or_else(|_| days::asked(&format!("{first}-01"))).map_err(|_| e)
                }
            },
        }
    }
}

/// A period as people say it: 2013年10月, 2013年4季度, 2013年.
fn said(every: Every, period: Period, lang: Lang) -> String {
    let (year, month) = (period.first.year().to_string(), period.first.month());
    let put = |n: u32| n.to_string();
    match every {
        Every::Year => lang.t_with("{year}年", &[("year", &year)]),
        Every::Quarter => lang.t_with("{year}年{n}季度", &[("year", &year), ("n", &put((month - 1) / 3 + 1))]),
        Every::Month => lang.t_with("{year}年{n}月", &[("year", &year), ("n", &put(month))]),
    }
}

#[derive(Template)]
#[template(path = "reports/others.html")]
struct ListPage {
    s: Shell,
    /// Id, title, and its last periods with their addresses.
    frames: Vec<(String, String, Vec<(String, String)>)>,
}

pub async fn list(mut r: Reader) -> Result<Response> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let place = Tree::of(&mut r.tx, &scope, today).await?.name();
    let packs = r.app.packs().clone();
    let frames = packs.reports.iter().filter(|f| f.id != "annual").map(|frame| {
        let mut periods = Vec::new();
        let mut day = today;
        for _ in 0..match frame.every {
            Every::Month => 12,
            Every::Quarter => 4,
            Every::Year => 3,
        } {
            let Some(period) = period_of(frame.every, day) else { break };
            periods
                .push((said(frame.every, period, lang), format!("/reports/others/{}?of={}", frame.id, period.first)));
            day = period.first.plus(-1);
        }
        (frame.id.clone(), lang.pick(&frame.title.zh, &frame.title.en).to_owned(), periods)
    });
    let frames = frames.collect();
    let s = r.shell(lang.t("其他报告"), "/reports/annual", &place);
    r.page(&ListPage { s, frames })
}

#[derive(Template)]
#[template(path = "reports/other.html")]
struct ShowPage {
    s: Shell,
    title: String,
    kind: String,
    when: String,
    body: String,
    before: Option<String>,
    after: Option<String>,
    files: Vec<(&'static str, String)>,
    left: Vec<(String, String, Option<String>)>,
}

pub async fn show(Path(id): Path<String>, Query(of): Query<Of>, mut r: Reader) -> Result<Response> {
    let (scope, lang, app) = (r.scope(), r.lang, r.app.clone());
    let day = of.day(&app)?;
    let frame = app.packs().reports.iter().find(|f| f.id == id && f.id != "annual").cloned();
    let frame = frame.ok_or_else(|| error::not_found("报告"))?;
    let period = period_of(frame.every, day).ok_or_else(|| error::not_found("时段"))?;
    let composed = of_frame(&app, &scope, &id, day, None).await?;
    let at = |day: Day| format!("/reports/others/{id}?of={day}");
    let next = period.last.plus(1);
    let left = composed.left.iter().map(|l| {
        (lang.pick(&l.title.zh, &l.title.en).to_owned(), lang.pick(&l.why.zh, &l.why.en).to_owned(), l.href.clone())
    });
    let page = ShowPage {
        title: composed.document.title.clone(),
        kind: lang.pick(&frame.title.zh, &frame.title.en).to_owned(),
        when: said(frame.every, period, lang),
        body: html::fragment(&composed.document),
        before: (period.first.year() > 2000).then(|| at(period.first.plus(-1))),
        after: (next <= r.today()).then(|| at(next)),
        files: [("Word", Format::Docx), ("PDF", Format::Pdf)]
            .into_iter()
            .map(|(name, format)| (name, format!("/reports/others/{id}/{}?of={}", format.ending(), period.first)))
            .collect(),
        left: left.collect(),
        s: r.shell(&composed.document.title, "/reports/annual", &composed.desk.tree.name()),
    };
    r.page(&page)
}

pub async fn file(Path((id, ending)): Path<(String, String)>, Query(of): Query<Of>, r: Reader) -> Result<Response> {
    let app = r.app.clone();
    let format = Format::of(&ending).ok_or_else(|| error::not_found("文件"))?;
    let day = of.day(&app)?;
    let scope = r.scope();
    drop(r);
    if id == "annual" {
        return Err(error::not_found("报告"));
    }
    let mut composed = of_frame(&app, &scope, &id, day, None).await?;
    let bytes = files::write(&app, &mut composed, format).await?;
    let name = format!("attachment; filename=\"{id}-{}.{}\"", composed.period.first, format.ending());
    let headers = [(header::CONTENT_TYPE, format.content_type().to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}
