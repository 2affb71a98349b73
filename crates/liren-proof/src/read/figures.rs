//! Numbers with their measures, told apart from numbers that count nothing (building numbers, ages, document
//! numbers, list marks), and given the label they state the value of.

use std::collections::BTreeMap;
use std::ops::Range;

use super::dates::{self, Date};
use super::labels;
use super::measures::{self, Kind, Measure};
use super::normal::Normal;
use super::numbers::{self, Number, Rate, ends, starts};
use super::roles::{Role, Turn};
use super::sentences::Sentence;
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

/// 1、 2. （3） at the start of a block or sentence.
fn list_mark(normal: &Normal, at: usize, block: &Range<usize>) -> Option<usize> {
    let chars = &normal.chars;
    let before = (at > block.start).then(|| chars[at - 1]);
    let opens = before.is_none_or(|c| "。；：！？#*-".contains(c));
    let bracketed = before == Some('（');
    // Three characters show that two are not all.
    let near = &chars[at..block.end.min(at + 3)];
    let digits = near.iter().take_while(|c| c.is_ascii_digit()).count();
    let numerals = near.iter().take_while(|c| "一二三四五六七八九十".contains(**c)).count();
    let n = digits.max(numerals);
    if n == 0 || n > 2 {
        return None;
    }
    let end = at + n;
    let mark = *chars.get(end)?;
    if bracketed && mark == '）' && (at - 1 == block.start || "。；：！？，".contains(chars[at - 2])) {
        return Some(end + 1);
    }
    if !opens {
        return None;
    }
    match mark {
        '、' | '）' => Some(end + 1),
        '.' => {
            let digit = chars.get(end + 1).is_some_and(char::is_ascii_digit);
            let spaced = normal.original(end..end + 1).end < normal.original(end + 1..end + 2).start;
            let after = chars[end + 1..block.end.max(end + 1)].iter().take(5);
            let year = after.take_while(|c| c.is_ascii_digit()).count() == 4;
            (!digit || spaced || year).then_some(end + 1)
        }
        _ => None,
    }
}

/// A number that names a thing instead of counting: its unit, and where it ends.
fn identifier(chars: &[char], number: &Number, floor: usize) -> Option<(&'static str, usize)> {
    let (at, end) = (number.span.start, number.span.end);
    let before = if at > floor { chars[at - 1] } else { '\n' };
    let next = chars.get(end).copied().unwrap_or('\n');
    let after = chars.get(end + 1).copied().unwrap_or('\n');
    if before == '第' || (before == '届' && next != '人') {
        return Some(("第", end + usize::from(measures::measure(chars, end).is_some())));
    }
    if "〔[".contains(before) && "〕]".contains(next) {
        return Some(("年", end));
    }
    if next == '号' {
        let unit = match after {
            '楼' => "号楼",
            '院' => "号院",
            '线' => "号线",
            _ => "号",
        };
        return Some((unit, end + unit.chars().count()));
    }
    if number.rate.is_some() {
        return None;
    }
    // 8:30, 1/3, 3比1
    if next == '：'
        && chars.get(end + 1).is_some_and(char::is_ascii_digit)
        && chars.get(end + 2).is_some_and(char::is_ascii_digit)
        && number.value < 25.0
    {
        return Some(("时", end + 3));
    }
    if (next == '/' || next == '×' || next == '+') && after.is_ascii_digit() {
        let run = chars[end + 1..].iter().take_while(|c| c.is_ascii_digit() || "/×+".contains(**c)).count();
        return Some(("", end + 1 + run));
    }
    if next == '-' && after.is_ascii_digit() && number.digits >= 3 {
        let run = chars[end + 1..].iter().take_while(|c| c.is_ascii_digit() || **c == '-').count();
        return Some(("", end + 1 + run));
    }
    let placed = |word: &str| starts(chars, end, word);
    let counted = ["共", "有", "设", "为", "成", "分", "建", "辖", "了", "新", "达", "计"]
        .iter()
        .any(|word| ends(chars, at, word));
    if placed("单元") || placed("室") || placed("弄") || placed("楼") || (placed("层") && !counted) {
        return if counted && (placed("单元")) { None } else { Some(("", end + 1)) };
    }
    if (placed("组") || placed("队") || placed("社") || placed("村") || placed("区")) && !counted {
        return Some(("组", end + 1));
    }
    if (placed("栋") || placed("幢")) && (after.is_ascii_digit() || after == '单' || (after == '、' && !counted)) {
        return Some(("栋", end + 1));
    }
    // 九届人大三次会议: the third of them, not three.
    let session = ["次会议", "次全会", "次全体", "次党代", "次代表大会"].iter().any(|word| placed(word));
    if session && chars[at.saturating_sub(8).max(floor)..at].contains(&'届') {
        return Some(("第", end + 1));
    }
    if placed("届") || placed("大精") || placed("大报") || placed("大会") {
        return Some(("届", end + 1));
    }
    if (placed("日") && after != '游')
        || placed("时")
        || placed("秒")
        || (placed("点") && !number.chinese && !ends(chars, at, "以下") && !ends(chars, at, "下列"))
    {
        return Some(("时", end + 1));
    }
    if number.digits >= 7
        && !number.decimal
        && measures::measure(chars, end).is_none()
        && number.span.len() == number.digits
    {
        return Some(("", end));
    }
    if before == '+' || before == '#' || before == 'G' || before == 'S' {
        return Some(("", end));
    }
    None
}

