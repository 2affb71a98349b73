//! Columns: an attribute in several of them, codes beside words, places, whose a column is.

use liren_facts::code::RelationClass;
use liren_rosters::draft::Residency;
use liren_rosters::table::Role;

use liren_sheets::Range;

use super::*;

/// Sex, birth and residency of everyone, one line each.
fn lives(reading: &Reading) -> Vec<String> {
    reading
        .people
        .iter()
        .map(|p| {
            format!(
                "{} {} {}",
                p.sex.as_ref().map_or("-", |s| match s.value {
                    liren_facts::identifier::Sex::Male => "男",
                    liren_facts::identifier::Sex::Female => "女",
                }),
                p.birth.as_ref().map_or_else(|| "-".to_owned(), |b| b.value.to_string()),
                p.residency.as_ref().map_or("-", |r| r.value.word()),
            )
        })
        .collect()
}

#[test]
fn ticks_below_their_words_and_a_birth_in_three_columns() {
    let rows: &[&[&str]] = &[
        &["户号", "姓名", "关系", "性别", "", "出生时间", "", "", "人员类别", "", ""],
        &["", "", "", "男", "女", "年", "月", "日", "户籍", "流动", "空挂"],
        &["1", "王军", "户主", "√", "", "1975", "3", "7", "√", "", ""],
        &["", "李丽", "配偶", "", "√", "1976", "3", "", "√", "", ""],
        &["2", "张强", "户主", "√", "", "1980", "3", "7", "", "√", ""],
        &["3", "赵敏", "户主", "", "√", "1981", "", "", "", "", "√"],
        &["4", "孙伟", "户主", "√", "√", "1982", "13", "1", "", "", ""],
    ];
    let reading = read(&sheet("一组", rows));
    assert_eq!(
        lives(&reading),
        ["男 1975-03-07 resident", "女 1976-03 resident", "男 1980-03-07 temporary", "女 1981 hukou_only", "- - -"]
    );
    assert_eq!(alarms(&reading), ["7 sex_unknown_word", "7 date_invalid"]);
}

#[test]
fn codes_stand_before_or_behind_their_words() {
    let rows: &[&[&str]] = &[
        &["XM/姓名", "XB/性别", "HH/户号", "YHZGX/与户主关系", "JZLX/居住类型"],
        &["王军", "1-男", "F1", "02-户主", "1-常住"],
        &["李丽", "02 女", "F1", "配偶-10", "2-暂住"],
    ];
    let reading = read(&sheet("导出", rows));
    assert_eq!(people(&reading), ["王军 02 - 0", "李丽 10 - 0"]);
    assert_eq!(lives(&reading), ["男 - resident", "女 - temporary"]);
}

#[test]
fn english_headers_and_initials_are_known() {
    let number = id("19750307", 1);
    for header in [
        &["No.", "Building", "Unit", "Room", "Full Name", "Gender", "ID No.", "Relationship"],
        &["XH", "LDH", "DYH", "FJH", "XM", "XB", "GMSFHM", "YHZGX"],
    ] {
        let row: &[&str] = &["1", "3", "2", "501", "王军", "M", &number, "户主"];
        let reading = read(&sheet("祥和小区", &[header, row]));
        assert_eq!(people(&reading), ["王军 02 祥和小区|3|2|501 0"]);
    }
}

#[test]
fn children_in_columns_of_the_household_are_its_children() {
    let (a, b) = (id("19750307", 1), id("19760307", 2));
    let rows: &[&[&str]] = &[
        &["房号", "户主", "", "配偶", "", "子女1", "", "子女2", ""],
        &["", "姓名", "身份证号", "姓名", "身份证号", "姓名", "性别", "姓名", "性别"],
        &["101", "王军", &a, "李丽", &b, "王小军", "男", "王小丽", ""],
    ];
    let reading = read(&sheet("3号楼", rows));
    let found: Vec<_> = reading.people.iter().map(|p| p.relation.as_ref().map(|r| (r.code, r.class))).collect();
    assert_eq!(found[2..], [Some((Some("20"), Some(RelationClass::Child))), Some((None, Some(RelationClass::Child)))]);
    assert_eq!(reading.households.len(), 1);
}

