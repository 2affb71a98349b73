//! Something that happened: recorded, corrected, withdrawn. What is asked of it is what its pack declares.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liren_facts::{Day, Period};
use liren_packs::FieldType;
use liren_store::Tx;
use serde::Deserialize;

use super::fields::{self, Input};
use super::queries;
use crate::base::records::{self, Kept};
use crate::base::web::{About, Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{
    Actor, App, AreaId, DwellingId, HouseholdId, Key, OrganisationId, Permission, PersonId, Result, Scope, Write, error,
};
use crate::org::Tree;
use crate::people::chosen::Chosen;
use crate::people::forms;
use crate::programmes::events::{self as happened, Event, NewEvent};

/// Of which year a list is.
#[derive(Deserialize)]
pub struct Of {
    year: Option<i32>,
}

struct Line {
    href: String,
    day: String,
    title: String,
    told: String,
    edit: Option<String>,
}

#[derive(Template)]
#[template(path = "work/events.html")]
struct ListPage {
    s: Shell,
    kind: String,
    title: String,
    year: i32,
    after: Option<i32>,
    lines: Vec<Line>,
    /// There is a form without somebody it is about.
    new: bool,
    of: Option<&'static str>,
}

pub async fn list(Path(kind): Path<String>, Query(of): Query<Of>, mut r: Reader) -> Result<Response> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let declared = fields::event(&app, &kind)?;
    let year = of.year.unwrap_or(today.year()).clamp(1900, today.year() + 1);
    let period = Period::year(year).ok_or_else(|| error::not_found("年度"))?;
    let chosen = Chosen::load(&app, &mut r.tx, &scope, r.moment).await?;
    let mut found = queries::events(&mut r.tx, &scope, &kind, period).await?;
    // What happened to somebody is for those who work with them.
    found.retain(|(kept, _)| chosen.sees(&scope, &kept.value.subject()));
    let may = r.actor.may(Permission::Record);
    let organisations = queries::organisations(&mut r.tx, &scope, today).await?;
    let people: Vec<i64> = found.iter().filter_map(|(kept, _)| Some(kept.value.person?.0)).collect();
    let names: std::collections::HashMap<i64, String> =
        crate::people::rows(&app, &mut r.tx, &scope, today, &people, lang)
            .await?
            .into_iter()
            .map(|p| (p.id, p.name))
            .collect();
    let lines = found
        .iter()
        .map(|(kept, held)| {
            let event = &kept.value;
            let who = event.person.and_then(|id| names.get(&id.0).cloned());
            let partner = event.organisation.and_then(|id| organisations.iter().find(|(o, ..)| *o == id.0));
            let partner = partner.map(|(.., name)| name.clone());
            let told = fields::words(&app, &declared.fields, held, lang);
            let days = match event.last_day.filter(|last| *last != event.day) {
                Some(last) => format!("{} — {last}", event.day),
                None => event.day.to_string(),
            };
            Line {
                href: format!("/records/{kind}/{}", kept.id),
                day: days,
                title: event.title.clone().or(who).or(partner).unwrap_or_default(),
                told,
                edit: may.then(|| format!("/work/events/{kind}/{}", kept.id)),
            }
        })
        .collect();
    let (of, new) = match declared.subject.as_deref() {
        Some("person") => (Some("从居民名单或个人页登记"), false),
        Some("household") => (Some("从居民名单或个人页登记"), false),
        Some("dwelling") => (Some("从房屋页登记"), false),
        _ => (None, may),
    };
    let title = lang.pick(&declared.title.zh, &declared.title.en).to_owned();
    let place = Tree::of(&mut r.tx, &scope, today).await?.name();
    let s = r.shell(&title, "/work", &place);
    r.page(&ListPage { s, kind, title, year, after: (year < today.year()).then_some(year + 1), lines, new, of })
}

/// Whom a form is about, by key, with commas.
#[derive(Clone, Default, Deserialize)]
pub struct Whom {
    #[serde(default)]
    about: String,
}

