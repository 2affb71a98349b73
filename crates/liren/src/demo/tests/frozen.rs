//! Freezing and comparing, told on the demo's year.

use liren_facts::{Day, Period};

use crate::base::Role;
use crate::demo::TODAY;
use crate::figures::{Desk, Difference, Why, compare, freeze_all, queries, unpack_ids};
use crate::people::lives;
use crate::testing::TestApp;

fn until(last: Day) -> Period {
    Period { first: Day::ymd(2013, 1, 1).unwrap(), last }
}

#[tokio::test]
async fn a_frozen_set_holds_who_was_counted() {
    let test = TestApp::own_demo().await;
    let id = freeze_all(&test.app, &test.operator(), "2013年度报告", until(TODAY)).await.unwrap();
    let mut tx = test.app.db.read().await.unwrap();
    let values = queries::frozen_values(&mut tx, &test.scope(), id).await.unwrap();
    let value = |id: &str| values.iter().find(|v| v.figure == id).unwrap();
    let remaining = value("pension.remaining");
    assert_eq!(remaining.number, Some(136));
    assert_eq!(unpack_ids(remaining.ids.as_ref().unwrap()).len(), 136);
    let cataract = value("disability.cataract");
    assert_eq!((cataract.number, &cataract.ids), (Some(5), &None));
}

#[tokio::test]
async fn two_frozen_sets_are_compared_name_by_name() {
    let test = TestApp::own_demo().await;
    let (actor, scope) = (test.operator(), test.scope());
    let autumn = until(Day::ymd(2013, 9, 30).unwrap());
    let then = freeze_all(&test.app, &actor, "三季度", autumn).await.unwrap();
    // Nothing was learned since: what was frozen is what is known.
    let known = compare(&test.app, &scope, then, None).await.unwrap();
    assert!(known.differences.is_empty(), "{:?}", known.differences);
    assert_eq!(known.same, test.app.packs().figures.len());

    let (late, lately) = two_deaths(&test).await;
    let now = freeze_all(&test.app, &actor, "全年", until(TODAY)).await.unwrap();
    let found = compare(&test.app, &scope, then, Some(now)).await.unwrap();
    let total = |d: &&Difference| d.figure == "population.total";
    let difference = found.differences.iter().find(total).unwrap();
    let names = || difference.came.iter().chain(&difference.left);
    let why = |id: i64| names().find(|n| n.id == id).unwrap().why;
    assert_eq!(why(late), Why::Learned);
    assert_eq!(why(lately), Why::Death);
    assert!(difference.came.iter().any(|n| n.why == Why::Birth));
    for d in &found.differences {
        let figure = test.app.packs().figure(&d.figure).unwrap();
        let counted = matches!(figure.formula, liren_packs::Formula::Count { .. } | liren_packs::Formula::Total(_));
        let numbers = d.then.as_ref().zip(d.now.as_ref());
        if let Some((Some(a), Some(b))) = numbers.map(|(a, b)| (a.number, b.number))
            && counted
            && figure.list
        {
            let names = d.came.len() as i64 - d.left.len() as i64;
            assert_eq!(b - a, names, "{}", d.figure);
        }
    }
    // The same period again: only the correction is left.
    let known = compare(&test.app, &scope, then, None).await.unwrap();
    assert!(known.differences.iter().any(|d| total(&d)));
    for d in &known.differences {
        let mut names = d.came.iter().chain(&d.left);
        assert!(names.all(|n| n.why == Why::Learned), "{}", d.figure);
    }
    let secretary = test.signed_in(Role::Secretary, 0).await;
    secretary.get(&format!("/frozen/{then}/{now}")).await.expect(axum::http::StatusCode::OK);
    secretary.get(&format!("/frozen/{then}/99999")).await.expect(axum::http::StatusCode::UNPROCESSABLE_ENTITY);
}

/// Two who are counted today die: one in September, reported late, one in November.
async fn two_deaths(test: &TestApp) -> (i64, i64) {
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let total = test.app.packs().figure("population.total").unwrap().clone();
    let (_, ids) = desk.whole(&total).await.unwrap().ids.unwrap();
    let mut w = crate::base::Write::begin(&test.app, &test.operator(), 1, "死亡").await.unwrap();
    let origin = crate::base::Origin::default();
    for (month, id) in [(9, ids[0]), (11, ids[1])] {
        let day = Day::ymd(2013, month, 1).unwrap();
        let (died, id) = (liren_facts::PartialDay::exact(day), test.mine(crate::base::PersonId(id)));
        lives::death(&mut w, died, id, &origin).await.unwrap();
    }
    w.commit().await.unwrap();
    (ids[0], ids[1])
}
