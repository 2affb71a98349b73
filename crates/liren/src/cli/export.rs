//! `liren export`.

use std::path::Path;

use liren_facts::{Day, Period};

use super::args::{Export, ExportFigures, ExportLedger, ExportList, ExportPeople, ExportWhat};
use super::data::{actor, day, open, save};
use super::figure::unknown;
use super::out;
use crate::base::{Actor, App, Result, error};
use crate::exchange::export::{self, Form, List};
use crate::exchange::lists;
use crate::figures::{Ask, SliceOf};
use crate::people::search::Filter;

pub async fn run(args: Export) -> Result<u8> {
    match args.what {
        ExportWhat::People(args) => people(args).await,
        ExportWhat::List(args) => list(args).await,
        ExportWhat::Ledger(args) => ledger(args).await,
        ExportWhat::Figures(args) => figures(args).await,
    }
}

fn form(text: &str) -> Result<Form> {
    Form::of(text).ok_or_else(|| {
        error::invalid(
            format!("不认识格式 {text}。可用:json、xlsx、csv。"),
            format!("Unknown format {text}. There are json, xlsx, csv."),
        )
    })
}

async fn give(app: &App, actor: &Actor, list: List, form: Form, path: Option<&Path>, unmasked: bool) -> Result<u8> {
    // Without a trace nothing goes out: where nothing can be written only figures are read.
    export::noted(app, actor, "", &list, unmasked).await?;
    let bytes = list.write(form)?;
    match path {
        Some(path) => save(path, &bytes)?,
        None => out(&bytes),
    }
    Ok(0)
}

async fn people(args: ExportPeople) -> Result<u8> {
    let form = form(&args.format)?;
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let chosen = args.view.is_some() || args.search.is_some() || args.area.is_some();
    let list = if chosen {
        let filter = Filter {
            q: args.search.unwrap_or_default(),
            residency: view(args.view.as_deref())?,
            area: args.area,
            ..Filter::default()
        };
        lists::residents(&app, &actor, &filter, args.unmasked).await?
    } else {
        export::everyone(&app, &actor, args.unmasked).await?
    };
    give(&app, &actor, list, form, args.out.as_deref(), args.unmasked).await
}

/// The word of a view in the list of residents.
fn view(word: Option<&str>) -> Result<String> {
    const KNOWN: [&str; 6] = ["present", "resident", "temporary", "hukou_only", "unknown", "all"];
    match word {
        None => Ok("all".to_owned()),
        Some("present") => Ok(String::new()),
        Some(word) if KNOWN.contains(&word) => Ok(word.to_owned()),
        Some(word) => Err(unknown(word, KNOWN.into_iter())),
    }
}

async fn list(args: ExportList) -> Result<u8> {
    let form = form(&args.to.format)?;
    let app = open(&args.to.folder).await?;
    let actor = actor(&app, args.to.community).await?;
    let packs = app.packs().clone();
    let figure =
        packs.figure(&args.figure).ok_or_else(|| unknown(&args.figure, packs.figures.iter().map(|f| f.id.as_str())))?;
    let ask = Ask {
        area: args.area,
        slice: args.slice.as_deref().map(SliceOf::parse),
        ..Ask::of(period(&app, args.from.as_deref(), args.on.as_deref())?)
    };
    let mut desk = crate::figures::Desk::today(&app, &actor.scope).await?;
    let list = lists::of_figure(&app, &actor, figure, &ask, &mut desk).await?;
    give(&app, &actor, list, form, args.to.out.as_deref(), false).await
}

async fn ledger(args: ExportLedger) -> Result<u8> {
    let form = form(&args.to.format)?;
    let app = open(&args.to.folder).await?;
    let actor = actor(&app, args.to.community).await?;
    let packs = app.packs().clone();
    let programme = packs
        .programme(&args.programme)
        .ok_or_else(|| unknown(&args.programme, packs.programmes.iter().map(|p| p.id.as_str())))?;
    let on = day(args.on.as_deref())?.unwrap_or_else(|| app.clock.today());
    let list = lists::ledger(&app, &actor, programme, on).await?;
    give(&app, &actor, list, form, args.to.out.as_deref(), false).await
}

async fn figures(args: ExportFigures) -> Result<u8> {
    let form = form(&args.to.format)?;
    let app = open(&args.to.folder).await?;
    let actor = actor(&app, args.to.community).await?;
    let period = period(&app, args.from.as_deref(), args.on.as_deref())?;
    let list = lists::figures(&app, &actor, period).await?;
    give(&app, &actor, list, form, args.to.out.as_deref(), false).await
}

/// From the first of January or the day named, to today or the day named.
fn period(app: &crate::base::App, from: Option<&str>, on: Option<&str>) -> Result<Period> {
    let last = day(on)?.unwrap_or_else(|| app.clock.today());
    let first = match day(from)? {
        Some(first) => first,
        None => Day::ymd(last.year(), 1, 1).unwrap_or(last),
    };
    Ok(Period { first, last })
}
