//! Frames of a community as of a day, read by the slices' loaders and cached by what they read.
//!
//! A request reads its community's row first and therefore sees what any other process wrote; there is no
//! invalidation message. Memory is bounded: the frames least recently used are dropped first.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use liren_facts::Day;
use liren_rules::{Cell, Checked, Frame, FrameBuilder, KindId, Programme, Schema, Slot, World};
use liren_store::{FromRow, Row, Tx, Value, params};

use super::error::{Result, fault, not_found};
use super::slice::Slices;

/// What a loader is given: the right to read, the moment, and the frame to fill.
pub struct Loading<'a> {
    tx: &'a mut Tx,
    library: &'a Library<'a>,
    pub kind: String,
    pub community: i64,
    pub day: Day,
    pub revision: i64,
    pub frame: FrameBuilder,
    /// The tables its statements have named: what is written to one of them makes the frame stale.
    reads: BTreeSet<String>,
    /// The kinds whose loaders wait for this one, so that a ring is found.
    above: Vec<String>,
    /// Only these records are wanted, to be put into a frame that is there.
    only: Option<Vec<i64>>,
}

impl<'a> Loading<'a> {
    /// Community, day and revision: the first three placeholders of every loading query.
    pub fn params(&self) -> Vec<Value> {
        params![self.community, self.day, self.revision]
    }

    /// The condition that a column is one of the records wanted, when only some are; [`Loading::bound`] binds them.
    pub fn among(&self, column: &str) -> String {
        match &self.only {
            None => String::new(),
            Some(ids) => {
                let places: Vec<String> = (0..room_for(ids.len())).map(|i| format!("${}", i + 4)).collect();
                format!(" and {column} in ({})", places.join(", "))
            }
        }
    }

    /// [`Loading::params`], and the records wanted for [`Loading::among`].
    pub fn bound(&self) -> Vec<Value> {
        let mut bound = self.params();
        if let Some(ids) = &self.only {
            // A few texts serve every number of records: the last one is asked for again.
            let last = ids.last().copied().unwrap_or_default();
            bound.extend((0..room_for(ids.len())).map(|i| Value::from(ids.get(i).copied().unwrap_or(last))));
        }
        bound
    }

    /// With each record wanted those that are read through it.
    pub fn widen(&mut self, with: impl Fn(i64) -> Vec<i64>) {
        if let Some(ids) = &mut self.only {
            *ids = ids.iter().flat_map(|id| std::iter::once(*id).chain(with(*id))).collect();
        }
    }

    /// A column the slice itself declared.
    pub fn slot(&self, name: &str) -> Slot {
        // A slice that fills a column it never declared is a mistake of the program: a slot that holds
        // nothing keeps the frame honest (unknown) and the schema test names the column.
        self.frame.slot(name).unwrap_or(Slot(u16::MAX))
    }

    /// All rows of a statement.
    pub async fn rows<T: FromRow + Send>(&mut self, sql: &str, params: Vec<Value>) -> Result<Vec<T>> {
        self.read_by(sql);
        Ok(self.tx.rows(sql, params).await?)
    }

    /// Hands each row of a statement to `take`, with the frame to put it into.
    pub async fn each(
        &mut self,
        sql: &str,
        params: Vec<Value>,
        mut take: impl FnMut(&mut FrameBuilder, &Row<'_>) -> liren_store::Result<()> + Send,
    ) -> Result<()> {
        self.read_by(sql);
        let frame = &mut self.frame;
        Ok(self.tx.each(sql, params, |row| take(frame, row)).await?)
    }

    /// What another kind says at the same moment: nothing is read or derived twice.
    pub async fn earlier(&mut self, kind: &str) -> Result<Earlier> {
        let id = self.library.schema.kind(kind).ok_or_else(|| fault(format!("frame kind {kind} is not declared")))?;
        let mut above = self.above.clone();
        above.push(self.kind.clone());
        if above.iter().any(|waiting| waiting == kind) {
            return Err(fault(format!("the frames of {} and {kind} wait for each other", self.kind)));
        }
        let (frame, reads) = Box::pin(self.library.frame(self.tx, id, above)).await?;
        self.reads.extend(reads.iter().cloned());
        Ok(Earlier { frame, schema: self.library.schema.clone() })
    }

    pub fn programmes(&self) -> &[Programme] {
        &self.library.schema.programmes
    }

    /// (programme, stage) pairs in which an enrolment is in force, as the packs say.
    pub fn in_force(&self) -> HashSet<(String, String)> {
        let mut pairs = HashSet::new();
        for programme in self.programmes() {
            for stage in programme.stages.iter().filter(|s| s.in_force) {
                pairs.insert((programme.id.clone(), stage.id.clone()));
            }
        }
        pairs
    }

    fn read_by(&mut self, sql: &str) {
        self.reads.extend(tables_of(sql).map(str::to_owned));
    }
}

/// How many places a statement over some records has.
fn room_for(records: usize) -> usize {
    [1, 8].into_iter().find(|room| records <= *room).unwrap_or_else(|| records.next_multiple_of(PATCH))
}

/// Of more changed records than these a frame is made anew.
const PATCH: usize = 64;

/// The tables a statement reads: the word after each `from` and `join`.
fn tables_of(sql: &str) -> impl Iterator<Item = &str> {
    let mut words =
        sql.split(|c: char| c.is_whitespace() || c == '(' || c == ')' || c == ',').filter(|w| !w.is_empty());
    std::iter::from_fn(move || {
        loop {
            let word = words.next()?;
            if word == "from" || word == "join" {
                return words.next();
            }
        }
    })
    .filter(|name| *name != "select")
}

/// The frame of another kind, asked by id.
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

