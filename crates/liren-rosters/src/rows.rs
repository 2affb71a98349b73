//! What each row under a header is: a person, a total, a banner that names the next building, a note.

use liren_facts::{address, name};
use liren_sheets::Value;

use crate::card::{self, Card};
use crate::content::residency_of_title;
use crate::draft::Residency;
use crate::grid::{Grid, is_number_like};
use crate::understand::{Plan, Table, context, estate_in};
use crate::words::{self, bare};

/// A row by what it is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Row {
    Blank,
    /// The header stands here again (or its second line).
    Header,
    Person,
    Total(Total),
    Banner(Banner),
    Card(Card),
    Note,
    /// Filled, and nothing that is known: named to a person.
    Other,
}

/// 小计, 合计
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Total {
    pub label: String,
    pub people: Option<usize>,
    pub households: Option<usize>,
    /// Column of the number of people.
    pub column: Option<u16>,
    /// 小计, 本页: since the last total.
    pub partial: bool,
}

/// 3号楼, 第三组: what the rows below have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Banner {
    pub estate: Option<String>,
    pub building: Option<String>,
    pub unit: Option<String>,
    pub group: Option<String>,
    /// 二、流动人口
    pub residency: Option<Residency>,
}

const TOTAL_WORDS: &[&str] = &[
    "小计", "合计", "总计", "共计", "累计", "本页", "总人数", "总户数", "人数合计", "户数合计", "本楼共", "本表共",
    "本组共", "本支部共", "共有", "全组共", "全村共", "总共", "全社区共", "本社区共", "本单元共", "本栋共", "本册共",
    "全体", "本小区共", "本村共", "总数", "本表合计", "全楼共",
];

const NOTE_WORDS: &[&str] = &[
    "注:", "注:", "注", "说明:", "说明:", "填表说明", "填表", "制表", "审核", "备注:", "备注:", "附:", "附:", "续表",
    "(续)", "(续)", "续", "接上页", "转下页", "单位:", "单位:", "单位(", "日期:", "统计人", "负责人", "填报", "第",
    "例:", "例:", "例", "示例", "样例", "填写范例", "填写示例", "示范", "以下空白", "以上", "以下", "经办", "联系人:",
    "联系人:", "盖章", "社区(", "社区(", "*", "※", "上报", "登记人", "调查人", "户主签", "领导", "书记", "主任",
    "备 注:", "备 注:", "审批", "制表人", "报送", "截至", "截止", "表", "甲", "栏次", "——", "……",
];

pub(crate) fn classify(grid: &Grid, table: &Table, plan: &Plan, row: u32) -> Row {
    let mut cells = grid.filled(row);
    let Some((first_column, first)) = cells.next() else {
        return Row::Blank;
    };
    let rest = cells.count();
    if table.header.is_some() && is_repeat(grid, table, row) {
        return Row::Header;
    }
    if let Value::Text(text) = first {
        let word = bare(text);
        if is_total(&word) {
            return Row::Total(total(grid, plan, row));
        }
        if ["例:", "例如", "示例", "样例", "填写示例", "填写范例", "样表", "(例)", "例)", "例"]
            .iter()
            .any(|w| word == *w || (w.ends_with([':', '例']) && w.chars().count() > 1 && word.starts_with(w)))
        {
            return Row::Note;
        }
    }
    // 合计 may stand in the second or third cell.
    for (_, value) in grid.filled(row).skip(1).take(2) {
        if let Value::Text(text) = value
            && matches!(bare(text).as_str(), "小计" | "合计" | "总计" | "共计" | "累计" | "总人数")
        {
            return Row::Total(total(grid, plan, row));
        }
    }
    if rest == 0 {
        if let Some(card) = card::read(grid, row) {
            return Row::Card(card);
        }
        return single(grid, plan, row, first_column, first);
    }
    // Rows of people have a number or begin with a name; a card begins with a label.
    let numbered = plan.number.is_some_and(|c| is_number_like(grid.own(row, c)));
    if let Value::Text(text) = first
        && !numbered
        && words::is_known(text.split([':', '：']).next().unwrap_or(text).trim())
        && let Some(card) = card::read(grid, row)
    {
        return Row::Card(card);
    }
    if is_signature(first) {
        return Row::Note;
    }
    if rest >= 3 && is_column_numbers(grid, row) {
        return Row::Note;
    }
    if is_person(grid, plan, row) {
        return Row::Person;
    }
    if let Value::Text(text) = first
        && let Some(banner) = banner(text)
        && rest <= 1
    {
        return Row::Banner(banner);
    }
    Row::Other
}

/// 填表人: … 审核人: …
fn is_signature(value: &Value) -> bool {
    let Value::Text(text) = value else {
        return false;
    };
    let label = bare(text.split([':', '：']).next().unwrap_or(text));
    const SIGNED: &[&str] = &[
        "填表人", "制表人", "审核人", "填报人", "统计人", "负责人", "经办人", "调查人", "登记人", "审批人", "社区主任",
        "村主任", "书记", "单位负责人", "填表日期", "制表日期", "填报日期", "上报日期", "制表", "审核", "主管领导",
        "采集人", "录入人", "复核人", "填报单位", "制表单位", "联系人",
    ];
    SIGNED.contains(&label.as_str())
}

