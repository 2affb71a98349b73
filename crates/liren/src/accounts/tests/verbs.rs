//! Stories of accounts: nobody but its owner knows a password, and what ends ends everywhere.

use axum::http::StatusCode;
use liren_facts::Day;

use crate::accounts::verbs::{self, NewAccount, Scoped};
use crate::base::grants::{self, Grant};
use crate::base::{Actor, Role};
use crate::testing::TestApp;

const HERE: &str = "http://liren.test";

fn somebody(account: i64, role: Role, areas: &[i64]) -> Actor {
    let grant = Grant { id: 1, role, community: 1, areas: areas.to_vec(), programmes: vec![], full_names: true };
    Actor::granted(account, "许".into(), format!("a{account}"), vec![grant]).unwrap()
}

fn over<'a>(role: Role, areas: &'a [i64]) -> Scoped<'a> {
    Scoped {
        role,
        areas,
        programmes: &[],
        from: Day(0),
        to: None,
        appointment: None,
        full_names: role.works_with_people(),
    }
}

/// A secretary who is on record, and as whom things are done.
async fn secretary(test: &TestApp) -> Actor {
    let added = crate::accounts::queries::add(&test.app, "xu", "许", "correct horse", 1, 0, Role::Secretary).await;
    somebody(added.unwrap(), Role::Secretary, &[])
}

