//! Findings about damaged text: lost numbers, masks, broken characters, slips of the key.

use std::ops::Range;

use super::Findings;
use crate::report::{Fix, Message, Severity};

impl Findings<'_> {
    /// 发放资金元: the number is gone.
    pub fn number_missing(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(format!("“{words}”处缺少数字"), format!("a number is missing at “{words}”"));
        self.push_spans("number_missing", Severity::Warning, message, &[place], None);
    }

    /// Numbers gone throughout.
    pub fn numbers_missing(&mut self, places: &[Range<usize>]) {
        let message = Message::new(
            format!("{} 处缺少数字", places.len()),
            format!("numbers are missing at {} places", places.len()),
        );
        self.push_spans("number_missing", Severity::Warning, message, &places[..places.len().min(12)], None);
    }

    /// 走访居民，86，: the unit is gone.
    pub fn unit_missing(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("“{words}”没有写明是什么数（缺单位）"),
            format!("“{words}” does not say what it counts (a unit is missing)"),
        );
        self.push_spans("unit_missing", Severity::Warning, message, &[place], None);
    }

    /// 主要种植等作物: the name is gone.
    pub fn name_missing(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(format!("“{words}”处缺少名称"), format!("a name is missing at “{words}”"));
        self.push_spans("name_missing", Severity::Warning, message, &[place], None);
    }

    /// 2023年911日: digits that make no date.
    pub fn date_broken(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("日期“{words}”残缺，缺少月份或“月”字"),
            format!("the date “{words}” is damaged: the month or its sign is missing"),
        );
        self.push_spans("date_broken", Severity::Error, message, &[place], None);
    }

    /// 68%15个: the mark between two numbers is gone.
    pub fn mark_missing(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("“{words}”两个数字连在一起，中间缺少标点或文字"),
            format!("two numbers run together at “{words}”: a mark or a word is missing between them"),
        );
        self.push_spans("mark_missing", Severity::Warning, message, &[place], None);
    }

    /// XX户: a count that was masked.
    pub fn count_masked(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(format!("数字被遮盖：“{words}”"), format!("a masked number: “{words}”"));
        self.push_spans("count_masked", Severity::Warning, message, &[place], None);
    }

    /// Counts masked throughout: the text is a template.
    pub fn counts_masked(&mut self, places: &[Range<usize>]) {
        let message =
            Message::new(format!("{} 处数字被遮盖", places.len()), format!("{} numbers are masked", places.len()));
        self.push_spans("count_masked", Severity::Warning, message, &places[..places.len().min(8)], None);
    }

    /// XX年, 某某社区: names and years that were masked, told once for the whole text.
    pub fn masks(&mut self, places: &[Range<usize>]) {
        let message = Message::new(
            format!("{} 处名称或年份被 XX、__ 等遮盖", places.len()),
            format!("{} names or years are masked by XX, __ and the like", places.len()),
        );
        self.push_spans("masks", Severity::Hint, message, &places[..places.len().min(8)], None);
    }

    /// Characters that a wrong encoding or a converter left behind.
    pub fn text_broken(&mut self, places: &[Range<usize>]) {
        let message = Message::new(
            format!("{} 处文字损坏（乱码或转换残留）", places.len()),
            format!("damaged text at {} places (wrong encoding, or left by a converter)", places.len()),
        );
        self.push_spans("text_broken", Severity::Warning, message, &places[..places.len().min(8)], None);
    }

    /// 3各方面 for 3个方面.
    pub fn wrong_character(&mut self, place: Range<usize>, replace_with: &str) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("疑为错字：“{words}”应为“{replace_with}”"),
            format!("probably a slip: “{replace_with}” instead of “{words}”"),
        );
        let quote = self.quote(place.clone());
        let fix = Fix { start: quote.start, end: quote.end, replace_with: replace_with.to_owned() };
        self.push_spans("wrong_character", Severity::Hint, message, &[place], Some(fix));
    }

    /// A term that means another thing: 较上月同比.
    pub fn wrong_term(&mut self, place: Range<usize>, replace_with: &str) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("“{words}”用词不当：与上月、上季度相比应说“{replace_with}”"),
            format!("“{words}”: against the month or quarter before it is “{replace_with}”"),
        );
        let quote = self.quote(place.clone());
        let fix = Fix { start: quote.end - 2, end: quote.end, replace_with: replace_with.to_owned() };
        self.push_spans("wrong_term", Severity::Hint, message, &[place], Some(fix));
    }

    /// 3个个, 的的.
    pub fn doubled(&mut self, place: Range<usize>, replace_with: &str) {
        let words = self.words(place.clone());
        let message = Message::new(format!("疑为重复：“{words}”"), format!("probably doubled: “{words}”"));
        let quote = self.quote(place.clone());
        let fix = Fix { start: quote.start, end: quote.end, replace_with: replace_with.to_owned() };
        self.push_spans("doubled", Severity::Hint, message, &[place], Some(fix));
    }
}
