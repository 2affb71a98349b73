//! What an import will do, before anything is written: who is new, what changes, what stays, what conflicts.

use std::collections::{HashMap, HashSet};

use liren_facts::address::Dwelling;
use liren_facts::code::RelationClass;
use liren_rosters::draft::Household;
use liren_rosters::draft::{Draft, How, MatchedBy, Residency as Word, StageSaid, Status};
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
    /// Drafts that the list makes head of a household that has another.
    pub second_heads: Vec<usize>,
    /// Drafts that stand below another family and do not say themselves that they live there.
    pub gaps: Vec<usize>,
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
    /// New, and the list does not say what it lists: nothing is written before that is answered.
    Asked,
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
    pub asked: usize,
}

impl Plan {
    pub fn counts(&self) -> Counts {
        let mut c = Counts::default();
        for step in &self.steps {
            match step {
                Step::New => c.new += 1,
                Step::Asked => c.asked += 1,
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
    let heads = Heads::of(reading, register);
    let second_heads = reading.people.iter().enumerate().filter_map(|(at, draft)| {
        let line = known(draft, register)?;
        let target = draft.household.and_then(|h| Some(households.get(h)?.id));
        let roster = is_roster(draft, reading) && line.relation.as_deref() != Some("02");
        (roster && is_second_head(draft, line, target, &heads)).then_some(at)
    });
    let second_heads = second_heads.collect();
    let gaps = reading.people.iter().enumerate().filter_map(|(at, draft)| {
        let line = known(draft, register)?;
        let elsewhere = another_home(draft, line, register, reading).is_some();
        (elsewhere && is_gap(draft, line, register, reading)).then_some(at)
    });
    let gaps = gaps.collect();
    let steps = reading
        .people
        .iter()
        .map(|draft| match known(draft, register) {
            Some(line) => {
                let target = draft.household.and_then(|h| Some(households.get(h)?.id));
                compare(draft, line, register, reading, target, &heads)
            }
            // Somebody who may be on record, or of whom nothing but a name is known, is nobody new before it is answered.
            None if !draft.fits.is_empty() || (draft.thin && !register.lines.is_empty()) => Step::Asked,
            None if draft.erased || is_asked(draft) => Step::Asked,
            None => Step::New,
        })
        .collect();
    Plan { steps, households, second_heads, gaps }
}

fn known<'a>(draft: &Draft, register: &'a Register) -> Option<&'a PersonLine> {
    register.lines.get(&draft.matched?.person)
}

/// Somebody of whom the list says nothing but a line whose stage is asked for.
fn is_asked(draft: &Draft) -> bool {
    draft.ledger.iter().any(|line| line.stage == StageSaid::Asked)
        && !draft.ledger.iter().any(|line| matches!(line.stage, StageSaid::Stages(_)))
}

/// Whether a draft stands in a roster of residents. A ledger of a programme keeps its old addresses and lists part of
/// a household: it fills in what is missing and moves nobody.
pub(super) fn is_roster(draft: &Draft, reading: &Reading) -> bool {
    reading.sheets.get(draft.source.sheet).is_some_and(|sheet| sheet.ledger.is_none() && !sheet.heads_only)
}

/// The home a draft states, when it is another than the one on record, or there is none on record.
fn new_home<'a>(draft: &'a Draft, line: &PersonLine, register: &Register, reading: &Reading) -> Option<&'a Dwelling> {
    let stated = another_home(draft, line, register, reading)?;
    (!is_gap(draft, line, register, reading)).then_some(stated)
}

fn another_home<'a>(
    draft: &'a Draft,
    line: &PersonLine,
    register: &Register,
    reading: &Reading,
) -> Option<&'a Dwelling> {
    let here = draft.status.value == Status::Active && line.alive != Some(false);
    let stated = draft.dwelling.as_ref().filter(|d| !matches!(d.how, How::Known | How::Inferred) && d.value.is_door());
    let stated = &stated.filter(|_| here)?.value;
    match register.homes.get(&line.id) {
        None => Some(stated),
        // Another spelling, or less said, is no other home.
        Some(home) => (is_roster(draft, reading) && !home.can_be(stated)).then_some(stated),
    }
}

