//! Which lists leave nothing out by their very names: men and women, first to third, ages from end to end, 其他 at the end.

/// Pairs that leave no third: with both told, they make the whole. One word of the left in one label, one of the right in
/// the other, and the rest of the two labels alike.
static COMPLEMENTS: &[(&[&str], &[&str])] = &[
    (&["男"], &["女"]),
    (&["常住"], &["暂住", "流动", "外来", "非常住"]),
    (&["户籍", "本地户籍"], &["非户籍", "流动", "外来", "暂住", "随迁", "非本地户籍"]),
    (
        &["本地", "本市", "本县", "本省", "本村", "本镇", "本区", "本街道", "本乡"],
        &["外地", "外来", "外市", "外县", "外省", "外村", "外镇", "外区", "非本地", "外街道", "外乡"],
    ),
    (&["省内"], &["省外", "外省"]),
    (&["市内"], &["市外", "外市"]),
    (&["县内"], &["县外", "外县"]),
    (&["区内"], &["区外"]),
    (&["镇内", "乡内"], &["镇外", "乡外"]),
    (&["境内", "国内"], &["境外", "国外"]),
    (&["农业人口", "农业户"], &["非农业人口", "非农人口", "非农业户"]),
    (&["农业"], &["非农业", "非农"]),
    (&["城镇", "城市", "市区", "城区"], &["农村", "乡村", "村镇"]),
    (&["正式"], &["预备"]),
    (&["已婚"], &["未婚"]),
    (&["有效"], &["无效", "废"]),
    (&["合格", "达标", "及格"], &["不合格", "不达标", "未达标", "不及格"]),
    (&["小学生", "小学部", "小学"], &["中学生", "初中生", "初中部", "中学部", "初中"]),
    (&["本科"], &["专科", "大专"]),
    (&["公办", "公立"], &["民办", "私立"]),
    (&["线上", "网上", "网络"], &["线下", "现场"]),
    (&["直办", "自办", "自行处理", "自行办理"], &["转办", "派单", "交办", "转派"]),
    (&["集中"], &["分散", "社会"]),
    (&["税收收入", "税收", "税"], &["非税收入", "非税"]),
    (&["基本支出"], &["项目支出"]),
    (&["人员经费"], &["公用经费"]),
    (&["家庭户"], &["集体户"]),
    (&["中共党员", "党员"], &["非中共", "非党员", "群众"]),
    (&["新建"], &["续建"]),
    (&["新收", "新受理", "新增"], &["旧存", "结转", "存量", "上年结转"]),
    (&["室内"], &["室外"]),
    (&["地上"], &["地下"]),
    (&["白天", "日间"], &["夜间", "晚间"]),
    (&["上午"], &["下午"]),
    (&["上半年"], &["下半年"]),
    (&["银行存款", "存款"], &["库存现金", "现金"]),
    (&["汉族"], &["少数民族", "各少数民族"]),
    (&["职工"], &["居民", "城乡居民"]),
    (&["在职", "在岗"], &["退休", "离退休", "离岗"]),
    (&["专职", "全职"], &["兼职"]),
    (&["生产人员"], &["非生产人员"]),
    (&["水田", "水浇地"], &["旱地", "旱田"]),
    (&["夏粮"], &["秋粮"]),
    (&["门诊"], &["急诊"]),
    (&["快充"], &["慢充"]),
    (&["现金"], &["物资", "实物"]),
    (&["财政拨款", "财政资金"], &["其他", "自筹"]),
    (&["单独"], &["联合"]),
    (&["固定"], &["流动", "临时"]),
    (&["现场", "当场", "立即"], &["限期", "非现场"]),
    (&["定期定额", "定额"], &["查账"]),
    (&["继续提名", "连任", "留任"], &["新提名", "新任", "新当选"]),
    (&["成年"], &["未成年"]),
    (&["内资"], &["外资"]),
    (&["国有"], &["非国有", "民营"]),
    (&["本级"], &["下属", "所属", "下级", "下辖"]),
    (&["全日制"], &["非全日制"]),
    (&["独生"], &["非独生"]),
    (&["接通"], &["未接通"]),
    (&["社会寄养", "社会代养", "自费"], &["特困供养", "特困"]),
    (&["进口"], &["出口"]),
    (&["公益林"], &["商品林"]),
    (&["成人", "成年人"], &["少儿", "儿童", "青少年"]),
    (&["自愿"], &["强制"]),
    (&["书面"], &["口头"]),
    (&["首次"], &["重复", "再次"]),
    (&["批准", "准予", "同意"], &["不予批准", "不批准", "不予", "不准予", "不同意"]),
    (&["采纳"], &["未采纳", "不采纳"]),
    (&["借出", "外借"], &["归还", "还回"]),
    (&["收文", "来文"], &["发文"]),
    (&["上行"], &["下行"]),
    (&["亏损"], &["盈利"]),
    (&["甲类"], &["乙类"]),
    (&["第一产业"], &["第二三产业"]),
    (&["在籍"], &["离籍"]),
    (&["重点"], &["一般", "非重点"]),
    (&["增长"], &["下降"]),
];

