//! Check 8, last part: a plan whose items name no date, owner or measure; one hint for all of it.

use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;
use crate::report::FigureKind;

/// Words by which an item of a plan can be checked a year later.
static MEASURED: &[&str] = &[
    "月底前", "年底前", "季度", "每月", "每季", "每周", "每年", "责任人", "负责人", "牵头", "由书记", "由主任", "专人",
    "不少于", "不低于", "至少", "月前", "上半年", "下半年", "全年", "100%", "达到", "月份",
];

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    let mut plan: Option<usize> = None;
    for (n, block) in page.normal.blocks.iter().enumerate() {
        let words = page.words(block.span.clone());
        let short = words.chars().count() <= 40;
        if short
            && ["工作打算", "工作计划", "下一步工作", "下步工作", "工作思路", "明年工作"]
                .iter()
                .any(|word| words.contains(word))
            && !words.contains("总结")
            && !words.contains("汇报")
            && n > 0
        {
            plan = Some(n);
        }
    }
    let Some(start) = plan else { return };
    let blocks = &page.normal.blocks[start + 1..];
    let span = match (blocks.first(), blocks.last()) {
        (Some(first), Some(last)) => first.span.start..last.span.end,
        _ => return,
    };
    let words = page.words(span.clone());
    let items = blocks.iter().filter(|block| block.span.len() >= 30).count();
    let counted = page.quantities.iter().any(|quantity| {
        span.contains(&quantity.span.start)
            && (quantity.kind == FigureKind::Date
                || (matches!(quantity.kind, FigureKind::Count | FigureKind::Rate) && !quantity.weak))
    });
    if items >= 3 && !counted && !MEASURED.iter().any(|word| words.contains(word)) {
        findings.plan_without_measure(page.normal.blocks[start].span.clone(), items);
    }
}
