//! What an import will do to whom, a line for each person, for whoever looks before it is written.

use std::collections::HashSet;

use liren_facts::address::Dwelling;
use liren_facts::identifier::masked;
use liren_rosters::Reading;
use liren_rosters::draft::{Draft, Status};

use super::differences::Said;
use super::known::Register;
use super::plan::{Change, Plan, Step};
use crate::base::{App, Lang};
use crate::people::{PersonLine, code};

/// 去向 — what becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    New,
    Changed,
    Same,
    Conflict,
    /// Waits for an answer.
    Asked,
}

impl Fate {
    pub const ALL: [Fate; 5] = [Fate::New, Fate::Changed, Fate::Same, Fate::Conflict, Fate::Asked];

    pub(super) fn of(step: &Step) -> Fate {
        match step {
            Step::New => Fate::New,
            Step::Asked => Fate::Asked,
            Step::Known { changes, .. } if changes.is_empty() => Fate::Same,
            Step::Known { .. } => Fate::Changed,
            Step::Conflict { .. } => Fate::Conflict,
        }
    }

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Fate::New => "new",
            Fate::Changed => "changed",
            Fate::Same => "same",
            Fate::Conflict => "conflict",
            Fate::Asked => "asked",
        }
    }
}

/// One person of the list.
#[derive(Clone, Debug)]
pub struct Line {
    pub fate: Fate,
    pub name: String,
    pub home: String,
    pub sheet: String,
    pub row: u32,
    /// The person on record.
    pub person: Option<i64>,
    pub parts: Vec<Part>,
}

/// One fact: what it is, what the register has, what it will have.
#[derive(Clone, Debug)]
pub struct Part {
    pub what: &'static str,
    /// Nothing on record.
    pub unknown: bool,
    pub before: Said,
    pub after: Said,
}

/// Somebody on record who lives where the list looks, and is not on it.
#[derive(Clone, Debug)]
pub struct Absent {
    pub person: i64,
    pub name: String,
    pub home: String,
}

pub(super) fn lines(app: &App, reading: &Reading, plan: &Plan, register: &Register) -> Vec<Line> {
    let all = reading.people.iter().zip(&plan.steps);
    all.map(|(draft, step)| {
        let fate = Fate::of(step);
        let (person, changes) = match step {
            Step::New | Step::Asked => (None, &[][..]),
            Step::Known { person, changes } => (Some(*person), changes.as_slice()),
            Step::Conflict { person, .. } => (Some(*person), &[][..]),
        };
        let on_record = person.and_then(|p| register.lines.get(&p));
        let had = person.and_then(|p| register.homes.get(&p));
        let stated = draft.dwelling.as_ref().map(|d| &d.value);
        let parts = match (fate, on_record) {
            (Fate::Changed, Some(line)) => changes.iter().map(|c| part(app, *c, draft, line, register)).collect(),
            (Fate::New, _) => arrival(app, draft),
            _ => vec![],
        };
        Line {
            fate,
            name: draft.name.as_ref().map(|n| n.value.clone()).unwrap_or_default(),
            home: stated.or(had).map(door).unwrap_or_default(),
            sheet: reading.sheet_name(draft.source.sheet).to_owned(),
            row: draft.source.row,
            person,
            parts,
        }
    })
    .collect()
}

/// 桂园小区3号楼2单元501
fn door(home: &Dwelling) -> String {
    let part = |text: &Option<String>, after: &str| match text {
        Some(text) => format!("{text}{after}"),
        None => String::new(),
    };
    let estate = home.estate.clone().unwrap_or_default();
    format!("{estate}{}{}{}", part(&home.building, "号楼"), part(&home.unit, "单元"), part(&home.room, ""))
}

fn both(text: impl Into<String>) -> Said {
    let text = text.into();
    Said { zh: text.clone(), en: text }
}

fn word(zh: &str) -> Said {
    Said::new(zh, Lang::En.t(zh))
}

fn coded(app: &App, table: &str, value: Option<&str>) -> Said {
    Said::new(code(app, table, value, Lang::Zh), code(app, table, value, Lang::En))
}

/// What is said of somebody new.
fn arrival(app: &App, draft: &Draft) -> Vec<Part> {
    let mut out = Vec::new();
    let mut add = |what, after| out.push(Part { what, unknown: false, before: Said::default(), after });
    if let Some(born) = &draft.birth {
        add("出生日期", both(born.value.to_string()));
    }
    if let Some(relation) = draft.relation.as_ref().and_then(|r| r.code) {
        add("与户主关系", coded(app, "relation", Some(relation)));
    }
    match (draft.status.value, &draft.residency) {
        (Status::Active, Some(residency)) => add("居住", residency_said(Some(residency.value.word()))),
        (Status::Active, None) => add("居住", word("待核实")),
        (status, _) => add("居住", gone(status, draft)),
    }
    out
}

