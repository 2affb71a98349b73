//! Names as they are typed, and how they are found by the sound of their letters.
//!
//! GB 18030-2022 level 3: any character is a name's right. Spaces used to align two-character names are
//! removed, the dot of minority names becomes `·`, notes in brackets are kept apart from the name.

mod sound;

use crate::identifier::{is_invisible, narrow};

pub use sound::{initials, readings, sort_key, surname_length, syllable};

/// A name and what was written around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Empty when the cell held no name.
    pub text: String,
    /// 曾用名, 又名, 原名
    pub former: Vec<String>,
    /// Other notes in brackets: 户主, 楼长, 已故.
    pub annotations: Vec<String>,
    /// Spaces inside the name (王 军).
    pub spaces: bool,
    /// One of them was the ideographic space U+3000.
    pub fullwidth_space: bool,
    /// The dot was written as `.`, `•`, `・` or `．`.
    pub dot_variant: bool,
    /// Has a character outside the basic plane.
    pub rare: bool,
    /// The cell holds more than any name has; only its beginning was read.
    pub long: bool,
}

/// Characters of a cell of a name that are read. The longest names on record, with what is noted beside them, have
/// about half as many.
pub const NAME_MAX: usize = 100;

/// Words that stand where a name should be and are none.
const NO_NAME: &[&str] = &[
    "无", "/", "\\", "-", "—", "——", "空", "不详", "未知", "无名", "待定", "暂无", "空房", "空户", "无人", "空置",
    "未入住", "不在家", "未见人", "同上", "〃", "\"", "?", "?", "??", "??", "空关", "无人居住", "待查", "待核实",
    "拒访", "…", "……", "闲置", "拒绝提供", "不清楚", "没有", "未登记",
];

/// Reads the cell of a name.
pub fn read(raw: &str) -> Name {
    let mut name = Name::default();
    let mut note = String::new();
    let mut depth = 0usize;
    let mut between_letters = false;
    let raw = raw.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let end = raw.char_indices().nth(NAME_MAX).map(|(at, _)| at);
    name.long = end.is_some();
    let raw = name.take_marks(&raw[..end.unwrap_or(raw.len())]);
    let raw = match with_note(raw) {
        Some((head, behind)) => {
            name.annotations.push(behind.to_owned());
            head
        }
        None => raw,
    };
    for c in raw.chars() {
        if std::mem::take(&mut between_letters) && c.is_alphabetic() && !is_han(c) {
            name.text.push(' ');
        }
        match narrow(c) {
            '(' | '【' | '[' | '〔' | '<' | '《' => {
                depth += 1;
                if depth > 1 {
                    note.push('(');
                }
            }
            ')' | '】' | ']' | '〕' | '>' | '》' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    name.take_note(&std::mem::take(&mut note));
                } else {
                    note.push(')');
                }
            }
            n if depth > 0 => note.push(n),
            n if n.is_whitespace() && name.text.ends_with(|l: char| l.is_alphabetic() && !is_han(l)) => {
                // John Smith
                between_letters = true;
            }
            n if n.is_whitespace() || is_invisible(n) => {
                name.spaces |= !is_invisible(n);
                name.fullwidth_space |= c == '\u{3000}';
            }
            '·' => name.text.push('·'),
            '.' | '•' | '・' | '･' | '。' | '‧' | '∙' | '⋅' | '˙' | '●' => {
                name.dot_variant = true;
                name.text.push('·');
            }
            n => {
                name.rare |= n as u32 > 0xffff;
                name.text.push(n);
            }
        }
    }
    if depth > 0 {
        name.take_note(&note);
    }
    name.settle();
    name.unframe(raw);
    name
}

/// What follows a name after a blank and is no part of it: 蓝月娥 亡.
const NOTES_BEHIND: &[&str] = &[
    "亡", "故", "殁", "死", "已故", "已亡", "已殁", "已死", "已逝", "病故", "亡故", "死亡", "去世", "已去世", "过世",
    "病逝", "迁出", "已迁", "已迁出", "迁走", "外迁", "搬走", "已搬走", "外出", "空挂", "租户", "租客", "户主", "寄住",
    "暂住",
];

/// The name and the word behind it; `None` where nothing but a name stands.
fn with_note(raw: &str) -> Option<(&str, &str)> {
    let raw = raw.trim();
    let (head, note) = raw.rsplit_once(|c: char| c.is_whitespace())?;
    let plain: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    (NOTES_BEHIND.contains(&note) && is_likely(&plain)).then_some((head, note))
}

