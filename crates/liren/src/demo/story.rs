//! What no roster carries, recorded by the slices: the tree and its heads, organisations, life events.

use std::collections::HashMap;

use liren_facts::{Day, PartialDay};

use super::town::{Soul, Town};
use super::year::Year;
use super::{ESTATES, GROUPS, OPENING, TODAY, ledgers};
use crate::base::FactValue;
use crate::base::keys::CommunityKeys;
use crate::base::{AreaId, BuildingId, Mine, OrganisationId, Origin, PersonId, Result, Scope, Write};
use crate::org::{Appointment, Area, Level, Tree as Areas, add_areas};
use crate::people::lives::{self as life, Wedding};
use crate::people::{NewPerson, Residency};
use crate::places::{Building, Estate, Organisation};

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
    pub root: AreaId,
    pub stations: Vec<AreaId>,
    pub groups: Vec<AreaId>,
    /// By estate and number.
    pub buildings: HashMap<(usize, i64), BuildingId>,
}

/// The tree with its four levels, estates and buildings, before the opening roster is imported.
pub async fn ground(w: &mut Write) -> Result<Tree> {
    let on = of_old();
    let tree = Areas::of(&mut w.tx, &Scope::whole(w.community), on).await?;
    let top = tree.root().ok_or_else(|| crate::base::error::not_found("区划"))?;
    let new =
        ["榆园工作站", "朝阳工作站"].iter().zip(1..).map(|(name, rank)| Area::new(top, Level::Station, name, rank));
    let stations = add_areas(w, on, new.collect()).await?;
    let mut groups = Vec::new();
    for (g, name) in GROUPS.iter().enumerate() {
        let station = stations[usize::from(g == 3)];
        let group = Area::new(station, Level::Group, name, g as i64 + 1);
        groups.extend(add_areas(w, on, vec![group]).await?);
    }
    let mut buildings = HashMap::new();
    for (estate, name) in ESTATES.iter().enumerate() {
        let id = Estate { name: (*name).to_owned() }.add(w, on).await?;
        let count = if estate == 0 { 24 } else { 8 };
        let group_of = |b: i64| groups[if estate == 1 { 3 } else { ((b - 1) / 8) as usize }];
        let new = (1..=count).map(|b| Area::new(group_of(b), Level::Building, &format!("{name}{b}号楼"), b)).collect();
        let areas = add_areas(w, on, new).await?;
        for (b, area) in (1..=count).zip(areas) {
            let building =
                Building { estate: Some(id), name: b.to_string(), area: Some(area), units: Some(3), floors: Some(6) };
            buildings.insert((estate, b), building.add(w, on).await?);
        }
    }
    Ok(Tree { root: top, stations, groups, buildings })
}

/// Who the imported people are: the town's index to the register's id.
pub type Ids = HashMap<usize, Mine<PersonId>>;

/// The year's births, deaths, marriages and moves.
pub async fn lives(w: &mut Write, keys: &CommunityKeys, town: &Town, year: &Year, ids: &Ids) -> Result<()> {
    let origin = Origin::default();
    for (i, on) in &year.deaths {
        life::death(w, PartialDay::exact(*on), ids[i], &origin).await?;
    }
    for (i, on) in &year.moved_out {
        life::move_out(w, PartialDay::exact(*on), ids[i], false, &origin).await?;
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
        life::wed(w, *on, Wedding::Marriage, ids[i], None, &origin).await?;
    }
    Ok(())
}

fn surname(s: &Soul) -> String {
    s.name.chars().take(1).collect()
}

/// Somebody who joins the household of a person, in the same home.
async fn at_home(w: &mut Write, head: Mine<PersonId>, temporary: bool, on: Day) -> Result<NewPerson> {
    let residency = life::residency_on(w, head, on).await?;
    let scope = Scope::whole(w.community);
    let line = crate::people::queries::lines(&mut w.tx, &scope, on, &[head.number()]).await?;
    Ok(NewPerson {
        residency: Residency {
            hukou_here: Some(!temporary),
            lives_here: Some(true),
            since: Some(on),
            dwelling: residency.dwelling,
            ..Residency::default()
        },
        household: line.first().and_then(|l| l.household),
        ..NewPerson::default()
    })
}

