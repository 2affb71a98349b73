//! Gates between stages. Other stories of this slice are told in the tests of `demo`.

use liren_facts::Day;

use super::advance;
use crate::base::PersonId;
use crate::base::stages::{NewMatter, Step, Subject, open, stage_on};
use crate::base::{Origin, Write};
use crate::testing::TestApp;

#[tokio::test]
async fn an_enrolment_moves_on_through_the_gates_its_pack_declares() {
    let test = TestApp::own_demo().await;
    let programme = test.app.packs().programme("party").unwrap().clone();
    let day = |text: &str| Day::parse(text).unwrap();
    let mut w = Write::begin(&test.app, &test.operator(), 1, "发展党员").await.unwrap();
    let everyone = crate::people::queries::everyone(&mut w.tx, &test.scope()).await.unwrap();
    let enrolment = NewMatter {
        kind: programme.id.clone(),
        subject: Subject::Person(PersonId(everyone[0])),
        parent: None,
        steps: vec![Step::on(day("2012-06-01"), "activist")],
        fields: vec![],
        origin: Origin::default(),
    };
    let id = open(&mut w, vec![enrolment]).await.unwrap()[0];
    let none = Origin::default();
    // A year as an activist comes first, and no stage is left out.
    let early = advance(&mut w, &programme, id, day("2013-05-31"), "candidate", &none).await;
    assert!(early.unwrap_err().to_string().contains("2013-06-01"));
    let past = advance(&mut w, &programme, id, day("2013-06-01"), "full", &none).await;
    assert!(past.unwrap_err().to_string().contains("不能直接进入"));
    advance(&mut w, &programme, id, day("2013-06-01"), "candidate", &none).await.unwrap();
    // To leave is open from every stage: the pack declares no move to it.
    advance(&mut w, &programme, id, day("2013-07-01"), "left", &none).await.unwrap();
    let now = stage_on(&mut w, id, day("2013-11-20")).await.unwrap().unwrap();
    assert_eq!((now.value.stage.as_str(), now.from), ("left", day("2013-07-01")));
}

#[tokio::test]
async fn before_a_list_that_says_no_day_of_admission_nobody_knows_who_was_in_it() {
    let test = TestApp::demo().await;
    let asked = async |id: &str, y, m, d| {
        let mut desk = crate::figures::Desk::on(&test.app, &test.scope(), Day::ymd(y, m, d).unwrap()).await.unwrap();
        let figure = test.app.packs().figure(id).unwrap().clone();
        desk.whole(&figure).await.unwrap()
    };
    // The ledger of people with disabilities is of 20 November and tells no day on which a certificate was given.
    let now = asked("disability.certified", 2013, 11, 20).await;
    assert_eq!((now.number, now.unknown), (Some(10), 0));
    let before = asked("disability.certified", 2013, 10, 31).await;
    assert_eq!((before.number, before.unknown), (None, 10));
    // Where days are told, an earlier day has its number.
    assert_eq!(asked("party.members", 2013, 10, 31).await.number, Some(83));
}
