//! `.xlsx`: one pass over each sheet's XML for values, merges, and what is hidden; comments from their part.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use crate::book::{Comment, Fault, Finding, Range, Sheet, Unreadable, Value, Workbook, cell_of};
use crate::read::meter::Meter;
use crate::read::xml::{attribute, events, finish, push_reference, rich_text};
use crate::read::{Package, not_a_table, styles, unreadable};

/// Excel's own limit; a cell beyond it is a mistake of the file.
const ROWS_MAX: u32 = 1_048_576;
/// So many empty cells may stand before a filled one; a cell further out is left out with a finding.
const GAP_ROWS_MAX: usize = 200_000;

/// A sheet as the workbook part lists it.
pub(crate) struct Listed {
    pub name: String,
    pub hidden: bool,
    /// Path of the part in the package.
    pub path: String,
}

pub(crate) fn read(bytes: &[u8], meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    let mut package = Package::open(bytes, meter.budget)?;
    let Some(main) = main_part(&mut package)? else {
        if package.has("word/document.xml") {
            return Err(not_a_table("Word 文档 (a Word document)"));
        }
        if package.has("content.xml") || package.has("xl/workbook.bin") {
            return super::xls::read_by_calamine(bytes, meter);
        }
        return Err(unreadable(Fault::NotATable));
    };
    let (listed, from_1904) = sheets(&mut package, &main)?;
    // Parts are found by their relation; the usual name is for packages that do not tell.
    let of_main = relations(&mut package, &main)?;
    let folder = folder_of(&main);
    let mut part = |kind: &str, usual: &str| -> Result<Option<String>, Unreadable> {
        let named = of_main.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
        match named.filter(|path| package.has(path)) {
            Some(path) => package.text(&path),
            None => package.text(&format!("{folder}{usual}")),
        }
    };
    let strings = part("sharedStrings", "sharedStrings.xml")?.map(|t| shared_strings(&t, meter)).unwrap_or_default();
    let dates = part("styles", "styles.xml")?.map(|t| styles::date_formats(&t)).unwrap_or_default();
    let mut book = Workbook { from_1904, ..Workbook::default() };
    let mut seen = HashSet::new();
    for entry in listed {
        if !seen.insert(entry.path.clone()) {
            meter.twin();
            continue;
        }
        if !meter.sheet(book.sheets.len()) {
            continue;
        }
        let Some(text) = package.text(&entry.path)? else {
            book.findings.push(Finding {
                sheet: Some(entry.name.clone()),
                zh: "工作表的内容缺失，已跳过。".to_owned(),
                en: "The contents of the sheet are missing; it was left out.".to_owned(),
            });
            continue;
        };
        let mut sheet = Sheet { name: meter.name(&entry.name), hidden: entry.hidden, ..Sheet::default() };
        let mut look = Look { strings: &strings, dates: &dates, from_1904, meter };
        let complete = look.sheet(&text, &mut sheet)?;
        drop(text);
        if !complete {
            book.findings.push(Finding {
                sheet: Some(sheet.name.clone()),
                zh: "工作表的内容不完整，只读到能读的部分。请用 Excel 打开并另存后再试。".to_owned(),
                en: "The sheet is incomplete; what could be read was read. Open and save it in Excel and try again."
                    .to_owned(),
            });
        }
        sheet.comments = comments(&mut package, &entry.path, meter)?;
        book.sheets.push(sheet);
    }
    Ok(book)
}

/// The workbook part the package names, usually `xl/workbook.xml`.
pub(crate) fn main_part(package: &mut Package) -> Result<Option<String>, Unreadable> {
    let named =
        relations(package, "")?.into_iter().find(|r| r.kind == "officeDocument").map(|r| r.target).filter(|path| {
            path.to_ascii_lowercase().ends_with(".xml") && !path.starts_with("word/") && !path.starts_with("ppt/")
        });
    if let Some(path) = named.filter(|path| package.has(path)) {
        return Ok(Some(path));
    }
    // Without relations: wherever the workbook's part is.
    let usual = ["xl/workbook.xml", "workbook.xml"];
    Ok(usual.into_iter().find(|path| package.has(path)).map(str::to_owned))
}

pub(crate) struct Relation {
    pub id: String,
    /// The last word of the type's address: `worksheet`, `comments`.
    pub kind: String,
    /// Path in the package.
    pub target: String,
}

