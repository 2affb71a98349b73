//! The spine every slice stands on: the app, who asks and over what, errors, clocks, keys, dated states,
//! write transactions, frames and words.

mod app;
pub mod backup;
mod clock;
pub mod error;
pub mod files;
mod frames;
pub mod keys;
mod look;
pub mod master;
mod opening;
mod queries;
pub mod reader;
mod scope;
pub mod states;
pub mod text;
pub mod web;
mod write;

pub use app::{App, Joined};
pub use clock::{Clock, midnight_after};
pub use error::{Error, Result};
pub use frames::{Earlier, Loader, Loading, Moment, revision, revision_before};
pub use look::Look;
pub use opening::{Hold, Opening, Upgrade, folder_error, not_a_demo};
pub use scope::{Actor, Permission, Role, Scope};
pub use text::Lang;
pub use write::{Origin, Write};

#[cfg(test)]
mod tests;
