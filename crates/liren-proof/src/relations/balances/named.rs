//! Identities by name: 资产 = 负债 + 所有者权益; 出生率 - 死亡率 = 自然增长率.

use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::read::roles::Role;
use crate::relations::flows::words;
use crate::relations::row::Row;

/// The words of the members, with their signs, and of the result.
struct Identity {
    members: &'static [(&'static [&'static str], f64)],
    result: &'static [&'static str],
    rates: bool,
    name: (&'static str, &'static str),
}

static IDENTITIES: &[Identity] = &[
    Identity {
        members: &[
            (&["负债总额", "负债合计", "总负债", "负债"], 1.0),
            (&["所有者权益", "净资产", "股东权益", "权益"], 1.0),
        ],
        result: &["资产总额", "资产总计", "总资产", "资产合计"],
        rates: false,
        name: ("资产、负债、所有者权益", "assets, liabilities, equity"),
    },
    Identity {
        members: &[(&["出生率"], 1.0), (&["死亡率"], -1.0)],
        result: &["自然增长率"],
        rates: true,
        name: ("出生率、死亡率、自然增长率", "birth rate, death rate, natural growth"),
    },
];

pub fn claims(row: &Row) -> Vec<Claim> {
    let mut claims = Vec::new();
    for identity in IDENTITIES {
        for n in 0..row.len() {
            let fits = |m: usize, names: &[&str]| {
                let kind = if identity.rates { row.role(m) == Role::Rate } else { row.level(m) };
                let words = words(row, m);
                kind && row.exact(m)
                    && row.quantity(m).unit == row.quantity(n).unit
                    && names.iter().any(|name| words.contains(name))
                    && !words.contains("率") | identity.rates
            };
            if !fits(n, identity.result) {
                continue;
            }
            let near = n.saturating_sub(12)..row.len().min(n + 6);
            let find = |names: &[&str]| {
                let mut places: Vec<usize> = near
                    .clone()
                    .filter(|&m| m != n && row.sentence(m).abs_diff(row.sentence(n)) <= 1 && fits(m, names))
                    .collect();
                places.sort_by_key(|&m| m.abs_diff(n));
                places.first().copied()
            };
            let terms: Option<Vec<Term>> = identity
                .members
                .iter()
                .map(|(names, weight)| find(names).map(|m| Term { figure: row.items[m], weight: *weight }))
                .collect();
            let Some(terms) = terms else { continue };
            let formula = Formula::Sum { terms, result: row.items[n] };
            claims.push(Claim {
                kind: Kind::Balance,
                readings: vec![Reading { formula, tie: Tie::Stated, name: identity.name }],
            });
        }
    }
    claims
}
