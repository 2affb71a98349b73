//! What the codes of a font are as characters, and how wide they are.

use std::collections::HashMap;

use encoding_rs::{BIG5, GB18030};
use lopdf::{Dictionary, Document, Encoding, Object};

use super::maps::Map;
use super::radicals::unified;
use crate::read::LIMIT;

/// A font of a page.
pub struct Font<'a> {
    map: Map,
    codes: Codes<'a>,
    widths: HashMap<u32, f64>,
    other: f64,
    /// A unit of its widths, in units of its size.
    unit: f64,
    /// How tall it is drawn, in units of its size.
    pub tall: f64,
}

/// How a string falls into codes, and what a code is that the font's own table does not tell.
enum Codes<'a> {
    One(Option<Encoding<'a>>),
    /// Two bytes each.
    Two {
        ucs: bool,
    },
    /// One or two bytes, Chinese text as such.
    Text(&'static encoding_rs::Encoding),
}

/// A string as it is shown.
#[derive(Default)]
pub struct Shown {
    pub text: String,
    /// In units of the size of the font.
    pub width: f64,
    pub codes: f64,
    pub spaces: f64,
}

impl<'a> Font<'a> {
    pub fn of(font: &'a Dictionary, document: &'a Document) -> Font<'a> {
        let name = |key: &[u8]| font.get_deref(key, document).ok().and_then(|object| object.as_name().ok());
        let composite = name(b"Subtype") == Some(b"Type0");
        let encoding = name(b"Encoding").unwrap_or_default();
        let table = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        let table = table.and_then(|table| table.get_plain_content_with_limit(LIMIT as usize).ok());
        let map = table.map(|table| Map::of(&table)).unwrap_or_default();
        let codes = match encoding {
            _ if !composite => Codes::One(simple(font, document)),
            name if name.starts_with(b"GB") && !name.starts_with(b"GBT") => Codes::Text(GB18030),
            name if name.starts_with(b"ETen-B5") || name.starts_with(b"B5pc") => Codes::Text(BIG5),
            name => {
                Codes::Two { ucs: name.starts_with(b"Uni") && !contains(name, b"UTF8") && !contains(name, b"UTF32") }
            }
        };
        let descendant = font
            .get_deref(b"DescendantFonts", document)
            .ok()
            .and_then(|object| object.as_array().ok())
            .and_then(|fonts| document.dereference(fonts.first()?).ok()?.1.as_dict().ok());
        let (widths, other) = match descendant {
            Some(own) => (spread(own, document), number(own.get_deref(b"DW", document).ok()).unwrap_or(1000.0)),
            None => (listed(font, document), if composite { 1000.0 } else { 500.0 }),
        };
        // The glyphs of a Type 3 font are drawn in units of its own.
        let matrix = font.get_deref(b"FontMatrix", document).ok().and_then(|object| object.as_array().ok());
        let own = |n: usize| matrix.and_then(|matrix| number(matrix.get(n))).filter(|own| *own != 0.0);
        let (unit, tall) = match (name(b"Subtype"), own(0), own(3)) {
            (Some(b"Type3"), Some(across), Some(up)) => (across.abs(), (up * 1000.0).abs()),
            _ => (0.001, 1.0),
        };
        Font { map, codes, widths, other, unit, tall }
    }

    pub fn decode(&self, bytes: &[u8]) -> Shown {
        let mut shown = Shown::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match &self.codes {
                Codes::One(_) => 1,
                Codes::Two { .. } => 2,
                Codes::Text(_) => 1 + usize::from(rest[0] >= 0x81),
            };
            let (own, behind) = rest.split_at(length.min(rest.len()));
            rest = behind;
            let code = own.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
            let half = matches!(self.codes, Codes::Text(_)) && length == 1;
            let width = self.widths.get(&code).copied().unwrap_or(if half { 500.0 } else { self.other });
            shown.width += width * self.unit;
            shown.codes += 1.0;
            shown.spaces += f64::from(u8::from(own == b" "));
            match self.map.get(code) {
                Some(text) => shown.text.push_str(text),
                None => shown.text.push_str(&self.untold(own)),
            }
        }
        shown.text = shown.text.chars().filter(|c| !c.is_control() || *c == '\t').map(unified).collect();
        shown
    }

    /// A code that the font's own table does not tell.
    fn untold(&self, code: &[u8]) -> String {
        let told = match &self.codes {
            Codes::One(Some(encoding)) => encoding.bytes_to_string(code).ok(),
            Codes::Two { ucs: true } => {
                let units = code.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
                char::decode_utf16(units).collect::<Result<String, _>>().ok()
            }
            Codes::Text(encoding) => Some(encoding.decode_without_bom_handling(code).0.into_owned()),
            _ => None,
        };
        told.filter(|told| !told.is_empty()).unwrap_or_else(|| "\u{fffd}".to_owned())
    }
}

