//! The factory of findings. Every message of the proofreader is made here, in both languages, with its severity;
//! `rg 'findings\.'` lists every check.

use std::ops::Range;

use crate::read::figures::Quantity;
use crate::reading::Reading;
use crate::relate::listings::{Added, Increase, Listing};
use crate::relate::partitions::Partition;
use crate::relate::ratios::{Basis, Points, Ratio};
use crate::report::{
    Figure, FigureKind, Finding, Fix, Message, Quote, Report, Severity, Summary, Value, Verified,
};

/// What the checks have found so far.
pub struct Findings<'a> {
    reading: &'a Reading<'a>,
    pub found: Vec<Finding>,
    pub verified: Vec<Verified>,
}

impl<'a> Findings<'a> {
    pub fn new(reading: &'a Reading<'a>) -> Findings<'a> {
        Findings {
            reading,
            found: Vec::new(),
            verified: Vec::new(),
        }
    }

    /// Parts that should make the whole, and do not.
    pub fn sum_differs(&mut self, partition: &Partition, severity: Severity) {
        let (sum, total) = (
            partition.sum / self.factor(partition.whole),
            self.stated(partition.whole),
        );
        let unit = self.unit(partition.whole);
        let apart = number((sum - total).abs());
        let (zh, en) = if sum > total {
            ("多", "more")
        } else {
            ("少", "less")
        };
        let message = Message::new(
            format!(
                "分项之和 {}{unit} 与“{}”{}{unit} 不符，{zh} {apart}{unit}",
                number(sum),
                self.name(partition.whole),
                number(total)
            ),
            format!(
                "the parts make {}, which is {apart} {en} than the stated {} of “{}”",
                number(sum),
                number(total),
                self.name(partition.whole)
            ),
        );
        let arithmetic = self.addition(partition);
        self.push(
            "sum_differs",
            severity,
            message,
            &self.with_parts(partition),
            Some(arithmetic),
            None,
        );
    }

    /// A part that is larger than the whole it is said to belong to.
    pub fn part_exceeds(&mut self, part: usize, whole: usize, severity: Severity) {
        let message = Message::new(
            format!(
                "部分大于整体：“{}”{} 大于“{}”{}",
                self.name(part),
                self.shown(part),
                self.name(whole),
                self.shown(whole)
            ),
            format!(
                "a part exceeds its whole: “{}” {} is more than “{}” {}",
                self.name(part),
                self.shown(part),
                self.name(whole),
                self.shown(whole)
            ),
        );
        let arithmetic = format!(
            "{} > {}",
            number(self.stated(part)),
            number(self.stated(whole))
        );
        self.push(
            "subset_exceeds",
            severity,
            message,
            &[part, whole],
            Some(arithmetic),
            None,
        );
    }

    /// The same label with two values in one scope and period.
    pub fn label_conflict(
        &mut self,
        place: usize,
        other: usize,
        decided: Option<&Partition>,
        fix: Option<String>,
        severity: Severity,
    ) {
        let mut message = Message::new(
            format!(
                "“{}”两处数值不同：{} 与 {}",
                self.name(place),
                self.shown(other),
                self.shown(place)
            ),
            format!(
                "“{}” has two values: {} and {}",
                self.name(place),
                self.shown(other),
                self.shown(place)
            ),
        );
        let mut arithmetic = None;
        let mut quotes = vec![place, other];
        if let Some(partition) = decided {
            let sum = self.addition(partition);
            message
                .zh
                .push_str(&format!("；{sum} 支持 {}", self.shown(other)));
            message
                .en
                .push_str(&format!("; {sum} supports {}", self.shown(other)));
            arithmetic = Some(sum);
            if !quotes.contains(&partition.whole) {
                quotes.push(partition.whole);
            }
        }
        let fix = fix.map(|text| self.fix(place, text));
        self.push(
            "label_conflict",
            severity,
            message,
            &quotes,
            arithmetic,
            fix,
        );
    }

    /// A partition that adds up.
    pub fn sum_holds(&mut self, partition: &Partition) {
        let arithmetic = self.addition(partition);
        let message = Message::new(
            format!("“{}”的分项之和相符", self.name(partition.whole)),
            format!("the parts of “{}” add up", self.name(partition.whole)),
        );
        self.verify("sum", message, &self.with_parts(partition), arithmetic);
    }

    /// A list that has more or fewer members than its number says.
    pub fn list_differs(&mut self, listing: &Listing, severity: Severity) {
        let stated = self.shown(listing.count);
        let message = Message::new(
            format!("写的是 {stated}，列出的是 {} 项", listing.items.len()),
            format!("it says {stated}, but {} are listed", listing.items.len()),
        );
        let arithmetic = format!(
            "{} ≠ {}",
            listing.items.len(),
            number(self.stated(listing.count))
        );
        self.push(
            "list_differs",
            severity,
            message,
            &[listing.count],
            Some(arithmetic),
            None,
        );
    }

    /// A list that has as many members as its number says.
    pub fn list_holds(&mut self, listing: &Listing) {
        let message = Message::new(
            format!("列举数 {} 相符", self.shown(listing.count)),
            format!("the list has the stated {}", self.shown(listing.count)),
        );
        let ones = vec!["1"; listing.items.len()].join(" + ");
        self.verify(
            "sum",
            message,
            &[listing.count],
            format!("{ones} = {}", listing.items.len()),
        );
    }

    /// A base and what was added make the new total.
    pub fn increase_holds(&mut self, increase: &Increase, added: f64) {
        let (base, total) = (self.stated(increase.base), self.stated(increase.total));
        let message = Message::new(
            format!("“{}”原有数与新增数之和相符", self.name(increase.total)),
            format!(
                "base and increase of “{}” add up",
                self.name(increase.total)
            ),
        );
        self.verify(
            "sum",
            message,
            &[increase.total, increase.base],
            format!("{} + {} = {}", number(base), number(added), number(total)),
        );
    }

    /// A base and what was added do not make the new total.
    pub fn increase_differs(&mut self, increase: &Increase, added: f64, severity: Severity) {
        let (base, total) = (self.stated(increase.base), self.stated(increase.total));
        let sum = number(base + added);
        let message = Message::new(
            format!(
                "原有 {} 加新增 {} 应为 {sum}，文中为 {}",
                number(base),
                number(added),
                number(total)
            ),
            format!(
                "{} and {} more make {sum}, not the stated {}",
                number(base),
                number(added),
                number(total)
            ),
        );
        let arithmetic = format!(
            "{} + {} = {sum} ≠ {}",
            number(base),
            number(added),
            number(total)
        );
        self.push(
            "increase_differs",
            severity,
            message,
            &[increase.total, increase.base],
            Some(arithmetic),
            None,
        );
    }

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
            format!("比率与数字不符：由 {} 和 {} 算得 {value}，文中为 {printed}", self.shown(ratio.numerator), self.shown(ratio.base)),
            format!("{} and {} make {value}, not the stated {printed}", self.shown(ratio.numerator), self.shown(ratio.base)),
        );
        let arithmetic = self.division(ratio, false);
        self.push("ratio_differs", severity, message, &[ratio.rate, ratio.numerator, ratio.base], Some(arithmetic), None);
    }

    /// A percentage cut off instead of rounded.
    pub fn ratio_truncated(&mut self, ratio: &Ratio) {
        let value = self.rate_value(ratio);
        let message = Message::new(
            format!("{} 像是截去了尾数，四舍五入应为 {value}", self.shown(ratio.rate)),
            format!("{} was cut off; rounded it is {value}", self.shown(ratio.rate)),
        );
        let arithmetic = self.division(ratio, false);
        self.push("ratio_truncated", Severity::Hint, message, &[ratio.rate, ratio.numerator, ratio.base], Some(arithmetic), None);
    }

    /// A percentage whose stated base does not make it, while another figure does.
    pub fn ratio_of_another_base(&mut self, ratio: &Ratio, better: usize) {
        let message = Message::new(
            format!("{} 与所写的基数“{}”{} 不符，却与“{}”{} 相符：请写明基数", self.shown(ratio.rate), self.name(ratio.base), self.shown(ratio.base), self.name(better), self.shown(better)),
            format!("{} does not fit the stated base “{}” {}, but it fits “{}” {}: say which is meant", self.shown(ratio.rate), self.name(ratio.base), self.shown(ratio.base), self.name(better), self.shown(better)),
        );
        let arithmetic = self.division(ratio, false);
        self.push("base_unclear", Severity::Warning, message, &[ratio.rate, ratio.numerator, ratio.base, better], Some(arithmetic), None);
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
            format!("由 {} 到 {} 是 {} 个百分点，文中为 {}", self.shown(points.from), self.shown(points.to), number(change), self.shown(points.points)),
            format!("from {} to {} is {} points, not {}", self.shown(points.from), self.shown(points.to), number(change), self.shown(points.points)),
        );
        let arithmetic = self.points_sum(points, change);
        self.push("points_differ", Severity::Error, message, &[points.points, points.from, points.to], Some(arithmetic), None);
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
            Basis::Named | Basis::Whole => self.name(ratio.numerator),
            _ => self.name(ratio.rate),
        }
    }

    fn rate_value(&self, ratio: &Ratio) -> String {
        let rate = &self.reading.quantities[ratio.rate];
        let places = if rate.number.step < 1.0 { (-rate.number.step.log10()).round().clamp(0.0, 6.0) as usize } else { 1 };
        let value = if rate.unit == "%" && rate.number.step >= 10.0 { ratio.value / 10.0 } else { ratio.value };
        if rate.unit == "%" && rate.number.step >= 10.0 { format!("{value:.1}成") } else { format!("{value:.places$}{}", rate.unit) }
    }

    fn division(&self, ratio: &Ratio, holds: bool) -> String {
        let (top, base) = match ratio.basis {
            Basis::Growth => (self.shown(ratio.numerator), self.shown(ratio.base)),
            _ => (number(self.stated(ratio.numerator)), number(self.stated(ratio.base))),
        };
        let value = self.rate_value(ratio);
        if holds { format!("{top} / {base} = {value}") } else { format!("{top} / {base} = {value} ≠ {}", self.shown(ratio.rate)) }
    }

    /// Order the findings by place, count, and hand everything over.
    pub fn into_report(mut self) -> Report {
        let place = |finding: &Finding| finding.quotes.first().map_or(0, |quote| quote.start);
        self.found
            .sort_by_key(|finding| (place(finding), finding.severity));
        self.found
            .dedup_by(|a, b| a.kind == b.kind && a.quotes == b.quotes && a.message == b.message);
        let mut figures: Vec<Figure> = self
            .reading
            .quantities
            .iter()
            .map(|quantity| self.figure(quantity))
            .collect();
        figures.extend(
            self.reading
                .increases
                .iter()
                .filter_map(|increase| self.implied(increase)),
        );
        figures.sort_by_key(|figure| (figure.start, figure.end));
        let count = |severity| {
            self.found
                .iter()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        let of_kind = |kind: &str| {
            self.verified
                .iter()
                .filter(|verified| verified.kind == kind)
                .count()
        };
        let (errors, warnings, hints) = (
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Hint),
        );
        let (partitions, ratios) = (of_kind("sum"), of_kind("ratio"));
        let verified = self.verified.len();
        let message = Message::new(
            format!(
                "读出 {} 个数字；{partitions} 组分项、{ratios} 个比率相符，共核实 {verified} 处；错误 {errors}，提醒 {warnings}，提示 {hints}",
                figures.len()
            ),
            format!(
                "{} figures read; {partitions} sums and {ratios} ratios hold, {verified} relations verified; {errors} errors, {warnings} warnings, {hints} hints",
                figures.len()
            ),
        );
        let summary = Summary {
            figures: figures.len(),
            partitions,
            ratios,
            verified,
            errors,
            warnings,
            hints,
            message,
        };
        Report {
            summary,
            findings: self.found,
            verified: self.verified,
            figures,
        }
    }

    fn figure(&self, quantity: &Quantity) -> Figure {
        let Quote { start, end, text } = self.quote(quantity.span.clone());
        let value = if quantity.kind == FigureKind::Date {
            Value::Words(text.clone())
        } else {
            Value::Number(quantity.stated())
        };
        Figure {
            kind: quantity.kind,
            label: quantity.label.clone(),
            scope: quantity.scope.map(str::to_owned),
            restriction: quantity.restriction.clone(),
            period: quantity.period.clone(),
            unit: quantity.unit.clone(),
            value,
            upper: quantity.number.upper,
            bound: quantity.number.bound,
            start,
            end,
            text,
        }
    }

    /// 新成立了阳光党支部: one, counted by its name.
    fn implied(&self, increase: &Increase) -> Option<Figure> {
        let Added::Named(span) = &increase.added else {
            return None;
        };
        let base = self.figure(&self.reading.quantities[increase.base]);
        let Quote { start, end, text } = self.quote(span.clone());
        let label = format!("新增{}", base.label);
        Some(Figure {
            kind: FigureKind::Implied,
            label,
            value: Value::Number(1.0),
            start,
            end,
            text,
            ..base
        })
    }

    fn with_parts(&self, partition: &Partition) -> Vec<usize> {
        std::iter::once(partition.whole)
            .chain(partition.parts.iter().copied())
            .collect()
    }

    fn addition(&self, partition: &Partition) -> String {
        let factor = self.factor(partition.whole);
        let parts: Vec<String> = partition
            .parts
            .iter()
            .map(|&n| number(self.reading.quantities[n].base() / factor))
            .collect();
        let sum = partition.sum / factor;
        let total = self.stated(partition.whole);
        if partition.holds {
            format!("{} = {}", parts.join(" + "), number(total))
        } else {
            format!(
                "{} = {} ≠ {}",
                parts.join(" + "),
                number(sum),
                number(total)
            )
        }
    }

    fn factor(&self, n: usize) -> f64 {
        let quantity = &self.reading.quantities[n];
        quantity.measure.map_or(1.0, |measure| measure.factor) * quantity.number.scale
    }

    fn stated(&self, n: usize) -> f64 {
        self.reading.quantities[n].stated()
    }

    fn unit(&self, n: usize) -> &str {
        &self.reading.quantities[n].unit
    }

    fn name(&self, n: usize) -> String {
        let label = &self.reading.quantities[n].label;
        if label.is_empty() {
            "此数".to_owned()
        } else {
            label.clone()
        }
    }

    fn shown(&self, n: usize) -> String {
        format!("{}{}", number(self.stated(n)), self.unit(n))
    }

    fn fix(&self, n: usize, replace_with: String) -> Fix {
        let span = self
            .reading
            .normal
            .original(self.reading.quantities[n].number.span.clone());
        Fix {
            start: span.start,
            end: span.end,
            replace_with,
        }
    }

    /// The quote of a span of the normalised text.
    pub fn quote(&self, span: Range<usize>) -> Quote {
        let original = self.reading.normal.original(span);
        Quote {
            start: original.start,
            end: original.end,
            text: self.reading.text.slice(original),
        }
    }

    fn quotes(&self, quantities: &[usize]) -> Vec<Quote> {
        quantities
            .iter()
            .map(|&n| {
                let quantity = &self.reading.quantities[n];
                let start = if quantity.lead.is_empty() {
                    quantity.span.start
                } else {
                    quantity.lead.start
                };
                let near = start.max(quantity.span.start.saturating_sub(16));
                self.quote(near..quantity.span.end)
            })
            .collect()
    }

    fn push(
        &mut self,
        kind: &'static str,
        severity: Severity,
        message: Message,
        quantities: &[usize],
        arithmetic: Option<String>,
        fix: Option<Fix>,
    ) {
        let quotes = self.quotes(quantities);
        self.found.push(Finding {
            kind,
            severity,
            message,
            quotes,
            arithmetic,
            fix,
        });
    }

    fn verify(
        &mut self,
        kind: &'static str,
        message: Message,
        quantities: &[usize],
        arithmetic: String,
    ) {
        let quotes = self.quotes(quantities);
        self.verified.push(Verified {
            kind,
            message,
            quotes,
            arithmetic: Some(arithmetic),
        });
    }
}

/// A number as a person writes it: no trailing zeros.
pub fn number(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
        format!("{}", rounded as i64)
    } else {
        format!("{rounded}")
    }
}
