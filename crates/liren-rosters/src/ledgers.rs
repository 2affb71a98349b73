//! Ledger lines: the columns a pack declared, typed; and the checks it declared.

use std::collections::BTreeMap;

use liren_facts::identifier::{self, Options};
use liren_facts::{Day, PartialDay, date};
use liren_sheets::Value;

use crate::draft::{LedgerLine, LedgerValue};
use crate::extract::{Reader, Record};
use crate::known::KnownPerson;
use crate::ledger::{FieldKind, LedgerCheck, LedgerField, LedgerKind};
use crate::problem::{At, Level, Problems};
use crate::understand::{Plan, Table};

/// The line a row makes in a ledger; a certificate's number may prove who the person is.
pub(crate) fn line(reader: &mut Reader, kind: &LedgerKind, plan: &Plan, record: &mut Record, at: usize) {
    let mut line = LedgerLine {
        programme: kind.programme.clone(),
        source: record.draft.source,
        values: kind.values.iter().map(|(k, v)| (k.clone(), LedgerValue::Word(v.clone()))).collect(),
        raw: BTreeMap::new(),
        household_fields: Vec::new(),
    };
    for (column, id) in &plan.ledger {
        // An id may have a point of its own (on.enrolled); a year column adds its year to the field's id.
        let base = id.rsplit_once('.').map_or(id.as_str(), |(base, _)| base);
        let named = |name: &str| kind.fields.iter().find(|f| f.id == name);
        let Some(field) = named(id).or_else(|| named(base)) else {
            continue;
        };
        let value = reader.grid.own(record.row, *column);
        let value = if value.is_empty() && !field.household { reader.grid.shown(record.row, *column).0 } else { value };
        if field.household {
            line.household_fields.push(id.clone());
        }
        if value.is_empty() || matches!(value, Value::Error(_)) {
            continue;
        }
        let place = At { sheet: record.sheet, row: record.row, column: Some(*column), record: Some(at) };
        line.raw.insert(id.clone(), value.shown());
        if field.kind == FieldKind::DisabilityCertificate {
            certificate(reader, value, record, &mut line, id, place);
        } else if let Some(read) = typed(field, value, reader.on) {
            line.values.insert(id.clone(), read);
        }
    }
    record.draft.ledger.push(line);
}

/// Columns about other programmes in a general roster.
pub(crate) fn roster_lines(reader: &mut Reader, kinds: &[LedgerKind], plan: &Plan, record: &mut Record) {
    for (column, programme, id) in &plan.programmes {
        // Several kinds of ledgers may belong to one programme.
        let field =
            kinds.iter().filter(|k| &k.programme == programme).flat_map(|k| &k.roster_fields).find(|f| &f.id == id);
        let Some(field) = field else { continue };
        let value = reader.grid.own(record.row, *column);
        if value.is_empty() || matches!(value, Value::Error(_)) {
            continue;
        }
        let mut line = LedgerLine {
            programme: programme.clone(),
            source: record.draft.source,
            values: BTreeMap::new(),
            raw: BTreeMap::from([(id.clone(), value.shown())]),
            household_fields: Vec::new(),
        };
        if let Some(read) = typed(field, value, reader.on) {
            line.values.insert(id.clone(), read);
        }
        record.draft.ledger.push(line);
    }
}

fn certificate(reader: &mut Reader, value: &Value, record: &mut Record, line: &mut LedgerLine, id: &str, at: At) {
    let options = Options { on: reader.on, fictional: reader.fictional };
    let text = value.shown();
    let word = |text: &str| LedgerValue::Word(text.to_owned());
    match identifier::disability_certificate(&text, options) {
        Some(Ok(read)) => {
            line.values.insert(id.to_owned(), LedgerValue::Text(identifier::clean(&text).text));
            line.values.insert(format!("{id}.category"), word(&read.category.to_string()));
            line.values.insert(format!("{id}.grade"), word(&read.grade.to_string()));
            if let Some(reissue) = &read.reissue {
                reader.problems.raise(at, "cert_reissue_suffix");
                line.values.insert(format!("{id}.reissue"), word(reissue));
            }
            let sex = record.draft.sex.as_ref().map(|s| s.value);
            if sex.is_some() && read.number.sex != sex && record.draft.number.is_none() {
                reader.problems.raise(At { column: record.number_column, ..at }, "sex_id_mismatch");
                record.draft.sex_column = sex;
                record.draft.sex = None;
            }
            reader.prove(&mut record.draft, read.number);
        }
        Some(Err(fault)) => reader.problems.raise(at, crate::extract::fault_kind(fault)),
        None => {
            // Some ledgers write the plain identity number here.
            match identifier::read(&text, options) {
                Ok(number) => reader.prove(&mut record.draft, number),
                Err(identifier::Fault::Missing) => {}
                Err(fault) => reader.problems.raise(at, crate::extract::fault_kind(fault)),
            }
            line.values.insert(id.to_owned(), LedgerValue::Text(text));
        }
    }
}

