//! What became of each figure.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::numbers::{Token, extended, numeric, same, tokens};
use super::{By, Fate, Figure, Place};
use crate::docx::controlled;
use crate::read::Read;

/// Tokens around a figure that are looked at.
const AROUND: usize = 12;
/// Tokens between a figure and the words beside it that are still its own.
const NEAR: usize = 4;
/// Tokens of one block that are compared one by one; no paragraph has more.
const LONG: usize = 5_000;
/// Comparisons in all.
const PATIENCE: usize = 10_000_000;
/// Places that are looked at for one figure, and copies of one that are told.
const PLACES: usize = 500;

/// A block with its tokens.
struct Page {
    chars: Vec<char>,
    tokens: Vec<Token>,
    spans: Vec<Range<usize>>,
}

impl Page {
    fn of(read: &Read) -> Page {
        let chars: Vec<char> = read.text.chars().collect();
        let (tokens, spans) = tokens(&chars);
        Page { chars, tokens, spans }
    }

    fn text(&self, span: Range<usize>) -> String {
        self.chars[span].iter().collect()
    }

    /// The tokens that a span touches.
    fn within(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.spans.partition_point(|own| own.end <= span.start);
        start..self.spans.partition_point(|own| own.start < span.end).max(start)
    }
}

/// A figure where it was sent.
struct Sent {
    index: usize,
    block: usize,
    span: Range<usize>,
    text: String,
    tokens: Range<usize>,
}

struct Finder {
    sent: Vec<Page>,
    found: Vec<Page>,
    /// Tokens of what came back that are a figure already.
    claimed: HashSet<(usize, usize)>,
    places: BTreeMap<usize, Vec<(Place, bool)>>,
    patience: usize,
}

/// Every figure that was sent, with what became of it.
pub fn find(sent: &[Read], found: &[Read], pairs: &[Vec<usize>]) -> Vec<Figure> {
    let mut finder = Finder {
        sent: sent.iter().map(Page::of).collect(),
        found: found.iter().map(Page::of).collect(),
        claimed: HashSet::new(),
        places: BTreeMap::new(),
        patience: PATIENCE,
    };
    let mut figures: BTreeMap<usize, Sent> = BTreeMap::new();
    for (block, read) in sent.iter().enumerate() {
        for named in read.named.iter().filter(|named| named.control) {
            let Some(index) = controlled(&named.name) else { continue };
            let page = &finder.sent[block];
            let span = extended(&page.chars, named.span.clone());
            let (text, tokens) = (page.text(span.clone()), page.within(&span));
            figures.entry(index).or_insert(Sent { index, block, span, text, tokens });
        }
    }
    finder.controls(found, &figures);
    finder.bookmarks(found, &figures);
    finder.by_place(pairs, &figures);
    finder.by_value(&figures);
    let told = |figure: &Sent| -> Vec<Figure> {
        let page = &finder.sent[figure.block];
        let around = figure.span.start.saturating_sub(16)..(figure.span.end + 8).min(page.chars.len());
        let told = |fate, place| Figure {
            index: figure.index,
            fate,
            sent: figure.text.clone(),
            context: page.text(around.clone()),
            from: figure.block,
            place,
        };
        match finder.places.get(&figure.index) {
            None => vec![told(Fate::Gone, None)],
            Some(places) => places
                .iter()
                .map(|(place, kept)| told(if *kept { Fate::Kept } else { Fate::Overwritten }, Some(place.clone())))
                .collect(),
        }
    };
    figures.values().flat_map(told).collect()
}

impl Finder {
    fn claim(&mut self, figure: &Sent, block: usize, span: Range<usize>, by: By) {
        let page = &self.found[block];
        let span = extended(&page.chars, span);
        let text = page.text(span.clone());
        let kept = same(&text, &figure.text);
        if self.places.get(&figure.index).is_some_and(|places| places.len() >= PLACES) {
            return;
        }
        self.claimed.extend(page.within(&span).map(|token| (block, token)));
        self.places.entry(figure.index).or_default().push((Place { block, span, text, by }, kept));
    }

    fn free(&self, block: usize, tokens: Range<usize>) -> bool {
        tokens.into_iter().all(|token| !self.claimed.contains(&(block, token)))
    }

