//! 记全的台账: of each register since when it is kept, by which list, what is missing and what the figures say for it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use liren_facts::{Day, Period};
use liren_packs::{Register, When};

use super::queries;
use crate::base::web::{self, Reply, Shell, Visitor};
use crate::base::{App, Lang, Permission, Result, Scope};
use crate::figures::{Answer, Ask, Desk, shown as shown_as, uncovered};
use crate::registers::{self, Cover, Kept};

/// How a register stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 要补的 — a figure rests on it and it does not cover what is asked.
    Open,
    /// 记全的
    Kept,
    /// 本社区不做的
    Unused,
}

/// A row that keeps a register.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub kept: Kept,
    /// The list it was given by, or who said so.
    pub by: String,
}

/// A register with everything the page and the command line say of it.
#[derive(Clone, Debug)]
pub struct Line {
    pub register: Register,
    pub title: String,
    pub standing: Standing,
    pub rows: Vec<Row>,
    /// The parts of the year in which all that happened is on record.
    pub spans: Vec<Period>,
    /// The day of the list that tells who stands in it.
    pub stock: Option<Day>,
    pub gap: Option<String>,
    /// Figures that rest on it, those that it leaves open first: id, title, text and unit.
    pub figures: Vec<(String, String, String)>,
}

/// Every register of a community as of today: those to be completed first, those most figures rest on before others.
pub async fn lines(app: &App, scope: &Scope, lang: Lang) -> Result<Vec<Line>> {
    let mut desk = Desk::today(app, scope).await?;
    let packs = app.packs().clone();
    let year = desk.this_year();
    let mut tx = app.db.read().await?;
    let by: HashMap<i64, (Option<String>, String)> = queries::kept_by(&mut tx, scope).await?;
    drop(tx);
    let mut lines = Vec::new();
    for register in registers::all(&packs) {
        let figures: Vec<_> = packs.figures.iter().filter(|f| f.registers.contains(&register)).collect();
        let mut said = Vec::new();
        for figure in &figures {
            let value = desk.value(figure, &Ask::of(year)).await?;
            let open = matches!(value.answer, Answer::AtLeast(_) | Answer::Unknown(_));
            let text =
                format!("{} {} {}", lang.pick(&figure.title.zh, &figure.title.en), shown_as(&value, lang), figure.unit);
            said.push((!open, figure.id.clone(), figure.title.zh.clone(), text));
        }
        said.sort_by_key(|(closed, ..)| *closed);
        let kept = &desk.registers;
        let stock = kept.stock(&register, &desk.tree, None, year.last);
        let flows = figures.iter().any(|f| f.when == Some(When::During)) || register == Register::People;
        let flow = kept.flow(&register, &desk.tree, None, (year.first, year.last));
        let why = uncovered(&packs, &register, &stock)
            .or_else(|| flows.then(|| uncovered(&packs, &register, &flow)).flatten());
        let unused = matches!(&register, Register::Programme(id) if kept.unused.contains(id));
        let standing = match (unused, &why) {
            (true, _) => Standing::Unused,
            (false, Some(_)) => Standing::Open,
            (false, None) => Standing::Kept,
        };
        let rows: Vec<Row> = kept
            .kept
            .iter()
            .filter(|k| k.value.register == register.id())
            .map(|k| Row { id: k.id, kept: k.value.clone(), by: told_by(&k.value, by.get(&k.id), lang) })
            .collect();
        let spans = rows.iter().filter_map(|row| {
            let first = row.kept.flow_from?.max(year.first);
            let last = row.kept.flow_to.unwrap_or(year.last).min(year.last);
            (first <= last && row.kept.area.is_none()).then_some(Period { first, last })
        });
        let title = registers::title(&packs, &register);
        lines.push(Line {
            title: lang.pick(&title.zh, &title.en).to_owned(),
            standing,
            spans: spans.collect(),
            stock: match stock {
                Cover::Full(day) => day.or(Some(year.last)),
                _ => None,
            },
            gap: why.map(|why| lang.pick(&why.text.zh, &why.text.en).to_owned()),
            figures: said.into_iter().map(|(_, id, title, text)| (id, title, text)).collect(),
            rows,
            register,
        });
    }
    lines.sort_by_key(|line| (line.standing as u8, std::cmp::Reverse(line.figures.len())));
    Ok(lines)
}

