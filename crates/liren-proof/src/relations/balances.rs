//! 收支与存量 — what was there, came in and went out makes what there is: 上期结存 + 收入 - 支出 = 期末结存; 收入 - 支出 = 盈余;
//! 新增 - 退出 = 净增; 已办 + 未办 = 受理; 上月累计 + 本月 = 本月累计; 资产 = 负债 + 所有者权益; 出生率 - 死亡率 = 自然增长率.

mod left;
mod monthly;
mod named;

pub use left::{STEPS, says};

use super::divisions::Division;
use super::flows::{Flow, flow, words};
use super::row::{Row, rows};
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::roles::{Role, Turn};

const STOCK: (&str, &str) = ("期初、收入、支出、期末", "opening, in, out and closing");
const SURPLUS: (&str, &str) = ("收入、支出、结余", "income, expense and surplus");
const NET: (&str, &str) = ("增加、减少、净增减", "more, fewer, and the net change");
const SHORT: (&str, &str) = ("应有数、实有数、差额", "what was due, what there is, and what is short");
const PLUS: (&str, &str) = ("加上后的合计", "with what is added");

/// The claims of all balances.
pub fn claims(page: &Page, divisions: &[Division], rates: &[Claim]) -> Vec<Claim> {
    let mut claims = Vec::new();
    let rows = rows(page);
    for (at, row) in rows.iter().enumerate() {
        for n in 0..row.len() {
            if !row.exact(n) {
                continue;
            }
            claims.extend(net(row, n, divisions));
            claims.extend(short(row, n));
            if row.level(n) {
                claims.extend(stock(&rows[at.saturating_sub(6)..=at], n, divisions));
                claims.extend(surplus(row, n, divisions));
                claims.extend(added(row, n));
            }
        }
        claims.extend(left::claims(row, rates, divisions));
        claims.extend(monthly::claims(row));
        claims.extend(named::claims(row));
    }
    claims
}

fn claim(terms: Vec<Term>, result: usize, tie: Tie, name: (&'static str, &'static str)) -> Claim {
    Claim { kind: Kind::Balance, readings: vec![Reading { formula: Formula::Sum { terms, result }, tie, name }] }
}

/// Whether a figure is told as a part of another: then its whole stands in the balance, not it.
fn is_part(divisions: &[Division], figure: usize) -> bool {
    divisions.iter().any(|division| {
        division.members().any(|part| part == figure) && (division.holds || division.tie <= Tie::Likely)
    })
}

/// Opening + in - out = closing, within a paragraph or over a few that follow each other.
fn stock(rows: &[Row], n: usize, divisions: &[Division]) -> Option<Claim> {
    let (last, _) = rows.split_last()?;
    if flow(last, n) != Some(Flow::Closing) || last.quantity(n).depth > 0 || is_part(divisions, last.items[n]) {
        return None;
    }
    let unit = &last.quantity(n).unit;
    let kind = last.kind(n);
    let (mut ins, mut outs, mut opening) = (Vec::new(), Vec::new(), None::<(usize, usize, usize)>);
    let mut strange = 0;
    'search: for (back, row) in rows.iter().rev().enumerate() {
        let end = if back == 0 { n } else { row.len() };
        for m in (0..end).rev() {
            let other = row.quantity(m);
            let alike = (row.level(m) || opens(row, m))
                && row.exact(m)
                && row.depth(m) == 0
                && row.kind(m) == kind
                && other.unit.trim_start_matches('万') == unit.trim_start_matches('万');
            if !alike || is_part(divisions, row.items[m]) || led_by_among(row, m) {
                continue;
            }
            // 新收1486件，旧存314件: what came in may be told before what was there; the sentence ends the search.
            if opening.is_some_and(|(at, sentence, _)| (at, sentence) != (back, row.sentence(m))) {
                break 'search;
            }
            let cumulative = words(row, m).contains("累计");
            match flow(row, m) {
                Some(Flow::Opening) if opening.is_none() => opening = Some((back, row.sentence(m), row.items[m])),
                Some(Flow::Opening) => break 'search,
                Some(Flow::In) if !cumulative => ins.push(row.items[m]),
                Some(Flow::Out) if !cumulative => outs.push(row.items[m]),
                Some(Flow::Closing) if opening.is_none() => return None,
                Some(Flow::Closing) => break 'search,
                _ if opening.is_none() => strange += 1,
                _ => {}
            }
        }
    }
    let (.., opening) = opening.filter(|_| !ins.is_empty() || !outs.is_empty())?;
    let terms = |ins: &[usize], outs: &[usize]| {
        let mut terms = vec![Term::plus(opening)];
        terms.extend(ins.iter().rev().map(|&m| Term::plus(m)));
        terms.extend(outs.iter().rev().map(|&m| Term::minus(m)));
        terms
    };
    let result = last.items[n];
    let plain = ins.len() <= 1 && outs.len() <= 1;
    // Of goods and money in one sentence every flow is told once.
    let goods = rows
        .iter()
        .rev()
        .take(1)
        .all(|row| [&ins[..], &outs[..], &[opening]].concat().iter().all(|figure| row.items.contains(figure)));
    let both = !ins.is_empty() && !outs.is_empty();
    let mut claim = claim(
        terms(&ins, &outs),
        result,
        if both && strange == 0 && (plain || goods) { Tie::Stated } else { Tie::Possible },
        STOCK,
    );
    // One of several told twice (合计 and its kinds): the first of each may be what is meant.
    if !plain && let (Some(first), Some(out)) = (ins.last(), outs.last()) {
        let formula = Formula::Sum { terms: terms(&[*first], &[*out]), result };
        claim.readings.push(Reading { formula, tie: Tie::Possible, name: STOCK });
    }
    Some(claim)
}

