//! 列举 — counts that a list in the text must bear out: 社区、工作站、居民小组、楼长四级; 三个方面：一是…二是…三是….
//! And increases told in words: 在2个党支部的基础上，新成立了阳光党支部，总数达到3个.

use std::ops::Range;

use crate::page::Page;
use crate::read::measures::Kind;
use crate::read::numbers::starts;
use crate::report::FigureKind;

/// A count and the list that stands beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub count: usize,
    pub items: Vec<Range<usize>>,
    /// The list ends in 等 or may be partial.
    pub open: bool,
    /// 一是…二是…: the enumerators are the list.
    pub enumerated: bool,
}

/// Counts with a list of names before or behind them.
pub fn find(page: &Page) -> Vec<Listing> {
    let mut found = Vec::new();
    for (n, quantity) in page.quantities.iter().enumerate() {
        if quantity.kind != FigureKind::Count || !(2.0..=20.0).contains(&quantity.number.value) || !quantity.is_exact()
        {
            continue;
        }
        if let Some(listing) = enumerated(page, n).or_else(|| before(page, n)).or_else(|| named(page, n)) {
            found.push(listing);
        }
    }
    found
}

/// "社区、工作站、居民小组、楼长四级": names parted by 、 that touch the number.
fn before(page: &Page, n: usize) -> Option<Listing> {
    let quantity = &page.quantities[n];
    let listing = matches!(quantity.measure_kind(), Kind::Listing)
        || (quantity.number.chinese && quantity.measure_kind() == Kind::Thing);
    if !listing {
        return None;
    }
    let chars = &page.normal.chars;
    let floor = page.sentences[quantity.sentence].span.start;
    let end = quantity.span.start;
    let mut items = Vec::new();
    let mut runs_on = false;
    let mut stop = end;
    let mut at = end;
    while at > floor {
        let c = chars[at - 1];
        if c == '、' {
            items.push(at..stop);
            stop = at - 1;
        } else if c == '，' && items.len() > 1 && chars[floor..at - 1].iter().rev().take(14).any(|&c| c == '、') {
            // A list may run on before a comma; where it began nobody knows.
            runs_on = true;
            break;
        } else if "，。；：（）！？|\n".contains(c) || c.is_ascii_digit() {
            break;
        }
        at -= 1;
    }
    items.push(at..stop);
    items.reverse();
    // A number without a noun behind it, or one in quotation marks, is the name of something: 残疾人两项, “三个不让”.
    let next = chars.get(quantity.span.end).copied().unwrap_or('\n');
    let quoted = items.iter().any(|item| chars[item.clone()].iter().any(|c| "“”\"".contains(*c)));
    let named = quoted || !('\u{4e00}'..='\u{9fff}').contains(&next);
    let open = runs_on || named || chars[..end].ends_with(&['等']);
    (items.len() >= 2 && items.iter().skip(1).all(|item| !item.is_empty() && item.len() <= 12)).then_some(Listing {
        count: n,
        items,
        open,
        enumerated: false,
    })
}

/// "以下3个方面的工作：一是…；二是…；三是…" in the same block.
fn enumerated(page: &Page, n: usize) -> Option<Listing> {
    let quantity = &page.quantities[n];
    let chars = &page.normal.chars;
    let kind = quantity.measure_kind();
    if !(matches!(kind, Kind::Listing) || matches!(quantity.unit.as_str(), "项" | "个" | "件" | "条")) {
        return None;
    }
    let ceiling = page.normal.blocks[quantity.block].span.end;
    let opens = chars[quantity.span.end..ceiling].iter().take(14).position(|&c| c == '：')? + quantity.span.end;
    if !(starts(chars, opens + 1, "一是") || starts(chars, opens + 1, "一、") || starts(chars, opens + 1, "一要"))
    {
        return None;
    }
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut at = opens + 1;
    while at + 1 < ceiling {
        let expected = "一二三四五六七八九十".chars().nth(items.len());
        let marks = chars.get(at) == expected.as_ref()
            && matches!(chars[at + 1], '是' | '、' | '要')
            && "：；，。、".contains(chars[at - 1]);
        if marks {
            items.push(at..at + 2);
        }
        at += 1;
    }
    (items.len() >= 2).then_some(Listing { count: n, items, open: false, enumerated: true })
}

