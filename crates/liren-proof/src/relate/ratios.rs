//! 比率 — a percentage, a growth, a mean, and the two figures it is made of. A ratio names its base (占总人口的…),
//! leaves it to the sentence (办结率…, 占…), or compares two periods (比上年增长…). The reading that holds is taken;
//! only if none does is the most natural one reported, with another base if that one would fit.

use std::ops::Range;

use crate::read::labels;
use crate::read::measures::{Kind, same_kind};
use crate::reading::Reading;
use crate::report::FigureKind;

/// How a ratio says what it is a ratio of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// 占总人口的: named in words, and found.
    Named,
    /// 占12%: the whole the numerator is a part of.
    Whole,
    /// 办结率, 参保率: the pair of counts before it.
    Pair,
    /// 比上年增长: two periods.
    Growth,
    /// 人均, 户均, 密度
    Mean,
}

/// How well the arithmetic agrees with what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Exact,
    /// The digits were cut off instead of rounded.
    Truncated,
    No,
}

/// A ratio and the figures that make it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    pub rate: usize,
    pub numerator: usize,
    pub base: usize,
    pub basis: Basis,
    pub fit: Fit,
    /// What the two figures make, in the unit of the rate.
    pub value: f64,
    /// A base that does fit, where the natural one does not.
    pub better: Option<usize>,
    /// The connection is certain enough to call a misfit an error.
    pub sure: bool,
}

/// Every ratio whose figures are in the text.
pub fn find(reading: &Reading) -> Vec<Ratio> {
    let mut found = Vec::new();
    for sentence in 0..reading.sentences.len() {
        let items = reading.counted(sentence);
        for (at, &rate) in items.iter().enumerate() {
            let quantity = &reading.quantities[rate];
            if quantity.kind == FigureKind::Rate {
                if !quantity.is_exact() || quantity.unit == "百分点" {
                    continue;
                }
                let ratio = share(reading, &items, at)
                    .or_else(|| growth(reading, &items, at))
                    .or_else(|| pair(reading, &items, at));
                found.extend(ratio);
            } else {
                found.extend(mean(reading, &items, at));
            }
        }
    }
    found
}

/// What `numerator / base` makes in per cent or per mille, and whether the printed rate agrees.
fn fit(reading: &Reading, numerator: f64, base: f64, rate: usize) -> (f64, Fit) {
    let quantity = &reading.quantities[rate];
    let per = if quantity.unit == "‰" { 1000.0 } else { 100.0 };
    if base <= 0.0 {
        return (0.0, Fit::No);
    }
    let value = numerator / base * per;
    (value, agrees(value, quantity.number.value, quantity.number.step))
}

/// Half the last digit, or cut off.
fn agrees(value: f64, printed: f64, step: f64) -> Fit {
    if (value - printed).abs() <= step / 2.0 + 1e-9 * printed.abs().max(1.0) {
        Fit::Exact
    } else if value > printed && value - printed < step && step < 10.0 {
        Fit::Truncated
    } else {
        Fit::No
    }
}

/// The fit of two quantities, allowing for how they were rounded themselves.
fn fit_of(reading: &Reading, numerator: usize, base: usize, rate: usize) -> (f64, Fit) {
    let (n, b) = (&reading.quantities[numerator], &reading.quantities[base]);
    let (value, exact) = fit(reading, n.base(), b.base(), rate);
    if exact != Fit::No || (n.slack() == 0.0 && b.slack() == 0.0 && n.is_exact() && b.is_exact()) {
        return (value, exact);
    }
    let (low, _) = fit(reading, (n.base() - n.slack()).max(0.0), b.base() + b.slack(), rate);
    let (high, _) = fit(reading, n.base() + n.slack(), (b.base() - b.slack()).max(1e-9), rate);
    let printed = &reading.quantities[rate].number;
    let half = printed.step / 2.0;
    let inside = low - half <= printed.value && printed.value <= high + half;
    (value, if inside { Fit::Exact } else { Fit::No })
}

