//! 每夜 — what a server does by itself while nobody works: a backup, a restore of it into a folder that is thrown away,
//! and a reading of the chains from their beginning. What came of it is kept, for the desk to say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use liren_facts::Day;
use serde::{Deserialize, Serialize};

use super::error::{Result, fault};
use super::master::Place;
use super::trail::{Access, Action};
use super::{App, backup, files, midnight_after, queries};

/// How backups of the night are kept.
#[derive(Clone, Debug)]
pub struct Nightly {
    /// Where they lie.
    pub folder: PathBuf,
    /// The last ones, one a day.
    pub days: usize,
    /// And of each month before the first one.
    pub months: usize,
}

impl Nightly {
    /// A fortnight day by day and a year month by month, in the data folder.
    pub fn of(dir: &Path) -> Nightly {
        Nightly { folder: dir.join("backups"), days: 14, months: 12 }
    }
}

/// What came of the last night, in UTC microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    pub backup_at: Option<i64>,
    /// The folder of the last backup.
    pub backup: Option<String>,
    pub restored_at: Option<i64>,
    /// Since when it fails, and why: (zh, en).
    pub failing: Option<(i64, String, String)>,
}

/// The word of the installation under which it stands.
const WORD: &str = "nightly";

const PREFIX: &str = "nightly-";

/// Two o'clock at night.
const HOUR_MICROS: i64 = 3_600 * 1_000_000;
const AT: i64 = 2 * HOUR_MICROS;

