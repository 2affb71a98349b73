//! The tasks around the product: one command that tests everything, each part of it alone, the
//! benchmarks and the release build. Nothing here needs more than the standard library.

mod bench;
mod browser;
mod fuzz;
mod lists;
mod load;
mod place;
mod postgres;
mod proof;
mod tools;
mod torture;

use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use place::root;

/// What went wrong, in one sentence for the person at the terminal.
pub type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
cargo xtask test          everything below, in this order (ci is the same)
cargo xtask fmt           the format of the Rust code
cargo xtask build         everything, linted as it is built, warnings denied
cargo xtask clippy        the lints alone
cargo xtask unit          unit and slice tests, on SQLite
cargo xtask pg            the slice tests again, on a private PostgreSQL server
cargo xtask packs         the packs and their cases
cargo xtask types         a type check of the islands and the journeys
cargo xtask e2e [NAME]    the browser journeys; NAME picks those whose title holds it
cargo xtask proof-score [DIR]   the proofreader against texts with their truth (NN.txt, NN.json); -v names each miss
cargo xtask proof-diff REV [DIR]   the findings that a change adds or removes
cargo xtask lists-score [DIR]   the importer against lists with their truth (case.json); -v names each fault
cargo xtask torture [--gate] [--seed N]   kills, power cuts, full and failing disks, damaged files
cargo xtask fuzz [READER] [--minutes N] [--seed N] [--gate]   hostile inputs for every reader of foreign text
cargo xtask bench [--scale N]   the benchmarks, with ratios (250 communities: about one million people)
cargo xtask dist          the release build";

/// The parts of `cargo xtask test`, in order: cheap ones first, those that need a server or a browser last.
const PARTS: [Part; 9] = [
    Part { name: "fmt", title: "format", run: fmt },
    Part { name: "build", title: "everything, linted as it is built, warnings denied", run: build },
    Part { name: "unit", title: "unit and slice tests on SQLite", run: unit },
    Part { name: "pg", title: "slice tests on PostgreSQL", run: postgres::test },
    Part { name: "packs", title: "packs and their cases", run: packs },
    Part { name: "torture", title: "kills, power cuts, full and failing disks: a short run", run: torture::gate },
    Part { name: "fuzz", title: "hostile inputs for every reader: a short run", run: fuzz::gate },
    Part { name: "types", title: "types of the islands and the journeys", run: browser::types },
    Part { name: "e2e", title: "browser journeys", run: journeys },
];

struct Part {
    name: &'static str,
    title: &'static str,
    run: fn() -> Result<()>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        ["test" | "ci"] => test(),
        ["torture", rest @ ..] => torture::asked(rest),
        ["fuzz", rest @ ..] => fuzz::asked(rest),
        ["bench", rest @ ..] => bench::run_all(rest),
        ["dist"] => dist(),
        ["clippy"] => clippy(),
        ["proof-score", rest @ ..] => proof::quality("score", rest),
        ["lists-score", rest @ ..] => lists::score(rest),
        ["proof-diff", rev, folders @ ..] => proof::diff(rev, folders),
        ["e2e", name] => browser::journeys(Some(name)),
        [name] => match PARTS.iter().find(|part| part.name == *name) {
            Some(part) => timed(part).map(|_| ()),
            None => Err(format!("there is no task {name}.\n\n{USAGE}")),
        },
        _ => Err(format!("there is no task `{}`.\n\n{USAGE}", words.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask: {why}");
            ExitCode::FAILURE
        }
    }
}

fn test() -> Result<()> {
    let begin = Instant::now();
    WHOLE.store(true, Ordering::Relaxed);
    heading("tools");
    tools::provide();
    let mut times = Vec::new();
    for part in &PARTS {
        let took = timed(part)
            .map_err(|why| format!("{} failed: {why}\nRun this part alone: cargo xtask {}", part.name, part.name))?;
        times.push(format!("{} {}", part.name, spell(took)));
    }
    println!("\nAll {} parts passed in {}: {}", PARTS.len(), spell(begin.elapsed()), times.join(", "));
    Ok(())
}

fn timed(part: &Part) -> Result<Duration> {
    heading(&format!("{} — {}", part.name, part.title));
    let begin = Instant::now();
    (part.run)()?;
    let took = begin.elapsed();
    println!("──── {} passed in {}", part.name, spell(took));
    Ok(took)
}

fn heading(text: &str) {
    println!("\n════ {text}");
}

fn spell(took: Duration) -> String {
    match took.as_secs() {
        s if s < 60 => format!("{:.1} s", took.as_secs_f64()),
        s => format!("{} min {:02} s", s / 60, s % 60),
    }
}

fn fmt() -> Result<()> {
    tools::need_cargo_part("fmt", "rustfmt")?;
    run(cargo(["fmt", "--all", "--check"]))
        .map_err(|_| "the code above is not formatted as rustfmt does it; run cargo fmt --all".into())
}

/// Whether the whole gate runs: then the compiler that lints does all the building, so that nothing is compiled once
/// to be looked at and once more to be run.
static WHOLE: AtomicBool = AtomicBool::new(false);

fn build() -> Result<()> {
    tools::need_cargo_part("clippy", "clippy")?;
    run(linted(cargo(["test", "--workspace", "--no-run", "--quiet"])))
}

/// What `cargo clippy` does, for a build that makes programs.
fn linted(mut cargo: Command) -> Command {
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
    cargo
}

fn clippy() -> Result<()> {
    tools::need_cargo_part("clippy", "clippy")?;
    run(cargo(["clippy", "--workspace", "--all-targets", "--quiet", "--keep-going", "--", "-D", "warnings"]))
}

/// On SQLite, whatever the caller's environment says: PostgreSQL has a part of its own.
fn unit() -> Result<()> {
    let mut tests = cargo(["test", "--workspace", "--no-fail-fast"]);
    tests.env_remove("LIREN_TEST_DB");
    run(tests)
}

fn packs() -> Result<()> {
    let mut check = Command::new(product(false)?);
    check.args(["pack", "check", "packs"]).current_dir(root());
    run(check)
}

fn journeys() -> Result<()> {
    browser::journeys(None)
}

fn dist() -> Result<()> {
    let program = product(true)?;
    println!("{}", program.display());
    Ok(())
}

/// Builds the product and says where its program is. The whole workspace is selected, so that features
/// unify as they do for the tests and nothing is compiled twice.
pub fn product(release: bool) -> Result<std::path::PathBuf> {
    let mut build = cargo(["build", "--quiet", "--workspace", "--bin", "liren"]);
    if release {
        build.arg("--release");
    }
    run(build)?;
    let profile = if release { "release" } else { "debug" };
    Ok(place::target().join(profile).join(format!("liren{}", std::env::consts::EXE_SUFFIX)))
}

pub fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args).current_dir(root());
    if WHOLE.load(Ordering::Relaxed) { linted(cargo) } else { cargo }
}

/// Runs a program with the terminal's own output; its failure is an error that names it.
pub fn run(mut command: Command) -> Result<()> {
    let name = describe(&command);
    let status = command.status().map_err(|e| format!("cannot start `{name}`: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{name}` ended with {status}")) }
}

/// Runs a program and takes what it prints; what it complained about becomes the error.
pub fn read(mut command: Command) -> Result<String> {
    let name = describe(&command);
    let out = command.output().map_err(|e| format!("cannot start `{name}`: {e}"))?;
    if out.status.success() {
        return Ok(String::from_utf8_lossy(&out.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&out.stderr);
    Err(format!("`{name}` ended with {}: {}", out.status, said.trim()))
}

fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
