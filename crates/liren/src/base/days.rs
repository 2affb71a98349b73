//! Days that somebody asks for.

use liren_facts::Day;

use super::{Result, error};

/// No record of a community is older than the first year, none is about a day after the last.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// A day as somebody types it: `2013-11-20`.
pub fn asked(text: &str) -> Result<Day> {
    let day = Day::parse(text.trim()).ok_or_else(|| {
        error::invalid(
            format!("{text} 不是日期。请写成 2013-11-20 这样。"),
            format!("{text} is not a day. Write it like 2013-11-20."),
        )
    })?;
    year(day.year()).map(|_| day)
}

/// A year in which a community can have records.
pub fn year(year: i32) -> Result<i32> {
    if YEARS.contains(&year) {
        return Ok(year);
    }
    Err(error::invalid(
        format!("{year} 年太远了，只能写 {} 到 {} 年。请核对。", YEARS.start(), YEARS.end()),
        format!(
            "The year {year} is too far away; it has to lie between {} and {}. Please check.",
            YEARS.start(),
            YEARS.end()
        ),
    ))
}
