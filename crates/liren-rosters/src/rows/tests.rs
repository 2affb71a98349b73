use super::*;

#[test]
fn totals_name_people_and_nothing_else() {
    for (text, expected) in [
        ("1083人", Some(1083)),
        ("本表共383户1067人", Some(1067)),
        ("本支部共有党员38名", Some(38)),
        ("男5人", None),
        ("合计", None),
    ] {
        assert_eq!(counted(text, &["人", "名"]), expected, "{text}");
    }
    for (word, expected) in
        [("小计", true), ("3号楼小计", true), ("共12户30人", true), ("王军", false), ("共青团员", false)]
    {
        assert_eq!(is_total(word), expected, "{word}");
    }
}

#[test]
fn banners_name_a_place_or_a_kind_of_people() {
    let read = |word: &str| banner(word).unwrap_or_default();
    assert_eq!(read("19号楼").building.as_deref(), Some("19"));
    assert_eq!(read("3号楼2单元").unit.as_deref(), Some("2"));
    assert_eq!(read("第三村民小组").group.as_deref(), Some("3"));
    assert_eq!(read("二、流动人口").residency, Some(Residency::Temporary));
    assert_eq!(read("阳光花园").estate.as_deref(), Some("阳光花园"));
    for word in ["续表", "祥和社区2013年居民基本情况统计表", "王军", ""] {
        assert_eq!(banner(word), None, "{word}");
    }
}
