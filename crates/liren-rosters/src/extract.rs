//! A row → a record: the cells of one person, interpreted, with every doubt raised as a problem.

mod fields;
mod lives;
mod mentions;
mod parts;
mod place;

pub(crate) use fields::{SaidOfOther, fault_kind};

use std::collections::HashMap;

use liren_facts::code::RelationClass;
use liren_facts::date::Date;
use liren_facts::identifier::Sex;
use liren_facts::{Day, name};
use liren_sheets::Value;

use crate::card::Card;
use crate::draft::{Draft, Embedded, Got, How, RelationRead, Source, Status};
use crate::grid::Grid;
use crate::meanings;
use crate::problem::{At, Problems};
use crate::rows::Banner;
use crate::stage::Evidence;
use crate::standing::Says;
use crate::table::Context;
use crate::understand::{Block, Plan, Table};
use crate::words::{self, is_nothing};

/// One row (or block of a row) that is a person, and what it says about its household.
#[derive(Debug)]
pub(crate) struct Record {
    pub draft: Draft,
    /// 0-based.
    pub row: u32,
    pub sheet: usize,
    pub table: usize,
    pub block: usize,
    pub keys: Keys,
    /// What the column of birth said.
    pub birth: Date,
    pub sex_given: bool,
    pub number_column: Option<u16>,
    pub name_column: Option<u16>,
    pub relation_column: Option<u16>,
    pub status_column: Option<u16>,
    /// The status stands in a column of its own (迁出死亡人员登记).
    pub status_by_column: bool,
    /// The table tells households apart.
    pub in_household_table: bool,
    /// The first row below a repeated header.
    pub below_header: bool,
    /// What the row says about the stage of its ledger line, and which line that is.
    pub evidence: Option<(usize, Evidence)>,
    /// What the heading of its part of the list says: 二、停保人员.
    pub section_says: Option<(Says, String)>,
}

/// What a row says about the household it belongs to. A key is `own` when the cell itself is filled, not
/// reached through a merge or a ditto mark.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub household_number: Option<(String, bool)>,
    /// 0, 无, 待补 stands where the number goes.
    pub without_number: bool,
    pub head_name: Option<(String, bool)>,
    pub head_number: Option<(String, bool)>,
    /// The end of the number, where the list has no more of it.
    pub number_tail: Option<String>,
    pub address: Option<(String, bool)>,
    pub serial_own: bool,
    /// A blank row stands above.
    pub after_blank: bool,
    /// The banner the row stands under: numbers of households begin again below the next.
    pub section: Banner,
    pub size: Option<usize>,
    pub row_household: bool,
    /// Row of the household card the person stands under.
    pub card: Option<u32>,
}

/// What reading rows of one sheet needs.
pub(crate) struct Reader<'a, 'g> {
    pub grid: &'a Grid<'g>,
    pub sheet: usize,
    pub on: Day,
    pub fictional: bool,
    pub community: &'a str,
    pub community_id: i64,
    /// The file has texts only: 1985.1 may have been the number 1985.10.
    pub untyped: bool,
    /// Bare serial numbers count days from 1904.
    pub from_1904: bool,
    pub context: &'a Context,
    pub comments: &'a HashMap<(u32, u16), &'a str>,
    pub problems: &'a mut Problems,
    pub embedded: &'a mut Vec<Embedded>,
    /// What remarks say of other members of the household.
    pub said_of_others: &'a mut Vec<SaidOfOther>,
    /// For each column the last value that was no ditto mark.
    pub above: Vec<Option<&'g Value>>,
    pub banner: Banner,
    /// Where the block of columns is: 2单元 above it.
    pub block_place: Banner,
    /// The household card above the rows (户主:… 住址:…).
    pub card: Option<Card>,
}

/// A cell as it counts: its value and whether it is the row's own.
#[derive(Clone, Copy)]
struct Cell<'g> {
    value: &'g Value,
    own: bool,
    column: u16,
}

static EMPTY: Value = Value::Empty;

impl<'a, 'g> Reader<'a, 'g> {
    /// Remembers the row's values for the ditto marks below it.
    pub fn remember(&mut self, row: u32) {
        for (column, value) in self.grid.filled(row) {
            if value.as_text().is_some_and(meanings::is_ditto) {
                continue;
            }
            let column = usize::from(column);
            if column >= self.above.len() {
                self.above.resize(column + 1, None);
            }
            self.above[column] = Some(value);
        }
    }

    fn at(&self, row: u32, column: Option<u16>, record: usize) -> At {
        At { sheet: self.sheet, row, column, record: Some(record) }
    }

