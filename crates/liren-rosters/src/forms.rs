//! Sheets that are no tables: a form for each person, labels and answers side by side, and a surname in a column of its
//! own. Both become the table they stand for.

use std::sync::Arc;

use liren_facts::name;
use liren_sheets::{Sheet, Value};

use crate::grid::Grid;
use crate::mapping::Field;
use crate::understand::find;
use crate::unfold::Rows;
use crate::words::{self, bare};

/// 姓名 王军 性别 男 / 出生日期 … with a form below the other: one row a form. `None` for everything that has a header.
pub(crate) fn table(sheet: &Sheet) -> Option<(Sheet, Rows)> {
    let grid = Grid::new(sheet);
    let starts: Vec<u32> = (0..grid.rows()).filter(|row| named(&grid, *row)).collect();
    let first = *starts.first()?;
    // 姓名 性别 民族 is a header; 姓名 王军 性别 男 only looks like one.
    let is_header = |row: u32| pairs(&grid, row).len() * 2 < grid.filled(row).count();
    if find(&grid).iter().any(|h| is_header(h.last)) {
        return None;
    }
    let mut labels: Vec<String> = Vec::new();
    let mut forms: Vec<(u32, Vec<(usize, Value)>)> = Vec::new();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(grid.rows()).min(start + 40);
        let mut answers: Vec<(usize, Value)> = Vec::new();
        for (label, value) in (*start..end).flat_map(|row| pairs(&grid, row)) {
            let column = labels.iter().position(|l| *l == label).unwrap_or_else(|| {
                labels.push(label);
                labels.len() - 1
            });
            if !answers.iter().any(|(c, _)| *c == column) {
                answers.push((column, value));
            }
        }
        // A name and two facts of it: less is a signature.
        if answers.len() < 3 {
            return None;
        }
        forms.push((*start, answers));
    }
    let mut rows: Vec<Vec<Value>> = sheet.rows[..first as usize].to_vec();
    let mut of: Rows = (0..first).collect();
    rows.push(labels.iter().map(|label| Value::Text(Arc::from(label.as_str()))).collect());
    of.push(first);
    for (start, answers) in forms {
        let mut row = vec![Value::Empty; labels.len()];
        for (column, value) in answers {
            row[column] = value;
        }
        rows.push(row);
        of.push(start);
    }
    let out = Sheet { name: sheet.name.clone(), hidden: sheet.hidden, rows, ..Sheet::default() };
    Some((out, of))
}

/// Does a form begin in the row: 姓名 with a name right of it?
fn named(grid: &Grid, row: u32) -> bool {
    pairs(grid, row).iter().any(|(label, value)| {
        let field = words::meaning(label, None).map(|(f, _)| f);
        field == Some(Field::Name) && value.as_text().is_some_and(|t| name::read(t).is_likely())
    })
}

/// Labels everybody knows, each with the cell right of it where that is no label.
fn pairs(grid: &Grid, row: u32) -> Vec<(String, Value)> {
    let label = |value: &Value| {
        let text = bare(value.as_text()?);
        let known = words::is_known(&text) || matches!(words::meaning(&text, None), Some((_, sure)) if sure >= 0.95);
        (known && text.chars().count() >= 2).then_some(text)
    };
    let cells: Vec<&Value> = grid.filled(row).map(|(_, v)| v).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        match (label(cells[at]), cells.get(at + 1)) {
            (Some(text), Some(value)) if label(value).is_none() => {
                out.push((text, (*value).clone()));
                at += 2;
            }
            _ => at += 1,
        }
    }
    out
}

