//! Columns of a list of residents: those that go with what it is about, or those that somebody chose.

use liren_rules::{Cell, Title, TypeName};

use super::chosen::Chosen;
use super::conditions::{Conditions, Field};
use super::pages::Row;
use crate::base::{App, Lang};

/// 栏 — one column that may be shown.
#[derive(Clone)]
pub struct Column {
    pub id: String,
    pub title: Title,
    pub what: What,
}

/// Where the text of a cell comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    Sex,
    Age,
    Number,
    Address,
    Relation,
    Residency,
    Phone,
    /// A column of the person frame.
    Fact,
    /// What stands in a line of work.
    Standing,
}

/// The columns that every list has unless others are chosen.
const USUAL: [&str; 6] = ["sex", "age", "id_number", "address", "relation", "residency"];

/// Every column there is, in the order in which a page shows them.
pub fn all(app: &App, fields: &[Field]) -> Vec<Column> {
    let own = [
        ("sex", "性别", "Sex", What::Sex),
        ("age", "年龄", "Age", What::Age),
        ("id_number", "证件号", "ID number", What::Number),
        ("phone", "电话", "Phone", What::Phone),
        ("address", "住址", "Address", What::Address),
        ("relation", "与户主", "To the head", What::Relation),
        ("residency", "居住", "Residency", What::Residency),
    ];
    let mut columns: Vec<Column> = own
        .into_iter()
        .map(|(id, zh, en, what)| Column { id: id.to_owned(), title: Title::new(zh, en), what })
        .collect();
    let (programmes, schema) = (&app.packs().programmes, app.schema());
    // What follows from other facts is no cell of its own; its condition says it.
    let stored = |id: &str| schema.kind("person").is_some_and(|k| schema.kind_of(k).column(id).is_some());
    for field in fields {
        if columns.iter().any(|c| c.id == field.id) || ["has_phone", "has_number"].contains(&field.id.as_str()) {
            continue;
        }
        let standing = programmes.iter().any(|p| p.id == field.id);
        if !standing && !stored(&field.id) {
            continue;
        }
        let what = if standing { What::Standing } else { What::Fact };
        columns.push(Column { id: field.id.clone(), title: field.title.clone(), what });
    }
    columns
}

/// The columns of a list: those chosen, or the usual ones and what its conditions ask about.
pub fn of_list(all: &[Column], chosen: &str, conditions: &Conditions) -> Vec<Column> {
    let wanted: Vec<&str> = match chosen.split(',').filter(|id| !id.is_empty()).collect::<Vec<_>>() {
        chosen if !chosen.is_empty() => chosen,
        _ => USUAL.into_iter().chain(conditions.0.iter().map(|c| c.field.id.as_str())).collect(),
    };
    all.iter().filter(|c| wanted.contains(&c.id.as_str())).cloned().collect()
}

/// The text of a cell; empty where the list has nothing to say, 待核实 where somebody should know.
pub fn text(app: &App, chosen: &Chosen, row: &Row, column: &Column, lang: Lang) -> String {
    match column.what {
        What::Sex => row.sex.clone(),
        What::Age => row.age.clone(),
        What::Number => row.id_number.clone(),
        What::Address => row.address.clone(),
        What::Relation => row.relation.clone(),
        What::Residency => row.residency.clone(),
        What::Phone if row.phones.is_empty() => lang.t("未登记").to_owned(),
        What::Phone => row.phones.clone(),
        What::Fact => fact(chosen, row.id, &column.id, lang),
        What::Standing => standing(app, chosen, row.id, &column.id, lang),
    }
}

fn fact(chosen: &Chosen, person: i64, column: &str, lang: Lang) -> String {
    let schema = chosen.look.schema();
    let described = schema.kind_of(chosen.kind).columns.iter().find(|c| c.name == column);
    let frame = chosen.look.world.frame(chosen.kind);
    let cell = chosen.slot(column).zip(frame.row_of(person)).map(|(slot, row)| frame.cell(slot, row));
    let table = match described.map(|c| &c.type_name) {
        Some(TypeName::Code(table)) => schema.table(table).map(|t| schema.table_of(t)),
        _ => None,
    };
    match cell {
        Some(Cell::Code(n)) => table
            .and_then(|t| t.codes.get(usize::from(n)))
            .map_or_else(String::new, |c| lang.pick(&c.title.zh, &c.title.en).to_owned()),
        Some(Cell::Int(n)) => n.to_string(),
        Some(Cell::Bool(yes)) => lang.t(if yes { "是" } else { "否" }).to_owned(),
        _ => lang.t("待核实").to_owned(),
    }
}

/// The stage somebody or their household is in, the latest first.
fn standing(app: &App, chosen: &Chosen, person: i64, programme: &str, lang: Lang) -> String {
    let frame = chosen.look.world.frame(chosen.kind);
    let household = chosen.slot("household").zip(frame.row_of(person)).map(|(slot, row)| frame.cell(slot, row));
    let household = if let Some(Cell::One(id)) = household { Some(id) } else { None };
    let schema = chosen.look.schema();
    let at = schema.table("programme").and_then(|t| schema.table_of(t).find(programme));
    let mut found: Vec<(i32, u16)> = chosen
        .look
        .enrolments(person, household)
        .into_iter()
        .filter(|(p, ..)| Some(*p) == at)
        .map(|(_, stage, since)| (since, stage))
        .collect();
    found.sort_unstable();
    let Some((_, stage)) = found.pop() else { return String::new() };
    let code = schema.table("stage").and_then(|t| schema.table_of(t).codes.get(usize::from(stage)));
    let titled = app.packs().programme(programme).and_then(|p| {
        let id = &code?.code;
        p.stages.iter().find(|s| s.id == *id).map(|s| lang.pick(&s.title.zh, &s.title.en).to_owned())
    });
    titled.unwrap_or_default()
}
