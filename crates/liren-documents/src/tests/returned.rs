//! A report that goes through somebody's Word and comes back: whatever they do, each figure is known again or missed,
//! and no word is lost.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use proptest::prelude::*;

use super::{bare, folder, report, run};
use crate::returned::{By, Fate, Returned, State, compare};
use crate::{Block, Document, Span, docx, read};

/// The parts of a package.
fn unpack(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for n in 0..zip.len() {
        let mut part = zip.by_index(n).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.push((part.name().unwrap().into_owned(), text));
    }
    parts
}

fn pack(parts: &[(String, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word file open for editing: its paragraphs and tables as they stand in the file.
struct Editor {
    parts: Vec<(String, String)>,
    head: String,
    pieces: Vec<String>,
    tail: String,
}

impl Editor {
    fn of(bytes: &[u8]) -> Editor {
        let parts = unpack(bytes);
        let body = &parts.iter().find(|(name, _)| name == "word/document.xml").unwrap().1;
        let start = body.find("<w:body>").unwrap() + 8;
        let end = body.rfind("<w:sectPr>").unwrap();
        let (mut pieces, mut rest) = (Vec::new(), &body[start..end]);
        while !rest.is_empty() {
            let close = if rest.starts_with("<w:tbl>") { "</w:tbl>" } else { "</w:p>" };
            let at = rest.find(close).unwrap() + close.len();
            pieces.push(rest[..at].to_owned());
            rest = &rest[at..];
        }
        let (head, tail) = (body[..start].to_owned(), body[end..].to_owned());
        Editor { parts, head, pieces, tail }
    }

    fn save(&self) -> Vec<u8> {
        let mut parts = self.parts.clone();
        let body = parts.iter_mut().find(|(name, _)| name == "word/document.xml").unwrap();
        body.1 = format!("{}{}{}", self.head, self.pieces.concat(), self.tail);
        pack(&parts)
    }

    /// The piece a figure stands in, and from where to where its control goes.
    fn control(&self, index: usize) -> Option<(usize, std::ops::Range<usize>)> {
        let tag = format!("<w:tag w:val=\"{}\"/>", docx::control(index));
        self.pieces.iter().enumerate().find_map(|(n, piece)| {
            let at = piece.find(&tag)?;
            let start = piece[..at].rfind("<w:sdt>")?;
            Some((n, start..at + piece[at..].find("</w:sdt>")? + 8))
        })
    }

    fn edit(&mut self, index: usize, how: impl Fn(&str) -> String) -> bool {
        let Some((n, span)) = self.control(index) else { return false };
        let new = how(&self.pieces[n][span.clone()]);
        self.pieces[n].replace_range(span, &new);
        true
    }

    /// Takes away the bookmarks of a figure too, as programs do that know neither.
    fn unmark(&mut self, index: usize) {
        let name = format!("w:name=\"{}\"/>", docx::control(index));
        for piece in &mut self.pieces {
            if let Some(at) = piece.find(&name) {
                let start = piece[..at].rfind("<w:bookmarkStart").unwrap();
                piece.replace_range(start..at + name.len(), "");
            }
        }
    }
}

/// What a control has in it.
fn content(control: &str) -> &str {
    let start = control.find("<w:sdtContent>").unwrap() + 14;
    &control[start..control.rfind("</w:sdtContent>").unwrap()]
}

fn words(xml: &str) -> String {
    let texts = xml.split("<w:t").skip(1).filter_map(|rest| rest.split_once('>')?.1.split_once("</w:t>"));
    texts.map(|(text, _)| text).collect()
}

fn written(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

fn paragraph(text: &str) -> String {
    format!("<w:p>{}</w:p>", written(text))
}

/// The figures of a document as they are printed.
fn figures(doc: &Document) -> Vec<String> {
    let mut out = Vec::new();
    let mut take = |spans: &[Span]| {
        out.extend(spans.iter().filter_map(|span| match span {
            Span::Figure(figure) => Some(figure.text.clone()),
            _ => None,
        }));
    };
    for block in &doc.blocks {
        match block {
            Block::Heading { spans, .. } | Block::Paragraph { spans } => take(spans),
            Block::Table { rows, .. } => rows.iter().flatten().for_each(|cell| take(cell)),
        }
    }
    out
}

fn back(doc: &Document, bytes: &[u8]) -> Returned {
    let sent = read::word("a.docx", &docx::write(doc).unwrap()).unwrap();
    compare(&sent, &read::word("a.docx", bytes).unwrap())
}

/// What an edit should lead to.
#[derive(Clone, Debug, PartialEq)]
enum Expected {
    Kept,
    Overwritten(String),
    Gone,
}

#[test]
fn what_comes_back_untouched_is_all_there() {
    let doc = report();
    let result = back(&doc, &docx::write(&doc).unwrap());
    assert!(result.blocks.iter().all(|block| block.state == State::Same && !block.moved) && result.gone.is_empty());
    assert_eq!(result.figures.len(), figures(&doc).len());
    let control = |f: &crate::returned::Figure| f.fate == Fate::Kept && f.place.as_ref().unwrap().by == By::Control;
    assert!(result.figures.iter().all(control));
}

#[test]
fn properties_travel_with_the_file() {
    let bytes =
        docx::sent(&report(), &[("里仁", "a&b <\"c\">".to_owned()), ("liren.year", "2013".to_owned())]).unwrap();
    let word = read::word("a.docx", &bytes).unwrap();
    let expected = [("里仁", "a&b <\"c\">"), ("liren.year", "2013")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(word.properties, expected);
}

#[test]
fn a_program_that_writes_its_own_word_file_keeps_every_figure() {
    let doc = report();
    let folder = folder("returned");
    let file = folder.join("report.docx");
    std::fs::write(&file, docx::sent(&doc, &[("liren.year", "2013".to_owned())]).unwrap()).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut path = file;
    for round in ["once", "twice"] {
        let out = folder.join(round);
        let convert =
            ["--headless", &profile, "--convert-to", "docx", "--outdir", out.to_str().unwrap(), path.to_str().unwrap()];
        if run("soffice", &convert).is_none() {
            return;
        }
        path = out.join("report.docx");
        let bytes = std::fs::read(&path).unwrap();
        let word = read::word("a.docx", &bytes).unwrap();
        assert!(word.properties.contains(&("liren.year".to_owned(), "2013".to_owned())), "{:?}", word.properties);
        let result = back(&doc, &bytes);
        let by =
            |by: By| result.figures.iter().filter(|f| f.place.as_ref().is_some_and(|place| place.by == by)).count();
        println!(
            "{round}: {} by control, {} by bookmark, {} by place",
            by(By::Control),
            by(By::Bookmark),
            by(By::Place)
        );
        let lost: Vec<_> = result.figures.iter().filter(|f| f.fate != Fate::Kept).collect();
        assert!(lost.is_empty() && result.figures.len() == figures(&doc).len(), "{round}: {lost:?}");
        assert!(result.blocks.iter().all(|block| block.state == State::Same) && result.gone.is_empty(), "{round}");
    }
}

#[test]
fn a_sentence_that_moved_into_another_paragraph_takes_its_figures_along() {
    let doc = report();
    let mut editor = Editor::of(&docx::write(&doc).unwrap());
    // All controls and bookmarks are lost, and one sentence stands at the end of another paragraph.
    let all = figures(&doc);
    for index in 0..all.len() {
        editor.edit(index, |control| content(control).to_owned());
        editor.unmark(index);
    }
    let result = back(&doc, &editor.save());
    assert!(result.figures.iter().all(|f| f.fate == Fate::Kept), "{:?}", result.figures);
    let long = |piece: &&String| words(piece).matches('。').count() > 2 && !piece.starts_with("<w:tbl>");
    let texts: Vec<String> = editor.pieces.iter().filter(long).map(|piece| words(piece)).collect();
    let (from, to) = (&texts[0], &texts[1]);
    let sentence = format!("{}。", from.split('。').next().unwrap());
    let rest = from.replacen(&sentence, "", 1);
    for piece in &mut editor.pieces {
        let own = words(piece);
        if own == *from {
            *piece = paragraph(&rest);
        } else if own == *to {
            *piece = paragraph(&format!("{to}{sentence}"));
        }
    }
    let result = back(&doc, &editor.save());
    let wrong: Vec<_> = result.figures.iter().filter(|f| f.fate != Fate::Kept).collect();
    assert!(wrong.is_empty(), "{sentence}\n{wrong:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Random edits of the file, several at once: every figure is known again, every changed one is named with both
    /// numbers, and no word is lost.
    #[test]
    fn whatever_somebody_does_in_word_each_figure_is_accounted_for(
        script in prop::collection::vec((0_u8..13, 0_usize..1000, 0_usize..1000), 1..24)
    ) {
        let doc = report();
        let shown = figures(&doc);
        let bytes = docx::write(&doc).unwrap();
        let sent = read::word("a.docx", &bytes).unwrap().blocks;
        let mut editor = Editor::of(&bytes);
        let mut expected: BTreeMap<usize, Expected> = (0..shown.len()).map(|n| (n, Expected::Kept)).collect();
        let mut added: Vec<String> = Vec::new();
        let mut touched = std::collections::BTreeSet::new();
        for (op, a, b) in script {
            let (piece, figure) = (a % editor.pieces.len(), a % shown.len());
            let number = shown[figure].chars().all(|c| c.is_ascii_digit());
            let free = number && editor.control(figure).is_some() && !touched.contains(&figure);
            let other = format!("{}{}", 1 + b % 9, shown[figure]);
            match op {
                0 => {
                    let moved = editor.pieces.remove(piece);
                    let to = b % (editor.pieces.len() + 1);
                    editor.pieces.insert(to, moved);
                }
                1 if editor.pieces.len() > 10 => {
                    let gone = editor.pieces.remove(piece);
                    for (index, fate) in &mut expected {
                        if gone.contains(&format!("w:name=\"{}\"", docx::control(*index))) || gone.contains(&format!("<!--{index}-->")) {
                            *fate = Expected::Gone;
                        }
                    }
                    added.retain(|text| !bare(&words(&gone)).contains(text));
                }
                // In a program that does not lock what is locked.
                2 if free => {
                    touched.insert(figure);
                    editor.edit(figure, |control| control.replace(content(control), &written(&other)));
                    expected.insert(figure, Expected::Overwritten(other));
                }
                3 if free => {
                    touched.insert(figure);
                    editor.edit(figure, |control| format!("<!--{figure}-->{}", content(control)));
                    editor.unmark(figure);
                }
                4 if free => {
                    touched.insert(figure);
                    editor.edit(figure, |_| String::new());
                    editor.unmark(figure);
                    expected.insert(figure, Expected::Gone);
                }
                5 | 6 => {
                    let text = if op == 5 { format!("居民代表对此表示满意，提出建议若干{}。", "条".repeat(1 + b % 3)) } else { format!("另有热心志愿者{}名报名参加。", 10_000 + b) };
                    if let Some(at) = editor.pieces[piece].rfind("</w:p>") {
                        editor.pieces[piece].insert_str(at, &written(&text));
                        added.push(text);
                    }
                }
                // Programs cut runs wherever they like.
                7 | 8 => {
                    let own = &editor.pieces[piece];
                    let texts: Vec<usize> = own.match_indices("<w:t xml:space=\"preserve\">").map(|(at, mark)| at + mark.len()).collect();
                    if let Some(start) = texts.get(b % texts.len().max(1)) {
                        let length = own[*start..].find("</w:t>").unwrap();
                        let at = own[*start..*start + length].char_indices().map(|(at, _)| at).nth(1).unwrap_or(0);
                        editor.pieces[piece].insert_str(start + at, "</w:t></w:r><w:r><w:t xml:space=\"preserve\">");
                    }
                }
                9 => {
                    let text = format!("临时统计表{b}");
                    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
                    let row = |a: &str, b: &str| format!("<w:tr>{}{}</w:tr>", cell(a), cell(b));
                    editor.pieces.insert(piece, format!("<w:tbl>{}{}</w:tbl>", row(&text, "数量"), row("新做的展板", &format!("{}", 20_000 + b))));
                    added.push(text);
                }
                10 if free => {
                    touched.insert(figure);
                    editor.edit(figure, |_| format!("<!--{figure}-->{}", written(&other)));
                    editor.unmark(figure);
                    expected.insert(figure, Expected::Overwritten(other));
                }
                11 => {
                    let text = format!("经居民议事会商议，第{b}次会议同意上述安排。");
                    editor.pieces.insert(piece, paragraph(&text));
                    added.push(text);
                }
                // Beside what is locked.
                12 if free => {
                    touched.insert(figure);
                    editor.edit(figure, |control| format!("{}{control}", written("8")));
                    expected.insert(figure, Expected::Overwritten(format!("8{}", shown[figure])));
                }
                _ => (),
            }
        }
        let file = editor.save();
        let result = back(&doc, &file);
        // No word is lost: all that came back is told, and all that did not.
        let all = read::blocks("a.docx", &file).unwrap();
        prop_assert_eq!(all.iter().map(|b| &b.text).collect::<Vec<_>>(), result.blocks.iter().map(|b| &b.text).collect::<Vec<_>>());
        let everything = bare(&result.blocks.iter().map(|b| b.text.as_str()).collect::<String>());
        for text in &added {
            prop_assert!(everything.contains(&bare(text)), "{} is lost", text);
        }
        for (at, read) in sent.iter().enumerate() {
            let told = result.gone.iter().any(|gone| gone.at == at && gone.text == read.text);
            prop_assert!(told || result.blocks.iter().any(|block| block.from.contains(&at)), "{} is lost", read.text);
        }
        // Every figure is accounted for.
        for (index, fate) in expected {
            let found: Vec<_> = result.figures.iter().filter(|f| f.index == index).collect();
            prop_assert_eq!(found.len(), 1);
            let own = match (found[0].fate, &found[0].place) {
                (Fate::Kept, Some(_)) => Expected::Kept,
                (Fate::Overwritten, Some(place)) => Expected::Overwritten(place.text.trim_end_matches(['%', '万', '余', '多']).to_owned()),
                _ => Expected::Gone,
            };
            prop_assert_eq!(own, fate, "figure {} {:?}\n{:?}", index, shown[index], found[0]);
        }
    }
}
