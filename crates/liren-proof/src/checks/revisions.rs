//! 修订 — changes that nobody has accepted or refused yet, and words that are struck out. The text is read as it will be
//! when all changes are accepted; whoever sends such a file sends both versions.

use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    let text = page.text;
    if !text.changes().is_empty() {
        findings.revisions_open(text.changes());
    }
    if !text.struck().is_empty() {
        findings.words_struck(text.struck());
    }
}
