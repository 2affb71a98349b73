//! The factory of findings. Every message of the proofreader is made here, in both languages, with its severity;
//! `rg 'findings\.'` lists every check.

mod damage;
mod dates;
mod drafts;
mod ratios;
mod sums;
mod verdicts;
mod words;

use std::collections::HashMap;
use std::ops::Range;

use crate::claims::Kind;
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::relations::Outcome;
use crate::relations::listings::{Added, Increase, increases};
use crate::report::{Figure, FigureKind, Finding, Fix, Message, Quote, Report, Severity, Summary, Value, Verified};

/// So many findings of one kind are set down, so many relations that hold, so many figures: more than anybody reads.
/// The rest is counted.
const OF_A_KIND: usize = 500;
const VERIFIED: usize = 10_000;
const FIGURES: usize = 20_000;
/// Places a finding names, and characters of its arithmetic.
const QUOTES: usize = 100;
const ARITHMETIC: usize = 2_000;

/// What the checks have found so far.
pub struct Findings<'a> {
    page: &'a Page<'a>,
    pub found: Vec<Finding>,
    pub verified: Vec<Verified>,
    /// How many of a kind were found, and of what severity those were that are not set down.
    kinds: HashMap<&'static str, usize>,
    beyond: Vec<Severity>,
    /// How many relations of a kind hold.
    held: HashMap<&'static str, usize>,
}