#[derive(Template)]
#[template(path = "work/event.html")]
struct FormPage {
    s: Shell,
    form: Form,
    kind: String,
    title: String,
    /// The address the form is sent to.
    action: String,
    id: Option<i64>,
    inputs: Vec<Input>,
    organisations: Vec<(String, String)>,
    /// It happens to an organisation, or one of its fields is one.
    asks_organisation: bool,
    people: Vec<String>,
    ways: Vec<(&'static str, String)>,
}

async fn page(r: &mut Reader, kind: &str, id: Option<i64>, form: Form) -> Result<FormPage> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let declared = fields::event(&app, kind)?;
    let organisations = queries::organisations(&mut r.tx, &scope, today).await?;
    let whom: Vec<i64> = keys(form.v("about"), scope.community);
    let people = match declared.subject.as_deref() {
        Some("person" | "household") => {
            let rows = crate::people::rows(&app, &mut r.tx, &scope, today, &whom, lang).await?;
            rows.into_iter().map(|row| row.name).collect()
        }
        _ => vec![],
    };
    let asks = declared.subject.as_deref() == Some("organisation")
        || declared.fields.iter().any(|f| f.field_type == FieldType::Organisation);
    let title = lang.pick(&declared.title.zh, &declared.title.en).to_owned();
    let action = match id {
        Some(id) => format!("/work/events/{kind}/{id}"),
        None => format!("/work/events/{kind}/new"),
    };
    Ok(FormPage {
        s: r.shell(&title, "/work", ""),
        kind: kind.to_owned(),
        title,
        action,
        id,
        inputs: fields::inputs(&app, &declared.fields, lang),
        organisations: organisations.into_iter().map(|(id, _, name)| (id.to_string(), name)).collect(),
        asks_organisation: asks,
        people,
        ways: forms::ways(lang),
        form,
    })
}

/// The ids of keys of a community.
pub fn keys(text: &str, community: i64) -> Vec<i64> {
    let mut ids: Vec<i64> =
        text.split(',').filter_map(Key::parse).filter(|key| key.community == community).map(|key| key.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

pub async fn new(Path(kind): Path<String>, Query(whom): Query<Whom>, mut r: Reader) -> Result<Response> {
    let form = Form::new(&r).with("about", whom.about);
    let page = page(&mut r, &kind, None, form).await?;
    r.page(&page)
}

pub async fn edit(Path((kind, id)): Path<(String, i64)>, mut r: Reader) -> Result<Response> {
    let (scope, app, actor, today) = (r.scope(), r.app.clone(), r.actor.clone(), r.today());
    let declared = fields::event(&app, &kind)?;
    let kept = mine(&app, &mut r.tx, &actor, today, &kind, id).await?;
    let held = records::fields(&mut r.tx, &scope, std::slice::from_ref(&kept)).await?.remove(&id).unwrap_or_default();
    let event = kept.value;
    let mut form = Form::new(&r).with("day", event.day.to_string());
    for (name, text) in [
        ("title", event.title),
        ("last", event.last_day.map(|day| day.to_string())),
        ("organisation", event.organisation.map(|id| id.0.to_string())),
    ] {
        form.set(name, text.unwrap_or_default());
    }
    fields::fill(&mut form, &declared.fields, &held);
    let page = page(&mut r, &kind, Some(id), form).await?;
    r.page(&page)
}

/// The event that a form tells, without whom it is about.
async fn told(s: &mut Submitted, declared: &liren_packs::Event) -> Result<Option<NewEvent>> {
    let today = s.today();
    // What is planned may lie ahead: a date somebody has set.
    let latest = Day(today.0 + 3_660);
    let day = match s.form.text("day") {
        Some(_) => s.form.day("day", latest),
        None => {
            s.form.problem("day", "请填哪一天。", "Say on which day.");
            None
        }
    };
    let last = s.form.day("last", latest);
    if let (Some(day), Some(last)) = (day, last)
        && last < day
    {
        s.form.problem("last", "结束的日子在开始之前。", "It ends before it begins.");
    }
    let app = s.app.clone();
    let values = fields::read(&app, &mut s.form, &declared.fields, today);
    let organisation = match s.form.text("organisation") {
        None => None,
        Some(text) => {
            let scope = s.actor()?.scope.clone();
            let mut tx = s.app.db.read().await?;
            let found = match text.parse() {
                Ok(id) => queries::organisation(&mut tx, &scope, id).await?,
                Err(_) => None,
            };
            if found.is_none() {
                s.form.problem("organisation", "没有这个单位。", "There is no such organisation.");
            }
            found
        }
    };
    if organisation.is_none() && declared.subject.as_deref() == Some("organisation") && !s.form.has("organisation") {
        s.form.problem(
            "organisation",
            "请选是哪个单位；没有就先登记单位。",
            "Choose the organisation; record it first when it is not there.",
        );
    }
    let Some(day) = day.filter(|_| s.form.problems.is_empty()) else { return Ok(None) };
    let mut new = NewEvent::new(&declared.id, day);
    new.event.last_day = last.filter(|last| *last != day);
    new.event.title = s.form.text("title").map(|text| liren_facts::identifier::masked_within(&text));
    new.event.organisation = organisation.map(|id| OrganisationId(id.0));
    new.fields = values;
    Ok(Some(new))
}

pub async fn add(Path(kind): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = write(&mut s, &kind).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, &kind, None, form).await).await
}

