//! Ledger lines become enrolments: which programme, which stages on which days, which fields, as the packs
//! say. The code knows no programme by name.
//!
//! By convention a ledger's field `stage` is the stage, `on.<stage>` the day it was entered, `paid.<year>` a
//! year paid for; fields named as the programme's fields are kept on the enrolment, fields named as a
//! programme's facts on the person or household.

use std::collections::{HashMap, HashSet};

use liren_facts::{Day, PartialDay};
use liren_packs::{FieldType, Packs};
use liren_rosters::draft::{LedgerLine, LedgerValue};

use crate::base::stages::{self, NewMatter, Step, Subject, enter, open};
use crate::base::{FactValue, HouseholdId, MatterId, Mine, Origin, PersonId, Result, Scope, Write, set_field};
use crate::programmes::queries as enrolments;

/// A line with the ids the import gave its person and household.
pub struct Line<'a> {
    pub line: &'a LedgerLine,
    pub person: Mine<PersonId>,
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
    let mut there: HashMap<String, HashMap<Subject, (MatterId, String)>> = HashMap::new();
    let mut held: HashMap<String, HashMap<(MatterId, String), FactValue>> = HashMap::new();
    let (mut new, mut done) = (Vec::new(), Written::default());
    let mut told: HashSet<(MatterId, String)> = HashSet::new();
    let mut planned: HashMap<(String, Subject), usize> = HashMap::new();
    let organisations = crate::places::queries::organisation_names(&mut w.tx, &scope, on).await?;
    for line in lines {
        let Some(programme) = packs.programmes.iter().find(|p| p.id == line.line.programme) else {
            continue;
        };
        let subject = match (programme.subject.as_str(), line.household) {
            ("household", Some(household)) => Subject::Household(HouseholdId(household)),
            ("household", None) => continue,
            _ => Subject::Person(line.person.id()),
        };
        let stages = stages(programme, line.line, on);
        let Some(last) = stages.last().map(|step| step.stage.clone()) else {
            continue;
        };
        let known = match there.get(&programme.id) {
            Some(known) => known,
            None => {
                let found = enrolments::enrolments(&mut w.tx, &scope, &programme.id, on).await?;
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
                let mine = scope.mine(id)?;
                for step in stages.iter().filter(|s| on_the_way && order(programme, &s.stage) > from) {
                    let before = stages::stage_on(w, mine, step.last).await?;
                    done.irregular += usize::from(before.is_some_and(|now| {
                        programme.may_enter(&now.value.stage, now.from, &step.stage, step.last).is_err()
                    }));
                    enter(w, mine, step.clone(), &line.origin).await?;
                    changed = true;
                }
                let held = match held.get_mut(&programme.id) {
                    Some(held) => held,
                    None => {
                        let found = enrolments::fields(&mut w.tx, &scope, &programme.id, on).await?;
                        held.entry(programme.id.clone()).or_insert(found)
                    }
                };
                for (field, value) in fields {
                    let key = (id, field);
                    // Of two lines about one subject in one ledger the first says it, as for a new enrolment.
                    if !told.insert(key.clone()) || held.get(&key) == Some(&value) {
                        continue;
                    }
                    set_field(w, on, mine, &key.1, &value, &line.origin).await?;
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
                        new.push(NewMatter {
                            kind: programme.id.clone(),
                            subject,
                            parent: None,
                            steps: stages,
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
        let programme = packs.programmes.iter().find(|p| p.id == enrolment.kind);
        for pair in enrolment.steps.windows(2) {
            if let ([from, to], Some(programme)) = (pair, programme) {
                let way = programme.may_enter(&from.stage, from.last, &to.stage, to.last);
                done.irregular += usize::from(way.is_err());
            }
        }
    }
    open(w, new).await?;
    Ok(done)
}

fn order(programme: &liren_packs::Programme, stage: &str) -> usize {
    programme.stages.iter().position(|s| s.id == stage).unwrap_or(0)
}

/// The stages a line tells of, in order of their days. One without a day was only seen on the day of the list: since when
/// it lasts is not known.
fn stages(programme: &liren_packs::Programme, line: &LedgerLine, on: Day) -> Vec<Step> {
    let day_of = |stage: &str| match line.values.get(&format!("on.{stage}")) {
        Some(LedgerValue::Day(day)) => Some(*day),
        _ => None,
    };
    let told =
        |(stage, day): (&str, PartialDay)| Step { stage: stage.to_owned(), first: Some(day.first), last: day.last };
    let mut steps: Vec<Step> =
        programme.stages.iter().filter_map(|s| Some((s.id.as_str(), day_of(&s.id)?))).map(told).collect();
    if let Some(LedgerValue::Word(stage) | LedgerValue::Text(stage)) = line.values.get("stage")
        && day_of(stage).is_none()
        && programme.stages.iter().any(|s| s.id == *stage)
    {
        let last = steps.iter().map(|s| s.last).max();
        steps.push(Step { stage: stage.clone(), first: last, last: last.map_or(on, |last| on.max(last)) });
    }
    steps.sort_by_key(|s| (s.last, order(programme, &s.stage)));
    steps
}

/// Two lines about one subject (in the list of those found, and in the list of those enrolled) are one
/// enrolment with the stages of both.
fn merge(programme: &liren_packs::Programme, into: &mut NewMatter, steps: Vec<Step>, fields: Vec<(String, FactValue)>) {
    for step in steps {
        if !into.steps.iter().any(|s| s.stage == step.stage) {
            into.steps.push(step);
        }
    }
    into.steps.sort_by_key(|s| (s.last, order(programme, &s.stage)));
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
    person: Mine<PersonId>,
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
        set_field(w, on, person, &field, &value, origin).await?;
        written += 1;
    }
    Ok(written)
}
