//! 人生事件 — births, deaths, moves, marriages and divorces follow from the states. Before each commit the events of
//! everybody whose states changed are made to agree with them, so that the order in which two lists are written changes
//! nothing, and whoever withdraws a death withdraws it everywhere.

use std::collections::{BTreeSet, HashMap};

use liren_facts::Day;
use liren_store::{Tx, Value, params};

use super::queries::{self, among};
use super::states::{Birth, Life, Marital, Membership, Residency};
use crate::base::records::{self, Kept, record};
use crate::base::states::{Stated, TIME};
use crate::base::{Aliases, DwellingId, HouseholdId, Origin, PersonId, Result, Scope, Write};

record! {
    /// 人生事件 — `kind` is `birth`, `death`, `marriage`, `divorce` or `move.in`, `.out`, `.within`. It happened between two days,
    /// mostly the same; without a first one nothing bounds it.
    pub struct LifeEvent in "life_event", frame "move" by kind, part of "person" in "person_id" {
        kind: String = "kind",
        first: Option<Day> = "first_day",
        last: Day = "last_day",
        person: PersonId = "person_id",
        other: Option<PersonId> = "other_id",
        household: Option<HouseholdId> = "household_id",
        from_dwelling: Option<DwellingId> = "from_dwelling_id",
        to_dwelling: Option<DwellingId> = "to_dwelling_id",
        residency: Option<String> = "residency",
    }
}

/// The kinds that are settled; other rows are of older programs and stay.
const KINDS: [&str; 7] = ["birth", "death", "marriage", "divorce", "move.in", "move.out", "move.within"];

/// How many people are settled at a time.
const SOME: usize = 4_000;

/// Makes the life events of everybody whose states this transaction wrote agree with them.
pub async fn settle(w: &mut Write) -> Result<()> {
    let tables = ["person_birth", "person_life", "person_residency", "person_marital", "person_membership", "alias"];
    if !tables.iter().any(|table| w.has_touched(table)) {
        return Ok(());
    }
    let (new, known): (Vec<i64>, Vec<i64>) = w.changed_ids("person").into_iter().partition(|id| w.is_new(*id));
    let mut ids: BTreeSet<i64> = known.into_iter().collect();
    // Of a roster's new people few have told a day: only those can have an event.
    if !new.is_empty() {
        ids.extend(queries::telling_days(w).await?);
    }
    let aliases = Aliases::now(&mut w.tx, &Scope::whole(w.community)).await?;
    let some: Vec<i64> = ids.iter().copied().collect();
    ids.extend(queries::spouses(w, &some).await?);
    let people: BTreeSet<i64> = ids.iter().map(|id| aliases.of(*id)).collect();
    // A record that was merged has no events of its own; those it had go.
    let merged: Vec<i64> = ids.iter().copied().filter(|id| aliases.is_merged(*id)).collect();
    let people: Vec<i64> = people.into_iter().collect();
    for some in people.chunks(SOME) {
        let pasts = Pasts::read(w, &aliases, some).await?;
        let should = some.iter().flat_map(|id| pasts.events(PersonId(*id))).collect();
        agree(w, some, should).await?;
    }
    for some in merged.chunks(SOME) {
        agree(w, some, vec![]).await?;
    }
    Ok(())
}

/// A state and the days it holds.
#[derive(Clone, Debug)]
struct Span<T> {
    from: Day,
    to: Option<Day>,
    origin: Origin,
    value: T,
}

/// Own states, and those of merged records where there are none of one's own: `own` is in order.
fn overlay<T: Clone>(own: Vec<Span<T>>, merged: Vec<Span<T>>) -> Vec<Span<T>> {
    let mut all = own.clone();
    for span in merged {
        let mut rest = vec![span];
        for kept in &own {
            rest = rest.into_iter().flat_map(|s| minus(s, kept.from, kept.to)).collect();
        }
        all.extend(rest);
    }
    all.sort_by_key(|s| s.from);
    all
}

/// What is left of a span outside `from .. to`.
fn minus<T: Clone>(span: Span<T>, from: Day, to: Option<Day>) -> Vec<Span<T>> {
    let mut left = Vec::new();
    if span.from < from {
        let end = span.to.map_or(from, |to| to.min(from));
        left.push(Span { to: Some(end), ..span.clone() });
    }
    if let Some(to) = to
        && span.to.is_none_or(|end| end > to)
    {
        left.push(Span { from: span.from.max(to), ..span });
    }
    left
}

/// What is so on a day.
fn at<T>(spans: &[Span<T>], day: Day) -> Option<&Span<T>> {
    spans.iter().find(|s| s.from <= day && s.to.is_none_or(|to| to > day))
}

/// What is known of one person over time.
#[derive(Default)]
struct Past {
    birth: Vec<Span<Birth>>,
    life: Vec<Span<Life>>,
    residency: Vec<Span<Residency>>,
    marital: Vec<Span<Marital>>,
    membership: Vec<Span<Membership>>,
}

