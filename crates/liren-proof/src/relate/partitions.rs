//! 分项 — a whole and the parts told after it (其中, ：, （…）, 分别为, 包括) or before it (合计, 共计).
//!
//! A sentence is a row of quantities with words between them. A trigger in the words opens a list; the list runs
//! to the end of its reach (bracket, semicolon, sentence). Parts are taken unit by unit, so "29户45人，其中…" gives
//! two columns. Where a run of parts makes the whole exactly, that reading is taken: several partitions of one
//! total may follow each other, and what is left over is a bare mention. Only when no reading holds is one reported.

use super::cues::{brackets, closes, grown, is_mean, leaves, rest, trigger};
use super::dimensions::{age_bands, complementary, may_overlap};
use super::headed;
use crate::read::measures::{Kind, same_kind};
use crate::reading::Reading;
use crate::report::FigureKind;

/// How a list of parts was introduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 其中
    AmongThem,
    /// 分别为
    Respectively,
    /// 分为, 包括, 由…组成
    Comprises,
    /// ：
    Colon,
    /// （…）
    Brackets,
    /// 合计, 共计 after the parts
    TotalAfter,
    /// 年龄结构：… of people counted further up.
    Headed,
    /// No word at all; only ever verified.
    Plain,
}

/// 分项 — one whole, its parts, and whether they add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Partition {
    pub whole: usize,
    pub parts: Vec<usize>,
    pub form: Form,
    pub sum: f64,
    pub holds: bool,
    /// The list ends in 等, or the text breaks off.
    pub open: bool,
    /// The list says that it is complete (其余, 分别为, 两类).
    pub exhaustive: bool,
    /// Another column of the same rows adds up, so that no row is missing and none overlaps.
    pub complete: bool,
}

/// Every partition of the text.
pub fn find(reading: &Reading) -> Vec<Partition> {
    let mut found = Vec::new();
    for sentence in 0..reading.sentences.len() {
        let row = Row::of(reading, sentence);
        let mut these = Vec::new();
        row.forward(&mut these);
        row.totals_after(&mut these);
        row.plain(&mut these);
        found.append(&mut these);
    }
    found.extend(headed::find(reading));
    found.sort_by_key(|partition: &Partition| partition.parts[0]);
    found
}

/// The counting quantities of one sentence, and the words between them.
struct Row<'a> {
    reading: &'a Reading<'a>,
    items: Vec<usize>,
    /// `gaps[n]` stands before item n; the last one closes the sentence.
    gaps: Vec<String>,
    /// How deep in brackets each item stands.
    depth: Vec<i32>,
    /// The first item of the sentence itself; those before it are of the sentence before, which 其中 may refer to.
    own: usize,
}

/// No list of parts in prose is longer; looking at a longer one from each of its members takes for ever.
const PARTS_MAX: usize = 60;

