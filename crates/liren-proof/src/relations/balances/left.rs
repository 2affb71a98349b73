//! What was done and what is left make all there was: 受理50件，已办结43件，未办结7件; 应到46名，实到41名，请假5名.

use super::is_part;
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::relations::divisions::Division;
use crate::relations::flows::{Flow, LEFT, flow, words};
use crate::relations::row::Row;

const DONE: (&str, &str) = ("已完成数与剩余数", "what was done and what is left");

/// Words of what there was to do, and of what came of it. The third says whether the rest must be accounted for.
pub static STEPS: &[(&[&str], &[&str], bool)] = &[
    (
        &[
            "受理", "接到", "收到", "接收", "接待", "排查出", "排查", "发现", "摸排", "收集", "梳理", "登记", "上报",
            "查出", "案件", "立案", "应整改", "审批", "交办",
        ],
        &[
            "办结", "已办", "解决", "化解", "整改", "调处", "调解成功", "处理", "处置", "答复", "办理完成", "销号",
            "审结", "执结", "结案", "完成", "直办", "关闭",
        ],
        true,
    ),
    (
        &["应到", "应参加", "应参保", "应缴", "应查", "应检", "应签", "应收", "应登记", "应种", "应安置"],
        &[
            "实到", "实际", "已参保", "实缴", "已缴", "实查", "已查", "实检", "已签", "已参加", "到会", "实收",
            "已登记", "已种", "已安置",
        ],
        true,
    ),
    (&["收缴", "征收", "采集", "收集"], &["录入", "已录入", "上传"], true),
    (&["推出", "房源", "床位", "车位"], &["选定", "已选", "入住", "已租", "使用"], false),
    (&["申请", "申报", "报名", "推荐"], &["获批", "批准", "审批通过", "评选出", "评选", "通过", "录取", "享受"], false),
    (&["监测", "识别"], &["消除"], false),
    (&["调解"], &["调解成功", "成功调解", "成功"], true),
    (
        &[
            "发放问卷", "发出问卷", "发放调查问卷", "发放调查表", "发放选票", "发出选票", "发放表决票", "发出表决票",
            "选票",
        ],
        &["收回", "回收"],
        false,
    ),
    (&["筛查", "体检", "检查"], &["确诊", "查出", "发现异常"], false),
    (&["培训", "参加培训"], &["取得", "合格", "考取"], false),
];

/// Whether the words right before a number say one of these.
pub fn says(row: &Row, n: usize, list: &[&str]) -> bool {
    let words = words(row, n);
    list.iter().any(|word| words.contains(word))
}

pub fn claims(row: &Row, rates: &[Claim], divisions: &[Division]) -> Vec<Claim> {
    let mut claims = Vec::new();
    for done in 0..row.len() {
        if !row.level(done) || !row.exact(done) {
            continue;
        }
        if let Some(claim) = claim(row, done, rates, divisions) {
            claims.push(claim);
        }
    }
    claims
}

fn claim(row: &Row, done: usize, rates: &[Claim], divisions: &[Division]) -> Option<Claim> {
    let same = |m: usize| {
        row.level(m)
            && row.exact(m)
            && row.kind(m) == row.kind(done)
            && row.quantity(m).unit == row.quantity(done).unit
            && row.depth(m) == row.depth(done)
    };
    // What is left stands behind what was done, in its sentence, as one number or several.
    let left: Vec<usize> = (done + 1..row.len().min(done + 10))
        .take_while(|&m| row.sentence(m) == row.sentence(done))
        .filter(|&m| same(m) && says(row, m, LEFT))
        .collect();
    if left.is_empty() || says(row, done, LEFT) {
        return None;
    }
    let alls = all(row, done, rates, &same);
    let &all = alls.first()?;
    let total = row.value(all);
    let mut readings: Vec<Reading> = Vec::new();
    let mut add = |parts: &[usize], all: usize, tie: Tie| {
        let terms = parts.iter().map(|&m| Term::plus(row.items[m])).collect();
        readings.push(Reading { formula: Formula::Sum { terms, result: row.items[all] }, tie, name: DONE });
    };
    let others = (done + 1..row.len())
        .take_while(|&m| row.sentence(m) == row.sentence(done))
        .filter(|&m| same(m) && !left.contains(&m))
        .count();
    let part = is_part(divisions, row.items[done]) && is_part(divisions, row.items[left[0]]);
    // A piece between that tells no number may have lost one.
    let between = row.page.words(row.quantity(done).span.end..row.quantity(left[0]).span.start);
    let pieces: Vec<&str> = between.split(['，', '；']).filter(|piece| !piece.is_empty()).collect();
    let silent = pieces.iter().rev().skip(1).any(|piece| !piece.contains(|c: char| c.is_ascii_digit()));
    let sure = !silent && left.len() == 1 && others == 0 && !part && row.value(done) <= total;
    let every: Vec<usize> = std::iter::once(done).chain(left.iter().copied()).collect();
    add(&[done, left[0]], all, if sure { Tie::Stated } else { Tie::Possible });
    add(&every, all, Tie::Possible);
    for &other in &alls[1..] {
        add(&[done, left[0]], other, Tie::Possible);
        add(&every, other, Tie::Possible);
    }
    // 新收1486件，旧存314件，审结1206件，未结594件: all are the new ones and those left from before.
    let old = (0..done).rev().take_while(|&m| row.sentence(m) == row.sentence(done)).find(|&m| {
        same(m)
            && flow(row, m) == Some(Flow::Opening)
            && !is_part(divisions, row.items[m])
            && !row.gap(m).contains("其中")
    });
    if let Some(old) = old.filter(|&old| old != all) {
        let mut terms: Vec<Term> = every.iter().map(|&m| Term::plus(row.items[m])).collect();
        terms.push(Term::minus(row.items[old]));
        let own = readings.iter_mut().find(|reading| reading.tie == Tie::Stated);
        if let Some(own) = own {
            own.tie = Tie::Possible;
        }
        readings.push(Reading {
            formula: Formula::Sum { terms, result: row.items[all] },
            tie: Tie::Possible,
            name: DONE,
        });
    }
    Some(Claim { kind: Kind::Balance, readings })
}

/// What there was to do: told before it in its sentence, nearest first, or the base of the rate that is of it.
fn all(row: &Row, done: usize, rates: &[Claim], same: &impl Fn(usize) -> bool) -> Vec<usize> {
    let step = |m: usize| {
        let due = words(row, m).contains('应');
        let follows = |(before, after, _): &(&[&str], &[&str], bool)| {
            says(row, m, before) && (due || !says(row, m, after)) && says(row, done, after)
        };
        STEPS.iter().any(follows)
    };
    let mut alls: Vec<usize> = (0..done)
        .rev()
        .take_while(|&m| row.sentence(m) == row.sentence(done))
        .filter(|&m| same(m) && step(m) && row.value(m) >= row.value(done))
        .collect();
    let of_rate = rates.iter().flat_map(|claim| &claim.readings).find_map(|reading| match &reading.formula {
        Formula::Quotient { tops, bases, .. } => {
            let own = tops.len() == 1 && tops[0].figure == row.items[done] && bases.len() == 1;
            (own && reading.formula.fit(row.page).holds()).then(|| bases[0].figure)
        }
        _ => None,
    });
    let place = of_rate.and_then(|figure| row.items.iter().position(|&item| item == figure));
    alls.extend(place.filter(|place| !alls.contains(place)));
    alls
}
