//! Attributes that stand in several columns: ticks, and a birth as year, month and day.

use liren_facts::date::{self, Date};
use liren_facts::{code, identifier, name};

use crate::draft::{Draft, How, RelationRead, Residency};
use crate::extract::Reader;
use crate::meanings;
use crate::understand::{Plan, is_tick};

impl Reader<'_, '_> {
    pub(super) fn compare_sex(
        &mut self,
        draft: &mut Draft,
        at: crate::problem::At,
        given: Option<identifier::Sex>,
        proved: Option<identifier::Sex>,
    ) {
        if given.is_some() && proved.is_some() && given != proved {
            let word = if proved == Some(identifier::Sex::Male) { "男" } else { "女" };
            self.problems.raise_with_fix(at, "sex_id_mismatch", word.to_owned());
            draft.sex_column = given;
        }
    }

    /// The only column asks 流动人口(是/否) or 是否常住 and the row says 否.
    pub(super) fn denied(&self, plan: &Plan, row: u32) -> Option<Residency> {
        let [(column, asked)] = plan.residency_ticks[..] else {
            return None;
        };
        let word = self.grid.own(row, column).shown();
        if !matches!(word.trim(), "否" | "×" | "不是" | "N") {
            return None;
        }
        match asked {
            Residency::Temporary => Some(Residency::Resident),
            Residency::Resident => Some(Residency::Temporary),
            Residency::HukouOnly => None,
        }
    }

    /// Which of several columns is ticked; more than one is no answer.
    pub(super) fn ticked<T: Copy + PartialEq>(&self, row: u32, columns: &[(u16, T)]) -> Result<Option<T>, ()> {
        let mut found = None;
        for (column, means) in columns {
            let value = self.grid.own(row, *column);
            let word = || {
                self.grid
                    .own(row, *column)
                    .as_text()
                    .is_some_and(|t| code::sex(t).is_some() || meanings::residency(t).is_some())
            };
            if !is_tick(value) && !word() {
                continue;
            }
            if found.is_some_and(|f| f != *means) {
                return Err(());
            }
            found = Some(*means);
        }
        Ok(found)
    }

    /// 是否户主: 是; 李丽(妻) in a column of names.
    pub(super) fn relation_elsewhere(&self, plan: &Plan, row: u32) -> Option<RelationRead> {
        if let Some(column) = plan.head_tick {
            return is_tick(self.grid.own(row, column)).then(|| RelationRead {
                code: Some("02"),
                class: Some(code::RelationClass::Head),
                raw: String::new(),
                how: How::Context,
            });
        }
        if !plan.relation_in_name {
            return None;
        }
        let text = self.grid.own(row, plan.name?).shown();
        let annotations = name::read(&text).annotations;
        let (raw, read) = annotations.into_iter().find_map(|note| code::relation(&note).map(|read| (note, read)))?;
        Some(RelationRead { code: Some(read.code), class: Some(read.class), raw, how: How::Given })
    }

    /// 1985 | 3 | 7 in columns of their own, as one date.
    pub(super) fn birth_of_parts(&self, plan: &Plan, row: u32) -> Option<(u16, Date)> {
        let [year, month, day] = plan.birth_parts;
        let column = year?;
        let part = |column: Option<u16>| -> String {
            let Some(column) = column else {
                return String::new();
            };
            let text = self.grid.own(row, column).shown();
            text.trim().trim_end_matches(['年', '月', '日', '号']).trim().to_owned()
        };
        let (year, month, day) = (part(Some(column)), part(month), part(day));
        if year.is_empty() {
            return Some((column, Date::default()));
        }
        let mut text = year;
        for next in [month, day] {
            if next.is_empty() {
                break;
            }
            text.push('-');
            text.push_str(&next);
        }
        Some((column, date::read(&text, self.on)))
    }

    /// A bare number in a column of dates; serials count as the workbook counts.
    pub(super) fn date_of_number(&self, number: f64) -> Date {
        let from_1904 = self.from_1904 && number.fract() == 0.0 && (8_600.0..60_000.0).contains(&number);
        let days = if from_1904 { number + 1_462.0 } else { number };
        date::read_number(days, false, self.on)
    }
}
