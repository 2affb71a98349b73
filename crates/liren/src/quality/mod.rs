//! Data quality: which key facts are missing, what contradicts itself, what nobody has confirmed for long.
//! Everything is a set over the person frame, so a count is the length of its list.

mod pages;
mod problems;
mod queries;
pub mod registers;
mod saying;

pub use pages::{Line, open_work, people_of as people};

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "quality",
    routes,
    nav: &[Nav {
        href: "/quality",
        icon: "user-question",
        title: "数据质量",
        permission: Permission::ReadPeople,
        rank: 20,
    }],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    let read = Access::Only(Permission::ReadPeople);
    routes
        .get(app, "/quality", read, pages::list)
        .get(app, "/quality/{id}", read, pages::show)
        .get(app, "/problems", read, problems::list)
        .post(app, "/problems/settle", Access::Only(Permission::Record), problems::settle)
        .get(app, "/registers", Access::Only(Permission::ReadReport), registers::page)
        .get(app, "/registers/say", Access::Only(Permission::Manage), saying::show)
        .post(app, "/registers/say", Access::Only(Permission::Manage), saying::save)
        .post(app, "/registers/drop", Access::Only(Permission::Manage), saying::drop)
}
