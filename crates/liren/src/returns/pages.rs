//! 上报表 — what each group or the community counts for a period: who has reported, and the form.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use liren_facts::{Day, Period};
use liren_packs::Return;

use super::queries::{self, NewEntry};
use crate::base::web::{Form, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{Actor, App, AreaId, Look, Mine, Origin, Permission, Result, Write, error};
use crate::org::Tree;

/// A return for a period: each area of its level, and whether it has reported.
struct Line {
    id: String,
    title: String,
    period: String,
    key: String,
    areas: Vec<(i64, String, bool, bool)>,
    done: usize,
}

#[derive(Template)]
#[template(path = "returns/list.html")]
struct ListPage {
    s: Shell,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "returns/entry.html")]
struct EntryPage {
    s: Shell,
    form: Form,
    id: String,
    title: String,
    key: String,
    period: String,
    area: i64,
    area_name: String,
    /// Field, title, unit, whether it is a sum, the number of the period before.
    rows: Vec<(String, String, String, bool, Option<i64>)>,
    sums: Vec<String>,
}

/// The period of a return that a day lies in, and its word in an address: `2013-q4`.
pub fn period_of(every: &str, day: Day) -> (Period, String) {
    let (year, month) = (day.year(), day.month());
    let span = |first: u32, last: u32| {
        let start = Day::ymd(year, first, 1).unwrap_or(day);
        let end = Day::ymd(year, last, 1).map_or(day, Day::month_end);
        Period { first: start, last: end }
    };
    match every {
        "month" => (span(month, month), format!("{year}-{month:02}")),
        "quarter" => {
            let q = (month - 1) / 3;
            (span(q * 3 + 1, q * 3 + 3), format!("{year}-q{}", q + 1))
        }
        "half" => {
            let half = (month - 1) / 6;
            (span(half * 6 + 1, half * 6 + 6), format!("{year}-h{}", half + 1))
        }
        _ => (span(1, 12), year.to_string()),
    }
}

/// The period that a word of an address means.
fn read_period(every: &str, key: &str) -> Option<Period> {
    let (year, rest) = key.split_once('-').unwrap_or((key, ""));
    let year: i32 = year.parse().ok().filter(|y| (1949..2200).contains(y))?;
    let month = match (every, rest.chars().next()) {
        ("month", _) => rest.parse().ok()?,
        ("quarter", Some('q')) => (rest[1..].parse::<u32>().ok()?.checked_sub(1)?) * 3 + 1,
        ("half", Some('h')) => (rest[1..].parse::<u32>().ok()?.checked_sub(1)?) * 6 + 1,
        ("year", None) => 1,
        _ => return None,
    };
    let (period, word) = period_of(every, Day::ymd(year, month, 1)?);
    (word == key).then_some(period)
}

/// The period before.
fn before(every: &str, period: Period) -> Period {
    period_of(every, period.first.plus(-1)).0
}

fn said(key: &str, period: Period, lang: crate::base::Lang) -> String {
    if lang.is_en() {
        return format!("{} – {}", period.first, period.last);
    }
    match key.split_once('-') {
        Some((year, rest)) if rest.starts_with('q') => {
            format!("{year}年{}季度", ["一", "二", "三", "四"][usize::from(rest.as_bytes()[1] - b'1').min(3)])
        }
        Some((year, "h1")) => format!("{year}年上半年"),
        Some((year, "h2")) => format!("{year}年下半年"),
        Some((year, month)) => format!("{year}年{}月", month.trim_start_matches('0')),
        None => format!("{key}年"),
    }
}

/// What was reported for a period: line to number, area by area.
async fn reported(r: &mut Reader, ret: &Return, period: Period) -> Result<BTreeMap<i64, BTreeMap<String, i64>>> {
    let mut all: BTreeMap<i64, BTreeMap<String, i64>> = BTreeMap::new();
    let (scope, moment) = (r.scope(), r.moment);
    for line in &ret.lines {
        for one in queries::reported(&mut r.tx, &scope, moment, &ret.id, &line.id).await? {
            if one.period == period {
                all.entry(one.area).or_default().insert(line.id.clone(), one.number);
            }
        }
    }
    Ok(all)
}

