//! Running a program: which columns are needed of which rows, and the blocks that compute them.
//!
//! Operations that another kind looks at (through a to-one or a to-many relation) are computed as whole
//! columns first, in levels; everything else lives in registers of one block. A run over a few rows asks
//! each level only for the rows it needs, with the same code.

use std::collections::HashMap;
use std::sync::Arc;

use crate::frame::ROW_UNKNOWN;
use crate::op::{Class, Code, Ops, Reg};
use crate::program::Program;
use crate::result::{Outcome, Value};
use crate::schema::KindId;
use crate::set::Set;
use crate::typed::Ty;
use crate::world::World;

mod columns;
mod exec;
mod many;
mod seen;
mod step;

use columns::{Column, Selection};

/// Which operations are computed together: the columns of one kind at one level.
#[derive(Debug)]
pub(crate) struct Plan {
    groups: Vec<Group>,
    /// Group and position of each operation that becomes a column.
    place: Vec<(usize, usize)>,
    /// Which operations other kinds look at; other columns are only results.
    sources: Vec<bool>,
}

#[derive(Debug)]
struct Group {
    kind: KindId,
    outs: Vec<Reg>,
    /// Everything computed per block, arguments first.
    ops: Vec<Reg>,
    /// Per entry of `ops`: its register and the registers of its arguments.
    slots: Vec<usize>,
    args: Vec<[usize; 3]>,
    /// Per entry of `ops`: its position among `outs`.
    out_of: Vec<Option<usize>>,
    /// Class of each register.
    registers: Vec<Class>,
}

impl Plan {
    pub fn new(ops: &Ops, roots: &[(Reg, Ty)]) -> Plan {
        let mut level = vec![0u32; ops.list.len()];
        let mut columns: Vec<Reg> = roots.iter().map(|r| r.0).collect();
        let mut sources = vec![false; ops.list.len()];
        let used = used(ops, &columns);
        for (at, op) in ops.list.iter().enumerate().filter(|(at, _)| used[*at]) {
            let args = op.code.args().into_iter().flatten().map(|a| level[a as usize]);
            let mut own = args.max().unwrap_or(0);
            for source in op.code.sources().into_iter().flatten() {
                if !direct(ops, source, &op.code) {
                    own = own.max(level[source as usize] + 1);
                    columns.push(source);
                    sources[source as usize] = true;
                }
            }
            level[at] = own;
        }
        columns.sort_unstable();
        columns.dedup();
        // What is only a result waits for the last level of its kind, so that one pass over the cells
        // serves them all.
        for &(root, _) in roots.iter().filter(|r| !sources[r.0 as usize]) {
            let kind = ops.op(root).kind;
            let alike = columns.iter().filter(|&&c| ops.op(c).kind == kind);
            level[root as usize] = alike.map(|&c| level[c as usize]).max().unwrap_or(0);
        }
        let mut keys: Vec<(u32, KindId)> = columns.iter().map(|&c| (level[c as usize], ops.op(c).kind)).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut place = vec![(usize::MAX, usize::MAX); ops.list.len()];
        let groups = keys
            .iter()
            .enumerate()
            .map(|(g, &(depth, kind))| {
                let outs: Vec<Reg> =
                    columns.iter().copied().filter(|&c| level[c as usize] == depth && ops.op(c).kind == kind).collect();
                outs.iter().enumerate().for_each(|(i, &c)| {
                    place[c as usize] = (g, i);
                });
                group(ops, kind, outs)
            })
            .collect();
        Plan { groups, place, sources }
    }
}

/// Which operations the roots lead to: looking through a relation leaves steps behind that nobody needs.
fn used(ops: &Ops, roots: &[Reg]) -> Vec<bool> {
    let mut used = vec![false; ops.list.len()];
    let mut open = roots.to_vec();
    while let Some(reg) = open.pop() {
        if !std::mem::replace(&mut used[reg as usize], true) {
            let code = &ops.op(reg).code;
            open.extend(code.args().into_iter().chain(code.sources()).flatten());
        }
    }
    used
}

/// Whether a column can be read where it lies, without being computed first.
pub(crate) fn direct(ops: &Ops, source: Reg, user: &Code) -> bool {
    matches!(user, Code::Gather(..))
        && matches!(ops.op(source).code, Code::Load(_) | Code::LoadRow(_) | Code::Enrolled(_) | Code::Stage(_))
}

