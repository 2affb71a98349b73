//! Truths of many rows as two planes of bits: one operation of the processor decides 64 rows.
//!
//! A row whose bits are both clear is unknown. Both are set only in raw cells: absent, which a condition
//! settles to false. The bits behind the last row mean nothing.

/// Of 64 rows, the lowest bit first: which are true, and which are false.
pub(crate) type Both = (u64, u64);

/// Whether rows are true and whether they are false.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truths(pub(crate) Vec<Both>);

/// The two bits of one row as a number.
pub(crate) const UNKNOWN: u8 = 0;
pub(crate) const TRUE: u8 = 1;
pub(crate) const FALSE: u8 = 2;
pub(crate) const ABSENT: u8 = 3;

impl Truths {
    pub(crate) fn unknown(rows: usize) -> Truths {
        Truths(vec![(0, 0); rows.div_ceil(64)])
    }

    /// Room to append so many rows.
    pub(crate) fn with_room(rows: usize) -> Truths {
        Truths(Vec::with_capacity(rows.div_ceil(64)))
    }

    /// From one byte per row.
    pub(crate) fn of(bytes: &[u8]) -> Truths {
        let mut truths = Truths::unknown(bytes.len());
        for (at, chunk) in bytes.chunks(64).enumerate() {
            let mut room = [0; 64];
            room[..chunk.len()].copy_from_slice(chunk);
            truths.put(at, (pack(&room), pack(&room.map(|t| t >> 1))));
        }
        truths
    }

    pub(crate) fn get(&self, row: usize) -> u8 {
        let (yes, no) = self.0[row / 64];
        let bit = |word: u64| (word >> (row % 64) & 1) as u8;
        bit(yes) | bit(no) << 1
    }

    pub(crate) fn set(&mut self, row: usize, truth: u8) {
        let (yes, no) = &mut self.0[row / 64];
        for (word, bit) in [(yes, truth & 1), (no, truth >> 1)] {
            *word = *word & !(1 << (row % 64)) | u64::from(bit) << (row % 64);
        }
    }

    pub(crate) fn put(&mut self, word: usize, both: Both) {
        self.0[word] = both;
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = Both> + '_ {
        self.0.iter().copied()
    }

    /// The words from `first` on, `words` of them.
    pub(crate) fn copy(&mut self, from: &Truths, first: usize, words: usize) {
        self.0[..words].copy_from_slice(&from.0[first..first + words]);
    }

    /// Appends the first `words` words of `other`.
    pub(crate) fn append(&mut self, other: &Truths, words: usize) {
        self.0.extend_from_slice(&other.0[..words]);
    }

    pub(crate) fn fill(&mut self, truth: u8) {
        let all = |bit: u8| u64::from(bit).wrapping_neg();
        self.0.fill((all(truth & 1), all(truth >> 1)));
    }

    /// Memory in bytes.
    pub(crate) fn size(&self) -> usize {
        size_of_val(self.0.as_slice())
    }

    pub(crate) fn map(&mut self, a: &Truths, words: usize, f: impl Fn(Both) -> Both) {
        for (out, &a) in self.0[..words].iter_mut().zip(&a.0[..words]) {
            *out = f(a);
        }
    }

    pub(crate) fn map2(&mut self, a: &Truths, b: &Truths, words: usize, f: impl Fn(Both, Both) -> Both) {
        let args = a.0[..words].iter().zip(&b.0[..words]);
        for (out, (&a, &b)) in self.0[..words].iter_mut().zip(args) {
            *out = f(a, b);
        }
    }
}

/// Absent becomes false.
pub(crate) fn settle((yes, no): Both) -> Both {
    (yes & !no, no)
}

pub(crate) fn not((yes, no): Both) -> Both {
    (no, yes)
}

pub(crate) fn and(a: Both, b: Both) -> Both {
    (a.0 & b.0, a.1 | b.1)
}

pub(crate) fn or(a: Both, b: Both) -> Both {
    (a.0 | b.0, a.1 & b.1)
}

/// Whether something is known: false where it is absent.
pub(crate) fn has((yes, no): Both) -> Both {
    (yes ^ no, yes & no)
}

/// Kleene's choice: with an unknown condition the value is known only where both branches agree.
pub(crate) fn choose(c: Both, a: Both, b: Both) -> Both {
    let first = c.0 | !(a.0 ^ b.0) & !(a.1 ^ b.1);
    (first & a.0 | c.1 & b.0, first & a.1 | c.1 & b.1)
}

/// Equal, or with `ne` not equal; false where one side is absent.
pub(crate) fn equal(ne: bool, a: Both, b: Both) -> Both {
    let absent = (a.0 & a.1) | (b.0 & b.1);
    let known = (a.0 | a.1) & (b.0 | b.1) & !absent;
    let same = a.0 ^ b.0 ^ if ne { 0 } else { u64::MAX };
    (known & same, absent | known & !same)
}

/// Eight bytes that are 0 or 1 to eight bits: the product shifts each to its place in the highest byte.
const GATHER: u64 = 0x0102_0408_1020_4080;
/// The lowest bit of each byte.
const LOWEST: u64 = 0x0101_0101_0101_0101;

/// The lowest bits of 64 bytes.
#[inline]
pub(crate) fn pack(bytes: &[u8; 64]) -> u64 {
    let mut word = 0;
    for (i, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let bits = u64::from_le_bytes(*eight) & LOWEST;
        word |= (bits.wrapping_mul(GATHER) >> 56) << (8 * i);
    }
    word
}

/// Eight bits to eight bytes that are 0 or 1, the inverse of [`pack`].
#[inline]
pub(crate) fn spread(bits: u8) -> u64 {
    // Byte n keeps bit n, and a carry within the byte tells whether it is set.
    let each = (u64::from(bits) * LOWEST) & 0x8040_2010_0804_0201;
    ((each + 0x7f7f_7f7f_7f7f_7f7f) >> 7) & LOWEST
}
