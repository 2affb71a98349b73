//! Files read back: our own, other people's, and broken ones.

use std::io::{Cursor, Write as _};

use super::{report, texts};
use crate::read::{Kind, Read, blocks};
use crate::{Block, Document, docx, html, pdf};

/// What the readers should find in a document of ours.
fn expected(doc: &Document) -> Vec<Read> {
    let read = |kind, text: &str| Read::new(kind, text);
    let mut out = vec![read(Kind::Heading(1), &doc.title)];
    for block in &doc.blocks {
        match block {
            Block::Heading { level, .. } => out.push(read(Kind::Heading(level + 1), &block.text())),
            Block::Paragraph { .. } => out.push(read(Kind::Paragraph, &block.text())),
            Block::Table { .. } => out.extend(block.text().lines().map(|line| read(Kind::Row, line))),
        }
    }
    out.extend(doc.signature.iter().chain(&doc.date).map(|line| read(Kind::Paragraph, line)));
    out
}

/// A Word package with these parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The blocks of a Word document with this body, one a line: kind and text.
fn word(body: &str) -> String {
    shown(&word_blocks(body))
}

fn word_blocks(body: &str) -> Vec<Read> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="a"><w:name w:val="heading 1"/></w:style>
        <w:style w:styleId="b"><w:basedOn w:val="a"/></w:style><w:style w:styleId="c"><w:basedOn w:val="c"/></w:style>
        <w:style w:styleId="d"><w:pPr><w:outlineLvl w:val="1"/><w:rPr><w:strike/></w:rPr></w:pPr></w:style>
        <w:style w:type="character" w:styleId="e"><w:rPr><w:strike/></w:rPr></w:style>
        <w:style w:type="character" w:styleId="f"><w:basedOn w:val="e"/></w:style></w:styles>"#;
    let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator"><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote>
        <w:footnote><w:p><w:r><w:t>注</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let parts = [("word/document.xml", &document[..]), ("word/styles.xml", styles), ("word/footnotes.xml", notes)];
    blocks("a.docx", &package(&parts)).unwrap()
}

/// A run with properties.
fn with(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
}

/// The tracked changes of blocks as they read: the words around each, and `-` where something goes.
fn changes(read: &[Read]) -> Vec<String> {
    let one = |read: &Read, span: &std::ops::Range<usize>| {
        let text: String = read.text.chars().skip(span.start).take(span.len()).collect();
        if span.is_empty() { format!("-{}", span.start) } else { text }
    };
    read.iter().flat_map(|read| read.revisions.iter().map(move |span| one(read, span))).collect()
}

fn page(html: &str) -> String {
    shown(&blocks("a.html", html.as_bytes()).unwrap())
}

pub fn shown(read: &[Read]) -> String {
    let line = |r: &Read| match r.kind {
        Kind::Heading(level) => format!("h{level} {}", r.text),
        Kind::Paragraph => format!("p {}", r.text),
        Kind::Row => format!("row {}", r.text.replace('\t', "|")),
    };
    read.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

#[test]
fn a_report_comes_back_from_word_as_it_was() {
    let doc = report();
    assert_eq!(blocks("a.docx", &docx::write(&doc).unwrap()).unwrap(), expected(&doc));
}

#[test]
fn a_report_comes_back_from_html_as_it_was() {
    let doc = report();
    let read = blocks("a.html", html::page(&doc, &[], &[]).as_bytes()).unwrap();
    let found: Vec<String> = read.iter().flat_map(|r| r.text.split(['\t', '\n'])).map(str::to_owned).collect();
    assert_eq!(found, texts(&doc));
    assert_eq!(read[..8], expected(&doc)[..8]);
}

#[test]
fn a_report_comes_back_from_pdf_as_it_was() {
    let doc = report();
    let bytes = match pdf::write(&doc, None) {
        Ok(bytes) => bytes,
        Err(e) if std::env::var_os("LIREN_NEED_LIBREOFFICE").is_none() => return eprintln!("not checked: {}", e.en),
        Err(e) => panic!("{}", e.en),
    };
    // A page does not say of what level a heading is.
    let plain = |read: Read| (read.kind == Kind::Row, super::bare(&read.text));
    let found: Vec<(bool, String)> = blocks("a.pdf", &bytes).unwrap().into_iter().map(plain).collect();
    assert_eq!(found, expected(&doc).into_iter().map(plain).collect::<Vec<_>>());
}

#[test]
fn word_headings_come_from_styles_and_outline_levels() {
    let styled = |style: &str| format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(style));
    let body: String = ["a", "b", "c", "d"].into_iter().map(styled).collect();
    let direct = format!("<w:p><w:pPr><w:outlineLvl w:val=\"2\"/></w:pPr>{}</w:p>", run("e"));
    assert_eq!(word(&(body + &direct)), "h2 a\nh2 b\np c\nh3 d\nh4 e\np 注");
}

