//! How a ledger of some programme is recognised and read. The vocabulary is data from the packs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::standing::{Says, Standing};

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
    /// What is enrolled is the household: what one of its rows says holds for it.
    pub household: bool,
    /// The stage of a list called by this ledger's words alone (低保台账), when nothing else on it says which.
    pub bare: Option<String>,
    /// The programme's stage for each standing: `in = "receiving"`. The first ledger of a programme says it for all.
    pub standings: BTreeMap<Standing, String>,
    /// Heads of columns of this ledger that name its stage: 党员类别.
    pub status: Vec<String>,
    /// The programme's own words for its stages.
    #[serde(rename = "stage")]
    pub stage_words: Vec<StageWords>,
    /// Two stages of which whoever is listed is in one: where a list marks those in the first, the others are in the
    /// second.
    pub either: Vec<String>,
    /// Stages that follow from others with time.
    #[serde(rename = "then")]
    pub then: Vec<Then>,
    /// The programme's stages in their order, filled in by the host.
    #[serde(skip)]
    pub stages: Vec<StageName>,
    #[serde(rename = "field")]
    pub fields: Vec<LedgerField>,
    /// Columns a general roster may have about this programme (养老保险: 职工, 居民, 未参保).
    #[serde(rename = "roster_field")]
    pub roster_fields: Vec<LedgerField>,
    #[serde(rename = "check")]
    pub checks: Vec<LedgerCheck>,
}

/// A stage and what lists call it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageWords {
    pub id: String,
    /// Within a cell.
    pub words: Vec<String>,
    /// Within a title.
    pub titles: Vec<String>,
}

/// 预备期满: who entered `from` more than `years` ago and is still listed is in `to`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Then {
    pub from: String,
    pub to: String,
    pub years: i32,
}

/// A stage as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageName {
    pub id: String,
    pub zh: String,
    pub en: String,
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
    /// A filled cell shows that the subject is in (an amount, the number of a certificate); a blank one leaves it open.
    pub proves: bool,
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

impl LedgerKind {
    /// The stage a standing is in this programme; `None` when it has none.
    pub(crate) fn stage_of(&self, standing: Standing) -> Option<&str> {
        self.standings.get(&standing).map(String::as_str)
    }

    /// The stage of whom a list simply calls by the programme's name.
    pub(crate) fn stage_of_those_in(&self) -> Option<&str> {
        self.stage_of(Standing::In).or(self.bare.as_deref())
    }

    /// 申请 and 入党申请人 say one thing where the programme has one stage for both.
    pub(crate) fn same(&self, a: &Says, b: &Says) -> bool {
        let stage = |s: &Says| match s {
            Says::Stage(stage) => Some(stage.clone()),
            Says::Standing(standing) => self.stage_of(*standing).map(str::to_owned),
        };
        a == b || stage(a).zip(stage(b)).is_some_and(|(x, y)| x == y)
    }

    /// The place of a stage in the programme's order; by the order of the ledger's own words where no host says it.
    pub(crate) fn order(&self, stage: &str) -> usize {
        let named = self.stages.iter().position(|s| s.id == stage);
        named.or_else(|| self.stage_words.iter().position(|s| s.id == stage)).unwrap_or(usize::MAX / 2)
    }
}

/// What the first ledger of a programme says of its stages holds for its other ledgers, and each knows the columns of
/// all: a list of those left out may have a column of the day when some of them came in.
pub fn join(kinds: &mut [LedgerKind]) {
    let own: Vec<(String, Vec<LedgerField>)> = kinds.iter().map(|k| (k.programme.clone(), k.fields.clone())).collect();
    for kind in kinds.iter_mut() {
        for (_, fields) in own.iter().filter(|(programme, _)| *programme == kind.programme) {
            for field in fields {
                let taken = |h: &String| kind.fields.iter().any(|f| f.headers.contains(h));
                let headers: Vec<String> = field.headers.iter().filter(|h| !taken(h)).cloned().collect();
                match kind.fields.iter_mut().find(|f| f.id == field.id) {
                    Some(same) => same.headers.extend(headers),
                    None => kind.fields.push(LedgerField { headers, proves: false, ..field.clone() }),
                }
            }
        }
    }
    for at in 1..kinds.len() {
        let (before, rest) = kinds.split_at_mut(at);
        let kind = &mut rest[0];
        let Some(first) = before.iter().find(|k| k.programme == kind.programme) else { continue };
        for (standing, stage) in &first.standings {
            kind.standings.entry(*standing).or_insert_with(|| stage.clone());
        }
        if kind.stage_words.is_empty() {
            kind.stage_words.clone_from(&first.stage_words);
        }
        if kind.either.is_empty() {
            kind.either.clone_from(&first.either);
        }
        if kind.then.is_empty() {
            kind.then.clone_from(&first.then);
        }
        kind.household |= first.household;
    }
}
