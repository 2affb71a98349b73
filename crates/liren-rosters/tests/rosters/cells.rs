//! What a cell says and only that: states in any column, words for nothing, legends, two parties, days, places.

use super::*;

/// name, residency, status and its day, home of everyone, one line each.
fn told(reading: &Reading) -> Vec<String> {
    reading
        .people
        .iter()
        .map(|p| {
            format!(
                "{} {} {}{} {}",
                p.name.as_ref().map_or("-", |n| n.value.as_str()),
                p.residency.as_ref().map_or("-", |r| r.value.word()),
                p.status.value.word(),
                p.left.map_or_else(String::new, |d| format!("@{d}")),
                p.dwelling.as_ref().map_or_else(|| "-".to_owned(), |d| d.value.key()),
            )
        })
        .collect()
}

fn list(title: &str, rows: &[&[&str]]) -> Reading {
    read(&sheet(title, rows))
}

#[test]
fn states_are_read_in_whatever_column_they_stand() {
    let (a, b, c, d) = (id("19450307", 1), id("19460307", 3), id("19470307", 5), id("19480307", 7));
    for header in
        ["居住状态", "居住性质", "居住情况", "人员状态", "人口状态", "户籍状态", "现状", "是否常住", "居住类型"]
    {
        let rows: &[&[&str]] = &[
            &["姓名", "身份证号", header],
            &["王军", &a, "常住"],
            &["李丽", &b, "已故"],
            &["张强", &c, "搬走"],
            &["赵敏", &d, "注销"],
        ];
        let reading = list("居民", rows);
        assert_eq!(
            told(&reading),
            ["王军 resident active -", "李丽 - deceased -", "张强 - moved_out -", "赵敏 - active -"],
            "{header}"
        );
        assert!(kinds(&reading).contains(&"status_doubtful"), "{header}");
    }
    // Most of the column may say it.
    let rows: &[&[&str]] = &[
        &["姓名", "身份证号", "居住状态"],
        &["王军", &a, "常住"],
        &["李丽", &b, "死亡"],
        &["张强", &c, "迁出"],
        &["赵敏", &d, "2013年5月去世"],
    ];
    let all = ["王军 resident active -", "李丽 - deceased -", "张强 - moved_out -", "赵敏 - deceased@2013-05 -"];
    assert_eq!(told(&list("居民", rows)), all);
    // And columns that are about something else.
    let rows: &[&[&str]] = &[
        &["姓名", "身份证号", "户别", "就业状况", "联系电话", "户籍地址"],
        &["王军", &a, "寄住", "退休", "19900000001", "外省某县"],
        &["李丽", &b, "家庭户", "去世", "", ""],
        &["张强", &c, "家庭户", "", "已故", ""],
        &["赵敏", &d, "家庭户", "", "", "户口已迁出"],
    ];
    assert_eq!(
        told(&list("居民", rows)),
        ["王军 temporary active -", "李丽 - deceased -", "张强 - deceased -", "赵敏 - moved_out -"]
    );
}

#[test]
fn days_of_death_and_leaving_say_who_died_and_left() {
    let (a, b, c, d, e) =
        (id("19450307", 1), id("19460307", 3), id("19470307", 5), id("19480307", 7), id("19490307", 9));
    let rows: &[&[&str]] = &[
        &["姓名", "身份证号", "居住性质", "死亡时间", "离开时间", "注销日期"],
        &["王军", &a, "常住", "2013年3月", "", ""],
        &["李丽", &b, "常住", "", "2012", ""],
        &["张强", &c, "常住", "2013-02-30", "", ""],
        &["赵敏", &d, "常住", "/", "不详", ""],
        &["孙伟", &e, "常住", "", "", "2013-05-01"],
    ];
    let reading = list("居民", rows);
    assert_eq!(
        told(&reading),
        [
            "王军 resident deceased@2013-03 -", "李丽 resident moved_out@2012 -", "张强 resident deceased -",
            "赵敏 resident active -", "孙伟 resident active@2013-05-01 -"
        ]
    );
    assert_eq!(alarms(&reading), ["4 left_date_invalid", "6 status_doubtful"]);
    // A day to come is no death.
    let rows: &[&[&str]] = &[&["姓名", "身份证号", "死亡时间"], &["王军", &a, "2031-03-01"]];
    let reading = list("居民", rows);
    assert_eq!((told(&reading), alarms(&reading).len()), (vec!["王军 - active -".to_owned()], 1));
}

