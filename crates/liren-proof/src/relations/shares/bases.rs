//! Which whole a share is of. Where the words name it, that figure; where they do not, the whole of the list it stands in,
//! the base of the shares around it, or what the sentence began with.

use super::{Settled, Share, Shares, paired, reading};
use crate::claims::{Reading, Tie};
use crate::page::Page;
use crate::read::measures::same_kind;
use crate::relations::divisions::Division;
use crate::relations::names;
use crate::report::FigureKind;

const NAMED: (&str, &str) = ("基数由文字写明", "the base is named");
const WHOLE: (&str, &str) = ("基数为所属整体", "the base is the whole of the list");
const AROUND: (&str, &str) = ("基数与相邻占比相同", "the base of the shares around it");
const FURTHER: (&str, &str) = ("基数在前文", "the base was told further up");
const TOGETHER: (&str, &str) = ("前面几项合起来占", "several figures together");

/// The ways to take a share, the natural one first.
pub fn readings(
    page: &Page,
    share: &Share,
    shares: &Shares,
    divisions: &[Division],
    settled: &[Settled],
) -> Vec<Reading> {
    let rate = &page.quantities[share.rate];
    let per = if rate.unit == "‰" { 1000.0 } else { 100.0 };
    let mut readings: Vec<Reading> = Vec::new();
    let mut add = |tops: &[usize], base: usize, tie: Tie, name| {
        let new = reading(tops, base, share.rate, per, tie, name);
        if tops.contains(&base) {
            return;
        }
        match readings.iter_mut().find(|reading: &&mut Reading| reading.formula == new.formula) {
            Some(told) if new.tie < told.tie => *told = new,
            Some(_) => {}
            None => readings.push(new),
        }
    };
    let hosts = hosts(page, share);
    for (place, &host) in hosts.iter().enumerate() {
        let own = place == 0 && share.host.is_some();
        let cap = |tie: Tie| if own { tie } else { Tie::Possible };
        if let Some(told) =
            share.told.filter(|&told| page.quantities[told].is_exact() && same_kind(kind(page, told), kind(page, host)))
        {
            add(&[host], told, cap(Tie::Stated), NAMED);
            continue;
        }
        let may = |n: usize| n != host && may_be_base(page, host, n);
        let named = !names::collective(&share.base);
        if named {
            let (bases, tie) = called(page, &share.base, host);
            for base in bases.into_iter().filter(|&n| may(n)) {
                add(&[host], base, cap(tie), NAMED);
            }
            let whole = divisions
                .iter()
                .filter(|division| division.members().any(|n| n == host))
                .map(|division| division.whole);
            for base in whole.filter(|&n| may(n) && names::akin(&page.quantities[n].label, &share.base)) {
                add(&[host], base, cap(Tie::Stated), WHOLE);
            }
        } else {
            let before =
                settled.iter().rev().find(|other| other.rate < share.rate && near(page, other.rate, share.rate));
            // 占总人口的16%，其中…占14%: an unnamed base behind a named one that the text does not tell may be that one.
            let unknown = before.is_some_and(|other| other.base.is_none() && !names::collective(&other.named));
            let cap = |tie: Tie| if unknown { Tie::Possible } else { cap(tie) };
            for division in divisions.iter().filter(|division| division.members().any(|n| n == host)) {
                let sure = division.holds || division.tie <= Tie::Likely;
                add(&[host], division.whole, cap(if sure { Tie::Stated } else { Tie::Likely }), WHOLE);
            }
            let among = led_by_among(page, host);
            for (place, base) in larger_before(page, host, shares).into_iter().filter(|&n| may(n)).enumerate() {
                let tie = if place == 0 && among {
                    Tie::Stated
                } else if place == 0 {
                    Tie::Likely
                } else {
                    Tie::Possible
                };
                add(&[host], base, cap(tie), WHOLE);
            }
            let around = || settled.iter().filter(|other| near(page, other.rate, share.rate));
            let bases: Vec<usize> = around().filter_map(|other| other.base).filter(|&n| may(n)).collect();
            let times = |base: usize| bases.iter().filter(|&&other| other == base).count();
            if let Some(&base) = bases.iter().max_by_key(|&&base| times(base)) {
                let agreed = times(base) == bases.len();
                let sure = times(base) >= 2 || around().any(|other| other.base == Some(base) && other.sure);
                let tie = if agreed && sure {
                    Tie::Stated
                } else if sure {
                    Tie::Likely
                } else {
                    Tie::Possible
                };
                add(&[host], base, cap(tie), AROUND);
            }
            bases.iter().for_each(|&base| add(&[host], base, Tie::Possible, AROUND));
            // 男性…占51.24%, in a section of its own: of what the paper began with.
            let start = page.normal.blocks[page.quantities[host].block].span.start;
            let own = (0..host)
                .rev()
                .take_while(|&n| page.quantities[n].span.start >= start)
                .any(|n| may(n) && shares.of_whole(n).is_none());
            let main = page.mains.get(&kind(page, host)).filter(|&&n| may(n) && n < host && !own);
            if let Some(&base) = main.filter(|&&n| shares.of_whole(n).is_none()) {
                add(&[host], base, cap(Tie::Likely), FURTHER);
            }
        }
        for base in further(page, host).into_iter().filter(|&n| may(n)) {
            add(&[host], base, Tie::Possible, FURTHER);
        }
    }
    together(page, share, &mut readings, per);
    by_names(page, share, divisions, &mut readings, per);
    readings
}

