//! What a number counts: the words before it ("总人口4268人") or behind its measure ("6个企事业单位"), stripped of
//! connectives, adverbs and verbs of having; and the scope, restriction and area these words carry.

use std::ops::Range;
use std::sync::LazyLock;

use super::lexicon::Lexicon;

/// Marks that end the words belonging to a number.
const BOUNDARY: &str = "，。；：、！？（）《》【】[]|\n…";

/// Words that may open a label without being part of it.
static OPENERS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        "其中", "该村", "该社区", "该镇", "该街道", "该区", "该县", "该乡", "该自然村", "以上的", "以下的", "以上",
        "以下", "目前", "现有", "现在", "共有", "共计", "总共", "合计", "累计", "共", "现", "已经", "已", "全社区",
        "我社区", "本社区", "该社区", "社区内", "社区", "全村", "我村", "本村", "全镇", "我镇", "全街道", "我街道",
        "全街", "街道", "全区", "我区", "全县", "全市", "我市", "全省", "我省", "全国", "年末", "年底", "全乡",
        "辖区内", "辖区现有", "辖区共有", "辖区居民", "辖区", "今年以来", "今年", "本年度", "本年", "全年", "年内",
        "去年", "上年", "上半年", "下半年", "一季度", "二季度", "三季度", "四季度", "本月", "当月", "当年", "本季度",
        "年初", "年底", "年末", "截至目前", "截止目前", "截至", "截止", "到目前为止", "迄今", "至今", "目前为止",
        "一年来", "以来", "期间", "并且", "并", "还", "另有", "另外", "另", "以及", "及", "和", "与", "又", "再",
        "先后", "分别", "均", "都", "即", "则", "约", "近", "仅", "只", "大约", "超过", "不少于", "不低于", "有", "为",
        "是", "达到", "达", "占", "计", "在", "的", "了", "其", "该", "各类", "各", "等", "中", "内", "里", "由", "使",
        "将", "对", "把", "给", "向", "于", "从", "按", "以", "包括", "包含", "含", "分为", "分成", "设有", "下设",
        "设", "下辖", "管辖", "拥有", "辖有", "辖", "涉及", "涵盖", "覆盖", "其余", "剩余", "通过", "成功", "实现",
        "建有", "登记有",
    ])
});

/// Words that may close a label without being part of it.
static CLOSERS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        "共计", "合计", "总计", "总共", "累计", "共有", "共为", "共", "总数为", "人数为", "数量为", "总数", "人数",
        "户数", "数量", "总人数", "总户数", "件数", "起数", "总量", "总额", "金额", "总额为", "人口数", "分别为",
        "分别是", "分别有", "分别", "各有", "各为", "各", "达到了", "达到", "已达到", "已达", "达", "上升至", "上升到",
        "提高到", "下降到", "降至", "增加到", "增至", "增长到", "为", "是", "有", "了", "约", "近", "仅", "只有",
        "就有", "计", "约为", "超过", "超", "不少于", "不低于", "不低", "至少", "不足", "不到", "大约", "接近", "将近",
        "突破", "以上", "已", "的", "者", "情况", "已经", "由", "控制在", "不超过", "以内", "最多", "余", "于", "在",
        "等", "占", "中", "内", "均", "也", "还", "还有", "现有", "、", "-", "\"", "“", "”", "平均", "达到的", "名单",
    ])
});

/// Verbs and particles that part the words behind a measure from what follows.
static BREAKS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        "发放", "发给", "送去", "送上", "办理", "申请", "享受", "参加", "参与", "进行", "开展", "组织", "进入", "到",
        "在", "的", "被", "均", "都", "已", "及", "和", "与", "等", "组成", "为", "是", "占", "符合", "完成", "前往",
        "通过", "提供", "解决", "落实", "建立", "向", "共", "接受", "达", "获", "予以", "给予", "送", "有", "来", "去",
        "中", "实现", "实行", "上门", "全部", "分别", "使", "由", "把", "对", "以", "于", "从", "并", "正在", "正",
        "未", "没有", "不", "因", "可", "将", "得到", "得", "受", "签订", "纳入", "累计", "同比", "增长", "报名",
        "代表", "其中", "直接", "调整", "增至", "降至", "升至", "升到", "降到", "提高", "提升", "下降", "上升", "增加",
        "减少", "变为", "扩大", "缩减", "回落", "每", "能", "积极", "主动", "踊跃", "需", "超", "低于", "高于",
    ])
});

/// Words of having: what stands before the last of them is the subject, behind it the thing counted.
static HAVING: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        "工作中", "活动中", "过程中", "现有", "共有", "共计", "总计", "累计", "设有", "下设", "下辖", "拥有", "建有",
        "登记有", "实有", "已有", "另有", "还有", "尚有", "总共", "具有", "配有", "配备", "住有", "有", "辖", "了",
        "出", "为", "使", "将", "对", "把", "由", "向", "给", "在", "按照", "通过", "从", "以", "与", "同", "和", "及",
    ])
});