/// 500—599分118人, 10万元以下的2640户, 30分钟以内的占82%: a number that says which things are meant, not how many.
fn band(chars: &[char], stop: usize, number: &Number, measure: Option<Measure>) -> bool {
    let mut at = stop;
    for word in ["（含）", "及", "以上", "以下", "以内", "之内", "不等"] {
        if starts(chars, at, word) {
            at += word.chars().count();
        }
    }
    let bounded = at > stop || number.bound == Bound::Range;
    let of = starts(chars, at, "的");
    let next = at + usize::from(of);
    let digits = chars[next.min(chars.len())..].iter().take_while(|c| c.is_ascii_digit() || **c == '.').count();
    let share = chars.get(next + digits).is_some_and(|c| "%‰".contains(*c));
    // 36平方米的20顶 says what size; 18000人的15.8% is a share of them.
    let sized =
        measure.is_some_and(|measure| !matches!(measure.kind, Kind::Person | Kind::Household | Kind::Attendance));
    (digits > 0 && !share && (bounded || (of && sized))) || (bounded && of && chars.get(next) == Some(&'占'))
}

/// "平均年龄42.5岁" is a figure, "60岁以上" a condition.
fn averaged(chars: &[char], floor: usize, at: usize) -> bool {
    let words = ["平均年龄", "均龄", "年龄为", "年龄达", "年龄约", "年龄"];
    words.iter().any(|word| at >= floor + word.chars().count() && ends(chars, at, word))
}

/// Words before a number that make it a bound.
fn bound_before(chars: &[char], floor: usize, number: &mut Number) {
    if number.bound != Bound::Exact {
        return;
    }
    let at = number.span.start;
    let any = |words: &[&str]| words.iter().any(|word| at >= floor + word.chars().count() && ends(chars, at, word));
    // 不超过 ends with 超过, 不低于 with 低于: the longer words come first.
    number.bound = if any(&["不少于", "不低于", "不小于", "不得少于", "不得低于", "不下于", "不下"])
    {
        Bound::AtLeast
    } else if any(&[
        "不超过", "不得超过", "未超过", "没超过", "没有超过", "不能超过", "不超", "未超", "不大于", "不多于",
    ]) {
        Bound::AtMost
    } else if any(&["至少", "超过", "突破", "多达", "大于", "≥", ">", "逾", "超", "上", "高于", "多于"])
        && !any(&[
            "以上", "晚上", "网上", "线上", "加上", "街上", "会上", "早上", "基础上", "实际上", "手上", "船上", "地上",
            "高超",
        ])
    {
        Bound::AtLeast
    } else if any(&["不足", "不到", "不高于", "最多", "至多", "将近", "接近", "小于", "≤", "<", "低于", "少于", "以内"])
    {
        Bound::AtMost
    } else if any(&["约", "大约", "大概", "左右", "近"])
        && !any(&[
            "附近", "最近", "就近", "邻近", "节约", "预约", "签约", "公约", "条约", "远近", "亲近", "合约", "违约",
            "制约", "履约",
        ])
    {
        Bound::About
    } else {
        Bound::Exact
    };
}

