//! Stories of rosters read one after the other. The great import is told in the tests of `demo`.

use liren_facts::Day;
use liren_facts::identifier::check_character;
use liren_sheets::write::{Book, Style};

use super::{Outcome, Request, run};

mod again;
mod cases;
mod hidden;
mod laws;
mod ledgers;
mod wizard;
use crate::people::{PersonLine, queries};
use crate::testing::TestApp;

const HEAD: [&str; 6] = ["姓名", "身份证号", "与户主关系", "人员类型", "家庭住址", "联系电话"];
const OLD: &str = "榆园小区3号楼2单元501";
const NEW: &str = "榆园小区4号楼1单元101";

fn number(birth: &str, sequence: u32) -> String {
    let first = format!("990101{birth}{sequence:03}");
    format!("{first}{}", check_character(&first).unwrap())
}

fn father() -> String {
    number("19600101", 1)
}
fn mother() -> String {
    number("19620202", 2)
}
fn son() -> String {
    number("19880303", 3)
}
fn wife() -> String {
    number("19890404", 4)
}

fn sheet(name: &str, rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Book::new();
    let page = book.page(name);
    for (row, cells) in (0u32..).zip(rows) {
        page.row(row, cells.iter().copied(), Style::Text);
    }
    book.to_bytes().unwrap()
}

async fn read(test: &TestApp, name: &str, bytes: &[u8], on: &str) -> Outcome {
    let request =
        Request { file_name: name, bytes, on: Day::parse(on).unwrap(), dry_run: false, map: None, annotate: false };
    run(&test.app, &test.operator(), request).await.unwrap()
}

/// Everyone on record with their address, by name.
async fn register(test: &TestApp) -> Vec<(String, PersonLine, String)> {
    let mut tx = test.app.db.read().await.unwrap();
    let scope = test.scope();
    let ids = queries::everyone(&mut tx, &scope).await.unwrap();
    let today = test.app.clock.today();
    let homes = crate::places::queries::dwellings(&mut tx, &scope, today).await.unwrap();
    let lines = queries::lines(&mut tx, &scope, today, &ids).await.unwrap();
    lines
        .into_iter()
        .map(|line| {
            let home = homes.iter().find(|d| Some(d.id) == line.dwelling);
            let home = home.map(|d| d.label()).unwrap_or_default();
            (line.name.clone().unwrap(), line, home)
        })
        .collect()
}

fn family(home: &str) -> Vec<u8> {
    sheet(
        "居民花名册",
        &[
            &HEAD,
            &["王建国", &father(), "户主", "常住", home, "19900000001"],
            &["李秀英", &mother(), "配偶", "常住", home, "19900000002"],
            &["王小明", &son(), "子", "常住", home, "19900000003"],
        ],
    )
}

#[tokio::test]
async fn a_household_that_moved_takes_its_home_along() {
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &family(OLD), "2013-01-01").await;
    let household = register(&test).await[0].1.household;
    let june = read(&test, "六月.xlsx", &family(NEW), "2013-06-01").await;
    assert_eq!((june.counts.new, june.counts.changed), (0, 3));
    for (_, line, home) in register(&test).await {
        assert_eq!((home.as_str(), line.household), (NEW, household));
    }
    let homes = test.count("select count(*) from household_state where superseded is null and valid_to is null").await;
    assert_eq!(homes, 1);
    let again = read(&test, "六月.xlsx", &family(NEW), "2013-06-01").await;
    assert_eq!((again.counts.changed, again.revision), (0, None));
}

#[tokio::test]
async fn a_son_who_moved_out_starts_a_household_of_his_own() {
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &family(OLD), "2013-01-01").await;
    let before = register(&test).await[0].1.household;
    let june = sheet(
        "居民花名册",
        &[
            &HEAD,
            &["王建国", &father(), "户主", "常住", OLD, "19900000001"],
            &["李秀英", &mother(), "配偶", "常住", OLD, "19900000002"],
            &["王小明", &son(), "户主", "常住", NEW, "19900000003"],
            &["赵晓兰", &wife(), "配偶", "常住", NEW, "19900000004"],
        ],
    );
    let outcome = read(&test, "六月.xlsx", &june, "2013-06-01").await;
    assert_eq!((outcome.counts.new, outcome.counts.changed), (1, 1));
    let people = register(&test).await;
    let of = |name: &str| people.iter().find(|p| p.0 == name).unwrap();
    assert_eq!(of("王建国").1.household, before);
    assert_eq!(of("李秀英").1.household, before);
    assert_ne!(of("王小明").1.household, before);
    assert_eq!(of("王小明").1.household, of("赵晓兰").1.household);
    assert_eq!(of("王小明").1.relation.as_deref(), Some("02"));
    assert_eq!((of("王建国").2.as_str(), of("王小明").2.as_str()), (OLD, NEW));
}

