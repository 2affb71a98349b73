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
    for (at, &a) in parts.iter().enumerate() {
        for &b in &parts[at + 1..] {
            let clash = OVERLAPS.iter().any(|(x, y)| {
                (label(a).contains(x) && label(b).contains(y)) || (label(a).contains(y) && label(b).contains(x))
            });
            if clash {
                findings.definition_overlap(a, b);
                return;
            }
        }
    }
}
