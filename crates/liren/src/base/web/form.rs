//! Forms: what was typed is kept, each field has its sentence, one post has one effect, and nobody overwrites unseen what
//! somebody else has just changed.
//!
//! A handler reads the fields of a [`Submitted`] (which notes what cannot be used), calls [`Submitted::save`] with a verb,
//! and hands the outcome to [`Submitted::answer`] with the page that shows the form.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use liren_facts::{Day, PartialDay};
use sha2::{Digest as _, Sha256};

use super::guard::Visitor;
use super::reading::Reader;
use crate::base::{Actor, App, Error, Lang, Result, Write, changes, error};

/// Bytes of the fields of a form, and of one paper that goes with it.
pub const FIELDS_MAX: usize = 1 << 20;
pub const PAPER_MAX: usize = 10 << 20;

/// 填写有误 — what cannot be used of one field, and what to do; without a field it is about the whole form.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub field: String,
    pub zh: String,
    pub en: String,
}

/// 别人先改了 — who changed the same thing since the form was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    pub by: String,
    pub at: String,
    pub reason: String,
    pub revision: i64,
}

/// 表单 — what was typed, and what is wrong with it.
#[derive(Clone, Default)]
pub struct Form {
    pub lang: Lang,
    values: BTreeMap<String, Vec<String>>,
    pub problems: Vec<Problem>,
    pub conflict: Option<Conflict>,
    /// Nothing could be written just now; what was typed is here.
    pub busy: bool,
    /// Signed in again in the middle of it.
    pub resumed: bool,
    /// The community and its revision when the form was opened: `3@118`.
    pub base: String,
    /// A word that one filled form carries, so that sending it twice has one effect.
    pub once: String,
}

impl Form {
    /// An empty form as of what the reader sees.
    pub fn new(reader: &Reader) -> Form {
        let random: [u8; 12] = rand::random();
        Form {
            lang: reader.lang,
            base: format!("{}@{}", reader.moment.community, reader.moment.revision),
            once: random.iter().map(|b| format!("{b:02x}")).collect(),
            ..Form::default()
        }
    }

    pub fn with(mut self, field: &str, value: impl Into<String>) -> Form {
        self.set(field, value);
        self
    }

    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.values.insert(field.to_owned(), vec![value.into()]);
    }

    /// What stands in a field.
    pub fn v(&self, field: &str) -> &str {
        self.values.get(field).and_then(|all| all.first()).map_or("", String::as_str)
    }

    /// All that was ticked under a name.
    pub fn all(&self, field: &str) -> &[String] {
        self.values.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether this answer is chosen.
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.all(field).iter().any(|v| v == value)
    }

    /// The sentence of a field.
    pub fn error(&self, field: &str) -> Option<String> {
        self.problems.iter().find(|p| p.field == field).map(|p| self.lang.pick(&p.zh, &p.en).to_owned())
    }

    pub fn has(&self, field: &str) -> bool {
        self.problems.iter().any(|p| p.field == field)
    }

    /// Field and sentence of everything that is wrong, for the summary above the form.
    pub fn summary(&self) -> Vec<(String, String)> {
        self.problems.iter().map(|p| (p.field.clone(), self.lang.pick(&p.zh, &p.en).to_owned())).collect()
    }

    pub fn problem(&mut self, field: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.problems.push(Problem { field: field.to_owned(), zh: zh.into(), en: en.into() });
    }

    /// The text of a field, trimmed; `None` when nothing was typed.
    pub fn text(&self, field: &str) -> Option<String> {
        Some(self.v(field).trim()).filter(|t| !t.is_empty()).map(str::to_owned)
    }

    /// The text of a field that must have one.
    pub fn need(&mut self, field: &str, zh: &str, en: &str) -> Option<String> {
        let text = self.text(field);
        if text.is_none() {
            self.problem(field, zh, en);
        }
        text
    }

    /// A day that may be known in part: 2026-6-30, 2026-6, 2026. Not after `today`.
    pub fn partial_day(&mut self, field: &str, today: Day) -> Option<PartialDay> {
        let text = self.text(field)?;
        match partial_day(&text, today) {
            Ok(day) => Some(day),
            Err((zh, en)) => {
                self.problem(field, zh, en);
                None
            }
        }
    }

    /// A whole day.
    pub fn day(&mut self, field: &str, today: Day) -> Option<Day> {
        let day = self.partial_day(field, today)?;
        if day.first != day.last {
            self.problem(field, "请填到哪一天，如 2026-6-30。", "Give the whole day, such as 2026-6-30.");
            return None;
        }
        Some(day.first)
    }

    pub fn number(&mut self, field: &str) -> Option<i64> {
        let text = self.text(field)?;
        let read = text.parse::<i64>().ok().filter(|n| (0..1_000_000_000_000).contains(n));
        if read.is_none() {
            self.problem(field, format!("“{text}”不是一个数。"), format!("“{text}” is not a number."));
        }
        read
    }
}

