//! Check 3: the same label with two values, where scope, restriction, period, area and unit agree.

use std::collections::{HashMap, HashSet};

use crate::claims::Kind;
use crate::claims::show::number;
use crate::findings::Findings;
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::measures::Kind as Unit;
use crate::relations::Outcome;
use crate::relations::listings::increases;
use crate::report::Severity;

/// Stocks of a whole community, which have one value at a time.
static STOCKS: &[&str] = &[
    "总人口", "常住人口", "户籍人口", "暂住人口", "流动人口", "外来人口", "外来流动人口", "实有人口", "人口", "居民",
    "总户", "总户数", "农户", "户籍户", "常住户", "居民户", "住户", "党员", "在册党员", "正式党员", "党支部",
    "下属党支部", "居民小组", "村民小组", "居民小区", "网格", "专职网格员", "楼栋", "居民楼", "辖区面积", "耕地面积",
    "耕地", "低保户", "低保人", "低保对象", "低保人员", "残疾人", "持证残疾人", "在册志愿者", "注册志愿者", "育龄妇女",
    "已婚育龄妇女", "企事业单位", "辖区单位", "驻区单位", "个体工商户", "楼长", "楼栋长", "居民代表", "村民代表",
    "社区工作人员", "工作人员", "自然村", "建档立卡贫困户", "贫困户", "五保户", "退役军人", "独居老人", "空巢老人",
];

/// Endings of labels that name a stock rather than a doing.
static STOCK_ENDS: &[&str] = &[
    "人口", "户籍", "党员", "老人", "残疾人", "单位", "企业", "商户", "门店", "小组", "支部", "网格", "志愿者", "耕地",
    "对象", "家庭", "人员", "军人", "妇女", "儿童",
];

