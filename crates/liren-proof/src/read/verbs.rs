//! Words of rising and falling, and how a number hangs on them: 增加20人, 比上年多7人, 增幅16.2%.

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    #[default]
    Up,
    Down,
    /// 调整为, 变为: the words do not say.
    Either,
}

/// Verbs that say by how much when a number follows them.
static RISING: &[&str] = &[
    "增长", "增加", "上升", "提高", "提升", "上涨", "扩大", "增多", "升高", "攀升", "回升", "净增", "净增加", "净增长",
    "增收", "增支", "多收", "多支", "递增", "延长", "加快", "多出", "高出", "偏高", "偏多", "增幅", "涨幅", "增速",
    "增长率", "增加率", "递增率", "增量", "增加量", "增加额", "增大", "增强", "改善", "拉高", "增产", "增效", "多增",
    "快于", "高于", "增高", "跃升", "上浮", "上扬", "反弹", "走高", "上调", "调增", "追加", "优于", "多于", "超出",
    "推高", "拉升", "增盈", "升",
];
static FALLING: &[&str] = &[
    "下降", "减少", "降低", "回落", "缩小", "压缩", "压减", "削减", "缩减", "下跌", "下滑", "净减", "净减少", "净下降",
    "减收", "减支", "少收", "少支", "递减", "缩短", "放缓", "减缓", "少出", "偏低", "偏少", "降幅", "跌幅", "负增长",
    "减幅", "下降率", "减少率", "递减率", "减少量", "减产", "减亏", "慢于", "低于", "跌落", "下浮", "下调", "调减",
    "走低", "减轻", "收窄", "核减", "少于", "减退", "萎缩", "降",
];

/// Single characters that say so only where something is compared: 比去年多7人, 同比增8.5%.
const RISING_ONE: &str = "增升涨多高快长";
const FALLING_ONE: &str = "减降跌少低慢短";

/// Nouns a rate of change bears, as against a change: 增幅16.2%.
static PACE: &[&str] = &["增幅", "涨幅", "增速", "降幅", "跌幅", "减幅", "增长率", "递增率", "下降率", "减少率"];

/// Words between the verb and its number that change nothing.
static LIGHT: &[&str] = &[
    "分别", "达到", "大约", "高达", "至少", "整整", "共计", "合计", "幅度", "幅度为", "了", "约", "近", "为", "达",
    "各", "均", "共", "又", "仅", "超", "逾", "-", "都", "也", "是",
];

/// Words by which the verb leads to the new value: 增加到120件 states what there is now.
const ARRIVES: &str = "到至成";

/// How a number hangs on the words right before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hang {
    pub turn: Turn,
    /// 增幅, 增速: the rate itself is named.
    pub pace: bool,
    /// Only where something is compared.
    pub faint: bool,
}

/// The verb of change a number hangs on, if it hangs on one.
pub fn hang(words: &str) -> Option<Hang> {
    let bare = unladen(words);
    let longest = |list: &[&'static str]| {
        list.iter().filter(|verb| bare.ends_with(**verb)).max_by_key(|verb| verb.len()).copied()
    };
    let (up, down) = (longest(RISING), longest(FALLING));
    let length = |verb: Option<&str>| verb.map_or(0, str::len);
    let turn = if length(down) > length(up) { Turn::Down } else { Turn::Up };
    if let Some(verb) = if turn == Turn::Down { down } else { up } {
        let one = verb.chars().count() == 1;
        let pace = PACE.iter().any(|noun| bare.ends_with(noun));
        // 自然增长率 is a rate of its own; 提升 may be another word's end (大幅提升 is not).
        if bare.ends_with("自然增长率") || bare.ends_with("自然增长") {
            return None;
        }
        return Some(Hang { turn, pace, faint: one });
    }
    let last = bare.chars().next_back()?;
    let inside = [
        "最多", "至多", "至少", "最少", "不少", "多少", "缺少", "最高", "最低", "许多", "很多", "不多", "众多", "大多",
    ];
    if inside.iter().any(|word| bare.ends_with(word)) {
        return None;
    }
    let faint = |turn| Some(Hang { turn, pace: false, faint: true });
    if RISING_ONE.contains(last) {
        return faint(Turn::Up);
    }
    if FALLING_ONE.contains(last) {
        return faint(Turn::Down);
    }
    // 比去年同期多生7人, 比计划多建2个: a verb of one character behind 多 and 少.
    let tail: Vec<char> = bare.chars().rev().take(3).collect();
    match tail.get(1) {
        Some('多') if tail.get(2) != Some(&'最') => faint(Turn::Up),
        Some('少') if tail.get(2) != Some(&'最') => faint(Turn::Down),
        _ => None,
    }
}

