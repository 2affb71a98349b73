//! One draft of a roster as a person of the register: all facts of somebody new, single facts of somebody known.

use std::collections::HashMap;

use liren_facts::{Day, PartialDay};
use liren_rosters::Reading;
use liren_rosters::draft::{Draft, Got, How, Residency as Word, Status};
use liren_rosters::mapping::Field;

use super::earlier::{member, said};
use super::known::Register;
use super::places::Homes;
use super::plan::{Change, is_renamed};
use crate::base::keys::CommunityKeys;
use crate::base::{DwellingId, HouseholdId, Mine, Origin, PersonId, Result, Write};
use crate::people::{
    Birth, Life, Marital, Membership, Naming, NewPerson, Political, Residency, Schooling, Work, register,
};

fn text<T: Clone>(got: &Option<Got<T>>) -> Option<T> {
    got.as_ref().map(|g| g.value.clone())
}

fn code(word: &Option<liren_rosters::draft::Word>) -> Option<String> {
    word.as_ref().and_then(|w| w.code).map(str::to_owned)
}

pub(super) fn new_person(
    draft: &Draft,
    on: Day,
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
        residency: residency_of(draft, residency, dwelling, since, on),
        dead: draft.status.value == Status::Deceased,
        died: left_by(draft, on).filter(|_| draft.status.value == Status::Deceased),
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

fn residency_of(draft: &Draft, word: Option<Word>, dwelling: Option<i64>, since: Option<Day>, on: Day) -> Residency {
    let left_since = left_by(draft, on).map(|left| left.first);
    match draft.status.value {
        Status::Active => Residency {
            hukou_here: word.map(Word::hukou_here),
            lives_here: word.map(Word::lives_here),
            since,
            left_since: None,
            dwelling: dwelling.map(DwellingId),
            inferred: draft.residency.as_ref().is_some_and(|r| r.how == How::Inferred).then_some(true),
        },
        Status::Deceased => Residency {
            hukou_here: word.map(Word::hukou_here),
            lives_here: Some(false),
            since,
            left_since,
            dwelling: None,
            inferred: None,
        },
        Status::MovedOut => Residency {
            hukou_here: Some(false),
            lives_here: Some(false),
            since,
            left_since,
            dwelling: None,
            inferred: None,
        },
    }
}

/// The days on which somebody died or left as the list says it, none of them after its own.
pub(super) fn left_by(draft: &Draft, on: Day) -> Option<PartialDay> {
    draft.left.map(|left| PartialDay { first: left.first.min(on), last: left.last.min(on) })
}

/// Writes what a roster says otherwise about somebody known.
#[allow(clippy::too_many_arguments)]
pub(super) async fn change(
    w: &mut Write,
    keys: &CommunityKeys,
    on: Day,
    mine: Mine<PersonId>,
    reading: &Reading,
    draft: &Draft,
    changes: &[Change],
    register: &Register,
    homes: &Homes,
    households: &HashMap<usize, i64>,
    origin: &Origin,
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let person = mine.id();
    let line = register.lines.get(&person.0).cloned().unwrap_or_default();
    let lasting = draft.birth.as_ref().map_or(on, |b| b.value.first.min(on));
    let lasting = line.born.map_or(lasting, |b| b.first.min(lasting));
    for what in changes {
        match what {
            Change::Name => {
                let name = text(&draft.name);
                if is_renamed(draft, &line) {
                    // Before the list they were called otherwise.
                    let known = line.former_name.iter().flat_map(|f| f.split('、')).map(str::to_owned);
                    let mut former: Vec<String> = known.chain(line.name.clone()).collect();
                    former.retain(|f| Some(f) != name.as_ref());
                    former.dedup();
                    let naming = Naming::of(name.as_deref(), Some(&former.join("、")));
                    naming.record(w, person, on, origin).await?;
                    continue;
                }
                let naming = Naming::of(name.as_deref(), line.former_name.as_deref());
                naming.correct(w, person, lasting, None, origin).await?;
            }
            Change::Birth => {
                let born = draft.birth.as_ref().filter(|b| b.how != How::Known).map(|b| b.value).or(line.born);
                let sex = line.sex.clone().or_else(|| draft.sex.as_ref().map(|s| s.value.code().to_owned()));
                let birth = Birth {
                    sex,
                    born_first: born.map(|b| b.first),
                    born_last: born.map(|b| b.last),
                    ethnic: line.ethnic.clone().or_else(|| code(&draft.ethnic)),
                };
                birth.correct(w, person, lasting, None, origin).await?;
            }
            Change::Number => {
                let key = register::key_of(w, keys, person).await?;
                if let (Some((kind, number)), Some(key)) = (number(draft), key) {
                    let state = number_state(draft);
                    let identifier = register::identifier(keys, &key, &kind, &state, &number);
                    identifier.correct(w, person, lasting, None, origin).await?;
                }
            }
            Change::Phones => {
                let known = register.phones.get(&person.0).cloned().unwrap_or_default();
                let added = draft.phones.iter().filter(|p| !known.contains(&p.digits));
                let added: Vec<&str> = added.map(|p| p.digits.as_str()).collect();
                register::add_phones(w, keys, on, mine, &added, origin).await?;
            }
            Change::Residency => {
                let word = draft.residency.as_ref().map(|r| r.value);
                let (dwelling, since) = if changes.contains(&Change::Home) {
                    let home = draft.dwelling.as_ref().and_then(|d| homes.get(&d.value));
                    (home, since(reading, draft, on))
                } else {
                    (line.dwelling, line.since)
                };
                said(w, register, on, person, residency_of(draft, word, dwelling, since, on), origin).await?;
            }
            Change::Home if changes.contains(&Change::Residency) => {}
            Change::Home => {
                let moved = Residency {
                    hukou_here: line.hukou_here,
                    lives_here: line.lives_here,
                    // Since when they live in this home is another fact than since when they lived in the last.
                    since: since(reading, draft, on),
                    left_since: None,
                    dwelling: draft.dwelling.as_ref().and_then(|d| homes.get(&d.value)).map(DwellingId),
                    inferred: line.inferred.then_some(true),
                };
                said(w, register, on, person, moved, origin).await?;
            }
            Change::Life => {
                // Of a day that is only partly known the last counts, and no day after the list's.
                let seen = super::queries::last_seen(w, person.0, on).await?;
                let left = left_between(left_by(draft, on), seen, on);
                let day = left.map_or(on, |l| l.last);
                let word = draft.residency.as_ref().map(|r| r.value);
                let mut gone = residency_of(draft, word, None, line.since, on);
                gone.left_since = left.map(|l| l.first);
                gone.record(w, person, day, origin).await?;
                Membership::end(w, person, day).await?;
                if draft.status.value == Status::Deceased {
                    Life::died(left).record(w, person, day, origin).await?;
                }
            }
            Change::Marital => {
                let marital = Marital { marital: code(&draft.marital), ..Marital::default() };
                said(w, register, on, person, marital, origin).await?;
            }
            Change::Education => {
                said(w, register, on, person, Schooling { education: code(&draft.education) }, origin).await?;
            }
            Change::Political => {
                said(w, register, on, person, Political { political: code(&draft.political) }, origin).await?;
            }
            Change::Employment => {
                let employer = draft.workplace.clone().or(line.employer.clone());
                said(w, register, on, person, Work { employment: code(&draft.employment), employer }, origin).await?;
            }
            Change::Household => {
                let household = draft.household.and_then(|h| households.get(&h).copied());
                let relation = draft.relation.as_ref().and_then(|r| r.code).map(str::to_owned);
                let now = Membership { household: household.map(HouseholdId), relation };
                member(w, register, on, person, now, origin).await?;
            }
        }
    }
    Ok(())
}

/// The days on which somebody can have died or left: as far as the list says, and after they were last seen here; `None`
/// when neither says anything.
fn left_between(said: Option<PartialDay>, seen: Option<Day>, on: Day) -> Option<PartialDay> {
    let after = seen.filter(|day| *day < on).map(|day| day.plus(1));
    let Some(said) = said else {
        return after.map(|first| PartialDay { first, last: on });
    };
    let both = PartialDay { first: after.map_or(said.first, |a| a.max(said.first)), last: said.last };
    // Said to live here after that day: the day of the list is followed, and somebody may look.
    Some(if both.first <= both.last { both } else { said })
}

/// Somebody new who died or left before the list: they lived here no longer since that day, not since the list's.
pub(super) async fn gone_since(
    w: &mut Write,
    on: Day,
    draft: &Draft,
    person: Mine<PersonId>,
    origin: &Origin,
) -> Result<()> {
    let Some(left) = left_by(draft, on).filter(|left| draft.status.value != Status::Active && left.last < on) else {
        return Ok(());
    };
    let scope = crate::base::Scope::whole(w.community);
    if let Some(gone) = Residency::at(&mut w.tx, &scope, &[person.id()], on).await? {
        gone.value.correct(w, person.id(), left.last, None, origin).await?;
    }
    Ok(())
}
