//! Lists told before their total: 男1人、女3人，合计4人; 四项合计4.9亿元.

use super::{Division, Lists};
use crate::claims::Tie;
use crate::read::measures::same_kind;
use crate::relations::openers::{Form, closes};

impl Lists<'_> {
    pub fn totals_after(&self, found: &mut Vec<Division>) {
        let row = self.row;
        for n in 2..row.len() {
            if !row.level(n)
                || !row.exact(n)
                || found.iter().any(|division| division.whole == row.items[n] && division.holds)
            {
                continue;
            }
            let Some(closing) = closes(row.gap(n), row.label(n)) else { continue };
            let mut before = self.before(n);
            if let Some(of) = closing.of.filter(|&of| of >= 2 && of <= before.len()) {
                let counted = before[before.len() - of..].to_vec();
                if self.makes(n, &counted) {
                    self.push(n, &counted, Form::TotalAfter, Tie::Stated, found);
                    continue;
                }
            }
            let alike: Vec<usize> =
                before.iter().copied().filter(|&m| !row.label(m).is_empty() && row.label(m) == row.label(n)).collect();
            let ordinal: Vec<usize> = before.iter().copied().filter(|&m| row.gap(m).contains('第')).collect();
            if alike.len() >= 2 {
                before = alike;
            } else if ordinal.len() >= 3 && ordinal.len() == before.len() {
                // 第一支部党员32人，第二支部28人 …: each of them is named by its number.
            } else if !row.gap(n).contains("计") && !row.gap(n).contains("相加") && !self.own_total(n) {
                continue;
            }
            self.total(n, &before, &closing, found);
        }
    }

    fn total(
        &self,
        n: usize,
        before: &[usize],
        closing: &crate::relations::openers::Closing,
        found: &mut Vec<Division>,
    ) {
        let row = self.row;
        if before.len() < 2 {
            return;
        }
        // The nearest run that makes it; within its own sentence first.
        let hit = (0..before.len() - 1).rev().find(|&from| self.makes(n, &before[from..]));
        if let Some(from) = hit {
            self.push(n, &before[from..], Form::TotalAfter, Tie::Stated, found);
            return;
        }
        let outer: Vec<usize> = before.iter().copied().filter(|&m| !row.gap(m).contains("其中")).collect();
        if let Some(from) = (0..outer.len().saturating_sub(1)).rev().find(|&from| self.makes(n, &outer[from..])) {
            self.push(n, &outer[from..], Form::TotalAfter, Tie::Stated, found);
            return;
        }
        let heads = self.heads(before);
        if heads.len() >= 2 && self.makes(n, &heads) {
            self.push(n, &heads, Form::TotalAfter, Tie::Stated, found);
            return;
        }
        let own: Vec<usize> = before.iter().copied().filter(|&m| row.sentence(m) == row.sentence(n)).collect();
        let parts = match closing.of {
            Some(of) if of >= 2 && of <= before.len() => before[before.len() - of..].to_vec(),
            _ => own,
        };
        let known = |m: usize| found.iter().any(|division| division.whole == row.items[m]);
        let counted = closing.of.is_none_or(|of| of == parts.len());
        if closing.sure
            && counted
            && parts.len() >= 2
            && parts.iter().all(|&m| row.exact(m) && row.weight(m).is_some())
            && !parts.iter().any(|&m| known(m))
        {
            self.push(n, &parts, Form::TotalAfter, Tie::Stated, found);
        }
    }

    /// What may be totalled: levels of the kind before it, in its sentence and the two before; a total already told begins anew.
    fn before(&self, n: usize) -> Vec<usize> {
        let row = self.row;
        let near = n.saturating_sub(40)..n;
        near.filter(|&m| {
            row.level(m)
                && same_kind(row.kind(m), row.kind(n))
                && row.fits(n, m)
                && row.depth(m) == row.depth(n)
                && row.quantity(m).bracket == row.quantity(n).bracket
                && row.sentence(m) + 2 >= row.sentence(n)
        })
        .collect()
    }

    /// The first of each clause.
    pub fn heads(&self, parts: &[usize]) -> Vec<usize> {
        let mut heads: Vec<usize> = Vec::new();
        for &n in parts {
            if heads.last().is_none_or(|&last| self.row.clause(last) != self.row.clause(n)) {
                heads.push(n);
            }
        }
        heads
    }

    /// 共 opens its own segment: ，共72人; 咨询类共756件 and 3幢，共2100平方米 total nothing that was told before.
    fn own_total(&self, n: usize) -> bool {
        let row = self.row;
        let gap = row.gap(n);
        let segment = gap.rsplit(['，', '；', '。', '（']).next().unwrap_or(gap);
        let bare = [
            "", "全部", "全年", "上半年", "下半年", "全社区", "全村", "全镇", "三期", "两期", "总", "一", "以上", "合",
        ]
        .iter()
        .any(|word| segment.trim_end_matches(['有', '为']).trim_end_matches('共') == *word);
        let doing = segment.trim_end_matches('有').ends_with('共') && segment.chars().count() <= 6;
        // 教学楼3幢，共2100平方米: the second number of one thing.
        if n > 0
            && row.level(n - 1)
            && row.kind(n - 1) != row.kind(n)
            && row.clause(n - 1) == row.clause(n)
            && segment.trim_end_matches('有') == "共"
        {
            return false;
        }
        let same = (n.saturating_sub(12)..n)
            .filter(|&m| row.level(m) && row.clause(m) == row.clause(n) && row.quantity(m).unit == row.quantity(n).unit)
            .count();
        (bare || doing) && same >= 2
    }
}
