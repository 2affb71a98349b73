//! Sets of rows: bitmaps, and the three-valued result of a condition.

/// One bit per row of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// `len` rows, none of them in the set.
    pub fn none(len: usize) -> Bitmap {
        Bitmap {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    /// `len` rows, all of them in the set.
    pub fn all(len: usize) -> Bitmap {
        let mut set = Bitmap {
            words: vec![u64::MAX; len.div_ceil(64)],
            len,
        };
        if let Some(last) = set.words.last_mut()
            && !len.is_multiple_of(64)
        {
            *last = (1 << (len % 64)) - 1;
        }
        set
    }

    /// From words of 64 rows, the lowest bit first; bits beyond `len` are left out.
    pub fn from_words(words: Vec<u64>, len: usize) -> Bitmap {
        let all = Bitmap::all(len);
        Bitmap { words, len }.and(&all)
    }

    pub fn words(&self) -> &[u64] {
        &self.words
    }

    pub fn of(len: usize, rows: impl IntoIterator<Item = u32>) -> Bitmap {
        let mut set = Bitmap::none(len);
        rows.into_iter().for_each(|row| set.insert(row));
        set
    }

    /// Number of rows of the frame, in the set or not.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// Number of rows in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    pub fn contains(&self, row: u32) -> bool {
        self.words
            .get(row as usize / 64)
            .is_some_and(|w| w >> (row % 64) & 1 == 1)
    }

    /// A row beyond the frame is left out.
    pub fn insert(&mut self, row: u32) {
        if (row as usize) < self.len {
            self.words[row as usize / 64] |= 1 << (row % 64);
        }
    }

    /// Rows in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                Some(i as u32 * 64 + bit)
            })
        })
    }

    pub fn and(&self, other: &Bitmap) -> Bitmap {
        self.zip(other, |a, b| a & b)
    }

    pub fn or(&self, other: &Bitmap) -> Bitmap {
        self.zip(other, |a, b| a | b)
    }

    pub fn minus(&self, other: &Bitmap) -> Bitmap {
        self.zip(other, |a, b| a & !b)
    }

    /// Number of rows in both.
    pub fn count_and(&self, other: &Bitmap) -> usize {
        self.words
            .iter()
            .zip(&other.words)
            .map(|(a, b)| (a & b).count_ones() as usize)
            .sum()
    }

    fn zip(&self, other: &Bitmap, join: fn(u64, u64) -> u64) -> Bitmap {
        let pad = std::iter::repeat(&0);
        let words = self
            .words
            .iter()
            .zip(other.words.iter().chain(pad))
            .map(|(a, b)| join(*a, *b))
            .collect();
        Bitmap {
            words,
            len: self.len,
        }
    }

    /// Sets rows from `start` (a multiple of 64) by the lowest bit of each byte.
    pub(crate) fn put_bytes(&mut self, start: usize, bytes: impl Fn(u64) -> u64, truth: &[u8]) {
        for (i, chunk) in truth.chunks(64).enumerate() {
            let mut word = 0u64;
            for (j, eight) in chunk.chunks(8).enumerate() {
                let mut raw = [0u8; 8];
                raw[..eight.len()].copy_from_slice(eight);
                let bits = bytes(u64::from_le_bytes(raw)) & 0x0101_0101_0101_0101;
                // Gathers the lowest bit of eight bytes into one byte.
                word |= (bits.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * j);
            }
            if chunk.len() < 64 {
                word &= (1 << chunk.len()) - 1;
            }
            self.words[start / 64 + i] = word;
        }
    }
}

/// 集合 — the rows for which a condition is true, and those for which it is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    pub yes: Bitmap,
    pub unknown: Bitmap,
}

impl Set {
    /// Number of rows for which it is true.
    pub fn count(&self) -> usize {
        self.yes.count()
    }

    /// The answer for one row; `None` is unknown.
    pub fn answer(&self, row: u32) -> Option<bool> {
        if self.unknown.contains(row) {
            None
        } else {
            Some(self.yes.contains(row))
        }
    }

    /// Kleene's and: true where both are, unknown where neither is false and one is unknown.
    pub fn and(&self, other: &Set) -> Set {
        let yes = self.yes.and(&other.yes);
        let maybe = self
            .yes
            .or(&self.unknown)
            .and(&other.yes.or(&other.unknown));
        Set {
            unknown: maybe.minus(&yes),
            yes,
        }
    }

    /// Kleene's or.
    pub fn or(&self, other: &Set) -> Set {
        let yes = self.yes.or(&other.yes);
        Set {
            unknown: self.unknown.or(&other.unknown).minus(&yes),
            yes,
        }
    }

    /// True here and false there; unknown as Kleene's `a && !b`.
    pub fn minus(&self, other: &Set) -> Set {
        let yes = self.yes.minus(&other.yes).minus(&other.unknown);
        let maybe = self.yes.or(&self.unknown).minus(&other.yes);
        Set {
            unknown: maybe.minus(&yes),
            yes,
        }
    }

    /// Only the rows of `rows`, for example those of a scope.
    pub fn within(&self, rows: &Bitmap) -> Set {
        Set {
            yes: self.yes.and(rows),
            unknown: self.unknown.and(rows),
        }
    }
}
