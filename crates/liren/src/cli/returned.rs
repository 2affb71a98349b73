//! `liren report compare FILE`.

use std::fmt::Write as _;

use liren_documents::returned::State;

use super::args_report::CompareReport;
use super::data::{actor, open, read_file};
use super::out;
use crate::base::reader::Size;
use crate::base::{Lang, Result, error};
use crate::reports::returned::{self, Figure, Returned, Standing};

pub async fn run(args: CompareReport, lang: Lang) -> Result<u8> {
    let app = open(&args.folder).await?;
    let actor = actor(&app, args.community).await?;
    let file = read_file(&args.file, Size::Ordinary)?;
    let name = args.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let result = returned::compare(&app, &actor.scope, &name, file, Size::Ordinary).await?;
    if args.json {
        out((serde_json::to_string_pretty(&result).map_err(error::fault)? + "\n").as_bytes());
    } else {
        out(told(&result, lang).as_bytes());
    }
    Ok(u8::from(result.counts.contradicted > 0))
}

/// The comparison in lines, the contradicted first.
fn told(result: &Returned, lang: Lang) -> String {
    let mut text = String::new();
    let mut line = |zh: String, en: String| {
        let _ = writeln!(text, "{}", lang.pick(&zh, &en));
    };
    let (sent, counts) = (&result.sent, &result.counts);
    line(
        format!("{} 年度报告，{} 写成（修订号 {}）", sent.year, sent.day, sent.revision),
        format!("Annual report of {}, written on {} (revision {})", sent.year, sent.day, sent.revision),
    );
    if !result.as_sent {
        line(
            "提醒：按当时的记录重新生成的报告，与发出的文字不完全一样（模板或业务包换过，或者发出人能看的范围不同）。下面以重新生成的为准。".to_owned(),
            "Warning: the report composed again is not letter by letter what was sent (the template or a pack changed, or the sender saw another area). The one composed again is taken.".to_owned(),
        );
    }
    line(
        format!(
            "有依据 {}，手填有出处 {}，手填无出处 {}，与记录不符 {}，删去 {}",
            counts.sourced, counts.by_hand_sourced, counts.by_hand, counts.contradicted, counts.gone
        ),
        format!(
            "sourced {}, by hand with a source {}, by hand without {}, contradicted {}, gone {}",
            counts.sourced, counts.by_hand_sourced, counts.by_hand, counts.contradicted, counts.gone
        ),
    );
    let of = |standing: Standing, new: bool| {
        result.figures.iter().filter(move |f| f.standing == standing && (f.new || f.index.is_some() || !new))
    };
    let place = |figure: &Figure| figure.block.map_or_else(String::new, |block| format!("{}", block + 1));
    for figure in of(Standing::Contradicted, true) {
        let (record, written) = (figure.record.as_deref().unwrap_or(""), figure.written.as_deref().unwrap_or(""));
        line(
            format!(
                "与记录不符 第 {} 段：{}：记录 {record}，文中 {written}  {}",
                place(figure),
                figure.label,
                figure.href
            ),
            format!(
                "contradicted, block {}: {}: record {record}, document {written}  {}",
                place(figure),
                figure.label,
                figure.href
            ),
        );
    }
    for figure in of(Standing::Gone, true) {
        let record = figure.record.as_deref().unwrap_or("");
        line(
            format!("删去：{} {record}（原文“{}”）", figure.label, figure.context.trim()),
            format!("gone: {} {record} (it stood in “{}”)", figure.label, figure.context.trim()),
        );
    }
    for (standing, zh, en) in [
        (Standing::ByHand, "手填无出处", "by hand, no source"),
        (Standing::ByHandSourced, "手填有出处", "by hand, with a source"),
    ] {
        for figure in of(standing, true) {
            let written = figure.written.as_deref().unwrap_or("");
            line(
                format!("{zh} 第 {} 段：{} {written}（“{}”）", place(figure), figure.label, figure.context.trim()),
                format!("{en}, block {}: {} {written} (“{}”)", place(figure), figure.label, figure.context.trim()),
            );
        }
    }
    for (at, block) in result.blocks.iter().enumerate() {
        let words: String = block.text.chars().take(40).collect();
        let (zh, en) = match (block.state, block.moved) {
            (State::Added, _) => ("新加", "new"),
            (State::Changed, true) => ("改过并挪动", "changed and moved"),
            (State::Changed, false) => ("改过", "changed"),
            (State::Same, true) => ("挪动", "moved"),
            (State::Same, false) => continue,
        };
        line(format!("{zh} 第 {} 段：{words}", at + 1), format!("{en}, block {}: {words}", at + 1));
    }
    for gone in &result.gone {
        let words: String = gone.text.chars().take(40).collect();
        line(format!("删去的段落：{words}"), format!("paragraph gone: {words}"));
    }
    for finding in &result.findings {
        let sum = finding.arithmetic.as_deref().map_or_else(String::new, |sum| format!("  {sum}"));
        let word = match finding.severity.as_str() {
            "error" => "错误",
            "warning" => "提醒",
            _ => "提示",
        };
        line(
            format!("校对 {word} 第 {} 段：{}{sum}", finding.block + 1, finding.zh),
            format!("proof, {}, block {}: {}{sum}", finding.severity, finding.block + 1, finding.en),
        );
    }
    text
}
