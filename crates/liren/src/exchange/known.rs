//! What the register already has of a community, in memory, so that the reader recognises people. The only
//! place where damaged numbers are compared; nothing of it is written anywhere.

use std::collections::HashMap;

use liren_facts::address::Dwelling;
use liren_facts::identifier::Sex;
use liren_rosters::draft::{Residency, Status};
use liren_rosters::{Known, KnownPerson};
use liren_store::Tx;

use super::queries::{part, rows_of, sheet_and_row};
use crate::base::{App, FactValue, Result, Scope};
use crate::people::{PersonLine, identity, queries, residency_word};
use crate::places;

/// Everyone known, with the lines they were read from, by person.
pub struct Register {
    pub known: Known,
    pub lines: HashMap<i64, PersonLine>,
    pub phones: HashMap<i64, Vec<String>>,
    pub numbers: HashMap<i64, String>,
    /// The home of each person, as an address.
    pub homes: HashMap<i64, Dwelling>,
}

/// `digest` is that of the file about to be read.
pub async fn load(app: &App, tx: &mut Tx, scope: &Scope, on: liren_facts::Day, digest: &str) -> Result<Register> {
    let ids = queries::everyone(tx, scope).await?;
    let lines = queries::lines(tx, scope, on, &ids).await?;
    let numbers = identity::open(app, tx, scope, on, None).await?;
    let rows = rows_of(tx, scope, digest).await?;
    let mut homes: HashMap<i64, Dwelling> = HashMap::new();
    for d in places::queries::dwellings(tx, scope, on).await? {
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
        known: Known::default(),
        lines: HashMap::new(),
        phones: HashMap::new(),
        numbers: HashMap::new(),
        homes: HashMap::new(),
    };
    for line in lines {
        let home = line.dwelling.and_then(|d| homes.get(&d).cloned());
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
            household: line.household,
            relation: line.relation.clone(),
            dwelling: home,
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
