//! Line breaking without fonts: a Chinese character is one wide, a letter half.

use krilla::text::GlyphId;
use proptest::prelude::*;

use crate::official::{LEFT, LINES, PITCH, TOP, WIDTH};
use crate::{Block, Document, Span};

use super::fonts::{Face, Fonts};
use super::lines::{Char, Line, balanced, lines};
use super::pages::{self, Part};

fn chars(text: &str) -> Vec<Char> {
    let one = |c: char| {
        let width = if c.is_ascii() { 0.5 } else { 1.0 };
        Char { c, font: 0, id: GlyphId::new(1), size: 1.0, bold: false, width, shift: 0.0 }
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
    assert_eq!(text(&balanced(&chars("花园社区关于工作的报告"), 10.0)), "花园社区关于|工作的报告");
}

#[test]
fn full_lines_reach_the_edge_and_gaps_are_no_spaces() {
    let source =
        "全社区共有居民4268人，其中常住人口3981人，流动人口287人，一千五百二十六户分为六个网格，有居民楼43栋。"
            .repeat(3);
    let set = lines(&chars(&source), 2.0, 28.0, true);
    for line in &set[..set.len() - 1] {
        assert!((line.indent + line.width() - 28.0).abs() < 0.05, "{}", line.width());
        let wide = |c: &&Char| c.width > 1.0 + 0.091 && c.c != ' ';
        assert!(line.chars.iter().find(wide).is_none());
    }
}

/// A document of `paragraphs` two lines long, headings between them, long tables and a signature.
fn long(paragraphs: usize) -> Document {
    let spans = |text: &str| vec![Span::Text(text.to_owned())];
    let mut blocks = Vec::new();
    for i in 0..paragraphs {
        if i % 3 == 0 {
            blocks.push(Block::Heading { level: 1, spans: spans("一、标题") });
            blocks.push(Block::Heading { level: 2, spans: spans("（一）标题") });
        }
        blocks.push(Block::Paragraph { spans: spans(&"全社区共有居民。".repeat(4 + i % 7)) });
        if i % 10 == 0 {
            let cell = |row: usize| spans(&"老旧小区改造，".repeat(if row == 4 { 300 } else { row % 9 }));
            let rows = (0..30).map(|row| vec![spans(&row.to_string()), cell(row)]).collect();
            blocks.push(Block::Table { caption: "表".into(), head: vec!["序号".into(), "内容".into()], rows });
        }
    }
    blocks.push(Block::Paragraph { spans: spans("特此报告。") });
    let (signature, date) = (Some("社区居民委员会".to_owned()), Some("2013年11月20日".to_owned()));
    Document { title: "报告".into(), blocks, signature, date }
}

#[test]
fn pages_hold_what_belongs_together_and_nothing_leaves_the_text_area() {
    for paragraphs in 0..40 {
        let doc = long(paragraphs);
        let Some(fonts) = Fonts::find(None, &pages::wanted(&doc)) else {
            assert!(std::env::var_os("LIREN_NEED_LIBREOFFICE").is_none(), "no Chinese font");
            eprintln!("not checked: no Chinese font");
            return;
        };
        let set = pages::set(&doc, &fonts);
        let parts = |page: usize| set.pages[page].texts.iter().filter_map(|t| t.part.map(|p| set.parts[p]));
        for page in 0..set.pages.len() {
            for text in set.pages[page].texts.iter().filter(|t| t.part.is_some()) {
                assert!(LEFT - 0.1 <= text.x && text.x + text.line.width() <= LEFT + WIDTH + 0.1);
                assert!(TOP < text.y && text.y < TOP + LINES as f32 * PITCH);
            }
            let last = parts(page).next_back();
            assert!(!matches!(last, Some(Part::Heading(_) | Part::Caption(_) | Part::Cell(_, 0))), "{last:?}");
        }
        // Beside 署名 and 成文日期 the last page has text.
        assert!(parts(set.pages.len() - 1).count() > 2);
        assert_eq!(set.parts.len(), set.parts.iter().zip(0..).filter(|(_, i)| shown(&set, *i)).count());
    }
}

/// Whether a part that has text stands on some page.
fn shown(set: &pages::Pages, part: usize) -> bool {
    let empty_cell = matches!(set.parts[part], Part::Cell(_, row) if (row + 8) % 9 == 0);
    empty_cell || set.pages.iter().flat_map(|p| &p.texts).any(|t| t.part == Some(part))
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
    for (name, bytes) in
        [("a.ttf", &b""[..]), ("b.ttc", b"ttcf\0\0\0\0\xff\xff\xff\xff"), ("c.otf", b"OTTO\xff\xff\0\0\0\0\0\0")]
    {
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
