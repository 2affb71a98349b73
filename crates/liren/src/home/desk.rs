//! 工作台 — what waits, each with one next step; a building head sees doors.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use liren_facts::Day;

use super::todo::Todo;
use crate::base::web::{Reader, Shell, Visitor};
use crate::base::{App, Lang, Permission, Result, Role};
use crate::figures::{Ask, Desk, href, shown};
use crate::people::{self, Row};
use crate::programmes::screening;
use crate::quality;

/// 一户门 — a home with who lives there, for whoever goes from door to door.
pub struct Door {
    address: String,
    people: Vec<Row>,
    /// What nobody knows of its people, in words.
    ask: Vec<String>,
}

#[derive(Template)]
#[template(path = "home/desk.html")]
struct DeskPage {
    s: Shell,
    greeting: String,
    day: String,
    place: String,
    may_record: bool,
    may_import: bool,
    /// Nothing is on record yet: the four steps of a new community.
    fresh: bool,
    leads: Vec<Todo>,
    questions: Vec<Todo>,
    asked: usize,
    problems: Vec<Todo>,
    returns: Vec<(String, usize, usize)>,
    registers: Vec<(String, String)>,
    kept: (usize, usize),
    figures: Vec<(String, String, String, String)>,
    doors: Vec<Door>,
    head: bool,
}

pub async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let actor = visitor.actor()?;
    if !actor.may(Permission::ReadPeople) {
        // Above the community aggregates are the default, and there is nothing to do by name.
        return Ok(Redirect::to("/reports/annual").into_response());
    }
    let mut own = visitor.clone();
    own.actor = Some(actor.clone().doing(Permission::ReadPeople));
    let mut r = Reader::open(&app, &own).await?;
    let head = r.actor.role() == Role::BuildingHead;
    let page = page(&app, &mut r, head).await?;
    r.page(&page)
}

/// So many lines of a kind; the rest stands behind the link.
const LINES: usize = 5;

async fn page(app: &App, r: &mut Reader, head: bool) -> Result<DeskPage> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let tree = crate::org::Tree::of(&mut r.tx, &scope, today).await?;
    let place = tree.areas.iter().find(|a| scope.areas.as_ref().is_some_and(|s| s.contains(&a.id)));
    let place = place.map_or_else(|| tree.name(), |a| a.name.clone());
    let (asked, open) = quality::open_work(app, &mut r.tx, &scope, lang).await?;
    let waiting: usize = asked.iter().map(|q| q.n).sum();
    let mut questions: Vec<Todo> = asked
        .into_iter()
        .filter(|q| q.n > 0)
        .map(|q| Todo {
            class: "unk",
            icon: "help-circle",
            title: format!("{}：{}", q.title, lang.t_with("{n}人", &[("n", &q.n.to_string())])),
            why: q.advice,
            step: Some((format!("/quality/{}", q.id), lang.t("看名单").to_owned())),
        })
        .collect();
    questions.truncate(LINES);
    let problems = open
        .into_iter()
        .take(LINES)
        .map(|(words, level, n, href)| Todo {
            class: if level == "warning" { "warn" } else { "bad" },
            icon: "replace",
            title: lang.t_with("{n}处", &[("n", &n.to_string())]),
            why: words,
            step: Some((href, lang.t("去处理").to_owned())),
        })
        .collect();
    let doors = if head { doors(app, r).await? } else { vec![] };
    let returns = crate::returns::pages::open(app, r).await?;
    let mut leads = Vec::new();
    let (mut lines, mut kept, mut figures) = (vec![], (0, 0), vec![]);
    let mut total = 1;
    if !head {
        for programme in app.packs().programmes.clone() {
            let Some(screened) = screening::screen(app, &scope, &programme, today).await? else { continue };
            if screened.found.is_empty() {
                continue;
            }
            let n = screened.found.len().to_string();
            leads.push(Todo {
                class: "pri",
                icon: "gift",
                title: format!(
                    "{}：{}",
                    lang.pick(&programme.title.zh, &programme.title.en),
                    lang.t_with("{n}个符合，还没有办", &[("n", &n)])
                ),
                why: screened.source,
                step: Some((format!("/screening/{}", programme.id), lang.t("看名单").to_owned())),
            });
        }
        for line in quality::registers::lines(app, &scope, lang).await? {
            kept.1 += 1;
            match line.gap {
                None => kept.0 += 1,
                Some(gap) if !line.figures.is_empty() => lines.push((line.title, gap)),
                Some(_) => {}
            }
        }
        lines.truncate(4);
        let mut desk = Desk::today(app, &scope).await?;
        let year = desk.this_year();
        let ask = Ask::of(year);
        for id in ["population.total", "population.households", "population.births", "population.deaths"] {
            let Some(figure) = app.packs().figure(id).cloned() else { continue };
            let value = desk.value(&figure, &ask).await?;
            if id == "population.total" {
                total = value.number.unwrap_or(0);
            }
            let title = lang.pick(&figure.title.zh, &figure.title.en).to_owned();
            figures.push((title, shown(&value, lang), lang.t(&figure.unit).to_owned(), href(id, &ask, year)));
        }
    }
    let actor = &r.actor;
    let (may_record, may_import) = (actor.may(Permission::Record), actor.may(Permission::Import));
    let name = actor.name.clone();
    let title = lang.t("工作台");
    Ok(DeskPage {
        s: r.shell(title, "/", &tree.name()),
        greeting: match lang {
            Lang::Zh => format!("您好，{name}"),
            Lang::En => format!("Hello, {name}"),
        },
        day: weekday(today, lang),
        place,
        may_record,
        may_import,
        fresh: !head && total == 0,
        leads,
        questions,
        asked: waiting,
        problems,
        returns,
        registers: lines,
        kept,
        figures,
        doors,
        head,
    })
}

