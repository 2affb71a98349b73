//! 账户与授权 — the pages of accounts: who is let in and what they may do, one's own account, and how an installation
//! without a community begins.

mod manage;
mod start;

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub use start::link;

pub const SLICE: Slice = Slice {
    name: "access",
    routes,
    nav: &[Nav {
        href: "/accounts", icon: "users", title: "账户与授权", permission: Permission::Accounts, rank: 72
    }],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    let only = Access::Only(Permission::Accounts);
    routes
        .get(app, "/start", Access::Public, start::show)
        .post(app, "/start", Access::Public, start::begin)
        .get(app, "/me", Access::SignedIn, manage::own)
        .post(app, "/me/password", Access::SignedIn, manage::password)
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
