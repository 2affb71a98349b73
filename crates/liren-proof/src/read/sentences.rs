//! Sentences: the reach of a list, a ratio, an enumeration. A full stop inside a number does not end one.

use std::ops::Range;

use super::figures::Quantity;
use super::normal::Normal;

/// A sentence and the quantities in it.
#[derive(Debug, Clone)]
pub struct Sentence {
    pub block: usize,
    pub span: Range<usize>,
    /// Indexes into the quantities of the reading.
    pub quantities: Range<usize>,
}

/// Split blocks at 。！？ and give every quantity its sentence.
pub fn split(normal: &Normal, quantities: &mut [Quantity]) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut next = 0;
    for (block, piece) in normal.blocks.iter().enumerate() {
        let mut start = piece.span.start;
        let mut at = start;
        let mut first = next;
        while at <= piece.span.end {
            while next < quantities.len() && quantities[next].span.end <= at {
                next += 1;
            }
            let inside = quantities.get(next).is_some_and(|q| q.span.start < at && at < q.span.end);
            // A list without an end is cut somewhere, or looking around in it would take for ever.
            let mark = |marks: &str| normal.chars.get(at).is_some_and(|c| marks.contains(*c));
            let long = !inside && at > start + 2500 && (at > start + 4000 || mark("，；、"));
            let ends = at == piece.span.end || long || (mark("。！？") && !inside);
            if ends {
                if at > start {
                    for quantity in &mut quantities[first..next] {
                        quantity.sentence = sentences.len();
                        quantity.block = block;
                    }
                    sentences.push(Sentence { block, span: start..at, quantities: first..next });
                }
                first = next;
                start = if long && !mark("，；、。！？") { at } else { at + 1 };
            }
            at += 1;
        }
    }
    sentences
}
