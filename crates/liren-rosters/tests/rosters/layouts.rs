//! Tables: headers, blocks, banners, households.

use liren_rosters::draft::Residency;
use liren_sheets::Range;

use super::*;

#[test]
fn households_follow_an_address_that_stands_once() {
    let (a, b, c) = (id("19750307", 1), id("19760307", 2), id("19800307", 1));
    let reading = read(&sheet(
        "三组",
        &[
            &["2013年祥和小区住户登记册"],
            &["序号", "住  址", "姓 名", "关系", "性别", "出生日期", "身份证号"],
            &["1", "3#2-501", "王军", "户主", "男", "1975.3.7", &a],
            &["2", "同上", "李 丽", "之妻", "女", "1976年3月", &b],
            &["3", "3号楼2单元502室", "张强", "本人", "男", "80.3.7", &c],
            &["合  计", "", "3", "人"],
        ],
    ));
    assert_eq!(
        people(&reading),
        ["王军 02 祥和小区|3|2|501 0", "李丽 12 祥和小区|3|2|501 0", "张强 02 祥和小区|3|2|502 1"]
    );
    assert_eq!(alarms(&reading), Vec::<String>::new());
    assert!(kinds(&reading).contains(&"ditto_mark"));
}

#[test]
fn two_level_headers_and_merged_households_are_understood() {
    let mut book = Book::new();
    let page = book.page("一组");
    let merge =
        |first_row, first_column, last_row, last_column| Range { first_row, first_column, last_row, last_column };
    page.merge(merge(0, 0, 0, 6), "祥和小区居民花名册", Style::Title);
    page.merge(merge(1, 0, 1, 2), "住址", Style::Header);
    page.merge(merge(1, 3, 2, 3), "户主姓名", Style::Header);
    page.merge(merge(1, 4, 1, 6), "家庭成员", Style::Header);
    for (column, word) in [(0, "楼号"), (1, "单元"), (2, "房号"), (4, "姓名"), (5, "与户主关系"), (6, "身份证号码")]
    {
        page.put_styled(2, column, word, Style::Header);
    }
    for (column, value) in [(0, "3号楼"), (1, "2"), (2, "501"), (3, "王军")] {
        page.merge(merge(3, column, 4, column), value, Style::Text);
    }
    page.put(3, 4, "王军").put(3, 5, "户主").put(3, 6, id("19750307", 1));
    page.put(4, 4, "李丽").put(4, 5, "配偶").put(4, 6, id("19760307", 2));
    page.comment(4, 4, "房子已卖");
    page.hide_row(4);
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(people(&reading), ["王军 02 祥和小区|3|2|501 0", "李丽 10 祥和小区|3|2|501 0"]);
    assert_eq!(alarms(&reading), ["5 comment_carries_fact"]);
    assert_eq!(reading.sheets[0].header_rows, [[2, 3]]);
    assert!(reading.people[1].hidden_row);
}

#[test]
fn a_header_repeated_inside_a_household_does_not_end_it() {
    let header: &[&str] = &["住址", "姓名", "与户主关系", "身份证号"];
    let (a, b) = (id("19750307", 1), id("19760307", 2));
    let reading =
        read(&sheet("二组", &[header, &["3-2-501", "王军", "户主", &a], &["续表"], header, &["", "李丽", "配偶", &b]]));
    assert_eq!(people(&reading), ["王军 02 |3|2|501 0", "李丽 10 |3|2|501 0"]);
    assert!(kinds(&reading).contains(&"household_split_by_header"));
}

#[test]
fn people_side_by_side_are_read_block_by_block() {
    let (a, b, c) = (id("19750307", 1), id("19760307", 2), id("19800307", 1));
    let reading = read(&sheet(
        "1号楼",
        &[
            &["南山花园1号楼住户登记"],
            &["房号", "姓名", "关系", "身份证号", "房号", "姓名", "关系", "身份证号"],
            &["101", "王军", "户主", &a, "102", "张强", "户主", &c],
            &["", "李丽", "配偶", &b, "", "", "", ""],
        ],
    ));
    assert_eq!(
        people(&reading),
        ["王军 02 南山花园|1||101 0", "李丽 10 南山花园|1||101 0", "张强 02 南山花园|1||102 1"]
    );
    assert_eq!(reading.people[2].source.column, Some(5));
}

