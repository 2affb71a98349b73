//! What a workbook leaves open: asked once, with the reasons and the answers there are. Nothing is written for it
//! until a mapping answers.

use crate::draft::Reading;

/// 待答 — one question about a sheet, a column or a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A stable word: `stage`, `stage_word`.
    pub kind: &'static str,
    /// Index into [`Reading::sheets`].
    pub sheet: usize,
    /// 0-based.
    pub column: Option<u16>,
    /// The word of a column that is asked about.
    pub word: Option<String>,
    /// 1-based rows for which nothing is written before the answer.
    pub rows: Vec<u32>,
    pub zh: String,
    pub en: String,
    /// Why it is asked.
    pub reasons: Vec<Text>,
    pub choices: Vec<Choice>,
    /// How a mapping answers: a line of TOML with `…` where the choice goes.
    pub answer: String,
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

/// One of the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What stands in the mapping.
    pub value: String,
    pub zh: String,
    pub en: String,
}

impl Text {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }
}

impl Choice {
    pub(crate) fn new(value: &str, zh: &str, en: &str) -> Choice {
        Choice { value: value.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
    }
}

impl Reading {
    /// The questions as `--json` and `--result` print them.
    pub fn questions_json(&self) -> serde_json::Value {
        let choices = |q: &Question| -> Vec<serde_json::Value> {
            q.choices.iter().map(|c| serde_json::json!({ "value": c.value, "zh": c.zh, "en": c.en })).collect()
        };
        let all: Vec<serde_json::Value> = self
            .questions
            .iter()
            .map(|q| {
                serde_json::json!({
                    "kind": q.kind,
                    "sheet": self.sheet_name(q.sheet),
                    "column": q.column.map(liren_sheets::book::column_letters),
                    "word": q.word,
                    "rows": q.rows,
                    "question": q.zh,
                    "question_en": q.en,
                    "reasons": q.reasons.iter().map(|r| r.zh.as_str()).collect::<Vec<_>>(),
                    "reasons_en": q.reasons.iter().map(|r| r.en.as_str()).collect::<Vec<_>>(),
                    "choices": choices(q),
                    "answer": q.answer,
                })
            })
            .collect();
        all.into()
    }
}