/// The operations a group needs, and a register for each, given back after its last use.
fn group(ops: &Ops, kind: KindId, outs: Vec<Reg>) -> Group {
    let mut needed: Vec<Reg> = vec![];
    let mut open = outs.clone();
    let mut seen = vec![false; ops.list.len()];
    while let Some(reg) = open.pop() {
        if std::mem::replace(&mut seen[reg as usize], true) {
            continue;
        }
        needed.push(reg);
        open.extend(ops.op(reg).code.args().into_iter().flatten());
    }
    needed.sort_unstable();
    let index: HashMap<Reg, usize> = needed.iter().enumerate().map(|(i, &r)| (r, i)).collect();
    let mut last: Vec<usize> = (0..needed.len()).collect();
    for (i, &reg) in needed.iter().enumerate() {
        for arg in ops.op(reg).code.args().into_iter().flatten() {
            last[index[&arg]] = i;
        }
    }
    let mut registers: Vec<Class> = vec![];
    let mut free: Vec<usize> = vec![];
    let mut slots = vec![0; needed.len()];
    let mut args = vec![[0; 3]; needed.len()];
    for (i, &reg) in needed.iter().enumerate() {
        let op = ops.op(reg);
        let slot = match free.iter().position(|&s| registers[s] == op.class) {
            Some(at) => free.swap_remove(at),
            None => {
                registers.push(op.class);
                registers.len() - 1
            }
        };
        slots[i] = slot;
        let mut ended = vec![];
        for (n, arg) in op.code.args().into_iter().enumerate() {
            if let Some(arg) = arg {
                let at = index[&arg];
                args[i][n] = slots[at];
                if last[at] == i && !ended.contains(&slots[at]) {
                    ended.push(slots[at]);
                }
            }
        }
        free.extend(ended);
        if last[i] == i {
            free.push(slot);
        }
    }
    let position = |reg| outs.iter().position(|o| o == reg);
    Group { kind, out_of: needed.iter().map(position).collect(), outs, ops: needed, slots, args, registers }
}

/// Results of a run.
#[derive(Clone, Debug)]
pub struct Results {
    /// Per expression, in the order given.
    pub outcomes: Vec<Outcome>,
    /// Sums and products that did not fit 64 bits; what uses them is unknown.
    pub overflows: usize,
}

impl Program {
    /// Evaluates every expression on all rows of its kind.
    pub fn run(&self, world: &World) -> Results {
        let mut demand: Vec<Option<Selection>> = vec![None; self.plan.groups.len()];
        for (reg, _) in &self.roots {
            demand[self.plan.place[*reg as usize].0] = Some(Selection::All);
        }
        let mut run = Run::new(self, world);
        run.all(demand);
        let outcomes = self
            .roots
            .iter()
            .map(|(reg, ty)| {
                let rows = world.frame(self.ops.op(*reg).kind).len();
                match run.sets.get(reg) {
                    Some(set) => Outcome::Truth(set.clone()),
                    None => outcome(run.column(*reg), *ty, rows),
                }
            })
            .collect();
        Results { outcomes, overflows: run.overflows }
    }

    /// Evaluates every expression of kind `kind` on `rows` of it: per expression, one value per given row.
    /// Expressions of other kinds yield nothing. Rows beyond the frame are unknown.
    pub fn run_rows(&self, world: &World, kind: KindId, rows: &[u32]) -> Vec<Vec<Value>> {
        let len = world.frame(kind).len();
        let mut wanted: Vec<u32> = rows.iter().copied().filter(|r| (*r as usize) < len).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let wanted = Arc::new(wanted);
        let mut demand: Vec<Option<Selection>> = vec![None; self.plan.groups.len()];
        for (reg, _) in self.roots.iter().filter(|(reg, _)| self.ops.op(*reg).kind == kind) {
            demand[self.plan.place[*reg as usize].0] = Some(Selection::Rows(wanted.clone()));
        }
        let mut run = Run::new(self, world);
        run.all(demand);
        self.roots
            .iter()
            .map(|(reg, _)| {
                if self.ops.op(*reg).kind != kind {
                    return vec![];
                }
                let (group, _) = self.plan.place[*reg as usize];
                let column = run.column(*reg);
                rows.iter()
                    .map(|&row| match run.selections[group].as_ref().and_then(|s| s.position(row, len)) {
                        Some(at) => column.value(at),
                        None => Value::Unknown,
                    })
                    .collect()
            })
            .collect()
    }
}

