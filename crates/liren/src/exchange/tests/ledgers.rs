//! What a row of a ledger says of a stage, and what becomes of it when the next list comes.

use liren_rosters::Mapping;

use super::cases::{book, counted, figure, row, six, try_read};
use super::*;

/// A ledger of everybody with one column more.
pub(super) fn ledger(title: &str, header: &str, cells: [&str; 6]) -> Vec<u8> {
    let mut rows = vec![row(&[title]), row(&["序号", "姓名", "身份证号", header])];
    for (n, (person, cell)) in six()[1..].iter().zip(cells).enumerate() {
        rows.push(row(&[&(n + 1).to_string(), &person[0], &person[2], cell]));
    }
    book("台账", &rows)
}

#[tokio::test]
async fn a_ledger_that_says_no_enrols_nobody() {
    // `None`: the list does not tell who stands in the programme, and nobody is enrolled by it.
    let lists = [
        ("城乡居民养老保险台账", "是否参保", ["是", "是", "否", "否", "是", "否"], "pension.enrolled", Some(3)),
        (
            "城乡居民养老保险台账",
            "参保情况",
            ["已参保", "参保", "未参保", "没参保", "正常参保", "不愿参保"],
            "pension.enrolled",
            Some(3),
        ),
        (
            "城乡居民养老保险台账",
            "参保状态",
            ["正常参保", "暂停缴费", "终止参保", "参保", "", "参保"],
            "pension.enrolled",
            Some(3),
        ),
        ("城乡居民养老保险缴费台账", "缴费金额", ["200", "0", "", "500", "未缴", "100"], "pension.enrolled", Some(3)),
        ("残疾人台账", "是否持证", ["是", "是", "否", "否", "是", "否"], "disability.certified", Some(3)),
        ("低保台账", "保障状态", ["在保", "停保", "已注销", "在保", "申请中", "不详"], "relief.households", Some(2)),
        ("取消低保人员名单", "停发时间", ["2013-01", "2013-02", "2013-03", "", "", ""], "relief.households", None),
        ("低保申请人员公示名单", "申请时间", ["2013-01", "", "", "", "", ""], "relief.households", None),
        ("应保未保户摸底表", "困难原因", ["重病", "", "", "", "", ""], "relief.households", None),
        ("低保家庭核查表", "收入", ["500", "", "", "", "", ""], "relief.households", None),
        ("入党积极分子花名册", "确定时间", ["2013-01", "", "", "", "", ""], "party.members", None),
        ("高龄津贴停发名单", "停发日期", ["2013-01-05", "", "", "", "", ""], "elder.people", None),
    ];
    for (title, header, cells, id, expected) in lists {
        let test = TestApp::empty().await;
        read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
        let outcome = read(&test, "台账.xlsx", &ledger(title, header, cells), "2013-10-31").await;
        assert_eq!(figure(&test, id, "2013-10-31").await, expected, "{title} {header}");
        assert_eq!(outcome.counts.new, 0, "{title}");
        let again = read(&test, "台账.xlsx", &ledger(title, header, cells), "2013-10-31").await;
        assert_eq!(again.revision, None, "{title} {header}");
    }
}