struct Pasts {
    of: HashMap<i64, Past>,
}

impl Pasts {
    async fn read(w: &mut Write, aliases: &Aliases, people: &[i64]) -> Result<Pasts> {
        let mut ids: Vec<i64> = people.iter().flat_map(|id| aliases.whole(PersonId(*id))).map(|id| id.0).collect();
        let spouses = queries::spouses(w, &ids).await?;
        ids.extend(spouses.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
        let community = w.community;
        let mut of: HashMap<i64, Past> = HashMap::new();
        macro_rules! take {
            ($($state:ty: $field:ident),+) => { $(
                let mut own: HashMap<i64, (Vec<Span<$state>>, Vec<Span<$state>>)> = HashMap::new();
                for (id, span) in spans::<$state>(&mut w.tx, community, &ids).await? {
                    let (mine, theirs) = own.entry(aliases.of(id)).or_default();
                    if aliases.is_merged(id) { theirs.push(span) } else { mine.push(span) }
                }
                for (id, (mine, theirs)) in own {
                    of.entry(id).or_default().$field = overlay(mine, theirs);
                }
            )+ };
        }
        take!(Birth: birth, Life: life, Residency: residency, Marital: marital, Membership: membership);
        Ok(Pasts { of })
    }

    /// What the states of a person say happened.
    fn events(&self, person: PersonId) -> Vec<(LifeEvent, Origin)> {
        let Some(past) = self.of.get(&person.0) else {
            return vec![];
        };
        let mut events = past.passages(person);
        events.extend(past.death(person));
        events.extend(self.weddings(person, past));
        events
    }

    fn weddings(&self, person: PersonId, past: &Past) -> Vec<(LifeEvent, Origin)> {
        let told = |s: &&Span<Marital>| s.value.since == Some(s.from);
        let kind_of = |marital: &Marital| match marital.marital.as_deref() {
            // GB/T 2261.2: 20 and below it are the married, 40 the divorced.
            Some(code) if code.starts_with('2') => Some("marriage"),
            Some("40") => Some("divorce"),
            _ => None,
        };
        let mut events = Vec::new();
        for span in past.marital.iter().filter(told) {
            let Some(kind) = kind_of(&span.value) else { continue };
            // A wedding of two who are both known here is one event: that of whoever was registered first.
            let other = span.value.spouse;
            let theirs = other.and_then(|other| self.of.get(&other.0));
            let mirrored = theirs.is_some_and(|theirs| {
                let same = |s: &&Span<Marital>| s.from == span.from && s.value.spouse == Some(person);
                theirs.marital.iter().filter(told).find(same).is_some_and(|s| kind_of(&s.value) == Some(kind))
            });
            if mirrored && other.is_some_and(|other| other < person) {
                continue;
            }
            let home = at(&past.residency, span.from).map(|s| s.value.clone()).unwrap_or_default();
            let event = LifeEvent {
                other,
                to_dwelling: home.dwelling,
                residency: home.word().map(str::to_owned),
                ..LifeEvent::new(kind, person, Some(span.from), span.from)
            };
            events.push((event, span.origin.clone()));
        }
        events
    }
}

impl LifeEvent {
    fn new(kind: &str, person: PersonId, first: Option<Day>, last: Day) -> LifeEvent {
        LifeEvent {
            kind: kind.to_owned(),
            first,
            last,
            person,
            other: None,
            household: None,
            from_dwelling: None,
            to_dwelling: None,
            residency: None,
        }
    }
}

impl Past {
    fn born(&self) -> Option<Day> {
        let born = self.birth.last()?.value.born()?;
        born.is_exact().then_some(born.first)
    }

    fn dead_on(&self, day: Day) -> bool {
        at(&self.life, day).is_some_and(|s| !s.value.alive)
    }

