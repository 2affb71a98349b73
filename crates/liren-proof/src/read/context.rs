//! Where and when a figure holds: the period words before it (去年, 1-6月, 计划), and the part of the area its
//! sentence or paragraph speaks of (阳光小区, 第二网格). Figures of different contexts are never compared.

use std::ops::Range;
use std::sync::LazyLock;

use super::dates::Date;
use super::figures::Quantity;
use super::lexicon::Lexicon;
use super::normal::Normal;
use super::sentences::Sentence;
use crate::report::FigureKind;
use crate::text::BlockKind;

/// Words that say which period the following figures belong to, and the name of that period; the present has none.
static PERIODS: &[(&str, Option<&str>)] = &[
    ("今年以来", None),
    ("今年", None),
    ("本年", None),
    ("目前", None),
    ("现有", None),
    ("全年", None),
    ("截至目前", None),
    ("现在", None),
    ("去年同期", Some("上年")),
    ("上年同期", Some("上年")),
    ("去年底", Some("上年")),
    ("去年末", Some("上年")),
    ("去年", Some("上年")),
    ("上年", Some("上年")),
    ("上一年", Some("上年")),
    ("前年", Some("前年")),
    ("同期", Some("上年")),
    ("往年", Some("往年")),
    ("一季度", Some("一季度")),
    ("二季度", Some("二季度")),
    ("三季度", Some("三季度")),
    ("四季度", Some("四季度")),
    ("上半年", Some("上半年")),
    ("下半年", Some("下半年")),
    ("本月", Some("本月")),
    ("当月", Some("本月")),
    ("上月", Some("上月")),
    ("本季度", Some("本季度")),
    ("上季度", Some("上季度")),
    ("本周", Some("本周")),
    ("累计", Some("累计")),
    ("每月", Some("每月")),
    ("每年", Some("每年")),
    ("每天", Some("每天")),
    ("每日", Some("每天")),
    ("每周", Some("每周")),
    ("每季", Some("每季")),
    ("日均", Some("日均")),
    ("月均", Some("月均")),
    ("年均", Some("年均")),
    ("明年", Some("计划")),
    ("计划", Some("计划")),
    ("目标", Some("计划")),
    ("任务", Some("计划")),
    ("力争", Some("计划")),
    ("预计", Some("计划")),
    ("拟", Some("计划")),
    ("到2", None),
    ("年初", Some("年初")),
    ("原有", Some("原有")),
    ("原来", Some("原有")),
    ("此前", Some("原有")),
    ("以前", Some("原有")),
    ("近年来", Some("历年")),
    ("历年", Some("历年")),
    ("多年来", Some("历年")),
    ("五年来", Some("历年")),
    ("三年来", Some("历年")),
    ("十二五", Some("历年")),
    ("十三五", Some("历年")),
    ("十四五", Some("历年")),
];

static PERIOD_WORDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::of(&PERIODS.iter().map(|(word, _)| *word).collect::<Vec<_>>()));

/// Endings of names of areas and groups.
static PLACES: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        "社区", "小区", "村民小组", "居民小组", "村", "网格", "党支部", "支部", "街道", "镇", "乡", "居委会", "片区",
        "号楼", "花园", "家园", "大队", "农场", "小组", "学校", "小学", "中学", "幼儿园", "公司", "组",
    ])
});

/// What may stand before such an ending without naming anything.
static GENERIC: &[&str] = &[
    "", "本", "我", "我们", "全", "该", "各", "每个", "个", "两个", "整个", "所在", "辖区", "社区", "居民", "村民",
    "行政", "自然", "城市", "农村", "街道", "基层", "所有", "其他", "其它", "一个", "几个", "多个", "新", "老旧", "老",
    "开放式", "和谐", "文明", "示范", "智慧", "平安", "幸福", "美丽", "绿色", "进", "在", "到", "为", "由", "对", "向",
    "驻", "以", "从", "将", "各个", "有", "设", "党", "总", "基层党", "领导", "工作", "专项", "城", "乡", "科技",
    "法律进", "学习型", "安全", "宜居", "星级", "先进", "试点", "物业", "无物业", "封闭", "住宅", "商住", "安置",
    "拆迁", "单位",
];

