//! `liren freeze` and `liren compare`.

use liren_facts::{Day, Period};
use serde_json::{Value as Json, json};

use super::args::{Compare, Freeze};
use super::data::{actor, day, open};
use super::{out, say};
use crate::base::{App, Lang, Result, Scope, error};
use crate::figures::{self, Comparison, Difference, Named};

pub async fn freeze(args: Freeze, lang: Lang) -> Result<u8> {
    let name = args.name.trim();
    if name.is_empty() {
        return Err(error::invalid(
            "请给定稿起一个名称，如 2013年度报告。",
            "Give the set a name, such as 2013年度报告.",
        ));
    }
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let last = day(args.on.as_deref())?.unwrap_or_else(|| app.clock.today());
    let first = match day(args.from.as_deref())? {
        Some(first) => first,
        None => Day::ymd(last.year(), 1, 1).unwrap_or(last),
    };
    if last < first || last > app.clock.today() {
        return Err(error::invalid(
            format!("时段 {first} 到 {last} 不对：要先后有序，而且不晚于今天。"),
            format!("{first} to {last} is no period: it must be in order and not end after today."),
        ));
    }
    let id = figures::freeze_all(&app, &actor, name, Period { first, last }).await?;
    out(format!("{id}\n").as_bytes());
    say(&format!(
        "{} {name} · {first} – {last} · {} {}",
        lang.t("已定稿"),
        app.packs().figures.len(),
        lang.t("个指标")
    ));
    Ok(0)
}

pub async fn compare(args: Compare, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let Some(then) = args.then else {
        return list(&app, &actor.scope, args.json).await;
    };
    let found = figures::compare(&app, &actor.scope, then, args.now).await?;
    let text = if args.json {
        serde_json::to_string_pretty(&json(&found)).map_err(error::fault)? + "\n"
    } else {
        told(&app, &found, lang)
    };
    out(text.as_bytes());
    Ok(0)
}

async fn list(app: &App, scope: &Scope, as_json: bool) -> Result<u8> {
    let mut tx = app.db.read().await?;
    let sets = figures::queries::frozen_sets(&mut tx, scope).await?;
    let text = if as_json {
        let sets: Vec<Json> = sets
            .iter()
            .map(|s| {
                json!({
                    "id": s.id, "name": s.name, "from": s.period.first.to_string(),
                    "to": s.period.last.to_string(), "known_at": s.known_at
                })
            })
            .collect();
        serde_json::to_string_pretty(&sets).map_err(error::fault)? + "\n"
    } else {
        sets.iter().map(|s| format!("{:>8}  {}  {} – {}\n", s.id, s.name, s.period.first, s.period.last)).collect()
    };
    out(text.as_bytes());
    Ok(0)
}

fn json(found: &Comparison) -> Json {
    let names = |of: &[Named]| -> Vec<Json> { of.iter().map(|n| json!({ "id": n.id, "why": n.why.id() })).collect() };
    let differences: Vec<Json> = found
        .differences
        .iter()
        .map(|d| {
            json!({
                "figure": d.figure,
                "then": d.then.as_ref().and_then(figures::Value::printable),
                "now": d.now.as_ref().and_then(figures::Value::printable),
                "by": d.by(), "kind": d.kind,
                "came": names(&d.came), "left": names(&d.left),
            })
        })
        .collect();
    json!({
        "then": { "id": found.then.id, "name": found.then.name, "to": found.then.period.last.to_string() },
        "now": { "id": found.now.id, "name": found.now.name, "to": found.now.period.last.to_string() },
        "same": found.same,
        "differences": differences,
    })
}

/// A line for each figure: `总人口 4259 → 4268 人 (+9): +7 出生 +4 迁入 −2 死亡`.
fn told(app: &App, found: &Comparison, lang: Lang) -> String {
    let mut text = String::new();
    for d in &found.differences {
        let figure = app.packs().figure(&d.figure);
        let title = figure.map_or(d.figure.as_str(), |f| lang.pick(&f.title.zh, &f.title.en));
        let unit = figure.map_or("", |f| lang.t(&f.unit));
        let value = |v: &Option<figures::Value>| {
            v.as_ref().map_or_else(|| lang.t("没有这个指标").to_owned(), |v| figures::shown(v, lang))
        };
        text.push_str(&format!("{:<34} {title} {} → {} {unit}", d.figure, value(&d.then), value(&d.now)));
        if let Some(by) = d.by() {
            text.push_str(&format!(" ({})", figures::signed(by)));
        }
        for (sign, of) in [("+", &d.came), ("−", &d.left)] {
            for (why, n) in Difference::reasons(of) {
                text.push_str(&format!("  {sign}{n} {}", lang.t(why.text())));
            }
        }
        text.push('\n');
    }
    text.push_str(&format!(
        "{} {} · {} {}\n",
        found.differences.len(),
        lang.t("个指标有变化"),
        found.same,
        lang.t("个没有变化")
    ));
    text
}