/// A day that may be known in part and lies not after `last`; otherwise what is wrong, in both languages.
pub fn partial_day(text: &str, last: Day) -> std::result::Result<PartialDay, (String, String)> {
    let read = liren_facts::date::read(text, last).value.filter(|d| d.last.year() >= 1900 && d.first.year() <= 2200);
    match read {
        Some(day) if day.first > last => Err((
            format!("“{text}”在今天之后。请填已经到了的日子。"),
            format!("“{text}” lies after today. Give a day that has come."),
        )),
        Some(day) => Ok(PartialDay { first: day.first, last: day.last.min(last) }),
        None => Err((
            format!("看不懂日期“{text}”。请写成 2026-6-30，只知道年月就写 2026-6。"),
            format!("“{text}” is not a day. Write 2026-6-30, or 2026-6 when only the month is known."),
        )),
    }
}

/// A paper that came with a form.
pub struct Paper {
    pub field: String,
    pub name: String,
    pub media: String,
    pub bytes: Vec<u8>,
}

/// 提交 — a form as it was sent.
pub struct Submitted {
    pub app: App,
    pub visitor: Visitor,
    pub form: Form,
    pub papers: Vec<Paper>,
    digest: String,
}

/// 没有保存 — why a form was not saved.
pub enum Refused {
    /// The form says what is wrong with it.
    Form,
    /// Somebody else changed the same.
    Conflict(Conflict),
    /// The writer is taken.
    Busy,
    /// Not about the form: no right, no such record, a fault.
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        match error {
            Error::Unavailable => Refused::Busy,
            other => Refused::Error(other),
        }
    }
}

impl From<liren_store::Error> for Refused {
    fn from(error: liren_store::Error) -> Refused {
        Error::from(error).into()
    }
}

pub type Saved = std::result::Result<Response, Refused>;

impl Submitted {
    pub fn actor(&self) -> Result<&Actor> {
        self.visitor.actor()
    }

    pub fn today(&self) -> Day {
        self.app.clock.today()
    }

    /// Where the very same post led before: pressed twice, what it took away is not looked for again.
    pub async fn twice(&self) -> Result<Option<Response>> {
        let actor = self.actor()?;
        let mut tx = self.app.db.read().await?;
        let before = changes::once(&mut tx, actor.scope.community, &self.form.once).await?;
        let same =
            before.filter(|b| b.account == actor.account && b.route == self.visitor.path && b.digest == self.digest);
        Ok(same.map(|b| see(&b.location)))
    }