pub async fn list(State(app): State<App>, mut r: Reader) -> Result<Response> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let writer = r.actor.clone();
    let may: Option<Tree> = match writer.may(Permission::Record) {
        true => Some(Tree::of(&mut r.tx, &writer.doing(Permission::Record).scope, today).await?),
        false => None,
    };
    let mut lines = Vec::new();
    for ret in &app.packs().returns {
        let (now, key) = period_of(&ret.every, today);
        let last = before(&ret.every, now);
        let (_, last_key) = period_of(&ret.every, last.first);
        for (period, key) in [(now, key), (last, last_key)] {
            let there = reported(&mut r, ret, period).await?;
            let areas: Vec<(i64, String, bool, bool)> = tree
                .areas
                .iter()
                .filter(|a| a.level == ret.area)
                .map(|a| {
                    let may = may.as_ref().is_some_and(|t| t.areas.iter().any(|m| m.id == a.id));
                    (a.id, a.name.clone(), there.contains_key(&a.id), may)
                })
                .collect();
            if areas.is_empty() {
                continue;
            }
            lines.push(Line {
                id: ret.id.clone(),
                title: lang.pick(&ret.title.zh, &ret.title.en).to_owned(),
                period: said(&key, period, lang),
                key,
                done: areas.iter().filter(|a| a.2).count(),
                areas,
            });
        }
    }
    let title = lang.t("上报表");
    let page = ListPage { s: r.shell(title, "/returns", &tree.name()), lines };
    r.page(&page)
}

pub async fn show(
    State(app): State<App>,
    mut r: Reader,
    Path((id, area, key)): Path<(String, i64, String)>,
) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&app, &mut r, &id, area, &key, form, true).await?;
    r.page(&page)
}

async fn page(
    app: &App,
    r: &mut Reader,
    id: &str,
    area: i64,
    key: &str,
    mut form: Form,
    fresh: bool,
) -> Result<EntryPage> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let ret = app.packs().returns.iter().find(|x| x.id == id).ok_or_else(|| error::not_found("上报表"))?.clone();
    let period = read_period(&ret.every, key).ok_or_else(|| error::not_found("上报表"))?;
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let place = tree.areas.iter().find(|a| a.id == area && a.level == ret.area);
    let name = place.map(|a| a.name.clone()).ok_or_else(|| error::not_found("区划"))?;
    let now = reported(r, &ret, period).await?.remove(&area).unwrap_or_default();
    let last = reported(r, &ret, before(&ret.every, period)).await?.remove(&area).unwrap_or_default();
    if fresh {
        for (line, n) in &now {
            form.set(line, n.to_string());
        }
    }
    let title_of = |id: &str| {
        ret.lines
            .iter()
            .find(|l| l.id == id)
            .map_or_else(String::new, |l| lang.pick(&l.title.zh, &l.title.en).to_owned())
    };
    let sums = ret.lines.iter().filter(|l| !l.sum.is_empty()).map(|l| {
        let parts: Vec<String> = l.sum.iter().map(|p| title_of(p)).collect();
        format!("{} = {}", title_of(&l.id), parts.join(" + "))
    });
    let sums = sums.collect();
    let rows = ret
        .lines
        .iter()
        .map(|l| {
            let title = lang.pick(&l.title.zh, &l.title.en).to_owned();
            (l.id.clone(), title, lang.t(&l.unit).to_owned(), !l.sum.is_empty(), last.get(&l.id).copied())
        })
        .collect();
    let title = lang.pick(&ret.title.zh, &ret.title.en).to_owned();
    Ok(EntryPage {
        s: r.shell(&title, "/returns", &tree.name()),
        form,
        id: id.to_owned(),
        title,
        key: key.to_owned(),
        period: said(key, period, lang),
        area,
        area_name: name,
        rows,
        sums,
    })
}