/// "组建了2支文体健身队，其中阳光花园文体健身队由10人组成，小区文体健身队由16人组成": members named by the counted noun.
fn named(page: &Page, n: usize) -> Option<Listing> {
    let quantity = &page.quantities[n];
    if quantity.measure_kind() != Kind::Thing || quantity.noun.len() < 3 {
        return None;
    }
    let noun = page.words(quantity.noun.clone());
    let chars = &page.normal.chars;
    let ceiling = page.sentences[quantity.sentence].span.end;
    if !starts(chars, quantity.noun.end, "，其中") && !starts(chars, quantity.noun.end, "：") {
        return None;
    }
    let mut items = Vec::new();
    let mut at = quantity.noun.end + 1;
    while at < ceiling {
        if starts(chars, at, &noun) && at > quantity.noun.end + 1 {
            let start = (quantity.noun.end..at).rev().find(|&m| "，、；：".contains(chars[m])).map_or(at, |m| m + 1);
            // "在文体健身队的带领下" names no member.
            if at - start >= 2 {
                items.push(start..at + quantity.noun.len());
            }
            at += quantity.noun.len();
        }
        at += 1;
    }
    (items.len() >= 2).then_some(Listing { count: n, items, open: true, enumerated: false })
}

/// 增量 — a base, what was added, and the new total.
#[derive(Debug, Clone, PartialEq)]
pub struct Increase {
    pub base: usize,
    /// A stated number, or one thing named: 新成立了阳光党支部.
    pub added: Added,
    pub total: usize,
}

/// What an increase adds.
#[derive(Debug, Clone, PartialEq)]
pub enum Added {
    Stated(usize),
    Named(Range<usize>),
}

/// "在2个党支部的基础上，新成立了阳光党支部，使党支部的总数达到3个".
pub fn increases(page: &Page) -> Vec<Increase> {
    let mut found = Vec::new();
    for sentence in 0..page.sentences.len() {
        let items = page.counted(sentence);
        for (at, &base) in items.iter().enumerate() {
            let quantity = &page.quantities[base];
            let chars = &page.normal.chars;
            let ceiling = page.sentences[sentence].span.end;
            let after = page.words(quantity.noun.end..ceiling.min(quantity.noun.end + 5));
            if !after.contains("基础上") {
                continue;
            }
            let total = items[at + 1..].iter().copied().find(|&n| {
                let other = &page.quantities[n];
                let words = page.words(other.lead.clone());
                other.unit == quantity.unit
                    && (words.contains("达") || words.contains("增加到") || words.contains("增至"))
            });
            let Some(total) = total else { continue };
            let stated =
                items[at + 1..].iter().copied().find(|&n| n < total && page.quantities[n].unit == quantity.unit);
            let noun = page.words(quantity.noun.clone());
            let added = match stated {
                Some(n) => Some(Added::Stated(n)),
                None => named_one(chars, quantity.noun.end..page.quantities[total].span.start, &noun).map(Added::Named),
            };
            if let Some(added) = added {
                found.push(Increase { base, added, total });
            }
        }
    }
    found
}

/// One thing newly founded and named by its noun.
fn named_one(chars: &[char], within: Range<usize>, noun: &str) -> Option<Range<usize>> {
    let verb = within.clone().find(|&at| {
        starts(chars, at, "新成立")
            || starts(chars, at, "新建")
            || starts(chars, at, "新组建")
            || starts(chars, at, "新增")
    })?;
    let end = (verb..within.end).find(|&at| "，。；".contains(chars[at]))?;
    let words: String = chars[verb..end].iter().collect();
    (words.ends_with(noun) && !words.contains('、')).then_some(verb..end)
}
