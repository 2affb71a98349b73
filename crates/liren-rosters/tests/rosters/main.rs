//! Rosters in the layouts communities use, built here cell by cell, and what must be read out of them.
#![allow(clippy::unwrap_used)]

mod cells;
mod columns;
mod layouts;
mod people;
mod stages;

use std::path::Path;

use liren_facts::Day;
use liren_facts::identifier::check_character;
use liren_rosters::standing::{ColumnWords, StandingWords};
use liren_rosters::{Known, KnownPerson, LedgerKind, Level, Mapping, Options, Reading, Vocabulary};
use liren_sheets::Workbook;
use liren_sheets::write::{Book, Style};

/// The ledgers and the words of the packs themselves.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Words {
    ledger: Vec<LedgerKind>,
    standing: Vec<StandingWords>,
    column_words: Vec<ColumnWords>,
}

fn words() -> (Vec<LedgerKind>, Vocabulary) {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = vec![packs.join("base/ledgers.toml")];
    for folder in std::fs::read_dir(packs.join("programmes")).unwrap() {
        files.push(folder.unwrap().path().join("ledgers.toml"));
    }
    files.sort();
    let (mut ledgers, mut vocabulary) = (Vec::new(), Vocabulary::default());
    for file in files.iter().filter(|f| f.exists()) {
        let words: Words = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        ledgers.extend(words.ledger);
        vocabulary.standings.extend(words.standing);
        vocabulary.columns.extend(words.column_words);
    }
    liren_rosters::ledger::join(&mut ledgers);
    (ledgers, vocabulary)
}

fn read_with(book: &Workbook, known: &Known, map: Option<&Mapping>) -> Reading {
    read_file(book, known, map, "test.xlsx")
}

fn read_file(book: &Workbook, known: &Known, map: Option<&Mapping>, file: &str) -> Reading {
    let (ledgers, vocabulary) = words();
    let on = Day::parse("2013-11-20").unwrap();
    let options = Options {
        on,
        fictional: true,
        community: "祥和社区",
        community_id: 1,
        map,
        ledgers: &ledgers,
        vocabulary: &vocabulary,
        file,
    };
    liren_rosters::read(book, known, &options)
}

/// A fictional number: birth as `19750307`, odd sequences are men.
fn id(birth: &str, sequence: u32) -> String {
    let first = format!("990101{birth}{sequence:03}");
    format!("{first}{}", check_character(&first).unwrap())
}

/// One sheet of texts; `""` is an empty cell.
fn sheet(name: &str, rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Book::new();
    add(&mut book, name, rows);
    book.to_bytes().unwrap()
}

fn add(book: &mut Book, name: &str, rows: &[&[&str]]) {
    let page = book.page(name);
    for (row, cells) in (0u32..).zip(rows) {
        page.row(row, cells.iter().copied(), Style::Plain);
    }
}

fn open(bytes: &[u8]) -> Workbook {
    liren_sheets::read(bytes, "test.xlsx").unwrap()
}

fn read(bytes: &[u8]) -> Reading {
    read_with(&open(bytes), &Known::default(), None)
}

/// name, relation, dwelling, household of everyone, one line each.
fn people(reading: &Reading) -> Vec<String> {
    reading
        .people
        .iter()
        .map(|p| {
            format!(
                "{} {} {} {}",
                p.name.as_ref().map_or("-", |n| n.value.as_str()),
                p.relation.as_ref().and_then(|r| r.code).unwrap_or("-"),
                p.dwelling.as_ref().map_or_else(|| "-".to_owned(), |d| d.value.key()),
                p.household.map_or_else(|| "-".to_owned(), |h| h.to_string()),
            )
        })
        .collect()
}

/// Warnings and errors as `row kind`.
fn alarms(reading: &Reading) -> Vec<String> {
    reading.problems.iter().filter(|p| p.level >= Level::Warning).map(|p| format!("{} {}", p.row, p.kind)).collect()
}

fn kinds(reading: &Reading) -> Vec<&str> {
    reading.problems.iter().map(|p| p.kind.as_str()).collect()
}
