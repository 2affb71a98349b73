//! `liren backup` and `liren restore`.

use super::args::{Backup, Restore};
use super::data::{joined, open};
use super::say;
use crate::base::trail::{Access, Action, Trail};
use crate::base::{Clock, Lang, Result, backup, error};

pub async fn backup(args: Backup, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let noted = Access::installation(Some(0), "operator", Action::Backup);
    app.trail.note(noted).await?;
    let copied = backup::take(&app.db, &args.folder.data, Some(app.master()), &args.out).await?;
    app.trail.close().await?;
    app.db.close().await;
    let (out, n) = (args.out.display(), copied.communities);
    say(lang.pick(
        &format!("已备份到 {out}，核对完整：{n} 个社区。"),
        &format!("Backed up to {out} and checked: {n} communities."),
    ));
    if !copied.with_key {
        say(lang.pick(
            "密钥不在数据文件夹里，所以也不在备份里，请另外妥善保存：没有它，证件号和电话谁也打不开。",
            "The key is not in the data folder and so not in the backup. Keep it safe elsewhere: without it nobody can open numbers.",
        ));
    }
    Ok(0)
}

pub async fn restore(args: Restore, lang: Lang) -> Result<u8> {
    if args.folder.database.is_some() {
        return Err(error::invalid(
            "liren restore 恢复的是数据文件夹。PostgreSQL 数据库请用 pg_restore 或 psql 恢复，并放回密钥文件 key。",
            "liren restore makes a data folder. A PostgreSQL database is restored with pg_restore or psql; put the key file back too.",
        ));
    }
    let (dir, key) = (&args.folder.data, args.folder.key_file.as_deref());
    let communities = backup::restore(&args.from, dir, key, joined()?.migrations).await?;
    let trail = Trail::in_folder(dir, Clock::default());
    trail.note(Access::installation(Some(0), "operator", Action::Restore)).await?;
    trail.close().await?;
    say(lang.pick(
        &format!("已恢复到 {}，核对完整：{communities} 个社区，密钥相符。", dir.display()),
        &format!("Restored to {} and checked: {communities} communities, opened by their key.", dir.display()),
    ));
    Ok(0)
}
