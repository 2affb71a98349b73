//! One draft of a roster as a person of the register: all facts of somebody new, single facts of somebody known.

use std::collections::HashMap;

use liren_facts::{Day, PartialDay};
use liren_rosters::Reading;
use liren_rosters::draft::{Draft, Got, How, Residency as Word, Status};
use liren_rosters::mapping::Field;
use liren_store::params;

use super::known::Register;
use super::lives::{Lives, note_departure};
use super::places::Homes;
use super::plan::Change;
use crate::base::keys::CommunityKeys;
use crate::base::{Origin, Result, Write, states};
use crate::people::{NewPerson, Residency, queries, register};

fn text<T: Clone>(got: &Option<Got<T>>) -> Option<T> {
    got.as_ref().map(|g| g.value.clone())
}

fn code(word: &Option<liren_rosters::draft::Word>) -> Option<String> {
    word.as_ref().and_then(|w| w.code).map(str::to_owned)
}

pub(super) fn new_person(
    draft: &Draft,
    homes: &Homes,
    households: &HashMap<usize, i64>,
    since: Option<Day>,
    origin: Origin,
) -> NewPerson {
    let active = draft.status.value == Status::Active;
    let dwelling = draft.dwelling.as_ref().and_then(|d| homes.get(&d.value)).filter(|_| active);
    let residency = draft.residency.as_ref().map(|r| r.value);
    NewPerson {
        name: text(&draft.name),
        former_name: (!draft.former_names.is_empty()).then(|| draft.former_names.join("、")),
        sex: draft.sex.as_ref().map(|s| s.value.code().to_owned()),
        born: text(&draft.birth),
        ethnic: code(&draft.ethnic),
        number: number(draft),
        number_state: number_state(draft),
        phones: draft.phones.iter().map(|p| p.digits.clone()).collect(),
        residency: residency_of(draft, residency, dwelling, since),
        dead: draft.status.value == Status::Deceased,
        died: draft.left.filter(|_| draft.status.value == Status::Deceased),
        household: draft.household.and_then(|h| households.get(&h).copied()).filter(|_| active),
        relation: draft.relation.as_ref().and_then(|r| r.code).map(str::to_owned),
        marital: code(&draft.marital),
        education: code(&draft.education),
        political: code(&draft.political),
        employment: code(&draft.employment),
        employer: draft.workplace.clone(),
        remark: draft.remark.clone(),
        facts: Vec::new(),
        origin,
    }
}

/// The day of moving in, from the column that says so; a partial date is not enough to begin a residency.
pub(super) fn since(reading: &Reading, draft: &Draft, on: Day) -> Option<Day> {
    let sheet = reading.sheets.get(draft.source.sheet)?;
    let header = &sheet.columns.iter().find(|c| c.field == Some(Field::MovedInOn))?.header;
    let text = &draft.extra.iter().find(|(h, _)| h == header)?.1;
    let day = liren_facts::date::read(text, on).value?;
    day.is_exact().then_some(day.first)
}

/// The number to keep: one that passed every check, or what was typed, for the clerk to repair.
fn number(draft: &Draft) -> Option<(String, String)> {
    match &draft.number {
        Some(n) => Some((n.value.kind.code().to_owned(), n.value.text.clone())),
        None => draft.number_given.clone().filter(|g| !g.is_empty()).map(|g| ("990".to_owned(), g)),
    }
}

fn number_state(draft: &Draft) -> String {
    match (&draft.number, draft.number_fault) {
        (Some(_), _) => "ok".into(),
        _ if draft.number_shared => "shared".into(),
        (None, Some(fault)) => fault.word().into(),
        (None, None) => "missing".into(),
    }
}

fn residency_of(draft: &Draft, word: Option<Word>, dwelling: Option<i64>, since: Option<Day>) -> Residency {
    match draft.status.value {
        Status::Active => Residency {
            hukou_here: word.map(Word::hukou_here),
            lives_here: word.map(Word::lives_here),
            since,
            left_since: None,
            dwelling,
            inferred: draft.residency.as_ref().is_some_and(|r| r.how == How::Inferred),
        },
        Status::Deceased => Residency {
            hukou_here: word.map(Word::hukou_here),
            lives_here: Some(false),
            since,
            left_since: draft.left.filter(|d: &PartialDay| d.is_exact()).map(|d| d.first),
            dwelling: None,
            inferred: false,
        },
        Status::MovedOut => Residency {
            hukou_here: Some(false),
            lives_here: Some(false),
            since,
            left_since: draft.left.filter(|d: &PartialDay| d.is_exact()).map(|d| d.first),
            dwelling: None,
            inferred: false,
        },
    }
}

