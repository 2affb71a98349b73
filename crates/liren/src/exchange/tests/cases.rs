//! Cases from people who do this work, each with others of its kind. Lists are built here, cell by cell.

use liren_facts::{Day, Period};
use liren_rosters::Mapping;

use super::*;
use crate::base::Error;
use crate::figures::{Ask, Desk};

pub(super) const OWN: [&str; 6] = ["姓名", "性别", "身份证号", "与户主关系", "住址", "居住性质"];

/// A man's number (odd) or a woman's.
pub(super) fn id(year: i32, n: u32) -> String {
    number(&format!("{year}0311"), n)
}

/// Rows of texts as a workbook of one sheet.
pub(super) fn book(name: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    sheet(name, &rows)
}

pub(super) fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|c| (*c).to_owned()).collect()
}

/// Six men, each a household of his own.
pub(super) fn six() -> Vec<Vec<String>> {
    let names = ["刘长河", "马有田", "牛建设", "冯国强", "陈玉田", "褚卫国"];
    let mut rows = vec![row(&OWN)];
    for (n, name) in names.iter().enumerate() {
        let (number, home) = (id(1960 + n as i32, 1), format!("幸福小区3号楼1单元{}", 101 + n));
        rows.push(row(&[name, "男", &number, "户主", &home, "常住"]));
    }
    rows
}

pub(super) async fn try_read(
    test: &TestApp,
    name: &str,
    bytes: &[u8],
    on: &str,
    map: Option<&Mapping>,
) -> Result<Outcome, Error> {
    let request = Request { file_name: name, bytes, on: Day::parse(on).unwrap(), dry_run: false, map, annotate: false };
    run(&test.app, &test.operator(), request).await
}

/// A figure of the year 2013 up to a day, or of the day.
pub(super) async fn figure(test: &TestApp, id: &str, on: &str) -> Option<i64> {
    counted(test, id, on).await.0
}

/// The same, and how many are unknown to it.
pub(super) async fn counted(test: &TestApp, id: &str, on: &str) -> (Option<i64>, i64) {
    let last = Day::parse(on).unwrap();
    let period = Period { first: Day::ymd(last.year(), 1, 1).unwrap(), last };
    let mut desk = Desk::today(&test.app, &test.scope()).await.unwrap();
    let figure = test.app.packs().figure(id).unwrap().clone();
    let value = desk.value(&figure, &Ask::of(period)).await.unwrap();
    (value.number, value.unknown as i64)
}

async fn names(test: &TestApp) -> usize {
    register(test).await.len()
}

#[tokio::test]
async fn placeholders_for_a_household_number_join_nobody() {
    for nothing in ["0", "无", "/", "待补", "99999999", ""] {
        let test = TestApp::empty().await;
        let head = ["户编号", "姓名", "性别", "身份证号", "与户主关系", "居住性质"];
        let mut rows = vec![row(&head)];
        for (n, (key, relation, male)) in [
            ("G001", "户主", true),
            ("G001", "妻", false),
            (nothing, "户主", true),
            (nothing, "妻", false),
            (nothing, "户主", true),
            (nothing, "户主", true),
        ]
        .into_iter()
        .enumerate()
        {
            let number = id(1950 + n as i32, if male { 1 } else { 2 });
            let name = format!("赵{}", ["德福", "秀英", "建军", "桂兰", "海波", "国强"][n]);
            rows.push(row(&[key, &name, if male { "男" } else { "女" }, &number, relation, "常住"]));
        }
        let outcome = read(&test, "名册.xlsx", &book("居民", &rows), "2013-06-30").await;
        assert_eq!(outcome.reading.households.len(), 4, "“{nothing}”");
        assert_eq!(figure(&test, "population.households", "2013-06-30").await, Some(4), "“{nothing}”");
    }
}

