//! Each finding on one line, over files and folders: `cargo run --release -p liren-proof --example findings -- PATH…`.
//! `cargo xtask proof-diff` builds this file in two revisions and compares what they print, so it uses nothing but `read`.
//! The samples of a file (parted by empty lines) are texts of their own where the folder is called `corpus` or `samples`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use liren_proof::{Options, Text, decode, read};

fn main() -> ExitCode {
    let mut files = Vec::new();
    for path in std::env::args().skip(1) {
        collect(Path::new(&path), &mut files);
    }
    files.sort();
    for file in &files {
        let Some(text) = std::fs::read(file).ok().and_then(|bytes| decode(&bytes).ok()) else {
            eprintln!("{}: cannot be read as text", file.display());
            return ExitCode::from(2);
        };
        let samples = file.parent().is_some_and(|folder| folder.ends_with("corpus") || folder.ends_with("samples"));
        let pieces: Vec<&str> = if samples { text.split("\n\n").collect() } else { vec![&text] };
        for piece in pieces {
            show(file, piece);
        }
    }
    ExitCode::SUCCESS
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        entries.flatten().for_each(|entry| collect(&entry.path(), files));
    } else if path.extension().is_some_and(|end| end == "txt" || end == "md") {
        files.push(path.to_owned());
    }
}

fn show(file: &Path, piece: &str) {
    for finding in read(&Text::plain(piece), &Options::default()).findings {
        let quotes: Vec<&str> = finding.quotes.iter().map(|quote| quote.text.as_str()).collect();
        let said = finding.arithmetic.as_deref().unwrap_or(&finding.message.zh);
        let line = format!("{:?} {}: {} | {said}", finding.severity, finding.kind, quotes.join(" / "));
        println!("{}\t{}", file.display(), line.replace(['\n', '\t'], " "));
    }
}
