//! Stocks and flows over random histories; the packing of frozen lists. Stories are told in the tests of `demo`.

use liren_facts::{Day, PartialDay, Period};
use proptest::prelude::*;

use super::{Ask, Desk, checks, pack_ids, unpack_ids};
use crate::base::{DwellingId, Mine, PersonId};
use crate::base::{Origin, Write};
use crate::people::{NewPerson, Residency, lives, register};
use crate::testing::TestApp;

/// One thing that may happen to the people of a small community.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Birth,
    MoveIn(bool),
    MoveOut(usize),
    Death(usize),
    Within(usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        Just(Happening::Birth),
        any::<bool>().prop_map(Happening::MoveIn),
        (0..40usize).prop_map(Happening::MoveOut),
        (0..40usize).prop_map(Happening::Death),
        (0..40usize).prop_map(Happening::Within),
    ]
}

/// Whatever happens in whatever order of recording, the closing of a period is the opening of the next, closing
/// = opening + in − out, a count is as long as its list, and the residencies are parts of the total.
#[test]
fn stocks_follow_their_flows_over_random_histories() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(10));
    let history = proptest::collection::vec((happening(), 0..300i32), 1..24);
    runner
        .run(&history, |history| {
            runtime.block_on(tell(history));
            Ok(())
        })
        .unwrap();
}

async fn tell(history: Vec<(Happening, i32)>) {
    let test = TestApp::empty().await;
    let new_year = Day::ymd(2013, 1, 1).unwrap();
    let mut w = Write::begin(&test.app, &test.operator(), 1, "底数").await.unwrap();
    let keys = test.app.community_keys(&mut w.tx, 1).await.unwrap();
    let born = Day::ymd(1970, 1, 1).unwrap();
    let somebody = |hukou: bool, since: Day| NewPerson {
        born: Some(PartialDay::exact(born)),
        residency: Residency {
            hukou_here: Some(hukou),
            lives_here: Some(true),
            since: Some(since),
            ..Residency::default()
        },
        ..NewPerson::default()
    };
    let first = Day::ymd(2012, 6, 1).unwrap();
    let people = (0..12).map(|i| somebody(i % 3 != 0, first)).collect();
    let mut here = register::add_people(&mut w, &keys, first, people).await.unwrap();
    crate::registers::keep(&mut w, &liren_packs::Register::People, None, first, &Origin::default()).await.unwrap();
    w.commit().await.unwrap();
    let mut last_event: std::collections::HashMap<Mine<PersonId>, i32> = here.iter().map(|id| (*id, -1)).collect();
    for (what, on) in history {
        let mut w = Write::begin(&test.app, &test.operator(), 1, "登记").await.unwrap();
        let day = new_year.plus(on);
        let origin = Origin::default();
        // Nobody leaves before the last thing that is known of them.
        let who = |n: usize| {
            here.get(n % here.len().max(1)).copied().filter(|id| last_event.get(id).is_some_and(|d| *d < on))
        };
        match what {
            Happening::Birth => {
                let child = somebody(true, day);
                let id = lives::birth(&mut w, &keys, day, child).await.unwrap();
                here.push(id);
                last_event.insert(id, on);
            }
            Happening::MoveIn(hukou) => {
                let id = lives::move_in(&mut w, &keys, day, somebody(hukou, day)).await.unwrap();
                here.push(id);
                last_event.insert(id, on);
            }
            Happening::MoveOut(n) => {
                if let Some(id) = who(n) {
                    lives::move_out(&mut w, PartialDay::exact(day), id, false, &origin).await.unwrap();
                    here.retain(|other| *other != id);
                }
            }
            Happening::Death(n) => {
                if let Some(id) = who(n) {
                    lives::death(&mut w, PartialDay::exact(day), id, &origin).await.unwrap();
                    here.retain(|other| *other != id);
                }
            }
            Happening::Within(n) => {
                if let Some(id) = who(n) {
                    lives::move_within(&mut w, day, id, test.mine(DwellingId(1)), None, &origin).await.unwrap();
                    last_event.insert(id, on);
                }
            }
        }
        w.commit().await.unwrap();
    }
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let total = test.app.packs().figure("population.total").unwrap().clone();
    for (from, to) in [(0, 40), (41, 41), (42, 170), (171, 300)] {
        let period = Period { first: new_year.plus(from), last: new_year.plus(to) };
        for check in checks(&mut desk, &Ask::of(period)).await.unwrap() {
            if check.figures.iter().any(|f| f == "population.total") {
                assert_eq!(check.holds, Some(true), "{} {}", check.because.zh, check.arithmetic);
            }
        }
        let closing = desk.value(&total, &Ask::of(period)).await.unwrap();
        let next = Period { first: period.last.plus(1), last: period.last.plus(20) };
        let opening = desk.value(&total, &Ask { opening: true, ..Ask::of(next) }).await.unwrap();
        assert_eq!(closing.number, opening.number);
        assert_eq!(closing.number, Some(closing.ids.unwrap().1.len() as i64));
    }
    let now = desk.whole(&total).await.unwrap();
    assert_eq!(now.number, Some(here.len() as i64));
    test.app.db.close().await;
}

proptest! {
    #[test]
    fn packed_ids_come_back(mut ids in proptest::collection::vec(0..5_000_000i64, 0..200)) {
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(unpack_ids(&pack_ids(&ids)), ids);
    }

    #[test]
    fn unpacking_noise_does_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = unpack_ids(&bytes);
    }
}

