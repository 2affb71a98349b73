//! A figure in time: last year beside it, how it came about, and month by month over two years.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_facts::{Day, Period};
use liren_packs::{Figure, When};

use super::answer::Answer;
use super::asked::{Asked, href, span};
use super::card::shown;
use super::chart::Chart;
use super::desk::{Ask, Desk};
use super::guard::Guard;
use super::value::{Value, decimal};
use crate::base::web::{Query, Reader, Shell};
use crate::base::{Lang, Result, error};

#[derive(Template)]
#[template(path = "figures/history.html")]
struct Part {
    s: Shell,
    before: Before,
    /// Opening, what came, what went, closing.
    came: Option<Came>,
    this_year: i32,
    chart: Option<Chart>,
    months: Vec<Month>,
    flow: bool,
    /// The figure's own year began earlier than its months: the numbers run up to the end of each.
    runs: bool,
}

/// The same a year before.
struct Before {
    title: &'static str,
    text: String,
    href: String,
    change: Option<String>,
}

struct Came {
    opening: Told,
    ins: Vec<Told>,
    outs: Vec<Told>,
    closing: String,
    holds: Option<bool>,
}

struct Told {
    title: String,
    text: String,
    href: String,
}

struct Month {
    number: usize,
    this: Option<(String, String)>,
    last: Option<(String, String)>,
}

/// `GET /figures/{id}/history` — a part of the figure's page, fetched after it.
pub async fn part(Path(id): Path<String>, Query(asked): Query<Asked>, mut r: Reader) -> Result<Response> {
    let scope = r.scope();
    let mut desk = asked.desk(&r.app, &scope).await?;
    let figure = r.app.packs().figure(&id).cloned().ok_or_else(|| error::not_found("指标"))?;
    let ask = asked.ask(&desk)?;
    let guard = Guard::of(&r.actor, &mut desk, &ask).await?;
    guard.check(&mut desk, &figure, &ask).await?;
    if !guard.tells_history(&ask) {
        return Err(error::invalid(
            "这里人数少，各月分开看会看出是谁，所以不显示。可以看整个社区的各月。",
            "So few people are in it that the months would say who they are; they are not shown. See those of the whole community.",
        ));
    }
    let history = History { figure: &figure, ask: &ask, lang: r.lang };
    let value = desk.value(&figure, &ask).await?;
    let (this_year, flow) = (ask.period.last.year(), figure.when == Some(When::During));
    let before = history.before(&mut desk, &value).await?;
    let came = history.came(&mut desk, &value).await?;
    let (this, last) = (history.year(&mut desk, this_year).await?, history.year(&mut desk, this_year - 1).await?);
    let numbers = |year: &[Option<Point>; 12]| std::array::from_fn(|m| year[m].as_ref().and_then(|p| p.number));
    // What runs up from the beginning of its own year is no amount of a month.
    let runs = figure.year_starts.is_some();
    let chart = Chart::of(&numbers(&this), &numbers(&last), flow && !runs);
    let months = this.into_iter().zip(last).enumerate().map(|(m, (this, last))| Month {
        number: m + 1,
        this: this.map(|p| (p.text, p.href)),
        last: last.map(|p| (p.text, p.href)),
    });
    let months = months.collect();
    let s = r.shell("", "/figures", "");
    r.page(&Part { s, before, came, this_year, chart, months, flow, runs })
}

/// What a month says.
struct Point {
    number: Option<f64>,
    text: String,
    href: String,
}

struct History<'a> {
    figure: &'a Figure,
    ask: &'a Ask,
    lang: Lang,
}

