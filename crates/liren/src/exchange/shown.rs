//! A file as it was understood and what it will do, in a form small enough to be kept while somebody looks at it.

use liren_facts::identifier::masked;
use liren_rosters::draft::Fit;
use liren_rosters::mapping::{Field, Mapping};
use liren_rosters::table::{Line as Row, Role};
use liren_rosters::{Level, Question};
use liren_sheets::Workbook;
use liren_sheets::book::column_letters;

use super::differences::{Difference, Said};
use super::import::Outcome;
use super::known::Register;
use super::lines::{Absent, Line, absent, lines};
use super::plan::{Counts, Plan};
use crate::base::App;

/// 看一看 — everything the pages of the wizard show of a file.
pub struct Shown {
    /// The revision it was compared with.
    pub at: i64,
    pub people: usize,
    pub households: usize,
    pub counts: Counts,
    pub enrolments: (usize, usize),
    pub sheets: Vec<Sheet>,
    pub questions: Vec<Question>,
    pub lines: Vec<Line>,
    pub absent: Vec<Absent>,
    pub differences: Vec<Difference>,
    pub problems: Vec<Problem>,
    /// Rows of whom it is open who they are: sheet, row, name, and whom they may be.
    pub who: Vec<Who>,
    /// How the file was understood, to be answered and used again.
    pub mapping: Mapping,
}

/// A sheet as it was understood.
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    pub masked: bool,
    pub skipped: bool,
    pub role: Role,
    pub ledger: Option<String>,
    pub header: Option<(u32, u32)>,
    pub people: usize,
    /// How many lines of each kind.
    pub rows: Vec<(&'static str, usize)>,
    pub columns: Vec<Column>,
    /// Read as an earlier sheet of its layout was: when that was confirmed.
    pub since: Option<i64>,
}

pub struct Column {
    pub letters: String,
    pub header: String,
    pub examples: Vec<String>,
    pub filled: usize,
    pub field: Option<Field>,
    pub confidence: f32,
    pub aside: bool,
}

/// A cell that is not taken as it stands.
pub struct Problem {
    pub kind: String,
    pub is_error: bool,
    pub sheet: String,
    pub row: u32,
    pub header: String,
    pub name: String,
    pub said: Said,
}

/// A row of which somebody must say who it is.
pub struct Who {
    pub sheet: String,
    pub row: u32,
    pub name: String,
    /// Key, name, year of birth and home of whom it may be.
    pub fits: Vec<Candidate>,
}

pub struct Candidate {
    pub person: i64,
    pub name: String,
    pub told: String,
    pub why: Said,
}

