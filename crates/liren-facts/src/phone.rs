//! Phones as clerks keep them: several in one cell, with notes, in full-width digits, or a word instead.

use crate::identifier::{is_invisible, narrow};

/// One number and what was written beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// Digits only.
    pub digits: String,
    pub kind: Kind,
    /// 儿子, 老伴, 座机没人接
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Mobile,
    Landline,
    /// Neither 11 digits from 1 nor a landline: kept out of use, shown to the clerk.
    BadLength,
}

/// What a cell of phones held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phones {
    pub phones: Vec<Phone>,
    /// A word instead of a number: 无, 停机, 拒绝提供.
    pub word: Option<String>,
    pub fullwidth: bool,
}

impl Phones {
    /// Digits of the usable numbers.
    pub fn usable(&self) -> impl Iterator<Item = &Phone> {
        self.phones.iter().filter(|p| p.kind != Kind::BadLength)
    }
}

/// Reads a cell. Separators are anything but digits, hyphens and single spaces inside a number.
pub fn read(raw: &str) -> Phones {
    let mut out = Phones::default();
    let narrow: String = raw
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| {
            let n = narrow(c);
            out.fullwidth |= n != c && n.is_ascii_digit();
            n
        })
        .collect();
    let mut words = String::new();
    let mut token = String::new();
    let mut found: Vec<Phone> = Vec::new();
    let mut flush_words = |words: &mut String, found: &mut Vec<Phone>| {
        let note = words.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        words.clear();
        if note.is_empty() {
            return;
        }
        match found.last_mut() {
            Some(last) if last.note.is_none() => last.note = Some(note),
            Some(_) => {}
            None => out.word = Some(note),
        }
    };
    let mut chars = narrow.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            token.push(c);
            continue;
        }
        // 199-0000-1234 and 199 0000 1234 are one number: a hyphen or a blank joins while both sides are digits
        // and the number is not yet complete.
        let joins = matches!(c, '-' | '—' | '–' | ' ' | '\u{a0}' | '.' | '_')
            && chars.peek().is_some_and(char::is_ascii_digit)
            && !token.is_empty()
            && !is_complete(&token);
        if joins {
            continue;
        }
        if c == '+' || (c == '(' && token.is_empty()) {
            continue;
        }
        // (0532)8662583
        if c == ')' && token.len() <= 4 && token.starts_with('0') && words.trim_matches([' ', '(']).is_empty() {
            continue;
        }
        push(&mut token, &mut found, &mut words, &mut flush_words);
        words.push(c);
    }
    push(&mut token, &mut found, &mut words, &mut flush_words);
    flush_words(&mut words, &mut found);
    if found.len() > 1 {
        // Extension numbers and stray digits in notes are not phones beside a good one.
        let any_good = found.iter().any(|p| p.kind != Kind::BadLength);
        found.retain(|p| !any_good || p.kind != Kind::BadLength || p.digits.len() >= 9);
    }
    let mut seen: Vec<String> = Vec::new();
    found.retain(|p| {
        let fresh = !seen.contains(&p.digits);
        seen.push(p.digits.clone());
        fresh
    });
    if !found.is_empty() && out.word.is_some() {
        let word = out.word.take();
        if let Some(first) = found.first_mut()
            && first.note.is_none()
        {
            first.note = word;
        }
    }
    out.phones = found;
    out
}

fn push(
    token: &mut String,
    found: &mut Vec<Phone>,
    words: &mut String,
    flush_words: &mut impl FnMut(&mut String, &mut Vec<Phone>),
) {
    if token.is_empty() {
        return;
    }
    flush_words(words, found);
    let mut digits = std::mem::take(token);
    // 86 and 0086 before a mobile number
    for prefix in ["0086", "86"] {
        if let Some(rest) = digits.strip_prefix(prefix)
            && rest.len() == 11
            && rest.starts_with('1')
        {
            digits = rest.to_owned();
        }
    }
    if digits.len() == 22 && digits.starts_with('1') && digits[11..].starts_with('1') {
        let second = digits.split_off(11);
        found.push(Phone { kind: kind(&digits), digits, note: None });
        found.push(Phone { kind: kind(&second), digits: second, note: None });
        return;
    }
    found.push(Phone { kind: kind(&digits), digits, note: None });
}

fn is_complete(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'1', ..] => digits.len() >= 11,
        [b'0', ..] => digits.len() >= 11,
        _ => digits.len() >= 7 && !digits.starts_with("86"),
    }
}

fn kind(digits: &str) -> Kind {
    match (digits.as_bytes(), digits.len()) {
        ([b'1', b'3'..=b'9', ..], 11) => Kind::Mobile,
        ([b'0', ..], 10..=12) => Kind::Landline,
        ([b'2'..=b'8', ..], 7 | 8) => Kind::Landline,
        ([b'4' | b'8', b'0', b'0', ..], 10) => Kind::Landline,
        _ => Kind::BadLength,
    }
}

#[cfg(test)]
mod tests;
