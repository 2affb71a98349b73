//! Numbers and names that were covered up: XX户, 3X6件, 某某社区.

use std::ops::Range;

use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::starts;

/// Characters that cover something up.
fn covers(c: char) -> bool {
    matches!(c, 'x' | 'X' | '×' | '*' | '_' | '＊' | '＿' | 'Ⅹ' | '╳' | '□' | '△')
}

pub fn check(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let mut names: Vec<Range<usize>> = Vec::new();
    let mut counts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !covers(chars[at]) {
            if starts(chars, at, "某某") {
                names.push(at..at + 2);
                at += 2;
            } else {
                at += 1;
            }
            continue;
        }
        let end = at + chars[at..].iter().take_while(|c| covers(**c)).count();
        let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
        let next = chars.get(end).copied().unwrap_or('\n');
        let digit_before = before.is_ascii_digit();
        let digit_after = next.is_ascii_digit();
        let latin = |c: char| c.is_ascii_alphabetic();
        if end - at == 1
            && (latin(before)
                || latin(next)
                || (digit_before && digit_after)
                || before == '\n'
                || (chars[at] == '*' || chars[at] == '_'))
            && !(digit_before && "年户人名元次%".contains(next))
        {
            at = end;
            continue;
        }
        if latin(before) || latin(next) || end - at > 8 {
            at = end;
            continue;
        }
        if end - at == 1 && !digit_before && chars[at] == '×' && !"年月日户人名个件元次%区村镇街县市社".contains(next)
        {
            at = end;
            continue;
        }
        let unit = "户人名件元次起份处%场万亩家栋套".contains(next)
            && !(next == '人' && chars.get(end + 1).is_some_and(|&c| "民社大".contains(c)))
            && !(next == '户' && chars.get(end + 1) == Some(&'籍'));
        if unit || (next == '个' && chars.get(end + 1) != Some(&'人')) {
            let start = at - chars[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
            counts.push(start..end + 1);
        } else {
            let start = at - chars[..at].iter().rev().take(4).take_while(|c| c.is_ascii_digit()).count();
            names.push(start..end);
        }
        at = end;
    }
    // A template has them everywhere; one finding says so.
    if counts.len() > 3 {
        findings.counts_masked(&counts);
    } else {
        for place in counts {
            findings.count_masked(place);
        }
    }
    if !names.is_empty() {
        findings.masks(&names);
    }
}
