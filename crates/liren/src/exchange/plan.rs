//! What an import will do, before anything is written: who is new, what changes, what stays, what conflicts.

use std::collections::{HashMap, HashSet};

use liren_facts::address::Dwelling;
use liren_rosters::draft::{Draft, How, Residency as Word, Status};
use liren_rosters::{Reading, draft};

use super::known::Register;
use crate::people::PersonLine;

/// One fact of a person that the roster says otherwise, or that was not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    Name,
    Birth,
    Number,
    Phones,
    Residency,
    Home,
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
    /// For each household of the reading, in order.
    pub households: Vec<Target>,
}

/// Which household on record a household of the reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// `None`: a new one.
    pub id: Option<i64>,
    /// All of it moved to another home.
    pub moves: bool,
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
            Change::Home => "home",
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
    let households = households(reading, register);
    let steps = reading
        .people
        .iter()
        .map(|draft| match known(draft, register) {
            Some(line) => {
                let target = draft.household.and_then(|h| Some(households.get(h)?.id));
                let roster = is_roster(draft, reading);
                compare(draft, line, register, roster, target)
            }
            None => Step::New,
        })
        .collect();
    Plan { steps, households }
}

fn known<'a>(draft: &Draft, register: &'a Register) -> Option<&'a PersonLine> {
    register.lines.get(&draft.matched?.person)
}

/// Whether a draft stands in a roster of residents. A ledger of a programme keeps its old addresses and lists part of
/// a household: it fills in what is missing and moves nobody.
pub(super) fn is_roster(draft: &Draft, reading: &Reading) -> bool {
    reading.sheets.get(draft.source.sheet).is_some_and(|sheet| sheet.ledger.is_none())
}

/// The home a draft states, when it is another than the one on record, or there is none on record.
fn new_home<'a>(draft: &'a Draft, line: &PersonLine, register: &Register, roster: bool) -> Option<&'a Dwelling> {
    let here = draft.status.value == Status::Active && line.alive != Some(false);
    let stated = draft.dwelling.as_ref().filter(|d| !matches!(d.how, How::Known | How::Inferred) && d.value.is_door());
    let stated = &stated.filter(|_| here)?.value;
    match register.homes.get(&line.id) {
        None => Some(stated),
        Some(home) => (roster && home.key() != stated.key()).then_some(stated),
    }
}

/// Which household on record each household of the reading is. Members who stayed tell; when all have moved it is the
/// old one if everybody of it came along, else a new one (a son who moved out with his wife).
fn households(reading: &Reading, register: &Register) -> Vec<Target> {
    let mut on_record: HashMap<i64, HashSet<i64>> = HashMap::new();
    for line in register.lines.values() {
        let here = line.alive != Some(false) && line.lives_here != Some(false);
        if let Some(household) = line.household.filter(|_| here) {
            on_record.entry(household).or_default().insert(line.id);
        }
    }
    reading
        .households
        .iter()
        .map(|household| {
            let members: Vec<(&Draft, &PersonLine)> = household
                .members
                .iter()
                .filter_map(|m| reading.people.get(*m))
                .filter_map(|draft| Some((draft, known(draft, register)?)))
                .collect();
            let moved = |(draft, line): &(&Draft, &PersonLine)| {
                register.homes.contains_key(&line.id)
                    && new_home(draft, line, register, is_roster(draft, reading)).is_some()
            };
            let of = |(_, line): &(&Draft, &PersonLine)| line.household;
            if let Some(stayed) = members.iter().filter(|m| !moved(m)).find_map(of) {
                return Target { id: Some(stayed), moves: false };
            }
            let Some(old) = members.iter().find_map(of) else {
                return Target::default();
            };
            let came: HashSet<i64> = members.iter().map(|(_, line)| line.id).collect();
            let whole = on_record.get(&old).is_some_and(|all| all.is_subset(&came));
            Target { id: whole.then_some(old), moves: whole }
        })
        .collect()
}

/// Whether a value says something of its own.
fn own<T>(got: &Option<draft::Got<T>>) -> Option<&T> {
    got.as_ref().filter(|g| g.how != How::Known).map(|g| &g.value)
}

/// `household` is what the plan made of the draft's household: `Some(None)` for a new one.
fn compare(
    draft: &Draft,
    line: &PersonLine,
    register: &Register,
    roster: bool,
    household: Option<Option<i64>>,
) -> Step {
    let person = line.id;
    let known_number = register.numbers.get(&person);
    let number = own(&draft.number).map(|n| n.text.as_str());
    if let (Some(new), Some(old)) = (number, known_number)
        && new != old
        && old.len() == 18
    {
        return Step::Conflict { person, what: Change::Number };
    }
    let mut changes = Vec::new();
    let mut note = |differs: bool, change: Change| {
        if differs {
            changes.push(change);
        }
    };
    // A name that only differs is a question, not a change; the reader has raised it.
    note(line.name.is_none() && own(&draft.name).is_some(), Change::Name);
    let narrower = own(&draft.birth).is_some_and(|b| match line.born {
        None => true,
        Some(known) => b.first >= known.first && b.last <= known.last && *b != known,
    });
    note(narrower || (line.sex.is_none() && own(&draft.sex).is_some()), Change::Birth);
    note(number.is_some() && known_number.map(String::as_str) != number, Change::Number);
    let phones = register.phones.get(&person);
    let added = draft.phones.iter().any(|p| !phones.is_some_and(|known| known.contains(&p.digits)));
    note(added, Change::Phones);
    let word = |r: &Word| (r.lives_here(), r.hukou_here());
    let how = draft.residency.as_ref().map(|r| r.how);
    let moved = own(&draft.residency).is_some_and(|r| {
        let same = (line.lives_here, line.hukou_here) == (Some(word(r).0), Some(word(r).1));
        let said = line.residency().is_some() && !line.inferred;
        // What is concluded never replaces what was said; what is said confirms what was concluded.
        let counts = match how {
            Some(How::Inferred) => !same && !said,
            _ => !same || line.inferred,
        };
        counts && draft.status.value == Status::Active
    });
    note(moved && line.alive != Some(false), Change::Residency);
    let gone = match draft.status.value {
        Status::Active => false,
        Status::Deceased => line.alive != Some(false),
        Status::MovedOut => line.lives_here != Some(false),
    };
    note(gone, Change::Life);
    let coded = |new: &Option<draft::Word>, old: &Option<String>| {
        new.as_ref().and_then(|w| w.code).is_some_and(|code| old.as_deref() != Some(code))
    };
    note(coded(&draft.marital, &line.marital), Change::Marital);
    note(coded(&draft.education, &line.education), Change::Education);
    note(coded(&draft.political, &line.political), Change::Political);
    note(coded(&draft.employment, &line.employment), Change::Employment);
    let here = draft.status.value == Status::Active && line.alive != Some(false);
    let home = new_home(draft, line, register, roster);
    note(home.is_some(), Change::Home);
    // Somebody without a household joins one; somebody who moved belongs where they moved to; in a roster the
    // relation to the head may have changed.
    let joins = household.is_some_and(|target| {
        line.household.is_none()
            || (home.is_some() && register.homes.contains_key(&line.id) && target != line.household)
    });
    let relation = draft.relation.as_ref().filter(|r| r.how != How::Known);
    let renamed = roster
        && household.is_some_and(|target| target == line.household)
        && line.relation.is_some()
        && relation.and_then(|r| r.code).is_some_and(|code| line.relation.as_deref() != Some(code));
    note(here && (joins || renamed), Change::Household);
    Step::Known { person, changes }
}
