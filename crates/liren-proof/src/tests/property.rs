//! Generated reports: a consistent one has no error, and breaking one figure gives a finding at that figure or at
//! the sentence it stands in. Noise never panics, and offsets always lie within the text.

use proptest::prelude::*;

use crate::{Options, Report, Severity, Text, read};

/// A sentence told from consistent numbers, and the figures in it that a break must be noticed at.
#[derive(Debug, Clone)]
struct Sentence {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Words(&'static str),
    /// A number; whether breaking it must be an error.
    Number(u64, bool),
    /// A number printed as a rate with one decimal.
    Rate(f64),
}

use Piece::{Number, Rate, Words};

fn print(sentences: &[Sentence]) -> String {
    sentences.iter().map(|sentence| sentence.pieces.iter().map(show).collect::<String>()).collect::<Vec<_>>().join("\n")
}

fn show(piece: &Piece) -> String {
    match piece {
        Words(words) => (*words).to_owned(),
        Number(n, _) => n.to_string(),
        Rate(rate) => format!("{rate:.1}"),
    }
}

/// 总人口…其中常住…流动…
fn population() -> impl Strategy<Value = Sentence> {
    (500u64..9000, 100u64..5000).prop_map(|(resident, mobile)| Sentence {
        pieces: vec![
            Words("社区总人口"),
            Number(resident + mobile, true),
            Words("人，其中常住人口"),
            Number(resident, true),
            Words("人，流动人口"),
            Number(mobile, true),
            Words("人。"),
        ],
    })
}

/// 党员…其中男…女…
fn members() -> impl Strategy<Value = Sentence> {
    (20u64..300, 20u64..300).prop_map(|(men, women)| Sentence {
        pieces: vec![
            Words("社区党总支共有党员"),
            Number(men + women, true),
            Words("名，其中男党员"),
            Number(men, true),
            Words("名，女党员"),
            Number(women, true),
            Words("名。"),
        ],
    })
}

/// 低保…户…人，其中A类…户…人，B类…户…人
fn pairs() -> impl Strategy<Value = Sentence> {
    (3u64..40, 3u64..40, 3u64..40, 2u64..4).prop_map(|(a, b, c, size)| Sentence {
        pieces: vec![
            Words("全街道低保对象"),
            Number(a + b + c, true),
            Words("户"),
            Number((a + b + c) * size + 3, true),
            Words("人，其中A类"),
            Number(a, true),
            Words("户"),
            Number(a * size + 1, true),
            Words("人，B类"),
            Number(b, true),
            Words("户"),
            Number(b * size + 1, true),
            Words("人，其他"),
            Number(c, true),
            Words("户"),
            Number(c * size + 1, true),
            Words("人。"),
        ],
    })
}

/// 受理…办结…办结率…
fn rate() -> impl Strategy<Value = Sentence> {
    (40u64..900).prop_flat_map(|all| (Just(all), all / 2..all)).prop_map(|(all, done)| Sentence {
        pieces: vec![
            Words("本月受理居民诉求"),
            Number(all, true),
            Words("件，办结"),
            Number(done, true),
            Words("件，办结率"),
            Rate(done as f64 / all as f64 * 100.0),
            Words("%。"),
        ],
    })
}

/// 总收入…占…
fn share() -> impl Strategy<Value = Sentence> {
    (2000u64..9000).prop_flat_map(|all| (Just(all), all / 10..all / 2)).prop_map(|(all, old)| Sentence {
        pieces: vec![
            Words("辖区户籍人口"),
            Number(all, true),
            Words("人，60周岁以上老人"),
            Number(old, true),
            Words("人，占户籍人口的"),
            Rate(old as f64 / all as f64 * 100.0),
            Words("%。"),
        ],
    })
}

/// …名…每人…元，共…元
fn product() -> impl Strategy<Value = Sentence> {
    (5u64..90, 1u64..12).prop_map(|(heads, hundreds)| Sentence {
        pieces: vec![
            Words("为"),
            Number(heads, true),
            Words("名困难居民发放慰问金，每人"),
            Number(hundreds * 100, true),
            Words("元，共发放"),
            Number(heads * hundreds * 100, true),
            Words("元。"),
        ],
    })
}

fn sentence() -> impl Strategy<Value = Sentence> {
    prop_oneof![population(), members(), pairs(), rate(), share(), product()]
}

fn proofread(text: &str) -> Report {
    read(&Text::plain(text), &Options::default())
}

/// Sentences of different kinds: two of one kind would state one label twice.
fn report() -> impl Strategy<Value = Vec<Sentence>> {
    (population(), members(), pairs(), rate(), product()).prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e])
}

