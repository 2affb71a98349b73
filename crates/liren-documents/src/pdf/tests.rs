//! Line breaking without fonts: a Chinese character is one wide, a letter half.

use krilla::text::GlyphId;
use proptest::prelude::*;

use super::fonts::{Face, Fonts};
use super::lines::{Char, Line, balanced, lines};

fn chars(text: &str) -> Vec<Char> {
    let one = |c: char| {
        let width = if c.is_ascii() { 0.5 } else { 1.0 };
        Char {
            c,
            font: 0,
            id: GlyphId::new(1),
            size: 1.0,
            bold: false,
            width,
            shift: 0.0,
        }
    };
    text.chars().map(one).collect()
}

fn text(lines: &[Line]) -> String {
    let one = |line: &Line| line.chars.iter().map(|c| c.c).collect::<String>();
    lines.iter().map(one).collect::<Vec<_>>().join("|")
}

fn expect(source: &str, width: f32, expected: &str) {
    assert_eq!(text(&lines(&chars(source), 0.0, width, true)), expected);
}

#[test]
fn lines_break_where_they_are_full() {
    expect("全社区共有居民", 4.0, "全社区共|有居民");
    expect("共有4268人", 3.0, "共有|4268人");
    expect("一\n二", 4.0, "一|二");
    expect("very long", 3.0, "very |long");
}

#[test]
fn a_mark_is_squeezed_in_or_takes_a_character_along() {
    // 。 at the end gives half its width.
    expect("全，社区。共有", 4.5, "全，社区。|共有");
    expect("全社区共。有", 4.0, "全社区|共。有");
    expect("全社区（共有）", 4.0, "全社区|（共有）");
    expect("全社区……有", 4.0, "全社|区……有");
    expect("成功率95.1%和", 5.0, "成功率|95.1%和");
}

#[test]
fn a_word_longer_than_a_line_is_cut() {
    expect("abcdefghij", 2.0, "abcd|efgh|ij");
}

#[test]
fn titles_are_balanced() {
    assert_eq!(
        text(&balanced(&chars("花园社区关于工作的报告"), 10.0)),
        "花园社区关于|工作的报告"
    );
}

#[test]
fn full_lines_reach_the_edge_and_gaps_are_no_spaces() {
    let source = "全社区共有居民4268人，其中常住人口3981人，流动人口287人，一千五百二十六户分为六个网格，有居民楼43栋。".repeat(3);
    let set = lines(&chars(&source), 2.0, 28.0, true);
    for line in &set[..set.len() - 1] {
        assert!(
            (line.indent + line.width() - 28.0).abs() < 0.05,
            "{}",
            line.width()
        );
        let wide = |c: &&Char| c.width > 1.0 + 0.091 && c.c != ' ';
        assert!(line.chars.iter().find(wide).is_none());
    }
}

#[test]
fn without_a_font_the_message_names_the_package() {
    let wanted = [(Face::Body, '一')].into();
    assert!(Fonts::among(&[std::env::temp_dir().join("no such folder")], &wanted).is_none());
    let message = super::no_fonts();
    assert!(message.zh.contains("fonts-noto-cjk") && message.zh.contains("Word"));
    assert!(message.en.contains("fonts-noto-cjk") && message.en.contains("complete"));
}

#[test]
fn a_file_that_only_looks_like_a_font_is_passed_over() {
    let folder = std::env::temp_dir().join("liren-documents").join("fonts");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in [
        ("a.ttf", &b""[..]),
        ("b.ttc", b"ttcf\0\0\0\0\xff\xff\xff\xff"),
        ("c.otf", b"OTTO\xff\xff\0\0\0\0\0\0"),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    assert!(Fonts::among(&[folder], &[(Face::Body, '一')].into()).is_none());
}

proptest! {
    #[test]
    fn lines_lose_nothing_and_fit(source in "[一二三（）“”，。、…—a-z0-9 %\n]{0,80}", width in 1.0_f32..20.0, indent in 0.0_f32..2.0) {
        let set = lines(&chars(&source), indent, width, true);
        prop_assert_eq!(text(&set).replace('|', ""), source.replace('\n', ""));
        for line in &set {
            prop_assert!(line.chars.len() < 2 || line.indent + line.width() <= width + 0.1);
        }
    }
}
