//! Records that were merged: states and records keep the id they were written with and are read through these.

use std::collections::HashMap;

use liren_store::{Tx, params};

use super::error::Result;
use super::states::known;
use super::{Loading, PersonId, Scope};

/// 合并 — each merged record of a person with the one it stands for in the end.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    /// Into which record each was merged, and for which it stands in the end.
    direct: HashMap<i64, i64>,
    end: HashMap<i64, i64>,
}

impl Aliases {
    /// Those that hold now.
    pub async fn now(tx: &mut Tx, scope: &Scope) -> Result<Aliases> {
        let sql = "select person_id, target_id from alias where community_id = $1 and superseded is null";
        Ok(Aliases::resolved(tx.rows(sql, params![scope.community]).await?))
    }

    /// Those of a loader's moment.
    pub async fn load(l: &mut Loading<'_>) -> Result<Aliases> {
        let sql =
            format!("select a.person_id, a.target_id from alias a where a.community_id = $1 and {}", known("a", 2));
        let bound = params![l.community, l.revision];
        Ok(Aliases::resolved(l.rows(&sql, bound).await?))
    }

    /// What a record was merged into may have been merged later.
    fn resolved(direct: Vec<(i64, i64)>) -> Aliases {
        let direct: HashMap<i64, i64> = direct.into_iter().collect();
        let end = |mut at: i64| {
            // No record is merged into one that stands for it, so a way is no longer than there are records.
            for _ in 0..direct.len() {
                match direct.get(&at) {
                    Some(next) => at = *next,
                    None => break,
                }
            }
            at
        };
        let end = direct.iter().map(|(id, target)| (*id, end(*target))).collect();
        Aliases { direct, end }
    }

    pub fn is_empty(&self) -> bool {
        self.end.is_empty()
    }

    /// The record an id stands for: another one when it was merged.
    pub fn of(&self, id: i64) -> i64 {
        self.end.get(&id).copied().unwrap_or(id)
    }

    /// The record into which one was merged.
    pub fn direct(&self, id: i64) -> Option<i64> {
        self.direct.get(&id).copied()
    }

    pub fn is_merged(&self, id: i64) -> bool {
        self.end.contains_key(&id)
    }

    /// The records merged into one, by id.
    pub fn merged_into(&self, id: i64) -> Vec<i64> {
        let mut merged: Vec<i64> = self.end.iter().filter(|(_, target)| **target == id).map(|(id, _)| *id).collect();
        merged.sort_unstable();
        merged
    }

    /// A person's own id and those merged into it: own facts win over those of merged records.
    pub fn whole(&self, id: PersonId) -> Vec<PersonId> {
        std::iter::once(id).chain(self.merged_into(id.0).into_iter().map(PersonId)).collect()
    }
}