/// 口径 — whose residents or which register a figure counts.
static SCOPES: &[&str] = &[
    "非户籍", "户籍", "户籍地", "非本地", "本地", "外来", "外地", "常住", "暂住", "流动", "实有", "直管", "协管",
    "在册", "在籍", "登记", "流入", "流出", "寄住", "农业", "非农业", "城镇", "农村", "农转非", "空挂", "境外", "在职",
    "离退休", "退休",
];

/// Whether the words name a register or a kind of residence.
pub fn scope(label: &str) -> Option<&'static str> {
    SCOPES.iter().find(|word| label.contains(**word)).copied()
}

/// 限定 — a condition within a label: an age, a sex.
pub fn restriction(label: &str) -> Option<String> {
    let chars: Vec<char> = label.chars().collect();
    if let Some(at) = label.find('岁').map(|byte| label[..byte].chars().count()) {
        let start = chars[..at]
            .iter()
            .rposition(|&c| !(c.is_ascii_digit() || "一二三四五六七八九十百周-~至到".contains(c)))
            .map_or(0, |n| n + 1);
        let mut end = at + 1;
        for tail in ["及以上", "(含)以上", "以上", "以下", "以内", "及以下"] {
            if chars[end..].starts_with(&tail.chars().collect::<Vec<_>>()) {
                end += tail.chars().count();
                break;
            }
        }
        return Some(chars[start..end].iter().collect());
    }
    ["女性", "男性", "妇女", "女", "男"].iter().find(|word| label.contains(**word)).map(|word| (*word).to_owned())
}

/// The words between the last boundary and `end`, and where they start.
pub fn lead(chars: &[char], floor: usize, end: usize) -> Range<usize> {
    let mut stop = end;
    // A bracket that closes right before the number belongs to the label before it: 党员（含预备党员）83名.
    if stop > floor
        && chars[stop - 1] == '）'
        && let Some(open) = (floor..stop).rev().find(|&n| chars[n] == '（')
        && open > floor
    {
        stop = open;
    }
    // A colon right before the number: 总人口：4268人.
    if stop > floor && chars[stop - 1] == '：' {
        let start = boundary_before(chars, floor, stop - 1);
        if stop - 1 - start <= 14 {
            stop -= 1;
        }
    }
    boundary_before(chars, floor, stop)..stop
}

fn boundary_before(chars: &[char], floor: usize, end: usize) -> usize {
    (floor..end).rev().find(|&n| BOUNDARY.contains(chars[n])).map_or(floor, |n| n + 1)
}

/// The noun behind a measure: up to a boundary, a digit, or a verb.
pub fn tail(chars: &[char], start: usize, ceiling: usize) -> Range<usize> {
    let skip = if super::numbers::starts(chars, start, "组成的") { 3 } else { 0 };
    let start = (start + skip).min(ceiling);
    let mut end = start;
    while end < ceiling && end - start < 24 && !BOUNDARY.contains(chars[end]) {
        if breaks(chars, end) {
            break;
        }
        end += 1;
    }
    start..end
}

/// Whether a verb or particle at this place ends the noun behind a measure.
fn breaks(chars: &[char], at: usize) -> bool {
    let next = chars.get(at + 1).copied().unwrap_or('\n');
    let holds = match chars[at] {
        '以' => "上下内".contains(next),
        '在' => "册职校编岗孕建管籍读".contains(next),
        '来' => "访电信".contains(next),
        '不' => "动稳合".contains(next),
        '未' => "成".contains(next),
        '可' => false,
        '和' => "谐平睦".contains(next),
        '因' => "病".contains(next),
        '正' => "式".contains(next),
        '对' => "象口".contains(next),
        '共' => "青同享建产".contains(next),
        '中' => "小学共心层专老年青医".contains(next),
        '有' => "限线机".contains(next),
        '并' => false,
        '从' => "业".contains(next),
        '等' => "级".contains(next),
        _ => false,
    };
    !holds && BREAKS.at(chars, at).is_some()
}

/// The label proper: openers and closers stripped, then what stands behind the last word of having.
pub fn clean(words: &str) -> String {
    let stripped = strip(enumerated(words));
    let label = object(&stripped);
    match acted_on(&label) {
        Some(cut) => cut.to_owned(),
        None => label,
    }
}

/// "三是开展…" without its count.
fn enumerated(words: &str) -> &str {
    let rest = words.trim_start_matches(|c: char| "一二三四五六七八九十".contains(c));
    if rest.len() < words.len() && rest.starts_with('是') { &rest['是'.len_utf8()..] } else { words }
}

