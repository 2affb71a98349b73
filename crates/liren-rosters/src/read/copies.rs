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
            let number = r.draft.number.as_ref().map(|n| n.value.text.as_str()).unwrap_or_default();
            Some(format!("{name}{number}"))
        };
        let mut people: BTreeMap<usize, HashSet<String>> = BTreeMap::new();
        for record in &self.records {
            people.entry(record.sheet).or_default().extend(key(record));
        }
        let mut stale = Vec::new();
        let mut left_out: Vec<usize> = Vec::new();
        for (sheet, own) in &people {
            if self.sheets[*sheet].skipped {
                // A hidden sheet: a copy of a visible one, or people nobody asked for.
                let shown: HashSet<&String> =
                    people.iter().filter(|(other, _)| !self.sheets[**other].skipped).flat_map(|(_, p)| p).collect();
                let shared = own.iter().filter(|p| shown.contains(p)).count();
                if shared * 10 >= own.len() * 8 {
                    self.sheets[*sheet].role = Role::StaleCopy;
                }
                left_out.push(*sheet);
            }
        }
        people.retain(|sheet, _| !left_out.contains(sheet));
        for (sheet, own) in &people {
            let marked = is_marked_copy(&self.sheets[*sheet].name) || self.is_of_an_earlier_time(*sheet);
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
                // Of two unmarked twins the later is the copy, unless the other tells an earlier time.
                let other_is = is_marked_copy(&self.sheets[*other].name) || self.is_of_an_earlier_time(*other);
                if copied && (marked || (sheet > other && !other_is)) {
                    stale.push(*sheet);
                    break;
                }
            }
        }
        for sheet in &stale {
            self.sheets[*sheet].role = Role::StaleCopy;
            self.sheets[*sheet].skipped = true;
        }
        stale.extend(left_out);
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
        self.said_of_others.retain(|s| !stale.contains(&s.at.sheet));
        for said in &mut self.said_of_others {
            said.record = index[said.record].unwrap_or(said.record);
            said.at.record = said.at.record.and_then(|p| index[p]);
        }
        self.embedded.retain(|e| !stale.contains(&e.source.sheet));
        for mention in &mut self.embedded {
            mention.of = mention.of.and_then(|p| index[p]);
        }
    }

    /// 2011 beside 2013, 9月 beside 11月.
    fn is_of_an_earlier_time(&self, sheet: usize) -> bool {
        let own = time_of(&self.sheets[sheet].name);
        own.is_some()
            && (0..self.sheets.len()).any(|other| {
                let theirs = time_of(&self.sheets[other].name);
                theirs > own && self.headers(other) == self.headers(sheet)
            })
    }

    fn headers(&self, sheet: usize) -> Vec<&str> {
        self.sheets[sheet].columns.iter().map(|c| c.header.as_str()).collect()
    }
}

fn is_marked_copy(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    let word = |w: &str| lower.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part == w);
    if ["copy", "old", "bak", "backup"].iter().any(|w| word(w)) {
        return true;
    }
    [
        "旧", "副本", "备份", "作废", "原始", "草稿", "历史", "存档", "上年", "去年", "上月", "(2)", "(2)", "留底",
        "原稿", "以前", "老表", "老册", "老版", "(老)", "停用", "勿用", "过期",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// The year and month a sheet's name tells: 2013年9月, 201309, 9月份; a month alone is of any year.
fn time_of(name: &str) -> Option<(u32, u32)> {
    let mut numbers: Vec<(u32, &str)> = Vec::new();
    let mut rest = name;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[at..];
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        numbers.push((digits[..length].parse().ok()?, &digits[length..]));
        rest = &digits[length..];
    }
    let month = |n: u32| (1..=12).contains(&n).then_some(n);
    let of_month = numbers.iter().find(|(_, after)| after.starts_with('月')).and_then(|(n, _)| month(*n));
    match numbers[..] {
        [(n, _), ..] if (190_001..=209_912).contains(&n) => Some((n / 100, month(n % 100)?)),
        [(year, _), (n, _), ..] if (1900..2100).contains(&year) => Some((year, of_month.or(month(n)).unwrap_or(0))),
        [(year, _), ..] if (1900..2100).contains(&year) => Some((year, 0)),
        _ => of_month.map(|n| (0, n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_times_are_told_by_the_name() {
        for (name, copy, time) in [
            ("花名册(旧)", true, None),
            ("独居老人", false, None),
            ("household", false, None),
            ("backup", true, None),
            ("2013年9月", false, Some((2013, 9))),
            ("201311", false, Some((2013, 11))),
            ("9月份", false, Some((0, 9))),
            ("2012年", false, Some((2012, 0))),
            ("3号楼2单元", false, None),
        ] {
            assert_eq!((is_marked_copy(name), time_of(name)), (copy, time), "{name}");
        }
    }
}
