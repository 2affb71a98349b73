//! 里仁 — the digital platform of a residential community: one library, one binary, all slices.
//!
//! The slices stand in the order in which they may import one another (each line apart, so that no tool sorts them): base, then accounts, then org,
//! places, people, programmes, returns, figures, reports, exchange, demo. A test reads the imports.

pub mod base;

pub mod accounts;

pub mod org;

pub mod places;

pub mod people;

pub mod programmes;

pub mod returns;

pub mod figures;

pub mod reports;

pub mod quality;

pub mod exchange;

pub mod proofreading;

pub mod demo;

pub mod cli;

mod migrations;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use liren_packs::Packs;
use liren_rules::{Finding, SchemaBuilder};

use base::web::Routes;
use base::{App, Joined, Loading, Opening, Result, Upgrade};

/// The packs this binary carries: path below `packs/` and text.
pub const PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The frame kinds of all slices; packs add their fields and events.
pub fn frame_kinds() -> SchemaBuilder {
    let mut schema = SchemaBuilder::new();
    org::frames(&mut schema);
    places::frames(&mut schema);
    people::frames(&mut schema);
    programmes::frames(&mut schema);
    schema
}

/// Loads packs given as path and text.
pub fn load_packs(files: &[(String, String)]) -> (Packs, Vec<Finding>) {
    liren_packs::load(files, frame_kinds())
}

/// The packs the binary carries, joined with the slices' loaders. A broken pack stops the start with its
/// findings.
pub fn joined() -> std::result::Result<Joined, Vec<Finding>> {
    let files: Vec<(String, String)> =
        PACKS.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let (packs, findings) = load_packs(&files);
    if findings.iter().any(Finding::is_error) {
        return Err(findings);
    }
    let schema = packs.schema.clone();
    Ok(Joined { packs: Arc::new(packs), schema, load, reads, migrations: migrations::all() })
}

/// Opens a data folder with the packs of this binary, bringing its schema up to date.
pub async fn open(dir: &Path, create: bool, url: Option<&str>, joined: Joined) -> Result<App> {
    App::open(dir, Opening { create, url, upgrade: Upgrade::Any, ..Opening::default() }, joined).await
}

/// Reads one frame kind: the slices' loaders, joined.
fn load<'a>(l: &'a mut Loading<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        match l.kind.as_str() {
            "area" => org::queries::load_areas(l).await,
            "post" => org::queries::load_posts(l).await,
            "estate" => places::queries::load_estates(l).await,
            "building" => places::queries::load_buildings(l).await,
            "dwelling" => places::queries::load_dwellings(l).await,
            "ownership" => places::queries::load_ownerships(l).await,
            "organisation" => places::queries::load_organisations(l).await,
            "facility" => places::queries::load_facilities(l).await,
            "person" => people::load_persons(l).await,
            "household" => people::load_households(l).await,
            "birth" | "death" | "marriage" | "divorce" | "move" => people::load_events(l).await,
            "enrolment" => programmes::load_enrolments(l).await,
            "transition" => programmes::load_transitions(l).await,
            "payment" => programmes::load_payments(l).await,
            event if event.contains('.') => programmes::load_event(l).await,
            _ => Ok(()),
        }
    })
}

/// What makes a frame stale besides its own name: the tables its loader reads.
fn reads(kind: &str) -> &'static [&'static str] {
    match kind {
        "person" => &["dwelling", "building", "estate", "field"],
        "household" => &["dwelling", "building", "field"],
        "dwelling" => &["building"],
        "enrolment" => &["person", "household", "dwelling", "building", "field", "transition"],
        "transition" | "payment" => &["person", "household", "dwelling", "building", "enrolment"],
        "birth" | "death" | "marriage" | "divorce" | "move" => &["person"],
        event if event.contains('.') => &["person", "household", "dwelling", "building", "field"],
        _ => &[],
    }
}

/// Every route of the product with its permission.
pub fn routes(app: &App) -> Routes {
    let routes = Routes::default();
    let routes = accounts::routes(routes, app);
    let routes = people::routes(routes, app);
    let routes = figures::routes(routes, app);
    let routes = quality::routes(routes, app);
    let routes = reports::routes(routes, app);
    let routes = exchange::routes(routes, app);
    proofreading::routes(routes, app)
}

#[cfg(test)]
mod old_folders;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tidy;
