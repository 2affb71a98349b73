//! A font's own word on what its codes are: the /ToUnicode table. Read here, and not by the library, which would count
//! through whatever range a file names, and lose its place behind a code that is not in the table.

use std::collections::HashMap;

/// Codes that a table may name; no writing has more.
const CODES: usize = 1 << 17;

/// Codes and what they stand for.
#[derive(Default)]
pub struct Map {
    to: HashMap<u32, String>,
}

impl Map {
    pub fn of(content: &[u8]) -> Map {
        let mut map = Map::default();
        let mut tokens = Tokens { bytes: content, at: 0 };
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(b"beginbfchar") => map.characters(&mut tokens),
                Token::Word(b"beginbfrange") => map.ranges(&mut tokens),
                _ => (),
            }
        }
        map
    }

    pub fn get(&self, code: u32) -> Option<&str> {
        self.to.get(&code).map(String::as_str)
    }

    fn put(&mut self, code: u32, text: String) {
        if self.to.len() < CODES && !text.is_empty() && text != "\0" {
            self.to.insert(code, text);
        }
    }

    /// `<19> <5E74>` …
    fn characters(&mut self, tokens: &mut Tokens) {
        while let (Some(Token::Hex(code)), Some(Token::Hex(to))) = (tokens.next(), tokens.next()) {
            self.put(value(&code), utf16(&to));
        }
    }

    /// `<0019> <0021> <5E74>`, `<0019> <0021> [<5E74> <6708> …]` …
    fn ranges(&mut self, tokens: &mut Tokens) {
        while let (Some(Token::Hex(first)), Some(Token::Hex(last))) = (tokens.next(), tokens.next()) {
            let codes = value(&first)..=value(&last);
            match tokens.next() {
                Some(Token::Hex(to)) => {
                    let to = if to.len() == 1 { [vec![0], to].concat() } else { to };
                    let Some((head, end)) = to.split_last_chunk::<2>() else { continue };
                    let from = u16::from_be_bytes(*end);
                    for (by, code) in codes.take(CODES).enumerate() {
                        let unit = from.wrapping_add(by as u16).to_be_bytes();
                        self.put(code, utf16(&[head, &unit[..]].concat()));
                    }
                }
                Some(Token::Open) => {
                    let mut codes = codes;
                    while let Some(Token::Hex(to)) = tokens.next() {
                        if let Some(code) = codes.next() {
                            self.put(code, utf16(&to));
                        }
                    }
                }
                _ => return,
            }
        }
    }
}

fn value(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    // A lone byte is met in tables of simple fonts.
    if let [byte] = bytes {
        return char::from(*byte).to_string();
    }
    let units = bytes.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

enum Token<'a> {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(&'a [u8]),
}

struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        let space = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += rest.iter().take_while(|byte| space(byte)).count();
            if *self.bytes.get(self.at)? != b'%' {
                break;
            }
            let rest = &self.bytes[self.at..];
            self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        }
        let rest = &self.bytes[self.at..];
        let (token, length) = match rest {
            [b'<', b'<', ..] | [b'>', b'>', ..] => (Token::Word(&rest[..2]), 2),
            [b'<', ..] => {
                let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
                let digits: Vec<u8> =
                    rest[1..end].iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|d| d as u8).collect();
                let bytes = digits.chunks(2).map(|two| two[0] << 4 | two.get(1).copied().unwrap_or(0)).collect();
                (Token::Hex(bytes), end + 1)
            }
            [b'[', ..] => (Token::Open, 1),
            [b']', ..] => (Token::Close, 1),
            _ => {
                let ends = |byte: &u8| space(byte) || b"<>[]%".contains(byte);
                let length = 1 + rest[1..].iter().position(ends).unwrap_or(rest.len() - 1);
                (Token::Word(&rest[..length]), length)
            }
        };
        self.at += length;
        Some(token)
    }
}
