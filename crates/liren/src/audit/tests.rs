//! Stories of the page: who looked is told to those who may know it, and to nobody else.

use axum::http::StatusCode;

use crate::base::Role;
use crate::testing::TestApp;

#[tokio::test]
async fn the_secretary_reads_who_looked_at_whom_and_is_on_the_trail_themselves() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let list = worker.get("/people").await.body;
    let key = list.split("/people/1-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    worker.get(&format!("/people/1-{key}")).await.expect(StatusCode::OK);
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let text = secretary.get("/audit").await.expect(StatusCode::OK).text();
    assert!(text.contains("打开个人页") && text.contains("打开名单") && text.contains("50 人"), "{text}");
    assert!(text.contains("登记与更正"), "what was changed stands beside it: {text}");
    assert!(text.contains("还没有验过"), "{text}");
    let of_one = secretary.get(&format!("/audit?person=1-{key}")).await.expect(StatusCode::OK).text();
    assert!(of_one.contains("谁看过") && of_one.contains("个人页 1 次；名单 1 次"), "{of_one}");
    let only = secretary.get("/audit?action=audit").await.expect(StatusCode::OK).text();
    assert!(only.contains("1–2 / 2"), "{only}");
    test.app.trail.verify_and_keep(&test.app).await.unwrap();
    let text = secretary.get("/audit").await.expect(StatusCode::OK).text();
    assert!(text.contains("链条完整") && text.contains("一条不少"), "{text}");
    let english = test.signed_in(Role::Secretary, 0).await.english();
    let text = english.get("/audit").await.expect(StatusCode::OK).text();
    assert!(text.contains("Page opened") && text.contains("The chain is whole"), "{text}");
}

#[tokio::test]
async fn a_mass_reading_is_shown_at_the_top() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let mut opened = 0;
    for skip in [0, 50, 100] {
        let list = worker.get(&format!("/people?skip={skip}")).await.body;
        let keys: Vec<&str> = list.split("/people/1-").skip(1).filter_map(|part| part.split('"').next()).collect();
        for key in keys {
            opened += usize::from(worker.get(&format!("/people/1-{key}")).await.status == StatusCode::OK);
        }
    }
    assert!(opened >= 100);
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let text = secretary.get("/audit").await.expect(StatusCode::OK).text();
    assert!(text.contains("大量查看") && text.contains("人的页面"), "{text}");
}

#[tokio::test]
async fn the_trail_is_open_to_nobody_else() {
    let test = TestApp::own_demo().await;
    for role in [Role::Worker, Role::GroupHead, Role::BuildingHead, Role::Officer] {
        test.signed_in(role, 0).await.get("/audit").await.expect(StatusCode::FORBIDDEN);
    }
    let area = test.area("榆园小区1号楼").await;
    let part = test.signed_in(Role::Secretary, area).await;
    part.get("/audit").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let secretary = test.signed_in(Role::Secretary, 0).await;
    secretary.get("/audit?person=2-1").await.expect(StatusCode::NOT_FOUND);
    secretary.get("/audit?person=x").await.expect(StatusCode::NOT_FOUND);
}
