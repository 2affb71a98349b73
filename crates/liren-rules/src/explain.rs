//! Why a row is in a set or not: the tree of reasons, the conditions that decided, and the facts that are
//! missing when nobody can say yet.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::frame::{ROW_ABSENT, ROW_UNKNOWN, Slot};
use crate::program::{Program, Values};
use crate::result::Value;
use crate::schema::{KindId, ManyId, Title};
use crate::typed::{Checked, Node, Tree, Ty, walk};
use crate::world::World;

/// One fact a condition looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The record it belongs to.
    pub kind: KindId,
    pub id: i64,
    /// As it was written: `household.income`.
    pub text: String,
    pub title: Title,
    pub ty: Ty,
    pub value: Value,
}

/// One condition, its value, the facts it looked at itself, and the conditions it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The sentence a pack gives it; `None` when the words of the expression must do.
    pub title: Option<Title>,
    /// As it was written.
    pub text: String,
    pub value: Value,
    pub how: How,
    pub facts: Vec<Fact>,
    pub parts: Vec<Reason>,
}

/// How a reason is made of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A comparison or a fact itself.
    Leaf,
    All,
    Either,
    Not,
    /// A named condition: its one part is its definition.
    Named,
}

/// What is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gap {
    /// A column or to-one relation of the record.
    Column(u16),
    /// Whether the record is enrolled in a programme of open records; position in `Schema::programmes`.
    Enrolment(usize),
    /// Whether there are more records in an open to-many relation.
    Records(ManyId),
}

/// 待核实 — a fact whose answer could still change the verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    pub kind: KindId,
    pub row: u32,
    pub id: i64,
    pub gap: Gap,
    /// Name of the column, programme or relation.
    pub name: String,
    pub title: Title,
    pub cost: u32,
}

/// The answer for one row, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    pub verdict: Value,
    pub reason: Reason,
    /// The conditions that made the verdict what it is: for a no those that fail, for a yes those that
    /// hold, for an unknown those that are open. A condition with a title stands for what it is made of.
    pub decided: Vec<Reason>,
    /// Cheapest to ask first; empty unless the verdict is unknown.
    pub missing: Vec<Missing>,
}

/// Explains one condition row by row; compiled once. Values come from the same evaluator as the sets.
#[derive(Debug)]
pub struct Explainer<'a> {
    world: &'a World,
    root: Tree,
    /// Per kind: every part of the expression, compiled together.
    programs: BTreeMap<KindId, (Vec<Tree>, Program)>,
}

/// Values of parts, by the address of the part and the row.
type Known = HashMap<(*const crate::typed::Typed, u32), Value>;

impl<'a> Explainer<'a> {
    pub fn new(world: &'a World, expression: &Checked, values: &Values) -> Explainer<'a> {
        let mut trees: BTreeMap<KindId, Vec<Tree>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        walk(&expression.0, &mut |t| {
            if seen.insert(Arc::as_ptr(t)) {
                trees.entry(t.kind).or_default().push(t.clone());
            }
        });
        let programs = trees
            .into_iter()
            .map(|(kind, trees)| {
                let parts: Vec<Checked> = trees.iter().map(|t| Checked(t.clone())).collect();
                let program = Program::new(world, &parts, values);
                (kind, (trees, program))
            })
            .collect();
        Explainer { world, root: expression.0.clone(), programs }
    }

    pub fn explain(&self, row: u32) -> Explanation {
        let known = self.evaluate(row);
        let walker = Walker { world: self.world, known: &known };
        let reason = walker.reason(&self.root, row);
        let verdict = reason.value;
        let mut decided = vec![];
        let inner = unwrap_names(&reason);
        decisive(inner, inner.value, &mut decided);
        let mut missing = vec![];
        if verdict == Value::Unknown {
            walker.missing(&self.root, row, &mut missing);
            let mut seen = BTreeSet::new();
            missing.retain(|m: &Missing| seen.insert((m.kind, m.row, m.gap)));
            missing.sort_by_key(|m| m.cost);
        }
        Explanation { verdict, reason, decided, missing }
    }

    fn evaluate(&self, row: u32) -> Known {
        let mut wanted: BTreeMap<KindId, BTreeSet<u32>> = BTreeMap::new();
        self.reach(&self.root, row, &mut wanted);
        let mut known = Known::new();
        for (kind, rows) in wanted {
            let Some((trees, program)) = self.programs.get(&kind) else {
                continue;
            };
            let rows: Vec<u32> = rows.into_iter().collect();
            for (tree, values) in trees.iter().zip(program.run_rows(self.world, kind, &rows)) {
                for (&row, value) in rows.iter().zip(values) {
                    known.insert((Arc::as_ptr(tree), row), value);
                }
            }
        }
        known
    }

    /// The rows of each kind that the expression looks at from `row`.
    fn reach(&self, tree: &Tree, row: u32, wanted: &mut BTreeMap<KindId, BTreeSet<u32>>) {
        wanted.entry(tree.kind).or_default().insert(row);
        match &tree.node {
            Node::Via(slot, inner) => {
                if let Some(to) = hop(self.world, tree.kind, *slot, row) {
                    self.reach(inner, to, wanted);
                }
            }
            Node::Count(many, parts) | Node::Any(many, parts) => {
                for &r in self.world.many(tree.kind, *many, row) {
                    parts.iter().for_each(|p| self.reach(p, r, wanted));
                }
            }
            Node::All(many, part) => {
                for &r in self.world.many(tree.kind, *many, row) {
                    self.reach(part, r, wanted);
                }
            }
            Node::Total(many, value, part) => {
                for &r in self.world.many(tree.kind, *many, row) {
                    self.reach(value, r, wanted);
                    part.iter().for_each(|p| self.reach(p, r, wanted));
                }
            }
            _ => children(self.world, tree).into_iter().for_each(|c| self.reach(c, row, wanted)),
        }
    }
}

/// Why `row` is in the set or not. For many rows make one [`Explainer`].
pub fn explain(world: &World, expression: &Checked, values: &Values, row: u32) -> Explanation {
    Explainer::new(world, expression, values).explain(row)
}

fn hop(world: &World, kind: KindId, slot: u16, row: u32) -> Option<u32> {
    world.link(kind, slot).get(row as usize).copied().filter(|r| *r != ROW_ABSENT && *r != ROW_UNKNOWN)
}

/// Parts that are evaluated on the same row.
fn children<'t>(world: &World, tree: &'t Tree) -> Vec<&'t Tree> {
    match &tree.node {
        Node::Cond(a) | Node::Not(a) | Node::OneOf(a, _) | Node::Negative(a) | Node::Has(a) | Node::Named(_, a) => {
            vec![a]
        }
        Node::And(a, b) | Node::Or(a, b) | Node::Compare(_, a, b) | Node::Sum(_, a, b) | Node::Years(a, b) => {
            vec![a, b]
        }
        Node::If(c, a, b) => vec![c, a, b],
        Node::Dated(versions) => {
            let day = world.day();
            versions.iter().filter(|v| v.0 <= day && day <= v.1).map(|v| &v.2).take(1).collect()
        }
        _ => vec![],
    }
}

