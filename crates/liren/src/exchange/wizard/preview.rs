//! 会发生什么 — who is new, who changes and how, where list and register disagree, which cells are not taken; then the
//! writing of it.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use liren_rosters::mapping::PersonMapping;
use serde::Deserialize;

use super::works::{self, Running, State};
use super::{Step, flow, stem};
use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted, see};
use crate::base::{Lang, Result, error};
use crate::exchange::lines::{Fate, Line};
use crate::exchange::queries::uploads::{self, Upload};
use crate::exchange::shown::Shown;
use crate::exchange::{Request, run};

/// People of one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "exchange/wizard/preview.html")]
struct PreviewPage {
    s: Shell,
    form: Form,
    flow: Vec<Step>,
    upload: Upload,
    body: Body,
}

enum Body {
    Waiting(Running),
    Failed(Vec<String>),
    Shown(Box<Look>),
}

struct Look {
    sum: String,
    tabs: Vec<Tab>,
    /// The words of what is listed.
    listed: &'static str,
    n: usize,
    rows: Vec<Row>,
    problems: Vec<ProblemRow>,
    first: usize,
    last: usize,
    newer: Option<String>,
    older: Option<String>,
    conflicts: Vec<Conflict>,
    more_conflicts: usize,
    who: Vec<Who>,
    more_who: usize,
    kinds: Vec<Kind>,
    cells: usize,
    open: usize,
    writes: bool,
    counts: (usize, usize, usize),
    stale: bool,
}

struct Tab {
    word: &'static str,
    title: &'static str,
    n: usize,
    told: String,
    here: bool,
    class: &'static str,
    icon: &'static str,
}

struct Row {
    name: String,
    href: Option<String>,
    home: String,
    /// What, before, whether before is unknown, after.
    parts: Vec<(String, String, bool, String)>,
    place: String,
}

struct ProblemRow {
    name: String,
    place: String,
    header: String,
    text: String,
    is_error: bool,
}

struct Conflict {
    name: String,
    href: Option<String>,
    place: String,
    on_record: String,
    said: String,
    advice: String,
}

struct Who {
    sheet: String,
    row: u32,
    name: String,
    fits: Vec<(String, String, String, String)>,
}

struct Kind {
    kind: String,
    text: String,
    is_error: bool,
    n: usize,
    here: bool,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    /// `new`, `changed`, `same`, `conflict`, `asked`, `absent`, `problems`.
    #[serde(default)]
    kind: String,
    /// One kind of problem.
    #[serde(default)]
    of: String,
    #[serde(default)]
    skip: usize,
}

pub async fn show(mut r: Reader, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, id, asked, form).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, id: i64, asked: Asked, form: Form) -> Result<PreviewPage> {
    let scope = r.scope();
    let upload = uploads::upload(&mut r.tx, &scope, id).await?;
    if upload.revision.is_some() {
        return Err(error::not_found("文件"));
    }
    let work = works::look(&r.app, &r.actor, &upload);
    let mut state = work.soon().await;
    // What is shown is compared with the register as it is, when somebody opens the page anew.
    if let State::Ready(shown) = &state
        && shown.at != r.moment.revision
        && asked.skip == 0
        && asked.kind.is_empty()
    {
        state = works::look_again(&r.app, &r.actor, &upload).soon().await;
    }
    let body = match state {
        State::Ready(shown) => Body::Shown(Box::new(look(r, id, &shown, &asked))),
        State::Failed(why) => Body::Failed(sentences(&why, r.lang)),
        _ => Body::Waiting(work.running()),
    };
    let title = r.lang.t("会发生什么");
    Ok(PreviewPage { s: r.shell(title, "/imports", ""), form, flow: flow(3), upload, body })
}

fn sentences(why: &[(String, String)], lang: Lang) -> Vec<String> {
    why.iter().map(|(zh, en)| lang.pick(zh, en).to_owned()).collect()
}

