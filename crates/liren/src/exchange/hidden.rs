//! What a reading must not carry into the register: numbers and phones where words belong, and people who asked to be
//! forgotten.

use std::borrow::Cow;
use std::collections::HashSet;

use liren_facts::address::Dwelling;
use liren_facts::without_numbers;
use liren_rosters::draft::LedgerValue;
use liren_rosters::mapping::PersonMapping;
use liren_rosters::{Mapping, Reading};

use crate::base::keys::CommunityKeys;
use crate::people::queries::erasing;

/// Masks what of the words of a reading is a number or a phone. Remarks are sealed as they are.
pub fn hide(reading: &mut Reading, keys: &CommunityKeys) {
    for draft in &mut reading.people {
        draft.former_names.iter_mut().for_each(mask);
        let words = [&mut draft.workplace, &mut draft.hukou_address, &mut draft.residency_raw];
        words.into_iter().flatten().for_each(mask);
        if let Some(name) = &mut draft.name {
            mask(&mut name.value);
        }
        // No door has so long a number: what stands there is no address.
        draft.dwelling = draft.dwelling.take().filter(|home| is_door(&home.value));
        for line in &mut draft.ledger {
            line.raw.values_mut().for_each(mask);
            for value in line.values.values_mut() {
                if let LedgerValue::Text(text) = value {
                    mask(text);
                }
            }
        }
    }
    for household in &mut reading.households {
        household.dwelling = household.dwelling.take().filter(is_door);
        let Some(number) = &mut household.number else { continue };
        // Households are known again by their number: what stands for it must be one to one.
        if let Cow::Owned(_) = without_numbers(number) {
            let sealed: String = keys.whole(number)[..5].iter().map(|b| format!("{b:02x}")).collect();
            *number = format!("#{sealed}");
        }
    }
}

/// Characters of the longest part of an address: 0506 in 榆园小区, and a few letters.
const PART: usize = 10;

fn is_door(home: &Dwelling) -> bool {
    let parts = [&home.building, &home.unit, &home.room];
    parts.into_iter().flatten().all(|part| part.chars().count() <= PART)
}

fn mask(text: &mut String) {
    if let Cow::Owned(masked) = without_numbers(text) {
        *text = masked;
    }
}

/// Whoever was erased does not come back by a list: it is asked first. An answer in the mapping is one.
pub fn ask(reading: &mut Reading, marks: &[Vec<u8>], keys: &CommunityKeys, map: Option<&Mapping>) {
    if marks.is_empty() {
        return;
    }
    let marks: HashSet<&[u8]> = marks.iter().map(Vec::as_slice).collect();
    let sheets: Vec<String> =
        reading.people.iter().map(|draft| reading.sheet_name(draft.source.sheet).to_owned()).collect();
    for (draft, sheet) in reading.people.iter_mut().zip(sheets) {
        let Some(number) = &draft.number else { continue };
        let answered = map.is_some_and(|map| {
            let here = |p: &&PersonMapping| p.sheet == sheet && p.row == draft.source.row;
            map.people.iter().find(here).is_some_and(|p| p.is == "new")
        });
        let mark = erasing::mark(&keys.whole(&number.value.text));
        draft.erased = draft.matched.is_none() && !answered && marks.contains(mark.as_slice());
    }
}
