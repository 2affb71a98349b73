//! 乘积 — heads × standard × months = total: 为7名老人每人每月发放100元，全年共8400元; 采购慰问包320份，每份150元，总价值4.8万元.

use super::row::{Row, rows};
use crate::claims::{Claim, Formula, Kind, Reading, Tie};
use crate::page::Page;
use crate::read::measures::Kind as Unit;
use crate::read::roles::Role;
use crate::report::FigureKind;

const ONCE: (&str, &str) = ("数量乘标准", "how many times how much");
const MONTHS: (&str, &str) = ("数量乘标准乘月数", "how many times how much, for so many months");

/// The claims of all products whose factors stand with their total.
pub fn claims(page: &Page) -> Vec<Claim> {
    let mut claims = Vec::new();
    for row in rows(page) {
        for n in 0..row.len() {
            let standard = row.role(n) == Role::Standard || (row.role(n) == Role::Mean && row.kind(n) == Unit::Money);
            if standard && row.exact(n) {
                claims.extend(claim(&row, n));
            }
        }
    }
    claims
}

/// The words of a standard: 每人每月, 元/月·人.
fn words(row: &Row, n: usize) -> String {
    let gap = row.gap(n);
    let last = gap.rsplit(['，', '；', '。', '：', '（']).next().unwrap_or(gap);
    format!("{last}{}", row.quantity(n).unit)
}

/// Heads are persons for 每人, households for 每户, 份 for 每份.
fn heads(row: &Row, m: usize, words: &str) -> bool {
    let quantity = row.quantity(m);
    let unit = quantity.unit.trim_start_matches(['万', '亿']);
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    match quantity.measure_kind() {
        Unit::Person => any(&["每人", "每名", "每位", "/人", "人均"]),
        Unit::Household => any(&["每户", "/户", "户均"]),
        _ if unit.is_empty() => false,
        Unit::Money => false,
        _ => words.contains(&format!("每{unit}")) || (words.contains("单价") && quantity.measure_kind() == Unit::Thing),
    }
}

fn claim(row: &Row, rate: usize) -> Option<Claim> {
    let words = words(row, rate);
    let people = row.kind(rate) == Unit::Person;
    let money = matches!(row.kind(rate), Unit::Money | Unit::Per) && row.quantity(rate).unit.contains('元');
    let seats = people && ["每期", "每场", "每班", "每批"].iter().any(|word| words.contains(word));
    if !(money || seats) || words.contains("增") {
        return None;
    }
    let reach = |m: usize| row.sentence(m) == row.sentence(rate);
    let clause = |m: usize| row.clause(m) == row.clause(rate);
    let near: Vec<usize> =
        (rate.saturating_sub(8)..row.len().min(rate + 7)).filter(|&m| m != rate && reach(m)).collect();
    let head: Vec<usize> =
        near.iter().copied().filter(|&m| row.level(m) && row.exact(m) && heads(row, m, &words)).collect();
    let total = |m: &usize| {
        let gap = row.gap(*m);
        let last = gap.rsplit(['，', '；', '。']).next().unwrap_or(gap);
        let kind = if seats {
            matches!(row.kind(*m), Unit::Person | Unit::Attendance)
                && *m > rate
                && ["共", "合计", "总", "累计"].iter().any(|word| last.contains(word))
        } else {
            row.kind(*m) == Unit::Money
        };
        row.level(*m) && row.exact(*m) && kind && row.value(*m) > row.value(rate)
    };
    let totals: Vec<usize> = near.iter().copied().filter(total).collect();
    let monthly = words.contains('月');
    let times = times(row, rate, monthly);
    let mut readings: Vec<Reading> = Vec::new();
    // A standard belongs to the heads right before it, and to the total right behind.
    let natural = head
        .iter()
        .rev()
        .copied()
        .find(|&m| m < rate && clause(m))
        .or(head.iter().copied().find(|&m| m > rate && clause(m)));
    let own = totals.iter().copied().find(|&m| m > rate && clause(m)).or(totals
        .iter()
        .rev()
        .copied()
        .find(|&m| m < rate && clause(m)));
    let others = (rate.saturating_sub(8)..row.len().min(rate + 7))
        .filter(|&m| m != rate && clause(m) && row.role(m) == Role::Standard && row.kind(m) == row.kind(rate))
        .count();
    for &total in &totals {
        for &head in &head {
            for &by in &times {
                let formula = Formula::Product {
                    factors: vec![row.items[head], row.items[rate]],
                    times: by,
                    result: row.items[total],
                };
                let plain =
                    Some(head) == natural && Some(total) == own && others == 0 && row.role(rate) == Role::Standard;
                let tie = if plain && times.len() == 1 { Tie::Stated } else { Tie::Possible };
                readings.push(Reading { formula, tie, name: if by == 1.0 { ONCE } else { MONTHS } });
            }
        }
    }
    // People come and go within a year: only a total that no year of months can make is out of bounds.
    if let (Some(head), Some(total), true) = (natural, own, times.len() > 1 && others == 0) {
        let month = row.quantity(head).number.value * row.value(rate);
        let out = !(month * 0.9..=month * 12.0 * 1.1).contains(&row.value(total));
        let year = readings.iter_mut().find(|reading| matches!(&reading.formula, Formula::Product { times, result, factors } if *times == 12.0 && *result == row.items[total] && factors[0] == row.items[head]));
        if let Some(year) = year.filter(|_| out) {
            year.tie = Tie::Likely;
        }
    }
    (!readings.is_empty()).then_some(Claim { kind: Kind::Product, readings })
}

/// By how many months a monthly standard is multiplied: the number told, or any.
fn times(row: &Row, rate: usize, monthly: bool) -> Vec<f64> {
    let page = row.page;
    let sentence = page.sentences[row.sentence(rate)].quantities.clone();
    let told = sentence
        .filter(|&m| page.quantities[m].kind == FigureKind::Count && page.quantities[m].unit == "个月")
        .find(|&m| page.quantities[m].clause == row.quantity(rate).clause);
    let words = page.words(page.sentences[row.sentence(rate)].span.clone());
    // 二季度（4—6月）: three months, where the heads are the same in each.
    let span =
        page.dates.iter().filter(|date| page.sentences[row.sentence(rate)].span.contains(&date.span.start)).find_map(
            |date| {
                let (from, to) = (date.month?, date.to_month?);
                (to >= from && to <= 12).then(|| f64::from(to - from + 1))
            },
        );
    let quarter =
        ["一季度", "二季度", "三季度", "四季度", "本季度"].iter().any(|word| words.contains(word)).then_some(3.0);
    match told {
        None if monthly && span.or(quarter).is_some() => vec![span.or(quarter).unwrap_or(1.0)],
        Some(months) if monthly => vec![page.quantities[months].number.value],
        _ if monthly && ["当月", "本月", "全月"].iter().any(|word| words.contains(word)) => vec![1.0],
        _ if monthly => (1..=12).map(f64::from).collect(),
        _ => vec![1.0],
    }
}
