//! What a register is called.

use std::collections::BTreeSet;

use liren_packs::{Packs, Register};
use liren_rules::Title;

use super::kept::KINDS;

/// 居民底数、低保、党支部 …
pub fn title(packs: &Packs, register: &Register) -> Title {
    let schema = &packs.schema;
    let of_kind = |kind: &str| schema.kind(kind).map(|id| schema.kind_of(id).title.clone());
    let none = || Title::new(register.id(), register.id());
    match register {
        Register::People => Title::new("居民底数", "Register of residents"),
        Register::Programme(id) => packs.programme(id).map_or_else(none, |p| p.title.clone()),
        Register::Kind(kind, None) => of_kind(kind).unwrap_or_else(none),
        Register::Kind(kind, Some(code)) => {
            let column = schema.kind(kind).and_then(|k| schema.kind_of(k).columns.iter().find(|c| c.name == "kind"));
            match column.map(liren_rules::Column::ty) {
                Some(liren_rules::Type::Code(table)) => {
                    let table = schema.table_of(table);
                    let found = table.find(code).and_then(|n| table.codes.get(usize::from(n)));
                    found.map_or_else(none, |c| c.title.clone())
                }
                _ => none(),
            }
        }
    }
}

/// Every register there is to keep: of the residents, of each programme, of each kind of event that a pack declares, and those
/// that a figure rests on.
pub fn all(packs: &Packs) -> Vec<Register> {
    let mut all = vec![Register::People];
    all.extend(packs.programmes.iter().filter(|p| !p.stages.is_empty()).map(|p| Register::Programme(p.id.clone())));
    let named: BTreeSet<&Register> = packs.figures.iter().flat_map(|f| &f.registers).collect();
    let coded = named.into_iter().filter(|r| matches!(r, Register::Kind(..))).cloned();
    all.extend(coded);
    for event in &packs.events {
        all.push(Register::Kind(event.id.clone(), None));
    }
    all.extend(KINDS.iter().map(|kind| Register::Kind((*kind).to_owned(), None)));
    let mut seen = BTreeSet::new();
    all.retain(|register| seen.insert(register.clone()));
    all
}
