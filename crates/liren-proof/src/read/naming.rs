//! What each counting number is called: its label from the words before it and the noun behind, and what it takes over from the
//! number beside it.

use std::collections::BTreeMap;

use super::figures::Quantity;
use super::labels;
use super::measures::Kind;
use super::normal::Normal;
use super::numbers;
use super::sentences::Sentence;
use crate::report::FigureKind;

/// Give every counting quantity its label, scope, restriction and period.
pub fn label(normal: &Normal, sentences: &[Sentence], quantities: &mut [Quantity]) {
    let chars = &normal.chars;
    for sentence in sentences {
        let counted: Vec<usize> = sentence
            .quantities
            .clone()
            .filter(|&n| matches!(quantities[n].kind, FigureKind::Count | FigureKind::Rate))
            .collect();
        sharpen(sentence, quantities);
        let mut floor = sentence.span.start;
        let mut before: Option<usize> = None;
        for (n, &index) in counted.iter().enumerate() {
            let ceiling = counted.get(n + 1).map_or(sentence.span.end, |&next| quantities[next].span.start);
            let quantity = &quantities[index];
            // A date before the number is not part of its label: 从10月1日至今出生4人.
            let dated = quantities[sentence.quantities.start..index]
                .iter()
                .rev()
                .find(|other| other.kind == FigureKind::Date && other.span.end >= floor)
                .map(|other| other.span.end)
                .filter(|&end| end + 1 < quantity.span.start);
            let lead = labels::lead(chars, dated.unwrap_or(floor), quantity.span.start);
            let mut noun = labels::tail(chars, quantity.span.end, ceiling);
            let kind = quantity.measure_kind();
            let led = labels::clean(&normal.slice(lead.clone()));
            let wants_noun =
                matches!(kind, Kind::Thing | Kind::Listing | Kind::Case | Kind::Paper | Kind::Event | Kind::Other)
                    || matches!(quantity.unit.as_str(), "名" | "位")
                    || numbers::starts(chars, quantity.span.end, "组成的");
            // Words that touch the next number belong to it: 男孩1人女孩3人.
            if noun.end == ceiling && ceiling < sentence.span.end && !led.is_empty() && !wants_noun {
                noun = quantity.span.end..quantity.span.end;
            }
            let named = labels::strip(&normal.slice(noun.clone()));
            let (label, kept) = join_label(&led, &named, wants_noun);
            if !kept {
                noun = quantity.span.end..quantity.span.end;
            }
            floor = if kept { noun.end } else { quantity.span.end };
            let whole = normal.slice(lead.clone());
            let quantity = &mut quantities[index];
            quantity.scope = labels::scope(&label);
            quantity.restriction = labels::restriction(&whole).or_else(|| labels::restriction(&label));
            quantity.label = label;
            quantity.lead = lead;
            quantity.noun = noun;
            inherit(chars, before, index, quantities);
            before = Some(index);
        }
    }
}

/// 86.4万元，其中52万元: beside tenths, a whole number of 万 is meant to the tenth as well.
fn sharpen(sentence: &Sentence, quantities: &mut [Quantity]) {
    let scaled = |quantity: &Quantity| quantity.kind == FigureKind::Count && quantity.number.scale > 1.0;
    let members = sentence.quantities.clone().filter(|&n| scaled(&quantities[n])).collect::<Vec<_>>();
    let mut finest: BTreeMap<String, f64> = BTreeMap::new();
    for &n in &members {
        let step = quantities[n].number.step;
        finest.entry(quantities[n].unit.clone()).and_modify(|s| *s = s.min(step)).or_insert(step);
    }
    for &n in &members {
        let step = finest.get(&quantities[n].unit).copied().unwrap_or(f64::INFINITY);
        quantities[n].number.step = quantities[n].number.step.min(step);
    }
}

/// 29户45人: the second number of a pair is of what the first is.
fn inherit(chars: &[char], before: Option<usize>, index: usize, quantities: &mut [Quantity]) {
    let Some(before) = before.filter(|_| quantities[index].label.is_empty()) else { return };
    let gap = &chars[quantities[before].span.end..quantities[index].span.start];
    let pair =
        matches!(gap, [] | ['、'] | ['，']) && quantities[before].measure_kind() != quantities[index].measure_kind();
    if pair && quantities[before].measure_kind() == Kind::Household {
        let (label, scope) = (quantities[before].label.clone(), quantities[before].scope);
        quantities[index].label = label;
        quantities[index].scope = scope;
    }
}

/// The label from the words before a number and the noun behind it, and whether the noun was used.
fn join_label(led: &str, named: &str, wants_noun: bool) -> (String, bool) {
    if named.chars().count() < 2 {
        return (led.to_owned(), false);
    }
    if let Some(verb) = labels::verb_at_end(led) {
        return (format!("{verb}{named}"), true);
    }
    if led.is_empty() || wants_noun { (named.to_owned(), true) } else { (led.to_owned(), false) }
}
