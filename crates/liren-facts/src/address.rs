//! Dwellings out of addresses: estate, building, unit, room, whatever marks the clerk used.
//!
//! `3#2-501`, `3号楼2单元501室`, `3栋二单元501`, `3-2-501`, full-width and Chinese numerals; villages have
//! 组 (group) and 号 (house) instead: the group stands for the building, the house for the room.

use crate::identifier::{is_invisible, narrow};
use crate::numeral;

/// 住房 — where a dwelling is, in normalised parts (`3`, `A`, `甲3`); what is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dwelling {
    /// 小区 or 村
    pub estate: Option<String>,
    /// 号楼; `3组` in villages
    pub building: Option<String>,
    /// 单元
    pub unit: Option<String>,
    /// 室; the house number in villages
    pub room: Option<String>,
}

impl Dwelling {
    /// `estate|building|unit|room`, empty where unknown.
    pub fn key(&self) -> String {
        let part = |p: &Option<String>| p.clone().unwrap_or_default();
        format!("{}|{}|{}|{}", part(&self.estate), part(&self.building), part(&self.unit), part(&self.room))
    }

    /// Enough to find a door: a room, and a building or an estate.
    pub fn is_door(&self) -> bool {
        self.room.is_some() && (self.building.is_some() || self.estate.is_some())
    }

    pub fn is_empty(&self) -> bool {
        self == &Dwelling::default()
    }

    /// Whether both can be one home: the same building and room, and nothing else that contradicts. Who says less (no
    /// unit, no estate) says nothing of another place.
    pub fn can_be(&self, other: &Dwelling) -> bool {
        let agrees = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        let estates = match (&self.estate, &other.estate) {
            (Some(a), Some(b)) => same_estate(a, b),
            _ => true,
        };
        self.building == other.building && self.room == other.room && agrees(&self.unit, &other.unit) && estates
    }

    /// Fills what is unknown from `other`.
    pub fn or(mut self, other: &Dwelling) -> Dwelling {
        self.estate = self.estate.or_else(|| other.estate.clone());
        self.building = self.building.or_else(|| other.building.clone());
        self.unit = self.unit.or_else(|| other.unit.clone());
        self.room = self.room.or_else(|| other.room.clone());
        self
    }
}

/// 凯旋城 and 凯旋城小区, 祥和一区 and 祥和1区, 解放路12号 and 解放路12号院: one estate in two spellings.
pub fn same_estate(a: &str, b: &str) -> bool {
    a == b || estate_key(a) == estate_key(b)
}

/// The part of an estate's name that tells it from others.
pub fn estate_key(name: &str) -> String {
    let mut text = squeeze(name).replace(['(', ')', '[', ']', '【', '】', '“', '”', '"', '·', '-', '—'], "");
    for word in ["住宅小区", "居民小区", "生活小区", "小区", "住宅区"] {
        if let Some(stem) = text.strip_suffix(word)
            && stem.chars().count() >= 2
        {
            text = stem.to_owned();
            break;
        }
    }
    if let Some(stem) = text.strip_suffix("号院").or_else(|| text.strip_suffix("号大院")) {
        text = format!("{stem}号");
    }
    // 一区 and 1区, 二期 and 2期: the numeral of a part, not the 一 of a name
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (at, c) in chars.iter().enumerate() {
        let counts = chars.get(at + 1).is_some_and(|n| matches!(n, '区' | '期' | '院' | '村' | '号'));
        match numeral::read(&c.to_string()).filter(|_| counts && numeral::is_numeral(*c)) {
            Some(value) => out.push_str(&value.to_string()),
            None => out.push(*c),
        }
    }
    out
}

/// Does the name end like a street or a lane?
pub fn is_lane(name: &str) -> bool {
    name.ends_with(STREETS) || name.ends_with("胡同")
}

const STREETS: [char; 9] = ['路', '街', '巷', '道', '弄', '条', '里', '段', '坊'];
/// Characters of the longest address, with province and remarks.
const LONGEST: usize = 300;

