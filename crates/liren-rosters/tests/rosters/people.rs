//! People: numbers, duplicates, ledgers, remarks, mappings.

use liren_rosters::draft::{Residency, Status};
use liren_rosters::table::Role;
use liren_sheets::write::Cell;

use super::*;

#[test]
fn each_fault_of_a_number_has_its_problem_and_nothing_is_invented() {
    let good = id("19750307", 1);
    let wrong_check = format!("{}{}", &good[..17], if good.ends_with('1') { '2' } else { '1' });
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
        assert!(alarms(&reading).contains(&format!("{row} {kind}")), "{kind}");
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
    assert_eq!(second.birth.as_ref().map(|b| b.value.to_string()).as_deref(), Some("1976-05-01"));
}

#[test]
fn the_number_wins_over_the_columns_and_both_are_kept() {
    let reading = read(&sheet(
        "名单",
        &[&["姓名", "性别", "出生年月", "身份证号"], &["王军", "女", "1975-05-01", &id("19750307", 1)]],
    ));
    assert_eq!(alarms(&reading), ["2 sex_id_mismatch", "2 birth_id_mismatch"]);
    let person = &reading.people[0];
    assert_eq!(person.birth.as_ref().map(|b| b.value.to_string()).as_deref(), Some("1975-03-07"));
    assert_eq!(person.birth_column.map(|b| b.to_string()).as_deref(), Some("1975-05-01"));
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
        let reading = read(&sheet("名单", &[header, &["王军", &id("19400307", 1), remark]]));
        assert_eq!(reading.people[0].status.value, status, "{remark}");
    }
}

#[test]
fn the_same_person_in_two_sheets_becomes_one() {
    let number = id("19750307", 1);
    let mut book = Book::new();
    add(&mut book, "一组", &[&["姓名", "与户主关系", "身份证号", "住址"], &["王军", "户主", &number, "3-2-501"]]);
    add(&mut book, "迁出死亡", &[&["姓名", "身份证号", "类别", "时间"], &["王军", &number, "死亡", "2013.6"]]);
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(reading.people.len(), 1);
    assert_eq!(reading.people[0].status.value, Status::Deceased);
    assert_eq!(reading.people[0].left.map(|d| d.to_string()).as_deref(), Some("2013-06"));
    assert_eq!(alarms(&reading), ["2 duplicate_person", "2 status_conflict"]);
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
    add(&mut book, "填表说明", &[&["填表说明"], &["例:张三 男 1970.01 户主"]]);
    add(&mut book, "代码", rows);
    book.page("空");
    let page = book.page("汇总");
    page.row(0, ["小组", "户数", "人数", "组长", "联系电话"], Style::Plain)
        .put(1, 3, "谢桂华")
        .put(1, 4, "19900001234")
        .put(2, 3, "宋芳华")
        .put(3, 3, "李建国")
        .put(1, 0, "一组")
        .put(1, 1, 3.0)
        .put(1, 2, 9.0);
    book.page("下拉").row(0, ["男", "户主"], Style::Plain).hide();
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
            "3 household_two_heads", "4 household_no_head", "6 relation_ambiguous", "7 relation_unknown_word",
            "8 relation_missing", "9 relation_sex_mismatch",
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
    let registry = Known { people: vec![known("王军", Some(&number), Some("01"))] };
    let reading = read_with(&book, &registry, None);
    assert_eq!(reading.people[0].matched.map(|m| m.person), Some(7));
    assert_eq!(reading.people[0].dwelling.as_ref().map(|d| d.value.key()).as_deref(), Some("祥和小区|3|2|501"));
    assert_eq!(
        alarms(&reading),
        [
            "3 id_precision_lost", "3 party_probation_under_year", "3 ledger_conflict",
            "4 ledger_person_not_in_roster", "4 party_joined_under_18",
        ]
    );
    let alone = read_with(&book, &Known::default(), None);
    assert!(!kinds(&alone).contains(&"ledger_person_not_in_roster"));
    assert!(reading.people[0].ledger[0].values.contains_key("on.probationary"));
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
            &["姓名", "性别", "残疾证号", "类别", "等级", "监护人姓名", "监护人电话"],
            &["王军", "男", &format!("{number}44B1"), "肢体", "四级", "李娥", "19900001234"],
            &["张强", "男", &format!("{}13", id("19420307", 1)), "听力", "三级", "", ""],
        ],
    ));
    assert_eq!(reading.people[0].number.as_ref().map(|n| n.value.text.clone()), Some(number));
    assert_eq!(alarms(&reading), ["3 cert_category_mismatch"]);
    assert!(kinds(&reading).contains(&"cert_reissue_suffix"));
    assert_eq!(reading.embedded.iter().map(|e| (e.name.as_str(), e.what)).collect::<Vec<_>>(), [("李娥", "guardian")]);
}

#[test]
fn a_mapping_can_be_proposed_corrected_and_used_again() {
    let bytes = sheet(
        "名单",
        &[&["姓名", "身份证号", "甲列"], &["王军", &id("19750307", 1), "3-2-501"], &["李丽", &id("19760307", 2), ""]],
    );
    let book = open(&bytes);
    let mut mapping = read(&bytes).mapping();
    let text = toml::to_string(&mapping).unwrap();
    assert_eq!(toml::from_str::<Mapping>(&text).unwrap(), mapping);
    mapping.sheets[0].columns.retain(|c| c.column != "B");
    mapping.sheets[0].columns.push(liren_rosters::mapping::ColumnMapping {
        column: "B".into(),
        header: String::new(),
        field: liren_rosters::mapping::Field::Ignore,
        words: Default::default(),
    });
    let reading = read_with(&book, &Known::default(), Some(&mapping));
    assert!(reading.people.iter().all(|p| p.number.is_none()));
    mapping.sheets[0].role = "skip".into();
    assert_eq!(read_with(&book, &Known::default(), Some(&mapping)).people.len(), 0);
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
        name: "王军".into(),
        value: "1".into(),
        text: "位数不对".into(),
    };
    let bytes = annotate(&original, "a.xlsx", &[remark]).unwrap();
    assert_eq!(alarms(&read(&bytes)), alarms(&read(&original)));
    assert_eq!(read(&bytes).people.len(), 1);
}

