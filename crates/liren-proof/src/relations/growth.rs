//! 增长 — 比上年增加18万元，增长15%: a change against what was there before. And 由…增加到…，增长…; 年均增长.

use super::names;
use super::row::{Row, rows};
use super::shares::host;
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::numbers::chinese_value;
use crate::read::roles::{Role, Turn};

const CHANGE: (&str, &str) = ("增减数与现有数", "the change and what there is now");
const EARLIER: (&str, &str) = ("增减数与原有数", "the change and what there was");
const BOTH: (&str, &str) = ("现有数与原有数", "what there is now and what there was");
const NAMED: (&str, &str) = ("增减数与前文同名的数", "the change and the figure of that name");
const YEARS: (&str, &str) = ("首末两数与年数", "the first and last value, and the years");

/// The claims of all rates of change.
pub fn claims(page: &Page) -> Vec<Claim> {
    let mut claims = Vec::new();
    for row in rows(page) {
        for n in 0..row.len() {
            if !row.exact(n) || row.quantity(n).unit != "%" {
                continue;
            }
            let readings = match row.role(n) {
                Role::Growth => growth(&row, n),
                Role::Yearly => yearly(&row, n),
                _ => continue,
            };
            if !readings.is_empty() {
                claims.push(Claim { kind: Kind::Growth, readings });
            }
        }
    }
    claims
}

/// Values at constant prices grow by another rate than their amounts; so do those whose scope changed.
static CONSTANT: &[&str] = &[
    "生产总值", "增加值", "GDP", "不变价", "可比价", "可比口径", "同口径", "实际增长", "扣除价格", "剔除", "总产值",
    "现价",
];

fn constant(row: &Row, n: usize) -> bool {
    let sentence = row.page.sentences[row.sentence(n)].span.start;
    let words = row.page.words(sentence.max(row.quantity(n).span.start.saturating_sub(60))..row.quantity(n).span.start);
    let clause = words.rsplit('；').next().unwrap_or(&words);
    CONSTANT.iter().any(|word| clause.contains(word))
}

/// Whether two changes are measured against one and the same.
fn same_base(a: &Quantity, b: &Quantity) -> bool {
    a.against.is_empty() || b.against.is_empty() || a.against == b.against || year(&a.against) == year(&b.against)
}

/// 上年 and 上年同期 are one where the period is one.
fn year(against: &str) -> &str {
    if against.starts_with("上年") { "上年" } else { against }
}

/// What there is now: the level, mean or standard right before, in the clause and bracket of the rate.
fn present(row: &Row, n: usize) -> Option<usize> {
    host(row, n).or_else(|| {
        let now = |m: &usize| matches!(row.role(*m), Role::Mean | Role::Standard | Role::Rate) && row.exact(*m);
        (0..n).rev().take_while(|&m| row.clause(m) == row.clause(n)).find(now).filter(|&m| row.depth(m) == row.depth(n))
    })
}

/// The change told beside a rate: before it, with no level between, or right behind it.
fn change(row: &Row, n: usize) -> Option<usize> {
    let fits = |m: usize| row.role(m) == Role::Change && row.exact(m) && same_base(row.quantity(m), row.quantity(n));
    let same = |m: usize| row.clause(m) == row.clause(n) && row.depth(m) == row.depth(n);
    let before = (0..n).rev().take_while(|&m| same(m) && !row.level(m)).find(|&m| fits(m));
    let behind = (n + 1 < row.len() && same(n + 1) && fits(n + 1)).then_some(n + 1);
    before.or(behind.filter(|&m| row.gap(m).starts_with('，') && row.gap(m).chars().count() <= 10))
}

/// What it was before, told in the sentence: 比上周的1400件, 由3500人.
fn past(row: &Row, n: usize, now: Option<usize>, change: Option<usize>) -> Option<usize> {
    let like = change.or(now);
    let alike = |m: usize| {
        let kind = like.is_none_or(|like| row.kind(m) == row.kind(like));
        kind && row.exact(m) && row.depth(m) <= row.depth(n) + 1 && !row.quantity(m).is_rate()
    };
    (0..n)
        .rev()
        .take_while(|&m| row.sentence(m) == row.sentence(n) && (!row.level(m) || Some(m) == now || !alike(m)))
        .find(|&m| row.role(m) == Role::Earlier && alike(m))
}

