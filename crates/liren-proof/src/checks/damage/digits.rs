//! Digits that make no date (2023年911日, 2021315日), and a lost mark between two numbers (68%15个).

use crate::findings::Findings;
use crate::page::Page;
use crate::report::FigureKind;
use crate::text::BlockKind;

pub fn check(page: &Page, findings: &mut Findings) {
    let chars = &page.normal.chars;
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let run_before = |at: usize| (0..at).rev().take_while(|&n| digit(n)).count();
    for at in (0..chars.len()).filter(|&at| matches!(chars[at], '日' | '月')) {
        let run = run_before(at);
        if run == 0 {
            continue;
        }
        let start = at - run;
        let year = start >= 5 && chars[start - 1] == '年' && run_before(start - 1) == 4;
        let century = chars[start] == '2' && chars[start + 1..].first() == Some(&'0')
            || chars[start] == '1' && chars[start + 1..].first() == Some(&'9');
        match chars[at] {
            // 2023年47日: the month is gone, or its sign.
            '日' if year && !matches!(chars.get(at + 1), Some('游' | '均' | '常' | '产')) => {
                findings.date_broken(start - 5..at + 1)
            }
            '日' if (6..=8).contains(&run) && century => findings.date_broken(start..at + 1),
            '日' if run >= 3 && start >= 2 && chars[start - 1] == '月' && digit(start - 2) => {
                findings.date_broken(start - 2..at + 1)
            }
            '月' if (3..=4).contains(&run) && year => findings.date_broken(start - 5..at + 1),
            _ => {}
        }
    }
    glued(page, findings);
}

/// 占年度计划的68%15个新建项目: a number right behind a percentage.
fn glued(page: &Page, findings: &mut Findings) {
    for pair in page.quantities.windows(2) {
        let row = page.normal.blocks[pair[1].block].kind == BlockKind::Row;
        let rate = pair[0].kind == FigureKind::Rate && pair[0].unit == "%";
        if rate && !row && pair[0].span.end == pair[1].span.start && pair[1].kind == FigureKind::Count {
            findings.mark_missing(pair[0].span.start..pair[1].span.end);
        }
    }
}
