//! What is wrong with a text or a schema: what, why, where, and what to do about it, in Chinese and English.

use std::ops::Range;
use std::sync::Arc;

/// How bad a finding is: an error stops the load, a warning is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Warning,
    Error,
}

/// Where a text lives: a file and the byte offset of the text's first character in it.
///
/// An expression inside a TOML string has the offset of its first character, so that the spans of
/// findings are byte ranges of the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub file: Arc<str>,
    pub offset: usize,
}

impl Place {
    pub fn new(file: &str, offset: usize) -> Place {
        Place { file: Arc::from(file), offset }
    }

    /// A text that is in no file: a filter typed by a user, a test.
    pub fn nowhere() -> Place {
        Place::new("", 0)
    }
}

/// 检查意见 — one mistake: `code` is stable and greppable, `span` is a byte range of `file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    pub file: Arc<str>,
    pub span: Range<usize>,
    pub zh: String,
    pub en: String,
    /// What to do next; empty when the message says it all.
    pub advice_zh: String,
    pub advice_en: String,
}

impl Finding {
    pub fn error(code: &'static str, place: &Place, span: Range<usize>, zh: String, en: String) -> Finding {
        Finding {
            code,
            severity: Severity::Error,
            file: place.file.clone(),
            span: span.start + place.offset..span.end + place.offset,
            zh,
            en,
            advice_zh: String::new(),
            advice_en: String::new(),
        }
    }

    pub fn warning(code: &'static str, place: &Place, span: Range<usize>, zh: String, en: String) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(code, place, span, zh, en) }
    }

    /// Adds what to do next.
    pub fn advise(mut self, zh: impl Into<String>, en: impl Into<String>) -> Finding {
        self.advice_zh = zh.into();
        self.advice_en = en.into();
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
