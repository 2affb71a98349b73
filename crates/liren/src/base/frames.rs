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
pub type Loader = for<'a> fn(&'a mut Loading<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

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
            frame: frame.ok_or_else(|| fault(format!("frame {kind} is asked for before it is declared")))?,
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

/// The last revision that touched each name.
type Touched = HashMap<String, i64>;

struct Kept {
    frame: Arc<Frame>,
    bytes: usize,
    used: u64,
}

/// The frames in memory, the turn of the last use, and what they weigh together.
#[derive(Default)]
struct Shelf {
    frames: HashMap<Key, Kept>,
    turn: u64,
    bytes: usize,
}

/// The frames in memory.
pub struct FrameCache {
    shelf: Mutex<Shelf>,
    /// For each community, the last revision whose change row was seen and what was touched until then.
    touched: Mutex<HashMap<i64, (i64, Arc<Touched>)>>,
    limit_bytes: usize,
}

impl FrameCache {
    pub fn new(limit_bytes: usize) -> FrameCache {
        FrameCache { shelf: Mutex::default(), touched: Mutex::default(), limit_bytes }
    }

    fn get(&self, key: &Key) -> Option<Arc<Frame>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let now = shelf.turn;
        let kept = shelf.frames.get_mut(key)?;
        kept.used = now;
        Some(kept.frame.clone())
    }

    fn put(&self, key: Key, frame: Arc<Frame>) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let (used, bytes) = (shelf.turn, frame.bytes());
        let before = shelf.frames.insert(key, Kept { frame, bytes, used });
        shelf.bytes = shelf.bytes + bytes - before.map_or(0, |kept| kept.bytes);
        if shelf.bytes <= self.limit_bytes {
            return;
        }
        let mut by_use: Vec<(u64, Key)> = shelf.frames.iter().map(|(k, kept)| (kept.used, k.clone())).collect();
        by_use.sort_unstable();
        for (_, key) in by_use {
            if shelf.bytes <= self.limit_bytes / 4 * 3 {
                break;
            }
            if let Some(gone) = shelf.frames.remove(&key) {
                shelf.bytes -= gone.bytes;
            }
        }
    }
}

/// The revision a community has now.
pub async fn revision(tx: &mut Tx, community: i64) -> Result<i64> {
    let row: Option<(i64,)> = tx.opt("select revision from community where id = $1", params![community]).await?;
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
    let touched = touched(tx, cache, moment).await?;
    let mut frames: Vec<Arc<Frame>> = Vec::with_capacity(schema.kinds.len());
    for kind in &schema.kinds {
        let own = touched.get(kind.name.as_str()).copied().unwrap_or(0);
        let last = reads(&kind.name).iter().filter_map(|name| touched.get(*name).copied()).fold(own, i64::max);
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
    let id = schema.kind(kind).ok_or_else(|| fault(format!("frame kind {kind} is not declared")))?;
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
        tracing::warn!(kind, column, rows, "codes outside their table are read as unknown");
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

/// For each name in the change rows, the last revision, not later than the moment's, that touched it. Change
/// rows never change: those seen before are not read again.
async fn touched(tx: &mut Tx, cache: &FrameCache, moment: Moment) -> Result<Arc<Touched>> {
    let seen = {
        let kept = cache.touched.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&moment.community).cloned()
    };
    let seen = seen.filter(|(at, _)| *at <= moment.revision);
    if let Some((at, touched)) = &seen
        && *at == moment.revision
    {
        return Ok(touched.clone());
    }
    let (mut at, before) = seen.unwrap_or_default();
    let rows: Vec<(String, i64)> = tx
        .rows(
            "select kinds, max(revision) from change
             where community_id = $1 and revision > $2 and revision <= $3 group by kinds",
            params![moment.community, at, moment.revision],
        )
        .await?;
    let mut last = (*before).clone();
    for (kinds, revision) in rows {
        at = at.max(revision);
        for kind in kinds.split(' ') {
            let last = last.entry(kind.to_owned()).or_insert(0);
            *last = revision.max(*last);
        }
    }
    let last = Arc::new(last);
    // The row of a revision still being written is not there yet: what it will have touched is not known.
    if at == moment.revision {
        let mut kept = cache.touched.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = kept.entry(moment.community).or_default();
        if newest.0 < at {
            *newest = (at, last.clone());
        }
    }
    Ok(last)
}