#[tokio::test]
async fn a_newborn_joins_the_household_that_the_row_names_in_any_way() {
    let head = ["户编号", "户主姓名", "户主身份证号", "姓名", "性别", "身份证号", "与户主关系", "住址", "居住性质"];
    let (father, home) = (id(1948, 1), "幸福小区3号楼1单元101");
    let roster = book(
        "居民",
        &[
            row(&head),
            row(&["H1", "刘长河", &father, "刘长河", "男", &father, "户主", home, "常住"]),
            row(&["H1", "刘长河", &father, "马玉兰", "女", &id(1951, 2), "妻", home, "常住"]),
            row(&["H2", "牛建设", &id(1960, 3), "牛建设", "男", &id(1960, 3), "户主", "幸福小区3号楼1单元102", "常住"]),
        ],
    );
    let child = number("20130808", 2);
    let lists: [(&str, Vec<Vec<String>>); 6] = [
        ("everything", vec![row(&head), row(&["H1", "刘长河", &father, "刘念念", "女", &child, "孙女", home, "常住"])]),
        ("number", vec![row(&["户编号", "姓名", "身份证号", "与户主关系"]), row(&["H1", "刘念念", &child, "孙女"])]),
        (
            "head's name and home",
            vec![
                row(&["户主姓名", "姓名", "身份证号", "与户主关系", "住址"]),
                row(&["刘长河", "刘念念", &child, "孙女", home]),
            ],
        ),
        (
            "head's number",
            vec![row(&["户主身份证号", "姓名", "身份证号", "与户主关系"]), row(&[&father, "刘念念", &child, "孙女"])],
        ),
        ("home", vec![row(&["姓名", "身份证号", "与户主关系", "住址"]), row(&["刘念念", &child, "孙女", home])]),
        (
            "a bride",
            vec![row(&["姓名", "身份证号", "与户主关系", "住址"]), row(&["赵晓兰", &id(1988, 6), "儿媳", home])],
        ),
    ];
    for (what, rows) in lists {
        let test = TestApp::empty().await;
        read(&test, "名册.xlsx", &roster, "2012-12-31").await;
        read(&test, "新增.xlsx", &book("新增人口", &rows), "2013-10-31").await;
        assert_eq!(figure(&test, "population.households", "2013-10-31").await, Some(2), "{what}");
        let people = register(&test).await;
        let household = |name: &str| people.iter().find(|p| p.0 == name).and_then(|p| p.1.household);
        let new = if what == "a bride" { "赵晓兰" } else { "刘念念" };
        assert_eq!(household(new), household("刘长河"), "{what}");
    }
    // A family of its own in the same flat stays one.
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &roster, "2012-12-31").await;
    let rows = vec![
        row(&["姓名", "身份证号", "与户主关系", "住址"]),
        row(&["周大勇", &id(1985, 5), "户主", home]),
        row(&["吴小芳", &id(1986, 6), "妻", home]),
    ];
    read(&test, "租户.xlsx", &book("租户", &rows), "2013-10-31").await;
    let people = register(&test).await;
    let household = |name: &str| people.iter().find(|p| p.0 == name).and_then(|p| p.1.household);
    assert_ne!(household("周大勇"), household("刘长河"));
    assert_eq!(household("周大勇"), household("吴小芳"));
}

#[tokio::test]
async fn whoever_the_list_says_died_or_left_is_counted_no_more() {
    let months = [
        ("已故", "死亡", "迁出", "搬走"),
        ("去世", "已故", "已迁出", "搬离"),
        ("2013年3月去世", "病故", "2013.5迁出", "外迁"),
    ];
    for header in ["居住状态", "居住性质", "人口状态", "现状"] {
        for (a, b, c, d) in months {
            let test = TestApp::empty().await;
            let mut rows = six();
            rows[0][5] = header.to_owned();
            read(&test, "去年.xlsx", &book("居民", &rows), "2012-12-31").await;
            for (n, word) in [a, b, c, d].into_iter().enumerate() {
                rows[n + 1][5] = word.to_owned();
            }
            let outcome = read(&test, "今年.xlsx", &book("居民", &rows), "2013-10-31").await;
            assert_eq!((outcome.counts.changed, outcome.counts.same), (4, 2), "{header} {a}");
            assert_eq!(figure(&test, "population.total", "2013-10-31").await, Some(2), "{header} {a}");
            assert_eq!(figure(&test, "population.deaths", "2013-10-31").await, Some(2), "{header} {a}");
            assert_eq!(figure(&test, "population.moved_out", "2013-10-31").await, Some(2), "{header} {a}");
            let again = read(&test, "今年.xlsx", &book("居民", &rows), "2013-10-31").await;
            assert_eq!(again.revision, None, "{header} {a}");
        }
    }
    // 注销 says that somebody is struck off, and not why: nothing is filled in.
    let test = TestApp::empty().await;
    let mut rows = six();
    read(&test, "去年.xlsx", &book("居民", &rows), "2012-12-31").await;
    rows[1][5] = "注销".to_owned();
    let outcome = read(&test, "今年.xlsx", &book("居民", &rows), "2013-10-31").await;
    assert_eq!((outcome.counts.changed, outcome.confirmed), (0, 5));
    assert!(outcome.reading.problems.iter().any(|p| p.kind == "status_doubtful"));
}

