//! Sign-in, sessions, roles over areas, and the language of the pages.

mod pages;
pub mod queries;
pub mod rules;
pub mod verbs;

use crate::base::web::{Access, Routes};
use crate::base::{App, Slice};

pub const SLICE: Slice = Slice { name: "accounts", routes, ..Slice::EMPTY };

fn routes(routes: Routes, app: &App) -> Routes {
    routes
        .get(app, "/sign-in", Access::Public, pages::sign_in)
        .post(app, "/session", Access::Public, pages::open)
        .get(app, "/welcome", Access::Public, pages::welcome)
        .post(app, "/welcome", Access::Public, pages::settle)
        .post(app, "/session/end", Access::SignedIn, pages::close)
        .post(app, "/language", Access::Public, pages::language)
        .get(app, "/healthz", Access::Public, pages::health)
}

#[cfg(test)]
mod tests;
