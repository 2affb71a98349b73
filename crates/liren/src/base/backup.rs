//! 备份与恢复 — whole copies of a data folder, and a data folder made of one again. Both are checked before they get
//! their name: they are there whole, or not there at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use liren_store::{Db, Migration};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::error::{Result, fault, invalid, io_words};
use super::files::{self, Part};
use super::master::{self, Master};
use super::{queries, trail};

/// The database of a data folder.
pub const DATABASE: &str = "liren.db";

/// What says that a folder was made by the demo.
pub const DEMO_MARK: &str = "demo";

/// What a backup takes along beside the database, as far as it is there.
const BESIDE: [&str; 4] = [master::FILE, Clock::FILE, DEMO_MARK, trail::FILE];

/// The folder of papers, sealed files below one folder for each community.
const PAPERS: &str = "files";

/// What a backup says of itself.
const MANIFEST: &str = "backup.json";

/// Files in which SQLite keeps what is not in the database yet.
const JOURNALS: [&str; 4] = ["liren.db-wal", "liren.db-journal", "trail.db-wal", "trail.db-journal"];

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

/// What was copied.
pub struct Copied {
    /// Whether the key is in the copy. It is not when the operator keeps it elsewhere.
    pub with_key: bool,
    pub communities: usize,
}

/// Copies a data folder into `out`, which is not there yet, while others read and write. `master` must open what is
/// copied.
pub async fn take(db: &Db, dir: &Path, master: Option<&Master>, out: &Path) -> Result<Copied> {
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
    db.check().await.map_err(|e| match e {
        liren_store::Error::Damaged => invalid(
            "数据库文件有损坏，没有备份：损坏的备份不能当备份。请保留以前的备份，不要删除；用 liren restore 把最近一份恢复到新的文件夹核对。",
            "The database file is damaged and was not backed up: a damaged backup is none. Keep your earlier backups, and restore the latest into a new folder (liren restore) to check it.",
        ),
        other => other.into(),
    })?;
    let failed = |e: io::Error| failed(out, &e);
    files::folder(files::folder_of(out)).map_err(failed)?;
    let part = Part::folder(out).map_err(failed)?;
    let database = part.path().join(DATABASE);
    db.copy_to(&database).await?;
    files::sync(&database).map_err(failed)?;
    let mut names = vec![DATABASE];
    for name in BESIDE {
        let (from, to) = (dir.join(name), part.path().join(name));
        // Others may write into the trail while it is copied.
        let copied = match name == trail::FILE && from.exists() {
            true => {
                copy_trail(&from, &to).await?;
                files::sync(&to)
            }
            false => files::copy(&from, &to),
        };
        match copied {
            Ok(()) => names.push(name),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(e)),
        }
    }
    // A paper is there before its row is, so those of the copied rows are there.
    let papers = copy_papers(dir, part.path()).map_err(failed)?;
    let copied = Db::sqlite_still(&database).await?;
    copied.check().await?;
    let wrapped = wrapped_keys(&copied).await?;
    copied.close().await;
    if let Some(master) = master {
        master.opens(&wrapped)?;
    }
    let mut entries = Vec::new();
    for name in names.iter().map(|name| (*name).to_owned()).chain(papers) {
        let (sha256, bytes) = files::digest(&part.path().join(&name)).map_err(failed)?;
        entries.push(Entry { name, bytes, sha256 });
    }
    let manifest =
        Manifest { program: env!("CARGO_PKG_VERSION").to_owned(), made: Clock::default().instant(), files: entries };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(fault)?;
    files::save(&part.path().join(MANIFEST), &manifest).map_err(failed)?;
    part.keep(out).map_err(failed)?;
    Ok(Copied { with_key: names.contains(&master::FILE), communities: wrapped.len() })
}

