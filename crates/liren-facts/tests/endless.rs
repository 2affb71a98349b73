//! A cell may hold 32,767 characters, and a sheet many such cells: each is read in a moment.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use liren_facts::{Day, address, code, date, identifier, name, phone};

#[test]
fn cells_without_end_are_read_in_a_moment() {
    let on = Day::parse("2013-11-20").unwrap();
    let options = identifier::Options { on, fictional: true };
    let readers: Vec<(&str, Box<dyn Fn(&str)>)> = vec![
        (
            "address",
            Box::new(|t| {
                let _ = std::hint::black_box(address::read(t));
            }),
        ),
        (
            "part",
            Box::new(|t| {
                let _ = std::hint::black_box(address::part(t));
            }),
        ),
        (
            "date",
            Box::new(move |t| {
                let _ = std::hint::black_box(date::read(t, on));
            }),
        ),
        (
            "identifier",
            Box::new(move |t| {
                let _ = std::hint::black_box(identifier::read(t, options));
            }),
        ),
        (
            "clean",
            Box::new(|t| {
                let _ = std::hint::black_box(identifier::clean(t));
            }),
        ),
        (
            "masked",
            Box::new(|t| {
                let _ = std::hint::black_box(identifier::masked(t));
            }),
        ),
        (
            "masked_within",
            Box::new(|t| {
                let _ = std::hint::black_box(identifier::masked_within(t));
            }),
        ),
        (
            "disability",
            Box::new(move |t| {
                let _ = std::hint::black_box(identifier::disability_certificate(t, options));
            }),
        ),
        (
            "credit",
            Box::new(|t| {
                let _ = std::hint::black_box(identifier::credit_code(t));
            }),
        ),
        (
            "name",
            Box::new(|t| {
                let _ = std::hint::black_box(name::read(t));
            }),
        ),
        (
            "initials",
            Box::new(|t| {
                let _ = std::hint::black_box(name::initials(t));
            }),
        ),
        (
            "sort_key",
            Box::new(|t| {
                let _ = std::hint::black_box(name::sort_key(t));
            }),
        ),
        (
            "phone",
            Box::new(|t| {
                let _ = std::hint::black_box(phone::read(t));
            }),
        ),
        (
            "relation",
            Box::new(|t| {
                let _ = std::hint::black_box(code::relation(t));
            }),
        ),
        (
            "sex",
            Box::new(|t| {
                let _ = std::hint::black_box(code::sex(t));
            }),
        ),
        (
            "ethnic",
            Box::new(|t| {
                let _ = std::hint::black_box(code::ethnic(t));
            }),
        ),
        (
            "education",
            Box::new(|t| {
                let _ = std::hint::black_box(code::education(t));
            }),
        ),
        (
            "marital",
            Box::new(|t| {
                let _ = std::hint::black_box(code::marital(t));
            }),
        ),
        (
            "political",
            Box::new(|t| {
                let _ = std::hint::black_box(code::political(t));
            }),
        ),
        (
            "employment",
            Box::new(|t| {
                let _ = std::hint::black_box(code::employment(t));
            }),
        ),
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
