//! The texts of `texts/`: reports of many kinds with the truth beside them. No false error, and nearly every fault found.

use crate::quality::{Score, Truth};
use crate::{Options, Text, read};

/// Every text of the folder with its truth, in order.
pub fn texts(folder: &str) -> Vec<(String, String, Truth)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
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
    for (name, text, truth) in texts("texts").into_iter().chain(texts("strangers")) {
        for quote in truth.faults.iter().flat_map(|fault| &fault.quotes) {
            assert!(text.contains(quote), "{name}: {quote}");
        }
    }
}

#[test]
fn no_error_is_false_and_nearly_every_fault_is_found() {
    let mut score = Score::default();
    for (name, text, truth) in texts("texts") {
        score.add(&name, &text, &truth, &read(&Text::plain(&text), &Options::default()));
    }
    println!("{score}");
    assert!(score.false_errors == 0 && score.errors.found >= 65, "{}\n{score}", score.notes.join("\n"));
}

/// 120 texts by two who had not read the grammar. What is found of them may rise and fall with a single text; all
/// together are held.
#[test]
fn the_texts_of_strangers_hold_their_totals() {
    let mut score = Score::default();
    for (name, text, truth) in texts("strangers") {
        score.add(&name, &text, &truth, &read(&Text::plain(&text), &Options::default()));
    }
    println!("{score}");
    let found = score.errors.found >= 69 && score.warnings.found >= 7;
    assert!(found && score.false_errors == 0 && score.false_warnings <= 13, "{}\n{score}", score.notes.join("\n"));
}