/// 名单《…》 · 零报告 · 从…起记全, and who said so.
fn told_by(kept: &Kept, by: Option<&(Option<String>, String)>, lang: Lang) -> String {
    let (source, actor) = by.cloned().unwrap_or_default();
    let actor = if actor == "operator" { lang.t("命令行").to_owned() } else { actor };
    match (kept.how.as_str(), source) {
        (_, Some(source)) => source,
        ("none", None) => format!("{} · {actor}", lang.t("零报告")),
        _ => format!("{} · {actor}", lang.t("说明从那天起记全")),
    }
}

/// A coverage bar of the year: 168 × 18, a month 14 wide.
struct Bar {
    spans: Vec<(i64, i64)>,
    stock: Option<i64>,
    today: i64,
}

struct Shown {
    line: Line,
    anchor: String,
    bar: Bar,
    since: Vec<String>,
}

#[derive(Template)]
#[template(path = "quality/registers.html")]
struct Page {
    s: Shell,
    year: i32,
    open: Vec<Shown>,
    kept: Vec<Shown>,
    unused: Vec<Shown>,
    hurt: usize,
    may: bool,
}

fn shown(line: Line, year: Period, lang: Lang) -> Shown {
    let x = |day: Day| {
        let first = Day::ymd(year.last.year(), 1, 1).unwrap_or(year.first);
        (i64::from(day.0 - first.0) * 168 / 366).clamp(0, 168)
    };
    let bar = Bar {
        spans: line.spans.iter().map(|p| (x(p.first), (x(p.last) - x(p.first)).max(1))).collect(),
        stock: line.stock.map(x),
        today: x(year.last),
    };
    let since = line.rows.iter().map(|row| {
        let stock = lang.t_with("存量 {day}", &[("day", &row.kept.stock_from.to_string())]);
        let flow = match (row.kept.flow_from, row.kept.flow_to) {
            (None, _) => return stock,
            (Some(from), None) => lang.t_with("变动自 {from}", &[("from", &from.to_string())]),
            (Some(from), Some(to)) => {
                lang.t_with("变动 {from} 至 {to}", &[("from", &from.to_string()), ("to", &to.to_string())])
            }
        };
        format!("{stock} · {flow}")
    });
    Shown { since: since.collect(), anchor: line.register.id().replace('/', "-"), bar, line }
}

pub async fn page(State(app): State<App>, visitor: Visitor) -> Reply {
    let work = async {
        let scope = &visitor.actor()?.scope;
        let lines = lines(&app, scope, visitor.lang).await?;
        let mut desk = Desk::today(&app, scope).await?;
        let year = desk.this_year();
        let mut hurt = 0;
        for figure in &app.packs().clone().figures {
            let value = desk.value(figure, &Ask::of(year)).await?;
            hurt += usize::from(matches!(value.answer, Answer::AtLeast(_) | Answer::Unknown(_)));
        }
        let place = desk.tree.name();
        let of = |standing: Standing| -> Vec<Shown> {
            let lines = lines.iter().filter(|l| l.standing == standing).cloned();
            lines.map(|line| shown(line, year, visitor.lang)).collect()
        };
        Ok(Page {
            s: Shell::new(&app, &visitor, visitor.lang.t("记全的台账"), "/quality", &place),
            year: year.last.year(),
            open: of(Standing::Open),
            kept: of(Standing::Kept),
            unused: of(Standing::Unused),
            hurt,
            may: visitor.actor()?.may(Permission::Manage),
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}