/// The relations of a part (of the package itself for an empty path).
pub(crate) fn relations(package: &mut Package, part: &str) -> Result<Vec<Relation>, Unreadable> {
    let folder = folder_of(part);
    let file = &part[folder.len()..];
    let Some(text) = package.text(&format!("{folder}_rels/{file}.rels"))? else {
        return Ok(Vec::new());
    };
    let mut reader = events(&text);
    let mut out = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "Relationship" => {
                let get = |name| attribute(&tag, name).unwrap_or_default();
                let kind = get("Type").rsplit('/').next().unwrap_or("").to_owned();
                out.push(Relation { id: get("Id"), kind, target: resolve(folder, &get("Target")) });
            }
            Ok(Event::Eof) | Err(_) => return Ok(out),
            Ok(_) => {}
        }
    }
}

/// `xl/` of `xl/workbook.xml`.
pub(crate) fn folder_of(part: &str) -> &str {
    part.rfind('/').map_or("", |at| &part[..=at])
}

fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let target = target.as_str();
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            step => parts.push(step),
        }
    }
    parts.join("/")
}

/// The sheets in their order, and whether dates count from 1904.
pub(crate) fn sheets(package: &mut Package, main: &str) -> Result<(Vec<Listed>, bool), Unreadable> {
    let text = package.text(main)?.ok_or_else(|| unreadable(Fault::Broken))?;
    let relations = relations(package, main)?;
    // Found by number: a book that lists a hundred thousand relations is read as fast as any.
    let by_id: HashMap<&str, &Relation> = relations.iter().rev().map(|r| (r.id.as_str(), r)).collect();
    let in_order: Vec<&Relation> = relations.iter().filter(|r| r.kind == "worksheet").collect();
    let mut reader = events(&text);
    let (mut listed, mut from_1904) = (Vec::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                "workbookPr" => {
                    from_1904 = attribute(&tag, "date1904").is_some_and(|v| v == "1" || v == "true");
                }
                "sheet" => {
                    let id = attribute(&tag, "id").unwrap_or_default();
                    let number = attribute(&tag, "sheetId").and_then(|n| n.parse::<usize>().ok());
                    let named = by_id.get(id.as_str()).copied();
                    // Chart sheets and macro sheets hold no table.
                    if named.is_some_and(|r| r.kind != "worksheet") {
                        continue;
                    }
                    // Without its relation: the sheets in their order, or the part of its number.
                    let in_order = || in_order.get(listed.len()).map(|r| r.target.clone());
                    let folder = folder_of(main);
                    let numbered = [Some(listed.len() + 1), number].into_iter().flatten();
                    let mut numbered = numbered.map(|n| format!("{folder}worksheets/sheet{n}.xml"));
                    let path = named
                        .map(|r| r.target.clone())
                        .filter(|path| package.has(path))
                        .or_else(|| in_order().filter(|path| package.has(path)))
                        .or_else(|| numbered.find(|path| package.has(path)))
                        .or_else(|| named.map(|r| r.target.clone()));
                    let Some(path) = path else { continue };
                    listed.push(Listed {
                        name: attribute(&tag, "name").unwrap_or_default(),
                        hidden: attribute(&tag, "state").is_some_and(|s| s != "visible"),
                        path,
                    });
                }
                _ => {}
            },
            Ok(Event::Eof) => return Ok((listed, from_1904)),
            Err(_) => return Err(unreadable(Fault::Broken)),
            Ok(_) => {}
        }
    }
}

fn shared_strings(text: &str, meter: &mut Meter<'_>) -> Vec<Arc<str>> {
    let mut reader = events(text);
    let mut out: Vec<Arc<str>> = Vec::new();
    let mut string = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "si" => {
                string.clear();
                rich_text(&mut reader, "si", &mut string);
                out.push(meter.text(&finish(&string)).into());
            }
            Ok(Event::Empty(tag)) if tag.local_name().as_ref() == "si" => out.push("".into()),
            Ok(Event::Eof) | Err(_) => return out,
            Ok(_) => {}
        }
    }
}

/// What is needed to understand the cells of a sheet.
struct Look<'a, 'm> {
    strings: &'a [Arc<str>],
    dates: &'a [bool],
    from_1904: bool,
    meter: &'a mut Meter<'m>,
}

