//! The arguments of `liren report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args::Folder;

#[derive(Args)]
pub struct Report {
    #[command(subcommand)]
    pub what: ReportWhat,
}

#[derive(Subcommand)]
pub enum ReportWhat {
    /// 年度工作总结和打算 / the annual report
    Annual(AnnualReport),
    /// 其他报告：月报、条线总结、计划 / another report of the packs: a bulletin, a summary, a plan
    Other(OtherReport),
    /// 把改好退回的 Word 稿与发出的报告对照 / hold an edited Word file against the report it was made of
    Compare(CompareReport),
}

#[derive(Args)]
pub struct CompareReport {
    /// 改好的 .docx / the edited .docx
    pub file: PathBuf,
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub community: Option<i64>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct OtherReport {
    /// 报告的编号，如 monthly / the id of the report
    pub id: String,
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub community: Option<i64>,
    /// 时段里的任何一天，默认今天 / any day of the period; today by default
    #[arg(long)]
    pub on: Option<String>,
    /// 按当时已知的写：修订号，或一天(含)之前登记的 / as known at a revision, or by the end of a day
    #[arg(long)]
    pub known_at: Option<String>,
    /// 结尾为 .docx .pdf .html .txt .json / the ending says the form
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct AnnualReport {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub community: Option<i64>,
    #[arg(long)]
    pub year: Option<i32>,
    /// 按当时已知的写：修订号，或一天(含)之前登记的 / as known at a revision, or by the end of a day
    #[arg(long)]
    pub known_at: Option<String>,
    /// 居民版：不含个人信息，不足 5 的数不写 / the edition for residents: no personal data, no small numbers
    #[arg(long)]
    pub residents: bool,
    /// 结尾为 .docx .pdf .html .txt .json / the ending says the form
    #[arg(long)]
    pub out: PathBuf,
}
