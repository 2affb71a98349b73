//! What words in cells say about people: residency, leaving, remarks. Words here are clerks' words; what a
//! programme calls things comes from the packs.

use liren_facts::name::is_han;
use liren_facts::{Day, PartialDay, date};

use crate::words::is_nothing;

use crate::draft::{RemarkFact, Residency, Status};

/// 居住性质 as people write it; `None` when the word does not say.
pub(crate) fn residency(word: &str) -> Option<Residency> {
    let word: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    let has = |parts: &[&str]| parts.iter().any(|p| word.contains(p));
    if word.is_empty() {
        return None;
    }
    if has(&[
        "空挂", "挂户", "户在人不在", "户籍在人不在", "人不在", "户在人走", "人走户在", "人去户在", "有户无人", "寄挂",
        "人户分离", "户籍不在住", "挂靠", "户籍外出", "在册不在住", "外出户籍", "户籍空",
    ]) {
        // 人户分离 of somebody living here without hukou says so: 人在户不在
        return Some(if has(&["人在户不在", "户不在"]) && !has(&["户在人不在", "空挂"]) {
            Residency::Temporary
        } else {
            Residency::HukouOnly
        });
    }
    if has(&[
        "人在户不在", "有人无户", "人在无户", "户不在人在", "非户籍", "非本地", "非常住", "非本村", "非本社区",
        "无户籍", "户口不在", "户籍不在", "户口在外", "户籍在外", "不在册", "非在籍", "外村", "外区",
    ]) {
        return Some(Residency::Temporary);
    }
    if has(&[
        "暂住", "流动", "租", "外来", "寄住", "借住", "外地", "外县", "外省", "外市", "寄居", "务工", "流入", "投靠",
    ]) {
        // 外出务工 is somebody away from here, 廉租房 a kind of housing.
        let other = has(&["外出", "廉租", "公租", "出租", "租金", "租赁补贴", "租房补贴", "配租", "流动党员"])
            && !has(&["流动人口", "暂住", "外来"]);
        return (!other).then_some(Residency::Temporary);
    }
    if has(&[
        "常住", "户籍", "本地", "本社区", "本村", "在册", "人户一致", "人在户在", "户在人在", "人户同在", "人户均在",
        "人户合一", "有户有人", "在籍", "本市", "本县", "有户口", "户口在", "原住", "回迁", "户籍在住", "土著", "坐地",
    ]) {
        return Some(Residency::Resident);
    }
    match word.as_str() {
        "固定" | "长住" | "自住" | "常" | "常口" | "常驻" => Some(Residency::Resident),
        "暂" | "暂口" | "流" => Some(Residency::Temporary),
        _ => None,
    }
}

/// What a remark plainly says of how its row lives here: 户在人不在, 租户, 寄住祖母家.
pub(crate) fn residency_of_remark(remark: &str) -> Option<Residency> {
    const AWAY: &[&str] =
        &["空挂", "挂户", "户在人不在", "人户分离", "寄挂", "户籍空挂", "有户无人", "人走户在", "户口空挂"];
    const HERE: &[&str] = &[
        "人在户不在", "有人无户", "租户", "租客", "租住", "承租", "租房", "寄住", "借住", "寄居", "暂住", "流动人口",
        "外来人口", "户籍在外", "户口在外", "户籍不在", "户口不在", "非本地户籍", "外地户籍",
    ];
    let says = |words: &[&str]| clauses(remark).any(|c| words.iter().any(|w| c.starts_with(w)) && !c.contains("补贴"));
    match (says(AWAY), says(HERE)) {
        (true, false) => Some(Residency::HukouOnly),
        (false, true) => Some(Residency::Temporary),
        _ => None,
    }
}

/// 死亡, 迁出 in a column of its own.
pub(crate) fn left_kind(word: &str) -> Option<Status> {
    let word: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    if word.starts_with(['未', '没', '无', '非', '拟', '将']) || names_kin(&word) || is_of_the_dead(&word) {
        return None;
    }
    let has = |parts: &[&str]| parts.iter().any(|p| word.contains(p));
    if has(&["死", "亡", "故", "去世", "过世", "逝", "离世", "殁"]) {
        Some(Status::Deceased)
    } else if has(&[
        "迁出", "迁往", "搬走", "搬离", "搬出", "移出", "转出", "外迁", "离开", "迁走", "市外迁", "退租", "已迁",
        "已搬",
    ]) {
        Some(Status::MovedOut)
    } else {
        None
    }
}

