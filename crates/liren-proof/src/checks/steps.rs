//! Check 4, second half, and check 8: steps of one work (受理 → 办结, 排查 → 整改), what is left of it, and words
//! that claim nothing is (全部, 已结束, 应保尽保).

use std::ops::Range;

use crate::findings::Findings;
use crate::read::numbers::starts;
use crate::reading::Reading;
use crate::report::{FigureKind, Severity};

/// A step, the step after it, and whether what falls between them should be accounted for.
static STEPS: &[(&[&str], &[&str], bool)] = &[
    (
        &[
            "受理", "接到", "收到", "接收", "接待", "排查出", "排查", "发现", "摸排", "收集", "梳理", "登记", "上报",
            "查出",
        ],
        &["办结", "已办", "解决", "化解", "整改", "调处", "调解成功", "处理", "处置", "答复", "办理完成", "销号"],
        true,
    ),
    (
        &["应到", "应参加", "应参保", "应缴", "应查", "应检", "应签", "应收"],
        &["实到", "实际", "已参保", "实缴", "已缴", "实查", "已查", "实检", "已签", "已参加", "到会", "实收"],
        true,
    ),
    (&["收缴", "征收", "采集", "收集"], &["录入", "已录入", "上传"], true),
    (&["申请", "申报", "报名", "推荐"], &["获批", "批准", "审批通过", "评选出", "评选", "通过", "录取", "享受"], false),
    (&["监测", "识别"], &["消除"], false),
    (&["调解"], &["调解成功", "成功调解", "成功"], true),
    (&["发放问卷", "发出问卷", "发放调查问卷", "发放调查表"], &["收回", "回收"], false),
    (&["筛查", "体检", "检查"], &["确诊", "查出", "发现异常"], false),
    (&["培训", "参加培训"], &["取得", "合格", "考取"], false),
];

/// Words for what is left.
static LEFT: &[&str] = &[
    "未", "剩余", "尚有", "还有", "正在办理", "正在处理", "在办", "待办", "待", "尚未", "其余", "跟踪", "转", "延期",
    "不成功",
];

/// Words that claim nothing is left.
static CLAIMS: &[&str] = &[
    "全部办结", "全部整改", "全部解决", "全部完成", "全部化解", "全部落实", "全部录入", "全部参保", "全部签订",
    "全部到位", "已全部", "均已办结", "均已整改", "均已完成", "均已解决", "均得到", "全部得到", "都得到", "应保尽保",
    "应助尽助", "应纳尽纳", "应享尽享", "应检尽检", "应改尽改", "应缴尽缴", "件件有", "无一遗漏", "不漏一户",
    "一个不落", "全覆盖", "已经结束", "已结束", "圆满完成", "百分之百",
];

pub fn check(reading: &Reading, findings: &mut Findings) {
    for sentence in 0..reading.sentences.len() {
        steps(reading, findings, sentence);
    }
    unreached(reading, findings);
}

fn steps(reading: &Reading, findings: &mut Findings, sentence: usize) {
    let items: Vec<usize> = reading
        .counted(sentence)
        .into_iter()
        .filter(|&n| {
            reading.quantities[n].kind == FigureKind::Count
                && reading.quantities[n].is_exact()
                && !reading.quantities[n].weak
        })
        .collect();
    for (at, &all) in items.iter().enumerate() {
        for (before, after, accounted) in STEPS {
            if !says(reading, all, before) || says(reading, all, after) {
                continue;
            }
            let same = |n: usize| {
                reading.quantities[n].unit == reading.quantities[all].unit
                    && reading.quantities[n].area == reading.quantities[all].area
                    && reading.quantities[n].period == reading.quantities[all].period
            };
            let Some(&done) = items[at + 1..].iter().take(3).find(|&&n| same(n) && says(reading, n, after)) else {
                continue;
            };
            step(reading, findings, sentence, &items, all, done, *accounted);
            break;
        }
    }
}