impl<'a> Findings<'a> {
    pub fn new(page: &'a Page<'a>) -> Findings<'a> {
        Findings {
            page,
            found: Vec::new(),
            verified: Vec::new(),
            kinds: HashMap::new(),
            beyond: Vec::new(),
            held: HashMap::new(),
        }
    }

    /// Order the findings by place, count, and hand everything over.
    pub fn into_report(mut self, outcome: &Outcome) -> Report {
        let place = |finding: &Finding| finding.quotes.first().map_or(0, |quote| quote.start);
        self.found.sort_by_key(|finding| (place(finding), finding.severity));
        self.found.dedup_by(|a, b| a.kind == b.kind && a.quotes == b.quotes && a.message == b.message);
        let read = self.page.quantities.len();
        let listed = self.page.quantities.iter().take(FIGURES);
        let mut figures: Vec<Figure> = listed.map(|quantity| self.figure(quantity)).collect();
        figures.extend(increases(self.page).iter().filter_map(|increase| self.implied(increase)).take(FIGURES));
        figures.sort_by_key(|figure| (figure.start, figure.end));
        let read = read + figures.len() - read.min(FIGURES);
        let count = |severity| {
            let found = self.found.iter().filter(|finding| finding.severity == severity).count();
            found + self.beyond.iter().filter(|beyond| **beyond == severity).count()
        };
        let of_kind = |kind: &str| self.held.get(kind).copied().unwrap_or_default();
        let (errors, warnings, hints) = (count(Severity::Error), count(Severity::Warning), count(Severity::Hint));
        let (partitions, ratios) = (of_kind("sum"), of_kind("ratio"));
        let verified = self.held.values().sum();
        let mut message = Message::new(
            format!(
                "读出 {read} 个数字；{partitions} 组分项、{ratios} 个比率相符，共核实 {verified} 处；错误 {errors}，提醒 {warnings}，提示 {hints}"
            ),
            format!(
                "{read} figures read; {partitions} sums and {ratios} ratios hold, {verified} relations verified; {errors} errors, {warnings} warnings, {hints} hints"
            ),
        );
        let (countable, checked) = self.coverage(outcome);
        let omitted = self.beyond.len();
        if omitted > 0 {
            message.zh.push_str(&format!("；同一种问题只列出前 {OF_A_KIND} 处，另有 {omitted} 处没有列出"));
            message.en.push_str(&format!("; of one kind {OF_A_KIND} are listed, {omitted} more are not"));
        }
        let summary = Summary {
            figures: read,
            countable,
            checked,
            partitions,
            ratios,
            verified,
            errors,
            warnings,
            hints,
            omitted,
            message,
        };
        Report { summary, findings: self.found, verified: self.verified, figures }
    }

    /// How many numbers state something, and how many of them an equation has checked.
    fn coverage(&self, outcome: &Outcome) -> (usize, usize) {
        let states = |n: &usize| {
            let quantity = &self.page.quantities[*n];
            matches!(quantity.kind, FigureKind::Count | FigureKind::Rate) && !quantity.weak
        };
        let all: Vec<usize> = (0..self.page.quantities.len()).filter(states).collect();
        let mut seen = vec![false; self.page.quantities.len()];
        for verdict in outcome.verdicts.iter().filter(|verdict| verdict.kind != Kind::Bound) {
            verdict.reading.formula.figures().into_iter().for_each(|n| seen[n] = true);
        }
        (all.len(), all.iter().filter(|&&n| seen[n]).count())
    }

    fn figure(&self, quantity: &Quantity) -> Figure {
        let Quote { start, end, text } = self.quote(quantity.span.clone());
        let value = if quantity.kind == FigureKind::Date {
            Value::Words(text.clone())
        } else {
            Value::Number(quantity.stated())
        };
        let states = matches!(quantity.kind, FigureKind::Count | FigureKind::Rate);
        Figure {
            kind: quantity.kind,
            role: states.then_some(quantity.role),
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
        let base = self.figure(&self.page.quantities[increase.base]);
        let Quote { start, end, text } = self.quote(span.clone());
        let label = format!("新增{}", base.label);
        Some(Figure { kind: FigureKind::Implied, label, value: Value::Number(1.0), start, end, text, ..base })
    }

    fn factor(&self, n: usize) -> f64 {
        let quantity = &self.page.quantities[n];
        quantity.measure.map_or(1.0, |measure| measure.factor) * quantity.number.scale
    }

    fn stated(&self, n: usize) -> f64 {
        self.page.quantities[n].stated()
    }

    fn unit(&self, n: usize) -> &str {
        &self.page.quantities[n].unit
    }

    /// What a total is called when the text gives it no name.
    fn whole_name(&self, n: usize) -> String {
        let label = &self.page.quantities[n].label;
        if label.chars().count() < 2 { "总数".to_owned() } else { label.clone() }
    }

    fn name(&self, n: usize) -> String {
        let label = &self.page.quantities[n].label;
        if label.is_empty() { "此数".to_owned() } else { label.clone() }
    }

    fn shown(&self, n: usize) -> String {
        self.words(self.page.quantities[n].span.clone()).chars().filter(|c| !c.is_whitespace()).collect()
    }

    fn fix(&self, n: usize, replace_with: String) -> Fix {
        let span = self.page.normal.original(self.page.quantities[n].number.span.clone());
        Fix { start: span.start, end: span.end, replace_with }
    }

    /// The quote of a span of the normalised text.
    pub fn quote(&self, span: Range<usize>) -> Quote {
        let original = self.page.normal.original(span);
        Quote { start: original.start, end: original.end, text: self.page.text.slice(original) }
    }

    fn quotes(&self, quantities: &[usize]) -> Vec<Quote> {
        quantities
            .iter()
            .map(|&n| {
                let quantity = &self.page.quantities[n];
                let start = if quantity.lead.is_empty() { quantity.span.start } else { quantity.lead.start };
                let near = start.max(quantity.span.start.saturating_sub(16));
                self.quote(near..quantity.span.end)
            })
            .collect()
    }

    /// The words of a span, as in the original.
    fn words(&self, span: Range<usize>) -> String {
        self.quote(span).text
    }

    fn push_spans(
        &mut self,
        kind: &'static str,
        severity: Severity,
        message: Message,
        spans: &[Range<usize>],
        fix: Option<Fix>,
    ) {
        let quotes = spans.iter().map(|span| self.quote(span.clone())).collect();
        self.push_quotes(kind, severity, message, quotes, None, fix);
    }

    fn push_quotes(
        &mut self,
        kind: &'static str,
        severity: Severity,
        message: Message,
        quotes: Vec<Quote>,
        arithmetic: Option<String>,
        fix: Option<Fix>,
    ) {
        self.set_down(Finding { kind, severity, message, quotes, arithmetic, fix, known: None });
    }

    fn set_down(&mut self, mut finding: Finding) {
        shorten(&mut finding.quotes, &mut finding.arithmetic);
        let of_kind = self.kinds.entry(finding.kind).or_default();
        *of_kind += 1;
        if *of_kind <= OF_A_KIND {
            self.found.push(finding);
        } else {
            self.beyond.push(finding.severity);
        }
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
        self.set_down(Finding { kind, severity, message, quotes, arithmetic, fix, known: None });
    }

    fn verify(&mut self, kind: &'static str, message: Message, quantities: &[usize], arithmetic: String) {
        self.verify_as(kind, message, None, quantities, arithmetic);
    }

    fn verify_as(
        &mut self,
        kind: &'static str,
        message: Message,
        reading: Option<Message>,
        quantities: &[usize],
        arithmetic: String,
    ) {
        let quotes = self.quotes(quantities);
        self.hold(Verified { kind, message, reading, quotes, arithmetic: Some(arithmetic), known: None });
    }
    /// Sets down a relation that holds, as long as there are not too many.
    pub(super) fn hold(&mut self, mut verified: Verified) {
        *self.held.entry(verified.kind).or_default() += 1;
        if self.verified.len() < VERIFIED {
            shorten(&mut verified.quotes, &mut verified.arithmetic);
            self.verified.push(verified);
        }
    }
}

/// A sum of thousands of cells is told by its beginning.
fn shorten(quotes: &mut Vec<Quote>, arithmetic: &mut Option<String>) {
    quotes.truncate(QUOTES);
    if let Some(text) = arithmetic
        && let Some((at, _)) = text.char_indices().nth(ARITHMETIC)
    {
        text.truncate(at);
        text.push('…');
    }
}
