//! What no roster carries, recorded by the slices: the tree and its heads, organisations, life events.

use std::collections::HashMap;

use liren_facts::{Day, PartialDay};

use super::town::{Soul, Town};
use super::year::Year;
use super::{ESTATES, GROUPS, OPENING, TODAY, ledgers};
use crate::base::keys::CommunityKeys;
use crate::base::{Origin, Result, Scope, Write};
use crate::org::queries::{add_areas, appoint, root};
use crate::org::{Level, NewArea};
use crate::people::{FactValue, NewPerson, Residency, events as life};
use crate::places::queries as places;

pub(super) fn day(month: u32, of_month: u32) -> Day {
    Day::ymd(2013, month, of_month).unwrap_or(TODAY)
}

/// Money is kept in fen.
pub(super) fn yuan(n: i64) -> i64 {
    n * 100
}

/// Long before anything of the demo happens: organisations and the tree are as old as this.
pub(super) fn of_old() -> Day {
    Day::ymd(2005, 1, 1).unwrap_or(OPENING)
}

/// The places of the tree.
pub struct Tree {
    pub root: i64,
    pub stations: Vec<i64>,
    pub groups: Vec<i64>,
    /// By estate and number.
    pub buildings: HashMap<(usize, i64), i64>,
}

/// The tree with its four levels, estates and buildings, before the opening roster is imported.
pub async fn ground(w: &mut Write) -> Result<Tree> {
    let top = root(&mut w.tx, &Scope::whole(w.community)).await?;
    let on = of_old();
    let area = |parent, name, level, rank| NewArea { parent: Some(parent), name, level, rank };
    let stations =
        add_areas(w, on, vec![area(top, "榆园工作站", Level::Station, 1), area(top, "朝阳工作站", Level::Station, 2)])
            .await?;
    let mut groups = Vec::new();
    for (g, name) in GROUPS.iter().enumerate() {
        let station = stations[usize::from(g == 3)];
        groups.extend(add_areas(w, on, vec![area(station, name, Level::Group, g as i64 + 1)]).await?);
    }
    let mut buildings = HashMap::new();
    for (estate, name) in ESTATES.iter().enumerate() {
        let id = places::add_estate(w, on, name).await?;
        let count = if estate == 0 { 24 } else { 8 };
        let labels: Vec<String> = (1..=count).map(|b| format!("{name}{b}号楼")).collect();
        let group_of = |b: i64| groups[if estate == 1 { 3 } else { ((b - 1) / 8) as usize }];
        let new = (1..=count)
            .zip(&labels)
            .map(|(b, label)| NewArea { parent: Some(group_of(b)), name: label, level: Level::Building, rank: b })
            .collect();
        let areas = add_areas(w, on, new).await?;
        for (b, at) in (1..=count).zip(areas) {
            let size = (Some(3), Some(6));
            let building = places::add_building(w, on, Some(id), &b.to_string(), Some(at), size).await?;
            buildings.insert((estate, b), building);
        }
    }
    Ok(Tree { root: top, stations, groups, buildings })
}

/// Who the imported people are: the town's index to the register's id.
pub type Ids = HashMap<usize, i64>;

/// The year's births, deaths, marriages and moves.
pub async fn lives(w: &mut Write, keys: &CommunityKeys, town: &Town, year: &Year, ids: &Ids) -> Result<()> {
    let origin = Origin::default();
    for (i, on) in &year.deaths {
        life::death(w, *on, ids[i], &origin).await?;
    }
    for (i, on) in &year.moved_out {
        life::move_out(w, *on, ids[i], &origin).await?;
    }
    let mut chance = super::chance::Chance::new(77);
    let mut names = super::names::Register::new();
    let mut number = |born: Day, male: bool| loop {
        let number = names.number(&mut chance, born, male);
        if !town.souls.iter().any(|s| s.number == number) {
            return number;
        }
    };
    let given = ["安", "乐", "宁", "悦", "晨", "朗", "彤", "禾", "睿", "岚"];
    for (n, (family, boy, on)) in year.births.iter().enumerate() {
        let head = town.families[*family].members[0];
        let child = NewPerson {
            name: Some(format!("{}{}{}", surname(&town.souls[head]), given[n % 10], given[(n * 3 + 1) % 10])),
            sex: Some(if *boy { "1" } else { "2" }.into()),
            ethnic: Some("01".into()),
            number: Some(("111".into(), number(*on, *boy))),
            number_state: "ok".into(),
            relation: Some(if *boy { "20" } else { "30" }.into()),
            ..at_home(w, ids[&head], false, *on).await?
        };
        life::birth(w, keys, *on, child).await?;
    }
    for (n, (family, temporary, on)) in year.moved_in.iter().enumerate() {
        let head = town.families[*family].members[0];
        let male = n % 2 == 0;
        let born = Day::ymd(1975 + (n % 15) as i32, 1 + (n % 12) as u32, 1 + (n % 28) as u32).unwrap_or(OPENING);
        let person = NewPerson {
            name: Some(format!("{}{}", ["沈", "田", "许", "何", "邓", "钟"][n % 6], given[n % 10])),
            sex: Some(if male { "1" } else { "2" }.into()),
            born: Some(PartialDay::exact(born)),
            number: Some(("111".into(), number(born, male))),
            number_state: "ok".into(),
            relation: Some("97".into()),
            employment: Some("17".into()),
            facts: vec![("pension_cover".into(), FactValue::Text("employee".into()))],
            ..at_home(w, ids[&head], *temporary, *on).await?
        };
        life::move_in(w, keys, *on, person).await?;
    }
    for (i, on) in &year.marriages {
        life::marriage(w, *on, ids[i], None, &origin).await?;
    }
    Ok(())
}

