//! HTTP: routes with permissions, the signed-in actor, pages and their assets, errors as pages.

mod assets;
mod guard;
mod page;
mod query;
mod reply;
mod routes;
pub mod server;

pub use assets::asset_path;
pub use guard::{Visitor, new_session};
pub use page::{NavItem, Shell};
pub use query::Query;
pub use reply::{WebError, html};
pub use routes::{Access, Routes};

pub type Reply = std::result::Result<axum::response::Response, WebError>;