/// Words after a unit that make the number a bound; where they end.
fn bound_after(chars: &[char], at: usize, number: &mut Number) -> usize {
    let mut from = at;
    if starts(chars, at, "（含）") {
        from += 3;
    }
    for (word, bound) in [
        ("及以上", Bound::AtLeast),
        ("以上", Bound::AtLeast),
        ("余", Bound::AtLeast),
        ("多", Bound::AtLeast),
        ("及以下", Bound::AtMost),
        ("以下", Bound::AtMost),
        ("以内", Bound::AtMost),
        ("之内", Bound::AtMost),
        ("左右", Bound::About),
        ("上下", Bound::About),
        ("不等", Bound::About),
    ] {
        if starts(chars, from, word) && number.bound != Bound::Range {
            if (word == "多" && chars.get(from + 1).is_some_and(|&c| "样元次种功数为年".contains(c)))
                || (word == "余" && chars.get(from + 1).is_some_and(|&c| "额款名人户".contains(c)))
            {
                continue;
            }
            number.bound = bound;
            return at;
        }
    }
    at
}

/// Whether a Chinese numeral with a measure states a count, and is not an article (一个) or an idiom (三位一体).
fn spoken(chars: &[char], floor: usize, number: &Number, measure: Measure, stop: usize) -> bool {
    let at = number.span.start;
    let before = if at > floor { chars[at - 1] } else { '\n' };
    let next = chars.get(stop).copied().unwrap_or('\n');
    if "百千万".contains(chars[at]) && number.value <= 1e4 && number.span.len() == 1 {
        return false;
    }
    if starts(chars, stop, "一体")
        || starts(chars, stop, "一")
        || "每某另这那哪任单逐统同进唯万第其专不".contains(before)
    {
        return false;
    }
    // 二级27人, 三组15户, 二级（建议大修）47台, 一、二级合计: a grade or a name, not a count.
    let grade = matches!(measure.word, "级" | "类" | "档" | "组") && ("（合及以残证".contains(next) || before == '、');
    if next.is_ascii_digit() || grade {
        return false;
    }
    if number.value < 2.0 {
        let closed = "，。；、）\n".contains(next);
        let plain = matches!(measure.kind, Kind::Person | Kind::Household | Kind::Thing | Kind::Case | Kind::Event);
        let named = at > floor && chars[at - 1] > '\u{2e80}' && !"，。；：、（）有了为是在".contains(before);
        return closed && plain && named && number.value >= 1.0;
    }
    true
}