impl Name {
    /// ★王军, 王军*, 1.王军: a mark whose legend stands elsewhere is kept as a note, a number is not.
    fn take_marks<'a>(&mut self, raw: &'a str) -> &'a str {
        const MARKS: &[char] = &[
            '*', '★', '☆', '△', '▲', '▽', '▼', '◎', '○', '●', '◆', '◇', '■', '□', '※', '#', '√', '+', '^', '&', '①',
            '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨',
        ];
        let numbered = raw.trim_start_matches(|c: char| c.is_ascii_digit());
        let after = numbered.trim_start_matches(['.', '、', ',', ')', '）', '．']);
        let raw = if numbered.len() < raw.len() && after.len() < numbered.len() && after.starts_with(is_han) {
            after
        } else {
            raw
        };
        let bare = raw.trim_matches(|c: char| MARKS.contains(&c) || c.is_whitespace());
        if bare.is_empty() {
            return raw;
        }
        for mark in raw.chars().filter(|c| MARKS.contains(c) && !bare.contains(*c)) {
            self.annotations.push(mark.to_string());
        }
        bare
    }

    fn take_note(&mut self, note: &str) {
        let note = note.trim();
        match former_of(note) {
            Some(former) => self.former.push(read(former).text),
            None if note.is_empty() => {}
            None => self.annotations.push(note.to_owned()),
        }
    }

    /// 【王军】: a frame around the whole name is a mark, and no note beside a name that is missing.
    fn unframe(&mut self, raw: &str) {
        const FRAMES: &[(char, char)] =
            &[('【', '】'), ('[', ']'), ('［', '］'), ('〔', '〕'), ('《', '》'), ('<', '>'), ('「', '」')];
        let raw = raw.trim();
        let Some((open, close)) = FRAMES.iter().find(|(o, c)| raw.starts_with(*o) && raw.ends_with(*c)) else { return };
        let inner = read(&raw[open.len_utf8()..raw.len() - close.len_utf8()]);
        if self.text.is_empty() && inner.annotations.is_empty() && inner.is_likely() {
            self.text = inner.text;
            self.spaces |= inner.spaces;
            self.annotations = vec![format!("{open}{close}")];
        }
    }

    /// What remains to be done when the whole cell is known.
    fn settle(&mut self) {
        // 王英金曾用名王桂凤, without brackets
        for word in FORMER {
            if let Some(at) = self.text.find(word).filter(|at| *at > 0) {
                let former = self.text[at + word.len()..].trim_start_matches([':', '、', ',', '·']).to_owned();
                self.text.truncate(at);
                if !former.is_empty() {
                    self.former.push(former);
                }
            }
        }
        let trimmed = self.text.trim_matches(['·', '、', ',', '*', '＊', '\'', '`', ';', ':', ',', '"']);
        // A dot at the end was a full stop, not the dot of a name.
        if trimmed.len() != self.text.len() {
            self.text = trimmed.to_owned();
            self.dot_variant &= self.text.contains('·');
        }
        self.spaces &= !self.text.is_empty();
        if NO_NAME.contains(&self.text.as_str()) || self.text.chars().all(|c| c.is_ascii_digit() || c == '/') {
            self.text.clear();
        }
    }

    /// True when the text looks like a person's name: two to four Chinese characters beginning with a
    /// surname, or a dotted minority name, or letters.
    pub fn is_likely(&self) -> bool {
        is_likely(&self.text)
    }
}

const FORMER: [&str; 9] = ["曾用名", "又名", "原名", "别名", "小名", "现名", "也叫", "乳名", "曾名"];

fn former_of(note: &str) -> Option<&str> {
    let word = FORMER.iter().find(|word| note.starts_with(**word))?;
    let rest = note[word.len()..].trim_start_matches([':', '：', ' ', '、', '为', '叫']);
    (!rest.is_empty()).then_some(rest)
}

/// See [`Name::is_likely`].
pub fn is_likely(text: &str) -> bool {
    let count = text.chars().count();
    if text.contains('·') {
        return (3..=24).contains(&count) && text.chars().all(|c| c == '·' || is_han(c) || c.is_ascii_alphabetic());
    }
    (2..=4).contains(&count) && text.chars().all(is_han) && sound::surname_length(text) > 0
}

/// A Chinese character of any plane.
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff | 0x3007)
}

/// `李*`: the surname stays, the rest is hidden.
pub fn masked(name: &str) -> String {
    let keep = sound::surname_length(name).max(1);
    name.chars().enumerate().map(|(at, c)| if at < keep { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests;
