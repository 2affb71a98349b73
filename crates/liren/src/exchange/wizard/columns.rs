//! 认得什么 — each sheet of a file with the meaning of its columns, and what is to be answered before it is written.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_rosters::LedgerKind;
use liren_rosters::mapping::{ColumnMapping, Field, Mapping, SheetMapping};
use liren_rosters::table::Role;
use serde::Deserialize;

use super::works::{self, Running, State};
use super::{Step, flow, meanings};
use crate::base::clock::minute;
use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted, see};
use crate::base::{Lang, Result, error};
use crate::exchange::import::ledger_kinds;
use crate::exchange::queries::uploads::{self, Upload};
use crate::exchange::shown::{Sheet, Shown};

#[derive(Template)]
#[template(path = "exchange/wizard/columns.html")]
struct ColumnsPage {
    s: Shell,
    form: Form,
    flow: Vec<Step>,
    upload: Upload,
    body: Body,
}

/// What stands below the title: the file as it was understood, or why there is nothing to show yet.
enum Body {
    Waiting(Running),
    Failed(Vec<String>),
    Shown(Box<Understood>),
}

struct Understood {
    sheets: Vec<Tab>,
    at: usize,
    name: String,
    rows: String,
    header: Option<String>,
    since: Option<String>,
    ledger: Option<String>,
    skipped: bool,
    masked: bool,
    questions: Vec<Asked>,
    columns: Vec<Column>,
    aside: Vec<String>,
    /// Questions of all sheets.
    open: usize,
    total: usize,
}

struct Tab {
    n: usize,
    name: String,
    told: String,
    open: usize,
    off: bool,
    here: bool,
}

struct Asked {
    n: usize,
    text: String,
    reasons: Vec<String>,
    choices: Vec<(String, String)>,
}

struct Column {
    letters: String,
    header: String,
    examples: Vec<String>,
    filled: usize,
    choices: Vec<(String, String)>,
    chosen: String,
    sure: (&'static str, &'static str),
    class: &'static str,
}

#[derive(Deserialize)]
pub struct At {
    sheet: Option<usize>,
}

pub async fn show(mut r: Reader, Path(id): Path<i64>, Query(at): Query<At>) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, id, at.sheet, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, id: i64, sheet: Option<usize>, form: Form) -> Result<ColumnsPage> {
    let scope = r.scope();
    let upload = uploads::upload(&mut r.tx, &scope, id).await?;
    let work = works::look(&r.app, &r.actor, &upload);
    let body = match work.soon().await {
        State::Ready(shown) => {
            let ledgers = ledger_kinds(&r.app)?;
            Body::Shown(Box::new(understood(&shown, sheet, &ledgers, r)))
        }
        State::Failed(why) => {
            let lang = r.lang;
            Body::Failed(why.iter().map(|(zh, en)| lang.pick(zh, en).to_owned()).collect())
        }
        _ => Body::Waiting(work.running()),
    };
    let title = r.lang.t("认得什么");
    Ok(ColumnsPage { s: r.shell(title, "/imports", ""), form, flow: flow(2), upload, body })
}

/// The sheet to look at: the one asked for, else the first with a question, else the first with people.
fn chosen(shown: &Shown, asked: Option<usize>) -> usize {
    let with_people = |s: &Sheet| s.people > 0 && !s.skipped;
    asked
        .filter(|n| *n < shown.sheets.len())
        .or_else(|| shown.questions.first().map(|q| q.sheet))
        .or_else(|| shown.sheets.iter().position(with_people))
        .unwrap_or(0)
}

