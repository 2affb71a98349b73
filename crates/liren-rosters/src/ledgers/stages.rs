//! The stage of every ledger line, when all rows are read: what a household's rows say together, and one question for
//! all lines of a sheet that are in doubt for the same reason.

use std::collections::{BTreeMap, HashMap};

use liren_facts::Day;
use liren_sheets::book::column_letters;

use crate::draft::{LedgerValue, StageSaid};
use crate::extract::Record;
use crate::ledger::LedgerKind;
use crate::mapping::{Mapping, SheetMapping, UNANSWERED};
use crate::problem::{At, Problems};
use crate::question::{Choice, Question, Text};
use crate::stage::{Doubt, Evidence, SheetSays, conclude, joined};
use crate::standing::{Says, Standing};
use crate::table::SheetRead;
use crate::understand::Understood;

/// What is asked about: the lines of a sheet, or one word of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Lines,
    Word(u16, String),
}

pub(crate) struct Sheets<'a> {
    pub read: &'a [SheetRead],
    pub understood: &'a [Understood],
    pub kinds: &'a [LedgerKind],
    pub map: Option<&'a Mapping>,
    pub on: Day,
}

impl Sheets<'_> {
    fn kind(&self, record: &Record) -> Option<&LedgerKind> {
        self.understood[record.sheet].ledger.map(|at| &self.kinds[at])
    }

    fn mapped(&self, sheet: usize) -> Option<&SheetMapping> {
        self.map?.sheets.iter().find(|s| s.name == self.read[sheet].name)
    }

    /// Concludes the stage of each line; returns what must be asked.
    pub(crate) fn conclude(&self, records: &mut [Record], problems: &mut Problems) -> Vec<Question> {
        let shared = self.of_households(records);
        let mut doubts: BTreeMap<(usize, About), Vec<(usize, Doubt)>> = BTreeMap::new();
        let mut concluded: HashMap<usize, usize> = HashMap::new();
        for (at, record) in records.iter_mut().enumerate() {
            let (Some(kind), Some((line, own))) = (self.kind(record), &record.evidence) else { continue };
            let line = *line;
            let evidence = record.draft.household.and_then(|h| shared.get(&(record.sheet, h))).unwrap_or(own);
            let says = self.sheet_says(record);
            let answer = self.mapped(record.sheet).and_then(|m| m.stage.as_deref()).filter(|s| *s != UNANSWERED);
            let place = |column: Option<u16>| At {
                sheet: record.sheet,
                row: record.row,
                column: column.or(record.name_column),
                record: Some(at),
            };
            let said = match conclude(evidence, &says, kind, answer, self.on) {
                Ok(said) => {
                    if said == StageSaid::Not {
                        problems.raise(place(None), "ledger_line_not_in");
                    }
                    *concluded.entry(record.sheet).or_default() += 1;
                    said
                }
                Err(Doubt::NotKept(_)) => {
                    problems.raise(place(own.cells.first().map(|c| c.0)), "ledger_standing_not_kept");
                    StageSaid::Not
                }
                Err(doubt) => {
                    let about = match &doubt {
                        Doubt::Word(column, word) => About::Word(*column, word.clone()),
                        _ => About::Lines,
                    };
                    doubts.entry((record.sheet, about)).or_default().push((at, doubt));
                    StageSaid::Asked
                }
            };
            if let Some(line) = record.draft.ledger.get_mut(line) {
                // The checks of packs ask for it like for any other value.
                if let StageSaid::Stages(entries) = &said
                    && let Some(last) = entries.last()
                {
                    line.values.insert("stage".to_owned(), LedgerValue::Word(last.stage.clone()));
                }
                line.stage = said;
            }
        }
        let mut questions = Vec::new();
        for ((sheet, about), rows) in doubts {
            let Some(kind) = self.kind(&records[rows[0].0]) else { continue };
            let some = concluded.contains_key(&sheet) || matches!(about, About::Word(..));
            for (n, (at, doubt)) in rows.iter().enumerate() {
                // A whole list in doubt is one question, not one remark a row.
                if some || n == 0 {
                    let column = match doubt {
                        Doubt::Word(column, _) => Some(*column),
                        Doubt::Blank(column) | Doubt::Conflict(column) => *column,
                        _ => None,
                    };
                    let record = &records[*at];
                    let column = column.or(record.name_column);
                    problems.raise(
                        At { sheet, row: record.row, column, record: Some(*at) },
                        if some { "ledger_stage_unclear" } else { "ledger_list_unclear" },
                    );
                }
            }
            questions.push(self.question(sheet, about, kind, &rows, records));
        }
        questions
    }

    /// Columns of codes without a legend: one question for each.
    pub(crate) fn codes(&self) -> Vec<Question> {
        let mut out = Vec::new();
        for (sheet, understood) in self.understood.iter().enumerate().filter(|(at, _)| !self.read[*at].skipped) {
            for (column, header, codes) in understood.tables.iter().flat_map(|t| &t.coded) {
                let name = &self.read[sheet].name;
                let (zh_list, en_list) = (codes.join("、"), codes.join(", "));
                let letters = column_letters(*column);
                let words: Vec<String> = codes.iter().map(|c| format!("\"{c}\" = \"…\"")).collect();
                out.push(Question {
                    kind: "codes",
                    sheet,
                    column: Some(*column),
                    word: None,
                    rows: Vec::new(),
                    zh: format!("「{name}」的“{header}”一栏写的是代码({zh_list})，各是什么意思？"),
                    en: format!("Column “{header}” of “{name}” holds codes ({en_list}). What do they mean?"),
                    reasons: vec![Text::new(
                        "表头和说明里都没有写代码的含义，这一栏没有采用。",
                        "Neither the header nor a note says what the codes mean; the column was left aside.",
                    )],
                    choices: Vec::new(),
                    answer: format!(
                        "[[sheet]] name = \"{name}\" → [[sheet.column]] column = \"{letters}\" → words = {{ {} }}",
                        words.join(", ")
                    ),
                });
            }
        }
        out
    }

    /// For programmes that enrol households: what the rows of each say together.
    fn of_households(&self, records: &[Record]) -> HashMap<(usize, usize), Evidence> {
        let mut members: HashMap<(usize, usize), Vec<&Evidence>> = HashMap::new();
        for record in records {
            if let (Some(kind), Some(household), Some((_, evidence))) =
                (self.kind(record), record.draft.household, &record.evidence)
                && kind.household
            {
                members.entry((record.sheet, household)).or_default().push(evidence);
            }
        }
        members.into_iter().map(|(key, all)| (key, joined(&all))).collect()
    }

    fn sheet_says(&self, record: &Record) -> SheetSays {
        let says = &self.understood[record.sheet].says;
        match &record.section_says {
            Some((section, text)) => {
                SheetSays { says: Some(section.clone()), text: Some(text.clone()), ..says.clone() }
            }
            None => says.clone(),
        }
    }

    fn question(
        &self,
        sheet: usize,
        about: About,
        kind: &LedgerKind,
        rows: &[(usize, Doubt)],
        records: &[Record],
    ) -> Question {
        let name = &self.read[sheet].name;
        let choices = choices(kind);
        let listed = |pick: fn(&Choice) -> &str| choices.iter().map(pick).collect::<Vec<_>>().join(" / ");
        let (zh_list, en_list) = (listed(|c| &c.zh), listed(|c| &c.en));
        let count = rows.len();
        let mut numbers: Vec<u32> = rows.iter().map(|(at, _)| records[*at].row + 1).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let header = |column: u16| {
            let columns = &self.read[sheet].columns;
            let found = columns.iter().find(|c| c.column == column).map(|c| c.header.as_str());
            found.filter(|h| !h.is_empty()).map_or_else(|| column_letters(column), str::to_owned)
        };
        match about {
            About::Word(column, word) => Question {
                kind: "stage_word",
                sheet,
                column: Some(column),
                rows: numbers,
                zh: format!("「{name}」的“{}”一栏写着“{word}”，是指：{zh_list}？({count} 行)", header(column)),
                en: format!(
                    "Column “{}” of “{name}” says “{word}”. Does it mean: {en_list}? ({count} rows)",
                    header(column)
                ),
                reasons: vec![Text::new(
                    "业务包的词表里没有这个词，或它不足以判断。",
                    "The packs do not know the word, or it does not decide.",
                )],
                answer: format!(
                    "[[sheet]] name = \"{name}\" → [[sheet.column]] column = \"{}\" → words = {{ \"{word}\" = \"…\" }}",
                    column_letters(column)
                ),
                word: Some(word),
                choices,
            },
            About::Lines => {
                let says = &self.understood[sheet].says;
                let mut reasons: Vec<Text> = Vec::new();
                for (_, doubt) in rows {
                    let reason = reason(doubt, says, header);
                    if !reasons.contains(&reason) {
                        reasons.push(reason);
                    }
                }
                Question {
                    kind: "stage",
                    sheet,
                    column: None,
                    word: None,
                    rows: numbers,
                    zh: format!("「{name}」这张表说的是：{zh_list}？({count} 行)"),
                    en: format!("What does “{name}” list: {en_list}? ({count} rows)"),
                    reasons,
                    answer: format!("[[sheet]] name = \"{name}\" → stage = \"…\""),
                    choices,
                }
            }
        }
    }
}