/// Words of time, manner and doing that stand before 社区 without naming it: 目前社区有党员168名.
static NOT_NAMES: &[&str] = &[
    "目前", "今年", "全年", "去年", "通过", "推动", "推进", "加强", "建设", "打造", "提升", "促进", "创建", "深入",
    "走进", "服务", "发动", "组织", "动员", "引导", "依托", "结合", "围绕", "针对", "按照", "根据", "以来", "期间",
    "截至", "截止", "同时", "此外", "另外", "配合", "划分", "设立", "建立", "设置", "组建", "成立", "新增", "协助",
    "支持", "帮助", "带领", "利用", "发挥", "充分", "积极", "开展", "参与", "参加", "完善", "改善", "维护", "营造",
    "构建", "丰富", "活动", "管理", "工作", "以及", "现在", "当前", "近年", "并且", "全体", "广大", "部分", "无职",
    "在职", "辖区内", "成为", "作为", "优秀", "重点", "下属", "所属",
];

/// Give every counting quantity its period and area.
pub fn place(normal: &Normal, sentences: &[Sentence], quantities: &mut [Quantity], dates: &[Date]) {
    let own = own_name(normal);
    let year = report_year(normal, dates);
    let mut carried: Option<String> = None;
    let mut block = usize::MAX;
    let mut heading: Option<String> = None;
    let mut era: Option<String> = None;
    let pieces = pieces(normal);
    for sentence in sentences {
        for quantity in &mut quantities[sentence.quantities.clone()] {
            quantity.piece = pieces.partition_point(|&start| start <= sentence.block);
        }
        if sentence.block != block {
            block = sentence.block;
            if let BlockKind::Heading(_) = normal.blocks[block].kind {
                heading =
                    name_in(&normal.chars, normal.blocks[block].span.clone()).filter(|name| Some(name) != own.as_ref());
            }
            carried = heading.clone();
            era = None;
        }
        let marks = periods(normal, sentence.span.clone(), &quantities[sentence.quantities.clone()], dates, year);
        let mut subject: Option<(usize, String)> = None;
        let mut looked = sentence.span.start;
        for index in sentence.quantities.clone() {
            let at = quantities[index].span.start;
            if let Some(found) = last_name(&normal.chars, looked.min(at)..at) {
                subject = Some(found);
            }
            looked = at;
            let quantity = &mut quantities[index];
            if !matches!(quantity.kind, FigureKind::Count | FigureKind::Rate) {
                continue;
            }
            let mark = marks.iter().rev().find(|(place, _)| *place <= at);
            quantity.period = mark.map_or_else(|| era.clone(), |(_, name)| name.clone());
            quantity.area = subject
                .as_ref()
                .map(|(_, name)| name.clone())
                .or_else(|| carried.clone())
                .filter(|name| Some(name) != own.as_ref());
        }
        if let Some((_, name)) = subject {
            carried = Some(name);
        }
        // A year or month told in one sentence holds for the next ones of the paragraph.
        if let Some((_, name)) =
            marks.iter().rev().find(|(_, name)| name.as_deref().is_none_or(|name| name.contains(['年', '月'])))
        {
            era = name.clone().filter(|name| name.starts_with(|c: char| c.is_ascii_digit()));
        }
    }
}

/// Where the reports of a collection begin: 第一篇：…, 工作总结 篇2, 【篇三】.
pub fn pieces(normal: &Normal) -> Vec<usize> {
    let marked = |words: &str| {
        let head: String = words.chars().take(40).collect();
        head.char_indices().filter(|(_, c)| *c == '篇').any(|(at, _)| {
            let before: Vec<char> = head[..at].chars().rev().take(3).collect();
            let after = head[at + '篇'.len_utf8()..].chars().next();
            let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
            let ordinal = before.iter().take_while(|c| numeral(**c)).count() > 0 && before.contains(&'第');
            let numbered = after.is_some_and(numeral) && !before.first().is_some_and(|c| numeral(*c));
            ordinal || numbered
        })
    };
    (0..normal.blocks.len()).filter(|&n| marked(&normal.slice(normal.blocks[n].span.clone()))).collect()
}

