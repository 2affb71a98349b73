//! Whether a list that does not add up means to be complete: by its words, by the names of its parts, by their shares, by
//! another column of the same rows, by how near it comes.

use super::Lists;
use crate::claims::Tie;
use crate::read::figures::Quantity;
use crate::read::measures::Kind;
use crate::relations::categories::may_overlap;
use crate::relations::complete::{complementary, exhaustive, rest};
use crate::relations::openers::Form;

/// What a list that makes no whole amounts to.
pub struct Verdict {
    pub tie: Tie,
    pub exhaustive: bool,
    pub exceeds: Option<usize>,
    pub parts: Vec<usize>,
}

impl Lists<'_> {
    /// How sure it is that these parts are meant to make the whole.
    pub fn weigh(&self, whole: usize, parts: &[usize], form: Form, complete: bool) -> Verdict {
        let row = self.row;
        let silent =
            |parts: &[usize]| Verdict { tie: Tie::Possible, exhaustive: false, exceeds: None, parts: parts.to_vec() };
        let exact = parts.iter().all(|&n| row.exact(n) && row.weight(n).is_some()) && row.exact(whole);
        if !row.exact(whole) || parts.is_empty() {
            return silent(parts);
        }
        let (total, sum) = (row.value(whole), self.sum(parts));
        let names = self.names(parts);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let by_name = exhaustive(&names);
        let by_shares = self.shared_out(parts);
        let by_words = self.says_all(parts, form, whole);
        let all = complete || by_name || by_shares == Some(true) || by_words || self.counted(whole, parts);
        let larger = parts.iter().copied().find(|&n| row.exact(n) && row.value(n) > total + row.quantity(n).slack());
        if let Some(part) = larger {
            // Things that are no parts end the list: 其中机关8个、学校1个、商业网点45个.
            if part != parts[0] && !same_noun(row.quantity(part), row.quantity(whole)) {
                let kept: Vec<usize> = parts.iter().copied().take_while(|&n| n != part).collect();
                return self.weigh(whole, &kept, form, false);
            }
            // 分娩1860例，其中剖宫产744例；活产1876例: behind a semicolon another matter may begin.
            let own = row.clause(part) == row.clause(parts[0])
                || ["其中，", "其中："].iter().any(|mark| row.gap(parts[0]).contains(mark));
            let told = own && (matches!(form, Form::AmongThem | Form::Brackets | Form::Colon) || all);
            let same = same_noun(row.quantity(part), row.quantity(whole));
            let tie = match (told, same) {
                (true, true) => Tie::Stated,
                (true, false) if form == Form::AmongThem => Tie::Likely,
                _ => Tie::Possible,
            };
            return Verdict { tie, exhaustive: all, exceeds: Some(part), parts: parts.to_vec() };
        }
        // 位居前三的、主要有: some of them, and the text says so.
        let some = [
            "前三", "前五", "前十", "前四", "前六", "前两", "前2", "前3", "前5", "前10", "居前", "排名", "主要有",
            "主要是", "较多的", "较大的", "突出的",
        ];
        if some.iter().any(|word| row.gap(parts[0]).contains(word)) {
            return silent(parts);
        }
        if parts.len() < 2 || !exact || (self.is_open(parts) && !complete && by_shares != Some(true)) {
            return silent(parts);
        }
        // Every part has its share, and the shares say that some are left out.
        if by_shares == Some(false) && sum < total {
            return silent(parts);
        }
        if let Some(pair) = self.unequal_pair(parts).filter(|pair| pair.len() < parts.len()) {
            return Verdict { tie: Tie::Stated, exhaustive: true, exceeds: None, parts: pair };
        }
        // Attributes overlap on people, not on money, land or cases.
        let people =
            matches!(row.kind(whole), Kind::Person | Kind::Household | Kind::Attendance | Kind::HouseholdVisit);
        let overlapping = !complete && by_shares != Some(true) && !by_name && people && may_overlap(&names);
        // 接种1820人，其中第一剂1820人，第二剂1790人: each of them nearly the whole.
        let largest = parts.iter().map(|&n| row.value(n)).fold(0.0, f64::max);
        let alike = largest >= total * 0.95 && sum > total * 1.3 && !complete && by_shares != Some(true);
        let many = parts.len() >= 3;
        let listed = form != Form::Comprises;
        let hair = (sum / total - 1.0).abs() <= 0.015 && total >= 200.0;
        let among = matches!(form, Form::AmongThem | Form::Brackets | Form::Colon);
        let tie = if alike {
            Tie::Possible
        } else if overlapping {
            // So near that no overlap explains it.
            if hair && many && among && self.slip(whole, parts, sum - total) { Tie::Likely } else { Tie::Possible }
        } else if all {
            Tie::Stated
        } else if sum > total {
            if matches!(form, Form::AmongThem | Form::Brackets | Form::Colon | Form::Headed) {
                Tie::Stated
            } else {
                Tie::Likely
            }
        } else if (many || self.named_after(whole, parts) || (hair && among))
            && listed
            && self.nearly(whole, parts, sum, total)
        {
            Tie::Likely
        } else if many
            && listed
            && (sum >= total * 0.9 || (parts.len() >= 4 && sum >= total * 0.6) || one_digit(sum, total))
        {
            Tie::Faint
        } else {
            Tie::Possible
        };
        Verdict { tie, exhaustive: all && !overlapping, exceeds: None, parts: parts.to_vec() }
    }

    /// Whether each part has a share of the whole, and whether the shares make a hundred.
    fn shared_out(&self, parts: &[usize]) -> Option<bool> {
        let shares: Vec<_> = parts.iter().map(|&n| self.shares.of_whole(self.row.items[n])).collect::<Option<_>>()?;
        let (sum, step) = shares.iter().fold((0.0, 0.0f64), |(sum, step), share| (sum + share.0, step.max(share.1)));
        Some((sum - 100.0).abs() <= step * parts.len() as f64 / 2.0 + 1e-9)
    }

    /// Whether the words leave no room for parts untold.
    fn says_all(&self, parts: &[usize], form: Form, whole: usize) -> bool {
        let gap = self.row.gap(parts[0]);
        let told = |word: &str| gap.contains(word);
        let classes = [
            "两类", "三类", "四类", "五类", "六类", "两种", "三种", "四种", "2类", "3类", "4类", "5类", "两部分",
            "三部分",
        ];
        let bare = gap.trim_start_matches('，').starts_with("分别");
        let names = gap.rsplit(['，', '：', '（']).next().unwrap_or(gap).split("分别").next().unwrap_or("");
        let as_many = names.split(['、', '和', '及', '与']).filter(|name| !name.is_empty()).count() == parts.len();
        let most = self.sum(parts) >= self.row.value(whole) * 0.8;
        form == Form::TotalAfter
            || told("分为")
            || told("分成")
            || (form == Form::Respectively && (bare || (as_many && most)))
            || (classes.iter().any(|word| told(word)) && parts.len() >= 2)
            || parts.iter().any(|&n| rest(self.row.gap(n)))
    }

    /// 全镇五个村…其中前山村1560人、…: as many parts as the text says there are.
    fn counted(&self, whole: usize, parts: &[usize]) -> bool {
        if parts.len() < 3 {
            return false;
        }
        let labels: Vec<&str> = parts.iter().map(|&n| self.row.label(n)).collect();
        let Some(last) = labels[0].chars().next_back() else { return false };
        if !"村片区镇乡街部社组团院校店所站队类项司室厂园局科".contains(last)
            || !labels.iter().all(|label| label.ends_with(last))
        {
            return false;
        }
        let page = self.row.page;
        let here = page.sentences[self.row.sentence(whole)].span.clone();
        let first = page.sentences.first().map_or(here.start, |sentence| sentence.span.start);
        let words = page.words(here.start.max(first)..page.quantities[self.row.items[parts[0]]].span.start);
        let title = page.normal.blocks.first().map(|block| page.words(block.span.clone())).unwrap_or_default();
        let numerals = ["", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"];
        let spelled = numerals.get(parts.len()).copied().unwrap_or("");
        [spelled.to_owned(), parts.len().to_string()].iter().filter(|count| !count.is_empty()).any(|count| {
            ["", "个"].iter().any(|mark| {
                let told = format!("{count}{mark}{last}");
                words.contains(&told) || title.contains(&told)
            })
        })
    }

    /// 等 after the last part, or a part that is not exact.
    fn is_open(&self, parts: &[usize]) -> bool {
        parts.iter().any(|&n| {
            let tail = self.row.tail(n);
            tail.starts_with('等')
                || tail.chars().take(12).take_while(|c| !"，。；".contains(*c)).any(|c| c == '等')
                || tail.starts_with('…')
        })
    }

    /// 游客32.9万人次，其中过夜游客…，一日游游客…: both parts are called after the whole.
    fn named_after(&self, whole: usize, parts: &[usize]) -> bool {
        let noun: String = self.row.label(whole).chars().rev().take(2).collect();
        let named = |n: &usize| {
            let label = self.row.label(*n);
            label.chars().rev().take(2).eq(noun.chars()) && label.chars().count() > 2
        };
        noun.chars().count() == 2 && parts.len() == 2 && parts.iter().all(named)
    }

    /// So near that an incomplete list would be the greater chance: a slip of one digit explains it, or a hair is missing.
    fn nearly(&self, whole: usize, parts: &[usize], sum: f64, total: f64) -> bool {
        let row = self.row;
        let stated: f64 = row.quantity(whole).stated();
        let large = stated >= 500.0 || row.quantity(whole).number.decimal && stated >= 10.0;
        let slipped = large && self.slip(whole, parts, sum - total);
        slipped || (parts.len() >= 4 && sum >= total * 0.98 && total >= 100.0)
    }

    /// Whether one digit changed, or two neighbours exchanged, in one of the figures explains the difference.
    fn slip(&self, whole: usize, parts: &[usize], off: f64) -> bool {
        let row = self.row;
        let explained = |n: usize, by: f64| {
            let quantity = row.quantity(n);
            let unit = quantity.number.scale * quantity.unit_factor();
            let places = if quantity.number.decimal { 100.0 } else { 1.0 };
            let told = (quantity.base() / unit * places).round();
            let right = ((quantity.base() + by) / unit * places).round();
            right > 0.0 && slipped(told, right)
        };
        explained(whole, off) || parts.iter().any(|&n| row.weight(n) == Some(1.0) && explained(n, -off))
    }

    /// Men and women, side by side, that make neither the whole nor any other number before them.
    fn unequal_pair(&self, parts: &[usize]) -> Option<Vec<usize>> {
        let row = self.row;
        let at = (0..parts.len() - 1).find(|&n| complementary(&self.name(parts[n]), &self.name(parts[n + 1])))?;
        let pair = vec![parts[at], parts[at + 1]];
        // 在职党员、离退休党员、流动党员: the others are of the same row, which the pair alone does not fill.
        let end = |n: usize| row.label(n).chars().rev().take(2).collect::<String>();
        let sexes = self.name(pair[0]).starts_with(['男', '女']);
        let mut others = parts.iter().filter(|n| !pair.contains(n));
        if !sexes && others.any(|&n| end(n) == end(pair[0]) || end(n) == end(pair[1])) {
            return None;
        }
        let sum = self.sum(&pair);
        let fits = (pair[0].saturating_sub(12)..pair[0])
            .any(|n| row.level(n) && row.kind(n) == row.kind(pair[0]) && (row.value(n) - sum).abs() < 0.5);
        (!fits).then_some(pair)
    }
}