#[test]
fn results_are_given_as_the_checker_expects_them() {
    let reading =
        read(&sheet("名单", &[&["姓名", "身份证号", "电话"], &["王军", &id("19750307", 1), "199-0000-1234"]]));
    let json = reading.to_result_json();
    assert_eq!(json["people"][0]["source"], serde_json::json!({"sheet": "名单", "row": 2}));
    assert_eq!(json["people"][0]["phones"], serde_json::json!(["19900001234"]));
    assert_eq!(json["counts"]["active_people"], 1);
}

#[test]
fn numbers_typed_as_numbers_keep_their_doubt() {
    let mut book = Book::new();
    let page = book.page("名单");
    page.row(0, ["姓名", "出生年月", "身份证号", "电话"], Style::Plain);
    page.put(1, 0, "王军").put(1, 1, 1977.1).put(1, 2, 990_101_197_503_070_000.0).put(1, 3, 19_900_001_234.0);
    page.put(2, 0, "李丽").put(2, 1, 29_817.0).put(2, 2, 990_101_771_015_389.0);
    page.put(3, 0, "张强").put_styled(3, 1, Cell::Date(1980, 3, 7), Style::Date);
    let reading = read(&book.to_bytes().unwrap());
    let births: Vec<String> =
        reading.people.iter().map(|p| p.birth.as_ref().map_or("-".into(), |b| b.value.to_string())).collect();
    assert_eq!(births, ["1977", "1977-10-15", "1980-03-07"]);
    assert!(kinds(&reading).contains(&"id_precision_lost") && kinds(&reading).contains(&"id_15_number"));
    assert_eq!(reading.people[0].phones[0].digits, "19900001234");
}

#[test]
fn marks_and_numbers_beside_names_are_no_names() {
    let rows: &[&[&str]] = &[
        &["姓名", "关系", "楼栋", "房号"],
        &["★王军", "本人(户主)", "祥和小区3栋", "501"],
        &["2.李丽", "其妻", "祥和小区3栋", "501"],
        &["John Smith", "户主的儿子", "祥和小区3栋", "501"],
    ];
    let reading = read(&sheet("名单", rows));
    assert_eq!(
        people(&reading),
        ["王军 02 祥和小区|3||501 0", "李丽 12 祥和小区|3||501 0", "John Smith 20 祥和小区|3||501 0"]
    );
    assert_eq!(reading.people[0].remark.as_deref(), Some("★"));
}

#[test]
fn the_staff_of_the_community_is_no_roster() {
    let mut book = Book::new();
    add(&mut book, "工作人员通讯录", &[&["序号", "姓名", "职务", "联系电话"], &["1", "王军", "书记", "19900001234"]]);
    add(&mut book, "1栋", &[&["房号", "姓名", "身份证号"], &["101", "李丽", &id("19760307", 2)]]);
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(people(&reading), ["李丽 - |1||101 -"]);
}

#[test]
fn a_row_without_a_name_is_known_again_by_its_place_in_the_file() {
    let rows: &[&[&str]] = &[
        &["房号", "姓名", "性别", "关系", "身份证号"],
        &["501", "王军", "男", "户主", &id("19750307", 1)],
        &["501", "", "女", "配偶", "9.9E+17"],
    ];
    let bytes = sheet("3号楼", rows);
    let first = read(&bytes);
    let mut person =
        KnownPerson { key: 7, sex: first.people[1].sex.as_ref().map(|s| s.value), ..KnownPerson::default() };
    assert_eq!(first.people[1].name, None);
    for (row, expected) in [(3, Some(7)), (2, None)] {
        person.row = Some(("3号楼".to_owned(), row));
        let known = Known { people: vec![person.clone()] };
        let second = read_with(&open(&bytes), &known, None);
        let found = second.people[1].matched.as_ref().map(|m| m.person);
        assert_eq!(found, expected);
    }
}

#[test]
fn rows_that_begin_with_a_relation_are_no_cards_and_signatures_nobody() {
    let rows: &[&[&str]] = &[
        &["与户主关系", "姓名", "性别", "身份证号", "住址", "居住性质", "工作"],
        &["户主", "王军", "男", &id("19750307", 1), "祥和小区3-101", "流动人口", "务工"],
        &["户主", "李丽", "女", &id("19760307", 2), "祥和小区3-102", "户籍人口", "务工"],
        &["填表人：张三", "", "", "审核人：李四", "", "", ""],
    ];
    let reading = read(&sheet("花名册", rows));
    assert_eq!(people(&reading), ["王军 02 祥和小区|3||101 0", "李丽 02 祥和小区|3||102 1"]);
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn two_members_of_a_household_with_one_number_and_alike_names_are_two_people() {
    let number = id("19410304", 7);
    let rows: &[&[&str]] = &[
        &["房号", "姓名", "关系", "身份证号"],
        &["3-101", "沈文玲", "户主", &number],
        &["", "沈贞玲", "孙子", &number],
    ];
    let reading = read(&sheet("祥和小区", rows));
    assert_eq!(reading.people.len(), 2);
    assert!(alarms(&reading).contains(&"3 id_shared".to_owned()));
    assert!(reading.people[1].number.is_none());
}
