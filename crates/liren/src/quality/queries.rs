//! Every statement of this slice.

use liren_store::{Tx, params};

use crate::base::{Result, Scope};

/// Problems of imports that nobody has settled: kind, level, the person it is about.
pub async fn open_problems(tx: &mut Tx, scope: &Scope) -> Result<Vec<(String, String, Option<i64>)>> {
    Ok(tx
        .rows(
            "select kind, level, person_id from import_problem
             where community_id = $1 and settled is null order by id",
            params![scope.community],
        )
        .await?)
}
