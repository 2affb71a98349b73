//! Reports: as Word, page, text, and as our own marked text; dates, addresses, numbers.

use liren_documents::{Block, Document, Figure, Span, docx, html, markdown, read, text};
use liren_facts::{Day, address, date, identifier, name, phone};
use liren_proof::{Lang, Options, Text};

use crate::Target;
use crate::chance::{self, Chance, markup, sentence};
use crate::tables::{package, unpack};
use crate::words::{HTML, MARKDOWN, PROSE, STOPS};

/// Reads a text as the proofreader does, and writes everything it can say.
fn proofread(text: &Text) {
    let report = liren_proof::read(text, &Options::default());
    for lang in [Lang::Zh, Lang::En] {
        liren_proof::terminal::render(&report, text, true, lang);
        liren_proof::html::page(&report, text, "报告", lang);
    }
    let length = text.chars().len();
    for quote in report.findings.iter().flat_map(|f| &f.quotes) {
        assert!(quote.start <= quote.end && quote.end <= length, "a finding lies outside the text");
    }
    serde_json::to_string(&report).expect("a report is JSON");
}

fn blocks(name: &str, bytes: &[u8]) {
    match read::blocks(name, bytes) {
        Ok(blocks) => proofread(&Text::from_blocks(blocks.into_iter().map(|b| {
            let kind = match b.kind {
                read::Kind::Heading(level) => liren_proof::BlockKind::Heading(level),
                read::Kind::Row => liren_proof::BlockKind::Row,
                read::Kind::Paragraph => liren_proof::BlockKind::Paragraph,
            };
            (kind, b.text)
        }))),
        Err(why) => assert!(!why.zh.is_empty() && !why.en.is_empty()),
    }
}

fn document(chance: &mut Chance) -> Document {
    let mut text = String::from("# 工作总结\n\n");
    for _ in 0..=chance.few(6) {
        text.push_str(&sentence(PROSE, STOPS, 30, chance));
        text.push_str("\n\n");
    }
    text.push_str("| 项目 | 人数 |\n| 男 | 2181 |\n\n");
    markdown::compose(&text, &[]).0
}

