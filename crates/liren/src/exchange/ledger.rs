//! Ledger lines become enrolments: which programme, which stages on which days, which fields, as the packs
//! say. The code knows no programme by name.
//!
//! By convention a ledger's field `stage` is the stage, `on.<stage>` the day it was entered, `paid.<year>` a
//! year paid for; fields named as the programme's fields are kept on the enrolment, fields named as a
//! programme's facts on the person or household.

use std::collections::{HashMap, HashSet};

use liren_facts::Day;
use liren_packs::{FieldType, Packs};
use liren_rosters::draft::{LedgerLine, LedgerValue};

use crate::base::{Origin, Result, Scope, Write};
use crate::people::{FactValue, register};
use crate::programmes::queries as enrolments;
use crate::programmes::{NewEnrolment, Subject};

/// A line with the ids the import gave its person and household.
pub struct Line<'a> {
    pub line: &'a LedgerLine,
    pub person: i64,
    pub household: Option<i64>,
    pub origin: Origin,
}

/// What became of the lines of ledgers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Enrolments there are now and were not before.
    pub new: usize,
    /// Enrolments that entered another stage or whose fields changed.
    pub moved: usize,
    /// Stages entered against what the pack says: too early, or past a stage between.
    pub irregular: usize,
}

/// Writes ledger lines. An enrolment that is already there in the same stage with the same fields is left alone, so a
/// second import changes nothing. A ledger tells what happened: what its pack would not have allowed is written, and
/// counted.
pub async fn write(w: &mut Write, packs: &Packs, on: Day, lines: Vec<Line<'_>>) -> Result<Written> {
    let scope = Scope::whole(w.community);
    let mut there: HashMap<String, HashMap<Subject, (i64, String)>> = HashMap::new();
    let mut held: HashMap<String, HashMap<(i64, String), FactValue>> = HashMap::new();
    let (mut new, mut done) = (Vec::new(), Written::default());
    let mut told: HashSet<(i64, String)> = HashSet::new();
    let mut planned: HashMap<(String, Subject), usize> = HashMap::new();
    let organisations = crate::places::queries::organisation_names(&mut w.tx, &scope).await?;
    for line in lines {
        let Some(programme) = packs.programmes.iter().find(|p| p.id == line.line.programme) else {
            continue;
        };
        let subject = match (programme.subject.as_str(), line.household) {
            ("household", Some(household)) => Subject::Household(household),
            ("household", None) => continue,
            _ => Subject::Person(line.person),
        };
        let stages = stages(programme, line.line, on);
        let Some((_, last)) = stages.last().cloned() else {
            continue;
        };
        let known = match there.get(&programme.id) {
            Some(known) => known,
            None => {
                let found = enrolments::enrolments(&mut w.tx, &scope, &programme.id).await?;
                there.entry(programme.id.clone()).or_insert(found)
            }
        };
        let fields = fields(programme, line.line, &organisations);
        match known.get(&subject) {
            Some((id, stage)) => {
                let (id, from) = (*id, order(programme, stage));
                let mut changed = false;
                // A line whose last stage is the one on record, or one before it, tells of no new one.
                let on_the_way = order(programme, &last) > from;
                let ahead = stages.iter().filter(|(_, s)| on_the_way && order(programme, s) > from);
                for (day, stage) in ahead {
                    let before = enrolments::stage_on(w, id, *day).await?;
                    done.irregular += usize::from(
                        before.is_some_and(|(from, since)| programme.may_enter(&from, since, stage, *day).is_err()),
                    );
                    enrolments::enter(w, id, *day, stage, &line.origin).await?;
                    changed = true;
                }
                let held = match held.get_mut(&programme.id) {
                    Some(held) => held,
                    None => {
                        let found = enrolments::fields(&mut w.tx, &scope, &programme.id).await?;
                        held.entry(programme.id.clone()).or_insert(found)
                    }
                };
                for (field, value) in fields {
                    let key = (id, field);
                    // Of two lines about one subject in one ledger the first says it, as for a new enrolment.
                    if !told.insert(key.clone()) || held.get(&key) == Some(&value) {
                        continue;
                    }
                    let subject = ("enrolment", id);
                    register::set_field(w, on, subject, &key.1, &value, &line.origin).await?;
                    held.insert(key, value);
                    changed = true;
                }
                done.moved += usize::from(changed);
            }
            None => {
                let key = (programme.id.clone(), subject);
                match planned.get(&key) {
                    Some(at) => merge(programme, &mut new[*at], stages, fields),
                    None => {
                        planned.insert(key, new.len());
                        new.push(NewEnrolment {
                            programme: programme.id.clone(),
                            subject,
                            stages,
                            fields,
                            origin: line.origin,
                        });
                    }
                }
            }
        }
    }
    done.new = new.len();
    for enrolment in &new {
        let programme = packs.programmes.iter().find(|p| p.id == enrolment.programme);
        for pair in enrolment.stages.windows(2) {
            if let ([(since, from), (day, to)], Some(programme)) = (pair, programme) {
                let way = programme.may_enter(from, *since, to, *day);
                done.irregular += usize::from(way.is_err());
            }
        }
    }
    enrolments::enrol(w, new).await?;
    Ok(done)
}

