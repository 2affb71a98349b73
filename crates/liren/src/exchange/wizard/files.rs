//! 放文件 — files are dropped, those that wait are listed, and what was imported before.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::works::{self, State};
use super::{Step, batch, flow, size, stem};
use crate::base::web::{Form, Query, Reader, Refused, Shell, Submitted, see};
use crate::base::{Permission, Result, error};
use crate::exchange::queries::uploads;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "exchange/wizard/files.html")]
struct FilesPage {
    s: Shell,
    form: Form,
    flow: Vec<Step>,
    files: Vec<File>,
    /// Something is still being read.
    running: bool,
    batches: Vec<batch::Line>,
    older: Option<i64>,
    first: bool,
}

/// A file that waits.
pub struct File {
    id: i64,
    name: String,
    size: String,
    told: String,
    tag: (&'static str, &'static str),
    usable: bool,
}

#[derive(Deserialize)]
pub struct Before {
    before: Option<i64>,
}

const BATCHES: i64 = 12;

pub async fn show(mut r: Reader, Query(at): Query<Before>) -> Result<Response> {
    let form = Form::new(&r).with("on", r.today().to_string());
    let page = page(&mut r, form, at.before).await?;
    r.page(&page)
}

async fn page(r: &mut Reader, form: Form, before: Option<i64>) -> Result<FilesPage> {
    let (scope, lang) = (r.scope(), r.lang);
    let mut files = Vec::new();
    let mut running = false;
    for upload in uploads::waiting(&mut r.tx, &scope).await? {
        let work = works::look(&r.app, &r.actor, &upload);
        let state = if files.len() < 3 { work.soon().await } else { work.state.borrow().clone() };
        let (told, tag, usable) = match state {
            State::Ready(shown) => {
                let sheets = shown.sheets.iter().filter(|s| s.people > 0 && !s.skipped).count();
                let told = lang.t_with(
                    "{sheets} 张表、{people} 人；新增 {new}，有变化 {changed}，相同 {same}，冲突 {conflict}",
                    &[
                        ("sheets", &sheets.to_string()),
                        ("people", &shown.people.to_string()),
                        ("new", &shown.counts.new.to_string()),
                        ("changed", &shown.counts.changed.to_string()),
                        ("same", &shown.counts.same.to_string()),
                        ("conflict", &shown.counts.conflict.to_string()),
                    ],
                );
                let asked = shown.questions.len();
                let tag = if asked > 0 { ("unk", "等你回答") } else { ("ok", "读好了") };
                (told, tag, true)
            }
            State::Failed(why) => {
                let told = why.iter().map(|(zh, en)| lang.pick(zh, en)).collect::<Vec<_>>().join("");
                (told, ("bad", "不能用"), false)
            }
            _ => {
                running = true;
                (lang.t(work.running().words).to_owned(), ("", "正在读"), true)
            }
        };
        files.push(File { id: upload.id, name: upload.file, size: size(upload.bytes), told, tag, usable });
    }
    let mut all = uploads::batches(&mut r.tx, &scope, before.unwrap_or(i64::MAX), BATCHES + 1).await?;
    let more = all.len() > BATCHES as usize;
    all.truncate(BATCHES as usize);
    let batches: Vec<batch::Line> = all.iter().map(|b| batch::line(b, lang)).collect::<Result<_>>()?;
    let older = batches.last().map(|b| b.revision).filter(|_| more);
    let title = lang.t("导入");
    Ok(FilesPage {
        s: r.shell(title, "/imports", ""),
        form,
        flow: flow(1),
        files,
        running,
        batches,
        older,
        first: before.is_none(),
    })
}

/// `POST /imports` — keeps the files that were dropped, and begins to read them.
pub async fn save(mut s: Submitted) -> Result<Response> {
    let today = s.today();
    let actor = s.actor()?.clone();
    s.form.need("on", "请填名单的截至日期。", "Give the day the list speaks of.");
    let on = s.form.day("on", today);
    if s.papers.is_empty() {
        s.form.problem("file", "没有收到文件。请选一个或几个表格再交。", "No file was received. Choose one or more.");
    }
    let saved = async {
        if !actor.may(Permission::Import) {
            return Err(Refused::Error(error::forbidden(Permission::Import)));
        }
        let Some(on) = on.filter(|_| s.form.problems.is_empty() && !s.form.resumed) else {
            return Err(Refused::Form);
        };
        let mut ids = Vec::new();
        for paper in &s.papers {
            // Some browsers send the whole path.
            let name = paper.name.rsplit(['/', '\\']).next().unwrap_or(&paper.name);
            let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
            let community = actor.scope.community;
            ids.push(uploads::add(&s.app, community, &actor.login, &name, on, &paper.bytes).await?);
        }
        let mut tx = s.app.db.read().await?;
        for id in &ids {
            works::look(&s.app, &actor, &uploads::upload(&mut tx, &actor.scope, *id).await?);
        }
        Ok(match ids[..] {
            [one] => see(&format!("/imports/files/{one}")),
            _ => see("/imports"),
        })
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, form, None).await).await
}

/// `POST /imports/files/{id}/remove`
pub async fn remove(Path(id): Path<i64>, s: Submitted) -> Result<Response> {
    works::forget(id);
    uploads::remove(&s.app, s.actor()?.scope.community, id).await?;
    Ok(see("/imports"))
}

impl File {
    fn stem(&self) -> &str {
        stem(&self.name)
    }
}
