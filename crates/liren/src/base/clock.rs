//! The two clocks: the business day, which a data folder may fix, and the real instant.

use std::time::{SystemTime, UNIX_EPOCH};

use liren_facts::Day;

/// 时钟 — the only place that asks the machine what time it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// The business day of a data folder whose time stands still, as the demo's does.
    pub fixed: Option<Day>,
}

const CHINA_OFFSET_SECONDS: i64 = 8 * 3600;

impl Clock {
    /// The file of a data folder whose business day is fixed.
    pub const FILE: &str = "today";

    /// Today in China (UTC+8), whatever the machine's zone.
    pub fn today(self) -> Day {
        self.fixed.unwrap_or_else(|| {
            let seconds = self.instant() / 1_000_000 + CHINA_OFFSET_SECONDS;
            Day(seconds.div_euclid(86_400) as i32)
        })
    }

    /// The day in China of an instant.
    pub fn day_of(self, instant: i64) -> Day {
        Day((instant / 1_000_000 + CHINA_OFFSET_SECONDS).div_euclid(86_400) as i32)
    }

    /// The time of day in China of an instant, `09:47:12`.
    pub fn time_of(self, instant: i64) -> String {
        let seconds = (instant.div_euclid(1_000_000) + CHINA_OFFSET_SECONDS).rem_euclid(86_400);
        format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }

    /// The real instant, in UTC microseconds: for sessions, audit and change rows.
    pub fn instant(self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }
}

/// An instant as people in China say it: 2026-11-16 09:52.
pub fn minute(instant: i64) -> String {
    let seconds = instant.div_euclid(1_000_000) + CHINA_OFFSET_SECONDS;
    let (day, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    format!("{} {:02}:{:02}", Day(i32::try_from(day).unwrap_or(i32::MAX)), rest / 3600, rest % 3600 / 60)
}

/// The instant at which a day of China ends.
pub fn midnight_after(day: Day) -> i64 {
    ((i64::from(day.0) + 1) * 86_400 - CHINA_OFFSET_SECONDS) * 1_000_000
}
