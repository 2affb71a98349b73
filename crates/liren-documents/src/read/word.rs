//! The text of a Word document: paragraphs with the level of their style, tables row by row, text boxes after the
//! paragraph they hang on, footnotes at the end. What is marked as deleted, hidden or superseded is not text.

use std::collections::BTreeMap;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::package::Package;
use super::{CHARACTERS, Kind, Read, Unreadable, block, broken, too_long};

/// Tables in tables in text boxes: no writer nests deeper, and every level is copied once more.
const DEPTH: usize = 100;

pub fn blocks(name: &str, bytes: &[u8]) -> Result<Vec<Read>, Unreadable> {
    let mut package = Package::open(name, bytes)?;
    let text = package.main()?;
    let styles = match package.part("styles.xml")? {
        // Without its styles a document has text still, only no headings.
        Some(text) => styles(&text).unwrap_or_default(),
        None => BTreeMap::new(),
    };
    let mut room = CHARACTERS;
    let mut read = |text: &str| {
        walk(text, &styles, &mut room).map_err(|Stopped(long)| if long { too_long(name) } else { broken(name) })
    };
    let mut out = read(&text)?;
    for part in ["footnotes.xml", "endnotes.xml"] {
        if let Some(text) = package.part(part)? {
            out.extend(read(&text)?);
        }
    }
    Ok(out)
}

/// Why a part was not read to its end: it has more text than a report, or it is not well formed.
struct Stopped(bool);

/// What a style says about level: its own, or its parent's.
#[derive(Default)]
struct Style {
    level: Option<u8>,
    parent: Option<String>,
}

/// Levels of headings by style. The title is 1, outline level 0 (标题 1) is 2.
fn styles(text: &str) -> Option<BTreeMap<String, u8>> {
    let mut found: BTreeMap<String, Style> = BTreeMap::new();
    let mut reader = Reader::from_str(text);
    let mut id = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) | Event::Empty(e) => {
                let value = attribute(&e, "val");
                match e.local_name().into_inner() {
                    "style" => id = attribute(&e, "styleId").unwrap_or_default(),
                    "name" => {
                        let level = value.and_then(|name| named(&name));
                        if level.is_some() {
                            found.entry(id.clone()).or_default().level = level;
                        }
                    }
                    "basedOn" => found.entry(id.clone()).or_default().parent = value,
                    "outlineLvl" => {
                        let style = found.entry(id.clone()).or_default();
                        style.level = style.level.or_else(|| outline(value));
                    }
                    _ => (),
                }
            }
            Event::Eof => break,
            _ => (),
        }
    }
    let level = |id: &String| {
        let mut id = id;
        // Styles may be based on one another in a circle.
        for _ in 0..16 {
            let style = found.get(id)?;
            if style.level.is_some() {
                return style.level;
            }
            id = style.parent.as_ref()?;
        }
        None
    };
    Some(found.keys().filter_map(|id| Some((id.clone(), level(id)?))).collect())
}

/// Word keeps the English names of its own styles; other programs write the Chinese ones.
fn named(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name == "title" || name == "标题" {
        return Some(1);
    }
    let number = name.strip_prefix("heading").or_else(|| name.strip_prefix("标题"))?;
    number.trim().parse::<u8>().ok().filter(|n| (1..=9).contains(n)).map(|n| n + 1)
}

/// Outline levels count from 0; 9 is body text.
fn outline(value: Option<String>) -> Option<u8> {
    value?.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 2)
}

#[derive(Default)]
struct Paragraph {
    text: String,
    level: Option<u8>,
    hidden: bool,
    /// Text boxes that hang on this paragraph.
    after: Vec<Read>,
}

#[derive(Default)]
struct Table {
    rows: Vec<Read>,
    cells: Vec<String>,
    cell: Vec<String>,
}

enum Open {
    Paragraph(Paragraph),
    Table(Table),
}

#[derive(Default)]
struct Walk {
    out: Vec<Read>,
    open: Vec<Open>,
    /// How many characters may still come, and whether more came.
    room: usize,
    full: bool,
}

/// The blocks of a part, as long as there is room for their characters.
fn walk(text: &str, styles: &BTreeMap<String, u8>, room: &mut usize) -> Result<Vec<Read>, Stopped> {
    let mut walk = Walk { room: *room, ..Walk::default() };
    let read = walk.read(text, styles);
    if walk.full {
        return Err(Stopped(true));
    }
    *room = walk.room;
    read.ok_or(Stopped(false))
}

