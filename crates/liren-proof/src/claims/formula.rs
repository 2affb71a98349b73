//! 算式 — an equation between figures: what it makes, whether that agrees with what is printed, and how a person writes it.

use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::roles::Role;

/// A figure in a sum, with how often it counts: -1 where it is taken away, 3 for 各3人 of three names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    pub figure: usize,
    pub weight: f64,
}

impl Term {
    pub fn plus(figure: usize) -> Term {
        Term { figure, weight: 1.0 }
    }

    pub fn minus(figure: usize) -> Term {
        Term { figure, weight: -1.0 }
    }
}

/// An equation between figures.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// a + b - c = result
    Sum { terms: Vec<Term>, result: usize },
    /// (a + b) / (c - d) × per = rate
    Quotient { tops: Vec<Term>, bases: Vec<Term>, per: f64, rate: usize },
    /// a × b × times = result
    Product { factors: Vec<usize>, times: f64, result: usize },
    /// (now / then) ^ (1 / years) - 1 = rate, in per cent
    Yearly { now: Vec<Term>, then: usize, years: f64, rate: usize },
    /// a + b ≤ bound × times
    AtMost { parts: Vec<Term>, bound: usize, times: f64 },
    /// Each part of a proportion 15:40:45 against the figures it is made of.
    Proportion { parts: Vec<usize>, proportion: usize },
}

/// How well the arithmetic agrees with what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Exact,
    /// Off by less than one in the last printed place: cut off, or forced to make a hundred.
    LastPlace,
    /// Within what a mean over another month may differ.
    Near,
    /// The figures are too coarse to say.
    Vague,
    No,
}

impl Fit {
    pub fn holds(self) -> bool {
        matches!(self, Fit::Exact | Fit::LastPlace)
    }
}

/// What the figures make, and the span that their own rounding leaves open.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Made {
    value: f64,
    low: f64,
    high: f64,
}

impl Formula {
    /// The figure that the others make.
    pub fn result(&self) -> usize {
        match self {
            Formula::Sum { result, .. } | Formula::Product { result, .. } => *result,
            Formula::Quotient { rate, .. } | Formula::Yearly { rate, .. } => *rate,
            Formula::AtMost { bound, .. } => *bound,
            Formula::Proportion { proportion, .. } => *proportion,
        }
    }

    /// Every figure in it, the result first.
    pub fn figures(&self) -> Vec<usize> {
        let mut figures = vec![self.result()];
        match self {
            Formula::Sum { terms, .. } => figures.extend(terms.iter().map(|term| term.figure)),
            Formula::Quotient { tops, bases, .. } => figures.extend(tops.iter().chain(bases).map(|term| term.figure)),
            Formula::Product { factors, .. } => figures.extend(factors),
            Formula::Yearly { now, then, .. } => figures.extend(now.iter().map(|term| term.figure).chain([*then])),
            Formula::AtMost { parts, .. } => figures.extend(parts.iter().map(|term| term.figure)),
            Formula::Proportion { parts, .. } => figures.extend(parts),
        }
        let mut seen = Vec::new();
        figures.retain(|figure| {
            !seen.contains(figure) && {
                seen.push(*figure);
                true
            }
        });
        figures
    }

    /// What the figures make, in base units (or in the unit of the rate).
    pub fn value(&self, page: &Page) -> f64 {
        self.made(page).value
    }

    /// Whether what the figures make agrees with what is printed.
    pub fn fit(&self, page: &Page) -> Fit {
        let all = self.figures();
        if !all.iter().all(|&n| page.quantities[n].is_exact()) {
            return Fit::Vague;
        }
        let made = self.made(page);
        if !made.value.is_finite() {
            return Fit::Vague;
        }
        match self {
            Formula::Sum { result, .. } | Formula::Product { result, .. } => {
                let result = &page.quantities[*result];
                let (told, slack) = (result.base(), result.slack());
                // Percentages in whole numbers would hide a whole point behind three roundings.
                let most = if result.is_rate() { (result.number.step * 1.5).min(0.5) } else { f64::INFINITY };
                let room = (slack + (made.high - made.low) / 2.0).min(most);
                let dust = told.abs() * 1e-9 + 1e-9;
                let close = (made.value - told).abs() <= room + dust;
                if close { Fit::Exact } else { Fit::No }
            }
            Formula::Quotient { rate, .. } => agrees(made, &page.quantities[*rate]),
            // 年均下降0.57% is printed without its sign.
            Formula::Yearly { rate, .. } if made.value < 0.0 => {
                let fell = Made { value: -made.value, low: -made.high, high: -made.low };
                agrees(fell, &page.quantities[*rate])
            }
            Formula::Yearly { rate, .. } => agrees(made, &page.quantities[*rate]),
            Formula::AtMost { bound, times, .. } => {
                let bound = &page.quantities[*bound];
                let room = (bound.base() + bound.slack()) * times + 1e-9;
                if made.low <= room { Fit::Exact } else { Fit::No }
            }
            Formula::Proportion { parts, proportion } => proportional(page, parts, &page.quantities[*proportion]),
        }
    }

