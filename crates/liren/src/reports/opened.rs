//! What a number of the report opens when it is not a figure: a record, a parameter, a target.

use askama::Template;
use axum::extract::{Path, State};
use liren_facts::{Day, Period};
use liren_packs::{FieldType, Figure};
use liren_rules::Title;

use super::queries::{self, Described};
use crate::base::web::{self, Reply, Shell, Visitor};
use crate::base::{App, FactValue, Lang, Result, error};
use crate::figures::{self, Ask, Desk, Value};
use crate::org::Tree;

#[derive(Template)]
#[template(path = "reports/opened.html")]
struct OpenedPage {
    s: Shell,
    title: String,
    sub: String,
    facts: Vec<Fact>,
    /// `None` for what no figure could count.
    figures: Option<Vec<FigureLine>>,
    source: Option<String>,
    /// Where it is corrected, for those who may.
    edit: Option<String>,
}

struct Fact {
    title: String,
    text: String,
    /// A name or a legal source, which stays Chinese.
    chinese: bool,
}

struct FigureLine {
    href: String,
    title: String,
    text: String,
    unit: String,
}

fn fact(title: &str, text: impl Into<String>, lang: Lang) -> Fact {
    Fact { title: lang.t(title).to_owned(), text: text.into(), chinese: false }
}

fn chinese(title: &str, text: impl Into<String>, lang: Lang) -> Fact {
    Fact { chinese: true, ..fact(title, text, lang) }
}

/// The shell of such a page.
async fn shell(app: &App, visitor: &Visitor, title: &str) -> Result<Shell> {
    let mut tx = app.db.read().await?;
    let place = Tree::of(&mut tx, &visitor.actor()?.scope, app.clock.today()).await?.name();
    Ok(Shell::new(app, visitor, title, "/reports/annual", &place))
}

/// A figure for a period, as a line that leads to it.
fn figure_line(desk: &Desk, figure: &Figure, period: Period, value: &Value, lang: Lang) -> FigureLine {
    FigureLine {
        href: figures::href(&figure.id, &Ask::of(period), desk.this_year()),
        title: lang.pick(&figure.title.zh, &figure.title.en).to_owned(),
        text: figures::shown(value, lang),
        unit: lang.t(&figure.unit).to_owned(),
    }
}