fn understood(shown: &Shown, asked: Option<usize>, ledgers: &[LedgerKind], r: &Reader) -> Understood {
    let (lang, packs) = (r.lang, r.app.packs());
    let at = chosen(shown, asked);
    let open_of = |sheet: usize| shown.questions.iter().filter(|q| q.sheet == sheet).count();
    let sheets = shown.sheets.iter().enumerate().map(|(n, s)| Tab {
        n,
        name: s.name.clone(),
        told: told(s, open_of(n), lang),
        open: open_of(n),
        off: s.skipped || s.people == 0,
        here: n == at,
    });
    let sheets = sheets.collect();
    let Some(sheet) = shown.sheets.get(at) else {
        return Understood {
            sheets,
            at,
            name: String::new(),
            rows: String::new(),
            header: None,
            since: None,
            ledger: None,
            skipped: true,
            masked: false,
            questions: vec![],
            columns: vec![],
            aside: vec![],
            open: 0,
            total: 0,
        };
    };
    let total: usize = sheet.rows.iter().map(|(_, n)| n).sum();
    let kinds = sheet.rows.iter().map(|(kind, n)| format!("{} {n}", lang.t(kind)));
    let rows =
        format!("{}{}", lang.t_with("{n} 行：", &[("n", &total.to_string())]), kinds.collect::<Vec<_>>().join(" · "));
    let kind = sheet.ledger.as_ref().and_then(|p| ledgers.iter().find(|k| &k.programme == p));
    let columns: Vec<Column> = sheet.columns.iter().map(|c| column(c, sheet, kind, ledgers, lang)).collect();
    let aside = sheet.columns.iter().filter(|c| c.aside && c.filled > 0);
    let aside = aside.map(|c| {
        let name = if c.header.is_empty() { &c.letters } else { &c.header };
        lang.t_with("{name}({n} 格有字)", &[("name", name), ("n", &c.filled.to_string())])
    });
    let questions = shown.questions.iter().enumerate().filter(|(_, q)| q.sheet == at).map(|(n, q)| Asked {
        n,
        text: lang.pick(&q.zh, &q.en).to_owned(),
        reasons: q.reasons.iter().map(|t| lang.pick(&t.zh, &t.en).to_owned()).collect(),
        choices: q.choices.iter().map(|c| (c.value.clone(), lang.pick(&c.zh, &c.en).to_owned())).collect(),
    });
    let header = sheet.header.map(|(first, last)| match first == last {
        true => lang.t_with("表头在第 {row} 行", &[("row", &first.to_string())]),
        false => lang.t_with("表头在第 {row}–{last} 行", &[("row", &first.to_string()), ("last", &last.to_string())]),
    });
    let programme = sheet.ledger.as_ref().and_then(|p| packs.programme(p));
    Understood {
        at,
        name: sheet.name.clone(),
        rows,
        header,
        since: sheet.since.map(minute),
        ledger: programme.map(|p| lang.pick(&p.title.zh, &p.title.en).to_owned()),
        skipped: sheet.skipped,
        masked: sheet.masked,
        questions: questions.collect(),
        aside: aside.collect(),
        columns,
        sheets,
        open: shown.questions.len(),
        total: shown.lines.len(),
    }
}

fn told(sheet: &Sheet, open: usize, lang: Lang) -> String {
    let n = |key: &str, n: usize| lang.t_with(key, &[("n", &n.to_string())]);
    match (sheet.role, sheet.skipped) {
        (_, true) if sheet.masked => lang.t("号码遮住了，没有收").to_owned(),
        (Role::StaleCopy, _) => lang.t("和别的表重复，没有读").to_owned(),
        (_, true) if sheet.hidden => lang.t("隐藏的表，没有读").to_owned(),
        (_, true) => lang.t("没有读").to_owned(),
        (Role::People, _) if sheet.people > 0 => {
            let people = n("{n} 行人员", sheet.people);
            if open > 0 { format!("{people} · {}", n("{n} 问", open)) } else { people }
        }
        (Role::Summary, _) => lang.t("汇总表，没有人名").to_owned(),
        (Role::Notes | Role::Codes | Role::Index, _) => lang.t("说明、代码").to_owned(),
        _ => lang.t("没有人员").to_owned(),
    }
}

fn column(
    read: &crate::exchange::shown::Column,
    sheet: &Sheet,
    kind: Option<&LedgerKind>,
    ledgers: &[LedgerKind],
    lang: Lang,
) -> Column {
    let field = read.field.as_ref().filter(|f| !matches!(f, Field::Extra | Field::Ignore));
    let ignored = read.field == Some(Field::Ignore);
    let sure = match field {
        _ if ignored => ("", "不用"),
        None if read.filled == 0 => ("", "空列"),
        None => ("unk", "没认出"),
        Some(_) if read.aside => ("", "没用上"),
        Some(_) if sheet.since.is_some() => ("pri", "照上次"),
        Some(_) if read.confidence >= 0.9 => ("ok", "肯定"),
        Some(_) if read.confidence > 0.6 => ("warn", "较有把握"),
        Some(_) => ("unk", "按内容猜的"),
    };
    Column {
        letters: read.letters.clone(),
        header: read.header.clone(),
        examples: read.examples.clone(),
        filled: read.filled,
        choices: meanings::choices(field, kind, ledgers, lang),
        chosen: field.map(meanings::value).unwrap_or_default(),
        sure,
        class: if sure.0 == "unk" { "look" } else { "" },
    }
}

