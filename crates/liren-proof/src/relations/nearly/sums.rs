//! Figures of one unit, side by side, and the one before or behind them that they may make.

use super::{Candidate, alike, plain};
use crate::claims::{Formula, Kind, Term};
use crate::page::Page;
use crate::read::roles::Role;
use crate::relations::flows::{Flow, of_words};
use crate::text::BlockKind;

const RUN: (&str, &str) = ("相邻的同类数字之和", "the sum of figures of one unit side by side");
const STOCK: (&str, &str) = ("四个相邻的同类数字两两相等", "two and two of four figures of one unit");

/// So many parts at most; so far apart in the text.
const PARTS: usize = 12;
const REACH: usize = 900;
const LOOK: usize = 40;

pub fn candidates(page: &Page) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let figures: Vec<Figure> = (0..page.quantities.len()).filter_map(|n| Figure::of(page, n)).collect();
    rows(page, &figures, &mut found);
    // What stands in brackets is told on the way: once the row is read with it, once without.
    let outer: Vec<Figure> = figures.iter().filter(|figure| figure.depth == 0).cloned().collect();
    if outer.len() < figures.len() {
        rows(page, &outer, &mut found);
    }
    found
}

/// A figure that may be added, with what the words before it say.
#[derive(Debug, Clone)]
struct Figure {
    n: usize,
    value: f64,
    slack: f64,
    start: usize,
    sentence: usize,
    depth: usize,
    /// 共, 总, 合计; and 其余, 尚余, 无效.
    total: bool,
    rest: bool,
    flow: Option<Flow>,
}

impl Figure {
    fn of(page: &Page, n: usize) -> Option<Figure> {
        let quantity = &page.quantities[n];
        let one = matches!(quantity.role, Role::Mean | Role::Standard | Role::Per | Role::Proportion);
        if one || !plain(quantity) || page.normal.blocks[quantity.block].kind == BlockKind::Row {
            return None;
        }
        let words = page.clause_before(n);
        let rest = ["其他", "其余", "余", "剩", "未", "尚", "净", "差", "无效", "废", "弃", "另", "存"];
        Some(Figure {
            n,
            value: quantity.base(),
            slack: quantity.slack(),
            start: quantity.span.start,
            sentence: quantity.sentence,
            depth: quantity.depth,
            total: any(&words, &["共", "合", "总", "计", "全"]),
            rest: any(&words, &rest),
            flow: of_words(&words),
        })
    }
}

fn any(words: &str, list: &[&str]) -> bool {
    list.iter().any(|word| words.contains(word))
}

/// Whether figures that miss a sum by so much may do so by a slip: by up to nine of one place, or nine times that. What
/// is off by anything else needs no closer look.
fn may_slip(off: f64, open: f64) -> bool {
    if off.abs() <= open + 1e-9 || open > 0.0 {
        return true;
    }
    let mut off = off.abs().round();
    while off >= 10.0 && off % 10.0 == 0.0 {
        off /= 10.0;
    }
    off <= 9.0 || (off % 9.0 == 0.0 && off <= 81.0)
}

fn rows(page: &Page, figures: &[Figure], found: &mut Vec<Candidate>) {
    for (at, first) in figures.iter().enumerate() {
        let near = figures[at..].iter().take(LOOK).take_while(|one| one.start < first.start + REACH);
        let alike = near.filter(|one| alike(&page.quantities[first.n], &page.quantities[one.n]));
        let row: Vec<&Figure> = alike.take(PARTS + 1).collect();
        if row.len() > 2 {
            runs(page, &row, found);
            stocks(&row, found);
        }
    }
}

fn terms(parts: &[&Figure]) -> Vec<Term> {
    parts.iter().map(|part| Term::plus(part.n)).collect()
}