fn look(r: &Reader, id: i64, shown: &Shown, asked: &Asked) -> Look {
    let (lang, community) = (r.lang, r.community());
    let n = |key: &str, n: usize| lang.t_with(key, &[("n", &n.to_string())]);
    let c = &shown.counts;
    let changes: usize = shown.lines.iter().filter(|l| l.fate == Fate::Changed).map(|l| l.parts.len()).sum();
    let cells = shown.problems.len();
    let enrolments = shown.enrolments.0 + shown.enrolments.1;
    let told = |fate: Fate| match fate {
        Fate::New => lang.t("登记里没有的人").to_owned(),
        Fate::Changed => n("{n} 处", changes),
        Fate::Same => lang.t("不动").to_owned(),
        Fate::Conflict => lang.t("先不写，等人定").to_owned(),
        Fate::Asked => lang.t("说清是谁才写").to_owned(),
    };
    let all: [(&'static str, &'static str, usize, String, &'static str, &'static str); 7] = [
        ("new", "新增", c.new, told(Fate::New), "new", "plus"),
        ("changed", "有变化", c.changed, told(Fate::Changed), "chg", "pencil"),
        ("same", "相同", c.same, told(Fate::Same), "same", "equal"),
        ("conflict", "冲突", c.conflict, told(Fate::Conflict), "cf", "arrows-split"),
        ("asked", "等回答", c.asked, told(Fate::Asked), "unkn", "user-question"),
        ("problems", "问题格", cells, lang.t("这些格不写").to_owned(), "bad", "alert-triangle"),
        ("absent", "表里没有", shown.absent.len(), lang.t("登记里还在，不当作离开").to_owned(), "lost", "users"),
    ];
    let first = all.iter().find(|t| t.2 > 0).map_or("new", |t| t.0);
    let here = all.iter().map(|t| t.0).find(|w| *w == asked.kind).unwrap_or(first);
    let listed = all.iter().find(|t| t.0 == here).map_or("新增", |t| t.1);
    let tabs = all.into_iter().filter(|t| t.2 > 0 || matches!(t.0, "new" | "changed" | "same" | "conflict"));
    let tabs =
        tabs.map(|(word, title, n, told, class, icon)| Tab { word, title, n, told, here: word == here, class, icon });
    let tabs = tabs.collect();
    let skip = asked.skip;
    let mut out = Look {
        sum: sum(shown, lang),
        tabs,
        listed,
        n: 0,
        rows: vec![],
        problems: vec![],
        first: 0,
        last: 0,
        newer: None,
        older: None,
        conflicts: vec![],
        more_conflicts: 0,
        who: vec![],
        more_who: 0,
        kinds: kinds(r, shown, &asked.of),
        cells,
        open: shown.questions.len(),
        writes: c.new + c.changed + enrolments > 0,
        counts: (c.new, changes, enrolments),
        stale: shown.at != r.moment.revision,
    };
    match here {
        "problems" => {
            let of = |p: &&crate::exchange::shown::Problem| asked.of.is_empty() || p.kind == asked.of;
            out.n = shown.problems.iter().filter(of).count();
            let some = shown.problems.iter().filter(of).skip(skip).take(PAGE);
            out.problems = some
                .map(|p| ProblemRow {
                    name: p.name.clone(),
                    place: format!("{} · {}", p.sheet, p.row),
                    header: p.header.clone(),
                    text: lang.pick(&p.said.zh, &p.said.en).to_owned(),
                    is_error: p.is_error,
                })
                .collect();
        }
        "absent" => {
            out.n = shown.absent.len();
            let some = shown.absent.iter().skip(skip).take(PAGE);
            out.rows = some
                .map(|a| Row {
                    name: a.name.clone(),
                    href: Some(format!("/people/{community}-{}", a.person)),
                    home: a.home.clone(),
                    parts: vec![],
                    place: String::new(),
                })
                .collect();
        }
        word => {
            let of = |l: &&Line| l.fate.word() == word;
            out.n = shown.lines.iter().filter(of).count();
            let some = shown.lines.iter().filter(of).skip(skip).take(PAGE);
            out.rows = some.map(|l| row(l, community, lang)).collect();
        }
    }
    let shown_now = out.rows.len() + out.problems.len();
    (out.first, out.last) = (if shown_now == 0 { 0 } else { skip + 1 }, skip + shown_now);
    let address = |skip: usize| {
        let of = if asked.of.is_empty() { String::new() } else { format!("&of={}", asked.of) };
        format!("/imports/files/{id}/preview?kind={here}{of}&skip={skip}#rows")
    };
    out.newer = (skip > 0).then(|| address(skip.saturating_sub(PAGE)));
    out.older = (out.last < out.n).then(|| address(skip + PAGE));
    let decided = |d: &&crate::exchange::Difference| !matches!(d.kind, "several_fit" | "likely_same" | "thin");
    let conflicts = shown.differences.iter().filter(decided);
    out.more_conflicts = conflicts.clone().count().saturating_sub(20);
    out.conflicts = conflicts
        .take(20)
        .map(|d| Conflict {
            name: d.name.clone(),
            href: d.person.map(|p| format!("/people/{community}-{p}")),
            place: format!("{} · {}", d.sheet, d.row),
            on_record: lang.pick(&d.on_record.zh, &d.on_record.en).to_owned(),
            said: lang.pick(&d.said.zh, &d.said.en).to_owned(),
            advice: lang.pick(&d.advice.zh, &d.advice.en).to_owned(),
        })
        .collect();
    out.more_who = shown.who.len().saturating_sub(20);
    out.who = shown
        .who
        .iter()
        .take(20)
        .map(|w| Who {
            sheet: w.sheet.clone(),
            row: w.row,
            name: w.name.clone(),
            fits: w
                .fits
                .iter()
                .map(|f| {
                    let why = lang.pick(&f.why.zh, &f.why.en).to_owned();
                    (format!("{community}-{}", f.person), f.name.clone(), f.told.clone(), why)
                })
                .collect(),
        })
        .collect();
    out
}