/// Whether two neighbouring parts are such a pair.
pub fn complementary(a: &str, b: &str) -> bool {
    split_by_bound(a, b) || split_by_bound(b, a) || negated(a, b) || negated(b, a) || paired(a, b) || paired(b, a)
}

fn paired(x: &str, y: &str) -> bool {
    COMPLEMENTS.iter().any(|(left, right)| {
        let longest = |list: &[&'static str], label: &str| {
            list.iter().filter(|word| label.contains(**word)).max_by_key(|word| word.len()).copied()
        };
        let (Some(one), Some(other)) = (longest(left, x), longest(right, y)) else { return false };
        // 男党员 and 女职工 do not make one whole: what remains of the labels must agree, or be empty.
        let (rest, tail) = (bare(&x.replacen(one, "", 1)), bare(&y.replacen(other, "", 1)));
        let crossed = |word: &&str| y.contains(*word) && !other.contains(*word);
        let opposite = left.iter().any(crossed) || right.iter().any(|word| x.contains(word) && !one.contains(word));
        let long = |words: &str| words.chars().count() >= 2;
        let nested = long(&rest) && long(&tail) && (rest.ends_with(&tail) || tail.ends_with(&rest));
        !opposite && (rest == tail || rest.is_empty() || tail.is_empty() || nested)
    })
}

/// 已办结 and 未办结, 合格 and 不合格, 党员 and 非党员.
fn negated(plain: &str, other: &str) -> bool {
    let stem = plain.trim_start_matches(['已', '有']);
    ["未", "不", "非", "无", "尚未", "没有"].iter().any(|no| {
        other.strip_prefix(no).is_some_and(|rest| rest == stem && stem.chars().count() >= 2)
            || (other.contains(no) && stem.chars().count() >= 2 && other.replacen(no, "", 1) == stem)
            || (other.contains(no) && plain.contains('已') && other.replacen(no, "", 1) == plain.replacen('已', "", 1))
    })
}

/// 60岁以上 and 59岁以下 (or 60岁以下), 亿元以上 and 亿元以下.
fn split_by_bound(above: &str, below: &str) -> bool {
    let head = |words: &str, ends: [&str; 2]| -> Option<String> {
        let end = ends.iter().find_map(|end| words.find(end))?;
        Some(words[..end].trim_end_matches("（含）").to_owned())
    };
    let (Some(x), Some(y)) = (head(above, ["及以上", "以上"]), head(below, ["及以下", "以下"])) else {
        return false;
    };
    let split = |words: &str| {
        let digits: String =
            words.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        let rest: String = words.chars().filter(|c| !c.is_ascii_digit()).collect();
        (digits.parse::<u64>().ok(), rest)
    };
    let ((a, unit), (b, other)) = (split(&x), split(&y));
    match (a, b) {
        (Some(a), Some(b)) => unit == other && (a == b || a == b + 1),
        (None, None) => x == y && !x.is_empty(),
        _ => false,
    }
}

