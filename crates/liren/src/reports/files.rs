//! The report as files.

use liren_documents::{docx, pdf, text};
use serde_json::json;

use super::alone;
use super::compose::Composed;
use crate::base::{App, Result, error};
use crate::figures::{Ask, checks};

/// A form the report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Docx,
    Pdf,
    Html,
    Text,
    Json,
}

impl Format {
    pub const ALL: [Format; 5] = [Format::Docx, Format::Pdf, Format::Html, Format::Text, Format::Json];

    /// By the ending of a file name.
    pub fn of(ending: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|f| f.ending() == ending)
    }

    pub fn ending(self) -> &'static str {
        match self {
            Format::Docx => "docx",
            Format::Pdf => "pdf",
            Format::Html => "html",
            Format::Text => "txt",
            Format::Json => "json",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format::Pdf => "application/pdf",
            Format::Html => "text/html; charset=utf-8",
            Format::Text => "text/plain; charset=utf-8",
            Format::Json => "application/json",
        }
    }
}

/// The bytes of a composed report in a form.
pub async fn write(app: &App, composed: &mut Composed, format: Format) -> Result<Vec<u8>> {
    match format {
        // Only the annual report comes back through Word.
        Format::Docx if composed.report != "annual" => docx::write(&composed.document).map_err(error::fault),
        Format::Docx => docx::sent(&composed.document, &super::returned::properties(composed)).map_err(error::fault),
        Format::Pdf => {
            let fonts = std::env::var_os("LIREN_FONTS").map(std::path::PathBuf::from);
            pdf::write(&composed.document, fonts.as_deref()).map_err(|e| error::invalid(e.zh, e.en))
        }
        Format::Html => alone::page(app, composed).await.map(String::into_bytes),
        Format::Text => Ok(text::write(&composed.document).into_bytes()),
        // It carries every figure as it is: no edition hides them.
        Format::Json if !composed.said.is_empty() => Err(error::invalid(
            "居民版没有 JSON：里面是全部指标的原数。请用 .html、.docx、.pdf 或 .txt。",
            "The edition for residents has no JSON, which carries every figure. Use .html, .docx, .pdf or .txt.",
        )),
        Format::Json => {
            let value = json(app, composed).await?;
            serde_json::to_vec_pretty(&value).map_err(error::fault)
        }
    }
}

/// Every span in order with its value, unit and what it opens; the figures behind them; the checks.
async fn json(app: &App, composed: &mut Composed) -> Result<serde_json::Value> {
    let spans: Vec<serde_json::Value> = composed.spans.iter().enumerate().map(|(i, s)| s.json(i)).collect();
    let ask = Ask::of(composed.period);
    let mut figures = Vec::new();
    for figure in &app.packs().figures {
        let value = composed.desk.value(figure, &ask).await?;
        figures.push(crate::figures::json(figure, &value));
    }
    let checks: Vec<serde_json::Value> = checks(&mut composed.desk, &ask)
        .await?
        .into_iter()
        .map(|c| {
            json!({
                "because": { "zh": c.because.zh, "en": c.because.en },
                "arithmetic": c.arithmetic, "holds": c.holds, "figures": c.figures,
                "doubt": c.doubt.map(|d| json!({ "zh": d.zh, "en": d.en })),
            })
        })
        .collect();
    Ok(json!({
        "title": composed.document.title,
        "period": { "from": composed.period.first.to_string(), "to": composed.period.last.to_string() },
        "on": composed.desk.today.to_string(),
        "known_at": composed.desk.revision,
        "spans": spans,
        "figures": figures,
        "checks": checks,
        "left": composed.left.iter().map(|l| json!({
            "title": { "zh": l.title.zh, "en": l.title.en }, "why": { "zh": l.why.zh, "en": l.why.en }, "href": l.href,
        })).collect::<Vec<_>>(),
    }))
}