fn weekday(day: Day, lang: Lang) -> String {
    // 1970-01-01 was a Thursday.
    let at = usize::try_from((day.0 + 3).rem_euclid(7)).unwrap_or(0);
    let zh = ["一", "二", "三", "四", "五", "六", "日"];
    let en = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    match lang {
        Lang::Zh => format!("{}月{}日 星期{}", day.month(), day.day_of_month(), zh[at]),
        Lang::En => format!("{day}, {}", en[at]),
    }
}

/// The homes of a building head's area, door by door, with what to ask there.
async fn doors(app: &App, r: &mut Reader) -> Result<Vec<Door>> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let chosen = people::Chosen::load(app, &mut r.tx, &scope, r.moment).await?;
    let ids = chosen.living_here();
    let lines = people::queries::lines(&mut r.tx, &scope, today, &ids).await?;
    let rows = people::rows(app, &mut r.tx, &scope, today, &ids, lang).await?;
    let mut homes: BTreeMap<(i64, String), Door> = BTreeMap::new();
    for (line, row) in lines.into_iter().zip(rows) {
        let key = (line.dwelling.unwrap_or(i64::MAX), row.address.clone());
        let door =
            homes.entry(key).or_insert_with(|| Door { address: row.address.clone(), people: vec![], ask: vec![] });
        let missing = [
            (line.born.is_none(), "出生日期"),
            (line.marital.is_none(), "婚姻状况"),
            (line.employment.is_none(), "从业状况"),
            (line.residency().is_none(), "居住"),
        ];
        let missing: Vec<&str> = missing.iter().filter(|(m, _)| *m).map(|(_, w)| lang.t(w)).collect();
        if !missing.is_empty() {
            door.ask.push(format!("{}：{}", row.name, missing.join(lang.pick("、", ", "))));
        }
        door.people.push(row);
    }
    // Ask first where there is something to ask.
    let mut doors: Vec<Door> = homes.into_values().collect();
    doors.sort_by_key(|d| d.ask.is_empty());
    Ok(doors)
}
