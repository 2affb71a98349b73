//! Numbers as they are printed: where one begins and ends, and whether two print the same value.

use std::ops::Range;

const CHINESE: &str = "零〇一二三四五六七八九十百千两";

/// A number, or another character.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token {
    pub text: String,
    pub number: bool,
}

/// The tokens of a text and where each stands; white space is none, but for the tab between two cells: an empty cell is a place.
pub fn tokens(chars: &[char]) -> (Vec<Token>, Vec<Range<usize>>) {
    let (mut tokens, mut spans) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        at += 1;
        if chars[start].is_whitespace() && chars[start] != '\t' {
            continue;
        }
        let number = digit(chars[start]);
        while number && at < chars.len() && (digit(chars[at]) || point(chars, at)) {
            at += 1;
        }
        tokens.push(Token { text: chars[start..at].iter().map(|c| narrow(*c)).collect(), number });
        spans.push(start..at);
    }
    (tokens, spans)
}

/// Characters beside a number that are looked at.
const FAR: usize = 40;

/// A span with what stands directly beside it and belongs to its number: digits, a point, a percent sign, 万, 余. Somebody who
/// may not type into a number types beside it.
pub fn extended(chars: &[char], span: Range<usize>) -> Range<usize> {
    let own = &chars[span.start.min(chars.len())..span.end.min(chars.len())];
    let (mut start, mut end) = (span.start, span.end);
    let chinese = own.iter().all(|c| CHINESE.contains(*c) || "万亿".contains(*c)) && !own.is_empty();
    let plain = own.iter().all(|c| digit(*c) || ".．,，%％‰万亿余多".contains(*c)) && !own.is_empty();
    if !chinese && !plain {
        return span;
    }
    let belongs = |at: usize| if chinese { CHINESE.contains(chars[at]) } else { digit(chars[at]) || point(chars, at) };
    while start > 0 && span.start - start < FAR && belongs(start - 1) {
        start -= 1;
    }
    while end < chars.len() && end - span.end < FAR && (belongs(end) || "%％‰万亿余多".contains(chars[end])) {
        end += 1;
    }
    start..end
}

/// Whether two numbers, or two texts, say the same: ４２６８, 4,268 and 4268; 四 and 4.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    a == b || matches!((value(&a), value(&b)), (Some(a), Some(b)) if a == b)
}

/// Whether there is a number in a text.
pub fn numeric(text: &str) -> bool {
    text.chars().any(digit) || value(&plain(text)).is_some()
}

/// Narrow digits, no spaces, no marks between thousands.
fn plain(text: &str) -> String {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    let mark = |at: usize| {
        chars[at] == ','
            && at > 0
            && chars[at - 1].is_ascii_digit()
            && chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count() == 3
    };
    (0..chars.len()).filter(|at| !mark(*at)).map(|at| chars[at]).collect()
}

/// A value, as whole numbers with the places behind the point, and the words behind it that change it.
fn value(text: &str) -> Option<(u128, usize, String)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if !digits.is_empty() {
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let part = part.trim_end_matches('0');
        return Some((format!("{whole}{part}").parse().ok()?, part.len(), rest.to_owned()));
    }
    let end = text.find(|c: char| !CHINESE.contains(c)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((chinese(digits)?, 0, rest.to_owned()))
}

/// 四, 八十, 一百零五.
fn chinese(text: &str) -> Option<u128> {
    if text.is_empty() {
        return None;
    }
    let (mut sum, mut digit) = (0, None);
    for c in text.chars() {
        let place = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '零' | '〇' => {
                digit = Some(0);
                continue;
            }
            '两' => {
                digit = Some(2);
                continue;
            }
            c => {
                digit = Some("一二三四五六七八九".chars().position(|d| d == c)? as u128 + 1);
                continue;
            }
        };
        sum += digit.take().filter(|d| *d > 0).unwrap_or(1) * place;
    }
    Some(sum + digit.unwrap_or(0))
}

fn digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// A point, or a mark between thousands, within a number.
fn point(chars: &[char], at: usize) -> bool {
    ".．,".contains(chars[at]) && at > 0 && digit(chars[at - 1]) && chars.get(at + 1).is_some_and(|c| digit(*c))
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '．' | '％' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}
