//! Columns that say where people live, settled by each other: 楼, 门, 户 side by side; 1号 beside 301室.

use crate::content::Profile;
use crate::grid::Grid;
use crate::mapping::Field;
use crate::table::ColumnRead;

/// What a column of places is when the columns beside it are known.
pub(super) fn settle(grid: &Grid, columns: &mut [ColumnRead], profiles: &[Profile], rows: (u32, u32)) {
    let has = |columns: &[ColumnRead], field: &Field| columns.iter().any(|c| c.field.as_ref() == Some(field));
    // On a list of the gone the former address is the home they had.
    let placed = [Field::Address, Field::Room, Field::Building];
    let gone = [Field::LeftKind, Field::LeftOn, Field::DiedOn, Field::MovedOutOn];
    if !placed.iter().any(|f| has(columns, f)) && gone.iter().any(|f| has(columns, f)) {
        for column in columns.iter_mut().filter(|c| c.field == Some(Field::FormerAddress)) {
            column.field = Some(Field::Address);
        }
    }
    prefer(grid, columns, rows);
    let known = has(columns, &Field::Building) || has(columns, &Field::Unit);
    if known && !has(columns, &Field::Room) {
        let house =
            columns.iter_mut().find(|c| matches!(c.header.rsplit('/').next(), Some("户" | "号" | "门户" | "户门")));
        if let Some(column) = house {
            column.field = Some(Field::Room);
            column.confidence = 0.7;
        }
    }
    // 弄, 号, 室: the number of the house along the lane
    if has(columns, &Field::Room) && !has(columns, &Field::Building) {
        let house = columns.iter_mut().zip(profiles).find(|(c, profile)| {
            c.field == Some(Field::Serial)
                && matches!(c.header.rsplit('/').next(), Some("号" | "号数" | "幢号"))
                && profile.repeats > 0.2
        });
        if let Some((column, _)) = house {
            column.field = Some(Field::Building);
            column.confidence = 0.7;
        }
    }
    // 楼栋 单元 户号: 101 … 604 number doors, not households.
    let placed = has(columns, &Field::Room) || has(columns, &Field::Address);
    if has(columns, &Field::Building) && !placed {
        let doors = columns
            .iter_mut()
            .zip(profiles)
            .find(|(c, profile)| c.field == Some(Field::HouseholdNumber) && profile.doors > 0.8);
        if let Some((column, _)) = doors {
            column.field = Some(Field::Room);
            column.confidence = 0.6;
        }
    }
    // 门牌号 1号, 2号 beside 室号 101: the house along the lane.
    if has(columns, &Field::Room) && !has(columns, &Field::Building) {
        let house =
            columns.iter_mut().find(|c| c.field == Some(Field::Address) && numbers_houses(grid, c.column, rows));
        if let Some(column) = house {
            column.field = Some(Field::Building);
            column.confidence = 0.7;
        }
    }
    run(columns, profiles);
}

/// Of several columns of addresses the one that explains most comes first: the others speak where it is silent.
fn prefer(grid: &Grid, columns: &mut [ColumnRead], (first, end): (u32, u32)) {
    let several: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].field == Some(Field::Address)).collect();
    if several.len() < 2 {
        return;
    }
    let explained = |at: usize| {
        let (mut doors, mut parts) = (0_usize, 0_usize);
        for row in first..end.min(first + 400) {
            let value = grid.own(row, columns[at].column);
            if let Some(home) = value.as_text().and_then(liren_facts::address::read) {
                doors += usize::from(home.is_door());
                parts += [&home.estate, &home.building, &home.unit, &home.room].iter().filter(|p| p.is_some()).count();
            }
        }
        (doors, parts)
    };
    let best = several.iter().copied().max_by_key(|at| (explained(*at), std::cmp::Reverse(*at)));
    for at in several {
        let sure: f32 = if Some(at) == best { 1.0 } else { 0.9 };
        columns[at].confidence = if Some(at) == best { sure } else { columns[at].confidence.min(sure) };
    }
}

/// 1号, 12, 甲3号 and nothing longer.
fn numbers_houses(grid: &Grid, column: u16, rows: (u32, u32)) -> bool {
    let (mut short, mut all) = (0_usize, 0_usize);
    for row in rows.0..rows.1.min(rows.0 + 400) {
        let value = grid.own(row, column);
        if value.is_empty() {
            continue;
        }
        let text = value.shown();
        all += 1;
        let plain = text.trim().chars().count() <= 6
            && text.contains(|c: char| c.is_ascii_digit())
            && !text.contains(['-', '室', '单', '元']);
        short += usize::from(plain);
    }
    all > 0 && short * 10 > all * 9
}

/// Three columns of small numbers side by side whose headers nobody knows, the last like 101 … 604: building,
/// unit, room.
fn run(columns: &mut [ColumnRead], profiles: &[Profile]) {
    let placed = |f: &Field| matches!(f, Field::Address | Field::Building | Field::Unit | Field::Room);
    if columns.iter().any(|c| c.field.as_ref().is_some_and(placed)) {
        return;
    }
    let free = |at: usize| {
        // 4月, 金额: what has a header of its own that says something else is no door.
        let headed = !columns[at].header.is_empty() && {
            let header = &columns[at].header;
            let counts = [
                "月", "年", "日", "元", "额", "费", "数", "计", "标准", "分", "次", "量", "率", "票", "重", "高", "压",
                "糖", "岁",
            ];
            counts.iter().any(|w| header.ends_with(w) || header.starts_with(w))
                || header.chars().any(|c| c.is_ascii_digit())
        };
        columns[at].field.is_none()
            && !headed
            && profiles[at].filled >= 3
            && profiles[at].small > 0.9
            && profiles[at].serial < 0.7
    };
    let found = (0..columns.len().saturating_sub(2)).find(|at| free(*at) && free(at + 1) && free(at + 2));
    if let Some(at) = found {
        for (offset, field) in [Field::Building, Field::Unit, Field::Room].into_iter().enumerate() {
            columns[at + offset].field = Some(field);
            columns[at + offset].confidence = 0.4;
        }
    }
}
