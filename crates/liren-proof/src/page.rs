//! What every relation and check sees: the normalised text, its sentences, its numbers with their roles, and the dates.
//! It is finished when it is handed out, and nothing changes it afterwards.

use std::collections::HashMap;
use std::ops::Range;

use crate::options::Options;
use crate::read::context;
use crate::read::dates::Date;
use crate::read::figures::{self, Quantity};
use crate::read::holes;
use crate::read::measures::Kind;
use crate::read::naming;
use crate::read::normal::Normal;
use crate::read::places;
use crate::read::roles::{self, Role};
use crate::read::sentences::{self, Sentence};
use crate::report::FigureKind;
use crate::text::{BlockKind, Text};

/// The text as read.
pub struct Page<'a> {
    pub text: &'a Text,
    pub options: &'a Options<'a>,
    pub normal: Normal,
    pub sentences: Vec<Sentence>,
    /// Everything that is a number, in order.
    pub quantities: Vec<Quantity>,
    pub dates: Vec<Date>,
    /// Places where a number is gone.
    pub holes: Vec<Range<usize>>,
    /// What the paper began with, by kind: the largest figure of its kind, told in the first paragraphs as all of them.
    pub mains: HashMap<Kind, usize>,
    /// The year the report is about, where the text or the caller says.
    pub year: Option<i32>,
    /// Labels to the quantities that bear them.
    pub by_label: HashMap<String, Vec<usize>>,
}

impl<'a> Page<'a> {
    pub fn of(text: &'a Text, options: &'a Options<'a>) -> Page<'a> {
        let normal = Normal::of(text);
        let (mut quantities, dates) = figures::scan(&normal);
        let sentences = sentences::split(&normal, &mut quantities);
        places::place(&normal, &sentences, &mut quantities);
        roles::assign(&normal, &sentences, &mut quantities);
        naming::label(&normal, &sentences, &mut quantities);
        roles::rename(&normal, &sentences, &mut quantities);
        context::place(&normal, &sentences, &mut quantities, &dates);
        let year = options.period.map(|period| period.year).or_else(|| context::report_year(&normal, &dates));
        let mut by_label: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, quantity) in quantities.iter().enumerate() {
            if !quantity.label.is_empty() && quantity.kind == FigureKind::Count {
                by_label.entry(quantity.label.clone()).or_default().push(n);
            }
        }
        let holes = holes::find(&normal);
        let mains = HashMap::new();
        let mut page = Page { text, options, normal, sentences, quantities, dates, holes, mains, year, by_label };
        page.mains = mains_of(&page);
        page
    }

    /// Whether a number states how many there are, said plainly enough to be reckoned with.
    pub fn is_level(&self, n: usize) -> bool {
        let quantity = &self.quantities[n];
        quantity.kind == FigureKind::Count && quantity.role == Role::Level && !quantity.weak
    }

    /// The counting quantities of a sentence, in order (dates, identifiers and ages are not among them).
    /// The cells of a table are not prose, and no sentence.
    pub fn counted(&self, sentence: usize) -> Vec<usize> {
        if self.normal.blocks[self.sentences[sentence].block].kind == BlockKind::Row {
            return Vec::new();
        }
        self.sentences[sentence]
            .quantities
            .clone()
            .filter(|&n| matches!(self.quantities[n].kind, FigureKind::Count | FigureKind::Rate | FigureKind::Implied))
            .collect()
    }

    /// Quantities with this label, those nearest to a place first; few enough to look through.
    pub fn labelled(&self, label: &str, near: usize) -> Vec<usize> {
        let places = self.by_label.get(label).map(Vec::as_slice).unwrap_or_default();
        let at = places.partition_point(|&n| n < near);
        let before = places[..at].iter().rev().take(20);
        before.chain(places[at..].iter().take(20)).copied().collect()
    }

    /// The normalised words between two offsets.
    pub fn words(&self, span: Range<usize>) -> String {
        self.normal.slice(span)
    }

    /// The words before a quantity back to a stop, dates included.
    pub fn clause_before(&self, n: usize) -> String {
        let end = self.quantities[n].span.start;
        let start = (end.saturating_sub(40)..end)
            .rev()
            .find(|&at| "，。；：（、！？|\n".contains(self.normal.chars[at]))
            .map_or(end.saturating_sub(40), |at| at + 1);
        self.words(start..end)
    }

    /// The words between two quantities.
    pub fn gap(&self, left: usize, right: usize) -> String {
        self.words(self.quantities[left].span.end..self.quantities[right].span.start)
    }
}

/// The figures a paper begins with, where nothing of their kind is larger.
fn mains_of(page: &Page) -> HashMap<Kind, usize> {
    let mut largest: HashMap<Kind, usize> = HashMap::new();
    for n in (0..page.quantities.len()).filter(|&n| page.is_level(n) && page.quantities[n].is_exact()) {
        let quantity = &page.quantities[n];
        let place = largest.entry(quantity.measure_kind()).or_insert(n);
        if quantity.base() > page.quantities[*place].base() {
            *place = n;
        }
    }
    let told = page.normal.blocks.iter().enumerate().filter(|(_, block)| !matches!(block.kind, BlockKind::Heading(_)));
    let first = told.map(|(n, _)| n).take(3).last().unwrap_or(0);
    // It must say that it is all of them: 共受理, 总人口, 全县常住人口; not 家庭户人口.
    let whole = |n: usize| {
        let words = page.words(page.quantities[n].lead.clone());
        let all = ["总", "共", "全", "常住人口", "受理", "现有", "登记"].iter().any(|word| words.contains(word));
        all && !words.contains("家庭户人口") && !words.contains("集体户人口")
    };
    let counted = |kind: &Kind| matches!(kind, Kind::Person | Kind::Case | Kind::Household | Kind::Thing | Kind::Money);
    largest.retain(|kind, n| page.quantities[*n].block <= first && counted(kind) && whole(*n));
    largest
}
