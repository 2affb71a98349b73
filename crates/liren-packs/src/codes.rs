//! codes.tsv: the national code tables, and codes_en.tsv: their English.

use std::collections::HashMap;

use liren_rules::{Code, CodeTable, Finding, Title};

use crate::source::{Source, Spot};

/// The tables of codes.tsv (columns table, title, source, confidence, code, name), in their order there.
pub(crate) fn tables(source: &Source, english: Option<&Source>, findings: &mut Vec<Finding>) -> Vec<(CodeTable, Spot)> {
    let english = english.map(words).unwrap_or_default();
    let mut tables: Vec<(String, Title, Vec<Code>, Spot)> = vec![];
    let mut untranslated: Vec<(String, usize, Spot)> = vec![];
    for (line, spot) in lines(source).skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [table, title, _, _, code, name, also @ ..] = cells.as_slice() else {
            findings.push(spot.error(
                "codes-columns",
                format!("这一行有 {} 列，要 6 列", cells.len()),
                format!("this line has {} columns, expected 6", cells.len()),
            ));
            continue;
        };
        let key = ((*table).to_string(), (*code).to_string());
        let en = english.get(&key).cloned().unwrap_or_else(|| {
            match untranslated.iter_mut().find(|(t, _, _)| t == table) {
                Some((_, n, _)) => *n += 1,
                None => untranslated.push(((*table).to_string(), 1, spot.clone())),
            }
            (*name).to_string()
        });
        let at = tables.iter().position(|t| t.0 == *table).unwrap_or_else(|| {
            let en = english.get(&((*table).to_string(), String::new())).cloned();
            let title = Title::new(*title, en.unwrap_or_else(|| table.replace('_', " ")));
            tables.push(((*table).to_string(), title, vec![], spot.clone()));
            tables.len() - 1
        });
        if tables[at].2.iter().any(|c| c.code == *code) {
            findings.push(spot.error(
                "duplicate-id",
                format!("代码表 {table} 里 {code} 出现了两次"),
                format!("code table {table} has {code} twice"),
            ));
            continue;
        }
        let mut new = Code::new(code, name, &en);
        for word in also.iter().flat_map(|a| a.split(['、', ','])).filter(|w| !w.is_empty()) {
            new = new.also(word);
        }
        tables[at].2.push(new);
    }
    for (table, count, spot) in untranslated {
        findings.push(spot.warning(
            "missing-language",
            format!("代码表 {table} 有 {count} 个代码没有英文（codes_en.tsv）"),
            format!("{count} codes of table {table} have no English (codes_en.tsv)"),
        ));
    }
    tables.into_iter().map(|(id, title, codes, spot)| (CodeTable::new(&id, title, codes), spot)).collect()
}

/// English by table and code; a line with an empty code names the table itself.
fn words(source: &Source) -> HashMap<(String, String), String> {
    lines(source)
        .skip(1)
        .filter_map(|(line, _)| {
            let mut cells = line.split('\t');
            let (table, code, en) = (cells.next()?, cells.next()?, cells.next()?);
            (!en.is_empty()).then(|| ((table.to_string(), code.to_string()), en.to_string()))
        })
        .collect()
}

/// Lines that are not empty and no comments, with their places.
fn lines(source: &Source) -> impl Iterator<Item = (&str, Spot)> {
    let mut at = 0;
    source.text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let text = line.trim_end_matches(['\n', '\r']);
        let spot = Spot { file: source.file.clone(), span: start..start + text.len() };
        (!text.trim().is_empty() && !text.starts_with('#')).then_some((text, spot))
    })
}
