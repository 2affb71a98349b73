//! 台账登记 — on which registers a figure rests. Zero is a statement: it can be made only while the register is kept.

use std::collections::BTreeSet;
use std::fmt;

use liren_rules::{Checked, KindId, Schema};

/// 台账 — a kind of record that a community may keep or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Register {
    /// 居民底数: people, households, homes, births, deaths, moves, marriages.
    People,
    /// The enrolments, transitions and payments of a programme.
    Programme(String),
    /// Another kind of record; of organisations and facilities also those of one code: `organisation/party_branch`.
    Kind(String, Option<String>),
}

/// What the register of people holds.
const PEOPLE: [&str; 10] =
    ["person", "household", "birth", "death", "move", "marriage", "divorce", "dwelling", "building", "estate"];
/// What a programme's register holds.
const OF_PROGRAMMES: [&str; 4] = ["enrolment", "transition", "payment", "ending"];
/// Kinds whose records are told apart by a code of theirs.
const BY_KIND: [&str; 2] = ["organisation", "facility"];
/// The tree is there from the first day and has no gaps.
const ALWAYS: [&str; 1] = ["area"];

impl Register {
    /// `people`, `minimum-living`, `organisation/party_branch`, `activities.activity`.
    pub fn id(&self) -> String {
        self.to_string()
    }

    /// The register of an id; `None` when the schema knows neither a programme nor a kind of that name.
    pub fn parse(id: &str, schema: &Schema) -> Option<Register> {
        if id == "people" {
            return Some(Register::People);
        }
        if schema.programme(id).is_some() {
            return Some(Register::Programme(id.to_owned()));
        }
        let (kind, code) = match id.split_once('/') {
            Some((kind, code)) => (kind, Some(code)),
            None => (id, None),
        };
        let known = schema.kind(kind).is_some() && !PEOPLE.contains(&kind) && !ALWAYS.contains(&kind);
        let known = known && !OF_PROGRAMMES.contains(&kind);
        let coded = code.is_none_or(|code| {
            let column = schema.kind(kind).and_then(|k| schema.kind_of(k).columns.iter().find(|c| c.name == "kind"));
            match column.map(liren_rules::Column::ty) {
                Some(liren_rules::Type::Code(table)) => schema.table_of(table).find(code).is_some(),
                _ => false,
            }
        });
        (known && coded).then(|| Register::Kind(kind.to_owned(), code.map(str::to_owned)))
    }

    /// Whether keeping this register keeps the other: organisations keep every kind of them.
    pub fn holds(&self, other: &Register) -> bool {
        match (self, other) {
            (Register::Kind(kind, None), Register::Kind(of, _)) => kind == of,
            (a, b) => a == b,
        }
    }

    /// The register of records of a kind; `None` for those that are always kept and for a programme's, which the programme
    /// names.
    pub fn of_kind(kind: &str) -> Option<Register> {
        if PEOPLE.contains(&kind) {
            return Some(Register::People);
        }
        let none = ALWAYS.contains(&kind) || OF_PROGRAMMES.contains(&kind);
        (!none).then(|| Register::Kind(kind.to_owned(), None))
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Register::People => f.write_str("people"),
            Register::Programme(id) | Register::Kind(id, None) => f.write_str(id),
            Register::Kind(kind, Some(code)) => write!(f, "{kind}/{code}"),
        }
    }
}

/// The registers on which an expression over `kind` rests: those of the records themselves, of the programmes it names and of
/// the to-many relations it counts over. An error names what is missing: a figure over several programmes pins none.
pub(crate) fn registers(
    schema: &Schema,
    kind: KindId,
    expressions: &[&Checked],
) -> Result<BTreeSet<Register>, &'static str> {
    let mut found = BTreeSet::new();
    let mut programmes = BTreeSet::new();
    let mut kinds = BTreeSet::from([kind]);
    let mut codes = BTreeSet::new();
    for expression in expressions {
        programmes.extend(expression.programmes(schema).into_iter().map(|p| schema.programmes[p].id.clone()));
        kinds.extend(expression.many_kinds(schema));
        if expression.kind() == kind {
            codes.extend(expression.codes_of(schema, "kind"));
        }
    }
    for of in kinds {
        let name = schema.kind_of(of).name.as_str();
        if OF_PROGRAMMES.contains(&name) {
            if programmes.is_empty() {
                return Err("programme");
            }
        } else if of == kind && BY_KIND.contains(&name) && !codes.is_empty() {
            found.extend(codes.iter().map(|code| Register::Kind(name.to_owned(), Some(code.clone()))));
        } else {
            found.extend(Register::of_kind(name));
        }
    }
    found.extend(programmes.into_iter().map(Register::Programme));
    Ok(found)
}