#[tokio::test]
async fn our_own_lists_come_back_and_change_nothing_and_masked_ones_are_refused() {
    use crate::exchange::export::{self, Form};
    use crate::exchange::lists;
    let test = TestApp::empty().await;
    let mut rows = six();
    rows[0].extend(row(&["备注", "联系电话", "出生日期"]));
    for cells in &mut rows[1..] {
        cells.extend(row(&["", "19900000001", ""]));
    }
    rows[1][6] = "已故".to_owned();
    rows[2][5] = "空挂".to_owned();
    rows[3][2] = String::new();
    rows[3][8] = "1962年3月".to_owned();
    rows[4][5] = String::new();
    rows[5][6] = "2013年3月迁出".to_owned();
    read(&test, "名册.xlsx", &book("居民", &rows), "2013-10-31").await;
    let actor = test.operator();
    let everyone = export::everyone(&test.app, &actor, true).await.unwrap();
    let filter = crate::people::search::Filter::default();
    let residents = lists::residents(&test.app, &actor, &filter, true).await.unwrap();
    let before = names(&test).await;
    for (list, what) in [(everyone, "everyone"), (residents, "residents")] {
        let titled = list.title.clone();
        let bytes = list.write(Form::Xlsx).unwrap();
        let outcome = try_read(&test, &format!("{titled}.xlsx"), &bytes, "2013-11-20", None).await.unwrap();
        assert_eq!((outcome.counts.new, outcome.counts.changed, outcome.revision), (0, 0, None), "{what}");
        assert_eq!(outcome.confirmed, 0, "{what}: our own list confirms nothing");
    }
    assert_eq!(names(&test).await, before);
    // A row typed below, and a phone filled in, are read.
    let list = export::everyone(&test.app, &actor, true).await.unwrap();
    let csv = String::from_utf8(list.write(Form::Csv).unwrap()).unwrap();
    let filled = csv.replacen("19900000001", "19900000002", 1)
        + &format!("钱多多,男,,{},,,户主,幸福小区3号楼1单元201,常住,,,\r\n", id(1990, 5));
    let outcome = read(&test, "清单.csv", filled.as_bytes(), "2013-11-20").await;
    assert_eq!((outcome.counts.new, outcome.counts.changed), (1, 1));
    // Masked lists name nobody: each is refused with a sentence, and nothing is written.
    let revision = test.count("select revision from community").await;
    let figure = test.app.packs().figure("population.total").unwrap().clone();
    let ask = Ask::of(Period { first: Day::ymd(2013, 1, 1).unwrap(), last: test.app.clock.today() });
    let question = test.app.packs().questions.first().unwrap().clone();
    let mut desk = crate::figures::Desk::today(&test.app, &actor.scope).await.unwrap();
    let masked = [
        export::everyone(&test.app, &actor, false).await.unwrap(),
        lists::residents(&test.app, &actor, &filter, false).await.unwrap(),
        lists::of_figure(&test.app, &actor, &figure, &ask, &mut desk).await.unwrap(),
        lists::of_question(&test.app, &actor, &question).await.unwrap(),
    ];
    for list in masked {
        let rows = list.rows.len();
        let title = list.title.clone();
        let bytes = list.write(Form::Xlsx).unwrap();
        let refused = try_read(&test, "masked.xlsx", &bytes, "2013-11-20", None).await;
        if rows > 0 {
            assert!(refused.err().unwrap().to_string().contains("脱敏"), "{title}");
        }
    }
    assert_eq!(test.count("select revision from community").await, revision);
}

