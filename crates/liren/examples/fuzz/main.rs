//! `fuzz READER [--inputs N] [--seconds S] [--seed N] [--only N]`: one reader, given what no honest program writes. Each
//! input is sound in most of its parts, and must be read or refused in a moment and in little memory; nothing may break.
//! An input is made of its seed and its number: `--only N` makes it again.

mod chance;
mod prose;
mod query;
mod readers;
mod tables;
mod words;

use std::io::{Seek as _, SeekFrom, Write as _};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chance::Chance;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What one input may take: inputs are small. The build of the tests is slow, and its machine busy.
const MOMENT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

/// Files that were read; the others were refused.
pub static READ: AtomicU64 = AtomicU64::new(0);

/// A reader under attack.
pub struct Target {
    /// Makes an input.
    pub make: Box<dyn FnMut(&mut Chance) -> Vec<u8>>,
    /// Reads it.
    pub read: Box<dyn FnMut(&[u8])>,
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let name = args.first().ok_or_else(|| anyhow::anyhow!("fuzz wants a reader: {}", readers::NAMES.join(" ")))?;
    let number = |flag: &str| -> anyhow::Result<Option<u64>> {
        let at = args.iter().position(|a| a == flag);
        at.map(|at| {
            args.get(at + 1).and_then(|n| n.parse().ok()).ok_or_else(|| anyhow::anyhow!("{flag} wants a number"))
        })
        .transpose()
    };
    let inputs = number("--inputs")?.unwrap_or(u64::MAX);
    let seconds = number("--seconds")?.map(Duration::from_secs);
    let seed = number("--seed")?.unwrap_or(1);
    let only = number("--only")?;
    limit();
    let kept = PathBuf::from(std::env::var_os("FUZZ_KEEP").unwrap_or_else(|| "target/fuzz".into()));
    std::fs::create_dir_all(&kept)?;
    let mut target = readers::target(name)?;
    // Whoever finds this process dead reads here which input it was at.
    let mut at = std::fs::File::create(kept.join(format!("{name}.at")))?;
    std::panic::set_hook(Box::new(|info| eprintln!("{info}")));
    let (begun, mut done, mut slowest) = (Instant::now(), 0u64, Duration::ZERO);
    for n in only.unwrap_or(0)..inputs {
        if seconds.is_some_and(|s| begun.elapsed() > s) {
            break;
        }
        let mut chance = Chance::new(seed, n);
        let input = (target.make)(&mut chance);
        at.seek(SeekFrom::Start(0))?;
        write!(at, "{n:<20}")?;
        let start = Instant::now();
        let broke = std::panic::catch_unwind(AssertUnwindSafe(|| (target.read)(&input))).is_err();
        let took = start.elapsed();
        slowest = slowest.max(took);
        done += 1;
        if broke || took > MOMENT {
            let path = kept.join(format!("{name}-{seed}-{n}"));
            std::fs::write(&path, &input)?;
            let how = if broke { "it broke".to_owned() } else { format!("it took {took:?}") };
            anyhow::bail!(
                "{name}: input {n} of seed {seed}: {how}; it is in {}, and fuzz {name} --seed {seed} --only {n} makes it again",
                path.display()
            );
        }
        if only.is_some() {
            break;
        }
    }
    let read = match READ.load(Ordering::Relaxed) {
        0 => String::new(),
        n => format!(", {n} of them read and the others refused"),
    };
    println!("{name}: {done} inputs in {:.0} s{read}, the slowest {slowest:.0?}", begun.elapsed().as_secs_f64());
    Ok(())
}

/// One input must not take the machine with it.
#[cfg(unix)]
fn limit() {
    let most = rustix::process::Rlimit { current: Some(2 << 30), maximum: Some(2 << 30) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::As, most);
}

#[cfg(not(unix))]
fn limit() {}
