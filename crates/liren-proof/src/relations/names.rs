//! Figures called by name: 占户籍人口的…, 完成年度计划的…, 人均. The name in the words and the label of a figure seldom agree
//! letter by letter: 注册人数 is 注册志愿者1240人, 出生总数 is 全乡出生168人.

use crate::page::Page;

/// Figures that a name may mean.
#[derive(Debug, Default)]
pub struct Called {
    /// With that very label.
    pub exact: Vec<usize>,
    /// With a label that holds the name, or the other way round.
    pub alike: Vec<usize>,
}

/// Words for the whole that name nothing.
pub fn collective(name: &str) -> bool {
    matches!(
        name,
        "" | "总"
            | "全部"
            | "总数"
            | "总人数"
            | "总户数"
            | "总量"
            | "总额"
            | "总计"
            | "合计"
            | "总体"
            | "比例"
            | "比"
            | "全社区"
            | "全村"
            | "全镇"
            | "全乡"
            | "全区"
            | "全县"
            | "全街道"
            | "全校"
            | "全院"
            | "总件数"
            | "总票数"
            | "总面积"
            | "总支出"
            | "总收入"
    ) && !matches!(name, "总面积" | "总支出" | "总收入")
}

/// Nouns that say nothing by themselves.
static GENERIC: &[&str] =
    &["收入", "支出", "人口", "面积", "产值", "投资", "户数", "人数", "数", "产量", "经费", "资金", "金额"];

/// A name without the words that only say that it is a number or a whole.
pub fn core(name: &str) -> &str {
    let mut rest = name;
    loop {
        let before = rest;
        for word in [
            "全社区", "全街道", "全部", "全村", "全镇", "全乡", "全区", "全县", "全市", "全校", "全院", "全年", "本年",
            "当年", "该", "本", "总", "其",
        ] {
            // 总收入 and 总人口 are names; without 总 they are everybody's.
            let whole = |rest: &&str| rest.chars().count() >= 2 && !(word == "总" && GENERIC.contains(rest));
            rest = rest.strip_prefix(word).filter(whole).unwrap_or(rest);
        }
        for word in
            ["总人数", "总户数", "总数", "总量", "总额", "人数", "户数", "件数", "票数", "数量", "数", "额", "量", "的"]
        {
            rest = rest.strip_suffix(word).filter(|rest| rest.chars().count() >= 2).unwrap_or(rest);
        }
        if rest == before {
            return rest;
        }
    }
}

/// Whether a label may be what a name means.
pub fn akin(label: &str, name: &str) -> bool {
    let (label, name) = (core(label), core(name));
    let long = |words: &str| words.chars().count() >= 2;
    long(label) && long(name) && (label.contains(name) || name.contains(label) || same_people(label, name))
}

/// 老年人口 and 60岁以上老年人, 党员 and 党员同志: the same beginning, and a noun for people behind it.
fn same_people(label: &str, name: &str) -> bool {
    let bare = |words: &str| words.trim_end_matches(['人', '口', '员', '者', '数', '民', '户']).to_owned();
    let (label, name) = (bare(label), bare(name));
    name.chars().count() >= 2 && label.contains(&name)
}

/// The figures a name may mean, those nearest to a place first.
pub fn figures(page: &Page, name: &str, near: usize) -> Called {
    let mut called = Called::default();
    let stem = core(name);
    for label in [name, stem] {
        for n in page.labelled(label, near) {
            if !called.exact.contains(&n) && page.is_level(n) && page.quantities[n].is_exact() {
                called.exact.push(n);
            }
        }
    }
    let sentence = page.quantities[near].sentence;
    let from = page.sentences[sentence.saturating_sub(30)].quantities.start;
    let to = page.sentences[(sentence + 6).min(page.sentences.len() - 1)].quantities.end;
    let around = (from..near).rev().take(120).chain(near + 1..to.min(near + 40));
    let first = 0..page.quantities.len().min(20).min(from);
    for n in around.chain(first) {
        let quantity = &page.quantities[n];
        if !page.is_level(n) || !quantity.is_exact() || called.exact.contains(&n) || called.alike.contains(&n) {
            continue;
        }
        let lead = page.words(quantity.lead.clone());
        if core(&quantity.label) == stem {
            called.exact.push(n);
        } else if akin(&quantity.label, name) || (stem.chars().count() >= 2 && lead.contains(stem)) {
            called.alike.push(n);
        }
    }
    called
}
