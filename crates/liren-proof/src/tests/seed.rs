//! The worked example, retold: every figure with its unit, the seven sums, the two errors, and what wants an answer.

use crate::{BlockKind, FigureKind, Options, Report, Severity, Text, Value, read};

const REPORT: &str = include_str!("report.txt");

fn report() -> Report {
    read(&Text::plain(REPORT), &Options::default())
}

/// Value and unit of each of the 85 figures, in the order of the text. Dates and the identifier have their words.
const FIGURES: &str = "
    1.1平方公里 6个 2个 4个 4268人 2181人 2087人 3个 83名 2个 1个 3个 3人 2人 2人 3方面 12户 3家 58人 8次 4级 4268人 6个 501人 295人 3人 9人 144人
    42人 8人 166人 5人 3人 62人 88人 7人 1人 4人 1人 3人 3人 100% @4月16日 310人 200人 147人 68人 11人 10名 5人 29户 1户 40户 37户 7名 80周岁 2100元
    3场 8次 2支 10人 16人 100人次 2次 11个 1次 3万元 1处 200户 30盏 38根 16号楼 50平方米 @6月19日 269万元 @8月13日 @8月25日 @10月30日 @11月底
    1000户 3000居民 @10月11日 11人 953人 10人";

#[test]
fn all_eighty_five_figures_are_read_with_their_unit() {
    let mut read: Vec<String> = report()
        .figures
        .iter()
        .map(|figure| match &figure.value {
            Value::Number(n) => format!("{n}{}", figure.unit),
            Value::Words(words) => format!("@{words}"),
        })
        .collect();
    let wanted: Vec<&str> = FIGURES.split_whitespace().collect();
    assert_eq!(wanted.len(), 85);
    for figure in wanted {
        let place = read.iter().position(|other| other == figure);
        assert!(place.is_some(), "{figure} among what is left: {read:?}");
        read.remove(place.unwrap());
    }
}

#[test]
fn kinds_and_bounds_tell_counts_from_other_numbers() {
    let report = report();
    let kind = |text: &str| report.figures.iter().find(|figure| figure.text == text).unwrap().kind;
    assert_eq!(kind("16号楼"), FigureKind::Identifier);
    assert_eq!(kind("八十周岁"), FigureKind::Condition);
    assert_eq!(kind("100%"), FigureKind::Rate);
    assert_eq!(kind("8月13日"), FigureKind::Date);
    assert_eq!(kind("新成立了向阳党支部"), FigureKind::Implied);
}

#[test]
fn its_seven_sums_hold() {
    let sums: Vec<String> = report().verified.iter().filter_map(|verified| verified.arithmetic.clone()).collect();
    for sum in [
        "2181 + 2087 = 4268", "2 + 1 = 3", "295 + 3 + 9 + 144 + 42 + 8 = 501", "5 + 3 + 62 + 88 + 7 + 1 = 166",
        "1 + 3 = 4", "1 + 1 = 2", "1 + 1 + 1 + 1 = 4",
    ] {
        assert!(sums.iter().any(|other| other == sum), "{sum} in {sums:?}");
    }
}

#[test]
fn its_two_errors_are_errors_and_nothing_else_is() {
    let report = report();
    let errors: Vec<_> = report.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let kinds: Vec<_> = errors.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, ["label_conflict", "subset_exceeds"]);
    assert!(errors[0].message.zh.contains("2181 + 2087 = 4268"));
    assert!(errors[1].quotes[0].text.contains("结扎7人"));
}

#[test]
fn what_wants_an_answer_is_asked() {
    let report = report();
    let count =
        |kind: &str, severity| report.findings.iter().filter(|f| f.kind == kind && f.severity == severity).count();
    assert_eq!(count("definition_overlap", Severity::Warning), 1);
    assert_eq!(count("taxonomy_mismatch", Severity::Warning), 1);
    assert_eq!(count("duplicate_event", Severity::Warning), 2);
    assert_eq!(count("claim_gap", Severity::Warning), 1);
    assert_eq!(count("age_implausible", Severity::Warning), 1);
    assert_eq!(count("period_ambiguous", Severity::Warning), 1);
    assert_eq!(count("year_missing", Severity::Warning), 3);
    assert_eq!(count("progress_gap", Severity::Hint), 1);
    assert_eq!(count("rate_without_base", Severity::Hint), 1);
    assert_eq!(count("wrong_character", Severity::Hint), 1);
    assert_eq!(count("name_variant", Severity::Hint), 1);
    assert_eq!(count("masks", Severity::Hint), 1);
    assert_eq!(count("plan_without_measure", Severity::Hint), 1);
}

#[test]
fn blocks_of_a_document_read_like_its_lines() {
    let blocks = REPORT.lines().map(|line| (BlockKind::Paragraph, line));
    let from_blocks = read(&Text::from_blocks(blocks), &Options::default());
    assert_eq!(from_blocks.findings, report().findings);
}