/// 由月初的66吨升至78吨: an opening that is compared with.
fn opens(row: &Row, n: usize) -> bool {
    row.role(n) == Role::Earlier && flow(row, n) == Some(Flow::Opening)
}

/// 其中…: the figure is told as a part, though the list has no other.
fn led_by_among(row: &Row, n: usize) -> bool {
    let gap = row.gap(n).rsplit(['；', '。']).next().unwrap_or("");
    gap.contains("其中") || gap.contains('（')
}

/// Income - expense = surplus, where no opening stock is told.
fn surplus(row: &Row, n: usize, divisions: &[Division]) -> Option<Claim> {
    let own = words(row, n);
    let net =
        ["盈余", "结余", "利润", "净收入", "收支差", "纯收益", "净收益", "净增"].iter().any(|word| own.contains(word));
    let stock = ["累计", "上年", "年初", "上期", "滚存", "结转", "期末", "年末", "季末", "月末", "上季", "率"]
        .iter()
        .any(|word| own.contains(word));
    if !net || stock || row.depth(n) > 0 || is_part(divisions, row.items[n]) {
        return None;
    }
    let kind = row.kind(n);
    let (mut income, mut expense) = (None, None);
    for m in (n.saturating_sub(30)..n).rev() {
        if !row.level(m)
            || !row.exact(m)
            || row.kind(m) != kind
            || row.depth(m) > 0
            || is_part(divisions, row.items[m])
            || led_by_among(row, m)
        {
            continue;
        }
        let words = words(row, m);
        match flow(row, m) {
            Some(Flow::Opening) if row.sentence(m) == row.sentence(n) => return None,
            Some(Flow::Out)
                if expense.is_none()
                    && ["支出", "使用", "成本", "提取", "支用"].iter().any(|word| words.contains(word)) =>
            {
                expense = Some(m)
            }
            Some(Flow::In)
                if income.is_none()
                    && ["收入", "收缴", "归集", "拨入", "募集", "捐赠"].iter().any(|word| words.contains(word)) =>
            {
                income = Some(m)
            }
            _ => {}
        }
        if income.is_some() && expense.is_some() {
            break;
        }
    }
    let (income, expense) = (income?, expense?);
    let near = row.sentence(income) == row.sentence(n) && row.sentence(expense) == row.sentence(n);
    // Profit is what is left of more than one kind of expense.
    let sure = near && !own.contains("利润") && !own.contains("净增");
    let terms = vec![Term::plus(row.items[income]), Term::minus(row.items[expense])];
    Some(claim(terms, row.items[n], if sure { Tie::Stated } else { Tie::Possible }, SURPLUS))
}

