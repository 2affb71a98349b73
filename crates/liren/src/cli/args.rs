//! What can be typed after `liren`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::args_param::ParamArgs;
use super::args_report::Report;

/// 里仁 — the digital platform of a residential community.
#[derive(Parser)]
#[command(name = "liren", version, about = "里仁 · 社区治理平台 / the digital platform of a residential community")]
pub struct Cli {
    /// Speak English (messages; the data stay as they are).
    #[arg(long, global = true)]
    pub english: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// 建立演示社区、写出年度报告并打开网页 / build the demo community, write its report, serve it
    Demo(Demo),
    /// 启动网页服务 / serve the web interface
    Serve(Serve),
    /// 新建数据文件夹和社区 / make a data folder with an empty community
    Init(Init),
    /// 添加用户 / add a user
    User(User),
    /// 升级数据结构 / bring the schema up to date
    Migrate(Folder),
    /// 留痕：核对是否完整，签检查点，清理旧的 / traces: whether they are whole, a signed point, the end of old ones
    Audit(super::audit::Audit),
    /// 备份数据文件夹 / copy the data folder
    Backup(Backup),
    /// 从备份恢复 / restore a backup into an empty folder
    Restore(Restore),
    /// 导入花名册和台账 / import rosters and ledgers
    Import(Import),
    /// 导出名单 / export lists
    Export(Export),
    /// 查询指标 / ask for figures
    Figure(FigureArgs),
    /// 定稿：留存全部指标和名单 / freeze every figure with its names
    Freeze(Freeze),
    /// 比较两次定稿，逐人说明 / compare two frozen sets, name by name
    Compare(Compare),
    /// 合并、撤销合并、注销个人信息 / merge, unmerge or erase people
    Person(Person),
    /// 撤回一次修订 / take a revision back
    Undo(Undo),
    /// 台账登记：哪些记全了，从哪天起 / which registers are kept, and since when
    Register(Register),
    /// 本地标准：低保线、津贴这类由当地规定的数 / local standards: the low-income line and the like
    Param(ParamArgs),
    /// 筛查应享未享 / who is entitled but not enrolled
    Screen(Screen),
    /// 生成报告 / write a report
    Report(Report),
    /// 校对一份报告 / proofread a report
    Proof(Proof),
    /// 检查业务包 / check packs
    Pack(Pack),
    /// Reads a foreign file from standard input, within limits: what other commands run for themselves.
    #[command(hide = true)]
    Read(Read),
}

#[derive(Args)]
pub struct Read {
    pub kind: String,
    pub size: String,
}

#[derive(Args)]
pub struct Folder {
    /// 数据文件夹 / the data folder
    #[arg(long, default_value = "liren-data")]
    pub data: PathBuf,
    /// PostgreSQL 地址；不写则用文件夹里的 SQLite / a PostgreSQL address instead of the folder's SQLite file
    #[arg(long, env = "LIREN_DATABASE_URL")]
    pub database: Option<String>,
    /// 密钥文件；不写则用环境变量 LIREN_KEY、服务凭据 liren-key，或数据文件夹里的 key / the key file, when the key is not in the folder
    #[arg(long, env = "LIREN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
}

