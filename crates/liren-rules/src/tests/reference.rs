//! The plain interpreter: one row at a time, a tree walk, no sharing, no tricks. It must agree with the block
//! engine on every expression and every row.

use crate::calendar;
use crate::frame::{Cell, Slot};
use crate::parse::{Compare, Sum};
use crate::schema::{KindId, ManyId, Records};
use crate::typed::{Area, Const, Node, Tree};
use crate::{Value, World};

/// What an expression is for one row. Numbers have a first and a last possible value; `None` is no bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum V {
    Unknown,
    Absent,
    Bool(bool),
    Number(Option<i128>, Option<i128>),
    Code(u16),
}

pub struct Reference<'a> {
    pub world: &'a World,
    pub params: &'a crate::Values,
}

impl Reference<'_> {
    pub fn value(&self, tree: &Tree, row: u32) -> Value {
        match self.eval(tree, row) {
            V::Unknown | V::Number(None, None) => Value::Unknown,
            V::Absent => Value::Absent,
            V::Bool(b) => Value::Bool(b),
            V::Code(c) => Value::Code(c),
            V::Number(Some(a), Some(b)) if a == b => Value::Number(a as i64),
            V::Number(a, b) => {
                Value::Between(a.map_or(i64::MIN + 1, |a| a as i64), b.map_or(i64::MAX - 1, |b| b as i64))
            }
        }
    }

    /// The row a to-one column points to: `Err(true)` absent, `Err(false)` unknown.
    fn hop(&self, kind: KindId, slot: u16, row: u32) -> Result<u32, bool> {
        let frame = self.world.frame(kind);
        let crate::Type::One(target) = self.world.schema().kind_of(kind).columns[usize::from(slot)].ty() else {
            return Err(false);
        };
        match frame.cell(Slot(slot), row) {
            Cell::One(id) => {
                let target = self.world.frame(target);
                (0..target.len() as u32).find(|r| target.id(*r) == id).ok_or(false)
            }
            Cell::Absent => Err(true),
            _ => Err(false),
        }
    }

    fn members(&self, kind: KindId, many: ManyId, row: u32) -> Vec<u32> {
        let relation = &self.world.schema().kind_of(kind).manys[usize::from(many.0)];
        let n = self.world.frame(relation.target_id).len() as u32;
        (0..n).filter(|&r| self.hop(relation.target_id, relation.via_slot, r) == Ok(row)).collect()
    }

    fn open(&self, kind: KindId, many: ManyId) -> bool {
        self.world.schema().kind_of(kind).manys[usize::from(many.0)].open
    }

    /// A condition: absent is false.
    fn truth(&self, tree: &Tree, row: u32) -> Option<bool> {
        match self.eval(tree, row) {
            V::Bool(b) => Some(b),
            V::Absent => Some(false),
            _ => None,
        }
    }

    pub fn eval(&self, tree: &Tree, row: u32) -> V {
        let schema = self.world.schema();
        match &tree.node {
            Node::Const(Const::Bool(b)) => V::Bool(*b),
            Node::Const(Const::Number(n)) => exact(*n),
            Node::Const(Const::Code(c)) => V::Code(*c),
            Node::Today => exact(i64::from(self.world.day())),
            Node::Param(at) => self.params.get(&schema.params[*at].name).map_or(V::Unknown, |v| exact(*v)),
            Node::Cell(slot) => match self.world.frame(tree.kind).cell(Slot(*slot), row) {
                Cell::Unknown => V::Unknown,
                Cell::Absent => V::Absent,
                Cell::Bool(b) => V::Bool(b),
                Cell::Int(n) | Cell::One(n) => exact(n),
                Cell::Day(d) => exact(i64::from(d)),
                Cell::PartialDay(a, b) => V::Number(Some(i128::from(a)), Some(i128::from(b))),
                Cell::Code(c) => V::Code(c),
            },
            Node::Link(slot) => match self.hop(tree.kind, *slot, row) {
                Ok(_) => V::Bool(true),
                Err(true) => V::Absent,
                Err(false) => V::Unknown,
            },
            Node::Via(slot, inner) => match self.hop(tree.kind, *slot, row) {
                Ok(to) => self.eval(inner, to),
                Err(true) => V::Absent,
                Err(false) => V::Unknown,
            },
            Node::Cond(a) => kleene(self.truth(a, row)),
            Node::Not(a) => kleene(self.truth(a, row).map(|b| !b)),
            Node::And(a, b) => kleene(match (self.truth(a, row), self.truth(b, row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }),
            Node::Or(a, b) => kleene(match (self.truth(a, row), self.truth(b, row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }),
            Node::Compare(op, a, b) => compare(*op, self.eval(a, row), self.eval(b, row)),
            Node::OneOf(a, list) => {
                let a = self.eval(a, row);
                let hits: Vec<V> = list
                    .iter()
                    .map(|c| {
                        let c = match c {
                            Const::Bool(b) => V::Bool(*b),
                            Const::Number(n) => exact(*n),
                            Const::Code(c) => V::Code(*c),
                        };
                        compare(Compare::Eq, a, c)
                    })
                    .collect();
                any(&hits)
            }
            Node::Sum(op, a, b) => sum(*op, self.eval(a, row), self.eval(b, row)),
            Node::Negative(a) => sum(Sum::Sub, exact(0), self.eval(a, row)),
            Node::If(c, a, b) => {
                let (a, b) = (self.eval(a, row), self.eval(b, row));
                match self.truth(c, row) {
                    Some(true) => a,
                    Some(false) => b,
                    None if a == b => a,
                    None => V::Unknown,
                }
            }
            Node::Has(a) => match self.eval(a, row) {
                V::Unknown | V::Number(None, None) => V::Unknown,
                V::Absent => V::Bool(false),
                _ => V::Bool(true),
            },
            Node::Years(a, b) => years(self.eval(a, row), self.eval(b, row)),
            Node::Enrolled(p) => self.enrolled(*p, row),
            Node::Stage(p) => self.stage(*p, row),
            Node::Inside(area) => self.inside(area, tree.kind, row),
            Node::Count(many, e) => {
                let (mut low, mut high) = (0, 0);
                for r in self.members(tree.kind, *many, row) {
                    match e.as_ref().map_or(Some(true), |e| self.truth(e, r)) {
                        Some(true) => (low, high) = (low + 1, high + 1),
                        None => high += 1,
                        Some(false) => {}
                    }
                }
                V::Number(Some(low), (!self.open(tree.kind, *many)).then_some(high))
            }
            Node::Any(many, e) => {
                let mut hits: Vec<V> = self
                    .members(tree.kind, *many, row)
                    .into_iter()
                    .map(|r| kleene(e.as_ref().map_or(Some(true), |e| self.truth(e, r))))
                    .collect();
                if self.open(tree.kind, *many) {
                    hits.push(V::Unknown);
                }
                any(&hits)
            }
            Node::All(many, e) => {
                let mut misses: Vec<V> = self
                    .members(tree.kind, *many, row)
                    .into_iter()
                    .map(|r| kleene(self.truth(e, r).map(|b| !b)))
                    .collect();
                if self.open(tree.kind, *many) {
                    misses.push(V::Unknown);
                }
                match any(&misses) {
                    V::Bool(b) => V::Bool(!b),
                    other => other,
                }
            }
            Node::Total(many, value, e) => self.total(tree.kind, *many, value, e.as_ref(), row),
            Node::Named(_, a) => self.eval(a, row),
            Node::Dated(versions) => {
                let day = self.world.day();
                match versions.iter().find(|(from, to, _)| *from <= day && day <= *to) {
                    Some((_, _, t)) => self.eval(t, row),
                    None => V::Bool(false),
                }
            }
        }
    }

    fn inside(&self, area: &Area, kind: KindId, row: u32) -> V {
        let Area::Id(id) = area else {
            return V::Unknown;
        };
        let frame = self.world.frame(kind);
        if (0..frame.len() as u32).all(|r| frame.id(r) != *id) {
            return V::Unknown;
        }
        let slot = self.world.schema().kind_of(kind).column("parent").unwrap() as u16;
        let (mut at, mut seen) = (row, vec![]);
        while frame.id(at) != *id {
            if seen.contains(&at) {
                return V::Bool(false);
            }
            seen.push(at);
            match self.hop(kind, slot, at) {
                Ok(above) => at = above,
                Err(true) => return V::Bool(false),
                Err(false) => return V::Unknown,
            }
        }
        V::Bool(true)
    }

    fn total(&self, kind: KindId, many: ManyId, value: &Tree, e: Option<&Tree>, row: u32) -> V {
        let mut total = exact(0);
        for r in self.members(kind, many, row) {
            let counts = e.map_or(Some(true), |e| self.truth(e, r));
            if counts == Some(false) {
                continue;
            }
            match (self.eval(value, r), counts) {
                (V::Absent, _) => {}
                (V::Number(a, b), None) if (a, b) != (None, None) => {
                    let part = V::Number(a.map(|a| a.min(0)), b.map(|b| b.max(0)));
                    total = sum(Sum::Add, total, part);
                }
                (v, _) => total = sum(Sum::Add, total, v),
            }
        }
        match total {
            V::Number(a, b) => V::Number(a, if self.open(kind, many) { None } else { b }),
            other => other,
        }
    }

    /// This subject's records of a programme: (in force, stage).
    fn records(&self, programme: usize, row: u32) -> Vec<(V, V)> {
        let schema = self.world.schema();
        let p = &schema.programmes[programme];
        let kind = schema.kind("enrolment").unwrap();
        let columns = schema.kind_of(kind);
        let slot = |name: &str| Slot(columns.column(name).unwrap() as u16);
        let frame = self.world.frame(kind);
        let stages = schema.table_of(schema.table("stage").unwrap());
        (0..frame.len() as u32)
            .filter(|&r| {
                let code = schema.table_of(schema.table("programme").unwrap()).find(&p.id).unwrap();
                frame.cell(slot("programme"), r) == Cell::Code(code) && self.hop(kind, slot(&p.subject).0, r) == Ok(row)
            })
            .map(|r| {
                let stage = match frame.cell(slot("stage"), r) {
                    Cell::Code(c) => V::Code(c),
                    Cell::Absent => V::Absent,
                    _ => V::Unknown,
                };
                let force = match (frame.cell(slot("in_force"), r), stage) {
                    (Cell::Bool(b), _) => V::Bool(b),
                    (Cell::Absent, _) | (_, V::Absent) => V::Bool(false),
                    (_, V::Code(c)) => {
                        let id = &stages.codes[usize::from(c)].code;
                        p.stages.iter().find(|s| s.id == *id).map_or(V::Unknown, |s| V::Bool(s.in_force))
                    }
                    _ => V::Unknown,
                };
                (force, stage)
            })
            .collect()
    }

    fn enrolled(&self, programme: usize, row: u32) -> V {
        let records: Vec<V> = self.records(programme, row).into_iter().map(|r| r.0).collect();
        let open = self.world.schema().programmes[programme].records == Records::Open;
        if records.is_empty() && open { V::Unknown } else { any(&records) }
    }

    fn stage(&self, programme: usize, row: u32) -> V {
        let records = self.records(programme, row);
        let open = self.world.schema().programmes[programme].records == Records::Open;
        let current = records.iter().rev().find(|r| r.0 == V::Bool(true)).or(records.last());
        match current {
            Some(r) => r.1,
            None if open => V::Unknown,
            None => V::Absent,
        }
    }
}

fn exact(n: i64) -> V {
    V::Number(Some(i128::from(n)), Some(i128::from(n)))
}

fn kleene(b: Option<bool>) -> V {
    b.map_or(V::Unknown, V::Bool)
}

fn any(list: &[V]) -> V {
    if list.contains(&V::Bool(true)) {
        V::Bool(true)
    } else if list.contains(&V::Unknown) {
        V::Unknown
    } else {
        V::Bool(false)
    }
}

fn compare(op: Compare, a: V, b: V) -> V {
    match (a, b) {
        (V::Absent, _) | (_, V::Absent) => V::Bool(false),
        (V::Unknown, _) | (_, V::Unknown) => V::Unknown,
        (V::Number(al, ah), V::Number(bl, bh)) => {
            // Compares every pair of possible values by comparing the ends.
            let less = matches!((ah, bl), (Some(x), Some(y)) if x < y);
            let not_more = matches!((ah, bl), (Some(x), Some(y)) if x <= y);
            let more = matches!((al, bh), (Some(x), Some(y)) if x > y);
            let not_less = matches!((al, bh), (Some(x), Some(y)) if x >= y);
            let same = al.is_some() && al == ah && bl == bh && al == bl;
            let (yes, no) = match op {
                Compare::Lt => (less, not_less),
                Compare::Le => (not_more, more),
                Compare::Gt => (more, not_more),
                Compare::Ge => (not_less, less),
                Compare::Eq => (same, less || more),
                Compare::Ne => (less || more, same),
            };
            if yes {
                V::Bool(true)
            } else if no {
                V::Bool(false)
            } else {
                V::Unknown
            }
        }
        (a, b) => V::Bool((a == b) == (op == Compare::Eq)),
    }
}

fn sum(op: Sum, a: V, b: V) -> V {
    let ((al, ah), (bl, bh)) = match (a, b) {
        (V::Absent, _) | (_, V::Absent) => return V::Absent,
        (V::Number(al, ah), V::Number(bl, bh)) if (al, ah) != (None, None) && (bl, bh) != (None, None) => {
            ((al, ah), (bl, bh))
        }
        _ => return V::Unknown,
    };
    let plus = |x: Option<i128>, y: Option<i128>| x.zip(y).map(|(x, y)| x + y);
    let minus = |x: Option<i128>, y: Option<i128>| x.zip(y).map(|(x, y)| x - y);
    let (low, high) = match op {
        Sum::Add => (plus(al, bl), plus(ah, bh)),
        Sum::Sub => (minus(al, bh), minus(ah, bl)),
        Sum::Mul => product((al, ah), (bl, bh)),
    };
    let fits = |end: Option<i128>| end.is_none_or(|e| e > i128::from(i64::MIN) + 1 && e < i128::from(i64::MAX) - 1);
    if (low, high) == (None, None) || !fits(low) || !fits(high) { V::Unknown } else { V::Number(low, high) }
}

/// An end of a product: minus infinity, a number, plus infinity, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Below,
    At(i128),
    Above,
}

