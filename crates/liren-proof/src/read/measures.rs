//! Measure words and units, their kind, and the words that look like one but are not (人员, 户籍, 次日 …).

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a unit measures. Figures of different kinds are never added or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 人, 名, 位
    Person,
    /// 人次
    Attendance,
    /// 户
    Household,
    /// 户次
    HouseholdVisit,
    /// 个, 家, 处, 支 … — countable things
    Thing,
    /// 件, 起, 例, 宗 — cases
    Case,
    /// 次, 场, 期 — events
    Event,
    Money,
    Area,
    Length,
    Mass,
    Volume,
    /// 千瓦时
    Energy,
    /// 年, 天, 小时
    Duration,
    /// %, ‰
    Ratio,
    /// 份, 册, 张 — papers handed out
    Paper,
    /// 方面, 点, 级, 类: counted by the words around them
    Listing,
    /// 元/人, 元/月, 人/平方公里
    Per,
    /// 票, 分, 度 and other units that stand alone
    Other,
}

/// A measure word: its kind and how many base units it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    pub word: &'static str,
    pub kind: Kind,
    pub factor: f64,
    /// It is another word when one of these follows.
    pub(super) not_before: &'static str,
}

const fn m(word: &'static str, kind: Kind, factor: f64, not_before: &'static str) -> Measure {
    Measure { word, kind, factor, not_before }
}

use Kind::*;

