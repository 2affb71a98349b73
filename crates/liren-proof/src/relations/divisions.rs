//! 分项 — a whole and its parts, wherever the words put them: behind 其中, in brackets, after a colon, under a heading of
//! their own, in the sentence before, or in front of their total. Of all ways to take a list the one that adds up is
//! taken; only when none does, the natural one is looked at, and whether the list means to be complete.

mod evidence;
mod forward;
mod plain;
mod totals;

use super::openers::Form;
use super::row::{Row, rows};
use super::shares::Shares;
use crate::claims::{Term, Tie};
use crate::page::Page;

/// One whole, its parts, and whether they add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Division {
    pub whole: usize,
    pub parts: Vec<Term>,
    pub form: Form,
    pub holds: bool,
    /// How sure it is that the parts are meant to make the whole.
    pub tie: Tie,
    /// Leaves nothing out by its words (其余, 分别为, 两类) or by its shares.
    pub exhaustive: bool,
    /// A part that is more than the whole.
    pub exceeds: Option<usize>,
}

impl Division {
    pub fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().map(|part| part.figure)
    }

    pub fn has(&self, n: usize) -> bool {
        self.whole == n || self.members().any(|part| part == n)
    }
}

/// Every division of the text, in the order of their first parts.
pub fn find(page: &Page, shares: &Shares) -> Vec<Division> {
    let mut found = Vec::new();
    for row in rows(page) {
        let list = Lists { row: &row, shares };
        let mut these = Vec::new();
        list.forward(&mut these);
        list.totals_after(&mut these);
        list.plain(&mut these);
        found.append(&mut these);
    }
    found.sort_by_key(|division: &Division| division.parts[0].figure);
    found
}

/// A paragraph, looked at for its lists.
struct Lists<'a> {
    row: &'a Row<'a>,
    shares: &'a Shares,
}

impl Lists<'_> {
    fn terms(&self, parts: &[usize]) -> Option<Vec<Term>> {
        parts.iter().map(|&n| Some(Term { figure: self.row.items[n], weight: self.row.weight(n)? })).collect()
    }

    fn sum(&self, parts: &[usize]) -> f64 {
        parts.iter().map(|&n| self.row.value(n) * self.row.weight(n).unwrap_or(1.0)).sum()
    }

    /// Whether these parts add up to the whole, allowing for rounding.
    fn makes(&self, whole: usize, parts: &[usize]) -> bool {
        let row = self.row;
        let slack = |n: usize| row.quantity(n).slack();
        let total = row.value(whole);
        let open: f64 = parts.iter().map(|&n| slack(n) * row.weight(n).unwrap_or(1.0)).sum::<f64>() + slack(whole);
        // A whole rounded to 1万 says nothing of its parts.
        let coarse = slack(whole) > total * 0.02;
        !coarse
            && parts.iter().all(|&n| row.exact(n) && row.weight(n).is_some())
            && row.exact(whole)
            && (self.sum(parts) - total).abs() <= open + total.abs() * 1e-9
    }

    fn push(&self, whole: usize, parts: &[usize], form: Form, tie: Tie, found: &mut Vec<Division>) {
        let Some(terms) = self.terms(parts) else { return };
        let division = Division {
            whole: self.row.items[whole],
            parts: terms,
            form,
            holds: self.makes(whole, parts),
            tie,
            exhaustive: tie == Tie::Stated,
            exceeds: None,
        };
        found.push(division);
    }

    /// The name of a part: the age or amount it is of, or else its label.
    fn name(&self, n: usize) -> String {
        let quantity = self.row.quantity(n);
        match quantity.restriction.as_deref() {
            Some(age) if age.contains('岁') => age.to_owned(),
            _ => quantity.label.clone(),
        }
    }

    fn names(&self, parts: &[usize]) -> Vec<String> {
        parts.iter().map(|&n| self.name(n)).collect()
    }
}
