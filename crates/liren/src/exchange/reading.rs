//! Workbooks from outside, read and given back by the process that reads foreign files.

use std::sync::Arc;

use liren_sheets::annotate::{Level as Mark, Remark, annotate_within};
use liren_sheets::{Budget, Workbook, read_within, wire};
use serde::{Deserialize, Serialize};

use crate::base::reader::{self, Reader, Refusal, Size};
use crate::base::{Result, error};

/// A workbook as cells.
pub static BOOK: Reader = Reader { kind: "book", read: read_book, answer: 1 << 30 };

/// A workbook given back with remarks at its cells.
pub static ANNOTATED: Reader = Reader { kind: "annotated", read: annotate, answer: 1 << 30 };

/// So many remarks are written into a workbook: a spreadsheet with more comments opens no longer.
const REMARKS: usize = 20_000;

#[derive(Serialize, Deserialize)]
struct Name {
    name: String,
}

#[derive(Serialize, Deserialize)]
struct Remarks {
    name: String,
    remarks: Vec<Said>,
}

/// A remark at a cell.
#[derive(Serialize, Deserialize)]
struct Said {
    sheet: String,
    row: u32,
    column: Option<u16>,
    error: bool,
    header: String,
    name: String,
    value: String,
    text: String,
}

fn budget(size: Size) -> &'static Budget {
    match size {
        Size::Ordinary => &Budget::ORDINARY,
        Size::Large => &Budget::LARGE,
    }
}

/// The cells of a file.
pub async fn book(name: &str, file: Arc<Vec<u8>>, size: Size) -> Result<Workbook> {
    let bytes = reader::read(&BOOK, &Name { name: name.to_owned() }, file, size).await?;
    wire::decode(&bytes, budget(size)).map_err(|_| error::fault("the reading process sent no workbook"))
}

fn read_book(header: &[u8], file: &[u8], size: Size) -> std::result::Result<Vec<u8>, Refusal> {
    let Name { name } = told(header)?;
    let book = read_within(file, &name, budget(size)).map_err(|e| Refusal { zh: e.zh, en: e.en })?;
    Ok(wire::encode(&book))
}

/// The file with every error and warning as a comment at its cell and a summary sheet.
pub async fn annotated(name: String, file: Arc<Vec<u8>>, mut remarks: Vec<Remark>, size: Size) -> Result<Vec<u8>> {
    if remarks.len() > REMARKS {
        let more = remarks.len() - REMARKS;
        remarks.sort_by_key(|r| std::cmp::Reverse(r.level));
        remarks.truncate(REMARKS);
        remarks.push(Remark {
            sheet: String::new(),
            row: 0,
            column: None,
            level: Mark::Error,
            header: String::new(),
            name: String::new(),
            value: String::new(),
            text: format!("问题太多，只标出前 {REMARKS} 处，另有 {more} 处没有标出。请先更正这些，再导入一次。"),
        });
    }
    let remarks = remarks
        .into_iter()
        .map(|r| Said {
            sheet: r.sheet,
            row: r.row,
            column: r.column,
            error: r.level == Mark::Error,
            header: r.header,
            name: r.name,
            value: r.value,
            text: r.text,
        })
        .collect();
    reader::read(&ANNOTATED, &Remarks { name, remarks }, file, size).await
}

fn annotate(header: &[u8], file: &[u8], size: Size) -> std::result::Result<Vec<u8>, Refusal> {
    let Remarks { name, remarks } = told(header)?;
    let remarks: Vec<Remark> = remarks
        .into_iter()
        .map(|s| Remark {
            sheet: s.sheet,
            row: s.row,
            column: s.column,
            level: if s.error { Mark::Error } else { Mark::Warning },
            header: s.header,
            name: s.name,
            value: s.value,
            text: s.text,
        })
        .collect();
    annotate_within(file, &name, &remarks, budget(size)).map_err(|e| Refusal { zh: e.to_string(), en: e.to_string() })
}

fn told<'a, T: Deserialize<'a>>(header: &'a [u8]) -> std::result::Result<T, Refusal> {
    serde_json::from_slice(header).map_err(|e| Refusal { zh: e.to_string(), en: e.to_string() })
}
