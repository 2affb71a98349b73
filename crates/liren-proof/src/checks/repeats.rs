//! Check 9: one event told in two chapters, and names that differ by a word.

use std::collections::HashMap;
use std::ops::Range;

use crate::findings::Findings;
use crate::page::Page;
use crate::read::measures::Kind;
use crate::relations::Outcome;
use crate::report::FigureKind;

/// How many characters in a row two tellings must share.
const SHARED: usize = 6;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    counted(page, findings);
    named(page, findings);
    variants(page, findings);
}

/// The same count of the same wording in two paragraphs.
fn counted(page: &Page, findings: &mut Findings) {
    let mut seen: HashMap<(u64, &str), Vec<usize>> = HashMap::new();
    for (n, quantity) in page.quantities.iter().enumerate() {
        let event = matches!(quantity.measure_kind(), Kind::Event | Kind::Attendance);
        if quantity.kind != FigureKind::Count || !event || quantity.number.value < 2.0 {
            continue;
        }
        let places = seen.entry((quantity.base().to_bits(), quantity.unit.as_str())).or_default();
        let here = telling(page, n);
        let twin = places.iter().rev().take(20).copied().find(|&m| {
            let other = &page.quantities[m];
            other.block != quantity.block
                && other.piece == quantity.piece
                && other.period == quantity.period
                && common(&here, &telling(page, m)) >= SHARED
        });
        if let Some(twin) = twin {
            let span = |n: usize| {
                let quantity = &page.quantities[n];
                quantity.lead.start.max(quantity.span.start.saturating_sub(18))..quantity.span.end
            };
            findings.event_repeated(span(n), span(twin));
        }
        places.push(n);
    }
}

/// The last words before a number.
fn telling(page: &Page, n: usize) -> Vec<char> {
    let quantity = &page.quantities[n];
    let chars = &page.normal.chars;
    let from = (quantity.span.start.saturating_sub(24)..quantity.span.start)
        .rev()
        .find(|&at| "，。；：！？|\n".contains(chars[at]))
        .map_or(quantity.span.start.saturating_sub(24), |at| at + 1);
    let mut words = page.normal.chars[from..quantity.span.start].to_vec();
    words.extend(&page.normal.chars[quantity.noun.clone()]);
    words
}

/// The longest run of characters two pieces share.
fn common(a: &[char], b: &[char]) -> usize {
    let mut best = 0;
    let mut row = vec![0usize; b.len() + 1];
    for &x in a {
        let mut before = 0;
        for (n, &y) in b.iter().enumerate() {
            let kept = row[n + 1];
            row[n + 1] = if x == y { before + 1 } else { 0 };
            best = best.max(row[n + 1]);
            before = kept;
        }
    }
    best
}

/// Characters of office prose that name nothing in particular.
const GENERIC: &str = "开展活动社区居民组织进行工作服务宣传文化志愿者党员群众的和与在了参加培训教育管理安全建设会议举办小广场学习关爱健康讲座知识主题法律系列";

/// "红色电影进社区活动1次" and, elsewhere, "红色电影大家看活动": the same rare words in two paragraphs' activities.
fn named(page: &Page, findings: &mut Findings) {
    let mut grams: HashMap<[char; 4], Vec<usize>> = HashMap::new();
    let chars = &page.normal.chars;
    for (at, window) in chars.windows(4).enumerate() {
        let [a, b, c, d] = [window[0], window[1], window[2], window[3]];
        let words = [a, b, c, d].iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
        let rare = [a, b, c, d].iter().filter(|c| !GENERIC.contains(**c)).count();
        if words && rare >= 3 {
            grams.entry([a, b, c, d]).or_default().push(at);
        }
    }
    for quantity in &page.quantities {
        if quantity.kind != FigureKind::Count || quantity.number.value != 1.0 || quantity.measure_kind() != Kind::Event
        {
            continue;
        }
        let lead = quantity.lead.clone();
        if !page.words(lead.clone()).ends_with("活动") {
            continue;
        }
        let twin = lead.clone().rev().find_map(|at| {
            let gram: [char; 4] = chars.get(at..at + 4)?.try_into().ok()?;
            let places = grams.get(&gram)?;
            let [first, second] = places[..] else {
                return None;
            };
            let other = if lead.contains(&first) { second } else { first };
            let end = chars.len().min(other + 14);
            let near = page.words(other..end);
            let blocks = |n: usize| page.normal.blocks.partition_point(|block| block.span.start <= n);
            (near.contains("活动") && blocks(other) != blocks(at))
                .then_some((at..quantity.span.end, other..other + near_end(&near)))
        });
        if let Some((place, other)) = twin {
            findings.event_repeated(place, other);
        }
    }
}

fn near_end(words: &str) -> usize {
    words.find("活动").map_or(4, |byte| words[..byte].chars().count() + 2)
}

/// Names in quotation marks where one is the other with a word put in: “红旗门店”, “红旗诚信门店”.
fn variants(page: &Page, findings: &mut Findings) {
    let names = quoted(&page.normal.chars);
    let mut told: Vec<(Vec<char>, Range<usize>)> = Vec::new();
    for span in names {
        let name = page.normal.chars[span.clone()].to_vec();
        if !(4..=10).contains(&name.len()) || told.iter().any(|(other, _)| *other == name) {
            continue;
        }
        if told.len() > 200 {
            return;
        }
        let twin = told.iter().find(|(other, _)| inserted(other, &name) || inserted(&name, other));
        if let Some((_, other)) = twin {
            findings.name_variant(span.clone(), other.clone());
        }
        told.push((name, span));
    }
}

fn quoted(chars: &[char]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut open: Option<usize> = None;
    for (at, &c) in chars.iter().enumerate() {
        match c {
            '“' | '‘' | '「' => open = Some(at + 1),
            '”' | '’' | '」' => {
                if let Some(start) = open.take()
                    && at - start <= 12
                {
                    spans.push(start..at);
                }
            }
            '\n' => open = None,
            _ => {}
        }
    }
    spans
}

/// Whether `long` is `short` with two characters put into its middle.
fn inserted(short: &[char], long: &[char]) -> bool {
    if long.len() != short.len() + 2 {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let tail = short.iter().rev().zip(long.iter().rev()).take_while(|(a, b)| a == b).count();
    let plain = |words: &[char]| words.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    let numeral = |c: &char| "一二三四五六七八九十双两".contains(*c);
    head >= 2 && tail >= 2 && head + tail >= short.len() && plain(long) && !long.iter().any(numeral)
}
