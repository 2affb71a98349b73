//! 说法 — what the text claims: a figure, and the ways its words can be taken, each an equation with other figures.
//! A claim is right when one of its readings is exact. It is wrong only when a reading that the words leave no doubt of
//! is not, and no other is; where two such readings both fail, somebody should look; everything else stays silent.

pub mod formula;
pub mod judge;
pub mod show;
mod slip;

pub use formula::{Fit, Formula, Term};

/// How firmly the words bind the figures of a reading together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// Complete and adjacent: no reader would take it otherwise.
    Stated,
    /// The likely way to take it; a misfit is worth a question.
    Likely,
    /// Near enough to be told as a hint.
    Faint,
    /// One way to take it: may explain a figure, never accuses.
    Possible,
}

/// 读法 — one way to take a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub formula: Formula,
    pub tie: Tie,
    /// How the words were taken, in both languages.
    pub name: (&'static str, &'static str),
}

/// A figure that the text makes a statement about, and the readings of that statement, the natural one first.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    pub kind: Kind,
    pub readings: Vec<Reading>,
}

/// Which relation a claim is about. Each has a file in `relations/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 分项之和
    Sum,
    /// 收支、结存、应到实到
    Balance,
    /// 占比
    Share,
    /// 办结率, 完成计划
    Rate,
    /// 增长
    Growth,
    /// 增减数
    Difference,
    /// 人均, 户均
    Mean,
    /// 人数 × 标准
    Product,
    /// 部分不大于整体
    Bound,
}
