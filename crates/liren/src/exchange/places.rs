//! Finding or making the homes a roster names: estates, buildings with their place in the tree, dwellings.

use std::collections::{HashMap, HashSet};

use liren_facts::Day;
use liren_facts::address::Dwelling;

use super::earlier::place_since;
use super::queries::source_place;
use crate::base::{AreaId, BuildingId, DwellingId, EstateId, Origin, Result, Scope, Write, error};
use crate::org::{Area, Level, Tree, add_areas};
use crate::places::{Building, Dwelling as Home, Estate, queries as places};

/// The homes of a community by their key, growing as a roster names new ones.
pub struct Homes {
    dwellings: HashMap<String, i64>,
    buildings: HashMap<(String, String), i64>,
    estates: HashMap<String, i64>,
    groups: HashMap<String, i64>,
    root: i64,
    rank: i64,
    /// Where each building of a later list lies: its estate and the areas above it, to be known on this list's day too.
    lies: HashMap<i64, Lies>,
    /// What only a later list knows of: kind and id.
    later: HashSet<(&'static str, i64)>,
}

#[derive(Clone, Default)]
struct Lies {
    estate: Option<i64>,
    areas: Vec<i64>,
}

impl Homes {
    /// `last` is the last day of which any list speaks: a place of a later list is the same place on this one's day.
    pub async fn load(w: &mut Write, on: Day, last: Day) -> Result<Homes> {
        let mut homes = Homes::on(w, on).await?;
        if last > on {
            let then = Homes::on(w, last).await?;
            homes.add_later(w, last, then).await?;
        }
        Ok(homes)
    }

    async fn on(w: &mut Write, on: Day) -> Result<Homes> {
        let scope = Scope::whole(w.community);
        let dwellings = places::dwellings(&mut w.tx, &scope, on).await?;
        let buildings = places::buildings(&mut w.tx, &scope, on).await?;
        let estates = places::estates(&mut w.tx, &scope, on).await?;
        let areas = Tree::of(&mut w.tx, &scope, on).await?.areas;
        Ok(Homes {
            dwellings: dwellings.iter().map(|d| (d.key(), d.id)).collect(),
            buildings: buildings.into_iter().map(|(k, (id, _))| (k, id)).collect(),
            estates,
            root: areas.first().map_or(0, |a| a.id),
            rank: areas.len() as i64,
            groups: areas.into_iter().filter(|a| a.level == "group").map(|a| (a.name, a.id)).collect(),
            lies: HashMap::new(),
            later: HashSet::new(),
        })
    }

    /// Takes in what is only known of a later day.
    async fn add_later(&mut self, w: &mut Write, last: Day, then: Homes) -> Result<()> {
        let scope = Scope::whole(w.community);
        let tree = Tree::of(&mut w.tx, &scope, last).await?;
        for (key, (building, area)) in places::buildings(&mut w.tx, &scope, last).await? {
            let above = |id: i64| tree.find(id).and_then(|line| line.parent);
            let areas = std::iter::successors(area, |id| above(*id)).collect();
            self.lies.insert(building, Lies { estate: then.estates.get(&key.0).copied(), areas });
        }
        let later = &mut self.later;
        let mut take = |kind: &'static str, known: bool, id: i64| {
            if !known {
                later.insert((kind, id));
            }
        };
        for (key, id) in then.dwellings {
            take("dwelling", self.dwellings.contains_key(&key), id);
            self.dwellings.entry(key).or_insert(id);
        }
        for (key, id) in then.buildings {
            take("building", self.buildings.contains_key(&key), id);
            self.buildings.entry(key).or_insert(id);
        }
        for (name, id) in then.estates {
            take("estate", self.estates.contains_key(&name), id);
            self.estates.entry(name).or_insert(id);
        }
        for (name, id) in then.groups {
            self.groups.entry(name).or_insert(id);
        }
        self.rank = self.rank.max(then.rank);
        Ok(())
    }

