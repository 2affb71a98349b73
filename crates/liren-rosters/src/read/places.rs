//! One home in several spellings: inside the workbook, and against the homes on record. Structure decides; where only
//! a name differs, the people who live there tell, and where they are too few, somebody is asked once for all.

use std::collections::{BTreeMap, HashMap, HashSet};

use liren_facts::address::{Dwelling, estate_key};

use crate::draft::Status;
use crate::extract::Record;
use crate::known::Known;
use crate::mapping::{Mapping, UNANSWERED};
use crate::problem::{At, Problems};
use crate::question::{Choice, Question, Text};

/// Gives each estate one spelling: the one on record, else the one most rows have; and a flat whose unit is left out
/// the unit on record, where there is but one.
pub(super) fn unify(records: &mut [Record], known: &Known) {
    let mut spellings: HashMap<String, HashMap<String, usize>> = HashMap::new();
    let on_record = known.people.iter().filter_map(|p| p.dwelling.as_ref());
    let read = records.iter().filter_map(|r| r.draft.dwelling.as_ref().map(|d| &d.value));
    // Whatever is on record outweighs what a sheet says.
    for (dwelling, weight) in on_record.map(|d| (d, 1_000_000)).chain(read.map(|d| (d, 1))) {
        if let Some(estate) = &dwelling.estate {
            *spellings.entry(estate_key(estate)).or_default().entry(estate.clone()).or_default() += weight;
        }
    }
    let best: HashMap<String, String> = spellings
        .into_iter()
        .filter(|(_, names)| names.len() > 1)
        .filter_map(|(key, names)| {
            let name = names.into_iter().max_by_key(|(name, n)| (*n, name.clone()))?.0;
            Some((key, name))
        })
        .collect();
    let mut units: HashMap<(String, String, String), HashSet<String>> = HashMap::new();
    for home in known.people.iter().filter_map(|p| p.dwelling.as_ref()) {
        if let (Some(place), Some(unit)) = (place_of(home), &home.unit) {
            units.entry(place).or_default().insert(unit.clone());
        }
    }
    for record in records {
        let Some(got) = &mut record.draft.dwelling else { continue };
        if let Some(name) = got.value.estate.as_ref().and_then(|e| best.get(&estate_key(e))) {
            got.value.estate = Some(name.clone());
        }
        if got.value.unit.is_none()
            && let Some(found) = place_of(&got.value).and_then(|place| units.get(&place))
            && found.len() == 1
        {
            got.value.unit = found.iter().next().cloned();
        }
    }
}

fn place_of(home: &Dwelling) -> Option<(String, String, String)> {
    Some((estate_key(home.estate.as_deref()?), home.building.clone()?, home.room.clone()?))
}

/// What an estate's name of the workbook has for and against being one on record.
#[derive(Default)]
struct Support {
    /// Doors whose people live behind the same door of that estate on record.
    doors: BTreeMap<String, HashSet<String>>,
    against: usize,
    rows: Vec<usize>,
}

/// Estates of the workbook that are not on record by their name. Two homes whose people are on record behind the same
/// doors of another estate, and nobody who is not, make it that one; less than that is asked. `found` is the person on
/// record of each record.
pub(super) fn same_estates(
    records: &mut [Record],
    found: &[Option<usize>],
    known: &Known,
    map: Option<&Mapping>,
    problems: &mut Problems,
) -> Vec<Question> {
    let homes = known.people.iter().filter_map(|p| p.dwelling.as_ref());
    let on_record: HashSet<String> = homes.filter_map(|d| d.estate.as_deref().map(estate_key)).collect();
    let mut unknown: BTreeMap<String, Support> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        let Some(home) = record.draft.dwelling.as_ref().map(|d| &d.value).filter(|d| d.is_door()) else { continue };
        let Some(estate) = home.estate.as_ref().filter(|e| !on_record.contains(&estate_key(e))) else { continue };
        let support = unknown.entry(estate.clone()).or_default();
        support.rows.push(at);
        let here = record.draft.status.value == Status::Active;
        let before = found[at].and_then(|p| known.people[p].dwelling.as_ref()).filter(|_| here);
        let Some(before) = before else { continue };
        let nameless = Dwelling { estate: None, ..home.clone() };
        match &before.estate {
            Some(name) if nameless.can_be(before) => {
                support.doors.entry(name.clone()).or_default().insert(nameless.key());
            }
            _ => support.against += 1,
        }
    }
    let mut questions = Vec::new();
    for (estate, support) in unknown {
        let Some((other, doors)) = support.doors.iter().max_by_key(|(name, doors)| (doors.len(), (*name).clone()))
        else {
            continue;
        };
        let doors = doors.len();
        let answer = map.and_then(|m| m.estates.get(&estate)).filter(|a| *a != UNANSWERED);
        let alone = support.doors.len() == 1 && support.against * 10 <= doors;
        let target = match answer {
            Some(answer) if answer.is_empty() => continue,
            Some(answer) => Some(answer.clone()),
            None => (doors >= 2 && alone).then(|| other.clone()),
        };
        if let Some(target) = target {
            for at in support.rows {
                if let Some(got) = &mut records[at].draft.dwelling {
                    got.value.estate = Some(target.clone());
                }
            }
            continue;
        }
        // Who moved from everywhere into a new estate is no question.
        if !alone && doors * 2 < support.against {
            continue;
        }
        let mut rows: Vec<u32> = Vec::new();
        let sheet = support.rows.first().map_or(0, |at| records[*at].sheet);
        for (n, at) in support.rows.iter().enumerate() {
            let record = &mut records[*at];
            if n == 0 {
                let place = At { sheet: record.sheet, row: record.row, column: None, record: Some(*at) };
                problems.raise(place, "estate_unclear");
            }
            if record.sheet == sheet {
                rows.push(record.row + 1);
            }
            record.draft.dwelling = None;
        }
        let count = support.rows.len();
        questions.push(Question {
            kind: "estate",
            sheet,
            column: None,
            rows,
            zh: format!("“{estate}”和已登记的“{other}”是同一个小区吗？({count} 行的住址要等回答)"),
            en: format!("Is “{estate}” the estate on record as “{other}”? ({count} addresses wait for the answer)"),
            reasons: vec![Text::new(
                format!("有 {doors} 处住房的人登记在“{other}”的同一门牌，名称却不同。"),
                format!(
                    "The people of {doors} homes are on record behind the same doors of “{other}”, under another name."
                ),
            )],
            choices: vec![
                Choice::new(other, "是同一个", "the same"),
                Choice::new("", "是另一个小区", "another estate"),
            ],
            answer: format!("[estates] \"{estate}\" = \"…\""),
            word: Some(estate),
        });
    }
    questions
}
