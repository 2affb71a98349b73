//! The writing of an import: homes, households, people, facts, ledger lines and problems, in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use liren_facts::Day;
use liren_rosters::Reading;
use liren_rosters::draft::{Draft, How, Status};

use super::begin;
use super::differences::Difference;
use super::earlier::{begun_earlier, known_since, phones_since, said};
use super::import::Request;
use super::known::Register;
use super::ledger;
use super::lives::{self, Lives};
use super::person::{change, gone_since, new_person, since};
use super::places::{Homes, origin};
use super::plan::{self, Change, Plan, Step};
use super::progress::{Progress, Stage};
use super::queries::{self, KeptProblem};
use crate::base::keys::CommunityKeys;
use crate::base::text::kept_text;
use crate::base::{App, DwellingId, HouseholdId, Mine, Origin, PersonId, Result, Write, states};
use crate::people::register::{self as residents, NewHousehold};
use crate::people::{Household, Residency};

/// What an import wrote.
#[derive(Default)]
pub(super) struct Written {
    pub ledger: ledger::Written,
    pub confirmed: usize,
    pub lives: Lives,
    pub anything: bool,
    /// No file of these very bytes was read before.
    pub fresh: bool,
    /// The source of each sheet that lists people.
    pub sources: BTreeMap<usize, i64>,
}

#[allow(clippy::too_many_arguments)]
pub(super) async fn write(
    w: &mut Write,
    app: &App,
    keys: &CommunityKeys,
    request: &Request<'_>,
    reading: &Reading,
    plan: &Plan,
    register: &Register,
    progress: &Progress,
) -> Result<Written> {
    progress.at(Stage::Writing, reading.people.len())?;
    let digest = super::import::digest(request.bytes);
    let fresh = !queries::imported(w, &digest).await?;
    let sources = sources(w, request, reading, &digest).await?;
    let place = |draft: &Draft| {
        let sheet = reading.sheets.get(draft.source.sheet).map_or("", |s| s.name.as_str());
        sources.get(&draft.source.sheet).map_or_else(Origin::default, |source| origin(*source, sheet, draft.source.row))
    };
    let source = sources.values().copied().min().unwrap_or_default();
    let mut homes = Homes::load(w, request.on, register.last).await?;
    let wanted = reading
        .people
        .iter()
        .filter(|d| d.status.value == Status::Active)
        .filter_map(|d| {
            let group = reading.sheets.get(d.source.sheet).and_then(|s| s.context.group.as_deref());
            d.dwelling.as_ref().map(|home| (&home.value, group, place(d)))
        })
        .collect();
    homes.find(w, request.on, wanted).await?;
    let households = households(w, request.on, reading, plan, &homes, register, &place).await?;
    let mut anything = false;

    let begins = begin::runs_since(w, request.on).await?;
    let steps = plan.steps.iter().enumerate();
    let new: Vec<usize> = steps.filter(|(_, step)| **step == Step::New).map(|(i, _)| i).collect();
    anything |= !new.is_empty();
    let scope = w.actor.scope.clone();
    let mut person_of: HashMap<usize, Mine<PersonId>> = HashMap::with_capacity(reading.people.len());
    // Some at a time, so that a large roster is not in memory three times over.
    for some in new.chunks(residents::AT_A_TIME) {
        let mut people = Vec::with_capacity(some.len());
        let mut arrived = Vec::with_capacity(some.len());
        for i in some {
            let draft = &reading.people[*i];
            let since = since(reading, draft, request.on);
            let mut person = new_person(draft, request.on, &homes, &households, since, place(draft));
            person.facts = ledger::person_facts(app.packs(), &draft.ledger);
            // A ledger lists who was missed before; only a roster tells who came.
            let begins = begins.filter(|_| plan::is_roster(draft, reading));
            arrived.push(lives::arrival(begins, request.on, draft, &mut person));
            people.push(person);
        }
        let ids = residents::add_people(w, keys, request.on, people).await?;
        let arrived = ids.iter().copied().zip(arrived);
        let arrived = arrived.filter_map(|(id, a)| Some((id, a?))).collect();
        lives::note_arrivals(w, arrived).await?;
        for (i, id) in some.iter().zip(&ids) {
            gone_since(w, request.on, &reading.people[*i], *id, &place(&reading.people[*i])).await?;
        }
        person_of.extend(some.iter().copied().zip(ids));
        progress.done(some.len())?;
    }
    let known_facts: HashMap<i64, &[(String, String)]> =
        register.known.people.iter().map(|k| (k.key, k.facts.as_slice())).collect();
    for (i, step) in plan.steps.iter().enumerate() {
        if *step != Step::New {
            progress.done(1)?;
        }
        match step {
            Step::Known { person, changes } => {
                let mine = scope.mine(PersonId(*person))?;
                person_of.insert(i, mine);
                let draft = &reading.people[i];
                if register.later.contains(person) {
                    known_since(w, request.on, mine, &place(draft)).await?;
                }
                if request.on < register.last && !draft.phones.is_empty() {
                    let phones: Vec<&str> = draft.phones.iter().map(|p| p.digits.as_str()).collect();
                    phones_since(w, keys, request.on, mine, &phones, &place(draft)).await?;
                }
                let facts = ledger::person_facts(app.packs(), &draft.ledger);
                let known = known_facts.get(person).copied().unwrap_or_default();
                let facts = ledger::write_facts(w, request.on, mine, known, facts, &place(draft)).await?;
                anything |= facts > 0 || !changes.is_empty();
                change(
                    w,
                    keys,
                    request.on,
                    mine,
                    reading,
                    draft,
                    changes,
                    register,
                    &homes,
                    &households,
                    &place(draft),
                )
                .await?;
            }
            Step::Conflict { person, .. } => {
                person_of.insert(i, scope.mine(PersonId(*person))?);
            }
            Step::New | Step::Asked => {}
        }
    }
    let confirmed = if fresh { repeated(reading, plan) } else { vec![] };
    anything |= !confirmed.is_empty();
    states::confirm(w, Residency::TABLE, &confirmed, request.on).await?;
    let mut lines = Vec::new();
    for (i, draft) in reading.people.iter().enumerate() {
        let Some(person) = person_of.get(&i) else {
            continue;
        };
        let household = draft
            .household
            .and_then(|h| households.get(&h).copied())
            .or_else(|| register.lines.get(&person.number()).and_then(|l| l.household));
        for line in &draft.ledger {
            lines.push(ledger::Line { line, draft: i, person: *person, household, origin: place(draft) });
        }
    }
    let ledger = ledger::write(w, app.packs(), request.on, register.last, lines).await?;
    anything |= ledger.new > 0 || ledger.moved > 0;
    if anything {
        begin::begin(w, app.packs(), reading, request.on, source).await?;
        if let Some(before) = begins.filter(|before| request.on < *before) {
            begun_earlier(w, request.on, before).await?;
        }
        keep_problems(w, request, &sources, reading, &person_of).await?;
        w.audit("import", "source", source, request.file_name).await?;
    }
    progress.at(Stage::Settling, 0)?;
    let lives = Lives::settled(w).await?;
    Ok(Written { ledger, lives, confirmed: confirmed.len(), anything, fresh, sources })
}

