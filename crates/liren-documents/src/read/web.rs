//! The text of an HTML page, by a small reader that takes any page as it is: unclosed paragraphs, tables used for
//! layout, Chinese encodings old and new. Of two possible readings it takes the one that loses no text. What a page
//! strikes out or hides is left out only where it says so itself and closes the element again.

mod entities;
mod unseen;

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::{Kind, Read, block};
use entities::entity;
use unseen::Unseen;

pub fn blocks(bytes: &[u8]) -> Vec<Read> {
    let text = decode(bytes);
    let mut page = Page::default();
    let mut rest = text.as_ref();
    if !marked(rest) {
        let line = |line: &str| block(Kind::Paragraph, line.to_owned());
        return rest.lines().filter_map(line).collect();
    }
    let mut patience = 4 << 20;
    let quotes = ['"', '\''].map(|q| rest.rfind(q).map_or(0, |at| rest.len() - at));
    while let Some(at) = rest.find('<') {
        page.text(&rest[..at]);
        rest = &rest[at..];
        let after = rest[1..].chars().next();
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
        } else if after.is_some_and(|c| c.is_ascii_alphabetic() || c == '/') {
            let (tag, behind) = rest.split_at(tag_end(rest, quotes));
            rest = behind;
            let name = tag.trim_start_matches(['<', '/']);
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
            if tag.starts_with("</") {
                page.close(&name);
            } else if matches!(
                name.as_str(),
                "script" | "style" | "title" | "template" | "noscript" | "textarea" | "select"
            ) {
                rest = behind_closing(rest, &name);
            } else if let Some(how) = unseen::unseen(tag, &name)
                && let Some((inside, behind)) = unseen::element(rest, &name, &mut patience)
            {
                page.struck |= how == Unseen::Struck && unseen::words(inside);
                rest = behind;
            } else {
                page.open(&name);
            }
        } else if matches!(after, Some('!' | '?')) {
            rest = rest.split_once('>').map_or("", |(_, rest)| rest);
        } else {
            page.text("<");
            rest = &rest[1..];
        }
    }
    page.text(rest);
    page.flush();
    if page.struck
        && let Some(last) = page.out.last_mut()
    {
        last.struck = true;
    }
    while !page.tables.is_empty() {
        page.close("table");
    }
    page.out
}

/// Whether there is a tag of a page in it. Text under the name of another kind of file is read line by line.
fn marked(text: &str) -> bool {
    let tags =
        ["html", "body", "head", "meta", "p", "div", "br", "table", "h1", "h2", "h3", "li", "span", "font", "pre"];
    text.split('<').skip(1).take(2000).any(|piece| {
        let name = piece.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        name[end..].starts_with([' ', '>', '/', '\n', '\r', '\t'])
            && tags.iter().any(|t| name[..end].eq_ignore_ascii_case(t))
    })
}

/// By the mark at the beginning, by what the page says of itself, by whether it is UTF-8; old pages are GB18030.
fn decode(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let said = head.split_once("charset=").or_else(|| head.split_once("encoding=")).and_then(|(_, rest)| {
        let label = rest.trim_start_matches(['"', '\'', ' ']);
        let label = label.split(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).next()?;
        Encoding::for_label(label.as_bytes())
    });
    let valid = std::str::from_utf8(bytes).is_ok();
    let encoding = match said {
        // A page saved again as UTF-8 often keeps the old label.
        Some(said) if !valid || said == UTF_8 => said,
        _ if valid => UTF_8,
        _ => GB18030,
    };
    encoding.decode(bytes).0
}

/// The end of a tag, with `>` in quoted values passed over. A quote that nothing closes is no quote; `quotes` says how
/// far from the end of the page the last of each kind stands.
fn tag_end(tag: &str, quotes: [usize; 2]) -> usize {
    let mut quote = None;
    let mut after_equals = false;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => (),
            (None, '"' | '\'') if after_equals && tag.len() - at > quotes[usize::from(c == '\'')] => quote = Some(c),
            (None, '>') => return at + 1,
            _ => (),
        }
        after_equals = c == '=' || after_equals && c.is_ascii_whitespace();
    }
    tag.len()
}

/// What follows `</name>`; nothing when it is never closed.
fn behind_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = &rest[at + 2..];
        if rest.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return rest.split_once('>').map_or("", |(_, rest)| rest);
        }
    }
    ""
}

