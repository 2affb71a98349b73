//! Frames of a community as of a day, read by the slices' loaders and cached by what last touched them.
//!
//! A request reads its community's row first and therefore sees what any other process wrote; there is no
//! invalidation message. Memory is bounded: the frames least recently used are dropped first.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use liren_facts::Day;
use liren_rules::{Cell, Frame, FrameBuilder, Schema, Slot, World};
use liren_store::{Tx, Value, params};

use super::error::{Result, fault, not_found};

/// What a loader is given: the transaction, the moment, and the frame to fill.
pub struct Loading<'a> {
    pub tx: &'a mut Tx,
    pub kind: String,
    pub community: i64,
    pub day: Day,
    pub revision: i64,
    pub frame: FrameBuilder,
    schema: &'a Arc<Schema>,
    /// The frames of the kinds declared before this one, of the same moment.
    earlier: &'a [Arc<Frame>],
    /// (programme, stage) pairs in which an enrolment is in force, as the packs say.
    pub in_force: Arc<HashSet<(String, String)>>,
}

/// Reads one frame kind; `lib.rs` joins the slices' loaders to one.
pub type Loader =
    for<'a> fn(&'a mut Loading<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

impl Loading<'_> {
    /// Community, day and revision: the first three placeholders of every loading query.
    pub fn params(&self) -> Vec<Value> {
        params![self.community, self.day.0, self.revision]
    }

    /// A column the slice itself declared.
    pub fn slot(&self, name: &str) -> Slot {
        // A slice that fills a column it never declared is a mistake of the program: a slot that holds
        // nothing keeps the frame honest (unknown) and the schema test names the column.
        self.frame.slot(name).unwrap_or(Slot(u16::MAX))
    }

    /// What a kind declared before this one says at the same moment: nothing is read or derived twice.
    pub fn earlier(&self, kind: &str) -> Result<Earlier> {
        let frame = self.schema.kind(kind).and_then(|id| {
            let frame = self.earlier.get(usize::from(id.0))?;
            Some(frame.clone())
        });
        Ok(Earlier {
            frame: frame
                .ok_or_else(|| fault(format!("frame {kind} is asked for before it is declared")))?,
            schema: self.schema.clone(),
        })
    }
}

/// The frame of an earlier kind, asked by id.
pub struct Earlier {
    frame: Arc<Frame>,
    schema: Arc<Schema>,
}

impl Earlier {
    /// A column's place in this frame; one that is not declared holds nothing.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        let kind = self.schema.kind_of(self.frame.kind());
        kind.column(name).map(|i| Slot(i as u16))
    }

    /// The number or id in a cell; `None` when it is unknown, absent, or the record is not of this moment.
    pub fn number(&self, id: i64, slot: Option<Slot>) -> Option<i64> {
        let row = self.frame.row_of(id)?;
        match self.frame.cell(slot?, row) {
            Cell::Int(n) | Cell::One(n) => Some(n),
            _ => None,
        }
    }
}

/// 时点 — a day and the revision at which it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    pub community: i64,
    pub day: Day,
    pub revision: i64,
}

type Key = (i64, String, Day, i64);

struct Kept {
    frame: Arc<Frame>,
    used: u64,
}

/// The frames in memory.
pub struct FrameCache {
    kept: Mutex<(HashMap<Key, Kept>, u64)>,
    limit_bytes: usize,
}

impl FrameCache {
    pub fn new(limit_bytes: usize) -> FrameCache {
        FrameCache {
            kept: Mutex::new((HashMap::new(), 0)),
            limit_bytes,
        }
    }

    fn get(&self, key: &Key) -> Option<Arc<Frame>> {
        let mut guard = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        guard.1 += 1;
        let now = guard.1;
        let kept = guard.0.get_mut(key)?;
        kept.used = now;
        Some(kept.frame.clone())
    }

