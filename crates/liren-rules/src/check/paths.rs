//! Finding what a path means: `person.household.income`, `members` of it, `param.x`, `rule.y`, `today`.

use std::ops::Range;
use std::sync::Arc;

use super::{Checker, rule};
use crate::parse::{Expr, Form, Name};
use crate::schema::{KindId, ManyId, Schema, Type};
use crate::typed::{Member, Names, Node, State, Tree, Ty, Typed, condition, plain};

/// The to-one steps from the innermost kind: each the kind it leaves and the column it takes.
type Hops = Vec<(KindId, u16)>;

impl Checker<'_> {
    /// A path as a value. A bool cell stays raw: it may be absent.
    pub(super) fn path(&mut self, path: &[Name], span: &Range<usize>) -> Option<Tree> {
        let first = path.first()?;
        match (first.text.as_str(), path.len()) {
            ("today" | "今天", 1) => return Some(self.tree(span, Ty::Day, Node::Today)),
            ("param" | "参数", 2..) => return self.param(&path[1..], span),
            ("rule" | "规则", 2..) => {
                let id: Vec<&str> = path[1..].iter().map(|n| n.text.as_str()).collect();
                return self.rule(span, &id.join("."), &(path[1].span.start..span.end));
            }
            _ => {}
        }
        let (mut hops, mut kind, rest) = self.start(path)?;
        let mut rest = rest.iter().peekable();
        while let Some(name) = rest.next() {
            let last = rest.peek().is_none();
            match self.schema.words.members[usize::from(kind.0)].get(&name.text).copied() {
                Some(Member::Column(slot)) => {
                    let ty = self.schema.kind_of(kind).columns[usize::from(slot)].ty();
                    match ty {
                        Type::One(target) if !last => {
                            hops.push((kind, slot));
                            kind = target;
                        }
                        _ if !last => {
                            self.nothing_below(name, span);
                            return None;
                        }
                        _ => {
                            let (ty, node) = cell(ty, slot);
                            return Some(self.through(&hops, kind, ty, node, span));
                        }
                    }
                }
                Some(Member::Derived(at)) if last => {
                    let tree = super::derived(self.schema, self.names, self.findings, at)?;
                    return Some(self.wrap(&hops, tree, span));
                }
                Some(Member::Derived(_)) => {
                    self.nothing_below(name, span);
                    return None;
                }
                Some(Member::Many(many)) => {
                    self.many_needs_function(name, kind, ManyId(many));
                    return None;
                }
                None => {
                    self.no_such_name(name, path, kind);
                    return None;
                }
            }
        }
        self.kind_alone(span, kind);
        None
    }

    /// Only a path, for cutting and for counting what it ends in.
    pub(super) fn path_only(&mut self, expr: &Expr) -> Option<Tree> {
        let Form::Path(path) = &expr.form else {
            self.path_expected(&expr.span);
            return None;
        };
        Some(condition(&self.path(path, &expr.span)?))
    }

    /// The receiver of `count` and its like: to-one steps and then a to-many relation. Returns the steps, the
    /// kind that has the relation, and the relation.
    pub(super) fn many(&mut self, receiver: &[Name], name: &Name, function: &str) -> Option<(Hops, KindId, ManyId)> {
        let (mut hops, mut kind, rest) = match receiver {
            [] => {
                self.needs_many(name, function);
                return None;
            }
            [only] => {
                let (hops, kind) = self.alone(only);
                (hops, kind, receiver)
            }
            _ => self.start(receiver)?,
        };
        let (last, rest) = rest.split_last()?;
        for step in rest {
            match self.schema.words.members[usize::from(kind.0)].get(&step.text) {
                Some(Member::Column(slot)) => match self.schema.kind_of(kind).columns[usize::from(*slot)].ty() {
                    Type::One(target) => {
                        hops.push((kind, *slot));
                        kind = target;
                    }
                    _ => {
                        self.nothing_below(step, &step.span);
                        return None;
                    }
                },
                Some(_) => {
                    self.nothing_below(step, &step.span);
                    return None;
                }
                None => {
                    self.no_such_name(step, receiver, kind);
                    return None;
                }
            }
        }
        match self.schema.words.members[usize::from(kind.0)].get(&last.text) {
            Some(Member::Many(many)) => Some((hops, kind, ManyId(*many))),
            Some(_) => {
                self.not_a_many(last, kind, function);
                None
            }
            None => {
                self.no_such_many(last, kind);
                None
            }
        }
    }

    /// A relation by its bare name: of the innermost kind, else of the nearest kind outside that has it.
    fn alone(&self, name: &Name) -> (Hops, KindId) {
        let members = &self.schema.words.members;
        let innermost = self.kind();
        let (mut hops, mut kind): (Hops, KindId) = (vec![], innermost);
        let mut scopes = self.scopes.clone();
        while !members[usize::from(kind.0)].contains_key(&name.text) {
            let scope = scopes.pop();
            let (Some(scope), Some(outer)) = (scope, scopes.last()) else {
                return (vec![], innermost);
            };
            hops.push((scope.kind, scope.back));
            kind = outer.kind;
        }
        (hops, kind)
    }

    /// Where a path starts: at the innermost kind, or at a kind named by its first word.
    fn start<'p>(&mut self, path: &'p [Name]) -> Option<(Hops, KindId, &'p [Name])> {
        let first = path.first()?;
        let innermost = self.kind();
        let named = self.schema.words.kinds.get(&first.text).copied();
        if named == Some(innermost) && path.len() > 1 {
            return Some((vec![], innermost, &path[1..]));
        }
        let members = &self.schema.words.members;
        if members[usize::from(innermost.0)].contains_key(&first.text) {
            return Some((vec![], innermost, path));
        }
        let mut hops: Hops = vec![];
        let mut scopes = self.scopes.clone();
        while let Some(scope) = scopes.pop() {
            let Some(outer) = scopes.last() else { break };
            hops.push((scope.kind, scope.back));
            if named == Some(outer.kind) && path.len() > 1 {
                return Some((hops, outer.kind, &path[1..]));
            }
            if members[usize::from(outer.kind.0)].contains_key(&first.text) {
                return Some((hops, outer.kind, path));
            }
        }
        self.no_such_name(first, path, innermost);
        None
    }

    fn through(&self, hops: &Hops, kind: KindId, ty: Ty, node: Node, span: &Range<usize>) -> Tree {
        let tree = Arc::new(Typed { kind, ty, node, text: self.text(span) });
        self.wrap(hops, tree, span)
    }

    fn wrap(&self, hops: &Hops, tree: Tree, span: &Range<usize>) -> Tree {
        hops.iter().rev().fold(tree, |inner, &(kind, slot)| {
            Arc::new(Typed { kind, ty: inner.ty, node: Node::Via(slot, inner), text: self.text(span) })
        })
    }

    /// The to-one column of this kind that leads to `target`: the one named as the kind, or the only one.
    pub(super) fn hop_to(&self, target: KindId) -> Option<u16> {
        let columns = &self.schema.kind_of(self.kind()).columns;
        let leads = |slot: &usize| columns[*slot].ty() == Type::One(target);
        let named = columns.iter().position(|c| c.name == self.schema.kind_of(target).name);
        if let Some(slot) = named.filter(leads) {
            return Some(slot as u16);
        }
        let mut all = (0..columns.len()).filter(leads);
        let only = all.next()?;
        all.next().is_none().then_some(only as u16)
    }

    /// `param.amount` of this pack, or `param.elder_allowance.amount` of another.
    fn param(&mut self, path: &[Name], span: &Range<usize>) -> Option<Tree> {
        let written: Vec<String> = path.iter().map(|n| plain(&n.text)).collect();
        let written = written.join(".");
        let local = format!("{}.{written}", plain(self.ask.pack));
        let params = &self.schema.words.params;
        let found = params.get(&local).or_else(|| params.get(&written)).copied();
        let Some(at) = found else {
            self.no_such_param(&written, &(path[0].span.start..span.end));
            return None;
        };
        let ty = match self.schema.params[at].ty {
            Type::Bool => Ty::Bool,
            Type::Int | Type::One(_) => Ty::Int,
            Type::Day | Type::PartialDay => Ty::Day,
            Type::Code(t) => Ty::Code(t),
        };
        Some(self.tree(span, ty, Node::Param(at)))
    }

    /// `rule.eligible` of this pack, or `rule("pack.eligible")`.
    pub(super) fn rule(&mut self, span: &Range<usize>, id: &str, at: &Range<usize>) -> Option<Tree> {
        let written = plain(id);
        let local = format!("{}.{written}", plain(self.ask.pack));
        let rules = &self.schema.words.rules;
        let Some(versions) = rules.get(&local).or_else(|| rules.get(&written)).cloned() else {
            self.no_such_rule(id, at);
            return None;
        };
        for version in &versions {
            rule(self.schema, self.names, self.findings, *version)?;
        }
        let tree = dated(self.schema, self.names, &versions)?;
        if tree.kind == self.kind() {
            return Some(tree);
        }
        let Some(slot) = self.hop_to(tree.kind) else {
            self.wrong_subject(span, id, tree.kind);
            return None;
        };
        Some(condition(&self.wrap(&vec![(self.kind(), slot)], tree, span)))
    }
}

