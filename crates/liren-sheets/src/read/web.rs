//! Tables of web pages (`.html`, also under the name `.xls`), of web archives (`.mht`) and of the XML of Excel 2003: what
//! systems of offices hand out as "Excel".

use std::sync::Arc;

use quick_xml::events::Event;

use crate::book::{Comment, Fault, Range, Sheet, Unreadable, Value, Workbook};
use crate::read::meter::Meter;
use crate::read::xml::{attribute, events, push_reference};
use crate::read::{not_a_table, text, unreadable};

/// No page has more tables, no table more rows; beyond that it was made to do harm.
const TABLES_MAX: usize = 500;
const ROWS_MAX: usize = 1_048_576;
const SPAN_MAX: usize = 1_000;

/// A page: each of its tables with at least two rows is a sheet.
pub(crate) fn page(bytes: &[u8], name: &str, meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    let (page, _) = text::decode(bytes);
    let mut book = Workbook { untyped: true, ..Workbook::default() };
    tables(&page, name, &mut book.sheets, meter)?;
    if book.sheets.is_empty() {
        return Err(not_a_table("没有表格的网页 (a web page without a table)"));
    }
    Ok(book)
}

/// A web archive: the pages in it.
pub(crate) fn archive(bytes: &[u8], name: &str, meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    let text = String::from_utf8_lossy(bytes);
    let Some(boundary) = header(&text, "boundary=").map(|b| format!("--{b}")) else {
        return Err(unreadable(Fault::Broken));
    };
    let mut book = Workbook { untyped: true, ..Workbook::default() };
    for part in text.split(boundary.as_str()).skip(1) {
        let part = part.trim_start_matches(['\r', '\n']);
        let Some((head, body)) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n")) else { continue };
        let lower = head.to_ascii_lowercase();
        if !lower.contains("text/html") {
            continue;
        }
        let bytes = if lower.contains("quoted-printable") {
            quoted_printable(body)
        } else if lower.contains("base64") {
            base64(body)
        } else {
            body.as_bytes().to_vec()
        };
        tables(&text::decode(&bytes).0, name, &mut book.sheets, meter)?;
    }
    if book.sheets.is_empty() {
        return Err(not_a_table("没有表格的网页 (a web page without a table)"));
    }
    Ok(book)
}

/// The XML of Excel 2003.
pub(crate) fn xml_of_2003(bytes: &[u8], meter: &mut Meter<'_>) -> Result<Workbook, Unreadable> {
    let (xml, _) = text::decode(bytes);
    let mut reader = events(&xml);
    let mut book = Workbook::default();
    let mut sheet: Option<Sheet> = None;
    let (mut row, mut column) = (0_usize, 0_usize);
    let (mut kind, mut data, mut inside, mut comment) = (String::new(), String::new(), false, false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) | Ok(Event::Empty(tag))
                if matches!(
                    tag.local_name().as_ref(),
                    "Worksheet" | "Row" | "Cell" | "Data" | "Comment" | "Column"
                ) =>
            {
                let number = |name: &str| attribute(&tag, name).and_then(|v| v.parse::<usize>().ok());
                match tag.local_name().as_ref() {
                    "Worksheet" => {
                        book.sheets.extend(sheet.take());
                        let name = attribute(&tag, "Name").unwrap_or_default();
                        let more = meter.sheet(book.sheets.len());
                        sheet = more.then(|| Sheet { name: meter.name(&name), ..Sheet::default() });
                        (row, column) = (0, 0);
                    }
                    "Row" => {
                        row = number("Index").map_or(row, |n| n.saturating_sub(1)).min(ROWS_MAX);
                        column = 0;
                        let hidden = attribute(&tag, "Hidden").is_some_and(|h| h == "1");
                        if let (Some(sheet), true) = (&mut sheet, hidden) {
                            sheet.hidden_rows.insert(u32::try_from(row).unwrap_or(u32::MAX));
                        }
                    }
                    "Cell" => {
                        column = number("Index").map_or(column, |n| n.saturating_sub(1)).min(16_383);
                        let (across, down) = (number("MergeAcross").unwrap_or(0), number("MergeDown").unwrap_or(0));
                        if let Some(sheet) = sheet.as_mut().filter(|_| across + down > 0)
                            && let Some(range) = range(row, column, across.min(SPAN_MAX), down)
                        {
                            meter.merge(sheet, range);
                        }
                    }
                    "Data" => {
                        kind = attribute(&tag, "Type").unwrap_or_default();
                        data.clear();
                        inside = !comment;
                    }
                    "Comment" => {
                        comment = true;
                        data.clear();
                    }
                    _ => {}
                }
            }
            Ok(Event::Text(words)) if inside || comment => data.push_str(&words.xml10_content()),
            Ok(Event::CData(words)) if inside || comment => data.push_str(&words.xml10_content()),
            Ok(Event::GeneralRef(reference)) if inside || comment => push_reference(&reference, &mut data),
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "Data" if !comment => {
                    inside = false;
                    if let Some(sheet) = &mut sheet {
                        put(sheet, row, column, typed(&kind, &data, meter), meter)?;
                    }
                }
                "Comment" => {
                    comment = false;
                    if let (Some(sheet), Ok(row), Ok(column)) = (&mut sheet, u32::try_from(row), u16::try_from(column))
                    {
                        let text = data.trim().to_owned();
                        sheet.comments.push(Comment { row, column, author: String::new(), text });
                    }
                }
                "Cell" => column += 1,
                "Row" => row = (row + 1).min(ROWS_MAX),
                _ => {}
            },
            Ok(Event::Eof) => break,
            Err(_) => break,
            Ok(_) => {}
        }
    }
    book.sheets.extend(sheet);
    if book.sheets.is_empty() { Err(unreadable(Fault::Broken)) } else { Ok(book) }
}