    /// The person's own cell; a ditto mark takes the value above, an error counts as empty.
    fn cell(&mut self, row: u32, column: Option<u16>, record: usize) -> Cell<'g> {
        let Some(column) = column else {
            return Cell { value: &EMPTY, own: true, column: 0 };
        };
        let value = self.grid.own(row, column);
        match value {
            Value::Error(_) => {
                self.problems.raise(self.at(row, Some(column), record), "formula_error");
                Cell { value: &EMPTY, own: true, column }
            }
            Value::Text(text) if text.len() <= 12 && meanings::is_ditto(text) => {
                self.problems.raise(self.at(row, Some(column), record), "ditto_mark");
                let above = self.above.get(usize::from(column)).copied().flatten().unwrap_or(&EMPTY);
                Cell { value: above, own: false, column }
            }
            value => Cell { value, own: true, column },
        }
    }

    /// The same, looking through merges.
    fn merged(&mut self, row: u32, column: Option<u16>, record: usize) -> Cell<'g> {
        let cell = self.cell(row, column, record);
        if column.is_none() || !cell.value.is_empty() || !cell.own {
            return cell;
        }
        let (value, through) = self.grid.shown(row, cell.column);
        match value {
            Value::Error(_) => cell,
            _ => Cell { value, own: !through, column: cell.column },
        }
    }

    /// Reads one person. `record` is the index the record will have.
    pub fn person(&mut self, table_at: usize, table: &Table, block_at: usize, row: u32, record: usize) -> Record {
        let block = &table.blocks[block_at];
        let plan = &block.plan;
        let several = table.blocks.len() > 1;
        let source =
            Source { sheet: self.sheet, row: row + 1, column: several.then(|| plan.name.or(plan.number)).flatten() };
        let mut draft = blank(source);
        draft.key = plan.key.and_then(|column| {
            let text = self.grid.own(row, column).shown();
            let (community, person) = text.trim().split_once('-')?;
            (community.parse() == Ok(self.community_id)).then(|| person.parse().ok())?
        });
        self.take_name(&mut draft, plan, row, record);
        let birth = self.take_identity(&mut draft, plan, row, record);
        if draft.sex.is_none() {
            draft.sex = block.sex.map(|sex| Got::new(sex, How::Context));
        }
        let sex_given = plan.sex.is_some_and(|c| !self.grid.own(row, c).is_empty())
            || self.ticked(row, &plan.sex_ticks).is_ok_and(|t| t.is_some());
        self.block_place = block.place.clone();
        let keys = self.keys(plan, row, record, table, &mut draft);
        self.take_relation(&mut draft, block, row, record, table);
        self.take_residency(&mut draft, plan, row, record);
        if let Some(residency) =
            draft.signs.iter().find_map(|s| meanings::residency_of_remark(s).or_else(|| meanings::residency(s)))
        {
            draft.residency = Some(Got::new(residency, How::Given));
        }
        self.take_phones(&mut draft, plan, row, record);
        self.take_words(&mut draft, plan, row, record);
        let (status_column, status_by_column) = self.take_remarks(&mut draft, plan, row, record, table);
        self.take_life_in_passing(&mut draft, plan, row, record, table);
        self.take_others(&draft, plan, row, record);
        self.take_extra(&mut draft, plan, row, table);
        self.take_comments(&mut draft, block, row, record, several);
        if self.grid.sheet.hidden_rows.contains(&row) {
            draft.hidden_row = true;
            self.problems.raise(self.at(row, None, record), "hidden_row");
        }
        Record {
            row,
            sheet: self.sheet,
            table: table_at,
            block: block_at,
            keys,
            birth,
            sex_given,
            number_column: plan.number,
            name_column: plan.name,
            relation_column: plan.relation.or(plan.head_tick),
            status_column,
            status_by_column,
            in_household_table: plan.has_household_key()
                || table.row_is_household
                || self.card.is_some()
                || block.relation == Some("02"),
            below_header: false,
            evidence: None,
            section_says: None,
            draft,
        }
    }

    fn take_name(&mut self, draft: &mut Draft, plan: &Plan, row: u32, record: usize) {
        let Some(column) = plan.name else {
            return;
        };
        let at = self.at(row, Some(column), record);
        let text = match self.grid.own(row, column) {
            Value::Text(text) => text.to_string(),
            Value::Empty => String::new(),
            other => other.shown(),
        };
        let read = name::read(&text);
        if read.text.is_empty() {
            self.problems.raise(at, "name_missing");
            return;
        }
        for (flag, kind) in [
            (read.fullwidth_space, "name_fullwidth_space"),
            (read.spaces && !read.fullwidth_space, "name_inner_space"),
            (read.dot_variant, "name_dot_variant"),
            (read.rare, "name_rare_char"),
            (read.long, "name_too_long"),
            (!read.former.is_empty(), "name_former"),
            (!read.annotations.is_empty(), "name_annotation"),
        ] {
            if flag {
                self.problems.raise(at, kind);
            }
        }
        // 王军之妻 says whose wife she is, and not what she is called.
        const DESCRIBED: &[&str] = &[
            "之妻", "之夫", "之子", "之女", "之母", "之父", "之媳", "之孙", "的妻子", "的儿子", "的女儿", "的母亲",
            "的父亲", "家属", "媳妇",
        ];
        if DESCRIBED.iter().any(|w| read.text.ends_with(w)) {
            self.problems.raise(at, "name_described");
        }
        let how = if read.spaces || read.dot_variant { How::Repaired } else { How::Given };
        draft.former_names = read.former;
        if let Some(former) = plan.former {
            let former = name::read(&self.grid.own(row, former).shown()).text;
            if !former.is_empty() {
                draft.former_names.push(former);
            }
        }
        // A sign that a note of the sheet explains says what the note says.
        let explained = |note: &String| crate::marks::of_sign(&self.context.marks, note).map(str::to_owned);
        let notes: Vec<String> =
            read.annotations.iter().map(|note| explained(note).unwrap_or_else(|| note.clone())).collect();
        for (note, raw) in notes.iter().zip(&read.annotations) {
            if note != raw {
                draft.signs.push(note.clone());
            }
            if let Some(said) = meanings::status_of_remark(note, Some(&read.text)).filter(|s| s.about.is_none()) {
                self.take_life(draft, said.status, &said.clause, at);
            }
            draft.facts.extend(meanings::remark_facts(note, self.on));
        }
        if !notes.is_empty() {
            draft.remark = Some(notes.join(";"));
        }
        draft.name = Some(Got::new(read.text, how));
    }

    fn take_relation(&mut self, draft: &mut Draft, block: &Block, row: u32, record: usize, table: &Table) {
        let plan = &block.plan;
        let Some(column) = plan.relation else {
            draft.relation = match block.relation {
                Some(code) => Some(implied(code, draft, String::new())),
                None => self.relation_elsewhere(plan, row),
            };
            return;
        };
        let cell = self.cell(row, Some(column), record);
        let raw = cell.value.shown().trim().to_owned();
        let at = self.at(row, Some(column), record);
        if is_nothing(&raw) {
            if let Some(code) = block.relation {
                draft.relation = Some(implied(code, draft, raw));
            } else if draft.key.is_none() && (plan.has_household_key() || table.row_is_household) {
                // What our own list leaves blank is not on record; that is asked where it is kept.
                self.problems.raise(at, "relation_missing");
            }
            return;
        }
        // Exports of databases have the codes: 2 for 02
        let padded = format!("{raw:0>2}");
        let coded = raw.len() <= 2 && raw.bytes().all(|b| b.is_ascii_digit());
        let read = liren_facts::code::relation(if coded { &padded } else { &raw });
        match read {
            // 身份 家属, beside a landlord's name: of the family, and no word for how.
            None if raw == "家属" && !header_of(table, column).contains("关系") => {
                self.problems.raise_at_level(at, "relation_unknown_word", crate::Level::Note);
            }
            None => self.problems.raise(at, "relation_unknown_word"),
            Some(relation) if relation.ambiguous => self.problems.raise(at, "relation_ambiguous"),
            Some(relation) => {
                let sex = draft.sex.as_ref().map(|s| s.value);
                if relation.sex.is_some() && sex.is_some() && relation.sex != sex {
                    self.problems.raise(at, "relation_sex_mismatch");
                }
            }
        }
        draft.relation = Some(RelationRead {
            code: read.map(|r| r.code),
            class: read.map(|r| r.class),
            raw,
            how: if cell.own { How::Given } else { How::Filled },
        });
    }
}