/// 占…的12%.
fn share(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let floor = if at == 0 { sentence_start(reading, rate) } else { reading.quantities[items[at - 1]].span.end };
    let words = reading.words(floor..reading.quantities[rate].span.start);
    let opened = words.rfind('占').filter(|_| !words.contains("占地") && !words.contains("占道"));
    let counts: Vec<usize> = items[..at]
        .iter()
        .copied()
        .filter(|&n| reading.quantities[n].kind == FigureKind::Count && !reading.quantities[n].weak)
        .collect();
    // 分别占40%、35%和25%: the later rates have no 占 of their own.
    let (numerator, named, series) = match opened {
        Some(byte) => {
            let named = base_words(&words[byte + '占'.len_utf8()..]);
            if words.contains("分别占") || words.contains("各占") {
                let series = respective(reading, items, at, &counts)?;
                (*series.first()?, named, series)
            } else {
                (*counts.last()?, named, Vec::new())
            }
        }
        None => {
            let first = in_series(reading, items, at)?;
            let series = respective(reading, items, first, &counts)?;
            (*series.get(at - first)?, String::new(), series)
        }
    };
    if !reading.quantities[numerator].is_exact() {
        return None;
    }
    based(reading, items, rate, numerator, &named, &series)
}

/// The words of a base: "总人口的" → 总人口.
fn base_words(words: &str) -> String {
    let cut = words.trim_end_matches(['的', '比', '例', '重', '为', '达', '到', '约', '总', '数']);
    let cut = cut.split(['，', '（', '：']).next().unwrap_or("");
    labels::strip(cut)
}

/// Whether this rate continues a list opened by 分别占; the index of the first one.
fn in_series(reading: &Reading, items: &[usize], at: usize) -> Option<usize> {
    let mut first = at;
    while first > 0 {
        let gap = reading.gap(items[first - 1], items[first]);
        if !reading.quantities[items[first - 1]].is_rate() || !matches!(gap.as_str(), "、" | "和" | "，" | "及" | "与")
        {
            break;
        }
        first -= 1;
    }
    if first == at {
        return None;
    }
    let floor =
        if first == 0 { sentence_start(reading, items[0]) } else { reading.quantities[items[first - 1]].span.end };
    reading.words(floor..reading.quantities[items[first]].span.start).contains("分别占").then_some(first)
}

/// The counts that the rates of a series refer to: as many back as there are rates.
fn respective(reading: &Reading, items: &[usize], first: usize, counts: &[usize]) -> Option<Vec<usize>> {
    let mut rates = 1;
    while first + rates < items.len()
        && reading.quantities[items[first + rates]].is_rate()
        && matches!(
            reading.gap(items[first + rates - 1], items[first + rates]).as_str(),
            "、" | "和" | "，" | "及" | "与"
        )
    {
        rates += 1;
    }
    counts.len().checked_sub(rates).map(|n| counts[n..].to_vec())
}

/// Find the base of a share and judge it.
fn based(
    reading: &Reading,
    items: &[usize],
    rate: usize,
    numerator: usize,
    named: &str,
    series: &[usize],
) -> Option<Ratio> {
    let part = &reading.quantities[numerator];
    let comparable = |n: usize| {
        let other = &reading.quantities[n];
        n != numerator
            && !series.contains(&n)
            && other.kind == FigureKind::Count
            && same_kind(other.measure_kind(), part.measure_kind())
            && other.base() > 0.0
    };
    let (mut bases, basis, mut sure) = bases(reading, items, numerator, named);
    bases.retain(|&n| comparable(n));
    let judge = |base: usize| {
        let (value, fit) = fit_of(reading, numerator, base, rate);
        Ratio { rate, numerator, base, basis, fit, value, better: None, sure: false }
    };
    let best = bases.iter().map(|&base| judge(base)).find(|ratio| ratio.fit == Fit::Exact);
    if best.is_some() {
        return best;
    }
    let siblings: Vec<usize> = reading
        .partitions
        .iter()
        .filter(|partition| partition.parts.contains(&numerator))
        .flat_map(|partition| partition.parts.clone())
        .collect();
    let better = near(reading, rate, items)
        .into_iter()
        .filter(|&n| {
            comparable(n) && n != rate && !siblings.contains(&n) && reading.quantities[n].base() >= part.base()
        })
        .find(|&n| fit_of(reading, numerator, n, rate).1 == Fit::Exact);
    // A base that was not named by its very label may be any that fits.
    let exactly = reading.by_label.get(named).is_some_and(|places| places.iter().any(|n| bases.contains(n)));
    if !exactly && let Some(better) = better {
        return Some(judge(better));
    }
    let natural = bases
        .iter()
        .map(|&base| judge(base))
        .find(|ratio| ratio.fit == Fit::Truncated)
        .or_else(|| bases.first().map(|&base| judge(base)))?;
    sure &= reading.quantities[natural.base].is_exact() && natural.value <= 100.0;
    Some(Ratio { better, sure, ..natural })
}

