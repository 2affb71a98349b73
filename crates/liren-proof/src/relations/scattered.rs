//! 总数在别处 — lists whose whole stands in another paragraph: 审结的案件中，判决…，其他…; 逐日看，1日…，2日…; entries on lines of
//! their own behind 如下：; the same figure line by line and its total below. A list is held against a figure of its own name; where
//! none is named, only a slip of the key beside an otherwise unique figure is asked about.

use std::collections::{HashMap, HashSet};

use super::complete::{exhaustive, rest};
use super::divisions::Division;
use super::divisions::slipped;
use super::names;
use super::openers::heading;
use super::row::Row;
use crate::claims::{Claim, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::measures::Kind as Unit;
use crate::report::FigureKind;
use crate::text::BlockKind;

const NAMED: (&str, &str) = ("同名总数在别处", "the whole of that name stands elsewhere");
const NEAR: (&str, &str) = ("各项说全，总数在别处", "a complete list, its whole elsewhere");
const LINES: (&str, &str) = ("逐行所列各项", "the entries line by line");

/// The claims of lists whose whole is told elsewhere.
pub fn claims(page: &Page, rows: &[Row], divisions: &[Division]) -> Vec<Claim> {
    let mut claims = Vec::new();
    let sure = divisions.iter().filter(|division| division.holds || division.tie <= Tie::Likely);
    let held: HashSet<usize> = sure.flat_map(|division| division.members()).collect();
    let held = &held;
    for row in rows {
        for at in 0..row.len() {
            claims.extend(headed(page, row, at, held));
        }
    }
    for row in rows {
        claims.extend((0..row.len()).filter_map(|n| sexes(page, row, n, held)));
    }
    claims.extend(lines(page));
    claims.extend(columns(page));
    claims
}

/// 男性158236人，…；女性150428人, in a paragraph of their own: of all the people the paper began with.
fn sexes(page: &Page, row: &Row, n: usize, held: &HashSet<usize>) -> Option<Claim> {
    let called = |m: usize, list: &[&str]| row.level(m) && row.exact(m) && list.contains(&row.label(m));
    if !called(n, &["男", "男性", "男性人口", "男生"]) || row.kind(n) != Unit::Person || row.depth(n) > 0 {
        return None;
    }
    let women = (n + 1..row.len().min(n + 5))
        .find(|&m| called(m, &["女", "女性", "女性人口", "女生"]) && row.sentence(m) == row.sentence(n))?;
    let items = [row.items[n], row.items[women]];
    let main = *page.mains.get(&Unit::Person)?;
    let apart = page.quantities[main].block != row.quantity(n).block
        && main < items[0]
        && page.quantities[main].unit == row.quantity(n).unit;
    let held = items.iter().all(|item| held.contains(item));
    let near = ((row.value(n) + row.value(women)) / page.quantities[main].base() - 1.0).abs() <= 0.3;
    (apart && !held && near).then(|| claim(page, &items, main, Tie::Likely, NAMED))?
}

fn claim(page: &Page, parts: &[usize], whole: usize, tie: Tie, name: (&'static str, &'static str)) -> Option<Claim> {
    let terms: Vec<Term> = parts.iter().map(|&n| Term::plus(n)).collect();
    let exact = parts.iter().all(|&n| page.quantities[n].is_exact()) && page.quantities[whole].is_exact();
    let readings = vec![Reading { formula: Formula::Sum { terms, result: whole }, tie, name }];
    exact.then_some(Claim { kind: Kind::Sum, readings })
}

/// A list under a heading of its own that no figure of its paragraph is the whole of.
fn headed(page: &Page, row: &Row, at: usize, held: &HashSet<usize>) -> Option<Claim> {
    if !row.level(at) || row.depth(at) > 0 {
        return None;
    }
    let words = opening(row, at)?;
    let mut parts: Vec<usize> = Vec::new();
    for n in at..row.len().min(at + 24) {
        if row.sentence(n) != row.sentence(at) || (row.clause(n) != row.clause(at) && !row.gap(n).contains('；')) {
            break;
        }
        if row.depth(n) > 0 || !row.level(n) || row.quantity(n).unit != row.quantity(at).unit {
            continue;
        }
        if row.gap(n).contains("其中") && n > at {
            continue;
        }
        parts.push(n);
    }
    if parts.len() < 2
        || parts.iter().any(|&n| held.contains(&row.items[n]))
        || parts.iter().any(|&n| !row.exact(n) || row.weight(n) != Some(1.0))
    {
        return None;
    }
    // The last part is often followed by 等: then the list is open.
    if row.tail(parts[parts.len() - 1]).starts_with('等') {
        return None;
    }
    let last_rest = parts.iter().rposition(|&n| rest(row.gap(n)));
    if let Some(last) = last_rest {
        parts.truncate(last + 1);
    }
    if parts.len() < 2 {
        return None;
    }
    let labels: Vec<&str> = parts.iter().map(|&n| row.label(n)).collect();
    let counted = series(page, row, &parts);
    let whole_list = last_rest.is_some() || exhaustive(&labels) || counted;
    let items: Vec<usize> = parts.iter().map(|&n| row.items[n]).collect();
    let sum: f64 = items.iter().map(|&n| page.quantities[n].base()).sum();
    let largest = items.iter().map(|&n| page.quantities[n].base()).fold(0.0, f64::max);
    let first = &page.quantities[items[0]];
    let may = |n: &usize| {
        let quantity = &page.quantities[*n];
        page.is_level(*n)
            && quantity.is_exact()
            && !items.contains(n)
            && quantity.piece == first.piece
            && quantity.measure_kind() == first.measure_kind()
            && unit(quantity) == unit(first)
            && quantity.base() > largest
    };
    let near = items[0].saturating_sub(300)..page.quantities.len().min(items[0] + 60);
    let told: Vec<usize> = (0..20.min(near.start)).chain(near).filter(may).collect();
    let room = |n: usize| items.iter().chain([&n]).map(|&n| page.quantities[n].slack()).sum::<f64>() + 1e-6 * sum;
    if let Some(&whole) = told.iter().find(|&&n| (page.quantities[n].base() - sum).abs() <= room(n)) {
        return claim(page, &items, whole, Tie::Possible, NEAR);
    }
    if !whole_list {
        return None;
    }
    let name = bare(&words);
    let near = |n: usize| (sum / page.quantities[n].base() - 1.0).abs() <= 0.3;
    let called: Vec<usize> = told.iter().copied().filter(|&n| named(page, n, &name)).collect();
    if let Some(&whole) = one_value(page, &called).filter(|&&n| near(n)) {
        return claim(page, &items, whole, Tie::Stated, NAMED);
    }
    // Among many figures one is a slip away by chance.
    let akin = |n: usize| told.len() <= 8 || shares_word(&page.quantities[n].label, &words);
    let slips: Vec<usize> = told.iter().copied().filter(|&n| akin(n) && slip(page, &items, n)).collect();
    one_value(page, &slips).and_then(|&whole| claim(page, &items, whole, Tie::Likely, NEAR))
}

/// The words that open such a list: 审结的案件中，; 逐日看，; 起火地点方面，.
fn opening(row: &Row, at: usize) -> Option<String> {
    if let Some(words) = heading(row, at) {
        return Some(words);
    }
    if !row.opens_sentence(at) {
        return None;
    }
    let gap = row.gap(at);
    let head = gap.split(['，', '：']).next().unwrap_or(gap);
    let long = gap.chars().count() > head.chars().count();
    let ends = ["方面", "看", "中", "来讲", "来说"].iter().any(|end| head.ends_with(end));
    (long && ends && (3..=16).contains(&head.chars().count()) && !head.contains("其中")).then(|| head.to_owned())
}

/// The unit without 万 and 亿.
fn unit(quantity: &crate::read::figures::Quantity) -> &str {
    if quantity.measure_kind() == Unit::Money { "元" } else { quantity.unit.trim_start_matches(['万', '亿']) }
}

/// What the words of a heading name: 转入 of 转入学生中, 审结 of 审结的案件中.
fn bare(words: &str) -> String {
    let mut rest = words.trim_end_matches(['中', '看', '，', '：']).trim_start_matches(['在', '从', '按']);
    for end in ["方面", "的案件", "案件", "的学生", "学生", "的企业", "的人员", "人员", "的项目", "事故", "的人", "的"]
    {
        rest = rest.strip_suffix(end).filter(|rest| rest.chars().count() >= 2).unwrap_or(rest);
    }
    rest.to_owned()
}

fn named(page: &Page, n: usize, name: &str) -> bool {
    let quantity = &page.quantities[n];
    let label = quantity.label.as_str();
    name.chars().count() >= 2
        && label.chars().count() >= 2
        && (names::core(label) == names::core(name) || label == name || label.ends_with(name))
}

/// Whether two characters that follow each other in one stand in the other.
fn shares_word(a: &str, b: &str) -> bool {
    let chars: Vec<char> = a.chars().collect();
    chars.windows(2).any(|two| b.contains(&String::from_iter(two)))
}

/// The figure meant, where all have one value.
fn one_value<'a>(page: &Page, list: &'a [usize]) -> Option<&'a usize> {
    let first = list.first()?;
    let value = page.quantities[*first].base();
    list.iter().all(|&n| page.quantities[n].base() == value).then_some(first)
}