/// Reads an address; `None` when it names no part of a dwelling (a workplace, a sentence).
pub fn read(raw: &str) -> Option<Dwelling> {
    if raw.chars().nth(LONGEST).is_some() {
        return None;
    }
    let text = normalise(raw);
    let tokens = tokens(&text);
    if tokens.is_empty() {
        return None;
    }
    let mut dwelling = Dwelling::default();
    let head = &text[..tokens[0].start];
    let street_at = tokens.iter().position(|t| is_street_number(&text, t, &tokens));
    let first = street_at.map_or(0, |at| at + 1);
    let rest = &tokens[first..];
    match (street_at.map(|at| &tokens[at]), rest) {
        (Some(street), []) => {
            if street.mark == Mark::Lane {
                return None;
            }
            // 幸福路58号: a house on a street
            dwelling.estate = estate_of(text[..street.start].trim());
            dwelling.room = Some(street.value.clone());
        }
        (Some(street), rest) => {
            // 学府路88号凯旋城5幢: the estate has a name of its own.
            let named = estate_of(&text[street.end..rest[0].start]).filter(|n| n.chars().count() >= 2 && n != "附");
            let yard = street.yard || street.mark == Mark::Lane;
            let in_yard =
                rest.iter().any(|t| matches!(t.mark, Mark::Building | Mark::Group | Mark::Number) && !t.branch);
            if let Some(named) = named {
                dwelling.estate = Some(named);
                assign(&mut dwelling, rest)?;
            } else if yard || in_yard || (rest.len() > 1 && rest.iter().all(|t| t.mark == Mark::None)) {
                // What is built in a yard or along a lane has no other name.
                dwelling.estate = estate_of(text[..street.end].trim());
                assign(&mut dwelling, rest)?;
            } else {
                // 某街43号附1号, 某街43号2单元501: the number on the street is the building.
                dwelling.estate = estate_of(text[..street.start].trim());
                dwelling.building = Some(street.value.clone());
                let rest = match rest {
                    [branch, more @ ..] if branch.branch && !more.is_empty() => {
                        dwelling.building = Some(format!("{}附{}", street.value, branch.value));
                        more
                    }
                    rest => rest,
                };
                assign(&mut dwelling, rest)?;
            }
        }
        (None, rest) => {
            dwelling.estate = estate_of(head.trim());
            assign(&mut dwelling, rest)?;
        }
    }
    let floor = rest.iter().rev().find(|t| matches!(t.mark, Mark::Floor | Mark::BuildingOrFloor));
    if let (None, Some(floor), Some(side)) = (&dwelling.room, floor, side_of(&text)) {
        // 3号楼2单元5楼东户: the door of a floor by its side
        if dwelling.building.as_ref() != Some(&floor.value) || floor.mark == Mark::Floor {
            dwelling.room = Some(format!("{}{side}", floor.value));
        }
    }
    // A number alone says nothing, a sentence with a number in it neither.
    let parts = [&dwelling.building, &dwelling.unit, &dwelling.room].iter().filter(|p| p.is_some()).count();
    (parts >= 2 || (parts == 1 && dwelling.estate.is_some() && tokens.last().is_some_and(|t| t.end == text.len())))
        .then_some(dwelling)
}

/// 东户, 西室, 中门 at the end of an address.
fn side_of(text: &str) -> Option<char> {
    let text = text.trim_end_matches(['户', '室', '门', '侧', '边', '首', '手']);
    text.chars().last().filter(|c| matches!(c, '东' | '西' | '中' | '南' | '北' | '左' | '右'))
}

/// Reads a building, unit or room that has a column of its own: `3号楼`, `二单元`, `501室`, `3`.
pub fn part(raw: &str) -> Option<String> {
    let text = numeral::to_arabic(&squeeze(raw));
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let text = text.strip_prefix('第').unwrap_or(text);
    let bare = MARKS
        .iter()
        .filter(|(word, _)| text.len() > word.len())
        .find_map(|(word, _)| text.strip_suffix(word))
        .unwrap_or(text);
    (!bare.is_empty() && bare.chars().count() <= 8).then(|| bare.to_owned())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Building,
    /// 楼: a building before a unit, a floor after one
    BuildingOrFloor,
    Unit,
    Floor,
    Room,
    /// 号: a house, a building or a room
    Number,
    Group,
    /// 弄: a lane and what is built along it, an estate
    Lane,
    /// `-`, `/` or nothing
    None,
}

/// Longest first, so that 号楼 wins over 号.
const MARKS: [(&str, Mark); 23] = [
    ("号住宅楼", Mark::Building),
    ("居民小组", Mark::Group),
    ("村民小组", Mark::Group),
    ("号楼", Mark::Building),
    ("#楼", Mark::Building),
    ("栋楼", Mark::Building),
    ("单元", Mark::Unit),
    ("号院", Mark::Number),
    ("小组", Mark::Group),
    ("号房", Mark::Room),
    ("单", Mark::Unit),
    ("#", Mark::Building),
    ("栋", Mark::Building),
    ("幢", Mark::Building),
    ("座", Mark::Building),
    ("楼", Mark::BuildingOrFloor),
    ("门", Mark::Unit),
    ("室", Mark::Room),
    ("户", Mark::Room),
    ("层", Mark::Floor),
    ("组", Mark::Group),
    ("弄", Mark::Lane),
    ("号", Mark::Number),
];

