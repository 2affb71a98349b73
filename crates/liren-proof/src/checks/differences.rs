//! Check 2, changes: two values and their difference, in numbers or in percentage points.

use crate::findings::Findings;
use crate::reading::Reading;
use crate::relate::differences::{find, turns};

pub fn check(reading: &Reading, findings: &mut Findings) {
    for difference in find(reading) {
        if difference.mislabelled {
            findings.points_not_per_cent(&difference);
        } else if difference.holds && !difference.reversed {
            findings.difference_holds(&difference);
        } else {
            findings.difference_differs(&difference);
        }
    }
    for turn in turns(reading) {
        findings.turn_reversed(&turn);
    }
}