/// Whether a verb anywhere in the words tells of a rise or a fall.
pub fn told(words: &str) -> Option<Turn> {
    let at =
        |list: &[&str]| list.iter().filter(|verb| verb.chars().count() > 1).filter_map(|verb| words.rfind(verb)).max();
    match (at(RISING), at(FALLING)) {
        (None, None) => None,
        (up, down) if down > up => Some(Turn::Down),
        _ => Some(Turn::Up),
    }
}

/// 增加到, 升至, 降为: the number behind is the new value.
pub fn arrives(words: &str) -> Option<Turn> {
    let bare = words.trim_end_matches(|c: char| "了约近".contains(c));
    let bare = match bare.chars().next_back()? {
        c if ARRIVES.contains(c) => &bare[..bare.len() - c.len_utf8()],
        '为' => &bare[..bare.len() - '为'.len_utf8()],
        _ => return None,
    };
    let moved = ["变", "变化", "调整", "发展", "转变", "改", "调", "扩", "扩展", "扩充"];
    let ends = |list: &[&str]| list.iter().any(|verb| bare.ends_with(verb));
    if ends(FALLING) || bare.ends_with(['减', '降', '跌', '缩', '压']) {
        Some(Turn::Down)
    } else if ends(RISING) || bare.ends_with(['增', '升', '涨', '提']) {
        Some(Turn::Up)
    } else if ends(&moved) {
        Some(Turn::Either)
    } else {
        None
    }
}

/// 增至2023年的, 升到: whether the words between two numbers lead from the one to the other, and which way.
pub fn moved(gap: &str) -> Option<Turn> {
    let stops: Vec<usize> =
        gap.char_indices().filter(|(_, c)| "到至成为".contains(*c)).map(|(at, c)| at + c.len_utf8()).collect();
    stops.into_iter().find_map(|end| arrives(&gap[..end]))
}

/// The words without what may stand between a verb and its number.
fn unladen(words: &str) -> &str {
    let mut rest = words.trim_end();
    while let Some(word) =
        LIGHT.iter().filter(|word| rest.ends_with(**word) && rest.len() > word.len()).max_by_key(|word| word.len())
    {
        // 增幅 is a word; 分别, 达到 and the like come off.
        rest = &rest[..rest.len() - word.len()];
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_hangs_on_the_verb_before_it() {
        let turn = |words| hang(words).map(|hang| (hang.turn, hang.faint));
        assert_eq!(turn("比上年增加"), Some((Turn::Up, false)));
        assert_eq!(turn("净减少了约"), Some((Turn::Down, false)));
        assert_eq!(turn("比去年同期多"), Some((Turn::Up, true)));
        assert_eq!(turn("比计划多建"), Some((Turn::Up, true)));
        assert_eq!(turn("分别下降"), Some((Turn::Down, false)));
        assert_eq!(turn("增幅达到"), Some((Turn::Up, false)));
        assert_eq!(turn("自然增长率"), None);
        assert_eq!(turn("增加到"), None);
        assert_eq!(turn("增加托位"), None);
        assert_eq!(turn("最多"), None);
        assert_eq!(turn("每张选票至多"), None);
    }

    #[test]
    fn arriving_is_not_changing() {
        assert_eq!(arrives("由160件增加到"), Some(Turn::Up));
        assert_eq!(arrives("降至"), Some(Turn::Down));
        assert_eq!(arrives("下降为"), Some(Turn::Down));
        assert_eq!(arrives("总数达到"), None);
        assert_eq!(arrives("编号为"), None);
    }
}