#[tokio::test]
async fn a_list_that_does_not_say_what_it_lists_waits_for_an_answer() {
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
    let list = ledger("低保家庭核查表", "家庭收入", ["500", "", "", "", "", ""]);
    let asked = read(&test, "核查.xlsx", &list, "2013-10-31").await;
    assert_eq!((asked.enrolments_new, asked.revision), (0, None));
    let [question] = &asked.reading.questions[..] else { panic!("{:?}", asked.reading.questions) };
    assert_eq!((question.kind, question.rows.len()), ("stage", 6));
    let choices: Vec<&str> = question.choices.iter().map(|c| c.zh.as_str()).collect();
    assert_eq!(choices, ["疑似符合", "已申请", "在保", "停保", "都不是"]);
    assert!(question.reasons[0].zh.contains("低保家庭核查表"));
    let said = crate::exchange::summary_text("核查.xlsx", &asked, true, crate::base::Lang::Zh);
    assert!(said.contains("待答") && said.contains("家庭收入"), "{said}");
    // The mapping that is written has the question in it; unanswered it changes nothing.
    let text = toml::to_string(&asked.reading.mapping()).unwrap();
    assert!(text.contains("stage = \"?\""), "{text}");
    let open: Mapping = toml::from_str(&text).unwrap();
    let still = try_read(&test, "核查.xlsx", &list, "2013-10-31", Some(&open)).await.unwrap();
    assert_eq!((still.reading.questions.len(), still.revision), (1, None));
    let answered: Mapping = toml::from_str(&text.replace("stage = \"?\"", "stage = \"receiving\"")).unwrap();
    let done = try_read(&test, "核查.xlsx", &list, "2013-10-31", Some(&answered)).await.unwrap();
    assert_eq!((done.enrolments_new, done.reading.questions.len()), (6, 0));
    assert_eq!(figure(&test, "relief.households", "2013-10-31").await, Some(6));
    // A word nobody knows is asked about by itself.
    let list = ledger("低保台账", "保障状态", ["在保", "挂账", "挂账", "在保", "在保", "在保"]);
    let asked = read(&test, "台账.xlsx", &list, "2013-10-31").await;
    let [question] = &asked.reading.questions[..] else { panic!("{:?}", asked.reading.questions) };
    assert_eq!((question.kind, question.word.as_deref(), question.rows.len()), ("stage_word", Some("挂账"), 2));
    let text = toml::to_string(&asked.reading.mapping()).unwrap().replace("\"挂账\" = \"?\"", "\"挂账\" = \"stopped\"");
    let text = text.replace("挂账 = \"?\"", "挂账 = \"stopped\"");
    let answered: Mapping = toml::from_str(&text).unwrap();
    try_read(&test, "台账.xlsx", &list, "2013-10-31", Some(&answered)).await.unwrap();
    assert_eq!(figure(&test, "relief.households", "2013-10-31").await, Some(4));
}

#[tokio::test]
async fn what_is_first_seen_has_not_begun_and_a_later_list_gives_its_day() {
    for (title, header, cell, id) in [
        ("低保台账", "月保障金", "430", "relief.households"),
        ("城乡居民养老保险参保台账", "缴费金额", "200", "pension.enrolled"),
        ("志愿者花名册", "特长", "书法", "volunteers.people"),
    ] {
        let test = TestApp::empty().await;
        read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
        let outcome = read(&test, "台账.xlsx", &ledger(title, header, [cell; 6]), "2013-10-31").await;
        assert_eq!(outcome.enrolments_new, 6, "{title}");
        if test.app.packs().figure(id).is_some() {
            assert_eq!(figure(&test, id, "2013-10-31").await, Some(6), "{title}");
        }
        assert_eq!(
            test.count("select count(*) from transition where first_day is not null").await,
            0,
            "{title}: nobody said when it began"
        );
    }
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
    read(&test, "台账.xlsx", &ledger("低保台账", "月保障金", ["430"; 6]), "2013-06-30").await;
    let days = ["2010-05-01", "2013-02-01", "", "", "", ""];
    read(&test, "台账二.xlsx", &ledger("低保台账", "享受时间", days), "2013-10-31").await;
    let told = "select count(*) from transition where first_day is not null and superseded is null";
    assert_eq!(test.count(told).await, 2);
    assert_eq!(figure(&test, "relief.households", "2013-10-31").await, Some(6));
    assert_eq!(figure(&test, "relief.households_new", "2013-10-31").await, Some(1));
}