#[test]
fn a_remark_is_about_the_member_it_names() {
    let (a, b, c) = (id("19450307", 1), id("19460306", 2), id("19700305", 3));
    let rows: &[&[&str]] = &[
        &["户号", "姓名", "身份证号", "与户主关系", "备注"],
        &["1", "王军", &a, "户主", "李丽2013年3月去世"],
        &["1", "李丽", &b, "妻", ""],
        &["2", "张强", &c, "户主", "钱进已故"],
    ];
    let reading = list("居民", rows);
    assert_eq!(told(&reading), ["王军 - active -", "李丽 - deceased@2013-03 -", "张强 - active -"]);
    assert_eq!(alarms(&reading), ["2 remark_about_member", "4 remark_about_somebody"]);
}

#[test]
fn words_for_nothing_join_no_households_and_say_nothing() {
    for nothing in ["0", "无", "/", "待补", "99999999", "不详"] {
        let rows: &[&[&str]] = &[
            &["户编号", "姓名", "与户主关系", "婚姻状况", "文化程度", "政治面貌", "居住性质"],
            &["G1", "王军", "户主", "已婚", "高中", "群众", "常住"],
            &["G1", "李丽", "妻", "不详", "无", "/", "常住"],
            &[nothing, "张强", "户主", nothing, nothing, nothing, "常住"],
            &[nothing, "赵敏", "妻", "", "", "", "常住"],
            &[nothing, "孙伟", "户主", "", "", "", "常住"],
            &[nothing, "周涛", "户主", "", "", "", "常住"],
        ];
        let reading = list("居民", rows);
        let households: Vec<Option<usize>> = reading.people.iter().map(|p| p.household).collect();
        assert_eq!(households, [0, 0, 1, 1, 2, 3].map(Some), "{nothing}");
        for person in &reading.people[1..3] {
            let words = [&person.marital, &person.education, &person.political];
            assert!(words.iter().all(|w| w.as_ref().is_none_or(|w| w.code.is_none())), "{nothing} {words:?}");
        }
    }
    // Blank below a number stays with it, unless a head begins there.
    let rows: &[&[&str]] = &[
        &["户编号", "姓名", "与户主关系"],
        &["G1", "王军", "户主"],
        &["", "李丽", "妻"],
        &["", "张强", "户主"],
        &["G2", "赵敏", "户主"],
    ];
    let households: Vec<Option<usize>> = list("居民", rows).people.iter().map(|p| p.household).collect();
    assert_eq!(households, [0, 0, 1, 2].map(Some));
}

#[test]
fn codes_are_read_by_their_legend_and_asked_about_without_one() {
    let sexes = |reading: &Reading| -> Vec<&str> {
        reading.people.iter().map(|p| p.sex.as_ref().map_or("-", |s| s.value.code())).collect()
    };
    let rows: &[&[&str]] = &[
        &["姓名", "性别(女1男2)", "户籍标志(1本地0外地)", "婚姻(1未婚2已婚)"],
        &["王军", "2", "1", "2"],
        &["李丽", "1", "0", "1"],
        &["张强", "2", "1", "2"],
    ];
    let reading = list("居民", rows);
    assert_eq!(sexes(&reading), ["1", "2", "1"]);
    assert_eq!(told(&reading), ["王军 resident active -", "李丽 temporary active -", "张强 resident active -"]);
    assert_eq!(reading.people[0].marital.as_ref().and_then(|w| w.code), Some("20"));
    // The legend may stand below the table.
    let rows: &[&[&str]] = &[
        &["姓名", "性别", "居住类型"],
        &["王军", "男", "1"],
        &["李丽", "女", "2"],
        &["张强", "男", "3"],
        &["注：居住类型：1常住，2暂住，3空挂"],
    ];
    let reading = list("居民", rows);
    assert_eq!(told(&reading), ["王军 resident active -", "李丽 temporary active -", "张强 hukou_only active -"]);
    // Without one nothing is guessed, and it is asked.
    let rows: &[&[&str]] = &[
        &["姓名", "性别", "居住类型", "与户主关系"],
        &["王军", "男", "1", "1"],
        &["李丽", "女", "2", "2"],
        &["张强", "男", "3", "3"],
    ];
    let book = open(&sheet("居民", rows));
    let reading = read_with(&book, &Known::default(), None);
    assert_eq!(told(&reading), ["王军 - active -", "李丽 - active -", "张强 - active -"]);
    assert!(reading.people.iter().all(|p| p.relation.is_none()));
    let asked: Vec<(&str, Option<u16>)> = reading.questions.iter().map(|q| (q.kind, q.column)).collect();
    assert_eq!(asked, [("codes", Some(2)), ("codes", Some(3))]);
    // A mapping answers.
    let mut mapping = reading.mapping();
    let column = mapping.sheets[0].columns.iter_mut().find(|c| c.column == "C").unwrap();
    column.field = liren_rosters::mapping::Field::Residency;
    for (code, word) in [("1", "常住"), ("2", "暂住"), ("3", "空挂")] {
        column.words.insert(code.to_owned(), word.to_owned());
    }
    let text = toml::to_string(&mapping).unwrap();
    let mapping: Mapping = toml::from_str(&text).unwrap();
    let reading = read_with(&book, &Known::default(), Some(&mapping));
    assert_eq!(told(&reading), ["王军 resident active -", "李丽 temporary active -", "张强 hukou_only active -"]);
}

