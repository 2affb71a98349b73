//! Words that stand in a cell and say nothing: 不详, 无, /, 待补. Whoever reads a cell asks here first, so that no
//! such word changes what is known.

use crate::identifier::{is_invisible, narrow};

const WORDS: &[&str] = &[
    "不详", "不祥", "不明", "不清", "不清楚", "不知", "不知道", "未知", "无", "没有", "暂无", "无数据", "无资料",
    "无信息", "查无", "空", "空白", "空缺", "缺", "缺失", "待补", "待补充", "待补录", "待查", "待核", "待核实",
    "待核对", "待核查", "待定", "待填", "待完善", "待登记", "待确认", "待采集", "待更新", "待录入", "未填", "未填写",
    "未登记", "未采集", "未提供", "未说明", "未核实", "未录入", "未掌握", "未报", "不便提供", "拒绝提供", "拒答",
    "拒不提供", "不愿提供", "保密", "略", "记不清", "不记得", "忘记", "忘了", "na", "n/a", "#n/a", "null", "none",
    "nil", "nan", "unknown", "tbd", "n", "(空)", "(空白)", "(无)", "〇",
];

/// Does the text say nothing? Blank does; so do signs alone and the words people write for not knowing.
pub fn is_nothing(text: &str) -> bool {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .map(|c| narrow(c).to_ascii_lowercase())
        .collect();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        // √ and × are answers.
        return !text.contains(['√', '✓', '✔', '☑', '×', '✗', '●', '■', '◆', '○', '□', '☐', '*', '+', '∨']);
    }
    WORDS.contains(&text.as_str()) || WORDS.contains(&bare)
}

/// Is it no number of anything: nothing, zeros, nines alone, or a row of crosses (0, 000, 99999999, xxxx)?
pub fn is_no_number(text: &str) -> bool {
    if is_nothing(text) {
        return true;
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).map(narrow).collect();
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let all = |of: &[char]| !text.is_empty() && text.chars().all(|c| of.contains(&c));
    all(&['0']) || (text.len() >= 4 && all(&['9'])) || (text.len() >= 2 && all(&['x', 'X', '*', '#', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_say_nothing_and_words_that_look_like_them_say_something() {
        for text in ["", " ", "/", "——", "不详", " 不 详 ", "（无）", "N/A", "待补", "?", "…", "null", "无。"]
        {
            assert!(is_nothing(text), "{text}");
        }
        for text in ["√", "×", "否", "0", "未婚", "无业", "无党派人士", "未参保", "王无", "9", "*"] {
            assert!(!is_nothing(text), "{text}");
        }
        for text in ["0", "000", "99999999", "9999", "xx", "**", "/", "0.0"] {
            assert!(is_no_number(text), "{text}");
        }
        for text in ["1", "9", "99", "101", "G001", "900", "x1"] {
            assert!(!is_no_number(text), "{text}");
        }
    }
}
