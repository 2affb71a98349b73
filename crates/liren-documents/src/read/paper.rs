//! The text of a PDF: its characters by their places on the page, put together to lines, and lines to paragraphs and rows.
//! A PDF knows neither; what it does not say is inferred from indents, gaps and sizes. Where a font does not say which
//! characters its glyphs are, the file is not read at all: half a text is worse than none.

mod fonts;
mod grid;
mod lines;
mod maps;
mod radicals;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use lopdf::content::Content;
use lopdf::{DecompressError, Dictionary, Document, LoadOptions, Object, ObjectId};

use super::{CHARACTERS, LIMIT, Read, Unreadable, broken, too_long, unreadable};
use fonts::Font;
use grid::Grid;
use lines::{Piece, Sheet};

/// Pages of one file that are read; no report has more.
const PAGES: usize = 2000;
/// Forms within forms.
const DEPTH: usize = 8;
/// Bytes of drawing of one page or form; every operation in them takes a hundred times its own place in memory.
const PIECE: usize = 8 << 20;
/// Bytes of drawing of all pages, each form as often as it is drawn.
const DRAWING: usize = 32 << 20;

pub fn blocks(name: &str, bytes: &[u8]) -> Result<Vec<Read>, Unreadable> {
    // A file that may be read but not printed or changed is opened with the empty password.
    let options = LoadOptions { max_decompressed_size: Some(LIMIT as usize), ..LoadOptions::default() };
    let document = match Document::load_mem_with_options(bytes, options) {
        // What is opened no longer says that it is locked.
        Ok(document) if !document.trailer.has(b"Encrypt") => document,
        Err(_) if !bytes.windows(8).any(|window| window == b"/Encrypt") => return Err(broken(name)),
        _ => {
            return Err(unreadable(
                name,
                "是加了密码的 PDF，不能阅读。请去掉密码后再上传，或上传原来的 Word 文件。",
                "is a PDF with a password and cannot be read. Remove the password, or send the original Word file.",
            ));
        }
    };
    let mut pages = Vec::new();
    let mut paper = Paper { document: &document, known: HashMap::new(), room: DRAWING, sheet: Sheet::default() };
    let (mut known, mut unknown) = (0, 0);
    for (_, id) in document.get_pages().into_iter().take(PAGES) {
        let sheet = paper.read(id).ok_or_else(|| drawn(name))?;
        for piece in &sheet.pieces {
            let lost = piece.text.chars().filter(|c| *c == '\u{fffd}').count();
            unknown += lost;
            known += piece.text.chars().count() - lost;
        }
        if known + unknown > CHARACTERS {
            return Err(too_long(name));
        }
        pages.push(sheet);
    }
    if unknown * 20 > known {
        return Err(unreadable(
            name,
            "是 PDF，但里面的字体没有说明每个字形是什么字，读出来会缺字。请上传原来的 Word 文件，或用 Word、WPS 打开后另存为 .docx。",
            "is a PDF whose fonts do not say which characters their glyphs are, so words would be missing. Send the original Word file, or open it in Word or WPS and save it as .docx.",
        ));
    }
    Ok(lines::blocks(pages))
}

fn drawn(name: &str) -> Unreadable {
    unreadable(
        name,
        "是 PDF，但画的内容比文字多得多，不像正常的报告，没有继续读取。请上传原来的 Word 文件，或把需要核对的几页另存为一个新文件后再上传。",
        "is a PDF with far more drawing than a report has, so it was not read. Send the original Word file, or save the pages that are to be checked as a new file.",
    )
}

/// A file being read, page by page.
struct Paper<'a> {
    document: &'a Document,
    /// Fonts by where they stand in the file: most are the same on every page.
    known: HashMap<ObjectId, Rc<Font<'a>>>,
    /// Bytes of drawing that may still be followed, each as often as it is drawn.
    room: usize,
    sheet: Sheet,
}

/// The fonts of a page or form by the names it gives them.
type Fonts<'a> = BTreeMap<Vec<u8>, Rc<Font<'a>>>;

/// A transformation: a b c d e f.
type Matrix = [f64; 6];

const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `a`, then `b`.
fn then(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// What the operators of text have set.
#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Vec<u8>>,
    size: f64,
    leading: f64,
    between: f64,
    words: f64,
    stretch: f64,
    rise: f64,
    /// Text that is only drawn to be searched, or not at all.
    unseen: bool,
}

