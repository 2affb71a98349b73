//! 表中各行 — what the columns of a table are to each other is learned from its rows: a share of one whole, a sum or difference of
//! other columns, a rate of change, a mean. Where nearly all rows agree on it, the one that does not is wrong.

use super::tables::{Line, grids};
use crate::claims::show::number;
use crate::page::Page;
use crate::report::FigureKind;

/// A row that does not do what the others do.
#[derive(Debug, Clone, PartialEq)]
pub struct Odd {
    /// The cell that should be another, and those it is made of.
    pub cells: Vec<usize>,
    pub label: String,
    pub head: String,
    pub arithmetic: String,
    /// How many rows agree.
    pub agree: usize,
    /// No other row fails.
    pub alone: bool,
}

/// A way to make one column of the others.
#[derive(Debug, Clone, PartialEq)]
enum Rule {
    /// a / whole × 100
    Share { of: usize, whole: f64 },
    /// Columns with their signs.
    Sum(Vec<(usize, f64)>),
    /// (now - then) / then × 100
    Growth { now: usize, then: usize },
    /// a / b × per
    Mean { of: usize, over: usize, per: f64 },
}

/// The odd rows of every table.
pub fn find(page: &Page) -> Vec<Odd> {
    let mut found = Vec::new();
    for grid in grids(page) {
        let width = grid.iter().map(|line| line.cells.len()).max().unwrap_or(0);
        let head = grid.iter().find(|line| line.cells.len() == width && line.cells.iter().all(|cell| cell.1.is_none()));
        let Some(head) = head else { continue };
        let heads: Vec<String> = head.cells.iter().map(|cell| page.words(cell.0.clone())).collect();
        let body: Vec<&Line> = grid
            .iter()
            .filter(|line| {
                line.cells.len() == width
                    && !line.total(page)
                    && line.cells.iter().filter(|c| c.1.is_some()).count() >= 2
            })
            .collect();
        if body.len() >= 4 && width <= 14 && body.len() <= 200 {
            let table = Table {
                page,
                heads,
                body,
                totals: grid.iter().filter(|line| line.cells.len() == width && line.total(page)).collect(),
            };
            (1..width).for_each(|column| table.column(column, &mut found));
        }
    }
    // One equation read from two of its sides is told once, by the column on the right.
    let same = |a: &Odd, b: &Odd| a.cells.len() == b.cells.len() && a.cells.iter().all(|cell| b.cells.contains(cell));
    let kept: Vec<Odd> = found
        .iter()
        .enumerate()
        .filter(|(n, odd)| !found[n + 1..].iter().any(|later| same(odd, later)))
        .map(|(_, odd)| odd.clone())
        .collect();
    kept
}

struct Table<'a> {
    page: &'a Page<'a>,
    heads: Vec<String>,
    body: Vec<&'a Line>,
    totals: Vec<&'a Line>,
}