    /// Writes with a verb that gives the address to go to. `about` are the subjects and aspects that the form showed: when
    /// one of them changed since, nothing is written. A form that was already saved leads to where it led then.
    pub async fn save<F>(&self, reason: &str, about: &[About<'_>], verb: F) -> Saved
    where
        F: AsyncFnOnce(&mut Write) -> Result<String>,
    {
        if self.form.resumed || !self.form.problems.is_empty() {
            return Err(Refused::Form);
        }
        let actor = self.actor()?.clone();
        let community = actor.scope.community;
        let base = self.base(community)?;
        let mut w = Write::begin(&self.app, &actor, community, reason).await?;
        if let Some(before) = changes::once(&mut w.tx, community, &self.form.once).await? {
            let same = before.account == actor.account && before.route == self.visitor.path;
            return match same && before.digest == self.digest {
                true => Ok(see(&before.location)),
                false => Err(Refused::Error(error::invalid(
                    "这张表单已经保存过一次，内容和这次的不一样。请重新打开再改。",
                    "This form was saved once already with other contents. Open it again to change something.",
                ))),
            };
        }
        for subject in about {
            if let Some(conflict) = conflict(&mut w, subject, base).await? {
                return Err(Refused::Conflict(conflict));
            }
        }
        let to = verb(&mut w).await?;
        let mark = if to.contains('?') { '&' } else { '?' };
        let to = match to.split_once('#') {
            Some((path, place)) => format!("{path}{mark}done={}#{place}", w.revision),
            None => format!("{to}{mark}done={}", w.revision),
        };
        if !self.form.once.is_empty() {
            let kept = changes::Once {
                account: actor.account,
                route: self.visitor.path.clone(),
                digest: self.digest.clone(),
                location: to.clone(),
            };
            changes::keep_once(&mut w, &self.form.once, kept).await?;
        }
        w.commit().await?;
        Ok(see(&to))
    }

    /// The revision the form was opened at; another community than the one looked at is refused.
    fn base(&self, community: i64) -> std::result::Result<i64, Refused> {
        let Some((of, revision)) = self.form.base.split_once('@') else {
            return Ok(i64::MAX);
        };
        if of != community.to_string() {
            return Err(Refused::Error(error::invalid(
                "这张表单是在另一个社区打开的，没有保存。请回到那个社区，或重新打开。",
                "This form was opened in another community and was not saved. Go back to that community, or open it again.",
            )));
        }
        Ok(revision.parse().unwrap_or(i64::MAX))
    }

    /// The outcome as an answer: what was saved leads on; what was not shows the form again with all that was typed.
    pub async fn answer<P, F>(mut self, saved: Saved, page: F) -> Result<Response>
    where
        P: Template,
        F: AsyncFnOnce(&mut Reader, Form) -> Result<P>,
    {
        let status = match saved {
            Ok(response) => return Ok(response),
            Err(Refused::Error(Error::Invalid(all))) => {
                for (zh, en) in all {
                    self.form.problem("", zh, en);
                }
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Err(Refused::Error(error)) => return Err(error),
            Err(Refused::Form) if self.form.resumed => StatusCode::OK,
            Err(Refused::Form) => StatusCode::UNPROCESSABLE_ENTITY,
            Err(Refused::Busy) => {
                self.form.busy = true;
                StatusCode::SERVICE_UNAVAILABLE
            }
            Err(Refused::Conflict(conflict)) => {
                // Whoever sends it again has seen what stands there now.
                self.form.conflict = Some(conflict);
                StatusCode::CONFLICT
            }
        };
        let mut reader = Reader::open(&self.app, &self.visitor).await?;
        if status == StatusCode::CONFLICT {
            self.form.base = format!("{}@{}", reader.moment.community, reader.moment.revision);
        }
        // Another attempt is another form: nothing was saved under this word.
        let page = page(&mut reader, self.form).await?;
        let mut response = reader.page(&page)?;
        *response.status_mut() = status;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        Ok(response)
    }
}

/// A subject of which a form shows something: its kind, its id, and the aspects that matter (all when there is none).
pub struct About<'a> {
    pub kind: &'a str,
    pub id: i64,
    pub aspects: &'a [&'a str],
}

async fn conflict(w: &mut Write, about: &About<'_>, base: i64) -> Result<Option<Conflict>> {
    let last = changes::last_change(&mut w.tx, w.community, about.kind, about.id, about.aspects).await?;
    Ok(last.filter(|c| c.revision > base && c.revision < w.revision).map(|c| Conflict {
        by: c.name,
        at: crate::base::clock::minute(c.at),
        reason: c.reason,
        revision: c.revision,
    }))
}

/// Go there, with a GET.
pub fn see(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl FromRequest<App> for Submitted {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Submitted> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let visitor = visitor.ok_or_else(|| error::fault("a route without its guard"))?;
        let (pairs, papers) = fields(request, app).await?;
        let mut form = Form { lang: visitor.lang, ..Form::default() };
        let mut digest = Sha256::new();
        for (name, value) in pairs {
            if unseen(&value) {
                return Err(error::invalid(
                    "填的内容里有看不见的控制字符，没有保存。请删去后重新输入。",
                    "The form holds characters nobody can see and was not saved. Delete them and type again.",
                ));
            }
            match name.as_str() {
                "base" => form.base = value,
                "once" => form.once = value.chars().take(64).collect(),
                "_resume" => form.resumed = true,
                _ => {
                    for part in [name.as_bytes(), value.as_bytes()] {
                        digest.update((part.len() as u64).to_le_bytes());
                        digest.update(part);
                    }
                    form.values.entry(name).or_default().push(value);
                }
            }
        }
        for paper in &papers {
            digest.update(Sha256::digest(&paper.bytes));
        }
        let digest = digest.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(Submitted { app: app.clone(), visitor, form, papers, digest })
    }
}

fn unseen(value: &str) -> bool {
    value.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
}

type Sent = (Vec<(String, String)>, Vec<Paper>);

/// The pairs and files of a body.
pub(super) async fn fields(request: Request, app: &App) -> Result<Sent> {
    let unreadable = || {
        error::invalid(
            "提交的内容看不懂，没有处理。请从页面重新提交。",
            "What was sent cannot be read and was not used. Please send it again from the page.",
        )
    };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    if !kind.starts_with("multipart/form-data") {
        let bytes = Bytes::from_request(request, app).await.map_err(|_| unreadable())?;
        if bytes.len() > FIELDS_MAX {
            return Err(too_large());
        }
        let pairs = form_urlencoded::parse(&bytes).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
        return Ok((pairs, vec![]));
    }
    let mut parts = Multipart::from_request(request, app).await.map_err(|_| unreadable())?;
    let (mut pairs, mut papers, mut size) = (Vec::new(), Vec::new(), 0);
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) => {
                let media = part.content_type().unwrap_or("application/octet-stream").to_owned();
                let bytes = part.bytes().await.map_err(|_| too_large())?;
                if bytes.len() > PAPER_MAX {
                    return Err(too_large());
                }
                if !bytes.is_empty() {
                    papers.push(Paper { field: name, name: file, media, bytes: bytes.to_vec() });
                }
            }
            None => {
                let text = part.text().await.map_err(|_| unreadable())?;
                size += text.len();
                if size > FIELDS_MAX {
                    return Err(too_large());
                }
                pairs.push((name, text));
            }
        }
    }
    Ok((pairs, papers))
}

fn too_large() -> Error {
    error::invalid(
        "内容太大，没有接收。一份附件不超过 10 MB；照片可以先压缩。",
        "This is too large and was not taken. A paper may have 10 MB; photos can be made smaller first.",
    )
}
