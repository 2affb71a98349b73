//! Where header rows stand, with one, two or three levels, merged or not.

use std::collections::HashSet;

use liren_sheets::Value;

use crate::grid::{Grid, is_number_like};
use crate::mapping::Field;
use crate::meanings;
use crate::words;

/// Header rows and the words of each column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    /// 0-based, both included.
    pub first: u32,
    pub last: u32,
    /// One for each column of the sheet.
    pub columns: Vec<HeaderText>,
    /// Further places where the same header stands: first rows.
    pub words: HashSet<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct HeaderText {
    /// The lowest word, bare.
    pub leaf: String,
    /// The words above it joined with `/`.
    pub top: Option<String>,
    pub full: String,
}

/// So many rows may stand above the first header.
const TITLE_ROWS_MAX: u32 = 60;

/// All different headers of a sheet in their order; repeats of the same header are not listed.
pub(crate) fn find(grid: &Grid) -> Vec<Header> {
    let mut out: Vec<Header> = Vec::new();
    let first =
        best_in(grid, 0, grid.rows().min(TITLE_ROWS_MAX)).or_else(|| above_data(grid)).or_else(|| above_names(grid));
    let Some(first) = first else {
        return out;
    };
    let mut row = first.last + 1;
    out.push(first);
    // Another table may follow below with a header of its own.
    while row < grid.rows() {
        if is_other_header(grid, row, &out) {
            let header = block_at(grid, row);
            row = header.last + 1;
            out.push(header);
        } else {
            row += 1;
        }
    }
    out
}

fn best_in(grid: &Grid, first: u32, end: u32) -> Option<Header> {
    let mut best: Option<(usize, u32)> = None;
    for row in first..end {
        let score = score(grid, row);
        if score >= 2 && best.is_none_or(|(b, _)| score > b) {
            best = Some((score, row));
        }
        // A header is followed by its data; a better one further down belongs to another table.
        if let Some((b, at)) = best
            && b >= 3
            && row > at + 3
        {
            break;
        }
    }
    let (_, row) = best?;
    let header = block_at(grid, row);
    let fields: Vec<Field> =
        header.columns.iter().filter_map(|c| words::meaning(&c.leaf, c.top.as_deref())).map(|(f, _)| f).collect();
    let person = |f: &Field| {
        matches!(
            f,
            Field::Name | Field::HeadName | Field::Number | Field::LandlordName | Field::HeadNumber | Field::SpouseName
        )
    };
    let count = distinct(&fields);
    ((fields.iter().any(person) && count >= 2) || count >= 4).then_some(header)
}

/// The last row of words before the first long number: a header in words nobody knows.
fn above_data(grid: &Grid) -> Option<Header> {
    let end = grid.rows().min(TITLE_ROWS_MAX);
    let data = (0..end).find(|row| grid.filled(*row).any(|(_, v)| is_number_like(v)))?;
    let header = (0..data).rev().find(|row| !grid.is_blank(*row))?;
    let cells: Vec<&Value> = grid.filled(header).map(|(_, v)| v).collect();
    let words = cells
        .iter()
        .all(|v| v.as_text().is_some_and(|t| t.chars().count() <= 16 && !t.chars().any(|c| c.is_ascii_digit())));
    (words && cells.len() >= 3 && cells.len() * 2 >= grid.filled(data).count()).then(|| block_at(grid, header))
}

/// A row of words of which one heads names, and names stand below it: 姓名 月标准 4月 5月.
fn above_names(grid: &Grid) -> Option<Header> {
    let end = grid.rows().min(TITLE_ROWS_MAX);
    let heads = |value: &Value| {
        let text = value.as_text().unwrap_or_default();
        matches!(words::meaning(text, None), Some((Field::Name | Field::HeadName, sure)) if sure >= 0.9)
    };
    (0..end).find_map(|row| {
        let cells: Vec<(u16, &Value)> = grid.filled(row).collect();
        let plain = |v: &Value| v.as_text().is_some_and(|t| t.chars().count() <= 16 && !t.contains([':', '：']));
        if cells.len() < 2 || !cells.iter().all(|(_, v)| plain(v) || matches!(v, Value::Number(_))) {
            return None;
        }
        let (column, _) = cells.iter().find(|(_, v)| heads(v))?;
        let below = (row + 1..grid.rows().min(row + 9)).map(|r| grid.own(r, *column)).filter(|v| !v.is_empty());
        let (mut all, mut named) = (0, 0);
        for value in below {
            all += 1;
            named += usize::from(value.as_text().is_some_and(|t| liren_facts::name::read(t).is_likely()));
        }
        (named >= 2 && named * 3 >= all * 2 || named == 1 && all == 1).then(|| at(grid, row, row))
    })
}

