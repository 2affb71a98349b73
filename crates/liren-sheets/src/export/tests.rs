use super::*;
use crate::read;

fn about() -> About {
    About { title: "老人名单".into(), lines: vec!["范围:祥和社区".into(), "截至:2013-11-20".into()] }
}

fn columns() -> Vec<Column> {
    ["姓名", "身份证号"].map(|h| Column { header: h.into(), width: 20.0, style: Style::Text }).into()
}

fn rows() -> Vec<Vec<Cell>> {
    vec![vec!["王军".into(), "11010519491231002X".into()], vec!["李,丽".into(), Cell::Blank]]
}

#[test]
fn a_list_explains_itself_in_both_formats() {
    let mut file = Vec::new();
    assert_eq!(xlsx(&mut file, &about(), &columns(), rows()).unwrap(), 2);
    let book = read(&file, "a.xlsx").unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.value(0, 0).shown(), "老人名单");
    assert_eq!(sheet.value(3, 1).shown(), "身份证号");
    assert_eq!(sheet.value(4, 1).shown(), "11010519491231002X");

    let mut text = Vec::new();
    assert_eq!(csv(&mut text, &about(), &columns(), rows()).unwrap(), 2);
    let book = read(&text, "a.csv").unwrap();
    assert_eq!(book.sheets[0].value(4, 1).shown().trim(), "11010519491231002X");
    assert_eq!(book.sheets[0].value(5, 0).shown(), "李,丽");
}

#[test]
fn texts_that_a_spreadsheet_would_run_are_kept_as_text() {
    let mut text = Vec::new();
    csv(&mut text, &About::default(), &columns(), vec![vec!["=HYPERLINK(1)".into()]]).unwrap();
    assert!(String::from_utf8(text).unwrap().contains("\t=HYPERLINK(1)"));
}
