//! From the tree to slabs: every block becomes lines of the grid or rows of a table, set in its face and size.
//! Headings and the signature are tied to what they must share a page with.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::fonts::{Face, Fonts};
use super::lines::{self, Char, Line};
use super::slabs::{Page, Slab, Text, stack};
use crate::official::{self, BODY, CHARACTERS, Grid, LEFT, NUMBER, PAD, PITCH, TITLE, TOP, WIDTH};
use crate::{Block, Document, Span};

/// The line pitch of a table's cells, and what they keep free above and below.
const ROW: f32 = 18.0;
const AIR: f32 = 3.0;
/// A row of more lines may be cut at the end of a page.
const WHOLE: usize = 11;

/// What a text is in the document, for the tags of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 1 is the title.
    Heading(u8),
    Paragraph,
    /// The number of the table.
    Caption(usize),
    /// Table and row; row 0 is the head.
    Cell(usize, usize),
}

/// A document set in pages.
pub struct Pages {
    pub pages: Vec<Page>,
    pub parts: Vec<Part>,
}

/// Characters before they are measured.
type Styled = Vec<(char, Face, f32, bool)>;

/// Every character the document needs, by face.
pub fn wanted(doc: &Document) -> BTreeSet<(Face, char)> {
    let mut out: BTreeSet<(Face, char)> = "— 0123456789".chars().map(|c| (Face::Song, c)).collect();
    let mut add = |styled: Styled| out.extend(styled.into_iter().map(|(c, face, ..)| (face, c)));
    add(styled(&doc.title, Face::Title, TITLE));
    for line in doc.signature.iter().chain(&doc.date) {
        add(styled(line, Face::Body, BODY));
    }
    for block in &doc.blocks {
        match block {
            Block::Heading { level, spans } => add(spanned(spans, heading(*level), BODY)),
            Block::Paragraph { spans } => add(spanned(spans, Face::Body, BODY)),
            Block::Table { caption, head, rows } => {
                add(styled(caption, Face::Hei, NUMBER));
                head.iter().for_each(|cell| add(styled(cell, Face::Hei, NUMBER)));
                rows.iter().flatten().for_each(|cell| add(spanned(cell, Face::Body, NUMBER)));
            }
        }
    }
    out
}

/// Sets the document with these fonts.
pub fn set(doc: &Document, fonts: &Fonts) -> Pages {
    let mut setter = Setter { fonts, slabs: Vec::new(), parts: Vec::new(), tables: 0 };
    setter.title(&doc.title);
    for (at, block) in doc.blocks.iter().enumerate() {
        match block {
            Block::Heading { level, spans } => {
                let styled = spanned(spans, heading(*level), BODY);
                setter.lines(Part::Heading((*level).clamp(1, 3) + 1), styled, true, true);
            }
            Block::Paragraph { spans } => {
                let styled = spanned(spans, Face::Body, BODY);
                setter.lines(Part::Paragraph, styled, !official::addressee(doc, at), false);
            }
            Block::Table { .. } => {
                if let Some(grid) = Grid::of(block) {
                    setter.table(&grid);
                }
            }
        }
    }
    setter.signature(doc);
    let mut pages = stack(setter.slabs);
    for (at, page) in pages.iter_mut().enumerate() {
        page.texts.push(number(at + 1, fonts));
    }
    Pages { pages, parts: setter.parts }
}

fn heading(level: u8) -> Face {
    match level {
        0 | 1 => Face::Hei,
        2 => Face::Kai,
        _ => Face::Body,
    }
}

fn styled(text: &str, face: Face, size: f32) -> Styled {
    let text = official::visible(text).replace('\t', "  ");
    text.chars().map(|c| (c, face, size, false)).collect()
}

fn spanned(spans: &[Span], face: Face, size: f32) -> Styled {
    let one = |span: &Span| {
        let strong = matches!(span, Span::Strong(_));
        styled(span.text(), face, size).into_iter().map(move |(c, face, size, _)| (c, face, size, strong))
    };
    spans.iter().flat_map(one).collect()
}

/// Measures characters; the body is set a little closer, so that 28 make a line.
fn measured(styled: Styled, fonts: &Fonts) -> Vec<Char> {
    let one = |(c, face, size, bold): (char, Face, f32, bool)| {
        let glyph = fonts.glyph(face, c);
        let closer = if size == BODY { WIDTH / CHARACTERS as f32 / BODY } else { 1.0 };
        Char { c, font: glyph.font, id: glyph.id, size, bold, width: glyph.advance * size * closer, shift: 0.0 }
    };
    styled.into_iter().map(one).collect()
}

/// The baseline of a line of this size centred in its pitch; a Chinese em box stands 0.88 above its baseline.
fn baseline(size: f32, pitch: f32) -> f32 {
    (pitch - size) / 2.0 + 0.88 * size
}

struct Setter<'a> {
    fonts: &'a Fonts,
    slabs: Vec<Slab>,
    parts: Vec<Part>,
    tables: usize,
}

