//! What packs add to the schema: code tables, columns of enrolments and subjects, event kinds, programmes,
//! parameters, derived columns and rules.

use std::collections::HashMap;

use liren_rules::{Code, CodeTable, Column, Derived, Finding, Many, RuleText, SchemaBuilder, Title, TypeName};

use crate::pack::{Event, Fact, Field, FieldType, Programme, suggest};
use crate::rule::{Param, Rule};
use crate::source::Spot;

/// Everything read from all packs, before the schema is built.
#[derive(Default)]
pub(crate) struct Parts {
    pub tables: Vec<(CodeTable, Spot)>,
    pub programmes: Vec<Programme>,
    pub events: Vec<Event>,
    pub derived: Vec<Derived>,
    pub params: Vec<Param>,
    pub rules: Vec<Rule>,
}

pub(crate) fn extend(schema: &mut SchemaBuilder, parts: &Parts, findings: &mut Vec<Finding>) {
    let mut tables: HashMap<String, &Spot> = HashMap::new();
    for (table, spot) in &parts.tables {
        if tables.insert(table.id.clone(), spot).is_some() {
            findings.push(spot.error(
                "duplicate-id",
                format!("代码表 {} 声明了两次", table.id),
                format!("code table {} is declared twice", table.id),
            ));
            continue;
        }
        if schema.tables.iter().all(|t| t.id != table.id) {
            schema.table(table.clone());
        }
    }
    let named: Vec<String> =
        schema.tables.iter().map(|t| t.id.clone()).chain(["programme".into(), "stage".into()]).collect();
    for programme in &parts.programmes {
        self::programme(schema, programme, findings);
        for field in &programme.fields {
            if let Some(column) = column(&field.id, &field.title, &field.field_type, &field.spot, &named, findings) {
                add(schema, "enrolment", ("登记", "Enrolment"), column, &field.spot, findings);
            }
        }
        for fact in &programme.facts {
            self::fact(schema, fact, &named, findings);
        }
    }
    for event in &parts.events {
        self::event(schema, event, &named, findings);
    }
    for param in &parts.params {
        schema.param(liren_rules::Param::new(&param.id, param.type_name.clone(), param.title.clone()));
    }
    for derived in &parts.derived {
        schema.derive(derived.clone());
    }
    for rule in &parts.rules {
        schema.rule(RuleText {
            id: rule.id.clone(),
            title: rule.title.clone(),
            kind: rule.kind.clone(),
            conditions: rule.conditions.clone(),
            from: Some(rule.from.0),
            to: rule.to.map(|to| to.0 - 1),
        });
    }
}

fn has_kind(schema: &SchemaBuilder, name: &str, spot: &Spot, findings: &mut Vec<Finding>) -> bool {
    if schema.kinds.iter().any(|k| k.name == name) {
        return true;
    }
    let advice = suggest(name, schema.kinds.iter().map(|k| k.name.as_str()));
    let finding = spot.error("unknown-kind", format!("没有种类 {name}"), format!("there is no kind {name}"));
    findings.push(finding.advise(advice.0, advice.1));
    false
}

fn programme(schema: &mut SchemaBuilder, p: &Programme, findings: &mut Vec<Finding>) {
    if schema.programmes.iter().any(|x| x.id == p.id) {
        let (zh, en) = (format!("条线 {} 声明了两次", p.id), format!("programme {} is declared twice", p.id));
        findings.push(p.spot.error("duplicate-id", zh, en));
        return;
    }
    if !has_kind(schema, &p.subject, &p.spot, findings) {
        return;
    }
    if p.stages.is_empty() {
        let (zh, en) = (format!("条线 {} 没有阶段 [[stage]]", p.id), format!("programme {} has no [[stage]]", p.id));
        findings.push(p.spot.error("no-stage", zh, en));
    }
    let declared =
        liren_rules::Programme::new(&p.id, &p.subject, p.records, &p.title.zh, &p.title.en).ends(p.on.0, p.on.1);
    schema.programme(p.stages.iter().fold(declared, |d, s| d.stage(&s.id, &s.title.zh, &s.title.en, s.in_force)));
}

/// The column of a field; a text has none.
fn column(
    id: &str,
    title: &Title,
    field_type: &FieldType,
    spot: &Spot,
    tables: &[String],
    findings: &mut Vec<Finding>,
) -> Option<Column> {
    let type_name = match field_type {
        FieldType::Bool => TypeName::Bool,
        FieldType::Int | FieldType::Money => TypeName::Int,
        FieldType::Day => TypeName::Day,
        FieldType::Code(table) => {
            if !tables.contains(table) {
                let advice = suggest(table, tables.iter().map(String::as_str));
                let finding = spot.error(
                    "unknown-table",
                    format!("字段 {id} 的代码表 {table} 不存在"),
                    format!("field {id}: there is no code table {table}"),
                );
                findings.push(finding.advise(advice.0, advice.1));
                return None;
            }
            TypeName::Code(table.clone())
        }
        FieldType::Organisation => TypeName::One("organisation".into()),
        FieldType::Area => TypeName::One("area".into()),
        FieldType::Text => return None,
    };
    Some(Column::new(id, type_name, &title.zh, &title.en))
}

