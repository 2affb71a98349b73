//! Who reports, and what it means that somebody has not.

use liren_facts::{Day, Period};

use super::queries::{NewEntry, enter};
use crate::base::{AreaId, Scope};
use crate::base::{Origin, Write};
use crate::figures::{Ask, Desk};
use crate::testing::TestApp;

fn entry(area: i64, from: (i32, u32, u32), to: (i32, u32, u32), married: i64) -> NewEntry<'static> {
    let day = |(y, m, d)| Day::ymd(y, m, d).unwrap();
    NewEntry {
        return_id: "family-planning",
        area: Scope::whole(1).mine(AreaId(area)).unwrap(),
        period: Period { first: day(from), last: day(to) },
        lines: vec![("married", married)],
        signed_by: None,
        origin: Origin::default(),
    }
}

#[tokio::test]
async fn a_return_comes_from_its_own_level_and_silence_is_no_zero() {
    let test = TestApp::own_demo().await;
    let desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let of = |level: &str| -> Vec<i64> {
        let at = desk.tree.areas.iter().filter(|a| a.level == level);
        at.map(|a| a.id).collect()
    };
    let (root, groups) = (of("community")[0], of("group"));
    let packs = test.app.packs().clone();
    let mut w = Write::begin(&test.app, &test.operator(), 1, "上报").await.unwrap();
    let summer = ((2013, 7, 1), (2013, 9, 30));
    let refused = enter(&mut w, &packs, entry(root, summer.0, summer.1, 9)).await;
    assert!(refused.unwrap_err().to_string().contains("这一级"));
    for group in &groups[1..] {
        enter(&mut w, &packs, entry(*group, summer.0, summer.1, 9)).await.unwrap();
    }
    w.commit().await.unwrap();
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let figure = packs.figure("planning.married").unwrap();
    let period = Period { first: Day::ymd(2013, 7, 1).unwrap(), last: Day::ymd(2013, 9, 30).unwrap() };
    let value = desk.value(figure, &Ask::of(period)).await.unwrap();
    assert_eq!(value.number, Some(9 * (groups.len() as i64 - 1)));
    assert_eq!(value.unknown, 1);
    assert!(value.why().unwrap().zh.contains("1 处还没有上报"));
    // The last quarter is whole.
    let value = desk.whole(figure).await.unwrap();
    assert_eq!((value.number, value.unknown), (Some(501), 0));
}