/// Whether another home is only taken over from the row above, and nothing else says that somebody moved there: neither
/// did those come along with whom they live, nor do they stand otherwise to the head. It may be a gap in the list.
fn is_gap(draft: &Draft, line: &PersonLine, register: &Register, reading: &Reading) -> bool {
    if !register.homes.contains_key(&line.id) || draft.dwelling.as_ref().is_none_or(|d| d.how != How::Filled) {
        return false;
    }
    let related = draft.relation.as_ref().filter(|r| r.how != How::Known).and_then(|r| r.code);
    if related.is_some_and(|code| line.relation.as_deref() != Some(code)) {
        return false;
    }
    let household = register.households.get(&line.id);
    let mates = draft.household.and_then(|h| reading.households.get(h)).into_iter().flat_map(|h| &h.members);
    let came_along = mates.filter_map(|m| reading.people.get(*m)).any(|mate| {
        let theirs = known(mate, register).filter(|other| other.id != line.id);
        let theirs = theirs.and_then(|other| register.households.get(&other.id));
        mate.dwelling.as_ref().is_some_and(|d| d.how == How::Given) && theirs.is_some() && theirs == household
    });
    !came_along
}

/// Which household on record each household of the reading is. Members who stayed tell; when all have moved it is the
/// old one if everybody of it came along, else a new one (a son who moved out with his wife).
fn households(reading: &Reading, register: &Register) -> Vec<Target> {
    let mut on_record: HashMap<i64, HashSet<i64>> = HashMap::new();
    for line in register.lines.values() {
        let here = line.alive != Some(false) && line.lives_here != Some(false);
        if let Some(household) = register.households.get(&line.id).copied().filter(|_| here) {
            on_record.entry(household).or_default().insert(line.id);
        }
    }
    let found = Found::of(register);
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
                register.homes.contains_key(&line.id) && new_home(draft, line, register, reading).is_some()
            };
            let of = |(_, line): &(&Draft, &PersonLine)| register.households.get(&line.id).copied();
            if let Some(stayed) = members.iter().filter(|m| !moved(m)).find_map(of) {
                return Target { id: Some(stayed), moves: false };
            }
            let Some(old) = members.iter().find_map(of) else {
                return found.household(household, reading, register);
            };
            let came: HashSet<i64> = members.iter().map(|(_, line)| line.id).collect();
            let whole = on_record.get(&old).is_some_and(|all| all.is_subset(&came));
            Target { id: whole.then_some(old), moves: whole }
        })
        .collect()
}

/// How a household of which nobody is on record is found: by what its rows say of the head, by its number, by its
/// home. A newborn, a bride or a son who came back joins the family that the row names.
struct Found {
    by_number: HashMap<String, Vec<i64>>,
    by_head_number: HashMap<String, i64>,
    by_name: HashMap<String, Vec<i64>>,
    by_home: Vec<(i64, Dwelling)>,
    /// Households with somebody in them.
    lived_in: HashSet<i64>,
}

impl Found {
    fn of(register: &Register) -> Found {
        let mut out = Found {
            by_number: HashMap::new(),
            by_head_number: HashMap::new(),
            by_name: HashMap::new(),
            by_home: Vec::new(),
            lived_in: HashSet::new(),
        };
        for (household, number) in &register.numbers_of_households {
            out.by_number.entry(number.clone()).or_default().push(*household);
        }
        for person in &register.known.people {
            let Some(household) = person.household else { continue };
            if person.status == Some(Status::Active) {
                out.lived_in.insert(household);
            }
            if let Some(number) = &person.number {
                out.by_head_number.insert(number.clone(), household);
            }
            out.by_name.entry(person.name.clone()).or_default().push(household);
        }
        for (household, home) in &register.homes_of_households {
            out.by_home.push((*household, home.clone()));
        }
        out.by_home.sort();
        out
    }