impl Look<'_, '_> {
    /// Reads the sheet's XML; false when it breaks off.
    fn sheet(&mut self, text: &str, sheet: &mut Sheet) -> Result<bool, Unreadable> {
        let mut reader = events(text);
        let (mut row, mut column) = (0u32, 0u16);
        let mut cell = Cell::default();
        let mut buffer = String::new();
        let mut into: Into = Into::Nothing;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                    "row" => (row, column) = (self.row(&tag, row, sheet), 0),
                    "c" => {
                        cell = Cell::of(&tag, row, column);
                        column = cell.column;
                    }
                    "v" => {
                        buffer.clear();
                        into = Into::Value;
                    }
                    "f" => {
                        cell.formula = true;
                        into = Into::Nothing;
                    }
                    "is" => {
                        buffer.clear();
                        rich_text(&mut reader, "is", &mut buffer);
                        cell.value = Value::Text(self.meter.text(&finish(&buffer)).into());
                    }
                    _ => {}
                },
                Ok(Event::Empty(tag)) => match tag.local_name().as_ref() {
                    "row" => (row, column) = (self.row(&tag, row, sheet), 0),
                    "c" => column = Cell::of(&tag, row, column).column.saturating_add(1),
                    "f" => cell.formula = true,
                    "mergeCell" => {
                        if let Some(range) = attribute(&tag, "ref").and_then(|r| range(&r)) {
                            self.meter.merge(sheet, range);
                        }
                    }
                    "col" => hidden_columns(&tag, sheet, self.meter),
                    _ => {}
                },
                Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                    "v" => {
                        cell.value = self.value(&cell, &buffer);
                        into = Into::Nothing;
                    }
                    "c" => {
                        column = cell.column.saturating_add(1);
                        self.put(sheet, std::mem::take(&mut cell))?;
                    }
                    "row" => row = row.saturating_add(1),
                    _ => {}
                },
                Ok(Event::Text(text)) if into == Into::Value => buffer.push_str(&text.xml10_content()),
                Ok(Event::GeneralRef(reference)) if into == Into::Value => push_reference(&reference, &mut buffer),
                Ok(Event::CData(text)) if into == Into::Value => buffer.push_str(&text.xml10_content()),
                Ok(Event::Eof) => return Ok(true),
                Err(_) => return Ok(false),
                Ok(_) => {}
            }
        }
    }

    fn put(&mut self, sheet: &mut Sheet, cell: Cell) -> Result<(), Unreadable> {
        if cell.value == Value::Empty {
            return Ok(());
        }
        let at = cell.row as usize;
        if cell.row >= ROWS_MAX || at.saturating_sub(sheet.rows.len()) > GAP_ROWS_MAX {
            self.meter.far();
            return Ok(());
        }
        if at >= sheet.rows.len() {
            if cell.column >= self.meter.budget.columns {
                self.meter.far();
                return Ok(());
            }
            // An empty row costs as much as a cell.
            self.meter.cells(at + 1 - sheet.rows.len())?;
            let width = sheet.rows.last().map_or(0, Vec::len);
            sheet.rows.resize_with(at, Vec::new);
            sheet.rows.push(Vec::with_capacity(width));
        }
        self.meter.put(&mut sheet.rows[at], cell.column, cell.value)?;
        if cell.formula {
            sheet.formulas.insert((cell.row, cell.column));
        }
        Ok(())
    }

    fn row(&mut self, tag: &BytesStart, expected: u32, sheet: &mut Sheet) -> u32 {
        let mut row = expected;
        for a in tag.attributes().with_checks(false).flatten() {
            let key: &str = a.key.as_ref();
            match key {
                "r" => row = a.value.parse::<u32>().ok().and_then(|r| r.checked_sub(1)).unwrap_or(expected),
                "hidden" if matches!(&*a.value, "1" | "true") && self.meter.mark(sheet.hidden_rows.len()) => {
                    sheet.hidden_rows.insert(row);
                }
                _ => {}
            }
        }
        row
    }

    fn value(&mut self, cell: &Cell, text: &str) -> Value {
        match cell.kind {
            Type::Shared => text
                .trim()
                .parse::<usize>()
                .ok()
                .and_then(|at| self.strings.get(at))
                .map_or(Value::Empty, |s| Value::Text(s.clone())),
            Type::Text => Value::Text(self.meter.text(&finish(text)).into()),
            Type::Bool => Value::Bool(text.trim() == "1"),
            Type::Error => Value::Error(self.meter.text(text).into()),
            Type::IsoDate => iso_serial(text).map_or_else(|| Value::Text(self.meter.text(text).into()), Value::Date),
            Type::Number => match text.trim().parse::<f64>() {
                Ok(number) if self.dates.get(cell.style).copied().unwrap_or(false) => {
                    Value::Date(if self.from_1904 { number + 1_462.0 } else { number })
                }
                Ok(number) => Value::Number(number),
                Err(_) if text.is_empty() => Value::Empty,
                Err(_) => Value::Text(self.meter.text(text).into()),
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Into {
    Nothing,
    Value,
}

#[derive(Clone, Copy, Default)]
enum Type {
    #[default]
    Number,
    Shared,
    /// `str`: a formula's text; `inlineStr`
    Text,
    Bool,
    Error,
    IsoDate,
}

#[derive(Default)]
struct Cell {
    row: u32,
    column: u16,
    kind: Type,
    style: usize,
    formula: bool,
    value: Value,
}

impl Cell {
    fn of(tag: &BytesStart, row: u32, column: u16) -> Cell {
        let mut cell = Cell { row, column, ..Cell::default() };
        for a in tag.attributes().with_checks(false).flatten() {
            let key: &str = a.key.as_ref();
            match key {
                "r" => {
                    if let Some((r, c)) = cell_of(&a.value) {
                        (cell.row, cell.column) = (r, c);
                    }
                }
                "s" => cell.style = a.value.parse().unwrap_or(0),
                "t" => {
                    cell.kind = match &*a.value {
                        "s" => Type::Shared,
                        "str" | "inlineStr" => Type::Text,
                        "b" => Type::Bool,
                        "e" => Type::Error,
                        "d" => Type::IsoDate,
                        _ => Type::Number,
                    }
                }
                _ => {}
            }
        }
        cell
    }
}

fn hidden_columns(tag: &BytesStart, sheet: &mut Sheet, meter: &mut Meter<'_>) {
    if !attribute(tag, "hidden").is_some_and(|h| h == "1" || h == "true") {
        return;
    }
    let number = |name| attribute(tag, name).and_then(|v| v.parse::<u16>().ok());
    if let (Some(first), Some(last)) = (number("min"), number("max")) {
        meter.hide(sheet, first.saturating_sub(1)..last);
    }
}

fn range(reference: &str) -> Option<Range> {
    let (first, last) = reference.split_once(':')?;
    let ((first_row, first_column), (last_row, last_column)) = (cell_of(first)?, cell_of(last)?);
    (first_row <= last_row && first_column <= last_column).then_some(Range {
        first_row,
        first_column,
        last_row,
        last_column,
    })
}

pub(crate) fn iso_serial(text: &str) -> Option<f64> {
    let mut parts = text.get(..10)?.split('-');
    let (y, m, d) =
        (parts.next()?.parse::<i64>().ok()?, parts.next()?.parse::<i64>().ok()?, parts.next()?.parse::<i64>().ok()?);
    // Days from civil, after Howard Hinnant.
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + d - 1;
    let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
    #[allow(clippy::cast_precision_loss)]
    Some((days + 25_569) as f64)
}

fn comments(package: &mut Package, sheet: &str, meter: &mut Meter<'_>) -> Result<Vec<Comment>, Unreadable> {
    let mut out = Vec::new();
    for relation in relations(package, sheet)? {
        if relation.kind != "comments" {
            continue;
        }
        if let Some(text) = package.text(&relation.target)? {
            parse_comments(&text, &mut out);
        }
    }
    out.retain({
        let mut kept = 0;
        move |_| {
            kept += 1;
            meter.mark(kept - 1)
        }
    });
    Ok(out)
}

pub(crate) fn parse_comments(text: &str, out: &mut Vec<Comment>) {
    let mut reader = events(text);
    let (mut authors, mut author): (Vec<String>, Option<String>) = (Vec::new(), None);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "author" => author = Some(String::new()),
                "comment" => {
                    let place = attribute(&tag, "ref").and_then(|r| cell_of(&r));
                    let by = attribute(&tag, "authorId").and_then(|id| id.parse::<usize>().ok());
                    let mut words = String::new();
                    rich_text(&mut reader, "comment", &mut words);
                    if let Some((row, column)) = place {
                        let author = by.and_then(|at| authors.get(at)).cloned().unwrap_or_default();
                        out.push(Comment { row, column, author, text: finish(words.trim()) });
                    }
                }
                _ => {}
            },
            Ok(Event::Empty(tag)) if tag.local_name().as_ref() == "author" => authors.push(String::new()),
            Ok(Event::Text(text)) => {
                if let Some(author) = &mut author {
                    author.push_str(&text.xml10_content());
                }
            }
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "author" => authors.extend(author.take()),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}
