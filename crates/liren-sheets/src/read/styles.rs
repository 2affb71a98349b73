//! Which cell formats show a date.

use quick_xml::events::Event;

use crate::read::xml::{attribute, events};

/// For each cell format (`s="…"`): does it show a date?
pub(crate) fn date_formats(styles: &str) -> Vec<bool> {
    let mut reader = events(styles);
    let mut own: Vec<(u32, bool)> = Vec::new();
    let mut formats = Vec::new();
    let mut in_cell_formats = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&tag, "formatCode")) {
                        own.push((id, shows_date(&code)));
                    }
                }
                "cellXfs" => in_cell_formats = true,
                "xf" if in_cell_formats => {
                    let id: u32 = attribute(&tag, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    let declared = own.iter().find(|(own, _)| *own == id).map(|(_, date)| *date);
                    formats.push(declared.unwrap_or_else(|| built_in_date(id)));
                }
                _ => {}
            },
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "cellXfs" => in_cell_formats = false,
            Ok(Event::Eof) | Err(_) => return formats,
            Ok(_) => {}
        }
    }
}

/// ECMA-376 18.8.30: 14–22 and 45–47 everywhere, 27–36 and 50–58 in Chinese locales.
fn built_in_date(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// A format code shows a date when it has y, m, d or 年月日 outside quotes and brackets.
pub(crate) fn shows_date(code: &str) -> bool {
    let mut chars = code.chars();
    let (mut quoted, mut bracket) = (false, false);
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => {
                chars.next();
            }
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            ';' if !quoted && !bracket => return false,
            'y' | 'Y' | 'd' | 'D' | 'm' | 'M' | 'h' | 'H' | 's' | 'S' if !quoted && !bracket => {
                return true;
            }
            // General has none of these letters but e: it is no date
            _ => {}
        }
    }
    false
}
