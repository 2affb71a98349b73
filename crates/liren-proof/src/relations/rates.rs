//! 办结率, 参保率, 完成计划的104% — a rate named after what was done, or a plan and what came of it: two figures near it.

use super::divisions::Division;
use super::flows::{Flow, flow};
use super::row::{Row, rows};
use crate::claims::{Claim, Fit, Formula, Kind, Reading, Term, Tie};
use crate::page::Page;
use crate::read::measures::{Kind as Unit, same_kind};
use crate::read::roles::{PLANS, Role};

const PAIR: (&str, &str) = ("率前的两个数", "the two figures before the rate");
const PLAN: (&str, &str) = ("实际数与计划数", "what was done, and what was planned");
const ABOVE: (&str, &str) = ("基数在前文", "the base was told further up");
const AROUND: (&str, &str) = ("基数与相邻的率相同", "the base of the rates around it");
const BOTH: (&str, &str) = ("原有与新增合起来为基数", "of those there were and those that came");
const WHOLE: (&str, &str) = ("部分与所属整体", "a part and the whole of its list");
const SEVERAL: (&str, &str) = ("前面几项合起来", "several figures together");

/// The claims of all rates.
pub fn claims(page: &Page, divisions: &[Division]) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let mut settled: Vec<(usize, usize)> = Vec::new();
    for row in rows(page) {
        for n in 0..row.len() {
            let quantity = row.quantity(n);
            if !quantity.is_exact() || !matches!(quantity.unit.as_str(), "%" | "‰") {
                continue;
            }
            let readings = match row.role(n) {
                Role::Completion => completion(&row, n),
                Role::Rate => rate(&row, n, &settled, divisions),
                _ => continue,
            };
            let exact = readings.iter().find(|reading| reading.formula.fit(page) == Fit::Exact);
            if let Some(Formula::Quotient { bases, .. }) = exact.map(|reading| &reading.formula) {
                settled.push((row.items[n], bases[0].figure));
            }
            if !readings.is_empty() {
                claims.push(Claim { kind: Kind::Rate, readings });
            }
        }
    }
    claims
}

fn reading(row: &Row, tops: &[usize], base: usize, n: usize, tie: Tie, name: (&'static str, &'static str)) -> Reading {
    let per = if row.quantity(n).unit == "‰" { 1000.0 } else { 100.0 };
    let term = |&m: &usize| Term::plus(row.items[m]);
    let formula =
        Formula::Quotient { tops: tops.iter().map(term).collect(), bases: vec![term(&base)], per, rate: row.items[n] };
    Reading { formula, tie, name }
}

/// The levels before a rate in its sentence, nearest first; not those in brackets that closed.
fn before(row: &Row, n: usize) -> Vec<usize> {
    let inside = |m: &usize| row.sentence(*m) == row.sentence(n);
    (0..n)
        .rev()
        .take_while(inside)
        .filter(|&m| row.level(m) && row.exact(m) && (row.depth(m) <= row.depth(n) || m + 1 == n))
        .take(8)
        .collect()
}