fn growth(row: &Row, n: usize) -> Vec<Reading> {
    let rate = row.items[n];
    let fixed = constant(row, n);
    let down = row.quantity(n).turn == Turn::Down;
    let (now, change) = (present(row, n), change(row, n));
    let past = past(row, n, now, change);
    let item = |m: usize| row.items[m];
    let moved = |now: usize, then: usize| {
        if down {
            vec![Term::plus(item(then)), Term::minus(item(now))]
        } else {
            vec![Term::plus(item(now)), Term::minus(item(then))]
        }
    };
    let mut readings: Vec<Reading> = Vec::new();
    let mut add = |tops: Vec<Term>, bases: Vec<Term>, tie: Tie, name| {
        let formula = Formula::Quotient { tops, bases, per: 100.0, rate };
        let tie = if fixed { Tie::Possible } else { tie };
        if !readings.iter().any(|reading: &Reading| reading.formula == formula) {
            readings.push(Reading { formula, tie, name });
        }
    };
    if let (Some(change), Some(past)) = (change, past) {
        add(vec![Term::plus(item(change))], vec![Term::plus(item(past))], Tie::Stated, EARLIER);
    }
    if let (Some(now), Some(past)) = (now, past) {
        let tie = if change.is_none() && row.role(now) != Role::Rate { Tie::Stated } else { Tie::Possible };
        add(moved(now, past), vec![Term::plus(item(past))], tie, BOTH);
    }
    // 环比上年四季度的10.40万件下降10.0%: what there is now began the paper.
    if let (None, None, Some(past)) = (now, change, past)
        && let Some(&main) = row.page.mains.get(&row.kind(past)).filter(|&&main| main < item(past))
    {
        let terms = if down {
            vec![Term::plus(item(past)), Term::minus(main)]
        } else {
            vec![Term::plus(main), Term::minus(item(past))]
        };
        add(terms, vec![Term::plus(item(past))], Tie::Likely, NAMED);
    }
    if let (Some(now), Some(change)) = (now, change)
        && row.kind(now) == row.kind(change)
    {
        let back = before(row, change);
        // 净增195人 is of a stock told further up; behind 其中… the change may be of the part or of the whole.
        let net = row.gap(change).contains('净');
        let clause = (0..=now).rev().take_while(|&m| row.clause(m) == row.clause(n));
        let among = clause.clone().any(|m| row.gap(m).contains("其中"));
        let tie = if past.is_none() && !net { Tie::Stated } else { Tie::Possible };
        add(vec![Term::plus(item(change))], vec![Term::plus(item(now)), back], tie, CHANGE);
        let others = clause.skip(1).filter(|&m| row.level(m) && row.exact(m) && row.kind(m) == row.kind(change));
        for (place, other) in others.enumerate() {
            let tie = if among && place == 0 { tie } else { Tie::Possible };
            add(vec![Term::plus(item(change))], vec![Term::plus(item(other)), back], tie, CHANGE);
        }
    }
    // 汉族人口增加60378693人，增长4.93%: what changed is named, and was told before.
    if let (None, None, Some(change)) = (now, past, change) {
        let name = subject(row, change);
        let called = names::figures(row.page, &name, item(change)).exact;
        let fits = |m: &usize| row.page.quantities[*m].measure_kind() == row.kind(change) && *m < item(change);
        let told: Vec<usize> = called.into_iter().filter(fits).collect();
        if let (&[told], true) = (&told[..], name.chars().count() >= 2) {
            add(vec![Term::plus(item(change))], vec![Term::plus(told), before(row, change)], Tie::Likely, NAMED);
        }
    }
    // What changed was told in the sentences before.
    if let Some(change) = change.filter(|&change| past.is_none() && (now.is_none() || row.gap(change).contains('净')))
    {
        let told = |m: &usize| row.level(*m) && row.exact(*m) && row.kind(*m) == row.kind(change);
        for other in (0..n.min(change)).rev().take(30).filter(told).take(10) {
            let back = before(row, change);
            add(vec![Term::plus(item(change))], vec![Term::plus(item(other)), back], Tie::Possible, CHANGE);
        }
    }
    // 增长15%，由去年的160件增加到今年的184件: the two values told behind the rate.
    if n + 2 < row.len() && row.role(n + 1) == Role::Earlier && row.sentence(n + 2) == row.sentence(n) {
        let gap = row.gap(n + 1);
        let led = gap.starts_with(['，', '（']) && gap.contains(['由', '从']) && gap.chars().count() <= 12;
        if led && row.kind(n + 1) == row.kind(n + 2) && row.exact(n + 1) && row.exact(n + 2) {
            add(moved(n + 2, n + 1), vec![Term::plus(item(n + 1))], Tie::Stated, BOTH);
        }
    }
    // 去年发放80万元，今年发放92万元，增长15%.
    if past.is_none()
        && change.is_none()
        && let Some((then, now)) = by_period(row, n)
    {
        add(moved(now, then), vec![Term::plus(item(then))], Tie::Stated, BOTH);
    }
    readings
}