/// 户主姓名 王军 性别 男 身份证号 … above a table of the others of the household: the head becomes its first row.
pub(crate) fn heads_above(sheet: &Sheet) -> Option<(Sheet, Rows)> {
    let grid = Grid::new(sheet);
    let field = |label: &str| words::meaning(label, None).map(|(f, _)| f);
    let mut inserts: Vec<(u32, u32, Vec<Value>)> = Vec::new();
    for header in 1..grid.rows() {
        let leaves: Vec<(u16, Field)> =
            grid.filled(header).filter_map(|(c, v)| Some((c, field(&bare(v.as_text()?))?))).collect();
        let column = |of: &Field| leaves.iter().find(|(_, f)| f == of).map(|(c, _)| *c);
        let (Some(names), Some(relations)) = (column(&Field::Name), column(&Field::Relation)) else { continue };
        if leaves.len() * 3 < grid.filled(header).count() * 2 || !pairs(&grid, header).is_empty() {
            continue;
        }
        // The form right above, up to the table before it.
        let form_row = |r: &u32| grid.filled(*r).count() < 2 || !pairs(&grid, *r).is_empty();
        let above = (header.saturating_sub(8)..header).rev().take_while(form_row);
        let mut form: Vec<(u32, String, Value)> = Vec::new();
        for row in above {
            form.extend(pairs(&grid, row).into_iter().map(|(label, value)| (row, label, value)));
        }
        let is_name = |l: &str| matches!(field(l), Some(Field::HeadName | Field::Name));
        let Some((row, _, head)) =
            form.iter().find(|(_, l, v)| is_name(l) && v.as_text().is_some_and(|t| name::read(t).is_likely()))
        else {
            continue;
        };
        let described = |f: Field| form.iter().any(|(r, l, _)| *r >= *row && field(l) == Some(f.clone()));
        if !(described(Field::Sex) || described(Field::Number) || described(Field::Birth)) {
            continue;
        }
        let text = name::read(&head.shown()).text;
        let below = (header + 1..grid.rows()).take_while(|r| !grid.is_blank(*r));
        if below.into_iter().any(|r| name::read(&grid.own(r, names).shown()).text == text) {
            continue;
        }
        let mut cells = vec![Value::Empty; usize::from(grid.width())];
        for (at, of) in &leaves {
            let told = form.iter().find(|(r, l, _)| *r >= *row && field(l).as_ref() == Some(of));
            if let Some((_, _, value)) = told {
                cells[usize::from(*at)] = value.clone();
            }
        }
        cells[usize::from(names)] = head.clone();
        cells[usize::from(relations)] = Value::Text(Arc::from("户主"));
        inserts.push((header, *row, cells));
    }
    if inserts.is_empty() || !sheet.merges.iter().all(|m| m.first_row == m.last_row) {
        return None;
    }
    let (mut rows, mut of, mut moved): (Vec<Vec<Value>>, Rows, Vec<u32>) = (Vec::new(), Vec::new(), Vec::new());
    for (at, cells) in (0u32..).zip(&sheet.rows) {
        moved.push(u32::try_from(rows.len()).ok()?);
        rows.push(cells.clone());
        of.push(at);
        if let Some((_, row, cells)) = inserts.iter().find(|(header, ..)| *header == at) {
            rows.push(cells.clone());
            of.push(*row);
        }
    }
    let mut out = Sheet { rows, comments: Vec::new(), ..sheet.clone() };
    let to = |row: u32| moved.get(row as usize).copied().unwrap_or(row);
    out.merges.iter_mut().for_each(|m| (m.first_row, m.last_row) = (to(m.first_row), to(m.last_row)));
    out.hidden_rows = sheet.hidden_rows.iter().map(|r| to(*r)).collect();
    out.formulas = sheet.formulas.iter().map(|(r, c)| (to(*r), *c)).collect();
    out.comments = sheet.comments.iter().cloned().map(|c| liren_sheets::Comment { row: to(c.row), ..c }).collect();
    Some((out, of))
}

/// 姓 | 名 in two columns, joined.
pub(crate) fn joined_names(sheet: &Sheet) -> Option<Sheet> {
    let head = |value: &Value, words: &[&str]| value.as_text().is_some_and(|t| words.contains(&bare(t).as_str()));
    let (row, column) = sheet.rows.iter().take(12).enumerate().find_map(|(row, cells)| {
        let column =
            cells.windows(2).position(|two| head(&two[0], &["姓", "姓氏"]) && head(&two[1], &["名", "名字"]))?;
        Some((row, column))
    })?;
    let mut out = sheet.clone();
    out.rows[row][column] = Value::Text(Arc::from("姓名"));
    out.rows[row][column + 1] = Value::Empty;
    for cells in out.rows.iter_mut().skip(row + 1) {
        let text = |at: usize| cells.get(at).and_then(Value::as_text).map(|t| t.trim().to_owned()).unwrap_or_default();
        let (surname, given) = (text(column), text(column + 1));
        if !surname.is_empty() && !given.is_empty() && surname.chars().count() <= 2 {
            cells[column] = Value::Text(Arc::from(format!("{surname}{given}")));
            cells[column + 1] = Value::Empty;
        }
    }
    Some(out)
}

