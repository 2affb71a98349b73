//! Ledger lines: the columns a pack declared, typed; and the checks it declared.

mod remarks;
pub(crate) mod stages;

use remarks::{remarks, unmarked};

use std::collections::BTreeMap;

use liren_facts::identifier::{self, Options};
use liren_facts::{Day, PartialDay, date};
use liren_sheets::Value;

use crate::draft::{Got, How, LedgerLine, LedgerValue, StageEntry, StageSaid, Status};
use crate::extract::{Reader, Record};
use crate::known::KnownPerson;
use crate::ledger::{FieldKind, LedgerCheck, LedgerField, LedgerKind};
use crate::mapping::SheetMapping;
use crate::meanings;
use crate::problem::{At, Level, Problems};
use crate::stage::{Cell, Evidence, Proof};
use crate::standing::{Says, Standing, Vocabulary};
use crate::understand::{Plan, Table};
use crate::words::{self, is_nothing};

/// What reading the lines of one sheet needs.
pub(crate) struct Sheet<'a> {
    pub kind: &'a LedgerKind,
    pub vocabulary: &'a Vocabulary,
    pub mapped: Option<&'a SheetMapping>,
    /// Other programmes: a remark that names one is about that one.
    pub others: &'a [LedgerKind],
}

/// The line a row makes in a ledger; a certificate's number may prove who the person is.
pub(crate) fn line(reader: &mut Reader, sheet: &Sheet, table: &Table, plan: &Plan, record: &mut Record, at: usize) {
    let kind = sheet.kind;
    let mut line = LedgerLine {
        programme: kind.programme.clone(),
        source: record.draft.source,
        stage: StageSaid::Silent,
        values: BTreeMap::new(),
        raw: BTreeMap::new(),
        household_fields: Vec::new(),
    };
    let mut evidence = Evidence::default();
    for (column, id) in &plan.ledger {
        // An id may have a point of its own (on.enrolled); a year column adds its year to the field's id.
        let base = id.rsplit_once('.').map_or(id.as_str(), |(base, _)| base);
        let named = |name: &str| kind.fields.iter().find(|f| f.id == name);
        let Some(field) = named(id).or_else(|| named(base)) else {
            continue;
        };
        let value = reader.grid.own(record.row, *column);
        let value = if value.is_empty() && !field.household { reader.grid.shown(record.row, *column).0 } else { value };
        if field.household {
            line.household_fields.push(id.clone());
        }
        let proves = field.proves || field.kind == FieldKind::Years;
        if proves {
            evidence.proof = evidence.proof.max(Proof::Blank);
        }
        if value.is_empty() || matches!(value, Value::Error(_)) || is_nothing(&value.shown()) {
            continue;
        }
        let place = At { sheet: record.sheet, row: record.row, column: Some(*column), record: Some(at) };
        line.raw.insert(id.clone(), value.shown());
        if field.kind == FieldKind::DisabilityCertificate {
            certificate(reader, value, record, &mut line, id, place);
        } else if let Some(read) = typed(field, value, reader.on) {
            line.values.insert(id.clone(), read);
        } else if let (FieldKind::Day, Some(stage)) = (field.kind, id.strip_prefix("on.")) {
            // 已通知 below 通知时间: that it was, not when.
            match reached(&value.shown(), stage, sheet) {
                Some(true) => evidence.begun.push((stage.to_owned(), None)),
                Some(false) => {}
                None => reader.problems.raise(place, "date_invalid"),
            }
        }
        let shows = match line.values.get(id) {
            Some(LedgerValue::Money(n) | LedgerValue::Count(n)) => *n > 0,
            Some(LedgerValue::Tick(yes)) => *yes,
            Some(_) => true,
            None => false,
        };
        if proves && shows {
            evidence.proof = Proof::Shown;
        }
        if let (Some(stage), Some(LedgerValue::Day(day))) = (id.strip_prefix("on."), line.values.get(id))
            && day.first <= reader.on
        {
            evidence.begun.push((stage.to_owned(), Some(*day)));
        }
    }
    standing_cells(reader, sheet, table, plan, record, at, &mut evidence);
    // ★ 预备党员 in the note below the list
    for said in &record.draft.signs {
        let column = plan.name.unwrap_or_default();
        match sheet.vocabulary.cell(said, Some(kind)) {
            Some(Says::Standing(Standing::Doubtful)) | None => {}
            Some(says) => evidence.cells.push((column, Cell::Says(says))),
        }
    }
    if evidence.cells.is_empty()
        && let Some(stage) = unmarked(&reader.context.marks, &record.draft.signs, sheet)
    {
        evidence.cells.push((plan.name.unwrap_or_default(), Cell::Says(Says::Stage(stage))));
    }
    remarks(reader, sheet, plan, record, &mut evidence);
    lives(reader, table, plan, record, at);
    // 作废 written over a number, a signature or behind a name strikes out the row as it does in a remark.
    let of_state = |column: u16| plan.standing.contains(&column) || plan.standing_ticks.iter().any(|t| t.0 == column);
    evidence.void |= reader.grid.filled(record.row).filter(|(column, _)| !of_state(*column)).any(|(_, value)| {
        let text = value.as_text().filter(|t| t.chars().count() <= 16).map(words::bare).unwrap_or_default();
        let noted = text.rsplit_once('(').and_then(|(_, note)| note.strip_suffix(')')).unwrap_or(&text);
        sheet.vocabulary.is_void(noted)
    });
    record.evidence = Some((record.draft.ledger.len(), evidence));
    record.draft.ledger.push(line);
}

