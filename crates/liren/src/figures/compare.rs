//! Two frozen sets, or a frozen set and what is known now, compared name by name: what became of each figure
//! between them, and which part of it is time and which is correction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use liren_facts::Period;

use super::answer::Answer;
use super::desk::Desk;
use super::freeze::{self, unpack_ids};
use super::queries::{self, FrozenSet, FrozenValue};
use super::value::Value;
use crate::base::{App, Result, Scope, error};
use crate::people::queries::{Passage as LifeEvent, life_events};

/// 比较 — the figures that differ between two sets, in the order of the packs.
#[derive(Debug)]
pub struct Comparison {
    pub then: FrozenSet,
    /// `id` is 0 for what is known now.
    pub now: FrozenSet,
    pub differences: Vec<Difference>,
    /// Figures that are the same in both, names included.
    pub same: usize,
}

/// 差别 — a figure whose number or names differ.
#[derive(Debug)]
pub struct Difference {
    pub figure: String,
    pub then: Option<Value>,
    pub now: Option<Value>,
    /// What its list is of; `None` for figures that have none.
    pub kind: Option<String>,
    pub came: Vec<Named>,
    pub left: Vec<Named>,
}

/// One name more or less, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: i64,
    pub why: Why,
}

/// 原因 — why a name is on one list and not on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Birth,
    MoveIn,
    Death,
    MoveOut,
    /// Entered or corrected later, about a day the earlier set already spoke of.
    Learned,
    /// Something else about it came to be so in the meantime.
    Joined,
    /// Something else about it ceased to be so.
    Dropped,
}

impl Why {
    /// As `--json` names it.
    pub fn id(self) -> &'static str {
        match self {
            Why::Birth => "birth",
            Why::MoveIn => "move_in",
            Why::Death => "death",
            Why::MoveOut => "move_out",
            Why::Learned => "learned",
            Why::Joined => "joined",
            Why::Dropped => "dropped",
        }
    }

    /// The key of its text.
    pub fn text(self) -> &'static str {
        match self {
            Why::Birth => "出生",
            Why::MoveIn => "迁入",
            Why::Death => "死亡",
            Why::MoveOut => "迁出",
            Why::Learned => "补登或更正",
            Why::Joined => "新列入",
            Why::Dropped => "不再列入",
        }
    }
}

impl Difference {
    /// The difference of the printed values; `None` while one of them is not known.
    pub fn by(&self) -> Option<f64> {
        let (then, now) = (self.then.as_ref()?, self.now.as_ref()?);
        let by = now.printable()? - then.printable()?;
        // Rates have one decimal, money two: what is left below is the binary fraction's.
        Some((by * 100.0).round() / 100.0)
    }

    /// How many came or left for each reason.
    pub fn reasons(of: &[Named]) -> Vec<(Why, usize)> {
        let mut counts: BTreeMap<Why, usize> = BTreeMap::new();
        for named in of {
            *counts.entry(named.why).or_default() += 1;
        }
        counts.into_iter().collect()
    }
}

