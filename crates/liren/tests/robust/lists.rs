//! The importer on lists of others: what it reads right today it reads right tomorrow. See `docs/QUALITY.md`.

use std::collections::BTreeSet;
use std::path::Path;

use super::run::score;

/// The cases of a folder that do not pass.
fn failing(folder: &str) -> BTreeSet<String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../liren-rosters/tests/data").join(folder);
    let verdicts = score(Path::new(env!("CARGO_BIN_EXE_liren")), &[data]).unwrap();
    assert!(verdicts.len() >= 30, "{} cases in {folder}", verdicts.len());
    let name = |case: &Path| case.file_name().unwrap_or_default().to_string_lossy().into_owned();
    verdicts.iter().filter(|(_, v)| !v.reasons.is_empty()).map(|(case, _)| name(case)).collect()
}

#[test]
fn lists_of_somebody_else_are_read_as_well_as_before() {
    // 003: a remark about another line of work; 019: the phone of whoever handed in an application;
    // 023, 067: see docs/QUALITY.md.
    let expected: BTreeSet<String> = ["003", "019", "023", "067"].map(str::to_owned).into();
    assert_eq!(failing("strangers"), expected);
}

#[test]
fn lists_of_another_hand_are_read_as_well_as_before() {
    // 253: a plan of a building with a family in each cell is refused with a sentence, not asked about.
    let expected: BTreeSet<String> = ["253".to_owned()].into();
    assert_eq!(failing("strangers2"), expected);
}

#[test]
fn other_lists_of_the_same_kinds_are_read_as_well() {
    let expected: BTreeSet<String> = ["bv14".to_owned()].into();
    assert_eq!(failing("variants"), expected);
}

#[test]
fn our_own_lists_of_many_kinds_are_read_right() {
    assert_eq!(failing("variants2"), BTreeSet::new());
}