/// Names of kinds that together are all there are.
static SETS: &[&[&[&str]]] = &[
    &[&["第一产业", "一产", "农业"], &["第二产业", "二产", "工业"], &["第三产业", "三产", "服务业"]],
    &[&["刑事"], &["民事", "民商事"], &["行政"]],
    &[&["来信"], &["来访", "走访"], &["网上", "网络", "来电", "电话"]],
    &[&["同意", "赞成", "赞同"], &["反对", "不同意", "不赞成"], &["弃权"]],
    &[&["满意"], &["基本满意", "较满意", "比较满意", "一般"], &["不满意"]],
    &[&["优秀"], &["良好", "合格"], &["一般", "合格", "基本合格", "不合格", "及格"]],
    &[&["上涨", "增长", "上升"], &["下降", "下跌", "回落"], &["持平", "不变"]],
    &[&["幼儿园", "幼儿"], &["小学"], &["中学", "初中"]],
    &[&["全额"], &["差额"], &["自收自支", "自筹"]],
    &[&["中央"], &["省"], &["市", "县", "地方", "区"]],
    &[&["提前"], &["按期"], &["逾期", "超期"]],
    &[&["城镇职工", "职工"], &["城乡居民", "居民"], &["其他", "灵活"]],
];

/// Whether labels are told apart so that everything is in one of them.
pub fn exhaustive(labels: &[&str]) -> bool {
    if labels.len() < 2 {
        return false;
    }
    if labels.iter().any(|label| rest(label)) {
        return true;
    }
    (labels.len() == 2 && complementary(labels[0], labels[1]))
        || bands(labels)
        || ordered(labels)
        || set(labels)
        || grades(labels)
}

/// 其他, 其余: the part that leaves nothing out.
pub fn rest(words: &str) -> bool {
    ["其他", "其它", "其余", "另外"].iter().any(|word| words.contains(word))
}

/// Whether labels fill a scale by themselves, without a rest: grades, bands, one of the sets.
pub fn scaled(labels: &[&str]) -> bool {
    !labels.iter().any(|label| rest(label)) && (grades(labels) || bands(labels) || set(labels))
}

/// 优秀, 良好, 一般, 较差: grades of one scale, from the best to one that is not good.
fn grades(labels: &[&str]) -> bool {
    let best = ["优秀", "优", "好", "很好", "非常满意", "特别重大", "优良"];
    let middle = [
        "良好", "良", "较好", "合格", "称职", "达标", "中", "中等", "基本满意", "满意", "及格", "基本称职", "基本合格",
    ];
    let last = [
        "一般", "较差", "差", "不合格", "不称职", "不及格", "不达标", "不满意", "基本合格", "合格", "不确定等次",
        "未定等次", "及格",
    ];
    let ends = |label: &str, list: &[&str]| list.iter().any(|word| label.ends_with(word));
    let (Some(first), Some(end)) = (labels.first(), labels.last()) else { return false };
    labels.len() >= 3
        && ends(first, &best)
        && ends(end, &last)
        && labels.iter().all(|label| ends(label, &best) || ends(label, &middle) || ends(label, &last))
}

fn set(labels: &[&str]) -> bool {
    SETS.iter().any(|set| {
        let mut taken = vec![false; labels.len()];
        labels.len() >= set.len()
            && set.iter().rev().all(|names| {
                let place = (0..labels.len()).find(|&n| !taken[n] && names.iter().any(|name| labels[n].contains(name)));
                place.is_some_and(|n| {
                    taken[n] = true;
                    true
                })
            })
            && taken.iter().all(|taken| *taken)
    })
}