/// 1,083 人 ＝ 17 ＋ 43 ＋ 1,003 ＋ 5: nobody wonders where a row is.
fn sum(shown: &Shown, lang: Lang) -> String {
    let c = &shown.counts;
    let parts = [c.new, c.changed, c.same, c.conflict, c.asked];
    let parts = parts.into_iter().filter(|n| *n > 0).map(|n| n.to_string()).collect::<Vec<_>>().join(" + ");
    let sheets = shown.sheets.iter().filter(|s| s.people > 0 && !s.skipped).count();
    lang.t_with(
        "{sheets} 张表，{people} 人 = {parts}；{households} 户",
        &[
            ("sheets", &sheets.to_string()),
            ("people", &shown.people.to_string()),
            ("parts", &parts),
            ("households", &shown.households.to_string()),
        ],
    )
}

fn row(line: &Line, community: i64, lang: Lang) -> Row {
    let parts = line.parts.iter().map(|p| {
        let (before, after) = (lang.pick(&p.before.zh, &p.before.en), lang.pick(&p.after.zh, &p.after.en));
        (lang.t(p.what).to_owned(), before.to_owned(), p.unknown, after.to_owned())
    });
    Row {
        name: line.name.clone(),
        href: line.person.map(|p| format!("/people/{community}-{p}")),
        home: line.home.clone(),
        parts: parts.collect(),
        place: format!("{} · {}", line.sheet, line.row),
    }
}

fn kinds(r: &Reader, shown: &Shown, of: &str) -> Vec<Kind> {
    let mut out: Vec<Kind> = Vec::new();
    for problem in &shown.problems {
        match out.iter_mut().find(|k| k.kind == problem.kind) {
            Some(kind) => kind.n += 1,
            None => out.push(Kind {
                kind: problem.kind.clone(),
                text: match liren_rosters::problem::headline(&problem.kind) {
                    Some((zh, en)) => r.lang.pick(&zh, &en).to_owned(),
                    // A check that a pack declares has one sentence.
                    None => r.lang.pick(&problem.said.zh, &problem.said.en).to_owned(),
                },
                is_error: problem.is_error,
                n: 1,
                here: problem.kind == of,
            }),
        }
    }
    out.sort_by_key(|k| (!k.is_error, std::cmp::Reverse(k.n)));
    out
}