#[test]
fn lanes_yards_and_doors_are_places() {
    let number = id("19750307", 1);
    for (title, header, row, expected) in [
        ("幸福路88弄", ["门牌号", "室号"], ["3号", "501室"], "幸福路88弄|3||501"),
        ("永嘉居委会人口登记表", ["路弄", "室"], ["永嘉路15弄", "501"], "永嘉路15弄|||501"),
        ("海棠公馆住户名册", ["座", "房号"], ["B座", "501-1"], "海棠公馆|B||501-1"),
        ("祥和小区3号楼", ["门", "户"], ["2门", "501"], "祥和小区|3|2|501"),
        ("祥和小区", ["楼号", "房号"], ["3", "2-501"], "祥和小区|3|2|501"),
    ] {
        let [one, two] = header;
        let [first, second] = row;
        let reading = read(&sheet(
            "名册",
            &[
                &[title],
                &[one, two, "姓名", "关系", "身份证号"],
                &[first, second, "王军", "户主", &number],
                &[first, second, "李丽", "配偶", &id("19760307", 2)],
            ],
        ));
        assert_eq!(people(&reading)[0], format!("王军 02 {expected} 0"));
    }
}

#[test]
fn a_line_of_labels_and_banners_of_numerals_say_where() {
    let (a, b) = (id("19750307", 1), id("19800307", 1));
    let rows: &[&[&str]] = &[
        &["祥和社区居民登记表"],
        &["小区名称:桂花苑    楼栋长:张三    填表日期:2013年11月"],
        &["房间", "姓名", "关系", "身份证号"],
        &["一号楼"],
        &["2单元"],
        &["101", "王军", "户主", &a],
        &["二号楼"],
        &["1单元"],
        &["101", "张强", "户主", &b],
    ];
    let reading = read(&sheet("花名册", rows));
    assert_eq!(people(&reading), ["王军 02 桂花苑|1|2|101 0", "张强 02 桂花苑|2|1|101 1"]);
}