#[tokio::test]
async fn a_day_in_a_column_of_homes_makes_no_building() {
    for damaged in ["2013-03-02", "3月2日", "41335"] {
        let test = TestApp::empty().await;
        let mut rows = six();
        rows[0][4] = "房号".to_owned();
        for (n, cells) in rows[1..].iter_mut().enumerate() {
            cells[4] = format!("3-{}", 101 + n);
        }
        rows[2][4] = damaged.to_owned();
        rows[6][4] = "5-1-301".to_owned();
        let mut workbook = Book::new();
        let page = workbook.page("居民");
        for (r, cells) in (0u32..).zip(&rows) {
            for (c, cell) in (0u16..).zip(cells) {
                match cell.parse::<f64>() {
                    Ok(days) if cell == damaged => page.put(r, c, days),
                    _ => page.put(r, c, cell.as_str()),
                };
            }
        }
        let outcome = read(&test, "名册.xlsx", &workbook.to_bytes().unwrap(), "2013-10-31").await;
        assert_eq!(figure(&test, "area.buildings", "2013-10-31").await, Some(2), "{damaged}");
        let told = outcome.reading.problems.iter().find(|p| p.kind == "place_is_a_day").unwrap();
        assert_eq!(told.fix.as_deref(), Some("3-2"), "{damaged}");
    }
}

#[tokio::test]
async fn the_same_home_in_another_spelling_moves_nobody() {
    let spellings = [
        "凯旋城小区5幢1单元{}室",
        "学府路88号凯旋城5幢1单元{}室",
        "凯旋城5幢{}室",
        "凯旋城(南区)5号楼1单元{}",
        "5-1-{}",
    ];
    for spelled in spellings {
        let test = TestApp::empty().await;
        let mut rows = six();
        for (n, cells) in rows[1..].iter_mut().enumerate() {
            cells[4] = format!("凯旋城5幢1单元{}室", 1201 + n);
        }
        read(&test, "去年.xlsx", &book("居民", &rows), "2012-12-31").await;
        for (n, cells) in rows[1..].iter_mut().enumerate() {
            cells[4] = spelled.replace("{}", &(1201 + n).to_string());
        }
        let outcome = read(&test, "今年.xlsx", &book("居民", &rows), "2013-10-31").await;
        assert_eq!(outcome.counts.changed, 0, "{spelled}");
        for id in ["area.estates", "area.buildings"] {
            assert_eq!(figure(&test, id, "2013-10-31").await, Some(1), "{spelled} {id}");
        }
    }
    // Another door is another home.
    let test = TestApp::empty().await;
    let mut rows = six();
    read(&test, "去年.xlsx", &book("居民", &rows), "2012-12-31").await;
    rows[1][4] = "幸福小区4号楼1单元101".to_owned();
    assert_eq!(read(&test, "今年.xlsx", &book("居民", &rows), "2013-10-31").await.counts.changed, 1);
}

#[tokio::test]
async fn words_for_nothing_change_no_known_fact_and_a_list_of_phones_adds_nobody() {
    let test = TestApp::empty().await;
    let mut rows = six();
    rows[0].extend(row(&["婚姻状况", "政治面貌", "文化程度", "就业状况"]));
    for cells in &mut rows[1..] {
        cells.extend(row(&["已婚", "中共党员", "高中", "退休"]));
    }
    read(&test, "去年.xlsx", &book("居民", &rows), "2012-12-31").await;
    let before = register(&test).await;
    for nothing in ["不详", "无", "/", "待补", "待核实", "0", "", "—", "N/A"] {
        for cells in &mut rows[1..] {
            for cell in &mut cells[6..] {
                *cell = nothing.to_owned();
            }
        }
        let outcome = read(&test, &format!("{}.xlsx", nothing.len()), &book("居民", &rows), "2013-06-30").await;
        assert_eq!(outcome.counts.changed, 0, "“{nothing}” {:?}", outcome.changes);
    }
    for (a, b) in before.iter().zip(register(&test).await) {
        assert_eq!((&a.1.marital, &a.1.political, &a.1.education), (&b.1.marital, &b.1.political, &b.1.education));
    }
    for (head, more) in [(["姓名", "联系电话"], None), (["姓名", "手机"], Some("职务")), (["户主", "电话"], None)]
    {
        let mut rows = vec![row(&head), row(&["刘长河", "19900000011"]), row(&["钱多多", "19900000012"])];
        if let Some(more) = more {
            rows[0].push(more.to_owned());
            rows[1].push("组长".to_owned());
        }
        let outcome = read(&test, "电话.xlsx", &book("Sheet1", &rows), "2013-10-31").await;
        assert_eq!((outcome.counts.new, outcome.counts.asked), (0, 1), "{head:?}");
        assert_eq!(outcome.differences[0].kind, "thin");
        assert_eq!(names(&test).await, 6);
    }
    // Two of one name: several fit, and nobody is chosen.
    let twin = vec![row(&OWN), row(&["刘长河", "男", &id(1971, 7), "户主", "幸福小区5号楼1单元101", "常住"])];
    read(&test, "补登.xlsx", &book("居民", &twin), "2013-10-31").await;
    let rows = vec![row(&["姓名", "联系电话"]), row(&["刘长河", "19900000099"])];
    let outcome = read(&test, "电话二.xlsx", &book("Sheet1", &rows), "2013-10-31").await;
    assert_eq!((outcome.counts.new, outcome.counts.changed, outcome.counts.asked), (0, 0, 1));
    assert_eq!(outcome.differences[0].kind, "several_fit");
    // A mapping says which.
    let key = register(&test).await.iter().find(|p| p.0 == "刘长河").unwrap().1.id;
    let text = toml::to_string(&outcome.reading.mapping()).unwrap().replace("is = \"?\"", &format!("is = \"1-{key}\""));
    let mapping: Mapping = toml::from_str(&text).unwrap();
    let outcome = try_read(&test, "电话二.xlsx", &book("Sheet1", &rows), "2013-10-31", Some(&mapping)).await.unwrap();
    assert_eq!((outcome.counts.changed, outcome.counts.asked), (1, 0));
}