pub async fn save(
    State(app): State<App>,
    Path((id, area, key)): Path<(String, i64, String)>,
    mut s: Submitted,
) -> Result<Response> {
    let saved = enter(&app, &mut s, &id, area, &key).await;
    s.answer(saved, async |r: &mut Reader, form| page(&app, r, &id, area, &key, form, false).await).await
}

async fn enter(app: &App, s: &mut Submitted, id: &str, area: i64, key: &str) -> Saved {
    let actor = s.actor()?.clone();
    let area = mine(app, &actor, area).await?;
    let ret = app.packs().returns.iter().find(|x| x.id == id).ok_or_else(|| error::not_found("上报表"))?.clone();
    let period = read_period(&ret.every, key).ok_or_else(|| error::not_found("上报表"))?;
    if period.first > s.today() {
        return Err(Refused::Error(error::invalid("这一期还没有到。", "This period has not begun.")));
    }
    let mut lines = Vec::new();
    for line in &ret.lines {
        if let Some(n) = s.form.number(&line.id) {
            lines.push((line.id.as_str(), n));
        }
    }
    if lines.is_empty() && s.form.problems.is_empty() {
        s.form.problem("", "一个数也没有填。没有的填 0。", "No number is filled in; where there is none, write 0.");
    }
    // What does not add up is said at its line, before anything is written.
    for line in ret.lines.iter().filter(|l| !l.sum.is_empty()) {
        let value = |id: &str| lines.iter().find(|(l, _)| *l == id).map(|(_, n)| *n);
        let parts: Vec<i64> = line.sum.iter().filter_map(|p| value(p)).collect();
        if let (Some(total), true) = (value(&line.id), parts.len() == line.sum.len()) {
            let sum: i64 = parts.iter().sum();
            if sum != total {
                s.form.problem(
                    &line.id,
                    format!("各分项加起来是 {sum}，这里填的是 {total}，相差 {}。", (total - sum).abs()),
                    format!("The parts make {sum}, this says {total}: they differ by {}.", (total - sum).abs()),
                );
            }
        }
    }
    if !s.form.problems.is_empty() {
        return Err(Refused::Form);
    }
    let name = actor.name.clone();
    s.save("上报表交好了", &[], async |w: &mut Write| {
        let source = w.source("return", &format!("{} {key}", ret.title.zh), None, Some(w.today)).await?;
        let origin = Origin { source: Some(source), ..Origin::default() };
        let entry = NewEntry { return_id: id, area, period, lines: lines.clone(), signed_by: Some(&name), origin };
        queries::enter(w, app.packs(), entry).await?;
        Ok("/returns".to_owned())
    })
    .await
}

/// An area inside the scope of whoever reports.
async fn mine(app: &App, actor: &Actor, area: i64) -> Result<Mine<AreaId>> {
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, actor.scope.community, app.clock.today()).await?;
    let look = Look::new(app.world(&mut tx, moment, &app.needs(["area"], [])).await?);
    look.mine(&actor.scope, AreaId(area))
}

/// Returns of the present period that are still missing within a reader's scope: title, how many are there, how many should be.
pub async fn open(app: &App, r: &mut Reader) -> Result<Vec<(String, usize, usize)>> {
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let mut all = Vec::new();
    for ret in &app.packs().returns {
        let (period, key) = period_of(&ret.every, today);
        let there = reported(r, ret, period).await?;
        let areas: Vec<i64> = tree.areas.iter().filter(|a| a.level == ret.area).map(|a| a.id).collect();
        let done = areas.iter().filter(|a| there.contains_key(a)).count();
        if done < areas.len() {
            let title = format!("{} {}", said(&key, period, lang), lang.pick(&ret.title.zh, &ret.title.en));
            all.push((title, done, areas.len()));
        }
    }
    Ok(all)
}
