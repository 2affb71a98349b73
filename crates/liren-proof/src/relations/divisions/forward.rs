//! Lists told after their whole: 其中…, （…）, 分别为…, and under a heading: 年龄结构：…

use super::{Division, Lists};
use crate::claims::Tie;
use crate::read::measures::Kind;
use crate::read::roles::Role;
use crate::relations::balances::{STEPS, says};
use crate::relations::complete::{bands, complementary, exhaustive, rest};
use crate::relations::openers::{Form, heading, leaves, trigger};

impl Lists<'_> {
    pub fn forward(&self, found: &mut Vec<Division>) {
        for at in 0..self.row.len() {
            if !self.row.level(at) {
                continue;
            }
            let form = match heading(self.row, at) {
                Some(_) => Form::Headed,
                None => match trigger(self.row.gap(at)) {
                    Some(form) => form,
                    None => continue,
                },
            };
            self.list(at, form, found);
        }
    }

    /// The list that opens at a number, column by column: 12户21人, 其中A类5户9人, B类7户12人.
    fn list(&self, at: usize, form: Form, found: &mut Vec<Division>) {
        let reach = self.reach(at, form);
        let mut columns: Vec<Vec<usize>> = Vec::new();
        for &n in reach.iter().filter(|&&n| self.row.level(n)) {
            match columns.iter_mut().find(|column| self.row.fits(column[0], n) || self.row.fits(n, column[0])) {
                Some(column) => column.push(n),
                None => columns.push(vec![n]),
            }
        }
        // 受理刑事案件68件，结案38件；受理民商事案件925件，结案440件: what came of each part is a column of its own.
        let columns: Vec<Vec<usize>> = columns.into_iter().flat_map(|column| self.by_step(column)).collect();
        // Columns that begin far behind the first part belong to another matter.
        let mut taken: Vec<(Vec<usize>, Option<Taken>)> = Vec::new();
        for column in columns {
            let outcome = self.take(at, form, &column);
            taken.push((column, outcome));
        }
        // Rows are all there if one of the columns adds up with all of them.
        let whole_rows = taken.iter().filter_map(|(_, taken)| taken.as_ref()).map(|taken| taken.parts.len()).max();
        let wholes: Vec<usize> =
            taken.iter().filter_map(|(_, taken)| taken.as_ref()).map(|taken| taken.whole).collect();
        for (column, outcome) in taken {
            // The wholes of the columns stand side by side; that of what was done stands behind that of what there was to do.
            let anchor = wholes.iter().copied().filter(|&n| !self.row.fits(n, column[0])).min();
            match outcome {
                Some(taken) => self.accept(&taken, form, &column, found),
                None => {
                    let plain = self.nested(&column).iter().filter(|nested| !**nested).count();
                    let complete = whole_rows.is_some_and(|rows| rows >= 2 && rows == plain);
                    if !self.inner(form, &column, found) {
                        self.misfit(at, form, &column, complete, anchor, found);
                    }
                }
            }
        }
    }

    /// A column parted into what there was to do and what was done of it, where its clauses tell both.
    fn by_step(&self, column: Vec<usize>) -> Vec<Vec<usize>> {
        let row = self.row;
        let follows = |n: &usize| {
            let before = column.iter().rev().copied().find(|m| m < n && row.clause(*m) == row.clause(*n));
            before.is_some_and(|m| self.step(m, *n).is_some())
        };
        let (done, todo): (Vec<usize>, Vec<usize>) = column.iter().copied().partition(follows);
        if done.is_empty() || todo.is_empty() { vec![column] } else { vec![todo, done] }
    }

    /// The words of what was done, where one figure tells what there was to do and the other what was done of it.
    fn step(&self, todo: usize, done: usize) -> Option<&'static [&'static str]> {
        let row = self.row;
        let follows = |(before, after, _): &&(&[&str], &'static [&'static str], bool)| {
            says(row, todo, before) && !says(row, todo, after) && says(row, done, after)
        };
        STEPS.iter().find(follows).map(|(_, after, _)| *after)
    }

    /// The numbers of a list that opens at `at`: to the end of its bracket or sentence, without what stands deeper.
    fn reach(&self, at: usize, form: Form) -> Vec<usize> {
        let row = self.row;
        let (depth, bracket) = (row.depth(at), row.quantity(at).bracket);
        let mut list = vec![at];
        for n in at + 1..row.len().min(at + 80) {
            if row.sentence(n) != row.sentence(at)
                || row.depth(n) < depth
                || (depth > 0 && row.depth(n) == depth && row.quantity(n).bracket != bracket)
            {
                break;
            }
            if row.depth(n) > depth {
                continue;
            }
            let listed = matches!(form, Form::Headed | Form::Brackets | Form::Colon);
            if heading(row, n).is_some() && row.level(n) && (!listed || n > at + 1) && row.gap(n).contains('；') {
                break;
            }
            // B类42户，其中…，C类111户: the next of its kind, not a part of it.
            if (at.saturating_sub(4)..at).any(|whole| row.level(whole) && row.level(n) && self.siblings(whole, n)) {
                break;
            }
            list.push(n);
        }
        list
    }

    /// Which of a column stand in a list of their own within a part: 第二产业34亿元，其中工业27亿元；.
    fn nested(&self, column: &[usize]) -> Vec<bool> {
        let row = self.row;
        let mut inner: Option<(usize, usize)> = None;
        let mut before = column[0];
        let mut nested = vec![false];
        for &n in &column[1..] {
            if inner.is_some_and(|clause| clause != row.clause(n)) {
                inner = None;
            }
            let opens = (before + 1..=n).any(|m| {
                let gap = row.gap(m).rsplit('；').next().unwrap_or("");
                gap.contains("其中") && row.clause(m) == row.clause(n)
            });
            if opens {
                inner = Some(row.clause(n));
            }
            nested.push(inner.is_some());
            before = n;
        }
        nested
    }

    /// The ways to take a column, the natural one first.
    fn variants(&self, column: &[usize], form: Form) -> Vec<Vec<usize>> {
        let row = self.row;
        let nested = self.nested(column);
        let plain: Vec<usize> = column.iter().zip(&nested).filter(|(_, nested)| !**nested).map(|(&n, _)| n).collect();
        let mut variants = vec![self.natural(column, form), plain.clone()];
        let first = row.clause(column[0]);
        variants.push(self.heads(&plain));
        variants.push(plain.iter().copied().filter(|&n| row.clause(n) == first).collect());
        variants.push(column.to_vec());
        variants.push(column.iter().copied().filter(|&n| row.clause(n) == first).collect());
        // Without the first: 其中…的whole is told again before its parts.
        variants.retain(|parts| parts.len() >= 2);
        variants.dedup();
        variants
    }

    /// The members a reader takes for the list: by clauses where each clause has one, else those of the first clause.
    pub fn natural(&self, column: &[usize], form: Form) -> Vec<usize> {
        let row = self.row;
        let nested = self.nested(column);
        let plain: Vec<usize> = column.iter().zip(&nested).filter(|(_, nested)| !**nested).map(|(&n, _)| n).collect();
        let first = row.clause(plain[0]);
        let own = plain.iter().filter(|&&n| row.clause(n) == first).count();
        let heads = self.heads(&plain);
        let by_clause = own == 1 && heads.len() > 1 && self.parallel(&heads, form);
        let mut parts: Vec<usize> = Vec::new();
        for &n in &plain {
            let new = parts.last().is_none_or(|&last| row.clause(last) != row.clause(n));
            if by_clause && !new {
                continue;
            }
            if !by_clause
                && row.clause(n) != first
                && !matches!(form, Form::Colon | Form::Comprises | Form::Brackets)
                && !parts.last().is_some_and(|&last| self.complements(last, n))
            {
                break;
            }
            if !parts.is_empty() && self.ends(plain[0], n, form) {
                break;
            }
            parts.push(n);
        }
        parts
    }

    /// Whether a number begins a new matter instead of going on the list.
    fn ends(&self, first: usize, n: usize, form: Form) -> bool {
        let gap = self.row.gap(n);
        let grade = |n: usize| self.row.label(n).ends_with('级');
        let ungraded = grade(first) && !grade(n);
        let rated = gap.contains('率') && !gap.contains("效率");
        form != Form::Brackets
            && (leaves(gap) || rated || ungraded)
            && !rest(gap)
            && !(n > 0 && self.row.level(n - 1) && self.complements(n - 1, n))
    }

    /// 有效诉求1702件；无效诉求148件: the other half is never a new matter.
    fn complements(&self, a: usize, b: usize) -> bool {
        complementary(&self.name(a), &self.name(b))
    }

    /// Labels of one length that differ only in their first words: A类家庭, B类家庭.
    fn siblings(&self, a: usize, b: usize) -> bool {
        let (x, y) = (self.row.label(a), self.row.label(b));
        let shared = x.chars().rev().zip(y.chars().rev()).take_while(|(a, b)| a == b).count();
        let length = x.chars().count();
        x != y && length == y.chars().count() && shared >= 3 && shared + 2 >= length
    }

    /// What a list may be a list of: the nearest first. In the sentence before, what it begins with comes first.
    fn wholes(&self, at: usize, form: Form, first: usize) -> Vec<usize> {
        let row = self.row;
        // What was done of the parts is a part of what was done of the whole.
        let inside = |n: &usize| row.clause(*n) == row.clause(first) && row.level(*n) && row.fits(first, *n);
        let done = (at..first).filter(inside).find_map(|n| self.step(n, first));
        let todo = (first + 1..row.len().min(first + 6)).filter(inside).find_map(|n| self.step(first, n));
        let step =
            |n: usize| done.is_none_or(|words| says(row, n, words)) && !todo.is_some_and(|words| says(row, n, words));
        let may = |n: usize| row.level(n) && row.fits(n, first) && row.value(n) > 0.0 && step(n);
        let inside = |n: &usize| row.sentence(*n) == row.sentence(at);
        let near: Vec<usize> = (at.saturating_sub(40)..at)
            .rev()
            .filter(inside)
            .filter(|&n| may(n) && row.depth(n) <= row.depth(at))
            .take(if form == Form::Brackets { 1 } else { 5 })
            .collect();
        if form == Form::Brackets || (!near.is_empty() && form != Form::Headed) {
            return near;
        }
        let mut wholes = near;
        let mut sentence = row.sentence(at);
        let mut from = at;
        let back = if form == Form::Headed { 8 } else { 3 };
        for _ in 0..back {
            while from > 0 && row.sentence(from) >= sentence {
                from -= 1;
            }
            if row.sentence(from) >= sentence {
                break;
            }
            sentence = row.sentence(from);
            let start = (0..=from).rev().take_while(|&n| row.sentence(n) == sentence).last().unwrap_or(from);
            wholes.extend((start..=from).filter(|&n| may(n) && row.depth(n) == 0));
        }
        wholes.truncate(24);
        wholes
    }

    /// The way to take a column that adds up.
    fn take(&self, at: usize, form: Form, column: &[usize]) -> Option<Taken> {
        let wholes = self.wholes(at, form, column[0]);
        let variants = self.variants(column, form);
        for &whole in &wholes {
            if let Some(parts) = variants.iter().find(|parts| self.makes(whole, parts)) {
                return Some(Taken { whole, parts: parts.clone() });
            }
        }
        // Runs from the first part on: a list may be followed by other matters, or by a second division of the whole.
        let nested = self.nested(column);
        let plain: Vec<usize> = column.iter().zip(&nested).filter(|(_, nested)| !**nested).map(|(&n, _)| n).collect();
        let told = plain.iter().skip(1).position(|&n| self.ends(plain[0], n, form)).map_or(plain.len(), |n| n + 1);
        if let Some(&whole) = wholes.iter().take(4).find(|&&whole| told >= 2 && self.makes(whole, &plain[..told])) {
            return Some(Taken { whole, parts: plain[..told].to_vec() });
        }
        for (nearness, &whole) in wholes.iter().take(4).enumerate() {
            if let Some(parts) = self.run(whole, &plain).filter(|_| nearness == 0 || self.grouped(whole, &plain)) {
                return Some(Taken { whole, parts });
            }
        }
        None
    }

    /// The shortest run from the first part on that makes the whole.
    fn run(&self, whole: usize, parts: &[usize]) -> Option<Vec<usize>> {
        // A list with 其他 in it goes on to that part at least.
        let last = parts.iter().position(|&n| rest(self.row.gap(n))).map_or(2, |n| n + 1);
        (last.max(2)..=parts.len())
            .find(|&to| self.makes(whole, &parts[..to]) && !self.goes_on(parts, to))
            .map(|to| parts[..to].to_vec())
    }

    /// Whether a column falls into runs of which each makes the whole, with nothing left over.
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

    /// 一孩25份、二孩18份、三孩3份: a list of one kind in one breath does not end in its middle.
    fn goes_on(&self, parts: &[usize], to: usize) -> bool {
        let listed = |n: usize| self.row.gap(n).starts_with('、');
        let names = self.names(&parts[..(to + 1).min(parts.len())]);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        to < parts.len()
            && parts[1..=to].iter().all(|&n| listed(n))
            && !crate::relations::categories::may_overlap(&names)
    }

    /// Set down a list that adds up, and the second and third division of the same whole behind it.
    fn accept(&self, taken: &Taken, form: Form, column: &[usize], found: &mut Vec<Division>) {
        let tie = self.weigh(taken.whole, &taken.parts, form, false).tie;
        self.push(taken.whole, &taken.parts, form, tie, found);
        let last = taken.parts.last().copied().unwrap_or(0);
        let mut left: Vec<usize> = column.iter().copied().filter(|&n| n > last).collect();
        while left.len() >= 2 {
            let Some(parts) = self.run(taken.whole, &left) else { break };
            self.push(taken.whole, &parts, form, Tie::Possible, found);
            left.drain(..parts.len());
        }
        // 35岁以下…，36至59岁…，60岁以上…: ages from end to end leave nobody out.
        let names = self.names(&left);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if left.len() >= 2 && bands(&names) {
            self.push(taken.whole, &left, form, Tie::Stated, found);
        }
    }

    /// 其中接通72件，满意的66件，基本满意的4件，不满意的2件: the first part is itself the whole of those behind it.
    fn inner(&self, form: Form, column: &[usize], found: &mut Vec<Division>) -> bool {
        let column = self.natural(column, form);
        for from in 0..column.len().saturating_sub(2) {
            let (whole, rest) = (column[from], &column[from + 1..]);
            for to in (2..=rest.len()).rev() {
                let pair = to > 2 || self.complements(rest[0], rest[1]);
                if pair && self.makes(whole, &rest[..to]) {
                    self.push(whole, &rest[..to], form, Tie::Likely, found);
                    return true;
                }
            }
        }
        false
    }

    /// Whether the clauses of a list are built alike: by 其中， before all of them, by their names, or by what follows each.
    fn parallel(&self, heads: &[usize], form: Form) -> bool {
        let row = self.row;
        let gap = row.gap(heads[0]);
        let opened = ["其中，", "其中：", "："].iter().any(|mark| gap.contains(mark))
            || matches!(form, Form::Headed | Form::Colon);
        let names = self.names(heads);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ends = |name: &&str| name.chars().next_back();
        let alike = names.windows(2).all(|pair| ends(&pair[0]) == ends(&pair[1]) && ends(&pair[0]).is_some());
        let roles = |n: usize| -> Vec<Role> {
            (n..row.len()).take_while(|&m| row.clause(m) == row.clause(n)).map(|m| row.role(m)).take(4).collect()
        };
        let built = heads.windows(2).all(|pair| roles(pair[0]) == roles(pair[1]) && roles(pair[0]).len() > 1);
        opened || exhaustive(&names) || alike || built
    }

    /// Set down a list that makes no whole, against the whole it most likely belongs to.
    fn misfit(
        &self,
        at: usize,
        form: Form,
        column: &[usize],
        complete: bool,
        anchor: Option<usize>,
        found: &mut Vec<Division>,
    ) {
        let row = self.row;
        // （党员共124名）names the whole in brackets.
        let named = ["共", "总", "合计"].iter().any(|word| row.gap(at).contains(word));
        if form == Form::Brackets && column.len() == 1 && named {
            return;
        }
        // What stands far behind the first part is of another matter.
        if column[0] != at && !complete && !self.beside_first(at, column[0]) {
            return;
        }
        let nested = self.nested(column);
        let plain = column.iter().zip(&nested).filter(|(_, nested)| !**nested).map(|(&n, _)| n);
        let parts = if complete { plain.collect() } else { self.natural(column, form) };
        let Some(whole) = self.owner(at, form, &parts, anchor) else { return };
        if parts.is_empty() {
            return;
        }
        let verdict = self.weigh(whole, &parts, form, complete);
        let Some(terms) = self.terms(&verdict.parts) else { return };
        if verdict.exceeds.is_none() && verdict.parts.len() < 2 {
            return;
        }
        found.push(Division {
            whole: row.items[whole],
            parts: terms,
            form,
            holds: false,
            tie: verdict.tie,
            exhaustive: verdict.exhaustive,
            exceeds: verdict.exceeds.map(|n| row.items[n]),
        });
    }

    /// The whole a list that does not add up belongs to, if that is plain.
    fn owner(&self, at: usize, form: Form, parts: &[usize], anchor: Option<usize>) -> Option<usize> {
        let row = self.row;
        let gap = row.gap(at);
        // 生活困难党员1人；文化程度分别为…: what was told before the semicolon is not the whole.
        if form != Form::Headed && gap.contains('；') && !gap.contains("其中") {
            return None;
        }
        // 位居前三的工单：…: words of its own before the colon open a list of something else.
        let own = gap.split('：').next().unwrap_or(gap).trim_matches(['，', '；', '、']);
        let said = ["其中", "包括", "如下", "具体", "分别", "即", "分为"].iter().any(|word| own.contains(word));
        let apart = form == Form::Colon && gap.contains('：') && own.chars().count() >= 2 && !said;
        let wholes = self.wholes(at, form, parts[0]);
        let beside = |n: usize| anchor.is_none_or(|anchor| n >= anchor || self.beside(n, anchor));
        let largest = parts.iter().map(|&n| row.value(n)).fold(0.0, f64::max);
        let wholes: Vec<usize> = wholes.into_iter().filter(|&n| beside(n)).collect();
        if form == Form::Headed {
            return self.headed_owner(at, parts, &wholes);
        }
        if apart {
            return wholes.into_iter().find(|&n| shared(row.label(n), own) >= 2);
        }
        // In the sentence before, a total says that it is one: 两年累计引进108人。其中博士32人.
        let opens = wholes.iter().all(|&n| row.sentence(n) != row.sentence(at));
        let last = wholes.first().map(|&n| row.sentence(n));
        let total = |n: &usize| ["累计", "合计", "共计", "共", "总"].iter().any(|word| row.gap(*n).contains(word));
        let said = wholes
            .iter()
            .copied()
            .filter(|&n| opens && Some(row.sentence(n)) == last && row.value(n) >= largest)
            .find(total);
        said.or(wholes.iter().copied().find(|&n| row.value(n) >= largest)).or(wholes.first().copied())
    }

    /// Under a heading only a whole of the heading's own name, or the one the list before divided, is meant.
    fn headed_owner(&self, at: usize, parts: &[usize], wholes: &[usize]) -> Option<usize> {
        let row = self.row;
        let words = heading(row, at)?;
        let sum = self.sum(parts);
        let near = |n: &usize| (sum / row.value(*n) - 1.0).abs() <= 0.25;
        let likeness = |n: usize| shared(row.label(n), &words);
        let named = wholes
            .iter()
            .copied()
            .filter(|&n| likeness(n) >= 2)
            .max_by(|&a, &b| likeness(a).cmp(&likeness(b)).then(row.value(a).total_cmp(&row.value(b))));
        let told = |n: &usize| {
            let gap = row.gap(*n);
            ["总数", "共有", "总人数", "共"].iter().any(|word| gap.ends_with(word) || row.label(*n).contains("总"))
        };
        named
            .or_else(|| wholes.iter().copied().find(told))
            .or_else(|| wholes.iter().copied().find(|&n| row.opens_sentence(n)))
            .filter(near)
    }

    /// 发放低保金1690万元，其中城市低保1530户2318人，发放低保金1102万元: columns that belong to the first part.
    fn beside_first(&self, at: usize, n: usize) -> bool {
        n > at && n - at <= 2 && self.row.clause(at) == self.row.clause(n) && self.joined(n)
    }

    /// 14035户25559人…发放4721万元: the columns of one whole stand side by side.
    fn beside(&self, n: usize, anchor: usize) -> bool {
        n < anchor && anchor - n <= 3 && (n + 1..=anchor).all(|m| self.joined(m))
    }

    fn joined(&self, m: usize) -> bool {
        let gap = self.row.gap(m);
        let paid = self.row.kind(m) == Kind::Money && !gap.contains(['。', '；', '（']) && trigger(gap).is_none();
        let short = gap.starts_with('，') && gap.chars().count() <= 4;
        paid || short || matches!(gap, "" | "、")
    }
}

/// A whole and the parts that make it, by their places in the row.
struct Taken {
    whole: usize,
    parts: Vec<usize>,
}

/// The longest run of characters two words share.
fn shared(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    (0..a.len())
        .map(|from| (from + 1..=a.len()).take_while(|&to| b.contains(&a[from..to].iter().collect::<String>())).count())
        .max()
        .unwrap_or(0)
}