/// Does a word in a column of days say that the stage was entered? `None` for a date that cannot be read.
fn reached(text: &str, stage: &str, sheet: &Sheet) -> Option<bool> {
    let word = words::bare(text);
    if let Some(answer) = words::answer(&word) {
        return Some(answer);
    }
    if word.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let own = sheet.kind.stage_words.iter().filter(|s| s.id == stage).any(|s| s.words.contains(&word));
    let negated = sheet.vocabulary.columns.iter().flat_map(|c| &c.negations).any(|n| word.starts_with(n.as_str()));
    Some(!negated && (own || word.starts_with('已')))
}

/// Words, ticks and days of standing.
fn standing_cells(
    reader: &mut Reader,
    sheet: &Sheet,
    table: &Table,
    plan: &Plan,
    record: &Record,
    at: usize,
    evidence: &mut Evidence,
) {
    let header = |column: u16| table.columns.get(usize::from(column)).map_or("", |c| c.header.as_str());
    let mapped = |column: u16, word: &str| -> Option<Says> {
        let letters = liren_sheets::book::column_letters(column);
        let columns = sheet.mapped.map(|m| m.columns.as_slice()).unwrap_or_default();
        let words = &columns.iter().find(|c| c.column == letters)?.words;
        says_of(words.get(word)?)
    };
    let blank = |evidence: &mut Evidence, column: u16| {
        if !sheet.vocabulary.is_occasional(header(column)) {
            evidence.blank = evidence.blank.or(Some(column));
        }
    };
    for column in &plan.standing {
        let text = reader.grid.shown(record.row, *column).0.shown();
        let word = text.trim();
        if is_nothing(word) {
            blank(evidence, *column);
            continue;
        }
        let says = mapped(*column, word).or_else(|| sheet.vocabulary.cell(word, Some(sheet.kind)));
        evidence.cells.push((
            *column,
            match says {
                Some(Says::Standing(Standing::Doubtful)) | None => Cell::Unknown(word.to_owned()),
                Some(says) => Cell::Says(says),
            },
        ));
    }
    for (column, asked) in &plan.standing_ticks {
        let value = reader.grid.shown(record.row, *column).0;
        let text = value.shown();
        let word = text.trim();
        let has = words::leaf(header(*column)).starts_with("有无");
        let reason = header(*column).ends_with("原因");
        let says = match mapped(*column, word) {
            Some(says) => Cell::Says(says),
            None => {
                match words::choices(header(*column)).and_then(|c| c.answer(word)).or_else(|| words::answer(word)) {
                    Some(true) => Cell::Says(asked.clone()),
                    Some(false) => Cell::Says(denied(asked)),
                    None if has && word == "无" => Cell::Says(denied(asked)),
                    // Nobody of the list is said not to have come: who has not signed was not there yet.
                    None if is_nothing(word) && plan.done_ticks.contains(column) => {
                        Cell::Says(Says::Standing(Standing::Not))
                    }
                    None if is_nothing(word) => {
                        if !reason {
                            blank(evidence, *column);
                        }
                        continue;
                    }
                    None if reason => Cell::Says(asked.clone()),
                    None => match sheet.vocabulary.cell(word, Some(sheet.kind)) {
                        Some(Says::Standing(Standing::Doubtful)) | None => Cell::Unknown(word.to_owned()),
                        Some(says) => Cell::Says(says),
                    },
                }
            }
        };
        evidence.cells.push((*column, says));
    }
    // Of several such columns the one that says that something begins: 批准时间, 享受起始时间.
    let begins = |column: u16| header(column).contains(['起', '始']);
    for (column, stage) in &plan.begun_on {
        let value = reader.grid.shown(record.row, *column).0;
        if value.is_empty() || is_nothing(&value.shown()) {
            continue;
        }
        let place = At { sheet: record.sheet, row: record.row, column: Some(*column), record: Some(at) };
        let Some(day) = day(value, reader.on) else {
            reader.problems.raise(place, "date_invalid");
            continue;
        };
        if day.first > reader.on {
            continue;
        }
        let leaf = words::leaf(header(*column));
        match (stage, sheet.vocabulary.since(leaf, sheet.kind)) {
            (Some(stage), _) => {
                if !evidence.begun.iter().any(|(b, _)| b == stage) {
                    evidence.begun.push((stage.clone(), Some(day)));
                }
            }
            (None, Some(since)) if evidence.since.is_none() || begins(*column) => evidence.since = Some((since, day)),
            (None, _) => {}
        }
    }
    for (column, standing) in &plan.standing_on {
        let value = reader.grid.shown(record.row, *column).0;
        if value.is_empty() || is_nothing(&value.shown()) {
            continue;
        }
        let place = At { sheet: record.sheet, row: record.row, column: Some(*column), record: Some(at) };
        let Some(day) = day(value, reader.on) else {
            reader.problems.raise(place, "date_invalid");
            continue;
        };
        match standing {
            // A day to come is a plan: it has not ended yet.
            Standing::Ended => evidence.ended = evidence.ended.or(Some(day).filter(|d| d.first <= reader.on)),
            standing => {
                let stage = sheet.kind.stage_of(*standing).filter(|_| day.first <= reader.on);
                if let Some(stage) = stage.filter(|s| !evidence.begun.iter().any(|(b, _)| b == s)) {
                    evidence.begun.push((stage.to_owned(), Some(day)));
                }
            }
        }
    }
}