#[tokio::test]
async fn moves_that_lead_back_are_told_by_name_and_change_nothing() {
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
    read(&test, "低保.xlsx", &ledger("低保台账", "月保障金", ["430"; 6]), "2013-03-31").await;
    let stopped = ["2013-05-01", "2013-05-01", "", "", "", ""];
    let rows: Vec<Vec<String>> = {
        let mut rows = vec![row(&["低保停发名单"]), row(&["姓名", "身份证号", "停发时间"])];
        for (person, day) in six()[1..3].iter().zip(stopped) {
            rows.push(row(&[&person[0], &person[2], day]));
        }
        rows
    };
    let ended = read(&test, "停发.xlsx", &book("停发", &rows), "2013-06-30").await;
    assert_eq!((ended.enrolments_moved, ended.differences.len()), (2, 0));
    assert_eq!(figure(&test, "relief.households", "2013-06-30").await, Some(4));
    assert_eq!(figure(&test, "relief.households", "2013-04-30").await, Some(6));
    // A later list still has the first of them, and says the third has only applied.
    let later = ledger("低保台账", "保障状态", ["在保", "停保", "申请中", "在保", "不在册", "在保"]);
    let outcome = read(&test, "低保十月.xlsx", &later, "2013-10-31").await;
    let told: Vec<(&str, &str, &str)> =
        outcome.differences.iter().map(|d| (d.name.as_str(), d.on_record.zh.as_str(), d.said.zh.as_str())).collect();
    assert_eq!(
        told,
        [
            ("刘长河", "最低生活保障：停保", "最低生活保障：在保"),
            ("牛建设", "最低生活保障：在保", "最低生活保障：已申请"),
            ("陈玉田", "最低生活保障：在保", "最低生活保障：不在册"),
        ]
    );
    assert_eq!(figure(&test, "relief.households", "2013-10-31").await, Some(4));
    // What contradicts the register waits for somebody, once, whichever list says it.
    let open = "select count(*) from import_problem where settled is null and kind = 'differs_stage'";
    assert_eq!(test.count(open).await, 3);
    let other = ledger("低保台账(二)", "保障状态", ["在保", "停保", "申请中", "在保", "不在册", "在保"]);
    read(&test, "低保十月二.xlsx", &other, "2013-10-31").await;
    assert_eq!(test.count(open).await, 3);
    // With the day on which it began anew it is a new beginning.
    let again = ledger("低保台账", "享受时间", ["2013-09-01", "", "", "", "", ""]);
    read(&test, "低保十一月.xlsx", &again, "2013-11-10").await;
    assert_eq!(figure(&test, "relief.households", "2013-11-10").await, Some(5));
}

#[tokio::test]
async fn whoever_died_or_left_by_a_later_list_is_in_no_programme_any_more() {
    // What the later list says of the first and the second; members who may still be counted, and who is to be asked about.
    for (first, second, members) in [
        ("2013年5月去世", "2013-06-02迁往外省", (1, 1)),
        ("病故", "已搬走", (1, 1)),
        ("2013-03-01死亡", "2013年去世", (1, 0)),
    ] {
        let test = TestApp::empty().await;
        let mut rows = six();
        rows[0].push("备注".to_owned());
        read(&test, "名册.xlsx", &book("居民", &rows), "2012-12-31").await;
        let three = |title: &str, header: &str, cell: &str| {
            let mut list = vec![row(&[title]), row(&["姓名", "身份证号", header])];
            list.extend(rows[1..4].iter().map(|person| row(&[&person[0], &person[2], cell])));
            book("台账", &list)
        };
        read(&test, "低保.xlsx", &three("低保台账", "月保障金", "430"), "2013-01-31").await;
        read(&test, "党员.xlsx", &three("党员花名册", "入党时间", "1990-07-01"), "2013-01-31").await;
        assert_eq!(figure(&test, "relief.households", "2013-01-31").await, Some(3), "{first}");
        rows[1].push(first.to_owned());
        rows[2].push(second.to_owned());
        read(&test, "今年.xlsx", &book("居民", &rows), "2013-10-31").await;
        assert_eq!(figure(&test, "relief.households", "2013-10-31").await, Some(1), "{first}, {second}");
        assert_eq!(figure(&test, "relief.amount_month", "2013-10-31").await, Some(43_000), "{first}, {second}");
        let found = counted(&test, "party.members", "2013-10-31").await;
        assert_eq!(found, (Some(members.0), members.1), "{first}, {second}");
    }
}

