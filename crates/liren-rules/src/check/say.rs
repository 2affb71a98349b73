//! The findings of the checker: every message has its one home here, in Chinese and English.

use std::ops::Range;

use super::Checker;
use super::functions::{FUNCTIONS, over_many};
use super::paths::route;
use crate::finding::{Finding, Place};
use crate::parse::{Expr, Name};
use crate::schema::{Derived, Kind, KindId, ManyId, RuleText, Schema, TableId};
use crate::suggest::nearest;
use crate::typed::Ty;

/// A type as a clerk would say it.
pub(super) fn type_words(schema: &Schema, ty: Ty) -> (String, String) {
    match ty {
        Ty::Bool => ("真假".into(), "true or false".into()),
        Ty::Int => ("整数".into(), "a whole number".into()),
        Ty::Day => ("日期".into(), "a date".into()),
        Ty::Code(table) => {
            let t = schema.table_of(table);
            (format!("「{}」代码", t.title.zh), format!("a code of {}", t.id))
        }
        Ty::One(kind) => {
            let k = schema.kind_of(kind);
            (format!("一条「{}」记录", k.title.zh), format!("a record of {}", k.name))
        }
    }
}

/// Names and aliases of everything a kind has.
fn member_words(schema: &Schema, kind: KindId) -> Vec<&str> {
    let mut words: Vec<&str> = schema.words.members[usize::from(kind.0)].keys().map(String::as_str).collect();
    words.sort_unstable();
    words
}

/// A few names to choose from: "born, sex, household …".
fn some_names(kind: &Kind, schema: &Schema) -> String {
    let derived = schema.derived.iter().filter(|d| d.kind == kind.name).map(|d| d.name.as_str());
    let all: Vec<&str> = kind.columns.iter().map(|c| c.name.as_str()).chain(derived).collect();
    let shown = all.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    if all.len() > 8 { format!("{shown} …") } else { shown }
}

pub(super) fn cycle(place: &Place, text: &str, name: &str) -> Finding {
    Finding::error(
        "cycle",
        place,
        0..text.len(),
        format!("「{name}」的定义绕回了它自己"),
        format!("the definition of {name} leads back to itself"),
    )
    .advise("定义只能用更基本的列", "define it by columns more basic than itself")
}

pub(super) fn derived_of_nothing(d: &Derived) -> Finding {
    Finding::error(
        "derived-of-nothing",
        &d.place,
        0..d.text.len(),
        format!("派生列「{}」所属的种类 {} 或它的类型没有声明", d.name, d.kind),
        format!("derived column {}: its kind {} or its type is not declared", d.name, d.kind),
    )
}

pub(super) fn rule_of_nothing(r: &RuleText) -> Finding {
    let place = r.conditions.first().map_or_else(Place::nowhere, |c| c.place.clone());
    Finding::error(
        "rule-of-nothing",
        &place,
        0..0,
        format!("规则 {} 所属的种类 {} 没有声明", r.id, r.kind),
        format!("rule {}: its kind {} is not declared", r.id, r.kind),
    )
}