/// All versions of a rule as one tree; `None` when one of them is wrong.
pub(super) fn dated(schema: &Schema, names: &Names, versions: &[usize]) -> Option<Tree> {
    let mut list = vec![];
    for &at in versions {
        let State::Done(Some(tree)) = &names.rules[at] else {
            return None;
        };
        let r = &schema.rules[at];
        list.push((r.from.unwrap_or(i32::MIN), r.to.unwrap_or(i32::MAX), tree.clone()));
    }
    let first = list.first()?.2.clone();
    if let [(i32::MIN, i32::MAX, _)] = list.as_slice() {
        return Some(first);
    }
    let (kind, text) = (first.kind, first.text.clone());
    Some(Arc::new(Typed { kind, ty: Ty::Bool, node: Node::Dated(list), text }))
}

fn cell(ty: Type, slot: u16) -> (Ty, Node) {
    match ty {
        Type::Bool => (Ty::Bool, Node::Cell(slot)),
        Type::Int => (Ty::Int, Node::Cell(slot)),
        Type::Day | Type::PartialDay => (Ty::Day, Node::Cell(slot)),
        Type::Code(table) => (Ty::Code(table), Node::Cell(slot)),
        Type::One(kind) => (Ty::One(kind), Node::Link(slot)),
    }
}

/// The shortest chain of to-one relations from `from` to `to`, of at most four steps.
pub(super) fn route(schema: &Schema, from: KindId, to: KindId) -> Option<String> {
    let mut paths: Vec<(KindId, String)> = vec![(from, String::new())];
    for _ in 0..4 {
        let mut longer = vec![];
        for (kind, path) in &paths {
            for column in &schema.kind_of(*kind).columns {
                if let Type::One(target) = column.ty() {
                    let path = if path.is_empty() { column.name.clone() } else { format!("{path}.{}", column.name) };
                    if target == to {
                        return Some(path);
                    }
                    longer.push((target, path));
                }
            }
        }
        paths = longer;
    }
    None
}
