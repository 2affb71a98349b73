//! Check 6: dates that do not exist, run backwards, lost their year, or lie outside the report's.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::dates::{Date, days_in};
use crate::read::numbers::{ends, starts};
use crate::relations::Outcome;
use crate::report::{Message, Severity};
use crate::text::BlockKind;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    for date in &page.dates {
        impossible(page, date, findings);
    }
    for pair in page.dates.windows(2) {
        backwards(page, &pair[0], &pair[1], findings);
    }
    lost_years(page, findings);
    since(page, findings);
    after_the_report(page, findings);
}

fn impossible(page: &Page, date: &Date, findings: &mut Findings) {
    let Some(month) = date.month else { return };
    if !(1..=12).contains(&month) || date.to_month.is_some_and(|to| !(1..=12).contains(&to)) {
        let why = Message::new("月份只有 1 至 12", "months run from 1 to 12");
        findings.date_impossible(date.span.clone(), why, Severity::Error);
        return;
    }
    let Some(day) = date.day else { return };
    let last = days_in(month, date.year);
    if day == 0 || day > last {
        let why = Message::new(format!("{month} 月只有 {last} 天"), format!("that month has {last} days"));
        findings.date_impossible(date.span.clone(), why, Severity::Error);
    } else if date.year.is_none() && day > days_in(month, page.year) {
        let why = Message::new("报告所述的年份不是闰年", "the year of the report is not a leap year");
        findings.date_impossible(date.span.clone(), why, Severity::Warning);
    }
}

/// Words of beginning and of ending one work.
static BEGUN: &[&str] = &["开工", "动工", "启动", "开始", "申请", "立项", "筹备", "进场", "受理", "报名"];
static ENDED: &[&str] = &["竣工", "完工", "完成", "结束", "验收", "投入使用", "交付", "建成", "落成", "通水", "通车"];

/// The stages of a work, in order.
static STAGES: &[&[&str]] = &[
    &["立项", "申请", "招标", "中标"],
    &["开工", "动工", "进场", "启动"],
    &["完工", "竣工", "建成", "落成"],
    &["验收"],
    &["移交", "交付", "投入使用", "启用", "通车", "开业", "投用"],
];

fn backwards(page: &Page, first: &Date, second: &Date, findings: &mut Findings) {
    if second.span.start < first.span.end {
        return;
    }
    let between = page.words(first.span.end..second.span.start);
    let ranged = matches!(
        between.as_str(),
        "至" | "到" | "-" | "~" | "--" | "起至" | "持续至" | "持续到" | "开始至" | "起到" | "延续至"
    );
    // 自11月19日起公示，至11月15日止; 起于4月15日，止于3月20日.
    let led = page.words(first.span.start.saturating_sub(3)..first.span.start);
    let opened = ["自", "从", "起于", "始于"].iter().any(|word| led.contains(word)) || between.starts_with('起');
    let until = ["至", "到", "止于"].iter().any(|word| between.ends_with(word));
    let ranged = ranged || (opened && until && between.chars().count() <= 16 && !between.contains(['。', '；']));
    let (Some(a), Some(b)) = (first.month, second.month) else {
        if ranged && first.year.zip(second.year).is_some_and(|(a, b)| b < a) {
            findings.dates_out_of_order(second.span.clone(), first.span.clone(), Severity::Error);
        }
        return;
    };
    let crosses = ["次年", "翌年", "第二年", "去年", "上年", "今年", "明年", "次日", "同年", "每年"];
    let around = page.words(first.span.start.saturating_sub(4)..(second.span.end + 2).min(page.normal.chars.len()));
    if crosses.iter().any(|word| around.contains(word)) {
        return;
    }
    // A date without a year takes that of the one before it.
    let years = match (first.year, second.year) {
        (Some(y), None) => Some((y, y)),
        (Some(y), Some(z)) => Some((y, z)),
        (None, None) => None,
        (None, Some(_)) => return,
    };
    let (day_a, day_b) = (first.day.unwrap_or(1), second.day.unwrap_or(31));
    let earlier = match years {
        Some((y, z)) => (z, b, day_b) < (y, a, day_a),
        None => (b, day_b) < (a, day_a),
    };
    if !earlier {
        return;
    }
    let same_month = a == b && second.day.is_some() && first.day.is_some();
    if ranged {
        let sure = second.year.is_some() || same_month;
        if sure {
            findings.dates_out_of_order(second.span.clone(), first.span.clone(), Severity::Error);
        } else if opened && years.is_none() && a - b <= 3 {
            // From November to March goes into the next year; from April to March hardly.
            findings.dates_out_of_order(second.span.clone(), first.span.clone(), Severity::Warning);
        }
        return;
    }
    let one_sentence = !between.contains(['。', '！', '？', '\n', '；']) && between.chars().count() <= 40;
    let after_first: String = between.chars().take(14).collect();
    let end = page.normal.chars.len().min(second.span.end + 12);
    let after_second = page.words(second.span.end..end);
    let begun = BEGUN.iter().any(|word| after_first.contains(word));
    let ended = ENDED.iter().any(|word| after_second.contains(word));
    let stage = |words: &str| {
        let place = |list: &[&str]| list.iter().filter_map(|word| words.find(word)).min();
        STAGES.iter().enumerate().filter_map(|(n, list)| place(list).map(|at| (at, n))).min().map(|(_, n)| n)
    };
    let staged = stage(&after_first).zip(stage(&after_second)).is_some_and(|(a, b)| a < b);
    if one_sentence && ((begun && ended) || staged) {
        let sure = years.is_some() || (first.day.is_some() && second.day.is_some());
        findings.dates_out_of_order(
            second.span.clone(),
            first.span.clone(),
            if sure { Severity::Error } else { Severity::Warning },
        );
    }
}

