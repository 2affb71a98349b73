//! What the proofreader hands back. Serialising a `Report` gives the JSON of `liren proof --json`.

use serde::{Serialize, Serializer};

use crate::options::Lang;
pub use crate::read::roles::Role;

/// How much a finding matters. The order is from grave to light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// 错误 — cannot be true as written.
    Error,
    /// 提醒 — needs an answer.
    Warning,
    /// 提示 — worth a look.
    Hint,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    pub zh: String,
    pub en: String,
}

impl Message {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Message {
        Message { zh: zh.into(), en: en.into() }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A piece of the original; offsets count Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// One thing that is wrong, or wants an answer, or is worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable name: `sum_differs`.
    pub kind: &'static str,
    pub severity: Severity,
    pub message: Message,
    /// The first quote is the place itself; others are what it was compared with.
    pub quotes: Vec<Quote>,
    /// 2181 + 2087 = 4268, as one line.
    pub arithmetic: Option<String>,
    /// What to write instead, where that is certain.
    pub fix: Option<Fix>,
    /// The figure of the data folder it was held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
}

/// 建议改法 — replace a span of the original by a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    pub start: usize,
    pub end: usize,
    pub replace_with: String,
}

/// Something that was checked and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    pub kind: &'static str,
    pub message: Message,
    /// 读法 — how the words were taken, where they could be taken in more than one way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<Message>,
    pub quotes: Vec<Quote>,
    pub arithmetic: Option<String>,
    /// The figure of the data folder that says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
}

/// What sort of number a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureKind {
    /// A counted or measured quantity.
    Count,
    /// A percentage or another ratio.
    Rate,
    /// A day, month or year.
    Date,
    /// A number that names something: 16号楼.
    Identifier,
    /// An age or threshold: 80周岁以上.
    Condition,
    /// One thing that the words count without a number: 新成立了阳光党支部.
    Implied,
}

/// How exactly a number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    Exact,
    /// 余, 多, 以上, 超过, 不少于
    AtLeast,
    /// 近, 不足, 以内, 不超过
    AtMost,
    /// 约, 左右
    About,
    /// 3-5
    Range,
}

/// The value of a figure: a number, or a date as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Words(String),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Number(n) if n.fract() == 0.0 && n.abs() < 9e15 => to.serialize_i64(*n as i64),
            Value::Number(n) => to.serialize_f64(*n),
            Value::Words(words) => to.serialize_str(words),
        }
    }
}

/// A figure as read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub kind: FigureKind,
    /// What it does in its sentence, for counts and rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    pub label: String,
    pub scope: Option<String>,
    pub restriction: Option<String>,
    pub period: Option<String>,
    pub unit: String,
    pub value: Value,
    /// The upper end when `bound` is a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    pub bound: Bound,
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// One line on the whole: what was read, what holds, what does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub figures: usize,
    /// Numbers that state something, and those of them that some relation has checked.
    pub countable: usize,
    pub checked: usize,
    pub partitions: usize,
    pub ratios: usize,
    pub verified: usize,
    pub errors: usize,
    pub warnings: usize,
    pub hints: usize,
    /// Findings that are counted but not listed: too many of one kind.
    pub omitted: usize,
    pub message: Message,
}

/// The outcome of reading a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub summary: Summary,
    pub findings: Vec<Finding>,
    pub verified: Vec<Verified>,
    pub figures: Vec<Figure>,
}

impl Report {
    /// Whether something in the text cannot be true as written.
    pub fn has_errors(&self) -> bool {
        self.summary.errors > 0
    }
}
