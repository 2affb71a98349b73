//! When a figure may say a number, and what death and departure end.

use std::collections::BTreeMap;

use liren_facts::{Day, PartialDay, Period};
use liren_packs::Register;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::{all, begin_by_list, keep, report_none, withdraw};
use crate::base::keys::CommunityKeys;
use crate::base::stages::{self, NewMatter, Step, Subject};
use crate::base::{App, AreaId, HouseholdId, Mine, Origin, PersonId, Write};
use crate::figures::{Answer, Ask, Desk, Value};
use crate::people::register::{NewHousehold, add_households, add_person};
use crate::people::{Membership, NewPerson, Residency, lives};
use crate::testing::{TestApp, cases};

fn day(month: u32, day: u32) -> Day {
    Day::ymd(2013, month, day).unwrap()
}

fn year() -> Period {
    Period { first: day(1, 1), last: day(11, 20) }
}

async fn write(test: &TestApp) -> Write {
    Write::begin(&test.app, &test.operator(), 1, "试").await.unwrap()
}

async fn figure(test: &TestApp, id: &str, ask: Ask) -> Value {
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    desk.value(&test.app.packs().figure(id).unwrap().clone(), &ask).await.unwrap()
}

async fn said(test: &TestApp, id: &str) -> String {
    figure(test, id, Ask::of(year())).await.text()
}

/// A household of some people who live here and are registered here.
async fn family(w: &mut Write, keys: &CommunityKeys, size: u32) -> (Mine<HouseholdId>, Vec<Mine<PersonId>>) {
    let since = Day::ymd(2000, 1, 1).unwrap();
    let new = NewHousehold { dwelling: None, number: None, origin: Origin::default() };
    let household = add_households(w, since, vec![new]).await.unwrap()[0];
    let mut people = vec![];
    for n in 0..size {
        let person = NewPerson {
            name: Some(format!("某{n}")),
            born: Some(PartialDay::exact(Day::ymd(1950, 1, 1).unwrap())),
            residency: Residency { hukou_here: Some(true), lives_here: Some(true), ..Residency::default() },
            household: Some(household.number()),
            ..NewPerson::default()
        };
        people.push(add_person(w, keys, since, person).await.unwrap());
    }
    (household, people)
}

fn enrolment(kind: &str, subject: Subject, steps: Vec<Step>) -> NewMatter {
    NewMatter { kind: kind.into(), subject, parent: None, steps, fields: vec![], origin: Origin::default() }
}

#[tokio::test]
async fn a_register_nobody_keeps_is_unknown_and_one_kept_with_nothing_is_zero() {
    let test = TestApp::empty().await;
    let relief = Register::Programme("minimum-living".into());
    let origin = Origin::default();
    let flow = "relief.households_new";
    let stock = "relief.households";
    assert_eq!((said(&test, stock).await, said(&test, flow).await), ("待核实".into(), "待核实".into()));
    let why = figure(&test, stock, Ask::of(year())).await;
    let text = &why.why().unwrap().zh;
    assert!(text.contains("最低生活保障") && text.contains("截至今天没有"), "{text}");
    // 零报告: nobody up to the day; later is not said.
    let mut w = write(&test).await;
    let none = report_none(&mut w, &relief, None, (day(1, 1), day(6, 30)), &origin).await.unwrap();
    w.commit().await.unwrap();
    let half = Ask::of(Period { first: day(1, 1), last: day(6, 30) });
    assert_eq!(figure(&test, stock, half.clone()).await.text(), "0");
    assert_eq!(figure(&test, flow, half.clone()).await.text(), "0");
    let stock_now = figure(&test, stock, Ask::of(year())).await;
    assert_eq!((stock_now.text().as_str(), stock_now.list_day), ("0", Some(day(6, 30))));
    assert_eq!(said(&test, flow).await, "待核实");
    assert!(figure(&test, flow, Ask::of(year())).await.why().unwrap().zh.contains("2013-06-30"));
    // One came in August: at least one this year.
    let mut w = write(&test).await;
    let keys = test.app.community_keys(&mut w.tx, 1).await.unwrap();
    let (household, _) = family(&mut w, &keys, 1).await;
    let step = Step::on(day(8, 1), "receiving");
    stages::open(&mut w, vec![enrolment("minimum-living", Subject::Household(household.id()), vec![step])])
        .await
        .unwrap();
    w.commit().await.unwrap();
    assert_eq!(said(&test, flow).await, "至少 1");
    // 从七月一日起记全: the two spans follow one another.
    let mut w = write(&test).await;
    keep(&mut w, &relief, None, day(7, 1), &origin).await.unwrap();
    w.commit().await.unwrap();
    assert_eq!((said(&test, stock).await, said(&test, flow).await), ("1".into(), "1".into()));
    // Taken back, the time before July is open again, and what was known at an earlier revision stays as it was.
    let before = Desk::today(&test.app, &test.scope()).await.unwrap().revision;
    let mut w = write(&test).await;
    withdraw(&mut w, none).await.unwrap();
    w.commit().await.unwrap();
    assert_eq!(said(&test, flow).await, "至少 1");
    let mut then = Desk::known(&test.app, &test.scope(), day(11, 20), Some(before)).await.unwrap();
    let packs = test.app.packs().clone();
    assert_eq!(then.value(packs.figure(flow).unwrap(), &Ask::of(year())).await.unwrap().text(), "1");
}

