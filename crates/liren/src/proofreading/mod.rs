//! Proofreading a report from outside: drop a file, see its text with marks. The same crate checks our own
//! reports.

mod known;
mod pages;
pub mod reading;

pub use known::known_figures;
pub use reading::{Form, Proofread, Request, proof};

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "proofreading",
    routes,
    nav: &[Nav {
        href: "/proof",
        icon: "clipboard-check",
        title: "报告校对",
        permission: Permission::ReadReport,
        rank: 50,
    }],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    routes.get(app, "/proof", Access::Only(Permission::ReadReport), pages::form).post(
        app,
        "/proof",
        Access::Only(Permission::ReadReport),
        pages::read.layer(DefaultBodyLimit::max(pages::FILE_BYTES_MAX)),
    )
}

#[cfg(test)]
mod tests;
