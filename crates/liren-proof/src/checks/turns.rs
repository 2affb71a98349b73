//! 由…到… — the verb says up, the numbers down; and a difference of two percentages told in per cent, not in points.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::roles::{Role, Turn};
use crate::relations::Outcome;
use crate::relations::row::rows;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    for row in rows(page) {
        for n in 1..row.len() {
            let (then, now) = (n - 1, n);
            let (a, b) = (row.quantity(then), row.quantity(now));
            let moved = a.role == Role::Earlier && b.role != Role::Earlier && row.sentence(then) == row.sentence(now);
            if !moved
                || !a.is_exact()
                || !b.is_exact()
                || a.unit != b.unit
                || crate::read::verbs::moved(row.gap(now)).is_none()
            {
                continue;
            }
            let fell = b.turn == Turn::Down;
            if b.turn == Turn::Either {
                continue;
            }
            if a.base() != b.base() && (b.base() < a.base()) != fell {
                findings.turn_reversed(row.items[then], row.items[now], fell);
            }
            if n + 1 < row.len()
                && row.role(n + 1) == Role::Growth
                && a.unit == "%"
                && row.sentence(n + 1) == row.sentence(n)
            {
                let (change, told) = ((b.number.value - a.number.value).abs(), &row.quantity(n + 1).number);
                if (change - told.value).abs() <= (a.number.step + b.number.step + told.step) / 2.0 {
                    findings.points_not_per_cent(row.items[n + 1], row.items[now], row.items[then]);
                }
            }
        }
    }
}
