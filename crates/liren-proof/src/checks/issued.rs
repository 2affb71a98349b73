//! 落款与所报期间 — a paper is not dated before what it reports; title and text speak of the same month; a month has not more
//! daily reports than days; a census is not compared with itself.

use crate::findings::Findings;
use crate::page::Page;
use crate::read::dates::{Date, days_in};
use crate::relations::Outcome;
use crate::report::{FigureKind, Severity};

pub fn check(page: &Page, _: &Outcome, findings: &mut Findings) {
    // A page of several papers has several dates.
    if !crate::read::context::pieces(&page.normal).is_empty() {
        return;
    }
    if let Some(issued) = issued(page) {
        too_early(page, issued, findings);
    }
    months(page, findings);
    daily(page, findings);
    with_itself(page, findings);
}

/// A day as numbers that compare.
fn ordinal(date: &Date, year: i32) -> Option<(i32, u32, u32)> {
    Some((date.year.unwrap_or(year), date.month?, date.day.unwrap_or(0)))
}

/// The date a paper bears: a last line that holds nothing else.
fn issued<'a>(page: &'a Page) -> Option<&'a Date> {
    let blocks = &page.normal.blocks;
    let last = blocks.iter().rev().take(4);
    last.filter_map(|block| {
        let date = page.dates.iter().rev().find(|date| block.span.contains(&date.span.start))?;
        let words = page.words(block.span.clone());
        let shown = words.chars().filter(|c| !c.is_whitespace()).count();
        let alone = shown <= date.span.len() + 4
            || (shown <= date.span.len() + 24
                && !words.contains(['，', '。', '：', '；'])
                && words.trim_end().ends_with(['日', '月']));
        (alone
            && date.year.is_some()
            && date.month.is_some()
            && blocks.len() > 1
            && block.span.start > blocks[0].span.start)
            .then_some(date)
    })
    .next()
}

/// Words by which a later date is meant as one to come.
static AHEAD: &[&str] = &[
    "将", "拟", "计划", "预计", "应于", "须于", "请于", "务必", "前", "至", "截止", "到期", "有效期", "届满", "目标",
    "力争", "下一步", "起施行", "实施", "起执行", "安排", "准备", "召开时间", "定于", "要求", "期限", "缴费期",
    "公示期", "止", "底", "以内", "今后", "明年", "下年",
];

/// Words that tell of something done.
static DONE: &[&str] = &[
    "已", "了", "完成", "结束", "共", "受理", "办理", "开展", "召开", "收到", "组织", "举办", "检查", "发放", "达到",
    "累计", "现予公布",
];

/// What the paper tells as done lies after its own date.
fn too_early(page: &Page, issued: &Date, findings: &mut Findings) {
    let Some(year) = issued.year else { return };
    let Some(own) = ordinal(issued, year) else { return };
    let first = page.normal.blocks.iter().take(3).map(|block| block.span.end).max().unwrap_or(0);
    for date in &page.dates {
        if date.span.start >= issued.span.start {
            break;
        }
        let Some((y, month, day)) = ordinal(date, year) else { continue };
        if !(1..=12).contains(&month) || (date.year.is_none() && y != year) {
            continue;
        }
        // 1—4月 runs to the end of April; a paper of the same month may be early by some days.
        let month = date.to_month.unwrap_or(month);
        let later = if date.day.is_some() && own.2 > 0 { (y, month, day) > own } else { (y, month) > (own.0, own.1) };
        if !later {
            continue;
        }
        let Some(sentence) = page.sentences.iter().find(|sentence| sentence.span.contains(&date.span.start)) else {
            continue;
        };
        let words = page.words(sentence.span.clone());
        let clause = clause(page, date, sentence.span.clone());
        let ahead = AHEAD.iter().any(|word| clause.contains(word));
        let done = DONE.iter().any(|word| words.contains(word));
        let period = date.span.start < first && date.day.is_none();
        if !ahead && (done || period) {
            // A date without a year may be of the year before.
            let sure = date.year.is_some()
                || page.dates.iter().any(|other| other.year == Some(year) && other.span.start < issued.span.start);
            let severity = if sure { Severity::Error } else { Severity::Warning };
            findings.issued_before(issued.span.clone(), date.span.clone(), severity);
            return;
        }
    }
}

/// The words of the segment a date stands in, and of the one behind it.
fn clause(page: &Page, date: &Date, sentence: std::ops::Range<usize>) -> String {
    let chars = &page.normal.chars;
    let from = (sentence.start..date.span.start)
        .rev()
        .find(|&at| "，；。".contains(chars[at]))
        .map_or(sentence.start, |at| at + 1);
    let to = (date.span.end..sentence.end).find(|&at| "，；。".contains(chars[at])).unwrap_or(sentence.end);
    page.words(from..to)
}

