//! Disks that fill up, or say that they kept what they did not.

use std::path::Path;
use std::process::Output;
use std::time::Instant;

use super::kills::expect;
use super::power::library;
use super::replay::{Told, read};
use super::work::{Chance, Liren, State, copy, in_words, names, remove, roster, said, text};
use crate::Result;
use crate::place::TempDir;

/// A command, and what the folder holds after it.
struct Work {
    name: &'static str,
    args: Vec<String>,
    after: State,
    /// What it makes beside the folder.
    out: Option<&'static str>,
}

pub fn run(program: &Path, times: usize, chance: &mut Chance) -> Result<()> {
    let Some(library) = library()? else {
        println!("full disks: no C compiler, or not Linux; skipped");
        return Ok(());
    };
    let begin = Instant::now();
    let folder = TempDir::new("liren-torture-disk")?;
    let real = std::fs::canonicalize(folder.path()).map_err(|e| e.to_string())?;
    let (disk, log, kept) = (real.join("disk"), real.join("log"), real.join("kept"));
    let plain = Liren::new(program);
    let watched =
        plain.with("LD_PRELOAD", library.display()).with("POWER_ROOT", disk.display()).with("POWER_LOG", log.display());
    std::fs::create_dir(&kept).map_err(|e| e.to_string())?;
    let (first, second) = (real.join("一.csv"), real.join("二.csv"));
    roster(&first, 0, 300)?;
    roster(&second, 300, 200)?;
    let data = text(&kept.join("data"));
    plain.init(&kept.join("data"))?;
    plain.done(&["import", &text(&first), "--into", "1", "--on", "2013-11-20", "--data", &data])?;
    plain.done(&["backup", "--out", &text(&kept.join("whole")), "--data", &data])?;
    let before = State { people: 300, frozen: 0 };

    let on = |name: &str| text(&disk.join(name));
    let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let works = [
        Work {
            name: "import",
            args: words(&["import", &text(&second), "--into", "1", "--on", "2013-11-20", "--data", &on("data")]),
            after: State { people: 500, frozen: 0 },
            out: None,
        },
        Work {
            name: "freeze",
            args: words(&["freeze", "定稿", "--data", &on("data")]),
            after: State { people: 300, frozen: 1 },
            out: None,
        },
        Work {
            name: "backup",
            args: words(&["backup", "--out", &on("b1"), "--data", &on("data")]),
            after: before,
            out: Some("b1"),
        },
        Work {
            name: "restore",
            args: words(&["restore", "--from", &on("whole"), "--data", &on("r1")]),
            after: before,
            out: Some("r1"),
        },
    ];
    let (mut full, mut bad) = (0, 0);
    for work in &works {
        // Undisturbed: how much it writes, and how often it waits.
        fresh(&kept, &disk)?;
        remove(&log);
        let args: Vec<&str> = work.args.iter().map(String::as_str).collect();
        watched.done(&args)?;
        let told = read(&std::fs::read(&log).map_err(|e| e.to_string())?)?;
        let bytes: usize = told.iter().map(|t| if let Told::Write { bytes, .. } = t { bytes.len() } else { 0 }).sum();
        let waits = told.iter().filter(|t| matches!(t, Told::Sync { .. } | Told::SyncFolder { .. })).count();
        for n in 0..times {
            let room = if n == 0 { 0 } else { chance.below(bytes) };
            fresh(&kept, &disk)?;
            let output = watched.with("POWER_FULL", room).output(&args)?;
            let what = format!("{} on a disk with room for {room} of {bytes} bytes", work.name);
            judge(&plain, &disk, work, before, &output, false, &what)?;
            full += 1;
            let good = chance.below(waits);
            fresh(&kept, &disk)?;
            let output = watched.with("POWER_BAD", good).output(&args)?;
            let what = format!("{} on a disk that fails after {good} of {waits} waits", work.name);
            judge(&plain, &disk, work, before, &output, true, &what)?;
            bad += 1;
        }
    }
    println!("disks: {full} full, {bad} failing, {:.0} s", begin.elapsed().as_secs_f64());
    Ok(())
}

fn fresh(kept: &Path, disk: &Path) -> Result<()> {
    remove(disk);
    copy(kept, disk)
}

/// It did what it says it did, or says that it did not and left everything as it was. Of a disk that fails nobody knows
/// what it kept: then either is true of the folder.
fn judge(
    liren: &Liren,
    disk: &Path,
    work: &Work,
    before: State,
    output: &Output,
    either: bool,
    what: &str,
) -> Result<()> {
    let done = output.status.success();
    if !done && (output.status.code() != Some(2) || !in_words(output)) {
        return Err(format!("{what}: it ended with {}: {}", output.status, said(output)));
    }
    let allowed = match (done, either) {
        (true, _) => vec![work.after],
        (false, false) => vec![before],
        (false, true) => vec![before, work.after],
    };
    expect(liren, &disk.join("data"), &allowed, what)?;
    if let Some(out) = work.out {
        let made = disk.join(out);
        if done && !made.exists() || !done && !either && made.exists() {
            return Err(format!(
                "{what}: it ended with {}, and {out} is {}there",
                output.status,
                if done { "not " } else { "" }
            ));
        }
        let left: Vec<String> = names(disk).into_iter().filter(|n| n.ends_with(".part")).collect();
        if !left.is_empty() {
            return Err(format!("{what}: it left {left:?}"));
        }
        if made.exists() {
            let folder = if work.name == "backup" {
                let restored = disk.join("restored");
                liren.done(&["restore", "--from", &text(&made), "--data", &text(&restored)])?;
                restored
            } else {
                made
            };
            expect(liren, &folder, &[before], what)?;
        }
    }
    Ok(())
}
