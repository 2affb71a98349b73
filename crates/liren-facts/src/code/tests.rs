use super::*;

const TSV: &str = "table\ttitle\tsource\tconfidence\tcode\tname
sex\t性别\tGB/T 2261.1-2003\tH\t1\t男性
sex\t性别\tGB/T 2261.1-2003\tH\t2\t女性
broken line
sex\t性别\tGB/T 2261.1-2003\tH\t2\t女性";

#[test]
fn tables_are_read_and_bad_lines_are_named() {
    let (codes, bad) = Codes::parse(TSV);
    assert_eq!(codes.name("sex", "2"), Some("女性"));
    assert_eq!(codes.table("sex").and_then(|t| t.code("男性")), Some("1"));
    assert_eq!(bad.iter().map(|b| b.line).collect::<Vec<_>>(), [4, 5]);
}

#[test]
fn relations_are_read_as_they_are_said() {
    for (word, code) in [
        ("户主", "02"),
        ("户主本人", "02"),
        ("户 主 ", "02"),
        ("之妻", "12"),
        ("户主之子", "20"),
        ("老伴", "10"),
        ("长媳", "38"),
        ("姑爷", "28"),
        ("丈母娘", "56"),
        ("老母亲", "52"),
        ("外孙", "43"),
        ("合租", "99"),
        ("独生女", "31"),
        ("其妻", "12"),
        ("其他", "80"),
        ("幺女", "30"),
        ("三女儿", "34"),
        ("长子之妻", "38"),
        ("02-户主", "02"),
        ("12、妻", "12"),
        ("配偶-10", "10"),
    ] {
        assert_eq!(relation(word).map(|r| r.code), Some(code), "{word}");
    }
    assert!(relation("媳妇").is_some_and(|r| r.ambiguous));
    for word in ["老二", "随迁", "其他成员", ""] {
        assert_eq!(relation(word), None, "{word}");
    }
}

#[test]
fn other_words_have_their_codes() {
    assert_eq!(
        (ethnic("汉"), ethnic("维族"), ethnic("蒙古族"), ethnic("x")),
        (Some("01"), Some("05"), Some("02"), None)
    );
    assert_eq!((education("大学"), education("专科"), education("文盲")), (Some("20"), Some("30"), Some("90")));
    assert_eq!((marital("离异"), marital("丧偶")), (Some("40"), Some("30")));
    assert_eq!((political("党员"), political("共青团员")), (Some("01"), Some("03")));
    assert_eq!((employment("退休"), employment("务工")), (Some("80"), Some("24")));
    assert_eq!((sex(" 男"), sex("女性"), sex("不详")), (Some(Sex::Male), Some(Sex::Female), None));
}
