//! The text of a Word document: paragraphs with the level of their style, tables row by row, text boxes after the
//! paragraph they hang on, footnotes at the end. What is deleted, hidden, struck out or superseded is not text; changes
//! that nobody has accepted yet are counted where they stand.

mod styles;

use std::ops::Range;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::package::Package;
use super::{CHARACTERS, Kind, Named, Read, Unreadable, Word, block, broken, too_long};
use styles::{Styles, Toggles, outline, styles};

/// Tables in tables in text boxes: no writer nests deeper, and every level is copied once more.
const DEPTH: usize = 100;

pub fn read(name: &str, bytes: &[u8]) -> Result<Word, Unreadable> {
    let mut package = Package::open(name, bytes)?;
    let text = package.main()?;
    let styles = match package.part("styles.xml")? {
        // Without its styles a document has text still, only no headings.
        Some(text) => styles(&text).unwrap_or_default(),
        None => Styles::new(),
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
    // A file whose properties are damaged has its text still.
    let properties = package.file("docProps/custom.xml")?.and_then(|text| properties(&text)).unwrap_or_default();
    Ok(Word { blocks: out, properties })
}

/// What a document says of itself, by name.
fn properties(text: &str) -> Option<Vec<(String, String)>> {
    let mut reader = Reader::from_str(text);
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) if e.local_name().into_inner() == "property" => {
                found.push((attribute(&e, "name").unwrap_or_default(), String::new()));
                inside = true;
            }
            Event::End(e) if e.local_name().into_inner() == "property" => inside = false,
            Event::Text(e) if inside => {
                if let Some((_, value)) = found.last_mut() {
                    value.push_str(&e.xml10_content());
                }
            }
            Event::GeneralRef(e) if inside => {
                if let Some((_, value)) = found.last_mut() {
                    match e.resolve_char_ref() {
                        Ok(Some(c)) => value.push(c),
                        _ => value.push_str(resolve_predefined_entity(&e)?),
                    }
                }
            }
            Event::Eof => return Some(found),
            _ => (),
        }
    }
}

/// Why a part was not read to its end: it has more text than a report, or it is not well formed.
struct Stopped(bool);

#[derive(Default)]
struct Paragraph {
    /// Counted from 1.
    number: usize,
    text: String,
    /// Characters of the text; to count them at every change would take the square of their number.
    length: usize,
    level: Option<u8>,
    /// What its style says of its words, and what is said of the run being read.
    style: Toggles,
    run: Toggles,
    marks: Marks,
    /// Its end was deleted: it goes on with the next.
    joined: bool,
    /// Text boxes that hang on this paragraph.
    after: Vec<Read>,
}

/// A paragraph, and how many of its characters stand before.
type Place = (usize, usize);

/// What a reader of the text alone does not see.
#[derive(Clone, Default)]
struct Marks {
    revisions: Vec<Range<usize>>,
    struck: bool,
    named: Vec<Named>,
}

impl Marks {
    /// Takes over marks that stand so many characters further on.
    fn add(&mut self, other: Marks, by: usize) {
        self.revisions.extend(other.revisions.into_iter().map(|span| span.start + by..span.end + by));
        self.struck |= other.struck;
        let moved = |named: Named| Named { span: named.span.start + by..named.span.end + by, ..named };
        self.named.extend(other.named.into_iter().map(moved));
    }

    /// Marks of something that left no text.
    fn bare(self) -> Marks {
        Marks { revisions: vec![0..0; self.revisions.len()], named: Vec::new(), ..self }
    }

    /// The block that has them.
    fn of(self, own: Read) -> Read {
        Read { revisions: self.revisions, struck: self.struck, named: self.named, ..own }
    }
}

#[derive(Default)]
struct Table {
    rows: Vec<Read>,
    cells: Vec<String>,
    cell: Vec<String>,
    /// Characters of the row so far, with what divides its cells and their paragraphs.
    length: usize,
    marks: Marks,
}

enum Open {
    Paragraph(Paragraph),
    Table(Table),
}

