//! One import: read a workbook, see what will happen, write it in one transaction, give the workbook back
//! with its problems.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use liren_facts::Day;
use liren_rosters::draft::{Draft, How, Status};
use liren_rosters::{LedgerKind, Mapping, Options, Reading};
use sha2::{Digest as _, Sha256};

use super::begin;
use super::known::{self, Register};
use super::ledger;
use super::lives::{self, Lives};
use super::person::{change, new_person, since};
use super::places::{Homes, origin};
use super::plan::{self, Change, Counts, Plan, Step};
use super::queries::{self, KeptProblem};
use super::reading;
use super::say::annotating;
use crate::base::keys::CommunityKeys;
use crate::base::reader::Size;
use crate::base::{
    Actor, App, DwellingId, HouseholdId, Mine, Origin, Permission, PersonId, Result, Scope, Write, error, states,
};
use crate::org;
use crate::people::register::{self, NewHousehold};
use crate::people::{Household, Residency};

/// What is asked of an import.
pub struct Request<'a> {
    pub file_name: &'a str,
    pub bytes: &'a [u8],
    pub on: Day,
    pub dry_run: bool,
    pub map: Option<&'a Mapping>,
    /// Give the workbook back with its problems as comments.
    pub annotate: bool,
}

/// 导入结果
pub struct Outcome {
    pub reading: Reading,
    pub counts: Counts,
    /// How many people each kind of change touches.
    pub changes: std::collections::BTreeMap<&'static str, usize>,
    pub enrolments_new: usize,
    pub enrolments_moved: usize,
    /// Stages a ledger says were entered although the pack would not have allowed it.
    pub enrolments_irregular: usize,
    pub lives: Lives,
    /// People whose residency a roster repeats.
    pub confirmed: usize,
    /// The workbook given back, when it was asked for.
    pub annotated: Option<Vec<u8>>,
    /// What of the file was not read, or repaired while it was.
    pub left_out: Vec<liren_sheets::Finding>,
    /// Why it could not be given back. What was imported is imported all the same.
    pub not_annotated: Option<error::Error>,
    /// The revision that holds what was written; `None` when nothing was.
    pub revision: Option<i64>,
}

/// Imports one workbook into the actor's community.
pub async fn run(app: &App, actor: &Actor, request: Request<'_>) -> Result<Outcome> {
    run_sized(app, actor, request, Size::Ordinary).await
}

/// The same for a file that may cost more than what a person uploads.
pub async fn run_sized(app: &App, actor: &Actor, request: Request<'_>, size: Size) -> Result<Outcome> {
    if !actor.may(Permission::Import) {
        return Err(error::forbidden(Permission::Import));
    }
    let scope = Scope::whole(actor.scope.community);
    let file = Arc::new(request.bytes.to_vec());
    let mut book = reading::book(request.file_name, file.clone(), size).await?;
    let left_out = std::mem::take(&mut book.findings);
    let mut tx = app.db.read().await?;
    let community = org::queries::community(&mut tx, &scope).await?;
    let digest = digest(request.bytes);
    let register = known::load(app, &mut tx, &scope, request.on, &digest).await?;
    let keys = app.community_keys(&mut tx, scope.community).await?;
    drop(tx);
    let ledgers = ledger_kinds(app);
    let options = Options {
        on: request.on,
        fictional: community.fictional,
        community: &community.name,
        map: request.map,
        ledgers: &ledgers,
        file: request.file_name,
    };
    let reading = liren_rosters::read(&book, &register.known, &options);
    drop(book);
    if reading.people.is_empty() {
        return Err(nobody(request.file_name, &reading));
    }
    let plan = plan::make(&reading, &register);
    let counts = plan.counts();
    let mut outcome = Outcome {
        reading,
        counts,
        changes: plan.changes(),
        enrolments_new: 0,
        enrolments_moved: 0,
        enrolments_irregular: 0,
        lives: Lives::default(),
        confirmed: 0,
        annotated: None,
        not_annotated: None,
        left_out,
        revision: None,
    };
    // The workbook given back needs nothing of what is written: it is made beside it.
    let annotating = request.annotate.then(|| annotating(request.file_name, file, &outcome.reading, size));
    let reason = format!("导入 {}", request.file_name);
    let mut w = Write::begin(app, actor, scope.community, &reason).await?;
    let written = write(&mut w, app, &keys, &request, &outcome.reading, &plan, &register).await?;
    outcome.enrolments_new = written.ledger.new;
    outcome.enrolments_moved = written.ledger.moved;
    outcome.enrolments_irregular = written.ledger.irregular;
    outcome.lives = written.lives;
    outcome.confirmed = written.confirmed;
    // A dry run does all the work and drops the transaction: what it announces is what would be written.
    if written.anything && !request.dry_run {
        outcome.revision = Some(w.commit().await?);
    } else {
        drop(w);
    }
    // Nobody waits for the workbook with a transaction in hand.
    if let Some(work) = annotating {
        match work.await.map_err(error::fault)? {
            Ok(bytes) => outcome.annotated = Some(bytes),
            Err(why) => outcome.not_annotated = Some(why),
        }
    }
    Ok(outcome)
}

