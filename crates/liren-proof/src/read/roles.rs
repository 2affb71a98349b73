//! 角色 — what a number does in its sentence: it states how many there are, by how much that changed, what share it is.
//! Decided once, before anything is reckoned; every relation then looks only at the roles it is made for.

use super::compare::{compared_with, comparing};
use super::figures::Quantity;
use super::measures::Kind;
use super::normal::Normal;
use super::sentences::Sentence;
pub use super::verbs::Turn;
use super::verbs::{arrives, hang, moved, told};
use crate::report::FigureKind;
use serde::Serialize;

/// What a number does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 总人口4268人: how many there are, or were done.
    Level,
    /// 比上年的120件, 由85%: what something is compared with.
    Earlier,
    /// 占常住人口18000人的15.8%, 完成计划10个的120%: what something is a share of, told on the way.
    Base,
    /// 增加20人, 比去年多7件.
    Change,
    /// 提高3.5个百分点.
    Points,
    /// 增长15%.
    Growth,
    /// 年均增长0.66%.
    Yearly,
    /// 占总人口的12%.
    Share,
    /// 完成计划的104%: has no upper limit.
    Completion,
    /// 办结率96.8%.
    Rate,
    /// 师生比1:16.2, 三次产业结构15:40:45.
    Proportion,
    /// 人均1200元, 平均每户2.60人.
    Mean,
    /// 每人每月100元.
    Standard,
    /// 每10万人, 每5名学生: what something is counted by.
    Per,
}

/// Give every counting quantity its role.
pub fn assign(normal: &Normal, sentences: &[Sentence], quantities: &mut [Quantity]) {
    for sentence in sentences {
        let counted: Vec<usize> = sentence
            .quantities
            .clone()
            .filter(|&n| matches!(quantities[n].kind, FigureKind::Count | FigureKind::Rate))
            .collect();
        let mut with = String::new();
        for (n, &index) in counted.iter().enumerate() {
            let before = n.checked_sub(1).map(|n| counted[n]);
            let words = Words::of(normal, sentence, quantities, before, index, counted.get(n + 1).copied());
            for piece in words.since.split(MARKS).chain([words.segment.as_str()]) {
                with = compared_with(piece).unwrap_or(with);
            }
            let (role, turn, against) =
                match before.and_then(|before| inherited(&quantities[before], &quantities[index])) {
                    Some(role) => {
                        let first = &quantities[before.unwrap_or(index)];
                        (role, first.turn, first.against.clone())
                    }
                    None => {
                        let (role, turn) = role(&quantities[index], &words, !with.is_empty());
                        (role, turn, compared_with(&words.segment).unwrap_or_else(|| with.clone()))
                    }
                };
            let quantity = &mut quantities[index];
            (quantity.role, quantity.turn) = (role, turn);
            if matches!(role, Role::Change | Role::Points | Role::Growth | Role::Yearly) {
                quantity.against = against;
            }
        }
        for pair in counted.windows(2) {
            came_from(normal, quantities, pair[0], pair[1]);
            let (a, b) = (&quantities[pair[0]], &quantities[pair[1]]);
            let of = matches!(b.role, Role::Share | Role::Completion) && a.role == Role::Level;
            if of && normal.slice(a.span.end..b.span.start) == "的" {
                quantities[pair[0]].role = Role::Base;
            }
        }
    }
}

/// 分别下降11.5%、25.0%: the later numbers of a row do what the first does.
fn inherited(before: &Quantity, this: &Quantity) -> Option<Role> {
    let alike = before.kind == this.kind && before.measure_kind() == this.measure_kind();
    let rates = this.kind == FigureKind::Rate && before.kind == FigureKind::Rate && before.unit == this.unit;
    // 提高3个和5.2个百分点: the unit comes with the last.
    // 净减15户48人: the second number of a pair changed as the first did.
    let pair = before.role == Role::Change && before.span.end == this.span.start && this.kind == FigureKind::Count;
    let row = pair || this.goes_on && (rates || (alike && this.kind == FigureKind::Count));
    row.then_some(before.role).filter(|role| !matches!(role, Role::Level | Role::Earlier | Role::Per))
}

