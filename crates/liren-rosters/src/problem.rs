//! What is wrong or doubtful in a roster, in words a clerk can act on. Every problem is made here.

use serde::Serialize;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Handled; nothing to do.
    Note,
    /// Imported; somebody should look.
    Warning,
    /// The value was not imported.
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// 问题 — one finding at one cell: what, why, what to do next. No personal values in the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Index into [`crate::Reading::sheets`].
    pub sheet: usize,
    /// 1-based.
    pub row: u32,
    /// 0-based.
    pub column: Option<u16>,
    /// The column's header, when it has one.
    pub header: Option<String>,
    /// A stable word: `id_bad_checksum`.
    pub kind: String,
    pub level: Level,
    pub zh: String,
    pub en: String,
    /// A value that could stand in the cell instead, when there is exactly one.
    pub fix: Option<String>,
    /// Index into [`crate::Reading::people`].
    pub person: Option<usize>,
}
