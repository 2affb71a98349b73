//! The letters of a name: every reading, and the reading a surname has.

use pinyin::{ToPinyin, ToPinyinMulti};

use super::NAME_MAX;

/// At most this many combinations are returned for one name.
const READINGS_MAX: usize = 24;

/// Surnames read otherwise than the character's first reading.
const SURNAMES: &[(&str, &str)] = &[
    ("单", "shan"),
    ("解", "xie"),
    ("仇", "qiu"),
    ("查", "zha"),
    ("曾", "zeng"),
    ("区", "ou"),
    ("任", "ren"),
    ("盖", "ge"),
    ("朴", "piao"),
    ("尉", "wei"),
    ("宁", "ning"),
    ("华", "hua"),
    ("燕", "yan"),
    ("纪", "ji"),
    ("洗", "xian"),
    ("冼", "xian"),
    ("缪", "miao"),
    ("覃", "qin"),
    ("瞿", "qu"),
    ("秘", "bi"),
    ("折", "she"),
    ("召", "shao"),
    ("那", "na"),
    ("乐", "yue"),
    ("哈", "ha"),
    ("黑", "he"),
    ("翟", "zhai"),
    ("逄", "pang"),
    ("员", "yun"),
    ("种", "chong"),
    ("重", "chong"),
    ("乜", "nie"),
    ("繁", "po"),
    ("洪", "hong"),
    ("牟", "mu"),
    ("宓", "mi"),
    ("晟", "cheng"),
    ("柏", "bai"),
    ("葛", "ge"),
    ("车", "che"),
    ("都", "du"),
    ("能", "nai"),
    ("句", "gou"),
    ("阚", "kan"),
    ("卜", "bu"),
    ("谌", "chen"),
    ("郇", "xun"),
    ("隗", "wei"),
    ("郗", "xi"),
    ("贾", "jia"),
    ("祭", "zhai"),
    ("沈", "shen"),
    ("石", "shi"),
    ("佴", "nai"),
    ("眭", "sui"),
    ("郝", "hao"),
    ("颉", "xie"),
    ("训", "xun"),
    ("臧", "zang"),
    ("曲", "qu"),
    ("长", "chang"),
    ("行", "xing"),
    ("柴", "chai"),
    ("尉迟", "yu chi"),
    ("万俟", "mo qi"),
    ("单于", "chan yu"),
    ("长孙", "zhang sun"),
    ("澹台", "tan tai"),
    ("诸葛", "zhu ge"),
    ("欧阳", "ou yang"),
    ("司马", "si ma"),
    ("上官", "shang guan"),
    ("皇甫", "huang fu"),
    ("令狐", "ling hu"),
    ("慕容", "mu rong"),
    ("司徒", "si tu"),
    ("夏侯", "xia hou"),
    ("东方", "dong fang"),
    ("公孙", "gong sun"),
    ("宇文", "yu wen"),
    ("轩辕", "xuan yuan"),
    ("西门", "xi men"),
    ("南宫", "nan gong"),
    ("呼延", "hu yan"),
    ("端木", "duan mu"),
    ("独孤", "du gu"),
    ("完颜", "wan yan"),
    ("闻人", "wen ren"),
    ("太史", "tai shi"),
    ("申屠", "shen tu"),
    ("公冶", "gong ye"),
    ("宗政", "zong zheng"),
    ("濮阳", "pu yang"),
    ("淳于", "chun yu"),
    ("赫连", "he lian"),
    ("拓跋", "tuo ba"),
    ("百里", "bai li"),
    ("第五", "di wu"),
    ("钟离", "zhong li"),
    ("鲜于", "xian yu"),
    ("闾丘", "lv qiu"),
    ("仲孙", "zhong sun"),
    ("太叔", "tai shu"),
];

/// 百家姓 and the surnames of today that it lacks, one character each.
const COMMON: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海墨哈谯笪年爱阳佟商牟佘佴伯赏肖闫代付沙覃涂晋楚邸展尧鹿苑丛兰敬隋藏战补初矫修逯官仝丑原由苟肇延兴信字佘谌车化尉宾库卞鄢线户粟岱皋揣占忻伦桂欣玄阿冼区麦邝黎仝付洪撒代英言冶泮覃植练幸佟雒税栗闪苑雪朴颉麴郸洛衣赫买妥拜者尔禚鞠宛阔门来辜肇米";

/// The letters of a character's first reading, without its tone.
pub fn syllable(c: char) -> Option<&'static str> {
    c.to_pinyin().map(|p| p.plain())
}

/// How many characters of the name are its surname (0 when it begins with none known).
pub fn surname_length(name: &str) -> usize {
    let chars: Vec<char> = name.chars().take(3).collect();
    let compound = chars.len() >= 3
        && SURNAMES.iter().any(|(surname, _)| surname.chars().count() == 2 && name.starts_with(surname));
    match chars.first() {
        _ if compound => 2,
        Some(c) if COMMON.contains(*c) => 1,
        _ => 0,
    }
}

/// Initial letters of every way to read the name, the most likely first: 单晓乐 → `sxl`, `sxy`.
pub fn initials(name: &str) -> Vec<String> {
    // 欸 is read ê, which nobody types.
    combine(name, |reading| reading.chars().take(1).map(|c| if c == 'ê' { 'e' } else { c }).collect())
}

/// Letters without tones of every way to read the name, the most likely first.
pub fn readings(name: &str) -> Vec<String> {
    combine(name, str::to_owned)
}

/// The key names are sorted by: syllables of the likeliest reading with spaces, then the name itself.
pub fn sort_key(name: &str) -> String {
    let mut key = String::new();
    for syllable in syllables(name) {
        key.push_str(&syllable[0]);
        key.push(' ');
    }
    key.push_str(name);
    key
}

fn combine(name: &str, shorten: impl Fn(&str) -> String) -> Vec<String> {
    let mut all = vec![String::new()];
    for options in syllables(name) {
        let mut parts: Vec<String> = Vec::new();
        for part in options.iter().map(|o| shorten(o)) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let mut next = Vec::with_capacity(all.len() * parts.len());
        for part in &parts {
            for head in &all {
                if next.len() < READINGS_MAX {
                    next.push(format!("{head}{part}"));
                }
            }
        }
        all = next;
    }
    all.retain(|text| !text.is_empty());
    all
}

/// For each character its readings, never empty; letters and digits read as themselves, other signs not at all.
fn syllables(name: &str) -> Vec<Vec<String>> {
    let surname = SURNAMES
        .iter()
        .filter(|(surname, _)| {
            name.starts_with(surname) && (surname.chars().count() == 1 || surname.len() < name.len())
        })
        .max_by_key(|(surname, _)| surname.len());
    let fixed: Vec<&str> = surname.map(|(_, letters)| letters.split(' ').collect()).unwrap_or_default();
    let mut out = Vec::new();
    for (at, c) in name.chars().take(NAME_MAX).enumerate() {
        let mut options: Vec<String> = Vec::new();
        if let Some(letters) = fixed.get(at) {
            options.push((*letters).to_owned());
        } else if let Some(first) = c.to_pinyin() {
            options.push(first.plain().replace('ü', "v"));
        }
        if let Some(multi) = c.to_pinyin_multi() {
            for reading in multi {
                let letters = reading.plain().replace('ü', "v");
                if !options.contains(&letters) {
                    options.push(letters);
                }
            }
        }
        if options.is_empty() && c.is_ascii_alphanumeric() {
            options.push(c.to_ascii_lowercase().to_string());
        }
        if !options.is_empty() {
            out.push(options);
        }
    }
    out
}
