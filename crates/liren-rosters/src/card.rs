//! Household cards: a line 户主:王军 住址:3-2-501 above the rows of each household.

use liren_facts::name;
use liren_sheets::Value;

use crate::grid::Grid;
use crate::mapping::Field;
use crate::words;

/// What a card's line says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Card {
    /// 0-based.
    pub row: u32,
    pub head_name: Option<String>,
    pub address: Option<String>,
    pub household_number: Option<String>,
}

/// Reads a line of labels and values, in cells side by side or in one cell; `None` for any other row.
pub(crate) fn read(grid: &Grid, row: u32) -> Option<Card> {
    let mut card = Card {
        row,
        ..Card::default()
    };
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
        for part in text.split_whitespace().flat_map(|p| p.split([';', ';'])) {
            let pair = part.split_once([':', '：']);
            let label = pair.map_or(part, |(label, _)| label);
            let field = words::meaning(label, None)
                .filter(|(_, sure)| *sure >= 0.9)
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
    let says = card.head_name.is_some() || card.household_number.is_some();
    // 户主 before 成员一 is a header; a card has values for most of its labels.
    (says && values >= 2 && values * 2 >= labels).then_some(card)
}

impl Card {
    /// True when the value fits the label.
    fn take(&mut self, field: &Field, value: &str) -> bool {
        let value = value.trim();
        if value.is_empty() || words::meaning(value, None).is_some_and(|(_, sure)| sure >= 0.95) {
            return false;
        }
        match field {
            Field::HeadName => {
                self.head_name = Some(name::read(value).text).filter(|n| name::is_likely(n))
            }
            Field::Address => self.address = Some(value.to_owned()),
            Field::HouseholdNumber => self.household_number = Some(value.to_owned()),
            _ => return value.chars().any(|c| c.is_ascii_digit()),
        }
        true
    }
}

#[cfg(test)]
mod tests;
