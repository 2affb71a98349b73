//! Text to tokens. Full-width punctuation, Chinese quotation marks and the words 且 或 非 are read as their
//! ASCII forms, since clerks write rules with a Chinese keyboard.

use std::ops::Range;

use crate::calendar;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Int(i64),
    Day(i32),
    Text(String),
    Name(String),
    /// An operator or bracket in its ASCII form.
    Sign(&'static str),
    End,
}

/// What the lexer could not read.
pub(crate) struct Unreadable {
    pub span: Range<usize>,
    pub zh: String,
    pub en: String,
}

pub(crate) type Spanned = (Token, Range<usize>);

/// Ten trillion yuan in fen; beyond it a number is a slip.
const NUMBER_MAX: i64 = 1_000_000_000_000_000;

const SIGNS: [(&str, &str); 48] = [
    ("==", "=="),
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("&&", "&&"),
    ("||", "||"),
    ("＝＝", "=="),
    ("！＝", "!="),
    ("＜＝", "<="),
    ("＞＝", ">="),
    ("！=", "!="),
    ("＜=", "<="),
    ("＞=", ">="),
    ("＆＆", "&&"),
    ("｜｜", "||"),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("≦", "<="),
    ("≧", ">="),
    ("=", "="),
    ("＝", "="),
    ("<", "<"),
    (">", ">"),
    ("＜", "<"),
    ("＞", ">"),
    ("!", "!"),
    ("！", "!"),
    ("+", "+"),
    ("＋", "+"),
    ("-", "-"),
    ("－", "-"),
    ("*", "*"),
    ("＊", "*"),
    ("×", "*"),
    ("?", "?"),
    ("？", "?"),
    (":", ":"),
    ("：", ":"),
    ("(", "("),
    ("（", "("),
    (")", ")"),
    ("）", ")"),
    ("[", "["),
    ("]", "]"),
    (",", ","),
    ("，", ","),
    ("、", ","),
];
const MORE_SIGNS: [(&str, &str); 6] = [(".", "."), ("．", "."), ("。", "."), ("【", "["), ("】", "]"), ("·", ".")];

/// Words that join two conditions even when written without spaces: `80且人.居住`.
const JOINING: [(&str, &str); 6] =
    [("并且", "&&"), ("或者", "||"), ("且", "&&"), ("或", "||"), ("属于", "in"), ("不等于", "!=")];

pub(crate) fn lex(text: &str) -> Result<Vec<Spanned>, Unreadable> {
    let mut tokens: Vec<Spanned> = vec![];
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() || c == '\u{feff}' {
            at += c.len_utf8();
        } else if let Some(close) = closing_quote(c) {
            let (value, len) = quoted(rest, c, close).ok_or_else(|| Unreadable {
                span: at..text.len(),
                zh: "引号没有结束".into(),
                en: "the quotation mark is never closed".into(),
            })?;
            tokens.push((Token::Text(value), at..at + len));
            at += len;
        } else if digit(c).is_some() {
            let (token, len) = number(rest).map_err(|(len, zh, en)| Unreadable { span: at..at + len, zh, en })?;
            tokens.push((token, at..at + len));
            at += len;
        } else if name_start(c) {
            let len = rest.find(|c: char| !name_part(c)).unwrap_or(rest.len());
            at = push_name(&mut tokens, &rest[..len], at);
        } else if let Some((written, sign)) =
            SIGNS.iter().chain(&MORE_SIGNS).find(|(written, _)| rest.starts_with(written))
        {
            tokens.push((Token::Sign(sign), at..at + written.len()));
            at += written.len();
        } else {
            return Err(Unreadable {
                span: at..at + c.len_utf8(),
                zh: format!("这里不能写「{c}」"),
                en: format!("\"{c}\" cannot stand here"),
            });
        }
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(join_hyphens(tokens))
}

/// `param.elder-allowance.amount`: in the paths of parameters and rules a hyphen without spaces belongs to
/// the pack's id.
fn join_hyphens(tokens: Vec<Spanned>) -> Vec<Spanned> {
    let mut joined: Vec<Spanned> = vec![];
    let mut in_path = false;
    for (token, span) in tokens {
        let touches = |to: &Spanned| to.1.end == span.start;
        match (&token, joined.last()) {
            (Token::Name(word), None | Some((Token::Int(_) | Token::Sign(_) | Token::Day(_) | Token::Text(_), _)))
                if !matches!(joined.last(), Some((Token::Sign("." | "-"), _))) =>
            {
                in_path = matches!(word.as_str(), "param" | "参数" | "rule" | "规则");
            }
            (Token::Name(word), Some(minus @ (Token::Sign("-"), _))) if in_path && touches(minus) => {
                let word = format!("-{word}");
                let minus = joined.pop();
                if let (Some(minus), Some((Token::Name(before), before_span))) = (minus, joined.last_mut()) {
                    if before_span.end == minus.1.start {
                        before.push_str(&word);
                        before_span.end = span.end;
                        continue;
                    }
                    joined.push(minus);
                }
            }
            (Token::Name(_), _) | (Token::Sign("." | "-"), _) => {}
            _ => in_path = false,
        }
        joined.push((token, span));
    }
    joined
}

