use super::*;

fn field(header: &str) -> Option<Field> {
    meaning(header, None).map(|(f, _)| f)
}

#[test]
fn headers_are_known_however_they_are_spaced() {
    for (header, expected) in [
        ("姓 名", Field::Name),
        ("政治\n面貌", Field::Political),
        ("备  注", Field::Remark),
        ("身份证号码(18位)", Field::Number),
        ("*公民身份号码", Field::Number),
        ("出生年月(公历)", Field::Birth),
        ("常住/暂住", Field::Residency),
        ("户主", Field::HeadName),
        ("户主身份证号", Field::HeadNumber),
        ("与户主关系", Field::Relation),
        ("监护人姓名", Field::GuardianName),
        ("房东联系电话", Field::LandlordPhone),
        ("丈夫姓名", Field::SpouseName),
        ("一孩姓名", Field::ChildName),
        ("家庭详细住址", Field::Address),
        ("户籍地详址", Field::HukouAddress),
        ("成员2身份证", Field::Number),
        ("工作单位及职务", Field::Employment),
    ] {
        assert_eq!(field(header), Some(expected), "{header}");
    }
}

#[test]
fn what_belongs_to_others_is_no_fact_of_the_person() {
    for header in ["残疾证号", "开户账号", "监护人性别", "网格员电话"] {
        assert!(matches!(field(header), None | Some(Field::Extra)), "{header}");
    }
    assert_eq!(field("缴费档次"), None);
}

#[test]
fn the_upper_header_says_whose_the_lower_is() {
    for (top, leaf, expected) in [
        ("监护人(联系人)", "姓名", Field::GuardianName),
        ("户主", "身份证号", Field::HeadNumber),
        ("家庭成员基本情况", "姓名", Field::Name),
        ("户籍情况", "地址", Field::HukouAddress),
        ("配偶", "姓名", Field::SpouseName),
        ("住址", "楼号", Field::Building),
    ] {
        assert_eq!(meaning(leaf, Some(top)).map(|(f, _)| f), Some(expected), "{top}/{leaf}");
    }
    assert_eq!(role("性别", Some("户主")), (Whose::Head, Some(Field::Sex)));
    assert_eq!(role("配偶民族", None), (Whose::Spouse, Some(Field::Ethnic)));
}
