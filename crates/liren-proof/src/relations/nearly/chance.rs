//! 巧合 — how likely it is that figures which have nothing to do with each other come so near to an equation.
//! A typist exchanges two digits, hits a wrong one, loses or doubles one, or sets the point or the 万 wrongly. Few values can become
//! the printed one in such a way; that one of them is the very value the other figures ask for is seldom chance, and the
//! more digits are printed, the less so.

use crate::claims::{Formula, Term};
use crate::page::Page;
use crate::read::figures::Quantity;

/// What the hand did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// Two digits that stand side by side.
    Exchanged,
    /// The point, a nought at the end, 万 for 亿.
    Place,
    /// One digit typed for another.
    Digit,
    /// One digit lost or typed twice.
    Length,
    /// None of these.
    Other,
}

/// The figure that slipped, and how often chance does the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub figure: usize,
    pub hand: Hand,
    /// The value that was meant, as the number is stored.
    pub meant: f64,
    pub chance: f64,
}

/// Noughts, points and values of a figure as it is printed.
#[derive(Debug, Clone, Copy)]
struct Asked {
    figure: usize,
    /// The digits as one whole number, and the same of the value that is asked for.
    printed: f64,
    wanted: f64,
    /// How far rounding leaves the asked value open, in the last printed place.
    room: f64,
}

/// So many last places open, and the equation asks for nothing in particular.
const OPEN: f64 = 9.0;

/// Whether one slip of one figure makes the equation hold; of several the one that chance does least often.
pub fn near(page: &Page, formula: &Formula, may: impl Fn(usize) -> bool) -> Option<Near> {
    if matches!(formula, Formula::Sum { .. }) && apart(page, formula) <= 0.0 {
        return None;
    }
    let asked: Vec<Asked> = formula.figures().into_iter().filter_map(|n| ask(page, formula, n)).collect();
    let unit = common(&asked, formula);
    let range = matches!(formula, Formula::Sum { .. }).then(|| apart(page, formula));
    let mut best: Option<Near> = None;
    for one in asked.iter().filter(|one| may(one.figure)) {
        let Some(hand) = slipped(one) else { continue };
        if range.is_some() && hand == Hand::Place {
            continue;
        }
        let step =
            |other: &Asked| page.quantities[other.figure].number.step * page.quantities[other.figure].unit_factor();
        // Ten times too much is the same miss for each of the figures.
        let chance: f64 = if hand == Hand::Place {
            4.0 * by_chance(page, formula)
        } else {
            asked.iter().map(|other| chance(other, hand, unit, range.map(|range| range / step(other)))).sum()
        };
        if best.is_none_or(|best| chance < best.chance) {
            let quantity = &page.quantities[one.figure];
            best = Some(Near { figure: one.figure, hand, meant: one.wanted * quantity.number.step, chance });
        }
    }
    best
}