/// `POST /imports/files/{id}` — keeps what was chosen for a sheet. Only what differs from what was understood is an
/// answer: the rest is understood again.
pub async fn save(Path(id): Path<i64>, s: Submitted) -> Result<Response> {
    let sheet: Option<usize> = s.form.v("sheet").parse().ok();
    let saved: Saved = async {
        if s.form.resumed {
            return Err(Refused::Form);
        }
        let actor = s.actor()?.clone();
        let mut tx = s.app.db.read().await?;
        let upload = uploads::upload(&mut tx, &actor.scope, id).await?;
        drop(tx);
        let work = works::look(&s.app, &actor, &upload);
        let State::Ready(shown) = work.soon().await else {
            return Ok(see(&format!("/imports/files/{id}")));
        };
        let mut map = works::mapping(&upload)?.unwrap_or_default();
        if let Some(at) = sheet.filter(|at| *at < shown.sheets.len()) {
            answer(&mut map, &shown, at, &s.form);
        }
        let text = if map == Mapping::default() {
            String::new()
        } else {
            serde_json::to_string(&map).map_err(error::fault)?
        };
        if text != upload.mapping {
            uploads::answer(&s.app, actor.scope.community, id, upload.on, &text).await?;
        }
        Ok(match s.form.v("then") {
            "" => see(&format!("/imports/files/{id}/preview")),
            next => see(&format!("/imports/files/{id}?sheet={}", next.parse::<usize>().unwrap_or(0))),
        })
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, id, sheet, form).await).await
}

/// Takes the answers of a sheet into a mapping.
fn answer(map: &mut Mapping, shown: &Shown, at: usize, form: &Form) {
    let sheet = &shown.sheets[at];
    let understood = shown.mapping.sheets.iter().find(|s| s.name == sheet.name).cloned();
    let mut new = understood.unwrap_or_else(|| SheetMapping { name: sheet.name.clone(), ..SheetMapping::default() });
    let before = map.sheets.iter().position(|s| s.name == sheet.name);
    let mut differs = before.is_some();
    // Where the header stands is found again: the next file of this layout may have a title more.
    new.stage = before.and_then(|at| map.sheets[at].stage.clone());
    for column in &mut new.columns {
        column.words.retain(|_, says| says != "?");
        let earlier = before.and_then(|at| map.sheets[at].columns.iter().find(|c| c.column == column.column));
        if let Some(earlier) = earlier {
            column.words.extend(earlier.words.clone());
        }
    }
    for column in &sheet.columns {
        let sent = form.v(&format!("c.{}", column.letters));
        let was = column.field.as_ref().filter(|f| !matches!(f, Field::Extra | Field::Ignore));
        if sent == was.map(meanings::value).unwrap_or_default() || !form.is("columns", "yes") {
            continue;
        }
        differs = true;
        let field = meanings::of_value(sent).unwrap_or(Field::Ignore);
        match new.columns.iter_mut().find(|c| c.column == column.letters) {
            Some(there) => there.field = field,
            None => new.columns.push(ColumnMapping {
                column: column.letters.clone(),
                header: column.header.clone(),
                field,
                words: Default::default(),
            }),
        }
    }
    match form.v("role") {
        "skip" if !sheet.skipped => (new.role, differs) = ("skip".to_owned(), true),
        "people" if sheet.skipped => (new.role, differs) = ("people".to_owned(), true),
        _ => {}
    }
    for (n, question) in shown.questions.iter().enumerate().filter(|(_, q)| q.sheet == at) {
        let field = format!("q{n}");
        let Some(value) = form.all(&field).first() else { continue };
        if !question.choices.iter().any(|c| &c.value == value) {
            continue;
        }
        match (question.kind, &question.word, question.column) {
            ("stage", ..) => (new.stage, differs) = (Some(value.clone()), true),
            ("estate", Some(estate), _) => {
                map.estates.insert(estate.clone(), value.clone());
            }
            ("stage_word", Some(word), Some(column)) => {
                let letters = liren_sheets::book::column_letters(column);
                if let Some(there) = new.columns.iter_mut().find(|c| c.column == letters) {
                    there.words.insert(word.clone(), value.clone());
                    differs = true;
                }
            }
            _ => {}
        }
    }
    if differs {
        match before {
            Some(at) => map.sheets[at] = new,
            None => map.sheets.push(new),
        }
    }
}
