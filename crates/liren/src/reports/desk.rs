//! 报告台 — sections edited with live numbers, what was done with the report, and two of its versions side by side.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use similar::{ChangeTag, TextDiff};

use super::compose::{self, Composed, Draft, figure_called};
use super::queries::{self, NewVersion, Version};
use super::{chips, words};
use crate::base::web::{self, Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{App, Id as _, Permission, ReportId, Result, Write, clock, error};
use crate::figures::{self, Ask, checks};

/// What can be done with a report, in its order: word, title, what it says afterwards.
const ACTS: [(&str, &str, &str); 5] = [
    ("check", "核对", "核对好了"),
    ("sign", "书记签批", "签批好了"),
    ("submit", "报街道", "报上去了，数字已经定稿"),
    ("return", "街道退回", "退回了"),
    ("accept", "街道接收", "接收了"),
];

pub fn act_title(act: &str) -> &'static str {
    ACTS.iter().find(|(a, ..)| *a == act).map_or("", |(_, title, _)| title)
}

/// The acts that may follow the last one.
fn next(last: Option<&str>) -> &'static [&'static str] {
    match last {
        None | Some("return") => &["check"],
        Some("check") => &["check", "sign"],
        Some("sign") => &["check", "submit"],
        Some("submit") => &["return", "accept"],
        _ => &["check"],
    }
}

#[derive(Deserialize)]
pub struct Year {
    year: Option<i32>,
}

/// A section of the overview.
struct Line {
    draft: Draft,
    told: bool,
    why: Option<String>,
    short: String,
}

#[derive(Template)]
#[template(path = "reports/sections.html")]
struct SectionsPage {
    s: Shell,
    form: Form,
    year: i32,
    chapters: Vec<(String, Vec<Line>)>,
    may_write: bool,
    steps: Vec<(&'static str, &'static str, Option<String>)>,
    may: Vec<(&'static str, &'static str)>,
    last: Option<(String, String, String, Option<String>)>,
    failing: Vec<String>,
    findings: usize,
}

/// The beginning of a text as it reads, its numbers in it.
fn short(text: &str, values: &BTreeMap<String, String>) -> String {
    let filled: String = chips::pieces(text)
        .into_iter()
        .map(|p| match p {
            chips::Piece::Text(text) => text.replace(['*', '#'], ""),
            chips::Piece::Chip(name) => {
                values.get(name).or_else(|| values.get(name.split('#').next()?)).cloned().unwrap_or_default()
            }
        })
        .collect();
    let plain: String = filled.trim().chars().take(64).collect();
    if filled.trim().chars().count() > 64 { format!("{plain}…") } else { plain }
}

/// What the numbers of a report read, by name: the n-th of a name as `name#n`.
fn read_by_name(composed: &Composed) -> BTreeMap<String, String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut values = BTreeMap::new();
    for span in &composed.spans {
        let name = span.label.split(" · ").next().unwrap_or_default().to_owned();
        let n = seen.entry(name.clone()).or_default();
        *n += 1;
        values.insert(if *n == 1 { name } else { format!("{name}#{n}") }, span.text.clone());
    }
    values
}

pub async fn sections(State(app): State<App>, mut r: Reader, Query(asked): Query<Year>) -> Result<Response> {
    let year = asked.year.unwrap_or(r.today().year());
    let form = Form::new(&r);
    let page = overview(&app, &mut r, year, form).await?;
    r.page(&page)
}

