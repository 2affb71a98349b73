//! 办结率, 参保率, 完成率: a rate named after what was done, and the pair of counts before it.

use super::{Basis, Fit, Ratio, fit_of, near};
use crate::read::measures::{Kind, same_kind};
use crate::reading::Reading;
use crate::report::FigureKind;

/// 办结率, 参保率, 完成…: two counts of one kind before it in the sentence.
pub fn pair(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let label = &reading.quantities[rate].label;
    let words = reading.words(reading.quantities[rate].lead.clone());
    let rated = ["率", "比例", "比重", "面"].iter().any(|end| label.ends_with(end))
        || (words.contains("完成") && words.contains('的'));
    if !rated || label.contains("同比") {
        return None;
    }
    if label.contains("自然增长率")
        && let Some(ratio) = natural_growth(reading, items, at)
    {
        return Some(ratio);
    }
    let counts: Vec<usize> = items[..at]
        .iter()
        .copied()
        .filter(|&n| reading.quantities[n].kind == FigureKind::Count && !reading.quantities[n].weak)
        .collect();
    // 完成率104%，计划500户，实际完成520户: the counts told behind the rate.
    let counts = if counts.is_empty() { behind(reading, items, at) } else { counts };
    let exact = |n: usize| reading.quantities[n].is_exact();
    let over = label.contains("完成") || words.contains("完成");
    let mut natural: Option<Ratio> = None;
    for (n, &numerator) in counts.iter().enumerate().rev() {
        for &base in counts[..n].iter().rev().chain(&counts[n + 1..]) {
            let (a, b) = (&reading.quantities[numerator], &reading.quantities[base]);
            let alike = same_kind(a.measure_kind(), b.measure_kind()) && exact(numerator) && exact(base);
            let beyond = a.base() > b.base() && !over;
            if !alike || (beyond && !directly(reading, items, at, numerator, base)) {
                continue;
            }
            let (value, fit) = fit_of(reading, numerator, base, rate);
            let ratio = Ratio { rate, numerator, base, basis: Basis::Pair, fit, value, better: None, sure: false };
            if fit == Fit::Exact && !beyond {
                return Some(ratio);
            }
            if natural.is_none() && (base < numerator || linked(reading, &ratio, &counts)) {
                natural = Some(ratio);
            }
        }
    }
    if natural.is_some()
        && let Some(ratio) = together(reading, rate, &counts)
    {
        return Some(ratio);
    }
    let above = || above(reading, items, rate, &counts).or_else(|| of_population(reading, rate, &counts));
    let Some(natural) = natural else { return above() };
    if !linked(reading, &natural, &counts)
        && let Some(ratio) = above().filter(|ratio| ratio.fit == Fit::Exact)
    {
        return Some(ratio);
    }
    let sure = linked(reading, &natural, &counts) || directly(reading, items, at, natural.numerator, natural.base);
    (sure || natural.fit == Fit::Truncated).then_some(Ratio { sure, ..natural })
}

/// 上报96件，办结104件，办结率98%: the rate stands right behind the number it is named after, whose base is the one before.
fn directly(reading: &Reading, items: &[usize], at: usize, numerator: usize, base: usize) -> bool {
    let rate = items[at];
    let label = reading.quantities[rate].label.trim_end_matches('率');
    let stem: String = label.chars().skip(label.chars().count().saturating_sub(2)).collect();
    let lead = reading.words(reading.quantities[numerator].lead.clone());
    let named = stem.chars().count() == 2 && lead.trim_end_matches(['了', '的', '达', '共', '数']).ends_with(&stem);
    let qualified = label.chars().count() > 2 && !lead.contains(label) && !label.starts_with('总');
    if qualified || reading.words(reading.quantities[base].lead.clone()).contains(&stem) {
        return false;
    }
    let same = |n: usize| reading.quantities[n].unit == reading.quantities[numerator].unit;
    let before = items[..at].iter().copied().rev().find(|&n| n < numerator && same(n));
    named && before == Some(base) && reading.gap(numerator, rate).chars().count() <= 8
}

/// 发现186处，当场整改142处，限期整改44处，整改率100%: the last numbers together.
fn together(reading: &Reading, rate: usize, counts: &[usize]) -> Option<Ratio> {
    let kind = reading.quantities[*counts.last()?].measure_kind();
    let mut sum = 0.0;
    for (n, &part) in counts.iter().enumerate().rev().take(5) {
        if reading.quantities[part].measure_kind() != kind || !reading.quantities[part].is_exact() {
            return None;
        }
        sum += reading.quantities[part].base();
        let base = *counts[..n].iter().rev().find(|&&n| reading.quantities[n].measure_kind() == kind)?;
        let (value, fit) = super::fit(reading, sum, reading.quantities[base].base(), rate);
        if fit == Fit::Exact {
            return Some(Ratio {
                rate,
                numerator: part,
                base,
                basis: Basis::Several,
                fit,
                value,
                better: None,
                sure: false,
            });
        }
    }
    None
}

/// (出生 - 死亡) / 人口; the population may be an average, so it is only ever verified.
fn natural_growth(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let told = |words: &[&str]| {
        let before = items[..at].iter().rev().copied();
        before.into_iter().find(|&n| {
            words.iter().any(|word| reading.quantities[n].label.contains(word)) && reading.quantities[n].is_exact()
        })
    };
    let (born, died, people) = (told(&["出生"])?, told(&["死亡"])?, told(&["人口"])?);
    let value = |n: usize| reading.quantities[n].base();
    let (value, fit) = super::fit(reading, value(born) - value(died), value(people), rate);
    (fit == Fit::Exact).then_some(Ratio {
        rate,
        numerator: born,
        base: people,
        basis: Basis::Pair,
        fit,
        value,
        better: None,
        sure: false,
    })
}

