//! Ruled lines of a page: where a table has them, they say what is a cell.

/// A ruled line: where it lies across its own direction, and from where to where it runs.
#[derive(Clone, Copy)]
pub struct Rule {
    pub at: f64,
    pub from: f64,
    pub to: f64,
}

/// The ruled lines of a page.
#[derive(Default)]
pub struct Grid {
    pub upright: Vec<Rule>,
    pub level: Vec<Rule>,
}

/// Ruled lines of a page that are looked at; a page with more is a drawing.
const RULES: usize = 3_000;
/// Level lines that are looked at above and below a height, to find one that runs along a table.
const NEAR: usize = 60;
/// A filled area that is not thicker is a line.
const THICK: f64 = 2.5;
/// A line that is not longer is an ornament, or part of a glyph.
const SHORT: f64 = 6.0;

impl Grid {
    /// A straight stroke between two points.
    pub fn stroke(&mut self, a: (f64, f64), b: (f64, f64)) {
        let (across, up) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
        if self.upright.len() + self.level.len() >= RULES || ![a.0, a.1, b.0, b.1].iter().all(|n| n.is_finite()) {
            return;
        }
        if across <= THICK && up >= SHORT {
            self.upright.push(Rule { at: (a.0 + b.0) / 2.0, from: a.1.min(b.1), to: a.1.max(b.1) });
        } else if up <= THICK && across >= SHORT {
            self.level.push(Rule { at: (a.1 + b.1) / 2.0, from: a.0.min(b.0), to: a.0.max(b.0) });
        }
    }

    /// A filled area with these corners.
    pub fn fill(&mut self, corners: &[(f64, f64)]) {
        let span = |of: fn(&(f64, f64)) -> f64| {
            let all = || corners.iter().map(of);
            (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
        };
        let ((left, right), (low, high)) = (span(|p| p.0), span(|p| p.1));
        if right - left <= THICK {
            self.stroke(((left + right) / 2.0, low), ((left + right) / 2.0, high));
        } else if high - low <= THICK {
            self.stroke((left, (low + high) / 2.0), (right, (low + high) / 2.0));
        }
    }

    /// Where upright lines cross a height, from left to right.
    pub fn columns(&self, height: f64) -> Vec<f64> {
        let mut columns: Vec<f64> =
            self.upright.iter().filter(|rule| rule.from <= height && height <= rule.to).map(|rule| rule.at).collect();
        columns.sort_by(f64::total_cmp);
        columns.dedup_by(|b, a| *b - *a < 3.0);
        columns
    }

    /// The level lines above and below a height that run along at least half of a table.
    pub fn band(&self, height: f64, left: f64, right: f64) -> Option<(f64, f64)> {
        let runs = |own: &[Rule]| -> bool {
            let along: f64 = own.iter().map(|rule| (rule.to.min(right) - rule.from.max(left)).max(0.0)).sum();
            along >= (right - left) / 2.0
        };
        // Pieces of one line stand at one height.
        let same = |a: &Rule, b: &Rule| (a.at - b.at).abs() < 1.5;
        let above = self.level.partition_point(|rule| rule.at <= height);
        let over = self.level[above..].chunk_by(same).take(NEAR).find(|own| runs(own))?;
        let mut under = &self.level[..above];
        for _ in 0..NEAR {
            let last = under.last()?;
            let begin = under.partition_point(|rule| !same(rule, last));
            if runs(&under[begin..]) {
                return Some((last.at, over[0].at));
            }
            under = &under[..begin];
        }
        None
    }

    /// Puts the lines in order, once all of them are there.
    pub fn sort(&mut self) {
        self.level.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
}
