//! One import: read a workbook, see what will happen, write it in one transaction, give the workbook back
//! with its problems.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use liren_facts::Day;
use liren_rosters::draft::{Draft, How, Status};
use liren_rosters::ledger::StageName;
use liren_rosters::{LedgerKind, Mapping, Options, Reading, Vocabulary};
use sha2::{Digest as _, Sha256};

use super::begin;
use super::differences::{Difference, differences};
use super::earlier::{begun_earlier, known_since, phones_since, said};
use super::known::{self, Register};
use super::ledger;
use super::lives::{self, Lives};
use super::person::{change, gone_since, new_person, since};
use super::places::{Homes, origin};
use super::plan::{self, Change, Counts, Plan, Step};
use super::queries::{self, KeptProblem};
use super::say::remarks;
use crate::base::keys::CommunityKeys;
use crate::base::reader::Size;
use crate::base::{
    Actor, App, DwellingId, HouseholdId, Mine, Origin, Permission, PersonId, Result, Scope, Write, error, states,
};
use crate::org;
use crate::people::register::{self as residents, NewHousehold};
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
    pub changes: BTreeMap<&'static str, usize>,
    pub enrolments_new: usize,
    pub enrolments_moved: usize,
    /// Stages a ledger says were entered although the pack would not have allowed it.
    pub enrolments_irregular: usize,
    /// Where the list says otherwise than the register and nothing was written.
    pub differences: Vec<Difference>,
    pub community: i64,
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
    of_a_possible_day(request.on, app.clock.today())?;
    let scope = Scope::whole(actor.scope.community);
    let file = Arc::new(request.bytes.to_vec());
    let mut book = super::reading::book(request.file_name, file.clone(), size).await?;
    let left_out = std::mem::take(&mut book.findings);
    let mut tx = app.db.read().await?;
    let community = org::queries::community(&mut tx, &scope).await?;
    let digest = digest(request.bytes);
    let register = known::load(app, &mut tx, &scope, request.on, &digest).await?;
    let keys = app.community_keys(&mut tx, scope.community).await?;
    drop(tx);
    let ledgers = ledger_kinds(app)?;
    let vocabulary = vocabulary(app)?;
    let options = Options {
        on: request.on,
        fictional: community.fictional,
        community: &community.name,
        community_id: scope.community,
        map: request.map,
        ledgers: &ledgers,
        vocabulary: &vocabulary,
        file: request.file_name,
    };
    let reading = liren_rosters::read(&book, &register.known, &options);
    drop(book);
    if reading.people.is_empty() && reading.sheets.iter().any(|s| s.masked) {
        return Err(error::invalid(
            format!(
                "{} 是脱敏后的名单(姓名或号码用 * 遮住)，认不出是谁，不能导入。请用原表，或导出不脱敏的名单填写后再导入。没有写入任何内容。",
                request.file_name
            ),
            format!(
                "{} is a masked list (names or numbers are hidden by *): nobody can be recognised by it. Use the original, or fill in a list exported without masks. Nothing was written.",
                request.file_name
            ),
        ));
    }
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
        differences: Vec::new(),
        community: scope.community,
        lives: Lives::default(),
        confirmed: 0,
        annotated: None,
        not_annotated: None,
        left_out,
        revision: None,
    };
    let reason = format!("导入 {}", request.file_name);
    let mut w = Write::begin(app, actor, scope.community, &reason).await?;
    let written = write(&mut w, app, &keys, &request, &outcome.reading, &plan, &register).await?;
    outcome.enrolments_new = written.ledger.new;
    outcome.enrolments_moved = written.ledger.moved;
    outcome.enrolments_irregular = written.ledger.irregular;
    outcome.differences = differences(app, &outcome.reading, &plan, &register, &written.ledger.refused);
    outcome.lives = written.lives;
    outcome.confirmed = written.confirmed;
    // A dry run does all the work and drops the transaction: what it announces is what would be written.
    if written.anything && !request.dry_run {
        outcome.revision = Some(w.commit().await?);
    } else {
        drop(w);
    }
    // Nobody waits for the workbook with a transaction in hand, and a workbook that cannot be made takes nothing back.
    if request.annotate {
        let remarks = remarks(&outcome.reading, &outcome.differences);
        match super::reading::annotated(request.file_name.to_owned(), file, remarks, size).await {
            Ok(bytes) => outcome.annotated = Some(bytes),
            Err(why) => outcome.not_annotated = Some(why),
        }
    }
    Ok(outcome)
}

/// A list speaks of a day that has been: a slip of the finger (2042, 0024) would put everybody into another age.
fn of_a_possible_day(on: Day, today: Day) -> Result<()> {
    let first = Day::ymd(1949, 10, 1).unwrap_or(Day(0));
    if on > today {
        return Err(error::invalid(
            format!(
                "名单的截至日期 {on} 在今天({today})之后。名单只能说明已经过去的日子，请更正 --on 后再导入。没有写入任何内容。"
            ),
            format!(
                "The day of the list, {on}, lies after today ({today}). A list can only speak of a day that has been; correct --on and import again. Nothing was written."
            ),
        ));
    }
    if on < first {
        return Err(error::invalid(
            format!("名单的截至日期 {on} 早于 {first}，多半是年份写错。请更正 --on 后再导入。没有写入任何内容。"),
            format!(
                "The day of the list, {on}, lies before {first}: the year is probably mistyped. Correct --on and import again. Nothing was written."
            ),
        ));
    }
    Ok(())
}

/// The ledgers the packs describe, with the programmes' stages.
pub fn ledger_kinds(app: &App) -> Result<Vec<LedgerKind>> {
    let mut kinds: Vec<LedgerKind> = typed(&app.packs().ledgers)?;
    for kind in &mut kinds {
        let Some(programme) = app.packs().programme(&kind.programme) else { continue };
        kind.household |= programme.subject == "household";
        let name =
            |s: &liren_packs::Stage| StageName { id: s.id.clone(), zh: s.title.zh.clone(), en: s.title.en.clone() };
        kind.stages = programme.stages.iter().map(name).collect();
    }
    liren_rosters::ledger::join(&mut kinds);
    Ok(kinds)
}

/// The words of lists for standings, of all packs.
pub fn vocabulary(app: &App) -> Result<Vocabulary> {
    let packs = app.packs();
    Ok(Vocabulary { standings: typed(&packs.standings)?, columns: typed(&packs.column_words)? })
}

/// Tables of packs as the reader knows them. A table it does not understand would silently take a list's meaning
/// away: it is a fault of the installation.
fn typed<T: serde::de::DeserializeOwned>(tables: &[toml::Table]) -> Result<Vec<T>> {
    tables.iter().map(|table| table.clone().try_into().map_err(error::fault)).collect()
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
    }
    let known_facts: HashMap<i64, &[(String, String)]> =
        register.known.people.iter().map(|k| (k.key, k.facts.as_slice())).collect();
    for (i, step) in plan.steps.iter().enumerate() {
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
    let lives = Lives::settled(w).await?;
    Ok(Written { ledger, lives, confirmed: confirmed.len(), anything })
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

/// The sources of an import that speak of one sheet of its file.
pub async fn sources_of(w: &mut Write, revision: i64, sheet: &str) -> Result<BTreeSet<i64>> {
    queries::sources_of(w, revision, sheet).await
}
