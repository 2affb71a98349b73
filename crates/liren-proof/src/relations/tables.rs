//! 表格 — rows of cells that follow each other, with a total row (合计) or a total column checked against the rest.

use std::ops::Range;

use crate::page::Page;
use crate::report::FigureKind;
use crate::text::BlockKind;

/// One column of a table, or one row, and the cell that totals it.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    pub total: usize,
    pub parts: Vec<usize>,
    pub sum: f64,
    /// What heads the column.
    pub head: String,
    pub holds: bool,
    /// Another column of the same row adds up, so this row is a sum indeed.
    pub sure: bool,
}

/// A row: its cells, and the quantity each holds alone.
struct Line {
    cells: Vec<(Range<usize>, Option<usize>)>,
}

/// The figures of one row by column.
pub type Cells = Vec<Option<usize>>;

/// The rows of every table, those of figures only by their own width.
pub fn grids(page: &Page) -> Vec<Vec<Cells>> {
    let mut grids = Vec::new();
    let mut rows: Vec<Cells> = Vec::new();
    let mut next = 0;
    for (n, block) in page.normal.blocks.iter().enumerate() {
        if block.kind == BlockKind::Row {
            let cells: Cells = line(page, block.span.clone(), &mut next).cells.iter().map(|cell| cell.1).collect();
            if cells.iter().flatten().count() >= 2 {
                rows.push(cells);
            }
        }
        let last = page.normal.blocks.get(n + 1).is_none_or(|after| after.kind != BlockKind::Row);
        if last && !rows.is_empty() {
            grids.push(std::mem::take(&mut rows));
        }
    }
    grids
}

/// Every total of every table.
pub fn find(page: &Page) -> Vec<Total> {
    let mut found = Vec::new();
    let mut rows: Vec<Line> = Vec::new();
    let mut next = 0;
    for (n, block) in page.normal.blocks.iter().enumerate() {
        if block.kind == BlockKind::Row {
            rows.push(line(page, block.span.clone(), &mut next));
        }
        let last = page.normal.blocks.get(n + 1).is_none_or(|after| after.kind != BlockKind::Row);
        if last && !rows.is_empty() {
            columns(page, &rows, &mut found);
            rows.clear();
        }
    }
    found
}

fn line(page: &Page, span: Range<usize>, next: &mut usize) -> Line {
    let chars = &page.normal.chars;
    let mut cells = Vec::new();
    let mut start = span.start;
    let bars = span.clone().filter(|&at| chars[at] == '|').chain([span.end]);
    for at in bars {
        while page.quantities.get(*next).is_some_and(|q| q.span.start < start) {
            *next += 1;
        }
        let alone = page.quantities.get(*next).is_some_and(|q| q.span.start == start && q.span.end == at);
        let counts = alone
            && matches!(page.quantities[*next].kind, FigureKind::Count | FigureKind::Identifier | FigureKind::Rate);
        cells.push((start..at, counts.then_some(*next)));
        start = at + 1;
    }
    // A bar at the edge of a row makes an empty cell.
    if cells.last().is_some_and(|(span, _)| span.is_empty()) {
        cells.pop();
    }
    if cells.first().is_some_and(|(span, _)| span.is_empty()) && cells.len() > 1 && cells[1].1.is_none() {
        cells.remove(0);
    }
    Line { cells }
}

/// The cell that calls a row a total.
fn totals(page: &Page, line: &Line) -> bool {
    line.cells.iter().take(2).any(|(span, _)| {
        let words = page.words(span.clone());
        let bare = words.trim_matches(|c: char| !c.is_alphanumeric());
        ["合计", "总计", "共计", "总数", "小计"].contains(&bare)
    })
}

fn columns(page: &Page, rows: &[Line], found: &mut Vec<Total>) {
    let mut from = 0;
    for (at, row) in rows.iter().enumerate() {
        if !totals(page, row) {
            continue;
        }
        let width = row.cells.len();
        let above: Vec<&Line> = rows[from..at]
            .iter()
            .filter(|line| line.cells.len() == width && line.cells.iter().any(|cell| cell.1.is_some()))
            .collect();
        let below: Vec<&Line> =
            rows[at + 1..].iter().take_while(|line| line.cells.len() == width && !totals(page, line)).collect();
        let body = if above.len() >= 2 { above } else { below };
        from = at + 1;
        if body.len() < 2 {
            continue;
        }
        let head =
            rows[..at].iter().find(|line| line.cells.len() == width && line.cells.iter().all(|cell| cell.1.is_none()));
        let mut these = add_up(page, row, &body, head);
        if !these.is_empty() && !these.iter().any(|total| total.holds) {
            // A line of classes among lines of pupils: what all columns leave out is not added.
            let without = |n: usize| body.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, line)| *line).collect();
            let other =
                (0..body.len().min(40)).map(|n: usize| -> Vec<&Line> { without(n) }).filter(|body| body.len() >= 2);
            let all = |these: &Vec<Total>| these.len() >= 2 && these.iter().all(|total| total.holds);
            if let Some(fits) = other.map(|body| add_up(page, row, &body, head)).find(all) {
                these = fits;
            }
        }
        let sure = these.iter().filter(|total| total.holds).count() > 0;
        found.extend(these.into_iter().map(|total| Total { sure, ..total }));
    }
}

/// The columns of a table, each with the cell that totals it.
fn add_up(page: &Page, row: &Line, body: &[&Line], head: Option<&Line>) -> Vec<Total> {
    let mut these = Vec::new();
    for column in 1..row.cells.len() {
        let Some(total) = row.cells[column].1 else { continue };
        let parts: Vec<usize> = body.iter().filter_map(|line| line.cells[column].1).collect();
        let head = head.map(|line| page.words(line.cells[column].0.clone())).unwrap_or_default();
        if parts.len() == body.len() && additive(page, total, &parts, &head) {
            let sum: f64 = parts.iter().map(|&n| page.quantities[n].base()).sum();
            let slack: f64 =
                parts.iter().map(|&n| page.quantities[n].slack()).sum::<f64>() + page.quantities[total].slack();
            let holds = (sum - page.quantities[total].base()).abs() <= slack + 1e-6;
            these.push(Total { total, parts, sum, head, holds, sure: false });
        }
    }
    these
}

/// Rates, ranks, standards and means are not added up.
fn additive(page: &Page, total: usize, parts: &[usize], head: &str) -> bool {
    let rate = |n: &usize| page.quantities[*n].is_rate();
    let plain = |n: &usize| page.quantities[*n].is_exact();
    let named = ["率", "均", "占比", "比重", "序号", "排名", "名次", "得分", "标准", "年龄", "编号", "%"]
        .iter()
        .any(|word| head.contains(word));
    !named && !rate(&total) && !parts.iter().any(rate) && plain(&total) && parts.iter().all(plain)
}
