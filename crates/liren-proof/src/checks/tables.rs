//! Check 1 for tables: columns and their total row.

use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;
use crate::relations::tables;
use crate::report::Severity;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    for total in tables::find(page) {
        if total.holds {
            findings.column_holds(&total);
        } else {
            findings.column_differs(&total, if total.sure { Severity::Error } else { Severity::Warning });
        }
    }
}
