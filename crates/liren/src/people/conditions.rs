//! 条件 — what a list of residents is cut by: a field, a way to compare it, values. Kept in an address and in a saved list as
//! `age.ge.80~marital.in.30,40`; never an expression that somebody typed.

use liren_packs::Packs;
use liren_rules::{Bitmap, Schema, Title, TypeName};

use super::chosen::Chosen;
use crate::base::{App, Lang};

/// What answers a field has.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    /// Whole numbers.
    Number,
    Yes,
    /// Code and title.
    Codes(Vec<(String, Title)>),
}

/// 字段 — something that a condition asks about.
#[derive(Clone, Debug)]
pub struct Field {
    pub id: String,
    pub title: Title,
    pub answers: Answers,
    /// The programme of a field that asks for a standing.
    programme: Option<String>,
}

/// Columns of the person frame that say nothing to a clerk, or are asked for elsewhere on the page.
const LEFT: [&str; 7] =
    ["residency", "name_rank", "place_rank", "alive", "lives_here", "residency_inferred", "present"];

/// Every field, the person's own before the lines of work.
pub fn fields(app: &App) -> Vec<Field> {
    let (schema, packs) = (app.schema(), app.packs());
    let Some(kind) = schema.kind("person") else { return vec![] };
    let own = schema.kind_of(kind);
    let derived = schema.derived.iter().filter(|d| d.kind == own.name).map(|d| (&d.name, &d.title, &d.type_name));
    let columns = own.columns.iter().map(|c| (&c.name, &c.title, &c.type_name));
    // What a pack calls sensitive is not searched for.
    let hidden = |id: &str| packs.programmes.iter().flat_map(|p| &p.facts).any(|f| f.id == id && f.sensitive);
    let asked = derived.chain(columns).filter(|(id, ..)| !LEFT.contains(&id.as_str()) && !hidden(id));
    let mut fields: Vec<Field> = asked
        .filter_map(|(id, title, ty)| {
            let answers = answers(schema, ty)?;
            Some(Field { id: id.clone(), title: title.clone(), answers, programme: None })
        })
        .collect();
    fields.extend(standings(packs));
    fields
}

fn answers(schema: &Schema, ty: &TypeName) -> Option<Answers> {
    match ty {
        TypeName::Int => Some(Answers::Number),
        TypeName::Bool => Some(Answers::Yes),
        TypeName::Code(table) => {
            let table = schema.table_of(schema.table(table)?);
            Some(Answers::Codes(table.codes.iter().map(|c| (c.code.clone(), c.title.clone())).collect()))
        }
        _ => None,
    }
}

/// A line of work with people on its roll asks: on the roll, not on it, in one of its stages.
fn standings(packs: &Packs) -> impl Iterator<Item = Field> + '_ {
    let mine = packs.programmes.iter().filter(|p| ["person", "household"].contains(&p.subject.as_str()));
    mine.filter(|p| !p.stages.is_empty()).map(|p| {
        let mut codes = vec![
            (ON.to_owned(), Title::new("在册", "On the roll")),
            (OFF.to_owned(), Title::new("不在册", "Not on the roll")),
        ];
        codes.extend(p.stages.iter().map(|s| (s.id.clone(), s.title.clone())));
        Field {
            id: p.id.clone(),
            title: p.title.clone(),
            answers: Answers::Codes(codes),
            programme: Some(p.id.clone()),
        }
    })
}

const ON: &str = "+";
const OFF: &str = "-";

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// 不小于
    Least,
    /// 不大于
    Most,
    /// 是其中之一
    In,
    /// 不知道
    Unknown,
}

impl Op {
    const ALL: [(Op, &'static str); 4] =
        [(Op::Least, "ge"), (Op::Most, "le"), (Op::In, "in"), (Op::Unknown, "unknown")];

    pub fn of(word: &str) -> Option<Op> {
        Op::ALL.into_iter().find(|(_, w)| *w == word).map(|(op, _)| op)
    }

    pub fn word(self) -> &'static str {
        Op::ALL.into_iter().find(|(op, _)| *op == self).map_or("", |(_, word)| word)
    }
}

/// One condition.
#[derive(Clone, Debug)]
pub struct Condition {
    pub field: Field,
    pub op: Op,
    pub values: Vec<String>,
}

/// What is asked of whom; all of it has to hold.
#[derive(Clone, Debug, Default)]
pub struct Conditions(pub Vec<Condition>);

/// No list is cut by more.
pub const MOST: usize = 12;

impl Condition {
    /// `None` when the field does not have such an answer.
    pub fn new(fields: &[Field], field: &str, op: Op, values: Vec<String>) -> Option<Condition> {
        let field = fields.iter().find(|f| f.id == field)?.clone();
        let fits = match (&field.answers, op) {
            (Answers::Number, Op::Least | Op::Most) => values.len() == 1 && whole(&values[0]),
            (Answers::Yes, Op::In) => values.len() == 1 && ["yes", "no"].contains(&values[0].as_str()),
            (Answers::Codes(codes), Op::In) => {
                !values.is_empty() && values.iter().all(|v| codes.iter().any(|(code, _)| code == v))
            }
            (_, Op::Unknown) => field.programme.is_none(),
            _ => false,
        };
        fits.then_some(Condition { field, op, values })
    }

