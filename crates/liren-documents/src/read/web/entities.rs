//! Entities of HTML: numbers, and the names that Chinese pages use.

/// The character an entity stands for; `rest` begins behind the `&` and is moved on. An unknown one stays as written.
pub fn entity(rest: &mut &str) -> char {
    let length = rest.bytes().take(12).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    let name = &rest[..length];
    let found = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        }
        .and_then(char::from_u32)
        .filter(|c| *c != '\0'),
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c),
    };
    let Some(found) = found else { return '&' };
    *rest = rest[length..].strip_prefix(';').unwrap_or(&rest[length..]);
    found
}

const NAMED: [(&str, char); 40] = [
    ("nbsp", '\u{a0}'),
    ("lt", '<'),
    ("gt", '>'),
    ("amp", '&'),
    ("quot", '"'),
    ("apos", '\''),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("middot", '·'),
    ("bull", '•'),
    ("times", '×'),
    ("divide", '÷'),
    ("plusmn", '±'),
    ("minus", '−'),
    ("deg", '°'),
    ("permil", '‰'),
    ("yen", '¥'),
    ("sect", '§'),
    ("para", '¶'),
    ("copy", '©'),
    ("reg", '®'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("frac12", '½'),
    ("le", '≤'),
    ("ge", '≥'),
    ("ne", '≠'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("thinsp", '\u{2009}'),
    ("larr", '←'),
    ("rarr", '→'),
    ("uarr", '↑'),
];
