//! The whole reading: sheets are understood, rows become records, records households and people.

use std::collections::HashMap;

use liren_sheets::Workbook;

use crate::draft::{Reading, StageSaid};
use crate::extract::{Reader, Record, SaidOfOther};
use crate::grid::Grid;
use crate::known::Known;
use crate::ledgers::stages::{self, Sheets};
use crate::problem::{At, Problems};
use crate::rows::{Banner, Row, Total, banner_above, card_above, classify, plan_has_person};
use crate::standing::{Says, Standing};
use crate::table::{Line, Role, SheetRead, StatedTotal};
use crate::understand::{Helps, Table, Understood, understand};
use crate::{Options, households, ledgers, link};

mod copies;
mod finish;
mod kinds;
mod places;

use kinds::{is_about_others, is_masked, is_of_bystanders, is_of_staff};

use finish::{
    complete, count, finish, households_of, hukou_tells, infer_estates, infer_residency, people, tell_others,
};

/// Reads every sheet of a workbook.
pub fn read(book: &Workbook, known: &Known, options: &Options) -> Reading {
    let helps = Helps {
        on: options.on,
        ledgers: options.ledgers,
        vocabulary: options.vocabulary,
        map: options.map,
        file: options.file,
        community: options.community,
    };
    let mut work = Work {
        problems: Problems::default(),
        embedded: Vec::new(),
        said_of_others: Vec::new(),
        records: Vec::new(),
        sheets: Vec::new(),
        understood: Vec::new(),
        untyped: book.untyped,
        from_1904: book.from_1904,
    };
    for sheet in &book.sheets {
        work.sheet(sheet, &helps, options);
    }
    work.drop_stale_copies();
    let Work { mut problems, mut embedded, mut records, said_of_others, sheets, understood, .. } = work;
    let ledger_of = |record: &Record| understood[record.sheet].ledger.map(|at| &options.ledgers[at]);
    places::unify(&mut records, known);
    let mut groups = households::group(&mut records, &mut problems);
    households::check(&mut records, &mut groups, &mut problems);
    tell_others(&mut records, &groups, said_of_others, options.on, &mut problems);
    for group in &groups {
        ledgers::spread(&mut records, &group.members);
    }
    let asking =
        Sheets { read: &sheets, understood: &understood, kinds: options.ledgers, map: options.map, on: options.on };
    let codes = asking.codes();
    let mut questions = asking.conclude(&mut records, &mut problems);
    infer_estates(&mut records, known);
    let first_of = link::within(&mut records, &sheets, &mut problems);
    let found = link::with_known(
        &mut records,
        &first_of,
        &sheets,
        known,
        options.map,
        |r| ledger_of(r).is_some(),
        &mut problems,
    );
    questions.extend(codes);
    questions.extend(places::same_estates(&mut records, &found, known, options.map, &mut problems));
    let by_hukou = hukou_tells(&records);
    for at in 0..records.len() {
        let person = found[at].map(|k| &known.people[k]);
        if let Some(kind) = ledger_of(&records[at]) {
            let table = &understood[records[at].sheet].tables[records[at].table];
            ledgers::check(&records[at], at, kind, table, person, &mut problems);
        }
        let has_column = {
            let record = &records[at];
            let table = &understood[record.sheet].tables[record.table];
            let plan = &table.blocks[record.block].plan;
            plan.residency.or(plan.hukou_here).is_some() || !plan.residency_ticks.is_empty()
        };
        let residents_only = ledger_of(&records[at]).is_some_and(|k| k.residents_only && is_on(&records[at], k));
        if person.is_none() && !has_column && by_hukou.contains(&(records[at].sheet, records[at].table)) {
            infer_residency(&mut records[at].draft);
        }
        complete(&mut records[at].draft, person, has_column, residents_only);
    }
    let mut numbered: HashMap<usize, (usize, usize)> = HashMap::new();
    for record in &records {
        let (with, all) = numbered.entry(record.sheet).or_default();
        *with += usize::from(record.draft.number.is_some() || record.draft.number_given.is_some());
        *all += 1;
    }
    for (at, found) in found.iter().enumerate() {
        let known = found.map(|k| &known.people[k]);
        // The number of whoever is recognised is on record; a list that has it for few only misses nothing.
        let few = numbered.get(&records[at].sheet).is_some_and(|(with, all)| with * 2 < *all);
        let has = few && ledger_of(&records[at]).is_some() && known.is_some_and(|p| p.number.is_some());
        // 居民身份证法 of 2004: before it, children under sixteen had no card.
        let child = options.on < first_cards()
            && records[at].draft.birth.as_ref().is_some_and(|b| b.value.first.plus_years(16) > options.on);
        if has || child {
            problems.lower(at, "id_missing");
        }
    }
    let (people, index) = people(records, &first_of);
    for mention in &mut embedded {
        mention.of = mention.of.and_then(|at| index.get(at).copied());
    }
    let mut reading = Reading { sheets, people, embedded, questions, ..Reading::default() };
    reading.households = households_of(groups, &index, &mut reading.people);
    reading.problems = finish(problems, &index, &reading.sheets);
    for sheet in 0..reading.sheets.len() {
        let rows = std::mem::take(&mut reading.sheets[sheet].unfolded);
        if !rows.is_empty() {
            crate::unfold::fold_back(&mut reading, sheet, &rows);
        }
    }
    for problem in &mut reading.problems {
        if let (Some(sheet), Some(column)) = (book.sheets.get(problem.sheet), problem.column) {
            problem.value = sheet.value(problem.row.saturating_sub(1), column).shown();
        }
    }
    reading.counts = count(&reading, first_of.len());
    reading
}