/// 病故军人遗属, 烈士家属, 死亡抚恤: the dead are others.
fn is_of_the_dead(text: &str) -> bool {
    ["军人", "遗属", "家属", "烈士", "因公", "抚恤", "丧葬", "遗孀", "之妻", "之子", "之女", "职工家"]
        .iter()
        .any(|w| text.contains(w))
}

/// What a cell of a column of states says of the person: 常住, 已故, 正常, 注销.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Residency(Residency),
    Status(Status),
    /// 正常, 健在: here, and nothing more.
    Present,
    /// 注销, 流出: no longer counted where it was, and why is not said.
    Doubtful,
}

/// 出生, 迁入 in a column of changes: somebody came, and nothing ended.
pub(crate) fn arrives(word: &str) -> bool {
    let word: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    [
        "出生", "新生", "迁入", "转入", "搬入", "流入", "入住", "新增", "迁来", "搬来", "迁回", "搬回", "回迁", "返回",
        "入户", "落户", "嫁入", "娶入", "收养",
    ]
    .iter()
    .any(|w| word.contains(w))
        && !word.starts_with(['未', '没', '拟', '将'])
}

/// The state a word says; `None` for words that say none.
pub(crate) fn state(word: &str) -> Option<State> {
    let word: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    if is_nothing(&word) {
        return None;
    }
    if let Some(status) = status_of_remark(&word, None).and_then(|said| said.about.is_none().then_some(said.status)) {
        return Some(State::Status(status));
    }
    if is_present(&word) {
        return Some(State::Present);
    }
    // What our own lists call somebody who lives elsewhere and is registered elsewhere
    if matches!(word.as_str(), "不在本社区" | "不在本村" | "已不在本社区") {
        return Some(State::Status(Status::MovedOut));
    }
    if word.chars().count() <= 8
        && let Some(status) = left_kind(&word)
    {
        return Some(State::Status(status));
    }
    if is_doubtful(&word) {
        return Some(State::Doubtful);
    }
    residency(&word).map(State::Residency)
}

/// 户口注销, 销户, 流出: not counted any more, for a reason nobody gives.
pub(crate) fn is_doubtful(text: &str) -> bool {
    ["注销", "销户", "流出", "除名", "下册", "失踪", "失联"].iter().any(|w| {
        text.find(w).is_some_and(|at| {
            let before = &text[..at];
            !["未", "没", "没有", "拟", "不", "应", "待", "申请", "办理"].iter().any(|n| before.ends_with(n))
        })
    })
}

/// 减少, 终止, 注销: that something ended, whatever it was.
pub(crate) fn ends_somehow(text: &str) -> bool {
    is_doubtful(text)
        || ["减少", "减员", "核减", "终止", "停", "退出", "取消"].iter().any(|w| text.contains(w))
            && !text.starts_with(['未', '没', '拟'])
}

/// 正常, 健在 in a column that says 死亡 or 迁出 of others.
pub(crate) fn is_present(word: &str) -> bool {
    matches!(
        word.trim(),
        "正常"
            | "在册"
            | "健在"
            | "在世"
            | "生存"
            | "存活"
            | "有效"
            | "在住"
            | "在"
            | "在家"
            | "外出"
            | "未注销"
            | "未迁出"
            | "现住"
            | "在村"
            | "在籍"
    )
}

/// 在住, 现住: somebody lives here, in a column where others are 空挂 or 租住.
pub(crate) fn lives_here(word: &str) -> bool {
    matches!(word.trim(), "在住" | "现住" | "实住" | "在家" | "在村" | "居住" | "实际居住" | "在此居住" | "在本地居住")
}

/// Words for relatives: 老伴去世 is not the person's own death.
const KIN: &[&str] = &[
    "户主", "老伴", "丈夫", "妻", "配偶", "爱人", "父", "母", "爸", "妈", "儿", "女", "子", "孙", "其", "兄", "弟",
    "姐", "妹", "公婆", "公公", "婆婆", "爷", "奶", "夫", "房东", "老人", "家人", "家属", "亲属", "岳", "舅", "姑",
    "姨", "叔", "伯", "老公", "老婆",
];

/// Does the clause speak of a relative?
pub(crate) fn names_kin(clause: &str) -> bool {
    KIN.iter().any(|kin| clause.contains(kin))
}

