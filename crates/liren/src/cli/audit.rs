//! `liren audit`: whether the traces are whole, a signed point of them, and the end of those that are old enough.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::args::Folder;
use super::data::{open, save};
use super::say;
use crate::base::trail::{Access, Action, Signed, Verified};
use crate::base::{App, Lang, Result, error};

#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    pub command: AuditCommand,
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// 从头核对每一条，有缺失或改动就说明在哪里 / read every row; say where one is missing or was changed
    Verify(AuditVerify),
    /// 签一个检查点，保存到别的机器上 / sign a point of the chains, to be kept on another machine
    Checkpoint(AuditCheckpoint),
    /// 清理旧留痕，至少保存六个月 / remove old rows; six months stay at least
    Prune(AuditPrune),
}

#[derive(Args)]
pub struct AuditVerify {
    #[command(flatten)]
    pub folder: Folder,
    /// 以前签的检查点(可多次) / a checkpoint signed earlier (may be given again)
    #[arg(long)]
    pub checkpoint: Vec<PathBuf>,
}

#[derive(Args)]
pub struct AuditCheckpoint {
    #[command(flatten)]
    pub folder: Folder,
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct AuditPrune {
    #[command(flatten)]
    pub folder: Folder,
    /// 保留多少天，不少于 184 / days that stay, 184 at least
    #[arg(long)]
    pub keep_days: i64,
}

pub async fn run(args: Audit, lang: Lang) -> Result<u8> {
    match args.command {
        AuditCommand::Verify(args) => {
            let app = open(&args.folder).await?;
            let earlier = args.checkpoint.iter().map(|path| read(path)).collect::<Result<Vec<Signed>>>()?;
            let found = match earlier.is_empty() {
                true => app.trail.verify_and_keep(&app).await?,
                false => app.trail.verify(&app, &earlier).await?,
            };
            app.trail.close().await?;
            told(&app, &found, earlier.len(), lang);
            Ok(u8::from(!found.broken.is_empty()))
        }
        AuditCommand::Checkpoint(args) => {
            let app = open(&args.folder).await?;
            let found = app.trail.verify(&app, &[]).await?;
            if !found.broken.is_empty() {
                told(&app, &found, 0, lang);
                say(lang.pick("链条不完整，没有签检查点。", "The chain is not whole; no checkpoint was signed."));
                return Ok(1);
            }
            let signed = app.trail.checkpoint(&app).await?;
            app.trail.close().await?;
            let mut text = serde_json::to_vec_pretty(&signed).map_err(error::fault)?;
            text.push(b'\n');
            save(&args.out, &text)?;
            let out = args.out.display();
            say(lang.pick(
                &format!("检查点已签，写入 {out}。请保存到别的机器上：以后用它可以证明之前的留痕没有改过。"),
                &format!("The checkpoint is signed: {out}. Keep it on another machine; it proves later that no earlier trace was changed."),
            ));
            Ok(0)
        }
        AuditCommand::Prune(args) => {
            let app = open(&args.folder).await?;
            let removed = app.trail.prune(&app, args.keep_days).await?;
            let noted = Access::installation(Some(0), "operator", Action::Prune);
            app.trail.note(noted.because(&format!("保留 {} 天，清理 {removed} 条", args.keep_days))).await?;
            app.trail.close().await?;
            say(lang.pick(
                &format!("清理了 {removed} 条留痕；之前的部分留有签名的检查点。"),
                &format!("{removed} rows were removed; a signed point stands where they ended."),
            ));
            Ok(0)
        }
    }
}

fn read(path: &Path) -> Result<Signed> {
    let unusable = |zh: &str, en: &str| {
        error::invalid(
            format!("读不了检查点 {}：{zh}。请核对 --checkpoint 后面的文件。", path.display()),
            format!("Cannot read the checkpoint {}: {en}. Check the file after --checkpoint.", path.display()),
        )
    };
    let text = std::fs::read(path).map_err(|e| {
        let (zh, en) = error::io_words(&e);
        unusable(zh, en)
    })?;
    serde_json::from_slice(&text).map_err(|_| unusable("不是检查点文件", "it is no checkpoint"))
}

fn told(app: &App, found: &Verified, checkpoints: usize, lang: Lang) {
    for broken in &found.broken {
        let chain = match (broken.kind, broken.chain) {
            ("checkpoint", _) => lang.pick("检查点", "checkpoint").to_owned(),
            ("change", community) => {
                lang.pick(&format!("社区 {community} 的修订"), &format!("changes of community {community}")).to_owned()
            }
            (_, 0) => lang.pick("安装的留痕", "trail of the installation").to_owned(),
            (_, community) => {
                lang.pick(&format!("社区 {community} 的留痕"), &format!("trail of community {community}")).to_owned()
            }
        };
        say(&format!("{chain} {}: {}", broken.at, lang.pick(broken.zh, broken.en)));
    }
    let held = match checkpoints {
        0 => String::new(),
        n => lang.pick(&format!("，与 {n} 份检查点核对过"), &format!(", held against {n} checkpoints")).to_owned(),
    };
    let before = match found.unchained {
        0 => String::new(),
        n => lang
            .pick(&format!("(其中 {n} 次在成链之前)"), &format!(" ({n} of them from before they were chained)"))
            .to_owned(),
    };
    let oldest = found.oldest.map_or(String::new(), |at| {
        let day = app.clock.day_of(at);
        lang.pick(&format!("，最早 {day}"), &format!(", the oldest of {day}")).to_owned()
    });
    let (zh, en) = match found.broken.len() {
        0 => ("链条完整", "The chains are whole"),
        _ => ("链条不完整", "The chains are not whole"),
    };
    say(lang.pick(
        &format!("{zh}：留痕 {} 条，修订 {} 次{before}{oldest}{held}。", found.entries, found.changes),
        &format!("{en}: {} rows of the trail, {} changes{before}{oldest}{held}.", found.entries, found.changes),
    ));
}
