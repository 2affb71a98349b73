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
