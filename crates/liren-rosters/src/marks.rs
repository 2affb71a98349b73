//! Signs at names and the note that says what they mean: 注：姓名加【】者已去世；★为党员，带△的系租户.

use liren_facts::name::is_han;

use crate::grid::Grid;
use crate::words::is_nothing;

/// Signs that notes explain. A tick answers a header and is none of them.
const SIGNS: &[char] = &[
    '*', '★', '☆', '△', '▲', '▽', '▼', '◎', '○', '●', '◆', '◇', '■', '□', '※', '#', '+', '^', '&', '①', '②', '③', '④',
    '⑤', '⑥', '⑦', '⑧', '⑨',
];
const FRAMES: &[&str] = &["【】", "［］", "[]", "〔〕", "《》", "<>", "「」", "( )", "()", "（）"];

/// What the notes above and below a table say of signs.
pub(crate) fn legend(grid: &Grid) -> Vec<(String, String)> {
    let rows = grid.rows();
    let near = (0..rows.min(20)).chain(rows.saturating_sub(12).max(20)..rows);
    let mut out: Vec<(String, String)> = Vec::new();
    for row in near {
        let cells: Vec<&str> = grid.filled(row).filter_map(|(_, v)| v.as_text()).collect();
        if cells.len() > 3 || grid.filled(row).count() != cells.len() {
            continue;
        }
        for text in cells.into_iter().filter(|t| t.chars().count() >= 4) {
            for (sign, meaning) in of_note(text) {
                if !out.iter().any(|(s, _)| *s == sign) {
                    out.push((sign, meaning));
                }
            }
        }
    }
    out
}

/// The signs a text explains.
fn of_note(text: &str) -> Vec<(String, String)> {
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '＊' => '*',
            '＃' => '#',
            '＋' => '+',
            '（' => '(',
            '）' => ')',
            '：' => ':',
            c => c,
        })
        .collect();
    let is_note = ["注", "说明", "备注", "附注", "图例", "标记", "符号"].iter().any(|w| narrow.trim().starts_with(w));
    let mut found: Vec<(usize, String)> = Vec::new();
    for (at, c) in narrow.char_indices().filter(|(_, c)| SIGNS.contains(c)) {
        found.push((at, c.to_string()));
    }
    for frame in FRAMES {
        found.extend(narrow.match_indices(frame).map(|(at, _)| (at, (*frame).to_owned())));
    }
    found.sort();
    let mut out = Vec::new();
    for (n, (at, sign)) in found.iter().enumerate() {
        let end = found.get(n + 1).map_or(narrow.len(), |next| next.0);
        let rest = &narrow[at + sign.len()..end];
        let rest = rest.trim_matches(|c: char| matches!(c, '"' | '“' | '”' | '\'' | '‘' | '’') || c.is_whitespace());
        if let Some(meaning) = meaning(rest, is_note || n > 0 && !out.is_empty()) {
            out.push((sign.clone(), meaning));
        }
    }
    out
}

/// 者已去世, 号的为租户, :空挂户 → what the sign means. Without a word that says so only a note is believed.
fn meaning(rest: &str, is_note: bool) -> Option<String> {
    const LINKS: &[&str] = &[
        "均为", "表示", "代表", "标记", "标志", "符号", "字样", "是指", "人员", "姓名", "居民", "同志", "的", "者",
        "号", "为", "系", "是", "指", "即", "均", ":", "=", "-", "—", "－", "＝", "）", ")",
    ];
    let (mut rest, mut linked) = (rest.trim(), false);
    while let Some(next) = LINKS.iter().find_map(|w| rest.strip_prefix(w)) {
        rest = next.trim_start();
        linked = true;
    }
    let end = rest.find(['；', ';', '。', '，', ',', '、', '\n', '(']).unwrap_or(rest.len());
    // 带 before the next sign belongs to that one.
    let word = rest[..end].trim().trim_end_matches(|c: char| "带加标有注凡另打姓名前后".contains(c)).trim();
    let plain = !is_nothing(word) && word.chars().count() <= 14 && word.chars().filter(|c| is_han(*c)).count() >= 2;
    (plain && (linked || is_note)).then(|| word.to_owned())
}

/// What the legend says of a note at a name, which may be a sign or a frame.
pub(crate) fn of_sign<'l>(legend: &'l [(String, String)], note: &str) -> Option<&'l str> {
    let plain = |text: &str| match text {
        "［］" => "[]".to_owned(),
        "＊" => "*".to_owned(),
        "＃" => "#".to_owned(),
        text => text.to_owned(),
    };
    legend.iter().find(|(sign, _)| plain(sign) == plain(note)).map(|(_, meaning)| meaning.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_explain_the_signs_at_names() {
        let of = |text: &str| of_note(text).into_iter().map(|(s, m)| format!("{s}{m}")).collect::<Vec<_>>().join(" ");
        for (text, expected) in [
            ("注：姓名加【】者已去世，户口待注销。", "【】已去世"),
            ("注：带★的为党员；带△的系租户", "★党员 △租户"),
            ("* 表示空挂户，# 表示外出务工", "*空挂户 #外出务工"),
            ("★党员，☆预备党员", ""),
            ("说明：★党员，☆预备党员", "★党员 ☆预备党员"),
            ("备注：标“▲”者为已迁出人员", "▲已迁出人员"),
            ("祥和社区★★★★级志愿者名单", ""),
            ("注：*号为必填项", "*必填项"),
            ("2#楼3单元", ""),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
