//! Truths of another kind, seen through a to-one relation by a whole frame.

use std::sync::Arc;

use crate::truth::{Truths, spread};

/// Up to four truths behind one to-one column, two bits each in one byte per row of the other kind: what all
/// rules ask of a household is then looked up once per person.
pub(super) struct Seen {
    slot: u16,
    link: Arc<Vec<u32>>,
    /// A power of two of them: cut to so many bits, the marks of an absent and of an unknown row are the last
    /// two places, and every link is a place.
    bytes: Vec<u8>,
    lanes: u8,
    /// The bytes of the rows of this block.
    pub block: Vec<u8>,
}

impl Seen {
    pub fn new(slot: u16, link: Arc<Vec<u32>>, targets: usize, block: usize) -> Seen {
        // Whole words of truths, as the bits behind the last row come too, and the marks.
        let places = (targets.next_multiple_of(64) + 2).next_power_of_two();
        let mut bytes = vec![0; places];
        bytes[places - 2] = u8::MAX;
        Seen { slot, link, bytes, lanes: 0, block: vec![0; block] }
    }

    pub fn has_room(&self, slot: u16) -> bool {
        self.slot == slot && self.lanes < 4
    }

    /// Adds a truth and returns the bit of its "yes"; that of its "no" is the next.
    pub fn add(&mut self, truths: &Truths) -> u8 {
        let bit = 2 * self.lanes;
        self.lanes += 1;
        let eights = self.bytes.as_chunks_mut::<8>().0;
        for (eights, (yes, no)) in eights.chunks_mut(8).zip(truths.words()) {
            let planes = yes.to_le_bytes().into_iter().zip(no.to_le_bytes());
            for (eight, (yes, no)) in eights.iter_mut().zip(planes) {
                let both = spread(yes) | spread(no) << 1;
                *eight = (u64::from_le_bytes(*eight) | both << bit).to_le_bytes();
            }
        }
        bit
    }

    /// Looks up the rows of a block, `from` up to but not including `to`.
    pub fn look(&mut self, from: usize, to: usize) {
        // Cut this way, no place needs to be checked.
        let last = self.bytes.len() - 1;
        let bytes = &self.bytes[..=last];
        for (byte, &row) in self.block.iter_mut().zip(&self.link[from..to]) {
            *byte = bytes[row as usize & last];
        }
    }
}
