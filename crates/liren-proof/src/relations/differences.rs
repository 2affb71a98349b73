//! 增减 — two values of one thing and the difference told between them: 436人，比去年同期（429）多生7人;
//! 由85%提高到92%，提高7个百分点; 与2010年的386210人相比，增加26150人.

use super::names;
use super::row::{Row, rows};
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::roles::{Role, Turn};
use crate::read::verbs::moved;

const THEN: (&str, &str) = ("现有数与所比的数", "the value now and the one compared with");
const FROM_TO: (&str, &str) = ("由…到…的两个数", "the two values of from … to …");
const ELSEWHERE: (&str, &str) = ("现有数在别处", "the value now stands elsewhere");

/// The claims of all differences whose earlier value is told.
pub fn claims(page: &Page) -> Vec<Claim> {
    let mut claims = Vec::new();
    for row in rows(page) {
        for n in 0..row.len() {
            if !row.exact(n) || !matches!(row.role(n), Role::Change | Role::Points) {
                continue;
            }
            let readings = readings(&row, n);
            if !readings.is_empty() {
                claims.push(Claim { kind: Kind::Difference, readings });
            }
        }
    }
    claims
}

/// Whether a value and a change are of one measure: 7个百分点 changes a percentage, 20件 a number of 件.
fn measures(row: &Row, value: usize, change: usize) -> bool {
    let (a, b) = (row.quantity(value), row.quantity(change));
    if b.role == Role::Points {
        return a.is_rate() && a.unit == if b.unit == "千分点" { "‰" } else { "%" };
    }
    let units = a.unit.is_empty() || a.unit.trim_start_matches(['万', '亿']) == b.unit.trim_start_matches(['万', '亿']);
    !a.is_rate()
        && !b.is_rate()
        && (a.measure_kind() == b.measure_kind() || a.unit.is_empty())
        && (units || a.measure_kind() == b.measure_kind())
}

fn readings(row: &Row, n: usize) -> Vec<Reading> {
    let by = row.items[n];
    let down = row.quantity(n).turn == Turn::Down;
    let mut readings: Vec<Reading> = Vec::new();
    let mut add = |now: usize, then: usize, tie: Tie, name| {
        let terms = if down { [Term::plus(then), Term::minus(now)] } else { [Term::plus(now), Term::minus(then)] };
        let formula = Formula::Sum { terms: terms.to_vec(), result: by };
        if !readings.iter().any(|reading: &Reading| reading.formula == formula) {
            readings.push(Reading { formula, tie, name });
        }
    };
    // The earlier value: in the clause, with nothing of its measure but the present one between.
    let like = |m: usize| measures(row, m, n) && row.exact(m);
    let near = |m: usize| row.sentence(m) == row.sentence(n) && n - m <= 5;
    let Some(then) = (0..n).rev().take_while(|&m| near(m)).find(|&m| row.role(m) == Role::Earlier && like(m)) else {
        return readings;
    };
    let gap: String = (then + 1..=n).map(|m| row.gap(m)).collect();
    let short = gap.chars().count() <= 24 && !gap.contains(['；', '。']);
    if !short {
        return readings;
    }
    let present = |m: usize| {
        like(m) && !matches!(row.role(m), Role::Earlier | Role::Base | Role::Change | Role::Points | Role::Growth)
    };
    let between = (then + 1..n).find(|&m| present(m));
    if between.is_some_and(|now| moved(row.gap(now)).is_none()) {
        return readings;
    }
    if let Some(now) = between {
        add(row.items[now], row.items[then], Tie::Stated, FROM_TO);
        return readings;
    }
    let before = (0..then).rev().take_while(|&m| row.sentence(m) == row.sentence(n)).find(|&m| present(m));
    let behind = (n + 1 < row.len() && row.sentence(n + 1) == row.sentence(n) && present(n + 1)).then_some(n + 1);
    let arrives = |m: usize| {
        let gap = row.gap(m);
        ["本月", "今年", "本期", "本季", "达到", "达", "共", "为"].iter().any(|word| gap.contains(word))
            && gap.chars().count() <= 12
    };
    if let Some(now) = before {
        let clause = row.clause(now) == row.clause(then);
        let adjacent = (now + 1..then).all(|m| !row.level(m) || !like(m));
        add(row.items[now], row.items[then], if clause && adjacent { Tie::Stated } else { Tie::Possible }, THEN);
    } else if let Some(now) = behind.filter(|&now| arrives(now)) {
        add(row.items[now], row.items[then], Tie::Stated, THEN);
    }
    // 常住人口与2010年的386210人相比: what is compared is named, and told elsewhere.
    if before.is_none() && behind.is_none() {
        let page = row.page;
        let name = subject(row, then);
        let called = names::figures(page, &name, row.items[then]);
        let fits = |m: &usize| {
            *m != row.items[then] && page.quantities[*m].measure_kind() == row.kind(then) && *m < row.items[then]
        };
        let told: Vec<usize> = called.exact.into_iter().chain(called.alike).filter(fits).collect();
        let one = told.len() == 1 && name.chars().count() >= 2;
        let main = page.mains.get(&row.kind(then)).copied().filter(|main| name.is_empty() && *main < row.items[then]);
        if let Some(main) = main {
            add(main, row.items[then], Tie::Likely, ELSEWHERE);
        }
        for (place, now) in told.into_iter().take(4).enumerate() {
            add(now, row.items[then], if one && place == 0 { Tie::Likely } else { Tie::Possible }, ELSEWHERE);
        }
    }
    readings
}

/// What is compared, in the words before 与…相比: 常住人口.
fn subject(row: &Row, then: usize) -> String {
    let gap = row.gap(then);
    let last = gap.rsplit(['，', '；', '。']).next().unwrap_or(gap);
    let head = last.split(['与', '同', '比', '较', '和']).next().unwrap_or("");
    crate::read::labels::clean(head)
}
