//! Loading the frames of this slice.

use liren_facts::Day;
use liren_store::FromRow as _;

use crate::base::states::as_of;
use crate::base::{Aliases, Loading, Result, row};
use crate::org::one;

/// Frame `estate`.
pub async fn estates(l: &mut Loading<'_>) -> Result<()> {
    let rank = l.slot("rank");
    let sql = format!(
        "select s.estate_id from estate_state s where s.community_id = $1 and {} order by s.estate_id",
        as_of("s", 2, 3)
    );
    let mut at = 0;
    l.each(&sql, l.params(), |frame, state| {
        at += 1;
        let row = frame.push(state.get(0)?);
        frame.set_int(row, rank, Some(at));
        Ok(())
    })
    .await
}

row! {
    struct BuildingRow {
        id: i64 = "s.building_id",
        estate: Option<i64> = "s.estate_id",
        area: Option<i64> = "s.area_id",
        units: Option<i64> = "s.units",
        floors: Option<i64> = "s.floors",
    }
}

/// Frame `building`.
pub async fn buildings(l: &mut Loading<'_>) -> Result<()> {
    let (units, floors, estate, area) = (l.slot("units"), l.slot("floors"), l.slot("estate"), l.slot("area"));
    let sql = format!(
        "select {} from building_state s where s.community_id = $1 and {} order by s.building_id",
        BuildingRow::COLUMNS,
        as_of("s", 2, 3)
    );
    l.each(&sql, l.params(), |frame, state| {
        let b = BuildingRow::read(state)?;
        let row = frame.push(b.id);
        frame.set_int(row, units, b.units);
        frame.set_int(row, floors, b.floors);
        frame.set_one(row, estate, b.estate);
        frame.set_one(row, area, b.area);
        Ok(())
    })
    .await
}

/// Frame `dwelling`. The order of addresses is made here, alike on both engines, not by a collation.
pub async fn dwellings(l: &mut Loading<'_>) -> Result<()> {
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
    l.each(&sql, l.params(), |frame, state| {
        let row = frame.push(state.get(0)?);
        let on: Option<i64> = state.get(2)?;
        frame.set_int(row, floor, on);
        frame.set_int(row, size, state.get(3)?);
        frame.set_code(row, used, state.text(4)?);
        frame.set_one(row, building, state.get(1)?);
        frame.set_one(row, area, state.get(5)?);
        addresses.push((state.get(6)?, state.get(7)?, state.get(8)?, on, state.get(9)?, row));
        Ok(())
    })
    .await?;
    addresses.sort_unstable();
    for (at, (.., row)) in addresses.into_iter().enumerate() {
        l.frame.set_int(row, rank, Some(at as i64));
    }
    Ok(())
}

/// Frame `ownership`.
pub async fn ownerships(l: &mut Loading<'_>) -> Result<()> {
    let (share, dwelling, person) = (l.slot("share"), l.slot("dwelling"), l.slot("person"));
    let alias = Aliases::load(l).await?;
    let sql = format!(
        "select s.ownership_id, s.dwelling_id, s.person_id, s.share_percent from ownership_state s
         where s.community_id = $1 and {} order by s.ownership_id",
        as_of("s", 2, 3)
    );
    l.each(&sql, l.params(), |frame, state| {
        let row = frame.push(state.get(0)?);
        frame.set_int(row, share, state.get(3)?);
        frame.set_one(row, dwelling, state.get(1)?);
        frame.set_one(row, person, Some(alias.of(state.get(2)?)));
        Ok(())
    })
    .await
}

row! {
    struct OrganisationRow {
        id: i64 = "s.organisation_id",
        kind: String = "s.kind",
        parent: Option<i64> = "s.parent_id",
        area: Option<i64> = "s.area_id",
        founded: Option<Day> = "s.founded",
    }
}

/// Frame `organisation`.
pub async fn organisations(l: &mut Loading<'_>) -> Result<()> {
    let (kind, founded, parent, area) = (l.slot("kind"), l.slot("founded"), l.slot("parent"), l.slot("area"));
    let sql = format!(
        "select {} from organisation_state s where s.community_id = $1 and {} order by s.organisation_id",
        OrganisationRow::COLUMNS,
        as_of("s", 2, 3)
    );
    l.each(&sql, l.params(), |frame, state| {
        let o = OrganisationRow::read(state)?;
        let row = frame.push(o.id);
        frame.set_code(row, kind, Some(&o.kind));
        frame.set_day(row, founded, o.founded.map(|d| d.0));
        one(frame, row, parent, o.parent);
        one(frame, row, area, o.area);
        Ok(())
    })
    .await
}

row! {
    struct FacilityRow {
        id: i64 = "s.facility_id",
        kind: String = "s.kind",
        quantity: Option<i64> = "s.quantity",
        area: Option<i64> = "s.area_id",
        first: Day = "(select min(f.valid_from) from facility_state f where f.community_id = s.community_id
                       and f.facility_id = s.facility_id and f.recorded <= $3 and (f.superseded is null or f.superseded > $3))",
    }
}

/// Frame `facility`. In use since its first state, not since the last change of it.
pub async fn facilities(l: &mut Loading<'_>) -> Result<()> {
    let (kind, since, quantity, area) = (l.slot("kind"), l.slot("since"), l.slot("quantity"), l.slot("area"));
    let sql = format!(
        "select {} from facility_state s where s.community_id = $1 and {} order by s.facility_id",
        FacilityRow::COLUMNS,
        as_of("s", 2, 3)
    );
    l.each(&sql, l.params(), |frame, state| {
        let f = FacilityRow::read(state)?;
        let row = frame.push(f.id);
        frame.set_code(row, kind, Some(&f.kind));
        frame.set_day(row, since, Some(f.first.0));
        frame.set_int(row, quantity, f.quantity);
        one(frame, row, area, f.area);
        Ok(())
    })
    .await
}