/// 完成计划10个的120%, 占年度计划的91.9%: what was done against what was planned.
fn completion(row: &Row, n: usize) -> Vec<Reading> {
    let mut readings = Vec::new();
    // 为预算34.5万元的104.3%: the plan is told with its number.
    if row.gap(n) == "的" && n > 0 && matches!(row.role(n - 1), Role::Base | Role::Earlier) {
        let base = n - 1;
        if let Some(&done) = before(row, base).first().filter(|&&done| row.fits(base, done) || row.fits(done, base)) {
            readings.push(reading(row, &[done], base, n, Tie::Stated, PLAN));
        }
        // 比计划多建2个，完成计划10个的120%
        if let Some(more) =
            base.checked_sub(1).filter(|&m| row.role(m) == Role::Change && row.quantity(m).against.contains("计划"))
        {
            readings.push(reading(row, &[base, more], base, n, Tie::Stated, PLAN));
        }
        return readings;
    }
    let gap = row.gap(n);
    let segment = gap.rsplit(['，', '；', '。', '（']).next().unwrap_or(gap);
    let Some(word) = PLANS.iter().find(|word| segment.contains(**word)) else { return readings };
    let qualified: Vec<&str> =
        ["调整", "年初", "上年", "省", "市", "县", "区"].iter().copied().filter(|q| segment.contains(q)).collect();
    let levels = before(row, n);
    let planned = |m: usize| {
        let lead = lead(row, m);
        lead.contains(word) && qualified.iter().all(|q| lead.contains(q))
    };
    let Some(&done) = levels.iter().find(|&&m| !planned(m)) else { return readings };
    for (place, &base) in levels.iter().filter(|&&m| planned(m) && row.fits(m, done)).enumerate() {
        let near = row.clause(base) == row.clause(n) && row.clause(done) == row.clause(n);
        let tie = if place == 0 && near { Tie::Stated } else { Tie::Likely };
        readings.push(reading(row, &[done], base, n, tie, PLAN));
    }
    readings
}

/// The words right before a number, in its segment.
fn lead(row: &Row, n: usize) -> String {
    let quantity = row.quantity(n);
    let from = quantity.lead.start.max(quantity.span.start.saturating_sub(18));
    format!("{}{}", row.page.words(from..quantity.span.start), row.page.words(quantity.noun.clone()))
}

fn rate(row: &Row, n: usize, settled: &[(usize, usize)], divisions: &[Division]) -> Vec<Reading> {
    let label = row.quantity(n).label.as_str();
    let words = row.gap(n);
    let named = ["率", "度", "面", "比例"].iter().any(|end| label.ends_with(end));
    let mut readings: Vec<Reading> = Vec::new();
    if !named || label.contains("同比") || label.contains("贡献") {
        return readings;
    }
    if label.contains("自然增长率") {
        return natural_growth(row, n);
    }
    let stem = Stem::of(label);
    let mut levels = before(row, n);
    // 完成率104%，计划500户，实际完成520户: the counts told behind the rate.
    if levels.is_empty() {
        levels = behind(row, n);
    }
    let done = levels.iter().copied().find(|&m| stem.names(&lead(row, m)));
    // The natural pair: what the rate is named after, and the figure before it.
    if let Some(done) = done {
        // 截留86万元，虚列73万元，白条105万元，已追回211万元，追回率: of the whole that is divided, not of its last part.
        let part =
            |m: usize| divisions.iter().any(|division| division.holds && division.members().any(|n| n == row.items[m]));
        let base = levels.iter().copied().find(|&m| m < done && row.fits(m, done) && (!part(m) || part(done)));
        // 批准逮捕351人，不批准逮捕117人，不捕率: what is a part is measured against its whole.
        let whole =
            divisions.iter().find(|division| division.holds && division.members().any(|n| n == row.items[done]));
        let whole = whole.and_then(|division| (0..n).find(|&m| row.items[m] == division.whole));
        if let Some(whole) = whole.filter(|_| stem.unqualified(&lead(row, done))) {
            readings.push(reading(row, &[done], whole, n, Tie::Stated, WHOLE));
        }
        let (old, new) = (flowing(row, &levels, done, Flow::Opening), flowing(row, &levels, done, Flow::In));
        if let (Some(old), Some(new)) = (old, new) {
            readings.push(of_both(row, done, old, new, n));
        } else if let Some(base) = base {
            let tie = bound(row, n, done, base, &stem, &part);
            readings.push(reading(row, &[done], base, n, tie, PAIR));
        } else if let Some(base) = begun(row, done).filter(|_| stem.unqualified(&lead(row, done))) {
            readings.push(reading(row, &[done], base, n, Tie::Likely, ABOVE));
        }
        for &(rate, base) in settled.iter().rev().take(4) {
            let page = row.page;
            let near = page.quantities[rate].block == row.quantity(n).block
                && page.quantities[rate].unit == row.quantity(n).unit;
            if let Some(base) = (0..row.len())
                .find(|&m| row.items[m] == base)
                .filter(|&m| near && m != done && same_kind(row.kind(m), row.kind(done)))
            {
                let due = page.quantities[rate].unit == "‰";
                readings.push(reading(row, &[done], base, n, if due { Tie::Stated } else { Tie::Possible }, AROUND));
            }
        }
        several(row, n, done, &levels, &mut readings);
    }
    for (place, &top) in levels.iter().enumerate() {
        for &base in levels[place + 1..].iter().chain(&levels[..place]) {
            let over = row.value(top) > row.value(base) && !words.contains("完成");
            if !over && row.fits(base, top) {
                let tie = if done.is_none() && words.contains("完成") && levels.len() == 2 {
                    Tie::Stated
                } else {
                    Tie::Possible
                };
                readings.push(reading(row, &[top], base, n, tie, PAIR));
            }
        }
    }
    above(row, n, &levels, done, &mut readings);
    if levels.len() <= 2 {
        readings.extend(done.or(levels.first().copied()).and_then(|done| population(row, n, done, label)));
    }
    dedup(readings)
}

