//! A paragraph as a row of numbers with words between, which every relation reads: where a list opens, what it lists,
//! how often a part counts (东、西两片各2个).

use crate::page::Page;
use crate::read::figures::Quantity;
use crate::read::measures::{Kind, same_kind};
use crate::read::numbers::chinese_value;
use crate::read::roles::Role;
use crate::report::FigureKind;
use crate::text::BlockKind;

/// The counting numbers of one paragraph, in order, and the words before each.
pub struct Row<'a> {
    pub page: &'a Page<'a>,
    /// Indexes into the quantities of the page.
    pub items: Vec<usize>,
    /// The words between the number before (or the beginning of the sentence) and each number.
    pub gaps: Vec<String>,
    /// What stands behind the last number of each sentence, by item.
    tails: Vec<String>,
}

/// The rows of all paragraphs.
pub fn rows<'a>(page: &'a Page<'a>) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut from = 0;
    while from < page.sentences.len() {
        let block = page.sentences[from].block;
        let to = page.sentences[from..].iter().position(|sentence| sentence.block != block);
        let to = to.map_or(page.sentences.len(), |n| from + n);
        if page.normal.blocks[block].kind != BlockKind::Row {
            let row = Row::of(page, from..to);
            if !row.items.is_empty() {
                rows.push(row);
            }
        }
        from = to;
    }
    rows
}

impl<'a> Row<'a> {
    fn of(page: &'a Page<'a>, sentences: std::ops::Range<usize>) -> Row<'a> {
        let (mut items, mut gaps, mut tails) = (Vec::new(), Vec::new(), Vec::new());
        for sentence in &page.sentences[sentences] {
            let mut at = sentence.span.start;
            let own: Vec<usize> = sentence.quantities.clone().filter(|&n| counts(&page.quantities[n])).collect();
            for (n, &item) in own.iter().enumerate() {
                let span = &page.quantities[item].span;
                items.push(item);
                gaps.push(page.words(at.min(span.start)..span.start));
                let next = own.get(n + 1).map_or(sentence.span.end, |&next| page.quantities[next].span.start);
                tails.push(page.words(span.end..next.max(span.end)));
                at = span.end;
            }
        }
        Row { page, items, gaps, tails }
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn quantity(&self, n: usize) -> &'a Quantity {
        &self.page.quantities[self.items[n]]
    }

    pub fn gap(&self, n: usize) -> &str {
        &self.gaps[n]
    }

    /// The words behind a number, up to the next one or the end of the sentence.
    pub fn tail(&self, n: usize) -> &str {
        &self.tails[n]
    }

    pub fn role(&self, n: usize) -> Role {
        self.quantity(n).role
    }

    pub fn level(&self, n: usize) -> bool {
        self.page.is_level(self.items[n])
    }

    pub fn kind(&self, n: usize) -> Kind {
        self.quantity(n).measure_kind()
    }

    pub fn value(&self, n: usize) -> f64 {
        self.quantity(n).base()
    }

    pub fn exact(&self, n: usize) -> bool {
        self.quantity(n).is_exact()
    }

    pub fn label(&self, n: usize) -> &'a str {
        &self.quantity(n).label
    }

    pub fn sentence(&self, n: usize) -> usize {
        self.quantity(n).sentence
    }

    pub fn clause(&self, n: usize) -> (usize, usize) {
        (self.quantity(n).sentence, self.quantity(n).clause)
    }

    pub fn depth(&self, n: usize) -> usize {
        self.quantity(n).depth
    }

    /// The first number of its sentence.
    pub fn opens_sentence(&self, n: usize) -> bool {
        n == 0 || self.sentence(n - 1) != self.sentence(n)
    }

    /// Whether one number may be a part of the other by its unit: 6个单位 has 4家企业, but not 8盏路灯.
    pub fn fits(&self, whole: usize, part: usize) -> bool {
        fits(self.quantity(whole), self.quantity(part))
    }

    /// How often a part counts: 各2个 of two names counts twice; nothing where the words do not say.
    pub fn weight(&self, n: usize) -> Option<f64> {
        let gap = self.gap(n).trim_end_matches(['有', '为', '设', '建', '配']);
        let Some(names) = gap.strip_suffix('各') else { return Some(1.0) };
        let last = names.rsplit(['，', '；', '：', '。', '（']).next().unwrap_or(names);
        times(last.trim_start_matches("其中"))
    }
}

/// How many things a list of names has: 东片、西片; 一至六年级; 三支队伍.
fn times(names: &str) -> Option<f64> {
    let numeral = |c: char| "一二三四五六七八九十两".contains(c);
    let chars: Vec<char> = names.chars().collect();
    let value = |at: usize| chinese_value(&chars[at..at + 1]);
    for at in 1..chars.len().saturating_sub(1) {
        if matches!(chars[at], '至' | '到' | '-') && numeral(chars[at - 1]) && numeral(chars[at + 1]) {
            return Some(value(at + 1)? - value(at - 1)? + 1.0).filter(|&n| n > 1.0);
        }
    }
    let listed = names.split(['、', '和', '及', '与']).filter(|name| !name.is_empty()).count();
    // 三支队伍, 两个片区: the count told behind the names.
    let told = (0..chars.len()).rev().find(|&at| {
        numeral(chars[at])
            && chars.get(at + 1).is_some_and(|c| "支个种类家所级名项处村片组".contains(*c))
            && (at == 0 || !numeral(chars[at - 1]))
    });
    match told.and_then(value) {
        Some(told) if listed <= 1 || (told - listed as f64).abs() < 0.5 => Some(told),
        Some(_) => None,
        None if listed >= 2 => Some(listed as f64),
        None => None,
    }
}

/// Whether one may be a part of the other by its unit.
pub fn fits(whole: &Quantity, part: &Quantity) -> bool {
    if !same_kind(whole.measure_kind(), part.measure_kind()) {
        return false;
    }
    let (a, b) = (whole.unit.as_str(), part.unit.as_str());
    match whole.measure_kind() {
        Kind::Thing | Kind::Case | Kind::Event | Kind::Listing | Kind::Paper | Kind::Other => {
            a.trim_start_matches(['万', '亿']) == b.trim_start_matches(['万', '亿'])
                || (a == "个" && ["个", "家", "所", "处", "座", "间", "支", "条", "项", "种", "类"].contains(&b))
                || (["家", "处", "所"].contains(&a) && ["家", "处", "所", "个"].contains(&b))
                || (a == "项" && ["个", "件", "项"].contains(&b))
        }
        Kind::Money => currency(a) == currency(b),
        _ => true,
    }
}

fn currency(unit: &str) -> &str {
    ["美元", "港元", "港币", "欧元", "日元"].into_iter().find(|word| unit.ends_with(word)).unwrap_or("元")
}

fn counts(quantity: &Quantity) -> bool {
    matches!(quantity.kind, FigureKind::Count | FigureKind::Rate) && !quantity.weak
}

#[cfg(test)]
mod tests {
    use super::times;

    #[test]
    fn each_counts_as_often_as_there_are_names() {
        assert_eq!(times("东片、西片"), Some(2.0));
        assert_eq!(times("一至六年级"), Some(6.0));
        assert_eq!(times("红帽、蓝帽、黄帽三支队伍"), Some(3.0));
        assert_eq!(times("书记、副书记"), Some(2.0));
        assert_eq!(times("两个片区"), Some(2.0));
        assert_eq!(times("社区"), None);
    }
}
