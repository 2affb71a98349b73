//! PDF files: the text comes out as it went in.

use super::{bare, folder, report, run, texts};
use crate::pdf;

#[test]
fn the_text_can_be_copied_out_exactly() {
    let doc = report();
    let bytes = match pdf::write(&doc, None) {
        Ok(bytes) => bytes,
        Err(e) if std::env::var_os("LIREN_NEED_LIBREOFFICE").is_none() => {
            eprintln!("not checked: {}", e.en);
            return;
        }
        Err(e) => panic!("{}", e.en),
    };
    assert!(bytes == pdf::write(&doc, None).unwrap(), "the same document is the same file");
    let file = folder("pdf").join("report.pdf");
    std::fs::write(&file, bytes).unwrap();
    let arguments = ["-enc", "UTF-8", "-nopgbrk", file.to_str().unwrap(), "-"];
    let Some(text) = run("pdftotext", &arguments) else {
        return;
    };
    let text = bare(&String::from_utf8(text).unwrap());
    let numbers = ["—1—", "—2—", "—3—", "—4—"];
    let text = numbers.iter().fold(text, |text, number| text.replace(number, ""));
    let expected: String = texts(&doc).iter().map(|t| bare(t)).collect();
    assert_eq!(text, expected);
}