/// 王姓, 李氏家族 over given names: the surname stands in the title. Whoever married in is written with a name of her own.
pub(crate) fn clan_names(sheet: &Sheet) -> Option<Sheet> {
    let grid = Grid::new(sheet);
    let above = (0..grid.rows().min(4)).filter(|r| grid.filled(*r).count() <= 2).flat_map(|r| grid.filled(r));
    let mut titles = std::iter::once(sheet.name.as_str()).chain(above.filter_map(|(_, v)| v.as_text()));
    let clan = titles.find_map(clan_of)?;
    let headers = find(&grid);
    let named = |column: u16, leaf: &str| {
        let name = matches!(leaf, "名" | "名字")
            || words::meaning(leaf, None).is_some_and(|(f, sure)| f == Field::Name && sure >= 0.9);
        name.then_some(column)
    };
    let row = headers.first().map(|h| h.last).or_else(|| {
        (0..grid.rows().min(8)).find(|r| {
            grid.filled(*r).count() >= 2 && grid.filled(*r).any(|(c, v)| named(c, &bare(&v.shown())).is_some())
        })
    })?;
    let column = grid.filled(row).find_map(|(c, v)| named(c, &bare(&v.shown())))?;
    let relation = grid
        .filled(row)
        .find(|(_, v)| words::meaning(&bare(&v.shown()), None).is_some_and(|(f, _)| f == Field::Relation));
    let given = |text: &str| {
        (1..=2).contains(&text.chars().count()) && text.chars().all(name::is_han) && name::read(text).text == text
    };
    let (mut filled, mut short) = (0_usize, 0_usize);
    for at in row + 1..grid.rows() {
        let text = grid.own(at, column).shown();
        let text = text.trim();
        if text.is_empty() || grid.filled(at).count() < 2 {
            continue;
        }
        filled += 1;
        short += usize::from(given(text) && !text.starts_with(clan.as_str()));
    }
    if short < 2 || short * 10 < filled * 6 {
        return None;
    }
    let mut out = sheet.clone();
    for at in row + 1..grid.rows() {
        let related = relation.map(|(c, _)| grid.own(at, c).shown()).unwrap_or_default();
        let married = ["妻", "媳", "配偶", "爱人", "婿", "夫"].iter().any(|w| related.contains(w));
        let text = grid.own(at, column).shown().trim().to_owned();
        if grid.filled(at).count() < 2 || !given(&text) || (married && text.chars().count() == 2) {
            continue;
        }
        if let Some(cell) = out.rows.get_mut(at as usize).and_then(|r| r.get_mut(usize::from(column))) {
            *cell = Value::Text(Arc::from(format!("{clan}{text}")));
        }
    }
    out.rows[row as usize][usize::from(column)] = Value::Text(Arc::from("姓名"));
    Some(out)
}

