//! 乘积 — heads × rate × months = total: 为7名老人每人每月发放100元，全年共8400元.

use crate::read::measures::Kind;
use crate::reading::Reading;
use crate::report::FigureKind;

/// A total and the factors told beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    pub heads: usize,
    pub rate: usize,
    pub total: usize,
    /// How many months or times were multiplied in.
    pub months: f64,
    /// What the factors make, in base units.
    pub value: f64,
    pub holds: bool,
    /// The number of months was told, or none is needed.
    pub fixed: bool,
}

/// Every product whose heads, rate and total are told in one sentence.
pub fn find(reading: &Reading) -> Vec<Product> {
    (0..reading.sentences.len()).filter_map(|sentence| product(reading, sentence)).collect()
}

fn product(reading: &Reading, sentence: usize) -> Option<Product> {
    let items: Vec<usize> = reading
        .counted(sentence)
        .into_iter()
        .filter(|&n| {
            reading.quantities[n].kind == FigureKind::Count
                && reading.quantities[n].is_exact()
                && !reading.quantities[n].weak
        })
        .collect();
    let lead = |n: usize| {
        let quantity = &reading.quantities[n];
        let from = quantity.lead.start.max(quantity.span.start.saturating_sub(12));
        reading.words(from..quantity.span.start)
    };
    // 每期50人: what is multiplied may be people as well.
    let seats = |n: usize| {
        let words = lead(n);
        reading.quantities[n].measure_kind() == Kind::Person
            && ["每期", "每场", "每班", "每批"].iter().any(|word| words.ends_with(word))
            && !words.contains("平均")
    };
    let money = |n: usize| {
        matches!(reading.quantities[n].measure_kind(), Kind::Money | Kind::Per)
            && reading.quantities[n].unit.contains('元')
    };
    let rates: Vec<usize> = items
        .iter()
        .copied()
        .filter(|&n| seats(n) || (money(n) && per_head(&lead(n), &reading.quantities[n].unit)))
        .collect();
    let [rate] = rates[..] else { return None };
    let words = format!("{}{}", lead(rate), reading.quantities[rate].unit);
    let heads: Vec<usize> = items.iter().copied().filter(|&n| counts_heads(reading, n, &words)).collect();
    let totals: Vec<usize> = items
        .iter()
        .copied()
        .filter(|&n| {
            n != rate
                && if seats(rate) {
                    n > rate
                        && ["共", "合计", "总"].iter().any(|word| lead(n).contains(word))
                        && matches!(reading.quantities[n].measure_kind(), Kind::Person | Kind::Attendance)
                } else {
                    reading.quantities[n].measure_kind() == Kind::Money
                }
                && reading.quantities[n].base() > reading.quantities[rate].base()
        })
        .collect();
    let monthly = words.contains('月');
    let told =
        items.iter().copied().find(|&n| reading.quantities[n].unit == "个月" || (reading.quantities[n].unit == "月"));
    let months: Vec<f64> = match told {
        Some(n) if monthly => vec![reading.quantities[n].number.value],
        _ if monthly => (1..=12).map(f64::from).collect(),
        _ => vec![1.0],
    };
    let made = |heads: usize, months: f64| reading.quantities[heads].base() * reading.quantities[rate].base() * months;
    for &total in &totals {
        let quantity = &reading.quantities[total];
        for &head in &heads {
            for &times in &months {
                let value = made(head, times);
                if (value - quantity.base()).abs()
                    <= quantity.slack()
                        + reading.quantities[rate].slack() * reading.quantities[head].base() * times
                        + 1e-6
                {
                    return Some(Product { heads: head, rate, total, months: times, value, holds: true, fixed: true });
                }
            }
        }
    }
    // Only the plainest case is called a misfit: one of each.
    let ([head], [total]) = (&heads[..], &totals[..]) else {
        return None;
    };
    let fixed = months.len() == 1;
    let times = if fixed { months[0] } else { 12.0 };
    // People come and go within a year: only a total no year of months can make is out of bounds.
    let total_value = reading.quantities[*total].base();
    if !fixed && (made(*head, 1.0) * 0.9..=made(*head, 12.0) * 1.1).contains(&total_value) {
        return None;
    }
    Some(Product { heads: *head, rate, total: *total, months: times, value: made(*head, times), holds: false, fixed })
}

/// 每人100元, 人均…is a mean, 标准为…元/人.
fn per_head(lead: &str, unit: &str) -> bool {
    unit.contains("/人")
        || unit.contains("/户")
        || ["每人", "每户", "每名", "每位", "每套", "每台", "每盏", "每件", "每份", "每亩", "每平方米", "单价"]
            .iter()
            .any(|word| lead.contains(word))
}

/// Heads are persons for 每人, households for 每户 and so on.
fn counts_heads(reading: &Reading, n: usize, rate: &str) -> bool {
    let quantity = &reading.quantities[n];
    match quantity.measure_kind() {
        Kind::Person => ["每人", "每名", "每位", "/人"].iter().any(|word| rate.contains(word)),
        Kind::Household => ["每户", "/户"].iter().any(|word| rate.contains(word)),
        _ => {
            rate.contains(&format!("每{}", quantity.unit))
                || (rate.contains("单价") && quantity.measure_kind() == Kind::Thing)
        }
    }
}
