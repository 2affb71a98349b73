//! Random histories over people, homes, enrolments, events and payments: whatever is written, corrected, ended, merged or
//! taken back, in whatever order and for whatever day, every revision can be asked again, stocks follow their flows, and a
//! write that nobody built on can be taken back without a trace in any figure.

use std::collections::BTreeMap;

use liren_facts::{Day, PartialDay, Period};
use proptest::prelude::*;
use serde_json::Value;

use crate::base::stages::{self, NewMatter, Step, Subject};
use crate::base::undo::{Only, undo};
use crate::base::{App, BuildingId, DwellingId, MatterId, Mine, Origin, PersonId, Write};
use crate::figures::{self, Ask, Desk, checks};
use crate::people::lives::{self, Wedding};
use crate::people::register::{NewHousehold, add_households, add_people};
use crate::people::{Membership, NewPerson, Residency, merging};
use crate::places::{Building, Dwelling, Estate};
use crate::programmes::events::{self, NewEvent};
use crate::programmes::payments::{self, Payment, pay};
use crate::testing::TestApp;

/// One thing that somebody may write; numbers pick whom and what it is about.
#[derive(Clone, Copy, Debug)]
enum Verb {
    Birth,
    MoveIn(bool),
    MoveOut(usize),
    ComeBack(usize),
    Death(usize),
    Within(usize, usize),
    Wed(usize, usize),
    Join(usize, usize),
    CorrectResidency(usize, i32),
    EndMembership(usize),
    Merge(usize, usize),
    Unmerge(usize),
    Enrol(usize),
    Advance(usize),
    MoveTransition(usize),
    WithdrawTransition(usize),
    Pay(usize),
    CorrectPayment(usize),
    WithdrawPayment(usize),
    Event(usize),
    CorrectEvent(usize),
    WithdrawEvent(usize),
    UndoLast,
    Undo(usize),
}

fn verb() -> impl Strategy<Value = Verb> {
    let n = || 0..40usize;
    prop_oneof![
        2 => Just(Verb::Birth),
        3 => any::<bool>().prop_map(Verb::MoveIn),
        2 => n().prop_map(Verb::MoveOut),
        1 => n().prop_map(Verb::ComeBack),
        2 => n().prop_map(Verb::Death),
        2 => (n(), n()).prop_map(|(a, b)| Verb::Within(a, b)),
        1 => (n(), n()).prop_map(|(a, b)| Verb::Wed(a, b)),
        1 => (n(), n()).prop_map(|(a, b)| Verb::Join(a, b)),
        1 => (n(), 1..60i32).prop_map(|(a, b)| Verb::CorrectResidency(a, b)),
        1 => n().prop_map(Verb::EndMembership),
        1 => (n(), n()).prop_map(|(a, b)| Verb::Merge(a, b)),
        1 => n().prop_map(Verb::Unmerge),
        2 => n().prop_map(Verb::Enrol),
        2 => n().prop_map(Verb::Advance),
        1 => n().prop_map(Verb::MoveTransition),
        1 => n().prop_map(Verb::WithdrawTransition),
        1 => n().prop_map(Verb::Pay),
        1 => n().prop_map(Verb::CorrectPayment),
        1 => n().prop_map(Verb::WithdrawPayment),
        1 => n().prop_map(Verb::Event),
        1 => n().prop_map(Verb::CorrectEvent),
        1 => n().prop_map(Verb::WithdrawEvent),
        3 => Just(Verb::UndoLast),
        1 => n().prop_map(Verb::Undo),
    ]
}

#[test]
fn whatever_is_written_can_be_asked_again_and_taken_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(crate::testing::cases(12)));
    // Also days to come: today is the 324th day of the year.
    let history = proptest::collection::vec((verb(), 0..400i32), 1..20);
    runner
        .run(&history, |history| {
            runtime.block_on(tell(history));
            Ok(())
        })
        .unwrap();
}

/// A grown person merged into a newborn by mistake: whoever was here at new year was here, whatever the later birth says.
#[test]
fn somebody_merged_into_a_newborn_was_here_before() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for on in [0, 76, 300] {
        runtime.block_on(tell(vec![(Verb::Birth, 76), (Verb::Merge(26, 38), on)]));
        runtime.block_on(tell(vec![(Verb::Birth, 76), (Verb::Merge(38, 26), on)]));
    }
}

