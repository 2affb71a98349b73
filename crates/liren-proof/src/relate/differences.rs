//! 增减 — two values of one thing and the difference told between them: 436人，比去年同期（429）多生7人;
//! 由85%提高到92%，提高7个百分点.

use crate::reading::Reading;
use crate::relate::ratios::changes::moved_to;
use crate::report::FigureKind;

/// A value now, a value then, and by how much they are said to differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub now: usize,
    pub then: usize,
    pub by: usize,
    /// The difference the two values make.
    pub change: f64,
    pub holds: bool,
    /// It is said to have grown although it fell, or the other way round.
    pub reversed: bool,
    /// A difference of two percentages told in per cent, not in points.
    pub mislabelled: bool,
}

/// 由120件增加到100件: the verb says up, the numbers down.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub from: usize,
    pub to: usize,
    pub fell: bool,
}

const UP: &[&str] = &["增长", "增加", "上升", "提高", "提升", "上涨", "扩大", "多"];
const DOWN: &[&str] = &["下降", "减少", "降低", "回落", "缩小", "压缩", "少"];

/// Whether words tell of a rise or a fall, by their last clause.
pub fn direction(words: &str) -> Option<bool> {
    let last = words.rsplit(['，', '；', '、', '）']).next().unwrap_or(words);
    if DOWN.iter().any(|word| last.contains(word)) {
        Some(true)
    } else if UP.iter().any(|word| last.contains(word)) {
        Some(false)
    } else {
        None
    }
}

/// Every difference whose two values are in the sentence.
pub fn find(reading: &Reading) -> Vec<Difference> {
    let mut found = Vec::new();
    for sentence in 0..reading.sentences.len() {
        let items: Vec<usize> =
            reading.counted(sentence).into_iter().filter(|&n| reading.quantities[n].is_exact()).collect();
        for triple in items.windows(3) {
            let [a, b, c] = [triple[0], triple[1], triple[2]];
            found.extend(difference(reading, [a, b, c]).or_else(|| told_first(reading, [a, b, c])));
        }
    }
    found
}

/// 比上月的220件减少30件，本月受理190件: the present told last.
fn told_first(reading: &Reading, [then, by, now]: [usize; 3]) -> Option<Difference> {
    let before = reading.clause_before(then);
    let fell = direction(&reading.gap(then, by))?;
    let behind = reading.gap(by, now);
    let compared = before.contains(['比', '较']) && before.contains(['年', '月', '期', '季']);
    let present = ["本月", "今年", "本期", "本季", "达到", "共受理"].iter().any(|word| behind.contains(word));
    let quantities = [then, by, now].map(|n| &reading.quantities[n]);
    let counts = quantities.iter().all(|q| q.kind == FigureKind::Count && q.unit == quantities[0].unit);
    let short = reading.gap(then, by).chars().count() <= 6 && behind.chars().count() <= 12 && !behind.contains('。');
    if !(compared && present && counts && short) {
        return None;
    }
    let value = |n: usize| reading.quantities[n].base();
    let change = value(now) - value(then);
    let holds = (change.abs() - value(by)).abs() < 1e-6;
    let reversed = change != 0.0 && (change < 0.0) != fell;
    Some(Difference { now, then, by, change: change.abs(), holds, reversed, mislabelled: false })
}

fn difference(reading: &Reading, [first, second, by]: [usize; 3]) -> Option<Difference> {
    let (a, b, d) = (&reading.quantities[first], &reading.quantities[second], &reading.quantities[by]);
    let words = reading.gap(second, by);
    let fell = direction(&words)?;
    let short = words.chars().count() <= 12 && !words.contains(['。', '；']);
    if !short || words.ends_with(['到', '至']) || words.contains('占') {
        return None;
    }
    let between = reading.gap(first, second);
    let against = |words: &str| {
        let last = words.rsplit(['，', '；']).next().unwrap_or(words);
        last.contains(['比', '较'])
            && last.contains(['年', '月', '期', '季', '周', '日'])
            && !last.contains("环比下")
            && !last.contains("占比")
    };
    let compared = against(&between);
    let led = reading.clause_before(first);
    let moved = moved_to(&between) && (led.contains('由') || led.contains('从'));
    let (now, then) = match (compared, moved) {
        (true, false) => (first, second),
        (_, true) => (second, first),
        _ => return None,
    };
    let rates = a.is_rate() && b.is_rate() && d.is_rate() && a.unit == b.unit;
    let counts = [a, b, d].iter().all(|q| q.kind == FigureKind::Count);
    let alike = |x: &str, y: &str| x == y || x.is_empty() || y.is_empty();
    let units = counts && alike(&a.unit, &b.unit) && alike(&a.unit, &d.unit) && alike(&b.unit, &d.unit);
    if !(rates || units) {
        return None;
    }
    let value = |n: usize| reading.quantities[n].base();
    let change = value(now) - value(then);
    let slack =
        if rates { (a.number.step + b.number.step + d.number.step) / 2.0 } else { a.slack() + b.slack() + d.slack() };
    let holds = (change.abs() - value(by)).abs() <= slack.min(0.5) + 1e-9;
    let mislabelled = rates && d.unit != "百分点" && holds;
    // 由85%提高到92%，提高8.2%: a growth of the percentage itself is right as well.
    let relative = change.abs() / value(then).max(1e-9) * 100.0;
    let grown = rates && d.unit != "百分点" && (relative - value(by)).abs() <= d.number.step / 2.0 + relative * 0.01;
    if !holds && grown {
        return None;
    }
    let reversed = change != 0.0 && (change < 0.0) != fell;
    Some(Difference { now, then, by, change: change.abs(), holds, reversed, mislabelled })
}

/// Every 由…增加到… whose numbers go the other way.
pub fn turns(reading: &Reading) -> Vec<Turn> {
    let mut found = Vec::new();
    for sentence in 0..reading.sentences.len() {
        for pair in reading.counted(sentence).windows(2) {
            let (a, b) = (&reading.quantities[pair[0]], &reading.quantities[pair[1]]);
            let words = reading.gap(pair[0], pair[1]);
            let led = reading.clause_before(pair[0]);
            let moved = moved_to(&words) && (led.contains('由') || led.contains('从')) && words.chars().count() <= 16;
            let exact = a.is_exact() && b.is_exact() && a.unit == b.unit && a.measure_kind() == b.measure_kind();
            if let Some(fell) = direction(&words).filter(|_| moved && exact)
                && a.base() != b.base()
                && (b.base() < a.base()) != fell
            {
                found.push(Turn { from: pair[0], to: pair[1], fell });
            }
        }
    }
    found
}
