//! Whether the chains are whole; points of them, signed with the installation's key, that can be kept elsewhere; and
//! the end of rows that are old enough.

use liren_store::Tx;
use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::queries::{self, BEGIN, Change};
use super::{Entry, Trail};
use crate::base::error::{Result, fault, invalid};
use crate::base::keys::Key;
use crate::base::{App, queries as installation};

/// Rows stay at least this long: six months.
pub const KEPT_DAYS: i64 = 184;

const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// What the installation's key signs.
const PURPOSE: &str = "trail checkpoint";

/// 检查点 — how far a chain had come, and the digest that stood there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// `trail` or `change`.
    pub kind: String,
    /// The community; 0 is the installation.
    pub chain: i64,
    /// The place in the trail, or the revision.
    pub at: i64,
    pub digest: String,
}

/// 签过的检查点 — kept off the machine, it proves later that nothing before it was changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Signed {
    pub program: String,
    /// When, in UTC microseconds.
    pub made: i64,
    pub points: Vec<Point>,
    /// HMAC-SHA-256 under a key derived from the installation's.
    pub signature: String,
}

/// A chain that is not whole, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub kind: &'static str,
    pub chain: i64,
    pub at: i64,
    pub zh: &'static str,
    pub en: &'static str,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    pub entries: i64,
    pub changes: i64,
    /// Changes from before they were chained.
    pub unchained: i64,
    /// The oldest row there is.
    pub oldest: Option<i64>,
    pub broken: Vec<Broken>,
}

/// What was found when the chains were read last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastVerified {
    /// In UTC microseconds.
    pub at: i64,
    pub rows: i64,
    pub broken: usize,
}

