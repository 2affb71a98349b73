//! 三次产业结构15.0:40.0:45.0 — each part against the figures of the list before it.

use super::divisions::Division;
use crate::claims::{Claim, Formula, Kind, Reading, Tie};
use crate::page::Page;
use crate::read::roles::Role;

const LIST: (&str, &str) = ("前面所列各项之比", "the parts listed before");

/// The claims of all proportions of three and more.
pub fn claims(page: &Page, divisions: &[Division]) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (n, quantity) in page.quantities.iter().enumerate() {
        if quantity.role != Role::Proportion || quantity.proportion.len() < 3 {
            continue;
        }
        let of = |division: &&Division| {
            division.parts.len() == quantity.proportion.len()
                && division.parts.iter().all(|part| part.figure < n && part.weight == 1.0)
                && page.quantities[division.whole].block + 1 >= quantity.block
        };
        if let Some(division) = divisions.iter().rev().find(of) {
            let formula = Formula::Proportion { parts: division.members().collect(), proportion: n };
            claims.push(Claim { kind: Kind::Share, readings: vec![Reading { formula, tie: Tie::Stated, name: LIST }] });
        }
    }
    claims
}
