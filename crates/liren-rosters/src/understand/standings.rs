//! Columns of a ledger that say the standing of its lines: words of it, answers to 是否…, days it began or ended.

use crate::grid::Grid;
use crate::ledger::LedgerKind;
use crate::mapping::Field;
use crate::standing::{Says, Standing, Vocabulary};
use crate::table::ColumnRead;
use crate::words::{self, bare, is_nothing};

/// A meaning that only contents suggested, or that they corrected, is no surer than this.
const SUGGESTED: f32 = 0.6;

/// Gives the columns whose headers the ledger names their meaning, before any contents are looked at: below 党员类别
/// 正式党员 is a stage, though it reads like a political status as well.
pub(super) fn claim(columns: &mut [ColumnRead], kind: &LedgerKind, vocabulary: &Vocabulary) {
    for column in columns.iter_mut().filter(|c| !is_taken(c, kind)) {
        if let Some(field) = by_header(&column.header, kind, vocabulary) {
            column.field = Some(field);
            column.confidence = 0.8;
        }
    }
}

/// Gives the other columns of standing their meaning by what stands in them. What the ledger declares, and what every
/// list has, is settled before; what only contents suggested yields.
pub(super) fn settle(
    grid: &Grid,
    columns: &mut [ColumnRead],
    kind: &LedgerKind,
    vocabulary: &Vocabulary,
    rows: (u32, u32),
) {
    // 原户主, 变更原因, 现户主: what stands between them is said of the former one.
    let begins = |column: &ColumnRead, words: &[&str]| {
        let rest = words.iter().find_map(|w| leaf(column).strip_prefix(w));
        rest.is_some_and(|r| {
            ["户主", "承租人", "申请人", "持证人", "产权人", "保障人"].iter().any(|w| r.starts_with(w))
        })
    };
    let former = columns.iter().position(|c| begins(c, &["原", "前"]));
    let present = columns.iter().position(|c| begins(c, &["现", "新"]));
    let mut headless = false;
    let about_former = |at: usize| former.zip(present).is_some_and(|(a, b)| a < at && at < b);
    for (at, column) in columns.iter_mut().enumerate() {
        if about_former(at) {
            continue;
        }
        let suggested = column.field.is_some() && column.confidence <= SUGGESTED;
        if leaf(column).is_empty() {
            // 在保, 停保, 待批 below no header at all: hardly a cell may be anything else.
            let free = column.field.is_none() || suggested;
            if free && !headless && in_words(grid, column, kind, vocabulary, rows) {
                column.field = Some(Field::Standing);
                column.confidence = 0.7;
                headless = true;
            }
            continue;
        }
        if leaf(column).is_empty() || (is_taken(column, kind) && !suggested) {
            continue;
        }
        let found = stage_begun(grid, column, kind, vocabulary, rows)
            .or_else(|| by_header(&column.header, kind, vocabulary))
            .or_else(|| by_words(grid, column, leaf(column), kind, vocabulary, rows));
        if let Some(field) = found {
            column.field = Some(field);
            column.confidence = 0.8;
        }
    }
}

/// 确定为发展对象 above days: when that stage was entered.
fn stage_begun(
    grid: &Grid,
    column: &ColumnRead,
    kind: &LedgerKind,
    vocabulary: &Vocabulary,
    (first, end): (u32, u32),
) -> Option<Field> {
    let stage = vocabulary.stage_header(leaf(column), kind)?;
    let (mut filled, mut days) = (0_usize, 0_usize);
    for row in first..end.min(first + 600) {
        let value = grid.own(row, column.column);
        if value.is_empty() || is_nothing(&value.shown()) {
            continue;
        }
        filled += 1;
        // A bare number may be an amount.
        let typed = !matches!(value, liren_sheets::Value::Number(n) if *n < 1_900.0);
        days += usize::from(typed && crate::ledgers::day(value, liren_facts::Day(40_000)).is_some());
    }
    (days > 0 && days * 10 >= filled * 7).then_some(Field::BegunOn(Some(stage)))
}

fn leaf(column: &ColumnRead) -> &str {
    words::leaf(&column.header)
}

/// Has the column no header, or a meaning that stays whatever the ledger says?
fn is_taken(column: &ColumnRead, kind: &LedgerKind) -> bool {
    let of_roster = matches!(&column.field, Some(Field::Programme(programme, _)) if *programme == kind.programme);
    // 证件状态 of a list of certificates, which is a note of ours in other lists.
    let state = column.field == Some(Field::Ignore) && leaf(column).ends_with("状态");
    // 政治身份 is what the list of a branch calls its stages.
    let plain = leaf(column).split('(').next().unwrap_or_default();
    let state = state || (column.field == Some(Field::Political) && kind.status.iter().any(|h| h == plain));
    leaf(column).is_empty() || (!of_roster && !state && column.field.as_ref().is_some_and(is_settled))
}

