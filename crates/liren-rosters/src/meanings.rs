//! What words in cells say about people: residency, leaving, remarks. Words here are clerks' words; what a
//! programme calls things comes from the packs.

use liren_facts::{Day, PartialDay, date};

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
        let other = has(&["外出", "廉租", "公租", "出租"]) && !has(&["流动", "暂住", "外来"]);
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

/// 死亡, 迁出 in a column of its own.
pub(crate) fn left_kind(word: &str) -> Option<Status> {
    let has = |parts: &[&str]| parts.iter().any(|p| word.contains(p));
    if has(&["死", "亡", "故", "去世", "过世", "逝"]) {
        Some(Status::Deceased)
    } else if has(&[
        "迁出", "迁往", "搬走", "搬离", "搬出", "迁移", "移出", "转出", "外迁", "流出", "离开", "迁走", "市外迁",
        "退租", "已迁", "迁至",
    ]) {
        Some(Status::MovedOut)
    } else {
        None
    }
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

/// Words for relatives: 老伴去世 is not the person's own death.
const KIN: &[&str] = &[
    "户主", "老伴", "丈夫", "妻", "配偶", "爱人", "父", "母", "爸", "妈", "儿", "女", "子", "孙", "其", "兄", "弟",
    "姐", "妹", "公婆", "公公", "婆婆", "爷", "奶", "夫", "房东", "老人", "家人", "亲属", "岳", "舅", "姑", "姨", "叔",
    "伯", "老公", "老婆",
];

/// Does the clause speak of a relative?
pub(crate) fn names_kin(clause: &str) -> bool {
    KIN.iter().any(|kin| clause.contains(kin))
}

/// What a remark says about the status of the person whose row it is.
pub(crate) fn status_of_remark(remark: &str) -> Option<Status> {
    for clause in clauses(remark) {
        if let Some(status) = status_of_clause(clause) {
            return Some(status);
        }
    }
    None
}

pub(crate) fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '。', ';', '；', '、', '\n', ' ']).map(str::trim).filter(|c| !c.is_empty())
}

pub(crate) fn status_of_clause(clause: &str) -> Option<Status> {
    const DEAD: &[&str] = &[
        "已故", "死亡", "去世", "过世", "病故", "亡故", "病逝", "身故", "已死", "逝世", "殁", "离世", "故去", "病亡",
        "已亡", "销户",
    ];
    const LEFT: &[&str] = &[
        "迁出", "迁往", "迁至", "迁走", "迁到", "搬走", "搬离", "已搬", "外迁", "搬出", "搬往", "搬到", "户口已迁",
        "户口迁", "已迁", "退租", "搬家",
    ];
    let negated = |at: usize| {
        let before = &clause[..at];
        [
            "未", "没", "拟", "准备", "打算", "要", "将", "欲", "申请", "想", "计划", "不", "待", "可能", "疑", "即将",
            "预计", "正在", "没有", "未曾", "尚未", "并未", "疑似", "听说", "据说", "好像", "似乎", "据称", "可能已",
            "听说已", "据说已", "疑似已", "好像已", "是否", "是否已",
        ]
        .iter()
        .any(|w| before.ends_with(w) || before.ends_with(&format!("{w}办理")) || before.ends_with(&format!("{w}办")))
    };
    let of_kin = |at: usize| KIN.iter().any(|kin| clause[..at].contains(kin));
    // 户口 holds 户 but is no relative; 女儿处 after 迁往 is a place.
    for (words, status) in [(DEAD, Status::Deceased), (LEFT, Status::MovedOut)] {
        for word in words {
            if let Some(at) = clause.find(word)
                && !negated(at)
                && !of_kin(at)
                && !(clause.contains("死亡证")
                    || clause.contains(['?', '？'])
                    || ["从", "由", "迁入", "本社区", "本村", "我社区"].iter().any(|w| clause.contains(w)))
            {
                return Some(status);
            }
        }
    }
    match clause {
        "故" | "亡" | "死" => Some(Status::Deceased),
        _ => None,
    }
}

/// The date a remark mentions: 已故(2013.2), 2013年9月去世.
pub(crate) fn date_of_remark(remark: &str, on: Day) -> Option<PartialDay> {
    let start = remark.find(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c))?;
    let rest = &remark[start..];
    let end = rest
        .find(|c: char| {
            !(c.is_ascii_digit()
                || ('０'..='９').contains(&c)
                || matches!(c, '.' | '-' | '/' | '年' | '月' | '日' | '．'))
        })
        .unwrap_or(rest.len());
    date::read(&rest[..end], on).value
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
