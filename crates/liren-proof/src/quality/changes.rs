//! One digit changed: for every relation that holds in a text, one digit of one figure is changed so that it holds no longer, and
//! something must be said there; and two figures are changed together so that it still holds, and nothing may be said.

use std::collections::BTreeMap;

use crate::claims::{Fit, Formula, Kind};
use crate::options::Options;
use crate::page::Page;
use crate::relations::judged;
use crate::report::{Report, Severity};
use crate::text::Text;

/// How many changes were tried, and how many told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub tried: usize,
    pub told: usize,
}

/// The changes tried over any number of texts.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// By relation: changes that break it, and those of them that were found.
    pub breaks: BTreeMap<&'static str, Tally>,
    /// Changes that keep everything true, and those of them that gave a finding.
    pub kept: Tally,
    /// One line for each break that was missed and each false finding.
    pub notes: Vec<String>,
}

impl Changes {
    /// All breaks together.
    pub fn total(&self) -> Tally {
        self.breaks
            .values()
            .fold(Tally::default(), |sum, tally| Tally { tried: sum.tried + tally.tried, told: sum.told + tally.told })
    }

    /// Try the changes of one text.
    pub fn add(&mut self, name: &str, text: &str) {
        let source = Text::plain(text);
        let options = Options::default();
        let mut page = Page::of(&source, &options);
        let held: Vec<(Kind, Formula)> = judged(&mut page)
            .verdicts
            .into_iter()
            .filter(|verdict| verdict.severity.is_none() && verdict.fit == Fit::Exact && verdict.kind != Kind::Bound)
            .map(|verdict| (verdict.kind, verdict.reading.formula))
            .collect();
        let before = crate::read(&source, &options);
        for (n, (kind, formula)) in held.iter().enumerate() {
            if held[..n].iter().any(|(_, other)| other == formula) {
                continue;
            }
            for figure in formula.figures() {
                self.break_one(name, &page, *kind, formula, figure);
            }
            self.keep(name, &page, &held, formula, &before);
        }
    }

    /// Change one digit of a figure so that the equation fails.
    fn break_one(&mut self, name: &str, page: &Page, kind: Kind, formula: &Formula, figure: usize) {
        let places = digits(page, figure);
        for round in 0..places.len() * 8 {
            let seed = figure * 7 + formula.result() * 3 + round;
            let at = places[seed % places.len()];
            let chars = page.text.chars();
            let old = chars[at].to_digit(10).unwrap_or(0);
            let new = (old + 1 + (seed as u32 * 5) % 9) % 10;
            let first = at == places[0] && places.len() > 1;
            if new == old || (first && new == 0) {
                continue;
            }
            let changed = with(chars, &[(at, new)]);
            if fit(&changed, page, formula) != Some(Fit::No) {
                continue;
            }
            let source = Text::plain(&changed);
            let report = crate::read(&source, &Options::default());
            let tally = self.breaks.entry(label(kind)).or_default();
            tally.tried += 1;
            if at_place(page, &report, formula) {
                tally.told += 1;
            } else {
                let shown = crate::claims::show::arithmetic(page, formula);
                self.notes.push(format!(
                    "{name}  missed {}: {old}→{new} of {} in {shown}",
                    label(kind),
                    words(page, figure)
                ));
            }
            return;
        }
    }

    /// Add one to the same place of a part and of the sum, where every other equation stays true.
    fn keep(&mut self, name: &str, page: &Page, held: &[(Kind, Formula)], formula: &Formula, before: &Report) {
        let Formula::Sum { terms, result } = formula else { return };
        let Some(term) = terms.iter().find(|term| term.weight == 1.0) else { return };
        let (a, b) = (digits(page, term.figure), digits(page, *result));
        let chars = page.text.chars();
        let raised = |places: &[usize], from: usize| {
            let at = *places.iter().rev().nth(from)?;
            let digit = chars[at].to_digit(10)?;
            (digit < 9).then_some((at, digit + 1))
        };
        for from in 0..a.len().min(b.len()) {
            let (Some(x), Some(y)) = (raised(&a, from), raised(&b, from)) else { continue };
            let changed = with(chars, &[x, y]);
            let touched = |formula: &Formula| {
                let figures = formula.figures();
                figures.contains(&term.figure) || figures.contains(result)
            };
            let all = held
                .iter()
                .filter(|(_, other)| touched(other))
                .all(|(_, other)| fit(&changed, page, other) == Some(Fit::Exact));
            if !all {
                continue;
            }
            let report = crate::read(&Text::plain(&changed), &Options::default());
            let loud = |report: &Report| {
                report.findings.iter().filter(|finding| finding.severity <= Severity::Warning).count()
            };
            self.kept.tried += 1;
            if loud(&report) > loud(before) {
                self.kept.told += 1;
                self.notes.push(format!("{name}  kept true but told: {}", changed.replace('\n', " ")));
            }
            return;
        }
    }
}

/// What a kind of relation is called in the table.
fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Sum => "sum",
        Kind::Balance => "balance",
        Kind::Share => "share",
        Kind::Rate => "rate",
        Kind::Growth => "growth",
        Kind::Difference => "difference",
        Kind::Mean => "mean",
        Kind::Product => "product",
        Kind::Bound => "bound",
    }
}

/// Where the digits of a figure stand in the original.
fn digits(page: &Page, figure: usize) -> Vec<usize> {
    let span = page.normal.original(page.quantities[figure].number.span.clone());
    span.filter(|&at| page.text.chars()[at].is_ascii_digit()).collect()
}

fn words(page: &Page, figure: usize) -> String {
    page.text.slice(page.normal.original(page.quantities[figure].span.clone()))
}

fn with(chars: &[char], changes: &[(usize, u32)]) -> String {
    let mut chars = chars.to_vec();
    for &(at, digit) in changes {
        chars[at] = char::from_digit(digit, 10).unwrap_or(chars[at]);
    }
    chars.into_iter().collect()
}

/// How an equation fits in a changed text, where its numbers are still the same numbers.
fn fit(changed: &str, page: &Page, formula: &Formula) -> Option<Fit> {
    let (source, options) = (Text::plain(changed), Options::default());
    let other = Page::of(&source, &options);
    let spans = |page: &Page| page.quantities.iter().map(|quantity| quantity.span.clone()).collect::<Vec<_>>();
    (spans(&other) == spans(page)).then(|| formula.fit(&other))
}

/// Whether an error or warning quotes one of the figures.
fn at_place(page: &Page, report: &Report, formula: &Formula) -> bool {
    let places: Vec<_> =
        formula.figures().iter().map(|&n| page.normal.original(page.quantities[n].span.clone())).collect();
    report.findings.iter().filter(|finding| finding.severity <= Severity::Warning).any(|finding| {
        finding.quotes.iter().any(|quote| places.iter().any(|place| quote.start < place.end && place.start < quote.end))
    })
}
