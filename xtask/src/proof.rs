//! The proofreader, measured: its score over folders of texts with their truth, and what a change adds to its findings
//! or takes away, over every text of the repository and of the folders named.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::{root, target};
use crate::{Result, cargo, run};

/// Texts of our own.
const OWN: [&str; 2] = ["crates/liren-proof/corpus", "crates/liren-proof/texts"];

/// `proof-score DIR…`: faults found and false findings over folders of `NN.txt` with `NN.json`.
pub fn quality(task: &str, rest: &[&str]) -> Result<()> {
    let mut measure = cargo(["run", "--quiet", "--release", "-p", "liren-proof", "--example", "quality", "--", task]);
    let named = rest.iter().any(|word| !word.starts_with('-'));
    if !named {
        measure.arg(OWN[1]);
    }
    // A folder is named as seen from where the command was typed.
    measure.args(rest).current_dir(std::env::current_dir().map_err(|why| why.to_string())?);
    if !named {
        measure.current_dir(root());
    }
    run(measure)
}

/// `proof-diff REV [DIR…]`: the findings of today's proofreader against those of another revision.
pub fn diff(rev: &str, folders: &[&str]) -> Result<()> {
    let here = std::env::current_dir().map_err(|why| why.to_string())?;
    let mut places: Vec<PathBuf> = OWN.iter().map(|own| root().join(own)).collect();
    places.extend(folders.iter().map(|folder| here.join(folder)));
    let then = findings(&other(rev)?, &places)?;
    let mut build = cargo(["build", "--quiet", "--release", "-p", "liren-proof", "--example", "findings"]);
    build.current_dir(root());
    run(build)?;
    let now = findings(&target().join("release/examples/findings"), &places)?;
    let (mut gone, mut new) = (0, 0);
    let lines: std::collections::BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    for line in lines {
        let (before, after) = (then.get(line).copied().unwrap_or(0), now.get(line).copied().unwrap_or(0));
        (before + 1..=after).for_each(|_| println!("+ {line}"));
        (after + 1..=before).for_each(|_| println!("- {line}"));
        new += after.saturating_sub(before);
        gone += before.saturating_sub(after);
    }
    println!("{new} findings more and {gone} fewer than at {rev}, of {} before", then.values().sum::<usize>());
    Ok(())
}

/// The program of another revision, built in a worktree of its own with today's way of printing.
fn other(rev: &str) -> Result<PathBuf> {
    let place = target().join("proof-diff");
    let tree = place.join("tree");
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.args(words).current_dir(root());
        run(git)
    };
    let path = tree.to_string_lossy().into_owned();
    if tree.exists() {
        git(&["worktree", "remove", "--force", &path])?;
    }
    git(&["worktree", "add", "--quiet", "--detach", &path, rev])?;
    let example = "crates/liren-proof/examples/findings.rs";
    std::fs::copy(root().join(example), tree.join(example)).map_err(|why| format!("{example}: {why}"))?;
    let mut build = cargo(["build", "--quiet", "--release", "-p", "liren-proof", "--example", "findings"]);
    build.arg("--target-dir").arg(place.join("build")).current_dir(&tree);
    let built = run(build);
    git(&["worktree", "remove", "--force", &path])?;
    built?;
    Ok(place.join("build/release/examples/findings"))
}

/// The lines a program prints, and how often each.
fn findings(program: &Path, places: &[PathBuf]) -> Result<BTreeMap<String, usize>> {
    let answer = Command::new(program).args(places).output().map_err(|why| format!("{}: {why}", program.display()))?;
    if !answer.status.success() {
        return Err(String::from_utf8_lossy(&answer.stderr).trim().to_owned());
    }
    let mut lines = BTreeMap::new();
    for line in String::from_utf8_lossy(&answer.stdout).lines() {
        *lines.entry(line.to_owned()).or_insert(0) += 1;
    }
    Ok(lines)
}
