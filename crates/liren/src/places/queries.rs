//! Every statement of this slice.

use std::collections::{BTreeSet, HashMap};

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use crate::base::states::{self, StateTable, as_of};
use crate::base::{Loading, Origin, Result, Scope, Write};
use crate::org::queries::one;

pub const ESTATE_STATE: StateTable =
    StateTable { name: "estate_state", subject: &["estate_id"], columns: &["name"], kind: "estate" };
pub const BUILDING_STATE: StateTable = StateTable {
    name: "building_state",
    subject: &["building_id"],
    columns: &["estate_id", "name", "area_id", "units", "floors"],
    kind: "building",
};
pub const DWELLING_STATE: StateTable = StateTable {
    name: "dwelling_state",
    subject: &["dwelling_id"],
    columns: &["building_id", "unit", "room", "floor", "area_cm2", "use", "kind"],
    kind: "dwelling",
};
pub const OWNERSHIP_STATE: StateTable = StateTable {
    name: "ownership_state",
    subject: &["ownership_id"],
    columns: &["dwelling_id", "person_id", "share_percent"],
    kind: "ownership",
};
pub const ORGANISATION_STATE: StateTable = StateTable {
    name: "organisation_state",
    subject: &["organisation_id"],
    columns: &["kind", "name", "parent_id", "area_id", "credit_code", "founded"],
    kind: "organisation",
};
pub const FACILITY_STATE: StateTable = StateTable {
    name: "facility_state",
    subject: &["facility_id"],
    columns: &["kind", "name", "area_id", "quantity", "unit"],
    kind: "facility",
};

/// 地址 — a dwelling's address as rosters and lists write it, and the ids behind it.
#[derive(Clone, Debug)]
pub struct DwellingLine {
    pub id: i64,
    pub building: i64,
    pub estate_name: String,
    pub building_name: String,
    pub unit: String,
    pub room: String,
    pub area: Option<i64>,
}

impl DwellingLine {
    /// `estate|building|unit|room`: the key by which rosters find a dwelling.
    pub fn key(&self) -> String {
        format!("{}|{}|{}|{}", self.estate_name, self.building_name, self.unit, self.room)
    }

    /// `榆园小区3号楼2单元501`.
    pub fn label(&self) -> String {
        address(&self.estate_name, &self.building_name, &self.unit, &self.room)
    }
}

/// An address in words, leaving out what is not known.
pub fn address(estate: &str, building: &str, unit: &str, room: &str) -> String {
    let mut text = estate.to_owned();
    if !building.is_empty() {
        text.push_str(building);
        if building.chars().all(|c| c.is_ascii_alphanumeric()) {
            text.push_str("号楼");
        }
    }
    if !unit.is_empty() {
        text.push_str(unit);
        if unit.chars().all(|c| c.is_ascii_alphanumeric()) {
            text.push_str("单元");
        }
    }
    text.push_str(room);
    text
}

/// Adds one estate; its id.
pub async fn add_estate(w: &mut Write, on: Day, name: &str) -> Result<i64> {
    states::create(w, &ESTATE_STATE, on, params![name]).await
}

/// Adds one building of an estate, at a place in the tree; its id.
pub async fn add_building(
    w: &mut Write,
    on: Day,
    estate: Option<i64>,
    name: &str,
    area: Option<i64>,
    size: (Option<i64>, Option<i64>),
) -> Result<i64> {
    let values = params![estate, name, area, size.0, size.1];
    states::create(w, &BUILDING_STATE, on, values).await
}

/// A dwelling to be added.
pub struct NewDwelling {
    pub building: i64,
    pub unit: String,
    pub room: String,
    pub floor: Option<i64>,
    pub size: Option<i64>,
    pub use_code: Option<&'static str>,
    pub origin: Origin,
}

