//! Dates in clerks' notations → a [`PartialDay`] and what was uncertain about it; nothing is guessed.
//!
//! 1985.3, 85.3.7, 19850307, 一九八五年三月, 1985年3月上旬, 1980年农历八月初十, a spreadsheet's serial
//! number, and the words that say that nobody knows.

use crate::day::{Day, PartialDay};
use crate::identifier::{is_invisible, narrow};
use crate::numeral;

/// What a cell said about a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Date {
    /// The days it can be. `None` when blank, a word, or no date of the calendar.
    pub value: Option<PartialDay>,
    /// 不详, 忘了: a word for not knowing.
    pub unknown_word: bool,
    /// There was something that is not a date: 1974-12-32, 1991.13.29.
    pub invalid: bool,
    pub two_digit_year: bool,
    /// The month and day are of the lunar calendar; the value is the year alone.
    pub lunar: bool,
    /// A bare serial number (29817), formatted as a number instead of a date.
    pub serial: bool,
    /// The number 1985.1 may be January or October (1985.10); the value is the year alone.
    pub ambiguous_month: bool,
}

impl Date {
    /// Only the year or only the month was given.
    pub fn is_partial(self) -> bool {
        self.value.is_some_and(|v| !v.is_exact())
    }

    /// Whether `day` can be the day meant. A lunar year reaches into the next solar one.
    pub fn can_be(self, day: Day) -> bool {
        self.value.is_none_or(|v| {
            let last = if self.lunar { v.last.plus(52) } else { v.last };
            let fits = v.first <= day && day <= last;
            fits && (!self.ambiguous_month || matches!(day.month(), 1 | 10))
        })
    }
}

const UNKNOWN: &[&str] = &[
    "不详", "忘了", "不清楚", "不知道", "未知", "不明", "无", "/", "\\", "-", "—", "?", "??", "记不清", "不记得",
    "待查", "待核实", "不祥", "未填", "保密", "N", "空", "同上",
];

/// Reads text. Two-digit years up to that of `on` are of its century, the others of the one before.
pub fn read(raw: &str, on: Day) -> Date {
    let text = normalise(raw);
    if text.is_empty() {
        return Date::default();
    }
    if UNKNOWN.contains(&text.as_str()) {
        return Date { unknown_word: true, ..Date::default() };
    }
    // As our own lists write the days it can be: 2013-03-01/2013-03-10
    if let Some((first, last)) = text.split_once('/')
        && let (Some(first), Some(last)) = (Day::parse(first), Day::parse(last))
        && first <= last
    {
        return Date { value: Some(PartialDay { first, last }), ..Date::default() };
    }
    if let Some(at) = text.find("农历").or_else(|| text.find("阴历")).or_else(|| text.find("旧历")) {
        return lunar(&text, at, on);
    }
    if text.contains("腊月") || text.contains("正月") || text.contains("冬月") || text.contains("初") {
        return lunar(&text, text.len(), on);
    }
    solar(&text, on)
}

/// Reads the number of a cell. `is_date` says that the cell's number format shows a date; serials count
/// days from 1899-12-30 as spreadsheets do.
pub fn read_number(number: f64, is_date: bool, on: Day) -> Date {
    if !number.is_finite() || number <= 0.0 {
        return Date { invalid: true, ..Date::default() };
    }
    if is_date {
        return match serial(number) {
            // A clerk typed 1985 into a date column: Excel shows 1905-06-07.
            Some(day) if day < Date::earliest() => Date { invalid: true, ..Date::default() },
            Some(day) => Date { value: Some(PartialDay::exact(day)), ..Date::default() },
            None => Date { invalid: true, ..Date::default() },
        };
    }
    let whole = number.fract() == 0.0;
    if whole && (10_000.0..60_000.0).contains(&number) {
        return Date { value: serial(number).map(PartialDay::exact), serial: true, ..Date::default() };
    }
    if (1850.0..2200.0).contains(&number) && !whole {
        let text = format!("{number}");
        let (year, month) = text.split_once('.').unwrap_or((&text, ""));
        if month == "1" {
            let value = year.parse().ok().and_then(PartialDay::year);
            return Date { value, ambiguous_month: true, ..Date::default() };
        }
        // 1985.03 keeps its zero, 1985.0307 is month and day
        return match month.len() {
            1 | 2 => solar(&text, on),
            4 => solar(&format!("{year}{month}"), on),
            3 if !month.starts_with('0') => Date { invalid: true, ..Date::default() },
            3 => solar(&format!("{year}{month}0"), on),
            _ => Date { invalid: true, ..Date::default() },
        };
    }
    solar(&format!("{number}"), on)
}

