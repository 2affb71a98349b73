//! figures.toml: every number the product states, defined once.

use std::collections::BTreeSet;

use liren_rules::{Checked, KindId, Title};

use crate::read::{Reader, Table, Word};
use crate::register::Register;
use crate::source::Spot;

mod check;
pub(crate) use check::Known;

/// 指标 — one number: what is counted, of whom, when.
#[derive(Clone, Debug)]
pub struct Figure {
    pub id: String,
    pub pack: String,
    pub title: Title,
    /// Other words clerks use for it.
    pub also: Vec<String>,
    /// 人, 户, 人次, 元, % …; Chinese.
    pub unit: String,
    /// 口径
    pub scope: Title,
    pub formula: Formula,
    /// Which records; on the kind of the formula.
    pub filter: Option<Checked>,
    /// The filter as it was written.
    pub filter_text: Option<String>,
    /// `None` for ratios, totals and lines, which take the time they are asked for.
    pub when: Option<When>,
    /// The day of a record, for a flow.
    pub day: Option<Checked>,
    /// Month and day on which the statistical year begins.
    pub year_starts: Option<(u32, u32)>,
    pub by: Vec<Cut>,
    /// Partitions by named figures.
    pub parts: Vec<Vec<String>>,
    pub flows: Option<Flows>,
    /// The registers it rests on: 0 is said only while all of them are kept.
    pub registers: BTreeSet<Register>,
    /// False: nobody may list who is behind the number.
    pub list: bool,
    /// Printed rounded to this many places, or to tens when negative.
    pub rounded: Option<i64>,
    pub note: Option<Title>,
    pub spot: Spot,
}

/// How a figure is made.
#[derive(Clone, Debug)]
pub enum Formula {
    /// Records of `kind`, or what `path` of them ends in, each once.
    Count {
        kind: KindId,
        path: Option<Checked>,
        counted: Counted,
    },
    /// The sum of `value` over records of `kind`.
    Sum {
        kind: KindId,
        value: Checked,
    },
    Mean {
        kind: KindId,
        value: Checked,
    },
    /// Two figures; the unit says the multiplier: % ‰ :100, else 1.
    Ratio {
        of: String,
        base: String,
    },
    /// Figures whose lists are joined, nobody twice.
    Total(Vec<String>),
    /// A line of a return.
    Line {
        ret: String,
        line: String,
    },
}

/// What a count counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Rows of this kind: the records themselves, or what the path points to.
    Rows(KindId),
    /// Different values of a column (层级).
    Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A flow: records whose day lies in the period.
    During,
    /// A stock as of the last day of the period.
    AtEnd,
    /// A stock as of the day before the first of the period.
    AtStart,
}

/// A way to cut a figure.
#[derive(Clone, Debug)]
pub struct Cut {
    /// As it was written: `person.sex`.
    pub text: String,
    /// A code, bool, number, or to-one path.
    pub path: Checked,
    /// The path starts at what is counted (a partition of it), else at the record.
    pub of_counted: bool,
}

/// closing = opening + in − out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    pub into: Vec<String>,
    pub out: Vec<String>,
}

impl Figure {
    /// The kind whose records are evaluated; `None` when it is made of other figures or a return.
    pub fn kind(&self) -> Option<KindId> {
        match &self.formula {
            Formula::Count { kind, .. } | Formula::Sum { kind, .. } | Formula::Mean { kind, .. } => Some(*kind),
            _ => None,
        }
    }

    /// Figures it is made of.
    pub fn operands(&self) -> Vec<&str> {
        match &self.formula {
            Formula::Ratio { of, base } => vec![of, base],
            Formula::Total(list) => list.iter().map(String::as_str).collect(),
            _ => vec![],
        }
    }
}

/// A figure as it was read; names are looked up when all packs have been read.
pub(crate) struct Draft {
    id: Word,
    pack: String,
    title: Title,
    also: Vec<String>,
    unit: Word,
    scope: Title,
    formula: DraftFormula,
    filter: Option<Word>,
    during: Option<Word>,
    at: Option<Word>,
    dated: Option<Word>,
    year_starts: Option<Word>,
    by: Vec<Word>,
    parts: Vec<Vec<Word>>,
    flows: Option<(Vec<Word>, Vec<Word>)>,
    register: Vec<Word>,
    list: bool,
    rounded: Option<i64>,
    note: Option<Title>,
}

