//! 起止与历时 — how long something took against its first and last day (1967年10月动工，1979年5月竣工，历时两年零七个月), what came
//! of an event before it happened, and a weekday that the day was not.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::dates::{Date, days_in};
use crate::read::numbers::{chinese_value, starts};
use crate::relations::Outcome;
use crate::report::Severity;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    for sentence in &page.sentences {
        let from = page.dates.partition_point(|date| date.span.start < sentence.span.start);
        let inside: Vec<&Date> =
            page.dates[from..].iter().take_while(|date| date.span.start < sentence.span.end).collect();
        for pair in inside.windows(2) {
            lasted(page, pair[0], pair[1], sentence.span.end, findings);
            after(page, pair[0], pair[1], findings);
        }
    }
    again(page, findings);
    page.dates.iter().for_each(|date| weekday(page, date, findings));
}

/// Words of how long something took; the number follows them, or the word follows the number.
static LASTED: &[&str] =
    &["历时", "为期", "工期", "公示期", "公示", "持续", "历经", "前后", "时长", "跨度", "展期", "会期"];

/// A span of time as told: so many, in days or months, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told {
    Days(i64),
    Months(i64),
    Years(i64),
}

/// 两年零七个月, 七天, 46天, 十四个月, 5年 at a place.
fn told(chars: &[char], at: usize) -> Option<(Told, usize)> {
    let (first, end) = small(chars, at)?;
    if starts(chars, end, "个月") || starts(chars, end, "个多月") {
        return Some((Told::Months(first), end + 2));
    }
    if starts(chars, end, "天") || starts(chars, end, "日") {
        return Some((Told::Days(first), end + 1));
    }
    if !starts(chars, end, "年") || first > 200 {
        return None;
    }
    let rest = end + 1 + usize::from(starts(chars, end + 1, "零") || starts(chars, end + 1, "又"));
    match small(chars, rest).filter(|&(_, stop)| starts(chars, stop, "个月")) {
        Some((months, stop)) => Some((Told::Months(first * 12 + months), stop + 2)),
        None if starts(chars, end + 1, "半") => Some((Told::Months(first * 12 + 6), end + 2)),
        None => Some((Told::Years(first), end + 1)),
    }
}

fn small(chars: &[char], at: usize) -> Option<(i64, usize)> {
    let digits = chars[at.min(chars.len())..].iter().take(5).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let text: String = chars[at..at + digits].iter().collect();
        return Some((text.parse().ok()?, at + digits));
    }
    let n =
        chars[at.min(chars.len())..].iter().take(5).take_while(|c| "一二三四五六七八九十百两".contains(**c)).count();
    (n > 0).then(|| Some((chinese_value(&chars[at..at + n])? as i64, at + n)))?
}

/// Two dates told as the first and last of something, and behind them how long it took.
fn lasted(page: &Page, first: &Date, last: &Date, end: usize, findings: &mut Findings) {
    let between = page.words(first.span.end..last.span.start);
    let ranged = ["至", "到", "-", "~", "--"].iter().any(|mark| between.ends_with(mark));
    let work = ["开工", "动工", "启动", "开始", "开幕", "起", "进场", "始建"].iter().any(|word| between.contains(word));
    let chars = &page.normal.chars;
    let stop = end.min(last.span.end + 30);
    let Some((word, at)) =
        LASTED.iter().find_map(|word| (last.span.end..stop).find(|&at| starts(chars, at, word)).map(|at| (*word, at)))
    else {
        return;
    };
    if !(ranged || work) || between.chars().count() > 24 || between.contains('；') {
        return;
    }
    // 公示期为7天, 历时约两年, 工期共46天
    let mut from = at + word.chars().count();
    while chars.get(from).is_some_and(|c| "为共达近约整期计，".contains(*c)) && from < at + 6 {
        from += usize::from(!"近约".contains(chars[from])).max(1);
    }
    let hedged = page.words(at..from).contains(['近', '约']);
    let Some((span, until)) = told(chars, from) else { return };
    let more = chars.get(until).is_some_and(|c| "多余左工".contains(*c));
    if hedged || more {
        return;
    }
    if page.words(last.span.end..at).contains('。') {
        return;
    }
    if let Some(true) = differs(first, last, span) {
        findings.span_differs(at..until, first.span.clone(), last.span.clone());
    }
}

/// Whether two dates lie another time apart than is told; nothing where they do not say.
fn differs(first: &Date, last: &Date, told: Told) -> Option<bool> {
    let years = match (first.year, last.year) {
        (Some(a), Some(b)) => (a, b),
        (Some(a), None) => (a, a),
        (None, None) => (0, 0),
        (None, Some(_)) => return None,
    };
    if first.vague || last.vague || first.to_month.is_some() || last.to_month.is_some() {
        return None;
    }
    match told {
        Told::Years(told) => {
            let apart = i64::from(years.1 - years.0);
            (years.0 > 0 && first.year.is_some() && last.year.is_some()).then_some(())?;
            Some((apart - told).abs() > 1)
        }
        Told::Months(told) => {
            let apart = i64::from(years.1 - years.0) * 12 + i64::from(last.month?) - i64::from(first.month?);
            (apart >= 0).then_some((apart - told).abs() > 1)
        }
        Told::Days(told) => {
            let apart = ordinal(years.1, last.month?, last.day?) - ordinal(years.0, first.month?, first.day?);
            // Counted with both ends, with one, or with none.
            (apart >= 0).then_some((apart - told).abs() > 1)
        }
    }
}

