//! How good the proofreader is, over files and folders:
//! `cargo run --release -p liren-proof --example quality -- score DIR…` holds the findings against the truth beside each text (`NN.txt`, `NN.json`).

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use liren_proof::quality::{Score, Truth};
use liren_proof::{Options, Report, Text, decode, read};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (flags, words): (Vec<&str>, Vec<&str>) =
        args.iter().map(String::as_str).partition(|word| word.starts_with('-'));
    let outcome = match words.split_first() {
        Some((&"score", folders)) if !folders.is_empty() => score_all(folders, flags.contains(&"-v")),
        _ => Err("quality score DIR… [-v]".into()),
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
