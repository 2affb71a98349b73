//! Check 7: lost numbers, masks, broken characters, doubled or wrong measure words.

use std::ops::Range;

use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::{ends, starts};
use crate::relations::Outcome;
use crate::text::BlockKind;

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    missing(page, findings);
    masks(page, findings);
    broken(page, findings);
    slips(page, findings);
}

/// Words after which a number must stand before one of these units.
static WANTING: &[(&[&str], &[&str])] = &[
    (
        &[
            "资金", "投资", "投入", "发放", "共计", "总计", "合计", "金额", "金额达", "达到", "达", "收入", "补助",
            "筹资", "筹集", "捐款", "支出", "救助金", "补贴", "奖励", "为", "约", "近", "拨付", "争取", "慰问金",
            "价值", "每人", "每户", "每月",
        ],
        &["万元", "余万元", "多万元", "亿元", "余元", "元"],
    ),
    (
        &["共计", "总计", "合计", "共有", "达到", "现有", "辖区有", "新增", "发放", "累计"],
        &[
            "余户", "户，", "户、", "户。", "人次", "余人", "余人次", "人，", "人、", "人。", "名，", "名、", "名。",
            "余份", "份，", "份。",
        ],
    ),
    (&["面积", "面积为", "面积约", "总面积", "辖区面积"], &["平方公里", "平方米", "亩"]),
];

/// Nouns that 个 is only put before with a number: 抽取了个乡，个村.
static COUNTED: &[&str] =
    &["社区", "小区", "村", "网格", "乡", "镇", "街道", "支部", "党支部", "居民小组", "村民小组", "调查小区", "单位"];

fn missing(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let mut places = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if let Some(place) = wanting(chars, at) {
            at = place.end.max(at + 1);
            places.push(place);
        } else {
            at += 1;
        }
    }
    // Where numbers were stripped throughout, one finding says so.
    if places.len() > 4 {
        findings.numbers_missing(&places);
    } else {
        for place in places {
            findings.number_missing(place);
        }
    }
}

/// Words before 人 that want a number between: 全年共计出生人，死亡人.
static PEOPLE_WANTED: &[&str] = &[
    "出生", "死亡", "增加", "减少", "共计", "合计", "迁入", "迁出", "流入", "流出", "初婚", "育龄妇女", "一孩", "二孩",
    "多孩", "人口为", "人数", "分别为",
];

/// Signs and particles that cannot follow a word without a number.
fn bare_sign(chars: &[char], at: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
    let next = chars.get(at + 1).copied().unwrap_or('\n');
    let han = ('\u{4e00}'..='\u{9fff}').contains(&before);
    match chars[at] {
        '%' | '‰' if han && !"百千分成".contains(before) => Some(at.saturating_sub(2)..at + 1),
        '个' if starts(chars, at, "个百分点") || starts(chars, at, "个千分点") => {
            let moved = ["上升", "下降", "增长", "提高", "增加", "减少", "降低", "回落", "了"]
                .iter()
                .any(|word| ends(chars, at, word));
            moved.then(|| at.saturating_sub(2)..at + 4)
        }
        '平' | '万' | '亿' if han && !"以按每余多百千万亿几数上约近十两半平了到达为计共个".contains(before) =>
        {
            // 拆除建筑物平方米。
            let unit = ["平方米", "平方公里", "万元", "亿元"].iter().find(|unit| starts(chars, at, unit))?;
            let end = at + unit.chars().count();
            let after = chars.get(end).copied().unwrap_or('\n');
            "，。；、）".contains(after).then(|| at.saturating_sub(3)..end)
        }
        '月' if "自于从".contains(before) && (next == '份' || next == '日') => Some(at - 1..at + 2),
        '人' if "，。；、）".contains(next) => {
            let word = PEOPLE_WANTED.iter().find(|word| ends(chars, at, word))?;
            Some(at - word.chars().count()..at + 1)
        }
        '的' if "，。；）".contains(next) => {
            let clause =
                chars[..at].iter().rev().take(16).take_while(|c| !"，。；：（、".contains(**c) && !c.is_ascii_digit());
            let words: String = clause.collect::<Vec<_>>().into_iter().rev().collect();
            let share = words.split_once('占').is_some_and(|(_, base)| base.ends_with('数') || base.ends_with("人口"));
            let long = words.chars().rev().position(|c| c == '占').map_or(3, |n| n + 1);
            share.then(|| at - long..at + 1)
        }
        '为' | '达'
            if "，。；".contains(next)
                && (before == '率'
                    || ends(chars, at, "占比")
                    || ends(chars, at, "比例")
                    || ends(chars, at, "比重")) =>
        {
            Some(at.saturating_sub(2)..at + 1)
        }
        _ => None,
    }
}

