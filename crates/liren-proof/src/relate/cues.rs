//! The words that open a list of parts (其中, 分为, ：, （), end it (此外, 共, 新增), and close it with its total (合计).

use super::partitions::Form;
use crate::read::measures::Kind;
use crate::reading::Reading;

/// 人均, 每户: not a member of any list of parts.
pub fn is_mean(reading: &Reading, n: usize) -> bool {
    let quantity = &reading.quantities[n];
    let lead = reading.words(quantity.lead.clone());
    quantity.measure_kind() == Kind::Per
        || ["人均", "户均", "平均", "每人", "每户", "每月", "每名", "每位"].iter().any(|word| lead.contains(word))
}

/// Words that begin a new matter, so that what follows is not a part any more.
pub fn leaves(gap: &str) -> bool {
    let head: String = gap.rsplit(['，', '；', '。', '、']).next().unwrap_or(gap).chars().take(8).collect();
    let words = [
        "另有", "此外", "同时", "并且", "还有", "今年", "全年", "共", "累计", "新增", "先后", "开展", "举办", "组织",
        "发放", "投入", "接入", "形成", "构成", "组成", "惠及", "受益", "涉及", "配备", "带动", "吸引", "下设", "设有",
        "辖区", "全社区", "目前", "去年", "上年", "比上", "较上", "同比", "人均", "户均", "每人", "每户", "每月",
        "平均",
    ];
    words.iter().any(|word| head.starts_with(word))
        || ["了共", "共有", "共计", "合计"].iter().any(|word| head.contains(word))
}

/// By how much a gap opens or closes brackets.
pub fn brackets(gap: &str) -> i32 {
    gap.chars()
        .map(|c| match c {
            '（' => 1,
            '）' => -1,
            _ => 0,
        })
        .sum()
}

/// 比上年增加20人 is a change, not a whole.
pub fn grown(gap: &str) -> bool {
    ["增加", "增长", "减少", "下降", "提高", "新增"].iter().any(|word| gap.ends_with(word)) || gap.contains("同比")
}

/// 其他, 其余: the last part of a list that leaves nothing out.
pub fn rest(words: &str) -> bool {
    ["其他", "其它", "其余"].iter().any(|word| words.contains(word))
}

/// The words that open a list.
pub fn trigger(gap: &str) -> Option<Form> {
    // What stood before the last semicolon opened another list.
    let gap = gap.rsplit(['；', '。']).next().unwrap_or(gap);
    if gap.contains("其中：") {
        Some(Form::Colon)
    } else if gap.contains("其中") {
        Some(Form::AmongThem)
    } else if gap.contains("分别") && !gap.contains("分别占") {
        Some(Form::Respectively)
    } else if ["分为", "包括", "包含"].iter().any(|word| gap.contains(word)) && !gap.contains("不包") {
        Some(Form::Comprises)
    } else if gap.matches('（').count() > gap.matches('）').count()
        && gap.chars().take_while(|&c| c != '（').count() <= 8
    {
        Some(Form::Brackets)
    } else if gap.contains('：') && gap.chars().take_while(|&c| c != '：').count() <= 8 && !gap.contains('。') {
        Some(Form::Colon)
    } else {
        None
    }
}

/// The words that close a list with its total; whether they leave no doubt.
pub fn closes(gap: &str, label: &str) -> Option<bool> {
    let last = gap.rsplit(['，', '；', '、', '。', '（']).next().unwrap_or(gap);
    // 三个支部共有党员94名, after the 党员 of each.
    let last = last.strip_suffix(label).filter(|_| !label.is_empty()).unwrap_or(last);
    for word in ["合计", "共计", "总计", "总共"] {
        if let Some(at) = last.find(word) {
            // 全街道合计 takes in more than the few told before it.
            let all = last[..at].starts_with('全');
            return Some(!all && last[at + word.len()..].chars().count() <= 2 && last[..at].chars().count() <= 6);
        }
    }
    (last.ends_with('共') || last.ends_with("共有")).then_some(last.chars().count() <= 8)
}
