//! 待核实 — places where a number, a day or a name is still to be looked up. Our own reports say so instead of inventing one.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::{ends, starts};
use crate::relations::Outcome;

const PENDING: &str = "待核实";

/// What is to be looked into is a thing here, not a gap: 待核实线索3条, 对待核实的问题.
static THINGS: &[&str] =
    &["的", "线索", "问题", "事项", "信息", "名单", "情况", "人员", "对象", "数据", "后", "、", "清单"];

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let length = PENDING.chars().count();
    let stands = |at: &usize| {
        let end = at + length;
        let thing = THINGS.iter().any(|word| starts(chars, end, word));
        // 另有1名待核实: how many there are is told.
        let told = (at.saturating_sub(2)..*at).any(|at| chars[at].is_ascii_digit());
        starts(chars, *at, PENDING) && !thing && !told && !ends(chars, *at, "有")
            || starts(chars, *at, PENDING) && !told && !thing && crate::read::measures::measure(chars, end).is_some()
    };
    let places: Vec<_> = (0..chars.len()).filter(stands).map(|at| at..at + length).collect();
    if !places.is_empty() {
        findings.pending(&places);
    }
}