impl Setter<'_> {
    fn part(&mut self, part: Part) -> Option<usize> {
        self.parts.push(part);
        Some(self.parts.len() - 1)
    }

    fn slab(&mut self, x: f32, line: Line, size: f32, part: Option<usize>, keep: bool) {
        let text = Text { x: x + line.indent, y: baseline(size, PITCH), line, part };
        self.slabs.push(Slab { height: PITCH, keep, texts: vec![text], ..Slab::default() });
    }

    fn blank(&mut self, keep: bool) {
        self.slabs.push(Slab { height: PITCH, keep, ..Slab::default() });
    }

    fn title(&mut self, title: &str) {
        if title.is_empty() {
            return;
        }
        let part = self.part(Part::Heading(1));
        self.centred(measured(styled(title, Face::Title, TITLE), self.fonts), TITLE, part);
        self.blank(true);
    }

    fn centred(&mut self, chars: Vec<Char>, size: f32, part: Option<usize>) {
        for line in lines::balanced(&chars, WIDTH) {
            self.slab((WIDTH - line.width()) / 2.0, line, size, part, true);
        }
    }

    fn lines(&mut self, part: Part, styled: Styled, indented: bool, keep: bool) {
        let indent = if indented { 2.0 * WIDTH / CHARACTERS as f32 } else { 0.0 };
        let chars = measured(styled, self.fonts);
        let part = self.part(part);
        for line in lines::lines(&chars, indent, WIDTH, true) {
            self.slab(0.0, line, BODY, part, keep);
        }
    }

    fn signature(&mut self, doc: &Document) {
        if doc.signature.is_none() && doc.date.is_none() {
            return;
        }
        // 不得只有署名和日期的一页: two lines of the text go with them.
        let from = self.slabs.len().saturating_sub(2);
        self.slabs[from..].iter_mut().for_each(|slab| slab.keep = true);
        self.blank(true);
        let (name_at, date_at) = official::signature(doc);
        for (line, at) in [(&doc.signature, name_at), (&doc.date, date_at)] {
            let Some(line) = line else { continue };
            let chars = measured(styled(line, Face::Body, BODY), self.fonts);
            let part = self.part(Part::Paragraph);
            let x = at * WIDTH / CHARACTERS as f32;
            for line in lines::lines(&chars, 0.0, WIDTH - x, false) {
                self.slab(x, line, BODY, part, true);
            }
        }
    }

    fn table(&mut self, grid: &Grid) {
        let table = self.tables;
        self.tables += 1;
        if !grid.caption.is_empty() {
            let part = self.part(Part::Caption(table));
            self.centred(measured(styled(grid.caption, Face::Hei, NUMBER), self.fonts), NUMBER, part);
        }
        let mut head = None;
        if grid.head.iter().any(|cell| !cell.is_empty()) {
            let cells = grid.head.iter().map(|cell| styled(cell, Face::Hei, grid.size)).collect();
            let centred = vec![true; grid.columns.len()];
            let mut rows = self.row(Part::Cell(table, 0), grid, &centred, cells);
            rows.iter_mut().for_each(|slab| slab.keep = true);
            if let [row] = &rows[..] {
                let mut again = row.clone();
                again.texts.iter_mut().for_each(|text| text.part = None);
                head = Some(Rc::new(again));
            }
            self.slabs.extend(rows);
        }
        for (at, row) in grid.rows.iter().enumerate() {
            let cells = row.iter().map(|cell| spanned(cell, Face::Body, grid.size)).collect();
            let rows = self.row(Part::Cell(table, at + 1), grid, &grid.centred, cells);
            self.slabs.extend(rows.into_iter().map(|slab| Slab { head: head.clone(), ..slab }));
        }
    }

    /// A row of a table: one slab, or one for every line when it is so tall that it may be cut.
    fn row(&mut self, part: Part, grid: &Grid, centred: &[bool], cells: Vec<Styled>) -> Vec<Slab> {
        let mut set = Vec::new();
        let mut edges = vec![0.0];
        for ((styled, share), centred) in cells.into_iter().zip(&grid.columns).zip(centred) {
            let left = edges.last().copied().unwrap_or(0.0);
            let inner = (share * WIDTH - 2.0 * PAD).max(grid.size);
            let lines = lines::lines(&measured(styled, self.fonts), 0.0, inner, false);
            set.push((left + PAD, inner, *centred, lines, self.part(part)));
            edges.push(left + share * WIDTH);
        }
        let tallest = set.iter().map(|cell| cell.3.len()).max().unwrap_or(0).max(1);
        let each = if tallest > WHOLE { 1 } else { tallest };
        let mut out = Vec::new();
        for first in (0..tallest).step_by(each) {
            let (begins, ends) = (first == 0, first + each >= tallest);
            let above = if begins { AIR } else { 0.0 };
            let height = above + each as f32 * ROW + if ends { AIR } else { 0.0 };
            let mut slab = Slab { height, row: true, keep: begins && !ends, ..Slab::default() };
            slab.rules.extend(begins.then_some([0.0, 0.0, WIDTH, 0.0]));
            slab.rules.extend(ends.then_some([0.0, height, WIDTH, height]));
            slab.rules.extend(edges.iter().map(|x| [*x, 0.0, *x, height]));
            for (left, inner, centred, lines, part) in &set {
                // Short cells stand in the middle of a row that stays whole.
                let down = if begins && ends { (each - lines.len()) as f32 * ROW / 2.0 } else { 0.0 };
                for (i, line) in lines.iter().skip(first).take(each).enumerate() {
                    let aside = if *centred { (inner - line.width()).max(0.0) / 2.0 } else { 0.0 };
                    let y = above + down + i as f32 * ROW + baseline(grid.size, ROW);
                    slab.texts.push(Text { x: left + aside, y, line: line.clone(), part: *part });
                }
            }
            out.push(slab);
        }
        out
    }
}

/// `— 1 —`: its top 7 mm below the text, one character in from the outer edge.
fn number(page: usize, fonts: &Fonts) -> Text {
    let chars = measured(styled(&format!("— {page} —"), Face::Song, NUMBER), fonts);
    let line = Line { indent: 0.0, chars };
    let x = if page % 2 == 1 { LEFT + WIDTH - NUMBER - line.width() } else { LEFT + NUMBER };
    // 225 mm of text and 7 mm below it.
    Text { x, y: TOP + 657.6 + 0.88 * NUMBER, line, part: None }
}
