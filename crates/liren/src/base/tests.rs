//! The spine: dated states over random histories, keys, and what every answer carries.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use liren_facts::Day;
use liren_store::{Value, params};
use proptest::prelude::*;

use super::keys::{CommunityKeys, Key};
use super::states::{self, StateTable};
use super::web::{Access, Reply, Routes};
use super::{App, Origin, Role, Write};
use crate::testing::TestApp;

const MARITAL: StateTable =
    StateTable { name: "person_marital", subject: &["person_id"], columns: &["marital"], kind: "person" };

#[derive(Clone, Debug)]
enum Verb {
    Record(i32, u8),
    End(i32),
    Correct(i32, Option<i32>, u8),
}

fn verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        (0..60i32, 0..5u8).prop_map(|(d, v)| Verb::Record(d, v)),
        (0..60i32).prop_map(Verb::End),
        (0..60i32, proptest::option::of(1..20i32), 0..5u8).prop_map(|(d, len, v)| Verb::Correct(
            d,
            len.map(|l| d + l),
            v
        )),
    ]
}

/// What is so on each day, kept the slow way.
fn apply(model: &mut BTreeMap<i32, u8>, starts: &[i32], verb: &Verb) {
    let horizon = 100;
    let mut put = |from: i32, to: i32, value: Option<u8>| {
        for day in from..to {
            match value {
                Some(v) => {
                    model.insert(day, v);
                }
                None => {
                    model.remove(&day);
                }
            }
        }
    };
    match verb {
        Verb::Record(from, v) => {
            let next = starts.iter().copied().filter(|s| s > from).min().unwrap_or(horizon);
            put(*from, next, Some(*v));
        }
        Verb::End(on) => {
            // The state that covers the day ends; what is known of later days stays.
            let stop = starts.iter().copied().filter(|s| s > on).min().unwrap_or(horizon);
            put(*on, stop, None);
        }
        Verb::Correct(from, to, v) => put(*from, to.unwrap_or(horizon).min(horizon), Some(*v)),
    }
}

/// Live intervals of the subject: (from, to, value).
async fn live(test: &TestApp, revision: i64) -> Vec<(i64, Option<i64>, String)> {
    let mut tx = test.app.db.read().await.unwrap();
    tx.rows(
        "select valid_from, valid_to, marital from person_marital
         where community_id = 1 and person_id = 9 and recorded <= $1 and (superseded is null or superseded > $1)
         order by valid_from",
        params![revision],
    )
    .await
    .unwrap()
}

#[test]
fn states_never_overlap_and_every_revision_can_be_read_again() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(24));
    runner
        .run(&proptest::collection::vec((verb(), any::<bool>()), 1..14), |verbs| {
            runtime.block_on(async {
                let test = TestApp::empty().await;
                let mut model = BTreeMap::new();
                let mut past: Vec<(i64, BTreeMap<i32, u8>)> = Vec::new();
                let mut w = Write::begin(&test.app, &test.operator(), 1, "试").await.unwrap();
                for (verb, split) in verbs {
                    let starts = tx_starts(&mut w).await;
                    apply(&mut model, &starts, &verb);
                    let subject = params![9];
                    let origin = Origin::default();
                    let value = |v: u8| -> Vec<Value> { params![v.to_string()] };
                    match verb {
                        Verb::Record(d, v) => {
                            states::record(&mut w, &MARITAL, &subject, Day(d), value(v), &origin).await.unwrap();
                        }
                        Verb::End(d) => states::end(&mut w, &MARITAL, &subject, Day(d)).await.unwrap(),
                        Verb::Correct(d, to, v) => {
                            states::correct(&mut w, &MARITAL, &subject, Day(d), to.map(Day), value(v), &origin)
                                .await
                                .unwrap();
                        }
                    }
                    if split {
                        past.push((w.commit().await.unwrap(), model.clone()));
                        w = Write::begin(&test.app, &test.operator(), 1, "再试").await.unwrap();
                    }
                }
                past.push((w.commit().await.unwrap(), model.clone()));
                for (revision, model) in past {
                    let rows = live(&test, revision).await;
                    for (from, to, _) in &rows {
                        assert!(to.is_none_or(|to| to > *from), "an empty interval");
                    }
                    for pair in rows.windows(2) {
                        assert!(pair[0].1.is_some_and(|to| to <= pair[1].0), "overlap {rows:?}");
                    }
                    for day in 0..60 {
                        let is = rows
                            .iter()
                            .find(|(from, to, _)| *from <= day && to.is_none_or(|to| to > day))
                            .map(|r| r.2.clone());
                        assert_eq!(is, model.get(&(day as i32)).map(u8::to_string), "day {day} at {revision}");
                    }
                }
                test.app.db.close().await;
            });
            Ok(())
        })
        .unwrap();
}

async fn tx_starts(w: &mut Write) -> Vec<i32> {
    let rows: Vec<(i64,)> =
        w.tx.rows("select valid_from from person_marital where person_id = 9 and superseded is null", params![])
            .await
            .unwrap();
    rows.into_iter().map(|r| r.0 as i32).collect()
}

