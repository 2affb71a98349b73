//! Every statement of this slice.

use std::collections::HashMap;

use liren_facts::{Day, Period};
use liren_store::{Tx, params};

use crate::base::records::{self, Kept};
use crate::base::states::on_day;
use crate::base::{Fields, MatterId, OrganisationId, Result, Scope};
use crate::figures::targets::Target;
use crate::programmes::events::Event;

/// Events of a kind that happened within a period, the latest first, with their fields.
pub async fn events(tx: &mut Tx, scope: &Scope, kind: &str, period: Period) -> Result<Vec<(Kept<Event>, Fields)>> {
    let condition = "t.community_id = $1 and t.kind = $2 and t.day >= $3 and t.day <= $4 and t.superseded is null
                     order by t.day desc, t.id desc";
    let found: Vec<Kept<Event>> =
        records::read(tx, condition, params![scope.community, kind, period.first, period.last]).await?;
    let mut fields = records::fields(tx, scope, &found).await?;
    Ok(found.into_iter().map(|kept| (fields.remove(&kept.id).unwrap_or_default(), kept)).map(|(f, k)| (k, f)).collect())
}

/// How many events of each kind happened within a period.
pub async fn counts(tx: &mut Tx, scope: &Scope, period: Period) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = tx
        .rows(
            "select e.kind, count(*) from event e
             where e.community_id = $1 and e.day >= $2 and e.day <= $3 and e.superseded is null group by e.kind",
            params![scope.community, period.first, period.last],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// The organisations of a day by name: id, kind, name.
pub async fn organisations(tx: &mut Tx, scope: &Scope, on: Day) -> Result<Vec<(i64, String, String)>> {
    let sql = format!(
        "select s.organisation_id, s.kind, s.name from organisation_state s
         where s.community_id = $1 and {} order by s.kind, s.name, s.organisation_id",
        on_day("s", 2)
    );
    Ok(tx.rows(&sql, params![scope.community, on]).await?)
}

/// Whether an organisation is of this community.
pub async fn organisation(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Option<OrganisationId>> {
    let sql = "select o.id from organisation o where o.community_id = $1 and o.id = $2";
    let row: Option<(OrganisationId,)> = tx.opt(sql, params![scope.community, id]).await?;
    Ok(row.map(|(id,)| id))
}

/// The matter of a kind that somebody or something has, the latest.
pub async fn matter(tx: &mut Tx, scope: &Scope, kind: &str, of: (&str, i64)) -> Result<Option<MatterId>> {
    let sql = "select m.id from matter m
               where m.community_id = $1 and m.kind = $2 and m.subject_kind = $3 and m.subject_id = $4
               order by m.id desc limit 1";
    let row: Option<(MatterId,)> = tx.opt(sql, params![scope.community, kind, of.0, of.1]).await?;
    Ok(row.map(|(id,)| id))
}

/// Targets that end within a year, the earliest first.
pub async fn targets(tx: &mut Tx, scope: &Scope, year: i32) -> Result<Vec<Kept<Target>>> {
    let (first, last) = (Day::ymd(year, 1, 1), Day::ymd(year, 12, 31));
    let condition = "t.community_id = $1 and t.last_day >= $2 and t.last_day <= $3 and t.superseded is null
                     order by t.last_day, t.id";
    records::read(tx, condition, params![scope.community, first, last]).await
}
