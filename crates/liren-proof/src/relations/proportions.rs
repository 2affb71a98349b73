//! 三次产业结构15.0:40.0:45.0 — each part against the figures of the list before it.

use super::divisions::Division;
use crate::claims::{Claim, Formula, Kind, Reading, Tie};
use crate::page::Page;
use crate::read::measures::Kind as Unit;
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
            division.holds
                && division.parts.len() == quantity.proportion.len()
                && division.parts.iter().all(|part| part.figure < n && part.weight == 1.0)
                && page.quantities[division.whole].block + 1 >= quantity.block
        };
        let parts = divisions.iter().rev().find(of).map(|division| division.members().collect());
        if let Some(parts) = parts.or_else(|| sectors(page, n)) {
            let formula = Formula::Proportion { parts, proportion: n };
            claims.push(Claim { kind: Kind::Share, readings: vec![Reading { formula, tie: Tie::Stated, name: LIST }] });
        }
    }
    claims
}

/// The three sectors by name, where their list does not add up or runs over several sentences.
fn sectors(page: &Page, n: usize) -> Option<Vec<usize>> {
    let find = |names: [&str; 2]| {
        let told = |m: &usize| {
            let quantity = &page.quantities[*m];
            let label = quantity.label.as_str();
            page.is_level(*m)
                && quantity.is_exact()
                && quantity.measure_kind() == Unit::Money
                && names.iter().any(|name| label.starts_with(name))
        };
        (n.saturating_sub(40)..n).rev().find(told)
    };
    let parts = [find(["第一产业", "一产"])?, find(["第二产业", "二产"])?, find(["第三产业", "三产"])?];
    let words = page.clause_before(n);
    (words.contains("产业") && page.quantities[n].proportion.len() == 3).then(|| parts.to_vec())
}
