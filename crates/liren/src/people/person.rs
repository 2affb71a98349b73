//! A person as the register takes one in.

use liren_facts::{Day, PartialDay};

use crate::base::Origin;

/// 居住 — the two facts from which the four populations are derived, each known or unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Residency {
    pub hukou_here: Option<bool>,
    pub lives_here: Option<bool>,
    pub since: Option<Day>,
    pub left_since: Option<Day>,
    pub dwelling: Option<i64>,
    /// Concluded from what a roster says, not said by it.
    pub inferred: bool,
}

impl Residency {
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

/// A value of a field that a pack declares.
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue {
    Number(i64),
    Text(String),
}

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