#[test]
fn word_text_is_what_a_reader_sees() {
    let body = format!(
        "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr>{}<w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del>\
         <w:ins>{}</w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:tab/><w:t>人 &lt;&#x4E00;&gt;</w:t><w:br/>\
         <w:t>下</w:t><w:br w:type=\"page\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p><w:p/><w:p>{}</w:p>",
        run("共有"),
        run("9"),
        run("  ")
    );
    assert_eq!(word(&body), "p 共有9\t人 <一>\n下\np 注");
}

#[test]
fn struck_and_hidden_words_are_left_out_also_where_a_style_says_so() {
    let body = format!(
        "<w:p>{}{}{}{}{}{}{}</w:p><w:p><w:pPr><w:rPr><w:strike/></w:rPr></w:pPr>{}</w:p><w:p><w:pPr><w:pStyle w:val=\"d\"/></w:pPr>{}</w:p>",
        run("男"),
        with("<w:strike/>", "2610"),
        with("<w:dstrike w:val=\"true\"/>", "2620"),
        with("<w:rStyle w:val=\"f\"/>", "2630"),
        with("<w:rStyle w:val=\"f\"/><w:strike w:val=\"0\"/>", "26"),
        with("<w:strike w:val=\"false\"/><w:dstrike w:val=\"0\"/>", "00"),
        with("<w:vanish/>", "藏") + &run("人"),
        run("段落标记划掉了"),
        run("样式的段落标记划掉了"),
    );
    let read = word_blocks(&body);
    assert_eq!(shown(&read), "p 男2600人\np 段落标记划掉了\nh3 样式的段落标记划掉了\np 注");
    assert_eq!(read.iter().map(|r| r.struck).collect::<Vec<_>>(), [true, false, false, false]);
}

#[test]
fn tracked_changes_are_read_as_accepted_and_counted_where_they_stand() {
    let del = |text: &str| format!("<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>");
    let ins = |text: &str| format!("<w:ins>{}</w:ins>", run(text));
    let moved = format!("<w:moveFrom>{}</w:moveFrom><w:moveTo>{}</w:moveTo>", run("旧处"), run("新处"));
    let body = format!("<w:p>{}{}{}{}{moved}</w:p>", run("其中男"), del("2610"), ins("2600"), run("人，"));
    let read = word_blocks(&body);
    assert_eq!(shown(&read), "p 其中男2600人，新处\np 注");
    assert_eq!(changes(&read), ["-3", "2600", "-9", "新处"]);
    // A change that brings and takes no words is none; nor is a change of the looks.
    let body = format!(
        "<w:p><w:pPr><w:rPr><w:ins/></w:rPr><w:pPrChange><w:pPr/></w:pPrChange></w:pPr><w:ins><w:r><w:tab/></w:r></w:ins>{}<w:del><w:r/></w:del></w:p>",
        with("<w:b/><w:rPrChange><w:rPr><w:i/></w:rPr></w:rPrChange>", "甲")
    );
    assert!(changes(&word_blocks(&body)).is_empty());
    // A paragraph taken away whole leaves its mark on the next; the last one on the one before it.
    let body = format!("<w:p>{}</w:p><w:p>{}</w:p>", del("去"), run("留"));
    assert_eq!(changes(&word_blocks(&body)), ["-0"]);
    // A cell's changes stand in their row.
    let cell = |inside: &str| format!("<w:tc><w:p>{inside}</w:p></w:tc>");
    let body = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell(&run("男")), cell(&(run("1") + &ins("23"))));
    let read = word_blocks(&body);
    assert_eq!((shown(&read).as_str(), changes(&read)), ("row 男|123\np 注", vec!["23".to_owned()]));
}