struct Token {
    value: String,
    mark: Mark,
    /// Byte offsets of number and mark.
    start: usize,
    end: usize,
    /// 号院
    yard: bool,
    /// 附1号, 之1: below the number before it
    branch: bool,
}

fn squeeze(raw: &str) -> String {
    raw.chars().map(narrow).filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect()
}

/// Half-width, no blanks, numerals as digits where they number something: 三号楼 but not 三里屯.
fn normalise(raw: &str) -> String {
    let text = squeeze(raw);
    let text = without_notes(&text);
    let mut out = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let mut end = at;
        while end < chars.len() && numeral::is_numeral(chars[end]) {
            end += 1;
        }
        if end > at {
            let run: String = chars[at..end].iter().collect();
            let rest: String = chars[end..].iter().take(4).collect();
            let counted = MARKS.iter().any(|(word, _)| rest.starts_with(word))
                || (rest.is_empty()
                    && out.chars().last().is_some_and(|c| !c.is_alphabetic() || "元门楼栋幢座".contains(c)))
                || rest.starts_with(['-', '—']);
            match numeral::read(&run).filter(|_| counted) {
                Some(value) => {
                    // 第三组
                    if out.ends_with('第') {
                        out.pop();
                    }
                    out.push_str(&value.to_string());
                }
                None => out.push_str(&run),
            }
            at = end;
        } else {
            out.push(match chars[at] {
                '—' | '–' | '/' | '_' | '－' | '~' => '-',
                '♯' => '#',
                c => c,
            });
            at += 1;
        }
    }
    out
}

/// 3栋501(租) → 3栋501, but 祥和家园(北区)3栋501 → 祥和家园北区3栋501.
fn without_notes(text: &str) -> String {
    let Some((head, rest)) = text.split_once(['(', '[', '【']) else {
        return text.to_owned();
    };
    match rest.split_once([')', ']', '】']) {
        Some((note, rest)) if note.ends_with(['区', '期', '院', '园', '苑']) => {
            format!("{head}{note}{}", without_notes(rest))
        }
        Some((_, rest)) if rest.chars().any(|c| c.is_ascii_digit()) => {
            format!("{head}{}", without_notes(rest))
        }
        _ => head.to_owned(),
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        let c = text[at..].chars().next().unwrap_or(' ');
        let starts = c.is_ascii_digit()
            || (c.is_ascii_alphabetic() && !text[..at].ends_with(|p: char| p.is_ascii_alphabetic()))
            || (matches!(c, '甲' | '乙' | '丙' | '丁') && starts_mark_or_digit(&text[at + c.len_utf8()..]))
            || (matches!(c, '东' | '西' | '南' | '北' | '中') && text[at + c.len_utf8()..].starts_with("单元"));
        if !starts {
            at += c.len_utf8();
            continue;
        }
        let start = at;
        at += c.len_utf8();
        while at < text.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let value = text[start..at].to_owned();
        let rest = &text[at..];
        let (word, mark) = MARKS.iter().find(|(word, _)| rest.starts_with(word)).copied().unwrap_or(("", Mark::None));
        at += word.len();
        let has_digit = value.bytes().any(|b| b.is_ascii_digit());
        // A-1203: a building called by a letter
        let letter = value.len() == 1 && rest.starts_with('-');
        if !has_digit && mark == Mark::None && !letter {
            continue;
        }
        // 0501 and 501 are one room; a lone 0 stays
        let value = match value.trim_start_matches('0') {
            "" => value.clone(),
            trimmed if value.bytes().all(|b| b.is_ascii_digit()) => trimmed.to_owned(),
            _ => value.to_ascii_uppercase(),
        };
        let start = if text[..start].ends_with('第') { start - '第'.len_utf8() } else { start };
        // 501-1 and B1-02 number one room: what follows a room's number is part of it.
        if mark == Mark::None || mark == Mark::Room {
            let joined = out.last_mut().filter(|before: &&mut Token| {
                let room = |v: &str| v.len() >= 3 && v.bytes().all(|b| b.is_ascii_digit());
                let basement = |v: &str| v.starts_with('B') && v.len() == 2;
                before.mark == Mark::None
                    && text[before.end..start] == *"-"
                    && (room(&before.value) || basement(&before.value))
                    && value.len() <= 2
            });
            if let Some(before) = joined {
                before.value = format!("{}-{value}", before.value);
                before.mark = mark;
                before.end = at;
                continue;
            }
        }
        let branch = text[..start].ends_with(['附', '之']);
        out.push(Token { value, mark, start, end: at, yard: word == "号院", branch });
    }
    out
}