/// Whether the line says that its subject is in the programme, or on the way to it: a list of those who left or were
/// struck off says nothing of where they live.
fn is_on(record: &Record, kind: &crate::LedgerKind) -> bool {
    let off = |stage: &str| [Standing::Ended, Standing::Refused].into_iter().any(|s| kind.stage_of(s) == Some(stage));
    record.draft.ledger.iter().any(|line| match &line.stage {
        StageSaid::Stages(entries) => entries.last().is_some_and(|e| !off(&e.stage)),
        _ => false,
    })
}

fn first_cards() -> liren_facts::Day {
    liren_facts::Day::ymd(2004, 1, 1).unwrap_or(liren_facts::Day(0))
}

struct Work {
    problems: Problems,
    embedded: Vec<crate::draft::Embedded>,
    said_of_others: Vec<SaidOfOther>,
    records: Vec<Record>,
    sheets: Vec<SheetRead>,
    understood: Vec<Understood>,
    untyped: bool,
    from_1904: bool,
}

impl Work {
    fn sheet(&mut self, sheet: &liren_sheets::Sheet, helps: &Helps, options: &Options) {
        let asked = options.map.and_then(|m| m.sheets.iter().find(|s| s.name == sheet.name));
        let translated = crate::legend::translate(sheet, asked);
        let sheet = translated.as_ref().unwrap_or(sheet);
        let joined = crate::forms::joined_names(sheet).or_else(|| crate::forms::clan_names(sheet));
        let sheet = joined.as_ref().unwrap_or(sheet);
        let unfolded = crate::forms::table(sheet)
            .or_else(|| crate::forms::heads_above(sheet))
            .or_else(|| crate::unfold::unfold(sheet));
        let sheet = unfolded.as_ref().map_or(sheet, |(unfolded, _)| unfolded);
        let grid = Grid::new(sheet);
        let at = self.sheets.len();
        let mut read = SheetRead { name: sheet.name.clone(), hidden: sheet.hidden, ..SheetRead::default() };
        read.unfolded = unfolded.as_ref().map(|(_, rows)| rows.clone()).unwrap_or_default();
        if asked.is_some_and(|a| a.role == "skip") {
            read.skipped = true;
            read.role = if grid.rows() == 0 { Role::Empty } else { Role::Codes };
            self.sheets.push(read);
            self.understood.push(Understood::default());
            return;
        }
        let understood = understand(&grid, helps);
        read.context = understood.context.clone();
        read.ledger = understood.ledger.map(|k| helps.ledgers[k].programme.clone());
        read.masked = is_masked(&grid, &understood);
        let blocks = || understood.tables.iter().flat_map(|t| t.blocks.iter().map(move |b| (b, t.blocks.len())));
        read.heads_only = blocks().count() > 0
            && blocks().all(|(b, n)| {
                n == 1 && b.relation == Some("02") && b.plan.relation.is_none() && b.plan.members.is_none()
            });
        read.own_list = understood.tables.iter().flat_map(|t| &t.blocks).any(|b| b.plan.key.is_some());
        let filled = |row: u32| if grid.is_blank(row) { Line::Blank } else { Line::Note };
        read.lines = (0..grid.rows()).map(filled).collect();
        let first_header = understood.tables.first().map(|t| t.header.as_ref().map_or(t.first, |h| h.first));
        for line in read.lines.iter_mut().take(first_header.unwrap_or(0) as usize) {
            if *line != Line::Blank {
                *line = Line::Title;
            }
        }
        let before = self.records.len();
        let told = asked.is_some_and(|a| a.role == "people");
        read.bystanders = understood.ledger.is_none()
            && !told
            && (is_of_staff(&sheet.name, &grid, &understood)
                || is_of_bystanders(&sheet.name, &grid, &understood, helps));
        read.skipped |= read.masked || read.bystanders;
        if !read.masked
            && !read.bystanders
            && !is_about_others(&sheet.name)
            && !sheet.name.starts_with(liren_sheets::annotate::SUMMARY)
        {
            for (table_at, table) in understood.tables.iter().enumerate() {
                read.columns.extend(table.columns.iter().cloned());
                if let Some(header) = &table.header {
                    for row in header.first..=header.last {
                        mark(&mut read, row, Line::Header);
                    }
                    read.header_rows.push((header.first + 1..=header.last + 1).collect());
                }
                let comments: HashMap<(u32, u16), &str> = sheet
                    .comments
                    .iter()
                    .map(|c| ((c.row, c.column), liren_sheets::annotate::without_remarks(&c.text)))
                    .filter(|(_, text)| !text.is_empty())
                    .collect();
                let mut reader = Reader {
                    grid: &grid,
                    sheet: at,
                    on: options.on,
                    fictional: options.fictional,
                    community: options.community,
                    community_id: options.community_id,
                    untyped: self.untyped,
                    from_1904: self.from_1904,
                    context: &understood.context,
                    comments: &comments,
                    problems: &mut self.problems,
                    embedded: &mut self.embedded,
                    said_of_others: &mut self.said_of_others,
                    above: Vec::new(),
                    banner: Banner::default(),
                    block_place: Banner::default(),
                    card: None,
                };
                let ledger = understood.ledger.map(|k| ledgers::Sheet {
                    kind: &helps.ledgers[k],
                    vocabulary: options.vocabulary,
                    mapped: asked,
                    others: helps.ledgers,
                });
                rows(&mut reader, table_at, table, ledger.as_ref(), options, &mut self.records, &mut read);
            }
        }
        read.people_rows = self.records.len() - before;
        read.role = if read.bystanders { Role::Notes } else { role(&grid, &understood, read.people_rows) };
        // Hidden sheets are not imported without asking; what they hold is said.
        read.skipped |= sheet.hidden && asked.is_none_or(|a| a.role != "people");
        self.sheets.push(read);
        self.understood.push(understood);
    }
}

