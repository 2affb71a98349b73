//! 同比增长, 比上年增加…: a rate of change between two periods.

use super::{Basis, Fit, Ratio, fit, lead_words, sentence_start};
use crate::read::measures::same_kind;
use crate::reading::Reading;
use crate::report::FigureKind;

/// Words of growth before a rate, and whether it fell.
fn grows(words: &str) -> Option<bool> {
    let last = words.rsplit(['，', '；', '、']).next().unwrap_or(words);
    for (word, fell) in [
        ("增长", false),
        ("增加", false),
        ("上升", false),
        ("提高", false),
        ("增幅", false),
        ("提升", false),
        ("上涨", false),
        ("下降", true),
        ("减少", true),
        ("降低", true),
        ("降幅", true),
        ("回落", true),
        ("负增长", true),
    ] {
        if last.contains(word) {
            return Some(fell);
        }
    }
    None
}

/// 由3500人增加到2023年的5200人
pub fn moved_to(words: &str) -> bool {
    [
        "增加到", "增至", "提高到", "上升到", "上升至", "提升到", "提升至", "提高至", "下降到", "下降至", "降至",
        "降到", "减少到", "减至", "减少至", "发展到", "增加至", "增长到", "增长至",
    ]
    .iter()
    .any(|word| words.contains(word))
}

/// 比上年同期120件增加20件，增长16.7%.
pub fn growth(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    grown_from(reading, items, at).or_else(|| grown_by(reading, items, at))
}

/// 增长15%，由去年的160件增加到今年的184件: the two values told behind the rate.
fn grown_from(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let (&then, &now) = (items.get(at + 1)?, items.get(at + 2)?);
    let behind = reading.gap(rate, then);
    let led = behind.starts_with(['，', '（']) && behind.contains(['由', '从']) && behind.chars().count() <= 10;
    let quantities = [then, now].map(|n| &reading.quantities[n]);
    let counts = quantities.iter().all(|q| q.kind == FigureKind::Count && q.is_exact() && q.unit == quantities[0].unit);
    grows(&reading.clause_before(rate))?;
    if !(led && counts && moved_to(&reading.gap(then, now))) {
        return None;
    }
    let value = |n: usize| reading.quantities[n].base();
    let (share, fit) = fit(reading, (value(now) - value(then)).abs(), value(then), rate);
    Some(Ratio { rate, numerator: now, base: then, basis: Basis::Growth, fit, value: share, better: None, sure: true })
}

fn grown_by(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let floor = if at == 0 { sentence_start(reading, rate) } else { reading.quantities[items[at - 1]].span.end };
    let fell = grows(&reading.words(floor..reading.quantities[rate].span.start))?;
    let counts: Vec<usize> = items[..at]
        .iter()
        .copied()
        .filter(|&n| reading.quantities[n].kind == FigureKind::Count && reading.quantities[n].is_exact())
        .collect();
    let last = *counts.last()?;
    let kind = reading.quantities[last].measure_kind();
    // Only counts since the last rate belong to this comparison.
    let since = items[..at].iter().rposition(|&n| reading.quantities[n].is_rate()).map_or(0, |n| n + 1);
    let own: Vec<usize> = items[since..at]
        .iter()
        .copied()
        .filter(|&n| counts.contains(&n) && same_kind(reading.quantities[n].measure_kind(), kind))
        .collect();
    let difference = own.iter().copied().find(|&n| {
        grows(&lead_words(reading, n)).is_some()
            && !lead_words(reading, n).contains("至")
            && !lead_words(reading, n).contains("到")
    });
    let mut readings: Vec<(usize, usize, f64, f64)> = Vec::new();
    let value = |n: usize| reading.quantities[n].base();
    if let Some(difference) = difference {
        // Value and difference: the base is what was there before.
        for &current in own.iter().filter(|&&n| n < difference) {
            let before = if fell { value(current) + value(difference) } else { value(current) - value(difference) };
            readings.push((difference, current, value(difference), before));
        }
        // Measured against the present instead of the past is a slip, not a reading.
        let past = |n: usize| reading.quantities[n].period.as_deref() == Some("上年");
        for &earlier in own.iter().filter(|&&n| n != difference && past(n)) {
            readings.push((difference, earlier, value(difference), value(earlier)));
        }
    } else if let [a, b] = own[..] {
        let (wa, wb) = (reading.quantities[a].period.as_deref(), reading.quantities[b].period.as_deref());
        let from_to = moved_to(&reading.gap(a, b)) && reading.clause_before(a).contains(['由', '从']);
        let (current, earlier) = if wb == Some("上年") && wa != wb {
            (a, b)
        } else if from_to || (wa == Some("上年") && wb != wa) {
            (b, a)
        } else {
            return None;
        };
        readings.push((current, earlier, (value(current) - value(earlier)).abs(), value(earlier)));
    }
    let mut natural: Option<Ratio> = None;
    for (numerator, base, change, before) in readings {
        let (share, fit) = fit(reading, change, before, rate);
        let ratio = Ratio { rate, numerator, base, basis: Basis::Growth, fit, value: share, better: None, sure: true };
        if fit == Fit::Exact {
            return Some(ratio);
        }
        natural.get_or_insert(ratio);
    }
    natural
}