fn surname(s: &Soul) -> String {
    s.name.chars().take(1).collect()
}

/// Somebody who joins the household of a person, in the same home.
async fn at_home(w: &mut Write, head: i64, temporary: bool, on: Day) -> Result<NewPerson> {
    let residency = crate::people::queries::residency_on(w, head, on).await?;
    let scope = Scope::whole(w.community);
    let line = crate::people::queries::lines(&mut w.tx, &scope, on, &[head]).await?;
    Ok(NewPerson {
        residency: Residency {
            hukou_here: Some(!temporary),
            lives_here: Some(true),
            since: Some(on),
            left_since: None,
            dwelling: residency.dwelling,
            ..Residency::default()
        },
        household: line.first().and_then(|l| l.household),
        ..NewPerson::default()
    })
}

/// Heads of stations, groups and buildings.
pub async fn heads(w: &mut Write, year: &Year, ids: &Ids, tree: &Tree) -> Result<()> {
    let mut who = year.heads.iter().map(|i| ids[i]);
    let on = Day::ymd(2012, 12, 31).unwrap_or(OPENING);
    for station in &tree.stations {
        if let Some(person) = who.next() {
            appoint(w, on, person, Some(*station), None, "station_head").await?;
        }
    }
    for group in &tree.groups {
        if let Some(person) = who.next() {
            appoint(w, on, person, Some(*group), None, "group_head").await?;
        }
    }
    let scope = Scope::whole(w.community);
    for area in crate::org::queries::tree(&mut w.tx, &scope).await?.into_iter().filter(|a| a.level == "building") {
        if let Some(person) = who.next() {
            appoint(w, on, person, Some(area.id), None, "building_head").await?;
        }
    }
    Ok(())
}

/// The organisations of the community that exist before the ledgers name them.
pub struct Organisations {
    pub owners_committee: i64,
    pub mobile: i64,
    pub telecom: i64,
    pub network: i64,
    pub authority: i64,
}

pub async fn organisations(w: &mut Write, tree: &Tree) -> Result<Organisations> {
    let on = of_old();
    let top = Some(tree.root);
    for (kind, name) in [
        ("institution", "崇文街道实验小学"),
        ("institution", "崇文街道卫生服务中心"),
        ("institution", "崇文区水务所"),
        ("enterprise", "明德印务有限公司"),
        ("enterprise", "榆园商贸有限公司"),
        ("enterprise", "朝阳食品有限公司"),
    ] {
        places::add_organisation(w, on, kind, name, None, top, None).await?;
    }
    let party = places::add_organisation(w, on, "party_committee", "明德社区党总支", None, top, None).await?;
    for (name, (y, m, d)) in ledgers::BRANCHES {
        let founded = Day::ymd(y, m, d).unwrap_or(on);
        places::add_organisation(w, founded, "party_branch", name, Some(party), top, Some(founded)).await?;
    }
    places::add_organisation(w, on, "property_company", "榆园物业服务公司", None, top, None).await?;
    Ok(Organisations {
        owners_committee: places::add_organisation(w, on, "owners_committee", "榆园小区业主委员会", None, top, None)
            .await?,
        mobile: places::add_organisation(w, on, "utility", "移动公司", None, None, None).await?,
        network: places::add_organisation(w, on, "utility", "网通公司", None, None, None).await?,
        telecom: places::add_organisation(w, on, "utility", "电信公司", None, None, None).await?,
        authority: places::add_organisation(w, on, "authority", "区政府", None, None, None).await?,
    })
}