impl History<'_> {
    /// The number, where it is known of that very day, and how it is told: a list of an earlier day says nothing of what
    /// changed since.
    fn text(&self, value: &Value) -> (Option<f64>, String) {
        let text = shown(value, self.lang);
        match value.list_day {
            Some(day) => (None, self.lang.t_with("{n}（据 {day} 名单）", &[("n", &text), ("day", &day.to_string())])),
            None => (value.printable().filter(|_| matches!(value.answer, Answer::Known)), text),
        }
    }

    /// The same days a year earlier.
    async fn before(&self, desk: &mut Desk, now: &Value) -> Result<Before> {
        let Period { first, last } = self.ask.period;
        let period = Period { first: first.plus_years(-1), last: last.plus_years(-1) };
        let ask = Ask { period, ..self.ask.clone() };
        let value = desk.value(self.figure, &ask).await?;
        let (number, text) = self.text(&value);
        let now = self.text(now).0.and_then(|_| now.exact());
        let change = now.zip(number.and_then(|_| value.exact())).filter(|(a, b)| a.1 == b.1).map(|(a, b)| {
            let by = a.0 - b.0;
            let sign = if by > 0 {
                "+"
            } else if by < 0 {
                "−"
            } else {
                "±"
            };
            format!("{sign}{}", decimal(by.abs(), a.1))
        });
        let lasts = self.figure.when != Some(When::During);
        let title = if lasts { "去年同一天" } else { "去年同期" };
        Ok(Before { title, text, href: href(&self.figure.id, &ask, desk.this_year()), change })
    }

    /// Opening + in − out = closing, of a figure whose pack names its flows.
    async fn came(&self, desk: &mut Desk, now: &Value) -> Result<Option<Came>> {
        let Some(flows) = self.figure.flows.clone() else { return Ok(None) };
        if self.ask.slice.is_some() || self.ask.area.is_some() || self.ask.opening {
            // Who moves from one area into another is no flow of the community.
            return Ok(None);
        }
        let default = desk.this_year();
        let at = Ask { opening: true, ..self.ask.clone() };
        let opening = desk.value(self.figure, &at).await?;
        let known = |v: &Value| v.number.filter(|_| matches!(v.answer, Answer::Known) && v.list_day.is_none());
        let mut sum = known(&opening);
        let title = self.lang.t_with("{day}前", &[("day", &self.ask.period.first.to_string())]);
        let opening = Told { title, text: shown(&opening, self.lang), href: href(&self.figure.id, &at, default) };
        let mut sides: [Vec<Told>; 2] = [vec![], vec![]];
        for (side, ids) in [&flows.into, &flows.out].into_iter().enumerate() {
            for id in ids {
                let Some(figure) = desk.named(id).cloned() else { continue };
                let value = desk.value(&figure, self.ask).await?;
                sum = sum.zip(known(&value)).map(|(sum, n)| if side == 0 { sum + n } else { sum - n });
                sides[side].push(Told {
                    title: self.lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
                    text: shown(&value, self.lang),
                    href: href(id, self.ask, default),
                });
            }
        }
        let [ins, outs] = sides;
        let closing = known(now);
        Ok(Some(Came {
            opening,
            ins,
            outs,
            closing: shown(now, self.lang),
            holds: closing.zip(sum).map(|(closing, sum)| closing == sum),
        }))
    }

    /// The months of a year as far as the question goes.
    async fn year(&self, desk: &mut Desk, year: i32) -> Result<[Option<Point>; 12]> {
        let mut points = [const { None }; 12];
        let end = if year == self.ask.period.last.year() { self.ask.period.last } else { Day(i32::MAX) };
        let flow = self.figure.when == Some(When::During);
        for (month, point) in points.iter_mut().enumerate() {
            let Some(first) = Day::ymd(year, month as u32 + 1, 1) else { continue };
            if first > end {
                break;
            }
            let last = first.plus_months(1).plus(-1).min(end);
            let from = if flow { first } else { Day::ymd(year, 1, 1).unwrap_or(first) };
            let ask = Ask { period: Period { first: from, last }, opening: false, ..self.ask.clone() };
            let value = desk.value(self.figure, &ask).await?;
            let (number, text) = self.text(&value);
            *point = Some(Point { number, text, href: href(&self.figure.id, &ask, desk.this_year()) });
        }
        Ok(points)
    }
}

/// What is asked for, as a line below the title.
pub fn asked_for(figure: &Figure, value: &Value, lang: Lang) -> String {
    match figure.when {
        Some(When::During) => span(value.period, lang),
        _ => value.on.to_string(),
    }
}
