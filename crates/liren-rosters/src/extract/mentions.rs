//! People who are only mentioned in a row, comments, and columns nobody declared.

use liren_facts::{name, phone};
use liren_sheets::Value;

use crate::draft::{Draft, Embedded};
use crate::extract::Reader;
use crate::meanings;
use crate::understand::{Block, Plan, Table};

impl Reader<'_, '_> {
    /// Guardians, landlords, heads and members who are only mentioned.
    pub(super) fn take_others(&mut self, draft: &Draft, plan: &Plan, row: u32, record: usize) {
        for (column, what, relation, phone_column) in [
            (plan.guardian_name, "guardian", plan.guardian_relation, plan.guardian_phone),
            (plan.landlord_name, "landlord", None, plan.landlord_phone),
            (plan.spouse_name, "spouse", None, None),
        ] {
            let Some(column) = column else { continue };
            let Some(text) = self.grid.own(row, column).as_text() else {
                continue;
            };
            let person = name::read(text);
            if !person.is_likely() {
                continue;
            }
            let shown = |c: Option<u16>| c.map(|c| self.grid.own(row, c).shown()).filter(|t| !t.trim().is_empty());
            self.embedded.push(Embedded {
                source: draft.source,
                column,
                name: person.text,
                what,
                relation: shown(relation).or_else(|| person.annotations.first().cloned()),
                phones: shown(phone_column).map(|t| phone::read(&t).phones).unwrap_or_default(),
                of: Some(record),
            });
        }
        for column in &plan.children {
            let person = name::read(self.grid.own(row, *column).as_text().unwrap_or(""));
            if person.is_likely() {
                self.embedded.push(Embedded {
                    source: draft.source,
                    column: *column,
                    name: person.text,
                    what: "child",
                    relation: None,
                    phones: Vec::new(),
                    of: Some(record),
                });
            }
        }
        if let Some(column) = plan.members
            && let Some(text) = self.grid.own(row, column).as_text()
        {
            for part in text.split(['、', ',', '，', ';', '；', '\n', '/']) {
                let person = name::read(part);
                let first = person.text.split(':').next_back().unwrap_or("").to_owned();
                if name::is_likely(&first) {
                    self.embedded.push(Embedded {
                        source: draft.source,
                        column,
                        name: first,
                        what: "member",
                        relation: person.annotations.first().cloned(),
                        phones: Vec::new(),
                        of: Some(record),
                    });
                }
            }
        }
        for fact in &draft.facts {
            if fact.kind == "landlord"
                && let (Some(value), Some(column)) = (&fact.value, plan.remarks.first())
            {
                self.embedded.push(Embedded {
                    source: draft.source,
                    column: *column,
                    name: value.clone(),
                    what: "landlord",
                    relation: None,
                    phones: Vec::new(),
                    of: Some(record),
                });
            }
        }
    }

    pub(super) fn take_extra(&mut self, draft: &mut Draft, plan: &Plan, row: u32, table: &Table) {
        for column in &plan.extra {
            let value = self.grid.own(row, *column);
            if value.is_empty() || matches!(value, Value::Error(_)) {
                continue;
            }
            let header = table.columns.get(usize::from(*column)).map(|c| c.header.clone()).unwrap_or_default();
            draft.extra.push((header, value.shown()));
        }
    }

    pub(super) fn take_comments(&mut self, draft: &mut Draft, block: &Block, row: u32, record: usize, several: bool) {
        if self.comments.is_empty() {
            return;
        }
        let width = self.grid.sheet.rows.get(row as usize).map_or(0, Vec::len).max(64);
        for column in 0..u16::try_from(width).unwrap_or(u16::MAX) {
            if several && !block.own.contains(&column) {
                continue;
            }
            if let Some(text) = self.comments.get(&(row, column)) {
                self.problems.raise(self.at(row, Some(column), record), "comment_carries_fact");
                for mut fact in meanings::remark_facts(text, self.on) {
                    fact.in_comment = true;
                    draft.facts.push(fact);
                }
            }
        }
    }
}
