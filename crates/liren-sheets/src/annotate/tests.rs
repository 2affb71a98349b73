use super::*;
use crate::read;
use crate::write::{Book, Style};

fn remark(sheet: &str, row: u32, column: u16, level: Level, text: &str) -> Remark {
    Remark { sheet: sheet.into(), row, column: Some(column), level, header: "身份证号".into(), text: text.into() }
}

fn original() -> Vec<u8> {
    let mut book = Book::new();
    let page = book.page("一组");
    page.row(0, ["姓名", "身份证号"], Style::Header).row(1, ["王军", "1101"], Style::Text).comment(1, 0, "原有批注");
    book.page("二组").row(0, ["姓名", "身份证号"], Style::Header).row(1, ["李丽", "1102"], Style::Text);
    book.to_bytes().unwrap()
}

#[test]
fn remarks_are_added_and_nothing_is_lost() {
    let remarks = [
        remark("一组", 1, 0, Level::Warning, "重复 <登记> & 其他"),
        remark("一组", 1, 1, Level::Error, "位数不对"),
        remark("二组", 1, 1, Level::Error, "位数不对"),
    ];
    let bytes = annotate(&original(), "a.xlsx", &remarks).unwrap();
    let (before, after) = (read(&original(), "a.xlsx").unwrap(), read(&bytes, "a.xlsx").unwrap());
    assert_eq!(after.sheets.len(), 3);
    for (old, new) in before.sheets.iter().zip(&after.sheets) {
        assert_eq!(old.rows, new.rows);
    }
    let texts =
        |at: usize| after.sheets[at].comments.iter().map(|c| (c.row, c.column, c.text.clone())).collect::<Vec<_>>();
    assert_eq!(
        texts(0),
        [(1, 0, "原有批注\n【警告】重复 <登记> & 其他".to_owned()), (1, 1, "【错误】位数不对".to_owned()),]
    );
    assert_eq!(texts(1), [(1, 1, "【错误】位数不对".to_owned())]);
    assert_eq!(after.sheets[2].name, SUMMARY);
    assert_eq!(after.sheets[2].value(1, 0).shown(), "错误");
}

#[test]
fn text_files_come_back_as_workbooks() {
    let bytes = annotate(
        "姓名,身份证号\n王军,1101\n".as_bytes(),
        "名册.csv",
        &[remark("名册", 1, 1, Level::Error, "位数不对")],
    )
    .unwrap();
    let book = read(&bytes, "a.xlsx").unwrap();
    assert_eq!(book.sheets[0].value(1, 0).shown(), "王军");
    assert_eq!(book.sheets[0].comments[0].text, "【错误】位数不对");
}

#[test]
fn an_annotated_book_can_be_annotated_again() {
    let once = annotate(&original(), "a.xlsx", &[remark("二组", 1, 1, Level::Error, "甲")]).unwrap();
    let twice = annotate(&once, "a.xlsx", &[remark("二组", 1, 1, Level::Error, "乙")]);
    // The part names of the first time are taken; the summary gets another name.
    let book = read(&twice.unwrap(), "a.xlsx").unwrap();
    assert!(book.sheets[1].comments[0].text.contains('甲') && book.sheets[1].comments[0].text.contains('乙'));
}
