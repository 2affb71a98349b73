//! Stories of grants: a right comes from one grant, and a grant ends with the post it hangs on.

use axum::http::StatusCode;
use liren_facts::Day;
use liren_store::params;

use crate::base::grants::{self, NewGrant};
use crate::base::{AppointmentId, PersonId, Role, Write};
use crate::org::Appointment;
use crate::testing::TestApp;

mod verbs;

async fn give(test: &TestApp, account: i64, role: Role, areas: &[i64], appointment: Option<i64>) {
    let mut tx = test.app.db.write().await.unwrap();
    let grant = NewGrant {
        account,
        role,
        community: 1,
        areas,
        programmes: &[],
        appointment,
        from: Day(0),
        to: None,
        full_names: role.works_with_people(),
        by: "test",
    };
    grants::give(&mut tx, 0, grant).await.unwrap();
    tx.commit().await.unwrap();
}

/// How many people a list's page counts.
fn total(text: &str) -> usize {
    let line = text.split("人 · 号码").next().unwrap();
    line.rsplit(' ').find(|word| !word.is_empty()).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_right_comes_from_one_grant_and_never_the_role_of_one_with_the_area_of_another() {
    let test = TestApp::own_demo().await;
    let (first, second) = (test.area("榆园小区1号楼").await, test.area("榆园小区2号楼").await);
    let head = test.signed_in(Role::BuildingHead, first).await;
    let alone = total(&head.get("/people").await.expect(StatusCode::OK).text());
    head.get("/people.csv").await.expect(StatusCode::FORBIDDEN);
    // The head of one building is made a worker for another: both are read, only the second goes out.
    let account = test.count("select max(id) from account").await;
    give(&test, account, Role::Worker, &[second], None).await;
    let both = total(&head.get("/people").await.expect(StatusCode::OK).text());
    assert!(both > alone);
    let file = head.get("/people.csv").await.expect(StatusCode::OK).body;
    assert!(file.contains("榆园小区2号楼") && !file.contains("榆园小区1号楼"), "{file}");
}

#[tokio::test]
async fn a_grant_ends_on_the_day_its_post_ends() {
    let test = TestApp::own_demo().await;
    let area = test.area("榆园小区1号楼").await;
    let mut w = Write::begin(&test.app, &test.operator(), 1, "任职").await.unwrap();
    let post = Appointment {
        person: PersonId(100),
        area: Some(crate::base::AreaId(area)),
        organisation: None,
        role: "building_head".into(),
    };
    let post: AppointmentId = post.begin(&mut w, Day::parse("2013-01-01").unwrap()).await.unwrap();
    w.commit().await.unwrap();
    let officer = test.signed_in(Role::Officer, 0).await;
    officer.get("/people").await.expect(StatusCode::FORBIDDEN);
    let account = test.count("select max(id) from account").await;
    give(&test, account, Role::BuildingHead, &[area], Some(post.0)).await;
    officer.get("/people").await.expect(StatusCode::OK);
    // The post ends tomorrow: today the grant holds.
    for (on, status) in [("2013-11-21", StatusCode::OK), ("2013-11-20", StatusCode::FORBIDDEN)] {
        let mut w = Write::begin(&test.app, &test.operator(), 1, "离任").await.unwrap();
        Appointment::lay_down(&mut w, Day::parse(on).unwrap(), test.mine(post)).await.unwrap();
        w.commit().await.unwrap();
        officer.get("/people").await.expect(status);
    }
}

#[tokio::test]
async fn signing_out_closes_one_device_or_all() {
    let test = TestApp::own_demo().await;
    let desk = test.signed_in(Role::Worker, 0).await;
    let account = test.count("select max(id) from account").await;
    let phone = test.sign_in_again(account).await;
    desk.post("/session/end", "", "http://liren.test").await;
    desk.get("/people").await.expect(StatusCode::SEE_OTHER);
    phone.get("/people").await.expect(StatusCode::OK);
    let other = test.sign_in_again(account).await;
    phone.post("/session/end", "everywhere=true", "http://liren.test").await;
    other.get("/people").await.expect(StatusCode::SEE_OTHER);
    let mut tx = test.app.db.read().await.unwrap();
    let (left,): (i64,) = tx.row("select count(*) from sign_in where account_id = $1", params![account]).await.unwrap();
    assert_eq!(left, 0);
}
