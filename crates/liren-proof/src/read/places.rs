//! Where each number stands in its sentence: in which clause (；), how deep in brackets and in which, and whether it
//! goes on a row of numbers with nothing but marks between: 分别为62户、48户、39户.

use super::figures::Quantity;
use super::normal::Normal;
use super::sentences::Sentence;
use crate::report::FigureKind;

/// Give every quantity its place.
pub fn place(normal: &Normal, sentences: &[Sentence], quantities: &mut [Quantity]) {
    let mut brackets = 0;
    for sentence in sentences {
        let (mut clause, mut open): (usize, Vec<usize>) = (0, Vec::new());
        let mut at = sentence.span.start;
        let mut before: Option<usize> = None;
        for n in sentence.quantities.clone() {
            let start = quantities[n].span.start;
            for &c in &normal.chars[at.min(start)..start] {
                match c {
                    '（' => {
                        brackets += 1;
                        open.push(brackets);
                    }
                    '）' => {
                        open.pop();
                    }
                    '；' if open.is_empty() => clause += 1,
                    _ => {}
                }
            }
            let gap = &normal.chars[at.min(start)..start];
            let marks = !gap.is_empty() && gap.len() <= 2 && gap.iter().all(|c| "、，和及与".contains(*c));
            let counted =
                |n: usize, quantities: &[Quantity]| matches!(quantities[n].kind, FigureKind::Count | FigureKind::Rate);
            let goes_on = marks
                && before.is_some_and(|m| counted(m, quantities) && quantities[m].span.end == at)
                && counted(n, quantities);
            let quantity = &mut quantities[n];
            (quantity.clause, quantity.depth) = (clause, open.len());
            quantity.bracket = open.last().copied().unwrap_or(0);
            quantity.goes_on = goes_on;
            at = quantity.span.end;
            before = Some(n);
        }
    }
}
