//! The facts of a case as frames, so that a case is judged by the same evaluator as the town.

use std::sync::Arc;

use liren_facts::{Day, PartialDay};
use liren_rules::{Cell, Finding, Frame, FrameBuilder, KindId, Schema, Slot, Type};

use super::{Case, Facts, Given};
use crate::pack::suggest;
use crate::read::Word;
use crate::texts::Packs;

/// The records of a case, as they will lie in frames. Ids count from 1 over all kinds.
pub(super) struct Rows {
    schema: Arc<Schema>,
    frames: Vec<FrameBuilder>,
    next: i64,
}

impl Rows {
    pub fn new(schema: Arc<Schema>) -> Rows {
        let frames = (0..schema.kinds.len()).map(|k| FrameBuilder::new(&schema, KindId(k as u16))).collect();
        Rows { schema, frames, next: 1 }
    }

    fn frame(&mut self, kind: KindId) -> &mut FrameBuilder {
        &mut self.frames[usize::from(kind.0)]
    }

    /// Adds everything a case says and returns the id of the subject, a record without facts if need be.
    pub fn case(&mut self, case: &Case, subject: KindId, findings: &mut Vec<Finding>) -> i64 {
        let mut made: Vec<(KindId, i64)> = vec![];
        for (kind, facts) in &case.things {
            if let Some(kind) = self.schema.kind(kind) {
                let id = self.record(kind, facts, findings);
                made.push((kind, id));
            }
        }
        if made.iter().all(|(kind, _)| *kind != subject) {
            let id = self.record(subject, &vec![], findings);
            made.push((subject, id));
        }
        // A person and a household side by side: the person lives in it.
        for &(kind, id) in &made {
            for &(target, to) in made.iter().filter(|(t, _)| *t != kind) {
                let name = self.schema.kind_of(target).name.clone();
                let slot = self.frame(kind).slot(&name);
                if let (Some(slot), Some(row)) = (slot, self.frame(kind).row_of(id)) {
                    self.frame(kind).set_one(row, slot, Some(to));
                }
            }
        }
        made.iter().find(|(kind, _)| *kind == subject).map_or(1, |m| m.1)
    }

    fn record(&mut self, kind: KindId, facts: &Facts, findings: &mut Vec<Finding>) -> i64 {
        let id = self.next;
        self.next += 1;
        let row = self.frame(kind).push(id);
        for (name, given) in facts {
            self.fact(kind, (id, row), name, given, findings);
        }
        id
    }

    fn fact(&mut self, kind: KindId, (id, row): (i64, u32), name: &Word, given: &Given, findings: &mut Vec<Finding>) {
        let schema = self.schema.clone();
        let declared = schema.kind_of(kind);
        let by_word = |names: (&String, &String, &Vec<String>)| {
            *names.0 == name.text || *names.1 == name.text || names.2.contains(&name.text)
        };
        let many = declared.manys.iter().find(|m| by_word((&m.name, &m.title.zh, &m.also)));
        if let Some(many) = many {
            let Given::Many(list) = given else {
                return self.wrong(name, "一列记录", "a list of records", findings);
            };
            for facts in list {
                let inner = self.record(many.target_id(), facts, findings);
                let frame = self.frame(many.target_id());
                if let (Some(back), Some(at)) = (frame.slot(&many.via), frame.row_of(inner)) {
                    frame.set_one(at, back, Some(id));
                }
            }
            return;
        }
        let Some(at) = declared.columns.iter().position(|c| by_word((&c.name, &c.title.zh, &c.also))) else {
            return self.unknown(kind, name, findings);
        };
        let slot = Slot(at as u16);
        let cell = match (declared.columns[at].ty(), given) {
            (_, Given::Text(word)) if word.text == "absent" || word.text == "无" => Some(Cell::Absent),
            (Type::Bool, Given::Bool(b)) => Some(Cell::Bool(*b)),
            (Type::Int, Given::Int(n)) => Some(Cell::Int(*n)),
            (Type::Day | Type::PartialDay, Given::Day(d)) => Some(Cell::Day(d.0)),
            (Type::PartialDay, Given::Text(word)) => partial(&word.text).map(|p| Cell::PartialDay(p.first.0, p.last.0)),
            (Type::Code(table), Given::Text(word)) => match schema.table_of(table).find(&word.text) {
                Some(code) => Some(Cell::Code(code)),
                None => return unknown_code(&schema, table, word, findings),
            },
            (Type::One(target), Given::One(facts)) => Some(Cell::One(self.record(target, facts, findings))),
            _ => None,
        };
        match cell {
            Some(cell) => self.frame(kind).set(row, slot, cell),
            None => {
                let (zh, en) = match declared.columns[at].ty() {
                    Type::Bool => ("true 或 false", "true or false"),
                    Type::Int => ("整数", "a whole number"),
                    Type::Day => ("日期，如 2013-10-01", "a date such as 2013-10-01"),
                    Type::PartialDay => ("日期，或 \"1985\"、\"1985-03\"", "a date, or \"1985\", \"1985-03\""),
                    Type::Code(_) => ("代码", "a code"),
                    Type::One(_) => ("一条记录 { … }", "a record { … }"),
                };
                self.wrong(name, zh, en, findings);
            }
        }
    }