    pub fn frame(&self) -> &Frame {
        &self.frame
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

/// The kinds of frames a question looks at.
#[derive(Clone, Debug, Default)]
pub struct Needs(BTreeSet<KindId>);

impl Needs {
    /// The kinds of these names; names that are none are left out.
    pub fn of<'a>(schema: &Schema, names: impl IntoIterator<Item = &'a str>) -> Needs {
        Needs(names.into_iter().filter_map(|name| schema.kind(name)).collect())
    }

    /// What a world holds already.
    pub fn held_by(world: &World) -> Needs {
        Needs((0..world.schema().kinds.len()).map(|i| KindId(i as u16)).filter(|kind| world.has(*kind)).collect())
    }

    /// Every kind there is.
    pub fn all(schema: &Schema) -> Needs {
        Needs((0..schema.kinds.len()).map(|i| KindId(i as u16)).collect())
    }

    /// Also what these expressions look at.
    pub fn and<'a>(mut self, schema: &Schema, expressions: impl IntoIterator<Item = &'a Checked>) -> Needs {
        for expression in expressions {
            self.0.extend(expression.kinds(schema));
        }
        self
    }

    pub fn with(mut self, kind: KindId) -> Needs {
        self.0.insert(kind);
        self
    }

    pub fn extend(&mut self, other: Needs) {
        self.0.extend(other.0);
    }
}

/// The last revision that touched each table.
type Touched = HashMap<String, i64>;

/// In the change rows of version 0.1, which named kinds: everything was touched.
const EVERYTHING: &str = "*";

struct Kept {
    frame: Arc<Frame>,
    /// The tables its loader read, and the last revision that had touched one of them.
    reads: Arc<BTreeSet<String>>,
    version: i64,
    /// The revision it is of.
    revision: i64,
    bytes: usize,
    used: u64,
}

/// The frames of one community, kind and day; of several revisions, where a past one was asked for.
type Key = (i64, KindId, Day);

/// The frames in memory, the turn of the last use, and what they weigh together.
#[derive(Default)]
struct Shelf {
    frames: HashMap<Key, Vec<Kept>>,
    turn: u64,
    bytes: usize,
}

/// How many versions of one frame are kept.
const VERSIONS: usize = 3;

/// The frames in memory.
pub struct FrameCache {
    shelf: Mutex<Shelf>,
    /// For each community, the last revision whose change row was seen and what was touched until then.
    touched: Mutex<HashMap<i64, (i64, Arc<Touched>)>>,
    limit_bytes: usize,
    /// How many frames took over changed records instead of being read anew.
    pub(super) patches: AtomicUsize,
}

fn version(reads: &BTreeSet<String>, touched: &Touched) -> i64 {
    let last = |name: &str| touched.get(name).copied().unwrap_or(0);
    reads.iter().map(|name| last(name)).fold(last(EVERYTHING), i64::max)
}

impl FrameCache {
    pub fn new(limit_bytes: usize) -> FrameCache {
        FrameCache { shelf: Mutex::default(), touched: Mutex::default(), limit_bytes, patches: AtomicUsize::new(0) }
    }

