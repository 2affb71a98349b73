//! What speaks for and against two descriptions being one person.

use liren_facts::PartialDay;
use liren_facts::address::Dwelling;
use liren_facts::identifier::{Fault, Sex};

use crate::draft::MatchedBy;
use crate::extract::Record;
use crate::known::KnownPerson;

/// A name without its dots and blanks: 买买提·艾力 and 买买提艾力 are one name.
pub(crate) fn name_key(name: &str) -> String {
    name.chars().filter(|c| *c != '·' && !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// A person as far as linking is concerned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traits {
    pub name: Option<String>,
    pub former: Vec<String>,
    pub number: Option<String>,
    /// A damaged number, cleaned.
    pub damaged: Option<String>,
    /// The end of the number, where no more of it is told.
    pub tail: Option<String>,
    pub sex: Option<Sex>,
    pub birth: Option<PartialDay>,
    pub dwelling: Option<Dwelling>,
    /// 二组, where homes have no door.
    pub group: Option<String>,
    pub phones: Vec<String>,
}

impl Traits {
    pub fn of_record(record: &Record) -> Traits {
        let draft = &record.draft;
        let damaged = draft.number_given.clone().filter(|_| !draft.number_shared && draft.number_fault.is_some());
        let damaged = match draft.number_fault {
            // 9.90112E+17 keeps six digits, a rounded number fifteen.
            Some(Fault::Scientific) => damaged.map(|d| d.chars().filter(char::is_ascii_digit).take(6).collect()),
            Some(Fault::PrecisionLost) => damaged.map(|d| d.chars().take(15).collect()),
            _ => damaged,
        };
        Traits {
            name: draft.name.as_ref().map(|n| name_key(&n.value)),
            former: draft.former_names.iter().map(|n| name_key(n)).collect(),
            number: draft.number.as_ref().map(|n| n.value.text.clone()),
            damaged,
            tail: record.keys.number_tail.clone(),
            sex: draft.sex.as_ref().map(|s| s.value),
            birth: draft.birth.as_ref().map(|b| b.value),
            group: draft.dwelling.as_ref().and_then(|d| group(&d.value)),
            dwelling: draft.dwelling.as_ref().map(|d| d.value.clone()).filter(Dwelling::is_door),
            phones: draft.phones.iter().map(|p| p.digits.clone()).collect(),
        }
    }

    pub fn of_known(person: &KnownPerson) -> Traits {
        let damaged = person.number_given.clone().map(|d| {
            if d.contains("E+") {
                d.chars().filter(char::is_ascii_digit).take(6).collect()
            } else {
                d.trim_end_matches("000").to_owned()
            }
        });
        Traits {
            name: Some(name_key(&person.name)).filter(|n| !n.is_empty()),
            former: person.former_names.iter().map(|n| name_key(n)).collect(),
            number: person.number.clone(),
            damaged: damaged.filter(|_| person.number.is_none()),
            tail: None,
            sex: person.sex,
            birth: person.birth,
            group: person.dwelling.as_ref().and_then(group),
            dwelling: person.dwelling.clone().filter(Dwelling::is_door),
            phones: person.phones.clone(),
        }
    }
}

fn group(home: &Dwelling) -> Option<String> {
    home.building.clone().filter(|b| home.room.is_none() && b.ends_with('组'))
}

pub(crate) struct Evidence {
    pub score: i32,
    pub by: MatchedBy,
}

/// Compares two people of one name; `None` when something contradicts.
pub(crate) fn compare(a: &Traits, b: &Traits) -> Option<Evidence> {
    let mut score = 0;
    let mut by = MatchedBy::NameAlone;
    let mut add = |points: i32, reason: MatchedBy| {
        if points > 0 && by == MatchedBy::NameAlone {
            by = reason;
        }
        score += points;
    };
    let mut numbers_differ = false;
    match (&a.number, &b.number, &a.damaged, &b.damaged) {
        (Some(x), Some(y), ..) if x == y => add(6, MatchedBy::Number),
        (Some(_), Some(_), ..) => numbers_differ = true,
        (Some(whole), None, _, Some(damaged)) | (None, Some(whole), Some(damaged), _) => {
            if fits(whole, damaged) {
                add(3, MatchedBy::DamagedNumber);
            } else {
                add(-2, MatchedBy::NameAlone);
            }
        }
        (None, None, Some(x), Some(y)) if x.len() >= 15 && y.len() >= 15 => {
            if x == y || fits(x, y) {
                add(3, MatchedBy::DamagedNumber);
            } else {
                add(-2, MatchedBy::NameAlone);
            }
        }
        _ => {}
    }
    match (&a.tail, &b.number, &b.tail, &a.number) {
        (Some(tail), Some(number), ..) | (_, _, Some(tail), Some(number)) => {
            if !number.ends_with(tail.as_str()) {
                return None;
            }
            add(3, MatchedBy::DamagedNumber);
        }
        _ => {}
    }
    if let (Some(x), Some(y)) = (a.sex, b.sex)
        && x != y
    {
        return None;
    }
    match (a.birth, b.birth) {
        (Some(x), Some(y)) if x == y && x.is_exact() => add(2, MatchedBy::NameAndBirth),
        (Some(x), Some(y)) if x.first <= y.last && y.first <= x.last => add(1, MatchedBy::NameAndBirth),
        (Some(_), Some(_)) => return None,
        _ => {}
    }
    match (&a.dwelling, &b.dwelling) {
        (Some(x), Some(y)) if same_door(x, y) => add(2, MatchedBy::NameAndDwelling),
        // The same door of an estate under another name: which of them is right is asked for all of its homes.
        (Some(x), Some(y)) if x.building.is_some() && x.room.is_some() && same_door(&nameless(x), &nameless(y)) => {}
        (Some(_), Some(_)) => add(-1, MatchedBy::NameAlone),
        _ => {}
    }
    match (&a.group, &b.group) {
        (Some(x), Some(y)) if x == y => add(1, MatchedBy::NameAndDwelling),
        (Some(_), Some(_)) => add(-1, MatchedBy::NameAlone),
        _ => {}
    }
    if a.phones.iter().any(|p| b.phones.contains(p)) {
        add(2, MatchedBy::NameAndPhone);
    }
    // The same name and birth with another valid number is another person unless home and phone agree too.
    if numbers_differ && score < 4 {
        return None;
    }
    Some(Evidence { score, by })
}

fn nameless(home: &Dwelling) -> Dwelling {
    Dwelling { estate: None, ..home.clone() }
}

/// The same door, where one side may not name the estate.
fn same_door(a: &Dwelling, b: &Dwelling) -> bool {
    a.can_be(b)
}

/// Can the damaged number be the whole one with a digit or two mistyped, lost or added?
pub(crate) fn fits(whole: &str, damaged: &str) -> bool {
    let (x, y) = (whole.as_bytes(), damaged.as_bytes());
    if y.len() < x.len() && y.len() >= 6 && x.starts_with(y) {
        return true;
    }
    match y.len().cmp(&x.len()) {
        std::cmp::Ordering::Equal => x.iter().zip(y).filter(|(p, q)| p != q).count() <= 2,
        std::cmp::Ordering::Less => x.len() - y.len() <= 2 && is_subsequence(y, x),
        std::cmp::Ordering::Greater => y.len() - x.len() <= 2 && is_subsequence(x, y),
    }
}

fn is_subsequence(short: &[u8], long: &[u8]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|c| rest.any(|d| d == c))
}

/// Names that differ in one character, or share all but their order.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if x.len() == y.len() {
        let differing = x.iter().zip(&y).filter(|(p, q)| p != q).count();
        return differing <= 1 && x.len() >= 2;
    }
    let (short, long) = if x.len() < y.len() { (&x, &y) } else { (&y, &x) };
    long.len() - short.len() == 1 && short.len() >= 2 && {
        let mut rest = long.iter();
        short.iter().all(|c| rest.any(|d| d == c))
    }
}

#[cfg(test)]
mod tests;
