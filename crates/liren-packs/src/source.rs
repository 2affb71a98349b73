//! Files and places in them, and findings printed as a compiler prints them: place, line, caret, advice.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use liren_rules::{Finding, Place, Severity};

/// A text of a pack under the path it was given with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub file: Arc<str>,
    pub text: Arc<str>,
}

/// Where a definition stands: a byte range of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub file: Arc<str>,
    pub span: Range<usize>,
}

impl Spot {
    pub(crate) fn place(&self) -> Place {
        Place { file: self.file.clone(), offset: 0 }
    }

    pub(crate) fn error(&self, code: &'static str, zh: String, en: String) -> Finding {
        Finding::error(code, &self.place(), self.span.clone(), zh, en)
    }

    pub(crate) fn warning(&self, code: &'static str, zh: String, en: String) -> Finding {
        Finding::warning(code, &self.place(), self.span.clone(), zh, en)
    }
}

/// The language findings are printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

/// Line and column of a byte of a text, both from 1; columns count characters.
pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let at = floor(text, at);
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Prints findings, those of one file together in order of their place.
pub(crate) fn render(findings: &[Finding], sources: &[Source], language: Language) -> String {
    let mut order: Vec<&Finding> = findings.iter().collect();
    order.sort_by_key(|f| (f.file.clone(), f.span.start));
    let mut out = String::new();
    for finding in order {
        let source = sources.iter().find(|s| s.file == finding.file);
        one(&mut out, finding, source.map(|s| &*s.text), language);
    }
    out
}

fn one(out: &mut String, finding: &Finding, text: Option<&str>, language: Language) {
    let (severity, message, advice, arrow) = match language {
        Language::Chinese => (
            if finding.severity == Severity::Error { "错误" } else { "提醒" },
            &finding.zh,
            &finding.advice_zh,
            "建议：",
        ),
        Language::English => (
            if finding.severity == Severity::Error { "error" } else { "warning" },
            &finding.en,
            &finding.advice_en,
            "advice: ",
        ),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{severity}[{}]: {message}", finding.code);
    let Some(text) = text else {
        if !finding.file.is_empty() {
            let _ = writeln!(out, "  --> {}", finding.file);
        }
        if !advice.is_empty() {
            let _ = writeln!(out, "  = {arrow}{advice}");
        }
        out.push('\n');
        return;
    };
    let (line, column) = line_and_column(text, finding.span.start);
    let start = floor(text, finding.span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let line_text = text[line_start..].lines().next().unwrap_or("");
    let end = floor(text, finding.span.end).clamp(start, line_start + line_text.len().max(start - line_start));
    let margin = " ".repeat(line.to_string().len());
    let indent = " ".repeat(width(&text[line_start..start]));
    let carets = "^".repeat(width(&text[start..end]).max(1));
    let _ = writeln!(out, "{margin}--> {}:{line}:{column}", finding.file);
    let _ = writeln!(out, "{margin} |");
    let _ = writeln!(out, "{line} | {line_text}");
    let _ = writeln!(out, "{margin} | {indent}{carets}");
    if !advice.is_empty() {
        let _ = writeln!(out, "{margin} = {arrow}{advice}");
    }
    out.push('\n');
}

/// Columns of a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c as u32 >= 0x1100 { 2 } else { 1 }).sum()
}