/// Each sheet that lists people is a source of its own, so that one of them can be taken back.
async fn sources(
    w: &mut Write,
    request: &Request<'_>,
    reading: &Reading,
    digest: &str,
) -> Result<BTreeMap<usize, i64>> {
    let listed: BTreeSet<usize> = reading.people.iter().map(|draft| draft.source.sheet).collect();
    let mut sources = BTreeMap::new();
    for sheet in listed {
        let source = w.source("roster", request.file_name, Some(digest), Some(request.on)).await?;
        sources.insert(sheet, source);
    }
    Ok(sources)
}

/// The people of whom a roster says again where they live: that confirms it.
fn repeated(reading: &Reading, plan: &Plan) -> Vec<i64> {
    let steps = reading.people.iter().zip(&plan.steps);
    steps
        .filter_map(|(draft, step)| {
            let Step::Known { person, changes } = step else {
                return None;
            };
            let moved = changes.iter().any(|c| matches!(c, Change::Residency | Change::Home | Change::Life));
            let said = draft.residency.as_ref().is_some_and(|r| r.how != How::Known);
            let here = draft.status.value == Status::Active;
            let own = reading.sheets.get(draft.source.sheet).is_some_and(|s| s.own_list);
            (here && said && !moved && !own && plan::is_roster(draft, reading)).then_some(*person)
        })
        .collect()
}

