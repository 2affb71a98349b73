//! What the caller knows about a report before it is read.

use serde::Serialize;

/// The language of what a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// What the caller knows before reading: the period of the report, and figures of a data folder.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The year the report is about, and its last month if it does not run to December.
    pub period: Option<ReportPeriod>,
    /// Figures of the data folder, for the value-by-value comparison.
    pub known: &'a [KnownFigure],
}

/// 报告期 — the year a report is about, up to a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReportPeriod {
    pub year: i32,
    /// The last month covered, 1 to 12.
    pub to_month: u32,
}

/// A figure of the data folder, under the names a report may call it by.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownFigure {
    /// The id of the figure, as in the packs: `population.total`.
    pub id: String,
    /// Its name as printed: 总人口.
    pub label: String,
    /// Other names: 人口总数, 全社区人口.
    pub aliases: Vec<String>,
    /// 人, 户, 元 …; a report may use another of the same kind (名 for 人, 万元 for 元).
    pub unit: String,
    pub value: f64,
    /// Whether a rounded number (200余, 3万元) is an acceptable way to state it.
    pub rounded: bool,
}
