//! Estates, buildings, dwellings, who owns them; organisations and facilities of the place.

mod address;
mod load;
pub mod queries;
mod things;

pub use address::{DwellingLine, address};
pub use things::{Building, Dwelling, Estate, Facility, Organisation, Ownership};

use liren_rules::{Column, Many, SchemaBuilder};

use crate::base::{Kind, Slice};
use crate::org::queries::names;

pub const SLICE: Slice = Slice {
    name: "places",
    frames,
    kinds: &[
        Kind::new("estate", |l| Box::pin(load::estates(l))).labelled(names),
        Kind::new("building", |l| Box::pin(load::buildings(l))).labelled(names),
        Kind::new("dwelling", |l| Box::pin(load::dwellings(l))).labelled(queries::labels),
        Kind::new("ownership", |l| Box::pin(load::ownerships(l))),
        Kind::new("organisation", |l| Box::pin(load::organisations(l))).labelled(names),
        Kind::new("facility", |l| Box::pin(load::facilities(l))).labelled(names),
    ],
    states: &[Estate::TABLE, Building::TABLE, Dwelling::TABLE, Ownership::TABLE, Organisation::TABLE, Facility::TABLE],
    ..Slice::EMPTY
};

fn frames(schema: &mut SchemaBuilder) {
    schema
        .kind("estate", "小区", "Estate")
        .column(Column::int("rank", "次序", "Rank"))
        .many(Many::new("buildings", "building", "estate", "楼栋", "Buildings"));
    schema
        .kind("building", "楼栋", "Building")
        .column(Column::int("units", "单元数", "Units"))
        .column(Column::int("floors", "层数", "Floors"))
        .column(Column::one("estate", "estate", "小区", "Estate"))
        .column(Column::one("area", "area", "区划", "Area"))
        .many(Many::new("dwellings", "dwelling", "building", "房屋", "Dwellings"));
    schema
        .kind("dwelling", "房屋", "Dwelling")
        .column(Column::int("floor", "楼层", "Floor"))
        .column(Column::int("size", "面积", "Floor area"))
        .column(Column::code("use", "dwelling_use", "用途", "Use"))
        .column(Column::int("rank", "次序", "Rank"))
        .column(Column::one("building", "building", "楼栋", "Building"))
        .column(Column::one("area", "area", "区划", "Area"))
        .many(Many::new("households", "household", "dwelling", "户", "Households"))
        .many(Many::new("residents", "person", "dwelling", "居民", "Residents"))
        .many(Many::new("ownerships", "ownership", "dwelling", "产权", "Ownerships"));
    schema
        .kind("ownership", "产权", "Ownership")
        .column(Column::int("share", "份额", "Share"))
        .column(Column::one("dwelling", "dwelling", "房屋", "Dwelling"))
        .column(Column::one("person", "person", "人", "Person"));
    schema
        .kind("organisation", "组织", "Organisation")
        .column(Column::code("kind", "organisation_kind", "类别", "Kind"))
        .column(Column::day("founded", "成立日期", "Founded"))
        .column(Column::one("parent", "organisation", "上级组织", "Parent organisation"))
        .column(Column::one("area", "area", "区划", "Area"));
    schema
        .kind("facility", "设施", "Facility")
        .column(Column::code("kind", "facility_kind", "类别", "Kind"))
        .column(Column::day("since", "启用日期", "Since"))
        .column(Column::int("quantity", "数量", "Quantity"))
        .column(Column::one("area", "area", "区划", "Area"));
}
