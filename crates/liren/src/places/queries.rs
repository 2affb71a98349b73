//! Every statement of this slice that reads single records, as of a day as known now.

use std::collections::{BTreeSet, HashMap};

use liren_facts::{Day, address};
use liren_store::{FromRow as _, Tx, Value, params};

use super::DwellingLine;
use crate::base::states::on_day;
use crate::base::{Asked, Reading, Result, Scope};

/// Estates by name.
pub async fn estates(tx: &mut Tx, scope: &Scope, on: Day) -> Result<HashMap<String, i64>> {
    let sql =
        format!("select s.name, s.estate_id from estate_state s where s.community_id = $1 and {}", on_day("s", 2));
    let rows: Vec<(String, i64)> = tx.rows(&sql, params![scope.community, on]).await?;
    Ok(rows.into_iter().collect())
}

/// Organisations by name.
pub async fn organisation_names(tx: &mut Tx, scope: &Scope, on: Day) -> Result<HashMap<String, i64>> {
    let sql = format!(
        "select s.name, s.organisation_id from organisation_state s where s.community_id = $1 and {}",
        on_day("s", 2)
    );
    let rows: Vec<(String, i64)> = tx.rows(&sql, params![scope.community, on]).await?;
    Ok(rows.into_iter().collect())
}

/// Buildings: (estate name, building name) to (building, area).
pub async fn buildings(tx: &mut Tx, scope: &Scope, on: Day) -> Result<HashMap<(String, String), (i64, Option<i64>)>> {
    let sql = format!(
        "select coalesce(e.name, ''), b.name, b.building_id, b.area_id from building_state b
         left join estate_state e on e.community_id = b.community_id and e.estate_id = b.estate_id and {}
         where b.community_id = $1 and {}",
        on_day("e", 2),
        on_day("b", 2)
    );
    let rows: Vec<(String, String, i64, Option<i64>)> = tx.rows(&sql, params![scope.community, on]).await?;
    Ok(rows.into_iter().map(|(estate, name, id, area)| ((estate, name), (id, area))).collect())
}

/// Every dwelling with its address.
pub async fn dwellings(tx: &mut Tx, scope: &Scope, on: Day) -> Result<Vec<DwellingLine>> {
    let mut lines = Vec::new();
    dwellings_among(tx, scope, on, "", &[], &mut lines).await?;
    Ok(lines)
}

/// Some dwellings with their addresses.
pub async fn dwellings_of(
    tx: &mut Tx,
    scope: &Scope,
    on: Day,
    ids: impl IntoIterator<Item = i64>,
) -> Result<Vec<DwellingLine>> {
    let ids: BTreeSet<i64> = ids.into_iter().collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let mut lines = Vec::with_capacity(ids.len());
    for ids in ids.chunks(5_000) {
        let places: Vec<String> = (0..ids.len()).map(|i| format!("${}", i + 3)).collect();
        let among = format!("and d.dwelling_id in ({})", places.join(", "));
        dwellings_among(tx, scope, on, &among, ids, &mut lines).await?;
    }
    Ok(lines)
}

/// The addresses of some dwellings, by id: for the lines of one page.
pub async fn addresses(
    tx: &mut Tx,
    scope: &Scope,
    on: Day,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    Ok(dwellings_of(tx, scope, on, ids).await?.into_iter().map(|d| (d.id, d.label())).collect())
}

/// The addresses of dwellings, as a list calls them.
pub fn labels<'a>(tx: &'a mut Tx, scope: &'a Scope, asked: Asked<'a>) -> Reading<'a, HashMap<i64, String>> {
    Box::pin(addresses(tx, scope, asked.on, asked.ids.iter().copied()))
}

async fn dwellings_among(
    tx: &mut Tx,
    scope: &Scope,
    on: Day,
    among: &str,
    ids: &[i64],
    lines: &mut Vec<DwellingLine>,
) -> Result<()> {
    let mut bound = params![scope.community, on];
    bound.extend(ids.iter().map(|id| Value::from(*id)));
    let sql = format!(
        "select {} from dwelling_state d
         join building_state b on b.community_id = d.community_id and b.building_id = d.building_id and {}
         left join estate_state e on e.community_id = b.community_id and e.estate_id = b.estate_id and {}
         where d.community_id = $1 and {} {among} order by d.dwelling_id",
        DwellingLine::COLUMNS,
        on_day("b", 2),
        on_day("e", 2),
        on_day("d", 2)
    );
    tx.each(&sql, bound, |row| {
        lines.push(DwellingLine::read(row)?);
        Ok(())
    })
    .await?;
    Ok(())
}

/// The homes that an address can mean; none when it names no door.
pub async fn matching(tx: &mut Tx, scope: &Scope, on: Day, text: &str) -> Result<Vec<DwellingLine>> {
    let Some(read) = address::read(text).filter(address::Dwelling::is_door) else { return Ok(vec![]) };
    let part = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let all = dwellings(tx, scope, on).await?;
    let can_be = |d: &DwellingLine| {
        let home = address::Dwelling {
            estate: part(&d.estate_name),
            building: part(&d.building_name),
            unit: part(&d.unit),
            room: part(&d.room),
        };
        home.can_be(&read)
    };
    Ok(all.into_iter().filter(can_be).collect())
}