#[tokio::test]
async fn a_ledger_with_an_old_address_moves_nobody() {
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &family(NEW), "2013-01-01").await;
    let ledger = sheet(
        "居民养老保险参保台账",
        &[&["姓名", "身份证号", "家庭住址", "参保时间"], &["王建国", &father(), OLD, "2012-05-01"]],
    );
    let outcome = read(&test, "居民养老保险参保台账.xlsx", &ledger, "2013-06-01").await;
    assert_eq!((outcome.counts.new, outcome.counts.changed), (0, 0));
    assert_eq!(outcome.enrolments_new, 1);
    assert!(register(&test).await.iter().all(|p| p.2 == NEW));
}

#[tokio::test]
async fn somebody_known_by_name_only_is_not_added_twice() {
    let test = TestApp::empty().await;
    let first = sheet(
        "村民名册",
        &[
            &["姓名", "与户主关系", "人员类型", "联系电话"],
            &["王建国", "户主", "常住", "19900000001"],
            &["李秀英", "配偶", "常住", ""],
            &["李秀英", "户主", "常住", ""],
        ],
    );
    assert_eq!(read(&test, "村.xlsx", &first, "2013-01-01").await.counts.new, 3);
    let again = read(&test, "村.xlsx", &first, "2013-06-01").await;
    assert_eq!((again.counts.new, again.revision), (0, None));
    // Another file: the wife is known by her household; the other woman of her name by nothing.
    let corrected = sheet(
        "村民名册",
        &[
            &["姓名", "与户主关系", "人员类型", "联系电话"],
            &["王建国", "户主", "常住", "19900000001"],
            &["李秀英", "配偶", "常住", "19900000002"],
        ],
    );
    let third = read(&test, "村(更正).xlsx", &corrected, "2013-06-01").await;
    assert_eq!((third.counts.new, third.counts.changed), (0, 1));
}

#[tokio::test]
async fn people_of_unknown_residency_are_counted_as_unknown_and_can_be_listed() {
    let test = TestApp::empty().await;
    let silent = sheet(
        "名单",
        &[
            &["姓名", "身份证号", "联系电话"],
            &["王建国", &father(), "19900000001"],
            &["李秀英", &mother(), "19900000002"],
        ],
    );
    read(&test, "名单.xlsx", &silent, "2013-01-01").await;
    let worker = test.signed_in(crate::base::Role::Worker, 0).await;
    let list = worker.get("/people").await.text();
    assert!(list.contains("实有 0") && list.contains("待核实 2") && list.contains("全部记录 2"), "{list}");
    let unknown = worker.get("/people?residency=unknown").await;
    assert_eq!(unknown.body.matches("href=\"/people/1-").count(), 2);
    // The search says in which view those it found stand.
    let found = worker.get("/people?q=LXY").await.text();
    assert!(found.contains("实有 0") && found.contains("待核实 1"), "{found}");
    let key = register(&test).await[0].1.id;
    let person = worker.get(&format!("/people/1-{key}")).await.text();
    assert!(person.contains("居住 待核实"), "{person}");
    assert!(!person.contains("不在本社区"));
    let figure = worker.get("/figures/population.total").await.text();
    assert!(figure.contains("2 条记录缺事实"), "{figure}");
}

#[tokio::test]
async fn a_later_roster_tells_of_births_arrivals_and_deaths_and_the_flows_explain_the_stock() {
    use crate::figures::{Ask, Desk};
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &family(OLD), "2013-01-01").await;
    let head = ["姓名", "身份证号", "与户主关系", "人员类型", "家庭住址", "迁入时间", "备注"];
    let june = sheet(
        "居民花名册",
        &[
            &head,
            &["王建国", &father(), "户主", "常住", OLD, "", "2013年3月1日去世"],
            &["李秀英", &mother(), "配偶", "常住", OLD, "", ""],
            &["王小明", &son(), "子", "常住", OLD, "", ""],
            &["赵晓兰", &wife(), "儿媳", "常住", OLD, "2013-04-02", ""],
            &["王小宝", &number("20130505", 5), "孙子", "常住", OLD, "", ""],
        ],
    );
    let outcome = read(&test, "六月.xlsx", &june, "2013-06-01").await;
    let lives = outcome.lives;
    assert_eq!((lives.births, lives.moved_in, lives.deaths, lives.moved_out), (1, 1, 1, 0));
    let again = read(&test, "六月.xlsx", &june, "2013-06-01").await;
    assert_eq!(again.revision, None);
    let day = |text: &str| Day::parse(text).unwrap();
    let period = liren_facts::Period { first: day("2013-02-01"), last: day("2013-06-30") };
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let mut value = async |id: &str, ask: Ask| {
        let figure = test.app.packs().figure(id).unwrap().clone();
        desk.value(&figure, &ask).await.unwrap().number
    };
    let opening = Ask { opening: true, ..Ask::of(period) };
    assert_eq!(value("population.total", opening).await, Some(3));
    assert_eq!(value("population.total", Ask::of(period)).await, Some(4));
    // Two rosters tell of whom they name; that nobody left is not said by silence.
    for (id, n) in [
        ("population.births", Some(1)),
        ("population.moved_in", Some(1)),
        ("population.deaths", Some(1)),
        ("population.moved_out", None),
    ] {
        assert_eq!(value(id, Ask::of(period)).await, n, "{id}");
    }
    // On the day after her arrival she is counted, on the day before she was elsewhere: no open question.
    let eve = liren_facts::Period { first: day("2013-04-01"), last: day("2013-04-01") };
    assert_eq!(value("population.total", Ask::of(eve)).await, Some(2));
}

