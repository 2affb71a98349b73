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

use crate::base::records::Kept;
use crate::base::stages::{self, NewMatter, Step, Subject, Transition, enter, open};
use crate::base::{FactValue, Fields, HouseholdId, MatterId, Mine, Origin, PersonId, Result, Scope, Write, set_field};
use crate::programmes::queries as enrolments;

/// A line with the ids the import gave its person and household.
pub struct Line<'a> {
    pub line: &'a LedgerLine,
    /// Index of the draft.
    pub draft: usize,
    pub person: Mine<PersonId>,
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
    /// The days of a stage, when it is these that differ.
    pub days: Option<(String, String)>,
}

/// What is known of the enrolments of one programme.
struct Known {
    /// Those on record on the day of the list, or on that of a later one.
    of: HashMap<Subject, (MatterId, String)>,
    fields: HashMap<(MatterId, String), FactValue>,
    /// In the order of their days.
    transitions: HashMap<MatterId, Vec<Kept<Transition>>>,
}

impl Known {
    async fn load(w: &mut Write, programme: &str, on: Day, last: Day) -> Result<Known> {
        let scope = Scope::whole(w.community);
        let mut of = match last > on {
            true => enrolments::enrolments(&mut w.tx, &scope, programme, last).await?,
            false => HashMap::new(),
        };
        of.extend(enrolments::enrolments(&mut w.tx, &scope, programme, on).await?);
        let fields = enrolments::fields(&mut w.tx, &scope, programme, on).await?;
        let ids: Vec<MatterId> = of.values().map(|(id, _)| *id).collect();
        let mut transitions = stages::transitions(&mut w.tx, &scope, &ids).await?;
        transitions.values_mut().for_each(|kept| kept.sort_by_key(|k| k.value.last));
        Ok(Known { of, fields, transitions })
    }
}

/// The stage of a day and since when, as it follows from transitions in the order of their days.
fn stage_on(kept: &[Kept<Transition>], day: Day) -> Option<(String, Day)> {
    let held = kept.iter().rev().find(|k| k.value.last <= day)?;
    Some((held.value.stage.clone(), held.value.last))
}

/// Writes ledger lines. An enrolment that is already there in the same stage with the same fields is left alone, so a
/// second import changes nothing. A ledger tells what happened: what its pack would not have allowed is written, and
/// counted; what leads back from a later stage is not, and told by name. `last` is the last day of which any list speaks.
pub async fn write(w: &mut Write, packs: &Packs, on: Day, last: Day, lines: Vec<Line<'_>>) -> Result<Written> {
    let scope = Scope::whole(w.community);
    let mut known: HashMap<String, Known> = HashMap::new();
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
        if matches!(line.line.stage, StageSaid::Silent | StageSaid::Asked) {
            continue;
        }
        let steps = steps(programme, line.line, on);
        if !known.contains_key(&programme.id) {
            known.insert(programme.id.clone(), Known::load(w, &programme.id, on, last).await?);
        }
        let Some(known) = known.get_mut(&programme.id) else { continue };
        let Some((id, stage)) = known.of.get(&subject).cloned() else {
            if steps.is_empty() {
                continue;
            }
            let fields = fields(programme, line.line, &organisations);
            let key = (programme.id.clone(), subject);
            let at = *planned.entry(key).or_insert_with(|| {
                new.push(NewMatter {
                    kind: programme.id.clone(),
                    subject,
                    parent: None,
                    steps: Vec::new(),
                    fields: Vec::new(),
                    origin: line.origin.clone(),
                });
                new.len() - 1
            });
            merge(programme, &mut new[at], steps, fields);
            continue;
        };
        let matter = scope.mine(id)?;
        let kept = known.transitions.remove(&id).unwrap_or_default();
        let mut one = One { programme, line: &line, matter, on, stage, kept };
        let became = one.write(w, steps, &mut done).await?;
        let nothing_said = one.nothing_said();
        known.transitions.insert(id, one.kept);
        let mut changed = match became {
            Became::Refused => continue,
            Became::Same => false,
            Became::Moved => true,
        };
        if nothing_said {
            continue;
        }
        for (field, value) in fields(programme, line.line, &organisations) {
            let key = (id, field);
            // Of two lines about one subject in one ledger the first says it, as for a new enrolment.
            if !told.insert(key.clone()) || known.fields.get(&key) == Some(&value) {
                continue;
            }
            set_field(w, on, matter, &key.1, &value, &line.origin).await?;
            known.fields.insert(key, value);
            changed = true;
        }
        done.moved += usize::from(changed);
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

/// One line about an enrolment on record.
struct One<'a> {
    programme: &'a Programme,
    line: &'a Line<'a>,
    matter: Mine<MatterId>,
    on: Day,
    /// The stage known of it, on the day of the list or later.
    stage: String,
    /// Its transitions on record, in the order of their days.
    kept: Vec<Kept<Transition>>,
}

