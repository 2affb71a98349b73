//! A number in a report and what it opens.

use serde_json::{Value, json};

/// What a span opens.
#[derive(Clone, Debug, PartialEq)]
pub enum Opens {
    /// A figure asked in a way: its id and the address of its page.
    Figure { id: String, href: String },
    /// A record: an event, an organisation, a building.
    Record { kind: String, id: i64 },
    /// A parameter of a pack, with its source.
    Param { id: String, source: String },
    /// The list that stands beside it.
    List { items: usize },
    /// A target of the plan.
    Target { id: i64 },
    /// The day of the report itself.
    Day,
    /// Nothing is on record yet.
    Nothing,
}

/// 数字段 — one number of a report, in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanRecord {
    /// As printed: `4268`, `3万余`, `8月13日`.
    pub text: String,
    /// The exact value in `unit`; `None` for days, names and unknown values.
    pub value: Option<f64>,
    pub unit: Option<String>,
    /// At least this: more may have been that nobody recorded.
    pub least: bool,
    pub label: String,
    pub opens: Opens,
}

impl SpanRecord {
    /// Where the span leads in the web interface; empty when it has no page of its own.
    pub fn href(&self) -> String {
        match &self.opens {
            Opens::Figure { href, .. } => href.clone(),
            Opens::Record { kind, id } => format!("/records/{kind}/{id}"),
            Opens::Param { id, .. } => format!("/params/{id}"),
            Opens::Target { id } => format!("/targets/{id}"),
            // A list stands beside its number; a day of the report itself is said, not recorded.
            Opens::List { .. } | Opens::Day | Opens::Nothing => String::new(),
        }
    }

    /// The form in `report.json`.
    pub fn json(&self, index: usize) -> Value {
        let opens = match &self.opens {
            Opens::Figure { id, href } => json!({ "kind": "figure", "id": id, "href": href }),
            Opens::Record { kind, id } => json!({ "kind": "record", "record": kind, "id": id }),
            Opens::Param { id, source } => json!({ "kind": "param", "id": id, "source": source }),
            Opens::List { items } => json!({ "kind": "list", "items": items }),
            Opens::Target { id } => json!({ "kind": "target", "id": id }),
            Opens::Day => json!({ "kind": "day" }),
            Opens::Nothing => json!({ "kind": "nothing" }),
        };
        let mut span = json!({
            "index": index, "text": self.text, "value": self.value, "unit": self.unit,
            "label": self.label, "opens": opens
        });
        if self.least {
            span["at_least"] = json!(true);
        }
        span
    }
}
