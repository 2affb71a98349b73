//! 占…: a share of a base that is named in words, or left to the list it stands in.

use super::{Basis, Fit, Ratio, fit_of, near, sentence_start};
use crate::read::labels;
use crate::read::measures::{Kind, same_kind};
use crate::reading::Reading;
use crate::report::FigureKind;

/// 占…的12%.
pub fn share(reading: &Reading, items: &[usize], at: usize, found: &[Ratio]) -> Option<Ratio> {
    let rate = items[at];
    let floor = if at == 0 { sentence_start(reading, rate) } else { reading.quantities[items[at - 1]].span.end };
    let words = reading.words(floor..reading.quantities[rate].span.start);
    let opened = words.rfind('占').filter(|_| !words.contains("占地") && !words.contains("占道"));
    let counts: Vec<usize> = items[..at]
        .iter()
        .copied()
        .filter(|&n| reading.quantities[n].kind == FigureKind::Count && !reading.quantities[n].weak)
        .collect();
    if let Some(ratio) = of_told(reading, items, at, &words) {
        return Some(ratio);
    }
    // 分别占40%、35%和25%: the later rates have no 占 of their own.
    let (numerator, named, series) = match opened {
        Some(byte) => {
            let named = base_words(&words[byte + '占'.len_utf8()..]);
            if words.contains("分别占") || words.contains("各占") {
                let series = respective(reading, items, at, &counts)?;
                (*series.first()?, named, series)
            } else if other_subject(&words[..byte]) {
                return None;
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
    // 社区工作者中持证社工41人，占32%: the base is named before the numerator.
    let among = reading.clause_before(numerator);
    let among = among.split_once('中').map(|(head, _)| labels::clean(head)).unwrap_or_default();
    let named = if named.is_empty() && !reading.labelled(&among, numerator).is_empty() { among } else { named };
    let judged = based(reading, items, rate, numerator, &named, &series, found);
    if judged.as_ref().is_some_and(|ratio| ratio.fit == Fit::Exact) {
        return judged;
    }
    if let Some(ratio) =
        judged.as_ref().filter(|_| series.is_empty()).and_then(|ratio| several(reading, &counts, rate, ratio))
    {
        return Some(ratio);
    }
    // 83户、122人，占低保户的38.1%: a share of households is of the households of the pair.
    let households =
        counts.iter().rev().nth(1).copied().filter(|&n| paired(reading, n, numerator) && series.is_empty());
    if let Some(first) = households {
        let other = based(reading, items, rate, first, &named, &series, found);
        if named.ends_with('户') || other.as_ref().is_some_and(|ratio| ratio.fit == Fit::Exact) {
            return other;
        }
    }
    judged.or_else(|| chained(reading, rate, numerator, found).filter(|_| named.is_empty()))
}

/// 大专及以上27人，中专含高中学历占80%: the share is not of the number before it.
fn other_subject(words: &str) -> bool {
    let Some((_, last)) = words.rsplit_once(['，', '；']) else { return false };
    let bare = last.trim_matches([
        '约', '共', '分', '别', '各', '均', '仅', '已', '只', '总', '就', '也', '就', '人', '数', '比', '例',
    ]);
    bare.chars().count() >= 3
}

/// 36至45岁2人，46至54岁12人，55至59岁17人，占52%: a share of several numbers together.
fn several(reading: &Reading, counts: &[usize], rate: usize, ratio: &Ratio) -> Option<Ratio> {
    let kind = reading.quantities[ratio.numerator].measure_kind();
    let mut sum = 0.0;
    for &n in counts.iter().rev().take(6) {
        if reading.quantities[n].measure_kind() != kind {
            break;
        }
        sum += reading.quantities[n].base();
        let (value, fit) = super::fit(reading, sum, reading.quantities[ratio.base].base(), rate);
        if fit != Fit::No && n != ratio.numerator {
            return Some(Ratio { value, fit, basis: Basis::Several, ..ratio.clone() });
        }
    }
    None
}

/// 83户、122人: the households and the persons of one thing.
fn paired(reading: &Reading, households: usize, persons: usize) -> bool {
    let gap = reading.gap(households, persons);
    reading.quantities[households].measure_kind() == Kind::Household
        && reading.quantities[persons].measure_kind() == Kind::Person
        && matches!(gap.as_str(), "" | "、" | "，")
}

/// 占比5% in a row of shares of one base told further up: the base of the shares before it.
fn chained(reading: &Reading, rate: usize, numerator: usize, found: &[Ratio]) -> Option<Ratio> {
    let (base, times) = usual_base(reading, numerator, found)?;
    let (value, fit) = fit_of(reading, numerator, base, rate);
    Some(Ratio { rate, numerator, base, basis: Basis::Whole, fit, value, better: None, sure: times >= 3 })
}

/// The base most of the last shares had, and how many had it.
fn usual_base(reading: &Reading, numerator: usize, found: &[Ratio]) -> Option<(usize, usize)> {
    let part = &reading.quantities[numerator];
    let usual = |ratio: &&Ratio| {
        matches!(ratio.basis, Basis::Named | Basis::Whole)
            && ratio.fit == Fit::Exact
            && reading.quantities[ratio.base].measure_kind() == part.measure_kind()
            && (reading.quantities[ratio.base].base() >= part.base()
                || reading.quantities[ratio.base].sentence == part.sentence)
    };
    let bases: Vec<usize> = found.iter().rev().take(8).filter(usual).map(|ratio| ratio.base).collect();
    let times = |base: usize| bases.iter().filter(|&&other| other == base).count();
    bases.iter().copied().max_by_key(|&base| times(base)).map(|base| (base, times(base)))
}

/// 占常住人口18000人的15.8%: the base is told with its number.
fn of_told(reading: &Reading, items: &[usize], at: usize, words: &str) -> Option<Ratio> {
    let (&rate, &base) = (items.get(at)?, items.get(at.checked_sub(1)?)?);
    let numerator = *items.get(at.checked_sub(2)?)?;
    let before = reading.gap(numerator, base);
    let last = before.rsplit(['，', '；']).next().unwrap_or(&before);
    let quantities = [numerator, base].map(|n| &reading.quantities[n]);
    let counts = quantities.iter().all(|q| q.kind == FigureKind::Count && q.is_exact());
    let alike = same_kind(quantities[0].measure_kind(), quantities[1].measure_kind());
    if !(words == "的" && last.starts_with('占') && counts && alike) {
        return None;
    }
    let (value, fit) = fit_of(reading, numerator, base, rate);
    Some(Ratio { rate, numerator, base, basis: Basis::Named, fit, value, better: None, sure: true })
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
    found: &[Ratio],
) -> Option<Ratio> {
    let part = &reading.quantities[numerator];
    let comparable = |n: usize| {
        let other = &reading.quantities[n];
        n != numerator
            && other.piece == part.piece
            && !series.contains(&n)
            && other.kind == FigureKind::Count
            && same_kind(other.measure_kind(), part.measure_kind())
            && other.base() > 0.0
    };
    let (mut bases, basis, mut sure) = bases(reading, items, numerator, named);
    if let Some(base) = usual_base(reading, numerator, found).filter(|_| named.is_empty()) {
        bases.push(base.0);
        sure |= base.1 >= 3 && bases.len() == 1;
    }
    bases.retain(|&n| comparable(n) && reading.quantities[n].is_exact() && reading.quantities[n].base() >= part.base());
    let judge = |base: usize| {
        let (value, fit) = fit_of(reading, numerator, base, rate);
        Ratio { rate, numerator, base, basis, fit, value, better: None, sure: false }
    };
    let best = bases.iter().map(|&base| judge(base)).find(|ratio| ratio.fit == Fit::Exact);
    if best.is_some() {
        return best;
    }
    let siblings: Vec<usize> =
        reading.partitions_of(numerator).flat_map(|partition| partition.parts.iter().copied()).collect();
    let better = near(reading, rate, items)
        .into_iter()
        .filter(|&n| {
            comparable(n) && n != rate && !siblings.contains(&n) && reading.quantities[n].base() >= part.base()
        })
        .filter(|n| named.is_empty() || !reading.partitions_of(*n).any(|partition| bases.contains(&partition.whole)))
        .find(|&n| fit_of(reading, numerator, n, rate).1 == Fit::Exact);
    // A base that was not named by its very label may be any that fits.
    let exactly = bases.iter().any(|&n| reading.quantities[n].label == named);
    if !exactly && let Some(better) = better {
        return Some(judge(better));
    }
    let cut_off = |base: usize| Some(judge(base)).filter(|ratio| ratio.fit == Fit::Truncated);
    let close = items
        .iter()
        .copied()
        .filter(|&n| comparable(n) && named.is_empty() && reading.quantities[n].base() >= part.base());
    if let Some(ratio) = bases.iter().copied().chain(close).find_map(cut_off) {
        return Some(ratio);
    }
    // 上报3120件 … 上报至街道96件: the base most likely begins as the part does.
    let head = |n: usize| reading.quantities[n].label.chars().take(2).collect::<String>();
    let akin =
        bases.iter().copied().find(|&base| named.is_empty() && !head(base).is_empty() && head(base) == head(numerator));
    let natural = judge(akin.or(bases.first().copied())?);
    sure &= reading.quantities[natural.base].is_exact() && natural.value <= 100.0;
    Some(Ratio { better, sure, ..natural })
}

/// The numbers before one in its sentence and in the sentence before, nearest first.
fn recent(reading: &Reading, items: &[usize], numerator: usize) -> Vec<usize> {
    let mut recent: Vec<usize> = items.iter().copied().rev().filter(|&n| n < numerator).collect();
    let sentence = reading.quantities[numerator].sentence;
    if sentence > 0 && reading.sentences[sentence - 1].block == reading.sentences[sentence].block {
        recent.extend(reading.counted(sentence - 1).into_iter().rev());
    }
    recent.truncate(80);
    // 因病23户，占44.2%；因残12户，占23.1%: what has a share of its own is a part, not a whole.
    let shared = |n: usize| {
        let next = items.iter().copied().find(|&m| m > n);
        next.is_some_and(|m| {
            let near = reading.quantities[m].span.start <= reading.quantities[n].span.end + 200;
            near && reading.quantities[m].is_rate() && reading.gap(n, m).contains('占')
        })
    };
    recent.retain(|&n| !shared(n));
    recent
}

/// Candidates for the base, best first; whether the first is certain.
fn bases(reading: &Reading, items: &[usize], numerator: usize, named: &str) -> (Vec<usize>, Basis, bool) {
    let wholes: Vec<usize> = reading.partitions_of(numerator).map(|partition| partition.whole).collect();
    let collective = ["", "总", "全部", "总数", "总人数", "总量", "比例", "全社区", "全村"].contains(&named);
    if collective {
        let sure = !wholes.is_empty();
        let mut bases = wholes;
        let part = reading.quantities[numerator].base();
        let before = recent(reading, items, numerator).into_iter().filter(|&n| reading.quantities[n].base() >= part);
        bases.extend(before);
        if bases.is_empty() {
            // 贫困村92个，占32.6%: of the 贫困村 told before.
            let label = &reading.quantities[numerator].label;
            let same = reading.labelled(label, numerator).into_iter();
            bases.extend(same.filter(|&n| n < numerator && n + 40 > numerator && reading.quantities[n].base() > part));
        }
        return (bases, Basis::Whole, sure);
    }
    let mut bases: Vec<usize> = Vec::new();
    let exact = reading.labelled(named, numerator);
    let block = reading.quantities[numerator].block;
    let (near, far): (Vec<usize>, Vec<usize>) =
        exact.iter().copied().partition(|&n| reading.quantities[n].block == block);
    let sure = !near.is_empty() || exact.len() == 1;
    bases.extend(near);
    bases.extend(far);
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
