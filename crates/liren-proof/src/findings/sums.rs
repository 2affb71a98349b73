//! Findings about sums: partitions, lists, increases, parts above their whole.

use super::Findings;
use crate::claims::Formula;
use crate::claims::show::{self, number};
use crate::relations::listings::{Increase, Listing};
use crate::relations::slogans::Slogan;
use crate::relations::tables::Total;
use crate::report::{Message, Severity, Verified};

fn with_total(total: &Total) -> Vec<usize> {
    std::iter::once(total.total).chain(total.parts.iter().copied()).collect()
}

impl Findings<'_> {
    /// A part that is larger than the whole it is said to belong to.
    pub fn part_exceeds(&mut self, part: usize, whole: usize, severity: Severity) {
        let message = Message::new(
            format!(
                "部分大于整体：“{}”{} 大于“{}”{}",
                self.name(part),
                self.shown(part),
                self.name(whole),
                self.shown(whole)
            ),
            format!(
                "a part exceeds its whole: “{}” {} is more than “{}” {}",
                self.name(part),
                self.shown(part),
                self.name(whole),
                self.shown(whole)
            ),
        );
        let arithmetic = format!("{} > {}", number(self.stated(part)), number(self.stated(whole)));
        self.push("subset_exceeds", severity, message, &[part, whole], Some(arithmetic), None);
    }

    /// The same label with two values in one scope and period.
    pub fn label_conflict(
        &mut self,
        place: usize,
        other: usize,
        decided: Option<&Formula>,
        fix: Option<String>,
        severity: Severity,
    ) {
        let mut message = Message::new(
            format!("“{}”两处数值不同：{} 与 {}", self.name(place), self.shown(other), self.shown(place)),
            format!("“{}” has two values: {} and {}", self.name(place), self.shown(other), self.shown(place)),
        );
        let mut arithmetic = None;
        let mut quotes = vec![place, other];
        if let Some(formula) = decided {
            let sum = show::arithmetic(self.page, formula);
            message.zh.push_str(&format!("；{sum} 支持 {}", self.shown(other)));
            message.en.push_str(&format!("; {sum} supports {}", self.shown(other)));
            arithmetic = Some(sum);
            let whole = formula.result();
            if !quotes.contains(&whole) {
                quotes.push(whole);
            }
        }
        let fix = fix.map(|text| self.fix(place, text));
        self.push("label_conflict", severity, message, &quotes, arithmetic, fix);
    }

    /// A column of a table that adds up to its total.
    pub fn column_holds(&mut self, total: &Total) {
        let message =
            Message::new(format!("表中“{}”一列的合计相符", total.head), format!("the column “{}” adds up", total.head));
        let arithmetic = self.column(total);
        self.verify("sum", message, &with_total(total), arithmetic);
    }

    /// A column of a table that does not add up to its total.
    pub fn column_differs(&mut self, total: &Total, severity: Severity) {
        let stated = number(self.stated(total.total));
        let message = Message::new(
            format!("表中“{}”一列之和为 {}，合计写作 {stated}", total.head, number(total.sum)),
            format!("the column “{}” makes {}, its total says {stated}", total.head, number(total.sum)),
        );
        let arithmetic = self.column(total);
        self.push("column_differs", severity, message, &with_total(total), Some(arithmetic), None);
    }

    fn column(&self, total: &Total) -> String {
        let parts: Vec<String> = total.parts.iter().map(|&n| number(self.stated(n))).collect();
        let relation = if total.holds {
            format!("= {}", number(total.sum))
        } else {
            format!("= {} ≠ {}", number(total.sum), number(self.stated(total.total)))
        };
        format!("{} {relation}", parts.join(" + "))
    }

    /// A list that has more or fewer members than its number says.
    pub fn list_differs(&mut self, listing: &Listing, severity: Severity) {
        let stated = self.shown(listing.count);
        let message = Message::new(
            format!("写的是 {stated}，列出的是 {} 项", listing.items.len()),
            format!("it says {stated}, but {} are listed", listing.items.len()),
        );
        let arithmetic = format!("{} ≠ {}", listing.items.len(), number(self.stated(listing.count)));
        self.push("list_differs", severity, message, &[listing.count], Some(arithmetic), None);
    }

    /// A list that has as many members as its number says.
    pub fn list_holds(&mut self, listing: &Listing) {
        let message = Message::new(
            format!("列举数 {} 相符", self.shown(listing.count)),
            format!("the list has the stated {}", self.shown(listing.count)),
        );
        let ones = vec!["1"; listing.items.len()].join(" + ");
        self.verify("sum", message, &[listing.count], format!("{ones} = {}", listing.items.len()));
    }

    /// 四卡 with four members.
    pub fn slogan_holds(&mut self, slogan: &Slogan) {
        let words = self.words(slogan.name.clone());
        let message = Message::new(format!("“{words}”与所列项数相符"), format!("“{words}” has the stated members"));
        let quotes = vec![self.quote(slogan.name.clone())];
        let arithmetic = format!("{} = {}", vec!["1"; slogan.listed].join(" + "), slogan.listed);
        self.hold(Verified { kind: "sum", message, reading: None, quotes, arithmetic: Some(arithmetic), known: None });
    }

    /// 五个到位 with four members.
    pub fn slogan_differs(&mut self, slogan: &Slogan) {
        let words = self.words(slogan.name.clone());
        let message = Message::new(
            format!("“{words}”只列出 {} 项", slogan.listed),
            format!("“{words}” lists {} members", slogan.listed),
        );
        let quotes = vec![self.quote(slogan.name.clone())];
        let arithmetic = format!("{} ≠ {}", slogan.listed, slogan.stated);
        self.push_quotes("list_differs", Severity::Warning, message, quotes, Some(arithmetic), None);
    }

    /// A base and what was added make the new total.
    pub fn increase_holds(&mut self, increase: &Increase, added: f64) {
        let (base, total) = (self.stated(increase.base), self.stated(increase.total));
        let message = Message::new(
            format!("“{}”原有数与新增数之和相符", self.name(increase.total)),
            format!("base and increase of “{}” add up", self.name(increase.total)),
        );
        self.verify(
            "sum",
            message,
            &[increase.total, increase.base],
            format!("{} + {} = {}", number(base), number(added), number(total)),
        );
    }

    /// A base and what was added do not make the new total.
    pub fn increase_differs(&mut self, increase: &Increase, added: f64, severity: Severity) {
        let (base, total) = (self.stated(increase.base), self.stated(increase.total));
        let sum = number(base + added);
        let message = Message::new(
            format!("原有 {} 加新增 {} 应为 {sum}，文中为 {}", number(base), number(added), number(total)),
            format!("{} and {} more make {sum}, not the stated {}", number(base), number(added), number(total)),
        );
        let arithmetic = format!("{} + {} = {sum} ≠ {}", number(base), number(added), number(total));
        self.push("increase_differs", severity, message, &[increase.total, increase.base], Some(arithmetic), None);
    }
}
