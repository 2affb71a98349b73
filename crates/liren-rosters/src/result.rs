//! A reading as the JSON that `liren import --dry-run --result` prints.

use std::collections::BTreeMap;

use liren_facts::PartialDay;
use liren_sheets::book::column_letters;
use serde_json::{Value, json};

use crate::draft::{Reading, Source};

impl Reading {
    /// People, problems and counts; see the fields' names. Rows are 1-based, columns letters.
    pub fn to_result_json(&self) -> Value {
        let source = |s: &Source| {
            let mut out = json!({"sheet": self.sheet_name(s.sheet), "row": s.row});
            if let Some(column) = s.column {
                out["column"] = json!(column_letters(column));
            }
            out
        };
        let people: Vec<Value> = self
            .people
            .iter()
            .map(|p| {
                let relation = p.relation.as_ref();
                json!({
                    "source": source(&p.source),
                    "also": p.also.iter().map(|s| json!({"source": source(s)})).collect::<Vec<_>>(),
                    "name": p.name.as_ref().map(|n| &n.value),
                    "former_name": p.former_names.first(),
                    "sex": p.sex.as_ref().map(|s| s.value.code()),
                    "birth_date": p.birth.as_ref().map(|b| prefix(b.value)),
                    "id_number": p.number.as_ref().filter(|n| n.value.text.len() == 18).map(|n| &n.value.text),
                    "household": p.household.map(|h| format!("H{}", h + 1)),
                    "relation": relation.and_then(|r| r.code),
                    "relation_class": relation.and_then(|r| r.class).map_or("unknown", |c| c.word()),
                    "dwelling": p.dwelling.as_ref().map(|d| d.value.key()),
                    "residency": p.residency.as_ref().map_or("unknown", |r| r.value.word()),
                    "status": p.status.value.word(),
                    "phones": p.phones.iter().map(|p| &p.digits).collect::<Vec<_>>(),
                    "matched": p.matched.map(|m| m.person),
                })
            })
            .collect();
        let problems: Vec<Value> = self
            .problems
            .iter()
            .map(|p| {
                json!({
                    "sheet": self.sheet_name(p.sheet),
                    "row": p.row,
                    "column": p.column.map(column_letters),
                    "header": p.header,
                    "kind": p.kind,
                    "level": p.level.word(),
                    "message": p.zh,
                    "message_en": p.en,
                })
            })
            .collect();
        json!({
            "people": people,
            "problems": problems,
            "questions": self.questions_json(),
            "sheets": self.sheets_json(),
            "counts": self.counts_json(),
        })
    }

    /// Each sheet as it was understood: its role, its ledger, what each column was taken for, what was left aside.
    pub fn sheets_json(&self) -> Value {
        let column = |c: &crate::table::ColumnRead| {
            json!({
                "column": column_letters(c.column),
                "header": c.header,
                "meaning": c.field,
                "confidence": (f64::from(c.confidence) * 100.0).round() / 100.0,
                "filled": c.filled,
                "aside": c.aside,
            })
        };
        let filled = |c: &&crate::table::ColumnRead| c.filled > 0 || !c.header.is_empty();
        let sheets = self.sheets.iter().map(|s| {
            json!({
                "name": s.name, "role": s.role.word(), "people_rows": s.people_rows,
                "ledger": s.ledger, "skipped": s.skipped, "hidden": s.hidden,
                "lines": s.runs().iter().map(|(l, first, last)| json!([l.word(), first, last])).collect::<Vec<_>>(),
                "columns": s.columns.iter().filter(filled).map(column).collect::<Vec<_>>(),
            })
        });
        sheets.collect::<Vec<_>>().into()
    }

    pub fn sheet_name(&self, sheet: usize) -> &str {
        self.sheets.get(sheet).map_or("", |s| s.name.as_str())
    }

    fn counts_json(&self) -> Value {
        let c = &self.counts;
        let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
        for problem in &self.problems {
            *by_kind.entry(problem.kind.as_str()).or_default() += 1;
        }
        json!({
            "records": c.records,
            "distinct_people": c.distinct_people,
            "duplicate_records": c.duplicate_records,
            "active_people": c.active_people,
            "deceased": c.deceased,
            "moved_out": c.moved_out,
            "active_by_residency": {
                "resident": c.active_resident,
                "temporary": c.active_temporary,
                "hukou_only": c.active_hukou_only,
                "unknown": c.active_unknown,
            },
            "households": c.households,
            "dwellings": c.dwellings,
            "valid_ids": c.valid_ids,
            "problems_by_kind": by_kind,
            "problems_by_level": {"error": c.errors, "warning": c.warnings, "note": c.notes},
        })
    }
}

/// `1985`, `1985-03` or `1985-03-07`: as much of the date as both ends share.
fn prefix(day: PartialDay) -> String {
    let (first, last) = (day.first.to_string(), day.last.to_string());
    if first == last {
        first
    } else if first[..7] == last[..7] {
        first[..7].to_owned()
    } else {
        first[..4].to_owned()
    }
}