#[test]
fn a_paragraph_whose_end_was_deleted_goes_on_with_the_next() {
    let open = "<w:pPr><w:pStyle w:val=\"a\"/><w:rPr><w:del w:id=\"1\"/></w:rPr></w:pPr>";
    let p = |properties: &str, text: &str| format!("<w:p>{properties}{}</w:p>", run(text));
    assert_eq!(
        word(&(p(open, "其中男") + &p(open, "2600人，") + &p("", "女2410人。"))),
        "p 其中男2600人，女2410人。\np 注"
    );
    let cell = format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p(open, "男"), p("", "女"));
    assert_eq!(word(&(cell + &p(open, "尾"))), "row 男|女\nh2 尾\np 注");
}

#[test]
fn word_tables_are_read_row_by_row_and_text_boxes_after_their_paragraph() {
    let cell = |inside: &str| format!("<w:tc><w:tcPr/>{inside}</w:tc>");
    let p = |inside: &str| format!("<w:p>{inside}</w:p>");
    let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell(&p(&run("x"))), cell(&p(&run("y"))));
    let table = format!(
        "<w:tbl><w:tblPr/><w:tr>{}{}{}</w:tr><w:tr>{}</w:tr></w:tbl>",
        cell(&(p(&run("a")) + &p(&run("b")))),
        cell("<w:p/>"),
        cell(&(inner + "<w:p/>")),
        cell("<w:p/>"),
    );
    let frame = format!("<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r>", p(&run("框")));
    assert_eq!(word(&(table + &p(&(run("前") + &frame + &run("后"))))), "row a\nb||x y\np 前后\np 框\np 注");
}

#[test]
fn html_is_read_as_a_browser_shows_it() {
    let html = "<!doctype html><head><title>题</title><style>p{}</style></head><body><h1>总结</h1>\n<p>全社区\n  共有&nbsp;<b>4268</b>人&ldquo;好&rdquo;&#65292;1 < 2 &unknown; A&amp;B<br>下一行<p>又一段<!-- 注 --><script>if (a<b) '</p>'</script>\
        <ul><li>一<li>二</ul><table><tr><th>组<th>人<tr><td><p>一</p><p>组</p></td><td title='>'>7</td></tr></table>尾";
    assert_eq!(
        page(html),
        "h1 总结\np 全社区共有 4268人“好”，1 < 2 &unknown; A&B\n下一行\np 又一段\np 一\np 二\nrow 组|人\nrow 一\n组|7\np 尾"
    );
}