/// 王姓, 欧阳氏宗亲 → the surname.
fn clan_of(title: &str) -> Option<String> {
    let title = bare(title);
    ["姓", "氏"].iter().find_map(|mark| {
        let at = title.find(mark)?;
        let before: Vec<char> = title[..at].chars().collect();
        let two: String = before.iter().rev().take(2).rev().collect();
        let one: String = before.last()?.to_string();
        // A name behind it tells whether it is a surname.
        let surname = |word: &str| name::surname_length(&format!("{word}某某")) == word.chars().count();
        let rest = &title[at + mark.len()..];
        let said = ["", "家族", "宗族", "宗亲", "族人", "人口", "村民", "户", "房", "一族", "支", "("]
            .iter()
            .any(|w| rest == *w || !w.is_empty() && rest.starts_with(w));
        let word = if two.chars().count() == 2 && surname(&two) { two } else { one };
        (said && surname(&word)).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let cell = |t: &&str| if t.is_empty() { Value::Empty } else { Value::Text(Arc::from(*t)) };
        Sheet { rows: rows.iter().map(|r| r.iter().map(cell).collect()).collect(), ..Sheet::default() }
    }

    #[test]
    fn forms_become_rows() {
        let forms = sheet(&[
            &["居民基本情况登记表"],
            &["姓名", "田有福", "性别", "男"],
            &["出生日期", "1962-04-01", "民族", "汉族"],
            &["现住址", "二组11号"],
            &[],
            &["姓名", "田有财", "性别", "男"],
            &["出生日期", "1970-12-03", "电话", "19900000012"],
        ]);
        let (out, rows) = table(&forms).unwrap();
        assert_eq!(rows, [0, 1, 1, 5]);
        assert_eq!(out.value(1, 0).shown(), "姓名");
        assert_eq!((out.value(2, 0).shown(), out.value(3, 0).shown()), ("田有福".to_owned(), "田有财".to_owned()));
        assert_eq!((out.value(3, 4).shown(), out.value(3, 5).shown()), (String::new(), "19900000012".to_owned()));
        // A table, and a signature.
        assert!(table(&sheet(&[&["姓名", "性别", "民族"], &["田有福", "男", "汉族"]])).is_none());
        assert!(table(&sheet(&[&["姓名", "田有福"], &["事由", "请假"]])).is_none());
    }

    #[test]
    fn the_head_above_a_table_is_its_first_row() {
        let form: &[&[&str]] = &[
            &["居民家庭情况登记表"],
            &["户主姓名", "田有福", "性别", "男", "身份证号", "990188196204012135"],
            &["现住址", "二组11号", "", "联系电话", "19900000011"],
            &["家庭成员"],
            &["姓名", "与户主关系", "性别", "身份证号"],
            &["沙金花", "妻子", "女", "990188196510062140"],
        ];
        let (out, rows) = heads_above(&sheet(form)).unwrap();
        assert_eq!(rows, [0, 1, 2, 3, 4, 1, 5]);
        let head: Vec<String> = (0..4).map(|c| out.value(5, c).shown()).collect();
        assert_eq!(head, ["田有福", "户主", "男", "990188196204012135"]);
        // A card that only names the head, who stands among the members.
        let card: &[&[&str]] = &[
            &["户主姓名", "田有福", "户号", "1"],
            &["姓名", "关系", "性别"],
            &["田有福", "户主", "男"],
            &["沙金花", "配偶", "女"],
        ];
        assert!(heads_above(&sheet(card)).is_none());
    }

    #[test]
    fn the_title_of_a_clan_is_the_surname_of_its_names() {
        for (title, clan) in [
            ("王姓", Some("王")),
            ("欧阳氏家族", Some("欧阳")),
            ("柳河村田氏宗亲", Some("田")),
            ("姓名", None),
            ("田王氏之墓", None),
        ] {
            assert_eq!(clan_of(title).as_deref(), clan, "{title}");
        }
        let rows: &[&[&str]] = &[
            &["田氏家族"],
            &["名字", "关系", "出生"],
            &["有福", "户主", "1962"],
            &["李梅", "妻", "1963"],
            &["小军", "儿子", "1990"],
            &["春", "女儿", "1992"],
        ];
        let out = clan_names(&sheet(rows)).unwrap();
        let names: Vec<String> = (2..6).map(|r| out.value(r, 0).shown()).collect();
        assert_eq!(names, ["田有福", "李梅", "田小军", "田春"]);
        // Whole names stay.
        let whole: &[&[&str]] =
            &[&["田氏家族"], &["姓名", "关系"], &["田有福", "户主"], &["田小军", "儿子"], &["田春", "女儿"]];
        assert!(clan_names(&sheet(whole)).is_none());
    }

    #[test]
    fn a_surname_of_its_own_is_part_of_the_name() {
        let out = joined_names(&sheet(&[&["序号", "姓", "名", "性别"], &["1", "田", "有福", "男"]])).unwrap();
        assert_eq!((out.value(1, 1).shown(), out.value(1, 2).shown()), ("田有福".to_owned(), String::new()));
    }
}