fn dedup(readings: Vec<Reading>) -> Vec<Reading> {
    let mut kept: Vec<Reading> = Vec::new();
    for reading in readings {
        match kept.iter_mut().find(|other| other.formula == reading.formula) {
            Some(other) => other.tie = other.tie.min(reading.tie),
            None => kept.push(reading),
        }
    }
    kept
}

/// What came in, or was there before, told before a figure of its unit.
fn flowing(row: &Row, levels: &[usize], done: usize, wanted: Flow) -> Option<usize> {
    let outside = row.depth(done);
    levels.iter().copied().find(|&m| {
        m < done
            && row.fits(m, done)
            && row.depth(m) == outside
            && flow(row, m) == Some(wanted)
            && !row.gap(m).contains("其中")
    })
}

/// 新收1486件，旧存314件，审结1206件，结案率: of both together.
fn of_both(row: &Row, done: usize, old: usize, new: usize, n: usize) -> Reading {
    let mut both = reading(row, &[done], new, n, Tie::Stated, BOTH);
    if let Formula::Quotient { bases, .. } = &mut both.formula {
        bases.push(Term::plus(row.items[old]));
    }
    both
}

/// What the paragraph began with, where it tells what there was to do: 受理诉求46983件。直接答复33786件，直接答复率….
fn begun(row: &Row, done: usize) -> Option<usize> {
    let first = (0..done).find(|&m| row.level(m) && row.exact(m))?;
    let due = DUE.iter().any(|word| lead(row, first).contains(word));
    let larger = row.value(first) >= row.value(done);
    (due && larger && row.fits(first, done) && row.sentence(first) + 2 >= row.sentence(done)).then_some(first)
}

/// The two counts right behind a rate that has none before it.
fn behind(row: &Row, n: usize) -> Vec<usize> {
    let next: Vec<usize> = (n + 1..row.len().min(n + 3))
        .filter(|&m| row.level(m) && row.exact(m) && row.clause(m) == row.clause(n))
        .collect();
    if next.len() == 2 { vec![next[1], next[0]] } else { Vec::new() }
}

/// How firmly a rate hangs on the figure it is named after and the one before it.
fn bound(row: &Row, n: usize, done: usize, base: usize, stem: &Stem, part: &impl Fn(usize) -> bool) -> Tie {
    let (own, whole) = (lead(row, done), lead(row, base));
    if !stem.unqualified(&own) {
        return Tie::Possible;
    }
    let near = row.clause(done) == row.clause(n);
    let adjacent =
        (base + 1..done).all(|m| !row.level(m) || !row.fits(m, done) || row.depth(m) > row.depth(done) || part(m));
    let due = DUE.iter().any(|word| whole.contains(word));
    let close = row.clause(base) == row.clause(done) && due;
    // 2478件案件，结案2458件，结案率: nothing of the kind stands in the sentence but these two.
    let only = before(row, n).iter().filter(|&&m| (row.fits(m, done) || row.fits(done, m)) && !part(m)).count() == 2;
    if near && adjacent && (close || (due && only)) {
        Tie::Stated
    } else if near && adjacent && (only || row.clause(base) == row.clause(done)) {
        Tie::Likely
    } else {
        Tie::Possible
    }
}

