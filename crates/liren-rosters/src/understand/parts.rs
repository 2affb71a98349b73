//! One attribute in several columns: a tick below 男 or 女, below 户籍, 流动 or 空挂; a birth as year, month, day.

use liren_facts::code;
use liren_facts::identifier::Sex;
use liren_sheets::Value;

use crate::draft::Residency;
use crate::grid::Grid;
use crate::mapping::Field;
use crate::meanings;
use crate::table::ColumnRead;
use crate::understand::Header;
use crate::words;

/// Finds such columns by their headers and by having nothing but ticks below them.
pub(super) fn find(grid: &Grid, columns: &mut [ColumnRead], header: Option<&Header>, rows: (u32, u32)) {
    let Some(header) = header else { return };
    let found: Vec<Option<Field>> = header
        .columns
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let column = u16::try_from(at).ok()?;
            let below = |field: &Field| {
                let top = text.top.as_deref()?;
                top.split('/').any(|part| words::meaning(part, None).is_some_and(|(f, _)| f == *field)).then_some(())
            };
            let leaf = text.leaf.as_str();
            if let Some(field) = part_of_birth(leaf, below(&Field::Birth).is_some()) {
                return Some(field);
            }
            let asked = leaf.split('(').next().unwrap_or(leaf);
            let asked = asked.strip_prefix("是否").unwrap_or(asked);
            // Nobody of one building may live here for a time: a blank column below its group is one, too.
            let grouped = below(&Field::Residency).is_some() || below(&Field::Sex).is_some();
            if leaf.chars().count() > 12 || !only_ticks(grid, column, leaf, rows, header, grouped) {
                return None;
            }
            match asked {
                "户主" | "为户主" | "是户主" if leaf.starts_with('是') || leaf.contains('√') => {
                    return Some(Field::HeadTick);
                }
                "死亡" | "已死亡" | "去世" | "已故" | "亡故" | "已去世" => {
                    return Some(Field::DeceasedTick);
                }
                "迁出" | "已迁出" | "搬离" | "搬走" | "外迁" => {
                    return Some(Field::MovedOutTick);
                }
                _ => {}
            }
            if below(&Field::Residency).is_none()
                && let Some(sex) = code::sex(leaf).filter(|_| !leaf.is_ascii())
            {
                return Some(match sex {
                    Sex::Male => Field::Male,
                    Sex::Female => Field::Female,
                });
            }
            Some(match meanings::residency(asked)? {
                Residency::Resident => Field::ResidentTick,
                Residency::Temporary => Field::TemporaryTick,
                Residency::HukouOnly => Field::HukouOnlyTick,
            })
        })
        .collect();
    let has = |field: &Field| found.iter().flatten().any(|f| f == field);
    let sexes = has(&Field::Male) && has(&Field::Female);
    let kinds = [Field::ResidentTick, Field::TemporaryTick, Field::HukouOnlyTick];
    // One column alone asks a question: 流动人口(是/否).
    let questions =
        |column: &ColumnRead| column.field == Some(Field::Residency) || column.header.contains(['是', '否', '√']);
    let residencies = kinds.iter().filter(|k| has(k)).count() >= 2;
    let births = has(&Field::BirthYear) && has(&Field::BirthMonth);
    for (column, field) in columns.iter_mut().zip(found) {
        let Some(field) = field else { continue };
        let fits = match field {
            Field::Male | Field::Female => sexes,
            Field::BirthYear | Field::BirthMonth | Field::BirthDay => births,
            Field::ResidentTick | Field::TemporaryTick | Field::HukouOnlyTick => residencies || questions(column),
            _ => true,
        };
        if fits {
            column.field = Some(field);
            column.confidence = 0.9;
        }
    }
}

fn part_of_birth(leaf: &str, below_birth: bool) -> Option<Field> {
    Some(match leaf {
        "年" | "年份" if below_birth => Field::BirthYear,
        "月" | "月份" if below_birth => Field::BirthMonth,
        "日" | "日期" if below_birth => Field::BirthDay,
        "出生年" | "出生年份" | "生年" => Field::BirthYear,
        "出生月" | "出生月份" | "生月" => Field::BirthMonth,
        "出生日" | "生日(日)" => Field::BirthDay,
        _ => return None,
    })
}

/// √ and the other ways to tick, or the header's own word, and nothing else.
fn only_ticks(grid: &Grid, column: u16, leaf: &str, rows: (u32, u32), header: &Header, blank: bool) -> bool {
    let (first, end) = rows;
    let (mut ticks, mut others) = (0_usize, 0_usize);
    for row in first..end.min(first + 400) {
        let value = grid.own(row, column);
        if value.is_empty() || says_no(value) {
            continue;
        }
        if is_tick(value) || words::bare(&value.shown()) == leaf {
            ticks += 1;
        } else if !header.words.contains(&words::bare(&value.shown())) {
            // The header may stand here again.
            others += 1;
        }
    }
    (ticks > 0 || blank) && others * 10 <= ticks
}

/// Does the cell tick its column? The header's own word does, too.
pub(crate) fn is_tick(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(n) => *n == 1.0,
        Value::Text(text) => matches!(
            text.trim(),
            "√" | "✓"
                | "✔"
                | "☑"
                | "■"
                | "●"
                | "◆"
                | "○"
                | "1"
                | "是"
                | "有"
                | "对"
                | "Y"
                | "y"
                | "V"
                | "v"
                | "*"
                | "+"
                | "＋"
                | "＊"
                | "∨"
        ),
        _ => false,
    }
}

fn says_no(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => !yes,
        Value::Number(n) => *n == 0.0,
        Value::Text(text) => {
            matches!(text.trim(), "×" | "0" | "否" | "□" | "/" | "-" | "—" | "N" | "n" | "无" | "x" | "X")
        }
        _ => false,
    }
}
