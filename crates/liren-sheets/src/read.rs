//! A file's bytes → [`Workbook`]: `.xlsx`, `.xls`, `.ods`, `.csv`, `.txt` and tables of web pages, told apart by their
//! contents: the name of a file is what somebody called it.
//!
//! Broken packages, password-protected files, documents renamed to `.xls` and zip bombs end in an
//! [`Unreadable`] a clerk can act on, never in a panic.

mod biff;
mod meter;
mod package;
mod styles;
mod text;
mod web;
mod xls;
pub(crate) mod xlsx;
mod xml;

use crate::book::{Fault, Unreadable, Workbook};
use crate::budget::Budget;

use meter::Meter;
pub(crate) use package::{Package, normal};

/// Reads a workbook. `name` is the file's name: a text file's only sheet is called by its stem.
pub fn read(bytes: &[u8], name: &str) -> Result<Workbook, Unreadable> {
    read_within(bytes, name, &Budget::ORDINARY)
}

/// The same, as far as a budget goes.
pub fn read_within(bytes: &[u8], name: &str, budget: &Budget) -> Result<Workbook, Unreadable> {
    let mut meter = Meter::new(budget);
    let read = match kind_of(bytes) {
        Kind::Empty => Err(unreadable(Fault::Empty)),
        Kind::Zip => xlsx::read(bytes, &mut meter),
        Kind::Compound => xls::read(bytes, &mut meter),
        Kind::Page => web::page(bytes, stem(name), &mut meter),
        Kind::Archive => web::archive(bytes, stem(name), &mut meter),
        Kind::Xml => web::xml_of_2003(bytes, &mut meter),
        Kind::Other(what) => Err(not_a_table(what)),
        Kind::Text => text::read(bytes, stem(name), &mut meter),
    };
    // WPS writes its own format under this ending; what can be read of it was tried.
    let mut book = match read {
        Err(fault) if name.to_ascii_lowercase().ends_with(".et") && fault.fault != Fault::Password => {
            return Err(of_wps(fault.fault));
        }
        read => read?,
    };
    book.findings.extend(meter.findings());
    Ok(book)
}

enum Kind {
    Empty,
    Zip,
    /// OLE2: `.xls`, `.doc`, or a protected `.xlsx`
    Compound,
    /// A web page, whatever its name
    Page,
    /// A web archive (MIME)
    Archive,
    /// The XML of Excel 2003
    Xml,
    Text,
    Other(&'static str),
}

/// So much of a text is searched for the tags of a page: Excel writes long styles before its tables.
const SEARCHED: usize = 4 << 20;

fn kind_of(bytes: &[u8]) -> Kind {
    let start = &bytes[..bytes.len().min(4096)];
    if start.iter().all(u8::is_ascii_whitespace) && bytes.iter().all(u8::is_ascii_whitespace) {
        return Kind::Empty;
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    // A BIFF stream without its OLE2 wrapper begins with BOF (09 08, 09 04 or 09 02).
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        return Kind::Compound;
    }
    let lower = start.to_ascii_lowercase();
    let has = |word: &[u8]| lower.windows(word.len()).any(|w| w == word);
    if start.starts_with(b"%PDF") {
        return Kind::Other("PDF");
    }
    if start.starts_with(b"{\\rtf") {
        return Kind::Other("RTF");
    }
    if start.starts_with(b"\x89PNG") || start.starts_with(b"\xff\xd8\xff") || start.starts_with(b"GIF8") {
        return Kind::Other("图片 (picture)");
    }
    if has(b"mime-version:") && has(b"multipart/") {
        return Kind::Archive;
    }
    if has(b"urn:schemas-microsoft-com:office:spreadsheet") && has(b"<?xml") && !has(b"<html") {
        return Kind::Xml;
    }
    // UTF-16 has zeros between its letters: the tags are looked for in the text.
    let utf16 = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
    if has(b"\0\0\0\0") && !utf16 {
        return Kind::Other("二进制文件 (binary file)");
    }
    let searched = &bytes[..bytes.len().min(SEARCHED)];
    let page = if utf16 {
        let (text, _) = text::decode(searched);
        let text = text.to_ascii_lowercase();
        text.contains("<table") || text.contains("<html")
    } else {
        tag_in(searched, b"<table") || tag_in(searched, b"<html") || tag_in(searched, b"<!doctype html")
    };
    if page { Kind::Page } else { Kind::Text }
}

/// Does a tag stand in the text, in letters of either case?
fn tag_in(bytes: &[u8], tag: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == b'<') {
        rest = &rest[at..];
        if rest.len() >= tag.len() && rest[..tag.len()].eq_ignore_ascii_case(tag) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

fn of_wps(fault: Fault) -> Unreadable {
    Unreadable {
        fault,
        zh: "这是 WPS 表格(.et)的文件，不能直接读取。请用 WPS 打开，另存为 .xlsx 后再上传。".to_owned(),
        en: "This is a file of WPS (.et) and cannot be read. Open it in WPS, save it as .xlsx, and upload it again."
            .to_owned(),
    }
}

fn stem(name: &str) -> &str {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.rsplit_once('.').map_or(base, |(stem, _)| stem)
}

pub(crate) fn unreadable(fault: Fault) -> Unreadable {
    let (zh, en) = match fault {
        Fault::Empty => (
            "文件是空的，没有任何内容。请检查是否选错了文件。",
            "The file is empty. Check that you chose the right one.",
        ),
        Fault::Password => (
            "文件设有打开密码，无法读取。请在 Excel 中取消密码后另存，再重新上传。",
            "The file is protected by a password. Remove the password in Excel, save, and upload it again.",
        ),
        Fault::NotATable => (
            "这不是电子表格。请另存为 .xlsx 或 .csv 后再上传。",
            "This is not a spreadsheet. Save it as .xlsx or .csv and upload it again.",
        ),
        Fault::Broken => (
            "文件已损坏，无法读取。请用 Excel 或 WPS 打开并另存为 .xlsx 后再上传。",
            "The file is damaged. Open it in Excel or WPS, save it as .xlsx, and upload it again.",
        ),
        Fault::TooLarge => (
            "文件展开后过大，已停止读取。请删去多余的空白行列和图片，或分成几个文件再上传。",
            "The file unpacks to more than can be read. Remove empty rows, columns and pictures, or split it, and upload it again.",
        ),
    };
    Unreadable { fault, zh: zh.to_owned(), en: en.to_owned() }
}

pub(crate) fn not_a_table(what: &str) -> Unreadable {
    Unreadable {
        fault: Fault::NotATable,
        zh: format!(
            "这个文件的内容是{what}，不是电子表格。请用 Excel 或 WPS 打开原表，另存为 .xlsx 或 .csv 后再上传。"
        ),
        en: format!(
            "The contents are {what}, not a spreadsheet. Open the original in Excel or WPS, save it as .xlsx or .csv, and upload it again."
        ),
    }
}

#[cfg(test)]
mod tests;
