//! One import: read a workbook, see what will happen, write it in one transaction, give the workbook back
//! with its problems.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use liren_facts::Day;
use liren_rosters::ledger::StageName;
use liren_rosters::{Layout, LedgerKind, Mapping, Options, Reading, Vocabulary};
use liren_sheets::Workbook;
use liren_store::Tx;
use sha2::{Digest as _, Sha256};

use super::differences::{Difference, differences};
use super::hidden;
use super::known::{self, Register};
use super::layouts::{self, Applied};
use super::lines::Fate;
use super::lives::Lives;
use super::plan::{self, Counts, Plan};
use super::progress::{Progress, Stage};
use super::queries::{self, KeptLayout};
use super::say::remarks;
use super::shown::Shown;
use super::wizard::batch;
use super::writing::{Written, keep_differences, write};
use crate::base::keys::CommunityKeys;
use crate::base::reader::Size;
use crate::base::{Actor, App, Permission, Result, Scope, Write, error};
use crate::org;

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
    /// What becomes of each person of the list, in its order.
    pub fates: Vec<Fate>,
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
    /// Sheets that were read as an earlier one of their layout.
    pub applied: Vec<Applied>,
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
    run_watched(app, actor, request, size, &Progress::default()).await
}

/// So often an import is planned beside what others write. After that it is planned where nobody else can write.
const TRIES: usize = 3;

/// The same, telling how far it has come. Stopped before it commits it leaves no trace.
pub async fn run_watched(
    app: &App,
    actor: &Actor,
    request: Request<'_>,
    size: Size,
    progress: &Progress,
) -> Result<Outcome> {
    Ok(work(app, actor, request, size, progress, How::Plain).await?.0)
}

/// What an import will do, for pages that show it: nothing is written.
pub async fn look(app: &App, actor: &Actor, request: Request<'_>, progress: &Progress) -> Result<Shown> {
    let request = Request { dry_run: true, ..request };
    let (_, shown) = work(app, actor, request, Size::Ordinary, progress, How::Look).await?;
    shown.ok_or_else(|| error::fault("nothing to show"))
}

/// Imports a file that waits, and says of it that it is written.
pub async fn run_upload(
    app: &App,
    actor: &Actor,
    request: Request<'_>,
    progress: &Progress,
    upload: i64,
) -> Result<Outcome> {
    Ok(work(app, actor, request, Size::Ordinary, progress, How::Upload(upload)).await?.0)
}

/// For whom an import works.
#[derive(Clone, Copy, PartialEq)]
enum How {
    Plain,
    /// For a page: what it will do to whom is kept.
    Look,
    /// For a file that waits.
    Upload(i64),
}

async fn work(
    app: &App,
    actor: &Actor,
    request: Request<'_>,
    size: Size,
    progress: &Progress,
    how: How,
) -> Result<(Outcome, Option<Shown>)> {
    if !actor.may(Permission::Import) {
        return Err(error::forbidden(Permission::Import));
    }
    of_a_possible_day(request.on, app.clock.today())?;
    let scope = Scope::whole(actor.scope.community);
    let file = Arc::new(request.bytes.to_vec());
    progress.at(Stage::Opening, 0)?;
    let mut book = super::reading::book(request.file_name, file.clone(), size).await?;
    let left_out = std::mem::take(&mut book.findings);
    let layouts = liren_rosters::layouts(&book, request.file_name);
    let book = Arc::new(book);
    let reason = format!("导入 {}", request.file_name);
    // A plan says what the register had when it was made. Once somebody wrote since, it is made again: two lists read at
    // once would otherwise add everybody twice.
    let mut tried = 0;
    let (mut w, planned) = loop {
        progress.at(Stage::Comparing, 0)?;
        if tried == TRIES {
            let mut w = Write::begin(app, actor, scope.community, &reason).await?;
            let at = w.revision - 1;
            let planned = planned(app, &mut w.tx, &scope, &request, (&book, &layouts), at).await?;
            break (Some(w), planned);
        }
        let mut tx = app.db.read().await?;
        let at = app.moment(&mut tx, scope.community, request.on).await?.revision;
        let planned = planned(app, &mut tx, &scope, &request, (&book, &layouts), at).await?;
        drop(tx);
        progress.go_on()?;
        // A look at a roster needs no writer: nobody waits for it. What a ledger would move, only the writing tells.
        if how == How::Look && planned.reading.people.iter().all(|d| d.ledger.is_empty()) {
            break (None, planned);
        }
        let w = Write::begin(app, actor, scope.community, &reason).await?;
        if w.revision == planned.at + 1 {
            break (Some(w), planned);
        }
        drop(w);
        tried += 1;
    };
    let book = (how == How::Look).then_some(book);
    let Planned { at, reading, plan, register, keys, applied, kept } = planned;
    let mut outcome = Outcome {
        reading,
        counts: plan.counts(),
        fates: plan.steps.iter().map(Fate::of).collect(),
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
        applied,
        revision: None,
    };
    let written = match &mut w {
        Some(w) => write(w, app, &keys, &request, &outcome.reading, &plan, &register, progress).await?,
        None => Written::default(),
    };
    outcome.enrolments_new = written.ledger.new;
    outcome.enrolments_moved = written.ledger.moved;
    outcome.enrolments_irregular = written.ledger.irregular;
    outcome.differences = differences(app, &outcome.reading, &plan, &register, &written.ledger.refused);
    outcome.lives = written.lives;
    outcome.confirmed = written.confirmed;
    let shown = book.map(|book| Shown::of(app, &outcome, &plan, &register, &book, at));
    // A dry run does all the work and drops the transaction: what it announces is what would be written.
    // A list that only contradicts the register changes nothing, and is kept for whoever works it off.
    let kept_for_somebody = written.fresh && !outcome.differences.is_empty();
    if let Some(mut w) = w.filter(|_| (written.anything || kept_for_somebody) && !request.dry_run) {
        keep_differences(&mut w, &outcome.reading, &written.sources, &outcome.differences).await?;
        if let Some(given) = request.map {
            layouts::keep(&mut w, given, &layouts, &kept).await?;
        }
        queries::uploads::keep_batch(&mut w, &batch::summary(&request, &outcome)?).await?;
        if let How::Upload(id) = how {
            queries::uploads::written(&mut w, id).await?;
        }
        progress.commit()?;
        outcome.revision = Some(w.commit().await?);
    }
    // Nobody waits for the workbook with a transaction in hand, and a workbook that cannot be made takes nothing back.
    if request.annotate {
        let remarks = remarks(&outcome.reading, &outcome.differences);
        match super::reading::annotated(request.file_name.to_owned(), file, remarks, size).await {
            Ok(bytes) => outcome.annotated = Some(bytes),
            Err(why) => outcome.not_annotated = Some(why),
        }
    }
    Ok((outcome, shown))
}

