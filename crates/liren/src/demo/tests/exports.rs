//! What opens and what goes out: the links of the report, and lists read back from the files they were written to.

use axum::http::StatusCode;
use liren_facts::{Day, Period};
use liren_sheets::Value;

use crate::base::Role;
use crate::demo::TODAY;
use crate::exchange::export::Form;
use crate::exchange::lists;
use crate::figures::{Ask, Desk};
use crate::testing::TestApp;

#[tokio::test]
async fn every_link_of_the_report_opens() {
    use crate::reports::{Opens, annual};
    let test = TestApp::demo().await;
    let report = annual(&test.app, &test.scope(), 2013).await.unwrap();
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let links: std::collections::BTreeSet<String> = report.spans.iter().map(|span| span.href()).collect();
    assert!(links.len() > 80, "{}", links.len());
    for link in links.iter().filter(|link| !link.is_empty()) {
        secretary.get(link).await.expect(StatusCode::OK);
    }
    for span in report.spans.iter().filter(|s| s.href().is_empty()) {
        assert!(matches!(span.opens, Opens::Day | Opens::List { .. }), "{} opens nothing", span.text);
    }
    // A record says which figures count it; one that is about a person is no record of a report.
    let mut counted = 0;
    for link in links.iter().filter(|l| l.starts_with("/records/organisation/")) {
        let page = secretary.get(link).await;
        counted += usize::from(page.body.contains("/figures/culture.teams"));
    }
    assert_eq!(counted, 2, "two teams are counted as teams");
    secretary.get("/records/person/3025").await.expect(StatusCode::NOT_FOUND);
    secretary.get("/params/no.such").await.expect(StatusCode::NOT_FOUND);
    secretary.get("/targets/0").await.expect(StatusCode::NOT_FOUND);
}

/// The texts of a workbook's first sheet, row by row.
fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let book = liren_sheets::read(bytes, "list.xlsx").unwrap();
    let sheet = &book.sheets[0];
    let width = usize::from(sheet.width());
    let text = |value: &Value| match value {
        Value::Text(text) => text.to_string(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    };
    let row = |row: &Vec<Value>| (0..width).map(|c| row.get(c).map_or_else(String::new, text)).collect();
    sheet.rows.iter().map(row).collect()
}

#[tokio::test]
async fn an_exported_list_is_as_long_as_its_figure_says_what_it_is_and_names_nobody() {
    let test = TestApp::demo().await;
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let page = secretary.get("/figures/population.aged_80/list").await.expect(StatusCode::OK);
    assert!(page.body.contains("/figures/population.aged_80/list.xlsx"));
    let file = secretary.get("/figures/population.aged_80/list.xlsx").await.expect(StatusCode::OK);
    let rows = rows(&file.bytes);
    assert_eq!(rows[0][0], "八十周岁以上老人");
    assert!(rows[1][0].contains("7 人") && rows[1][0].contains("截至 2013-11-20"));
    let head = rows.iter().position(|r| r[0] == "姓名").unwrap();
    assert_eq!(rows.len() - head - 1, 7);
    for row in &rows[head + 1..] {
        assert!(row[0].contains('*') && row[3].contains("****"));
    }
    let searched = secretary.get("/people.csv?residency=temporary&q=%E7%8E%8B").await.expect(StatusCode::OK);
    assert!(searched.body.contains("居民名单(暂住)") && searched.body.contains("查找：王"));
    let page = secretary.get("/people?residency=temporary&q=%E7%8E%8B").await;
    let total = page.text();
    let listed = searched.body.lines().filter(|l| l.contains("暂住") && l.contains("**")).count();
    assert!(listed > 10 && total.contains(&format!("居民 {listed} 人")), "{listed}: {total}");
    let sliced = secretary.get("/figures/population.total/list.csv?slice=0:1").await.expect(StatusCode::OK);
    assert!(sliced.body.contains("筛选：性别 = 男性"));
    secretary.get("/figures/disability.cataract/list.xlsx").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    secretary.get("/figures/population.total/list.exe").await.expect(StatusCode::NOT_FOUND);
    let head = test.signed_in(Role::BuildingHead, 0).await;
    head.get("/figures/population.aged_80/list.xlsx").await.expect(StatusCode::FORBIDDEN);
    head.get("/quality/born/list.xlsx").await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_exported_is_what_is_counted() {
    let test = TestApp::demo().await;
    let actor = test.operator();
    let year = Period { first: Day::ymd(2013, 1, 1).unwrap(), last: TODAY };
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let packs = test.app.packs().clone();
    let all = lists::figures(&test.app, &actor, year).await.unwrap();
    assert_eq!(all.rows.len(), packs.figures.len());
    for figure in packs.figures.iter().filter(|f| f.list) {
        let value = desk.value(figure, &Ask::of(year)).await.unwrap();
        let Some((_, ids)) = &value.ids else { continue };
        let list = lists::of_figure(&test.app, &actor, figure, &Ask::of(year), &mut desk).await.unwrap();
        assert_eq!(list.rows.len(), ids.len(), "{}", figure.id);
        assert_eq!(list.json.len(), ids.len(), "{}", figure.id);
    }
    // What a field points to is told by its name.
    let party = packs.programme("party").unwrap();
    let members = lists::ledger(&test.app, &actor, party, TODAY).await.unwrap();
    let text = String::from_utf8(members.write(Form::Csv).unwrap()).unwrap();
    assert!(text.contains("榆园党支部") && text.contains("诚信党支部"));
    // 29 households receive the allowance; their ledger says so with the fields of the pack, in words.
    let programme = packs.programme("minimum-living").unwrap();
    let ledger = lists::ledger(&test.app, &actor, programme, TODAY).await.unwrap();
    assert_eq!(ledger.rows.len(), 29);
    let text = String::from_utf8(ledger.write(Form::Csv).unwrap()).unwrap();
    assert!(text.contains("月保障金额") && text.contains("在保"));
}
