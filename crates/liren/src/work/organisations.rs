//! 单位 — partners, institutions, branches, shops: who is in the community besides its people.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::events::{elsewhere, within};
use super::queries;
use crate::base::web::{About, Form, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{AreaId, Id as _, OrganisationId, Permission, Result, Write, error};
use crate::org::Tree;
use crate::people::forms::{self, codes};
use crate::places::Organisation;

struct Line {
    name: String,
    kind: String,
    href: String,
    edit: Option<String>,
}

#[derive(Template)]
#[template(path = "work/organisations.html")]
struct ListPage {
    s: Shell,
    groups: Vec<(String, Vec<Line>)>,
    may: bool,
}

pub async fn list(mut r: Reader) -> Result<Response> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let found = queries::organisations(&mut r.tx, &scope, today).await?;
    let may = r.actor.may(Permission::Record);
    let mut groups: Vec<(String, Vec<Line>)> = Vec::new();
    for (id, kind, name) in found {
        let kind = crate::people::code(&app, "organisation_kind", Some(&kind), lang);
        let edit = may.then(|| format!("/organisations/{id}"));
        let line = Line { name, kind: kind.clone(), href: format!("/records/organisation/{id}"), edit };
        match groups.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((kind, vec![line])),
        }
    }
    let place = Tree::of(&mut r.tx, &scope, today).await?.name();
    let s = r.shell(lang.t("单位和组织"), "/work", &place);
    r.page(&ListPage { s, groups, may })
}

#[derive(Template)]
#[template(path = "work/organisation.html")]
struct FormPage {
    s: Shell,
    form: Form,
    id: Option<i64>,
    kinds: Vec<(String, String)>,
    areas: Vec<(String, String)>,
    /// What has become of it, of one that is on record.
    hows: Vec<(&'static str, String, String)>,
    ways: Vec<(&'static str, String)>,
}

const HOWS: [(&str, &str, &str); 3] = [
    ("changed", "后来变了", "以前登记的没有错，从某一天起不一样了"),
    ("wrong", "原来就登记错了", "从来不是那样；原来的记录留在历史里，标“已更正”"),
    ("gone", "不在本社区了", "从那天起不再计入，以前的活动和共建仍然说得出是谁"),
];

async fn page(r: &mut Reader, id: Option<i64>, form: Form) -> Result<FormPage> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let tree = Tree::of(&mut r.tx, &scope, today).await?;
    let title = lang.t(if id.is_some() { "改单位" } else { "登记单位" });
    Ok(FormPage {
        s: r.shell(title, "/work", ""),
        id,
        kinds: codes(&app, "organisation_kind", lang),
        areas: tree.areas.into_iter().map(|a| (a.id.to_string(), a.name)).collect(),
        hows: HOWS.map(|(how, words, why)| (how, lang.t(words).to_owned(), lang.t(why).to_owned())).to_vec(),
        ways: forms::ways(lang),
        form,
    })
}

pub async fn new(mut r: Reader) -> Result<Response> {
    let form = Form::new(&r);
    let page = page(&mut r, None, form).await?;
    r.page(&page)
}

pub async fn edit(Path(id): Path<i64>, mut r: Reader) -> Result<Response> {
    let (scope, today) = (r.scope(), r.today());
    let there = Organisation::at(&mut r.tx, &scope, &[OrganisationId(id)], today).await?;
    let there = there.ok_or_else(|| error::not_found("单位"))?.value;
    let mut form = Form::new(&r).with("name", there.name).with("kind", there.kind);
    if let Some(area) = there.area {
        form.set("area", area.0.to_string());
    }
    let page = page(&mut r, Some(id), form).await?;
    r.page(&page)
}

/// What the form tells of an organisation.
async fn told(s: &mut Submitted, before: Option<Organisation>) -> Result<Option<Organisation>> {
    let name = s.form.need("name", "请填单位名称。", "Give the name of the organisation.");
    let kinds = codes(&s.app, "organisation_kind", s.visitor.lang);
    let kind =
        s.form.need("kind", "请选是哪一类。", "Choose its kind.").filter(|k| kinds.iter().any(|(code, _)| code == k));
    let scope = s.actor()?.scope.clone();
    let area = match s.form.text("area") {
        None => None,
        Some(text) => {
            let mut tx = s.app.db.read().await?;
            let tree = Tree::of(&mut tx, &scope, s.app.clock.today()).await?;
            let found = text.parse().ok().and_then(|id: i64| tree.find(id).map(|a| AreaId(a.id)));
            if found.is_none() {
                s.form.problem("area", "没有这个地方。", "There is no such area.");
            }
            found
        }
    };
    if area.is_none() && scope.areas.is_some() && !s.form.has("area") {
        s.form.problem("area", "请选在你的范围里的哪里。", "Choose where it is within your area.");
    }
    let (Some(name), Some(kind)) = (name, kind) else { return Ok(None) };
    if name.chars().count() > 100 {
        s.form.problem("name", "名称太长，请不要超过 100 个字。", "Too long: 100 characters at most.");
    }
    let empty = Organisation {
        kind: String::new(),
        name: String::new(),
        parent: None,
        area: None,
        credit_code: None,
        founded: None,
    };
    let of = before.unwrap_or(empty);
    Ok(s.form.problems.is_empty().then_some(Organisation { kind, name, area, ..of }))
}

/// The first day on which it was there: the day told, or today.
fn day(s: &mut Submitted, field: &str) -> Option<liren_facts::Day> {
    let today = s.app.clock.today();
    match s.form.text(field) {
        Some(_) => s.form.day(field, today),
        None => Some(today),
    }
}

pub async fn add(mut s: Submitted) -> Result<Response> {
    let saved = write(&mut s, None).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, None, form).await).await
}