fn reason(doubt: &Doubt, says: &SheetSays, header: impl Fn(u16) -> String) -> Text {
    let text = says.text.as_deref().unwrap_or_default();
    match doubt {
        Doubt::Title => {
            Text::new(format!("标题“{text}”没有说明是哪一种。"), format!("The title “{text}” does not say which."))
        }
        Doubt::Blank(Some(column)) => {
            let header = header(*column);
            Text::new(format!("“{header}”一栏是空白。"), format!("Column “{header}” is blank."))
        }
        Doubt::Blank(None) => Text::new(
            "金额、缴费或证号一栏是空白或 0，看不出是否在册。",
            "The column of amounts, payments or certificates is blank or 0: it does not show whether they are in.",
        ),
        Doubt::Conflict(_) => Text::new("同一行里的说法互相矛盾。", "The cells of a row contradict each other."),
        Doubt::Which => Text::new(
            "表上说明在册，但本业务有几个在册阶段，没有说是哪一个。",
            "It says that they are in, and the programme has several stages for that.",
        ),
        Doubt::Silent | Doubt::Word(..) | Doubt::NotKept(_) => Text::new(
            "标题、表名和各栏都没有说明是在册、申请、退出还是应入未入。",
            "Neither the title nor any column says whether they are in, applied, ended or left out.",
        ),
    }
}

