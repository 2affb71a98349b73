//! The words that open a list of parts (其中, 分为, ：, （, 从类型看), those that end it (此外, 新增), and those that close it
//! with its total (合计).

use super::row::Row;

/// How a list of parts was introduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 其中
    AmongThem,
    /// 分别为
    Respectively,
    /// 分为, 包括, 由…组成
    Comprises,
    /// ：
    Colon,
    /// （…）
    Brackets,
    /// 合计, 共计 after the parts
    TotalAfter,
    /// 年龄结构：…, 从类型看，…: of what was counted further up
    Headed,
    /// No word at all
    Plain,
}

impl Form {
    /// How the words were taken, for `Verified`.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Form::AmongThem => ("“其中”所列各项", "the parts behind 其中"),
            Form::Respectively => ("“分别为”所列各项", "the parts behind 分别为"),
            Form::Comprises => ("“分为”“包括”所列各项", "the parts it is divided into"),
            Form::Colon => ("冒号后所列各项", "the parts behind the colon"),
            Form::Brackets => ("括号内所列各项", "the parts in brackets"),
            Form::TotalAfter => ("各项在前，合计在后", "the parts, then their total"),
            Form::Headed => ("按类别分列的各项", "the parts told by kind"),
            Form::Plain => ("总数后紧接的各项", "the parts right behind the total"),
        }
    }
}

/// The words that open a list.
pub fn trigger(gap: &str) -> Option<Form> {
    // What stood before the last semicolon opened another list.
    let gap = gap.rsplit(['；', '。']).next().unwrap_or(gap);
    let opens = gap.matches('（').count() > gap.matches('）').count();
    if gap.contains("其中：") {
        Some(Form::Colon)
    } else if gap.contains("其中") {
        Some(Form::AmongThem)
    } else if gap.find("中，").is_some_and(|at| at > 0 && gap[..at].chars().count() <= 6 && !gap.starts_with('，')) {
        // 监测的80种商品中，价格上涨的33种
        Some(Form::AmongThem)
    } else if gap.contains("分别") && !gap.contains("分别占") && !compares(gap) {
        Some(Form::Respectively)
    } else if ["分为", "包括", "包含", "分成"].iter().any(|word| gap.contains(word)) && !gap.contains("不包")
    {
        Some(Form::Comprises)
    } else if opens && gap.chars().take_while(|&c| c != '（').count() <= 8 {
        Some(Form::Brackets)
    } else if gap.contains('：') && gap.chars().take_while(|&c| c != '：').count() <= 12 && !gap.contains('。') {
        Some(Form::Colon)
    } else {
        None
    }
}

fn compares(gap: &str) -> bool {
    ["比上", "比去", "较上", "较去", "同比", "环比", "增长", "下降"].iter().any(|word| gap.contains(word))
}

/// Words in which respect a list divides people or things.
static RESPECTS: &[&str] = &[
    "结构", "学历", "文化", "性别", "年龄", "类别", "构成", "民族", "职业", "程度", "分布", "等级", "按", "类型",
    "来源", "用途", "性质", "区域", "地区", "层级", "孩次", "品种", "季节", "规模", "行业", "险种", "原因", "渠道",
    "方式", "领域", "级别", "学段", "部门", "去向", "内容", "对象",
];