impl Date {
    fn earliest() -> Day {
        Day::ymd(1850, 1, 1).unwrap_or(Day(-43_829))
    }
}

fn serial(number: f64) -> Option<Day> {
    let days = number.floor();
    (1.0..110_000.0).contains(&days).then(|| {
        #[allow(clippy::cast_possible_truncation)]
        let days = days as i32;
        // Spreadsheets count a 29 February 1900 that never was.
        Day(days - 25_569 + i32::from(days < 60))
    })
}

fn normalise(raw: &str) -> String {
    let mut text: String = raw
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(narrow)
        .map(|c| if c == 'O' || c == 'o' { '0' } else { c })
        .collect();
    text = text.trim().trim_start_matches(['\'', '`']).to_owned();
    // 1985.3.12(身份证): a note that says nothing of the calendar
    if let Some(at) = text.find('(').filter(|at| *at >= 4)
        && text.ends_with(')')
        && !text[at..].contains(|c: char| c.is_ascii_digit() || "农阴旧历".contains(c))
    {
        text.truncate(at);
    }
    // The time of day of a date-time: 1985-03-07 00:00:00
    if let Some(at) = text.find(':')
        && let Some(cut) = text[..at].rfind([' ', 'T'])
    {
        text.truncate(cut);
    }
    for word in ["出生", "生于", "生日", "公历", "阳历", "新历", "左右", "大约", "约", "生", "西元", "公元"]
    {
        if text.contains(word) {
            text = text.replace(word, "");
        }
    }
    text.trim().trim_end_matches(['.', '。', ',', '-', '/', '、']).to_owned()
}

fn lunar(text: &str, at: usize, on: Day) -> Date {
    // 1988年农历八月初十; 农历1988年八月; without a year nothing is known
    let head = if at == 0 { text } else { &text[..at] };
    if let Some((year, _)) = era_year(head) {
        return Date { value: PartialDay::year(year), lunar: true, ..Date::default() };
    }
    let digits: String = numeral_year(head).chars().filter(char::is_ascii_digit).take(4).collect();
    let (year, two) = match digits.len() {
        4 => (digits.parse().ok(), false),
        2 => (digits.parse().ok().map(|y| century(y, on)), true),
        _ => (None, false),
    };
    let value = year.and_then(PartialDay::year);
    Date { value, lunar: true, two_digit_year: two, invalid: value.is_none(), ..Date::default() }
}

/// Reigns and the year before their first one: whoever is old enough to be born in one says so.
const ERAS: &[(&str, i32)] =
    &[("中华民国", 1911), ("民国", 1911), ("光绪", 1874), ("宣统", 1908), ("康德", 1933), ("昭和", 1925)];

/// 民国十三年…, 宣统元年…: the year of our count, and what follows its number.
fn era_year(text: &str) -> Option<(i32, String)> {
    let (rest, before) = ERAS.iter().find_map(|(era, before)| Some((text.trim().strip_prefix(era)?, before)))?;
    let rest =
        numeral::to_arabic(&rest.trim_start().replacen('元', "1", usize::from(rest.trim_start().starts_with('元'))));
    let years: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let year = years.parse::<i32>().ok().filter(|y| (1..=70).contains(y))?;
    Some((before + year, rest[years.len()..].to_owned()))
}