#[test]
fn what_a_page_strikes_out_or_hides_is_left_out() {
    for (html, text) in [
        ("<p>男<del>2610</del>2600人<s>旧</s><STRIKE>旧</STRIKE></p>", "p 男2600人"),
        ("<p>男<span style='color:red; Text-Decoration : underline line-through'>2610</span>2600人</p>", "p 男2600人"),
        ("<p>男<span hidden>2610</span>2600<b style=\"display:none\">户</b>人</p>", "p 男2600人"),
        ("<p>男</p><div style=display:none><div>甲</div><br>乙</div><p>女</p>", "p 男\np 女"),
        ("<p>a<span data-hidden=1 title=hidden class='hidden'>b</span>c</p>", "p abc"),
        ("<p>a<span style='visibility:visible;content:\"display:none\"'>b</span></p>", "p ab"),
        // What is never closed, or cannot be, is read.
        ("<p>男<del>2610<p>女<br hidden>2410<s/>人", "p 男2610\np 女\n2410人"),
        ("<body hidden><p>男</p></body>", "p 男"),
        ("<p>a<delta>b</delta><strong>c</strong><span>d</span></p>", "p abcd"),
    ] {
        assert_eq!(page(html), text, "{html}");
    }
    let read =
        blocks("a.html", "<p>男<del>2610</del>2600</p><p>女<del> </del>2410<i hidden>9</i></p>".as_bytes()).unwrap();
    assert_eq!(read.iter().map(|r| r.struck).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_page_of_nothing_but_unclosed_marks_is_read_in_good_time() {
    let begun = std::time::Instant::now();
    for tag in ["<del>", "<p hidden>", "<div style='display:none'>", "<del <s", "<span hidden='"] {
        assert!(blocks("a.html", ("<p>甲".to_owned() + &format!("{tag}乙").repeat(60_000)).as_bytes()).is_ok());
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn a_table_for_layout_is_no_row() {
    let html =
        "<table><tr><td><h2>题</h2><p>一</p><table><tr><td>a</td><td>b</td></tr></table><p>二</p></td></tr></table>";
    assert_eq!(page(html), "h2 题\np 一\nrow a|b\nrow 二");
}

#[test]
fn old_chinese_pages_are_read_with_and_without_a_label() {
    for head in ["", "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">"] {
        let (bytes, ..) = encoding_rs::GB18030.encode("<p>常住人口\u{20bb7}</p>");
        assert_eq!(shown(&blocks("a.htm", &[head.as_bytes(), &bytes[..]].concat()).unwrap()), "p 常住人口\u{20bb7}");
    }
    assert_eq!(page("<meta charset=gb2312><p>其实是UTF-8</p>"), "p 其实是UTF-8");
}

#[test]
fn text_under_another_name_is_read_line_by_line() {
    assert_eq!(shown(&blocks("a.docx", "一\r\n\r\n　　二 < 三".as_bytes()).unwrap()), "p 一\np 　　二 < 三");
}

#[test]
fn files_that_cannot_be_read_say_what_to_do() {
    let word = docx::write(&report()).unwrap();
    let refused = |bytes: &[u8], zh: &str| {
        let error = blocks("报告.docx", bytes).unwrap_err();
        assert!(error.zh.contains(zh) && error.zh.starts_with("“报告.docx”"), "{}", error.zh);
        assert!(error.en.is_ascii() || error.en.contains("报告.docx"), "{}", error.en);
    };
    refused(b"", "空文件");
    refused(b"%PDF-1.7", "损坏");
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", ".doc");
    refused(b"{\\rtf1}", "RTF");
    refused(b"\x00\x01\x02", "损坏");
    refused(b"PK\x03\x04 not a zip", "损坏");
    refused(&word[..word.len() / 2], "损坏");
    refused(&package(&[("xl/workbook.xml", "")]), "Excel");
    refused(&package(&[("content.xml", "")]), "OpenDocument");
    refused(&package(&[("a.txt", "")]), "压缩包");
    refused(&package(&[("word/document.xml", "<w:document><w:p>")]), "损坏");
    refused(&package(&[("word/document.xml", "<w:document/>")]), "没有文字");
    refused(b"<html><img src=scan.jpg></html>", "没有文字");
}

#[test]
fn a_bomb_is_not_unpacked_and_a_tower_not_climbed() {
    let spaces = " ".repeat(65 << 20);
    let error = blocks("a.docx", &package(&[("word/document.xml", &spaces)])).unwrap_err();
    assert!(error.zh.contains("64 MB"));
    let deep = "<w:tbl><w:tr><w:tc><w:p>".repeat(100_000);
    assert!(blocks("a.docx", &package(&[("word/document.xml", &deep)])).unwrap_err().zh.contains("损坏"));
    assert!(blocks("a.html", "<table><tr><td>a<td>".repeat(20_000).as_bytes()).is_ok());
}