fn typed(kind: &str, data: &str, meter: &mut Meter<'_>) -> Value {
    let data = &*meter.text(data);
    match kind {
        "Number" => data.trim().parse().map_or_else(|_| Value::Text(data.into()), Value::Number),
        "DateTime" => super::xlsx::iso_serial(data.trim()).map_or_else(|| Value::Text(data.into()), Value::Date),
        "Boolean" => Value::Bool(data.trim() == "1"),
        "Error" => Value::Error(data.into()),
        _ if data.is_empty() => Value::Empty,
        _ => Value::Text(Arc::from(data)),
    }
}

fn put(sheet: &mut Sheet, row: usize, column: usize, value: Value, meter: &mut Meter<'_>) -> Result<(), Unreadable> {
    if value == Value::Empty || row >= ROWS_MAX {
        return Ok(());
    }
    if sheet.rows.len() <= row {
        // A row far out with nothing before it was made to take memory.
        if row - sheet.rows.len() > 200_000 {
            meter.far();
            return Ok(());
        }
        meter.cells(row + 1 - sheet.rows.len())?;
        sheet.rows.resize_with(row + 1, Vec::new);
    }
    meter.put(&mut sheet.rows[row], u16::try_from(column).unwrap_or(u16::MAX), value)
}

fn range(row: usize, column: usize, across: usize, down: usize) -> Option<Range> {
    Some(Range {
        first_row: u32::try_from(row).ok()?,
        first_column: u16::try_from(column).ok()?,
        last_row: u32::try_from(row + down).ok()?,
        last_column: u16::try_from(column + across).ok()?,
    })
}

/// A table being read.
#[derive(Default)]
struct Open {
    sheet: Sheet,
    row: Option<usize>,
    /// The cell being read: its column, spans and text.
    cell: Option<(usize, usize, usize, String)>,
    /// For each column the rows below that a cell above reaches into.
    reached: Vec<usize>,
    next: usize,
}

impl Open {
    fn begin_row(&mut self, meter: &mut Meter<'_>) -> Result<(), Unreadable> {
        self.end_cell(meter)?;
        let row = self.row.map_or(0, |r| r + 1);
        if self.row.is_some() {
            self.reached.iter_mut().for_each(|n| *n = n.saturating_sub(1));
        }
        self.row = Some(row);
        self.next = 0;
        if self.sheet.rows.len() <= row && row < ROWS_MAX {
            meter.cells(row + 1 - self.sheet.rows.len())?;
            self.sheet.rows.resize_with(row + 1, Vec::new);
        }
        Ok(())
    }

    fn begin_cell(&mut self, across: usize, down: usize, meter: &mut Meter<'_>) -> Result<(), Unreadable> {
        if self.row.is_none() {
            self.begin_row(meter)?;
        }
        self.end_cell(meter)?;
        while self.reached.get(self.next).is_some_and(|n| *n > 0) {
            self.next += 1;
        }
        self.cell = Some((self.next, across.clamp(1, SPAN_MAX), down.clamp(1, ROWS_MAX), String::new()));
        self.next += across.clamp(1, SPAN_MAX);
        Ok(())
    }

    fn end_cell(&mut self, meter: &mut Meter<'_>) -> Result<(), Unreadable> {
        let (Some((column, across, down, words)), Some(row)) = (self.cell.take(), self.row) else { return Ok(()) };
        let words: Vec<&str> = words.split('\n').map(str::trim).filter(|l| !l.is_empty()).collect();
        let words = words.join("\n");
        let value = if words.is_empty() { Value::Empty } else { Value::Text(meter.text(&words).into()) };
        put(&mut self.sheet, row, column, value, meter)?;
        if (across > 1 || down > 1)
            && let Some(range) = range(row, column, across - 1, down - 1)
        {
            meter.merge(&mut self.sheet, range);
        }
        if down > 1 {
            if self.reached.len() < column + across {
                self.reached.resize(column + across, 0);
            }
            // Counted down at the beginning of each row.
            self.reached[column..column + across].iter_mut().for_each(|n| *n = down);
        }
        Ok(())
    }
}