/// Words of what there was to do, or of whom there were in all.
static DUE: &[&str] = &[
    "应", "总", "受理", "查出", "排查", "发现", "接到", "收到", "接收", "发放", "发出", "下达", "登记", "选民", "任务",
    "计划", "申请", "申报", "抽查", "抽检", "检查", "调解", "监测", "摸排", "开放", "床位", "采集", "交办", "收回",
    "回收", "立案", "新收", "案件", "问题", "纠纷", "需", "提出", "报名", "车位", "编制", "符合条件", "上报", "失业",
    "产量", "资产", "参加", "受检", "筛查", "诉求", "仓容", "容量", "建议", "选票", "问卷", "工单",
];

/// What a rate is named after: 参保 of 参保率.
struct Stem {
    name: Vec<char>,
}

/// Words of a rate that narrow what it counts; without them in the figure it counts something else.
static QUALIFIERS: &[&str] = &[
    "按期", "按时", "及时", "准时", "当场", "首次", "一次", "规范", "满意", "优良", "优秀", "重复", "初次", "限时",
    "平均", "累计", "签收", "响应", "二次", "现场", "自然",
];

impl Stem {
    fn of(label: &str) -> Stem {
        let label = label.trim_end_matches(['率', '度', '面']).trim_end_matches("比例");
        let label = ["总体", "综合", "总", "实际"].iter().find_map(|word| label.strip_prefix(word)).unwrap_or(label);
        Stem { name: label.chars().collect() }
    }

    /// Whether the words before a figure say what the rate is named after: 已参保8256人, 收回372份 for 回收率, 实到41名.
    fn names(&self, words: &str) -> bool {
        let pair = |a: char, b: char| words.contains(&String::from_iter([a, b]));
        let pairs = self.name.windows(2).any(|two| pair(two[0], two[1]) || (pair(two[1], two[0]) && two[0] != two[1]));
        let first = self.name.first().copied();
        let done = first.is_some_and(|c| ["已", "实", "经"].iter().any(|mark| words.contains(&format!("{mark}{c}"))));
        let last = self.name.len() >= 2
            && ["审", "执", "办", "核", "了"]
                .iter()
                .any(|mark| self.name[0] == '结' && words.contains(&format!("{mark}结")));
        pairs || done || last || self.special(words)
    }

    fn special(&self, words: &str) -> bool {
        let name: String = self.name.iter().collect();
        [
            ("产销", "销"),
            ("不捕", "不批准逮捕"),
            ("不诉", "不起诉"),
            ("去向落实", "落实去向"),
            ("成交", "成交"),
            ("支出", "支出"),
            ("投票", "参加"),
            ("参选", "投票"),
            ("到会", "实到"),
            ("参会", "实到"),
            ("出勤", "实到"),
            ("个贷", "贷款余额"),
            ("使用", "收购"),
            ("使用", "占用"),
        ]
        .iter()
        .any(|(rate, figure)| name.ends_with(rate) && words.contains(figure))
    }

    /// 按期结案率 is not of 结案2458件.
    fn unqualified(&self, words: &str) -> bool {
        let name: String = self.name.iter().collect();
        !QUALIFIERS.iter().any(|word| name.contains(word) && name.as_str() != *word && !words.contains(word))
    }
}

