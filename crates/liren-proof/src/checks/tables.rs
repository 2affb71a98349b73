//! Check 1 for tables: columns and their total row.

use crate::findings::Findings;
use crate::reading::Reading;
use crate::relate::tables;
use crate::report::Severity;

pub fn check(reading: &Reading, findings: &mut Findings) {
    for total in tables::find(reading) {
        if total.holds {
            findings.column_holds(&total);
        } else {
            findings.column_differs(&total, if total.sure { Severity::Error } else { Severity::Warning });
        }
    }
}