proptest! {
    #[test]
    fn a_consistent_report_has_no_error(report in report()) {
        let text = print(&report);
        let found = proofread(&text);
        prop_assert!(!found.has_errors(), "{text}\n{:#?}", found.findings);
        prop_assert!(found.summary.verified >= 6, "{text}\n{:#?}", found.verified);
    }

    #[test]
    fn a_broken_figure_is_found_where_it_stands(sentence in sentence(), which in any::<prop::sample::Index>(), by in 1u64..9) {
        let mut broken = sentence.clone();
        let numbers: Vec<usize> = (0..broken.pieces.len()).filter(|&n| matches!(broken.pieces[n], Number(_, true))).collect();
        let place = *which.get(&numbers);
        let Number(value, _) = broken.pieces[place] else { unreachable!() };
        // Far enough off that no rounding hides it.
        let wrong = value + by.max(value / 15) + 1;
        broken.pieces[place] = Number(wrong, true);
        // A number that makes two others into a sum by accident has another reading, and whoever reads it so is not told.
        let all: Vec<u64> = numbers
            .iter()
            .filter_map(|&n| if let Number(value, _) = broken.pieces[n] { Some(value) } else { None })
            .collect();
        let accident = (0..all.len()).any(|a| (0..a).any(|b| (0..all.len()).any(|c| c != a && c != b && all[a] + all[b] == all[c])));
        prop_assume!(!accident);
        let text = format!("前面一段没有数字。\n{}\n后面一段也没有数字。", print(&[broken.clone()]));
        let found = proofread(&text);
        let line = Text::plain(&text).line(2);
        let noticed = found.findings.iter().any(|finding| {
            finding.severity <= Severity::Warning && finding.quotes.iter().any(|quote| line.contains(&quote.start))
        });
        prop_assert!(noticed, "{} instead of {value} in\n{text}\n{:#?}", wrong, found.findings);
    }

    #[test]
    fn noise_never_panics(text in noise()) {
        let source = Text::plain(&text);
        let report = read(&source, &Options::default());
        let end = source.chars().len();
        for quote in report.findings.iter().flat_map(|finding| &finding.quotes) {
            prop_assert!(quote.start <= quote.end && quote.end <= end);
            prop_assert_eq!(&source.slice(quote.start..quote.end), &quote.text);
        }
        for figure in &report.figures {
            prop_assert_eq!(&source.slice(figure.start..figure.end), &figure.text);
        }
        let _ = crate::terminal::render(&report, &source, true, crate::Lang::Zh);
        let _ = crate::html::page(&report, &source, "t", crate::Lang::En);
    }
}

/// Bits of reports, digits, marks and anything else, in any order.
fn noise() -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        prop::sample::select(vec![
            "其中", "分别为", "占", "总人口", "户", "人", "元", "万", "%", "百分之", "十", "一百", "二〇一三年", "年",
            "月", "日", "（", "）", "(", ")", "，", ",", "、", "；", "。", ".", "：", ":", "合计", "共", "增长",
            "提高", "由", "到", "至", "-", "～", "“", "”", "XX", "__", "?", "区(qū)", "?cè)", "|", "\t", "\n", "\r\n",
            " ", "　", "等", "受理", "办结", "未", "每人", "人均", "个百分点", "一是", "二是", "三个方面", "以上",
            "余", "约", "第", "号楼", "岁", "元/人", "合计|", "\u{fffd}", "👍", "é", "社區", "亿元", "成", "‰", "3.5",
            "0", "007", "99999999999999999999",
        ])
        .prop_map(str::to_owned),
        "[0-9]{1,6}",
        "\\PC{0,4}",
    ];
    prop::collection::vec(bits, 0..60).prop_map(|bits| bits.concat())
}
