//! One write transaction of one community: its revision, its ids, who writes, and the traces it leaves.

use std::borrow::Cow;
use std::collections::BTreeSet;

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use super::error::{Result, not_found};
use super::ids::{Id, Mine};
use super::slice::Slices;
use super::text::kept_text;
use super::trail::Chained;
use super::{Actor, App};

/// 写入 — takes the community's next revision first, so writers of one community queue and revisions are in
/// commit order. Dropping it without [`Write::commit`] leaves no trace.
pub struct Write {
    pub tx: Tx,
    pub community: i64,
    /// The revision this transaction records; states written now carry it.
    pub revision: i64,
    /// Who writes, with what they may do.
    pub actor: Actor,
    pub today: Day,
    instant: i64,
    reason: String,
    /// Tables written to: frames that read one of them are stale.
    touched: BTreeSet<Cow<'static, str>>,
    /// Kind, id and aspect (state table or field) of what changed, by position in `words`.
    changed: BTreeSet<(usize, i64, usize)>,
    words: Vec<String>,
    first_id: i64,
    next_id: i64,
    /// The revision this one takes back.
    pub(super) undoes: Option<i64>,
    /// What it does by name: an import, a merge, an erasure.
    acts: Vec<Act>,
    /// The digest of the revision before.
    prev: Vec<u8>,
    slices: Slices,
}

struct Act {
    action: String,
    kind: String,
    subject: i64,
    purpose: String,
}

