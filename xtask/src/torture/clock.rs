//! A machine whose clock goes back: what is recorded stays in its order.

use std::path::Path;
use std::time::Instant;

use super::power::library;
use super::work::{Liren, State, roster, text};
use crate::Result;
use crate::place::TempDir;

const DAY: i64 = 86_400;

pub fn run(program: &Path) -> Result<()> {
    let Some(library) = library()? else {
        println!("clocks: no C compiler, or not Linux; skipped");
        return Ok(());
    };
    let begin = Instant::now();
    let folder = TempDir::new("liren-torture-clock")?;
    let (data, list) = (folder.path().join("data"), folder.path().join("名单.csv"));
    let plain = Liren::new(program).with("LD_PRELOAD", library.display());
    plain.init(&data)?;
    let on = text(&data);
    let import = |first: usize, days: i64| -> Result<()> {
        roster(&list, first, 10)?;
        let args = ["import", &text(&list), "--into", "1", "--on", "2013-11-20", "--data", &on];
        plain.with("POWER_CLOCK", days * DAY).done(&args).map(|_| ())
    };
    // Forward, back, further back, and as it should be.
    for (n, days) in [3, -3, -400, 0].into_iter().enumerate() {
        import(n * 10, days)?;
    }
    let there = plain.state(&data)?;
    if there != (State { people: 40, frozen: 0 }) {
        return Err(format!("clocks: the folder holds {there:?}"));
    }
    // Known at a revision, whatever the clock said when it was written.
    let mut least = 0;
    for revision in 0.. {
        let args = ["figure", "population.total", "--known-at", &revision.to_string(), "--json", "--data", &on];
        let output = plain.output(&args)?;
        if !output.status.success() {
            if revision < 4 {
                return Err(format!("clocks: revision {revision} cannot be read"));
            }
            break;
        }
        let json = String::from_utf8_lossy(&output.stdout).into_owned();
        let number = json.split("\"value\":").nth(1).and_then(|rest| rest.split([',', '\n', '}']).next());
        let people: usize = number.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
        if people < least {
            return Err(format!("clocks: revision {revision} knows {people} people, the one before {least}"));
        }
        least = people;
    }
    if least != 40 {
        return Err(format!("clocks: the last revision knows {least} people of 40"));
    }
    println!("clocks: 4 imports, {:.0} s", begin.elapsed().as_secs_f64());
    Ok(())
}
