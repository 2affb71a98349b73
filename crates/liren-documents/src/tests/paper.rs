//! PDF files of other programs, made by hand.

use proptest::prelude::*;

use super::read::shown;
use crate::read::blocks;

/// A file of one page with these fonts (F0, F1, …) and this content; `more` are further objects, from 20 on.
fn paper(fonts: &[&str], content: &str, more: &[&str]) -> Vec<u8> {
    let named: String = (0..fonts.len()).map(|n| format!("/F{n} {} 0 R ", n + 5)).collect();
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned()),
        (3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<<{named}>>>>>>")),
        (4, stream(content)),
    ];
    objects.extend(fonts.iter().enumerate().map(|(n, font)| (n + 5, (*font).to_owned())));
    objects.extend(more.iter().enumerate().map(|(n, object)| (n + 20, (*object).to_owned())));
    file(&objects, "")
}

fn file(objects: &[(usize, String)], trailer: &str) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut table = String::new();
    for (n, object) in objects {
        table.push_str(&format!("{n} 1\n{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{n} 0 obj\n{object}\nendobj\n"));
    }
    let at = out.len();
    let size = objects.iter().map(|(n, _)| n + 1).max().unwrap_or(1);
    out.push_str(&format!(
        "xref\n0 1\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{at}\n%%EOF\n"
    ));
    out.into_bytes()
}

fn stream(content: &str) -> String {
    format!("<</Length {}>>\nstream\n{content}\nendstream", content.len())
}

const LATIN: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
const IDENTITY: &str = "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 20 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/DW 1000>>]>>";

fn map(body: &str) -> String {
    stream(&format!(
        "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n{body}\nendcmap end"
    ))
}

fn read(bytes: &[u8]) -> String {
    blocks("a.pdf", bytes).map_or_else(|e| e.zh, |read| shown(&read))
}

#[test]
fn codes_are_read_by_the_tables_of_their_font() {
    let text = |codes: &str| format!("BT /F0 12 Tf 72 700 Td {codes} Tj ET");
    let told = map(
        "2 beginbfchar <0001> <7537> <0002> <5973> endbfchar\n% note <0002> <0000>\n2 beginbfrange <0010> <0012> <4EBA> <0020> <0021> [<6237> <D842DFB7>] endbfrange",
    );
    for (font, codes, expected) in [
        (IDENTITY, "<000100020010>", "p 男女人"),
        (IDENTITY, "<00200021>", "p 户\u{20bb7}"),
        (LATIN, "(2600 \\(men\\))", "p 2600 (men)"),
        ("<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/GBK-EUC-H>>", "<C4D0323630C8CB>", "p 男260人"),
        ("<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/UniGB-UCS2-H>>", "<75370032003651434EBA>", "p 男26元人"),
        ("<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/ETen-B5-H>>", "<A448313233>", "p 人123"),
        // One glyph of a font for the sign of a radical and for the character.
        ("<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/UniGB-UCS2-H>>", "<2F08002F2EA0>", "p 人/民"),
    ] {
        assert_eq!(read(&paper(&[font], &text(codes), &[&told])), expected, "{font}");
    }
    let own = "<</Type/Font/Subtype/Type3/FontMatrix[.001 0 0 -.001 0 0]/FirstChar 1/LastChar 2/Widths[1000 1000]/ToUnicode 20 0 R/Encoding<</Differences[1/g1/g2]>>>>";
    let one = map("2 beginbfchar <01> <7537> <02> <0032> endbfchar");
    assert_eq!(read(&paper(&[own], &text("<0102>"), &[&one])), "p 男2");
}

#[test]
fn a_font_that_does_not_say_what_its_codes_are_is_not_guessed_at() {
    let text = "BT /F0 12 Tf 72 700 Td <00010002000300040005> Tj ET";
    let silent =
        "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Subtype/CIDFontType2>>]>>";
    assert!(read(&paper(&[silent], text, &[])).contains("没有说明每个字形是什么字"));
    let numbered = "<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</Differences[0/g0/g1/g2/g3/g4/g5]>>>>";
    assert!(read(&paper(&[numbered], text, &[])).contains("没有说明每个字形是什么字"));
}

#[test]
fn lines_are_put_together_to_paragraphs_and_rows() {
    let mut content = String::from("BT /F0 20 Tf 200 780 Td (Title) Tj ET ");
    let lines = [
        (96, "The first line of a paragraph that is full up to here"),
        (72, "and its second."),
        (96, "Another one of some words."),
    ];
    for (n, (x, line)) in lines.iter().enumerate() {
        content.push_str(&format!("BT /F0 10 Tf {x} {} Td [({line}) -1] TJ ET ", 700 - n * 14));
    }
    // The same words twice make them bold; what is only there to be searched is not read; nor is a stamp across the page.
    content.push_str(
        "BT /F0 10 Tf 72 600 Td (men) Tj ET BT /F0 10 Tf 72.3 600 Td (men) Tj ET BT /F0 10 Tf 200 600 Td (2600) Tj ET ",
    );
    content
        .push_str("BT 3 Tr /F0 10 Tf 72 560 Td (unseen) Tj ET BT /F0 40 Tf 0.7 0.7 -0.7 0.7 100 300 Tm (DRAFT) Tj ET ");
    content.push_str("BT /F0 10 Tf 290 40 Td (- 1 -) Tj ET");
    let expected = "h1 Title\np The first line of a paragraph that is full up to hereand its second.\np Another one of some words.\nrow men|2600";
    let found = read(&paper(&[LATIN], &content, &[]));
    assert_eq!(found, expected.replace("hereand", "here and"));
}

