//! Stories of the trail: it is whole, it says when it is not, and it answers who looked.

use axum::http::StatusCode;
use liren_store::params;

use super::{Access, Action, AlertKind, INSTALLATION, Verified, packed, unpacked};
use crate::base::{App, Role, Write};
use crate::testing::TestApp;

async fn verified(test: &TestApp) -> Verified {
    test.app.trail.verify(&test.app, &[]).await.unwrap()
}

/// Does to the trail's own database what only somebody with a knife can do.
async fn cut(app: &App, sql: &str) {
    let mut tx = app.trail.db().await.unwrap().write().await.unwrap();
    assert!(tx.run(sql, params![]).await.unwrap() > 0, "{sql} changed nothing");
    tx.commit().await.unwrap();
}

fn access(action: Action) -> Access {
    Access { chain: 1, account: Some(7), ..Access::installation(Some(7), "wang", action) }
}

#[test]
fn ids_are_packed_and_come_back() {
    for ids in [vec![], vec![0], vec![1, 2, 3, 300, 70_000, i64::MAX], (0..5_000).collect()] {
        assert_eq!(unpacked(&packed(&ids)), ids);
    }
    assert!(packed(&(1_000..2_000).collect::<Vec<i64>>()).len() < 1_010);
    // Bytes that nobody packed are no reason to break off.
    for n in 0..=255 {
        unpacked(&[n; 40]);
    }
}

#[tokio::test]
async fn what_is_looked_at_is_on_the_trail_before_it_is_shown() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    worker.get("/people?residency=resident").await.expect(StatusCode::OK);
    let list = worker.get("/people").await.body;
    let key = list.split("/people/1-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let person: i64 = key.parse().unwrap();
    worker.get(&format!("/people/1-{person}")).await.expect(StatusCode::OK);
    worker.get("/people?q=0035").await.expect(StatusCode::OK);
    worker.get("/people.csv?residency=temporary").await.expect(StatusCode::OK);
    test.app.trail.flush().await.unwrap();
    let today = test.app.clock.day_of(test.app.clock.instant());
    let page = test.app.trail.by_day(&test.app, 1, today, 0, 50).await.unwrap();
    let seen: Vec<Action> = page.lines.iter().filter_map(|line| line.action).collect();
    for action in [Action::ReadList, Action::ReadPerson, Action::SearchNumber, Action::Export] {
        assert!(seen.contains(&action), "{action:?} is not in {seen:?}");
    }
    // Of one of them: their page, and the list they stood in.
    let looked = test.app.trail.who_looked(1, &[person]).await.unwrap();
    assert_eq!(looked.len(), 1);
    assert_eq!(looked[0].opened, 1);
    let of_one = test.app.trail.by_person(&test.app, 1, vec![person], 0, 50).await.unwrap();
    assert!(of_one.lines.iter().any(|line| line.action == Some(Action::ReadPerson) && line.person == Some(person)));
    assert!(of_one.lines.iter().any(|line| line.revision.is_some()), "who wrote them down is told too");
    let whole = verified(&test).await;
    assert_eq!(whole.broken, []);
    assert!(whole.entries >= 5 && whole.changes > 10 && whole.unchained == 0, "{whole:?}");
}

#[tokio::test]
async fn signing_in_leaves_a_trace_and_a_mistyped_password_is_not_written_down() {
    let test = TestApp::own_demo().await;
    let account = crate::accounts::queries::add(&test.app, "liang", "梁", "correct horse", 1, 0, Role::Worker).await;
    let stranger = test.stranger();
    for (login, password) in [("liang", "wrong"), ("correct horse", "x"), ("liang", "correct horse")] {
        let form = format!("login={}&password={}", login.replace(' ', "+"), password.replace(' ', "+"));
        stranger.post("/session", &form, "http://liren.test").await;
    }
    let page = test.app.trail.by_account(&test.app, 1, account.unwrap(), 0, 10).await.unwrap();
    let seen: Vec<Option<Action>> = page.lines.iter().map(|line| line.action).collect();
    assert_eq!(seen, [Some(Action::SignIn), Some(Action::SignInFailed)]);
    let mut tx = test.app.trail.db().await.unwrap().read().await.unwrap();
    let actors: Vec<(String,)> =
        tx.rows("select actor from trail where chain = $1 order by seq", params![INSTALLATION]).await.unwrap();
    assert_eq!(actors.len(), 3);
    assert!(actors[1].0.starts_with('?') && !actors[1].0.contains("horse"), "{actors:?}");
}

