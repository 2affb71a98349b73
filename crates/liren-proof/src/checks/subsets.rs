//! Check 4: a subset above its superset: two groups of the same people, one within the other, category by category;
//! and categories that overlap, or cannot be compared.

use crate::findings::Findings;
use crate::read::measures::same_kind;
use crate::reading::Reading;
use crate::relate::partitions::Partition;
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

pub fn check(reading: &Reading, findings: &mut Findings) {
    ages(reading, findings);
    for (n, inner) in reading.partitions.iter().enumerate() {
        if inner.holds {
            overlap(reading, findings, inner);
        }
        // Only the lists around it, in the same paragraph, can contain it.
        let block = reading.quantities[inner.whole].block;
        let around = reading.partitions[n.saturating_sub(12)..].iter().take(24);
        for outer in around.filter(|outer| reading.quantities[outer.whole].block == block) {
            if contains(reading, outer, inner) {
                compare(reading, findings, outer, inner);
            }
        }
    }
}

/// More people above eighty than above sixty.
fn ages(reading: &Reading, findings: &mut Findings) {
    for sentence in 0..reading.sentences.len() {
        let old: Vec<(usize, u32)> =
            reading.counted(sentence).into_iter().filter_map(|n| Some((n, above(reading, n)?))).collect();
        for pair in old.windows(2) {
            let [(a, x), (b, y)] = [pair[0], pair[1]];
            let (younger, older) = if x < y { (a, b) } else { (b, a) };
            let (wide, narrow) = (&reading.quantities[younger], &reading.quantities[older]);
            let same = wide.unit == narrow.unit
                && wide.area == narrow.area
                && wide.period == narrow.period
                && wide.scope == narrow.scope;
            let noun =
                |n: usize| reading.quantities[n].label.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
            if x != y
                && same
                && noun(a) == noun(b)
                && narrow.base() > wide.base()
                && narrow.is_exact()
                && wide.is_exact()
            {
                findings.part_exceeds(older, younger, Severity::Error);
            }
        }
    }
}

/// The age a count of old people begins at: 60岁以上老人.
fn above(reading: &Reading, n: usize) -> Option<u32> {
    let quantity = &reading.quantities[n];
    let words = quantity.restriction.as_deref()?;
    let elders = ["老人", "老年人", "老龄"].iter().any(|word| quantity.label.contains(word));
    let digits: String = words.chars().take_while(char::is_ascii_digit).collect();
    (elders && words.ends_with("以上")).then(|| digits.parse().ok())?
}

/// 直管育龄妇女 within 已婚育龄妇女总数: same block, a narrowing word, a shared noun at the end, fewer people.
fn contains(reading: &Reading, outer: &Partition, inner: &Partition) -> bool {
    let (whole, part) = (&reading.quantities[outer.whole], &reading.quantities[inner.whole]);
    if outer.whole == inner.whole || whole.block != part.block || !same_kind(whole.measure_kind(), part.measure_kind())
    {
        return false;
    }
    let narrow = NARROWING.iter().any(|word| part.label.contains(word) && !whole.label.contains(word));
    let wide = reading.words(whole.lead.clone());
    narrow && wide.contains("总") && shared_end(&whole.label, &part.label) >= 3 && part.base() <= whole.base()
}

fn shared_end(a: &str, b: &str) -> usize {
    a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).count()
}

fn compare(reading: &Reading, findings: &mut Findings, outer: &Partition, inner: &Partition) {
    let label = |n: usize| reading.quantities[n].label.as_str();
    for &part in &inner.parts {
        let whole = outer.parts.iter().copied().find(|&n| alike(label(n), label(part)));
        if let Some(whole) = whole
            && reading.quantities[part].base() > reading.quantities[whole].base()
        {
            findings.part_exceeds(part, whole, Severity::Error);
        }
    }
    let strange = |these: &[usize], those: &[usize]| {
        these.iter().filter(|&&n| !those.iter().any(|&m| alike(label(n), label(m)))).count()
    };
    if inner.parts.len() >= 3
        && outer.parts.len() >= 3
        && strange(&inner.parts, &outer.parts) >= 1
        && strange(&outer.parts, &inner.parts) >= 1
    {
        findings.taxonomy_mismatch(inner.whole, outer.whole);
    }
}

/// 使用药具 and 用药具 are one category.
fn alike(a: &str, b: &str) -> bool {
    a == b || (a.chars().count() >= 2 && b.chars().count() >= 2 && (a.ends_with(b) || b.ends_with(a)))
}

/// Two parts of a list that adds up, whose names overlap: either the sum or the definition is wrong.
fn overlap(reading: &Reading, findings: &mut Findings, partition: &Partition) {
    let label = |n: usize| reading.quantities[n].label.as_str();
    for (at, &a) in partition.parts.iter().enumerate() {
        for &b in &partition.parts[at + 1..] {
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