/// 由3.2亿元增至5.0亿元: the first is what was, the second does what the first would have done.
fn came_from(normal: &Normal, quantities: &mut [Quantity], first: usize, second: usize) {
    let (a, b) = (&quantities[first], &quantities[second]);
    let gap = normal.slice(a.span.end..b.span.start);
    let alike = a.kind == b.kind && a.measure_kind() == b.measure_kind() && a.depth == b.depth;
    let Some(turn) = moved(&gap).filter(|_| alike && gap.chars().count() <= 24 && !gap.contains(['。', '；'])) else {
        return;
    };
    let role = if a.role == Role::Earlier { b.role } else { a.role };
    let (a, b) = (a.role, role);
    if matches!(a, Role::Level | Role::Earlier | Role::Rate | Role::Share | Role::Mean | Role::Standard) {
        quantities[first].role = Role::Earlier;
        quantities[second].role = b;
        quantities[second].turn = turn;
    }
}

/// 网格由10个调整为7个: the second number is of what the first is.
pub fn rename(normal: &Normal, sentences: &[Sentence], quantities: &mut [Quantity]) {
    for sentence in sentences {
        let inside: Vec<usize> =
            sentence.quantities.clone().filter(|&n| quantities[n].kind == FigureKind::Count).collect();
        for pair in inside.windows(2) {
            let gap = normal.slice(quantities[pair[0]].span.end..quantities[pair[1]].span.start);
            if quantities[pair[0]].role == Role::Earlier && moved(&gap).is_some() && gap.chars().count() <= 12 {
                let label = quantities[pair[0]].label.trim_end_matches(['由', '从']).to_owned();
                quantities[pair[1]].label = label;
            }
        }
    }
}

const MARKS: [char; 12] = ['，', '。', '；', '：', '、', '！', '？', '（', '）', '|', '\n', '…'];

/// The words around a number.
struct Words {
    /// From the last mark or number to the number.
    before: String,
    /// From the last mark to the number, over other numbers.
    segment: String,
    /// From the number before to this one, over marks.
    since: String,
    /// From the number to the next mark or number.
    after: String,
}

impl Words {
    fn of(
        normal: &Normal,
        sentence: &Sentence,
        quantities: &[Quantity],
        before: Option<usize>,
        index: usize,
        next: Option<usize>,
    ) -> Words {
        let chars = &normal.chars;
        let span = quantities[index].span.clone();
        let floor = sentence.span.start;
        // A mark inside a number (1,260) parts nothing.
        let inside = |at: usize| {
            let n = quantities.partition_point(|q| q.span.end <= at);
            quantities.get(n).is_some_and(|q| q.span.start < at)
        };
        let near = floor.max(span.start.saturating_sub(80));
        let start =
            (near..span.start).rev().find(|&at| MARKS.contains(&chars[at]) && !inside(at)).map_or(near, |at| at + 1);
        let number = before.map_or(floor, |n| quantities[n].span.end).min(span.start);
        let next = next.map_or(sentence.span.end, |n| quantities[n].span.start).max(span.end);
        let end = (span.end..next).find(|&at| MARKS.contains(&chars[at])).unwrap_or(next);
        Words {
            before: normal.slice(number.max(start)..span.start),
            segment: normal.slice(start..span.start),
            since: normal.slice(number..span.start),
            after: normal.slice(span.end..end),
        }
    }
}

fn role(quantity: &Quantity, words: &Words, compared: bool) -> (Role, Turn) {
    let own = compared_with(&words.segment).is_some();
    let bare = words.before.chars().count() <= 2;
    let hangs = hang(&words.before).filter(|hang| !hang.faint || own || (compared && bare));
    let turn = hangs.map_or(Turn::Up, |hang| hang.turn);
    if quantity.unit == ":" {
        return (Role::Proportion, turn);
    }
    if quantity.kind == FigureKind::Rate {
        return (rate(quantity, words, hangs.is_some()), turn);
    }
    // 每10万人; 性别比（以女性为100）
    if words.before.ends_with('每')
        || ((words.before.starts_with('以') || quantity.number.value == 100.0)
            && words.before.ends_with('为')
            && quantity.unit.is_empty())
    {
        return (Role::Per, turn);
    }
    let added = ["新增", "新增加"].iter().any(|word| words.before.ends_with(word));
    if hangs.is_some() && !added {
        return (Role::Change, turn);
    }
    if earlier(words) {
        return (Role::Earlier, turn);
    }
    if mean(&words.before) {
        return (Role::Mean, turn);
    }
    if quantity.measure_kind() == Kind::Per || words.before.contains('每') {
        return (Role::Standard, turn);
    }
    // 比上年增加党员6名: behind a comparison the noun between does not matter.
    if let Some(at) = comparing(&words.before)
        && let Some(turn) = told(&words.before[at..])
        && arrives(&words.before).is_none()
        && !added
    {
        return (Role::Change, turn);
    }
    (Role::Level, turn)
}

