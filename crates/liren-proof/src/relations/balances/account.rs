//! 账目与余数 — an account told over numbered paragraphs (一、上年结余 … 四、年末结余), a stock whose closing stands before its opening
//! (月末在院529人，月初在院486人), and what is left of a number told before (贫困户8642户，累计脱贫8217户，尚余425户).

use super::is_part;
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::read::measures::Kind as Unit;
use crate::read::roles::Role;
use crate::relations::divisions::Division;
use crate::relations::flows::{Flow, flow, words};
use crate::relations::row::Row;

const ACCOUNT: (&str, &str) = ("上期结余、收入、支出、期末结余", "opening, income, expense and closing");
const STOCK: (&str, &str) = ("期初、增加、减少、期末", "opening, more, fewer and closing");
const REST: (&str, &str) = ("原有数、已完成数、余数", "what there was, what was done, and what is left");

fn claim(terms: Vec<Term>, result: usize, tie: Tie, name: (&'static str, &'static str)) -> Reading {
    Reading { formula: Formula::Sum { terms, result }, tie, name }
}

/// The accounts of the whole text: each of the four told once by its plain name, in order.
pub fn accounts(rows: &[Row]) -> Option<Claim> {
    let mut found: [Vec<(usize, usize)>; 4] = Default::default();
    for (r, row) in rows.iter().enumerate() {
        for n in (0..row.len()).filter(|&n| row.level(n) && row.exact(n) && row.depth(n) == 0) {
            if row.kind(n) == Unit::Money
                && let Some(place) = called(&words(row, n))
            {
                found[place].push((r, n));
            }
        }
    }
    let one = |place: usize| match found[place][..] {
        [only] => Some(only),
        _ => None,
    };
    let (opening, income, expense, closing) = (one(0)?, one(1)?, one(2)?, one(3)?);
    let item = |(r, n): (usize, usize)| rows[r].items[n];
    let apart = rows[closing.0].quantity(closing.1).block > rows[opening.0].quantity(opening.1).block;
    let ordered = opening < income && opening < expense && income < closing && expense < closing;
    let piece = |(r, n): (usize, usize)| rows[r].quantity(n).piece;
    let same = [income, expense, closing].iter().all(|&place| piece(place) == piece(opening));
    (apart && ordered && same).then(|| {
        let terms = vec![Term::plus(item(opening)), Term::plus(item(income)), Term::minus(item(expense))];
        Claim { kind: Kind::Balance, readings: vec![claim(terms, item(closing), Tie::Stated, ACCOUNT)] }
    })
}

/// Which of the four a figure is by its plain name: 上年结余, 本年收入, 全年支出, 年末结余.
fn called(words: &str) -> Option<usize> {
    let bare = words.trim_matches(|c: char| "：，共为是约计一二三四五六七八九十、.".contains(c) || c.is_ascii_digit());
    let is = |starts: &[&str], ends: &[&str]| {
        starts.iter().any(|start| bare.strip_prefix(start).is_some_and(|rest| ends.contains(&rest)))
    };
    let kept = ["结余", "结存", "余额", "结转", "资金结余", "账面余额", "累计结余", "滚存结余"];
    if is(&["上年", "上年度", "上期", "年初", "期初", "上年末", "上季度", "上月", "上学期", "上一年度"], &kept)
    {
        Some(0)
    } else if is(
        &["本年", "本年度", "全年", "本期", "总", "本季度", "本月", "本学期", "全年总", "上半年"],
        &["收入", "收入合计", "收入总额", "总收入"],
    ) {
        Some(1)
    } else if is(
        &["本年", "本年度", "全年", "本期", "总", "本季度", "本月", "本学期", "全年总", "上半年"],
        &["支出", "支出合计", "支出总额", "总支出"],
    ) {
        Some(2)
    } else if is(&["年末", "期末", "年底", "季末", "月末", "本年末", "本期", "本年", "本期期末", "学期末"], &kept)
    {
        Some(3)
    } else {
        None
    }
}

