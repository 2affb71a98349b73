//! 人均, 户均, 班均, 平均每户, 密度, 性别比, 师生比 — a total spread over heads.

use super::names;
use super::row::{Row, rows};
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::dates::days_in;
use crate::read::measures::Kind as Unit;
use crate::read::numbers::chinese_value;
use crate::read::roles::Role;

const SENTENCE: (&str, &str) = ("总量与人数在同一句", "total and heads in one sentence");
const ELSEWHERE: (&str, &str) = ("人数在别处", "the heads were told elsewhere");
const PERIOD: (&str, &str) = ("总量与天数或月数", "the total and the days or months of the period");
const RATIO: (&str, &str) = ("相比的两个数", "the two figures compared");

/// The claims of all means and of ratios of two counts.
pub fn claims(page: &Page) -> Vec<Claim> {
    let mut claims = Vec::new();
    for row in rows(page) {
        for n in 0..row.len() {
            if !row.exact(n) {
                continue;
            }
            let told = |word: &str| row.gap(n).contains(word);
            // 性别比（以女性为100）105.48: what it is counted by stands between.
            let sexed = told("性别比")
                || (n > 0
                    && row.quantity(n).unit.is_empty()
                    && row.role(n - 1) == Role::Per
                    && row.depth(n - 1) > row.depth(n)
                    && row.gap(n - 1).contains("性别比"));
            let readings = match row.role(n) {
                Role::Mean => mean(&row, n),
                Role::Proportion => two(&row, n),
                Role::Level | Role::Rate if sexed => sexes(&row, n),
                _ if told("密度") => density(&row, n),
                _ => continue,
            };
            if !readings.is_empty() {
                claims.push(Claim { kind: Kind::Mean, readings });
            }
        }
    }
    claims
}

/// What a mean is taken over: the words, the unit counted, and per how many.
struct Over {
    units: &'static [Unit],
    /// Nouns the heads may be called by; none where the unit says enough.
    nouns: Vec<String>,
    /// The unit the heads are counted in, where the words name one: 每栋, 件均.
    unit: Option<String>,
    per: f64,
    /// 日均, 月均: days or months instead of heads.
    time: Option<char>,
}

/// The words of the segment a mean stands in.
fn segment(row: &Row, n: usize) -> String {
    let words = row.gap(n);
    words.rsplit(['，', '；', '。', '：', '、']).next().unwrap_or(words).to_owned()
}

fn over(words: &str) -> Option<Over> {
    let of = |units: &'static [Unit], nouns: &[&str]| {
        let nouns = nouns.iter().map(|noun| (*noun).to_owned()).collect();
        Some(Over { units, nouns, unit: None, per: 1.0, time: None })
    };
    let counted = |units: &'static [Unit], unit: char| {
        Some(Over { units, nouns: Vec::new(), unit: Some(unit.to_string()), per: 1.0, time: None })
    };
    if let Some(at) =
        words.rfind("平均每").or_else(|| words.rfind('每')).filter(|_| words.contains("平均") || words.contains("每"))
    {
        let rest = words[at..].trim_start_matches("平均").trim_start_matches('每');
        return each(rest);
    }
    let at = words.rfind('均')?;
    match words[..at].chars().next_back()? {
        '人' => {
            let before = words[..at].strip_suffix('人').unwrap_or("");
            let own: Vec<String> = ["法官", "医师", "医生", "教师", "职工", "网格员", "员工", "党员"]
                .iter()
                .filter(|noun| before.ends_with(**noun))
                .map(|noun| (*noun).to_owned())
                .collect();
            Some(Over { units: &[Unit::Person], nouns: own, unit: None, per: 1.0, time: None })
        }
        '次' if words[..at].ends_with("人次") => of(&[Unit::Attendance], &[]),
        '户' => of(&[Unit::Household], &[]),
        '生' => of(&[Unit::Person], &["学生", "在校生", "生"]),
        '师' => of(&[Unit::Person], &["教师"]),
        '班' => of(&[Unit::Thing], &["班"]),
        '校' => of(&[Unit::Thing], &["学校", "小学", "中学"]),
        '村' => of(&[Unit::Thing], &["村"]),
        c @ ('场' | '次' | '期') => counted(&[Unit::Event], c),
        '案' => of(&[Unit::Case], &[]),
        c @ ('件' | '起' | '宗' | '例' | '笔') => counted(&[Unit::Case], c),
        c @ ('栋' | '幢' | '台' | '辆' | '家' | '所' | '间' | '个') => counted(&[Unit::Thing], c),
        '床' => of(&[Unit::Thing], &["床"]),
        '企' => of(&[Unit::Thing], &["企业"]),
        '园' => of(&[Unit::Thing], &["园"]),
        '亩' => of(&[Unit::Area], &[]),
        c @ ('日' | '天' | '月') => {
            Some(Over { units: &[], nouns: Vec::new(), unit: None, per: 1.0, time: Some(c) })
        }
        _ => None,
    }
}