/// 于年4月16日, 年度, 201年.
fn lost_years(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    for at in 0..chars.len() {
        if chars[at] != '年' {
            continue;
        }
        let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
        let after = chars.get(at + 1).copied().unwrap_or('\n');
        let opens = "，。；：（、\n于在自从至到按为".contains(before);
        if opens && after.is_ascii_digit() && chars[at + 1..].iter().take(4).any(|&c| c == '月') {
            findings.year_missing(at..at + 1);
        } else if "比与较同".contains(before)
            && ["相比", "增", "减", "下降", "上升", "提高", "降低", "同期"]
                .iter()
                .any(|word| starts(chars, at + 1, word))
            && !ends(chars, at, "同比")
        {
            // 比年增长288.1%, 与年相比.
            findings.year_missing(at..at + 1);
        } else if "，。；\n".contains(before) && starts(chars, at, "年度，") {
            findings.year_missing(at..at + 2);
        } else if (ends(chars, at, "签订") || ends(chars, at, "制定了") || ends(chars, at, "制订了"))
            && !"度初底终".contains(after)
        {
            findings.year_missing(at..at + 1);
        } else if before.is_ascii_digit() {
            let run = chars[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
            let first = chars[at - run];
            let bounded =
                at == run || !(chars[at - run - 1].is_ascii_alphanumeric() || ".，-/".contains(chars[at - run - 1]));
            let lost = run == 3
                && matches!((first, chars[at - 2]), ('2', '0' | '1'))
                && chars[at - run..].starts_with(&['2', '0']);
            let doubled = run == 5 && first == '2' && chars[at - run + 1] == '0';
            if bounded && (lost || doubled) && !"来前后以多级".contains(after) {
                findings.year_malformed(at - run..at + 1);
            }
        }
    }
}

/// 从10月1日至今, late in the year: of this year or the last?
fn since(page: &Page, findings: &mut Findings) {
    for date in &page.dates {
        let chars = &page.normal.chars;
        let late = date.year.is_none() && date.day.is_some() && date.month.is_some_and(|month| month >= 9);
        let start = date.span.start;
        let until = ["至今", "到目前", "至目前", "以来", "起至今", "到现在", "至现在"]
            .iter()
            .any(|word| starts(chars, date.span.end, word));
        let named = ["今年", "去年", "上年", "本年"].iter().any(|word| ends(chars, start, word));
        if late && until && !named && (start > 0 && "从自，。（：".contains(chars[start - 1])) {
            let end = date.span.end + 2;
            findings.period_ambiguous(start..end.min(chars.len()));
        }
    }
}

/// A later year than the report's, told as past, outside its plans.
fn after_the_report(page: &Page, findings: &mut Findings) {
    let Some(year) = page.options.period.map(|period| period.year).or(titled_year(page)) else {
        return;
    };
    let planning = [
        "计划", "打算", "思路", "安排", "展望", "规划", "目标", "明年", "下一步", "下步", "预计", "力争", "将", "拟",
        "到期", "届满", "有效期", "前", "底", "至", "要", "努力",
    ];
    // A page of several reports has several years.
    if !crate::read::context::pieces(&page.normal).is_empty() {
        return;
    }
    let mut plans = false;
    for (n, block) in page.normal.blocks.iter().enumerate() {
        let words = page.words(block.span.clone());
        let heading = matches!(block.kind, BlockKind::Heading(_));
        let short = heading || (words.chars().count() < 30 && !words.contains(['。', '，']));
        if short && planning.iter().take(11).any(|word| words.contains(word)) {
            plans = true;
        }
        if plans || heading || n == 0 {
            continue;
        }
        for date in page.dates.iter().filter(|date| block.span.contains(&date.span.start)) {
            if date.year.is_some_and(|y| y > year) {
                let sentence = page.sentences.iter().find(|sentence| sentence.span.contains(&date.span.start));
                let told = sentence.map(|sentence| page.words(sentence.span.clone())).unwrap_or_default();
                if !planning.iter().any(|word| told.contains(word)) {
                    findings.period_differs(date.span.clone(), year);
                }
            }
        }
    }
}

/// The year in the title of a report on one year's work.
fn titled_year(page: &Page) -> Option<i32> {
    let block = page.normal.blocks.first()?;
    let words = page.words(block.span.clone());
    let titled = words.chars().count() <= 40
        && ["总结", "汇报", "报告", "小结", "通报", "述职"].iter().any(|word| words.contains(word))
        && !words.contains("计划")
        && !words.contains("打算")
        && !words.contains("要点");
    let mut years = page.dates.iter().filter(|date| block.span.contains(&date.span.start)).filter_map(|date| date.year);
    let year = years.next()?;
    (titled && years.next().is_none()).then_some(year)
}
