//! The spine every slice stands on: the app, who asks and over what, errors, clocks, keys, dated states,
//! write transactions, frames and words.

mod aliases;
mod app;
pub mod attachments;
pub mod backup;
pub mod changes;
pub mod clock;
pub mod days;
pub mod error;
mod fields;
pub mod files;
mod frames;
pub mod grants;
pub mod ids;
pub mod keys;
mod look;
pub mod master;
pub mod nightly;
mod opening;
mod queries;
pub mod reader;
pub mod records;
mod rows;
mod scope;
mod slice;
pub mod stages;
pub mod states;
pub mod text;
pub mod trail;
pub mod undo;
pub mod web;
mod write;

pub use aliases::Aliases;
pub use app::{App, Joined};
pub use clock::{Clock, midnight_after};
pub use error::{Error, Result};
pub use fields::{Field, FieldOf, set_field};
pub use frames::{Earlier, Loading, Moment, Needs, revision, revision_before};
pub use grants::Grant;
pub use ids::{
    AppointmentId, AreaId, BuildingId, DwellingId, EstateId, FacilityId, HouseholdId, Id, Key, MatterId, Mine,
    OrganisationId, OwnershipId, PersonId, ReportId,
};
pub use look::Look;
pub use opening::{Hold, Opening, Upgrade, folder_error, not_a_demo};
pub use records::{FactValue, Fields};
pub use rows::{joined, row};
pub use scope::{Actor, Permission, Role, Scope};
pub use slice::{Asked, Kind, Label, Load, Nav, Patch, Reading, Slice, Slices};
pub use text::Lang;
pub use write::{Origin, Write};

#[cfg(test)]
mod tests;
