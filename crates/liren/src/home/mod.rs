//! 工作台 — what is to be done today, what a change has moved, who is entitled and not enrolled.

mod buildings;
mod changes;
mod desk;
mod find;
mod settings;
mod todo;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "home",
    routes,
    nav: &[
        Nav { href: "/", icon: "layout-dashboard", title: "工作台", permission: Permission::ReadReport, rank: 0 },
        Nav {
            href: "/buildings", icon: "building", title: "户与房屋", permission: Permission::ReadPeople, rank: 12
        },
        Nav {
            href: "/standards", icon: "settings", title: "本社区标准", permission: Permission::Manage, rank: 70
        },
    ],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    use Permission::{Manage, ReadPeople, ReadReport, Record};
    let only = Access::Only;
    routes
        .get(app, "/", Access::SignedIn, desk::show)
        .get(app, "/find", only(ReadReport), find::find)
        .post(app, "/find", only(ReadReport), find::sent)
        .get(app, "/buildings", only(ReadPeople), buildings::list)
        .get(app, "/buildings/{key}", only(ReadPeople), buildings::building)
        .post(app, "/buildings/{key}/homes", only(Record), buildings::add)
        .get(app, "/dwellings/{key}", only(ReadPeople), buildings::dwelling)
        .get(app, "/standards", only(ReadReport), settings::show)
        .post(app, "/standards", only(Manage), settings::save)
        .get(app, "/screening/{programme}", only(ReadPeople), todo::leads)
        .get(app, "/people/{key}/todo", only(ReadPeople), todo::of_person)
        .get(app, "/changes/{revision}", only(ReadPeople), changes::show)
        .get(app, "/changes/{revision}/figures", only(ReadPeople), changes::figures)
        .post(app, "/changes/{revision}/undo", only(Record), changes::undo)
}

#[cfg(test)]
mod tests;