/// 关于五月份…的通报 / 2023年6月，…: the title names another month than the text begins with.
fn months(page: &Page, findings: &mut Findings) {
    let Some(title) = page.normal.blocks.first().filter(|_| page.normal.blocks.len() > 1) else { return };
    let single = |date: &&Date| date.month.is_some() && date.day.is_none() && date.to_month.is_none();
    let inside = |date: &&Date| title.span.contains(&date.span.start);
    let mut named = page.dates.iter().filter(inside);
    let (Some(first), None) = (named.next(), named.next()) else { return };
    let words = page.words(title.span.clone());
    if !single(&first) || words.chars().count() > 40 || words.contains(['，', '。', '；']) {
        return;
    }
    let body = page.normal.blocks[1].span.clone();
    let Some(told) = page.dates.iter().find(|date| body.contains(&date.span.start)) else { return };
    // The text must begin with its month, and never speak of the title's.
    let begins = told.span.start < body.start + 12 && single(&told);
    let again = page.dates.iter().any(|date| {
        date.span.start >= title.span.end
            && (date.month == first.month
                || date.to_month.is_some_and(|to| date.month <= first.month && first.month <= Some(to)))
    });
    let same_year = told.year.is_none() || first.year.is_none() || told.year == first.year;
    if begins && !again && same_year && told.month != first.month {
        findings.months_differ(first.span.clone(), told.span.clone());
    }
}

/// 2月…每天1份，共31份; 6月…日报32期: more than one a day, for what comes once a day.
fn daily(page: &Page, findings: &mut Findings) {
    let title = page.normal.blocks.first().map_or(0, |block| block.span.end);
    let of_title = page.dates.iter().find(|date| date.span.start < title && date.month.is_some());
    for sentence in &page.sentences {
        let words = page.words(sentence.span.clone());
        let each = ["每天", "每日", "一日一", "一天一"].iter().any(|word| words.contains(word));
        let mut month = page
            .dates
            .iter()
            .filter(|date| sentence.span.contains(&date.span.start) && date.month.is_some() && date.day.is_none());
        let date = match (month.next(), month.next()) {
            (Some(date), None) => Some(date),
            (None, _) => of_title,
            _ => None,
        };
        let Some(date) =
            date.filter(|date| date.to_month.is_none() && date.month.is_some_and(|month| (1..=12).contains(&month)))
        else {
            continue;
        };
        let year = date.year.or(of_title.and_then(|date| date.year)).or(page.year);
        let days = f64::from(days_in(date.month.unwrap_or(1), year));
        for n in sentence.quantities.clone() {
            let quantity = &page.quantities[n];
            let paper = matches!(quantity.unit.as_str(), "份" | "期" | "篇" | "次" | "个" | "条" | "天");
            let lead = page.words(quantity.lead.clone());
            let report = lead.contains("日报")
                || (each
                    && (lead.contains("日志")
                        || lead.contains("日记")
                        || lead.contains("巡查")
                        || lead.contains("记录")));
            let count = quantity.number.value;
            if quantity.kind == FigureKind::Count
                && paper
                && report
                && quantity.is_exact()
                && count > days
                && count <= days + 5.0
            {
                findings.more_than_days(n, date.span.clone(), days);
            }
        }
    }
}

/// 以2023年10月1日零时为标准时点 … 与2023年10月1日的上一次登记相比，十年共增加: two censuses on one day.
fn with_itself(page: &Page, findings: &mut Findings) {
    for (n, date) in page.dates.iter().enumerate() {
        let (Some(_), Some(_), Some(_)) = (date.year, date.month, date.day) else { continue };
        let chars = &page.normal.chars;
        let Some(sentence) = page.sentences.iter().find(|sentence| sentence.span.contains(&date.span.start)) else {
            continue;
        };
        let before = date.span.start > sentence.span.start && "与同和较比".contains(chars[date.span.start - 1]);
        let rest = page.words(date.span.end..sentence.span.end);
        let answered = ["相比", "比较", "相较"].iter().any(|word| rest.contains(word))
            || "较比".contains(chars[date.span.start.saturating_sub(1)]);
        let years =
            ["年间", "十年", "五年", "三年", "两年", "年来", "上一次", "上次"].iter().any(|word| rest.contains(word));
        let same = page.dates[..n]
            .iter()
            .find(|other| (other.year, other.month, other.day) == (date.year, date.month, date.day));
        if let Some(same) = same.filter(|_| before && answered && years) {
            findings.compared_with_itself(
                date.span.start - 1..sentence.span.end.min(date.span.end + 14),
                same.span.clone(),
            );
        }
    }
}
