//! Kept mappings: what somebody confirmed of a sheet's columns is used by itself for the next sheet of that layout.

use liren_rosters::mapping::SheetMapping;
use liren_rosters::{Layout, Mapping};
use sha2::{Digest as _, Sha256};

use super::queries::{self, KeptLayout};
use crate::base::{Result, Write, error};

/// A sheet that is read as an earlier one of its layout was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub sheet: String,
    /// The instant at which that was confirmed, in UTC microseconds.
    pub since: i64,
    /// The revision that confirmed it.
    pub revision: i64,
}

/// The mapping to read by: what was given, and for other sheets what was kept.
pub(super) fn effective(
    given: Option<&Mapping>,
    layouts: &[Layout],
    kept: &[KeptLayout],
) -> Result<(Option<Mapping>, Vec<Applied>)> {
    let mut map = given.cloned().unwrap_or_default();
    let mut applied = Vec::new();
    for layout in layouts {
        if map.sheets.iter().any(|s| s.name == layout.sheet) {
            continue;
        }
        let (headers, title) = (digest(&layout.headers), digest(&layout.title));
        let of_layout = || kept.iter().filter(|k| k.layout == headers);
        let exact = of_layout().find(|k| k.title == title);
        let Some(found) = exact.or_else(|| of_layout().max_by_key(|k| k.recorded)) else { continue };
        let mut sheet: SheetMapping = serde_json::from_str(&found.mapping).map_err(error::fault)?;
        if exact.is_none() {
            // Columns mean the same below another title; what the list tells may be another thing.
            (sheet.ledger, sheet.stage) = (None, None);
            sheet.role.clear();
            if sheet.columns.is_empty() {
                continue;
            }
        }
        sheet.name.clone_from(&layout.sheet);
        map.sheets.push(sheet);
        applied.push(Applied { sheet: layout.sheet.clone(), since: found.at, revision: found.recorded });
    }
    let anything = given.is_some() || !applied.is_empty();
    Ok((anything.then_some(map), applied))
}

/// Keeps what was given for the next sheets of these layouts.
pub(super) async fn keep(w: &mut Write, given: &Mapping, layouts: &[Layout], kept: &[KeptLayout]) -> Result<()> {
    for sheet in &given.sheets {
        let Some(layout) = layouts.iter().find(|l| l.sheet == sheet.name) else { continue };
        let Some(sheet) = answered(sheet) else { continue };
        let mapping = serde_json::to_string(&sheet).map_err(error::fault)?;
        let (headers, title) = (digest(&layout.headers), digest(&layout.title));
        let before = kept.iter().find(|k| k.layout == headers && k.title == title);
        if before.is_some_and(|k| k.mapping == mapping) {
            continue;
        }
        queries::keep_layout(w, &headers, &title, &mapping).await?;
    }
    Ok(())
}

/// What was answered of a sheet, apart from where it stands in this file. Nothing, when nothing was.
fn answered(sheet: &SheetMapping) -> Option<SheetMapping> {
    let open = |text: &String| text.trim() == "?";
    let mut out = SheetMapping { name: String::new(), header: None, ..sheet.clone() };
    out.stage = out.stage.filter(|s| !open(s));
    for column in &mut out.columns {
        column.words.retain(|_, says| !open(says));
    }
    (!out.columns.is_empty() || out.stage.is_some() || out.ledger.is_some() || out.role == "skip").then_some(out)
}

/// Headers may hold a name that somebody typed into them: what is kept is their digest.
fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}