#[test]
fn two_parties_of_a_row_keep_what_is_their_own() {
    let (a, b) = (id("19750307", 1), id("19760306", 2));
    let number = |reading: &Reading, at: usize| reading.people[at].number.as_ref().map(|n| n.value.text.clone());
    let phones = |reading: &Reading, at: usize| -> Vec<String> {
        reading.people[at].phones.iter().map(|p| p.digits.clone()).collect()
    };
    let rows: &[&[&str]] = &[
        &["房东姓名", "身份证号", "联系电话", "承租人", "身份证号", "联系电话", "租住地址"],
        &["王军", &a, "19900000001", "李丽", &b, "19900000002", "3号楼2单元501"],
    ];
    let reading = list("出租房屋登记表", rows);
    assert_eq!(told(&reading), ["李丽 temporary active |3|2|501"]);
    assert_eq!((number(&reading, 0), phones(&reading, 0)), (Some(b.clone()), vec!["19900000002".to_owned()]));
    assert_eq!(reading.embedded.iter().map(|e| (e.name.as_str(), e.what)).collect::<Vec<_>>(), [("王军", "landlord")]);

    let rows: &[&[&str]] = &[
        &["老人姓名", "身份证号", "监护人", "联系电话", "住址"],
        &["王军", &a, "李丽", "19900000002", "3号楼2单元501"],
        &["张强", &b, "赵敏", "19900000004", "3号楼2单元502"],
    ];
    let reading = list("独居老人登记表", rows);
    assert_eq!(number(&reading, 0), Some(a.clone()));

    let rows: &[&[&str]] = &[
        &["男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期"],
        &["王军", &a, "李丽", &b, "2013-05-20"],
    ];
    let reading = list("婚姻登记表", rows);
    let mut all: Vec<String> = reading
        .people
        .iter()
        .map(|p| format!("{} {}", p.name.as_ref().unwrap().value, p.sex.as_ref().unwrap().value.code()))
        .collect();
    all.sort();
    assert_eq!(all, ["李丽 2", "王军 1"]);
    assert_eq!(alarms(&reading), Vec::<String>::new());

    // A household in a row: the sex of the head is nobody else's.
    let rows: &[&[&str]] = &[
        &["户主姓名", "性别", "身份证号", "住址", "成员1姓名", "成员1身份证号", "成员2姓名", "成员2身份证号"],
        &["王军", "男", &a, "3号楼2单元501", "李丽", &b, "", ""],
        &["张强", "男", &id("19700301", 5), "3号楼2单元502", "赵敏", &id("19710301", 6), "孙芳", &id("19980301", 8)],
    ];
    let reading = list("居民", rows);
    assert_eq!(alarms(&reading).iter().filter(|a| a.contains("sex")).count(), 0);
    assert_eq!(reading.people.len(), 5);
}

