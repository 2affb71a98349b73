//! Figures: definitions of the packs evaluated over frames. The same verbs serve pages, lists, exports,
//! reports and the command line, so a number is the length of the list it opens, always.

mod answer;
mod asked;
mod card;
mod chart;
mod check;
mod compare;
mod desk;
mod freeze;
mod frozen;
mod guard;
mod history;
pub mod listing;
mod pages;
pub mod queries;
mod sheet;
pub mod small;
pub mod targets;
mod value;

pub use answer::{Answer, Way, Why as Because, uncovered};
pub use asked::{Asked, href};
pub use card::{Card, card, settled_at, shown};
pub use check::{Checked, checks};
pub use compare::{Comparison, Difference, Named, Why, compare};
pub use desk::{Ask, Desk, Missing};
pub use freeze::{freeze_all, pack_ids, unpack_ids, values as frozen_values};
pub use frozen::signed;
pub use guard::Guard;
pub use pages::{cut_title, slice_names};
pub use queries::freeze as freeze_values;
pub use sheet::Sheet;
pub use value::{Slice, SliceOf, Value, decimal, json};

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission};

pub const SLICE: crate::base::Slice = crate::base::Slice {
    name: "figures",
    routes,
    nav: &[Nav { href: "/figures", icon: "chart-bar", title: "指标", permission: Permission::ReadReport, rank: 30 }],
    records: &[targets::Target::TABLE],
    ..crate::base::Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    routes
        .get(app, "/figures", Access::Only(Permission::ReadReport), pages::list)
        .get(app, "/figures/{id}", Access::Only(Permission::ReadReport), pages::show)
        .get(app, "/figures/{id}/history", Access::Only(Permission::ReadReport), history::part)
        .get(app, "/figures/{id}/list", Access::Only(Permission::ReadPeople), listing::open)
        .get(app, "/frozen", Access::Only(Permission::ReadReport), frozen::list)
        .post(app, "/frozen", Access::Only(Permission::WriteReport), frozen::keep)
        .get(app, "/frozen/{then}/{now}", Access::Only(Permission::ReadReport), frozen::compared)
}

#[cfg(test)]
mod tests;