/// What a remark says of somebody's life, and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub status: Status,
    /// The name it says it of; `None` for the person whose row it is.
    pub about: Option<String>,
    /// The part of the remark that says it.
    pub clause: String,
}

/// What a remark says about the status of the person whose row it is, or of the one it names. `own` is the name of
/// the row.
pub(crate) fn status_of_remark(remark: &str, own: Option<&str>) -> Option<Said> {
    said_in_remark(remark, own).into_iter().next()
}

/// Everything a remark says of lives.
pub(crate) fn said_in_remark(remark: &str, own: Option<&str>) -> Vec<Said> {
    let mut out: Vec<Said> = Vec::new();
    for clause in clauses(remark) {
        if let Some((status, at)) = life_of_clause(clause) {
            let before: String = clause[..at].chars().filter(|c| is_han(*c) || *c == '·').collect();
            let named = named_before(&before).filter(|name| Some(name.as_str()) != own);
            out.push(Said { status, about: named, clause: clause.to_owned() });
        }
    }
    // 2018年迁出，2021年回迁: whoever came back is here.
    const BACK: &[&str] = &["回迁", "迁回", "搬回", "返回", "又回", "回来", "已回", "复迁入", "重新入住"];
    let last = out.iter().rposition(|said| said.about.is_none() && said.status == Status::MovedOut);
    if let Some(at) = last {
        let after = remark.find(&out[at].clause).map_or("", |found| &remark[found + out[at].clause.len()..]);
        let back =
            clauses(after).any(|c| BACK.iter().any(|w| c.contains(w)) && !c.starts_with(['未', '没', '不', '拟']));
        if back {
            out.retain(|said| !(said.about.is_none() && said.status == Status::MovedOut));
        }
    }
    // What is said of the row itself comes first.
    out.sort_by_key(|said| said.about.is_some());
    out
}

/// 李丽 of 李丽已于上月去世: a name at the beginning of the clause.
fn named_before(text: &str) -> Option<String> {
    let text = text.trim_start_matches("其");
    // 已, 于, 因 begin what follows a name, and some of them are surnames, too.
    const AFTER: &[&str] =
        &["已经", "已", "于", "因病", "因", "在", "户口", "上月", "去年", "今年", "年", "月", "现", "刚", "均", "都"];
    let end = AFTER.iter().filter_map(|w| text.find(w)).min().unwrap_or(text.len());
    let name = &text[..end];
    // 任职期间 and 从本社区 begin with surnames, too: a name of one has three characters at most.
    let length = name.chars().count();
    let short = name.contains('·') || length <= 2 + liren_facts::name::surname_length(name);
    (liren_facts::name::is_likely(name) && short).then(|| name.to_owned())
}

pub(crate) fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '。', ';', '；', '、', '\n', ' ']).map(str::trim).filter(|c| !c.is_empty())
}

pub(crate) fn status_of_clause(clause: &str) -> Option<Status> {
    life_of_clause(clause).map(|(status, _)| status)
}

const DEAD: &[&str] = &[
    "已故", "死亡", "去世", "过世", "病故", "亡故", "病逝", "身故", "已死", "逝世", "殁", "离世", "故去", "病亡",
    "已亡", "已逝", "身亡", "死去",
];
const LEFT: &[&str] = &[
    "迁出", "迁往", "迁至", "迁走", "迁到", "迁移到", "迁移至", "搬走", "搬离", "已搬", "外迁", "搬出", "搬往", "搬到",
    "搬至", "户口已迁", "户口迁", "已迁", "退租", "搬家", "移居", "转出",
];