/// Copies the papers of a data folder or a backup; their names as a backup lists them.
fn copy_papers(from: &Path, to: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let folders = match fs::read_dir(from.join(PAPERS)) {
        Ok(folders) => folders,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(e) => return Err(e),
    };
    for folder in folders {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for paper in fs::read_dir(folder.path())? {
            let paper = paper?;
            // What is being written is not a paper yet.
            let (Ok(community), Ok(name)) = (folder.file_name().into_string(), paper.file_name().into_string()) else {
                continue;
            };
            if paper.file_type()?.is_file() && name.bytes().all(|b| b.is_ascii_digit()) {
                let name = format!("{PAPERS}/{community}/{name}");
                files::folder(files::folder_of(&to.join(&name)))?;
                files::copy(&paper.path(), &to.join(&name))?;
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Copies the trail whole; a damaged one is not taken for a trail.
async fn copy_trail(from: &Path, to: &Path) -> Result<()> {
    let db = Db::sqlite(from, false).await?;
    db.check().await?;
    db.copy_to(to).await?;
    db.close().await;
    Ok(())
}

/// Copies a data folder into itself before its schema is changed; where the copy lies. Its key was not asked for yet.
pub async fn before_upgrade(db: &Db, dir: &Path, step: i64) -> Result<PathBuf> {
    let folder = dir.join("backups");
    let name = format!("before-{step:04}");
    let mut out = folder.join(&name);
    let mut again = 1;
    while fs::symlink_metadata(&out).is_ok() {
        again += 1;
        out = folder.join(format!("{name}-{again}"));
    }
    take(db, dir, None, &out).await?;
    Ok(out)
}

/// Makes the data folder `dir`, which is empty or not there, of the backup `from`; how many communities it has.
/// `key_file` is the key when it is not in the backup.
pub async fn restore(from: &Path, dir: &Path, key_file: Option<&Path>, steps: &[Migration]) -> Result<usize> {
    whole(from)?;
    empty(dir)?;
    let failed = |e: io::Error| failed(dir, &e);
    // An empty folder may be the root of a disk, which no other folder can replace: then the copy is made in it.
    let there = dir.is_dir();
    files::folder(files::folder_of(dir)).map_err(failed)?;
    let part = Part::folder(&if there { dir.join(DATABASE) } else { dir.to_owned() }).map_err(failed)?;
    for name in [DATABASE].into_iter().chain(BESIDE) {
        match files::copy(&from.join(name), &part.path().join(name)) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound && name != DATABASE => {}
            Err(e) => return Err(failed(e)),
        }
    }
    copy_papers(from, part.path()).map_err(failed)?;
    intact(from, part.path())?;
    let communities = check(part.path(), key_file, steps).await?;
    if there {
        empty(dir)?;
        part.keep_files(dir, &[&BESIDE[..], &[PAPERS, DATABASE]].concat()).map_err(failed)?;
    } else {
        part.keep(dir).map_err(failed)?;
    }
    Ok(communities)
}

/// Reads a copied database whole, and lets the key open every community. How many there are.
async fn check(copy: &Path, key_file: Option<&Path>, steps: &[Migration]) -> Result<usize> {
    let db = Db::sqlite_still(&copy.join(DATABASE)).await?;
    db.check().await?;
    if db.standing(steps).await?.done == 0 {
        return Err(liren_store::Error::Damaged.into());
    }
    let wrapped = wrapped_keys(&db).await?;
    match Master::find(copy, key_file)? {
        Some(master) => master.opens(&wrapped)?,
        None if wrapped.is_empty() => {}
        None => {
            return Err(invalid(
                "备份里没有密钥文件 key，证件号和电话打不开，没有恢复。密钥另外保存的，请用 --key-file 指出它。",
                "The backup has no key file, so numbers could not be opened; nothing was restored. If the key is kept elsewhere, name it with --key-file.",
            ));
        }
    }
    db.close().await;
    Ok(wrapped.len())
}

async fn wrapped_keys(db: &Db) -> Result<Vec<(i64, Vec<u8>)>> {
    let mut tx = db.read().await?;
    queries::wrapped_keys(&mut tx).await
}

/// All of a backup is there, or nothing is begun.
fn whole(from: &Path) -> Result<()> {
    if !from.join(DATABASE).is_file() {
        return Err(invalid(
            format!("{} 里没有 {DATABASE}，不是完整的备份。请核对 --from 后面的文件夹。", from.display()),
            format!(
                "There is no {DATABASE} in {}; it is not a whole backup. Check the folder after --from.",
                from.display()
            ),
        ));
    }
    for journal in JOURNALS {
        if fs::metadata(from.join(journal)).is_ok_and(|m| m.len() > 0) {
            return Err(invalid(
                format!(
                    "{} 是一个使用中的数据文件夹，不是备份：最近的内容还在 {journal} 里，直接复制会丢。请用 liren backup --data {} --out 新文件夹 做一份备份，再从它恢复。",
                    from.display(),
                    from.display()
                ),
                format!(
                    "{} is a data folder in use, not a backup: its last changes stand in {journal} and would be lost. Make a backup of it with liren backup --data {} --out FOLDER, and restore that.",
                    from.display(),
                    from.display()
                ),
            ));
        }
    }
    Ok(())
}

/// What was copied is what the backup says it holds. Backups of version 0.1 say nothing of themselves.
fn intact(from: &Path, copy: &Path) -> Result<()> {
    let text = match fs::read(from.join(MANIFEST)) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(failed(from, &e)),
    };
    let changed = |name: &str| {
        invalid(
            format!(
                "备份 {} 里的 {name} 与备份清单不符，可能已经损坏，或者被别的文件换过，没有恢复。请换一份备份。",
                from.display()
            ),
            format!(
                "{name} of the backup {} is not what its list says: it is damaged or was replaced. Nothing was restored; use another backup.",
                from.display()
            ),
        )
    };
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| changed(MANIFEST))?;
    let listed: Vec<&str> = manifest.files.iter().map(|f| f.name.as_str()).collect();
    for name in [DATABASE].into_iter().chain(BESIDE) {
        // A key that was kept apart and put back is looked at with the database.
        if copy.join(name).exists() && !listed.contains(&name) && name != master::FILE {
            return Err(changed(name));
        }
    }
    for file in &manifest.files {
        let known = file.name == DATABASE || BESIDE.contains(&file.name.as_str()) || is_paper(&file.name);
        let same = match files::digest(&copy.join(&file.name)) {
            Ok((sha256, bytes)) => known && sha256 == file.sha256 && bytes == file.bytes,
            // Who keeps the key apart from the backup does well.
            Err(e) if e.kind() == io::ErrorKind::NotFound => file.name == master::FILE,
            Err(e) => return Err(failed(from, &e)),
        };
        if !same {
            return Err(changed(if known { &file.name } else { MANIFEST }));
        }
    }
    Ok(())
}

/// `files/1/207`: two numbers and nothing that leads elsewhere.
fn is_paper(name: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = name.split('/').collect();
    matches!(parts[..], [PAPERS, community, paper] if number(community) && number(paper))
}

/// A folder in which nothing is lost by what comes into it. What a disk of its own brings along does not count, nor
/// what a restore that was killed left.
fn empty(dir: &Path) -> Result<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(failed(dir, &e)),
    };
    let names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    let begun = |name: &String| name.starts_with(&format!(".{DATABASE}.")) && name.ends_with(".part");
    let ours = names.iter().any(begun);
    let counts = |name: &&String| {
        !(*name == "lost+found" || ours && (begun(name) || BESIDE.contains(&name.as_str()) || **name == *PAPERS))
    };
    let there: Vec<&str> = names.iter().filter(counts).take(4).map(String::as_str).collect();
    if there.is_empty() {
        return Ok(());
    }
    Err(invalid(
        format!(
            "{} 不是空文件夹，里面有 {} 等，没有恢复。请恢复到新的或空的文件夹，核对后再替换。",
            dir.display(),
            there.join("、")
        ),
        format!(
            "{} is not empty (there is {}), and nothing was restored. Restore into a new or empty folder, look at it, then replace the old one.",
            dir.display(),
            there.join(", ")
        ),
    ))
}

fn failed(path: &Path, error: &io::Error) -> super::Error {
    let (zh, en) = io_words(error);
    invalid(
        format!("不能写入 {}：{zh}。没有留下半份文件，请检查路径、权限和剩余空间。", path.display()),
        format!(
            "Cannot write {}: {en}. No half of it was left; check its path, permissions and free space.",
            path.display()
        ),
    )
}