#[tokio::test]
async fn a_list_tells_who_is_on_it_and_not_since_when() {
    let test = TestApp::empty().await;
    let mut w = write(&test).await;
    let keys = test.app.community_keys(&mut w.tx, 1).await.unwrap();
    let mut new = vec![];
    for _ in 0..3 {
        let (household, _) = family(&mut w, &keys, 1).await;
        new.push(enrolment(
            "minimum-living",
            Subject::Household(household.id()),
            vec![Step::seen(day(10, 31), "receiving")],
        ));
    }
    stages::open(&mut w, new).await.unwrap();
    begin_by_list(&mut w, &Register::Programme("minimum-living".into()), day(10, 31), None, &Origin::default())
        .await
        .unwrap();
    w.commit().await.unwrap();
    let stock = figure(&test, "relief.households", Ask::of(year())).await;
    assert_eq!((stock.text().as_str(), stock.list_day), ("3", Some(day(10, 31))));
    let new = figure(&test, "relief.households_new", Ask::of(year())).await;
    assert_eq!((new.text().as_str(), new.unknown), ("待核实", 3));
}

#[tokio::test]
async fn a_programme_that_is_not_used_is_not_applicable_and_an_area_without_a_row_is_a_gap() {
    use crate::registers::{ProgrammeOf, ProgrammeUse};
    let test = TestApp::empty().await;
    let mut w = write(&test).await;
    let unused = ProgrammeUse { used: false };
    let of = ProgrammeOf("minimum-living".into());
    unused.record(&mut w, of, day(1, 1), &Origin::default()).await.unwrap();
    w.commit().await.unwrap();
    assert_eq!(said(&test, "relief.households").await, "不适用");

    // Two groups; one says that it keeps its volunteers' list.
    let demo = TestApp::own_demo().await;
    let groups: Vec<Mine<AreaId>> = {
        let desk = Desk::today(&demo.app, &demo.scope()).await.unwrap();
        let of = desk.tree.areas.iter().filter(|a| a.level == "group");
        of.map(|a| demo.mine(AreaId(a.id))).collect()
    };
    let volunteers = Register::Programme("volunteers".into());
    let mut w = write(&demo).await;
    let desk = Desk::today(&demo.app, &demo.scope()).await.unwrap();
    for kept in desk.registers.kept.iter().filter(|k| k.value.register == volunteers.id()) {
        withdraw(&mut w, kept.id).await.unwrap();
    }
    keep(&mut w, &volunteers, Some(groups[0]), day(1, 1), &Origin::default()).await.unwrap();
    w.commit().await.unwrap();
    let one = Ask { area: Some(groups[0].id().0), ..Ask::of(year()) };
    assert_eq!(figure(&demo, "volunteers.people", one).await.answer, Answer::Known);
    let other = Ask { area: Some(groups[1].id().0), ..Ask::of(year()) };
    assert!(!matches!(figure(&demo, "volunteers.people", other).await.answer, Answer::Known));
    let whole = figure(&demo, "volunteers.people", Ask::of(year())).await;
    assert!(matches!(whole.answer, Answer::AtLeast(_)), "{:?}", whole.answer);
}