#[test]
fn whose_relation_and_whose_name_a_column_is() {
    let rows: &[&[&str]] = &[
        &["社区高龄津贴花名册"],
        &["序号", "补贴对象", "身份证号码", "领取人", "与老人关系"],
        &["1", "王军", &id("19280307", 1), "王小丽", "女儿"],
    ];
    let reading = read(&sheet("高龄", rows));
    assert_eq!(people(&reading), ["王军 - - -"]);
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn what_only_sounds_like_residency_says_nothing_of_it() {
    let rows: &[&[&str]] = &[
        &["姓名", "身份证号", "缴费状态", "住房种类"],
        &["王军", &id("19750307", 1), "正常", "廉租房"],
        &["李丽", &id("19760307", 2), "正常", "廉租房"],
        &["张强", &id("19800307", 1), "正常", "廉租房"],
    ];
    let reading = read(&sheet("登记", rows));
    assert!(reading.people.iter().all(|p| p.residency.is_none()));
}

#[test]
fn the_example_of_the_instructions_is_nobody() {
    let mut book = Book::new();
    add(
        &mut book,
        "填报要求",
        &[&["1.姓名须与身份证一致"], &["姓名", "性别", "身份证号"], &["张三", "男", &id("19900101", 1)]],
    );
    add(&mut book, "花名册", &[&["姓名", "身份证号"], &["王军", &id("19750307", 1)]]);
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(reading.people.len(), 1);
    assert_eq!(reading.sheets[0].role, Role::Notes);
    assert_ne!(reading.people[0].residency.as_ref().map(|r| r.value), Some(Residency::Temporary));
}

#[test]
fn columns_of_states_and_questions_are_answered() {
    use liren_rosters::draft::Status;
    let rows: &[&[&str]] = &[
        &["姓名", "关系", "人员状态", "流动人口(是/否)", "家庭座机"],
        &["王军", "户主", "正常", "否", "0000-8600001"],
        &["李丽", "配偶", "死亡", "否", ""],
        &["张强", "户主", "正常", "是", ""],
        &["赵敏", "户主", "已迁出", "否", ""],
    ];
    let reading = read(&sheet("一组", rows));
    let found: Vec<_> =
        reading.people.iter().map(|p| (p.status.value, p.residency.as_ref().map(|r| r.value))).collect();
    let resident = Some(Residency::Resident);
    assert_eq!(
        found,
        [
            (Status::Active, resident),
            (Status::Deceased, resident),
            (Status::Active, Some(Residency::Temporary)),
            (Status::MovedOut, resident)
        ]
    );
    assert_eq!(reading.people[0].phones.len(), 1);
    let rows: &[&[&str]] = &[
        &["姓名", "关系", "是否死亡", "是否迁出"],
        &["王军", "户主", "否", "否"],
        &["李丽", "配偶", "是", "否"],
        &["王小军", "儿子", "否", "是"],
    ];
    let reading = read(&sheet("一组", rows));
    let found: Vec<_> = reading.people.iter().map(|p| p.status.value).collect();
    assert_eq!(found, [Status::Active, Status::Deceased, Status::MovedOut]);
}

#[test]
fn a_head_in_columns_of_his_own_is_a_person_beside_the_members() {
    let (a, b, c) = (id("19750307", 1), id("19760307", 2), id("20000307", 1));
    let d = id("19800307", 1);
    let rows: &[&[&str]] = &[
        &["房号", "户主", "", "", "家庭成员", "", ""],
        &["", "姓名", "身份证号", "电话", "姓名", "关系", "身份证号"],
        &["101", "王军", &a, "19900001111", "李丽", "妻", &b],
        &["", "", "", "", "王小军", "儿子", &c],
        &["102", "张强", &d, "19900002222", "", "", ""],
        &["103", "赵敏", &id("19810307", 2), "", "孙伟", "夫", &id("19820307", 1)],
    ];
    let reading = read(&sheet("3号楼", rows));
    assert_eq!(
        people(&reading),
        [
            "王军 02 |3||101 0", "李丽 12 |3||101 0", "王小军 20 |3||101 0", "张强 02 |3||102 1", "赵敏 02 |3||103 2",
            "孙伟 11 |3||103 2"
        ]
    );
    assert_eq!(reading.people[0].phones.len(), 1);
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn the_relation_behind_the_name_and_the_question_who_is_head() {
    let rows: &[&[&str]] = &[
        &["栋", "室", "姓名", "身份证号"],
        &["1", "101", "王军(户主)", &id("19750307", 1)],
        &["", "", "李丽(妻)", &id("19760307", 2)],
        &["1", "102", "张强(户主)", &id("19800307", 1)],
    ];
    let reading = read(&sheet("祥和小区", rows));
    assert_eq!(
        people(&reading),
        ["王军 02 祥和小区|1||101 0", "李丽 12 祥和小区|1||101 0", "张强 02 祥和小区|1||102 1"]
    );
    let rows: &[&[&str]] = &[
        &["房号", "姓名", "是否户主", "身份证号"],
        &["1-101", "王军", "是", &id("19750307", 1)],
        &["1-101", "李丽", "否", &id("19760307", 2)],
        &["1-102", "张强", "是", &id("19800307", 1)],
    ];
    let reading = read(&sheet("祥和小区", rows));
    assert_eq!(
        people(&reading),
        ["王军 02 祥和小区|1||101 0", "李丽 - 祥和小区|1||101 0", "张强 02 祥和小区|1||102 1"]
    );
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn of_two_columns_the_better_one_counts() {
    let rows: &[&[&str]] = &[
        &["现住小区", "楼栋单元", "房号", "姓名", "身份证号(旧)", "身份证号(新)", "与房主关系", "与户主关系"],
        &["祥和小区", "3-2", "501", "王军", "990101750307001", &id("19750307", 1), "租户", "户主"],
        &["祥和小区", "3号楼2单元", "501", "李丽", "", &id("19760307", 2), "租户", "配偶"],
    ];
    let reading = read(&sheet("导出", rows));
    assert_eq!(people(&reading), ["王军 02 祥和小区|3|2|501 0", "李丽 10 祥和小区|3|2|501 0"]);
    assert!(reading.people.iter().all(|p| p.number.is_some()));
}

#[test]
fn the_same_headers_in_another_order_head_another_table() {
    let rows: &[&[&str]] = &[
        &["房号", "姓名", "关系", "性别", "身份证号"],
        &["1-101", "王军", "户主", "男", &id("19750307", 1)],
        &[],
        &["房号", "关系", "姓名", "身份证号", "性别"],
        &["2-101", "户主", "张强", &id("19800307", 1), "男"],
        &["2-101", "配偶", "赵敏", &id("19810307", 2), "女"],
    ];
    let reading = read(&sheet("祥和小区", rows));
    assert_eq!(
        people(&reading),
        ["王军 02 祥和小区|1||101 0", "张强 02 祥和小区|2||101 1", "赵敏 10 祥和小区|2||101 1"]
    );
}

#[test]
fn lower_headers_without_merges_and_groups_of_one_column() {
    let rows: &[&[&str]] = &[
        &["楼栋", "房号", "姓名", "关系", "出生日期", "", "", "性别", ""],
        &["", "", "", "", "年", "月", "日", "男", "女"],
        &["1-2", "101", "王军", "户主", "1975", "3", "7", "√", ""],
        &["1-2", "101", "王小军", "儿子", "2000", "3", "7", "√", ""],
    ];
    let reading = read(&sheet("祥和小区", rows));
    assert_eq!(people(&reading)[0], "王军 02 祥和小区|1|2|101 0");
    assert_eq!(lives(&reading)[0], "男 1975-03-07 -");
    let mut book = Book::new();
    let page = book.page("祥和小区");
    let number = id("19750307", 1);
    for (column, word) in [(0, "姓名"), (1, "关系"), (3, "电话"), (4, "身份证号")] {
        let merge = Range { first_row: 0, first_column: column, last_row: 1, last_column: column };
        page.merge(merge, word, Style::Header);
    }
    page.put_styled(0, 2, "人口类别", Style::Header);
    page.put_styled(1, 2, "流动人口", Style::Header);
    page.put_styled(0, 5, "人口类别", Style::Header);
    page.put_styled(1, 5, "户籍人口", Style::Header);
    page.put(2, 0, "王军").put(2, 1, "户主").put(2, 4, number);
    page.put(2, 5, "√");
    page.put(3, 0, "李丽").put(3, 1, "配偶").put(3, 5, "√");
    let reading = read(&book.to_bytes().unwrap());
    let residents = reading.counts.active_resident;
    assert_eq!((reading.people.len(), residents), (2, 2));
}

#[test]
fn a_repeated_header_is_no_answer_in_a_column_of_ticks() {
    let header: [&[&str]; 2] = [&["姓名", "关系", "人口类别", "", "电话"], &["", "", "常住", "暂住", ""]];
    let rows: &[&[&str]] = &[
        header[0],
        header[1],
        &["王军", "户主", "√", "", "19900000001"],
        header[0],
        header[1],
        &["张强", "户主", "√", "", "19900000002"],
        &["赵敏", "户主", "", "√", "19900000003"],
    ];
    let reading = read(&sheet("花名册", rows));
    assert_eq!(lives(&reading), ["- - resident", "- - resident", "- - temporary"]);
}

/// The number of a case has seven digits and a stroke, as a telephone may; only a header makes it one.
#[test]
fn the_number_of_a_case_is_no_telephone() {
    let rows = |head: &'static str| {
        sheet(
            "台账",
            &[
                &[head, "姓名", "性别", "出生日期"],
                &["2021-018", "叶泽", "男", "1992-08-17"],
                &["2022-007", "谭芬红", "女", "1995-11-22"],
                &["2019-044", "成昌铭", "男", "1981-03-25"],
            ],
        )
    };
    let reading = read(&rows("轮候号"));
    assert_eq!(reading.people.len(), 3);
    assert!(reading.people.iter().all(|p| p.phones.is_empty()));
    let told = read(&rows("联系电话"));
    assert!(told.people.iter().all(|p| p.phones.len() == 1));
}
