//! Codes in cells and the legends that say what they mean: 户籍标志(1本地0外地) in a header, 注:性别 1男 2女 below the
//! table, or words of a mapping. Cells are read as their words; codes without a legend are asked about.

use std::collections::HashMap;
use std::sync::Arc;

use liren_facts::code;
use liren_sheets::{Sheet, Value};

use crate::grid::Grid;
use crate::mapping::{Field, SheetMapping};
use crate::meanings;
use crate::understand::{column_of_letters, find};
use crate::words::bare;

/// A code and its word.
type Pairs = Vec<(String, String)>;

/// The sheet with the codes of its columns replaced by their words; `None` where it has no legend.
pub(crate) fn translate(sheet: &Sheet, mapped: Option<&SheetMapping>) -> Option<Sheet> {
    let words = |m: &SheetMapping| m.columns.iter().any(|c| !c.words.is_empty());
    if !mapped.is_some_and(words) && !has_legend(sheet) {
        return None;
    }
    let grid = Grid::new(sheet);
    let headers = find(&grid);
    let mut by_column: Vec<(u16, u32, u32, HashMap<String, String>)> = Vec::new();
    let notes = notes(&grid);
    for (at, header) in headers.iter().enumerate() {
        let (first, end) = (header.last + 1, headers.get(at + 1).map_or(grid.rows(), |next| next.first));
        for (column, text) in (0u16..).zip(&header.columns) {
            let label = text.leaf.split('(').next().unwrap_or_default();
            let own = in_brackets(&text.leaf).and_then(pairs);
            let noted = || notes.iter().find_map(|note| of_label(note, label));
            if let Some(pairs) = own.or_else(noted) {
                by_column.push((column, first, end, pairs.into_iter().map(|(c, w)| (code_key(&c), w)).collect()));
            }
        }
    }
    for column in mapped.into_iter().flat_map(|m| &m.columns) {
        // The words of a column of standing name stages; the ledger reads them.
        let of_standing =
            matches!(column.field, Field::Standing | Field::StandingTick(_) | Field::StandingOn(_) | Field::BegunOn(_));
        let at = column_of_letters(&column.column).filter(|_| !of_standing && !column.words.is_empty());
        if let Some(at) = at {
            let words = column.words.iter().filter(|(_, w)| *w != crate::mapping::UNANSWERED);
            let words: HashMap<String, String> = words.map(|(c, w)| (code_key(c), w.clone())).collect();
            let first = headers.first().map_or(0, |h| h.last + 1);
            by_column.push((at, first, grid.rows(), words));
        }
    }
    if by_column.is_empty() {
        return None;
    }
    let mut out = sheet.clone();
    for (column, first, end, words) in by_column {
        for row in first..end {
            let cell = out.rows.get_mut(row as usize).and_then(|r| r.get_mut(usize::from(column)));
            if let Some(cell) = cell
                && let Some(word) = words.get(&code_key(&cell.shown()))
            {
                *cell = Value::Text(Arc::from(word.as_str()));
            }
        }
    }
    Some(out)
}

/// 01, 1 and 1.0 are one code.
fn code_key(text: &str) -> String {
    let text = bare(text);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match text.trim_start_matches('0') {
        "" if !text.is_empty() => "0".to_owned(),
        rest => rest.to_ascii_uppercase(),
    }
}

/// A cheap look before the whole sheet is understood: some text near the top or the end with two pairs in it.
fn has_legend(sheet: &Sheet) -> bool {
    let rows = sheet.rows.len();
    let near = (0..rows.min(60)).chain(rows.saturating_sub(15).max(60)..rows);
    near.flat_map(|row| &sheet.rows[row]).filter_map(Value::as_text).any(|text| {
        let digits = text.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
        digits && text.chars().count() <= 200 && pairs(in_brackets(&bare(text)).unwrap_or(&bare(text))).is_some()
            || digits && text.chars().count() > 12 && text.contains(['：', ':', '；', ';'])
    })
}

