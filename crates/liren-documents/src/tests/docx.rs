//! Word files: what is in the package, and whether another program opens it.

use super::{bare, folder, report, run, texts};
use crate::{docx, read};

#[test]
fn the_same_document_is_the_same_file() {
    assert!(docx::write(&report()).unwrap() == docx::write(&report()).unwrap());
}

#[test]
fn libreoffice_opens_it_and_shows_every_text_and_page_number() {
    let folder = folder("docx");
    let (file, profile) = (folder.join("report.docx"), folder.join("profile"));
    std::fs::write(&file, docx::write(&report()).unwrap()).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", profile.display());
    let (out, path) = (folder.to_str().unwrap(), file.to_str().unwrap());
    let convert = ["--headless", &profile, "--convert-to", "pdf", "--outdir", out, path];
    if run("soffice", &convert).is_none() {
        return;
    }
    // Saved again by another program, it still reads the same.
    let again = folder.join("again");
    let convert = ["--headless", &profile, "--convert-to", "docx", "--outdir", again.to_str().unwrap(), path];
    run("soffice", &convert);
    let found = read::blocks("a.docx", &std::fs::read(again.join("report.docx")).unwrap()).unwrap();
    assert_eq!(found, read::blocks("a.docx", &std::fs::read(&file).unwrap()).unwrap());
    let pdf = folder.join("report.pdf");
    let Some(text) = run("pdftotext", &["-enc", "UTF-8", pdf.to_str().unwrap(), "-"]) else {
        return;
    };
    let text = bare(&String::from_utf8(text).unwrap());
    for line in texts(&report()) {
        // A page break and a page number may stand inside a paragraph.
        let start: String = bare(&line).chars().take(12).collect();
        assert!(text.contains(&start), "{start} is missing");
    }
    assert!(text.contains("—1—") && text.contains("—4—"));
}