async fn overview(app: &App, r: &mut Reader, year: i32, form: Form) -> Result<SectionsPage> {
    let (scope, lang) = (r.scope(), r.lang);
    let mut composed = compose::annual(app, &scope, year).await?;
    let versions = queries::versions(&mut r.tx, &scope, year).await?;
    let values = read_by_name(&composed);
    let mut chapters: Vec<(String, Vec<Line>)> = Vec::new();
    for draft in std::mem::take(&mut composed.sections) {
        let told = !draft.text.trim().is_empty();
        let left = composed.left.iter().find(|l| l.title.zh == draft.title);
        let why = left.filter(|_| !told).map(|l| lang.pick(&l.why.zh, &l.why.en).to_owned());
        let chapter =
            if draft.chapter.is_empty() { lang.t("前言和结尾").to_owned() } else { draft.chapter.clone() };
        let line = Line { short: short(&draft.text, &values), draft, told, why };
        match chapters.iter_mut().find(|(c, _)| *c == chapter) {
            Some((_, lines)) => lines.push(line),
            None => chapters.push((chapter, vec![line])),
        }
    }
    let ask = Ask::of(composed.period);
    let failing: Vec<String> = checks(&mut composed.desk, &ask)
        .await?
        .into_iter()
        .filter(|c| c.holds == Some(false))
        .map(|c| lang.pick(&c.because.zh, &c.because.en).to_owned())
        .collect();
    let findings = super::pages::errors_of(&composed);
    let last = versions.last();
    let steps = ACTS
        .iter()
        .filter(|(act, ..)| *act != "return")
        .map(|(act, title, _)| {
            let done = versions.iter().rev().take_while(|v| v.act != "return").find(|v| v.act == *act);
            (*act, *title, done.map(|v| format!("{} {}", v.name, clock::minute(v.at))))
        })
        .collect();
    let may = next(last.map(|v| v.act.as_str()))
        .iter()
        .filter(|act| {
            r.actor.may(match **act {
                "check" => Permission::WriteReport,
                "sign" | "submit" => Permission::Sign,
                _ => Permission::Review,
            })
        })
        .map(|act| (*act, act_title(act)))
        .collect();
    let last = last.map(|v| (act_title(&v.act).to_owned(), v.name.clone(), clock::minute(v.at), v.remark.clone()));
    let may_write = r.actor.may(Permission::WriteReport);
    let title = lang.t("报告台");
    Ok(SectionsPage {
        s: r.shell(title, "/reports/annual", &composed.desk.tree.name()),
        form,
        year,
        chapters,
        may_write,
        steps,
        may,
        last,
        failing,
        findings,
    })
}

#[derive(Template)]
#[template(path = "reports/section.html")]
struct SectionPage {
    s: Shell,
    form: Form,
    year: i32,
    id: String,
    title: String,
    own: bool,
    chips: Vec<(String, String)>,
    preview: String,
}

pub async fn section(State(app): State<App>, mut r: Reader, Path((year, id)): Path<(i32, String)>) -> Result<Response> {
    let composed = compose::annual(&app, &r.scope(), year).await?;
    let draft = composed.sections.iter().find(|d| d.id == id).ok_or_else(|| error::not_found("节"))?;
    let form = Form::new(&r).with("text", draft.text.clone());
    let page = section_page(&app, &mut r, year, &id, form).await?;
    r.page(&page)
}

async fn section_page(app: &App, r: &mut Reader, year: i32, id: &str, form: Form) -> Result<SectionPage> {
    let composed = compose::annual(app, &r.scope(), year).await?;
    let draft = composed.sections.iter().find(|d| d.id == id).cloned().ok_or_else(|| error::not_found("节"))?;
    // The numbers this section has, then those that most reports ask for.
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for piece in chips::pieces(&draft.text) {
        if let chips::Piece::Chip(name) = piece {
            let span = composed.spans.iter().find(|s| s.label.split(" · ").next() == name.split('#').next());
            all.insert(name.to_owned(), span.map_or_else(String::new, |s| s.text.clone()));
        }
    }
    for span in composed.spans.iter().filter(|s| matches!(s.opens, super::Opens::Figure { .. })) {
        let name = span.label.split(" · ").next().unwrap_or_default().to_owned();
        all.entry(name).or_insert_with(|| span.text.clone());
    }
    let values: BTreeMap<&str, &str> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let preview = chips::pieces(form.v("text"))
        .into_iter()
        .map(|p| match p {
            chips::Piece::Text(text) => text.to_owned(),
            chips::Piece::Chip(name) => values.get(name).map_or_else(|| format!("〔{name}〕"), |v| (*v).to_owned()),
        })
        .collect();
    let title = draft.title.clone();
    Ok(SectionPage {
        s: r.shell(&title, "/reports/annual", ""),
        form,
        year,
        id: id.to_owned(),
        title,
        own: draft.own,
        chips: all.into_iter().collect(),
        preview,
    })
}