/// The year the report is about: the one its first lines or most of its dates name.
pub fn report_year(normal: &Normal, dates: &[Date]) -> Option<i32> {
    let top = normal.blocks.iter().take(3).map(|block| block.span.end).max().unwrap_or(0);
    let early = dates.iter().filter(|date| date.span.start < top).filter_map(|date| date.year).max();
    early.or_else(|| {
        let mut years: Vec<i32> = dates.iter().filter_map(|date| date.year).collect();
        years.sort_unstable();
        years.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).map(|run| run[0])
    })
}

/// Where periods begin within a sentence.
fn periods(
    normal: &Normal,
    span: Range<usize>,
    quantities: &[Quantity],
    dates: &[Date],
    year: Option<i32>,
) -> Vec<(usize, Option<String>)> {
    let chars = &normal.chars;
    let mut marks: Vec<(usize, Option<String>)> = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let word = PERIOD_WORDS.at(chars, at).and_then(|word| PERIODS.iter().find(|(other, _)| *other == word));
        if let Some((word, name)) = word {
            // 比上年增加, 与同期持平: what is compared with is not when the next figures hold.
            let compared = at > span.start && "比较与同".contains(chars[at - 1]);
            if !compared {
                marks.push((at, name.map(str::to_owned)));
            }
            at += word.chars().count();
        } else {
            at += 1;
        }
    }
    for quantity in quantities {
        if let Some(date) = quantity.date.map(|n| &dates[n]) {
            let other_year = date.year.filter(|y| Some(*y) != year);
            let name = match (other_year, date.month, date.to_month, date.day) {
                (Some(y), Some(m), ..) => Some(format!("{y}年{m}月")),
                (Some(y), None, ..) => Some(format!("{y}年")),
                (None, Some(from), Some(to), _) => Some(format!("{from}-{to}月")),
                (None, Some(m), None, None) => Some(format!("{m}月")),
                (None, Some(m), None, Some(d)) => Some(format!("{m}月{d}日")),
                _ => None,
            };
            marks.push((date.span.start, name));
        }
    }
    marks.sort_by_key(|(place, _)| *place);
    marks
}

/// The community the text is about: the first name in it, if the text is about one.
fn own_name(normal: &Normal) -> Option<String> {
    let top = normal.blocks.iter().take(3);
    top.filter_map(|block| name_in(&normal.chars, block.span.start..block.span.end.min(block.span.start + 60))).next()
}

fn name_in(chars: &[char], span: Range<usize>) -> Option<String> {
    last_name(chars, span.start..span.end.min(span.start + 40)).map(|(_, name)| name)
}

/// The last name of a place or group in a span, and where it ends.
fn last_name(chars: &[char], span: Range<usize>) -> Option<(usize, String)> {
    let mut at = span.end;
    while at > span.start {
        at -= 1;
        let Some(ending) = PLACES.at(chars, at).filter(|word| at + word.chars().count() <= span.end) else {
            continue;
        };
        let start = (span.start..at)
            .rev()
            .take(7)
            .take_while(|&n| chars[n].is_alphanumeric() && chars[n] > '\u{2e80}' || chars[n].is_ascii_digit())
            .last()
            .unwrap_or(at);
        let before: String = chars[start..at].iter().collect();
        let name = before
            .rsplit(['在', '为', '是', '由', '对', '到', '有', '于', '和', '与', '及', '的', '了', '将'])
            .next()
            .unwrap_or("");
        // 3个小区 counts, 3号网格 names.
        let counted =
            name.chars().all(|c| c.is_ascii_digit() || "个处所".contains(c)) && !matches!(ending, "号楼" | "组");
        let named = !GENERIC.contains(&name)
            && !GENERIC.iter().any(|word| !word.is_empty() && word.chars().count() > 1 && name.ends_with(word));
        let named = named && !NOT_NAMES.iter().any(|word| name.ends_with(word));
        if named && !counted && name.chars().count() <= 6 && !name.ends_with(['个', '各', '本', '我', '全']) {
            return Some((at + ending.chars().count(), format!("{name}{ending}")));
        }
    }
    None
}