#[test]
fn places_are_read_from_lanes_and_days_in_their_columns_are_damage() {
    let rows: &[&[&str]] = &[
        &["姓名", "性别", "街路巷", "门牌号", "现住址"],
        &["王军", "男", "学府路", "43号附1号", ""],
        &["李丽", "女", "学府路", "45", ""],
        &["张强", "男", "", "", "祥和小区3号楼2单元501"],
    ];
    let reading = list("居民", rows);
    assert_eq!(
        told(&reading),
        ["王军 - active 学府路|43||附1", "李丽 - active 学府路|||45", "张强 - active 祥和小区|3|2|501"]
    );
    // Of two columns of addresses the one that tells more is the home.
    let rows: &[&[&str]] = &[
        &["姓名", "性别", "家庭住址", "门楼详址"],
        &["王军", "男", "祥和社区", "祥和小区3号楼2单元501"],
        &["李丽", "女", "祥和小区4号楼1单元101", ""],
        &["张强", "男", "祥和社区", "祥和小区3号楼2单元502"],
    ];
    let homes: Vec<String> =
        list("居民", rows).people.iter().map(|p| p.dwelling.as_ref().unwrap().value.key()).collect();
    assert_eq!(homes, ["祥和小区|3|2|501", "祥和小区|4|1|101", "祥和小区|3|2|502"]);

    for (damaged, typed) in [("2024-03-02", "3-2"), ("45628", "12-2"), ("3月2日", "3-2"), ("2-Mar", "3-2")] {
        let rows: &[&[&str]] = &[
            &["姓名", "性别", "与户主关系", "房号"],
            &["王军", "男", "户主", "3-102"],
            &["李丽", "女", "户主", damaged],
            &["张强", "男", "户主", "5-1-301"],
        ];
        let mut book = Book::new();
        let page = book.page("居民");
        for (row, cells) in (0u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                match cell.parse::<f64>() {
                    Ok(number) if row > 0 && *cell == damaged => page.put(row, column, number),
                    _ => page.put(row, column, *cell),
                };
            }
        }
        let reading = read(&book.to_bytes().unwrap());
        let homes: Vec<String> =
            reading.people.iter().map(|p| p.dwelling.as_ref().map_or_else(|| "-".into(), |d| d.value.key())).collect();
        assert_eq!(homes, ["|3||102", "-", "|5|1|301"], "{damaged}");
        let problem = reading.problems.iter().find(|p| p.kind == "place_is_a_day").unwrap();
        assert_eq!((problem.row, problem.fix.as_deref()), (3, Some(typed)));
    }
    // What cannot be read is said.
    let rows: &[&[&str]] = &[&["姓名", "与户主关系", "住址"], &["王军", "户主", "老供销社后面"]];
    assert_eq!(alarms(&list("居民", rows)), ["2 address_unreadable"]);
}

#[test]
fn one_home_in_other_spellings_is_one_home_or_is_asked_about() {
    let (a, b, c) = (id("19650311", 1), id("19660816", 2), id("19700101", 3));
    let known = |estate: &str| Known {
        people: [(1, "王军", &a, "1201"), (2, "李丽", &b, "1201"), (3, "张强", &c, "1202")]
            .into_iter()
            .map(|(key, name, number, room)| KnownPerson {
                key,
                name: name.to_owned(),
                number: Some(number.clone()),
                dwelling: liren_facts::address::read(&format!("{estate}5幢1单元{room}室")),
                ..KnownPerson::default()
            })
            .collect(),
    };
    let roster = |spelled: &dyn Fn(&str) -> String, all: bool| {
        let (first, second) = (spelled("1201"), spelled("1202"));
        let rows: &[&[&str]] = &[
            &["姓名", "身份证号", "与户主关系", "住址"],
            &["王军", &a, "户主", &first],
            &["李丽", &b, "妻", &first],
            &["张强", &c, "户主", &second],
        ];
        sheet("居民", if all { rows } else { &rows[..3] })
    };
    let spellings: [&dyn Fn(&str) -> String; 5] = [
        &|room| format!("凯旋城小区5幢1单元{room}室"),
        &|room| format!("学府路88号凯旋城5幢1单元{room}室"),
        &|room| format!("凯旋城5幢{room}室"),
        &|room| format!("凯旋城(南区)5号楼1单元{room}"),
        &|room| format!("5-1-{room}"),
    ];
    for spelled in spellings {
        let reading = read_with(&open(&roster(spelled, true)), &known("凯旋城"), None);
        for person in &reading.people {
            let home = &person.dwelling.as_ref().unwrap().value;
            assert_eq!((home.estate.as_deref(), home.unit.as_deref()), (Some("凯旋城"), Some("1")), "{}", spelled("1"));
        }
        assert_eq!(reading.questions.len(), 0);
    }
    // One home alone does not tell: it is asked, and no home is made of it.
    let book = open(&roster(&|room| format!("凯旋城(南区)5号楼1单元{room}"), false));
    let reading = read_with(&book, &known("凯旋城"), None);
    assert_eq!(reading.questions.iter().map(|q| q.kind).collect::<Vec<_>>(), ["estate"]);
    assert!(
        reading.people.iter().all(|p| p.dwelling.as_ref().is_none_or(|d| d.value.estate.as_deref() == Some("凯旋城")))
    );
    for (answer, estate) in [("凯旋城", "凯旋城"), ("", "凯旋城南区")] {
        let mut mapping = reading.mapping();
        mapping.estates.insert("凯旋城南区".to_owned(), answer.to_owned());
        let reading = read_with(&book, &known("凯旋城"), Some(&mapping));
        assert_eq!(reading.people[0].dwelling.as_ref().unwrap().value.estate.as_deref(), Some(estate));
    }
}
