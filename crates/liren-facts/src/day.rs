//! Calendar days of China, partial dates and periods.
//!
//! A [`Day`] is stored as days since 1970-01-01, the same integer in the database, in frames and here.

use std::fmt;

use jiff::civil::Date;

/// 日 — a calendar day (UTC+8 whatever the machine says), as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of a year, month and day of month, or `None` when the calendar has no such day.
    pub fn ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(Day::from_date(date))
    }

    /// Reads ISO text `2013-11-20`; nothing else.
    pub fn parse(text: &str) -> Option<Day> {
        let mut parts = text.split('-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || y.len() != 4 || m.len() != 2 || d.len() != 2 {
            return None;
        }
        Day::ymd(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }

    fn from_date(date: Date) -> Day {
        Day((date - Date::constant(1970, 1, 1)).get_days())
    }

    fn date(self) -> Date {
        let epoch = Date::constant(1970, 1, 1);
        epoch.checked_add(jiff::Span::new().days(i64::from(self.0))).unwrap_or(epoch)
    }

    pub fn year(self) -> i32 {
        i32::from(self.date().year())
    }

    pub fn month(self) -> u32 {
        self.date().month() as u32
    }

    pub fn day_of_month(self) -> u32 {
        self.date().day() as u32
    }

    pub fn plus(self, days: i32) -> Day {
        Day(self.0 + days)
    }

    /// The same day `years` later; 29 February becomes 1 March in a common year, as ages are counted
    /// (born 02-29 completes a year on 03-01).
    pub fn plus_years(self, years: i32) -> Day {
        let (y, m, d) = (self.year() + years, self.month(), self.day_of_month());
        Day::ymd(y, m, d).or_else(|| Day::ymd(y, 3, 1)).unwrap_or(self)
    }

    /// The same day `months` later; the last of the month where it has no such day.
    pub fn plus_months(self, months: i32) -> Day {
        let count = self.year() * 12 + self.month() as i32 - 1 + months;
        let (y, m) = (count.div_euclid(12), count.rem_euclid(12) as u32 + 1);
        Day::ymd(y, m, self.day_of_month()).or_else(|| Day::ymd(y, m, 1).map(Day::month_end)).unwrap_or(self)
    }

    /// Completed years from `self` to `on`; negative before `self`.
    pub fn years_until(self, on: Day) -> i32 {
        let guess = on.year() - self.year();
        if self.plus_years(guess) <= on { guess } else { guess - 1 }
    }

    /// Last day of the month of `self`.
    pub fn month_end(self) -> Day {
        let (y, m) = (self.year(), self.month());
        let next = if m == 12 { Day::ymd(y + 1, 1, 1) } else { Day::ymd(y, m + 1, 1) };
        next.map_or(self, |first| first.plus(-1))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = self.date();
        write!(f, "{:04}-{:02}-{:02}", d.year(), d.month(), d.day())
    }
}

/// 不完整日期 — a date of which only a part is known: the first and the last day it can be, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDay {
    pub first: Day,
    pub last: Day,
}

impl PartialDay {
    pub fn exact(day: Day) -> PartialDay {
        PartialDay { first: day, last: day }
    }

    pub fn month(year: i32, month: u32) -> Option<PartialDay> {
        let first = Day::ymd(year, month, 1)?;
        Some(PartialDay { first, last: first.month_end() })
    }

    pub fn year(year: i32) -> Option<PartialDay> {
        Some(PartialDay { first: Day::ymd(year, 1, 1)?, last: Day::ymd(year, 12, 31)? })
    }

    pub fn is_exact(self) -> bool {
        self.first == self.last
    }

    /// Completed years on `on`, when both ends of the range agree.
    pub fn age(self, on: Day) -> Option<i32> {
        let (old, young) = (self.first.years_until(on), self.last.years_until(on));
        (old == young).then_some(old)
    }
}

/// ISO prefix: `1985`, `1985-03` or `1985-03-07`; a range that is neither prints both ends.
impl fmt::Display for PartialDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (self.first, self.last);
        if a == b {
            write!(f, "{a}")
        } else if PartialDay::year(a.year()) == Some(*self) {
            write!(f, "{:04}", a.year())
        } else if PartialDay::month(a.year(), a.month()) == Some(*self) {
            write!(f, "{:04}-{:02}", a.year(), a.month())
        } else {
            write!(f, "{a}/{b}")
        }
    }
}

/// 时段 — days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    pub first: Day,
    pub last: Day,
}

impl Period {
    pub fn year(year: i32) -> Option<Period> {
        PartialDay::year(year).map(|p| Period { first: p.first, last: p.last })
    }

    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn days_print_as_they_are_read() {
        for text in ["1970-01-01", "1899-12-31", "2000-02-29", "2013-11-20"] {
            assert_eq!(day(text).to_string(), text);
        }
        assert_eq!(day("1970-01-01"), Day(0));
        assert_eq!(Day::parse("2013-02-30"), None);
        assert_eq!(Day::parse("2013-2-3"), None);
    }

    #[test]
    fn ages_complete_on_the_birthday_and_leap_days_on_the_first_of_march() {
        assert_eq!(day("1933-11-20").years_until(day("2013-11-19")), 79);
        assert_eq!(day("1933-11-20").years_until(day("2013-11-20")), 80);
        assert_eq!(day("2000-02-29").years_until(day("2013-02-28")), 12);
        assert_eq!(day("2000-02-29").years_until(day("2013-03-01")), 13);
    }

    #[test]
    fn a_partial_date_has_an_age_only_when_the_missing_part_does_not_decide() {
        let march = PartialDay::month(1985, 3).unwrap();
        assert_eq!(march.age(day("2013-11-20")), Some(28));
        assert_eq!(march.age(day("2013-03-15")), None);
        assert_eq!(march.to_string(), "1985-03");
        assert_eq!(PartialDay::year(1985).unwrap().to_string(), "1985");
    }
}