/// 发展2名，转入3名，转出1名，净增4名; 迁入76人，迁出112人，净迁出36人; 出生148人，死亡129人，自然增长19人.
fn net(row: &Row, n: usize, divisions: &[Division]) -> Option<Claim> {
    let own = if row.gap(n).is_empty() && n > 0 { words(row, n - 1) } else { words(row, n) };
    let change = row.role(n) == Role::Change && own.contains('净');
    let flow_out =
        ["净迁出", "净流出", "净转出", "净减少", "净减", "自然减少", "净支出"].iter().any(|word| own.contains(word));
    let flow_in =
        ["净迁入", "净流入", "净转入", "净增", "净增加", "自然增长", "自然增加"].iter().any(|word| own.contains(word));
    if !(change || flow_in || flow_out) || row.quantity(n).is_rate() {
        return None;
    }
    let fell = flow_out || (change && row.quantity(n).turn == Turn::Down);
    let kind = row.kind(n);
    let pair: Option<(&str, &str)> = if own.contains("迁") {
        Some(("迁入", "迁出"))
    } else if own.contains("自然") {
        Some(("出生", "死亡"))
    } else if own.contains("流入") || own.contains("流出") {
        Some(("流入", "流出"))
    } else {
        None
    };
    let mut terms = Vec::new();
    let (mut into, mut out, mut strange) = (0, 0, 0);
    for m in (n.saturating_sub(12)..n).rev() {
        if row.sentence(m) != row.sentence(n) {
            break;
        }
        if !row.level(m)
            || row.kind(m) != kind
            || !row.exact(m)
            || row.depth(m) != row.depth(n)
            || is_part(divisions, row.items[m])
            || led_by_among(row, m)
        {
            continue;
        }
        let words = words(row, m);
        let sign = match pair {
            Some((plus, _)) if words.contains(plus) => 1.0,
            Some((_, minus)) if words.contains(minus) => -1.0,
            Some(_) => continue,
            None => match flow(row, m) {
                Some(Flow::In) => 1.0,
                Some(Flow::Out) => -1.0,
                _ => {
                    strange += 1;
                    continue;
                }
            },
        };
        if sign > 0.0 {
            into += 1
        } else {
            out += 1
        }
        terms.push(Term { figure: row.items[m], weight: if fell { -sign } else { sign } });
        if pair.is_some() && into > 0 && out > 0 {
            break;
        }
    }
    if into == 0 || out == 0 {
        return None;
    }
    terms.reverse();
    terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let sure = pair.is_some() || strange == 0 || (into == 1 && out == 1);
    Some(claim(terms, row.items[n], if sure { Tie::Stated } else { Tie::Possible }, NET))
}

/// 应筹22480元，实筹21920元，差额560元.
fn short(row: &Row, n: usize) -> Option<Claim> {
    let own = words(row, n);
    let short =
        ["差额", "相差", "缺口", "尚欠", "欠缴", "欠收", "短缺", "尚缺", "尚差"].iter().any(|word| own.contains(word));
    let (actual, due) = (n.checked_sub(1)?, n.checked_sub(2)?);
    let alike = |m: usize| row.level(m) && row.exact(m) && row.kind(m) == row.kind(n) && row.clause(m) == row.clause(n);
    if !short || !alike(actual) || !alike(due) || row.quantity(n).is_rate() {
        return None;
    }
    let led = ["应", "计划", "预算", "需", "定额"].iter().any(|word| words(row, due).contains(word));
    let done = ["实", "已", "到位"].iter().any(|word| words(row, actual).contains(word));
    let terms = vec![Term::plus(row.items[due]), Term::minus(row.items[actual])];
    (led && done).then(|| claim(terms, row.items[n], Tie::Stated, SHORT))
}

/// 发现86处，加上5月结转的5处，应整改91处.
fn added(row: &Row, n: usize) -> Option<Claim> {
    let more = n.checked_sub(1)?;
    let base = (0..more).rev().take(4).find(|&m| row.level(m) && row.kind(m) == row.kind(n))?;
    let joined = ["加上", "加之前", "另加", "连同", "会后收到"].iter().any(|word| row.gap(more).contains(word));
    let total = ["应", "共", "合计", "累计", "总", "达", "为", "实有"].iter().any(|word| row.gap(n).contains(word));
    let near = row.sentence(base) == row.sentence(n)
        && row.exact(base)
        && row.exact(more)
        && (row.level(more) || row.role(more) == Role::Change);
    let fits = row.fits(n, base) && row.kind(more) == row.kind(n);
    (joined && total && near && fits)
        .then(|| claim(vec![Term::plus(row.items[base]), Term::plus(row.items[more])], row.items[n], Tie::Stated, PLUS))
}