pub(crate) fn header_of(table: &Table, column: u16) -> &str {
    table.columns.get(usize::from(column)).map_or("", |c| c.header.as_str())
}

/// The relation the header of a block implies; 子女 is a son or a daughter as the sex says.
fn implied(code: &'static str, draft: &Draft, raw: String) -> RelationRead {
    let code = match (code, draft.sex.as_ref().map(|s| s.value)) {
        (words::CHILD, Some(Sex::Male)) => Some("20"),
        (words::CHILD, Some(Sex::Female)) => Some("30"),
        (words::CHILD, None) => None,
        (code, _) => Some(code),
    };
    RelationRead { code, class: code.map_or(Some(RelationClass::Child), RelationClass::of), raw, how: How::Context }
}

fn blank(source: Source) -> Draft {
    Draft {
        source,
        also: Vec::new(),
        key: None,
        matched: None,
        fits: Vec::new(),
        thin: false,
        erased: false,
        name: None,
        former_names: Vec::new(),
        sex: None,
        sex_column: None,
        birth: None,
        birth_column: None,
        number: None,
        number_given: None,
        number_fault: None,
        number_shared: false,
        household: None,
        relation: None,
        dwelling: None,
        address_raw: None,
        residency: None,
        status: Got::new(Status::Active, How::Inferred),
        left: None,
        doubtful: false,
        phones: Vec::new(),
        ethnic: None,
        education: None,
        political: None,
        marital: None,
        employment: None,
        workplace: None,
        hukou_address: None,
        residency_raw: None,
        remark: None,
        signs: Vec::new(),
        facts: Vec::new(),
        ledger: Vec::new(),
        extra: Vec::new(),
        hidden_row: false,
    }
}
