//! Findings about ratios: shares of a hundred, bounded rates, percentage points.

use super::Findings;
use crate::claims::judge::Verdict;
use crate::claims::show::{arithmetic, number};
use crate::report::{Message, Severity};

impl Findings<'_> {
    /// Percentages cut off instead of rounded: one hint for all of them.
    pub fn ratios_truncated(&mut self, cut: &[&Verdict]) {
        let Some(first) = cut.first() else { return };
        let formula = &first.reading.formula;
        let value = self.rate_value(formula);
        let rate = formula.result();
        let message = match cut.len() {
            1 => Message::new(
                format!("{} 像是截去了尾数，四舍五入应为 {value}", self.shown(rate)),
                format!("{} was cut off; rounded it is {value}", self.shown(rate)),
            ),
            n => Message::new(
                format!("{n} 处比率像是截去了尾数而没有四舍五入，如 {} 应为 {value}", self.shown(rate)),
                format!("{n} ratios were cut off, not rounded: {} should be {value}", self.shown(rate)),
            ),
        };
        let mut quotes: Vec<usize> = cut.iter().map(|verdict| verdict.reading.formula.result()).take(8).collect();
        if cut.len() == 1 {
            quotes = formula.figures();
        }
        let shown = arithmetic(self.page, formula);
        self.push("ratio_truncated", Severity::Hint, message, &quotes, Some(shown), None);
    }

    /// A rate of a whole above a hundred per cent.
    pub fn rate_above_hundred(&mut self, rate: usize) {
        let message = Message::new(
            format!("“{}”不可能超过 100%", self.name(rate)),
            format!("“{}” cannot exceed 100%", self.name(rate)),
        );
        let arithmetic = format!("{} > 100%", self.shown(rate));
        self.push("rate_above_hundred", Severity::Error, message, &[rate], Some(arithmetic), None);
    }

    /// Complementary shares that do not make a hundred.
    pub fn shares_differ(&mut self, rates: &[usize], sum: f64) {
        let message = Message::new(
            format!("两部分占比之和为 {}%，不是 100%", number(sum)),
            format!("the two shares make {}%, not 100%", number(sum)),
        );
        let arithmetic = self.rates_sum(rates, sum);
        self.push("shares_differ", Severity::Error, message, rates, Some(arithmetic), None);
    }

    /// Complementary shares that make a hundred.
    pub fn shares_hold(&mut self, rates: &[usize], sum: f64) {
        let message = Message::new("占比之和为 100%", "the shares make 100%");
        let arithmetic = self.rates_sum(rates, sum);
        self.verify("ratio", message, rates, arithmetic);
    }

    fn rates_sum(&self, rates: &[usize], sum: f64) -> String {
        let parts: Vec<String> = rates.iter().map(|&n| self.shown(n)).collect();
        format!("{} = {}%", parts.join(" + "), number(sum))
    }

    /// 由120件增加到100件.
    pub fn turn_reversed(&mut self, from: usize, to: usize, fell: bool) {
        let quotes = [to, from];
        let (from, to) = (self.shown(from), self.shown(to));
        let (zh, en) = if fell { ("下降", "a fall") } else { ("增加", "a rise") };
        let message = Message::new(format!("由 {from} 到 {to} 不是{zh}"), format!("from {from} to {to} is not {en}"));
        self.push("turn_reversed", Severity::Error, message, &quotes, None, None);
    }

    /// Percentage points called per cent.
    pub fn points_not_per_cent(&mut self, by: usize, now: usize, then: usize) {
        let told = number(self.stated(by));
        let message = Message::new(
            format!("两个百分比之差应写“{told} 个百分点”"),
            format!("the difference of two percentages is {told} percentage points"),
        );
        let quotes = [by, now, then];
        self.push("points_not_per_cent", Severity::Hint, message, &quotes, None, None);
    }

    /// Rates that say nothing of their base: one hint for all of them.
    pub fn rates_without_base(&mut self, rates: &[usize]) {
        let message = Message::new(
            format!("{} 处比率旁没有应有数与实有数，无法核对", rates.len()),
            format!("{} rates stand without the counts they are made of", rates.len()),
        );
        self.push("rate_without_base", Severity::Hint, message, rates, None, None);
    }
}
