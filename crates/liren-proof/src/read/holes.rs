//! Places where a number is gone: its unit stands alone before a stop (捐款元，), its sign behind a word (达到%), its first digits
//! before a point. A sum over such a place says nothing.

mod units;

use std::ops::Range;

use super::normal::Normal;
use super::numbers::{ends, starts};
use crate::text::BlockKind;

const STOPS: &str = "，。；、）\n";

/// Every such place of the text, in order.
pub fn find(normal: &Normal) -> Vec<Range<usize>> {
    let chars = &normal.chars;
    let mut places: Vec<Range<usize>> = Vec::new();
    for block in normal.blocks.iter().filter(|block| block.kind != BlockKind::Row) {
        // The heading of a table names units without numbers: 单位：万元.
        let words = normal.slice(block.span.clone());
        if words.contains("单位：") && words.chars().count() < 30 {
            continue;
        }
        let mut at = block.span.start;
        while at < block.span.end {
            match place(chars, at, block.span.start) {
                Some(place) => {
                    at = place.end.max(at + 1);
                    places.push(place);
                }
                None => at += 1,
            }
        }
    }
    places
}

fn place(chars: &[char], at: usize, floor: usize) -> Option<Range<usize>> {
    sign(chars, at).or_else(|| point(chars, at)).or_else(|| units::bare(chars, at, floor))
}

fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Signs and particles that cannot follow a word without a number.
fn sign(chars: &[char], at: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
    let next = chars.get(at + 1).copied().unwrap_or('\n');
    match chars[at] {
        '%' | '‰' if han(before) && !"百千分成".contains(before) => Some(at.saturating_sub(2)..at + 1),
        '个' if starts(chars, at, "个百分点") || starts(chars, at, "个千分点") => {
            let verbs = ["上升", "下降", "增长", "提高", "增加", "减少", "降低", "回落", "了"];
            verbs.iter().any(|word| ends(chars, at, word)).then(|| at.saturating_sub(2)..at + 4)
        }
        '月' if "自于从".contains(before) && (next == '份' || next == '日') => Some(at - 1..at + 2),
        // 去年月14日, 预计月底完工.
        '月' if before == '年' && next.is_ascii_digit() => Some(at - 1..at + 2),
        '月' if ["预计", "拟于", "定于", "将于", "计划于"].iter().any(|word| ends(chars, at, word))
            && !"饼球亮光考".contains(next) =>
        {
            Some(at - 1..at + 1)
        }
        '的' if "，。；）".contains(next) => {
            let clause =
                chars[..at].iter().rev().take(16).take_while(|c| !"，。；：（、".contains(**c) && !c.is_ascii_digit());
            let words: String = clause.collect::<Vec<_>>().into_iter().rev().collect();
            let share = words.split_once('占').is_some_and(|(_, base)| {
                base.ends_with('数') || base.ends_with("人口") || base.ends_with('额') || base.ends_with('量')
            });
            let long = words.chars().rev().position(|c| c == '占').map_or(3, |n| n + 1);
            share.then(|| at - long..at + 1)
        }
        '为' | '达'
            if "，。；".contains(next)
                && (before == '率' || ["占比", "比例", "比重"].iter().any(|word| ends(chars, at, word))) =>
        {
            Some(at.saturating_sub(2)..at + 1)
        }
        _ => None,
    }
}

/// 为.29万人, （以女性为100）为.04: the digits before the point are gone.
fn point(chars: &[char], at: usize) -> Option<Range<usize>> {
    // Looked at for every character: the digits are counted only behind a point.
    if chars[at] != '.' {
        return None;
    }
    let digits = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
    let next = chars.get(at + 1 + digits).copied().unwrap_or('\n');
    let unit = "万亿人元亩%‰平户公吨个".contains(next);
    let stated = "为达到于约是至".contains(before) && STOPS.contains(next);
    (before > '\u{2e80}' && (unit || stated)).then_some(at.saturating_sub(2)..at + 1 + digits)
}
