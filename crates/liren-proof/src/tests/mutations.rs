//! Clean texts of the corpus, with one figure of a relation that holds changed: how many of the breaks are noticed.

use crate::{Options, Severity, Text, read};

use super::corpus::{cases, files};

/// How many breaks must be noticed.
const WANTED: f64 = 0.9;

#[test]
fn breaking_a_verified_figure_is_noticed() {
    let (mut tried, mut noticed, mut missed) = (0, 0, String::new());
    for case in files().iter().flat_map(|file| cases(file)) {
        let clean = case.expected.iter().all(|line| line == "none" || line.starts_with("holds"));
        if !clean {
            continue;
        }
        let report = read(&Text::plain(&case.text), &Options::default());
        for verified in report.verified.iter().filter(|verified| matches!(verified.kind, "sum" | "ratio" | "product")) {
            for quote in &verified.quotes {
                // The number of a quote is its last run of digits.
                let chars: Vec<char> = case.text.chars().collect();
                let Some(end) = (quote.start..quote.end).rev().find(|&at| chars[at].is_ascii_digit()).map(|at| at + 1)
                else {
                    continue;
                };
                let start = (quote.start..end).rev().take_while(|&at| chars[at].is_ascii_digit()).last().unwrap_or(end);
                let digits: String = chars[start..end].iter().collect();
                // Groups of three and decimals are numbers of more than one run.
                if start > 0 && ",.，．0123456789".contains(chars[start - 1]) {
                    continue;
                }
                let Ok(value) = digits.parse::<u64>() else { continue };
                let broken = value + (value / 10).max(3);
                let text: String = chars[..start]
                    .iter()
                    .chain(broken.to_string().chars().collect::<Vec<_>>().iter())
                    .chain(&chars[end..])
                    .collect();
                let after = read(&Text::plain(&text), &Options::default());
                tried += 1;
                // A bare 其中 list that adds to less is told as a hint.
                let told =
                    |finding: &crate::Finding| finding.severity <= Severity::Warning || finding.kind == "sum_differs";
                if after.findings.iter().any(told) {
                    noticed += 1;
                } else {
                    missed.push_str(&format!("{}: {digits} -> {broken} in {}", case.name, text));
                }
            }
        }
    }
    let rate = f64::from(noticed) / f64::from(tried);
    println!("{noticed} of {tried} breaks noticed");
    assert!(tried > 250 && rate >= WANTED, "{noticed} of {tried} breaks noticed\n{missed}");
}
