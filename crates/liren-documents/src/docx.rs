//! Word, in the layout of GB/T 9704-2012: fonts by name, exact line pitch on a grid of 22 × 28, page numbers
//! outside. The package is small enough to be written by hand, which keeps the elements in the order of the
//! schema, repeats heading rows, names fallback fonts and gives the same bytes for the same document.

mod parts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use crate::html::escape;
use crate::official::{self, Grid};
use crate::{Block, Document, Figure, Span};

/// A twentieth of a point, the unit of Word.
const TWIPS: f32 = 20.0;

/// The document as the bytes of a `.docx`.
pub fn write(doc: &Document) -> Result<Vec<u8>, String> {
    sent(doc, &[])
}

/// The document as the bytes of a `.docx` that says of itself, by name and value, where it comes from: programs keep these
/// properties when they save the file again.
pub fn sent(doc: &Document, properties: &[(&str, String)]) -> Result<Vec<u8>, String> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed time, so that the same document is the same file.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let body = Body::default().document(doc);
    let title = escape(&official::visible(&doc.title));
    let files = [
        ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", parts::PACKAGE.to_owned()),
        ("docProps/core.xml", parts::core(&title)),
        ("docProps/custom.xml", parts::custom(properties)),
        ("word/_rels/document.xml.rels", parts::RELATIONS.to_owned()),
        ("word/document.xml", parts::document(&body)),
        ("word/fontTable.xml", parts::fonts()),
        ("word/footer1.xml", parts::footer("FooterOdd")),
        ("word/footer2.xml", parts::footer("FooterEven")),
        ("word/settings.xml", parts::SETTINGS.to_owned()),
        ("word/styles.xml", parts::styles()),
    ];
    for (name, text) in files {
        zip.start_file(name, options).map_err(|e| e.to_string())?;
        zip.write_all(text.as_bytes()).map_err(|e| e.to_string())?;
    }
    zip.finish().map(Cursor::into_inner).map_err(|e| e.to_string())
}

/// What a figure is called in a Word file.
pub fn control(index: usize) -> String {
    format!("fig_{index}")
}

/// The figure that a name in a Word file means.
pub fn controlled(name: &str) -> Option<usize> {
    let digits = name.strip_prefix("fig_")?;
    digits.split('_').next()?.parse().ok()
}

/// The text of `word/document.xml` as it grows, and the bookmarks already set.
#[derive(Default)]
struct Body {
    xml: String,
    figures: BTreeSet<String>,
}

impl Body {
    fn document(mut self, doc: &Document) -> String {
        if !doc.title.is_empty() {
            // LibreOffice follows this only on the paragraph, and would give a line of the title two of the grid.
            let mut properties = "<w:snapToGrid w:val=\"0\"/>".to_owned();
            if let Some(width) = official::title_width(&doc.title) {
                let side = ((official::WIDTH - width * official::TITLE) / 2.0 * TWIPS).round();
                let _ = write!(properties, "<w:ind w:left=\"{side}\" w:right=\"{side}\"/>");
            }
            self.paragraph("Title", &properties, |body| body.run(&doc.title, ""));
            self.paragraph("Normal", "", |_| ());
        }
        let mut after_table = false;
        for (at, block) in doc.blocks.iter().enumerate() {
            // Two tables without a paragraph between them would become one.
            if after_table && matches!(block, Block::Table { .. }) {
                self.paragraph("Normal", "", |_| ());
            }
            let space = if after_table { parts::AFTER_TABLE } else { "" };
            after_table = matches!(block, Block::Table { .. });
            match block {
                Block::Heading { level, spans } => {
                    let style = format!("Heading{}", (*level).clamp(1, 3));
                    self.paragraph(&style, space, |body| body.spans(spans, ""));
                }
                Block::Paragraph { spans } => {
                    let style = if official::addressee(doc, at) { "Normal" } else { "Text" };
                    self.paragraph(style, space, |body| body.spans(spans, ""));
                }
                Block::Table { .. } => self.table(Grid::of(block)),
            }
        }
        if after_table {
            self.paragraph("Normal", "", |_| ());
        }
        self.signature(doc);
        self.xml
    }

    /// One blank line, 署名, 成文日期; kept together on a page.
    fn signature(&mut self, doc: &Document) {
        let (name_at, date_at) = official::signature(doc);
        if doc.signature.is_some() || doc.date.is_some() {
            self.paragraph("Normal", "<w:keepNext/>", |_| ());
        }
        let places = [(&doc.signature, name_at, "<w:keepNext/>"), (&doc.date, date_at, "")];
        for (line, at, keep) in places {
            let Some(line) = line else { continue };
            let twips = (at * official::WIDTH / official::CHARACTERS as f32 * TWIPS).round();
            // The count of characters is what Word follows; the twips are for everyone else.
            let indent = format!("{keep}<w:ind w:leftChars=\"{}\" w:left=\"{twips}\"/>", (at * 100.0).round());
            self.paragraph("Normal", &indent, |body| body.run(line, ""));
        }
    }