/// Ages, scores or amounts from end to end: 0—14岁, 15—59岁, 60岁及以上; 600分以上, 500—599分, 500分以下.
pub fn bands(labels: &[&str]) -> bool {
    if labels.len() < 2 {
        return false;
    }
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for label in labels {
        match band(label) {
            Some(span) => spans.push(span),
            None => return false,
        }
    }
    spans.sort_unstable();
    let ends = spans[spans.len() - 1].1 == u64::MAX;
    let joined =
        spans.windows(2).all(|pair| pair[0].1 != u64::MAX && (pair[1].0 == pair[0].1 || pair[1].0 == pair[0].1 + 1));
    let begins = spans[0].0 == 0 || labels.len() >= 3;
    ends && joined && begins
}

/// The band of a label: from, to.
fn band(label: &str) -> Option<(u64, u64)> {
    let chars: Vec<char> = label.chars().collect();
    let first = chars.iter().position(char::is_ascii_digit)?;
    let number = |from: usize| -> Option<(u64, usize)> {
        let n = chars[from.min(chars.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
        let digits: String = chars[from.min(chars.len())..][..n].iter().collect();
        Some((digits.parse().ok()?, from + n))
    };
    let (low, end) = number(first)?;
    let after: String = chars[end..].iter().collect();
    if let Some(&mark) = chars.get(end)
        && "-~至到".contains(mark)
    {
        return number(end + 1).map(|(high, _)| (low, high));
    }
    let unit: String = after.chars().take(8).collect();
    if unit.contains("以上") || unit.contains("超过") || label.starts_with("超过") {
        Some((low, u64::MAX))
    } else if unit.contains("以下") || unit.contains("以内") || unit.contains("不满") || label.starts_with("不满")
    {
        Some((0, low))
    } else {
        None
    }
}

/// 一孩, 二孩, 三孩及以上; A类, B类, C类; 一级 … 四级: from the first on, one after the other.
fn ordered(labels: &[&str]) -> bool {
    let rows = ["一二三四五六七八九十", "ABCDEFGH", "甲乙丙丁戊", "ⅠⅡⅢⅣⅤ", "1234567890"];
    rows.iter().any(|row| {
        let places: Vec<Option<usize>> =
            labels.iter().map(|label| label.chars().find_map(|c| row.chars().position(|mark| mark == c))).collect();
        let steps = places.iter().enumerate().all(|(n, place)| *place == Some(n));
        let last = labels[labels.len() - 1];
        let kinds: Vec<String> =
            labels.iter().map(|label| label.chars().filter(|c| !row.contains(*c)).collect::<String>()).collect();
        let alike = kinds.windows(2).all(|pair| {
            let (a, b) = (pair[0].as_str(), pair[1].as_str());
            a == b || b.starts_with(a) || a.starts_with(b) || a.ends_with(b) || b.ends_with(a)
        });
        steps && alike && (labels.len() >= 3 || last.contains("以上"))
    })
}

/// 性, 孩, 士 and the like add nothing to 男 and 女.
fn bare(words: &str) -> String {
    words.chars().filter(|c| !"性孩士子生婴方人口数的各员户类件年居住在其中".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_nothing_out() {
        for labels in [
            &["男婴", "女婴"][..],
            &["住在城镇", "住在乡村"],
            &["0-14岁", "15-59岁", "60岁及以上"],
            &["35岁以下", "36至59岁", "60岁以上"],
            &["一孩", "二孩", "三孩及以上"],
            &["A类", "B类", "C类"],
            &["税收收入", "非税收入"],
            &["已办结", "未办结"],
            &["风险已消除", "风险未消除"],
            &["亿元以上", "亿元以下"],
            &["同意续聘物业", "不同意", "弃权"],
            &["满意", "基本满意", "不满意"],
            &["租赁收入", "其他收入"],
            &["批准", "不予批准"],
            &["600分以上", "500-599分", "400-499分", "400分以下"],
        ] {
            assert!(exhaustive(labels), "{labels:?}");
        }
        for labels in [
            &["男党员", "女职工"][..],
            &["60岁以上", "80岁以上"],
            &["空巢老人", "独居老人"],
            &["一级", "二级"],
            &["机关", "学校"],
            &["低保户", "残疾人"],
        ] {
            assert!(!exhaustive(labels), "{labels:?}");
        }
    }
}