/// Adds a column to a kind; one that is there already must be of the same type.
fn add(
    schema: &mut SchemaBuilder,
    kind: &str,
    (zh, en): (&str, &str),
    mut column: Column,
    spot: &Spot,
    findings: &mut Vec<Finding>,
) {
    if let Some(k) = schema.kinds.iter().find(|k| k.name == kind) {
        if let Some(other) = k.columns.iter().find(|c| c.name == column.name) {
            if other.type_name != column.type_name {
                let finding = spot.error(
                    "field-types",
                    format!(
                        "{kind} 已有字段 {}，类型不同：{:?} 与 {:?}",
                        column.name, other.type_name, column.type_name
                    ),
                    format!(
                        "{kind} already has a field {} of another type: {:?} and {:?}",
                        column.name, other.type_name, column.type_name
                    ),
                );
                findings.push(finding.advise("换一个 id，或用同一类型", "use another id, or the same type"));
            }
            return;
        }
        // Two fields may share a Chinese title (金额); the later one goes by its id alone.
        let taken = k.columns.iter().any(|c| c.title.zh == column.title.zh || c.also.contains(&column.title.zh))
            || k.manys.iter().any(|m| m.title.zh == column.title.zh);
        if taken {
            column.title.zh = format!("{}（{}）", column.title.zh, column.name);
        }
    }
    let _ = schema.kind(kind, zh, en).column(column);
}

fn fact(schema: &mut SchemaBuilder, fact: &Fact, tables: &[String], findings: &mut Vec<Finding>) {
    if !has_kind(schema, &fact.subject, &fact.spot, findings) {
        return;
    }
    if let Some(column) = column(&fact.id, &fact.title, &fact.field_type, &fact.spot, tables, findings) {
        add(schema, &fact.subject, ("", ""), column.cost(fact.cost), &fact.spot, findings);
    }
}

fn event(schema: &mut SchemaBuilder, event: &Event, tables: &[String], findings: &mut Vec<Finding>) {
    if schema.kinds.iter().any(|k| k.name == event.id) {
        let (zh, en) = (format!("事件 {} 声明了两次", event.id), format!("event {} is declared twice", event.id));
        findings.push(event.spot.error("duplicate-id", zh, en));
        return;
    }
    if let Some(subject) = &event.subject
        && !has_kind(schema, subject, &event.spot, findings)
    {
        return;
    }
    let title = event.title.clone();
    let names = (title.zh.as_str(), title.en.as_str());
    let mut columns = vec![Column::day("day", "日期", "Day")];
    if schema.kinds.iter().any(|k| k.name == "area") {
        columns.push(Column::one("area", "area", "区划", "Area"));
    }
    if let Some(subject) = event.subject.as_ref().filter(|s| *s != "area") {
        let zh = schema.kinds.iter().find(|k| k.name == *subject).map_or("", |k| k.title.zh.as_str()).to_string();
        columns.push(Column::one(subject, subject, &zh, subject));
    }
    if !event.stages.is_empty() {
        let table = format!("{}.stage", event.id);
        let codes = event.stages.iter().map(|s| Code::new(s, s, s)).collect();
        schema.table(CodeTable::new(&table, Title::new("阶段", "Stage"), codes));
        columns.push(Column::code("stage", &table, "阶段", "Stage"));
    }
    for column in columns {
        add(schema, &event.id, names, column, &event.spot, findings);
    }
    for Field { id, title, field_type, spot, .. } in &event.fields {
        if let Some(column) = column(id, title, field_type, spot, tables, findings) {
            add(schema, &event.id, names, column, spot, findings);
        }
    }
    if let (Some(subject), Some(many)) = (&event.subject, &event.many) {
        let taken = schema
            .kinds
            .iter()
            .find(|k| k.name == *subject)
            .is_some_and(|k| k.manys.iter().any(|m| m.name == *many) || k.columns.iter().any(|c| c.name == *many));
        if taken {
            let (zh, en) = (format!("{subject} 已有 {many}"), format!("{subject} already has {many}"));
            findings.push(event.spot.error("duplicate-name", zh, en));
            return;
        }
        let relation = Many::new(many, &event.id, subject, &format!("各次{}", title.zh), &title.en);
        let _ = schema.kind(subject, "", "").many(relation);
    }
}
