//! Findings about a text that is not finished: open changes, struck words, places to be looked up.

use std::ops::Range;

use super::Findings;
use crate::report::{Message, Quote, Severity};

impl Findings<'_> {
    /// Changes that nobody has accepted yet; spans of the original.
    pub fn revisions_open(&mut self, places: &[Range<usize>]) {
        let n = places.len();
        let message = Message::new(
            format!("文件里还有 {n} 处修订没有接受或拒绝；这里按全部接受后的文字校对。发出之前请逐处处理"),
            format!(
                "the file still has {n} tracked changes; the text is read as if all were accepted. Decide on each before it is sent"
            ),
        );
        let quotes = self.originals(places);
        self.push_quotes("revisions_open", Severity::Warning, message, quotes, None, None);
    }

    /// Words that are struck out are not read; spans of the blocks of the original they stood in.
    pub fn words_struck(&mut self, places: &[Range<usize>]) {
        let n = places.len();
        let message = Message::new(
            format!("有 {n} 段含有加了删除线的文字，没有当作正文读；定稿前请删去"),
            format!(
                "{n} paragraphs have words that are struck out; they were not read. Take them out of the final text"
            ),
        );
        let quotes = self.originals(places);
        self.push_quotes("words_struck", Severity::Hint, message, quotes, None, None);
    }

    /// 待核实 in place of a number, a day or a name.
    pub fn pending(&mut self, places: &[Range<usize>]) {
        let n = places.len();
        let message = Message::new(
            format!("还有 {n} 处写着“待核实”：交出之前请补上，或写明为什么还没有"),
            format!("{n} places still say “待核实” (to be looked up): fill them in, or say why they are open"),
        );
        self.push_spans("pending", Severity::Hint, message, places, None);
    }

    /// Quotes of places of the original; of what was deleted, the sentence's next character.
    fn originals(&self, places: &[Range<usize>]) -> Vec<Quote> {
        let quote = |place: &Range<usize>| {
            let end = place.end.max(place.start + 1).min(self.page.text.chars().len());
            let start = place.start.min(end.saturating_sub(1));
            Quote { start, end, text: self.page.text.slice(start..end) }
        };
        places.iter().take(super::QUOTES).map(quote).collect()
    }
}
