//! What wrong decoding and converters leave behind.

use std::ops::Range;

use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::starts;

/// What wrong decoding leaves: the replacement character, and characters of the classic garbles.
pub fn check(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let end = if c == '\u{fffd}' || ('\u{e000}'..='\u{f8ff}').contains(&c) {
            at + 1
        } else if starts(chars, at, "锟斤拷") || starts(chars, at, "烫烫烫") || starts(chars, at, "锘") {
            (at + 3).min(chars.len())
        } else if "ÃÂâæçèéåäï¿½".contains(c)
            && chars.get(at + 1).is_some_and(|&n| ('\u{80}'..='\u{ff}').contains(&n) || n == '\u{20ac}')
        {
            at + chars[at..]
                .iter()
                .take_while(|&&c| ('\u{80}'..='\u{ff}').contains(&c) || ('\u{2010}'..='\u{20ff}').contains(&c))
                .count()
                .max(1)
        } else if c == '？'
            && chars.get(at + 1) == Some(&'？')
            && chars.get(at + 2) == Some(&'？')
            && at > 0
            && chars[at - 1] > '\u{4e00}'
        {
            at + chars[at..].iter().take_while(|&&c| c == '？').count()
        } else if c == '？' && chars.get(at + 1).is_some_and(|&n| "，。、；".contains(n) || n.is_ascii_digit()) {
            at + 2
        } else if c == '&'
            && ["&nbsp；", "&amp；", "&lt；", "&gt；", "&quot；", "&mdash；", "&ldquo；"]
                .iter()
                .any(|entity| starts(chars, at, entity))
        {
            at + chars[at..].iter().take(8).take_while(|&&c| c != '；').count() + 1
        } else {
            at += 1;
            continue;
        };
        places.push(at..end.min(chars.len()));
        at = end;
    }
    // Runs that touch are one place.
    places.dedup_by(|next, before| {
        let touches = next.start <= before.end + 2;
        if touches {
            before.end = next.end;
        }
        touches
    });
    if !places.is_empty() {
        findings.text_broken(&places);
    }
}
