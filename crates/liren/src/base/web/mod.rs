//! HTTP: routes with permissions, the signed-in actor, pages and their assets, errors as pages.

mod assets;
pub mod form;
mod guard;
mod page;
mod query;
mod reading;
mod reply;
mod routes;
pub mod server;

pub use assets::asset_path;
pub use form::{About, Form, Refused, Saved, Submitted, partial_day, see};
pub use guard::{Looks, Visitor, new_session, no_session};
pub use page::{Flash, NavItem, Shell};
pub use query::Query;
pub use reading::Reader;
pub use reply::{WebError, form_again, html};
pub use routes::{Access, Routes};
pub use server::From;

pub type Reply = std::result::Result<axum::response::Response, WebError>;
