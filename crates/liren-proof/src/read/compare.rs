//! What a change is measured against: 比上年末, 较上月, 与2010年相比, 同比, 环比 — found in the words, and spelled one way.

/// The time or thing compared with, in one spelling; nothing where nothing is compared.
pub fn compared_with(words: &str) -> Option<String> {
    if words.contains("同比") {
        return Some("上年同期".into());
    }
    if words.contains("环比") {
        return Some("上期".into());
    }
    let rest = &words[comparing(words)?..];
    let rest = ["相比", "比较", "相较", "对比"].iter().find_map(|word| rest.strip_suffix(word)).unwrap_or(rest);
    // 2010年普查, 2010年第六次普查: the year says which.
    let year: String = rest.chars().take(5).collect();
    if year.chars().take(4).all(|c| c.is_ascii_digit()) && year.ends_with('年') {
        return Some(year);
    }
    let stop = rest.find(['的', '增', '减', '下', '提', '升', '降', '多', '少']).filter(|&at| at > 0);
    let stop = stop.unwrap_or(rest.len());
    let key: String = rest[..stop].replace("去年", "上年").replace("上一年", "上年").chars().take(8).collect();
    Some(match key.as_str() {
        "年初" | "上年末" | "上年底" | "上年年末" | "上年" | "上年度" => "上年".into(),
        _ => key,
    })
}

/// Nouns that end in 比.
static RATIOS: &[&str] = &[
    "占比", "同比", "环比", "性别比", "师生比", "生师比", "医护比", "床护比", "床医比", "配比", "之比", "相比", "评比",
    "类比", "对比", "无比", "好比", "正比", "反比", "百分比", "抚养比", "性价比", "人口比", "供需比", "结构比", "何比",
    "投入产出比", "容积比", "排比", "可比", "不可比", "攀比", "与之比",
];

/// Where the words of what is compared with begin: behind a 比 or 较 of its own, or a 与 that 相比 answers.
pub fn comparing(words: &str) -> Option<usize> {
    let answered = ["相比", "比较", "相较", "对比"].iter().any(|word| words.ends_with(word));
    let found = words.char_indices().rev().find(|&(at, c)| {
        let end = at + c.len_utf8();
        let (before, after) = (words[..at].chars().next_back(), words[end..].chars().next());
        match c {
            '比' => {
                let rest = &words[end..];
                // 环比上月的220件: with the time behind it the word compares after all.
                let timed = ["上月", "上年", "上周", "上季", "去年"].iter().any(|time| rest.starts_with(time));
                (timed || !RATIOS.iter().any(|noun| words[..end].ends_with(noun)))
                    && after.is_some_and(|c| !"例重率较如赛值分价武拼对".contains(c))
            }
            '较' => {
                !before.is_some_and(|c| "比相计".contains(c))
                    && after.is_some_and(|c| !"为大多好高低快少强差长小早晚".contains(c))
            }
            '与' | '同' | '和' | '跟' => {
                answered && !before.is_some_and(|c| "参合共胡不祥".contains(c)) && after.is_some_and(|c| c != '比')
            }
            _ => false,
        }
    });
    found.map(|(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_with_has_one_spelling() {
        let with = |words| compared_with(words).unwrap_or_default();
        assert_eq!(with("比去年末增加"), "上年");
        assert_eq!(with("较上周减少"), "上周");
        assert_eq!(with("与2010年第六次普查的386210人相比"), "2010年");
        assert_eq!(with("同比下降"), "上年同期");
        assert_eq!(with("比去年同期的"), "上年同期");
        assert_eq!(with("占比为"), "");
        assert_eq!(with("性别比"), "");
        assert_eq!(with("学生比去年增加"), "上年");
        assert_eq!(with("比例达到"), "");
        assert_eq!(with("比较困难的"), "");
    }
}