fn rate(quantity: &Quantity, words: &Words, hangs: bool) -> Role {
    if matches!(quantity.unit.as_str(), "百分点" | "千分点") {
        return Role::Points;
    }
    // 为预算34.5万元的104.3%: the base is told with its number.
    let with_base = words.before.trim() == "的";
    let scope = if with_base { &words.segment } else { &words.before };
    if hangs {
        let yearly = ["年均", "年平均", "年复合", "复合", "年递增", "每年平均", "平均每年", "平均年"];
        return if yearly.iter().any(|word| words.segment.contains(word)) { Role::Yearly } else { Role::Growth };
    }
    let planned = PLANS.iter().any(|word| scope.contains(word));
    let of = scope.ends_with(['的', '数']);
    if let Some(base) = share_of(scope) {
        let planned = PLANS.iter().any(|word| base.contains(word));
        return if planned { Role::Completion } else { Role::Share };
    }
    if (scope.contains("完成") && (of || planned)) || (planned && of) {
        return Role::Completion;
    }
    if earlier(words) {
        return Role::Earlier;
    }
    let bare = scope.trim_end_matches(['为', '达', '到', '约', '是', '近', '了', '仅', '已']);
    let part = ["占比", "比重", "比例", "份额", "占有率"].iter().any(|word| bare.ends_with(word));
    if part && !scope.contains('与') { Role::Share } else { Role::Rate }
}

/// Words of a plan: what is measured against them may exceed them.
pub static PLANS: &[&str] = &["预算", "计划", "任务", "目标", "指标", "定额", "序时", "进度", "下达数", "既定"];

/// The words of the base behind 占, if a 占 of shares stands there.
pub fn share_of(words: &str) -> Option<&str> {
    let found = words.char_indices().rev().find(|&(at, c)| {
        let (before, after) = (words[..at].chars().next_back(), words[at + c.len_utf8()..].chars().next());
        c == '占'
            && !before.is_some_and(|c| "侵抢霸强独挤多乱违".contains(c))
            && !after.is_some_and(|c| "地道用领据线位座压".contains(c))
    });
    found.map(|(at, c)| &words[at + c.len_utf8()..])
}

/// 比上年的120件, 与2010年的386210人相比, 去年同期429人.
fn earlier(words: &Words) -> bool {
    let led = words.before.trim_end_matches(['为', '是', '约', '的', '达']);
    let past = ["去年同期", "上年同期", "同期", "去年这个时候"].iter().any(|word| led.ends_with(word));
    let bracketed = words.before.is_empty() && words.since.ends_with('（') && {
        let outside = words.since.trim_end_matches('（');
        let last = outside.rsplit(MARKS).next().unwrap_or(outside);
        ["同期", "去年", "上年", "上月", "上季度", "上周", "年初", "上年末"].iter().any(|word| last.ends_with(word))
    };
    let answered = ["相比", "比较", "相较", "对比"].iter().any(|word| words.after.starts_with(word));
    let with = answered && words.before.contains(['与', '同', '和', '跟', '较', '比']);
    // 比上年的84起增加14起, 比计划10个多2个: between 比 and the number no verb of change.
    let against = comparing(&words.before)
        .is_some_and(|at| told(&words.before[at..]).is_none() && arrives(&words.before).is_none());
    past || bracketed || with || against
}

/// 人均, 班均, 平均每户.
fn mean(words: &str) -> bool {
    let named = words.char_indices().any(|(at, c)| {
        let (before, after) = (words[..at].chars().next_back(), words[at + c.len_utf8()..].chars().next());
        c == '均'
            && before.is_some_and(|c| MEAN_OF.contains(c))
            && !after.is_some_and(|c| "为有已匀衡等在未".contains(c))
    });
    // 年平均常住人口21.60万人 is a number of people, not a mean of anything.
    let stock =
        ["平均常住人口", "平均人口", "平均户籍人口", "平均总人口", "平均在岗"].iter().any(|word| words.contains(word));
    named || (words.contains("平均") && !stock)
}

/// What stands before 均: 人均, 户均, 生均, 场均 ….
pub const MEAN_OF: &str = "人户班生师校村组件场次起宗案例日月年周天季栋幢间床亩台辆笔单家企园所期课篇份站点";
