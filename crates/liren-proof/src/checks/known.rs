//! Check 10: figures against those of the data folder, bound by label or alias.

use std::collections::HashMap;

use crate::findings::Findings;
use crate::options::KnownFigure;
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::labels;
use crate::read::measures::{Kind, measure};
use crate::relations::Outcome;
use crate::report::{Bound, FigureKind};

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    if page.options.known.is_empty() {
        return;
    }
    let mut names: HashMap<String, Vec<&KnownFigure>> = HashMap::new();
    for known in page.options.known {
        for name in std::iter::once(&known.label).chain(&known.aliases) {
            for key in [name.clone(), labels::clean(name), labels::strip(name)] {
                let places = names.entry(key).or_default();
                if !places.iter().any(|other| other.id == known.id) {
                    places.push(known);
                }
            }
        }
    }
    let mut unknown = Vec::new();
    for (n, quantity) in page.quantities.iter().enumerate() {
        if !matches!(quantity.kind, FigureKind::Count | FigureKind::Rate)
            || quantity.weak
            || quantity.period.is_some()
            || quantity.area.is_some()
        {
            continue;
        }
        let lead = page.words(quantity.lead.clone());
        let keys = [quantity.label.clone(), labels::strip(&lead), lead];
        let known = keys
            .iter()
            .filter(|key| !key.is_empty())
            .filter_map(|key| names.get(key))
            .flatten()
            .find(|known| same_unit(quantity, &known.unit));
        match known {
            Some(known) => compare(findings, n, quantity, known),
            None if quantity.kind == FigureKind::Count => unknown.push(n),
            None => {}
        }
    }
    if !unknown.is_empty() {
        findings.unknown_figures(&unknown);
    }
}

/// 名 for 人, 万元 for 元; 人次 is not 人.
fn same_unit(quantity: &Quantity, unit: &str) -> bool {
    if quantity.kind == FigureKind::Rate {
        return quantity.unit == unit;
    }
    let chars: Vec<char> = unit.trim_start_matches(['万', '亿']).chars().collect();
    match measure(&chars, 0) {
        Some((measure, _)) => {
            measure.kind == quantity.measure_kind() || (measure.kind == Kind::Thing && quantity.unit.is_empty())
        }
        None => quantity.unit == unit,
    }
}

/// The value of a known figure in base units.
fn base(known: &KnownFigure) -> f64 {
    let scale = if known.unit.starts_with('万') {
        1e4
    } else if known.unit.starts_with('亿') {
        1e8
    } else {
        1.0
    };
    let chars: Vec<char> = known.unit.trim_start_matches(['万', '亿']).chars().collect();
    known.value * scale * measure(&chars, 0).map_or(1.0, |(measure, _)| measure.factor)
}

fn compare(findings: &mut Findings, n: usize, quantity: &Quantity, known: &KnownFigure) {
    let (told, real) = (quantity.base(), base(known));
    let half = quantity.slack();
    let exact = (told - real).abs() < 1e-9 * real.abs().max(1.0);
    let rounded = match quantity.number.bound {
        Bound::AtLeast => told <= real && real < told * 1.5 + 1.0,
        Bound::AtMost => real <= told,
        Bound::About => (told - real).abs() <= told * 0.1,
        Bound::Range => told <= real && quantity.number.upper.is_some_and(|upper| real <= upper),
        Bound::Exact => (told - real).abs() <= half,
    };
    let allowed = known.rounded || quantity.number.bound != Bound::Exact || half > 0.0;
    if exact {
        findings.known_equal(n, known, false);
    } else if rounded && allowed {
        findings.known_equal(n, known, true);
    } else {
        findings.known_differs(n, known);
    }
}
