use super::*;

#[test]
fn residency_is_read_as_it_is_written() {
    for (word, expected) in [
        ("常住", Some(Residency::Resident)),
        ("户籍常住", Some(Residency::Resident)),
        ("本地", Some(Residency::Resident)),
        ("人在户在", Some(Residency::Resident)),
        ("暂住", Some(Residency::Temporary)),
        ("外来", Some(Residency::Temporary)),
        ("人在户不在", Some(Residency::Temporary)),
        ("非户籍", Some(Residency::Temporary)),
        ("空挂户", Some(Residency::HukouOnly)),
        ("户在人不在", Some(Residency::HukouOnly)),
        ("人户分离(人不在)", Some(Residency::HukouOnly)),
        ("户口不在本社区", Some(Residency::Temporary)),
        ("不在册在住", Some(Residency::Temporary)),
        ("有人无户", Some(Residency::Temporary)),
        ("有户有人", Some(Residency::Resident)),
        ("人走户在", Some(Residency::HukouOnly)),
        ("健康", None),
        ("正常", None),
        ("暂停", None),
        ("外出务工", None),
        ("廉租房", None),
        ("", None),
    ] {
        assert_eq!(residency(word), expected, "{word}");
    }
}

#[test]
fn a_remark_is_about_the_person_unless_it_names_another() {
    for (remark, expected) in [
        ("死亡", Some(Status::Deceased)),
        ("已故(2013.2)", Some(Status::Deceased)),
        ("2013年9月去世", Some(Status::Deceased)),
        ("户口已迁出", Some(Status::MovedOut)),
        ("2013.9迁往青崖县", Some(Status::MovedOut)),
        ("原户主去世,已变更", None),
        ("老伴2012年去世", None),
        ("未迁出", None),
        ("没有去世", None),
        ("疑似死亡", None),
        ("听说已搬走", None),
        ("从外县迁至本社区", None),
        ("从本社区迁往外县", Some(Status::MovedOut)),
        ("迁至辖区内新居", None),
        ("由外省迁入", None),
        ("搬到本小区5号楼", None),
        ("户口迁至省城", Some(Status::MovedOut)),
        ("王军已故", None),
        ("无死亡记录", None),
        ("死亡证明未办", None),
        ("独居", None),
    ] {
        let said = status_of_remark(remark, None).filter(|said| said.about.is_none());
        assert_eq!(said.map(|s| s.status), expected, "{remark}");
    }
}

#[test]
fn remarks_hold_facts_and_dates() {
    let on = Day::parse("2013-11-20").unwrap();
    let facts = |remark: &str| -> Vec<(&str, Option<String>)> {
        remark_facts(remark, on).into_iter().map(|f| (f.kind, f.value)).collect()
    };
    assert_eq!(facts("独居,常年卧床"), [("lives_alone", None), ("bedridden", None)]);
    assert_eq!(facts("房东:钟民"), [("landlord", Some("钟民".to_owned()))]);
    assert_eq!(facts("2012年迁入"), [("moved_in", None)]);
    assert_eq!(date_of_remark("已故(2013.2)", on).map(|d| d.to_string()).as_deref(), Some("2013-02"));
}

#[test]
fn a_remark_that_names_somebody_is_about_them() {
    let about =
        |remark: &str, own: &str| status_of_remark(remark, Some(own)).map(|s| (s.status, s.about.unwrap_or_default()));
    assert_eq!(about("李丽已故", "王军"), Some((Status::Deceased, "李丽".to_owned())));
    assert_eq!(about("李丽2013年3月去世", "王军"), Some((Status::Deceased, "李丽".to_owned())));
    assert_eq!(about("王军已故", "王军"), Some((Status::Deceased, String::new())));
    assert_eq!(about("因病去世", "王军"), Some((Status::Deceased, String::new())));
    assert_eq!(about("李丽户口迁出,本人已故", "王军"), Some((Status::Deceased, String::new())));
}

#[test]
fn a_column_of_states_says_who_is_here_who_died_and_who_left() {
    let status = |s: Status| Some(State::Status(s));
    for (word, expected) in [
        ("常住", Some(State::Residency(Residency::Resident))),
        ("暂住", Some(State::Residency(Residency::Temporary))),
        ("空挂", Some(State::Residency(Residency::HukouOnly))),
        ("寄住", Some(State::Residency(Residency::Temporary))),
        ("已故", status(Status::Deceased)),
        ("死亡", status(Status::Deceased)),
        ("去世", status(Status::Deceased)),
        ("迁出", status(Status::MovedOut)),
        ("搬走", status(Status::MovedOut)),
        ("已搬离", status(Status::MovedOut)),
        ("注销", Some(State::Doubtful)),
        ("户口注销", Some(State::Doubtful)),
        ("未注销", Some(State::Present)),
        ("未迁出", Some(State::Present)),
        ("健在", Some(State::Present)),
        ("不详", None),
        ("/", None),
        ("汉族", None),
    ] {
        assert_eq!(state(word), expected, "{word}");
    }
}
