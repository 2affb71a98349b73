//! Builds a [`Schema`] from declarations and says what is wrong with them.

use std::collections::HashMap;

use super::{
    Code, CodeTable, Column, Derived, Kind, KindId, Many, Param, Programme, RuleText, Schema, TableId, Title, Type,
    TypeName,
};
use crate::check;
use crate::finding::{Finding, Place};
use crate::typed::{Member, Names, State, Words, plain};

/// Collects declarations in any order; names are looked up by [`SchemaBuilder::build`].
#[derive(Clone, Debug, Default)]
pub struct SchemaBuilder {
    pub kinds: Vec<Kind>,
    pub tables: Vec<CodeTable>,
    pub programmes: Vec<Programme>,
    pub params: Vec<Param>,
    pub derived: Vec<Derived>,
    pub rules: Vec<RuleText>,
}

/// The kind being declared: `schema.kind(…).column(…).many(…)`.
pub struct KindBuilder<'a>(&'a mut Kind);

impl KindBuilder<'_> {
    /// Another name of the kind in expressions.
    pub fn also(self, word: &str) -> Self {
        self.0.also.push(word.into());
        self
    }

    /// Adds a column or, with [`Column::one`], a to-one relation.
    pub fn column(self, column: Column) -> Self {
        self.0.columns.push(column);
        self
    }

    /// Adds a to-many relation.
    pub fn many(self, many: Many) -> Self {
        self.0.manys.push(many);
        self
    }
}

impl SchemaBuilder {
    pub fn new() -> SchemaBuilder {
        SchemaBuilder::default()
    }

