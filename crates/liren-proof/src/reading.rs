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
use crate::text::{BlockKind, Text};

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
    /// Quantities to the partitions they are in, as whole or part.
    memberships: HashMap<usize, Vec<usize>>,
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
            memberships: HashMap::new(),
        };
        reading.partitions = partitions::find(&reading);
        for (n, partition) in reading.partitions.iter().enumerate() {
            for &member in partition.parts.iter().chain([&partition.whole]) {
                reading.memberships.entry(member).or_default().push(n);
            }
        }
        reading.listings = listings::find(&reading);
        reading.increases = listings::increases(&reading);
        reading.ratios = ratios::find(&reading);
        reading
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

    /// The partitions a quantity is in, as whole or part.
    pub fn partitions_with(&self, quantity: usize) -> impl Iterator<Item = &Partition> {
        self.memberships.get(&quantity).into_iter().flatten().map(|&n| &self.partitions[n])
    }

    /// The partitions a quantity is a part of.
    pub fn partitions_of(&self, part: usize) -> impl Iterator<Item = &Partition> {
        self.partitions_with(part).filter(move |partition| partition.whole != part)
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
