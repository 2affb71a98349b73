//! The area tree of a community and who holds which post in it.
//!
//! The truth is `area_state`; nested ranges are derived from it in the transaction that changes the tree.
//! Level names belong to the community: one says 居民小组, another 网格.

mod area;
pub mod queries;

pub use area::{Level, NewArea};

use liren_rules::{Column, SchemaBuilder};

/// The frame kinds of this slice.
pub fn frames(schema: &mut SchemaBuilder) {
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