/// 每个家庭户, 每起, 每千名老人, 每百户, 每栋.
fn each(rest: &str) -> Option<Over> {
    let chars: Vec<char> = rest.chars().collect();
    let numeral = chars.iter().take_while(|c| "一十百千万".contains(**c)).count();
    let per = if numeral > 0 { chinese_value(&chars[..numeral])?.max(1.0) } else { 1.0 };
    let rest: String = chars[numeral..].iter().collect();
    let units: &'static [Unit] = match rest.chars().next()? {
        _ if rest.starts_with("个家庭户") || rest.starts_with("户") => &[Unit::Household],
        '人' | '名' | '位' => &[Unit::Person],
        '起' | '件' | '宗' | '例' | '笔' => &[Unit::Case],
        '场' | '期' | '次' => &[Unit::Event],
        '个' | '栋' | '幢' | '台' | '辆' | '家' | '所' | '间' | '张' | '套' | '条' | '支' | '处' => {
            &[Unit::Thing]
        }
        '亩' => &[Unit::Area],
        '吨' => &[Unit::Mass],
        _ => return None,
    };
    let chars: Vec<char> = rest.chars().collect();
    let measure = crate::read::measures::measure(&chars, 0).map(|(measure, _)| measure.word.to_owned());
    // 每个家庭户 and 每户 count households; 每名老人 and 每位党员 people, in whatever unit.
    let unit = measure.filter(|_| !matches!(units, [Unit::Household] | [Unit::Person]));
    let noun: String = rest.chars().skip(1).take_while(|c| !"拥有为配的平投".contains(*c)).take(6).collect();
    let noun = noun.trim_end_matches(['人', '口']).to_owned();
    let nouns = if noun.chars().count() >= 2 && units != [Unit::Household] { vec![noun] } else { Vec::new() };
    Some(Over { units, nouns, unit, per, time: None })
}

/// Incomes, ages, wages and spans of time are surveyed, not divided.
static SURVEYED: &[&str] =
    &["可支配", "纯收入", "年龄", "消费", "增收", "寿命", "年限", "时长", "增幅", "住房", "气温", "分数", "成绩"];

