//! What a figure says: a number with everything needed to question it.

use liren_facts::{Day, Period};
use liren_packs::{Figure, Formula, Range, When};
use liren_rules::{KindId, Title};
use serde_json::Value as Json;

use super::answer::{Answer, Way, Why};

/// A part of a figure: by its `at`-th cut, the rows whose value is `key`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SliceOf {
    pub cut: usize,
    /// A code, the id of what the path points to, or empty for 未登记.
    pub key: String,
}

/// 值 — a figure for an area and a period, as known at a revision.
#[derive(Clone, Debug)]
pub struct Value {
    pub period: Period,
    /// The day a stock was taken on; the last day of a flow.
    pub on: Day,
    pub revision: i64,
    /// People, records, fen … ; for a mean or ratio the numerator. `None` without a value.
    pub number: Option<i64>,
    /// The denominator of a mean or ratio.
    pub base: Option<i64>,
    /// What was counted: its kind and ids, ascending. `None` for sums over nothing listable, ratios and returns.
    pub ids: Option<(KindId, Vec<i64>)>,
    /// How many rows might belong and nobody knows.
    pub unknown: usize,
    /// How much the number says.
    pub answer: Answer,
    /// The day of the list that tells it, when that is not the day asked for.
    pub list_day: Option<Day>,
    multiplier: i64,
    fen: bool,
}

/// A slice of a figure along one cut.
#[derive(Clone, Debug)]
pub struct Slice {
    pub of: SliceOf,
    pub title: Title,
    pub number: i64,
}

/// Whether a figure's number is money, kept in fen and printed in yuan.
pub trait IsMoney {
    fn is_fen(&self) -> bool;
}

impl IsMoney for Figure {
    fn is_fen(&self) -> bool {
        self.unit == "元" && matches!(self.formula, Formula::Sum { .. } | Formula::Mean { .. })
    }
}

impl Value {
    pub fn none(figure: &Figure, period: Period, on: Day, revision: i64, answer: Answer) -> Value {
        Value { answer, ..Value::of(figure, period, on, revision, None) }
    }

    /// The same with what leaves it open; a number that says nothing is no number.
    pub fn answered(mut self, open: Option<Why>) -> Value {
        // None for certain and some that may be: nobody would call that none.
        let doubtful = self.number == Some(0) && self.base.is_none() && self.unknown > 0;
        let open = open.or_else(|| {
            doubtful.then(|| {
                Why::new(
                    format!("{} 条记录缺事实，可能也在其中", self.unknown),
                    format!("{} records lack a fact and may belong", self.unknown),
                    Way::Parts,
                )
            })
        });
        self.answer = Answer::of(self.number, open);
        if matches!(self.answer, Answer::Unknown(_)) {
            (self.number, self.ids) = (None, None);
        }
        self
    }

    /// The most it can be, with every row that may belong; `None` when that has no bound.
    pub fn most(&self) -> Option<i64> {
        match (self.unknown, self.fen) {
            (0, _) => self.number,
            (_, true) => None,
            (more, false) => self.number.map(|n| n + more as i64),
        }
    }

    /// Why it is not plainly a number.
    pub fn why(&self) -> Option<&Title> {
        self.answer.why().map(|why| &why.text)
    }

    /// The least and the most it can be.
    pub fn range(&self) -> Range {
        match self.answer {
            // Rows that may belong: each counts one, and money of unknown height.
            Answer::Known if self.base.is_none() => (self.number, self.most()),
            Answer::Known => (self.number, self.number),
            Answer::AtLeast(_) => (self.number, None),
            Answer::Unknown(_) | Answer::NotApplicable(_) => (Some(0), None),
        }
    }

    pub fn of(figure: &Figure, period: Period, on: Day, revision: i64, number: Option<i64>) -> Value {
        let multiplier = match figure.unit.as_str() {
            "%" => 100,
            "‰" => 1000,
            _ => 1,
        };
        let fen = figure.is_fen();
        Value {
            period,
            on,
            revision,
            number,
            base: None,
            ids: None,
            unknown: 0,
            answer: Answer::Known,
            list_day: None,
            multiplier,
            fen,
        }
    }

    /// The value in its unit, rounded once, half up, to one decimal for rates and to fen for money.
    pub fn printable(&self) -> Option<f64> {
        let (tenths, scale) = self.exact()?;
        Some(tenths as f64 / scale as f64)
    }

    /// An integer and what it is divided by: rates and means in tenths, money in fen, counts as they are.
    pub fn exact(&self) -> Option<(i128, i128)> {
        let number = i128::from(self.number?);
        match self.base {
            Some(0) => None,
            Some(base) => {
                let base = i128::from(base) * if self.fen { 100 } else { 1 };
                let wide = number * i128::from(self.multiplier) * 10;
                Some(((2 * wide + base).div_euclid(2 * base), 10))
            }
            None if self.fen => Some((number, 100)),
            None => Some((number, 1)),
        }
    }

    /// As a report prints it: `4268`, `2100`, `64.5`, `至少 12`, `待核实`, `不适用`.
    pub fn text(&self) -> String {
        match (&self.answer, self.exact()) {
            (Answer::NotApplicable(_), _) => "不适用".into(),
            (Answer::Unknown(_), _) | (_, None) => "待核实".into(),
            (Answer::AtLeast(_), Some((n, scale))) => format!("至少 {}", decimal(n, scale)),
            (Answer::Known, Some((n, scale))) => decimal(n, scale),
        }
    }
}

/// `n / scale` in plain digits, without trailing zeros. `scale` is a power of ten.
pub fn decimal(n: i128, scale: i128) -> String {
    let (sign, n) = if n < 0 { ("-", -n) } else { ("", n) };
    let (whole, rest) = (n / scale, n % scale);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let width = scale.ilog10() as usize;
    let digits = format!("{rest:0width$}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// A figure's value in the stable form of `--json`.
pub fn json(figure: &Figure, value: &Value) -> Json {
    let flow = figure.when == Some(When::During);
    let sum = matches!(figure.formula, Formula::Sum { .. });
    let counted = matches!(figure.formula, Formula::Count { .. } | Formula::Total(_));
    let mut object = serde_json::json!({
        "id": figure.id,
        "title": figure.title.zh,
        "value": value.printable().map(number),
        "answer": value.answer.id(),
        "unit": figure.unit,
        "parts": figure.parts.first().cloned().unwrap_or_default(),
        "partitions": figure.parts,
        "unknown": value.unknown,
        "list_length": value.ids.as_ref().filter(|_| counted).map(|(_, ids)| ids.len()),
    });
    if flow {
        object["from"] = serde_json::json!(value.period.first.to_string());
        object["to"] = serde_json::json!(value.period.last.to_string());
    } else {
        object["on"] = serde_json::json!(value.on.to_string());
    }
    if sum {
        object["sum"] = serde_json::json!(true);
    }
    if let Some(base) = value.base {
        object["of"] = serde_json::json!(value.number);
        object["base"] = serde_json::json!(base);
    }
    if let Some(day) = value.list_day {
        object["as_listed_on"] = serde_json::json!(day.to_string());
    }
    if let Some(why) = value.why() {
        object["why"] = serde_json::json!({ "zh": why.zh, "en": why.en });
    }
    object
}

/// A whole number without a point.
fn number(value: f64) -> Json {
    if value.fract() == 0.0 { serde_json::json!(value as i64) } else { serde_json::json!(value) }
}
