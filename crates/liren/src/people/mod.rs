//! Persons, households, residency and what happens to people: births, deaths, marriages, moves.
//!
//! A person row exists for everyone known here, also those who only own or work here; a figure of a
//! population always names a residency.

pub mod chosen;
pub mod columns;
pub mod conditions;
pub mod facts;
mod file;
pub mod forms;
pub mod identity;
mod lists;
pub mod lives;
mod load;
pub mod merging;
mod pages;
mod person;
pub mod queries;
pub mod register;
mod saved;
pub mod search;
mod settle;
mod states;

pub use chosen::Chosen;
pub use load::{LONG_AGO, fields as load_fields, set_field};
pub use pages::{Row, code, rows};
pub use person::{NewPerson, PersonLine};
pub use settle::LifeEvent;
pub use states::{
    Birth, Contact, Household, Identifier, Life, Marital, Membership, Naming, PhoneOf, Political, Residency, Schooling,
    Work, residency_word,
};

use liren_rules::{Column, Many, SchemaBuilder};

use crate::base::web::{Access, Routes};
use crate::base::{App, Kind, Nav, Patch, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "people",
    frames,
    routes,
    nav: &[Nav { href: "/people", icon: "users", title: "居民", permission: Permission::ReadPeople, rank: 10 }],
    kinds: &[
        Kind::new("person", |l| Box::pin(load::persons(l))).opens(|key| format!("/people/{key}")).patched_by(&PATCH),
        Kind::new("household", |l| Box::pin(load::households(l))).labelled(queries::household_labels),
        Kind::new("birth", |l| Box::pin(load::events(l))),
        Kind::new("death", |l| Box::pin(load::events(l))),
        Kind::new("marriage", |l| Box::pin(load::events(l))),
        Kind::new("divorce", |l| Box::pin(load::events(l))),
        Kind::new("move", |l| Box::pin(load::events(l))),
    ],
    states: &[
        Naming::TABLE,
        Birth::TABLE,
        Life::TABLE,
        Identifier::TABLE,
        Contact::TABLE,
        Residency::TABLE,
        Marital::TABLE,
        Schooling::TABLE,
        Political::TABLE,
        Work::TABLE,
        Household::TABLE,
        Membership::TABLE,
        crate::base::Field::TABLE,
    ],
    records: &[LifeEvent::TABLE, register::Remark::TABLE, saved::SavedList::TABLE],
    settle: Some(|w| Box::pin(settle::settle(w))),
    ..Slice::EMPTY
};

/// A few changed people are put into the frame that is there. A new name changes the order of all of them.
const PATCH: Patch = Patch {
    tables: &[
        "person_birth", "person_life", "person_residency", "person_membership", "person_marital", "person_schooling",
        "person_political", "person_work", "person_identifier", "person_contact", "field_value",
    ],
    anew: &["person_naming", "alias"],
    kept: &["name_rank"],
};

/// The frame kinds of this slice. Names and numbers never enter a frame.
fn frames(schema: &mut SchemaBuilder) {
    facts::columns(schema.kind("person", "人", "Person"))
        .column(Column::partial_day("born", "出生日期", "Date of birth").also("出生"))
        .column(Column::bool("alive", "在世", "Alive").cost(3))
        .column(Column::bool("hukou_here", "户籍在本社区", "Registered here").also("户籍"))
        .column(Column::bool("lives_here", "住在本社区", "Lives here"))
        .column(Column::bool("residency_inferred", "居住情况是推断的", "Residency inferred"))
        .column(Column::day("confirmed", "核实日期", "Residency last confirmed"))
        .column(Column::day("since", "入住日期", "Here since"))
        .column(Column::day("left_since", "离开日期", "Away since"))
        .column(Column::code("relation", "relation", "与户主关系", "Relation to head"))
        .column(Column::bool("has_number", "有证件号码", "Number on file"))
        .column(Column::bool("has_phone", "有电话", "Phone on file"))
        .column(Column::int("name_rank", "姓名次序", "Rank by name"))
        .column(Column::int("place_rank", "住址次序", "Rank by address"))
        .column(Column::one("household", "household", "户", "Household"))
        .column(Column::one("dwelling", "dwelling", "房屋", "Dwelling"))
        .column(Column::one("area", "area", "区划", "Area"))
        .many(Many::new("posts", "post", "person", "职务", "Posts"))
        .many(Many::new("ownerships", "ownership", "person", "产权", "Ownerships"));
    schema
        .kind("household", "户", "Household")
        .column(Column::one("dwelling", "dwelling", "房屋", "Dwelling"))
        .column(Column::one("area", "area", "区划", "Area"))
        .many(Many::new("members", "person", "household", "成员", "Members"));
    for (kind, zh, en) in EVENTS {
        schema
            .kind(kind, zh, en)
            .column(Column::partial_day("day", "日期", "Day"))
            .column(Column::code("residency", "residency", "居住", "Residency then"))
            .column(Column::code("direction", "direction", "去向", "Direction"))
            .column(Column::one("person", "person", "人", "Person"))
            .column(Column::one("area", "area", "区划", "Area"))
            .column(Column::one("from_area", "area", "原区划", "Area before"));
    }
}

fn routes(routes: Routes, app: &App) -> Routes {
    use Permission::{Merge, Note, ReadPeople, Record, Unmask};
    use forms::{event, fact, merge, new, reveal, small};
    let only = Access::Only;
    routes
        .get(app, "/people", only(ReadPeople), lists::show)
        .get(app, "/people/condition", only(ReadPeople), lists::condition)
        .post(app, "/people/lists", only(Record), lists::keep)
        .post(app, "/people/lists/{id}/drop", only(Record), lists::let_go)
        .get(app, "/people/new", only(Record), new::show)
        .post(app, "/people/new", only(Record), new::save)
        .post(app, "/people/new/check", only(Record), new::check)
        .get(app, "/people/find", only(ReadPeople), reveal::find)
        .post(app, "/people/find", only(ReadPeople), reveal::found)
        .get(app, "/people/{key}", only(ReadPeople), file::show)
        .get(app, "/people/{key}/papers/{paper}", only(Unmask), file::paper)
        .get(app, "/people/{key}/facts/{fact}", only(Record), fact::show)
        .post(app, "/people/{key}/facts/{fact}", only(Record), fact::save)
        .get(app, "/people/{key}/events/{what}", only(Record), event::show)
        .post(app, "/people/{key}/events/{what}", only(Record), event::save)
        .post(app, "/people/{key}/confirm", only(Note), small::confirm)
        .post(app, "/people/{key}/notes", only(Note), small::note)
        .post(app, "/people/{key}/phones", only(Record), small::phone)
        .get(app, "/people/{key}/reveal", only(Unmask), reveal::show)
        .post(app, "/people/{key}/reveal", only(Unmask), reveal::open)
        .get(app, "/people/{key}/merge", only(Merge), merge::show)
        .post(app, "/people/{key}/merge", only(Merge), merge::save)
        .post(app, "/people/{key}/unmerge", only(Merge), merge::part)
}

/// Happenings of a life, each a frame kind of its own.
pub const EVENTS: [(&str, &str, &str); 5] = [
    ("birth", "出生事件", "Birth"),
    ("death", "死亡事件", "Death"),
    ("marriage", "结婚事件", "Marriage"),
    ("divorce", "离婚事件", "Divorce"),
    ("move", "迁移事件", "Move"),
];

#[cfg(test)]
mod tests;
