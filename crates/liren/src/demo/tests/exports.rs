//! Lists out of the product, read back from the files they were written to.

use axum::http::StatusCode;
use liren_facts::{Day, Period};
use liren_sheets::Value;

use crate::base::Role;
use crate::demo::TODAY;
use crate::exchange::export::Form;
use crate::exchange::lists;
use crate::figures::{Ask, Desk};
use crate::testing::TestApp;

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
    let row = |row: &Vec<Value>| {
        (0..width)
            .map(|c| row.get(c).map_or_else(String::new, text))
            .collect()
    };
    sheet.rows.iter().map(row).collect()
}

#[tokio::test]
async fn an_exported_list_is_as_long_as_its_figure_says_what_it_is_and_names_nobody() {
    let test = TestApp::demo().await;
    let secretary = test.signed_in(Role::Secretary, 0).await;
    let page = secretary
        .get("/figures/population.aged_80/list")
        .await
        .expect(StatusCode::OK);
    assert!(page.body.contains("/figures/population.aged_80/list.xlsx"));
    let file = secretary
        .get("/figures/population.aged_80/list.xlsx")
        .await
        .expect(StatusCode::OK);
    let rows = rows(&file.bytes);
    assert_eq!(rows[0][0], "八十周岁以上老人");
    assert!(rows[1][0].contains("7 人") && rows[1][0].contains("截至 2013-11-20"));
    let head = rows.iter().position(|r| r[0] == "姓名").unwrap();
    assert_eq!(rows.len() - head - 1, 7);
    for row in &rows[head + 1..] {
        assert!(row[0].contains('*') && row[3].contains("****"));
    }
    let sliced = secretary
        .get("/figures/population.total/list.csv?slice=0:1")
        .await
        .expect(StatusCode::OK);
    assert!(sliced.body.contains("筛选:性别 = 男性"));
    secretary
        .get("/figures/disability.cataract/list.xlsx")
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    secretary
        .get("/figures/population.total/list.exe")
        .await
        .expect(StatusCode::NOT_FOUND);
    let head = test.signed_in(Role::BuildingHead, 0).await;
    head.get("/figures/population.aged_80/list.xlsx")
        .await
        .expect(StatusCode::FORBIDDEN);
    head.get("/quality/born/list.xlsx")
        .await
        .expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_exported_is_what_is_counted() {
    let test = TestApp::demo().await;
    let actor = test.operator();
    let year = Period {
        first: Day::ymd(2013, 1, 1).unwrap(),
        last: TODAY,
    };
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let packs = test.app.packs().clone();
    let all = lists::figures(&test.app, &actor, year).await.unwrap();
    assert_eq!(all.rows.len(), packs.figures.len());
    for figure in packs.figures.iter().filter(|f| f.list) {
        let value = desk.value(figure, &Ask::of(year)).await.unwrap();
        let Some((_, ids)) = &value.ids else { continue };
        let list = lists::of_figure(&test.app, &actor, figure, &Ask::of(year))
            .await
            .unwrap();
        assert_eq!(list.rows.len(), ids.len(), "{}", figure.id);
        assert_eq!(list.json.len(), ids.len(), "{}", figure.id);
    }
    // 29 households receive the allowance; their ledger says so with the fields of the pack, in words.
    let programme = packs.programme("minimum-living").unwrap();
    let ledger = lists::ledger(&test.app, &actor, programme, TODAY)
        .await
        .unwrap();
    assert_eq!(ledger.rows.len(), 29);
    let text = String::from_utf8(ledger.write(Form::Csv).unwrap()).unwrap();
    assert!(text.contains("月保障金额") && text.contains("享受中"));
}