fn mean(row: &Row, n: usize) -> Vec<Reading> {
    let page = row.page;
    let words = segment(row, n);
    let quantity = row.quantity(n);
    if SURVEYED.iter().any(|word| words.contains(word)) {
        return Vec::new();
    }
    let Some(over) = over(&words) else { return Vec::new() };
    let totals = totals(row, n);
    if let Some(time) = over.time {
        return days(row, n, time, &totals);
    }
    let (mut near, mut far) = heads(row, n, &over);
    // 平均每个家庭户: of the 家庭户, not of the 集体户 told beside them.
    let called_heads = |head: &usize| {
        let label = &page.quantities[*head].label;
        label.chars().count() >= 2 && words.contains(label.as_str())
    };
    if near.iter().any(called_heads) {
        near.retain(called_heads);
    } else if near.is_empty() && far.iter().any(called_heads) {
        far.retain(called_heads);
    }
    let subject = stem(&words);
    let mut readings: Vec<Reading> = Vec::new();
    let called = |total: usize| {
        let told = &page.quantities[total];
        let lead = page.words(told.lead.clone());
        let by_name =
            subject.chars().count() >= 2 && (names::akin(&told.label, &subject) || lead.contains(subject.as_str()));
        // 平均每个家庭户的人口: of the 家庭户人口, not of the 集体户人口 beside it.
        let by_heads = near.first().or(far.first()).is_some_and(|&head| {
            let label = &page.quantities[head].label;
            label.chars().count() >= 2 && words.contains(label.as_str()) && told.label.contains(label.as_str())
        });
        by_name || by_heads
    };
    let any_called = totals.iter().any(|&total| called(total));
    for (place, &total) in totals.iter().enumerate() {
        let told = &page.quantities[total];
        // 校园占地21000平方米，生均20平方米: the total right before; 人均地区生产总值: the total of that very name.
        let named = called(total);
        let right = place == 0 && told.sentence == quantity.sentence && alone(row, total, n) && (named || !any_called);
        for (rank, &head) in near.iter().chain(&far).enumerate() {
            let own = rank < near.len();
            let first = if own { rank == 0 } else { near.is_empty() && rank == 0 };
            let close = right
                && row.items.iter().position(|&item| item == head).is_some_and(|m| row.clause(m) == row.clause(n));
            let sure = if own { near.len() == 1 || close } else { far.len() == 1 };
            let tie = match (first && (right || named), sure) {
                (true, true) => Tie::Stated,
                (true, false) => Tie::Likely,
                _ => Tie::Possible,
            };
            let formula = Formula::Quotient {
                tops: vec![Term::plus(total)],
                bases: vec![Term::plus(head)],
                per: over.per * page.quantities[head].unit_factor(),
                rate: row.items[n],
            };
            if total != head && !readings.iter().any(|reading| reading.formula == formula) {
                readings.push(Reading { formula, tie, name: if own { SENTENCE } else { ELSEWHERE } });
            }
        }
    }
    readings
}

/// What is spread: 地区生产总值 of 人均地区生产总值, 占地面积 of 生均占地面积.
fn stem(words: &str) -> String {
    let at = words.rfind('均').map_or(0, |at| at + '均'.len_utf8());
    let rest = words[at..].rsplit("户的").next().unwrap_or("");
    rest.trim_matches(|c: char| "的为约达到是人口了每".contains(c)).chars().take(10).collect()
}

/// Whether no other level of its unit stands between a total and its mean, in one clause.
fn alone(row: &Row, total: usize, n: usize) -> bool {
    let Some(at) = row.items.iter().position(|&item| item == total) else { return false };
    (at > n && at == n + 1)
        || (row.clause(at) == row.clause(n) && (at + 1..n).all(|m| !row.level(m) || row.kind(m) != row.kind(n)))
}

/// The totals a mean may be of: of its unit and not less, before it in the paragraph, nearest first.
fn totals(row: &Row, n: usize) -> Vec<usize> {
    let quantity = row.quantity(n);
    let alike = |m: &usize| {
        let other = row.quantity(*m);
        let unit = other.measure_kind() == quantity.measure_kind()
            && (other.measure_kind() != Unit::Other || other.unit == quantity.unit);
        row.level(*m) && row.exact(*m) && unit && other.base() >= quantity.base()
    };
    // 月人均工资2600元，全月发放工资68.4万元: told right behind.
    let behind = Some(n + 1).filter(|&m| {
        m < row.len()
            && row.clause(m) == row.clause(n)
            && alike(&m)
            && ["共", "全", "总", "合计"].iter().any(|word| row.gap(m).contains(word))
    });
    let before = (n.saturating_sub(40)..n).rev().filter(alike).take(8);
    behind.into_iter().chain(before).map(|m| row.items[m]).collect()
}

