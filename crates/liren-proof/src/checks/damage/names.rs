//! A name that is gone: before 等 (主要种植等作物), behind 其中， (其中，300公顷，占25%；900公顷，占75%), behind 距离.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::{ends, starts};
use crate::relations::row::rows;

pub fn check(page: &Page, findings: &mut Findings) {
    before_and_so_on(page, findings);
    parts(page, findings);
    distances(page, findings);
}

/// Words that want a name behind them.
static WANTING: &[&str] = &[
    "种植", "养殖", "包括", "包含", "涉及", "生产", "经营", "开设", "引进", "设有", "盛产", "出产", "主产", "拥有",
    "建有", "例如", "比如", "以及", "通过", "围绕", "按照", "根据", "依托", "联合", "会同", "邀请", "来自", "分为",
    "形成", "打造", "建成", "走访", "慰问", "有", "与", "和", "及", "在", "由", "对", "向", "从", "为", "如", "因",
    "以",
];

/// 等 that is the beginning of another word: 等级, 等待, 等额.
const WORDS: &str = "级待候于同额距次比分值效量高腰离到了着号位差式身价不";

fn before_and_so_on(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    for at in 1..chars.len() {
        if chars[at] != '等' {
            continue;
        }
        let next = chars.get(at + 1).copied().unwrap_or('\n');
        let han = ('\u{4e00}'..='\u{9fff}').contains(&next);
        let word = WORDS.contains(next) || "平同对均高中初上下劣优头相何此一二三四五六七八九十".contains(chars[at - 1]);
        let Some(verb) = WANTING.iter().filter(|word| ends(chars, at, word)).max_by_key(|word| word.len()) else {
            continue;
        };
        let start = at - verb.chars().count();
        // 没有等, 以为等 and the like are other words; a verb of one character needs a stop or a noun of doing before it.
        let inside = verb.chars().count() == 1
            && start > 0
            && "没国所公私因认作行称成参共祥谐现存实之还给予普涉不随自理可所".contains(chars[start - 1]);
        if han && !word && !inside {
            let end =
                (at + 1..chars.len().min(at + 5)).find(|&n| "，。；、）\n的".contains(chars[n])).unwrap_or(at + 2);
            findings.name_missing(start..end);
        }
    }
}

/// Two parts or more of a list that have no names.
fn parts(page: &Page, findings: &mut Findings) {
    for row in rows(page) {
        let mut nameless: Vec<usize> = Vec::new();
        for n in 0..row.len() {
            let gap = row.gap(n);
            let first = gap.ends_with("其中，") || gap.ends_with("其中：");
            let goes = !nameless.is_empty() && gap.ends_with('；') && gap.chars().count() <= 2;
            let tail = row.tail(n);
            if row.level(n) && (first || goes) && tail.starts_with(['，', '；']) {
                nameless.push(n);
            }
        }
        if let (Some(&first), Some(&last)) = (nameless.first(), nameless.last())
            && nameless.len() >= 2
        {
            findings.name_missing(row.quantity(first).span.start.saturating_sub(3)..row.quantity(last).span.end);
        }
    }
}

/// 距离乡政府9公里，距离21公里: the second place is gone.
fn distances(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    for sentence in &page.sentences {
        let words = page.words(sentence.span.clone());
        let lengths =
            sentence.quantities.clone().filter(|&n| matches!(page.quantities[n].unit.as_str(), "公里" | "千米" | "米"));
        for n in lengths {
            let span = page.quantities[n].span.clone();
            let bare = ["距离", "距"].iter().find(|word| ends(chars, span.start, word));
            let Some(word) = bare else { continue };
            let start = span.start - word.chars().count();
            let led = start == sentence.span.start || "，；、。".contains(chars[start - 1]);
            let stop = chars.get(span.end).is_none_or(|c| "，。；、\n".contains(*c));
            let named = words.matches('距').count() >= 2 || starts(chars, sentence.span.start, "距");
            if led && stop && named {
                findings.name_missing(start..span.end);
            }
        }
    }
}
