//! Slips of the key: 3各方面, 3个个, 的的, 较上月同比.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::starts;
use crate::text::BlockKind;

/// Measure words that cannot stand twice; 户户, 人人, 个个 are words of their own.
const DOUBLED: &str = "名件处项条次户元";

pub fn check(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    for quantity in &page.quantities {
        let end = quantity.number.span.end;
        if starts(chars, end, "各方面")
            || starts(chars, end, "各小区")
            || starts(chars, end, "各社区")
            || starts(chars, end, "各小组")
            || starts(chars, end, "各村")
            || starts(chars, end, "各网格")
            || starts(chars, end, "各支部")
        {
            let place = quantity.number.span.start..end + 1;
            let digits = page.normal.slice(quantity.number.span.clone());
            findings.wrong_character(place, &format!("{digits}个"));
        }
        let last = quantity.span.end;
        if quantity.measure.is_some()
            && last < chars.len()
            && last > end
            && chars[last] == chars[last - 1]
            && DOUBLED.contains(chars[last])
            && last - end == 1
        {
            let one = page.normal.slice(quantity.number.span.start..last);
            let stops =
                chars.get(last + 1).is_none_or(|c| "，。、；\n）".contains(*c)) || "名件处项".contains(chars[last]);
            if stops {
                findings.doubled(quantity.number.span.start..last + 1, &one);
            }
        }
        if quantity.unit == "个" && chars.get(last) == Some(&'个') {
            let one = page.normal.slice(quantity.number.span.start..last);
            findings.doubled(quantity.number.span.start..last + 1, &one);
        }
    }
    for at in 0..chars.len() {
        for word in ["较上月同比", "比上月同比", "与上月同比", "较上季度同比", "比上季度同比"]
        {
            if starts(chars, at, word) {
                findings.wrong_term(at..at + word.chars().count(), "环比");
            }
        }
    }
    for at in 0..chars.len() {
        for word in ["其中", "进行", "通过", "开展", "以及", "同时", "目前"] {
            let n = word.chars().count();
            if starts(chars, at, word) && starts(chars, at + n, word) {
                findings.doubled(at..at + 2 * n, word);
            }
        }
    }
    for block in page.normal.blocks.iter().filter(|block| block.kind != BlockKind::Row) {
        for at in block.span.start..block.span.end.saturating_sub(1) {
            let pair = [chars[at], chars[at + 1]];
            let next = chars.get(at + 2).copied().unwrap_or('\n');
            let before = if at > block.span.start { chars[at - 1] } else { '\n' };
            let doubled = match pair {
                ['的', '的'] => next != '确' && before != '目',
                ['了', '了'] => before != '一' && before != '为' && !"解之".contains(next),
                ['，', '，'] | ['。', '。'] | ['、', '、'] => next != pair[0] && before != pair[0],
                _ => false,
            };
            if doubled {
                findings.doubled(at..at + 2, &pair[0].to_string());
            }
        }
    }
}