    fn put(&self, key: Key, frame: Arc<Frame>) {
        let mut guard = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        guard.1 += 1;
        let used = guard.1;
        guard.0.insert(key, Kept { frame, used });
        let mut bytes: usize = guard.0.values().map(|k| k.frame.bytes()).sum();
        if bytes > self.limit_bytes {
            let mut by_use: Vec<(u64, Key)> = guard
                .0
                .iter()
                .map(|(k, kept)| (kept.used, k.clone()))
                .collect();
            by_use.sort_unstable();
            for (_, key) in by_use {
                if bytes <= self.limit_bytes / 4 * 3 {
                    break;
                }
                if let Some(gone) = guard.0.remove(&key) {
                    bytes -= gone.frame.bytes();
                }
            }
        }
    }
}

/// The revision a community has now.
pub async fn revision(tx: &mut Tx, community: i64) -> Result<i64> {
    let row: Option<(i64,)> = tx
        .opt(
            "select revision from community where id = $1",
            params![community],
        )
        .await?;
    row.map(|r| r.0).ok_or_else(|| not_found("社区"))
}

/// The last revision recorded before an instant (UTC microseconds); 0 when there was none.
pub async fn revision_before(tx: &mut Tx, community: i64, instant: i64) -> Result<i64> {
    let (last,): (i64,) = tx
        .row(
            "select coalesce(max(revision), 0) from change where community_id = $1 and at < $2",
            params![community, instant],
        )
        .await?;
    Ok(last)
}

/// All frames of a moment, joined. `reads` tells for a kind which touched names make it stale.
pub async fn world(
    tx: &mut Tx,
    schema: &Arc<Schema>,
    cache: &FrameCache,
    load: Loader,
    reads: fn(&str) -> &'static [&'static str],
    moment: Moment,
) -> Result<World> {
    let touched = touched(tx, moment).await?;
    let mut frames: Vec<Arc<Frame>> = Vec::with_capacity(schema.kinds.len());
    for kind in &schema.kinds {
        let own = touched.get(kind.name.as_str()).copied().unwrap_or(0);
        let last = reads(&kind.name)
            .iter()
            .filter_map(|name| touched.get(*name).copied())
            .fold(own, i64::max);
        let key = (moment.community, kind.name.clone(), moment.day, last);
        let frame = match cache.get(&key) {
            Some(frame) => frame,
            None => {
                let frame = Arc::new(read(tx, schema, load, &kind.name, moment, &frames).await?);
                cache.put(key, frame.clone());
                frame
            }
        };
        frames.push(frame);
    }
    Ok(World::new(schema.clone(), moment.day.0, frames))
}

async fn read(
    tx: &mut Tx,
    schema: &Arc<Schema>,
    load: Loader,
    kind: &str,
    moment: Moment,
    earlier: &[Arc<Frame>],
) -> Result<Frame> {
    let id = schema
        .kind(kind)
        .ok_or_else(|| fault(format!("frame kind {kind} is not declared")))?;
    let mut loading = Loading {
        tx,
        kind: kind.to_owned(),
        community: moment.community,
        day: moment.day,
        revision: moment.revision,
        frame: FrameBuilder::new(schema, id),
        schema,
        earlier,
        in_force: Arc::new(in_force(schema)),
    };
    load(&mut loading).await?;
    for (column, _, rows) in loading.frame.strange() {
        tracing::warn!(
            kind,
            column,
            rows,
            "codes outside their table are read as unknown"
        );
    }
    Ok(loading.frame.finish())
}

fn in_force(schema: &Schema) -> HashSet<(String, String)> {
    let mut pairs = HashSet::new();
    for programme in &schema.programmes {
        for stage in programme.stages.iter().filter(|s| s.in_force) {
            pairs.insert((programme.id.clone(), stage.id.clone()));
        }
    }
    pairs
}

/// For each name in the change rows, the last revision, not later than the moment's, that touched it.
async fn touched(tx: &mut Tx, moment: Moment) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = tx
        .rows(
            "select kinds, max(revision) from change where community_id = $1 and revision <= $2 group by kinds",
            params![moment.community, moment.revision],
        )
        .await?;
    let mut last = HashMap::new();
    for (kinds, revision) in rows {
        for kind in kinds.split(' ') {
            let at = last.entry(kind.to_owned()).or_insert(0);
            *at = revision.max(*at);
        }
    }
    Ok(last)
}
