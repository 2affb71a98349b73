//! Stories of worksheets: taken along, filled, handed back.

use axum::http::StatusCode;
use liren_sheets::export::{About, Column};
use liren_sheets::write::{Cell, Style};

use crate::base::Role;
use crate::testing::{Client, TestApp};

const HERE: &str = "http://liren.test";

/// A workbook with these heads and rows.
fn book(heads: &[&str], rows: &[Vec<&str>]) -> Vec<u8> {
    let columns: Vec<Column> =
        heads.iter().map(|h| Column { header: (*h).to_owned(), width: 12.0, style: Style::Text }).collect();
    let about = About { title: "工作单".into(), lines: vec!["填好交回".into()] };
    let rows = rows.iter().map(|row| row.iter().map(|t| Cell::Text((*t).to_owned())).collect::<Vec<_>>());
    let mut out = std::io::Cursor::new(Vec::new());
    liren_sheets::export::xlsx(&mut out, &about, &columns, rows).unwrap();
    out.into_inner()
}

/// Keys of the people on a page, in its order.
fn keys(page: &str) -> Vec<String> {
    let mut keys: Vec<String> =
        page.split("name=\"i\" value=\"").skip(1).map(|p| p.split('"').next().unwrap().to_owned()).collect();
    keys.dedup();
    keys
}

async fn ticked(client: &Client<'_>, page: &str) -> crate::testing::Answer {
    let lines: Vec<&str> = page.split("name=\"w\" value=\"").skip(1).map(|p| p.split('"').next().unwrap()).collect();
    let mut form = form_urlencoded::Serializer::new(String::new());
    for line in lines {
        form.append_pair("w", line);
    }
    client.post("/people/worksheet/write", &form.finish(), HERE).await
}

#[tokio::test]
async fn a_filled_worksheet_records_what_was_empty_and_asks_about_what_differs() {
    let test = TestApp::own_demo().await;
    let worker = test.signed_in(Role::Worker, 0).await;
    // Of two people nobody knows the education; of a third it is known.
    let unknown = worker.get("/people?c=education.unknown.").await.expect(StatusCode::OK);
    let known = worker.get("/people?c=education.in.20&cols=education").await.expect(StatusCode::OK);
    let (a, b, c) = (keys(&unknown.body)[0].clone(), keys(&unknown.body)[1].clone(), keys(&known.body)[0].clone());
    let paper = worker.get("/people/worksheet?c=education.unknown.&blank=education,sign&by=none").await;
    let paper = paper.expect(StatusCode::OK);
    assert!(paper.body.contains(&a) && paper.text().contains("本人签字"));
    let file = worker.get("/people/worksheet.xlsx?c=education.unknown.&blank=education,phone").await;
    file.expect(StatusCode::OK);
    let heads = ["行", "姓名", "学历", "联系电话", "走访情况", "登记编号"];
    let filled = book(
        &heads,
        &[
            vec!["1", "甲", "大学本科", "199 0000 4321", "在家", &a],
            vec!["2", "乙", "问不清", "", "", &b],
            vec!["3", "丙", "小学", "", "", &c],
            vec!["4", "丁", "小学", "", "", "9-77"],
        ],
    );
    let read = worker.post_file("/people/worksheet/back", "filled.xlsx", &filled).await.expect(StatusCode::OK);
    let text = read.text();
    assert!(text.contains("认出 3 行") && text.contains("2 项新的"), "{text}");
    assert!(text.contains("1 项不一样") && text.contains("1 项看不懂") && text.contains("走访情况"), "{text}");
    // Nothing ticked: nothing is recorded, and what was read is still there.
    let all = read.body.split("name=\"a\" value=\"").skip(1).map(|p| ("a", p.split('"').next().unwrap()));
    let none = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
    let back = worker.post("/people/worksheet/write", &none, HERE).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.text().contains("2 项新的") && back.body.contains("name=\"w\"") && !back.body.contains(" checked"));
    // Nothing is written by reading.
    let still = worker.get("/people?c=education.unknown.").await.expect(StatusCode::OK);
    assert!(keys(&still.body).contains(&a));
    let before = test.count("select count(*) from person_schooling").await;
    ticked(&worker, &read.body).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count("select count(*) from person_schooling").await, before + 1);
    let now = worker.get(&format!("/people?i={a}&cols=education,phone&residency=all")).await.expect(StatusCode::OK);
    assert!(now.text().contains("1*********1"), "{}", now.text());
    let still = worker.get("/people?c=education.unknown.").await.expect(StatusCode::OK);
    assert!(!keys(&still.body).contains(&a) && keys(&still.body).contains(&b));
    // The same telephone sent from another window is not a second one.
    let phones = test.count("select count(*) from person_contact").await;
    ticked(&worker, &read.body).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count("select count(*) from person_contact").await, phones);
    // What is printed beside an empty column of its name is no answer.
    let printed = book(
        &["姓名", "学历", "学历（新）", "登记编号"],
        &[vec!["乙", "待核实", "初中", &b], vec!["丙", "大学", "", &c]],
    );
    let both = worker.post_file("/people/worksheet/back", "p.xlsx", &printed).await.expect(StatusCode::OK);
    assert!(both.text().contains("1 项新的") && both.text().contains("0 项不一样"), "{}", both.text());
    assert!(both.text().contains("0 项看不懂"));
    // Read a second time it says what is on record.
    let again = worker.post_file("/people/worksheet/back", "filled.xlsx", &filled).await.expect(StatusCode::OK);
    assert!(again.text().contains("0 项新的") && again.text().contains("2 项和登记的一样"), "{}", again.text());
}

#[tokio::test]
async fn nobody_writes_about_people_of_another_building() {
    let test = TestApp::own_demo().await;
    let other = test.area("榆园小区15号楼").await;
    let worker = test.signed_in(Role::Worker, 0).await;
    let theirs = worker.get(&format!("/people?area={other}")).await.expect(StatusCode::OK);
    let key = keys(&theirs.body)[0].clone();
    let group = test.area("第三小组").await;
    let head = test.signed_in(Role::GroupHead, group).await;
    let mine = head.get("/people").await.expect(StatusCode::OK);
    assert!(!keys(&mine.body).contains(&key));
    let filled = book(&["姓名", "学历", "登记编号"], &[vec!["某", "小学", &key]]);
    let read = head.post_file("/people/worksheet/back", "filled.xlsx", &filled).await.expect(StatusCode::OK);
    assert!(read.text().contains("没有读") && !read.body.contains("name=\"w\""));
    let form = format!("w={key}%7Ceducation%7C20");
    head.post("/people/worksheet/write", &form, HERE).await.expect(StatusCode::NOT_FOUND);
    // A building head notes and confirms; facts are others' business.
    let building = test.area("榆园小区16号楼").await;
    let builder = test.signed_in(Role::BuildingHead, building).await;
    builder.get("/people/worksheet/back").await.expect(StatusCode::FORBIDDEN);
    builder.get("/people/worksheet").await.expect(StatusCode::OK);
    // A file of somebody else's is no worksheet, and says where it goes.
    let roster = book(&["姓名", "身份证号"], &[vec!["某", ""]]);
    let refused = head.post_file("/people/worksheet/back", "r.xlsx", &roster).await;
    assert!(refused.expect(StatusCode::UNPROCESSABLE_ENTITY).text().contains("登记编号"));
}