/// Candidates for the base, best first; whether the first is certain.
fn bases(reading: &Reading, items: &[usize], numerator: usize, named: &str) -> (Vec<usize>, Basis, bool) {
    let wholes: Vec<usize> = reading
        .partitions
        .iter()
        .filter(|partition| partition.parts.contains(&numerator))
        .map(|partition| partition.whole)
        .collect();
    let collective = ["", "总", "全部", "总数", "总人数", "总量", "比例", "全社区", "全村"].contains(&named);
    if collective {
        let sure = !wholes.is_empty();
        let mut bases = wholes;
        let part = reading.quantities[numerator].base();
        let before = items.iter().copied().rev().filter(|&n| n < numerator && reading.quantities[n].base() >= part);
        bases.extend(before);
        return (bases, Basis::Whole, sure);
    }
    let mut bases: Vec<usize> = Vec::new();
    let exact = reading.by_label.get(named).map(Vec::as_slice).unwrap_or_default();
    let block = reading.quantities[numerator].block;
    let (near, far): (Vec<usize>, Vec<usize>) =
        exact.iter().copied().partition(|&n| reading.quantities[n].block == block);
    let sure = !near.is_empty() || exact.len() == 1;
    bases.extend(near.into_iter().rev());
    bases.extend(far.into_iter().rev());
    // 占总人口 may mean 总人口数, 人口总数, 全村人口.
    let part = reading.quantities[numerator].base();
    let matches = |n: &usize| {
        let label = &reading.quantities[*n].label;
        reading.quantities[*n].base() >= part
            && (label.ends_with(named) || (!label.is_empty() && named.ends_with(label.as_str())))
    };
    let whole = wholes.iter().copied().find(matches);
    bases.extend(whole);
    bases.extend(items.iter().copied().filter(matches));
    (bases, Basis::Named, sure || whole.is_some())
}

/// Counts of the sentence, then of the sentences around.
fn near(reading: &Reading, rate: usize, items: &[usize]) -> Vec<usize> {
    let quantity = &reading.quantities[rate];
    let mut near: Vec<usize> = items.iter().copied().rev().collect();
    let around = quantity.sentence.saturating_sub(10)..(quantity.sentence + 3).min(reading.sentences.len());
    for sentence in around.rev().filter(|&sentence| sentence != quantity.sentence) {
        near.extend(reading.counted(sentence));
    }
    near.truncate(80);
    near
}

/// 办结率, 参保率, 完成…: two counts of one kind before it in the sentence.
fn pair(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let label = &reading.quantities[rate].label;
    let words = reading.words(reading.quantities[rate].lead.clone());
    let rated = ["率", "比例", "比重", "面"].iter().any(|end| label.ends_with(end))
        || (words.contains("完成") && words.contains('的'));
    if !rated || label.contains("同比") {
        return None;
    }
    let counts: Vec<usize> = items[..at]
        .iter()
        .copied()
        .filter(|&n| reading.quantities[n].kind == FigureKind::Count && !reading.quantities[n].weak)
        .collect();
    let exact = |n: usize| reading.quantities[n].is_exact();
    let over = label.contains("完成") || words.contains("完成");
    let mut natural: Option<Ratio> = None;
    for (n, &numerator) in counts.iter().enumerate().rev() {
        for &base in counts[..n].iter().rev().chain(&counts[n + 1..]) {
            let (a, b) = (&reading.quantities[numerator], &reading.quantities[base]);
            if !same_kind(a.measure_kind(), b.measure_kind())
                || !(exact(numerator) && exact(base))
                || (a.base() > b.base() && !over)
            {
                continue;
            }
            let (value, fit) = fit_of(reading, numerator, base, rate);
            let ratio = Ratio { rate, numerator, base, basis: Basis::Pair, fit, value, better: None, sure: false };
            if fit == Fit::Exact {
                return Some(ratio);
            }
            if base < numerator && natural.is_none() {
                natural = Some(ratio);
            }
        }
    }
    let Some(natural) = natural else { return of_population(reading, rate, &counts) };
    let sure = linked(reading, &natural, &counts);
    (sure || natural.fit == Fit::Truncated).then_some(Ratio { sure, ..natural })
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
        .filter_map(|label| reading.by_label.get(*label))
        .flatten()
        .copied()
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
    stem.chars().count() == 2
        && own.contains(&stem)
        && alike == 2
        && reading.quantities[ratio.numerator].measure_kind() == reading.quantities[ratio.base].measure_kind()
}

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

