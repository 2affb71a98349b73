//! Which rows are one household: by the household number, the head, the address, or where a head begins.

use std::collections::HashMap;

use liren_facts::code::RelationClass;

use crate::draft::{Got, Household, How};
use crate::extract::Record;
use crate::problem::{At, Problems};
use crate::rows::Banner;

/// How the rows of one table tell households apart.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Style {
    number: bool,
    head: bool,
    address: bool,
    /// A serial number stands only in the first row of a household.
    serial: bool,
    /// Nothing but blank rows between them.
    blank: bool,
}

/// Groups the records of all tables; returns the households with record indexes as members.
pub(crate) fn group(records: &mut [Record], problems: &mut Problems) -> Vec<Household> {
    let mut out: Vec<Household> = Vec::new();
    let mut first = 0;
    while first < records.len() {
        let place = (records[first].sheet, records[first].table);
        let end =
            records[first..].iter().position(|r| (r.sheet, r.table) != place).map_or(records.len(), |n| first + n);
        if records[first].in_household_table {
            table(records, first, end, &mut out, problems);
        }
        first = end;
    }
    out
}

fn style(records: &[Record]) -> Style {
    let count = |f: &dyn Fn(&Record) -> bool| records.iter().filter(|r| f(r)).count();
    let all = records.len();
    let numbered = count(&|r| r.keys.household_number.is_some());
    // A number of its own for every row although the rows are relatives is a serial number.
    let distinct: std::collections::HashSet<&str> =
        records.iter().filter_map(|r| r.keys.household_number.as_ref()).map(|(k, _)| k.as_str()).collect();
    let members =
        count(&|r| r.draft.relation.as_ref().is_some_and(|r| r.class.is_some_and(|c| c != RelationClass::Head)));
    let each_row = all > 3 && distinct.len() == numbered && numbered == all && members * 4 > all;
    let serials = count(&|r| r.keys.serial_own);
    let heads = count(&is_head);
    let heads_after_blank = count(&|r| is_head(r) && r.keys.after_blank);
    Style {
        number: numbered > 0 && !each_row,
        head: count(&|r| r.keys.head_name.is_some() || r.keys.head_number.is_some()) * 5 > all,
        address: count(&|r| r.keys.address.is_some()) * 5 > all,
        serial: serials > 0 && serials * 10 < all * 9,
        // The first stands below the header.
        blank: heads >= 3 && heads_after_blank * 10 >= (heads - 1) * 8,
    }
}

fn table(records: &mut [Record], first: usize, end: usize, out: &mut Vec<Household>, problems: &mut Problems) {
    let style = style(&records[first..end]);
    let pairs: Vec<bool> = (first..end).map(|at| is_second_of_pair(&records[first..end], at - first, style)).collect();
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut current: Option<usize> = None;
    // Of the current household: what its first rows said.
    let mut state = State::default();
    let mut last_row = None;
    for (at, record) in records.iter_mut().enumerate().take(end).skip(first) {
        let new_row = last_row.replace(record.row) != Some(record.row);
        let key = key_of(record, style);
        let begins = current.is_none()
            || (new_row && record.keys.row_household)
            || (!record.keys.row_household && !pairs[at - first] && begins(record, &state, style));
        let household = match (begins, current) {
            (false, Some(household)) => household,
            _ => {
                let known = key.as_ref().filter(|_| !record.keys.row_household).and_then(|k| by_key.get(k)).copied();
                state = State::default();
                known.unwrap_or_else(|| {
                    out.push(Household::default());
                    out.len() - 1
                })
            }
        };
        if let Some(key) = key {
            by_key.entry(key).or_insert(household);
        }
        if !begins && record.below_header {
            problems.raise(
                At { sheet: record.sheet, row: record.row, column: None, record: Some(at) },
                "household_split_by_header",
            );
        }
        state.learn(record);
        current = Some(household);
        if let Some((number, _)) = &record.keys.household_number
            && style.number
        {
            out[household].key.clone_from(number);
            out[household].number = Some(number.clone());
        }
        let said = &record.keys;
        let told = &mut out[household];
        told.head_name = told.head_name.take().or_else(|| said.head_name.as_ref().map(|(name, _)| name.clone()));
        told.head_number = told.head_number.take().or_else(|| said.head_number.as_ref().map(|(n, _)| n.clone()));
        out[household].members.push(at);
        record.draft.household = Some(household);
    }
}

#[derive(Default)]
struct State {
    number: Option<String>,
    head_name: Option<String>,
    head_number: Option<String>,
    address: Option<String>,
    has_head: bool,
    members: usize,
    card: Option<u32>,
    section: Banner,
    /// The head, where the header of the column makes everybody below it one.
    head: Option<String>,
}

