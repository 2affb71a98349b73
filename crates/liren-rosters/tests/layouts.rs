//! Rosters in the layouts communities use, built here cell by cell, and what must be read out of them.
#![allow(clippy::unwrap_used)]

use liren_facts::Day;
use liren_facts::identifier::check_character;
use liren_rosters::draft::{Residency, Status};
use liren_rosters::table::Role;
use liren_rosters::{Known, KnownPerson, LedgerKind, Level, Mapping, Options, Reading};
use liren_sheets::write::{Book, Cell, Style};
use liren_sheets::{Range, Workbook};

#[derive(serde::Deserialize)]
struct Ledgers {
    ledger: Vec<LedgerKind>,
}

fn ledgers() -> Vec<LedgerKind> {
    toml::from_str::<Ledgers>(include_str!("data/ledgers.toml"))
        .unwrap()
        .ledger
}

fn read_with(book: &Workbook, known: &Known, map: Option<&Mapping>) -> Reading {
    let ledgers = ledgers();
    let on = Day::parse("2013-11-20").unwrap();
    let options = Options {
        on,
        fictional: true,
        community: "祥和社区",
        map,
        ledgers: &ledgers,
        file: "test.xlsx",
    };
    liren_rosters::read(book, known, &options)
}

/// A fictional number: birth as `19750307`, odd sequences are men.
fn id(birth: &str, sequence: u32) -> String {
    let first = format!("990101{birth}{sequence:03}");
    format!("{first}{}", check_character(&first).unwrap())
}

/// One sheet of texts; `""` is an empty cell.
fn sheet(name: &str, rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Book::new();
    add(&mut book, name, rows);
    book.to_bytes().unwrap()
}

fn add(book: &mut Book, name: &str, rows: &[&[&str]]) {
    let page = book.page(name);
    for (row, cells) in (0u32..).zip(rows) {
        page.row(row, cells.iter().copied(), Style::Plain);
    }
}

fn open(bytes: &[u8]) -> Workbook {
    liren_sheets::read(bytes, "test.xlsx").unwrap()
}

fn read(bytes: &[u8]) -> Reading {
    read_with(&open(bytes), &Known::default(), None)
}

/// name, relation, dwelling, household of everyone, one line each.
fn people(reading: &Reading) -> Vec<String> {
    reading
        .people
        .iter()
        .map(|p| {
            format!(
                "{} {} {} {}",
                p.name.as_ref().map_or("-", |n| n.value.as_str()),
                p.relation.as_ref().and_then(|r| r.code).unwrap_or("-"),
                p.dwelling
                    .as_ref()
                    .map_or_else(|| "-".to_owned(), |d| d.value.key()),
                p.household
                    .map_or_else(|| "-".to_owned(), |h| h.to_string()),
            )
        })
        .collect()
}

/// Warnings and errors as `row kind`.
fn alarms(reading: &Reading) -> Vec<String> {
    reading
        .problems
        .iter()
        .filter(|p| p.level >= Level::Warning)
        .map(|p| format!("{} {}", p.row, p.kind))
        .collect()
}

fn kinds(reading: &Reading) -> Vec<&str> {
    reading.problems.iter().map(|p| p.kind.as_str()).collect()
}

#[test]
fn households_follow_an_address_that_stands_once() {
    let (a, b, c) = (id("19750307", 1), id("19760307", 2), id("19800307", 1));
    let reading = read(&sheet(
        "三组",
        &[
            &["2013年祥和小区住户登记册"],
            &[
                "序号",
                "住  址",
                "姓 名",
                "关系",
                "性别",
                "出生日期",
                "身份证号",
            ],
            &["1", "3#2-501", "王军", "户主", "男", "1975.3.7", &a],
            &["2", "同上", "李 丽", "之妻", "女", "1976年3月", &b],
            &["3", "3号楼2单元502室", "张强", "本人", "男", "80.3.7", &c],
            &["合  计", "", "3", "人"],
        ],
    ));
    assert_eq!(
        people(&reading),
        [
            "王军 02 祥和小区|3|2|501 0",
            "李丽 12 祥和小区|3|2|501 0",
            "张强 02 祥和小区|3|2|502 1"
        ]
    );
    assert_eq!(alarms(&reading), Vec::<String>::new());
    assert!(kinds(&reading).contains(&"ditto_mark"));
}

