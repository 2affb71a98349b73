//! What the styles of a Word document say that matters to its text: levels of headings, and what is not to be seen.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::attribute;

/// What is said of words: hidden, struck out, struck out twice. Nothing said is neither yes nor no.
#[derive(Clone, Copy, Default)]
pub struct Toggles {
    vanish: Option<bool>,
    strike: Option<bool>,
    twice: Option<bool>,
}

impl Toggles {
    /// Whether the element is one of these properties; then it is taken over.
    pub fn take(&mut self, e: &BytesStart) -> bool {
        let on = || Some(attribute(e, "val").is_none_or(|v| !matches!(v.as_str(), "0" | "false" | "off" | "none")));
        match e.local_name().into_inner() {
            "vanish" => self.vanish = on(),
            "strike" => self.strike = on(),
            "dstrike" => self.twice = on(),
            _ => return false,
        }
        true
    }

    /// What is said here, and where nothing is said here, there.
    pub fn or(self, other: Toggles) -> Toggles {
        Toggles {
            vanish: self.vanish.or(other.vanish),
            strike: self.strike.or(other.strike),
            twice: self.twice.or(other.twice),
        }
    }

    pub fn hidden(self) -> bool {
        self.vanish == Some(true)
    }

    pub fn struck(self) -> bool {
        self.strike == Some(true) || self.twice == Some(true)
    }
}

/// What a style says: its own, or its parent's.
#[derive(Clone, Default)]
pub struct Style {
    pub level: Option<u8>,
    pub toggles: Toggles,
    parent: Option<String>,
}

pub type Styles = BTreeMap<String, Style>;

/// The styles of a document. The title is level 1, outline level 0 (标题 1) is 2.
pub fn styles(text: &str) -> Option<Styles> {
    let mut found = Styles::new();
    let mut reader = Reader::from_str(text);
    let mut id = String::new();
    // The properties of a paragraph's mark are not those of its words.
    let mut runs: Vec<bool> = Vec::new();
    loop {
        let event = reader.read_event().ok()?;
        if let Event::Start(e) = &event
            && matches!(e.local_name().into_inner(), "pPr" | "rPr")
        {
            runs.push(e.local_name().into_inner() == "rPr");
        }
        match event {
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
                    "vanish" | "strike" | "dstrike" if runs == [true] => {
                        found.entry(id.clone()).or_default().toggles.take(&e);
                    }
                    _ => (),
                }
            }
            Event::End(e) if matches!(e.local_name().into_inner(), "pPr" | "rPr") => drop(runs.pop()),
            Event::Eof => break,
            _ => (),
        }
    }
    Some(found.keys().map(|id| (id.clone(), whole(&found, id))).collect())
}

/// A style with what it takes from its parents.
fn whole(found: &Styles, id: &str) -> Style {
    let mut style = found.get(id).cloned().unwrap_or_default();
    // Styles may be based on one another in a circle.
    for _ in 0..16 {
        let Some(parent) = style.parent.as_ref().and_then(|id| found.get(id)) else { break };
        style.level = style.level.or(parent.level);
        style.toggles = style.toggles.or(parent.toggles);
        style.parent = parent.parent.clone();
    }
    style
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
pub fn outline(value: Option<String>) -> Option<u8> {
    value?.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 2)
}