#[derive(Default)]
struct Table {
    cells: Vec<Vec<Read>>,
    /// The paragraphs of the open cell.
    cell: Option<Vec<Read>>,
}

#[derive(Default)]
struct Page {
    out: Vec<Read>,
    current: String,
    level: Option<u8>,
    /// White space was read and shows only if something follows.
    space: bool,
    /// A line end was in it.
    broken: bool,
    preformatted: bool,
    /// Words were struck out in it.
    struck: bool,
    tables: Vec<Table>,
}

impl Page {
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            let c = if c == '&' { entity(&mut rest) } else { c };
            self.character(c);
        }
    }

    fn character(&mut self, c: char) {
        match c {
            '\n' if self.preformatted => self.current.push('\n'),
            // A real space of the text, not of its source.
            '\u{a0}' => {
                (self.space, self.broken) = (false, false);
                self.current.push(' ');
            }
            ' ' | '\t' | '\n' | '\r' | '\u{c}' if !self.preformatted => {
                self.space = true;
                self.broken |= c == '\n';
            }
            '\r' => (),
            c => {
                let before = self.current.chars().last();
                // CSS Text 4.1.3: a line end in the source between two Chinese characters is nothing.
                let nothing = self.broken && before.is_some_and(wide) && wide(c);
                if self.space && !nothing && before.is_some_and(|b| b != '\n') {
                    self.current.push(' ');
                }
                (self.space, self.broken) = (false, false);
                self.current.push(c);
            }
        }
    }

    fn open(&mut self, name: &str) {
        match name {
            "br" => {
                (self.space, self.broken) = (false, false);
                self.current.push('\n');
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.level = name[1..].parse().ok();
            }
            "table" => {
                self.flush();
                // A table in a cell: the outer one is layout, and its text is no row.
                if let Some(cell) = self.tables.last_mut().and_then(|t| t.cell.as_mut()) {
                    self.out.append(cell);
                }
                self.tables.push(Table::default());
            }
            "tr" => self.end_row(),
            "td" | "th" => {
                self.end_cell();
                if let Some(table) = self.tables.last_mut() {
                    table.cell = Some(Vec::new());
                }
            }
            "pre" => {
                self.flush();
                self.preformatted = true;
            }
            name if divides(name) => self.flush(),
            _ => (),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "td" | "th" => self.end_cell(),
            "tr" => self.end_row(),
            "table" => {
                self.end_row();
                self.tables.pop();
            }
            "pre" => {
                self.flush();
                self.preformatted = false;
            }
            name if divides(name) || matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") => self.flush(),
            _ => (),
        }
    }

    /// Ends the paragraph being read.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.current);
        let kind = self.level.take().map_or(Kind::Paragraph, Kind::Heading);
        (self.space, self.broken) = (false, false);
        let Some(mut read) = block(kind, text.trim_matches([' ', '\n']).to_owned()) else {
            return;
        };
        read.struck = std::mem::take(&mut self.struck);
        match self.tables.last_mut().and_then(|t| t.cell.as_mut()) {
            Some(cell) => cell.push(read),
            None => self.out.push(read),
        }
    }

    fn end_cell(&mut self) {
        self.flush();
        if let Some(table) = self.tables.last_mut() {
            table.cells.extend(table.cell.take());
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        let Some(table) = self.tables.last_mut() else {
            return;
        };
        let mut cells = std::mem::take(&mut table.cells);
        // A cell alone in its row with several paragraphs is a column of the page.
        if let [only] = &mut cells[..]
            && only.len() > 1
        {
            self.out.append(only);
            return;
        }
        // A tab in a cell would look like the next cell.
        let line = |read: &Read| read.text.replace('\t', " ");
        let cell = |cell: &Vec<Read>| cell.iter().map(line).collect::<Vec<_>>().join("\n");
        let row = cells.iter().map(cell).collect::<Vec<_>>().join("\t");
        let struck = cells.iter().flatten().any(|read| read.struck);
        self.out.extend(block(Kind::Row, row).map(|read| Read { struck, ..read }));
    }
}

fn wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Elements that begin and end a line of their own.
fn divides(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "aside"
            | "blockquote"
            | "figure"
            | "figcaption"
            | "caption"
            | "address"
            | "hr"
            | "form"
            | "fieldset"
            | "legend"
            | "body"
            | "head"
            | "html"
            | "thead"
            | "tbody"
            | "tfoot"
            | "center"
            | "details"
            | "summary"
    )
}
