//! 选举和表决 — votes for and against make the valid ones; those for candidates are at most the valid ones times the seats.

use super::complete::exhaustive;
use super::flows::words;
use super::row::{Row, rows};
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::measures::Kind as Unit;

const OPTIONS: (&str, &str) = ("各选项票数之和", "the votes for each option");
const CANDIDATES: (&str, &str) = ("候选人得票之和", "the votes of the candidates");

/// The claims of all ballots.
pub fn claims(page: &Page) -> Vec<Claim> {
    let mut claims = Vec::new();
    for row in rows(page) {
        let ballot = |n: usize| matches!(row.quantity(n).unit.as_str(), "票" | "张") && row.level(n) && row.exact(n);
        let Some(valid) = (0..row.len())
            .rev()
            .find(|&n| ballot(n) && words(&row, n).contains("有效") && !words(&row, n).contains("无效"))
        else {
            continue;
        };
        let won = |n: &usize| {
            let words = words(&row, *n);
            let part = ["有效", "无效", "废", "发出", "发放", "收回", "回收", "选票", "弃票", "共"]
                .iter()
                .any(|word| words.contains(word));
            ballot(*n) && !part
        };
        let votes: Vec<usize> = (valid + 1..row.len()).filter(won).collect();
        if votes.is_empty() {
            continue;
        }
        claims.extend(claim(&row, valid, &votes));
    }
    claims
}

fn claim(row: &Row, valid: usize, votes: &[usize]) -> Option<Claim> {
    let terms: Vec<Term> = votes.iter().map(|&n| Term::plus(row.items[n])).collect();
    let names: Vec<&str> = votes.iter().map(|&n| row.label(n)).collect();
    let options = votes.len() >= 2
        && names.iter().all(|name| ["同意", "赞成", "反对", "弃权"].iter().any(|word| name.contains(word)));
    let same_unit = row.quantity(votes[0]).unit == "票" || options;
    if options && exhaustive(&names) {
        let formula = Formula::Sum { terms, result: row.items[valid] };
        let tie = if votes.len() >= 3 { Tie::Stated } else { Tie::Possible };
        return Some(Claim { kind: Kind::Sum, readings: vec![Reading { formula, tie, name: OPTIONS }] });
    }
    let seats = seats(row, valid);
    (same_unit && seats >= 1.0).then(|| {
        let formula = Formula::AtMost { parts: terms, bound: row.items[valid], times: seats };
        Claim { kind: Kind::Bound, readings: vec![Reading { formula, tie: Tie::Stated, name: CANDIDATES }] }
    })
}

/// How many a voter may choose: 应选2名, 至多选2人; unknown is many.
fn seats(row: &Row, near: usize) -> f64 {
    let page = row.page;
    let block = row.quantity(near).block;
    let told = page
        .quantities
        .iter()
        .filter(|quantity| {
            quantity.block + 1 >= block && quantity.block <= block && quantity.measure_kind() == Unit::Person
        })
        .filter(|quantity| {
            let from = quantity.span.start.saturating_sub(6);
            let words = page.words(from..quantity.span.start);
            ["应选", "选出", "至多选", "当选", "差额选举", "限选", "最多选", "选举产生"]
                .iter()
                .any(|word| words.contains(word))
        });
    told.map(|quantity| quantity.number.value).fold(0.0, f64::max)
}
