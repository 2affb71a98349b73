//! 数字片 — live numbers in a text that a person writes: `{{总人口}}` is a figure or a number of the section it replaces,
//! by its label; a second one of the same label is `{{总人口#2}}`. Nothing in a text is ever executed.

use std::collections::HashMap;
use std::sync::Arc;

use liren_documents::markdown;

use super::compose::{Shared, named_figure, place};
use super::span::SpanRecord;

/// What a number is called in a text: its label without the day it is of.
fn name_of(span: &SpanRecord) -> &str {
    span.label.split(" · ").next().unwrap_or(&span.label)
}

/// A piece of an own text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// What stands between the braces, trimmed.
    Chip(&'a str),
}

/// The pieces of a text; braces that nothing closes are text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let Some(end) = rest[at..].find("}}") else { break };
        let between = &rest[at + 2..at + end];
        let inner = between.trim();
        if between.contains('\n') || inner.is_empty() {
            out.push(Piece::Text(&rest[..at + 2]));
            rest = &rest[at + 2..];
            continue;
        }
        if at > 0 {
            out.push(Piece::Text(&rest[..at]));
        }
        out.push(Piece::Chip(inner));
        rest = &rest[at + end + 2..];
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

/// A text with tokens as a person edits it: each number by its label.
pub fn source(text: &str, spans: &[SpanRecord]) -> String {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut out = String::with_capacity(text.len());
    markdown::each(text, |piece, index| match index.and_then(|i| spans.get(i)) {
        Some(span) => {
            let label = name_of(span);
            let n = seen.entry(label).or_default();
            *n += 1;
            out.push_str(&if *n == 1 { format!("{{{{{label}}}}}") } else { format!("{{{{{label}#{n}}}}}") });
        }
        None => out.push_str(piece),
    });
    out
}

/// The numbers of a section's own text, by the names that stand for them.
fn by_name(text: &str, spans: &[SpanRecord]) -> HashMap<String, usize> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut names = HashMap::new();
    markdown::each(text, |_, index| {
        if let Some((index, span)) = index.and_then(|i| spans.get(i).map(|s| (i, s))) {
            let n = seen.entry(name_of(span)).or_default();
            *n += 1;
            let label = name_of(span);
            let name = if *n == 1 { label.to_owned() } else { format!("{label}#{n}") };
            names.insert(name, index);
        }
    });
    names
}

/// Puts the numbers into an own text. `told` is what the packs would say there; a name that is no number any more is
/// said to be open, not left out.
pub(super) fn fill(shared: &Arc<Shared>, text: &str, told: &str) -> String {
    let spans = shared.spans.lock().map(|s| s.clone()).unwrap_or_default();
    let names = by_name(told, &spans);
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Chip(name) => match names.get(name).and_then(|i| spans.get(*i)) {
                Some(span) => out.push_str(&place(shared, span.clone())),
                None => match named_figure(shared, name) {
                    Some(number) => out.push_str(&number),
                    None => out.push_str("待核实"),
                },
            },
        }
    }
    out
}

/// The names in a text that stand for nothing.
pub fn unknown(text: &str, known: impl Fn(&str) -> bool) -> Vec<String> {
    let chips = pieces(text).into_iter().filter_map(|p| match p {
        Piece::Chip(name) if !known(name) => Some(name.to_owned()),
        _ => None,
    });
    chips.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_numbers_only_when_they_close_on_their_line() {
        let text = "总人口{{ 总人口 }}人，{{x\n}}，{{}}和{{没完";
        let chips: Vec<&str> = pieces(text)
            .into_iter()
            .filter_map(|p| if let Piece::Chip(name) = p { Some(name) } else { None })
            .collect();
        assert_eq!(chips, ["总人口"]);
        let back: String = pieces(text)
            .into_iter()
            .map(|p| match p {
                Piece::Text(t) => t.to_owned(),
                Piece::Chip(c) => format!("{{{{ {c} }}}}"),
            })
            .collect();
        assert_eq!(back, text);
        assert_eq!(unknown(text, |_| false), ["总人口"]);
        assert!(unknown("{% raw %}{{总人口}}{% endraw %}", |n| n == "总人口").is_empty());
    }
}