async fn write(s: &mut Submitted, kind: &str) -> Saved {
    let app = s.app.clone();
    let declared = fields::event(&app, kind)?.clone();
    let today = s.today();
    let new = told(s, &declared).await?;
    let actor = s.actor()?.clone();
    let whom = keys(s.form.v("about"), actor.scope.community);
    let Some(mut new) = new else { return Err(Refused::Form) };
    // Only whoever may write about them.
    let mut events = Vec::new();
    let with = |change: &dyn Fn(&mut Event)| {
        let mut one = new.clone();
        change(&mut one.event);
        one
    };
    match declared.subject.as_deref() {
        None | Some("organisation") => {
            // Whoever writes in a part of the community tells of what happened there.
            new.event.area = actor.scope.areas.as_ref().and_then(|areas| areas.first()).map(|id| AreaId(*id));
            events.push(new);
        }
        Some(_) if whom.is_empty() => {
            return Err(Refused::Error(error::invalid(
                "没有说是谁的事。请从居民名单或个人页登记。",
                "It does not say whom it is about. Record it from a list of residents or a person's page.",
            )));
        }
        Some("person") => {
            let ids: Vec<PersonId> = whom.iter().map(|id| PersonId(*id)).collect();
            for person in forms::several(&app, &actor, &ids).await? {
                events.push(with(&|event| event.person = Some(person.id())));
            }
        }
        Some("household") => {
            for household in households(s, &whom).await? {
                events.push(with(&|event| event.household = Some(household)));
            }
        }
        Some("dwelling") => {
            let ids: Vec<DwellingId> = whom.iter().map(|id| DwellingId(*id)).collect();
            for dwelling in forms::several(&app, &actor, &ids).await? {
                events.push(with(&|event| event.dwelling = Some(dwelling.id())));
            }
        }
        Some(_) => {
            return Err(Refused::Error(error::invalid(
                "这一类还不能在网页上登记。",
                "This kind cannot be recorded on a page yet.",
            )));
        }
    }
    let title = declared.title.zh.clone();
    let reason = match events.len() {
        1 => format!("登记了{title}"),
        n => format!("登记了{title}，{n} 条"),
    };
    let to = format!("/work/events/{kind}");
    s.save(&reason, &[], async |w: &mut Write| {
        let origin = forms::origin(w, &s.form, today).await?;
        let events = events.into_iter().map(|e| NewEvent { origin: origin.clone(), ..e }).collect();
        happened::record(w, events).await?;
        Ok(to)
    })
    .await
}

/// The households of people that their writer may write about, each once.
async fn households(s: &Submitted, people: &[i64]) -> Result<Vec<HouseholdId>> {
    let (app, actor) = (s.app.clone(), s.actor()?.clone());
    let ids: Vec<PersonId> = people.iter().map(|id| PersonId(*id)).collect();
    forms::several(&app, &actor, &ids).await?;
    let mut tx = app.db.read().await?;
    let moment = app.moment(&mut tx, actor.scope.community, s.today()).await?;
    let chosen = Chosen::load(&app, &mut tx, &actor.scope, moment).await?;
    let mut found = Vec::new();
    for id in people {
        let household = HouseholdId(chosen.household(*id).ok_or_else(no_household)?);
        if !found.contains(&household) {
            found.push(household);
        }
    }
    Ok(found)
}

/// What is of a household is recorded for somebody who belongs to none.
pub fn no_household() -> error::Error {
    error::invalid(
        "有人没有登记在哪一户，这项是按户办的。请先登记住在哪里。",
        "Somebody belongs to no household, and this is of households. Record where they live first.",
    )
}

