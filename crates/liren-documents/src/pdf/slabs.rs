//! Slabs go down the pages in order: what is tied together stays together, and a table that goes on overleaf has its
//! heading row again.

use std::rc::Rc;

use super::lines::Line;
use crate::official::{LEFT, LINES, PITCH, TOP, WIDTH};

/// A line of text with its place on the page.
#[derive(Clone, Debug)]
pub struct Text {
    pub x: f32,
    /// The baseline.
    pub y: f32,
    pub line: Line,
    /// Position in [`Pages::parts`]; nothing for page numbers and repeated heading rows.
    pub part: Option<usize>,
}

/// One page: texts, and rules from one point to another.
#[derive(Default)]
pub struct Page {
    pub texts: Vec<Text>,
    pub rules: Vec<[f32; 4]>,
}

/// A piece that is never cut, with its contents measured from its top.
#[derive(Clone, Default)]
pub struct Slab {
    pub height: f32,
    /// Stays on the page of the next slab.
    pub keep: bool,
    pub texts: Vec<Text>,
    pub rules: Vec<[f32; 4]>,
    /// The heading row to repeat when a page begins with this row.
    pub head: Option<Rc<Slab>>,
    pub row: bool,
}

/// Puts slabs on pages.
pub fn stack(slabs: Vec<Slab>) -> Vec<Page> {
    let bottom = LINES as f32 * PITCH + 0.1;
    let mut pages = vec![Page::default()];
    let mut y = 0.0;
    let mut in_table = false;
    let mut free = 0;
    for (at, slab) in slabs.iter().enumerate() {
        if in_table && !slab.row {
            // Below a table the text returns to the grid, with a little air.
            y = ((y + 4.0) / PITCH).ceil() * PITCH;
            in_table = false;
        }
        let mut needed = slab.height;
        // A group is looked at once, at its first slab: cut inside, it would have fitted nowhere.
        if at >= free {
            let group = 1 + slabs[at..].iter().take_while(|s| s.keep).count();
            free = (at + group).min(slabs.len());
            let height: f32 = slabs[at..free].iter().map(|s| s.height).sum();
            needed = if height <= bottom { height } else { needed };
        }
        if y > 0.0 && y + needed > bottom {
            y = turn(&mut pages, y, slab, in_table);
        }
        place(&mut pages, slab, y);
        y += slab.height;
        in_table = slab.row;
    }
    pages
}

/// Begins a page. Inside a table the page before is closed with a rule, and the heading row stands at the top again.
fn turn(pages: &mut Vec<Page>, y: f32, slab: &Slab, in_table: bool) -> f32 {
    let rule = |y: f32| [LEFT, TOP + y, LEFT + WIDTH, TOP + y];
    if !in_table {
        pages.push(Page::default());
        return 0.0;
    }
    pages.iter_mut().last().into_iter().for_each(|page| page.rules.push(rule(y)));
    pages.push(Page { rules: vec![rule(0.0)], ..Page::default() });
    let Some(head) = &slab.head else { return 0.0 };
    place(pages, head, 0.0);
    head.height
}

fn place(pages: &mut [Page], slab: &Slab, y: f32) {
    let Some(page) = pages.last_mut() else { return };
    let text = |t: &Text| Text { x: LEFT + t.x, y: TOP + y + t.y, ..t.clone() };
    page.texts.extend(slab.texts.iter().map(text));
    let rule = |[a, b, c, d]: &[f32; 4]| [LEFT + a, TOP + y + b, LEFT + c, TOP + y + d];
    page.rules.extend(slab.rules.iter().map(rule));
}
