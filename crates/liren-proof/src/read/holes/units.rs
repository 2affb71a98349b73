//! A unit with a stop behind it and no number before it: 捐款元，; 队伍有支，; 学生名；; 发放慰问品份，.
//! Many units are also the end of a word (单元, 报名, 身份), so each has its own shape.

use std::ops::Range;

use crate::read::numbers::{ends, starts};

const STOPS: &str = "，。；、）\n";

/// Characters that say how many without a number: 上万元, 每亩, 数百户.
const QUANTIFIERS: &str = "以按每余多百千万亿几数上约近十两半一二三四五六七八九零〇过逾超好各整这那某第首全";

/// Words behind which a number must stand when a unit follows.
static SURE: &[&str] = &["共计", "合计", "总计", "共有", "累计", "达到", "共", "总数达", "总共"];

/// Nouns for people that are counted by 名, 人 and 位.
static PEOPLE: &[&str] = &[
    "学生", "党员", "干部", "群众", "老人", "代表", "队员", "人员", "教师", "医生", "护士", "志愿者", "职工", "会员",
    "居民", "村民", "儿童", "妇女", "残疾人", "工作者", "网格员", "委员", "团员", "战士", "民警", "员工", "新生",
    "师生", "教职工", "业主", "司机", "候选人", "专家", "律师", "调解员", "楼长", "组长", "支书", "人才", "农民工",
    "退役军人", "医师", "法官", "检察官", "辅警", "学员", "选手", "患者", "病人", "困难户", "低保对象", "孤儿",
];

/// Verbs of doing whose object is counted by sheets and pieces.
static GIVING: &[&str] =
    &["发放", "发送", "印发", "赠送", "捐赠", "收到", "张贴", "制作", "送出", "派发", "分发", "送去", "回收", "发出"];

/// Words that end in a unit and count nothing.
static WORDS: &[&str] = &[
    "身份", "月份", "股份", "省份", "年份", "部份", "成份", "备份", "缘份", "辈份", "本份", "过份", "充份", "水份",
    "县份", "双份", "文件", "证件", "条件", "信件", "邮件", "稿件", "案件", "事件", "附件", "软件", "硬件", "零件",
    "部件", "配件", "物件", "急件", "紧张", "主张", "夸张", "开张", "扩张", "手册", "名册", "画册", "注册", "图册",
    "课本", "账本", "基本", "成本", "资本", "文本", "样本", "版本", "手套", "外套", "配套", "成套", "信箱", "邮箱",
    "冰箱", "复印件", "快件", "组件", "要件", "书本", "户口本", "标本", "宣传册", "读本", "证书本", "登记册", "花名册",
    "台账本", "挂件", "摆件", "慰问信件", "来信件", "工具箱", "急救箱", "意见箱", "慰问包", "急救包", "礼包", "书包",
    "面包", "大礼包", "健康包",
];

/// Whether a unit stands bare at a place.
pub fn bare(chars: &[char], at: usize, floor: usize) -> Option<Range<usize>> {
    let before = *chars.get(at.checked_sub(1).filter(|&n| n >= floor)?)?;
    // 抽取了个乡，个村: the second has a stop before it.
    if chars[at] == '个' && "，、；".contains(before) && COUNTED.iter().any(|noun| starts(chars, at + 1, noun)) {
        return Some(at - 1..at + 2);
    }
    let han = ('\u{4e00}'..='\u{9fff}').contains(&before);
    // The end of a longer unit (平方公里) is not a unit of its own.
    if !han || QUANTIFIERS.contains(before) || "方立毫厘".contains(before) {
        return None;
    }
    money(chars, at, before)
        .or_else(|| measured(chars, at))
        .or_else(|| people(chars, at, floor))
        .or_else(|| given(chars, at, floor))
        .or_else(|| sure(chars, at))
        .or_else(|| having(chars, at, before))
        .or_else(|| counted(chars, at))
}

fn stops(chars: &[char], end: usize) -> bool {
    chars.get(end).is_none_or(|c| STOPS.contains(*c))
}

/// The longest of some units that stands at a place, and where it ends.
fn unit(chars: &[char], at: usize, units: &[&str]) -> Option<usize> {
    units.iter().filter(|unit| starts(chars, at, unit)).map(|unit| at + unit.chars().count()).max()
}

fn some(chars: &[char], at: usize, words: &[&str]) -> Option<usize> {
    words.iter().filter(|word| ends(chars, at, word)).map(|word| at - word.chars().count()).min()
}

/// 捐款元，: money has few words that end in 元.
fn money(chars: &[char], at: usize, before: char) -> Option<Range<usize>> {
    let end = unit(chars, at, &["元", "万元", "亿元", "余元", "余万元", "多万元"])?;
    let word = "单多公状美日欧港韩位纪复还元英卢法加澳新旧改上建开".contains(before) && end == at + 1;
    let named = some(chars, at, &["单位为", "单位是", "人民币", "计价单位", "以人民币", "换算成", "折合成"]).is_some();
    (!word && !named && stops(chars, end)).then(|| at.saturating_sub(3)..end)
}