/// Every table of a page, inner ones after those they stand in.
fn tables(page: &str, name: &str, out: &mut Vec<Sheet>, meter: &mut Meter<'_>) -> Result<(), Unreadable> {
    let mut open: Vec<Open> = Vec::new();
    let mut rest = page;
    let mut done: Vec<Sheet> = Vec::new();
    while let Some(at) = rest.find('<') {
        if let Some(cell) = open.last_mut().and_then(|t| t.cell.as_mut()) {
            plain(&rest[..at], &mut cell.3);
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        let closing = tag.starts_with('/');
        let word: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match (word.as_str(), closing) {
            ("script" | "style", false) => {
                let close = format!("</{word}");
                rest = close_of(rest, &close);
            }
            ("table", false) => {
                if open.len() + done.len() >= TABLES_MAX {
                    break;
                }
                open.push(Open::default());
            }
            ("table", true) => {
                if let Some(mut table) = open.pop() {
                    table.end_cell(meter)?;
                    done.push(table.sheet);
                }
            }
            ("tr", false) => {
                if let Some(table) = open.last_mut() {
                    table.begin_row(meter)?;
                    let hidden = tag.to_ascii_lowercase().replace(' ', "").contains("display:none");
                    if let (true, Some(row)) = (hidden, table.row) {
                        table.sheet.hidden_rows.insert(u32::try_from(row).unwrap_or(u32::MAX));
                    }
                }
            }
            ("td" | "th", false) => {
                if let Some(table) = open.last_mut() {
                    table.begin_cell(span(tag, "colspan"), span(tag, "rowspan"), meter)?;
                }
            }
            ("td" | "th" | "tr", true) => {
                if let Some(table) = open.last_mut() {
                    table.end_cell(meter)?;
                }
            }
            ("br" | "p" | "div" | "li", _) => {
                if let Some(cell) = open.last_mut().and_then(|t| t.cell.as_mut()) {
                    cell.3.push('\n');
                }
            }
            _ => {}
        }
    }
    // A page that breaks off keeps what it had.
    while let Some(mut table) = open.pop() {
        table.end_cell(meter)?;
        done.push(table.sheet);
    }
    for mut sheet in done {
        let filled = sheet.rows.iter().filter(|r| r.iter().any(|v| !v.is_empty())).count();
        if filled < 2 {
            continue;
        }
        if !meter.sheet(out.len()) {
            break;
        }
        let named = if out.is_empty() { name.to_owned() } else { format!("{name}({})", out.len() + 1) };
        sheet.name = meter.name(&named);
        out.push(sheet);
    }
    Ok(())
}

/// What follows from the first `close`, whatever its case; looked for without a copy of the page.
fn close_of<'a>(rest: &'a str, close: &str) -> &'a str {
    let found = rest.as_bytes().windows(close.len()).position(|w| w.eq_ignore_ascii_case(close.as_bytes()));
    found.and_then(|at| rest.get(at..)).unwrap_or("")
}

fn span(tag: &str, name: &str) -> usize {
    let lower = tag.to_ascii_lowercase();
    let Some(at) = lower.find(&format!("{name}=")) else { return 1 };
    let digits: String = lower[at + name.len() + 1..]
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(1)
}

/// The text of a piece of a page: blanks as one, signs by their names.
fn plain(piece: &str, out: &mut String) {
    let mut rest = piece;
    while let Some(c) = rest.chars().next() {
        if c == '&'
            && let Some(end) = rest.bytes().take(10).position(|b| b == b';')
            && let (Some(name), Some(after)) = (rest.get(1..end), rest.get(end + 1..))
            && let Some(sign) = named(name)
        {
            out.push(sign);
            rest = after;
            continue;
        }
        if c.is_whitespace() && c != '\u{3000}' {
            if !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
}

fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "nbsp" | "ensp" | "emsp" => ' ',
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "middot" => '·',
        "times" => '×',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "ldquo" => '“',
        "rdquo" => '”',
        "radic" => '√',
        _ => return None,
    })
}

/// The value of a header's parameter: `boundary="…"`.
fn header(text: &str, name: &str) -> Option<String> {
    let head = &text[..text.char_indices().nth(4_000).map_or(text.len(), |(at, _)| at)];
    let at = head.to_ascii_lowercase().find(name)? + name.len();
    let value: String =
        head.get(at..)?.trim_start_matches('"').chars().take_while(|c| !matches!(c, '"' | '\r' | '\n' | ';')).collect();
    (!value.is_empty()).then_some(value)
}

fn quoted_printable(body: &str) -> Vec<u8> {
    let bytes = body.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'=' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let code = body.get(at + 1..at + 3).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (code, bytes.get(at + 1)) {
            (Some(byte), _) => {
                out.push(byte);
                at += 3;
            }
            // A soft end of line
            (None, Some(b'\r')) => at += 3,
            (None, Some(b'\n')) => at += 2,
            _ => {
                out.push(b'=');
                at += 1;
            }
        }
    }
    out
}

fn base64(body: &str) -> Vec<u8> {
    let value = |b: u8| -> Option<u32> {
        Some(match b {
            b'A'..=b'Z' => u32::from(b - b'A'),
            b'a'..=b'z' => u32::from(b - b'a') + 26,
            b'0'..=b'9' => u32::from(b - b'0') + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        })
    };
    let mut out = Vec::with_capacity(body.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for sextet in body.bytes().filter_map(value) {
        bits = bits << 6 | sextet;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).unwrap_or(0));
        }
    }
    out
}
