//! What is kept since when: the model by which a figure knows whether it may say 0.

use std::collections::BTreeSet;

use liren_facts::Day;
use liren_packs::Register;
use liren_store::{Row, Value, params};

use crate::base::records::{self, Kept as Record, record};
use crate::base::states::{OfKind, Subject, state};
use crate::base::{AreaId, Mine, Origin, Result, Write, error};
use crate::org::Tree;

record! {
    /// 台账登记 — a register is kept in an area: since `stock_from` it tells who stands in it, between `flow_from` and `flow_to` what
    /// happened. `mode` is `list` (a list gave it) or `standing`; `how` is `list`, `none` (a report of none) or `declared`.
    pub struct Kept in "register_kept", frame "register" {
        register: String = "register",
        area: Option<AreaId> = "area_id",
        mode: String = "mode",
        stock_from: Day = "stock_from",
        flow_from: Option<Day> = "flow_from",
        flow_to: Option<Day> = "flow_to",
        how: String = "how",
    }
}

impl Kept {
    /// The first day of which it is known who stands in the register: with everything recorded from a day on, the evening before
    /// follows.
    fn stands_from(&self) -> Day {
        match self.flow_from {
            Some(flow) if flow <= self.stock_from => self.stock_from.plus(-1),
            _ => self.stock_from,
        }
    }
}

/// A programme, as the subject of whether it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeOf(pub String);

impl Subject for ProgrammeOf {
    fn key(&self) -> Vec<Value> {
        params![self.0.as_str()]
    }

    fn read(row: &Row<'_>, first: usize) -> liren_store::Result<ProgrammeOf> {
        row.get(first).map(ProgrammeOf)
    }
}

impl OfKind for ProgrammeOf {
    const KIND: &'static str = "programme";
}

state! {
    /// 条线使用 — whether a community uses a programme.
    pub struct ProgrammeUse in "programme_use" of ProgrammeOf as "programme" {
        used: bool = "used",
    }
}

/// How far a register covers what is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Cover {
    /// All of it; the day of the list that tells it, when it is one.
    Full(Option<Day>),
    /// Some of it: these areas are missing, or the time from or up to a day.
    Part(Gap),
    /// Nobody keeps it.
    None,
}

/// What a register does not cover.
#[derive(Clone, Debug, PartialEq)]
pub enum Gap {
    /// Areas by name.
    Areas(Vec<String>),
    /// What happened before this day is not all on record.
    Before(Day),
    /// What happened after this day is not all on record.
    After(Day),
    /// A list tells who stands in it, and not what happened.
    NoDays,
}

/// 各台账 — every register of a community as known at a revision.
#[derive(Clone, Debug, Default)]
pub struct Registers {
    pub kept: Vec<Record<Kept>>,
    /// Programmes that are not used on the desk's day.
    pub unused: BTreeSet<String>,
}

