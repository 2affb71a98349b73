//! 事务 — what a community did: activities, works, gifts; who stands where in a line of work; partners; what is planned.
//! The packs say what there is to record, the forms follow them.

mod events;
mod fields;
mod index;
mod organisations;
mod queries;
mod standing;
mod targets;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "work",
    routes,
    nav: &[Nav {
        href: "/work", icon: "clipboard-list", title: "事务", permission: Permission::ReadPeople, rank: 18
    }],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    let only = Access::Only;
    let (read, record, manage) = (Permission::ReadPeople, Permission::Record, Permission::Manage);
    routes
        .get(app, "/work", only(read), index::show)
        .get(app, "/work/about", only(record), index::about)
        .get(app, "/work/events/{kind}", only(read), events::list)
        .get(app, "/work/events/{kind}/new", only(record), events::new)
        .post(app, "/work/events/{kind}/new", only(record), events::add)
        .get(app, "/work/events/{kind}/{id}", only(record), events::edit)
        .post(app, "/work/events/{kind}/{id}", only(record), events::correct)
        .post(app, "/work/events/{kind}/{id}/withdraw", only(record), events::withdraw)
        .get(app, "/work/standings/{programme}", only(record), standing::show)
        .post(app, "/work/standings/{programme}", only(record), standing::save)
        .post(app, "/work/standings/{programme}/withdraw", only(record), standing::withdraw)
        .get(app, "/organisations", only(read), organisations::list)
        .get(app, "/organisations/new", only(record), organisations::new)
        .post(app, "/organisations/new", only(record), organisations::add)
        .get(app, "/organisations/{id}", only(record), organisations::edit)
        .post(app, "/organisations/{id}", only(record), organisations::change)
        .get(app, "/targets", only(Permission::ReadReport), targets::list)
        .post(app, "/targets", only(manage), targets::add)
        .post(app, "/targets/{id}/withdraw", only(manage), targets::withdraw)
}

#[cfg(test)]
mod tests;