    fn paragraph(&mut self, style: &str, properties: &str, inside: impl FnOnce(&mut Body)) {
        let _ = write!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>");
        inside(self);
        self.xml.push_str("</w:p>");
    }

    fn spans(&mut self, spans: &[Span], look: &str) {
        for span in spans {
            match span {
                Span::Text(text) => self.run(text, look),
                Span::Strong(text) => self.run(text, &format!("<w:b/>{look}")),
                Span::Figure(figure) => self.figure(figure, look),
            }
        }
    }

    /// 数字控件 — a figure stands in a content control whose content is locked: it can be moved and deleted with its sentence,
    /// but not typed over, and its tag says which figure of the report it is. A bookmark says it once more, for programs
    /// that do not know controls.
    fn figure(&mut self, figure: &Figure, look: &str) {
        let id = self.figures.len();
        let mut name = control(figure.index);
        let mut again = 2;
        while !self.figures.insert(name.clone()) {
            name = format!("{}_{again}", control(figure.index));
            again += 1;
        }
        if official::visible(&figure.text).is_empty() {
            return;
        }
        // Word cuts a title at 64 characters.
        let title: String = official::visible(&figure.label).chars().take(64).collect();
        let _ = write!(
            self.xml,
            "<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/><w:sdt><w:sdtPr><w:alias w:val=\"{}\"/><w:tag w:val=\"{}\"/>\
             <w:id w:val=\"{}\"/><w:lock w:val=\"contentLocked\"/></w:sdtPr><w:sdtContent>",
            escape(&title),
            control(figure.index),
            id + 1,
        );
        self.run(&figure.text, look);
        let _ = write!(self.xml, "</w:sdtContent></w:sdt><w:bookmarkEnd w:id=\"{id}\"/>");
    }

    /// `look` is what the run's properties have besides those of its style.
    fn run(&mut self, text: &str, look: &str) {
        let text = official::visible(text);
        if text.is_empty() {
            return;
        }
        // The hint keeps “”, … and — in the Chinese font and full width.
        let _ = write!(self.xml, "<w:r><w:rPr><w:rFonts w:hint=\"eastAsia\"/>{look}</w:rPr>");
        for piece in text.split_inclusive(['\n', '\t']) {
            let words = piece.trim_end_matches(['\n', '\t']);
            if !words.is_empty() {
                let _ = write!(self.xml, "<w:t xml:space=\"preserve\">{}</w:t>", escape(words));
            }
            match piece.chars().last() {
                Some('\n') => self.xml.push_str("<w:br/>"),
                Some('\t') => self.xml.push_str("<w:tab/>"),
                _ => (),
            }
        }
        self.xml.push_str("</w:r>");
    }

    fn table(&mut self, grid: Option<Grid>) {
        let Some(grid) = grid else { return };
        if !grid.caption.is_empty() {
            self.paragraph("Caption", "", |body| body.run(grid.caption, ""));
        }
        let widths: Vec<usize> = grid.columns.iter().map(|share| (share * official::WIDTH * TWIPS) as usize).collect();
        let _ = write!(self.xml, "{}<w:tblGrid>", parts::table_properties(widths.iter().sum()));
        for width in &widths {
            let _ = write!(self.xml, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.xml.push_str("</w:tblGrid>");
        let size = grid.size * 2.0;
        let look = format!("<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
        if grid.head.iter().any(|cell| !cell.is_empty()) {
            self.xml.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
            for (cell, width) in grid.head.iter().zip(&widths) {
                self.cell(*width, "TableHead", |body| body.run(cell, &look));
            }
            self.xml.push_str("</w:tr>");
        }
        for row in &grid.rows {
            self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for ((cell, width), centred) in row.iter().zip(&widths).zip(&grid.centred) {
                self.cell(*width, if *centred { "TableText" } else { "TableLong" }, |body| body.spans(cell, &look));
            }
            self.xml.push_str("</w:tr>");
        }
        self.xml.push_str("</w:tbl>");
    }

    fn cell(&mut self, width: usize, style: &str, inside: impl FnOnce(&mut Body)) {
        let _ = write!(
            self.xml,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>"
        );
        self.paragraph(style, "", inside);
        self.xml.push_str("</w:tc>");
    }
}
