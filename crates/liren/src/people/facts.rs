//! The facts of a person: one table for page, form, list, export, import and frame. Adding a fact is an entry here and a
//! migration; the facts that packs declare come from [`all`] beside them.

use liren_packs::{FieldType, Packs};
use liren_rules::{Column, KindBuilder, Title};

use super::person::PersonLine;
use super::states::{Birth, Marital, Naming, Political, Schooling, Work};
use crate::base::states::StateTable;

/// What kind of answer a fact has.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A code of this table.
    Code(String),
    Text,
    Number,
    /// Fen.
    Money,
    Day,
    Tick,
}

/// 事实 — something that is known or unknown of every person.
pub struct Fact {
    /// Column of its table, of the frame, name of its field in forms and exports.
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Other words that expressions may use for it.
    pub also: &'static [&'static str],
    pub table: &'static StateTable,
    /// The code table, where the answer is a code: then it is a column of the frame.
    pub codes: Option<&'static str>,
    /// It was so from birth: a later answer corrects, it does not change.
    pub lasting: bool,
    /// What it costs to ask; 0 is the usual.
    pub cost: u32,
    pub of: fn(&PersonLine) -> Option<&str>,
}

/// The facts that are one answer each. Birth, residency and membership are made of several and have verbs of their own.
pub const FACTS: &[Fact] = &[
    Fact {
        id: "former_name",
        zh: "曾用名",
        en: "Former name",
        also: &[],
        table: Naming::TABLE,
        codes: None,
        lasting: false,
        cost: 0,
        of: |p| p.former_name.as_deref(),
    },
    Fact {
        id: "sex",
        zh: "性别",
        en: "Sex",
        also: &[],
        table: Birth::TABLE,
        codes: Some("sex"),
        lasting: true,
        cost: 1,
        of: |p| p.sex.as_deref(),
    },
    Fact {
        id: "ethnic",
        zh: "民族",
        en: "Ethnic group",
        also: &[],
        table: Birth::TABLE,
        codes: Some("ethnic"),
        lasting: true,
        cost: 0,
        of: |p| p.ethnic.as_deref(),
    },
    Fact {
        id: "marital",
        zh: "婚姻状况",
        en: "Marital status",
        also: &["婚姻"],
        table: Marital::TABLE,
        codes: Some("marital"),
        lasting: false,
        cost: 0,
        of: |p| p.marital.as_deref(),
    },
    Fact {
        id: "education",
        zh: "学历",
        en: "Education",
        also: &[],
        table: Schooling::TABLE,
        codes: Some("education"),
        lasting: false,
        cost: 0,
        of: |p| p.education.as_deref(),
    },
    Fact {
        id: "political",
        zh: "政治面貌",
        en: "Political status",
        also: &[],
        table: Political::TABLE,
        codes: Some("political"),
        lasting: false,
        cost: 0,
        of: |p| p.political.as_deref(),
    },
    Fact {
        id: "employment",
        zh: "从业状况",
        en: "Employment",
        also: &["从业"],
        table: Work::TABLE,
        codes: Some("employment"),
        lasting: false,
        cost: 0,
        of: |p| p.employment.as_deref(),
    },
    Fact {
        id: "employer",
        zh: "工作单位",
        en: "Employer",
        also: &[],
        table: Work::TABLE,
        codes: None,
        lasting: false,
        cost: 0,
        of: |p| p.employer.as_deref(),
    },
];

/// One fact by its id.
pub fn fact(id: &str) -> Option<&'static Fact> {
    FACTS.iter().find(|fact| fact.id == id)
}

/// The coded facts as columns of the person frame.
pub(super) fn columns(mut kind: KindBuilder<'_>) -> KindBuilder<'_> {
    for fact in FACTS {
        let Some(codes) = fact.codes else { continue };
        let mut column = Column::code(fact.id, codes, fact.zh, fact.en);
        for word in fact.also {
            column = column.also(word);
        }
        if fact.cost > 0 {
            column = column.cost(fact.cost);
        }
        kind = kind.column(column);
    }
    kind
}

/// A fact as a page, a form or an export asks for it: one of [`FACTS`] or one that a pack declares.
pub struct AnyFact {
    pub id: String,
    pub title: Title,
    pub answer: Answer,
    /// `None` for the facts of packs, which lie in `field_value`.
    pub own: Option<&'static Fact>,
    pub sensitive: bool,
}

/// Every fact of a person, those of packs after our own, in the order in which a page shows them.
pub fn all(packs: &Packs) -> Vec<AnyFact> {
    let own = FACTS.iter().map(|fact| AnyFact {
        id: fact.id.to_owned(),
        title: Title::new(fact.zh, fact.en),
        answer: fact.codes.map_or(Answer::Text, |codes| Answer::Code(codes.to_owned())),
        own: Some(fact),
        sensitive: false,
    });
    let declared =
        packs.programmes.iter().flat_map(|p| &p.facts).filter(|f| f.subject == "person").map(|fact| AnyFact {
            id: fact.id.clone(),
            title: fact.title.clone(),
            answer: match &fact.field_type {
                FieldType::Code(table) => Answer::Code(table.clone()),
                FieldType::Day => Answer::Day,
                FieldType::Money => Answer::Money,
                FieldType::Bool => Answer::Tick,
                FieldType::Int => Answer::Number,
                _ => Answer::Text,
            },
            own: None,
            sensitive: fact.sensitive,
        });
    own.chain(declared).collect()
}