/// Longer words stand before shorter ones they begin with.
static MEASURES: &[Measure] = &[
    m("人次", Attendance, 1.0, ""),
    m("人份", Paper, 1.0, ""),
    m("余人", Person, 1.0, ""),
    m("个人", Person, 1.0, "体信民账"),
    m("人", Person, 1.0, "员口民均才大家士物社生力群数工行员事际间本身们居为权格道流车气民"),
    m("名", Person, 1.0, "单称额誉牌义录胜"),
    m("位", Person, 1.0, "于置居列次数"),
    m("口人", Person, 1.0, ""),
    m("口", Person, 1.0, "径岸头号味井腔罩粮"),
    m("户次", HouseholdVisit, 1.0, ""),
    m("户家庭", Household, 1.0, ""),
    m("户", Household, 1.0, "籍外型口均厕用数主"),
    m("家次", HouseholdVisit, 1.0, ""),
    m("家", Thing, 1.0, "庭长属园访居政教电具乡人里族国"),
    m("个百分点", Ratio, 1.0, ""),
    m("百分点", Ratio, 1.0, ""),
    m("个千分点", Ratio, 1.0, ""),
    m("千分点", Ratio, 1.0, ""),
    m("个方面", Listing, 1.0, ""),
    m("各方面", Listing, 1.0, ""),
    m("方面", Listing, 1.0, ""),
    m("大类", Listing, 1.0, ""),
    m("类", Listing, 1.0, "似型别"),
    m("级", Listing, 1.0, "别"),
    m("个月", Duration, 1.0, ""),
    m("个小时", Duration, 1.0, ""),
    m("个工作日", Duration, 1.0, ""),
    m("工作日", Duration, 1.0, ""),
    m("小时", Duration, 1.0, ""),
    m("分钟", Duration, 1.0, ""),
    m("学时", Duration, 1.0, ""),
    m("课时", Duration, 1.0, ""),
    m("天", Duration, 1.0, "然气津桥台"),
    m("年", Duration, 1.0, "度龄级份初底末终中均轻迈"),
    m("个", Thing, 1.0, "体别性案人"),
    m("处次", Event, 1.0, ""),
    m("处", Thing, 1.0, "理置罚分级长于"),
    m("所", Thing, 1.0, "有属需谓在以长"),
    m("座", Thing, 1.0, "谈位落"),
    m("栋", Thing, 1.0, ""),
    m("幢", Thing, 1.0, ""),
    m("间", Thing, 1.0, "接隔断谍"),
    m("支", Thing, 1.0, "部持付出书教撑部"),
    m("只", Thing, 1.0, "有要是能"),
    m("头", Thing, 1.0, ""),
    m("台次", Event, 1.0, ""),
    m("台", Thing, 1.0, "阶账湾风胞侨属"),
    m("辆次", Event, 1.0, ""),
    m("车次", Event, 1.0, ""),
    m("辆", Thing, 1.0, ""),
    m("套", Thing, 1.0, "餐路"),
    m("盏", Thing, 1.0, ""),
    m("根", Thing, 1.0, "据本源治"),
    m("株", Thing, 1.0, ""),
    m("棵", Thing, 1.0, ""),
    m("部", Thing, 1.0, "门署分队委位落级"),
    m("块", Thing, 1.0, ""),
    m("面", Thing, 1.0, "积对向临貌上前"),
    m("条次", Event, 1.0, ""),
    m("条", Thing, 1.0, "件例"),
    m("项", Thing, 1.0, "目链"),
    m("批次", Event, 1.0, ""),
    m("批", Thing, 1.0, "准评复发改"),
    m("件次", Event, 1.0, ""),
    m("件", Case, 1.0, ""),
    m("起", Case, 1.0, "来到点草码"),
    m("宗", Case, 1.0, "教旨族"),
    m("例", Case, 1.0, "会如行外"),
    m("桩", Case, 1.0, ""),
    m("场次", Event, 1.0, ""),
    m("场", Event, 1.0, "所地馆"),
    m("班次", Event, 1.0, ""),
    m("次", Event, 1.0, "日年要序品"),
    m("期", Event, 1.0, "间末中限满盼"),
    m("届", Event, 1.0, ""),
    m("轮", Event, 1.0, "流换"),
    m("节课", Event, 1.0, ""),
    m("堂", Event, 1.0, ""),
    m("亿元", Money, 1e8, ""),
    m("万元", Money, 1e4, ""),
    m("千元", Money, 1e3, ""),
    m("元钱", Money, 1.0, ""),
    m("元", Money, 1.0, "旦宵素"),
    m("块钱", Money, 1.0, ""),
    m("平方公里", Area, 1e6, ""),
    m("平方千米", Area, 1e6, ""),
    m("km2", Area, 1e6, ""),
    m("公顷", Area, 1e4, ""),
    m("平方米", Area, 1.0, ""),
    m("平米", Area, 1.0, ""),
    m("㎡", Area, 1.0, ""),
    m("m2", Area, 1.0, ""),
    m("亩", Area, 2000.0 / 3.0, "产均"),
    m("公里", Length, 1e3, ""),
    m("千米", Length, 1e3, ""),
    m("延米", Length, 1.0, ""),
    m("米", Length, 1.0, "粮面"),
    m("万吨", Mass, 1e7, ""),
    m("公吨", Mass, 1e3, ""),
    m("吨", Mass, 1e3, ""),
    m("公斤", Mass, 1.0, ""),
    m("千克", Mass, 1.0, ""),
    m("斤", Mass, 0.5, ""),
    m("立方米", Volume, 1.0, ""),
    m("立方", Volume, 1.0, ""),
    m("方", Other, 1.0, "案式便向法针位"),
    m("份", Paper, 1.0, "额子内"),
    m("册", Paper, 1.0, ""),
    m("张", Paper, 1.0, ""),
    m("幅", Paper, 1.0, "度员射"),
    m("本", Paper, 1.0, "社地人级月年科市区次着届村街镇县省辖周"),
    m("篇", Paper, 1.0, ""),
    m("封", Paper, 1.0, "闭"),
    m("张次", Paper, 1.0, ""),
    m("册次", Paper, 1.0, ""),
    m("笔", Case, 1.0, "试记录者画迹直"),
    m("份次", Paper, 1.0, ""),
    m("剂次", Event, 1.0, ""),
    m("剂", Paper, 1.0, "量型"),
    m("例次", Event, 1.0, ""),
    m("架次", Event, 1.0, ""),
    m("航次", Event, 1.0, ""),
    m("人天", Other, 1.0, ""),
    m("床日", Other, 1.0, ""),
    m("台套", Thing, 1.0, ""),
    m("尾", Thing, 1.0, "气水数款声矿部号"),
    m("羽", Thing, 1.0, "毛绒"),
    m("箱", Paper, 1.0, ""),
    m("盒", Paper, 1.0, ""),
    m("瓶", Paper, 1.0, ""),
    m("包", Paper, 1.0, "括含装村保联干裹"),
    m("件套", Paper, 1.0, ""),
    m("樘", Thing, 1.0, ""),
    m("艘", Thing, 1.0, ""),
    m("丛", Thing, 1.0, ""),
    m("节", Thing, 1.0, "日约能目点水电气假省"),
    m("倍", Other, 1.0, ""),
    m("分", Other, 1.0, "别布为类级析发工管钟数成解散局行公期红享配送担部校院厂店站所支队馆册项摊流之段组享批列开清明"),
    m("万千瓦时", Energy, 1e4, ""),
    m("亿千瓦时", Energy, 1e8, ""),
    m("千瓦时", Energy, 1.0, ""),
    m("兆瓦", Other, 1e3, ""),
    m("千瓦", Other, 1.0, ""),
    m("kW", Other, 1.0, ""),
    m("度", Other, 1.0, "过假数"),
    m("吨标准煤", Mass, 1e3, ""),
    m("亿立方米", Volume, 1e8, ""),
    m("万立方米", Volume, 1e4, ""),
    m("毫升", Other, 1.0, ""),
    m("升", Other, 1.0, "级高至到降学入温旗值幅"),
    m("毫克", Other, 1.0, ""),
    m("微克", Other, 1.0, ""),
    m("毫米", Length, 1e-3, ""),
    m("厘米", Length, 1e-2, ""),
    m("mm", Length, 1e-3, ""),
    m("cm", Length, 1e-2, ""),
    m("km", Length, 1e3, ""),
    m("℃", Other, 1.0, ""),
    m("°C", Other, 1.0, ""),
    m("分贝", Other, 1.0, ""),
    m("美元", Money, 1.0, ""),
    m("港元", Money, 1.0, ""),
    m("港币", Money, 1.0, ""),
    m("欧元", Money, 1.0, ""),
    m("日元", Money, 1.0, ""),
    m("枚", Thing, 1.0, ""),
    m("把", Thing, 1.0, "握"),
    m("桶", Thing, 1.0, ""),
    m("袋", Thing, 1.0, ""),
    m("盆", Thing, 1.0, ""),
    m("顶", Thing, 1.0, ""),
    m("床", Thing, 1.0, "位"),
    m("张床位", Thing, 1.0, ""),
    m("车", Other, 1.0, "间位辆主库祸"),
    m("架", Thing, 1.0, "构"),
    m("口井", Thing, 1.0, ""),
    m("眼", Thing, 1.0, "睛光"),
    m("对", Other, 1.0, "象于口接应照外"),
    m("票", Other, 1.0, "据"),
    m("种", Listing, 1.0, "植子养地田粮族"),
    m("门", Thing, 1.0, "面前口店诊户牌"),
    m("组", Thing, 1.0, "织长成建"),
    m("人民币", Money, 1.0, ""),
    m("周", Duration, 1.0, "岁边年期围"),
    m("步", Listing, 1.0, "骤行"),
    m("点", Listing, 1.0, "多半钟左"),
    m("层", Listing, 1.0, "次面"),
];