fn order(programme: &liren_packs::Programme, stage: &str) -> usize {
    programme.stages.iter().position(|s| s.id == stage).unwrap_or(0)
}

/// The stages a line tells of, in order of their days; one without a day is entered on the day of the roster.
fn stages(programme: &liren_packs::Programme, line: &LedgerLine, on: Day) -> Vec<(Day, String)> {
    let day_of = |stage: &str| match line.values.get(&format!("on.{stage}")) {
        Some(LedgerValue::Day(day)) => Some(day.first),
        _ => None,
    };
    let mut stages: Vec<(Day, String)> =
        programme.stages.iter().filter_map(|s| day_of(&s.id).map(|day| (day, s.id.clone()))).collect();
    if let Some(LedgerValue::Word(stage) | LedgerValue::Text(stage)) = line.values.get("stage")
        && day_of(stage).is_none()
        && programme.stages.iter().any(|s| s.id == *stage)
    {
        let day = stages.last().map_or(on, |(day, _)| on.max(*day));
        stages.push((day, stage.clone()));
    }
    stages.sort_by_key(|(day, stage)| (*day, order(programme, stage)));
    stages
}

/// Two lines about one subject (in the list of those found, and in the list of those enrolled) are one
/// enrolment with the stages of both.
fn merge(
    programme: &liren_packs::Programme,
    into: &mut NewEnrolment,
    stages: Vec<(Day, String)>,
    fields: Vec<(String, FactValue)>,
) {
    for stage in stages {
        if !into.stages.iter().any(|(_, s)| *s == stage.1) {
            into.stages.push(stage);
        }
    }
    into.stages.sort_by_key(|(day, stage)| (*day, order(programme, stage)));
    for (field, value) in fields {
        if !into.fields.iter().any(|(f, _)| *f == field) {
            into.fields.push((field, value));
        }
    }
}

fn fields(
    programme: &liren_packs::Programme,
    line: &LedgerLine,
    organisations: &HashMap<String, i64>,
) -> Vec<(String, FactValue)> {
    programme
        .fields
        .iter()
        .filter_map(|field| {
            let read = value(line.values.get(&field.id)?);
            let kept = match (&field.field_type, read) {
                // An organisation that is not on record is left for a clerk; a name is no reference.
                (FieldType::Organisation, FactValue::Text(name)) => FactValue::Number(*organisations.get(name.trim())?),
                (_, read) => read,
            };
            Some((field.id.clone(), kept))
        })
        .collect()
}

fn value(value: &LedgerValue) -> FactValue {
    match value {
        LedgerValue::Text(t) | LedgerValue::Word(t) => FactValue::Text(t.clone()),
        LedgerValue::Money(n) | LedgerValue::Count(n) => FactValue::Number(*n),
        LedgerValue::Day(day) => FactValue::Number(i64::from(day.first.0)),
        LedgerValue::Tick(yes) => FactValue::Number(i64::from(*yes)),
    }
}

/// Facts about people that a general roster carries for programmes: (field, value).
pub fn person_facts(packs: &Packs, lines: &[LedgerLine]) -> Vec<(String, FactValue)> {
    let declared =
        |id: &str| packs.programmes.iter().any(|p| p.facts.iter().any(|f| f.id == id && f.subject == "person"));
    lines
        .iter()
        .flat_map(|line| &line.values)
        .filter(|(id, _)| declared(id))
        .map(|(id, v)| (id.clone(), value(v)))
        .collect()
}

/// Writes facts of people already known, where they differ from what is recorded.
pub async fn write_facts(
    w: &mut Write,
    on: Day,
    person: i64,
    known: &[(String, String)],
    facts: Vec<(String, FactValue)>,
    origin: &Origin,
) -> Result<usize> {
    let mut written = 0;
    for (field, value) in facts {
        let text = match &value {
            FactValue::Text(t) => t.clone(),
            FactValue::Number(n) => n.to_string(),
        };
        if known.iter().any(|(f, v)| *f == field && *v == text) {
            continue;
        }
        register::set_field(w, on, ("person", person), &field, &value, origin).await?;
        written += 1;
    }
    Ok(written)
}