fn contains(name: &[u8], part: &[u8]) -> bool {
    name.windows(part.len()).any(|window| window == part)
}

/// The encoding of a font of one byte a code, where it is a known one: names like /g17 tell nothing, and a font that was
/// embedded without an encoding has one of its own.
fn simple<'a>(font: &'a Dictionary, document: &'a Document) -> Option<Encoding<'a>> {
    let told = font.get_deref(b"Encoding", document).ok();
    let differs = told.and_then(|told| told.as_dict().ok()).is_some_and(|told| told.has(b"Differences"));
    let flags = font.get_deref(b"FontDescriptor", document).ok().and_then(|object| object.as_dict().ok());
    let flags = flags.and_then(|own| number(own.get_deref(b"Flags", document).ok())).unwrap_or(0.0) as u32;
    if told.is_none() && (font.has(b"ToUnicode") || flags & 4 != 0) {
        return None;
    }
    let encoding = font.get_font_encoding_with_limit(document, LIMIT as usize).ok()?;
    match encoding {
        Encoding::Differences(_) => Some(encoding),
        _ if differs => None,
        Encoding::UnicodeMapEncoding(_) => None,
        _ => Some(encoding),
    }
}

/// /Widths of a simple font, from /FirstChar on.
fn listed(font: &Dictionary, document: &Document) -> HashMap<u32, f64> {
    let first = number(font.get_deref(b"FirstChar", document).ok()).unwrap_or(0.0) as u32;
    let widths = font.get_deref(b"Widths", document).ok().and_then(|object| object.as_array().ok());
    let each = widths.into_iter().flatten().take(256).enumerate();
    let width = |width: &Object| number(document.dereference(width).ok().map(|(_, object)| object));
    each.filter_map(|(n, own)| Some((first.checked_add(n as u32)?, width(own)?))).collect()
}

/// Codes whose widths are kept one by one.
const CODES: usize = 1 << 17;

/// /W of a CID font: c [w1 w2 …] or c1 c2 w.
fn spread(font: &Dictionary, document: &Document) -> HashMap<u32, f64> {
    let mut widths = HashMap::new();
    let Some(list) = font.get_deref(b"W", document).ok().and_then(|object| object.as_array().ok()) else {
        return widths;
    };
    let object = |n: usize| list.get(n).and_then(|object| document.dereference(object).ok()).map(|(_, object)| object);
    let mut at = 0;
    while let Some(first) = number(object(at)).filter(|_| widths.len() < CODES) {
        match object(at + 1) {
            Some(Object::Array(run)) => {
                let each = (first as u32..=u32::MAX).zip(run);
                widths.extend(each.filter_map(|(code, width)| Some((code, number(Some(width))?))));
                at += 2;
            }
            last => {
                let (Some(last), Some(width)) = (number(last), number(object(at + 2))) else { break };
                widths.extend((first as u32..=last as u32).take(CODES).map(|code| (code, width)));
                at += 3;
            }
        }
    }
    widths
}

fn number(object: Option<&Object>) -> Option<f64> {
    object.and_then(super::number)
}
