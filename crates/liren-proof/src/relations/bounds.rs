//! 部分不大于整体 — a later step is not more than the one before it (发出 ≥ 收回, 应到 ≥ 实到, 登记 ≥ 缴费), a narrower group
//! not more than the wider one (失能 ≥ 重度失能, 60岁以上 ≥ 80岁以上).

use super::balances::says;
use super::flows::words;
use super::row::{Row, rows};
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;

const STEP: (&str, &str) = ("后一步不多于前一步", "a later step is not more than the one before");
const NARROW: (&str, &str) = ("细分的不多于其整体", "a narrower group is not more than the wider one");

/// Steps of one work, the earlier first; whether a later one that is more is certainly wrong.
static LADDERS: &[(&[&str], &[&str], bool)] = &[
    (
        &[
            "受理", "接到", "收到", "接收", "接待", "排查出", "排查", "发现", "摸排", "收集", "梳理", "登记", "上报",
            "查出",
        ],
        &[
            "办结", "已办", "解决", "化解", "整改", "调处", "调解成功", "处理", "处置", "答复", "办理完成", "销号",
            "审结", "结案",
        ],
        true,
    ),
    (
        &["应到", "应参加", "应参保", "应缴", "应查", "应检", "应签", "应收", "应登记", "应种"],
        &[
            "实到", "实际", "已参保", "实缴", "已缴", "实查", "已查", "实检", "已签", "已参加", "到会", "实收",
            "已登记", "已种",
        ],
        true,
    ),
    (&["收缴", "征收", "采集", "收集"], &["录入", "已录入", "上传"], true),
    (&["报名"], &["录取", "实际录取", "参加考试", "录用"], true),
    (&["申请", "申报", "推荐"], &["获批", "批准", "审批通过", "评选出", "评选", "通过", "享受"], false),
    (&["监测", "识别"], &["消除"], false),
    (&["调解"], &["调解成功", "成功调解", "成功"], true),
    (
        &["发放问卷", "发出问卷", "发放调查", "发放选票", "发出选票", "发放表决票", "发出表决票", "发出", "发放"],
        &["收回", "回收"],
        true,
    ),
    (&["收回", "回收"], &["有效"], true),
    (&["登记"], &["登记后"], true),
    (&["筛查", "体检", "检查"], &["确诊", "发现异常"], false),
    (&["培训", "参加培训"], &["取得", "合格", "考取"], false),
];

/// Words that make a group narrower when they stand before its name.
static NARROWING: &[&str] = &[
    "重度", "中度", "轻度", "完全", "特别", "特", "严重", "重", "高龄", "独居", "女性", "男性", "女", "男", "困难",
    "特困", "新增", "持证",
];

/// Words of what was left over from an earlier period.
static CARRIED: &[&str] =
    &["结转", "历史", "积案", "积压", "遗留", "存量", "往年", "以前年度", "上年未", "上月未", "此前", "滚存", "旧存"];

/// The claims of all such pairs that stand side by side.
pub fn claims(page: &Page) -> Vec<Claim> {
    let mut claims = Vec::new();
    for row in rows(page) {
        claims.extend((0..row.len()).filter(|&n| row.level(n) && row.exact(n)).filter_map(|n| due(&row, n)));
        for later in 1..row.len() {
            if !row.level(later) || !row.exact(later) {
                continue;
            }
            let same = |m: usize| {
                let (a, b) = (row.quantity(m), row.quantity(later));
                row.level(m)
                    && row.exact(m)
                    && a.unit == b.unit
                    && a.area == b.area
                    && a.period == b.period
                    && row.sentence(m) == row.sentence(later)
            };
            for earlier in (0..later).rev().take(4).filter(|&m| same(m)) {
                if let Some(tie) = step(&row, earlier, later) {
                    claims.push(claim(&row, later, earlier, tie, STEP));
                    break;
                }
                if narrower(&row, earlier, later) {
                    claims.push(claim(&row, later, earlier, Tie::Stated, NARROW));
                    break;
                }
            }
        }
    }
    claims
}