/// One run: the columns computed so far.
struct Run<'a> {
    program: &'a Program,
    world: &'a World,
    selections: Vec<Option<Selection>>,
    columns: Vec<Vec<Column>>,
    /// Conditions that are only results, of whole frames: never made columns.
    sets: HashMap<Reg, Set>,
    overflows: usize,
}

impl<'a> Run<'a> {
    fn new(program: &'a Program, world: &'a World) -> Run<'a> {
        let groups = program.plan.groups.len();
        let columns = (0..groups).map(|_| vec![]).collect();
        Run { program, world, selections: vec![None; groups], columns, sets: HashMap::new(), overflows: 0 }
    }

    fn column(&self, reg: Reg) -> &Column {
        let (group, at) = self.program.plan.place[reg as usize];
        &self.columns[group][at]
    }

    /// Asks from the last level to the first, computes from the first to the last.
    fn all(&mut self, mut demand: Vec<Option<Selection>>) {
        let groups = &self.program.plan.groups;
        for g in (0..groups.len()).rev() {
            let Some(rows) = demand[g].clone() else {
                continue;
            };
            for &reg in &groups[g].ops {
                let code = &self.program.ops.op(reg).code;
                for source in code.sources().into_iter().flatten() {
                    if direct(&self.program.ops, source, code) {
                        continue;
                    }
                    let needed = self.needed(groups[g].kind, code, &rows);
                    let target = self.program.plan.place[source as usize].0;
                    demand[target] = Some(match demand[target].take() {
                        None => needed,
                        Some(before) => before.join(needed),
                    });
                }
            }
        }
        self.selections = demand;
        for g in 0..groups.len() {
            if let Some(rows) = self.selections[g].clone() {
                self.columns[g] = self.group(g, &rows);
            }
        }
    }

    /// The rows of the other kind that an operation looks at from `rows` of `kind`.
    fn needed(&self, kind: KindId, code: &Code, rows: &Selection) -> Selection {
        match code {
            Code::Gather(slot, source) => {
                let target = self.world.frame(self.program.ops.op(*source).kind).len();
                let own = self.world.frame(kind).len();
                let link = self.world.link(kind, *slot);
                let mut list: Vec<u32> = match rows {
                    Selection::All if target <= own.saturating_mul(4) + 64 => {
                        return Selection::All;
                    }
                    Selection::All => link.to_vec(),
                    Selection::Rows(rows) => rows.iter().map(|&r| link[r as usize]).collect(),
                };
                list.retain(|&r| (r as usize) < target);
                list.sort_unstable();
                list.dedup();
                Selection::Rows(Arc::new(list))
            }
            Code::Count(many, _) | Code::Any(many, _) | Code::All(many, _) | Code::Total(many, _, _) => match rows {
                Selection::All => Selection::All,
                Selection::Rows(rows) => {
                    let inverse = self.world.inverse(kind, *many);
                    let mut list: Vec<u32> = rows.iter().flat_map(|&r| inverse.of(r)).copied().collect();
                    list.sort_unstable();
                    list.dedup();
                    Selection::Rows(Arc::new(list))
                }
            },
            _ => Selection::All,
        }
    }
}

/// A whole column as a result.
fn outcome(column: &Column, ty: Ty, rows: usize) -> Outcome {
    match column {
        Column::Truth(v) => {
            debug_assert_eq!(ty, Ty::Bool);
            let mut set = Set::nobody(rows);
            set.put(0, v, rows);
            Outcome::Truth(set)
        }
        Column::Point(v) => Outcome::Points(v[..rows].to_vec()),
        Column::Range(low, high) => Outcome::Ranges(low[..rows].to_vec(), high[..rows].to_vec()),
        Column::Code(v) => Outcome::Codes(v[..rows].to_vec()),
        Column::Row(v) => Outcome::Rows(v[..rows].to_vec()),
        Column::Nothing => Outcome::Rows(vec![ROW_UNKNOWN; rows]),
    }
}
