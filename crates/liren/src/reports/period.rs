//! The periods that reports tell of and that templates name.

use liren_facts::{Day, Period};
use liren_packs::Every;

/// The year, quarter or month of a day.
pub fn period_of(every: Every, on: Day) -> Option<Period> {
    match every {
        Every::Year => Period::year(on.year()),
        Every::Quarter => {
            let first = Day::ymd(on.year(), (on.month() - 1) / 3 * 3 + 1, 1)?;
            Some(Period { first, last: first.plus_months(2).month_end() })
        }
        Every::Month => {
            let first = Day::ymd(on.year(), on.month(), 1)?;
            Some(Period { first, last: first.month_end() })
        }
    }
}

/// `month`, `quarter 1`, `year to date`, `last year`: a span of days within or before a period.
pub fn span_of(words: &str, period: Period) -> Option<Period> {
    let year = period.last.year();
    match words {
        "month" => Some(Period { first: Day::ymd(year, period.last.month(), 1)?, last: period.last }),
        "year to date" => Some(Period { first: Day::ymd(year, 1, 1)?, last: period.last }),
        "last year" => Some(Period { first: period.first.plus_years(-1), last: period.last.plus_years(-1) }),
        _ => {
            let quarter: u32 = words.strip_prefix("quarter ")?.parse().ok()?;
            let first = Day::ymd(year, (quarter.checked_sub(1)?) * 3 + 1, 1)?;
            Some(Period { first, last: Day::ymd(year, quarter * 3, 1)?.month_end() })
        }
    }
}
