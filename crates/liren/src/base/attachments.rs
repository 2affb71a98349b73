//! 附件 — papers and photos that go with a fact: sealed files beside the database, a row each.

use sha2::{Digest as _, Sha256};

use liren_store::{Tx, params};

use super::error::{Result, invalid};
use super::keys::Key;
use super::web::form::Paper;
use super::{App, Scope, Write, files, row};

row! {
    pub struct Attachment {
        pub id: i64 = "t.id",
        pub media: String = "t.media",
        pub bytes: i64 = "t.bytes",
        pub recorded: i64 = "t.recorded",
    }
}

/// What a browser may show again: pictures and papers, nothing that runs.
const MEDIA: [&str; 5] = ["image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"];

fn path(app: &App, community: i64, id: i64) -> std::path::PathBuf {
    app.dir.join("files").join(community.to_string()).join(id.to_string())
}

/// Keeps a paper of a subject: its file is there before the row is.
pub async fn keep(app: &App, w: &mut Write, key: &Key, of: (&str, i64), paper: &Paper) -> Result<i64> {
    let media = paper.media.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if !MEDIA.contains(&media.as_str()) {
        return Err(invalid(
            "附件只收照片(jpg、png、webp、heic)和 PDF。",
            "Papers are photos (jpg, png, webp, heic) or PDF.",
        ));
    }
    let id = w.id();
    let path = path(app, w.community, id);
    let sealed = key.seal(&paper.bytes);
    let digest: String = Sha256::digest(&sealed).iter().map(|b| format!("{b:02x}")).collect();
    if let Some(folder) = path.parent() {
        files::folder(folder).map_err(super::error::fault)?;
    }
    files::save(&path, &sealed).map_err(super::error::fault)?;
    let columns = ["community_id", "id", "subject_kind", "subject_id", "media", "bytes", "digest", "recorded"];
    let size = i64::try_from(paper.bytes.len()).unwrap_or(i64::MAX);
    let row = params![w.community, id, of.0, of.1, media.as_str(), size, digest.as_str(), w.revision];
    w.tx.insert("attachment", &columns, vec![row]).await?;
    w.changed(of.0, of.1, "attachment");
    Ok(id)
}

/// The papers of a subject, newest first.
pub async fn of(tx: &mut Tx, scope: &Scope, kind: &str, subject: i64) -> Result<Vec<Attachment>> {
    let sql = format!(
        "select {} from attachment t where t.community_id = $1 and t.subject_kind = $2 and t.subject_id = $3
           and t.superseded is null order by t.id desc",
        Attachment::COLUMNS
    );
    Ok(tx.rows(&sql, params![scope.community, kind, subject]).await?)
}

/// The contents of a paper of a subject; `None` when there is no such paper.
pub async fn read(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    key: &Key,
    of: (&str, i64),
    id: i64,
) -> Result<Option<(String, Vec<u8>)>> {
    let found: Option<(String,)> = tx
        .opt(
            "select media from attachment where community_id = $1 and id = $2 and subject_kind = $3 and subject_id = $4
               and superseded is null",
            params![scope.community, id, of.0, of.1],
        )
        .await?;
    let Some((media,)) = found else { return Ok(None) };
    let sealed = std::fs::read(path(app, scope.community, id)).map_err(super::error::fault)?;
    Ok(key.open(&sealed).map(|plain| (media, plain)))
}