/// 2021年2月去世, 已故, 户口已迁出 as a whole clause of a cell that is about something else. 病故军人遗属 is no death, and
/// whoever is 已搬 on a list of new homes did not leave.
pub(crate) fn life_in_passing(text: &str) -> Option<(Status, &str)> {
    const BEFORE: &[&str] = &[
        "本人", "该人", "现已", "已于", "已经", "因病", "因故", "因癌", "意外", "车祸", "突发", "疾病", "于", "已",
        "因", "在", "上月", "本月", "去年", "今年", "年", "月", "日", "初", "底", "中旬", "上旬", "下旬", "户口",
        "户籍",
    ];
    const AFTER: &[&str] = &["(", "（", "注销", "后", "了", "于", "时间", "日期", "登记"];
    clauses(text).filter(|c| c.chars().count() <= 20 && !names_kin(c)).find_map(|clause| {
        let (status, at) = life_of_clause(clause)?;
        let mut head = clause[..at].trim_end();
        loop {
            let before = head.len();
            head = head.trim_end_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | '〇') || "一二三四五六七八九十".contains(c)
            });
            for word in BEFORE {
                head = head.strip_suffix(word).unwrap_or(head).trim_end();
            }
            if head.len() == before {
                break;
            }
        }
        let words = match status {
            Status::Deceased => DEAD,
            _ => &["迁出", "迁往", "迁走", "户口已迁", "外迁"],
        };
        let word = words.iter().filter(|w| clause[at..].starts_with(**w)).max_by_key(|w| w.len());
        let whole = matches!(clause, "故" | "亡" | "死");
        let rest = word.map(|w| clause[at + w.len()..].trim_start());
        let ends = rest.is_some_and(|r| {
            r.is_empty()
                || r.starts_with(|c: char| c.is_ascii_digit())
                || AFTER.iter().any(|w| r.starts_with(w))
                || status == Status::MovedOut
        });
        (head.is_empty() && (ends || whole)).then_some((status, clause))
    })
}

/// The status a clause says, and where the word for it stands.
fn life_of_clause(clause: &str) -> Option<(Status, usize)> {
    // Whither: what follows these is the place.
    const TO: &[&str] =
        &["迁往", "迁至", "迁到", "迁移到", "迁移至", "搬往", "搬到", "搬至", "移居", "迁入", "转至", "转到"];
    if ["迁入", "搬入", "迁来", "搬来", "迁回", "搬回", "转入", "入住"].iter().any(|w| clause.contains(w))
    {
        // 迁入外区, 搬入女儿家: away, too; but where to is not for us to guess.
        return None;
    }
    let negated = |at: usize| {
        let before = &clause[..at];
        [
            "未", "没", "拟", "准备", "打算", "要", "将", "欲", "申请", "想", "计划", "不", "待", "可能", "疑", "即将",
            "预计", "正在", "没有", "未曾", "尚未", "并未", "疑似", "听说", "据说", "好像", "似乎", "据称", "可能已",
            "听说已", "据说已", "疑似已", "好像已", "是否", "是否已", "无", "非", "防", "应",
        ]
        .iter()
        .any(|w| before.ends_with(w) || before.ends_with(&format!("{w}办理")) || before.ends_with(&format!("{w}办")))
    };
    let of_kin = |at: usize| KIN.iter().any(|kin| clause[..at].contains(kin));
    if clause.contains("死亡证") || clause.contains(['?', '？']) || is_of_the_dead(clause) {
        return None;
    }
    // 迁至本社区, 搬到本小区3号楼: here.
    let to_here = TO.iter().filter_map(|w| Some(&clause[clause.find(w)? + w.len()..])).any(|place| {
        [
            "本社区", "本小区", "本村", "我社区", "我村", "本辖区", "辖区内", "本街", "本楼", "本院", "此处", "此地",
            "我处", "社区内", "小区内",
        ]
        .iter()
        .any(|w| place.contains(w))
    });
    if to_here {
        return None;
    }
    for (words, status) in [(DEAD, Status::Deceased), (LEFT, Status::MovedOut)] {
        for word in words {
            if let Some(at) = clause.find(word)
                && !negated(at)
                && !of_kin(at)
            {
                return Some((status, at));
            }
        }
    }
    match clause {
        "故" | "亡" | "死" => Some((Status::Deceased, 0)),
        _ => None,
    }
}

/// The date a remark mentions: 已故(2013.2), 2013年9月去世. A day that does not exist, or that lies after the reading,
/// is an error, not a day.
pub(crate) fn dated_remark(remark: &str, on: Day) -> Result<Option<PartialDay>, ()> {
    let Some(text) = date_text(remark) else { return Ok(None) };
    let read = date::read(text, on);
    match read.value {
        Some(day) if day.first <= on => Ok(Some(day)),
        Some(_) => Err(()),
        None if read.invalid && text.chars().filter(char::is_ascii_digit).count() >= 5 => Err(()),
        None => Ok(None),
    }
}

/// The same without the reason.
pub(crate) fn date_of_remark(remark: &str, on: Day) -> Option<PartialDay> {
    dated_remark(remark, on).ok().flatten()
}

