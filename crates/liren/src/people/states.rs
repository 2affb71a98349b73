//! What is known of people and households, as dated states. Facts that change together form one table.

use liren_facts::{Day, PartialDay};
use liren_store::{Row, Value, params};

use crate::base::states::{OfKind, Subject, state};
use crate::base::{DwellingId, HouseholdId, PersonId};

state! {
    /// 姓名 — initials for search; `sort_key` orders by pinyin.
    pub struct Naming in "person_naming" of PersonId as "person_id" {
        name: Option<String> = "name",
        former_name: Option<String> = "former_name",
        initials: Option<String> = "initials",
        sort_key: Option<String> = "sort_key",
    }
}

impl Naming {
    /// A name, what it can be found by, and its place in the order of names.
    pub fn of(name: Option<&str>, former: Option<&str>) -> Naming {
        Naming {
            name: name.map(str::to_owned),
            former_name: former.map(str::to_owned),
            initials: name.map(|n| liren_facts::name::initials(n).join(" ")),
            sort_key: name.map(liren_facts::name::sort_key),
        }
    }
}

state! {
    /// 出生、性别、民族 — a partial date is two days.
    pub struct Birth in "person_birth" of PersonId as "person_id" {
        sex: Option<String> = "sex",
        born_first: Option<Day> = "born_first",
        born_last: Option<Day> = "born_last",
        ethnic: Option<String> = "ethnic",
    }
}

impl Birth {
    pub fn born(&self) -> Option<PartialDay> {
        partial(self.born_first, self.born_last)
    }
}

state! {
    /// 在世
    pub struct Life in "person_life" of PersonId as "person_id" {
        alive: bool = "alive",
        died_first: Option<Day> = "died_first",
        died_last: Option<Day> = "died_last",
    }
}

impl Life {
    pub const ALIVE: Life = Life { alive: true, died_first: None, died_last: None };

    pub fn died(day: Option<PartialDay>) -> Life {
        Life { alive: false, died_first: day.map(|d| d.first), died_last: day.map(|d| d.last) }
    }
}

/// Two days as one that is only partly known.
pub fn partial(first: Option<Day>, last: Option<Day>) -> Option<PartialDay> {
    first.zip(last).map(|(first, last)| PartialDay { first, last })
}

state! {
    /// 证件号码 — ciphertext and keyed indexes; the number is nowhere else.
    pub struct Identifier in "person_identifier" of PersonId as "person_id" {
        kind: String = "kind",
        state: String = "state",
        algorithm: String = "algorithm",
        key_id: String = "key_id",
        cipher: Vec<u8> = "cipher",
        whole_index: Vec<u8> = "whole_index",
        tail_index: Vec<u8> = "tail_index",
    }
}

/// One of somebody's phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneOf {
    pub person: PersonId,
    pub slot: i64,
}

impl Subject for PhoneOf {
    fn key(&self) -> Vec<Value> {
        params![self.person, self.slot]
    }

    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<PhoneOf> {
        Ok(PhoneOf { person: row.get(first)?, slot: row.get(first + 1)? })
    }
}

impl OfKind for PhoneOf {
    const KIND: &'static str = <PersonId as crate::base::Id>::KIND;
}

state! {
    /// 电话 — one row for each phone of a person.
    pub struct Contact in "person_contact" of PhoneOf as "person_id" and "slot" {
        algorithm: String = "algorithm",
        key_id: String = "key_id",
        cipher: Vec<u8> = "cipher",
        whole_index: Vec<u8> = "whole_index",
        tail_index: Vec<u8> = "tail_index",
    }
}

state! {
    /// 居住 — the two facts from which the four populations are derived, each known or unknown. `since` and `left_since` are days
    /// that somebody told; `inferred` marks what was concluded from what a roster says, not said by it.
    #[derive(Default)]
    pub struct Residency in "person_residency" of PersonId as "person_id" {
        hukou_here: Option<bool> = "hukou_here",
        lives_here: Option<bool> = "lives_here",
        since: Option<Day> = "since",
        left_since: Option<Day> = "left_since",
        dwelling: Option<DwellingId> = "dwelling_id",
        inferred: Option<bool> = "inferred",
    }
}

impl Residency {
    /// Known to have neither a home nor a hukou here.
    pub fn elsewhere() -> Residency {
        Residency { hukou_here: Some(false), lives_here: Some(false), ..Residency::default() }
    }

    pub fn word(&self) -> Option<&'static str> {
        residency_word(self.lives_here, self.hukou_here)
    }
}

/// The code of `residency` that the two facts make, as the base pack derives it for the living; `None` while
/// one of them is unknown. A test compares it with the pack over everyone of the demo.
pub fn residency_word(lives_here: Option<bool>, hukou_here: Option<bool>) -> Option<&'static str> {
    Some(match (lives_here?, hukou_here?) {
        (true, true) => "resident",
        (true, false) => "temporary",
        (false, true) => "hukou_only",
        (false, false) => "elsewhere",
    })
}

state! {
    /// 婚姻 — `since` is the day of the marriage or divorce where somebody told it, `spouse` who it is where they are known here.
    #[derive(Default)]
    pub struct Marital in "person_marital" of PersonId as "person_id" {
        marital: Option<String> = "marital",
        spouse: Option<PersonId> = "spouse_id",
        since: Option<Day> = "since",
    }
}

state! {
    /// 学历
    pub struct Schooling in "person_schooling" of PersonId as "person_id" {
        education: Option<String> = "education",
    }
}

state! {
    /// 政治面貌
    pub struct Political in "person_political" of PersonId as "person_id" {
        political: Option<String> = "political",
    }
}

state! {
    /// 从业
    pub struct Work in "person_work" of PersonId as "person_id" {
        employment: Option<String> = "employment",
        employer: Option<String> = "employer",
    }
}

state! {
    /// 户 — people who share a home and a household book; `number` as a roster or the police writes it.
    pub struct Household in "household_state" of HouseholdId as "household_id" {
        dwelling: Option<DwellingId> = "dwelling_id",
        number: Option<String> = "number",
    }
}

state! {
    /// 户内成员 — a person belongs to one household at a time; `relation` to its head (GB/T 4761).
    pub struct Membership in "person_membership" of PersonId as "person_id" {
        household: Option<HouseholdId> = "household_id",
        relation: Option<String> = "relation",
    }
}