impl<'a> Row<'a> {
    fn of(reading: &'a Reading<'a>, sentence: usize) -> Row<'a> {
        let counts = |sentence: usize| -> Vec<usize> {
            reading
                .counted(sentence)
                .into_iter()
                .filter(|&n| {
                    reading.quantities[n].kind == FigureKind::Count
                        && !is_mean(reading, n)
                        && !reading.quantities[n].weak
                })
                .collect()
        };
        let mut items = counts(sentence);
        let span = reading.sentences[sentence].span.clone();
        let mut at = span.start;
        let mut own = 0;
        let opening =
            items.first().map(|&n| reading.words(span.start..reading.quantities[n].span.start)).unwrap_or_default();
        if ["其中", "按", "分"].iter().any(|word| opening.starts_with(word))
            && sentence > 0
            && reading.sentences[sentence - 1].block == reading.sentences[sentence].block
        {
            let before = counts(sentence - 1);
            own = before.len();
            at = reading.sentences[sentence - 1].span.start;
            items.splice(0..0, before);
        }
        let mut gaps = Vec::with_capacity(items.len() + 1);
        let mut depth = Vec::with_capacity(items.len());
        let mut level = 0;
        for &item in &items {
            let quantity = &reading.quantities[item];
            let gap = reading.words(at..quantity.span.start);
            level = (level + brackets(&gap)).max(0);
            depth.push(level);
            gaps.push(gap);
            at = quantity.span.end;
        }
        gaps.push(reading.words(at..span.end));
        Row { reading, items, gaps, depth, own }
    }

    fn kind(&self, n: usize) -> Kind {
        self.reading.quantities[self.items[n]].measure_kind()
    }

    /// Whether one item may be a part of the other by its unit: 6个单位 has 4家企业, but not 8盏路灯.
    fn fits(&self, whole: usize, part: usize) -> bool {
        let (a, b) = (&self.reading.quantities[self.items[whole]], &self.reading.quantities[self.items[part]]);
        if !same_kind(a.measure_kind(), b.measure_kind()) {
            return false;
        }
        match a.measure_kind() {
            Kind::Thing | Kind::Case | Kind::Event | Kind::Listing | Kind::Paper | Kind::Other => {
                a.unit == b.unit
                    || (a.unit == "个" && ["个", "家", "所", "处", "座", "间"].contains(&b.unit.as_str()))
                    || (["家", "处", "所"].contains(&a.unit.as_str())
                        && ["家", "处", "所", "个"].contains(&b.unit.as_str()))
            }
            _ => true,
        }
    }

    fn value(&self, n: usize) -> f64 {
        self.reading.quantities[self.items[n]].base()
    }

    fn exact(&self, n: usize) -> bool {
        self.reading.quantities[self.items[n]].is_exact()
    }

    /// Lists told after their whole.
    fn forward(&self, found: &mut Vec<Partition>) {
        for at in self.own.max(1)..self.items.len() {
            let Some(form) = trigger(&self.gaps[at]).filter(|_| headed::head(&self.gaps[at]).is_none()) else {
                continue;
            };
            let mut columns: Vec<Vec<usize>> = Vec::new();
            for n in self.reach(at, form) {
                let column = columns.iter_mut().find(|column| self.fits(column[0], n) || self.fits(n, column[0]));
                match column {
                    Some(column) => column.push(n),
                    None => columns.push(vec![n]),
                }
            }
            // Rows of one list are all there if one of their columns adds up: 12户21人, 其中A类5户9人, B类7户12人.
            let mut anchor = None;
            let mut held: Vec<(usize, Vec<Partition>)> = Vec::new();
            for parts in &columns {
                let mut these = Vec::new();
                anchor = self.partition(at, form, parts, &mut these).into_iter().chain(anchor).min();
                held.push((these.first().map_or(0, |partition| partition.parts.len()), these));
            }
            let rows = columns
                .iter()
                .zip(&held)
                .filter(|(parts, (used, _))| parts.len() == *used)
                .map(|(_, (used, _))| *used)
                .max();
            for (parts, (used, these)) in columns.iter().zip(held) {
                let complete = rows == Some(parts.len());
                if used == 0 || (complete && used < parts.len()) {
                    let before = found.len();
                    self.misfit(at, form, parts, complete, anchor.unwrap_or(0), found);
                    // The wholes of the other columns stand beside that of the first.
                    let own =
                        found.get(before).and_then(|partition| self.items.iter().position(|&n| n == partition.whole));
                    anchor = anchor.or(own);
                } else {
                    found.extend(these);
                }
            }
        }
    }

    /// The items of a list that opens before item `at`.
    fn reach(&self, at: usize, form: Form) -> Vec<usize> {
        let level = self.depth[at];
        let mut list = vec![at];
        for n in at + 1..self.items.len() {
            if self.depth[n] < level || list.len() == PARTS_MAX {
                break;
            }
            let gap = &self.gaps[n];
            if self.depth[n] > level {
                continue;
            }
            if trigger(gap).is_some() && !gap.contains('（') && form != Form::Brackets {
                break;
            }
            // B类42户，其中…，C类111户: the next of its kind, not a part of it.
            if (at.saturating_sub(4)..at).any(|whole| self.siblings(whole, n)) {
                break;
            }
            list.push(n);
        }
        list
    }

    /// What a list may be a list of: the numbers before it with a fitting unit, nearest first.
    fn wholes(&self, at: usize, form: Form, first: usize) -> Vec<usize> {
        let near = at.saturating_sub(40)..at;
        near.rev()
            .filter(|&n| self.fits(n, first) && self.depth[n] <= self.depth[at] && self.value(n) > 0.0)
            .take(if form == Form::Brackets { 1 } else { 4 })
            .collect()
    }

    /// Find the whole of a list and the run of parts that makes it; nothing if there is none.
    fn partition(&self, at: usize, form: Form, parts: &[usize], found: &mut Vec<Partition>) -> Option<usize> {
        let open = self.is_open(parts);
        let wholes = self.wholes(at, form, parts[0]);
        // A whole further away must take the whole list; small runs hit something by chance.
        let (near, far) = wholes.split_at(wholes.len().min(1));
        let fits = |whole: &usize| self.makes(*whole, parts) || self.grouped(*whole, parts);
        near.iter()
            .chain(far.iter().filter(|whole| fits(whole)))
            .copied()
            .find(|&whole| self.verify(whole, parts, form, open, found) || self.verify_last(whole, parts, form, found))
    }

    /// Set down a list that makes no whole, against the whole it most likely belongs to. The wholes of all columns
    /// stand together, none before `floor`.
    fn misfit(&self, at: usize, form: Form, parts: &[usize], complete: bool, floor: usize, found: &mut Vec<Partition>) {
        let open = self.is_open(parts) && !complete;
        // What follows a new beginning may still be a part, but only the sum could have said so.
        // （党员共124名）names the whole in brackets.
        if form == Form::Brackets
            && parts.len() == 1
            && ["共", "总", "合计"].iter().any(|word| self.gaps[at].contains(word))
        {
            return;
        }
        let ends = |n: usize| {
            form != Form::Brackets
                && n != at
                && (leaves(&self.gaps[n])
                    || self.gaps[n].contains('率')
                    || self.ungraded(parts[0], n)
                    || self.parted(n, form))
                && !self.complements(n)
        };
        let told = parts.iter().position(|&n| !complete && ends(n)).unwrap_or(parts.len());
        if told == 0 {
            return;
        }
        let parts = &parts[..told];
        let largest = parts.iter().map(|&n| self.value(n)).fold(0.0, f64::max);
        let usable = |n: &usize| !grown(&self.gaps[*n]) && !self.reading.quantities[self.items[*n]].weak;
        // 生活困难党员1人；文化程度分别为…: what was told before the semicolon is not the whole.
        let gap = &self.gaps[at];
        if gap.contains('；') && !gap.contains("其中") && !complete {
            return;
        }
        let wholes: Vec<usize> = self
            .wholes(at, form, parts[0])
            .into_iter()
            .filter(usable)
            .filter(|&n| n >= floor || self.beside(n, floor))
            .collect();
        let nearest = wholes.iter().copied().find(|&n| self.value(n) >= largest).or(wholes.first().copied());
        if let Some(whole) = nearest {
            self.push(whole, parts, form, false, open, found);
            if let Some(last) = found.last_mut() {
                last.exhaustive |= complete;
                last.complete |= complete;
            }
        }
    }

    /// Two divisions of one whole, of which only the second adds up: the first is then a misfit.
    fn verify_last(&self, whole: usize, parts: &[usize], form: Form, found: &mut Vec<Partition>) -> bool {
        let Some(from) = (2..parts.len().saturating_sub(1)).find(|&from| self.makes(whole, &parts[from..])) else {
            return false;
        };
        if parts.len() - from < 3 || self.value(whole) < 20.0 {
            return false;
        }
        self.push(whole, &parts[..from], form, false, false, found);
        self.push(whole, &parts[from..], form, true, false, found);
        true
    }

    /// Whether the list falls into runs of which each makes the whole, with nothing left over.
    fn grouped(&self, whole: usize, parts: &[usize]) -> bool {
        let mut from = 0;
        while from + 1 < parts.len() {
            match (from + 2..=parts.len()).find(|&to| self.makes(whole, &parts[from..to])) {
                Some(to) => from = to,
                None => return false,
            }
        }
        from == parts.len()
    }

    /// Take runs of parts that make the whole, one after the other; true if there was one.
    fn verify(&self, whole: usize, parts: &[usize], form: Form, open: bool, found: &mut Vec<Partition>) -> bool {
        let mut from = 0;
        let mut held = false;
        while from + 1 < parts.len() {
            // A list with 其他 in it goes on to that part at least.
            let last = parts[from..].iter().position(|&n| rest(&self.gaps[n])).map_or(from + 2, |n| from + n + 1);
            let hit = (last.max(from + 2)..=parts.len())
                .find(|&to| self.makes(whole, &parts[from..to]) && !self.goes_on(&parts[from..], to - from));
            match hit {
                Some(to) => {
                    self.push(whole, &parts[from..to], form, true, open, found);
                    held = true;
                    from = to;
                }
                None => break,
            }
        }
        // 35岁以下…，36至59岁…，60岁以上…: ages from end to end leave nobody out.
        let left = &parts[from..];
        let label = |n: &usize| self.band(*n);
        if held && left.len() >= 2 && age_bands(&left.iter().map(label).collect::<Vec<_>>()) {
            self.push(whole, left, form, false, open, found);
            if let Some(last) = found.last_mut() {
                (last.exhaustive, last.complete) = (true, true);
            }
        }
        held
    }

    /// 一孩25份、二孩18份、三孩3份: a list of one kind in one breath does not end in its middle.
    fn goes_on(&self, parts: &[usize], to: usize) -> bool {
        let listed = |n: usize| self.gaps[n].starts_with('、');
        let labels: Vec<&str> = parts[..(to + 1).min(parts.len())].iter().map(|&n| self.band(n)).collect();
        to < parts.len() && parts[1..=to].iter().all(|&n| listed(n)) && !may_overlap(&labels)
    }

    /// The age a part is of, or else its label.
    fn band(&self, n: usize) -> &str {
        let quantity = &self.reading.quantities[self.items[n]];
        quantity.restriction.as_deref().unwrap_or(&quantity.label)
    }

    /// Whether these parts add up to the whole, allowing for rounding.
    fn makes(&self, whole: usize, parts: &[usize]) -> bool {
        let sum: f64 = parts.iter().map(|&n| self.value(n)).sum();
        let total = self.value(whole);
        let slack: f64 = parts.iter().chain([&whole]).map(|&n| self.reading.quantities[self.items[n]].slack()).sum();
        // A whole rounded to 1万 says nothing of its parts.
        let coarse = self.reading.quantities[self.items[whole]].slack() > total * 0.02;
        !coarse
            && parts.iter().chain([&whole]).all(|&n| self.exact(n))
            && (sum - total).abs() <= slack + total.abs() * 1e-9
    }

    fn push(&self, whole: usize, parts: &[usize], form: Form, holds: bool, open: bool, found: &mut Vec<Partition>) {
        let sum = parts.iter().map(|&n| self.value(n)).sum();
        let labels: Vec<&str> = parts.iter().map(|&n| self.band(n)).collect();
        let bands = age_bands(&labels);
        let exhaustive = bands || self.exhaustive(parts, form);
        found.push(Partition {
            whole: self.items[whole],
            parts: parts.iter().map(|&n| self.items[n]).collect(),
            form,
            sum,
            holds,
            open,
            exhaustive,
            complete: bands || form == Form::TotalAfter || parts.iter().any(|&n| rest(&self.gaps[n])),
        });
    }

    /// Whether the words leave no room for parts untold.
    fn exhaustive(&self, parts: &[usize], form: Form) -> bool {
        let first = self.gaps[parts[0]].as_str();
        let told = |word: &str| first.contains(word);
        let classes = ["两类", "三类", "四类", "五类", "两种", "三种", "2类", "3类", "4类", "5类"];
        form == Form::TotalAfter
            || told("分为")
            || (form == Form::Respectively
                && (told("其中") || told("：") || told("（") || first.trim_start_matches('，').starts_with("分别")))
            || (classes.iter().any(|word| told(word)) && parts.len() >= 2)
            || parts.iter().any(|&n| rest(&self.gaps[n]))
    }

    /// Labels of one length that differ only in their first words: A类家庭, B类家庭.
    fn siblings(&self, a: usize, b: usize) -> bool {
        let label = |n: usize| self.reading.quantities[self.items[n]].label.as_str();
        let (x, y) = (label(a), label(b));
        let shared = x.chars().rev().zip(y.chars().rev()).take_while(|(a, b)| a == b).count();
        let length = x.chars().count();
        x != y && length == y.chars().count() && shared >= 3 && shared + 2 >= length
    }

    /// 14035户25559人…发放4721万元: the columns of one whole stand side by side.
    fn beside(&self, n: usize, anchor: usize) -> bool {
        let joined = |m: usize| {
            let gap = self.gaps[m].as_str();
            let paid = self.kind(m) == Kind::Money && !gap.contains(['。', '；', '（']) && trigger(gap).is_none();
            let short = gap.starts_with('，') && gap.chars().count() <= 4;
            paid || short || matches!(gap, "" | "、")
        };
        n < anchor && anchor - n <= 3 && (n + 1..=anchor).all(joined)
    }

    /// 有效诉求1702件；无效诉求148件: the other half is never a new matter.
    fn complements(&self, n: usize) -> bool {
        let label = |n: usize| self.reading.quantities[self.items[n]].label.as_str();
        n > 0 && complementary(label(n - 1), label(n))
    }

    /// A semicolon ends a list, unless a colon opened it.
    fn parted(&self, n: usize, form: Form) -> bool {
        let listed = matches!(form, Form::Colon | Form::Respectively | Form::Comprises);
        self.gaps[n].contains('；') && !listed
    }

    /// A list of grades (省级1个) ends where a part has none.
    fn ungraded(&self, first: usize, n: usize) -> bool {
        let grade = |n: usize| self.reading.quantities[self.items[n]].label.ends_with('级');
        grade(first) && !grade(n)
    }

    /// 等 after the last part, or a part that is not exact.
    fn is_open(&self, parts: &[usize]) -> bool {
        let last = parts[parts.len() - 1];
        let after: String = self.gaps[last + 1].chars().take(4).collect();
        after.starts_with('等') || after.contains('…') || parts.iter().any(|&n| self.gaps[n + 1].starts_with('等'))
    }

    /// Lists told before their total: 男1人、女3人，合计4人.
    fn totals_after(&self, found: &mut Vec<Partition>) {
        for n in (self.own + 2)..self.items.len() {
            let label = |m: usize| self.reading.quantities[self.items[m]].label.as_str();
            let Some(sure) = closes(&self.gaps[n], label(n)) else {
                continue;
            };
            let kind = self.kind(n);
            let near = n.saturating_sub(40).max(self.own)..n;
            let mut before: Vec<usize> =
                near.filter(|&m| same_kind(self.kind(m), kind) && self.depth[m] == self.depth[n]).collect();
            let alike: Vec<usize> =
                before.iter().copied().filter(|&m| !label(m).is_empty() && label(m) == label(n)).collect();
            let ordinal: Vec<usize> = before.iter().copied().filter(|&m| self.gaps[m].contains('第')).collect();
            if alike.len() >= 2 {
                before = alike;
            } else if ordinal.len() >= 3 && ordinal.len() == before.len() {
                // 第一支部党员32人，第二支部28人 …: each of them is named by its number.
            } else if !self.gaps[n].contains("计") && !self.gaps[n].ends_with("共") {
                continue;
            }
            let known = |whole: usize| found.iter().any(|p| p.whole == self.items[whole]);
            if before.len() < 2 || known(n) {
                continue;
            }
            let hit = (0..before.len() - 1).rev().find(|&from| self.makes(n, &before[from..]));
            match hit {
                Some(from) => self.push(n, &before[from..], Form::TotalAfter, true, false, found),
                None if sure && before.iter().all(|&m| self.exact(m)) && !before.iter().any(|&m| known(m)) => {
                    self.push(n, &before, Form::TotalAfter, false, self.is_open(&before), found);
                }
                None => {}
            }
        }
    }

    /// Men and women told right behind a number of people, with nothing else in their labels.
    fn sexes(&self, whole: usize, first: usize, second: usize) -> bool {
        let label = |n: usize| self.reading.quantities[self.items[n]].label.as_str();
        let bare = |n: usize| label(n).chars().count() <= 2 && label(n).starts_with(['男', '女']);
        let joined = self.gaps[first].starts_with(['，', '（', '：']) && self.gaps[first].chars().count() <= 6;
        joined
            && bare(first)
            && bare(second)
            && !label(whole).starts_with(['男', '女'])
            && complementary(label(first), label(second))
    }

    /// A total with its parts behind it and no word between: taken only when it holds.
    fn plain(&self, found: &mut Vec<Partition>) {
        for whole in self.own..self.items.len() {
            if found.iter().any(|p| p.holds && p.whole == self.items[whole]) {
                continue;
            }
            let kind = self.kind(whole);
            let parts: Vec<usize> = (whole + 1..self.items.len().min(whole + 40))
                .filter(|&n| same_kind(self.kind(n), kind) && self.depth[n] == self.depth[whole])
                .take(12)
                .collect();
            let quantity = &self.reading.quantities[self.items[whole]];
            let words = format!("{}{}", self.reading.words(quantity.lead.clone()), quantity.label);
            let total = ["总", "共", "合计", "全"].iter().any(|word| words.contains(word));
            // 工作者18名，男8名，女10名: such a pair needs no word before it.
            if let [first, second, ..] = parts[..]
                && first == whole + 1
                && second == whole + 2
                && self.sexes(whole, first, second)
            {
                let holds = self.makes(whole, &parts[..2]);
                self.push(whole, &parts[..2], Form::Plain, holds, false, found);
                if let Some(last) = found.last_mut() {
                    (last.exhaustive, last.complete) = (true, true);
                }
                continue;
            }
            // Small numbers add up by chance.
            if self.value(whole) < 10.0 || !total {
                continue;
            }
            if let Some(to) = (2..=parts.len()).find(|&to| self.makes(whole, &parts[..to])) {
                self.push(whole, &parts[..to], Form::Plain, true, false, found);
            }
        }
    }
}