    /// A place of a later list that this list names was there on its day.
    async fn known_since(&mut self, w: &mut Write, from: Day, home: &Dwelling) -> Result<()> {
        if self.later.is_empty() {
            return Ok(());
        }
        if let Some(&dwelling) = self.dwellings.get(&home.key())
            && self.later.remove(&("dwelling", dwelling))
        {
            place_since::<Home>(w, from, DwellingId(dwelling)).await?;
        }
        let key = (home.estate.clone().unwrap_or_default(), home.building.clone().unwrap_or_default());
        if let Some(&building) = self.buildings.get(&key)
            && self.later.remove(&("building", building))
        {
            place_since::<Building>(w, from, BuildingId(building)).await?;
            let Lies { estate, areas } = self.lies.get(&building).cloned().unwrap_or_default();
            for area in areas {
                place_since::<Area>(w, from, AreaId(area)).await?;
            }
            if let Some(estate) = estate.filter(|id| self.later.remove(&("estate", *id))) {
                place_since::<Estate>(w, from, EstateId(estate)).await?;
            }
        }
        Ok(())
    }

    /// The dwelling of each address, made where it is new. `group` is what the sheet said about the place.
    pub async fn find(
        &mut self,
        w: &mut Write,
        from: Day,
        wanted: Vec<(&Dwelling, Option<&str>, Origin)>,
    ) -> Result<()> {
        let mut new = Vec::new();
        let mut keys = Vec::new();
        for (home, group, origin) in wanted {
            let key = home.key();
            self.known_since(w, from, home).await?;
            if !home.is_door() || self.dwellings.contains_key(&key) {
                continue;
            }
            let building = self.building(w, from, home, group).await?;
            let room = home.room.clone().unwrap_or_default();
            // The slot is taken at once, so that a second row with this address finds it.
            self.dwellings.insert(key.clone(), 0);
            keys.push(key);
            let dwelling = Home {
                building: Some(BuildingId(building)),
                unit: Some(home.unit.clone().unwrap_or_default()),
                floor: floor(&room),
                room,
                size: None,
                used: None,
                kind: None,
            };
            new.push((dwelling, origin));
        }
        let ids = Home::add_all(w, from, new).await?;
        for (key, id) in keys.into_iter().zip(ids) {
            self.dwellings.insert(key, id.0);
        }
        Ok(())
    }

    pub fn get(&self, home: &Dwelling) -> Option<i64> {
        self.dwellings.get(&home.key()).copied()
    }

    async fn building(&mut self, w: &mut Write, from: Day, home: &Dwelling, group: Option<&str>) -> Result<i64> {
        let estate_name = home.estate.clone().unwrap_or_default();
        let name = home.building.clone().unwrap_or_default();
        let key = (estate_name.clone(), name.clone());
        if let Some(id) = self.buildings.get(&key) {
            return Ok(*id);
        }
        let estate = match self.estates.get(&estate_name) {
            Some(&id) => {
                if self.later.remove(&("estate", id)) {
                    place_since::<Estate>(w, from, EstateId(id)).await?;
                }
                Some(id)
            }
            None if estate_name.is_empty() => None,
            None => {
                let id = Estate { name: estate_name.clone() }.add(w, from).await?.0;
                self.estates.insert(estate_name.clone(), id);
                Some(id)
            }
        };
        let parent = match group {
            None => self.root,
            Some(group) => match self.groups.get(group) {
                Some(id) => *id,
                None => {
                    let id = self.area(w, from, self.root, group, Level::Group).await?;
                    self.groups.insert(group.to_owned(), id);
                    id
                }
            },
        };
        let label = crate::places::address(&estate_name, &name, "", "");
        let area = self.area(w, from, parent, &label, Level::Building).await?;
        let building =
            Building { estate: estate.map(EstateId), name, area: Some(AreaId(area)), units: None, floors: None };
        let id = building.add(w, from).await?.0;
        self.buildings.insert(key, id);
        Ok(id)
    }

    async fn area(&mut self, w: &mut Write, from: Day, parent: i64, name: &str, level: Level) -> Result<i64> {
        self.rank += 1;
        let ids = add_areas(w, from, vec![Area::new(AreaId(parent), level, name, self.rank)]).await?;
        ids.first().map(|id| id.0).ok_or_else(|| error::fault("no area was added"))
    }
}

/// 501 is on the fifth floor, 1203 on the twelfth.
fn floor(room: &str) -> Option<i64> {
    let digits: String = room.chars().take_while(char::is_ascii_digit).collect();
    if digits.len() < 3 {
        return None;
    }
    digits[..digits.len() - 2].parse().ok().filter(|f| (1..=60).contains(f))
}

/// The origin of a fact read at a place of a source.
pub fn origin(source: i64, sheet: &str, row: u32) -> Origin {
    Origin { source: Some(source), place: Some(source_place(sheet, row)), confirmed_on: None }
}
