//! 工作台 — what is to be done today, what a change has moved, who is entitled and not enrolled.

mod changes;
mod desk;
mod todo;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "home",
    routes,
    nav: &[Nav {
        href: "/", icon: "layout-dashboard", title: "工作台", permission: Permission::ReadReport, rank: 0
    }],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    use Permission::{ReadPeople, ReadReport, Record};
    let only = Access::Only;
    routes
        .get(app, "/", Access::SignedIn, desk::show)
        .get(app, "/screening/{programme}", only(ReadPeople), todo::leads)
        .get(app, "/people/{key}/todo", only(ReadPeople), todo::of_person)
        .get(app, "/changes/{revision}", only(ReadReport), changes::show)
        .get(app, "/changes/{revision}/figures", only(ReadReport), changes::figures)
        .post(app, "/changes/{revision}/undo", only(Record), changes::undo)
}

#[cfg(test)]
mod tests;
