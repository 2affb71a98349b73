//! How well and how fast one person in two descriptions is found: `same [--people N]…`. Prints a line of JSON for each.

use std::collections::HashSet;
use std::time::Instant;

mod town;

fn main() {
    let mut sizes: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![5_000, 1_000_000];
    }
    for size in sizes {
        let town = town::town(size, 20_131_120);
        let start = Instant::now();
        let found = liren_rosters::same::within(&town.people);
        let seconds = start.elapsed().as_secs_f64();
        let truth: HashSet<(usize, usize)> = town.same.iter().copied().collect();
        let right = found.iter().filter(|c| truth.contains(&(c.a.min(c.b), c.a.max(c.b)))).count();
        #[allow(clippy::cast_precision_loss)]
        let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
        println!(
            "{{\"people\": {}, \"pairs\": {}, \"suggested\": {}, \"right\": {:.4}, \"found\": {:.4}, \"seconds\": {seconds:.2}}}",
            town.people.len(),
            truth.len(),
            found.len(),
            share(right, found.len()),
            share(right, truth.len())
        );
        if std::env::var_os("SHOW").is_some() {
            let tell = |at: usize| {
                let p = &town.people[at];
                format!(
                    "{} {:?} {:?} {:?}",
                    p.name,
                    p.birth.map(|b| b.to_string()),
                    p.dwelling.as_ref().map(|d| d.key()),
                    p.phones
                )
            };
            for c in found.iter().filter(|c| !truth.contains(&(c.a.min(c.b), c.a.max(c.b)))).take(15) {
                println!("wrong {:.1} {:?}: {} | {}", c.weight, c.reasons, tell(c.a), tell(c.b));
            }
            let had: HashSet<(usize, usize)> = found.iter().map(|c| (c.a.min(c.b), c.a.max(c.b))).collect();
            for (a, b) in town.same.iter().filter(|p| !had.contains(p)).take(25) {
                println!("missed: {} | {}", tell(*a), tell(*b));
            }
        }
    }
}