/// In which order a column writes its days with years of two digits or years at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    DayMonthYear,
    MonthDayYear,
    /// The year comes last, and nothing tells the day from the month: the year alone is known.
    YearLast,
}

/// The order of a column of texts like 25/4/62; `None` where they read as they always do (62/4/25), or nothing tells.
pub fn order_of<'t>(texts: impl Iterator<Item = &'t str>, on: Day) -> Option<Order> {
    let (mut all, mut first, mut days, mut months) = (0_usize, 0_usize, 0_usize, 0_usize);
    for parts in texts.filter_map(three_parts) {
        let fits = |year: Part, month: Part, day: Part| {
            year_of(year, on)
                .and_then(|y| ymd(y, month.value, day.value))
                .is_some_and(|d| d.is_exact() && d.first <= on)
        };
        let [a, b, c] = parts;
        all += 1;
        first += usize::from(fits(a, b, c));
        days += usize::from(fits(c, b, a));
        months += usize::from(fits(c, a, b));
    }
    // A slip of the pen in one of ten is no other order.
    let enough = |n: usize| n * 10 >= all * 9;
    if all < 3 || enough(first) {
        return None;
    }
    match (enough(days), enough(months)) {
        (true, true) => Some(Order::YearLast),
        (true, false) => Some(Order::DayMonthYear),
        (false, true) => Some(Order::MonthDayYear),
        (false, false) => None,
    }
}

/// Reads text in the order of its column.
pub fn read_in(raw: &str, order: Order, on: Day) -> Date {
    let Some([a, b, c]) = three_parts(raw) else { return read(raw, on) };
    let two_digit_year = c.digits <= 2;
    let value = year_of(c, on).and_then(|year| match order {
        Order::DayMonthYear => ymd(year, b.value, a.value),
        Order::MonthDayYear => ymd(year, a.value, b.value),
        Order::YearLast if a.value == b.value => ymd(year, a.value, b.value),
        Order::YearLast if a.value > 12 => ymd(year, b.value, a.value),
        Order::YearLast if b.value > 12 => ymd(year, a.value, b.value),
        Order::YearLast => PartialDay::year(year),
    });
    Date { value, invalid: value.is_none(), two_digit_year: two_digit_year && value.is_some(), ..Date::default() }
}

fn year_of(part: Part, on: Day) -> Option<i32> {
    year(part, on, &mut false)
}

/// 25/4/62: three numbers with one kind of sign between them, no year of four digits in front.
fn three_parts(raw: &str) -> Option<[Part; 3]> {
    let text = normalise(raw);
    let sign = text.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '/' | '-' | '.'))?;
    let mut parts = text.split(sign).map(|digits| {
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse().ok().map(|value| Part { value, digits: digits.len() })).flatten()
    });
    let three = [parts.next()??, parts.next()??, parts.next()??];
    let [a, b, c] = three;
    let short = a.digits <= 2 && b.digits <= 2 && matches!(c.digits, 1 | 2 | 4);
    (short && parts.next().is_none()).then_some(three)
}

/// The part of the text up to 年, numerals as digits: 一九八五年 → 1985.
fn numeral_year(text: &str) -> String {
    let head = text.split('年').next().unwrap_or(text);
    numeral::to_arabic(head)
}

fn century(two_digits: i32, on: Day) -> i32 {
    let base = on.year() / 100 * 100;
    if two_digits <= on.year() % 100 { base + two_digits } else { base - 100 + two_digits }
}

/// One number of a date as it was written: its value and how many digits it had.
#[derive(Clone, Copy)]
struct Part {
    value: i32,
    digits: usize,
}