fn is_total(word: &str) -> bool {
    TOTAL_WORDS.iter().any(|w| word.starts_with(w))
        || (word.chars().count() <= 24
            && ["小计", "合计", "总计"].iter().any(|w| word.contains(w))
            && !name::is_likely(word))
        || (word.starts_with('共')
            && word.contains(|c: char| c.is_ascii_digit())
            && (word.contains('人') || word.contains('户')))
}

/// A row with one filled cell: a name alone, a banner, or a note.
fn single(_grid: &Grid, plan: &Plan, _row: u32, column: u16, value: &Value) -> Row {
    let Value::Text(text) = value else {
        return Row::Note;
    };
    let word = bare(text);
    if NOTE_WORDS.iter().any(|w| word == *w || (w.ends_with([':', '：']) && word.starts_with(w))) {
        return Row::Note;
    }
    if let Some(banner) = banner(text) {
        return Row::Banner(banner);
    }
    if plan.name == Some(column) && name::read(text).is_likely() {
        return Row::Person;
    }
    Row::Note
}

/// The card right above a header.
pub(crate) fn card_above(grid: &Grid, header: u32) -> Option<Card> {
    (header.saturating_sub(3)..header).rev().find_map(|row| card::read(grid, row))
}

/// What the rows between two headers say, the last first: 二、流动人口 above the header of its table.
pub(crate) fn banner_above(grid: &Grid, header: u32) -> Banner {
    for row in (header.saturating_sub(4)..header).rev() {
        let mut cells = grid.filled(row);
        match (cells.next(), cells.next()) {
            (None, _) => {}
            (Some((_, Value::Text(text))), None) => {
                if let Some(banner) = banner(text) {
                    return banner;
                }
            }
            _ => break,
        }
    }
    Banner::default()
}

pub(crate) fn banner(text: &str) -> Option<Banner> {
    // 小区:祥和小区  楼号:3号楼
    let places = context::labelled_places(text);
    if places != Banner::default() {
        return Some(places);
    }
    // 附件:祥和小区居民名单
    let said = text.rsplit([':', '：']).find(|part| !part.trim().is_empty());
    let word = bare(said.unwrap_or(text));
    let word = word.as_str();
    let count = word.chars().count();
    if count == 0 || count > 24 {
        return None;
    }
    // 二、流动人口, but not 二号楼
    let word = word.trim_start_matches(['(', '（']);
    let after = word.trim_start_matches(|c: char| "一二三四五六七八九十".contains(c));
    let word = match after.trim_start_matches(['、', '.', '．', ')', '）', ',', '，']) {
        rest if rest.len() < after.len() && after.len() < word.len() => rest,
        _ => word,
    };
    let whole = if word.is_empty() { return None } else { word };
    let numbers_a_place = ["楼", "栋", "幢", "座", "#", "单元", "门", "组"].iter().any(|w| whole.contains(w))
        && !["表", "册", "年", "名单", "台账", "组长", "楼长"].iter().any(|w| whole.contains(w));
    // 3号楼2单元 has two parts; 3号楼 alone is a building with nothing else
    let padded = format!("{whole}-9999");
    let mut out = Banner::default();
    if let Some(residency) = residency_of_title(whole) {
        out.residency = Some(residency);
        return Some(out);
    }
    if numbers_a_place
        && let Some(dwelling) = address::read(whole).filter(|d| d.room.is_none()).or_else(|| {
            address::read(&padded).filter(|d| d.room.as_deref() == Some("9999")).map(|mut d| {
                d.room = None;
                d
            })
        })
        && (dwelling.building.is_some() || dwelling.unit.is_some())
    {
        out.estate = dwelling.estate;
        match dwelling.building {
            Some(b) if b.ends_with('组') => out.group = Some(b.trim_end_matches('组').to_owned()),
            building => out.building = building,
        }
        out.unit = dwelling.unit;
        return Some(out);
    }
    if let Some(estate) = estate_in(whole, "\u{0}") {
        out.estate = Some(estate);
        return Some(out);
    }
    None
}

/// 1 2 3 4 5 … under a header number its columns.
fn is_column_numbers(grid: &Grid, row: u32) -> bool {
    let mut expected = None::<f64>;
    let mut count = 0;
    for (_, value) in grid.filled(row) {
        let number = match value {
            Value::Number(n) => *n,
            Value::Text(t) => match t.trim().trim_matches(['(', ')', '（', '）']).parse() {
                Ok(n) => n,
                Err(_) if matches!(t.trim(), "甲" | "乙" | "丙" | "丁" | "栏次") => continue,
                Err(_) => return false,
            },
            _ => return false,
        };
        if expected.is_some_and(|e| (number - e).abs() > 0.1) || number > 100.0 {
            return false;
        }
        expected = Some(number + 1.0);
        count += 1;
    }
    count >= 3
}

