//! Code tables of the national standards, and the codes behind the words clerks write.
//!
//! The tables are data (`codes.tsv`: table, title, source, confidence, code, name); the loader takes its
//! text. The words are kept in [`words`]: they are how people write, which no standard lists.

mod words;

use std::collections::{BTreeMap, HashMap};

use crate::identifier::Sex;

pub use words::{Relation, RelationClass};

/// One table: its standard and its codes in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    /// For example `GB/T 2261.2-2003`.
    pub source: String,
    codes: Vec<(String, String)>,
    by_code: HashMap<String, usize>,
}

impl Table {
    pub fn name(&self, code: &str) -> Option<&str> {
        self.by_code.get(code).map(|at| self.codes[*at].1.as_str())
    }

    /// `(code, name)` in the order of the file.
    pub fn codes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.codes.iter().map(|(code, name)| (code.as_str(), name.as_str()))
    }

    /// The code whose standard name is exactly `name`.
    pub fn code(&self, name: &str) -> Option<&str> {
        self.codes.iter().find(|(_, n)| n == name).map(|(code, _)| code.as_str())
    }
}

/// All code tables by their id (`sex`, `relation`, `ethnic` …).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    tables: BTreeMap<String, Table>,
}

/// A line of the file that is not a code: its 1-based number and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    pub line: usize,
    pub what: &'static str,
}

impl Codes {
    /// Reads the tab-separated text with its heading line; bad lines are named and left out.
    pub fn parse(tsv: &str) -> (Codes, Vec<BadLine>) {
        let (mut codes, mut bad) = (Codes::default(), Vec::new());
        for (at, line) in tsv.lines().enumerate().skip(1) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            let [table, title, source, _, code, name] = fields[..] else {
                bad.push(BadLine { line: at + 1, what: "needs six tab-separated fields" });
                continue;
            };
            let table = codes.tables.entry(table.to_owned()).or_insert_with(|| Table {
                title: title.to_owned(),
                source: source.to_owned(),
                codes: Vec::new(),
                by_code: HashMap::new(),
            });
            if table.by_code.insert(code.to_owned(), table.codes.len()).is_some() {
                bad.push(BadLine { line: at + 1, what: "repeats a code of its table" });
            }
            table.codes.push((code.to_owned(), name.trim().to_owned()));
        }
        (codes, bad)
    }

    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.get(id)
    }

    pub fn name(&self, table: &str, code: &str) -> Option<&str> {
        self.table(table)?.name(code)
    }

    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }
}

/// 男, 女, 1, M … ; `None` for anything else, blank included.
pub fn sex(word: &str) -> Option<Sex> {
    words::sex(words::uncoded(&words::bare(word)))
}

/// 与户主关系 (GB/T 4761). `sex` decides between son and daughter, husband and wife where the word does not.
/// `None` when the word names no relation of the standard (老二, 随迁).
pub fn relation(word: &str) -> Option<Relation> {
    words::relation(words::uncoded(&words::bare(word)))
}

/// 民族 (GB/T 3304): 汉, 汉族, 维族 …
pub fn ethnic(word: &str) -> Option<&'static str> {
    words::ethnic(words::uncoded(&words::bare(word)))
}

/// 学历 (GB/T 4658): the tens (`20` 大学本科教育) unless the word says more.
pub fn education(word: &str) -> Option<&'static str> {
    words::education(words::uncoded(&words::bare(word)))
}

/// 婚姻状况 (GB/T 2261.2).
pub fn marital(word: &str) -> Option<&'static str> {
    words::marital(words::uncoded(&words::bare(word)))
}

/// 政治面貌 (GB/T 4762).
pub fn political(word: &str) -> Option<&'static str> {
    words::political(words::uncoded(&words::bare(word)))
}

/// 从业状况 (GB/T 2261.4).
pub fn employment(word: &str) -> Option<&'static str> {
    words::employment(words::uncoded(&words::bare(word)))
}

#[cfg(test)]
mod tests;
