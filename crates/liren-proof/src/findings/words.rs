//! Findings about what the words claim: claims against remainders, repeats, products, plausibility, known figures.

use std::ops::Range;

use super::Findings;
use crate::claims::show::number;
use crate::options::KnownFigure;
use crate::report::{Finding, Message, Severity, Verified};

impl Findings<'_> {
    /// 全部, 已结束, 应保尽保 beside a remainder.
    pub fn claim_gap(&mut self, claim: Range<usize>, all: usize, done: usize) {
        let words = self.words(claim.clone());
        let left = number((self.stated(all) - self.stated(done)).max(0.0));
        let unit = self.unit(all).to_owned();
        let message = Message::new(
            format!("“{words}”与数字不符：{} 中还有 {left}{unit} 没有交代", self.shown(all)),
            format!("“{words}” does not agree with the figures: {left} of {} are not accounted for", self.shown(all)),
        );
        let arithmetic = format!("{} - {} = {left}", number(self.stated(all)), number(self.stated(done)));
        let mut quotes = vec![self.quote(claim)];
        quotes.extend(self.quotes(&[all, done]));
        self.push_quotes("claim_gap", Severity::Warning, message, quotes, Some(arithmetic), None);
    }

    /// A step of the work that is behind the one before it, with no word why.
    pub fn progress_gap(&mut self, all: usize, done: usize) {
        let left = number(self.stated(all) - self.stated(done));
        let message = Message::new(
            format!("{} 中还有 {left}{} 没有交代", self.shown(all), self.unit(all)),
            format!("{left} of {} are not accounted for", self.shown(all)),
        );
        let arithmetic = format!("{} - {} = {left}", number(self.stated(all)), number(self.stated(done)));
        self.push("progress_gap", Severity::Hint, message, &[done, all], Some(arithmetic), None);
    }

    /// One event told in two chapters.
    pub fn event_repeated(&mut self, place: Range<usize>, earlier: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("“{words}”在前文已写过一次，疑为同一件事，汇总时只能算一次"),
            format!("“{words}” was told before; if it is the same event, it counts once"),
        );
        self.push_spans("duplicate_event", Severity::Warning, message, &[place, earlier], None);
    }

    /// Two names that differ by a word.
    pub fn name_variant(&mut self, place: Range<usize>, earlier: Range<usize>) {
        let (a, b) = (self.words(earlier.clone()), self.words(place.clone()));
        let message =
            Message::new(format!("名称不一致：“{a}”与“{b}”"), format!("two names for one thing? “{a}” and “{b}”"));
        self.push_spans("name_variant", Severity::Hint, message, &[place, earlier], None);
    }

    /// Categories of one list that mean the same or contain one another.
    pub fn definition_overlap(&mut self, a: usize, b: usize) {
        let message = Message::new(
            format!("分项“{}”与“{}”含义重叠，口径不清", self.name(a), self.name(b)),
            format!("the categories “{}” and “{}” overlap in meaning", self.name(a), self.name(b)),
        );
        self.push("definition_overlap", Severity::Warning, message, &[b, a], None, None);
    }

    /// Two lists of the same people by different categories.
    pub fn taxonomy_mismatch(&mut self, inner: usize, outer: usize) {
        let message = Message::new(
            format!("“{}”与“{}”的分项口径不同，无法逐项对应", self.name(outer), self.name(inner)),
            format!(
                "“{}” and “{}” are divided by different categories and cannot be compared",
                self.name(outer),
                self.name(inner)
            ),
        );
        self.push("taxonomy_mismatch", Severity::Warning, message, &[inner, outer], None, None);
    }

    /// Fewer than one person, or more than eight, in a household on average.
    pub fn household_size(&mut self, persons: usize, households: usize, size: f64) {
        let message = Message::new(
            format!("{}、{}：户均 {size:.2} 人，不合常理", self.shown(households), self.shown(persons)),
            format!(
                "{} and {}: {size:.2} persons per household is implausible",
                self.shown(households),
                self.shown(persons)
            ),
        );
        let arithmetic = format!("{} / {} = {size:.2}", number(self.stated(persons)), number(self.stated(households)));
        self.push("household_size", Severity::Warning, message, &[persons, households], Some(arithmetic), None);
    }

    /// An amount that is far too small or too large for what it pays.
    pub fn magnitude(&mut self, n: usize, zh: &str, en: &str) {
        let message = Message::new(format!("{}：{zh}", self.shown(n)), format!("{}: {en}", self.shown(n)));
        self.push("magnitude", Severity::Warning, message, &[n], None, None);
    }

    /// Far fewer old people than a population of that size has.
    pub fn age_implausible(&mut self, n: usize, population: usize) {
        let share = self.stated(n) / self.stated(population) * 100.0;
        let message = Message::new(
            format!(
                "“{}”{} 只占 {} 的 {share:.2}%，远低于常见比例：请写明是哪些人",
                self.name(n),
                self.shown(n),
                self.shown(population)
            ),
            format!(
                "“{}” {} is only {share:.2}% of {}, far below the usual: say who is meant",
                self.name(n),
                self.shown(n),
                self.shown(population)
            ),
        );
        let arithmetic = format!("{} / {} = {share:.2}%", number(self.stated(n)), number(self.stated(population)));
        self.push("age_implausible", Severity::Warning, message, &[n, population], Some(arithmetic), None);
    }

    /// Figures that are the same multiple of one another again and again.
    pub fn derived(&mut self, quantities: &[usize], times: f64) {
        let message = Message::new(
            format!("{} 组数字都恰好是 {} 倍，像是推算而不是统计", quantities.len() / 2, number(times)),
            format!(
                "{} pairs are exactly {} times one another: derived, not counted?",
                quantities.len() / 2,
                number(times)
            ),
        );
        self.push("derived", Severity::Hint, message, quantities, None, None);
    }

    /// A plan without dates, owners or measures: one hint for all of it.
    pub fn plan_without_measure(&mut self, place: Range<usize>, items: usize) {
        let message = Message::new(
            format!("工作打算 {items} 条没有一条写明时限、责任人或数量，下一年无从核对"),
            format!("none of the {items} plan items names a date, an owner or a measure"),
        );
        self.push_spans("plan_without_measure", Severity::Hint, message, &[place], None);
    }

    /// A figure that is the data folder's, exactly or rounded.
    pub fn known_equal(&mut self, n: usize, known: &KnownFigure, rounded: bool) {
        let (zh, en) = if rounded { ("取整后相符", "agrees when rounded") } else { ("相符", "agrees") };
        let message = Message::new(
            format!("“{}”与底数{zh}", known.label),
            format!("“{}” {en} with the data folder", known.label),
        );
        let arithmetic = format!("{} ↔ {}{}", self.shown(n), number(known.value), known.unit);
        let (quotes, known) = (self.quotes(&[n]), Some(known.id.clone()));
        self.hold(Verified { kind: "known", message, reading: None, quotes, arithmetic: Some(arithmetic), known });
    }

    /// A figure that the data folder has with another value.
    pub fn known_differs(&mut self, n: usize, known: &KnownFigure) {
        let message = Message::new(
            format!(
                "“{}”与底数不符：文中 {}，底数 {}{}（{}）",
                known.label,
                self.shown(n),
                number(known.value),
                known.unit,
                known.id
            ),
            format!(
                "“{}” differs from the data folder: {} here, {}{} there ({})",
                known.label,
                self.shown(n),
                number(known.value),
                known.unit,
                known.id
            ),
        );
        let arithmetic = format!("{} ≠ {}{}", self.shown(n), number(known.value), known.unit);
        let scale = self.factor(n);
        let fix = (known.value % scale == 0.0).then(|| self.fix(n, number(known.value / scale)));
        let (quotes, arithmetic, known) = (self.quotes(&[n]), Some(arithmetic), Some(known.id.clone()));
        self.set_down(Finding {
            kind: "known_differs",
            severity: Severity::Error,
            message,
            quotes,
            arithmetic,
            fix,
            known,
        });
    }

    /// Figures that the data folder does not have: one hint for all.
    pub fn unknown_figures(&mut self, quantities: &[usize]) {
        let message = Message::new(
            format!("{} 个数字在底数中没有对应的指标", quantities.len()),
            format!("{} figures have no counterpart in the data folder", quantities.len()),
        );
        self.push("no_such_figure", Severity::Hint, message, &quantities[..quantities.len().min(12)], None, None);
    }
}