    fn household(&self, read: &Household, reading: &Reading, register: &Register) -> Target {
        let of_head = read.head_number.as_deref().map(liren_facts::identifier::clean).map(|n| n.text);
        if let Some(household) = of_head.and_then(|n| self.by_head_number.get(&n)) {
            return Target { id: Some(*household), moves: false };
        }
        let home = read.members.iter().find_map(|m| reading.people.get(*m)?.dwelling.as_ref()).map(|d| &d.value);
        let home = home.or(read.dwelling.as_ref());
        let at_home = |household: &i64| {
            home.is_none_or(|h| register.homes_of_households.get(household).is_none_or(|there| there.can_be(h)))
        };
        let named = |household: &i64| {
            read.head_name.as_ref().is_none_or(|name| self.by_name.get(name).is_some_and(|all| all.contains(household)))
        };
        let numbered: Vec<i64> = match &read.number {
            Some(number) => self.by_number.get(number).into_iter().flatten().copied().filter(at_home).collect(),
            None => Vec::new(),
        };
        // A head of its own on the list: a household beside the one on record, whatever its number. Numbers begin again
        // in the next building. Only one that a later list knows by this number in this home is the same, some time on.
        if read.head.is_some() {
            let later = |id: &i64| {
                home.is_some() && !register.there.contains(id) && register.homes_of_households.contains_key(id)
            };
            return match numbered[..] {
                [one] if later(&one) => Target { id: Some(one), moves: false },
                _ => Target::default(),
            };
        }
        let sheet = read.members.first().and_then(|m| reading.people.get(*m)).map(|d| d.source.sheet);
        let head = |d: &&Draft| d.relation.as_ref().is_some_and(|r| r.class == Some(RelationClass::Head));
        let has_heads = reading.people.iter().filter(|d| Some(d.source.sheet) == sheet).any(|d| head(&d));
        match numbered[..] {
            [one] if named(&one) && (read.head_name.is_some() || home.is_some() || !has_heads) => {
                return Target { id: Some(one), moves: false };
            }
            _ => {}
        }
        let mut by_name: Vec<i64> = match &read.head_name {
            Some(name) => self.by_name.get(name).into_iter().flatten().copied().filter(at_home).collect(),
            None => Vec::new(),
        };
        by_name.sort_unstable();
        by_name.dedup();
        // The one person of that name on record is meant, home or not; of several only the home tells which.
        let only = read.head_name.as_ref().is_some_and(|name| self.by_name.get(name).is_some_and(|all| all.len() == 1));
        if let [one] = &by_name[..]
            && (home.is_some() || only)
        {
            return Target { id: Some(*one), moves: false };
        }
        if read.head_name.is_some() || read.number.is_some() {
            return Target::default();
        }
        let Some(home) = home.filter(|h| h.is_door()) else { return Target::default() };
        let here: Vec<i64> = self
            .by_home
            .iter()
            .filter(|(household, there)| there.can_be(home) && self.lived_in.contains(household))
            .map(|(household, _)| *household)
            .collect();
        match here[..] {
            [one] => Target { id: Some(one), moves: false },
            _ => Target::default(),
        }
    }
}

/// Whether a value says something of its own.
fn own<T>(got: &Option<draft::Got<T>>) -> Option<&T> {
    got.as_ref().filter(|g| g.how != How::Known).map(|g| &g.value)
}

/// Whoever the list makes head of a household that has another one on record, and the list does not say what became of
/// that one.
fn is_second_head(draft: &Draft, line: &PersonLine, household: Option<Option<i64>>, heads: &Heads) -> bool {
    let head = draft.relation.as_ref().is_some_and(|r| r.class == Some(RelationClass::Head) && r.how != How::Known);
    let Some(Some(household)) = household else { return false };
    head && heads.on_record.get(&household).is_some_and(|head| *head != line.id && !heads.replaced.contains(head))
}

/// The heads on record, and those of whom the list says that they are no longer.
#[derive(Default)]
struct Heads {
    on_record: HashMap<i64, i64>,
    replaced: HashSet<i64>,
}

