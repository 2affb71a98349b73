//! A total with its parts behind it and no word between: 工作者18名，男8名，女10名; 全年受理312件。邻里类118件；物业类102件；….

use super::{Division, Lists};
use crate::claims::Tie;
use crate::read::measures::same_kind;
use crate::relations::complete::{complementary, exhaustive, scaled};
use crate::relations::flows;
use crate::relations::openers::{Form, trigger};

impl Lists<'_> {
    pub fn plain(&self, found: &mut Vec<Division>) {
        let row = self.row;
        for whole in 0..row.len() {
            if !row.level(whole) || !row.exact(whole) || found.iter().any(|p| p.holds && p.whole == row.items[whole]) {
                continue;
            }
            self.pair(whole, found);
            self.run_behind(whole, found);
        }
        for first in 1..row.len() {
            if row.opens_sentence(first) {
                self.next_sentence(first, found);
            }
        }
    }

    /// Two halves right behind a number: 男8名，女10名. Such a pair needs no word before it.
    fn pair(&self, whole: usize, found: &mut Vec<Division>) {
        let row = self.row;
        let next: Vec<usize> = (whole + 1..row.len().min(whole + 8))
            .take_while(|&n| row.sentence(n) == row.sentence(whole))
            .filter(|&n| row.level(n) && row.depth(n) >= row.depth(whole))
            .take(2)
            .collect();
        let [first, second] = next[..] else { return };
        let taken = found.iter().any(|division| division.has(row.items[first]) && division.has(row.items[second]));
        let halves = complementary(&self.name(first), &self.name(second));
        let joined = row.gap(first).starts_with(['，', '（', '：', '；'])
            && row.gap(first).chars().count() <= 12
            && trigger(row.gap(first)).is_none();
        let alike = row.fits(whole, first) && row.fits(whole, second) && row.exact(first) && row.exact(second);
        let own = !complementary(&self.name(whole), &self.name(first)) && !halves_of(&self.name(whole));
        if taken || !halves || !joined || !alike || !own {
            return;
        }
        // What was done and what is left is a balance of its own.
        if flows::LEFT.iter().any(|word| self.name(second).contains(word)) {
            return;
        }
        // 户籍人口3120人，常住人口4866人，暂住人口701人: three kinds of one row, of which no one is the whole.
        let larger = row.value(whole) >= row.value(first).max(row.value(second));
        let words = format!("{}{}", row.gap(whole), row.label(whole));
        let total = ["总", "共"].iter().any(|word| words.contains(word));
        let same_name = row.label(first).is_empty() || row.label(first).chars().count() <= 4;
        let sure = same_name && (sexes(&self.name(first)) || total);
        let holds = self.makes(whole, &[first, second]);
        if holds || (larger && sure) {
            self.push(whole, &[first, second], Form::Plain, if sure { Tie::Stated } else { Tie::Possible }, found);
        }
    }

    /// 总…, 共…, and behind it numbers that make it: taken only when they do.
    fn run_behind(&self, whole: usize, found: &mut Vec<Division>) {
        let row = self.row;
        if found.iter().any(|division| division.whole == row.items[whole]) {
            return;
        }
        let parts: Vec<usize> = (whole + 1..row.len().min(whole + 40))
            .take_while(|&n| row.sentence(n) == row.sentence(whole))
            .filter(|&n| row.level(n) && same_kind(row.kind(n), row.kind(whole)) && row.depth(n) == row.depth(whole))
            .take(12)
            .collect();
        // 党支部42个，评为优秀的12个，良好的21个，一般的9个: right behind the whole, and by their names all there are.
        let close: Vec<usize> = parts.iter().copied().take_while(|&n| row.clause(n) == row.clause(whole)).collect();
        let right = close.first() == Some(&(whole + 1)) && row.gap(whole + 1).starts_with('，');
        let longest = (3..=close.len()).rev().find(|&to| {
            let names = self.names(&close[..to]);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            scaled(&names)
                && close[..to].iter().all(|&n| row.exact(n) && row.fits(whole, n))
                && !names.contains(&row.label(whole))
        });
        if let Some(to) = longest.filter(|_| right) {
            let sum: f64 = close[..to].iter().map(|&n| row.value(n)).sum();
            let near = (sum / row.value(whole) - 1.0).abs() <= 0.2;
            if near || self.makes(whole, &close[..to]) {
                self.push(whole, &close[..to], Form::Plain, Tie::Stated, found);
                return;
            }
        }
        let words = format!("{}{}", row.gap(whole), row.label(whole));
        let total = ["总", "共", "合计", "全"].iter().any(|word| words.contains(word));
        // Small numbers add up by chance.
        if row.value(whole) < 10.0 || !total {
            return;
        }
        if let Some(to) = (2..=parts.len()).find(|&to| self.makes(whole, &parts[..to])) {
            let names = self.names(&parts[..to]);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let tie = if exhaustive(&names) { Tie::Likely } else { Tie::Possible };
            self.push(whole, &parts[..to], Form::Plain, tie, found);
        }
    }

    /// The total stands in one sentence, and the next tells its parts, one to a clause.
    fn next_sentence(&self, first: usize, found: &mut Vec<Division>) {
        let row = self.row;
        let (sentence, before) = (row.sentence(first), row.sentence(first - 1));
        let inside: Vec<usize> = (first..row.len().min(first + 60))
            .take_while(|&n| row.sentence(n) == sentence)
            .filter(|&n| row.level(n) && row.depth(n) == 0)
            .collect();
        let Some(&lead) = inside.first() else { return };
        let inside: Vec<usize> = inside.into_iter().filter(|&n| row.fits(lead, n) || row.fits(n, lead)).collect();
        let taken = |n: usize| found.iter().any(|division| division.members().any(|part| part == row.items[n]));
        if inside.len() < 2 || taken(inside[0]) || taken(inside[1]) {
            return;
        }
        let from = (0..first).rev().take_while(|&n| row.sentence(n) == before).last().unwrap_or(first);
        let wholes: Vec<usize> =
            (from..first).filter(|&n| row.level(n) && row.fits(n, lead) && row.depth(n) == 0).collect();
        let mut heads: Vec<usize> = Vec::new();
        for &n in &inside {
            if heads.last().is_none_or(|&last| row.clause(last) != row.clause(n)) {
                heads.push(n);
            }
        }
        for &whole in &wholes {
            for parts in [&heads, &inside] {
                if parts.len() >= 2 && self.makes(whole, parts) && (parts.len() >= 3 || row.value(whole) >= 50.0) {
                    let tie = self.weigh(whole, parts, Form::Plain, false).tie;
                    self.push(whole, parts, Form::Plain, tie, found);
                    return;
                }
            }
        }
        // The shares of the parts make a hundred: they are all of them, and of this whole if there is only the one.
        let parts = if heads.len() >= 2 { heads } else { inside };
        let &[whole] = &wholes[..] else { return };
        let verdict = self.weigh(whole, &parts, Form::Plain, false);
        let shared = parts.iter().all(|&n| self.shares.of_whole(row.items[n]).is_some());
        if shared && verdict.exhaustive && verdict.exceeds.is_none() {
            self.push(whole, &parts, Form::Plain, Tie::Stated, found);
        }
    }
}

fn sexes(name: &str) -> bool {
    name.starts_with(['男', '女']) && name.chars().count() <= 3
}

/// Whether a number is itself one of two halves.
fn halves_of(name: &str) -> bool {
    name.starts_with(['男', '女'])
}