    fn get(&self, key: &Key, touched: &Touched) -> Option<(Arc<Frame>, Arc<BTreeSet<String>>)> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let now = shelf.turn;
        let kept = shelf.frames.get_mut(key)?.iter_mut().find(|kept| version(&kept.reads, touched) == kept.version)?;
        kept.used = now;
        Some((kept.frame.clone(), kept.reads.clone()))
    }

    /// The newest frame kept of a revision before `revision`.
    fn before(&self, key: &Key, revision: i64) -> Option<(Arc<Frame>, Arc<BTreeSet<String>>, i64)> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = shelf.frames.get(key)?.iter().filter(|kept| kept.revision < revision).max_by_key(|k| k.revision)?;
        Some((kept.frame.clone(), kept.reads.clone(), kept.revision))
    }

    fn put(&self, key: Key, revision: i64, frame: Arc<Frame>, reads: Arc<BTreeSet<String>>, touched: &Touched) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let (used, bytes, version) = (shelf.turn, frame.bytes(), version(&reads, touched));
        let versions = shelf.frames.entry(key).or_default();
        let mut freed = 0;
        versions.retain(|kept| {
            let other = kept.version != version;
            freed += if other { 0 } else { kept.bytes };
            other
        });
        versions.push(Kept { frame, reads, version, revision, bytes, used });
        if versions.len() > VERSIONS {
            let oldest = versions.iter().enumerate().min_by_key(|(_, kept)| kept.used).map(|(at, _)| at);
            freed += oldest.map_or(0, |at| versions.swap_remove(at).bytes);
        }
        shelf.bytes = shelf.bytes + bytes - freed;
        if shelf.bytes <= self.limit_bytes {
            return;
        }
        let mut by_use: Vec<(u64, Key)> =
            shelf.frames.iter().flat_map(|(k, versions)| versions.iter().map(|kept| (kept.used, *k))).collect();
        by_use.sort_unstable_by_key(|(used, _)| *used);
        for (used, key) in by_use {
            if shelf.bytes <= self.limit_bytes / 4 * 3 {
                break;
            }
            let mut gone = 0;
            if let Some(versions) = shelf.frames.get_mut(&key) {
                versions.retain(|kept| {
                    let stays = kept.used != used;
                    gone += if stays { 0 } else { kept.bytes };
                    stays
                });
                if versions.is_empty() {
                    shelf.frames.remove(&key);
                }
            }
            shelf.bytes -= gone;
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

/// Where the frames of one moment are read from.
pub(super) struct Library<'a> {
    schema: &'a Arc<Schema>,
    cache: &'a FrameCache,
    slices: Slices,
    moment: Moment,
    /// What had been touched until the moment; `None` while its revision is still being written, and then nothing is kept.
    touched: Option<Arc<Touched>>,
}

impl Library<'_> {
    async fn frame(
        &self,
        tx: &mut Tx,
        kind: KindId,
        above: Vec<String>,
    ) -> Result<(Arc<Frame>, Arc<BTreeSet<String>>)> {
        let key = (self.moment.community, kind, self.moment.day);
        if let Some(found) = self.touched.as_ref().and_then(|touched| self.cache.get(&key, touched)) {
            return Ok(found);
        }
        if let Some(touched) = &self.touched
            && let Some((frame, reads)) = self.patched(tx, key, touched, &above).await?
        {
            self.cache.put(key, self.moment.revision, frame.clone(), reads.clone(), touched);
            return Ok((frame, reads));
        }
        let (frame, reads) = self.load(tx, kind, above, None).await?;
        let (frame, reads) = (Arc::new(frame), Arc::new(reads));
        if let Some(touched) = &self.touched {
            self.cache.put(key, self.moment.revision, frame.clone(), reads.clone(), touched);
        }
        Ok((frame, reads))
    }

    /// The frame kept of an earlier revision with the records that changed since, when those are few and nothing else it
    /// was made of was written to.
    async fn patched(
        &self,
        tx: &mut Tx,
        key: Key,
        touched: &Touched,
        above: &[String],
    ) -> Result<Option<(Arc<Frame>, Arc<BTreeSet<String>>)>> {
        let name = &self.schema.kind_of(key.1).name;
        let Some(patch) = self.slices.kind(name).and_then(|kind| kind.patch) else {
            return Ok(None);
        };
        let Some((frame, reads, since)) = self.cache.before(&key, self.moment.revision) else {
            return Ok(None);
        };
        let written = |table: &str| touched.get(table).is_some_and(|last| *last > since);
        let whole = written(EVERYTHING) || reads.iter().any(|t| written(t) && !patch.tables.contains(&t.as_str()));
        if whole {
            return Ok(None);
        }
        let changed: Vec<(i64, String)> = tx
            .rows(
                "select subject_id, aspect from change_subject
                 where community_id = $1 and kind = $2 and revision > $3 and revision <= $4
                 order by subject_id limit 1000",
                params![key.0, name.as_str(), since, self.moment.revision],
            )
            .await?;
        // An empty aspect is a record that is new.
        let mut ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
        ids.dedup();
        let anew = |aspect: &String| aspect.is_empty() || patch.anew.contains(&aspect.as_str());
        if ids.len() > PATCH || changed.iter().any(|(_, aspect)| anew(aspect)) {
            return Ok(None);
        }
        if ids.is_empty() {
            return Ok(Some((frame, reads)));
        }
        let (some, more) = self.load(tx, key.1, above.to_vec(), Some(ids)).await?;
        let kind = self.schema.kind_of(key.1);
        let kept: Vec<Slot> =
            patch.kept.iter().filter_map(|column| kind.column(column)).map(|at| Slot(at as u16)).collect();
        let reads = if more.is_subset(&reads) { reads } else { Arc::new(reads.union(&more).cloned().collect()) };
        let patched = frame.patched(&some, &kept);
        self.cache.patches.fetch_add(usize::from(patched.is_some()), Ordering::Relaxed);
        Ok(patched.map(|frame| (Arc::new(frame), reads)))
    }

    async fn load(
        &self,
        tx: &mut Tx,
        kind: KindId,
        above: Vec<String>,
        only: Option<Vec<i64>>,
    ) -> Result<(Frame, BTreeSet<String>)> {
        let name = &self.schema.kind_of(kind).name;
        let load = self.slices.kind(name).ok_or_else(|| fault(format!("nobody loads the frame kind {name}")))?.load;
        let mut loading = Loading {
            tx,
            library: self,
            kind: name.clone(),
            community: self.moment.community,
            day: self.moment.day,
            revision: self.moment.revision,
            frame: FrameBuilder::new(self.schema, kind),
            reads: BTreeSet::new(),
            above,
            only,
        };
        load(&mut loading).await?;
        for (column, _, rows) in loading.frame.strange() {
            tracing::warn!(kind = name, column, rows, "codes outside their table are read as unknown");
        }
        let reads = std::mem::take(&mut loading.reads);
        Ok((loading.frame.finish(), reads))
    }
}