/// The days from the beginning of the count to a day.
fn ordinal(year: i32, month: u32, day: u32) -> i64 {
    let years = i64::from(year.max(1) - 1);
    let of = |year: i32| if year == 0 { None } else { Some(year) };
    let months: i64 = (1..month.min(13)).map(|month| i64::from(days_in(month, of(year)))).sum();
    let whole = if year == 0 { 0 } else { years * 365 + years / 4 - years / 100 + years / 400 };
    whole + months + i64::from(day)
}

/// 6月28日风灾发生后，于6月26日发出倡议: what followed stands before.
fn after(page: &Page, first: &Date, second: &Date, findings: &mut Findings) {
    let between = page.words(first.span.end..second.span.start);
    let follows = [
        "发生后，", "结束后，", "之后，", "以后，", "灾后，", "事故后，", "投票后，", "通过后，", "会后，", "到位后，",
        "发布后，", "批准后，",
    ]
    .iter()
    .any(|word| between.contains(word));
    let (Some(a), Some(b), Some(x), Some(y)) = (first.month, second.month, first.day, second.day) else { return };
    let same = second.year.is_none() || second.year == first.year;
    let near = between.chars().count() <= 30 && !between.contains(['；', '。']) && !between.contains("前");
    let next_year = b < a && a - b > 6;
    if follows && same && near && !next_year && (b, y) < (a, x) {
        findings.dates_out_of_order(second.span.clone(), first.span.clone(), Severity::Error);
    }
}

/// 12月14日投票…，于12月12日另行选举: the second round stands before the first.
fn again(page: &Page, findings: &mut Findings) {
    let behind = |date: &Date| page.words(date.span.end..page.normal.chars.len().min(date.span.end + 10));
    let rounds = ["另行选举", "重新选举", "再次投票", "重新投票", "补选", "第二次投票", "第二轮投票"];
    let second = |date: &&Date| rounds.iter().any(|word| behind(date).contains(word)) && date.day.is_some();
    for (place, later) in page.dates.iter().enumerate().filter(|(_, date)| second(date)) {
        let first = page.dates[place.saturating_sub(30)..place].iter().find(|date| {
            let words = behind(date);
            date.span.start < later.span.start && words.contains("投票") && !second(date) && date.day.is_some()
        });
        let Some(first) = first else { continue };
        let same = later.year.is_none() || first.year.is_none() || later.year == first.year;
        if same && (later.month, later.day) < (first.month, first.day) {
            findings.dates_out_of_order(later.span.clone(), first.span.clone(), Severity::Error);
        }
    }
}

/// 2024年5月21日（星期三）: that day was a Tuesday.
fn weekday(page: &Page, date: &Date, findings: &mut Findings) {
    let (Some(year), Some(month), Some(day)) = (date.year, date.month, date.day) else { return };
    if !(1..=12).contains(&month) || day == 0 || day > days_in(month, Some(year)) {
        return;
    }
    let chars = &page.normal.chars;
    let at = date.span.end + usize::from(chars.get(date.span.end) == Some(&'（'));
    let Some(word) = ["星期", "周", "礼拜"].iter().find(|word| starts(chars, at, word)) else { return };
    let place = at + word.chars().count();
    let Some(told) =
        chars.get(place).and_then(|c| "一二三四五六日".chars().position(|d| d == *c || (d == '日' && *c == '天')))
    else {
        return;
    };
    // 周年, 周一至周五: other words.
    if at == date.span.end || chars.get(place + 1) != Some(&'）') {
        return;
    }
    // The first day of the count, 0001-01-01, was a Monday.
    let real = (ordinal(year, month, day) - 1).rem_euclid(7) as usize;
    if real != told {
        let names = ["一", "二", "三", "四", "五", "六", "日"];
        findings.weekday_differs(date.span.start..place + 1, names[real]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_first_monday() {
        assert_eq!((ordinal(2024, 5, 21) - 1).rem_euclid(7), 1);
        assert_eq!((ordinal(2022, 11, 26) - 1).rem_euclid(7), 5);
        assert_eq!(ordinal(2024, 3, 1) - ordinal(2024, 2, 1), 29);
    }

    #[test]
    fn spans_are_read_as_they_are_told() {
        let at = |words: &str| told(&words.chars().collect::<Vec<_>>(), 0).map(|(told, _)| told);
        assert_eq!(at("两年零七个月"), Some(Told::Months(31)));
        assert_eq!(at("十四个月"), Some(Told::Months(14)));
        assert_eq!(at("7天"), Some(Told::Days(7)));
        assert_eq!(at("三年半"), Some(Told::Months(42)));
        assert_eq!(at("五年"), Some(Told::Years(5)));
    }
}
