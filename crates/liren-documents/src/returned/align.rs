//! Which block that came back was made of which that was sent: those that read the same first, then those that have most
//! of their words in common; what is left may be a piece of one that was cut in two, or two that were put together.

use std::collections::{HashMap, VecDeque};

use crate::docx::controlled;
use crate::read::Read;

/// Words in common, of all words of both, from which two blocks are taken for one that was edited.
const ALIKE: f64 = 0.4;
/// With a figure in common less is enough.
const WITH_FIGURES: f64 = 0.15;
/// Words of a piece that must stand in the whole it was cut from.
const PIECE: f64 = 0.7;

/// Blocks that one may have been made of, at most.
const LIKELY: usize = 12;

/// For each block that came back, those it was made of.
pub fn align(sent: &[Read], found: &[Read]) -> Vec<Vec<usize>> {
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); found.len()];
    let mut taken = vec![false; sent.len()];
    let mut by_text: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (at, read) in sent.iter().enumerate() {
        by_text.entry(bare(&read.text)).or_default().push_back(at);
    }
    for (n, read) in found.iter().enumerate() {
        if let Some(at) = by_text.get_mut(&bare(&read.text)).and_then(VecDeque::pop_front) {
            of[n].push(at);
            taken[at] = true;
        }
    }
    let index = Index::of(sent);
    let overlaps: Vec<(usize, Vec<Overlap>)> =
        (0..found.len()).filter(|n| of[*n].is_empty()).map(|n| (n, index.overlaps(&found[n]))).collect();
    let mut edited: Vec<(f64, usize, usize)> = Vec::new();
    for (n, overlaps) in &overlaps {
        let likely = overlaps.iter().filter(|o| !taken[o.at]);
        let score = |o: &Overlap| {
            let common = o.common * 2.0 / (o.own + o.other);
            let enough = common >= if o.figures > 0 { WITH_FIGURES } else { ALIKE };
            enough.then_some(common + o.figures as f64 * 0.1)
        };
        edited.extend(likely.filter_map(|o| Some((score(o)?, *n, o.at))));
    }
    // The likeliest first; of two that are as likely, the one that stands nearer.
    edited.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.abs_diff(a.2).cmp(&b.1.abs_diff(b.2))));
    for (_, n, at) in edited {
        if of[n].is_empty() && !taken[at] {
            of[n].push(at);
            taken[at] = true;
        }
    }
    for (n, overlaps) in &overlaps {
        // Two that were put together: all words of the other stand in this one too.
        if !of[*n].is_empty() {
            for o in overlaps.iter().filter(|o| o.common >= o.other * PIECE && o.other >= 4.0) {
                if !taken[o.at] {
                    of[*n].push(o.at);
                    taken[o.at] = true;
                }
            }
            of[*n].sort_unstable();
            continue;
        }
        // A piece of one that was cut in two.
        let whole = overlaps.iter().filter(|o| o.common >= o.own * PIECE && o.own >= 4.0);
        if let Some(o) = whole.max_by(|a, b| (a.common / a.other).total_cmp(&(b.common / b.other))) {
            of[*n].push(o.at);
            taken[o.at] = true;
        }
    }
    of
}

/// Which blocks stand elsewhere: all but the longest row of blocks that are still in their old order.
pub fn moved(of: &[Vec<usize>]) -> Vec<bool> {
    let firsts: Vec<(usize, usize)> = of.iter().enumerate().filter_map(|(n, from)| Some((n, *from.first()?))).collect();
    // The ends of the best rows of each length, and what stands before each block in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; firsts.len()];
    for (k, (_, at)) in firsts.iter().enumerate() {
        // Pieces of one block follow one another.
        let length = ends.partition_point(|end| firsts[*end].1 <= *at);
        before[k] = length.checked_sub(1).map(|n| ends[n]);
        match ends.get_mut(length) {
            Some(end) => *end = k,
            None => ends.push(k),
        }
    }
    let mut moved: Vec<bool> = of.iter().map(|from| !from.is_empty()).collect();
    let mut next = ends.last().copied();
    while let Some(k) = next {
        moved[firsts[k].0] = false;
        next = before[k];
    }
    moved
}

/// Whether two texts read the same; programs put spaces in and out.
pub fn alike(a: &str, b: &str) -> bool {
    a == b || bare(a) == bare(b)
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What two blocks have in common: pairs of characters, of how many on each side, and figures.
struct Overlap {
    at: usize,
    common: f64,
    own: f64,
    other: f64,
    figures: usize,
}

/// The pairs of characters of what was sent, by where they stand.
struct Index {
    pairs: HashMap<(char, char), Vec<(usize, u32)>>,
    figures: HashMap<usize, usize>,
    sizes: Vec<f64>,
}

impl Index {
    fn of(sent: &[Read]) -> Index {
        let mut index = Index { pairs: HashMap::new(), figures: HashMap::new(), sizes: Vec::new() };
        for (at, read) in sent.iter().enumerate() {
            let pairs = pairs(&read.text);
            index.sizes.push(pairs.values().sum::<u32>().into());
            pairs.into_iter().for_each(|(pair, n)| index.pairs.entry(pair).or_default().push((at, n)));
            let figures = read.named.iter().filter(|named| named.control).filter_map(|named| controlled(&named.name));
            index.figures.extend(figures.map(|figure| (figure, at)));
        }
        index
    }

    fn overlaps(&self, read: &Read) -> Vec<Overlap> {
        let own = pairs(&read.text);
        let mut common: HashMap<usize, u32> = HashMap::new();
        for (pair, n) in &own {
            for (at, other) in self.pairs.get(pair).into_iter().flatten() {
                *common.entry(*at).or_default() += other.min(n);
            }
        }
        let mut figures: HashMap<usize, usize> = HashMap::new();
        let named = read.named.iter().filter_map(|named| self.figures.get(&controlled(&named.name)?));
        named.for_each(|at| *figures.entry(*at).or_default() += 1);
        let own: f64 = own.values().sum::<u32>().into();
        let overlap = |(at, common): (usize, u32)| Overlap {
            at,
            common: common.into(),
            own,
            other: self.sizes[at],
            figures: figures.get(&at).copied().unwrap_or(0),
        };
        let mut all: Vec<Overlap> = common.into_iter().map(overlap).collect();
        // A file may have a hundred thousand paragraphs; each has a few that it may have been made of.
        all.sort_by(|a, b| b.figures.cmp(&a.figures).then(b.common.total_cmp(&a.common)).then(a.at.cmp(&b.at)));
        all.truncate(LIKELY);
        all.shrink_to_fit();
        all
    }
}

/// Pairs of characters that follow one another, with the edges of the text.
fn pairs(text: &str) -> HashMap<(char, char), u32> {
    let mut pairs = HashMap::new();
    let mut last = '^';
    for c in text.chars().filter(|c| !c.is_whitespace()).chain(['$']) {
        *pairs.entry((last, c)).or_default() += 1;
        last = c;
    }
    pairs
}