/// How far the figures of a sum lie apart: two large ones with little between them are a level and the same level a
/// year before as often as a whole and its part, and only what is between them says anything.
fn apart(page: &Page, formula: &Formula) -> f64 {
    let mut sizes: Vec<f64> = formula.figures().into_iter().map(|n| page.quantities[n].base().abs()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let rest: f64 = sizes.iter().skip(2).sum();
    (sizes[0] - sizes.get(1).copied().unwrap_or(0.0)).max(rest)
}

/// The least that chance can be in such an equation, whatever slipped: one value of all those there are.
pub fn least(page: &Page, formula: &Formula) -> f64 {
    let step = |n: usize| page.quantities[n].number.step * page.quantities[n].unit_factor();
    match formula {
        Formula::Sum { terms, result } => {
            let fine = terms.iter().map(|term| step(term.figure)).fold(step(*result), f64::min);
            fine / apart(page, formula).max(fine)
        }
        Formula::Quotient { rate, .. } => {
            let rate = &page.quantities[*rate];
            rate.number.step / rate.number.value.abs().max(rate.number.step)
        }
        _ => 0.0,
    }
}

/// How often unrelated figures come so near to an equation that no slip explains: a total that was not made again after a
/// part was changed, a figure of another year.
pub fn close(page: &Page, formula: &Formula) -> Option<Near> {
    let figure = formula.result();
    let asked = ask(page, formula, figure)?;
    let quantity = &page.quantities[figure];
    let step = quantity.number.step * quantity.unit_factor();
    let range = match formula {
        Formula::Sum { .. } => apart(page, formula) / step,
        // A mean is rounded, or of another month: what is off by so little is not wrong.
        Formula::Product { .. } if (asked.printed - asked.wanted).abs() > asked.wanted * 0.01 => {
            asked.printed.max(asked.wanted)
        }
        _ => return None,
    };
    let chance = 2.0 * (asked.printed - asked.wanted).abs() / range.max(1e-9);
    Some(Near { figure, hand: Hand::Other, meant: asked.wanted * quantity.number.step, chance: chance.min(1.0) })
}

/// How often unrelated figures make such an equation exactly.
pub fn by_chance(page: &Page, formula: &Formula) -> f64 {
    let asked: Vec<Asked> = formula.figures().into_iter().filter_map(|n| ask(page, formula, n)).collect();
    let unit = common(&asked, formula);
    if matches!(formula, Formula::Sum { .. }) {
        let step =
            asked.iter().map(|one| page.quantities[one.figure].number.step * page.quantities[one.figure].unit_factor());
        let open = asked.iter().zip(step.clone()).map(|(one, step)| 2.0 * one.room * step).fold(0.0, f64::max);
        return (open.max(step.fold(f64::INFINITY, f64::min) * unit) / apart(page, formula).max(1e-9)).min(1.0);
    }
    let most =
        |one: &Asked| (2.0 * one.room).max(1.0) * unit.max(own(one, formula)) / one.printed.min(one.wanted).max(1.0);
    asked.iter().map(most).fold(1.0, f64::min)
}

/// `range`: how far the figures of a sum lie apart, in last places of this one; otherwise its own size.
fn chance(one: &Asked, hand: Hand, unit: f64, range: Option<f64>) -> f64 {
    let range = range.unwrap_or(one.printed);
    let digits = (one.printed.min(range) / unit).max(1.0).log10().floor() + 1.0;
    let ways = match hand {
        Hand::Exchanged => (digits - 1.0).max(1.0),
        Hand::Place => 4.0,
        Hand::Digit => 9.0 * digits,
        Hand::Length | Hand::Other => 4.0 * digits,
    };
    let places = (range / unit).max(1.0);
    (ways * (2.0 * one.room / unit).max(1.0) / places).min(1.0)
}

/// The largest power of ten that all figures of a sum are multiples of: 50,000 and 20,000 have one digit each.
fn common(asked: &[Asked], formula: &Formula) -> f64 {
    if !matches!(formula, Formula::Sum { .. }) {
        return 1.0;
    }
    let mut unit = 1.0;
    while unit < 1e9 && asked.iter().all(|one| one.printed % (unit * 10.0) == 0.0) {
        unit *= 10.0;
    }
    unit
}

/// The noughts at the end of one figure of a product: 3000 is known to one digit.
fn own(one: &Asked, formula: &Formula) -> f64 {
    if matches!(formula, Formula::Sum { .. }) || one.printed <= 0.0 {
        return 1.0;
    }
    let mut unit = 1.0;
    while unit < 1e9 && one.printed % (unit * 10.0) == 0.0 {
        unit *= 10.0;
    }
    unit
}

/// The value an equation asks of one of its figures.
fn ask(page: &Page, formula: &Formula, figure: usize) -> Option<Asked> {
    let one = |n: usize| &page.quantities[n];
    let asked = one(figure);
    let (wanted, room) = match formula {
        Formula::Sum { terms, result } => sum(page, terms, *result, figure)?,
        Formula::Product { factors, times, result } => {
            let of = |n: usize| if n == factors[0] { one(n).number.value } else { one(n).base() };
            let made: f64 = factors.iter().map(|&n| of(n)).product::<f64>() * times;
            let told = one(*result).base();
            let open: f64 = factors.iter().chain([result]).map(|&n| loose(one(n))).sum();
            let wanted = if figure == *result { made } else { of(figure) * told / made };
            let scale = if figure == factors[0] { 1.0 } else { asked.unit_factor() };
            (wanted / scale, (wanted / scale).abs() * open)
        }
        Formula::Quotient { tops, bases, per, rate } => quotient(page, tops, bases, *per, *rate, figure)?,
        _ => return None,
    };
    let step = asked.number.step;
    let fine = wanted.is_finite() && wanted > 0.0 && asked.number.value > 0.0 && step > 0.0;
    let printed = (asked.number.value / step).round();
    (fine && printed < 1e15).then(|| Asked { figure, printed, wanted: wanted / step, room: room / step })
}

/// How far rounding may have moved a figure, as a share of it.
fn loose(quantity: &Quantity) -> f64 {
    quantity.slack() / quantity.base().abs().max(1e-9)
}

fn sum(page: &Page, terms: &[Term], result: usize, figure: usize) -> Option<(f64, f64)> {
    let one = |n: usize| &page.quantities[n];
    let made: f64 = terms.iter().map(|term| one(term.figure).base() * term.weight).sum();
    let off = one(result).base() - made;
    let open: f64 =
        terms.iter().map(|term| one(term.figure).slack() * term.weight.abs()).sum::<f64>() + one(result).slack();
    let factor = one(figure).unit_factor();
    let value = match terms.iter().find(|term| term.figure == figure) {
        Some(term) => one(figure).base() + off / term.weight,
        None => one(figure).base() - off,
    };
    Some((value / factor, open / factor))
}

/// (t + T·x) / (b + B·x) × per = rate, asked for x or for the rate.
fn quotient(page: &Page, tops: &[Term], bases: &[Term], per: f64, rate: usize, figure: usize) -> Option<(f64, f64)> {
    let one = |n: usize| &page.quantities[n];
    let rest = |terms: &[Term]| {
        terms.iter().filter(|term| term.figure != figure).map(|term| one(term.figure).base() * term.weight).sum::<f64>()
    };
    let weight =
        |terms: &[Term]| terms.iter().filter(|term| term.figure == figure).map(|term| term.weight).sum::<f64>();
    let told = one(rate);
    let unit = if told.is_rate() { 1.0 } else { told.unit_factor() };
    let half = told.number.step * unit / 2.0;
    let open: f64 = tops.iter().chain(bases).map(|term| loose(one(term.figure))).sum();
    if figure == rate {
        let value = rest(tops) / rest(bases) * per;
        let room = value.abs() * open + half;
        return Some((value / unit, room / unit));
    }
    let solve = |rate: f64| {
        let rate = rate / per;
        (rate * rest(bases) - rest(tops)) / (weight(tops) - rate * weight(bases))
    };
    let (value, a, b) = (solve(told.base_rate()), solve(told.base_rate() - half), solve(told.base_rate() + half));
    let room = (a - b).abs() / 2.0 + value.abs() * open;
    Some((value / one(figure).unit_factor(), room / one(figure).unit_factor()))
}

/// What the hand did to make the printed value of the asked one.
fn slipped(one: &Asked) -> Option<Hand> {
    if one.room > OPEN {
        return None;
    }
    let printed = format!("{:.0}", one.printed);
    let (low, high) = ((one.wanted - one.room - 1e-6).ceil(), (one.wanted + one.room + 1e-6).floor());
    let mut best: Option<Hand> = None;
    let mut value = low;
    while value <= high {
        if value > 0.0 && value != one.printed {
            let hand = typed(printed.as_bytes(), format!("{value:.0}").as_bytes());
            best = best.into_iter().chain(hand).min();
        }
        value += 1.0;
    }
    let moved = |by: f64| (one.printed * by - one.wanted).abs() <= one.room.max(one.wanted * 1e-4);
    let place = [0.1, 0.01, 1e-4, 10.0, 100.0, 1e4].into_iter().any(moved);
    best.into_iter().chain(place.then_some(Hand::Place)).min()
}

/// One digit for another, two exchanged, one lost or too many.
fn typed(printed: &[u8], meant: &[u8]) -> Option<Hand> {
    if printed.len() == meant.len() {
        let apart: Vec<usize> = (0..printed.len()).filter(|&n| printed[n] != meant[n]).collect();
        return match apart[..] {
            [_] => Some(Hand::Digit),
            [a, b] if b == a + 1 && printed[a] == meant[b] && printed[b] == meant[a] => Some(Hand::Exchanged),
            _ => None,
        };
    }
    let (long, short) = if printed.len() > meant.len() { (printed, meant) } else { (meant, printed) };
    if long.len() != short.len() + 1 {
        return None;
    }
    let same = long.iter().zip(short).take_while(|(a, b)| a == b).count();
    (long[same + 1..] == short[same..]).then_some(Hand::Length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::text::Text;

    /// The slip in the sum of all parts of a text, its whole first.
    fn of(text: &str) -> Option<Near> {
        let (source, options) = (Text::plain(text), Options::default());
        let page = Page::of(&source, &options);
        let figures: Vec<usize> = (0..page.quantities.len()).collect();
        let (whole, parts) = figures.split_first()?;
        let formula = Formula::Sum { terms: parts.iter().map(|&n| Term::plus(n)).collect(), result: *whole };
        near(&page, &formula, |_| true)
    }

    #[test]
    fn the_more_digits_are_printed_the_less_is_chance() {
        let long = of("甲8917人，乙3286人，丙5361人。").unwrap();
        assert_eq!((long.hand, long.meant), (Hand::Exchanged, 5631.0));
        let short = of("甲45人，乙23人，丙13人。").unwrap();
        assert!(long.chance < 0.01 && short.chance > 0.1, "{long:?} {short:?}");
        // Noughts at the end of all of them are no digits.
        let round = of("甲450000元，乙230000元，丙130000元。").unwrap();
        assert!((round.chance - short.chance).abs() < 1e-6, "{round:?} {short:?}");
        assert_eq!(of("甲8917人，乙3286人，丙2222人。"), None);
    }

    #[test]
    fn two_large_figures_with_little_between_them_say_little() {
        let near = of("甲18917人，乙18859人，丙85人。").unwrap();
        assert!(near.hand == Hand::Exchanged && near.chance > 0.03, "{near:?}");
    }

    #[test]
    fn the_hand_exchanges_mistypes_loses_and_doubles() {
        assert_eq!(typed(b"452", b"425"), Some(Hand::Exchanged));
        assert_eq!(typed(b"452", b"482"), Some(Hand::Digit));
        assert_eq!(typed(b"42", b"452"), Some(Hand::Length));
        assert_eq!(typed(b"4522", b"452"), Some(Hand::Length));
        assert_eq!(typed(b"452", b"254"), None);
    }
}