/// Rows of one text that explain the columns.
fn notes(grid: &Grid) -> Vec<String> {
    let rows = grid.rows();
    let near = (0..rows.min(60)).chain(rows.saturating_sub(15).max(60)..rows);
    near.filter_map(|row| {
        let mut cells = grid.filled(row);
        let (_, value) = cells.next()?;
        let text = value.as_text().filter(|t| t.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c)))?;
        cells.next().is_none().then(|| bare_kept(text))
    })
    .collect()
}

/// Half-width, with the signs that part its sentences.
fn bare_kept(text: &str) -> String {
    text.split(['；', ';', '。', '\n', '，', ',']).map(bare).collect::<Vec<_>>().join(";")
}

/// What a note says of the column called `label`.
fn of_label(note: &str, label: &str) -> Option<Pairs> {
    if label.chars().count() < 2 {
        return None;
    }
    let at = note.find(label)?;
    let rest = &note[at + label.len()..];
    // 性别1男;2女;居住类型1常住: the pairs go on over the signs until another label stands there.
    let mut out: Pairs = Vec::new();
    for part in rest.split(';') {
        let part = part.trim_matches(|c: char| matches!(c, '(' | ')' | '-' | '—' | '、'));
        match pairs_in(part) {
            Some(more) if !more.is_empty() => out.extend(more),
            _ => break,
        }
    }
    accept(out)
}

fn in_brackets(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(['(', '[', '【'])?;
    Some(rest.split([')', ']', '】']).next().unwrap_or(rest))
}

/// 男1女2, 1:本地 0:外地, 1-是,2-否; `None` for anything else.
fn pairs(text: &str) -> Option<Pairs> {
    accept(pairs_in(text)?)
}

fn pairs_in(text: &str) -> Option<Pairs> {
    let mut tokens: Vec<String> = Vec::new();
    let mut kinds: Vec<bool> = Vec::new();
    for c in text.chars() {
        let code = c.is_ascii_alphanumeric();
        if !code && !liren_facts::name::is_han(c) {
            continue;
        }
        match (kinds.last(), tokens.last_mut()) {
            (Some(last), Some(token)) if *last == code => token.push(c),
            _ => {
                tokens.push(c.to_string());
                kinds.push(code);
            }
        }
    }
    for token in &mut tokens {
        for word in ["代表", "表示", "为", "是指", "指", "填"] {
            if let Some(rest) = token.strip_prefix(word).filter(|r| !r.is_empty()) {
                *token = rest.to_owned();
            }
        }
    }
    if tokens.len() < 2 || !tokens.len().is_multiple_of(2) {
        return None;
    }
    let code_first = kinds[0];
    let alternate = kinds.iter().enumerate().all(|(at, code)| *code == ((at % 2 == 0) == code_first));
    if !alternate {
        return None;
    }
    let pair = |two: &[String]| match code_first {
        true => (two[0].clone(), two[1].clone()),
        false => (two[1].clone(), two[0].clone()),
    };
    Some(tokens.chunks(2).map(pair).collect())
}

/// Two pairs or more, short codes that differ, and words that no unit of an address or a date is.
fn accept(pairs: Pairs) -> Option<Pairs> {
    const UNITS: &[&str] = &[
        "号楼", "单元", "号", "室", "栋", "幢", "楼", "层", "年", "月", "日", "元", "人", "岁", "米", "户", "组", "版",
        "寸", "张", "次", "位", "年月", "周岁", "以上", "份",
    ];
    let short = pairs.iter().all(|(code, word)| code.len() <= 2 && !UNITS.contains(&word.as_str()));
    let distinct = pairs.iter().enumerate().all(|(at, (code, _))| pairs[..at].iter().all(|(c, _)| c != code));
    (pairs.len() >= 2 && short && distinct).then_some(pairs)
}

