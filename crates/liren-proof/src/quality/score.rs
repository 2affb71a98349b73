//! Findings against the truth of a text, by place: a finding meets a fault where their quotes overlap.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;

use crate::report::{Finding, Report, Severity};

/// What is wrong with a text, as somebody who did not read the grammar wrote it down.
#[derive(Debug, Clone, Deserialize)]
pub struct Truth {
    #[serde(rename = "inconsistencies")]
    pub faults: Vec<Fault>,
}

/// One fault: `error` cannot be true as written, `warn` must be asked about, `info` is neither.
#[derive(Debug, Clone, Deserialize)]
pub struct Fault {
    pub kind: String,
    pub severity: String,
    pub explain: String,
    /// Pieces of the text, letter by letter.
    pub quotes: Vec<String>,
}

impl Truth {
    /// The truth of a text, from its JSON.
    pub fn parse(json: &str) -> Result<Truth, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// How many faults were found, and how many findings are false.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    pub errors: Found,
    pub warnings: Found,
    /// Errors of the truth that were found and called errors.
    pub as_errors: usize,
    pub false_errors: usize,
    pub false_warnings: usize,
    pub texts: usize,
    /// Texts that have neither an error nor a warning.
    pub clean: usize,
    pub tainted: usize,
    pub tainted_clean: usize,
    /// One line for each miss and each false finding.
    pub notes: Vec<String>,
}

/// Found, of those there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    pub found: usize,
    pub of: usize,
}

impl Found {
    fn count(&mut self, found: bool) {
        self.of += 1;
        self.found += usize::from(found);
    }
}

impl Score {
    /// Hold the findings of one text against its truth.
    pub fn add(&mut self, name: &str, text: &str, truth: &Truth, report: &Report) {
        let chars: Vec<char> = text.chars().collect();
        let places: Vec<Vec<Range<usize>>> = truth.faults.iter().map(|fault| occurrences(&chars, fault)).collect();
        let scored = |n: usize| matches!(truth.faults[n].severity.as_str(), "error" | "warn");
        let all = 0..truth.faults.len();
        let loud: Vec<&Finding> = report.findings.iter().filter(|found| found.severity <= Severity::Warning).collect();
        for n in all.clone().filter(|&n| scored(n)) {
            let by: Vec<&&Finding> = loud.iter().filter(|finding| meets(finding, &places[n])).collect();
            let fault = &truth.faults[n];
            if fault.severity == "error" {
                self.errors.count(!by.is_empty());
                self.as_errors += usize::from(by.iter().any(|finding| finding.severity == Severity::Error));
            } else {
                self.warnings.count(!by.is_empty());
            }
            if by.is_empty() {
                self.notes.push(format!("{name}  missed {} {}: {}", fault.severity, fault.kind, fault.explain));
            }
        }
        let clean = !all.clone().any(scored);
        let mut wrong = false;
        for finding in loud {
            let error = finding.severity == Severity::Error;
            if all.clone().any(|n| (scored(n) || !error) && meets(finding, &places[n])) {
                continue;
            }
            wrong |= error;
            self.false_errors += usize::from(error);
            self.false_warnings += usize::from(!error);
            self.notes.push(format!("{name}  false {}", line(finding)));
        }
        self.texts += 1;
        self.clean += usize::from(clean);
        self.tainted += usize::from(wrong);
        self.tainted_clean += usize::from(wrong && clean);
    }
}

/// A finding on one line: severity, kind, what it quotes, the arithmetic or the message.
pub fn line(finding: &Finding) -> String {
    let quotes: Vec<&str> = finding.quotes.iter().map(|quote| quote.text.as_str()).collect();
    let said = finding.arithmetic.as_deref().unwrap_or(&finding.message.zh);
    let severity = format!("{:?}", finding.severity).to_lowercase();
    format!("{severity} {}: {} | {said}", finding.kind, quotes.join(" / ")).replace(['\n', '\t'], " ")
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "errors {}/{} ({} as errors), warnings {}/{}, false errors {}, false warnings {}, texts with a false error {} of {} ({} of {} clean)",
            self.errors.found,
            self.errors.of,
            self.as_errors,
            self.warnings.found,
            self.warnings.of,
            self.false_errors,
            self.false_warnings,
            self.tainted,
            self.texts,
            self.tainted_clean,
            self.clean
        )
    }
}

/// Every place where a quote of the fault stands.
fn occurrences(chars: &[char], fault: &Fault) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for quote in fault.quotes.iter().filter(|quote| !quote.is_empty()) {
        let quote: Vec<char> = quote.chars().collect();
        let starts = (0..chars.len()).filter(|&at| chars[at..].starts_with(&quote));
        places.extend(starts.map(|at| at..at + quote.len()));
    }
    places
}

fn meets(finding: &Finding, places: &[Range<usize>]) -> bool {
    finding.quotes.iter().any(|quote| places.iter().any(|place| quote.start < place.end && place.start < quote.end))
}