/// Below the names that cover the whole condition.
fn unwrap_names(reason: &Reason) -> &Reason {
    match (reason.how, reason.parts.first()) {
        (How::Named, Some(part)) if part.how != How::Leaf => unwrap_names(part),
        _ => reason,
    }
}

fn decisive(reason: &Reason, value: Value, out: &mut Vec<Reason>) {
    let titled = reason.title.is_some();
    match reason.how {
        _ if titled => out.push(reason.clone()),
        How::All | How::Either => {
            let same = reason.parts.iter().filter(|p| p.value == value);
            same.for_each(|p| decisive(p, value, out));
        }
        How::Not => reason.parts.iter().for_each(|p| match p.how {
            How::Leaf => out.push(reason.clone()),
            _ => decisive(p, p.value, out),
        }),
        How::Leaf | How::Named => out.push(reason.clone()),
    }
}

struct Walker<'a> {
    world: &'a World,
    known: &'a Known,
}

impl Walker<'_> {
    fn value(&self, tree: &Tree, row: u32) -> Value {
        self.known.get(&(Arc::as_ptr(tree), row)).copied().unwrap_or(Value::Unknown)
    }

    /// A condition's value: absent is false.
    fn truth(&self, tree: &Tree, row: u32) -> Value {
        match self.value(tree, row) {
            Value::Absent => Value::Bool(false),
            value => value,
        }
    }

    fn reason(&self, tree: &Tree, row: u32) -> Reason {
        let mut reason = Reason {
            title: None,
            text: tree.text.to_string(),
            value: self.truth(tree, row),
            how: How::Leaf,
            facts: vec![],
            parts: vec![],
        };
        match &tree.node {
            Node::And(..) | Node::Or(..) => {
                let and = matches!(tree.node, Node::And(..));
                reason.how = if and { How::All } else { How::Either };
                self.flatten(tree, row, and, &mut reason.parts);
            }
            Node::Not(a) => {
                reason.how = How::Not;
                reason.parts.push(self.reason(a, row));
            }
            Node::Named(title, a) if tree.ty == Ty::Bool => {
                reason.how = How::Named;
                reason.title = Some((**title).clone());
                reason.parts.push(self.reason(a, row));
            }
            Node::Cond(a) => {
                return Reason { value: reason.value, ..self.reason(a, row) };
            }
            Node::Dated(_) => {
                if let Some(version) = children(self.world, tree).first() {
                    return self.reason(version, row);
                }
            }
            Node::Via(slot, inner) if !matches!(inner.node, Node::Cell(_)) => {
                if let Some(to) = hop(self.world, tree.kind, *slot, row) {
                    return self.reason(inner, to);
                }
                self.facts(tree, row, &mut reason.facts);
            }
            _ => self.facts(tree, row, &mut reason.facts),
        }
        reason
    }

    fn flatten(&self, tree: &Tree, row: u32, and: bool, parts: &mut Vec<Reason>) {
        match (&tree.node, and) {
            (Node::And(a, b), true) | (Node::Or(a, b), false) => {
                self.flatten(a, row, and, parts);
                self.flatten(b, row, and, parts);
            }
            _ => parts.push(self.reason(tree, row)),
        }
    }

    fn fact(&self, tree: &Tree, row: u32, title: Title, value: Value) -> Fact {
        let id = self.world.frame(tree.kind).id(row);
        Fact { kind: tree.kind, id, text: tree.text.to_string(), title, ty: tree.ty, value }
    }

    fn facts(&self, tree: &Tree, row: u32, out: &mut Vec<Fact>) {
        let schema = self.world.schema();
        let kind = schema.kind_of(tree.kind);
        let value = self.value(tree, row);
        let title = match &tree.node {
            Node::Cell(slot) | Node::Link(slot) => kind.columns[usize::from(*slot)].title.clone(),
            Node::Via(slot, inner) => match hop(self.world, tree.kind, *slot, row) {
                Some(to) => return self.facts(inner, to, out),
                None => {
                    let column = &kind.columns[usize::from(*slot)];
                    let absent =
                        matches!(self.world.frame(tree.kind).cell(Slot(*slot), row), crate::frame::Cell::Absent);
                    let value = if absent { Value::Absent } else { Value::Unknown };
                    out.push(self.fact(tree, row, column.title.clone(), value));
                    return;
                }
            },
            Node::Named(title, a) => {
                out.push(self.fact(tree, row, (**title).clone(), value));
                return self.facts(a, row, out);
            }
            Node::Param(p) => schema.params[*p].title.clone(),
            Node::Enrolled(p) | Node::Stage(p) => schema.programmes[*p].title.clone(),
            Node::Count(many, _) | Node::Any(many, _) | Node::All(many, _) | Node::Total(many, _, _) => {
                kind.manys[usize::from(many.0)].title.clone()
            }
            _ => {
                for child in children(self.world, tree) {
                    self.facts(child, row, out);
                }
                return;
            }
        };
        out.push(self.fact(tree, row, title, value));
    }

    /// Unknown leaves under an unknown part whose siblings have not settled the matter.
    fn missing(&self, tree: &Tree, row: u32, out: &mut Vec<Missing>) {
        if settled(self.value(tree, row)) {
            return;
        }
        match &tree.node {
            Node::Cell(slot) | Node::Link(slot) => self.add_column(tree.kind, row, *slot, out),
            Node::Via(slot, inner) => match hop(self.world, tree.kind, *slot, row) {
                Some(to) => self.missing(inner, to, out),
                None => self.add_column(tree.kind, row, *slot, out),
            },
            Node::Enrolled(p) | Node::Stage(p) => {
                let declared = &self.world.schema().programmes[*p];
                out.push(self.gap((tree.kind, row), Gap::Enrolment(*p), &declared.id, &declared.title, 1));
            }
            Node::If(c, a, b) => match self.truth(c, row) {
                Value::Bool(true) => self.missing(a, row, out),
                Value::Bool(false) => self.missing(b, row, out),
                _ => [c, a, b].into_iter().for_each(|t| self.missing(t, row, out)),
            },
            Node::Count(many, e) | Node::Any(many, e) => {
                self.missing_inside(tree.kind, *many, row, e.iter().collect(), None, out);
            }
            Node::All(many, e) => self.missing_inside(tree.kind, *many, row, vec![e], None, out),
            Node::Total(many, value, e) => {
                self.missing_inside(tree.kind, *many, row, e.iter().collect(), Some(value), out);
            }
            _ => children(self.world, tree).into_iter().for_each(|c| self.missing(c, row, out)),
        }
    }

    fn missing_inside(
        &self,
        kind: KindId,
        many: ManyId,
        row: u32,
        conditions: Vec<&Tree>,
        value: Option<&Tree>,
        out: &mut Vec<Missing>,
    ) {
        for &r in self.world.many(kind, many, row) {
            if conditions.iter().any(|c| self.truth(c, r) == Value::Bool(false)) {
                continue;
            }
            conditions.iter().for_each(|c| self.missing(c, r, out));
            value.iter().for_each(|v| self.missing(v, r, out));
        }
        let relation = &self.world.schema().kind_of(kind).manys[usize::from(many.0)];
        if self.world.is_open(kind, usize::from(many.0)) {
            out.push(self.gap((kind, row), Gap::Records(many), &relation.name, &relation.title, 2));
        }
    }

    fn add_column(&self, kind: KindId, row: u32, slot: u16, out: &mut Vec<Missing>) {
        let column = &self.world.schema().kind_of(kind).columns[usize::from(slot)];
        out.push(self.gap((kind, row), Gap::Column(slot), &column.name, &column.title, column.cost));
    }

    fn gap(&self, (kind, row): (KindId, u32), gap: Gap, name: &str, title: &Title, cost: u32) -> Missing {
        let id = self.world.frame(kind).id(row);
        Missing { kind, row, id, gap, name: name.to_string(), title: title.clone(), cost }
    }
}

/// Whether a value has nothing left to ask about.
fn settled(value: Value) -> bool {
    !matches!(value, Value::Unknown | Value::Between(..))
}
