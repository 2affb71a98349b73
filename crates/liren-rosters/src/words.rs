//! What the words of a header mean. Exact words first, then what a header contains, whose cell it is
//! (户主, 配偶, 监护人, 房东) taken off the front.

mod known;

use liren_facts::code;

pub(crate) use liren_facts::nothing::{is_no_number, is_nothing};

use crate::mapping::Field;

use known::{containing, exact};

/// Whose attribute a header names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    Own,
    Head,
    Spouse,
    Guardian,
    Landlord,
    Child,
    Parent,
    /// 楼长, 网格员, 经办人: nobody of the roster
    Officer,
    /// 成员一, 成员2
    Member(u8),
}

/// A header word with blanks, line breaks, stars and full-width forms taken off; brackets are kept.
pub(crate) fn bare(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    for c in header.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        };
        if !(c.is_whitespace() || matches!(c, '*' | ':' | '★' | '※' | '"' | '\u{200b}' | '\u{feff}' | '·')) {
            out.push(if c.is_ascii() { c } else { liren_facts::script::simplified(c) });
        }
    }
    out
}

/// 是, 否, √, × and their like: the answer to a question in the header.
pub(crate) fn is_answer(text: &str) -> bool {
    answer(text).is_some()
}

/// Yes or no, however it is written; `None` for anything else.
pub(crate) fn answer(text: &str) -> Option<bool> {
    let yes =
        ["√", "✓", "✔", "☑", "■", "●", "◆", "○", "1", "是", "有", "对", "y", "yes", "v", "*", "+", "∨", "true", "已"];
    let no = ["×", "✗", "x", "0", "否", "不是", "非", "没有", "□", "☐", "n", "no", "false", "未", "不"];
    let stars = text.contains(['*', '＊']);
    let text = bare(text).to_ascii_lowercase();
    let text = if text.is_empty() && stars { "*" } else { text.as_str() };
    if yes.contains(&text) {
        Some(true)
    } else if no.contains(&text) {
        Some(false)
    } else {
        None
    }
}

/// The lowest level of a header; a stroke within brackets parts nothing: 照片(已交/未交).
pub(crate) fn leaf(header: &str) -> &str {
    let (mut depth, mut start) = (0_i32, 0);
    for (at, c) in header.char_indices() {
        match c {
            '(' | '[' | '【' | '（' => depth += 1,
            ')' | ']' | '】' | '）' => depth = i32::max(0, depth - 1),
            '/' if depth == 0 => start = at + 1,
            _ => {}
        }
    }
    &header[start..]
}

/// The two answers a header gives to choose from: 照片(已交/未交).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choices {
    yes: String,
    no: String,
}

impl Choices {
    pub(crate) fn answer(&self, text: &str) -> Option<bool> {
        let text = bare(text);
        if text == self.yes {
            Some(true)
        } else if text == self.no {
            Some(false)
        } else {
            None
        }
    }
}

/// 已…/未… in the brackets of a header.
pub(crate) fn choices(header: &str) -> Option<Choices> {
    let header = bare(header);
    let (_, rest) = header.split_once(['(', '[', '【'])?;
    let inside = rest.split([')', ']', '】']).next().unwrap_or(rest);
    let parts: Vec<&str> = inside.split(['/', '、', ',', '或', '|', ';']).filter(|p| !p.is_empty()).collect();
    let no = |word: &str| ["未", "没", "不"].iter().any(|n| word.starts_with(n));
    match parts[..] {
        [a, b] if a.starts_with('已') && no(b) => Some(Choices { yes: a.to_owned(), no: b.to_owned() }),
        [a, b] if no(a) && b.starts_with('已') => Some(Choices { yes: b.to_owned(), no: a.to_owned() }),
        _ => None,
    }
}

