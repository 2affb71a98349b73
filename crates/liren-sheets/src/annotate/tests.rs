use super::*;
use crate::read;
use crate::write::{Book, Style};

fn remark(sheet: &str, row: u32, column: u16, level: Level, text: &str) -> Remark {
    Remark {
        sheet: sheet.into(),
        row,
        column: Some(column),
        level,
        header: "身份证号".into(),
        name: "王军".into(),
        value: "1101".into(),
        text: text.into(),
    }
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
    // The list of problems comes first.
    assert_eq!(after.sheets[0].name, SUMMARY);
    for (old, new) in before.sheets.iter().zip(&after.sheets[1..]) {
        assert_eq!(old.rows, new.rows);
    }
    let texts =
        |at: usize| after.sheets[at + 1].comments.iter().map(|c| (c.row, c.column, c.text.clone())).collect::<Vec<_>>();
    assert_eq!(
        texts(0),
        [(1, 0, "原有批注\n【警告】重复 <登记> & 其他".to_owned()), (1, 1, "【错误】位数不对".to_owned()),]
    );
    assert_eq!(texts(1), [(1, 1, "【错误】位数不对".to_owned())]);
    // Sheet by sheet and row by row, with name, value and a way to the cell.
    let line = |row: u32| (0..8).map(|c| after.sheets[0].value(row, c).shown()).collect::<Vec<_>>().join("|");
    assert_eq!(line(0), "工作表|行|姓名|栏目|原值|级别|问题与处理办法|单元格");
    assert_eq!(line(1), "一组|2|王军|身份证号|1101|错误|位数不对|B2");
    assert_eq!(line(2), "一组|2|王军|身份证号|1101|警告|重复 <登记> & 其他|A2");
    assert_eq!(line(3), "二组|2|王军|身份证号|1101|错误|位数不对|B2");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    let sheet = part("xl/worksheets/sheetLiren1.xml");
    assert!(sheet.contains("location=\"&apos;一组&apos;!B2\"") || sheet.contains("location=\"'一组'!B2\""), "{sheet}");
    assert!(sheet.contains("<autoFilter ref=\"A1:H4\"/>"));
    let styles = part("xl/styles.xml");
    assert!(styles.contains("FFFFC7CE"));
    // Only the summary is selected.
    assert!(!part("xl/worksheets/sheet1.xml").contains("tabSelected=\"1\""));
    let workbook = part("xl/workbook.xml");
    assert!(workbook.find("导入问题").unwrap() < workbook.find("一组").unwrap());
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
    assert_eq!(book.sheets[0].name, SUMMARY);
    assert_eq!(book.sheets[1].value(1, 0).shown(), "王军");
    assert_eq!(book.sheets[1].comments[0].text, "【错误】位数不对");
}

#[test]
fn an_annotated_book_can_be_annotated_again() {
    let once = annotate(&original(), "a.xlsx", &[remark("二组", 1, 1, Level::Error, "甲")]).unwrap();
    let twice = annotate(&once, "a.xlsx", &[remark("二组", 1, 1, Level::Error, "乙")]);
    // The part names of the first time are taken; the summary is the new one.
    let book = read(&twice.unwrap(), "a.xlsx").unwrap();
    assert_eq!(book.sheets.iter().filter(|s| s.name.starts_with(SUMMARY)).count(), 1);
    assert_eq!(book.sheets[0].value(1, 6).shown(), "乙");
    assert!(book.sheets[2].comments[0].text.contains('甲') && book.sheets[2].comments[0].text.contains('乙'));
}
