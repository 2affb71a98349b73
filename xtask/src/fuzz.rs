//! Every reader of foreign text, given what no honest program writes (`crates/liren/examples/fuzz`). Each reader is a
//! process of its own: one that is killed for its memory, or stands still, is found out here.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::place::{root, target};
use crate::{Result, cargo, run};

/// In the order of the time they take to start.
const READERS: [&str; 14] = [
    "xlsx", "xls", "csv", "ods", "query", "pack", "expression", "docx", "html", "markdown", "prose", "address", "id",
    "date",
];

/// How many at once: the machine of the gate has two cores.
const AT_ONCE: usize = 2;

const GATE_SECONDS: u64 = 3;

/// A process that says nothing for so long after its time is up stands still.
const GRACE: Duration = Duration::from_secs(120);

/// What every change to the code goes through: the same inputs each time, so that a change answers for itself only.
pub fn gate() -> Result<()> {
    attack(&READERS, GATE_SECONDS, 1, false)
}

/// `READER` attacks one of them, `--minutes N` says for how long each, `--seed N` repeats a run.
pub fn asked(args: &[&str]) -> Result<()> {
    let (mut seconds, mut seed, mut release, mut readers) = (300, seed(), true, READERS.to_vec());
    let mut rest = args.iter();
    while let Some(word) = rest.next() {
        let mut number = || rest.next().and_then(|n| n.parse::<u64>().ok()).ok_or(format!("{word} wants a number"));
        match *word {
            "--gate" => (seconds, seed, release) = (GATE_SECONDS, 1, false),
            "--minutes" => seconds = number()? * 60,
            "--seed" => seed = number()?,
            other => match READERS.iter().find(|reader| **reader == other) {
                Some(reader) => readers = vec![*reader],
                None => return Err(format!("there is no reader {other}: {}", READERS.join(" "))),
            },
        }
    }
    attack(&readers, seconds, seed, release)
}

fn attack(readers: &[&'static str], seconds: u64, seed: u64, release: bool) -> Result<()> {
    println!("seed {seed}");
    let program = build(release)?;
    let mut waiting = readers.iter();
    let mut running: Vec<(&str, Child, Instant)> = Vec::new();
    let mut failed = Vec::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(reader) = waiting.next()
        {
            let mut fuzz = Command::new(&program);
            fuzz.args([reader, "--seconds", &seconds.to_string(), "--seed", &seed.to_string()]);
            fuzz.env("FUZZ_KEEP", kept()).stdin(Stdio::null()).current_dir(root());
            let child = fuzz.spawn().map_err(|why| format!("cannot start {}: {why}", program.display()))?;
            running.push((reader, child, Instant::now() + Duration::from_secs(seconds) + GRACE));
        }
        if running.is_empty() {
            break;
        }
        let mut still = Vec::new();
        for (reader, mut child, until) in running {
            match child.try_wait().map_err(|why| why.to_string())? {
                Some(status) if status.success() => {}
                Some(status) => failed.push(format!("{reader} ended with {status}{}", at(reader))),
                None if Instant::now() > until => {
                    let _ = child.kill();
                    let _ = child.wait();
                    failed.push(format!("{reader} stood still{}", at(reader)));
                }
                None => still.push((reader, child, until)),
            }
        }
        running = still;
        std::thread::sleep(Duration::from_millis(50));
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("{} (seed {seed})", failed.join("; "))) }
}

/// In a gate it is the build of the tests, which is there already; for a long run it is a fast one.
fn build(release: bool) -> Result<PathBuf> {
    let mut build = cargo(["build", "--quiet", "--workspace", "--example", "fuzz"]);
    if release {
        build.arg("--release");
    }
    run(build)?;
    let profile = if release { "release" } else { "debug" };
    Ok(target().join(profile).join("examples").join(format!("fuzz{}", std::env::consts::EXE_SUFFIX)))
}

/// Which input a process was at when it ended.
fn at(reader: &str) -> String {
    let at = std::fs::read_to_string(kept().join(format!("{reader}.at"))).unwrap_or_default();
    format!(" at input {}", at.trim())
}

fn kept() -> PathBuf {
    target().join("fuzz")
}

fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_secs()
}
