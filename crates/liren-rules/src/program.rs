//! Typed trees to one program: equal parts once, constants folded, ages as day cutoffs, and what only looks
//! at a household computed on households and seen through the relation.

use std::collections::HashMap;

use crate::frame::UNKNOWN64;
use crate::number::{self};
use crate::op::{Class, Code, Op, Ops, Reg};
use crate::parse::Sum;
use crate::schema::{KindId, Schema, Type};
use crate::typed::{Area, Checked, Const, Node, Tree, Ty};
use crate::world::World;

mod compare;

/// Values of parameters on the world's day, by full name (`pack-id.name`): numbers as they are, days since
/// 1970-01-01, true as 1, codes by their position in the table. One that is missing is unknown.
pub type Values = HashMap<String, i64>;

/// 程序 — expressions compiled for one day, ready to run over a world of that day.
#[derive(Debug)]
pub struct Program {
    pub(crate) ops: Ops,
    /// Per expression: its register and type.
    pub(crate) roots: Vec<(Reg, Ty)>,
    pub(crate) plan: crate::run::Plan,
    /// Parameters that had no value on the day: what uses them is unknown.
    pub missing_params: Vec<String>,
    /// Areas named by `inside` that do not exist on the day.
    pub missing_areas: Vec<String>,
}

impl Program {
    /// Compiles `expressions` for the day of `world`. Takes microseconds per expression.
    pub fn new(world: &World, expressions: &[Checked], values: &Values) -> Program {
        let mut compiler = Compiler {
            world,
            schema: world.schema(),
            values,
            ops: Ops::default(),
            missing_params: vec![],
            missing_areas: vec![],
        };
        let roots: Vec<(Reg, Ty)> = expressions
            .iter()
            .map(|e| {
                let reg = compiler.tree(&e.0);
                (compiler.condition(reg), e.0.ty)
            })
            .collect();
        let Compiler { ops, missing_params, missing_areas, .. } = compiler;
        let plan = crate::run::Plan::new(&ops, &roots);
        Program { ops, roots, plan, missing_params, missing_areas }
    }
}

struct Compiler<'a> {
    world: &'a World,
    schema: &'a Schema,
    values: &'a Values,
    ops: Ops,
    missing_params: Vec<String>,
    missing_areas: Vec<String>,
}

