//! The list a figure opens, cut by the reader's scope.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use liren_facts::Day;
use liren_rules::{Cell, KindId};
use liren_store::Tx;
use serde::Deserialize;

use super::asked::{Asked, href};
use super::card::{shown, with};
use super::desk::Desk;
use super::sheet::Sheet;
use crate::base::trail::Action;
use crate::base::web::{self, Query, Reply, Shell, Visitor};
use crate::base::{App, Asked as OfKind, Key, Permission, Result, Scope, error};
use crate::people;

/// The ids of a list that lie within a scope; the rest lie outside the reader's area.
pub fn within(sheet: &Sheet, kind: KindId, ids: &[i64], scope: &Scope) -> Vec<i64> {
    if scope.areas.is_none() {
        return ids.to_vec();
    }
    let frame = sheet.look.world.frame(kind);
    let allowed = sheet.look.within(kind, scope);
    ids.iter().copied().filter(|id| frame.row_of(*id).is_some_and(|row| allowed.contains(row))).collect()
}

/// Whom a record is about and its day, where its kind says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject {
    pub person: Option<i64>,
    pub household: Option<i64>,
    pub day: Option<Day>,
}

/// The subject of one record; a person is their own.
pub fn subject(sheet: &Sheet, kind: KindId, id: i64) -> Subject {
    let frame = sheet.look.world.frame(kind);
    let cell = |column: &str| {
        let slot = sheet.look.slot(kind, column)?;
        Some(frame.cell(slot, frame.row_of(id)?))
    };
    let one = |column: &str| match cell(column) {
        Some(Cell::One(id)) => Some(id),
        _ => None,
    };
    let is_person = sheet.schema().kind_of(kind).name == "person";
    Subject {
        person: if is_person { Some(id) } else { one("person") },
        household: one("household"),
        day: match cell("day").or_else(|| cell("since")) {
            Some(Cell::Day(day)) if !is_person => Some(Day(day)),
            Some(Cell::PartialDay(first, last)) if !is_person && first == last => Some(Day(first)),
            _ => None,
        },
    }
}

/// The name of the part of the tree a scope covers, as the page's header shows it.
pub fn place_name(desk: &Desk, scope: &Scope) -> String {
    let name = |id: i64| desk.tree.areas.iter().find(|a| a.id == id).map(|a| a.name.clone());
    match &scope.areas {
        None => desk.tree.areas.first().map(|a| a.name.clone()).unwrap_or_default(),
        Some(areas) => areas.iter().filter_map(|id| name(*id)).collect::<Vec<_>>().join("、"),
    }
}

#[derive(Template)]
#[template(path = "figures/open.html")]
struct OpenPage {
    s: Shell,
    title: String,
    back: String,
    text: String,
    total: usize,
    shown: usize,
    first: usize,
    last: usize,
    people: Vec<people::Row>,
    /// Names are whole for whoever looks.
    whole: bool,
    records: Vec<Record>,
    newer: Option<String>,
    older: Option<String>,
    export: Option<String>,
}

/// A row of a list that is not shown as people are.
pub struct Record {
    pub id: i64,
    pub label: String,
    /// The person it is about.
    pub href: Option<String>,
}

/// What a list calls its records: a thing's name, a person, a household, or the day, title and person of
/// something that happened. Names of people are whole where the reader's grant
/// shows them.
pub async fn labels(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    sheet: &Sheet,
    kind: KindId,
    on: Day,
    page: &[i64],
) -> Result<Vec<Record>> {
    let described = sheet.schema().kind_of(kind);
    let subjects: Vec<Subject> = page.iter().map(|id| subject(sheet, kind, *id)).collect();
    let own = match app.joined.slices.kind(&described.name).and_then(|kind| kind.label) {
        Some(label) => label(tx, scope, OfKind { kind: &described.name, on, ids: page }).await?,
        None => HashMap::new(),
    };
    let households: Vec<i64> = subjects.iter().filter_map(|s| s.household).collect();
    let households = people::queries::household_labels(tx, scope, OfKind { kind: "household", on, ids: &households });
    let households = households.await?;
    let ids: Vec<i64> = subjects.iter().filter_map(|s| s.person).collect();
    let people: HashMap<i64, String> = people::queries::lines(tx, scope, on, &ids)
        .await?
        .into_iter()
        .filter_map(|line| Some((line.id, scope.name(&line.name?))))
        .collect();
    let label = |id: &i64, about: &Subject| {
        let named = own.get(id).filter(|label| !label.is_empty());
        // A record that says its own day needs none beside it.
        let day = about.day.filter(|_| named.is_none()).map(|d| d.to_string());
        let who = about
            .person
            .and_then(|id| people.get(&id).cloned())
            .or_else(|| about.household.and_then(|id| households.get(&id).cloned()));
        let told: Vec<String> = [day, named.cloned(), who].into_iter().flatten().collect();
        if told.is_empty() { described.title.zh.clone() } else { told.join(" ") }
    };
    let opens = app.joined.slices.kind(&described.name).and_then(|kind| kind.href);
    Ok(page
        .iter()
        .zip(&subjects)
        .map(|(id, about)| Record {
            id: *id,
            label: label(id, about),
            href: match about.person {
                Some(person) => Some(format!("/people/{}-{person}", scope.community)),
                None => opens.map(|href| href(Key { community: scope.community, id: *id })),
            },
        })
        .collect())
}

