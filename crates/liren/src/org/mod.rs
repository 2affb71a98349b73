//! The area tree of a community and who holds which post in it.
//!
//! The truth is `area_state`; the tree of a day is numbered when it is read. Level names belong to the community: one says
//! 居民小组, another 网格.

mod area;
mod load;
pub mod params;
mod post;
pub mod queries;

pub use area::{Area, AreaLine, Level, Tree, add_areas, change};
pub use load::one;
pub use post::Appointment;

use liren_rules::{Column, SchemaBuilder};

use crate::base::{Kind, Slice};

pub const SLICE: Slice = Slice {
    name: "org",
    frames,
    kinds: &[
        Kind::new("area", |l| Box::pin(load::areas(l))).labelled(queries::names),
        Kind::new("post", |l| Box::pin(load::posts(l))),
    ],
    states: &[Area::TABLE, Appointment::TABLE, params::LocalValue::TABLE],
    ..Slice::EMPTY
};

fn frames(schema: &mut SchemaBuilder) {
    schema
        .kind("area", "区划", "Area")
        .column(Column::code("level", "area_level", "层级", "Level"))
        .column(Column::int("rank", "次序", "Rank"))
        .column(Column::one("parent", "area", "上级", "Parent"));
    schema
        .kind("post", "任职", "Post")
        .column(Column::code("role", "post_role", "职务", "Role"))
        .column(Column::one("person", "person", "人", "Person"))
        .column(Column::one("area", "area", "区划", "Area"))
        .column(Column::one("organisation", "organisation", "组织", "Organisation"));
}

#[cfg(test)]
mod tests;
