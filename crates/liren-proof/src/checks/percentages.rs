//! Percentages by themselves: bounded rates above a hundred, halves that make no hundred, rates without their counts.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::roles::Role;
use crate::relations::Outcome;
use crate::relations::complete::complementary;
use crate::report::FigureKind;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    above_hundred(page, findings);
    complements(page, findings);
    without_base(page, findings);
}

/// Rates of a whole that cannot exceed it.
static BOUNDED: &[&str] = &[
    "覆盖率", "参保率", "入户率", "签约率", "合格率", "到位率", "知晓率", "满意度", "满意率", "参与率", "回收率",
    "建档率", "就业率", "及格率", "入住率", "完好率", "办结率", "整改率", "调解率", "成功率", "参合率", "普及率",
    "落实率", "走访率", "采集率", "准确率", "到站率", "支持率", "好评率", "发放率", "响应率", "解决率", "建卡率",
    "随访率", "检出率", "治愈率", "出勤率", "参会率", "到会率", "回访率", "见面率", "登记率", "达标率", "绿化率",
    "接种率", "管理率", "录入率", "关联率", "注销率", "收缴率", "通过率", "持证率", "上户率", "参检率", "体检率",
];

fn above_hundred(page: &Page, findings: &mut Findings) {
    for (n, quantity) in page.quantities.iter().enumerate() {
        let rate = quantity.kind == FigureKind::Rate && quantity.unit == "%" && quantity.number.value > 100.0;
        let lead = page.words(quantity.lead.clone());
        // 占比合计100.1%: shares cut to their last place make a little more than the whole.
        let summed =
            ["合计", "总计", "之和", "相加"].iter().any(|word| lead.contains(word) || quantity.label.contains(word));
        let share = quantity.role == Role::Share;
        if rate
            && !(summed && quantity.number.value < 101.0)
            && !lead.contains("完成")
            && quantity.role != Role::Completion
            && (share || BOUNDED.iter().any(|word| quantity.label.ends_with(word)))
        {
            findings.rate_above_hundred(n);
        }
    }
}

/// Two shares that leave no third must make a hundred.
fn complements(page: &Page, findings: &mut Findings) {
    for sentence in 0..page.sentences.len() {
        let rates: Vec<usize> = page
            .counted(sentence)
            .into_iter()
            .filter(|&n| page.quantities[n].is_rate() && page.quantities[n].unit == "%")
            .collect();
        for pair in rates.windows(2) {
            let (a, b) = (&page.quantities[pair[0]], &page.quantities[pair[1]]);
            let (x, y) = (page.words(a.lead.clone()), page.words(b.lead.clone()));
            let sum = a.number.value + b.number.value;
            if a.is_exact()
                && b.is_exact()
                && x.contains('占')
                && y.contains('占')
                && complementary(&before_share(&x), &before_share(&y))
            {
                if (sum - 100.0).abs() > a.number.step + b.number.step {
                    findings.shares_differ(pair, sum);
                } else {
                    findings.shares_hold(pair, sum);
                }
            }
        }
    }
}

fn before_share(words: &str) -> String {
    words.split('占').next().unwrap_or("").to_owned()
}

/// Rates of 100% with no counts beside them: one hint for all.
fn without_base(page: &Page, findings: &mut Findings) {
    let bare: Vec<usize> = (0..page.quantities.len())
        .filter(|&n| {
            let quantity = &page.quantities[n];
            let counted = || {
                let kind = |m: usize| page.quantities[m].kind == FigureKind::Count && !page.quantities[m].weak;
                page.counted(quantity.sentence).into_iter().any(kind)
            };
            let span = page.sentences[quantity.sentence].span.clone();
            let rates = page.sentences[quantity.sentence].quantities.len();
            quantity.is_rate()
                && quantity.is_exact()
                && quantity.unit == "%"
                && quantity.label.ends_with('率')
                && !counted()
                && (rates == 1 || !page.words(span).contains(['由', '从', '比']))
        })
        .collect();
    if !bare.is_empty() {
        findings.rates_without_base(&bare);
    }
}