/// The field whose words a legend has: 本地 and 外地 are residencies whatever the header is called.
pub(crate) fn field_of(header: &str) -> Option<Field> {
    let pairs = pairs(in_brackets(&bare(header))?)?;
    let all = |read: &dyn Fn(&str) -> bool| pairs.iter().all(|(_, word)| read(word));
    if all(&|w| code::sex(w).is_some()) {
        Some(Field::Sex)
    } else if all(&|w| meanings::residency(w).is_some()) {
        Some(Field::Residency)
    } else if all(&|w| meanings::left_kind(w).is_some() || meanings::is_present(w)) {
        Some(Field::LeftKind)
    } else if all(&|w| code::marital(w).is_some()) {
        Some(Field::Marital)
    } else {
        None
    }
}

/// The header without its legend; `None` where it has none.
pub(crate) fn without(text: &str) -> Option<String> {
    let text = bare(text);
    pairs(in_brackets(&text)?)?;
    Some(text.split(['(', '[', '【']).next().unwrap_or_default().to_owned())
}

/// Codes that stand in a column of words and that no header, legend or standard explains.
pub(crate) fn unexplained(grid: &Grid, column: u16, field: &Field, (first, end): (u32, u32)) -> Vec<String> {
    let reads = |text: &str| -> bool {
        match field {
            Field::Residency => meanings::state(text).is_some(),
            Field::LeftKind => meanings::state(text).is_some(),
            Field::Marital => code::marital(text).is_some(),
            Field::Political => code::political(text).is_some(),
            Field::Education => code::education(text).is_some(),
            Field::Employment => code::employment(text).is_some(),
            Field::Sex => code::sex(text).is_some(),
            // One digit may number a list of one's own; the standard has two.
            Field::Relation => text.len() >= 2 && code::relation(text).is_some(),
            _ => true,
        }
    };
    let (mut filled, mut codes, mut read) = (0_usize, 0_usize, 0_usize);
    let mut seen: Vec<String> = Vec::new();
    for row in first..end.min(first + 2_000) {
        let text = grid.own(row, column).shown();
        let text = text.trim();
        if crate::words::is_nothing(text) {
            continue;
        }
        filled += 1;
        let coded = text.len() <= 2 && text.chars().all(|c| c.is_ascii_alphanumeric());
        codes += usize::from(coded);
        read += usize::from(reads(text));
        if coded && seen.len() <= 20 && !seen.iter().any(|s| s == text) {
            seen.push(text.to_owned());
        }
    }
    let coded = filled > 0 && codes * 10 >= filled * 9 && read * 2 < filled && seen.len() <= 20;
    seen.sort();
    if coded { seen } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_are_told_from_notes_on_how_to_write() {
        let of = |text: &str| {
            let text = bare(text);
            in_brackets(&text)
                .and_then(pairs)
                .map(|all| all.iter().map(|(c, w)| format!("{c}{w}")).collect::<Vec<_>>().join(" "))
        };
        for (header, expected) in [
            ("性别(男1女2)", Some("1男 2女")),
            ("户籍标志（1本地0外地）", Some("1本地 0外地")),
            ("居住类型(1-常住,2-暂住,3-空挂)", Some("1常住 2暂住 3空挂")),
            ("婚姻状况(1.未婚 2.已婚 3.离异 4.丧偶)", Some("1未婚 2已婚 3离异 4丧偶")),
            ("是否参保（1：是；0：否）", Some("1是 0否")),
            ("婚姻(A未婚B已婚)", Some("A未婚 B已婚")),
            ("出生年月(如1985年3月)", None),
            ("住址(3号楼2单元)", None),
            ("月保障金(元)", None),
            ("姓名(全称)", None),
            ("照片(1寸2张)", None),
        ] {
            assert_eq!(of(header).as_deref(), expected, "{header}");
        }
        let note = bare_kept("注：居住类型：1常住，2暂住；性别：1男；2女");
        assert_eq!(of_label(&note, "居住类型").unwrap().len(), 2);
        assert_eq!(of_label(&note, "性别").unwrap()[1], ("2".to_owned(), "女".to_owned()));
    }
}
