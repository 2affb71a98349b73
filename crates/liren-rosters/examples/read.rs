//! Reads workbooks in order, each with the people of those before it as known, and writes one result for
//! each: `read FILE… --on 2013-11-20 --fictional --community 祥和社区 --ledgers LEDGERS.toml --out DIR`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use liren_facts::Day;
use liren_rosters::standing::{ColumnWords, StandingWords};
use liren_rosters::{Known, KnownPerson, LedgerKind, Options, Reading, Vocabulary};

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Words {
    ledger: Vec<LedgerKind>,
    standing: Vec<StandingWords>,
    column_words: Vec<ColumnWords>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let mut files: Vec<PathBuf> = Vec::new();
    let (mut on, mut fictional, mut community) = (Day::parse("2013-11-20"), false, String::new());
    let (mut out, mut words) = (PathBuf::from("."), Words::default());
    let (mut quiet, mut alone, mut annotate) = (false, false, false);
    let mut args = std::env::args().skip(1);
    while let Some(word) = args.next() {
        let mut next = || args.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--on" => on = Day::parse(&next()?),
            "--fictional" => fictional = true,
            "--community" => community = next()?,
            "--out" => out = next()?.into(),
            "--quiet" => quiet = true,
            "--alone" => alone = true,
            "--annotate" => annotate = true,
            "--ledgers" => {
                let text = std::fs::read_to_string(next()?).map_err(|e| e.to_string())?;
                words = toml::from_str(&text).map_err(|e| e.to_string())?;
            }
            file => files.push(file.into()),
        }
    }
    let on = on.ok_or("--on needs a day like 2013-11-20")?;
    liren_rosters::ledger::join(&mut words.ledger);
    let vocabulary = Vocabulary { standings: words.standing, columns: words.column_words };
    let mut known = Known::default();
    for file in &files {
        let bytes = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let name = file.file_name().and_then(|n| n.to_str()).unwrap_or("");
        let start = Instant::now();
        let book = liren_sheets::read(&bytes, name).map_err(|e| format!("{name}: {}", e.zh))?;
        let opened = start.elapsed();
        let options = Options {
            on,
            fictional,
            community: &community,
            community_id: 1,
            map: None,
            ledgers: &words.ledger,
            vocabulary: &vocabulary,
            file: name,
        };
        let reading = liren_rosters::read(&book, &known, &options);
        let all = start.elapsed();
        println!("{name}: opened in {opened:?}, read in {:?}, {:?}", all - opened, reading.counts);
        if !quiet {
            for sheet in &reading.sheets {
                describe(sheet);
            }
        }
        if !alone {
            remember(&mut known, &reading);
        }
        write(&out, file, &reading)?;
        if annotate {
            give_back(&out, file, &bytes, &reading)?;
        }
    }
    Ok(())
}

fn describe(sheet: &liren_rosters::table::SheetRead) {
    println!(
        "  {} {:?} ledger {:?} header {:?} {:?}",
        sheet.name,
        sheet.role,
        sheet.ledger,
        sheet.header_rows.first(),
        sheet.context
    );
    for column in &sheet.columns {
        println!("    {:>3} {} → {:?} {}", column.column, column.header, column.field, column.confidence);
    }
}

/// The workbook with its problems as comments.
fn give_back(out: &Path, file: &Path, bytes: &[u8], reading: &Reading) -> Result<(), String> {
    use liren_sheets::annotate::{Level, Remark, annotate};
    let name = file.file_name().and_then(|n| n.to_str()).unwrap_or("");
    let remarks: Vec<Remark> = reading
        .problems
        .iter()
        .filter(|p| p.level >= liren_rosters::Level::Warning)
        .map(|p| Remark {
            sheet: reading.sheet_name(p.sheet).to_owned(),
            row: p.row - 1,
            column: p.column,
            level: if p.level == liren_rosters::Level::Error { Level::Error } else { Level::Warning },
            header: p.header.clone().unwrap_or_default(),
            name: String::new(),
            value: p.value.clone(),
            text: p.zh.clone(),
        })
        .collect();
    let annotated = annotate(bytes, name, &remarks).map_err(|e| e.to_string())?;
    let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or("annotated");
    std::fs::write(out.join(format!("{stem}.annotated.xlsx")), annotated).map_err(|e| e.to_string())
}

fn write(out: &Path, file: &Path, reading: &Reading) -> Result<(), String> {
    let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or("result");
    let path = out.join(format!("{stem}.result.json"));
    std::fs::write(&path, reading.to_result_json().to_string()).map_err(|e| format!("{}: {e}", path.display()))
}

/// What the product would have stored: the next reading knows these people.
fn remember(known: &mut Known, reading: &Reading) {
    for person in &reading.people {
        if person.matched.is_some() {
            continue;
        }
        let Some(name) = &person.name else { continue };
        let key = i64::try_from(known.people.len()).unwrap_or(i64::MAX);
        known.people.push(KnownPerson {
            row: None,
            key,
            name: name.value.clone(),
            former_names: person.former_names.clone(),
            sex: person.sex.as_ref().map(|s| s.value),
            birth: person.birth.as_ref().map(|b| b.value),
            number: person.number.as_ref().map(|n| n.value.text.clone()),
            number_given: person.number_given.clone().filter(|_| !person.number_shared),
            phones: person.phones.iter().map(|p| p.digits.clone()).collect(),
            household: person.household.and_then(|h| i64::try_from(h).ok()),
            relation: person.relation.as_ref().and_then(|r| r.code).map(str::to_owned),
            dwelling: person.dwelling.as_ref().map(|d| d.value.clone()),
            residency: person.residency.as_ref().map(|r| r.value),
            status: Some(person.status.value),
            political: person.political.as_ref().and_then(|w| w.code).map(str::to_owned),
            facts: Vec::new(),
        });
    }
}
