//! What binds a row to the one before it, and ids packed for a row that names many.

use sha2::{Digest as _, Sha256};

use super::Entry;

/// A digest over fields of which each says how long it is: no two rows give the same text.
pub(in crate::base) struct Digest(Sha256);

impl Digest {
    pub fn new(what: &str) -> Digest {
        Digest(Sha256::new()).text(what)
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Digest {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub fn text(self, text: &str) -> Digest {
        self.bytes(text.as_bytes())
    }

    pub fn number(self, number: i64) -> Digest {
        self.bytes(&number.to_le_bytes())
    }

    /// A value that may be missing.
    pub fn opt(self, number: Option<i64>) -> Digest {
        match number {
            Some(number) => self.number(number),
            None => self.bytes(b"-"),
        }
    }

    pub fn done(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

impl Entry {
    /// The digest over everything else in the row, that of the row before included.
    pub(super) fn digest_of(&self) -> Vec<u8> {
        Digest::new("trail 1")
            .bytes(&self.prev)
            .number(self.chain)
            .number(self.seq)
            .number(self.at)
            .opt(self.account)
            .text(&self.actor)
            .text(&self.address)
            .text(&self.action)
            .text(&self.subject)
            .bytes(self.ids.as_deref().unwrap_or_default())
            .text(&self.purpose)
            .done()
    }
}

/// Ascending ids as the steps between them, seven bits a byte.
pub fn packed(ids: &[i64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(ids.len() + 8);
    let mut last = 0i64;
    for id in ids {
        let mut step = id.wrapping_sub(last).cast_unsigned();
        last = *id;
        loop {
            let low = (step & 0x7f) as u8;
            step >>= 7;
            if step == 0 {
                out.push(low);
                break;
            }
            out.push(low | 0x80);
        }
    }
    out
}

/// What was packed; bytes nobody packed end it.
pub fn unpacked(bytes: &[u8]) -> Vec<i64> {
    let (mut ids, mut last) = (Vec::new(), 0i64);
    let (mut step, mut shift) = (0u64, 0u32);
    for byte in bytes {
        if shift > 63 {
            break;
        }
        step |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            last = last.wrapping_add(step.cast_signed());
            ids.push(last);
            (step, shift) = (0, 0);
        }
    }
    ids
}