/// `POST /imports/files/{id}/who` — somebody says who the people of some rows are.
pub async fn who(Path(id): Path<i64>, s: Submitted) -> Result<Response> {
    let saved: Saved = async {
        if s.form.resumed {
            return Err(Refused::Form);
        }
        let actor = s.actor()?.clone();
        let mut tx = s.app.db.read().await?;
        let upload = uploads::upload(&mut tx, &actor.scope, id).await?;
        drop(tx);
        let State::Ready(shown) = works::look(&s.app, &actor, &upload).soon().await else {
            return Ok(see(&format!("/imports/files/{id}/preview")));
        };
        let mut map = works::mapping(&upload)?.unwrap_or_default();
        for (n, asked) in shown.who.iter().enumerate() {
            let answer = s.form.v(&format!("who{n}"));
            let known = asked.fits.iter().any(|f| format!("{}-{}", actor.scope.community, f.person) == answer);
            // What was shown has changed meanwhile: the row that was answered is asked again.
            let same = s.form.v(&format!("row{n}")) == format!("{}!{}", asked.sheet, asked.row);
            if same && (answer == "new" || known) {
                map.people.retain(|p| !(p.sheet == asked.sheet && p.row == asked.row));
                map.people.push(PersonMapping { sheet: asked.sheet.clone(), row: asked.row, is: answer.to_owned() });
            }
        }
        let text = serde_json::to_string(&map).map_err(error::fault)?;
        uploads::answer(&s.app, actor.scope.community, id, upload.on, &text).await?;
        Ok(see(&format!("/imports/files/{id}/preview")))
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, id, Asked::default(), form).await).await
}

/// The workbook with every problem at its cell.
pub async fn annotated(mut r: Reader, Path(id): Path<i64>) -> Result<Response> {
    let (scope, app) = (r.scope(), r.app.clone());
    let upload = uploads::upload(&mut r.tx, &scope, id).await?;
    let bytes = uploads::contents(&app, &mut r.tx, &scope, id).await?;
    let (actor, map) = (r.actor.clone(), works::mapping(&upload)?);
    drop(r);
    let request = Request {
        file_name: &upload.file,
        bytes: &bytes,
        on: upload.on,
        dry_run: true,
        map: map.as_ref(),
        annotate: true,
    };
    let outcome = run(&app, &actor, request).await?;
    let bytes = match (outcome.annotated, outcome.not_annotated) {
        (Some(bytes), _) => bytes,
        (None, why) => return Err(why.unwrap_or_else(|| error::fault("no workbook"))),
    };
    let name = crate::exchange::pages::encoded(&format!("{}_批注.xlsx", stem(&upload.file)));
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"annotated.xlsx\"; filename*=UTF-8''{name}")),
    ];
    Ok((headers, bytes).into_response())
}

/// `POST /imports/files/{id}/write`
pub async fn write(Path(id): Path<i64>, s: Submitted) -> Result<Response> {
    let actor = s.actor()?.clone();
    let mut tx = s.app.db.read().await?;
    let upload = uploads::upload(&mut tx, &actor.scope, id).await?;
    drop(tx);
    if upload.revision.is_none() {
        works::write(&s.app, &actor, &upload).soon().await;
    }
    Ok(see(&format!("/imports/files/{id}/writing")))
}

#[derive(Template)]
#[template(path = "exchange/wizard/writing.html")]
struct WritingPage {
    s: Shell,
    flow: Vec<Step>,
    upload: Upload,
    body: Writing,
}

enum Writing {
    Running(Running),
    Failed(Vec<String>),
    /// Nothing differed.
    Nothing,
    /// It was begun by a process that is gone.
    Broken,
}

pub async fn writing(mut r: Reader, Path(id): Path<i64>) -> Result<Response> {
    let scope = r.scope();
    let upload = uploads::upload(&mut r.tx, &scope, id).await?;
    if let Some(revision) = upload.revision {
        return Ok(see(&format!("/imports/{revision}?done={revision}")));
    }
    let body = match works::writing(id) {
        None => Writing::Broken,
        Some(work) => match work.state.borrow().clone() {
            State::Written(revision) => return Ok(see(&format!("/imports/{revision}?done={revision}"))),
            State::Failed(why) => Writing::Failed(sentences(&why, r.lang)),
            State::Nothing | State::Ready(_) => Writing::Nothing,
            State::Running => Writing::Running(work.running()),
        },
    };
    let title = r.lang.t("写入");
    let page = WritingPage { s: r.shell(title, "/imports", ""), flow: flow(4), upload, body };
    r.page(&page)
}

/// `POST /imports/files/{id}/stop` — as long as nothing is committed.
pub async fn stop(Path(id): Path<i64>, s: Submitted) -> Result<Response> {
    s.actor()?;
    if let Some(work) = works::writing(id) {
        work.progress.stop();
        work.soon().await;
    }
    Ok(see(&format!("/imports/files/{id}/writing")))
}
