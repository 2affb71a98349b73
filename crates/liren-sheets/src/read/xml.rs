//! The little of XML the reader needs: attributes by local name, entities, text between tags.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// A reader of events over the text of a part.
pub(crate) fn events(text: &str) -> Reader<&[u8]> {
    // A byte order mark is no part of the document.
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

/// The value of an attribute by its local name (`r:id` is found as `id`), entities resolved.
pub(crate) fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    tag.attributes().with_checks(false).flatten().find_map(|a| {
        let key: &str = a.key.as_ref();
        let local = key.rsplit(':').next().unwrap_or(key);
        (local == name).then(|| unescape(&a.value))
    })
}

/// `&amp;` `&#x4e00;` and the `_x000D_` of spreadsheets as characters.
pub(crate) fn unescape(text: &str) -> String {
    let plain = if text.contains('&') {
        quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
    } else {
        text.to_owned()
    };
    if plain.contains("_x") { unescape_excel(&plain) } else { plain }
}

fn unescape_excel(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let character = code.and_then(|c| u32::from_str_radix(c, 16).ok()).and_then(char::from_u32);
        match character {
            Some('\r') => rest = &rest[at + 7..],
            Some(c) => {
                out.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// What `&…;` stands for.
pub(crate) fn push_reference(reference: &BytesRef, out: &mut String) {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        out.push(c);
        return;
    }
    let name: &str = reference;
    match name {
        "amp" => out.push('&'),
        "lt" => out.push('<'),
        "gt" => out.push('>'),
        "quot" => out.push('"'),
        "apos" => out.push('\''),
        _ => {}
    }
}

/// Collects the text of all `t` elements up to the end tag `end`, leaving out phonetic runs (`rPh`).
pub(crate) fn rich_text(reader: &mut Reader<&[u8]>, end: &str, out: &mut String) -> bool {
    let (mut in_text, mut phonetic) = (false, 0);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "t" => in_text = phonetic == 0,
                "rPh" => phonetic += 1,
                _ => {}
            },
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "rPh" => phonetic = i32::max(0, phonetic - 1),
                name if name == end => return true,
                _ => {}
            },
            Ok(Event::Text(text)) if in_text => out.push_str(&text.xml10_content()),
            Ok(Event::CData(text)) if in_text => out.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) if in_text => push_reference(&reference, out),
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The text is final: escapes of spreadsheets resolved.
pub(crate) fn finish(text: &str) -> String {
    if text.contains("_x") { unescape_excel(text) } else { text.to_owned() }
}
