//! Check 4: a subset above its superset: two groups of the same people, one within the other, category by category.

use crate::findings::Findings;
use crate::read::measures::same_kind;
use crate::reading::Reading;
use crate::relate::partitions::Partition;
use crate::report::Severity;

/// Words that make a group a part of the group without them.
static NARROWING: &[&str] = &[
    "直管",
    "协管",
    "本社区",
    "本辖区",
    "户籍",
    "在册",
    "新增",
    "直属",
    "辖区内",
];

pub fn check(reading: &Reading, findings: &mut Findings) {
    for inner in &reading.partitions {
        for outer in &reading.partitions {
            if contains(reading, outer, inner) {
                compare(reading, findings, outer, inner);
            }
        }
    }
}

/// 直管育龄妇女 within 已婚育龄妇女总数: same block, a narrowing word, a shared noun at the end, fewer people.
fn contains(reading: &Reading, outer: &Partition, inner: &Partition) -> bool {
    let (whole, part) = (
        &reading.quantities[outer.whole],
        &reading.quantities[inner.whole],
    );
    if outer.whole == inner.whole
        || whole.block != part.block
        || !same_kind(whole.measure_kind(), part.measure_kind())
    {
        return false;
    }
    let narrow = NARROWING
        .iter()
        .any(|word| part.label.contains(word) && !whole.label.contains(word));
    let wide = reading.words(whole.lead.clone());
    narrow
        && wide.contains("总")
        && shared_end(&whole.label, &part.label) >= 3
        && part.base() <= whole.base()
}

fn shared_end(a: &str, b: &str) -> usize {
    a.chars()
        .rev()
        .zip(b.chars().rev())
        .take_while(|(x, y)| x == y)
        .count()
}

fn compare(reading: &Reading, findings: &mut Findings, outer: &Partition, inner: &Partition) {
    for &part in &inner.parts {
        let small = &reading.quantities[part];
        let same = outer
            .parts
            .iter()
            .copied()
            .find(|&n| reading.quantities[n].label == small.label);
        if let Some(whole) = same
            && small.base() > reading.quantities[whole].base()
        {
            findings.part_exceeds(part, whole, Severity::Error);
        }
    }
}