fn product(a: (Option<i128>, Option<i128>), b: (Option<i128>, Option<i128>)) -> (Option<i128>, Option<i128>) {
    let ends =
        |(low, high): (Option<i128>, Option<i128>)| [low.map_or(End::Below, End::At), high.map_or(End::Above, End::At)];
    let sign = |e: End| match e {
        End::Below => -1,
        End::At(n) => n.signum(),
        End::Above => 1,
    };
    let mut all = vec![];
    for x in ends(a) {
        for y in ends(b) {
            all.push(match (x, y) {
                (End::At(x), End::At(y)) => End::At(x * y),
                _ => match sign(x) * sign(y) {
                    0 => End::At(0),
                    1 => End::Above,
                    _ => End::Below,
                },
            });
        }
    }
    let at = |e: End| if let End::At(n) = e { Some(n) } else { None };
    (at(*all.iter().min().unwrap()), at(*all.iter().max().unwrap()))
}

fn years(a: V, b: V) -> V {
    match (a, b) {
        (V::Absent, _) | (_, V::Absent) => V::Absent,
        (V::Number(Some(al), Some(ah)), V::Number(Some(bl), Some(bh))) => {
            let day = |d: i128| i32::try_from(d).ok().filter(|d| d.abs() < 3_000_000);
            match (day(al), day(ah), day(bl), day(bh)) {
                (Some(al), Some(ah), Some(bl), Some(bh)) => V::Number(Some(birthdays(ah, bl)), Some(birthdays(al, bh))),
                _ => V::Unknown,
            }
        }
        _ => V::Unknown,
    }
}

/// Birthdays had by `on`: 29 February is kept on 1 March in common years.
fn birthdays(born: i32, on: i32) -> i128 {
    let (y, m, d) = calendar::civil(born);
    let birthday = |n: i32| calendar::day_of(y + n, m, d).or(calendar::day_of(y + n, 3, 1)).unwrap();
    let mut n = calendar::civil(on).0 - y + 1;
    while birthday(n) > on {
        n -= 1;
    }
    i128::from(n)
}