fn date_text(remark: &str) -> Option<&str> {
    let start = remark.find(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c))?;
    let rest = &remark[start..];
    let end = rest
        .find(|c: char| {
            !(c.is_ascii_digit()
                || ('０'..='９').contains(&c)
                || matches!(c, '.' | '-' | '/' | '年' | '月' | '日' | '．'))
        })
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

/// Facts a remark states, besides the status.
pub(crate) fn remark_facts(remark: &str, on: Day) -> Vec<RemarkFact> {
    const FACTS: &[(&[&str], &str)] = &[
        (&["独居"], "lives_alone"),
        (&["空巢"], "empty_nest"),
        (&["留守"], "left_behind"),
        (&["常年卧床", "卧床", "瘫痪"], "bedridden"),
        (&["行动不便"], "limited_mobility"),
        (&["外出务工", "在外务工", "外出打工", "在外打工", "外出"], "works_away"),
        (&["在外上学", "外地上学", "在外就读", "外地就读", "住校"], "student_away"),
        (&["志愿者"], "volunteer"),
        (&["楼长", "楼栋长"], "building_head"),
        (&["组长"], "group_head"),
        (&["新婚"], "newlywed"),
        (&["怀孕", "孕妇", "孕期", "已孕"], "pregnant"),
        (&["新生儿", "刚出生"], "newborn"),
        (&["有车", "私家车"], "car"),
        (&["养狗", "养犬", "有狗"], "dog"),
        (&["房屋出租", "房子出租", "已出租", "出租"], "lets_dwelling"),
        (
            &[
                "人住外区", "人不在", "住外区", "不在此住", "不在本小区", "长期在外", "人户分离", "不住此", "在外居住",
                "住外地",
            ],
            "not_living_here",
        ),
        (&["原户主去世", "户主已变更", "户主变更", "已变更户主"], "head_changed"),
        (&["退伍", "复员", "转业", "退役", "军属", "烈属", "伤残军人"], "veteran"),
        (&["参军", "服役", "现役"], "in_service"),
        (&["房子已卖", "房屋已卖", "已卖", "已售"], "dwelling_sold"),
        (&["要求保密", "保密"], "wants_secrecy"),
        (&["电话已换", "换号"], "phone_changed"),
        (&["失独"], "lost_only_child"),
        (&["孤儿"], "orphan"),
        (&["困难", "特困"], "hardship"),
        (&["重病", "大病", "癌", "透析", "尿毒症"], "serious_illness"),
        (&["残疾"], "disabled"),
        (&["未见人", "入户未见"], "not_met"),
    ];
    let mut out = Vec::new();
    for clause in clauses(remark) {
        let mut push = |kind, value: Option<&str>| {
            out.push(RemarkFact {
                kind,
                value: value.map(str::to_owned),
                since: date_of_remark(clause, on),
                raw: clause.to_owned(),
                in_comment: false,
            });
        };
        if let Some(name) = after(clause, &["房东", "出租人", "房主"]) {
            push("landlord", Some(name));
        } else if clause.contains("迁入") || clause.contains("搬入") || clause.contains("入住") {
            push("moved_in", None);
        } else if let Some((_, kind)) = FACTS.iter().find(|(words, _)| words.iter().any(|w| clause.contains(w))) {
            push(kind, None);
        }
    }
    out
}

/// 房东:李四 → 李四
pub(crate) fn after<'a>(clause: &'a str, words: &[&str]) -> Option<&'a str> {
    let word = words.iter().find(|w| clause.starts_with(**w))?;
    let rest = clause[word.len()..].trim_start_matches([':', '：', ' ', '为', '是']).trim();
    let name = rest.split(['(', '（', '1', ' ']).next().unwrap_or(rest).trim();
    (!name.is_empty() && name.chars().count() <= 12).then_some(name)
}

/// 同上, 〃 and the other ways to write the value above.
pub(crate) fn is_ditto(text: &str) -> bool {
    matches!(
        text.trim(),
        "同上"
            | "〃"
            | "\""
            | "″"
            | "”"
            | "“"
            | "＂"
            | "''"
            | "′′"
            | "同 上"
            | "々"
            | "同前"
            | "·〃"
            | ",,"
            | "\"\""
            | "〞"
            | "〝"
            | "..\""
            | "上同"
    )
}

#[cfg(test)]
mod tests;