/// The heads a mean may be taken over: before it in its sentence, nearest first, and further up.
fn heads(row: &Row, n: usize, over: &Over) -> (Vec<usize>, Vec<usize>) {
    let page = row.page;
    let is = |m: &usize| {
        let other = &page.quantities[*m];
        let words = format!(
            "{}{}{}{}",
            page.words(other.lead.clone()),
            other.unit,
            page.words(other.noun.clone()),
            other.label
        );
        let called = over.nouns.is_empty() || over.nouns.iter().any(|noun| words.contains(noun.as_str()));
        let own = over.unit.as_ref().is_none_or(|unit| other.unit.trim_start_matches(['万', '亿']) == unit.as_str());
        page.is_level(*m)
            && other.is_exact()
            && over.units.contains(&other.measure_kind())
            && called
            && own
            && other.base() > 0.0
    };
    let own = page.sentences[row.sentence(n)].quantities.clone();
    let near: Vec<usize> = (own.start..row.items[n]).rev().filter(is).collect();
    let mut far: Vec<usize> = (own.start.saturating_sub(80)..own.start).rev().filter(is).take(6).collect();
    far.extend((0..own.start.min(12)).filter(|m| is(m) && *m + 80 < own.start));
    (near, far)
}

/// 日均196件: the days of the period told in the sentence or its heading; only ever verified, for who knows which days count.
fn days(row: &Row, n: usize, time: char, totals: &[usize]) -> Vec<Reading> {
    let mut readings = Vec::new();
    for &total in totals.iter().take(3) {
        for span in spans(row, n, time) {
            let formula = Formula::Quotient {
                tops: vec![Term::plus(total)],
                bases: Vec::new(),
                per: 1.0 / span,
                rate: row.items[n],
            };
            readings.push(Reading { formula, tie: Tie::Possible, name: PERIOD });
        }
    }
    readings
}

/// The days, or months, a sentence may be about.
fn spans(row: &Row, n: usize, time: char) -> Vec<f64> {
    let page = row.page;
    let sentence = &page.sentences[row.sentence(n)];
    let title = page.normal.blocks.first().map(|block| page.words(block.span.clone())).unwrap_or_default();
    let words = format!("{}{title}", page.words(sentence.span.clone()));
    let year = page.year;
    let mut spans = Vec::new();
    let (quarter, half, whole) = if time == '月' { (3.0, 6.0, 12.0) } else { (0.0, 0.0, 0.0) };
    let length = |from: u32, to: u32| f64::from((from..=to).map(|month| days_in(month, year)).sum::<u32>());
    let named = [
        ("一季度", 1, 3, quarter),
        ("二季度", 4, 6, quarter),
        ("三季度", 7, 9, quarter),
        ("四季度", 10, 12, quarter),
        ("上半年", 1, 6, half),
        ("下半年", 7, 12, half),
        ("全年", 1, 12, whole),
        ("年度", 1, 12, whole),
        ("年末", 1, 12, whole),
    ];
    for (word, from, to, months) in named {
        if words.contains(word) {
            spans.push(if time == '月' { months } else { length(from, to) });
        }
    }
    if words.contains('周') && time != '月' {
        spans.push(7.0);
    }
    let top = page.normal.blocks.first().map_or(0, |block| block.span.end);
    let told = page.dates.iter().filter(|date| sentence.span.contains(&date.span.start) || date.span.start < top);
    let told: Vec<_> = told.collect();
    for date in &told {
        match (date.month, date.to_month, date.day) {
            (Some(from), Some(to), _) if from <= to && to <= 12 => {
                spans.push(if time == '月' { f64::from(to - from + 1) } else { length(from, to) });
            }
            (Some(month), None, None) if (1..=12).contains(&month) && time != '月' => spans.push(length(month, month)),
            _ => {}
        }
    }
    for pair in told.windows(2) {
        if let (Some(a), Some(b), Some(first), Some(last)) = (pair[0].month, pair[1].month, pair[0].day, pair[1].day)
            && (1..=12).contains(&a)
            && (1..=12).contains(&b)
        {
            let ordinal = |month: u32, day: u32| (1..month).map(|m| days_in(m, year)).sum::<u32>() + day;
            let (from, to) = (ordinal(a, first), ordinal(b, last));
            spans.extend((to >= from).then(|| f64::from(to - from + 1)));
        }
    }
    spans
}

