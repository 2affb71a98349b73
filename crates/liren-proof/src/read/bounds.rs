//! Numbers that are no exact count: bands (500—599分), and the words around a number that make it a bound (不超过, 左右).

use super::measures::{Kind, Measure};
use super::numbers::{Number, ends, starts};
use crate::report::Bound;

/// 500—599分118人, 10万元以下的2640户, 30分钟以内的占82%: a number that says which things are meant, not how many.
pub fn band(chars: &[char], stop: usize, number: &Number, measure: Option<Measure>) -> bool {
    let mut at = stop;
    for word in ["（含）", "及", "以上", "以下", "以内", "之内", "不等"] {
        if starts(chars, at, word) {
            at += word.chars().count();
        }
    }
    let bounded = at > stop || number.bound == Bound::Range;
    let of = starts(chars, at, "的");
    let next = at + usize::from(of);
    let digits = chars[next.min(chars.len())..].iter().take_while(|c| c.is_ascii_digit() || **c == '.').count();
    let share = chars.get(next + digits).is_some_and(|c| "%‰".contains(*c));
    // 36平方米的20顶 says what size; 18000人的15.8% is a share of them.
    let sized =
        measure.is_some_and(|measure| !matches!(measure.kind, Kind::Person | Kind::Household | Kind::Attendance));
    (digits > 0 && !share && (bounded || (of && sized))) || (bounded && of && chars.get(next) == Some(&'占'))
}

/// "平均年龄42.5岁" is a figure, "60岁以上" a condition.
pub fn averaged(chars: &[char], floor: usize, at: usize) -> bool {
    let words = ["平均年龄", "均龄", "年龄为", "年龄达", "年龄约", "年龄"];
    words.iter().any(|word| at >= floor + word.chars().count() && ends(chars, at, word))
}

/// Words before a number that make it a bound.
pub fn bound_before(chars: &[char], floor: usize, number: &mut Number) {
    if number.bound != Bound::Exact {
        return;
    }
    let at = number.span.start;
    let any = |words: &[&str]| words.iter().any(|word| at >= floor + word.chars().count() && ends(chars, at, word));
    // 不超过 ends with 超过, 不低于 with 低于: the longer words come first.
    number.bound = if any(&["不少于", "不低于", "不小于", "不得少于", "不得低于", "不下于", "不下"])
    {
        Bound::AtLeast
    } else if any(&[
        "不超过", "不得超过", "未超过", "没超过", "没有超过", "不能超过", "不超", "未超", "不大于", "不多于",
    ]) {
        Bound::AtMost
    } else if any(&["至少", "超过", "突破", "多达", "大于", "≥", ">", "逾", "超", "上", "高于", "多于"])
        && !any(&[
            "以上", "晚上", "网上", "线上", "加上", "街上", "会上", "早上", "基础上", "实际上", "手上", "船上", "地上",
            "高超",
        ])
    {
        Bound::AtLeast
    } else if any(&["不足", "不到", "不高于", "最多", "至多", "将近", "接近", "小于", "≤", "<", "低于", "少于", "以内"])
    {
        Bound::AtMost
    } else if any(&["约", "大约", "大概", "左右", "近"])
        && !any(&[
            "附近", "最近", "就近", "邻近", "节约", "预约", "签约", "公约", "条约", "远近", "亲近", "合约", "违约",
            "制约", "履约",
        ])
    {
        Bound::About
    } else {
        Bound::Exact
    };
}

/// Words after a unit that make the number a bound; where they end.
pub fn bound_after(chars: &[char], at: usize, number: &mut Number) -> usize {
    let mut from = at;
    if starts(chars, at, "（含）") {
        from += 3;
    }
    for (word, bound) in [
        ("及以上", Bound::AtLeast),
        ("以上", Bound::AtLeast),
        ("余", Bound::AtLeast),
        ("多", Bound::AtLeast),
        ("及以下", Bound::AtMost),
        ("以下", Bound::AtMost),
        ("以内", Bound::AtMost),
        ("之内", Bound::AtMost),
        ("左右", Bound::About),
        ("上下", Bound::About),
        ("不等", Bound::About),
    ] {
        if starts(chars, from, word) && number.bound != Bound::Range {
            if (word == "多" && chars.get(from + 1).is_some_and(|&c| "样元次种功数为年".contains(c)))
                || (word == "余" && chars.get(from + 1).is_some_and(|&c| "额款名人户".contains(c)))
            {
                continue;
            }
            number.bound = bound;
            return at;
        }
    }
    at
}