#[test]
fn ruled_lines_say_what_is_a_cell() {
    // Three columns, two rows; the first cell of the second row has two lines, and its numbers stand close together.
    let mut content = String::new();
    for x in [72, 132, 152, 192] {
        content.push_str(&format!("{x} 640 m {x} 700 l S "));
    }
    for y in [640, 680, 700] {
        content.push_str(&format!("72 {y} 120 0.5 re f "));
    }
    for (x, y, text) in [
        (74, 686, "name"),
        (136, 686, "a"),
        (154, 686, "b"),
        (74, 664, "gar"),
        (133, 657, "12"),
        (154, 657, "34"),
        (74, 648, "den"),
    ] {
        content.push_str(&format!("BT /F0 8 Tf {x} {y} Td ({text}) Tj ET "));
    }
    assert_eq!(read(&paper(&[LATIN], &content, &[])), "row name|a|b\nrow gar den|12|34");
    // A frame around a text is no table.
    let framed = "72 640 120 60 re S BT /F0 8 Tf 80 660 Td (in a frame) Tj ET";
    assert_eq!(read(&paper(&[LATIN], framed, &[])), "p in a frame");
}

#[test]
fn a_locked_file_and_a_file_of_pictures_say_what_to_do() {
    let objects = [(1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()), (2, "<</Type/Pages/Kids[]/Count 0>>".to_owned())];
    let lock = "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/O<28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A>/U<28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A>/P -60>>";
    assert!(read(&file(&objects, lock)).contains("加了密码的 PDF"));
    let apart = [&objects[..], &[(3, lock[lock.find("<</Filter").unwrap()..].to_owned())]].concat();
    assert!(read(&file(&apart, "/ID[<00><00>]/Encrypt 3 0 R")).contains("加了密码的 PDF"));
    assert!(read(&file(&objects, "")).contains("只有扫描的图片"));
}

#[test]
fn tables_that_name_a_whole_world_of_codes_are_cut() {
    let begun = std::time::Instant::now();
    let wide =
        map("1 beginbfrange <00000000> <FFFFFFFF> <4E00> endbfrange 1 beginbfrange <0000> <FFFF> [<4E00> endbfrange");
    let font = IDENTITY.replace("/DW 1000", "/DW 1000/W[0 4294967295 500 5 -7 3 0 [1 2]]");
    assert_eq!(read(&paper(&[&font], "BT /F0 12 Tf 72 700 Td <00000001> Tj ET", &[&wide])), "p 一丁");
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn forms_within_forms_do_not_multiply() {
    // Eight floors of forms, each drawing the next a thousand times: 10²⁴ strings, were all of them read.
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned()),
        (
            3,
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 10 0 R>>>>>>"
                .to_owned(),
        ),
        (4, stream(&"/X Do ".repeat(1000))),
    ];
    for floor in 10..17 {
        let own = format!("<</Type/XObject/Subtype/Form/Resources<</XObject<</X {} 0 R>>>>", floor + 1);
        objects.push((floor, stream(&"/X Do ".repeat(1000)).replacen("<<", &own, 1)));
    }
    let begun = std::time::Instant::now();
    assert!(read(&file(&objects, "")).contains("不像正常的报告"));
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn a_page_of_nothing_but_lines_is_read_in_its_own_time() {
    let mut content = String::new();
    for n in 0..20_000 {
        content.push_str(&format!("{0} 10 m {0} 800 l S 10 {1} m 17 {1} l S ", n as f64 / 40.0, n as f64 / 25.0));
        content.push_str(&format!("BT /F0 0.01 Tf 20 {} Td (a) Tj ET ", n as f64 / 25.0));
    }
    let begun = std::time::Instant::now();
    assert!(read(&paper(&[LATIN], &content, &[])).contains('a'));
    assert!(begun.elapsed().as_secs() < 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_damaged_file_is_read_or_refused(cut in 0_usize..1800, spots in prop::collection::vec((0_usize..1800, any::<u8>()), 0..12)) {
        let told = map("2 beginbfrange <0010> <0012> <4EBA> <0020> <0021> [<6237> <0042>] endbfrange");
        let mut bytes = paper(&[LATIN, IDENTITY], "q 1 0 0 1 0 0 cm BT /F0 12 Tf 72 700 Td [(a) -200 (b)] TJ /F1 9 Tf T* <00100020> ' ET Q 1 1 9 9 re S", &[&told]);
        for (at, byte) in spots {
            let length = bytes.len();
            bytes[at % length] = byte;
        }
        if cut % 3 == 0 {
            bytes.truncate(cut);
        }
        let _ = blocks("a.pdf", &bytes);
    }
}
