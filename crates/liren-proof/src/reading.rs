//! What every check sees: the normalised text, its sentences, its quantities and dates in order, the relations
//! found between them, and indexes to look things up without walking the text again.

use std::collections::HashMap;
use std::ops::Range;

use crate::options::Options;
use crate::read::context;
use crate::read::dates::Date;
use crate::read::figures::{self, Quantity};
use crate::read::normal::Normal;
use crate::read::sentences::{self, Sentence};
use crate::relate::listings::{self, Increase, Listing};
use crate::relate::partitions::{self, Partition};
use crate::relate::ratios::{self, Ratio};
use crate::report::FigureKind;
use crate::text::Text;

/// The text as read.
pub struct Reading<'a> {
    pub text: &'a Text,
    pub options: &'a Options<'a>,
    pub normal: Normal,
    pub sentences: Vec<Sentence>,
    /// Everything that is a number, in order.
    pub quantities: Vec<Quantity>,
    pub dates: Vec<Date>,
    /// The year the report is about, where the text or the caller says.
    pub year: Option<i32>,
    pub partitions: Vec<Partition>,
    pub listings: Vec<Listing>,
    pub increases: Vec<Increase>,
    pub ratios: Vec<Ratio>,
    /// Labels to the quantities that bear them.
    pub by_label: HashMap<String, Vec<usize>>,
}

impl<'a> Reading<'a> {
    pub fn of(text: &'a Text, options: &'a Options<'a>) -> Reading<'a> {
        let normal = Normal::of(text);
        let (mut quantities, dates) = figures::scan(&normal);
        let sentences = sentences::split(&normal, &mut quantities);
        figures::label(&normal, &sentences, &mut quantities);
        context::place(&normal, &sentences, &mut quantities, &dates);
        let year = options.period.map(|period| period.year).or_else(|| context::report_year(&normal, &dates));
        let mut by_label: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, quantity) in quantities.iter().enumerate() {
            if !quantity.label.is_empty() && quantity.kind == FigureKind::Count {
                by_label.entry(quantity.label.clone()).or_default().push(n);
            }
        }
        let mut reading = Reading {
            text,
            options,
            normal,
            sentences,
            quantities,
            dates,
            year,
            partitions: Vec::new(),
            listings: Vec::new(),
            increases: Vec::new(),
            ratios: Vec::new(),
            by_label,
        };
        reading.partitions = partitions::find(&reading);
        reading.listings = listings::find(&reading);
        reading.increases = listings::increases(&reading);
        reading.ratios = ratios::find(&reading);
        reading
    }

    /// The counting quantities of a sentence, in order (dates, identifiers and ages are not among them).
    pub fn counted(&self, sentence: usize) -> Vec<usize> {
        self.sentences[sentence]
            .quantities
            .clone()
            .filter(|&n| matches!(self.quantities[n].kind, FigureKind::Count | FigureKind::Rate | FigureKind::Implied))
            .collect()
    }

    /// The normalised words between two offsets.
    pub fn words(&self, span: Range<usize>) -> String {
        if span.start >= span.end { String::new() } else { self.normal.slice(span) }
    }

    /// The words between two quantities.
    pub fn gap(&self, left: usize, right: usize) -> String {
        self.words(self.quantities[left].span.end..self.quantities[right].span.start)
    }
}