/// The row that begins here, its first figure the whole or its last; and of three the middle one.
fn runs(page: &Page, row: &[&Figure], found: &mut Vec<Candidate>) {
    let first = row[0];
    let opens = any(&page.gap(first.n, row[1].n), &["其中", "包括", "分别", "分为", "：", "含"]);
    let (mut sum, mut open) = (first.value + row[1].value, first.slack + row[1].slack);
    for end in 3..=row.len() {
        let row = &row[..end];
        let last = row[end - 1];
        (sum, open) = (sum + last.value, open + last.slack);
        let words = Words {
            same: first.sentence == last.sentence,
            opens,
            total_first: first.total,
            total_last: last.total,
            rest: last.rest,
        };
        let mut add = |parts: Vec<Term>, result: usize, often: f64| {
            let formula = Formula::Sum { terms: parts, result };
            found.push(Candidate { kind: Kind::Sum, formula, name: RUN, often });
        };
        let off = |whole: f64| (whole * 2.0 - sum, open, whole);
        let likely =
            |(off, open, whole): (f64, f64, f64)| off.abs() < whole && (may_slip(off, open) || off.abs() < whole * 0.2);
        if likely(off(first.value)) {
            add(terms(&row[1..]), first.n, words.whole_first(end - 1));
        }
        if likely(off(last.value)) {
            add(terms(&row[..end - 1]), last.n, words.whole_last());
        }
        if end == 3 && likely(off(row[1].value)) {
            add(terms(&[first, last]), row[1].n, if words.same { 0.02 } else { 0.004 });
        }
    }
}

/// What the words around a row say, and whether it stands in one sentence. The numbers are how often such a row adds up.
struct Words {
    same: bool,
    /// 其中, 包括, a colon between the whole and its parts.
    opens: bool,
    total_first: bool,
    total_last: bool,
    rest: bool,
}

impl Words {
    fn whole_first(&self, parts: usize) -> f64 {
        let long = parts > 2;
        match (self.same, self.opens, self.rest, self.total_first) {
            (true, true, true, _) => 0.6,
            (true, true, false, true) => 0.35,
            (true, true, false, false) => 0.2,
            (true, false, true, _) => {
                if long {
                    0.1
                } else {
                    0.24
                }
            }
            (true, false, false, true) => {
                if long {
                    0.025
                } else {
                    0.13
                }
            }
            (true, false, false, false) => {
                if long {
                    0.012
                } else {
                    0.085
                }
            }
            (false, true, _, true) => 0.04,
            (false, true, true, _) | (false, _, true, _) => {
                if long {
                    0.01
                } else {
                    0.05
                }
            }
            (false, true, false, false) => {
                if long {
                    0.004
                } else {
                    0.02
                }
            }
            (false, false, false, _) => {
                if long {
                    0.001
                } else {
                    0.005
                }
            }
        }
    }

    fn whole_last(&self) -> f64 {
        match (self.same, self.total_last) {
            (true, true) => 0.14,
            (true, false) => 0.003,
            (false, true) => 0.01,
            (false, false) => 0.001,
        }
    }
}

/// Two and two of four: what was there and came in, what went out and is there.
fn stocks(row: &[&Figure], found: &mut Vec<Candidate>) {
    let [a, b, c, d, ..] = row[..] else { return };
    let same = a.sentence == d.sentence;
    let open: f64 = row[..4].iter().map(|one| one.slack).sum();
    for (left, right) in [([a, b], [c, d]), ([a, c], [b, d]), ([a, d], [b, c])] {
        let off = left[0].value + left[1].value - right[0].value - right[1].value;
        if !may_slip(off, open) {
            continue;
        }
        let inward = |one: &&Figure| Some(matches!(one.flow?, Flow::Opening | Flow::In));
        let ins = left.iter().filter_map(inward).chain(right.iter().filter_map(inward).map(|inward| !inward));
        let (with, all) = ins.fold((0_usize, 0_usize), |(with, all), agrees| (with + usize::from(agrees), all + 1));
        let agree = (2 * with).abs_diff(all);
        let often = match (same, agree) {
            (true, 2..) => 0.1,
            (true, _) => 0.006,
            (false, 3..) => 0.05,
            (false, 2) => 0.01,
            (false, _) => 0.003,
        };
        let terms = vec![Term::plus(left[0].n), Term::plus(left[1].n), Term::minus(right[0].n)];
        let formula = Formula::Sum { terms, result: right[1].n };
        found.push(Candidate { kind: Kind::Balance, formula, name: STOCK, often });
    }
}
