//! Check 1: parts and their whole.

use crate::findings::Findings;
use crate::read::measures::Kind;
use crate::reading::Reading;
use crate::relate::dimensions::{complementary, may_overlap};
use crate::relate::partitions::{Form, Partition};
use crate::report::Severity;

pub fn check(reading: &Reading, findings: &mut Findings) {
    for partition in &reading.partitions {
        if partition.holds {
            findings.sum_holds(partition);
        } else {
            judge(reading, findings, partition);
        }
    }
}

/// A partition that no reading makes hold: what is wrong with it, if anything is.
fn judge(reading: &Reading, findings: &mut Findings, partition: &Partition) {
    let exact = |n: usize| reading.quantities[n].is_exact();
    if !exact(partition.whole) {
        return;
    }
    let total = reading.quantities[partition.whole].base();
    let larger = partition
        .parts
        .iter()
        .copied()
        .find(|&n| exact(n) && reading.quantities[n].base() > total + reading.quantities[n].slack());
    // Things that are no parts end the list: 其中机关8个、学校1个、商业网点45个.
    let strange = larger.filter(|&part| part != partition.parts[0] && !same_noun(reading, part, partition.whole));
    if let Some(part) = strange {
        let parts: Vec<usize> = partition.parts.iter().copied().take_while(|&n| n != part).collect();
        let sum = parts.iter().map(|&n| reading.quantities[n].base()).sum();
        judge(reading, findings, &Partition { parts, sum, exhaustive: false, ..partition.clone() });
        return;
    }
    if let Some(part) = larger {
        let told = matches!(partition.form, Form::AmongThem | Form::Brackets | Form::Colon) || partition.exhaustive;
        let same = same_noun(reading, part, partition.whole);
        if told && (same || partition.form == Form::AmongThem) {
            let severity = if same { Severity::Error } else { Severity::Warning };
            findings.part_exceeds(part, partition.whole, severity);
        }
        return;
    }
    if partition.form == Form::Headed {
        findings.sum_differs(partition, if partition.exhaustive { Severity::Error } else { Severity::Hint });
        return;
    }
    if partition.open || partition.parts.len() < 2 || !partition.parts.iter().all(|&n| exact(n)) {
        return;
    }
    if let Some(pair) = unequal_pair(reading, partition) {
        findings.sum_differs(&pair, Severity::Error);
        return;
    }
    let labels: Vec<&str> = partition.parts.iter().map(|&n| reading.quantities[n].label.as_str()).collect();
    // Attributes overlap on people, not on money, land or cases.
    let people = matches!(
        reading.quantities[partition.whole].measure_kind(),
        Kind::Person | Kind::Household | Kind::Attendance | Kind::HouseholdVisit
    );
    // 接种1820人，其中第一剂1820人，第二剂1790人: each of them nearly the whole.
    let largest = partition.parts.iter().map(|&n| reading.quantities[n].base()).fold(0.0, f64::max);
    if largest >= total * 0.95 && partition.sum > total * 1.3 && !partition.complete {
        return;
    }
    let overlapping = !partition.complete && people && may_overlap(&labels);
    if partition.exhaustive && !overlapping {
        findings.sum_differs(partition, Severity::Error);
    } else if partition.sum > total && !overlapping {
        let sure = matches!(partition.form, Form::AmongThem | Form::Brackets | Form::Colon);
        findings.sum_differs(partition, if sure { Severity::Error } else { Severity::Warning });
    } else if partition.parts.len() >= 3
        && !overlapping
        && (partition.sum >= total * 0.9
            || (partition.parts.len() >= 4 && partition.sum >= total * 0.6)
            || one_digit(partition.sum, total))
        && partition.sum < total
        && partition.form != Form::Comprises
    {
        findings.sum_differs(partition, Severity::Hint);
    }
}

/// Whether two whole numbers of the same length differ in one digit.
fn one_digit(a: f64, b: f64) -> bool {
    let (a, b) = (format!("{a:.0}"), format!("{b:.0}"));
    a.len() == b.len() && a.len() > 1 && a.chars().zip(b.chars()).filter(|(x, y)| x != y).count() == 1
}

/// Things are only parts of things of their kind: 企业 of 企事业单位, but not 党组织 of 网格. People and money always are.
fn same_noun(reading: &Reading, part: usize, whole: usize) -> bool {
    let (small, large) = (&reading.quantities[part], &reading.quantities[whole]);
    if matches!(
        small.measure_kind(),
        Kind::Person
            | Kind::Household
            | Kind::Money
            | Kind::Area
            | Kind::Case
            | Kind::Attendance
            | Kind::Mass
            | Kind::Length
    ) {
        return true;
    }
    small.label.chars().rev().take(2).any(|c| large.label.contains(c)) || small.label.is_empty()
}

/// Men and women, side by side, that make neither the whole nor any other number before them.
fn unequal_pair(reading: &Reading, partition: &Partition) -> Option<Partition> {
    let n = (0..partition.parts.len() - 1).find(|&n| {
        let [a, b] = [partition.parts[n], partition.parts[n + 1]];
        complementary(&reading.quantities[a].label, &reading.quantities[b].label)
    })?;
    let pair = vec![partition.parts[n], partition.parts[n + 1]];
    let sum: f64 = pair.iter().map(|&n| reading.quantities[n].base()).sum();
    let first = pair[0];
    let fits = (0..first).rev().take(12).any(|other| {
        let other = &reading.quantities[other];
        other.measure_kind() == reading.quantities[first].measure_kind() && (other.base() - sum).abs() < 0.5
    });
    (!fits).then(|| Partition { parts: pair, sum, exhaustive: true, ..partition.clone() })
}
