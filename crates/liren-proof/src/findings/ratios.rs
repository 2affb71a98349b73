//! Findings about ratios: shares, rates, growth, percentage points.

use super::{Findings, number};
use crate::relate::ratios::{Basis, Points, Ratio};
use crate::report::{Message, Severity};

impl Findings<'_> {
    /// A percentage that its figures make.
    pub fn ratio_holds(&mut self, ratio: &Ratio) {
        let message = Message::new(
            format!("“{}”的比率相符", self.named_rate(ratio)),
            format!("the ratio of “{}” holds", self.named_rate(ratio)),
        );
        let arithmetic = self.division(ratio, true);
        self.verify("ratio", message, &[ratio.rate, ratio.numerator, ratio.base], arithmetic);
    }

    /// A percentage that its figures do not make.
    pub fn ratio_differs(&mut self, ratio: &Ratio, severity: Severity) {
        let value = self.rate_value(ratio);
        let printed = self.shown(ratio.rate);
        let message = Message::new(
            format!(
                "比率与数字不符：由 {} 和 {} 算得 {value}，文中为 {printed}",
                self.shown(ratio.numerator),
                self.shown(ratio.base)
            ),
            format!(
                "{} and {} make {value}, not the stated {printed}",
                self.shown(ratio.numerator),
                self.shown(ratio.base)
            ),
        );
        let arithmetic = self.division(ratio, false);
        self.push(
            "ratio_differs",
            severity,
            message,
            &[ratio.rate, ratio.numerator, ratio.base],
            Some(arithmetic),
            None,
        );
    }

    /// Percentages cut off instead of rounded: one hint for all of them.
    pub fn ratios_truncated(&mut self, ratios: &[&Ratio]) {
        let Some(first) = ratios.first() else { return };
        let value = self.rate_value(first);
        let arithmetic = self.division(first, false);
        let message = match ratios.len() {
            1 => Message::new(
                format!("{} 像是截去了尾数，四舍五入应为 {value}", self.shown(first.rate)),
                format!("{} was cut off; rounded it is {value}", self.shown(first.rate)),
            ),
            n => Message::new(
                format!("{n} 处比率像是截去了尾数而没有四舍五入，如 {} 应为 {value}", self.shown(first.rate)),
                format!("{n} ratios were cut off, not rounded: {} should be {value}", self.shown(first.rate)),
            ),
        };
        let mut quotes: Vec<usize> = ratios.iter().map(|ratio| ratio.rate).take(8).collect();
        if ratios.len() == 1 {
            quotes.extend([first.numerator, first.base]);
        }
        self.push("ratio_truncated", Severity::Hint, message, &quotes, Some(arithmetic), None);
    }

    /// A percentage whose stated base does not make it, while another figure does.
    pub fn ratio_of_another_base(&mut self, ratio: &Ratio, better: usize) {
        let message = Message::new(
            format!(
                "{} 与所写的基数“{}”{} 不符，却与“{}”{} 相符：请写明基数",
                self.shown(ratio.rate),
                self.name(ratio.base),
                self.shown(ratio.base),
                self.name(better),
                self.shown(better)
            ),
            format!(
                "{} does not fit the stated base “{}” {}, but it fits “{}” {}: say which is meant",
                self.shown(ratio.rate),
                self.name(ratio.base),
                self.shown(ratio.base),
                self.name(better),
                self.shown(better)
            ),
        );
        let arithmetic = self.division(ratio, false);
        self.push(
            "base_unclear",
            Severity::Warning,
            message,
            &[ratio.rate, ratio.numerator, ratio.base, better],
            Some(arithmetic),
            None,
        );
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

    /// A change in percentage points that is right.
    pub fn points_hold(&mut self, points: &Points, change: f64) {
        let message = Message::new("百分点变化相符", "the change in percentage points holds");
        let arithmetic = self.points_sum(points, change);
        self.verify("ratio", message, &[points.points, points.from, points.to], arithmetic);
    }

    /// A change in percentage points that is wrong.
    pub fn points_differ(&mut self, points: &Points, change: f64) {
        let message = Message::new(
            format!(
                "由 {} 到 {} 是 {} 个百分点，文中为 {}",
                self.shown(points.from),
                self.shown(points.to),
                number(change),
                self.shown(points.points)
            ),
            format!(
                "from {} to {} is {} points, not {}",
                self.shown(points.from),
                self.shown(points.to),
                number(change),
                self.shown(points.points)
            ),
        );
        let arithmetic = self.points_sum(points, change);
        self.push(
            "points_differ",
            Severity::Error,
            message,
            &[points.points, points.from, points.to],
            Some(arithmetic),
            None,
        );
    }

    /// Percentage points called per cent.
    pub fn points_not_per_cent(&mut self, points: &Points) {
        let told = number(self.stated(points.points));
        let message = Message::new(
            format!("两个百分比之差应写“{told} 个百分点”"),
            format!("the difference of two percentages is {told} percentage points"),
        );
        self.push("points_not_per_cent", Severity::Hint, message, &[points.points, points.from, points.to], None, None);
    }

    fn points_sum(&self, points: &Points, change: f64) -> String {
        format!("|{} - {}| = {}", self.shown(points.to), self.shown(points.from), number(change))
    }

    /// Rates that say nothing of their base: one hint for all of them.
    pub fn rates_without_base(&mut self, rates: &[usize]) {
        let message = Message::new(
            format!("{} 处比率旁没有应有数与实有数，无法核对", rates.len()),
            format!("{} rates stand without the counts they are made of", rates.len()),
        );
        self.push("rate_without_base", Severity::Hint, message, rates, None, None);
    }

    fn named_rate(&self, ratio: &Ratio) -> String {
        match ratio.basis {
            Basis::Named | Basis::Whole | Basis::Several => self.name(ratio.numerator),
            _ => self.name(ratio.rate),
        }
    }

    fn rate_value(&self, ratio: &Ratio) -> String {
        let rate = &self.reading.quantities[ratio.rate];
        let places =
            if rate.number.step < 1.0 { (-rate.number.step.log10()).round().clamp(0.0, 6.0) as usize } else { 1 };
        let value = if rate.unit == "%" && rate.number.step >= 10.0 { ratio.value / 10.0 } else { ratio.value };
        if rate.unit == "%" && rate.number.step >= 10.0 {
            format!("{value:.1}成")
        } else {
            format!("{value:.places$}{}", rate.unit)
        }
    }

    fn division(&self, ratio: &Ratio, holds: bool) -> String {
        let (top, base) = match ratio.basis {
            Basis::Several => (format!("{}…", number(self.stated(ratio.numerator))), number(self.stated(ratio.base))),
            Basis::Growth => (self.shown(ratio.numerator), self.shown(ratio.base)),
            _ => (number(self.stated(ratio.numerator)), number(self.stated(ratio.base))),
        };
        let value = self.rate_value(ratio);
        if holds {
            format!("{top} / {base} = {value}")
        } else {
            format!("{top} / {base} = {value} ≠ {}", self.shown(ratio.rate))
        }
    }
}
