//! A world: all frames of a community as of one day, joined through their relations.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use crate::frame::{CODE_ABSENT, CODE_UNKNOWN, Cells, Frame, ROW_ABSENT, ROW_UNKNOWN};
use crate::schema::{KindId, ManyId, Records, Schema, Type};
use crate::set::Bitmap;
use crate::truth::{self, Truths};
use crate::typed::Area;

/// 某日的社区 — what expressions are evaluated in.
///
/// Cheap to make: row indexes of to-one relations are found on first use and kept with their frames, so
/// worlds of several days that share frames share them too. A kind that was not loaded is no empty frame: asking for it
/// is a mistake of the program and stops it, because a count over it would be an invented zero.
/// Records whose to-one relation is unknown belong to nobody in `count` and its like.
#[derive(Debug)]
pub struct World {
    schema: Arc<Schema>,
    day: i32,
    frames: Vec<Option<Arc<Frame>>>,
    area_names: HashMap<String, i64>,
    /// Per kind and to-many relation.
    inverses: Vec<Vec<OnceLock<Inverse>>>,
    /// Per programme: whether each subject is enrolled.
    enrolled: Vec<OnceLock<Truths>>,
    /// Per programme: the stage of each subject; few expressions ask for it.
    stages: Vec<OnceLock<Vec<u16>>>,
    /// Kinds and programmes of which more records may exist than are known: nobody keeps their register.
    unkept: Unkept,
    /// Rows of the enrolment frame by programme.
    by_programme: OnceLock<Vec<Vec<u32>>>,
}

/// Kinds of records, and programmes by their position, whose register nobody keeps: no record is no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unkept {
    pub kinds: BTreeSet<KindId>,
    pub programmes: BTreeSet<usize>,
}

