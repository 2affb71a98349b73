//! Steps of one work (受理 → 办结, 排查 → 整改), what is left of it, and words
//! that claim nothing is (全部, 已结束, 应保尽保).

use std::ops::Range;

use crate::claims::Kind;
use crate::findings::Findings;
use crate::page::Page;
use crate::read::numbers::starts;
use crate::relations::Outcome;
use crate::relations::balances::STEPS;
use crate::relations::flows::LEFT;
use crate::report::FigureKind;

/// Words that claim nothing is left.
static CLAIMS: &[&str] = &[
    "全部办结", "全部整改", "全部解决", "全部完成", "全部化解", "全部落实", "全部录入", "全部参保", "全部签订",
    "全部到位", "已全部", "均已办结", "均已整改", "均已完成", "均已解决", "均得到", "全部得到", "都得到", "应保尽保",
    "应助尽助", "应纳尽纳", "应享尽享", "应检尽检", "应改尽改", "应缴尽缴", "件件有", "无一遗漏", "不漏一户",
    "一个不落", "全覆盖", "已经结束", "已结束", "圆满完成", "百分之百",
];

pub fn check(page: &Page, outcome: &Outcome, findings: &mut Findings) {
    for sentence in 0..page.sentences.len() {
        steps(page, outcome, findings, sentence);
    }
    unreached(page, findings);
}

fn steps(page: &Page, outcome: &Outcome, findings: &mut Findings, sentence: usize) {
    let items: Vec<usize> =
        page.counted(sentence).into_iter().filter(|&n| page.is_level(n) && page.quantities[n].is_exact()).collect();
    for (at, &all) in items.iter().enumerate() {
        for (before, after, accounted) in STEPS {
            if !says(page, all, before) || says(page, all, after) {
                continue;
            }
            let same = |n: usize| {
                page.quantities[n].unit == page.quantities[all].unit
                    && page.quantities[n].area == page.quantities[all].area
                    && page.quantities[n].period == page.quantities[all].period
            };
            let Some(&done) = items[at + 1..].iter().take(3).find(|&&n| same(n) && says(page, n, after)) else {
                continue;
            };
            if *accounted && page.quantities[done].base() < page.quantities[all].base() {
                gap(page, outcome, findings, sentence, &items, all, done);
            }
            break;
        }
    }
}

/// What fell between two steps is told, or claimed not to be, or left open.
fn gap(
    page: &Page,
    outcome: &Outcome,
    findings: &mut Findings,
    sentence: usize,
    items: &[usize],
    all: usize,
    done: usize,
) {
    let (whole, part) = (&page.quantities[all], &page.quantities[done]);
    let told = outcome.verdicts.iter().any(|verdict| {
        let figures = verdict.reading.formula.figures();
        let both = figures.contains(&done) && (figures.contains(&all) || verdict.kind == Kind::Balance);
        both && verdict.kind != Kind::Bound
    });
    if told {
        return;
    }
    let span = page.sentences[sentence].span.clone();
    let rest = page.words(part.span.end..span.end);
    let left = LEFT.iter().any(|word| rest.contains(word));
    let more = items.iter().any(|&n| n > done && page.quantities[n].unit == whole.unit);
    if let Some(claim) = claim(page, part.span.end..span.end).filter(|_| !more) {
        findings.claim_gap(claim, all, done);
    } else if !left
        && !more
        && outcome.divisions_of(done).chain(outcome.divisions_with(all)).all(|division| !division.holds)
    {
        findings.progress_gap(all, done);
    }
}

/// Whether the words right before a number say one of these.
fn says(page: &Page, n: usize, words: &[&str]) -> bool {
    let quantity = &page.quantities[n];
    let lead = page.words(quantity.lead.start.max(quantity.span.start.saturating_sub(14))..quantity.span.start);
    words.iter().any(|word| lead.contains(word))
}

fn claim(page: &Page, span: Range<usize>) -> Option<Range<usize>> {
    let chars = &page.normal.chars;
    span.clone().find_map(|at| {
        let word = CLAIMS.iter().filter(|word| starts(chars, at, word)).max_by_key(|word| word.len())?;
        let end = at + word.chars().count();
        (end <= span.end).then_some(at..end)
    })
}

/// Those who should have been reached, those who were, and a claim that all is done: 应入而未入147人 … 新入11人，该工作已经结束.
fn unreached(page: &Page, findings: &mut Findings) {
    for (all, whole) in page.quantities.iter().enumerate() {
        let lead = page.words(whole.lead.clone());
        let missed = lead.contains("未") && (lead.contains("应") || lead.contains("符合"));
        if whole.kind != FigureKind::Count || !missed || !whole.is_exact() {
            continue;
        }
        let last = page.normal.blocks[whole.block].span.end;
        let done = (all + 1..page.quantities.len()).take(8).find(|&n| {
            let quantity = &page.quantities[n];
            let lead = page.words(quantity.lead.clone());
            quantity.block == whole.block
                && quantity.unit == whole.unit
                && ["新入", "新参保", "新增", "已参保", "已办理", "补办", "补缴", "已入"]
                    .iter()
                    .any(|word| lead.contains(word))
        });
        let Some(done) = done else { continue };
        if page.quantities[done].base() < whole.base()
            && let Some(claim) = claim(page, page.quantities[done].span.end..last)
        {
            findings.claim_gap(claim, all, done);
        }
    }
}