/// The frozen set of an id; what is known now (of the same period) for `None`.
pub async fn compare(app: &App, scope: &Scope, then: i64, now: Option<i64>) -> Result<Comparison> {
    let mut tx = app.db.read().await?;
    let sets = queries::frozen_sets(&mut tx, scope).await?;
    let find = |id: i64| sets.iter().find(|s| s.id == id).cloned().ok_or_else(|| no_such_set(id, &sets));
    let then = find(then)?;
    let before = queries::frozen_values(&mut tx, scope, then.id).await?;
    let (now, after) = match now {
        Some(id) => {
            let set = find(id)?;
            let values = queries::frozen_values(&mut tx, scope, set.id).await?;
            (set, values)
        }
        None => {
            let mut desk = Desk::on(app, scope, then.period.last).await?;
            let set = FrozenSet { id: 0, name: String::new(), period: then.period, known_at: desk.revision };
            (set, freeze::values(&mut desk, then.period).await?)
        }
    };
    // The earlier period once more, as it was known for the later set: what differs from the frozen value is correction.
    let mut again = Desk::known(app, scope, then.period.last, Some(now.known_at)).await?;
    let known_later = freeze::values(&mut again, then.period).await?;
    let events =
        life_events(&mut tx, scope, Period { first: then.period.last.plus(1), last: now.period.last }, now.known_at)
            .await?;
    let mut after = by_figure(after);
    let known_later = by_figure(known_later);
    let mut before = by_figure(before);
    let mut names: Vec<String> = again.packs().figures.iter().map(|f| f.id.clone()).collect();
    // A figure that the packs no longer have was frozen all the same.
    let gone: BTreeSet<&String> = before.keys().filter(|id| !names.contains(id)).collect();
    let gone: Vec<String> = gone.into_iter().cloned().collect();
    names.extend(gone);
    let (mut differences, mut same) = (Vec::new(), 0);
    for id in names {
        let (a, b) = (before.remove(&id), after.remove(&id));
        match (&a, &b) {
            (None, None) => continue,
            (Some(a), Some(b)) if alike(a, b) => {
                same += 1;
                continue;
            }
            _ => {}
        }
        let (was, is) = (ids(a.as_ref()), ids(b.as_ref()));
        let was_really = ids(known_later.get(&id));
        let kind = b.as_ref().or(a.as_ref()).and_then(|v| v.ids.as_ref().and(v.kind.clone()));
        // The ids of other kinds are not those of the events.
        let of_people = kind.as_deref() == Some("person");
        let named = |id: &i64, came: bool| {
            let why = if was_really.contains(id) == came {
                Why::Learned
            } else {
                events
                    .get(id)
                    .filter(|_| of_people)
                    .map_or(if came { Why::Joined } else { Why::Dropped }, |e| because(*e))
            };
            Named { id: *id, why }
        };
        differences.push(Difference {
            came: is.difference(&was).map(|id| named(id, true)).collect(),
            left: was.difference(&is).map(|id| named(id, false)).collect(),
            then: a.and_then(|v| value(&again, &v, then.period, then.known_at)),
            now: b.and_then(|v| value(&again, &v, now.period, now.known_at)),
            figure: id,
            kind,
        });
    }
    Ok(Comparison { then, now, differences, same })
}

/// Whether two values say the same of the same names. A set of before answers were kept says nothing of them.
fn alike(a: &FrozenValue, b: &FrozenValue) -> bool {
    let answers = a.answer.is_none() || b.answer.is_none() || a.answer == b.answer;
    answers && (a.number, a.base, &a.ids) == (b.number, b.base, &b.ids)
}

fn no_such_set(id: i64, sets: &[FrozenSet]) -> error::Error {
    if sets.is_empty() {
        return error::invalid(
            "还没有定稿过。请先运行 liren freeze 名称。",
            "Nothing has been frozen yet. Run liren freeze NAME first.",
        );
    }
    let there: Vec<String> = sets.iter().map(|s| format!("{} {}", s.id, s.name)).collect();
    error::invalid(
        format!("没有编号为 {id} 的定稿。现有：{}。", there.join("、")),
        format!("There is no frozen set {id}. There are: {}.", there.join(", ")),
    )
}

fn by_figure(values: Vec<FrozenValue>) -> HashMap<String, FrozenValue> {
    values.into_iter().map(|v| (v.figure.clone(), v)).collect()
}

fn ids(value: Option<&FrozenValue>) -> BTreeSet<i64> {
    value.and_then(|v| v.ids.as_deref()).map(|bytes| unpack_ids(bytes).into_iter().collect()).unwrap_or_default()
}

/// A frozen value as its figure prints it; `None` when the packs no longer have the figure.
pub fn value(desk: &Desk, frozen: &FrozenValue, period: Period, known_at: i64) -> Option<Value> {
    let figure = desk.named(&frozen.figure)?;
    let mut value = Value::of(figure, period, period.last, known_at, frozen.number);
    value.base = frozen.base;
    value.answer = Answer::frozen(frozen.answer.as_deref(), frozen.number);
    Some(value)
}

fn because(event: LifeEvent) -> Why {
    match event {
        LifeEvent::Birth => Why::Birth,
        LifeEvent::MoveIn => Why::MoveIn,
        LifeEvent::Death => Why::Death,
        LifeEvent::MoveOut => Why::MoveOut,
    }
}
