//! Files made to do harm: each is read as far as it makes sense, or refused, and what was left out is said.

#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use liren_sheets::book::Fault;
use liren_sheets::budget::TEXT;
use liren_sheets::{Budget, Value, Workbook, read, read_within};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A package with sheets, each a name and the number of its part.
fn package(sheets: &[(String, usize)], parts: &[String]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |path: &str, text: &str| {
        zip.start_file(path, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let (mut listed, mut relations) = (String::new(), String::new());
    for (at, (name, part)) in sheets.iter().enumerate() {
        listed.push_str(&format!(r#"<sheet name="{name}" sheetId="{}" r:id="r{at}"/>"#, at + 1));
        let kind = "http://x/worksheet";
        relations.push_str(&format!(r#"<Relationship Id="r{at}" Type="{kind}" Target="worksheets/sheet{part}.xml"/>"#));
    }
    add("xl/workbook.xml", &format!("<workbook><sheets>{listed}</sheets></workbook>"));
    add("xl/_rels/workbook.xml.rels", &format!("<Relationships>{relations}</Relationships>"));
    for (at, part) in parts.iter().enumerate() {
        add(&format!("xl/worksheets/sheet{at}.xml"), part);
    }
    zip.finish().unwrap().into_inner()
}

fn one(part: &str) -> Vec<u8> {
    package(&[("名单".to_owned(), 0)], &[format!("<worksheet><sheetData>{part}</sheetData></worksheet>")])
}

fn said(book: &Workbook, words: &str) -> bool {
    book.findings.iter().any(|f| f.zh.contains(words))
}

fn quick<T>(work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = work();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    done
}

#[test]
fn rows_that_claim_the_last_column_cost_no_more_than_others() {
    let rows: String = (1..=3_000)
        .map(|r| format!(r#"<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="XFD{r}"><v>1</v></c></row>"#))
        .collect();
    let book = quick(|| read(&one(&rows), "a.xlsx").unwrap());
    assert_eq!(book.sheets[0].rows.len(), 3_000);
    assert_eq!(book.sheets[0].width(), 1);
    assert!(said(&book, "3000 个单元格离表太远"), "{:?}", book.findings);
    let far = r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#;
    let book = read(&one(far), "a.xlsx").unwrap();
    assert!(book.sheets[0].rows.is_empty() && said(&book, "离表太远"));
}

#[test]
fn references_past_every_limit_are_left_out() {
    let cells: String = (0..70_000).map(|_| "<c/>").collect();
    let names = r#"<c r="ZZZ1"><v>1</v></c><c r="A4294967295"><v>1</v></c><c r="ZZZZZ1"><v>7</v></c><c r="A0"/>"#;
    let part = format!(r#"<row r="4294967295">{names}</row><row>{cells}</row>"#);
    quick(|| read(&one(&part), "a.xlsx").unwrap());
}

#[test]
fn a_book_with_more_cells_than_it_may_have_is_refused_whole() {
    let row: String = (0..200).map(|_| "<c><v>1</v></c>").collect();
    let rows: String = (0..300).map(|_| format!("<row>{row}</row>")).collect();
    let bytes = one(&rows);
    let small = Budget { cells: 50_000, ..Budget::ORDINARY };
    assert_eq!(read_within(&bytes, "a.xlsx", &small).unwrap_err().fault, Fault::TooLarge);
    assert_eq!(read(&bytes, "a.xlsx").unwrap().sheets[0].rows.len(), 300);
    let lines = "1,2,3,4,5,6\n".repeat(10_000);
    assert_eq!(read_within(lines.as_bytes(), "a.csv", &small).unwrap_err().fault, Fault::TooLarge);
    assert_eq!(read_within("\n".repeat(60_000).as_bytes(), "a.csv", &small).unwrap_err().fault, Fault::Empty);
    let blank = format!("a{}", "\n".repeat(60_000));
    assert_eq!(read_within(blank.as_bytes(), "a.csv", &small).unwrap_err().fault, Fault::TooLarge);
}

#[test]
fn a_part_is_one_sheet_however_often_it_is_listed() {
    let part = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>".to_owned();
    let twins: Vec<(String, usize)> = (0..40_000).map(|n| (format!("表{n}"), 0)).collect();
    let book = quick(|| read(&package(&twins, std::slice::from_ref(&part)), "a.xlsx").unwrap());
    assert_eq!(book.sheets.len(), 1);
    assert!(said(&book, "39999 个工作表"), "{:?}", book.findings);
    let many: Vec<(String, usize)> = (0..1_500).map(|n| (format!("表{n}"), n)).collect();
    let book = quick(|| read(&package(&many, &vec![part; 1_500]), "a.xlsx").unwrap());
    assert_eq!(book.sheets.len(), Budget::ORDINARY.sheets);
    assert!(said(&book, "其余 1000 个没有读"), "{:?}", book.findings);
}

#[test]
fn characters_nobody_can_see_and_texts_without_end_do_not_enter() {
    let long = "长".repeat(2 * TEXT);
    let part = format!(
        r#"<row><c t="inlineStr"><is><t>王_x0000_军_x0007_</t></is></c><c t="str"><v>&#7;{long}</v></c><c t="e"><v>#N_x0001_/A</v></c></row>"#
    );
    let sheet = &read(&one(&part), "a.xlsx").unwrap();
    assert_eq!(sheet.sheets[0].value(0, 0), &Value::Text("王军".into()));
    assert_eq!(sheet.sheets[0].value(0, 1).shown().chars().count(), TEXT);
    assert!(said(sheet, "控制字符") && said(sheet, "超过 32767 个字"), "{:?}", sheet.findings);
    let book = read(format!("姓名,备注\n王\u{0}军,\u{7}甲\n李\u{85}丽,{long}\n").as_bytes(), "a.csv").unwrap();
    assert_eq!(book.sheets[0].value(1, 0).shown(), "王军");
    assert_eq!(book.sheets[0].value(2, 0).shown(), "李丽");
    assert_eq!(book.sheets[0].value(2, 1).shown().chars().count(), TEXT);
    assert!(said(&book, "有 3 处文字含看不见"), "{:?}", book.findings);
    let name = package(&[("名_x0000_".to_owned() + &"名".repeat(5_000), 0)], &["<worksheet/>".to_owned()]);
    assert_eq!(read(&name, "a.xlsx").unwrap().sheets[0].name.chars().count(), 100);
}

#[test]
fn marks_without_end_are_kept_only_so_far() {
    let merges: String = (1..300_000).map(|r| format!(r#"<mergeCell ref="A{r}:XFD{r}"/>"#)).collect();
    let hidden: String = (0..60_000).map(|_| r#"<col min="1" max="16384" hidden="1"/>"#).collect();
    let part = format!(
        "<row><c><v>1</v></c></row></sheetData><cols>{hidden}</cols><mergeCells>{merges}</mergeCells><sheetData>"
    );
    let book = quick(|| read(&one(&part), "a.xlsx").unwrap());
    let covered: usize = book.sheets[0].merges.iter().map(|m| usize::from(m.last_column - m.first_column) + 1).sum();
    assert!(covered <= 2_000_000 && covered > 1_000_000, "{covered}");
    assert!(said(&book, "合并单元格"), "{:?}", book.findings);
}

#[test]
fn a_quote_that_nothing_closes_does_not_swallow_the_rows_that_follow() {
    let rows: String = (0..500).map(|n| format!("{n},\"王,军\",\"两\n行\"\n")).collect();
    let text = format!("号,姓名,备注\n0,\"李丽,甲\n{rows}1,张\"三,\"\"\"好\"\"\"\n2,\"赵\"四,\n3,\"周五\" ,\"\"\n");
    let book = read(text.as_bytes(), "a.csv").unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.rows.len(), 505);
    assert_eq!(sheet.value(1, 1).shown(), "\"李丽");
    assert_eq!(sheet.value(2, 1).shown(), "王,军");
    assert_eq!(sheet.value(2, 2).shown(), "两\n行");
    assert_eq!(sheet.value(502, 1).shown(), "张\"三");
    assert_eq!(sheet.value(502, 2).shown(), "\"好\"");
    assert_eq!(sheet.value(503, 1).shown(), "赵四");
    assert_eq!(sheet.value(504, 1).shown().trim(), "周五");
    assert!(said(&book, "有 1 个引号"), "{:?}", book.findings);
    // One column, and quotes that look for a partner over and over.
    let one_column = format!("姓名\n\"王军\n{}", "李丽\n".repeat(1_000));
    assert_eq!(read(one_column.as_bytes(), "a.csv").unwrap().sheets[0].rows.len(), 1_002);
    for piece in ["\"a\n", "\"a,", "\"a\"\"", "\"\"\"", "\"a\"\",", "x\"\n\"", "\",\"\n", "\" "] {
        quick(|| read(piece.repeat((1 << 20) / piece.len()).as_bytes(), "a.csv")).unwrap();
    }
}
