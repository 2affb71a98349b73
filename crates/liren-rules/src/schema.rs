//! What the host declares: kinds with typed columns and relations, code tables, programmes, parameters,
//! derived columns and rules. Built at start, since packs add to it; validated by [`SchemaBuilder::build`].

use std::collections::HashMap;

use crate::finding::Place;
use crate::typed::{Names, Words};

mod build;
pub use build::{KindBuilder, SchemaBuilder};

/// A text in both languages of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Title {
    pub zh: String,
    pub en: String,
}

impl Title {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Title {
        Title { zh: zh.into(), en: en.into() }
    }
}

/// Position of a kind in [`Schema::kinds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u16);

/// Position of a code table in [`Schema::tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u16);

/// Position of a to-many relation in [`Kind::manys`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ManyId(pub u16);

/// 类型 — what a column holds, by the names of tables and kinds as they are declared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeName {
    Bool,
    /// Whole number; money in fen.
    Int,
    /// A calendar day as days since 1970-01-01.
    Day,
    /// The first and the last day it can be, both included.
    PartialDay,
    /// A code of the named table.
    Code(String),
    /// One row of the named kind.
    One(String),
}

/// A column's type after [`SchemaBuilder::build`] has found the tables and kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Bool,
    Int,
    Day,
    PartialDay,
    Code(TableId),
    One(KindId),
}

/// 代码 — one value of a code table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub code: String,
    pub title: Title,
    /// Other words for it, accepted in expressions.
    pub also: Vec<String>,
}

impl Code {
    pub fn new(code: &str, zh: &str, en: &str) -> Code {
        Code { code: code.into(), title: Title::new(zh, en), also: vec![] }
    }

    pub fn also(mut self, word: &str) -> Code {
        self.also.push(word.into());
        self
    }
}

/// 代码表 — the values a code column may hold, in their own order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeTable {
    pub id: String,
    pub title: Title,
    pub codes: Vec<Code>,
    pub(crate) by_word: HashMap<String, u16>,
}

impl CodeTable {
    pub fn new(id: &str, title: Title, codes: Vec<Code>) -> CodeTable {
        CodeTable { id: id.into(), title, codes, by_word: HashMap::new() }
    }

    /// Position of the code that `word` means: the code itself, its Chinese or English label, or an alias.
    pub fn find(&self, word: &str) -> Option<u16> {
        self.by_word.get(word).copied()
    }
}

/// 列 — a column of a kind or a to-one relation to another kind (`TypeName::One`).
///
/// The Chinese title is also its Chinese name in expressions (`人.年龄`); `also` adds more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub title: Title,
    pub also: Vec<String>,
    pub type_name: TypeName,
    pub(crate) ty: Type,
    /// What it costs to ask for this fact when it is missing: 1 is a question at the door.
    pub cost: u32,
}

impl Column {
    pub fn new(name: &str, type_name: TypeName, zh: &str, en: &str) -> Column {
        let title = Title::new(zh, en);
        Column { name: name.into(), title, also: vec![], type_name, ty: Type::Bool, cost: 1 }
    }

    pub fn bool(name: &str, zh: &str, en: &str) -> Column {
        Column::new(name, TypeName::Bool, zh, en)
    }

    pub fn int(name: &str, zh: &str, en: &str) -> Column {
        Column::new(name, TypeName::Int, zh, en)
    }

    pub fn day(name: &str, zh: &str, en: &str) -> Column {
        Column::new(name, TypeName::Day, zh, en)
    }

    pub fn partial_day(name: &str, zh: &str, en: &str) -> Column {
        Column::new(name, TypeName::PartialDay, zh, en)
    }

    /// A code of table `table`.
    pub fn code(name: &str, table: &str, zh: &str, en: &str) -> Column {
        Column::new(name, TypeName::Code(table.into()), zh, en)
    }

    /// A to-one relation to kind `target`.
    pub fn one(name: &str, target: &str, zh: &str, en: &str) -> Column {
        Column::new(name, TypeName::One(target.into()), zh, en)
    }

    pub fn also(mut self, word: &str) -> Column {
        self.also.push(word.into());
        self
    }

    pub fn cost(mut self, cost: u32) -> Column {
        self.cost = cost;
        self
    }

    /// The type, resolved when the schema is built.
    pub fn ty(&self) -> Type {
        self.ty
    }
}

/// 对多关系 — `members` of a household: the rows of kind `target` whose to-one column `via` points here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many {
    pub name: String,
    pub title: Title,
    pub also: Vec<String>,
    pub target: String,
    pub via: String,
    /// Open: there may be rows nobody has recorded, so counts have no upper end.
    pub open: bool,
    pub(crate) target_id: KindId,
    pub(crate) via_slot: u16,
}

impl Many {
    pub fn new(name: &str, target: &str, via: &str, zh: &str, en: &str) -> Many {
        Many {
            name: name.into(),
            title: Title::new(zh, en),
            also: vec![],
            target: target.into(),
            via: via.into(),
            open: false,
            target_id: KindId(0),
            via_slot: 0,
        }
    }

