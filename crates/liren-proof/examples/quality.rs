//! How good the proofreader is, over files and folders:
//! `cargo run --release -p liren-proof --example quality -- score DIR…` holds the findings against the truth beside each text (`NN.txt`, `NN.json`);
//! `… -- changes PATH…` changes one digit of each figure of each relation that holds, and says how often that was found.
//! Samples (parted by headings) of a folder called `corpus` or `samples` are texts of their own.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use liren_proof::quality::{Changes, Score, Tally, Truth};
use liren_proof::{Options, Report, Text, decode, read};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (flags, words): (Vec<&str>, Vec<&str>) =
        args.iter().map(String::as_str).partition(|word| word.starts_with('-'));
    let outcome = match words.split_first() {
        Some((&"score", folders)) if !folders.is_empty() => score_all(folders, flags.contains(&"-v")),
        Some((&"changes", paths)) if !paths.is_empty() => change_all(paths, flags.contains(&"-v")),
        _ => Err("quality score DIR… [-v] | quality changes PATH… [-v]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("quality: {why}");
            ExitCode::from(2)
        }
    }
}

/// The text files of a path: itself, or those in the folder, in order.
fn texts(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let entries = std::fs::read_dir(path).map_err(|why| format!("{}: {why}", path.display()))?;
    for entry in entries {
        let path = entry.map_err(|why| why.to_string())?.path();
        if path.is_dir() {
            found.extend(texts(&path)?);
        } else if path.extension().is_some_and(|end| end == "txt") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn load(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
    decode(&bytes).map_err(|why| format!("{}: {why}", path.display()))
}

fn proofread(text: &str) -> Report {
    read(&Text::plain(text), &Options::default())
}

fn score_all(folders: &[&str], verbose: bool) -> Result<(), String> {
    for folder in folders {
        let mut score = Score::default();
        for path in texts(Path::new(folder))? {
            let beside = path.with_extension("json");
            if !beside.exists() {
                continue;
            }
            let text = load(&path)?;
            let truth = Truth::parse(&load(&beside)?).map_err(|why| format!("{}: {why}", beside.display()))?;
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            score.add(&name, &text, &truth, &proofread(&text));
        }
        if verbose {
            score.notes.iter().for_each(|note| println!("{note}"));
        }
        println!("{folder}: {score}");
    }
    Ok(())
}

/// The texts of a file: a file of samples has many, each with its expectations below it.
fn pieces(path: &Path) -> Result<Vec<String>, String> {
    let text = load(path)?;
    let samples = path.parent().is_some_and(|folder| folder.ends_with("corpus") || folder.ends_with("samples"));
    if !samples {
        return Ok(vec![text]);
    }
    let told = |line: &&str| !line.starts_with("## ") && !line.starts_with("=> ");
    if !text.starts_with("## ") {
        return Ok(text.lines().map(str::to_owned).collect());
    }
    Ok(text.split("\n## ").map(|piece| piece.lines().skip(1).filter(told).collect::<Vec<_>>().join("\n")).collect())
}

fn change_all(paths: &[&str], verbose: bool) -> Result<(), String> {
    let mut changes = Changes::default();
    let (mut countable, mut checked, mut number) = (0, 0, 0);
    for path in paths {
        for file in texts(Path::new(path))? {
            for piece in pieces(&file)? {
                let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                changes.add(&name, &piece);
                let summary = proofread(&piece).summary;
                (countable, checked, number) = (countable + summary.countable, checked + summary.checked, number + 1);
            }
        }
    }
    if verbose {
        changes.notes.iter().for_each(|note| println!("{note}"));
    }
    println!("| relation | changed | found | |\n|---|---|---|---|");
    let line = |name: &str, tally: Tally| {
        println!(
            "| {name} | {} | {} | {:.1} % |",
            tally.tried,
            tally.told,
            tally.told as f64 / tally.tried.max(1) as f64 * 100.0
        );
    };
    changes.breaks.iter().for_each(|(name, tally)| line(name, *tally));
    line("all", changes.total());
    println!("changed and still true: {} tried, {} told", changes.kept.tried, changes.kept.told);
    let share = checked as f64 / countable.max(1) as f64 * 100.0;
    println!("{number} texts, {countable} figures, {checked} of them checked by a relation ({share:.1} %)");
    Ok(())
}