/// Adds a name, split when it follows an operand and starts with a joining word. Returns where to go on.
fn push_name(tokens: &mut Vec<Spanned>, word: &str, at: usize) -> usize {
    let after_operand = matches!(
        tokens.last(),
        Some((Token::Int(_) | Token::Day(_) | Token::Text(_) | Token::Name(_) | Token::Sign(")" | "]"), _))
    );
    if after_operand && let Some((joining, sign)) = JOINING.iter().find(|(joining, _)| word.starts_with(joining)) {
        let end = at + joining.len();
        tokens.push((Token::Sign(sign), at..end));
        return end;
    }
    let token = match word {
        "非" | "并非" => Token::Sign("!"),
        "in" if after_operand => Token::Sign("in"),
        _ => Token::Name(word.to_string()),
    };
    tokens.push((token, at..at + word.len()));
    at + word.len()
}

fn closing_quote(c: char) -> Option<char> {
    match c {
        '"' => Some('"'),
        '\'' => Some('\''),
        '“' => Some('”'),
        '‘' => Some('’'),
        '「' => Some('」'),
        _ => None,
    }
}

/// The text between quotation marks and the bytes it took with them. A backslash takes the next character.
fn quoted(rest: &str, open: char, close: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        if c == '\\' {
            value.push(chars.next()?.1);
        } else if c == close || (open == '“' && c == '“') {
            return Some((value, i + c.len_utf8()));
        } else {
            value.push(c);
        }
    }
    None
}

fn digit(c: char) -> Option<u32> {
    c.to_digit(10).or_else(|| ('０'..='９').contains(&c).then(|| c as u32 - '０' as u32))
}

fn name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn name_part(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// A whole number, `2013-10-01`, or `2013年10月1日`.
fn number(rest: &str) -> Result<(Token, usize), (usize, String, String)> {
    let (first, mut len) = digits(rest);
    if first.chars().count() == 4
        && let Some((parts, date_len)) = date_parts(rest)
    {
        let day = calendar::day_of(parts.0, parts.1, parts.2).ok_or_else(|| {
            let written = &rest[..date_len];
            (date_len, format!("日历上没有 {written} 这一天"), format!("the calendar has no day {written}"))
        })?;
        return Ok((Token::Day(day), date_len));
    }
    if rest[len..].starts_with('.') && rest[len + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        len += 1 + digits(&rest[len + 1..]).1;
        return Err((
            len,
            "只能写整数：金额以分计，比例请写成乘法（收入 * 100 < 标准 * 150）".into(),
            "whole numbers only: money is in fen, a proportion is a product (income * 100 < line * 150)".into(),
        ));
    }
    let value = first
        .parse::<i64>()
        .ok()
        .filter(|v| *v <= NUMBER_MAX)
        .ok_or_else(|| (len, "数太大了".to_string(), "the number is too large".to_string()))?;
    Ok((Token::Int(value), len))
}

/// Digits in ASCII form (underscores skipped) and the bytes they took.
fn digits(rest: &str) -> (String, usize) {
    let mut value = String::new();
    for (i, c) in rest.char_indices() {
        match digit(c) {
            Some(d) => value.push(char::from(b'0' + d as u8)),
            None if c == '_' => {}
            None => return (value, i),
        }
    }
    (value, rest.len())
}

fn date_parts(rest: &str) -> Option<((i32, u32, u32), usize)> {
    let (year, mut at) = digits(rest);
    let chinese = rest[at..].starts_with('年');
    at += if chinese { '年'.len_utf8() } else { rest[at..].strip_prefix('-').map(|_| 1)? };
    let (month, len) = digits(&rest[at..]);
    at += len;
    at += if chinese {
        rest[at..].strip_prefix('月').map(|_| '月'.len_utf8())?
    } else {
        rest[at..].strip_prefix('-').map(|_| 1)?
    };
    let (date, len) = digits(&rest[at..]);
    at += len;
    if chinese {
        at += rest[at..].strip_prefix('日').map(|_| '日'.len_utf8())?;
    } else if month.len() != 2 || date.len() != 2 {
        return None;
    }
    Some(((year.parse().ok()?, month.parse().ok()?, date.parse().ok()?), at))
}