/// An event, an organisation or a building: what is on record of it, and the figures that count it.
pub async fn record(State(app): State<App>, visitor: Visitor, Path((kind, id)): Path<(String, i64)>) -> Reply {
    let page = record_page(&app, &visitor, &kind, id).await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

async fn record_page(app: &App, visitor: &Visitor, kind: &str, id: i64) -> Result<OpenedPage> {
    let (scope, lang) = (&visitor.actor()?.scope, visitor.lang);
    let kind_id = app.schema().kind(kind).ok_or_else(|| error::not_found("记录"))?;
    let mut tx = app.db.read().await?;
    let found = queries::described(&mut tx, scope, kind, id, app.clock.today())
        .await?
        .ok_or_else(|| error::not_found("记录"))?;
    drop(tx);
    let described = &app.schema().kind_of(kind_id).title;
    let sub = lang.pick(&described.zh, &described.en).to_owned();
    let mut facts = Vec::new();
    if let Some(day) = found.day {
        let days = match found.last_day.filter(|last| *last != day) {
            Some(last) => format!("{day} – {last}"),
            None => day.to_string(),
        };
        facts.push(fact("日期", days, lang));
    }
    for (title, name) in [("组织", &found.organisation), ("楼栋", &found.building), ("小区", &found.estate)] {
        if let Some(name) = name {
            facts.push(chinese(title, name.clone(), lang));
        }
    }
    if let Some(code) = &found.kind {
        let text = crate::people::code(app, "organisation_kind", Some(code), lang);
        facts.push(fact("种类", text, lang));
    }
    facts.extend(fields(app, kind, &found, lang));
    let year = found.day.map_or_else(|| app.clock.today().year(), Day::year);
    Ok(OpenedPage {
        title: found.title.unwrap_or_else(|| sub.clone()),
        s: shell(app, visitor, &sub).await?,
        sub,
        facts,
        figures: Some(counting(app, visitor, kind_id, id, year).await?),
        source: found.source,
        edit: edit(app, visitor, kind, id),
    })
}

/// The form in which an event or an organisation is corrected.
fn edit(app: &App, visitor: &Visitor, kind: &str, id: i64) -> Option<String> {
    let may = visitor.actor().is_ok_and(|a| a.may(crate::base::Permission::Record));
    match kind {
        _ if !may => None,
        "organisation" => Some(format!("/organisations/{id}")),
        _ if app.packs().events.iter().any(|e| e.id == kind) => Some(format!("/work/events/{kind}/{id}")),
        _ => None,
    }
}

/// The fields the pack declares for an event, in its order and in words.
fn fields(app: &App, kind: &str, found: &Described, lang: Lang) -> Vec<Fact> {
    let Some(event) = app.packs().events.iter().find(|e| e.id == kind) else {
        return vec![];
    };
    event
        .fields
        .iter()
        // Whoever reads the report reads this page too: what a pack calls sensitive is not for them.
        .filter(|field| !field.sensitive)
        .filter_map(|field| {
            let held = &found.fields.iter().find(|(id, _)| *id == field.id)?.1;
            let title = lang.pick(&field.title.zh, &field.title.en).to_owned();
            let text = match (&field.field_type, held) {
                (FieldType::Money, FactValue::Number(fen)) => figures::decimal((*fen).into(), 100),
                (FieldType::Bool, FactValue::Number(n)) => lang.t(if *n == 0 { "否" } else { "是" }).to_owned(),
                // The organisation and the place of an event stand above, by name.
                (FieldType::Organisation | FieldType::Area, _) => return None,
                (FieldType::Day, FactValue::Number(day)) => Day(*day as i32).to_string(),
                (FieldType::Code(table), FactValue::Text(code)) => crate::people::code(app, table, Some(code), lang),
                (_, FactValue::Number(n)) => n.to_string(),
                (_, FactValue::Text(text)) => text.clone(),
            };
            Some(Fact { title, text, chinese: false })
        })
        .collect()
}

/// The figures of a year that count a record.
async fn counting(
    app: &App,
    visitor: &Visitor,
    kind: liren_rules::KindId,
    id: i64,
    year: i32,
) -> Result<Vec<FigureLine>> {
    let (scope, lang, today) = (&visitor.actor()?.scope, visitor.lang, app.clock.today());
    let mut desk = Desk::today(app, scope).await?;
    let whole = Period::year(year).unwrap_or(desk.this_year());
    let period = Period { first: whole.first, last: whole.last.min(today.max(whole.first)) };
    let mut lines = Vec::new();
    for figure in app.packs().figures.clone() {
        if !figure.list || figure.kind() != Some(kind) {
            continue;
        }
        let value = desk.value(&figure, &Ask::of(period)).await?;
        let counts = value.ids.as_ref().is_some_and(|(of, ids)| *of == kind && ids.binary_search(&id).is_ok());
        if counts {
            lines.push(figure_line(&desk, &figure, period, &value, lang));
        }
    }
    Ok(lines)
}

/// A parameter: its values with their days and sources, and the community's own.
pub async fn param(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Reply {
    let work = async {
        let (scope, lang, today) = (&visitor.actor()?.scope, visitor.lang, app.clock.today());
        let param = app.packs().param(&id).ok_or_else(|| error::not_found("参数"))?;
        let told = |value: i64| {
            let scale = if param.unit == "元" { 100 } else { 1 };
            format!("{} {}", figures::decimal(value.into(), scale), lang.t(&param.unit))
        };
        let span = |from: Day, to: Option<Day>| match to {
            Some(to) => format!("{from} – {}", to.plus(-1)),
            None => format!("{from} –"),
        };
        let mut tx = app.db.read().await?;
        let moment = app.moment(&mut tx, scope.community, today).await?;
        let now = app.values(&mut tx, moment).await?.get(&id).copied();
        let mut facts = vec![fact("现行值", now.map_or_else(|| lang.t("待核实").to_owned(), told), lang)];
        if let Some(set_by) = &param.set_by {
            facts.push(fact("由谁规定", lang.pick(&set_by.zh, &set_by.en).to_owned(), lang));
        }
        for own in queries::own_values(&mut tx, scope, &id).await? {
            facts.push(chinese(
                "本社区规定",
                format!("{}（{}，{}）", told(own.value), span(own.from, own.to), own.source),
                lang,
            ));
        }
        for value in &param.values {
            facts.push(chinese(
                "规定",
                format!("{}（{}，{}）", told(value.value), span(value.from, value.to), value.source),
                lang,
            ));
        }
        drop(tx);
        let title = lang.pick(&param.title.zh, &param.title.en).to_owned();
        Ok(OpenedPage {
            s: shell(&app, &visitor, &title).await?,
            title,
            sub: lang.t("参数").to_owned(),
            facts,
            figures: None,
            source: None,
            edit: None,
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}

/// A target of a plan: what is to be reached, by when, whose it is, and where the figure stands.
pub async fn target(State(app): State<App>, visitor: Visitor, Path(id): Path<i64>) -> Reply {
    let work = async {
        let (scope, lang) = (&visitor.actor()?.scope, visitor.lang);
        let mut tx = app.db.read().await?;
        let target = queries::target(&mut tx, scope, id).await?.ok_or_else(|| error::not_found("目标"))?.value;
        drop(tx);
        let mut desk = Desk::today(&app, scope).await?;
        let figure = desk.named(&target.figure).cloned();
        let title = figure
            .as_ref()
            .map_or_else(|| Title::new(target.figure.clone(), target.figure.clone()), |f| f.title.clone());
        let unit = figure.as_ref().map_or("", |f| f.unit.as_str());
        let bound = match target.bound.as_str() {
            ">=" => "不少于",
            "<=" => "不超过",
            _ => "达到",
        };
        let mut facts = vec![
            fact("目标", format!("{} {} {}", lang.t(bound), target.number, lang.t(unit)), lang),
            fact("期限", target.last.to_string(), lang),
        ];
        if let Some(owner) = &target.owner {
            facts.push(chinese("责任人", owner, lang));
        }
        let mut lines = Vec::new();
        if let Some(figure) = figure {
            let value = desk.whole(&figure).await?;
            lines.push(figure_line(&desk, &figure, desk.this_year(), &value, lang));
        }
        let title = lang.pick(&title.zh, &title.en).to_owned();
        Ok(OpenedPage {
            s: shell(&app, &visitor, &title).await?,
            title,
            sub: lang.t("计划目标").to_owned(),
            facts,
            figures: Some(lines),
            source: None,
            edit: None,
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}
