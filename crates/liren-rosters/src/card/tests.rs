use super::*;
use liren_sheets::Sheet;

fn read_row(cells: &[&str]) -> Option<Card> {
    let row = cells.iter().map(|c| if c.is_empty() { Value::Empty } else { Value::Text((*c).into()) }).collect();
    let sheet = Sheet { rows: vec![row], ..Sheet::default() };
    read(&Grid::new(&sheet), 0)
}

#[test]
fn cards_have_labels_and_values_beside_or_inside_cells() {
    let beside = read_row(&["户主姓名", "王军", "家庭住址", "祥和小区3-2-501"]).unwrap();
    let inside = read_row(&["户主:王军   家庭住址:祥和小区3-2-501"]).unwrap();
    assert_eq!(beside, inside);
    assert_eq!((beside.head_name.as_deref(), beside.address.as_deref()), (Some("王军"), Some("祥和小区3-2-501")));
}

#[test]
fn headers_and_people_are_no_cards() {
    for row in [
        &["户号", "住址", "户主", "", "成员一", ""][..],
        &["姓名", "性别", "身份证号"],
        &["王军", "户主", "男"],
        &["填报单位:祥和社区居委会    小区:祥和小区    组长:谢桂华"],
    ] {
        assert_eq!(read_row(row), None, "{row:?}");
    }
}
