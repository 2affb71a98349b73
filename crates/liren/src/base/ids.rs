//! Ids with a type, and the proof that one of them lies where the asker may look.
//!
//! Ids are counted per community; together with the community they are a key, `3-1207` in an address.

use std::ops::Deref;

use liren_store::{Number, Value};

use super::error::{Result, forbidden, not_found};
use super::{Look, Permission, Scope};

/// 编号 — the id of one kind of record.
pub trait Id: Number + Eq + std::hash::Hash + Send + Sync + std::fmt::Debug + 'static {
    /// The frame kind whose rows carry these ids.
    const KIND: &'static str;
    /// What a person calls such a record.
    const NOUN: &'static str;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $kind:literal $noun:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl Id for $name {
            const KIND: &'static str = $kind;
            const NOUN: &'static str = $noun;
        }
        impl Number for $name {
            fn number(self) -> i64 { self.0 }
            fn of_number(number: i64) -> $name { $name(number) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    )+ };
}

ids! {
    /// 区划
    AreaId "area" "区划";
    /// 任职
    AppointmentId "post" "职务";
    ReportId "report" "报告";
    /// 小区
    EstateId "estate" "小区";
    /// 楼栋
    BuildingId "building" "楼栋";
    /// 房屋
    DwellingId "dwelling" "房屋";
    /// 产权
    OwnershipId "ownership" "产权";
    /// 组织
    OrganisationId "organisation" "组织";
    /// 设施
    FacilityId "facility" "设施";
    /// 人
    PersonId "person" "居民";
    /// 户
    HouseholdId "household" "户";
    /// 办理、事项
    MatterId "enrolment" "办理记录";
}

/// 我的 — an id that lies inside the asker's scope. Verbs take nothing else. It is made by looking ([`Look::mine`]), by whoever
/// may see the whole community ([`Scope::mine`]), or by adding a record ([`super::Write::add`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mine<T>(T);

impl<T> Deref for Mine<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Id> Mine<T> {
    pub fn id(self) -> T {
        self.0
    }

    pub fn number(self) -> i64 {
        self.0.number()
    }

    pub(super) fn proven(id: T) -> Mine<T> {
        Mine(id)
    }
}

impl<T: Id> From<Mine<T>> for Value {
    fn from(mine: Mine<T>) -> Value {
        Value::from(mine.number())
    }
}

impl Scope {
    /// The ids of whoever may see the whole community, as the operator and an importer do; refused to everybody else.
    pub fn mine<T: Id>(&self, id: T) -> Result<Mine<T>> {
        match self.areas {
            None => Ok(Mine(id)),
            Some(_) => Err(forbidden(Permission::Import)),
        }
    }
}

impl Look {
    /// An id that stands in the frame of its kind, inside the scope; anything else is not there, for this asker.
    pub fn mine<T: Id>(&self, scope: &Scope, id: T) -> Result<Mine<T>> {
        let kind = self.schema().kind(T::KIND).ok_or_else(|| not_found(T::NOUN))?;
        let row = self.world.frame(kind).row_of(id.number()).ok_or_else(|| not_found(T::NOUN))?;
        if self.within(kind, scope).contains(row) { Ok(Mine(id)) } else { Err(not_found(T::NOUN)) }
    }
}

/// A key of an address: `3-1207`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub community: i64,
    pub id: i64,
}

impl Key {
    pub fn parse(text: &str) -> Option<Key> {
        let (community, id) = text.split_once('-')?;
        Some(Key { community: community.parse().ok()?, id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.community, self.id)
    }
}