#[tokio::test]
async fn a_later_ledger_changes_the_fields_of_an_enrolment_and_tells_of_stages_entered_too_early() {
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &family(OLD), "2013-01-01").await;
    let allowance = |amount: &str| {
        sheet(
            "城市居民最低生活保障台账",
            &[
                &["户主姓名", "姓名", "与户主关系", "身份证号", "保障人数", "月保障金额", "批准时间"],
                &["王建国", "王建国", "户主", &father(), "3", amount, "2012-05-10"],
            ],
        )
    };
    let first = read(&test, "低保一月.xlsx", &allowance("665"), "2013-01-31").await;
    assert_eq!((first.enrolments_new, first.enrolments_moved), (1, 0));
    let second = read(&test, "低保二月.xlsx", &allowance("700"), "2013-02-28").await;
    assert_eq!((second.enrolments_new, second.enrolments_moved), (0, 1));
    let again = read(&test, "低保二月.xlsx", &allowance("700"), "2013-02-28").await;
    assert_eq!((again.enrolments_moved, again.revision), (0, None));
    let amounts =
        test.count("select count(*) from field_value where field = 'amount_month' and superseded is null").await;
    assert_eq!(amounts, 2, "the amount of January stays on record");

    let party = |full: &str| {
        sheet(
            "党员花名册",
            &[
                &["姓名", "性别", "身份证号", "所在支部", "党员类别", "入党时间", "转正时间"],
                &["王建国", "男", &father(), "第一支部", "正式党员", "2011-07-01", full],
            ],
        )
    };
    let early = read(&test, "党员.xlsx", &party("2011-12-01"), "2013-03-01").await;
    assert_eq!((early.enrolments_new, early.enrolments_irregular), (1, 1));
}

#[tokio::test]
async fn a_roster_that_repeats_somebody_confirms_them_and_silence_grows_stale() {
    let test = TestApp::empty().await;
    read(&test, "去年.xlsx", &family(OLD), "2012-10-01").await;
    let worker = test.signed_in(crate::base::Role::Worker, 0).await;
    let stale = worker.get("/quality/stale").await.text();
    assert!(stale.contains("很久没有核实 3 人"), "{stale}");
    // The son is no longer on the list: nothing is known of him since.
    let couple = sheet(
        "居民花名册",
        &[
            &HEAD,
            &["王建国", &father(), "户主", "常住", OLD, "19900000001"],
            &["李秀英", &mother(), "配偶", "常住", OLD, "19900000002"],
        ],
    );
    let outcome = read(&test, "今年.xlsx", &couple, "2013-10-01").await;
    assert_eq!((outcome.counts.changed, outcome.confirmed), (0, 2));
    let again = read(&test, "今年.xlsx", &couple, "2013-10-01").await;
    assert_eq!((again.confirmed, again.revision), (0, None));
    let stale = worker.get("/quality/stale").await.text();
    assert!(stale.contains("很久没有核实 1 人"), "{stale}");
}

#[tokio::test]
async fn contradictions_in_a_household_are_questions() {
    let test = TestApp::empty().await;
    let two = sheet(
        "居民花名册",
        &[
            &["户号", "姓名", "身份证号", "与户主关系", "人员类型", "家庭住址"],
            &["1", "王建国", &father(), "户主", "常住", OLD],
            &["1", "李秀英", &mother(), "配偶", "常住", OLD],
            &["1", "赵晓兰", &wife(), "配偶", "常住", NEW],
        ],
    );
    read(&test, "名册.xlsx", &two, "2013-10-01").await;
    let worker = test.signed_in(crate::base::Role::Worker, 0).await;
    let page = worker.get("/quality").await.text();
    assert!(page.contains("一户里户主有几个配偶 3"), "{page}");
    assert!(page.contains("与同户的人住在不同的房屋 1"), "{page}");
    assert!(page.contains("一户有几个户主 0"), "{page}");
}
