//! 备份与恢复 — whole copies of a data folder. A copy is checked before it gets its name: it is there whole, or not
//! there at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use liren_store::Db;
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::error::{Result, fault, invalid, io_words};
use super::files::{self, Part};

/// The database of a data folder.
pub const DATABASE: &str = "liren.db";

/// What a backup takes along beside the database, as far as it is there.
const BESIDE: [&str; 2] = ["key", "today"];

/// What a backup says of itself.
const MANIFEST: &str = "backup.json";

/// 备份清单 — what a backup holds, so that damage to it is noticed before it is needed.
#[derive(Serialize, Deserialize)]
struct Manifest {
    /// The program that made it.
    program: String,
    /// When, in UTC microseconds.
    made: i64,
    files: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    bytes: u64,
    sha256: String,
}

/// Copies a data folder into `out`, which is not there yet, while others read and write.
pub async fn take(db: &Db, dir: &Path, out: &Path) -> Result<()> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(invalid(
            format!("{} 已经存在。备份不覆盖任何文件，请换一个名称。", out.display()),
            format!("{} exists already. A backup overwrites nothing; choose another name.", out.display()),
        ));
    }
    if !db.is_sqlite() {
        return Err(invalid(
            "数据在 PostgreSQL 服务器上，请用 pg_dump 备份数据库，并另外保存密钥文件 key。",
            "The data are on a PostgreSQL server: back it up with pg_dump, and keep the key file as well.",
        ));
    }
    // Whoever copies a damaged database and trusts the copy has none.
    db.check().await?;
    let failed = |e: io::Error| {
        let (zh, en) = io_words(&e);
        invalid(
            format!("不能写入备份 {}：{zh}。没有留下半个备份，请检查路径、权限和剩余空间。", out.display()),
            format!(
                "Cannot write the backup {}: {en}. No half of it was left; check its path, permissions and free space.",
                out.display()
            ),
        )
    };
    files::folder(files::folder_of(out)).map_err(failed)?;
    let part = Part::folder(out).map_err(failed)?;
    let database = part.path().join(DATABASE);
    db.copy_to(&database).await?;
    let mut names = vec![DATABASE];
    for name in BESIDE {
        match files::copy(&dir.join(name), &part.path().join(name)) {
            Ok(()) => names.push(name),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(e)),
        }
    }
    files::sync(&database).map_err(failed)?;
    let mut entries = Vec::new();
    for name in names {
        let (sha256, bytes) = files::digest(&part.path().join(name)).map_err(failed)?;
        entries.push(Entry { name: name.to_owned(), bytes, sha256 });
    }
    let manifest =
        Manifest { program: env!("CARGO_PKG_VERSION").to_owned(), made: Clock::default().instant(), files: entries };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(fault)?;
    files::save(&part.path().join(MANIFEST), &manifest).map_err(failed)?;
    part.keep(out).map_err(failed)
}

/// Copies a data folder into itself before its schema is changed; where the copy lies.
pub async fn before_upgrade(db: &Db, dir: &Path, step: i64) -> Result<PathBuf> {
    let folder = dir.join("backups");
    let name = format!("before-{step:04}");
    let mut out = folder.join(&name);
    let mut again = 1;
    while fs::symlink_metadata(&out).is_ok() {
        again += 1;
        out = folder.join(format!("{name}-{again}"));
    }
    take(db, dir, &out).await?;
    Ok(out)
}