#[tokio::test]
async fn small_numbers_are_told_to_those_who_work_with_the_people_only() {
    use crate::base::Role;
    use axum::http::StatusCode;
    let test = TestApp::demo().await;
    let figure = test.app.packs().figures.iter().find(|f| f.id == "population.total").unwrap().clone();
    let mut found = None;
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    for figure in &test.app.packs().clone().figures {
        if !matches!(figure.formula, liren_packs::Formula::Count { .. }) || figure.by.is_empty() {
            continue;
        }
        let ask = Ask::of(desk.this_year());
        desk.value(figure, &ask).await.unwrap();
        for cut in 0..figure.by.len() {
            let slices = desk.slices(figure, &ask, cut);
            if let Some(small) = slices.iter().find(|s| (1..super::small::SMALL).contains(&s.number)) {
                found = Some((figure.id.clone(), small.of.clone(), small.number));
            }
        }
    }
    let (id, slice, number) = found.expect("some cut of the demo has a small cell");
    let (worker, officer) = (test.signed_in(Role::Worker, 0).await, test.signed_in(Role::Officer, 0).await);
    let all = worker.get(&format!("/figures/{id}")).await.expect(StatusCode::OK).text();
    assert!(!all.contains("不单独显示"));
    let told = officer.get(&format!("/figures/{id}")).await.expect(StatusCode::OK).text();
    assert!(told.contains("不单独显示"), "{told}");
    let address = super::href(&id, &Ask { slice: Some(slice), ..Ask::of(desk.this_year()) }, desk.this_year());
    assert!(number < super::small::SMALL);
    worker.get(&address).await.expect(StatusCode::OK);
    officer.get(&address).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    // A head sees the numbers of their own group whole, those of another as everybody else does.
    let (own, other) = (test.area("第一小组").await, test.area("第二小组").await);
    let head = test.signed_in(Role::GroupHead, own).await;
    head.get(&format!("/figures/{}?area={own}", figure.id)).await.expect(StatusCode::OK);
    head.get(&format!("/figures/{}?area={other}", figure.id)).await.expect(StatusCode::OK);
    // Nor does a month, a part, the panel beside the report or the list of figures tell what the page does not.
    let history = address.replacen('?', "/history?", 1);
    worker.get(&history).await.expect(StatusCode::OK);
    officer.get(&history).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let panel = address.replacen("/figures/", "/reports/annual/panel/", 1);
    worker.get(&panel).await.expect(StatusCode::OK);
    officer.get(&panel).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    officer.get("/figures/population.total/history").await.expect(StatusCode::OK);
    officer
        .get(&format!("/figures/population.total/history?area={own}"))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let ask = Ask { area: Some(own), ..Ask::of(desk.this_year()) };
    let list = officer.get(&format!("/figures?area={own}")).await.expect(StatusCode::OK);
    assert!(list.text().contains("不单独显示"));
    let mut hidden = 0;
    for figure in &test.app.packs().clone().figures {
        let value = desk.value(figure, &ask).await.unwrap();
        let page = officer.get(&super::href(&figure.id, &ask, desk.this_year())).await;
        let small = value.number.is_some_and(|n| (1..super::small::SMALL).contains(&n));
        let of_people = matches!(figure.formula, liren_packs::Formula::Count { .. });
        assert!(!(small && of_people) || page.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", figure.id);
        let line = list.body.split(&format!("class=\"nm\" href=\"/figures/{}?", figure.id)).nth(1).unwrap();
        let told = !line.split("</tr>").next().unwrap().contains("不单独显示");
        assert_eq!(told, page.status == StatusCode::OK, "{}: list and page", figure.id);
        hidden += usize::from(!told);
    }
    assert!(hidden > 0);
}

#[tokio::test]
async fn the_list_of_what_lacks_a_fact_is_as_long_as_it_is_said() {
    let test = TestApp::demo().await;
    // On a day before some lists, of which nobody knows since when they hold.
    let day = Day::ymd(2013, 10, 31).unwrap();
    let mut desk = Desk::on(&test.app, &test.scope(), day).await.unwrap();
    let ask = Ask::of(desk.this_year());
    let mut some = 0;
    for figure in test.app.packs().clone().figures.iter().filter(|f| f.kind().is_some()) {
        let value = desk.value(figure, &ask).await.unwrap();
        let Some((_, ids)) = desk.doubtful(figure, &ask) else { continue };
        assert_eq!(ids.len(), value.unknown, "{}", figure.id);
        some += ids.len();
    }
    assert!(some > 0);
}

#[tokio::test]
async fn a_list_as_known_on_a_day_is_taken_home_as_it_is_shown() {
    use crate::base::Role;
    use axum::http::StatusCode;
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    // Before anything was recorded nobody was known: neither the page nor the workbook knows more.
    let page = worker.get("/figures/party.members?known=1999-01-01").await.expect(StatusCode::OK);
    assert!(page.text().contains("待核实"));
    worker.get("/figures/party.members/list?known=1999-01-01").await.expect(StatusCode::NOT_FOUND);
    worker.get("/figures/party.members/list.csv?known=1999-01-01").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    worker.get("/figures/party.members/list.csv").await.expect(StatusCode::OK);
}