fn kind(page: &Page, n: usize) -> crate::read::measures::Kind {
    page.quantities[n].measure_kind()
}

/// The figures it may be a share of: its own, the households of a pair, or those its subject is the name of.
fn hosts(page: &Page, share: &Share) -> Vec<usize> {
    let Some(host) = share.host else {
        if share.subject.is_empty() {
            return Vec::new();
        }
        let mut hosts = page.labelled(&share.subject, share.rate);
        hosts.retain(|&n| page.is_level(n) && page.quantities[n].is_exact());
        hosts.truncate(4);
        return hosts;
    };
    let mut hosts = vec![host];
    if let Some(first) = host.checked_sub(1).filter(|&first| paired(page, first, host)) {
        // 83户、122人，占低保户的38.1%: a share of households is of the households of the pair.
        if share.base.ends_with('户') { hosts.insert(0, first) } else { hosts.push(first) }
    }
    hosts
}

/// Whether a figure may be the whole that another is a share of.
fn may_be_base(page: &Page, host: usize, n: usize) -> bool {
    let (part, other) = (&page.quantities[host], &page.quantities[n]);
    page.is_level(n)
        && other.is_exact()
        && other.piece == part.piece
        && same_kind(other.measure_kind(), part.measure_kind())
        && other.base() > 0.0
        && other.base() + other.slack() >= part.base() - part.slack()
}

/// The figures the words of the base call by name, and how sure that is.
fn called(page: &Page, name: &str, host: usize) -> (Vec<usize>, Tie) {
    let found = names::figures(page, name, host);
    let part = page.quantities[host].base();
    let kind = kind(page, host);
    let fits = |n: &usize| {
        same_kind(page.quantities[*n].measure_kind(), kind) && page.quantities[*n].base() >= part && *n != host
    };
    let exact: Vec<usize> = found.exact.into_iter().filter(fits).collect();
    let alike: Vec<usize> = found.alike.into_iter().filter(fits).collect();
    let one = |list: &[usize]| {
        let first = list.first().map(|&n| page.quantities[n].base().to_bits());
        !list.is_empty() && list.iter().all(|&n| Some(page.quantities[n].base().to_bits()) == first)
    };
    let block = page.quantities[host].block;
    let here: Vec<usize> = exact.iter().copied().filter(|&n| page.quantities[n].block == block).collect();
    if one(&here) {
        return ([here, exact, alike].concat(), Tie::Stated);
    }
    if !exact.is_empty() {
        let tie = if one(&exact) { Tie::Stated } else { Tie::Possible };
        return ([exact, alike].concat(), tie);
    }
    let tie = if one(&alike) {
        Tie::Stated
    } else if alike.len() <= 3 {
        Tie::Likely
    } else {
        Tie::Possible
    };
    (alike, tie)
}

/// Whether two shares stand so near that they are of one base: in a paragraph, or in lines that follow each other.
fn near(page: &Page, a: usize, b: usize) -> bool {
    page.quantities[a].block.abs_diff(page.quantities[b].block) <= 2
}

/// 其中…占: the words before the figure, or before the list it stands in, say that it is a part.
fn led_by_among(page: &Page, host: usize) -> bool {
    let sentence = page.sentences[page.quantities[host].sentence].span.start;
    let words = page.words(sentence..page.quantities[host].span.start);
    let last = words.rsplit('；').next().unwrap_or(&words);
    ["其中", "中，", "（"].iter().any(|word| last.contains(word))
}