    fn made(&self, page: &Page) -> Made {
        let one = |n: usize| &page.quantities[n];
        match self {
            Formula::Sum { terms, .. } => total(page, terms),
            Formula::AtMost { parts, .. } => total(page, parts),
            Formula::Quotient { tops, bases, per, .. } => {
                // 日均196件 is over days, which are no figure: they stand in `per`.
                let one = Made { value: 1.0, low: 1.0, high: 1.0 };
                let (top, base) = (total(page, tops), if bases.is_empty() { one } else { total(page, bases) });
                let dust = 1e-9;
                Made {
                    value: top.value / base.value * per,
                    low: (top.low / base.high.max(dust) * per).min(top.low / base.low.max(dust) * per),
                    high: (top.high / base.low.max(dust) * per).max(top.high / base.high.max(dust) * per),
                }
            }
            Formula::Product { factors, times, .. } => {
                // The first is counted in its own unit: 8640吨, at 2720元 a ton.
                let (heads, rest) =
                    factors.split_first().map_or((1.0, &[][..]), |(&n, rest)| (one(n).number.value, rest));
                let make = |of: fn(&Quantity) -> f64| rest.iter().map(|&n| of(one(n))).product::<f64>() * heads * times;
                Made {
                    value: make(Quantity::base),
                    low: make(|q| q.base() - q.slack()),
                    high: make(|q| q.base() + q.slack()),
                }
            }
            Formula::Yearly { now, then, years, .. } => {
                let (now, then) = (total(page, now), one(*then));
                let grown = |a: f64, b: f64| ((a / b).powf(1.0 / years) - 1.0) * 100.0;
                Made {
                    value: grown(now.value, then.base()),
                    low: grown(now.low, then.base() + then.slack()),
                    high: grown(now.high, then.base() - then.slack()),
                }
            }
            Formula::Proportion { .. } => Made { value: 0.0, low: 0.0, high: 0.0 },
        }
    }
}

fn total(page: &Page, terms: &[Term]) -> Made {
    let sum = |part: fn(&Quantity) -> f64| {
        terms.iter().map(|term| part(&page.quantities[term.figure]) * term.weight).sum::<f64>()
    };
    let value = sum(Quantity::base);
    let slack: f64 = terms.iter().map(|term| page.quantities[term.figure].slack() * term.weight.abs()).sum();
    Made { value, low: value - slack, high: value + slack }
}

/// Half the last printed place is right; less than one is a cut or a forced hundred.
fn agrees(made: Made, rate: &Quantity) -> Fit {
    let unit = if rate.is_rate() { 1.0 } else { rate.unit_factor() };
    let (printed, step) = (rate.base_rate(), rate.number.step * unit);
    let dust = 1e-9 * printed.abs().max(1.0) + made.value.abs() * 1e-12;
    let within = |room: f64| made.low - room - dust <= printed && printed <= made.high + room + dust;
    // Inputs rounded so hard that anything fits say nothing.
    if made.high - made.low > printed.abs().max(step) * 0.5 {
        return if within(step / 2.0) { Fit::Vague } else { Fit::No };
    }
    if within(step / 2.0) {
        Fit::Exact
    } else if step < 10.0 * unit && within(step * 0.999_999) {
        Fit::LastPlace
    } else if rate.role == Role::Mean && (made.value - printed).abs() <= printed.abs() * 0.005 {
        Fit::Near
    } else {
        Fit::No
    }
}

/// 15.0:40.0:45.0 — each printed part against its share of the parts' sum.
fn proportional(page: &Page, parts: &[usize], proportion: &Quantity) -> Fit {
    let values: Vec<f64> = parts.iter().map(|&n| page.quantities[n].base()).collect();
    let (sum, told): (f64, f64) = (values.iter().sum(), proportion.proportion.iter().map(|part| part.value).sum());
    if values.len() != proportion.proportion.len() || sum <= 0.0 || told <= 0.0 {
        return Fit::Vague;
    }
    let off =
        |value: &f64, printed: &crate::read::numbers::Number| (value / sum * told - printed.value).abs() / printed.step;
    let worst =
        values.iter().zip(&proportion.proportion).map(|(value, printed)| off(value, printed)).fold(0.0, f64::max);
    if worst <= 0.5 + 1e-6 {
        Fit::Exact
    } else if worst < 1.05 {
        Fit::LastPlace
    } else {
        Fit::No
    }
}
