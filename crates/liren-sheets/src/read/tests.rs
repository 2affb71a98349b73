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
        (b"<html><table>", Fault::NotATable),
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