/// Writes what a roster says otherwise about somebody known.
#[allow(clippy::too_many_arguments)]
pub(super) async fn change(
    w: &mut Write,
    keys: &CommunityKeys,
    on: Day,
    person: i64,
    reading: &Reading,
    draft: &Draft,
    changes: &[Change],
    register: &Register,
    homes: &Homes,
    households: &HashMap<usize, i64>,
    origin: &Origin,
    lives: &mut Lives,
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let subject = params![person];
    let line = register.lines.get(&person).cloned().unwrap_or_default();
    let lasting = draft.birth.as_ref().map_or(on, |b| b.value.first.min(on));
    let lasting = line.born.map_or(lasting, |b| b.first.min(lasting));
    for what in changes {
        match what {
            Change::Name => {
                let name = text(&draft.name);
                let values = register::naming_values(name.as_deref(), line.former_name.as_deref());
                states::correct(w, &register::NAMING, &subject, lasting, None, values, origin).await?;
            }
            Change::Birth => {
                let born = draft.birth.as_ref().filter(|b| b.how != How::Known).map(|b| b.value).or(line.born);
                let sex = line.sex.clone().or_else(|| draft.sex.as_ref().map(|s| s.value.code().to_owned()));
                let values = params![
                    sex,
                    born.map(|b| b.first.0),
                    born.map(|b| b.last.0),
                    line.ethnic.clone().or_else(|| code(&draft.ethnic))
                ];
                states::correct(w, &register::BIRTH, &subject, lasting, None, values, origin).await?;
            }
            Change::Number => {
                if let (Some((kind, number)), Some(key)) = (number(draft), person_key(w, keys, person).await?) {
                    let state = number_state(draft);
                    let values = register::identifier_values(keys, &key, &kind, &state, &number);
                    states::correct(w, &register::IDENTIFIER, &subject, lasting, None, values, origin).await?;
                }
            }
            Change::Phones => {
                let known = register.phones.get(&person).cloned().unwrap_or_default();
                let Some(key) = person_key(w, keys, person).await? else {
                    continue;
                };
                let added = draft.phones.iter().filter(|p| !known.contains(&p.digits));
                for (i, phone) in added.enumerate() {
                    let slot = params![person, (known.len() + i) as i64];
                    let values = register::contact_values(keys, &key, &phone.digits);
                    states::record(w, &register::CONTACT, &slot, on, values, origin).await?;
                }
            }
            Change::Residency => {
                let word = draft.residency.as_ref().map(|r| r.value);
                let (dwelling, since) = if changes.contains(&Change::Home) {
                    let home = draft.dwelling.as_ref().and_then(|d| homes.get(&d.value));
                    (home, since(reading, draft, on))
                } else {
                    (line.dwelling, line.since)
                };
                let values = register::residency_values(&residency_of(draft, word, dwelling, since));
                states::record(w, &register::RESIDENCY, &subject, on, values, origin).await?;
            }
            Change::Home if changes.contains(&Change::Residency) => {}
            Change::Home => {
                let moved = Residency {
                    hukou_here: line.hukou_here,
                    lives_here: line.lives_here,
                    // Since when they live in this home is another fact than since when they lived in the last.
                    since: since(reading, draft, on),
                    left_since: None,
                    dwelling: draft.dwelling.as_ref().and_then(|d| homes.get(&d.value)),
                    inferred: line.inferred,
                };
                let values = register::residency_values(&moved);
                states::record(w, &register::RESIDENCY, &subject, on, values, origin).await?;
            }
            Change::Life => {
                let seen = super::queries::last_seen(w, person, on).await?;
                let left = left_between(draft.left, seen, on);
                let day = if draft.left.is_some() { left.first } else { on };
                let home = queries::residency_on(w, person, day).await?;
                let word = draft.residency.as_ref().map(|r| r.value);
                let gone = register::residency_values(&residency_of(draft, word, None, line.since));
                states::record(w, &register::RESIDENCY, &subject, day, gone, origin).await?;
                states::end(w, &register::MEMBERSHIP, &subject, day).await?;
                if draft.status.value == Status::Deceased {
                    let values = params![false, left.first.0, left.last.0];
                    states::record(w, &register::LIFE, &subject, day, values, origin).await?;
                }
                // In which year it was must be certain: an event is counted by its day.
                let certain = draft.left.is_some() || left.first.year() == left.last.year();
                if certain && home.lives_here == Some(true) && line.alive != Some(false) {
                    let status = draft.status.value;
                    note_departure(w, day, person, status, &home, origin, lives).await?;
                }
            }
            Change::Marital => set(w, &register::MARITAL, &subject, on, code(&draft.marital), origin).await?,
            Change::Education => {
                set(w, &register::SCHOOLING, &subject, on, code(&draft.education), origin).await?;
            }
            Change::Political => {
                set(w, &register::POLITICAL, &subject, on, code(&draft.political), origin).await?;
            }
            Change::Employment => {
                let values = params![code(&draft.employment), draft.workplace.clone().or(line.employer.clone())];
                states::record(w, &register::WORK, &subject, on, values, origin).await?;
            }
            Change::Household => {
                let household = draft.household.and_then(|h| households.get(&h).copied());
                let relation = draft.relation.as_ref().and_then(|r| r.code);
                let values = params![household, relation];
                states::record(w, &register::MEMBERSHIP, &subject, on, values, origin).await?;
            }
        }
    }
    Ok(())
}

/// The days on which somebody can have died or left: as far as the list says, and after they were last seen here.
fn left_between(said: Option<PartialDay>, seen: Option<Day>, on: Day) -> PartialDay {
    let after = seen.filter(|day| *day < on).map(|day| day.plus(1));
    let Some(said) = said else {
        return PartialDay { first: after.unwrap_or(on), last: on };
    };
    let both = PartialDay { first: after.map_or(said.first, |a| a.max(said.first)), last: said.last.min(on) };
    // Said to live here after that day: the day of the list is followed, and somebody may look.
    if both.first <= both.last { both } else { said }
}

async fn set(
    w: &mut Write,
    table: &states::StateTable,
    subject: &[liren_store::Value],
    on: Day,
    code: Option<String>,
    origin: &Origin,
) -> Result<()> {
    states::record(w, table, subject, on, params![code], origin).await
}

async fn person_key(w: &mut Write, keys: &CommunityKeys, person: i64) -> Result<Option<crate::base::keys::Key>> {
    let wrapped = crate::people::queries::data_key(w, person).await?;
    Ok(wrapped.and_then(|wrapped| keys.person_key(&wrapped)))
}
