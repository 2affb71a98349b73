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

/// Ruled lines of a page that are looked at.
const RULES: usize = 20_000;
/// A filled area that is not thicker is a line.
const THICK: f64 = 2.5;
/// A line that is not longer is an ornament, or part of a glyph.
const SHORT: f64 = 6.0;

impl Grid {
    /// A straight stroke between two points.
    pub fn stroke(&mut self, a: (f64, f64), b: (f64, f64)) {
        let (across, up) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
        if self.upright.len() + self.level.len() > RULES || ![a.0, a.1, b.0, b.1].iter().all(|n| n.is_finite()) {
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
        let along = |at: f64| -> f64 {
            let near = self.level.iter().filter(|rule| (rule.at - at).abs() < 1.5);
            near.map(|rule| (rule.to.min(right) - rule.from.max(left)).max(0.0)).sum()
        };
        let runs = |at: f64| along(at) >= (right - left) / 2.0;
        let mut heights: Vec<f64> = self.level.iter().map(|rule| rule.at).collect();
        heights.sort_by(f64::total_cmp);
        heights.dedup_by(|b, a| *b - *a < 1.5);
        let above = heights.partition_point(|at| *at <= height);
        let over = heights[above..].iter().copied().find(|at| runs(*at))?;
        let under = heights[..above].iter().rev().copied().find(|at| runs(*at))?;
        Some((under, over))
    }
}
