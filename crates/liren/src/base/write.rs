//! One write transaction of one community: its revision, its ids, its change row.

use std::collections::BTreeSet;

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use super::error::{Result, not_found};
use super::{Actor, App};

/// 写入 — takes the community's next revision first, so writers of one community queue and revisions are in
/// commit order. Dropping it without [`Write::commit`] leaves no trace.
pub struct Write {
    pub tx: Tx,
    pub community: i64,
    /// The revision this transaction records; states written now carry it.
    pub revision: i64,
    /// The actor's login, for change and audit rows.
    pub actor: String,
    pub today: Day,
    instant: i64,
    reason: String,
    kinds: BTreeSet<String>,
    next_id: i64,
}

/// 出处 — where a fact comes from: a source and the place in it, and the day it was confirmed.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub source: Option<i64>,
    /// `sheet!row` of a roster, or a form's field.
    pub place: Option<String>,
    pub confirmed_on: Option<Day>,
}

impl Write {
    /// Begins to write in `community`; `reason` is kept in the change row.
    pub async fn begin(app: &App, actor: &Actor, community: i64, reason: &str) -> Result<Write> {
        let mut tx = app.db.write().await?;
        let taken: Option<(i64, i64)> = tx
            .opt(
                "update community set revision = revision + 1 where id = $1 returning revision, next_id",
                params![community],
            )
            .await?;
        let (revision, next_id) = taken.ok_or_else(|| not_found("社区"))?;
        let (last,): (i64,) =
            tx.row("select coalesce(max(at), 0) from change where community_id = $1", params![community]).await?;
        Ok(Write {
            tx,
            community,
            revision,
            actor: actor.login.clone(),
            today: app.clock.today(),
            // The machine's clock may go back; the log may not.
            instant: app.clock.instant().max(last),
            reason: reason.to_owned(),
            kinds: BTreeSet::new(),
            next_id,
        })
    }

    /// A new id, counted per community.
    pub fn id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// Says that a frame kind must be read again.
    pub fn touch(&mut self, kind: &str) {
        if !self.kinds.contains(kind) {
            self.kinds.insert(kind.to_owned());
        }
    }

    /// Notes who did what to which record; written in the same transaction as the change itself.
    pub async fn audit(&mut self, action: &str, kind: &str, subject: i64, purpose: &str) -> Result<()> {
        let id = self.id();
        let row = params![self.community, id, self.instant, &self.actor, action, kind, subject, purpose];
        self.tx
            .insert(
                "audit",
                &["community_id", "id", "at", "actor", "action", "subject_kind", "subject_id", "purpose"],
                vec![row],
            )
            .await?;
        Ok(())
    }

    /// Registers a source of facts and returns its id.
    pub async fn source(&mut self, kind: &str, title: &str, digest: Option<&str>, on: Option<Day>) -> Result<i64> {
        let id = self.id();
        let row = params![self.community, id, kind, title, digest, on.map(|d| d.0), self.revision];
        self.tx
            .insert("source", &["community_id", "id", "kind", "title", "digest", "on_day", "recorded"], vec![row])
            .await?;
        Ok(id)
    }

    /// Commits, leaving one change row; the revision that holds what was written.
    pub async fn commit(mut self) -> Result<i64> {
        let kinds: Vec<String> = self.kinds.into_iter().collect();
        let row: Vec<Value> =
            params![self.community, self.revision, self.instant, self.actor, self.reason, kinds.join(" ")];
        self.tx.insert("change", &["community_id", "revision", "at", "actor", "reason", "kinds"], vec![row]).await?;
        self.tx.run("update community set next_id = $2 where id = $1", params![self.community, self.next_id]).await?;
        self.tx.commit().await?;
        Ok(self.revision)
    }
}