impl<'a> Paper<'a> {
    /// What stands on a page; nothing when there is more than any page of a report has.
    fn read(&mut self, id: ObjectId) -> Option<Sheet> {
        let bytes = match self.document.get_page_content_with_limit(id, PIECE) {
            Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => return None,
            Err(_) => return Some(Sheet::default()),
            Ok(bytes) => bytes,
        };
        let (own, above) = self.document.get_page_resources(id).unwrap_or_default();
        let mut fonts = Fonts::new();
        // Those of the page itself come last, and win.
        let above = above.into_iter().rev().filter_map(|id| self.document.get_dictionary(id).ok());
        let all: Vec<&Dictionary> = above.chain(own).collect();
        all.iter().for_each(|resources| self.fonts(resources, &mut fonts));
        let state = State {
            page: UNIT,
            font: None,
            size: 0.0,
            leading: 0.0,
            between: 0.0,
            words: 0.0,
            stretch: 1.0,
            rise: 0.0,
            unseen: false,
        };
        self.walk(&bytes, &fonts, all.last().copied(), state, 0)?;
        Some(std::mem::take(&mut self.sheet))
    }

    /// Takes the fonts that resources name.
    fn fonts(&mut self, resources: &'a Dictionary, out: &mut Fonts<'a>) {
        let document = self.document;
        let named = resources.get_deref(b"Font", document).ok().and_then(|object| object.as_dict().ok());
        for (name, object) in named.into_iter().flatten() {
            let Ok((id, Object::Dictionary(font))) = document.dereference(object) else { continue };
            let own = match id.and_then(|id| self.known.get(&id)) {
                Some(known) => known.clone(),
                None => Rc::new(Font::of(font, document)),
            };
            if let Some(id) = id {
                self.known.insert(id, own.clone());
            }
            out.insert(name.clone(), own);
        }
    }