/// The demo has a folder of its own, and listens to no setting that was made for another.
#[derive(Args)]
pub struct Demo {
    /// 演示文件夹 / the folder of the demo
    #[arg(long, default_value = "liren-demo")]
    pub data: PathBuf,
    /// 空的 PostgreSQL 数据库；不写则用文件夹里的 SQLite / an empty PostgreSQL database instead of the folder's SQLite file
    #[arg(long)]
    pub database: Option<String>,
    /// 只建数据和报告，不启动网页 / do not serve
    #[arg(long)]
    pub no_serve: bool,
    /// 重复为 N 个社区(性能测试用) / repeat into N communities, for benchmarks
    #[arg(long, default_value_t = 1)]
    pub scale: u32,
    #[arg(long, default_value_t = 7480)]
    pub port: u16,
}

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    pub folder: Folder,
    /// 从零开始：没有数据文件夹就新建一个，社区在网页上建立 / make the data folder when there is none; the community is made in the browser
    #[arg(long)]
    pub new: bool,
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    #[arg(long, default_value_t = 7480)]
    pub port: u16,
    /// 反向代理给用户的地址，如 https://liren.example.cn，可写多次 / addresses under which a proxy offers this server
    #[arg(long)]
    pub origin: Vec<String>,
    /// 前面的 TLS 代理的地址(可多次)；只相信它转来的来访地址 / the address of a TLS proxy in front (may be given again); only its word on who asks is believed
    #[arg(long)]
    pub proxy: Vec<std::net::IpAddr>,
    /// 每夜备份的文件夹；不写则在数据文件夹的 backups 里 / the folder of the nightly backups; backups in the data folder without it
    #[arg(long)]
    pub backups: Option<PathBuf>,
    /// 不自动备份 / no nightly backups
    #[arg(long)]
    pub no_backup: bool,
}

#[derive(Args)]
pub struct Init {
    #[command(flatten)]
    pub folder: Folder,
    /// 社区名称 / the community's name
    #[arg(long)]
    pub community: String,
    /// 虚构社区：接受不存在的 99 开头证件号 / a fictional community accepts numbers of region 99
    #[arg(long)]
    pub fictional: bool,
    /// 固定业务日期(演示和测试用) / fix the business day
    #[arg(long)]
    pub today: Option<String>,
}

#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    pub command: UserCommand,
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// 添加用户 / add a user
    Add(UserAdd),
}

#[derive(Args)]
pub struct UserAdd {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub login: String,
    #[arg(long)]
    pub name: String,
    /// secretary, worker, group_head, building_head, officer
    #[arg(long)]
    pub role: String,
    #[arg(long)]
    pub community: Option<i64>,
    /// 区划编号；不写为全社区 / an area's id; the whole community without it
    #[arg(long, default_value_t = 0)]
    pub area: i64,
}

#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub from: PathBuf,
}

#[derive(Args)]
pub struct Import {
    #[command(flatten)]
    pub folder: Folder,
    /// 花名册文件；先写 undo 则撤回这个文件的导入 / roster files; after the word `undo`, the file whose import is taken back
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// 社区编号 / the community's id
    #[arg(long)]
    pub into: i64,
    /// 花名册的截至日期 / the day the roster speaks of
    #[arg(long)]
    pub on: Option<String>,
    /// 只看会发生什么，不写入 / show what will happen, write nothing
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub json: bool,
    /// 逐行结果(人、问题、计数) / the result in detail
    #[arg(long)]
    pub result: Option<PathBuf>,
    /// 更正后的列对照表 / a corrected mapping of columns
    #[arg(long)]
    pub map: Option<PathBuf>,
    /// 写出建议的列对照表 / write the proposed mapping of columns
    #[arg(long)]
    pub write_map: Option<PathBuf>,
    /// 带批注的原表 / the original workbook with its problems as comments
    #[arg(long)]
    pub annotated: Option<PathBuf>,
    /// 撤回时只撤回这一张工作表的内容 / when taking back: only what came from this sheet
    #[arg(long)]
    pub sheet: Option<String>,
    /// 允许很大的文件：用更多内存和时间读 / a very large file: read it with more memory and time
    #[arg(long)]
    pub large: bool,
}

