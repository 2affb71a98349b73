//! Household cards: a line 户主:王军 住址:3-2-501 above the rows of each household.

use liren_facts::name;
use liren_sheets::Value;

use crate::draft::Residency;
use crate::grid::Grid;
use crate::mapping::Field;
use crate::meanings;
use crate::words;

/// What a card's line says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Card {
    /// 0-based.
    pub row: u32,
    pub head_name: Option<String>,
    pub address: Option<String>,
    pub household_number: Option<String>,
    pub residency: Option<Residency>,
}

/// Reads a card: a line of labels and values, in cells side by side or in one cell, and the line below it when
/// that has labels, too. `None` for any other row.
pub(crate) fn read(grid: &Grid, row: u32) -> Option<Card> {
    let (mut card, labels, values) = line(grid, row)?;
    let says = card.head_name.is_some() || card.household_number.is_some();
    // 户主 before 成员一 is a header; a card has values for most of its labels.
    if !(says && values >= 2 && values * 2 >= labels) {
        return None;
    }
    if let Some((more, labels, values)) = line(grid, row + 1)
        && more.head_name.is_none()
        && values >= 1
        && values * 2 >= labels
    {
        card.address = card.address.or(more.address);
        card.household_number = card.household_number.or(more.household_number);
        card.residency = card.residency.or(more.residency);
    }
    Some(card)
}

/// The labels and values of one row, and how many there are of each.
fn line(grid: &Grid, row: u32) -> Option<(Card, usize, usize)> {
    let mut card = Card { row, ..Card::default() };
    let (mut labels, mut values) = (0, 0);
    let mut waiting: Option<Field> = None;
    for (_, value) in grid.filled(row) {
        let Value::Text(text) = value else {
            if let Some(field) = waiting.take() {
                values += usize::from(card.take(&field, &value.shown()));
            }
            continue;
        };
        // One cell may hold several pairs: 户主:王军    住址:3-2-501
        let mut rest = false;
        for part in text.split_whitespace().flat_map(|p| p.split([';', '；'])) {
            let pair = part.split_once([':', '：']);
            let label = pair.map_or(part, |(label, _)| label);
            let field = words::meaning(label, None)
                .filter(|(f, sure)| {
                    // 流动人口 is an answer, 住户类型 a question.
                    *sure >= 0.9 || (*f == Field::Residency && meanings::residency(label).is_none())
                })
                .filter(|_| waiting.is_none() || pair.is_some() || !is_value(waiting.as_ref(), label))
                .map(|(f, _)| f);
            match (field, pair) {
                (Some(field), Some((_, value))) => {
                    labels += 1;
                    if value.is_empty() {
                        waiting = Some(field)
                    } else {
                        values += usize::from(card.take(&field, value))
                    }
                }
                (Some(field), None) => {
                    labels += 1;
                    waiting = Some(field);
                }
                (None, _) => match waiting.take() {
                    Some(field) => values += usize::from(card.take(&field, part)),
                    None => rest = true,
                },
            }
        }
        if rest && labels == 0 {
            return None;
        }
    }
    Some((card, labels, values))
}

/// 常住 is an answer to 住户类型, though it heads columns elsewhere.
fn is_value(waiting: Option<&Field>, word: &str) -> bool {
    waiting == Some(&Field::Residency) && meanings::residency(word).is_some()
}

impl Card {
    /// True when the value fits the label.
    fn take(&mut self, field: &Field, value: &str) -> bool {
        let value = value.trim();
        if *field == Field::Residency {
            self.residency = meanings::residency(value);
            return self.residency.is_some();
        }
        if value.is_empty() || words::meaning(value, None).is_some_and(|(_, sure)| sure >= 0.95) {
            return false;
        }
        match field {
            Field::HeadName => self.head_name = Some(name::read(value).text).filter(|n| name::is_likely(n)),
            Field::Address => self.address = Some(value.to_owned()),
            Field::HouseholdNumber => self.household_number = Some(value.to_owned()),
            _ => return value.chars().any(|c| c.is_ascii_digit()),
        }
        true
    }
}

#[cfg(test)]
mod tests;
