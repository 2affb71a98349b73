//! 占比 — what share of which whole: 占总人口的12%, 占12%, 分别占80%、35%和65%, 占比5%.

mod bases;

use std::collections::HashMap;

use super::divisions::Division;
use super::row::{Row, rows};
use crate::claims::{Claim, Fit, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::labels;
use crate::read::measures::Kind as Unit;
use crate::read::roles::{Role, share_of};

/// Every share of the text: what it is a share of, as far as the words say.
#[derive(Debug, Default)]
pub struct Shares {
    by_level: HashMap<usize, usize>,
    values: HashMap<usize, (f64, f64)>,
    all: Vec<Share>,
}

/// One share: the figure it belongs to, or the name of it, and the words of its base.
#[derive(Debug, Clone)]
struct Share {
    rate: usize,
    /// The number before it that it is a share of its whole.
    host: Option<usize>,
    /// Named in its own clause instead: 女党员占37.1%.
    subject: String,
    /// The words behind 占, without 的 and the like; nothing where they name no base.
    base: String,
    /// The base is told with its number: 占常住人口18000人的15.8%.
    told: Option<usize>,
    /// The later members of 分别占80%、35%和65% and how many there are.
    series: Option<(usize, usize)>,
}

impl Shares {
    /// The shares as the words have them, before anything is reckoned.
    pub fn read(page: &Page) -> Shares {
        let mut shares = Shares::default();
        for row in rows(page) {
            for n in 0..row.len() {
                if row.role(n) == Role::Share && row.exact(n) {
                    let share = share(&row, n);
                    if let Some(host) = share.host {
                        shares.by_level.entry(host).or_insert(share.rate);
                    }
                    let number = &row.quantity(n).number;
                    shares.values.insert(share.rate, (number.value, number.step));
                    shares.all.push(share);
                }
            }
        }
        shares
    }

    /// The share a figure has of its whole, and the step it is printed in.
    pub fn of_whole(&self, level: usize) -> Option<(f64, f64)> {
        self.values.get(self.by_level.get(&level)?).copied()
    }
}

fn share(row: &Row, n: usize) -> Share {
    let rate = row.items[n];
    let series = series(row, n);
    let first = series.map_or(n, |(place, _)| n - place);
    let gap = row.gap(first);
    let told = (gap == "的" && first > 0 && row.role(first - 1) == Role::Base).then(|| first - 1);
    let words = told.map_or(gap, |told| row.gap(told));
    let base = share_of(words).map(base_words).unwrap_or_default();
    let subject = subject(words);
    let host = match series {
        Some((place, of)) => respective(row, first, place, of),
        None if subject.is_empty() || told.is_some() => host(row, told.unwrap_or(n)),
        None => None,
    };
    Share { rate, host: host.map(|n| row.items[n]), subject, base, told: told.map(|n| row.items[n]), series }
}

/// The place in a row 分别占80%、35%和65%, and how many it has; nothing for a share that stands alone.
fn series(row: &Row, n: usize) -> Option<(usize, usize)> {
    let goes = |n: usize| n < row.len() && row.quantity(n).goes_on && row.role(n) == Role::Share;
    let place = (0..n).rev().take_while(|&m| goes(m + 1)).count();
    let of = place + 1 + (n + 1..row.len()).take_while(|&m| goes(m)).count();
    let words = row.gap(n - place);
    let respective = ["分别", "各占", "依次"].iter().any(|word| words.contains(word));
    (of > 1 && respective).then_some((place, of))
}

/// The figure that a row of shares refers to at a place: as many levels back as there are shares.
fn respective(row: &Row, first: usize, place: usize, of: usize) -> Option<usize> {
    let levels: Vec<usize> =
        (0..first).rev().filter(|&m| row.level(m) && row.depth(m) <= row.depth(first)).take(of + 1).collect();
    let levels: Vec<usize> = levels.into_iter().rev().collect();
    // Of as many parts and their total right before the shares, the parts are meant.
    let total = levels.len() == of + 1 && {
        let sum: f64 = levels[..of].iter().map(|&m| row.value(m)).sum();
        (sum - row.value(levels[of])).abs() < 1e-6 * sum.max(1.0)
    };
    let from = if total { 0 } else { levels.len().checked_sub(of)? };
    levels.get(from + place).copied().filter(|&m| row.exact(m))
}

/// The level right before an attribute, in its clause and bracket.
pub fn host(row: &Row, n: usize) -> Option<usize> {
    for m in (0..n).rev() {
        if row.clause(m) != row.clause(n) {
            return None;
        }
        let inside = row.depth(m) == row.depth(n) && row.quantity(m).bracket == row.quantity(n).bracket;
        let outside = row.depth(n) == row.depth(m) + 1 && m + 1 == n && row.gap(n).starts_with('（');
        if row.level(m) && (inside || outside) {
            return row.exact(m).then_some(m);
        }
        // What stood in a bracket is passed over; what stands outside the own bracket is not looked at.
        if row.depth(m) < row.depth(n) && !outside {
            return None;
        }
    }
    None
}

/// The words that name what the share is of, where they stand in its own clause: 中专含高中学历占80%.
fn subject(words: &str) -> String {
    let Some(base) = share_of(words) else {
        // 占比12%, 比重为5%
        let stem = words.trim_end_matches(['为', '达', '到', '约', '是', '近', '了', '仅', '的']);
        let last = stem.rsplit(['，', '；', '。']).next().unwrap_or(stem);
        let last = ["占比", "所占比重", "比重", "所占比例", "比例", "份额"]
            .iter()
            .find_map(|word| last.strip_suffix(word))
            .unwrap_or(last);
        return named_subject(last);
    };
    let before = &words[..words.len() - base.len() - '占'.len_utf8()];
    named_subject(before.rsplit(['，', '；', '。', '：']).next().unwrap_or(before))
}

fn named_subject(words: &str) -> String {
    let bare = words.trim_matches(|c: char| "约共分别各均仅已只总就也人数比例其中的，".contains(c));
    let bare = bare.trim_start_matches('（');
    if bare.chars().count() >= 2 && !words.starts_with('）') { bare.to_owned() } else { String::new() }
}

/// The words of a base: "总人口的" → 总人口.
fn base_words(words: &str) -> String {
    let cut = words.trim_end_matches(['的', '比', '例', '重', '为', '达', '到', '约']);
    let cut = cut.split(['，', '（', '：']).next().unwrap_or("");
    labels::strip(cut)
}

/// The claims of all shares.
pub fn claims(page: &Page, shares: &Shares, divisions: &[Division]) -> Vec<Claim> {
    let mut settled: Vec<Settled> = Vec::new();
    for share in &shares.all {
        let readings = bases::readings(page, share, shares, divisions, &settled);
        settled.push(settle(page, share, &readings));
    }
    // The shares behind a share say as much of its base as those before it.
    let mut claims = Vec::new();
    for (n, share) in shares.all.iter().enumerate() {
        let around = [&settled[n.saturating_sub(8)..n], &settled[n + 1..settled.len().min(n + 9)]].concat();
        let readings = bases::readings(page, share, shares, divisions, &around);
        if !readings.is_empty() {
            claims.push(Claim { kind: Kind::Share, readings });
        }
    }
    claims
}

/// A share already looked at: what it called its base, which figure that was, and whether the words say so too.
#[derive(Clone)]
struct Settled {
    rate: usize,
    named: String,
    base: Option<usize>,
    sure: bool,
}

fn settle(page: &Page, share: &Share, readings: &[Reading]) -> Settled {
    let fits = |fit: Fit| readings.iter().find(|reading| reading.formula.fit(page) == fit);
    let taken = fits(Fit::Exact).or_else(|| fits(Fit::LastPlace));
    let base = taken.and_then(|reading| match &reading.formula {
        Formula::Quotient { bases, .. } if bases.len() == 1 => Some(bases[0].figure),
        _ => None,
    });
    let sure = taken.is_some_and(|reading| reading.tie <= Tie::Likely);
    Settled { rate: share.rate, named: share.base.clone(), base, sure }
}

/// A reading: the figure is this share of that base.
fn reading(
    tops: &[usize],
    base: usize,
    rate: usize,
    per: f64,
    tie: Tie,
    name: (&'static str, &'static str),
) -> Reading {
    let formula = Formula::Quotient {
        tops: tops.iter().map(|&n| Term::plus(n)).collect(),
        bases: vec![Term::plus(base)],
        per,
        rate,
    };
    Reading { formula, tie, name }
}

/// 83户、122人: the households and the persons of one thing.
fn paired(page: &Page, households: usize, persons: usize) -> bool {
    let (a, b) = (&page.quantities[households], &page.quantities[persons]);
    a.measure_kind() == Unit::Household
        && b.measure_kind() == Unit::Person
        && matches!(page.gap(households, persons).as_str(), "" | "、" | "，")
}
