//! Old copies of a sheet inside the workbook are not imported again.

use std::collections::{BTreeMap, HashSet};

use crate::extract::Record;
use crate::read::Work;
use crate::table::Role;

impl Work {
    /// A sheet whose people all stand in another sheet of the same layout is an old copy.
    pub(super) fn drop_stale_copies(&mut self) {
        let key = |r: &Record| -> Option<String> {
            let name = r.draft.name.as_ref()?.value.as_str();
            let number = r
                .draft
                .number
                .as_ref()
                .map(|n| n.value.text.as_str())
                .unwrap_or_default();
            Some(format!("{name}{number}"))
        };
        let mut people: BTreeMap<usize, HashSet<String>> = BTreeMap::new();
        for record in &self.records {
            people.entry(record.sheet).or_default().extend(key(record));
        }
        let mut stale = Vec::new();
        for (sheet, own) in &people {
            let marked =
                is_marked_copy(&self.sheets[*sheet].name) || self.is_of_an_earlier_year(*sheet);
            for (other, theirs) in &people {
                if sheet == other || stale.contains(other) || own.len() < 5 {
                    continue;
                }
                let shared = own.intersection(theirs).count();
                let same_headers = self.headers(*sheet) == self.headers(*other);
                let copied = if marked {
                    shared * 10 >= own.len() * 5
                } else {
                    same_headers && shared * 10 >= own.len() * 9 && own.len() * 2 >= theirs.len()
                };
                // Of two unmarked twins the later is the copy.
                if copied && (marked || sheet > other) {
                    stale.push(*sheet);
                    break;
                }
            }
        }
        for sheet in &stale {
            self.sheets[*sheet].role = Role::StaleCopy;
            self.sheets[*sheet].skipped = true;
        }
        if stale.is_empty() {
            return;
        }
        // Indexes of records move, so problems and mentions of the dropped ones go and the others follow.
        let mut index = vec![None; self.records.len()];
        let mut kept = 0;
        for (at, record) in self.records.iter().enumerate() {
            if !stale.contains(&record.sheet) {
                index[at] = Some(kept);
                kept += 1;
            }
        }
        self.records.retain(|r| !stale.contains(&r.sheet));
        self.problems.list.retain(|p| !stale.contains(&p.sheet));
        for problem in &mut self.problems.list {
            problem.person = problem.person.and_then(|p| index[p]);
        }
        self.embedded.retain(|e| !stale.contains(&e.source.sheet));
        for mention in &mut self.embedded {
            mention.of = mention.of.and_then(|p| index[p]);
        }
    }

    /// 2011 beside 2013.
    fn is_of_an_earlier_year(&self, sheet: usize) -> bool {
        let year = |at: usize| -> Option<u32> {
            let name = &self.sheets[at].name;
            let start = name.find("20")?;
            name.get(start..start + 4)?.parse().ok()
        };
        let own = year(sheet);
        own.is_some()
            && (0..self.sheets.len())
                .any(|other| year(other) > own && self.headers(other) == self.headers(sheet))
    }

    fn headers(&self, sheet: usize) -> Vec<&str> {
        self.sheets[sheet]
            .columns
            .iter()
            .map(|c| c.header.as_str())
            .collect()
    }
}

fn is_marked_copy(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        "旧", "副本", "备份", "作废", "原始", "草稿", "历史", "存档", "上年", "去年", "copy",
        "old", "bak", "(2)", "(2)", "留底", "原稿", "以前", "老", "停用", "勿用", "过期",
    ]
    .iter()
    .any(|w| lower.contains(w))
}
