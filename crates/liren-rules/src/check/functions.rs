//! The functions of the language and their Chinese names.

/// Names of functions; the first is the English one.
pub(super) const FUNCTIONS: [&[&str]; 11] = [
    &["has", "有", "有值", "已知"],
    &["enrolled", "在册", "在享"],
    &["stage", "阶段"],
    &["count", "计数", "人数", "个数"],
    &["any", "有任一", "任一", "存在"],
    &["all", "全部", "都"],
    &["sum", "合计", "求和"],
    &["inside", "位于", "在范围内"],
    &["years_between", "整年数", "周岁差"],
    &["date", "日期"],
    &["rule", "规则"],
];

pub(super) fn function(word: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|names| names.contains(&word)).map(|names| names[0])
}

pub(super) fn over_many(function: &str) -> bool {
    matches!(function, "count" | "any" | "all" | "sum")
}

pub(super) fn arity(function: &str) -> usize {
    if function == "years_between" { 2 } else { 1 }
}
