use super::*;
use liren_facts::Day;

#[test]
fn damaged_numbers_fit_the_whole_they_came_from() {
    let whole = "990155196905246716";
    for (damaged, fitting) in [
        ("990155196905246", true),     // rounded: 15 digits are left
        ("990155", true),              // scientific notation: six are
        ("990155196905246718", true),  // last one mistyped
        ("99015519690524671", true),   // one lost
        ("9901551969052467166", true), // one too many
        ("990155197005246", false),
        ("990155198001011234", false),
    ] {
        assert_eq!(fits(whole, damaged), fitting, "{damaged}");
    }
}

#[test]
fn one_name_is_not_one_person() {
    let person = |birth: &str, dwelling: &str| Traits {
        name: Some("王军".to_owned()),
        birth: Day::parse(birth).map(PartialDay::exact),
        dwelling: liren_facts::address::read(dwelling),
        ..Traits::default()
    };
    let score = |a: &Traits, b: &Traits| compare(a, b).map(|e| e.score);
    let here = person("1975-03-07", "祥和小区3-2-501");
    assert_eq!(score(&here, &person("1975-03-07", "3#2-501")), Some(4));
    assert_eq!(score(&here, &person("1975-03-07", "")), Some(2));
    assert_eq!(score(&here, &person("1980-03-07", "3#2-501")), None);
    let numbered = |n: &str| Traits { number: Some(n.to_owned()), ..person("1975-03-07", "") };
    assert_eq!(score(&numbered("1"), &numbered("2")), None);
}

#[test]
fn names_are_alike_when_one_character_differs() {
    for (a, b, expected) in [("李晓东", "李志东", true), ("李晓东", "李东", true), ("李晓东", "王志强", false)]
    {
        assert_eq!(alike(a, b), expected, "{a} {b}");
    }
}
