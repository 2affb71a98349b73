//! Random documents through every writer, and Word back again.

use proptest::prelude::*;

use crate::{Block, Document, Figure, Span, docx, html, official, pdf, read, text};

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[一-龥，。（）“”…—0-9a-z%&<>\"' \t\n]{0,60}",
        "\\PC{0,20}",
        any::<String>().prop_map(|s| s.chars().take(20).collect()),
    ]
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let figure = (words(), 0_usize..4).prop_map(|(text, index)| Figure { text, index, ..Figure::default() });
    let span = prop_oneof![words().prop_map(Span::Text), words().prop_map(Span::Strong), figure.prop_map(Span::Figure)];
    prop::collection::vec(span, 0..4)
}

fn document() -> impl Strategy<Value = Document> {
    let rows = prop::collection::vec(prop::collection::vec(spans(), 0..4), 0..4);
    let table = (words(), prop::collection::vec(words(), 0..4), rows);
    let block = prop_oneof![
        (any::<u8>(), spans()).prop_map(|(level, spans)| Block::Heading { level, spans }),
        spans().prop_map(|spans| Block::Paragraph { spans }),
        table.prop_map(|(caption, head, rows)| Block::Table { caption, head, rows }),
    ];
    let line = || prop::option::of(words());
    (words(), prop::collection::vec(block, 0..6), line(), line())
        .prop_map(|(title, blocks, signature, date)| Document { title, blocks, signature, date })
}

/// The text of everything but white space, which neither a table nor a page keeps.
fn seen(doc: &Document) -> String {
    let mut out = doc.title.clone();
    for block in &doc.blocks {
        // A table without columns is not shown, nor is what it is called.
        if let Block::Table { caption, head, rows } = block
            && !(head.is_empty() && rows.iter().all(Vec::is_empty))
        {
            out.push_str(caption);
        }
        out.push_str(&block.text());
    }
    doc.signature.iter().chain(&doc.date).for_each(|line| out.push_str(line));
    super::bare(&official::visible(&out))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn text_html_and_word_are_written_and_word_is_read_back(doc in document()) {
        text::write(&doc);
        html::page(&doc, &[], &[]);
        let found = match read::blocks("a.docx", &docx::write(&doc).unwrap()) {
            Ok(blocks) => super::bare(&blocks.into_iter().map(|b| b.text).collect::<String>()),
            // A document with nothing to see.
            Err(_) => String::new(),
        };
        prop_assert_eq!(found, seen(&doc));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), html in "[<>/a-z&;='\" \n一-二]{0,80}") {
        let _ = read::blocks("a.html", &bytes);
        let _ = read::blocks("a.html", format!("<p>{html}").as_bytes());
    }

    #[test]
    fn a_broken_word_file_is_refused_not_fatal(at in 0_usize..9000, byte in any::<u8>()) {
        let mut bytes = docx::write(&super::report()).unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read::blocks("a.docx", &bytes);
    }
}

proptest! {
    // Each reads the fonts of the machine.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pdf_is_written(doc in document()) {
        let _ = pdf::write(&doc, None);
    }
}