fn claim(row: &Row, part: usize, whole: usize, tie: Tie, name: (&'static str, &'static str)) -> Claim {
    let formula = Formula::AtMost { parts: vec![Term::plus(row.items[part])], bound: row.items[whole], times: 1.0 };
    Claim { kind: Kind::Bound, readings: vec![Reading { formula, tie, name }] }
}

/// 已参保31860人 … 应参保30600人: due and done of one name, each told once in the paragraph, in whatever order.
fn due(row: &Row, done: usize) -> Option<Claim> {
    let own = words(row, done);
    let stem = ["已", "实"]
        .iter()
        .find_map(|mark| own.rfind(mark).map(|at| own[at + mark.len()..].chars().take(2).collect::<String>()))?;
    let alike = |m: &usize| {
        row.level(*m)
            && row.exact(*m)
            && row.quantity(*m).unit == row.quantity(done).unit
            && row.quantity(*m).area == row.quantity(done).area
    };
    let named = |mark: &str| {
        let name = format!("{mark}{stem}");
        (0..row.len()).filter(alike).filter(move |&m| words(row, m).contains(&name)).collect::<Vec<_>>()
    };
    let (due, twice) = (named("应"), named("已").len() + named("实").len());
    let &[due] = &due[..] else { return None };
    let apart = row.sentence(due) != row.sentence(done) && stem.chars().count() == 2;
    (apart && twice == 1).then(|| claim(row, done, due, Tie::Stated, STEP))
}

/// Told right after each other they are steps of one work; further apart they may be two works.
fn step(row: &Row, earlier: usize, later: usize) -> Option<Tie> {
    let own = words(row, later);
    let bare = own.trim_start_matches(['其', '中', '已', '共', '现', '成', '功', '的']);
    let (_, after, sure) = LADDERS.iter().find(|(before, after, _)| {
        says(row, earlier, before) && !says(row, earlier, after) && says(row, later, after)
    })?;
    // 受理26件，办结29件（含上月结转5件）: what was left over from before is done too.
    let sentence = row.page.words(row.page.sentences[row.sentence(later)].span.clone());
    if CARRIED.iter().any(|word| sentence.contains(word)) {
        return None;
    }
    let starts = after.iter().any(|word| bare.starts_with(word) || own.starts_with(word));
    let gap: String = (earlier + 1..=later).map(|m| row.gap(m)).collect();
    let between = gap.chars().count() <= own.chars().count() + 12;
    let adjacent = (earlier + 1..later).all(|m| !row.level(m) || row.quantity(m).unit != row.quantity(later).unit);
    (starts && between && adjacent).then_some(if *sure { Tie::Stated } else { Tie::Likely })
}

/// 失能老人210人，其中重度失能的260人; 60岁以上老人1250人，80岁以上老人1320人.
fn narrower(row: &Row, wide: usize, narrow: usize) -> bool {
    let adjacent = (wide + 1..narrow).all(|m| !row.level(m));
    if let (Some(x), Some(y)) = (above(row, wide), above(row, narrow)) {
        let noun = |n: usize| row.label(n).chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        return y > x && noun(wide) == noun(narrow) && row.quantity(wide).scope == row.quantity(narrow).scope;
    }
    let core =
        row.label(wide).trim_end_matches(['人', '员', '者', '口']).trim_end_matches("老").trim_end_matches("对象");
    let label = row.label(narrow);
    let prefix = label.find(core).filter(|&at| at > 0 && core.chars().count() >= 2).map(|at| &label[..at]);
    adjacent && prefix.is_some_and(|prefix| NARROWING.contains(&prefix))
}

/// The age a count of old people begins at: 60岁以上老人.
fn above(row: &Row, n: usize) -> Option<u32> {
    let quantity = row.quantity(n);
    let words = quantity.restriction.as_deref()?;
    let elders = ["老人", "老年人", "老龄"].iter().any(|word| quantity.label.contains(word));
    let digits: String = words.chars().take_while(char::is_ascii_digit).collect();
    (elders && words.ends_with("以上")).then(|| digits.parse().ok())?
}
