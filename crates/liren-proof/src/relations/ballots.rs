//! 票数的账 — valid and invalid ballots make those returned, wherever the three stand; the options of a vote make the ballots told
//! in a paragraph before; the lead of the winner is the difference of the two best.

use super::flows::words;
use super::row::Row;
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};

const RETURNED: (&str, &str) = ("有效票与无效票合为收回票", "valid and invalid ballots make those returned");
const OPTIONS: (&str, &str) = ("各选项票数合为前文的票数", "the options make the ballots told before");
const LEAD: (&str, &str) = ("得票最多的两人之差", "the two best, and the lead");

/// What a figure counts in a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Returned,
    Valid,
    Invalid,
    Option,
    Won,
}

/// The ballots of the whole text.
pub fn claims(rows: &[Row]) -> Vec<Claim> {
    let mut claims = Vec::new();
    let all: Vec<(usize, usize, Stage)> = rows
        .iter()
        .enumerate()
        .flat_map(|(r, row)| (0..row.len()).filter_map(move |n| stage(row, n).map(|stage| (r, n, stage))))
        .collect();
    let item = |&(r, n, _): &(usize, usize, Stage)| rows[r].items[n];
    for (place, told) in all.iter().enumerate() {
        if told.2 == Stage::Invalid {
            claims.extend(returned(rows, &all, place).map(|(valid, whole)| {
                let terms = vec![Term::plus(item(&all[valid])), Term::plus(item(told))];
                claim(Formula::Sum { terms, result: item(&all[whole]) }, Kind::Balance, RETURNED)
            }));
        }
    }
    claims.extend(options(rows, &all));
    for (r, row) in rows.iter().enumerate() {
        claims.extend((0..row.len()).filter_map(|n| lead(rows, &all, r, n)));
    }
    claims
}

fn claim(formula: Formula, kind: Kind, name: (&'static str, &'static str)) -> Claim {
    Claim { kind, readings: vec![Reading { formula, tie: Tie::Stated, name }] }
}

fn stage(row: &Row, n: usize) -> Option<Stage> {
    let quantity = row.quantity(n);
    if !row.level(n) || !row.exact(n) || !matches!(quantity.unit.as_str(), "票" | "张" | "人" | "份" | "") {
        return None;
    }
    let words = words(row, n);
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let ballots = quantity.unit == "票" || any(&["票"]);
    if any(&["率", "占", "每"]) {
        None
    } else if ballots && any(&["无效票", "废票", "无效选票", "无效表决票", "废弃票"]) {
        Some(Stage::Invalid)
    } else if ballots && any(&["有效"]) && !any(&["收回", "回收"]) {
        Some(Stage::Valid)
    } else if (ballots || any(&["收回", "回收"]))
        && any(&["收回", "回收", "投票数", "投票总数", "总票数", "回收有效", "收回有效"])
    {
        Some(Stage::Returned)
    } else if any(&["同意", "赞成", "赞同", "反对", "弃权"]) && matches!(quantity.unit.as_str(), "票" | "人" | "")
    {
        Some(Stage::Option)
    } else if quantity.unit == "票" {
        Some(Stage::Won)
    } else {
        None
    }
}

/// The valid ballots and those returned that stand nearest to the invalid ones, in the paragraph or the one before.
fn returned(rows: &[Row], all: &[(usize, usize, Stage)], place: usize) -> Option<(usize, usize)> {
    let (r, n, _) = all[place];
    let near = |other: usize| {
        let (s, m, _) = all[other];
        (s == r && m.abs_diff(n) <= 8) || (s + 1 == r && n <= 4)
    };
    let find =
        |stage: Stage| (0..place).rev().take(40).filter(|&other| near(other)).find(|&other| all[other].2 == stage);
    let behind = (place + 1..all.len()).take(2).find(|&other| near(other) && all[other].2 == Stage::Valid);
    let (valid, whole) = (find(Stage::Valid).or(behind)?, find(Stage::Returned)?);
    // Another count of ballots between them is another ballot.
    let (from, to) = (whole.min(valid), place.max(valid));
    let others =
        (from..=to).filter(|&other| all[other].2 != Stage::Won && ![valid, whole, place].contains(&other)).count();
    let value = |other: usize| rows[all[other].0].value(all[other].1);
    (others == 0 && value(whole) >= value(valid)).then_some((valid, whole))
}

/// 同意702票，反对214票，弃权51票: of the ballots told once before, where the paragraph tells none of its own.
fn options(rows: &[Row], all: &[(usize, usize, Stage)]) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut from = 0;
    while from < all.len() {
        let (r, n, stage) = all[from];
        let sentence = rows[r].sentence(n);
        let run = all[from..]
            .iter()
            .take_while(|&&(s, m, told)| s == r && rows[s].sentence(m) == sentence && told == Stage::Option)
            .count();
        if stage != Stage::Option || run < 3 {
            from += run.max(1);
            continue;
        }
        let names: Vec<String> = all[from..from + run].iter().map(|&(s, m, _)| words(&rows[s], m)).collect();
        let each = |list: &[&str]| names.iter().filter(|name| list.iter().any(|word| name.contains(word))).count() == 1;
        let window = from.saturating_sub(60)..all.len().min(from + 60);
        let own =
            all[window.clone()].iter().any(|&(s, _, told)| s == r && matches!(told, Stage::Valid | Stage::Returned));
        let before: Vec<usize> =
            (window.start..from).filter(|&other| matches!(all[other].2, Stage::Valid | Stage::Returned)).collect();
        let values: Vec<f64> = before.iter().map(|&other| rows[all[other].0].value(all[other].1)).collect();
        let one = !values.is_empty() && values.iter().all(|value| *value == values[0]);
        if run == 3 && each(&["反对"]) && each(&["弃权"]) && !own && one {
            let term = |&(s, m, _): &(usize, usize, Stage)| Term::plus(rows[s].items[m]);
            let terms = all[from..from + run].iter().map(term).collect();
            let (s, m, _) = all[before[before.len() - 1]];
            claims.push(claim(Formula::Sum { terms, result: rows[s].items[m] }, Kind::Sum, OPTIONS));
        }
        from += run;
    }
    claims
}

/// 当选人与次高票者相差1693票: the best two told before.
fn lead(rows: &[Row], all: &[(usize, usize, Stage)], r: usize, n: usize) -> Option<Claim> {
    let row = &rows[r];
    let gap = row.gap(n);
    let last = gap.rsplit(['，', '；', '。']).next().unwrap_or(gap);
    let second = ["次高票", "第二名", "次名", "次高者"].iter().any(|word| last.contains(word));
    let apart = ["相差", "领先", "多", "高出", "差距"].iter().any(|word| last.contains(word));
    if !(second && apart) || row.quantity(n).unit != "票" || !row.exact(n) {
        return None;
    }
    let won = |&&(s, m, stage): &&(usize, usize, Stage)| stage == Stage::Won && (s, m) < (r, n) && s + 8 >= r;
    let mut votes: Vec<&(usize, usize, Stage)> = all.iter().filter(won).collect();
    votes.sort_by(|a, b| rows[b.0].value(b.1).total_cmp(&rows[a.0].value(a.1)));
    let (first, second) = (votes.first()?, votes.get(1)?);
    let terms = vec![Term::plus(rows[first.0].items[first.1]), Term::minus(rows[second.0].items[second.1])];
    Some(claim(Formula::Sum { terms, result: row.items[n] }, Kind::Balance, LEAD))
}