#[derive(Default)]
struct Walk {
    out: Vec<Read>,
    open: Vec<Open>,
    /// Tracked insertions around the place being read: where they begin in their paragraph, and how many words had been
    /// read before them.
    inserted: Vec<(usize, usize)>,
    /// Content controls around the place being read: the tag, and where each begins in its paragraph.
    controls: Vec<(String, Place)>,
    /// Bookmarks that are open: their number, name and beginning.
    bookmarks: Vec<(String, String, Place)>,
    /// Paragraphs begun so far.
    paragraphs: usize,
    /// Pieces of text with something to see in them that were read so far.
    words: usize,
    /// Marks of paragraphs that left no text; the next block takes them.
    pending: Marks,
    /// A paragraph whose end was deleted, and how deep it stood.
    begun: Option<(usize, Paragraph)>,
    /// How many characters may still come, and whether more came.
    room: usize,
    full: bool,
}

/// The blocks of a part, as long as there is room for their characters.
fn walk(text: &str, styles: &Styles, room: &mut usize) -> Result<Vec<Read>, Stopped> {
    let mut walk = Walk { room: *room, ..Walk::default() };
    let read = walk.read(text, styles);
    if walk.full {
        return Err(Stopped(true));
    }
    *room = walk.room;
    read.ok_or(Stopped(false))
}

