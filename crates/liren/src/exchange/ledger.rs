//! Ledger lines become enrolments: which programme, which stages on which days, which fields, as the packs
//! say. The code knows no programme by name.
//!
//! By convention a ledger's field `on.<stage>` is the day a stage was entered, `paid.<year>` a year paid for; fields
//! named as the programme's fields are kept on the enrolment, fields named as a programme's facts on the person or
//! household. In which stage a line is, the reader has concluded, or asks: then nothing is written for it.

use std::collections::{HashMap, HashSet};

use liren_facts::Day;
use liren_packs::{FieldType, Packs, Programme};
use liren_rosters::draft::{LedgerLine, LedgerValue, StageSaid};

use super::queries;
use crate::base::{Origin, Result, Scope, Write};
use crate::people::{FactValue, register};
use crate::programmes::queries as enrolments;
use crate::programmes::{NewEnrolment, Subject};

/// A line with the ids the import gave its person and household.
pub struct Line<'a> {
    pub line: &'a LedgerLine,
    /// Index of the draft.
    pub draft: usize,
    pub person: i64,
    pub household: Option<i64>,
    pub origin: Origin,
}

/// What became of the lines of ledgers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Enrolments there are now and were not before.
    pub new: usize,
    /// Enrolments that entered another stage or whose fields changed.
    pub moved: usize,
    /// Stages entered against what the pack says: too early, or past a stage between.
    pub irregular: usize,
    /// Lines that say otherwise than the register, and were left for a person.
    pub refused: Vec<Refused>,
}

/// 未采用的阶段 — what the register has and what the line says, for a person to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Index of the draft.
    pub draft: usize,
    pub programme: String,
    pub on_record: String,
    /// `None`: it says that the subject is not in.
    pub said: Option<String>,
}

/// A stage as it is to be written; `seen` when its day is only when it was first seen.
struct Entry {
    day: Day,
    stage: String,
    seen: bool,
}

