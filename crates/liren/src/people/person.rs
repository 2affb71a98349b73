//! A person as the register takes one in, and as a list or an export tells of one.

use liren_facts::{Day, PartialDay};

use super::states::{Residency, residency_word};
use crate::base::{FactValue, Origin};

/// 新登记的人 — everything a roster row or a form may say. `None` is unknown, never "no".
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    pub name: Option<String>,
    pub former_name: Option<String>,
    pub sex: Option<String>,
    pub born: Option<PartialDay>,
    pub ethnic: Option<String>,
    /// Document code of GA/T 517 and the normalised number.
    pub number: Option<(String, String)>,
    /// Why there is no usable number: `missing`, `bad_checksum`, `precision_lost` …; `ok` when there is.
    pub number_state: String,
    /// Digits only.
    pub phones: Vec<String>,
    pub residency: Residency,
    pub dead: bool,
    pub died: Option<PartialDay>,
    pub household: Option<i64>,
    pub relation: Option<String>,
    pub marital: Option<String>,
    pub education: Option<String>,
    pub political: Option<String>,
    pub employment: Option<String>,
    pub employer: Option<String>,
    pub remark: Option<String>,
    /// Fields of packs, by field id.
    pub facts: Vec<(String, FactValue)>,
    pub origin: Origin,
}

impl NewPerson {
    /// The first day a lasting fact is known for: the day of birth where it is known and earlier.
    pub fn known_from(&self, from: Day) -> Day {
        self.born.map_or(from, |born| born.first.min(from))
    }

    /// The day the residency begins: the day of moving in where it is known and not later.
    pub fn lives_from(&self, from: Day) -> Day {
        let born = self.born.map_or(Day(i32::MIN / 2), |b| b.first);
        match self.residency.since {
            Some(since) if since <= from => since.max(born).min(from),
            _ => from,
        }
    }
}

/// What a list or an export says about a person, numbers left out.
#[derive(Clone, Debug, Default)]
pub struct PersonLine {
    pub id: i64,
    pub name: Option<String>,
    pub former_name: Option<String>,
    pub sex: Option<String>,
    pub born: Option<PartialDay>,
    pub alive: Option<bool>,
    pub hukou_here: Option<bool>,
    pub lives_here: Option<bool>,
    /// The residency was concluded from what a roster says, not said by it.
    pub inferred: bool,
    pub since: Option<Day>,
    pub dwelling: Option<i64>,
    pub household: Option<i64>,
    pub relation: Option<String>,
    pub ethnic: Option<String>,
    pub marital: Option<String>,
    pub education: Option<String>,
    pub political: Option<String>,
    pub employment: Option<String>,
    pub employer: Option<String>,
    /// Title of the source file and the place in it.
    pub source: Option<String>,
    pub source_ref: Option<String>,
    pub confirmed_on: Option<Day>,
}

impl PersonLine {
    /// The code of `residency`: somebody who has died lives nowhere here; `None` while it is unknown.
    pub fn residency(&self) -> Option<&'static str> {
        match self.alive {
            Some(false) => Some("elsewhere"),
            _ => residency_word(self.lives_here, self.hukou_here),
        }
    }

    /// `deceased`, `moved_out` or `active`.
    pub fn status(&self) -> &'static str {
        match (self.alive, self.lives_here, self.hukou_here) {
            (Some(false), ..) => "deceased",
            (_, Some(false), Some(false)) => "moved_out",
            _ => "active",
        }
    }
}