#[test]
fn two_level_headers_and_merged_households_are_understood() {
    let mut book = Book::new();
    let page = book.page("一组");
    let merge = |first_row, first_column, last_row, last_column| Range {
        first_row,
        first_column,
        last_row,
        last_column,
    };
    page.merge(merge(0, 0, 0, 6), "祥和小区居民花名册", Style::Title);
    page.merge(merge(1, 0, 1, 2), "住址", Style::Header);
    page.merge(merge(1, 3, 2, 3), "户主姓名", Style::Header);
    page.merge(merge(1, 4, 1, 6), "家庭成员", Style::Header);
    for (column, word) in [
        (0, "楼号"),
        (1, "单元"),
        (2, "房号"),
        (4, "姓名"),
        (5, "与户主关系"),
        (6, "身份证号码"),
    ] {
        page.put_styled(2, column, word, Style::Header);
    }
    for (column, value) in [(0, "3号楼"), (1, "2"), (2, "501"), (3, "王军")] {
        page.merge(merge(3, column, 4, column), value, Style::Text);
    }
    page.put(3, 4, "王军")
        .put(3, 5, "户主")
        .put(3, 6, id("19750307", 1));
    page.put(4, 4, "李丽")
        .put(4, 5, "配偶")
        .put(4, 6, id("19760307", 2));
    page.comment(4, 4, "房子已卖");
    page.hide_row(4);
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(
        people(&reading),
        ["王军 02 祥和小区|3|2|501 0", "李丽 10 祥和小区|3|2|501 0"]
    );
    assert_eq!(alarms(&reading), ["5 comment_carries_fact"]);
    assert_eq!(reading.sheets[0].header_rows, [[2, 3]]);
    assert!(reading.people[1].hidden_row);
}

#[test]
fn a_header_repeated_inside_a_household_does_not_end_it() {
    let header: &[&str] = &["住址", "姓名", "与户主关系", "身份证号"];
    let (a, b) = (id("19750307", 1), id("19760307", 2));
    let reading = read(&sheet(
        "二组",
        &[
            header,
            &["3-2-501", "王军", "户主", &a],
            &["续表"],
            header,
            &["", "李丽", "配偶", &b],
        ],
    ));
    assert_eq!(
        people(&reading),
        ["王军 02 |3|2|501 0", "李丽 10 |3|2|501 0"]
    );
    assert!(kinds(&reading).contains(&"household_split_by_header"));
}

#[test]
fn people_side_by_side_are_read_block_by_block() {
    let (a, b, c) = (id("19750307", 1), id("19760307", 2), id("19800307", 1));
    let reading = read(&sheet(
        "1号楼",
        &[
            &["南山花园1号楼住户登记"],
            &[
                "房号",
                "姓名",
                "关系",
                "身份证号",
                "房号",
                "姓名",
                "关系",
                "身份证号",
            ],
            &["101", "王军", "户主", &a, "102", "张强", "户主", &c],
            &["", "李丽", "配偶", &b, "", "", "", ""],
        ],
    ));
    assert_eq!(
        people(&reading),
        [
            "王军 02 南山花园|1||101 0",
            "李丽 10 南山花园|1||101 0",
            "张强 02 南山花园|1||102 1"
        ]
    );
    assert_eq!(reading.people[2].source.column, Some(5));
}

#[test]
fn a_row_may_be_a_household_with_its_members_in_columns() {
    let (a, b) = (id("19750307", 1), id("19760307", 2));
    let reading = read(&sheet(
        "户档",
        &[
            &[
                "户主姓名",
                "户主身份证号",
                "家庭住址",
                "配偶姓名",
                "配偶身份证号",
                "家庭人口",
            ],
            &["王军", &a, "祥和小区3#2-501", "李丽", &b, "2"],
            &["张强", &id("19800307", 1), "祥和小区3#2-502", "", "", "1"],
        ],
    ));
    assert_eq!(
        people(&reading),
        [
            "王军 02 祥和小区|3|2|501 0",
            "李丽 10 祥和小区|3|2|501 0",
            "张强 02 祥和小区|3|2|502 1"
        ]
    );
}

