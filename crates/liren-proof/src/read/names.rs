//! Numbers that name instead of counting: list marks, building and document numbers, times of day, ordinals, a Chinese numeral
//! that is an article or an idiom.

use std::ops::Range;

use super::measures::{self, Kind, Measure};
use super::normal::Normal;
use super::numbers::{Number, ends, starts};

/// 1、 2. （3） at the start of a block or sentence.
pub fn list_mark(normal: &Normal, at: usize, block: &Range<usize>) -> Option<usize> {
    let chars = &normal.chars;
    let before = (at > block.start).then(|| chars[at - 1]);
    let opens = before.is_none_or(|c| "。；：！？#*-".contains(c));
    let bracketed = before == Some('（');
    // Three characters show that two are not all.
    let near = &chars[at..block.end.min(at + 3)];
    let digits = near.iter().take_while(|c| c.is_ascii_digit()).count();
    let numerals = near.iter().take_while(|c| "一二三四五六七八九十".contains(**c)).count();
    let n = digits.max(numerals);
    if n == 0 || n > 2 {
        return None;
    }
    let end = at + n;
    let mark = *chars.get(end)?;
    if bracketed && mark == '）' && (at - 1 == block.start || "。；：！？，".contains(chars[at - 2])) {
        return Some(end + 1);
    }
    if !opens {
        return None;
    }
    match mark {
        '、' | '）' => Some(end + 1),
        '.' => {
            let digit = chars.get(end + 1).is_some_and(char::is_ascii_digit);
            let spaced = normal.original(end..end + 1).end < normal.original(end + 1..end + 2).start;
            let after = chars[end + 1..block.end.max(end + 1)].iter().take(5);
            let year = after.take_while(|c| c.is_ascii_digit()).count() == 4;
            (!digit || spaced || year).then_some(end + 1)
        }
        _ => None,
    }
}

/// A number that names a thing instead of counting: its unit, and where it ends.
pub fn identifier(chars: &[char], number: &Number, floor: usize) -> Option<(&'static str, usize)> {
    let (at, end) = (number.span.start, number.span.end);
    let before = if at > floor { chars[at - 1] } else { '\n' };
    let next = chars.get(end).copied().unwrap_or('\n');
    let after = chars.get(end + 1).copied().unwrap_or('\n');
    if before == '第' || (before == '届' && next != '人') {
        return Some(("第", end + usize::from(measures::measure(chars, end).is_some())));
    }
    if "〔[".contains(before) && "〕]".contains(next) {
        return Some(("年", end));
    }
    if next == '号' {
        let unit = match after {
            '楼' => "号楼",
            '院' => "号院",
            '线' => "号线",
            _ => "号",
        };
        return Some((unit, end + unit.chars().count()));
    }
    if number.rate.is_some() {
        return None;
    }
    // 8:30, 1/3, 3比1
    if next == '：'
        && chars.get(end + 1).is_some_and(char::is_ascii_digit)
        && chars.get(end + 2).is_some_and(char::is_ascii_digit)
        && number.value < 25.0
    {
        return Some(("时", end + 3));
    }
    if (next == '/' || next == '×' || next == '+') && after.is_ascii_digit() {
        let run = chars[end + 1..].iter().take_while(|c| c.is_ascii_digit() || "/×+".contains(**c)).count();
        return Some(("", end + 1 + run));
    }
    if next == '-' && after.is_ascii_digit() && number.digits >= 3 {
        let run = chars[end + 1..].iter().take_while(|c| c.is_ascii_digit() || **c == '-').count();
        return Some(("", end + 1 + run));
    }
    let placed = |word: &str| starts(chars, end, word);
    let counted = ["共", "有", "设", "为", "成", "分", "建", "辖", "了", "新", "达", "计"]
        .iter()
        .any(|word| ends(chars, at, word));
    if placed("单元") || placed("室") || placed("弄") || placed("楼") || (placed("层") && !counted) {
        return if counted && (placed("单元")) { None } else { Some(("", end + 1)) };
    }
    if (placed("组") || placed("队") || placed("社") || placed("村") || placed("区")) && !counted {
        return Some(("组", end + 1));
    }
    if (placed("栋") || placed("幢")) && (after.is_ascii_digit() || after == '单' || (after == '、' && !counted)) {
        return Some(("栋", end + 1));
    }
    // 九届人大三次会议: the third of them, not three.
    let session = ["次会议", "次全会", "次全体", "次党代", "次代表大会"].iter().any(|word| placed(word));
    if session && chars[at.saturating_sub(8).max(floor)..at].contains(&'届') {
        return Some(("第", end + 1));
    }
    if placed("届") || placed("大精") || placed("大报") || placed("大会") {
        return Some(("届", end + 1));
    }
    if (placed("日") && after != '游')
        || placed("时")
        || placed("秒")
        || (placed("点") && !number.chinese && !ends(chars, at, "以下") && !ends(chars, at, "下列"))
    {
        return Some(("时", end + 1));
    }
    if number.digits >= 7
        && !number.decimal
        && measures::measure(chars, end).is_none()
        && number.span.len() == number.digits
    {
        return Some(("", end));
    }
    if before == '+' || before == '#' || before == 'G' || before == 'S' {
        return Some(("", end));
    }
    None
}

/// Whether a Chinese numeral with a measure states a count, and is not an article (一个) or an idiom (三位一体).
pub fn spoken(chars: &[char], floor: usize, number: &Number, measure: Measure, stop: usize) -> bool {
    let at = number.span.start;
    let before = if at > floor { chars[at - 1] } else { '\n' };
    let next = chars.get(stop).copied().unwrap_or('\n');
    if "百千万".contains(chars[at]) && number.value <= 1e4 && number.span.len() == 1 {
        return false;
    }
    if starts(chars, stop, "一体")
        || starts(chars, stop, "一")
        || "每某另这那哪任单逐统同进唯万第其专不".contains(before)
    {
        return false;
    }
    // 二级27人, 三组15户, 二级（建议大修）47台, 一、二级合计: a grade or a name, not a count.
    let grade = matches!(measure.word, "级" | "类" | "档" | "组") && ("（合及以残证".contains(next) || before == '、');
    if next.is_ascii_digit() || grade {
        return false;
    }
    if number.value < 2.0 {
        let closed = "，。；、）\n".contains(next);
        let plain = matches!(measure.kind, Kind::Person | Kind::Household | Kind::Thing | Kind::Case | Kind::Event);
        let named = at > floor && chars[at - 1] > '\u{2e80}' && !"，。；：、（）有了为是在".contains(before);
        return closed && plain && named && number.value >= 1.0;
    }
    true
}
