//! The shape of what comes out: JSON, the terminal, the page; and what goes in: bytes, blocks, known figures.

use crate::{BlockKind, KnownFigure, Lang, Options, Part, Severity, Text, decode, html, read, terminal};

const BROKEN: &str = "社区总人口600人，其中常住人口500人，流动人口120人。";

#[test]
fn json_has_the_shape_of_the_issue() {
    let report = read(&Text::plain(BROKEN), &Options::default());
    let json = serde_json::to_value(&report).unwrap();
    for key in ["summary", "findings", "verified", "figures"] {
        assert!(json.get(key).is_some(), "{key}");
    }
    let finding = &json["findings"][0];
    assert_eq!(finding["kind"], "sum_differs");
    assert_eq!(finding["severity"], "error");
    assert!(finding["message"]["zh"].is_string() && finding["message"]["en"].is_string());
    assert_eq!(finding["arithmetic"], "500 + 120 = 620 ≠ 600");
    assert!(finding["fix"].is_null());
    let quote = &finding["quotes"][0];
    assert_eq!((quote["start"].as_u64(), quote["end"].as_u64()), (Some(0), Some(9)));
    assert_eq!(quote["text"], "社区总人口600人");
    assert_eq!(json["figures"][0]["value"], 600);
}

#[test]
fn the_terminal_underlines_the_columns_of_the_quote() {
    let text = Text::plain(BROKEN);
    let report = read(&text, &Options::default());
    let shown = terminal::render(&report, &text, false, Lang::Zh);
    let expected = "\
错误[sum_differs]: 分项之和 620人 与“总人口”600人 不符，多 20人
  --> 第 1 行，第 1 字
   |
 1 | 社区总人口600人，其中常住人口500人，流动人…
   | ^^^^^^^^^^^^^^^
   = 算式: 500 + 120 = 620 ≠ 600
   = 对照: 第 1 行第 11 字 “其中常住人口500人”
   = 对照: 第 1 行第 22 字 “流动人口120人”
";
    assert!(shown.starts_with(expected), "{shown}");
    assert!(terminal::render(&report, &text, true, Lang::En).contains("\x1b[1;31merror[sum_differs]\x1b[0m"));
}

#[test]
fn the_page_marks_the_text_and_escapes_it() {
    let text = Text::plain("<script>社区总人口600人，其中常住人口500人，流动人口120人。");
    let report = read(&text, &Options::default());
    let page = html::page(&report, &text, "报告<1>", Lang::Zh);
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
    assert!(page.contains("<title>报告&lt;1&gt; · 核对</title>"));
    assert!(page.contains("href=\"#proof-note-1\" id=\"proof-at-1\"") && page.contains("id=\"proof-note-1\""));
    let fragment = html::fragment(&report, &text, Lang::En);
    assert!(!fragment.text.contains("style=") && !fragment.notes.contains("style="));
}

#[test]
fn bytes_are_decoded_whatever_they_are() {
    let words = "社区总人口600人。";
    let (gb, ..) = encoding_rs::GB18030.encode(words);
    assert_eq!(decode(&gb).unwrap(), words);
    assert_eq!(decode(words.as_bytes()).unwrap(), words);
    assert_eq!(decode(&[&[0xef, 0xbb, 0xbf], words.as_bytes()].concat()).unwrap(), words);
    let utf16: Vec<u8> = [0xfeffu16].into_iter().chain(words.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(decode(&utf16).unwrap(), words);
    assert!(decode(&[0, 159, 146, 150, 255, 254, 0, 1]).is_err());
    assert!(decode(b"PK\x03\x04\0\0").is_err());
}

fn known(id: &str, label: &str, unit: &str, value: f64, rounded: bool) -> KnownFigure {
    KnownFigure {
        id: id.into(),
        label: label.into(),
        aliases: vec![format!("{label}总数")],
        unit: unit.into(),
        value,
        rounded,
    }
}

#[test]
fn figures_are_compared_with_those_of_a_data_folder() {
    let figures = [
        known("population.total", "总人口", "人", 4268.0, false),
        known("party.members", "党员", "人", 85.0, false),
        known("plaza.cost", "广场改造投资", "元", 31_480.0, true),
    ];
    let text = Text::plain("社区总人口4268人，党员总数83名。广场改造投资3万余元，安装路灯30盏。");
    let report = read(&text, &Options { known: &figures, ..Options::default() });
    let kinds: Vec<_> = report.findings.iter().map(|finding| (finding.kind, finding.severity)).collect();
    assert_eq!(kinds, [("known_differs", Severity::Error), ("no_such_figure", Severity::Hint)]);
    assert_eq!(report.verified.iter().filter(|verified| verified.kind == "known").count(), 2);
    let fix = report.findings[0].fix.as_ref().unwrap();
    assert_eq!((text.slice(fix.start..fix.end).as_str(), fix.replace_with.as_str()), ("83", "85"));
}

#[test]
fn open_changes_and_struck_words_are_told_and_the_rest_is_read() {
    let part = |text: &str, changes: Vec<std::ops::Range<usize>>, struck| Part {
        kind: BlockKind::Paragraph,
        text: text.into(),
        changes,
        struck,
    };
    let text = Text::from_parts([
        part("全社区居民5020人，其中男2610人，女2410人。", vec![10..10, 14..18], false),
        part("全年开展活动12场。", std::iter::once(2..2).collect(), true),
    ]);
    let report = read(&text, &Options::default());
    let found: Vec<_> = report.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(found, ["revisions_open", "words_struck"], "{:?}", report.findings);
    let quotes: Vec<&str> = report.findings[0].quotes.iter().map(|q| q.text.as_str()).collect();
    assert_eq!(quotes, ["，", "2610", "开"]);
    assert_eq!(report.summary.partitions, 1);
}
