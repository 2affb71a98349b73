//! A cell may hold 32,767 characters, and a sheet many such cells: each is read in a moment.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use liren_facts::{Day, address, code, date, identifier, name, phone};

#[test]
fn cells_without_end_are_read_in_a_moment() {
    let on = Day::parse("2013-11-20").unwrap();
    let options = identifier::Options { on, fictional: true };
    let readers: Vec<(&str, Box<dyn Fn(&str)>)> = vec![
        ("address", Box::new(|t| drop(address::read(t)))),
        ("part", Box::new(|t| drop(address::part(t)))),
        ("date", Box::new(move |t| drop(date::read(t, on)))),
        ("identifier", Box::new(move |t| drop(identifier::read(t, options)))),
        ("clean", Box::new(|t| drop(identifier::clean(t)))),
        ("masked", Box::new(|t| drop(identifier::masked(t)))),
        ("masked_within", Box::new(|t| drop(identifier::masked_within(t)))),
        ("disability", Box::new(move |t| drop(identifier::disability_certificate(t, options)))),
        ("credit", Box::new(|t| drop(identifier::credit_code(t)))),
        ("name", Box::new(|t| drop(name::read(t)))),
        ("initials", Box::new(|t| drop(name::initials(t)))),
        ("sort_key", Box::new(|t| drop(name::sort_key(t)))),
        ("phone", Box::new(|t| drop(phone::read(t)))),
        ("relation", Box::new(|t| drop(code::relation(t)))),
        ("sex", Box::new(|t| drop(code::sex(t)))),
        ("ethnic", Box::new(|t| drop(code::ethnic(t)))),
        ("education", Box::new(|t| drop(code::education(t)))),
        ("marital", Box::new(|t| drop(code::marital(t)))),
        ("political", Box::new(|t| drop(code::political(t)))),
        ("employment", Box::new(|t| drop(code::employment(t)))),
    ];
    let pieces = [
        "王", "一", "1", "1-", "0", "x", "(", ")", "（", "曾用名", "年", "1年", "2013.", "1月1日", "/", "、", "，",
        " ", "\u{3000}", "号", "1号", "号楼", "1号楼", "单元", "室", "小区", "之子", "儿媳", "的", "户主",
        "13800000000", "138 ", "13800000000、", "990101193001010019", "9901011930010100 ", "X", "*", "·", "①",
        "\u{200b}", "\n", "东", "附1", "街", "43号附1号", "二〇", "廿", "十", "百", "不详", "\"", "#", "1#", "A座",
    ];
    let mut slow = Vec::new();
    for piece in pieces {
        let text = piece.repeat(32_767 / piece.chars().count());
        for (what, read) in &readers {
            let begun = Instant::now();
            read(&text);
            let took = begun.elapsed();
            if took > Duration::from_millis(60) {
                slow.push(format!("{what} of {piece:?}: {took:?}"));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