/// Adds dwellings; their ids in order.
pub async fn add_dwellings(w: &mut Write, on: Day, new: Vec<NewDwelling>) -> Result<Vec<i64>> {
    let ids: Vec<i64> = new.iter().map(|_| w.id()).collect();
    let community = w.community;
    let rows = ids.iter().map(|id| params![community, *id]).collect();
    w.tx.insert("dwelling", &["community_id", "id"], rows).await?;
    let rows = ids
        .iter()
        .zip(new)
        .map(|(id, d)| states::State {
            subject: params![*id],
            from: on,
            to: None,
            values: params![d.building, d.unit, d.room, d.floor, d.size, d.use_code, None::<String>],
            origin: d.origin,
        })
        .collect();
    states::insert(w, &DWELLING_STATE, rows).await?;
    Ok(ids)
}

/// Somebody owns a dwelling from `on`.
pub async fn add_ownerships(w: &mut Write, on: Day, pairs: Vec<(i64, i64)>) -> Result<()> {
    let ids: Vec<i64> = pairs.iter().map(|_| w.id()).collect();
    let community = w.community;
    let rows = ids.iter().map(|id| params![community, *id]).collect();
    w.tx.insert("ownership", &["community_id", "id"], rows).await?;
    let states_ = ids
        .iter()
        .zip(pairs)
        .map(|(id, (dwelling, person))| states::State {
            subject: params![*id],
            from: on,
            to: None,
            values: params![dwelling, person, 100],
            origin: Origin::default(),
        })
        .collect();
    states::insert(w, &OWNERSHIP_STATE, states_).await
}

/// Adds an organisation known from `on`; its id.
pub async fn add_organisation(
    w: &mut Write,
    on: Day,
    kind: &str,
    name: &str,
    parent: Option<i64>,
    area: Option<i64>,
    founded: Option<Day>,
) -> Result<i64> {
    let values = params![kind, name, parent, area, None::<String>, founded.map(|d| d.0)];
    states::create(w, &ORGANISATION_STATE, on, values).await
}

/// Adds a facility known from `on`; its id.
pub async fn add_facility(
    w: &mut Write,
    on: Day,
    kind: &str,
    name: &str,
    area: Option<i64>,
    quantity: (i64, &str),
) -> Result<i64> {
    let values = params![kind, name, area, quantity.0, quantity.1];
    states::create(w, &FACILITY_STATE, on, values).await
}

/// Estates of today by name.
pub async fn estates(tx: &mut Tx, scope: &Scope) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = tx
        .rows(
            "select name, estate_id from estate_state
             where community_id = $1 and superseded is null and valid_to is null",
            params![scope.community],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Buildings of today: (estate name, building name) to (building, area).
pub async fn buildings(tx: &mut Tx, scope: &Scope) -> Result<HashMap<(String, String), (i64, Option<i64>)>> {
    let rows: Vec<(Option<String>, String, i64, Option<i64>)> = tx
        .rows(
            "select e.name, b.name, b.building_id, b.area_id
             from building_state b
             left join estate_state e on e.community_id = b.community_id and e.estate_id = b.estate_id
                                     and e.superseded is null and e.valid_to is null
             where b.community_id = $1 and b.superseded is null and b.valid_to is null",
            params![scope.community],
        )
        .await?;
    Ok(rows.into_iter().map(|(e, b, id, area)| ((e.unwrap_or_default(), b), (id, area))).collect())
}

/// Every dwelling of today with its address.
pub async fn dwellings(tx: &mut Tx, scope: &Scope) -> Result<Vec<DwellingLine>> {
    let on = buildings_by_id(tx, scope).await?;
    let mut lines = Vec::new();
    dwellings_among(tx, scope, &on, "", &[], &mut lines).await?;
    Ok(lines)
}

/// The addresses of some dwellings of today, by id: for the lines of one page.
pub async fn addresses(tx: &mut Tx, scope: &Scope, ids: impl IntoIterator<Item = i64>) -> Result<HashMap<i64, String>> {
    let ids: BTreeSet<i64> = ids.into_iter().collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let on = buildings_by_id(tx, scope).await?;
    let mut lines = Vec::with_capacity(ids.len());
    for ids in ids.chunks(5_000) {
        let places: Vec<String> = (0..ids.len()).map(|i| format!("${}", i + 2)).collect();
        let among = format!("and d.dwelling_id in ({})", places.join(", "));
        dwellings_among(tx, scope, &on, &among, ids, &mut lines).await?;
    }
    Ok(lines.into_iter().map(|d| (d.id, d.label())).collect())
}

/// Estate, name and area of today's buildings. Dwellings are many and buildings few: they are joined in memory.
async fn buildings_by_id(tx: &mut Tx, scope: &Scope) -> Result<HashMap<i64, (String, String, Option<i64>)>> {
    let rows: Vec<(i64, Option<String>, String, Option<i64>)> = tx
        .rows(
            "select b.building_id, e.name, b.name, b.area_id
             from building_state b
             left join estate_state e on e.community_id = b.community_id and e.estate_id = b.estate_id
                                     and e.superseded is null and e.valid_to is null
             where b.community_id = $1 and b.superseded is null and b.valid_to is null",
            params![scope.community],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, estate, name, area)| (id, (estate.unwrap_or_default(), name, area))).collect())
}

