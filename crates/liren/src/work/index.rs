//! What can be recorded, by line of work; and what can be recorded of people that were chosen on a list.

use askama::Template;
use axum::response::Response;
use liren_facts::{Day, Period};
use serde::Deserialize;

use super::queries;
use crate::base::web::{Query, Reader, Shell};
use crate::base::{Permission, Result};
use crate::org::Tree;

/// One kind of event of a line of work.
struct Kind {
    id: String,
    title: String,
    /// How many there are; not said to whoever sees only a part of them.
    count: Option<i64>,
    /// Recorded from a page of whom it is about.
    of: Option<&'static str>,
}

struct Group {
    title: String,
    kinds: Vec<Kind>,
    /// Of people or households: its list, and the screening.
    roll: Option<String>,
    screen: Option<String>,
}

#[derive(Template)]
#[template(path = "work/index.html")]
struct Page {
    s: Shell,
    year: i32,
    groups: Vec<Group>,
    organisations: usize,
    may: bool,
}

pub async fn show(mut r: Reader) -> Result<Response> {
    let (scope, today, lang, app) = (r.scope(), r.today(), r.lang, r.app.clone());
    let year = Period { first: Day::ymd(today.year(), 1, 1).unwrap_or(today), last: today };
    let counts = queries::counts(&mut r.tx, &scope, year).await?;
    let organisations = queries::organisations(&mut r.tx, &scope, today).await?.len();
    let place = Tree::of(&mut r.tx, &scope, today).await?.name();
    let packs = app.packs();
    let mut groups = Vec::new();
    for pack in &packs.packs {
        let kinds: Vec<Kind> = packs
            .events
            .iter()
            .filter(|e| e.pack == pack.id)
            .map(|e| Kind {
                id: e.id.clone(),
                title: lang.pick(&e.title.zh, &e.title.en).to_owned(),
                count: (scope.areas.is_none() || e.subject.is_none()).then(|| counts.get(&e.id).copied().unwrap_or(0)),
                of: match e.subject.as_deref() {
                    Some("person" | "household") => Some("从居民名单或个人页登记"),
                    Some("dwelling") => Some("从房屋页登记"),
                    _ => None,
                },
            })
            .collect();
        let programme = packs.programme(&pack.id).filter(|p| ["person", "household"].contains(&p.subject.as_str()));
        let roll = programme.map(|p| format!("/people?c={}.in.%2B&residency=all&cols=age,address,{}", p.id, p.id));
        let screen = programme.filter(|p| p.screen.is_some()).map(|p| format!("/screening/{}", p.id));
        if !kinds.is_empty() || roll.is_some() {
            groups.push(Group { title: lang.pick(&pack.title.zh, &pack.title.en).to_owned(), kinds, roll, screen });
        }
    }
    let may = r.actor.may(Permission::Record);
    let s = r.shell(lang.t("事务"), "/work", &place);
    r.page(&Page { s, year: today.year(), groups, organisations, may })
}

/// Whom it is about: keys with commas.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    i: String,
}

#[derive(Template)]
#[template(path = "work/about.html")]
struct AboutPage {
    s: Shell,
    people: usize,
    events: Vec<(String, String)>,
    programmes: Vec<(String, String)>,
}

/// `GET /work/about` — what can be recorded of those who were chosen.
pub async fn about(Query(chosen): Query<Chosen>, mut r: Reader) -> Result<Response> {
    let (lang, app) = (r.lang, r.app.clone());
    let packs = app.packs();
    let people = chosen.i.split(',').filter(|key| crate::base::Key::parse(key).is_some()).count();
    let keys: String = form_urlencoded::byte_serialize(chosen.i.as_bytes()).collect();
    // What is of a household is recorded for that of the person.
    let theirs = |subject: &str| ["person", "household"].contains(&subject);
    let events = packs.events.iter().filter(|e| e.subject.as_deref().is_some_and(theirs));
    let events = events
        .map(|e| (format!("/work/events/{}/new?about={keys}", e.id), lang.pick(&e.title.zh, &e.title.en).to_owned()));
    let programmes = packs.programmes.iter().filter(|p| theirs(&p.subject) && p.stages.len() > 1);
    let programmes = programmes
        .map(|p| (format!("/work/standings/{}?about={keys}", p.id), lang.pick(&p.title.zh, &p.title.en).to_owned()));
    let (events, programmes) = (events.collect(), programmes.collect());
    let s = r.shell(lang.t("登记事务"), "/work", "");
    r.page(&AboutPage { s, people, events, programmes })
}