/// Give every counting quantity its label, scope, restriction and period.
pub fn label(normal: &Normal, sentences: &[Sentence], quantities: &mut [Quantity]) {
    let chars = &normal.chars;
    for sentence in sentences {
        let counted: Vec<usize> = sentence
            .quantities
            .clone()
            .filter(|&n| matches!(quantities[n].kind, FigureKind::Count | FigureKind::Rate))
            .collect();
        sharpen(sentence, quantities);
        let mut floor = sentence.span.start;
        let mut before: Option<usize> = None;
        for (n, &index) in counted.iter().enumerate() {
            let ceiling = counted.get(n + 1).map_or(sentence.span.end, |&next| quantities[next].span.start);
            let quantity = &quantities[index];
            // A date before the number is not part of its label: 从10月1日至今出生4人.
            let dated = quantities[sentence.quantities.start..index]
                .iter()
                .rev()
                .find(|other| other.kind == FigureKind::Date && other.span.end >= floor)
                .map(|other| other.span.end)
                .filter(|&end| end + 1 < quantity.span.start);
            let lead = labels::lead(chars, dated.unwrap_or(floor), quantity.span.start);
            let mut noun = labels::tail(chars, quantity.span.end, ceiling);
            let kind = quantity.measure_kind();
            let led = labels::clean(&normal.slice(lead.clone()));
            let wants_noun =
                matches!(kind, Kind::Thing | Kind::Listing | Kind::Case | Kind::Paper | Kind::Event | Kind::Other)
                    || matches!(quantity.unit.as_str(), "名" | "位")
                    || numbers::starts(chars, quantity.span.end, "组成的");
            // Words that touch the next number belong to it: 男孩1人女孩3人.
            if noun.end == ceiling && ceiling < sentence.span.end && !led.is_empty() && !wants_noun {
                noun = quantity.span.end..quantity.span.end;
            }
            let named = labels::strip(&normal.slice(noun.clone()));
            let (label, kept) = join_label(&led, &named, wants_noun);
            if !kept {
                noun = quantity.span.end..quantity.span.end;
            }
            floor = if kept { noun.end } else { quantity.span.end };
            let whole = normal.slice(lead.clone());
            let quantity = &mut quantities[index];
            quantity.scope = labels::scope(&label);
            quantity.restriction = labels::restriction(&whole).or_else(|| labels::restriction(&label));
            quantity.label = label;
            quantity.lead = lead;
            quantity.noun = noun;
            inherit(chars, before, index, quantities);
            before = Some(index);
        }
    }
}

/// 86.4万元，其中52万元: beside tenths, a whole number of 万 is meant to the tenth as well.
fn sharpen(sentence: &Sentence, quantities: &mut [Quantity]) {
    let scaled = |quantity: &Quantity| quantity.kind == FigureKind::Count && quantity.number.scale > 1.0;
    let members = sentence.quantities.clone().filter(|&n| scaled(&quantities[n])).collect::<Vec<_>>();
    let mut finest: BTreeMap<String, f64> = BTreeMap::new();
    for &n in &members {
        let step = quantities[n].number.step;
        finest.entry(quantities[n].unit.clone()).and_modify(|s| *s = s.min(step)).or_insert(step);
    }
    for &n in &members {
        let step = finest.get(&quantities[n].unit).copied().unwrap_or(f64::INFINITY);
        quantities[n].number.step = quantities[n].number.step.min(step);
    }
}

/// 29户45人: the second number of a pair is of what the first is.
fn inherit(chars: &[char], before: Option<usize>, index: usize, quantities: &mut [Quantity]) {
    let Some(before) = before.filter(|_| quantities[index].label.is_empty()) else { return };
    let gap = &chars[quantities[before].span.end..quantities[index].span.start];
    let pair =
        matches!(gap, [] | ['、'] | ['，']) && quantities[before].measure_kind() != quantities[index].measure_kind();
    if pair && quantities[before].measure_kind() == Kind::Household {
        let (label, scope) = (quantities[before].label.clone(), quantities[before].scope);
        quantities[index].label = label;
        quantities[index].scope = scope;
    }
}

/// The label from the words before a number and the noun behind it, and whether the noun was used.
fn join_label(led: &str, named: &str, wants_noun: bool) -> (String, bool) {
    if named.chars().count() < 2 {
        return (led.to_owned(), false);
    }
    if let Some(verb) = labels::verb_at_end(led) {
        return (format!("{verb}{named}"), true);
    }
    if led.is_empty() || wants_noun { (named.to_owned(), true) } else { (led.to_owned(), false) }
}