    fn controls(&mut self, found: &[Read], figures: &BTreeMap<usize, Sent>) {
        for (block, read) in found.iter().enumerate() {
            for named in read.named.iter().filter(|named| named.control) {
                let figure = controlled(&named.name).and_then(|index| figures.get(&index));
                let blank = self.found[block].text(named.span.clone()).trim().is_empty();
                if let Some(figure) = figure.filter(|_| !blank) {
                    self.claim(figure, block, named.span.clone(), By::Control);
                }
            }
        }
    }

    /// A bookmark is believed where it still says the same: at its edges it grows and shrinks.
    fn bookmarks(&mut self, found: &[Read], figures: &BTreeMap<usize, Sent>) {
        for (block, read) in found.iter().enumerate() {
            for named in read.named.iter().filter(|named| !named.control) {
                let figure = controlled(&named.name).and_then(|index| figures.get(&index));
                let Some(figure) = figure.filter(|figure| !self.places.contains_key(&figure.index)) else { continue };
                let page = &self.found[block];
                let span = extended(&page.chars, named.span.clone());
                if same(&page.text(span.clone()), &figure.text) && self.free(block, page.within(&span)) {
                    self.claim(figure, block, span, By::Bookmark);
                }
            }
        }
    }

    /// In the block that was made of the one it was sent in, by the words that stayed beside it.
    fn by_place(&mut self, pairs: &[Vec<usize>], figures: &BTreeMap<usize, Sent>) {
        for (block, from) in pairs.iter().enumerate() {
            for at in from {
                let open: Vec<&Sent> = figures
                    .values()
                    .filter(|figure| figure.block == *at && !self.places.contains_key(&figure.index))
                    .collect();
                let (old, new) = (&self.sent[*at], &self.found[block]);
                let cost = old.tokens.len().saturating_mul(new.tokens.len());
                if open.is_empty() || old.tokens.len() > LONG || new.tokens.len() > LONG || cost > self.patience {
                    continue;
                }
                self.patience -= cost;
                let kept = kept(&old.tokens, &new.tokens);
                let taken: HashSet<usize> = kept.iter().flatten().copied().collect();
                // What stands whole where it stood goes first; a number that another figure has is nobody else's.
                for whole in [true, false] {
                    for figure in &open {
                        if self.places.contains_key(&figure.index) {
                            continue;
                        }
                        let span = if whole {
                            self.whole(figure, block, &kept)
                        } else {
                            self.near(figure, block, &kept, &taken)
                        };
                        if let Some(span) = span {
                            self.claim(figure, block, span, By::Place);
                        }
                    }
                }
            }
        }
    }

    /// All tokens of the figure stayed, together.
    fn whole(&self, figure: &Sent, block: usize, kept: &[Option<usize>]) -> Option<Range<usize>> {
        let first = kept[figure.tokens.clone()].first().copied().flatten()?;
        let together = figure.tokens.clone().enumerate().all(|(n, token)| kept[token] == Some(first + n));
        let tokens = first..first + figure.tokens.len();
        let page = &self.found[block];
        (together && self.free(block, tokens.clone()))
            .then(|| page.spans[tokens.start].start..page.spans[tokens.end - 1].end)
    }