pub async fn save(State(app): State<App>, Path((year, id)): Path<(i32, String)>, mut s: Submitted) -> Result<Response> {
    let saved = write(&app, &mut s, year, &id).await;
    s.answer(saved, async |r: &mut Reader, form| section_page(&app, r, year, &id, form).await).await
}

async fn write(app: &App, s: &mut Submitted, year: i32, id: &str) -> Saved {
    let back = s.form.is("back", "yes");
    let text = if back { String::new() } else { s.form.v("text").to_owned() };
    let scope = s.actor()?.scope.clone();
    if !back {
        let composed = compose::annual(app, &scope, year).await?;
        let told = composed.sections.iter().find(|d| d.id == id).map(|d| d.text.clone()).unwrap_or_default();
        let there: Vec<String> = chips::pieces(&told)
            .into_iter()
            .filter_map(|p| if let chips::Piece::Chip(name) = p { Some(name.to_owned()) } else { None })
            .collect();
        let known = |name: &str| there.iter().any(|t| t == name) || figure_called(app.packs(), name).is_some();
        for name in chips::unknown(&text, known).into_iter().take(5) {
            s.form.problem(
                "text",
                format!("没有叫“{name}”的指标。请从右边选一个，或者直接写数字(会标成没有来源)。"),
                format!("There is no figure called “{name}”. Choose one from the side, or write the number itself: it is marked as without a source."),
            );
        }
        // The same text as the packs' is no own text.
        if told == text && !composed.sections.iter().any(|d| d.id == id && d.own) {
            return Ok(web::see(&format!("/reports/annual/write?year={year}")));
        }
    }
    let mut tx = app.db.read().await?;
    let report = queries::report_of(&mut tx, &scope, year).await?;
    drop(tx);
    let aspect = format!("section:{id}");
    let aspects = [aspect.as_str()];
    let about: Vec<web::About<'_>> =
        report.iter().map(|r| web::About { kind: ReportId::KIND, id: r.0, aspects: &aspects }).collect();
    let reason = if back { "这一节回到了原文" } else { "报告的一节改好了" };
    s.save(reason, &about, async |w: &mut Write| {
        words::write(w, app.packs(), year, id, &text).await?;
        let report = queries::report(w, year).await?;
        w.changed(ReportId::KIND, report.0, &aspect);
        Ok(format!("/reports/annual/write?year={year}"))
    })
    .await
}

pub async fn check(State(app): State<App>, Path(year): Path<i32>, s: Submitted) -> Result<Response> {
    act(app, year, s, "check").await
}

pub async fn sign(State(app): State<App>, Path(year): Path<i32>, s: Submitted) -> Result<Response> {
    act(app, year, s, "sign").await
}

pub async fn submit(State(app): State<App>, Path(year): Path<i32>, s: Submitted) -> Result<Response> {
    act(app, year, s, "submit").await
}

pub async fn send_back(State(app): State<App>, Path(year): Path<i32>, s: Submitted) -> Result<Response> {
    act(app, year, s, "return").await
}

pub async fn accept(State(app): State<App>, Path(year): Path<i32>, s: Submitted) -> Result<Response> {
    act(app, year, s, "accept").await
}

async fn act(app: App, year: i32, mut s: Submitted, act: &'static str) -> Result<Response> {
    let saved = done(&app, year, &mut s, act).await;
    s.answer(saved, async |r: &mut Reader, form| overview(&app, r, year, form).await).await
}