async fn dwellings_among(
    tx: &mut Tx,
    scope: &Scope,
    on: &HashMap<i64, (String, String, Option<i64>)>,
    among: &str,
    ids: &[i64],
    lines: &mut Vec<DwellingLine>,
) -> Result<()> {
    let mut bound = params![scope.community];
    bound.extend(ids.iter().map(|id| Value::from(*id)));
    let sql = format!(
        "select d.dwelling_id, d.building_id, d.unit, d.room from dwelling_state d
         where d.community_id = $1 and d.superseded is null and d.valid_to is null {among}
         order by d.dwelling_id"
    );
    tx.each(&sql, bound, |row| {
        let building = row.get(1)?;
        if let Some((estate, name, area)) = on.get(&building) {
            lines.push(DwellingLine {
                id: row.get(0)?,
                building,
                estate_name: estate.clone(),
                building_name: name.clone(),
                unit: row.text(2)?.unwrap_or_default().to_owned(),
                room: row.get(3)?,
                area: *area,
            });
        }
        Ok(())
    })
    .await?;
    Ok(())
}

/// Organisations of today by name.
pub async fn organisation_names(tx: &mut Tx, scope: &Scope) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = tx
        .rows(
            "select name, organisation_id from organisation_state
             where community_id = $1 and superseded is null and valid_to is null",
            params![scope.community],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Frame `estate`.
pub async fn load_estates(l: &mut Loading<'_>) -> Result<()> {
    let sql = format!(
        "select estate_id, name from estate_state s where community_id = $1 and {} order by estate_id",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, String)> = l.tx.rows(&sql, l.params()).await?;
    let rank = l.slot("rank");
    for (at, (id, _)) in rows.into_iter().enumerate() {
        let row = l.frame.push(id);
        l.frame.set_int(row, rank, Some(at as i64 + 1));
    }
    Ok(())
}

/// Frame `building`.
pub async fn load_buildings(l: &mut Loading<'_>) -> Result<()> {
    let (units, floors, estate, area) = (l.slot("units"), l.slot("floors"), l.slot("estate"), l.slot("area"));
    let sql = format!(
        "select building_id, estate_id, area_id, units, floors from building_state s
         where community_id = $1 and {} order by building_id",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, of, place, u, f) in rows {
        let row = l.frame.push(id);
        l.frame.set_int(row, units, u);
        l.frame.set_int(row, floors, f);
        l.frame.set_one(row, estate, of);
        l.frame.set_one(row, area, place);
    }
    Ok(())
}

/// Frame `dwelling`. The order of addresses is made here, alike on both engines, not by a collation.
pub async fn load_dwellings(l: &mut Loading<'_>) -> Result<()> {
    let (floor, size, used, building, area) =
        (l.slot("floor"), l.slot("size"), l.slot("use"), l.slot("building"), l.slot("area"));
    let rank = l.slot("rank");
    let sql = format!(
        "select s.dwelling_id, s.building_id, s.floor, s.area_cm2, s.use, b.area_id, b.estate_id, b.building_id,
                s.unit, s.room
         from dwelling_state s
         left join building_state b on b.community_id = s.community_id and b.building_id = s.building_id and {}
         where s.community_id = $1 and {} order by s.dwelling_id",
        as_of("b", 2, 3),
        as_of("s", 2, 3)
    );
    type Address = (Option<i64>, Option<i64>, Option<String>, Option<i64>, Option<String>, u32);
    let mut addresses: Vec<Address> = Vec::new();
    let (params, frame) = (l.params(), &mut l.frame);
    l.tx.each(&sql, params, |state| {
        let row = frame.push(state.get(0)?);
        let on: Option<i64> = state.get(2)?;
        frame.set_int(row, floor, on);
        frame.set_int(row, size, state.get(3)?);
        frame.set_code(row, used, state.text(4)?);
        frame.set_one(row, building, Some(state.get(1)?));
        frame.set_one(row, area, state.get(5)?);
        addresses.push((state.get(6)?, state.get(7)?, state.get(8)?, on, state.get(9)?, row));
        Ok(())
    })
    .await?;
    addresses.sort_unstable();
    for (at, (.., row)) in addresses.into_iter().enumerate() {
        frame.set_int(row, rank, Some(at as i64));
    }
    Ok(())
}

/// Frame `ownership`.
pub async fn load_ownerships(l: &mut Loading<'_>) -> Result<()> {
    let (share, dwelling, person) = (l.slot("share"), l.slot("dwelling"), l.slot("person"));
    let sql = format!(
        "select ownership_id, dwelling_id, person_id, share_percent from ownership_state s
         where community_id = $1 and {} order by ownership_id",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, i64, i64, Option<i64>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, home, who, part) in rows {
        let row = l.frame.push(id);
        l.frame.set_int(row, share, part);
        l.frame.set_one(row, dwelling, Some(home));
        l.frame.set_one(row, person, Some(who));
    }
    Ok(())
}

/// Frame `organisation`.
pub async fn load_organisations(l: &mut Loading<'_>) -> Result<()> {
    let (kind, founded, parent, area) = (l.slot("kind"), l.slot("founded"), l.slot("parent"), l.slot("area"));
    let sql = format!(
        "select organisation_id, kind, parent_id, area_id, founded from organisation_state s
         where community_id = $1 and {} order by organisation_id",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, String, Option<i64>, Option<i64>, Option<i64>)> = l.tx.rows(&sql, l.params()).await?;
    for (id, what, above, place, day) in rows {
        let row = l.frame.push(id);
        l.frame.set_code(row, kind, Some(&what));
        l.frame.set_day(row, founded, day.map(|d| d as i32));
        one(l, row, parent, above);
        one(l, row, area, place);
    }
    Ok(())
}

/// Frame `facility`.
pub async fn load_facilities(l: &mut Loading<'_>) -> Result<()> {
    let (kind, since, quantity, area) = (l.slot("kind"), l.slot("since"), l.slot("quantity"), l.slot("area"));
    let sql = format!(
        "select facility_id, kind, quantity, area_id, valid_from from facility_state s
         where community_id = $1 and {} order by facility_id",
        as_of("s", 2, 3)
    );
    let rows: Vec<(i64, String, Option<i64>, Option<i64>, i64)> = l.tx.rows(&sql, l.params()).await?;
    for (id, what, n, place, from) in rows {
        let row = l.frame.push(id);
        l.frame.set_code(row, kind, Some(&what));
        l.frame.set_day(row, since, Some(from as i32));
        l.frame.set_int(row, quantity, n);
        one(l, row, area, place);
    }
    Ok(())
}
