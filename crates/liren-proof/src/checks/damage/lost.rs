//! A number that is gone: its unit stands alone before a stop (捐款元，), its sign behind a word (达到%), its first digits before a point.

use std::ops::Range;

use super::units;
use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::{ends, starts};
use crate::text::BlockKind;

const STOPS: &str = "，。；、）\n";

pub fn check(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let mut places: Vec<Range<usize>> = Vec::new();
    for block in page.normal.blocks.iter().filter(|block| block.kind != BlockKind::Row) {
        // The heading of a table names units without numbers: 单位：万元.
        let words = page.words(block.span.clone());
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
    // Where numbers were stripped throughout, one finding says so.
    if places.len() > 6 {
        findings.numbers_missing(&places);
    } else {
        places.into_iter().for_each(|place| findings.number_missing(place));
    }
    alone(page, findings);
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
    let digits = chars[(at + 1).min(chars.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
    if chars[at] != '.' || digits == 0 {
        return None;
    }
    let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
    let next = chars.get(at + 1 + digits).copied().unwrap_or('\n');
    let unit = "万亿人元亩%‰平户公吨个".contains(next);
    let stated = "为达到于约是至".contains(before) && STOPS.contains(next);
    (before > '\u{2e80}' && (unit || stated)).then_some(at.saturating_sub(2)..at + 1 + digits)
}

/// 走访居民，86，发放资料: a number between two stops that counts nothing.
fn alone(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    for sentence in &page.sentences {
        if page.normal.blocks[sentence.block].kind == BlockKind::Row {
            continue;
        }
        let own = &page.quantities[sentence.quantities.clone()];
        let bare = |n: usize| {
            let quantity = &own[n];
            let (start, end) = (quantity.span.start, quantity.span.end);
            let led = start > sentence.span.start && chars[start - 1] == '，';
            let closed = chars.get(end).is_none_or(|c| "，。；".contains(*c));
            quantity.unit.is_empty()
                && quantity.kind == crate::report::FigureKind::Count
                && led
                && closed
                && quantity.number.digits <= 5
        };
        let places: Vec<usize> = (0..own.len()).filter(|&n| bare(n)).collect();
        // Several of them are a row of numbers whose heading says what they count.
        let others = own
            .iter()
            .filter(|quantity| !quantity.unit.is_empty() && quantity.kind == crate::report::FigureKind::Count)
            .count();
        if let &[n] = &places[..]
            && others > 0
            && !goes_on(&own[n], own, n)
        {
            findings.unit_missing(own[n].span.start - 1..own[n].span.end);
        }
    }
}

/// 为62，48，39户: the unit comes with the last.
fn goes_on(quantity: &crate::read::figures::Quantity, own: &[crate::read::figures::Quantity], n: usize) -> bool {
    let near = |m: usize| {
        own.get(m)
            .is_some_and(|other| other.span.start <= quantity.span.end + 1 || other.span.end + 1 >= quantity.span.start)
    };
    near(n + 1) || (n > 0 && own[n - 1].span.end + 1 >= quantity.span.start)
}