pub fn check(page: &Page, outcome: &Outcome, findings: &mut Findings) {
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (label, places) in &page.by_label {
        by_name.entry(stock_name(label)).or_default().extend(places);
    }
    let grown: HashSet<usize> = increases(page).iter().map(|increase| increase.base).collect();
    let mut labels: Vec<&String> = by_name.keys().filter(|label| by_name[*label].len() > 1).collect();
    labels.sort();
    for label in labels {
        let severity = if STOCKS.contains(&label.as_str()) {
            Severity::Error
        } else if label.chars().count() >= 5 && STOCK_ENDS.iter().any(|end| label.ends_with(end)) && !acts(label) {
            Severity::Warning
        } else {
            continue;
        };
        // The base of an increase is yesterday's value.
        let mut places: Vec<usize> = by_name[label]
            .iter()
            .copied()
            .filter(|&place| !grown.contains(&place) && page.is_level(place) && states(page, place))
            .take(60)
            .collect();
        places.sort_unstable();
        // 38户62人 bear one label; households and persons are compared apart.
        let mut kinds: Vec<Unit> = Vec::new();
        for &place in &places {
            let kind = page.quantities[place].measure_kind();
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        for kind in kinds {
            let alike: Vec<usize> =
                places.iter().copied().filter(|&n| page.quantities[n].measure_kind() == kind).collect();
            conflict(page, outcome, findings, &alike, severity);
        }
    }
    decided(page, outcome, findings);
}

/// So many figures of a whole area are looked through.
const TOLD: usize = 500;

/// 全村纳入监测63户, and below 41户 + 28户 = 全村监测对象69户: not one label, but one thing of the whole area, and an equation
/// that says which of the two is right.
fn decided(page: &Page, outcome: &Outcome, findings: &mut Findings) {
    let wholes = ["全社区", "全街道", "全村", "全镇", "全乡", "全区", "全县", "全校", "全院"];
    let words = |n: usize| page.words(page.quantities[n].lead.clone());
    let whole = |n: usize| wholes.iter().copied().find(|word| words(n).contains(word));
    let told: Vec<usize> =
        (0..page.quantities.len()).filter(|&n| page.is_level(n) && whole(n).is_some()).take(TOLD).collect();
    for verdict in &outcome.verdicts {
        let sums = matches!(verdict.kind, Kind::Sum | Kind::Balance) && verdict.severity.is_none();
        let right = verdict.reading.formula.result();
        let Some(area) = whole(right).filter(|_| sums) else { continue };
        let name = words(right).replace(area, "");
        let other = told.iter().copied().find(|&n| {
            let quantity = &page.quantities[n];
            let alike = quantity.is_exact()
                && quantity.unit == page.quantities[right].unit
                && quantity.piece == page.quantities[right].piece
                && quantity.period == page.quantities[right].period
                && quantity.sentence != page.quantities[right].sentence;
            let part =
                outcome.divisions_of(n).next().is_some() || outcome.divisions_with(n).any(|division| division.holds);
            alike
                && !part
                && whole(n) == Some(area)
                && quantity.base() != page.quantities[right].base()
                && one_thing(&words(n).replace(area, ""), &name)
        });
        if let Some(other) = other {
            findings.label_conflict(other, right, Some(&verdict.reading.formula), None, Severity::Error);
            return;
        }
    }
}

/// 纳入监测 and 即为监测对象: what is left without the words of being and of people is one.
fn one_thing(a: &str, b: &str) -> bool {
    let bare = |words: &str| {
        let mut rest = words.to_owned();
        for word in [
            "纳入", "列入", "享受", "即为", "现有", "共有", "登记", "对象", "人员", "人口", "家庭", "共", "为", "有",
            "的", "户", "人",
        ] {
            rest = rest.replace(word, "");
        }
        rest
    };
    let (a, b) = (bare(a), bare(b));
    a == b && a.chars().count() >= 2
}

/// 划分网格 and 网格, 居民总户数 and 总户数 are one stock.
fn stock_name(label: &str) -> String {
    let label = ["划分", "下辖", "管辖", "列管", "居民总"]
        .iter()
        .find_map(|word| label.strip_prefix(word))
        .map_or(label, |rest| rest);
    if label == "户数" || label == "户" { "总户数".to_owned() } else { label.to_owned() }
}

/// A label with a verb in it tells what was done, which may be done twice.
fn acts(label: &str) -> bool {
    [
        "新增", "开展", "发放", "慰问", "走访", "组织", "办理", "培训", "发展", "救助", "参加", "申请", "取消", "减少",
        "增加", "调解", "服务", "安置", "帮助", "招", "转", "清", "登记", "排查", "检查", "为", "邀请", "接收",
    ]
    .iter()
    .any(|verb| label.contains(verb))
}

/// Whether a figure states the stock itself: "党员83名", not "组织党员20名" or "党员20余名参加".
fn states(page: &Page, n: usize) -> bool {
    let quantity = &page.quantities[n];
    let lead = page.words(quantity.lead.clone());
    let chars = &page.normal.chars;
    let until = |at: usize, n: usize| page.words(at..(at + n).min(chars.len()));
    let (after, behind) = (until(quantity.span.end, 6), until(quantity.noun.end, 4));
    // 镇有持证残疾人1048人，占持证残疾人总数的28.1%: a part of the stock.
    if until(quantity.span.end, 12).split_once('占').is_some_and(|(_, base)| base.starts_with(&quantity.label)) {
        return false;
    }
    // 由83名增加到91名: the first is no longer so.
    let moved =
        ["增加到", "增至", "上升到", "提高到", "减少到", "降至", "发展到"].iter().any(|word| after.contains(word));
    let led = DOING.iter().any(|word| lead.contains(word))
        || lead.starts_with(['为', '对', '向', '给', '由', '从', '使', '把', '让', '带']);
    let acted = [
        "参加", "参与", "报名", "到", "送", "进行", "开展", "发放", "办理", "被", "获", "荣", "实现", "完成", "享受",
        "已",
    ]
    .iter()
    .any(|word| after.starts_with(word) || behind.starts_with(word));
    // 6个党支部 states how many there are only where words of having lead to it, and nothing follows.
    let noun_first = !lead.contains(quantity.label.as_str());
    let having = lead.ends_with(['有', '设', '辖', '共', '建', '含', '为', '现']) || lead.is_empty();
    let closed = chars.get(quantity.noun.end).is_none_or(|c| "，。；、（）|\n和与及".contains(*c));
    !led && !moved && !acted && !quantity.weak && quantity.number.value > 0.0 && (!noun_first || (having && closed))
}

/// Words of doing before a number: what was done to so many, not how many there are.
static DOING: &[&str] = &[
    "组织", "动员", "发动", "带领", "慰问", "走访", "参加", "邀请", "帮扶", "帮助", "培训", "发展", "新增", "转入",
    "转出", "增加", "减少", "取消", "服务", "每", "抽", "选", "推荐", "评", "召集", "吸引", "招募", "以上", "以下",
    "户主", "结对", "联系", "包", "资助", "救助", "发放", "登记", "迁", "安置", "清退", "覆盖", "惠及", "受益", "解决",
    "新", "改造", "整治", "治理", "清理", "打造", "创建", "原有", "涉及", "其他", "其余",
];

fn conflict(page: &Page, outcome: &Outcome, findings: &mut Findings, places: &[usize], severity: Severity) {
    // The same label with many values is a list of villages or grids, not a contradiction.
    let mut values: Vec<u64> = places.iter().map(|&n| page.quantities[n].base().to_bits()).collect();
    values.sort_unstable();
    values.dedup();
    if values.len() > 2 {
        return;
    }
    for (n, &place) in places.iter().enumerate().skip(1) {
        let Some(other) = places[..n].iter().copied().find(|&other| differs(page, outcome, place, other)) else {
            continue;
        };
        let decided = outcome.verdicts.iter().find(|verdict| {
            verdict.kind == Kind::Sum
                && verdict.severity.is_none()
                && verdict.reading.formula.figures().contains(&other)
        });
        let decided = decided.map(|verdict| &verdict.reading.formula);
        let fix = decided.map(|_| number(page.quantities[other].stated()));
        findings.label_conflict(place, other, decided, fix, severity);
        return;
    }
}

fn differs(page: &Page, outcome: &Outcome, place: usize, other: usize) -> bool {
    let (a, b) = (&page.quantities[place], &page.quantities[other]);
    comparable(a, b)
        && !both_parts(page, outcome, place, other)
        && (a.base() - b.base()).abs() > a.slack().max(b.slack()) + 1e-9
}

fn comparable(a: &Quantity, b: &Quantity) -> bool {
    a.measure_kind() == b.measure_kind()
        && a.measure_kind() != Unit::Per
        && a.scope == b.scope
        && a.restriction == b.restriction
        && a.period == b.period
        && a.area == b.area
        && a.is_exact()
        && b.is_exact()
        && a.piece == b.piece
        && a.sentence != b.sentence
}

/// Parts of two lists have two wholes, and may well have two values.
fn both_parts(page: &Page, outcome: &Outcome, a: usize, b: usize) -> bool {
    let whole = |n: usize| outcome.divisions_of(n).next().map(|division| division.whole);
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => {
            page.quantities[a].label != page.quantities[b].label
                || page.quantities[a].base() != page.quantities[b].base()
        }
        _ => false,
    }
}
