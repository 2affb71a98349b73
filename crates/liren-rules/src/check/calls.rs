//! Functions: `has(p)`, `enrolled("…")`, `members.count(e)` and their like.

use std::ops::Range;
use std::sync::Arc;

use super::{Checker, Scope, functions};
use crate::finding::Place;
use crate::parse::{Expr, Form, Name, parse};
use crate::schema::{KindId, ManyId};
use crate::typed::{Area, Const, Node, Tree, Ty, Typed, condition};

impl Checker<'_> {
    pub(super) fn call(&mut self, span: &Range<usize>, receiver: &[Name], name: &Name, args: &[Expr]) -> Option<Tree> {
        let Some(function) = functions::function(&name.text) else {
            self.no_such_function(name, receiver);
            return None;
        };
        if functions::over_many(function) {
            return self.aggregate(span, function, receiver, name, args);
        }
        if !receiver.is_empty() {
            self.not_over_many(name, function);
            return None;
        }
        let wanted = functions::arity(function);
        if args.len() != wanted {
            self.wrong_count(span, function, wanted, args.len());
            return None;
        }
        match function {
            "has" => self.has(span, &args[0]),
            "date" => self.date(span, &args[0]),
            "years_between" => {
                let (a, b) = (self.of_type(&args[0], Ty::Day), self.of_type(&args[1], Ty::Day));
                Some(self.tree(span, Ty::Int, Node::Years(a?, b?)))
            }
            "inside" => self.inside(span, &args[0]),
            "rule" => {
                let id = self.plain_text(&args[0])?;
                self.rule(span, &id, &args[0].span)
            }
            _ => {
                let id = self.plain_text(&args[0])?;
                self.enrolment(span, function, &id, &args[0].span)
            }
        }
    }

    fn has(&mut self, span: &Range<usize>, arg: &Expr) -> Option<Tree> {
        let Form::Path(path) = &arg.form else {
            self.has_needs_path(&arg.span);
            return None;
        };
        let tree = self.path(path, &arg.span)?;
        Some(self.tree(span, Ty::Bool, Node::Has(tree)))
    }

    fn date(&mut self, span: &Range<usize>, arg: &Expr) -> Option<Tree> {
        let day = match &arg.form {
            Form::Day(d) => Some(*d),
            Form::Text(text) => match parse(text.trim(), &Place::nowhere()).map(|e| e.form) {
                Ok(Form::Day(d)) => Some(d),
                _ => None,
            },
            _ => None,
        };
        let Some(day) = day else {
            self.not_a_date(&arg.span);
            return None;
        };
        Some(self.tree(span, Ty::Day, Node::Const(Const::Number(i64::from(day)))))
    }

    fn inside(&mut self, span: &Range<usize>, arg: &Expr) -> Option<Tree> {
        let area = match &arg.form {
            Form::Int(id) => Area::Id(*id),
            Form::Text(name) => Area::Named(name.clone()),
            _ => {
                self.not_an_area(&arg.span);
                return None;
            }
        };
        let schema = self.schema;
        let Some(area_kind) = schema.kind("area") else {
            self.no_area(span);
            return None;
        };
        let sound = schema.kind_of(area_kind).column("parent").is_some();
        if sound && self.kind() == area_kind {
            return Some(self.tree(span, Ty::Bool, Node::Inside(area)));
        }
        let Some(slot) = self.hop_to(area_kind).filter(|_| sound) else {
            self.no_area(span);
            return None;
        };
        let node = Node::Inside(area);
        let inner = Arc::new(Typed { kind: area_kind, ty: Ty::Bool, node, text: self.text(span) });
        let via = self.tree(span, Ty::Bool, Node::Via(slot, inner));
        Some(condition(&via))
    }

    fn enrolment(&mut self, span: &Range<usize>, function: &str, id: &str, at: &Range<usize>) -> Option<Tree> {
        let schema = self.schema;
        let Some(programme) = schema.programmes.iter().position(|p| p.id == id || p.title.zh == id) else {
            self.no_such_programme(id, at);
            return None;
        };
        let subject = schema.kind(&schema.programmes[programme].subject)?;
        let (ty, node) = match (function, schema.table("stage")) {
            ("stage", Some(table)) => (Ty::Code(table), Node::Stage(programme)),
            _ => (Ty::Bool, Node::Enrolled(programme)),
        };
        self.on_kind(span, subject, ty, node, id)
    }

    /// `node` on this row if it is of kind `subject`, else on the one row of that kind this row points to.
    fn on_kind(&mut self, span: &Range<usize>, subject: KindId, ty: Ty, node: Node, what: &str) -> Option<Tree> {
        if self.kind() == subject {
            return Some(self.tree(span, ty, node));
        }
        let Some(slot) = self.hop_to(subject) else {
            self.wrong_subject(span, what, subject);
            return None;
        };
        let inner = Arc::new(Typed { kind: subject, ty, node, text: self.text(span) });
        let via = self.tree(span, ty, Node::Via(slot, inner));
        Some(condition(&via))
    }

    fn aggregate(
        &mut self,
        span: &Range<usize>,
        function: &str,
        receiver: &[Name],
        name: &Name,
        args: &[Expr],
    ) -> Option<Tree> {
        let (hops, outer, many) = self.many(receiver, name, function)?;
        let relation = &self.schema.kind_of(outer).manys[usize::from(many.0)];
        let wanted = match function {
            "sum" => 1..=2,
            "all" => 1..=1,
            _ => 0..=1,
        };
        if !wanted.contains(&args.len()) {
            self.wrong_count(span, function, *wanted.end(), args.len());
            return None;
        }
        self.scopes.push(Scope { kind: relation.target_id, back: relation.via_slot });
        let inner = self.inner(function, args);
        self.scopes.pop();
        let (value, filter) = inner?;
        let (ty, node) = aggregate_node(function, many, value, filter)?;
        let mut tree = Arc::new(Typed { kind: outer, ty, node, text: self.text(span) });
        for (kind, slot) in hops.into_iter().rev() {
            tree = Arc::new(Typed { kind, ty, node: Node::Via(slot, tree), text: self.text(span) });
        }
        Some(condition(&tree))
    }

    fn inner(&mut self, function: &str, args: &[Expr]) -> Option<(Option<Tree>, Option<Tree>)> {
        if function == "sum" {
            let value = self.of_type(&args[0], Ty::Int);
            let filter = match args.get(1) {
                Some(e) => Some(self.condition(e)?),
                None => None,
            };
            return Some((Some(value?), filter));
        }
        match args.first() {
            Some(e) => Some((None, Some(self.condition(e)?))),
            None => Some((None, None)),
        }
    }
}

fn aggregate_node(function: &str, many: ManyId, value: Option<Tree>, filter: Option<Tree>) -> Option<(Ty, Node)> {
    Some(match function {
        "sum" => (Ty::Int, Node::Total(many, value?, filter)),
        "any" => (Ty::Bool, Node::Any(many, filter)),
        "all" => (Ty::Bool, Node::All(many, filter?)),
        _ => (Ty::Int, Node::Count(many, filter)),
    })
}
