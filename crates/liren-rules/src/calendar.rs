//! Days since 1970-01-01 and the civil calendar, for date literals and ages. Proleptic Gregorian.

/// Year, month and day of month of a day.
pub(crate) fn civil(day: i32) -> (i32, u32, u32) {
    let z = i64::from(day) + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, date as u32)
}

/// The day of a civil date, or `None` when the calendar has no such day.
pub(crate) fn day_of(year: i32, month: u32, date: u32) -> Option<i32> {
    let real = (-9999..=9999).contains(&year) && (1..=12).contains(&month) && date >= 1;
    if !real || date > days_in(year, month) {
        return None;
    }
    let shifted_year = i64::from(year) - i64::from(month <= 2);
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let shifted = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let of_year = (153 * shifted + 2) / 5 + i64::from(date) - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    i32::try_from(era * 146_097 + of_era - 719_468).ok()
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Completed years from `born` to `on`; one born on 29 February completes a year on 1 March.
pub(crate) fn years_between(born: i32, on: i32) -> i32 {
    let (by, bm, bd) = civil(born);
    let (oy, om, od) = civil(on);
    oy - by - i32::from((om, od) < (bm, bd))
}

/// The last day of birth of those who have completed `years` on day `on`; `None` outside the calendar.
pub(crate) fn born_by(years: i64, on: i32) -> Option<i32> {
    let (y, m, d) = civil(on);
    let year = i32::try_from(i64::from(y).checked_sub(years)?).ok()?;
    day_of(year, m, d).or_else(|| day_of(year, 2, 28))
}
