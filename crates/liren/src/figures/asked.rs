//! How a figure is asked for in an address: period, area, slice, and as known on which day.

use liren_facts::{Day, Period};
use serde::Deserialize;

use super::desk::{Ask, Desk};
use super::value::SliceOf;
use crate::base::{App, Lang, Result, Scope, days, error, midnight_after, revision_before};
use crate::org::Tree;

/// What an address may ask of a figure.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    from: Option<String>,
    to: Option<String>,
    opening: Option<String>,
    area: Option<String>,
    /// `0:1` — the slice of the first cut whose key is `1`; a word alone means the first cut.
    slice: Option<String>,
    /// As known at the end of this day.
    known: Option<String>,
}

/// A field of a form that was left as it is says nothing.
fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

impl Asked {
    /// A desk that knows what was on record at the end of the day asked for; everything, without one.
    pub async fn desk(&self, app: &App, scope: &Scope) -> Result<Desk> {
        let revision = match self.known()? {
            None => None,
            Some(day) => {
                let mut tx = app.db.read().await?;
                Some(revision_before(&mut tx, scope.community, midnight_after(day)).await?)
            }
        };
        Desk::known(app, scope, app.clock.today(), revision).await
    }

    fn known(&self) -> Result<Option<Day>> {
        filled(&self.known).map(days::asked).transpose()
    }

    /// The question meant; days and areas that are none are said so.
    pub fn ask(&self, desk: &Desk) -> Result<Ask> {
        let year = desk.this_year();
        let day = |text: &Option<String>, default: Day| filled(text).map_or(Ok(default), days::asked);
        let last = day(&self.to, year.last)?;
        // Up to a day of another year means that year.
        let default = if last < year.first { Day::ymd(last.year(), 1, 1).unwrap_or(last) } else { year.first };
        let period = Period { first: day(&self.from, default)?, last };
        if period.last < period.first {
            return Err(error::invalid(
                "网址里的起始日期晚于结束日期，请对调。",
                "The first day in the address is later than the last; swap them.",
            ));
        }
        let area = match filled(&self.area) {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| {
                error::invalid("网址里的地方不对，请重新选择。", "The area in the address is none; choose it again.")
            })?),
        };
        Ok(Ask {
            period,
            area,
            slice: filled(&self.slice).map(SliceOf::parse),
            opening: self.opening.is_some(),
            known: self.known()?,
        })
    }
}

impl SliceOf {
    /// `0:1` or a word for a value of the first cut.
    pub fn parse(text: &str) -> SliceOf {
        match text.split_once(':') {
            Some((cut, key)) => SliceOf { cut: cut.parse().unwrap_or(0), key: key.to_owned() },
            None => SliceOf { cut: 0, key: text.to_owned() },
        }
    }
}

/// What an address says of a question, `?` first; nothing when it says nothing.
pub fn query(ask: &Ask, default: Period) -> String {
    let mut query = Vec::new();
    if ask.period != default {
        query.push(format!("from={}&to={}", ask.period.first, ask.period.last));
    }
    if ask.opening {
        query.push("opening=1".to_owned());
    }
    if let Some(area) = ask.area {
        query.push(format!("area={area}"));
    }
    if let Some(slice) = &ask.slice {
        query.push(format!("slice={}:{}", slice.cut, slice.key));
    }
    if let Some(day) = ask.known {
        query.push(format!("known={day}"));
    }
    if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
}

/// The address of a figure asked in a way.
pub fn href(id: &str, ask: &Ask, default: Period) -> String {
    format!("/figures/{id}{}", query(ask, default))
}

/// 问法栏 — the choices of period, place and knowledge above a figure, and what is chosen.
pub struct AskBar {
    /// Title, address, chosen.
    pub periods: Vec<(&'static str, String, bool)>,
    pub areas: Vec<AreaChoice>,
    pub from: Day,
    pub to: Day,
    pub known: String,
    pub today: Day,
    pub slice: String,
    /// None of the named periods is asked for.
    pub own: bool,
    /// What is written in the search of a list of figures.
    pub q: Option<String>,
}

/// An area one may ask for; `depth` below the community.
pub struct AreaChoice {
    pub id: i64,
    pub name: String,
    pub depth: usize,
    pub chosen: bool,
}

/// The periods that are asked for by name: of something that lasts its last days, of what happens the whole of each.
fn named(today: Day, lasts: bool) -> Vec<(&'static str, Period)> {
    let ymd = |y: i32, m: u32, d: u32| Day::ymd(y, m, d).unwrap_or(today);
    let (year, month) = (today.year(), today.month());
    let quarter = (month - 1) / 3 * 3 + 1;
    let until = |last: Day| Period { first: ymd(last.year(), 1, 1), last };
    let since = |first: Day| Period { first, last: today };
    let before = Period { first: ymd(year - 1, 1, 1), last: ymd(year - 1, 12, 31) };
    if lasts {
        let ends =
            [("今天", today), ("上月末", ymd(year, month, 1).plus(-1)), ("上季末", ymd(year, quarter, 1).plus(-1))];
        let mut named: Vec<_> = ends.into_iter().map(|(title, day)| (title, until(day))).collect();
        named.push(("去年末", before));
        named
    } else {
        vec![
            ("本月", since(ymd(year, month, 1))),
            ("本季", since(ymd(year, quarter, 1))),
            ("本年", since(ymd(year, 1, 1))),
            ("去年", before),
        ]
    }
}

impl AskBar {
    /// `path` is the page's own address; `lasts` says whether it is about something that is so on a day.
    pub fn of(path: &str, ask: &Ask, desk: &Desk, lasts: bool) -> AskBar {
        let default = desk.this_year();
        let mut seen: Vec<Period> = Vec::new();
        let mut periods = Vec::new();
        for (title, period) in named(desk.today, lasts) {
            // In January a month and the year are the same days.
            if seen.contains(&period) {
                continue;
            }
            seen.push(period);
            let to = Ask { period, opening: false, ..ask.clone() };
            periods.push((title, format!("{path}{}", query(&to, default)), period == ask.period && !ask.opening));
        }
        AskBar {
            own: !periods.iter().any(|(.., here)| *here),
            periods,
            areas: choices(&desk.tree, ask.area),
            from: ask.period.first,
            to: ask.period.last,
            known: ask.known.map(|day| day.to_string()).unwrap_or_default(),
            today: desk.today,
            slice: ask.slice.as_ref().map(|s| format!("{}:{}", s.cut, s.key)).unwrap_or_default(),
            q: None,
        }
    }
}

/// The areas below the community in the tree's order.
fn choices(tree: &Tree, chosen: Option<i64>) -> Vec<AreaChoice> {
    let above = |lft: i64, rgt: i64| tree.areas.iter().filter(|a| a.lft < lft && rgt < a.rgt).count();
    let of = |a: &crate::org::AreaLine| AreaChoice {
        id: a.id,
        name: a.name.clone(),
        depth: above(a.lft, a.rgt),
        chosen: chosen == Some(a.id),
    };
    tree.areas.iter().filter(|a| a.parent.is_some()).map(of).collect()
}

/// A period in words: a day for what lasts, first and last day for what happens.
pub fn span(period: Period, lang: Lang) -> String {
    let year = period.first.year();
    let whole = |last: Day| period.first.month() == 1 && period.first.day_of_month() == 1 && period.last == last;
    match Day::ymd(year, 12, 31) {
        Some(last) if whole(last) => lang.t_with("{year}年", &[("year", &year.to_string())]),
        _ => format!("{} — {}", period.first, period.last),
    }
}
