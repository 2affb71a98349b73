//! 事项与阶段 — whatever has stages and an end: an enrolment in a programme, a matter of community work.
//!
//! What is recorded are the transitions, each an entry into a stage; the stage of a day follows from them. So a transition whose
//! day was wrong is corrected once, and both the funnel and the stage agree.

use std::collections::HashMap;

use liren_facts::Day;
use liren_store::params;

use super::error::{Result, not_found};
use super::ids::{DwellingId, HouseholdId, MatterId, Mine, OrganisationId, PersonId};
use super::records::{self, Fields, Kept, record};
use super::states::{self, Dated, State, state};
use super::write::{Origin, Write};
use super::{Field, FieldOf, Id as _, Scope};

/// 对象 — who or what a matter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Person(PersonId),
    Household(HouseholdId),
    Dwelling(DwellingId),
    Organisation(OrganisationId),
}

impl Subject {
    /// The frame kind and the id.
    pub fn key(self) -> (&'static str, i64) {
        match self {
            Subject::Person(id) => (PersonId::KIND, id.0),
            Subject::Household(id) => (HouseholdId::KIND, id.0),
            Subject::Dwelling(id) => (DwellingId::KIND, id.0),
            Subject::Organisation(id) => (OrganisationId::KIND, id.0),
        }
    }

    pub fn of(kind: &str, id: i64) -> Option<Subject> {
        Some(match kind {
            PersonId::KIND => Subject::Person(PersonId(id)),
            HouseholdId::KIND => Subject::Household(HouseholdId(id)),
            DwellingId::KIND => Subject::Dwelling(DwellingId(id)),
            OrganisationId::KIND => Subject::Organisation(OrganisationId(id)),
            _ => return None,
        })
    }
}

state! {
    /// 事项名称
    pub struct MatterName in "matter_naming" of MatterId as "matter_id" {
        title: String = "title",
    }
}

state! {
    /// 阶段 — the stage a matter is in; it follows from the transitions.
    pub struct Stage in "matter_stage" of MatterId as "matter_id" {
        stage: String = "stage",
    }
}

record! {
    /// 进入阶段 — a matter entered a stage, on a day that lies between two; mostly they are one. Without a first day nothing bounds it:
    /// a list shows who is in the stage and not since when.
    pub struct Transition in "transition", frame "transition", part of "enrolment" in "matter_id" {
        matter: MatterId = "matter_id",
        stage: String = "stage",
        first: Option<Day> = "first_day",
        last: Day = "last_day",
    }
}

/// A step of a matter that is to be entered.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub stage: String,
    pub first: Option<Day>,
    pub last: Day,
}

impl Step {
    /// On a day that is known.
    pub fn on(day: Day, stage: &str) -> Step {
        Step { stage: stage.to_owned(), first: Some(day), last: day }
    }

    /// Seen in a stage on a day, since when is not known.
    pub fn seen(day: Day, stage: &str) -> Step {
        Step { stage: stage.to_owned(), first: None, last: day }
    }
}

/// A matter to be opened: its kind (a programme's id), whom it is about, and the stages it went through, in order.
pub struct NewMatter {
    pub kind: String,
    pub subject: Subject,
    pub parent: Option<MatterId>,
    pub steps: Vec<Step>,
    pub fields: Fields,
    pub origin: Origin,
}

/// Opens many matters; their ids in order.
pub async fn open(w: &mut Write, new: Vec<NewMatter>) -> Result<Vec<Mine<MatterId>>> {
    let community = w.community;
    let mut ids: Vec<Mine<MatterId>> = Vec::with_capacity(new.len());
    let (mut rows, mut stages, mut transitions, mut fields) = (vec![], vec![], vec![], vec![]);
    for matter in new {
        let id: Mine<MatterId> = w.add();
        ids.push(id);
        let (kind, subject) = matter.subject.key();
        rows.push(params![community, id, matter.kind, kind, subject, matter.parent]);
        let first = matter.steps.iter().map(|s| s.last).min().unwrap_or(w.today);
        let steps: Vec<Transition> = matter.steps.into_iter().map(|step| entering(id.id(), step)).collect();
        stages.extend(follow(id.id(), &steps, &matter.origin));
        transitions.extend(steps.into_iter().map(|t| (t, vec![], matter.origin.clone())));
        for (field, value) in &matter.fields {
            let of = FieldOf { kind: MatterId::KIND.into(), id: id.number(), field: field.clone() };
            fields.push(Field::of(value).from(of, first, &matter.origin));
        }
    }
    let columns = ["community_id", "id", "kind", "subject_kind", "subject_id", "parent_id"];
    w.tx.insert("matter", &columns, rows).await?;
    w.touch("matter");
    states::insert(w, Stage::TABLE, stages).await?;
    states::insert(w, Field::TABLE, fields).await?;
    records::add_all(w, transitions).await?;
    Ok(ids)
}