fn wanting(chars: &[char], at: usize) -> Option<Range<usize>> {
    if let Some(place) = bare_sign(chars, at) {
        return Some(place);
    }
    if chars[at] == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit) {
        let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
        let digits = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        let unit = chars.get(at + 1 + digits).is_some_and(|c| "万亿人元亩%平户".contains(*c));
        return (before > '\u{2e80}' && unit).then_some(at.saturating_sub(2)..at + 1 + digits);
    }
    if chars[at] == '个' && COUNTED.iter().any(|noun| starts(chars, at + 1, noun)) {
        let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
        return "，、；了共辖设".contains(before).then_some(at.saturating_sub(2)..at + 3);
    }
    if !"万亿余元户人名份%个平亩，。；多".contains(chars[at]) {
        return None;
    }
    for (words, units) in WANTING {
        let Some(unit) = units.iter().filter(|unit| starts(chars, at, unit)).max_by_key(|unit| unit.len()) else {
            continue;
        };
        // 元旦, 户籍, and 上万元, 数万元 lack nothing.
        let length = unit.chars().filter(|c| !"，。、；".contains(*c)).count();
        let next = chars.get(at + length).copied().unwrap_or('\n');
        if unit.ends_with('元') && "旦宵素件气月老首".contains(next) {
            continue;
        }
        let word = words.iter().filter(|word| ends(chars, at, word)).max_by_key(|word| word.len());
        if let Some(word) = word {
            let start = at - word.chars().count();
            let before = start.checked_sub(1).map_or('\n', |n| chars[n]);
            // "作为元", "百分之…率%" and titles such as "单元" never reach here; a table head such as "金额（万元）" does not either.
            if matches!(*word, "为" | "达" | "约" | "近" | "的" | "率")
                && (unit.starts_with('，') || "认作因以".contains(before))
            {
                continue;
            }
            return Some(start..at + length.max(1));
        }
    }
    None
}

/// Characters that cover something up.
fn covers(c: char) -> bool {
    matches!(c, 'x' | 'X' | '×' | '*' | '_' | '＊' | '＿' | 'Ⅹ' | '╳' | '□' | '△')
}

fn masks(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let mut names: Vec<Range<usize>> = Vec::new();
    let mut counts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !covers(chars[at]) {
            if starts(chars, at, "某某") {
                names.push(at..at + 2);
                at += 2;
            } else {
                at += 1;
            }
            continue;
        }
        let end = at + chars[at..].iter().take_while(|c| covers(**c)).count();
        let before = at.checked_sub(1).map_or('\n', |n| chars[n]);
        let next = chars.get(end).copied().unwrap_or('\n');
        let digit_before = before.is_ascii_digit();
        let digit_after = next.is_ascii_digit();
        let latin = |c: char| c.is_ascii_alphabetic();
        if end - at == 1
            && (latin(before)
                || latin(next)
                || (digit_before && digit_after)
                || before == '\n'
                || (chars[at] == '*' || chars[at] == '_'))
            && !(digit_before && "年户人名元次%".contains(next))
        {
            at = end;
            continue;
        }
        if latin(before) || latin(next) || end - at > 8 {
            at = end;
            continue;
        }
        if end - at == 1 && !digit_before && chars[at] == '×' && !"年月日户人名个件元次%区村镇街县市社".contains(next)
        {
            at = end;
            continue;
        }
        let unit = "户人名件元次起份处%场万亩家栋套".contains(next)
            && !(next == '人' && chars.get(end + 1).is_some_and(|&c| "民社大".contains(c)))
            && !(next == '户' && chars.get(end + 1) == Some(&'籍'));
        if unit || (next == '个' && chars.get(end + 1) != Some(&'人')) {
            let start = at - chars[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
            counts.push(start..end + 1);
        } else {
            let start = at - chars[..at].iter().rev().take(4).take_while(|c| c.is_ascii_digit()).count();
            names.push(start..end);
        }
        at = end;
    }
    // A template has them everywhere; one finding says so.
    if counts.len() > 3 {
        findings.counts_masked(&counts);
    } else {
        for place in counts {
            findings.count_masked(place);
        }
    }
    if !names.is_empty() {
        findings.masks(&names);
    }
}

