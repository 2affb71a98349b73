//! Every statement of this slice.

use liren_store::{Tx, params};

use crate::base::{Result, Scope};

/// Problems of imports that nobody has settled, by kind: (kind, level, how many).
pub async fn open_problems(tx: &mut Tx, scope: &Scope) -> Result<Vec<(String, String, i64)>> {
    Ok(tx
        .rows(
            "select kind, level, count(*) from import_problem
             where community_id = $1 and settled is null group by kind, level
             order by count(*) desc, kind",
            params![scope.community],
        )
        .await?)
}
