//! What the registry already has in this community, passed in memory so that a second roster or a ledger
//! recognises the same people.

use liren_facts::PartialDay;
use liren_facts::address::Dwelling;
use liren_facts::identifier::Sex;

use crate::draft::{Residency, Status};

/// Everyone known in one community. Empty before the first import.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub people: Vec<KnownPerson>,
}

/// 已登记的人
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownPerson {
    pub key: i64,
    pub name: String,
    pub former_names: Vec<String>,
    pub sex: Option<Sex>,
    pub birth: Option<PartialDay>,
    /// The whole normalised number.
    pub number: Option<String>,
    /// A damaged number of an earlier roster, cleaned ([`crate::Draft::number_given`], but never one that was
    /// somebody else's).
    pub number_given: Option<String>,
    pub phones: Vec<String>,
    pub household: Option<i64>,
    /// GB/T 4761
    pub relation: Option<String>,
    pub dwelling: Option<Dwelling>,
    pub residency: Option<Residency>,
    pub status: Option<Status>,
    /// GB/T 4762
    pub political: Option<String>,
    /// Sheet and row (1-based) in which this very file, byte for byte, named the person before.
    pub row: Option<(String, u32)>,
    /// Other facts that the checks of packs ask for: `(fact, value)`.
    pub facts: Vec<(String, String)>,
}
