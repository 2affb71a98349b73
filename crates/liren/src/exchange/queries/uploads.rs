//! Files that wait to be imported, and what imports did.

use liren_facts::Day;
use liren_store::{Tx, params};

use crate::base::text::kept_text;
use crate::base::{App, Result, Scope, Write, error, row};

row! {
    /// 待导入的文件 — dropped by somebody, read and compared, not written yet.
    pub struct Upload {
        pub id: i64 = "d.id",
        pub file: String = "d.file",
        pub on: Day = "d.on_day",
        /// UTC microseconds.
        pub at: i64 = "d.at",
        pub bytes: i64 = "d.bytes",
        /// The answers given, as a mapping in JSON; empty: none.
        pub mapping: String = "d.mapping",
        /// The revision that wrote it.
        pub revision: Option<i64> = "d.revision",
        pub by: String = "coalesce(a.name, d.login)",
    }
}

const FROM: &str = "from upload d left join account a on a.login = d.login";

/// A file is kept so long, in microseconds: long enough to look at a batch again, no longer.
const KEPT: i64 = 30 * 86_400 * 1_000_000;

/// Keeps a file, sealed, and lets go of those that are old. It is no fact, and takes no revision.
pub async fn add(app: &App, community: i64, login: &str, file: &str, on: Day, bytes: &[u8]) -> Result<i64> {
    let mut tx = app.db.write().await?;
    let (key, wrapped) = app.community_keys(&mut tx, community).await?.person();
    let at = app.clock.instant();
    // An id that nobody can guess: it stands in addresses.
    let id = i64::try_from(rand::random::<u64>() >> 11).unwrap_or(1);
    tx.run("delete from upload where community_id = $1 and (at < $2 or sealed is null)", params![community, at - KEPT])
        .await?;
    let columns = ["community_id", "id", "login", "file", "on_day", "at", "bytes", "wrapped", "sealed", "mapping"];
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let row = params![community, id, login, kept_text(file.to_owned()), on, at, size, wrapped, key.seal(bytes), ""];
    tx.insert("upload", &columns, vec![row]).await?;
    tx.commit().await?;
    Ok(id)
}

/// Files that nobody has written or thrown away, newest first.
pub async fn waiting(tx: &mut Tx, scope: &Scope) -> Result<Vec<Upload>> {
    let sql = format!(
        "select {} {FROM} where d.community_id = $1 and d.revision is null and d.sealed is not null
         order by d.at desc limit 50",
        Upload::COLUMNS
    );
    Ok(tx.rows(&sql, params![scope.community]).await?)
}

/// One of them, also when it has been written.
pub async fn upload(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Upload> {
    let sql =
        format!("select {} {FROM} where d.community_id = $1 and d.id = $2 and d.sealed is not null", Upload::COLUMNS);
    let found: Option<Upload> = tx.opt(&sql, params![scope.community, id]).await?;
    found.ok_or_else(|| error::not_found("文件"))
}

/// The file of an import, while it is kept.
pub async fn upload_of(tx: &mut Tx, scope: &Scope, revision: i64) -> Result<Option<Upload>> {
    let sql = format!(
        "select {} {FROM} where d.community_id = $1 and d.revision = $2 and d.sealed is not null",
        Upload::COLUMNS
    );
    Ok(tx.opt(&sql, params![scope.community, revision]).await?)
}

/// What is in it.
pub async fn contents(app: &App, tx: &mut Tx, scope: &Scope, id: i64) -> Result<Vec<u8>> {
    let found: Option<(Vec<u8>, Vec<u8>)> = tx
        .opt(
            "select wrapped, sealed from upload where community_id = $1 and id = $2 and sealed is not null",
            params![scope.community, id],
        )
        .await?;
    let (wrapped, sealed) = found.ok_or_else(|| error::not_found("文件"))?;
    let keys = app.community_keys(tx, scope.community).await?;
    let key = keys.person_key(&wrapped).ok_or_else(|| error::fault("a file under another key"))?;
    key.open(&sealed).ok_or_else(|| error::fault("a kept file does not open"))
}

/// Keeps the answers given, and the day.
pub async fn answer(app: &App, community: i64, id: i64, on: Day, mapping: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    tx.run(
        "update upload set mapping = $3, on_day = $4 where community_id = $1 and id = $2 and revision is null",
        params![community, id, mapping, on],
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Throws a file away.
pub async fn remove(app: &App, community: i64, id: i64) -> Result<()> {
    let mut tx = app.db.write().await?;
    tx.run("delete from upload where community_id = $1 and id = $2 and revision is null", params![community, id])
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Says of a file that this transaction writes it; an error when another one did.
pub async fn written(w: &mut Write, id: i64) -> Result<()> {
    let done =
        w.tx.run(
            "update upload set revision = $3 where community_id = $1 and id = $2 and revision is null",
            params![w.community, id, w.revision],
        )
        .await?;
    if done == 0 {
        return Err(error::invalid(
            "这个文件已经写入过，或者已经拿掉了，这次没有写入。",
            "This file has been written already, or was thrown away. Nothing was written now.",
        ));
    }
    Ok(())
}

/// Whoever is erased stands in no kept file either.
pub async fn forget(w: &mut Write) -> Result<()> {
    w.tx.run("update upload set sealed = null, wrapped = null where community_id = $1", params![w.community]).await?;
    Ok(())
}

row! {
    /// 批次 — one import.
    pub struct Batch {
        pub revision: i64 = "b.revision",
        pub summary: String = "b.summary",
        pub at: i64 = "c.at",
        pub by: String = "coalesce(a.name, c.actor)",
        /// The revision that took it back.
        pub undone: Option<i64> =
            "(select max(u.revision) from change u where u.community_id = b.community_id and u.undoes = b.revision)",
    }
}

/// Keeps what an import did.
pub async fn keep_batch(w: &mut Write, summary: &str) -> Result<()> {
    let mut kept: serde_json::Value = serde_json::from_str(summary).map_err(error::fault)?;
    without_numbers(&mut kept);
    let row = params![w.community, w.revision, kept.to_string()];
    w.tx.insert("import_batch", &["community_id", "revision", "summary"], vec![row]).await?;
    Ok(())
}

const BATCHES: &str = "from import_batch b
     join change c on c.community_id = b.community_id and c.revision = b.revision
     left join account a on a.login = c.actor";

/// Imports before a revision, newest first.
pub async fn batches(tx: &mut Tx, scope: &Scope, before: i64, count: i64) -> Result<Vec<Batch>> {
    let sql = format!(
        "select {} {BATCHES} where b.community_id = $1 and b.revision < $2 order by b.revision desc limit $3",
        Batch::COLUMNS
    );
    Ok(tx.rows(&sql, params![scope.community, before, count]).await?)
}

pub async fn batch(tx: &mut Tx, scope: &Scope, revision: i64) -> Result<Batch> {
    let sql = format!("select {} {BATCHES} where b.community_id = $1 and b.revision = $2", Batch::COLUMNS);
    let found: Option<Batch> = tx.opt(&sql, params![scope.community, revision]).await?;
    found.ok_or_else(|| error::not_found("导入@批次"))
}

/// The words of a summary are names of files and sheets, which may be somebody's number.
fn without_numbers(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => *text = kept_text(std::mem::take(text)),
        serde_json::Value::Array(all) => all.iter_mut().for_each(without_numbers),
        serde_json::Value::Object(all) => all.values_mut().for_each(without_numbers),
        _ => {}
    }
}
