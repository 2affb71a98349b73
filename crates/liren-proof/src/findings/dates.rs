//! Findings about dates and periods.

use std::ops::Range;

use super::Findings;
use crate::report::{Message, Severity};

impl Findings<'_> {
    /// 13月, 2月30日.
    pub fn date_impossible(&mut self, date: Range<usize>, why: Message, severity: Severity) {
        let words = self.words(date.clone());
        let message =
            Message::new(format!("不存在的日期“{words}”：{}", why.zh), format!("there is no “{words}”: {}", why.en));
        self.push_spans("date_impossible", severity, message, &[date], None);
    }

    /// A period that ends before it begins, a work finished before it was started.
    pub fn dates_out_of_order(&mut self, later: Range<usize>, earlier: Range<usize>, severity: Severity) {
        let (a, b) = (self.words(earlier.clone()), self.words(later.clone()));
        let message = Message::new(
            format!("时间先后不合：先写“{a}”，后写“{b}”"),
            format!("out of order: “{a}” comes first, then “{b}”"),
        );
        self.push_spans("dates_out_of_order", severity, message, &[later, earlier], None);
    }

    /// 于年4月16日: the digits of the year are gone.
    pub fn year_missing(&mut self, place: Range<usize>) {
        let message = Message::new("年份数字缺失", "the digits of the year are missing");
        self.push_spans("year_missing", Severity::Warning, message, &[place], None);
    }

    /// 201年, 20013年.
    pub fn year_malformed(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("年份“{words}”位数不对"),
            format!("“{words}” has the wrong number of digits for a year"),
        );
        self.push_spans("year_malformed", Severity::Warning, message, &[place], None);
    }

    /// 从10月1日至今: of which year?
    pub fn period_ambiguous(&mut self, place: Range<usize>) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("“{words}”没有年份：是上年起还是本年起，数字含义不同"),
            format!("“{words}” names no year: the figure means another thing from last year on than from this year on"),
        );
        self.push_spans("period_ambiguous", Severity::Warning, message, &[place], None);
    }

    /// A year after the report's own, told as past.
    pub fn period_differs(&mut self, place: Range<usize>, report: i32) {
        let words = self.words(place.clone());
        let message = Message::new(
            format!("“{words}”晚于报告所述的 {report} 年"),
            format!("“{words}” is later than {report}, the year of the report"),
        );
        self.push_spans("period_differs", Severity::Warning, message, &[place], None);
    }

    /// A paper dated before what it reports.
    pub fn issued_before(&mut self, issued: Range<usize>, told: Range<usize>, severity: Severity) {
        let (a, b) = (self.words(issued.clone()), self.words(told.clone()));
        let message = Message::new(
            format!("落款“{a}”早于文中已经发生的“{b}”"),
            format!("the paper is dated “{a}”, before “{b}”, which it tells as past"),
        );
        self.push_spans("issued_before", severity, message, &[issued, told], None);
    }

    /// Title and text of different months.
    pub fn months_differ(&mut self, title: Range<usize>, told: Range<usize>) {
        let (a, b) = (self.words(title.clone()), self.words(told.clone()));
        let message = Message::new(
            format!("标题说的是“{a}”，正文说的是“{b}”"),
            format!("the title speaks of “{a}”, the text of “{b}”"),
        );
        self.push_spans("months_differ", Severity::Warning, message, &[title, told], None);
    }

    /// More daily papers than the month has days.
    pub fn more_than_days(&mut self, n: usize, month: Range<usize>, days: f64) {
        let (count, name) = (self.shown(n), self.words(month.clone()));
        let message = Message::new(
            format!("{name}只有 {days} 天，每天一次不会有 {count}"),
            format!("{name} has {days} days: once a day does not make {count}"),
        );
        let mut quotes = self.quotes(&[n]);
        quotes.push(self.quote(month));
        let arithmetic = format!("{} > {days}", crate::claims::show::number(self.stated(n)));
        self.push_quotes("more_than_days", Severity::Warning, message, quotes, Some(arithmetic), None);
    }

    /// A count compared with one of the same day.
    pub fn compared_with_itself(&mut self, place: Range<usize>, same: Range<usize>) {
        let words = self.words(same.clone());
        let message = Message::new(
            format!("相比的两次是同一天（{words}），不会相隔多年"),
            format!("both counts compared are of one day ({words}); no years lie between"),
        );
        self.push_spans("compared_with_itself", Severity::Error, message, &[place, same], None);
    }
}