#[test]
fn a_sealed_number_opens_only_with_its_own_key() {
    let master = Key::random();
    let wrapped = CommunityKeys::create(&master);
    let keys = CommunityKeys::open(&master, &wrapped).unwrap();
    let (key, wrapped_key) = keys.person();
    let sealed = key.seal(b"990101198001010013");
    let again = keys.person_key(&wrapped_key).unwrap();
    assert_eq!(again.open(&sealed).as_deref(), Some(b"990101198001010013".as_slice()));
    assert!(Key::random().open(&sealed).is_none());
    assert!(CommunityKeys::open(&Key::random(), &wrapped).is_none());
    assert_eq!(keys.tail("990101198001010013"), keys.tail("0013"));
    assert_ne!(keys.whole("990101198001010013"), keys.whole("990101198001010021"));
    assert!(Key::from_hex(&key.to_hex()).unwrap().open(&sealed).is_some());
}

#[tokio::test]
async fn every_answer_carries_a_strict_policy_and_is_kept_by_no_cache() {
    let test = TestApp::demo().await;
    let stranger = test.stranger();
    for path in ["/sign-in", "/people", "/no-such-page"] {
        let answer = stranger.get(path).await;
        let policy = answer.headers.get("content-security-policy").unwrap().to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
        assert_eq!(answer.headers.get("cache-control").unwrap(), "no-store");
    }
}

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    worker.post("/session/end", "", "https://elsewhere.test").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    worker.get("/people").await.expect(StatusCode::OK);
    worker.post("/session/end", "", "http://liren.test").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(worker.get("/people").await.location.as_deref(), Some("/sign-in?then=/people"));
}

#[tokio::test]
async fn the_language_changes_on_the_page_one_is_on() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let page = worker.get("/people?q=WX&residency=resident").await;
    assert!(page.body.contains("name=\"then\" value=\"/people?q=WX&#38;residency=resident\""));
}

#[tokio::test]
async fn an_error_offers_only_ways_that_are_open() {
    let test = TestApp::demo().await;
    let officer = test.signed_in(Role::Officer, 0).await;
    let refused = officer.get("/people").await.expect(StatusCode::FORBIDDEN);
    assert!(refused.body.contains("href=\"/figures\""));
    assert!(!refused.body.contains("href=\"/people\""));
}

#[tokio::test]
async fn a_local_value_of_a_parameter_reaches_figures_screening_and_report_alike() {
    let test = TestApp::own_demo().await;
    let (scope, today) = (test.scope(), test.app.clock.today());
    let programme = test.app.packs().programme("elder-allowance").unwrap().clone();
    let screened = || crate::programmes::screening::screen(&test.app, &scope, &programme, today);
    let eighty = screened().await.unwrap().unwrap();
    let mut tx = test.app.db.write().await.unwrap();
    tx.insert(
        "param_override",
        &["community_id", "param", "valid_from", "value", "source", "recorded"],
        vec![params![1, "elder-allowance.age", 15_000, 70, "本区从宽", 1]],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let seventy = screened().await.unwrap().unwrap();
    let leads = |s: &crate::programmes::screening::Screened| s.found.len() + s.unknown.len();
    assert!(leads(&seventy) > leads(&eighty));
    let report = crate::reports::annual(&test.app, &scope, 2013).await.unwrap();
    let text = liren_documents::text::write(&report.document);
    assert!(text.contains("七十周岁以上老人"), "{text}");
}

#[tokio::test]
async fn a_database_with_a_community_in_it_never_becomes_a_demo() {
    let mut test = TestApp::empty().await;
    assert!(App::demo_in(&test.app.db).await.is_err());
    let refused = test.app.mark_demo("building").await.err().unwrap().to_string();
    assert!(refused.contains("不是演示用的社区"), "{refused}");
    assert_eq!(test.app.demo(), None);
}

async fn boom() -> Reply {
    let nobody: Vec<i64> = Vec::new();
    panic!("{} is somebody's number", nobody.len())
}

#[tokio::test]
async fn what_breaks_is_said_and_the_next_request_is_answered() {
    use tower::ServiceExt as _;
    let test = TestApp::empty().await;
    let routes = Routes::default().get(&test.app, "/boom", Access::Public, boom);
    let service = routes.into_service(test.app.clone());
    for (path, status, words) in
        [("/boom", 500, "程序出错了"), ("/nowhere", 404, "没有找到"), ("/boom", 500, "程序出错了")]
    {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let answer = service.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        assert!(text.contains(words) && !text.contains("somebody's"), "{text}");
    }
}

#[tokio::test]
async fn an_address_with_any_number_in_it_gets_an_answer_in_words() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Secretary, 0).await;
    let digits = "9".repeat(40);
    for (path, status) in [
        ("/people?skip=#", StatusCode::OK),
        ("/people?skip=18446744073709551615", StatusCode::OK),
        ("/people?area=#", StatusCode::OK),
        ("/quality/no_birth?skip=#", StatusCode::NOT_FOUND),
        ("/figures/population.total/list?skip=#", StatusCode::OK),
        ("/reports/annual?year=#", StatusCode::NOT_FOUND),
        ("/reports/annual?year=-#", StatusCode::NOT_FOUND),
        ("/targets/#", StatusCode::NOT_FOUND),
        ("/frozen/#/#", StatusCode::NOT_FOUND),
        ("/records/birth/#", StatusCode::NOT_FOUND),
        ("/people/1-#", StatusCode::NOT_FOUND),
        ("/people?q=%00", StatusCode::UNPROCESSABLE_ENTITY),
        ("/people/%00", StatusCode::NOT_FOUND),
        ("/records/%00/1", StatusCode::NOT_FOUND),
        ("/figures/%FF", StatusCode::NOT_FOUND),
    ] {
        let answer = worker.get(&path.replace('#', &digits)).await;
        assert!(!answer.text().contains("程序出错了"), "{path}");
        assert!(answer.text().chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{path}: {}", answer.text());
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
}
