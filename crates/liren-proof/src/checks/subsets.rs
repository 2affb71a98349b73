//! Check 4: a subset above its superset: two groups of the same people, one within the other, category by category;
//! and categories that overlap, or cannot be compared.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::measures::same_kind;
use crate::relations::Outcome;
use crate::relations::divisions::Division;
use crate::report::Severity;

/// Words that make a group a part of the group without them.
static NARROWING: &[&str] = &["直管", "协管", "本社区", "本辖区", "户籍", "在册", "新增", "直属", "辖区内"];

/// Categories that mean the same, or of which one contains the other.
static OVERLAPS: &[(&str, &str)] = &[
    ("结扎", "绝育"),
    ("长效节育", "结扎"),
    ("长效节育", "放环"),
    ("长效节育", "上环"),
    ("长效节育", "绝育"),
    ("放环", "上环"),
    ("特困", "五保"),
    ("孤寡", "五保"),
    ("暂住", "流动"),
    ("待岗", "失业"),
    ("下岗", "失业"),
];

pub fn check(page: &Page, outcome: &Outcome, findings: &mut Findings) {
    for (n, inner) in outcome.divisions.iter().enumerate() {
        if inner.holds {
            overlap(page, findings, inner);
        }
        // Only the lists around it, in the same paragraph, can contain it.
        let block = page.quantities[inner.whole].block;
        let around = outcome.divisions[n.saturating_sub(12)..].iter().take(24);
        for outer in around.filter(|outer| page.quantities[outer.whole].block == block) {
            if contains(page, outer, inner) {
                compare(page, findings, outer, inner);
            }
        }
    }
}

/// 直管育龄妇女 within 已婚育龄妇女总数: same block, a narrowing word, a shared noun at the end, fewer people.
fn contains(page: &Page, outer: &Division, inner: &Division) -> bool {
    let (whole, part) = (&page.quantities[outer.whole], &page.quantities[inner.whole]);
    if outer.whole == inner.whole || whole.block != part.block || !same_kind(whole.measure_kind(), part.measure_kind())
    {
        return false;
    }
    let narrow = NARROWING.iter().any(|word| part.label.contains(word) && !whole.label.contains(word));
    let wide = page.words(whole.lead.clone());
    narrow && wide.contains("总") && shared_end(&whole.label, &part.label) >= 3 && part.base() <= whole.base()
}

fn shared_end(a: &str, b: &str) -> usize {
    a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).count()
}

fn compare(page: &Page, findings: &mut Findings, outer: &Division, inner: &Division) {
    let label = |n: usize| page.quantities[n].label.as_str();
    for part in inner.members() {
        let whole = outer.members().find(|&n| alike(label(n), label(part)));
        if let Some(whole) = whole
            && page.quantities[part].base() > page.quantities[whole].base()
        {
            findings.part_exceeds(part, whole, Severity::Error);
        }
    }
    let strange = |these: &Division, those: &Division| {
        these.members().filter(|&n| !those.members().any(|m| alike(label(n), label(m)))).count()
    };
    if inner.parts.len() >= 3 && outer.parts.len() >= 3 && strange(inner, outer) >= 1 && strange(outer, inner) >= 1 {
        findings.taxonomy_mismatch(inner.whole, outer.whole);
    }
}

/// 使用药具 and 用药具 are one category.
fn alike(a: &str, b: &str) -> bool {
    a == b || (a.chars().count() >= 2 && b.chars().count() >= 2 && (a.ends_with(b) || b.ends_with(a)))
}

/// Two parts of a list that adds up, whose names overlap: either the sum or the definition is wrong.
fn overlap(page: &Page, findings: &mut Findings, division: &Division) {
    let label = |n: usize| page.quantities[n].label.as_str();
    let parts: Vec<usize> = division.members().collect();
    // 长效节育措施（不含结扎、绝育）: the words say themselves where one ends and the other begins.
    let apart = |n: usize| {
        let start = page.quantities[n].span.start;
        let before = parts.iter().map(|&m| page.quantities[m].span.end).filter(|&end| end <= start).max();
        let words = page.words(before.unwrap_or(0).max(start.saturating_sub(30))..start);
        ["不含", "不包括", "不计", "以外", "之外", "除外", "其他", "其它"].iter().any(|word| words.contains(word))
    };
    for (at, &a) in parts.iter().enumerate() {
        for &b in &parts[at + 1..] {
            let clash = OVERLAPS.iter().any(|(x, y)| {
                (label(a).contains(x) && label(b).contains(y)) || (label(a).contains(y) && label(b).contains(x))
            });
            let sexes = |x: usize, y: usize| label(x).contains('男') && label(y).contains('女');
            if clash && !apart(a) && !apart(b) && !sexes(a, b) && !sexes(b, a) {
                findings.definition_overlap(a, b);
                return;
            }
        }
    }
}
