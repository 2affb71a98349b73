//! 留痕 — the page on which the auditor and the secretary read the trail: by time, by resident, by account; what somebody
//! should look into; and whether the chain is whole.

mod pages;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "audit",
    routes,
    nav: &[Nav { href: "/audit", icon: "eye", title: "留痕", permission: Permission::ReadAudit, rank: 90 }],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    routes.get(app, "/audit", Access::Only(Permission::ReadAudit), pages::page)
}

#[cfg(test)]
mod tests;
