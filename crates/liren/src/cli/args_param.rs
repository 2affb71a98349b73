//! The arguments of `liren param`.

use clap::{Args, Subcommand};

use super::args::Folder;

#[derive(Args)]
pub struct ParamArgs {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub community: Option<i64>,
    #[arg(long)]
    pub json: bool,
    #[command(subcommand)]
    pub what: Option<ParamWhat>,
}

#[derive(Subcommand)]
pub enum ParamWhat {
    /// 定一个标准 / set a standard
    Set {
        /// 编号，如 minimum-living.line_month / its id
        id: String,
        /// 多少，按单位写，如 550 或 0.5 / how much, in its unit
        value: String,
        /// 从哪天起执行 / from which day
        #[arg(long)]
        from: String,
        /// 依据的文件 / the document that sets it
        #[arg(long)]
        document: String,
    },
}
