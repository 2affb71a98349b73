//! Posts: somebody holds a role in an area or an organisation.

use liren_facts::Day;
use liren_store::params;

use crate::base::states::Stated as _;
use crate::base::states::{self, state};
use crate::base::{AppointmentId, AreaId, Mine, OrganisationId, PersonId, Result, Write};

state! {
    /// 任职
    pub struct Appointment in "appointment_state" of AppointmentId as "appointment_id" {
        person: PersonId = "person_id",
        area: Option<AreaId> = "area_id",
        organisation: Option<OrganisationId> = "organisation_id",
        role: String = "role",
    }
}

impl Appointment {
    /// Somebody takes up a post from `on`.
    pub async fn begin(self, w: &mut Write, on: Day) -> Result<AppointmentId> {
        states::create(w, Self::TABLE, on, self.values()).await.map(AppointmentId)
    }

    /// Somebody no longer holds a post from `on` on; what is known of later days stays.
    pub async fn lay_down(w: &mut Write, on: Day, id: Mine<AppointmentId>) -> Result<()> {
        states::end(w, Self::TABLE, &params![id], on).await
    }
}
