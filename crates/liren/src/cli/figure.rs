//! `liren figure` and `liren screen`.

use liren_facts::{Day, Period};
use serde_json::json;

use super::args::{FigureArgs, Screen};
use super::data::{actor, day, known_at, open};
use super::out;
use crate::base::{Lang, Result, error};
use crate::figures::{self, Ask, Desk};
use crate::programmes::screening;

pub async fn run(args: FigureArgs, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let today = day(args.on.as_deref())?.unwrap_or_else(|| app.clock.today());
    let revision = known_at(&app, &actor, args.known_at.as_deref()).await?;
    let mut desk = Desk::known(&app, &actor.scope, today, revision).await?;
    let first = day(args.from.as_deref())?.or_else(|| Day::ymd(today.year(), 1, 1)).unwrap_or(today);
    let ask = Ask { area: args.area, ..Ask::of(Period { first, last: today }) };
    let packs = app.packs().clone();
    let mut chosen = Vec::new();
    for id in &args.ids {
        let figure = packs.figure(id).ok_or_else(|| unknown(id, packs.figures.iter().map(|f| f.id.as_str())))?;
        chosen.push(figure);
    }
    if chosen.is_empty() {
        chosen = packs.figures.iter().collect();
    }
    let mut array = Vec::new();
    let mut text = String::new();
    for figure in chosen {
        let value = desk.value(figure, &ask).await?;
        if args.json {
            let mut object = figures::json(figure, &value);
            if args.list
                && figure.list
                && let Some((_, ids)) = &value.ids
            {
                object["list"] = json!(ids);
            }
            array.push(object);
            continue;
        }
        let title = lang.pick(&figure.title.zh, &figure.title.en);
        text.push_str(&format!("{:<34} {:>10} {:<4} {title}", figure.id, value.text(), figure.unit));
        if value.unknown > 0 {
            text.push_str(&format!("  ({} {})", lang.t("待核实"), value.unknown));
        }
        if let Some(day) = value.list_day {
            text.push_str(&format!("  ({})", lang.t_with("据 {day} 名单", &[("day", &day.to_string())])));
        }
        if let Some(why) = value.why() {
            text.push_str(&format!("  ({})", lang.pick(&why.zh, &why.en)));
        }
        text.push('\n');
    }
    if args.json {
        text = serde_json::to_string_pretty(&array).map_err(error::fault)? + "\n";
    }
    out(text.as_bytes());
    Ok(0)
}

pub(super) fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str> + Clone) -> error::Error {
    let near = liren_rules::nearest(id, known);
    let (zh, en) = match near {
        Some(near) => (format!("没有 {id}，是不是 {near}？"), format!("There is no {id}; did you mean {near}?")),
        None => (format!("没有 {id}。"), format!("There is no {id}.")),
    };
    error::invalid(zh, en)
}

pub async fn screen(args: Screen, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let on = day(args.on.as_deref())?.unwrap_or_else(|| app.clock.today());
    let packs = app.packs().clone();
    for id in &args.programmes {
        if packs.programme(id).is_none() {
            return Err(unknown(id, packs.programmes.iter().map(|p| p.id.as_str())));
        }
    }
    let mut array = Vec::new();
    let mut text = String::new();
    for programme in packs.programmes.iter().filter(|p| args.programmes.is_empty() || args.programmes.contains(&p.id)) {
        let Some(screened) = screening::screen(&app, &actor.scope, programme, on).await? else {
            continue;
        };
        if args.json {
            array.push(json!({
                "programme": screened.programme, "rule": screened.rule, "source": screened.source,
                "on": on.to_string(), "found": screened.found,
                "unknown": screened.unknown.iter().map(|(id, missing)| json!({ "id": id, "missing": missing })).collect::<Vec<_>>(),
            }));
            continue;
        }
        text.push_str(&format!(
            "{} ({}): {} {}, {} {}\n  {}\n",
            lang.pick(&programme.title.zh, &programme.title.en),
            screened.rule,
            lang.t("符合而未办"),
            screened.found.len(),
            lang.t("待核实"),
            screened.unknown.len(),
            screened.source
        ));
    }
    if args.json {
        text = serde_json::to_string_pretty(&array).map_err(error::fault)? + "\n";
    }
    out(text.as_bytes());
    Ok(0)
}