fn starts_mark_or_digit(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_digit())
        || rest.starts_with("号楼")
        || rest.starts_with(['座', '栋', '幢', '单'])
}

/// 解放路12号… — a number of the street, not of the estate.
fn is_street_number(text: &str, token: &Token, all: &[Token]) -> bool {
    if token.mark == Mark::Lane {
        return true;
    }
    if token.mark != Mark::Number {
        return false;
    }
    let before = text[..token.start].trim_end_matches('第');
    let on_street = is_lane(before);
    let follows = all.iter().any(|t| t.start >= token.end);
    token.yard || (on_street && (follows || token.end == text.len()))
}

fn assign(dwelling: &mut Dwelling, tokens: &[Token]) -> Option<()> {
    let has_building = tokens.iter().any(|t| t.mark == Mark::Building);
    let mut bare: Vec<&str> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let value = Some(token.value.clone());
        let last = at + 1 == tokens.len();
        match token.mark {
            _ if token.branch => dwelling.room = Some(format!("附{}", token.value)),
            Mark::Group => dwelling.building = Some(format!("{}组", token.value)),
            Mark::Building if dwelling.building.is_none() => dwelling.building = value,
            Mark::BuildingOrFloor if !has_building && dwelling.building.is_none() && !last => dwelling.building = value,
            Mark::Unit => dwelling.unit = value,
            Mark::Room => dwelling.room = value,
            Mark::Number if dwelling.building.is_none() && !last && !has_building => dwelling.building = value,
            Mark::Number if dwelling.room.is_none() => dwelling.room = value,
            Mark::None => bare.push(&token.value),
            Mark::Building | Mark::BuildingOrFloor | Mark::Floor | Mark::Number | Mark::Lane => {}
        }
    }
    let some = |text: &str| Some(text.to_owned());
    match (dwelling.building.is_some(), dwelling.unit.is_some(), dwelling.room.is_some(), &bare[..]) {
        (.., []) => {}
        (false, false, false, [b, u, r]) => {
            (dwelling.building, dwelling.unit, dwelling.room) = (some(b), some(u), some(r));
        }
        (false, false, false, [b, u, _, r]) => {
            // building, unit, floor, room
            (dwelling.building, dwelling.unit, dwelling.room) = (some(b), some(u), some(r));
        }
        (false, false, false, [b, r]) => (dwelling.building, dwelling.room) = (some(b), some(r)),
        (true, false, false, [u, r] | [u, _, r]) => (dwelling.unit, dwelling.room) = (some(u), some(r)),
        (false, false, true, [b, u]) => (dwelling.building, dwelling.unit) = (some(b), some(u)),
        (false, true, false, [b, r]) => (dwelling.building, dwelling.room) = (some(b), some(r)),
        (_, _, false, [r]) => dwelling.room = some(r),
        (false, _, true, [b]) => dwelling.building = some(b),
        (true, false, true, [u]) => dwelling.unit = some(u),
        _ => return None,
    }
    Some(())
}

/// The estate's own name: districts, streets and the community before it are cut off.
fn estate_of(head: &str) -> Option<String> {
    let mut name = head.trim_matches(|c: char| !c.is_alphanumeric());
    for mark in ["街道办事处", "街道办", "街道", "居委会", "社区", "自治区", "省", "市", "自治县", "县", "镇", "乡"]
    {
        if let Some(at) = name.rfind(mark) {
            let rest = &name[at + mark.len()..];
            if !rest.is_empty() {
                name = rest;
            }
        }
    }
    // 河东区幸福里, but not 祥和小区
    if let Some(at) = name.find('区') {
        let (before, rest) = (&name[..at], &name[at + '区'.len_utf8()..]);
        let own = before.ends_with([
            '小', '社', '园', '住', '宅', '厂', '家', '生', '居', '校', '院', '新', '矿', '一', '二', '三',
        ]);
        if !rest.is_empty() && !own && before.chars().count() <= 3 {
            name = rest;
        }
    }
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    (!name.is_empty() && name.chars().count() <= 20).then(|| name.to_owned())
}

#[cfg(test)]
mod tests;