enum Became {
    Same,
    Moved,
    Refused,
}

impl One<'_> {
    /// Whether the line says that the subject is not in, and nothing of a stage.
    fn nothing_said(&self) -> bool {
        !matches!(self.line.line.stage, StageSaid::Stages(_))
    }

    async fn write(&mut self, w: &mut Write, steps: Vec<Step>, done: &mut Written) -> Result<Became> {
        // What was so on the day the list speaks of; an enrolment that begins later was not yet known then.
        let then = stage_on(&self.kept, self.on);
        let refused = Refused {
            draft: self.line.draft,
            programme: self.programme.id.clone(),
            on_record: then.as_ref().map_or(&self.stage, |(stage, _)| stage).clone(),
            said: None,
            days: None,
        };
        let Some(last) = steps.last() else {
            if then.is_some_and(|(stage, _)| is_in_force(self.programme, &stage)) {
                note(&mut done.refused, refused);
            }
            return Ok(Became::Refused);
        };
        let way = match &then {
            None => Way::Before,
            Some((stage, since)) => way(self.programme, stage, *since, last, self.on),
        };
        if way == Way::Back {
            note(&mut done.refused, Refused { said: Some(last.stage.clone()), ..refused });
            return Ok(Became::Refused);
        }
        let mut moved = false;
        for step in &steps {
            let same = self.kept.iter().rev().find(|k| k.value.stage == step.stage).cloned();
            // Of what was before the stage on record a later list may give the day.
            let enters = step.first.is_some()
                || match way {
                    Way::On(from) => order(self.programme, &step.stage) >= from || step.stage == last.stage,
                    Way::Same => same.is_some(),
                    Way::Before | Way::Back => true,
                };
            if !enters {
                continue;
            }
            // Struck off and admitted again is the same stage once more.
            let again = |there: &Kept<Transition>| {
                let since = |k: &Kept<Transition>| k.value.last >= there.value.last && k.value.stage != step.stage;
                matches!(way, Way::On(_)) && step.last > there.value.last && self.kept.iter().any(since)
            };
            let Some(there) = same.filter(|there| !again(there)) else {
                self.enter(w, step, done).await?;
                moved = true;
                continue;
            };
            match compare(&there.value, step) {
                Compared::Agree => {}
                Compared::Tells => {
                    stages::correct(w, self.matter, there.id, step.clone(), &self.line.origin).await?;
                    self.read(w).await?;
                    moved = true;
                }
                Compared::Differ => {
                    let told = (days(there.value.first, there.value.last), days(step.first, step.last));
                    let said = Some(step.stage.clone());
                    note(
                        &mut done.refused,
                        Refused { on_record: step.stage.clone(), said, days: Some(told), ..refused.clone() },
                    );
                }
            }
        }
        Ok(if moved { Became::Moved } else { Became::Same })
    }

    async fn read(&mut self, w: &mut Write) -> Result<()> {
        let (scope, id) = (Scope::whole(w.community), self.matter.id());
        self.kept = stages::transitions(&mut w.tx, &scope, &[id]).await?.remove(&id).unwrap_or_default();
        self.kept.sort_by_key(|k| k.value.last);
        Ok(())
    }

    /// Enters a stage that is not on record. Of one that is only seen on the day of a list it is known that it was entered
    /// after the last day on which the subject was seen in another.
    async fn enter(&mut self, w: &mut Write, step: &Step, done: &mut Written) -> Result<()> {
        let mut step = step.clone();
        if let Some((stage, since)) = stage_on(&self.kept, step.last) {
            let way = self.programme.may_enter(&stage, since, &step.stage, step.last);
            done.irregular += usize::from(way.is_err());
            step.first = step.first.or_else(|| after(since, step.last));
        }
        enter(w, self.matter, step.clone(), &self.line.origin).await?;
        self.read(w).await?;
        // What a later list saw without a day was entered after this.
        let next = self.kept.iter().find(|k| k.value.last > step.last && k.value.first.is_none()).cloned();
        if let Some(next) = next {
            let first = after(step.last, next.value.last);
            let bounded = Step { stage: next.value.stage, first, last: next.value.last };
            stages::correct(w, self.matter, next.id, bounded, &next.origin).await?;
            self.read(w).await?;
        }
        Ok(())
    }
}