fn step(
    reading: &Reading,
    findings: &mut Findings,
    sentence: usize,
    items: &[usize],
    all: usize,
    done: usize,
    accounted: bool,
) {
    let (whole, part) = (&reading.quantities[all], &reading.quantities[done]);
    if part.base() > whole.base() {
        let near = reading.words(whole.span.end..part.lead.start.max(whole.span.end));
        // Told right after each other they are steps of one work; further apart they may be two works.
        let lead = reading.words(part.lead.clone());
        let bare = lead.trim_start_matches(['其', '中', '已', '共', '现', '成', '功']);
        let own = STEPS
            .iter()
            .flat_map(|(_, after, _)| after.iter())
            .any(|word| bare.starts_with(word) || lead.starts_with(word));
        if near.chars().count() <= 6 && own {
            findings.step_exceeds(done, all, if accounted { Severity::Error } else { Severity::Warning });
        }
        return;
    }
    if part.base() == whole.base() {
        return;
    }
    let left =
        items.iter().copied().find(|&n| n > done && reading.quantities[n].unit == whole.unit && says(reading, n, LEFT));
    let span = reading.sentences[sentence].span.clone();
    let claim = claim(reading, part.span.end..span.end);
    if let Some(left) = left {
        if (reading.quantities[left].base() + part.base() - whole.base()).abs() < 1e-9 {
            findings.balance_holds(all, done, left);
        } else if items.iter().filter(|&&n| n > done && reading.quantities[n].unit == whole.unit).count() == 1 {
            findings.balance_differs(all, done, left);
        }
    } else if !accounted {
        // A selection leaves something out by its nature.
    } else if let Some(claim) = claim {
        findings.claim_gap(claim, all, done);
    } else if !LEFT.iter().any(|word| reading.words(part.span.end..span.end).contains(word))
        && !items.iter().any(|&n| n > done && reading.quantities[n].unit == whole.unit)
        && !told_as_rate(reading, all, done)
        && !reading.partitions_of(done).chain(reading.partitions_with(all)).any(|partition| partition.holds)
    {
        findings.progress_gap(all, done);
    }
}

/// A rate behind the two says what was left.
fn told_as_rate(reading: &Reading, all: usize, done: usize) -> bool {
    let from = reading.ratios.partition_point(|ratio| ratio.rate < done);
    reading.ratios[from..].iter().take(6).any(|ratio| ratio.numerator == done && ratio.base == all)
}

/// Whether the words right before a number say one of these.
fn says(reading: &Reading, n: usize, words: &[&str]) -> bool {
    let quantity = &reading.quantities[n];
    let lead = reading.words(quantity.lead.start.max(quantity.span.start.saturating_sub(14))..quantity.span.start);
    words.iter().any(|word| lead.contains(word))
}

fn claim(reading: &Reading, span: Range<usize>) -> Option<Range<usize>> {
    let chars = &reading.normal.chars;
    span.clone().find_map(|at| {
        let word = CLAIMS.iter().filter(|word| starts(chars, at, word)).max_by_key(|word| word.len())?;
        let end = at + word.chars().count();
        (end <= span.end).then_some(at..end)
    })
}

/// Those who should have been reached, those who were, and a claim that all is done: 应入而未入147人 … 新入11人，该工作已经结束.
fn unreached(reading: &Reading, findings: &mut Findings) {
    for (all, whole) in reading.quantities.iter().enumerate() {
        let lead = reading.words(whole.lead.clone());
        let missed = lead.contains("未") && (lead.contains("应") || lead.contains("符合"));
        if whole.kind != FigureKind::Count || !missed || !whole.is_exact() {
            continue;
        }
        let last = reading.normal.blocks[whole.block].span.end;
        let done = (all + 1..reading.quantities.len()).take(8).find(|&n| {
            let quantity = &reading.quantities[n];
            let lead = reading.words(quantity.lead.clone());
            quantity.block == whole.block
                && quantity.unit == whole.unit
                && ["新入", "新参保", "新增", "已参保", "已办理", "补办", "补缴", "已入"]
                    .iter()
                    .any(|word| lead.contains(word))
        });
        let Some(done) = done else { continue };
        if reading.quantities[done].base() < whole.base()
            && let Some(claim) = claim(reading, reading.quantities[done].span.end..last)
        {
            findings.claim_gap(claim, all, done);
        }
    }
}