static BY_FIRST: LazyLock<HashMap<char, Vec<&'static Measure>>> = LazyLock::new(|| {
    let mut index: HashMap<char, Vec<&'static Measure>> = HashMap::new();
    for measure in MEASURES {
        index.entry(measure.word.chars().next().unwrap_or(' ')).or_default().push(measure);
    }
    index
});

/// Nouns for people that stand directly after a number: 3000余居民.
static PEOPLE: &[&str] =
    &["居民", "群众", "村民", "职工", "业主", "师生", "学生", "党员", "志愿者", "老人", "儿童", "干部"];

/// The measure word that starts at `at`; the longest one.
pub fn measure(chars: &[char], at: usize) -> Option<(Measure, usize)> {
    let mut best: Option<(Measure, usize)> = None;
    for measure in BY_FIRST.get(chars.get(at)?)? {
        let Some(end) = word_end(chars, at, measure.word) else {
            continue;
        };
        if chars.get(end).is_some_and(|c| measure.not_before.contains(*c)) {
            continue;
        }
        if best.is_none_or(|(_, longest)| longest < end) {
            best = Some((**measure, end));
        }
    }
    best
}

/// A noun for people that serves as the unit.
pub fn people(chars: &[char], at: usize) -> Option<(Measure, usize)> {
    PEOPLE.iter().find_map(|&word| Some((m(word, Person, 1.0, ""), word_end(chars, at, word)?)))
}

fn word_end(chars: &[char], at: usize, word: &str) -> Option<usize> {
    let mut n = at;
    for c in word.chars() {
        if chars.get(n) != Some(&c) {
            return None;
        }
        n += 1;
    }
    Some(n)
}

impl Measure {
    /// 百分点 or per cent.
    pub const PERCENT: Measure = m("%", Ratio, 1.0, "");
    pub const PERMILLE: Measure = m("‰", Ratio, 1.0, "");
}

/// Whether two kinds may be parts of one another: a village of 6 个单位 has 4 家企业 and 2 所学校.
pub fn same_kind(a: Kind, b: Kind) -> bool {
    a == b || matches!((a, b), (Thing, Case) | (Case, Thing))
}
