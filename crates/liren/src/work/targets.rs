//! 目标 — what is to be reached by when, by whom: the plan of the year, and how far it is.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_facts::{Day, Period};
use liren_packs::When;
use serde::Deserialize;

use super::fields::money;
use super::queries;
use crate::base::records;
use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{AreaId, Origin, Permission, Result, Write, error};
use crate::figures::targets::{Target, set};
use crate::figures::{Ask, Desk, shown};
use crate::org::Tree;

#[derive(Clone, Default, Deserialize)]
pub struct Of {
    year: Option<i32>,
}

struct Line {
    id: i64,
    href: String,
    figure: String,
    aim: String,
    until: String,
    owner: String,
    now: String,
    met: Option<bool>,
}

#[derive(Template)]
#[template(path = "work/targets.html")]
struct Page {
    s: Shell,
    form: Form,
    year: i32,
    lines: Vec<Line>,
    figures: Vec<(String, String)>,
    bounds: Vec<(String, String)>,
    may: bool,
}

const BOUNDS: [(&str, &str); 3] = [(">=", "不少于"), ("<=", "不超过"), ("=", "等于")];

async fn page(r: &mut Reader, year: Option<i32>, form: Form) -> Result<Page> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let year = year.unwrap_or(today.year()).clamp(1900, today.year() + 10);
    let found = queries::targets(&mut r.tx, &scope, year).await?;
    let mut desk = Desk::today(&app, &scope).await?;
    let mut lines = Vec::new();
    for kept in found {
        let t = &kept.value;
        let Some(figure) = app.packs().figure(&t.figure).cloned() else { continue };
        let flow = figure.when == Some(When::During);
        let period = Period { first: t.first.min(today), last: t.last.min(today) };
        let value = desk.value(&figure, &Ask { area: Some(t.area.0), ..Ask::of(period) }).await?;
        // Of what happens in a year that has not begun nothing can be said; what stands now is where it starts from.
        let begun = !flow || t.first <= today;
        // More may still happen: that it is not too much is known when the time is over.
        let over = t.last <= today || !flow;
        let number = value.number.filter(|_| begun && matches!(value.answer, crate::figures::Answer::Known));
        let bound = BOUNDS.iter().find(|(b, _)| *b == t.bound).map_or("", |(_, words)| words);
        let text =
            if figure.unit == "元" { crate::figures::decimal(t.number.into(), 100) } else { t.number.to_string() };
        lines.push(Line {
            id: kept.id,
            href: format!("/figures/{}", figure.id),
            figure: lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
            aim: format!("{} {text} {}", lang.t(bound), lang.t(&figure.unit)),
            until: t.last.to_string(),
            owner: t.owner.clone().unwrap_or_default(),
            now: if begun { shown(&value, lang) } else { lang.t("还没到").to_owned() },
            met: number.and_then(|n| match t.bound.as_str() {
                ">=" => Some(n >= t.number),
                "<=" if n > t.number => Some(false),
                "<=" => over.then_some(true),
                _ => over.then_some(n == t.number),
            }),
        });
    }
    let figures = app.packs().figures.iter().filter(|f| !["%", "‰"].contains(&f.unit.as_str()));
    let figures =
        figures.map(|f| (f.id.clone(), format!("{}（{}）", lang.pick(&f.title.zh, &f.title.en), lang.t(&f.unit))));
    let figures = figures.collect();
    let place = Tree::of(&mut r.tx, &scope, today).await?.name();
    let may = r.actor.may(Permission::Manage);
    Ok(Page {
        s: r.shell(lang.t("各项目标"), "/work", &place),
        form,
        year,
        lines,
        figures,
        bounds: BOUNDS.map(|(b, words)| (b.to_owned(), lang.t(words).to_owned())).to_vec(),
        may,
    })
}

pub async fn list(Query(of): Query<Of>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, of.year, form).await?;
    r.page(&page)
}

pub async fn add(mut s: Submitted) -> Result<Response> {
    let saved = write(&mut s).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, None, form).await).await
}

async fn write(s: &mut Submitted) -> Saved {
    let today = s.today();
    let app = s.app.clone();
    let figure = s.form.need("figure", "请选是哪个指标。", "Choose the figure.");
    let figure = figure.and_then(|id| app.packs().figure(&id).cloned());
    let bound = s.form.need("bound", "请选不少于、不超过还是等于。", "Choose at least, at most or exactly.");
    let bound = bound.filter(|b| BOUNDS.iter().any(|(word, _)| word == b));
    let fen = figure.as_ref().is_some_and(|f| f.unit == "元");
    let number = match s.form.text("number") {
        None => {
            s.form.problem("number", "请填要达到多少。", "Say how much is to be reached.");
            None
        }
        Some(text) if fen => money(&text),
        Some(_) => s.form.number("number"),
    };
    let last = match s.form.text("last") {
        None => {
            s.form.problem("last", "请填到哪天为止。", "Say until which day.");
            None
        }
        Some(_) => s.form.day("last", Day(today.0 + 3_660)),
    };
    let (Some(figure), Some(bound), Some(number), Some(last)) = (figure, bound, number, last) else {
        if s.form.problems.is_empty() {
            s.form.problem("number", "这个数看不懂。", "This number cannot be read.");
        }
        return Err(Refused::Form);
    };
    let scope = s.actor()?.scope.clone();
    let mut tx = app.db.read().await?;
    let root = Tree::of(&mut tx, &scope, today).await?.root().ok_or_else(|| error::not_found("区划"))?;
    drop(tx);
    let target = Target {
        figure: figure.id.clone(),
        area: AreaId(root.0),
        first: Day::ymd(last.year(), 1, 1).unwrap_or(last),
        last,
        bound,
        number,
        owner: s.form.text("owner"),
        document: s.form.text("document"),
    };
    let year = last.year();
    s.save(&format!("定下目标：{}", figure.title.zh), &[], async |w: &mut Write| {
        set(w, target, &Origin::default()).await?;
        Ok(format!("/targets?year={year}"))
    })
    .await
}

pub async fn withdraw(Path(id): Path<i64>, s: Submitted) -> Result<Response> {
    let saved = s
        .save("撤回了一个目标", &[], async |w: &mut Write| {
            records::withdraw::<Target>(w, id).await?;
            Ok("/targets".to_owned())
        })
        .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, None, form).await).await
}
