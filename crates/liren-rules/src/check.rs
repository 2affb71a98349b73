//! Syntax to typed trees: finds every name, checks every type, and says what is wrong with a suggestion.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::{Finding, Place};
use crate::parse::{Compare, Expr, Form, parse};
use crate::schema::{KindId, Schema, TypeName};
use crate::typed::{Checked, Const, Names, Node, State, Tree, Ty, Typed, condition, named};

mod calls;
mod functions;
mod misfits;
mod paths;
mod say;

/// What the text is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// True or false.
    Condition,
    /// A whole number.
    Number,
    /// Exactly this.
    Type(Ty),
    /// A path to a column, derived column or to-one relation: to cut by, to count what it ends in.
    Path,
    Anything,
}

/// A text to be checked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The kind whose rows the text is about.
    pub kind: KindId,
    pub text: &'a str,
    pub place: &'a Place,
    /// The pack whose parameters and rules go by short names; empty for none.
    pub pack: &'a str,
    pub want: Want,
}

impl Schema {
    /// Checks a text. Without errors among the findings the expression is there and can be compiled.
    pub fn check(&self, ask: &Ask) -> (Option<Checked>, Vec<Finding>) {
        let mut names = self.names.clone();
        let mut findings = vec![];
        let tree = check(self, &mut names, &mut findings, ask);
        (tree.map(Checked), findings)
    }

    /// The rule of a full id (`pack-id.rule-id`) as an expression: the version in force is chosen when compiled.
    pub fn rule(&self, id: &str) -> Option<Checked> {
        let versions = self.words.rules.get(&crate::typed::plain(id))?;
        paths::dated(self, &self.names, versions).map(Checked)
    }
}

pub(crate) fn check(schema: &Schema, names: &mut Names, findings: &mut Vec<Finding>, ask: &Ask) -> Option<Tree> {
    let expr = match parse(ask.text, ask.place) {
        Ok(expr) => expr,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    let scopes = vec![Scope { kind: ask.kind, back: 0 }];
    let mut checker = Checker { schema, names, findings, ask: *ask, scopes };
    let tree = match ask.want {
        Want::Condition => checker.condition(&expr)?,
        Want::Number => checker.of_type(&expr, Ty::Int)?,
        Want::Type(Ty::Bool) => checker.condition(&expr)?,
        Want::Type(ty) => checker.of_type(&expr, ty)?,
        Want::Anything => condition(&checker.value(&expr, None)?),
        Want::Path => checker.path_only(&expr)?,
    };
    if tree.is_constant() && ask.want == Want::Condition {
        checker.always(&expr);
    }
    Some(tree)
}

/// Checks derived column `at`, once; `None` when it is wrong (its findings are already there).
pub(crate) fn derived(schema: &Schema, names: &mut Names, findings: &mut Vec<Finding>, at: usize) -> Option<Tree> {
    match &names.derived[at] {
        State::Done(tree) => return tree.clone(),
        State::Busy => {
            findings.push(say::cycle(&schema.derived[at].place, &schema.derived[at].text, &schema.derived[at].name));
            return None;
        }
        State::Waiting => names.derived[at] = State::Busy,
    }
    let d = &schema.derived[at];
    let want = match &d.type_name {
        TypeName::Bool => Some(Ty::Bool),
        TypeName::Int => Some(Ty::Int),
        TypeName::Day | TypeName::PartialDay => Some(Ty::Day),
        TypeName::Code(table) => schema.table(table).map(Ty::Code),
        TypeName::One(_) => None,
    };
    let kind = schema.kind(&d.kind);
    let tree = match (want, kind) {
        (Some(ty), Some(kind)) => {
            let ask = Ask { kind, text: &d.text, place: &d.place, pack: &d.pack, want: Want::Type(ty) };
            check(schema, names, findings, &ask).map(|t| named(&d.title, &t))
        }
        _ => {
            findings.push(say::derived_of_nothing(d));
            None
        }
    };
    names.derived[at] = State::Done(tree.clone());
    tree
}

/// Checks rule `at`, once: all its conditions together.
pub(crate) fn rule(schema: &Schema, names: &mut Names, findings: &mut Vec<Finding>, at: usize) -> Option<Tree> {
    let r = &schema.rules[at];
    match &names.rules[at] {
        State::Done(tree) => return tree.clone(),
        State::Busy => {
            let place = r.conditions.first().map_or_else(Place::nowhere, |c| c.place.clone());
            findings.push(say::cycle(&place, r.conditions.first().map_or("", |c| &c.text), &r.id));
            return None;
        }
        State::Waiting => names.rules[at] = State::Busy,
    }
    let pack = r.id.split_once('.').map_or("", |(pack, _)| pack);
    let mut whole: Option<Tree> = None;
    let mut sound = true;
    if let Some(kind) = schema.kind(&r.kind) {
        for c in &r.conditions {
            let ask = Ask { kind, text: &c.text, place: &c.place, pack, want: Want::Condition };
            let Some(tree) = check(schema, names, findings, &ask) else {
                sound = false;
                continue;
            };
            let tree = c.title.as_ref().map_or_else(|| tree.clone(), |title| named(title, &tree));
            whole = Some(match whole {
                None => tree,
                Some(before) => {
                    let text = format!("{} && {}", before.text, tree.text).into();
                    Arc::new(Typed { kind, ty: Ty::Bool, node: Node::And(before, tree), text })
                }
            });
        }
    } else {
        findings.push(say::rule_of_nothing(r));
    }
    let tree = whole.filter(|_| sound).map(|t| named(&r.title, &t));
    names.rules[at] = State::Done(tree.clone());
    tree
}

/// The kind a name is looked up in; `back` is the to-one column of this kind that leads to the scope outside.
#[derive(Clone, Copy)]
struct Scope {
    kind: KindId,
    back: u16,
}

struct Checker<'a> {
    schema: &'a Schema,
    names: &'a mut Names,
    findings: &'a mut Vec<Finding>,
    ask: Ask<'a>,
    /// Innermost last; a predicate of a to-many adds one.
    scopes: Vec<Scope>,
}