/// The stages there are, and none.
fn choices(kind: &LedgerKind) -> Vec<Choice> {
    let mut out: Vec<Choice> = kind.stages.iter().map(|s| Choice::new(&s.id, &s.zh, &s.en)).collect();
    if out.is_empty() {
        let ids = kind.standings.values().chain(kind.stage_words.iter().map(|s| &s.id));
        for id in ids {
            if !out.iter().any(|c| c.value == *id) {
                out.push(Choice::new(id, id, id));
            }
        }
    }
    out.push(Choice::new("", "都不是", "none of them"));
    out
}

/// What a line between the rows says of those below it: 二、停保人员; 二、下列居民尚未申办，请到社区办理：.
pub(crate) fn section(text: &str, kind: &LedgerKind, vocabulary: &crate::Vocabulary) -> Option<Says> {
    let word = crate::words::bare(text);
    let note = ["注", "说明", "备注", "填表", "审核", "附"].iter().any(|w| word.starts_with(w));
    if note || word.chars().count() > 50 {
        return None;
    }
    let decides = |says: &Says| *says != Says::Standing(Standing::Doubtful);
    let plain = word.chars().count() <= 20 && !word.contains([',', '。', ';', '，']);
    if plain && let Some(says) = vocabulary.title(text, Some(kind)).filter(decides) {
        return Some(says);
    }
    if !(is_numbered(text) || text.trim().ends_with([':', '：'])) {
        return None;
    }
    // A sentence: its first clause that says something.
    let clauses = word.split([',', '。', ';', '，', '；', ':']).filter(|c| c.chars().count() <= 24);
    let said =
        clauses.filter_map(|c| vocabulary.cell(c, Some(kind)).or_else(|| vocabulary.title(c, Some(kind)))).next();
    said.filter(decides)
}

/// 一、…, (二)…, 3.…: one part of several.
pub(crate) fn is_numbered(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['(', '（']);
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    after.len() < text.len() && after.starts_with(['、', '.', '．', ')', '）'])
}
