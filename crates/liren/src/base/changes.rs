//! 修订 — who changed what, and what a form that was sent has done: for flashes, conflicts and posts sent twice.

use liren_store::{Tx, Value, params};

use super::error::Result;
use super::{Write, row};

row! {
    /// One write transaction.
    pub struct Change {
        pub revision: i64 = "c.revision",
        /// UTC microseconds.
        pub at: i64 = "c.at",
        /// The login of whoever wrote it.
        pub actor: String = "c.actor",
        pub reason: String = "c.reason",
        /// The revision it takes back.
        pub undoes: Option<i64> = "c.undoes",
    }
}

row! {
    /// The last change of a subject.
    pub struct LastChange {
        pub revision: i64 = "c.revision",
        pub at: i64 = "c.at",
        pub reason: String = "c.reason",
        /// The name of whoever wrote it, the login where the account is gone.
        pub name: String = "coalesce(a.name, c.actor)",
    }
}

/// A revision of a community.
pub async fn change(tx: &mut Tx, community: i64, revision: i64) -> Result<Option<Change>> {
    let sql = format!("select {} from change c where c.community_id = $1 and c.revision = $2", Change::COLUMNS);
    Ok(tx.opt(&sql, params![community, revision]).await?)
}

/// Whether a revision was taken back, and by which.
pub async fn undone_by(tx: &mut Tx, community: i64, revision: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx
        .opt(
            "select c.revision from change c where c.community_id = $1 and c.undoes = $2 order by c.revision desc limit 1",
            params![community, revision],
        )
        .await?;
    Ok(row.map(|(revision,)| revision))
}

/// The last change of some aspects of a subject; of any when none is named.
pub async fn last_change(
    tx: &mut Tx,
    community: i64,
    kind: &str,
    id: i64,
    aspects: &[&str],
) -> Result<Option<LastChange>> {
    let places: Vec<String> = (0..aspects.len()).map(|n| format!("${}", n + 4)).collect();
    let among = if aspects.is_empty() { String::new() } else { format!(" and s.aspect in ({})", places.join(", ")) };
    let sql = format!(
        "select {} from change_subject s
         join change c on c.community_id = s.community_id and c.revision = s.revision
         left join account a on a.login = c.actor
         where s.community_id = $1 and s.kind = $2 and s.subject_id = $3{among}
         order by c.revision desc limit 1",
        LastChange::COLUMNS
    );
    let mut bound = params![community, kind, id];
    bound.extend(aspects.iter().map(|aspect| Value::from(*aspect)));
    Ok(tx.opt(&sql, bound).await?)
}

/// Kind and id of everything a revision changed.
pub async fn subjects(tx: &mut Tx, community: i64, revision: i64) -> Result<Vec<(String, i64)>> {
    Ok(tx
        .rows(
            "select distinct kind, subject_id from change_subject where community_id = $1 and revision = $2
             order by kind, subject_id",
            params![community, revision],
        )
        .await?)
}

row! {
    /// 一次提交 — what a form did that was sent under a word of its own.
    pub struct Once {
        pub account: i64 = "o.account_id",
        pub route: String = "o.route",
        pub digest: String = "o.digest",
        pub location: String = "o.location",
    }
}

/// What was done under a word; an empty word is no word.
pub async fn once(tx: &mut Tx, community: i64, word: &str) -> Result<Option<Once>> {
    if word.is_empty() {
        return Ok(None);
    }
    let sql = format!("select {} from once o where o.community_id = $1 and o.key = $2", Once::COLUMNS);
    Ok(tx.opt(&sql, params![community, word]).await?)
}

/// Forms of a month ago are not sent again.
const KEPT_MICROS: i64 = 30 * 86_400 * 1_000_000;

/// Sets down what is done under a word, in the same transaction.
pub async fn keep_once(w: &mut Write, word: &str, done: Once) -> Result<()> {
    let (community, now) = (w.community, w.instant());
    w.tx.run("delete from once where community_id = $1 and at < $2", params![community, now - KEPT_MICROS]).await?;
    let columns = ["community_id", "key", "account_id", "route", "digest", "location", "at"];
    let row = params![community, word, done.account, done.route, done.digest, done.location, now];
    w.tx.insert("once", &columns, vec![row]).await?;
    Ok(())
}
