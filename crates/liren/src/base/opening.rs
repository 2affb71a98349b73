//! How a data folder is opened: by whom it may be held, when its schema may change, and what it is called when it
//! is not what somebody took it for.

use std::io;
use std::path::Path;
use std::sync::Arc;

use liren_store::{Db, Migration};

use super::clock::Clock;
use super::error::{Result, invalid, io_words};
use super::{backup, files};

/// How a data folder is opened.
#[derive(Clone, Default)]
pub struct Opening<'a> {
    /// Makes the folder when it is not there.
    pub create: bool,
    /// A PostgreSQL server; without one the folder holds an SQLite file.
    pub url: Option<&'a str>,
    pub upgrade: Upgrade,
    /// The file of the master key, when it lies outside the folder.
    pub key_file: Option<&'a Path>,
    /// The folder, when it was taken before it is opened.
    pub hold: Option<Hold>,
}

/// Whether a schema that is behind may be brought up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Upgrade {
    /// Where a backup is made first: a server has its own tools for that, and its operator.
    #[default]
    WithBackup,
    /// Anywhere: somebody asked for it.
    Any,
}

/// 占用 — the right to serve a folder, to change its schema, to build in it. The operating system frees it when the
/// process dies.
#[derive(Clone)]
pub struct Hold {
    _file: Arc<std::fs::File>,
}

impl Hold {
    /// The file of a folder that is held.
    pub const FILE: &str = "lock";

    /// Takes a folder; one that is taken is refused.
    pub fn of(dir: &Path) -> Result<Hold> {
        let path = dir.join(Hold::FILE);
        let made = match files::new(&path) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                std::fs::OpenOptions::new().write(true).truncate(false).open(&path)
            }
            made => made,
        };
        let file = made.map_err(|e| folder_error(dir, &e))?;
        file.try_lock().map_err(|_| {
            invalid(
                format!("已有一个里仁服务在使用 {}。请直接打开它的网址，或先停止它再启动。", dir.display()),
                format!("Another Liren server is using {}. Open its address, or stop it first.", dir.display()),
            )
        })?;
        Ok(Hold { _file: Arc::new(file) })
    }
}

/// The database of a folder, its schema up to date.
pub async fn database(dir: &Path, opening: &Opening<'_>, migrations: &[Migration]) -> Result<Db> {
    if opening.create {
        files::folder(dir).map_err(|e| folder_error(dir, &e))?;
    }
    let db = match opening.url {
        Some(url) => Db::postgres(url).await?,
        None => Db::sqlite(&dir.join(backup::DATABASE), opening.create).await?,
    };
    let standing = db.standing(migrations).await?;
    let Some(first) = standing.pending.first().copied() else {
        return Ok(db);
    };
    if standing.done == 0 {
        db.migrate(migrations).await?;
        return Ok(db);
    }
    if !db.is_sqlite() && opening.upgrade == Upgrade::WithBackup {
        return Err(invalid(
            "服务器上的数据结构需要升级。请先停止里仁服务，用 pg_dump 备份数据库，再运行 liren migrate。没有改动任何数据。",
            "The schema on the server must be brought up to date. Stop Liren, back the database up with pg_dump, then run liren migrate. Nothing was changed.",
        ));
    }
    // Nobody serves the folder meanwhile.
    let _hold = match &opening.hold {
        Some(hold) => hold.clone(),
        None => Hold::of(dir)?,
    };
    if db.is_sqlite() {
        let kept = backup::before_upgrade(&db, dir, first).await?;
        tracing::info!(kept = %kept.display(), "backed up before the schema is changed");
        // Version 0.1 let the group and others read. Somebody else's folder stays as its owner wants it.
        let _ = files::own(dir, [backup::DATABASE, Clock::FILE, Hold::FILE]);
    }
    db.migrate(migrations).await?;
    Ok(db)
}

pub fn folder_error(dir: &Path, error: &io::Error) -> super::Error {
    let (zh, en) = io_words(error);
    invalid(
        format!("不能使用文件夹 {}：{zh}。请检查路径、权限和剩余空间。", dir.display()),
        format!("Cannot use the folder {}: {en}. Check its path, permissions and free space.", dir.display()),
    )
}

/// A database with real people in it is no place for a demo.
pub fn not_a_demo(communities: usize) -> super::Error {
    invalid(
        format!(
            "这个数据库里已有 {communities} 个不是演示用的社区，不能在旁边建立演示社区，没有改动任何数据。演示请用它自己的文件夹：直接运行 liren demo。"
        ),
        format!(
            "This database has {communities} communities that are no demo; a demo is never made beside them, and nothing was changed. A demo has a folder of its own: just run liren demo."
        ),
    )
}