impl Compiler<'_> {
    fn add(&mut self, kind: KindId, class: Class, code: Code) -> Reg {
        self.ops.add(kind, class, code)
    }

    fn op(&self, reg: Reg) -> &Op {
        self.ops.op(reg)
    }

    fn tree(&mut self, tree: &Tree) -> Reg {
        let kind = tree.kind;
        match &tree.node {
            Node::Const(Const::Bool(b)) => self.add(kind, Class::Truth, Code::Truth(if *b { 1 } else { 2 })),
            Node::Const(Const::Number(n)) => self.add(kind, Class::Point, Code::Number(*n)),
            Node::Const(Const::Code(c)) => self.add(kind, Class::Code, Code::Constant(c + 2)),
            Node::Today => self.add(kind, Class::Point, Code::Number(i64::from(self.world.day()))),
            Node::Param(at) => self.param(kind, *at, tree.ty),
            Node::Cell(slot) => {
                let class = match self.schema.kind_of(kind).columns[usize::from(*slot)].ty() {
                    Type::Bool => Class::Truth,
                    Type::Int | Type::Day => Class::Point,
                    Type::PartialDay => Class::Range,
                    Type::Code(_) => Class::Code,
                    Type::One(_) => Class::Row,
                };
                self.add(kind, class, Code::Load(*slot))
            }
            Node::Link(slot) => self.add(kind, Class::Row, Code::LoadRow(*slot)),
            Node::Via(slot, inner) => {
                let reg = self.tree(inner);
                self.gather(kind, *slot, reg)
            }
            Node::Cond(a) => {
                let a = self.tree(a);
                self.condition(a)
            }
            Node::Not(a) => {
                let a = self.tree(a);
                self.not(a)
            }
            Node::And(..) | Node::Or(..) => self.junction(tree),
            Node::Compare(op, a, b) => {
                let (a, b) = (self.tree(a), self.tree(b));
                self.compare(*op, a, b)
            }
            Node::OneOf(a, consts) => {
                let a = self.tree(a);
                self.one_of(a, consts)
            }
            Node::Sum(op, a, b) => {
                let (a, b) = (self.tree(a), self.tree(b));
                self.sum(*op, a, b)
            }
            Node::Negative(a) => {
                let a = self.tree(a);
                let zero = self.add(kind, Class::Point, Code::Number(0));
                self.sum(Sum::Sub, zero, a)
            }
            Node::If(c, a, b) => {
                let (c, a, b) = (self.tree(c), self.tree(a), self.tree(b));
                self.choose(c, a, b)
            }
            Node::Has(a) => self.has(a),
            Node::Years(a, b) => {
                let (a, b) = (self.tree(a), self.tree(b));
                self.years(a, b)
            }
            Node::Enrolled(p) => self.add(kind, Class::Truth, Code::Enrolled(*p)),
            Node::Stage(p) => self.add(kind, Class::Code, Code::Stage(*p)),
            Node::Inside(area) => self.inside(kind, area),
            Node::Count(many, e) => {
                let e = e.as_ref().map(|e| self.tree(e));
                let count = self.add(kind, Class::Count, Code::Count(many.0, e));
                self.add(kind, Class::Range, Code::ToRange(count))
            }
            Node::Any(many, e) => {
                let e = e.as_ref().map(|e| self.tree(e));
                self.add(kind, Class::Truth, Code::Any(many.0, e))
            }
            Node::All(many, e) => {
                let e = self.tree(e);
                self.add(kind, Class::Truth, Code::All(many.0, e))
            }
            Node::Total(many, value, e) => {
                let value = self.tree(value);
                let value = self.ranged(value);
                let e = e.as_ref().map(|e| self.tree(e));
                self.add(kind, Class::Range, Code::Total(many.0, value, e))
            }
            Node::Named(_, a) => self.tree(a),
            Node::Dated(versions) => {
                let day = self.world.day();
                match versions.iter().find(|(from, to, _)| *from <= day && day <= *to) {
                    Some((_, _, tree)) => self.tree(tree),
                    None => self.add(kind, Class::Truth, Code::Truth(2)),
                }
            }
        }
    }

    fn param(&mut self, kind: KindId, at: usize, ty: Ty) -> Reg {
        let name = &self.schema.params[at].name;
        let value = self.values.get(name).copied();
        if value.is_none() && !self.missing_params.contains(name) {
            self.missing_params.push(name.clone());
        }
        match ty {
            Ty::Bool => {
                let truth = value.map_or(0, |v| if v == 0 { 2 } else { 1 });
                self.add(kind, Class::Truth, Code::Truth(truth))
            }
            Ty::Code(_) => {
                let code = value.and_then(|v| u16::try_from(v + 2).ok()).unwrap_or(0);
                self.add(kind, Class::Code, Code::Constant(code))
            }
            _ => {
                let value = value.filter(|v| number::fits(*v)).unwrap_or(UNKNOWN64);
                self.add(kind, Class::Point, Code::Number(value))
            }
        }
    }

    fn gather(&mut self, kind: KindId, slot: u16, reg: Reg) -> Reg {
        let class = self.op(reg).class;
        self.add(kind, class, Code::Gather(slot, reg))
    }

    /// A truth in which absent has become false.
    fn condition(&mut self, reg: Reg) -> Reg {
        let Op { kind, class, code } = self.op(reg).clone();
        let raw = class == Class::Truth && matches!(code, Code::Load(_) | Code::Gather(..));
        if raw { self.add(kind, Class::Truth, Code::Settle(reg)) } else { reg }
    }

    /// The to-one column and the register behind it, when `reg` only looks through a relation.
    fn behind(&self, reg: Reg) -> Option<(u16, Reg)> {
        match self.op(reg).code {
            Code::Gather(slot, inner) => Some((slot, inner)),
            Code::Settle(inner) => self.behind(inner),
            _ => None,
        }
    }

    /// Computes `make` behind the relation when `reg` looks through one: once per household, not per member.
    /// Sound for what is false or absent of an absent row, which `!` and `?:` are not.
    fn hoisted(&mut self, reg: Reg, make: impl FnOnce(&mut Self, Reg) -> Reg) -> Option<Reg> {
        let (slot, inner) = self.behind(reg)?;
        let kind = self.op(reg).kind;
        let made = make(self, inner);
        let gathered = self.gather(kind, slot, made);
        Some(self.condition(gathered))
    }

    fn not(&mut self, a: Reg) -> Reg {
        let Op { kind, code, .. } = self.op(a).clone();
        match code {
            Code::Truth(t) => self.add(kind, Class::Truth, Code::Truth(t >> 1 | (t & 1) << 1)),
            Code::Not(inner) => inner,
            _ => self.add(kind, Class::Truth, Code::Not(a)),
        }
    }

    /// `a && b && …` or `a || b || …`: parts behind the same relation are joined there.
    fn junction(&mut self, tree: &Tree) -> Reg {
        let and = matches!(tree.node, Node::And(..));
        let mut parts = vec![];
        self.flatten(tree, and, &mut parts);
        self.join(tree.kind, and, parts)
    }

    fn flatten(&mut self, tree: &Tree, and: bool, parts: &mut Vec<Reg>) {
        match (&tree.node, and) {
            (Node::And(a, b), true) | (Node::Or(a, b), false) => {
                self.flatten(a, and, parts);
                self.flatten(b, and, parts);
            }
            _ => {
                let reg = self.tree(tree);
                parts.push(self.condition(reg));
            }
        }
    }

    fn join(&mut self, kind: KindId, and: bool, mut parts: Vec<Reg>) -> Reg {
        let (neutral, decisive) = if and { (1, 2) } else { (2, 1) };
        parts.sort_unstable();
        parts.dedup();
        if parts.iter().any(|&p| self.op(p).code == Code::Truth(decisive)) {
            return self.add(kind, Class::Truth, Code::Truth(decisive));
        }
        parts.retain(|&p| self.op(p).code != Code::Truth(neutral));
        let mut own = vec![];
        let mut behind: Vec<(u16, Vec<Reg>)> = vec![];
        for part in parts {
            match self.behind(part) {
                Some((slot, inner)) => match behind.iter_mut().find(|(s, _)| *s == slot) {
                    Some((_, list)) => list.push(inner),
                    None => behind.push((slot, vec![inner])),
                },
                None => own.push(part),
            }
        }
        for (slot, list) in behind {
            let target = self.op(list[0]).kind;
            let list = list.into_iter().map(|r| self.condition(r)).collect();
            let joined = self.join(target, and, list);
            let gathered = self.gather(kind, slot, joined);
            own.push(self.condition(gathered));
        }
        let mut own = own.into_iter();
        let Some(first) = own.next() else {
            return self.add(kind, Class::Truth, Code::Truth(neutral));
        };
        own.fold(first, |left, right| {
            let code = if and { Code::And(left, right) } else { Code::Or(left, right) };
            self.add(kind, Class::Truth, code)
        })
    }

    fn sum(&mut self, op: Sum, a: Reg, b: Reg) -> Reg {
        let kind = self.op(a).kind;
        let points = self.op(a).class == Class::Point && self.op(b).class == Class::Point;
        if let (Some(x), Some(y)) = (self.number(a), self.number(b))
            && let Some(n) = number::sum_points(op, x, y)
        {
            return self.add(kind, Class::Point, Code::Number(n));
        }
        let through = match (self.behind(a), self.behind(b), self.number(a), self.number(b)) {
            (Some((s, x)), Some((t, y)), _, _) if s == t => Some((s, x, y)),
            (Some((s, x)), None, _, Some(n)) if n != UNKNOWN64 => {
                let n = self.add(self.op(x).kind, Class::Point, Code::Number(n));
                Some((s, x, n))
            }
            (None, Some((s, y)), Some(n), _) if n != UNKNOWN64 => {
                let n = self.add(self.op(y).kind, Class::Point, Code::Number(n));
                Some((s, n, y))
            }
            _ => None,
        };
        if let Some((slot, x, y)) = through {
            let made = self.sum(op, x, y);
            return self.gather(kind, slot, made);
        }
        if points {
            return self.add(kind, Class::Point, Code::SumPoints(op, a, b));
        }
        let (constant, other) = if self.number(a).is_some() { (a, b) } else { (b, a) };
        if let Some(n) = self.number(constant).filter(|n| op == Sum::Mul && (0..1 << 31).contains(n)) {
            return self.add(kind, Class::Range, Code::Scale(other, n));
        }
        let (a, b) = (self.ranged(a), self.ranged(b));
        self.add(kind, Class::Range, Code::SumRanges(op, a, b))
    }

    fn ranged(&mut self, a: Reg) -> Reg {
        let Op { kind, class, .. } = self.op(a).clone();
        if class == Class::Range { a } else { self.add(kind, Class::Range, Code::ToRange(a)) }
    }

    fn years(&mut self, a: Reg, b: Reg) -> Reg {
        let kind = self.op(a).kind;
        if let (Some((slot, x)), Some(n)) = (self.behind(a), self.number(b))
            && n != UNKNOWN64
        {
            let n = self.add(self.op(x).kind, Class::Point, Code::Number(n));
            let made = self.years(x, n);
            return self.gather(kind, slot, made);
        }
        // A partial or exact day alike; the day it is reckoned on stays a point if it is constant.
        let on = if self.number(b).is_some() { b } else { self.ranged(b) };
        let born = self.ranged(a);
        self.add(kind, Class::Range, Code::Years(born, on))
    }

    fn choose(&mut self, c: Reg, a: Reg, b: Reg) -> Reg {
        let kind = self.op(c).kind;
        match self.op(c).code {
            Code::Truth(1) => return a,
            Code::Truth(2) => return b,
            _ => {}
        }
        let class = self.op(a).class;
        if class == self.op(b).class {
            return self.add(kind, class, Code::If(c, a, b));
        }
        let (a, b) = (self.ranged(a), self.ranged(b));
        self.add(kind, Class::Range, Code::If(c, a, b))
    }

    fn has(&mut self, a: &Tree) -> Reg {
        let kind = a.kind;
        if let Node::Link(slot) = a.node {
            return self.add(kind, Class::Truth, Code::HasRow(slot));
        }
        if let Node::Via(slot, inner) = &a.node {
            let has = self.has(inner);
            let gathered = self.gather(kind, *slot, has);
            return self.condition(gathered);
        }
        let reg = self.tree(a);
        self.add(kind, Class::Truth, Code::Has(reg))
    }

    fn inside(&mut self, kind: KindId, area: &Area) -> Reg {
        if let Some(row) = self.world.area_row(area) {
            return self.add(kind, Class::Truth, Code::Under(row));
        }
        let name = match area {
            Area::Id(id) => id.to_string(),
            Area::Named(name) => name.clone(),
        };
        if !self.missing_areas.contains(&name) {
            self.missing_areas.push(name);
        }
        self.add(kind, Class::Truth, Code::Truth(0))
    }
}