    pub fn open(mut self) -> Many {
        self.open = true;
        self
    }

    pub fn also(mut self, word: &str) -> Many {
        self.also.push(word.into());
        self
    }

    pub fn target_id(&self) -> KindId {
        self.target_id
    }
}

/// 对象种类 — one kind of record: person, household, payment, `fire-safety.hazard`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    pub name: String,
    pub title: Title,
    pub also: Vec<String>,
    pub columns: Vec<Column>,
    pub manys: Vec<Many>,
}

impl Kind {
    /// Position of a column or to-one relation by its name (not its aliases).
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    pub fn many(&self, name: &str) -> Option<ManyId> {
        self.manys.iter().position(|m| m.name == name).map(|i| ManyId(i as u16))
    }
}

/// Whether "no record" means no (closed) or unknown (open).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Records {
    Closed,
    Open,
}

/// 终止 — what a death or a departure does to an enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ending {
    /// It ends on that day.
    #[default]
    Ends,
    /// It goes on.
    Keeps,
    /// Whether it goes on is not known until somebody says so.
    Ask,
}

/// 阶段 — a stage of a programme's enrolments; `in_force` makes `enrolled("…")` true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    pub id: String,
    pub title: Title,
    pub in_force: bool,
}

/// 项目 — a line of work people or households are enrolled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    pub id: String,
    pub title: Title,
    /// Name of the kind that is enrolled.
    pub subject: String,
    pub records: Records,
    pub stages: Vec<Stage>,
    pub on_death: Ending,
    pub on_departure: Ending,
}

impl Programme {
    pub fn new(id: &str, subject: &str, records: Records, zh: &str, en: &str) -> Programme {
        let title = Title::new(zh, en);
        let (id, subject) = (id.into(), subject.into());
        let (on_death, on_departure) = (Ending::Ends, Ending::Ends);
        Programme { id, title, subject, records, stages: vec![], on_death, on_departure }
    }

    pub fn ends(mut self, on_death: Ending, on_departure: Ending) -> Programme {
        (self.on_death, self.on_departure) = (on_death, on_departure);
        self
    }

    pub fn stage(mut self, id: &str, zh: &str, en: &str, in_force: bool) -> Programme {
        self.stages.push(Stage { id: id.into(), title: Title::new(zh, en), in_force });
        self
    }
}

/// 参数 — a dated value of a pack, by its full name `pack-id.name`; its value is bound when a program is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    pub name: String,
    pub title: Title,
    pub type_name: TypeName,
    pub(crate) ty: Type,
}

impl Param {
    pub fn new(name: &str, type_name: TypeName, title: Title) -> Param {
        Param { name: name.into(), title, type_name, ty: Type::Int }
    }
}

/// 派生列 — a named typed expression on a kind, used as a path like a column (`person.residency`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    pub kind: String,
    pub name: String,
    pub title: Title,
    pub also: Vec<String>,
    pub type_name: TypeName,
    pub text: String,
    pub place: Place,
    /// The pack whose parameters and rules it may call by short names; empty for none.
    pub pack: String,
}

/// 规则 — a named condition of a pack on a kind, by its full id `pack-id.rule-id`.
///
/// Several rules may share an id when their days do not overlap; the one in force on the world's day is used,
/// and where none is in force the rule is false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    pub id: String,
    pub title: Title,
    pub kind: String,
    /// All of them must hold.
    pub conditions: Vec<Condition>,
    /// First day in force; `None` since ever.
    pub from: Option<i32>,
    /// Last day in force; `None` for ever.
    pub to: Option<i32>,
}

/// 条件 — one condition of a rule, with the sentence explanations show for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub text: String,
    pub place: Place,
    pub title: Option<Title>,
}

/// Everything that can be named in an expression. Immutable once built; shared by `Arc`.
#[derive(Debug, Default)]
pub struct Schema {
    pub kinds: Vec<Kind>,
    pub tables: Vec<CodeTable>,
    pub programmes: Vec<Programme>,
    pub params: Vec<Param>,
    pub derived: Vec<Derived>,
    pub rules: Vec<RuleText>,
    pub(crate) words: Words,
    pub(crate) names: Names,
}

impl Schema {
    /// A kind by its name (not its aliases).
    pub fn kind(&self, name: &str) -> Option<KindId> {
        self.kinds.iter().position(|k| k.name == name).map(|i| KindId(i as u16))
    }

    pub fn kind_of(&self, id: KindId) -> &Kind {
        &self.kinds[usize::from(id.0)]
    }

    pub fn table(&self, id: &str) -> Option<TableId> {
        self.tables.iter().position(|t| t.id == id).map(|i| TableId(i as u16))
    }

    pub fn table_of(&self, id: TableId) -> &CodeTable {
        &self.tables[usize::from(id.0)]
    }

    pub fn programme(&self, id: &str) -> Option<&Programme> {
        self.programmes.iter().find(|p| p.id == id)
    }
}
