//! The factory of findings. Every message of the proofreader is made here, in both languages, with its severity;
//! `rg 'findings\.'` lists every check.

use std::ops::Range;

use crate::read::figures::Quantity;
use crate::reading::Reading;
use crate::relate::listings::{Added, Increase, Listing};
use crate::relate::partitions::Partition;
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