#[test]
fn villages_count_households_and_houses() {
    let rows: &[&[&str]] = &[
        &["柳树村第三村民小组登记册"],
        &[
            "户编号",
            "身份证",
            "家庭成员姓名",
            "与户主之关系",
            "门牌",
            "户籍类别",
        ],
        &[
            "001",
            &id("19750307", 1),
            "王军",
            "户主",
            "12号",
            "户籍常住",
        ],
        &["", &id("19760307", 2), "李丽", "妻", "", "户籍常住"],
        &["002", &id("19800307", 1), "张强", "户主", "13号", "空挂户"],
    ];
    let reading = read(&sheet("第三组", rows));
    assert_eq!(
        people(&reading),
        [
            "王军 02 |3组||12 0",
            "李丽 12 |3组||12 0",
            "张强 02 |3组||13 1"
        ]
    );
    assert_eq!(
        reading.people[2].residency.as_ref().map(|r| r.value),
        Some(Residency::HukouOnly)
    );
}

#[test]
fn banners_carry_the_building_and_totals_are_compared() {
    let rows: &[&[&str]] = &[
        &["光明里住户花名册"],
        &["门牌", "姓名", "与户主关系", "身份证号码"],
        &["3号楼"],
        &["2-501", "王军", "户主", &id("19750307", 1)],
        &["", "李丽", "配偶", &id("19760307", 2)],
        &["小计", "", "3人"],
    ];
    let reading = read(&sheet("光明里", rows));
    assert_eq!(people(&reading)[0], "王军 02 光明里|3|2|501 0");
    assert_eq!(alarms(&reading), ["6 stated_total_mismatch"]);
}

#[test]
fn headers_in_unknown_words_are_understood_by_what_stands_below() {
    let rows: &[&[&str]] = &[
        &[
            "流水",
            "当家人",
            "家中成员",
            "称谓如何",
            "公安编码",
            "何种居民",
        ],
        &["1", "王军", "王军", "户主", &id("19750307", 1), "常住"],
        &["2", "王军", "李丽", "配偶", &id("19760307", 2), "常住"],
        &["3", "王军", "王小军", "儿子", &id("20000307", 1), "常住"],
        &["4", "张强", "张强", "户主", &id("19800307", 1), "暂住"],
        &["5", "张强", "赵敏", "配偶", &id("19810307", 2), "暂住"],
    ];
    let reading = read(&sheet("人员", rows));
    assert_eq!(
        people(&reading),
        [
            "王军 02 - 0",
            "李丽 10 - 0",
            "王小军 20 - 0",
            "张强 02 - 1",
            "赵敏 10 - 1"
        ]
    );
    assert_eq!(reading.counts.active_temporary, 2);
}

#[test]
fn each_fault_of_a_number_has_its_problem_and_nothing_is_invented() {
    let good = id("19750307", 1);
    let wrong_check = format!(
        "{}{}",
        &good[..17],
        if good.ends_with('1') { '2' } else { '1' }
    );
    let lost = format!("{}000", &good[..15]);
    let cases: &[(&str, &str, &str)] = &[
        ("甲", &wrong_check, "id_bad_checksum"),
        ("乙", &good[..17], "id_bad_length"),
        ("丙", &lost, "id_precision_lost"),
        ("丁", "9.90112E+17", "id_scientific_text"),
        ("戊", "", "id_missing"),
        ("己", "990101197513077777", "id_invalid_date"),
    ];
    let mut rows: Vec<Vec<&str>> = vec![vec!["姓名", "身份证号", "性别"]];
    let names = ["王军", "李丽", "张强", "赵敏", "钱进", "孙明"];
    for ((_, number, _), name) in cases.iter().zip(names) {
        rows.push(vec![name, number, "男"]);
    }
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let reading = read(&sheet("名单", &rows));
    for ((row, (_, _, kind)), person) in (2..).zip(cases).zip(&reading.people) {
        assert!(
            alarms(&reading).contains(&format!("{row} {kind}")),
            "{kind}"
        );
        assert!(person.number.is_none() && person.birth.is_none());
    }
}

