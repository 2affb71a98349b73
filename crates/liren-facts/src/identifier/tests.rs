use super::*;

fn options() -> Options {
    Options { on: Day::parse("2013-11-20").unwrap(), fictional: false }
}

fn fault(text: &str) -> Fault {
    read(text, options()).unwrap_err()
}

#[test]
fn the_vectors_of_the_standard_are_read() {
    for (text, sex, birth) in [
        ("11010519491231002X", Sex::Female, "1949-12-31"),
        ("11010519491231002x", Sex::Female, "1949-12-31"),
        ("440524188001010014", Sex::Male, "1880-01-01"),
        ("34052419800101001X", Sex::Male, "1980-01-01"),
        ("610122198310134420", Sex::Female, "1983-10-13"),
        ("370102194410030019", Sex::Male, "1944-10-03"),
        ("370102194410030027", Sex::Female, "1944-10-03"),
    ] {
        let on = Day::parse("2009-01-01").unwrap();
        let number = read(text, Options { on, fictional: false }).unwrap();
        assert_eq!((number.sex, number.birth), (Some(sex), Day::parse(birth)), "{text}");
        assert_eq!(number.kind, Kind::Citizen);
    }
    let late = Options { on: Day::parse("2026-11-20").unwrap(), fictional: false };
    for (text, sex) in [("810000199408230021", Sex::Female), ("830000199201300022", Sex::Female)] {
        let number = read(text, late).unwrap();
        assert_eq!((number.kind, number.sex), (Kind::ResidencePermit, Some(sex)));
    }
    assert_eq!(read("937840198503210014", late).unwrap().kind, Kind::ForeignResident);
}

#[test]
fn fifteen_digits_are_upgraded() {
    for (old, new) in [("110105491231002", "11010519491231002X"), ("610104620927690", "610104196209276908")] {
        let number = read(old, options()).unwrap();
        assert_eq!(number.text, new);
        assert!(number.upgraded && !number.century_uncertain);
    }
    assert!(read("110105900101997", options()).unwrap().century_uncertain);
    assert!(!read("110105480101997", options()).unwrap().century_uncertain);
}

#[test]
fn each_fault_has_its_name() {
    for (text, expected) in [
        ("", Fault::Missing),
        (" 未办 ", Fault::Missing),
        ("/", Fault::Missing),
        ("110105194912310021", Fault::BadChecksum),
        ("11010519491331002X", Fault::BadDate),
        ("1101051949123100", Fault::BadLength(16)),
        ("1101051949123100211", Fault::BadLength(19)),
        ("110105194912310000", Fault::PrecisionLost),
        ("1.10105E+17", Fault::Scientific),
        ("000105194912310025", Fault::BadRegion),
        ("82000020010229001X", Fault::BadDate),
        ("ABC", Fault::BadCharacters),
        ("440524188001010014", Fault::BadAge),
    ] {
        assert_eq!(fault(text), expected, "{text}");
    }
}

#[test]
fn typing_is_repaired_and_named() {
    let cleaned = clean("'１１０105 19491231002x\u{200b}");
    assert_eq!(cleaned.text, "11010519491231002X");
    assert!(cleaned.apostrophe && cleaned.fullwidth && cleaned.spaces && cleaned.lower_x);
    assert_eq!(clean("11010519491231002X"), Cleaned { text: "11010519491231002X".into(), ..Cleaned::default() });
}

#[test]
fn region_99_is_for_fictional_people_only() {
    let text = "990174197512225993";
    assert!(read(text, Options { fictional: true, ..options() }).is_ok_and(|n| n.kind == Kind::Citizen));
    assert!(read(text, options()).is_ok_and(|n| n.kind == Kind::ForeignResident));
}

#[test]
fn other_documents_are_known_by_their_shape() {
    for (text, kind) in [
        ("E12345678", Kind::Passport),
        ("护照G12345678", Kind::Passport),
        ("H1234567800", Kind::HongKongMacaoPass),
        ("ABC123456789012", Kind::ForeignResident),
        ("南字第00012345号", Kind::Military),
    ] {
        assert_eq!(read(text, options()).map(|n| n.kind), Ok(kind), "{text}");
    }
}

#[test]
fn certificates_carry_category_and_grade() {
    let read = |text| disability_certificate(text, options());
    let certificate = read("37010219441003001912").unwrap().unwrap();
    assert_eq!((certificate.category, certificate.grade), ('1', '2'));
    let again = read("37010219441003001912B1").unwrap().unwrap();
    assert_eq!(again.reissue.as_deref(), Some("B1"));
    assert_eq!(read("37010219441003001812"), Some(Err(Fault::BadChecksum)));
    assert_eq!(read("37010219441003001982"), None);
    assert_eq!(read("370102194410030019"), None);
}

#[test]
fn credit_codes_have_their_own_check() {
    assert_eq!(credit_code("91350100M000100Y43"), Ok("91350100M000100Y43".to_owned()));
    assert_eq!(credit_code("91350100M000100Y44"), Err(Fault::BadChecksum));
    assert_eq!(credit_code("91350100I000100Y43"), Err(Fault::BadCharacters));
}

#[test]
fn masking_keeps_both_ends() {
    assert_eq!(masked("990301194410030035"), "9****************5");
    assert_eq!(masked("E12345678"), "E*******8");
    assert_eq!(masked("甲"), "*");
}

#[test]
fn labels_brackets_and_full_stops_around_a_number_are_no_part_of_it() {
    for text in [
        "身份证:11010519491231002X",
        "身份证号\u{ff1a}11010519491231002X\u{3002}",
        "(11010519491231002X)",
        "11010519491231002X,",
        "11010519491231002\u{2179}",
    ] {
        let number = read(text, options()).unwrap();
        assert_eq!(number.text, "11010519491231002X", "{text}");
    }
    assert_eq!(fault("/"), Fault::Missing);
    assert_eq!(fault("身份证"), Fault::Missing);
    for (text, kind) in [("H12345678(回乡证)", Kind::HongKongMacaoPass), ("军字123456", Kind::Military)] {
        assert_eq!(read(text, options()).unwrap().kind, kind, "{text}");
    }
}

#[test]
fn numbers_within_a_remark_are_masked_and_days_are_not() {
    for (text, shown) in [
        ("独居,女儿19900001234", "独居,女儿1*********4"),
        ("女儿 199 0000 1234 常来", "女儿 1***********4 常来"),
        ("证件 99010119600101001x。", "证件 9****************x。"),
        ("2013-11-20迁入", "2013-11-20迁入"),
        ("住3号楼2-501", "住3号楼2-501"),
        ("", ""),
    ] {
        assert_eq!(masked_within(text), shown);
    }
}
