//! 口号中的数 — 四卡（户籍卡、信息卡、服务卡、联系卡）, 五个到位：思想到位、组织到位 …: the number is part of a name, and
//! the list that spells the name out must have as many members.

use std::ops::Range;

use crate::page::Page;
use crate::read::numbers::chinese_value;

/// A name with a number in it, and the list behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slogan {
    pub name: Range<usize>,
    pub stated: usize,
    pub listed: usize,
    /// Every member repeats a character of the name, so the list means to be complete.
    pub sure: bool,
}

/// Every such name that its list follows.
pub fn find(page: &Page) -> Vec<Slogan> {
    let chars = &page.normal.chars;
    let mut found = Vec::new();
    for at in 0..chars.len() {
        if "二三四五六七八九两".contains(chars[at]) {
            found.extend(slogan(chars, at));
        }
    }
    found
}

fn slogan(chars: &[char], at: usize) -> Option<Slogan> {
    let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
    if "第一二三四五六七八九十百千万零〇年月周".contains(before) || before.is_ascii_digit() {
        return None;
    }
    let stated = chinese_value(&chars[at..at + 1])? as usize;
    let han =
        |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c) && !"一二三四五六七八九十百千万年月日点是届楼组".contains(*c);
    let length = chars[at + 1..].iter().take(6).take_while(|c| han(c)).count();
    if !(1..=5).contains(&length) {
        return None;
    }
    let mut end = at + 1 + length;
    if chars.get(end) == Some(&'”') {
        end += 1;
    }
    let close = match chars.get(end)? {
        '（' => '）',
        '：' => '。',
        _ => return None,
    };
    let list: Vec<char> =
        chars[end + 1..].iter().copied().take(120).take_while(|&c| c != close && !"；\n".contains(c)).collect();
    let items: Vec<&[char]> = list.split(|&c| c == '、').collect();
    let plain =
        |item: &&[char]| (2..=10).contains(&item.len()) && item.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    if items.len() < 2 || !items.iter().all(plain) || list.ends_with(&['等']) {
        return None;
    }
    let name = &chars[at + 1..at + 1 + length];
    let sure = name.iter().any(|c| *c != '个' && items.iter().all(|item| item.contains(c)));
    Some(Slogan { name: at..at + 1 + length, stated, listed: items.len(), sure })
}