/// What came of the last night: for the desk and the page of health.
pub async fn last(app: &App) -> Result<Last> {
    let mut tx = app.db.read().await?;
    let word = queries::word(&mut tx, WORD).await?;
    Ok(word.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Every night, as long as the process lives. A night that was slept through is made up for when the server starts.
pub async fn every_night(app: App, how: Nightly) {
    loop {
        let now = app.clock.instant();
        let done = last(&app).await.ok().and_then(|last| last.backup_at);
        tokio::time::sleep(until(now, done)).await;
        if let Err(error) = night(&app, &how).await {
            tracing::error!(%error, "the work of the night could not be done");
            tokio::time::sleep(Duration::from_secs(3_600)).await;
        }
    }
}

/// How long to wait for the next night. Whoever has no backup of the last day and a half gets one in ten minutes, when
/// the server has come up.
fn until(now: i64, done: Option<i64>) -> Duration {
    let soon = Duration::from_secs(600);
    if done.is_none_or(|at| now - at > 36 * HOUR_MICROS) {
        return soon;
    }
    let today = super::Clock::default().day_of(now);
    let tonight = midnight_after(Day(today.0 - 1)) + AT;
    let next = if tonight > now { tonight } else { midnight_after(today) + AT };
    Duration::from_micros(u64::try_from(next - now).unwrap_or(0)).max(Duration::from_secs(1))
}

/// The work of one night.
pub async fn night(app: &App, how: &Nightly) -> Result<()> {
    let now = app.clock.instant();
    let mut last = last(app).await?;
    // A server's database is backed up by its operator; its chains are read all the same.
    let done = if app.db.is_sqlite() { backed_up(app, how, &mut last, now).await } else { Ok(()) };
    match &done {
        Ok(()) => last.failing = None,
        Err(error) => {
            let since = last.failing.as_ref().map_or(now, |(since, ..)| *since);
            let said = |english| error.sentences(english).join(" ");
            last.failing = Some((since, said(false), said(true)));
            tracing::error!(%error, "the backup of the night failed");
        }
    }
    let text = serde_json::to_string(&last).map_err(fault)?;
    let mut tx = app.db.write().await?;
    queries::say(&mut tx, WORD, &text).await?;
    tx.commit().await?;
    let found = app.trail.verify_and_keep(app).await?;
    if !found.broken.is_empty() {
        tracing::error!(broken = found.broken.len(), "the chain of traces is not whole");
    }
    done
}

async fn backed_up(app: &App, how: &Nightly, last: &mut Last, now: i64) -> Result<()> {
    files::folder(&how.folder).map_err(|e| super::folder_error(&how.folder, &e))?;
    let day = app.clock.day_of(now);
    let mut out = how.folder.join(format!("{PREFIX}{day}"));
    let mut again = 1;
    while out.exists() {
        again += 1;
        out = how.folder.join(format!("{PREFIX}{day}-{again}"));
    }
    let made = backup::take(&app.db, &app.dir, Some(app.master()), &out).await;
    note(app, Action::Backup, made.as_ref().map_or("没有成功", |_| "每夜，核对完整")).await?;
    made?;
    last.backup_at = Some(now);
    last.backup = out.file_name().map(|name| name.to_string_lossy().into_owned());
    // A backup that nobody ever restored is none.
    let trial = files::Part::folder(&how.folder.join("trial")).map_err(|e| super::folder_error(&how.folder, &e))?;
    let into = trial.path().join("data");
    let key = match &app.master().place {
        Place::Named(path) => Some(path.as_path()),
        _ => None,
    };
    let restored = backup::restore(&out, &into, key, app.joined.migrations).await;
    drop(trial);
    note(app, Action::Restore, restored.as_ref().map_or("没有成功", |_| "每夜试恢复，核对完整")).await?;
    restored?;
    last.restored_at = Some(now);
    let names = fs::read_dir(&how.folder).map_err(|e| super::folder_error(&how.folder, &e))?;
    let names: Vec<String> = names.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    for name in superfluous(&names, how) {
        fs::remove_dir_all(how.folder.join(name)).map_err(|e| super::folder_error(&how.folder, &e))?;
    }
    Ok(())
}

async fn note(app: &App, action: Action, what: &str) -> Result<()> {
    app.trail.note(Access::installation(Some(0), "liren", action).because(what)).await
}

/// The backups of nights that are no longer kept. What has another name is none of them, and is never touched.
fn superfluous<'a>(names: &'a [String], how: &Nightly) -> Vec<&'a str> {
    let mut by_day: BTreeMap<Day, Vec<(u32, &str)>> = BTreeMap::new();
    for name in names {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let (day, again) = match rest.split_at_checked(10) {
            Some((day, "")) => (day, Some(1)),
            Some((day, again)) => (day, again.strip_prefix('-').and_then(|n| n.parse().ok())),
            None => continue,
        };
        if let (Some(day), Some(again)) = (Day::parse(day), again) {
            by_day.entry(day).or_default().push((again, name));
        }
    }
    let mut gone = Vec::new();
    let (mut days, mut months): (usize, Vec<(i32, u32)>) = (0, vec![]);
    // The newest first; of one day the last that was made.
    let first_of_month: BTreeMap<(i32, u32), Day> =
        by_day.keys().rev().map(|day| ((day.year(), day.month()), *day)).collect();
    for (day, mut of_day) in by_day.into_iter().rev() {
        of_day.sort_unstable();
        let newest = of_day.pop();
        gone.extend(of_day.into_iter().map(|(_, name)| name));
        days += 1;
        if days <= how.days {
            continue;
        }
        let month = (day.year(), day.month());
        if first_of_month.get(&month) == Some(&day) && months.len() < how.months {
            months.push(month);
            continue;
        }
        gone.extend(newest.map(|(_, name)| name));
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Clock;
    use crate::testing::TestApp;

    #[test]
    fn a_fortnight_and_a_year_of_first_days_are_kept_and_nothing_else_is_touched() {
        let how = Nightly::of(Path::new("x"));
        let today = Day::parse("2026-11-20").unwrap();
        let mut names: Vec<String> = (0..800).map(|n| format!("{PREFIX}{}", Day(today.0 - n))).collect();
        names.push(format!("{PREFIX}{today}-2"));
        let others = ["before-0060", "nightly-", "nightly-2026-13-01", "nightly-2020-01-01-old", "重要"];
        names.extend(others.map(String::from));
        let gone = superfluous(&names, &how);
        let kept: Vec<&String> = names.iter().filter(|n| !gone.contains(&n.as_str())).collect();
        assert!(others.iter().all(|other| kept.iter().any(|n| n.as_str() == *other)));
        assert_eq!(kept.len(), others.len() + 14 + 12, "{kept:?}");
        assert!(kept.contains(&&format!("{PREFIX}{today}-2")), "of one day the last is kept");
        for month in ["2026-11-01", "2026-10-01", "2025-12-01"] {
            assert!(kept.contains(&&format!("{PREFIX}{month}")), "{month}");
        }
        assert!(!kept.contains(&&format!("{PREFIX}2025-11-01")));
    }

    #[test]
    fn a_night_that_was_slept_through_is_made_up_for() {
        let clock = Clock::default();
        let noon = midnight_after(Day::parse("2026-11-19").unwrap()) + 12 * HOUR_MICROS;
        assert_eq!(until(noon, None), Duration::from_secs(600));
        assert_eq!(until(noon, Some(noon - 40 * HOUR_MICROS)), Duration::from_secs(600));
        let next = noon + until(noon, Some(noon - 10 * HOUR_MICROS)).as_micros() as i64;
        assert_eq!((clock.day_of(next).to_string(), clock.time_of(next)), ("2026-11-21".into(), "02:00:00".into()));
    }

    #[tokio::test]
    async fn a_night_leaves_a_backup_that_was_restored_and_chains_that_were_read() {
        let test = TestApp::own_demo().await;
        let how = Nightly::of(&test.app.dir);
        assert_eq!(last(&test.app).await.unwrap(), Last::default());
        night(&test.app, &how).await.unwrap();
        let told = last(&test.app).await.unwrap();
        assert!(test.app.trail.last_verified(&test.app).await.unwrap().is_some_and(|v| v.broken == 0));
        if !test.app.db.is_sqlite() {
            assert_eq!(told, Last::default());
            return;
        }
        assert!(told.backup_at.is_some() && told.restored_at == told.backup_at && told.failing.is_none(), "{told:?}");
        assert!(how.folder.join(told.backup.unwrap()).join("liren.db").exists());
        let left: Vec<_> = fs::read_dir(&how.folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        // A key that is gone stops the backup, and the desk can say since when.
        let mut app = test.app.clone();
        app.dir = test.app.dir.join("nowhere");
        let why = night(&app, &Nightly { folder: test.app.dir.join("today/no-folder"), ..how }).await;
        assert!(why.is_err());
        assert!(last(&test.app).await.unwrap().failing.is_some());
    }
}