    /// Opens kind `name`: a new one, or the one already declared, to add columns to it.
    pub fn kind(&mut self, name: &str, zh: &str, en: &str) -> KindBuilder<'_> {
        let at = self.kinds.iter().position(|k| k.name == name).unwrap_or_else(|| {
            self.kinds.push(Kind {
                name: name.into(),
                title: Title::new(zh, en),
                also: vec![],
                columns: vec![],
                manys: vec![],
            });
            self.kinds.len() - 1
        });
        KindBuilder(&mut self.kinds[at])
    }

    pub fn table(&mut self, table: CodeTable) {
        self.tables.push(table);
    }

    pub fn programme(&mut self, programme: Programme) {
        self.programmes.push(programme);
    }

    pub fn param(&mut self, param: Param) {
        self.params.push(param);
    }

    pub fn derive(&mut self, derived: Derived) {
        self.derived.push(derived);
    }

    pub fn rule(&mut self, rule: RuleText) {
        self.rules.push(rule);
    }

    /// Looks up every name. With errors among the findings the schema is still usable for checking other
    /// texts, but must not be evaluated.
    ///
    /// When programmes are declared, kind `enrolment` (columns `programme`, `stage`, `in_force` and one to-one
    /// per subject kind, named as the kind), the tables `programme` and `stage`, and the to-many `enrolments`
    /// on each subject kind are added where the host has not declared them.
    pub fn build(mut self) -> (Schema, Vec<Finding>) {
        let mut findings = vec![];
        self.add_enrolments();
        for table in &mut self.tables {
            index_codes(table, &mut findings);
        }
        let kinds: HashMap<String, KindId> =
            self.kinds.iter().enumerate().map(|(i, k)| (k.name.clone(), KindId(i as u16))).collect();
        let tables: HashMap<String, TableId> =
            self.tables.iter().enumerate().map(|(i, t)| (t.id.clone(), TableId(i as u16))).collect();
        let resolve = |name: &TypeName, owner: &str, findings: &mut Vec<Finding>| match name {
            TypeName::Bool => Type::Bool,
            TypeName::Int => Type::Int,
            TypeName::Day => Type::Day,
            TypeName::PartialDay => Type::PartialDay,
            TypeName::Code(t) => tables.get(t).map_or_else(
                || {
                    findings.push(undeclared(owner, "代码表", "code table", t));
                    Type::Int
                },
                |&t| Type::Code(t),
            ),
            TypeName::One(k) => kinds.get(k).map_or_else(
                || {
                    findings.push(undeclared(owner, "种类", "kind", k));
                    Type::Int
                },
                |&k| Type::One(k),
            ),
        };
        for kind in &mut self.kinds {
            let owner = kind.name.clone();
            for column in &mut kind.columns {
                column.ty = resolve(&column.type_name, &format!("{owner}.{}", column.name), &mut findings);
            }
            duplicates(kind, &mut findings);
        }
        for param in &mut self.params {
            param.ty = resolve(&param.type_name, &format!("param.{}", param.name), &mut findings);
        }
        self.resolve_manys(&kinds, &mut findings);
        let words = index_words(&self, &mut findings);
        let names =
            Names { derived: vec![State::Waiting; self.derived.len()], rules: vec![State::Waiting; self.rules.len()] };
        let mut schema = Schema {
            kinds: self.kinds,
            tables: self.tables,
            programmes: self.programmes,
            params: self.params,
            derived: self.derived,
            rules: self.rules,
            words,
            names: Names::default(),
        };
        schema.names = check_all(&schema, names, &mut findings);
        (schema, findings)
    }

    fn resolve_manys(&mut self, kinds: &HashMap<String, KindId>, findings: &mut Vec<Finding>) {
        let columns: Vec<Vec<(String, Type)>> =
            self.kinds.iter().map(|k| k.columns.iter().map(|c| (c.name.clone(), c.ty)).collect()).collect();
        for (at, kind) in self.kinds.iter_mut().enumerate() {
            for many in &mut kind.manys {
                let owner = format!("{}.{}", kind.name, many.name);
                let Some(&target) = kinds.get(&many.target) else {
                    findings.push(undeclared(&owner, "种类", "kind", &many.target));
                    continue;
                };
                many.target_id = target;
                let back = Type::One(KindId(at as u16));
                let via = columns[usize::from(target.0)].iter().position(|(n, t)| *n == many.via && *t == back);
                match via {
                    Some(slot) => many.via_slot = slot as u16,
                    None => findings.push(undeclared(
                        &owner,
                        "对一关系",
                        "to-one relation",
                        &format!("{}.{}", many.target, many.via),
                    )),
                }
            }
        }
    }

    fn add_enrolments(&mut self) {
        if self.programmes.is_empty() {
            return;
        }
        let mut programmes: Vec<Code> = vec![];
        let mut stages: Vec<Code> = vec![];
        let mut subjects: Vec<String> = vec![];
        for p in &self.programmes {
            programmes.push(Code::new(&p.id, &p.title.zh, &p.title.en));
            if !subjects.contains(&p.subject) {
                subjects.push(p.subject.clone());
            }
            for s in &p.stages {
                match stages.iter_mut().find(|c| c.code == s.id) {
                    Some(code) => {
                        if code.title.zh != s.title.zh && !code.also.contains(&s.title.zh) {
                            code.also.push(s.title.zh.clone());
                        }
                    }
                    None => stages.push(Code::new(&s.id, &s.title.zh, &s.title.en)),
                }
            }
        }
        for (id, title, codes) in
            [("programme", Title::new("项目", "Programme"), programmes), ("stage", Title::new("阶段", "Stage"), stages)]
        {
            if self.tables.iter().all(|t| t.id != id) {
                self.tables.push(CodeTable::new(id, title, codes));
            }
        }
        let titles: Vec<Option<Title>> =
            subjects.iter().map(|s| self.kinds.iter().find(|k| k.name == *s).map(|k| k.title.clone())).collect();
        let mut columns = vec![
            Column::code("programme", "programme", "项目", "Programme"),
            Column::code("stage", "stage", "阶段", "Stage"),
            Column::bool("in_force", "在册", "In force"),
        ];
        for (subject, title) in subjects.iter().zip(&titles) {
            if let Some(title) = title {
                columns.push(Column::one(subject, subject, &title.zh, &title.en));
            }
        }
        let enrolment = self.kind("enrolment", "登记", "Enrolment").0;
        for column in columns {
            if enrolment.column(&column.name).is_none() {
                enrolment.columns.push(column);
            }
        }
        for subject in &subjects {
            if let Some(kind) = self.kinds.iter_mut().find(|k| k.name == *subject)
                && kind.many("enrolments").is_none()
            {
                kind.manys.push(Many::new("enrolments", "enrolment", subject, "各项登记", "Enrolments"));
            }
        }
    }
}

/// Checks every derived column and every rule once.
fn check_all(schema: &Schema, mut names: Names, findings: &mut Vec<Finding>) -> Names {
    for at in 0..schema.derived.len() {
        check::derived(schema, &mut names, findings, at);
    }
    for at in 0..schema.rules.len() {
        check::rule(schema, &mut names, findings, at);
    }
    names
}