/// From the last verb of doing on: 协调移动公司安装路灯 counts 安装路灯.
fn acted_on(label: &str) -> Option<&str> {
    let verbs = VERBS.within(label).filter(|(_, verb)| !NOUN_VERBS.contains(verb));
    let at = verbs.filter(|(at, verb)| *at > 0 && label.len() > at + verb.len() + 3).map(|(at, _)| at).max()?;
    Some(&label[at..])
}

/// What stands behind the last word of having.
fn object(stripped: &str) -> String {
    let having = HAVING
        .within(stripped)
        .map(|(at, word)| at + word.len())
        .filter(|&at| at < stripped.len() && stripped[at..].chars().count() >= 2)
        .filter(|&at| !inside_word(stripped, at))
        .max();
    match having {
        Some(at) => {
            let rest = strip(&stripped[at..]);
            if rest.is_empty() { stripped.to_owned() } else { rest }
        }
        None => stripped.to_owned(),
    }
}

/// 有 in 实有/所有/国有, 和 in 祥和, 为 in 作为, 同 in 合同 are not words of having.
fn inside_word(text: &str, at: usize) -> bool {
    let before: Vec<char> = text[..at].chars().rev().take(2).collect();
    let next = text[at..].chars().next().unwrap_or(' ');
    match before.first() {
        Some('有') => {
            before.get(1).is_some_and(|c| "实所国私公民享没自应稀".contains(*c)) || "关效偿限线选劳".contains(next)
        }
        Some('和') => before.get(1).is_some_and(|c| "祥平人调饱缓".contains(*c)) || "谐平睦".contains(next),
        Some('为') => before.get(1).is_some_and(|c| "作行认成".contains(*c)) || "民主".contains(next),
        Some('同') => before.get(1).is_some_and(|c| "合共胡不相".contains(*c)) || "比期".contains(next),
        Some('出') => "租生售口入境生".contains(next) || before.get(1).is_some_and(|c| "流外".contains(*c)),
        Some('在') => "职册校编岗孕建管籍读逃".contains(next) || before.get(1).is_some_and(|c| "现潜存".contains(*c)),
        Some('给') => before.get(1).is_some_and(|c| "供".contains(*c)),
        Some('以') => "上下内".contains(next) || before.get(1).is_some_and(|c| "所可".contains(*c)),
        Some('将') => next == '军',
        Some('及') => "时".contains(next) || before.get(1).is_some_and(|c| "普涉以".contains(*c)),
        Some('了') => before.get(1).is_some_and(|c| "除".contains(*c)),
        Some('从') => "业事".contains(next) || before.get(1).is_some_and(|c| "服".contains(*c)),
        Some('与') => before.get(1).is_some_and(|c| "参".contains(*c)),
        Some('对') => "象口".contains(next) || before.get(1).is_some_and(|c| "结核".contains(*c)),
        Some('向') => before.get(1).is_some_and(|c| "方定".contains(*c)),
        Some('辖') => next == '区',
        Some('使') => "用".contains(next),
        Some('由') => before.get(1).is_some_and(|c| "理自".contains(*c)),
        Some('计') => before.get(1).is_some_and(|c| "统会预".contains(*c)),
        _ => false,
    }
}

/// Strip openers and closers until nothing more comes off.
pub fn strip(words: &str) -> String {
    let mut rest: &str = words.trim_matches(|c: char| "“”\"‘’'-~·*#".contains(c) || c.is_whitespace());
    loop {
        let before = rest;
        if let Some(word) = OPENERS.opening(rest, |word| !opens_word(&rest[word.len()..], word)) {
            rest = &rest[word.len()..];
        }
        if let Some(word) = CLOSERS.closing(rest, |word| rest.len() > word.len() && !closes_word(rest, word)) {
            rest = &rest[..rest.len() - word.len()];
        }
        rest = rest.trim_matches(|c: char| "“”\"‘’'-~·*#".contains(c));
        if rest == before || rest.is_empty() {
            return rest.replace(['“', '”', '"', '‘', '’'], "");
        }
    }
}