/// Most of the row's words stand in the header.
fn is_repeat(grid: &Grid, table: &Table, row: u32) -> bool {
    let Some(header) = &table.header else {
        return false;
    };
    let (mut same, mut filled) = (0, 0);
    for (column, value) in grid.filled(row) {
        filled += 1;
        match value {
            Value::Text(text) => {
                let text = bare(text);
                let own = header.columns.get(usize::from(column));
                // 男 stands in the legend of 性别(男1女2), and is no header.
                let within = |full: &str| {
                    text.chars().count() >= 2 && full.split('(').next().unwrap_or(full).contains(text.as_str())
                };
                let here = own.is_some_and(|h| h.leaf == text || h.top.as_deref() == Some(&text) || within(&h.full));
                same += usize::from(here && !text.is_empty());
            }
            Value::Number(n) if (1990.0..2100.0).contains(n) => {}
            _ => return false,
        }
        if filled >= 3 && same == 0 {
            return false;
        }
    }
    same >= 2 && same * 3 >= filled * 2
}

/// Has the row a name, a number, or two other facts of a person?
fn is_person(grid: &Grid, plan: &Plan, row: u32) -> bool {
    if plan_has_person(grid, plan, row) {
        return true;
    }
    // 人口数 below 姓名: a label, not somebody without a name
    let labelled =
        plan.name.is_some_and(|c| matches!(grid.own(row, c), Value::Text(text) if words::is_known(&bare(text))));
    if labelled {
        return false;
    }
    let filled = |column: Option<u16>| column.is_some_and(|c| !grid.own(row, c).is_empty());
    let facts =
        [plan.relation, plan.sex, plan.birth.or(plan.birth_parts[0]), plan.ethnic, plan.education, plan.marital]
            .into_iter()
            .filter(|c| filled(*c))
            .count();
    facts >= 2
}

/// A name or a number stands in the block's own cells.
pub(crate) fn plan_has_person(grid: &Grid, plan: &Plan, row: u32) -> bool {
    let named = plan.name.is_some_and(|c| match grid.own(row, c) {
        Value::Text(text) => is_name_cell(text),
        _ => false,
    });
    named || plan.number.is_some_and(|c| is_number_like(grid.own(row, c)))
}

fn is_name_cell(text: &str) -> bool {
    let read = name::read(text);
    if read.text.is_empty() || text.contains([':', '：']) {
        return false;
    }
    let word = bare(text);
    // 姓名 in a row of labels is nobody's name.
    let label = words::is_known(&word);
    !label && !NOTE_WORDS.contains(&word.as_str()) && read.text.chars().count() <= 26 && !is_total(&word)
}

fn total(grid: &Grid, plan: &Plan, row: u32) -> Total {
    let mut out = Total::default();
    let cells: Vec<(u16, &Value)> = grid.filled(row).collect();
    out.label = cells.iter().map(|(_, v)| v.shown()).collect::<Vec<_>>().join(" ");
    let label = bare(&out.label);
    out.partial = label.contains("小计")
        || label.contains("本页")
        || label.contains("本楼")
        || label.contains("本栋")
        || label.contains("本单元");
    for (at, (column, value)) in cells.iter().enumerate() {
        match value {
            Value::Text(text) => {
                let text = bare(text);
                if let Some(number) = counted(&text, &["人", "名"]) {
                    if out.people.is_none() {
                        out.people = Some(number);
                        out.column = Some(*column);
                    }
                } else if matches!(text.as_str(), "人" | "名")
                    && let Some((before, number)) = at.checked_sub(1).and_then(|i| cells.get(i))
                    && out.people.is_none()
                {
                    out.people = match number {
                        Value::Number(n) => whole(*n),
                        Value::Text(text) => text.trim().parse().ok(),
                        _ => None,
                    };
                    out.column = Some(*before);
                }
                if out.households.is_none() {
                    out.households = counted(&text, &["户"]);
                }
            }
            // A bare number below the names
            Value::Number(n) if plan.name == Some(*column) && out.people.is_none() => {
                out.people = whole(*n);
                out.column = Some(*column);
            }
            _ => {}
        }
    }
    out
}

fn whole(number: f64) -> Option<usize> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (number.fract() == 0.0 && (0.0..1e7).contains(&number)).then_some(number as usize)
}

/// 48户 → 48 for 户; 男5人 counts nobody, nor does a sum of several kinds.
fn counted(text: &str, units: &[&str]) -> Option<usize> {
    let mut found = None;
    for unit in units {
        for (at, _) in text.match_indices(unit) {
            let before = &text[..at];
            let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                continue;
            }
            let head = &before[..before.len() - digits];
            let plain = head.is_empty()
                || head.ends_with([
                    '计', '共', '有', '户', ':', '(', ',', '数', '员', '民', '口', '是', '总', ' ', '、', ',', '为',
                ]);
            if !plain {
                // 38人,其中男18人: the first number is of all.
                return found;
            }
            if found.is_none() {
                found = before[before.len() - digits..].parse().ok();
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