    /// Follows a piece of drawing; nothing when all that was followed is more than any report has.
    fn walk(
        &mut self,
        bytes: &[u8],
        fonts: &Fonts<'a>,
        resources: Option<&'a Dictionary>,
        state: State,
        depth: usize,
    ) -> Option<()> {
        self.room = self.room.checked_sub(bytes.len())?;
        let Ok(content) = Content::decode(bytes) else { return Some(()) };
        let mut state = state;
        let mut saved: Vec<State> = Vec::new();
        let (mut line, mut text) = (UNIT, UNIT);
        let mut path = Path::default();
        for operation in &content.operations {
            let numbers: Vec<f64> = operation.operands.iter().filter_map(number).collect();
            match (operation.operator.as_str(), &numbers[..]) {
                ("q", _) if saved.len() < 512 => saved.push(state.clone()),
                ("Q", _) => state = saved.pop().unwrap_or(state),
                ("cm", &[a, b, c, d, e, f]) => state.page = then([a, b, c, d, e, f], state.page),
                ("BT", _) => (line, text) = (UNIT, UNIT),
                ("Tf", &[.., size]) => {
                    state.font = operation.operands.first().and_then(|name| name.as_name().ok()).map(<[u8]>::to_vec);
                    state.size = size;
                }
                ("TL", &[leading]) => state.leading = leading,
                ("Tc", &[between]) => state.between = between,
                ("Tw", &[words]) => state.words = words,
                ("Tz", &[stretch]) => state.stretch = stretch / 100.0,
                ("Ts", &[rise]) => state.rise = rise,
                ("Tr", &[mode]) => state.unseen = mode == 3.0 || mode == 7.0,
                ("Tm", &[a, b, c, d, e, f]) => {
                    line = [a, b, c, d, e, f];
                    text = line;
                }
                ("Td", &[x, y]) => {
                    line = then([1.0, 0.0, 0.0, 1.0, x, y], line);
                    text = line;
                }
                ("TD", &[x, y]) => {
                    state.leading = -y;
                    line = then([1.0, 0.0, 0.0, 1.0, x, y], line);
                    text = line;
                }
                ("T*", _) => {
                    line = then([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                }
                ("Tj", _) => self.show(&operation.operands, &state, fonts, &mut text),
                ("TJ", _) => {
                    if let Some(Object::Array(parts)) = operation.operands.first() {
                        self.show(parts, &state, fonts, &mut text);
                    }
                }
                ("'" | "\"", _) => {
                    line = then([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                    let strings = operation.operands.iter().rev().take(1).cloned().collect::<Vec<_>>();
                    self.show(&strings, &state, fonts, &mut text);
                }
                ("Do", _) => {
                    let name = operation.operands.first().and_then(|name| name.as_name().ok());
                    self.form(name, fonts, resources, &state, depth)?;
                }
                (operator, numbers) => path.operate(operator, numbers, state.page, &mut self.sheet.grid),
            }
        }
        Some(())
    }

    /// A piece of a page that is kept apart.
    fn form(
        &mut self,
        name: Option<&[u8]>,
        fonts: &Fonts<'a>,
        resources: Option<&'a Dictionary>,
        state: &State,
        depth: usize,
    ) -> Option<()> {
        let document = self.document;
        let stream = || {
            let forms = resources?.get_deref(b"XObject", document).ok()?.as_dict().ok()?;
            let stream = forms.get_deref(name?, document).ok()?.as_stream().ok()?;
            (stream.dict.get(b"Subtype").ok()?.as_name().ok()? == b"Form").then_some(stream)
        };
        let Some(stream) = stream().filter(|_| depth < DEPTH) else { return Some(()) };
        let bytes = match stream.get_plain_content_with_limit(PIECE) {
            Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => return None,
            Err(_) => return Some(()),
            Ok(bytes) => bytes,
        };
        let own = stream.dict.get_deref(b"Resources", document).ok().and_then(|object| object.as_dict().ok());
        let mut known = Fonts::new();
        if let Some(own) = own {
            self.fonts(own, &mut known);
        }
        let matrix: Vec<f64> = stream
            .dict
            .get(b"Matrix")
            .ok()
            .and_then(|m| m.as_array().ok())
            .into_iter()
            .flatten()
            .filter_map(number)
            .collect();
        let mut state = state.clone();
        if let &[a, b, c, d, e, f] = &matrix[..] {
            state.page = then([a, b, c, d, e, f], state.page);
        }
        let fonts = if known.is_empty() { fonts } else { &known };
        self.walk(&bytes, fonts, own.or(resources), state, depth + 1)
    }

    /// Show strings, with the numbers between them that move the next.
    fn show(&mut self, parts: &[Object], state: &State, fonts: &Fonts<'a>, text: &mut Matrix) {
        let Some(font) = state.font.as_ref().and_then(|name| fonts.get(name)) else { return };
        for part in parts {
            let moved = match part {
                Object::String(bytes, _) => {
                    let shown = font.decode(bytes);
                    let apart = state.between * shown.codes + state.words * shown.spaces;
                    let width = (shown.width * state.size + apart) * state.stretch;
                    let place = then(
                        [state.size * state.stretch, 0.0, 0.0, state.size, 0.0, state.rise],
                        then(*text, state.page),
                    );
                    let end = then([1.0, 0.0, 0.0, 1.0, width, 0.0], then(*text, state.page));
                    // Words across the page are a stamp or a watermark.
                    let level = place[1].abs() < place[0].abs() * 0.2 + 1e-9;
                    if !state.unseen && !shown.text.is_empty() && level {
                        let size = place[3].abs() * font.tall;
                        self.sheet.pieces.push(Piece { x: place[4], y: place[5], end: end[4], size, text: shown.text });
                    }
                    width
                }
                other => match number(other) {
                    Some(by) => -by / 1000.0 * state.size * state.stretch,
                    None => continue,
                },
            };
            *text = then([1.0, 0.0, 0.0, 1.0, moved, 0.0], *text);
        }
    }
}

/// A path being drawn, in points of the page.
#[derive(Default)]
struct Path {
    figures: Vec<Vec<(f64, f64)>>,
}

/// Points of one path.
const POINTS: usize = 100_000;

impl Path {
    fn operate(&mut self, operator: &str, numbers: &[f64], page: Matrix, grid: &mut Grid) {
        let at = |x: f64, y: f64| (x * page[0] + y * page[2] + page[4], x * page[1] + y * page[3] + page[5]);
        match (operator, numbers) {
            ("m", &[x, y]) if self.figures.len() < POINTS => self.figures.push(vec![at(x, y)]),
            ("l", &[x, y]) => {
                if let Some(figure) = self.figures.last_mut().filter(|figure| figure.len() < POINTS) {
                    figure.push(at(x, y));
                }
            }
            ("re", &[x, y, w, h]) if self.figures.len() < POINTS => {
                self.figures.push(vec![at(x, y), at(x + w, y), at(x + w, y + h), at(x, y + h), at(x, y)]);
            }
            // Something curved is no ruled line.
            ("c" | "v" | "y", _) => drop(self.figures.pop()),
            ("h", _) => {
                if let Some(figure) = self.figures.last_mut() {
                    figure.extend(figure.first().copied());
                }
            }
            ("S" | "s" | "f" | "F" | "f*" | "B" | "B*" | "b" | "b*", _) => {
                for figure in self.figures.drain(..) {
                    if !operator.starts_with(['f', 'F']) {
                        figure.windows(2).for_each(|two| grid.stroke(two[0], two[1]));
                    } else {
                        grid.fill(&figure);
                    }
                }
            }
            ("n", _) => self.figures.clear(),
            _ => (),
        }
    }
}

fn number(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(n) => Some(*n as f64),
        Object::Real(n) => Some(f64::from(*n)),
        _ => None,
    }
}
