//! The demo's report goes through somebody's Word and comes back.

use std::io::{Cursor, Read as _, Write as _};

use liren_documents::{docx, read};

use super::{Returned, Standing, compare, hold, properties};
use crate::base::Scope;
use crate::base::reader::Size;
use crate::reports::{self, Composed, Format};
use crate::testing::TestApp;

async fn sent(test: &TestApp) -> (Composed, Vec<u8>) {
    let mut composed = reports::annual(&test.app, &test.scope(), 2013).await.unwrap();
    let bytes = reports::write(&test.app, &mut composed, Format::Docx).await.unwrap();
    (composed, bytes)
}

async fn back(test: &TestApp, bytes: Vec<u8>) -> Returned {
    compare(&test.app, &test.scope(), "a.docx", bytes, Size::Ordinary).await.unwrap()
}

/// The file with its main part edited.
fn edited(bytes: &[u8], edit: impl Fn(String) -> String) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..zip.len() {
        let mut part = zip.by_index(n).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        part.read_to_string(&mut text).unwrap();
        if name == "word/document.xml" {
            text = edit(text);
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// The control of a figure within the main part.
fn control(xml: &str, index: usize) -> std::ops::Range<usize> {
    let at = xml.find(&format!("<w:tag w:val=\"{}\"/>", docx::control(index))).unwrap();
    let start = xml[..at].rfind("<w:sdt>").unwrap();
    start..at + xml[at..].find("</w:sdt>").unwrap() + 8
}

fn index(composed: &Composed, text: &str) -> usize {
    composed.spans.iter().position(|span| span.text == text && !span.href().is_empty()).unwrap()
}

#[tokio::test]
async fn what_comes_back_as_it_was_sent_is_sourced_all_of_it() {
    let test = TestApp::demo().await;
    let (composed, bytes) = sent(&test).await;
    let result = back(&test, bytes).await;
    assert!(result.as_sent);
    let figures = composed.spans.iter().filter(|span| !span.href().is_empty()).count();
    assert!(result.counts.sourced >= figures, "{:?} of {figures}", result.counts);
    assert_eq!(result.counts.contradicted + result.counts.gone + result.counts.by_hand, 0, "{:?}", result.counts);
    assert!(result.findings.is_empty(), "{:?}", result.findings);
}

#[tokio::test]
async fn what_somebody_changed_is_named_side_by_side_with_the_record() {
    let test = TestApp::demo().await;
    let (composed, bytes) = sent(&test).await;
    let (overwritten, taken) = (index(&composed, "2181"), index(&composed, "2087"));
    let added = "另有热心志愿者120名报名参加。据区统计局公报，辖区有企业38家。全社区总人口4300人。分为男性10人和女性20人，共40人。";
    let bytes = edited(&bytes, |mut xml| {
        let own = control(&xml, overwritten);
        let changed = xml[own.clone()].replace(">2181<", ">2191<");
        xml.replace_range(own, &changed);
        let own = control(&xml, taken);
        xml.replace_range(own, "");
        let end = xml.rfind("<w:sectPr>").unwrap();
        xml.insert_str(end, &format!("<w:p><w:r><w:t>{added}</w:t></w:r></w:p>"));
        xml
    });
    let result = back(&test, bytes).await;
    let of = |standing: Standing| -> Vec<_> { result.figures.iter().filter(|f| f.standing == standing).collect() };
    let contradicted = of(Standing::Contradicted);
    let told: Vec<_> = contradicted
        .iter()
        .map(|f| (f.record.as_deref().unwrap_or_default(), f.written.as_deref().unwrap_or_default(), f.href.as_str()))
        .collect();
    assert!(told.contains(&("2181", "2191", composed.spans[overwritten].href().as_str())), "{told:?}");
    // The sentence that was added names a figure of the records, with another number.
    assert!(
        told.iter().any(|(record, written, href)| {
            record.starts_with("4268") && written.starts_with("4300") && href.starts_with("/figures/population.total")
        }),
        "{told:?}"
    );
    let gone = of(Standing::Gone);
    assert_eq!(gone.iter().map(|f| f.index).collect::<Vec<_>>(), [Some(taken)]);
    let written = |standing| of(standing).iter().map(|f| f.written.clone().unwrap_or_default()).collect::<Vec<_>>();
    assert!(written(Standing::ByHand).iter().any(|text| text.contains("120")), "{:?}", written(Standing::ByHand));
    assert!(written(Standing::ByHandSourced).iter().any(|text| text.contains("38")), "{:?}", result.figures);
    assert!(result.findings.iter().any(|f| f.kind == "sum_differs"), "{:?}", result.findings);
    assert!(result.blocks.iter().any(|block| block.text == added));
    let json = serde_json::to_value(&result).unwrap();
    assert_eq!(json["counts"]["gone"], 1);
    assert_eq!(json["sent"]["year"], 2013);
}

#[tokio::test]
async fn a_file_that_names_no_report_or_anothers_is_refused() {
    let test = TestApp::demo().await;
    let (composed, bytes) = sent(&test).await;
    let plain = docx::write(&composed.document).unwrap();
    let error = compare(&test.app, &test.scope(), "a.docx", plain.clone(), Size::Ordinary).await.unwrap_err();
    assert!(error.sentences(false).concat().contains("没有写明是哪一份报告"), "{error:?}");
    let error = compare(&test.app, &Scope::whole(2), "a.docx", bytes, Size::Ordinary).await.unwrap_err();
    assert!(error.sentences(false).concat().contains("另一个社区"), "{error:?}");
    let error = compare(&test.app, &test.scope(), "a.txt", b"a text".to_vec(), Size::Ordinary).await.unwrap_err();
    assert!(error.sentences(false).concat().contains("不是 Word 文件"), "{error:?}");
    // At hand, it can be compared all the same.
    let word = read::word("a.docx", &plain).unwrap();
    assert_eq!(hold(&composed, &word).unwrap().counts.contradicted, 0);
    assert_eq!(properties(&composed).len(), 6);
}

#[tokio::test]
async fn the_report_survives_a_program_that_writes_its_own_word_file() {
    let test = TestApp::demo().await;
    let (_, bytes) = sent(&test).await;
    let folder = std::env::temp_dir().join("liren-returned");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("report.docx");
    std::fs::write(&file, &bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let again = folder.join("again");
    let run = std::process::Command::new("soffice")
        .args(["--headless", &profile, "--convert-to", "docx", "--outdir"])
        .args([&again, &file])
        .output();
    match run {
        Ok(output) => assert!(output.status.success()),
        Err(e) => return eprintln!("not checked: soffice cannot be started ({e})"),
    }
    let result = back(&test, std::fs::read(again.join("report.docx")).unwrap()).await;
    assert!(result.as_sent);
    assert_eq!(result.counts.contradicted + result.counts.gone + result.counts.by_hand, 0, "{:?}", result.counts);
}