/// What stood before the figure in its sentence and the one before and is larger; not what has a share of its own.
fn larger_before(page: &Page, host: usize, shares: &Shares) -> Vec<usize> {
    let quantity = &page.quantities[host];
    let mut before: Vec<usize> = Vec::new();
    let own = page.sentences[quantity.sentence].quantities.clone();
    before.extend((own.start..host).rev().filter(|&n| page.is_level(n)));
    if quantity.sentence > 0 && page.sentences[quantity.sentence - 1].block == quantity.block {
        let earlier = page.sentences[quantity.sentence - 1].quantities.clone();
        before.extend(earlier.filter(|&n| page.is_level(n)));
    }
    before.retain(|&n| {
        page.quantities[n].base() >= quantity.base()
            && same_kind(page.quantities[n].measure_kind(), quantity.measure_kind())
            && page.quantities[n].depth <= quantity.depth
            && shares.of_whole(n).is_none()
    });
    before.truncate(6);
    before
}

/// Larger figures of its kind within reach: the sentences around, then what the text began with.
fn further(page: &Page, host: usize) -> Vec<usize> {
    let quantity = &page.quantities[host];
    let from = page.sentences[quantity.sentence.saturating_sub(10)].quantities.start;
    let to = page.sentences[(quantity.sentence + 2).min(page.sentences.len() - 1)].quantities.end;
    let mut further: Vec<usize> = (from..host).rev().take(60).chain(host + 1..to.min(host + 20)).collect();
    further.retain(|&n| may_be_base(page, host, n));
    further.truncate(24);
    further.extend((0..page.quantities.len().min(12)).filter(|&n| n < from && may_be_base(page, host, n)));
    further
}

/// 一、二级合计占35.0%: the figures of those names together, of the whole they are parts of.
fn by_names(page: &Page, share: &Share, divisions: &[Division], readings: &mut Vec<Reading>, per: f64) {
    let names = share.subject.trim_end_matches(['共', '总']);
    let Some(names) = ["合计", "总计", "两项", "共计", "之和"].iter().find_map(|word| names.strip_suffix(word))
    else {
        return;
    };
    let pieces: Vec<&str> = names.split(['、', '和', '及', '与']).filter(|piece| !piece.is_empty()).collect();
    let Some(end) = pieces.last().and_then(|piece| piece.chars().next_back()).filter(|_| pieces.len() >= 2) else {
        return;
    };
    let find = |piece: &&str| {
        let name = if piece.ends_with(end) { (*piece).to_owned() } else { format!("{piece}{end}") };
        let from = share.rate.saturating_sub(40);
        (from..share.rate)
            .rev()
            .find(|&n| page.is_level(n) && page.quantities[n].is_exact() && page.quantities[n].label.starts_with(&name))
    };
    let Some(tops) = pieces.iter().map(find).collect::<Option<Vec<usize>>>() else { return };
    let alike = tops.iter().all(|&n| page.quantities[n].unit == page.quantities[tops[0]].unit);
    let whole = divisions.iter().find(|division| tops.iter().all(|top| division.members().any(|n| n == *top)));
    let named = names::figures(page, &share.base, tops[0]);
    let called =
        named.exact.into_iter().chain(named.alike).find(|n| !tops.contains(n) && kind(page, *n) == kind(page, tops[0]));
    let base = whole.map(|division| division.whole).or(called.filter(|_| !names::collective(&share.base)));
    if let Some(base) = base.filter(|_| alike) {
        readings.insert(0, reading(&tops, base, share.rate, per, Tie::Stated, TOGETHER));
    }
}

/// 36至45岁2人，46至54岁12人，55至59岁17人，占52%: a share of several numbers together.
fn together(page: &Page, share: &Share, readings: &mut Vec<Reading>, per: f64) {
    let Some(host) = share.host.filter(|_| share.series.is_none()) else { return };
    let bases: Vec<usize> = readings
        .iter()
        .filter(|reading| reading.tie <= Tie::Likely)
        .filter_map(|reading| reading.formula.figures().get(2).copied())
        .take(3)
        .collect();
    let sentence = page.sentences[page.quantities[host].sentence].quantities.start;
    let mut tops = vec![host];
    for n in (sentence..host).rev() {
        if !matches!(page.quantities[n].kind, FigureKind::Count | FigureKind::Rate) {
            continue;
        }
        if !page.is_level(n) || kind(page, n) != kind(page, host) || tops.len() >= 6 {
            break;
        }
        tops.insert(0, n);
        for &base in bases.iter().filter(|base| !tops.contains(base)) {
            readings.push(reading(&tops, base, share.rate, per, Tie::Possible, TOGETHER));
        }
    }
}