/// Whether a slip of the key in the whole or in one part explains the difference, where the figures are large enough.
fn slip(page: &Page, parts: &[usize], whole: usize) -> bool {
    let of = |n: usize| {
        let quantity = &page.quantities[n];
        let unit = quantity.number.scale * quantity.unit_factor();
        (quantity.base(), unit, quantity.number.decimal)
    };
    let sum: f64 = parts.iter().map(|&n| of(n).0).sum();
    let off = sum - of(whole).0;
    let explained = |n: usize, by: f64| {
        let (value, unit, decimal) = of(n);
        let places = if decimal { 100.0 } else { 1.0 };
        let (told, right) = ((value / unit * places).round(), ((value + by) / unit * places).round());
        told >= 100.0 && right > 0.0 && slipped(told, right)
    };
    explained(whole, off) || parts.iter().any(|&n| explained(n, -off))
}

/// 1日, 2日, … 5日 of 五天; 2019年 … 2023年; 一季度 … 四季度; 一年级 … 六年级: one after the other, as many as the text says.
fn series(page: &Page, row: &Row, parts: &[usize]) -> bool {
    if parts.len() < 3 {
        return false;
    }
    let place = |n: usize| -> Option<i64> {
        let gap = row.gap(n);
        let last = gap.rsplit(['，', '；', '。', '：', '、']).next().unwrap_or(gap);
        let numerals = "一二三四五六七八九十";
        let digits: String = last.chars().take_while(|c| c.is_ascii_digit()).collect();
        let told = last.chars().nth(digits.chars().count()).is_some_and(|c| "日月年号".contains(c));
        if !digits.is_empty() && told {
            return digits.parse().ok();
        }
        let first = last.trim_start_matches('第').chars().next()?;
        let at = numerals.chars().position(|c| c == first)? as i64 + 1;
        ["年级", "季度", "月", "组", "片", "标", "期"].iter().any(|word| last.contains(word)).then_some(at)
    };
    let places: Option<Vec<i64>> = parts.iter().map(|&n| place(n)).collect();
    let Some(places) = places else { return false };
    let steps = places.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let count = places.len();
    let spelled = ["", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"].get(count).copied().unwrap_or("");
    let whole = row.gap(parts[0]).contains("季度") && count == 4;
    if !steps || whole {
        return steps;
    }
    let text = page.words(0..page.normal.chars.len().min(4000));
    [count.to_string(), spelled.to_owned()].iter().filter(|word| !word.is_empty()).any(|word| {
        ["天", "年", "个月", "日", "个年级", "个标段", "个组"]
            .iter()
            .any(|unit| text.contains(&format!("{word}{unit}")))
    })
}

/// Entries on lines of their own, each with one number, behind a line that ends with a colon.
fn lines(page: &Page) -> Vec<Claim> {
    let mut by_block: HashMap<usize, Vec<usize>> = HashMap::new();
    for (n, quantity) in page.quantities.iter().enumerate() {
        if quantity.kind == FigureKind::Count && !quantity.weak {
            by_block.entry(quantity.block).or_default().push(n);
        }
    }
    let blocks = &page.normal.blocks;
    let single = |block: usize| -> Option<usize> {
        let end = blocks.get(block)?.span.end;
        match by_block.get(&block).map(Vec::as_slice) {
            Some(&[n])
                if page.quantities[n].span.end + 1 >= end && page.is_level(n) && page.quantities[n].is_exact() =>
            {
                Some(n)
            }
            _ => None,
        }
    };
    let mut claims = Vec::new();
    for (intro, block) in blocks.iter().enumerate() {
        let words = page.words(block.span.clone());
        if !words.trim_end().ends_with('：') || block.kind == BlockKind::Row {
            continue;
        }
        let mut parts: Vec<usize> = Vec::new();
        while let Some(n) = single(intro + 1 + parts.len()) {
            let alike = parts.first().is_none_or(|&first| page.quantities[first].unit == page.quantities[n].unit);
            if !alike || parts.len() > 60 {
                break;
            }
            parts.push(n);
        }
        if parts.len() >= 3 {
            claims.extend(of_lines(page, intro, &words, &parts));
        }
    }
    claims
}

fn of_lines(page: &Page, intro: usize, words: &str, parts: &[usize]) -> Option<Claim> {
    let total = |n: usize| {
        ["合计", "总计", "共计", "小计"].iter().any(|word| page.words(page.quantities[n].lead.clone()).contains(word))
    };
    if parts.iter().any(|&n| total(n)) {
        return None;
    }
    let sum: f64 = parts.iter().map(|&n| page.quantities[n].base()).sum();
    let largest = parts.iter().map(|&n| page.quantities[n].base()).fold(0.0, f64::max);
    let first = &page.quantities[parts[0]];
    let may = |n: &usize| {
        let quantity = &page.quantities[*n];
        page.is_level(*n)
            && quantity.is_exact()
            && quantity.base() > largest
            && quantity.span.start < first.span.start
            && (first.unit.is_empty() || unit(quantity) == unit(first))
            && !matches!(quantity.measure_kind(), Unit::Money | Unit::Duration if first.unit.is_empty())
    };
    let told: Vec<usize> = (parts[0].saturating_sub(200)..parts[0]).filter(may).collect();
    if let Some(&whole) = told.iter().rev().find(|&&n| page.quantities[n].base() == sum) {
        return claim(page, parts, whole, Tie::Possible, LINES);
    }
    let near = |n: usize| (sum / page.quantities[n].base() - 1.0).abs() <= 0.3;
    // The whole stands in the line that opens the list: 求诊总人次为208193，按类别划分如下：.
    let here: Vec<usize> = told.iter().copied().filter(|&n| page.quantities[n].block == intro && near(n)).collect();
    let divides =
        ["划分", "分布", "分别", "如下", "构成", "其中", "分类", "按"].iter().any(|word| words.contains(word));
    if let (Some(&whole), true) = (one_value(page, &here), divides) {
        return claim(page, parts, whole, Tie::Stated, LINES);
    }
    // 分院新收情况（件）：… is named after a figure told before.
    let name: String = words.chars().filter(|c| !"：（）".contains(*c)).collect();
    let called: Vec<usize> = told
        .iter()
        .copied()
        .filter(|&n| {
            let label = names::core(&page.quantities[n].label);
            let tail: String = label.chars().take(2).collect();
            tail.chars().count() == 2 && name.contains(&tail) && near(n) && slip(page, parts, n)
        })
        .collect();
    one_value(page, &called).and_then(|&whole| claim(page, parts, whole, Tie::Likely, LINES))
}

/// 第一组…实到55人；第二组…实到46人；… 合计实到210人: the same figure line by line, and its total below.
fn columns(page: &Page) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (n, quantity) in page.quantities.iter().enumerate() {
        let end = quantity.span.start;
        let lead = page.words(quantity.lead.clone());
        let total = ["合计", "总计", "共计"].iter().find_map(|word| lead.strip_prefix(word));
        let Some(name) = total.filter(|name| name.chars().count() >= 2) else { continue };
        if !page.is_level(n) || !quantity.is_exact() || end == 0 {
            continue;
        }
        let mut parts: Vec<usize> = Vec::new();
        let mut block = quantity.block;
        while block > 0 && parts.len() < 60 {
            block -= 1;
            let of = |m: &usize| {
                let other = &page.quantities[*m];
                other.block == block
                    && page.is_level(*m)
                    && other.unit == quantity.unit
                    && page.words(other.lead.clone()).trim_start_matches("其中") == name
            };
            let found: Vec<usize> =
                (0..n).rev().take_while(|&m| page.quantities[m].block >= block).filter(of).collect();
            match found[..] {
                [one] => parts.insert(0, one),
                _ => break,
            }
        }
        if parts.len() >= 3 {
            claims.extend(claim(page, &parts, n, Tie::Stated, LINES));
        }
    }
    claims
}