impl Walk {
    /// Reads to the end; nothing when the part is not well formed, or longer than there is room for.
    fn read(&mut self, text: &str, styles: &Styles) -> Option<Vec<Read>> {
        let mut reader = Reader::from_str(text);
        let walk = self;
        // How deep in an element that is not text, and whether in `<w:t>`.
        let (mut skipped, mut words) = (0_usize, false);
        // In a tracked deletion: whether it takes any words away.
        let mut deleted: Option<bool> = None;
        // Properties nest: `<w:pPr><w:rPr>`.
        let mut properties: Vec<bool> = Vec::new();
        loop {
            let event = reader.read_event().ok()?;
            match event {
                Event::Eof => return (skipped == 0 && walk.open.is_empty()).then(|| walk.finish()),
                _ if walk.full => return None,
                Event::Start(_) if skipped > 0 => skipped += 1,
                Event::End(_) if skipped > 0 => {
                    skipped -= 1;
                    if skipped == 0 && deleted.take() == Some(true) {
                        let at = walk.reached();
                        walk.mark(at..at);
                    }
                }
                Event::Text(e) if skipped > 0 => {
                    if let Some(words) = deleted.as_mut() {
                        *words |= e.xml10_content().chars().any(|c| !c.is_whitespace());
                    }
                }
                _ if skipped > 0 => (),
                Event::Start(e) => match e.local_name().into_inner() {
                    // The tag of a control stands in properties that are no text.
                    "sdt" => walk.controls.push((String::new(), walk.here())),
                    _ if walk.name(&e) => (),
                    "sdtPr" => (),
                    _ if unseen(&e) => {
                        skipped = 1;
                        deleted = matches!(e.local_name().into_inner(), "del" | "moveFrom").then_some(false);
                    }
                    "ins" | "moveTo" if properties.is_empty() => walk.inserted.push((walk.reached(), walk.words)),
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
                    if walk.name(&e) {
                        // It is no text.
                    } else if matches!(e.local_name().into_inner(), "p" | "tbl" | "tc" | "tr") {
                        walk.begin(&e, &properties, styles);
                        walk.end(e.local_name().into_inner());
                    } else if properties == [true, false] && matches!(e.local_name().into_inner(), "del" | "moveFrom") {
                        walk.joined();
                    } else if !unseen(&e) {
                        walk.begin(&e, &properties, styles);
                    }
                }
                Event::End(e) => match e.local_name().into_inner() {
                    "t" => words = false,
                    "pPr" | "rPr" => drop(properties.pop()),
                    "sdt" => walk.controlled(),
                    "ins" | "moveTo" if properties.is_empty() => {
                        let end = walk.reached();
                        if let Some((start, before)) = walk.inserted.pop()
                            && walk.words > before
                        {
                            walk.mark(start.min(end)..end);
                        }
                    }
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
        "del" | "moveFrom" | "Fallback" | "rt" | "sectPr" | "tblPr" | "tblGrid" | "tcPr" | "trPr" => true,
        "footnote" | "endnote" => attribute(e, "type").is_some_and(|t| t != "normal"),
        // The formatting before a tracked change.
        name => name.ends_with("PrChange"),
    }
}

impl Walk {
    fn begin(&mut self, e: &BytesStart, properties: &[bool], styles: &Styles) {
        let name = e.local_name();
        let name = name.into_inner();
        match name {
            "p" => {
                let depth = self.open.len();
                let begun = self.begun.take_if(|(at, _)| *at == depth).map(|(_, begun)| begun);
                let fresh =
                    |begun: Paragraph| Paragraph { level: None, joined: false, style: Toggles::default(), ..begun };
                self.paragraphs += 1;
                let first = || Paragraph { number: self.paragraphs, ..Paragraph::default() };
                return self.open.push(Open::Paragraph(begun.map(fresh).unwrap_or_else(first)));
            }
            "tbl" => return self.open.push(Open::Table(Table::default())),
            _ => (),
        }
        let Some(Open::Paragraph(paragraph)) = self.open.last_mut() else {
            return;
        };
        match (properties, name) {
            ([], "r") => paragraph.run = Toggles::default(),
            ([], "tab") => self.write("\t"),
            // A page or column break is no line end within the text.
            ([], "br") if attribute(e, "type").is_none_or(|t| t == "textWrapping") => self.write("\n"),
            ([], "cr") => self.write("\n"),
            ([], "noBreakHyphen") => self.write("-"),
            ([true], "pStyle") => {
                let style = attribute(e, "val").unwrap_or_default();
                if let Some(style) = styles.get(&style) {
                    paragraph.level = paragraph.level.or(style.level);
                    paragraph.style = style.toggles;
                }
            }
            ([true], "outlineLvl") => paragraph.level = outline(attribute(e, "val")),
            ([false], "rStyle") => {
                let style = attribute(e, "val").and_then(|id| styles.get(&id));
                paragraph.run = paragraph.run.or(style.map(|style| style.toggles).unwrap_or_default());
            }
            // Of a run; in the properties of a paragraph they are of the mark at its end.
            ([false], _) => drop(paragraph.run.take(e)),
            _ => (),
        }
    }

    fn end(&mut self, name: &str) {
        match (name, self.open.last_mut()) {
            ("p", Some(Open::Paragraph(paragraph))) => {
                let done = std::mem::take(paragraph);
                self.open.pop();
                if done.joined {
                    self.unjoined();
                    self.begun = Some((self.open.len(), done));
                } else {
                    self.paragraph(done);
                }
            }
            ("tc", Some(Open::Table(_))) => {
                self.unjoined();
                if let Some(Open::Table(table)) = self.open.last_mut() {
                    table.length += usize::from(table.cell.is_empty());
                    let cell = std::mem::take(&mut table.cell).join("\n");
                    table.cells.push(cell);
                }
            }
            ("tr", Some(Open::Table(table))) => {
                let row = std::mem::take(&mut table.cells).join("\t");
                table.length = 0;
                match block(Kind::Row, row) {
                    Some(row) => table.rows.push(std::mem::take(&mut table.marks).of(row)),
                    None => self.pending.add(std::mem::take(&mut table.marks).bare(), 0),
                }
            }
            ("tbl", Some(Open::Table(table))) => {
                let rows = std::mem::take(&mut table.rows);
                self.open.pop();
                rows.into_iter().for_each(|row| self.emit(row));
            }
            _ => (),
        }
    }

    /// A paragraph is at its end.
    fn paragraph(&mut self, done: Paragraph) {
        let kind = done.level.map_or(Kind::Paragraph, Kind::Heading);
        match block(kind, done.text) {
            Some(own) => {
                let mut marks = std::mem::take(&mut self.pending);
                marks.add(done.marks, 0);
                self.emit(marks.of(own));
            }
            None => self.pending.add(done.marks.bare(), 0),
        }
        done.after.into_iter().for_each(|read| self.emit(read));
    }

    /// A paragraph that was to go on with the next, where there is none.
    fn unjoined(&mut self) {
        let depth = self.open.len();
        if let Some((_, begun)) = self.begun.take_if(|(at, _)| *at >= depth) {
            self.paragraph(begun);
        }
    }

    /// The end of the paragraph being read was deleted.
    fn joined(&mut self) {
        if let Some(Open::Paragraph(paragraph)) = self.open.last_mut() {
            paragraph.joined = true;
        }
    }

    /// All blocks. Marks of what stood behind the last of them are of that.
    fn finish(&mut self) -> Vec<Read> {
        self.unjoined();
        if let Some(last) = self.out.last_mut() {
            let end = last.text.chars().count();
            last.revisions.extend(self.pending.revisions.iter().map(|_| end..end));
            last.struck |= self.pending.struck;
        }
        std::mem::take(&mut self.out)
    }

    /// A bookmark, or the tag of the control around; whether it was one of these.
    fn name(&mut self, e: &BytesStart) -> bool {
        match e.local_name().into_inner() {
            "tag" => {
                if let Some((tag, _)) = self.controls.last_mut() {
                    *tag = attribute(e, "val").unwrap_or_default();
                }
            }
            "bookmarkStart" if self.bookmarks.len() < DEPTH => {
                let (id, name) = (attribute(e, "id").unwrap_or_default(), attribute(e, "name").unwrap_or_default());
                let at = self.here();
                self.bookmarks.push((id, name, at));
            }
            "bookmarkEnd" => {
                let id = attribute(e, "id").unwrap_or_default();
                if let Some(at) = self.bookmarks.iter().rposition(|(open, ..)| *open == id) {
                    let (_, name, start) = self.bookmarks.remove(at);
                    self.named(name, start, false);
                }
            }
            "bookmarkStart" => (),
            _ => return false,
        }
        true
    }

    /// A control is at its end.
    fn controlled(&mut self) {
        if let Some((tag, start)) = self.controls.pop() {
            self.named(tag, start, true);
        }
    }

    /// A piece of the open paragraph has a name, where it began in the same one.
    fn named(&mut self, name: String, (paragraph, start): Place, control: bool) {
        let (here, end) = self.here();
        if let Some(Open::Paragraph(open)) = self.open.last_mut()
            && here == paragraph
            && !name.is_empty()
        {
            open.marks.named.push(Named { name, span: start.min(end)..end, control });
        }
    }

    /// The place being read.
    fn here(&self) -> Place {
        match self.open.last() {
            Some(Open::Paragraph(paragraph)) => (paragraph.number, paragraph.length),
            _ => (0, 0),
        }
    }

    /// How many characters the open paragraph has.
    fn reached(&self) -> usize {
        match self.open.last() {
            Some(Open::Paragraph(paragraph)) => paragraph.length,
            _ => 0,
        }
    }

    /// A tracked change.
    fn mark(&mut self, span: Range<usize>) {
        match self.open.last_mut() {
            Some(Open::Paragraph(paragraph)) => paragraph.marks.revisions.push(span),
            _ => self.pending.revisions.push(0..0),
        }
    }

    fn write(&mut self, text: &str) {
        let Some(Open::Paragraph(paragraph)) = self.open.last_mut() else { return };
        let look = paragraph.run.or(paragraph.style);
        let words = text.chars().any(|c| !c.is_whitespace());
        if look.hidden() {
            return;
        }
        if look.struck() {
            paragraph.marks.struck |= words;
            return;
        }
        let characters = text.chars().count();
        if characters > self.room {
            self.full = true;
            return;
        }
        self.room -= characters;
        self.words += usize::from(words);
        paragraph.length += characters;
        paragraph.text.push_str(text);
    }

    /// A finished block goes to whatever is open around it.
    fn emit(&mut self, read: Read) {
        match self.open.last_mut() {
            None => self.out.push(read),
            Some(Open::Paragraph(paragraph)) => paragraph.after.push(read),
            Some(Open::Table(table)) => {
                let Read { revisions, struck, named, text, .. } = read;
                table.marks.add(Marks { revisions, struck, named }, table.length);
                table.length += text.chars().count() + 1;
                // A tab in a cell would look like the next cell.
                table.cell.push(text.replace('\t', " "));
            }
        }
    }
}

/// An attribute by its name without prefix.
fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    let mut attributes = e.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned())
}