    fn wrong(&self, name: &Word, zh: &str, en: &str, findings: &mut Vec<Finding>) {
        let (zh, en) = (format!("{} 要{zh}", name.text), format!("{} must be {en}", name.text));
        findings.push(name.spot.error("wrong-type", zh, en));
    }

    fn unknown(&self, kind: KindId, name: &Word, findings: &mut Vec<Finding>) {
        let declared = self.schema.kind_of(kind);
        let (zh, en) =
            (format!("{}没有 {}", declared.title.zh, name.text), format!("{} has no {}", declared.name, name.text));
        let finding = name.spot.error("unknown-name", zh, en);
        let derived = self
            .schema
            .derived
            .iter()
            .find(|d| d.kind == declared.name && (d.name == name.text || d.title.zh == name.text));
        let advice = match derived {
            Some(d) => (
                format!("它是派生列，请写它所由来的事实：{}", d.text),
                format!("it is derived: give the facts it comes from: {}", d.text),
            ),
            None => {
                let words = declared
                    .columns
                    .iter()
                    .map(|c| c.name.as_str())
                    .chain(declared.manys.iter().map(|m| m.name.as_str()));
                suggest(&name.text, words)
            }
        };
        findings.push(finding.advise(advice.0, advice.1));
    }

    /// Enrols the subject (or what it points to) in the programmes a case names, in their first stage in force.
    pub fn enrol(&mut self, packs: &Packs, case: &Case, subject: KindId, id: i64, findings: &mut Vec<Finding>) {
        for name in &case.enrolled {
            let Some(p) = packs.programme(name) else {
                let advice = suggest(name, packs.programmes.iter().map(|p| p.id.as_str()));
                let finding = case.spot.error(
                    "unknown-programme",
                    format!("没有条线 {name}"),
                    format!("there is no programme {name}"),
                );
                findings.push(finding.advise(advice.0, advice.1));
                continue;
            };
            let Some(kind) = self.schema.kind("enrolment") else {
                continue;
            };
            let stage = p.stages.iter().find(|s| s.in_force).map(|s| s.id.clone());
            let target = self.subject_of(p.subject.as_str(), subject, id);
            let enrolment = self.next;
            self.next += 1;
            let frame = self.frame(kind);
            let row = frame.push(enrolment);
            let slots = ["programme", "stage", "in_force", p.subject.as_str()].map(|n| frame.slot(n));
            if let [Some(programme), Some(stage_slot), Some(force), Some(back)] = slots {
                frame.set_code(row, programme, Some(name));
                frame.set_code(row, stage_slot, stage.as_deref());
                frame.set_bool(row, force, Some(true));
                frame.set_one(row, back, target);
            }
        }
    }

    /// The id of the record of kind `wanted`: the subject itself, or the only one there is.
    fn subject_of(&mut self, wanted: &str, subject: KindId, id: i64) -> Option<i64> {
        let kind = self.schema.kind(wanted)?;
        if kind == subject {
            return Some(id);
        }
        (1..self.next).find(|&other| self.frame(kind).row_of(other).is_some())
    }

    pub fn frames(self) -> Vec<Arc<Frame>> {
        self.frames.into_iter().map(|f| Arc::new(f.finish())).collect()
    }
}

fn unknown_code(schema: &Schema, table: liren_rules::TableId, word: &Word, findings: &mut Vec<Finding>) {
    let table = schema.table_of(table);
    let words = table.codes.iter().flat_map(|c| [c.code.as_str(), c.title.zh.as_str()]);
    let advice = suggest(&word.text, words);
    let finding = word.spot.error(
        "unknown-code",
        format!("代码表「{}」里没有「{}」", table.title.zh, word.text),
        format!("code table {} has no \"{}\"", table.id, word.text),
    );
    findings.push(finding.advise(advice.0, advice.1));
}

/// `1985`, `1985-03` or `1985-03-07`.
fn partial(text: &str) -> Option<PartialDay> {
    let mut parts = text.split('-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month = match parts.next() {
        None => return PartialDay::year(year),
        Some(m) => m.parse().ok()?,
    };
    match parts.next() {
        None => PartialDay::month(year, month),
        Some(d) => Day::ymd(year, month, d.parse().ok()?).map(PartialDay::exact),
    }
}