impl Shown {
    pub(super) fn of(
        app: &App,
        outcome: &Outcome,
        plan: &Plan,
        register: &Register,
        book: &Workbook,
        at: i64,
    ) -> Shown {
        let reading = &outcome.reading;
        let sheets = reading.sheets.iter().map(|read| {
            let header = read.header_rows.first().and_then(|h| h.first().copied().zip(h.last().copied()));
            let cells = book.sheets.iter().find(|s| s.name == read.name);
            let rows: Vec<u32> =
                (1u32..).zip(&read.lines).filter(|(_, l)| holds_people(**l)).map(|(row, _)| row - 1).collect();
            let mut kinds: Vec<(Row, usize)> = Vec::new();
            for line in &read.lines {
                match kinds.iter_mut().find(|(kind, _)| kind == line) {
                    Some((_, n)) => *n += 1,
                    None => kinds.push((*line, 1)),
                }
            }
            kinds.sort();
            let columns = read.columns.iter().filter(|c| c.filled > 0 || !c.header.is_empty()).map(|c| Column {
                letters: column_letters(c.column),
                header: c.header.clone(),
                examples: cells.map(|s| examples(s, &rows, c.column, c.field.as_ref())).unwrap_or_default(),
                filled: c.filled,
                field: c.field.clone(),
                confidence: c.confidence,
                aside: c.aside,
            });
            Sheet {
                name: read.name.clone(),
                hidden: read.hidden,
                masked: read.masked,
                skipped: read.skipped,
                role: read.role,
                ledger: read.ledger.clone(),
                header,
                people: read.people_rows,
                rows: kinds.into_iter().map(|(kind, n)| (kind_word(kind), n)).collect(),
                columns: columns.collect(),
                since: outcome.applied.iter().find(|a| a.sheet == read.name).map(|a| a.since),
            }
        });
        let name = |person: Option<usize>| {
            let draft = person.and_then(|p| reading.people.get(p));
            draft.and_then(|d| d.name.as_ref()).map(|n| n.value.clone()).unwrap_or_default()
        };
        let problems = reading.problems.iter().filter(|p| p.level != Level::Note).map(|p| Problem {
            kind: p.kind.clone(),
            is_error: p.level == Level::Error,
            sheet: reading.sheet_name(p.sheet).to_owned(),
            row: p.row,
            header: p.header.clone().unwrap_or_default(),
            name: name(p.person),
            said: Said::new(p.zh.clone(), p.en.clone()),
        });
        let waits = |p: &&liren_rosters::Draft| p.matched.is_none() && (!p.fits.is_empty() || p.thin);
        let who = reading.people.iter().filter(waits).map(|draft| Who {
            sheet: reading.sheet_name(draft.source.sheet).to_owned(),
            row: draft.source.row,
            name: draft.name.as_ref().map(|n| n.value.clone()).unwrap_or_default(),
            fits: draft.fits.iter().map(|fit| candidate(fit, register)).collect(),
        });
        Shown {
            at,
            people: reading.people.len(),
            households: reading.households.len(),
            counts: outcome.counts,
            enrolments: (outcome.enrolments_new, outcome.enrolments_moved),
            sheets: sheets.collect(),
            questions: reading.questions.clone(),
            lines: lines(app, reading, plan, register),
            absent: absent(reading, plan, register),
            differences: outcome.differences.clone(),
            problems: problems.collect(),
            who: who.collect(),
            mapping: reading.mapping(),
        }
    }
}

fn holds_people(line: Row) -> bool {
    matches!(line, Row::Person | Row::Household | Row::Ledger)
}

fn kind_word(kind: Row) -> &'static str {
    match kind {
        Row::Title => "标题",
        Row::Header => "表头",
        Row::Person => "人@行",
        Row::Household => "户@行",
        Row::Ledger => "台账",
        Row::Subtotal => "小计",
        Row::Note => "说明",
        Row::Blank => "空行",
        Row::Other => "没看懂",
    }
}

/// The first three filled cells of a column. Numbers of people and phones are masked.
fn examples(sheet: &liren_sheets::Sheet, rows: &[u32], column: u16, field: Option<&Field>) -> Vec<String> {
    let filled = rows.iter().map(|row| sheet.value(*row, column)).filter(|v| !v.is_empty());
    let shown = filled.take(3).map(|value| {
        let text: String = value.shown().chars().filter(|c| !c.is_control()).take(24).collect();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let secret = matches!(
            field,
            Some(
                Field::Number
                    | Field::HeadNumber
                    | Field::SpouseNumber
                    | Field::Phone
                    | Field::GuardianPhone
                    | Field::LandlordPhone
            )
        );
        // A day has eight digits, and is none of these.
        let dated = text.contains(['-', '/', '年', '.']);
        if secret || (digits >= 7 && !dated) || digits >= 11 { masked(&text) } else { text }
    });
    shown.collect()
}

fn candidate(fit: &Fit, register: &Register) -> Candidate {
    let line = register.lines.get(&fit.person);
    let born = line.and_then(|l| l.born).map(|b| b.first.year().to_string());
    let home = register.homes.get(&fit.person).map(|h| h.key().replace('|', " ").trim().to_owned());
    let told = [born, home].into_iter().flatten().filter(|t| !t.is_empty()).collect::<Vec<_>>();
    let words: Vec<(&str, &str)> = fit.reasons.iter().map(|r| r.words()).collect();
    Candidate {
        person: fit.person,
        name: line.and_then(|l| l.name.clone()).unwrap_or_default(),
        told: told.join("，"),
        why: Said::new(
            words.iter().map(|w| w.0).collect::<Vec<_>>().join("、"),
            words.iter().map(|w| w.1).collect::<Vec<_>>().join(", "),
        ),
    }
}
