//! Check 3: the same label with two values, where scope, restriction, period and unit agree.

use crate::findings::Findings;
use crate::read::figures::Quantity;
use crate::read::measures::Kind;
use crate::reading::Reading;
use crate::report::{FigureKind, Severity};

/// Stocks of a whole community, which have one value at a time.
static STOCKS: &[&str] = &[
    "总人口",
    "常住人口",
    "户籍人口",
    "暂住人口",
    "流动人口",
    "外来人口",
    "实有人口",
    "人口",
    "居民",
    "总户",
    "户籍户",
    "常住户",
    "居民户",
    "党员",
    "在册党员",
    "党支部",
    "居民小组",
    "村民小组",
    "居民小区",
    "小区",
    "网格",
    "网格员",
    "楼栋",
    "辖区面积",
    "面积",
    "耕地面积",
    "低保户",
    "低保人",
    "低保对象",
    "残疾人",
    "持证残疾人",
    "志愿者",
    "育龄妇女",
    "已婚育龄妇女",
    "企事业单位",
    "辖区单位",
    "个体工商户",
    "楼长",
    "楼栋长",
    "居民代表",
    "工作人员",
];

pub fn check(reading: &Reading, findings: &mut Findings) {
    let mut labels: Vec<&String> = reading.by_label.keys().collect();
    labels.sort();
    for label in labels {
        if !STOCKS.contains(&label.as_str()) {
            continue;
        }
        // The base of an increase is yesterday's value.
        let places: Vec<usize> = reading.by_label[label]
            .iter()
            .copied()
            .filter(|&place| {
                !reading
                    .increases
                    .iter()
                    .any(|increase| increase.base == place)
            })
            .collect();
        for (n, &place) in places.iter().enumerate().skip(1) {
            let here = &reading.quantities[place];
            let clash = places[..n]
                .iter()
                .copied()
                .find(|&other| differs(here, &reading.quantities[other]));
            let Some(other) = clash else { continue };
            let decided = reading.partitions.iter().find(|partition| {
                partition.holds && (partition.whole == other || partition.parts.contains(&other))
            });
            // The value may belong to the whole of that very identity: then the label, not the number, is wrong.
            let fix = decided.map(|_| crate::findings::number(reading.quantities[other].stated()));
            findings.label_conflict(place, other, decided, fix, Severity::Error);
            break;
        }
    }
}

fn differs(a: &Quantity, b: &Quantity) -> bool {
    let comparable = a.kind == FigureKind::Count
        && b.kind == FigureKind::Count
        && a.measure_kind() == b.measure_kind()
        && a.measure_kind() != Kind::Per
        && a.scope == b.scope
        && a.restriction == b.restriction
        && a.period == b.period
        && a.is_exact()
        && b.is_exact()
        && !a.weak
        && !b.weak
        && a.sentence != b.sentence;
    comparable && (a.base() - b.base()).abs() > a.slack().max(b.slack()) + 1e-9
}