/// Somebody who is merged into a newborn and moves away, found by the property above.
#[test]
fn somebody_merged_into_a_newborn_who_moves_away_has_moved_away() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = || vec![(Verb::Birth, 57), (Verb::MoveIn(false), 301), (Verb::Merge(22, 12), 284)];
    runtime.block_on(tell([begun(), vec![(Verb::MoveOut(22), 243)]].concat()));
    runtime.block_on(tell([begun(), vec![(Verb::ComeBack(31), 281), (Verb::MoveOut(22), 243)]].concat()));
}

/// What has been made so far, for verbs to pick from.
#[derive(Default)]
struct Told {
    people: Vec<Mine<PersonId>>,
    merged: Vec<(Mine<PersonId>, Mine<PersonId>)>,
    matters: Vec<Mine<MatterId>>,
    payments: Vec<(i64, Mine<MatterId>)>,
    events: Vec<i64>,
    homes: Vec<Mine<DwellingId>>,
}

fn pick<T: Clone>(from: &[T], n: usize) -> Option<T> {
    (!from.is_empty()).then(|| from[n % from.len()].clone())
}

const NEW_YEAR: (i32, u32, u32) = (2013, 1, 1);

async fn tell(history: Vec<(Verb, i32)>) {
    let test = TestApp::empty().await;
    let new_year = Day::ymd(NEW_YEAR.0, NEW_YEAR.1, NEW_YEAR.2).unwrap();
    let mut told = ground(&test).await;
    // What every figure said at each revision when it was the last.
    let mut said: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    let start = revision(&test).await;
    said.insert(start, figures(&test, None).await);
    for (verb, on) in &history {
        let before = revision(&test).await;
        if let Some(now) = write(&test, &mut told, *verb, new_year.plus(*on), start).await {
            let after = figures(&test, None).await;
            if matches!(verb, Verb::UndoLast) && before > start {
                // An untouched write that is taken back restores every figure.
                assert_eq!(after, said[&earlier(&said, before)], "{verb:?} of {before} in {history:?}");
            }
            said.insert(now, after);
        }
    }
    // Another process, which has seen nothing of it, says the same of every revision.
    let other = test.app.forgetful();
    for (revision, then) in &said {
        let again = figures_of(&other, &test, Some(*revision)).await;
        assert_eq!(&again, then, "figures as known at {revision}: {history:?}");
    }
    flows(&test, new_year, &history).await;
    test.app.db.close().await;
}

/// The revision before one of those that are remembered.
fn earlier(said: &BTreeMap<i64, Vec<Value>>, revision: i64) -> i64 {
    *said.range(..revision).next_back().unwrap().0
}

async fn revision(test: &TestApp) -> i64 {
    let mut tx = test.app.db.read().await.unwrap();
    crate::base::revision(&mut tx, 1).await.unwrap()
}

/// An estate of six homes, four households and a dozen people.
async fn ground(test: &TestApp) -> Told {
    let first = Day::ymd(2012, 12, 31).unwrap();
    let mut w = Write::begin(&test.app, &test.operator(), 1, "底数").await.unwrap();
    let keys = test.app.community_keys(&mut w.tx, 1).await.unwrap();
    let none = Origin::default();
    let estate = Estate { name: "柳园".into() }.add(&mut w, first).await.unwrap();
    let building = Building { estate: Some(estate), name: "1".into(), area: None, units: None, floors: None };
    let building: BuildingId = building.add(&mut w, first).await.unwrap();
    let home = |room: i64| Dwelling {
        building: Some(building),
        unit: Some("1".into()),
        room: room.to_string(),
        floor: None,
        size: None,
        used: None,
        kind: None,
    };
    let homes = (101..107).map(|room| (home(room), none.clone())).collect();
    let homes = Dwelling::add_all(&mut w, first, homes).await.unwrap();
    let households =
        homes.iter().take(4).map(|home| NewHousehold { dwelling: Some(*home), number: None, origin: none.clone() });
    let households = add_households(&mut w, first, households.collect()).await.unwrap();
    let people = (0..12).map(|n| {
        let mut person = somebody(n % 3 != 0, Some(homes[n % 4]));
        person.household = Some(households[n % 4].number());
        person
    });
    let people = add_people(&mut w, &keys, first, people.collect()).await.unwrap();
    for register in crate::registers::all(test.app.packs()) {
        crate::registers::keep(&mut w, &register, None, first, &none).await.unwrap();
    }
    w.commit().await.unwrap();
    Told { people, homes: homes.into_iter().map(|home| test.mine(home)).collect(), ..Told::default() }
}