fn residency_said(of: Option<&str>) -> Said {
    let zh = match of {
        Some("resident") => "常住",
        Some("temporary") => "暂住",
        Some("hukou_only") => "空挂",
        Some("elsewhere") => "不在本社区",
        _ => "待核实",
    };
    word(zh)
}

fn gone(status: Status, draft: &Draft) -> Said {
    let what = word(if status == Status::Deceased { "已故" } else { "迁出" });
    match draft.left {
        Some(day) => Said::new(format!("{}，{day}", what.zh), format!("{}, {day}", what.en)),
        None => Said::new(format!("{}，日子不详", what.zh), format!("{}, day unknown", what.en)),
    }
}

fn part(app: &App, change: Change, draft: &Draft, line: &PersonLine, register: &Register) -> Part {
    let unknown = || word("待核实");
    let phones = |all: &[String]| match all {
        [] => unknown(),
        all => both(all.iter().map(|p| masked(p)).collect::<Vec<_>>().join("、")),
    };
    let (what, before, after) = match change {
        Change::Name => (
            "姓名",
            line.name.clone().map_or_else(unknown, both),
            both(draft.name.as_ref().map(|n| n.value.clone()).unwrap_or_default()),
        ),
        Change::Birth => (
            "出生日期",
            line.born.map_or_else(unknown, |b| both(b.to_string())),
            draft.birth.as_ref().map_or_else(unknown, |b| both(b.value.to_string())),
        ),
        Change::Number => (
            "证件号",
            register.numbers.get(&line.id).map_or_else(unknown, |n| both(masked(n))),
            draft.number.as_ref().map_or_else(unknown, |n| both(masked(&n.value.text))),
        ),
        Change::Phones => {
            let had = register.phones.get(&line.id).cloned().unwrap_or_default();
            let new: Vec<String> = draft.phones.iter().map(|p| p.digits.clone()).filter(|p| !had.contains(p)).collect();
            ("电话", phones(&had), phones(&new))
        }
        Change::Residency => (
            "居住",
            residency_said(crate::people::residency_word(line.lives_here, line.hukou_here)),
            residency_said(draft.residency.as_ref().map(|r| r.value.word())),
        ),
        Change::Home => (
            "住址",
            register.homes.get(&line.id).map_or_else(unknown, |h| both(door(h))),
            draft.dwelling.as_ref().map_or_else(unknown, |h| both(door(&h.value))),
        ),
        Change::Life => {
            let here = residency_said(crate::people::residency_word(line.lives_here, line.hukou_here));
            ("在世和去向", here, gone(draft.status.value, draft))
        }
        Change::Marital => coded_part(app, "婚姻状况", "marital", &line.marital, &draft.marital),
        Change::Education => coded_part(app, "学历", "education", &line.education, &draft.education),
        Change::Political => coded_part(app, "政治面貌", "political", &line.political, &draft.political),
        Change::Employment => coded_part(app, "从业状况", "employment", &line.employment, &draft.employment),
        Change::Household => (
            "户和与户主关系",
            coded(app, "relation", line.relation.as_deref()),
            coded(app, "relation", draft.relation.as_ref().and_then(|r| r.code).or(line.relation.as_deref())),
        ),
    };
    Part { what, unknown: before.zh == "待核实", before, after }
}

fn coded_part(
    app: &App,
    what: &'static str,
    table: &str,
    had: &Option<String>,
    said: &Option<liren_rosters::draft::Word>,
) -> (&'static str, Said, Said) {
    (what, coded(app, table, had.as_deref()), coded(app, table, said.as_ref().and_then(|w| w.code)))
}

/// Who lives in a building of which the list has most homes, and is not on it. Nobody is taken to have left.
pub(super) fn absent(reading: &Reading, plan: &Plan, register: &Register) -> Vec<Absent> {
    let building = |home: &Dwelling| Some((home.estate.clone(), home.building.clone()?));
    let rosters = reading.people.iter().filter(|d| super::plan::is_roster(d, reading));
    let looked: HashSet<_> = rosters.filter_map(|d| building(&d.dwelling.as_ref()?.value)).collect();
    let listed: HashSet<i64> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Known { person, .. } | Step::Conflict { person, .. } => Some(*person),
            Step::New | Step::Asked => None,
        })
        .collect();
    let mut out: Vec<Absent> = register
        .lines
        .values()
        .filter(|line| line.alive != Some(false) && line.lives_here == Some(true) && !listed.contains(&line.id))
        .filter_map(|line| {
            let home = register.homes.get(&line.id)?;
            looked.contains(&building(home)?).then(|| Absent {
                person: line.id,
                name: line.name.clone().unwrap_or_default(),
                home: door(home),
            })
        })
        .collect();
    out.sort_by(|a, b| (&a.home, a.person).cmp(&(&b.home, b.person)));
    out
}