#[tokio::test]
async fn whoever_changes_a_trace_is_found_out() {
    for (sql, place) in [
        ("update trail set purpose = 'x' where chain = 1 and seq = 3", 3),
        ("update trail set account_id = null where chain = 1 and seq = 2", 2),
        ("delete from trail where chain = 1 and seq = 2", 3),
        ("delete from trail where chain = 1 and seq = 5", 4),
        (
            "update trail_head set seq = 4, digest = (select digest from trail where chain = 1 and seq = 4) where chain = 1",
            5,
        ),
    ] {
        let test = TestApp::empty().await;
        for _ in 0..5 {
            test.app.trail.note(access(Action::ReadPerson).person(4)).await.unwrap();
        }
        assert_eq!(verified(&test).await.broken, []);
        cut(&test.app, sql).await;
        let found = verified(&test).await;
        assert!(found.broken.iter().any(|b| b.kind == "trail" && b.chain == 1 && b.at == place), "{sql}: {found:?}");
    }
}

#[tokio::test]
async fn a_point_kept_elsewhere_finds_a_chain_that_was_made_anew() {
    let test = TestApp::empty().await;
    for _ in 0..3 {
        test.app.trail.note(access(Action::ReadPerson).person(4)).await.unwrap();
    }
    let signed = test.app.trail.checkpoint(&test.app).await.unwrap();
    assert!(signed.points.iter().any(|p| p.kind == "trail") && signed.points.iter().any(|p| p.kind == "change"));
    let held = test.app.trail.verify(&test.app, std::slice::from_ref(&signed)).await.unwrap();
    assert_eq!(held.broken, []);
    // All of it forged with care: the chain is whole, and not the one that was signed.
    cut(&test.app, "delete from trail").await;
    cut(&test.app, "delete from trail_head").await;
    for _ in 0..3 {
        test.app.trail.note(access(Action::ReadList)).await.unwrap();
    }
    assert_eq!(verified(&test).await.broken, []);
    let held = test.app.trail.verify(&test.app, std::slice::from_ref(&signed)).await.unwrap();
    assert!(held.broken.iter().any(|b| b.chain == 1 && b.at == 3), "{held:?}");
    // A point that was changed, or that another key signed, proves nothing.
    let mut forged = signed;
    forged.points.clear();
    let held = test.app.trail.verify(&test.app, &[forged]).await.unwrap();
    assert_eq!(held.broken.len(), 1);
}

#[tokio::test]
async fn whoever_changes_a_change_is_found_out() {
    for sql in [
        "update change set reason = 'x' where revision = 2",
        "update change set actor = 'x', prev = null, digest = null where revision <= 2",
        "delete from change where revision = 2",
        "delete from change_subject where revision = 2",
        "update change_act set purpose = 'x' where revision = 2",
    ] {
        let test = TestApp::empty().await;
        for n in 1..=3 {
            let mut w = Write::begin(&test.app, &test.operator(), 1, "试").await.unwrap();
            w.changed("person", n, "person_naming");
            w.audit("try", "person", n, "因为").await.unwrap();
            w.commit().await.unwrap();
        }
        assert_eq!(verified(&test).await.broken, []);
        let mut tx = test.app.db.write().await.unwrap();
        assert!(tx.run(sql, params![]).await.unwrap() > 0, "{sql} changed nothing");
        tx.commit().await.unwrap();
        let found = verified(&test).await;
        assert!(found.broken.iter().any(|b| b.kind == "change" && b.chain == 1), "{sql}: {found:?}");
    }
}

