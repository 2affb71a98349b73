//! What the register already has of a community, in memory, so that the reader recognises people. The only
//! place where damaged numbers are compared; nothing of it is written anywhere.

use std::collections::{HashMap, HashSet};

use liren_facts::address::Dwelling;
use liren_facts::identifier::Sex;
use liren_rosters::draft::{Residency, Status};
use liren_rosters::{Known, KnownPerson};
use liren_store::Tx;

use super::queries::{households_on, last_list, part, rows_of, sheet_and_row};
use crate::base::{App, Result, Scope};
use crate::people::queries::PersonLine;
use crate::people::{identity, queries, residency_word};
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
}

/// `digest` is that of the file about to be read.
pub async fn load(app: &App, tx: &mut Tx, scope: &Scope, on: liren_facts::Day, digest: &str) -> Result<Register> {
    let ids = queries::everyone(tx, scope).await?;
    let mut lines = queries::lines(tx, scope, on, &ids).await?;
    // Who somebody is does not depend on the day a list speaks of: a list of last year, read after one of this year,
    // meets the same people.
    let last = last_list(tx, scope).await?.map_or(on, |day| day.max(on));
    let mut later: HashMap<i64, PersonLine> = HashMap::new();
    if last > on {
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
    let numbers = identity::open(app, tx, scope, None).await?;
    let rows = rows_of(tx, scope, digest).await?;
    let mut homes: HashMap<i64, Dwelling> = HashMap::new();
    for d in places::queries::dwellings(tx, scope).await? {
        let home = Dwelling {
            estate: part(&d.estate_name),
            building: part(&d.building_name),
            unit: part(&d.unit),
            room: part(&d.room),
        };
        homes.insert(d.id, home);
    }
    let mut facts: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    for (person, field, number, text) in queries::facts(tx, scope).await? {
        let value = text.or(number.map(|n| n.to_string())).unwrap_or_default();
        facts.entry(person).or_default().push((field, value));
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
    };
    let mut households = households_on(tx, scope, last).await?;
    let on_that_day = households_on(tx, scope, on).await?;
    register.there.extend(on_that_day.keys());
    households.extend(on_that_day);
    for (id, household) in households {
        if let Some(number) = household.number {
            register.numbers_of_households.insert(id, number);
        }
        if let Some(home) = household.dwelling.and_then(|d| homes.get(&d)) {
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
