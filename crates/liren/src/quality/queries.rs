//! Every statement of this slice.

use std::collections::HashMap;

use liren_store::{Tx, params};

use crate::base::{Result, Scope, Write, row};

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

row! {
    /// 导入的问题 — one of a list that was read, with where it stands in it.
    pub struct ProblemRow {
        pub id: i64 = "p.id",
        pub kind: String = "p.kind",
        pub level: String = "p.level",
        pub person: Option<i64> = "p.person_id",
        pub file: String = "s.title",
        pub sheet: String = "p.sheet",
        pub row: i64 = "p.row_number",
        pub column: Option<String> = "p.column_name",
        pub state: Option<String> = "p.state",
        pub on_record: Option<String> = "p.on_record",
        pub said: Option<String> = "p.said",
    }
}

/// The problems of imports: those that wait, or those that somebody or a later list has settled, the last first.
pub async fn problems(tx: &mut Tx, scope: &Scope, open: bool) -> Result<Vec<ProblemRow>> {
    let which = if open { "is null" } else { "is not null" };
    let sql = format!(
        "select {} from import_problem p join source s on s.community_id = p.community_id and s.id = p.source_id
         where p.community_id = $1 and p.settled {which} order by p.settled desc, s.id, p.sheet, p.row_number, p.id",
        ProblemRow::COLUMNS
    );
    Ok(tx.rows(&sql, params![scope.community]).await?)
}

/// One of them.
pub async fn problem(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Option<ProblemRow>> {
    let sql = format!(
        "select {} from import_problem p join source s on s.community_id = p.community_id and s.id = p.source_id
         where p.community_id = $1 and p.id = $2",
        ProblemRow::COLUMNS
    );
    Ok(tx.opt(&sql, params![scope.community, id]).await?)
}

/// What became of a problem; `None` opens it again.
pub async fn settle_problem(w: &mut Write, id: i64, state: Option<&str>) -> Result<()> {
    let settled = state.map(|_| w.revision);
    let sql = "update import_problem set state = $3, settled = $4 where community_id = $1 and id = $2";
    w.tx.run(sql, params![w.community, id, state, settled]).await?;
    Ok(())
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