#[tokio::test]
async fn an_invitation_opens_once_and_its_password_is_nobody_elses() {
    let test = TestApp::own_demo().await;
    let secretary = secretary(&test).await;
    let new = NewAccount { login: " ＷａｎｇＭin ", name: "王敏", grant: over(Role::Worker, &[]) };
    let link = verbs::invite(&test.app, &secretary, new).await.unwrap();
    let stranger = test.stranger();
    let page = stranger.get(&format!("/welcome?link={}", link.token)).await.expect(StatusCode::OK);
    assert!(page.text().contains("wangmin"));
    let fill = |password: &str, again: &str| format!("link={}&password={password}&again={again}", link.token);
    for (password, again) in [("12345678", "12345678"), ("wangmin2026", "wangmin2026"), ("correct+horse", "correct")] {
        stranger.post("/welcome", &fill(password, again), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let set = stranger.post("/welcome", &fill("correct+horse", "correct+horse"), HERE).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER);
    assert!(set.headers.get("set-cookie").is_some());
    stranger
        .post("/welcome", &fill("another+horse", "another+horse"), HERE)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    // However the name is typed.
    let signed = stranger.post("/session", "login=WangMin&password=correct+horse", HERE).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
    // A reset ends it all, and so does its link once it is used.
    let again = verbs::reset(&test.app, &secretary, link.account).await.unwrap();
    let refused = stranger.post("/session", "login=wangmin&password=correct+horse", HERE).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    verbs::redeem(&test.app, &again.token, "a horse again", "").await.unwrap();
    verbs::redeem(&test.app, &again.token, "a horse again", "").await.unwrap_err();
    assert_eq!(test.trailed("select count(*) from trail where action = 'account'").await, 4);
    assert_eq!(test.trailed("select count(*) from trail where purpose like '%horse%'").await, 0);
}

#[tokio::test]
async fn nobody_grants_more_than_they_have_or_ends_the_last_who_could() {
    let test = TestApp::own_demo().await;
    let secretary = secretary(&test).await;
    let area = test.area("榆园小区1号楼").await;
    let new = |login: &'static str, role, areas| NewAccount { login, name: "某", grant: over(role, areas) };
    assert!(verbs::invite(&test.app, &secretary, new("a", Role::Operator, &[])).await.is_err());
    let worker = somebody(99, Role::Worker, &[]);
    assert!(verbs::invite(&test.app, &worker, new("b", Role::BuildingHead, &[])).await.is_err());
    let areas = [area];
    let part = somebody(98, Role::Secretary, &areas);
    assert!(verbs::invite(&test.app, &part, new("c", Role::Worker, &[])).await.is_err());
    verbs::invite(&test.app, &part, new("d", Role::Worker, &areas)).await.unwrap();
    let head = verbs::invite(&test.app, &secretary, new("e", Role::BuildingHead, &areas)).await.unwrap();
    // Somebody disabled is signed out, and nothing is granted to them any more.
    verbs::redeem(&test.app, &head.token, "correct horse", "").await.unwrap();
    let client = test.sign_in_again(head.account).await;
    client.get("/people").await.expect(StatusCode::OK);
    verbs::disable(&test.app, &secretary, head.account).await.unwrap();
    client.get("/people").await.expect(StatusCode::SEE_OTHER);
    let mut tx = test.app.db.read().await.unwrap();
    assert_eq!(grants::grants(&mut tx, head.account, test.app.clock.today()).await.unwrap(), []);
    drop(tx);
    // Of those who manage accounts one stays.
    let mut all = vec![];
    let mut tx = test.app.db.read().await.unwrap();
    for (id, _) in grants::accounts(&mut tx, 1).await.unwrap() {
        if grants::grants(&mut tx, id, test.app.clock.today()).await.unwrap().iter().any(|g| g.role == Role::Secretary)
        {
            all.push(id);
        }
    }
    drop(tx);
    let mut refused = 0;
    for id in all {
        refused += usize::from(verbs::disable(&test.app, &secretary, id).await.is_err());
    }
    assert_eq!(refused, 1);
}

#[tokio::test]
async fn one_of_ones_own_sign_ins_can_be_ended_and_a_new_password_ends_the_others() {
    let test = TestApp::own_demo().await;
    let me = secretary(&test).await;
    let (desk, phone) = (test.sign_in_again(me.account).await, test.sign_in_again(me.account).await);
    let token = desk.token();
    let all = verbs::sign_ins(&test.app, &me, &token).await.unwrap();
    assert_eq!(all.len(), 2);
    let other = all.iter().find(|s| !s.here).unwrap();
    verbs::end_sign_in(&test.app, &me, "0000000000000000").await.unwrap_err();
    verbs::end_sign_in(&test.app, &me, &other.key).await.unwrap();
    phone.get("/people").await.expect(StatusCode::SEE_OTHER);
    desk.get("/people").await.expect(StatusCode::OK);
    let third = test.sign_in_again(me.account).await;
    let me = Actor { login: "xu".into(), ..me };
    verbs::change_password(&test.app, &me, &token, "wrong", "a new long one").await.unwrap_err();
    verbs::change_password(&test.app, &me, &token, "correct horse", "a new long one").await.unwrap();
    third.get("/people").await.expect(StatusCode::SEE_OTHER);
    desk.get("/people").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn wrong_passwords_cost_waiting_for_names_that_nobody_has_too() {
    let test = TestApp::own_demo().await;
    secretary(&test).await;
    let stranger = test.stranger();
    for login in ["xu", "nobody"] {
        let mut waits = 0;
        for _ in 0..7 {
            let said = stranger.post("/session", &format!("login={login}&password=wrong"), HERE).await;
            assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
            waits += usize::from(said.text().contains("分钟后再试"));
        }
        assert_eq!(waits, 2, "{login}");
    }
    // Also the right password waits.
    let said = stranger.post("/session", "login=xu&password=correct+horse", HERE).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_first_account_is_made_by_a_link_that_is_printed_until_it_is_used() {
    let test = TestApp::empty().await;
    let one = verbs::first(&test.app).await.unwrap().unwrap();
    let two = verbs::first(&test.app).await.unwrap().unwrap();
    assert_eq!(one.account, two.account);
    verbs::link(&test.app, &one.token).await.map(|_| ()).unwrap_err();
    verbs::redeem(&test.app, &two.token, "correct horse", "").await.unwrap();
    assert!(verbs::first(&test.app).await.unwrap().is_none());
    let secretary = test.sign_in_again(two.account).await;
    secretary.get("/audit").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_sign_in_that_nobody_uses_ends_and_one_over_tls_is_bound_to_its_host() {
    let test = TestApp::own_demo().await;
    let me = secretary(&test).await;
    let client = test.sign_in_again(me.account).await;
    client.get("/people").await.expect(StatusCode::OK);
    let mut tx = test.app.db.write().await.unwrap();
    let hours = |n: i64| test.app.clock.instant() - n * 3_600 * 1_000_000;
    tx.run("update sign_in set seen = $1", liren_store::params![hours(3)]).await.unwrap();
    tx.commit().await.unwrap();
    client.get("/people").await.expect(StatusCode::SEE_OTHER);
    let encrypted = crate::base::web::From { address: "10.0.0.1".into(), encrypted: true };
    let cookie = crate::base::web::new_session(&test.app, me.account, "x", &encrypted).await.unwrap();
    let cookie = cookie.to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-liren=") && cookie.contains("; Secure") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
}

#[test]
fn only_a_trusted_proxy_says_for_whom_it_asks() {
    use crate::base::web::From;
    use axum::http::HeaderMap;
    let (proxy, other) = ("127.0.0.1".parse().unwrap(), "10.0.0.7".parse().unwrap());
    let mut headers = HeaderMap::new();
    headers.insert("x-forwarded-for", "1.2.3.4, 192.168.3.9".parse().unwrap());
    headers.insert("x-forwarded-proto", "https".parse().unwrap());
    let of = |peer, proxies: &[std::net::IpAddr]| From::of(peer, &headers, proxies);
    assert_eq!(of(other, &[proxy]), From { address: "10.0.0.7".into(), encrypted: false });
    // What stands before the address the proxy itself saw anybody can write.
    assert_eq!(of(proxy, &[proxy]), From { address: "192.168.3.9".into(), encrypted: true });
    assert_eq!(of(proxy, &[]), From { address: "127.0.0.1".into(), encrypted: false });
}
