//! Truths of another kind, seen through a to-one relation by a whole frame.

use std::sync::Arc;

use crate::block::{self, Rows};
use crate::truth::{Truths, spread};

/// Up to four truths behind one to-one column, two bits each in one byte per row of the other kind: what all
/// rules ask of a household is then looked up once per person.
pub(super) struct Seen {
    slot: u16,
    link: Arc<Vec<u32>>,
    /// Then one for an absent and one for an unknown row.
    bytes: Vec<u8>,
    targets: usize,
    lanes: u8,
    /// The bytes of the rows of this block.
    pub block: Vec<u8>,
}

impl Seen {
    pub fn new(slot: u16, link: Arc<Vec<u32>>, targets: usize, block: usize) -> Seen {
        // Room for the bits behind the last row, which mean nothing.
        let targets = targets.next_multiple_of(64);
        let mut bytes = vec![0; targets];
        bytes.extend([u8::MAX, 0]);
        Seen {
            slot,
            link,
            bytes,
            targets,
            lanes: 0,
            block: vec![0; block],
        }
    }

    pub fn has_room(&self, slot: u16) -> bool {
        self.slot == slot && self.lanes < 4
    }

    /// Adds a truth and returns the bit of its "yes"; that of its "no" is the next.
    pub fn add(&mut self, truths: &Truths) -> u8 {
        let bit = 2 * self.lanes;
        self.lanes += 1;
        let eights = self.bytes[..self.targets].as_chunks_mut::<8>().0;
        for (eights, (yes, no)) in eights.chunks_mut(8).zip(truths.words()) {
            let planes = yes.to_le_bytes().into_iter().zip(no.to_le_bytes());
            for (eight, (yes, no)) in eights.iter_mut().zip(planes) {
                let both = spread(yes) | spread(no) << 1;
                *eight = (u64::from_le_bytes(*eight) | both << bit).to_le_bytes();
            }
        }
        bit
    }

    /// Looks up the rows of a block.
    pub fn look(&mut self, rows: Rows) {
        let (bytes, targets) = (&self.bytes, self.targets);
        block::load(&self.link, rows, &mut self.block, |row| {
            bytes[block::place(row, targets)]
        });
    }
}
