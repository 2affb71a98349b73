//! So many, so much for each, and what that makes.
use super::{Candidate, plain};
use crate::claims::{Formula, Kind};
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::measures::Kind as Unit;
use crate::read::roles::Role;

const NAME: (&str, &str) = ("数量乘平均数", "how many times how much");

pub fn candidates(page: &Page) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (n, mean) in page.quantities.iter().enumerate() {
        let words = format!("{}{}", page.words(mean.lead.clone()), mean.unit);
        let each = matches!(mean.role, Role::Mean | Role::Standard)
            || mean.measure_kind() == Unit::Per
            || ["每", "均", "单价", "单产"].iter().any(|word| words.contains(word));
        if !each || !mean.is_exact() || mean.is_rate() || mean.weak || mean.number.value <= 0.0 {
            continue;
        }
        let (from, to) = (n.saturating_sub(8), (n + 8).min(page.quantities.len()));
        let near: Vec<usize> = (from..to)
            .filter(|&m| m != n && plain(&page.quantities[m]) && page.quantities[m].block == mean.block)
            .filter(|&m| !matches!(page.quantities[m].role, Role::Mean | Role::Standard))
            .collect();
        for &c in &near {
            let total = &page.quantities[c];
            let same = total.measure_kind() == mean.measure_kind()
                || (mean.measure_kind() == Unit::Per
                    && total.unit.chars().last() == mean.unit.split('/').next().and_then(|u| u.chars().last()));
            if !same || total.base() <= mean.base() {
                continue;
            }
            for &a in &near {
                let count = &page.quantities[a];
                if a == c
                    || count.measure_kind() == mean.measure_kind()
                    || count.number.value <= 2.0
                    || !each_of(&words, count)
                {
                    continue;
                }
                let formula = Formula::Product { factors: vec![a, n], times: 1.0, result: c };
                let same = total.sentence == mean.sentence && count.sentence == mean.sentence;
                let (beside, close) = (a.abs_diff(n) == 1, c.abs_diff(n) <= 2);
                let often = match (same, close, beside) {
                    (true, true, true) => 0.3,
                    (true, true, false) => 0.18,
                    (false, true, false) | (false, false, true) => 0.03,
                    _ => 0.01,
                };
                found.push(Candidate { kind: Kind::Product, formula, name: NAME, often });
            }
        }
    }
    found
}

/// Whether so much for each is for each of these: 生均 of pupils, 亩产 of land, 每盏 of lamps.
fn each_of(words: &str, count: &Quantity) -> bool {
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let unit = count.unit.trim_start_matches(['万', '亿']);
    match count.measure_kind() {
        Unit::Person => any(&["人均", "生均", "师均", "职均", "每人", "每名", "每位", "每生", "/人"]),
        Unit::Attendance => any(&["人均", "次均", "每人次", "/人次"]),
        Unit::Household => any(&["户均", "每户", "每个家庭户", "/户"]),
        Unit::Area => any(&["亩产", "亩均", "每亩", "单产", "每公顷", "/亩", "/公顷", "每平方米", "/平方米"]),
        Unit::Duration => any(&["日均", "每天", "每日", "月均", "每月", "年均", "每年", "天均"]),
        Unit::Mass | Unit::Volume | Unit::Energy => any(&["每", "均价", "单价", "/"]) && words.contains(unit),
        _ if unit.is_empty() => any(&["每", "均"]) && !any(&["人均", "日均", "户均", "亩"]),
        _ => {
            let named = |before: &str| words.contains(&format!("{before}{unit}"));
            named("每") || named("/") || words.contains(&format!("{unit}均")) || any(&["单价", "均价"])
        }
    }
}
