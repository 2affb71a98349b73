//! One digit of a figure is changed in every relation that holds, over all texts of our own: nearly every break is told,
//! and what stays true is not.

use crate::quality::Changes;

use super::corpus::{cases, files};
use super::score::texts;

/// How many breaks in a hundred must be noticed.
const WANTED: f64 = 84.0;

#[test]
fn one_changed_digit_is_noticed_and_what_stays_true_is_not() {
    let mut changes = Changes::default();
    for case in files().iter().flat_map(|file| cases(file)) {
        changes.add(&case.name, &case.text);
    }
    for (name, text, _) in texts("texts") {
        changes.add(&name, &text);
    }
    let total = changes.total();
    let rate = total.told as f64 / total.tried as f64 * 100.0;
    println!("{} of {} breaks noticed; {:?} kept true", total.told, total.tried, changes.kept);
    assert!(total.tried > 1000 && rate >= WANTED, "{rate:.1} %\n{}", changes.notes.join("\n"));
    assert!(changes.kept.tried > 100 && changes.kept.told == 0, "{:?}\n{}", changes.kept, changes.notes.join("\n"));
}