/// Whatever stage somebody is in, in whatever programme: after their death they are in force in none; after a departure in
/// none that ends then, and nobody claims to know where the programme says that it is to be asked.
#[tokio::test]
async fn nobody_dead_is_in_force_in_any_programme() {
    let test = TestApp::empty().await;
    let packs = test.app.packs().clone();
    let mut w = write(&test).await;
    let keys = test.app.community_keys(&mut w.tx, 1).await.unwrap();
    let begun = Day::ymd(2012, 1, 1).unwrap();
    let mut enrolled = 0;
    for (n, programme) in packs.programmes.iter().enumerate() {
        for stage in programme.stages.iter().filter(|s| s.in_force) {
            for dies in [true, false] {
                let (household, people) = family(&mut w, &keys, 1 + (n as u32 % 2)).await;
                let subject = match programme.subject.as_str() {
                    "person" => Subject::Person(people[0].id()),
                    "household" => Subject::Household(household.id()),
                    _ => continue,
                };
                let id =
                    stages::open(&mut w, vec![enrolment(&programme.id, subject, vec![Step::on(begun, &stage.id)])])
                        .await
                        .unwrap();
                assert_eq!(id.len(), 1);
                enrolled += 1;
                for person in people {
                    let when = PartialDay::exact(day(5, 4));
                    match dies {
                        true => lives::death(&mut w, when, person, &Origin::default()).await.unwrap(),
                        false => lives::move_out(&mut w, when, person, false, &Origin::default()).await.unwrap(),
                    }
                }
            }
        }
    }
    w.commit().await.unwrap();
    assert!(enrolled > 10);
    for (on, here) in [(day(5, 3), true), (day(5, 4), false)] {
        let mut tx = test.app.db.read().await.unwrap();
        let moment = test.app.moment(&mut tx, 1, on).await.unwrap();
        let needs = crate::base::Needs::of(&packs.schema, ["enrolment", "ending"]);
        let look = crate::base::Look::new(test.app.world(&mut tx, moment, &needs).await.unwrap());
        let kind = packs.schema.kind("enrolment").unwrap();
        let values = packs.values(on);
        let set = |text: &str| look.set(kind, text, &values).unwrap();
        assert_eq!(set("in_force").yes.count(), if here { enrolled } else { 0 });
        if here {
            continue;
        }
        // Each departure that is to be asked about is a question, and nothing else is.
        let asked = |p: &liren_packs::Programme| {
            let stages = p.stages.iter().filter(|s| s.in_force).count();
            if p.on.1 == liren_rules::Ending::Ask { stages } else { 0 }
        };
        let asked: usize = packs.programmes.iter().map(asked).sum();
        assert_eq!(set("in_force").unknown.count(), asked);
        assert_eq!(set("to_check").yes.count(), asked);
        let ended = packs.schema.kind("ending").unwrap();
        assert_eq!(look.world.frame(ended).len(), enrolled - asked);
        let died = look.set(ended, r#"end_reason == "death""#, &values).unwrap();
        assert_eq!(died.yes.count(), enrolled / 2);
    }
}

/// What is left when somebody dies, in three households of two: one goes on, one whose second member left ends, one whose
/// members went to live with others is asked about; and money paid afterwards is a question.
#[tokio::test]
async fn a_household_ends_with_its_last_member_and_what_is_paid_later_is_a_question() {
    let test = TestApp::empty().await;
    let mut w = write(&test).await;
    let keys = test.app.community_keys(&mut w.tx, 1).await.unwrap();
    let origin = Origin::default();
    let mut ids = vec![];
    let mut homes = vec![];
    for _ in 0..3 {
        let (household, people) = family(&mut w, &keys, 2).await;
        let step = Step::on(day(1, 1), "receiving");
        ids.extend(
            stages::open(&mut w, vec![enrolment("minimum-living", Subject::Household(household.id()), vec![step])])
                .await
                .unwrap(),
        );
        homes.push((household, people));
    }
    keep(&mut w, &Register::Programme("minimum-living".into()), None, day(1, 1), &origin).await.unwrap();
    lives::death(&mut w, PartialDay::exact(day(3, 1)), homes[0].1[0], &origin).await.unwrap();
    lives::death(&mut w, PartialDay::exact(day(3, 1)), homes[1].1[0], &origin).await.unwrap();
    lives::move_out(&mut w, PartialDay::exact(day(4, 1)), homes[1].1[1], false, &origin).await.unwrap();
    for person in &homes[2].1 {
        let member = Membership { household: Some(homes[0].0.id()), relation: None };
        member.record(&mut w, person.id(), day(5, 1), &origin).await.unwrap();
    }
    for id in &ids {
        crate::programmes::payments::pay(&mut w, *id, day(6, 1), 43_000, &origin).await.unwrap();
    }
    w.commit().await.unwrap();
    let value = figure(&test, "relief.households", Ask::of(year())).await;
    assert_eq!((value.number, value.unknown), (Some(1), 1));
    let question = test.app.packs().question("paid_late").unwrap().clone();
    let mut tx = test.app.db.read().await.unwrap();
    let people = crate::quality::people(&test.app, &mut tx, &test.scope(), &question).await.unwrap();
    assert_eq!(people, [homes[1].1[1].id().0], "the one who left last is asked about");
}

/// The rows of a register, so that a test can take some of them away: a statement up to its condition, and what numbers them.
fn rows_of(register: &Register) -> Vec<(String, &'static str)> {
    match register {
        Register::Programme(id) => [("transition", "id"), ("payment", "id"), ("matter_stage", "matter_id")]
            .into_iter()
            .map(|(table, number)| {
                (format!("delete from {table} where matter_id in (select id from matter where kind = '{id}')"), number)
            })
            .collect(),
        Register::Kind(kind, _) if kind.contains('.') => {
            vec![(format!("delete from event where kind = '{kind}'"), "id")]
        }
        Register::Kind(kind, code) => {
            let (table, number) = match kind.as_str() {
                "post" => ("appointment_state", "appointment_id"),
                "ownership" => ("ownership_state", "ownership_id"),
                "facility" => ("facility_state", "facility_id"),
                "organisation" => ("organisation_state", "organisation_id"),
                other => panic!("{other}"),
            };
            let mut of_kind = code.as_ref().map_or("1 = 1".into(), |code| format!("kind = '{code}'"));
            if kind == "organisation" {
                of_kind += " and organisation_id not in (
                    select organisation_id from appointment_state where organisation_id is not null
                    union select organisation_id from event where organisation_id is not null
                    union select subject_id from matter where subject_kind = 'organisation'
                    union select number from field_value where number is not null
                    union select number from record_value where number is not null)";
            }
            vec![(format!("delete from {table} where {of_kind}"), number)]
        }
        // Nobody is taken away to whom something else points.
        Register::People => vec![
            ("delete from life_event where 1 = 1".into(), "id"),
            (
                "delete from person_naming where person_id not in (select person_id from appointment_state)
                    and person_id not in (select person_id from ownership_state where person_id is not null)
                    and person_id not in (select person_id from event where person_id is not null)
                    and person_id not in (select subject_id from matter where subject_kind = 'person')"
                    .into(),
                "person_id",
            ),
        ],
    }
}

