//! Small documents through every writer, and a report of four pages in Word and PDF.

mod docx;
mod paper;
mod pdf;
mod random;
mod read;
mod returned;

use std::path::PathBuf;
use std::process::Command;

use crate::{Block, Document, Figure, Span, html, markdown, text};

fn figure(index: usize, shown: &str) -> Figure {
    Figure { text: shown.into(), index, href: format!("/figures/{index}"), label: "总人口".into(), unsourced: false }
}

#[test]
fn marks_become_a_tree_and_figures_stay_figures() {
    let source = format!(
        "# 总结\n\n全社区**共有**{}人,\n其中常住{}人。\n\n## 一、情况\n| 组 | 人 |\n|---|---|\n| 一 | {} |\n@某社区\n@@2013年11月20日\n",
        markdown::token(0),
        markdown::token(1),
        markdown::token(2)
    );
    let figures = [figure(0, "4268"), figure(1, "2181"), figure(2, "7")];
    let (doc, lost) = markdown::compose(&source, &figures);
    assert!(lost.is_empty());
    assert_eq!(doc.title, "总结");
    assert_eq!(doc.blocks[0].text(), "全社区共有4268人,其中常住2181人。");
    assert!(matches!(&doc.blocks[0], Block::Paragraph { spans } if spans.contains(&Span::Strong("共有".into()))));
    assert!(matches!(&doc.blocks[1], Block::Heading { level: 1, .. }));
    assert_eq!(doc.blocks[2].text(), "组\t人\n一\t7");
    assert_eq!(doc.signature.as_deref(), Some("某社区"));
    // A page of its own: a figure leads to its note; one without a note leads nowhere, and nothing leads to a server.
    let note =
        html::Note { href: "/figures/0".into(), title: "总人口".into(), value: "4268人".into(), lines: vec![] };
    let page = html::page(&doc, &[], &[note]);
    assert!(page.contains("<a class=\"fig\" id=\"n0\" href=\"#k0\"") && page.contains("<section id=\"k0\">"));
    assert!(page.contains("id=\"n1\"") && !page.contains("href=\"/") && !page.contains("href=\"#k1"));
    assert!(text::write(&doc).contains("　　全社区共有4268人"));
}

#[test]
fn a_token_without_a_figure_is_named() {
    assert_eq!(markdown::compose(&markdown::token(3), &[]).1, vec![3]);
}

#[test]
fn text_is_escaped() {
    let (doc, _) = markdown::compose("a<b>&\"'", &[]);
    assert!(html::fragment(&doc).contains("a&lt;b&gt;&amp;&quot;&#39;"));
}

/// A report of four pages with headings of three levels, figures and a table.
fn report() -> Document {
    let mut text = String::new();
    let mut figures = Vec::new();
    for piece in include_str!("report.md").split('{') {
        match piece.split_once('}') {
            Some((shown, rest)) => {
                text.push_str(&markdown::token(figures.len()));
                figures.push(figure(figures.len(), shown));
                text.push_str(rest);
            }
            None => text.push_str(piece),
        }
    }
    let (doc, lost) = markdown::compose(&text, &figures);
    assert!(lost.is_empty());
    doc
}

/// The texts of a document in order, cell by cell, as a reader meets them.
fn texts(doc: &Document) -> Vec<String> {
    let mut out = vec![doc.title.clone()];
    for block in &doc.blocks {
        out.extend(block.text().split(['\n', '\t']).map(str::to_owned));
    }
    out.extend(doc.signature.iter().chain(&doc.date).cloned());
    out
}

/// A folder for the files of one test; they stay there to be looked at.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join("liren-documents").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a program of the system; nothing when it is not installed and the environment does not insist.
fn run(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            Some(output.stdout)
        }
        Err(e) if std::env::var_os("LIREN_NEED_LIBREOFFICE").is_none() => {
            eprintln!("not checked: {program} cannot be started ({e})");
            None
        }
        Err(e) => panic!("{program} cannot be started: {e}"),
    }
}

/// Without spaces and line ends, which a layout puts in and takes out.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
