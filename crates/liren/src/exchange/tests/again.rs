//! What the next import settles, and what can be taken back.

use std::collections::BTreeSet;

use super::cases::{book, id, row, six};
use super::*;
use crate::base::Write;
use crate::base::undo::{Only, undo};

const OPEN: &str = "select count(*) from import_problem where settled is null";

#[tokio::test]
async fn the_next_import_settles_what_it_corrects_and_a_list_taken_back_opens_it_again() {
    let test = TestApp::empty().await;
    let mut rows = six();
    rows[1][1] = "女".to_owned();
    rows[2][5] = "不清楚的".to_owned();
    read(&test, "名册.xlsx", &book("居民", &rows), "2012-12-31").await;
    let found = test.count(OPEN).await;
    assert!(found >= 2, "{found}");
    // A list that says nothing of what was wrong settles nothing, and the same list does not ask twice.
    let phones = vec![row(&["姓名", "身份证号", "联系电话"]), row(&[&rows[1][0], &rows[1][2], "199-0000-0101"])];
    read(&test, "电话.xlsx", &book("电话", &phones), "2013-01-31").await;
    assert_eq!(test.count(OPEN).await, found);
    read(&test, "名册.xlsx", &book("居民", &rows), "2013-03-31").await;
    assert_eq!(test.count(OPEN).await, found);
    rows[1][1] = "男".to_owned();
    rows[2][5] = "常住".to_owned();
    let corrected = read(&test, "更正.xlsx", &book("居民", &rows), "2013-10-31").await;
    assert_eq!(test.count(OPEN).await, 0);
    let mut w = Write::begin(&test.app, &test.operator(), test.scope().community, "撤回").await.unwrap();
    undo(&mut w, corrected.revision.unwrap(), Only::All).await.unwrap();
    w.commit().await.unwrap();
    assert_eq!(test.count(OPEN).await, found);
}

#[tokio::test]
async fn one_sheet_of_a_file_can_be_taken_back() {
    let test = TestApp::empty().await;
    let other: Vec<Vec<String>> = six()
        .into_iter()
        .enumerate()
        .map(|(n, mut cells)| {
            if n > 0 {
                cells[0].push('甲');
                cells[2] = id(1940 + n as i32, 1);
                cells[4] = cells[4].replace("3号楼", "5号楼");
            }
            cells
        })
        .collect();
    let mut workbook = Book::new();
    for (name, rows) in [("三号楼", six()), ("五号楼", other)] {
        let page = workbook.page(name);
        for (at, cells) in (0u32..).zip(&rows) {
            page.row(at, cells.iter().map(String::as_str), Style::Text);
        }
    }
    let outcome = read(&test, "名册.xlsx", &workbook.to_bytes().unwrap(), "2013-10-31").await;
    assert_eq!(register(&test).await.len(), 12);
    let mut w = Write::begin(&test.app, &test.operator(), test.scope().community, "撤回").await.unwrap();
    let revision = outcome.revision.unwrap();
    let sources = crate::exchange::sources_of(&mut w, revision, "五号楼").await.unwrap();
    assert_eq!(
        (sources.len(), crate::exchange::sources_of(&mut w, revision, "没有").await.unwrap()),
        (1, BTreeSet::new())
    );
    let undone = undo(&mut w, revision, Only::Sources(sources)).await.unwrap();
    assert_eq!(undone.count("person"), (6, 0, 0));
    w.commit().await.unwrap();
    let left = register(&test).await;
    assert_eq!(left.iter().filter(|(name, ..)| !name.is_empty()).count(), 6);
    assert!(left.iter().all(|(name, ..)| !name.ends_with('甲')), "{left:?}");
}