    /// The expression, and whether those are meant of whom it cannot be said.
    fn text(&self) -> (String, bool) {
        let id = &self.field.id;
        let quoted = |codes: &[&String]| {
            let words: Vec<String> = codes.iter().map(|code| format!("\"{code}\"")).collect();
            words.join(", ")
        };
        if let Some(programme) = &self.field.programme {
            let mut any: Vec<String> = Vec::new();
            let stages: Vec<&String> = self.values.iter().filter(|v| ![ON, OFF].contains(&v.as_str())).collect();
            for (word, text) in [(ON, "enrolled"), (OFF, "!enrolled")] {
                if self.values.iter().any(|v| v == word) {
                    any.push(format!("{text}(\"{programme}\")"));
                }
            }
            if !stages.is_empty() {
                let within = format!("any(programme == \"{programme}\" && stage in [{}])", quoted(&stages));
                any.push(format!("enrolments.{within}"));
                any.push(format!("has(person.household) && household.enrolments.{within}"));
            }
            return (any.join(" || "), false);
        }
        match (&self.field.answers, self.op) {
            (_, Op::Unknown) => (format!("person.{id} == person.{id}"), true),
            (Answers::Number, Op::Least) => (format!("person.{id} >= {}", self.values[0]), false),
            (Answers::Number, _) => (format!("person.{id} <= {}", self.values[0]), false),
            (Answers::Yes, _) if self.values[0] == "yes" => (format!("person.{id}"), false),
            (Answers::Yes, _) => (format!("!person.{id}"), false),
            (Answers::Codes(_), _) => {
                (format!("person.{id} in [{}]", quoted(&self.values.iter().collect::<Vec<_>>())), false)
            }
        }
    }

    /// 年龄不小于80, 婚姻状况：丧偶、离婚
    pub fn words(&self, lang: Lang) -> String {
        let title = lang.pick(&self.field.title.zh, &self.field.title.en);
        let value = self.values.first().map_or("", String::as_str);
        let put = [("field", title), ("n", value)];
        match (&self.field.answers, self.op) {
            (_, Op::Unknown) => lang.t_with("{field}不知道", &put),
            (_, Op::Least) => lang.t_with("{field}不小于{n}", &put),
            (_, Op::Most) => lang.t_with("{field}不大于{n}", &put),
            (Answers::Yes, _) => {
                let word = lang.t(if value == "yes" { "是" } else { "否" });
                format!("{title}{}{word}", lang.pick("：", ": "))
            }
            (Answers::Codes(codes), _) => {
                let title_of = |v: &String| {
                    let found = codes.iter().find(|(code, _)| code == v);
                    found.map_or(v.clone(), |(_, t)| lang.pick(&t.zh, &t.en).to_owned())
                };
                let all: Vec<String> = self.values.iter().map(title_of).collect();
                format!("{title}{}{}", lang.pick("：", ": "), all.join(lang.pick("、", ", ")))
            }
            (Answers::Number, _) => title.to_owned(),
        }
    }

    fn written(&self) -> String {
        format!("{}.{}.{}", self.field.id, self.op.word(), self.values.join(","))
    }
}

fn whole(text: &str) -> bool {
    !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())
}

impl Conditions {
    /// Reads what an address or a saved list says; `None` when it asks for what there is not.
    pub fn read(fields: &[Field], text: &str) -> Option<Conditions> {
        let parts: Vec<&str> = text.split('~').filter(|part| !part.is_empty()).collect();
        if parts.len() > MOST {
            return None;
        }
        let one = |part: &str| {
            let mut words = part.splitn(3, '.');
            let (field, op, values) = (words.next()?, Op::of(words.next()?)?, words.next()?);
            let values = values.split(',').filter(|v| !v.is_empty()).map(str::to_owned).collect();
            Condition::new(fields, field, op, values)
        };
        parts.into_iter().map(one).collect::<Option<Vec<_>>>().map(Conditions)
    }

    pub fn written(&self) -> String {
        self.0.iter().map(Condition::written).collect::<Vec<_>>().join("~")
    }

    pub fn words(&self, lang: Lang) -> String {
        self.0.iter().map(|c| c.words(lang)).collect::<Vec<_>>().join(lang.pick("，", "; "))
    }

    /// Without the condition at a place.
    pub fn without(&self, at: usize) -> Conditions {
        Conditions(self.0.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c.clone()).collect())
    }

    /// With one more; a field that is asked about already is asked anew.
    pub fn with(&self, new: Condition) -> Conditions {
        let same = |c: &&Condition| c.field.id != new.field.id || (c.op != new.op && c.op != Op::Unknown);
        let mut all: Vec<Condition> = self.0.iter().filter(same).cloned().collect();
        all.push(new);
        Conditions(all)
    }
}

/// Who fits, and who may.
pub struct Fitting {
    pub yes: Bitmap,
    pub maybe: Bitmap,
}

/// Each set of conditions over the people of a reader, decided in one run.
pub(super) fn fitting(chosen: &Chosen, all: &[&Conditions]) -> Vec<Fitting> {
    let texts: Vec<(String, bool)> = all.iter().flat_map(|c| &c.0).map(Condition::text).collect();
    let words: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
    let mut sets = chosen.sets(&words).into_iter().zip(&texts);
    let everyone = &chosen.scope;
    let mut fitting = Vec::with_capacity(all.len());
    for conditions in all {
        let (mut yes, mut may) = (everyone.clone(), everyone.clone());
        for (set, (_, unknown)) in sets.by_ref().take(conditions.0.len()) {
            let (y, u) = match set {
                Some(set) if *unknown => (set.unknown, Bitmap::none(everyone.len())),
                Some(set) => (set.yes, set.unknown),
                None => (Bitmap::none(everyone.len()), Bitmap::none(everyone.len())),
            };
            may = may.and(&y.or(&u));
            yes = yes.and(&y);
        }
        let maybe = may.minus(&yes);
        fitting.push(Fitting { yes, maybe });
    }
    fitting
}
