//! Sign-in, sessions, accounts, roles over areas, and the language of the pages.

mod pages;
pub mod queries;
pub mod rules;
pub mod second;
pub mod verbs;

use crate::base::web::{Access, Refused, Routes, Submitted};
use crate::base::{App, Slice};

pub use pages::device;

pub const SLICE: Slice = Slice { name: "accounts", routes, ..Slice::EMPTY };

fn routes(routes: Routes, app: &App) -> Routes {
    routes
        .get(app, "/sign-in", Access::Public, pages::sign_in)
        .post(app, "/session", Access::Public, pages::open)
        .post(app, "/session/second", Access::Public, pages::second)
        .get(app, "/welcome", Access::Public, pages::welcome)
        .post(app, "/welcome", Access::Public, pages::settle)
        .post(app, "/session/end", Access::SignedIn, pages::close)
        .post(app, "/language", Access::Public, pages::language)
        .get(app, "/healthz", Access::Public, pages::health)
}

/// Whoever lets others in, or takes something that cannot be given back, types their own password once more: a screen
/// that was left open is not them. Says so in the form when it is wrong.
pub async fn really(app: &App, s: &mut Submitted) -> std::result::Result<(), Refused> {
    let (login, typed) = (s.actor()?.login.clone(), s.form.v("own").to_owned());
    // Nobody types it into a form that came back: it is not kept.
    s.form.set("own", "");
    if s.form.resumed {
        return Err(Refused::Form);
    }
    let address = s.visitor.from.address.clone();
    rules::may_try(app, &login, &address)?;
    let right = queries::verify(app, &login, &typed).await? == Some(s.actor()?.account);
    rules::tried(app, &login, &address, right);
    if !right {
        s.form.problem("own", "你的密码不对，没有改动。", "Your password is wrong; nothing was changed.");
    }
    if s.form.problems.is_empty() { Ok(()) } else { Err(Refused::Form) }
}

#[cfg(test)]
mod tests;