/// The household of each household of the reading, as the plan says; one that moved as a whole takes its home along.
async fn households(
    w: &mut Write,
    from: Day,
    reading: &Reading,
    plan: &Plan,
    homes: &Homes,
    register: &Register,
    place_of: &(dyn Fn(&Draft) -> Origin + Send + Sync),
) -> Result<HashMap<usize, i64>> {
    let mut found = HashMap::new();
    let mut new = Vec::new();
    let mut at = Vec::new();
    for (i, household) in reading.households.iter().enumerate() {
        let draft = household.head.or(household.members.first().copied());
        let draft = draft.and_then(|m| reading.people.get(m));
        let place = draft.map_or_else(Origin::default, place_of);
        let target = plan.households.get(i).copied().unwrap_or_default();
        match target.id {
            Some(id) => {
                found.insert(i, id);
                if target.moves {
                    let home = draft.and_then(|d| homes.get(&d.dwelling.as_ref()?.value));
                    let number = household.number.as_ref().or_else(|| register.numbers_of_households.get(&id));
                    let moved = Household { dwelling: home.map(DwellingId), number: number.cloned() };
                    said(w, register, from, HouseholdId(id), moved, &place).await?;
                } else if !register.there.contains(&id) {
                    // Known from a later list: this one says how it was before.
                    let home = draft.and_then(|d| homes.get(&d.dwelling.as_ref()?.value));
                    let then = Household { dwelling: home.map(DwellingId), number: household.number.clone() };
                    then.record(w, HouseholdId(id), from, &place).await?;
                }
            }
            None => {
                let dwelling = household
                    .dwelling
                    .as_ref()
                    .and_then(|d| homes.get(d))
                    .or_else(|| draft.and_then(|d| d.dwelling.as_ref()).and_then(|d| homes.get(&d.value)));
                at.push(i);
                let (dwelling, number) = (dwelling.map(DwellingId), household.number.clone());
                new.push(NewHousehold { dwelling, number, origin: place });
            }
        }
    }
    let ids = residents::add_households(w, from, new).await?;
    found.extend(at.into_iter().zip(ids.into_iter().map(|id| id.number())));
    Ok(found)
}

/// Keeps where the list and the register say otherwise, for whoever works it off: both sides, unless a name stands in
/// them.
pub(super) async fn keep_differences(
    w: &mut Write,
    reading: &Reading,
    sources: &BTreeMap<usize, i64>,
    differences: &[Difference],
) -> Result<()> {
    let first = sources.values().copied().min().unwrap_or_default();
    // A later list that says the same takes the place of the earlier one.
    for difference in differences.iter().filter(|d| d.person.is_some()) {
        queries::settle_difference(w, &format!("differs_{}", difference.kind), difference.person).await?;
    }
    let kept = differences.iter().map(|d| {
        let sheet = reading.people[d.draft].source.sheet;
        let plain = ["number", "stage", "life", "home"].contains(&d.kind);
        KeptProblem {
            source: sources.get(&sheet).copied().unwrap_or(first),
            sheet: d.sheet.clone(),
            row: d.row,
            column: None,
            kind: format!("differs_{}", d.kind),
            level: "conflict",
            person: d.person,
            sides: plain.then(|| (kept_text(d.on_record.zh.clone()), kept_text(d.said.zh.clone()))),
        }
    });
    queries::keep_problems(w, kept.collect()).await
}

/// Keeps the problems of a reading and settles what it corrects: a problem of somebody who is listed again without it, and
/// one of a row of this very file that is no longer there.
async fn keep_problems(
    w: &mut Write,
    request: &Request<'_>,
    sources: &BTreeMap<usize, i64>,
    reading: &Reading,
    person_of: &HashMap<usize, Mine<PersonId>>,
) -> Result<()> {
    let first = sources.values().copied().min().unwrap_or_default();
    let kept: Vec<KeptProblem> = reading
        .problems
        .iter()
        .filter(|p| p.level != liren_rosters::Level::Note)
        .map(|p| KeptProblem {
            source: sources.get(&p.sheet).copied().unwrap_or(first),
            sheet: reading.sheets.get(p.sheet).map_or_else(String::new, |s| s.name.clone()),
            row: p.row,
            column: p.header.clone(),
            kind: p.kind.clone(),
            level: p.level.word(),
            person: p.person.and_then(|i| person_of.get(&i)).map(|id| id.number()),
            sides: None,
        })
        .collect();
    // Whom the list names, with the headers under which it speaks of them.
    let mut told: HashMap<i64, HashSet<Option<&str>>> = HashMap::new();
    for (at, person) in person_of {
        let Some(draft) = reading.people.get(*at) else { continue };
        let headers = told.entry(person.number()).or_default();
        let columns = reading.sheets.get(draft.source.sheet).into_iter().flat_map(|s| &s.columns);
        headers.extend(columns.map(|c| Some(c.header.as_str())));
        if plan::is_roster(draft, reading) {
            headers.insert(None);
        }
    }
    let open = queries::open_problems(w).await?;
    let settled = open.into_iter().filter(|problem| match problem.person {
        Some(person) => told.get(&person).is_some_and(|headers| headers.contains(&problem.column.as_deref())),
        None => problem.file == request.file_name,
    });
    let settled: Vec<i64> = settled.map(|problem| problem.id).collect();
    queries::settle_problems(w, &settled).await?;
    queries::keep_problems(w, kept).await
}