/// The rows of one table, block by block unless a row is a household.
fn rows(
    reader: &mut Reader,
    table_at: usize,
    table: &Table,
    ledger: Option<&ledgers::Sheet>,
    options: &Options,
    records: &mut Vec<Record>,
    read: &mut SheetRead,
) {
    let together = table.row_is_household || table.heads_apart || table.blocks.len() == 1;
    let passes: Vec<Vec<usize>> = if together {
        vec![(0..table.blocks.len()).collect()]
    } else {
        (0..table.blocks.len()).map(|b| vec![b]).collect()
    };
    let mut tally = Tally { first: records.len(), ..Tally::default() };
    let reader_grid = reader.grid;
    for (pass, blocks) in passes.iter().enumerate() {
        reader.banner = match &table.header {
            Some(header) => banner_above(reader.grid, header.first),
            None => Banner::default(),
        };
        reader.card = table.header.as_ref().and_then(|h| card_above(reader.grid, h.first));
        reader.above.clear();
        let mut below_header = false;
        let heading = |row: u32| heading(reader_grid, ledger, row);
        let mut section: Option<(Says, String)> = match &table.header {
            // Above the first header stands the title of the sheet; above another one the heading of its part.
            Some(header) if table_at > 0 => (header.first.saturating_sub(3)..header.first).rev().find_map(|row| {
                // What the first part of the list is called says nothing of the second.
                heading(row).or_else(|| unclear_part(reader_grid, row, &reader.context.lines))
            }),
            _ => None,
        };
        let plan = &table.blocks[blocks[0]].plan;
        for row in table.first..table.end {
            let class = classify(reader.grid, table, plan, row);
            if matches!(class, Row::Note | Row::Other | Row::Banner(_))
                && let Some(says) = heading(row)
            {
                section = Some(says);
            }
            let line = match &class {
                Row::Blank => Line::Blank,
                Row::Header => Line::Header,
                Row::Person if table.row_is_household => Line::Household,
                Row::Person if ledger.is_some() => Line::Ledger,
                Row::Person => Line::Person,
                Row::Total(_) => Line::Subtotal,
                Row::Banner(_) => Line::Title,
                Row::Card(_) => Line::Household,
                Row::Note => Line::Note,
                Row::Other => Line::Other,
            };
            if pass == 0 {
                mark(read, row, line);
            }
            match class {
                Row::Blank | Row::Note | Row::Other => {
                    // In the other blocks the first block's row may be at its end already.
                    let other = |b: &usize| {
                        let plan = &table.blocks[*b].plan;
                        (pass > 0 || *b > 0) && plan_has_person(reader.grid, plan, row)
                    };
                    if blocks.iter().any(other) {
                        mark(read, row, if ledger.is_some() { Line::Ledger } else { Line::Person });
                        person_row(
                            reader, table_at, table, blocks, row, ledger, &section, options, records, &mut below_header,
                        );
                    }
                }
                Row::Header => {
                    below_header = true;
                    if pass == 0 {
                        read.header_rows.push(vec![row + 1]);
                    }
                }
                Row::Banner(banner) => {
                    reader.banner = merge_banner(&reader.banner, banner);
                    tally.banners.push(records.len());
                }
                Row::Card(card) => reader.card = Some(card),
                Row::Total(total) if passes.len() == 1 => tally.check(reader, row, total, records, read),
                // Side by side the people are counted when the last block is read.
                Row::Total(total) if pass + 1 == passes.len() => {
                    tally.check_side_by_side(reader, row, total, records, read)
                }
                Row::Total(_) => {}
                Row::Person => person_row(
                    reader, table_at, table, blocks, row, ledger, &section, options, records, &mut below_header,
                ),
            }
        }
    }
}

