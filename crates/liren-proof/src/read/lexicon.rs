//! Word lists that are looked up at every character: kept by their first and last characters.

use std::collections::HashMap;

use super::numbers::starts;

/// A list of words; the longest that fits is the one meant.
pub struct Lexicon {
    by_first: HashMap<char, Vec<&'static str>>,
    by_last: HashMap<char, Vec<&'static str>>,
}

impl Lexicon {
    pub fn of(words: &[&'static str]) -> Lexicon {
        let (mut by_first, mut by_last) = (HashMap::new(), HashMap::new());
        for &word in words {
            if let (Some(first), Some(last)) = (word.chars().next(), word.chars().next_back()) {
                by_first.entry(first).or_insert_with(Vec::new).push(word);
                by_last.entry(last).or_insert_with(Vec::new).push(word);
            }
        }
        for list in by_first.values_mut().chain(by_last.values_mut()) {
            list.sort_by_key(|word: &&str| std::cmp::Reverse(word.len()));
        }
        Lexicon { by_first, by_last }
    }

    /// The longest word that begins at a place.
    pub fn at(&self, chars: &[char], at: usize) -> Option<&'static str> {
        self.by_first.get(chars.get(at)?)?.iter().find(|word| starts(chars, at, word)).copied()
    }

    /// Every place of a text where a word begins, with the longest such word.
    pub fn within<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, &'static str)> + 'a {
        text.char_indices().filter_map(|(at, first)| {
            let word = self.by_first.get(&first)?.iter().find(|word| text[at..].starts_with(**word))?;
            Some((at, *word))
        })
    }

    /// The longest word a text begins with, among those that `fits`.
    pub fn opening(&self, text: &str, fits: impl Fn(&str) -> bool) -> Option<&'static str> {
        let words = self.by_first.get(&text.chars().next()?)?;
        words.iter().find(|word| text.starts_with(**word) && fits(word)).copied()
    }

    /// The longest word a text ends with, among those that `fits`.
    pub fn closing(&self, text: &str, fits: impl Fn(&str) -> bool) -> Option<&'static str> {
        let words = self.by_last.get(&text.chars().next_back()?)?;
        words.iter().find(|word| text.ends_with(**word) && fits(word)).copied()
    }
}