/// Writes ledger lines. An enrolment that is already there in the same stage with the same fields is left alone, so a
/// second import changes nothing. A ledger tells what happened: what its pack would not have allowed is written, and
/// counted; what leads back from a later stage is not, and told by name.
pub async fn write(w: &mut Write, packs: &Packs, on: Day, lines: Vec<Line<'_>>) -> Result<Written> {
    let scope = Scope::whole(w.community);
    let mut there: HashMap<String, HashMap<Subject, (i64, String)>> = HashMap::new();
    let mut held: HashMap<String, HashMap<(i64, String), FactValue>> = HashMap::new();
    let mut dated: HashMap<String, HashSet<(i64, String)>> = HashMap::new();
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
        let entries = entries(programme, line.line, on);
        if matches!(line.line.stage, StageSaid::Silent | StageSaid::Asked) {
            continue;
        }
        if !there.contains_key(&programme.id) {
            let found = enrolments::enrolments(&mut w.tx, &scope, &programme.id).await?;
            there.insert(programme.id.clone(), found);
        }
        let known = there.get(&programme.id).and_then(|all| all.get(&subject)).cloned();
        let Some((id, stage)) = known else {
            if entries.is_empty() {
                continue;
            }
            let fields = fields(programme, line.line, &organisations);
            let key = (programme.id.clone(), subject);
            match planned.get(&key) {
                Some(at) => merge(programme, &mut new[*at], entries, fields),
                None => {
                    planned.insert(key, new.len());
                    let mut enrolment = NewEnrolment {
                        programme: programme.id.clone(),
                        subject,
                        stages: Vec::new(),
                        first_seen: Vec::new(),
                        fields,
                        origin: line.origin,
                    };
                    merge(programme, &mut enrolment, entries, Vec::new());
                    new.push(enrolment);
                }
            }
            continue;
        };
        // What was so on the day the list speaks of; an enrolment that begins later was not yet known then.
        let then = enrolments::stage_on(w, id, on).await?;
        let refused = |said: Option<&str>| Refused {
            draft: line.draft,
            programme: programme.id.clone(),
            on_record: then.as_ref().map_or(&stage, |(stage, _)| stage).clone(),
            said: said.map(str::to_owned),
        };
        let Some(last) = entries.last() else {
            let in_force = then.as_ref().is_some_and(|(stage, _)| is_in_force(programme, stage));
            if in_force {
                note(&mut done.refused, refused(None));
            }
            continue;
        };
        let mut changed = false;
        let way = match &then {
            None => Way::On(0),
            Some((stage, since)) => way(programme, stage, *since, last, on),
        };
        match way {
            Way::Back => {
                note(&mut done.refused, refused(Some(&last.stage)));
                continue;
            }
            Way::Same => {}
            Way::On(from) => {
                for entry in entries.iter().filter(|e| order(programme, &e.stage) >= from || e.stage == last.stage) {
                    let before = enrolments::stage_on(w, id, entry.day).await?;
                    if before.as_ref().is_some_and(|(stage, _)| *stage == entry.stage) {
                        continue;
                    }
                    done.irregular += usize::from(before.is_some_and(|(from, since)| {
                        programme.may_enter(&from, since, &entry.stage, entry.day).is_err()
                    }));
                    // Out of another stage into this one between two lists: it was entered. First seen is not begun.
                    if entry.seen && then.is_none() {
                        enrolments::seen(w, id, entry.day, &entry.stage, &line.origin).await?;
                    } else {
                        enrolments::enter(w, id, entry.day, &entry.stage, &line.origin).await?;
                    }
                    changed = true;
                }
            }
        }
        // A later list gives the day that an earlier one did not know.
        if !dated.contains_key(&programme.id) {
            let found = queries::dated_stages(&mut w.tx, &scope, &programme.id).await?;
            dated.insert(programme.id.clone(), found);
        }
        let dated = dated.entry(programme.id.clone()).or_default();
        for entry in entries.iter().filter(|e| !e.seen && !matches!(way, Way::On(_))) {
            if order(programme, &entry.stage) <= order(programme, &last.stage)
                && dated.insert((id, entry.stage.clone()))
            {
                enrolments::enter(w, id, entry.day, &entry.stage, &line.origin).await?;
                changed = true;
            }
        }
        if !held.contains_key(&programme.id) {
            let found = enrolments::fields(&mut w.tx, &scope, &programme.id).await?;
            held.insert(programme.id.clone(), found);
        }
        let held = held.entry(programme.id.clone()).or_default();
        for (field, value) in fields(programme, line.line, &organisations) {
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

/// Where a line leads from the stage on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It repeats the stage.
    Same,
    /// On to the line's stage; entries before this place in the order are history.
    On(usize),
    /// Back to an earlier stage, without a day that says that it began anew.
    Back,
}

fn way(programme: &Programme, stage: &str, since: Day, last: &Entry, on: Day) -> Way {
    let (from, to) = (order(programme, stage), order(programme, &last.stage));
    if stage == last.stage {
        return Way::Same;
    }
    if to > from {
        return Way::On(from + 1);
    }
    // Struck off, and admitted again on a later day: a new beginning, if the list gives the day.
    let again = is_in_force(programme, &last.stage)
        && !is_in_force(programme, stage)
        && !last.seen
        && last.day > since
        && last.day <= on;
    if again { Way::On(to) } else { Way::Back }
}

fn note(list: &mut Vec<Refused>, one: Refused) {
    if !list.iter().any(|r| r.draft == one.draft && r.programme == one.programme) {
        list.push(one);
    }
}

fn is_in_force(programme: &Programme, stage: &str) -> bool {
    programme.stages.iter().any(|s| s.id == stage && s.in_force)
}

fn order(programme: &Programme, stage: &str) -> usize {
    programme.stages.iter().position(|s| s.id == stage).unwrap_or(0)
}

/// The stages a line tells of, in order of their days; one without a day is seen on the day of the list.
fn entries(programme: &Programme, line: &LedgerLine, on: Day) -> Vec<Entry> {
    let StageSaid::Stages(stages) = &line.stage else { return Vec::new() };
    let known = |stage: &str| programme.stages.iter().any(|s| s.id == stage);
    let mut out: Vec<Entry> = Vec::with_capacity(stages.len());
    for entry in stages.iter().filter(|e| known(&e.stage)) {
        let day = entry.day.map_or(on, |d| d.first);
        out.push(Entry { day, stage: entry.stage.clone(), seen: entry.day.is_none() });
    }
    out.sort_by_key(|e| (e.day, order(programme, &e.stage)));
    out
}

/// Two lines about one subject (in the list of those found, and in the list of those enrolled) are one
/// enrolment with the stages of both.
fn merge(programme: &Programme, into: &mut NewEnrolment, entries: Vec<Entry>, fields: Vec<(String, FactValue)>) {
    for entry in entries {
        if into.stages.iter().any(|(_, s)| *s == entry.stage) {
            continue;
        }
        if entry.seen {
            into.first_seen.push(entry.stage.clone());
        }
        into.stages.push((entry.day, entry.stage));
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
