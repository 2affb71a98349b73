//! One person in two descriptions, on towns whose truth is known.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

#[path = "../examples/same/town.rs"]
mod town;

#[test]
fn suggestions_are_right_and_most_of_the_truth_is_found() {
    for seed in [20_131_120, 7, 424_242] {
        let town = town::town(6_000, seed);
        let found = liren_rosters::same::within(&town.people);
        let truth: HashSet<(usize, usize)> = town.same.iter().copied().collect();
        let right = found.iter().filter(|c| truth.contains(&(c.a.min(c.b), c.a.max(c.b)))).count();
        assert!(right * 100 >= found.len() * 99, "seed {seed}: {right} of {} suggestions are right", found.len());
        assert!(right * 100 >= truth.len() * 90, "seed {seed}: {right} of {} were found", truth.len());
        assert!(found.iter().all(|c| !c.reasons.is_empty()));
    }
}

#[test]
fn pairs_between_two_lists_are_those_within_both() {
    let town = town::town(3_000, 99);
    let (known, new) = town.people.split_at(town.same.iter().map(|(_, b)| *b).min().unwrap());
    let found = liren_rosters::same::between(new, known);
    assert!(!found.is_empty());
    let truth: HashSet<(usize, usize)> = town.same.iter().map(|(a, b)| (*b - known.len().min(*b), *a)).collect();
    let right = found.iter().filter(|c| truth.contains(&(c.a, c.b))).count();
    assert!(right * 100 >= found.len() * 98, "{right} of {}", found.len());
}
