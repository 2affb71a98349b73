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

pub mod registers;

pub mod figures;

pub mod reports;

pub mod quality;

pub mod audit;

pub mod exchange;

pub mod worksheets;

pub mod work;

pub mod proofreading;

pub mod home;

pub mod access;

pub mod demo;

pub mod cli;

mod migrations;

use std::path::Path;
use std::sync::Arc;

use liren_packs::Packs;
use liren_rules::{Finding, SchemaBuilder};

use base::web::Routes;
use base::{App, Joined, Opening, Result, Slice, Slices, Upgrade};

/// All slices, from the spine up.
pub const SLICES: Slices = Slices(&[
    &accounts::SLICE,
    &org::SLICE,
    &places::SLICE,
    &people::SLICE,
    &programmes::SLICE,
    &returns::SLICE,
    &registers::SLICE,
    &figures::SLICE,
    &reports::SLICE,
    &quality::SLICE,
    &audit::SLICE,
    &exchange::SLICE,
    &worksheets::SLICE,
    &work::SLICE,
    &proofreading::SLICE,
    &home::SLICE,
    &access::SLICE,
]);

/// The packs this binary carries: path below `packs/` and text.
pub const PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The frame kinds of all slices; packs add their fields and events.
pub fn frame_kinds() -> SchemaBuilder {
    let mut schema = SchemaBuilder::new();
    for Slice { frames, .. } in SLICES.0 {
        frames(&mut schema);
    }
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
    Ok(Joined { packs: Arc::new(packs), schema, slices: SLICES, migrations: migrations::all() })
}

/// Opens a data folder with the packs of this binary, bringing its schema up to date.
pub async fn open(dir: &Path, create: bool, url: Option<&str>, joined: Joined) -> Result<App> {
    App::open(dir, Opening { create, url, upgrade: Upgrade::Any, ..Opening::default() }, joined).await
}

/// Every route of the product with its permission.
pub fn routes(app: &App) -> Routes {
    SLICES.0.iter().fold(Routes::default(), |routes, slice| (slice.routes)(routes, app))
}

#[cfg(test)]
mod histories;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod old_folders;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tidy;
