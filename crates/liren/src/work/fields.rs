//! The fields that a pack declares of an event or an enrolment, as a form shows and reads them.

use liren_facts::Day;
use liren_packs::{Field, FieldType};

use crate::base::web::Form;
use crate::base::{App, FactValue, Fields, Lang, error};
use crate::people::forms::codes;

/// A declared field as a form shows it.
pub struct Input {
    pub name: String,
    pub title: String,
    /// Chosen among a few, among many, or typed.
    pub few: Vec<(String, String)>,
    pub many: Vec<(String, String)>,
    pub hint: &'static str,
}

/// The name of a field in a form.
fn name(field: &Field) -> String {
    format!("x-{}", field.id)
}

/// The inputs of the fields that are columns of their own; who or where is asked by the form itself.
pub fn inputs(app: &App, fields: &[Field], lang: Lang) -> Vec<Input> {
    fields
        .iter()
        .filter(|f| !matches!(f.field_type, FieldType::Organisation | FieldType::Area))
        .map(|field| {
            let (mut few, mut many, mut hint) = (vec![], vec![], "");
            match &field.field_type {
                FieldType::Code(table) => {
                    let all = codes(app, table, lang);
                    if all.len() <= 8 { few = all } else { many = all }
                }
                FieldType::Bool => {
                    few = [("yes", "是"), ("no", "否")].map(|(v, w)| (v.to_owned(), lang.t(w).to_owned())).to_vec();
                }
                FieldType::Int => hint = "整数",
                FieldType::Money => hint = "元",
                FieldType::Day => hint = "写成 1985-3-7",
                FieldType::Text | FieldType::Organisation | FieldType::Area => {}
            }
            let title = lang.pick(&field.title.zh, &field.title.en).to_owned();
            Input { name: name(field), title, few, many, hint }
        })
        .collect()
}

/// What was filled in; what cannot be used gets its sentence at its field.
pub fn read(app: &App, form: &mut Form, fields: &[Field], today: Day) -> Fields {
    let mut values = Vec::new();
    for field in fields {
        let name = name(field);
        let Some(text) = form.text(&name) else { continue };
        let value = match &field.field_type {
            FieldType::Bool => Some(FactValue::Number(i64::from(text == "yes"))),
            FieldType::Int => form.number(&name).map(FactValue::Number),
            FieldType::Money => {
                let fen = money(&text);
                if fen.is_none() {
                    form.problem(&name, format!("“{text}”不是一个金额。"), format!("“{text}” is not an amount."));
                }
                fen.map(FactValue::Number)
            }
            FieldType::Day => {
                form.partial_day(&name, Day(today.0 + 36_525)).map(|day| FactValue::Number(i64::from(day.last.0)))
            }
            FieldType::Code(table) => {
                let found = app.schema().table(table).and_then(|t| {
                    let codes = app.schema().table_of(t);
                    codes.find(&text).and_then(|n| codes.codes.get(usize::from(n))).map(|c| c.code.clone())
                });
                if found.is_none() {
                    form.problem(&name, "没有这一项，请从列出的里面选。", "Choose an answer that is listed.");
                }
                found.map(FactValue::Text)
            }
            FieldType::Text if text.chars().count() > 500 => {
                form.problem(&name, "太长了，请不要超过 500 个字。", "Too long: 500 characters at most.");
                None
            }
            // A number typed into a sentence is masked before it is kept.
            FieldType::Text => Some(FactValue::Text(liren_facts::identifier::masked_within(&text))),
            FieldType::Organisation | FieldType::Area => None,
        };
        values.extend(value.map(|value| (field.id.clone(), value)));
    }
    values
}

/// Yuan as somebody types them, in fen.
pub fn money(text: &str) -> Option<i64> {
    let yuan: f64 = text.replace([',', '，'], "").trim_end_matches('元').trim().parse().ok()?;
    (0.0..1e10).contains(&yuan).then(|| (yuan * 100.0).round() as i64)
}

/// Puts what is on record into a form.
pub fn fill(form: &mut Form, fields: &[Field], held: &Fields) {
    for field in fields {
        let Some((_, value)) = held.iter().find(|(id, _)| *id == field.id) else { continue };
        let text = match (value, &field.field_type) {
            (FactValue::Text(text), _) => text.clone(),
            (FactValue::Number(n), FieldType::Bool) => if *n == 0 { "no" } else { "yes" }.to_owned(),
            (FactValue::Number(n), FieldType::Money) => crate::figures::decimal((*n).into(), 100),
            (FactValue::Number(n), FieldType::Day) => {
                i32::try_from(*n).map_or_else(|_| n.to_string(), |day| Day(day).to_string())
            }
            (FactValue::Number(n), _) => n.to_string(),
        };
        form.set(&name(field), text);
    }
}

/// What is on record of the fields, in words.
pub fn words(app: &App, fields: &[Field], held: &Fields, lang: Lang) -> String {
    let told = fields.iter().filter(|f| !f.sensitive).filter_map(|field| {
        let (_, value) = held.iter().find(|(id, _)| *id == field.id)?;
        let title = lang.pick(&field.title.zh, &field.title.en);
        let text = match (value, &field.field_type) {
            (FactValue::Text(code), FieldType::Code(table)) => crate::people::code(app, table, Some(code), lang),
            (FactValue::Text(text), _) => text.clone(),
            (FactValue::Number(n), FieldType::Bool) => lang.t(if *n == 0 { "否" } else { "是" }).to_owned(),
            (FactValue::Number(n), FieldType::Money) => {
                format!("{}{}", crate::figures::decimal((*n).into(), 100), lang.t("元"))
            }
            (FactValue::Number(n), FieldType::Day) => {
                i32::try_from(*n).map_or_else(|_| n.to_string(), |day| Day(day).to_string())
            }
            (FactValue::Number(n), _) => n.to_string(),
        };
        Some(format!("{title}{}{text}", lang.pick("：", ": ")))
    });
    told.collect::<Vec<_>>().join(lang.pick("，", "; "))
}

/// The pack's declaration of an event; its id is in addresses.
pub fn event<'a>(app: &'a App, kind: &str) -> crate::base::Result<&'a liren_packs::Event> {
    app.packs().events.iter().find(|e| e.id == kind).ok_or_else(|| error::not_found("登记项"))
}
