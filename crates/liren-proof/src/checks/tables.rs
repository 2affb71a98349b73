//! Check 1 for tables: columns and their total row, rows and what their columns are to each other.

use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;
use crate::relations::{grid, tables};
use crate::report::Severity;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    for total in tables::find(page) {
        if total.holds {
            findings.column_holds(&total);
        } else {
            findings.column_differs(&total, if total.sure { Severity::Error } else { Severity::Warning });
        }
    }
    for odd in grid::find(page) {
        findings.row_differs(&odd, if odd.alone { Severity::Error } else { Severity::Warning });
    }
}