impl Heads {
    fn of(reading: &Reading, register: &Register) -> Heads {
        let mut out = Heads::default();
        for line in register.lines.values() {
            let head = line.relation.as_deref().and_then(RelationClass::of) == Some(RelationClass::Head);
            let here = line.alive != Some(false) && line.lives_here != Some(false);
            if let Some(household) = line.household.filter(|_| head && here) {
                out.on_record.insert(household, line.id);
            }
        }
        for draft in &reading.people {
            let Some(line) = known(draft, register) else { continue };
            let other = draft.relation.as_ref().is_some_and(|r| r.class.is_some_and(|c| c != RelationClass::Head));
            if other || draft.status.value != Status::Active {
                out.replaced.insert(line.id);
            }
        }
        out
    }
}

/// 原姓名 … 现姓名 …: the list says that the name on record is the former one.
pub(super) fn is_renamed(draft: &Draft, line: &PersonLine) -> bool {
    let (Some(new), Some(old)) = (own(&draft.name), line.name.as_ref()) else { return false };
    new != old && draft.former_names.contains(old)
}

/// `household` is what the plan made of the draft's household: `Some(None)` for a new one.
fn compare(
    draft: &Draft,
    line: &PersonLine,
    register: &Register,
    reading: &Reading,
    household: Option<Option<i64>>,
    heads: &Heads,
) -> Step {
    let roster = is_roster(draft, reading);
    let person = line.id;
    let known_number = register.numbers.get(&person);
    let number = own(&draft.number).map(|n| n.text.as_str());
    let corrected = draft.matched.is_some_and(|m| matches!(m.by, MatchedBy::CorrectedNumber | MatchedBy::Told));
    if let (Some(new), Some(old)) = (number, known_number)
        && new != old
        && old.len() == 18
        && !corrected
    {
        return Step::Conflict { person, what: Change::Number };
    }
    // Dead or gone by an earlier list, and living here by a later one: not both can be so.
    if draft.status.value != Status::Active && line.alive != Some(false) && register.seen_after.contains(&person) {
        return Step::Conflict { person, what: Change::Life };
    }
    let mut changes = Vec::new();
    let mut note = |differs: bool, change: Change| {
        if differs {
            changes.push(change);
        }
    };
    // A name that only differs is a question, not a change; the reader has raised it.
    note((line.name.is_none() && own(&draft.name).is_some()) || is_renamed(draft, line), Change::Name);
    let narrower = own(&draft.birth).is_some_and(|b| match line.born {
        None => true,
        Some(known) => b.first >= known.first && b.last <= known.last && *b != known,
    });
    // A corrected number brings the day of birth inside it.
    let reborn = corrected && number.is_some() && own(&draft.birth).is_some_and(|b| line.born != Some(*b));
    note(narrower || reborn || (line.sex.is_none() && own(&draft.sex).is_some()), Change::Birth);
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
            Some(How::Inferred | How::Suggested) => !same && !said,
            _ => !same || line.inferred,
        };
        counts && draft.status.value == Status::Active && !draft.doubtful
    });
    note(moved && line.alive != Some(false), Change::Residency);
    let gone = match draft.status.value {
        Status::Active => false,
        Status::Deceased => line.alive != Some(false),
        // Whoever is only registered here and moves out is registered elsewhere.
        Status::MovedOut => {
            line.alive != Some(false) && (line.lives_here, line.hukou_here) != (Some(false), Some(false))
        }
    };
    note(gone, Change::Life);
    // What only the contents of a column suggest, and 其他, fill in what is missing and change nothing.
    let coded = |new: &Option<draft::Word>, old: &Option<String>| {
        let Some((word, code)) = new.as_ref().and_then(|w| Some((w, w.code?))) else { return false };
        let weak = word.how == How::Suggested || matches!(word.raw.trim(), "其他" | "其它" | "未说明");
        old.as_deref() != Some(code) && (old.is_none() || !weak)
    };
    note(coded(&draft.marital, &line.marital), Change::Marital);
    note(coded(&draft.education, &line.education), Change::Education);
    note(coded(&draft.political, &line.political), Change::Political);
    note(coded(&draft.employment, &line.employment), Change::Employment);
    let here = draft.status.value == Status::Active && line.alive != Some(false);
    let home = new_home(draft, line, register, reading);
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
    let second = is_second_head(draft, line, household, heads);
    note(here && (joins || renamed) && !second, Change::Household);
    Step::Known { person, changes }
}