#[test]
fn a_row_may_be_a_household_with_its_members_in_columns() {
    let (a, b) = (id("19750307", 1), id("19760307", 2));
    let reading = read(&sheet(
        "户档",
        &[
            &["户主姓名", "户主身份证号", "家庭住址", "配偶姓名", "配偶身份证号", "家庭人口"],
            &["王军", &a, "祥和小区3#2-501", "李丽", &b, "2"],
            &["张强", &id("19800307", 1), "祥和小区3#2-502", "", "", "1"],
        ],
    ));
    assert_eq!(
        people(&reading),
        ["王军 02 祥和小区|3|2|501 0", "李丽 10 祥和小区|3|2|501 0", "张强 02 祥和小区|3|2|502 1"]
    );
}

#[test]
fn villages_count_households_and_houses() {
    let rows: &[&[&str]] = &[
        &["柳树村第三村民小组登记册"],
        &["户编号", "身份证", "家庭成员姓名", "与户主之关系", "门牌", "户籍类别"],
        &["001", &id("19750307", 1), "王军", "户主", "12号", "户籍常住"],
        &["", &id("19760307", 2), "李丽", "妻", "", "户籍常住"],
        &["002", &id("19800307", 1), "张强", "户主", "13号", "空挂户"],
    ];
    let reading = read(&sheet("第三组", rows));
    assert_eq!(people(&reading), ["王军 02 |3组||12 0", "李丽 12 |3组||12 0", "张强 02 |3组||13 1"]);
    assert_eq!(reading.people[2].residency.as_ref().map(|r| r.value), Some(Residency::HukouOnly));
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
        &["流水", "当家人", "家中成员", "称谓如何", "公安编码", "何种居民"],
        &["1", "王军", "王军", "户主", &id("19750307", 1), "常住"],
        &["2", "王军", "李丽", "配偶", &id("19760307", 2), "常住"],
        &["3", "王军", "王小军", "儿子", &id("20000307", 1), "常住"],
        &["4", "张强", "张强", "户主", &id("19800307", 1), "暂住"],
        &["5", "张强", "赵敏", "配偶", &id("19810307", 2), "暂住"],
    ];
    let reading = read(&sheet("人员", rows));
    assert_eq!(people(&reading), ["王军 02 - 0", "李丽 10 - 0", "王小军 20 - 0", "张强 02 - 1", "赵敏 10 - 1"]);
    assert_eq!(reading.counts.active_temporary, 2);
}

#[test]
fn parts_of_estates_units_and_lines_after_a_colon_are_places() {
    let number = id("19750307", 1);
    for (name, title, expected) in [
        ("幸福里南区", "幸福里南区居民登记表", "幸福里南区|||501"),
        ("B栋2单元", "翠竹园B栋2单元住户登记表", "翠竹园|B|2|501"),
        ("名单", "附件:枫林小区居民名单", "枫林小区|||501"),
        ("名单", "江北区居民登记表", "|||501"),
    ] {
        let reading =
            read(&sheet(name, &[&[title], &["房号", "姓名", "关系", "身份证号"], &["501", "王军", "户主", &number]]));
        assert_eq!(people(&reading), [format!("王军 02 {expected} 0")]);
    }
}