fn solar(text: &str, on: Day) -> Date {
    let mut text = numeral::to_arabic(text);
    let mut two_digit = false;
    if ERAS.iter().any(|(era, _)| text.starts_with(era)) {
        let Some((year, rest)) = era_year(&text) else {
            return Date { invalid: true, ..Date::default() };
        };
        text = format!("{year}{rest}");
    }
    let third = third_of_month(&text);
    let mut parts: Vec<Part> = Vec::new();
    let mut run = String::new();
    let mut other = 0;
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            let Ok(value) = run.parse::<i32>() else {
                return Date { invalid: true, ..Date::default() };
            };
            parts.push(Part { value, digits: run.len() });
            run.clear();
        }
        other += usize::from(!is_separator(c));
    }
    if parts.is_empty() {
        // A word for not knowing that is not in the list is a word all the same.
        return Date { unknown_word: true, ..Date::default() };
    }
    if other > 4 || parts.len() > 3 {
        return Date { invalid: true, ..Date::default() };
    }
    let value = match parts[..] {
        [p] => match p.digits {
            8 => ymd(p.value / 10_000, p.value / 100 % 100, p.value % 100),
            6 if plausible_year_month(p.value) => month(p.value / 100, p.value % 100),
            6 => {
                two_digit = true;
                ymd(century(p.value / 10_000, on), p.value / 100 % 100, p.value % 100)
            }
            5 if (10_000..60_000).contains(&p.value) => {
                return Date {
                    value: serial(f64::from(p.value)).map(PartialDay::exact),
                    serial: true,
                    ..Date::default()
                };
            }
            4 if (1850..2200).contains(&p.value) => PartialDay::year(p.value),
            2 if text.contains('年') => {
                two_digit = true;
                PartialDay::year(century(p.value, on))
            }
            _ => None,
        },
        [y, m] if m.digits <= 2 => year(y, on, &mut two_digit).and_then(|y| month(y, m.value)),
        [y, md] if md.digits == 4 && y.digits == 4 => ymd(y.value, md.value / 100, md.value % 100),
        [m, d, y] if y.digits == 4 && m.digits <= 2 => {
            ymd(y.value, m.value, d.value).or_else(|| ymd(y.value, d.value, m.value))
        }
        [y, m, d] => year(y, on, &mut two_digit).and_then(|y| ymd(y, m.value, d.value)),
        _ => None,
    };
    let value = match (value, third) {
        (Some(v), Some((from, to))) if !v.is_exact() && v.first.month() == v.last.month() => {
            let last = if to == 31 { v.last } else { v.first.plus(to - 1) };
            Some(PartialDay { first: v.first.plus(from - 1), last })
        }
        (value, _) => value,
    };
    Date { value, invalid: value.is_none(), two_digit_year: two_digit && value.is_some(), ..Date::default() }
}

/// 上旬, 中旬, 下旬, 月初, 月底 as days of the month; 31 stands for its last day.
fn third_of_month(text: &str) -> Option<(i32, i32)> {
    [("上旬", (1, 10)), ("中旬", (11, 20)), ("下旬", (21, 31)), ("月底", (26, 31)), ("月末", (26, 31))]
        .into_iter()
        .find(|(word, _)| text.contains(word))
        .map(|(_, days)| days)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '.' | '-' | '/' | '\\' | '年' | '月' | '日' | '号' | ',' | '、' | '。' | '—' | '–' | '·' | '~' | '_'
        )
}

fn year(part: Part, on: Day, two_digit: &mut bool) -> Option<i32> {
    match part.digits {
        4 if (1850..2200).contains(&part.value) => Some(part.value),
        1 | 2 => {
            *two_digit = true;
            Some(century(part.value, on))
        }
        _ => None,
    }
}

fn plausible_year_month(value: i32) -> bool {
    (1900..2100).contains(&(value / 100)) && (1..=12).contains(&(value % 100))
}

fn month(year: i32, month: i32) -> Option<PartialDay> {
    PartialDay::month(year, u32::try_from(month).ok()?)
}

fn ymd(year: i32, month: i32, day: i32) -> Option<PartialDay> {
    if !(1850..2200).contains(&year) {
        return None;
    }
    // 1985.3.0 and 1985-03-00 mean that the day is not known.
    if day == 0 {
        return if month == 0 { PartialDay::year(year) } else { self::month(year, month) };
    }
    Day::ymd(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?).map(PartialDay::exact)
}

#[cfg(test)]
mod tests;
