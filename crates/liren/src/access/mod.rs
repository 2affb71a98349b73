//! 账户与授权 — the pages of accounts: who is let in and what they may do, one's own account, and how an installation
//! without a community begins.

mod areas;
mod data;
mod manage;
mod second;
mod start;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub use start::link;

pub const SLICE: Slice = Slice {
    name: "access",
    routes,
    nav: &[
        Nav {
            href: "/areas", icon: "arrows-split", title: "辖区与任职", permission: Permission::ReadPeople, rank: 71
        },
        Nav { href: "/accounts", icon: "users", title: "账户与授权", permission: Permission::Accounts, rank: 72 },
        Nav {
            href: "/data", icon: "clipboard-check", title: "数据与备份", permission: Permission::Accounts, rank: 95
        },
    ],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    let only = Access::Only(Permission::Accounts);
    let (people, manage) = (Access::Only(Permission::ReadPeople), Access::Only(Permission::Manage));
    routes
        .get(app, "/menu", Access::SignedIn, data::menu)
        .post(app, "/looks", Access::Public, data::looks)
        .get(app, "/data", only, data::show)
        .get(app, "/areas", people, areas::list)
        .get(app, "/areas/{key}", people, areas::show)
        .post(app, "/areas/{key}/name", manage, areas::rename)
        .post(app, "/areas/{key}/below", manage, areas::divide)
        .post(app, "/areas/{key}/posts", manage, areas::appoint)
        .post(app, "/areas/{key}/posts/end", manage, areas::leave)
        .get(app, "/start", Access::Public, start::show)
        .post(app, "/start", Access::Public, start::begin)
        .get(app, "/me", Access::SignedIn, manage::own)
        .post(app, "/me/password", Access::SignedIn, manage::password)
        .post(app, "/me/second/begin", Access::SignedIn, second::begin)
        .post(app, "/me/second/confirm", Access::SignedIn, second::confirm)
        .post(app, "/me/second/end", Access::SignedIn, second::end)
        .post(app, "/me/sign-ins/end", Access::SignedIn, manage::end_sign_in)
        .get(app, "/accounts", only, manage::list)
        .get(app, "/accounts/new", only, manage::new)
        .post(app, "/accounts/new", only, manage::invite)
        .get(app, "/accounts/{id}", only, manage::show)
        .post(app, "/accounts/{id}/grants", only, manage::grant)
        .post(app, "/accounts/{id}/grants/end", only, manage::end)
        .post(app, "/accounts/{id}/reset", only, manage::reset)
        .post(app, "/accounts/{id}/disable", only, manage::disable)
}

#[cfg(test)]
mod tests;
