use super::*;
use crate::book::{Value, cell_of, column_letters};

#[test]
fn letters_and_numbers_of_cells_agree() {
    for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
        assert_eq!(column_letters(column), letters);
        assert_eq!(cell_of(&format!("{letters}7")), Some((6, column)));
    }
    assert_eq!(cell_of("7"), None);
    assert_eq!(cell_of("A0"), None);
}

#[test]
fn text_files_are_decoded_and_cut() {
    let (gb, ..) = encoding_rs::GB18030.encode("姓名\t性别\n王军\t男\n");
    let book = read(&gb, "名册.txt").unwrap();
    assert_eq!(book.sheets[0].name, "名册");
    assert_eq!(book.sheets[0].value(1, 0), &Value::Text("王军".into()));
    let book = read("\u{feff}姓名,备注\n\"王,军\",\"两\n行\"\n".as_bytes(), "a.csv").unwrap();
    assert_eq!(book.sheets[0].value(1, 0).shown(), "王,军");
    assert_eq!(book.sheets[0].value(1, 1).shown(), "两\n行");
}

#[test]
fn files_that_are_no_tables_say_so() {
    for (bytes, fault) in [
        (&b""[..], Fault::Empty),
        (b"%PDF-1.7 ...", Fault::NotATable),
        (b"<html><body>", Fault::NotATable),
        (b"PK\x03\x04garbage", Fault::Broken),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1garbage", Fault::Broken),
    ] {
        assert_eq!(read(bytes, "a.xls").unwrap_err().fault, fault);
    }
}

#[test]
fn date_formats_are_told_from_numbers() {
    for (code, date) in [
        ("yyyy/m/d", true),
        ("[$-804]yyyy\"年\"m\"月\"", true),
        ("General", false),
        ("0.00_ ", false),
        ("@", false),
        ("\"day\"0", false),
        ("[Red]0", false),
        ("0;dd", false),
    ] {
        assert_eq!(styles::shows_date(code), date, "{code}");
    }
}

#[test]
fn a_package_that_unpacks_without_end_is_refused() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", options).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..80 {
        zip.write_all(&zeros).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert_eq!(read(&bytes, "a.xlsx").unwrap_err().fault, Fault::TooLarge);
}

#[test]
fn documents_renamed_to_xls_and_locked_workbooks_are_told_apart() {
    let compound = |stream: &str| -> Vec<u8> {
        let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        bytes.resize(1024, 0);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    assert_eq!(read(&compound("WordDocument"), "a.xls").unwrap_err().fault, Fault::NotATable);
    assert_eq!(read(&compound("EncryptedPackage"), "a.xlsx").unwrap_err().fault, Fault::Password);
}

/// A package with the given parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>"#;
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of a workbook with one sheet that shows 姓名 above 王军, from a shared string.
fn workbook(names: [&str; 6], target: [&str; 3], id: &str) -> Vec<u8> {
    let [types, rels, book, book_rels, sheet, strings] = names;
    let rel = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
    };
    let [to_book, to_sheet, to_strings] = target;
    package(&[
        (types, TYPES),
        (rels, &format!("<Relationships>{}</Relationships>", rel("r1", "officeDocument", to_book))),
        (
            book,
            &format!(
                r#"<x:workbook xmlns:x="m"><x:sheets><x:sheet name="居民" sheetId="1"{id}/></x:sheets></x:workbook>"#
            ),
        ),
        (
            book_rels,
            &format!(
                "<Relationships>{}{}</Relationships>",
                rel("r1", "worksheet", to_sheet),
                rel("r2", "sharedStrings", to_strings)
            ),
        ),
        (
            sheet,
            r#"<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c></x:row><x:row><x:c t="s"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"#,
        ),
        (strings, "<sst><si><t>姓名</t></si><si><t>王军</t></si></sst>"),
    ])
}