#[derive(Args)]
pub struct Undo {
    #[command(flatten)]
    pub folder: Folder,
    /// 修订号，见导入时的输出和网页上的“谁改了什么” / the revision, as an import and the pages tell it
    pub revision: i64,
    #[arg(long)]
    pub community: Option<i64>,
    /// 只撤回一个人的部分，如 1-1207 / only what was written of one person
    #[arg(long)]
    pub person: Option<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct Register {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub community: Option<i64>,
    #[arg(long)]
    pub json: bool,
    #[command(subcommand)]
    pub what: Option<RegisterWhat>,
}

#[derive(Subcommand)]
pub enum RegisterWhat {
    /// 从某天起记全：从那天起没有记录就等于没有 / from a day on everything is recorded
    Keep {
        /// 台账，如 minimum-living / the register
        register: String,
        #[arg(long)]
        from: String,
        /// 只在这个辖区 / only in this area
        #[arg(long)]
        area: Option<String>,
    },
    /// 零报告：从某天到某天一例也没有 / from one day to another there was none
    None {
        register: String,
        #[arg(long)]
        from: String,
        /// 默认今天 / today when left out
        #[arg(long)]
        to: Option<String>,
        #[arg(long)]
        area: Option<String>,
    },
    /// 撤回一条说明 / take one of them back
    Drop {
        /// 列表里的编号 / its number in the list
        id: i64,
    },
    /// 本社区做不做一项工作 / whether this community does a line of work
    Use {
        programme: String,
        #[arg(long)]
        from: Option<String>,
        /// 不做 / it does not
        #[arg(long)]
        no: bool,
    },
}

#[derive(Args)]
pub struct Export {
    #[command(subcommand)]
    pub what: ExportWhat,
}

#[derive(Subcommand)]
pub enum ExportWhat {
    /// 居民 / people
    People(ExportPeople),
    /// 一个指标的名单 / the list behind a figure
    List(ExportList),
    /// 一条线的台账 / the ledger of a programme
    Ledger(ExportLedger),
    /// 全部指标 / all figures
    Figures(ExportFigures),
}

/// How and where a list is written.
#[derive(Args)]
pub struct Destination {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub community: Option<i64>,
    /// json, xlsx, csv
    #[arg(long, default_value = "xlsx")]
    pub format: String,
    /// 写到哪个文件；不写则输出 / a file; standard output without it
    #[arg(long)]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct ExportList {
    #[command(flatten)]
    pub to: Destination,
    /// 指标，如 pension.remaining / a figure
    pub figure: String,
    /// 截至日期；不写为今天 / as of a day
    #[arg(long)]
    pub on: Option<String>,
    /// 时段的第一天；不写为 1 月 1 日 / first day of the period
    #[arg(long)]
    pub from: Option<String>,
    /// 只要一个区划的 / of one area
    #[arg(long)]
    pub area: Option<i64>,
    /// 只要一类的，如 0:1 / of one slice
    #[arg(long)]
    pub slice: Option<String>,
}

#[derive(Args)]
pub struct ExportLedger {
    #[command(flatten)]
    pub to: Destination,
    /// 条线，如 resident-pension / a programme
    pub programme: String,
    /// 截至日期；不写为今天 / as of a day
    #[arg(long)]
    pub on: Option<String>,
}

#[derive(Args)]
pub struct ExportFigures {
    #[command(flatten)]
    pub to: Destination,
    #[arg(long)]
    pub on: Option<String>,
    #[arg(long)]
    pub from: Option<String>,
}

#[derive(Args)]
pub struct ExportPeople {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub community: Option<i64>,
    /// json, xlsx, csv
    #[arg(long, default_value = "json")]
    pub format: String,
    /// 不脱敏(留痕) / without masks; audited
    #[arg(long)]
    pub unmasked: bool,
    /// 只要一个视图:present 实有, resident 常住, temporary 暂住, hukou_only 空挂, unknown 待核实 / one view only
    #[arg(long)]
    pub view: Option<String>,
    /// 只要查到的：姓名、拼音首字母、住址、证件后四位 / only those who are found
    #[arg(long)]
    pub search: Option<String>,
    /// 只要一个区划的 / of one area
    #[arg(long)]
    pub area: Option<i64>,
    #[arg(long)]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct FigureArgs {
    #[command(flatten)]
    pub folder: Folder,
    /// 指标；不写为全部 / figures; all without any
    pub ids: Vec<String>,
    #[arg(long)]
    pub community: Option<i64>,
    #[arg(long)]
    pub on: Option<String>,
    /// 时段的第一天；不写为 1 月 1 日 / first day of the period
    #[arg(long)]
    pub from: Option<String>,
    #[arg(long)]
    pub area: Option<i64>,
    /// 按当时已知的算：修订号，或一天(含)之前登记的 / as known at a revision, or by the end of a day
    #[arg(long)]
    pub known_at: Option<String>,
    #[arg(long)]
    pub json: bool,
    /// 列出编号 / print the ids behind the number
    #[arg(long)]
    pub list: bool,
}

#[derive(Args)]
pub struct Freeze {
    #[command(flatten)]
    pub folder: Folder,
    /// 定稿的名称，如 2013年度报告 / a name for the set
    pub name: String,
    #[arg(long)]
    pub community: Option<i64>,
    /// 时段的第一天；不写为 1 月 1 日 / first day of the period
    #[arg(long)]
    pub from: Option<String>,
    /// 时段的最后一天；不写为今天 / last day of the period
    #[arg(long)]
    pub on: Option<String>,
}

#[derive(Args)]
pub struct Compare {
    #[command(flatten)]
    pub folder: Folder,
    /// 较早的定稿；不写则列出全部定稿 / the earlier set; lists all sets without one
    pub then: Option<i64>,
    /// 较晚的定稿；不写则与现在已知的比较 / the later set; what is known now without one
    pub now: Option<i64>,
    #[arg(long)]
    pub community: Option<i64>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct Person {
    #[command(subcommand)]
    pub command: PersonCommand,
}

#[derive(Subcommand)]
pub enum PersonCommand {
    /// 两条记录是同一个人：第二条并入第一条 / the second record is the same person as the first
    Merge(PersonMerge),
    /// 撤销合并 / undo a merge
    Unmerge(PersonOne),
    /// 注销：销毁密钥、抹去姓名和备注；历史数字不变 / destroy the key, blank name and remarks; past figures stay
    Erase(PersonErase),
}

#[derive(Args)]
pub struct PersonMerge {
    #[command(flatten)]
    pub folder: Folder,
    /// 保留的记录，如 1-1207 / the record that stays
    pub keep: String,
    /// 重复的记录 / the duplicate
    pub duplicate: String,
    /// 理由(留痕) / why; audited
    #[arg(long)]
    pub because: String,
}

#[derive(Args)]
pub struct PersonOne {
    #[command(flatten)]
    pub folder: Folder,
    /// 记录编号，如 1-1207 / the record
    pub person: String,
    /// 理由(留痕) / why; audited
    #[arg(long)]
    pub because: String,
}

#[derive(Args)]
pub struct PersonErase {
    #[command(flatten)]
    pub one: PersonOne,
    /// 确认：注销不能撤销 / yes: it cannot be undone
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args)]
pub struct Screen {
    #[command(flatten)]
    pub folder: Folder,
    pub programmes: Vec<String>,
    #[arg(long)]
    pub community: Option<i64>,
    #[arg(long)]
    pub on: Option<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct Proof {
    /// 报告文件;- 为标准输入 / the report; - reads standard input
    pub file: PathBuf,
    #[arg(long)]
    pub json: bool,
    /// 允许很大的文件：用更多内存和时间读 / a very large file: read it with more memory and time
    #[arg(long)]
    pub large: bool,
    /// 写出带标记的网页 / write a page with marks
    #[arg(long)]
    pub html: Option<PathBuf>,
    /// 与数据文件夹里的指标对照 / compare with the figures of a data folder
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// 密钥文件 / the key file, when the key is not in the folder
    #[arg(long, env = "LIREN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    #[arg(long)]
    pub community: Option<i64>,
}

#[derive(Args)]
pub struct Pack {
    #[command(subcommand)]
    pub command: PackCommand,
}

#[derive(Subcommand)]
pub enum PackCommand {
    /// 检查一个业务包文件夹 / check a folder of packs
    Check(PackCheck),
}

#[derive(Args)]
pub struct PackCheck {
    /// 包含 base 和 programmes 的文件夹 / the folder that holds base and programmes
    pub dir: PathBuf,
}
