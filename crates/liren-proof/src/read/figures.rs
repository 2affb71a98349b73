//! Numbers with their measures, told apart from numbers that count nothing (building numbers, ages, document
//! numbers, list marks), and given the label they state the value of.

use std::ops::Range;

use super::bounds::{averaged, band, bound_after, bound_before};
use super::dates::{self, Date};
use super::measures::{self, Kind, Measure};
use super::names::{identifier, list_mark, spoken};
use super::normal::Normal;
use super::numbers::{self, Number, Rate, ends, starts};
use super::roles::{Role, Turn};
use crate::report::{Bound, FigureKind};
use crate::text::BlockKind;

/// A number in the text: what kind it is, its unit, and (for counts and rates) its label.
#[derive(Debug, Clone)]
pub struct Quantity {
    pub kind: FigureKind,
    /// Number and unit, in the normalised text.
    pub span: Range<usize>,
    pub number: Number,
    pub unit: String,
    pub measure: Option<Measure>,
    /// Index into the dates of the reading.
    pub date: Option<usize>,
    pub label: String,
    /// The words before the number up to a boundary, and the noun behind the measure.
    pub lead: Range<usize>,
    pub noun: Range<usize>,
    pub scope: Option<&'static str>,
    pub restriction: Option<String>,
    pub period: Option<String>,
    /// The named part of the area, where it is not the whole.
    pub area: Option<String>,
    /// What it does in its sentence, and for changes: which way, and against what (上年同期, 2010年).
    pub role: Role,
    pub turn: Turn,
    pub against: String,
    /// The row of numbers it goes on, with nothing but marks between: 分别为62户、48户. The first of the row leads it.
    pub goes_on: bool,
    /// The parts of 1:16.2 or 15:40:45.
    pub proportion: Vec<Number>,
    /// Where it stands: the clause (parted by ；) within its sentence, how deep in brackets, and in which.
    pub clause: usize,
    pub depth: usize,
    pub bracket: usize,
    /// A Chinese numeral of everyday prose (两个, 一次): read, but not weighed.
    pub weak: bool,
    pub sentence: usize,
    pub block: usize,
    /// Which of several reports on one page (第一篇, 篇2) it stands in.
    pub piece: usize,
}

impl Quantity {
    fn new(kind: FigureKind, span: Range<usize>, number: Number, unit: impl Into<String>) -> Quantity {
        Quantity {
            kind,
            lead: span.start..span.start,
            noun: span.end..span.end,
            span,
            number,
            unit: unit.into(),
            measure: None,
            date: None,
            label: String::new(),
            scope: None,
            restriction: None,
            period: None,
            area: None,
            role: Role::Level,
            turn: Turn::Up,
            against: String::new(),
            goes_on: false,
            proportion: Vec::new(),
            clause: 0,
            depth: 0,
            bracket: 0,
            weak: false,
            sentence: 0,
            block: 0,
            piece: 0,
        }
    }

    pub fn measure_kind(&self) -> Kind {
        self.measure.map_or(Kind::Other, |measure| measure.kind)
    }

    /// The value in the unit as written: 3 of 3万余元.
    pub fn stated(&self) -> f64 {
        self.number.value / self.number.scale
    }

    /// The value in base units: 万元 become 元.
    pub fn base(&self) -> f64 {
        self.number.value * self.measure.map_or(1.0, |measure| measure.factor)
    }

    /// How many base units its unit is: 10000 for 公顷.
    pub fn unit_factor(&self) -> f64 {
        self.measure.map_or(1.0, |measure| measure.factor)
    }

    /// The value a ratio is compared with: the number of a percentage, a mean in base units, N of 1:N.
    pub fn base_rate(&self) -> f64 {
        if self.is_rate() { self.number.value } else { self.base() }
    }

    /// How far rounding may have moved the value, in base units; 0 for a plain whole number.
    pub fn slack(&self) -> f64 {
        if self.number.step == 1.0 && self.number.scale == 1.0 && self.measure_kind() != Kind::Ratio {
            return 0.0;
        }
        self.number.step * self.measure.map_or(1.0, |measure| measure.factor) / 2.0
    }

    pub fn is_exact(&self) -> bool {
        self.number.bound == Bound::Exact
    }

