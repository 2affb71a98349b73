//! Magnitudes, household sizes, figures that are multiples of one another.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::measures::Kind;
use crate::relations::Outcome;
use crate::report::FigureKind;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    let pairs = households(page);
    for &(households, persons) in &pairs {
        let size = page.quantities[persons].base() / page.quantities[households].base();
        if !(1.0..=8.0).contains(&size) && page.quantities[households].base() >= 3.0 {
            findings.household_size(persons, households, size);
        }
    }
    multiples(page, &pairs, findings);
    magnitudes(page, findings);
    old_people(page, findings);
}

/// "2000户、5600人", "居民2000户，人口5600人": households and the people in them.
fn households(page: &Page) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for sentence in 0..page.sentences.len() {
        for pair in page.counted(sentence).windows(2) {
            let (a, b) = (&page.quantities[pair[0]], &page.quantities[pair[1]]);
            if a.measure_kind() != Kind::Household || b.measure_kind() != Kind::Person || a.unit == "户次" {
                continue;
            }
            let damaged = a.span.start > 0 && "？\u{fffd}".contains(page.normal.chars[a.span.start - 1]);
            let gap = page.gap(pair[0], pair[1]);
            let tight = !damaged && matches!(gap.as_str(), "" | "、" | "，" | "共" | "，共" | "约" | "余");
            let whole = ["人口", "居民人口", "总人口", "共有人口", "户籍人口", "常住人口"].iter().any(|word| {
                gap.trim_start_matches(['，', '、']).trim_end_matches(['约', '近', '为', '共', '数']) == *word
            });
            let all =
                ["总户", "总户数", "户数", "居民", "居民户", "户籍户", "常住户", "农户", "住户", "户", "居民总户", ""]
                    .contains(&a.label.as_str());
            if tight || (whole && all && !damaged) {
                pairs.push((pair[0], pair[1]));
            }
        }
    }
    pairs
}

/// Three pairs in one text that are exactly the same multiple.
fn multiples(page: &Page, pairs: &[(usize, usize)], findings: &mut Findings) {
    let exact: Vec<(usize, usize, f64)> = pairs
        .iter()
        .filter(|&&(h, p)| {
            page.quantities[h].is_exact() && page.quantities[p].is_exact() && page.quantities[h].base() >= 10.0
        })
        .map(|&(h, p)| (h, p, page.quantities[p].base() / page.quantities[h].base()))
        .collect();
    for times in [2.0, 3.0, 3.5, 4.0, 5.0] {
        let same: Vec<usize> =
            exact.iter().filter(|(.., ratio)| (ratio - times).abs() < 1e-9).flat_map(|&(h, p, _)| [h, p]).collect();
        if same.len() >= 6 {
            findings.derived(&same, times);
        }
    }
}

fn magnitudes(page: &Page, findings: &mut Findings) {
    for (n, quantity) in page.quantities.iter().enumerate() {
        if quantity.kind != FigureKind::Count {
            continue;
        }
        let lead = page.words(quantity.lead.start.max(quantity.span.start.saturating_sub(10))..quantity.span.start);
        let each = ["每", "人均", "户均", "平均", "单价", "标准"].iter().any(|word| lead.contains(word))
            || quantity.unit.contains('/');
        let invested =
            ["投资", "总投资", "投入资金", "集体收入", "集体经济收入", "专项资金", "项目资金", "争取资金", "改造资金"]
                .iter()
                .any(|word| lead.contains(word));
        if invested && !each && quantity.unit == "元" && quantity.base() < 1000.0 && quantity.number.upper.is_none() {
            findings.magnitude(n, "金额过小，可能漏写“万”", "a very small amount; is 万 missing?");
        }
        if quantity.label.ends_with("面积") && quantity.unit == "平方公里" && quantity.number.value > 20_000.0 {
            findings.magnitude(n, "面积过大，单位可能应为平方米", "a very large area; square metres?");
        }
        if quantity.label.ends_with("面积")
            && quantity.label.contains("辖区")
            && quantity.unit == "平方米"
            && quantity.base() < 1000.0
        {
            findings.magnitude(n, "辖区面积过小，单位可能应为平方公里", "a very small area; square kilometres?");
        }
        if quantity.measure_kind() == Kind::Money && quantity.number.scale == 1e4 && quantity.base() >= 1e11 {
            findings.magnitude(n, "金额过大，可能多写“万”", "a very large amount; is there a 万 too many?");
        }
    }
}

/// An allowance for everybody above eighty that reaches almost nobody.
fn old_people(page: &Page, findings: &mut Findings) {
    let population = ["总人口", "常住人口", "户籍人口"]
        .iter()
        .find_map(|label| page.by_label.get(*label))
        .and_then(|places| places.first().copied());
    let Some(population) =
        population.filter(|&n| page.quantities[n].base() >= 2000.0 && page.quantities[n].area.is_none())
    else {
        return;
    };
    for (n, quantity) in page.quantities.iter().enumerate() {
        let eighty =
            quantity.restriction.as_deref().is_some_and(|words| words.starts_with("80") || words.starts_with("八十"));
        let sentence = page.sentences[quantity.sentence].span.clone();
        if quantity.kind == FigureKind::Count
            && quantity.measure_kind() == Kind::Person
            && eighty
            && whole_area(quantity)
            && quantity.base() < page.quantities[population].base() * 0.003
            && page.words(sentence).contains("津贴")
        {
            findings.age_implausible(n, population);
        }
    }
}

fn whole_area(quantity: &Quantity) -> bool {
    quantity.area.is_none() && quantity.is_exact() && !quantity.label.contains("新增")
}