fn index_words(schema: &SchemaBuilder, findings: &mut Vec<Finding>) -> Words {
    let mut words = Words::default();
    for (i, kind) in schema.kinds.iter().enumerate() {
        for word in std::iter::once(&kind.name).chain([&kind.title.zh]).chain(&kind.also) {
            words.kinds.entry(word.clone()).or_insert(KindId(i as u16));
        }
        let mut members: HashMap<String, Member> = HashMap::new();
        let mut add = |list: Vec<&String>, member: Member| {
            for word in list {
                members.entry(word.clone()).or_insert(member);
            }
        };
        for (slot, c) in kind.columns.iter().enumerate() {
            let list = std::iter::once(&c.name).chain([&c.title.zh]).chain(&c.also).collect();
            add(list, Member::Column(slot as u16));
        }
        for (many, m) in kind.manys.iter().enumerate() {
            let list = std::iter::once(&m.name).chain([&m.title.zh]).chain(&m.also).collect();
            add(list, Member::Many(many as u16));
        }
        for (at, d) in schema.derived.iter().enumerate().filter(|(_, d)| d.kind == kind.name) {
            if kind.column(&d.name).is_some() || kind.many(&d.name).is_some() {
                findings.push(Finding::error(
                    "duplicate-name",
                    &d.place,
                    0..d.text.len(),
                    format!("{} 已有「{}」，派生列要用别的名称", kind.name, d.name),
                    format!("{} already has {}: give the derived column another name", kind.name, d.name),
                ));
            }
            add(std::iter::once(&d.name).chain([&d.title.zh]).chain(&d.also).collect(), Member::Derived(at));
        }
        words.members.push(members);
    }
    for (at, p) in schema.params.iter().enumerate() {
        words.params.entry(plain(&p.name)).or_insert(at);
        if let Some((pack, _)) = p.name.split_once('.') {
            words.params.entry(format!("{}.{}", plain(pack), p.title.zh)).or_insert(at);
        }
    }
    for (at, r) in schema.rules.iter().enumerate() {
        words.rules.entry(plain(&r.id)).or_default().push(at);
        if let Some((pack, _)) = r.id.split_once('.') {
            words.rules.entry(format!("{}.{}", plain(pack), r.title.zh)).or_default().push(at);
        }
    }
    words
}

fn index_codes(table: &mut CodeTable, findings: &mut Vec<Finding>) {
    for (i, code) in table.codes.iter().enumerate() {
        if table.by_word.insert(code.code.clone(), i as u16).is_some() {
            findings.push(Finding::error(
                "duplicate-code",
                &Place::nowhere(),
                0..0,
                format!("代码表 {} 中代码「{}」出现了两次", table.id, code.code),
                format!("code table {} has the code \"{}\" twice", table.id, code.code),
            ));
        }
    }
    // Codes win over labels, labels over aliases; the first of equal words keeps it.
    for (i, code) in table.codes.iter().enumerate() {
        for word in [&code.title.zh, &code.title.en] {
            table.by_word.entry(word.clone()).or_insert(i as u16);
        }
    }
    for (i, code) in table.codes.iter().enumerate() {
        for word in &code.also {
            table.by_word.entry(word.clone()).or_insert(i as u16);
        }
    }
    if table.codes.len() > 65_000 {
        findings.push(Finding::error(
            "code-table-too-large",
            &Place::nowhere(),
            0..0,
            format!("代码表 {} 超过 65000 项", table.id),
            format!("code table {} has more than 65,000 codes", table.id),
        ));
    }
}

fn duplicates(kind: &Kind, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let columns = kind.columns.iter().map(|c| (&c.name, &c.title.zh, &c.also));
    let manys = kind.manys.iter().map(|m| (&m.name, &m.title.zh, &m.also));
    for (name, zh, also) in columns.chain(manys) {
        for word in std::iter::once(name).chain(std::iter::once(zh)).chain(also) {
            if let Some(other) = seen.insert(word, name)
                && other != name
            {
                findings.push(Finding::error(
                    "duplicate-name",
                    &Place::nowhere(),
                    0..0,
                    format!("{} 的「{word}」既指 {other} 又指 {name}", kind.name),
                    format!("\"{word}\" of {} means both {other} and {name}", kind.name),
                ));
            }
        }
    }
}

fn undeclared(owner: &str, zh: &str, en: &str, name: &str) -> Finding {
    Finding::error(
        "undeclared",
        &Place::nowhere(),
        0..0,
        format!("{owner} 所指的{zh} {name} 没有声明"),
        format!("{owner} points to the {en} {name}, which is not declared"),
    )
}