/// The answer 否 to what a header asks: not in; 是否停发 否 says nothing more than the list does.
fn denied(asked: &Says) -> Says {
    match asked {
        Says::Standing(Standing::Ended | Standing::Refused | Standing::Not) => Says::Standing(Standing::In),
        Says::Standing(Standing::Doubtful) => Says::Standing(Standing::Doubtful),
        _ => Says::Standing(Standing::Not),
    }
}

/// A stage or a standing as a mapping writes it.
pub(crate) fn says_of(word: &str) -> Option<Says> {
    let standing = match word {
        "in" => Standing::In,
        "applied" => Standing::Applied,
        "found" => Standing::Found,
        "ended" => Standing::Ended,
        "refused" => Standing::Refused,
        "not" => Standing::Not,
        "" | "?" => return None,
        stage => return Some(Says::Stage(stage.to_owned())),
    };
    Some(Says::Standing(standing))
}

/// 注销原因 死亡, 退出原因 户口迁出: why somebody left the list is said of the person, too. The day of the list is that of
/// the paper, not of the death.
fn lives(reader: &mut Reader, table: &Table, plan: &Plan, record: &mut Record, at: usize) {
    for (column, _) in &plan.standing_ticks {
        let header = table.columns.get(usize::from(*column)).map_or("", |c| c.header.as_str());
        if !header.ends_with("原因") {
            continue;
        }
        let text = reader.grid.shown(record.row, *column).0.shown();
        let text = text.trim();
        let moved = ["户口", "户籍", "迁", "搬"].iter().any(|w| text.contains(w));
        let Some(status) = meanings::status_of_clause(text).filter(|s| *s == Status::Deceased || moved) else {
            continue;
        };
        if record.draft.status.value == Status::Active && !meanings::names_kin(text) {
            record.draft.status = Got::new(status, How::Given);
            record.draft.left = meanings::date_of_remark(text, reader.on).or(record.draft.left);
            let place = At { sheet: record.sheet, row: record.row, column: Some(*column), record: Some(at) };
            let kind = crate::problem::plain_remark(status == Status::Deceased);
            reader.problems.raise(place, kind);
        }
    }
}