/// The frames that a question needs, of a moment, joined.
pub(super) async fn world(
    tx: &mut Tx,
    schema: &Arc<Schema>,
    cache: &FrameCache,
    slices: Slices,
    moment: Moment,
    needs: &Needs,
) -> Result<World> {
    let touched = touched(tx, cache, moment).await?;
    let library = Library { schema, cache, slices, moment, touched };
    let mut frames: Vec<Arc<Frame>> = Vec::with_capacity(needs.0.len());
    // The tree is asked by everything that is cut by a scope.
    let tree = schema.kind("area");
    for kind in needs.0.iter().copied().chain(tree.filter(|area| !needs.0.contains(area))) {
        frames.push(library.frame(tx, kind, vec![]).await?.0);
    }
    let unkept = slices.unkept(tx, schema, moment).await?;
    Ok(World::new(schema.clone(), moment.day.0, frames).with_unkept(unkept))
}

/// For each table in the change rows, the last revision, not later than the moment's, that touched it. Change
/// rows never change: those seen before are not read again. `None` while the moment's revision is being written.
async fn touched(tx: &mut Tx, cache: &FrameCache, moment: Moment) -> Result<Option<Arc<Touched>>> {
    let seen = {
        let kept = cache.touched.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&moment.community).cloned()
    };
    let seen = seen.filter(|(at, _)| *at <= moment.revision);
    if let Some((at, touched)) = &seen
        && *at == moment.revision
    {
        return Ok(Some(touched.clone()));
    }
    let (mut at, before) = seen.unwrap_or_default();
    let rows: Vec<(String, i64)> = tx
        .rows(
            "select touched, max(revision) from change
             where community_id = $1 and revision > $2 and revision <= $3 group by touched",
            params![moment.community, at, moment.revision],
        )
        .await?;
    let mut last = (*before).clone();
    for (tables, revision) in rows {
        at = at.max(revision);
        for table in tables.split(' ').filter(|t| !t.is_empty()) {
            let last = last.entry(table.to_owned()).or_insert(0);
            *last = revision.max(*last);
        }
    }
    let last = Arc::new(last);
    if at != moment.revision {
        return Ok(None);
    }
    let mut kept = cache.touched.lock().unwrap_or_else(PoisonError::into_inner);
    let newest = kept.entry(moment.community).or_default();
    if newest.0 < at {
        *newest = (at, last.clone());
    }
    Ok(Some(last))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_statement_tells_the_tables_it_reads() {
        let sql = "select a from person_naming s left join source f on f.id = s.id where exists (select 1 from alias) \
                   and s.day < (select max(x) from change)";
        let tables: Vec<&str> = super::tables_of(sql).collect();
        assert_eq!(tables, ["person_naming", "source", "alias", "change"]);
    }
}