/// What wrong decoding leaves: the replacement character, and characters of the classic garbles.
fn broken(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let end = if c == '\u{fffd}' || ('\u{e000}'..='\u{f8ff}').contains(&c) {
            at + 1
        } else if starts(chars, at, "锟斤拷") || starts(chars, at, "烫烫烫") || starts(chars, at, "锘") {
            at + 3
        } else if "ÃÂâæçèéåäï¿½".contains(c)
            && chars.get(at + 1).is_some_and(|&n| ('\u{80}'..='\u{ff}').contains(&n) || n == '\u{20ac}')
        {
            at + chars[at..]
                .iter()
                .take_while(|&&c| ('\u{80}'..='\u{ff}').contains(&c) || ('\u{2010}'..='\u{20ff}').contains(&c))
                .count()
                .max(1)
        } else if c == '？'
            && chars.get(at + 1) == Some(&'？')
            && chars.get(at + 2) == Some(&'？')
            && at > 0
            && chars[at - 1] > '\u{4e00}'
        {
            at + chars[at..].iter().take_while(|&&c| c == '？').count()
        } else if c == '？' && chars.get(at + 1).is_some_and(|&n| "，。、；".contains(n) || n.is_ascii_digit()) {
            at + 2
        } else if c == '&'
            && ["&nbsp；", "&amp；", "&lt；", "&gt；", "&quot；", "&mdash；", "&ldquo；"]
                .iter()
                .any(|entity| starts(chars, at, entity))
        {
            at + chars[at..].iter().take(8).take_while(|&&c| c != '；').count() + 1
        } else {
            at += 1;
            continue;
        };
        places.push(at..end.min(chars.len()));
        at = end;
    }
    // Runs that touch are one place.
    places.dedup_by(|next, before| {
        let touches = next.start <= before.end + 2;
        if touches {
            before.end = next.end;
        }
        touches
    });
    if !places.is_empty() {
        findings.text_broken(&places);
    }
}

/// Measure words that cannot stand twice; 户户, 人人, 个个 are words of their own.
const DOUBLED: &str = "名件处项条次户元";

fn slips(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    for quantity in &page.quantities {
        let end = quantity.number.span.end;
        if starts(chars, end, "各方面")
            || starts(chars, end, "各小区")
            || starts(chars, end, "各社区")
            || starts(chars, end, "各小组")
            || starts(chars, end, "各村")
            || starts(chars, end, "各网格")
            || starts(chars, end, "各支部")
        {
            let place = quantity.number.span.start..end + 1;
            let digits = page.normal.slice(quantity.number.span.clone());
            findings.wrong_character(place, &format!("{digits}个"));
        }
        let last = quantity.span.end;
        if quantity.measure.is_some()
            && last < chars.len()
            && last > end
            && chars[last] == chars[last - 1]
            && DOUBLED.contains(chars[last])
            && last - end == 1
        {
            let one = page.normal.slice(quantity.number.span.start..last);
            let stops =
                chars.get(last + 1).is_none_or(|c| "，。、；\n）".contains(*c)) || "名件处项".contains(chars[last]);
            if stops {
                findings.doubled(quantity.number.span.start..last + 1, &one);
            }
        }
        if quantity.unit == "个" && chars.get(last) == Some(&'个') {
            let one = page.normal.slice(quantity.number.span.start..last);
            findings.doubled(quantity.number.span.start..last + 1, &one);
        }
    }
    for at in 0..chars.len() {
        for word in ["较上月同比", "比上月同比", "与上月同比", "较上季度同比", "比上季度同比"]
        {
            if starts(chars, at, word) {
                findings.wrong_term(at..at + word.chars().count(), "环比");
            }
        }
    }
    for at in 0..chars.len() {
        for word in ["其中", "进行", "通过", "开展", "以及", "同时", "目前"] {
            let n = word.chars().count();
            if starts(chars, at, word) && starts(chars, at + n, word) {
                findings.doubled(at..at + 2 * n, word);
            }
        }
    }
    for block in page.normal.blocks.iter().filter(|block| block.kind != BlockKind::Row) {
        for at in block.span.start..block.span.end.saturating_sub(1) {
            let pair = [chars[at], chars[at + 1]];
            let next = chars.get(at + 2).copied().unwrap_or('\n');
            let before = if at > block.span.start { chars[at - 1] } else { '\n' };
            let doubled = match pair {
                ['的', '的'] => next != '确' && before != '目',
                ['了', '了'] => before != '一' && before != '为' && !"解之".contains(next),
                ['，', '，'] | ['。', '。'] | ['、', '、'] => next != pair[0] && before != pair[0],
                _ => false,
            };
            if doubled {
                findings.doubled(at..at + 2, &pair[0].to_string());
            }
        }
    }
}