pub async fn correct(Path((kind, id)): Path<(String, i64)>, mut s: Submitted) -> Result<Response> {
    let saved = rewrite(&mut s, &kind, id).await;
    s.answer(saved, async |r: &mut Reader, form| page(r, &kind, Some(id), form).await).await
}

async fn rewrite(s: &mut Submitted, kind: &str, id: i64) -> Saved {
    let app = s.app.clone();
    let declared = fields::event(&app, kind)?.clone();
    let today = s.today();
    let new = told(s, &declared).await?;
    let before = in_scope(s, kind, id).await?;
    let Some(new) = new else { return Err(Refused::Form) };
    // Whom it is about stays; another person is another event.
    let event = Event {
        day: new.event.day,
        last_day: new.event.last_day,
        title: new.event.title.clone(),
        organisation: new.event.organisation.or(before.organisation.filter(|_| !asks(&declared))),
        ..before
    };
    let about = [About { kind, id, aspects: &["event"] }];
    let reason = format!("更正了{}", declared.title.zh);
    let to = format!("/records/{kind}/{id}");
    s.save(&reason, &about, async |w: &mut Write| {
        let origin = forms::origin(w, &s.form, today).await?;
        happened::correct(w, id, NewEvent { event, fields: new.fields.clone(), origin }).await?;
        Ok(to)
    })
    .await
}

fn asks(declared: &liren_packs::Event) -> bool {
    declared.subject.as_deref() == Some("organisation")
        || declared.fields.iter().any(|f| f.field_type == FieldType::Organisation)
}

/// The event, when whoever asks may write about whom it is about. What is nobody's in particular is the community's: whoever
/// writes in a part of it writes about what happened there.
async fn mine(app: &App, tx: &mut Tx, actor: &Actor, today: Day, kind: &str, id: i64) -> Result<Kept<Event>> {
    let kept = records::one::<Event>(tx, &actor.scope, id).await?.filter(|k| k.value.kind == kind);
    let kept = kept.ok_or_else(|| error::not_found("记录"))?;
    let scope = &actor.clone().doing(Permission::Record).scope;
    let moment = app.moment(tx, scope.community, today).await?;
    let chosen = Chosen::load(app, tx, scope, moment).await?;
    let subject = kept.value.subject();
    if !chosen.sees(scope, &subject) {
        return Err(error::not_found("记录"));
    }
    if subject == (None, None, None) && !within(tx, scope, today, kept.value.area).await? {
        return Err(elsewhere());
    }
    Ok(kept)
}

/// Whether an area, or the whole community, is within a scope.
pub async fn within(tx: &mut Tx, scope: &Scope, today: Day, area: Option<AreaId>) -> Result<bool> {
    if scope.areas.is_none() {
        return Ok(true);
    }
    let tree = Tree::of(tx, scope, today).await?;
    Ok(area.is_some_and(|area| tree.find(area.0).is_some()))
}

/// Somebody writes about what is the whole community's, or another part's.
pub fn elsewhere() -> error::Error {
    error::invalid(
        "这是全社区的事，或者在你的范围以外，不能在这里改。请社区工作人员改。",
        "This is of the whole community, or lies outside your area. A worker of the community can change it.",
    )
}

/// The event of a form.
async fn in_scope(s: &Submitted, kind: &str, id: i64) -> Result<Event> {
    let actor = s.actor()?;
    let mut tx = s.app.db.read().await?;
    mine(&s.app, &mut tx, actor, s.today(), kind, id).await.map(|kept| kept.value)
}

pub async fn withdraw(Path((kind, id)): Path<(String, i64)>, s: Submitted) -> Result<Response> {
    if let Some(before) = s.twice().await? {
        return Ok(before);
    }
    let app = s.app.clone();
    let saved = async {
        let declared = fields::event(&app, &kind)?;
        in_scope(&s, &kind, id).await?;
        let reason = format!("撤回了{}：没有这件事", declared.title.zh);
        let about = [About { kind: &kind, id, aspects: &["event"] }];
        s.save(&reason, &about, async |w: &mut Write| {
            happened::withdraw(w, id).await?;
            Ok(format!("/work/events/{kind}"))
        })
        .await
    }
    .await;
    s.answer(saved, async |r: &mut Reader, form| page(r, &kind, Some(id), form).await).await
}