/// The word without its brackets: 出生年月(公历) → 出生年月.
fn without_brackets(word: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for c in word.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = i32::max(0, depth - 1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The meaning of a header and how sure it is (1 known word, 0.8 by what it contains); `None` when unknown.
/// `top` is the header above in a two-level header.
pub(crate) fn meaning(header: &str, top: Option<&str>) -> Option<(Field, f32)> {
    let word = bare(header);
    let top = top.map(bare).filter(|t| *t != word);
    if let Some(top) = &top {
        // 监护人/姓名, 户主/身份证号, 残疾证/类别, 住址/楼号
        let (whose, rest) = whose(top);
        if whose != Whose::Own && rest.is_empty() {
            return of(whose, &word);
        }
        if matches!(top.as_str(), "户籍情况" | "户口情况" | "户籍" | "户籍信息" | "户籍地" | "户口所在地" | "户籍地址")
            && matches!(word.as_str(), "地址" | "住址" | "详细地址" | "所在地" | "省" | "县" | "市")
        {
            return Some((Field::HukouAddress, 1.0));
        }
        if top.contains("死亡") || top.contains("迁出") || top.contains("去世") {
            let date = word.contains("时间") || word.contains("日期");
            if date {
                let died = top.contains("死亡") || top.contains("去世");
                let field = match (died, top.contains("迁出")) {
                    (true, false) => Field::DiedOn,
                    (false, true) => Field::MovedOutOn,
                    _ => Field::LeftOn,
                };
                return Some((field, 0.9));
            }
        }
    }
    if let Some(field) = exact(&word) {
        let sure = how_sure(&word, &field);
        return Some((field, sure));
    }
    let (whose, rest) = whose(&word);
    if whose != Whose::Own && !rest.is_empty() {
        return of(whose, &rest);
    }
    if whose != Whose::Own {
        // 户主, 监护人(联系人), 房东: the name of one
        return match whose {
            Whose::Head => Some((Field::HeadName, 0.9)),
            Whose::Spouse => Some((Field::SpouseName, 0.8)),
            Whose::Guardian => Some((Field::GuardianName, 0.8)),
            Whose::Landlord => Some((Field::LandlordName, 0.8)),
            Whose::Parent => Some((Field::GuardianName, 0.8)),
            Whose::Child => Some((Field::ChildName, 0.8)),
            _ => None,
        };
    }
    own(&word)
}

/// 与房主关系 and 旧身份证号 are what they say only where nothing better stands beside them.
fn how_sure(word: &str, field: &Field) -> f32 {
    let lesser = match field {
        Field::Relation => ["房主", "业主", "产权人", "租"].iter().any(|w| word.contains(w)),
        Field::Number => is_old(word),
        _ => false,
    };
    if lesser { 0.9 } else { 1.0 }
}

/// 身份证号(旧), 一代证号
fn is_old(word: &str) -> bool {
    ["旧", "原", "15位", "一代"].iter().any(|w| word.contains(w))
}

/// Is the bare word a header everybody knows? Cheap enough to ask of every name.
pub(crate) fn is_known(word: &str) -> bool {
    exact(word).is_some()
}

fn own(word: &str) -> Option<(Field, f32)> {
    if is_of_others(word) {
        return Some((Field::GuardianRelation, 0.8));
    }
    if let Some(field) = exact(word).or_else(|| known::latin(word)) {
        return Some((field, 1.0));
    }
    // XM/姓名, 姓名Name: two names of one thing
    let (latin, rest): (Vec<char>, Vec<char>) =
        word.chars().filter(|c| !matches!(c, '/' | '-' | '_')).partition(char::is_ascii_alphabetic);
    if latin.len() >= 2
        && rest.len() >= 2
        && let Some(field) = exact(&rest.iter().collect::<String>())
    {
        return Some((field, 0.95));
    }
    if ["小区", "小区名称", "小区名"].iter().any(|w| word.ends_with(w)) {
        return Some((Field::Estate, 0.9));
    }
    let plain = without_brackets(word);
    if plain != word
        && let Some(field) = exact(&plain)
    {
        let old = field == Field::Number && is_old(word);
        return Some((field, if old { 0.7 } else { 0.95 }));
    }
    containing(if plain.is_empty() { word } else { &plain }).map(|field| (field, 0.8))
}

/// 与老人关系, 与残疾人关系: how somebody named beside is related to the person, not the person to the head.
fn is_of_others(word: &str) -> bool {
    const HEADS: &[&str] = &["户", "业主", "房主", "租", "产权人", "申请人", "家长", "主"];
    word.starts_with('与') && word.ends_with("关系") && !HEADS.iter().any(|h| word.contains(h))
}

/// The attribute `word` of somebody else, or of a member in columns.
fn of(whose: Whose, word: &str) -> Option<(Field, f32)> {
    let (field, sure) = if word == "名称" { (Field::Name, 0.8) } else { own(word)? };
    let field = match (whose, &field) {
        (Whose::Own | Whose::Member(_), _) => field,
        (Whose::Head, Field::Name) => Field::HeadName,
        (Whose::Head, Field::Number) => Field::HeadNumber,
        // 与户主关系 is the person's own; 户主电话 the household's
        (Whose::Head, Field::Relation | Field::Phone | Field::Address) => field,
        (Whose::Spouse, Field::Name) => Field::SpouseName,
        (Whose::Spouse, Field::Number) => Field::SpouseNumber,
        (Whose::Guardian, Field::Name) => Field::GuardianName,
        (Whose::Guardian, Field::Relation) => Field::GuardianRelation,
        (Whose::Guardian, Field::Phone) => Field::GuardianPhone,
        (Whose::Child, Field::Name) => Field::ChildName,
        (Whose::Parent, Field::Name) => Field::GuardianName,
        (Whose::Parent, Field::Phone) => Field::GuardianPhone,
        (Whose::Landlord, Field::Name) => Field::LandlordName,
        (Whose::Landlord, Field::Phone) => Field::LandlordPhone,
        _ => Field::Extra,
    };
    Some((field, sure))
}

/// Whose a header is, and the header without that word.
pub(crate) fn whose(word: &str) -> (Whose, String) {
    const WHOSE: &[(&str, Whose)] = &[
        ("与户主", Whose::Own),
        ("与监护人", Whose::Guardian),
        ("与被监护人", Whose::Guardian),
        ("与本人", Whose::Guardian),
        ("户主", Whose::Head),
        ("户长", Whose::Head),
        ("家长", Whose::Guardian),
        ("法定监护人", Whose::Guardian),
        ("监护人", Whose::Guardian),
        ("紧急联系人", Whose::Guardian),
        ("家属联系人", Whose::Guardian),
        ("联系人", Whose::Guardian),
        ("照料人", Whose::Guardian),
        ("照护人", Whose::Guardian),
        ("赡养人", Whose::Guardian),
        ("代领人", Whose::Guardian),
        ("代办人", Whose::Guardian),
        ("委托人", Whose::Guardian),
        ("受托人", Whose::Guardian),
        ("受委托人", Whose::Guardian),
        ("被委托人", Whose::Guardian),
        ("代理人", Whose::Guardian),
        ("共同申请人", Whose::Guardian),
        ("原户主", Whose::Guardian),
        ("原承租人", Whose::Guardian),
        ("原申请人", Whose::Guardian),
        ("现户主", Whose::Head),
        ("新户主", Whose::Head),
        ("家属", Whose::Guardian),
        ("房东", Whose::Landlord),
        ("房主", Whose::Landlord),
        ("房屋所有人", Whose::Landlord),
        ("出租人", Whose::Landlord),
        ("出租房主", Whose::Landlord),
        ("屋主", Whose::Landlord),
        ("产权人", Whose::Landlord),
        ("业主", Whose::Landlord),
        ("配偶", Whose::Spouse),
        ("丈夫", Whose::Spouse),
        ("妻子", Whose::Spouse),
        ("爱人", Whose::Spouse),
        ("男方", Whose::Spouse),
        ("夫", Whose::Spouse),
        ("子女", Whose::Child),
        ("孩子", Whose::Child),
        ("小孩", Whose::Child),
        ("一孩", Whose::Child),
        ("二孩", Whose::Child),
        ("三孩", Whose::Child),
        ("第一孩", Whose::Child),
        ("第二孩", Whose::Child),
        ("婴儿", Whose::Child),
        ("新生儿", Whose::Child),
        ("父亲", Whose::Parent),
        ("母亲", Whose::Parent),
        ("楼长", Whose::Officer),
        ("组长", Whose::Officer),
        ("网格员", Whose::Officer),
        ("网格长", Whose::Officer),
        ("填表人", Whose::Officer),
        ("登记人", Whose::Officer),
        ("责任人", Whose::Officer),
        ("包保人", Whose::Officer),
        ("帮扶人", Whose::Officer),
        ("帮扶责任人", Whose::Officer),
        ("经办人", Whose::Officer),
        ("介绍人", Whose::Officer),
        ("入党介绍人", Whose::Officer),
        ("探视人", Whose::Officer),
        ("探访人", Whose::Officer),
        ("走访人", Whose::Officer),
        ("走访干部", Whose::Officer),
        ("入户人", Whose::Officer),
        ("调查人", Whose::Officer),
        ("调查员", Whose::Officer),
        ("采集人", Whose::Officer),
        ("巡查人", Whose::Officer),
        ("检查人", Whose::Officer),
        ("服务人员", Whose::Officer),
        ("护理员", Whose::Officer),
        ("帮扶干部", Whose::Officer),
        ("联系干部", Whose::Officer),
        ("包户干部", Whose::Officer),
        ("签约医生", Whose::Officer),
        ("责任医生", Whose::Officer),
        ("家庭医生", Whose::Officer),
        ("班主任", Whose::Officer),
        ("民警", Whose::Officer),
        ("社区干部", Whose::Officer),
        ("结对", Whose::Officer),
    ];
    if let Some((number, rest)) = member(word) {
        return (Whose::Member(number), rest);
    }
    let plain = without_brackets(word);
    let word = if plain.is_empty() { word } else { plain.as_str() };
    let mut best: Option<(&str, Whose)> = None;
    for (prefix, whose) in WHOSE {
        if word.starts_with(prefix) && best.is_none_or(|(b, _)| b.len() < prefix.len()) {
            best = Some((prefix, *whose));
        }
    }
    match best {
        // 夫妻 is no husband's
        Some(("夫", _)) if word.starts_with("夫妻") => (Whose::Own, word.to_owned()),
        Some(("户主", _)) if word.starts_with("户主或") || word.contains("户主关系") => {
            (Whose::Own, word.to_owned())
        }
        Some((_, Whose::Own)) => (Whose::Own, word.to_owned()),
        Some((prefix, whose)) => {
            let rest = word[prefix.len()..].trim_start_matches(['的', '之', '-', '/', '、']);
            // 共同申请人1, 联系人二: one of several
            let counts = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || "一二三四五六".contains(c));
            let rest = if counts { "" } else { rest };
            // 子女数, 孩子数: a count, not a child's attribute
            (whose, rest.to_owned())
        }
        None => (Whose::Own, word.to_owned()),
    }
}

/// Whose attribute a header names and which one, the owner's word taken off: 户主/性别 → head, sex.
pub(crate) fn role(header: &str, top: Option<&str>) -> (Whose, Option<Field>) {
    let word = bare(header);
    if let Some(top) = top.map(bare).filter(|t| *t != word) {
        let (whose, rest) = whose(&top);
        if whose != Whose::Own && rest.is_empty() {
            return (whose, own(&word).map(|(f, _)| f));
        }
    }
    let (whose, rest) = whose(&word);
    if whose == Whose::Own {
        return (whose, None);
    }
    if rest.is_empty() { (whose, Some(Field::Name)) } else { (whose, own(&rest).map(|(f, _)| f)) }
}

/// 成员1姓名, 家庭成员二身份证, 同住人3 …
fn member(word: &str) -> Option<(u8, String)> {
    let rest = ["家庭成员", "成员", "同住人", "同住人员", "家庭人员"].iter().find_map(|p| word.strip_prefix(p))?;
    let rest = rest.trim_start_matches(['(', '-']);
    let c = rest.chars().next()?;
    let number = match c {
        '1'..='9' => c as u8 - b'0',
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some((number, rest[c.len_utf8()..].trim_start_matches([')', '-', '.']).to_owned()))
}

/// 子女: a son or a daughter, no code of the standard.
pub(crate) const CHILD: &str = "20/30";

/// The relation a group of columns implies: 配偶 → 配偶, 长子 → 长子, 子女2 → a child.
pub(crate) fn implied_relation(top: &str) -> Option<&'static str> {
    let word = bare(top);
    let word = without_brackets(&word);
    let word = word.split('/').next_back().unwrap_or(&word);
    let word = word.strip_suffix("情况").or_else(|| word.strip_suffix("信息")).unwrap_or(word);
    let child = word
        .trim_start_matches('第')
        .trim_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九个-之".contains(c));
    if matches!(child, "子女" | "孩子" | "小孩" | "孩" | "子女姓名") {
        return Some(CHILD);
    }
    code::relation(word).map(|r| r.code)
}

#[cfg(test)]
mod tests;