fn typed(field: &LedgerField, value: &Value, on: Day) -> Option<LedgerValue> {
    let shown = value.shown();
    let text: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(word) = field.words.get(&text) {
        return Some(LedgerValue::Word(word.clone()));
    }
    match field.kind {
        FieldKind::Money => money(value, &text).map(LedgerValue::Money),
        FieldKind::Day => day(value, on).map(LedgerValue::Day),
        FieldKind::Count => digits(&text).map(LedgerValue::Count),
        FieldKind::Tick => tick(&text).map(LedgerValue::Tick),
        FieldKind::Years => match tick(&text) {
            Some(done) => Some(LedgerValue::Tick(done)),
            None => money(value, &text).map(LedgerValue::Money),
        },
        FieldKind::Word => {
            // The longest declared word the cell contains
            let word = field.words.iter().filter(|(w, _)| text.contains(w.as_str())).max_by_key(|(w, _)| w.len());
            word.map(|(_, v)| LedgerValue::Word(v.clone())).or(Some(LedgerValue::Text(shown)))
        }
        FieldKind::Text | FieldKind::DisabilityCertificate => Some(LedgerValue::Text(shown.trim().to_owned())),
    }
}

fn money(value: &Value, text: &str) -> Option<i64> {
    let yuan = match value {
        Value::Number(n) => *n,
        _ => {
            let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            digits.trim_matches('.').parse::<f64>().ok()?
        }
    };
    #[allow(clippy::cast_possible_truncation)]
    (yuan.abs() < 1e12).then(|| (yuan * 100.0).round() as i64)
}

fn digits(text: &str) -> Option<i64> {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn tick(text: &str) -> Option<bool> {
    match text {
        "√" | "✓" | "✔" | "是" | "有" | "已" | "Y" | "对" | "●" | "☑" => Some(true),
        "×" | "✗" | "否" | "无" | "未" | "没有" | "N" | "/" | "☐" => Some(false),
        _ => None,
    }
}

pub(crate) fn day(value: &Value, on: Day) -> Option<PartialDay> {
    match value {
        Value::Number(n) => date::read_number(*n, false, on).value,
        Value::Date(n) => date::read_number(*n, true, on).value,
        Value::Text(text) => date::read(text, on).value,
        _ => None,
    }
}

/// Household fields stand in one row; every member's line gets them.
pub(crate) fn spread(records: &mut [Record], members: &[usize]) {
    let mut stated: BTreeMap<(String, String), LedgerValue> = BTreeMap::new();
    for member in members {
        for line in &records[*member].draft.ledger {
            for id in &line.household_fields {
                if let Some(value) = line.values.get(id) {
                    stated.entry((line.programme.clone(), id.clone())).or_insert_with(|| value.clone());
                }
            }
        }
    }
    if stated.is_empty() {
        return;
    }
    for member in members {
        for line in &mut records[*member].draft.ledger {
            for id in &line.household_fields {
                if let Some(value) = stated.get(&(line.programme.clone(), id.clone())) {
                    line.values.entry(id.clone()).or_insert_with(|| value.clone());
                }
            }
        }
    }
}

/// The checks a pack declared, on the lines of one record.
pub(crate) fn check(
    record: &Record,
    at: usize,
    kind: &LedgerKind,
    table: &Table,
    known: Option<&KnownPerson>,
    problems: &mut Problems,
) {
    let plan = &table.blocks[record.block].plan;
    let Some(line) = record.draft.ledger.iter().find(|l| l.programme == kind.programme) else {
        return;
    };
    for rule in &kind.checks {
        let Some(column_field) = failed(rule, line, record, known) else {
            continue;
        };
        let column = plan.ledger.iter().find(|(_, id)| *id == column_field).map(|(c, _)| *c);
        let place = At { sheet: record.sheet, row: record.row, column, record: Some(at) };
        let level = match rule.level.as_str() {
            "error" => Level::Error,
            "note" => Level::Note,
            _ => Level::Warning,
        };
        problems.raise_declared(place, &rule.kind, level, &rule.zh, &rule.en);
    }
}

/// The field where a check failed.
fn failed<'r>(
    rule: &'r LedgerCheck,
    line: &LedgerLine,
    record: &Record,
    known: Option<&KnownPerson>,
) -> Option<&'r str> {
    if !rule.from.is_empty() && !rule.to.is_empty() {
        let from = days(&rule.from, line, record)?;
        let to = days(&rule.to, line, record)?;
        // Only when even the kindest reading of both dates is too early.
        let early = to.last < from.first.plus_years(rule.years);
        return early.then_some(rule.to.as_str());
    }
    if let [first, second] = &rule.same[..] {
        let value = |id: &str| match line.values.get(id)? {
            LedgerValue::Word(word) | LedgerValue::Text(word) => Some(word.clone()),
            LedgerValue::Count(n) => Some(n.to_string()),
            _ => None,
        };
        let (x, y) = (value(first)?, value(second)?);
        return (x != y).then_some(second.as_str());
    }
    if !rule.field.is_empty() {
        let LedgerValue::Word(word) = line.values.get(&rule.field)? else {
            return None;
        };
        if *word != rule.value {
            return None;
        }
        let person = known?;
        let fact = match rule.known.as_str() {
            "political" => person.political.clone()?,
            "residency" => person.residency?.word().to_owned(),
            "status" => person.status?.word().to_owned(),
            other => person.facts.iter().find(|(id, _)| id == other).map(|(_, v)| v.clone())?,
        };
        return (!rule.known_values.contains(&fact)).then_some(rule.field.as_str());
    }
    None
}

fn days(id: &str, line: &LedgerLine, record: &Record) -> Option<PartialDay> {
    if id == "birth" {
        return record.draft.birth.as_ref().map(|b| b.value);
    }
    match line.values.get(id)? {
        LedgerValue::Day(day) => Some(*day),
        _ => None,
    }
}