impl State {
    fn learn(&mut self, record: &Record) {
        let keys = &record.keys;
        let take = |slot: &mut Option<String>, key: &Option<(String, bool)>| {
            if let Some((text, _)) = key {
                *slot = Some(text.clone());
            }
        };
        take(&mut self.number, &keys.household_number);
        if keys.without_number {
            self.number = None;
        }
        take(&mut self.head_name, &keys.head_name);
        take(&mut self.head_number, &keys.head_number);
        if self.address.is_none() || keys.address.as_ref().is_some_and(|(_, own)| *own) {
            self.address = address_of(record).or(self.address.take());
        }
        self.has_head |= is_head(record);
        if let Some(head) = head_by_header(record) {
            self.head = Some(head.to_owned());
        }
        self.members += 1;
        self.card = keys.card;
        self.section.clone_from(&keys.section);
    }
}

fn is_head(record: &Record) -> bool {
    record.draft.relation.as_ref().is_some_and(|r| r.class == Some(RelationClass::Head))
}

/// The name below 户主, where nothing in the row but the header says that it is a head.
fn head_by_header(record: &Record) -> Option<&str> {
    let context = record.draft.relation.as_ref().is_some_and(|r| r.how == How::Context && r.raw.is_empty());
    record.draft.name.as_ref().filter(|_| context && is_head(record)).map(|n| n.value.as_str())
}

/// Where every row has its address and nothing else tells households apart: man and wife, both marked as the
/// head. Two households of one flat have spouses of their own, or other ages.
fn is_second_of_pair(records: &[Record], at: usize, style: Style) -> bool {
    if style.number || style.head || !style.address {
        return false;
    }
    let (Some(before), record) = (at.checked_sub(1).map(|b| &records[b]), &records[at]) else {
        return false;
    };
    let own = |r: &Record| r.keys.address.as_ref().is_some_and(|(_, own)| *own);
    let place = address_of(record);
    if !(is_head(record) && is_head(before) && own(record) && own(before)) || place != address_of(before) {
        return false;
    }
    let sex = |r: &Record| r.draft.sex.as_ref().map(|s| s.value);
    let year = |r: &Record| r.draft.birth.as_ref().map(|b| b.value.first.year());
    let wed = sex(record).zip(sex(before)).is_some_and(|(a, b)| a != b)
        && year(record).zip(year(before)).is_some_and(|(a, b)| (a - b).abs() <= 10)
        && record.draft.residency.as_ref().map(|r| r.value) == before.draft.residency.as_ref().map(|r| r.value);
    let spouse = records[at + 1..].iter().take_while(|r| !is_head(r) && address_of(r) == place).any(|r| {
        let class = r.draft.relation.as_ref().and_then(|r| r.class);
        class == Some(RelationClass::Spouse)
    });
    wed && !spouse
}

/// The dwelling's key when it could be read, else the address as typed.
fn address_of(record: &Record) -> Option<String> {
    match &record.draft.dwelling {
        Some(dwelling) => Some(dwelling.value.key()),
        None => record.keys.address.as_ref().map(|(raw, _)| raw.clone()),
    }
}

/// Does the record begin another household than the one before it?
fn begins(record: &Record, state: &State, style: Style) -> bool {
    let keys = &record.keys;
    if keys.card.is_some() {
        return keys.card != state.card;
    }
    // A list of heads: each is the head of another household.
    if head_by_header(record).zip(state.head.as_deref()).is_some_and(|(a, b)| a != b) {
        return true;
    }
    if style.number
        && let Some((number, _)) = &keys.household_number
    {
        if keys.section != state.section {
            return true;
        }
        if state.number.as_ref() != Some(number) {
            return true;
        }
        // The same number again in another dwelling is the count of another building.
        let moved = keys.address.as_ref().is_some_and(|(_, own)| *own)
            && address_of(record) != state.address
            && is_head(record);
        return moved;
    }
    if style.number {
        // Without a number a household begins with its head or with another home; 待补 belongs to no number above it.
        let own = keys.address.as_ref().is_some_and(|(_, own)| *own);
        let elsewhere = own && state.members > 0 && address_of(record) != state.address;
        let alone = (keys.without_number && state.number.is_some()) || (state.number.is_none() && elsewhere);
        return alone || (is_head(record) && (state.has_head || (keys.without_number && state.members > 0)));
    }
    let differs = |key: &Option<(String, bool)>, before: &Option<String>| {
        key.as_ref().map(|(text, _)| before.as_ref() != Some(text))
    };
    let address_own = keys.address.as_ref().is_some_and(|(_, own)| *own);
    let address_differs = address_own && address_of(record) != state.address;
    if style.head {
        let by_number = differs(&keys.head_number, &state.head_number);
        let by_name = differs(&keys.head_name, &state.head_name);
        match (by_number, by_name) {
            // Names decide when the numbers are damaged alike.
            (Some(false), _) | (None, Some(false)) => return address_differs,
            (Some(true), Some(false)) => return address_differs,
            (Some(true), _) | (None, Some(true)) => return true,
            (None, None) => return address_differs && is_head(record),
        }
    }
    if style.address {
        if address_differs {
            return true;
        }
        // The same flat once more, with a head of its own
        return address_own && is_head(record) && state.has_head;
    }
    if style.serial {
        return keys.serial_own;
    }
    if style.blank {
        return keys.after_blank;
    }
    is_head(record) && state.has_head || (is_head(record) && state.address.is_none() && !state.has_head)
}