/// What the ledger's vocabulary says of a header.
fn by_header(header: &str, kind: &LedgerKind, vocabulary: &Vocabulary) -> Option<Field> {
    let leaf = words::leaf(header);
    let plain = leaf.split('(').next().unwrap_or(leaf);
    // 正式/预备 is one header, and no 预备 below 正式.
    let whole = |h: &String| header.strip_suffix(h.as_str()).is_some_and(|top| top.is_empty() || top.ends_with('/'));
    if kind.status.iter().any(|h| whole(h) || h == plain) {
        return Some(Field::Standing);
    }
    if ["时间", "日期", "年月", "年月日", "月份", "年份"].iter().any(|w| plain.ends_with(w))
        && let Some(standing) = vocabulary.day_header(plain)
    {
        return Some(Field::StandingOn(standing));
    }
    if vocabulary.since(plain, kind).is_some() {
        return Some(Field::BegunOn(None));
    }
    if vocabulary.is_wish(leaf) {
        return None;
    }
    if let Some(says) = vocabulary.question(leaf, Some(kind)) {
        return Some(Field::StandingTick(says));
    }
    // 停发原因: whatever stands there, it ended.
    let ended = Says::Standing(Standing::Ended);
    (plain.ends_with("原因") && vocabulary.cell(plain.trim_end_matches("原因"), Some(kind)) == Some(ended.clone()))
        .then_some(Field::StandingTick(ended))
}

/// What somebody is called, born, related or numbered by is no standing, whatever words it holds.
fn is_settled(field: &Field) -> bool {
    !matches!(
        field,
        Field::Extra
            | Field::LeftKind
            | Field::LeftOn
            | Field::DiedOn
            | Field::MovedOutOn
            | Field::MovedInOn
            | Field::Residency
            | Field::HukouKind
            | Field::Employment
            | Field::Serial
            | Field::ResidentTick
            | Field::DeceasedTick
            | Field::MovedOutTick
    )
}

/// Do words of standing stand in nearly every row?
fn in_words(
    grid: &Grid,
    column: &ColumnRead,
    kind: &LedgerKind,
    vocabulary: &Vocabulary,
    (first, end): (u32, u32),
) -> bool {
    let (mut filled, mut known, mut rows) = (0_usize, 0_usize, 0_usize);
    for row in first..end.min(first + 600) {
        rows += usize::from(!grid.is_blank(row));
        let text = grid.own(row, column.column).shown();
        if is_nothing(&text) {
            continue;
        }
        filled += 1;
        known += usize::from(text.chars().count() <= 8 && vocabulary.cell(&text, Some(kind)).is_some());
    }
    known >= 2 && known * 10 >= filled * 9 && filled * 2 >= rows
}

/// A column of words of standing: by its header when some are known, by its words alone when nearly all are. A column
/// of 是 and 否 below the ledger's own word (参保, 低保) answers whether somebody is in it.
fn by_words(
    grid: &Grid,
    column: &ColumnRead,
    leaf: &str,
    kind: &LedgerKind,
    vocabulary: &Vocabulary,
    (first, end): (u32, u32),
) -> Option<Field> {
    if vocabulary.is_wish(leaf) {
        return None;
    }
    let choices = words::choices(leaf);
    let (mut filled, mut known, mut answers) = (0_usize, 0_usize, 0_usize);
    for row in first..end.min(first + 600) {
        let value = grid.own(row, column.column);
        if value.is_empty() {
            continue;
        }
        let text = value.shown();
        if bare(&text) == bare(leaf) || is_nothing(&text) && !words::is_answer(&text) {
            continue;
        }
        filled += 1;
        let chosen = choices.as_ref().is_some_and(|c| c.answer(&text).is_some());
        answers += usize::from(chosen || words::is_answer(&text));
        known += usize::from(text.chars().count() <= 12 && vocabulary.cell(&text, Some(kind)).is_some());
    }
    if filled == 0 {
        return None;
    }
    let own_word = vocabulary.cell(leaf, Some(kind)).is_some()
        || kind.words.iter().any(|w| leaf.contains(w.as_str()) || w.contains(leaf));
    if answers * 10 >= filled * 9 {
        if choices.is_some() {
            // 照片(已交/未交): what the list is about was done, or not.
            return Some(Field::StandingTick(Says::Standing(Standing::In)));
        }
        let says = vocabulary.cell(leaf, Some(kind)).unwrap_or(Says::Standing(Standing::In));
        return own_word.then_some(Field::StandingTick(says));
    }
    let status = vocabulary.is_status_header(leaf);
    let weak = |f: &Field| {
        matches!(f, Field::Extra | Field::Ignore | Field::LeftKind | Field::Employment | Field::Programme(..))
    };
    let taken = column.confidence > SUGGESTED && column.field.as_ref().is_some_and(|f| !weak(f));
    let enough = if status { known * 10 >= filled * 3 } else { known * 10 >= filled * 8 };
    // 人员状态: 常住, 暂住 stays what it is.
    (enough && !(taken && known * 10 < filled * 8)).then_some(Field::Standing)
}
