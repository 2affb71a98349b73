//! 退回稿 — a Word file that comes back from an editor, held against the document that was sent: every block is the same,
//! moved, changed or new, every figure is kept, overwritten or gone, and what the editor took away is still told.
//!
//! A figure is known by its content control; where a program lost that, by its bookmark, by its place in the paragraph it
//! was sent in, or by its value and the words around it.

mod align;
mod figures;
mod numbers;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::read::{Kind, Read, Word};

pub use numbers::extended;

/// The document that was sent and the one that came back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// Every block that came back, in order.
    pub blocks: Vec<Block>,
    /// Blocks that were sent and are not there any more.
    pub gone: Vec<Gone>,
    /// Every figure that was sent, in order; one that stands twice in what came back is told twice.
    pub figures: Vec<Figure>,
}

/// A block that came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    pub kind: Kind,
    pub text: String,
    pub state: State,
    /// It stands elsewhere among its neighbours.
    pub moved: bool,
    /// The blocks that were sent it was made of, by number; none when it is new.
    pub from: Vec<usize>,
    /// What was sent, where it reads differently now.
    pub before: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Same,
    Changed,
    Added,
}

/// A block that was sent and is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gone {
    /// Its number among those that were sent.
    pub at: usize,
    pub kind: Kind,
    pub text: String,
}

/// A figure that was sent, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub index: usize,
    pub fate: Fate,
    /// What was sent, with the digits and signs beside it that belong to the number.
    pub sent: String,
    /// The words it was sent in.
    pub context: String,
    /// The block it was sent in.
    pub from: usize,
    /// Where it stands now; nowhere when it is gone.
    pub place: Option<Place>,
}

/// Where a figure stands in what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub block: usize,
    /// Characters of the block.
    pub span: Range<usize>,
    pub text: String,
    pub by: By,
}

/// 去向 — what became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It says what the record says.
    Kept,
    /// Another number stands in its place.
    Overwritten,
    Gone,
}

/// How a figure was known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Control,
    Bookmark,
    Place,
    Value,
}

/// Holds a file that came back against the one that was sent. Both are read in the same way, so that nothing differs but what
/// somebody changed.
pub fn compare(sent: &Word, found: &Word) -> Returned {
    let (sent, found) = (&sent.blocks, &found.blocks);
    let pairs = align::align(sent, found);
    let figures = figures::find(sent, found, &pairs);
    let mut left: Vec<bool> = vec![true; sent.len()];
    let moved = align::moved(&pairs);
    let mut blocks = Vec::new();
    for ((read, from), moved) in found.iter().zip(pairs).zip(moved) {
        from.iter().for_each(|at| left[*at] = false);
        let same = matches!(from[..], [at] if align::alike(&sent[at].text, &read.text));
        let state = match from[..] {
            [] => State::Added,
            _ if same => State::Same,
            _ => State::Changed,
        };
        let before = (state == State::Changed)
            .then(|| from.iter().map(|at| sent[*at].text.as_str()).collect::<Vec<_>>().join("\n"));
        blocks.push(Block { kind: read.kind, text: read.text.clone(), state, moved, from, before });
    }
    let gone = |(at, read): (usize, &Read)| Gone { at, kind: read.kind, text: read.text.clone() };
    let gone = sent.iter().enumerate().filter(|(at, _)| left[*at]).map(gone).collect();
    Returned { blocks, gone, figures }
}
