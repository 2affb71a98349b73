//! Any bytes end in a workbook or in a reason; damaged workbooks too.
#![allow(clippy::unwrap_used)]

use liren_sheets::write::{Book, Style};
use proptest::prelude::*;

fn good() -> Vec<u8> {
    let mut book = Book::new();
    let page = book.page("名单");
    page.row(0, ["姓名", "身份证号"], Style::Header).row(1, ["王军", "11010519491231002X"], Style::Text);
    page.comment(1, 0, "批注");
    book.to_bytes().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = liren_sheets::read(&bytes, "a.csv");
    }

    #[test]
    fn compound_files_may_be_anything(tail in prop::collection::vec(any::<u8>(), 500..3000)) {
        let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        bytes.extend(tail);
        let _ = liren_sheets::read(&bytes, "a.xls");
    }

    #[test]
    fn a_damaged_workbook_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = good();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let _ = liren_sheets::read(&bytes, "a.xlsx");
        let _ = liren_sheets::annotate::annotate(&bytes, "a.xlsx", &[]);
        bytes.truncate(cut.index(bytes.len()));
        let _ = liren_sheets::read(&bytes, "a.xlsx");
    }
}