    pub fn is_rate(&self) -> bool {
        self.kind == FigureKind::Rate
    }
}

/// Every number of the text in order, and the dates among them.
pub fn scan(normal: &Normal) -> (Vec<Quantity>, Vec<Date>) {
    let mut found = Scan { chars: &normal.chars, normal, quantities: Vec::new(), dates: Vec::new() };
    for block in &normal.blocks {
        let mut at = block.span.start;
        while at < block.span.end {
            at = found.step(at, block.span.clone(), block.kind).max(at + 1);
        }
    }
    (found.quantities, found.dates)
}

struct Scan<'a> {
    chars: &'a [char],
    normal: &'a Normal,
    quantities: Vec<Quantity>,
    dates: Vec<Date>,
}

impl Scan<'_> {
    /// Read what starts at `at`, if anything; the place to go on from.
    fn step(&mut self, at: usize, block: Range<usize>, kind: BlockKind) -> usize {
        let c = self.chars[at];
        if !(c.is_ascii_digit() || "〇零一二三四五六七八九十两百千".contains(c)) {
            return at + 1;
        }
        let chars = &self.chars[..block.end];
        if let Some(end) = list_mark(self.normal, at, &block) {
            return end;
        }
        if let Some(date) = dates::date(chars, at) {
            return self.push_date(date);
        }
        let Some(number) = numbers::number(chars, at) else {
            return at + chars[at..].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        };
        if let Some(parts) = proportion(chars, &number, block.start) {
            return self.push_proportion(parts);
        }
        self.classify(number, chars, block.start, kind)
    }

    /// 1:16.2 is told by what it is not one of; 15:40:45 by its first part.
    fn push_proportion(&mut self, parts: Vec<Number>) -> usize {
        let span = parts[0].span.start..parts[parts.len() - 1].span.end;
        let plain = |number: &Number| number.value == 1.0 && number.step == 1.0;
        let told = match &parts[..] {
            [one, other] if plain(one) => other,
            [first, ..] => first,
            [] => return span.end,
        };
        let mut quantity = Quantity::new(FigureKind::Rate, span.clone(), told.clone(), ":");
        quantity.measure = Some(Measure::PERCENT);
        quantity.proportion = parts;
        self.quantities.push(quantity);
        span.end
    }

    fn push_date(&mut self, date: Date) -> usize {
        let span = date.span.clone();
        let mut quantity = Quantity::new(FigureKind::Date, span.clone(), Number::plain(span.clone(), 0.0), "date");
        quantity.date = Some(self.dates.len());
        self.quantities.push(quantity);
        self.dates.push(date);
        span.end
    }

    fn push(&mut self, kind: FigureKind, end: usize, number: Number, unit: &str, measure: Option<Measure>) -> usize {
        let mut quantity = Quantity::new(kind, number.span.start..end, number, unit);
        quantity.measure = measure;
        self.quantities.push(quantity);
        end
    }

    fn classify(&mut self, mut number: Number, chars: &[char], floor: usize, kind: BlockKind) -> usize {
        let at = number.span.start;
        let end = number.span.end;
        let next = chars.get(end).copied().unwrap_or('\n');
        if let Some((unit, stop)) = identifier(chars, &number, floor) {
            if number.chinese {
                return stop;
            }
            return self.push(FigureKind::Identifier, stop, number, unit, None);
        }
        if next == '岁' || starts(chars, end, "周岁") {
            let unit = if next == '岁' { "岁" } else { "周岁" };
            let stop = end + unit.chars().count();
            let kind = if averaged(chars, floor, at) { FigureKind::Count } else { FigureKind::Condition };
            return self.push(kind, stop, number, unit, None);
        }
        bound_before(chars, floor, &mut number);
        // "丝?281戶": the mark has eaten a digit, so nothing can be reckoned with it.
        if number.bound == Bound::Exact && at > floor && "？\u{fffd}".contains(chars[at - 1]) {
            number.bound = Bound::About;
        }
        if let Some(rate) = number.rate {
            let measure = if rate == Rate::Permille { Measure::PERMILLE } else { Measure::PERCENT };
            if rate != Rate::Fraction && band(chars, end, &number, None) {
                return self.push(FigureKind::Condition, end, number, measure.word, Some(measure));
            }
            let stop = bound_after(chars, end, &mut number);
            if starts(chars, stop, "个百分点") {
                return self.push(FigureKind::Rate, stop + 4, number, "百分点", Some(measure));
            }
            return self.push(FigureKind::Rate, stop, number, measure.word, Some(measure));
        }
        if let Some((measure, stop)) = measures::measure(chars, end) {
            if !number.chinese && band(chars, stop, &number, Some(measure)) {
                return self.push(FigureKind::Condition, stop, number, measure.word, Some(measure));
            }
            if number.chinese && !spoken(chars, floor, &number, measure, stop) {
                return stop;
            }
            return self.measured(number, measure, stop, chars);
        }
        if number.chinese {
            return end;
        }
        if let Some((measure, stop)) = measures::people(chars, end) {
            // 4050人员 is a programme, 3000余居民 a count.
            return self.push(FigureKind::Count, stop, number, measure.word, Some(measure));
        }
        let bare = "、，；。）|\n".contains(next) || next == '和' || next == ' ';
        let worded = at > floor
            && (chars[at - 1] > '\u{2e80}')
            && (!"第年月〔（《".contains(chars[at - 1]) || ends(chars, at, "期（"));
        let cell = kind == BlockKind::Row && (at == floor || "| ".contains(chars[at - 1]));
        if bare && (worded || cell) && number.digits <= 8 {
            return self.push(FigureKind::Count, end, number, "", None);
        }
        self.push(FigureKind::Identifier, end, number, "", None)
    }

    fn measured(&mut self, mut number: Number, measure: Measure, stop: usize, chars: &[char]) -> usize {
        // 元/人, 元/月·人, 人/平方公里
        if chars.get(stop) == Some(&'/') {
            let tail = chars[stop + 1..]
                .iter()
                .take_while(|&&c| c == '/' || c == '.' || c == '·' || (c > '\u{2e80}' && !"，。；：、）（".contains(c)))
                .take(6)
                .count();
            if tail > 0 {
                let end = match measures::measure(chars, stop + 1) {
                    Some((_, end)) => end,
                    None => stop + 2,
                };
                let unit: String = chars[number.span.end..end].iter().collect();
                let per = Measure { kind: Kind::Per, ..measure };
                return self.push(FigureKind::Count, end, number, &unit, Some(per));
            }
        }
        if measure.kind == Kind::Ratio {
            let thousand = measure.word.contains('千');
            let (unit, per) = if thousand { ("千分点", Measure::PERMILLE) } else { ("百分点", Measure::PERCENT) };
            return self.push(FigureKind::Rate, stop, number, unit, Some(per));
        }
        // The bound stays out of the span; it is not part of the number.
        bound_after(chars, stop, &mut number);
        let unit = match measure.word {
            "各方面" | "个方面" => "方面",
            "余人" => "人",
            word => word,
        };
        let weak = number.chinese
            && number.value < 10.0
            && !matches!(measure.kind, Kind::Person | Kind::Household | Kind::Money);
        let unit = match number.scale {
            1e4 => format!("万{unit}"),
            1e8 => format!("亿{unit}"),
            _ => unit.to_owned(),
        };
        let end = self.push(FigureKind::Count, stop, number, &unit, Some(measure));
        if let Some(last) = self.quantities.last_mut() {
            last.weak = weak;
        }
        end
    }
}

/// 师生比1:16.2, 三次产业结构为15.0:40.0:45.0, 3比1: numbers parted by colons where the words speak of a ratio.
fn proportion(chars: &[char], first: &Number, floor: usize) -> Option<Vec<Number>> {
    let at = first.span.start;
    let words: String = chars[at.saturating_sub(14).max(floor)..at].iter().collect();
    let last = words.rsplit(['，', '。', '；']).next().unwrap_or(&words);
    if !["比", "结构"].iter().any(|word| last.contains(word)) || first.rate.is_some() {
        return None;
    }
    let mut parts = vec![first.clone()];
    let mut end = first.span.end;
    while matches!(chars.get(end), Some('：' | '比' | ':')) && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        let next = numbers::number(chars, end + 1)?;
        end = next.span.end;
        parts.push(next);
    }
    (parts.len() >= 2).then_some(parts)
}