pub async fn change(Path(id): Path<i64>, mut s: Submitted) -> Result<Response> {
    let saved = write(&mut s, Some(id)).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, Some(id), form).await).await
}

async fn write(s: &mut Submitted, id: Option<i64>) -> Saved {
    if let Some(before) = s.twice().await? {
        return Ok(before);
    }
    let (scope, today) = (s.actor()?.scope.clone(), s.today());
    let before = match id {
        None => None,
        Some(id) => {
            let mut tx = s.app.db.read().await?;
            let there = Organisation::at(&mut tx, &scope, &[OrganisationId(id)], today).await?;
            let there = there.ok_or_else(|| error::not_found("单位"))?;
            if !within(&mut tx, &scope, today, there.value.area).await? {
                return Err(Refused::Error(elsewhere()));
            }
            Some(there)
        }
    };
    let new = told(s, before.as_ref().map(|b| b.value.clone())).await?;
    let from = day(s, "from");
    let how = HOWS.iter().map(|(how, ..)| *how).find(|how| s.form.is("how", how));
    if before.is_some() && how.is_none() {
        s.form.problem(
            "how",
            "请选：是后来变了、原来登记错了，还是不在了。",
            "Say whether it changed, was recorded wrongly, or is gone.",
        );
    }
    let (Some(new), Some(from), true) = (new, from, s.form.problems.is_empty()) else { return Err(Refused::Form) };
    let reason = match how.filter(|_| before.is_some()) {
        None => "登记了单位",
        Some("gone") => "单位不在本社区了",
        Some(_) => "单位改好了",
    };
    let about: Vec<About<'_>> =
        id.map(|id| About { kind: OrganisationId::KIND, id, aspects: &["organisation_state"] }).into_iter().collect();
    s.save(reason, &about, async |w: &mut Write| {
        let origin = forms::origin(w, &s.form, today).await?;
        let Some((id, there)) = id.map(OrganisationId).zip(before) else {
            let ids = Organisation::add_all(w, from, vec![(new.clone(), origin)]).await?;
            let id = ids.first().ok_or_else(|| error::fault("no organisation was added"))?;
            return Ok(format!("/records/organisation/{}", id.0));
        };
        match how {
            Some("gone") => Organisation::end(w, id, from).await?,
            Some("wrong") => new.clone().correct(w, id, there.from, there.to, &origin).await?,
            _ => new.clone().record(w, id, from, &origin).await?,
        }
        Ok("/organisations".to_owned())
    })
    .await
}
