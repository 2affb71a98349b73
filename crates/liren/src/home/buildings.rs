//! 户与房屋 — buildings as sections of units and floors, homes with who lives in them and who owns them.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use liren_rules::{Bitmap, Cell, KindId};
use serde::Deserialize;

use crate::base::web::{Form, Query, Reader, Refused, Saved, Shell, Submitted};
use crate::base::{App, BuildingId, DwellingId, Look, Origin, Permission, Result, Write, error};
use crate::people::{self, Row};
use crate::places::{self, DwellingLine};

struct BuildingLine {
    key: String,
    name: String,
    homes: usize,
    empty: usize,
    people: usize,
}

#[derive(Template)]
#[template(path = "home/buildings.html")]
struct BuildingsPage {
    s: Shell,
    groups: Vec<(String, Vec<BuildingLine>)>,
}

/// The world that these pages look at.
async fn look(app: &App, r: &mut Reader) -> Result<Look> {
    let needs = app.needs(["person", "household", "dwelling", "building", "ownership"], []);
    Ok(Look::new(app.world(&mut r.tx, r.moment, &needs).await?))
}

fn kind(look: &Look, name: &str) -> Result<KindId> {
    look.schema().kind(name).ok_or_else(|| error::fault("a kind is missing"))
}

/// Who lives in each home for certain, by home.
fn residents(look: &Look) -> Result<HashMap<i64, Vec<i64>>> {
    let person = kind(look, "person")?;
    let frame = look.world.frame(person);
    let slot = |name: &str| look.slot(person, name).ok_or_else(|| error::fault("a column is missing"));
    let (home, lives, alive) = (slot("dwelling")?, slot("lives_here")?, slot("alive")?);
    let mut all: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in 0..frame.len() as u32 {
        if let (Cell::One(at), Cell::Bool(true)) = (frame.cell(home, row), frame.cell(lives, row))
            && frame.cell(alive, row) != Cell::Bool(false)
        {
            all.entry(at).or_default().push(frame.id(row));
        }
    }
    Ok(all)
}

/// The homes within the reader's scope.
async fn homes(r: &mut Reader, look: &Look) -> Result<Vec<DwellingLine>> {
    let (scope, today) = (r.scope(), r.today());
    let dwelling = kind(look, "dwelling")?;
    let within: Bitmap = look.within(dwelling, &scope);
    let frame = look.world.frame(dwelling);
    let all = places::queries::dwellings(&mut r.tx, &scope, today).await?;
    Ok(all.into_iter().filter(|d| frame.row_of(d.id).is_some_and(|row| within.contains(row))).collect())
}

fn building_name(line: &DwellingLine) -> String {
    places::address(&line.estate_name, &line.building_name, "", "")
}

/// 3号楼 before 12号楼.
fn natural(text: &str) -> (i64, String) {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(i64::MAX), text.to_owned())
}

pub async fn list(State(app): State<App>, mut r: Reader) -> Result<Response> {
    let look = look(&app, &mut r).await?;
    let living = residents(&look)?;
    let community = r.community();
    let mut by: BTreeMap<String, BTreeMap<(i64, String), BuildingLine>> = BTreeMap::new();
    for home in homes(&mut r, &look).await? {
        let name = building_name(&home);
        let line =
            by.entry(home.estate_name.clone()).or_default().entry(natural(&home.building_name)).or_insert_with(|| {
                BuildingLine { key: format!("{community}-{}", home.building), name, homes: 0, empty: 0, people: 0 }
            });
        let n = living.get(&home.id).map_or(0, Vec::len);
        line.homes += 1;
        line.people += n;
        line.empty += usize::from(n == 0);
    }
    let groups = by.into_iter().map(|(estate, lines)| (estate, lines.into_values().collect())).collect();
    let title = r.lang.t("户与房屋");
    let page = BuildingsPage { s: r.shell(title, "/buildings", ""), groups };
    r.page(&page)
}

/// A home in the section of a building.
struct Door {
    key: String,
    room: String,
    name: String,
    n: usize,
    class: &'static str,
}

struct Floor {
    name: String,
    doors: Vec<Vec<Door>>,
}

