//! Rosters in, lists out: the importer's plan and writing, and exports.

mod begin;
mod differences;
mod earlier;
pub mod export;
mod hidden;
mod import;
mod known;
mod layouts;
mod ledger;
mod lines;
pub mod lists;
mod lives;
mod pages;
mod person;
mod places;
mod plan;
mod progress;
pub mod queries;
pub mod reading;
mod say;
mod shown;
mod wizard;
mod writing;

pub use differences::Difference;
pub use import::{Outcome, Request, file_name, imported_at, run, run_sized, run_watched, sources_of};
pub use lives::Lives;
pub use plan::{Change, Plan};
pub use progress::{Progress, Stage};
pub use say::{detail, summary, summary_text};

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Result, Slice, Write};

pub const SLICE: Slice = Slice {
    name: "exchange",
    routes,
    settle: Some(|w| Box::pin(settle(w))),
    nav: &[Nav { href: "/imports", icon: "file-import", title: "导入", permission: Permission::Import, rank: 15 }],
    ..Slice::EMPTY
};

/// Whoever is erased stands in no file that waits or is kept.
async fn settle(w: &mut Write) -> Result<()> {
    if w.has_touched("person_remark") && w.does("erase") {
        queries::uploads::forget(w).await?;
    }
    Ok(())
}

fn routes(routes: Routes, app: &App) -> Routes {
    wizard::routes(routes, app)
        .get(app, "/people.{format}", Access::Only(Permission::Export), pages::residents)
        .get(app, "/figures/{id}/list.{format}", Access::Only(Permission::Export), pages::of_figure)
        .get(app, "/quality/{id}/list.{format}", Access::Only(Permission::Export), pages::of_question)
}

#[cfg(test)]
mod tests;