impl Registers {
    /// The rows that keep a register in an area or above it.
    fn rows<'a>(&'a self, register: &'a Register, tree: &'a Tree, area: Option<i64>) -> Vec<&'a Kept> {
        let holds = |kept: &Kept| held(&kept.register).is_some_and(|held| held.holds(register));
        let above = |kept: &Kept| match (kept.area, area) {
            (None, _) => true,
            (Some(of), Some(area)) => tree.lies_in(area, of.0),
            (Some(of), None) => tree.root().is_some_and(|root| root == of),
        };
        self.kept.iter().map(|k| &k.value).filter(|k| holds(k) && above(k)).collect()
    }

    /// Whether it is known who stood in a register on a day.
    pub fn stock(&self, register: &Register, tree: &Tree, area: Option<i64>, on: Day) -> Cover {
        let rows: Vec<&Kept> =
            self.rows(register, tree, area).into_iter().filter(|kept| kept.stands_from() <= on).collect();
        if rows.iter().any(|kept| kept.mode == "standing") {
            return Cover::Full(None);
        }
        if let Some(last) = rows.iter().map(|kept| kept.flow_to.unwrap_or(kept.stock_from).min(on)).max() {
            return Cover::Full(Some(last));
        }
        self.by_parts(tree, area, |part| matches!(self.stock(register, tree, Some(part), on), Cover::Full(_)))
    }

    /// Whether everything that happened in a register from `first` to `last` is on record.
    pub fn flow(&self, register: &Register, tree: &Tree, area: Option<i64>, (first, last): (Day, Day)) -> Cover {
        let rows = self.rows(register, tree, area);
        let mut spans: Vec<(Day, Option<Day>)> =
            rows.iter().filter_map(|kept| Some((kept.flow_from?, kept.flow_to))).collect();
        spans.sort();
        // Spans that follow one another are one.
        let mut at = first;
        let mut touched = false;
        for (from, to) in &spans {
            if to.is_some_and(|to| to < at) {
                continue;
            }
            if *from > at {
                break;
            }
            touched = true;
            match to {
                None => return Cover::Full(None),
                Some(to) if *to >= last => return Cover::Full(Some(*to)),
                Some(to) => at = to.plus(1),
            }
        }
        if touched {
            return Cover::Part(Gap::After(at.plus(-1)));
        }
        if let Some((from, _)) = spans.iter().find(|(from, _)| *from <= last) {
            return Cover::Part(Gap::Before(*from));
        }
        if rows.iter().any(|kept| kept.stock_from <= last) {
            return Cover::Part(Gap::NoDays);
        }
        self.by_parts(tree, area, |part| matches!(self.flow(register, tree, Some(part), (first, last)), Cover::Full(_)))
    }

    /// The areas right below one, each covered or not; all of them are the whole.
    fn by_parts(&self, tree: &Tree, area: Option<i64>, covered: impl Fn(i64) -> bool) -> Cover {
        let Some(area) = area.or_else(|| tree.root().map(|root| root.0)) else {
            return Cover::None;
        };
        if !self.kept.iter().any(|k| k.value.area.is_some_and(|of| tree.lies_in(of.0, area))) {
            return Cover::None;
        }
        let below: Vec<_> = tree.areas.iter().filter(|a| a.parent == Some(area)).collect();
        let gaps: Vec<String> = below.iter().filter(|a| !covered(a.id)).map(|a| a.name.clone()).collect();
        match (below.is_empty(), gaps.is_empty()) {
            (true, _) => Cover::None,
            (false, true) => Cover::Full(None),
            (false, false) if gaps.len() == below.len() => Cover::None,
            _ => Cover::Part(Gap::Areas(gaps)),
        }
    }

    /// The registers somebody keeps, each once.
    pub fn names(&self) -> BTreeSet<String> {
        self.kept.iter().map(|k| k.value.register.clone()).collect()
    }
}

/// The register a row is about, as it was written.
fn held(text: &str) -> Option<Register> {
    Some(match text.split_once('/') {
        Some((kind, code)) => Register::Kind(kind.to_owned(), Some(code.to_owned())),
        None if text == "people" => Register::People,
        // A programme and a kind of the same name do not exist: the loader refuses it.
        None if text.contains('.') || KINDS.contains(&text) => Register::Kind(text.to_owned(), None),
        None => Register::Programme(text.to_owned()),
    })
}

/// Kinds of records that are registers of their own, besides the events of packs.
pub const KINDS: [&str; 4] = ["post", "organisation", "facility", "ownership"];

/// A list of a register: who stands in it on a day, and with the days of each also what happened since `flow_from`.
pub async fn begin_by_list(
    w: &mut Write,
    register: &Register,
    on: Day,
    flow_from: Option<Day>,
    origin: &Origin,
) -> Result<()> {
    let kept = Kept {
        register: register.id(),
        area: None,
        mode: "list".into(),
        stock_from: on,
        flow_from,
        flow_to: flow_from.map(|_| on),
        how: "list".into(),
    };
    records::add(w, kept, vec![], origin).await.map(|_| ())
}

/// 从…起记全: from `from` on everything is recorded.
pub async fn keep(
    w: &mut Write,
    register: &Register,
    area: Option<Mine<AreaId>>,
    from: Day,
    origin: &Origin,
) -> Result<i64> {
    let kept = Kept {
        register: register.id(),
        area: area.map(Mine::id),
        mode: "standing".into(),
        stock_from: from,
        flow_from: Some(from),
        flow_to: None,
        how: "declared".into(),
    };
    records::add(w, kept, vec![], origin).await
}

/// 零报告: up to `on` there was nothing, since `from`.
pub async fn report_none(
    w: &mut Write,
    register: &Register,
    area: Option<Mine<AreaId>>,
    (from, on): (Day, Day),
    origin: &Origin,
) -> Result<i64> {
    if on < from || on > w.today {
        return Err(error::invalid(
            "零报告的截止日期要在今天或以前，也不能早于起始日期。",
            "A report of none ends today or earlier, and not before it begins.",
        ));
    }
    let kept = Kept {
        register: register.id(),
        area: area.map(Mine::id),
        mode: "list".into(),
        stock_from: on,
        flow_from: Some(from),
        flow_to: Some(on),
        how: "none".into(),
    };
    records::add(w, kept, vec![], origin).await
}

/// A register was not kept after all.
pub async fn withdraw(w: &mut Write, id: i64) -> Result<Kept> {
    records::withdraw(w, id).await
}