/// 产量吨，; 拆除建筑物平方米。
fn measured(chars: &[char], at: usize) -> Option<Range<usize>> {
    let units = [
        "平方米", "平方公里", "公顷", "亩", "吨", "公吨", "公里", "公斤", "立方米", "千瓦时", "千克", "余平方米",
        "余亩", "余吨",
    ];
    let end = unit(chars, at, &units)?;
    let named = some(chars, at, &["单位为", "单位是", "分", "市", "田", "公"]).is_some();
    (!named && stops(chars, end)).then(|| at.saturating_sub(3)..end)
}

/// 学生名；; 党员人，; 出生人，; 社工队伍有人，.
fn people(chars: &[char], at: usize, floor: usize) -> Option<Range<usize>> {
    let end = unit(chars, at, &["名", "人", "位", "人次", "余人", "余人次"]).filter(|&end| stops(chars, end))?;
    let short = end == at + 1;
    if let Some(start) = some(chars, at, PEOPLE) {
        // 老人 and 病人 are whole words with the unit in them.
        return Some(start..end);
    }
    let wanted = [
        "出生", "死亡", "共计", "合计", "迁入", "迁出", "流入", "流出", "初婚", "育龄妇女", "一孩", "二孩", "多孩",
        "人口为", "人数", "人数为", "分别为", "增加", "减少", "招收", "录取", "达到", "发展党员",
    ];
    if chars[at] == '人' || chars[at] == '名' {
        if let Some(start) = some(chars, at, &wanted) {
            return Some(start..end);
        }
        // 队伍有人: somebody, unless a noun that is counted stands before it.
        if short && ends(chars, at, "有") {
            let nouns = [
                "队伍", "人员", "编制", "来访", "在岗", "在册", "工作者", "教师", "党员", "职工", "学生", "会员",
                "志愿者", "医生", "护士", "干部",
            ];
            return some(chars, at - 1, &nouns).filter(|&start| start >= floor).map(|start| start..end);
        }
    }
    None
}

/// 发放慰问品份，: a verb of giving, a noun, a unit, with no number on the way.
fn given(chars: &[char], at: usize, floor: usize) -> Option<Range<usize>> {
    let end = unit(chars, at, &["份", "册", "张", "件", "本", "套", "箱", "床", "袋", "余份", "余张", "包", "盒"])
        .filter(|&end| stops(chars, end))?;
    let word = WORDS.iter().any(|word| ends(chars, end, word));
    let clause = (floor..at).rev().take(10).find(|&n| STOPS.contains(chars[n]) || chars[n].is_ascii_digit());
    let start = clause.map_or(floor.max(at.saturating_sub(10)), |n| n + 1);
    let verb = (start..at).find(|&n| GIVING.iter().any(|verb| starts(chars, n, verb)))?;
    (!word && at - verb <= 9 && at > verb + 1).then_some(verb..end)
}

/// 共人。; 累计场，; 共计户、.
fn sure(chars: &[char], at: usize) -> Option<Range<usize>> {
    let units = [
        "人", "名", "户", "件", "个", "支", "份", "场", "次", "起", "家", "所", "处", "张", "册", "台", "辆", "套",
        "项", "批", "期", "宗", "例", "条", "栋", "座", "幢", "间", "位", "对", "组", "株", "人次", "户次", "余户",
        "余人", "余份", "余次", "余场",
    ];
    let end = unit(chars, at, &units).filter(|&end| stops(chars, end))?;
    let start = some(chars, at, SURE)?;
    // 公共, 中共, 城乡共建: 共 that is the end of another word.
    let word = ends(chars, start + 1, "公共") || ends(chars, start + 1, "中共");
    (!word).then_some(start..end)
}

/// 巡逻队伍有支，; 召开会议场，.
fn having(chars: &[char], at: usize, before: char) -> Option<Range<usize>> {
    let end = unit(
        chars,
        at,
        &["支", "项", "处", "起", "例", "宗", "辆", "台", "栋", "座", "间", "套", "场", "批", "所", "户"],
    )
    .filter(|&end| stops(chars, end))?;
    let noun = at.checked_sub(2).map_or('\n', |n| chars[n]);
    let having = before == '有' && ('\u{4e00}'..='\u{9fff}').contains(&noun) && !"没国公私所拥只具".contains(noun);
    let doing = ["召开", "举办", "开展", "举行", "组织"].iter().any(|verb| ends(chars, at, verb))
        && "场次期批".contains(chars[at]);
    (having || doing).then(|| at.saturating_sub(3)..end)
}

/// Nouns that 个 is only put before with a number: 抽取了个乡，个村.
static COUNTED: &[&str] =
    &["社区", "小区", "村", "网格", "乡", "镇", "街道", "支部", "党支部", "居民小组", "村民小组", "调查小区", "单位"];

/// 车间个，; 抽取了个乡: 个 has no word that it ends but those with a quantifier.
fn counted(chars: &[char], at: usize) -> Option<Range<usize>> {
    if chars[at] != '个' {
        return None;
    }
    let before = chars[at - 1];
    if "了共辖设".contains(before) && COUNTED.iter().any(|noun| starts(chars, at + 1, noun)) {
        return Some(at.saturating_sub(2)..at + 3);
    }
    if stops(chars, at + 1) && !"哪每各整这那几多个逐单某首些前后同挨头下中是".contains(before) {
        return Some(at.saturating_sub(3)..at + 1);
    }
    None
}
