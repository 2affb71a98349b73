//! A report read and proofread by the process that reads foreign files: finding its text and relating its numbers
//! both cost what the file wants them to.

use std::sync::Arc;

use liren_proof::{KnownFigure, Options, Text};
use serde::{Deserialize, Serialize};

use crate::base::reader::{self, Reader, Refusal, Size};
use crate::base::{Lang, Result, error};

/// A report with its findings.
pub static PROOF: Reader = Reader { kind: "proof", read: proofread, answer: 128 << 20 };

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The two parts of a page.
    Fragment,
    Json,
    /// Lines for a terminal, with colours or without.
    Terminal {
        colour: bool,
    },
}

#[derive(Serialize, Deserialize)]
struct Ask {
    name: String,
    known: Vec<Known>,
    form: Form,
    english: bool,
    /// Also as a page that stands alone.
    page: bool,
}

/// A figure of our own, as it travels.
#[derive(Serialize, Deserialize)]
struct Known {
    id: String,
    label: String,
    aliases: Vec<String>,
    unit: String,
    value: f64,
    rounded: bool,
}

/// 校对结果
#[derive(Serialize, Deserialize)]
pub struct Proofread {
    pub errors: usize,
    pub warnings: usize,
    pub hints: usize,
    pub figures: usize,
    pub verified: usize,
    /// The summary, when it leaves something out that was found.
    pub omitted: Option<String>,
    /// The text with marks (of a fragment), or the findings in the form that was asked for.
    pub text: String,
    /// The notes of a fragment.
    pub notes: String,
    pub page: Option<String>,
}

/// What is asked of the proofreader.
pub struct Request<'a> {
    pub name: &'a str,
    pub file: Vec<u8>,
    pub known: &'a [KnownFigure],
    pub form: Form,
    pub page: bool,
    pub lang: Lang,
    pub size: Size,
}

/// Reads a report and says which of its figures cannot be true.
pub async fn proof(request: Request<'_>) -> Result<Proofread> {
    let known = request.known.iter().map(|k| Known {
        id: k.id.clone(),
        label: k.label.clone(),
        aliases: k.aliases.clone(),
        unit: k.unit.clone(),
        value: k.value,
        rounded: k.rounded,
    });
    let ask = Ask {
        name: request.name.to_owned(),
        known: known.collect(),
        form: request.form,
        english: request.lang.is_en(),
        page: request.page,
    };
    let answer = reader::read(&PROOF, &ask, Arc::new(request.file), request.size).await?;
    serde_json::from_slice(&answer).map_err(error::fault)
}

fn proofread(header: &[u8], file: &[u8], _: Size) -> std::result::Result<Vec<u8>, Refusal> {
    let broken = |e: serde_json::Error| Refusal { zh: e.to_string(), en: e.to_string() };
    let ask: Ask = serde_json::from_slice(header).map_err(broken)?;
    let text = text_of(&ask.name, file)?;
    let known: Vec<KnownFigure> = ask
        .known
        .into_iter()
        .map(|k| KnownFigure {
            id: k.id,
            label: k.label,
            aliases: k.aliases,
            unit: k.unit,
            value: k.value,
            rounded: k.rounded,
        })
        .collect();
    let report = liren_proof::read(&text, &Options { period: None, known: &known });
    let lang = if ask.english { liren_proof::Lang::En } else { liren_proof::Lang::Zh };
    let page = ask.page.then(|| liren_proof::html::page(&report, &text, &ask.name, lang));
    let (shown, notes) = match ask.form {
        Form::Json => (serde_json::to_string_pretty(&report).map_err(broken)? + "\n", String::new()),
        Form::Terminal { colour } => (liren_proof::terminal::render(&report, &text, colour, lang), String::new()),
        Form::Fragment => {
            let fragment = liren_proof::html::fragment(&report, &text, lang);
            (fragment.text, fragment.notes)
        }
    };
    let summary = &report.summary;
    let answer = Proofread {
        errors: summary.errors,
        warnings: summary.warnings,
        hints: summary.hints,
        figures: summary.figures,
        verified: summary.verified,
        omitted: (summary.omitted > 0).then(|| summary.message.get(lang).to_owned()),
        text: shown,
        notes,
        page,
    };
    serde_json::to_vec(&answer).map_err(broken)
}

/// The text of a file of any accepted kind, in blocks.
fn text_of(name: &str, bytes: &[u8]) -> std::result::Result<Text, Refusal> {
    let refused = |e: liren_documents::read::Unreadable| Refusal { zh: e.zh, en: e.en };
    let lower = name.to_lowercase();
    let document = [".docx", ".html", ".htm", ".pdf"].iter().any(|e| lower.ends_with(e));
    if document || bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"%PDF") {
        let blocks = liren_documents::read::blocks(name, bytes).map_err(refused)?;
        return Ok(Text::from_parts(blocks.into_iter().map(|b| {
            let kind = match b.kind {
                liren_documents::read::Kind::Heading(level) => liren_proof::BlockKind::Heading(level),
                liren_documents::read::Kind::Row => liren_proof::BlockKind::Row,
                liren_documents::read::Kind::Paragraph => liren_proof::BlockKind::Paragraph,
            };
            liren_proof::Part { kind, text: b.text, changes: b.revisions, struck: b.struck }
        })));
    }
    match liren_proof::decode(bytes) {
        Ok(text) if text.chars().count() > liren_documents::read::CHARACTERS => {
            Err(refused(liren_documents::read::too_long(name)))
        }
        Ok(text) => Ok(Text::plain(&text)),
        Err(_) => Err(Refusal {
            zh: format!("{name} 不是可以阅读的文字。请换成 Word(.docx)、文本或网页文件；旧的 .doc 请先另存为 .docx。"),
            en: format!(
                "{name} is not text that can be read. Use a Word (.docx), text or web file; save an old .doc as .docx first."
            ),
        }),
    }
}
