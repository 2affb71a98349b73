use super::*;
use crate::book::Value;
use crate::read;

fn sample() -> Vec<u8> {
    let mut book = Book::new();
    let page = book.page("第一组/二组");
    let title = Range { first_row: 0, first_column: 0, last_row: 0, last_column: 2 };
    page.merge(title, "花名册", Style::Title);
    page.row(1, ["姓名", "身份证号", "出生"], Style::Header);
    page.put_styled(2, 0, "王军", Style::Text);
    page.put_styled(2, 1, "11010519491231002X", Style::Text);
    page.put_styled(2, 2, Cell::Date(1949, 12, 31), Style::Date);
    page.put(3, 0, Cell::Formula("=1/0".into(), "#DIV/0!".into())).put(3, 1, 19_490_101.0);
    page.comment(2, 0, "待核实").hide_row(3).hide_column(1).freeze(2, 1).width(1, 20.0);
    book.page("代码").put(0, 0, "男").hide();
    book.to_bytes().unwrap()
}

#[test]
fn what_is_written_is_read_again() {
    let book = read(&sample(), "a.xlsx").unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.name, "第一组_二组");
    assert_eq!(sheet.value(2, 1), &Value::Text("11010519491231002X".into()));
    assert_eq!(sheet.value(2, 2).shown(), "1949-12-31");
    assert!(matches!(sheet.value(2, 2), Value::Date(_)));
    assert_eq!(sheet.value(3, 1), &Value::Number(19_490_101.0));
    assert_eq!(sheet.merges, [Range { first_row: 0, first_column: 0, last_row: 0, last_column: 2 }]);
    assert_eq!(
        sheet.comments.iter().map(|c| (c.row, c.column, c.text.as_str())).collect::<Vec<_>>(),
        [(2, 0, "待核实")]
    );
    assert!(sheet.hidden_rows.contains(&3) && sheet.hidden_columns.contains(&1));
    assert!(book.sheets[1].hidden && !sheet.hidden);
    assert!(sheet.formulas.contains(&(3, 0)));
}

#[test]
fn the_same_contents_give_the_same_bytes() {
    assert_eq!(sample(), sample());
}

#[test]
fn sheets_of_one_name_are_told_apart() {
    let mut book = Book::new();
    book.page("甲");
    book.page("甲");
    let read = read(&book.to_bytes().unwrap(), "a.xlsx").unwrap();
    assert_eq!(read.sheets.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["甲", "甲(2)"]);
}