    /// Births and moves: how somebody came to live here, left, or changed homes.
    fn passages(&self, person: PersonId) -> Vec<(LifeEvent, Origin)> {
        let mut events = Vec::new();
        for (n, span) in self.residency.iter().enumerate() {
            let before = n.checked_sub(1).map(|n| &self.residency[n]).filter(|b| b.to == Some(span.from));
            // The dead neither come nor go; their death is told below.
            if self.dead_on(span.from) {
                continue;
            }
            let (now, then) = (&span.value, before.map(|b| &b.value));
            let was_here = then.map(|r| r.lives_here);
            // The first day is told, or it is the day after the last on which it was known otherwise.
            let between = |told: Option<Day>| {
                let told = told.filter(|day| *day <= span.from);
                told.or_else(|| before.map(|b| b.from.plus(1).min(span.from)))
            };
            let event = match (was_here, now.lives_here) {
                // A list that says since when a home is lived in says nothing of the birth of a child in it.
                (None, Some(true)) if self.born() == Some(span.from) && now.since.is_none_or(|s| s == span.from) => {
                    Some(LifeEvent::new("birth", person, Some(span.from), span.from))
                }
                // Whoever is listed for the first time may have been missed before: only a day that is told makes it a move.
                (None, Some(true)) => {
                    now.since.filter(|d| *d == span.from).map(|d| LifeEvent::new("move.in", person, Some(d), span.from))
                }
                (Some(Some(false)), Some(true)) => {
                    Some(LifeEvent::new("move.in", person, between(now.since), span.from))
                }
                (Some(Some(true)), Some(false)) => {
                    Some(LifeEvent::new("move.out", person, between(now.left_since), span.from))
                }
                (Some(Some(true)), Some(true)) => {
                    let moved = then.and_then(|t| t.dwelling).zip(now.dwelling).is_some_and(|(a, b)| a != b);
                    moved.then(|| LifeEvent::new("move.within", person, between(now.since), span.from))
                }
                _ => None,
            };
            let Some(mut event) = event else { continue };
            let leaves = event.kind == "move.out";
            event.from_dwelling = then.and_then(|t| t.dwelling);
            event.to_dwelling = now.dwelling.filter(|_| !leaves);
            let word = if leaves { then.and_then(Residency::word) } else { now.word() };
            event.residency = word.map(str::to_owned);
            if !leaves {
                event.household = at(&self.membership, span.from).and_then(|m| m.value.household);
            }
            events.push((event, span.origin.clone()));
        }
        events
    }

    /// The death of somebody of whom it was known that they lived here or were registered here.
    fn death(&self, person: PersonId) -> Option<(LifeEvent, Origin)> {
        let died = self.life.iter().find(|s| !s.value.alive)?;
        let before = self.residency.iter().rev().find(|s| s.from < died.from)?;
        let known = before.value.lives_here == Some(true) || before.value.hukou_here == Some(true);
        if !known {
            return None;
        }
        let first = died.value.died_first.or(Some(before.from.plus(1).min(died.from)));
        let last = died.value.died_last.unwrap_or(died.from);
        let event = LifeEvent {
            from_dwelling: before.value.dwelling,
            residency: before.value.word().map(str::to_owned),
            ..LifeEvent::new("death", person, first, last)
        };
        Some((event, died.origin.clone()))
    }
}

/// The states of some people that are not superseded, in order.
async fn spans<T>(tx: &mut Tx, community: i64, ids: &[i64]) -> Result<Vec<(i64, Span<T>)>>
where
    T: Stated<Subject = PersonId>,
{
    let mut found = Vec::new();
    for ids in ids.chunks(5_000) {
        let mut bound = params![community];
        bound.extend(ids.iter().map(|id| Value::from(*id)));
        tx.each(&queries::spans_text(&T::TABLE, &among(ids, 2)), bound, |row| {
            let origin = Origin { source: row.get(5)?, place: row.get(6)?, confirmed_on: row.get(7)? };
            let value = T::read(row, 1 + TIME.len())?;
            found.push((row.get(0)?, Span { from: row.get(1)?, to: row.get(2)?, origin, value }));
            Ok(())
        })
        .await?;
    }
    Ok(found)
}

/// Adds, replaces and withdraws rows until the events of these people are those that should be. An event keeps its id when
/// only its day or its homes were corrected.
async fn agree(w: &mut Write, people: &[i64], should: Vec<(LifeEvent, Origin)>) -> Result<()> {
    let mut there = queries::settled(w, people, &KINDS).await?;
    let mut wanted: Vec<Option<(LifeEvent, Origin)>> = should.into_iter().map(Some).collect();
    let mut take = |same: &dyn Fn(&LifeEvent, &LifeEvent) -> bool| {
        let mut pairs: Vec<(Kept<LifeEvent>, LifeEvent, Origin)> = Vec::new();
        for slot in &mut wanted {
            let Some((event, _)) = slot else { continue };
            let Some(found) = there.iter().position(|kept| same(&kept.value, event)) else { continue };
            if let Some((event, origin)) = slot.take() {
                pairs.push((there.swap_remove(found), event, origin));
            }
        }
        pairs
    };
    let of = |a: &LifeEvent, b: &LifeEvent| a.person == b.person && a.kind == b.kind;
    let mut pairs = take(&|a, b| of(a, b) && a.first == b.first && a.last == b.last);
    pairs.extend(take(&|a, b| of(a, b)));
    for (kept, event, origin) in pairs {
        if kept.value != event {
            records::replace(w, kept.id, event, vec![], &origin).await?;
        }
    }
    for gone in there {
        records::withdraw::<LifeEvent>(w, gone.id).await?;
    }
    let new = wanted.into_iter().flatten().map(|(event, origin)| (event, vec![], origin)).collect();
    records::add_all(w, new).await?;
    Ok(())
}