impl Checker<'_> {
    fn kind(&self) -> KindId {
        self.scopes.last().map_or(self.ask.kind, |s| s.kind)
    }

    fn text(&self, span: &Range<usize>) -> Arc<str> {
        self.ask.text.get(span.clone()).unwrap_or("").into()
    }

    fn tree(&self, span: &Range<usize>, ty: Ty, node: Node) -> Tree {
        Arc::new(Typed { kind: self.kind(), ty, node, text: self.text(span) })
    }

    fn condition(&mut self, expr: &Expr) -> Option<Tree> {
        let tree = self.value(expr, Some(Ty::Bool))?;
        if tree.ty != Ty::Bool {
            self.not_a_condition(expr, tree.ty);
            return None;
        }
        Some(condition(&tree))
    }

    fn of_type(&mut self, expr: &Expr, ty: Ty) -> Option<Tree> {
        let tree = self.value(expr, Some(ty))?;
        if tree.ty != ty {
            self.wrong_type(expr, ty, tree.ty);
            return None;
        }
        Some(tree)
    }

    /// `expected` tells a text which code table it is of.
    fn value(&mut self, expr: &Expr, expected: Option<Ty>) -> Option<Tree> {
        let span = &expr.span;
        match &expr.form {
            Form::Int(i) => Some(self.tree(span, Ty::Int, Node::Const(Const::Number(*i)))),
            Form::Day(d) => Some(self.tree(span, Ty::Day, Node::Const(Const::Number(i64::from(*d))))),
            Form::Bool(b) => Some(self.tree(span, Ty::Bool, Node::Const(Const::Bool(*b)))),
            Form::Text(word) => {
                let code = self.literal(word, span, expected, None)?;
                Some(self.tree(span, expected?, Node::Const(code)))
            }
            Form::List(_) => {
                self.stray_list(span);
                None
            }
            Form::Path(path) => self.path(path, span),
            Form::Call { receiver, name, args } => self.call(span, receiver, name, args),
            Form::Not(a) => {
                let a = self.condition(a)?;
                Some(self.tree(span, Ty::Bool, Node::Not(a)))
            }
            Form::And(a, b) | Form::Or(a, b) => {
                let (left, right) = (self.condition(a), self.condition(b));
                let (left, right) = (left?, right?);
                for (tree, expr) in [(&left, a), (&right, b)] {
                    if tree.is_constant() && !matches!(expr.form, Form::Compare(..) | Form::In(..)) {
                        self.always(expr);
                    }
                }
                let node = if matches!(expr.form, Form::And(..)) { Node::And } else { Node::Or };
                Some(self.tree(span, Ty::Bool, node(left, right)))
            }
            Form::Compare(op, a, b) => self.compare(span, *op, a, b),
            Form::In(a, list) => self.one_of(span, a, list),
            Form::Negative(a) => {
                let a = self.of_type(a, Ty::Int)?;
                Some(self.tree(span, Ty::Int, Node::Negative(a)))
            }
            Form::Sum(op, a, b) => {
                let (left, right) = (self.value(a, None), self.value(b, None));
                let (left, right) = (left?, right?);
                let Some(ty) = sum_type(*op, left.ty, right.ty) else {
                    self.cannot_reckon(span, left.ty, right.ty);
                    return None;
                };
                Some(self.tree(span, ty, Node::Sum(*op, left, right)))
            }
            Form::If(c, a, b) => {
                let c = self.condition(c);
                let (left, right) = self.pair(a, b, expected)?;
                let c = c?;
                if left.ty != right.ty {
                    self.cannot_compare(span, &left, &right);
                    return None;
                }
                if matches!(left.ty, Ty::One(_)) {
                    self.bare_relation(&a.span, left.ty);
                    return None;
                }
                let ty = left.ty;
                let node = Node::If(c, condition(&left), condition(&right));
                Some(self.tree(span, ty, node))
            }
        }
    }

    /// Two values of one type: a text takes its code table from the other side.
    fn pair(&mut self, a: &Expr, b: &Expr, expected: Option<Ty>) -> Option<(Tree, Tree)> {
        if matches!(a.form, Form::Text(_)) && expected.is_none() {
            let right = self.value(b, None)?;
            let left = self.literal_beside(a, &right)?;
            return Some((left, right));
        }
        let left = self.value(a, expected);
        if let (Form::Text(_), Some(left)) = (&b.form, &left) {
            let right = self.literal_beside(b, left)?;
            return Some((left.clone(), right));
        }
        if left.is_none() && matches!(b.form, Form::Text(_)) {
            return None;
        }
        let right = self.value(b, expected);
        Some((left?, right?))
    }

    fn literal_beside(&mut self, text: &Expr, other: &Tree) -> Option<Tree> {
        let Form::Text(word) = &text.form else {
            return self.value(text, None);
        };
        let code = self.literal(word, &text.span, Some(other.ty), Some(other))?;
        Some(self.tree(&text.span, other.ty, Node::Const(code)))
    }

    fn compare(&mut self, span: &Range<usize>, op: Compare, a: &Expr, b: &Expr) -> Option<Tree> {
        let (left, right) = self.pair(a, b, None)?;
        if left.ty != right.ty {
            self.cannot_compare(span, &left, &right);
            return None;
        }
        let ordered = matches!(left.ty, Ty::Int | Ty::Day);
        if matches!(left.ty, Ty::One(_)) {
            self.bare_relation(span, left.ty);
            return None;
        }
        if !ordered && !matches!(op, Compare::Eq | Compare::Ne) {
            self.no_order(span, left.ty);
            return None;
        }
        let tree = self.tree(span, Ty::Bool, Node::Compare(op, left, right));
        if tree.is_constant() {
            self.always_spanned(span);
        }
        Some(tree)
    }

    fn one_of(&mut self, span: &Range<usize>, a: &Expr, list: &Expr) -> Option<Tree> {
        let left = self.value(a, None)?;
        let Form::List(items) = &list.form else {
            self.not_a_list(&list.span);
            return None;
        };
        if items.is_empty() {
            self.empty_list(&list.span);
            return None;
        }
        if left.ty == Ty::Bool || matches!(left.ty, Ty::One(_)) {
            self.no_list_of(span, left.ty);
            return None;
        }
        let mut consts = vec![];
        let mut sound = true;
        for item in items {
            let value = match &item.form {
                Form::Text(_) => self.literal_beside(item, &left),
                _ => self.of_type(item, left.ty),
            };
            match value.as_deref().map(|v| &v.node) {
                Some(Node::Const(c)) => consts.push(*c),
                Some(_) => {
                    self.not_constant(&item.span);
                    sound = false;
                }
                None => sound = false,
            }
        }
        sound.then(|| self.tree(span, Ty::Bool, Node::OneOf(left, consts)))
    }

    /// A text as a code of the table the other side has.
    fn literal(&mut self, word: &str, span: &Range<usize>, ty: Option<Ty>, beside: Option<&Tree>) -> Option<Const> {
        let Some(Ty::Code(table)) = ty else {
            self.text_without_table(word, span, ty);
            return None;
        };
        let Some(code) = self.schema.table_of(table).find(word) else {
            self.no_such_code(word, span, table);
            return None;
        };
        if let Some(programme) = beside.and_then(staged)
            && let p = &self.schema.programmes[programme]
            && p.stages.iter().all(|s| s.id != self.schema.table_of(table).codes[usize::from(code)].code)
        {
            self.no_such_stage(word, span, programme);
            return None;
        }
        Some(Const::Code(code))
    }
}

/// The programme whose stage a tree is.
fn staged(tree: &Tree) -> Option<usize> {
    match &tree.node {
        Node::Stage(p) => Some(*p),
        Node::Via(_, inner) | Node::Named(_, inner) => staged(inner),
        _ => None,
    }
}

fn sum_type(op: crate::parse::Sum, a: Ty, b: Ty) -> Option<Ty> {
    use crate::parse::Sum;
    match (op, a, b) {
        (_, Ty::Int, Ty::Int) => Some(Ty::Int),
        (Sum::Add | Sum::Sub, Ty::Day, Ty::Int) | (Sum::Add, Ty::Int, Ty::Day) => Some(Ty::Day),
        (Sum::Sub, Ty::Day, Ty::Day) => Some(Ty::Int),
        _ => None,
    }
}