impl Table<'_> {
    fn value(&self, line: &Line, column: usize) -> Option<(f64, f64)> {
        let quantity = &self.page.quantities[line.cells.get(column)?.1?];
        // -5.6 in a cell is a negative number.
        let before = quantity.span.start.checked_sub(1).map(|at| self.page.normal.chars[at]);
        let led = quantity.span.start.checked_sub(2).is_none_or(|at| "|\n ".contains(self.page.normal.chars[at]));
        let sign = if before == Some('-') && led && quantity.number.value > 0.0 { -1.0 } else { 1.0 };
        quantity.is_exact().then(|| (quantity.number.value * sign, quantity.number.step / 2.0))
    }

    /// Learn what a column is, and tell the rows that are not.
    fn column(&self, column: usize, found: &mut Vec<Odd>) {
        let told: Vec<f64> =
            self.body.iter().filter_map(|line| self.value(line, column)).map(|(value, _)| value).collect();
        let mut values: Vec<u64> = told.iter().map(|value| value.to_bits()).collect();
        values.sort_unstable();
        values.dedup();
        // Small numbers and columns of one value fit anything.
        let large = told.iter().filter(|value| value.abs() >= 10.0 || value.fract() != 0.0).count();
        if told.len() < 4 || values.len() < 3 || large * 2 < told.len() {
            return;
        }
        let mut best: Option<(usize, Rule, Vec<usize>)> = None;
        for rule in self.rules(column) {
            let (mut agree, mut odd) = (0, Vec::new());
            for (n, line) in self.body.iter().enumerate() {
                match self.fits(line, column, &rule) {
                    Some(true) => agree += 1,
                    Some(false) => odd.push(n),
                    None => {}
                }
            }
            if best.as_ref().is_none_or(|(most, ..)| agree > *most) {
                best = Some((agree, rule, odd));
            }
        }
        let Some((agree, rule, odd)) = best else { return };
        if agree < 3 || odd.is_empty() || odd.len() * 3 > agree {
            return;
        }
        for &n in &odd {
            found.extend(self.odd(self.body[n], column, &rule, agree, odd.len() == 1));
        }
    }

    fn odd(&self, line: &Line, column: usize, rule: &Rule, agree: usize, alone: bool) -> Option<Odd> {
        let own = line.cells[column].1?;
        let value = |column: usize| self.value(line, column).map_or_else(String::new, |(value, _)| number(value));
        let made = self.made(line, rule)?.0;
        let columns = rule.columns();
        let left = match rule {
            Rule::Share { of, whole } => format!("{} / {}", value(*of), number(*whole)),
            Rule::Sum(terms) => {
                let mut left = String::new();
                for (n, (column, sign)) in terms.iter().enumerate() {
                    let mark = if *sign < 0.0 {
                        " - "
                    } else if n == 0 {
                        ""
                    } else {
                        " + "
                    };
                    left.push_str(&format!("{mark}{}", value(*column)));
                }
                left
            }
            Rule::Growth { now, then } => format!("({} - {}) / {}", value(*now), value(*then), value(*then)),
            Rule::Mean { of, over, .. } => format!("{} / {}", value(*of), value(*over)),
        };
        let step = self.page.quantities[own].number.step;
        let places = if step < 1.0 { (-step.log10()).round().clamp(0.0, 4.0) as usize } else { 0 };
        let percent = if matches!(rule, Rule::Share { .. } | Rule::Growth { .. }) { "%" } else { "" };
        let arithmetic = format!("{left} = {made:.places$}{percent} ≠ {}{percent}", value(column));
        let mut cells = vec![own];
        cells.extend(columns.iter().filter_map(|&column| line.cells[column].1));
        let label = self.page.words(line.cells[0].0.clone());
        Some(Odd { cells, label, head: self.heads[column].clone(), arithmetic, agree, alone })
    }

    /// Whether a row does what the rule says, to the last printed place.
    fn fits(&self, line: &Line, column: usize, rule: &Rule) -> Option<bool> {
        let (told, room) = self.value(line, column)?;
        let (made, slack) = self.made(line, rule)?;
        // One in the last place is a cut, or a forced hundred.
        let most = if matches!(rule, Rule::Sum(_)) { room + slack } else { room * 2.0 + slack };
        Some((made - told).abs() <= most + told.abs() * 1e-9 + 1e-9)
    }

    fn made(&self, line: &Line, rule: &Rule) -> Option<(f64, f64)> {
        match rule {
            Rule::Share { of, whole } => {
                let (value, slack) = self.value(line, *of)?;
                Some((value / whole * 100.0, slack / whole * 100.0))
            }
            Rule::Sum(terms) => {
                let mut sum = (0.0, 0.0);
                for (column, sign) in terms {
                    let (value, slack) = self.value(line, *column)?;
                    sum = (sum.0 + value * sign, sum.1 + if self.whole(line, *column) { 0.0 } else { slack });
                }
                Some(sum)
            }
            Rule::Growth { now, then } => {
                let ((a, x), (b, y)) = (self.value(line, *now)?, self.value(line, *then)?);
                (b != 0.0).then(|| ((a - b) / b * 100.0, (x + y * (a / b).abs()) / b.abs() * 100.0 * 0.5))
            }
            Rule::Mean { of, over, per } => {
                let ((a, x), (b, _)) = (self.value(line, *of)?, self.value(line, *over)?);
                (b != 0.0).then(|| (a / b * per, if self.whole(line, *of) { 0.0 } else { x / b * per }))
            }
        }
    }

    /// Whole numbers are exact.
    fn whole(&self, line: &Line, column: usize) -> bool {
        line.cells[column].1.is_some_and(|n| self.page.quantities[n].number.step >= 1.0)
    }

    /// The rules a column may follow.
    fn rules(&self, column: usize) -> Vec<Rule> {
        let head = self.heads[column].as_str();
        let says = |words: &[&str]| words.iter().any(|word| head.contains(word));
        let others: Vec<usize> = (1..self.heads.len())
            .filter(|&other| {
                other != column
                    && self.body.iter().filter(|line| self.value(line, other).is_some()).count() * 4
                        >= self.body.len() * 3
            })
            .collect();
        let mut rules = Vec::new();
        let rated = says(&["占", "比重", "比例", "率", "%", "份额"]);
        let grown = says(&["增", "同比", "环比", "减", "升", "降", "比上年", "比去年", "±"]);
        if rated && !grown {
            for &of in &others {
                rules.extend(self.wholes(of).into_iter().map(|whole| Rule::Share { of, whole }));
                rules.extend(others.iter().filter(|&&over| over != of).map(|&over| Rule::Mean {
                    of,
                    over,
                    per: 100.0,
                }));
            }
        }
        if grown && says(&["%", "率", "幅", "同比", "环比", "增长", "增减"]) {
            for &now in &others {
                rules.extend(others.iter().filter(|&&then| then != now).map(|&then| Rule::Growth { now, then }));
            }
        }
        if says(&["均", "单价", "单产", "亩产"]) {
            for &of in &others {
                for &over in others.iter().filter(|&&over| over != of) {
                    rules.extend([1.0, 1e4, 1e3, 10.0].map(|per| Rule::Mean { of, over, per }));
                }
            }
        }
        if !rated && !says(&["均", "%", "率", "名次", "排名", "序号", "年份"]) {
            for (x, &a) in others.iter().enumerate() {
                for (y, &b) in others.iter().enumerate() {
                    if x < y {
                        rules.push(Rule::Sum(vec![(a, 1.0), (b, 1.0)]));
                    }
                    if x != y {
                        rules.push(Rule::Sum(vec![(a, 1.0), (b, -1.0)]));
                    }
                    for (z, &c) in others.iter().enumerate() {
                        if x < y && z != x && z != y {
                            rules.push(Rule::Sum(vec![(a, 1.0), (b, 1.0), (c, -1.0)]));
                        }
                        if x < y && y < z {
                            rules.push(Rule::Sum(vec![(a, 1.0), (b, 1.0), (c, 1.0)]));
                        }
                        if y < z && x != y && x != z {
                            rules.push(Rule::Sum(vec![(a, 1.0), (b, -1.0), (c, -1.0)]));
                        }
                        for (w, &d) in others.iter().enumerate() {
                            // Opening, in, out and out again: 期初 + 转入 - 转出 - 休学.
                            if x < y && y < z && z < w && others.len() <= 8 {
                                rules.push(Rule::Sum(vec![(a, 1.0), (b, 1.0), (c, -1.0), (d, -1.0)]));
                                rules.push(Rule::Sum(vec![(a, 1.0), (b, 1.0), (c, 1.0), (d, 1.0)]));
                            }
                        }
                    }
                }
            }
        }
        rules.truncate(2000);
        rules
    }

    /// What the cells of a column may be a share of: its total, its sum, and the figures of the text that are larger than each.
    fn wholes(&self, of: usize) -> Vec<f64> {
        let cells: Vec<f64> =
            self.body.iter().filter_map(|line| self.value(line, of)).map(|(value, _)| value).collect();
        let largest = cells.iter().copied().fold(0.0, f64::max);
        let mut wholes: Vec<f64> =
            self.totals.iter().filter_map(|line| self.value(line, of)).map(|(value, _)| value).collect();
        wholes.push(cells.iter().sum());
        for quantity in self.page.quantities.iter().take(400) {
            if quantity.kind == FigureKind::Count && quantity.is_exact() {
                wholes.extend([quantity.stated(), quantity.number.value]);
            }
        }
        wholes.retain(|whole| *whole >= largest && *whole > 0.0 && whole.is_finite());
        wholes.sort_by(f64::total_cmp);
        wholes.dedup();
        wholes.truncate(120);
        wholes
    }
}

impl Rule {
    fn columns(&self) -> Vec<usize> {
        match self {
            Rule::Share { of, .. } => vec![*of],
            Rule::Sum(terms) => terms.iter().map(|(column, _)| *column).collect(),
            Rule::Growth { now, then } => vec![*now, *then],
            Rule::Mean { of, over, .. } => vec![*of, *over],
        }
    }
}
