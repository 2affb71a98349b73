//! What is done when all rows are read: estates, silence filled from the registry, people, households, counts.

use std::collections::{HashMap, HashSet};

use crate::draft::{Counts, Draft, Got, Household, How, Reading, Residency, Status};
use crate::extract::{Record, SaidOfOther};
use crate::known::{Known, KnownPerson};
use crate::problem::{Level, Problems};
use crate::table::SheetRead;

/// An address without its estate belongs to the estate most others name.
pub(super) fn infer_estates(records: &mut [Record], known: &Known) {
    let mut by_building: HashMap<(String, String), usize> = HashMap::new();
    let mut count: HashMap<String, usize> = HashMap::new();
    let dwellings = records
        .iter()
        .filter_map(|r| r.draft.dwelling.as_ref().map(|d| &d.value))
        .chain(known.people.iter().filter_map(|p| p.dwelling.as_ref()));
    for dwelling in dwellings {
        if let Some(estate) = &dwelling.estate {
            *count.entry(estate.clone()).or_default() += 1;
            if let Some(building) = &dwelling.building {
                *by_building.entry((building.clone(), estate.clone())).or_default() += 1;
            }
        }
    }
    let most =
        count.iter().max_by_key(|(name, n)| (**n, std::cmp::Reverse((*name).clone()))).map(|(name, _)| name.clone());
    let Some(most) = most else { return };
    for record in records {
        if let Some(got) = &mut record.draft.dwelling
            && got.value.estate.is_none()
            && got.value.building.is_some()
        {
            // Where the main estate has no such building and one other has, it is that one.
            let building = got.value.building.clone().unwrap_or_default();
            let has = |estate: &str| by_building.contains_key(&(building.clone(), estate.to_owned()));
            let others: Vec<&String> = count.keys().filter(|e| has(e)).collect();
            let estate = match others[..] {
                [only] if !has(&most) => only.clone(),
                _ => most.clone(),
            };
            got.value.estate = Some(estate);
            got.how = How::Inferred;
        }
    }
}

/// A remark that names a member of the household is about that member; one that names nobody of it is left to a person.
pub(super) fn tell_others(
    records: &mut [Record],
    groups: &[Household],
    said: Vec<SaidOfOther>,
    on: liren_facts::Day,
    problems: &mut Problems,
) {
    for SaidOfOther { record, at, said } in said {
        let Some(name) = &said.about else { continue };
        let members = records[record].draft.household.and_then(|h| groups.get(h)).map(|g| g.members.as_slice());
        let named = |m: &usize| records[*m].draft.name.as_ref().is_some_and(|n| n.value == *name);
        let found: Vec<usize> = members.unwrap_or_default().iter().copied().filter(named).collect();
        let [member] = found[..] else {
            problems.raise(at, "remark_about_somebody");
            continue;
        };
        let draft = &mut records[member].draft;
        if draft.status.value == Status::Active {
            draft.status = Got::new(said.status, How::Given);
            match crate::meanings::dated_remark(&said.clause, on) {
                Ok(day) => draft.left = draft.left.or(day),
                Err(()) => problems.raise(at, "left_date_invalid"),
            }
        }
        problems.raise(at, "remark_about_member");
    }
}

/// Tables without a column of residency where a place of hukou stands for some people only: for those whose
/// hukou is elsewhere.
pub(super) fn hukou_tells(records: &[Record]) -> HashSet<(usize, usize)> {
    let mut tables: HashMap<(usize, usize), (usize, usize)> = HashMap::new();
    for record in records {
        let (filled, all) = tables.entry((record.sheet, record.table)).or_default();
        *filled += usize::from(record.draft.hukou_address.is_some());
        *all += 1;
    }
    tables
        .into_iter()
        .filter(|(_, (filled, all))| *filled > 0 && filled * 10 < all * 7)
        .map(|(table, _)| table)
        .collect()
}

pub(super) fn infer_residency(draft: &mut Draft) {
    if draft.residency.is_some() {
        return;
    }
    // A blank cell says nothing, and a place of hukou nothing of whoever lives elsewhere.
    let here = |text: &str| ["本社区", "本村", "本小区", "本地", "同", "本址", "本组"].iter().any(|w| text.contains(w));
    let Some(text) = draft.hukou_address.as_deref().filter(|_| draft.dwelling.is_some()) else { return };
    let residency = if here(text) { Residency::Resident } else { Residency::Temporary };
    draft.residency = Some(Got::new(residency, How::Inferred));
}

