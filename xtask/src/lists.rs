//! The importer, measured: lists and rosters that somebody else invented, with the truth about each.

use crate::place::{root, target};
use crate::{Result, cargo, run};

/// `lists-score DIR… [-v]`: cases passed, people and enrolments right, over folders of cases with their `case.json`.
pub fn score(rest: &[&str]) -> Result<()> {
    let mut build = cargo(["build", "--quiet", "-p", "liren", "--bin", "liren", "--example", "lists"]);
    build.current_dir(root());
    run(build)?;
    let mut measure = std::process::Command::new(target().join("debug/examples/lists"));
    measure.arg(target().join("debug/liren"));
    if rest.iter().all(|word| word.starts_with('-')) {
        measure.arg(root().join(OWN));
    }
    measure.args(rest);
    run(measure)
}

/// The cases of the repository.
const OWN: &str = "crates/liren-rosters/tests/data/strangers";