impl Walk {
    fn read(&mut self, text: &str, styles: &BTreeMap<String, u8>) -> Option<Vec<Read>> {
        let mut reader = Reader::from_str(text);
        let walk = self;
        // How deep in an element that is not text, and whether in `<w:t>`.
        let (mut skipped, mut words) = (0_usize, false);
        // Properties nest: `<w:pPr><w:rPr>`.
        let mut properties: Vec<bool> = Vec::new();
        loop {
            let event = reader.read_event().ok()?;
            match event {
                Event::Eof => return (skipped == 0 && walk.open.is_empty()).then(|| std::mem::take(&mut walk.out)),
                _ if walk.full => return None,
                Event::Start(_) if skipped > 0 => skipped += 1,
                Event::End(_) if skipped > 0 => skipped -= 1,
                _ if skipped > 0 => (),
                Event::Start(e) => match e.local_name().into_inner() {
                    _ if unseen(&e) => skipped = 1,
                    "t" => words = true,
                    "pPr" | "rPr" => properties.push(e.local_name().into_inner() == "pPr"),
                    _ => {
                        walk.begin(&e, &properties, styles);
                        if walk.open.len() > DEPTH {
                            return None;
                        }
                    }
                },
                Event::Empty(e) => {
                    if matches!(e.local_name().into_inner(), "p" | "tbl" | "tc" | "tr") {
                        walk.begin(&e, &properties, styles);
                        walk.end(e.local_name().into_inner());
                    } else if !unseen(&e) {
                        walk.begin(&e, &properties, styles);
                    }
                }
                Event::End(e) => match e.local_name().into_inner() {
                    "t" => words = false,
                    "pPr" | "rPr" => drop(properties.pop()),
                    name => walk.end(name),
                },
                Event::Text(e) if words => walk.write(&e.xml10_content()),
                Event::CData(e) if words => walk.write(&e.xml10_content()),
                Event::GeneralRef(e) if words => match e.resolve_char_ref() {
                    Ok(Some(c)) => walk.write(c.encode_utf8(&mut [0; 4])),
                    _ => walk.write(resolve_predefined_entity(&e)?),
                },
                _ => (),
            }
        }
    }
}

/// Elements whose contents nobody sees, or sees elsewhere.
fn unseen(e: &BytesStart) -> bool {
    match e.local_name().into_inner() {
        "del" | "moveFrom" | "Fallback" | "rt" | "sectPr" | "sdtPr" | "tblPr" | "tblGrid" | "tcPr" | "trPr" => true,
        "footnote" | "endnote" => attribute(e, "type").is_some_and(|t| t != "normal"),
        // The formatting before a tracked change.
        name => name.ends_with("PrChange"),
    }
}

impl Walk {
    fn begin(&mut self, e: &BytesStart, properties: &[bool], styles: &BTreeMap<String, u8>) {
        let name = e.local_name();
        let name = name.into_inner();
        match name {
            "p" => return self.open.push(Open::Paragraph(Paragraph::default())),
            "tbl" => return self.open.push(Open::Table(Table::default())),
            _ => (),
        }
        let Some(Open::Paragraph(paragraph)) = self.open.last_mut() else {
            return;
        };
        match (properties, name) {
            ([], "r") => paragraph.hidden = false,
            ([], "tab") => self.write("\t"),
            // A page or column break is no line end within the text.
            ([], "br") if attribute(e, "type").is_none_or(|t| t == "textWrapping") => self.write("\n"),
            ([], "cr") => self.write("\n"),
            ([], "noBreakHyphen") => self.write("-"),
            ([true], "pStyle") => {
                let style = attribute(e, "val").unwrap_or_default();
                paragraph.level = paragraph.level.or(styles.get(&style).copied());
            }
            ([true], "outlineLvl") => paragraph.level = outline(attribute(e, "val")),
            // Of a run; in the properties of a paragraph it hides the mark at its end.
            ([false], "vanish") => {
                paragraph.hidden = attribute(e, "val").is_none_or(|v| !matches!(v.as_str(), "0" | "false" | "off"));
            }
            _ => (),
        }
    }

    fn end(&mut self, name: &str) {
        match (name, self.open.last_mut()) {
            ("p", Some(Open::Paragraph(paragraph))) => {
                let done = std::mem::take(paragraph);
                self.open.pop();
                let kind = done.level.map_or(Kind::Paragraph, Kind::Heading);
                let own = block(kind, done.text);
                own.into_iter().chain(done.after).for_each(|read| self.emit(read));
            }
            ("tc", Some(Open::Table(table))) => {
                let cell = std::mem::take(&mut table.cell).join("\n");
                table.cells.push(cell);
            }
            ("tr", Some(Open::Table(table))) => {
                let row = std::mem::take(&mut table.cells).join("\t");
                table.rows.extend(block(Kind::Row, row));
            }
            ("tbl", Some(Open::Table(table))) => {
                let rows = std::mem::take(&mut table.rows);
                self.open.pop();
                rows.into_iter().for_each(|row| self.emit(row));
            }
            _ => (),
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(Open::Paragraph(paragraph)) = self.open.last_mut()
            && !paragraph.hidden
        {
            let characters = text.chars().count();
            if characters > self.room {
                self.full = true;
                return;
            }
            self.room -= characters;
            paragraph.text.push_str(text);
        }
    }

    /// A finished block goes to whatever is open around it.
    fn emit(&mut self, read: Read) {
        match self.open.last_mut() {
            None => self.out.push(read),
            Some(Open::Paragraph(paragraph)) => paragraph.after.push(read),
            // A tab in a cell would look like the next cell.
            Some(Open::Table(table)) => table.cell.push(read.text.replace('\t', " ")),
        }
    }
}

/// An attribute by its name without prefix.
fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    let mut attributes = e.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned())
}