#[test]
fn a_card_may_have_a_second_line() {
    let rows: &[&[&str]] = &[
        &["祥和社区住户情况登记卡"],
        &["住址", "梅园小区2号楼3单元501", "", "户主", "王军"],
        &["人口数", "1", "", "住户类型", "租住"],
        &["姓名", "关系", "性别", "身份证号码", "民族"],
        &["王军", "户主", "男", &id("19750307", 1), "汉"],
        &[],
        &["祥和社区住户情况登记卡"],
        &["住址", "梅园小区2号楼3单元502", "", "户主", "张强"],
        &["人口数", "1", "", "住户类型", "常住"],
        &["姓名", "关系", "性别", "身份证号码", "民族"],
        &["张强", "户主", "男", &id("19800307", 1), "汉"],
    ];
    let reading = read(&sheet("住户卡", rows));
    assert_eq!(people(&reading), ["王军 02 梅园小区|2|3|501 0", "张强 02 梅园小区|2|3|502 1"]);
    assert_eq!(reading.counts.active_temporary, 1);
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn man_and_wife_both_marked_as_heads_are_one_household() {
    let rows: &[&[&str]] = &[
        &["房号", "姓名", "关系", "身份证号"],
        &["3-501", "王军", "户主", &id("19750307", 1)],
        &["3-501", "李丽", "户主", &id("19760307", 2)],
        &["3-501", "王小军", "儿子", &id("20000307", 1)],
        &["3-502", "张强", "户主", &id("19480307", 1)],
        &["3-502", "赵敏", "户主", &id("19500307", 2)],
        &["3-502", "孙伟", "配偶", &id("19490307", 1)],
    ];
    let reading = read(&sheet("祥和小区", rows));
    let households: Vec<_> = reading.people.iter().map(|p| p.household).collect();
    assert_eq!(households, [Some(0), Some(0), Some(0), Some(1), Some(2), Some(2)]);
    assert_eq!(alarms(&reading), ["3 household_two_heads"]);
}

#[test]
fn a_total_below_lists_side_by_side_counts_them_all() {
    let rows: &[&[&str]] = &[
        &["序号", "姓名", "身份证号", "序号", "姓名", "身份证号"],
        &["1", "王军", &id("19750307", 1), "3", "张强", &id("19800307", 1)],
        &["2", "李丽", &id("19760307", 2), "", "", ""],
        &["合计:3人,其中男2人、女1人"],
    ];
    let reading = read(&sheet("名单", rows));
    assert_eq!(reading.people.len(), 3);
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn of_monthly_sheets_the_last_counts() {
    let number = |n: u32| id("19750307", n);
    let names = ["王军", "李强", "张伟", "赵刚", "孙明", "周涛"];
    let mut book = Book::new();
    for (month, count) in [("9月", 5), ("10月", 6), ("11月", 6)] {
        let page = book.page(&format!("2013年{month}"));
        page.row(0, ["姓名", "身份证号"], Style::Header);
        for (at, name) in (1u32..).zip(names).take(count) {
            page.row(at, [name, number(at).as_str()], Style::Plain);
        }
    }
    let reading = read(&book.to_bytes().unwrap());
    assert_eq!(reading.people.len(), 6);
    assert!(reading.people.iter().all(|p| p.source.sheet == 2));
}

#[test]
fn blocks_under_their_units_keep_them() {
    let rows: &[&[&str]] = &[
        &["1单元", "", "", "", "2单元", "", "", ""],
        &["房号", "姓名", "关系", "性别", "房号", "姓名", "关系", "性别"],
        &["101", "王军", "户主", "男", "101", "张强", "户主", "男"],
        &["", "李丽", "配偶", "女", "", "赵敏", "配偶", "女"],
    ];
    let reading = read(&sheet("芦花苑3号楼", rows));
    assert_eq!(
        people(&reading),
        [
            "王军 02 芦花苑|3|1|101 0", "李丽 10 芦花苑|3|1|101 0", "张强 02 芦花苑|3|2|101 1",
            "赵敏 10 芦花苑|3|2|101 1"
        ]
    );
}

#[test]
fn household_numbers_begin_again_under_the_next_banner() {
    let rows: &[&[&str]] = &[
        &["户号", "姓名", "关系", "身份证号"],
        &["第一村民小组"],
        &["1", "王军", "户主", &id("19750307", 1)],
        &["2", "张强", "户主", &id("19800307", 1)],
        &["第二村民小组"],
        &["1", "赵敏", "户主", &id("19810307", 2)],
        &["", "孙伟", "夫", &id("19820307", 1)],
    ];
    let reading = read(&sheet("花名册", rows));
    let households: Vec<_> = reading.people.iter().map(|p| p.household).collect();
    assert_eq!(households, [Some(0), Some(1), Some(2), Some(2)]);
    assert_eq!(alarms(&reading), Vec::<String>::new());
}

#[test]
fn doors_under_the_wrong_header_and_questions_asked_the_other_way() {
    let (a, b) = (id("19750307", 1), id("19760307", 2));
    let rows: &[&[&str]] = &[
        &["楼\n栋", "单\n元", "户\n号", "户主/成员", "姓名", "身份证号", "是否\n常住"],
        &["3栋", "2单元", "501", "户主", "王军", &a, "是"],
        &["3栋", "2单元", "501", "母亲", "李丽", &b, "否"],
        &["3栋", "2单元", "502", "户主", "张强", "", "是"],
        &["3栋", "2单元", "502", "女儿", "张敏", "", ""],
    ];
    let reading = read(&sheet("民生小区", rows));
    assert_eq!(
        people(&reading),
        [
            "王军 02 民生小区|3|2|501 0", "李丽 52 民生小区|3|2|501 0", "张强 02 民生小区|3|2|502 1",
            "张敏 30 民生小区|3|2|502 1"
        ]
    );
    let lives: Vec<_> = reading.people.iter().map(|p| p.residency.as_ref().map(|r| r.value)).collect();
    let resident = Some(Residency::Resident);
    assert_eq!(lives, [resident, Some(Residency::Temporary), resident, None]);
}

#[test]
fn full_width_punctuation_says_the_same() {
    let rows: &[&[&str]] = &[
        &["附件：祥和社区居民名单（2013年）"],
        &["小区名称：桂花苑    楼栋：3幢    填表人：张三"],
        &["房号", "姓名", "关系", "身份证号", "备注"],
        &["101", "王军", "户主", &id("19750307", 1), "父亲去世，独居"],
        &["", "李丽", "配偶", "无（未办）", "是否已迁出？待查"],
        &["填表人：张三", "", "", ""],
    ];
    let reading = read(&sheet("花名册", rows));
    assert_eq!(people(&reading), ["王军 02 桂花苑|3||101 0", "李丽 10 桂花苑|3||101 0"]);
    let facts: Vec<_> = reading.people[0].facts.iter().map(|f| f.kind).collect();
    assert_eq!(facts, ["lives_alone"]);
    assert_eq!(alarms(&reading), ["5 id_missing"]);
}

#[test]
fn a_household_of_one_row_has_its_children_too() {
    let rows: &[&[&str]] = &[
        &[
            "房号", "户主姓名", "户主身份证号", "配偶姓名", "配偶身份证号", "子女一姓名", "子女一出生日期",
            "子女二姓名", "子女二出生日期",
        ],
        &["3-501", "王军", &id("19750307", 1), "李丽", &id("19760307", 2), "王小军", "2000.3.7", "", ""],
        &["3-502", "张强", &id("19800307", 1), "", "", "张敏", "2005.1.1", "张洁", "2008.1.1"],
    ];
    let reading = read(&sheet("祥和小区", rows));
    let households: Vec<_> = reading.people.iter().map(|p| p.household).collect();
    assert_eq!(households, [Some(0), Some(0), Some(0), Some(1), Some(1), Some(1)]);
}

#[test]
fn blank_rows_between_households_tell_them_apart() {
    let mut rows: Vec<Vec<String>> = vec![["姓名", "关系", "身份证号"].map(String::from).into()];
    for (at, (head, spouse)) in [("王军", "李丽"), ("张强", "赵敏"), ("孙伟", "周洁")].into_iter().enumerate()
    {
        let relation = if at == 1 { "" } else { "户主" };
        let n = u32::try_from(at).unwrap() * 2;
        rows.push(vec![head.into(), relation.into(), id("19750307", n + 1)]);
        rows.push(vec![spouse.into(), "配偶".into(), id("19760307", n + 2)]);
        rows.push(Vec::new());
    }
    rows.push(vec!["吴刚".into(), "户主".into(), id("19770307", 9)]);
    rows.push(Vec::new());
    rows.push(vec!["郑涛".into(), "户主".into(), id("19780307", 9)]);
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let reading = read(&sheet("3号楼1单元", &rows));
    let households: Vec<_> = reading.people.iter().filter_map(|p| p.household).collect();
    assert_eq!(households, [0, 0, 1, 1, 2, 2, 3, 4]);
    assert!(alarms(&reading).iter().any(|a| a.ends_with("household_no_head")));
}

#[test]
fn a_subtotal_may_be_of_the_rows_below_the_last_banner() {
    let rows: &[&[&str]] = &[
        &["房号", "姓名", "关系", "身份证号"],
        &["1号楼"],
        &["101", "王军", "户主", &id("19750307", 1)],
        &["2号楼"],
        &["101", "张强", "户主", &id("19800307", 1)],
        &["102", "赵敏", "户主", &id("19810307", 2)],
        &["小计", "2人"],
        &["3号楼"],
        &["101", "孙伟", "户主", &id("19820307", 1)],
        &["小计", "2人"],
    ];
    let reading = read(&sheet("祥和小区", rows));
    assert_eq!(alarms(&reading), ["10 stated_total_mismatch"]);
}
