//! What only the title, a subtitle or the name of the sheet says: estate, building, group, who is on it.

use liren_facts::address;

use crate::content::residency_of_title;
use crate::grid::Grid;
use crate::rows::Banner;
use crate::table::Context;
use crate::understand::Helps;
use crate::words::bare;

pub(crate) fn read(grid: &Grid, title_end: u32, helps: &Helps) -> Context {
    let mut lines: Vec<String> = Vec::new();
    for row in 0..title_end.min(20) {
        for (_, value) in grid.filled(row) {
            if let Some(text) = value.as_text() {
                lines.push(text.trim().to_owned());
            }
        }
    }
    let name = grid.sheet.name.as_str();
    let title = lines.iter().find(|l| l.chars().count() >= 4 && !l.starts_with('表')).or(lines.first()).cloned();
    let mut out = Context { title, lines: lines.clone(), ..Context::default() };
    for text in lines.iter().map(String::as_str).chain([name]) {
        let places = labelled_places(text);
        out.estate = out.estate.or(places.estate);
        out.building = out.building.or(places.building);
        out.unit = out.unit.or(places.unit);
        out.group = out.group.or(places.group);
    }
    for text in lines.iter().map(String::as_str).chain([name]) {
        out.estate = out.estate.or_else(|| estate_in(text, helps.community));
    }
    for text in [name].into_iter().chain(lines.iter().map(String::as_str)) {
        out.building = out.building.or_else(|| numbered(text, &["号楼", "栋", "幢", "座", "#楼", "#"]));
        out.unit = out.unit.or_else(|| numbered(text, &["单元"]));
        out.group = out.group.or_else(|| numbered(text, &["村民小组", "居民小组", "小组", "组"]));
    }
    out.residency = lines.iter().map(String::as_str).chain([name]).find_map(residency_of_title);
    out.marks = crate::marks::legend(grid);
    out
}

/// What a line of labels says about the place: 小区:祥和小区 楼号:3号楼 组长:谢桂华.
pub(crate) fn labelled_places(text: &str) -> Banner {
    if !text.contains([':', '：']) {
        return Banner::default();
    }
    let part = |labels: &[&str]| labelled(text, labels).and_then(|t| address::part(&t));
    Banner {
        estate: labelled(
            text,
            &[
                "小区", "所在小区", "所属小区", "居住小区", "小区名称", "小区名", "楼盘", "院落", "院落名称", "自然村",
                "村名",
            ],
        ),
        building: part(&["楼号", "楼栋", "楼栋号", "栋号", "幢号", "楼幢", "楼", "栋", "幢"]),
        unit: part(&["单元", "单元号", "门洞"]),
        group: part(&["组别", "村民小组", "居民小组", "小组", "组"]),
        residency: None,
    }
}

/// 小区:祥和小区 组长:谢桂华 → 祥和小区
fn labelled(text: &str, labels: &[&str]) -> Option<String> {
    for part in text.split([' ', '\u{3000}', '\t', ';', '；', ',', '，', '\n']) {
        for label in labels {
            if let Some(rest) = part.strip_prefix(label)
                && let Some(value) = rest.strip_prefix([':', '：'])
                && !value.trim().is_empty()
            {
                return Some(value.trim().to_owned());
            }
        }
    }
    None
}

const ESTATE_WORDS: &[&str] = &[
    "小区", "花园", "家园", "新村", "公寓", "佳苑", "新苑", "名苑", "华府", "公馆", "大院", "花苑", "名邸", "新城",
    "山庄", "庭院", "家属院", "宿舍", "雅苑", "嘉园", "新居", "广场", "花城", "名都", "豪庭", "住宅区", "东区", "西区",
    "南区", "北区", "中区", "一区", "二区", "三区", "四区", "五区", "A区", "B区", "C区", "馨苑", "丽苑", "苑", "园",
    "里", "府", "湾", "庄",
];

/// The estate a title names: 2013年祥和小区第三居民小组住户登记册 → 祥和小区.
pub(crate) fn estate_in(text: &str, community: &str) -> Option<String> {
    // 附件:祥和小区居民名单
    let text = bare(&text.replace([':', '：'], "|"));
    // The community's own name is no estate, though estates are called after it.
    let text = text.replace(community, "|");
    if let Some(lane) = lane_in(&text) {
        return Some(lane);
    }
    for word in ESTATE_WORDS {
        // The single characters are endings of too many words; they must be followed by the rest of a title.
        let single = word.chars().count() == 1;
        // 江北区 is a district, 幸福里北区 a part of an estate.
        let part = word.chars().count() == 2 && word.ends_with('区') && *word != "小区";
        let Some(at) = text.find(word) else { continue };
        let end = at + word.len();
        let before = &text[..at];
        let start = before
            .rfind(|c: char| {
                c.is_ascii_digit()
                    || matches!(
                        c,
                        '年' | '度'
                            | '|'
                            | '('
                            | ')'
                            | '-'
                            | '—'
                            | ','
                            | '、'
                            | '街'
                            | '道'
                            | '区'
                            | '县'
                            | '市'
                            | '镇'
                            | '乡'
                            | '社'
                            | '处'
                            | '会'
                            | ' '
                    )
            })
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let stem = &before[start..];
        let count = stem.chars().count();
        if single || part {
            let rest = &text[end..];
            let followed = rest.is_empty()
                || ["居民", "住户", "人口", "花名册", "登记", "小区", "常住", "户籍", "流动", "暂住", "("]
                    .iter()
                    .any(|w| rest.starts_with(w))
                || rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "第一二三四五六七八九十".contains(c));
            if !followed || !(2..=4).contains(&count) {
                continue;
            }
        }
        if (1..=8).contains(&count) && !["各", "本", "全", "该", "所在", "居住", "及", "按"].contains(&stem) {
            return Some(text[start..end].to_owned());
        }
    }
    None
}

/// 幸福路88弄, 解放路12号院: what is built along a lane or in a yard has no other name.
fn lane_in(text: &str) -> Option<String> {
    for mark in ["弄", "号院", "号大院"] {
        let Some(at) = text.find(mark) else { continue };
        let before = &text[..at];
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let road = &before[..before.len() - digits];
        if digits == 0 || !road.ends_with(['路', '街', '巷', '道', '里']) {
            continue;
        }
        let start = road
            .rfind(['|', '市', '区', '县', '镇', '乡', '处', '会', ')', '）', ' '])
            .map_or(0, |at| at + road[at..].chars().next().map_or(0, char::len_utf8));
        return Some(text[start..at + mark.len()].to_owned());
    }
    None
}

/// 3号楼 → 3, 第三居民小组 → 3
fn numbered(text: &str, marks: &[&str]) -> Option<String> {
    for mark in marks {
        if let Some(at) = text.find(mark) {
            let before = &text[..at];
            let start = before
                .char_indices()
                .rev()
                .take_while(|(_, c)| c.is_ascii_alphanumeric() || "一二三四五六七八九十甲乙丙".contains(*c))
                .last()
                .map(|(i, _)| i)?;
            // 12号院3号楼: the number right before the mark
            return address::part(&before[start..]);
        }
    }
    None
}