/// A closing told before its opening in one sentence, with what came and went in it or in the sentence before.
pub fn turned(row: &Row, n: usize, divisions: &[Division]) -> Option<Claim> {
    if flow(row, n) != Some(Flow::Closing) || row.depth(n) > 0 || is_part(divisions, row.items[n]) {
        return None;
    }
    let people = |kind: Unit| if kind == Unit::Attendance { Unit::Person } else { kind };
    let alike = |m: usize| people(row.kind(m)) == people(row.kind(n)) && row.exact(m) && row.fits_unit(n, m);
    let here: Vec<usize> = (n.saturating_sub(12)..row.len().min(n + 12))
        .filter(|&m| m != n && row.sentence(m) == row.sentence(n) && alike(m))
        .collect();
    let of = |list: &[usize], wanted: Flow| -> Vec<usize> {
        list.iter().copied().filter(|&m| flow(row, m) == Some(wanted) && !row.gap(m).contains("其中")).collect()
    };
    let told = |m: usize| row.level(m) || row.role(m) == Role::Earlier;
    let openings: Vec<usize> = of(&here, Flow::Opening).into_iter().filter(|&m| m > n && told(m)).collect();
    let &[opening] = &openings[..] else { return None };
    let flows = |list: &[usize]| {
        let level = |list: Vec<usize>| -> Vec<usize> {
            list.into_iter()
                .filter(|&m| row.level(m) && row.depth(m) == 0 && !is_part(divisions, row.items[m]))
                .collect()
        };
        (level(of(list, Flow::In)), level(of(list, Flow::Out)))
    };
    let (mut ins, mut outs) = flows(&here);
    if ins.is_empty() && outs.is_empty() {
        let before: Vec<usize> =
            (n.saturating_sub(16)..n).filter(|&m| row.sentence(m) + 1 == row.sentence(n) && alike(m)).collect();
        (ins, outs) = flows(&before);
    }
    let (&[came], &[went]) = (&ins[..], &outs[..]) else { return None };
    let item = |m: usize| row.items[m];
    let terms = vec![Term::plus(item(opening)), Term::plus(item(came)), Term::minus(item(went))];
    Some(Claim { kind: Kind::Balance, readings: vec![claim(terms, item(n), Tie::Stated, STOCK)] })
}

/// Words of what is left, right before its number.
static LEFT: &[&str] =
    &["尚余", "还余", "剩余", "尚剩", "还剩", "余下", "仅剩", "只剩", "现存", "结转下年", "尚未脱贫"];

/// What is left of a number told before: done and left stand side by side, in one column or in two (户、人).
pub fn rest(row: &Row, n: usize) -> Option<Claim> {
    let led = |m: usize| LEFT.iter().any(|word| row.gap(m).trim_end_matches(['为', '有']).ends_with(word));
    let same = |a: usize, b: usize| {
        row.level(a) && row.exact(a) && row.quantity(a).unit == row.quantity(b).unit && row.depth(a) == row.depth(b)
    };
    let paired = n > 0 && matches!(row.gap(n), "" | "、") && led(n - 1) && row.kind(n - 1) == Unit::Household;
    if !(led(n) || paired) || !row.exact(n) || !row.level(n) {
        return None;
    }
    let done = (n.saturating_sub(3)..n).rev().find(|&m| same(m, n) && row.sentence(m) == row.sentence(n))?;
    let finished =
        ["累计", "已", "完成", "脱贫", "动用", "使用", "支出", "售出", "销号", "办结", "退出", "拆除", "搬迁"]
            .iter()
            .any(|word| {
                words(row, done).contains(word)
                    || (done > 0 && words(row, done - 1).contains(word) && row.gap(done).chars().count() <= 1)
            });
    if !finished {
        return None;
    }
    let wholes: Vec<usize> = (done.saturating_sub(24)..done)
        .rev()
        .filter(|&m| same(m, n) && row.value(m) >= row.value(done) && row.sentence(m) + 3 >= row.sentence(n))
        .take(4)
        .collect();
    let item = |m: usize| row.items[m];
    let terms = || vec![Term::plus(item(done)), Term::plus(item(n))];
    // 8642户、27316人 … 8217户、26105人，尚余425户、1211人: one column proves which whole is meant.
    let beside = |m: usize| [m.checked_sub(1), Some(m + 1)].into_iter().flatten().filter(|&k| k < row.len());
    let proved = |whole: usize| {
        beside(whole).any(|w| {
            beside(done).any(|d| {
                beside(n).any(|l| {
                    row.quantity(w).unit == row.quantity(d).unit
                        && row.quantity(d).unit == row.quantity(l).unit
                        && row.kind(w) != row.kind(whole)
                        && row.level(w)
                        && row.level(d)
                        && row.level(l)
                        && (row.value(w) - row.value(d) - row.value(l)).abs() < 1e-6
                })
            })
        })
    };
    let near = |whole: usize| (row.value(whole) - row.value(done) - row.value(n)).abs() <= row.value(whole) * 0.1;
    let readings: Vec<Reading> = wholes
        .iter()
        .enumerate()
        .map(|(place, &whole)| {
            let tie = if proved(whole) {
                Tie::Stated
            } else if place == 0 && wholes.len() == 1 && near(whole) {
                Tie::Likely
            } else {
                Tie::Possible
            };
            claim(terms(), item(whole), tie, REST)
        })
        .collect();
    (!readings.is_empty()).then_some(Claim { kind: Kind::Balance, readings })
}