impl Checker<'_> {
    pub(super) fn error(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        zh: String,
        en: String,
        advice: (String, String),
    ) {
        let finding = Finding::error(code, self.ask.place, span.clone(), zh, en).advise(advice.0, advice.1);
        self.findings.push(finding);
    }

    pub(super) fn plain_error(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        zh: &str,
        en: &str,
        advice: (&str, &str),
    ) {
        self.error(code, span, zh.into(), en.into(), (advice.0.into(), advice.1.into()));
    }

    pub(super) fn no_such_name(&mut self, name: &Name, path: &[Name], kind: KindId) {
        let schema = self.schema;
        let k = schema.kind_of(kind);
        let before: Vec<&str> =
            path.iter().take_while(|n| n.span.start < name.span.start).map(|n| n.text.as_str()).collect();
        let prefix = if before.is_empty() { String::new() } else { format!("{}.", before.join(".")) };
        let mut known = member_words(schema, kind);
        if before.is_empty() {
            known.extend(schema.words.kinds.keys().map(String::as_str));
            known.extend(["today", "param", "rule", "今天", "参数", "规则"]);
        }
        let near = nearest(&name.text, known);
        let joined = ["且", "或", "并且", "或者"].iter().any(|j| name.text.contains(j));
        let elsewhere = schema
            .words
            .kinds
            .get(&name.text)
            .and_then(|target| route(schema, kind, *target))
            .filter(|_| before.is_empty());
        let advice = match (near, elsewhere) {
            (_, Some(route)) => {
                (format!("从{}到它要写 {route}", k.title.zh), format!("from {} it is reached by {route}", k.name))
            }
            (Some(near), _) => (format!("是不是 {prefix}{near}？"), format!("did you mean {prefix}{near}?")),
            _ if joined => ("「且」「或」前后请空格".into(), "put spaces around 且 and 或".into()),
            _ => {
                let names = some_names(k, schema);
                (format!("{}可用：{names}", k.title.zh), format!("{} has {names}", k.name))
            }
        };
        let full = format!("{prefix}{}", name.text);
        self.error(
            "unknown-name",
            &name.span,
            format!("{}没有 {full}", k.title.zh),
            format!("{} has no {full}", k.name),
            advice,
        );
    }

    pub(super) fn no_such_code(&mut self, word: &str, span: &Range<usize>, table: TableId) {
        let t = self.schema.table_of(table);
        let words = t.codes.iter().flat_map(|c| {
            [c.code.as_str(), c.title.zh.as_str(), c.title.en.as_str()]
                .into_iter()
                .chain(c.also.iter().map(String::as_str))
        });
        let near = nearest(word, words).and_then(|w| t.find(w)).map(|c| &t.codes[usize::from(c)]);
        let advice = match near {
            Some(c) => (
                format!("是不是「{}」（{}）？", c.title.zh, c.code),
                format!("did you mean \"{}\" ({})?", c.code, c.title.en),
            ),
            None => {
                let zh: Vec<&str> = t.codes.iter().take(8).map(|c| c.title.zh.as_str()).collect();
                let en: Vec<&str> = t.codes.iter().take(8).map(|c| c.code.as_str()).collect();
                let more = if t.codes.len() > 8 { " …" } else { "" };
                (format!("可用：{}{more}", zh.join("、")), format!("it has {}{more}", en.join(", ")))
            }
        };
        let (zh, en) =
            (format!("代码表「{}」里没有「{word}」", t.title.zh), format!("code table {} has no \"{word}\"", t.id));
        self.error("unknown-code", span, zh, en, advice);
    }

    pub(super) fn no_such_stage(&mut self, word: &str, span: &Range<usize>, programme: usize) {
        let p = &self.schema.programmes[programme];
        let zh: Vec<&str> = p.stages.iter().map(|s| s.title.zh.as_str()).collect();
        let en: Vec<&str> = p.stages.iter().map(|s| s.id.as_str()).collect();
        let advice = (format!("它的阶段：{}", zh.join("、")), format!("its stages: {}", en.join(", ")));
        let (zh, en) = (format!("「{}」没有阶段「{word}」", p.title.zh), format!("{} has no stage \"{word}\"", p.id));
        self.error("unknown-stage", span, zh, en, advice);
    }

    pub(super) fn no_such_function(&mut self, name: &Name, receiver: &[Name]) {
        let wanted = |names: &&&[&'static str]| receiver.is_empty() != over_many(names[0]);
        let words = FUNCTIONS.iter().filter(wanted).flat_map(|n| n.iter().copied());
        let all: Vec<&str> = FUNCTIONS.iter().filter(wanted).map(|n| n[0]).collect();
        let advice = match nearest(&name.text, words) {
            Some(near) => (format!("是不是 {near}( … )？"), format!("did you mean {near}( … )?")),
            None => (format!("可用：{}", all.join("、")), format!("there are {}", all.join(", "))),
        };
        self.error(
            "unknown-function",
            &name.span,
            format!("没有函数 {}", name.text),
            format!("there is no function {}", name.text),
            advice,
        );
    }

    pub(super) fn not_over_many(&mut self, name: &Name, function: &str) {
        self.error(
            "not-over-many",
            &name.span,
            format!("{} 前面不写路径", name.text),
            format!("{} takes no path before it", name.text),
            (format!("写成 {function}( … )"), format!("write {function}( … )")),
        );
    }

    pub(super) fn needs_many(&mut self, name: &Name, function: &str) {
        self.error(
            "needs-relation",
            &name.span,
            format!("{} 前面要一个对多关系", name.text),
            format!("{} needs a to-many relation before it", name.text),
            (format!("如 members.{function}( … )"), format!("for example members.{function}( … )")),
        );
    }

    pub(super) fn wrong_count(&mut self, span: &Range<usize>, function: &str, wanted: usize, found: usize) {
        self.error(
            "wrong-arguments",
            span,
            format!("{function} 要 {wanted} 个参数，写了 {found} 个"),
            format!("{function} takes {wanted} arguments, found {found}"),
            Default::default(),
        );
    }

    pub(super) fn has_needs_path(&mut self, span: &Range<usize>) {
        self.plain_error(
            "has-needs-path",
            span,
            "has 里只能写一个路径",
            "has takes a path",
            ("如 has(person.born)", "for example has(person.born)"),
        );
    }

    pub(super) fn not_a_date(&mut self, span: &Range<usize>) {
        self.plain_error(
            "not-a-date",
            span,
            "这不是日期",
            "this is not a date",
            ("写成 2013-10-01", "write 2013-10-01"),
        );
    }

    pub(super) fn not_an_area(&mut self, span: &Range<usize>) {
        self.plain_error(
            "not-an-area",
            span,
            "inside 里要区域的名称或编号",
            "inside takes the name or the number of an area",
            ("如 inside(\"第一工作站\")", "for example inside(\"station 1\")"),
        );
    }

    pub(super) fn no_area(&mut self, span: &Range<usize>) {
        let k = self.schema.kind_of(self.kind());
        let (zh, en) = (format!("{}没有所在区域", k.title.zh), format!("{} lies in no area", k.name));
        self.error("no-area", span, zh, en, Default::default());
    }

    pub(super) fn no_such_programme(&mut self, id: &str, span: &Range<usize>) {
        let words = self.schema.programmes.iter().flat_map(|p| [p.id.as_str(), p.title.zh.as_str()]);
        let advice = match nearest(id, words) {
            Some(near) => (format!("是不是 \"{near}\"？"), format!("did you mean \"{near}\"?")),
            None => {
                let all: Vec<&str> = self.schema.programmes.iter().take(8).map(|p| p.id.as_str()).collect();
                (format!("已有：{}", all.join("、")), format!("there are {}", all.join(", ")))
            }
        };
        self.error(
            "unknown-programme",
            span,
            format!("没有项目「{id}」"),
            format!("there is no programme \"{id}\""),
            advice,
        );
    }

    pub(super) fn wrong_subject(&mut self, span: &Range<usize>, what: &str, subject: KindId) {
        let (here, there) = (self.schema.kind_of(self.kind()), self.schema.kind_of(subject));
        self.error(
            "wrong-subject",
            span,
            format!("「{what}」是{}的事，从{}找不到唯一的{}", there.title.zh, here.title.zh, there.title.zh),
            format!("\"{what}\" is about a {}; a {} does not lead to one", there.name, here.name),
            Default::default(),
        );
    }

    pub(super) fn no_such_param(&mut self, written: &str, span: &Range<usize>) {
        let pack = crate::typed::plain(self.ask.pack);
        let all: Vec<String> = self
            .schema
            .params
            .iter()
            .map(|p| {
                let full = crate::typed::plain(&p.name);
                full.strip_prefix(&format!("{pack}.")).map_or(full.clone(), str::to_string)
            })
            .collect();
        let advice = match nearest(written, all.iter().map(String::as_str)) {
            Some(near) => (format!("是不是 param.{near}？"), format!("did you mean param.{near}?")),
            None => ("参数写在 params.toml 里".into(), "parameters are declared in params.toml".into()),
        };
        self.error(
            "unknown-param",
            span,
            format!("没有参数 {written}"),
            format!("there is no parameter {written}"),
            advice,
        );
    }

    pub(super) fn no_such_rule(&mut self, id: &str, span: &Range<usize>) {
        let pack = format!("{}.", self.ask.pack);
        let all: Vec<&str> = self.schema.rules.iter().map(|r| r.id.strip_prefix(&pack).unwrap_or(&r.id)).collect();
        let advice = match nearest(id, all) {
            Some(near) => (format!("是不是 rule(\"{near}\")？"), format!("did you mean rule(\"{near}\")?")),
            None => ("规则写在 rules.toml 里".into(), "rules are declared in rules.toml".into()),
        };
        self.error("unknown-rule", span, format!("没有规则 {id}"), format!("there is no rule {id}"), advice);
    }

    pub(super) fn nothing_below(&mut self, name: &Name, span: &Range<usize>) {
        self.error(
            "nothing-below",
            span,
            format!("{} 不是对一关系，后面不能再接", name.text),
            format!("{} is not a to-one relation: nothing follows it", name.text),
            Default::default(),
        );
    }

    pub(super) fn many_needs_function(&mut self, name: &Name, kind: KindId, many: ManyId) {
        let relation = &self.schema.kind_of(kind).manys[usize::from(many.0)];
        let n = &relation.name;
        self.error(
            "many-as-value",
            &name.span,
            format!("{} 有许多条，不是一个值", name.text),
            format!("{} is many records, not a value", name.text),
            (
                format!("写 {n}.count( … )、{n}.any( … ) 或 {n}.sum(列, … )"),
                format!("use {n}.count( … ), {n}.any( … ) or {n}.sum(column, … )"),
            ),
        );
    }

    pub(super) fn not_a_many(&mut self, name: &Name, kind: KindId, function: &str) {
        let k = self.schema.kind_of(kind);
        let all: Vec<&str> = k.manys.iter().map(|m| m.name.as_str()).collect();
        self.error(
            "not-a-many",
            &name.span,
            format!("{} 不是对多关系，不能 {function}", name.text),
            format!("{} is not a to-many relation: it has no {function}", name.text),
            (format!("{}的对多关系：{}", k.title.zh, all.join("、")), format!("{} has {}", k.name, all.join(", "))),
        );
    }

    pub(super) fn no_such_many(&mut self, name: &Name, kind: KindId) {
        let k = self.schema.kind_of(kind);
        let words = k.manys.iter().flat_map(|m| [m.name.as_str(), m.title.zh.as_str()]);
        let advice = match nearest(&name.text, words) {
            Some(near) => (format!("是不是 {near}？"), format!("did you mean {near}?")),
            None => {
                let all: Vec<&str> = k.manys.iter().map(|m| m.name.as_str()).collect();
                (format!("{}的对多关系：{}", k.title.zh, all.join("、")), format!("{} has {}", k.name, all.join(", ")))
            }
        };
        self.error(
            "unknown-relation",
            &name.span,
            format!("{}没有对多关系 {}", k.title.zh, name.text),
            format!("{} has no to-many relation {}", k.name, name.text),
            advice,
        );
    }

    pub(super) fn kind_alone(&mut self, span: &Range<usize>, kind: KindId) {
        let k = self.schema.kind_of(kind);
        let names = some_names(k, self.schema);
        self.error(
            "kind-alone",
            span,
            format!("{}是一种记录，不是一个值", k.title.zh),
            format!("{} is a kind of record, not a value", k.name),
            (format!("接着写它的列：{names}"), format!("go on to one of its columns: {names}")),
        );
    }

    pub(super) fn path_expected(&mut self, span: &Range<usize>) {
        self.plain_error(
            "path-expected",
            span,
            "这里要一个路径",
            "expected a path",
            ("如 person.sex", "for example person.sex"),
        );
    }

    /// The text of an argument that must be one.
    pub(super) fn plain_text(&mut self, arg: &Expr) -> Option<String> {
        if let crate::parse::Form::Text(text) = &arg.form {
            return Some(text.clone());
        }
        self.plain_error(
            "text-expected",
            &arg.span,
            "这里要加引号的名称",
            "expected a name in quotes",
            ("如 enrolled(\"elder-allowance\")", "for example enrolled(\"elder-allowance\")"),
        );
        None
    }
}
