//! Merge of duplicates with provenance, and un-merge.
//!
//! A merge writes an alias; states keep the id they were written with and are read through it. Un-merging
//! supersedes the alias and shows again what was written in between.

use liren_store::params;

use super::queries;
use crate::base::{Aliases, Mine, PersonId, Result, Scope, Write, error};

/// `person` is the same human being as `target`; `reason` is audited.
pub async fn merge(w: &mut Write, person: Mine<PersonId>, target: Mine<PersonId>, reason: &str) -> Result<()> {
    if person == target || queries::alias_of(w, target.id()).await?.is_some() {
        return Err(error::invalid(
            "不能合并：两条记录是同一条，或目标记录已并入别的记录。请先撤销原来的合并。",
            "Cannot merge: both are the same record, or the target has itself been merged. Undo that merge first.",
        ));
    }
    if queries::alias_of(w, person.id()).await?.is_some() {
        return Err(error::invalid(
            "这条记录已经并入别的记录。如要改并，请先撤销原来的合并。",
            "This record has already been merged. Undo that merge first.",
        ));
    }
    // Whoever was read through this record is now read through the target.
    note(w, person.id(), Some(target.id())).await?;
    let row = params![w.community, person, target, w.revision];
    w.tx.insert("alias", &["community_id", "person_id", "target_id", "recorded"], vec![row]).await?;
    w.audit("merge", "person", person.number(), reason).await
}

/// Undoes a merge: `person` is somebody else than `target` after all.
pub async fn unmerge(w: &mut Write, target: Mine<PersonId>, person: PersonId, reason: &str) -> Result<()> {
    if queries::alias_of(w, person).await? != Some(target.number()) {
        return Err(error::invalid(
            "这条记录没有被合并过，无需撤销。",
            "This record is not merged; there is nothing to undo.",
        ));
    }
    note(w, person, Some(target.id())).await?;
    queries::end_alias(w, person).await?;
    w.audit("unmerge", "person", person.0, reason).await
}

/// Leaves the trace on both records and on everybody read through the merged one: their lives are settled anew.
async fn note(w: &mut Write, person: PersonId, target: Option<PersonId>) -> Result<()> {
    w.touch("alias");
    let scope = Scope::whole(w.community);
    let merged = Aliases::now(&mut w.tx, &scope).await?.whole(person);
    for id in merged.into_iter().chain(target) {
        w.changed("person", id.0, "alias");
    }
    Ok(())
}
