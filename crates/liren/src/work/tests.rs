//! Stories of work: something happened, somebody was admitted, a partner came, a target was set.

use axum::http::StatusCode;

use crate::base::Role;
use crate::figures::Desk;
use crate::testing::{Client, TestApp};

const HERE: &str = "http://liren.test";

fn typed(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn figure(test: &TestApp, id: &str) -> Option<i64> {
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let figure = test.app.packs().figure(id).unwrap().clone();
    desk.whole(&figure).await.unwrap().number
}

/// Keys of people on a list, in its order.
async fn keys(client: &Client<'_>, address: &str) -> Vec<String> {
    let page = client.get(address).await.expect(StatusCode::OK).body;
    page.split("name=\"i\" value=\"").skip(1).map(|p| p.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_happened_counts_until_it_is_corrected_or_withdrawn() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let before = figure(&test, "activities.drives").await.unwrap();
    let new = "/work/events/activities.activity/new";
    worker.get(new).await.expect(StatusCode::OK);
    let drive = typed(&[
        ("day", "2013-11-18"),
        ("title", "清扫楼道"),
        ("x-activity_kind", "clean_up"),
        ("x-attendance", "40"),
        ("source", "visit"),
    ]);
    worker.post(new, &drive, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "activities.drives").await, Some(before + 1));
    let list = worker.get("/work/events/activities.activity").await.expect(StatusCode::OK);
    assert!(list.text().contains("清扫楼道") && list.text().contains("参加人次：40"), "{}", list.text());
    let edit = list.body.split("清扫楼道").nth(1).unwrap().split("href=\"").nth(1).unwrap();
    let edit = edit.split('"').next().unwrap().to_owned();
    let page = worker.get(&edit).await.expect(StatusCode::OK);
    assert!(page.body.contains("value=\"40\"") && page.body.contains("value=\"2013-11-18\""));
    // It was a lecture.
    let lecture = drive.replace("clean_up", "lecture");
    worker.post(&edit, &lecture, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "activities.drives").await, Some(before));
    worker.post(&format!("{edit}/withdraw"), "", HERE).await.expect(StatusCode::SEE_OTHER);
    assert!(!worker.get("/work/events/activities.activity").await.text().contains("清扫楼道"));
    worker.get(&edit).await.expect(StatusCode::NOT_FOUND);
    // What is wrong is said at its field, and nothing is written.
    let rows = test.count("select count(*) from event").await;
    for wrong in [
        typed(&[("title", "x")]),
        typed(&[("day", "2013-13-45")]),
        typed(&[("day", "2013-11-18"), ("x-attendance", "许多")]),
        typed(&[("day", "2013-11-18"), ("x-activity_kind", "nonsense")]),
        typed(&[("day", "2013-11-18"), ("last", "2013-11-10")]),
    ] {
        worker.post(new, &wrong, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(test.count("select count(*) from event").await, rows);
    // A gift is somebody's.
    let gift = typed(&[("day", "2013-11-18"), ("x-gift", "lamp"), ("x-quantity", "3")]);
    let gifts = "/work/events/works.contribution/new";
    worker.post(gifts, &gift, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    worker.get("/work/events/nothing/new").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_writes_in_a_part_writes_about_that_part() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let group = test.area("第三小组").await;
    let head = test.signed_in(Role::GroupHead, group).await;
    let before = figure(&test, "activities.drives").await.unwrap();
    let drive = typed(&[("day", "2013-11-18"), ("title", "三组清扫"), ("x-activity_kind", "clean_up")]);
    head.post("/work/events/activities.activity/new", &drive, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "activities.drives").await, Some(before + 1));
    let list = worker.get("/work/events/activities.activity").await.body;
    let edits: Vec<String> = list
        .split("href=\"/work/events/activities.activity/")
        .skip(1)
        .map(|p| format!("/work/events/activities.activity/{}", p.split('"').next().unwrap()))
        .filter(|at| at.rsplit('/').next().unwrap().bytes().all(|b| b.is_ascii_digit()))
        .collect();
    // Their own they may correct, the community's not.
    head.get(&edits[0]).await.expect(StatusCode::OK);
    head.get(&edits[1]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    head.post(&edits[1], &drive, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    head.post(&format!("{}/withdraw", edits[1]), "", HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    // Pressed twice it is withdrawn once, and leads to the same page.
    let once = typed(&[("once", "abc123")]);
    let first = head.post(&format!("{}/withdraw", edits[0]), &once, HERE).await.expect(StatusCode::SEE_OTHER);
    let second = head.post(&format!("{}/withdraw", edits[0]), &once, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(first.location, second.location);
    // What happened to somebody of another group is not theirs to open.
    let others = worker.get("/work/events/disability.notice").await.body;
    let one = others.split("href=\"/work/events/disability.notice/").nth(1).unwrap().split('"').next().unwrap();
    head.get(&format!("/work/events/disability.notice/{one}")).await.expect(StatusCode::NOT_FOUND);
    // An organisation lies in their part or is somebody else's to record.
    let shop = typed(&[("name", "三组小卖部"), ("kind", "shop")]);
    head.post("/organisations/new", &shop, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let shop = typed(&[("name", "三组小卖部"), ("kind", "shop"), ("area", &group.to_string())]);
    head.post("/organisations/new", &shop, HERE).await.expect(StatusCode::SEE_OTHER);
    // The numbers of others' people are not told to who sees a part.
    let index = head.get("/work").await.expect(StatusCode::OK).body;
    let notices = index.split("/work/events/disability.notice\"").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(!notices.contains("tag line"));
}

#[tokio::test]
async fn a_household_is_admitted_from_the_page_of_one_of_its_people() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let key = keys(&worker, "/people?c=minimum-living.in.-~age.ge.40").await[0].clone();
    let chosen = worker.get(&format!("/work/about?i={key}")).await.expect(StatusCode::OK);
    assert!(chosen.body.contains(&format!("/work/standings/minimum-living?about={key}")));
    let before = figure(&test, "relief.households").await.unwrap();
    let admit = typed(&[("about", &key), ("stage", "receiving"), ("day", "2013-11-1"), ("once", "a1")]);
    worker.post("/work/standings/minimum-living", &admit, HERE).await.expect(StatusCode::SEE_OTHER);
    worker.post("/work/standings/minimum-living", &admit, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "relief.households").await, Some(before + 1));
    assert!(!keys(&worker, "/people?c=minimum-living.in.-~age.ge.40").await.contains(&key));
}

#[tokio::test]
async fn a_step_of_an_unknown_day_lies_after_the_one_before() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let key = keys(&worker, "/people?c=volunteers.in.-~age.ge.30").await[0].clone();
    let at = "/work/standings/volunteers";
    let first = typed(&[("about", &key), ("stage", "registered"), ("day", "2013-11-10")]);
    worker.post(at, &first, HERE).await.expect(StatusCode::SEE_OTHER);
    let then = typed(&[("about", &key), ("stage", "left"), ("unknown", "yes")]);
    worker.post(at, &then, HERE).await.expect(StatusCode::SEE_OTHER);
    let on = async |y, m, d| {
        let day = liren_facts::Day::ymd(y, m, d).unwrap();
        let mut desk = Desk::on(&test.app, &test.scope(), day).await.unwrap();
        let figure = test.app.packs().figure("volunteers.people").unwrap().clone();
        let value = desk.whole(&figure).await.unwrap();
        (value.number, value.unknown)
    };
    // Before they registered they were none, on the day they were one; whether they still are is known again today.
    let (before, then, between, now) =
        (on(2013, 11, 9).await, on(2013, 11, 10).await, on(2013, 11, 15).await, on(2013, 11, 20).await);
    assert_eq!((before.1, then.1, between.1, now.1), (0, 0, 1, 0));
    assert_eq!(then.0, before.0.map(|n| n + 1));
    assert_eq!(now.0, before.0);
}

#[tokio::test]
async fn a_partner_is_recorded_gives_lamps_and_leaves() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let (units, lamps) =
        (figure(&test, "organisations.units").await.unwrap(), figure(&test, "works.lamps").await.unwrap());
    let kinds = worker.get("/organisations/new").await.expect(StatusCode::OK).body;
    assert!(kinds.contains("value=\"enterprise\""));
    let new = typed(&[("name", "明德灯具厂"), ("kind", "enterprise"), ("from", "2013-3-1")]);
    let at = worker.post("/organisations/new", &new, HERE).await.expect(StatusCode::SEE_OTHER).location.unwrap();
    assert_eq!(figure(&test, "organisations.units").await, Some(units + 1));
    let id = at.split("/organisation/").nth(1).unwrap().split('?').next().unwrap().to_owned();
    let gift = typed(&[("day", "2013-11-18"), ("organisation", &id), ("x-gift", "lamp"), ("x-quantity", "3")]);
    worker.post("/work/events/works.contribution/new", &gift, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "works.lamps").await, Some(lamps + 3));
    // A name that was typed wrongly was never right; nobody says how, nothing is changed.
    let named = |how: &str| typed(&[("name", "明德照明厂"), ("kind", "enterprise"), ("how", how)]);
    worker.post(&format!("/organisations/{id}"), &named(""), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    worker.post(&format!("/organisations/{id}"), &named("wrong"), HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        test.count("select count(*) from organisation_state where name = '明德照明厂' and superseded is null").await,
        1
    );
    let gone = typed(&[("name", "明德灯具厂"), ("kind", "enterprise"), ("from", "2013-11-19"), ("how", "gone")]);
    worker.post(&format!("/organisations/{id}"), &gone, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "organisations.units").await, Some(units));
    assert!(!worker.get("/organisations").await.text().contains("明德灯具厂"));
    worker.post("/organisations/999999", &gone, HERE).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_are_admitted_together_moved_on_through_the_gates_and_taken_back() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let all = keys(&worker, "/people?c=volunteers.in.-~age.ge.30").await;
    let (a, b) = (all[0].clone(), all[1].clone());
    let before = figure(&test, "volunteers.people").await.unwrap();
    let both = format!("{a},{b}");
    let chosen = worker.get(&format!("/work/about?i={a}&i={b}")).await.expect(StatusCode::OK);
    assert!(chosen.text().contains("选了 2 人"));
    let admit = typed(&[("about", &both), ("stage", "registered"), ("day", "2013-11-10")]);
    worker.post("/work/standings/volunteers", &admit, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "volunteers.people").await, Some(before + 2));
    // Said again it is no second step.
    worker.post("/work/standings/volunteers", &admit, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "volunteers.people").await, Some(before + 2));
    let left = typed(&[("about", &b), ("stage", "left"), ("day", "2013-11-15")]);
    worker.post("/work/standings/volunteers", &left, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "volunteers.people").await, Some(before + 1));
    let page = worker.get(&format!("/work/standings/volunteers?about={b}")).await.expect(StatusCode::OK);
    let step = page.body.split("name=\"step\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let back = typed(&[("about", &b), ("step", &step)]);
    worker.post("/work/standings/volunteers/withdraw", &back, HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(figure(&test, "volunteers.people").await, Some(before + 2));
    // A step of somebody else's is none of theirs.
    let wrong = typed(&[("about", &a), ("step", &step)]);
    worker.post("/work/standings/volunteers/withdraw", &wrong, HERE).await.expect(StatusCode::NOT_FOUND);
    // The party has its order: an applicant does not become a full member.
    let apply = typed(&[("about", &a), ("stage", "applicant"), ("day", "2013-11-10")]);
    worker.post("/work/standings/party", &apply, HERE).await.expect(StatusCode::SEE_OTHER);
    let jump = typed(&[("about", &a), ("stage", "full"), ("day", "2013-11-11")]);
    let refused = worker.post("/work/standings/party", &jump, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("不能直接进入"), "{}", refused.text());
    // Money is paid to who is enrolled, of a day that has come.
    let pay = |amount: &str, day: &str| typed(&[("about", &a), ("what", "pay"), ("amount", amount), ("paid", day)]);
    let at = "/work/standings/elder-allowance";
    worker.post(at, &pay("100", "2013-11-1"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let elder = typed(&[("about", &a), ("stage", "receiving"), ("unknown", "yes")]);
    worker.post(at, &elder, HERE).await.expect(StatusCode::SEE_OTHER);
    worker.post(at, &pay("100.5", "2013-11-1"), HERE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count("select count(*) from payment where amount = 10050").await, 1);
    worker.post(at, &pay("-3", "2013-11-1"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    worker.post(at, &pay("3", "2014-11-1"), HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    // A head of another group writes nothing about them.
    let group = test.area("第三小组").await;
    let head = test.signed_in(Role::GroupHead, group).await;
    let theirs = keys(&head, "/people").await;
    let other = if theirs.contains(&a) {
        worker.get("/people").await;
        all.iter().find(|k| !theirs.contains(k)).unwrap()
    } else {
        &a
    };
    let deed = typed(&[("about", other), ("stage", "registered"), ("day", "2013-11-10")]);
    head.post("/work/standings/volunteers", &deed, HERE).await.expect(StatusCode::NOT_FOUND);
    head.get(&format!("/work/standings/volunteers?about={other}")).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_happened_to_somebody_is_told_to_those_who_work_with_them() {
    let test = TestApp::demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let all = worker.get("/work/events/disability.notice").await.expect(StatusCode::OK);
    let rows = |page: &str| page.matches("/records/disability.notice/").count();
    assert_eq!(rows(&all.body), 10);
    let mut told = 0;
    for group in crate::demo::GROUPS {
        let head = test.signed_in(Role::GroupHead, test.area(group).await).await;
        let own = rows(&head.get("/work/events/disability.notice").await.expect(StatusCode::OK).body);
        told += own;
    }
    assert_eq!(told, 10);
}

#[tokio::test]
async fn a_target_is_set_stands_in_the_plan_and_is_withdrawn() {
    let test = TestApp::own_demo().await;
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let aim = typed(&[
        ("figure", "volunteers.people"),
        ("bound", ">="),
        ("number", "80"),
        ("last", "2014-6-30"),
        ("owner", "志愿队"),
    ]);
    secretary.post("/targets", &aim, HERE).await.expect(StatusCode::SEE_OTHER);
    let list = secretary.get("/targets?year=2014").await.expect(StatusCode::OK);
    assert!(list.text().contains("不少于 80 人") && list.text().contains("志愿队"), "{}", list.text());
    assert!(secretary.get("/reports/others/plan").await.text().contains("80"));
    // A year that has not begun has no lectures yet, and nobody says that there were none.
    let lectures = list.body.split("/figures/activities.lectures").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(lectures.contains("还没到") && !lectures.contains("tag warn"), "{lectures}");
    let id = list.body.split("不少于 80").next().unwrap().rsplit("/targets/").next().unwrap();
    let id: String = id.chars().take_while(char::is_ascii_digit).collect();
    let officer = test.signed_in(Role::Officer, 0).await;
    officer.post(&format!("/targets/{id}/withdraw"), "", HERE).await.expect(StatusCode::FORBIDDEN);
    secretary.post(&format!("/targets/{id}/withdraw"), "", HERE).await.expect(StatusCode::SEE_OTHER);
    assert!(!secretary.get("/targets?year=2014").await.text().contains("志愿队"));
    for wrong in [
        "number=80",
        "figure=volunteers.people&bound=%3E%3D&last=2014-6-30",
        "figure=x&bound=%3D&number=1&last=2014-1-1",
    ] {
        secretary.post("/targets", wrong, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn whatever_is_recorded_here_is_taken_back_from_where_it_was_recorded() {
    let test = TestApp::own_demo().await;
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let all = keys(&secretary, "/people?c=volunteers.in.-~education.unknown.").await;
    let (a, b) = (all[0].clone(), all[1].clone());
    let figures = async || {
        let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
        let mut told = Vec::new();
        for figure in &test.app.packs().clone().figures {
            let value = desk.whole(figure).await.unwrap();
            told.push((figure.id.clone(), value.number, value.unknown, value.ids));
        }
        told
    };
    let lists = async || secretary.get("/people").await.expect(StatusCode::OK).body.matches("存下的名单").count();
    let (before, kept) = (figures().await, lists().await);
    let both = format!("{a},{b}");
    let deeds = [
        ("/work/events/activities.activity/new", typed(&[("day", "2013-11-18"), ("x-activity_kind", "lecture")])),
        ("/work/standings/volunteers", typed(&[("about", &both), ("stage", "registered"), ("day", "2013-11-10")])),
        ("/work/standings/minimum-living", typed(&[("about", &a), ("stage", "receiving"), ("unknown", "yes")])),
        ("/organisations/new", typed(&[("name", "明德灯具厂"), ("kind", "enterprise")])),
        (
            "/targets",
            typed(&[("figure", "volunteers.people"), ("bound", ">="), ("number", "80"), ("last", "2013-12-30")]),
        ),
        ("/people/lists", typed(&[("name", "老人"), ("c", "age.ge.60")])),
        (
            "/people/worksheet/write",
            typed(&[("w", &format!("{a}|education|初中")), ("w", &format!("{b}|phone|19900004321"))]),
        ),
    ];
    for (path, form) in deeds {
        let done = secretary.post(path, &form, HERE).await.expect(StatusCode::SEE_OTHER).location.unwrap();
        let revision: i64 = done.split("done=").nth(1).unwrap().split('#').next().unwrap().parse().unwrap();
        let undo = format!("/changes/{revision}/undo");
        secretary.post(&undo, "then=%2Fwork", HERE).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(figures().await, before, "{path}");
    }
    assert_eq!(lists().await, kept);
    assert!(!secretary.get("/targets?year=2013").await.text().contains("不少于 80"));
    assert!(keys(&secretary, &format!("/people?i={a}&c=education.unknown.&residency=all")).await.contains(&a));
    assert!(
        secretary.get(&format!("/people?i={a}&c=education.unknown.&residency=all")).await.text().contains("1 人 ·")
    );
}