fn distinct(fields: &[Field]) -> usize {
    fields.iter().collect::<HashSet<_>>().len()
}

/// How many different things a row names as a header would; 0 for rows of data.
fn score(grid: &Grid, row: u32) -> usize {
    let mut fields: HashSet<Field> = HashSet::new();
    let (mut filled, mut last) = (0, None::<&Value>);
    for (_, value) in grid.filled(row) {
        // Without merges the word of a group may stand over each of its columns.
        filled += usize::from(last != Some(value));
        last = Some(value);
        match value {
            Value::Date(_) => return 0,
            Value::Number(n) if !(*n >= 1990.0 && *n < 2100.0) => return 0,
            Value::Text(text) => {
                let plain = crate::legend::without(text);
                let text: &str = plain.as_deref().unwrap_or(text);
                if is_number_like(value) || is_plainly_data(text) || text.chars().count() > 40 {
                    return 0;
                }
                if let Some((field, _)) = words::meaning(text, None).filter(|(f, _)| *f != Field::Extra) {
                    fields.insert(field);
                }
            }
            _ => {}
        }
    }
    // A household card has labels like a header, but values between them.
    if fields.len() >= 2 && crate::card::read(grid, row).is_some() {
        return 0;
    }
    // A row of people has words that also are headers (户主, 配偶) but mostly others.
    if fields.len() * 3 >= filled { fields.len() } else { 0 }
}

/// A date with its month, or a door: no header says that (a year alone may head a column of payments).
fn is_plainly_data(text: &str) -> bool {
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    // 共同申请人1, 成员2
    let word = text.trim().trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = text.trim().len() - word.len() == 1;
    let plain = word.chars().count() >= 2 && word.chars().all(liren_facts::name::is_han);
    if numbered && plain && !word.ends_with(['栋', '幢', '楼', '座', '号', '院', '区']) {
        return false;
    }
    // 3栋, 2单元, 501室
    let marks = ["栋", "幢", "号", "楼", "座", "单元", "门", "室", "户", "组", "弄"];
    let numbered = text.trim().starts_with(|c: char| c.is_ascii_digit())
        && text.trim().chars().count() <= 6
        && marks.iter().any(|mark| text.trim().ends_with(mark));
    if numbered {
        return true;
    }
    let date = liren_facts::date::read(text, liren_facts::Day(20_000)).value;
    date.is_some_and(|d| d.last.0 - d.first.0 < 360)
        || liren_facts::address::read(text).is_some_and(|home| home.is_door())
}

/// A header with other words than those known so far.
fn is_other_header(grid: &Grid, row: u32, known: &[Header]) -> bool {
    // Cheap test first: rows of data mostly begin with a number or nothing.
    let mut texts = 0;
    for (_, value) in grid.filled(row).take(4) {
        match value {
            Value::Text(text) if text.len() <= 36 => texts += 1,
            _ => return false,
        }
    }
    if texts < 3 || score(grid, row) < 3 {
        return false;
    }
    let words: Vec<String> = grid.filled(row).filter_map(|(_, v)| v.as_text()).map(words::bare).collect();
    let has_name = words
        .iter()
        .any(|w| matches!(words::meaning(w, None), Some((Field::Name | Field::HeadName | Field::Number, _))));
    // The same words, most of them, are a repeat, unless they stand over other columns.
    let in_place = |h: &Header| {
        grid.filled(row)
            .filter(|(column, value)| {
                let word = words::bare(&value.shown());
                let here = h.columns.get(usize::from(*column));
                here.is_some_and(|c| c.leaf == word || c.full.contains(&word))
            })
            .count()
    };
    let same = known.iter().any(|h| {
        words.iter().filter(|w| h.words.contains(*w)).count() * 4 >= words.len() * 3
            && in_place(h) * 4 >= words.len() * 3
    });
    has_name && !same
}

/// The header block around a row that is surely part of it.
fn block_at(grid: &Grid, row: u32) -> Header {
    let (mut first, mut last) = (row, row);
    while first > 0 && row - first < 2 && is_upper(grid, first - 1, first) {
        first -= 1;
    }
    while last - row < 2 && last + 1 < grid.rows() && is_lower(grid, last + 1, last) {
        last += 1;
    }
    at(grid, first, last)
}