#[tokio::test]
async fn the_day_of_a_list_has_been() {
    let test = TestApp::empty().await;
    for (on, word) in
        [("2042-12-31", "在今天"), ("2013-11-21", "在今天"), ("0024-12-31", "早于"), ("1913-11-20", "早于")]
    {
        let refused = try_read(&test, "名册.xlsx", &book("居民", &six()), on, None).await.err().unwrap();
        assert!(refused.to_string().contains(word), "{on}: {refused}");
    }
    assert_eq!(names(&test).await, 0);
    assert_eq!(read(&test, "名册.xlsx", &book("居民", &six()), "2013-11-20").await.counts.new, 6);
}

#[tokio::test]
async fn a_second_head_is_a_question_and_a_change_of_head_is_told() {
    let family = |head: (&str, &str), wife: (&str, &str)| {
        book(
            "居民",
            &[
                row(&OWN),
                row(&["王建国", "男", &father(), head.0, OLD, head.1]),
                row(&["李秀英", "女", &mother(), wife.0, OLD, wife.1]),
            ],
        )
    };
    // The wife is the head on a list that says nothing of him.
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &family(("户主", "常住"), ("妻", "常住")), "2013-01-01").await;
    let alone = book("居民", &[row(&OWN), row(&["李秀英", "女", &mother(), "户主", OLD, "常住"])]);
    let outcome = read(&test, "六月.xlsx", &alone, "2013-06-01").await;
    assert_eq!(outcome.counts.changed, 0);
    let told: Vec<(&str, &str)> = outcome.differences.iter().map(|d| (d.kind, d.on_record.zh.as_str())).collect();
    assert_eq!(told, [("second_head", "户主 王建国")]);
    // He died, or is her husband now: the head changed.
    for (his, state) in [("户主", "已故"), ("夫", "常住")] {
        let test = TestApp::empty().await;
        read(&test, "一月.xlsx", &family(("户主", "常住"), ("妻", "常住")), "2013-01-01").await;
        let outcome = read(&test, "六月.xlsx", &family((his, state), ("户主", "常住")), "2013-06-01").await;
        assert_eq!(outcome.differences.len(), 0, "{his} {state}");
        let people = register(&test).await;
        let wife = people.iter().find(|p| p.0 == "李秀英").unwrap();
        assert_eq!(wife.1.relation.as_deref(), Some("02"), "{his} {state}");
    }
}