/// Heads of stations, groups and buildings.
pub async fn heads(w: &mut Write, year: &Year, ids: &Ids, tree: &Tree) -> Result<()> {
    let on = Day::ymd(2012, 12, 31).unwrap_or(OPENING);
    let areas = Areas::of(&mut w.tx, &Scope::whole(w.community), on).await?;
    let buildings = areas.areas.iter().filter(|a| a.level == "building").map(|a| AreaId(a.id));
    let heads = (tree.stations.iter().map(|area| (*area, "station_head")))
        .chain(tree.groups.iter().map(|area| (*area, "group_head")))
        .chain(buildings.map(|area| (area, "building_head")));
    for ((area, role), i) in heads.collect::<Vec<_>>().into_iter().zip(&year.heads) {
        let post = Appointment { person: ids[i].id(), area: Some(area), organisation: None, role: role.to_owned() };
        post.begin(w, on).await?;
    }
    Ok(())
}

/// The organisations of the community that exist before the ledgers name them.
pub struct Organisations {
    pub owners_committee: OrganisationId,
    pub mobile: OrganisationId,
    pub telecom: OrganisationId,
    pub network: OrganisationId,
    pub authority: OrganisationId,
}

/// An organisation of a kind at a place.
pub fn organisation(kind: &str, name: &str, area: Option<AreaId>) -> Organisation {
    Organisation { kind: kind.to_owned(), name: name.to_owned(), parent: None, area, credit_code: None, founded: None }
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
        ("property_company", "榆园物业服务公司"),
    ] {
        organisation(kind, name, top).add(w, on).await?;
    }
    let party = organisation("party_committee", "明德社区党总支", top).add(w, on).await?;
    for (name, (y, m, d)) in ledgers::BRANCHES {
        let founded = Day::ymd(y, m, d).unwrap_or(on);
        let branch = organisation("party_branch", name, top);
        Organisation { parent: Some(party), founded: Some(founded), ..branch }.add(w, founded).await?;
    }
    let utility = |name: &str| organisation("utility", name, None);
    Ok(Organisations {
        owners_committee: organisation("owners_committee", "榆园小区业主委员会", top).add(w, on).await?,
        mobile: utility("移动公司").add(w, on).await?,
        network: utility("网通公司").add(w, on).await?,
        telecom: utility("电信公司").add(w, on).await?,
        authority: organisation("authority", "区政府", None).add(w, on).await?,
    })
}

/// Everything is on record from the first of January 2013 on.
pub async fn registers(w: &mut Write, packs: &liren_packs::Packs) -> Result<()> {
    let from = Day::ymd(2013, 1, 1).unwrap_or(OPENING);
    for register in crate::registers::all(packs) {
        crate::registers::keep(w, &register, None, from, &Origin::default()).await?;
    }
    Ok(())
}

/// What the community says in its report in its own words.
pub async fn words(w: &mut Write, packs: &liren_packs::Packs) -> Result<()> {
    for (place, text) in [
        ("thanks", "各项工作得到街道党工委、办事处和共建单位的指导和支持，在此表示感谢。"),
        (
            "problems",
            "一是居民养老保险还没有做到应保尽保，外出务工人员难以当面通知。二是社会保障卡信息录入进度慢，经办人手不足。\
             三是老旧小区设施欠账多，业主自筹资金困难。",
        ),
        (
            "plan",
            "新成立的支部年内建齐制度，发展党员按程序、按时限办理。驻区单位和共建单位的承诺列成清单，按季对账。\
             面向老年人、残疾人和困难家庭的服务上门办。年中、年末各公开一次办理结果，请居民评议。",
        ),
    ] {
        crate::reports::words::write(w, packs, 2013, place, text).await?;
    }
    Ok(())
}

/// What the district sets: the line and the allowance.
pub async fn standards(w: &mut Write, packs: &liren_packs::Packs) -> Result<()> {
    let from = |year, month| Day::ymd(year, month, 1).unwrap_or(OPENING);
    for (id, yuan, from, document) in [
        ("minimum-living.line_month", 400, from(2012, 7), "虚构区民政局低保标准通知(演示)"),
        ("minimum-living.line_month", 440, from(2014, 1), "虚构区民政局低保标准通知(演示)"),
        ("elder-allowance.amount", 300, from(2010, 1), "虚构区高龄津贴发放办法(演示)"),
    ] {
        crate::org::params::set(w, packs, id, yuan * 100, from, document).await?;
    }
    Ok(())
}
