//! The texts of `texts/`: reports of many kinds with the truth beside them, and in `strangers/` those of people who have not read
//! the grammar. No false error, and nearly every fault found.

use crate::quality::{Score, Truth};
use crate::{Options, Text, read};

/// Every text of our own with its truth, in order.
pub fn texts() -> Vec<(String, String, Truth)> {
    within(concat!(env!("CARGO_MANIFEST_DIR"), "/texts"))
}

/// Every text by strangers with its truth, in order.
fn strangers() -> Vec<(String, String, Truth)> {
    within(concat!(env!("CARGO_MANIFEST_DIR"), "/texts/strangers"))
}

fn within(folder: &str) -> Vec<(String, String, Truth)> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    let read = |file: &std::path::Path| std::fs::read_to_string(file).unwrap();
    let name = |file: &std::path::Path| file.file_stem().unwrap().to_string_lossy().into_owned();
    files
        .iter()
        .map(|file| (name(file), read(file), Truth::parse(&read(&file.with_extension("json"))).unwrap()))
        .collect()
}

#[test]
fn the_truth_quotes_what_stands_in_the_text() {
    for (name, text, truth) in texts().into_iter().chain(strangers()) {
        for quote in truth.faults.iter().flat_map(|fault| &fault.quotes) {
            assert!(text.contains(quote), "{name}: {quote}");
        }
    }
}

#[test]
fn no_error_is_false_and_nearly_every_fault_is_found() {
    let mut score = Score::default();
    for (name, text, truth) in texts() {
        score.add(&name, &text, &truth, &read(&Text::plain(&text), &Options::default()));
    }
    println!("{score}");
    assert!(score.false_errors == 0 && score.errors.found >= 65, "{}\n{score}", score.notes.join("\n"));
}

#[test]
fn what_strangers_wrote_is_read_as_they_meant_it() {
    let mut score = Score::default();
    for (name, text, truth) in strangers() {
        score.add(&name, &text, &truth, &read(&Text::plain(&text), &Options::default()));
    }
    println!("{score}");
    let silent = score.false_errors == 0 && score.false_warnings <= 2;
    let found = score.errors.found >= 66 && score.warnings.found >= 8;
    assert!(score.texts == 80 && silent && found, "{}\n{score}", score.notes.join("\n"));
}
