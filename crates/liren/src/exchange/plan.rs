//! What an import will do, before anything is written: who is new, what changes, what stays, what conflicts.

use liren_rosters::draft::{Draft, How, Residency as Word, Status};
use liren_rosters::{Reading, draft};

use super::known::Register;
use crate::people::queries::PersonLine;

/// One fact of a person that the roster says otherwise, or that was not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    Name,
    Birth,
    Number,
    Phones,
    Residency,
    Life,
    Marital,
    Education,
    Political,
    Employment,
    Household,
}

/// 导入计划 — for each draft, in order.
#[derive(Default)]
pub struct Plan {
    pub steps: Vec<Step>,
}

/// What happens to one draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    New,
    /// Known; these facts are written. Empty: nothing new.
    Known {
        person: i64,
        changes: Vec<Change>,
    },
    /// Known, and a fact that cannot change contradicts: nothing is written, a person decides.
    Conflict {
        person: i64,
        what: Change,
    },
}

/// How many drafts of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub conflict: usize,
}

impl Plan {
    pub fn counts(&self) -> Counts {
        let mut c = Counts::default();
        for step in &self.steps {
            match step {
                Step::New => c.new += 1,
                Step::Known { changes, .. } if changes.is_empty() => c.same += 1,
                Step::Known { .. } => c.changed += 1,
                Step::Conflict { .. } => c.conflict += 1,
            }
        }
        c
    }
}

impl Plan {
    /// How many people each kind of change touches.
    pub fn changes(&self) -> std::collections::BTreeMap<&'static str, usize> {
        let mut by_kind = std::collections::BTreeMap::new();
        for step in &self.steps {
            if let Step::Known { changes, .. } = step {
                for change in changes {
                    *by_kind.entry(change.word()).or_insert(0) += 1;
                }
            }
        }
        by_kind
    }
}

impl Change {
    /// A stable word for results.
    pub fn word(self) -> &'static str {
        match self {
            Change::Name => "name",
            Change::Birth => "birth",
            Change::Number => "number",
            Change::Phones => "phones",
            Change::Residency => "residency",
            Change::Life => "life",
            Change::Marital => "marital",
            Change::Education => "education",
            Change::Political => "political",
            Change::Employment => "employment",
            Change::Household => "household",
        }
    }
}

/// Compares a reading with the register. A value the reader took from the register changes nothing.
pub fn make(reading: &Reading, register: &Register) -> Plan {
    let steps = reading
        .people
        .iter()
        .map(
            |draft| match draft.matched.and_then(|m| register.lines.get(&m.person)) {
                Some(line) => compare(draft, line, register),
                None => Step::New,
            },
        )
        .collect();
    Plan { steps }
}

/// Whether a value says something of its own.
fn own<T>(got: &Option<draft::Got<T>>) -> Option<&T> {
    got.as_ref()
        .filter(|g| g.how != How::Known)
        .map(|g| &g.value)
}

fn compare(draft: &Draft, line: &PersonLine, register: &Register) -> Step {
    let person = line.id;
    let known_number = register.numbers.get(&person);
    let number = own(&draft.number).map(|n| n.text.as_str());
    if let (Some(new), Some(old)) = (number, known_number)
        && new != old
        && old.len() == 18
    {
        return Step::Conflict {
            person,
            what: Change::Number,
        };
    }
    let mut changes = Vec::new();
    let mut note = |differs: bool, change: Change| {
        if differs {
            changes.push(change);
        }
    };
    // A name that only differs is a question, not a change; the reader has raised it.
    note(
        line.name.is_none() && own(&draft.name).is_some(),
        Change::Name,
    );
    let narrower = own(&draft.birth).is_some_and(|b| match line.born {
        None => true,
        Some(known) => b.first >= known.first && b.last <= known.last && *b != known,
    });
    note(
        narrower || (line.sex.is_none() && own(&draft.sex).is_some()),
        Change::Birth,
    );
    note(
        number.is_some() && known_number.map(String::as_str) != number,
        Change::Number,
    );
    let phones = register.phones.get(&person);
    let added = draft
        .phones
        .iter()
        .any(|p| !phones.is_some_and(|known| known.contains(&p.digits)));
    note(added, Change::Phones);
    let word = |r: &Word| (r.lives_here(), r.hukou_here());
    let moved = own(&draft.residency).is_some_and(|r| {
        (line.lives_here, line.hukou_here) != (Some(word(r).0), Some(word(r).1))
            && draft.status.value == Status::Active
    });
    note(moved && line.alive != Some(false), Change::Residency);
    let gone = match draft.status.value {
        Status::Active => false,
        Status::Deceased => line.alive != Some(false),
        Status::MovedOut => line.lives_here != Some(false),
    };
    note(gone, Change::Life);
    let coded = |new: &Option<draft::Word>, old: &Option<String>| {
        new.as_ref()
            .and_then(|w| w.code)
            .is_some_and(|code| old.as_deref() != Some(code))
    };
    note(coded(&draft.marital, &line.marital), Change::Marital);
    note(coded(&draft.education, &line.education), Change::Education);
    note(coded(&draft.political, &line.political), Change::Political);
    note(
        coded(&draft.employment, &line.employment),
        Change::Employment,
    );
    let here = draft.status.value == Status::Active && line.alive != Some(false);
    note(
        line.household.is_none() && draft.household.is_some() && here,
        Change::Household,
    );
    Step::Known { person, changes }
}
