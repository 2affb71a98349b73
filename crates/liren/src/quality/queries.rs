//! Every statement of this slice.

use std::collections::HashMap;

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

/// By record that keeps a register: the list it was given by, and who wrote it.
pub async fn kept_by(tx: &mut Tx, scope: &Scope) -> Result<HashMap<i64, (Option<String>, String)>> {
    let rows: Vec<(i64, Option<String>, String)> = tx
        .rows(
            "select k.id, s.title, c.actor from register_kept k
             join change c on c.community_id = k.community_id and c.revision = k.recorded
             left join source s on s.community_id = k.community_id and s.id = k.source_id
             where k.community_id = $1 and k.superseded is null",
            params![scope.community],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, source, actor)| (id, (source, actor))).collect())
}
