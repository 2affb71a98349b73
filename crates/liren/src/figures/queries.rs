//! Every statement of this slice.

use liren_facts::{Day, Period};
use liren_store::{Tx, params};

use super::targets::Target;
use crate::base::records::{self, Kept};
use crate::base::{Moment, Result, Scope, Write, row};

/// 定稿 — a set of figures as they stood, kept with who was counted.
#[derive(Clone, Debug)]
pub struct FrozenSet {
    pub id: i64,
    pub name: String,
    pub period: Period,
    /// The revision its values were read at.
    pub known_at: i64,
}

row! {
    /// One value of a frozen set.
    pub struct FrozenValue {
        pub figure: String = "figure",
        pub number: Option<i64> = "number",
        pub base: Option<i64> = "base",
        /// `known`, `at_least` …; `None` in sets that were frozen before answers were kept.
        pub answer: Option<String> = "answer",
        pub digest: String = "digest",
        pub kind: Option<String> = "kind",
        pub ids: Option<Vec<u8>> = "ids",
    }
}

/// Writes a frozen set of values known at a revision; its id.
pub async fn freeze(w: &mut Write, name: &str, period: Period, known_at: i64, values: Vec<FrozenValue>) -> Result<i64> {
    let id = w.id();
    let columns = ["community_id", "id", "name", "first_day", "last_day", "known_at", "recorded"];
    let row = params![w.community, id, name, period.first.0, period.last.0, known_at, w.revision];
    w.tx.insert("frozen_set", &columns, vec![row]).await?;
    let community = w.community;
    let rows = values
        .into_iter()
        .map(|v| params![community, id, v.figure, "", v.number, v.base, v.digest, v.kind, v.ids, v.answer])
        .collect();
    let columns =
        ["community_id", "freeze_id", "figure", "arguments", "number", "base", "digest", "kind", "ids", "answer"];
    w.tx.insert("frozen_value", &columns, rows).await?;
    Ok(id)
}

/// The frozen sets of a community, oldest first.
pub async fn frozen_sets(tx: &mut Tx, scope: &Scope) -> Result<Vec<FrozenSet>> {
    let rows: Vec<(i64, String, Day, Day, i64)> = tx
        .rows(
            "select id, name, first_day, last_day, known_at from frozen_set
             where community_id = $1 and superseded is null order by id",
            params![scope.community],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, first, last, known_at)| FrozenSet { id, name, period: Period { first, last }, known_at })
        .collect())
}

/// The values of a frozen set.
pub async fn frozen_values(tx: &mut Tx, scope: &Scope, set: i64) -> Result<Vec<FrozenValue>> {
    let sql = format!(
        "select {} from frozen_value where community_id = $1 and freeze_id = $2 order by figure",
        FrozenValue::COLUMNS
    );
    Ok(tx.rows(&sql, params![scope.community, set]).await?)
}

/// Each frozen set that holds a figure, with the value in it, the latest first.
pub async fn frozen_of(tx: &mut Tx, scope: &Scope, figure: &str) -> Result<Vec<(FrozenSet, FrozenValue)>> {
    let mut found = Vec::new();
    for set in frozen_sets(tx, scope).await?.into_iter().rev() {
        let sql = format!(
            "select {} from frozen_value where community_id = $1 and freeze_id = $2 and figure = $3",
            FrozenValue::COLUMNS
        );
        let values: Vec<FrozenValue> = tx.rows(&sql, params![scope.community, set.id, figure]).await?;
        found.extend(values.into_iter().map(|value| (set.clone(), value)));
    }
    Ok(found)
}

/// The targets of a figure that are set, as known at the moment, the earliest first.
pub async fn targets(tx: &mut Tx, moment: Moment, figure: &str) -> Result<Vec<Kept<Target>>> {
    let condition = format!(
        "t.community_id = $1 and t.figure = $2 and {} order by t.last_day, t.id",
        crate::base::states::known("t", 3)
    );
    records::read(tx, &condition, params![moment.community, figure, moment.revision]).await
}