async fn done(app: &App, year: i32, s: &mut Submitted, act: &'static str) -> Saved {
    let actor = s.actor()?.clone();
    // A report is the whole community's, whoever signs it.
    let scope = crate::base::Scope::whole(actor.scope.community);
    let mut composed = compose::annual(app, &scope, year).await?;
    let mut tx = app.db.read().await?;
    let versions = queries::versions(&mut tx, &scope, year).await?;
    drop(tx);
    let last = versions.last();
    if !next(last.map(|v| v.act.as_str())).contains(&act) {
        let stands = last.map_or("还没有核对过", |v| act_title(&v.act));
        return Err(Refused::Error(error::invalid(
            format!("现在不能“{}”：报告停在“{stands}”。请按步骤来，或先看一下别人刚做了什么。", act_title(act)),
            format!("This step is not open now: the report stands at “{stands}”."),
        )));
    }
    let remark = s.form.text("remark");
    if act == "return" && remark.is_none() {
        s.form.problem("remark", "请写明退回的原因，社区好改。", "Say why it is returned.");
    }
    let (body, figures) = (body_of(&composed), figures_of(&composed));
    let digest = digest(&composed);
    if matches!(act, "sign" | "submit") {
        let ask = Ask::of(composed.period);
        let failing = checks(&mut composed.desk, &ask).await?.into_iter().filter(|c| c.holds == Some(false)).count();
        let errors = super::pages::errors_of(&composed);
        if failing + errors > 0 && remark.is_none() {
            s.form.problem(
                "remark",
                format!("还有 {} 处对不上。请先改好；确实没有错的，在这里说明理由再签。", failing + errors),
                format!("{} places do not agree. Correct them, or say here why they are right.", failing + errors),
            );
        }
        // What was signed is what is submitted.
        let before = last.map(|v| v.digest.as_str());
        if before.is_some_and(|d| d != digest) {
            s.form.problem(
                "",
                "核对以后数字或文字又变了。请重新核对一遍再签、再报。",
                "Figures or texts have changed since it was checked. Check it again first.",
            );
        }
    }
    if !s.form.problems.is_empty() {
        return Err(Refused::Form);
    }
    let title = ACTS.iter().find(|(a, ..)| *a == act).map_or("", |(_, _, said)| said);
    let period = composed.period;
    let known_at = composed.desk.revision;
    let frozen = match act {
        "submit" => Some(figures::frozen_values(&mut composed.desk, period).await?),
        _ => None,
    };
    s.save(&format!("{year}年报告：{title}"), &[], async |w: &mut Write| {
        let freeze = match frozen {
            Some(values) => {
                let name = format!("{year}年报告 第{}版", versions.len() + 1);
                Some(figures::freeze_values(w, &name, period, known_at, values).await?)
            }
            None => None,
        };
        let report = queries::report(w, year).await?;
        let new = NewVersion {
            act,
            remark: remark.as_deref(),
            known_at,
            freeze,
            body: &body,
            figures: &figures,
            digest: &digest,
        };
        queries::add_version(w, report, new).await?;
        w.audit(act, "report", report.0, "").await?;
        Ok(format!("/reports/annual/write?year={year}"))
    })
    .await
}

/// The text of a report, a paragraph a line.
fn body_of(composed: &Composed) -> String {
    liren_documents::text::write(&composed.document)
}

/// The numbers of a report in their order, as JSON.
fn figures_of(composed: &Composed) -> String {
    let all: Vec<_> = composed.spans.iter().enumerate().map(|(n, s)| s.json(n)).collect();
    serde_json::Value::from(all).to_string()
}