/// The two counts right behind a rate that has none before it.
fn behind(reading: &Reading, items: &[usize], at: usize) -> Vec<usize> {
    let next: Vec<usize> = items[at + 1..]
        .iter()
        .copied()
        .take(2)
        .filter(|&n| reading.quantities[n].kind == FigureKind::Count && !reading.quantities[n].weak)
        .collect();
    if next.len() == 2 { next } else { Vec::new() }
}

/// A base told in a sentence before: only ever verified.
fn above(reading: &Reading, items: &[usize], rate: usize, counts: &[usize]) -> Option<Ratio> {
    // Everything is a hundred per cent of itself.
    if reading.quantities[rate].number.value == 100.0 {
        return None;
    }
    let own = |n: usize| counts.contains(&n);
    for &numerator in counts.iter().rev().take(2) {
        let part = &reading.quantities[numerator];
        for base in near(reading, rate, items).into_iter().filter(|&n| !own(n) && n < numerator) {
            let whole = &reading.quantities[base];
            let exact = whole.is_exact() && part.is_exact();
            let fits =
                exact && whole.kind == FigureKind::Count && whole.unit == part.unit && whole.base() >= part.base();
            if fits && fit_of(reading, numerator, base, rate).1 == Fit::Exact {
                let (value, fit) = fit_of(reading, numerator, base, rate);
                return Some(Ratio {
                    rate,
                    numerator,
                    base,
                    basis: Basis::Pair,
                    fit,
                    value,
                    better: None,
                    sure: false,
                });
            }
        }
    }
    None
}

/// 参加合作医疗47人，参合率97%: of the population told elsewhere.
fn of_population(reading: &Reading, rate: usize, counts: &[usize]) -> Option<Ratio> {
    let label = &reading.quantities[rate].label;
    let whole = ["参合率", "参保率", "覆盖率", "建档率", "普及率", "登记率"].iter().any(|end| label.ends_with(end));
    let &[numerator] = counts else { return None };
    let kind = reading.quantities[numerator].measure_kind();
    let populations: &[&str] = match kind {
        Kind::Person => &["总人口", "农业人口", "乡村人口", "户籍人口", "常住人口", "人口"],
        Kind::Household => &["总户", "农户", "居民", "居民户", "户籍户", "住户"],
        _ => return None,
    };
    let own = reading.quantities[numerator].base();
    let bases: Vec<usize> = populations
        .iter()
        .flat_map(|label| reading.labelled(label, numerator))
        .filter(|&n| {
            reading.quantities[n].measure_kind() == kind
                && reading.quantities[n].base() >= own
                && reading.quantities[n].area == reading.quantities[numerator].area
        })
        .collect();
    if !whole || !reading.quantities[numerator].is_exact() {
        return None;
    }
    let judge = |base: usize| {
        let (value, fit) = fit_of(reading, numerator, base, rate);
        Ratio { rate, numerator, base, basis: Basis::Pair, fit, value, better: None, sure: false }
    };
    bases
        .iter()
        .map(|&base| judge(base))
        .find(|ratio| ratio.fit == Fit::Exact)
        .or_else(|| bases.first().map(|&base| judge(base)))
}

/// The rate is named after its numerator: 办结48件 … 办结率; the base is the only other count of that kind.
fn linked(reading: &Reading, ratio: &Ratio, counts: &[usize]) -> bool {
    let label = &reading.quantities[ratio.rate].label;
    let stem: String =
        label.trim_end_matches('率').chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
    let kind = reading.quantities[ratio.numerator].measure_kind();
    let numerator = &reading.quantities[ratio.numerator];
    let own = format!("{}{}", numerator.label, reading.words(numerator.lead.clone()));
    let alike = counts.iter().filter(|&&n| same_kind(reading.quantities[n].measure_kind(), kind)).count();
    let base = reading.words(reading.quantities[ratio.base].lead.clone());
    let planned = ["计划", "目标", "任务"].iter().any(|word| base.contains(word))
        && (own.contains("完成") || own.contains("实际"));
    let due = ["应参加", "应到", "应参保", "应缴", "应检", "应查", "应签"].iter().any(|word| base.contains(word))
        && ["实际", "实到", "已", "参加", "实"].iter().any(|word| own.contains(word));
    let voting = base.contains("选民") || base.contains("代表") || base.contains("户代表");
    let voted = voting
        && ["参选", "投票", "参会", "到会", "参加", "出席"]
            .iter()
            .any(|word| label.contains(word) && (own.contains(word) || own.contains("参加")));
    if (planned || due || voted) && alike == 2 {
        return true;
    }
    // 按期结案率 is not of 结案2458件.
    let name =
        label.trim_end_matches('率').trim_start_matches("总体").trim_start_matches("综合").trim_start_matches('总');
    let whole_name = name.chars().count() <= 2 || own.contains(name) || name.chars().count() > 6;
    stem.chars().count() == 2
        && whole_name
        && own.contains(&stem)
        && !base.contains(&stem)
        && alike == 2
        && reading.quantities[ratio.numerator].measure_kind() == reading.quantities[ratio.base].measure_kind()
}