async fn everything(app: &App) -> BTreeMap<String, Value> {
    let mut desk = Desk::today(app, &crate::base::Scope::whole(1)).await.unwrap();
    let packs = app.packs().clone();
    let mut values = BTreeMap::new();
    for figure in &packs.figures {
        values.insert(figure.id.clone(), desk.value(figure, &Ask::of(year())).await.unwrap());
    }
    values
}

/// The demo keeps every register and its figures are the truth. Without some of the registers, and with some or all of their
/// records gone, what a figure claims to know is still the truth, and what it says is the least is never too much.
#[test]
fn whatever_is_taken_away_no_figure_claims_to_know_what_it_cannot() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(6)) });
    let truth = runtime.block_on(async { everything(&TestApp::demo().await.app).await });
    assert!(truth.values().all(|v| v.answer == Answer::Known || matches!(v.answer, Answer::NotApplicable(_))));
    let chosen = proptest::collection::vec((any::<prop::sample::Index>(), 0..4i64), 1..12);
    runner
        .run(&chosen, |chosen| {
            runtime.block_on(take_away(&truth, chosen));
            Ok(())
        })
        .unwrap();
}

async fn take_away(truth: &BTreeMap<String, Value>, chosen: Vec<(prop::sample::Index, i64)>) {
    let test = TestApp::own_demo().await;
    let registers = all(test.app.packs());
    let chosen: Vec<(&Register, i64)> = chosen.iter().map(|(at, part)| (at.get(&registers), *part)).collect();
    let desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let mut w = write(&test).await;
    let mut gone = vec![];
    for (register, _) in &chosen {
        for kept in desk.registers.kept.iter().filter(|k| k.value.register == register.id()) {
            if !gone.contains(&kept.id) {
                withdraw(&mut w, kept.id).await.unwrap();
                gone.push(kept.id);
            }
        }
    }
    for (register, part) in &chosen {
        // What another register still covers is not taken away.
        let kept = desk.registers.kept.iter().filter(|k| !gone.contains(&k.id));
        let kept = kept.filter_map(|k| Register::parse(&k.value.register, &test.app.packs().schema));
        if kept.into_iter().any(|kept| kept.holds(register) || register.holds(&kept)) {
            continue;
        }
        // Of four records none, one, two, or all.
        for (rows, number) in rows_of(register) {
            let part = match part {
                0 => continue,
                1 => format!("{number} % 4 = 0"),
                2 => format!("{number} % 2 = 0"),
                _ => "1 = 1".to_owned(),
            };
            w.tx.run(&format!("{rows} and {part}"), liren_store::params![]).await.unwrap();
        }
    }
    w.commit().await.unwrap();
    for (id, value) in everything(&test.app.forgetful()).await {
        let was = &truth[&id];
        let what = || format!("{id}: {} of {}, without {chosen:?}", value.text(), was.text());
        match &value.answer {
            Answer::Known => assert_eq!((value.number, value.base), (was.number, was.base), "{}", what()),
            Answer::AtLeast(_) => assert!(value.number <= was.number, "{}", what()),
            Answer::Unknown(_) => assert_eq!(value.number, None, "{}", what()),
            Answer::NotApplicable(_) => assert!(matches!(was.answer, Answer::NotApplicable(_)), "{}", what()),
        }
    }
}