/// What is signed: the texts and their numbers. The day under the signature is the day of printing and left aside.
fn digest(composed: &Composed) -> String {
    let body = body_of(composed);
    let days: Vec<&str> =
        composed.spans.iter().filter(|s| s.opens == super::Opens::Day).map(|s| s.text.as_str()).collect();
    let mut hash = Sha256::new();
    for line in body.lines().map(str::trim).filter(|l| !l.is_empty() && !days.contains(l)) {
        hash.update(line);
        hash.update("\n");
    }
    for span in composed.spans.iter().filter(|s| s.opens != super::Opens::Day) {
        hash.update(format!("{}|{}|{}\n", span.label, span.text, span.href()));
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

struct VersionLine {
    version: i64,
    title: &'static str,
    name: String,
    at: String,
    remark: Option<String>,
    against: Option<i64>,
    freeze: Option<i64>,
}

#[derive(Template)]
#[template(path = "reports/versions.html")]
struct VersionsPage {
    s: Shell,
    year: i32,
    versions: Vec<VersionLine>,
    last: Option<i64>,
}

pub async fn versions(mut r: Reader, Path(year): Path<i32>) -> Result<Response> {
    let scope = r.scope();
    let all = queries::versions(&mut r.tx, &scope, year).await?;
    let mut versions: Vec<VersionLine> = Vec::new();
    for v in &all {
        versions.push(VersionLine {
            version: v.version,
            title: act_title(&v.act),
            name: v.name.clone(),
            at: clock::minute(v.at),
            remark: v.remark.clone(),
            against: (v.version > 1).then_some(v.version - 1),
            freeze: v.freeze,
        });
    }
    versions.reverse();
    let title = r.lang.t("报告的版本");
    let page =
        VersionsPage { s: r.shell(title, "/reports/annual", ""), year, last: all.last().map(|v| v.version), versions };
    r.page(&page)
}

/// A number that differs between two versions.
struct Changed {
    label: String,
    before: String,
    after: String,
    href: String,
}

#[derive(Template)]
#[template(path = "reports/compared.html")]
struct ComparedPage {
    s: Shell,
    year: i32,
    a: String,
    b: String,
    lines: Vec<(&'static str, String)>,
    changed: Vec<Changed>,
    names: Option<String>,
}

/// `GET /reports/annual/{year}/versions/{a}/{b}` — paragraph by paragraph, numbers by name; `b` = 0 is the report as it is now.
pub async fn compare(
    State(app): State<App>,
    mut r: Reader,
    Path((year, a, b)): Path<(i32, i64, i64)>,
) -> Result<Response> {
    let scope = r.scope();
    let all = queries::versions(&mut r.tx, &scope, year).await?;
    let one = |n: i64| all.iter().find(|v| v.version == n);
    let first = one(a).ok_or_else(|| error::not_found("版本"))?;
    let (body, figures, title, freeze) = match b {
        0 => {
            let composed = compose::annual(&app, &scope, year).await?;
            (body_of(&composed), figures_of(&composed), r.lang.t("现在的").to_owned(), None)
        }
        n => {
            let v = one(n).ok_or_else(|| error::not_found("版本"))?;
            (v.body.clone(), v.figures.clone(), said(v), v.freeze)
        }
    };
    let diff = TextDiff::from_lines(&first.body, &body);
    let mut lines = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value().trim_end().to_owned();
        if text.trim().is_empty() {
            continue;
        }
        lines.push((
            match change.tag() {
                ChangeTag::Equal => "same",
                ChangeTag::Delete => "gone",
                ChangeTag::Insert => "new",
            },
            text,
        ));
    }
    let names = first.freeze.zip(freeze).map(|(x, y)| format!("/frozen/{x}/{y}"));
    let names = names.or_else(|| first.freeze.filter(|_| b == 0).map(|x| format!("/frozen/{x}/now")));
    let page = ComparedPage {
        s: r.shell(r.lang.t("两个版本对比"), "/reports/annual", ""),
        year,
        a: said(first),
        b: title,
        lines,
        changed: numbers(&first.figures, &figures),
        names,
    };
    r.page(&page)
}

fn said(v: &Version) -> String {
    format!("第{}版 {} {}", v.version, act_title(&v.act), clock::minute(v.at))
}

/// The numbers of one name that read otherwise; by the name of what they open, the n-th of it with the n-th.
fn numbers(a: &str, b: &str) -> Vec<Changed> {
    let read = |text: &str| -> BTreeMap<(String, usize), (String, String)> {
        let all: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut out = BTreeMap::new();
        for span in all {
            let label = span["label"].as_str().unwrap_or_default().split(" · ").next().unwrap_or_default().to_owned();
            let n = seen.entry(label.clone()).or_default();
            *n += 1;
            let href = span["opens"]["href"].as_str().unwrap_or_default().to_owned();
            out.insert((label, *n), (span["text"].as_str().unwrap_or_default().to_owned(), href));
        }
        out
    };
    let (before, after) = (read(a), read(b));
    let mut out = Vec::new();
    for (key, (text, href)) in &after {
        let was = before.get(key).map_or("", |(t, _)| t.as_str());
        if was != text {
            out.push(Changed { label: key.0.clone(), before: was.to_owned(), after: text.clone(), href: href.clone() });
        }
    }
    for (key, (text, href)) in &before {
        if !after.contains_key(key) {
            out.push(Changed { label: key.0.clone(), before: text.clone(), after: String::new(), href: href.clone() });
        }
    }
    out
}