/// The first day after one, when it is not the last itself.
fn after(before: Day, last: Day) -> Option<Day> {
    (before < last).then(|| before.plus(1))
}

/// What a line says of a stage that is on record.
enum Compared {
    Agree,
    /// It gives the day, or more of it, or shows that the stage was there earlier.
    Tells,
    /// It gives another day.
    Differ,
}

fn compare(there: &Transition, step: &Step) -> Compared {
    match (there.first, step.first) {
        // Both only saw it: the earlier day holds.
        (None, None) => match step.last < there.last {
            true => Compared::Tells,
            false => Compared::Agree,
        },
        // Seen on a day on which, as is on record, it had not begun.
        (Some(first), None) if step.last < first => Compared::Differ,
        // Entered between two days, and seen in the first half of them.
        (Some(first), None) if step.last < there.last && first < there.last => Compared::Tells,
        (Some(_), None) => Compared::Agree,
        // A day for what was only seen: it cannot have begun after that.
        (None, Some(first)) => match first <= there.last {
            true => Compared::Tells,
            false => Compared::Differ,
        },
        (Some(a), Some(b)) => {
            if a <= b && step.last <= there.last {
                if (a, there.last) == (b, step.last) { Compared::Agree } else { Compared::Tells }
            } else if b <= a && there.last <= step.last {
                Compared::Agree
            } else {
                Compared::Differ
            }
        }
    }
}

fn days(first: Option<Day>, last: Day) -> String {
    match first {
        None => last.to_string(),
        Some(first) => liren_facts::PartialDay { first, last }.to_string(),
    }
}

/// Where a line leads from the stage on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Nothing is on record of the day of the list: it tells what was before.
    Before,
    /// It repeats the stage.
    Same,
    /// On to the line's stage; entries before this place in the order are history.
    On(usize),
    /// Back to an earlier stage, without a day that says that it began anew.
    Back,
}

fn way(programme: &Programme, stage: &str, since: Day, last: &Step, on: Day) -> Way {
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
        && last.first.is_some()
        && last.last > since
        && last.last <= on;
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

/// The stages a line tells of, in order of their days. One without a day was only seen on the day of the list: since when
/// it lasts is not known.
fn steps(programme: &Programme, line: &LedgerLine, on: Day) -> Vec<Step> {
    let StageSaid::Stages(entries) = &line.stage else { return Vec::new() };
    let known = |stage: &str| programme.stages.iter().any(|s| s.id == stage);
    let step = |stage: &str, day: liren_facts::PartialDay| {
        // Of a day that is known in part no day after the list's is meant.
        let last = if day.first <= on { day.last.min(on) } else { day.last };
        Step { stage: stage.to_owned(), first: Some(day.first), last }
    };
    let mut steps: Vec<Step> = entries
        .iter()
        .filter(|e| known(&e.stage))
        .map(|e| e.day.map_or_else(|| Step::seen(on, &e.stage), |day| step(&e.stage, day)))
        .collect();
    steps.sort_by_key(|s| (s.last, order(programme, &s.stage)));
    bounded(&mut steps);
    steps
}

/// A stage that was only seen, after one of which the day is known, was entered after that day.
fn bounded(steps: &mut [Step]) {
    for at in 1..steps.len() {
        let before = steps[at - 1].clone();
        let step = &mut steps[at];
        if step.first.is_none() && before.first.is_some() {
            step.first = after(before.last, step.last);
        }
    }
}

/// Two lines about one subject (in the list of those found, and in the list of those enrolled) are one
/// enrolment with the stages of both.
fn merge(programme: &Programme, into: &mut NewMatter, steps: Vec<Step>, fields: Fields) {
    for step in steps {
        match into.steps.iter_mut().find(|s| s.stage == step.stage) {
            Some(there) if there.first.is_none() && step.first.is_some() => *there = step,
            Some(_) => {}
            None => into.steps.push(step),
        }
    }
    into.steps.sort_by_key(|s| (s.last, order(programme, &s.stage)));
    for (field, value) in fields {
        if !into.fields.iter().any(|(f, _)| *f == field) {
            into.fields.push((field, value));
        }
    }
}

fn fields(programme: &Programme, line: &LedgerLine, organisations: &HashMap<String, i64>) -> Fields {
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
