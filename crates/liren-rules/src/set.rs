//! Sets of rows: bitmaps, and the three-valued result of a condition.

use crate::truth::Truths;

/// One bit per row of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// `len` rows, none of them in the set.
    pub fn none(len: usize) -> Bitmap {
        Bitmap { words: vec![0; len.div_ceil(64)], len }
    }

    /// `len` rows, all of them in the set.
    pub fn all(len: usize) -> Bitmap {
        Bitmap::from_words(vec![u64::MAX; len.div_ceil(64)], len)
    }

    /// From words of 64 rows, the lowest bit first; bits beyond `len` are left out.
    pub fn from_words(mut words: Vec<u64>, len: usize) -> Bitmap {
        words.resize(len.div_ceil(64), 0);
        let mut set = Bitmap { words, len };
        set.trim();
        set
    }

    /// Clears the bits beyond the last row.
    fn trim(&mut self) {
        if let Some(last) = self.words.last_mut()
            && !self.len.is_multiple_of(64)
        {
            *last &= (1 << (self.len % 64)) - 1;
        }
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
        self.words.get(row as usize / 64).is_some_and(|w| w >> (row % 64) & 1 == 1)
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
        self.words.iter().zip(&other.words).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    fn zip(&self, other: &Bitmap, join: fn(u64, u64) -> u64) -> Bitmap {
        let pad = std::iter::repeat(&0);
        let words = self.words.iter().zip(other.words.iter().chain(pad)).map(|(a, b)| join(*a, *b)).collect();
        Bitmap { words, len: self.len }
    }
}

/// 集合 — the rows for which a condition is true, and those for which it is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    pub yes: Bitmap,
    pub unknown: Bitmap,
}

impl Set {
    /// False for all of `len` rows.
    pub(crate) fn nobody(len: usize) -> Set {
        Set { yes: Bitmap::none(len), unknown: Bitmap::none(len) }
    }

    /// Puts the first `rows` truths where row `start` (a multiple of 64) begins.
    pub(crate) fn put(&mut self, start: usize, truths: &Truths, rows: usize) {
        let words = start / 64..start / 64 + rows.div_ceil(64);
        let (yes, unknown) = (&mut self.yes.words[words.clone()], &mut self.unknown.words[words]);
        for ((yes, unknown), (is, is_not)) in yes.iter_mut().zip(unknown).zip(truths.words()) {
            (*yes, *unknown) = (is & !is_not, !(is | is_not));
        }
        self.yes.trim();
        self.unknown.trim();
    }

    /// Number of rows for which it is true.
    pub fn count(&self) -> usize {
        self.yes.count()
    }

    /// The answer for one row; `None` is unknown.
    pub fn answer(&self, row: u32) -> Option<bool> {
        if self.unknown.contains(row) { None } else { Some(self.yes.contains(row)) }
    }

    /// Kleene's and: true where both are, unknown where neither is false and one is unknown.
    pub fn and(&self, other: &Set) -> Set {
        let yes = self.yes.and(&other.yes);
        let maybe = self.yes.or(&self.unknown).and(&other.yes.or(&other.unknown));
        Set { unknown: maybe.minus(&yes), yes }
    }

    /// Kleene's or.
    pub fn or(&self, other: &Set) -> Set {
        let yes = self.yes.or(&other.yes);
        Set { unknown: self.unknown.or(&other.unknown).minus(&yes), yes }
    }

    /// True here and false there; unknown as Kleene's `a && !b`.
    pub fn minus(&self, other: &Set) -> Set {
        let yes = self.yes.minus(&other.yes).minus(&other.unknown);
        let maybe = self.yes.or(&self.unknown).minus(&other.yes);
        Set { unknown: maybe.minus(&yes), yes }
    }

    /// Only the rows of `rows`, for example those of a scope.
    pub fn within(&self, rows: &Bitmap) -> Set {
        Set { yes: self.yes.and(rows), unknown: self.unknown.and(rows) }
    }
}
