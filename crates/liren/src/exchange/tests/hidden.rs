//! Stories of what a list must not leave behind: numbers where words belong, and people who asked to be forgotten.

use liren_facts::{Day, Period};
use liren_rosters::Mapping;

use super::{Request, number, read, run, sheet};
use crate::base::{PersonId, Write};
use crate::figures::{Ask, Desk};
use crate::people::{PersonLine, identity, queries};
use crate::testing::TestApp;

/// Everything that lies in the data folder.
fn folder(test: &TestApp) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&test.app.dir).unwrap().flatten() {
        if entry.path().is_file() {
            all.extend(std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

fn holds(all: &[u8], text: &str) -> bool {
    all.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn everyone(test: &TestApp) -> Vec<PersonLine> {
    let mut tx = test.app.db.read().await.unwrap();
    let ids = queries::everyone(&mut tx, &test.scope()).await.unwrap();
    queries::lines(&mut tx, &test.scope(), test.app.clock.today(), &ids).await.unwrap()
}

#[tokio::test]
async fn numbers_and_phones_in_every_column_are_nowhere_in_the_folder_in_the_clear() {
    let test = TestApp::empty().await;
    if !test.app.db.is_sqlite() {
        return;
    }
    let (own, phone) = (number("19600101", 71), "19900007781");
    // As people type them where they do not belong.
    let wide: String = phone.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    let chinese: String = phone.chars().map(|c| "〇一二三四五六七八九".chars().nth(c as usize - 48).unwrap()).collect();
    let dotted = format!("{}.{}.{}", &phone[..3], &phone[3..7], &phone[7..]);
    let slashed = format!("{}/{}/{}", &phone[..3], &phone[3..7], &phone[7..]);
    let spaced = format!("{} {} {}", &own[..6], &own[6..14], &own[14..]);
    let typed = [&own, phone, &wide, &chinese, &dotted, &slashed, &spaced].map(str::to_owned);
    let head = [
        "姓名", "身份证号", "户号", "曾用名", "家庭住址", "工作单位", "联系电话", "备注", "人员类型", "文化程度",
        "民族",
    ];
    let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
    for (n, variant) in typed.iter().enumerate() {
        let mine = number(&format!("19{}0202", 60 + n), 72);
        rows.push(vec![
            format!("刘长河{n}"),
            if n == 0 { own.clone() } else { mine },
            variant.clone(),
            format!("刘{variant}"),
            format!("榆园小区3号楼2单元50{n} {variant}"),
            format!("运输公司 {variant}"),
            phone.to_owned(),
            format!("女儿{variant}常来"),
            format!("常住 {variant}"),
            format!("高中{variant}"),
            format!("汉族{variant}"),
        ]);
    }
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let bytes = sheet(&format!("名册{phone}"), &rows);
    let file = format!("{own}家的{phone}.xlsx");
    let outcome = read(&test, &file, &bytes, "2013-10-31").await;
    assert!(outcome.revision.is_some() && everyone(&test).await.len() >= typed.len());
    // The same file a second time changes nothing: what is masked is compared masked.
    let again = read(&test, &file, &bytes, "2013-10-31").await;
    assert_eq!(again.revision, None, "{:?}", again.changes);
    let worker = test.signed_in(crate::base::Role::Worker, 0).await;
    worker.get("/people.csv").await;
    test.app.trail.flush().await.unwrap();
    let all = folder(&test);
    assert!(holds(&all, "运输公司") && holds(&all, "刘长河0"), "the words themselves are kept");
    for variant in &typed {
        let at = all.windows(variant.len()).position(|window| window == variant.as_bytes());
        let around = at.map(|at| String::from_utf8_lossy(&all[at.saturating_sub(60)..at + 60]).into_owned());
        assert_eq!(around, None, "{variant} lies in the folder in the clear");
    }
    // Households are known again by what stands for their numbers.
    let homes: std::collections::BTreeSet<_> = everyone(&test).await.into_iter().map(|line| line.household).collect();
    assert!(homes.len() >= typed.len() - 1, "{homes:?}");
}

#[tokio::test]
async fn who_was_erased_is_nowhere_and_is_asked_for_before_they_return() {
    let test = TestApp::own_demo().await;
    let (name, born) = ("欧阳验证", "20130412");
    let (own, phone) = (number(born, 77), "19900007782");
    let head = ["姓名", "身份证号", "户号", "家庭住址", "工作单位", "联系电话", "备注"];
    let row = [name, &own, "HK-7782", "榆园小区3号楼2单元501", "验证公司", phone, "备注验证"];
    let bytes = sheet("名册", &[&head, &row]);
    read(&test, "名册.xlsx", &bytes, "2013-10-31").await;
    let found = everyone(&test).await;
    let id = found.iter().find(|line| line.name.as_deref() == Some(name)).unwrap().id;
    let figures = async || {
        let mut told = Vec::new();
        for day in ["2013-12-31", "2012-12-31"] {
            let last = Day::parse(day).unwrap();
            let mut desk = Desk::known(&test.app, &test.scope(), last, None).await.unwrap();
            let ask = Ask::of(Period { first: Day::ymd(last.year(), 1, 1).unwrap(), last });
            for figure in &test.app.packs().clone().figures {
                let value = desk.value(figure, &ask).await.unwrap();
                told.push((figure.id.clone(), day, value.number, value.unknown));
            }
        }
        told
    };
    let before = figures().await;
    let mut w = Write::begin(&test.app, &test.operator(), 1, "本人申请删除").await.unwrap();
    identity::erase(&test.app, &mut w, test.mine(PersonId(id)), "本人申请").await.unwrap();
    w.commit().await.unwrap();
    test.app.db.empty_journal().await.unwrap();
    let after = figures().await;
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was, is, "a past figure changed");
    }
    let line = everyone(&test).await.into_iter().find(|line| line.id == id).unwrap();
    assert_eq!((line.name, line.employer), (None, None));
    let year = |day| Day::parse(day).unwrap();
    assert_eq!(line.born.map(|b| (b.first, b.last)), Some((year("2013-01-01"), year("2013-12-31"))));
    if test.app.db.is_sqlite() {
        let all = folder(&test);
        for gone in [name, &own, phone, "验证公司", "HK-7782", "备注验证"] {
            assert!(!holds(&all, gone), "{gone} is still in the folder");
        }
    }
    // The next list that names them asks, and adds nobody.
    let count = everyone(&test).await.len();
    let next = read(&test, "名册二.xlsx", &sheet("名册", &[&head, &row]), "2013-11-10").await;
    assert_eq!(everyone(&test).await.len(), count);
    assert!(next.differences.iter().any(|d| d.kind == "erased"), "{:?}", next.differences.len());
    // Whoever says that they come back is taken in as somebody new.
    let answer = "[[person]]\nsheet = \"名册\"\nrow = 2\nis = \"new\"\n";
    let map = toml::from_str::<Mapping>(answer).unwrap();
    let request = Request {
        file_name: "名册三.xlsx",
        bytes: &bytes,
        on: Day::parse("2013-11-10").unwrap(),
        dry_run: false,
        map: Some(&map),
        annotate: false,
    };
    run(&test.app, &test.operator(), request).await.unwrap();
    assert_eq!(everyone(&test).await.len(), count + 1);
}
