//! Counts and the lists beside them; a base, an increase and the new total.

use crate::findings::Findings;
use crate::reading::Reading;
use crate::relate::listings::Added;
use crate::relate::slogans;
use crate::report::Severity;

pub fn check(reading: &Reading, findings: &mut Findings) {
    for listing in &reading.listings {
        let stated = reading.quantities[listing.count].number.value as usize;
        if listing.items.len() == stated {
            findings.list_holds(listing);
        } else if !listing.open {
            findings.list_differs(listing, Severity::Warning);
        }
    }
    for slogan in slogans::find(reading) {
        if slogan.stated == slogan.listed {
            findings.slogan_holds(&slogan);
        } else if slogan.sure {
            findings.slogan_differs(&slogan);
        }
    }
    for increase in &reading.increases {
        let added = match increase.added {
            Added::Stated(n) => reading.quantities[n].number.value,
            Added::Named(_) => 1.0,
        };
        let (base, total) =
            (reading.quantities[increase.base].number.value, reading.quantities[increase.total].number.value);
        if base + added == total {
            findings.increase_holds(increase, added);
        } else if matches!(increase.added, Added::Stated(_)) {
            findings.increase_differs(increase, added, Severity::Error);
        } else {
            findings.increase_differs(increase, added, Severity::Warning);
        }
    }
}