/// The heading of a list in the words before its first number, if they are one.
pub fn heading(row: &Row, n: usize) -> Option<String> {
    let gap = row.gap(n);
    let segment = gap.rsplit(['；', '。', '\n']).next().unwrap_or(gap);
    // A heading follows a stop; "党员83名，其中年龄…" has its whole before it.
    let fresh = segment.len() < gap.len() || row.opens_sentence(n) || !gap.starts_with(['，', '（', '、']);
    let segment = segment.trim_start_matches(['，', '其', '中']).trim_start_matches('，');
    // 党员中35岁及以下的275名: what is divided is named, and an age or grade follows.
    if let Some(at) = segment.find('中').filter(|&at| (6..=24).contains(&at) && row.opens_sentence(n))
        && segment[at + '中'.len_utf8()..].starts_with(|c: char| c.is_ascii_digit())
    {
        return Some(segment[..at + '中'.len_utf8()].to_owned());
    }
    let end = segment
        .find(['：', '，'])
        .or_else(|| segment.find("分别为"))
        .or_else(|| segment.find("其中"))
        .or_else(|| segment.find('分').filter(|&at| segment.starts_with('按') && at > 3))?;
    let words = &segment[..end];
    let length = words.chars().count();
    let respect = RESPECTS.iter().any(|word| words.contains(word)) && !words.contains("其中");
    let seen =
        ["从", "按"].iter().any(|word| words.starts_with(word)) && (words.ends_with('看') || words.ends_with('分'));
    let among = words.ends_with('中') && length >= 3 && !words.contains('其') && segment[end..].starts_with('，');
    (fresh && (2..=16).contains(&length) && (respect || among || seen)).then(|| words.to_owned())
}

/// Words that begin a new matter, so that what follows is not a part any more.
pub fn leaves(gap: &str) -> bool {
    let head: String = gap.rsplit(['，', '；', '。', '、']).next().unwrap_or(gap).chars().take(8).collect();
    let words = [
        "另有", "此外", "同时", "并且", "还有", "今年", "全年", "共", "累计", "新增", "先后", "开展", "举办", "组织",
        "发放", "投入", "接入", "形成", "构成", "组成", "惠及", "受益", "涉及", "配备", "带动", "吸引", "下设", "设有",
        "辖区", "全社区", "目前", "去年", "上年", "人均", "户均", "每人", "每户", "每月", "平均", "另外", "截至",
        "已用", "尚有", "结余", "参与", "完成", "现有", "全部", "应到", "实到", "办结", "已办", "整改", "已整",
    ];
    words.iter().any(|word| head.starts_with(word))
        || head.starts_with('已') && !head.starts_with("已婚")
        || ["了共", "共有", "共计", "合计"].iter().any(|word| head.contains(word))
}

/// The words that close a list with its total.
pub struct Closing {
    /// The total is said to be of all that was told, with nothing else between.
    pub sure: bool,
    /// 四项合计, 两者合计, 三个社区合计: of how many.
    pub of: Option<usize>,
}

/// Whether the words before a number make it the total of those before it.
pub fn closes(gap: &str, label: &str) -> Option<Closing> {
    let last = gap.rsplit(['，', '；', '、', '。', '（']).next().unwrap_or(gap);
    let of = told_of(last);
    // 三个支部共有党员94名, after the 党员 of each.
    let last = last.strip_suffix(label).filter(|_| !label.is_empty()).unwrap_or(last);
    for word in ["合计", "共计", "总计", "总共", "相加", "一共"] {
        if let Some(at) = last.find(word) {
            // 全街道合计 takes in more than the few told before it.
            let all = last[..at].starts_with('全');
            let rest = last[at + word.len()..].chars().count();
            return Some(Closing { sure: !all && rest <= 5 && last[..at].chars().count() <= 6, of });
        }
    }
    let ends = last.ends_with('共') || last.ends_with("共有") || last.ends_with("共为");
    ends.then_some(Closing { sure: last.chars().count() <= 8, of })
}

/// 四项, 两者, 三个社区: how many the total is of.
fn told_of(words: &str) -> Option<usize> {
    let chars: Vec<char> = words.chars().take(8).collect();
    let at = chars.iter().position(|c| "两二三四五六七八九十".contains(*c))?;
    let before: String = chars[..at].iter().collect();
    let mark = chars.get(at + 1)?;
    let value = crate::read::numbers::chinese_value(&chars[at..at + 1])?;
    let plain = before.is_empty() || matches!(before.as_str(), "以上" | "上述" | "这" | "前" | "该");
    (plain && "项者个类种村镇部处家支条批期笔社乡站所".contains(*mark)).then_some(value as usize)
}
