//! The arithmetic as a person would write it, in the units of the text: 2181 + 2087 = 4268; 46.80万元 / 312户 = 1500元 ≠ 1800元.

use super::formula::{Fit, Formula, Term};
use crate::page::Page;
use crate::read::figures::Quantity;

/// A number as a person writes it: no trailing zeros.
pub fn number(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 { format!("{}", rounded as i64) } else { format!("{rounded}") }
}

/// The equation of a formula, and whether it holds.
pub fn arithmetic(page: &Page, formula: &Formula) -> String {
    let fit = formula.fit(page);
    let holds = fit.holds();
    let show = Show { page };
    match formula {
        Formula::Sum { terms, result } => {
            let whole = &page.quantities[*result];
            let (sum, told) = (number(formula.value(page) / scale(whole)), number(whole.stated()));
            let left = show.sum(terms, Some(whole));
            if holds { format!("{left} = {told}") } else { format!("{left} = {sum} ≠ {told}") }
        }
        Formula::Quotient { tops, bases, per, rate } => {
            let rate = &page.quantities[*rate];
            let value = show.rated(rate, formula.value(page));
            let left = show.quotient(tops, bases, *per, rate);
            if fit == Fit::Exact {
                format!("{left} = {value}")
            } else {
                format!("{left} = {value} ≠ {}", show.text(rate))
            }
        }
        Formula::Product { factors, times, result } => {
            let result = &page.quantities[*result];
            let shown: Vec<String> = factors
                .iter()
                .enumerate()
                .map(|(n, &factor)| {
                    let factor = &page.quantities[factor];
                    if n == 0 { number(factor.stated()) + large(factor) } else { show.text(factor) }
                })
                .collect();
            let by = if *times == 1.0 { String::new() } else { format!(" × {}", number(*times)) };
            let left = format!("{}{by}", shown.join(" × "));
            let value = format!("{}{}", number(formula.value(page) / scale(result)), result.unit);
            if holds {
                format!("{left} = {}", show.text(result))
            } else {
                format!("{left} = {value} ≠ {}", show.text(result))
            }
        }
        Formula::Yearly { now, then, years, rate } => {
            let rate = &page.quantities[*rate];
            let value = show.rated(rate, formula.value(page));
            let then = &page.quantities[*then];
            let left =
                format!("({} / {}) ^ (1/{}) - 1", show.sum(now, Some(then)), number(then.stated()), number(*years));
            if fit == Fit::Exact {
                format!("{left} = {value}")
            } else {
                format!("{left} = {value} ≠ {}", show.text(rate))
            }
        }
        Formula::AtMost { parts, bound, times } => {
            let bound = &page.quantities[*bound];
            let left = show.sum(parts, Some(bound));
            let sum = number(formula.value(page) / scale(bound));
            let left = if parts.len() > 1 { format!("{left} = {sum}") } else { left };
            let right = number(bound.stated());
            let right = if *times == 1.0 { right } else { format!("{right} × {}", number(*times)) };
            format!("{left} {} {right}", if holds { "≤" } else { ">" })
        }
        Formula::Proportion { parts, proportion } => {
            let left: Vec<String> = parts.iter().map(|&n| number(page.quantities[n].stated())).collect();
            let told: f64 = page.quantities[*proportion].proportion.iter().map(|part| part.value).sum();
            let sum: f64 = parts.iter().map(|&n| page.quantities[n].base()).sum();
            let right: Vec<String> =
                parts.iter().map(|&n| format!("{:.1}", page.quantities[n].base() / sum * told)).collect();
            let sign = if holds { "=" } else { "≠" };
            let made = if holds { String::new() } else { format!("= {} ", right.join(":")) };
            format!("{} {made}{sign} {}", left.join(":"), show.text(&page.quantities[*proportion]))
        }
    }
}

/// How many base units one printed unit is.
fn scale(quantity: &Quantity) -> f64 {
    quantity.number.scale * quantity.unit_factor()
}

fn large(quantity: &Quantity) -> &'static str {
    match quantity.number.scale {
        1e4 => "万",
        1e8 => "亿",
        _ => "",
    }
}

struct Show<'a> {
    page: &'a Page<'a>,
}

impl Show<'_> {
    /// Number and unit as they stand.
    fn text(&self, quantity: &Quantity) -> String {
        let original = self.page.normal.original(quantity.span.clone());
        self.page.text.slice(original).chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// Terms in the unit of the result: 12.3 + 5 - 3 × 2.
    fn sum(&self, terms: &[Term], result: Option<&Quantity>) -> String {
        let mut out = String::new();
        for (n, term) in terms.iter().enumerate() {
            let quantity = &self.page.quantities[term.figure];
            let value = number(quantity.base() / result.map_or_else(|| scale(quantity), scale));
            let sign = match (n, term.weight < 0.0) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            out.push_str(sign);
            out.push_str(&value);
            if term.weight.abs() != 1.0 {
                out.push_str(&format!(" × {}", number(term.weight.abs())));
            }
        }
        out
    }

    /// Top and base; with their units where these differ.
    fn quotient(&self, tops: &[Term], bases: &[Term], per: f64, rate: &Quantity) -> String {
        let first = |terms: &[Term]| terms.first().map(|term| &self.page.quantities[term.figure]);
        let (Some(top), base) = (first(tops), first(bases)) else { return String::new() };
        // Days and months are no figures of the text.
        let Some(base) = base else { return format!("{} / {}", self.text(top), number(1.0 / per)) };
        let mixed = |terms: &[Term]| {
            terms.iter().any(|term| (scale(&self.page.quantities[term.figure]) - scale(top)).abs() > 1e-9)
        };
        let other = mixed(tops) || mixed(bases) || top.measure_kind() != base.measure_kind();
        let side = |terms: &[Term], like: &Quantity| {
            if other && terms.len() == 1 {
                self.text(like)
            } else if terms.len() > 1 {
                format!("({})", self.sum(terms, Some(top)))
            } else {
                self.sum(terms, None)
            }
        };
        // Per cent, per mille and the size of the base's own unit go without saying; 每千名 does not.
        let per = if rate.is_rate() && rate.unit != ":" { 1.0 } else { per / base.unit_factor() };
        let by = if (per - 1.0).abs() < 1e-9 { String::new() } else { format!(" × {}", number(per)) };
        format!("{} / {}{by}", side(tops, top), side(bases, base))
    }

    /// A value in the unit of the rate, with as many places as are printed.
    fn rated(&self, rate: &Quantity, value: f64) -> String {
        let value = if rate.is_rate() { value } else { value / scale(rate) };
        let step = if rate.is_rate() { rate.number.step } else { rate.number.step / rate.number.scale };
        let places = if step < 1.0 { (-step.log10()).round().clamp(0.0, 6.0) as usize } else { 1 };
        let unit = if rate.unit == ":" { "" } else { rate.unit.as_str() };
        if rate.unit == "%" && step >= 10.0 {
            return format!("{:.1}成", value / 10.0);
        }
        // A mean that comes out whole is printed whole.
        let whole = step >= 1.0 && !rate.is_rate() && (value - value.round()).abs() < 1e-6;
        if whole { format!("{value:.0}{unit}") } else { format!("{value:.places$}{unit}") }
    }
}