pub fn of_docx() -> Target {
    Target {
        make: Box::new(|chance| {
            let written = docx::write(&document(chance)).expect("a document can be written");
            let mut parts = unpack(&written);
            for _ in 0..=chance.few(2) {
                let at = chance.below(parts.len());
                if parts[at].0.ends_with(".xml") || chance.one_in(3) {
                    let words: &[&str] = &[
                        "<w:tbl>", "<w:tr>", "<w:tc>", "<w:p>", "<w:t>总人口4268人</w:t>", "<w:del>", "<w:tab/>",
                        "<w:br/>", "w:val", "9",
                    ];
                    parts[at].1 = markup(&String::from_utf8_lossy(&parts[at].1), words, chance).into_bytes();
                }
            }
            let mut bytes = package(&parts);
            if chance.one_in(4) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: Box::new(|bytes| blocks("a.docx", bytes)),
    }
}

pub fn of_html() -> Target {
    Target {
        make: Box::new(|chance| {
            let mut page = sentence(HTML, &[""], 80, chance);
            if chance.one_in(3) {
                page = markup(&html::page(&document(chance), &[], &[]), HTML, chance);
            }
            let mut bytes = page.into_bytes();
            if chance.one_in(4) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: Box::new(|bytes| blocks("a.html", bytes)),
    }
}

pub fn of_markdown() -> Target {
    let span = || Figure { text: "4268".into(), href: "/figures/x".into(), ..Figure::default() };
    Target {
        make: Box::new(|chance| sentence(MARKDOWN, &["", "", " "], 60, chance).into_bytes()),
        read: Box::new(move |bytes| {
            let (document, _) = markdown::compose(&String::from_utf8_lossy(bytes), &[span(), span()]);
            html::page(&document, &[], &[]);
            text::write(&document);
            docx::write(&document).expect("any document can be written");
            for block in &document.blocks {
                if let Block::Paragraph { spans } = block {
                    assert!(
                        spans.iter().all(|s| !matches!(s, Span::Text(t) if t.contains("\u{e000}0\u{e001}"))),
                        "a token is left"
                    );
                }
            }
        }),
    }
}

pub fn of_text() -> Target {
    Target {
        make: Box::new(|chance| {
            let mut bytes = sentence(PROSE, STOPS, 160, chance).into_bytes();
            if chance.one_in(8) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: Box::new(|bytes| {
            if let Ok(text) = liren_proof::decode(bytes) {
                proofread(&Text::plain(&text));
            }
        }),
    }
}

/// One cell of a kind.
fn cell(words: &'static [&'static str], read: impl Fn(&str) + 'static) -> Target {
    Target {
        make: Box::new(move |chance| {
            let mut bytes = sentence(words, &["", "", "", " "], 8, chance).into_bytes();
            if chance.one_in(6) {
                chance::bytes(&mut bytes, chance);
            }
            bytes
        }),
        read: Box::new(move |bytes| read(&String::from_utf8_lossy(bytes))),
    }
}

fn on() -> Day {
    Day::parse("2013-11-20").expect("a day")
}

pub fn of_id() -> Target {
    const WORDS: &[&str] = &[
        "990101", "19300101", "001", "0019", "X", "x", "Ｘ", "130000", "19991332", "00000000", "1", "9", "-", " ", "*",
        "?", "'", "O", "l", "９", "HZ", "M", "81", "830000", "91330106", "MA2", "\u{200b}", ".0", "E+17", "一", "(",
        ")", "号",
    ];
    cell(WORDS, |text| {
        for fictional in [true, false] {
            let options = identifier::Options { on: on(), fictional };
            let _ = identifier::read(text, options);
            let _ = identifier::disability_certificate(text, options);
        }
        let _ = identifier::credit_code(text);
        let masked = identifier::masked(text);
        assert!(masked.chars().count() <= text.chars().count().max(1));
        identifier::masked_within(text);
        phone::read(text);
        name::read(text);
        name::initials(text);
        name::sort_key(text);
    })
}

pub fn of_date() -> Target {
    const WORDS: &[&str] = &[
        "2013", "13", "85", "年", "3", "月", "31", "日", "号", ".", "-", "/", "、", "一九八五", "二〇一三", "十二",
        "廿三", "正月", "腊月", "初一", "民国", "公元前", "上旬", "中旬", "月底", "春", "约", "左右", "不详", "43567",
        "0", "99999999", "2月30", "农历", "闰", "甲子", "\u{3000}", "上午", "12:30", "T", "+08:00", "至今", "1985.3.7",
        "20130305",
    ];
    cell(WORDS, |text| {
        let read = date::read(text, on());
        if let Some(day) = read.value {
            assert!(day.first <= day.last, "a day ends before it begins");
            day.age(on());
        }
        if let Ok(number) = text.trim().parse::<f64>() {
            date::read_number(number, true, on());
            date::read_number(number, false, on());
        }
        Day::parse(text);
    })
}

pub fn of_address() -> Target {
    const WORDS: &[&str] = &[
        "榆园小区", "阳光花园", "某街", "幸福路", "43号", "附1号", "1号楼", "A座", "2单元", "303室", "3楼", "101", "-",
        "1-2-303", "#", "弄", "村", "3组", "五", "二〇一", "十二", "栋", "幢", "门", "临", "地下室", "车库", "后院",
        "(旧)", "、", "/", " ", "\u{3000}", "省", "市", "区", "街道", "社区", "之三", "0", "00", "99999999999", "号",
        "楼", "单元", "室", "东", "西",
    ];
    cell(WORDS, |text| {
        if let Some(dwelling) = address::read(text) {
            assert!(!dwelling.is_empty());
            // What is read is read the same again.
            dwelling.key();
        }
        address::part(text);
    })
}