/// Columns about other programmes in a general roster.
pub(crate) fn roster_lines(reader: &mut Reader, kinds: &[LedgerKind], plan: &Plan, record: &mut Record) {
    for (column, programme) in &plan.enrolled {
        let text = reader.grid.own(record.row, *column).shown();
        let stage = kinds.iter().filter(|k| &k.programme == programme).find_map(LedgerKind::stage_of_those_in);
        if let (Some(true), Some(stage)) = (words::answer(text.trim()), stage) {
            record.draft.ledger.push(LedgerLine {
                programme: programme.clone(),
                source: record.draft.source,
                stage: StageSaid::Stages(vec![StageEntry { stage: stage.to_owned(), day: None }]),
                values: BTreeMap::new(),
                raw: BTreeMap::new(),
                household_fields: Vec::new(),
            });
        }
    }
    for (column, programme, id) in &plan.programmes {
        // Several kinds of ledgers may belong to one programme.
        let field =
            kinds.iter().filter(|k| &k.programme == programme).flat_map(|k| &k.roster_fields).find(|f| &f.id == id);
        let Some(field) = field else { continue };
        let value = reader.grid.own(record.row, *column);
        let said = || field.words.contains_key(value.shown().trim());
        if value.is_empty() || matches!(value, Value::Error(_)) || (is_nothing(&value.shown()) && !said()) {
            continue;
        }
        let mut line = LedgerLine {
            programme: programme.clone(),
            source: record.draft.source,
            stage: StageSaid::Silent,
            values: BTreeMap::new(),
            raw: BTreeMap::from([(id.clone(), value.shown())]),
            household_fields: Vec::new(),
        };
        if let Some(read) = typed(field, value, reader.on) {
            line.values.insert(id.clone(), read);
        }
        record.draft.ledger.push(line);
    }
}

fn certificate(reader: &mut Reader, value: &Value, record: &mut Record, line: &mut LedgerLine, id: &str, at: At) {
    let options = Options { on: reader.on, fictional: reader.fictional };
    let text = value.shown();
    let word = |text: &str| LedgerValue::Word(text.to_owned());
    match identifier::disability_certificate(&text, options) {
        Some(Ok(read)) => {
            line.values.insert(id.to_owned(), LedgerValue::Text(identifier::clean(&text).text));
            line.values.insert(format!("{id}.category"), word(&read.category.to_string()));
            line.values.insert(format!("{id}.grade"), word(&read.grade.to_string()));
            if let Some(reissue) = &read.reissue {
                reader.problems.raise(at, "cert_reissue_suffix");
                line.values.insert(format!("{id}.reissue"), word(reissue));
            }
            let sex = record.draft.sex.as_ref().map(|s| s.value);
            if sex.is_some() && read.number.sex != sex && record.draft.number.is_none() {
                reader.problems.raise(At { column: record.number_column, ..at }, "sex_id_mismatch");
                record.draft.sex_column = sex;
                record.draft.sex = None;
            }
            reader.prove(&mut record.draft, read.number);
        }
        Some(Err(fault)) => reader.problems.raise(at, crate::extract::fault_kind(fault)),
        None => {
            // Some ledgers write the plain identity number here.
            match identifier::read(&text, options) {
                Ok(number) => reader.prove(&mut record.draft, number),
                Err(identifier::Fault::Missing) => {}
                Err(fault) => reader.problems.raise(at, crate::extract::fault_kind(fault)),
            }
            line.values.insert(id.to_owned(), LedgerValue::Text(text));
        }
    }
}

fn typed(field: &LedgerField, value: &Value, on: Day) -> Option<LedgerValue> {
    let shown = value.shown();
    let text: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(word) = field.words.get(&text) {
        return Some(LedgerValue::Word(word.clone()));
    }
    match field.kind {
        FieldKind::Money => money(value, &text).map(LedgerValue::Money),
        FieldKind::Day => day(value, on).map(LedgerValue::Day),
        FieldKind::Count => digits(&text).map(LedgerValue::Count),
        FieldKind::Tick => tick(&text).map(LedgerValue::Tick),
        FieldKind::Years => match tick(&text) {
            Some(done) => Some(LedgerValue::Tick(done)),
            None => money(value, &text).map(LedgerValue::Money),
        },
        FieldKind::Word => {
            // The longest declared word the cell contains
            let word = field.words.iter().filter(|(w, _)| text.contains(w.as_str())).max_by_key(|(w, _)| w.len());
            word.map(|(_, v)| LedgerValue::Word(v.clone())).or(Some(LedgerValue::Text(shown)))
        }
        FieldKind::Text | FieldKind::DisabilityCertificate => Some(LedgerValue::Text(shown.trim().to_owned())),
    }
}

fn money(value: &Value, text: &str) -> Option<i64> {
    let yuan = match value {
        Value::Number(n) => *n,
        _ => {
            let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            digits.trim_matches('.').parse::<f64>().ok()?
        }
    };
    #[allow(clippy::cast_possible_truncation)]
    (yuan.abs() < 1e12).then(|| (yuan * 100.0).round() as i64)
}

