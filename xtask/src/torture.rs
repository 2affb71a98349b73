//! What becomes of a community's data when programs are killed, power is cut, disks fill up, fail, or are damaged: the
//! real program on real files. Whatever was confirmed is there afterwards, and nothing half-done is.

mod clock;
mod damage;
mod disk;
mod kills;
mod power;
mod replay;
mod work;

use crate::Result;

/// How much of it is done.
#[derive(Clone, Copy)]
pub struct Much {
    /// Kills at random moments.
    pub kills: usize,
    /// States after a power cut.
    pub cuts: usize,
    /// Journals cut off at a frame.
    pub frames: usize,
    /// Disks that fill up or fail, for each command.
    pub disks: usize,
    /// Damaged databases.
    pub damaged: usize,
}

impl Much {
    /// All of it.
    const WHOLE: Much = Much { kills: 200, cuts: 400, frames: usize::MAX, disks: 40, damaged: 90 };
    /// What every change to the code goes through.
    pub const GATE: Much = Much { kills: 20, cuts: 40, frames: 40, disks: 4, damaged: 12 };
}

/// The same kills and cuts each time, so that a change answers for itself only.
pub fn gate() -> Result<()> {
    run(Much::GATE, 1)
}

/// `--gate` does less, `--seed N` repeats a run.
pub fn asked(args: &[&str]) -> Result<()> {
    let mut much = Much::WHOLE;
    let mut seed = seed();
    let mut rest = args.iter();
    while let Some(word) = rest.next() {
        match *word {
            "--gate" => much = Much::GATE,
            "--seed" => {
                let number = rest.next().and_then(|n| n.parse().ok());
                seed = number.ok_or("--seed wants a number")?;
            }
            other => return Err(format!("torture does not know {other}; it takes --gate and --seed N")),
        }
    }
    run(much, seed)
}

fn run(much: Much, seed: u64) -> Result<()> {
    if !cfg!(unix) {
        println!("the torture needs Unix; skipped");
        return Ok(());
    }
    println!("seed {seed}");
    let program = crate::product(false)?;
    let mut chance = work::Chance(seed);
    kills::run(&program, much.kills, &mut chance)?;
    power::journal(&program, much.frames, &mut chance)?;
    power::run(&program, much.cuts, &mut chance)?;
    disk::run(&program, much.disks, &mut chance)?;
    damage::run(&program, much.damaged, &mut chance)?;
    clock::run(&program)
}

fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_secs()
}