fn entering(matter: MatterId, step: Step) -> Transition {
    Transition { matter, stage: step.stage, first: step.first, last: step.last }
}

/// The stages that follow from transitions: of several on one day the last recorded holds.
fn follow(matter: MatterId, transitions: &[Transition], origin: &Origin) -> Vec<State> {
    let mut order: Vec<&Transition> = transitions.iter().collect();
    order.sort_by_key(|t| t.last);
    let mut stages: Vec<State> = Vec::new();
    for (at, t) in order.iter().enumerate() {
        let next = order.get(at + 1).map(|n| n.last);
        if next != Some(t.last) {
            let state = Stage { stage: t.stage.clone() }.from(matter, t.last, origin);
            stages.push(State { to: next, ..state });
        }
    }
    stages
}

/// A matter enters a stage, as a record says it did; the gates of a pack are asked by whoever decides.
pub async fn enter(w: &mut Write, matter: Mine<MatterId>, step: Step, origin: &Origin) -> Result<i64> {
    let id = records::add(w, entering(matter.id(), step), vec![], origin).await?;
    settle(w, matter.id()).await?;
    Ok(id)
}

/// A transition was on another day, or into another stage.
pub async fn correct(
    w: &mut Write,
    matter: Mine<MatterId>,
    transition: i64,
    step: Step,
    origin: &Origin,
) -> Result<()> {
    belongs(w, matter, transition).await?;
    records::replace(w, transition, entering(matter.id(), step), vec![], origin).await?;
    settle(w, matter.id()).await
}

/// A transition did not happen.
pub async fn withdraw(w: &mut Write, matter: Mine<MatterId>, transition: i64) -> Result<()> {
    belongs(w, matter, transition).await?;
    records::withdraw::<Transition>(w, transition).await?;
    settle(w, matter.id()).await
}

async fn belongs(w: &mut Write, matter: Mine<MatterId>, transition: i64) -> Result<()> {
    let there = records::one::<Transition>(&mut w.tx, &Scope::whole(w.community), transition).await?;
    match there {
        Some(kept) if kept.value.matter == matter.id() => Ok(()),
        _ => Err(not_found("记录")),
    }
}

/// The transitions of matters that hold now, by matter, in the order in which they were recorded.
pub async fn transitions(
    tx: &mut liren_store::Tx,
    scope: &Scope,
    matters: &[MatterId],
) -> Result<HashMap<MatterId, Vec<Kept<Transition>>>> {
    let mut all: HashMap<MatterId, Vec<Kept<Transition>>> = HashMap::new();
    for some in matters.chunks(5_000) {
        let places: Vec<String> = (0..some.len()).map(|i| format!("${}", i + 2)).collect();
        let condition = format!(
            "t.community_id = $1 and t.superseded is null and t.matter_id in ({}) order by t.id",
            places.join(", ")
        );
        let mut bound = params![scope.community];
        bound.extend(some.iter().map(|id| liren_store::Value::from(*id)));
        for kept in records::read::<Transition>(tx, &condition, bound).await? {
            all.entry(kept.value.matter).or_default().push(kept);
        }
    }
    Ok(all)
}

/// The stage a matter is in on a day, and since when.
pub async fn stage_on(w: &mut Write, matter: Mine<MatterId>, day: Day) -> Result<Option<Dated<Stage>>> {
    Stage::at(&mut w.tx, &Scope::whole(w.community), &[matter.id()], day).await
}

/// Makes the stages of a matter follow from its transitions.
async fn settle(w: &mut Write, matter: MatterId) -> Result<()> {
    let scope = Scope::whole(w.community);
    let kept = transitions(&mut w.tx, &scope, &[matter]).await?.remove(&matter).unwrap_or_default();
    let origin = kept.last().map(|k| k.origin.clone()).unwrap_or_default();
    let transitions: Vec<Transition> = kept.into_iter().map(|k| k.value).collect();
    let wanted = follow(matter, &transitions, &origin);
    let there = Stage::history(&mut w.tx, &scope, matter).await?;
    let there = there.into_iter().filter(|dated| dated.superseded.is_none());
    let there = there.map(|d| State { to: d.to, ..d.value.from(matter, d.from, &d.origin) }).collect();
    states::agree(w, Stage::TABLE, there, wanted).await
}