/// What an import will do, as the register stands at a revision.
struct Planned {
    at: i64,
    reading: Reading,
    plan: Plan,
    register: Register,
    keys: CommunityKeys,
    applied: Vec<Applied>,
    kept: Vec<KeptLayout>,
}

async fn planned(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    request: &Request<'_>,
    (book, layouts): (&Arc<Workbook>, &[Layout]),
    at: i64,
) -> Result<Planned> {
    let community = org::queries::community(tx, scope).await?;
    let register = known::load(app, tx, scope, request.on, &digest(request.bytes)).await?;
    let keys = app.community_keys(tx, scope.community).await?;
    let (ledgers, vocabulary) = (ledger_kinds(app)?, vocabulary(app)?);
    let kept = queries::kept_layouts(tx, scope).await?;
    let (map, applied) = layouts::effective(request.map, layouts, &kept)?;
    let (book, on, id) = (book.clone(), request.on, scope.community);
    let (marks, of) = (crate::people::queries::erasing::marks(tx, scope).await?, keys.clone());
    let file = request.file_name.to_owned();
    let made = tokio::task::spawn_blocking(move || {
        let options = Options {
            on,
            fictional: community.fictional,
            community: &community.name,
            community_id: id,
            map: map.as_ref(),
            ledgers: &ledgers,
            vocabulary: &vocabulary,
            file: &file,
        };
        let mut reading = liren_rosters::read(&book, &register.known, &options);
        hidden::ask(&mut reading, &marks, &of, map.as_ref());
        hidden::hide(&mut reading, &of);
        let plan = plan::make(&reading, &register);
        (reading, plan, register)
    });
    let (reading, plan, register) = made.await.map_err(error::fault)?;
    if reading.people.is_empty() && reading.sheets.iter().any(|s| s.masked) {
        return Err(masked(request.file_name));
    }
    // A list of dogs or of who signed in registers nobody; that is told, and is no fault of the file.
    if reading.people.is_empty() && !reading.sheets.iter().any(|s| s.bystanders) {
        return Err(nobody(request.file_name, &reading));
    }
    Ok(Planned { at, reading, plan, register, keys, applied, kept })
}

fn masked(file: &str) -> error::Error {
    error::invalid(
        format!(
            "{file} 是脱敏后的名单(姓名或号码用 * 遮住)，认不出是谁，不能导入。请用原表，或导出不脱敏的名单填写后再导入。没有写入任何内容。"
        ),
        format!(
            "{file} is a masked list (names or numbers are hidden by *): nobody can be recognised by it. Use the original, or fill in a list exported without masks. Nothing was written."
        ),
    )
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
            "在 {file} 里没有认出居民名单：各工作表为 {}。请确认有一行表头，里面有“姓名”等栏目，再导入一次；命令行可以用 --map 指定每一列。",
            sheets.join("、")
        ),
        format!(
            "No list of residents was recognised in {file}; its sheets are {}. Check that a row of headers has one such as 姓名, and import again; on the command line --map says what each column means.",
            sheets.join(", ")
        ),
    )
}

/// SHA-256 of a file, by which it is known again.
pub(super) fn digest(bytes: &[u8]) -> String {
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
