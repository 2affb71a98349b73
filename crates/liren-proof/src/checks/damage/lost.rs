//! Numbers that are gone, and numbers that count nothing: 捐款元，; 走访居民，86，.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::report::FigureKind;
use crate::text::BlockKind;

pub fn check(page: &Page, findings: &mut Findings) {
    // Where numbers were stripped throughout, one finding says so.
    if page.holes.len() > 6 {
        findings.numbers_missing(&page.holes);
    } else {
        page.holes.iter().for_each(|place| findings.number_missing(place.clone()));
    }
    alone(page, findings);
}

/// 走访居民，86，发放资料: a number between two stops that counts nothing.
fn alone(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    for sentence in &page.sentences {
        if page.normal.blocks[sentence.block].kind == BlockKind::Row {
            continue;
        }
        let own = &page.quantities[sentence.quantities.clone()];
        let bare = |n: usize| {
            let quantity = &own[n];
            let (start, end) = (quantity.span.start, quantity.span.end);
            let led = start > sentence.span.start && chars[start - 1] == '，';
            let closed = chars.get(end).is_none_or(|c| "，。；".contains(*c));
            quantity.unit.is_empty()
                && quantity.kind == FigureKind::Count
                && led
                && closed
                && quantity.number.digits <= 5
        };
        let places: Vec<usize> = (0..own.len()).filter(|&n| bare(n)).collect();
        // Several of them are a row of numbers whose heading says what they count.
        let others =
            own.iter().filter(|quantity| !quantity.unit.is_empty() && quantity.kind == FigureKind::Count).count();
        if let &[n] = &places[..]
            && others > 0
            && !goes_on(&own[n], own, n)
        {
            findings.unit_missing(own[n].span.start - 1..own[n].span.end);
        }
    }
}

/// 为62，48，39户: the unit comes with the last.
fn goes_on(quantity: &Quantity, own: &[Quantity], n: usize) -> bool {
    let near = |m: usize| {
        own.get(m)
            .is_some_and(|other| other.span.start <= quantity.span.end + 1 || other.span.end + 1 >= quantity.span.start)
    };
    near(n + 1) || (n > 0 && own[n - 1].span.end + 1 >= quantity.span.start)
}