#[test]
fn parts_are_found_by_their_relation_however_they_are_called() {
    let usual = [
        "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
        "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
    ];
    let targets = ["xl/workbook.xml", "worksheets/sheet1.xml", "sharedStrings.xml"];
    let backward = usual.map(|n| n.replace('/', "\\"));
    let backward: [&str; 6] = std::array::from_fn(|at| backward[at].as_str());
    let loud = usual.map(str::to_uppercase);
    let mut loud: [&str; 6] = std::array::from_fn(|at| loud[at].as_str());
    loud[0] = usual[0];
    let elsewhere = [usual[0], usual[1], "book/main.xml", "book/_rels/main.xml.rels", "book/s/a.xml", "book/words.xml"];
    let with = r#" xmlns:r="o" r:id="r1""#;
    for (what, names, targets, id) in [
        ("usual", usual, targets, with),
        ("backslashes", backward, targets, with),
        ("backslashes in targets", usual, ["xl\\workbook.xml", "worksheets\\sheet1.xml", "sharedStrings.xml"], with),
        ("upper case", loud, targets, with),
        ("other names", elsewhere, ["/book/main.xml", "s/a.xml", "/book/words.xml"], with),
        ("no id", usual, targets, ""),
        ("an id nobody has", usual, targets, r#" id="r9""#),
        (
            "strings elsewhere",
            [usual[0], usual[1], usual[2], usual[3], usual[4], "xl/strings1.xml"],
            [targets[0], targets[1], "strings1.xml"],
            with,
        ),
    ] {
        let bytes = workbook(names, targets, id);
        let book = read(&bytes, "a.xlsx").unwrap_or_else(|e| panic!("{what}: {}", e.en));
        assert_eq!(book.sheets.len(), 1, "{what}");
        assert_eq!(book.sheets[0].name, "居民", "{what}");
        assert_eq!(book.sheets[0].value(1, 0).shown(), "王军", "{what}");
        // And the workbook given back can be read again.
        let remark = crate::annotate::Remark {
            sheet: "居民".into(),
            row: 1,
            column: Some(0),
            level: crate::annotate::Level::Warning,
            header: "姓名".into(),
            text: "请核对。".into(),
            ..Default::default()
        };
        let given = crate::annotate::annotate(&bytes, "a.xlsx", &[remark]).unwrap();
        let again = read(&given, "a.xlsx").unwrap();
        let sheet = again.sheets.iter().find(|s| s.name == "居民").unwrap();
        assert_eq!((sheet.value(1, 0).shown(), sheet.comments.len()), ("王军".to_owned(), 1), "{what}");
    }
}

#[test]
fn tables_of_pages_archives_and_old_xml_are_workbooks_under_whatever_name() {
    let rows = "<tr><th rowspan=2>姓名<th colspan=\"2\">身份</tr><tr><td>号码</td><td>性别</td></tr>\
                <tr><td>王&nbsp;军</td><td>990101&#49;</td><td>男<br>已核</td></tr>";
    let style = "x".repeat(9_000);
    let page = format!("<html><head><style>{style}</style></head><body>某表<table>{rows}</table></body></html>");
    let (gb, ..) = encoding_rs::GB18030.encode(&page);
    let mut utf16: Vec<u8> = vec![0xff, 0xfe];
    utf16.extend(page.encode_utf16().flat_map(u16::to_le_bytes));
    let qp: String = page
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("={b:02X}") })
        .collect();
    let qp: Vec<String> = qp.as_bytes().chunks(60).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    // A soft end of line may not cut a code in two.
    let qp = qp.concat().replace("=3C", "=\r\n=3C");
    let mht = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"--b\"\r\n\r\n----b\r\nContent-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{qp}\r\n----b--"
    );
    for bytes in [page.as_bytes().to_vec(), gb.into_owned(), utf16, mht.into_bytes()] {
        let book = read(&bytes, "居民.xls").unwrap();
        let sheet = &book.sheets[0];
        assert_eq!(sheet.name, "居民");
        let shown = |row, column| sheet.value(row, column).shown();
        assert_eq!([shown(0, 0), shown(0, 1), shown(1, 1), shown(1, 2)], ["姓名", "身份", "号码", "性别"]);
        assert_eq!([shown(2, 0), shown(2, 1), shown(2, 2)], ["王 军", "9901011", "男\n已核"]);
        assert_eq!(sheet.merges.len(), 2);
    }
    let xml = r#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="居民"><Table><Row><Cell><Data ss:Type="String">姓名</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">出生</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:MergeAcross="1"><Data ss:Type="String">王军</Data></Cell><Cell ss:Index="3"><Data ss:Type="DateTime">1975-03-07T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>"#;
    let book = read(xml.as_bytes(), "a.xls").unwrap();
    let sheet = &book.sheets[0];
    assert_eq!((sheet.name.as_str(), sheet.value(0, 2).shown().as_str()), ("居民", "出生"));
    assert_eq!((sheet.value(3, 0).shown().as_str(), sheet.value(3, 2).shown().as_str()), ("王军", "1975-03-07"));
    // A page without a table, and WPS's own format, say what to do.
    assert_eq!(read(b"<html><body>nothing</body></html>", "a.xls").unwrap_err().fault, Fault::NotATable);
    assert!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1garbage", "a.et").unwrap_err().zh.contains("WPS"));
}