/// 性别比104.76: men for a hundred women.
fn sexes(row: &Row, n: usize) -> Vec<Reading> {
    if row.role(n) == Role::Earlier {
        return Vec::new();
    }
    let page = row.page;
    let born = row.gap(n).contains("出生");
    let of = |sign: &str, m: usize| {
        let quantity = &page.quantities[m];
        let child = ["婴", "孩", "出生"].iter().any(|word| quantity.label.contains(word));
        let words = page.words(quantity.lead.clone());
        page.is_level(m)
            && quantity.is_exact()
            && (quantity.label.starts_with(sign) || words.ends_with(sign))
            && child == born
            && quantity.measure_kind() == Unit::Person
    };
    let item = row.items[n];
    let find = |sign: &str| (item.saturating_sub(40)..item).rev().find(|&m| of(sign, m));
    let (Some(men), Some(women)) = (find("男"), find("女")) else { return Vec::new() };
    let here = page.quantities[men].sentence == page.quantities[women].sentence;
    let near = page.quantities[women].block + 1 >= row.quantity(n).block;
    let formula =
        Formula::Quotient { tops: vec![Term::plus(men)], bases: vec![Term::plus(women)], per: 100.0, rate: item };
    vec![Reading { formula, tie: if here && near { Tie::Stated } else { Tie::Possible }, name: RATIO }]
}

/// 师生比1:16.2: any two counts of the paragraph that make it.
fn two(row: &Row, n: usize) -> Vec<Reading> {
    if row.quantity(n).proportion.len() != 2 {
        return Vec::new();
    }
    let counts: Vec<usize> = (n.saturating_sub(16)..n)
        .rev()
        .filter(|&m| row.level(m) && row.exact(m) && row.value(m) > 0.0)
        .take(8)
        .collect();
    let mut readings = Vec::new();
    for &top in &counts {
        for &base in counts
            .iter()
            .filter(|&&base| base != top && row.kind(base) == row.kind(top) && row.value(base) <= row.value(top))
        {
            let formula = Formula::Quotient {
                tops: vec![Term::plus(row.items[top])],
                bases: vec![Term::plus(row.items[base])],
                per: 1.0,
                rate: row.items[n],
            };
            readings.push(Reading { formula, tie: Tie::Possible, name: RATIO });
        }
    }
    readings
}

/// 人口密度为每平方公里5200人: often told before what it is made of.
fn density(row: &Row, n: usize) -> Vec<Reading> {
    let around = || {
        (n.saturating_sub(6)..row.len().min(n + 6))
            .filter(|&m| m != n && row.level(m) && row.exact(m) && row.sentence(m) == row.sentence(n))
    };
    let people = around().find(|&m| row.kind(m) == Unit::Person);
    let area = around().find(|&m| row.kind(m) == Unit::Area);
    let (Some(people), Some(area)) = (people, area) else { return Vec::new() };
    let formula = Formula::Quotient {
        tops: vec![Term::plus(row.items[people])],
        bases: vec![Term::plus(row.items[area])],
        per: 1e6,
        rate: row.items[n],
    };
    vec![Reading { formula, tie: Tie::Likely, name: SENTENCE }]
}
