//! The typed tree: an expression whose names have been found and whose types agree.
//!
//! Every node is evaluated on the rows of its own kind. [`Node::Via`] steps through a to-one relation, the
//! aggregates ([`Node::Count`] …) through a to-many. An outer row seen from inside a to-many predicate is a
//! step back through the relation's own to-one, so there is no environment.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::parse::{Compare, Sum};
use crate::schema::{KindId, ManyId, Schema, TableId, Title, Type};

/// What an expression yields. Partial days are days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    Bool,
    Int,
    Day,
    Code(TableId),
    One(KindId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Const {
    Bool(bool),
    /// A whole number, or a day as days since 1970-01-01.
    Number(i64),
    Code(u16),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Area {
    Id(i64),
    Named(String),
}

#[derive(Debug)]
pub(crate) struct Typed {
    pub kind: KindId,
    pub ty: Ty,
    pub node: Node,
    /// The words it was written with.
    pub text: Arc<str>,
}

pub(crate) type Tree = Arc<Typed>;

#[derive(Debug)]
pub(crate) enum Node {
    Const(Const),
    Today,
    /// Position in `Schema::params`.
    Param(usize),
    /// A column of this row; an absent bool stays absent until `Cond`.
    Cell(u16),
    /// The to-one relation itself: only for `has` and for cutting.
    Link(u16),
    /// The tree evaluated on the row that the to-one column points to.
    Via(u16, Tree),
    /// A bool cell as a condition: absent becomes false.
    Cond(Tree),
    Not(Tree),
    And(Tree, Tree),
    Or(Tree, Tree),
    Compare(Compare, Tree, Tree),
    OneOf(Tree, Vec<Const>),
    Sum(Sum, Tree, Tree),
    Negative(Tree),
    If(Tree, Tree, Tree),
    Has(Tree),
    Years(Tree, Tree),
    /// Position in `Schema::programmes`.
    Enrolled(usize),
    Stage(usize),
    Inside(Area),
    Count(ManyId, Option<Tree>),
    Any(ManyId, Option<Tree>),
    All(ManyId, Tree),
    Total(ManyId, Tree, Option<Tree>),
    /// A derived column or rule by its title: transparent, a step of the explanation.
    Named(Arc<Title>, Tree),
    /// Versions of a rule, each with its first and last day; the one in force is chosen when compiled.
    Dated(Vec<(i32, i32, Tree)>),
}

impl Typed {
    /// Whether a bool may still be absent: a cell, perhaps through relations.
    pub fn is_raw(&self) -> bool {
        self.ty == Ty::Bool && matches!(self.node, Node::Cell(_) | Node::Via(..))
    }

    /// Whether no record is looked at.
    pub fn is_constant(&self) -> bool {
        match &self.node {
            Node::Const(_) | Node::Today | Node::Param(_) => true,
            Node::Cell(_)
            | Node::Link(_)
            | Node::Enrolled(_)
            | Node::Stage(_)
            | Node::Inside(_)
            | Node::Via(..)
            | Node::Count(..)
            | Node::Any(..)
            | Node::All(..)
            | Node::Total(..)
            | Node::Dated(_) => false,
            Node::Cond(a) | Node::Not(a) | Node::Has(a) | Node::Negative(a) | Node::Named(_, a) => a.is_constant(),
            Node::OneOf(a, _) => a.is_constant(),
            Node::And(a, b) | Node::Or(a, b) | Node::Compare(_, a, b) | Node::Sum(_, a, b) | Node::Years(a, b) => {
                a.is_constant() && b.is_constant()
            }
            Node::If(c, a, b) => c.is_constant() && a.is_constant() && b.is_constant(),
        }
    }
}

/// 已核对的表达式 — an expression that names only what exists and compares only what can be compared.
#[derive(Clone, Debug)]
pub struct Checked(pub(crate) Tree);

impl Checked {
    /// The kind whose rows it is evaluated on.
    pub fn kind(&self) -> KindId {
        self.0.kind
    }

    /// The kinds whose frames a world needs for this expression: every kind it looks at.
    pub fn kinds(&self, schema: &Schema) -> BTreeSet<KindId> {
        let mut kinds = BTreeSet::new();
        walk(&self.0, &mut |tree| {
            kinds.insert(tree.kind);
            match &tree.node {
                Node::Enrolled(programme) | Node::Stage(programme) => {
                    kinds.extend(schema.kind("enrolment"));
                    kinds.extend(schema.kind(&schema.programmes[*programme].subject));
                }
                Node::Inside(_) => kinds.extend(schema.kind("area")),
                Node::Count(many, _) | Node::Any(many, _) | Node::All(many, _) | Node::Total(many, ..) => {
                    kinds.insert(schema.kind_of(tree.kind).manys[usize::from(many.0)].target_id);
                }
                Node::Link(slot) | Node::Via(slot, _) => {
                    if let Type::One(target) = schema.kind_of(tree.kind).columns[usize::from(*slot)].ty() {
                        kinds.insert(target);
                    }
                }
                _ => {}
            }
        });
        kinds
    }

    /// The programmes it names: by `enrolled`, by `stage`, or by comparing a column with their code. Positions in
    /// `Schema::programmes`.
    pub fn programmes(&self, schema: &Schema) -> BTreeSet<usize> {
        let codes = schema.table("programme").map(|t| (t, schema.table_of(t)));
        let mut found = BTreeSet::new();
        let mut name = |code: u16| {
            let id = codes.and_then(|(_, table)| table.codes.get(usize::from(code))).map(|c| c.code.as_str());
            found.extend(schema.programmes.iter().position(|p| Some(p.id.as_str()) == id));
        };
        let of_programmes = |tree: &Tree| matches!((tree.ty, codes), (Ty::Code(t), Some((table, _))) if t == table);
        walk(&self.0, &mut |tree| match &tree.node {
            Node::Enrolled(p) | Node::Stage(p) => {
                let code = codes.and_then(|(_, table)| table.find(&schema.programmes[*p].id));
                code.into_iter().for_each(&mut name);
            }
            Node::Compare(_, a, b) if of_programmes(a) || of_programmes(b) => {
                for side in [a, b] {
                    if let Node::Const(Const::Code(code)) = side.node {
                        name(code);
                    }
                }
            }
            Node::OneOf(a, list) if of_programmes(a) => {
                for value in list {
                    if let Const::Code(code) = value {
                        name(*code);
                    }
                }
            }
            _ => {}
        });
        found
    }

    /// The codes that a column of its own kind is compared with, where the answer is one of them or nothing: `kind == "shop"`.
    pub fn codes_of(&self, schema: &Schema, column: &str) -> BTreeSet<String> {
        let kind = self.0.kind;
        let Some(slot) = schema.kind_of(kind).column(column) else {
            return BTreeSet::new();
        };
        let Type::Code(table) = schema.kind_of(kind).columns[slot].ty() else {
            return BTreeSet::new();
        };
        let word = |code: u16| schema.table_of(table).codes.get(usize::from(code)).map(|c| c.code.clone());
        let is_it = |tree: &Tree| tree.kind == kind && matches!(tree.node, Node::Cell(s) if usize::from(s) == slot);
        let mut found = BTreeSet::new();
        walk(&self.0, &mut |tree| match &tree.node {
            Node::Compare(Compare::Eq, a, b) if is_it(a) || is_it(b) => {
                for side in [a, b] {
                    if let Node::Const(Const::Code(code)) = side.node {
                        found.extend(word(code));
                    }
                }
            }
            Node::OneOf(a, list) if is_it(a) => {
                for value in list {
                    if let Const::Code(code) = value {
                        found.extend(word(*code));
                    }
                }
            }
            _ => {}
        });
        found
    }

    /// The kinds of the to-many relations it counts over.
    pub fn many_kinds(&self, schema: &Schema) -> BTreeSet<KindId> {
        let mut kinds = BTreeSet::new();
        walk(&self.0, &mut |tree| {
            if let Node::Count(many, _) | Node::Any(many, _) | Node::All(many, _) | Node::Total(many, ..) = &tree.node {
                kinds.insert(schema.kind_of(tree.kind).manys[usize::from(many.0)].target_id);
            }
        });
        kinds
    }

    pub fn ty(&self) -> Ty {
        self.0.ty
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Both conditions; they must be of one kind and be conditions. Used to cut a list further.
    pub fn and(&self, other: &Checked) -> Checked {
        let text = format!("({}) && ({})", self.text(), other.text()).into();
        let node = Node::And(condition(&self.0), condition(&other.0));
        Checked(Arc::new(Typed { kind: self.0.kind, ty: Ty::Bool, node, text }))
    }

    /// The same condition under a title, which explanations show instead of its words.
    pub fn titled(&self, title: &Title) -> Checked {
        Checked(named(title, &self.0))
    }

    /// Values of parameters it uses, by position in `Schema::params`.
    pub fn params(&self) -> Vec<usize> {
        let mut found = vec![];
        walk(&self.0, &mut |t| {
            if let Node::Param(p) = t.node {
                found.push(p);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }
}

pub(crate) fn named(title: &Title, tree: &Tree) -> Tree {
    let node = Node::Named(Arc::new(title.clone()), condition(tree));
    Arc::new(Typed { kind: tree.kind, ty: tree.ty, node, text: tree.text.clone() })
}

/// A bool as a condition; anything else as it is.
pub(crate) fn condition(tree: &Tree) -> Tree {
    if !tree.is_raw() {
        return tree.clone();
    }
    Arc::new(Typed { kind: tree.kind, ty: Ty::Bool, node: Node::Cond(tree.clone()), text: tree.text.clone() })
}

/// Visits a tree and everything under it.
pub(crate) fn walk(tree: &Tree, visit: &mut impl FnMut(&Tree)) {
    visit(tree);
    match &tree.node {
        Node::Const(_)
        | Node::Today
        | Node::Param(_)
        | Node::Cell(_)
        | Node::Link(_)
        | Node::Enrolled(_)
        | Node::Stage(_)
        | Node::Inside(_)
        | Node::Count(_, None)
        | Node::Any(_, None) => {}
        Node::Via(_, a)
        | Node::Cond(a)
        | Node::Not(a)
        | Node::OneOf(a, _)
        | Node::Negative(a)
        | Node::Has(a)
        | Node::Count(_, Some(a))
        | Node::Any(_, Some(a))
        | Node::All(_, a)
        | Node::Total(_, a, None)
        | Node::Named(_, a) => walk(a, visit),
        Node::And(a, b)
        | Node::Or(a, b)
        | Node::Compare(_, a, b)
        | Node::Sum(_, a, b)
        | Node::Years(a, b)
        | Node::Total(_, a, Some(b)) => {
            walk(a, visit);
            walk(b, visit);
        }
        Node::If(a, b, c) => {
            walk(a, visit);
            walk(b, visit);
            walk(c, visit);
        }
        Node::Dated(versions) => versions.iter().for_each(|v| walk(&v.2, visit)),
    }
}

/// Derived columns and rules while and after they are checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub derived: Vec<State>,
    pub rules: Vec<State>,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum State {
    #[default]
    Waiting,
    /// Being checked: meeting it again is a cycle.
    Busy,
    Done(Option<Tree>),
}

/// What a word of a kind means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Column(u16),
    Many(u16),
    Derived(usize),
}

/// Words to positions, made when the schema is built.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub kinds: HashMap<String, KindId>,
    /// Per kind.
    pub members: Vec<HashMap<String, Member>>,
    pub params: HashMap<String, usize>,
    /// Versions of a rule under its full id, hyphens as underscores.
    pub rules: HashMap<String, Vec<usize>>,
}

/// Ids as they are written in paths: hyphens and underscores are one.
pub(crate) fn plain(id: &str) -> String {
    id.replace('-', "_")
}
