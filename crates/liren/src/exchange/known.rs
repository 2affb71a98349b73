//! What the register already has of a community, in memory, so that the reader recognises people. The only
//! place where damaged numbers are compared; nothing of it is written anywhere.

use std::collections::{HashMap, HashSet};

use liren_facts::address::Dwelling;
use liren_facts::identifier::Sex;
use liren_rosters::draft::{Residency, Status};
use liren_rosters::{Known, KnownPerson};
use liren_store::Tx;

use super::queries::{last_list, part, rows_of, seen_after, sheet_and_row};
use crate::base::{App, FactValue, Result, Scope};
use crate::people::{Household, PersonLine, identity, queries, residency_word};
use crate::places;

/// Everyone known, with the lines they were read from, by person.
pub struct Register {
    pub community: i64,
    pub known: Known,
    pub lines: HashMap<i64, PersonLine>,
    pub phones: HashMap<i64, Vec<String>>,
    pub numbers: HashMap<i64, String>,
    /// The home of each person, as an address.
    pub homes: HashMap<i64, Dwelling>,
    /// The household of each person: on the day of the list, else the one they are known in later.
    pub households: HashMap<i64, i64>,
    /// Households by their id, as they stand on the day of the list or later.
    pub numbers_of_households: HashMap<i64, String>,
    pub homes_of_households: HashMap<i64, Dwelling>,
    /// Households that have a state on the day of the list.
    pub there: HashSet<i64>,
    /// Of whom nothing is on record on the day of the list, only later.
    pub later: HashSet<i64>,
    /// Whom a list of a later day says to live here.
    pub seen_after: HashSet<i64>,
    /// The last day of which any list speaks: that of this one, or of one that was read before it.
    pub last: liren_facts::Day,
}

/// `digest` is that of the file about to be read.
pub async fn load(app: &App, tx: &mut Tx, scope: &Scope, on: liren_facts::Day, digest: &str) -> Result<Register> {
    let ids = queries::everyone(tx, scope).await?;
    let mut lines = queries::lines(tx, scope, on, &ids).await?;
    // Who somebody is does not depend on the day a list speaks of: a list of last year, read after one of this year,
    // meets the same people.
    let last = last_list(tx, scope).await?.map_or(on, |day| day.max(on));
    let mut later: HashMap<i64, PersonLine> = HashMap::new();
    let (mut unknown_then, mut seen) = (HashSet::new(), HashSet::new());
    if last > on {
        seen = seen_after(tx, scope, on).await?;
        unknown_then.extend(lines.iter().filter(|l| l.alive.is_none() && l.name.is_none()).map(|l| l.id));
        later = queries::lines(tx, scope, last, &ids).await?.into_iter().map(|l| (l.id, l)).collect();
        for line in &mut lines {
            let Some(known) = later.get(&line.id) else { continue };
            line.name = line.name.take().or_else(|| known.name.clone());
            line.former_name = line.former_name.take().or_else(|| known.former_name.clone());
            line.sex = line.sex.take().or_else(|| known.sex.clone());
            line.born = line.born.or(known.born);
            line.ethnic = line.ethnic.take().or_else(|| known.ethnic.clone());
        }
    }
    let numbers = identity::open(app, tx, scope, last, None).await?;
    let rows = rows_of(tx, scope, digest).await?;
    let mut homes: HashMap<i64, Dwelling> = HashMap::new();
    let mut known_homes = places::queries::dwellings(tx, scope, last).await?;
    if last > on {
        known_homes.extend(places::queries::dwellings(tx, scope, on).await?);
    }
    for d in known_homes {
        let home = Dwelling {
            estate: part(&d.estate_name),
            building: part(&d.building_name),
            unit: part(&d.unit),
            room: part(&d.room),
        };
        homes.insert(d.id, home);
    }
    let mut facts: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    for (person, held) in queries::facts(tx, scope, on).await? {
        let word = |value| match value {
            FactValue::Text(text) => text,
            FactValue::Number(n) => n.to_string(),
        };
        facts.insert(person, held.into_iter().map(|(field, value)| (field, word(value))).collect());
    }
    let mut register = Register {
        community: scope.community,
        known: Known::default(),
        lines: HashMap::new(),
        phones: HashMap::new(),
        numbers: HashMap::new(),
        homes: HashMap::new(),
        households: HashMap::new(),
        numbers_of_households: HashMap::new(),
        homes_of_households: HashMap::new(),
        there: HashSet::new(),
        later: unknown_then,
        seen_after: seen,
        last,
    };
    let mut households: HashMap<i64, Household> = HashMap::new();
    for day in [last, on] {
        let held = Household::all(tx, scope, day).await?;
        if day == on {
            register.there.extend(held.iter().map(|(id, _)| id.0));
        }
        households.extend(held.into_iter().map(|(id, dated)| (id.0, dated.value)));
    }
    for (id, household) in households {
        if let Some(number) = household.number {
            register.numbers_of_households.insert(id, number);
        }
        if let Some(home) = household.dwelling.and_then(|d| homes.get(&d.0)) {
            register.homes_of_households.insert(id, home.clone());
        }
    }
    for line in lines {
        let home = line.dwelling.and_then(|d| homes.get(&d).cloned());
        let after = later.get(&line.id);
        if let Some(household) = line.household.or_else(|| after.and_then(|l| l.household)) {
            register.households.insert(line.id, household);
        }
        let known_home = home.clone().or_else(|| homes.get(&after?.dwelling?).cloned());
        if let Some(home) = &home {
            register.homes.insert(line.id, home.clone());
        }
        let opened = numbers.get(&line.id);
        let number = opened.and_then(|n| n.id_number.clone());
        let usable = opened.is_some_and(|n| n.id_state.as_deref() == Some("ok"));
        let phones = opened.map(|n| n.phones.clone()).unwrap_or_default();
        register.known.people.push(KnownPerson {
            key: line.id,
            name: line.name.clone().unwrap_or_default(),
            former_names: line.former_name.iter().flat_map(|f| f.split('、')).map(str::to_owned).collect(),
            sex: match line.sex.as_deref() {
                Some("1") => Some(Sex::Male),
                Some("2") => Some(Sex::Female),
                _ => None,
            },
            birth: line.born,
            number: number.clone().filter(|_| usable),
            number_given: number.clone().filter(|_| !usable),
            phones: phones.clone(),
            household: register.households.get(&line.id).copied(),
            relation: line.relation.clone(),
            dwelling: known_home,
            residency: residency(&line),
            status: Some(status(&line)),
            political: line.political.clone(),
            row: rows.get(&line.id).and_then(|place| sheet_and_row(place)),
            facts: facts.remove(&line.id).unwrap_or_default(),
        });
        if let Some(number) = number {
            register.numbers.insert(line.id, number);
        }
        register.phones.insert(line.id, phones);
        register.lines.insert(line.id, line);
    }
    Ok(register)
}

fn residency(line: &PersonLine) -> Option<Residency> {
    match residency_word(line.lives_here, line.hukou_here)? {
        "resident" => Some(Residency::Resident),
        "temporary" => Some(Residency::Temporary),
        "hukou_only" => Some(Residency::HukouOnly),
        _ => None,
    }
}

fn status(line: &PersonLine) -> Status {
    match line.status() {
        "deceased" => Status::Deceased,
        "moved_out" => Status::MovedOut,
        _ => Status::Active,
    }
}
