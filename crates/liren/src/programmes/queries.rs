//! Every statement of this slice that reads single enrolments, as of a day as known now.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::{Tx, params};

use crate::base::stages::Subject;
use crate::base::states::on_day;
use crate::base::{FactValue, MatterId, Result, Scope};

/// What the fields of a programme's enrolments hold: enrolment and field to value.
pub async fn fields(
    tx: &mut Tx,
    scope: &Scope,
    programme: &str,
    on: Day,
) -> Result<HashMap<(MatterId, String), FactValue>> {
    let sql = format!(
        "select f.subject_id, f.field, f.number, f.text from field_value f
         join matter m on m.community_id = f.community_id and m.id = f.subject_id
         where f.community_id = $1 and {} and f.subject_kind = 'enrolment' and m.kind = $3",
        on_day("f", 2)
    );
    let rows: Vec<(MatterId, String, Option<i64>, Option<String>)> =
        tx.rows(&sql, params![scope.community, on, programme]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, field, number, text)| Some(((id, field), FactValue::of(number, text)?)))
        .collect())
}

/// The enrolments of a programme: subject to (enrolment, stage).
pub async fn enrolments(
    tx: &mut Tx,
    scope: &Scope,
    programme: &str,
    on: Day,
) -> Result<HashMap<Subject, (MatterId, String)>> {
    let sql = format!(
        "select m.id, m.subject_kind, m.subject_id, s.stage from matter m
         join matter_stage s on s.community_id = m.community_id and s.matter_id = m.id and {}
         where m.community_id = $1 and m.kind = $3 and m.subject_id is not null order by m.id",
        on_day("s", 2)
    );
    let rows: Vec<(MatterId, String, i64, String)> = tx.rows(&sql, params![scope.community, on, programme]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, kind, subject, stage)| Some((Subject::of(&kind, subject)?, (id, stage))))
        .collect())
}
