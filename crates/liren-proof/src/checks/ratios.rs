//! Check 2: percentages, growth, means and percentage points against the figures they are made of.

use crate::findings::Findings;
use crate::reading::Reading;
use crate::relate::dimensions::complementary;
use crate::relate::ratios::{Basis, Fit, Ratio};
use crate::report::{FigureKind, Severity};

pub fn check(reading: &Reading, findings: &mut Findings) {
    for ratio in &reading.ratios {
        match ratio.fit {
            Fit::Exact => findings.ratio_holds(ratio),
            Fit::Truncated => {}
            Fit::No => match (ratio.better, ratio.basis) {
                (Some(better), _) => findings.ratio_of_another_base(ratio, better),
                (None, Basis::Mean) => findings.ratio_differs(ratio, Severity::Warning),
                (None, _) if ratio.sure => {
                    // A share far off is more likely of another base than wrong.
                    let by = match ratio.basis {
                        Basis::Whole => 0.4,
                        Basis::Pair => 0.2,
                        _ => f64::INFINITY,
                    };
                    let far = !near(ratio.value, reading.quantities[ratio.rate].number.value, by);
                    findings.ratio_differs(ratio, if far { Severity::Warning } else { Severity::Error });
                }
                (None, _)
                    if near(ratio.value, reading.quantities[ratio.rate].number.value, 0.25)
                        || beside(reading, ratio) =>
                {
                    findings.ratio_differs(ratio, Severity::Warning)
                }
                (None, _) => {}
            },
        }
    }
    let cut: Vec<&Ratio> = reading.ratios.iter().filter(|ratio| ratio.fit == Fit::Truncated).collect();
    findings.ratios_truncated(&cut);
    above_hundred(reading, findings);
    complements(reading, findings);
    without_base(reading, findings);
}

/// 92个，占32.6%: the share stands right behind its numerator.
fn beside(reading: &Reading, ratio: &Ratio) -> bool {
    let between =
        reading.words(reading.quantities[ratio.numerator].span.end..reading.quantities[ratio.rate].span.start);
    matches!(ratio.basis, Basis::Named | Basis::Whole) && between.contains('占') && between.chars().count() <= 10
}

/// Whether a misfit is small enough to be a slip rather than another base.
fn near(value: f64, printed: f64, by: f64) -> bool {
    printed > 0.0 && (value / printed - 1.0).abs() < by
}

/// Rates of a whole that cannot exceed it.
static BOUNDED: &[&str] = &[
    "覆盖率", "参保率", "入户率", "签约率", "合格率", "到位率", "知晓率", "满意度", "满意率", "参与率", "回收率",
    "建档率", "就业率", "及格率", "入住率", "完好率", "办结率", "整改率", "调解率", "成功率", "参合率", "普及率",
    "落实率", "走访率", "采集率", "准确率", "到站率", "支持率", "好评率", "发放率", "响应率", "解决率", "建卡率",
    "随访率", "检出率", "治愈率", "出勤率", "参会率", "到会率", "回访率", "见面率", "登记率", "达标率", "绿化率",
    "接种率", "管理率", "录入率", "关联率", "注销率", "收缴率", "通过率", "持证率", "上户率", "参检率", "体检率",
];

fn above_hundred(reading: &Reading, findings: &mut Findings) {
    for (n, quantity) in reading.quantities.iter().enumerate() {
        let rate = quantity.kind == FigureKind::Rate && quantity.unit == "%" && quantity.number.value > 100.0;
        let lead = reading.words(quantity.lead.clone());
        let share =
            lead.contains('占') && !lead.contains("占任务") && !lead.contains("占计划") && !lead.contains("占目标");
        if rate && !lead.contains("完成") && (share || BOUNDED.iter().any(|word| quantity.label.ends_with(word))) {
            findings.rate_above_hundred(n);
        }
    }
}

/// Two shares that leave no third must make a hundred.
fn complements(reading: &Reading, findings: &mut Findings) {
    for sentence in 0..reading.sentences.len() {
        let rates: Vec<usize> = reading
            .counted(sentence)
            .into_iter()
            .filter(|&n| reading.quantities[n].is_rate() && reading.quantities[n].unit == "%")
            .collect();
        for pair in rates.windows(2) {
            let (a, b) = (&reading.quantities[pair[0]], &reading.quantities[pair[1]]);
            let (x, y) = (reading.words(a.lead.clone()), reading.words(b.lead.clone()));
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
fn without_base(reading: &Reading, findings: &mut Findings) {
    let bare: Vec<usize> = (0..reading.quantities.len())
        .filter(|&n| {
            let quantity = &reading.quantities[n];
            let counted = || {
                let kind = |m: usize| reading.quantities[m].kind == FigureKind::Count && !reading.quantities[m].weak;
                reading.counted(quantity.sentence).into_iter().any(kind)
            };
            let span = reading.sentences[quantity.sentence].span.clone();
            let rates = reading.sentences[quantity.sentence].quantities.len();
            quantity.is_rate()
                && quantity.is_exact()
                && quantity.unit == "%"
                && quantity.label.ends_with('率')
                && !counted()
                && (rates == 1 || !reading.words(span).contains(['由', '从', '比']))
        })
        .collect();
    if !bare.is_empty() {
        findings.rates_without_base(&bare);
    }
}
