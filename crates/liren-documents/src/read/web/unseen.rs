//! What a page strikes out or hides.

/// Why the words of an element are not read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unseen {
    Struck,
    Hidden,
}

/// Whether the element that this tag opens is struck out or hidden by its name, its attributes or its own style.
pub fn unseen(tag: &str, name: &str) -> Option<Unseen> {
    if matches!(name, "del" | "s" | "strike") {
        return Some(Unseen::Struck);
    }
    // Elements without an end, and those that hold the page.
    let never = ["br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base", "embed", "source", "track"];
    if never.contains(&name) || matches!(name, "html" | "body") || tag.ends_with("/>") {
        return None;
    }
    let mut style = None;
    for (attribute, value) in attributes(tag) {
        match attribute.as_str() {
            // hidden="until-found" is found by searching, hidden="false" is hidden all the same.
            "hidden" if !value.eq_ignore_ascii_case("until-found") => return Some(Unseen::Hidden),
            "style" if style.is_none() => style = Some(value),
            _ => (),
        }
    }
    let style: String = style?.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let mut seen = None;
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let value = value.trim_end_matches("!important");
        match (property, value) {
            ("display", "none") | ("visibility", "hidden" | "collapse") => return Some(Unseen::Hidden),
            ("text-decoration" | "text-decoration-line", value) if value.contains("line-through") => {
                seen = Some(Unseen::Struck);
            }
            _ => (),
        }
    }
    seen
}

/// The attributes of a tag, names in small letters.
fn attributes(tag: &str) -> Vec<(String, &str)> {
    let mut out = Vec::new();
    let space = |c: char| c.is_ascii_whitespace() || c == '/';
    let Some((_, mut rest)) = tag.trim_end_matches('>').split_once(space) else { return out };
    loop {
        rest = rest.trim_start_matches(space);
        if rest.is_empty() {
            return out;
        }
        let end = rest.find(|c: char| space(c) || c == '=').unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(given) = rest.strip_prefix('=') {
            let given = given.trim_start();
            let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
            let body = quote.map_or(given, |_| &given[1..]);
            let end = body.find(|c: char| quote.map_or(c.is_ascii_whitespace(), |q| c == q)).unwrap_or(body.len());
            value = &body[..end];
            rest = &body[end..];
            rest = quote.and_then(|quote| rest.strip_prefix(quote)).unwrap_or(rest);
        } else if end == 0 {
            // A stray mark.
            rest = rest.get(1..).unwrap_or("");
        }
        out.push((name, value));
    }
}

/// What stands in the element whose tag the text begins behind, and what follows its end; nothing when it is not closed.
/// Looking in vain costs `patience`, or a page of nothing but unclosed tags would be read as often as it has tags.
pub fn element<'a>(behind: &'a str, name: &str, patience: &mut usize) -> Option<(&'a str, &'a str)> {
    let (mut depth, mut at) = (1_usize, 0);
    let looked = loop {
        let Some(next) = behind[at..].find('<') else { break behind.len() };
        at += next;
        if at > *patience {
            break at;
        }
        let rest = &behind[at..];
        let closes = rest.starts_with("</");
        let word = &rest[if closes { 2 } else { 1 }..];
        let own = word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && word[name.len()..].chars().next().is_none_or(|c| !c.is_ascii_alphanumeric());
        let end = if own { rest.find('>').map_or(rest.len(), |end| end + 1) } else { 1 };
        if own && closes {
            depth -= 1;
            if depth == 0 {
                return Some((&behind[..at], &rest[end..]));
            }
        } else if own && !rest[..end].ends_with("/>") {
            depth += 1;
        }
        at += end;
    };
    *patience = patience.saturating_sub(looked);
    None
}

/// Whether any words stand in a piece of a page.
pub fn words(inside: &str) -> bool {
    let mut outside = true;
    inside.chars().any(|c| {
        match c {
            '<' => outside = false,
            '>' => outside = true,
            c => return outside && !c.is_whitespace(),
        }
        false
    })
}
