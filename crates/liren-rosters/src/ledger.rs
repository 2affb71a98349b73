//! How a ledger of some programme is recognised and read. The vocabulary is data from the packs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// 台账种类 — one kind of ledger.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerKind {
    /// Programme id of the pack.
    pub programme: String,
    /// Words of a sheet name, title or file name by which the ledger is recognised.
    pub words: Vec<String>,
    /// Words that rule it out (未办证 for certificates).
    pub not_words: Vec<String>,
    /// Headers that only this ledger has.
    pub headers: Vec<String>,
    /// Only residents can be in it, so a row says that the person is one.
    pub residents_only: bool,
    /// Values every line of this ledger has: `stage = "found"`.
    pub values: BTreeMap<String, String>,
    #[serde(rename = "field")]
    pub fields: Vec<LedgerField>,
    /// Columns a general roster may have about this programme (养老保险: 职工, 居民, 未参保).
    #[serde(rename = "roster_field")]
    pub roster_fields: Vec<LedgerField>,
    #[serde(rename = "check")]
    pub checks: Vec<LedgerCheck>,
}

/// A column of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerField {
    pub id: String,
    /// Header synonyms without spaces.
    pub headers: Vec<String>,
    pub kind: FieldKind,
    /// Stands once for the household (merged or only in its first row).
    pub household: bool,
    /// Words and the value each means: `正式党员 = "full"`.
    pub words: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    #[default]
    Text,
    /// 元, with or without 元/月
    Money,
    Day,
    Count,
    /// √, 是, 1
    Tick,
    Word,
    /// A column for each year (2011年, 2012年): √ or an amount.
    Years,
    /// 残疾证号: the number of the certificate, which holds the identity number.
    DisabilityCertificate,
}

/// A rule of the ledger's own, checked on each line.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerCheck {
    /// The problem's kind.
    pub kind: String,
    /// `error`, `warning` or `note`; a warning when empty.
    pub level: String,
    /// Days are compared: at least `years` from `from` to `to`. `birth` is the person's birth.
    pub from: String,
    pub to: String,
    pub years: i32,
    /// Two values must be equal: `same = ["cert.category", "category"]`.
    pub same: Vec<String>,
    /// When `field` has `value`, the registry's `known` fact must be one of `known_values` (if it is known).
    pub field: String,
    pub value: String,
    pub known: String,
    pub known_values: Vec<String>,
    pub zh: String,
    pub en: String,
}
