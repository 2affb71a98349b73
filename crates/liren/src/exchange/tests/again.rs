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

#[tokio::test]
async fn two_imports_at_once_add_nobody_twice() {
    let roster = book("居民", &six());
    // The same list twice, and another list of some of the same people and of others.
    let mut other = six();
    other.truncate(4);
    let (number, home) = (id(1977, 5), "幸福小区3号楼1单元108");
    other.push(row(&["沈立春", "男", &number, "户主", home, "常住"]));
    for (second, people) in [(roster.clone(), 6), (book("名单", &other), 7)] {
        let test = TestApp::empty().await;
        let (first, second) = tokio::join!(
            read(&test, "名册.xlsx", &roster, "2013-06-30"),
            read(&test, "名册二.xlsx", &second, "2013-06-30"),
        );
        assert_eq!(first.counts.new + second.counts.new, people, "each is new to one of them");
        assert_eq!(register(&test).await.len(), people);
        let homes =
            test.count("select count(*) from household_state where superseded is null and valid_to is null").await;
        assert_eq!(homes, people as i64);
        let alive = super::cases::figure(&test, "population.total", "2013-06-30").await;
        assert_eq!(alive, Some(people as i64));
    }
}

#[tokio::test]
async fn many_imports_at_once_end_as_one_after_the_other() {
    let test = TestApp::empty().await;
    let lists: Vec<Vec<u8>> = (0..7).map(|n| book("居民", &[six()[..1 + n % 6 + 1].to_vec()].concat())).collect();
    let names: Vec<String> = (0..7).map(|n| format!("名册{n}.xlsx")).collect();
    let reads = lists.iter().zip(&names).map(|(bytes, name)| read(&test, name, bytes, "2013-06-30"));
    let outcomes = futures_of(reads).await;
    assert_eq!(outcomes.iter().map(|o| o.counts.new).sum::<usize>(), 6);
    assert_eq!(register(&test).await.len(), 6);
}

/// All of them at once, on one thread.
async fn futures_of<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(Box::pin).map(Some).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        for (future, out) in waiting.iter_mut().zip(&mut done) {
            if let Some(running) = future
                && let std::task::Poll::Ready(value) = running.as_mut().poll(cx)
            {
                (*out, *future) = (Some(value), None);
            }
        }
        match waiting.iter().all(Option::is_none) {
            true => std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect()),
            false => std::task::Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn an_import_that_is_stopped_leaves_no_trace() {
    let test = TestApp::empty().await;
    let progress = super::super::Progress::default();
    assert!(progress.stop());
    let request = Request {
        file_name: "名册.xlsx",
        bytes: &book("居民", &six()),
        on: Day::parse("2013-06-30").unwrap(),
        dry_run: false,
        map: None,
        annotate: false,
    };
    let before = test.count("select revision from community").await;
    let size = crate::base::reader::Size::Ordinary;
    let Err(said) = super::super::run_watched(&test.app, &test.operator(), request, size, &progress).await else {
        panic!("it ran on")
    };
    assert!(said.sentences(false).join("").contains("已取消"));
    assert_eq!(test.count("select revision from community").await, before);
    assert_eq!(register(&test).await.len(), 0);
}

#[tokio::test]
async fn problems_and_differences_are_worked_off_one_by_one_and_opened_again() {
    use axum::http::StatusCode;
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
    // The number of one was typed otherwise in the next list; another day of birth does not exist.
    let mut next = six();
    next[1][2] = other_number(&next[1][2]);
    read(&test, "名册二.xlsx", &book("居民", &next), "2013-06-30").await;
    let open = test.count(OPEN).await;
    assert!(open > 0);
    let secretary = test.signed_in(crate::base::Role::Secretary, 0).await;
    let page = secretary.get("/problems").await.expect(StatusCode::OK);
    assert!(page.text().contains("名册二.xlsx"), "{}", page.text());
    let id = page.body.split("name=\"problem\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let here = "http://liren.test";
    // Without a choice nothing happens.
    secretary.post("/problems/settle", "state=checked", here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    secretary.post("/problems/settle", &format!("problem={id}"), here).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(test.count(OPEN).await, open);
    let done = secretary.post("/problems/settle", &format!("problem={id}&state=checked"), here).await;
    done.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count(OPEN).await, open - 1);
    let settled = secretary.get("/problems?state=settled").await.expect(StatusCode::OK);
    assert!(settled.text().contains("已核对"), "{}", settled.text());
    secretary.post("/problems/settle", &format!("problem={id}&state=open"), here).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count(OPEN).await, open);
    // Or taken back where it was said.
    let done = secretary.post("/problems/settle", &format!("problem={id}&state=none"), here).await;
    let done = done.expect(StatusCode::SEE_OTHER).location.unwrap();
    let revision = done.rsplit("done=").next().unwrap();
    let undone = secretary.post(&format!("/changes/{revision}/undo"), "then=/problems", here).await;
    undone.expect(StatusCode::SEE_OTHER);
    assert_eq!(test.count(OPEN).await, open);
    // A head of one building sees no problem of somebody who lives elsewhere, nor works it off.
    let head = test.signed_in(crate::base::Role::GroupHead, 1_000_000).await;
    let theirs = head.get("/problems").await.expect(StatusCode::OK);
    assert!(!theirs.body.contains("名册二.xlsx"));
    head.post("/problems/settle", &format!("problem={id}&state=checked"), here).await.expect(StatusCode::NOT_FOUND);
}

/// The same number with another sequence, and its own check character.
fn other_number(number: &str) -> String {
    let front = format!("{}{:03}", &number[..14], (number[14..17].parse::<u32>().unwrap() + 2) % 1000);
    format!("{front}{}", liren_facts::identifier::check_character(&front).unwrap())
}
