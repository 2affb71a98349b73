//! Returns: figures counted by others, or about people nobody may list. Entered per area and period with a
//! source, checked at entry, signed, superseded like any state; there is no list to open.

pub mod pages;
pub mod queries;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "returns",
    routes,
    nav: &[Nav {
        href: "/returns",
        icon: "clipboard-list",
        title: "上报表",
        permission: Permission::ReadPeople,
        rank: 25,
    }],
    records: &[queries::ReturnEntry::TABLE],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    let only = Access::Only;
    routes
        .get(app, "/returns", only(Permission::ReadPeople), pages::list)
        .get(app, "/returns/{id}/{area}/{period}", only(Permission::Record), pages::show)
        .post(app, "/returns/{id}/{area}/{period}", only(Permission::Record), pages::save)
}

#[cfg(test)]
mod tests;