fn mark(read: &mut SheetRead, row: u32, line: Line) {
    if let Some(slot) = read.lines.get_mut(row as usize) {
        *slot = line;
    }
}

/// What a row of one filled cell says of the rows below it, in a ledger: 二、停保人员.
fn heading(grid: &Grid, ledger: Option<&ledgers::Sheet>, row: u32) -> Option<(Says, String)> {
    let ledger = ledger?;
    let mut cells = grid.filled(row);
    let (Some((_, value)), None) = (cells.next(), cells.next()) else { return None };
    let text = value.as_text()?;
    let says = stages::section(text, ledger.kind, ledger.vocabulary)?;
    Some((says, text.trim().to_owned()))
}

/// 二、… above a further table in words that say nothing, where the first part is numbered, too: what it lists is asked.
fn unclear_part(grid: &Grid, row: u32, titles: &[String]) -> Option<(Says, String)> {
    let mut cells = grid.filled(row);
    let (Some((_, value)), None) = (cells.next(), cells.next()) else { return None };
    let text = value.as_text().filter(|t| stages::is_numbered(t) && crate::rows::banner(t).is_none())?;
    titles.iter().any(|t| stages::is_numbered(t)).then(|| (Says::Standing(Standing::Doubtful), text.trim().to_owned()))
}

/// A new building keeps the estate; a new estate forgets the building; who is listed holds until it is said anew.
fn merge_banner(before: &Banner, new: Banner) -> Banner {
    let residency = new.residency.or(before.residency);
    if new.estate.is_some() {
        return Banner { residency, ..new };
    }
    let estate = before.estate.clone();
    if new.building.is_some() || new.group.is_some() {
        return Banner { estate, residency, ..new };
    }
    let unit = new.unit.or_else(|| before.unit.clone());
    Banner { estate, building: before.building.clone(), group: before.group.clone(), unit, residency }
}