fn somebody(hukou: bool, home: Option<DwellingId>) -> NewPerson {
    NewPerson {
        name: Some("柳青".into()),
        sex: Some("1".into()),
        born: Some(PartialDay::exact(Day::ymd(1930, 5, 5).unwrap())),
        number_state: "missing".into(),
        residency: Residency {
            hukou_here: Some(hukou),
            lives_here: Some(true),
            dwelling: home,
            ..Residency::default()
        },
        ..NewPerson::default()
    }
}

/// Writes one verb; the revision, or `None` when it was refused or there was nothing to do.
async fn write(test: &TestApp, told: &mut Told, verb: Verb, day: Day, start: i64) -> Option<i64> {
    let last = revision(test).await;
    let mut w = Write::begin(&test.app, &test.operator(), 1, "登记").await.unwrap();
    let done = act(test, &mut w, told, verb, day, (start, last)).await;
    if done == Some(true) { Some(w.commit().await.unwrap()) } else { None }
}

async fn act(
    test: &TestApp,
    w: &mut Write,
    told: &mut Told,
    verb: Verb,
    day: Day,
    (start, last): (i64, i64),
) -> Option<bool> {
    let keys = test.app.community_keys(&mut w.tx, 1).await.unwrap();
    let none = Origin::default();
    let person = |n: usize| pick(&told.people, n);
    let done = match verb {
        Verb::Birth => {
            let child = somebody(true, pick(&told.homes, 0).map(|home| home.id()));
            let id = lives::birth(w, &keys, day, child).await.unwrap();
            told.people.push(id);
            true
        }
        Verb::MoveIn(hukou) => {
            let home = pick(&told.homes, 1).map(|home| home.id());
            told.people.push(lives::move_in(w, &keys, day, somebody(hukou, home)).await.unwrap());
            true
        }
        Verb::MoveOut(n) => lives::move_out(w, PartialDay::exact(day), person(n)?, n % 2 == 0, &none).await.is_ok(),
        Verb::ComeBack(n) => {
            let home = Residency { dwelling: pick(&told.homes, n).map(|home| home.id()), ..Residency::default() };
            lives::come_back(w, day, person(n)?, home, None, &none).await.is_ok()
        }
        Verb::Death(n) => lives::death(w, PartialDay::exact(day), person(n)?, &none).await.is_ok(),
        Verb::Within(n, m) => lives::move_within(w, day, person(n)?, pick(&told.homes, m)?, None, &none).await.is_ok(),
        Verb::Wed(n, m) => {
            let other = person(m).filter(|other| Some(*other) != person(n));
            lives::wed(w, day, Wedding::Marriage, person(n)?, other, &none).await.is_ok()
        }
        Verb::Join(n, m) => {
            let other = Membership::at(&mut w.tx, &test.scope(), &[person(m)?.id()], day).await.unwrap()?;
            other.value.record(w, person(n)?.id(), day, &none).await.is_ok()
        }
        Verb::CorrectResidency(n, days) => {
            let now = Residency { hukou_here: None, lives_here: Some(true), ..Residency::default() };
            now.correct(w, person(n)?.id(), day, Some(day.plus(days)), &none).await.is_ok()
        }
        Verb::EndMembership(n) => Membership::end(w, person(n)?.id(), day).await.is_ok(),
        Verb::Merge(n, m) => {
            let pair = (person(n)?, person(m)?);
            let ok = merging::merge(w, pair.0, pair.1, "同一人").await.is_ok();
            if ok {
                told.merged.push(pair);
            }
            ok
        }
        Verb::Unmerge(n) => {
            let (one, into) = pick(&told.merged, n)?;
            merging::unmerge(w, into, one.id(), "两个人").await.is_ok()
        }
        Verb::Enrol(n) => {
            let step = if n % 3 == 0 { Step::seen(day, "receiving") } else { Step::on(day, "receiving") };
            let new = NewMatter {
                kind: "elder-allowance".into(),
                subject: Subject::Person(person(n)?.id()),
                parent: None,
                steps: vec![step],
                fields: vec![],
                origin: none,
            };
            told.matters.extend(stages::open(w, vec![new]).await.unwrap());
            true
        }
        Verb::Advance(n) => stages::enter(w, pick(&told.matters, n)?, Step::on(day, "stopped"), &none).await.is_ok(),
        Verb::MoveTransition(n) | Verb::WithdrawTransition(n) => {
            let matter = pick(&told.matters, n)?;
            let there = stages::transitions(&mut w.tx, &test.scope(), &[matter.id()]).await.unwrap();
            let one = there.get(&matter.id())?.last()?.clone();
            if matches!(verb, Verb::MoveTransition(_)) {
                stages::correct(w, matter, one.id, Step::on(day, &one.value.stage), &none).await.is_ok()
            } else {
                stages::withdraw(w, matter, one.id).await.is_ok()
            }
        }
        Verb::Pay(n) => {
            let matter = pick(&told.matters, n)?;
            told.payments.push((pay(w, matter, day, 30_000, &none).await.unwrap(), matter));
            true
        }
        Verb::CorrectPayment(n) => {
            let (id, matter) = pick(&told.payments, n)?;
            payments::correct(w, id, Payment { matter: matter.id(), day, amount: 10_000 }, &none).await.is_ok()
        }
        Verb::WithdrawPayment(n) => payments::withdraw(w, pick(&told.payments, n)?.0).await.is_ok(),
        Verb::Event(n) => {
            let mut event = NewEvent::new("activities.activity", day).word("activity_kind", "lecture");
            event.event.person = person(n).map(|p| p.id());
            told.events.extend(events::record(w, vec![event.number("attendance", n as i64)]).await.unwrap());
            true
        }
        Verb::CorrectEvent(n) => {
            let event = NewEvent::new("activities.activity", day).word("activity_kind", "film");
            events::correct(w, pick(&told.events, n)?, event).await.is_ok()
        }
        Verb::WithdrawEvent(n) => events::withdraw(w, pick(&told.events, n)?).await.is_ok(),
        Verb::UndoLast if last > start => undo(w, last, Only::All).await.is_ok(),
        Verb::UndoLast => false,
        Verb::Undo(n) => {
            let revision = start + 1 + n as i64 % (last - start).max(1);
            revision <= last && undo(w, revision, Only::All).await.is_ok_and(|undone| !undone.taken.is_empty())
        }
    };
    Some(done)
}

