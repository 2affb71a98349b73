//! Merge of duplicates with provenance, and un-merge.
//!
//! A merge writes an alias; states keep the id they were written with and are read through it. Un-merging
//! supersedes the alias and shows again what was written in between.

use liren_store::params;

use super::queries;
use crate::base::{Result, Write, error};

/// `person` is the same human being as `target`; `reason` is audited.
pub async fn merge(w: &mut Write, person: i64, target: i64, reason: &str) -> Result<()> {
    if person == target || queries::alias_of(w, target).await?.is_some() {
        return Err(error::invalid(
            "不能合并：两条记录是同一条，或目标记录已并入别的记录。请先撤销原来的合并。",
            "Cannot merge: both are the same record, or the target has itself been merged. Undo that merge first.",
        ));
    }
    if queries::alias_of(w, person).await?.is_some() {
        return Err(error::invalid(
            "这条记录已经并入别的记录。如要改并，请先撤销原来的合并。",
            "This record has already been merged. Undo that merge first.",
        ));
    }
    let row = params![w.community, person, target, w.revision];
    w.tx.insert("alias", &["community_id", "person_id", "target_id", "recorded"], vec![row]).await?;
    w.touch("person");
    w.audit("merge", "person", person, reason).await
}

/// Undoes a merge.
pub async fn unmerge(w: &mut Write, person: i64, reason: &str) -> Result<()> {
    if queries::end_alias(w, person).await? == 0 {
        return Err(error::invalid(
            "这条记录没有被合并过，无需撤销。",
            "This record is not merged; there is nothing to undo.",
        ));
    }
    w.touch("person");
    w.audit("unmerge", "person", person, reason).await
}
