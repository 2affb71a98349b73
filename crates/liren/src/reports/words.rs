//! 自写文字 — what a community says in its report in its own words: a section of the packs rewritten, or a place that only it can fill
//! (thanks, problems, the plan).

use liren_documents::markdown;

use super::queries;
use crate::base::records::{self, record};
use crate::base::{Origin, ReportId, Result, Write, error};

record! {
    /// 自写文字 — Markdown of a report; `section` is `pack.section` or a place of the frame ([`PLACES`]).
    pub struct ReportSection in "report_section", frame "report_section", part of "report" in "report_id" {
        report: ReportId = "report_id",
        section: String = "section",
        rank: i64 = "rank",
        text: String = "text",
    }
}

/// 致谢、存在问题、明年打算、结束语 — the places of the frame that no record fills.
pub const PLACES: [&str; 4] = ["thanks", "problems", "plan", "closing"];

/// What a place of the frame is called.
pub fn place_title(place: &str) -> &'static str {
    match place {
        "thanks" => "致谢",
        "problems" => "存在问题",
        "plan" => "明年打算",
        _ => "结束语",
    }
}

/// How long an own text may be, in characters.
const LONGEST: usize = 20_000;

/// Writes a text of a year's report; an empty one gives the section back to the packs.
pub async fn write(w: &mut Write, packs: &liren_packs::Packs, year: i32, section: &str, text: &str) -> Result<()> {
    if !PLACES.contains(&section) && !packs.sections.iter().any(|s| s.id == section) {
        let known: Vec<&str> = PLACES.into_iter().chain(packs.sections.iter().map(|s| s.id.as_str())).collect();
        return Err(error::invalid(
            format!("报告里没有 {section} 这一节。可以写：{}。", known.join("、")),
            format!("The report has no section {section}. There are: {}.", known.join(", ")),
        ));
    }
    let text = markdown::without_tokens(text.trim());
    if text.chars().count() > LONGEST {
        return Err(error::invalid(
            format!("一节最多写 {LONGEST} 字。请精简，或者分到别的节。"),
            format!("A section holds at most {LONGEST} characters. Shorten it or use another section."),
        ));
    }
    let report = queries::report(w, year).await?;
    let before = queries::own(w, report, section).await?;
    let origin = Origin::default();
    match (before, text.is_empty()) {
        (None, true) => Ok(()),
        (Some(id), true) => records::withdraw::<ReportSection>(w, id).await.map(|_| ()),
        (before, false) => {
            let new = ReportSection { report, section: section.to_owned(), rank: 0, text };
            match before {
                Some(id) => records::replace(w, id, new, vec![], &origin).await,
                None => records::add(w, new, vec![], &origin).await.map(|_| ()),
            }
        }
    }
}