    /// What stands now between the words that stood before and behind the figure.
    fn near(
        &self,
        figure: &Sent,
        block: usize,
        kept: &[Option<usize>],
        taken: &HashSet<usize>,
    ) -> Option<Range<usize>> {
        let page = &self.found[block];
        let tokens = &figure.tokens;
        let before = (tokens.start.saturating_sub(NEAR)..tokens.start).rev().find_map(|token| kept[token]);
        let behind = (tokens.end..(tokens.end + NEAR).min(kept.len())).find_map(|token| kept[token]);
        let start = before.map_or_else(|| behind.unwrap_or(0).saturating_sub(NEAR), |token| token + 1);
        let end = behind.unwrap_or_else(|| (before.map_or(0, |token| token + 1 + NEAR)).min(page.tokens.len()));
        if (before.is_none() && behind.is_none()) || start > end {
            return None;
        }
        let free = |token: &usize| !taken.contains(token) && !self.claimed.contains(&(block, *token));
        let span = |tokens: Range<usize>| page.spans[tokens.start].start..page.spans[tokens.end - 1].end;
        let close = |token: &usize| {
            before.is_some_and(|before| token - before <= NEAR) || behind.is_some_and(|behind| behind - token <= NEAR)
        };
        let numbers: Vec<usize> = (start..end)
            .filter(|token| page.tokens[*token].number)
            .filter(|token| free(token) && close(token))
            .collect();
        let says = |token: &usize| same(&page.text(extended(&page.chars, page.spans[*token].clone())), &figure.text);
        let one = figure.tokens.len() == 1;
        if numeric(&figure.text) || figure.text.chars().any(|c| c == '待') {
            let likely = match (before, behind) {
                _ if numbers.iter().any(says) => numbers.iter().find(|token| says(token)),
                (_, Some(_)) => numbers.last(),
                _ => numbers.first(),
            };
            if let Some(token) = likely {
                return Some(span(*token..*token + 1));
            }
        }
        // A name, a day, a number in words: all that stands between its neighbours, where both stayed.
        let both = before.is_some_and(|_| kept[tokens.start.saturating_sub(1)] == before)
            && behind.is_some_and(|_| kept.get(tokens.end).copied().flatten() == behind);
        let short = end > start && (end - start <= tokens.len() * 2 + NEAR) && (start..end).all(|token| free(&token));
        (both && short && (!one || !page.tokens[start..end].iter().all(|token| ",，。；、）".contains(&token.text))))
            .then(|| span(start..end))
    }

    /// Anywhere, by its value and the words around it: its sentence was moved into another paragraph.
    fn by_value(&mut self, figures: &BTreeMap<usize, Sent>) {
        let mut likely: Vec<(usize, usize, usize, usize)> = Vec::new();
        for figure in figures.values().filter(|figure| !self.places.contains_key(&figure.index)) {
            let old = &self.sent[figure.block];
            let length = figure.tokens.len();
            let already = likely.len();
            for (block, page) in self.found.iter().enumerate() {
                if page.tokens.len() < length || length == 0 {
                    continue;
                }
                if self.patience < page.tokens.len() {
                    break;
                }
                self.patience -= page.tokens.len();
                for at in 0..=page.tokens.len() - length {
                    if likely.len() - already >= PLACES {
                        break;
                    }
                    let equal = page.tokens[at..at + length] == old.tokens[figure.tokens.clone()];
                    let another = length == 1 && page.tokens[at].number && old.tokens[figure.tokens.start].number;
                    if !equal && !another {
                        continue;
                    }
                    let (before, behind) = common(old, &figure.tokens, page, at..at + length);
                    let (score, enough) = (before + behind, if equal { 3 } else { 6 });
                    if score >= enough && (equal || before > 1 && behind > 0) && self.free(block, at..at + length) {
                        likely.push((score + if equal { 4 } else { 0 }, figure.index, block, at));
                    }
                }
            }
        }
        likely.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, index, block, at) in likely {
            let Some(figure) = figures.get(&index).filter(|_| !self.places.contains_key(&index)) else { continue };
            let tokens = at..at + figure.tokens.len();
            if self.free(block, tokens.clone()) {
                let page = &self.found[block];
                let span = page.spans[tokens.start].start..page.spans[tokens.end - 1].end;
                self.claim(figure, block, span, By::Value);
            }
        }
    }
}

/// Where each token that was sent stands in what came back, if it stayed.
fn kept(old: &[Token], new: &[Token]) -> Vec<Option<usize>> {
    let mut kept = vec![None; old.len()];
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            (0..len).for_each(|n| kept[old_index + n] = Some(new_index + n));
        }
    }
    kept
}

/// How many tokens directly before and directly behind are the same.
fn common(old: &Page, figure: &Range<usize>, new: &Page, place: Range<usize>) -> (usize, usize) {
    let alike = |(a, b): &(&Token, &Token)| a == b;
    let (a, b) = (&old.tokens[..figure.start], &new.tokens[..place.start]);
    let before = a.iter().rev().zip(b.iter().rev()).take(AROUND).take_while(alike).count();
    let (a, b) = (&old.tokens[figure.end..], &new.tokens[place.end..]);
    let behind = a.iter().zip(b).take(AROUND).take_while(alike).count();
    (before, behind)
}