fn digits(text: &str) -> Option<i64> {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn tick(text: &str) -> Option<bool> {
    match text {
        "√" | "✓" | "✔" | "是" | "有" | "已" | "Y" | "对" | "●" | "☑" => Some(true),
        "×" | "✗" | "否" | "未" | "没有" | "N" | "☐" | "未缴" | "未交" | "未缴费" | "拒缴" | "欠费" | "断缴"
        | "停缴" => Some(false),
        _ => None,
    }
}

pub(crate) fn day(value: &Value, on: Day) -> Option<PartialDay> {
    match value {
        Value::Number(n) => date::read_number(*n, false, on).value,
        Value::Date(n) => date::read_number(*n, true, on).value,
        Value::Text(text) => date::read(text, on).value,
        _ => None,
    }
}

/// Household fields stand in one row; every member's line gets them.
pub(crate) fn spread(records: &mut [Record], members: &[usize]) {
    let mut stated: BTreeMap<(String, String), LedgerValue> = BTreeMap::new();
    for member in members {
        for line in &records[*member].draft.ledger {
            for id in &line.household_fields {
                if let Some(value) = line.values.get(id) {
                    stated.entry((line.programme.clone(), id.clone())).or_insert_with(|| value.clone());
                }
            }
        }
    }
    if stated.is_empty() {
        return;
    }
    for member in members {
        for line in &mut records[*member].draft.ledger {
            for id in &line.household_fields {
                if let Some(value) = stated.get(&(line.programme.clone(), id.clone())) {
                    line.values.entry(id.clone()).or_insert_with(|| value.clone());
                }
            }
        }
    }
}

/// The checks a pack declared, on the lines of one record.
pub(crate) fn check(
    record: &Record,
    at: usize,
    kind: &LedgerKind,
    table: &Table,
    known: Option<&KnownPerson>,
    problems: &mut Problems,
) {
    let plan = &table.blocks[record.block].plan;
    let Some(line) = record.draft.ledger.iter().find(|l| l.programme == kind.programme) else {
        return;
    };
    for rule in &kind.checks {
        let Some(column_field) = failed(rule, line, record, known) else {
            continue;
        };
        let named = plan.ledger.iter().find(|(_, id)| *id == column_field).map(|(c, _)| *c);
        let column = named.or_else(|| plan.standing.first().copied().filter(|_| column_field == "stage"));
        let place = At { sheet: record.sheet, row: record.row, column, record: Some(at) };
        let level = match rule.level.as_str() {
            "error" => Level::Error,
            "note" => Level::Note,
            _ => Level::Warning,
        };
        problems.raise_declared(place, &rule.kind, level, &rule.zh, &rule.en);
    }
}

/// The field where a check failed.
fn failed<'r>(
    rule: &'r LedgerCheck,
    line: &LedgerLine,
    record: &Record,
    known: Option<&KnownPerson>,
) -> Option<&'r str> {
    if !rule.from.is_empty() && !rule.to.is_empty() {
        let from = days(&rule.from, line, record)?;
        let to = days(&rule.to, line, record)?;
        // Only when even the kindest reading of both dates is too early.
        let early = to.last < from.first.plus_years(rule.years);
        return early.then_some(rule.to.as_str());
    }
    if let [first, second] = &rule.same[..] {
        let value = |id: &str| match line.values.get(id)? {
            LedgerValue::Word(word) | LedgerValue::Text(word) => Some(word.clone()),
            LedgerValue::Count(n) => Some(n.to_string()),
            _ => None,
        };
        let (x, y) = (value(first)?, value(second)?);
        return (x != y).then_some(second.as_str());
    }
    if !rule.field.is_empty() {
        let LedgerValue::Word(word) = line.values.get(&rule.field)? else {
            return None;
        };
        if *word != rule.value {
            return None;
        }
        let person = known?;
        let fact = match rule.known.as_str() {
            "political" => person.political.clone()?,
            "residency" => person.residency?.word().to_owned(),
            "status" => person.status?.word().to_owned(),
            other => person.facts.iter().find(|(id, _)| id == other).map(|(_, v)| v.clone())?,
        };
        return (!rule.known_values.contains(&fact)).then_some(rule.field.as_str());
    }
    None
}

fn days(id: &str, line: &LedgerLine, record: &Record) -> Option<PartialDay> {
    if id == "birth" {
        return record.draft.birth.as_ref().map(|b| b.value);
    }
    match line.values.get(id)? {
        LedgerValue::Day(day) => Some(*day),
        _ => None,
    }
}