#[test]
fn a_shared_number_belongs_to_the_row_it_agrees_with() {
    let owner = id("19750307", 1);
    let reading = read(&sheet(
        "名单",
        &[
            &["姓名", "性别", "出生日期", "身份证号"],
            &["王军", "男", "1975-03-07", &owner],
            &["李丽", "女", "1976-05-01", &owner],
        ],
    ));
    assert_eq!(alarms(&reading), ["3 id_shared"]);
    let second = &reading.people[1];
    assert!(second.number.is_none() && second.number_shared);
    assert_eq!(
        second
            .birth
            .as_ref()
            .map(|b| b.value.to_string())
            .as_deref(),
        Some("1976-05-01")
    );
}

#[test]
fn the_number_wins_over_the_columns_and_both_are_kept() {
    let reading = read(&sheet(
        "名单",
        &[
            &["姓名", "性别", "出生年月", "身份证号"],
            &["王军", "女", "1975-05-01", &id("19750307", 1)],
        ],
    ));
    assert_eq!(
        alarms(&reading),
        ["2 sex_id_mismatch", "2 birth_id_mismatch"]
    );
    let person = &reading.people[0];
    assert_eq!(
        person
            .birth
            .as_ref()
            .map(|b| b.value.to_string())
            .as_deref(),
        Some("1975-03-07")
    );
    assert_eq!(
        person.birth_column.map(|b| b.to_string()).as_deref(),
        Some("1975-05-01")
    );
}

#[test]
fn remarks_change_the_status_of_the_right_person_only() {
    let header: &[&str] = &["姓名", "身份证号", "备注"];
    for (remark, status) in [
        ("已故(2013.2)", Status::Deceased),
        ("2013年9月去世", Status::Deceased),
        ("户口已迁出", Status::MovedOut),
        ("老伴去世多年", Status::Active),
        ("原户主去世,已变更", Status::Active),
        ("2012年从外地迁入", Status::Active),
        ("准备迁出", Status::Active),
        ("独居", Status::Active),
    ] {
        let reading = read(&sheet(
            "名单",
            &[header, &["王军", &id("19400307", 1), remark]],
        ));
        assert_eq!(reading.people[0].status.value, status, "{remark}");
    }
}

#[test]
fn the_same_person_in_two_sheets_becomes_one() {
    let number = id("19750307", 1);
    let mut book = Book::new();
    add(
        &mut book,
        "一组",
        &[
            &["姓名", "与户主关系", "身份证号", "住址"],
            &["王军", "户主", &number, "3-2-501"],
        ],
    );
    add(
        &mut book,
        "迁出死亡",
        &[
            &["姓名", "身份证号", "类别", "时间"],
            &["王军", &number, "死亡", "2013.6"],
        ],
    );
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(reading.people.len(), 1);
    assert_eq!(reading.people[0].status.value, Status::Deceased);
    assert_eq!(
        reading.people[0].left.map(|d| d.to_string()).as_deref(),
        Some("2013-06")
    );
    assert_eq!(
        alarms(&reading),
        ["2 duplicate_person", "2 status_conflict"]
    );
}

