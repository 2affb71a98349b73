//! The list a figure opens, cut by the reader's scope.

use liren_rules::KindId;

use super::desk::Desk;
use super::sheet::Sheet;
use crate::base::Scope;

/// The ids of a list that lie within a scope; the rest lie outside the reader's area.
pub fn within(sheet: &Sheet, kind: KindId, ids: &[i64], scope: &Scope) -> Vec<i64> {
    if scope.areas.is_none() {
        return ids.to_vec();
    }
    let frame = sheet.look.world.frame(kind);
    let allowed = sheet.look.within(kind, scope);
    ids.iter()
        .copied()
        .filter(|id| frame.row_of(*id).is_some_and(|row| allowed.contains(row)))
        .collect()
}

/// The name of the part of the tree a scope covers, as the page's header shows it.
pub fn place_name(desk: &Desk, scope: &Scope) -> String {
    let name = |id: i64| {
        desk.areas
            .iter()
            .find(|a| a.id == id)
            .map(|a| a.name.clone())
    };
    match &scope.areas {
        None => desk
            .areas
            .first()
            .map(|a| a.name.clone())
            .unwrap_or_default(),
        Some(areas) => areas
            .iter()
            .filter_map(|id| name(*id))
            .collect::<Vec<_>>()
            .join("、"),
    }
}