#[allow(clippy::too_many_arguments)]
fn person_row(
    reader: &mut Reader,
    table_at: usize,
    table: &Table,
    blocks: &[usize],
    row: u32,
    ledger: Option<&ledgers::Sheet>,
    section: &Option<(Says, String)>,
    options: &Options,
    records: &mut Vec<Record>,
    below_header: &mut bool,
) {
    let several = table.blocks.len() > 1;
    for block in blocks {
        let plan = &table.blocks[*block].plan;
        if several && !plan_has_person(reader.grid, plan, row) {
            continue;
        }
        let at = records.len();
        let mut record = reader.person(table_at, table, *block, row, at);
        record.below_header = std::mem::take(below_header);
        if let Some(ledger) = ledger {
            ledgers::line(reader, ledger, table, plan, &mut record, at);
            record.section_says.clone_from(section);
        }
        if !plan.programmes.is_empty() || !plan.enrolled.is_empty() {
            ledgers::roster_lines(reader, options.ledgers, plan, &mut record);
        }
        records.push(record);
    }
    reader.remember(row);
}

/// Where counting began: for the whole table and since the last subtotal.
#[derive(Default)]
struct Tally {
    first: usize,
    since: Option<usize>,
    /// Where banners stood since the last total: 小计 may be of the rows below one of them.
    banners: Vec<usize>,
}

impl Tally {
    fn check_side_by_side(
        &mut self,
        reader: &mut Reader,
        row: u32,
        total: Total,
        records: &[Record],
        read: &mut SheetRead,
    ) {
        let since = self.since.map_or(0, |row| u32::try_from(row).unwrap_or(0));
        let before = |from: u32| records[self.first..].iter().filter(|r| (from..row).contains(&r.row)).count();
        let (part, whole) = (before(since), before(0));
        self.compare(reader, row, total, (part, whole), read);
        self.since = Some(row as usize);
    }

    fn check(&mut self, reader: &mut Reader, row: u32, total: Total, records: &[Record], read: &mut SheetRead) {
        let since = self.since.unwrap_or(self.first);
        let whole = records.len() - self.first;
        let part = records.len() - since;
        let below = |start: &&usize| total.people == Some(records.len() - **start);
        let part = match self.banners.iter().find(below) {
            Some(start) if total.partial => records.len() - start,
            _ => part,
        };
        self.compare(reader, row, total, (part, whole), read);
        self.since = Some(records.len());
        self.banners.clear();
    }

    fn compare(
        &self,
        reader: &mut Reader,
        row: u32,
        total: Total,
        (part, whole): (usize, usize),
        read: &mut SheetRead,
    ) {
        if let Some(stated) = total.people {
            let counted = if total.partial && part > 0 { part } else { whole };
            let fits = if total.partial { stated == part } else { stated == whole || (part > 0 && stated == part) };
            if !fits && counted > 0 {
                let at = At { sheet: reader.sheet, row, column: total.column, record: None };
                reader.problems.raise_counted(at, "stated_total_mismatch", stated, counted);
            }
            read.stated_totals.push(StatedTotal {
                row: row + 1,
                label: total.label,
                people: Some(stated),
                counted,
                households: total.households,
                households_counted: 0,
            });
        }
    }
}

fn role(grid: &Grid, understood: &Understood, people_rows: usize) -> Role {
    if people_rows > 0 {
        return Role::People;
    }
    let rows: Vec<u32> = (0..grid.rows()).filter(|r| !grid.is_blank(*r)).collect();
    if rows.is_empty() {
        return Role::Empty;
    }
    let name = grid.sheet.name.as_str();
    if name.contains("目录") || name.contains("索引") {
        return Role::Index;
    }
    if ["汇总", "统计", "总表", "合计"].iter().any(|w| name.contains(w)) {
        return Role::Summary;
    }
    let numbers =
        rows.iter().flat_map(|r| grid.filled(*r)).filter(|(_, v)| matches!(v, liren_sheets::Value::Number(_))).count();
    let cells = rows.iter().map(|r| grid.filled(*r).count()).sum::<usize>();
    if numbers * 4 > cells && numbers > 1 {
        return Role::Summary;
    }
    let long = rows.iter().flat_map(|r| grid.filled(*r)).filter(|(_, v)| v.shown().chars().count() > 12).count();
    if long > 0 || understood.tables.is_empty() && rows.len() * 2 > cells { Role::Notes } else { Role::Codes }
}