#[test]
fn sheets_that_hold_no_people_are_left_out() {
    let rows: &[&[&str]] = &[
        &["姓名", "性别", "身份证号"],
        &["王军", "男", &id("19750307", 1)],
        &["李丽", "女", &id("19760307", 2)],
        &["张强", "男", &id("19800307", 1)],
        &["赵敏", "女", &id("19810307", 2)],
        &["钱进", "男", &id("19820307", 1)],
    ];
    let mut book = Book::new();
    add(&mut book, "花名册", rows);
    add(&mut book, "花名册(旧)", rows);
    add(
        &mut book,
        "填表说明",
        &[&["填表说明"], &["例:张三 男 1970.01 户主"]],
    );
    add(&mut book, "代码", rows);
    book.page("空");
    let page = book.page("汇总");
    page.row(
        0,
        ["小组", "户数", "人数", "组长", "联系电话"],
        Style::Plain,
    )
    .put(1, 3, "谢桂华")
    .put(1, 4, "19900001234")
    .put(2, 3, "宋芳华")
    .put(3, 3, "李建国")
    .put(1, 0, "一组")
    .put(1, 1, 3.0)
    .put(1, 2, 9.0);
    book.page("下拉")
        .row(0, ["男", "户主"], Style::Plain)
        .hide();
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(reading.people.len(), 5);
    let roles: Vec<Role> = reading.sheets.iter().map(|s| s.role).collect();
    assert_eq!(roles[..3], [Role::People, Role::StaleCopy, Role::Notes]);
    assert_eq!(roles[4..6], [Role::Empty, Role::Summary]);
    assert!(reading.sheets[6].skipped);
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn household_heads_are_checked() {
    let header: &[&str] = &["住址", "姓名", "与户主关系", "身份证号"];
    let reading = read(&sheet(
        "名单",
        &[
            header,
            &["3-2-501", "王军", "户主", &id("19750307", 1)],
            &["", "李丽", "户主", &id("19760307", 2)],
            &["3-2-502", "张强", "儿子", &id("20000307", 1)],
            &["3-2-503", "赵敏", "户主", &id("19810307", 2)],
            &["", "钱进", "媳妇", &id("19820307", 1)],
            &["", "孙明", "随迁", &id("19830307", 1)],
            &["", "周华", "", &id("19840307", 1)],
            &["", "吴芳", "儿子", &id("19850307", 2)],
        ],
    ));
    assert_eq!(
        alarms(&reading),
        [
            "3 household_two_heads",
            "4 household_no_head",
            "6 relation_ambiguous",
            "7 relation_unknown_word",
            "8 relation_missing",
            "9 relation_sex_mismatch",
        ]
    );
}

fn known(name: &str, number: Option<&str>, political: Option<&str>) -> KnownPerson {
    KnownPerson {
        key: 7,
        name: name.to_owned(),
        number: number.map(str::to_owned),
        dwelling: liren_facts::address::read("祥和小区3-2-501"),
        residency: Some(Residency::Resident),
        political: political.map(str::to_owned),
        birth: Day::parse("1975-03-07").map(liren_facts::PartialDay::exact),
        ..KnownPerson::default()
    }
}

#[test]
fn ledgers_recognise_the_people_of_the_registry() {
    let number = id("19750307", 1);
    let lost = format!("{}000", &number[..15]);
    let book = open(&sheet(
        "党员花名册",
        &[
            &["祥和党支部党员花名册"],
            &["姓名", "身份证号码", "入党时间", "转正时间", "党员类别"],
            &["王军", &lost, "1995年5月", "1995年12月", "预备党员"],
            &["李丽", &id("19760307", 2), "1990.5", "1992.5", "正式"],
        ],
    ));
    let registry = Known {
        people: vec![known("王军", Some(&number), Some("01"))],
    };
    let reading = read_with(&book, &registry, None);
    assert_eq!(reading.people[0].matched.map(|m| m.person), Some(7));
    assert_eq!(
        reading.people[0]
            .dwelling
            .as_ref()
            .map(|d| d.value.key())
            .as_deref(),
        Some("祥和小区|3|2|501")
    );
    assert_eq!(
        alarms(&reading),
        [
            "3 id_precision_lost",
            "3 party_probation_under_year",
            "3 ledger_conflict",
            "4 ledger_person_not_in_roster",
            "4 party_joined_under_18",
        ]
    );
    let alone = read_with(&book, &Known::default(), None);
    assert!(!kinds(&alone).contains(&"ledger_person_not_in_roster"));
    assert!(reading.people[0].ledger[0].values.contains_key("joined"));
}

#[test]
fn a_roster_silent_on_residency_leaves_it_unknown() {
    let book = open(&sheet(
        "名单",
        &[
            &["姓名", "身份证号码", "联系电话"],
            &["王军", &id("19750307", 1), "19900000001"],
            &["李丽", &id("19760307", 2), "19900000002"],
        ],
    ));
    let reading = read_with(&book, &Known::default(), None);
    assert_eq!(reading.people.len(), 2);
    assert!(reading.people.iter().all(|p| p.residency.is_none()));
}

#[test]
fn a_certificate_proves_who_its_holder_is() {
    let number = id("19410307", 1);
    let reading = read(&sheet(
        "持证残疾人",
        &[
            &[
                "姓名",
                "性别",
                "残疾证号",
                "类别",
                "等级",
                "监护人姓名",
                "监护人电话",
            ],
            &[
                "王军",
                "男",
                &format!("{number}44B1"),
                "肢体",
                "四级",
                "李娥",
                "19900001234",
            ],
            &[
                "张强",
                "男",
                &format!("{}13", id("19420307", 1)),
                "听力",
                "三级",
                "",
                "",
            ],
        ],
    ));
    assert_eq!(
        reading.people[0]
            .number
            .as_ref()
            .map(|n| n.value.text.clone()),
        Some(number)
    );
    assert_eq!(alarms(&reading), ["3 cert_category_mismatch"]);
    assert!(kinds(&reading).contains(&"cert_reissue_suffix"));
    assert_eq!(
        reading
            .embedded
            .iter()
            .map(|e| (e.name.as_str(), e.what))
            .collect::<Vec<_>>(),
        [("李娥", "guardian")]
    );
}

#[test]
fn a_mapping_can_be_proposed_corrected_and_used_again() {
    let bytes = sheet(
        "名单",
        &[
            &["姓名", "身份证号", "甲列"],
            &["王军", &id("19750307", 1), "3-2-501"],
            &["李丽", &id("19760307", 2), ""],
        ],
    );
    let book = open(&bytes);
    let mut mapping = read(&bytes).mapping();
    let text = toml::to_string(&mapping).unwrap();
    assert_eq!(toml::from_str::<Mapping>(&text).unwrap(), mapping);
    mapping.sheets[0].columns.retain(|c| c.column != "B");
    mapping.sheets[0]
        .columns
        .push(liren_rosters::mapping::ColumnMapping {
            column: "B".into(),
            header: String::new(),
            field: liren_rosters::mapping::Field::Ignore,
        });
    let reading = read_with(&book, &Known::default(), Some(&mapping));
    assert!(reading.people.iter().all(|p| p.number.is_none()));
    mapping.sheets[0].role = "skip".into();
    assert_eq!(
        read_with(&book, &Known::default(), Some(&mapping))
            .people
            .len(),
        0
    );
}

#[test]
fn an_annotated_workbook_reads_like_the_original() {
    use liren_sheets::annotate::{Level as Mark, Remark, annotate};
    let original = sheet("名单", &[&["姓名", "身份证号"], &["王军", "1"]]);
    let remark = Remark {
        sheet: "名单".into(),
        row: 1,
        column: Some(1),
        level: Mark::Error,
        header: "身份证号".into(),
        text: "位数不对".into(),
    };
    let bytes = annotate(&original, "a.xlsx", &[remark]).unwrap();
    assert_eq!(alarms(&read(&bytes)), alarms(&read(&original)));
    assert_eq!(read(&bytes).people.len(), 1);
}

#[test]
fn results_are_given_as_the_checker_expects_them() {
    let reading = read(&sheet(
        "名单",
        &[
            &["姓名", "身份证号", "电话"],
            &["王军", &id("19750307", 1), "199-0000-1234"],
        ],
    ));
    let json = reading.to_result_json();
    assert_eq!(
        json["people"][0]["source"],
        serde_json::json!({"sheet": "名单", "row": 2})
    );
    assert_eq!(
        json["people"][0]["phones"],
        serde_json::json!(["19900001234"])
    );
    assert_eq!(json["counts"]["active_people"], 1);
}

#[test]
fn numbers_typed_as_numbers_keep_their_doubt() {
    let mut book = Book::new();
    let page = book.page("名单");
    page.row(0, ["姓名", "出生年月", "身份证号", "电话"], Style::Plain);
    page.put(1, 0, "王军")
        .put(1, 1, 1977.1)
        .put(1, 2, 990_101_197_503_070_000.0)
        .put(1, 3, 19_900_001_234.0);
    page.put(2, 0, "李丽")
        .put(2, 1, 29_817.0)
        .put(2, 2, 990_101_771_015_389.0);
    page.put(3, 0, "张强")
        .put_styled(3, 1, Cell::Date(1980, 3, 7), Style::Date);
    let reading = read(&book.to_bytes().unwrap());
    let births: Vec<String> = reading
        .people
        .iter()
        .map(|p| p.birth.as_ref().map_or("-".into(), |b| b.value.to_string()))
        .collect();
    assert_eq!(births, ["1977", "1977-10-15", "1980-03-07"]);
    assert!(
        kinds(&reading).contains(&"id_precision_lost") && kinds(&reading).contains(&"id_15_number")
    );
    assert_eq!(reading.people[0].phones[0].digits, "19900001234");
}
