//! Every text of `corpus/*.txt` gives exactly the findings written below it, and no other.

use std::fmt::Write;

use crate::{Options, Report, Text, read};

/// One text with what is expected of it.
pub struct Case {
    pub name: String,
    pub text: String,
    pub expected: Vec<String>,
}

pub fn cases(source: &str) -> Vec<Case> {
    // A file without headings is one clean text a line.
    if !source.starts_with("## ") {
        let case = |line: &str| Case {
            name: line.chars().take(12).collect(),
            text: format!("{line}\n"),
            expected: vec!["none".to_owned()],
        };
        return source.lines().map(case).collect();
    }
    let mut cases: Vec<Case> = Vec::new();
    for line in source.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            cases.push(Case { name: name.to_owned(), text: String::new(), expected: Vec::new() });
        } else if let Some(case) = cases.last_mut() {
            if let Some(expected) = line.strip_prefix("=> ") {
                case.expected.push(expected.to_owned());
            } else if !line.trim().is_empty() {
                case.text.push_str(line);
                case.text.push('\n');
            }
        }
    }
    for case in &mut cases {
        case.text = case.text.replace("\\u{fffd}", "\u{fffd}");
    }
    cases
}

/// The files of the corpus, read.
pub fn files() -> Vec<String> {
    within("corpus")
}

/// The files of a folder of the crate in order, read.
pub fn within(folder: &str) -> Vec<String> {
    let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// What differs between a report and what was expected; empty when nothing does.
pub fn differences(case: &Case, report: &Report) -> String {
    let mut out = String::new();
    let mut open: Vec<_> = report.findings.iter().collect();
    for expected in &case.expected {
        let mut words = expected.splitn(3, ' ');
        let (what, kind, needle) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
        match what {
            "none" => {}
            "holds" => {
                let wanted: usize = kind.parse().unwrap();
                if report.summary.verified < wanted {
                    let _ = writeln!(out, "  verified {} of {wanted}", report.summary.verified);
                }
            }
            _ => {
                let place = open.iter().position(|finding| {
                    let severity = format!("{:?}", finding.severity).to_lowercase();
                    let said = finding.message.zh.contains(needle)
                        || finding.quotes.iter().any(|quote| quote.text.contains(needle))
                        || finding.arithmetic.as_deref().is_some_and(|sum| sum.contains(needle));
                    severity == what && finding.kind == kind && said
                });
                match place {
                    Some(n) => drop(open.remove(n)),
                    None => {
                        let _ = writeln!(out, "  missing: {expected}");
                    }
                }
            }
        }
    }
    for finding in open {
        let _ = writeln!(out, "  unexpected: {:?} {} {}", finding.severity, finding.kind, finding.message.zh);
    }
    out
}

#[test]
fn every_text_of_the_corpus_gives_its_findings_and_no_other() {
    let (mut texts, mut clean, mut failures) = (0, 0, String::new());
    for file in files() {
        for case in cases(&file) {
            texts += 1;
            clean += usize::from(case.expected.iter().all(|line| line == "none" || line.starts_with("holds")));
            let report = read(&Text::plain(&case.text), &Options::default());
            let wrong = differences(&case, &report);
            if !wrong.is_empty() {
                let _ = writeln!(failures, "{}\n{wrong}", case.name);
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(texts >= 120 && clean * 2 >= texts, "{texts} texts, {clean} clean");
}