#[derive(Template)]
#[template(path = "home/building.html")]
struct BuildingPage {
    s: Shell,
    form: Form,
    key: String,
    name: String,
    units: Vec<String>,
    floors: Vec<Floor>,
    homes: usize,
    empty: usize,
    people: usize,
    lists: Vec<(String, String, bool)>,
    legend: Vec<(&'static str, String, usize)>,
    may: bool,
}

#[derive(Deserialize, Default)]
pub struct By {
    #[serde(default)]
    by: String,
}

pub async fn building(
    State(app): State<App>,
    mut r: Reader,
    Path(key): Path<String>,
    Query(by): Query<By>,
) -> Result<Response> {
    let form = Form::new(&r).with("by", by.by);
    let page = page(&app, &mut r, &key, form).await?;
    r.page(&page)
}

async fn page(app: &App, r: &mut Reader, key: &str, form: Form) -> Result<BuildingPage> {
    let id = people::forms::number_of(key, r.community(), "楼栋")?;
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let look = look(app, r).await?;
    let living = residents(&look)?;
    let homes: Vec<DwellingLine> = homes(r, &look).await?.into_iter().filter(|h| h.building == id).collect();
    let name = homes.first().map(building_name).ok_or_else(|| error::not_found("楼栋"))?;
    let by = form.v("by").to_owned();
    let mut lists = vec![(String::new(), lang.t("住没住人").to_owned(), by.is_empty())];
    for question in &app.packs().questions {
        lists.push((
            question.id.clone(),
            lang.pick(&question.title.zh, &question.title.en).to_owned(),
            by == question.id,
        ));
    }
    let marked: Vec<i64> = match app.packs().question(&by) {
        Some(question) => crate::quality::people(app, &mut r.tx, &scope, question).await?,
        None => vec![],
    };
    let surnames = {
        let firsts: Vec<i64> =
            homes.iter().filter_map(|h| living.get(&h.id).and_then(|p| p.first().copied())).collect();
        let rows = people::rows(app, &mut r.tx, &scope, today, &firsts, lang).await?;
        firsts.into_iter().zip(rows).map(|(id, row)| (id, row.name)).collect::<HashMap<i64, String>>()
    };
    let mut units: Vec<String> = homes.iter().map(|h| h.unit.clone()).collect();
    units.sort_by_key(|u| natural(u));
    units.dedup();
    let mut floors: BTreeMap<std::cmp::Reverse<i64>, Vec<Vec<Door>>> = BTreeMap::new();
    let (mut empty, mut people_n, mut hit) = (0, 0, 0);
    let mut sorted = homes;
    sorted.sort_by_key(|h| natural(&h.room));
    for home in &sorted {
        let there = living.get(&home.id).map_or(&[][..], Vec::as_slice);
        people_n += there.len();
        empty += usize::from(there.is_empty());
        let is_hit = there.iter().any(|p| marked.contains(p));
        hit += usize::from(is_hit);
        let class = match (there.is_empty(), is_hit) {
            (true, _) => "none",
            (_, true) => "hit",
            _ => "ok",
        };
        let digits: String = home.room.chars().filter(char::is_ascii_digit).collect();
        let floor = digits.parse::<i64>().map_or(0, |n| if n >= 100 { n / 100 } else { 0 });
        let at = units.iter().position(|u| *u == home.unit).unwrap_or(0);
        let row = floors.entry(std::cmp::Reverse(floor)).or_insert_with(|| units.iter().map(|_| vec![]).collect());
        let first = there.first().and_then(|id| surnames.get(id)).cloned().unwrap_or_default();
        row[at].push(Door {
            key: format!("{}-{}", scope.community, home.id),
            room: home.room.clone(),
            name: first.chars().next().map(String::from).unwrap_or_default(),
            n: there.len(),
            class,
        });
    }
    let lived = sorted.len() - empty;
    let mut legend = vec![("ok", lang.t("住着人").to_owned(), lived - hit), ("none", lang.t("空着").to_owned(), empty)];
    if !by.is_empty() {
        legend.insert(1, ("hit", lang.t("有要问的").to_owned(), hit));
    }
    let floors = floors
        .into_iter()
        .map(|(floor, doors)| Floor {
            name: if floor.0 > 0 { lang.t_with("{n}层", &[("n", &floor.0.to_string())]) } else { String::new() },
            doors,
        })
        .collect();
    let may = r.actor.may(Permission::Record);
    Ok(BuildingPage {
        s: r.shell(&name, "/buildings", ""),
        form,
        key: key.to_owned(),
        name,
        units: units.into_iter().map(|u| if u.is_empty() { u } else { lang.t_with("{n}单元", &[("n", &u)]) }).collect(),
        floors,
        homes: sorted.len(),
        empty,
        people: people_n,
        lists,
        legend,
        may,
    })
}

/// `POST /buildings/{key}/homes` — a home that no list has named yet.
pub async fn add(State(app): State<App>, Path(key): Path<String>, mut s: Submitted) -> Result<Response> {
    let saved = new_home(&app, &key, &mut s).await;
    s.answer(saved, async |r: &mut Reader, form| page(&app, r, &key, form).await).await
}

async fn new_home(app: &App, key: &str, s: &mut Submitted) -> Saved {
    let actor = s.actor()?.clone();
    let id = people::forms::number_of(key, actor.scope.community, "楼栋")?;
    let room = s.form.need("room", "请填门牌，如 501。", "Fill in the room, such as 501.");
    let unit = s.form.text("unit").unwrap_or_default();
    let mut r = Reader::open(app, &s.visitor).await?;
    let look = look(app, &mut r).await?;
    let there = homes(&mut r, &look).await?;
    let building = look.mine(&actor.scope, BuildingId(id))?;
    drop(r);
    let Some(room) = room else { return Err(Refused::Form) };
    if room.chars().count() > 12 || unit.chars().count() > 8 {
        s.form.problem("room", "门牌太长了。", "The room is too long.");
    } else if there.iter().any(|h| h.building == id && h.unit == unit && h.room == room) {
        s.form.problem("room", "这套房屋已经有了。", "This home is there already.");
    }
    if !s.form.problems.is_empty() {
        return Err(Refused::Form);
    }
    let today = s.today();
    s.save("房屋建好了", &[], async |w: &mut Write| {
        let digits: String = room.chars().filter(char::is_ascii_digit).collect();
        let floor = digits.parse::<i64>().ok().filter(|n| *n >= 100).map(|n| n / 100);
        let home = places::Dwelling {
            building: Some(building.id()),
            unit: Some(unit.clone()),
            room: room.clone(),
            floor,
            size: None,
            used: None,
            kind: None,
        };
        let ids = places::Dwelling::add_all(w, today, vec![(home, Origin::default())]).await?;
        let id = ids.first().copied().ok_or_else(|| error::fault("no home was added"))?;
        Ok(format!("/dwellings/{}-{}", w.community, id.0))
    })
    .await
}

#[derive(Template)]
#[template(path = "home/dwelling.html")]
struct DwellingPage {
    s: Shell,
    name: String,
    building: (String, String),
    key: String,
    /// Household by household.
    households: Vec<(String, Vec<Row>)>,
    owners: Vec<(Row, Option<i64>)>,
    /// What packs declare of a dwelling: kind of event and title.
    works: Vec<(String, String)>,
    may: bool,
}

pub async fn dwelling(State(app): State<App>, mut r: Reader, Path(key): Path<String>) -> Result<Response> {
    let id = people::forms::number_of(&key, r.community(), "房屋")?;
    let (scope, today, lang) = (r.scope(), r.today(), r.lang);
    let look = look(&app, &mut r).await?;
    look.mine(&scope, DwellingId(id))?;
    let line = places::queries::dwellings_of(&mut r.tx, &scope, today, [id]).await?.pop();
    let line = line.ok_or_else(|| error::not_found("房屋"))?;
    let living = residents(&look)?.remove(&id).unwrap_or_default();
    let lines = people::queries::lines(&mut r.tx, &scope, today, &living).await?;
    let shown = people::rows(&app, &mut r.tx, &scope, today, &living, lang).await?;
    let mut households: Vec<(String, Vec<Row>)> = Vec::new();
    for (line, row) in lines.into_iter().zip(shown) {
        let key = line.household.map_or_else(String::new, |h| format!("{}-{h}", scope.community));
        match households.iter_mut().find(|(k, _)| *k == key) {
            Some((_, rows)) => rows.push(row),
            None => households.push((key, vec![row])),
        }
    }
    let ownership = kind(&look, "ownership")?;
    let frame = look.world.frame(ownership);
    let slot = |name: &str| look.slot(ownership, name).ok_or_else(|| error::fault("a column is missing"));
    let (of, by, share) = (slot("dwelling")?, slot("person")?, slot("share")?);
    let mut owners = Vec::new();
    for row in (0..frame.len() as u32).filter(|row| frame.cell(of, *row) == Cell::One(id)) {
        let share = match frame.cell(share, row) {
            Cell::Int(n) => Some(n),
            _ => None,
        };
        if let Cell::One(person) = frame.cell(by, row) {
            owners.push((person, share));
        }
    }
    let ids: Vec<i64> = owners.iter().map(|(p, _)| *p).collect();
    let rows = people::rows(&app, &mut r.tx, &scope, today, &ids, lang).await?;
    let owners = rows.into_iter().zip(owners).map(|(row, (_, share))| (row, share)).collect();
    let may = r.actor.may(Permission::Record);
    let name = line.label();
    let building = (format!("{}-{}", scope.community, line.building), building_name(&line));
    let works = app.packs().events.iter().filter(|e| e.subject.as_deref() == Some("dwelling"));
    let works = works.map(|e| (e.id.clone(), lang.pick(&e.title.zh, &e.title.en).to_owned())).collect();
    let s = r.shell(&name, "/buildings", "");
    let page = DwellingPage { s, name, building, key, households, owners, works, may };
    r.page(&page)
}
