//! Workbooks of every kind, and what an import makes of them.

use std::io::{Cursor, Read as _, Write as _};

use liren::base::{Actor, App};
use liren_facts::Day;
use liren_sheets::write::{Book, Cell, Style};
use liren_sheets::{Budget, Range, annotate, read, wire};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::Target;
use crate::chance::{self, Chance, markup, sentence};
use crate::words::CELLS;

/// The parts of a package by their paths.
pub fn unpack(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("our own package");
    (0..zip.len())
        .map(|at| {
            let mut part = zip.by_index(at).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("a part");
            (part.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

pub fn package(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        if zip.start_file(path.as_str(), options).is_ok() {
            zip.write_all(bytes).expect("memory takes it");
        }
    }
    zip.finish().expect("memory takes it").into_inner()
}

/// A roster more or less.
fn roster(chance: &mut Chance) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    if chance.one_in(3) {
        rows.push(vec!["榆园小区居民花名册".to_owned()]);
    }
    let head = ["序号", "姓名", "与户主关系", "身份证号", "家庭住址", "联系电话", "备注"];
    rows.push(
        head.iter()
            .map(|h| if chance.one_in(10) { (*chance.pick(CELLS)).to_owned() } else { (*h).to_owned() })
            .collect(),
    );
    for n in 0..=chance.few(12) {
        let mut row: Vec<String> =
            [&*n.to_string(), "王军", "户主", "990101193001010019", "榆园小区1号楼2单元303", "199-0000-0001", ""]
                .map(str::to_owned)
                .to_vec();
        for cell in &mut row {
            if chance.one_in(4) {
                *cell = if chance.one_in(6) {
                    sentence(CELLS, &["", " ", "、"], 6, chance)
                } else {
                    (*chance.pick(CELLS)).to_owned()
                };
            }
        }
        rows.push(row);
    }
    rows
}

fn book(chance: &mut Chance) -> Vec<u8> {
    let mut book = Book::new();
    for n in 0..=chance.few(2) {
        let page = book.page(&format!("表{n}"));
        for (r, row) in (0u32..).zip(roster(chance)) {
            for (c, text) in (0u16..).zip(row) {
                let cell = match text.parse::<f64>() {
                    Ok(number) if chance.one_in(2) => Cell::Number(number),
                    _ => Cell::Text(text),
                };
                page.put_styled(r, c, cell, Style::Text);
            }
        }
        if chance.one_in(3) {
            page.merge(Range { first_row: 20, first_column: 0, last_row: 22, last_column: 3 }, "合并", Style::Text);
        }
        if chance.one_in(3) {
            page.comment(1, 1, "【错误】查").hide_row(2).hide_column(3);
        }
    }
    book.to_bytes().expect("a book can be written")
}

/// Reads a workbook as an import does: the cells, their way from process to process, now and then the whole import and
/// the workbook given back.
fn import(
    app: &'static App,
    runtime: &'static tokio::runtime::Runtime,
    name: &'static str,
    whole: bool,
) -> Box<dyn FnMut(&[u8])> {
    Box::new(move |bytes| {
        let small = Budget { cells: 400_000, ..Budget::ORDINARY };
        let book = match liren_sheets::read_within(bytes, name, &small) {
            Ok(book) => book,
            Err(why) => return assert!(!why.zh.is_empty() && !why.en.is_empty()),
        };
        crate::READ.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        for sheet in &book.sheets {
            assert!(sheet.width() <= small.columns);
            for value in sheet.rows.iter().flatten() {
                let unseen = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
                assert!(!value.as_text().is_some_and(|t| t.contains(unseen)), "a control character came in");
            }
        }
        let sent = wire::encode(&book);
        let back = wire::decode(&sent, &small).expect("what was sent arrives");
        assert_eq!(format!("{:?}", back.sheets), format!("{:?}", book.sheets));
        // The input itself says whether it is one of those that go on: `--only` must do what the run did.
        if !whole && !bytes.iter().map(|b| u32::from(*b)).sum::<u32>().is_multiple_of(16) {
            return;
        }
        let sheet = book.sheets.first().map(|s| s.name.clone()).unwrap_or_default();
        let remark = |row, column| annotate::Remark {
            sheet: sheet.clone(),
            row,
            column,
            level: annotate::Level::Error,
            header: "姓名".into(),
            name: "王军".into(),
            value: "甲".into(),
            text: "查".into(),
        };
        if let Ok(annotated) = annotate::annotate(bytes, name, &[remark(1, Some(1)), remark(3, None)]) {
            let _ = read(&annotated, name);
        }
        let on = Day::parse("2013-11-20").expect("a day");
        let request =
            liren::exchange::Request { file_name: name, bytes, on, dry_run: true, map: None, annotate: false };
        let imported = runtime.block_on(liren::exchange::run(app, &Actor::operator(1), request));
        if let Err(liren::base::Error::Fault(what)) = imported {
            panic!("{what}");
        }
    })
}

pub fn of_xlsx(app: &'static App, runtime: &'static tokio::runtime::Runtime) -> Target {
    const XML: &[&str] = &[
        "<row r=\"1\">",
        "<c r=\"XFD1048576\" t=\"s\"><v>0</v></c>",
        "<c t=\"inlineStr\"><is><t>王军</t></is></c>",
        "<c/>",
        "<row/>",
        "<mergeCell ref=\"A1:XFD1048576\"/>",
        "<v>1e308</v>",
        "<col min=\"1\" max=\"16384\" hidden=\"1\"/>",
        "<si><t>甲</t></si>",
        "<si/>",
        "<f>A1</f>",
        "<c t=\"b\"><v>1</v></c>",
        "<c t=\"d\"><v>2013-11-20</v></c>",
        "<c t=\"e\"><v>#N/A</v></c>",
        "<c s=\"99999\"><v>1</v></c>",
        "<sheet name=\"x\" sheetId=\"1\" r:id=\"rId1\"/>",
        "../",
        "/xl/worksheets/sheet1.xml",
        "A1",
        "ZZZZ99",
        "A0",
    ];
    Target {
        make: Box::new(|chance| {
            let mut parts = unpack(&book(chance));
            for _ in 0..=chance.few(3) {
                let at = chance.below(parts.len());
                match chance.below(8) {
                    0 => drop(parts.remove(at)),
                    1 => parts[at].0 = parts[at].0.to_uppercase().replace('/', "\\"),
                    2 => chance::bytes(&mut parts[at].1, chance),
                    _ => parts[at].1 = markup(&String::from_utf8_lossy(&parts[at].1), XML, chance).into_bytes(),
                }
                if parts.is_empty() {
                    break;
                }
            }
            let mut bytes = package(&parts);
            if chance.one_in(5) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: import(app, runtime, "花名册.xlsx", false),
    }
}

pub fn of_csv(app: &'static App, runtime: &'static tokio::runtime::Runtime) -> Target {
    Target {
        make: Box::new(|chance| {
            let delimiter = *chance.pick(&[",", "\t", ";", "|"]);
            let mut text = String::new();
            for row in roster(chance) {
                for (n, cell) in row.iter().enumerate() {
                    if n > 0 {
                        text.push_str(delimiter);
                    }
                    match chance.below(8) {
                        0 => text.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
                        1 => text.push_str(&format!("\"{cell}")),
                        2 => text.push_str(&format!("={cell}\"")),
                        _ => text.push_str(cell),
                    }
                }
                text.push_str(chance.word(&["\n", "\r\n", "\n\n", "\r", ""]));
            }
            let mut bytes = match chance.below(4) {
                0 => [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(),
                1 => [&b"\xff\xfe"[..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat(),
                _ => text.into_bytes(),
            };
            if chance.one_in(4) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: import(app, runtime, "花名册.csv", false),
    }
}

pub fn of_ods(app: &'static App, runtime: &'static tokio::runtime::Runtime) -> Target {
    const XML: &[&str] = &[
        "<table:table-row>",
        "<table:table-cell office:value-type=\"string\"><text:p>王军</text:p></table:table-cell>",
        "<table:table-cell/>",
        "<table:table-cell table:number-columns-repeated=\"3\"/>",
        "<table:covered-table-cell/>",
        "<table:table table:name=\"乙\">",
        "<text:s/>",
        "office:value-type",
        "float",
        "date",
        "2013-11-20",
        "boolean",
    ];
    Target {
        make: Box::new(|chance| {
            let mut rows = String::new();
            for row in roster(chance) {
                let times = if chance.one_in(12) { chance.pick(&["2", "200", "0", "-1"]) } else { "1" };
                rows.push_str(&format!("<table:table-row table:number-rows-repeated=\"{times}\">"));
                for cell in row {
                    let (kind, value) = match cell.parse::<f64>() {
                        Ok(_) => ("float", format!(" office:value=\"{cell}\"")),
                        Err(_) => ("string", String::new()),
                    };
                    rows.push_str(&format!(
                        "<table:table-cell office:value-type=\"{kind}\"{value}><text:p>{}</text:p></table:table-cell>",
                        cell.replace(['<', '&'], "")
                    ));
                }
                rows.push_str("</table:table-row>");
            }
            let content = format!(
                r#"<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="甲">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
            );
            let content = if chance.one_in(3) { content } else { markup(&content, XML, chance) };
            let kind = b"application/vnd.oasis.opendocument.spreadsheet".to_vec();
            let mut bytes = package(&[("mimetype".to_owned(), kind), ("content.xml".to_owned(), content.into_bytes())]);
            if chance.one_in(5) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: import(app, runtime, "花名册.ods", false),
    }
}

pub fn of_xls(app: &'static App, runtime: &'static tokio::runtime::Runtime) -> Target {
    Target {
        make: Box::new(|chance| {
            let mut bytes = compound(&workbook(chance));
            if chance.one_in(3) {
                // Lengths, chains of sectors, the directory.
                let at = chance.below(bytes.len().min(1_600));
                bytes[at] = chance.next() as u8;
            }
            if chance.one_in(6) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: import(app, runtime, "花名册.xls", false),
    }
}

/// The stream of a workbook of the old kind ([MS-XLS]): strings, sheets, cells, merges, notes.
fn workbook(chance: &mut Chance) -> Vec<u8> {
    let rows = roster(chance);
    let strings: Vec<String> = rows.iter().flatten().cloned().collect();
    let mut table = vec![];
    for n in [strings.len(), strings.len()] {
        table.extend(u32::try_from(n).unwrap_or(0).to_le_bytes());
    }
    for text in &strings {
        let units: Vec<u16> = text.encode_utf16().take(200).collect();
        table.extend(u16::try_from(units.len()).unwrap_or(0).to_le_bytes());
        table.push(1);
        table.extend(units.into_iter().flat_map(u16::to_le_bytes));
    }
    let mut sheet = vec![record(0x809, &bof(0x10), chance)];
    let size = [0, rows.len() as u32].map(u32::to_le_bytes).concat();
    sheet.push(record(0x200, &[size, [0u16, 7, 0].map(u16::to_le_bytes).concat()].concat(), chance));
    let mut at = 0u32;
    for (r, row) in (0u16..).zip(&rows) {
        for (c, text) in (0u16..).zip(row) {
            let place = [r, c, 0].map(u16::to_le_bytes).concat();
            let cell = match (text.parse::<f64>(), chance.below(6)) {
                (Ok(number), _) => record(0x203, &[place, number.to_le_bytes().to_vec()].concat(), chance),
                (_, 0) => record(0x204, &[place, vec![2, 0, 0, b'a', b'b']].concat(), chance),
                (_, 1) => record(0x205, &[place, vec![1, 0]].concat(), chance),
                _ => record(0xfd, &[place, at.to_le_bytes().to_vec()].concat(), chance),
            };
            sheet.push(cell);
            at += 1;
        }
    }
    sheet.push(record(0xe5, &[1u16, 20, 22, 0, 3].map(u16::to_le_bytes).concat(), chance));
    sheet.push(record(0x1c, &[1u16, 1, 0, 1, 0].map(u16::to_le_bytes).concat(), chance));
    sheet.push(record(0x7d, &[0u16, 9, 10, 0, 1, 0].map(u16::to_le_bytes).concat(), chance));
    if chance.one_in(4) {
        let to = chance.below(sheet.len());
        let from = chance.below(sheet.len());
        sheet.swap(from, to);
    }
    sheet.push(record(0x0a, &[], chance));
    let globals = |start: u32, chance: &mut Chance| {
        let listed = [&start.to_le_bytes()[..], &[0, 0, 1, 1], &[0x32, 0x75]].concat();
        [
            record(0x809, &bof(5), chance),
            record(0x42, &1200u16.to_le_bytes(), chance),
            record(0x85, &listed, chance),
            record(0xfc, &table, chance),
            record(0x0a, &[], chance),
        ]
        .concat()
    };
    let seed = chance.next();
    let start = globals(0, &mut Chance::new(seed, 0)).len();
    let begin = globals(u32::try_from(start).unwrap_or(0), &mut Chance::new(seed, 0));
    [begin, sheet.concat()].concat()
}

fn bof(kind: u16) -> Vec<u8> {
    [&0x600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat()
}

/// A record, now and then with another kind, length or contents than it should have.
fn record(kind: u16, data: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut data = data.to_vec();
    data.truncate(8_000);
    let mut kind = kind;
    let mut length = u16::try_from(data.len()).unwrap_or(0);
    match chance.below(120) {
        0 => chance::bytes(&mut data, chance),
        1 => kind = chance.next() as u16,
        2 => length = chance.next() as u16,
        3 => data.fill(0xff),
        4 => length = length.saturating_sub(1),
        _ => {}
    }
    if length as usize != data.len() && chance.one_in(2) {
        data.resize(length as usize, 0);
    }
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), &data].concat()
}

/// A compound file ([MS-CFB]) with one stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    let mut stream = stream.to_vec();
    stream.resize(stream.len().div_ceil(512).max(8) * 512, 0);
    let sectors = stream.len() / 512;
    let tables = (sectors + 2).div_ceil(127).max(1);
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(24, 0);
    file.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    file.resize(44, 0);
    let word = |n: usize| u32::try_from(n).unwrap_or(0);
    const END: u32 = 0xffff_fffe;
    for n in [word(tables), word(tables), 0, 4096, END, 0, END, 0] {
        file.extend(n.to_le_bytes());
    }
    file.extend((0..tables).flat_map(|n| word(n).to_le_bytes()));
    file.resize(512, 0xff);
    let mut table: Vec<u32> = vec![0xffff_fffd; tables];
    table.push(END);
    let first = tables + 1;
    table.extend((0..sectors).map(|n| if n + 1 == sectors { END } else { word(first + n + 1) }));
    table.resize(tables * 128, 0xffff_ffff);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    let entry = |name: &str, kind: u8, child: u32, at: u32, size: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap_or(0);
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend([0xffff_ffffu32, 0xffff_ffff, child].into_iter().flat_map(u32::to_le_bytes));
        entry.resize(116, 0);
        entry.extend(at.to_le_bytes());
        entry.extend(word(size).to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    file.extend(entry("Root Entry", 5, 1, END, 0));
    file.extend(entry("Workbook", 2, 0xffff_ffff, word(first), stream.len()));
    file.resize(512 * (first + 1), 0);
    file.extend(stream);
    file
}