/// The rows of a to-many relation, by the row they belong to: those of `row` are
/// `rows[starts[row] .. starts[row + 1]]`.
#[derive(Debug)]
pub(crate) struct Inverse {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Inverse {
    pub fn of(&self, row: u32) -> &[u32] {
        let row = row as usize;
        &self.rows[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

impl World {
    /// `day`: days since 1970-01-01, the meaning of `today`. `frames`: at most one per kind, the last one wins; those of
    /// [`Checked::kinds`](crate::Checked::kinds) are enough for an expression.
    pub fn new(schema: Arc<Schema>, day: i32, frames: impl IntoIterator<Item = Arc<Frame>>) -> World {
        let mut list: Vec<Option<Arc<Frame>>> = vec![None; schema.kinds.len()];
        for frame in frames {
            let at = usize::from(frame.kind().0);
            list[at] = Some(frame);
        }
        let inverses = schema.kinds.iter().map(|k| k.manys.iter().map(|_| OnceLock::new()).collect()).collect();
        let enrolled = schema.programmes.iter().map(|_| OnceLock::new()).collect();
        let stages = schema.programmes.iter().map(|_| OnceLock::new()).collect();
        World {
            schema,
            day,
            frames: list,
            area_names: HashMap::new(),
            inverses,
            enrolled,
            stages,
            unkept: Unkept::default(),
            by_programme: OnceLock::new(),
        }
    }

    /// Names by which `inside("…")` finds areas: name to id in the `area` frame.
    pub fn with_area_names(mut self, names: HashMap<String, i64>) -> World {
        self.area_names = names;
        self
    }

    /// What nobody keeps: there `enrolled` of whoever has no record is unknown, and to-many relations may hold more.
    pub fn with_unkept(mut self, unkept: Unkept) -> World {
        self.unkept = unkept;
        self
    }

    pub fn unkept(&self) -> &Unkept {
        &self.unkept
    }

    /// Whether a to-many relation may hold more records than are known.
    pub(crate) fn is_open(&self, kind: KindId, many: usize) -> bool {
        let relation = &self.schema.kind_of(kind).manys[many];
        relation.open || self.unkept.kinds.contains(&relation.target_id)
    }

    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Days since 1970-01-01.
    pub fn day(&self) -> i32 {
        self.day
    }

    /// The frame of a kind.
    ///
    /// # Panics
    /// When the kind was not loaded: the expression's [`kinds`](crate::Checked::kinds) were not asked for.
    pub fn frame(&self, kind: KindId) -> &Arc<Frame> {
        match &self.frames[usize::from(kind.0)] {
            Some(frame) => frame,
            None => panic!("the kind {} was not loaded", self.schema.kind_of(kind).name),
        }
    }

    /// Whether a kind was loaded.
    pub fn has(&self, kind: KindId) -> bool {
        self.frames[usize::from(kind.0)].is_some()
    }

    /// This world with empty frames for the kinds that were not given: for examples, which state all there is.
    pub fn complete(mut self) -> World {
        for (i, frame) in self.frames.iter_mut().enumerate() {
            frame.get_or_insert_with(|| Arc::new(Frame::empty(&self.schema, KindId(i as u16))));
        }
        self
    }

    /// For each row of `kind`, the row its to-one column `slot` points to: `u32::MAX` is unknown,
    /// `u32::MAX - 1` absent. Empty when the column is not a to-one relation.
    pub fn link(&self, kind: KindId, slot: u16) -> Arc<Vec<u32>> {
        match self.schema.kind_of(kind).columns.get(usize::from(slot)).map(|c| c.ty()) {
            Some(Type::One(target)) => self.frame(kind).link(slot, self.frame(target)),
            _ => Arc::new(vec![]),
        }
    }

    /// Rows of the to-many relation `many` that belong to `row` of `kind`.
    pub fn many(&self, kind: KindId, many: ManyId, row: u32) -> &[u32] {
        self.inverse(kind, many.0).of(row)
    }

    pub(crate) fn inverse(&self, kind: KindId, many: u16) -> &Inverse {
        self.inverses[usize::from(kind.0)][usize::from(many)].get_or_init(|| {
            let relation = &self.schema.kind_of(kind).manys[usize::from(many)];
            let link = self.link(relation.target_id, relation.via_slot);
            invert(&link, self.frame(kind).len())
        })
    }

    /// Row of an area by its id or by a name given with [`World::with_area_names`].
    pub(crate) fn area_row(&self, area: &Area) -> Option<u32> {
        let id = match area {
            Area::Id(id) => *id,
            Area::Named(name) => *self.area_names.get(name)?,
        };
        self.frame(self.schema.kind("area")?).row_of(id)
    }

    /// Truth bytes over the rows of the area frame: is the area this one or under it? Follows `parent`; a
    /// parent nobody knows makes the answer unknown.
    pub(crate) fn under(&self, area: u32) -> Vec<u8> {
        let Some(kind) = self.schema.kind("area") else {
            return vec![];
        };
        let Some(slot) = self.schema.kind_of(kind).column("parent") else {
            return vec![];
        };
        let parents = self.link(kind, slot as u16);
        (0..parents.len() as u32)
            .map(|start| {
                let mut at = start;
                // A tree is never deeper than it has areas; a ring among the parents ends here.
                for _ in 0..=parents.len() {
                    match at {
                        ROW_UNKNOWN => return 0,
                        ROW_ABSENT => return 2,
                        _ if at == area => return 1,
                        _ => at = parents[at as usize],
                    }
                }
                2
            })
            .collect()
    }

    /// The rows of `kind` that lie in an area or under it: to cut a list by a scope. Rows whose area is
    /// unknown are not among them. Empty when the kind has no to-one relation `area`.
    pub fn rows_inside(&self, kind: KindId, area: i64) -> Bitmap {
        let rows = self.frame(kind).len();
        let (Some(area_kind), Some(row)) = (self.schema.kind("area"), self.area_row(&Area::Id(area))) else {
            return Bitmap::none(rows);
        };
        let under = self.under(row);
        if kind == area_kind {
            return Bitmap::of(rows, (0..rows as u32).filter(|r| under[*r as usize] == 1));
        }
        let Some(slot) = self.schema.kind_of(kind).column("area") else {
            return Bitmap::none(rows);
        };
        let link = self.link(kind, slot as u16);
        let lies = |r: &u32| link.get(*r as usize).and_then(|a| under.get(*a as usize)) == Some(&1);
        Bitmap::of(rows, (0..rows as u32).filter(lies))
    }

    /// `enrolled("…")` of each subject of a programme.
    pub(crate) fn enrolled(&self, programme: usize) -> &Truths {
        self.enrolled[programme].get_or_init(|| Truths::of(&self.find_enrolments(programme).0))
    }

    /// `stage("…")` of each subject as stored in code columns, then of an absent and of an unknown one.
    pub(crate) fn stages(&self, programme: usize) -> &[u16] {
        self.stages[programme].get_or_init(|| {
            let mut stages = self.find_enrolments(programme).1;
            stages.extend([CODE_ABSENT, CODE_UNKNOWN]);
            stages
        })
    }

    fn find_enrolments(&self, programme: usize) -> (Vec<u8>, Vec<u16>) {
        let p = &self.schema.programmes[programme];
        let subjects = self.schema.kind(&p.subject).map_or(0, |k| self.frame(k).len());
        let (nobody, no_stage) = match p.records {
            Records::Closed if !self.unkept.programmes.contains(&programme) => (2, CODE_ABSENT),
            _ => (0, CODE_UNKNOWN),
        };
        let mut enrolled = vec![nobody; subjects];
        let mut stage = vec![no_stage; subjects];
        // Which record gave the stage: one in force wins over one that is not, the later over the earlier.
        let mut rank = vec![0u8; subjects];
        if let Some(kind) = self.schema.kind("enrolment") {
            let columns = self.schema.kind_of(kind);
            let link = columns.column(&p.subject).map(|slot| self.link(kind, slot as u16));
            let frame = self.frame(kind);
            let force = columns.column("in_force").map(|s| &frame.columns[s]);
            let stages = columns.column("stage").map(|s| &frame.columns[s]);
            let in_stage = self.stages_in_force(programme);
            let none = vec![];
            let by_programme = self.by_programme.get_or_init(|| self.index_programmes());
            for &row in by_programme.get(programme).unwrap_or(&none) {
                let Some(subject) = link.as_ref().map(|l| l[row as usize] as usize).filter(|s| *s < subjects) else {
                    continue;
                };
                let code = stages.map_or(CODE_UNKNOWN, |cells| code_at(cells, row as usize));
                let truth = match force {
                    Some(Cells::Bool(v)) if v.get(row as usize) != truth::UNKNOWN => {
                        v.get(row as usize).min(truth::FALSE)
                    }
                    _ => in_stage.get(usize::from(code)).copied().unwrap_or(0),
                };
                let known = rank[subject] > 0;
                let before = if known { enrolled[subject] } else { 2 };
                enrolled[subject] = (before | truth) & 1 | before & truth & 2;
                let force_rank = if truth == 1 { 2 } else { 1 };
                if force_rank >= rank[subject] {
                    stage[subject] = code;
                    rank[subject] = force_rank;
                }
            }
        }
        (enrolled, stage)
    }

    /// Per stored stage code, the truth of being in force in a programme.
    fn stages_in_force(&self, programme: usize) -> Vec<u8> {
        let Some(table) = self.schema.table("stage").map(|t| self.schema.table_of(t)) else {
            return vec![];
        };
        let mut truth = vec![0; table.codes.len() + 2];
        truth[usize::from(CODE_ABSENT)] = 2;
        for stage in &self.schema.programmes[programme].stages {
            if let Some(code) = table.find(&stage.id) {
                truth[usize::from(code) + 2] = if stage.in_force { 1 } else { 2 };
            }
        }
        truth
    }

    fn index_programmes(&self) -> Vec<Vec<u32>> {
        let mut lists = vec![vec![]; self.schema.programmes.len()];
        let Some(kind) = self.schema.kind("enrolment") else {
            return lists;
        };
        let Some(slot) = self.schema.kind_of(kind).column("programme") else {
            return lists;
        };
        let Some(table) = self.schema.table("programme").map(|t| self.schema.table_of(t)) else {
            return lists;
        };
        let place: Vec<Option<usize>> =
            table.codes.iter().map(|c| self.schema.programmes.iter().position(|p| p.id == c.code)).collect();
        let frame = self.frame(kind);
        for row in 0..frame.len() {
            let code = code_at(&frame.columns[slot], row);
            if let Some(at) = code.checked_sub(2).and_then(|c| place[usize::from(c)]) {
                lists[at].push(row as u32);
            }
        }
        lists
    }
}

pub(crate) fn code_at(cells: &Cells, row: usize) -> u16 {
    match cells {
        Cells::Code8(v) => u16::from(v[row]),
        Cells::Code16(v) => v[row],
        _ => CODE_UNKNOWN,
    }
}

/// Rows by the row they point to, in a counting sort.
fn invert(link: &[u32], targets: usize) -> Inverse {
    let mut starts = vec![0u32; targets + 1];
    for &t in link.iter().filter(|t| (**t as usize) < targets) {
        starts[t as usize + 1] += 1;
    }
    for at in 0..targets {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut rows = vec![0u32; starts[targets] as usize];
    for (row, &t) in link.iter().enumerate().filter(|(_, t)| (**t as usize) < targets) {
        rows[next[t as usize] as usize] = row as u32;
        next[t as usize] += 1;
    }
    Inverse { starts, rows }
}