#[tokio::test]
async fn traces_stay_for_six_months_and_what_is_removed_leaves_a_signed_point() {
    let test = TestApp::empty().await;
    let app = &test.app;
    for _ in 0..4 {
        app.trail.note(access(Action::ReadPerson).person(4)).await.unwrap();
    }
    app.trail.prune(app, 100).await.unwrap_err();
    assert_eq!(app.trail.prune(app, 184).await.unwrap(), 0);
    // Two of them are of last year, as the chain says too.
    let old = app.clock.instant() - 400 * 86_400 * 1_000_000;
    let mut tx = app.trail.db().await.unwrap().write().await.unwrap();
    tx.run("delete from trail where chain = 1", params![]).await.unwrap();
    tx.run("delete from trail_head", params![]).await.unwrap();
    tx.commit().await.unwrap();
    let rows: Vec<(i64, Access)> =
        [old, old, app.clock.instant()].into_iter().map(|at| (at, access(Action::ReadPerson).person(4))).collect();
    let rows: Vec<(i64, &Access)> = rows.iter().map(|(at, access)| (*at, access)).collect();
    super::write(&app.trail.store, &rows).await.unwrap();
    assert_eq!(app.trail.prune(app, 184).await.unwrap(), 2);
    let whole = verified(&test).await;
    assert_eq!((whole.broken, whole.entries), (vec![], 1));
    cut(app, "update trail_begin set at = at + 1").await;
    assert!(!verified(&test).await.broken.is_empty());
}

#[tokio::test]
async fn many_at_once_stand_in_one_chain() {
    let test = TestApp::empty().await;
    let all = (0..300).map(|n| {
        let trail = test.app.trail.clone();
        tokio::spawn(async move { trail.note(access(Action::ReadPerson).person(n)).await })
    });
    for one in all.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    // A second program on the same folder.
    let other = super::Trail::of(&test.app.dir, &test.app.db, test.app.clock);
    let (a, b) = (0..50).fold((vec![], vec![]), |(mut a, mut b), n| {
        a.push(test.app.trail.note(access(Action::ReadPerson).person(n)));
        b.push(other.note(access(Action::Reveal).person(n)));
        (a, b)
    });
    for one in futures_util::future::join_all(a).await.into_iter().chain(futures_util::future::join_all(b).await) {
        one.unwrap();
    }
    let whole = verified(&test).await;
    assert_eq!((whole.broken, whole.entries), (vec![], 400));
}

#[tokio::test]
async fn a_mass_reading_many_failures_and_a_clock_that_jumps_are_told() {
    let test = TestApp::empty().await;
    let app = &test.app;
    assert_eq!(app.trail.alerts(app, 1).await.unwrap(), []);
    let account = crate::accounts::queries::add(app, "li", "李", "correct horse", 1, 0, Role::Worker).await.unwrap();
    let now = app.clock.instant();
    let minute = 60 * 1_000_000;
    let read = |n: i64, person: i64| {
        (now - (200 - n) * minute / 4, Access { account: Some(account), ..access(Action::ReadPerson) }.person(person))
    };
    // Fifty different people within the hour, some of them twice, are a day's work.
    let calm: Vec<(i64, Access)> = (0..100).map(|n| read(n, n % 50)).collect();
    let rows: Vec<(i64, &Access)> = calm.iter().map(|(at, access)| (*at, access)).collect();
    super::write(&app.trail.store, &rows).await.unwrap();
    assert_eq!(app.trail.alerts(app, 1).await.unwrap(), []);
    let many: Vec<(i64, Access)> = (100..200).map(|n| read(n, n)).collect();
    let rows: Vec<(i64, &Access)> = many.iter().map(|(at, access)| (*at, access)).collect();
    super::write(&app.trail.store, &rows).await.unwrap();
    let alerts = app.trail.alerts(app, 1).await.unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert_eq!((alerts[0].kind, alerts[0].account, alerts[0].n >= 100), (AlertKind::MassReading, Some(account), true));
    let failed = Access::installation(Some(account), "li", Action::SignInFailed).from("10.0.0.9");
    let rows: Vec<(i64, &Access)> = (0..6).map(|n| (now - (6 - n) * minute, &failed)).collect();
    super::write(&app.trail.store, &rows).await.unwrap();
    let alerts = app.trail.alerts(app, 1).await.unwrap();
    assert!(alerts.iter().any(|a| a.kind == AlertKind::ManyFailures && a.n == 6 && a.actor == "li"), "{alerts:?}");
    let late = access(Action::ReadList);
    super::write(&app.trail.store, &[(now + 90 * minute, &late), (now, &late)]).await.unwrap();
    let alerts = app.trail.alerts(app, 1).await.unwrap();
    assert!(alerts.iter().any(|a| a.kind == AlertKind::ClockJumped && a.n >= 89), "{alerts:?}");
}