/// The word of the installation under which it stands.
const LAST: &str = "audit_verified";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl Signed {
    fn of(key: &Key, made: i64, points: Vec<Point>) -> Signed {
        let mut signed =
            Signed { program: env!("CARGO_PKG_VERSION").to_owned(), made, points, signature: String::new() };
        signed.signature = hex(&key.sign(PURPOSE, &signed.text()));
        signed
    }

    fn text(&self) -> Vec<u8> {
        let begun = Digest::new("checkpoint 1").text(&self.program).number(self.made);
        let all = self.points.iter().fold(begun, |digest, point| {
            digest.text(&point.kind).number(point.chain).number(point.at).text(&point.digest)
        });
        all.done()
    }

    /// Whether this installation's key signed it.
    pub fn holds(&self, key: &Key) -> bool {
        let ours = hex(&key.sign(PURPOSE, &self.text()));
        // Of equal length, compared whole: how much of it was right takes no measurable time.
        ours.len() == self.signature.len()
            && ours.bytes().zip(self.signature.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

fn begin_text(chain: i64, seq: i64, digest: &[u8], at: i64) -> Vec<u8> {
    Digest::new("begin 1").number(chain).number(seq).bytes(digest).number(at).done()
}

impl Trail {
    /// Reads every chain from its beginning. Earlier signed points are held against it.
    pub async fn verify(&self, app: &App, earlier: &[Signed]) -> Result<Verified> {
        let mut out = Verified::default();
        let mut points: Vec<&Point> = Vec::new();
        for signed in earlier {
            if signed.holds(&app.master().key) {
                points.extend(&signed.points);
            } else {
                out.broken.push(Broken {
                    kind: "checkpoint",
                    chain: 0,
                    at: signed.made,
                    zh: "检查点不是这套系统的密钥签的，或者被改过",
                    en: "the checkpoint was not signed by this installation's key, or was changed",
                });
            }
        }
        let mut tx = self.db().await?.read().await?;
        let begins = queries::begins(&mut tx).await?;
        let heads = queries::heads(&mut tx).await?;
        for point in points.iter().filter(|point| point.kind == "trail") {
            if !heads.iter().any(|(chain, seq, _)| *chain == point.chain && *seq >= point.at) {
                out.broken.push(gone("trail", point));
            }
        }
        for (chain, last, head) in heads {
            let begin = begins.iter().find(|(of, ..)| *of == chain);
            if let Some((_, seq, digest, at, signature)) = begin
                && app.master().key.sign(PURPOSE, &begin_text(chain, *seq, digest, *at)) != signature[..]
            {
                out.broken.push(Broken {
                    kind: "trail",
                    chain,
                    at: *seq,
                    zh: "清理旧留痕时留下的检查点不是这套系统签的",
                    en: "the point left when old rows were removed was not signed by this installation",
                });
            }
            let start = begin.map_or((0, BEGIN.to_vec()), |(_, seq, digest, ..)| (*seq, digest.clone()));
            let mut reading = Reading { seq: start.0, prev: start.1, out: &mut out, points: &points };
            queries::each(&mut tx, chain, |entry| {
                reading.take(&entry);
                Ok(())
            })
            .await?;
            let (seq, prev) = (reading.seq, reading.prev);
            if seq != last || prev != head {
                out.broken.push(Broken {
                    kind: "trail",
                    chain,
                    at: seq,
                    zh: "最后的记录与链头不符：末尾被删过",
                    en: "the last row is not the head of the chain: rows at the end were removed",
                });
            }
        }
        drop(tx);
        let mut tx = app.db.read().await?;
        for community in queries::communities(&mut tx).await? {
            changes(&mut tx, community, &points, &mut out).await?;
        }
        Ok(out)
    }

    /// Reads every chain and keeps what was found, for the page.
    pub async fn verify_and_keep(&self, app: &App) -> Result<Verified> {
        let found = self.verify(app, &[]).await?;
        let (at, rows) = (app.clock.instant(), found.entries + found.changes);
        let last = LastVerified { at, rows, broken: found.broken.len() };
        let text = serde_json::to_string(&last).map_err(fault)?;
        let mut tx = app.db.write().await?;
        installation::say(&mut tx, LAST, &text).await?;
        tx.commit().await?;
        Ok(found)
    }

    pub async fn last_verified(&self, app: &App) -> Result<Option<LastVerified>> {
        let mut tx = app.db.read().await?;
        let word = installation::word(&mut tx, LAST).await?;
        Ok(word.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// How far every chain has come, signed.
    pub async fn checkpoint(&self, app: &App) -> Result<Signed> {
        let mut points = Vec::new();
        let mut tx = self.db().await?.read().await?;
        for (chain, seq, digest) in queries::heads(&mut tx).await? {
            points.push(Point { kind: "trail".into(), chain, at: seq, digest: hex(&digest) });
        }
        drop(tx);
        let mut tx = app.db.read().await?;
        for community in queries::communities(&mut tx).await? {
            let revision = queries::revision(&mut tx, community).await?;
            let last = queries::changes(&mut tx, community, revision - 1, 1).await?.pop();
            if let Some(digest) = last.and_then(|change| change.digest) {
                points.push(Point { kind: "change".into(), chain: community, at: revision, digest: hex(&digest) });
            }
        }
        Ok(Signed::of(&app.master().key, app.clock.instant(), points))
    }

    /// Removes what is older than some days, never less than [`KEPT_DAYS`]; how many rows. What remains begins with a
    /// signed point.
    pub async fn prune(&self, app: &App, days: i64) -> Result<u64> {
        if days < KEPT_DAYS {
            return Err(invalid(
                format!("留痕至少保存六个月，不能清理不到 {KEPT_DAYS} 天的记录。没有清理任何记录。"),
                format!(
                    "Traces are kept for six months at least; rows younger than {KEPT_DAYS} days stay. Nothing was removed."
                ),
            ));
        }
        let now = app.clock.instant();
        let mut tx = self.db().await?.write().await?;
        let mut removed = 0;
        for (chain, ..) in queries::heads(&mut tx).await? {
            // Nobody appends meanwhile.
            queries::head(&mut tx, chain).await?;
            let Some((seq, digest)) = queries::older(&mut tx, chain, now - days * DAY_MICROS).await? else {
                continue;
            };
            let signature = app.master().key.sign(PURPOSE, &begin_text(chain, seq, &digest, now));
            queries::set_begin(&mut tx, chain, seq, &digest, now, &signature).await?;
            removed += queries::remove(&mut tx, chain, seq).await?;
        }
        tx.commit().await?;
        Ok(removed)
    }
}

fn gone(kind: &'static str, point: &Point) -> Broken {
    Broken {
        kind,
        chain: point.chain,
        at: point.at,
        zh: "检查点之后的记录比检查点时还少：被删过",
        en: "there is less than at the checkpoint: rows were removed",
    }
}

fn differs(kind: &'static str, chain: i64, at: i64) -> Broken {
    Broken {
        kind,
        chain,
        at,
        zh: "与检查点不符：这条或之前的记录被改过",
        en: "not what the checkpoint says: this row or one before it was changed",
    }
}

/// A chain as it is read.
struct Reading<'a> {
    seq: i64,
    prev: Vec<u8>,
    out: &'a mut Verified,
    points: &'a [&'a Point],
}

impl Reading<'_> {
    fn take(&mut self, entry: &Entry) {
        let broken = |zh, en| Broken { kind: "trail", chain: entry.chain, at: entry.seq, zh, en };
        if entry.seq != self.seq + 1 {
            self.out.broken.push(broken("前面缺了记录", "rows before it are missing"));
        } else if entry.prev != self.prev {
            self.out.broken.push(broken("与前一条接不上", "it does not follow the row before it"));
        }
        if entry.digest_of() != entry.digest {
            self.out.broken.push(broken("内容被改过", "its contents were changed"));
        }
        let at = |point: &&&Point| point.kind == "trail" && point.chain == entry.chain && point.at == entry.seq;
        if let Some(point) = self.points.iter().find(at)
            && point.digest != hex(&entry.digest)
        {
            self.out.broken.push(differs("trail", entry.chain, entry.seq));
        }
        self.out.entries += 1;
        self.out.oldest = Some(self.out.oldest.map_or(entry.at, |oldest| oldest.min(entry.at)));
        self.seq = entry.seq;
        self.prev.clone_from(&entry.digest);
    }
}

/// What a change is bound by: its row, what it did by name, and whose facts it changed.
pub(in crate::base) struct Chained<'a> {
    pub community: i64,
    pub revision: i64,
    pub at: i64,
    pub actor: &'a str,
    pub reason: &'a str,
    pub touched: &'a str,
    pub first_id: Option<i64>,
    pub next_id: Option<i64>,
    pub undoes: Option<i64>,
}

impl Chained<'_> {
    /// `acts` in their order, `subjects` in order of kind, id and aspect.
    pub fn digest<'s>(
        &self,
        prev: &[u8],
        acts: impl Iterator<Item = (&'s str, &'s str, Option<i64>, &'s str)>,
        subjects: impl Iterator<Item = (&'s str, i64, &'s str)>,
    ) -> Vec<u8> {
        let mut digest = Digest::new("change 1")
            .bytes(prev)
            .number(self.community)
            .number(self.revision)
            .number(self.at)
            .text(self.actor)
            .text(self.reason)
            .text(self.touched)
            .opt(self.first_id)
            .opt(self.next_id)
            .opt(self.undoes);
        for (action, kind, id, purpose) in acts {
            digest = digest.text("act").text(action).text(kind).opt(id).text(purpose);
        }
        for (kind, id, aspect) in subjects {
            digest = digest.text("of").text(kind).number(id).text(aspect);
        }
        digest.done()
    }
}

