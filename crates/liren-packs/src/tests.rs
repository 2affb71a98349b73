//! A small town's packs, sound and broken: what is loaded and what is said.

mod town;

use liren_facts::Day;
use liren_rules::{Finding, Ty};

use town::{PROGRAMME, files, host};

use crate::{Counted, Formula, Language, Operand, Packs, When, load};

/// Loads with one text changed in one file.
fn load_with(path: &str, from: &str, to: &str) -> (Packs, Vec<Finding>) {
    let mut files = files();
    let file = files.iter_mut().find(|f| f.0 == path).unwrap();
    assert!(file.1.contains(from), "{from}");
    file.1 = file.1.replacen(from, to, 1);
    load(&files, host())
}

/// What is printed after one change.
#[track_caller]
fn check(path: &str, from: &str, to: &str, expected: &str) {
    let (packs, mut findings) = load_with(path, from, to);
    if findings.is_empty() {
        findings = packs.run_cases();
    }
    let printed = packs.check_text(&findings, Language::English);
    assert_eq!(printed.trim(), expected.trim());
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn sound_packs_load_without_a_word() {
    let (packs, findings) = load(&files(), host());
    assert_eq!(packs.check_text(&findings, Language::English), "");
    assert_eq!(packs.check_text(&packs.run_cases(), Language::English), "");
    let elder = packs.programme("elder").unwrap();
    assert_eq!(elder.screen.as_deref(), Some("elder.gap"));
    assert_eq!(elder.moves[0].wait.as_deref(), Some("P1M"));
    assert_eq!(packs.param("elder.age").unwrap().at(day("2009-12-31")).unwrap().value, 90);
    assert_eq!(packs.param("elder.age").unwrap().at(day("2010-01-01")).unwrap().value, 80);
    assert_eq!(packs.values(day("2013-11-20"))["elder.amount"], 30_050);
    assert_eq!(packs.reports[0].id, "annual");
    assert_eq!(packs.ledgers[0]["programme"].as_str(), Some("elder"));
    assert_eq!(packs.forms[0].1, "programmes/elder/forms/list.xlsx");
    assert_eq!(packs.cases.len(), 4);
    assert!(packs.schema.kind("elder.checkup").is_some());
}

#[test]
fn figures_know_what_they_count_and_how_they_are_cut() {
    let (packs, _) = load(&files(), host());
    let people = packs.figure("elder.people").unwrap();
    let person = packs.schema.kind("person").unwrap();
    let Formula::Count { counted, .. } = people.formula else { panic!("a count") };
    assert_eq!(counted, Counted::Rows(person));
    assert_eq!(people.when, Some(When::During));
    assert_eq!(people.day.as_ref().unwrap().ty(), Ty::Day);
    let cuts: Vec<(&str, bool)> = people.by.iter().map(|c| (c.text.as_str(), c.of_counted)).collect();
    assert_eq!(cuts, [("person.sex", true), ("payment.programme", false)]);
    assert_eq!(packs.figure("elder.healthy").unwrap().year_starts, Some((10, 1)));
}

#[test]
fn checks_are_reckoned() {
    let (packs, _) = load(&files(), host());
    let check = &packs.checks[0];
    let value = |paid: i64| {
        move |operand: &Operand| match operand {
            Operand::Figure(id) if id == "elder.paid" => Some(paid),
            Operand::Figure(_) => Some(7),
            Operand::Param(id) => (id == "elder.amount").then_some(30_000),
            Operand::Line(_) => None,
        }
    };
    assert_eq!(check.holds(value(210_000)), Some(true));
    assert_eq!(check.sides(value(1)), Some((1, 210_000)));
    assert_eq!(check.holds(|_| None), None);
    let of_return = &packs.ret("care").unwrap().checks[0];
    assert_eq!(of_return.operands(), [&Operand::Line("men".into()), &Operand::Line("all".into())]);
}

#[test]
fn a_wrong_key_is_answered_with_the_right_one() {
    check(
        "programmes/elder/figures.toml",
        "title = { zh = \"领取人数\"",
        "titel = { zh = \"领取人数\"",
        r#"
error[missing-key]: title is missing
 --> programmes/elder/figures.toml:2:1
  |
2 | [[figure]]
  | ^^^^^^^^^^

error[unknown-key]: unknown key titel
 --> programmes/elder/figures.toml:4:1
  |
4 | titel = { zh = "领取人数", en = "People paid" }
  | ^^^^^
  = advice: did you mean title?
"#,
    );
}

#[test]
fn a_mistake_in_an_expression_is_shown_where_it_is() {
    check(
        "programmes/elder/rules.toml",
        "age >= param.age",
        "agge >= param.age",
        r#"
error[unknown-name]: person has no agge
 --> programmes/elder/rules.toml:9:13
  |
9 |   { when = "agge >= param.age", zh = "年满80周岁", en = "Eighty or older" },
  |             ^^^^
  = advice: did you mean age?
"#,
    );
    check(
        "programmes/elder/figures.toml",
        "where = 'programme == \"elder\"'",
        "where = 'programme == \"eldre\"'",
        r#"
error[unknown-code]: code table programme has no "eldre"
 --> programmes/elder/figures.toml:8:23
  |
8 | where = 'programme == "eldre"'
  |                       ^^^^^^^
  = advice: did you mean "elder" (Elder allowance)?
"#,
    );
}

#[test]
fn the_same_in_chinese() {
    let (packs, findings) = load_with("programmes/elder/rules.toml", "age >= param.age", "age >= param.agee");
    assert_eq!(
        packs.check_text(&findings, Language::Chinese).trim(),
        r#"
错误[unknown-param]: 没有参数 agee
 --> programmes/elder/rules.toml:9:26
  |
9 |   { when = "age >= param.agee", zh = "年满80周岁", en = "Eighty or older" },
  |                          ^^^^
  = 建议：是不是 param.age？
"#
        .trim()
    );
}

#[test]
fn units_and_what_is_counted_must_agree() {
    check(
        "programmes/elder/figures.toml",
        "count = \"payment.person\"",
        "count = \"payment\"",
        r#"
error[unit]: the unit is 人, but what is counted is payment
 --> programmes/elder/figures.toml:5:8
  |
5 | unit = "人"
  |        ^^^^
  = advice: write count = "payment.person", or use 人次
"#,
    );
}

#[test]
fn figures_named_elsewhere_must_exist() {
    check(
        "programmes/elder/figures.toml",
        "ratio = [\"elder.healthy\", \"elder.people\"]",
        "ratio = [\"elder.healthy\", \"elder.poeple\"]",
        r#"
error[unknown-figure]: there is no figure elder.poeple
  --> programmes/elder/figures.toml:33:27
   |
33 | ratio = ["elder.healthy", "elder.poeple"]
   |                           ^^^^^^^^^^^^^^
   = advice: did you mean elder.people?
"#,
    );
    check(
        "programmes/elder/figures.toml",
        "that = \"elder.paid ==",
        "that = \"elder.payed ==",
        r#"
error[unknown-figure]: there is no figure elder.payed
  --> programmes/elder/figures.toml:35:9
   |
35 | that = "elder.payed == elder.people * param.elder.amount"
   |         ^^^^^^^^^^^
   = advice: did you mean elder.paid?
"#,
    );
}

#[test]
fn values_of_a_parameter_do_not_overlap() {
    check(
        "programmes/elder/params.toml",
        ", to = 2010-01-01",
        "",
        r#"
error[overlapping-values]: the value from 2010-01-01 overlaps the one from 2000-01-01
 --> programmes/elder/params.toml:8:3
  |
8 |   { value = 80, from = 2010-01-01, source = "新办法" },
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = advice: give the earlier one to = 2010-01-01
"#,
    );
    check(
        "programmes/elder/params.toml",
        ", source = \"办法\"",
        "",
        r#"
error[missing-key]: source is missing
  --> programmes/elder/params.toml:14:11
   |
14 | values = [{ value = "300.50", from = 2010-01-01 }]
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"#,
    );
}

#[test]
fn a_missing_language_is_a_finding() {
    check(
        "programmes/elder/programme.toml",
        "{ zh = \"已申报\", en = \"Applied\" }",
        "{ zh = \"已申报\" }",
        r#"
error[missing-language]: the English text (en) is missing
 --> programmes/elder/programme.toml:9:9
  |
9 | title = { zh = "已申报" }
  |         ^^^^^^^^^^^^^^^^^
"#,
    );
}

#[test]
fn references_inside_a_programme_must_exist() {
    check(
        "programmes/elder/programme.toml",
        "to = \"receiving\"",
        "to = \"recieving\"",
        r#"
error[unknown-reference]: there is no stage recieving
  --> programmes/elder/programme.toml:16:6
   |
16 | to = "recieving"
   |      ^^^^^^^^^^^
   = advice: did you mean receiving?
"#,
    );
    check(
        "programmes/elder/programme.toml",
        "screen = \"gap\"",
        "screen = \"gaps\"",
        r#"
error[unknown-rule]: screen names the rule elder.gaps, which does not exist
 --> programmes/elder/programme.toml:2:6
  |
2 | id = "elder"
  |      ^^^^^^^
  = advice: did you mean elder.gap?
"#,
    );
}

#[test]
fn a_case_that_comes_out_otherwise_is_printed_like_a_mistake() {
    check(
        "programmes/elder/cases.toml",
        "born = 1933-11-21",
        "born = 1933-11-20",
        r#"
error[case-verdict]: case "seventy-nine: not yet" says not eligible, the rule says eligible
 --> programmes/elder/cases.toml:6:11
  |
6 | verdict = "not eligible"
  |           ^^^^^^^^^^^^^^
  = advice: what decided: Lives here; Eighty or older
"#,
    );
    check(
        "programmes/elder/cases.toml",
        "because = \"年满80周岁\"",
        "because = \"住在本社区\"",
        r#"
error[case-because]: case "seventy-nine: not yet" gives the reason "住在本社区", other conditions decided
 --> programmes/elder/cases.toml:7:11
  |
7 | because = "住在本社区"
  |           ^^^^^^^^^^^^
  = advice: what decided: Eighty or older
"#,
    );
    check(
        "programmes/elder/cases.toml",
        "missing = [\"born\"]",
        "missing = [\"sex\"]",
        r#"
error[case-missing]: case "born in a month that decides: ask" says sex is missing, the rule asks for born
  --> programmes/elder/cases.toml:13:11
   |
13 | missing = ["sex"]
   |           ^^^^^^^
"#,
    );
    check(
        "programmes/elder/cases.toml",
        "born = 1933-11-21",
        "age = 79",
        r#"
error[unknown-name]: person has no age
 --> programmes/elder/cases.toml:5:12
  |
5 | person = { age = 79, lives_here = true }
  |            ^^^
  = advice: it is derived: give the facts it comes from: years_between(born, today)
"#,
    );
}

#[test]
fn broken_toml_is_shown_and_the_rest_is_read() {
    let (packs, findings) = load_with("programmes/elder/rules.toml", "id = \"eligible\"", "id = eligible\"");
    assert_eq!(findings[0].code, "toml");
    assert_eq!(packs.figures.len(), 4);
}

#[test]
fn two_packs_may_share_a_field_only_of_one_type() {
    let mut files = files();
    let other = PROGRAMME.replace("\"elder\"", "\"young\"").replace("type = \"money\"", "type = \"bool\"");
    let other = other.replace("screen = \"gap\"", "").replace("many = \"checkups\"", "many = \"checkups_young\"");
    files.push(("programmes/young/programme.toml".into(), other));
    let (packs, findings) = load(&files, host());
    let printed = packs.check_text(&findings, Language::English);
    assert!(printed.contains("enrolment already has a field grant of another type"), "{printed}");
}

#[test]
fn files_cut_short_or_missing_a_character_are_answered() {
    let sound = files();
    for at in 0..sound.len() {
        let chars: Vec<char> = sound[at].1.chars().collect();
        for i in (0..chars.len()).step_by(11) {
            let mut changed = sound.clone();
            let without: String = chars.iter().take(i).chain(chars.iter().skip(i + 1)).collect();
            let cut: String = chars.iter().take(i).collect();
            for text in [without, cut] {
                changed[at].1 = text;
                let (packs, mut findings) = load(&changed, host());
                if findings.iter().all(|f| !f.is_error()) {
                    findings.extend(packs.run_cases());
                }
                let _ = packs.check_text(&findings, Language::Chinese);
            }
        }
    }
}

#[test]
fn a_pack_may_be_checked_in_its_own_folder() {
    let mut files = files();
    for file in &mut files {
        file.0 = file.0.trim_start_matches("programmes/elder/").to_string();
    }
    let (packs, findings) = load(&files, host());
    assert_eq!(packs.check_text(&findings, Language::English), "");
    assert_eq!(packs.programmes[0].id, "elder");
    assert_eq!(packs.packs[0].dir, "");
}

#[test]
fn a_question_is_checked_like_a_rule() {
    let with = |when: &str| {
        let mut files = files();
        let text = format!(
            "[[question]]\nid = \"age\"\ntitle = {{ zh = \"年龄未知\", en = \"Age unknown\" }}\n\
             advice = {{ zh = \"问清。\", en = \"Ask.\" }}\nwhen = '{when}'\nunknown = true\n"
        );
        files.push(("programmes/elder/questions.toml".into(), text));
        load(&files, host())
    };
    let (packs, findings) = with("person.age >= param.age");
    assert_eq!(packs.check_text(&findings, Language::English), "");
    assert!(packs.question("age").is_some_and(|q| q.unknown && !q.everyone));
    let (packs, findings) = with("person.agee >= 1");
    let printed = packs.check_text(&findings, Language::English);
    assert!(printed.contains("questions.toml:5") && printed.contains("age"), "{printed}");
    assert!(packs.question("age").is_none());
}
