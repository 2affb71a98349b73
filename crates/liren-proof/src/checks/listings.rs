//! Counts and the lists beside them; a base, an increase and the new total.

use crate::findings::Findings;
use crate::page::Page;
use crate::relations::Outcome;
use crate::relations::listings::{self as lists, Added};
use crate::relations::slogans;
use crate::report::Severity;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    for listing in &lists::find(page) {
        let stated = page.quantities[listing.count].number.value as usize;
        if listing.items.len() == stated {
            findings.list_holds(listing);
        } else if !listing.open {
            findings.list_differs(listing, Severity::Warning);
        }
    }
    for slogan in slogans::find(page) {
        if slogan.stated == slogan.listed {
            findings.slogan_holds(&slogan);
        } else if slogan.sure {
            findings.slogan_differs(&slogan);
        }
    }
    for increase in &lists::increases(page) {
        let added = match increase.added {
            Added::Stated(n) => page.quantities[n].number.value,
            Added::Named(_) => 1.0,
        };
        let (base, total) = (page.quantities[increase.base].number.value, page.quantities[increase.total].number.value);
        if base + added == total {
            findings.increase_holds(increase, added);
        } else if matches!(increase.added, Added::Stated(_)) {
            findings.increase_differs(increase, added, Severity::Error);
        } else {
            findings.increase_differs(increase, added, Severity::Warning);
        }
    }
}
