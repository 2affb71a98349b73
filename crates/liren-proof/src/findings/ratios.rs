//! Findings about ratios: shares, rates, growth, percentage points.

use super::{Findings, number};
use crate::relate::differences::{Difference, Turn};
use crate::relate::ratios::{Basis, Ratio};
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

    /// Two values and their difference agree.
    pub fn difference_holds(&mut self, difference: &Difference) {
        let message = Message::new("增减数相符", "the difference holds");
        let arithmetic = self.subtraction(difference);
        self.verify("ratio", message, &[difference.by, difference.now, difference.then], arithmetic);
    }

    /// Two values and their difference do not agree, or it went the other way.
    pub fn difference_differs(&mut self, difference: &Difference) {
        let (now, then) = (self.shown(difference.now), self.shown(difference.then));
        let (by, change) = (self.shown(difference.by), number(difference.change));
        let message = if difference.holds {
            Message::new(
                format!("增减方向写反：{then} 与 {now}"),
                format!("from {then} to {now} it went the other way"),
            )
        } else {
            Message::new(
                format!("{then} 与 {now} 相差 {change}，文中为 {by}"),
                format!("{then} and {now} differ by {change}, not by {by}"),
            )
        };
        let arithmetic = self.subtraction(difference);
        let quotes = [difference.by, difference.now, difference.then];
        self.push("difference_differs", Severity::Error, message, &quotes, Some(arithmetic), None);
    }

    /// 由120件增加到100件.
    pub fn turn_reversed(&mut self, turn: &Turn) {
        let (from, to) = (self.shown(turn.from), self.shown(turn.to));
        let (zh, en) = if turn.fell { ("下降", "a fall") } else { ("增加", "a rise") };
        let message = Message::new(format!("由 {from} 到 {to} 不是{zh}"), format!("from {from} to {to} is not {en}"));
        self.push("turn_reversed", Severity::Error, message, &[turn.to, turn.from], None, None);
    }

    /// Percentage points called per cent.
    pub fn points_not_per_cent(&mut self, difference: &Difference) {
        let told = number(self.stated(difference.by));
        let message = Message::new(
            format!("两个百分比之差应写“{told} 个百分点”"),
            format!("the difference of two percentages is {told} percentage points"),
        );
        let quotes = [difference.by, difference.now, difference.then];
        self.push("points_not_per_cent", Severity::Hint, message, &quotes, None, None);
    }

    fn subtraction(&self, difference: &Difference) -> String {
        let (now, then) = (number(self.stated(difference.now)), number(self.stated(difference.then)));
        format!("{now} - {then} = {}", number(self.stated(difference.now) - self.stated(difference.then)))
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

    /// The change and what it is measured against: 18 / (138 - 18), (184 - 160) / 160.
    fn change(&self, ratio: &Ratio) -> (String, String) {
        let (a, b) = (self.stated(ratio.numerator), self.stated(ratio.base));
        let (x, y) = (number(a), number(b));
        let made =
            |change: f64, base: f64| (change / base * 100.0 - ratio.value).abs() < 1e-6 * ratio.value.abs().max(1.0);
        if made(a, b) {
            (x, y)
        } else if made(a, b - a) {
            (x.clone(), format!("({y} - {x})"))
        } else if made(a, b + a) {
            (x.clone(), format!("({y} + {x})"))
        } else {
            (format!("({x} - {y})"), y)
        }
    }

    fn division(&self, ratio: &Ratio, holds: bool) -> String {
        let (top, base) = match ratio.basis {
            Basis::Several => (format!("{}…", number(self.stated(ratio.numerator))), number(self.stated(ratio.base))),
            Basis::Growth => self.change(ratio),
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