/// Whether two whole numbers of the same length differ in one digit.
fn one_digit(a: f64, b: f64) -> bool {
    let (a, b) = (format!("{a:.0}"), format!("{b:.0}"));
    a.len() == b.len() && a.len() > 1 && a.chars().zip(b.chars()).filter(|(x, y)| x != y).count() == 1
}

/// One digit wrong, or two neighbours exchanged.
pub fn slipped(a: f64, b: f64) -> bool {
    let (x, y) = (format!("{a:.0}").into_bytes(), format!("{b:.0}").into_bytes());
    if x.len() != y.len() || x == y {
        return false;
    }
    let off: Vec<usize> = (0..x.len()).filter(|&n| x[n] != y[n]).collect();
    match off[..] {
        [_] => true,
        [n, m] => m == n + 1 && x[n] == y[m] && x[m] == y[n],
        _ => false,
    }
}

/// Things are only parts of things of their kind: 企业 of 企事业单位, but not 党组织 of 网格. People and money always are.
fn same_noun(small: &Quantity, large: &Quantity) -> bool {
    if matches!(
        small.measure_kind(),
        Kind::Person
            | Kind::Household
            | Kind::Money
            | Kind::Area
            | Kind::Case
            | Kind::Attendance
            | Kind::Mass
            | Kind::Volume
            | Kind::Energy
            | Kind::Length
    ) {
        return true;
    }
    small.label.chars().rev().take(2).any(|c| large.label.contains(c)) || small.label.is_empty()
}
