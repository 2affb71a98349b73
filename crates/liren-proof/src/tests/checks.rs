//! What is checked is written down, one document for each relation (`checks/*.md`): what it finds, why it cannot be true,
//! examples. The examples are true, no kind of finding is missing, and the page of the handbook is made of them.

use std::collections::BTreeSet;

use super::corpus::{Case, cases, differences, within};
use crate::{Options, Text, read};

/// The page of the handbook, as it should be.
fn page() -> String {
    let mut page = String::from(
        "# 校对查什么\n\n这一页由 `crates/liren-proof/checks` 里的说明生成，不要直接改；改了说明，运行 `cargo test -p liren-proof checks` 会重写。\n",
    );
    for file in within("checks") {
        let (head, _) = file.split_once("\n## ").unwrap_or((&file, ""));
        page.push_str(&format!("\n{}\n", head.trim().replacen("# ", "## ", 1)));
        for case in examples(&file) {
            let quoted = case.text.trim().replace('\n', "\n> ").replace('|', "\\|");
            let told: Vec<String> = case.expected.iter().map(|expected| said(expected)).collect();
            page.push_str(&format!("\n{}：\n\n> {quoted}\n\n→ {}\n", case.name, told.join("；")));
        }
    }
    page
}

/// The examples of a document.
fn examples(file: &str) -> Vec<Case> {
    file.split_once("\n## ").map_or_else(Vec::new, |(_, rest)| cases(&format!("## {rest}")))
}

fn said(expected: &str) -> String {
    let mut words = expected.split(' ');
    let severity = match words.next() {
        Some("error") => "错误",
        Some("warning") => "提醒",
        Some("hint") => "提示",
        _ => return "不说什么".to_owned(),
    };
    format!("{severity} `{}`", words.next().unwrap_or_default())
}

#[test]
fn every_example_gives_what_its_document_says() {
    let mut wrong = String::new();
    for case in within("checks").iter().flat_map(|file| examples(file)) {
        let report = read(&Text::plain(&case.text), &Options::default());
        let differs = differences(&case, &report);
        if !differs.is_empty() {
            wrong.push_str(&format!("{}\n{differs}", case.name));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_kind_of_finding_has_its_document() {
    let files = within("checks");
    let kinds =
        files.iter().flat_map(|file| file.lines().find_map(|line| line.strip_prefix("种类：")).unwrap().split('、'));
    let told: BTreeSet<&str> = kinds.map(|kind| kind.trim_matches('`')).collect();
    let mut made = BTreeSet::new();
    let mut sources = within("src/findings");
    sources.extend(within("src/claims"));
    for source in &sources {
        // A kind stands where a finding is made: `"sum_differs", Severity::Error` or `kind: "…"`.
        for (at, _) in source.match_indices('"') {
            let rest = &source[at + 1..];
            let Some((word, behind)) = rest.split_once('"') else { continue };
            let kind = word.chars().all(|c| c.is_ascii_lowercase() || c == '_') && word.len() > 4;
            let severity = [", Severity", ", severity"].iter().any(|next| behind.starts_with(next));
            let field = source[..at].ends_with("kind: ") && behind.contains("severity");
            let end = word.ends_with("_differs") || word.ends_with("_exceeds");
            if kind && (severity || field || end) {
                made.insert(word);
            }
        }
    }
    made.remove("known");
    let missing: Vec<_> = made.difference(&told).collect();
    assert!(missing.is_empty() && made.len() > 40, "{missing:?} of {}", made.len());
    assert!(told.iter().all(|kind| sources.iter().any(|source| source.contains(&format!("\"{kind}\"")))));
}

#[test]
fn the_page_of_the_handbook_is_made_of_the_documents() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/handbook/07-校对查什么.md");
    let page = page();
    if std::fs::read_to_string(path).ok().as_deref() != Some(page.as_str()) {
        std::fs::write(path, &page).unwrap();
        assert!(std::env::var_os("CI").is_none(), "docs/handbook/07-校对查什么.md was out of date");
    }
}
