//! Check 1: parts and their whole.

use crate::findings::Findings;
use crate::reading::Reading;
use crate::report::Severity;

pub fn check(reading: &Reading, findings: &mut Findings) {
    for partition in &reading.partitions {
        if partition.holds {
            findings.sum_holds(partition);
            continue;
        }
        if partition.open
            || !partition
                .parts
                .iter()
                .chain([&partition.whole])
                .all(|&n| reading.quantities[n].is_exact())
        {
            continue;
        }
        let total = reading.quantities[partition.whole].base();
        if partition.exhaustive || (partition.parts.len() > 1 && partition.sum > total) {
            findings.sum_differs(partition, Severity::Error);
        } else if let Some(&part) = partition
            .parts
            .iter()
            .find(|&&n| reading.quantities[n].base() > total)
        {
            findings.part_exceeds(part, partition.whole, Severity::Error);
        }
    }
}
