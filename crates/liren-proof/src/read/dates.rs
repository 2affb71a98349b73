//! Dates and periods: 2013年8月13日, 8月25日, 11月底, 1-6月, 2013.5.4, 一季度, 上半年, 今年以来.

use std::ops::Range;

use super::numbers::chinese_value;

/// A date as written: any part may be missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Date {
    pub span: Range<usize>,
    pub year: Option<i32>,
    pub month: Option<u32>,
    pub day: Option<u32>,
    /// 底, 初, 中旬 …
    pub vague: bool,
    /// The last month of 1-6月.
    pub to_month: Option<u32>,
}

/// Read a date that starts exactly at `at`.
pub fn date(chars: &[char], at: usize) -> Option<Date> {
    if at > 0
        && (chars[at - 1].is_ascii_alphanumeric() || (chars[at - 1] == '.' && at > 1 && chars[at - 2].is_ascii_digit()))
    {
        return None;
    }
    dotted(chars, at).or_else(|| worded(chars, at))
}

fn dotted(chars: &[char], at: usize) -> Option<Date> {
    let (year, mut end) = small(chars, at)?;
    if end - at != 4 || !(1900..=2100).contains(&year) {
        return None;
    }
    let mark = *chars.get(end)?;
    if !".-/".contains(mark) {
        return None;
    }
    let (month, after) = small(chars, end + 1)?;
    if after - end > 3 {
        return None;
    }
    end = after;
    let mut day = None;
    if chars.get(end) == Some(&mark) {
        let (d, after) = small(chars, end + 1)?;
        day = Some(d as u32);
        end = after;
    } else {
        // 2013.5 is a month unless a unit makes it a decimal.
        let unit = chars.get(end).is_some_and(|&c| "%万元亿平亩".contains(c));
        if mark != '.' || !(1..=12).contains(&month) || unit {
            return None;
        }
    }
    Some(Date { span: at..end, year: Some(year as i32), month: Some(month as u32), day, vague: false, to_month: None })
}

fn worded(chars: &[char], at: usize) -> Option<Date> {
    let (first, end) = small(chars, at)?;
    match chars.get(end)? {
        '年' if end - at == 4 && (1900..=2100).contains(&first) => {
            let mut date = Date {
                span: at..end + 1,
                year: Some(first as i32),
                month: None,
                day: None,
                vague: false,
                to_month: None,
            };
            if chars.get(end + 1) == Some(&'度') {
                date.span.end += 1;
                return Some(date);
            }
            if chars.get(end + 1).is_some_and(|&c| "初底末".contains(c)) {
                date.span.end += 1;
                date.vague = true;
                return Some(date);
            }
            if let Some(month) = month_day(chars, end + 1) {
                date = Date { span: at..month.span.end, year: date.year, ..month };
            }
            Some(date)
        }
        _ => month_day(chars, at),
    }
}

/// 8月13日, 8月, 8月底, 1-6月.
fn month_day(chars: &[char], at: usize) -> Option<Date> {
    let (first, mut end) = small(chars, at)?;
    let mut to_month = None;
    if end - at > 2 {
        return None;
    }
    if chars.get(end).is_some_and(|&c| "-~至到".contains(c)) {
        let mut next = end + 1;
        while chars.get(next).is_some_and(|&c| c == '-' || c == '~') {
            next += 1;
        }
        let (second, after) = small(chars, next)?;
        if chars.get(after) != Some(&'月') || after - next > 2 {
            return None;
        }
        to_month = Some(second as u32);
        end = after;
    }
    if chars.get(end) != Some(&'月') {
        return None;
    }
    end += 1;
    let mut date = Date { span: at..end, year: None, month: Some(first as u32), day: None, vague: false, to_month };
    if chars.get(end) == Some(&'份') {
        date.span.end += 1;
    } else if chars.get(end).is_some_and(|&c| "底初末".contains(c)) {
        date.span.end += 1;
        date.vague = true;
    } else if chars.get(end).is_some_and(|&c| "上中下".contains(c)) && chars.get(end + 1) == Some(&'旬') {
        date.span.end += 2;
        date.vague = true;
    } else if let Some((day, after)) = small(chars, end)
        && chars.get(after).is_some_and(|&c| c == '日' || c == '号')
        && after - end <= 3
    {
        date.day = Some(day as u32);
        date.span.end = after + 1;
    }
    Some(date)
}

/// A small whole number in digits or Chinese numerals.
fn small(chars: &[char], at: usize) -> Option<(i64, usize)> {
    let digits = chars[at.min(chars.len())..].iter().take(6).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let text: String = chars[at..at + digits].iter().collect();
        return Some((text.parse().ok()?, at + digits));
    }
    let n =
        chars[at.min(chars.len())..].iter().take(6).take_while(|&&c| "〇零一二三四五六七八九十".contains(c)).count();
    if n == 0 {
        return None;
    }
    Some((chinese_value(&chars[at..at + n])? as i64, at + n))
}

/// How many days a month has; without a year February is given 29.
pub fn days_in(month: u32, year: Option<i32>) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => match year {
            Some(y) if y % 4 != 0 || (y % 100 == 0 && y % 400 != 0) => 28,
            _ => 29,
        },
        _ => 31,
    }
}