/// The header in the given rows.
pub(crate) fn at(grid: &Grid, first: u32, last: u32) -> Header {
    let width = grid.width().min(256);
    let mut columns = Vec::with_capacity(usize::from(width));
    let mut all = HashSet::new();
    for column in 0..width {
        let mut parts: Vec<String> = Vec::new();
        for row in first..=last {
            let (value, _) = grid.shown(row, column);
            let mut text = words::bare(&value.shown());
            if text.is_empty() && row < last && !grid.own(last, column).is_empty() && grid.merge(row, column).is_none()
            {
                text = left_of(grid, row, column, last);
            }
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        let leaf = parts.last().cloned().unwrap_or_default();
        let top = (parts.len() > 1).then(|| parts[..parts.len() - 1].join("/"));
        all.extend(parts.iter().cloned());
        columns.push(HeaderText { leaf, top, full: parts.join("/") });
    }
    all.remove("");
    Header { first, last, columns, words: all }
}

/// Without merges (text files) the word of a group stands over its first column only.
fn left_of(grid: &Grid, row: u32, column: u16, last: u32) -> String {
    for left in (0..column).rev() {
        let own = grid.own(row, left);
        if !own.is_empty() {
            return if grid.own(last, left).is_empty() || grid.merge(row, left).is_some() {
                String::new()
            } else {
                words::bare(&own.shown())
            };
        }
        if grid.own(last, left).is_empty() {
            return String::new();
        }
    }
    String::new()
}

fn is_data(value: &Value) -> bool {
    match value {
        Value::Date(_) | Value::Bool(_) | Value::Error(_) => true,
        Value::Number(n) => !(*n >= 1990.0 && *n < 2100.0),
        Value::Text(_) => is_number_like(value),
        Value::Empty => false,
    }
}

/// The row above a header is its upper level: short words over groups of columns, no title, no subtitle.
fn is_upper(grid: &Grid, row: u32, below: u32) -> bool {
    let mut filled = 0;
    for (column, value) in grid.filled(row) {
        filled += 1;
        let text = value.shown();
        let wide =
            grid.merge(row, column).is_some_and(|m| m.last_column - m.first_column + 1 >= grid.width().max(4) - 1);
        if is_data(value) || wide || text.contains([':', '：']) || text.trim().chars().count() > 16 {
            return false;
        }
    }
    let below_filled = grid.filled(below).count();
    if crate::card::read(grid, row).is_some() {
        return false;
    }
    if score(grid, row) >= 2 {
        return true;
    }
    filled >= 2 && filled < below_filled
}

/// The row below a header is its lower level: words under groups, nothing where the header is complete.
fn is_lower(grid: &Grid, row: u32, above: u32) -> bool {
    let cells: Vec<(u16, &Value)> = grid.filled(row).collect();
    if cells.len() < 2 || cells.iter().any(|(_, v)| is_data(v)) {
        return false;
    }
    // Under a group: the cell above is blank, or spans columns, or has a blank one on its right.
    let under_group = |column: u16| {
        let own = grid.own(above, column);
        let spans = |m: liren_sheets::Range| m.last_column > m.first_column && m.last_row < row;
        match grid.merge(above, column) {
            Some(m) => spans(m),
            None => own.is_empty() || (grid.own(above, column + 1).is_empty() && !grid.own(row, column + 1).is_empty()),
        }
    };
    let short = cells.iter().all(|(_, v)| v.shown().trim().chars().count() <= 14);
    let all_under = cells.iter().all(|(c, _)| under_group(*c));
    // Words of people (a name under 姓名) are no header.
    let named = cells
        .iter()
        .filter(|(_, v)| v.as_text().is_some_and(|t| words::meaning(t, None).is_some() || is_choice(t)))
        .count();
    // One column may have a group of its own where all the others are merged down beside it.
    let complete = || {
        is_merged_below(grid, row, above)
            && grid.filled(above).all(|(column, _)| {
                let down = grid.merge(above, column).is_some_and(|m| m.last_row >= row);
                down || !grid.own(row, column).is_empty() || under_group(column)
            })
    };
    let years = cells.iter().all(|(_, v)| v.shown().chars().filter(char::is_ascii_digit).count() == 4);
    short
        && (all_under || complete())
        && cells.len() < grid.filled(above).count() + cells.len()
        && (named * 2 >= cells.len() || years || cells.len() >= 2 && named >= 1 || is_merged_below(grid, row, above))
}

/// 年, 月, 日; 男, 女; 户籍, 流动: what stands below a group whose columns share one attribute
fn is_choice(text: &str) -> bool {
    let word = words::bare(text);
    matches!(word.as_str(), "年" | "月" | "日" | "男" | "女")
        || (word.chars().count() <= 6 && meanings::residency(&word).is_some())
}

/// Every filled cell of the row above that has nothing below it is merged down over this row.
fn is_merged_below(grid: &Grid, row: u32, above: u32) -> bool {
    let mut merged = 0;
    for (column, _) in grid.filled(above) {
        if let Some(m) = grid.merge(above, column) {
            merged += usize::from(m.last_row >= row && m.first_row <= above);
        }
    }
    merged >= 2
}

/// `C` → 2
pub(crate) fn column_of_letters(letters: &str) -> Option<u16> {
    liren_sheets::book::cell_of(&format!("{letters}1")).map(|(_, column)| column)
}