/// What the registry knows, or the kind of sheet implies, where the row is silent.
pub(super) fn complete(draft: &mut Draft, known: Option<&KnownPerson>, has_column: bool, residents_only: bool) {
    if let Some(person) = known {
        if draft.residency.is_none()
            && let Some(residency) = person.residency
        {
            draft.residency = Some(Got::new(residency, How::Known));
        }
        let better = match (&draft.dwelling, &person.dwelling) {
            (_, None) => None,
            (None, Some(theirs)) => Some(theirs.clone()),
            (Some(mine), Some(theirs)) if !mine.value.is_door() || mine.how == How::Inferred => Some(theirs.clone()),
            _ => None,
        };
        if let Some(dwelling) = better {
            draft.dwelling = Some(Got::new(dwelling, How::Known));
        }
    }
    // What a title says of all does not hold for somebody who was struck off.
    if draft.doubtful && draft.residency.as_ref().is_some_and(|r| r.how == How::Context) {
        draft.residency = None;
    }
    // 在住 in a register of residents: that somebody lives here is said, that he is registered here follows.
    if draft.residency.is_none()
        && known.is_none_or(|p| p.residency.is_none())
        && draft.status.value == Status::Active
        && !draft.doubtful
        && draft.residency_raw.as_deref().is_some_and(crate::meanings::lives_here)
    {
        draft.residency = Some(Got::new(Residency::Resident, How::Inferred));
    }
    // A roster that says nothing of residency leaves it unknown; only a ledger open to residents tells.
    if draft.residency.is_none() && !draft.doubtful && !has_column && known.is_none() && residents_only {
        draft.residency = Some(Got::new(Residency::Resident, How::Inferred));
    }
}

/// One draft for each distinct person, and for each record the index of its person.
pub(super) fn people(records: Vec<Record>, first_of: &[usize]) -> (Vec<Draft>, Vec<usize>) {
    let mut index = vec![0; records.len()];
    let mut out = Vec::with_capacity(records.len());
    for (at, record) in records.into_iter().enumerate() {
        if first_of[at] == at {
            index[at] = out.len();
            out.push(record.draft);
        } else {
            index[at] = index[first_of[at]];
        }
    }
    (out, index)
}

pub(super) fn households_of(groups: Vec<Household>, index: &[usize], people: &mut [Draft]) -> Vec<Household> {
    let mut out: Vec<Household> = Vec::new();
    let mut renumbered: Vec<Option<usize>> = vec![None; groups.len()];
    // A person counts in the household of the row that is the person's first.
    for (at, group) in groups.into_iter().enumerate() {
        let mut members: Vec<usize> = Vec::new();
        for member in &group.members {
            let person = index[*member];
            if people[person].household == Some(at) && !members.contains(&person) {
                members.push(person);
            }
        }
        if members.is_empty() {
            continue;
        }
        renumbered[at] = Some(out.len());
        let key = if group.key.is_empty() { (out.len() + 1).to_string() } else { group.key };
        out.push(Household { key, head: group.head.map(|h| index[h]), members, ..group });
    }
    for person in people {
        person.household = person.household.and_then(|h| renumbered.get(h).copied().flatten());
    }
    out
}

pub(super) fn finish(problems: Problems, index: &[usize], sheets: &[SheetRead]) -> Vec<crate::Problem> {
    let headers: Vec<HashMap<u16, &str>> =
        sheets.iter().map(|s| s.columns.iter().rev().map(|c| (c.column, c.header.as_str())).collect()).collect();
    let mut list = problems.list;
    for problem in &mut list {
        problem.person = problem.person.map(|at| index[at]);
        problem.header = problem
            .column
            .and_then(|c| headers[problem.sheet].get(&c).copied())
            .filter(|h| !h.is_empty())
            .map(str::to_owned);
    }
    list.sort_by_key(|p| (p.sheet, p.row, p.column, std::cmp::Reverse(p.level)));
    list
}

pub(super) fn count(reading: &Reading, records: usize) -> Counts {
    let mut out = Counts { records, distinct_people: reading.people.len(), ..Counts::default() };
    out.duplicate_records = out.records - out.distinct_people;
    let mut dwellings = HashSet::new();
    for person in &reading.people {
        out.valid_ids += usize::from(person.number.is_some());
        if let Some(dwelling) = &person.dwelling {
            dwellings.insert(&dwelling.value);
        }
        match person.status.value {
            Status::Deceased => out.deceased += 1,
            Status::MovedOut => out.moved_out += 1,
            Status::Active => {
                out.active_people += 1;
                match person.residency.as_ref().map(|r| r.value) {
                    Some(Residency::Resident) => out.active_resident += 1,
                    Some(Residency::Temporary) => out.active_temporary += 1,
                    Some(Residency::HukouOnly) => out.active_hukou_only += 1,
                    None => out.active_unknown += 1,
                }
            }
        }
    }
    out.households = reading.households.len();
    out.dwellings = dwellings.len();
    for problem in &reading.problems {
        match problem.level {
            Level::Error => out.errors += 1,
            Level::Warning => out.warnings += 1,
            Level::Note => out.notes += 1,
        }
    }
    out
}