/// A key that joins rows of one household even when other rows stand between them.
fn key_of(record: &Record, style: Style) -> Option<String> {
    if record.keys.card.is_some() {
        return None;
    }
    let place = address_of(record).unwrap_or_default();
    if style.number {
        return record
            .keys
            .household_number
            .as_ref()
            .map(|(number, _)| format!("n{number}|{place}|{:?}", record.keys.section));
    }
    if !style.head {
        return None;
    }
    if let Some((number, _)) = &record.keys.head_number
        && number.len() >= 15
    {
        return Some(format!("i{number}|{place}"));
    }
    let (name, _) = record.keys.head_name.as_ref()?;
    (!place.is_empty()).then(|| format!("h{name}|{place}"))
}

/// Heads, dwellings and what is wrong with a household; after the groups are final.
pub(crate) fn check(records: &mut [Record], households: &mut [Household], problems: &mut Problems) {
    // A row of a list that names a head of another sheet has its household there.
    let mut heads: HashMap<(String, String), usize> = HashMap::new();
    for (at, household) in households.iter().enumerate() {
        for member in &household.members {
            let record = &records[*member];
            if is_head(record)
                && let (Some(name), Some(place)) = (&record.draft.name, address_of(record))
            {
                heads.entry((name.value.clone(), place)).or_insert(at);
            }
        }
    }
    for at in 0..households.len() {
        let members = households[at].members.clone();
        let head_name = members.iter().find_map(|m| records[*m].keys.head_name.as_ref()).map(|(n, _)| n.clone());
        let marked: Vec<usize> = members.iter().copied().filter(|m| is_head(&records[*m])).collect();
        let named = head_name.as_ref().and_then(|name| {
            members.iter().copied().find(|m| records[*m].draft.name.as_ref().is_some_and(|n| n.value == *name))
        });
        households[at].head = match marked[..] {
            [] => named,
            [one] => Some(one),
            _ => named.filter(|n| marked.contains(n)).or(marked.first().copied()),
        };
        spread_dwelling(records, &mut households[at]);
        if marked.is_empty()
            && let (Some(name), Some(place)) = (head_name, members.first().and_then(|m| address_of(&records[*m])))
            && let Some(other) = heads.get(&(name, place)).copied().filter(|other| *other != at)
        {
            for member in members {
                records[member].draft.household = Some(other);
                households[other].members.push(member);
            }
            households[at].members.clear();
            continue;
        }
        raise(records, &members, &marked, problems);
    }
}

fn raise(records: &[Record], members: &[usize], marked: &[usize], problems: &mut Problems) {
    let place = |m: usize| At {
        sheet: records[m].sheet,
        row: records[m].row,
        column: records[m].relation_column,
        record: Some(m),
    };
    for extra in marked.iter().skip(1) {
        problems.raise(place(*extra), "household_two_heads");
    }
    let has_relations = members.iter().any(|m| records[*m].relation_column.is_some());
    if !marked.is_empty() || !has_relations {
        return;
    }
    let class = |m: &usize| records[*m].draft.relation.as_ref().and_then(|r| r.class);
    // The head stands in the row by name: the household is that of somebody listed elsewhere.
    let named = members.iter().any(|m| {
        let keys = &records[*m].keys;
        keys.head_name.as_ref().is_some_and(|(_, own)| *own) || keys.head_number.as_ref().is_some_and(|(_, own)| *own)
    });
    // Whoever died or left stands in no household.
    let gone = members.iter().all(|m| records[*m].draft.status.value != crate::draft::Status::Active);
    // A blank relation is raised by itself; people who only share a flat need no head.
    let blank = members.iter().any(|m| records[*m].draft.relation.is_none());
    let unclear = members.iter().any(|m| class(m).is_none());
    let strangers = members.iter().all(|m| class(m) == Some(RelationClass::NonRelative));
    if let Some(first) = members.iter().find(|m| class(m).is_none()).or(members.first())
        && !strangers
        && !named
        && !gone
        && (blank || !unclear)
    {
        problems.raise(place(*first), "household_no_head");
    }
}

/// A dwelling stated once holds for the household.
fn spread_dwelling(records: &mut [Record], household: &mut Household) {
    let best = household
        .members
        .iter()
        .filter_map(|m| records[*m].draft.dwelling.as_ref())
        .map(|d| d.value.clone())
        .find(liren_facts::address::Dwelling::is_door)
        .or_else(|| {
            household.members.iter().find_map(|m| records[*m].draft.dwelling.as_ref()).map(|d| d.value.clone())
        });
    let Some(dwelling) = best else { return };
    for member in &household.members {
        let draft = &mut records[*member].draft;
        if draft.dwelling.as_ref().is_none_or(|d| !d.value.is_door()) {
            draft.dwelling = Some(Got::new(dwelling.clone(), How::Filled));
        }
    }
    household.dwelling = Some(dwelling);
}
