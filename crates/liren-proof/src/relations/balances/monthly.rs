//! 截至7月底累计1250件，8月受理186件，1—8月累计1436件: what there was up to last month, and this month.

use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::read::dates::Date;
use crate::relations::flows::words;
use crate::relations::row::Row;

const MONTH: (&str, &str) = ("上月累计、本月、本月累计", "up to last month, this month, up to this month");

pub fn claims(row: &Row) -> Vec<Claim> {
    let mut claims = Vec::new();
    for n in 2..row.len() {
        let Some(last) = up_to(row, n) else { continue };
        let same = |m: usize| {
            row.level(m) && row.exact(m) && row.kind(m) == row.kind(n) && row.quantity(m).unit == row.quantity(n).unit
        };
        let alike = |m: usize| akin(&words(row, m), &words(row, n));
        let before = (0..n).rev().take(16).find(|&m| same(m) && up_to(row, m) == Some(last - 1) && alike(m));
        let month = (0..n).rev().take(16).find(|&m| same(m) && month(row, m) == Some(last) && alike(m));
        let (Some(before), Some(month)) = (before, month) else { continue };
        if !same(n) || before == month {
            continue;
        }
        let formula = Formula::Sum {
            terms: vec![Term::plus(row.items[before]), Term::plus(row.items[month])],
            result: row.items[n],
        };
        claims.push(Claim { kind: Kind::Balance, readings: vec![Reading { formula, tie: Tie::Stated, name: MONTH }] });
    }
    claims
}

/// The dates in the words of a figure.
fn dates<'a>(row: &'a Row, n: usize) -> impl Iterator<Item = &'a Date> {
    let end = row.quantity(n).span.start;
    let start = end.saturating_sub(row.gap(n).chars().count());
    row.page.dates.iter().filter(move |date| start <= date.span.start && date.span.end <= end)
}

/// The month a running total goes to: 1—8月累计, 截至7月底今年累计.
fn up_to(row: &Row, n: usize) -> Option<u32> {
    if !row.level(n) || !row.gap(n).contains("累计") {
        return None;
    }
    let until = ["截至", "截止", "到"].iter().any(|word| row.gap(n).contains(word));
    dates(row, n).last().and_then(|date| date.to_month.or(date.month.filter(|_| until)))
}

/// The one month a figure is of.
fn month(row: &Row, n: usize) -> Option<u32> {
    if row.gap(n).contains("累计") {
        return None;
    }
    let date = dates(row, n).last()?;
    date.month.filter(|_| date.to_month.is_none() && date.day.is_none())
}

/// Whether two figures are of one doing: 受理救助申请 and 受理.
fn akin(a: &str, b: &str) -> bool {
    let bare = |words: &str| -> Vec<char> {
        words.chars().filter(|c| !c.is_ascii_digit() && !"月年今本累计共截至底末的-、".contains(*c)).collect()
    };
    let (a, b) = (bare(a), bare(b));
    a.is_empty() || b.is_empty() || a.windows(2).any(|two| b.windows(2).any(|other| two == other))
}
