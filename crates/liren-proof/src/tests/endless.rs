//! Texts without end: read in time that grows with their length, and answered by a list somebody can read.

use std::time::{Duration, Instant};

use crate::{Lang, Options, Report, Text, html, read, terminal};

fn quick(text: &str) -> (Text, Report) {
    let text = Text::plain(text);
    let begun = Instant::now();
    let report = read(&text, &Options::default());
    let took = begun.elapsed();
    let beginning: String = text.chars().iter().take(24).collect();
    // A guard against reading without end, not a measure: machines are shared.
    assert!(took < Duration::from_secs(40), "{took:?} for {beginning}…");
    (text, report)
}

#[test]
fn what_is_said_over_and_over_is_read_in_time() {
    // Each took from seconds to minutes when every number looked at every other.
    let pieces = [
        "一",
        "一\u{200b}",
        "，1万",
        "12，112",
        "1",
        "（其中男1人）",
        "平均每户3人，",
        "完成率98%减少2个",
        "减少2个完成率98%",
        "、占5.2%党员83名",
        "占5.2%3户5人",
        "总人口100人，其中男60人，女50人。\n",
        "共有居民100人，",
        "1人、2人和3人共6人，",
        "甲|1|2\n",
        "1/1",
        "《",
        "“1",
    ];
    for piece in pieces {
        quick(&piece.repeat(24_000 / piece.chars().count()));
    }
}

#[test]
fn findings_without_end_are_counted_and_listed_only_so_far() {
    let sentence = "总人口100人，其中男60人，女50人。\n";
    let (text, report) = quick(&sentence.repeat(1_200));
    let summary = &report.summary;
    assert!(summary.errors >= 1_200, "{}", summary.errors);
    assert!(summary.omitted >= 700);
    assert_eq!(summary.errors + summary.warnings + summary.hints, report.findings.len() + summary.omitted);
    let of_kind = |kind: &str| report.findings.iter().filter(|f| f.kind == kind).count();
    assert!(report.findings.iter().all(|f| of_kind(f.kind) <= 500));
    let more = format!("另有 {} 处没有列出", summary.omitted);
    assert!(summary.message.zh.contains(&more), "{}", summary.message.zh);
    assert!(summary.message.en.contains(&format!("{} more", summary.omitted)), "{}", summary.message.en);
    assert!(terminal::render(&report, &text, false, Lang::Zh).contains(&more));
    assert!(html::page(&report, &text, "报告", Lang::Zh).contains(&more));
    let cells: String = (0..5_000).map(|n| format!("第{n}组\t1\n")).collect();
    let (_, report) = quick(&format!("项目\t人数\n{cells}合计\t4000\n"));
    for finding in &report.findings {
        assert!(finding.quotes.len() <= 100);
        assert!(finding.arithmetic.as_deref().unwrap_or_default().chars().count() <= 2_001);
    }
}
