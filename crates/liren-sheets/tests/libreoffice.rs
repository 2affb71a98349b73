//! LibreOffice opens what is annotated and shows the comments when the mouse is over them. Without
//! LibreOffice on the machine there is nothing to test.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use liren_sheets::annotate::{Level, Remark, annotate};
use liren_sheets::write::{Book, Style};

#[test]
fn libreoffice_shows_the_comments_of_an_annotated_workbook() {
    let mut book = Book::new();
    let page = book.page("一组");
    page.row(0, ["姓名", "身份证号"], Style::Header).row(1, ["王军", "1101"], Style::Text);
    page.comment(1, 0, "原有批注");
    book.page("二组").row(0, ["姓名"], Style::Header).row(1, ["李丽"], Style::Text);
    let remark = |sheet: &str, column| Remark {
        sheet: sheet.into(),
        row: 1,
        column: Some(column),
        level: Level::Error,
        header: String::new(),
        name: String::new(),
        value: String::new(),
        text: "位数不对 & <核对>".into(),
    };
    let remarks = [remark("一组", 0), remark("一组", 1), remark("二组", 0)];
    let bytes = annotate(&book.to_bytes().unwrap(), "a.xlsx", &remarks).unwrap();

    let folder = std::env::temp_dir().join(format!("liren-libreoffice-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.xlsx"), bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let ran = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "fods", "--outdir"])
        .arg(&folder)
        .arg(folder.join("a.xlsx"))
        .output();
    let converted = std::fs::read_to_string(folder.join("a.fods"));
    let _ = std::fs::remove_dir_all(&folder);
    let (Ok(_), Ok(text)) = (ran, converted) else {
        return;
    };
    assert_eq!(text.matches("<office:annotation ").count(), 3);
    assert_eq!(text.matches("office:display=\"true\"").count(), 0, "comments wait for the mouse");
    assert_eq!(text.matches("【错误】位数不对").count(), 3);
    assert!(text.contains("原有批注") && text.contains("导入问题"));
}
