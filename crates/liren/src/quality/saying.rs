//! 说明一本台账 — that there is none, that everything is on record since a day, or that this community does not do it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use liren_facts::Day;
use liren_packs::Register;
use serde::Deserialize;

use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{App, Origin, Result, Write, error};
use crate::registers::{self, ProgrammeOf, ProgrammeUse};

#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    register: String,
}

#[derive(Template)]
#[template(path = "quality/saying.html")]
struct SayingPage {
    s: Shell,
    form: Form,
    title: String,
    register: String,
    ways: Vec<(&'static str, String, String)>,
    /// Figures that rest on it.
    figures: Vec<String>,
}

fn named(app: &App, id: &str) -> Result<Register> {
    registers::all(app.packs()).into_iter().find(|r| r.id() == id).ok_or_else(|| error::not_found("台账"))
}

pub async fn show(State(app): State<App>, mut r: Reader, Query(which): Query<Which>) -> Result<Response> {
    let year = Day::ymd(r.today().year(), 1, 1).unwrap_or(r.today());
    let form = Form::new(&r).with("register", which.register.clone()).with("from", year.to_string());
    let page = page(&app, &mut r, form).await?;
    r.page(&page)
}

async fn page(app: &App, r: &mut Reader, form: Form) -> Result<SayingPage> {
    let lang = r.lang;
    let register = named(app, form.v("register"))?;
    let title = registers::title(app.packs(), &register);
    let title = lang.pick(&title.zh, &title.en).to_owned();
    let lines = super::registers::lines(app, &r.scope(), lang).await?;
    let line = lines.into_iter().find(|l| l.register == register);
    let figures = line.map(|l| l.figures.into_iter().map(|(_, title, _)| title).collect()).unwrap_or_default();
    let mut ways = vec![
        ("none", lang.t("没有").to_owned(), lang.t("从这天到今天一件也没有；报告里可以写 0").to_owned()),
        ("keep", lang.t("从这天起记全").to_owned(), lang.t("这天以后发生的都登记了；没有登记的就是没有").to_owned()),
    ];
    if app.packs().programme(&register.id()).is_some() {
        ways.push(("unused", lang.t("本社区不做这件事").to_owned(), lang.t("指标写“不适用”，报告不提").to_owned()));
    }
    Ok(SayingPage {
        s: r.shell(&title, "/quality", ""),
        register: form.v("register").to_owned(),
        form,
        title,
        ways,
        figures,
    })
}

pub async fn save(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let saved = say(&app, &mut s).await;
    s.answer(saved, async |r: &mut Reader, form| page(&app, r, form).await).await
}

async fn say(app: &App, s: &mut Submitted) -> Saved {
    let register = named(app, s.form.v("register"))?;
    let today = s.today();
    let how = ["none", "keep", "unused"].into_iter().find(|h| s.form.is("how", h));
    if how.is_none() {
        s.form.problem("how", "请选一种说法。", "Choose what to say.");
    }
    let from = s.form.day("from", today);
    if from.is_none() && !s.form.has("from") {
        s.form.problem("from", "请填从哪天起。", "Say since which day.");
    }
    let (Some(how), Some(from)) = (how, from) else { return Err(Refused::Form) };
    let note = s.form.text("note");
    let reason = match how {
        "none" => "零报告记下了",
        "keep" => "从这天起记全，记下了",
        _ => "记下了：本社区不做",
    };
    let anchor = register.id().replace('/', "-");
    s.save(reason, &[], async |w: &mut Write| {
        let source = match &note {
            Some(note) => Some(w.source("told", note, None, Some(today)).await?),
            None => None,
        };
        let origin = Origin { source, ..Origin::default() };
        match how {
            "none" => {
                registers::report_none(w, &register, None, (from, today), &origin).await?;
            }
            "keep" => {
                registers::keep(w, &register, None, from, &origin).await?;
            }
            _ => ProgrammeUse { used: false }.record(w, ProgrammeOf(register.id()), from, &origin).await?,
        }
        Ok(format!("/registers#{anchor}"))
    })
    .await
}

/// Takes such a sentence back.
pub async fn drop(State(app): State<App>, mut s: Submitted) -> Result<Response> {
    let id = s.form.number("id");
    let saved = async {
        let id = id.ok_or_else(|| error::not_found("台账"))?;
        s.save("台账的说明撤回了", &[], async |w: &mut Write| {
            registers::withdraw(w, id).await?;
            Ok("/registers".to_owned())
        })
        .await
    }
    .await;
    match saved {
        Ok(response) => Ok(response),
        Err(Refused::Error(error)) => Err(error),
        Err(_) => {
            let _ = &app;
            Err(crate::base::Error::Unavailable)
        }
    }
}