/// The ledgers the packs describe.
pub fn ledger_kinds(app: &App) -> Vec<LedgerKind> {
    app.packs().ledgers.iter().filter_map(|table| table.clone().try_into().ok()).collect()
}

fn nobody(file: &str, reading: &Reading) -> error::Error {
    let sheets: Vec<String> = reading.sheets.iter().map(|s| format!("{}({})", s.name, s.role.word())).collect();
    error::invalid(
        format!(
            "在 {file} 里没有认出居民名单：各工作表为 {}。请确认表头里有“姓名”等栏目，或用 --map 指定每一列的含义。",
            sheets.join("、")
        ),
        format!(
            "No list of residents was recognised in {file}; its sheets are {}. Check that there is a header such as 姓名, or say with --map what each column means.",
            sheets.join(", ")
        ),
    )
}

struct Written {
    ledger: ledger::Written,
    confirmed: usize,
    lives: Lives,
    anything: bool,
}

async fn write(
    w: &mut Write,
    app: &App,
    keys: &CommunityKeys,
    request: &Request<'_>,
    reading: &Reading,
    plan: &Plan,
    register: &Register,
) -> Result<Written> {
    let digest = digest(request.bytes);
    let fresh = !queries::imported(w, &digest).await?;
    let source = w.source("roster", request.file_name, Some(&digest), Some(request.on)).await?;
    let place = |draft: &Draft| {
        let sheet = reading.sheets.get(draft.source.sheet).map_or("", |s| s.name.as_str());
        origin(source, sheet, draft.source.row)
    };
    let mut homes = Homes::load(w, request.on).await?;
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
    let households = households(w, request.on, reading, plan, &homes, source).await?;
    let mut anything = false;

    let begins = begin::runs_since(w, request.on).await?;
    let steps = plan.steps.iter().enumerate();
    let new: Vec<usize> = steps.filter(|(_, step)| **step == Step::New).map(|(i, _)| i).collect();
    anything |= !new.is_empty();
    let scope = w.actor.scope.clone();
    let mut person_of: HashMap<usize, Mine<PersonId>> = HashMap::with_capacity(reading.people.len());
    // Some at a time, so that a large roster is not in memory three times over.
    for some in new.chunks(register::AT_A_TIME) {
        let mut people = Vec::with_capacity(some.len());
        let mut arrived = Vec::with_capacity(some.len());
        for i in some {
            let draft = &reading.people[*i];
            let since = since(reading, draft, request.on);
            let mut person = new_person(draft, &homes, &households, since, place(draft));
            person.facts = ledger::person_facts(app.packs(), &draft.ledger);
            // A ledger lists who was missed before; only a roster tells who came.
            let begins = begins.filter(|_| plan::is_roster(draft, reading));
            arrived.push(lives::arrival(begins, request.on, draft, &mut person));
            people.push(person);
        }
        let ids = register::add_people(w, keys, request.on, people).await?;
        let arrived = ids.iter().copied().zip(arrived);
        let arrived = arrived.filter_map(|(id, a)| Some((id, a?))).collect();
        lives::note_arrivals(w, arrived).await?;
        person_of.extend(some.iter().copied().zip(ids));
    }
    let known_facts: HashMap<i64, &[(String, String)]> =
        register.known.people.iter().map(|k| (k.key, k.facts.as_slice())).collect();
    for (i, step) in plan.steps.iter().enumerate() {
        match step {
            Step::Known { person, changes } => {
                let mine = scope.mine(PersonId(*person))?;
                person_of.insert(i, mine);
                let draft = &reading.people[i];
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
            Step::New => {}
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
            lines.push(ledger::Line { line, person: *person, household, origin: place(draft) });
        }
    }
    let ledger = ledger::write(w, app.packs(), request.on, lines).await?;
    anything |= ledger.new > 0 || ledger.moved > 0;
    if anything {
        begin::begin(w, reading, request.on, source).await?;
        keep_problems(w, source, reading, &person_of).await?;
        w.audit("import", "source", source, request.file_name).await?;
    }
    let lives = Lives::settled(w).await?;
    Ok(Written { ledger, lives, confirmed: confirmed.len(), anything })
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
            (here && said && !moved && plan::is_roster(draft, reading)).then_some(*person)
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
    source: i64,
) -> Result<HashMap<usize, i64>> {
    let mut found = HashMap::new();
    let mut new = Vec::new();
    let mut at = Vec::new();
    for (i, household) in reading.households.iter().enumerate() {
        let draft = household.head.or(household.members.first().copied());
        let draft = draft.and_then(|m| reading.people.get(m));
        let sheet = draft.and_then(|d| reading.sheets.get(d.source.sheet));
        let place =
            draft.map_or_else(Origin::default, |d| origin(source, sheet.map_or("", |s| s.name.as_str()), d.source.row));
        let target = plan.households.get(i).copied().unwrap_or_default();
        match target.id {
            Some(id) => {
                found.insert(i, id);
                if target.moves {
                    let home = draft.and_then(|d| homes.get(&d.dwelling.as_ref()?.value));
                    let dwelling = home.map(DwellingId);
                    let moved = Household { dwelling, number: Some(household.key.clone()) };
                    moved.record(w, HouseholdId(id), from, &place).await?;
                }
            }
            None => {
                let dwelling = household
                    .dwelling
                    .as_ref()
                    .and_then(|d| homes.get(d))
                    .or_else(|| draft.and_then(|d| d.dwelling.as_ref()).and_then(|d| homes.get(&d.value)));
                at.push(i);
                let (dwelling, number) = (dwelling.map(DwellingId), Some(household.key.clone()));
                new.push(NewHousehold { dwelling, number, origin: place });
            }
        }
    }
    let ids = register::add_households(w, from, new).await?;
    found.extend(at.into_iter().zip(ids.into_iter().map(|id| id.number())));
    Ok(found)
}

async fn keep_problems(
    w: &mut Write,
    source: i64,
    reading: &Reading,
    person_of: &HashMap<usize, Mine<PersonId>>,
) -> Result<()> {
    let kept = reading
        .problems
        .iter()
        .filter(|p| p.level != liren_rosters::Level::Note)
        .map(|p| KeptProblem {
            sheet: reading.sheets.get(p.sheet).map_or_else(String::new, |s| s.name.clone()),
            row: p.row,
            column: p.header.clone(),
            kind: p.kind.clone(),
            level: p.level.word(),
            person: p.person.and_then(|i| person_of.get(&i)).map(|id| id.number()),
        })
        .collect();
    queries::keep_problems(w, source, kept).await
}

/// SHA-256 of a file, by which it is known again.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The name of a file as people know it.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// The revision of the last import of a file that has not been taken back.
pub async fn imported_at(w: &mut Write, name: &str, bytes: Option<&[u8]>) -> Result<Option<i64>> {
    let digest = bytes.map(digest);
    queries::imported_at(w, name, digest.as_deref()).await
}