enum DraftFormula {
    Count(Word),
    Sum(Word),
    Mean(Word),
    Ratio(Vec<Word>),
    Total(Vec<Word>),
    Line(Word),
}

impl Draft {
    pub fn id(&self) -> &Word {
        &self.id
    }
}

pub(crate) fn read(r: &mut Reader, t: &mut Table, pack: &str) -> Vec<Draft> {
    let mut drafts = vec![];
    for mut t in r.tables(t, "figure") {
        drafts.extend(one(r, &mut t, pack));
        r.done(t);
    }
    drafts
}

fn one(r: &mut Reader, t: &mut Table, pack: &str) -> Option<Draft> {
    let id = r.need_word(t, "id");
    let title = r.title(t, "title");
    let also = r.texts(t, "also");
    let unit = r.need_word(t, "unit");
    let scope = r.title(t, "scope");
    let count = r.word(t, "count").map(DraftFormula::Count);
    let sum = r.word(t, "sum").map(DraftFormula::Sum);
    let mean = r.word(t, "mean").map(DraftFormula::Mean);
    let ratio = Some(r.words(t, "ratio")).filter(|w| !w.is_empty()).map(DraftFormula::Ratio);
    let total = Some(r.words(t, "total")).filter(|w| !w.is_empty()).map(DraftFormula::Total);
    let line = r.word(t, "line").map(DraftFormula::Line);
    let filter = r.word(t, "where");
    let during = r.word(t, "during");
    let at = r.word(t, "at");
    let dated = r.word(t, "dated");
    let year_starts = r.word(t, "year_starts");
    let by = r.words(t, "by");
    let parts = lists(r, t, "parts");
    let flows = r.table(t, "flows").map(|mut f| {
        let (into, out) = (r.words(&mut f, "in"), r.words(&mut f, "out"));
        r.done(f);
        (into, out)
    });
    let register = r.words(t, "register");
    let list = r.bool(t, "list").unwrap_or(true);
    let rounded = r.int(t, "rounded");
    let note = r.title_if(t, "note");
    let id = id?;
    let mut formulas: Vec<DraftFormula> = [count, sum, mean, ratio, total, line].into_iter().flatten().collect();
    if formulas.len() != 1 {
        let finding = id.spot.error(
            "one-formula",
            format!("指标 {} 写了 {} 种算法，要正好一种", id.text, formulas.len()),
            format!("figure {} has {} formulas, expected exactly one", id.text, formulas.len()),
        );
        r.findings.push(
            finding.advise("count、sum、mean、ratio、total、line 之一", "one of count, sum, mean, ratio, total, line"),
        );
    }
    let (formula, unit) = (formulas.pop()?, unit?);
    Some(Draft {
        id,
        pack: pack.to_string(),
        title,
        also,
        unit,
        scope,
        formula,
        filter,
        during,
        at,
        dated,
        year_starts,
        by,
        parts,
        flows,
        register,
        list,
        rounded,
        note,
    })
}

/// `[["a", "b"], ["c"]]`.
fn lists(r: &mut Reader, t: &mut Table, key: &'static str) -> Vec<Vec<Word>> {
    let Some(value) = r.value(t, key) else {
        return vec![];
    };
    let Some(outer) = value.get_ref().as_array() else {
        r.error(value.span(), "wrong-type", format!("{key} 要列表的列表"), format!("{key} must be a list of lists"));
        return vec![];
    };
    let mut all = vec![];
    for inner in outer.iter() {
        let Some(inner) = inner.get_ref().as_array() else {
            let (zh, en) = (format!("{key} 里每一项是一个列表"), format!("{key} holds lists"));
            r.error(value.span(), "wrong-type", zh, en);
            continue;
        };
        let words = inner.iter().filter_map(|v| {
            let text = v.get_ref().as_str()?.to_string();
            Some(Word { text, spot: r.spot(v.span()), inside: v.span().start + 1 })
        });
        all.push(words.collect());
    }
    all
}