/// The chain of a community's changes.
async fn changes(tx: &mut Tx, community: i64, points: &[&Point], out: &mut Verified) -> Result<()> {
    const PIECE: i64 = 200;
    let mut chain = Changes { community, last: 0, prev: None, points };
    loop {
        let all = queries::changes(tx, community, chain.last, PIECE).await?;
        let (Some(first), Some(last)) = (all.first().map(|c| c.revision), all.last().map(|c| c.revision)) else {
            break;
        };
        let mut subjects = queries::subjects(tx, community, first, last).await?;
        subjects.sort();
        let acts = queries::acts(tx, community, first, last).await?;
        for change in &all {
            let of = subjects.partition_point(|s| s.0 < change.revision)
                ..subjects.partition_point(|s| s.0 <= change.revision);
            let acts = acts.iter().filter(|act| act.0 == change.revision).map(|act| {
                let kind = act.3.as_deref().unwrap_or_default();
                (act.2.as_str(), kind, act.4, act.5.as_deref().unwrap_or_default())
            });
            let of = subjects[of].iter().map(|s| (s.1.as_str(), s.2, s.3.as_str()));
            chain.take(change, acts, of, out);
        }
    }
    for point in points.iter().filter(|p| p.kind == "change" && p.chain == community && p.at > chain.last) {
        out.broken.push(gone("change", point));
    }
    if queries::revision(tx, community).await? != chain.last {
        out.broken.push(Broken {
            kind: "change",
            chain: community,
            at: chain.last,
            zh: "最后的修订与社区的计数不符：末尾被删过",
            en: "the last revision is not the community's count: rows at the end were removed",
        });
    }
    Ok(())
}

struct Changes<'a> {
    community: i64,
    last: i64,
    /// `None` until the first change that is chained.
    prev: Option<Vec<u8>>,
    points: &'a [&'a Point],
}

impl Changes<'_> {
    fn take<'s>(
        &mut self,
        change: &Change,
        acts: impl Iterator<Item = (&'s str, &'s str, Option<i64>, &'s str)>,
        subjects: impl Iterator<Item = (&'s str, i64, &'s str)>,
        out: &mut Verified,
    ) {
        let broken = |zh, en| Broken { kind: "change", chain: self.community, at: change.revision, zh, en };
        if change.revision != self.last + 1 {
            out.broken.push(broken("前面缺了修订", "revisions before it are missing"));
        }
        self.last = change.revision;
        out.changes += 1;
        out.oldest = Some(out.oldest.map_or(change.at, |oldest| oldest.min(change.at)));
        let (Some(prev), Some(digest)) = (&change.prev, &change.digest) else {
            // A chain that has begun does not stop.
            if self.prev.is_some() {
                out.broken.push(broken("没有接在链上", "it is not chained"));
            }
            out.unchained += 1;
            return;
        };
        // The first that was chained begins with nothing: who wipes the digests before a later one is found out.
        if *prev != self.prev.clone().unwrap_or_else(|| BEGIN.to_vec()) {
            out.broken.push(broken("与前一次修订接不上", "it does not follow the revision before it"));
        }
        let chained = Chained {
            community: self.community,
            revision: change.revision,
            at: change.at,
            actor: &change.actor,
            reason: &change.reason,
            touched: &change.touched,
            first_id: change.first_id,
            next_id: change.next_id,
            undoes: change.undoes,
        };
        if chained.digest(prev, acts, subjects) != *digest {
            out.broken.push(broken("内容被改过", "its contents were changed"));
        }
        let here = |p: &&&Point| p.kind == "change" && p.chain == self.community && p.at == change.revision;
        if let Some(point) = self.points.iter().find(here)
            && point.digest != hex(digest)
        {
            out.broken.push(differs("change", self.community, change.revision));
        }
        self.prev = Some(digest.clone());
    }
}