/// How many rows a page of a list shows.
const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    skip: usize,
    /// The records that lack a fact, not those that count.
    #[serde(default)]
    unknown: bool,
}

pub async fn open(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Query(after): Query<After>,
) -> Reply {
    let work = async {
        let actor = visitor.actor()?;
        let mut desk = asked.desk(&app, &actor.scope).await?;
        let figure = app.packs().figure(&id).cloned().ok_or_else(|| error::not_found("指标"))?;
        if !figure.list {
            return Err(error::invalid(
                "这个指标只公布数字，不提供名单。",
                "This figure is published as a number only; there is no list.",
            ));
        }
        let ask = asked.ask(&desk)?;
        let value = desk.value(&figure, &ask).await?;
        let found = if after.unknown { desk.doubtful(&figure, &ask) } else { value.ids.clone() };
        let (kind, ids) = found.ok_or_else(|| error::not_found("名单"))?;
        let sheet = desk.fetched_sheet(value.on, kind).await?;
        let mine = within(&sheet, kind, &ids, &actor.scope);
        let kind_name = app.schema().kind_of(kind).name.clone();
        let page: Vec<i64> = mine.iter().copied().skip(after.skip).take(PAGE).collect();
        let mut tx = app.db.read().await?;
        let (mut people_rows, mut records) = (Vec::new(), Vec::new());
        if kind_name == "person" {
            people_rows = people::rows(&app, &mut tx, &actor.scope, value.on, &page, visitor.lang).await?;
        } else {
            records = labels(&app, &mut tx, &actor.scope, &sheet, kind, value.on, &page).await?;
        }
        let seen: Vec<i64> = match kind_name.as_str() {
            "person" => page.clone(),
            _ => page.iter().filter_map(|id| subject(&sheet, kind, *id).person).collect(),
        };
        app.trail.tell(visitor.access(Action::ReadList)?.people(seen).because(&figure.title.zh)).await?;
        let default = desk.this_year();
        let place = place_name(&desk, &actor.scope);
        let step = |skip: usize| {
            let to = href(&format!("{}/list", figure.id), &ask, default);
            let to = if after.unknown { with(&to, "unknown=true") } else { to };
            with(&to, &format!("skip={skip}"))
        };
        let next = after.skip + PAGE;
        let title = visitor.lang.pick(&figure.title.zh, &figure.title.en).to_owned();
        Ok(OpenPage {
            s: Shell::new(&app, &visitor, &title, "/figures", &place),
            title,
            back: href(&figure.id, &ask, default),
            text: if after.unknown {
                visitor.lang.t_with("{n} 条记录缺事实，可能也在其中", &[("n", &ids.len().to_string())])
            } else {
                format!("{} {}", shown(&value, visitor.lang), visitor.lang.t(&figure.unit))
            },
            total: ids.len(),
            shown: mine.len(),
            first: if page.is_empty() { 0 } else { after.skip + 1 },
            last: after.skip + page.len(),
            people: people_rows,
            whole: actor.scope.full_names,
            records,
            newer: (after.skip > 0).then(|| step(after.skip.saturating_sub(PAGE))),
            older: (next < mine.len()).then(|| step(next)),
            export: (actor.may(Permission::Export) && !mine.is_empty() && !after.unknown)
                .then(|| href(&format!("{}/list.xlsx", figure.id), &ask, default)),
        })
    };
    let page = work.await.map_err(|e| visitor.fail(e))?;
    web::html(&visitor, &page)
}
