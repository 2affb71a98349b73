//! Which stage the rows of a list tell: many lists, told in `data/stages.txt`.

use liren_rosters::draft::StageSaid;

use super::*;

/// A list of the file: where it stands, its file and sheet, its rows and what each of them is expected to say.
struct List {
    file: String,
    sheet: String,
    rows: Vec<Vec<String>>,
    expected: Vec<(usize, String)>,
}

fn lists() -> Vec<List> {
    let mut out: Vec<List> = Vec::new();
    let mut serial = 0;
    for line in include_str!("../data/stages.txt").lines() {
        if let Some(head) = line.strip_prefix("## ") {
            let (file, sheet) = head.split_once(" [").unwrap();
            let sheet = sheet.trim_end_matches(']').to_owned();
            out.push(List { file: file.to_owned(), sheet, rows: Vec::new(), expected: Vec::new() });
            continue;
        }
        let Some(list) = out.last_mut().filter(|_| !line.trim().is_empty()) else { continue };
        let (cells, expected) = match line.split_once("=>") {
            Some((cells, expected)) => (cells, Some(expected.trim().to_owned())),
            None => (line, None),
        };
        let cells = cells.split('|').map(str::trim).map(|cell| {
            serial += 2;
            if cell == "#" { id("19750307", 1 + serial % 900) } else { cell.to_owned() }
        });
        list.rows.push(cells.collect());
        list.expected.extend(expected.map(|e| (list.rows.len(), e)));
    }
    out
}

/// What the row says: `stopped@2013-05-01`, `ask`, `not`, `-`.
fn said(reading: &Reading, row: usize) -> String {
    let person = reading.people.iter().find(|p| p.source.row as usize == row);
    let Some(line) = person.and_then(|p| p.ledger.first()) else {
        return "-".to_owned();
    };
    match &line.stage {
        StageSaid::Silent => "-".to_owned(),
        StageSaid::Not => "not".to_owned(),
        StageSaid::Asked => "ask".to_owned(),
        StageSaid::Stages(entries) => {
            let last = entries.last().unwrap();
            last.day.map_or_else(|| last.stage.clone(), |day| format!("{}@{day}", last.stage))
        }
    }
}

#[test]
fn a_line_is_in_the_stage_that_its_row_its_days_and_its_title_say() {
    let mut wrong = Vec::new();
    for list in lists() {
        let rows: Vec<Vec<&str>> = list.rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let reading = read_file(&open(&sheet(&list.sheet, &rows)), &Known::default(), None, &list.file);
        for (row, expected) in &list.expected {
            let got = said(&reading, *row);
            if got != *expected {
                let title = list.rows[0].join(" ");
                wrong.push(format!("{title} row {row} {:?}: {got}, expected {expected}", list.rows[*row - 1]));
            }
            // Whoever is asked about has a question, and nothing is asked without a row that waits for it.
            if got == "ask" {
                let row = *row as u32;
                assert!(reading.questions.iter().any(|q| q.rows.contains(&row)), "{}", list.file);
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