#[tokio::test]
async fn a_header_that_the_ledger_names_is_read_as_it_says_whatever_stands_below() {
    let test = TestApp::empty().await;
    let app = &test.app;
    let (ledgers, vocabulary) =
        (super::super::import::ledger_kinds(app).unwrap(), super::super::import::vocabulary(app).unwrap());
    // What by itself would speak for another meaning of its column.
    let other = ["中共党员", "已婚", "死亡", "迁出", "常住", "暂住", "汉族", "大专", "户主", "19900000001"];
    let mut seen = 0;
    for kind in &ledgers {
        let title = kind.words.first().cloned().unwrap_or_default();
        let stages = kind.stage_words.iter().flat_map(|s| &s.words).map(String::as_str);
        let below: Vec<&str> = stages.chain(other).collect();
        let fields = kind.fields.iter().filter(|f| f.kind == liren_rosters::ledger::FieldKind::Text);
        let named = kind.status.iter().map(|h| (h, true));
        for (header, is_status) in named.chain(fields.flat_map(|f| &f.headers).map(|h| (h, false))) {
            for rows in [1, 3, 6] {
                for cell in &below {
                    let mut lines = vec![row(&[&format!("{title}名单")]), row(&["姓名", "身份证号", header])];
                    lines.extend(six()[1..=rows].iter().map(|p| row(&[&p[0], &p[2], cell])));
                    let book = liren_sheets::read(&book("Sheet1", &lines), "名单.xlsx").unwrap();
                    let options = liren_rosters::Options {
                        on: Day::parse("2013-01-31").unwrap(),
                        fictional: true,
                        community: "榆园社区",
                        community_id: 1,
                        map: None,
                        ledgers: &ledgers,
                        vocabulary: &vocabulary,
                        file: "名单.xlsx",
                    };
                    let reading = liren_rosters::read(&book, &liren_rosters::Known::default(), &options);
                    if reading.sheets[0].ledger.as_deref() != Some(&kind.programme) {
                        continue;
                    }
                    use liren_rosters::mapping::Field;
                    let column = reading.sheets[0].columns.iter().find(|c| c.header.ends_with(header.as_str()));
                    let field = column.and_then(|c| c.field.clone());
                    let own = match &field {
                        Some(Field::Standing | Field::StandingTick(_)) => true,
                        Some(Field::Ledger(_)) => true,
                        // Phones, names and numbers stand in every list under the same headers.
                        Some(Field::Phone | Field::Name | Field::HeadName | Field::GuardianName) => !is_status,
                        _ => false,
                    };
                    assert!(own, "{title}: {header} above {rows} × {cell} became {field:?}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 2_000, "{seen}");
}

#[tokio::test]
async fn a_stage_below_a_header_nobody_knows_is_the_ledgers_before_it_is_anything_else() {
    for header in ["党员类别", "身份类型", "党内情况"] {
        for rows in 1..=6 {
            let test = TestApp::empty().await;
            read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
            let mut cells = [""; 6];
            cells[..rows].fill("正式党员");
            let mut lines = vec![row(&["党员花名册"]), row(&["序号", "姓名", "身份证号", header])];
            for (n, person) in six()[1..=rows].iter().enumerate() {
                lines.push(row(&[&(n + 1).to_string(), &person[0], &person[2], cells[n]]));
            }
            let outcome = read(&test, "党员.xlsx", &book("Sheet1", &lines), "2013-01-31").await;
            let asked = outcome.reading.questions.len();
            assert_eq!((asked, outcome.enrolments_new), (0, rows), "{header} × {rows}");
        }
    }
}

#[tokio::test]
async fn what_was_confirmed_of_a_layout_holds_for_the_next_list_of_it_and_for_no_other() {
    let test = TestApp::empty().await;
    read(&test, "名册.xlsx", &book("居民", &six()), "2012-12-31").await;
    let check = |title: &str, cells| ledger(title, "家庭收入", cells);
    let may = check("2013年5月低保家庭核查表", ["500", "", "", "", "", ""]);
    let asked = read(&test, "五月.xlsx", &may, "2013-05-31").await;
    let text = toml::to_string(&asked.reading.mapping()).unwrap().replace("stage = \"?\"", "stage = \"receiving\"");
    let answered: Mapping = toml::from_str(&text).unwrap();
    let done = try_read(&test, "五月.xlsx", &may, "2013-05-31", Some(&answered)).await.unwrap();
    assert_eq!((done.enrolments_new, done.applied.len()), (6, 0));
    // The list of the next month, of the same layout: read by itself, and said so.
    let june = check("2013年6月低保家庭核查表", ["600", "", "700", "", "", ""]);
    let next = read(&test, "六月.xlsx", &june, "2013-06-30").await;
    assert_eq!((next.reading.questions.len(), next.applied.len()), (0, 1));
    let said = crate::exchange::summary_text("六月.xlsx", &next, false, crate::base::Lang::Zh);
    assert!(said.contains("见过") && said.contains(&format!("修订 {}", done.revision.unwrap())), "{said}");
    // The same columns below a title that tells another thing: what they mean holds, what the list tells does not.
    let other = check("2013年取消低保家庭核查表", ["600", "", "", "", "", ""]);
    let other = read(&test, "取消.xlsx", &other, "2013-07-31").await;
    assert_eq!((other.enrolments_new, other.enrolments_moved), (0, 6), "they left, as the title says");
    assert_eq!(figure(&test, "relief.households", "2013-07-31").await, Some(0));
    // What is given wins over what was kept, and is kept in its place.
    let text = text.replace("stage = \"receiving\"", "stage = \"\"");
    let nobody: Mapping = toml::from_str(&text).unwrap();
    let july = check("2013年7月低保家庭核查表", ["800", "", "", "", "", ""]);
    let given = try_read(&test, "七月.xlsx", &july, "2013-07-31", Some(&nobody)).await.unwrap();
    assert!(given.applied.is_empty());
    // Columns in another order are another layout.
    let mut rows = vec![row(&["低保家庭核查表"]), row(&["序号", "家庭收入", "姓名", "身份证号"])];
    rows.extend(six()[1..].iter().map(|p| row(&["1", "500", &p[0], &p[2]])));
    assert_eq!(read(&test, "八月.xlsx", &book("台账", &rows), "2013-08-31").await.applied, vec![]);
}

#[tokio::test]
async fn a_column_that_was_left_out_stays_left_out_in_the_next_file() {
    let test = TestApp::empty().await;
    let mut rows = six();
    for (n, cells) in rows.iter_mut().enumerate() {
        cells.push(if n == 0 { "联系人电话".to_owned() } else { format!("1990000{n:04}") });
    }
    let first = read(&test, "名册.xlsx", &book("居民", &rows), "2013-01-31").await;
    let mut map = first.reading.mapping();
    let column = map.sheets[0].columns.iter_mut().find(|c| c.header == "联系人电话").expect("a column of phones");
    column.field = liren_rosters::mapping::Field::Ignore;
    rows[1][5] = "暂住".to_owned();
    try_read(&test, "名册.xlsx", &book("居民", &rows), "2013-02-28", Some(&map)).await.unwrap();
    for (n, cells) in rows.iter_mut().enumerate().skip(1) {
        cells[6] = format!("1990001{n:04}");
    }
    rows[2][5] = "暂住".to_owned();
    let third = read(&test, "三月.xlsx", &book("居民", &rows), "2013-03-31").await;
    assert_eq!((third.applied.len(), third.changes.get("phones")), (1, None));
    assert_eq!(third.changes.get("residency"), Some(&1));
}
