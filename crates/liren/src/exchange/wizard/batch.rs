//! 批次 — what an import did: sheet by sheet, to which figures; and taking it back, seen before it is done.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::stem;
use crate::base::clock::minute;
use crate::base::undo::{self, Only, Undone, Whole};
use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{Lang, Result, Write, error};
use crate::exchange::lines::Fate;
use crate::exchange::queries::uploads::{self, Batch, Upload};
use crate::exchange::{Outcome, Request};
use crate::people;

/// What is kept of an import: numbers and names of sheets, nobody's name.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub file: String,
    pub on: String,
    pub sheets: Vec<SheetSum>,
    pub enrolments_new: usize,
    pub enrolments_moved: usize,
    pub differences: usize,
    pub asked: usize,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetSum {
    pub name: String,
    pub people: usize,
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    pub conflict: usize,
    pub asked: usize,
    pub problems: usize,
}

impl SheetSum {
    fn add(&mut self, other: &SheetSum) {
        self.people += other.people;
        self.new += other.new;
        self.changed += other.changed;
        self.same += other.same;
        self.conflict += other.conflict;
        self.asked += other.asked;
        self.problems += other.problems;
    }
}

/// What an import did, as it is kept.
pub fn summary(request: &Request<'_>, outcome: &Outcome) -> Result<String> {
    let mut sheets: BTreeMap<usize, SheetSum> = BTreeMap::new();
    let reading = &outcome.reading;
    for (draft, fate) in reading.people.iter().zip(&outcome.fates) {
        let sheet = sheets.entry(draft.source.sheet).or_default();
        sheet.people += 1;
        match fate {
            Fate::New => sheet.new += 1,
            Fate::Changed => sheet.changed += 1,
            Fate::Same => sheet.same += 1,
            Fate::Conflict => sheet.conflict += 1,
            Fate::Asked => sheet.asked += 1,
        }
    }
    for problem in reading.problems.iter().filter(|p| p.level != liren_rosters::Level::Note) {
        sheets.entry(problem.sheet).or_default().problems += 1;
    }
    let sheets = sheets.into_iter().map(|(at, mut sum)| {
        reading.sheet_name(at).clone_into(&mut sum.name);
        sum
    });
    let summary = Summary {
        file: request.file_name.to_owned(),
        on: request.on.to_string(),
        sheets: sheets.collect(),
        enrolments_new: outcome.enrolments_new,
        enrolments_moved: outcome.enrolments_moved,
        differences: outcome.differences.len(),
        asked: outcome.reading.questions.len(),
    };
    serde_json::to_string(&summary).map_err(error::fault)
}

/// A batch in a list.
pub struct Line {
    pub revision: i64,
    pub title: String,
    pub at: String,
    pub by: String,
    pub told: String,
    pub undone: bool,
}

pub fn line(batch: &Batch, lang: Lang) -> Result<Line> {
    let summary: Summary = serde_json::from_str(&batch.summary).map_err(error::fault)?;
    let total = total(&summary);
    let told = lang.t_with(
        "新增 {new}，有变化 {changed}",
        &[("new", &total.new.to_string()), ("changed", &total.changed.to_string())],
    );
    Ok(Line {
        revision: batch.revision,
        title: stem(&summary.file).to_owned(),
        at: minute(batch.at),
        by: by(&batch.by, lang),
        told,
        undone: batch.undone.is_some(),
    })
}

/// Whoever works at the command line has no account.
fn by(name: &str, lang: Lang) -> String {
    if name == "operator" { lang.t("命令行").to_owned() } else { name.to_owned() }
}

fn total(summary: &Summary) -> SheetSum {
    let mut total = SheetSum::default();
    for sheet in &summary.sheets {
        total.add(sheet);
    }
    total
}

#[derive(Template)]
#[template(path = "exchange/wizard/batch.html")]
struct BatchPage {
    s: Shell,
    form: Form,
    revision: i64,
    title: String,
    by: String,
    at: String,
    summary: Summary,
    total: SheetSum,
    undone: Option<i64>,
    upload: Option<Upload>,
    look: Option<Look>,
}

/// What taking back would do, or why it cannot.
struct Look {
    /// Which sheet; empty: all of it.
    sheet: String,
    refused: Option<String>,
    taken: usize,
    kept: usize,
    stuck: usize,
    /// Rows of which nothing was written.
    untouched: usize,
    rows: usize,
    lists: [List; 3],
}

/// Names of one of the three lists, and how many more there are.
#[derive(Default)]
struct List {
    people: Vec<(String, String, String)>,
    more: usize,
    /// Other things than people: households, homes.
    other: usize,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    /// `undo`: show what taking back would do.
    #[serde(default)]
    look: String,
    #[serde(default)]
    sheet: String,
}