/// 发现186处，当场整改142处，限期整改44处，整改率100%: the last numbers together.
fn several(row: &Row, n: usize, done: usize, levels: &[usize], readings: &mut Vec<Reading>) {
    let mut tops = Vec::new();
    for &m in levels.iter().take(5) {
        if !row.fits(m, done) && !row.fits(done, m) {
            break;
        }
        tops.insert(0, m);
        let base = levels.iter().copied().find(|&base| base < m && row.fits(base, done));
        if let Some(base) = base.filter(|_| tops.len() > 1) {
            readings.push(reading(row, &tops, base, n, Tie::Possible, SEVERAL));
        }
    }
}

/// A base told in a sentence before.
fn above(row: &Row, n: usize, levels: &[usize], done: Option<usize>, readings: &mut Vec<Reading>) {
    // Everything is a hundred per cent of itself.
    if row.quantity(n).number.value == 100.0 {
        return;
    }
    let sentence = row.sentence(n);
    for top in done.into_iter().chain(levels.iter().copied().take(2)) {
        let bases = (0..top).rev().take(60).filter(|&m| {
            row.level(m)
                && row.exact(m)
                && row.sentence(m) + 10 >= sentence
                && row.sentence(m) < sentence
                && row.fits(m, top)
                && row.value(m) >= row.value(top)
        });
        for base in bases.take(12) {
            readings.push(reading(row, &[top], base, n, Tie::Possible, ABOVE));
        }
    }
}

/// (出生 - 死亡) / 人口; the population may be an average, so it is only ever verified.
fn natural_growth(row: &Row, n: usize) -> Vec<Reading> {
    let named = |m: &usize, words: &[&str]| {
        row.level(*m) && row.exact(*m) && words.iter().any(|word| row.label(*m).contains(word))
    };
    let told = |words: &[&str]| (0..n).rev().take(20).find(|m| named(m, words));
    let (Some(born), Some(died), Some(people)) = (told(&["出生"]), told(&["死亡"]), told(&["人口"])) else {
        return Vec::new();
    };
    let per = if row.quantity(n).unit == "‰" { 1000.0 } else { 100.0 };
    let tops = vec![Term::plus(row.items[born]), Term::minus(row.items[died])];
    let formula = Formula::Quotient { tops, bases: vec![Term::plus(row.items[people])], per, rate: row.items[n] };
    vec![Reading { formula, tie: Tie::Possible, name: ABOVE }]
}

/// 参加合作医疗47人，参合率97%: of the population told elsewhere.
fn population(row: &Row, n: usize, done: usize, label: &str) -> Option<Reading> {
    let whole =
        ["参合率", "参保率", "覆盖率", "建档率", "普及率", "登记率", "城镇化率"].iter().any(|end| label.ends_with(end));
    let kind = row.kind(done);
    let populations: &[&str] = match kind {
        Unit::Person => &["总人口", "农业人口", "乡村人口", "户籍人口", "常住人口", "人口"],
        Unit::Household => &["总户", "农户", "居民", "居民户", "户籍户", "住户"],
        _ => return None,
    };
    let page = row.page;
    let own = row.value(done);
    let bases: Vec<usize> = populations
        .iter()
        .flat_map(|label| page.labelled(label, row.items[done]))
        .filter(|&m| {
            let other = &page.quantities[m];
            other.measure_kind() == kind
                && other.base() >= own
                && other.area == row.quantity(done).area
                && other.is_exact()
                && page.is_level(m)
                && m != row.items[done]
        })
        .collect();
    let &base = bases.first().filter(|_| whole && row.exact(done))?;
    let term = Term::plus;
    let formula = |base| Formula::Quotient {
        tops: vec![term(row.items[done])],
        bases: vec![term(base)],
        per: 100.0,
        rate: row.items[n],
    };
    let exact = bases.iter().copied().find(|&base| formula(base).fit(page).holds());
    Some(Reading { formula: formula(exact.unwrap_or(base)), tie: Tie::Likely, name: ABOVE })
}