/// What a change is of, in the words before its verb: 汉族人口 of 汉族人口增加.
fn subject(row: &Row, change: usize) -> String {
    let gap = row.gap(change);
    let last = gap.rsplit(['，', '；', '。', '、']).next().unwrap_or(gap);
    let end =
        ["增", "减", "下降", "上升", "提高", "多", "少"].iter().filter_map(|verb| last.find(verb)).min().unwrap_or(0);
    crate::read::labels::strip(&last[..end])
}

/// A change taken back: what there was before it.
fn before(row: &Row, change: usize) -> Term {
    let weight = if row.quantity(change).turn == Turn::Down { 1.0 } else { -1.0 };
    Term { figure: row.items[change], weight }
}

/// Two levels since the last rate, of which one is told of last year.
fn by_period(row: &Row, n: usize) -> Option<(usize, usize)> {
    let own: Vec<usize> = (0..n)
        .rev()
        .take_while(|&m| row.clause(m) == row.clause(n) && row.quantity(m).unit != "%")
        .filter(|&m| row.level(m) && row.exact(m))
        .collect();
    let &[b, a] = &own[..] else { return None };
    let past = |m: usize| row.quantity(m).period.as_deref() == Some("上年");
    let alike = row.kind(a) == row.kind(b)
        && row.quantity(a).unit.trim_start_matches('万') == row.quantity(b).unit.trim_start_matches('万');
    match (past(a), past(b)) {
        (true, false) if alike => Some((a, b)),
        (false, true) if alike => Some((b, a)),
        _ => None,
    }
}

/// 由2019年的3.2亿元增至2023年的5.0亿元，年均增长11.8%.
fn yearly(row: &Row, n: usize) -> Vec<Reading> {
    let now = present(row, n).filter(|&m| row.level(m));
    let change = (0..n)
        .rev()
        .take_while(|&m| row.sentence(m) == row.sentence(n))
        .find(|&m| row.role(m) == Role::Change && row.exact(m));
    let Some(then) = past(row, n, now, change) else { return Vec::new() };
    let item = |m: usize| row.items[m];
    let mut sides: Vec<Vec<Term>> = Vec::new();
    sides.extend(now.filter(|&now| row.kind(now) == row.kind(then)).map(|now| vec![Term::plus(item(now))]));
    if let Some(change) = change.filter(|&change| row.kind(change) == row.kind(then)) {
        let fell = row.quantity(change).turn == Turn::Down;
        sides.push(vec![Term::plus(item(then)), Term { figure: item(change), weight: if fell { -1.0 } else { 1.0 } }]);
    }
    let mut readings = Vec::new();
    for years in spans(row, n) {
        for now in &sides {
            let formula = Formula::Yearly { now: now.clone(), then: item(then), years, rate: item(n) };
            readings.push(Reading { formula, tie: Tie::Possible, name: YEARS });
        }
    }
    // Where first and last year are told, only few ways to count the years are left.
    if let [first, ..] = &mut readings[..] {
        first.tie = Tie::Likely;
    }
    readings
}

/// The years a sentence may mean: 十年间, 十年零四个月, from 2019年 to 2023年.
fn spans(row: &Row, n: usize) -> Vec<f64> {
    let page = row.page;
    let sentence = &page.sentences[row.sentence(n)];
    let end = row.quantity(n).span.start;
    let chars: Vec<char> = page.words(sentence.span.start..end).chars().collect();
    let mut spans: Vec<f64> = Vec::new();
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '年') {
        let from = (0..at)
            .rev()
            .take_while(|&m| "一二三四五六七八九十".contains(chars[m]) || chars[m].is_ascii_digit())
            .last();
        let Some(from) = from.filter(|&from| at - from <= 2) else { continue };
        let digits: String = chars[from..at].iter().collect();
        let years = digits.parse::<f64>().ok().or_else(|| chinese_value(&chars[from..at]));
        let rest: String = chars[at + 1..].iter().take(5).collect();
        let months = rest.strip_prefix('零').and_then(|rest| rest.split("个月").next()).and_then(|word| {
            let word: Vec<char> = word.chars().collect();
            chinese_value(&word)
        });
        spans.extend(
            years.filter(|&years| years > 1.0 && years <= 60.0).map(|years| years + months.unwrap_or(0.0) / 12.0),
        );
    }
    let told: Vec<i32> = sentence
        .quantities
        .clone()
        .filter_map(|q| page.quantities[q].date)
        .filter_map(|date| page.dates[date].year)
        .chain(page.year)
        .collect();
    for (at, a) in told.iter().enumerate() {
        for b in &told[at + 1..] {
            let years = f64::from((a - b).abs());
            if years > 1.0 && !spans.contains(&years) {
                spans.push(years);
            }
        }
    }
    let more: Vec<f64> = spans.iter().map(|years| years + 1.0).collect();
    spans.extend(more);
    spans
}