#[tokio::test]
async fn a_corrected_number_is_the_same_person_and_a_doubtful_one_is_asked_about() {
    let one =
        |number: &str, home: &str| book("居民", &[row(&OWN), row(&["林晓燕", "女", number, "户主", home, "常住"])]);
    let (first, digit, birth, other) =
        (number("19750307", 2), number("19750307", 4), number("19750317", 2), number("19880620", 124));
    for corrected in [&digit, &birth] {
        let test = TestApp::empty().await;
        read(&test, "一月.xlsx", &one(&first, OLD), "2013-01-01").await;
        let outcome = read(&test, "六月.xlsx", &one(corrected, OLD), "2013-06-01").await;
        assert_eq!((outcome.counts.new, outcome.counts.changed), (0, 1), "{corrected}");
        assert!(outcome.reading.problems.iter().any(|p| p.kind == "number_corrected"));
        let again = read(&test, "六月.xlsx", &one(corrected, OLD), "2013-06-01").await;
        assert_eq!(again.revision, None);
    }
    // Elsewhere, or quite another number: another person, or a question; never a silent change.
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &one(&first, OLD), "2013-01-01").await;
    let outcome = read(&test, "六月.xlsx", &one(&digit, NEW), "2013-06-01").await;
    assert_eq!((outcome.counts.changed, names(&test).await), (0, 1));
    assert_eq!(outcome.counts.asked, 1);
    let outcome = read(&test, "七月.xlsx", &one(&other, NEW), "2013-07-01").await;
    assert_eq!((outcome.counts.new, outcome.counts.changed), (1, 0));
}

#[tokio::test]
async fn a_name_written_a_little_differently_is_asked_about_and_a_missing_dot_is_nothing() {
    let head = ["姓名", "性别", "出生日期", "与户主关系", "住址", "居住性质"];
    let one = |name: &str, born: &str, home: &str| {
        book("居民", &[row(&head), row(&[name, "女", born, "户主", home, "常住"])])
    };
    for (name, born, home) in
        [("林小燕", "1975-03-07", OLD), ("林晓燕", "1975-07-03", OLD), ("林晓燕", "1975-03-17", OLD)]
    {
        let test = TestApp::empty().await;
        read(&test, "一月.xlsx", &one("林晓燕", "1975-03-07", OLD), "2013-01-01").await;
        let outcome = read(&test, "六月.xlsx", &one(name, born, home), "2013-06-01").await;
        assert_eq!((outcome.counts.new, outcome.counts.asked), (0, 1), "{name} {born}");
        let told = &outcome.differences[0];
        assert!(told.kind == "likely_same" && told.on_record.zh.contains("林晓燕"), "{told:?}");
        let text = toml::to_string(&outcome.reading.mapping()).unwrap().replace("is = \"?\"", "is = \"new\"");
        let mapping: Mapping = toml::from_str(&text).unwrap();
        let bytes = one(name, born, home);
        let outcome = try_read(&test, "六月.xlsx", &bytes, "2013-06-01", Some(&mapping)).await.unwrap();
        assert_eq!(outcome.counts.new, 1, "{name} {born}");
    }
    let test = TestApp::empty().await;
    read(&test, "一月.xlsx", &one("买买提·艾力", "1975-03-07", OLD), "2013-01-01").await;
    for name in ["买买提艾力", "买买提.艾力", "买买提•艾力"] {
        let outcome = read(&test, "六月.xlsx", &one(name, "1975-03-07", OLD), "2013-06-01").await;
        assert_eq!((outcome.counts.new, outcome.counts.asked, names(&test).await), (0, 0, 1), "{name}");
    }
}

#[tokio::test]
async fn codes_below_a_header_that_says_nothing_mean_nothing() {
    for header in ["片区", "网格", "分组编码", "类", ""] {
        for codes in [["01", "02", "03"], ["1", "2", "1"], ["10", "20", "90"], ["11", "12", "13"], ["02", "10", "20"]] {
            let test = TestApp::empty().await;
            let mut rows = six();
            rows[0].push(header.to_owned());
            for (n, cells) in rows.iter_mut().enumerate().skip(1) {
                cells.push(codes[n % 3].to_owned());
            }
            read(&test, "名册.xlsx", &book("居民", &rows), "2013-06-30").await;
            for (name, line, _) in register(&test).await {
                let said = [&line.political, &line.marital, &line.education, &line.employment, &line.ethnic];
                assert!(said.iter().all(|v| v.is_none()), "{header} {codes:?}: {name} {said:?}");
                assert_eq!((line.sex.as_deref(), line.relation.as_deref()), (Some("1"), Some("02")), "{header}");
            }
        }
    }
}