/// 比上年同期120件增加20件，增长16.7%.
fn growth(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
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
        for &earlier in own.iter().filter(|&&n| n != difference) {
            readings.push((difference, earlier, value(difference), value(earlier)));
        }
    } else if let [a, b] = own[..] {
        let (wa, wb) = (reading.quantities[a].period.as_deref(), reading.quantities[b].period.as_deref());
        let from_to = lead_words(reading, b).ends_with(['到', '至']);
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

fn lead_words(reading: &Reading, n: usize) -> String {
    reading.words(reading.quantities[n].lead.clone())
}

/// 人均, 户均, 平均每户, 人口密度.
fn mean(reading: &Reading, items: &[usize], at: usize) -> Option<Ratio> {
    let rate = items[at];
    let quantity = &reading.quantities[rate];
    let words = lead_words(reading, rate);
    let per = if words.contains("人均") || words.contains("平均每人") || words.contains("每人平均") {
        Kind::Person
    } else if words.contains("户均") || words.contains("平均每户") {
        Kind::Household
    } else if words.contains("密度") {
        Kind::Area
    } else {
        return None;
    };
    if !quantity.is_exact() || words.contains("可支配") || words.contains("纯收入") {
        return None;
    }
    let kind = if per == Kind::Area { Kind::Person } else { quantity.measure_kind() };
    let mut best: Option<Ratio> = None;
    let others: Vec<usize> = items[..at]
        .iter()
        .copied()
        .filter(|&n| reading.quantities[n].is_exact() && reading.quantities[n].kind == FigureKind::Count)
        .collect();
    for &total in others.iter().rev() {
        for &heads in others.iter().rev() {
            let (t, h) = (&reading.quantities[total], &reading.quantities[heads]);
            if t.measure_kind() != kind || h.measure_kind() != per || total == heads {
                continue;
            }
            let scale = if per == Kind::Area { 1e6 } else { 1.0 };
            let value = t.base() / h.base() * scale;
            let printed = quantity.base();
            // Means are often taken over another month or rounded on the way: half a per cent is no contradiction.
            let slack = (printed * 0.005
                + quantity.slack().max(0.5 * quantity.number.step)
                + value * (t.slack() / t.base() + h.slack() / h.base()))
            .max(1e-9);
            let fit = if (value - printed).abs() <= slack * 1.01 {
                Fit::Exact
            } else if value > printed && value - printed < 2.0 * slack {
                Fit::Truncated
            } else {
                Fit::No
            };
            let ratio = Ratio {
                rate,
                numerator: total,
                base: heads,
                basis: Basis::Mean,
                fit,
                value: value / quantity.number.scale / quantity.measure.map_or(1.0, |m| m.factor),
                better: None,
                sure: false,
            };
            if fit == Fit::Exact {
                return Some(ratio);
            }
            best.get_or_insert(ratio);
        }
    }
    best
}

fn sentence_start(reading: &Reading, n: usize) -> usize {
    reading.sentences[reading.quantities[n].sentence].span.start
}

/// 百分点 — a change between two rates, told in points.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    pub from: usize,
    pub to: usize,
    pub points: usize,
    /// Told in per cent although it is the difference of two percentages.
    pub mislabelled: bool,
}

/// 由85%提高到92%，提高7个百分点.
pub fn points(reading: &Reading) -> Vec<Points> {
    let mut found = Vec::new();
    for sentence in 0..reading.sentences.len() {
        let items: Vec<usize> =
            reading.counted(sentence).into_iter().filter(|&n| reading.quantities[n].is_rate()).collect();
        for window in items.windows(3) {
            let [from, to, points] = [window[0], window[1], window[2]];
            let between = reading.gap(from, to);
            let led = lead_words(reading, from);
            let moved = (between.ends_with(['到', '至', '为']) || between.contains("到") || between.contains("至"))
                && (led.contains('由') || led.contains('从'));
            let told = reading.quantities[points].unit == "百分点";
            let words = reading.gap(to, points);
            if moved
                && grows(&words).is_some()
                && reading.quantities[from].unit == "%"
                && reading.quantities[to].unit == "%"
                && words.chars().count() < 12
            {
                found.push(Points { from, to, points, mislabelled: !told });
            }
        }
    }
    found
}