/// Every figure of the year to date with its list, as known now or at a revision.
async fn figures(test: &TestApp, known_at: Option<i64>) -> Vec<Value> {
    figures_of(&test.app, test, known_at).await
}

async fn figures_of(app: &App, test: &TestApp, known_at: Option<i64>) -> Vec<Value> {
    let mut desk = Desk::known(app, &test.scope(), app.clock.today(), known_at).await.unwrap();
    let ask = Ask::of(desk.this_year());
    let packs = app.packs().clone();
    let mut all = Vec::new();
    for figure in &packs.figures {
        let value = desk.value(figure, &ask).await.unwrap();
        let mut object = figures::json(figure, &value);
        object["ids"] = serde_json::json!(value.ids.map(|(_, ids)| ids));
        all.push(object);
    }
    all
}

/// closing = opening + in − out wherever nothing of it is unknown.
async fn flows(test: &TestApp, new_year: Day, history: &[(Verb, i32)]) {
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let packs = test.app.packs().clone();
    for (from, to) in [(0, 90), (91, 91), (92, 323)] {
        let period = Period { first: new_year.plus(from), last: new_year.plus(to) };
        let mut unknown = 0;
        for id in [
            "population.total", "population.births", "population.deaths", "population.moved_in", "population.moved_out",
        ] {
            let figure = packs.figure(id).unwrap();
            unknown += desk.value(figure, &Ask::of(period)).await.unwrap().unknown;
            let opening = Ask { opening: true, ..Ask::of(period) };
            unknown += desk.value(figure, &opening).await.unwrap().unknown;
        }
        for check in checks(&mut desk, &Ask::of(period)).await.unwrap() {
            if unknown == 0 && check.because.zh.contains("期末=期初") && check.figures[0] == "population.total" {
                assert_eq!(check.holds, Some(true), "{} in {history:?}", check.arithmetic);
            }
        }
    }
}
