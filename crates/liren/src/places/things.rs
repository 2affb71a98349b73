//! The things of a place as dated states.

use liren_facts::Day;

use crate::base::states::{create_all, state};
use crate::base::{
    AreaId, BuildingId, DwellingId, EstateId, FacilityId, OrganisationId, Origin, OwnershipId, PersonId, Result, Write,
};

state! {
    /// 小区 — an estate, a lane or a village.
    pub struct Estate in "estate_state" of EstateId as "estate_id" {
        name: String = "name",
    }
}

state! {
    /// 楼栋 — its place in the tree is `area`.
    pub struct Building in "building_state" of BuildingId as "building_id" {
        estate: Option<EstateId> = "estate_id",
        name: String = "name",
        area: Option<AreaId> = "area_id",
        units: Option<i64> = "units",
        floors: Option<i64> = "floors",
    }
}

state! {
    /// 房屋 — a home: a unit and a room of a building; `size` in 0.01 square metres.
    pub struct Dwelling in "dwelling_state" of DwellingId as "dwelling_id" {
        building: Option<BuildingId> = "building_id",
        unit: Option<String> = "unit",
        room: String = "room",
        floor: Option<i64> = "floor",
        size: Option<i64> = "area_cm2",
        used: Option<String> = "use",
        kind: Option<String> = "kind",
    }
}

state! {
    /// 产权 — somebody owns a dwelling; `share` in percent.
    pub struct Ownership in "ownership_state" of OwnershipId as "ownership_id" {
        dwelling: DwellingId = "dwelling_id",
        person: PersonId = "person_id",
        share: Option<i64> = "share_percent",
    }
}

state! {
    /// 组织 — a branch, committee, team, company or shop.
    pub struct Organisation in "organisation_state" of OrganisationId as "organisation_id" {
        kind: String = "kind",
        name: String = "name",
        parent: Option<OrganisationId> = "parent_id",
        area: Option<AreaId> = "area_id",
        credit_code: Option<String> = "credit_code",
        founded: Option<Day> = "founded",
    }
}

state! {
    /// 设施 — what is kept and counted and is neither a home nor an organisation.
    pub struct Facility in "facility_state" of FacilityId as "facility_id" {
        kind: String = "kind",
        name: String = "name",
        area: Option<AreaId> = "area_id",
        quantity: Option<i64> = "quantity",
        unit: Option<String> = "unit",
    }
}

macro_rules! added {
    ($($thing:ident $id:ident),+) => { $(
        impl $thing {
            /// Known from `on` on; its id.
            pub async fn add(self, w: &mut Write, on: Day) -> Result<$id> {
                let ids = create_all(w, on, vec![(self, Origin::default())]).await?;
                ids.first().copied().ok_or_else(|| crate::base::error::fault("nothing was added"))
            }

            /// The same for many, each with where it is known from; their ids in order.
            pub async fn add_all(w: &mut Write, on: Day, new: Vec<($thing, Origin)>) -> Result<Vec<$id>> {
                create_all(w, on, new).await
            }
        }
    )+ };
}
added!(Estate EstateId, Building BuildingId, Dwelling DwellingId, Ownership OwnershipId, Organisation OrganisationId);
added!(Facility FacilityId);