pub async fn show(mut r: Reader, Path(revision): Path<i64>, Query(asked): Query<Asked>) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, revision, &asked, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, revision: i64, asked: &Asked, form: Form) -> Result<BatchPage> {
    let scope = r.scope();
    let batch = uploads::batch(&mut r.tx, &scope, revision).await?;
    let upload = uploads::upload_of(&mut r.tx, &scope, revision).await?;
    let summary: Summary = serde_json::from_str(&batch.summary).map_err(error::fault)?;
    let total = total(&summary);
    let look = match asked.look.as_str() {
        "undo" if batch.undone.is_none() => Some(look(r, revision, &asked.sheet, &summary).await?),
        _ => None,
    };
    let title = stem(&summary.file).to_owned();
    Ok(BatchPage {
        s: r.shell(&title, "/imports", ""),
        form,
        revision,
        by: by(&batch.by, r.lang),
        at: minute(batch.at),
        title,
        summary,
        total,
        undone: batch.undone,
        upload,
        look,
    })
}

/// Names shown of each list.
const NAMES: usize = 20;

async fn look(r: &mut Reader, revision: i64, sheet: &str, summary: &Summary) -> Result<Look> {
    let rows = match sheet {
        "" => total(summary).people,
        name => summary.sheets.iter().find(|s| s.name == name).map_or(0, |s| s.people),
    };
    let mut out = Look {
        sheet: sheet.to_owned(),
        refused: None,
        taken: 0,
        kept: 0,
        stuck: 0,
        untouched: 0,
        rows,
        lists: Default::default(),
    };
    // Taken back for a look, and dropped: what is shown is what would happen.
    let mut w = Write::begin(&r.app, &r.actor, r.community(), "看一看").await?;
    let undone = match take_back(&mut w, revision, sheet).await {
        Ok(undone) => undone,
        Err(error::Error::Invalid(why)) => {
            let lang = r.lang;
            out.refused = Some(why.iter().map(|(zh, en)| lang.pick(zh, en)).collect());
            return Ok(out);
        }
        Err(other) => return Err(other),
    };
    drop(w);
    (out.taken, out.kept, out.stuck) = undone.count("person");
    out.untouched = rows.saturating_sub(out.taken + out.kept + out.stuck);
    let stuck: Vec<&Whole> = undone.refused.keys().collect();
    out.lists = [
        list(r, &undone.taken.iter().collect::<Vec<_>>(), &undone).await?,
        list(r, &undone.edited.iter().collect::<Vec<_>>(), &undone).await?,
        list(r, &stuck, &undone).await?,
    ];
    Ok(out)
}

async fn list(r: &mut Reader, wholes: &[&Whole], undone: &Undone) -> Result<List> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let people: Vec<i64> = wholes.iter().filter(|(kind, _)| kind == "person").map(|(_, id)| *id).collect();
    let some: Vec<i64> = people.iter().copied().take(NAMES).collect();
    let rows = people::rows(&app, &mut r.tx, &scope, today, &some, lang).await?;
    let why = |id: i64| -> String {
        match undone.refused.get(&("person".to_owned(), id)) {
            Some((kind, _)) => {
                let title = app.schema().kind(kind).map(|k| &app.schema().kind_of(k).title);
                let title = title.map_or(kind.as_str(), |t| lang.pick(&t.zh, &t.en));
                lang.t_with("后来的{what}用到了", &[("what", title)])
            }
            None => String::new(),
        }
    };
    let named = some.iter().zip(rows).map(|(id, row)| (row.href, row.name, why(*id)));
    Ok(List { people: named.collect(), more: people.len() - some.len(), other: wholes.len() - people.len() })
}

async fn take_back(w: &mut Write, revision: i64, sheet: &str) -> Result<Undone> {
    let only = match sheet {
        "" => Only::All,
        name => Only::Sources(crate::exchange::sources_of(w, revision, name).await?),
    };
    undo::undo(w, revision, only).await
}

/// `POST /imports/{revision}/undo`
pub async fn undo(Path(revision): Path<i64>, s: Submitted) -> Result<Response> {
    let sheet = s.form.v("sheet").to_owned();
    let saved: Saved = async {
        let mut tx = s.app.db.read().await?;
        let batch = uploads::batch(&mut tx, &s.actor()?.scope, revision).await?;
        drop(tx);
        let summary: Summary = serde_json::from_str(&batch.summary).map_err(error::fault)?;
        if batch.undone.is_some() && sheet.is_empty() {
            return Err(Refused::Error(error::invalid(
                "这一批已经撤回过，没有再撤。",
                "This batch has been taken back already. Nothing was done.",
            )));
        }
        let why = s.form.text("why").map(|w| format!("：{w}")).unwrap_or_default();
        let reason = match sheet.as_str() {
            "" => format!("撤回导入 {}{why}", summary.file),
            sheet => format!("撤回导入 {} 的“{sheet}”{why}", summary.file),
        };
        s.save(&reason, &[], async |w: &mut Write| {
            let undone = take_back(w, revision, &sheet).await?;
            if undone.taken.is_empty() {
                return Err(error::invalid(
                    "这一批里没有能撤回的：都在后来改过，或被后来的记录用到了。没有改动。",
                    "Nothing of this batch can be taken back: all of it was edited since, or something later uses it. Nothing was changed.",
                ));
            }
            w.audit("undo", "revision", revision, "").await?;
            Ok(format!("/imports/{revision}"))
        })
        .await
    }
    .await;
    let asked = Asked { look: "undo".to_owned(), sheet };
    s.answer(saved, async |r: &mut Reader, form| page(r, revision, &asked, form).await).await
}