/// 出处 — where a fact comes from: a source and the place in it, and the day it was confirmed.
#[derive(Clone, Debug, Default, PartialEq)]
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
        // Every revision leaves its row, so the last one is the revision before this.
        let last: Option<(i64, Option<Vec<u8>>)> = tx
            .opt(
                "select at, digest from change where community_id = $1 and revision = $2",
                params![community, revision - 1],
            )
            .await?;
        let (last, prev) = last.unwrap_or_default();
        Ok(Write {
            tx,
            community,
            revision,
            actor: actor.clone(),
            today: app.clock.today(),
            // The machine's clock may go back; the log may not.
            instant: app.clock.instant().max(last),
            // The name of a file may be somebody's number.
            reason: kept_text(reason.to_owned()),
            touched: BTreeSet::new(),
            changed: BTreeSet::new(),
            words: vec![String::new()],
            first_id: next_id,
            next_id,
            undoes: None,
            acts: vec![],
            prev: prev.unwrap_or_else(|| vec![0; 32]),
            slices: app.joined.slices,
        })
    }

    /// A new id, counted per community.
    pub fn id(&mut self) -> i64 {
        self.ids(1)
    }

    /// `count` new ids in a row; the first of them.
    pub fn ids(&mut self, count: i64) -> i64 {
        self.next_id += count;
        self.next_id - count
    }

    /// The id of a record that is about to be added: it is the writer's own.
    pub fn add<T: Id>(&mut self) -> Mine<T> {
        Mine::proven(T::of_number(self.id()))
    }

    /// Whether this transaction gave out an id.
    pub fn is_new(&self, id: i64) -> bool {
        (self.first_id..self.next_id).contains(&id)
    }

    /// Says that a table was written to.
    pub fn touch(&mut self, table: impl Into<Cow<'static, str>>) {
        self.touched.insert(table.into());
    }

    /// Says whose facts changed. Of something that is new the first line says all: nobody can have read it before.
    pub fn changed(&mut self, kind: &str, id: i64, aspect: &str) {
        let aspect = if self.is_new(id) { "" } else { aspect };
        let entry = (self.word(kind), id, self.word(aspect));
        self.changed.insert(entry);
    }

    /// Whether this transaction wrote to a table.
    pub fn has_touched(&self, table: &str) -> bool {
        self.touched.contains(table)
    }

    /// The ids of a kind whose facts this transaction changed, ascending.
    pub fn changed_ids(&self, kind: &str) -> Vec<i64> {
        let Some(kind) = self.words.iter().position(|w| w == kind) else {
            return vec![];
        };
        let mut ids: Vec<i64> = self.changed.iter().filter(|(k, ..)| *k == kind).map(|(_, id, _)| *id).collect();
        ids.dedup();
        ids
    }

    /// The position of a word among the few that a transaction uses.
    fn word(&mut self, word: &str) -> usize {
        self.words.iter().position(|w| w == word).unwrap_or_else(|| {
            self.words.push(word.to_owned());
            self.words.len() - 1
        })
    }

    /// The instant this transaction is recorded at, in UTC microseconds.
    pub fn instant(&self) -> i64 {
        self.instant
    }

    /// Says what this transaction does by name, to which record and why; it stands beside the change and is chained
    /// with it.
    pub async fn audit(&mut self, action: &str, kind: &str, subject: i64, purpose: &str) -> Result<()> {
        self.acts.push(Act { action: action.into(), kind: kind.into(), subject, purpose: kept_text(purpose.into()) });
        Ok(())
    }

    /// Whether this transaction does something by this name.
    pub fn does(&self, action: &str) -> bool {
        self.acts.iter().any(|act| act.action == action)
    }

    /// Registers a source of facts and returns its id.
    pub async fn source(&mut self, kind: &str, title: &str, digest: Option<&str>, on: Option<Day>) -> Result<i64> {
        let id = self.id();
        let row = params![self.community, id, kind, kept_text(title.to_owned()), digest, on, self.revision];
        self.touch("source");
        self.tx
            .insert("source", &["community_id", "id", "kind", "title", "digest", "on_day", "recorded"], vec![row])
            .await?;
        Ok(id)
    }

    /// What follows from what was written is written too, by the slices that know how.
    pub async fn settle(&mut self) -> Result<()> {
        for slice in self.slices.0 {
            if let Some(settle) = slice.settle {
                settle(self).await?;
            }
        }
        Ok(())
    }

    pub fn slices(&self) -> Slices {
        self.slices
    }

    /// Commits, leaving one change row; the revision that holds what was written.
    pub async fn commit(mut self) -> Result<i64> {
        self.settle().await?;
        let touched: Vec<Cow<'static, str>> = std::mem::take(&mut self.touched).into_iter().collect();
        let touched = touched.join(" ");
        let (community, revision) = (self.community, self.revision);
        let words = std::mem::take(&mut self.words);
        let mut subjects: Vec<(&str, i64, &str)> = self
            .changed
            .iter()
            .map(|(kind, id, aspect)| (words[*kind].as_str(), *id, words[*aspect].as_str()))
            .collect();
        subjects.sort_unstable();
        let chained = Chained {
            community,
            revision,
            at: self.instant,
            actor: &self.actor.login,
            reason: &self.reason,
            touched: &touched,
            first_id: Some(self.first_id),
            next_id: Some(self.next_id),
            undoes: self.undoes,
        };
        let acts = self.acts.iter().map(|a| (a.action.as_str(), a.kind.as_str(), Some(a.subject), a.purpose.as_str()));
        let digest = chained.digest(&self.prev, acts, subjects.iter().copied());
        let row: Vec<Value> = params![
            community,
            revision,
            self.instant,
            self.actor.login.clone(),
            self.reason.clone(),
            touched.clone(),
            self.first_id,
            self.next_id,
            self.undoes,
            self.prev.clone(),
            digest
        ];
        let columns = [
            "community_id", "revision", "at", "actor", "reason", "touched", "first_id", "next_id", "undoes", "prev",
            "digest",
        ];
        self.tx.insert("change", &columns, vec![row]).await?;
        let mut rows = subjects.into_iter().map(|(kind, id, aspect)| params![community, kind, id, aspect, revision]);
        let columns = ["community_id", "kind", "subject_id", "aspect", "revision"];
        self.tx.insert_from("change_subject", &columns, &mut rows).await?;
        let acts = self.acts.iter().zip(1i64..).map(|(act, seq)| {
            params![community, revision, seq, act.action.as_str(), act.kind.as_str(), act.subject, act.purpose.as_str()]
        });
        let columns = ["community_id", "revision", "seq", "action", "subject_kind", "subject_id", "purpose"];
        self.tx.insert("change_act", &columns, acts.collect()).await?;
        self.tx.run("update community set next_id = $2 where id = $1", params![self.community, self.next_id]).await?;
        self.tx.commit().await?;
        Ok(self.revision)
    }
}