/// 共 in 共青团, 在 in 在册, 社区 in 社区矫正 and the like are part of the label.
fn opens_word(rest: &str, word: &str) -> bool {
    let next = rest.chars().next();
    let starts = |list: &[&str]| list.iter().any(|w| rest.starts_with(w));
    match word {
        "共" => starts(&["青", "同", "享", "产", "驻", "建", "治"]),
        "在" => starts(&["册", "职", "校", "岗", "孕", "籍", "编", "建", "管", "读", "逃", "家"]),
        "社区" => starts(&[
            "矫正", "居委会", "工作者", "服务中心", "书记", "党", "医院", "卫生", "民警", "干部", "网格", "教育",
        ]),
        "辖区" => starts(&["面积", "单位", "总"]),
        "辖" => starts(&["区"]),
        "按" => starts(&["期", "时", "揭", "摩"]),
        "中" => starts(&["共", "小", "学", "层", "心", "专", "国", "年", "央"]),
        "现" => starts(&["役", "金", "场", "职"]),
        "和" => starts(&["谐", "平"]),
        "为" => starts(&["民"]),
        "有" => starts(&["线", "选", "偿", "关", "效", "选举", "劳动", "害", "机"]),
        "使" => starts(&["用"]),
        "对" => starts(&["象", "外", "口"]),
        "从" => starts(&["业", "事"]),
        "内" => starts(&["部", "科"]),
        "计" => starts(&["划", "生", "算"]),
        "向" => starts(&["阳"]),
        "再" => starts(&["就", "生"]),
        "先后" | "分别" => false,
        "近" => starts(&["亲", "视"]),
        "等" => starts(&["级", "待"]),
        "以" => starts(&["上", "下"]),
        "街道" => starts(&["办", "党"]),
        "累计" | "合计" | "共计" => false,
        "各" => starts(&["级"]),
        "均" => starts(&["等"]),
        "达" => starts(&["标"]),
        "其" => starts(&["他", "它", "余"]),
        "另" | "还" | "又" => starts(&["款", "贷", "建"]),
        "设" => starts(&["施", "备"]),
        "只" | "仅" => false,
        "含" => false,
        "占" => starts(&["地", "道", "用"]),
        "成功" => starts(&["率"]),
        "实现" => false,
        "是" => false,
        "由" => false,
        "期间" => false,
        "已" => starts(&["婚"]),
        "已经" => false,
        "去年" | "今年" => false,
        "覆盖" => starts(&["率", "面"]),
        "剩余" | "其余" => next.is_some() && starts(&["劳动"]),
        "通过" => starts(&["率"]),
        _ => false,
    }
}

/// 共 in 中共, 数 in 户数 and so on: a closer that is the end of a word.
fn closes_word(rest: &str, word: &str) -> bool {
    let before = rest[..rest.len() - word.len()].chars().next_back();
    let before_in = |list: &str| before.is_some_and(|c| list.contains(c));
    match word {
        "共" => before_in("中公"),
        "为" => before_in("行作"),
        "有" => before_in("国私公所实"),
        "中" => before_in("高初集"),
        "内" => false,
        "计" => before_in("统会预设"),
        "近" => before_in("附"),
        "在" => before_in("存现"),
        "达" => before_in("发传"),
        "的" => before_in("目"),
        "者" => before_in("作愿残记学老患业消费得读伤死参加动"),
        "由" => before_in("理自事"),
        "占" => before_in("侵"),
        "于" => false,
        "等" => before_in("平高中初"),
        // 总户数 is a name, not 总 and an ending.
        "户数" | "人数" | "人口数" => before == Some('总'),
        "余" => before_in("其剩业结"),
        "已" => false,
        _ => false,
    }
}

/// Verbs of doing that stand between a subject and a counted object: 发放宣传单300份.
static VERBS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(&[
        "申报", "新增", "组建", "成立", "发展", "吸收", "评选", "安装", "发放", "开展", "举办", "组织", "完成", "办理",
        "登记", "解决", "救助", "慰问", "走访", "排查", "整改", "调解", "受理", "化解", "清理", "新建", "改造", "投入",
        "投资", "培训", "招聘", "邀请", "帮助", "推荐", "安置", "转移", "检查", "征集", "发现", "收集", "出动", "张贴",
        "悬挂", "签订", "制作", "建立", "召开", "处理", "处置", "接待", "采集", "录入", "核查", "拆除", "修建", "维修",
        "更换", "种植", "取缔", "查处", "查获", "破获", "抓获", "劝阻", "上报", "审批", "审核", "取消", "停发", "减少",
        "增加", "下降", "上升", "筹集", "筹措", "募集", "收缴", "征缴", "争取", "落实", "资助", "帮扶", "服务", "提供",
        "接种", "随访", "建档", "筛查", "体检", "发出", "印发", "编发", "划拨", "拨付", "下拨", "粉刷", "整修",
    ])
});

/// Verbs that as often name a thing: 志愿服务队, 就业培训.
static NOUN_VERBS: &[&str] = &[
    "服务", "培训", "发展", "帮扶", "救助", "体检", "建档", "登记", "慰问", "走访", "改造", "投资", "投入", "检查",
    "组织", "调解", "推荐", "完成", "落实", "解决", "资助", "安置", "转移", "随访", "接种", "审核", "审批", "维修",
    "增加", "减少", "新增", "申报", "成立",
];

/// The verb a label ends with.
pub fn verb_at_end(led: &str) -> Option<&'static str> {
    VERBS.closing(led, |_| true)
}
